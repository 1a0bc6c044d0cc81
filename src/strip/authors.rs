//! Blocks about the page's own authors: a line with the name, and at the end who that is.

use crate::article::{BlockKind, Draft, Kind, Verdict};
use crate::date;
use crate::rule::Rule;
use crate::strip::phrases::{List, Vocabulary};
use crate::strip::words::Words;
use crate::strip::{about_words, removed, syntax};

/// Blocks from the end of the story among which the author may be presented.
const BIO_WITHIN: usize = 6;
/// The same where only the name is there to say so, in full.
const LAST_WITHIN: usize = 2;
const FULL_NAME_WORDS_MIN: usize = 2;
/// Longest such block, in words.
const BIO_WORDS_MAX: usize = 80;
/// Bytes of a last name that stands for a name.
const LAST_NAME_BYTES_MIN: usize = 3;
/// Longest author line, in words.
const AUTHOR_LINE_WORDS_MAX: usize = 20;
/// Most such lines of one article that say more than who; a page with more lists articles.
const SIGNED_MAX: usize = 3;
/// Words of a place or a job in such a line.
const BESIDE_NAME_WORDS_MAX: usize = 2;
/// Characters that say as much as a word, in scripts that write no spaces.
const LONE_IN_WORD: usize = 3;
/// Letters of the small word between a name and a place.
const SMALL_WORD_BYTES_MAX: usize = 3;

/// Judges the blocks inside the container that are still story.
pub(super) fn judge(
    vocabulary: Vocabulary<'_>,
    draft: &Draft,
    inside: &[usize],
    verdicts: &mut [Verdict],
) {
    let authors = names_of(draft);
    let story: Vec<usize> = inside.iter().copied().filter(|&at| verdicts[at].is_story()).collect();
    let tail = story.len().saturating_sub(BIO_WITHIN).max(1);
    let last = story.len().saturating_sub(LAST_WITHIN).max(1);
    let mut signed = Vec::new();
    for (place, &at) in story.iter().enumerate() {
        let block = &draft.blocks[at];
        if !matches!(
            block.kind,
            BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::ListItem(None)
        ) {
            continue;
        }
        let words = Words::of(&block.text, AUTHOR_LINE_WORDS_MAX);
        let in_list = block.kind == BlockKind::ListItem(None);
        match Line::read(vocabulary, &block.text, &words, &authors) {
            Some(line) if line.bare => {
                verdicts[at] = removed(Kind::Byline, Rule::AuthorLine);
                continue;
            }
            // In a list a name with something behind it is an entry.
            Some(line) if !line.sentence && !in_list => {
                signed.push(at);
                continue;
            }
            _ => {}
        }
        if place >= last && presents_author(vocabulary, &block.text, &authors) {
            // Who is in the story is presented by it.
            let name = block.text.split_whitespace().take(2).last().unwrap_or_default();
            if !story[..place].iter().any(|&at| draft.blocks[at].text.contains(name)) {
                verdicts[at] = removed(Kind::AuthorBio, Rule::PresentsAuthor);
            }
        }
        for name in &authors {
            if place >= tail
                && named_at(&words, 0, name)
                && vocabulary.lists(List::Presents, &words, name.len(), name.len() + 1)
            {
                verdicts[at] = removed(Kind::AuthorBio, Rule::PresentsAuthor);
            } else if place >= last
                && !draft.signals.by_organisation
                && name.len() >= FULL_NAME_WORDS_MIN
                && named_at(&words, 0, name)
                && about_words(&block.text) <= BIO_WORDS_MAX
            {
                verdicts[at] = removed(Kind::AuthorBio, Rule::EndsWithAuthor);
            }
        }
    }
    if signed.len() <= SIGNED_MAX {
        for at in signed {
            verdicts[at] = removed(Kind::Byline, Rule::AuthorLine);
        }
    }
}

/// Whether a text presents an author: one of the page's by the last name or, where it names none, somebody
/// by the full one.
fn presents_author(vocabulary: Vocabulary<'_>, text: &str, authors: &[Vec<String>]) -> bool {
    let words = Words::of(text, BIO_WORDS_MAX);
    let is_last_name = |name: &Vec<String>| {
        name.last()
            .is_some_and(|last| last.len() >= LAST_NAME_BYTES_MIN && words.get(0) == Some(last))
    };
    !words.more
        && (authors.is_empty() && syntax::presents_author(vocabulary, text, &words)
            || authors.iter().any(is_last_name) && syntax::presents_at(vocabulary, &words, 1))
}

/// The page's authors, in words.
fn names_of(draft: &Draft) -> Vec<Vec<String>> {
    let names = draft.metadata.authors.iter().map(|name| lower_words(name));
    names.filter(|name| !name.is_empty()).collect()
}

