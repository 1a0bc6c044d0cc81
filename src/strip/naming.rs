//! What the blocks are that the model takes for no story.

use crate::article::{
    Block, BlockKind, CAPTION_WITH_CREDIT, Draft, JUDGED, Kind, Verdict, body_of,
};
use crate::extract::Hints;
use crate::strip::authors::{self, AUTHOR_LINE};
use crate::strip::decision::goes_by_words;
use crate::strip::kinds::Kinds;
use crate::strip::observe::Rows;
use crate::strip::phrases::{CREDIT_LABEL, Vocabulary};
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
            Some(Kind::Other) | None if rule != JUDGED => known,
            // What readers write is about anything.
            Some(learned) if known == Kind::Comment && learned != Kind::CommentPrompt => known,
            Some(kind) => kind,
            None => by_looks(&draft.blocks[at]),
        };
        if kind != known {
            verdicts[at] = removed(kind, JUDGED);
        }
    }
    authors::name(vocabulary, draft, verdicts);
}

/// Below the text `Source: Agency` says where that is from; at a picture, where the picture is.
fn sources(vocabulary: Vocabulary<'_>, draft: &Draft, end: usize, verdicts: &mut [Verdict]) {
    for (block, verdict) in draft.blocks.iter().zip(verdicts).skip(end) {
        if matches!(verdict, Verdict::Removed { rule: CREDIT_LABEL, .. })
            && !is_of_picture(block)
            && vocabulary.begins_as(Kind::Byline, &Words::of(&block.text, SOURCE_WORDS_MAX))
        {
            *verdict = removed(Kind::Byline, CREDIT_LABEL);
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

/// What by contract has one name.
const NAMED_BY_CONTRACT: [&str; 3] = ["title_repeated", AUTHOR_LINE, CAPTION_WITH_CREDIT];

/// Whether it may be of another kind than its rule says.
fn is_open(verdict: &Verdict) -> bool {
    let Verdict::Removed { rule, .. } = verdict else { return false };
    !goes_by_words(rule) && !NAMED_BY_CONTRACT.contains(rule)
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
