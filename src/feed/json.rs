//! JSON Feed 1.0 and 1.1, as loosely as it is written.

mod mend;

use serde_json::Value;

use super::Enclosure;
use super::Entry;
use super::FeedDocument;
use super::ParseError;
use super::address;
use super::language;
use super::links::absolute;
use super::newest;
use super::text::cut;
use super::text::plain;
use super::text::push_escaped;
use crate::article::DateSource;
use crate::article::Dated;
use crate::limits::AUTHOR_BYTES_MAX;
use crate::limits::AUTHORS_MAX;
use crate::limits::ENCLOSURES_MAX;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::warning::Warning;

/// Reads the first JSON object in `text`. A member of the wrong type is read as
/// what it should have been, or not at all; an item that is no object is dropped.
pub(super) fn parse(text: &str, url: &url::Url) -> Result<FeedDocument, ParseError> {
    let start = text.find('{').ok_or_else(|| no_feed("no JSON object"))?;
    let (mut warnings, mut cut_off) = (Vec::new(), false);
    if !text[..start].trim().is_empty() {
        warnings.push(Warning::new("feed_repaired", "something stands before the feed"));
    }
    let text = &text[start..];
    let value = if let Some(value) = mend::first_value(text) {
        value
    } else if let Some(value) = mend::first_value(&mend::mended(text)) {
        warnings.push(Warning::new("feed_repaired", "values that JSON does not know"));
        value
    } else {
        warnings.push(Warning::new("feed_repaired", "JSON that is broken or cut off"));
        cut_off = true;
        mend::in_pieces(text)
    };
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return Err(no_feed("JSON without items"));
    };
    let base = member(&value, "feed_url").and_then(|link| crate::url::resolve(url, &link).ok());
    let base = base.unwrap_or_else(|| url.clone());
    let mut entries: Vec<Entry> = items.iter().filter_map(|item| entry(item, &base)).collect();
    let of_feed = authors(&value);
    for entry in entries.iter_mut().filter(|entry| entry.authors.is_empty()) {
        entry.authors.clone_from(&of_feed);
    }
    let dropped = items.len() - entries.len();
    if dropped > 0 {
        warnings.push(Warning::new("entries_dropped", format!("{dropped} items hold nothing")));
    }
    Ok(FeedDocument {
        title: member(&value, "title").and_then(|title| plain_text(&title)),
        site_url: member(&value, "home_page_url")
            .and_then(|link| crate::url::resolve(&base, &link).ok()),
        language: member(&value, "language").and_then(|tag| language(&tag)),
        entries: newest(entries),
        cut_off,
        warnings,
        ..FeedDocument::default()
    })
}

fn no_feed(why: &str) -> ParseError {
    ParseError::NotAFeed(why.to_owned())
}

fn entry(item: &Value, base: &url::Url) -> Option<Entry> {
    let link = |name| member(item, name).and_then(|link| address(base, &link));
    let date = |name| {
        let at = member(item, name).and_then(|text| super::date(&text))?;
        Some(Dated { at, from: DateSource::Feed })
    };
    let html = member(item, "content_html").or_else(|| {
        let text = member(item, "content_text")?;
        let mut html = String::with_capacity(text.len());
        push_escaped(&mut html, &text);
        Some(format!("<p>{}</p>", html.replace("\n\n", "</p><p>")))
    });
    let entry = Entry {
        guid: member(item, "id"),
        url: link("url").or_else(|| link("external_url")).or_else(|| {
            // Ideally, says the specification, it is the item's address.
            member(item, "id").filter(|id| id.starts_with("http")).and_then(|_| link("id"))
        }),
        title: member(item, "title").and_then(|title| plain_text(&title)),
        authors: authors(item),
        published: date("date_published"),
        updated: date("date_modified"),
        summary: member(item, "summary").map(bounded),
        content: html.map(|html| bounded(absolute(&html, base).into_owned())),
        enclosures: enclosures(item, base),
    };
    (entry != Entry::default()).then_some(entry)
}

/// A headline in JSON is text, yet many publishers send HTML.
fn plain_text(title: &str) -> Option<String> {
    plain(title, TITLE_BYTES_MAX)
}

fn bounded(mut html: String) -> String {
    cut(&mut html, ENTRY_CONTENT_BYTES_MAX);
    html
}

/// A member as text, numbers too; `None` where it is missing, empty or of
/// another type.
fn member(value: &Value, name: &str) -> Option<String> {
    let text = match value.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// `attachments`.
fn enclosures(item: &Value, base: &url::Url) -> Vec<Enclosure> {
    let files = item.get("attachments").and_then(Value::as_array);
    let read = |file: &Value| {
        let url = address(base, &member(file, "url")?)?;
        let bytes = member(file, "size_in_bytes").and_then(|bytes| bytes.parse().ok());
        Some(Enclosure { url, kind: member(file, "mime_type"), bytes })
    };
    files.into_iter().flatten().filter_map(read).take(ENCLOSURES_MAX).collect()
}

/// `authors` of version 1.1, `author` of 1.0; objects, names or a list of either.
fn authors(item: &Value) -> Vec<String> {
    let of = |value: &Value| match value {
        Value::String(name) => plain(name, AUTHOR_BYTES_MAX),
        _ => member(value, "name").and_then(|name| plain(&name, AUTHOR_BYTES_MAX)),
    };
    let mut names: Vec<String> = Vec::new();
    for value in ["authors", "author"].iter().filter_map(|name| item.get(name)) {
        let found: Vec<String> = match value {
            Value::Array(list) => list.iter().take(AUTHORS_MAX).filter_map(of).collect(),
            one => of(one).into_iter().collect(),
        };
        if !found.is_empty() {
            names = found;
            break;
        }
    }
    names
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
    fn json_that_is_no_feed_or_without_end_is_refused() {
        for text in ["{}", "[1, 2]", "{\"items\": 3}", &"{\"items\":[".repeat(100_000)] {
            assert!(parse(text, &url()).is_err());
        }
    }
}
