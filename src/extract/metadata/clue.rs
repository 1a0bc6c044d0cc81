//! One walk over a page that keeps whatever may tell of its article.

mod says;

use self::says::ASIDE;
use self::says::CHANGED;
use self::says::CONTROL;
use self::says::DATE;
use self::says::FIRST;
use self::says::FOOTER;
use self::says::OF_ARTICLE;
use self::says::READERS;
use self::says::Reader;
use self::says::Says;
use crate::date::Order;
use crate::dom::Dom;
use crate::dom::Node;
use crate::dom::NodeKey;
use crate::dom::RunningText;
use crate::dom::Step;
use crate::dom::heading_level;
use crate::dom::is_inline;
use crate::dom::is_unseen;
use crate::extract::block::is_edit_link;
use crate::extract::hints;
use crate::extract::hints::Hints;
use crate::extract::signals::is_thread_type;
use crate::limits::AUTHOR_NODES_MAX;
use crate::limits::BYLINE_BYTES_MAX;
use crate::limits::CLUES_MAX;
use crate::limits::HEADING_LINK_NODES_MAX;
use crate::limits::HEADINGS_MAX;
use crate::limits::JSON_LD_SCRIPTS_MAX;
use crate::limits::LINE_BYTES_MAX;
use crate::limits::META_NAMES_MAX;
use crate::limits::SAMPLE_BYTES_MAX;

/// A line of text as a reader sees it.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// Level of the heading that it is, 0 for none.
    pub(super) level: u8,
    /// Whether it stands in navigation, a footer, teasers, comments.
    pub(super) aside: bool,
    /// Whether it stands in a button.
    pub(super) control: bool,
    /// Whether it stands in a table's header cell: it names what is below or beside it.
    pub(super) header: bool,
    /// Where links begin in it, or the space before them.
    links: Vec<usize>,
}

impl Line {
    /// Whether a part of it is several links, one behind the other: no link parts a name.
    pub(super) fn has_row_of_links(&self, part: &str) -> bool {
        self.text.find(part).is_some_and(|at| {
            self.links.iter().any(|link| (at + 1..at + part.len()).contains(link))
        })
    }
}

/// A heading of the first three levels, whole.
#[derive(Debug)]
pub(super) struct Heading {
    /// Its text, though it may be set in several lines.
    pub(super) text: String,
    /// Number of its first line.
    pub(super) line: usize,
    /// 1 to 3.
    pub(super) level: u8,
    /// Whether it is a link to the site's front page.
    pub(super) leads_home: bool,
    /// Whether it stands in navigation, a footer, teasers, comments.
    pub(super) aside: bool,
    /// How likely the article is what it stands over.
    pub(super) standing: Standing,
}

/// Where a heading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// In an aside, or the page's header.
    Beside,
    /// Elsewhere.
    Anywhere,
    /// In `main` or an `article`.
    Inside,
}

/// What an element holds whose markup says what that is.
#[derive(Debug)]
pub(super) struct Value {
    /// `content`, `datetime` or the element's text.
    pub(super) text: String,
    /// Number of the line that it stands in.
    pub(super) line: usize,
    /// Whether it stands in navigation, a footer, teasers, comments.
    pub(super) aside: bool,
}

/// A property of microdata.
#[derive(Debug)]
pub(super) struct Prop {
    /// `itemprop`, lower case.
    pub(super) name: String,
    pub(super) value: Value,
}

/// An element that calls itself author or byline.
#[derive(Debug)]
pub(super) struct Byline {
    pub(super) strength: Strength,
    pub(super) value: Value,
}

/// Why an element is taken for a byline, the best reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// `rel=author`.
    Rel,
    /// It calls itself the name of an author.
    Name,
    /// It leads to an author's page.
    Link,
    /// It calls itself a byline.
    Byline,
    /// It calls itself an author.
    Author,
    /// It calls itself one of these two, and a date.
    Dated,
    /// It leads to what a member of the site shows of himself.
    Member,
}

