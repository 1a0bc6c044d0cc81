//! What belongs together is story as a whole or not at all: the rows of a table, the items of a list,
//! the code of a page, a heading and what stands under it, a prompt and what it promises.

use std::ops::Range;

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::extract::{Hints, Tag};
use crate::language::ends_a_sentence;
use crate::rule::Rule;
use crate::strip::decision::goes_by_words;
use crate::strip::{about_words, link_share, removed, share};

/// Share of link text from which a list leads elsewhere; of such a list each item is judged by itself.
const LEADS_FROM: f32 = 0.5;
/// Words of a sentence that announces a list.
const ANNOUNCING_WORDS_MIN: usize = 4;
/// Words from which the paragraph under a heading carries it.
const CARRIES_WORDS_MIN: usize = 15;

/// Pieces of code in a text from which all of the page's are its; most of the code says so, too.
const CODE_BLOCKS_MIN: usize = 2;

/// Blocks and bytes of such a box, and the share of the story that it may take away.
const PROMPT_BLOCKS_MAX: usize = 5;
const PROMPT_BYTES_MAX: usize = 500;
const PROMPT_SHARE_MAX: f32 = 0.15;

/// Makes the verdicts agree on each table, list and box with a prompt, and puts headings back to what
/// they stand over.
pub(super) fn judge(draft: &Draft, verdicts: &mut [Verdict]) {
    for frame in &draft.frames {
        let held = frame.first..frame.end;
        let blocks = &draft.blocks[held.clone()];
        let is_set = match frame.tag {
            Tag::Table => blocks.iter().all(|block| block.kind == BlockKind::TableRow),
            Tag::List | Tag::Definitions => {
                blocks.iter().all(|block| matches!(block.kind, BlockKind::ListItem(_)))
                    && leads(blocks) < LEADS_FROM
            }
            _ => false,
        };
        if is_set && blocks.len() > 1 {
            agree(blocks, &mut verdicts[held.clone()]);
        }
        let leads_nowhere = || blocks.iter().all(|block| block.features.links == 0);
        if is_set && is_announced(draft, verdicts, frame.first) && leads_nowhere() {
            for verdict in &mut verdicts[held] {
                if matches!(verdict, Verdict::Removed { rule: Rule::Judged, .. }) {
                    *verdict = Verdict::Story;
                }
            }
        }
    }
    keep_code(draft, verdicts);
    take_prompt_boxes(draft, verdicts);
    let mut has_begun = false;
    for at in 1..verdicts.len() {
        if (has_begun || is_toggle(&draft.blocks[at - 1])) && is_headless(draft, verdicts, at) {
            verdicts[at - 1] = Verdict::Story;
        }
        has_begun |= verdicts[at - 1].is_story();
    }
}

/// Whether a sentence of the story right before `at` ends in a colon.
fn is_announced(draft: &Draft, verdicts: &[Verdict], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let block = &draft.blocks[before];
        verdicts[before].is_story()
            && block.kind == BlockKind::Paragraph
            && block.text.ends_with([':', '：'])
            && block.features.links == 0
            && about_words(&block.text) >= ANNOUNCING_WORDS_MIN
    })
}

/// Share of links in the text of blocks.
fn leads(blocks: &[Block]) -> f32 {
    let bytes = blocks.iter().map(|block| block.text.len()).sum();
    share(blocks.iter().map(|block| block.features.link_bytes).sum(), bytes)
}

/// Gives all blocks the verdict of most of their words; what says itself that it is no story stays out,
/// and has no say.
fn agree(blocks: &[Block], verdicts: &mut [Verdict]) {
    let (mut story, mut other) = (0, 0);
    for (block, verdict) in blocks.iter().zip(verdicts.iter()) {
        match verdict {
            Verdict::Story => story += about_words(&block.text),
            Verdict::Removed { rule, .. } if goes_by_words(*rule) => {}
            Verdict::Removed { .. } => other += about_words(&block.text),
        }
    }
    if story == 0 || other == 0 {
        return;
    }
    for verdict in verdicts {
        match verdict {
            Verdict::Removed { rule, .. } if story >= other && !goes_by_words(*rule) => {
                *verdict = Verdict::Story;
            }
            Verdict::Story if story < other => *verdict = removed(Kind::Other, Rule::Judged),
            _ => {}
        }
    }
}

/// Of a text with code in it all code is, however little one piece looks like the others.
fn keep_code(draft: &Draft, verdicts: &mut [Verdict]) {
    let is_code =
        |at: &usize| draft.blocks[*at].inside && draft.blocks[*at].kind == BlockKind::Preformatted;
    let code: Vec<usize> = (0..verdicts.len()).filter(is_code).collect();
    let bytes = |at: &usize| draft.blocks[*at].text.len();
    let kept = || code.iter().filter(|&&at| verdicts[at].is_story());
    let all: usize = code.iter().map(bytes).sum();
    let most = 2 * kept().map(bytes).sum::<usize>() >= all;
    if kept().count() < CODE_BLOCKS_MIN && !most {
        return;
    }
    for at in code {
        if matches!(verdicts[at], Verdict::Removed { rule: Rule::Judged, .. }) {
            verdicts[at] = Verdict::Story;
        }
    }
}

