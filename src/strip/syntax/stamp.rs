//! Date lines: numbers and the words of dates, nothing else.

use crate::strip::phrases::{List, Vocabulary};
use crate::strip::words::Words;

/// Longest date line, in words.
const STAMP_WORDS_MAX: usize = 14;
/// Most digits of a number in a date line, and the letters that hang on it (`10th`, `3min`).
const NUMBER_BYTES_MAX: usize = 6;

/// `0:00 / 5:17`: how far a player is, and how far it goes.
pub(super) fn is_running_time(text: &str) -> bool {
    let is_time = |time: &str| {
        let mut parts = time.trim().split(':');
        time.contains(':')
            && parts.all(|part| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.split_once('/').is_some_and(|(at, end)| is_time(at) && is_time(end))
}

/// Whether the block is a date line.
pub(super) fn is_stamp(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    // Between bars stand the cells of a table.
    if words.len() < 2 || words.len() > STAMP_WORDS_MAX || text.contains(['|', '\t']) {
        return false;
    }
    let (mut digits, mut said) = (false, false);
    for at in 0..words.len() {
        let Some(word) = words.get(at) else { return false };
        let numeric =
            word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= NUMBER_BYTES_MAX;
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