impl Strength {
    pub(super) const ALL: [Strength; 7] = [
        Strength::Rel,
        Strength::Name,
        Strength::Link,
        Strength::Byline,
        Strength::Author,
        Strength::Dated,
        Strength::Member,
    ];
}

/// A `<time>` element, or one that calls itself a date.
#[derive(Debug)]
pub(super) struct DateMark {
    pub(super) value: Value,
    /// Whether it is the date of a change.
    pub(super) is_change: bool,
    /// Whether it stands in comments.
    pub(super) of_readers: bool,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// Name, lower case, and content of `<meta>` elements.
    pub(super) metas: Vec<(String, String)>,
    /// `<link rel=canonical>`.
    pub(super) canonical: Option<String>,
    /// `<link rel=image_src>`.
    pub(super) image: Option<String>,
    /// `<html lang>`.
    pub(super) lang: Option<String>,
    /// The first `<title>`.
    pub(super) title: Option<String>,
    /// Contents of JSON-LD scripts.
    pub(super) scripts: Vec<String>,
    /// Microdata, in order.
    pub(super) props: Vec<Prop>,
    /// Bylines, in order.
    pub(super) bylines: Vec<Byline>,
    /// Dates, in order.
    pub(super) dates: Vec<DateMark>,
    /// Headings, in order.
    pub(super) headings: Vec<Heading>,
    /// Short lines, in order.
    pub(super) lines: Vec<Line>,
    /// The beginning of the running text.
    pub(super) sample: String,
    /// Whether the page says that it is a thread.
    pub(super) is_thread: bool,
}

impl Clues {
    /// The contents of the metas of this name.
    pub(super) fn meta<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.metas.iter().filter(move |(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// The first content of the first of these names that has one.
    pub(super) fn first_meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.meta(name).next())
    }
}

/// Walks the page once, and where it has no heading its `copy` for those without scripts.
pub(super) fn gather(dom: &Dom, copy: Option<&Dom>, site: Option<&str>) -> Clues {
    let clues = walk(dom, site);
    if !clues.headings.is_empty() {
        return clues;
    }
    match copy.map(|copy| walk(copy, site)) {
        Some(copy) if !copy.headings.is_empty() => {
            let Clues { props, bylines, dates, headings, lines, sample, .. } = copy;
            let props = clues.props.into_iter().chain(props).collect();
            Clues { props, bylines, dates, headings, lines, sample, ..clues }
        }
        _ => clues,
    }
}

fn walk<'a>(dom: &'a Dom, site: Option<&'a str>) -> Clues {
    let mut walk = Walk { site, ..Walk::default() };
    for step in dom.root().walk() {
        match step {
            Step::Open(node) => walk.open(node),
            Step::Close(node) => walk.close(node),
        }
    }
    walk.end_line();
    walk.clues
}

#[derive(Default)]
struct Walk<'a> {
    says: Reader<'a>,
    names: hints::Reader<'a>,
    /// The site's name on the net.
    site: Option<&'a str>,
    clues: Clues,
    line: RunningText,
    /// Where links begin in it.
    line_links: Vec<usize>,
    line_overlong: bool,
    level: u8,
    /// Open elements whose content belongs to something else than the article.
    asides: Vec<Aside>,
    /// Open `article` elements.
    articles: Vec<NodeKey>,
    /// Open `main` elements.
    mains: Vec<NodeKey>,
    /// Open `header` elements.
    headers: Vec<NodeKey>,
    /// Open header cells of tables.
    header_cells: Vec<NodeKey>,
    /// Open elements that are pressed.
    controls: Vec<NodeKey>,
    /// Bytes of the line that stand in such.
    line_in_controls: usize,
    /// Open elements whose text no reader sees.
    hidden: Vec<NodeKey>,
}

/// An open element that does not belong to the article.
struct Aside {
    key: NodeKey,
    /// Whether its very name says so, not only its class.
    menu: bool,
    /// Whether it is a form.
    form: bool,
    /// Whether it holds what readers wrote.
    of_readers: bool,
}

