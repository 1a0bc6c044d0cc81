//! Draft → a verdict on every block, and what the page as a whole is.
//!
//! Rules give their opinion of each block by itself (wording, form, place, links)
//! and in its sequence (what a heading announces, what stands before and after the
//! text). A learned model, which knows that opinion, scores every block in its
//! context; from the scores it is decided which blocks are the story.
//! Nothing is deleted: a verdict names the kind of residue and the rule.

mod appraise;
mod authors;
mod boxes;
mod copies;
mod cues;
mod decision;
mod facts;
mod following;
mod kinds;
mod lexicon;
mod model;
mod naming;
mod observe;
mod pairs;
mod phrases;
mod place;
pub mod plain;
mod sequence;
mod sets;
mod syntax;
mod template;
mod thread;
mod walls;
mod words;

use crate::article::{Block, BlockKind, Credit, Draft, Judgement, Kind, Verdict};
use crate::extract::{Hints, StoryFrom};
use crate::rule::Rule;
use crate::strip::phrases::{Found, How, List, Vocabulary};
use crate::strip::words::{Row, Words};

pub use appraise::appraise;
pub use kinds::Kinds;
pub use lexicon::{Lexicon, Lexicons};
pub use model::{Model, ModelError, Sight, scores};
pub use observe::{Rows, names, observe, short_words};
pub use phrases::{PhraseError, Phrases};
pub use template::{Template, fingerprint};

/// Words of a block that the rules for short blocks look at.
const WORDS_LOOKED_AT: usize = 45;

/// Judges every block of `draft`, with `phrases` for the wordings of residue and `template` for what is
/// known of its site; of a page by itself, without a site, nothing is counted either.
#[must_use]
pub fn strip(draft: &Draft, phrases: &Phrases, template: Option<&Template>) -> Judgement {
    // Text from structured data stands in no elements; there is nothing to look at but its words.
    if draft.signals.story_from == StoryFrom::JsonLd {
        return strip_by_rules(draft, phrases, template);
    }
    let opinions = opinions(draft, phrases);
    let model = Model::built_in();
    let sight = model.see(draft, &opinions);
    judge(draft, phrases, opinions, sight, model.kinds(), template)
}

/// Judges text that has no page around it, such as what a feed carries: everything is story that no
/// rule knows for something else.
#[must_use]
pub fn strip_by_rules(draft: &Draft, phrases: &Phrases, template: Option<&Template>) -> Judgement {
    let mut verdicts = opinions(draft, phrases);
    for (block, verdict) in draft.blocks.iter().zip(&mut verdicts) {
        if !block.inside && verdict.is_story() {
            *verdict = removed(Kind::Navigation, Rule::Outside);
        }
    }
    let fingerprints = template
        .map(|template| template::judge(draft, template, &mut verdicts))
        .unwrap_or_default();
    let credits = credits(draft, phrases, &verdicts);
    Judgement { verdicts, credits, expected: 1.0, fingerprints, ..Judgement::default() }
}

/// What the rules say of every block of the page by itself and in its sequence.
#[must_use]
pub fn opinions(draft: &Draft, phrases: &Phrases) -> Vec<Verdict> {
    let unheard = place::unheard(&draft.signals);
    let vocabulary = phrases.of_page(draft.metadata.language.as_deref());
    let mut row = Row::default();
    let mut opinion = |block: &Block| {
        let hints = block.features.hints.without(unheard);
        by_rules(vocabulary, block, hints, &mut row)
            .map_or(Verdict::Story, |(kind, rule)| removed(kind, rule))
    };
    let mut verdicts: Vec<Verdict> = draft.blocks.iter().map(&mut opinion).collect();
    thread::judge(vocabulary, draft, &mut verdicts);
    sequence::judge(vocabulary, draft, &mut verdicts);
    verdicts
}

