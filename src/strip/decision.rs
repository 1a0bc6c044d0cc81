//! From how likely each block is story to which of them are.

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::extract::{COMMENTED_STORY_BYTES_MIN, Hints};
use crate::forest::probability;
use crate::hash::HashMap;
use crate::rule::Rule;
use crate::strip::naming::LEADS_FROM;
use crate::strip::observe::{MAKE_LEVELS, make_of};
use crate::strip::sequence::{is_text, is_unlinked_sentence};
use crate::strip::{about_words, is_link, is_quoted, link_share};

/// Where the model expects less than this of the best text that it can make, it doubts the page.
pub(super) const DOUBTED_BELOW: f32 = 0.8;
/// Blocks of one make that are judged as a group.
const GROUP_MIN: usize = 4;
/// How much of such a block's score is its group's.
const GROUP_SHARE: f32 = 0.6;
/// Scores are taken to be at least this far from certainty.
const CERTAIN_WITHIN: f32 = 1e-4;
/// How much more of a page is story than the model says that doubts it: where it is wrong about
/// one block, it is wrong about those like it.
const UNDERSTATED: f32 = 1.5;

/// The score from which blocks are story, and the F1 of words that is expected of that.
///
/// Of a page that the model doubts, blocks of one make go together: the posts of a thread, the
/// cards of a list are all story or all none. The scores of such a page are moved towards those of
/// their groups.
pub(super) fn threshold(draft: &Draft, scores: &mut [f32]) -> (f32, f32) {
    let sure = best_cut(draft, scores, 1.0);
    if sure.1 >= DOUBTED_BELOW {
        return sure;
    }
    by_groups(draft, scores);
    best_cut(draft, scores, UNDERSTATED)
}

/// Of all texts that could be made by taking the likeliest blocks, the one is
/// taken whose expected F1 (of its words against the story's) is highest. Where
/// the model is sure, that is every block that is likelier story than not; where
/// it doubts the whole page, it is more, since a text with something else in it
/// is better than none. `understated`: how much more story there is than the scores say.
fn best_cut(draft: &Draft, scores: &[f32], understated: f32) -> (f32, f32) {
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
    let mut highest = 0.0;
    for (score, weight) in ranked {
        right += score * weight;
        taken += weight;
        let f1 = |expected: f32| 2.0 * right / (taken + expected).max(f32::MIN_POSITIVE);
        let of_all = f1(expected * understated);
        if of_all > highest {
            highest = of_all;
            best = (score, f1(expected));
        }
    }
    best
}

/// Moves the score of each block that has many of its make towards that of all of them.
fn by_groups(draft: &Draft, scores: &mut [f32]) {
    let mut groups: HashMap<u64, Vec<usize>> = HashMap::default();
    // What was given up before, as comments are, says nothing of others.
    for (at, block) in draft.blocks.iter().enumerate().filter(|(at, _)| scores[*at] > 0.0) {
        groups.entry(make_of(draft, block, MAKE_LEVELS)).or_default().push(at);
    }
    let logit = |score: f32| {
        let score = score.clamp(CERTAIN_WITHIN, 1.0 - CERTAIN_WITHIN);
        (score / (1.0 - score)).ln()
    };
    for group in groups.values().filter(|group| group.len() >= GROUP_MIN) {
        let (mut sum, mut weights) = (0.0, 0.0);
        for &at in group {
            // Even a word weighs something.
            let weight = weight_of(&draft.blocks[at].text) + 2.0;
            sum += logit(scores[at]) * weight;
            weights += weight;
        }
        for &at in group {
            let moved = (1.0 - GROUP_SHARE) * logit(scores[at]) + GROUP_SHARE * sum / weights;
            scores[at] = probability(moved);
        }
    }
}

/// Score that a block needs to be story though its words name it something else.
const NEEDED_AGAINST_WORDS: f32 = 0.8;
/// Score that it needs though its place does, on pages whose story has few such blocks, and wherever
/// its place is [`SURE_PLACES`].
const NEEDED_AGAINST_PLACE: f32 = 0.7;
/// Places that are what they are on pages that the model doubts, too.
const SURE_PLACES: Hints =
    Hints::LANDMARK.with(Hints::SCREEN_READER).with(Hints::SIGNATURE).with(Hints::POSTER);
