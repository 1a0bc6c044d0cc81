//! What error pages, checks for browsers, consent forms and login forms say of themselves, from
//! `config/walls.toml`, which describes itself.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::strip::words::Words;

/// Words of a title that are looked at.
const TITLE_WORDS: usize = 40;
/// Bytes and words of a block's beginning.
const START_BYTES: usize = 400;
const START_WORDS: usize = 40;
/// Stands in a phrase for a number.
const NUMBER: &str = "#";
/// Words of a block that are looked at.
const BLOCK_WORDS: usize = 150;

/// The pages that are told by what they say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Walls {
    /// Errors, and sites that are down.
    pub(super) soft_404: Sayings,
    /// Checks for browsers, and refusals.
    pub(super) challenge: Sayings,
    /// Consent forms.
    pub(super) consent_wall: Sayings,
    /// Login forms.
    pub(super) login_wall: Sayings,
    /// Addresses where nobody has put a site.
    pub(super) no_article: Sayings,
}

/// What pages of one kind say.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sayings {
    whole: Vec<Saying>,
    within: Vec<Saying>,
    text: Vec<Saying>,
    words: Vec<Saying>,
}

/// A phrase as a row of words with a space before and behind each.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Saying(String);

impl From<String> for Saying {
    fn from(phrase: String) -> Saying {
        Saying(row(&phrase, TITLE_WORDS))
    }
}

impl Walls {
    /// Those that are part of the program.
    pub(super) fn built_in() -> &'static Walls {
        static WALLS: LazyLock<Walls> = LazyLock::new(|| {
            toml::from_str(include_str!("../../config/walls.toml"))
                .expect("the file is part of the program, and tests read it")
        });
        &WALLS
    }
}

impl Sayings {
    /// Whether a title says that the page is of this kind.
    pub(super) fn title(&self, title: &Title) -> bool {
        title.0.iter().any(|part| {
            self.whole.iter().any(|phrase| *part == phrase.0)
                || self.within.iter().any(|phrase| part.contains(&phrase.0))
        })
    }

    /// Whether the beginning of a block has one of the words.
    pub(super) fn is_word_of(&self, text: &str) -> bool {
        let start = row(&text[..text.floor_char_boundary(START_BYTES)], START_WORDS);
        self.words.iter().any(|word| start.contains(&word.0))
    }

    /// The phrases that a block of text holds, by their places in the list.
    pub(super) fn held_by(&self, text: &str) -> impl Iterator<Item = usize> {
        let (text, numbered) = (row(text, BLOCK_WORDS), numbered(text));
        let holds = move |phrase: &Saying| {
            let text = if phrase.0.contains(NUMBER) { &numbered } else { &text };
            text.contains(&phrase.0)
        };
        let held = self.text.iter().enumerate().filter(move |(_, phrase)| holds(phrase));
        held.map(|(place, _)| place)
    }
}

/// A title or heading, in parts: the site's name stands before or behind a bar or a dash.
#[derive(Debug, Default)]
pub(super) struct Title(Vec<String>);

impl Title {
    pub(super) fn of(text: &str) -> Title {
        let bars = ['|', '–', '—', '·', '•', '»', '«', '›', ':', '\n'];
        Title(
            text.split(bars)
                .flat_map(|part| part.split(" - "))
                .map(|part| row(part, TITLE_WORDS))
                .collect(),
        )
    }
}

/// The first words of a text, with a space before and behind each.
fn row(text: &str, most: usize) -> String {
    let words = Words::of(text, most);
    let words: Vec<&str> = (0..words.len()).filter_map(|at| words.get(at)).take(most).collect();
    format!(" {} ", words.join(" "))
}

/// The same of a block, with every number as [`NUMBER`].
fn numbered(text: &str) -> String {
    let words = Words::of(text, BLOCK_WORDS);
    let mut row = String::from(" ");
    let mut at = 0;
    while at < words.len() {
        let is_number = words.is_number(at);
        row.push_str(if is_number { NUMBER } else { words.get(at).unwrap_or_default() });
        row.push(' ');
        at += if is_number { words.digit_groups(at) } else { 1 };
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_all_of_a_part_or_stands_in_it() {
        let errors = &Walls::built_in().soft_404;
        let says = |title| errors.title(&Title::of(title));
        for title in [
            "404 Not Found - Gazette",
            "Gazette | Oops! That page can’t be found.",
            "Fehler 404: Seite nicht gefunden",
            "Page introuvable – La Gazette",
            "ページが見つかりません",
            "페이지를 찾을 수 없습니다",
            "Страница не найдена",
        ] {
            assert!(says(title), "{title}");
        }
        for title in ["Missing sailor not found", "Le fugitif reste introuvable", "Room 404", ""] {
            assert!(!says(title), "{title}");
        }
    }

    #[test]
    fn every_phrase_has_words() {
        let walls = Walls::built_in();
        for sayings in [
            &walls.soft_404,
            &walls.challenge,
            &walls.consent_wall,
            &walls.login_wall,
            &walls.no_article,
        ] {
            let all = sayings.whole.iter().chain(&sayings.within).chain(&sayings.text);
            assert_eq!(all.filter(|phrase| phrase.0.trim().is_empty()).count(), 0);
        }
    }
}
