//! JSON Feed 1.0 and 1.1, as loosely as it is written.

mod mend;
mod object;

use std::borrow::Cow;

use object::Object;

use super::Enclosure;
use super::Entry;
use super::FeedDocument;
use super::ParseError;
use super::address;
use super::language;
use super::links::absolute;
use super::newest;
use super::people;
use super::sniff::as_html;
use super::text::plain;
use super::text::push_escaped;
use crate::article::DateSource;
use crate::article::Dated;
use crate::json::mended;
use crate::limits::AUTHORS_MAX;
use crate::limits::ENCLOSURES_MAX;
use crate::limits::ENTRIES_MAX;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::limits::FEED_BASE_BYTES_MAX;
use crate::limits::FEED_GROWTH_BYTES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::mojibake::once_encoded;
use crate::warning::{Warning, WarningKind};

/// Reads the first JSON object in `text`. A member of the wrong type is read as
/// what it should have been, or not at all; an item that is no object is dropped.
pub(super) fn parse(text: &str, url: &url::Url) -> Result<FeedDocument, ParseError> {
    let start = text.find('{').ok_or_else(|| no_feed("no JSON object"))?;
    let (mut warnings, mut cut_off) = (Vec::new(), false);
    if !text[..start].trim().is_empty() {
        warnings.push(Warning::new(WarningKind::FeedRepaired, "something stands before the feed"));
    }
    let text = &text[start..];
    let feed = if object::first_value(text).is_some() {
        Cow::Borrowed(text)
    } else {
        let mended = mended(text);
        if object::first_value(&mended).is_some() {
            warnings
                .push(Warning::new(WarningKind::FeedRepaired, "values that JSON does not know"));
            Cow::Owned(mended)
        } else {
            warnings
                .push(Warning::new(WarningKind::FeedRepaired, "JSON that is broken or cut off"));
            cut_off = true;
            Cow::Owned(mend::in_pieces(text))
        }
    };
    let feed = Object::of(&feed);
    let Some(items) = feed.get("items").filter(|items| items.starts_with('[')) else {
        return Err(no_feed("JSON without items"));
    };
    let base = feed.text("feed_url").and_then(|link| crate::url::resolve(url, &link).ok());
    let base = base.filter(|base| base.as_str().len() <= FEED_BASE_BYTES_MAX);
    let base = base.unwrap_or_else(|| url.clone());
    let (mut entries, dropped) = entries(items, &base);
    let of_feed = authors(&feed);
    for entry in entries.iter_mut().filter(|entry| entry.authors.is_empty()) {
        entry.authors.clone_from(&of_feed);
    }
    if dropped > 0 {
        warnings.push(Warning::new(
            WarningKind::EntriesDropped,
            format!("{dropped} items hold nothing"),
        ));
    }
    Ok(FeedDocument {
        title: words(&feed, "title").and_then(headline),
        site_url: feed
            .text("home_page_url")
            .and_then(|link| crate::url::resolve(&base, &link).ok()),
        language: feed.text("language").and_then(|tag| language(&tag)),
        entries,
        cut_off,
        warnings,
        ..FeedDocument::default()
    })
}

fn no_feed(why: &str) -> ParseError {
    ParseError::NotAFeed(why.to_owned())
}

/// The entries that `items` hold, and how many items hold nothing.
fn entries(items: &str, base: &url::Url) -> (Vec<Entry>, usize) {
    let mut room = FEED_GROWTH_BYTES_MAX;
    let mut entries = Vec::new();
    let mut dropped = 0;
    for item in object::elements(items) {
        let entry = entry(&Object::of(item), base, &mut room);
        dropped += usize::from(entry.is_none());
        entries.extend(entry);
        // What a bound will cut off anyway is not worth its memory.
        if entries.len() >= 4 * ENTRIES_MAX {
            entries = newest(entries);
        }
    }
    (newest(entries), dropped)
}

