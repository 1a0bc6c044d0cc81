//! Date lines: numbers and the words of dates, nothing else.

use crate::strip::phrases::{List, Vocabulary};
use crate::strip::words::{Signs, Words};

/// Longest date line, in words.
const STAMP_WORDS_MAX: usize = 14;
/// Most digits of a number in a date line, and the letters that hang on it (`10th`, `3min`).
const NUMBER_BYTES_MAX: usize = 6;

/// `0:00 / 5:17`: how far a player is, and how far it goes.
pub(super) fn is_running_time(text: &str, words: &Words<'_>) -> bool {
    if !words.may_have(Signs::of("/")) {
        return false;
    }
    let is_time = |time: &str| {
        let mut parts = time.trim().split(':');
        time.contains(':')
            && parts.all(|part| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.split_once('/').is_some_and(|(at, end)| is_time(at) && is_time(end))
}

/// Words from which a run of numbers and words of dates is a date, and the numbers among them.
const DATE_WORDS_MIN: usize = 3;
const DATE_NUMBERS_MIN: usize = 2;

/// How many words stand before a date within these.
pub(super) fn within(vocabulary: Vocabulary<'_>, words: &Words<'_>) -> Option<usize> {
    let (mut start, mut numbers) = (0, 0);
    for at in 0..words.len() {
        let is_number = words.bytes(at).is_some_and(is_numeric);
        if is_number || vocabulary.lists(List::Stamps, words, at, at + 1) {
            numbers += usize::from(is_number);
            if at + 1 - start >= DATE_WORDS_MIN && numbers >= DATE_NUMBERS_MIN {
                return Some(start);
            }
        } else {
            (start, numbers) = (at + 1, 0);
        }
    }
    None
}

/// Whether a word is a number as dates have them.
fn is_numeric(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_digit) && word.len() <= NUMBER_BYTES_MAX
}

/// Whether the block is a date line.
pub(super) fn is_stamp(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    // There are digits beyond ASCII, too. Between bars stand the cells of a table.
    let may_count = words.may_have(Signs::of("0٠０"));
    if words.len() < 2 || words.len() > STAMP_WORDS_MAX || !may_count || text.contains(['|', '\t'])
    {
        return false;
    }
    let (mut digits, mut said) = (false, false);
    for at in 0..words.len() {
        let Some(word) = words.bytes(at) else { return false };
        let numeric = is_numeric(word);
        digits |= numeric;
        said |= !numeric;
        if !numeric && !vocabulary.lists(List::Stamps, words, at, at + 1) {
            return false;
        }
    }
    // Numbers alone are amounts, unless they stand as a date or a time of day does.
    let in_form = text.contains(':')
        || (words.len() >= 3 && text.len() >= 8 && text.contains(['.', '/', '-']));
    digits && (said || in_form) && !text.contains(['?', '%', '€', '$', '£'])
}
