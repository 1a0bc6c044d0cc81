//! Finds the element that holds the article.
//!
//! Every block has a mass: how much prose it is. From the top, the search goes
//! down to the child that holds nearly all of the mass, for as long as there is
//! one. What is called furniture by its class names has no mass, unless it
//! holds so much of the page's prose that the name must be wrong.

use std::ops::Range;

use crate::article::{Block, BlockKind};
use crate::extract::block::Cut;
use crate::extract::frame::{Frame, Tag};
use crate::extract::hints::Hints;
use crate::extract::signals::Signals;
use crate::hash::HashMap;
use crate::limits;

/// Share of a page's prose from which an element is what it holds, whatever its name says.
const NAME_DOUBTED_FROM: f32 = 0.4;
/// The same for comments: on a forum page they are the page.
const COMMENTS_ARE_THE_PAGE_FROM: f32 = 0.6;
/// Bytes of text before comments that are a story of its own; with less the thread may be the page.
pub const COMMENTED_STORY_BYTES_MIN: usize = 700;
/// If less than this share of the prose stands outside of furniture, names are not believed.
const BELIEVED_FROM: f32 = 0.25;
/// Share of its parent's mass that a child needs for the search to go down to it.
const DESCEND_FROM: f32 = 0.85;
/// The same for a child that is called the story by its names.
const DESCEND_TO_STORY_FROM: f32 = 0.55;
/// Bytes from which a paragraph counts as prose in full.
const PROSE_BYTES_MIN: usize = 60;

/// Where the article stands, and what that says about the page.
#[derive(Debug)]
pub(super) struct Container {
    /// The frame that holds it.
    pub frame: usize,
    /// For every frame, names that turned out wrong: it holds the page's prose.
    pub doubted: Vec<Hints>,
    /// Names that are not believed within the container: most of its prose bears them.
    pub disbelieved: Hints,
    /// Mass of the whole page, furniture counted.
    pub page_mass: f32,
    /// Mass of the container.
    pub mass: f32,
    /// Whether most of the prose stands in posts or comments.
    pub forum: bool,
}

/// Mass of one block: bytes of prose, discounted where it looks like something else.
pub(super) fn mass_of(block: &Block) -> f32 {
    let bytes = block.text.len();
    let linked = share(block.features.link_bytes, bytes);
    if linked > 0.4 {
        return 0.0;
    }
    let weight = match block.kind {
        BlockKind::Heading(_) | BlockKind::Caption => 0.0,
        BlockKind::Paragraph | BlockKind::Quote => 1.0,
        BlockKind::ListItem(_) | BlockKind::Preformatted => 0.6,
        BlockKind::TableRow => 0.3,
    };
    let short = if bytes < PROSE_BYTES_MIN || !has_sentence(&block.text) { 0.2 } else { 1.0 };
    as_f32(bytes) * weight * short * (1.0 - linked)
}

/// Whether the text has punctuation as sentences have.
pub(super) fn has_sentence(text: &str) -> bool {
    text.contains(['.', ',', '!', '?', ';', '…', '。', '、', '，', '؟', '۔', '।', ':'])
}

fn share(part: usize, whole: usize) -> f32 {
    as_f32(part) / as_f32(whole.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "sizes of pages; the last digits do not matter")]
pub(super) fn as_f32(count: usize) -> f32 {
    count as f32
}

/// Sums of masses or bytes, so that every frame's is a difference.
struct Sums(Vec<f32>);

impl Sums {
    fn of(masses: impl Iterator<Item = f32>) -> Sums {
        let mut total = 0.0;
        let mut sums = vec![0.0];
        sums.extend(masses.map(|mass| {
            total += mass;
            total
        }));
        Sums(sums)
    }

    fn total(&self) -> f32 {
        self.0.last().copied().unwrap_or_default()
    }

    fn of_frame(&self, frame: &Frame) -> f32 {
        self.0[frame.end] - self.0[frame.first]
    }
}

