//! Lines that are known by one telling part: an address, a number, a sign.

use std::ops::RangeInclusive;

use crate::article::Kind;
use crate::language::ends_a_sentence;
use crate::strip::pairs;
use crate::strip::phrases::{How, List, Vocabulary, is_particle};
use crate::strip::words::{Signs, Words};

/// Longest line that says how an author can be reached, in words.
const CONTACT_WORDS_MAX: usize = 30;
/// The most words that say together that an address is an author's; in scripts without spaces each
/// character is one.
const CONTACTS_WORDS_MAX: usize = 10;
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

/// Longest line that presents an author, in words; words of the name, and up to the occupation.
const BIO_WORDS_MAX: usize = 45;
const BIO_NAME_WORDS: RangeInclusive<usize> = 2..=4;
const BIO_OCCUPATION_WITHIN: usize = 10;

/// `Jane Roe is a reporter at the Post, where she covers the harbour.`
pub(super) fn presents_author(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let is_name = |length: &usize| {
        let mut name = text.split_whitespace().take(*length);
        name.all(|word| !word.starts_with(|c: char| c.is_lowercase() || !c.is_alphabetic()))
    };
    BIO_NAME_WORDS
        .filter(|&length| presents_at(vocabulary, words, length))
        .any(|length| is_name(&length))
}

/// Whether the words from `at` on say that whoever stands before them is an author: `is a reporter`.
pub(super) fn presents_at(vocabulary: Vocabulary<'_>, words: &Words<'_>, at: usize) -> bool {
    let lists = |list, at| vocabulary.lists(list, words, at, at + 1);
    let end = words.len().min(at + BIO_OCCUPATION_WITHIN);
    words.len() <= BIO_WORDS_MAX
        && at < words.len()
        && lists(List::Presents, at)
        && (at..end).any(|at| lists(List::Occupations, at))
}

/// Words of one name in an author line, as names are written, and words behind the last.
const SIGNED_NAME_WORDS: RangeInclusive<usize> = 2..=4;
const BEHIND_NAMES_WORDS_MAX: usize = 4;
/// Letters of the words between names: `and`, `y`.
const BETWEEN_LETTERS_MAX: usize = 3;
/// Signs that part names from what is behind them: a place, a job, a paper.
const NAMES_END: [char; 7] = [',', '|', '(', '–', '—', '•', '·'];
/// Characters of a name in scripts that write names without spaces, and those of Korea.
const LONE_NAME: RangeInclusive<usize> = 2..=4;
const KOREAN_NAME: RangeInclusive<usize> = 3..=4;

/// `By Jane Roe`, `Von Jane Roe und Max van Dam, Hafenstadt`, `记者 李明`, `이수진 기자`: who wrote a text, and no
/// more.
pub(super) fn is_author_line(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let count = words.len();
    let by = vocabulary.by(words, 0);
    if by == 0 && count != 2 || ends_a_sentence(text) {
        return false;
    }
    if by == 0 {
        // In Korean the word stands behind the name.
        let name = text.split_whitespace().next().unwrap_or_default();
        return KOREAN_NAME.contains(&name.chars().count())
            && name.chars().all(|c| ('가'..='힣').contains(&c))
            && vocabulary.by(words, 1) == 1;
    }
    let rest = words.text_after(by - 1);
    let is_lone = |at| words.get(at).is_some_and(Words::is_lone);
    if (by..count).all(is_lone) {
        // One character may begin a longer word.
        let set_off = by > 1 || !rest.starts_with(char::is_alphanumeric);
        return set_off && LONE_NAME.contains(&(count - by));
    }
    let names = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = names.find(NAMES_END).unwrap_or(names.len());
    let behind = names[end..].split_whitespace().count();
    let names: Vec<&str> = names[..end].split_whitespace().collect();
    // A small word within a name is one of names; any other parts two.
    let parts_names = |word: &&str| {
        word.starts_with(char::is_lowercase)
            && word.chars().count() <= BETWEEN_LETTERS_MAX
            && !is_particle(word)
    };
    let is_of_name = |word: &&str| word.starts_with(char::is_uppercase) || is_particle(word);
    behind <= BEHIND_NAMES_WORDS_MAX
        && names.split(|word| parts_names(word)).all(|name| {
            SIGNED_NAME_WORDS.contains(&name.len())
                && name.iter().all(is_of_name)
                && name.iter().filter(|word| !is_particle(word)).count()
                    >= *SIGNED_NAME_WORDS.start()
        })
        && !(by..count)
            .any(|at| words.is_number(at) || vocabulary.lists(List::NoNames, words, at, at + 1))
}