/// Decides by the model's scores; the rules' `opinions` and `kinds` name what is not story.
#[must_use]
pub fn judge(
    draft: &Draft,
    phrases: &Phrases,
    opinions: Vec<Verdict>,
    sight: Sight,
    kinds: &Kinds,
    template: Option<&Template>,
) -> Judgement {
    let Sight { rows, mut scores } = sight;
    let mut judged = scores.clone();
    let (needed, _) = decision::threshold(draft, &mut judged);
    let is_thread = decision::comments_are_story(draft, &opinions, &judged, needed);
    let is_reviewed = decision::is_reviewed(draft, &opinions, &judged, needed);
    for (opinion, score) in opinions.iter().zip(&mut scores) {
        let is_of_others = if decision::is_review(opinion) {
            is_reviewed
        } else {
            decision::is_comment(opinion) && !is_thread
        };
        if is_of_others {
            *score = 0.0;
        }
    }
    let (needed, expected) = decision::threshold(draft, &mut scores);
    let bars = decision::Bars::of(draft, &opinions, &scores, needed);
    let mut verdicts = opinions;
    for ((block, verdict), score) in draft.blocks.iter().zip(&mut verdicts).zip(&scores) {
        if *score >= bars.for_block(block, verdict) {
            *verdict = Verdict::Story;
        } else if verdict.is_story() {
            *verdict = removed(Kind::Other, Rule::Judged);
        }
    }
    sequence::title_in_story(draft, &mut verdicts);
    sets::judge(draft, &mut verdicts);
    let vocabulary = phrases.of_page(draft.metadata.language.as_deref());
    boxes::judge(draft, &mut verdicts);
    naming::name(vocabulary, draft, &rows, kinds, &mut verdicts);
    following::judge(draft, &mut verdicts);
    copies::judge(draft, expected < decision::DOUBTED_BELOW, &mut verdicts);
    let fingerprints = template
        .map(|template| template::judge(draft, template, &mut verdicts))
        .unwrap_or_default();
    let credits = credits(draft, phrases, &verdicts);
    Judgement { verdicts, scores, credits, expected, fingerprints }
}

/// Words of a credit that its label stands among.
const CREDIT_WORDS_MAX: usize = 16;

/// The credits of pictures: lines of their own, and those that end captions.
fn credits(draft: &Draft, phrases: &Phrases, verdicts: &[Verdict]) -> Vec<Credit> {
    let vocabulary = phrases.of_page(draft.metadata.language.as_deref());
    let blocks = draft.blocks.iter().zip(verdicts).enumerate();
    let credits = blocks.filter_map(|(block, (Block { text, .. }, verdict))| {
        let begins = match verdict {
            Verdict::Removed { rule: Rule::CaptionWithCredit, .. } => {
                syntax::credit_at_end(vocabulary, text)?
            }
            Verdict::Removed { kind: Kind::PhotoCredit, .. } => 0,
            _ => return None,
        };
        Some(Credit { block, begins, named: begins + label_of(vocabulary, &text[begins..]) })
    });
    credits.collect()
}

/// Bytes of the label that a credit begins with: `Photo: `, `Photo by `.
fn label_of(vocabulary: Vocabulary<'_>, credit: &str) -> usize {
    let words = Words::of(credit, CREDIT_WORDS_MAX);
    let is_label = |found: &Found| {
        let by = || vocabulary.lists(List::By, &words, found.end - 1, found.end);
        found.kind == Kind::PhotoCredit
            && match found.how {
                How::Label => true,
                How::Start => found.closed || by(),
                _ => false,
            }
    };
    vocabulary.hear(&words).filter(is_label).map_or(0, |found| {
        // A label is a word of a longer one, too: `Photo by Jane Roe`.
        let goes_on = words.text_after(found.end - 1).starts_with(' ');
        let by = if goes_on { vocabulary.by(&words, found.end) } else { 0 };
        let behind = words.text_after(found.end + by - 1);
        let named = behind.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
        if named.is_empty() { 0 } else { credit.len() - named.len() }
    })
}

