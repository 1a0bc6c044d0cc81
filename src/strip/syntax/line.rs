//! Lines that are known by one telling part: an address, a number, a sign.

use crate::strip::words::Words;

/// Longest line that says how an author can be reached, in words.
const CONTACT_WORDS_MAX: usize = 30;
/// Longest copyright line, in words.
const COPYRIGHT_WORDS_MAX: usize = 25;
/// Longest row of hashtags, in words.
const HASHTAGS_MAX: usize = 12;

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
    let holds = |byte| memchr::memchr(byte, text.as_bytes()).is_some();
    let numbered = || holds(b'-') && text.bytes().any(|byte| byte.is_ascii_digit());
    if words.len() > CONTACT_WORDS_MAX || !holds(b'@') && !numbered() {
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
        || (words.get(0) == Some("copyright")
            && (1..4).any(|at| words.is_number(at) || words.get(at) == Some("©")))
}

/// An address and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www."))
        && !text.contains(' ')
}

/// `#harbour #ferry`
pub(super) fn are_hashtags(text: &str, words: &Words<'_>) -> bool {
    text.starts_with('#')
        && (1..=HASHTAGS_MAX).contains(&words.len())
        && text.split_whitespace().all(|word| word.starts_with('#') && word.len() > 1)
}