/// Words of a line that calls itself something; more may be a fact of the story behind its name.
const LABELLED_WORDS_MAX: usize = 14;
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
            if score >= lenient.for_block(block, opinion) {
                let weight = weight_of(&block.text);
                all += weight;
                objected += if is_misplaced(opinion) { weight } else { 0.0 };
            }
        }
        let few = objected < FEW_OF_STORY * all;
        let misplaced = if few { needed.max(NEEDED_AGAINST_PLACE) } else { needed };
        Bars { free: needed, misplaced }
    }

    /// The score that `block` needs to be story against the `opinion` of the rules.
    ///
    /// What it says in so many words counts on pages unlike those that the model has learned from,
    /// too.
    pub(super) fn for_block(self, block: &Block, opinion: &Verdict) -> f32 {
        let Verdict::Removed { kind, rule } = opinion else { return self.free };
        let worded = goes_by_words(*rule);
        // Who says what buttons say does so in quotation marks.
        let is_line = block.kind == BlockKind::Paragraph && !is_quoted(&block.text);
        match (kind, *rule) {
            // By contract title, author, date and captions are kept elsewhere, not in the text; and
            // nobody's prose says so much of what only residue says.
            (
                _,
                Rule::TitleRepeated
                | Rule::AuthorLine
                | Rule::DateLine
                | Rule::CaptionWithCredit
                | Rule::PhraseLongStart
                | Rule::PhraseLongWithin
                | Rule::PhraseOwn,
            ) => f32::INFINITY,
            (Kind::PhotoCredit | Kind::Caption | Kind::CommentPrompt, _) if worded => f32::INFINITY,
            // What offers more and links to nothing may be a sentence that says there is none.
            (Kind::RelatedLinks, Rule::PhraseStart | Rule::PhraseLabel)
                if is_unlinked_sentence(block) =>
            {
                self.free
            }
            // A label says what it is and nothing else; a heading may be about that.
            (
                Kind::Ad | Kind::SharePrompt | Kind::Player | Kind::PaywallPrompt,
                Rule::PhraseWhole,
            ) if is_line => f32::INFINITY,
            // So is a line that says no more than this, or calls itself so with a sign behind it.
            (_, Rule::PhraseWhole | Rule::PhraseSection)
                if is_line && about_words(&block.text) > 1 =>
            {
                f32::INFINITY
            }
            (_, Rule::PhraseLabel) if is_line && about_words(&block.text) <= LABELLED_WORDS_MAX => {
                f32::INFINITY
            }
            (_, Rule::CaptionBelowPicture | Rule::EndsWithAuthor) => f32::INFINITY,
            // It says that it leads elsewhere, and does.
            (Kind::RelatedLinks, _) if worded && leads(block) => f32::INFINITY,
            _ if worded => self.free.max(NEEDED_AGAINST_WORDS),
            // It tells those who cannot see it where a link goes.
            _ if block.features.hints.any(Hints::SCREEN_READER) && is_link(block) => f32::INFINITY,
            _ if block.features.hints.any(SURE_PLACES) => self.misplaced.max(NEEDED_AGAINST_PLACE),
            _ => self.misplaced,
        }
    }
}

/// Whether the rules object to where a block stands, and not to what it says.
fn is_misplaced(opinion: &Verdict) -> bool {
    matches!(opinion, Verdict::Removed { rule, .. } if !goes_by_words(*rule))
}

/// Whether a block, by its links, leads elsewhere; lists of sources are made of such items.
fn leads(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Paragraph | BlockKind::Quote) && link_share(block) >= LEADS_FROM
}

/// Whether a rule goes by what a block says in so many words, not by where it stands.
pub(super) fn goes_by_words(rule: Rule) -> bool {
    rule.is_phrase()
        || matches!(
            rule,
            Rule::CreditSyntax
                | Rule::CreditLabel
                | Rule::PresentsAuthor
                | Rule::EndsWithAuthor
                | Rule::ContactLine
                | Rule::AuthorInitials
                | Rule::CopyrightLine
                | Rule::PostSignature
                | Rule::RunningTime
        )
}

/// Words from which comments have begun; fewer may only count them.
const COMMENT_WORDS_MIN: f32 = 10.0;
/// Score from which a block is likelier story than not.
const LIKELY_FROM: f32 = 0.5;
/// Share of a page's text from which readers' comments are its story, as in a forum.
const COMMENTS_ARE_STORY_FROM: f32 = 0.5;

/// Whether what the rules take for readers' comments is the bulk of the page, and no story stands before
/// it.
pub(super) fn comments_are_story(
    draft: &Draft,
    opinions: &[Verdict],
    scores: &[f32],
    needed: f32,
) -> bool {
    let (mut comments, mut all) = (0.0, 0.0);
    let mut before = 0;
    for ((block, opinion), &score) in draft.blocks.iter().zip(opinions).zip(scores) {
        if is_review(opinion) {
            continue;
        }
        let weight = if score >= needed { weight_of(&block.text) } else { 0.0 };
        all += weight;
        if is_comment(opinion) {
            comments += weight;
        } else if comments < COMMENT_WORDS_MIN && score >= LIKELY_FROM && is_text(block) {
            before += block.text.len();
        }
    }
    let is_commented = draft.signals.states_article && before >= COMMENTED_STORY_BYTES_MIN;
    !is_commented && comments > 0.0 && comments >= COMMENTS_ARE_STORY_FROM * all
}

