//! Blocks about the page's own authors: a line with the name, and at the end who that is.

use crate::article::{BlockKind, Draft, Kind, Verdict};
use crate::strip::phrases::{List, Vocabulary};
use crate::strip::words::Words;
use crate::strip::{about_words, removed};

/// Blocks from the end of the story among which the author may be presented.
const BIO_WITHIN: usize = 6;
/// The same where only the name is there to say so, in full.
const LAST_WITHIN: usize = 2;
const FULL_NAME_WORDS_MIN: usize = 2;
/// Longest such block, in words.
const BIO_WORDS_MAX: usize = 80;
/// Longest author line, in words.
const AUTHOR_LINE_WORDS_MAX: usize = 8;

/// Judges the blocks inside the container that are still story.
pub(super) fn judge(
    vocabulary: Vocabulary<'_>,
    draft: &Draft,
    inside: &[usize],
    verdicts: &mut [Verdict],
) {
    let authors = names_of(draft);
    if authors.is_empty() {
        return;
    }
    let story: Vec<usize> =
        inside.iter().copied().filter(|&at| verdicts[at] == Verdict::Story).collect();
    let tail = story.len().saturating_sub(BIO_WITHIN).max(1);
    let last = story.len().saturating_sub(LAST_WITHIN).max(1);
    for (place, &at) in story.iter().enumerate() {
        let block = &draft.blocks[at];
        if !matches!(
            block.kind,
            BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::ListItem(None)
        ) {
            continue;
        }
        let words = Words::of(&block.text, AUTHOR_LINE_WORDS_MAX);
        for name in &authors {
            if is_line(vocabulary, &words, name) {
                verdicts[at] = removed(Kind::Byline, AUTHOR_LINE);
            } else if place >= tail
                && named_at(&words, 0, name)
                && vocabulary.lists(List::Presents, &words, name.len(), name.len() + 1)
            {
                verdicts[at] = removed(Kind::AuthorBio, PRESENTS_AUTHOR);
            } else if place >= last
                && !draft.signals.by_organisation
                && name.len() >= FULL_NAME_WORDS_MIN
                && named_at(&words, 0, name)
                && about_words(&block.text) <= BIO_WORDS_MAX
            {
                verdicts[at] = removed(Kind::AuthorBio, ENDS_WITH_AUTHOR);
            }
        }
    }
}

/// Rule of what is an author's name and nothing else.
pub(super) const AUTHOR_LINE: &str = "author_line";

/// Rule of a last paragraph that begins with an author's name: a story about its author is rare,
/// unless that is an authority or the like.
pub(super) const ENDS_WITH_AUTHOR: &str = "ends_with_author";

/// Rule of what says who an author is.
pub(super) const PRESENTS_AUTHOR: &str = "presents_author";

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
            if authors.iter().any(|name| is_line(vocabulary, &words, name)) {
                *verdict = removed(Kind::Byline, AUTHOR_LINE);
            }
        }
    }
}

/// Whether a block says who wrote the text, and no more.
fn is_line(vocabulary: Vocabulary<'_>, words: &Words<'_>, name: &[String]) -> bool {
    let by = vocabulary.by(words);
    !words.more && words.len() == by + name.len() && named_at(words, by, name)
}

fn named_at(words: &Words<'_>, from: usize, name: &[String]) -> bool {
    name.iter().enumerate().all(|(offset, word)| words.get(from + offset) == Some(word))
}

fn lower_words(text: &str) -> Vec<String> {
    let words = Words::of(text, AUTHOR_LINE_WORDS_MAX);
    (0..words.len()).filter_map(|at| words.get(at)).map(str::to_owned).collect()
}
