//! Other stories that a page goes on with, below its own.
//!
//! Publishers append the next story to the page that is read to its end, and a page that was saved has
//! all that were appended: each an `<article>` like the first, under a heading of its own.

use crate::article::{Block, Draft, Kind, Verdict};
use crate::extract::{Frame, Tag};
use crate::strip::removed;
use crate::strip::sequence::{is_heading, is_text, letters, level_of};

/// Rule of what belongs to another story.
const ANOTHER_STORY: &str = "another_story";
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
    let Some((own, level)) = own_story(draft) else { return };
    let others = draft.frames.iter().filter(|frame| {
        frame.tag == Tag::Article
            && frame.make == own.make
            && frame.parent == own.parent
            && frame.first >= own.end
            && is_story(&draft.blocks, frame)
            && heading_of(&draft.blocks, frame)
                .is_some_and(|at| level_of(&draft.blocks[at]) == level)
    });
    for frame in others {
        for verdict in &mut verdicts[frame.first..frame.end] {
            if *verdict == Verdict::Story {
                *verdict = removed(Kind::RelatedLinks, ANOTHER_STORY);
            }
        }
    }
}

/// The element of the page's own story, and the level of its heading, which is the page's title.
fn own_story(draft: &Draft) -> Option<(&Frame, u8)> {
    let title = letters(draft.metadata.title.as_deref()?);
    draft.frames.iter().filter(|frame| frame.tag == Tag::Article).find_map(|frame| {
        let at = heading_of(&draft.blocks, frame)?;
        let heading = letters(&draft.blocks[at].text);
        let is_title = heading == title
            || heading.len() >= HEADING_LETTERS_MIN
                && (title.contains(&heading) || heading.contains(&title));
        let level = level_of(&draft.blocks[at]);
        (is_title && is_story(&draft.blocks, frame)).then_some((frame, level))
    })
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
