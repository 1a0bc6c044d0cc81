//! From how likely each block is story to which of them are.

use crate::article::{CAPTION_WITH_CREDIT, Draft, Kind, Verdict};

/// The score from which blocks are story, and the F1 of words that is expected of that.
///
/// Of all texts that could be made by taking the likeliest blocks, the one is
/// taken whose expected F1 (of its words against the story's) is highest. Where
/// the model is sure, that is every block that is likelier story than not; where
/// it doubts the whole page, it is more, since a text with something else in it
/// is better than none.
pub(super) fn threshold(draft: &Draft, scores: &[f32]) -> (f32, f32) {
    let mut ranked: Vec<(f32, f32)> = draft
        .blocks
        .iter()
        .zip(scores)
        .map(|(block, &score)| (score, weight_of(&block.text)))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let expected: f32 = ranked.iter().map(|(score, weight)| score * weight).sum();
    let (mut right, mut taken) = (0.0, 0.0);
    let mut best = (f32::INFINITY, 0.0);
    for (score, weight) in ranked {
        right += score * weight;
        taken += weight;
        let f1 = 2.0 * right / (taken + expected).max(f32::MIN_POSITIVE);
        if f1 > best.1 {
            best = (score, f1);
        }
    }
    best
}

/// Score that a block needs to be story though its words name it something else.
const NEEDED_AGAINST_WORDS: f32 = 0.8;
/// Score that it needs though its place does, on pages whose story has few such blocks.
const NEEDED_AGAINST_PLACE: f32 = 0.7;
/// Share of the story up to which those blocks are few; a page of links is made of them.
const FEW_OF_STORY: f32 = 0.05;

/// The scores from which blocks are story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bars {
    /// For what no rule objects to.
    pub(super) free: f32,
    /// For what a rule takes for something else, because of its place or company.
    pub(super) misplaced: f32,
}

impl Bars {
    /// Those of a page: `needed` is its [`threshold`], `opinions` are what the rules say.
    ///
    /// Of a block's place and company the model is the better judge, and it knows the rule's
    /// opinion. But it judges one by one: where nearly all of the story is free of objections,
    /// what is not is more often residue than its score says.
    pub(super) fn of(draft: &Draft, opinions: &[Verdict], scores: &[f32], needed: f32) -> Bars {
        let lenient = Bars { free: needed, misplaced: needed };
        let (mut objected, mut all) = (0.0, 0.0);
        for ((block, opinion), &score) in draft.blocks.iter().zip(opinions).zip(scores) {
            if score >= lenient.for_opinion(opinion) {
                let weight = weight_of(&block.text);
                all += weight;
                objected += if *opinion == Verdict::Story { 0.0 } else { weight };
            }
        }
        let few = objected < FEW_OF_STORY * all;
        let misplaced = if few { needed.max(NEEDED_AGAINST_PLACE) } else { needed };
        Bars { free: needed, misplaced }
    }

    /// The score that a block needs to be story against the `opinion` of the rules.
    ///
    /// What it says in so many words counts on pages unlike those that the model has learned from,
    /// too.
    pub(super) fn for_opinion(self, opinion: &Verdict) -> f32 {
        let Verdict::Removed { kind, rule } = opinion else { return self.free };
        let worded = goes_by_words(rule);
        match (kind, *rule) {
            // By contract title, author line and captions are kept elsewhere, not in the text.
            (_, "title_repeated" | "author_line" | CAPTION_WITH_CREDIT) => f32::INFINITY,
            (Kind::PhotoCredit | Kind::CommentPrompt, _) if worded => f32::INFINITY,
            _ if worded => self.free.max(NEEDED_AGAINST_WORDS),
            _ => self.misplaced,
        }
    }
}

/// Whether a rule goes by what a block says in so many words, not by where it stands.
pub(super) fn goes_by_words(rule: &str) -> bool {
    rule.starts_with("phrase_")
        || matches!(
            rule,
            "credit_syntax"
                | "credit_label"
                | "presents_author"
                | "contact_line"
                | "author_initials"
                | "copyright_line"
        )
}

/// Share of a page's text from which readers' comments are its story, as in a forum.
const COMMENTS_ARE_STORY_FROM: f32 = 0.5;

/// Whether what the rules take for readers' comments is the bulk of what the model takes for story.
pub(super) fn comments_are_story(
    draft: &Draft,
    opinions: &[Verdict],
    scores: &[f32],
    needed: f32,
) -> bool {
    let (mut comments, mut all) = (0.0, 0.0);
    for ((block, opinion), &score) in draft.blocks.iter().zip(opinions).zip(scores) {
        if score >= needed {
            let weight = weight_of(&block.text);
            all += weight;
            comments += if is_comment(opinion) { weight } else { 0.0 };
        }
    }
    comments >= COMMENTS_ARE_STORY_FROM * all
}

/// Whether the rules take a block for a reader's comment.
pub(super) const fn is_comment(opinion: &Verdict) -> bool {
    matches!(opinion, Verdict::Removed { kind: Kind::Comment, .. })
}

/// About the number of words.
#[expect(clippy::cast_precision_loss, reason = "sizes of blocks; the last digits do not matter")]
fn weight_of(text: &str) -> f32 {
    let spaces = memchr::memchr_iter(b' ', text.as_bytes()).count();
    // Scripts without spaces have long words of many bytes.
    (spaces + 1).max(text.len() / 16) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Block;

    fn page(scores: &[f32]) -> Draft {
        let block = || Block { text: "word ".repeat(20), ..Block::default() };
        Draft { blocks: scores.iter().map(|_| block()).collect(), ..Draft::default() }
    }

    #[test]
    fn a_sure_page_is_cut_at_the_middle_and_a_doubtful_one_keeps_the_best_there_is() {
        let sure = [0.98, 0.97, 0.6, 0.4, 0.02];
        let (needed, expected) = threshold(&page(&sure), &sure);
        assert!((0.4..=0.6).contains(&needed) && expected > 0.85, "{needed} {expected}");
        let doubtful = [0.3, 0.25, 0.01, 0.01];
        let (needed, expected) = threshold(&page(&doubtful), &doubtful);
        assert!((0.02..=0.25).contains(&needed) && expected < 0.6, "{needed} {expected}");
    }

    #[test]
    fn a_page_without_blocks_has_no_story() {
        let (needed, expected) = threshold(&page(&[]), &[]);
        assert!(needed > 1.0 && expected == 0.0);
    }

    #[test]
    fn a_credit_in_so_many_words_is_no_story_however_sure_the_model_is() {
        let opinion = Verdict::Removed { kind: Kind::PhotoCredit, rule: "credit_syntax" };
        assert!(Bars { free: 0.5, misplaced: 0.5 }.for_opinion(&opinion) > 1.0);
    }

    #[test]
    fn a_lone_link_in_a_story_needs_more_than_one_on_a_page_of_links() {
        let link = Verdict::Removed { kind: Kind::RelatedLinks, rule: "only_a_link" };
        let scores = vec![0.6; 30];
        let bar = |links: usize| {
            let mut opinions = vec![Verdict::Story; 30 - links];
            opinions.resize(30, link.clone());
            Bars::of(&page(&scores), &opinions, &scores, 0.5).for_opinion(&link)
        };
        assert!(bar(1) > 0.6);
        assert!(bar(15) <= 0.5, "of a place the model is the better judge");
    }
}