/// Finds the container.
pub(super) fn find(cut: &Cut, signals: &Signals) -> Container {
    let masses: Vec<f32> = cut.blocks.iter().map(mass_of).collect();
    let raw = Sums::of(masses.iter().copied());
    let page_mass: f32 = masses.iter().sum();
    let comments = Comments::of(cut, &masses);
    let is_commented =
        signals.states_article && comments.before >= as_f32(COMMENTED_STORY_BYTES_MIN);
    let forum = !signals.is_article
        && !is_commented
        && comments.mass > page_mass * COMMENTS_ARE_THE_PAGE_FROM;
    let ignored = if forum { Hints::COMMENTS.with(Hints::BIO) } else { Hints::NONE };
    // Below a story any number of comments are comments.
    let (believed, other_mass) = if is_commented {
        (Hints::COMMENTS, page_mass - comments.mass)
    } else {
        (Hints::NONE, page_mass)
    };
    let open = left_open(cut);
    let wrong = |at: usize| wrong_names(&cut.frames[at], open[at]);
    let mut doubted = vec![Hints::NONE; cut.frames.len()];
    for (at, frame) in cut.frames.iter().enumerate() {
        if raw.of_frame(frame) > page_mass * NAME_DOUBTED_FROM {
            doubted[at] = wrong(at).without(believed);
        }
    }
    let effective = effective_hints(&cut.frames, 0, &doubted);
    let without = |furniture: Hints| {
        Sums::of(masses.iter().zip(&cut.blocks).map(|(&mass, block)| {
            let hints = effective.get(block.features.home).copied().unwrap_or_default();
            if hints.without(ignored).any(furniture) { 0.0 } else { mass }
        }))
    };
    let mut sums = without(Hints::FURNITURE);
    if sums.total() < other_mass * BELIEVED_FROM {
        sums = without(Hints::CERTAIN);
    }
    let tells = signals.states_article || signals.is_article || signals.is_forum || forum;
    let cards = if tells || signals.is_product { vec![] } else { cards(cut, &effective) };
    let frame = descend(cut, &sums, &cards);
    let mass = cut.frames.get(frame).map_or(0.0, |frame| sums.of_frame(frame));
    // Within the container the same doubt is due, now that it is known what is in it.
    let whole = cut.frames.get(frame).map_or(0.0, |frame| raw.of_frame(frame));
    for (at, inner) in cut.frames.iter().enumerate().skip(frame + 1) {
        let is_other = !forum && inner.hints.any(Hints::NEVER_STORY);
        if !is_other && raw.of_frame(inner) > whole * NAME_DOUBTED_FROM {
            doubted[at] = wrong(at);
        }
    }
    let inside = cut.frames.get(frame).map_or(0..0, |frame| frame.first..frame.end);
    let effective = effective_hints(&cut.frames, frame, &doubted);
    let mut disbelieved = Hints::NONE;
    for hint in Hints::FURNITURE.without(Hints::NEVER_STORY).each() {
        let bears = |at: &usize| {
            let hints = effective.get(cut.blocks[*at].features.home).copied().unwrap_or_default();
            hints.any(hint) && !hints.any(Hints::LANDMARK)
        };
        let mass: f32 = inside.clone().filter(bears).map(|at| masses[at]).sum();
        if mass > whole * NAME_DOUBTED_FROM {
            disbelieved = disbelieved.with(hint);
        }
    }
    Container { frame, doubted, disbelieved, page_mass, mass, forum }
}

/// What the names of a frame that holds much prose are wrong about. An element that is a landmark is
/// none by its name, unless nobody closed it.
fn wrong_names(frame: &Frame, is_open: bool) -> Hints {
    match (frame.hints.any(Hints::LANDMARK), is_open) {
        (false, _) => Hints::FURNITURE,
        (true, false) => Hints::FURNITURE.without(Hints::OF_LANDMARKS),
        (true, true) => Hints::FURNITURE.with(Hints::LANDMARK),
    }
}

