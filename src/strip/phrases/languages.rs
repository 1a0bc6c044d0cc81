//! The languages that phrase files are written for.

/// One language: its codes, and its file.
#[derive(Debug)]
pub(super) struct Language {
    /// ISO 639 codes, as documents declare it and as detectors name it.
    pub(super) codes: &'static [&'static str],
    /// Name of the file.
    pub(super) file: &'static str,
    /// What stands in it.
    pub(super) text: &'static str,
}

macro_rules! languages {
    ($($file:literal: $($code:literal)+;)+) => {
        &[$(Language {
            codes: &[$($code),+],
            file: $file,
            text: include_str!(concat!("../../../config/phrases/", $file)),
        }),+]
    };
}

/// The phrase files that are part of the program. The first holds what is said
/// alike in every language.
pub(super) const LANGUAGES: &[Language] = languages! {
    "any.toml": "und";
    "en.toml": "en" "eng";
    "ar.toml": "ar" "ara" "arb";
    "cs.toml": "cs" "ces";
    "da.toml": "da" "dan";
    "de.toml": "de" "deu";
    "el.toml": "el" "ell";
    "es.toml": "es" "spa";
    "fi.toml": "fi" "fin";
    "fr.toml": "fr" "fra";
    "he.toml": "he" "iw" "heb";
    "hi.toml": "hi" "hin";
    "id.toml": "id" "in" "ind" "ms";
    "it.toml": "it" "ita";
    "ja.toml": "ja" "jpn";
    "ko.toml": "ko" "kor";
    "nl.toml": "nl" "nld";
    "no.toml": "no" "nb" "nn" "nob" "nno" "nor";
    "pl.toml": "pl" "pol";
    "pt.toml": "pt" "por";
    "ru.toml": "ru" "rus";
    "sv.toml": "sv" "swe";
    "tr.toml": "tr" "tur";
    "uk.toml": "uk" "ukr";
    "vi.toml": "vi" "vie";
    "zh.toml": "zh" "cmn" "yue" "zho";
};

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

    /// What is believed of a text whose language is not asked: languages 0, 1, 5, 7 and 9.
    pub(super) const UNASKED: Scope = Scope(1 | 1 << 1 | 1 << 5 | 1 << 7 | 1 << 9);
    /// English, which pages in other languages speak as well.
    pub(super) const ENGLISH: Scope = Scope(1 << 1);

    /// The language with this code or tag (`pt`, `pt-br`, `por`), if there is a file for it.
    pub(super) fn of(tag: &str) -> Option<Scope> {
        let code = tag.split(['-', '_']).next().unwrap_or(tag);
        let place = LANGUAGES
            .iter()
            .position(|language| language.codes.iter().any(|own| own.eq_ignore_ascii_case(code)))?;
        Some(Scope(1 << place))
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

/// The language of a text, by a sample from its middle, where it is least likely to be a menu.
pub(super) fn detect(text: &str) -> Option<&'static str> {
    let start = text.floor_char_boundary(text.len().saturating_sub(SAMPLE_BYTES) / 2);
    let end = text.floor_char_boundary(start + SAMPLE_BYTES);
    let sample = &text[start..end];
    if sample.len() < SAMPLE_BYTES_MIN {
        return None;
    }
    if let Some((code, _)) = SMALL_WORDS.iter().find(|(_, known)| is_full_of(known, sample)) {
        return Some(code);
    }
    let info = whatlang::detect(sample)?;
    info.is_reliable().then(|| info.lang().code())
}

