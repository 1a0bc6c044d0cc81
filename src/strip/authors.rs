//! Blocks about the page's own authors: a line with the name, and at the end who that is.

use crate::article::{BlockKind, Draft, Kind, Verdict};
use crate::strip::phrases::{self, List};
use crate::strip::removed;
use crate::strip::words::Words;

/// Blocks from the end of the story among which the author may be presented.
const BIO_WITHIN: usize = 6;
/// Longest author line, in words.
const AUTHOR_LINE_WORDS_MAX: usize = 8;

/// Judges the blocks inside the container that are still story.
pub(super) fn judge(draft: &Draft, inside: &[usize], verdicts: &mut [Verdict]) {
    let vocabulary = phrases::built_in();
    let authors: Vec<Vec<String>> = draft
        .metadata
        .authors
        .iter()
        .map(|name| lower_words(name))
        .filter(|name| !name.is_empty())
        .collect();
    if authors.is_empty() {
        return;
    }
    let story: Vec<usize> =
        inside.iter().copied().filter(|&at| verdicts[at] == Verdict::Story).collect();
    let tail = story.len().saturating_sub(BIO_WITHIN).max(1);
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
            let named_at = |from: usize| {
                name.iter().enumerate().all(|(offset, word)| words.get(from + offset) == Some(word))
            };
            let by = vocabulary.by(&words);
            if named_at(by) && words.len() == by + name.len() && !words.more {
                verdicts[at] = removed(Kind::Byline, "author_line");
            } else if place >= tail
                && named_at(0)
                && vocabulary.lists(List::Presents, &words, name.len(), name.len() + 1)
            {
                verdicts[at] = removed(Kind::AuthorBio, "presents_author");
            }
        }
    }
}

fn lower_words(text: &str) -> Vec<String> {
    let words = Words::of(text, AUTHOR_LINE_WORDS_MAX);
    (0..words.len()).filter_map(|at| words.get(at)).map(str::to_owned).collect()
}