/// Takes out what stands in one small box with a button to subscribe, and before it.
fn take_prompt_boxes(draft: &Draft, verdicts: &mut [Verdict]) {
    let is_button = |at: usize| {
        let by_words = matches!(&verdicts[at],
            Verdict::Removed { kind: Kind::NewsletterPrompt, rule } if goes_by_words(*rule));
        let block = &draft.blocks[at];
        by_words && (link_share(block) >= LEADS_FROM || block.features.hints.any(Hints::CONTROL))
    };
    let buttons = (0..verdicts.len()).filter(|&at| is_button(at));
    let mut boxes: Vec<(Range<usize>, Kind)> =
        buttons.filter_map(|at| Some((box_before(draft, at)?, Kind::NewsletterPrompt))).collect();
    boxes.extend(draft.frames.iter().filter_map(|frame| {
        let held = frame.first..frame.end;
        let kind = prompts(&draft.blocks[held.clone()], &verdicts[held.clone()])?;
        frame.tag.can_be_box().then_some((held, kind))
    }));
    let weight = |blocks: Range<usize>, verdicts: &[Verdict]| -> usize {
        let story = blocks.filter(|&at| verdicts[at].is_story());
        story.map(|at| about_words(&draft.blocks[at].text)).sum()
    };
    let all = weight(0..verdicts.len(), verdicts);
    let mut taken = 0;
    for (held, kind) in boxes {
        let more = taken + weight(held.clone(), verdicts);
        if share(more, all) > PROMPT_SHARE_MAX {
            continue;
        }
        taken = more;
        for verdict in verdicts[held].iter_mut().filter(|verdict| verdict.is_story()) {
            *verdict = removed(kind, Rule::PromptBox);
        }
    }
}

/// Longest line of a prompt's box that is no sentence, such as its heading, in words.
const PROMPT_LINE_WORDS_MAX: usize = 8;

/// What a small box prompts to whose first line alone does not say that it prompts.
fn prompts(blocks: &[Block], verdicts: &[Verdict]) -> Option<Kind> {
    if !(3..=PROMPT_BLOCKS_MAX).contains(&blocks.len()) || !verdicts[0].is_story() {
        return None;
    }
    let is_line = matches!(blocks[0].kind, BlockKind::Paragraph | BlockKind::Heading(_))
        && about_words(&blocks[0].text) <= PROMPT_LINE_WORDS_MAX
        && !ends_a_sentence(&blocks[0].text);
    let says = |verdict: &Verdict| match verdict {
        Verdict::Removed { rule, .. } => goes_by_words(*rule) || *rule == Rule::OnlyALink,
        Verdict::Story => false,
    };
    let prompt = verdicts.iter().find_map(|verdict| match verdict {
        Verdict::Removed {
            kind:
                kind @ (Kind::NewsletterPrompt
                | Kind::RelatedLinks
                | Kind::DonationPrompt
                | Kind::PaywallPrompt),
            rule,
        } if goes_by_words(*rule) => Some(*kind),
        _ => None,
    });
    prompt.filter(|_| is_line && verdicts[1..].iter().all(says))
}

/// The blocks of the largest small box that ends with the block `at`, itself left out.
fn box_before(draft: &Draft, at: usize) -> Option<Range<usize>> {
    let mut frame = draft.blocks[at].features.home;
    let mut found = None;
    // The first frame is its own parent.
    while frame > 0 {
        let around = &draft.frames[frame];
        let held = &draft.blocks[around.first..around.end];
        let is_small = held.len() <= PROMPT_BLOCKS_MAX
            && held.iter().map(|block| block.text.len()).sum::<usize>() <= PROMPT_BYTES_MAX;
        if !is_small || around.end != at + 1 || !around.tag.can_be_box() {
            break;
        }
        found = Some(around.first..at);
        frame = around.parent;
    }
    found.filter(|held| !held.is_empty())
}

/// Whether the block is a paragraph of the story whose heading is missing.
fn is_headless(draft: &Draft, verdicts: &[Verdict], at: usize) -> bool {
    let (heading, block) = (&draft.blocks[at - 1], &draft.blocks[at]);
    let by_its_place = matches!(
        verdicts[at - 1],
        Verdict::Removed { rule: Rule::Judged | Rule::OnlyALink | Rule::PlaceControl, .. }
    );
    // A teaser in a box of its own is over no paragraph behind that.
    let is_over = heading.features.parent_end > at || link_share(heading) < LEADS_FROM;
    by_its_place
        && is_over
        && verdicts[at].is_story()
        && (matches!(heading.kind, BlockKind::Heading(_)) || is_toggle(heading))
        && block.kind == BlockKind::Paragraph
        && (about_words(&block.text) >= CARRIES_WORDS_MIN || is_toggle(heading))
        && link_share(block) < LEADS_FROM
}

