//! Credits: who took a picture, for whom, under which label.

use crate::article::Kind;
use crate::language::SENTENCE_ENDS;
use crate::strip::phrases::{How, List, Vocabulary};
use crate::strip::syntax::line::are_initials;
use crate::strip::words::{Key, Signs, Words};

/// Longest credit line, in words.
const CREDIT_WORDS_MAX: usize = 16;
/// The same where the agency stands first: `dpa/Jane Roe`.
const AGENCY_FIRST_WORDS_MAX: usize = 6;
/// Words before an agency's name from which it is prose about it.
const NAMES_WORDS_MAX: usize = 12;
/// Bytes of a bare agency name; shorter ones are words.
const BARE_AGENCY_BYTES_MIN: usize = 4;

/// What parts a name from its agency.
const SEPARATORS: &[&str] =
    &["/", "／", "|", "｜", " via ", "©", " - ", " – ", " — ", ": ", "：", " • ", " · "];

/// One of these is in all of them but that which is a word.
const SEPARATING: Signs = Signs::of("/／|-–—:©•·");

/// How a credit begins that needs no agency behind it, and the most words of that.
const OPENING_WORDS: usize = 2;
const OPENINGS: &[&str] = &["ap photo", "photo/", "photo by", "foto/", "© getty", "©getty"];

pub(super) fn is_credit(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    if words.len() == 0 || words.more || words.len() > CREDIT_WORDS_MAX {
        return false;
    }
    let is_edge = |c: char| matches!(c, '(' | ')' | '[' | ']' | '.' | ' ');
    let headless = text.trim_start_matches(is_edge);
    let bare = headless.trim_end_matches(is_edge);
    if vocabulary.lists(List::Agencies, words, 0, words.len()) {
        return bare.len() >= BARE_AGENCY_BYTES_MIN;
    }
    if OPENINGS.iter().any(|opening| begins_with(bare.as_bytes(), opening)) {
        return !vocabulary.is_told_on(words, OPENING_WORDS);
    }
    if words.len() <= AGENCY_FIRST_WORDS_MAX && is_owned_by_agency(vocabulary, text) {
        return true;
    }
    // "Jane Roe/Getty Images", "Jane Roe | Agency", "via Reuters", "© dpa"
    let may_part = words.may_have(SEPARATING) || words.keys_from(0).contains(&Key::of(b"via"));
    let Some((before, last)) = may_part.then(|| split_at_last_separator(bare)).flatten() else {
        return false;
    };
    let behind = text.len() - headless.len() + bare.len() - last.len();
    // The sign belongs to the word that it stands before.
    let is_agencys = if text[..behind].ends_with('©') {
        is_agency(vocabulary, last)
    } else {
        vocabulary.lists(List::Agencies, words, words.within(behind), words.len())
    };
    if !is_agencys {
        // "dpa/Jane Roe": the agency stands first.
        let first = before.split(['/', '|']).next().unwrap_or_default();
        return words.len() <= AGENCY_FIRST_WORDS_MAX
            && bare.contains('/')
            && is_agency(vocabulary, first);
    }
    !is_sentence(before)
}

/// How a line begins that says who owns a picture.
const OWNERSHIP: [&str; 3] = ["©", "ⓒ", "(c)"];

/// `(c)AFP`, `© Maxppp - Jane Roe`: what an agency owns is a picture, not the text below it.
fn is_owned_by_agency(vocabulary: Vocabulary<'_>, text: &str) -> bool {
    let sign = OWNERSHIP.iter().find(|sign| begins_with(text.as_bytes(), sign));
    sign.is_some_and(|sign| {
        let owner = text[sign.len()..].split(['/', '|', ',']).next().unwrap_or_default();
        let owner = owner.split(" - ").next().unwrap_or_default();
        is_agency(vocabulary, owner)
    })
}

/// Who sells pictures and sends no reports, among the agencies.
const PICTURE_SERVICES: [&str; 5] = ["getty", "gettyimages", "alamy", "imago", "shutterstock"];

/// `hbr/dpa`, `(dpa/lni)`, `AFP/Reuters`: agencies that a report is from, and the initials of who made it
/// of theirs. Photographers stand with their names, or in capitals.
pub(super) fn is_signature(vocabulary: Vocabulary<'_>, text: &str) -> bool {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let sends = |part: &str| {
        !part.contains(' ')
            && is_agency(vocabulary, part)
            && !PICTURE_SERVICES.iter().any(|service| part.eq_ignore_ascii_case(service))
    };
    let signs = |part: &str| are_initials(part) && part.chars().all(char::is_lowercase);
    let parts = || bare.split('/').map(str::trim);
    bare.contains('/') && parts().any(sends) && parts().all(|part| sends(part) || signs(part))
}

