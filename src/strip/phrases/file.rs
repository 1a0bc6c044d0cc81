//! Reading phrase files. `config/phrases/en.toml` describes their format.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::Error as _;
use toml::Spanned;

use super::{How, List};
use crate::article::Kind;

/// Why a phrase file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PhraseError {
    /// It is no TOML, or not of the form that `en.toml` describes.
    #[error("{file}: {source}")]
    Syntax {
        /// The file.
        file: String,
        /// What is wrong, with the line and the key.
        source: Box<toml::de::Error>,
    },
    /// A phrase that every text would hold.
    #[error("{file}, line {line}: `{phrase}` has no words in it")]
    Empty {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The phrase.
        phrase: String,
    },
}

/// What a phrase of a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Gives residue of this kind away.
    Gives(Kind, How),
    /// One of the words that rules of form look for.
    Listed(List),
}

/// A table of a phrase file, named after what its phrases give away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Table {
    whole: Vec<Spanned<String>>,
    start: Vec<Spanned<String>>,
    within: Vec<Spanned<String>>,
    section: Vec<Spanned<String>>,
    labels: Vec<Spanned<String>>,
    agencies: Vec<Spanned<String>>,
    no_names: Vec<Spanned<String>>,
    stamps: Vec<Spanned<String>>,
    by: Vec<Spanned<String>>,
    presents: Vec<Spanned<String>>,
    discloses: Vec<Spanned<String>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct TableName(Kind);

impl<'de> Deserialize<'de> for TableName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Kind::parse(&name)
            .map(TableName)
            .ok_or_else(|| D::Error::custom(format!("no kind of removal is called `{name}`")))
    }
}

/// The phrases of a file with their uses, in the order in which they are heard.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<(String, Use)>, PhraseError> {
    let tables: BTreeMap<TableName, Table> = toml::from_str(text).map_err(|source| {
        PhraseError::Syntax { file: file.to_owned(), source: Box::new(source) }
    })?;
    let mut found = Vec::new();
    for (TableName(kind), table) in tables {
        for (meant, phrases) in [
            (Use::Gives(kind, How::Section), table.section),
            (Use::Gives(kind, How::Whole), table.whole),
            (Use::Gives(kind, How::Label), table.labels),
            (Use::Gives(kind, How::Start), table.start),
            (Use::Gives(kind, How::Within), table.within),
            (Use::Listed(List::Agencies), table.agencies),
            (Use::Listed(List::NoNames), table.no_names),
            (Use::Listed(List::Stamps), table.stamps),
            (Use::Listed(List::By), table.by),
            (Use::Listed(List::Presents), table.presents),
            (Use::Listed(List::Discloses), table.discloses),
        ] {
            for phrase in phrases {
                let at = phrase.span().start;
                let phrase = phrase.into_inner();
                if !phrase.contains(|c: char| c.is_alphanumeric() || matches!(c, '#' | '©')) {
                    let line = text[..at].matches('\n').count() + 1;
                    return Err(PhraseError::Empty { file: file.to_owned(), line, phrase });
                }
                found.push((phrase, meant));
            }
        }
    }
    Ok(found)
}
