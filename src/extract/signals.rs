//! What the page as a whole says of itself, beside its text.

use crate::dom::Dom;
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

/// Signals, and copies of the text beside the page's own.
pub(super) struct Stated {
    pub signals: Signals,
    /// HTML inside `<noscript>`, if there is enough of it to be a text.
    pub noscript: Option<String>,
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

/// Reads the signals in one pass over the page's elements; `data` is its structured data.
pub(super) fn read(dom: &Dom, data: JsonLd) -> Stated {
    let JsonLd { is_article, is_forum, is_free, body, .. } = data;
    let stated_body = body.filter(|body| body.len() >= COPY_BYTES_MIN);
    let mut signals = Signals { is_free, is_article, is_forum, stated_body, ..Signals::default() };
    let mut noscript = String::new();
    for node in dom.root().descendants() {
        match node.name() {
            Some("meta") if node.attr("property") == Some("og:type") => {
                let kind = node.attr("content").unwrap_or_default();
                signals.is_article |= kind.eq_ignore_ascii_case("article");
            }
            Some("meta") if node.attr("name") == Some("generator") => {
                let program = node.attr("content").unwrap_or_default().to_ascii_lowercase();
                signals.is_forum |= BOARDS.iter().any(|board| program.starts_with(board));
            }
            Some("title") if signals.document_title.is_empty() => {
                signals.document_title = node.text_content();
            }
            Some("input") if node.attr("type") == Some("password") => signals.asks_password = true,
            Some("noscript") => {
                for text in node.children().filter_map(crate::dom::Node::text) {
                    noscript.push_str(text);
                }
            }
            Some("script") => {
                signals.bot_check |= node.attr("src").is_some_and(|src| {
                    src.contains("/cdn-cgi/challenge-platform/") || src.contains("captcha-delivery")
                });
            }
            _ => {}
        }
    }
    Stated { signals, noscript: (noscript.len() >= COPY_BYTES_MIN).then_some(noscript) }
}
