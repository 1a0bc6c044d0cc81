//! What the blocks are that the model takes for no story.

use std::ops::RangeInclusive;

use crate::article::{Block, BlockKind, Draft, Kind, Verdict, body_of};
use crate::extract::Hints;
use crate::rule::Rule;
use crate::strip::authors;
use crate::strip::decision::goes_by_words;
use crate::strip::kinds::Kinds;
use crate::strip::observe::Rows;
use crate::strip::phrases::Vocabulary;
use crate::strip::sequence::LABEL_WORDS_MAX;
use crate::strip::words::Words;
use crate::strip::{link_share, removed};

/// Share of link text from which a block leads elsewhere.
pub(super) const LEADS_FROM: f32 = 0.5;

/// Names what was removed by more than its words.
///
/// What a block says in so many words names it. Where a rule knows only its place and form, or
/// nothing, what was learned from blocks that readers named is right more often. What stands far
/// from the story is no removal: looks are enough there.
pub(super) fn name(
    vocabulary: Vocabulary<'_>,
    draft: &Draft,
    rows: &Rows,
    kinds: &Kinds,
    verdicts: &mut [Verdict],
) {
    let body = body_of(verdicts);
    sources(vocabulary, draft, body.end, verdicts);
    let open = (0..verdicts.len()).filter(|&at| is_open(&verdicts[at]));
    let (near, far): (Vec<usize>, Vec<usize>) = open
        .partition(|&at| draft.blocks[at].inside || draft.blocks[at].beside || body.contains(&at));
    let learned = near.iter().copied().zip(kinds.of(rows, &near));
    for (at, learned) in learned.chain(far.into_iter().map(|at| (at, None))) {
        let Verdict::Removed { kind: known, rule } = verdicts[at] else { continue };
        let kind = match learned {
            // That it is something else again says less than any rule.
            Some(Kind::Other) | None if rule != Rule::Judged => known,
            // What readers write is about anything.
            Some(learned) if known == Kind::Comment && learned != Kind::CommentPrompt => known,
            Some(kind) => kind,
            None => by_looks(&draft.blocks[at]),
        };
        let says_nobody = rule == Rule::LabelBeforeText && kind == Kind::Byline;
        let kind = if says_nobody && !may_be_byline(vocabulary, draft, &draft.blocks[at].text) {
            Kind::Other
        } else {
            kind
        };
        if kind != known {
            verdicts[at] = removed(kind, Rule::Judged);
        }
    }
    authors::name(vocabulary, draft, verdicts);
}

/// Below the text `Source: Agency` says where that is from; at a picture, where the picture is.
fn sources(vocabulary: Vocabulary<'_>, draft: &Draft, end: usize, verdicts: &mut [Verdict]) {
    for (block, verdict) in draft.blocks.iter().zip(verdicts).skip(end) {
        if matches!(verdict, Verdict::Removed { rule: Rule::CreditLabel, .. })
            && !is_of_picture(block)
            && vocabulary.begins_as(Kind::Byline, &Words::of(&block.text, SOURCE_WORDS_MAX))
        {
            *verdict = removed(Kind::Byline, Rule::CreditLabel);
        }
    }
}

/// Words of a line on sources that are looked at.
const SOURCE_WORDS_MAX: usize = 20;

fn is_of_picture(block: &Block) -> bool {
    let at_picture = Hints::FIGURE.with(Hints::CAPTION).with(Hints::CREDIT);
    block.kind == BlockKind::Caption
        || block.features.image.is_some()
        || block.features.hints.any(at_picture)
}

/// Whether a label may say who wrote a text, or when: by its words, or as names are written.
fn may_be_byline(vocabulary: Vocabulary<'_>, draft: &Draft, text: &str) -> bool {
    let words = Words::of(text, LABEL_WORDS_MAX);
    let mut named = text.split_whitespace();
    text.contains(char::is_numeric)
        || vocabulary.by(&words, 0) > 0
        || authors::are_named(draft, &words)
        || NAME_WORDS.contains(&words.len())
            && named.all(|word| word.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase()))
}

/// Words of a name.
const NAME_WORDS: RangeInclusive<usize> = 2..=4;

/// What by contract has one name.
const NAMED_BY_CONTRACT: [Rule; 4] =
    [Rule::TitleRepeated, Rule::AuthorLine, Rule::DateLine, Rule::CaptionWithCredit];

/// Whether it may be of another kind than its rule says.
fn is_open(verdict: &Verdict) -> bool {
    let Verdict::Removed { rule, .. } = verdict else { return false };
    !goes_by_words(*rule) && !NAMED_BY_CONTRACT.contains(rule)
}

/// The likeliest kind where none was learned.
fn by_looks(block: &Block) -> Kind {
    if block.kind == BlockKind::Caption || block.features.image.is_some() {
        Kind::Caption
    } else if link_share(block) >= LEADS_FROM {
        Kind::RelatedLinks
    } else {
        Kind::Other
    }
}
