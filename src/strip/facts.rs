//! Facts in a row, as events and obituaries have them: `Date: 12 May`, `Place: …`, `Entry: 5 euros`.
//!
//! Some of their labels stand before dates and places of publication, too.

use std::ops::RangeInclusive;

use crate::article::Kind;

/// Words and bytes of a label, and bytes of a line, at most.
const LABEL_WORDS_MAX: usize = 3;
const LABEL_BYTES_MAX: usize = 40;
const FACT_BYTES_MAX: usize = 160;
/// Facts in a row of which nobody says that they are anything else, at least.
const OWN_FACTS_MIN: usize = 2;
/// Facts of a row on either side that are looked at.
const FACTS_WITHIN: usize = 16;

/// Whether a label of this kind may label a fact of the story as well: a day or a place. Who wrote
/// something is no fact of an event.
pub(super) fn may_be_fact(kind: Kind, line: &str) -> bool {
    match kind {
        Kind::Byline => line.contains(|c: char| c.is_numeric()),
        Kind::Navigation => true,
        _ => false,
    }
}

/// The facts in a row of which the line at `at` of `length` is one, if most of them are the story's.
///
/// `line` gives a line's text, `is_claimed` says whether something says that it is no story.
pub(super) fn around<'t>(
    at: usize,
    length: usize,
    line: impl Fn(usize) -> &'t str,
    is_claimed: impl Fn(usize) -> bool,
) -> Option<RangeInclusive<usize>> {
    let is_one = |at: &usize| is_fact(line(*at));
    if !is_one(&at) {
        return None;
    }
    let first = (at.saturating_sub(FACTS_WITHIN)..at).rev().take_while(is_one).last();
    let last = (at + 1..length.min(at + 1 + FACTS_WITHIN)).take_while(is_one).last();
    let facts = first.unwrap_or(at)..=last.unwrap_or(at);
    let claimed = facts.clone().filter(|&at| is_claimed(at)).count();
    let own = facts.clone().count() - claimed;
    (own >= OWN_FACTS_MIN.max(claimed)).then_some(facts)
}

/// `Place: Harbour museum, 5 Main Street`.
pub(super) fn is_fact(line: &str) -> bool {
    let Some((label, value)) = line.split_once([':', '：']) else { return false };
    line.len() <= FACT_BYTES_MAX
        && label.len() <= LABEL_BYTES_MAX
        && label.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
        && label.split(' ').count() <= LABEL_WORDS_MAX
        && !value.trim().is_empty()
        && !value.starts_with('/')
}