fn entry(item: &Object, base: &url::Url, room: &mut usize) -> Option<Entry> {
    let link = |name| item.text(name).and_then(|link| address(base, &link));
    let date = |name| {
        let at = item.text(name).and_then(|text| super::date(&text))?;
        Some(Dated { at, from: DateSource::Feed })
    };
    let html = words(item, "content_html").or_else(|| {
        let text = words(item, "content_text")?;
        let mut html = String::with_capacity(text.len());
        push_escaped(&mut html, &text);
        Some(format!("<p>{}</p>", html.replace("\n\n", "</p><p>")))
    });
    let entry = Entry {
        guid: item.text("id"),
        url: link("url").or_else(|| link("external_url")).or_else(|| {
            // Ideally, says the specification, it is the item's address.
            item.text("id").filter(|id| id.starts_with("http")).and_then(|_| link("id"))
        }),
        title: words(item, "title").and_then(headline),
        authors: authors(item),
        published: date("date_published"),
        updated: date("date_modified"),
        // Text, says the specification, yet some publishers send HTML.
        summary: words(item, "summary").map(|text| bounded(&as_html(Cow::Owned(text)))),
        content: html.map(|html| bounded(&absolute(&html, base, room))),
        enclosures: enclosures(item, base),
    };
    (entry != Entry::default()).then_some(entry)
}

/// A member that is for readers.
fn words(object: &Object, name: &str) -> Option<String> {
    object.text(name).map(as_meant)
}

/// Undoes a second encoding; addresses and identifiers stay as they are.
fn as_meant(text: String) -> String {
    match once_encoded(&text) {
        Cow::Owned(meant) => meant,
        Cow::Borrowed(_) => text,
    }
}

/// A headline is text, too, and HTML with some publishers.
fn headline(title: String) -> Option<String> {
    plain(&as_html(Cow::Owned(title)), TITLE_BYTES_MAX)
}

fn bounded(html: &str) -> String {
    html[..html.floor_char_boundary(ENTRY_CONTENT_BYTES_MAX)].to_owned()
}

/// `attachments`.
fn enclosures(item: &Object, base: &url::Url) -> Vec<Enclosure> {
    let read = |file: &str| {
        let file = Object::of(file);
        let url = address(base, &file.text("url")?)?;
        // `1500.0`
        let bytes = file.text("size_in_bytes");
        let bytes = bytes.and_then(|bytes| bytes.split('.').next()?.parse().ok());
        Some(Enclosure { url, kind: file.text("mime_type"), bytes })
    };
    let files = object::elements(item.get("attachments").unwrap_or_default());
    files.filter_map(read).take(ENCLOSURES_MAX).collect()
}

