//! Section front → the articles that it links to.

mod address;
mod place;
mod selector;

use std::collections::HashMap;

use self::address::ends_in_month;
use self::address::may_be_article;
use self::address::shape;
use self::place::Place;
use self::place::Standing;
pub use self::selector::Selector;
pub use self::selector::SelectorError;
use super::Entry;
use crate::dom::Dom;
use crate::dom::Node;
use crate::dom::Step;
use crate::limits::CARD_DEPTH_MAX;
use crate::limits::CARD_NODES_MAX;
use crate::limits::DATE_BYTES_MAX;
use crate::limits::HTML_BYTES_MAX;
use crate::limits::LINK_TEXT_BYTES_MAX;
use crate::limits::LINKS_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::text::one_line;
use crate::url::canonical;
use crate::url::resolve;

/// Points from which a link counts as one to an article: a headline in its
/// place, or a headline with an article's address.
const SCORE_MIN: u32 = 6;

/// Points of a text that reads like a headline.
const HEADLINE_POINTS: u32 = 3;

/// The links of a listing page that lead to articles, found by structure, in
/// reading order, among the first `limits::LINKS_MAX`.
///
/// A link counts by where it stands (heading, article, card), by how its text
/// reads, and by the shape of its address; several links to one address are
/// one, with the best of their texts for a title. A link that reads like none
/// ("Read more") has the heading of its card for a text.
#[must_use]
pub fn listing(html: &str, url: &url::Url) -> Vec<Entry> {
    let html = &html[..html.floor_char_boundary(HTML_BYTES_MAX)];
    let dom = Dom::parse(html);
    let base = dom.base(Some(url)).unwrap_or_else(|| url.clone());
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut by_address: HashMap<String, usize> = HashMap::new();
    for (node, place) in links(&dom).take(LINKS_MAX) {
        let Some(address) = node.attr("href").and_then(|href| resolve(&base, href).ok()) else {
            continue;
        };
        if place == Place::Navigation || !may_be_article(&address, url) {
            continue;
        }
        let key = canonical(&address).as_str().trim_end_matches('/').to_owned();
        let index = *by_address.entry(key).or_insert_with(|| {
            candidates.push(Candidate::new(address));
            candidates.len() - 1
        });
        let (mut wording, mut place) = (Wording::of(node, place), place);
        if wording.points < HEADLINE_POINTS {
            let own = canonical(&candidates[index].address);
            let leads_away = |node: Node| {
                let other = node.attr("href").and_then(|href| resolve(&base, href).ok());
                other.is_some_and(|other| canonical(&other) != own && may_be_article(&other, url))
            };
            wording = wording.or_heading(node, leads_away);
        }
        if place == Place::Elsewhere && is_in_dated_row(node) {
            place = Place::Card;
        }
        candidates[index].see(wording, place);
    }
    candidates.retain(|candidate| candidate.score() >= SCORE_MIN && !candidate.is_section());
    let parents = parents(&candidates);
    candidates
        .into_iter()
        .filter(|candidate| parents.get(candidate.folder()).is_none_or(|&below| below < 2))
        .map(|candidate| Entry {
            url: Some(candidate.address),
            title: Some(candidate.wording.title),
            ..Entry::default()
        })
        .collect()
}

/// The links that stand where a person said that the articles' links are, in
/// reading order, among the first `limits::LINKS_MAX`.
#[must_use]
pub fn selected(html: &str, url: &url::Url, selector: &Selector) -> Vec<Entry> {
    let html = &html[..html.floor_char_boundary(HTML_BYTES_MAX)];
    let dom = Dom::parse(html);
    let base = dom.base(Some(url)).unwrap_or_else(|| url.clone());
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for node in dom.elements("a").take(LINKS_MAX).filter(|node| selector.holds(*node)) {
        let Some(address) = node.attr("href").and_then(|href| resolve(&base, href).ok()) else {
            continue;
        };
        let title = super::text::plain(&node.text_start(LINK_TEXT_BYTES_MAX), TITLE_BYTES_MAX);
        let next = entries.len();
        let place = *places.entry(canonical(&address).into()).or_insert(next);
        if place < next {
            // A picture and a headline lead to one address; the picture has no words.
            entries[place].title = entries[place].title.take().or(title);
        } else {
            entries.push(Entry { url: Some(address), title, ..Entry::default() });
        }
    }
    entries
}

/// The links of a page, in reading order, and where each stands.
fn links(dom: &Dom) -> impl Iterator<Item = (Node<'_>, Place)> {
    // What is known of the open elements, innermost last.
    let mut open = Vec::new();
    dom.root().walk().filter_map(move |step| match step {
        Step::Open(node) => {
            let standing = open.last().copied().unwrap_or_default();
            let standing = Standing::below(standing, node);
            open.push(standing);
            (node.name() == Some("a")).then(|| (node, standing.place()))
        }
        Step::Close(_) => {
            open.pop();
            None
        }
    })
}

