//! How alike two texts are: runs of words that they share.
//!
//! Pure. A text is the set of its runs of `RUN_WORDS` words; letters of scripts that do not part
//! words by spaces count as words. Two texts are one story, edited perhaps, when the shorter one's
//! runs are mostly the longer one's. To find a stored text without comparing with all of them,
//! each text has a few [`keys`](Likeness::keys): the least hashes of its runs under a few hash
//! functions (`MinHash`). Two texts share each key with the probability of their resemblance.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::hash::HashSet;
use crate::language::parts_no_words;
use crate::limits;

/// Words of a run: long enough that unrelated stories hardly share one, short enough that an edit
/// spoils few.
const RUN_WORDS: usize = 4;
/// Keys of a text: texts that share 40 % of their runs have one in common in 98 cases of 100.
pub const KEYS: usize = 8;
/// Runs below which a text has no keys: short notes repeat by chance.
const RUNS_MIN: usize = 30;
/// Share of the shorter text's runs from which two texts are near-duplicates.
///
/// Measured by `examples/near_duplicates.rs`; README, "Duplicates", has the figures.
const NEAR_SHARE_MIN: f64 = 0.6;
/// A text may be so many times as long as its near-duplicate; a digest that holds a whole story
/// among others is not that story.
const NEAR_LENGTH_MAX: f64 = 3.0;
/// Texts that share less than this of the shorter one's runs are different stories. Edits of one
/// story keep most of it; two stories of one site share phrases.
const SAME_STORY_SHARE_MIN: f64 = 0.2;

/// The runs of words of a text, to compare it by.
#[derive(Clone, Debug, Default)]
pub struct Likeness {
    runs: HashSet<u64>,
}

impl Likeness {
    /// Takes the runs of the first [`limits::COMPARED_WORDS_MAX`] words of a text.
    #[must_use]
    pub fn of(text: &str) -> Likeness {
        let words = words(text);
        let length = RUN_WORDS.min(words.len().max(1));
        let runs = words
            .windows(length)
            .map(|run| run.iter().fold(0_u64, |hash, word| mix(hash.rotate_left(23) ^ word)));
        Likeness { runs: runs.collect() }
    }

    /// What a near-duplicate is looked up by; none for a text that is too short to tell.
    #[must_use]
    pub fn keys(&self) -> Option<[i64; KEYS]> {
        if self.runs.len() < RUNS_MIN {
            return None;
        }
        let mut least = [u64::MAX; KEYS];
        for run in &self.runs {
            for (least, function) in least.iter_mut().zip(1_u64..) {
                // Odd multiples of a mixed constant: as many functions as one likes.
                *least = (*least).min(mix(run ^ function.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            }
        }
        Some(least.map(u64::cast_signed))
    }

    /// Whether two texts are one story, copied or edited, so that one of them will do.
    #[must_use]
    pub fn is_near(&self, other: &Likeness) -> bool {
        let (few, many) = self.by_length(other);
        #[expect(clippy::cast_precision_loss, reason = "a ratio, not a count")]
        let ratio = many as f64 / few.max(1) as f64;
        few >= RUNS_MIN && ratio <= NEAR_LENGTH_MAX && self.share(other) >= NEAR_SHARE_MIN
    }

    /// Whether two texts may be versions of one story. Without text on one side nothing speaks
    /// against it.
    #[must_use]
    pub fn is_same_story(&self, other: &Likeness) -> bool {
        self.by_length(other).0 == 0 || self.share(other) >= SAME_STORY_SHARE_MIN
    }

    /// The share of the shorter text's runs that the other has, too.
    #[must_use]
    pub fn share(&self, other: &Likeness) -> f64 {
        let (few, _) = self.by_length(other);
        let shared = self.runs.intersection(&other.runs).count();
        #[expect(clippy::cast_precision_loss, reason = "a share, not a count")]
        let share = shared as f64 / few.max(1) as f64;
        share
    }

    fn by_length(&self, other: &Likeness) -> (usize, usize) {
        let (one, two) = (self.runs.len(), other.runs.len());
        (one.min(two), one.max(two))
    }
}

/// Hashes of the words of a text, case and punctuation left out.
fn words(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        // Most letters are of this kind, and need no table.
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        if words.len() >= limits::COMPARED_WORDS_MAX {
            return words;
        }
        if c.is_alphanumeric() && !parts_no_words(c) {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(xxh3_64(word.as_bytes()));
            word.clear();
        }
        if parts_no_words(c) {
            words.push(xxh3_64_with_seed(&u32::from(c).to_le_bytes(), 1));
        }
    }
    if !word.is_empty() && words.len() < limits::COMPARED_WORDS_MAX {
        words.push(xxh3_64(word.as_bytes()));
    }
    words
}

/// Spreads a hash over all bits (the finisher of `SplitMix64`).
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::{Likeness, RUN_WORDS};
    use crate::limits;

    fn story(from: usize, words: usize) -> String {
        (from..from + words).fold(String::new(), |mut text, number| {
            let _ = write!(text, "word{number} ");
            text
        })
    }

    #[test]
    fn a_copy_with_an_introduction_and_a_few_edits_is_near_and_another_story_is_not() {
        let original = story(0, 400);
        let copy = format!("LONDON (Agency): {} [Ends]", original.replace("word77 ", "other "));
        let (original, copy) = (Likeness::of(&original), Likeness::of(&copy));
        assert!(original.is_near(&copy) && copy.is_near(&original));
        let keys: Vec<_> = original.keys().into_iter().flatten().collect();
        assert!(copy.keys().unwrap().iter().any(|key| keys.contains(key)));

        let other = Likeness::of(&format!("{}{}", story(0, 40), story(5000, 360)));
        assert!(!original.is_near(&other));
        assert!(other.keys().unwrap().iter().filter(|key| keys.contains(key)).count() < 3);
    }

    #[test]
    fn a_digest_that_holds_the_story_among_others_is_not_the_story() {
        assert!(!Likeness::of(&story(0, 100)).is_near(&Likeness::of(&story(0, 1000))));
    }

    #[test]
    fn case_and_punctuation_do_not_matter_and_scripts_without_spaces_have_words() {
        let share = |one, two| Likeness::of(one).share(&Likeness::of(two));
        assert!((share("The “Storm” reached us.", "the storm REACHED us") - 1.0).abs() < 1e-9);
        assert!(
            share("昨夜東京で大きな地震がありました", "昨夜東京で小さな地震がありました") > 0.5
        );
    }

    #[test]
    fn short_notes_have_no_keys() {
        assert!(Likeness::of(&story(0, 20)).keys().is_none());
        assert!(!Likeness::of(&story(0, 20)).is_near(&Likeness::of(&story(0, 20))));
    }

    #[test]
    fn an_endless_text_does_not_hold_the_write_lock_while_it_is_compared() {
        let text = story(0, 1_000_000);
        let runs = Likeness::of(&text).runs.len();
        assert_eq!(runs, limits::COMPARED_WORDS_MAX - RUN_WORDS + 1);
        assert_eq!(Likeness::of("one two").runs.len(), 1);
        assert!(Likeness::of(" ").runs.is_empty());
    }
}