/// Whether a block is a question that, clicked at, shows its answer.
fn is_toggle(block: &Block) -> bool {
    block.features.hints.any(Hints::CONTROL) && block.text.ends_with(['?', '？', '؟'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Frame;

    const ROW: BlockKind = BlockKind::TableRow;

    /// A page that is one element of this kind with these blocks in it.
    fn page(tag: Tag, blocks: &[(BlockKind, &str)]) -> Draft {
        let block = |&(kind, text): &(BlockKind, &str)| Block {
            kind,
            text: text.to_owned(),
            ..Block::default()
        };
        Draft {
            frames: vec![Frame { tag, end: blocks.len(), ..Frame::default() }],
            blocks: blocks.iter().map(block).collect(),
            ..Draft::default()
        }
    }

    fn judged(draft: &Draft, verdicts: &[Option<Rule>]) -> Vec<bool> {
        let verdict = |rule: Option<Rule>| match rule {
            Some(rule) => removed(Kind::Other, rule),
            None => Verdict::Story,
        };
        let mut verdicts: Vec<Verdict> = verdicts.iter().copied().map(verdict).collect();
        judge(draft, &mut verdicts);
        verdicts.iter().map(Verdict::is_story).collect()
    }

    #[test]
    fn a_table_is_story_or_not_but_a_row_that_says_what_it_is_goes() {
        let rows = [
            (ROW, "Ellmouth | 12"),
            (ROW, "Penmarrow | 9"),
            (ROW, "Sign up for our newsletter to get the tide tables of the whole coast"),
            (ROW, "Sum | 21"),
        ];
        let table = page(Tag::Table, &rows);
        let mixed = [None, None, Some(Rule::PhraseWhole), Some(Rule::Judged)];
        assert_eq!(judged(&table, &mixed), [true, true, false, true]);
        let other = [Some(Rule::Judged), Some(Rule::Judged), Some(Rule::Judged), None];
        assert_eq!(judged(&table, &other), [false; 4]);
    }

    #[test]
    fn a_list_that_leads_nowhere_is_story_or_not_and_of_one_that_does_each_item_is_judged() {
        let item = BlockKind::ListItem(None);
        let mut list =
            page(Tag::List, &[(item, "Two onions"), (item, "A pound of flour"), (item, "Salt")]);
        let mixed = [None, None, Some(Rule::Judged)];
        assert_eq!(judged(&list, &mixed), [true; 3]);
        for block in &mut list.blocks {
            block.features.link_bytes = block.text.len();
        }
        assert_eq!(judged(&list, &mixed), [true, true, false]);
    }

    #[test]
    fn a_list_that_a_sentence_of_the_story_announces_is_story() {
        let item = BlockKind::ListItem(None);
        let announced = |sentence| {
            let blocks = [(BlockKind::Paragraph, sentence), (item, "Two onions"), (item, "Salt")];
            let mut page = page(Tag::Div, &blocks);
            page.frames.push(Frame { tag: Tag::List, first: 1, end: 3, ..Frame::default() });
            judged(&page, &[None, Some(Rule::Judged), Some(Rule::Judged)])
        };
        assert_eq!(announced("For the soup you need:"), [true; 3]);
        assert_eq!(announced("The soup was cold."), [true, false, false]);
    }

    #[test]
    fn of_a_text_with_code_in_it_all_code_is_kept() {
        let code = |text| (BlockKind::Preformatted, text);
        let blocks = [code("make"), code("make install"), code("{ }")];
        let mut page = page(Tag::Div, &blocks);
        for block in &mut page.blocks {
            block.inside = true;
        }
        assert_eq!(judged(&page, &[None, None, Some(Rule::Judged)]), [true; 3]);
        assert_eq!(
            judged(&page, &[None, Some(Rule::Judged), Some(Rule::Judged)]),
            [true, false, false]
        );
    }

    #[test]
    fn a_heading_stands_where_its_paragraph_does_but_before_the_story() {
        let prose = "The boat has a new engine, and those who sailed on her say that she rolls less than before.";
        let blocks = [
            (BlockKind::Heading(2), "Politics"),
            (BlockKind::Paragraph, prose),
            (BlockKind::Heading(2), "The Kestrel"),
            (BlockKind::Paragraph, prose),
        ];
        let story = page(Tag::Div, &blocks);
        let links = [Some(Rule::OnlyALink), None, Some(Rule::OnlyALink), None];
        assert_eq!(judged(&story, &links), [false, true, true, true]);
        let prompts = [None, None, Some(Rule::PhraseSection), None];
        assert_eq!(judged(&story, &prompts), [true, true, false, true]);
    }
}