/// How many candidates stand right below each folder: what has several below
/// it is a section.
fn parents(candidates: &[Candidate]) -> HashMap<String, u32> {
    let mut parents = HashMap::new();
    for candidate in candidates {
        if let Some((parent, _)) = candidate.folder().rsplit_once('/') {
            *parents.entry(parent.to_owned()).or_default() += 1;
        }
    }
    parents
}

struct Candidate {
    address: url::Url,
    shape: u32,
    place: u32,
    wording: Wording,
}

impl Candidate {
    fn new(address: url::Url) -> Candidate {
        Candidate { shape: shape(&address), address, place: 0, wording: Wording::default() }
    }

    /// Takes in one more link to the same address.
    fn see(&mut self, wording: Wording, place: Place) {
        self.place = self.place.max(place.points());
        if wording.points > self.wording.points {
            self.wording = wording;
        }
    }

    fn score(&self) -> u32 {
        if self.wording.points == 0 { 0 } else { self.shape + self.place + self.wording.points }
    }

    /// The address as a folder, without its last slash.
    fn folder(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }

    /// A name of few words that its address repeats is a section's, and one over the articles of a month
    /// is an archive's: an article's headline says more.
    fn is_section(&self) -> bool {
        let words: Vec<String> = self
            .wording
            .title
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let last = self.folder().rsplit('/').next().unwrap_or_default();
        words.len() <= 3
            && (last.eq_ignore_ascii_case(&words.join("-")) || ends_in_month(&self.address))
    }
}

/// What a link says.
#[derive(Default)]
struct Wording {
    title: String,
    points: u32,
}

impl Wording {
    fn of(node: Node, place: Place) -> Wording {
        let heading = node
            .descendants()
            .take(LINK_TEXT_BYTES_MAX)
            .find(|inner| matches!(inner.name(), Some("h1" | "h2" | "h3" | "h4" | "h5" | "h6")));
        let text = heading.unwrap_or(node).text_start(LINK_TEXT_BYTES_MAX);
        let named = if text.is_empty() {
            ["aria-label", "title"].iter().find_map(|name| node.attr(name)).unwrap_or_default()
        } else {
            &text
        };
        let mut title = one_line(named);
        let in_heading = heading.is_some() || place == Place::Heading;
        let points = match reading(&title) {
            0 => 0,
            points if in_heading => points + 2,
            points => points,
        };
        super::text::cut(&mut title, TITLE_BYTES_MAX);
        Wording { title, points }
    }
}