/// `authors` of version 1.1, `author` of 1.0; objects, names or a list of either.
fn authors(item: &Object) -> Vec<String> {
    let mut people = Vec::new();
    let add = |people: &mut _, value: &str| {
        // A number is nobody's name.
        let name = if value.starts_with('"') {
            object::text(value)
        } else {
            Object::of(value).text("name")
        };
        if let Some(name) = name {
            people::add(people, 0, &as_html(Cow::Owned(as_meant(name))));
        }
    };
    for value in ["authors", "author"].iter().filter_map(|name| item.get(name)) {
        add(&mut people, value);
        object::elements(value).take(AUTHORS_MAX).for_each(|value| add(&mut people, value));
        if !people.is_empty() {
            break;
        }
    }
    people.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn url() -> url::Url {
        url::Url::parse("https://a.example/feed.json").unwrap()
    }

    #[test]
    fn a_feed_with_wrong_types_keeps_its_good_items() {
        let text = r#")]}'
            {"title": null, "items": [
                {"id": 7, "url": "/7", "title": "Se\ud800ven", "authors": {"name": "Ann"}},
                "nonsense",
                {"id": "https://a.example/8", "content_text": "a < b", "author": "Bob", "size": NaN},
            ]} trailing"#;
        let document = parse(text, &url()).unwrap();
        assert_eq!(document.entries.len(), 2);
        assert_eq!(document.entries[0].guid.as_deref(), Some("7"));
        assert_eq!(document.entries[0].url.as_ref().unwrap().as_str(), "https://a.example/7");
        assert_eq!(document.entries[0].authors, ["Ann"]);
        assert_eq!(document.entries[1].url.as_ref().unwrap().as_str(), "https://a.example/8");
        assert_eq!(document.entries[1].content.as_deref(), Some("<p>a &lt; b</p>"));
        assert!(!document.warnings.is_empty());
    }

    #[test]
    fn a_feed_that_is_broken_in_one_place_or_cut_off_keeps_the_items_around_it() {
        let item = |number: u32| {
            format!(r#"{{ "id": "{number}", "title": "Story {number}", "url": "/{number}" }}"#)
        };
        let feed = format!(
            r#"{{"version": "1", "title": "Daily", "items": [{}]}}"#,
            (1..=9).map(item).collect::<Vec<_>>().join(",\n")
        );
        for (fault, kept) in [
            (feed.replace(r#""Story 5""#, r#""Story 5"#), 8),
            (feed.replace(r#""title": "Story 5""#, r#"title": "Story 5""#), 8),
            (feed.replace("Story 5", "Story \"5\""), 8),
            (feed[..feed.find("Story 9").unwrap()].to_owned(), 8),
        ] {
            let document = parse(&fault, &url()).unwrap();
            assert_eq!(document.entries.len(), kept, "{fault}");
            assert_eq!(document.title.as_deref(), Some("Daily"));
            assert_eq!(document.entries[7].title.as_deref().unwrap().len(), "Story 9".len());
        }
    }

    #[test]
    fn headlines_and_summaries_are_text_but_html_is_known_for_what_it_is() {
        for (text, title, summary) in [
            ("a < b <script> & c", "a < b <script> & c", "a &lt; b &lt;script&gt; &amp; c"),
            ("Use <video> tag", "Use <video> tag", "Use &lt;video&gt; tag"),
            ("A <em>new</em> day", "A new day", "A <em>new</em> day"),
            ("Fish &amp; chips", "Fish & chips", "Fish &amp; chips"),
            ("CafÃ© opens", "Café opens", "Café opens"),
            ("<svg></svg>Rain <b>fell</b>", "Rain fell", "<svg></svg>Rain <b>fell</b>"),
        ] {
            let item = serde_json::json!({ "title": text, "summary": text });
            let feed = serde_json::json!({ "title": text, "items": [item] }).to_string();
            let document = parse(&feed, &url()).unwrap();
            let entry = &document.entries[0];
            assert_eq!(document.title.as_deref(), Some(title));
            assert_eq!(entry.title.as_deref(), Some(title));
            assert_eq!(entry.summary.as_deref(), Some(summary));
        }
    }

    #[test]
    fn what_nobody_asks_for_hides_nothing_and_the_order_of_members_does_not_matter() {
        let text = r#"{"x": {"items": [{"": [1]}, "]}"]}, "items": [
            {"_x": {"id": "2", "y": ["}"]}, "id": "1", "url": "1", "authors": [5],
             "author": {"name": "ann@a.example (Ann)"}, "tags": [[[{}]]],
             "attachments": [{}, {"url": "/1.mp3", "size_in_bytes": 1500.0}]}],
            "feed_url": "https://a.example/en/feed.json", "title": "Da\u0069ly"}"#;
        let document = parse(text, &url()).unwrap();
        assert_eq!(document.title.as_deref(), Some("Daily"));
        let [entry] = document.entries.as_slice() else { panic!() };
        assert_eq!(entry.guid.as_deref(), Some("1"));
        assert_eq!(entry.url.as_ref().unwrap().as_str(), "https://a.example/en/1");
        assert_eq!(entry.authors, ["Ann"]);
        assert_eq!(entry.enclosures[0].bytes, Some(1500));
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn json_that_is_no_feed_or_without_end_is_refused() {
        for text in ["{}", "[1, 2]", "{\"items\": 3}", &"{\"items\":[".repeat(100_000)] {
            assert!(parse(text, &url()).is_err());
        }
    }
}
