//! A first look at words, which tells of most that no phrase stands there.

use super::languages::Scope;
use crate::strip::words::Key;

/// Holes of a sieve. What is not admitted falls through one of them seldom enough.
const HOLES: usize = 1 << 14;

/// Lets pass all words that were admitted, where their language is asked for, and few others.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// The languages that fit through each hole, and those of them that need not be the text's own.
    holes: Vec<(Scope, Scope)>,
}

impl Sieve {
    /// Lets pass from now on what begins with these words; two of them are enough.
    pub(super) fn admit(&mut self, words: &[Key], own: Scope, safe: Scope) {
        self.holes.resize(HOLES, (Scope::NONE, Scope::NONE));
        let hole = &mut self.holes[place_of(words)];
        *hole = (hole.0.and(own), hole.1.and(safe));
    }

    /// Whether these words, one or two, may have been admitted in one of the languages.
    pub(super) fn passes(&self, words: &[Key], own: Scope, safe: Scope) -> bool {
        self.holes.get(place_of(words)).is_some_and(|hole| hole.0.meets(own) || hole.1.meets(safe))
    }
}

/// The hole for one word, or for two.
#[expect(clippy::cast_possible_truncation, reason = "a few bits are left")]
const fn place_of(words: &[Key]) -> usize {
    let mixed = match words {
        [] => 0,
        [first] => first.0,
        [first, second, ..] => first.0.rotate_left(23) ^ second.0.wrapping_mul(5),
    };
    // The product's upper bits depend on all bits.
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HOLES.ilog2())) as usize
}