fn is_agency(vocabulary: Vocabulary<'_>, name: &str) -> bool {
    let words = Words::of(name, CREDIT_WORDS_MAX);
    !words.more && vocabulary.lists(List::Agencies, &words, 0, words.len())
}

/// In a figure two names with a stroke between them are a credit: `The Post / Jane Roe`.
pub(in crate::strip) fn is_credit_in_figure(text: &str, words: &Words<'_>) -> bool {
    let named = |part: &str| part.trim().starts_with(|c: char| c.is_uppercase() || c == '©');
    !words.more
        && (2..=7).contains(&words.len())
        && !text.ends_with(['.', '!', '?'])
        && ['/', '|'].iter().any(|&stroke| {
            text.split_once(stroke).is_some_and(|(before, after)| named(before) && named(after))
        })
}

/// Where a credit begins that ends a caption: `Two boats. (AP Photo/Jane Roe)`,
/// `Two boats | Jane Roe/Agency`, `Two boats. Credit: Jane Roe`.
///
/// An agency's bare name in brackets behind a sentence is no credit: reports end so, too. So they do
/// with the bare name behind a stop, but for Korean ones, which end in who wrote them.
pub(super) fn at_end(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> Option<usize> {
    let behind = |mark: &str, rare| {
        let at = rfind(text, mark, rare)?;
        Some((at, &text[at + mark.len()..]))
    };
    // `Two boats in the bay © Jane Roe`
    if words.may_have(Signs::of("©"))
        && let Some((at, owner)) = behind(OWNED, OWNED_RARE)
        && is_owner(owner)
        && is_told(&text[..at])
    {
        return Some(at);
    }
    let bare = text.trim_end_matches(['.', ' ']);
    let bracketed = bare.chars().next_back().and_then(|close| {
        let open = match close {
            ')' => '(',
            ']' => '[',
            '）' => '（',
            _ => return None,
        };
        let head = &bare[..bare.len() - close.len_utf8()];
        let at = head.rfind(open)?;
        Some((at, &head[at + open.len_utf8()..]))
    });
    // A stop belongs to the caption.
    let stopped = || behind(". ", b'.').map(|(at, credit)| (at + 1, credit));
    let marks = if words.may_have(Signs::of("-–/")) { DASHES.as_slice() } else { &[] };
    let dashed = || marks.iter().filter_map(|&(dash, rare)| behind(dash, rare));
    let has_bars = words.may_have(Signs::of("|"));
    let parted = bracketed.or_else(|| has_bars.then(|| behind(" | ", b'|'))?);
    // Reports end in the bare name of their agency, behind the stop of their last sentence.
    if let Some((at, credit)) = bracketed
        && !text[..at].trim_end().ends_with(SENTENCE_ENDS)
        && !text.ends_with(SENTENCE_ENDS)
        && is_told(&text[..at])
        && is_agency(vocabulary, credit)
    {
        return Some(at);
    }
    // `Two boats.Keystone`: caption and credit were elements of their own.
    let glued = || {
        let (at, credit) = behind(".", b'.')?;
        credit.starts_with(char::is_uppercase).then_some((at + 1, credit))
    };
    // `二隻の船（３日）＝ＡＰ`
    let equalled = || words.may_have(Signs::of("＝")).then(|| behind("＝", 0x9d))?;
    let of_hangul = || stopped().filter(|&(at, _)| is_one_sentence_of_hangul(&text[..at]));
    if !text.ends_with(SENTENCE_ENDS)
        && let Some((at, credit)) = of_hangul().or_else(glued).or_else(equalled)
        && words.within(at) >= TOLD_WORDS_MIN
        && is_agency(vocabulary, credit)
    {
        return Some(at);
    }
    let mut places = parted.into_iter().chain(stopped()).chain(glued()).chain(dashed());
    places
        .find(|&(at, credit)| at > 0 && ends_as_credit(vocabulary, words, at, credit))
        .map(|(at, _)| at)
}

/// Whether a text is one sentence, written in Hangul.
fn is_one_sentence_of_hangul(text: &str) -> bool {
    text.strip_suffix('.').is_some_and(|sentence| {
        sentence.ends_with(|c| matches!(c, '가'..='힣')) && !sentence.contains(". ")
    })
}

/// Whether what stands behind the first `at` bytes is a credit: by its label, or by its stroke. A bare
/// name is none.
fn ends_as_credit(vocabulary: Vocabulary<'_>, words: &Words<'_>, at: usize, credit: &str) -> bool {
    let with_stroke = credit.contains('/');
    // Most texts end in a sentence that begins as no credit does.
    if !with_stroke && !vocabulary.may_begin_as(Kind::PhotoCredit, words, words.within(at)) {
        return false;
    }
    let words = Words::of(credit, CREDIT_WORDS_MAX);
    let by_label = || {
        vocabulary
            .find(&words)
            .is_some_and(|(kind, how)| kind == Kind::PhotoCredit && how != How::Within)
    };
    !words.more && (with_stroke && is_credit(vocabulary, credit, &words) || by_label())
}

/// What parts a caption from the label of its credit, and a byte of it that is rare.
const DASHES: [(&str, u8); 4] = [(" - ", b'-'), (" – ", 0x93), (" — ", 0x94), (" / ", b'/')];

/// What stands between a caption and the owner of its picture, and a byte of it that is rare.
const OWNED: &str = " © ";
const OWNED_RARE: u8 = 0xa9;

/// Words from which there is a caption before `©`, and not a line on rights.
const TOLD_WORDS_MIN: usize = 4;

fn is_told(caption: &str) -> bool {
    caption.split_whitespace().count() >= TOLD_WORDS_MIN
}

/// Longest owner of a picture, in words.
const OWNER_WORDS_MAX: usize = 6;
/// Letters of the small words within a name.
const PARTICLE_LETTERS_MAX: usize = 3;

/// Whether it is a name, and no year or sentence: what may stand after `©`.
fn is_owner(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=OWNER_WORDS_MAX).contains(&words)
        && !text.contains(|c: char| c.is_ascii_digit())
        && text.split_whitespace().all(|word| {
            !word.starts_with(char::is_lowercase) || word.chars().count() <= PARTICLE_LETTERS_MAX
        })
}

