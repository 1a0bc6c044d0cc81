//! What the page as a whole is, now that its story is known.

use crate::article::{
    Block, BlockKind, DateSource, Draft, Judgement, Kind, Mark, PageKind, Verdict,
};
use crate::extract::{Features, StoryFrom, Tag};
use crate::rule::Rule;
use crate::strip::is_quoted;
use crate::strip::walls::{Sayings, Title, Walls};

/// A story of its own of at least this many bytes is an article, whatever else the page says.
const ARTICLE_BYTES: usize = 1_200;
/// Below this there is no article, only a line or two.
const STORY_BYTES_MIN: usize = 80;
/// Below this a page that asks for money or a login shows only the start of its article.
const TEASER_BYTES: usize = 2_500;
/// The same, where only a prompt to subscribe says that there is more.
const PROMPTED_TEASER_BYTES: usize = 1_000;

/// Blocks right after the article among which what asks for money stands for the rest of it.
const GATE_WITHIN: usize = 4;

/// Where the model expects less than this of the best text that it can make, there is none.
const EXPECTED_MIN: f32 = 0.2;

/// A page with so many paragraphs of story hides it behind no login or consent form.
const STORY_BLOCKS_OF_NO_WALL: usize = 2;
/// Story of fewer bytes is doubted, the more the shorter it is.
const DOUBTED_BYTES: usize = 800;

/// Blocks at the start of a short text in which a wall or an error says what it is.
const OPENING_BLOCKS: usize = 4;
/// A text of more bytes is no consent form.
const CONSENT_BYTES: usize = 4_000;
/// What standing texts of consent forms a text must hold to be one.
const CONSENT_PHRASES_MIN: usize = 2;

/// Short pieces that make a list.
const LIST_BLOCKS_MIN: usize = 8;
/// A page that leads to so many other stories may be a section front.
const TEASERS_MIN: usize = 5;
/// The paragraph of a teaser is shorter than this.
const TEASER_PARAGRAPH_BYTES: usize = 500;
/// Bytes from which the link that a teaser begins with is a headline; a name is shorter.
const HEADLINE_BYTES_MIN: usize = 12;
/// Of a section front, less than one byte in so many is text of its own.
const FRONT_OWN_SHARE: usize = 4;

#[derive(Default)]
struct Story<'a> {
    bytes: usize,
    prose_blocks: usize,
    blocks: usize,
    paywalled: bool,
    link_bytes: usize,
    /// Bytes that are neither links nor teasers of other stories.
    own_bytes: usize,
    /// What leads to other stories: the block, and its text.
    teasers: Vec<(usize, &'a str)>,
}

/// Says what the page as a whole is, now that its story is known, and how sure
/// that is (0 to 1).
///
/// The kind of an empty or odd page is asked for first; a story of some length
/// is an article, whatever else the page says. For an article, and for the text
/// of a section front, the number says how much speaks for the text being
/// the article and the whole of it.
#[must_use]
pub fn appraise(draft: &Draft, judgement: &Judgement) -> (PageKind, f32) {
    let story = measure(draft, &judgement.verdicts);
    if let Some(wall) = wall(draft, &judgement.verdicts, &story) {
        return wall;
    }
    let has_article = draft.signals.is_article || draft.signals.is_forum;
    if story.bytes == 0
        || (story.bytes < STORY_BYTES_MIN && !has_article && story.prose_blocks == 0)
    {
        return (PageKind::NoArticle, 0.8);
    }
    let confidence = confidence(judgement, &story);
    if !has_article && is_list_of_links(&story) {
        return (PageKind::Front, confidence);
    }
    if judgement.expected < EXPECTED_MIN {
        return (PageKind::NoArticle, 1.0 - judgement.expected);
    }
    if !has_article && is_front(draft, &story) {
        return (PageKind::Front, confidence);
    }
    // A site that counts free articles asks readers of whole ones to subscribe, too.
    let teaser_bytes = match draft.signals.is_free {
        Some(false) => TEASER_BYTES,
        None if story.paywalled => PROMPTED_TEASER_BYTES,
        Some(true) | None => 0,
    };
    if story.bytes < teaser_bytes && draft.signals.story_from != StoryFrom::JsonLd {
        return (PageKind::Paywalled, confidence.min(0.6));
    }
    (PageKind::Article, confidence)
}

