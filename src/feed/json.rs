//! JSON Feed 1.0 and 1.1, as loosely as it is written.

use serde_json::Value;

use super::Entry;
use super::FeedDocument;
use super::ParseError;
use super::adapt::language;
use super::text::cut;
use super::text::plain;
use super::text::push_escaped;
use crate::article::DateSource;
use crate::article::Dated;
use crate::limits::AUTHOR_BYTES_MAX;
use crate::limits::AUTHORS_MAX;
use crate::limits::ENTRIES_MAX;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::warning::Warning;

/// Reads the first JSON object in `text`. A member of the wrong type is read as
/// what it should have been, or not at all; an item that is no object is dropped.
pub(super) fn parse(text: &str, url: &url::Url) -> Result<FeedDocument, ParseError> {
    let start = text.find('{').ok_or_else(|| no_feed("no JSON object"))?;
    let mut warnings = Vec::new();
    if !text[..start].trim().is_empty() {
        warnings.push(Warning::new("feed_repaired", "something stands before the feed"));
    }
    let value = if let Ok(value) = first_value(&text[start..]) {
        value
    } else {
        warnings.push(Warning::new("feed_repaired", "values that JSON does not know"));
        first_value(&mended(&text[start..])).map_err(|error| no_feed(&error.to_string()))?
    };
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return Err(no_feed("JSON without items"));
    };
    let base = member(&value, "feed_url").and_then(|link| crate::url::resolve(url, &link).ok());
    let base = base.unwrap_or_else(|| url.clone());
    let entries: Vec<Entry> = items.iter().filter_map(|item| entry(item, &base)).collect();
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
        ttl: None,
        warnings,
    })
}

fn no_feed(why: &str) -> ParseError {
    ParseError::NotAFeed(why.to_owned())
}

fn first_value(text: &str) -> serde_json::Result<Value> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    values.next().unwrap_or(Ok(Value::Null))
}

fn entry(item: &Value, base: &url::Url) -> Option<Entry> {
    let link = |name| member(item, name).and_then(|link| crate::url::resolve(base, &link).ok());
    let date = |name| {
        let at = member(item, name).and_then(|text| crate::date::parse(&text))?;
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
        url: link("url").or_else(|| link("external_url")),
        title: member(item, "title").and_then(|title| plain_text(&title)),
        authors: authors(item),
        published: date("date_published"),
        updated: date("date_modified"),
        summary: member(item, "summary").map(bounded),
        content: html.map(bounded),
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

fn newest(mut entries: Vec<Entry>) -> Vec<Entry> {
    if entries.len() > ENTRIES_MAX {
        entries.sort_by_key(|entry| {
            std::cmp::Reverse(entry.published.or(entry.updated).map(|date| date.at.timestamp()))
        });
        entries.truncate(ENTRIES_MAX);
    }
    entries
}

/// Mends what JavaScript writes and JSON refuses: `NaN`, `undefined`, lone
/// surrogates, control characters in strings, a comma before a bracket.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        if in_string {
            match c {
                '"' => {
                    in_string = false;
                    out.push(c);
                }
                '\\' => length = push_escape(&mut out, rest),
                c if c.is_control() => out.push(' '),
                c => out.push(c),
            }
        } else if let Some(word) = ["NaN", "-Infinity", "Infinity", "undefined"]
            .iter()
            .find(|word| rest.starts_with(**word))
        {
            out.push_str("null");
            length = word.len();
        } else {
            in_string = c == '"';
            if matches!(c, ']' | '}') && out.trim_end().ends_with(',') {
                let comma = out.trim_end().len() - 1;
                out.truncate(comma);
            }
            out.push(c);
        }
        rest = &rest[length..];
    }
    out
}

/// Copies the escape at the start of `rest` and returns its length; surrogates
/// that are not a pair become U+FFFD.
fn push_escape(out: &mut String, rest: &str) -> usize {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let length = match unit(rest) {
        Some(0xd800..=0xdbff) => match rest.get(6..).and_then(unit) {
            Some(0xdc00..=0xdfff) => 12,
            _ => 0,
        },
        Some(0xdc00..=0xdfff) => 0,
        Some(_) => 6,
        None => {
            let known = |c: char| matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't');
            if !rest[1..].starts_with(known) {
                // `\d` means a backslash that nobody escaped.
                out.push_str("\\\\");
                return 1;
            }
            2
        }
    };
    if length == 0 {
        out.push_str("\\ufffd");
        return 6;
    }
    out.push_str(&rest[..length]);
    length
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
                {"id": "8", "content_text": "a < b", "author": "Bob", "size": NaN},
            ]} trailing"#;
        let document = parse(text, &url()).unwrap();
        assert_eq!(document.entries.len(), 2);
        assert_eq!(document.entries[0].guid.as_deref(), Some("7"));
        assert_eq!(document.entries[0].url.as_ref().unwrap().as_str(), "https://a.example/7");
        assert_eq!(document.entries[0].authors, ["Ann"]);
        assert_eq!(document.entries[1].content.as_deref(), Some("<p>a &lt; b</p>"));
        assert!(!document.warnings.is_empty());
    }

    #[test]
    fn json_that_is_no_feed_or_without_end_is_refused() {
        for text in ["{}", "[1, 2]", "{\"items\": 3}", &"{\"items\":[".repeat(100_000)] {
            assert!(parse(text, &url()).is_err());
        }
    }
}
