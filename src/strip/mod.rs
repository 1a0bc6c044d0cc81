//! Draft → a verdict on every block, and what the page as a whole is.
//!
//! Each block is judged by itself (wording, form, place, links), then in its
//! sequence (what a heading announces, what stands before and after the text).
//! Nothing is deleted: a verdict names the kind of residue and the rule.

mod appraise;
mod authors;
mod phrases;
mod place;
mod sequence;
mod syntax;
mod words;

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::article::{CAPTION_WITH_CREDIT, OUTSIDE};
use crate::extract::Hints;
use crate::strip::words::Words;

pub use appraise::appraise;
pub use phrases::{PhraseError, Phrases};

/// What is known to repeat across the pages of a site: fingerprints of blocks.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Fingerprints, see [`fingerprint`].
    pub fingerprints: std::collections::HashSet<u64>,
}

/// The identity of a block's text across pages of a site.
#[must_use]
pub fn fingerprint(block: &Block) -> u64 {
    xxhash_rust::xxh3::xxh3_64(block.text.as_bytes())
}

/// Words of a block that the rules for short blocks look at.
const WORDS_LOOKED_AT: usize = 45;

/// Judges every block of `draft`; the answer has one verdict per block.
///
/// Nothing is deleted: the clean text is the blocks whose verdict is story.
#[must_use]
pub fn strip(draft: &Draft, template: &Template) -> Vec<Verdict> {
    let forum = draft.signals.is_forum;
    let mut verdicts: Vec<Verdict> =
        draft.blocks.iter().map(|block| judge(block, template, forum)).collect();
    sequence::judge(draft, &mut verdicts);
    verdicts
}

/// One block by itself. Certain signals come before likely ones, so the first match is the reason.
fn judge(block: &Block, template: &Template, forum: bool) -> Verdict {
    if !block.inside {
        let named = if block.beside { by_rules(block, forum) } else { None };
        return named
            .map_or(removed(Kind::Navigation, OUTSIDE), |(kind, rule)| removed(kind, rule));
    }
    if !template.fingerprints.is_empty() && template.fingerprints.contains(&fingerprint(block)) {
        return removed(Kind::Template, "repeats_on_site");
    }
    if block.kind == BlockKind::Preformatted {
        return Verdict::Story;
    }
    by_rules(block, forum).map_or(Verdict::Story, |(kind, rule)| removed(kind, rule))
}

fn by_rules(block: &Block, forum: bool) -> Option<(Kind, &'static str)> {
    let words = Words::of(&block.text, WORDS_LOOKED_AT);
    by_place_of_picture(block, &words)
        .or_else(|| by_comments(block, &words, forum))
        .or_else(|| by_phrase(block, &words))
        .or_else(|| by_form(block, &words))
        .or_else(|| place::judge(block, &words, forum))
        .or_else(|| by_links(block, &words))
}

/// Among comments everything is a comment, or belongs to the form for them; a lone word or
/// number counts or asks for them.
fn by_comments(block: &Block, words: &Words<'_>, forum: bool) -> Option<(Kind, &'static str)> {
    if forum || !block.features.hints.any(Hints::COMMENTS) {
        return None;
    }
    match phrases::built_in().find(words) {
        Some((Kind::CommentPrompt, how)) => Some((Kind::CommentPrompt, how.rule())),
        _ if words.len() == 1
            || block.features.hints.any(Hints::FORM)
            || matches!(block.kind, BlockKind::Heading(_)) =>
        {
            Some((Kind::CommentPrompt, "place_comment_form"))
        }
        _ => Some((Kind::Comment, "place_comments")),
    }
}

pub(super) fn removed(kind: Kind, rule: &'static str) -> Verdict {
    Verdict::Removed { kind, rule }
}

/// What stands in a figure is its caption or credit, whatever it says.
fn by_place_of_picture(block: &Block, words: &Words<'_>) -> Option<(Kind, &'static str)> {
    if block.kind != BlockKind::Caption {
        return None;
    }
    if syntax::credit_at_end(&block.text).is_some() {
        return Some((Kind::Caption, CAPTION_WITH_CREDIT));
    }
    if let Some((Kind::PhotoCredit, how)) = phrases::built_in().find(words) {
        return Some((Kind::PhotoCredit, how.rule()));
    }
    let credit =
        syntax::is_credit(&block.text, words) || syntax::is_credit_in_figure(&block.text, words);
    credit.then_some((Kind::PhotoCredit, "credit_syntax"))
}

fn by_phrase(block: &Block, words: &Words<'_>) -> Option<(Kind, &'static str)> {
    if words.more || matches!(block.kind, BlockKind::TableRow) {
        return None;
    }
    let (kind, how) = phrases::built_in().find(words)?;
    // A quotation quotes, and a list in the text may be about such phrases.
    let protected = block.kind == BlockKind::Quote || is_quoted(&block.text);
    (!protected || how == phrases::How::Whole).then_some((kind, how.rule()))
}

fn by_form(block: &Block, words: &Words<'_>) -> Option<(Kind, &'static str)> {
    // A table may well hold dates and names.
    if block.kind == BlockKind::TableRow { None } else { syntax::judge(&block.text, words) }
}

fn is_quoted(text: &str) -> bool {
    text.starts_with(['"', '“', '„', '«', '»', '‘', '\'', '「'])
}

/// Share of link text from which a short block is a link rather than prose with one.
const LINKED_FROM: f32 = 0.85;
/// Longest such block, in words.
const LINKED_WORDS_MAX: usize = 30;

fn by_links(block: &Block, words: &Words<'_>) -> Option<(Kind, &'static str)> {
    let whole = link_share(block) >= LINKED_FROM;
    let short = !words.more && words.len() <= LINKED_WORDS_MAX;
    let plain = matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_));
    (whole && short && plain).then_some((Kind::RelatedLinks, "only_a_link"))
}

#[expect(clippy::cast_precision_loss, reason = "sizes of a block; the last digits do not matter")]
fn link_share(block: &Block) -> f32 {
    block.features.link_bytes as f32 / block.text.len().max(1) as f32
}