/// What stands where the article should, and how sure that is. Whether it is asked for depends on
/// the length of the text: of all of it, or of what is the page's own, since an error page may offer
/// any number of other stories.
fn wall(draft: &Draft, verdicts: &[Verdict], story: &Story) -> Option<(PageKind, f32)> {
    let walls = Walls::built_in();
    let signals = &draft.signals;
    let is_article = signals.is_article;
    let told = story.prose_blocks >= STORY_BLOCKS_OF_NO_WALL;
    let titles = Titles::of(draft, verdicts, story);
    if story.bytes < ARTICLE_BYTES {
        let opening = |sayings: &Sayings| {
            let mut opening = of_story(draft, verdicts).take(OPENING_BLOCKS);
            opening.any(|block| sayings.held_by(&block.text).next().is_some())
        };
        // Headings are many a dialog's, and news is told of such things, too.
        let refuses = if told {
            !is_article && titles.document_says(&walls.challenge)
        } else {
            titles.any_says(&walls.challenge) || (!is_article && opening(&walls.challenge))
        };
        if refuses || (signals.bot_check && !(is_article && told)) {
            return Some((PageKind::Challenge, 0.9));
        }
        if !is_article && (titles.any_says(&walls.soft_404) || opening(&walls.soft_404)) {
            return Some((PageKind::Soft404, 0.9));
        }
        if !is_article && (titles.any_says(&walls.no_article) || opening(&walls.no_article)) {
            return Some((PageKind::NoArticle, 0.8));
        }
        if !is_article
            && titles.any_says(&walls.consent_wall)
            && consent_in_text(draft, verdicts, story, told)
        {
            return Some((PageKind::ConsentWall, 0.8));
        }
        // A login form stands in many a page's dialog; a wall is a page with nothing else.
        let told = told || (is_article && story.prose_blocks > 0);
        if signals.asks_password && titles.any_says(&walls.login_wall) && !told {
            return Some((PageKind::LoginWall, 0.8));
        }
    }
    if is_article {
        return None;
    }
    if story.own_bytes < ARTICLE_BYTES {
        if titles.both_say(&walls.soft_404) {
            return Some((PageKind::Soft404, 0.9));
        }
        if signals.asks_password && titles.both_say(&walls.login_wall) {
            return Some((PageKind::LoginWall, 0.8));
        }
    }
    // As web servers write it, in every language.
    if signals.document_title.trim_start().starts_with("Index of /") {
        return Some((PageKind::NoArticle, 0.9));
    }
    let consents = story.bytes < CONSENT_BYTES && consent_is_the_text(draft, verdicts, story);
    consents.then_some((PageKind::ConsentWall, 0.8))
}

/// Whether it is many short pieces that lead elsewhere, and no prose that carries them.
fn is_list_of_links(story: &Story) -> bool {
    story.prose_blocks == 0
        && story.blocks >= LIST_BLOCKS_MIN
        && story.link_bytes * 2 >= story.bytes
}

/// Whether the story is teasers of other stories and hardly anything else.
///
/// A list of links that somebody wrote looks alike; it stands in one article, has the date of one,
/// or more to say of each link than a paragraph.
fn is_front(draft: &Draft, story: &Story) -> bool {
    let mut headlines: Vec<&str> = story.teasers.iter().map(|&(_, headline)| headline).collect();
    headlines.sort_unstable();
    headlines.dedup();
    let dated = draft
        .metadata
        .published
        .is_some_and(|dated| matches!(dated.from, DateSource::JsonLd | DateSource::Meta));
    let in_one_article = || {
        draft.frames.iter().filter(|frame| frame.tag == Tag::Article).any(|frame| {
            let held = |&&(at, _): &&(usize, &str)| (frame.first..frame.end).contains(&at);
            story.teasers.iter().filter(held).count() >= TEASERS_MIN
        })
    };
    headlines.len() >= TEASERS_MIN
        && story.own_bytes * FRONT_OWN_SHARE < story.bytes
        && !dated
        && !in_one_article()
}

