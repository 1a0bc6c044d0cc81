//! Well-formed Atom → our model, by way of feed-rs.
//!
//! The only module that knows feed-rs. It is given nothing but what
//! [`super::repair`] wrote, and its panics end here.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use feed_rs::model::Feed;
use feed_rs::model::Text;

use super::Entry;
use super::FeedDocument;
use super::ParseError;
use super::text::plain;
use crate::article::DateSource;
use crate::article::Dated;
use crate::limits::ENTRIES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::time::StatedTime;
use crate::time::Timestamp;

/// Reads `atom`; warnings and `ttl` are left for the caller to fill in.
pub(super) fn adapt(atom: &str) -> Result<FeedDocument, ParseError> {
    // A new parser each time: one that met an error may not be used again. Its
    // own ids for entries without one are random, so it is made to give none.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        feed_rs::parser::Builder::new()
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(|text| {
                let seconds = crate::date::parse(text)?.timestamp().as_unix();
                chrono::DateTime::from_timestamp(seconds, 0)
            })
            .build()
            .parse(atom.as_bytes())
    }));
    match parsed {
        Ok(Ok(feed)) => Ok(document(feed)),
        Ok(Err(error)) => Err(ParseError::NotAFeed(error.to_string())),
        Err(_) => Err(ParseError::NotAFeed("it takes the feed reader down".to_owned())),
    }
}

fn document(feed: Feed) -> FeedDocument {
    FeedDocument {
        title: feed.title.as_ref().and_then(headline),
        site_url: feed.links.first().and_then(|link| url::Url::parse(&link.href).ok()),
        language: feed.language.as_deref().and_then(language),
        entries: feed.entries.into_iter().take(ENTRIES_MAX).map(entry).collect(),
        ..FeedDocument::default()
    }
}

fn entry(entry: feed_rs::model::Entry) -> Entry {
    Entry {
        guid: Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty()),
        url: entry.links.first().and_then(|link| url::Url::parse(&link.href).ok()),
        title: entry.title.as_ref().and_then(headline),
        authors: entry.authors.into_iter().map(|person| person.name).collect(),
        published: entry.published.map(dated),
        updated: entry.updated.map(dated),
        summary: entry.summary.map(|text| text.content).filter(|html| !html.is_empty()),
        content: entry.content.and_then(|content| content.body).filter(|html| !html.is_empty()),
    }
}

fn headline(text: &Text) -> Option<String> {
    plain(&text.content, TITLE_BYTES_MAX)
}

fn dated(date: chrono::DateTime<chrono::Utc>) -> Dated {
    let at = StatedTime::from(Timestamp::from_unix(date.timestamp()));
    Dated { at, from: DateSource::Feed }
}

/// A BCP 47 tag in lower case, if it has the shape of one.
pub(super) fn language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-").to_ascii_lowercase();
    let shaped = (2..=35).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
        && tag.split('-').next().is_some_and(|first| matches!(first.len(), 2 | 3));
    shaped.then_some(tag)
}
