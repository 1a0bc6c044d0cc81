//! A first look at words, which tells of most that no phrase stands there.

use crate::strip::words::Key;

/// Holes of a sieve: few enough that all of them are at hand, and so many that what is not admitted
/// seldom falls through one. They are bits, which is why there is none for each language.
const HOLES: usize = 1 << 17;

/// Lets pass all words that were admitted, and few others.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    holes: Vec<u64>,
}

impl Sieve {
    /// Lets pass from now on what begins with these words; two of them are enough.
    pub(super) fn admit(&mut self, words: &[Key]) {
        self.holes.resize(HOLES / 64, 0);
        let place = place_of(words);
        self.holes[place / 64] |= 1 << (place % 64);
    }

    /// Whether these words, one or two, may have been admitted.
    pub(super) fn passes(&self, words: &[Key]) -> bool {
        let place = place_of(words);
        self.holes.get(place / 64).is_some_and(|holes| holes >> (place % 64) & 1 == 1)
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