impl<'a> Walk<'a> {
    fn open(&mut self, node: Node<'a>) {
        if let Some(text) = node.text() {
            if self.hidden.is_empty() {
                self.read_text(text);
            }
            return;
        }
        let Some(name) = node.name() else { return };
        match name {
            "meta" => return self.read_meta(node),
            "link" => return self.read_link(node),
            "html" => self.clues.lang = node.attr("lang").map(str::to_owned),
            "script" => self.read_script(node),
            "title" if self.clues.title.is_none() => {
                let text = short_text(node, 4 * LINE_BYTES_MAX).unwrap_or_default();
                self.clues.title = (!text.is_empty()).then_some(text);
            }
            _ => {}
        }
        if is_unseen(name) {
            self.hidden.push(node.key());
            return;
        }
        if is_block(name) {
            self.end_line();
            self.level = heading_level(name).unwrap_or_default();
        }
        // What holds the headline is no aside, whatever its class says: page-wide
        // forms, wrappers that are named after one of their parts.
        if matches!(name, "main" | "h1") && !self.asides.iter().any(|aside| aside.menu) {
            self.asides.clear();
        }
        // Nor is a form around a whole thread, in which its subject is no main heading.
        if self.asides.iter().any(|aside| aside.form) && self.repeats_title(node, name) {
            self.asides.retain(|aside| !aside.form);
        }
        self.clues.is_thread |= node.attr("itemtype").is_some_and(is_thread_type);
        let says = self.says.read(node);
        match name {
            "article" => self.articles.push(node.key()),
            "main" => self.mains.push(node.key()),
            "header" => self.headers.push(node.key()),
            "th" => self.header_cells.push(node.key()),
            _ => {}
        }
        if name == "a" && self.line_links.last() != Some(&self.line.as_str().len()) {
            self.line_links.push(self.line.as_str().len());
        }
        if name == "button" || says.any(CONTROL) && !is_block(name) {
            self.controls.push(node.key());
        }
        if is_aside(name, says, !self.articles.is_empty()) {
            let menu = matches!(name, "nav" | "footer" | "aside");
            let of_readers = says.any(READERS);
            self.asides.push(Aside { key: node.key(), menu, form: name == "form", of_readers });
        }
        self.read_heading(node, name);
        self.read_marks(node, name, says);
    }

    fn close(&mut self, node: Node<'_>) {
        let Some(name) = node.name() else { return };
        let key = node.key();
        if self.hidden.last() == Some(&key) {
            self.hidden.pop();
            return;
        }
        if is_block(name) {
            self.end_line();
        }
        if self.asides.last().is_some_and(|aside| aside.key == key) {
            self.asides.pop();
        }
        for open in [
            &mut self.articles,
            &mut self.mains,
            &mut self.headers,
            &mut self.header_cells,
            &mut self.controls,
        ] {
            if open.last() == Some(&key) {
                open.pop();
            }
        }
    }

