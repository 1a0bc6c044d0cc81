//! JSON that is none, read as what was meant.

use std::borrow::Cow;

use memchr::memmem;

use super::object::first_value;

/// A feed whose JSON is broken somewhere, as JSON: what stands before its items as
/// far as it can be read, and the items that can be read by themselves.
///
/// Items are told apart by how the first one begins; one that cannot be read
/// costs none of the others. Nothing where there are no such items.
pub(super) fn in_pieces(text: &str) -> String {
    let Some((head, items)) = text.split_once("\"items\"") else { return String::new() };
    let Some(first) = items.find('{') else { return String::new() };
    let start = start_of(&items[first..]);
    let mut starts = memmem::find_iter(items.as_bytes(), &start).peekable();
    let mut feed = String::with_capacity(text.len());
    while let Some(start) = starts.next() {
        let end = starts.peek().copied().unwrap_or(items.len());
        if let Some(item) = sound(&items[start..end]) {
            let before = if feed.is_empty() { opened(head) } else { Cow::Borrowed(",") };
            feed.push_str(&before);
            feed.push_str(&item);
        }
    }
    if !feed.is_empty() {
        feed.push_str("]}");
    }
    feed
}

/// The value that `text` begins with, mended where need be.
fn sound(text: &str) -> Option<Cow<'_, str>> {
    match first_value(text) {
        Some(value) => Some(Cow::Borrowed(value)),
        None => first_value(&mended(text)).map(|value| Cow::Owned(value.to_owned())),
    }
}

/// How an item begins: its bracket and the name of its first member.
fn start_of(item: &str) -> Vec<u8> {
    let name_end = item.match_indices('"').nth(1).map_or(1, |(at, _)| at + 1);
    item.as_bytes()[..name_end].to_vec()
}

/// The feed up to its first item, without what cannot be read before that.
fn opened(head: &str) -> Cow<'static, str> {
    let closed = format!("{}}}", head.trim_end().trim_end_matches(','));
    let members = sound(&closed).filter(|head| head.len() > "{}".len());
    match members.as_deref().and_then(|head| head.strip_suffix('}')) {
        Some(head) => Cow::Owned(format!("{head},\"items\":[")),
        None => Cow::Borrowed("{\"items\":["),
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
