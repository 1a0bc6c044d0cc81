//! Phrases that give residue away, per language, from `config/phrases/*.toml`.
//!
//! The files are data: `config/phrases/en.toml` describes their format. They
//! are compiled once into one table, keyed by the first word of each phrase.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::article::Kind;
use crate::strip::words::Words;

/// Longest block that `start` may remove, in words.
const START_WORDS_MAX: usize = 30;
/// The same for phrases of one or two words, which prose may begin with.
const SHORT_START_WORDS_MAX: usize = 14;
/// Longest block that `within` may remove, in words.
const WITHIN_WORDS_MAX: usize = 40;

/// How a phrase must stand in a block to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// The block says this and nothing else.
    Whole,
    /// A short block begins with it.
    Start,
    /// A short block holds it.
    Within,
    /// Like whole, and what follows goes with it.
    Section,
}

impl How {
    /// Name of the rule that removes by such a phrase.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            How::Whole => "phrase_whole",
            How::Start => "phrase_start",
            How::Within => "phrase_within",
            How::Section => "phrase_section",
        }
    }
}

/// Stands in a phrase for some words that are not named.
const GAP: &str = "~";
/// The most words that a gap stands for; the fewest are one.
const GAP_WORDS_MAX: usize = 5;

#[derive(Debug)]
struct Phrase {
    /// Its words up to the gap, or all.
    words: Vec<String>,
    /// Those after the gap.
    after_gap: Vec<String>,
    colon: bool,
    how: How,
    kind: Kind,
}

/// Why a phrase file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PhraseError {
    /// It is no TOML, or not of the form that `en.toml` describes.
    #[error("{file}: {source}")]
    Syntax {
        /// The file.
        file: String,
        /// What is wrong, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A table is named after no kind of removal.
    #[error("{file}: no kind of removal is called `{kind}`")]
    UnknownKind {
        /// The file.
        file: String,
        /// The table's name.
        kind: String,
    },
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    whole: Vec<String>,
    #[serde(default)]
    start: Vec<String>,
    #[serde(default)]
    within: Vec<String>,
    #[serde(default)]
    section: Vec<String>,
}

/// Phrases, ready to be looked up.
#[derive(Debug, Default)]
pub struct Phrases {
    by_first: HashMap<String, Vec<Phrase>>,
}

/// The phrase files that are part of the program.
const EMBEDDED: &[(&str, &str)] = &[
    ("de.toml", include_str!("../../config/phrases/de.toml")),
    ("en.toml", include_str!("../../config/phrases/en.toml")),
    ("es.toml", include_str!("../../config/phrases/es.toml")),
    ("fr.toml", include_str!("../../config/phrases/fr.toml")),
];

static BUILT_IN: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::default();
    for (file, text) in EMBEDDED {
        // A test reads every embedded file; a broken one never ships.
        let read = phrases.add(file, text);
        debug_assert!(read.is_ok(), "{read:?}");
    }
    phrases
});

/// The phrases that are part of the program.
pub(super) fn built_in() -> &'static Phrases {
    &BUILT_IN
}

