//! Keeps the making of the tree linear: leaves out tags that would nest too deeply.
//!
//! The tree's maker looks through the open elements at nearly every tag, and
//! copies the open formatting elements (`<b>`, `<font>` …) into every paragraph
//! that follows. A hostile page makes that quadratic. So the guard stands before
//! it, and counts what is open whenever the tree has grown by as much as there
//! was room for; ordinary pages are counted a few times, and pass untouched.

use std::cell::Cell;
use std::collections::HashMap;

use ego_tree::{NodeId, Tree};
use html5ever::tokenizer::{Tag, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{QuirksMode, Tracer, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, local_name};
use scraper::{Html, HtmlTreeSink};

use crate::limits;

/// Bytes of a page for every node of its tree; ordinary pages have fewer nodes.
const BYTES_PER_NODE: usize = 48;
/// Formatting tags that may pass before those that are open are counted again.
const FORMATTING_UNCOUNTED_MAX: usize = 16;

/// The maker of the tree, and what keeps harm from it.
pub(super) struct Guard {
    maker: TreeBuilder<NodeId, HtmlTreeSink>,
    formatting_max: usize,
    /// Whether a page that costs too much is given up.
    gives_up: bool,
    tokens: usize,
    open: Census,
    /// Formatting tags that passed since the count.
    formatting_since: usize,
    /// Comparisons that formatting tags have caused.
    compared: usize,
    root_tags: usize,
    /// End tags to leave out, because their start tags were.
    refused: HashMap<LocalName, usize>,
    lossy: bool,
}

/// What was open when it was last counted.
#[derive(Default)]
struct Census {
    /// Open elements, and formatting elements that are to be opened again.
    elements: usize,
    /// Those of them that are formatting elements, most of which are both.
    formatting: usize,
    /// How many nodes the tree had.
    nodes: usize,
    /// How many tokens the maker had been given.
    tokens: usize,
}

impl Guard {
    /// For any page; gives up on one that asks for too many copies.
    pub(super) fn new(bytes: usize) -> Guard {
        Guard::with(limits::FORMATTING_MAX, true, bytes)
    }

    /// For a page that was given up: takes it whole, with hardly any formatting.
    pub(super) fn strict(bytes: usize) -> Guard {
        Guard::with(limits::FORMATTING_MAX_OF_HOSTILE, false, bytes)
    }

    fn with(formatting_max: usize, gives_up: bool, bytes: usize) -> Guard {
        let sink = HtmlTreeSink::new(Html {
            quirks_mode: QuirksMode::NoQuirks,
            // Room that is not used costs nothing; a tree that outgrows its room is moved.
            tree: Tree::with_capacity(scraper::Node::Document, bytes / BYTES_PER_NODE),
        });
        Guard {
            maker: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            formatting_max,
            gives_up,
            tokens: 0,
            open: Census::default(),
            formatting_since: 0,
            compared: 0,
            root_tags: 0,
            refused: HashMap::new(),
            lossy: false,
        }
    }

    /// Hands on a token that is no tag, or a tag that may pass.
    pub(super) fn pass(&mut self, token: Token) -> TokenSinkResult<NodeId> {
        self.tokens += 1;
        // Errors of the page are not reported, so that lines need no numbers.
        self.maker.process_token(token, 1)
    }

    pub(super) fn start_tag(&mut self, tag: Tag) -> TokenSinkResult<NodeId> {
        if self.admits(&tag) {
            return self.pass(Token::TagToken(tag));
        }
        *self.refused.entry(tag.name).or_default() += 1;
        self.lossy = true;
        TokenSinkResult::Continue
    }

    pub(super) fn end_tag(&mut self, tag: Tag) -> TokenSinkResult<NodeId> {
        if !self.refused.is_empty()
            && let Some(count) = self.refused.get_mut(&tag.name)
            && *count > 0
        {
            *count -= 1;
            return TokenSinkResult::Continue;
        }
        self.pass(Token::TagToken(tag))
    }

    /// Within a drawing or a formula.
    pub(super) fn is_in_foreign_content(&self) -> bool {
        self.maker.adjusted_current_node_present_but_not_in_html_namespace()
    }

    /// Takes note that a part of a tag was left out.
    pub(super) fn note_loss(&mut self) {
        self.lossy = true;
    }

    /// Whether the page costs so much that it is to be read again by a strict guard.
    pub(super) fn is_flooded(&self) -> bool {
        self.gives_up
            && (self.nodes() > self.tokens + limits::FORMATTING_COPIES_MAX
                || self.compared > limits::FORMATTING_COMPARED_MAX)
    }

    /// The tree, and whether anything of the page was left out.
    pub(super) fn finish(mut self) -> (Html, bool) {
        let _ = self.pass(Token::EOFToken);
        self.maker.end();
        (self.maker.sink.finish(), self.lossy)
    }

    fn admits(&mut self, tag: &Tag) -> bool {
        if matches!(tag.name, local_name!("html") | local_name!("body")) {
            // The attributes of all of them become those of one element.
            self.root_tags += 1;
            return self.root_tags <= limits::ROOT_TAGS_MAX;
        }
        let formatting = is_formatting(&tag.name);
        if self.is_count_due(formatting) {
            self.count();
        }
        if self.open.elements >= limits::DOM_DEPTH_MAX {
            return is_childless(&tag.name) && !self.is_in_foreign_content();
        }
        if formatting {
            self.formatting_since += 1;
            self.compared += self.open.formatting * (tag.attrs.len() + 1);
        }
        !formatting || self.open.formatting < 2 * self.formatting_max
    }

    fn is_count_due(&self, formatting: bool) -> bool {
        let room = limits::DOM_DEPTH_MAX.saturating_sub(self.open.elements);
        let is_full = self.nodes() - self.open.nodes >= room
            || formatting
                && (self.formatting_since >= FORMATTING_UNCOUNTED_MAX
                    || self.open.formatting + 2 * self.formatting_since >= 2 * self.formatting_max);
        // What is full stays so until another token has passed.
        is_full && self.tokens > self.open.tokens
    }

    /// Counts what is open.
    fn count(&mut self) {
        let html = self.maker.sink.0.borrow();
        let counter = Counter { html: &html, elements: Cell::new(0), formatting: Cell::new(0) };
        self.maker.trace_handles(&counter);
        self.open = Census {
            elements: counter.elements.get(),
            formatting: counter.formatting.get(),
            nodes: html.tree.values().len(),
            tokens: self.tokens,
        };
        self.formatting_since = 0;
    }

    fn nodes(&self) -> usize {
        self.maker.sink.0.borrow().tree.values().len()
    }
}

struct Counter<'a> {
    html: &'a Html,
    elements: Cell<usize>,
    formatting: Cell<usize>,
}

