//! What the page as a whole says of itself, beside its text.

use crate::dom::{Dom, Node};
use crate::extract::json_ld::JsonLd;

/// Where the story's text was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoryFrom {
    /// The page as it shows.
    #[default]
    Page,
    /// The copy for readers without scripts.
    Noscript,
    /// `articleBody` of the structured data.
    JsonLd,
}

/// Signals about a page as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; none excludes another"
)]
pub struct Signals {
    /// What structured data says about free access.
    pub is_free: Option<bool>,
    /// The page calls itself an article.
    pub is_article: bool,
    /// The page is a thread of posts.
    pub is_forum: bool,
    /// It is no such thread, and calls itself an article or says in a `<meta>` when it was published.
    pub states_article: bool,
    /// The page offers one product.
    pub is_product: bool,
    /// It is the first page of its site.
    pub is_home: bool,
    /// Its author is a newsroom, an authority or another body, no person.
    pub by_organisation: bool,
    /// It asks for a password.
    pub asks_password: bool,
    /// Bytes of prose on the whole page.
    pub page_mass: f32,
    /// Bytes of prose in the container.
    pub container_mass: f32,
    /// Where the text came from.
    pub story_from: StoryFrom,
    /// The document's `<title>`.
    pub document_title: String,
    /// Markup that only a bot check has.
    pub bot_check: bool,
    /// The article's text as structured data gives it.
    pub stated_body: Option<String>,
}

/// Bytes from which a `<noscript>` or an `articleBody` may be the article.
const COPY_BYTES_MIN: usize = 500;

/// Programs that serve nothing but threads of posts, as they name themselves in `generator`.
const BOARDS: [&str; 9] = [
    "discourse",
    "phpbb",
    "vbulletin",
    "xenforo",
    "mybb",
    "smf",
    "simple machines",
    "flarum",
    "invision",
];

/// Classes of the body by which shop programs name the page of a product.
const OF_PRODUCT: [&str; 2] = ["single-product", "template-product"];

/// Whether a `<meta>` of this property states what the page's product costs.
fn is_price(property: &str) -> bool {
    matches!(property, "product:price:amount" | "og:price:amount")
}

fn is_product_type(kind: &str) -> bool {
    kind.trim_end_matches('/').rsplit('/').next().is_some_and(|name| name == "Product")
}

/// Whether a schema is that of a thread.
pub(super) fn is_thread_type(kind: &str) -> bool {
    let kind = kind.trim_end_matches('/');
    kind.ends_with("/DiscussionForumPosting") || kind.ends_with("/QAPage")
}

/// HTML inside `<noscript>`, if there is enough of it to be a text.
pub(super) fn noscript(dom: &Dom) -> Option<String> {
    let copies = dom.root().descendants().filter(|node| node.name() == Some("noscript"));
    let html: String = copies.flat_map(Node::children).filter_map(Node::text).collect();
    (html.len() >= COPY_BYTES_MIN).then_some(html)
}

/// Reads the signals in one pass over the page's elements; `data` is its structured data.
pub(super) fn read(dom: &Dom, data: JsonLd) -> Signals {
    let JsonLd { is_article, is_forum, is_free, products, body, .. } = data;
    let stated_body = body.filter(|body| body.len() >= COPY_BYTES_MIN);
    let mut signals = Signals { is_free, is_article, is_forum, stated_body, ..Signals::default() };
    let (mut offered, mut items) = (false, 0);
    for node in dom.root().descendants() {
        items += usize::from(node.attr("itemtype").is_some_and(is_product_type));
        signals.is_forum |= node.attr("itemtype").is_some_and(is_thread_type);
        match node.name() {
            Some("meta") if node.attr("property") == Some("og:type") => {
                let kind = node.attr("content").unwrap_or_default();
                signals.is_article |= kind.eq_ignore_ascii_case("article");
                offered |=
                    kind.eq_ignore_ascii_case("product") || kind.eq_ignore_ascii_case("og:product");
            }
            Some("meta") if node.attr("property").is_some_and(is_price) => offered = true,
            Some("body") => {
                let classes = node.attr("class").unwrap_or_default();
                offered |=
                    classes.split_ascii_whitespace().any(|class| OF_PRODUCT.contains(&class));
            }
            Some("meta") if node.attr("name") == Some("generator") => {
                let program = node.attr("content").unwrap_or_default().to_ascii_lowercase();
                signals.is_forum |= BOARDS.iter().any(|board| program.starts_with(board));
            }
            Some("title") if signals.document_title.is_empty() => {
                signals.document_title = node.text_content();
            }
            Some("input") if node.attr("type") == Some("password") => signals.asks_password = true,
            Some("script") => {
                signals.bot_check |= node.attr("src").is_some_and(|src| {
                    src.contains("/cdn-cgi/challenge-platform/") || src.contains("captcha-delivery")
                });
            }
            _ => {}
        }
    }
    signals.is_product = !signals.is_article && (offered || products == 1 || items == 1);
    signals
}
