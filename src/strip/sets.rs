//! What belongs together is story as a whole or not at all: the rows of a table, the items of a list,
//! a heading and what stands under it.

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::extract::Tag;
use crate::strip::decision::goes_by_words;
use crate::strip::{JUDGED, about_words, link_share, removed};

/// Share of link text from which a list leads elsewhere; of such a list each item is judged by itself.
const LEADS_FROM: f32 = 0.5;
/// Words from which the paragraph under a heading carries it.
const CARRIES_WORDS_MIN: usize = 15;

/// Makes the verdicts agree on each table and each list, and puts headings back to what they stand over.
pub(super) fn judge(draft: &Draft, verdicts: &mut [Verdict]) {
    for frame in &draft.frames {
        let held = frame.first..frame.end;
        let blocks = &draft.blocks[held.clone()];
        let is_set = match frame.tag {
            Tag::Table => blocks.iter().all(|block| block.kind == BlockKind::TableRow),
            Tag::List => {
                blocks.iter().all(|block| matches!(block.kind, BlockKind::ListItem(_)))
                    && leads(blocks) < LEADS_FROM
            }
            _ => false,
        };
        if is_set && blocks.len() > 1 {
            agree(blocks, &mut verdicts[held]);
        }
    }
    for at in 1..verdicts.len() {
        if is_headless(draft, verdicts, at) {
            verdicts[at - 1] = Verdict::Story;
        }
    }
}

/// Share of links in the text of blocks.
#[expect(clippy::cast_precision_loss, reason = "sizes of blocks; the last digits do not matter")]
fn leads(blocks: &[Block]) -> f32 {
    let bytes: usize = blocks.iter().map(|block| block.text.len()).sum();
    let linked: usize = blocks.iter().map(|block| block.features.link_bytes).sum();
    linked as f32 / bytes.max(1) as f32
}

/// Gives all blocks the verdict of most of their words; but what says itself that it is no story stays
/// out.
fn agree(blocks: &[Block], verdicts: &mut [Verdict]) {
    let weight = |wanted: fn(&Verdict) -> bool| -> usize {
        let judged = blocks.iter().zip(verdicts.iter());
        judged.filter(|(_, v)| wanted(v)).map(|(block, _)| about_words(&block.text)).sum()
    };
    let (story, other) = (weight(|v| *v == Verdict::Story), weight(|v| *v != Verdict::Story));
    if story == 0 || other == 0 {
        return;
    }
    for verdict in verdicts {
        match verdict {
            Verdict::Removed { rule, .. } if story >= other && !goes_by_words(rule) => {
                *verdict = Verdict::Story;
            }
            Verdict::Story if story < other => *verdict = removed(Kind::Other, JUDGED),
            _ => {}
        }
    }
}

/// Whether the block is a paragraph of the story whose heading is missing.
fn is_headless(draft: &Draft, verdicts: &[Verdict], at: usize) -> bool {
    let (heading, block) = (&draft.blocks[at - 1], &draft.blocks[at]);
    let by_its_place = matches!(
        verdicts[at - 1],
        Verdict::Removed { rule: JUDGED | "only_a_link" | "place_control", .. }
    );
    by_its_place
        && verdicts[at] == Verdict::Story
        && matches!(heading.kind, BlockKind::Heading(_))
        && block.kind == BlockKind::Paragraph
        && about_words(&block.text) >= CARRIES_WORDS_MIN
        && link_share(block) < LEADS_FROM
        && verdicts[..at - 1].contains(&Verdict::Story)
}
