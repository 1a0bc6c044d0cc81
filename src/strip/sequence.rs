//! Blocks in their sequence: what a heading announces, what stands before and after the text.

use jiff::civil::Date;

use crate::article::{Block, BlockKind, Draft, Kind, Mark, Verdict};
use crate::date::{self, Order};
use crate::extract::{Features, Frame, Tag};
use crate::hash::HashMap;
use crate::language::ends_a_sentence;
use crate::rule::Rule;
use crate::strip::phrases::Vocabulary;
use crate::strip::syntax;
use crate::strip::words::Words;
use crate::strip::{about_words, authors, facts, is_quoted, link_share, removed, share};

/// Bytes of a paragraph that carries a story rather than a teaser or a label.
const PROSE_BYTES_MIN: usize = 120;

/// Judges blocks by what stands around them.
pub(super) fn judge(vocabulary: Vocabulary<'_>, draft: &Draft, verdicts: &mut [Verdict]) {
    let inside: Vec<usize> =
        (0..draft.blocks.len()).filter(|&at| draft.blocks[at].inside).collect();
    let blocks = &draft.blocks;
    title(draft, &inside, verdicts);
    lists_of_links(blocks, &inside, verdicts);
    sections(vocabulary, draft, &inside, verdicts);
    authors::judge(vocabulary, draft, &inside, verdicts);
    captions(vocabulary, draft, &inside, verdicts);
    head(vocabulary, draft, &inside, verdicts);
    dated_headings(blocks, &inside, verdicts);
    lone_headings(draft, &inside, verdicts);
    facts_of_story(blocks, &inside, verdicts);
}

/// Dates and places among other facts are facts as well, once the story has begun.
fn facts_of_story(blocks: &[Block], inside: &[usize], verdicts: &mut [Verdict]) {
    let line = |place: usize| blocks[inside[place]].text.as_str();
    let is_label = |place: &usize| match &verdicts[inside[*place]] {
        Verdict::Removed { kind, rule: Rule::PhraseLabel | Rule::PhraseStart | Rule::DateLine } => {
            facts::may_be_fact(*kind, line(*place))
        }
        _ => false,
    };
    let is_claimed = |place: usize| !verdicts[inside[place]].is_story();
    let is_told = |&at: &usize| is_prose(&blocks[at]) && verdicts[at].is_story();
    let first = inside.iter().position(is_told).unwrap_or(inside.len());
    let labels = (first..inside.len()).filter(is_label);
    let facts: Vec<usize> = labels
        .filter_map(|place| facts::around(place, inside.len(), line, is_claimed))
        .flatten()
        .filter(is_label)
        .collect();
    for place in facts {
        verdicts[inside[place]] = Verdict::Story;
    }
}

pub(super) fn is_prose(block: &Block) -> bool {
    block.text.len() >= PROSE_BYTES_MIN && is_text(block)
}

/// Whether it is of the kinds that prose is made of, and leads nowhere.
pub(super) fn is_text(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Paragraph | BlockKind::Quote | BlockKind::ListItem(_))
        && link_share(block) < 0.4
}

/// Blocks from the start of the container among which the title may be repeated.
const TITLE_WITHIN: usize = 25;

/// The title is metadata: where the text repeats it, it goes, and what stands before it with it.
fn title(draft: &Draft, inside: &[usize], verdicts: &mut [Verdict]) {
    let Some(title) = draft.metadata.title.as_deref() else { return };
    let wanted = letters(title);
    if wanted.is_empty() {
        return;
    }
    let mut prose_before = 0;
    for (place, &at) in inside.iter().enumerate().take(TITLE_WITHIN) {
        let block = &draft.blocks[at];
        let heading = is_heading(block);
        let own = letters(&block.text);
        let same = own == wanted
            || (block.kind == BlockKind::Heading(1)
                && own.len() >= 8
                && (wanted.contains(&own) || own.contains(&wanted)));
        if same && (heading || prose_before == 0) {
            verdicts[at] = removed(Kind::Other, Rule::TitleRepeated);
            if prose_before == 0 {
                for &before in &inside[..place] {
                    if verdicts[before].is_story() && !is_prose(&draft.blocks[before]) {
                        verdicts[before] = removed(Kind::Navigation, Rule::BeforeTheTitle);
                    }
                }
            }
            if heading {
                return;
            }
        }
        prose_before += usize::from(is_prose(block) && verdicts[at].is_story());
    }
}