impl Wording {
    /// This, or the heading of the card around a link that says less: of the innermost element
    /// with a heading, if that has only one and no link that `leads_away`.
    fn or_heading(self, link: Node, leads_away: impl Fn(Node) -> bool) -> Wording {
        let mut headings: Vec<Node> = Vec::new();
        for around in link.ancestors().take(CARD_DEPTH_MAX) {
            let mut nodes = around.descendants();
            for node in nodes.by_ref().take(CARD_NODES_MAX) {
                match node.name() {
                    Some("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => headings.push(node),
                    Some("a") if leads_away(node) => return self,
                    _ => {}
                }
            }
            if !headings.is_empty() || nodes.next().is_some() {
                break;
            }
        }
        let [heading] = headings[..] else { return self };
        let heading = Wording::of(heading, Place::Heading);
        if heading.points > self.points { heading } else { self }
    }
}

/// Whether a link stands in a row of a table or list that gives a date, as lists of press
/// releases do.
fn is_in_dated_row(link: Node) -> bool {
    let mut around = link.ancestors().take(CARD_DEPTH_MAX);
    let row = around.find(|node| matches!(node.name(), Some("tr" | "li")));
    row.is_some_and(|row| crate::date::is_in(&row.text_start(DATE_BYTES_MAX)))
}

/// Characters of a script without blanks from which they read like a headline: they say in ten what
/// others say in five words.
const DENSE_HEADLINE_CHARS_MIN: usize = 7;

/// How much a text reads like a headline: none for a word or two, or for a
/// whole paragraph.
fn reading(text: &str) -> u32 {
    let chars = text.chars().count();
    let words = text.split_whitespace().count();
    let dense =
        text.chars().filter(|c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'));
    let dense = dense.count() >= DENSE_HEADLINE_CHARS_MIN;
    match (words, chars) {
        _ if chars > 400 => 1,
        _ if dense => 3,
        (0, _) => 0,
        (1, _) => u32::from(chars >= 12),
        (2..=3, _) => u32::from(chars >= 10) + 1,
        (4.., 25..) => 3,
        (4.., _) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::listing;

    fn found(html: &str) -> Vec<(String, String)> {
        let url = url::Url::parse("https://www.a.example/news/local/").unwrap();
        listing(html, &url)
            .into_iter()
            .map(|entry| (entry.url.unwrap().into(), entry.title.unwrap_or_default()))
            .collect()
    }

    const FRONT: &str = r#"<body><header><a href="/">A</a><a href="/news/a-header-story-with-long-name-1">A story of four words and more</a></header>
        <nav><a href="/news/world-and-other-things">World and other things in the news</a></nav>
        <main><h1>Local news</h1>
        <article><a href="/news/local/2026/bridge-closed-after-storm?utm_source=front"><img alt=""></a>
          <h2><a href="/news/local/2026/bridge-closed-after-storm">Bridge closed after storm</a></h2>
          <p class="byline">By <a href="/author/ann-smith">Ann Smith of the Daily</a></p>
          <p>It was closed. <a href="/news/local/2026/bridge-closed-after-storm">Read more</a></p></article>
        <a class="card" href="https://sub.a.example/p/48213"><h3>Council votes on a new school</h3><p>After a long debate the council of the town</p></a>
        <ul><li><a href="/news/local/market-returns-to-old-square.html">Market returns to the old square</a> <a href="/tag/market">Market</a></li></ul>
        <a href="https://twitter.example/share?u=1">Share this story with your friends</a>
        <a href="/news/">All the news of today here</a>
        <h3><a href="/news/local/town-council/">Town council</a></h3>
        <a href="/report.pdf">The whole report as a document</a>
        <a href="/news/local/?page=2">Next</a></main>
        <footer><a href="/privacy-policy-and-terms-of-use">Privacy policy and terms of use</a></footer>"#;

    #[test]
    fn a_front_gives_its_articles_in_reading_order_and_nothing_else() {
        let expected = [
            (
                "https://www.a.example/news/local/2026/bridge-closed-after-storm",
                "Bridge closed after storm",
            ),
            ("https://sub.a.example/p/48213", "Council votes on a new school"),
            (
                "https://www.a.example/news/local/market-returns-to-old-square.html",
                "Market returns to the old square",
            ),
        ];
        let found = found(FRONT);
        let found: Vec<_> = found
            .iter()
            .map(|(url, title)| (url.split('?').next().unwrap(), title.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_card_whose_headline_is_no_link_gives_its_heading_for_a_title() {
        let card = |number: u32, more: &str| {
            format!(
                "<div class=card><a href=/story/a-slug-about-things-{number}><img></a>\
                 <a href=/category/politics>Politics</a><h2>Headline {number} about things</h2>\
                 <a href=/story/a-slug-about-things-{number}>{more}</a></div>"
            )
        };
        let front =
            format!("<main><h1>News</h1>{}{}", card(1, "Read more"), card(2, "Weiterlesen"));
        let titles: Vec<_> = found(&front).into_iter().map(|(_, title)| title).collect();
        assert_eq!(titles, ["Headline 1 about things", "Headline 2 about things"]);
        let list = "<section><h2>All the news of this town</h2>
            <a href=/story/a-slug-of-1>Fire out</a> <a href=/story/a-slug-of-2>Storm over</a>";
        let titles: Vec<_> = found(list).into_iter().map(|(_, title)| title).collect();
        assert!(!titles.contains(&"All the news of this town".to_owned()), "{titles:?}");
    }

    #[test]
    fn a_table_of_dated_releases_lists_them() {
        let row = |day: u32| {
            format!(
                "<tr><td>{day}.11.2026</td><td><a href=/pm/{day}.html>Release no. {day} of the town hall</a>"
            )
        };
        let table = format!(
            "<table>{}{}</table><a href=/agb/1.html>General terms of the town hall</a>",
            row(13),
            row(14)
        );
        let paths: Vec<_> = found(&table).into_iter().map(|(url, _)| url).collect();
        assert_eq!(paths.len(), 2, "{paths:?}");
    }

    #[test]
    fn a_headline_of_few_characters_is_one_and_the_archive_of_a_month_is_none() {
        let links = "<main><h2><a href=/2026/11/storm>台风逼近东海岸</a></h2>
            <h2><a href=/2026/11/>November 2026</a></h2>
            <h2><a href=/archives/2026/10>2026年10月</a></h2>";
        let titles: Vec<_> = found(links).into_iter().map(|(_, title)| title).collect();
        assert_eq!(titles, ["台风逼近东海岸"]);
    }

    #[test]
    fn a_page_of_links_to_sections_lists_nothing() {
        let html = "<a href=/sport>Sport</a> <a href=/news/local/football>Football</a>
            <a href=/login>Log in</a> <a href='mailto:a@a.example'>Write to the editor of this</a>";
        assert_eq!(found(html), []);
    }
}
