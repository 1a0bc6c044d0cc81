//! The only module that knows the HTML parser.
//!
//! The tree is walked without recursion, and its maker can be exchanged without
//! touching another file.

mod guard;
mod tokenizer;

use ego_tree::iter::Edge;
pub(crate) use html5ever::data::NAMED_ENTITIES;
use html5ever::ns;

use crate::limits;
use crate::warning::{Warning, WarningKind};

/// Identifies a node within its page.
pub type NodeKey = ego_tree::NodeId;

/// A parsed page.
#[derive(Debug)]
pub struct Dom(scraper::Html);

/// A node of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node<'a>(ego_tree::NodeRef<'a, scraper::Node>);

/// A step of a walk through the tree in document order.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// Into a node.
    Open(Node<'a>),
    /// Out of it.
    Close(Node<'a>),
}

impl Dom {
    /// Parses a page or a fragment of one, as browsers do.
    ///
    /// Whatever comes in, time and memory stay proportional to its size: see
    /// [`Dom::parse_guarded`], whose warnings are dropped here.
    #[must_use]
    pub fn parse(html: &str) -> Dom {
        Dom::parse_guarded(html, &mut Vec::new())
    }

    /// Parses as [`Dom::parse`] does and says what had to be cut or flattened.
    ///
    /// The making of a tree is quadratic in the depth of open elements. Tags that
    /// would nest deeper than [`limits::DOM_DEPTH_MAX`] are left out, as browsers
    /// flatten them; what is beyond [`limits::HTML_BYTES_MAX`] is cut off.
    #[must_use]
    pub fn parse_guarded(html: &str, warnings: &mut Vec<Warning>) -> Dom {
        let mut html = html;
        if html.len() > limits::HTML_BYTES_MAX {
            warnings.push(Warning::new(
                WarningKind::HtmlCut,
                format!("{} bytes, {} are read", html.len(), limits::HTML_BYTES_MAX),
            ));
            html = &html[..html.floor_char_boundary(limits::HTML_BYTES_MAX)];
        }
        let parsed = tokenizer::parse(html);
        if parsed.flattened {
            warnings.push(Warning::new(
                WarningKind::HtmlFlattened,
                "elements nested too deeply, or tags with too many attributes",
            ));
        }
        Dom(parsed.html)
    }

    /// The document node.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node(self.0.tree.root())
    }

    /// All elements of one name, in document order.
    pub fn elements<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Node<'a>> {
        self.root().descendants().filter(move |node| node.name() == Some(name))
    }

    /// Where the relative addresses of a page found at `url` start from: its `<base>`, else itself.
    /// `None` where neither is known.
    #[must_use]
    pub fn base(&self, url: Option<&url::Url>) -> Option<url::Url> {
        let stated = self.elements("base").find_map(|node| node.attr("href"));
        let stated = stated.filter(|stated| stated.len() <= limits::URL_BYTES_MAX);
        match (stated, url) {
            (Some(stated), Some(url)) => {
                Some(crate::url::resolve(url, stated).unwrap_or_else(|_| url.clone()))
            }
            (Some(stated), None) => url::Url::parse(stated).ok(),
            (None, url) => url.cloned(),
        }
    }
}

impl<'a> Node<'a> {
    /// The element's lower-case local name; `None` for text and comments.
    #[must_use]
    pub fn name(self) -> Option<&'a str> {
        self.0.value().as_element().map(scraper::node::Element::name)
    }

    /// The text of a text node.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        self.0.value().as_text().map(|text| &**text)
    }

    /// An attribute's value.
    #[must_use]
    pub fn attr(self, name: &str) -> Option<&'a str> {
        // A look-up by the parser's own means would make an atom of the name first.
        let mut attrs = self.0.value().as_element()?.attrs.iter();
        let (_, value) = attrs.find(|(key, _)| key.ns == ns!() && &*key.local == name)?;
        Some(value)
    }

    /// All attributes.
    pub fn attrs(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.value().as_element().into_iter().flat_map(|element| element.attrs())
    }

    /// The parent.
    #[must_use]
    pub fn parent(self) -> Option<Node<'a>> {
        self.0.parent().map(Node)
    }

    /// The nodes from the parent up to the document.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'a>> {
        self.0.ancestors().map(Node)
    }

    /// The children.
    pub fn children(self) -> impl DoubleEndedIterator<Item = Node<'a>> {
        self.0.children().map(Node)
    }

    /// The sibling before.
    #[must_use]
    pub fn prev_sibling(self) -> Option<Node<'a>> {
        self.0.prev_sibling().map(Node)
    }

    /// The sibling after.
    #[must_use]
    pub fn next_sibling(self) -> Option<Node<'a>> {
        self.0.next_sibling().map(Node)
    }

    /// This node and all below, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        self.0.descendants().map(Node)
    }

    /// This node and all below, each entered and left.
    pub fn walk(self) -> impl Iterator<Item = Step<'a>> {
        self.0.traverse().map(|edge| match edge {
            Edge::Open(node) => Step::Open(Node(node)),
            Edge::Close(node) => Step::Close(Node(node)),
        })
    }

    /// All text below, white space folded, script and style left out.
    #[must_use]
    pub fn text_content(self) -> String {
        text_of(self.descendants(), usize::MAX)
    }

    /// The beginning of [`Node::text_content`]: about `bytes` of it, from as many
    /// nodes at most.
    #[must_use]
    pub fn text_start(self, bytes: usize) -> String {
        text_of(self.descendants().take(bytes), bytes)
    }

    /// A number for this node, unique within its page.
    #[must_use]
    pub fn key(self) -> NodeKey {
        self.0.id()
    }
}

