//! Readers' comments below a story that no name tells: a heading that counts them or asks for more, and
//! under it, again and again, somebody's name and a date.

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::extract::COMMENTED_STORY_BYTES_MIN;
use crate::hash::HashMap;
use crate::limits;
use crate::rule::Rule;
use crate::strip::naming::LEADS_FROM;
use crate::strip::observe::make_around;
use crate::strip::phrases::{How, Vocabulary};
use crate::strip::sequence::is_text;
use crate::strip::words::Words;
use crate::strip::{link_share, removed, syntax};

/// Words of the heading over comments.
const HEADING_WORDS_MAX: usize = 12;
/// Words among which a comment says who wrote it and when.
const OPENING_WORDS_MAX: usize = 14;
/// Words of somebody's name.
const NAME_WORDS_MAX: usize = 4;
/// Comments that are a thread.
const COMMENTS_MIN: usize = 3;
/// Blocks of one comment, on average.
const BLOCKS_PER_COMMENT_MAX: usize = 5;

/// Takes the thread below a story for comments, wherever the container of the page is.
pub(super) fn judge(vocabulary: Vocabulary<'_>, draft: &Draft, verdicts: &mut [Verdict]) {
    if !draft.signals.states_article {
        return;
    }
    let (mut before, mut tried) = (0, 0);
    for (at, block) in draft.blocks.iter().enumerate() {
        if before >= COMMENTED_STORY_BYTES_MIN
            && tried < limits::THREADS_TRIED_MAX
            && is_over_comments(vocabulary, block)
        {
            tried += 1;
            let end = end_of(draft, at);
            let (above, below) = (&draft.blocks[..at], &draft.blocks[at + 1..end]);
            if is_thread(vocabulary, below)
                || are_so_many(draft, above, below, count_in(&block.text))
            {
                // Names and dates are those of the comments.
                let is_of_comment = |verdict: &Verdict| {
                    matches!(verdict, Verdict::Story | Verdict::Removed { kind: Kind::Byline, .. })
                };
                for verdict in &mut verdicts[at + 1..end] {
                    if is_of_comment(verdict) {
                        *verdict = removed(Kind::Comment, Rule::FollowsHeading);
                    }
                }
                return;
            }
        }
        if verdicts[at].is_story() && is_text(block) {
            before += block.text.len();
        }
    }
}

/// Whether it says how many comments there are, or asks for them, and nothing else.
fn is_over_comments(vocabulary: Vocabulary<'_>, block: &Block) -> bool {
    let words = Words::of(&block.text, HEADING_WORDS_MAX);
    // Items of lists count the comments on other stories.
    !words.more
        && matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_))
        && link_share(block) < LEADS_FROM
        && matches!(vocabulary.find(&words), Some((Kind::CommentPrompt, How::Whole | How::Section)))
}

/// Where the innermost element ends that goes on behind the heading `at`.
fn end_of(draft: &Draft, at: usize) -> usize {
    let mut frame = draft.blocks[at].features.home;
    // The first frame is its own parent.
    while frame > 0 && draft.frames[frame].end == at + 1 {
        frame = draft.frames[frame].parent;
    }
    draft.frames.get(frame).map_or(draft.blocks.len(), |frame| frame.end.max(at + 1))
}

/// The first number in a heading; 0 where there is none.
fn count_in(heading: &str) -> usize {
    let words = Words::of(heading, HEADING_WORDS_MAX);
    let at = (0..words.len()).find(|&at| words.is_number(at));
    let digits = at.map(|at| words.joined(at, at + words.digit_groups(at)));
    digits.and_then(|digits| str::from_utf8(digits).ok()?.parse().ok()).unwrap_or(0)
}

/// Comments from which it is no chance that there are as many as the heading says.
const COUNTED_MIN: usize = 6;

/// Whether about `count` of the blocks below a heading stand in elements of one make, which is not
/// that of the text above it.
fn are_so_many(draft: &Draft, above: &[Block], below: &[Block], count: usize) -> bool {
    let make = |block| make_around(draft, block);
    let mut makes: HashMap<Option<u64>, usize> = HashMap::default();
    for block in below {
        *makes.entry(make(block)).or_default() += 1;
    }
    for block in above.iter().filter(|block| is_text(block)) {
        makes.remove(&make(block));
    }
    let about = count - count / 10..=count.saturating_add(count / 10);
    count >= COUNTED_MIN && makes.values().any(|many| about.contains(many))
}

/// Whether all of it are comments: dates recur among the blocks, each with a name near it.
fn is_thread(vocabulary: Vocabulary<'_>, blocks: &[Block]) -> bool {
    let (mut dated, mut signed) = (0, 0);
    let mut named = false;
    for block in blocks {
        let words = Words::of(&block.text, OPENING_WORDS_MAX);
        let is_name = |count: usize| (1..=NAME_WORDS_MAX).contains(&count);
        // Entries of a live blog have their date in a heading.
        let is_heading = matches!(block.kind, BlockKind::Heading(_));
        match syntax::stamp_within(vocabulary, &words) {
            Some(_) if is_heading => named = false,
            Some(stamp) => {
                dated += 1;
                signed += usize::from(named || is_name(stamp));
                named = false;
            }
            None => named |= !words.more && is_name(words.len()) && !words.end_a_sentence(),
        }
    }
    dated >= COMMENTS_MIN && dated * BLOCKS_PER_COMMENT_MAX >= blocks.len() && signed * 2 >= dated
}

#[cfg(test)]
mod tests {
    use super::count_in;

    #[test]
    fn a_heading_counts_comments_as_people_write_numbers() {
        let counted =
            ["12 Comments", "1,012 Comments", "Comments (1 012)", "٣ تعليقات", "Comments"];
        assert_eq!(counted.map(count_in), [12, 1012, 1012, 3, 0]);
    }
}