/// Small words of a language that no other language is full of, by their length in bytes.
type SmallWords = &'static [&'static [&'static str]];

/// Those of the languages that most texts are in.
const SMALL_WORDS: &[(&str, SmallWords)] = &[
    (
        "en",
        &[
            &[],
            &[],
            &["of", "to", "is", "or", "he", "we", "it", "as"],
            &[
                "the", "and", "are", "you", "for", "our", "not", "but", "can", "its", "how", "who",
                "has", "had", "she",
            ],
            &[
                "that", "this", "with", "from", "have", "your", "they", "were", "been", "what",
                "when", "more", "than", "into",
            ],
            &["which", "their", "about", "there", "would", "could", "other"],
        ],
    ),
    (
        "de",
        &[
            &[],
            &[],
            &["zu", "im", "am"],
            &[
                "der", "die", "das", "und", "den", "dem", "des", "von", "mit", "ist", "ein", "auf",
                "als", "bei", "aus", "sie", "wir", "ich", "hat", "zum", "zur",
            ],
            &["eine", "sich", "auch", "nach", "wird", "sind", "oder", "aber", "dass", "für"],
            &["nicht", "einen", "einem", "einer", "wurde", "haben", "durch", "über"],
        ],
    ),
    (
        "fr",
        &[
            &[],
            &[],
            &["le", "et", "du", "au", "ce", "il", "ou", "ne"],
            &["les", "des", "une", "est", "qui", "sur", "par", "pas", "aux", "son", "ont"],
            &["dans", "pour", "avec", "plus", "sont", "mais", "nous", "vous", "elle"],
            &["cette", "leurs", "notre", "votre", "été"],
        ],
    ),
];
/// One word in so many is one of those where a sample is in a language without further questions.
///
/// A detector compares with every language that it knows, which would take longer than all else that
/// is done with a text of common length. In 16,400 samples that are plainly English by this it said
/// otherwise of four, and was not sure of 25; German and French changed nothing in what was
/// taken out of 2,950 texts.
const ONE_IN: usize = 6;

fn is_full_of(known: SmallWords, sample: &str) -> bool {
    let (mut words, mut small) = (0, 0);
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        let known = known.get(word.len()).copied().unwrap_or_default();
        small += usize::from(known.iter().any(|known| known.eq_ignore_ascii_case(word)));
    }
    small * ONE_IN >= words.max(1)
}

const _: () = assert!(LANGUAGES.len() <= 32);

#[cfg(test)]
mod tests {
    use super::{SMALL_WORDS, Scope, detect, is_full_of};

    #[test]
    fn small_words_stand_by_their_length() {
        for (code, known) in SMALL_WORDS {
            assert!(Scope::of(code).is_some());
            for (length, words) in known.iter().enumerate() {
                assert!(words.iter().all(|word| word.len() == length), "{words:?}");
            }
        }
    }

    #[test]
    fn a_language_is_known_by_its_small_words_and_its_neighbours_are_not_taken_for_it() {
        let plain = |text: &str| {
            let full = SMALL_WORDS.iter().filter(|(_, known)| is_full_of(known, text));
            full.map(|(code, _)| *code).collect::<Vec<_>>()
        };
        for (code, text) in [
            (
                "en",
                "The harbour office wrote that the ferry would sail again when the wind had \
                gone down, and that nobody who had bought a ticket for the day would lose it.",
            ),
            (
                "de",
                "Das Hafenamt schrieb, die Fähre werde wieder fahren, wenn der Wind sich gelegt \
                habe, und niemand, der für den Tag einen Fahrschein gekauft hat, werde ihn verlieren.",
            ),
            (
                "fr",
                "Le bureau du port a écrit que le bac repartirait quand le vent serait tombé, et \
                que les billets achetés pour la journée resteraient valables dans tous les cas.",
            ),
        ] {
            assert_eq!(plain(text), [code]);
            assert_eq!(detect(text), Some(code));
        }
        for other in [
            "Het havenkantoor schreef dat de veerboot weer zou varen als de wind was gaan liggen, \
             en dat niemand die voor de dag een kaartje had gekocht het zou verliezen.",
            "Havnekontoret skrev at fergen ville gå igjen når vinden hadde lagt seg, og at ingen \
             som hadde kjøpt billett for dagen ville miste den.",
            "A kikötői hivatal azt írta, hogy a komp újra közlekedik, ha a szél elül.",
            "L'ufficio del porto ha scritto che il traghetto sarebbe ripartito quando il vento fosse \
             calato e che chi aveva comprato un biglietto per la giornata non lo avrebbe perso.",
            "A capitania do porto escreveu que a balsa voltaria a sair quando o vento acalmasse e que \
             ninguém que tivesse comprado um bilhete para o dia o perderia.",
            "L'oficina del port va escriure que el vaixell tornaria a sortir quan el vent amainés i \
             que ningú que hagués comprat un bitllet per al dia no el perdria.",
        ] {
            assert!(plain(other).is_empty(), "{other}");
        }
    }
}