/// What the rules say of a block by itself; `hints` are those of its place that count on this page,
/// `row` is only room to work in.
fn by_rules(
    vocabulary: Vocabulary<'_>,
    block: &Block,
    hints: Hints,
    row: &mut Row,
) -> Option<(Kind, Rule)> {
    if block.kind == BlockKind::Preformatted {
        return None;
    }
    let words = Words::in_row(std::mem::take(row), &block.text, WORDS_LOOKED_AT);
    let opinion = by_place_of_picture(vocabulary, block, &words)
        .or_else(|| by_comments(vocabulary, block, hints, &words))
        .or_else(|| by_phrase(vocabulary, block, &words))
        .or_else(|| by_form(vocabulary, block, &words))
        .or_else(|| place::judge(block, hints, &words))
        .or_else(|| by_links(block, &words));
    *row = words.into_row();
    opinion
}

/// Among comments everything is a comment, or belongs to the form for them; a lone word or
/// number counts or asks for them.
fn by_comments(
    vocabulary: Vocabulary<'_>,
    block: &Block,
    hints: Hints,
    words: &Words<'_>,
) -> Option<(Kind, Rule)> {
    if !hints.any(Hints::COMMENTS) {
        return None;
    }
    match vocabulary.find(words) {
        Some((Kind::CommentPrompt, how)) => Some((Kind::CommentPrompt, how.rule())),
        _ if words.len() == 1
            || hints.any(Hints::FORM)
            || matches!(block.kind, BlockKind::Heading(_)) =>
        {
            Some((Kind::CommentPrompt, Rule::PlaceCommentForm))
        }
        _ => Some((Kind::Comment, Rule::PlaceComments)),
    }
}

pub(super) fn removed(kind: Kind, rule: Rule) -> Verdict {
    Verdict::Removed { kind, rule }
}

/// What stands in a figure is its caption or credit, whatever it says.
fn by_place_of_picture(
    vocabulary: Vocabulary<'_>,
    block: &Block,
    words: &Words<'_>,
) -> Option<(Kind, Rule)> {
    if block.kind != BlockKind::Caption {
        return None;
    }
    if syntax::credit_at_end(vocabulary, &block.text).is_some() {
        return Some((Kind::Caption, Rule::CaptionWithCredit));
    }
    if let Some((Kind::PhotoCredit, how)) = vocabulary.find(words) {
        return Some((Kind::PhotoCredit, how.rule()));
    }
    let credit = syntax::is_credit(vocabulary, &block.text, words)
        || syntax::is_credit_in_figure(&block.text, words);
    credit.then_some((Kind::PhotoCredit, Rule::CreditSyntax))
}

/// Longest block that a phrase may remove, in words: a longer one may be a whole story whose paragraphs
/// nobody parted.
const PHRASE_BLOCK_WORDS_MAX: usize = 120;

fn by_phrase(vocabulary: Vocabulary<'_>, block: &Block, words: &Words<'_>) -> Option<(Kind, Rule)> {
    if block.kind == BlockKind::TableRow {
        return None;
    }
    if words.more && about_words(&block.text) > PHRASE_BLOCK_WORDS_MAX {
        return None;
    }
    if is_labelled_link(vocabulary, block) {
        return Some((Kind::RelatedLinks, Rule::PhraseLabel));
    }
    let found = vocabulary.hear(words)?;
    // A quotation quotes, unless it only sets off a link.
    let leads = found.kind == Kind::RelatedLinks && link_share(block) >= naming::LEADS_FROM;
    let protected = block.kind == BlockKind::Quote && !leads || is_quoted(&block.text);
    (!protected || found.how == How::Whole).then_some((found.kind, found.rule(words.len())))
}

/// Words of a label before a link, at most.
const LINK_LABEL_WORDS_MAX: usize = 8;

/// `Related stories: The bridge that fell`: a label that announces other stories, and a link.
fn is_labelled_link(vocabulary: Vocabulary<'_>, block: &Block) -> bool {
    if block.features.links == 0 || !matches!(block.kind, BlockKind::Paragraph) {
        return false;
    }
    let announces = |label: &str| {
        use How::{Section, Whole};
        let words = Words::of(label, LINK_LABEL_WORDS_MAX);
        matches!(vocabulary.find(&words), Some((Kind::RelatedLinks, Whole | Section)))
    };
    let by_colon = block.text.split_once([':', '：']).is_some_and(|(label, behind)| {
        2 * block.features.link_bytes >= behind.len()
            && !behind.trim().is_empty()
            && announces(label)
    });
    by_colon || before_link(block).is_some_and(announces)
}