/// Text with its character references decoded, white space folded. What is no reference does not become
/// markup.
pub(crate) fn decode_references(text: &str) -> String {
    Dom::parse(&text.replace('<', "&lt;")).root().text_content()
}

/// Whether it is an element whose text no reader sees, or that is operated rather than read.
pub(crate) fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "svg"
            | "math"
            | "canvas"
            | "iframe"
            | "noembed"
            | "noframes"
            | "object"
            | "audio"
            | "video"
            | "select"
            | "datalist"
            | "textarea"
            | "option"
            | "map"
            | "frameset"
            | "title"
            | "input"
            | "progress"
            | "meter"
            | "rt"
            | "rp"
    )
}

/// Whether it is an element that flows within a line.
pub(crate) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "img"
            | "picture"
            | "source"
            | "br"
    )
}

/// Level of the heading that an element is.
pub(crate) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

/// The same of an element that may only say that it is one (`role="heading"`).
pub(crate) fn stated_heading_level(node: Node<'_>) -> Option<u8> {
    let stated = || {
        let level = node.attr("aria-level").and_then(|level| level.trim().parse().ok());
        // As the specification has it where none is stated.
        level.unwrap_or(2).clamp(1, 6)
    };
    let is_stated = || node.attr("role") == Some("heading");
    heading_level(node.name()?).or_else(|| is_stated().then(stated))
}

/// Text put together from the text nodes of a page, white space folded.
///
/// Where one node ends and the next begins without white space, a screen may show them parted (a
/// kicker before its headline) or not. They are taken for parted but for an initial that is set large,
/// and for signs that stand behind a word.
#[derive(Debug, Default)]
pub(crate) struct RunningText {
    text: String,
    /// Whether white space or a break stands behind it.
    parted: bool,
}

impl RunningText {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// A break: what follows is parted from what was read.
    pub(crate) fn part(&mut self) {
        self.parted = true;
    }

    /// Adds the words of a text node as long as all is no longer than `bytes`; whether all were added.
    pub(crate) fn add(&mut self, node: &str, bytes: usize) -> bool {
        let goes_on = self.goes_on(node);
        for (place, word) in node.split_whitespace().enumerate() {
            if self.text.len() + word.len() > bytes {
                return false;
            }
            if !self.text.is_empty() && (place > 0 || !goes_on) {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        if !node.is_empty() {
            self.parted = node.ends_with(char::is_whitespace);
        }
        true
    }

    fn goes_on(&self, node: &str) -> bool {
        let mut read = self.text.chars();
        let is_initial = read.next().is_some_and(char::is_uppercase) && read.next().is_none();
        let signs = [',', '.', ';', ':', '!', '?', '’', ')', '”'];
        !self.parted
            && node.starts_with(|c: char| is_initial && c.is_lowercase() || signs.contains(&c))
    }
}

/// The text of nodes, white space folded, from about `bytes` of it.
fn text_of<'a>(nodes: impl Iterator<Item = Node<'a>>, bytes: usize) -> String {
    let mut out = RunningText::default();
    let mut read = 0;
    for node in nodes {
        let Some(text) = node.text() else {
            if node.name() == Some("br") {
                out.part();
            }
            continue;
        };
        if matches!(
            node.parent().and_then(Node::name),
            Some("script" | "style" | "noscript" | "noembed" | "noframes" | "template")
        ) {
            continue;
        }
        let room = bytes.saturating_sub(read);
        out.add(&text[..text.floor_char_boundary(room)], usize::MAX);
        read += text.len() + 1;
        if read > bytes {
            break;
        }
    }
    out.into_text()
}

#[cfg(test)]
mod tests {
    use super::Dom;

    #[test]
    fn text_is_not_torn_at_a_large_initial_or_before_a_sign() {
        for (html, text) in [
            ("<h1><span>T</span>he storm</h1>", "The storm"),
            ("<h1>The <i>Post</i>, the <b>storm</b>.</h1>", "The Post, the storm."),
            ("<h1><span>A</span> storm</h1>", "A storm"),
            ("<h1>A <em>very</em> bad day</h1>", "A very bad day"),
            ("<h1>A<br>storm</h1>", "A storm"),
            (
                "<h1><span>Weather</span>The storm<br>of the year</h1>",
                "Weather The storm of the year",
            ),
        ] {
            assert_eq!(Dom::parse(html).root().text_content(), text);
        }
    }
}