/// Which frames hold the page's article or its main heading: a menu that does was left open.
fn left_open(cut: &Cut) -> Vec<bool> {
    let articles = cut.frames.iter().enumerate();
    let articles = articles.filter(|(_, frame)| matches!(frame.tag, Tag::Main | Tag::Article));
    let headings = cut.blocks.iter().filter(|block| block.kind == BlockKind::Heading(1));
    let starts =
        articles.map(|(_, frame)| frame.parent).chain(headings.map(|block| block.features.home));
    let mut holds = vec![false; cut.frames.len()];
    for mut at in starts {
        while holds.get(at) == Some(&false) {
            holds[at] = true;
            at = cut.frames[at].parent;
        }
    }
    holds
}

/// Parts of a page that are not the article's, wherever they stand.
pub(super) const OF_THE_PAGE: Hints =
    Hints::NAVIGATION.with(Hints::ASIDE).with(Hints::DIALOG).with(Hints::NOTICE);

/// The article's column: what stands in it stands with the article.
///
/// It is the outermost element around the container short of the body, as long
/// as none of those on the way brings in a menu or a sidebar of the page. An
/// `<article>` or `<main>` is of the column whatever it holds.
pub(super) fn column_of(frames: &[Frame], container: usize) -> usize {
    let mut column = container;
    let mut inner = container;
    for _ in 0..limits::COLUMN_LEVELS_MAX {
        let Some(outer) = frames.get(inner).map(|frame| frame.parent) else { break };
        if outer == inner || matches!(frames[outer].tag, Tag::Body | Tag::Html) {
            break;
        }
        if matches!(frames[outer].tag, Tag::Article | Tag::Main) {
            column = outer;
        } else if column == inner {
            let apart = |frame: &Frame| {
                frame.end <= frames[inner].first || frame.first >= frames[inner].end
            };
            let brings_in = frames[outer + 1..]
                .iter()
                .take_while(|frame| frame.first < frames[outer].end)
                .any(|frame| apart(frame) && frame.hints.any(OF_THE_PAGE.with(Hints::FOOTER)));
            if !brings_in {
                column = outer;
            }
        }
        inner = outer;
    }
    column
}

/// Hints of every frame with those of the frames around it, from below `top` on.
pub(super) fn effective_hints(frames: &[Frame], top: usize, doubted: &[Hints]) -> Vec<Hints> {
    let mut effective: Vec<Hints> = Vec::with_capacity(frames.len());
    for (at, frame) in frames.iter().enumerate() {
        let above = if at <= top { Hints::NONE } else { effective[frame.parent] };
        let wrong = if at <= top { Hints::FURNITURE.with(Hints::LANDMARK) } else { doubted[at] };
        let own = frame.hints.without(wrong);
        effective.push(if at == top { Hints::NONE } else { above.with(own) });
    }
    effective
}

/// What the names on a page say of readers' comments.
struct Comments {
    /// Their mass.
    mass: f32,
    /// The mass of what stands before them and is no furniture by its names.
    before: f32,
}

impl Comments {
    fn of(cut: &Cut, masses: &[f32]) -> Comments {
        let none = vec![Hints::NONE; cut.frames.len()];
        let effective = effective_hints(&cut.frames, 0, &none);
        let mut comments = Comments { mass: 0.0, before: 0.0 };
        for (block, mass) in cut.blocks.iter().zip(masses) {
            let hints = effective.get(block.features.home).copied().unwrap_or_default();
            if hints.any(Hints::COMMENTS) {
                comments.mass += mass;
            } else if comments.mass < as_f32(PROSE_BYTES_MIN) && !hints.any(Hints::FURNITURE) {
                comments.before += mass;
            }
        }
        comments
    }
}

/// Cards from which they are a list.
const CARDS_MIN: usize = 4;
/// Blocks of a card, on average; items of menus have one.
const CARD_BLOCKS_MIN: usize = 2;
/// Bytes of prose up to which it may only introduce the list of cards below it.
const INTRODUCES_BYTES_MAX: f32 = 2_400.0;

