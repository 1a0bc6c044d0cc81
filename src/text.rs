//! Text as a reader sees it.

use std::borrow::Cow;

/// A text on one line: white space folded to single spaces, none at its ends.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text as it is read: spaces of every width are spaces, and what shows nothing is left out. Those of
/// ASCII stay.
pub(crate) fn as_read(text: &str) -> Cow<'_, str> {
    let read = |c: char| match c {
        _ if c.is_ascii() => Some(c),
        _ if c.is_whitespace() => Some(' '),
        // Joiners and marks of direction, without which stored text would read otherwise.
        '\u{200c}'..='\u{200f}' => None,
        _ => (!is_invisible(c)).then_some(c),
    };
    // None of them begins with another byte, but the wide space of East Asia.
    let mut odd = memchr::memchr3_iter(0xc2, 0xe2, 0xef, text.as_bytes());
    let is_odd = |at: usize| text[at..].chars().next().is_some_and(|c| read(c) != Some(c));
    let is_wide = || memchr::memchr(0xe3, text.as_bytes()).is_some() && text.contains('\u{3000}');
    if odd.any(is_odd) || is_wide() {
        text.chars().filter_map(read).collect()
    } else {
        Cow::Borrowed(text)
    }
}

/// Control characters, bidirectional overrides and marks that show nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Marks that join the letters or signs beside them, and mean nothing at the edge of a text.
pub(crate) const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::{as_read, one_line};

    #[test]
    fn spaces_are_read_as_such_and_what_shows_nothing_is_not_read() {
        assert_eq!(
            as_read("AFP\u{a0}via\u{202f}Getty\u{200b}\u{200f} Images"),
            "AFP via Getty Images"
        );
        assert_eq!(as_read("Jane\u{3000}Roe"), "Jane Roe");
        assert_eq!(as_read("a\tb\nc – “d” é"), "a\tb\nc – “d” é");
    }

    #[test]
    fn white_space_of_any_kind_is_folded() {
        assert_eq!(one_line(" a\u{a0}\n b\tc "), "a b c");
        assert_eq!(one_line(" \n"), "");
    }
}
