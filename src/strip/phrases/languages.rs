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
    pub(super) const NEUTRAL: Scope = Scope::of_codes(&["und"]);

    /// The most languages that there may be.
    pub(super) const LANGUAGES_MAX: usize = u32::BITS as usize;

    /// What is believed of a text whose language is not asked.
    pub(super) const UNASKED: Scope = Scope::of_codes(&["und", "en", "de", "es", "fr"]);
    /// All up to Chinese, whose words are cues to the model; with those of later files it was no better.
    pub(super) const CUED: Scope = Scope((2 << place_of("zh")) - 1);
    /// Danish and Norwegian.
    const TWINS: Scope = Scope::of_codes(&["da", "no"]);
    /// English, which pages in other languages speak as well.
    pub(super) const ENGLISH: Scope = Scope::of_codes(&["en"]);

    /// The languages with these codes; there has to be a file for each.
    const fn of_codes(codes: &[&str]) -> Scope {
        let (mut scope, mut at) = (0, 0);
        while at < codes.len() {
            scope |= 1 << place_of(codes[at]);
            at += 1;
        }
        Scope(scope)
    }

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

/// The place of a language in [`LANGUAGES`], by its first code.
const fn place_of(code: &str) -> usize {
    let mut place = 0;
    while place < LANGUAGES.len() {
        if is_same(LANGUAGES[place].codes[0], code) {
            return place;
        }
        place += 1;
    }
    panic!("there is no phrase file for this language");
}

/// `==`, which cannot be asked while the program is compiled.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
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