/// Whether the rules take a block for a reader's comment.
pub(super) const fn is_comment(opinion: &Verdict) -> bool {
    matches!(opinion, Verdict::Removed { kind: Kind::Comment, .. })
}

/// Whether they take it for what a buyer says of the page's product.
pub(super) fn is_review(opinion: &Verdict) -> bool {
    matches!(opinion, Verdict::Removed { rule: Rule::PlaceReviews, .. })
}

/// Words that a product's page has to say itself before what buyers say is none of its text.
const OWN_WORDS_MIN: f32 = 20.0;

/// Whether a page says something of its product besides what its buyers do: then that is its text,
/// however many they are.
pub(super) fn is_reviewed(
    draft: &Draft,
    opinions: &[Verdict],
    scores: &[f32],
    needed: f32,
) -> bool {
    let judged = draft.blocks.iter().zip(opinions).zip(scores);
    let own = judged.filter(|((_, opinion), score)| **score >= needed && !is_comment(opinion));
    own.map(|((block, _), _)| weight_of(&block.text)).sum::<f32>() >= OWN_WORDS_MIN
}

/// What a block weighs by its words.
#[expect(clippy::cast_precision_loss, reason = "sizes of blocks; the last digits do not matter")]
fn weight_of(text: &str) -> f32 {
    about_words(text) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(scores: &[f32]) -> Draft {
        let block = || Block { text: "word ".repeat(20), ..Block::default() };
        Draft { blocks: scores.iter().map(|_| block()).collect(), ..Draft::default() }
    }

    #[test]
    fn a_sure_page_is_cut_at_the_middle_and_a_doubtful_one_keeps_the_best_there_is() {
        let mut sure = [0.98, 0.97, 0.6, 0.4, 0.02];
        let (needed, expected) = threshold(&page(&sure), &mut sure);
        assert!((0.4..=0.6).contains(&needed) && expected > 0.85, "{needed} {expected}");
        let mut doubtful = [0.3, 0.25, 0.01];
        let (needed, expected) = threshold(&page(&doubtful), &mut doubtful);
        assert!((0.02..=0.25).contains(&needed) && expected < 0.6, "{needed} {expected}");
    }

    #[test]
    fn blocks_of_one_make_go_together_where_the_page_is_doubted() {
        let doubtful = [0.7, 0.7, 0.3, 0.7, 0.7];
        let mut scores = doubtful;
        let (needed, _) = threshold(&page(&doubtful), &mut scores);
        assert!(scores[2] > 0.4 && scores[2] >= needed, "{scores:?} {needed}");
        let mut sure = [0.99, 0.99, 0.99, 0.99, 0.01];
        let (needed, _) = threshold(&page(&sure), &mut sure);
        assert!(sure[4] < needed, "of a sure page each block is judged by itself");
    }

    #[test]
    fn a_page_without_blocks_has_no_story() {
        let (needed, expected) = threshold(&page(&[]), &mut []);
        assert!(needed > 1.0 && expected == 0.0);
    }

    #[test]
    fn a_credit_in_so_many_words_is_no_story_however_sure_the_model_is() {
        let opinion = Verdict::Removed { kind: Kind::PhotoCredit, rule: Rule::CreditSyntax };
        assert!(Bars { free: 0.5, misplaced: 0.5 }.for_block(&Block::default(), &opinion) > 1.0);
    }

    #[test]
    fn what_says_that_it_leads_elsewhere_and_does_is_no_story() {
        let opinion = Verdict::Removed { kind: Kind::RelatedLinks, rule: Rule::PhraseStart };
        let bars = Bars { free: 0.5, misplaced: 0.5 };
        let mut block = Block { text: "Read more: The storm".to_owned(), ..Block::default() };
        assert!(bars.for_block(&block, &opinion) < 1.0);
        block.features.link_bytes = "The storm".len() + 3;
        assert!(bars.for_block(&block, &opinion) > 1.0);
    }

    #[test]
    fn a_lone_link_in_a_story_needs_more_than_one_on_a_page_of_links() {
        let link = Verdict::Removed { kind: Kind::RelatedLinks, rule: Rule::OnlyALink };
        let scores = vec![0.6; 30];
        let bar = |links: usize| {
            let mut opinions = vec![Verdict::Story; 30 - links];
            opinions.resize(30, link.clone());
            Bars::of(&page(&scores), &opinions, &scores, 0.5).for_block(&Block::default(), &link)
        };
        assert!(bar(1) > 0.6);
        assert!(bar(15) <= 0.5, "of a place the model is the better judge");
    }
}