fn measure<'a>(draft: &'a Draft, verdicts: &[Verdict]) -> Story<'a> {
    let mut story = Story::default();
    // Whether the next paragraph belongs to a teaser, and the headline of that where it was taken out.
    let mut teased = false;
    let mut headline = None;
    let end = draft.blocks.iter().rposition(|block| block.inside).map_or(0, |last| last + 1);
    let gate = end..end + GATE_WITHIN;
    for (at, (block, verdict)) in draft.blocks.iter().zip(verdicts).enumerate() {
        match verdict {
            Verdict::Story => {
                let heading = matches!(block.kind, BlockKind::Heading(_));
                let length = block.text.len();
                let linked = block.features.link_bytes;
                story.blocks += 1;
                story.bytes += length;
                story.link_bytes += linked;
                story.prose_blocks += usize::from(length >= 100 && !heading);
                let is_link = linked * 5 >= length * 4;
                // On a front the link may be beside the headline; an essay's headings have none.
                let is_linked = || {
                    let near = &draft.blocks[at..(at + 2).min(draft.blocks.len())];
                    near.iter().any(|block| block.features.links > 0)
                };
                let leads_on = teases(block) || heading && draft.signals.is_home && is_linked();
                let headline = headline.take().filter(|_| length < TEASER_PARAGRAPH_BYTES);
                story.teasers.extend(headline);
                let of_teaser = (teased || headline.is_some()) && length < TEASER_PARAGRAPH_BYTES;
                if leads_on {
                    story.teasers.push((at, &block.text));
                }
                // A heading may be a link to itself.
                let own = !leads_on && (heading || !(is_link || of_teaser));
                story.own_bytes += if own { length } else { 0 };
                teased = leads_on || (teased && is_link);
            }
            Verdict::Removed { kind, rule } => {
                if teases(block) {
                    headline = Some((at, block.text.as_str()));
                }
                // A lone "Log in" stands in many a page's head; what only the model's guess names so asks
                // for nothing.
                let asks = *kind == Kind::PaywallPrompt
                    && !matches!(*rule, Rule::PhraseWhole | Rule::PhraseDoubted | Rule::Judged);
                // In a forum one logs in to answer.
                story.paywalled |=
                    asks && (block.inside || gate.contains(&at)) && !draft.signals.is_forum;
            }
        }
    }
    story
}

fn of_story<'a>(draft: &'a Draft, verdicts: &'a [Verdict]) -> impl Iterator<Item = &'a Block> {
    let judged = draft.blocks.iter().zip(verdicts);
    judged.filter(|(_, verdict)| verdict.is_story()).map(|(block, _)| block)
}

/// Whether a block is the headline of another story of the site, or begins with one: it leads there, and
/// not to a place in a page.
fn teases(block: &Block) -> bool {
    let Features { link_bytes, first_link_bytes, links_away, .. } = block.features;
    let length = block.text.len();
    // What goes on in the sentence of the link is prose with a link in it.
    let is_headline = || {
        let rest = block.text[first_link_bytes..].trim_start_matches([' ', '|']);
        let next = rest.chars().next();
        next.is_none_or(|next| next.is_alphanumeric() && !next.is_lowercase()) || is_quoted(rest)
    };
    let leads = if matches!(block.kind, BlockKind::Heading(_)) {
        link_bytes * 5 >= length * 4
    } else {
        first_link_bytes >= HEADLINE_BYTES_MIN
            && length < TEASER_PARAGRAPH_BYTES
            && links_away == 0
            && is_headline()
    };
    let is_place = |mark: &Mark| matches!(mark, Mark::Link(address) if address.contains('#'));
    leads && !block.spans.iter().any(|span| is_place(&span.mark))
}

/// Page title, article title and first headings, where walls and errors say what they are.
struct Titles {
    document: Vec<Title>,
    headings: Vec<Title>,
}

