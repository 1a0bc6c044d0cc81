//! Reading phrase files. `config/phrases/en.toml` describes their format.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{How, List};
use crate::article::Kind;

/// Why a phrase file cannot be used: it is no TOML, or not of the form that `en.toml` describes.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {message}")]
pub struct PhraseError {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there, with the table and the key.
    pub message: String,
}

/// What a phrase of a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Gives residue of this kind away.
    Gives(Kind, How),
    /// One of the words that rules of form look for.
    Listed(List),
}

/// A phrase, and what it is for.
type Entry<'t> = (Cow<'t, str>, Use);

/// A key of a table, and what its phrases are for in the table of a kind.
type Key = (&'static str, fn(Kind) -> Use);

/// The keys in the order in which they are heard.
const KEYS: &[Key] = &[
    ("section", |kind| Use::Gives(kind, How::Section)),
    ("whole", |kind| Use::Gives(kind, How::Whole)),
    ("labels", |kind| Use::Gives(kind, How::Label)),
    ("start", |kind| Use::Gives(kind, How::Start)),
    ("within", |kind| Use::Gives(kind, How::Within)),
    ("agencies", |_| Use::Listed(List::Agencies)),
    ("no_names", |_| Use::Listed(List::NoNames)),
    ("sources", |_| Use::Listed(List::Sources)),
    ("stamps", |_| Use::Listed(List::Stamps)),
    ("by", |_| Use::Listed(List::By)),
    ("presents", |_| Use::Listed(List::Presents)),
    ("occupations", |_| Use::Listed(List::Occupations)),
    ("contacts", |_| Use::Listed(List::Contacts)),
    ("discloses", |_| Use::Listed(List::Discloses)),
    ("says", |_| Use::Listed(List::Says)),
];

/// The phrases of a file with their uses, in the order in which they are heard.
pub(super) fn read<'t>(file: &str, text: &'t str) -> Result<Vec<Entry<'t>>, PhraseError> {
    phrases(text).map_err(|(at, message)| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        PhraseError { file: file.to_owned(), line, message }
    })
}

/// The same; an error says at which byte it is met.
fn phrases(text: &str) -> Result<Vec<Entry<'_>>, (usize, String)> {
    let (tables, errors) = DeTable::parse_recoverable(text);
    let start_of = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
    if let Some(first) = errors.iter().min_by_key(|error| start_of(error)) {
        return Err((start_of(first), format!("is no TOML: {}", first.message())));
    }
    let mut lists = Vec::new();
    for (name, table) in tables.into_inner() {
        let (at, name) = (name.span().start, name.into_inner());
        let kind = Kind::parse(&name)
            .ok_or_else(|| (at, format!("[{name}]: no kind of removal is called so")))?;
        let DeValue::Table(table) = table.into_inner() else {
            return Err((at, format!("{name}: must be a table, as in [{name}]")));
        };
        for (key, list) in table {
            let (at, key) = (key.span().start, key.into_inner());
            let place = KEYS.iter().position(|(known, _)| *known == key).ok_or_else(|| {
                let known: Vec<_> = KEYS.iter().map(|(known, _)| *known).collect();
                (at, format!("[{name}] {key}: no such list; there are {}", known.join(", ")))
            })?;
            let DeValue::Array(list) = list.into_inner() else {
                return Err((at, format!("[{name}] {key}: must be a list of texts in quotes")));
            };
            let called = format!("[{name}] {key}");
            let list = list.into_iter().map(|item| phrase(item, &called));
            lists.push((kind, place, list.collect::<Result<Vec<_>, _>>()?));
        }
    }
    lists.sort_by_key(|(kind, place, _)| (*kind, *place));
    let uses = lists.into_iter().flat_map(|(kind, place, list)| {
        let (_, meant) = KEYS[place];
        list.into_iter().map(move |phrase| (phrase, meant(kind)))
    });
    Ok(uses.collect())
}

/// A phrase of the list called `list`; without a word in it every text would hold it.
fn phrase<'t>(item: Spanned<DeValue<'t>>, list: &str) -> Result<Cow<'t, str>, (usize, String)> {
    let at = item.span().start;
    let DeValue::String(phrase) = item.into_inner() else {
        return Err((at, format!("{list}: a phrase must be a text in quotes")));
    };
    if phrase.contains(|c: char| c.is_alphanumeric() || matches!(c, '#' | '©')) {
        return Ok(phrase);
    }
    let what = if phrase.is_empty() { "a phrase".to_owned() } else { format!("`{phrase}`") };
    Err((at, format!("{list}: {what} has no words in it")))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_wrong_is_said_with_file_line_table_and_key() {
        for (text, said) in [
            (
                "[ad]\nwhole = [\n  \"x\",\n  \"\",\n]",
                "line 4: [ad] whole: a phrase has no words in it",
            ),
            ("[ad]\nwhole = [\"…\"]", "line 2: [ad] whole: `…` has no words in it"),
            ("[ad]\nwhole = [1]", "line 2: [ad] whole: a phrase must be a text in quotes"),
            ("[ad]\nwhole = \"x\"", "line 2: [ad] whole: must be a list of texts in quotes"),
            (
                "[ad]\nstarts = [\"x\"]",
                "line 2: [ad] starts: no such list; there are section, whole",
            ),
            ("\n[adverts]\n", "line 2: [adverts]: no kind of removal is called so"),
            ("ad = 1", "line 1: ad: must be a table, as in [ad]"),
            ("[ad]\nwhole = [\"x\n]", "line 2: is no TOML: "),
        ] {
            let error = read("mine.toml", text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("mine.toml, {said}")), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
}
