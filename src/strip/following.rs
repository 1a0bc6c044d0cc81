//! Other stories that a page goes on with, below its own.
//!
//! Publishers append the next story to the page that is read to its end, and a page that was saved has
//! all that were appended: each an element like the first, under a heading of its own.

use std::ops::Range;

use crate::article::{Block, Draft, Kind, Verdict};
use crate::extract::{Frame, Tag};
use crate::hash::HashMap;
use crate::limits;
use crate::rule::Rule;
use crate::strip::removed;
use crate::strip::sequence::{is_heading, is_text, letters, level_of};

/// Blocks of an element among which its heading stands.
const HEADING_WITHIN: usize = 6;
/// Paragraphs that make a story of what stands under a heading, and their bytes; teasers have less.
const PARAGRAPHS_MIN: usize = 2;
const STORY_BYTES_MIN: usize = 240;
/// Letters of a heading from which it is enough that the title holds it.
const HEADING_LETTERS_MIN: usize = 12;

/// Takes other stories out of the text.
pub(super) fn judge(draft: &Draft, verdicts: &mut [Verdict]) {
    // Posts of a thread are such elements, too.
    if draft.signals.is_forum {
        return;
    }
    let titles = titles_of(draft);
    let heading = |frame: &Frame| heading_of(&draft.blocks, frame);
    let level = |frame: &Frame| heading(frame).map(|at| level_of(&draft.blocks[at]));
    let articles = articles_by_heading(draft, heading);
    // An element holds all of a story that says so, or in which one with its heading does.
    let is_whole = |frame: &Frame| {
        let article = heading(frame).and_then(|at| articles.get(&at));
        frame.tag == Tag::Article
            || article.is_some_and(|held| frame.first <= held.start && held.end <= frame.end)
    };
    let is_own = |frame: &&Frame| {
        heading(frame).is_some_and(|at| titles.binary_search(&at).is_ok())
            && is_story(&draft.blocks, frame)
            && (is_whole(frame) || draft.signals.states_article && level(frame) == Some(1))
    };
    let title = draft.frames.iter().find(is_own).and_then(heading);
    let around = draft.frames.iter().filter(is_own).filter(|own| heading(own) == title);
    for own in around.take(limits::OWN_FRAMES_MAX) {
        // Other elements may be parts of one story, each under a heading of the highest level; but not
        // where a date or an author stands in another.
        let own_is_whole = is_whole(own);
        let others = draft.frames.iter().filter(|frame| {
            frame.make == own.make
                && frame.parent == own.parent
                && frame.first >= own.end
                && is_story(&draft.blocks, frame)
                && level(frame) == level(own)
        });
        for frame in others {
            let is_apart = own_is_whole && is_whole(frame);
            if !is_apart && !is_signed(frame, verdicts) {
                continue;
            }
            for verdict in &mut verdicts[frame.first..frame.end] {
                if verdict.is_story() {
                    *verdict = removed(Kind::RelatedLinks, Rule::AnotherStory);
                }
            }
        }
    }
}

/// For each heading, the blocks of the innermost article that it stands over.
fn articles_by_heading(
    draft: &Draft,
    heading: impl Fn(&Frame) -> Option<usize>,
) -> HashMap<usize, Range<usize>> {
    let articles = draft.frames.iter().filter(|frame| frame.tag == Tag::Article);
    articles.filter_map(|frame| Some((heading(frame)?, frame.first..frame.end))).collect()
}

/// The headings that are the page's title.
fn titles_of(draft: &Draft) -> Vec<usize> {
    let Some(title) = draft.metadata.title.as_deref().map(letters) else { return Vec::new() };
    let is_title = |block: &Block| {
        let heading = letters(&block.text);
        heading == title
            || heading.len() >= HEADING_LETTERS_MIN
                && (title.contains(&heading) || heading.contains(&title))
    };
    let blocks = draft.blocks.iter().enumerate();
    blocks.filter(|(_, block)| is_heading(block) && is_title(block)).map(|(at, _)| at).collect()
}

/// Whether a line near the beginning of an element says who wrote it, or when.
fn is_signed(frame: &Frame, verdicts: &[Verdict]) -> bool {
    let end = frame.end.min(frame.first + HEADING_WITHIN);
    let opening = &verdicts[frame.first..end];
    opening.iter().any(|verdict| matches!(verdict, Verdict::Removed { kind: Kind::Byline, .. }))
}

/// The first heading near the beginning of an element.
fn heading_of(blocks: &[Block], frame: &Frame) -> Option<usize> {
    let end = frame.end.min(frame.first + HEADING_WITHIN);
    (frame.first..end).find(|&at| is_heading(&blocks[at]))
}

fn is_story(blocks: &[Block], frame: &Frame) -> bool {
    let paragraphs = || blocks[frame.first..frame.end].iter().filter(|block| is_text(block));
    paragraphs().count() >= PARAGRAPHS_MIN
        && paragraphs().map(|block| block.text.len()).sum::<usize>() >= STORY_BYTES_MIN
}
