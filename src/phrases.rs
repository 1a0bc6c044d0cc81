//! The phrase files that are part of the program: data, a file a language.
//!
//! `config/phrases/en.toml` describes their format. `strip` compiles all of
//! them; what other stages take from them stands here.

/// One language: its codes, and its file.
#[derive(Debug)]
pub(crate) struct Language {
    /// ISO 639 codes, as documents declare it and as detectors name it.
    pub(crate) codes: &'static [&'static str],
    /// Name of the file.
    pub(crate) file: &'static str,
    /// What stands in it.
    pub(crate) text: &'static str,
}

macro_rules! languages {
    ($($file:literal: $($code:literal)+;)+) => {
        &[$(Language {
            codes: &[$($code),+],
            file: $file,
            text: include_str!(concat!("../config/phrases/", $file)),
        }),+]
    };
}

/// The phrase files that are part of the program. The first holds what is said
/// alike in every language.
pub(crate) const LANGUAGES: &[Language] = languages! {
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
    "bg.toml": "bg" "bul";
    "fa.toml": "fa" "fas" "per" "pes" "prs";
    "hr.toml": "hr" "hrv" "sr" "srp" "bs" "bos" "sh" "hbs" "cnr";
    "hu.toml": "hu" "hun";
    "ro.toml": "ro" "ron" "mo";
    "sk.toml": "sk" "slk";
};

/// Words before or behind an author's name, in every language: the lists `by`, lower case.
pub(crate) fn by() -> impl Iterator<Item = String> {
    LANGUAGES.iter().flat_map(|language| Lists::of(language, "byline").by)
}

/// What counters of comments count, in every language: the word of `# comments` or `comments #`.
pub(crate) fn counted_comments() -> impl Iterator<Item = String> {
    let prompts = LANGUAGES.iter().flat_map(|language| Lists::of(language, "comment_prompt").whole);
    prompts.filter_map(|prompt| {
        let prompt = prompt.trim_start_matches(['+', '?']);
        let counted = prompt.strip_prefix("# ").or_else(|| prompt.strip_suffix(" #"))?;
        (!counted.contains([' ', '#'])).then(|| counted.to_owned())
    })
}

/// What is taken from a table of a file.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Lists {
    by: Vec<String>,
    whole: Vec<String>,
}

impl Lists {
    fn of(language: &Language, table: &str) -> Lists {
        // The rest of a file is many times as long.
        let head = format!("[{table}]");
        let Some(start) = language.text.find(&head) else { return Lists::default() };
        let lists = &language.text[start + head.len()..];
        let lists = lists.find("\n[").map_or(lists, |end| &lists[..end]);
        toml::from_str(lists).expect("the file is part of the program, and tests read it")
    }
}