    fn read_text(&mut self, text: &str) {
        let before = self.line.as_str().len();
        // What styles part has no space: <span>Jane Doe</span><span>5 May</span>.
        if self.line.as_str().ends_with(char::is_lowercase)
            && text.starts_with(|c: char| c.is_numeric() || c.is_uppercase())
        {
            self.line.add(" ", SAMPLE_BYTES_MAX);
        }
        self.line_overlong |= !self.line.add(text, SAMPLE_BYTES_MAX);
        if !self.controls.is_empty() {
            self.line_in_controls += self.line.as_str().len() - before;
        }
    }

    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.line).into_text();
        let links = std::mem::take(&mut self.line_links);
        let in_controls = std::mem::take(&mut self.line_in_controls);
        let overlong = std::mem::take(&mut self.line_overlong);
        let level = std::mem::take(&mut self.level);
        if text.is_empty() {
            self.level = level;
            return;
        }
        let aside = !self.asides.is_empty();
        if !aside && text.len() > 80 && self.clues.sample.len() < SAMPLE_BYTES_MAX {
            self.clues.sample.push_str(&text);
            self.clues.sample.push('\n');
        }
        if self.clues.lines.len() < CLUES_MAX {
            let prose = overlong || text.len() > LINE_BYTES_MAX;
            let control = in_controls > text.len() / 2;
            let text = if prose { String::new() } else { text };
            let header = !self.header_cells.is_empty();
            self.clues.lines.push(Line { text, level, aside, control, header, links });
        }
    }

    fn read_heading(&mut self, node: Node<'a>, name: &str) {
        if let Some(level @ 1..=3) = heading_level(name)
            && self.clues.headings.len() < HEADINGS_MAX
            && let Some(text) = self.heading_text(node)
        {
            let (line, aside) = (self.clues.lines.len(), !self.asides.is_empty());
            let inside = !self.mains.is_empty() || !self.articles.is_empty();
            let standing = if aside || !inside && !self.headers.is_empty() {
                Standing::Beside
            } else if inside {
                Standing::Inside
            } else {
                Standing::Anywhere
            };
            let leads_home = node
                .descendants()
                .take(HEADING_LINK_NODES_MAX)
                .chain(node.parent())
                .any(|node| node.name() == Some("a") && node.attr("href").is_some_and(is_home));
            self.clues.headings.push(Heading { text, line, level, leads_home, aside, standing });
        }
    }

    /// A heading's text without links for printing and the like, and without what screen readers call it
    /// before they read it ("Collection:"), if there is anything beside these.
    fn heading_text(&mut self, node: Node<'a>) -> Option<String> {
        let mut is_unseen_label = |below: Node<'a>| {
            below
                .attr("class")
                .is_some_and(|class| self.names.hints_of_class(class).any(Hints::SCREEN_READER))
                && short_text(below, LINE_BYTES_MAX).is_some_and(|text| is_label(&text))
        };
        let seen = text_without(node, LINE_BYTES_MAX, |below| {
            is_link_to_itself(below) || is_scripted(below) || is_unseen_label(below)
        });
        seen.or_else(|| text_without(node, LINE_BYTES_MAX, is_link_to_itself))
    }

    /// Whether an element is a heading in the words of the page's title.
    fn repeats_title(&self, node: Node<'_>, name: &str) -> bool {
        const WORDS_MIN: usize = 3;
        let title = self.clues.title.as_deref().filter(|_| heading_level(name).is_some());
        title.is_some_and(|title| {
            short_text(node, LINE_BYTES_MAX).is_some_and(|text| {
                text.split(' ').count() >= WORDS_MIN && title.contains(text.as_str())
            })
        })
    }

    fn read_meta(&mut self, node: Node<'_>) {
        let Some(content) = node.attr("content").map(str::trim) else { return };
        if content.is_empty() || self.clues.metas.len() >= CLUES_MAX {
            return;
        }
        for attribute in ["property", "name", "http-equiv"] {
            for name in
                node.attr(attribute).unwrap_or_default().split_whitespace().take(META_NAMES_MAX)
            {
                self.clues.metas.push((name.to_lowercase(), content.to_owned()));
            }
        }
        if let Some(name) = node.attr("itemprop") {
            self.push_props(name, content);
        }
    }

    fn read_link(&mut self, node: Node<'_>) {
        let (Some(rel), Some(href)) = (node.attr("rel"), node.attr("href")) else { return };
        let has = |wanted: &str| rel.split_whitespace().any(|rel| rel.eq_ignore_ascii_case(wanted));
        if has("canonical") && self.clues.canonical.is_none() {
            self.clues.canonical = Some(href.to_owned());
        }
        if has("image_src") && self.clues.image.is_none() {
            self.clues.image = Some(href.to_owned());
        }
    }

    fn read_script(&mut self, node: Node<'_>) {
        let json_ld = node.attr("type").is_some_and(|kind| {
            kind.trim().to_ascii_lowercase().starts_with("application/ld+json")
        });
        if !json_ld || self.clues.scripts.len() >= JSON_LD_SCRIPTS_MAX {
            return;
        }
        let text = node.children().filter_map(Node::text).collect::<String>();
        if !text.trim().is_empty() {
            self.clues.scripts.push(text);
        }
    }

    fn read_marks(&mut self, node: Node<'_>, name: &str, says: Says) {
        if let Some(prop) = node.attr("itemprop") {
            if let Some(value) = node.attr("content").or_else(|| node.attr("datetime")) {
                self.push_props(prop, value);
            } else if let Some(text) =
                name_of_author(node, prop).or_else(|| short_text(node, BYLINE_BYTES_MAX))
            {
                self.push_props(prop, &text);
            }
        }
        if name == "time" || says.any(DATE) {
            let value = node
                .attr("datetime")
                .or_else(|| node.attr("title"))
                .or_else(|| node.attr("content"));
            let text = short_text(node, BYLINE_BYTES_MAX);
            let is_change = says.any(CHANGED) && !says.any(FIRST)
                || text.as_deref().is_some_and(super::dates::says_modified);
            let values = [value.map(str::to_owned), text];
            let values = || values.iter().flatten();
            let plain = values().find(|value| crate::date::find(value, Order::Unknown).is_some());
            let text = plain.or_else(|| values().find(|value| crate::date::is_in(value))).cloned();
            if let (Some(text), true) = (text, self.clues.dates.len() < CLUES_MAX) {
                let of_readers = self.asides.iter().any(|aside| aside.of_readers);
                let value = self.value(text);
                self.clues.dates.push(DateMark { value, is_change, of_readers });
            }
        }
        let rel_author = node.attr("rel").is_some_and(|rel| {
            rel.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"))
        });
        let href = node.attr("href").filter(|_| name == "a");
        let strength = if rel_author {
            Some(Strength::Rel)
        } else {
            says.byline().or_else(|| href.is_some_and(leads_to_author).then_some(Strength::Link))
        };
        let member = href.is_some_and(|href| leads_to_member(href, self.site));
        let member = member.then_some(Strength::Member);
        for strength in strength.into_iter().chain(member) {
            if self.clues.bylines.len() < CLUES_MAX
                && let Some(text) = text_without(node, BYLINE_BYTES_MAX, is_note)
            {
                let value = self.value(text);
                self.clues.bylines.push(Byline { strength, value });
            }
        }
    }

    fn push_props(&mut self, names: &str, text: &str) {
        if self.clues.props.len() >= CLUES_MAX {
            return;
        }
        for name in names.split_whitespace().take(META_NAMES_MAX) {
            let value = self.value(text.to_owned());
            self.clues.props.push(Prop { name: name.to_lowercase(), value });
        }
    }

    fn value(&self, text: String) -> Value {
        Value { text, line: self.clues.lines.len(), aside: !self.asides.is_empty() }
    }
}