impl Titles {
    /// Those of a page; where a story is told, headings of notices that were taken out are none of its.
    fn of(draft: &Draft, verdicts: &[Verdict], story: &Story) -> Titles {
        let title = |text: &str| (text.len() < 200).then(|| Title::of(text));
        let headings = draft
            .blocks
            .iter()
            .zip(verdicts)
            .filter(|(_, verdict)| !is_notice_beside(verdict, story))
            .filter(|(block, _)| matches!(block.kind, BlockKind::Heading(1 | 2)))
            .take(2)
            .filter_map(|(block, _)| title(&block.text));
        let document =
            [Some(draft.signals.document_title.as_str()), draft.metadata.title.as_deref()];
        Titles {
            document: document.into_iter().flatten().filter_map(title).collect(),
            headings: headings.collect(),
        }
    }

    fn document_says(&self, sayings: &Sayings) -> bool {
        self.document.iter().any(|title| sayings.title(title))
    }

    fn any_says(&self, sayings: &Sayings) -> bool {
        self.document_says(sayings) || self.headings.iter().any(|title| sayings.title(title))
    }

    /// Whether the page's title and its first heading both say so.
    fn both_say(&self, sayings: &Sayings) -> bool {
        self.document.first().is_some_and(|title| sayings.title(title))
            && self.headings.first().is_some_and(|title| sayings.title(title))
    }
}

/// Whether consent is what the page is about; where a story is told, the notice above it is not
/// heard.
fn consent_in_text(draft: &Draft, verdicts: &[Verdict], story: &Story, told: bool) -> bool {
    let consent = &Walls::built_in().consent_wall;
    let hits = draft
        .blocks
        .iter()
        .zip(verdicts)
        .filter(|(block, _)| block.inside || !told)
        .take(60)
        .filter(|(_, verdict)| !is_notice_beside(verdict, story))
        .filter(|(block, _)| consent.is_word_of(&block.text))
        .count();
    hits >= 2
}

/// Whether a block was taken for a notice on a page that has something else to tell.
fn is_notice_beside(verdict: &Verdict, story: &Story) -> bool {
    story.prose_blocks > 0 && matches!(verdict, Verdict::Removed { kind: Kind::Notice, .. })
}

/// Whether most of the story is what consent forms say.
fn consent_is_the_text(draft: &Draft, verdicts: &[Verdict], story: &Story) -> bool {
    let consent = &Walls::built_in().consent_wall;
    let mut said = Vec::new();
    let mut bytes = 0;
    for block in of_story(draft, verdicts) {
        let before = said.len();
        said.extend(consent.held_by(&block.text));
        bytes += if said.len() > before { block.text.len() } else { 0 };
    }
    said.sort_unstable();
    said.dedup();
    said.len() >= CONSENT_PHRASES_MIN && bytes * 2 >= story.bytes
}

/// The share of words that the model expects to be right (their F1, see [`Judgement`]); it is
/// calibrated by the pages that it learned from. A short text may be a part, a teaser or a notice: it
/// is doubted as a whole.
#[expect(clippy::cast_precision_loss, reason = "sizes of pages; the last digits do not matter")]
fn confidence(judgement: &Judgement, story: &Story) -> f32 {
    let doubt = (story.bytes as f32 / DOUBTED_BYTES as f32).min(1.0);
    (judgement.expected * (0.3 + 0.7 * doubt)).clamp(0.01, 0.99)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::removed;

    /// What a page is whose story is two paragraphs, followed by a prompt of this rule.
    fn kind_with(rule: Rule) -> PageKind {
        let block = |text: &str| Block { text: text.to_owned(), inside: true, ..Block::default() };
        let story = "The harbour needs a keeper of lamps who can mend what the winter breaks, and who minds no wind.";
        let prompt = "Keep a log of oil and wicks.";
        let blocks = vec![block(story), block(story), block(prompt)];
        let verdicts = vec![Verdict::Story, Verdict::Story, removed(Kind::PaywallPrompt, rule)];
        let scores = vec![0.9, 0.9, 0.1];
        let draft = Draft { blocks, ..Draft::default() };
        appraise(&draft, &Judgement { verdicts, scores, expected: 0.9, ..Judgement::default() }).0
    }

    #[test]
    fn a_text_is_behind_a_paywall_where_the_page_says_so_and_not_where_the_model_guesses_it() {
        assert_eq!(kind_with(Rule::PlacePaywall), PageKind::Paywalled);
        assert_eq!(kind_with(Rule::Judged), PageKind::Article);
    }
}