impl Phrases {
    /// Adds the phrases of a file; `file` names it in errors.
    ///
    /// # Errors
    ///
    /// The file's name, and what is wrong with it where. Nothing of it is added then.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), PhraseError> {
        let tables: BTreeMap<String, Table> = toml::from_str(text).map_err(|source| {
            PhraseError::Syntax { file: file.to_owned(), source: Box::new(source) }
        })?;
        let mut found = Vec::new();
        for (name, table) in tables {
            let kind = Kind::parse(&name).ok_or_else(|| PhraseError::UnknownKind {
                file: file.to_owned(),
                kind: name.clone(),
            })?;
            for (how, phrases) in [
                (How::Section, table.section),
                (How::Whole, table.whole),
                (How::Start, table.start),
                (How::Within, table.within),
            ] {
                found.extend(phrases.iter().map(|phrase| Phrase::read(phrase, how, kind)));
            }
        }
        for phrase in found {
            if let Some(first) = phrase.words.first() {
                self.by_first.entry(first.clone()).or_default().push(phrase);
            }
        }
        Ok(())
    }

    /// The phrase that gives the block away: `whole` before `start` before `within`.
    pub(super) fn find(&self, words: &Words<'_>) -> Option<(Kind, How)> {
        let count = words.len();
        if count == 0 || count > WITHIN_WORDS_MAX {
            return None;
        }
        let at_start = self
            .candidates(words, 0)
            .filter_map(|phrase| phrase.matches(words, 0).map(|length| (phrase, length)));
        let mut start = None;
        for (phrase, length) in at_start {
            match phrase.how {
                How::Whole | How::Section if length == count => {
                    return Some((phrase.kind, phrase.how));
                }
                How::Start if start.is_none() => {
                    let most = if length <= 2 && !phrase.colon {
                        SHORT_START_WORDS_MAX
                    } else {
                        START_WORDS_MAX
                    };
                    start = (count <= most).then_some((phrase.kind, How::Start));
                }
                _ => {}
            }
        }
        start.or_else(|| {
            (0..count).find_map(|at| {
                self.candidates(words, at)
                    .find(|phrase| phrase.how == How::Within && phrase.matches(words, at).is_some())
                    .map(|phrase| (phrase.kind, How::Within))
            })
        })
    }

    /// Whether the block opens a section of residue, and of which kind.
    pub(super) fn opens_section(&self, words: &Words<'_>) -> Option<Kind> {
        self.candidates(words, 0)
            .find(|phrase| {
                phrase.how == How::Section && phrase.matches(words, 0) == Some(words.len())
            })
            .map(|phrase| phrase.kind)
    }

    fn candidates<'a>(&'a self, words: &Words<'_>, at: usize) -> impl Iterator<Item = &'a Phrase> {
        let exact = words.get(at).and_then(|word| self.by_first.get(word));
        let number = if words.is_number(at) { self.by_first.get("#") } else { None };
        exact.into_iter().chain(number).flatten()
    }
}

impl Phrase {
    fn read(text: &str, how: How, kind: Kind) -> Phrase {
        let words_of = |text: &str| {
            let words = Words::of(text, usize::MAX);
            (0..words.len()).filter_map(|at| words.get(at)).map(str::to_owned).collect()
        };
        let (before, after) = text.split_once(GAP).unwrap_or((text, ""));
        Phrase {
            words: words_of(before),
            after_gap: words_of(after),
            colon: text.trim_end().ends_with(':'),
            how,
            kind,
        }
    }

    /// The number of words that the phrase takes up from `at` on, if it stands there.
    fn matches(&self, words: &Words<'_>, at: usize) -> Option<usize> {
        if !stand_at(&self.words, words, at) {
            return None;
        }
        let length = self.words.len();
        let length = if self.after_gap.is_empty() {
            length
        } else {
            (1..=GAP_WORDS_MAX)
                .map(|gap| length + gap)
                .find(|length| stand_at(&self.after_gap, words, at + length))?
                + self.after_gap.len()
        };
        (!self.colon || words.colon_after(at + length - 1)).then_some(length)
    }
}

fn stand_at(wanted: &[String], words: &Words<'_>, at: usize) -> bool {
    wanted.iter().enumerate().all(|(offset, word)| {
        if word == "#" {
            words.is_number(at + offset)
        } else {
            words.get(at + offset) == Some(word)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_phrase_file_can_be_read() {
        let mut phrases = Phrases::default();
        for (file, text) in EMBEDDED {
            phrases.add(file, text).unwrap();
        }
    }

    #[test]
    fn a_broken_phrase_file_is_named_with_its_fault() {
        let mut phrases = Phrases::default();
        let error = phrases.add("mine.toml", "[advert]\nwhole = [\"ad\"]").unwrap_err();
        assert_eq!(error.to_string(), "mine.toml: no kind of removal is called `advert`");
        let error = phrases.add("mine.toml", "[ad]\nwhole = 3").unwrap_err();
        assert!(error.to_string().starts_with("mine.toml: "));
    }

    #[test]
    fn a_phrase_is_compared_in_whole_words_and_in_its_place() {
        let find = |text| built_in().find(&Words::of(text, 60));
        assert_eq!(find("3 Comments"), Some((Kind::CommentPrompt, How::Section)));
        assert_eq!(find("Please enter your comment!"), Some((Kind::CommentPrompt, How::Whole)));
        assert_eq!(find("Commentary"), None);
        assert_eq!(
            find("Read more about the storm in tomorrow's paper, which will be larger."),
            None
        );
        assert_eq!(find("Related: The storm of 1962"), Some((Kind::RelatedLinks, How::Start)));
        assert_eq!(find("Related storms hit the coast in 1962"), None);
        assert_eq!(
            find("Follow the Valley Post on Facebook."),
            Some((Kind::NewsletterPrompt, How::Within))
        );
        assert_eq!(find("They follow the river on foot."), None);
    }
}