/// Paragraphs of the story before which its title may stand.
const TITLE_BEFORE_PROSE: usize = 3;

/// The same for what is story in the end, wherever it stands in the page. Where nothing else is, a title
/// is better than no text.
pub(super) fn title_in_story(draft: &Draft, verdicts: &mut [Verdict]) {
    let wanted = draft.metadata.title.as_deref().map(letters).unwrap_or_default();
    let (mut titles, mut others, mut prose_before) = (Vec::new(), 0, 0);
    let story = draft.blocks.iter().enumerate().filter(|(at, _)| verdicts[*at].is_story());
    for (at, block) in story {
        if (is_heading(block) || prose_before == 0) && letters(&block.text) == wanted {
            titles.push(at);
            continue;
        }
        others += 1;
        prose_before += usize::from(is_prose(block));
        if prose_before == TITLE_BEFORE_PROSE {
            break;
        }
    }
    for at in titles.into_iter().filter(|_| others > 0 && !wanted.is_empty()) {
        verdicts[at] = removed(Kind::Other, Rule::TitleRepeated);
    }
}

/// Letters and digits only, lower case: titles differ in quotes, dashes and spaces.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Share of an item's text that is a link, from which the item is one.
const LINKED_ITEM_FROM: f32 = 0.7;
/// Share of items that are links, from which a list is a menu.
const LINKED_ITEMS_FROM: f32 = 0.75;

/// A list whose items are links is a menu or a set of teasers.
fn lists_of_links(blocks: &[Block], inside: &[usize], verdicts: &mut [Verdict]) {
    let mut start = 0;
    while start < inside.len() {
        let block = &blocks[inside[start]];
        if !is_item(block) {
            start += 1;
            continue;
        }
        let list = block.features.parent;
        let length = inside[start..]
            .iter()
            .take_while(|&&at| is_item(&blocks[at]) && blocks[at].features.parent == list)
            .count();
        let run = &inside[start..start + length];
        let linked = run.iter().filter(|&&at| link_share(&blocks[at]) >= LINKED_ITEM_FROM).count();
        if share(linked, length) >= LINKED_ITEMS_FROM {
            for &at in run {
                if verdicts[at].is_story() {
                    verdicts[at] = removed(Kind::RelatedLinks, Rule::ListOfLinks);
                }
            }
        }
        start += length;
    }
}

/// Share of the story that may still follow an opener whose whole section goes.
const TAIL_SHARE_MAX: f32 = 0.3;

