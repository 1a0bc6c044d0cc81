//! Lines that are known by one telling part: an address, a number, a sign.

use crate::article::Kind;
use crate::strip::pairs;
use crate::strip::phrases::{How, List, Vocabulary};
use crate::strip::words::{Signs, Words};

/// Longest line that says how an author can be reached, in words.
const CONTACT_WORDS_MAX: usize = 30;
/// Longest copyright line, in words.
const COPYRIGHT_WORDS_MAX: usize = 25;
/// Longest row of hashtags, in words.
const HASHTAGS_MAX: usize = 12;

/// Longest trail of a page, in words, its fewest parts, and what stands between them: with whether that
/// says it, or only a first part that leads home does.
const TRAIL_WORDS_MAX: usize = 20;
const TRAIL_PARTS_MIN: usize = 3;
const TRAIL_MARKS: [(&str, bool); 7] = [
    (" > ", true),
    (" › ", true),
    (" » ", true),
    (" → ", true),
    ("＞", true),
    (" / ", false),
    (" | ", false),
];

/// How a line begins that gives an author's address or number.
const CONTACT_WORDS: &[&str] = &[
    "can be reached",
    "reach him at",
    "reach her at",
    "reach them at",
    "contact him at",
    "contact her at",
    "contact them at",
    "email him at",
    "email her at",
    "ist erreichbar unter",
    "erreichen sie unter",
    "est joignable",
    "contacter l'auteur",
    "puede contactar",
];

/// Longest line that presents an author, in words; words of the name, and up to the occupation.
const BIO_WORDS_MAX: usize = 45;
const BIO_NAME_WORDS: std::ops::RangeInclusive<usize> = 2..=4;
const BIO_OCCUPATION_WITHIN: usize = 10;

/// `Jane Roe is a reporter at the Post, where she covers the harbour.`
pub(super) fn presents_author(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let is_name = |length: &usize| {
        let mut name = text.split_whitespace().take(*length);
        name.all(|word| !word.starts_with(|c: char| c.is_lowercase() || !c.is_alphabetic()))
    };
    let lists = |list, at| vocabulary.lists(list, words, at, at + 1);
    words.len() <= BIO_WORDS_MAX
        && BIO_NAME_WORDS
            .filter(|&length| length < words.len() && lists(List::Presents, length))
            .filter(is_name)
            .any(|length| {
                let end = words.len().min(length + BIO_OCCUPATION_WITHIN);
                (length..end).any(|at| lists(List::Occupations, at))
            })
}

/// Most letters of an author's initials, and most authors.
const INITIALS_MAX: usize = 4;
const INITIALS_AUTHORS_MAX: usize = 4;

/// `(abc)`, `(dpa/jdo)`: initials of authors and agencies that end a report.
pub(super) fn are_initials(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return false;
    };
    let initials = |part: &str| {
        (2..=INITIALS_MAX).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
    };
    let mut parts = inner.split(['/', ',']).map(str::trim);
    inner.split(['/', ',']).count() <= INITIALS_AUTHORS_MAX && parts.all(initials)
}

/// `Jane Roe can be reached at 555-0100 or roe@paper.example.`
pub(super) fn is_contact(text: &str, words: &Words<'_>) -> bool {
    let has = |signs| words.may_have(Signs::of(signs));
    if words.len() > CONTACT_WORDS_MAX || !(has("@") || has("-") && has("0")) {
        return false;
    }
    let addressed = text.split_whitespace().any(|word| {
        let mail = word.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.trim_end_matches(['.', ',']).contains('.')
        });
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        mail || (digits >= 7 && word.contains('-'))
    });
    addressed && {
        let lower = text.to_lowercase();
        CONTACT_WORDS.iter().any(|phrase| lower.contains(phrase))
    }
}

/// `© 2026 The Example`, `Copyright 2026 …`.
pub(super) fn is_copyright(text: &str, words: &Words<'_>) -> bool {
    if words.len() > COPYRIGHT_WORDS_MAX {
        return false;
    }
    let start = text.trim_start_matches(['(', ' ']);
    start.starts_with(['©', 'ⓒ'])
        || start.starts_with("(c) ")
        || (words.bytes(0) == Some(b"copyright")
            && (1..4).any(|at| words.is_number(at) || words.get(at) == Some("©")))
}

/// Longest line that signs a post, in words.
const SIGNATURE_WORDS_MAX: usize = 20;

/// `— Jane Roe (@roe) November 12, 2025`: who wrote the post above, and when.
pub(super) fn is_post_signature(text: &str, words: &Words<'_>) -> bool {
    let handle = || text.split_once("(@").and_then(|(_, rest)| rest.split_once(')'));
    words.len() <= SIGNATURE_WORDS_MAX
        && text.starts_with(['—', '–', '-'])
        && handle().is_some_and(|(handle, after)| {
            !handle.contains(' ') && after.bytes().any(|byte| byte.is_ascii_digit())
        })
}

/// An address and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www."))
        && !text.contains(' ')
}

/// `Home > Local > Harbour`: where a page stands on its site.
pub(super) fn is_trail(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let is_home = |part: &str| {
        let words = Words::of(part, TRAIL_WORDS_MAX);
        vocabulary.find(&words) == Some((Kind::Navigation, How::Whole))
    };
    // Most lines have none of the marks, which is seen fastest in one go.
    let may_part = |before: u8, byte: u8| {
        u8::from(before == b' ') & u8::from(matches!(byte, b'>' | b'/' | b'|' | 0xc2 | 0xe2))
            | u8::from(byte == 0xef)
    };
    words.len() <= TRAIL_WORDS_MAX
        && words.may_have(Signs::of(">＞›»/|"))
        && pairs::count(text.as_bytes(), may_part) + 1 >= TRAIL_PARTS_MIN
        && TRAIL_MARKS.iter().any(|&(mark, says_it)| {
            let mut parts = text.split(mark).map(str::trim);
            text.matches(mark).count() + 1 >= TRAIL_PARTS_MIN
                && parts.clone().all(|part| !part.is_empty())
                && (says_it || parts.next().is_some_and(is_home))
        })
}

/// `#harbour #ferry`
pub(super) fn are_hashtags(text: &str, words: &Words<'_>) -> bool {
    text.starts_with('#')
        && (1..=HASHTAGS_MAX).contains(&words.len())
        && text.split_whitespace().all(|word| {
            word.strip_prefix('#').is_some_and(|tag| tag.starts_with(char::is_alphanumeric))
        })
}
