//! A text as units: lines, or lines that were wrapped out of one paragraph.

use std::ops::Range;

use super::TooManyLines;
use crate::limits::PLAIN_LINES_MAX;

/// Narrowest line that may have been wrapped, in bytes.
const WRAPPED_BYTES_MIN: usize = 32;
/// Widest such line.
const WRAPPED_BYTES_MAX: usize = 160;

/// The units of a text, as ranges of bytes without the white space around them.
pub(super) fn split(text: &str) -> Result<Vec<Range<usize>>, TooManyLines> {
    let mut units: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let ends: Box<dyn Iterator<Item = usize>> = if has_rare_ends(text) {
        Box::new(line_ends(text).map(|end| end.start))
    } else {
        Box::new(memchr::memchr_iter(b'\n', text.as_bytes()))
    };
    for end in ends.chain([text.len()]) {
        let line = text[start..end].trim_end();
        let line_end = start + line.len();
        let line = line.trim_start();
        if !line.is_empty() {
            let unit = line_end - line.len()..line_end;
            match units.last_mut() {
                Some(last) if goes_on(text, last, &unit) => last.end = unit.end,
                _ => units.push(unit),
            }
            if units.len() > PLAIN_LINES_MAX {
                return Err(TooManyLines);
            }
        }
        start = end;
    }
    Ok(units)
}

/// Where lines end: line feeds, carriage returns that none follows, and what Unicode has for it
/// (UAX 14, NL and BK).
pub(super) fn line_ends(text: &str) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let ends = text.char_indices().filter(|&(at, c)| match c {
        '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => true,
        '\r' => !text[at + 1..].starts_with('\n'),
        _ => false,
    });
    ends.map(|(at, c)| at..at + c.len_utf8())
}

/// Whether lines end otherwise than with a line feed.
fn has_rare_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2(b'\x0b', b'\x0c', bytes).is_some()
        || memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
        || ["\u{85}", "\u{2028}", "\u{2029}"]
            .iter()
            .any(|end| memchr::memmem::find(bytes, end.as_bytes()).is_some())
}

/// Whether a line was wrapped: it is as wide as a column, ends in the middle of a sentence, and
/// the next begins in it.
fn goes_on(text: &str, unit: &Range<usize>, next: &Range<usize>) -> bool {
    let gap = &text[unit.end..next.start];
    let last_line = || text[unit.clone()].rsplit('\n').next().unwrap_or_default().trim();
    text[next.clone()].starts_with(char::is_lowercase)
        && text[unit.clone()].ends_with(|c: char| c.is_alphabetic() || matches!(c, ',' | '-'))
        && super::lines_of(gap) == 1
        && (WRAPPED_BYTES_MIN..=WRAPPED_BYTES_MAX).contains(&last_line().len())
}

#[cfg(test)]
mod tests {
    use super::split;

    fn units(text: &str) -> Vec<&str> {
        split(text).unwrap().into_iter().map(|unit| &text[unit]).collect()
    }

    #[test]
    fn every_line_with_something_on_it_is_a_unit() {
        assert_eq!(units("one\r\n\r\n  two \nthree"), ["one", "two", "three"]);
        assert_eq!(
            units("one\rtwo\r\rthree\u{2028}four\u{85}five"),
            ["one", "two", "three", "four", "five"]
        );
        assert!(units("").is_empty() && units(" \n\u{a0}\n").is_empty());
    }

    #[test]
    fn wrapped_lines_are_one_unit() {
        let wrapped = "The harbour office wrote that nobody would\nleave a reply to the letter, and the\ncomments of the town were few.";
        assert_eq!(units(wrapped).len(), 1);
        let listed = "The harbour office and the town council wrote\nApples\npears";
        assert_eq!(units(listed).len(), 3);
    }
}