/// What a heading such as "Related stories" announces goes with it.
fn sections(vocabulary: Vocabulary<'_>, draft: &Draft, inside: &[usize], verdicts: &mut [Verdict]) {
    let blocks = &draft.blocks;
    let mass: usize =
        inside.iter().filter(|&&at| verdicts[at].is_story()).map(|&at| blocks[at].text.len()).sum();
    let mut before = 0;
    let mut place = 0;
    while place < inside.len() {
        let at = inside[place];
        let block = &blocks[at];
        if verdicts[at].is_story() {
            before += block.text.len();
        }
        place += 1;
        let words = Words::of(&block.text, 12);
        if words.more || block.kind == BlockKind::TableRow {
            continue;
        }
        let Some(kind) = vocabulary.opens_section(&words) else { continue };
        // Items of lists count the comments on other stories.
        if kind == Kind::CommentPrompt && is_item(block) {
            continue;
        }
        if kind == Kind::CommentPrompt && story_resumes(draft, inside, place, verdicts) {
            continue;
        }
        let level = level_of(block);
        let tail = share(mass.saturating_sub(before), mass) <= TAIL_SHARE_MAX;
        let follows = follows_of(kind);
        // In a box of its own a heading speaks for the box, as does the line that a box of links begins
        // with.
        let over_links = || {
            let frame = draft.frames.get(block.features.parent);
            frame.is_some_and(|frame| frame.first == at && leads(&blocks[at + 1..frame.end]))
        };
        let boxed = block.features.parent_end > at + 1 && (level <= 6 || over_links());
        let box_end = if boxed { block.features.parent_end } else { usize::MAX };
        // A list of links under it is all that it announces.
        let listed = kind == Kind::RelatedLinks
            && inside.get(place).is_some_and(|&next| is_item(&blocks[next]));
        // Other stories are links; a sentence that is none goes on with this one, unless links follow.
        let offers = kind == Kind::RelatedLinks
            && level <= 6
            && inside[place..]
                .iter()
                .take(OFFERED_WITHIN)
                .any(|&next| blocks[next].features.links > 0);
        while place < inside.len() {
            let next = inside[place];
            let ends = level_of(&blocks[next]) <= level.min(6)
                || kind == Kind::RelatedLinks && !offers && is_unlinked_sentence(&blocks[next])
                || listed
                    && !is_item(&blocks[next])
                    && link_share(&blocks[next]) < LINKED_ITEM_FROM;
            let of_section = match follows {
                Follows::ToTheEnd => tail,
                Follows::Section => {
                    next < box_end && !ends && (tail && level <= 6 || !is_prose(&blocks[next]))
                }
                Follows::Short => {
                    !ends
                        && !is_prose(&blocks[next])
                        && blocks[next].features.parent == block.features.parent
                }
            };
            if !of_section {
                break;
            }
            if verdicts[next].is_story() {
                let inner = if kind == Kind::CommentPrompt { Kind::Comment } else { kind };
                verdicts[next] = removed(inner, Rule::FollowsHeading);
            }
            place += 1;
        }
    }
}

/// Blocks before and behind a button among which paragraphs of the story are looked for.
const RESUMES_WITHIN: usize = 64;

/// Whether the story goes on behind a button for comments, which stands before `place`: with a sentence
/// set as the paragraph before it was. Comments have elements of their own; on pages where they have not,
/// a name stands above the first.
fn story_resumes(draft: &Draft, inside: &[usize], place: usize, verdicts: &[Verdict]) -> bool {
    let (before, behind) = inside.split_at(place);
    let story =
        |at: &&usize| is_unlinked_sentence(&draft.blocks[**at]) && verdicts[**at].is_story();
    let Some(&last) = before.iter().rev().take(RESUMES_WITHIN).find(story) else { return false };
    let last = &draft.blocks[last].features;
    let is_own = |&at: &usize| {
        let block = &draft.blocks[at];
        is_unlinked_sentence(block) && is_set_as(draft, &block.features, last)
    };
    let mut behind = behind.iter().take(RESUMES_WITHIN);
    if draft.blocks[before[place - 1]].features.parent == last.parent {
        behind.find(|at| draft.blocks[**at].kind == BlockKind::Paragraph).is_some_and(is_own)
    } else {
        behind.any(is_own)
    }
}

/// Whether a block stands where another does, or in an element like its beside it.
fn is_set_as(draft: &Draft, features: &Features, other: &Features) -> bool {
    let frame = |features: &Features| draft.frames.get(features.parent);
    let home = |features: &Features| draft.frames.get(features.home).map(|frame| frame.make);
    let are_beside =
        |one: &Frame, other: &Frame| one.parent == other.parent && one.make == other.make;
    features.parent == other.parent
        || home(features) == home(other)
            && frame(features).zip(frame(other)).is_some_and(|(one, other)| are_beside(one, other))
}

