//! Sets of the languages that phrase files are written for.

use crate::language;
use crate::phrases::{LANGUAGES, Language};

/// A set of languages: a bit for each of [`LANGUAGES`], by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope(u32);

impl Scope {
    /// No language.
    pub(super) const NONE: Scope = Scope(0);
    /// Every language.
    pub(super) const ALL: Scope = Scope(u32::MAX);
    /// What is said alike in every language.
    pub(super) const NEUTRAL: Scope = Scope(1);

    /// The most languages that there may be.
    pub(super) const LANGUAGES_MAX: usize = u32::BITS as usize;

    /// What is believed of a text whose language is not asked: languages 0, 1, 5, 7 and 9.
    pub(super) const UNASKED: Scope = Scope(1 | 1 << 1 | 1 << 5 | 1 << 7 | 1 << 9);
    /// The first 26, whose words are cues to the model; with those of later files it was no better.
    pub(super) const CUED: Scope = Scope((1 << 26) - 1);
    /// Danish and Norwegian, languages 4 and 17.
    const TWINS: Scope = Scope(1 << 4 | 1 << 17);
    /// English, which pages in other languages speak as well.
    pub(super) const ENGLISH: Scope = Scope(1 << 1);

    /// The language with this code or tag (`pt`, `pt-br`, `por`), if there is a file for it; with the
    /// one that is hardly told from it.
    pub(super) fn of(tag: &str) -> Option<Scope> {
        let code = tag.split(['-', '_']).next().unwrap_or(tag);
        let is =
            |language: &Language| language.codes.iter().any(|own| own.eq_ignore_ascii_case(code));
        let place = LANGUAGES.iter().position(is)?;
        let alone = Scope(1 << place);
        Some(if alone.meets(Scope::TWINS) { Scope::TWINS } else { alone })
    }

    /// The place of the first of these languages.
    pub(super) const fn place(self) -> usize {
        self.0.trailing_zeros() as usize
    }

    /// Both.
    pub(super) const fn and(self, other: Scope) -> Scope {
        Scope(self.0 | other.0)
    }

    /// Whether the two have a language in common.
    pub(super) const fn meets(self, other: Scope) -> bool {
        self.0 & other.0 != 0
    }
}

/// Bytes of a text from which its language is told.
const SAMPLE_BYTES: usize = 600;
/// Below this many bytes a detector's word counts for nothing.
const SAMPLE_BYTES_MIN: usize = 120;
/// The detector's own measure of when it is to be relied on.
const RELIABLE: f64 = 0.9;

/// The language of a text, by a sample from its middle, where it is least likely to be a menu.
pub(in crate::strip) fn detect(text: &str) -> Option<&'static str> {
    let start = text.floor_char_boundary(text.len().saturating_sub(SAMPLE_BYTES) / 2);
    let end = text.floor_char_boundary(start + SAMPLE_BYTES);
    let sample = &text[start..end];
    if sample.len() < SAMPLE_BYTES_MIN {
        return None;
    }
    language::tell(sample, RELIABLE)
}

const _: () = assert!(LANGUAGES.len() <= Scope::LANGUAGES_MAX);