/// Whether an address is that of a site's front page.
fn is_home(href: &str) -> bool {
    let path = href
        .split_once("://")
        .map_or(href, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    path == "/"
}

/// Whether an address is that of an author's page: `/author/jane-doe`.
fn leads_to_author(href: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "author",
        "authors",
        "autor",
        "autoren",
        "autores",
        "auteur",
        "auteurs",
        "autore",
        "autori",
        "contributor",
        "contributors",
        "writer",
        "writers",
    ];
    let path = href.split(['?', '#']).next().unwrap_or(href).trim_end_matches('/');
    let mut parts = path.rsplit('/');
    parts.next().is_some_and(|last| !last.is_empty())
        && parts.next().is_some_and(|folder| FOLDERS.contains(&folder))
}

/// Whether an address is that of a member's page on this site, as the programs of boards write them.
fn leads_to_member(href: &str, site: Option<&str>) -> bool {
    const FOLDERS: &[&str] = &["member", "members", "user", "users", "profile", "u"];
    const QUERIES: &[&str] = &[
        "memberlist.php?mode=viewprofile",
        "profile.php?mode=viewprofile",
        "member.php?u=",
        "member.php?action=profile",
        "index.php?action=profile",
        "user?id=",
    ];
    let path = href.split(['?', '#']).next().unwrap_or(href).trim_end_matches('/');
    let mut parts = path.rsplit('/');
    let in_folder = parts.next().is_some_and(|last| !last.is_empty())
        && parts.next().is_some_and(|folder| FOLDERS.contains(&folder));
    let own = !href.contains("://") || site.is_some_and(|site| href.contains(site));
    own && (in_folder || QUERIES.iter().any(|query| href.contains(query)))
}

