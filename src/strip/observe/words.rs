//! Texts as rows of hashed words.

use crate::hash::HashSet;

/// The words of a text, lower case, as hashes.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = u64> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| {
        if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            xxhash_rust::xxh3::xxh3_64(word.as_bytes())
        } else {
            xxhash_rust::xxh3::xxh3_64(word.to_lowercase().as_bytes())
        }
    })
}

/// Words up to which a text is short.
const SHORT_WORDS_MAX: usize = 25;

/// The words of a short text, and every two that follow one another, as numbers for the lexicon;
/// none of a long one.
#[must_use]
pub fn short_words(text: &str) -> Vec<u32> {
    // No word is longer than this: spare the reading.
    if text.len() > SHORT_WORDS_MAX * 24 {
        return Vec::new();
    }
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the hash")]
    let short = |hash: u64| hash as u32;
    let words: Vec<u64> = words_of(text).take(SHORT_WORDS_MAX + 1).collect();
    if words.len() > SHORT_WORDS_MAX {
        return Vec::new();
    }
    let pairs = words.windows(2).map(|pair| pair[0].rotate_left(17) ^ pair[1]);
    words.iter().copied().chain(pairs).map(short).collect()
}

/// Every three words of a text that follow one another, as hashes; a shorter text is one.
pub(super) fn shingles_of(text: &str) -> HashSet<u64> {
    let words: Vec<u64> = words_of(text).collect();
    let hash = |words: &[u64]| {
        words.iter().fold(0u64, |hash, word| {
            (hash.rotate_left(21) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    };
    if words.len() < 3 {
        return std::iter::once(hash(&words)).collect();
    }
    words.windows(3).map(hash).collect()
}