/// Where `wanted` stands last, by its byte `rare`, which most texts seldom have.
fn rfind(text: &str, wanted: &str, rare: u8) -> Option<usize> {
    let before = wanted.bytes().position(|byte| byte == rare)?;
    memchr::memrchr_iter(rare, text.as_bytes())
        .filter_map(|at| at.checked_sub(before))
        .find(|&at| text.as_bytes()[at..].starts_with(wanted.as_bytes()))
}

fn split_at_last_separator(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let found = (0..bytes.len()).rev().find_map(|at| {
        let second = bytes.get(at + 1).copied().unwrap_or_default();
        if !may_separate(bytes[at], second) {
            return None;
        }
        let separator = SEPARATORS.iter().find(|separator| begins_with(&bytes[at..], separator))?;
        Some((at, at + separator.len()))
    });
    let found = found.or_else(|| begins_with(bytes, "via ").then_some((0, 4)));
    found.map(|(start, end)| (&text[..start], &text[end..]))
}

/// Whether one of [`SEPARATORS`] may begin with these bytes; of most others it is told so.
fn may_separate(first: u8, second: u8) -> bool {
    matches!(first, b'/' | b'|' | b':' | 0xc2 | 0xef)
        || first == b' ' && matches!(second, b'v' | b'V' | b'-' | 0xc2 | 0xe2)
}

/// Whether a text begins with `wanted`, which is lower case, in letters of either case.
fn begins_with(text: &[u8], wanted: &str) -> bool {
    let like = |(byte, wanted): (&u8, u8)| byte.eq_ignore_ascii_case(&wanted);
    text.len() >= wanted.len() && text.iter().zip(wanted.bytes()).all(like)
}

/// Whether there is more before an agency's name than names: then it is prose about it.
fn is_sentence(text: &str) -> bool {
    text.contains([';', '?', '!'])
        || text.contains(". ")
        || text.split_whitespace().count() > NAMES_WORDS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parted_at_the_last_separator_whichever_that_is() {
        for separator in SEPARATORS {
            let text = format!("jane: roe{separator}agency");
            assert_eq!(split_at_last_separator(&text), Some(("jane: roe", "agency")));
        }
        assert_eq!(split_at_last_separator("jane-roe/agency:"), Some(("jane-roe", "agency:")));
        assert_eq!(rfind(" | two | three |", " | ", b'|'), Some(6));
    }
}