/// Whether an element stands in a line of its own, or ends one. Addresses are often one part of a byline,
/// and a picture that is drawn in place (`use`) parts no words.
fn is_block(name: &str) -> bool {
    name == "br" || !is_inline(name) && !matches!(name, "address" | "use")
}

/// Whether an element holds something else than the article. The footer of an article is part of
/// it: date and author stand there.
fn is_aside(name: &str, says: Says, in_article: bool) -> bool {
    match name {
        "body" | "html" | "main" | "article" => false,
        "nav" | "aside" | "form" => true,
        _ if says.any(ASIDE) => true,
        _ => (name == "footer" || says.any(FOOTER)) && !in_article && !says.any(OF_ARTICLE),
    }
}

/// Whether an element marks a footnote: behind an author's name it leads to an affiliation.
fn is_note(node: Node<'_>) -> bool {
    node.name() == Some("sup")
}

/// Whether an element of a heading leads to that heading, or to a form for editing what is below it.
fn is_link_to_itself(node: Node<'_>) -> bool {
    let sign = || {
        let mut texts = node.descendants().take(HEADING_LINK_NODES_MAX).filter_map(Node::text);
        texts.all(|text| !text.contains(char::is_alphanumeric))
    };
    node.name() == Some("a") && sign() || is_edit_link(node)
}

/// Whether an element of a heading does something: "Print".
fn is_scripted(node: Node<'_>) -> bool {
    node.attr("href").is_some_and(|href| href.starts_with("javascript:"))
}

/// Whether a text says what follows it: more than the colon that parts two halves of a heading.
fn is_label(text: &str) -> bool {
    text.strip_suffix(':').is_some_and(|label| label.contains(char::is_alphabetic))
}

/// The name of an author in microdata: the element around it may have the same twice, or more than that.
fn name_of_author(node: Node<'_>, prop: &str) -> Option<String> {
    prop.split_whitespace().find(|prop| matches!(*prop, "author" | "creator"))?;
    let mut below = node.descendants().skip(1).take(AUTHOR_NODES_MAX);
    let name = below.find(|below| below.attr("itemprop") == Some("name"))?;
    let stated = name.attr("content").map(str::to_owned);
    stated.or_else(|| short_text(name, BYLINE_BYTES_MAX)).filter(|name| !name.trim().is_empty())
}

/// The text of an element, white space folded; `None` where it is empty or
/// longer than `bytes`, in which case no more than that was looked at.
fn short_text(node: Node<'_>, bytes: usize) -> Option<String> {
    text_without(node, bytes, |_| false)
}

/// The same without the elements below it that are `left_out`.
fn text_without<'a>(
    node: Node<'a>,
    bytes: usize,
    mut left_out: impl FnMut(Node<'a>) -> bool,
) -> Option<String> {
    let mut out = RunningText::default();
    let mut seen = 0;
    let mut outside = None;
    for step in node.walk() {
        let below = match step {
            Step::Open(below) => below,
            Step::Close(left) => {
                outside = outside.filter(|key| *key != left.key());
                continue;
            }
        };
        seen += 1;
        if seen > bytes {
            return None;
        }
        if outside.is_some() {
            continue;
        }
        if below != node && (below.name().is_some_and(is_unseen) || left_out(below)) {
            outside = Some(below.key());
        }
        if below.name() == Some("br") {
            out.part();
        }
        if !out.add(below.text().unwrap_or_default(), bytes) {
            return None;
        }
    }
    Some(out.into_text()).filter(|text| !text.is_empty())
}
