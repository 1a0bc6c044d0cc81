//! JSON as it is read of others, and as a terminal may be shown it.
//!
//! What would command a terminal or turn its text around is written as `\u…`: the same value.

mod mend;

use std::fmt::{self, Write as _};

use crate::mask;
pub(crate) use mend::{mended, read};

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

/// Where the characters stand that are wanted by their first three bytes; of the first byte, `suspect`
/// gives 1 then.
fn places(
    text: &str,
    suspect: impl Fn(u8) -> u8,
    is_wanted: impl Fn([u8; 3]) -> bool,
) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let byte = move |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    let suspects = (0..bytes.len()).step_by(mask::WIDTH).flat_map(move |begin| {
        let mask = mask::of(&mask::piece(bytes, begin, b' '), &suspect);
        mask::places(mask).map(move |place| begin + place)
    });
    suspects.filter(move |&at| is_wanted([bytes[at], byte(at + 1), byte(at + 2)]))
}

/// Adds `text` as a JSON string (RFC 8259, 7).
pub fn push_string(line: &mut String, text: &str) {
    line.push('"');
    push_part(line, text);
    line.push('"');
}

/// Adds `text` as a part of a JSON string.
pub fn push_part(line: &mut String, text: &str) {
    let is_wanted = |bytes: [u8; 3]| matches!(bytes[0], b'"' | b'\\') || begins_unprintable(bytes);
    let suspect =
        |byte| may_be_unprintable(byte) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    let mut written = 0;
    for at in places(text, suspect, is_wanted) {
        line.push_str(&text[written..at]);
        let c = text[at..].chars().next().unwrap_or_default();
        match c {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            '\u{8}' => line.push_str("\\b"),
            '\u{c}' => line.push_str("\\f"),
            // Writing to a string cannot fail.
            c => drop(write!(line, "{}", Escape(c))),
        }
        written = at + c.len_utf8();
    }
    line.push_str(&text[written..]);
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
        let mut written = 0;
        for at in places(self.0, may_be_unprintable, is_wanted) {
            let c = self.0[at..].chars().next().unwrap_or_default();
            write!(f, "{}{}", &self.0[written..at], Escape(c))?;
            written = at + c.len_utf8();
        }
        f.write_str(&self.0[written..])
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
        let marks = [
            "\"", "\\", "\n", "\u{7}", "\u{8}", "\u{c}", "\u{7f}", "\u{9b}", "\u{202e}", "’", "é",
            "文", "😀", "",
        ];
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
