//! JSON that is none, read as what was meant.

use std::borrow::Cow;

use memchr::memmem;

use super::object::first_value;
use crate::json::mended;

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