/// Blocks under a heading among which what it offers begins.
const OFFERED_WITHIN: usize = 4;
/// Words of a sentence.
const SENTENCE_WORDS_MIN: usize = 5;

/// Whether it is a sentence that leads nowhere, as the story is made of.
pub(super) fn is_unlinked_sentence(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph
        && block.features.links == 0
        && about_words(&block.text) >= SENTENCE_WORDS_MIN
        && ends_a_sentence(&block.text)
}

/// Whether links are among the blocks.
fn leads(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| link_share(block) >= LINKED_ITEM_FROM)
}

enum Follows {
    /// Everything to the end of the container, near the end of the story.
    ToTheEnd,
    /// What stands under the heading.
    Section,
    /// Short blocks right after it.
    Short,
}

const fn follows_of(kind: Kind) -> Follows {
    match kind {
        Kind::CommentPrompt | Kind::Comment => Follows::ToTheEnd,
        Kind::RelatedLinks | Kind::AuthorBio => Follows::Section,
        _ => Follows::Short,
    }
}

/// Level of a heading; 7 for all else.
pub(super) fn level_of(block: &Block) -> u8 {
    if let BlockKind::Heading(level) = block.kind { level } else { 7 }
}

fn is_item(block: &Block) -> bool {
    matches!(block.kind, BlockKind::ListItem(_))
}

pub(super) fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(_))
}

/// Longest such caption, in words.
const CAPTION_WORDS_MAX: usize = 40;
/// The same for one that an agency signs and no figure holds.
const SIGNED_CAPTION_WORDS_MAX: usize = 12;
/// Words from which what stands below a picture is no mere name.
const CAPTION_WORDS_MIN: usize = 4;
/// Longest such caption, in words.
const SET_APART_WORDS_MAX: usize = 25;
/// Paragraphs that show how a page sets its text, their bytes, and the share of them that must be set
/// alike.
const PROSE_ALIKE_MIN: usize = 3;
const ALIKE_BYTES_MIN: usize = 60;
const PROSE_ALIKE_FROM: f32 = 0.7;
/// Signs that point at the picture above.
const POINTING: [char; 4] = ['▲', '△', '▼', '▽'];

/// Right below a picture stands its caption: what the picture says of itself, what points at it, a line
/// that is set off as a whole and is no sentence, or a sentence that an agency signs. What is set apart
/// from the text may be one, too.
fn captions(vocabulary: Vocabulary<'_>, draft: &Draft, inside: &[usize], verdicts: &mut [Verdict]) {
    let look = look_of_prose(draft, inside, verdicts);
    for &at in inside {
        let block = &draft.blocks[at];
        if !verdicts[at].is_story() {
            continue;
        }
        let Features { image_before, image, .. } = block.features;
        let is_line = block.kind == BlockKind::Paragraph && link_share(block) < LINKED_ITEM_FROM;
        // Below a picture that stands by itself it may as well be a report that is signed; but no report
        // is so short.
        let is_short = || !Words::of(&block.text, SIGNED_CAPTION_WORDS_MAX).more;
        let is_its = image.is_some() || image_before.is_some() && is_short();
        if is_line && is_its && syntax::is_signed(vocabulary, &block.text) {
            verdicts[at] = removed(Kind::Caption, Rule::CaptionWithCredit);
            continue;
        }
        let Some(image) = image_before.and_then(|at| draft.images.get(at)) else { continue };
        let repeats = || image.alt.as_deref().map(letters) == Some(letters(&block.text));
        let says_more = Words::of(&block.text, CAPTION_WORDS_MIN).len() >= CAPTION_WORDS_MIN;
        let points = block.text.starts_with(POINTING);
        let set_off = || is_label(block) && (is_emphasised(block) || fills_paragraph(draft, at));
        if is_line && (points || says_more && (set_off() || repeats())) {
            verdicts[at] = removed(Kind::Caption, Rule::CaptionBelowPicture);
            continue;
        }
        // Elsewhere pictures stand over what is offered.
        if !draft.signals.states_article {
            continue;
        }
        let is_short = || !Words::of(&block.text, SET_APART_WORDS_MAX).more;
        if !is_line || !says_more || is_quoted(&block.text) || !is_short() {
            continue;
        }
        let own_look = look_of(&draft.frames, block);
        let is_other = look.is_some_and(|look| own_look != look);
        if is_other && own_look.1 {
            verdicts[at] = removed(Kind::Caption, Rule::CaptionBelowPicture);
        } else if is_other || block.features.alone_below_image {
            verdicts[at] = removed(Kind::Caption, Rule::CaptionSetApart);
        }
    }
}

