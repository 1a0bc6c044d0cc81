//! The only module that knows the HTML parser.
//!
//! The tree is walked without recursion, and its maker can be exchanged without
//! touching another file.

use ego_tree::iter::Edge;

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
    #[must_use]
    pub fn parse(html: &str) -> Dom {
        Dom(scraper::Html::parse_document(html))
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
        self.0.value().as_element()?.attr(name)
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
        let mut out = String::new();
        for node in self.descendants() {
            let Some(text) = node.text() else { continue };
            if matches!(
                node.parent().and_then(Node::name),
                Some("script" | "style" | "noscript" | "template")
            ) {
                continue;
            }
            out.push_str(text);
            out.push(' ');
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A number for this node, unique within its page.
    #[must_use]
    pub fn key(self) -> ego_tree::NodeId {
        self.0.id()
    }
}
