//! What words say for or against story, as learned.

use std::collections::HashMap;

/// Steps of a written leaning.
const STEPS: f32 = 24.0;

/// The lexicons that blocks are observed with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lexicons {
    /// Words of class names, ids and roles.
    pub names: Lexicon,
    /// Words of short texts.
    pub text: Lexicon,
}

/// Words with their leaning: above zero towards story.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lexicon(HashMap<u32, i8, xxhash_rust::xxh3::Xxh3DefaultBuilder>);

impl Lexicon {
    /// A lexicon of these words; their leanings are rounded to what a file can hold.
    #[must_use]
    pub fn new(words: impl IntoIterator<Item = (u32, f32)>) -> Lexicon {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
        let step = |leaning: f32| (leaning * STEPS).round().clamp(-127.0, 127.0) as i8;
        Lexicon(words.into_iter().map(|(word, leaning)| (word, step(leaning))).collect())
    }

    /// The leaning of one word; 0 of an unknown one.
    #[must_use]
    pub fn leaning(&self, word: u32) -> f32 {
        self.0.get(&word).map_or(0.0, |&step| f32::from(step) / STEPS)
    }

    /// The lexicon as bytes: five for each word, in the order of their numbers.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut words: Vec<(u32, i8)> = self.0.iter().map(|(&word, &step)| (word, step)).collect();
        words.sort_unstable();
        words
            .iter()
            .flat_map(|(word, step)| [&word.to_le_bytes()[..], &step.to_le_bytes()].concat())
            .collect()
    }

    /// Reads what [`Lexicon::write`] wrote; `None` where the bytes are none of that.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Lexicon> {
        let (words, rest) = bytes.as_chunks::<5>();
        let word = |&[a, b, c, d, step]: &[u8; 5]| {
            (u32::from_le_bytes([a, b, c, d]), i8::from_le_bytes([step]))
        };
        rest.is_empty().then(|| Lexicon(words.iter().map(word).collect()))
    }
}