/// How the text of a block is set: in what element, and whether in its middle.
fn look_of(frames: &[Frame], block: &Block) -> (Tag, bool) {
    frames.get(block.features.home).map_or_else(Default::default, |home| (home.tag, home.centred))
}

/// How the prose of a page is set, if most of it is set alike.
fn look_of_prose(draft: &Draft, inside: &[usize], verdicts: &[Verdict]) -> Option<(Tag, bool)> {
    let mut looks: Vec<((Tag, bool), usize)> = Vec::new();
    let blocks = inside.iter().filter(|&&at| verdicts[at].is_story()).map(|&at| &draft.blocks[at]);
    let prose = blocks.filter(|block| is_text(block) && block.text.len() >= ALIKE_BYTES_MIN);
    for look in prose.map(|block| look_of(&draft.frames, block)) {
        match looks.iter_mut().find(|(known, _)| *known == look) {
            Some((_, count)) => *count += 1,
            None => looks.push((look, 1)),
        }
    }
    let all: usize = looks.iter().map(|(_, count)| count).sum();
    let (look, count) = looks.into_iter().max_by_key(|&(_, count)| count)?;
    (count >= PROSE_ALIKE_MIN && share(count, all) >= PROSE_ALIKE_FROM).then_some(look)
}

/// Whether a paragraph holds a picture, this block below it, and nothing else.
fn fills_paragraph(draft: &Draft, at: usize) -> bool {
    let features = &draft.blocks[at].features;
    let frame = &draft.frames[features.home];
    frame.tag == Tag::Paragraph && frame.first + 1 == frame.end && features.below_image
}

fn is_emphasised(block: &Block) -> bool {
    block.spans.iter().any(|span| {
        span.mark == Mark::Emphasis && span.range.start == 0 && span.range.end >= block.text.len()
    })
}

/// Whether a short block is neither a sentence nor a quotation.
fn is_label(block: &Block) -> bool {
    let words = Words::of(&block.text, CAPTION_WORDS_MAX);
    !words.more && !words.end_a_sentence() && !is_quoted(&block.text)
}

/// Words of a label before the text.
pub(super) const LABEL_WORDS_MAX: usize = 6;

/// Signs that close what stands before them, its stop included.
const CLOSING: [char; 10] = ['"', '”', '“', '’', '\'', '»', '«', ')', ']', ' '];

/// How many items without a link each list has among some blocks: one by itself is a label, several are
/// points of the story.
fn unlinked_items(blocks: &[Block], among: &[usize]) -> HashMap<usize, usize> {
    let mut of_list: HashMap<usize, usize> = HashMap::default();
    for block in among.iter().map(|&at| &blocks[at]) {
        if is_plain_item(block) && link_share(block) < LINKED_ITEM_FROM {
            *of_list.entry(block.features.parent).or_default() += 1;
        }
    }
    of_list
}

fn is_plain_item(block: &Block) -> bool {
    matches!(block.kind, BlockKind::ListItem(None))
}

/// Whether it stands behind a term, which it explains.
fn explains(draft: &Draft, block: &Block) -> bool {
    draft.frames.get(block.features.home).is_some_and(|home| home.tag == Tag::Definition)
}

