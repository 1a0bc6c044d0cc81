//! Feed bytes → feed document with entries.
//!
//! Bytes are decoded first; then `xml` or `json` reads the feed, whatever its
//! dialect and condition. Nothing is asked of a feed but that it can be told
//! from a page: what a strict parser would refuse as a whole is read up to the
//! fault and on behind it.

mod capture;
mod dialect;
mod draft;
mod html;
mod json;
mod links;
mod people;
mod sniff;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod xml;

pub mod discover;
pub mod listing;
pub mod opml;
pub mod sitemap;

use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

pub(crate) use html::Element;

use crate::article::Dated;
use crate::limits::ENTRIES_MAX;
use crate::schedule::Quiet;
use crate::time::StatedTime;
use crate::time::Timestamp;
use crate::warning::Warning;

/// What a feed said at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedDocument {
    /// The feed's own title.
    pub title: Option<String>,
    /// The web page that the feed belongs to.
    pub site_url: Option<url::Url>,
    /// BCP 47 tag, lower case.
    pub language: Option<String>,
    /// What it announces, in its own order, at most `limits::ENTRIES_MAX`; of a
    /// sitemap also up to `limits::SITEMAP_ENTRIES_MAX` without a date.
    pub entries: Vec<Entry>,
    /// How long the feed asks not to be polled again (`ttl`, `sy:updatePeriod`).
    pub ttl: Option<Duration>,
    /// When it does not want to be polled (`skipHours`, `skipDays`).
    pub quiet: Quiet,
    /// Whether it ended before its end, so that there may be more than it says.
    pub cut_off: bool,
    /// Flaws met on the way.
    pub warnings: Vec<Warning>,
}

/// One item that a source announced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The publisher's identifier (`guid`, `atom:id`, JSON Feed `id`), trimmed.
    pub guid: Option<String>,
    /// Where the article is: of several on one page each with its fragment.
    pub url: Option<url::Url>,
    /// Headline, as text.
    pub title: Option<String>,
    /// Names, in the feed's order; where the entry gives none, those of its feed.
    pub authors: Vec<String>,
    /// First publication.
    pub published: Option<Dated>,
    /// Last change.
    pub updated: Option<Dated>,
    /// The publisher's summary, as HTML.
    pub summary: Option<String>,
    /// The publisher's content, as HTML.
    pub content: Option<String>,
    /// Files that come with it.
    pub enclosures: Vec<Enclosure>,
}

/// A file that an entry carries along: a recording, a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// Where it is.
    pub url: url::Url,
    /// Its media type, as the feed states it.
    pub kind: Option<String>,
    /// Its size, as the feed states it.
    pub bytes: Option<u64>,
}

impl Entry {
    /// The latest moment that it states.
    #[must_use]
    pub fn changed_at(&self) -> Option<Timestamp> {
        [self.published, self.updated].into_iter().flatten().map(|date| date.at.timestamp()).max()
    }
}

/// Why there is no feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing but white space.
    #[error("the answer is empty")]
    Empty,
    /// A web page; it may advertise feeds.
    #[error("this is a web page, not a feed")]
    Html,
    /// Something else.
    #[error("this is no feed: {0}")]
    NotAFeed(String),
    /// Something else, where a sitemap was expected.
    #[error("this is no sitemap: {0}")]
    NotASitemap(String),
}

/// Reads a feed of any kind: RSS 0.9x, 1.0, 2.0, Atom, JSON Feed.
///
/// `content_type` is the header's value; `url` is where it was found, for
/// relative links.
///
/// # Errors
///
/// Only what is no feed at all is an error; flaws are warnings in the document,
/// and a bad entry never costs the others.
pub fn parse(
    bytes: &[u8],
    content_type: Option<&str>,
    url: &url::Url,
) -> Result<FeedDocument, ParseError> {
    if let Some(kind) = crate::decode::binary(bytes) {
        return Err(ParseError::NotAFeed(kind.to_owned()));
    }
    // Before decoding, to which a few zeros look like UTF-16.
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(ParseError::Empty);
    }
    let decoded = crate::decode::decode(bytes, content_type);
    let text = decoded.text.as_str();
    let Some(start) = text.find(|c: char| !c.is_whitespace() && !c.is_control() && c != BOM) else {
        return Err(ParseError::Empty);
    };
    let mut document = if is_json(&text[start..], content_type) {
        json::parse(&text[start..], url)?
    } else {
        xml::parse(&text[start..], url)?
    };
    document.warnings.splice(..0, decoded.warnings);
    for entry in &mut document.entries {
        // Atom asks for `updated` only; of two dates the other is the better guess
        // than the day on which we happened to look.
        entry.published = entry.published.or(entry.updated);
    }
    Ok(document)
}