/// Letters of an author's initials, and most authors.
const INITIALS_LETTERS: RangeInclusive<usize> = 2..=4;
const INITIALS_AUTHORS_MAX: usize = 4;
/// Letters of a name of its own, and of one among others, in scripts that write names without spaces.
const NAME_LETTERS: RangeInclusive<usize> = 3..=4;
const NAME_AMONG_LETTERS: RangeInclusive<usize> = 2..=6;
/// What stands between such names.
const NAME_MARKS: [char; 7] = [' ', '\u{3000}', '/', '／', '、', '，', '・'];
/// Most words in brackets that end in an agency, and most letters of the first of them.
const WITH_AGENCY_WORDS_MAX: usize = 4;
const WITH_LETTERS_MAX: usize = 5;

/// Who made a report, in brackets at its end: `(abc)`, `[abc]`, `(dpa/jdo)`, `(mit dpa)`, `（早川美緒）`.
pub(super) fn is_bracketed_signature(
    vocabulary: Vocabulary<'_>,
    text: &str,
    words: &Words<'_>,
) -> bool {
    let within = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    if let Some(inner) = within('（', '）') {
        return are_names(inner);
    }
    // In capitals it may be a source: `[CNBC]`.
    let small = within('[', ']').filter(|inner| inner.chars().all(char::is_lowercase));
    let Some(inner) = within('(', ')').or(small) else { return false };
    let mut parts = inner.split(['/', ',']).map(str::trim);
    let initials =
        inner.split(['/', ',']).count() <= INITIALS_AUTHORS_MAX && parts.all(are_initials);
    initials || is_with_agency(vocabulary, inner, words)
}

/// Whether it may be an author's initials.
pub(super) fn are_initials(text: &str) -> bool {
    INITIALS_LETTERS.contains(&text.chars().count()) && text.chars().all(char::is_alphabetic)
}

/// `海湾日报 记者 林晓岚`: the names of who wrote a report, and for whom.
fn are_names(text: &str) -> bool {
    let parts = || text.split(NAME_MARKS);
    let count = parts().count();
    let letters = if count == 1 { NAME_LETTERS } else { NAME_AMONG_LETTERS };
    count <= INITIALS_AUTHORS_MAX
        && parts().all(|part| {
            letters.contains(&part.chars().count())
                && part
                    .chars()
                    .all(|c| c.is_alphabetic() && Words::is_lone(c.encode_utf8(&mut [0; 4])))
        })
}

/// `mit dpa`, `with AP`.
fn is_with_agency(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    (2..=WITH_AGENCY_WORDS_MAX).contains(&words.len())
        && first.chars().count() <= WITH_LETTERS_MAX
        && first.chars().all(char::is_lowercase)
        && vocabulary.lists(List::Agencies, words, 1, words.len())
}

/// Longest line of an address of e-mail and whose that is, in words.
const ADDRESSEE_WORDS_MAX: usize = 4;

/// `han@paper.example`, `한서윤 기자 han@paper.example`: no more than an address, and whose. One word before
/// it is a label.
fn is_mail_line(text: &str) -> bool {
    let begins_small = |word: &str| word.starts_with(char::is_lowercase);
    let (whose, address) = text.rsplit_once(' ').unwrap_or(("", text));
    let words = || text.split(' ').count();
    is_mail(address)
        && !address.ends_with('.')
        && !whose.contains([':', '：', '|'])
        && matches!(words(), 1 | 3..=ADDRESSEE_WORDS_MAX)
        && !whose.split(' ').any(begins_small)
}

fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.trim_end_matches(['.', ',']).contains('.')
    })
}

/// Whether it says whose the address in it is: `can be reached`, or first of all whom to `reach`.
fn says_whose(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let lists = |at, end| vocabulary.lists(List::Contacts, words, at, end);
    let names = || {
        let mut name = text.split_whitespace().skip(1).take(*BIO_NAME_WORDS.start());
        name.all(|word| word.starts_with(char::is_uppercase))
    };
    let said = |at: usize| {
        let most = words.len().min(at + CONTACTS_WORDS_MAX);
        (at + 2..=most).any(|end| lists(at, end))
    };
    lists(0, 1) && names() || (0..words.len()).any(said)
}

/// `Jane Roe can be reached at 555-0100 or roe@paper.example.`
pub(super) fn is_contact(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    let has = |signs| words.may_have(Signs::of(signs));
    if words.len() > CONTACT_WORDS_MAX || !(has("@") || has("-") && has("0")) {
        return false;
    }
    if is_mail_line(text) {
        return true;
    }
    let addressed = text.split_whitespace().any(|word| {
        let digits = || word.bytes().filter(u8::is_ascii_digit).count();
        is_mail(word) || (word.contains('-') && digits() >= 7)
    });
    addressed && says_whose(vocabulary, text, words)
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