/// What stands before the one link in which a block ends, if it does.
fn before_link(block: &Block) -> Option<&str> {
    let length = block.text.len();
    if block.features.links != 1 || block.features.last_link_end != length {
        return None;
    }
    let end = length.checked_sub(block.features.link_bytes)?;
    let label = block.text.get(..end)?.trim_end();
    (!label.is_empty()).then_some(label)
}

fn by_form(vocabulary: Vocabulary<'_>, block: &Block, words: &Words<'_>) -> Option<(Kind, Rule)> {
    // A table may well hold dates and names.
    let table = block.kind == BlockKind::TableRow;
    if table { None } else { syntax::judge(vocabulary, &block.text, words) }
}

fn is_quoted(text: &str) -> bool {
    text.starts_with(['"', '“', '„', '«', '»', '‘', '\'', '「'])
}

/// Longest counter or date line, in words.
const COUNTER_WORDS_MAX: usize = 14;

/// Whether a line is a counter or a clock, in any language, and what it counts: a number alone or with
/// what readers do (`3 comments`), a time of day or how long ago it was (`Updated 5 minutes ago`). A
/// day alone may be what the story is about.
#[must_use]
pub fn counter(text: &str) -> Option<Kind> {
    let words = Words::of(text, COUNTER_WORDS_MAX);
    // Between bars stand the cells of a table.
    if words.more || !text.contains(char::is_numeric) || text.contains(['|', '\t']) {
        return None;
    }
    if !text.contains(char::is_alphabetic) {
        return Some(Kind::Other);
    }
    let vocabulary = phrases::in_any_language();
    let is_day = !text.contains(':') && crate::date::parse(text).is_some();
    if syntax::is_stamp(vocabulary, text, &words) {
        return (!is_day).then_some(Kind::Byline);
    }
    // `1.2K` is one number.
    let mut counted = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        counted.push_str(if word.contains(char::is_numeric) { "0 " } else { word });
        counted.push(' ');
    }
    vocabulary
        .find(&Words::of(&counted, COUNTER_WORDS_MAX))
        .filter(|(_, how)| matches!(how, How::Whole | How::Section))
        .map(|(kind, _)| kind)
}

/// Share of link text from which a short block is a link rather than prose with one.
const LINKED_FROM: f32 = 0.85;
/// Longest such block, in words.
const LINKED_WORDS_MAX: usize = 30;

/// Whether all of it is a link, or nearly.
fn is_link(block: &Block) -> bool {
    link_share(block) >= LINKED_FROM
}

fn by_links(block: &Block, words: &Words<'_>) -> Option<(Kind, Rule)> {
    let whole = is_link(block) || is_link_with_label(block);
    let short = !words.more && words.len() <= LINKED_WORDS_MAX;
    let plain = matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_));
    (whole && short && plain).then_some((Kind::RelatedLinks, Rule::OnlyALink))
}

fn link_share(block: &Block) -> f32 {
    share(block.features.link_bytes, block.text.len())
}

/// Words of a label that any link may have before it, and of such a link.
const ANY_LABEL_WORDS_MAX: usize = 3;
const LABELLED_WORDS_MIN: usize = 5;

/// `Analysis: Why the bridge fell`: a link that is a title, and a label with a sign behind it.
fn is_link_with_label(block: &Block) -> bool {
    before_link(block).is_some_and(|label| {
        label.ends_with([':', '：', '|', '.', '▶', '►', '→', '»', '】'])
            && about_words(label) <= ANY_LABEL_WORDS_MAX
            && about_words(&block.text) >= about_words(label) + LABELLED_WORDS_MIN
    })
}

/// What share of `whole` is `part`.
#[expect(clippy::cast_precision_loss, reason = "sizes of pages; the last digits do not matter")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

/// About the number of words, without reading them.
fn about_words(text: &str) -> usize {
    let spaces = memchr::memchr_iter(b' ', text.as_bytes()).count();
    // Scripts without spaces have long words of many bytes.
    (spaces + 1).max(text.len() / 16)
}
