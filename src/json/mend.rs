//! JSON that is none, read as what was meant.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;

use super::Escape;

/// Reads a document as it is, else as what was meant: bytes that are no UTF-8 are U+FFFD then, and
/// [`mended`] says what the rest is.
///
/// # Errors
///
/// What is wrong with it, where it cannot be read so either.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).or_else(|error| {
        let mended = mended(&String::from_utf8_lossy(bytes));
        serde_json::from_str(&mended).map_err(|_| error)
    })
}

/// Mends what JavaScript writes and JSON refuses: `NaN`, `undefined`, lone
/// surrogates, control characters in strings, a comma before a bracket.
pub(crate) fn mended(text: &str) -> String {
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
                // Writing to a string cannot fail.
                '\0'..' ' => drop(write!(out, "{}", Escape(c))),
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