/// Before the first paragraph of prose stand labels: section names, authors, dates.
fn head(vocabulary: Vocabulary<'_>, draft: &Draft, inside: &[usize], verdicts: &mut [Verdict]) {
    let blocks = &draft.blocks;
    date_lines(vocabulary, draft, inside, verdicts);
    let Some(first) =
        inside.iter().position(|&at| is_prose(&blocks[at]) && verdicts[at].is_story())
    else {
        return;
    };
    let unlinked = unlinked_items(blocks, &inside[..first]);
    for &at in &inside[..first] {
        let block = &blocks[at];
        let alone = || unlinked.get(&block.features.parent).is_none_or(|&items| items < 2);
        let label = block.kind == BlockKind::Paragraph
            || is_plain_item(block) && alone() && !explains(draft, block);
        // What somebody says ends in a quotation mark behind its stop.
        let bare = block.text.trim_end_matches(CLOSING);
        let open = bare.ends_with(['.', '!', '?', ':', '…']);
        if !verdicts[at].is_story()
            || !label
            || open
            || is_among_facts(blocks, verdicts, at)
            || is_score(&block.text)
        {
            continue;
        }
        let words = Words::of(&block.text, LABEL_WORDS_MAX);
        if !words.more && words.len() <= LABEL_WORDS_MAX {
            verdicts[at] = removed(Kind::Byline, Rule::LabelBeforeText);
        }
    }
}

/// Whether it is one of several facts that stand together: "Price: $20".
fn is_among_facts(blocks: &[Block], verdicts: &[Verdict], at: usize) -> bool {
    let is_fact = |at: usize| {
        let block = blocks.get(at).filter(|_| verdicts[at].is_story());
        block.is_some_and(|block| facts::is_fact(&block.text))
    };
    is_fact(at) && (at > 0 && is_fact(at - 1) || is_fact(at + 1))
}

/// Whether it tells the result of a match: "Harbour Town 2-1 Redbridge". A time of day has two digits
/// behind its colon.
fn is_score(text: &str) -> bool {
    let is_points = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split_whitespace().any(|word| {
        let parted = word
            .split_once(['-', '–'])
            .or_else(|| word.split_once(':').filter(|(_, behind)| behind.len() == 1));
        parted.is_some_and(|(one, other)| is_points(one) && is_points(other))
    })
}

/// Longest such line, in words, and the most of them that no date has.
const DATE_LINE_WORDS_MAX: usize = 20;
const BESIDE_DATE_WORDS_MAX: usize = 2;
/// Paragraphs that may stand before it: a summary, and the first.
const PROSE_BEFORE_DATE_MAX: usize = 2;
/// Dates of the page itself: when it was published, and when changed; more are a chronology.
const OWN_DATES_MAX: usize = 2;

/// At the head of the text the page's own day is said, in any language; but in a diary the dates are of
/// the story.
fn date_lines(
    vocabulary: Vocabulary<'_>,
    draft: &Draft,
    inside: &[usize],
    verdicts: &mut [Verdict],
) {
    let is_prose_at = |at: usize| is_prose(&draft.blocks[at]) && verdicts[at].is_story();
    let is_date = |at: usize| {
        (verdicts[at].is_story()
            || matches!(verdicts[at], Verdict::Removed { rule: Rule::TimeStamp, .. }))
            && is_date_line(vocabulary, &draft.blocks[at].text)
    };
    let over_prose = |pair: &&[usize]| is_date(pair[0]) && is_prose_at(pair[1]);
    if inside.windows(2).filter(over_prose).nth(1).is_some() {
        return;
    }
    let mut prose = 0;
    let head = inside.iter().copied().take_while(|&at| {
        prose += usize::from(is_prose_at(at));
        prose <= PROSE_BEFORE_DATE_MAX
    });
    let found: Vec<usize> = head
        .filter(|&at| draft.blocks[at].kind == BlockKind::Paragraph)
        .filter(|&at| is_date(at) && is_own_day(draft, &draft.blocks[at].text))
        .collect();
    if found.len() > OWN_DATES_MAX {
        return;
    }
    for at in found {
        verdicts[at] = removed(Kind::Byline, Rule::DateLine);
    }
}