/// Names the author lines in what was taken for words about the author: a name alone says who wrote
/// the text, not who that is.
pub(super) fn name(vocabulary: Vocabulary<'_>, draft: &Draft, verdicts: &mut [Verdict]) {
    let authors = names_of(draft);
    if authors.is_empty() {
        return;
    }
    for (block, verdict) in draft.blocks.iter().zip(verdicts) {
        if matches!(verdict, Verdict::Removed { kind: Kind::AuthorBio, .. }) {
            let words = Words::of(&block.text, AUTHOR_LINE_WORDS_MAX);
            if Line::read(vocabulary, &block.text, &words, &authors).is_some_and(|line| line.bare) {
                *verdict = removed(Kind::Byline, Rule::AuthorLine);
            }
        }
    }
}

/// Whether one of the page's authors is named.
pub(super) fn are_named(draft: &Draft, words: &Words<'_>) -> bool {
    let names = names_of(draft);
    (0..words.len()).any(|at| names.iter().any(|name| named_at(words, at, name)))
}

/// A block that says who wrote the text, and when and where: `By Jane Roe, Harbour Town | 5 May 2026`.
struct Line {
    /// Whether it says no more than who.
    bare: bool,
    /// Whether it says it as a sentence does.
    sentence: bool,
}

impl Line {
    /// Reads a line that has an author's name in it; `None` for one that says anything else.
    fn read(
        vocabulary: Vocabulary<'_>,
        text: &str,
        words: &Words<'_>,
        authors: &[Vec<String>],
    ) -> Option<Line> {
        if words.more {
            return None;
        }
        let name_at =
            |at: usize| authors.iter().find(|name| named_at(words, at, name)).map(Vec::len);
        let (mut at, mut beside) = (0, 0);
        let (mut named, mut by, mut timed) = (false, false, false);
        let mut last = Part::Start;
        while at < words.len() {
            let by_length = vocabulary.by(words, at);
            let (part, length) = if let Some(length) = name_at(at) {
                named = true;
                (Part::Name, length)
            } else if by_length > 0 {
                by = true;
                (Part::By, by_length)
            } else if last == Part::Name && name_at(at + 1).is_some() {
                // "and", in any language.
                (Part::By, 1)
            } else if syntax::is_of_stamp(vocabulary, words, at) {
                timed = true;
                (Part::Time, 1)
            } else {
                let set_off = matches!(last, Part::By | Part::Beside)
                    || at > 0 && begins_with_mark(words.text_after(at - 1), PARTING)
                    || by && leads_to_place(words, at)
                    || last != Part::Name && is_parted_ahead(vocabulary, words, at);
                if !set_off {
                    return None;
                }
                let lone = words.get(at).is_some_and(Words::is_lone);
                beside += if lone { 1 } else { LONE_IN_WORD };
                (Part::Beside, 1)
            };
            last = part;
            at += length;
        }
        let short = beside <= BESIDE_NAME_WORDS_MAX * LONE_IN_WORD;
        // "1. Jane Roe" heads an entry.
        (named && short && (by || !timed || date::is_in(text)))
            .then(|| Line { bare: !timed && beside == 0, sentence: words.end_a_sentence() })
    }
}

/// What a word of such a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Start,
    Name,
    By,
    Time,
    Beside,
}

/// Signs that part a place, a job or a paper from what stands before it, or behind it.
const PARTING: &[char] =
    &[',', '|', '｜', '•', '·', '—', '–', '-', '(', '/', '=', '，', '\u{3000}'];
const PARTING_BEHIND: &[char] =
    &['|', '｜', '•', '·', '—', '–', '-', '/', '=', ':', '：', '\u{3000}'];

fn begins_with_mark(text: &str, marks: &[char]) -> bool {
    text.trim_start_matches([' ', '\u{a0}', ')', ']', '.']).starts_with(marks)
}

/// Whether a word and one more, which is capital, end the line: "in Harbour Town" without its comma.
fn leads_to_place(words: &Words<'_>, at: usize) -> bool {
    let small = words.bytes(at).is_some_and(|word| word.len() <= SMALL_WORD_BYTES_MAX);
    let behind = words.text_after(at).trim_start();
    at > 0 && small && at + 2 == words.len() && behind.starts_with(char::is_uppercase)
}

/// Whether a sign, or a word that an author's name follows, stands right behind the words that begin a
/// line: "Harbour Town - By Jane Roe", `海湾日报记者 林晓岚`.
fn is_parted_ahead(vocabulary: Vocabulary<'_>, words: &Words<'_>, at: usize) -> bool {
    let end = words.len().min(at + BESIDE_NAME_WORDS_MAX * LONE_IN_WORD);
    (at..end).any(|at| {
        begins_with_mark(words.text_after(at), PARTING_BEHIND)
            || at + 1 < words.len() && vocabulary.by(words, at + 1) > 0
    })
}

fn named_at(words: &Words<'_>, from: usize, name: &[String]) -> bool {
    name.iter().enumerate().all(|(offset, word)| words.get(from + offset) == Some(word))
}

fn lower_words(text: &str) -> Vec<String> {
    let words = Words::of(text, AUTHOR_LINE_WORDS_MAX);
    (0..words.len()).filter_map(|at| words.get(at)).map(str::to_owned).collect()
}