const BOM: char = '\u{feff}';

/// What XML is called of which nothing is known but the element that it begins with.
fn stranger(name: &str) -> String {
    format!("XML that begins with <{}>", name.chars().take(40).collect::<String>())
}

/// The newest [`ENTRIES_MAX`], in the document's order.
fn newest(mut entries: Vec<Entry>) -> Vec<Entry> {
    if entries.len() <= ENTRIES_MAX {
        return entries;
    }
    let mut order: Vec<_> =
        (0..entries.len()).map(|at| (std::cmp::Reverse(entries[at].changed_at()), at)).collect();
    order.sort_unstable();
    order.truncate(ENTRIES_MAX);
    let kept: HashSet<usize> = order.into_iter().map(|(_, at)| at).collect();
    let mut at = 0;
    entries.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    entries
}

/// Reads a date, of an HTML element `<time>` that of its attribute. The very start of 1970
/// is what programs write for a date that nobody set.
fn date(text: &str) -> Option<StatedTime> {
    let text = text.trim();
    let attribute = text.strip_prefix("<time").and_then(|rest| rest.split_once("datetime=\""));
    let text = attribute.map_or(text, |(_, value)| value.split('"').next().unwrap_or(value));
    let at = crate::date::parse(whole(text).as_deref().unwrap_or(text))?;
    (at.timestamp().as_unix() != 0).then_some(at)
}

/// The full form of a date that leaves out what ISO 8601 and the W3C's note on it
/// allow: a year or month alone is its first day, an hour alone its first
/// minute, two digits before a day of the year are a year.
fn whole(text: &str) -> Option<String> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    Some(match shape.as_str() {
        "9999" if text.starts_with(['1', '2']) => format!("{text}-01-01"),
        "9999-99" if text.starts_with(['1', '2']) => format!("{text}-01"),
        _ if shape.strip_prefix("99-999").is_some_and(|rest| !rest.starts_with('9')) => {
            let century = if text < "69" { "20" } else { "19" };
            format!("{century}{text}")
        }
        _ if shape.starts_with("9999-99-99T99") && !shape[13..].starts_with([':', '9']) => {
            format!("{}:00{}", &text[..13], &text[13..])
        }
        _ => return None,
    })
}

/// The address that `text` stands for in a document at `base`; `None` where it is empty or
/// cannot be fetched.
///
/// Many programs escape addresses once more than XML asks for, or where it asks for nothing; no
/// address has such a reference of its own.
fn address(base: &url::Url, text: &str) -> Option<url::Url> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let ampersands = ["&amp;", "&#38;", "&#038;"];
    let mut meant = Cow::Borrowed(text);
    for escaped in ampersands {
        if meant.contains(escaped) {
            meant = Cow::Owned(meant.replace(escaped, "&"));
        }
    }
    // A host without a scheme; as a path it would have one dot.
    let host = meant.split('/').next().unwrap_or_default();
    if host.starts_with("www.") && host.matches('.').count() > 1 {
        meant = Cow::Owned(format!("{}://{meant}", base.scheme()));
    }
    crate::url::resolve_with_fragment(base, &meant).ok()
}

/// A BCP 47 tag in lower case, if it has the shape of one.
fn language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-").to_ascii_lowercase();
    let shaped = (2..=35).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
        && tag.split('-').next().is_some_and(|first| matches!(first.len(), 2 | 3));
    shaped.then_some(tag)
}

/// Whether the text is JSON: an object comes first, or no feed's root at all.
fn is_json(text: &str, content_type: Option<&str>) -> bool {
    let Some(brace) = text.find('{') else { return false };
    let object = text[brace + 1..].trim_start().starts_with('"');
    let announced = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    let has_items = || text.contains("\"items\"");
    match text.find('<') {
        None => true,
        Some(angle) if brace < angle => object && (announced || has_items()),
        // A comment or a warning may stand before the object; a page that has one
        // in a script is a page.
        Some(_) => {
            let before = text[..brace].to_ascii_lowercase();
            let markup =
                ["<!doctype", "<html", "<head", "<body", "<script", "<rss", "<feed", "<?xml"];
            object && has_items() && !markup.iter().any(|start| before.contains(start))
        }
    }
}
