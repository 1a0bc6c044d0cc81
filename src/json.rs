//! JSON that a terminal may be shown.
//!
//! What would command a terminal or turn its text around is written as `\u…`: the same value.

use std::fmt::{self, Write as _};

/// Characters that command a terminal or turn its text around.
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The same, told by the first bytes of a character in UTF-8.
#[inline]
fn begins_unprintable(bytes: [u8; 3]) -> bool {
    matches!(
        bytes,
        [0..=0x1f | 0x7f, ..]
            | [0xc2, ..=0x9f, _]
            | [0xd8, 0x9c, _]
            | [0xe2, 0x80, 0x8e | 0x8f | 0xa8..=0xae]
            | [0xe2, 0x81, 0xa6..=0xa9]
            | [0xef, 0xbb, 0xbf]
    )
}

/// 1 for a byte that such a character may begin with, else 0. In most texts, few bytes are.
#[inline]
fn may_be_unprintable(byte: u8) -> u8 {
    // Without a branch, so that many bytes are asked at once.
    let suspects = [0x7f, 0xc2, 0xd8, 0xe2, 0xef];
    suspects.iter().fold(u8::from(byte <= 0x1f), |any, &other| any | u8::from(byte == other))
}

/// Bytes that are asked at once.
const ASKED_AT_ONCE: usize = 64;

/// The first character that `is_wanted` by its first three bytes, and the text around it; of the
/// first byte, `suspect` gives 1 then.
fn find(
    text: &str,
    suspect: impl Fn(u8) -> u8,
    is_wanted: impl Fn([u8; 3]) -> bool,
) -> Option<(&str, char, &str)> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    let pieces = bytes.chunks(ASKED_AT_ONCE).enumerate();
    let at = pieces
        .filter(|(_, piece)| piece.iter().fold(0, |any, &byte| any | suspect(byte)) == 1)
        .find_map(|(nth, piece)| {
            let begin = nth * ASKED_AT_ONCE;
            let mut places = begin..begin + piece.len();
            places.find(|&at| is_wanted([bytes[at], byte(at + 1), byte(at + 2)]))
        })?;
    let (before, found) = text.split_at(at);
    let mut chars = found.chars();
    Some((before, chars.next()?, chars.as_str()))
}

/// Adds `text` as a JSON string (RFC 8259, 7).
pub fn push_string(line: &mut String, text: &str) {
    let is_wanted = |bytes: [u8; 3]| matches!(bytes[0], b'"' | b'\\') || begins_unprintable(bytes);
    let suspect =
        |byte| may_be_unprintable(byte) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    line.push('"');
    let mut rest = text;
    while let Some((before, c, after)) = find(rest, suspect, is_wanted) {
        rest = after;
        line.push_str(before);
        match c {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            // Writing to a string cannot fail.
            c => drop(write!(line, "{}", Escape(c))),
        }
    }
    line.push_str(rest);
    line.push('"');
}

/// A character by its number; none of those that are written so needs two.
struct Escape(char);

impl fmt::Display for Escape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\\u{:04x}", u32::from(self.0))
    }
}

/// JSON with what a terminal would obey written as `\u…`: the same value.
#[derive(Clone, Copy, Debug)]
pub struct EscapedJson<'a>(pub &'a str);

impl fmt::Display for EscapedJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Line ends are JSON's own; inside of strings they are escaped already.
        let is_wanted = |bytes: [u8; 3]| bytes[0] != b'\n' && begins_unprintable(bytes);
        let mut rest = self.0;
        while let Some((before, c, after)) = find(rest, may_be_unprintable, is_wanted) {
            rest = after;
            write!(f, "{before}{}", Escape(c))?;
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::{EscapedJson, begins_unprintable, is_unprintable, push_string};

    #[test]
    fn bytes_tell_of_every_character_what_it_is() {
        for c in '\0'..=char::MAX {
            let mut bytes = [b'z'; 4];
            c.encode_utf8(&mut bytes);
            assert_eq!(
                begins_unprintable([bytes[0], bytes[1], bytes[2]]),
                is_unprintable(c),
                "{c:?}"
            );
        }
    }

    #[test]
    fn json_stays_the_same_value_when_it_is_made_safe() {
        let value = serde_json::json!({ "t": "a\u{9b}b\u{202e}c\u{7f}\n" });
        let text = EscapedJson(&serde_json::to_string_pretty(&value).unwrap()).to_string();
        assert!(text.is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn a_string_is_read_back_as_it_was_whatever_stands_where() {
        let marks =
            ["\"", "\\", "\n", "\u{7}", "\u{7f}", "\u{9b}", "\u{202e}", "’", "é", "文", "😀", ""];
        for mark in marks {
            for (before, after) in [(0, 0), (1, 0), (31, 1), (32, 2), (33, 40), (70, 3)] {
                let text = ["a".repeat(before), mark.to_owned(), "b".repeat(after)].concat();
                let mut line = String::new();
                push_string(&mut line, &text);
                assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
                assert!(!line.contains(is_unprintable), "{line:?}");
                let plain = serde_json::to_string(&text).unwrap();
                assert_eq!(EscapedJson(&plain).to_string(), line);
            }
        }
    }
}
