//! The CPU stages, put together: bytes → what the page holds.
//!
//! Pure: the same bytes give the same reading on any day and machine. The
//! daemon, `extract` and tests all read pages through these functions.

use super::{Failure, settle};
use crate::article::{Article, Draft, Judgement, Metadata, PageKind};
use crate::decode;
use crate::extract::{self, ExtractError};
use crate::fetch::Page;
use crate::limits::{LEAK_BYTES_MAX, REFRESH_BYTES_MAX};
use crate::outcome::Outcome;
use crate::render;
use crate::strip::{self, Phrases, Template};

/// What a page was found to hold.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The article, or what came nearest to one.
    pub article: Article,
    /// What the page as a whole is.
    pub kind: PageKind,
}

/// A page taken apart and judged block by block.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Its blocks and what it says of itself.
    pub draft: Draft,
    /// A verdict on each block.
    pub judgement: Judgement,
    /// What the page as a whole is.
    pub kind: PageKind,
    /// The F1 of words that is expected of its text, 0 to 1.
    pub confidence: f32,
    /// The charset in which its bytes were read.
    pub encoding: &'static str,
}

/// Reads a page from its bytes.
///
/// `content_type` is the header's value, `url` where the page was found, `phrases` are the
/// wordings of residue, `template` is what is known of its site, where one is kept.
///
/// # Errors
///
/// [`ExtractError`] where there is nothing to read; a page without an article
/// is a [`Reading`] whose kind says so.
pub fn read_page(
    bytes: &[u8],
    content_type: Option<&str>,
    url: Option<&url::Url>,
    phrases: &Phrases,
    template: Option<&Template>,
) -> Result<Reading, ExtractError> {
    let Examined { draft, judgement, kind, confidence, .. } =
        examine(bytes, content_type, url, phrases, template)?;
    Ok(rendered(draft, judgement, kind, confidence))
}

/// Takes a page apart and judges its blocks: [`read_page`] before anything is left out.
///
/// # Errors
///
/// As [`read_page`].
pub fn examine(
    bytes: &[u8],
    content_type: Option<&str>,
    url: Option<&url::Url>,
    phrases: &Phrases,
    template: Option<&Template>,
) -> Result<Examined, ExtractError> {
    if decode::binary(bytes).is_some() {
        return Err(ExtractError::NotHtml);
    }
    let decoded = decode::decode(bytes, content_type);
    if !is_page(content_type, &decoded.text) {
        return Err(ExtractError::NotHtml);
    }
    let mut draft = extract::extract(&decoded.text, url)?;
    draft.warnings.extend(decoded.warnings);
    let judgement = strip::strip(&draft, phrases, template);
    let (kind, confidence) = strip::appraise(&draft, &judgement);
    Ok(Examined { draft, judgement, kind, confidence, encoding: decoded.encoding })
}

fn rendered(draft: Draft, judgement: Judgement, kind: PageKind, confidence: f32) -> Reading {
    let article = render::render(draft, &judgement, confidence);
    Reading { article: Article { fingerprints: judgement.fingerprints, ..article }, kind }
}

/// Reads a page as it was fetched.
pub(super) fn read_fetched(
    page: &Page,
    phrases: &Phrases,
    template: &Template,
) -> Result<Reading, ExtractError> {
    read_page(&page.body, page.content_type.as_deref(), Some(&page.url), phrases, Some(template))
}

/// Where a page sends browsers on to, as a redirect would: a small one that holds no article. The
/// front that a server has for a story that it lost, which was `asked` for, leads to no story, nor does
/// a page that leads there.
pub(super) fn sends_on_to(
    page: &Page,
    asked: &url::Url,
    read: Result<&Reading, &ExtractError>,
) -> Option<url::Url> {
    let is_other = match read {
        Ok(reading) => reading.kind.has_article(),
        Err(error) => *error != ExtractError::Empty,
    };
    let is_lost = |at: &url::Url| settle::fell_back_to_the_front(asked, at);
    if is_other || page.body.len() > REFRESH_BYTES_MAX || is_lost(&page.url) {
        return None;
    }
    let html = decode::decode(&page.body, page.content_type.as_deref()).text;
    extract::sends_on_to(&html, &page.url).filter(|to| !is_lost(to))
}

/// Whether this is a page: HTML or plain text by its type, or HTML by its looks. Wrong types are
/// common; but what begins as a feed, a sitemap or JSON is none, whatever its type says.
fn is_page(content_type: Option<&str>, text: &str) -> bool {
    // Some are put in quotes, told twice, or followed by their charset without a sign.
    let essence = content_type.unwrap_or_default().trim_start_matches(['"', ' ']);
    let essence = essence.split([';', ',', ' ', '"']).next().unwrap_or_default();
    let typed = ["", "html", "text/html", "application/xhtml+xml", "text/plain"];
    let is_typed = typed.iter().any(|of_page| of_page.eq_ignore_ascii_case(essence));
    match root(text).as_deref() {
        Some("rss" | "feed" | "rdf" | "urlset" | "sitemapindex") => false,
        // Those by which browsers know HTML (MIME Sniffing Standard, 7.1).
        Some(
            "html" | "head" | "body" | "script" | "iframe" | "h1" | "div" | "font" | "table" | "a"
            | "style" | "title" | "b" | "br" | "p" | "meta",
        ) => true,
        _ => is_typed && (!is_json(text) || holds_page(text)),
    }
}

