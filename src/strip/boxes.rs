//! Boxes of one make: cards, posts, answers. What most of them hold as story the others do, too.

use crate::article::{BlockKind, Draft, Verdict};
use crate::hash::{HashMap, HashSet};
use crate::rule::Rule;
use crate::strip::about_words;
use crate::strip::observe::{MAKE_LEVELS, make_around, make_of};

/// Boxes from which something recurs in them.
const BOXES_MIN: usize = 3;
/// Words from which, on average, blocks say something.
const SAYING_WORDS_MIN: usize = 6;

/// Judges what stands in boxes of one make on pages that are not of one article: an article's boxes are
/// beside it.
pub(super) fn judge(draft: &Draft, verdicts: &mut [Verdict]) {
    if !draft.signals.states_article {
        give_back_titles(draft, verdicts);
        agree(draft, verdicts);
    }
}

/// Whether a verdict goes by no more than where a block stands.
fn is_by_place(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Removed {
            rule: Rule::Judged
                | Rule::OnlyALink
                | Rule::PlaceControl
                | Rule::PlaceRelated
                | Rule::PlaceTags
                | Rule::PlaceNavigation,
            ..
        }
    )
}

/// Gives back the titles of cards whose descriptions are story.
fn give_back_titles(draft: &Draft, verdicts: &mut [Verdict]) {
    let mut titles: HashMap<(u64, Option<u64>), Vec<usize>> = HashMap::default();
    for (at, pair) in draft.blocks.windows(2).enumerate() {
        let [title, text] = pair else { continue };
        if matches!(title.kind, BlockKind::Heading(_))
            && text.kind == BlockKind::Paragraph
            && verdicts[at + 1].is_story()
        {
            let makes = (make_of(draft, title, MAKE_LEVELS), make_around(draft, text));
            titles.entry(makes).or_default().push(at);
        }
    }
    for titles in titles.into_values().filter(|titles| titles.len() >= BOXES_MIN) {
        for at in titles {
            if is_by_place(&verdicts[at]) {
                verdicts[at] = Verdict::Story;
            }
        }
    }
}

/// Gives back what stands in a box where most boxes of its make hold the same as story: the last
/// answer of a thread, the title of a card.
fn agree(draft: &Draft, verdicts: &mut [Verdict]) {
    let mut groups: HashMap<u64, Vec<usize>> = HashMap::default();
    for (at, block) in draft.blocks.iter().enumerate() {
        if verdicts[at].is_story() || is_by_place(&verdicts[at]) {
            groups.entry(make_of(draft, block, MAKE_LEVELS)).or_default().push(at);
        }
    }
    for group in groups.into_values().filter(|group| group.len() >= BOXES_MIN) {
        let of = |at: &usize| &draft.blocks[*at];
        let boxes: HashSet<usize> = group.iter().map(|at| of(at).features.parent).collect();
        let words = |at: &usize| about_words(&of(at).text);
        let all: usize = group.iter().map(words).sum();
        let kept = || group.iter().filter(|&&at| verdicts[at].is_story());
        let says = all >= SAYING_WORDS_MIN * group.len()
            || group.iter().all(|at| matches!(of(at).kind, BlockKind::Heading(_)))
            || group.iter().all(|at| of(at).text.ends_with(['?', '？', '؟']));
        if boxes.len() == group.len()
            && says
            && 2 * kept().count() >= group.len()
            && 2 * kept().map(words).sum::<usize>() >= all
        {
            for at in group {
                verdicts[at] = Verdict::Story;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, Kind};
    use crate::extract::Frame;
    use crate::strip::removed;

    /// Boxes side by side that each hold blocks of these kinds and texts.
    fn page(boxes: &[&[(BlockKind, &str)]]) -> Draft {
        let mut draft = Draft { frames: vec![Frame::default()], ..Draft::default() };
        for held in boxes {
            let around = draft.frames.len();
            draft.frames.push(Frame { make: 1, ..Frame::default() });
            for &(kind, text) in *held {
                let mut block = Block { kind, text: text.to_owned(), ..Block::default() };
                block.features.home = draft.frames.len();
                block.features.parent = around;
                draft.frames.push(Frame { parent: around, make: 2, ..Frame::default() });
                draft.blocks.push(block);
            }
        }
        draft
    }

    const TITLE: BlockKind = BlockKind::Heading(3);
    const TEXT: BlockKind = BlockKind::Paragraph;

    #[test]
    fn cards_whose_descriptions_are_story_keep_their_titles() {
        let card: &[_] = &[(TITLE, "Lamp"), (TEXT, "Gives light.")];
        let link = || removed(Kind::RelatedLinks, Rule::OnlyALink);
        let verdicts_of =
            |cards| -> Vec<Verdict> { (0..cards).flat_map(|_| [link(), Verdict::Story]).collect() };
        let mut verdicts = verdicts_of(3);
        let draft = page(&[card; 3]);
        judge(&draft, &mut verdicts);
        assert_eq!(verdicts, vec![Verdict::Story; 6]);
        let mut two = verdicts_of(2);
        judge(&page(&[card; 2]), &mut two);
        assert_ne!(two[0], Verdict::Story);
    }

    #[test]
    fn the_last_answer_of_a_thread_stays_with_the_others_but_not_with_what_most_lack() {
        let said = "I used a damp cloth, and it was gone within a day.";
        let post: &[_] = &[(TEXT, said)];
        let mut verdicts = vec![Verdict::Story; 4];
        verdicts[3] = removed(Kind::Other, Rule::Judged);
        let draft = page(&[post; 4]);
        judge(&draft, &mut verdicts);
        assert_eq!(verdicts[3], Verdict::Story);
        let gone = removed(Kind::Other, Rule::Judged);
        let mut few = vec![gone.clone(), gone.clone(), gone.clone(), Verdict::Story];
        judge(&draft, &mut few);
        assert_eq!(few[..3], vec![gone; 3]);
        let mut worded = verdicts.clone();
        worded[3] = removed(Kind::CommentPrompt, Rule::PhraseWhole);
        judge(&draft, &mut worded);
        assert_ne!(worded[3], Verdict::Story, "it says itself that it is none");
        let label: &[_] = &[(TEXT, "Reply")];
        let mut labels = vec![Verdict::Story; 4];
        labels[3] = removed(Kind::Other, Rule::Judged);
        judge(&page(&[label; 4]), &mut labels);
        assert_ne!(labels[3], Verdict::Story, "labels say too little");
    }
}
