//! Any text for a page: the tree is that which `scraper` makes of it.
#![no_main]

use ego_tree::iter::Edge;
use libfuzzer_sys::fuzz_target;
use tearsheet::dom::{Dom, Step};

fuzz_target!(|page: &str| {
    let mut warnings = Vec::new();
    let ours = Dom::parse_guarded(page, &mut warnings);
    if warnings.is_empty() {
        let theirs = scraper::Html::parse_document(page);
        assert!(ours_described(&ours).eq(theirs_described(&theirs)));
    }
});

/// A node that is entered or left, its attributes, its text.
type Described<'a> = (bool, Option<&'a str>, Vec<(&'a str, &'a str)>, Option<&'a str>);

fn ours_described(dom: &Dom) -> impl Iterator<Item = Described<'_>> {
    dom.root().walk().map(|step| {
        let (opens, node) = match step {
            Step::Open(node) => (true, node),
            Step::Close(node) => (false, node),
        };
        (opens, node.name(), node.attrs().collect(), node.text())
    })
}

fn theirs_described(html: &scraper::Html) -> impl Iterator<Item = Described<'_>> {
    html.tree.root().traverse().map(|edge| {
        let (opens, node) = match edge {
            Edge::Open(node) => (true, node),
            Edge::Close(node) => (false, node),
        };
        let element = node.value().as_element();
        (
            opens,
            element.map(scraper::node::Element::name),
            element.into_iter().flat_map(scraper::node::Element::attrs).collect(),
            node.value().as_text().map(|text| &**text),
        )
    })
}