/// What a document in HTML or XML is called by: the name in its document type, else that of its
/// first element, in lower case and without a prefix; `None` where text comes first.
fn root(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        let tag = rest.strip_prefix('<')?;
        let end = match tag.as_bytes() {
            [b'!', b'-', b'-', ..] => "-->",
            [b'?', ..] => ">",
            _ => break,
        };
        rest = &tag[tag.find(end)? + end.len()..];
    }
    let tag = &rest[1..];
    let doctype = tag.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("!doctype"));
    let name = if doctype { tag[8..].trim_start() } else { tag };
    let end =
        name.find(|c: char| !c.is_alphanumeric() && c != ':' && c != '-').unwrap_or(name.len());
    let local = name[..end].rsplit(':').next().unwrap_or_default();
    Some(local.to_ascii_lowercase())
}

/// Whether a whole page stands in a text, behind what leaked before it.
fn holds_page(text: &str) -> bool {
    let start = &text[..text.floor_char_boundary(LEAK_BYTES_MAX)];
    ["<!doctype html", "<html"].iter().any(|begin| {
        start.char_indices().filter(|(_, c)| *c == '<').any(|(at, _)| {
            start.get(at..at + begin.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(begin))
        })
    })
}

/// Whether an object comes first, or a list of them.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '[');
    text.strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with('"'))
}

/// Reads the content that a feed carries for an entry, as if it were the
/// article of a page with nothing around it.
pub(super) fn read_feed_content(
    content: &str,
    known: Metadata,
    url: Option<&url::Url>,
    phrases: &Phrases,
    template: &Template,
) -> Option<Article> {
    let html = format!("<!doctype html><html><body><article>{content}</article></body></html>");
    let draft = extract::extract(&html, url).ok()?;
    let judgement = strip::strip_by_rules(&draft, phrases, Some(template));
    let (kind, confidence) = strip::appraise(&draft, &judgement);
    let mut article = rendered(draft, judgement, kind, confidence).article;
    if article.text.is_empty() {
        return None;
    }
    let language = known.language.clone().or(article.metadata.language.take());
    article.metadata = Metadata { image_url: article.metadata.image_url.take(), language, ..known };
    Some(article)
}

/// The failure that an unreadable page is.
pub(super) fn failure(error: ExtractError) -> Failure {
    Failure::new(outcome_of(error), error.to_string())
}

/// The outcome of an attempt whose page could not be read.
#[must_use]
pub fn outcome_of(error: ExtractError) -> Outcome {
    match error {
        ExtractError::Empty => Outcome::Empty,
        ExtractError::NotHtml => Outcome::NotHtml,
    }
}

#[cfg(test)]
mod tests {
    use super::is_page;

    const XML: &str = "<?xml version='1.0'?><!-- made by hand -->";

    #[test]
    fn a_page_is_html_or_plain_text_and_no_feed_whatever_its_type_says() {
        let (html, xhtml) = ("<!DOCTYPE HTML PUBLIC '-//W3C'>", "<html xmlns='x'><p>Rain");
        for (content_type, text) in [
            (None, "Rain fell."),
            (Some("text/plain"), "{x} marks the spot."),
            (Some("Text/HTML; charset=utf-8"), "Rain fell <b>all day</b>."),
            (Some("text/html"), "[{x}] Rain"),
            (Some("application/xml"), &format!("{XML}{xhtml}")),
            (Some("text/xml"), &format!("{XML}{html}{xhtml}")),
            (Some("application/octet-stream"), " \n<p>Rain"),
            (Some("application/json"), html),
            (Some("text/html"), "<feed-banner></feed-banner><article>Rain"),
            (Some("text/html charset=utf-8"), "<main>Rain"),
            (Some("\"text/html\""), "<section>Rain"),
            (Some("text/html, text/html; charset=utf-8"), "<main>Rain"),
            (Some("text/html"), "{\"@type\": \"Article\"}\n<!DOCTYPE html><p>Rain"),
        ] {
            assert!(is_page(content_type, text), "{content_type:?} {text}");
        }
        let [rss, atom] = ["<rss><channel>", "<!DOCTYPE feed [<!ENTITY a 'b'>]><x:feed>"];
        for content_type in [None, Some("text/html"), Some("text/plain"), Some("application/xml")] {
            for text in [rss, atom, "<rdf:RDF>", "<urlset>", "{ \"items\": [", "[{\"a\": 1}]"] {
                assert!(!is_page(content_type, text), "{content_type:?} {text}");
            }
        }
        for (content_type, text) in [
            ("application/xml", "<?xml version='1.0'?><doc><title>Rain</title></doc>"),
            ("application/javascript", "// Rain"),
            ("text/css", "/* Rain */"),
            ("text/csv", "id,note"),
            ("text/calendar", "BEGIN:VCALENDAR"),
            ("application/rtf", "{\\rtf1 Rain}"),
            ("application/postscript", "%!PS-Adobe"),
            ("image/svg+xml", "<svg><title>Rain</title></svg>"),
            ("audio/mpeg", "Rain"),
        ] {
            assert!(!is_page(Some(content_type), text), "{content_type}");
        }
    }
}