impl Tracer for Counter<'_> {
    type Handle = NodeId;

    fn trace_handle(&self, node: &NodeId) {
        let node = self.html.tree.get(*node);
        let Some(element) = node.as_ref().and_then(|node| node.value().as_element()) else {
            return;
        };
        self.elements.set(self.elements.get() + 1);
        if is_formatting(&element.name.local) {
            self.formatting.set(self.formatting.get() + 1);
        }
    }
}

/// Elements that are opened again where the one around them was closed.
fn is_formatting(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("tt")
            | local_name!("u")
    )
}

/// Elements that hold no others, so that nothing nests in them.
fn is_childless(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("br")
            | local_name!("embed")
            | local_name!("hr")
            | local_name!("iframe")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("param")
            | local_name!("script")
            | local_name!("source")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
            | local_name!("track")
            | local_name!("wbr")
            | local_name!("xmp")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom::tokenizer::{Parsed, parse};

    fn count(parsed: &Parsed, name: &str) -> usize {
        let elements = parsed.html.tree.values().filter_map(scraper::Node::as_element);
        elements.filter(|element| element.name() == name).count()
    }

    fn text(parsed: &Parsed) -> String {
        let texts = parsed.html.tree.values().filter_map(scraper::Node::as_text);
        texts.map(|text| &**text).collect()
    }

    #[test]
    fn an_ordinary_page_is_left_as_it_is() {
        for page in [
            "<html><body>".to_owned() + &"<div><p>One<p>Two <b>three</b><br></div>".repeat(500),
            "<ul>".to_owned() + &"<li><a href=x>One</a>".repeat(2_000) + "</ul>",
            "<table>".to_owned() + &"<tr><td><a href=x>One<td><b>Two".repeat(2_000) + "</table>",
            "<a href=x>One ".repeat(2_000),
        ] {
            assert!(!parse(&page).flattened, "{}", &page[..60]);
        }
    }

    #[test]
    fn scripts_and_comments_do_not_count() {
        let divs = "<div>".repeat(2_000);
        assert!(!parse(&format!("<script>{divs}</script><!-- {divs} -->")).flattened);
    }

    #[test]
    fn what_nests_too_deeply_is_flattened_and_its_text_stays() {
        let page = "<div>".repeat(5_000)
            + "deep <img> text<script>no text</script>"
            + &"</div>".repeat(5_000)
            + "<p>after</p>";
        let parsed = parse(&page);
        assert!(parsed.flattened);
        assert!((500..=limits::DOM_DEPTH_MAX).contains(&count(&parsed, "div")));
        assert_eq!((count(&parsed, "img"), count(&parsed, "script")), (1, 1));
        assert_eq!(text(&parsed), "deep  textno textafter");
        let after =
            parsed.html.tree.nodes().find(|node| {
                node.value().as_element().is_some_and(|element| element.name() == "p")
            });
        let parent = after.and_then(|node| node.parent()).unwrap();
        assert_eq!(parent.value().as_element().unwrap().name(), "body");
    }

    #[test]
    fn elements_within_drawings_nest_no_deeper() {
        let parsed = parse(&format!("<svg>{}", "<link>".repeat(5_000)));
        assert!(parsed.flattened);
        assert!((500..limits::DOM_DEPTH_MAX).contains(&count(&parsed, "link")));
    }

    #[test]
    fn formatting_left_open_is_not_copied_without_end() {
        let fonts = (0..20_000).map(|size| format!("<p><font size={size}>x")).collect::<Vec<_>>();
        let parsed = parse(&fonts.concat());
        assert!(parsed.flattened);
        assert_eq!(text(&parsed).len(), 20_000);
        assert!(parsed.html.tree.values().len() < 10 * 20_000);
    }

    #[test]
    fn only_so_many_attributes_are_read() {
        let attributes = (0..100_000).map(|name| format!(" a{name}=b")).collect::<Vec<_>>();
        let parsed = parse(&format!("<p{}>x</p>", attributes.concat()));
        assert!(parsed.flattened);
        assert_eq!((count(&parsed, "p"), text(&parsed).as_str()), (1, "x"));
        let most = parsed.html.tree.values().filter_map(scraper::Node::as_element);
        let most = most.map(|element| element.attrs.len()).max();
        assert_eq!(most, Some(limits::HTML_ATTRIBUTES_MAX));
    }

    #[test]
    fn repeated_body_tags_add_only_so_much() {
        let bodies = (0..10_000).map(|name| format!("<body a{name}=b>x")).collect::<Vec<_>>();
        let parsed = parse(&bodies.concat());
        assert!(parsed.flattened);
        assert_eq!(text(&parsed).len(), 10_000);
    }
}