/// Whether a line is a date, and hardly anything else.
fn is_date_line(vocabulary: Vocabulary<'_>, text: &str) -> bool {
    let words = Words::of(text, DATE_LINE_WORDS_MAX);
    !words.more
        && text.contains(char::is_numeric)
        && date::is_in(text)
        && (date::words_beside(text).is_some_and(|beside| beside <= BESIDE_DATE_WORDS_MAX)
            || syntax::is_stamp(vocabulary, text, &words))
}

/// Whether a text states the day when the page was published or changed, by the clocks of any zone and in
/// any order of day and month.
fn is_own_day(draft: &Draft, text: &str) -> bool {
    let orders = [Order::DayFirst, Order::MonthFirst];
    let stated = orders.iter().filter_map(|&order| Some(date::find(text, order)?.day()));
    let own = [draft.metadata.published, draft.metadata.modified];
    let is_own = |stated: Date| {
        let near = [Some(stated), stated.tomorrow().ok(), stated.yesterday().ok()];
        own.iter().flatten().any(|dated| near.contains(&Some(dated.at.day())))
    };
    stated.into_iter().any(is_own)
}

/// Dates over paragraphs of their own, from which a chronology is made of them.
const DATED_HEADINGS_MIN: usize = 3;

/// In a chronology the dates are its headings.
fn dated_headings(blocks: &[Block], inside: &[usize], verdicts: &mut [Verdict]) {
    let is_dated = |pair: &&[usize]| {
        matches!(verdicts[pair[0]], Verdict::Removed { rule: Rule::TimeStamp, .. })
            && is_heading(&blocks[pair[0]])
            && verdicts[pair[1]].is_story()
    };
    let dated: Vec<usize> = inside.windows(2).filter(is_dated).map(|pair| pair[0]).collect();
    if dated.len() >= DATED_HEADINGS_MIN {
        for at in dated {
            verdicts[at] = Verdict::Story;
        }
    }
}

/// A heading under which nothing is left goes with what stood under it.
fn lone_headings(draft: &Draft, inside: &[usize], verdicts: &mut [Verdict]) {
    let blocks = &draft.blocks;
    let Some(&last) = inside.last() else { return };
    // From the end: a heading is heard after those below it.
    for &at in inside.iter().rev() {
        let level = level_of(&blocks[at]);
        if level > 6 || !verdicts[at].is_story() {
            continue;
        }
        let mut kind = None;
        let mut kept = false;
        let mut next = at + 1;
        while next <= last {
            if level_of(&blocks[next]) <= level {
                let Some(end) = end_of_box(draft, verdicts, at, next) else { break };
                next = end;
                continue;
            }
            match &verdicts[next] {
                Verdict::Story => {
                    kept = true;
                    break;
                }
                Verdict::Removed { kind: found, .. } => kind = kind.or(Some(*found)),
            }
            next += 1;
        }
        if !kept {
            verdicts[at] = removed(kind.unwrap_or(Kind::Other), Rule::NothingUnderHeading);
        }
    }
}

/// Where the box ends that the heading `at` is of, if it stands below the heading `above` and was taken
/// out as a whole: the section of the text around it goes on behind it.
fn end_of_box(draft: &Draft, verdicts: &[Verdict], above: usize, at: usize) -> Option<usize> {
    let is_other = matches!(&verdicts[at],
        Verdict::Removed { rule, .. } if ![Rule::TitleRepeated, Rule::NothingUnderHeading].contains(rule));
    let frame = draft.frames.get(draft.blocks[at].features.parent)?;
    let is_out = || !verdicts[frame.first..frame.end].iter().any(Verdict::is_story);
    (is_other && frame.first > above && is_out()).then_some(frame.end)
}