/// A list of cards, as the articles of a shop and the entries of a directory are shown.
struct Cards {
    /// From the first block of the first card to the end of the last.
    held: Range<usize>,
    count: usize,
    /// Blocks of the cards themselves.
    blocks: usize,
    /// Bytes of text in those.
    bytes: f32,
}

/// The lists of cards on a page: like elements below one that are no furniture by their names, and hold
/// no list themselves, as the columns of a page's foot do.
fn cards(cut: &Cut, effective: &[Hints]) -> Vec<Cards> {
    let bytes = Sums::of(cut.blocks.iter().map(|block| as_f32(block.text.len())));
    let mut holds_list = vec![false; cut.frames.len()];
    for (at, frame) in cut.frames.iter().enumerate().skip(1).rev() {
        let is_list = matches!(frame.tag, Tag::List | Tag::Navigation);
        holds_list[frame.parent] |= is_list || holds_list[at];
    }
    let mut lists: HashMap<(usize, u64), Cards> = HashMap::default();
    for (at, frame) in cut.frames.iter().enumerate().skip(1) {
        let is_furniture = effective.get(at).is_some_and(|hints| hints.any(Hints::FURNITURE));
        if frame.end == frame.first || is_furniture || holds_list[at] {
            continue;
        }
        let held = frame.first..frame.end;
        let none = Cards { held: held.clone(), count: 0, blocks: 0, bytes: 0.0 };
        let list = lists.entry((frame.parent, frame.make)).or_insert(none);
        list.held.end = held.end;
        list.count += 1;
        list.blocks += held.len();
        list.bytes += bytes.of_frame(frame);
    }
    let mut lists: Vec<Cards> = lists.into_values().collect();
    lists.retain(|list| list.count >= CARDS_MIN && list.blocks >= CARD_BLOCKS_MIN * list.count);
    lists
}

/// Whether the prose of a frame only introduces a list that stands below it in another.
fn introduces(cards: &[Cards], prose: f32, outer: &Frame, inner: &Frame) -> bool {
    prose < INTRODUCES_BYTES_MAX
        && cards.iter().any(|cards| {
            inner.end <= cards.held.start && cards.held.end <= outer.end && cards.bytes >= prose
        })
}

fn descend(cut: &Cut, sums: &Sums, cards: &[Cards]) -> usize {
    let mut best: Vec<Option<usize>> = vec![None; cut.frames.len()];
    for (at, frame) in cut.frames.iter().enumerate().skip(1) {
        let mass = sums.of_frame(frame);
        let better =
            best[frame.parent].is_none_or(|other| sums.of_frame(&cut.frames[other]) < mass);
        if better && mass > 0.0 && frame.parent != at {
            best[frame.parent] = Some(at);
        }
    }
    let mut frame = 0;
    while let Some(child) = best.get(frame).copied().flatten() {
        let (whole, part) = (sums.of_frame(&cut.frames[frame]), sums.of_frame(&cut.frames[child]));
        if !cut.frames[child].tag.can_hold_article() {
            break;
        }
        let named =
            cut.frames[child].hints.any(Hints::STORY) || cut.frames[child].tag == Tag::Article;
        let needed = if named { DESCEND_TO_STORY_FROM } else { DESCEND_FROM };
        if part < whole * needed
            || (part < whole && has_like_sibling(cut, sums, child))
            || introduces(cards, part, &cut.frames[frame], &cut.frames[child])
        {
            break;
        }
        frame = child;
    }
    frame
}

/// Whether a sibling of the same make holds prose too: then the text goes on there.
fn has_like_sibling(cut: &Cut, sums: &Sums, child: usize) -> bool {
    let frame = &cut.frames[child];
    cut.frames.iter().enumerate().any(|(at, other)| {
        at != child
            && at != other.parent
            && other.parent == frame.parent
            && other.make == frame.make
            && sums.of_frame(other) >= as_f32(PROSE_BYTES_MIN)
    })
}
