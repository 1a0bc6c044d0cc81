//! What words say for or against story, as learned.

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
///
/// A word is a hash already, so it is its own place in the table; where that is taken, the next free
/// one is. The table is at most half full.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lexicon {
    /// Words with their steps; no step is zero but that of a free place.
    places: Vec<(u32, i8)>,
}

impl Lexicon {
    /// A lexicon of these words; their leanings are rounded to what a file can hold, and those that
    /// come to nothing are left out.
    #[must_use]
    pub fn new(words: impl IntoIterator<Item = (u32, f32)>) -> Lexicon {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
        let step = |leaning: f32| (leaning * STEPS).round().clamp(-127.0, 127.0) as i8;
        Lexicon::of_steps(words.into_iter().map(|(word, leaning)| (word, step(leaning))).collect())
    }

    fn of_steps(mut words: Vec<(u32, i8)>) -> Lexicon {
        words.retain(|&(_, step)| step != 0);
        words.sort_unstable();
        words.dedup_by_key(|(word, _)| *word);
        let mut places = vec![(0, 0); (2 * words.len()).next_power_of_two()];
        for (word, step) in words {
            let mut at = place_of(word, places.len());
            while places[at].1 != 0 {
                at = (at + 1) & (places.len() - 1);
            }
            places[at] = (word, step);
        }
        Lexicon { places }
    }

    /// The leaning of one word; 0 of an unknown one.
    #[must_use]
    pub fn leaning(&self, word: u32) -> f32 {
        if self.places.is_empty() {
            return 0.0;
        }
        let mut at = place_of(word, self.places.len());
        loop {
            let (found, step) = self.places[at];
            if found == word || step == 0 {
                return f32::from(step) / STEPS;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// The lexicon as bytes: five for each word, in the order of their numbers.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut words: Vec<(u32, i8)> =
            self.places.iter().copied().filter(|&(_, step)| step != 0).collect();
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
        rest.is_empty().then(|| Lexicon::of_steps(words.iter().map(word).collect()))
    }
}

/// Where a word is looked for first; `places` is a power of two.
const fn place_of(word: u32, places: usize) -> usize {
    word as usize & (places - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_whose_places_collide_keep_their_own_leanings() {
        let words =
            (0..100).map(|word: u32| (word << 20, if word.is_multiple_of(2) { 1.0 } else { -2.0 }));
        let lexicon = Lexicon::read(&Lexicon::new(words).write()).unwrap();
        assert!((lexicon.leaning(4 << 20) - 1.0).abs() < 0.03);
        assert!((lexicon.leaning(5 << 20) + 2.0).abs() < 0.03);
        assert!(lexicon.leaning(7).abs() < f32::EPSILON, "an unknown word leans nowhere");
        assert!(Lexicon::default().leaning(7).abs() < f32::EPSILON);
    }
}
