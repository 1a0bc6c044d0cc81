//! JSON that is none, read as what was meant.

use memchr::memmem;
use serde_json::Map;
use serde_json::Value;

use crate::limits::ENTRIES_MAX;

/// The value that `text` begins with, whatever follows it.
pub(super) fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok()
}

/// Reads a feed whose JSON is broken somewhere: what stands before its items as
/// far as it can be read, and each item by itself.
///
/// Items are told apart by how the first one begins; one that cannot be read
/// costs none of the others.
pub(super) fn in_pieces(text: &str) -> Value {
    let Some((head, items)) = text.split_once("\"items\"") else { return Value::Null };
    let mut feed = head_of(head);
    let Some(first) = items.find('{') else { return Value::Object(feed) };
    let start = start_of(&items[first..]);
    let starts: Vec<usize> = memmem::find_iter(items.as_bytes(), &start).collect();
    let ends = starts.iter().skip(1).copied().chain([items.len()]);
    let read = starts.iter().zip(ends).take(4 * ENTRIES_MAX).filter_map(|(start, end)| {
        let item = &items[*start..end];
        first_value(item).or_else(|| first_value(&mended(item)))
    });
    let read: Vec<Value> = read.collect();
    if !read.is_empty() {
        feed.insert("items".to_owned(), Value::Array(read));
    }
    Value::Object(feed)
}

/// How an item begins: its bracket and the name of its first member.
fn start_of(item: &str) -> Vec<u8> {
    let name_end = item.match_indices('"').nth(1).map_or(1, |(at, _)| at + 1);
    item.as_bytes()[..name_end].to_vec()
}

/// The members before the items.
fn head_of(head: &str) -> Map<String, Value> {
    let closed = format!("{}}}", head.trim_end().trim_end_matches(','));
    match first_value(&closed).or_else(|| first_value(&mended(&closed))) {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// Mends what JavaScript writes and JSON refuses: `NaN`, `undefined`, lone
/// surrogates, control characters in strings, a comma before a bracket.
pub(super) fn mended(text: &str) -> String {
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
