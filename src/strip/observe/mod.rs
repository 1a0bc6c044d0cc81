//! What is to be seen of every block: one row of numbers each, for the model to judge.
//!
//! A row describes the block's own text, the elements around it and their names,
//! its neighbours, the run of like blocks that it belongs to, and the page. The
//! numbers have names, and their order is the model's: a change here wants a
//! model that was trained on it (see `examples/train`).

mod describe;
mod frames;
mod residue;
mod text;
mod words;

use crate::hash::{HashMap, HashSet};

use crate::article::{Block, BlockKind, Draft, Verdict};
use crate::extract::{Hints, Tag};
use crate::strip::cues::{Cue, Cues};
use crate::strip::lexicon::{Lexicon, Lexicons};
use crate::strip::share;
use crate::strip::words::Row;
use frames::{Around, FAR, Kinship, Mass, Sums};
use text::TextStats;
use words::{shingles_of, words_of};

pub use words::short_words;

/// Rows of one width, one after another.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Numbers of a row.
    pub width: usize,
    /// All of them.
    pub values: Vec<f32>,
}

impl Rows {
    /// One row.
    pub(in crate::strip) fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..(at + 1) * self.width]
    }
}

/// The names of the numbers in a row, in their order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names = Vec::new();
    let draft = Draft { blocks: vec![Block::default()], ..Draft::default() };
    let lexicons = Lexicons::default();
    let page = PageView::of(&draft, &[Verdict::Story], &lexicons);
    page.describe(0, &mut |name, _| names.push(name));
    names
}

/// Looks at every block; `opinions` are what the rules said of them.
#[must_use]
pub fn observe(draft: &Draft, opinions: &[Verdict], lexicons: &Lexicons) -> Rows {
    let page = PageView::of(draft, opinions, lexicons);
    let mut rows = Rows::default();
    for at in 0..draft.blocks.len() {
        page.describe(at, &mut |_, value| rows.values.push(value));
    }
    rows.width = rows.values.len().checked_div(draft.blocks.len()).unwrap_or(0);
    rows
}

#[expect(clippy::cast_precision_loss, reason = "sizes of pages; the last digits do not matter")]
fn as_f32(count: usize) -> f32 {
    count as f32
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn flag(set: bool) -> f32 {
    if set { 1.0 } else { 0.0 }
}

/// Blocks of one make: same elements around them, as far as three levels up.
#[derive(Clone, Copy, Debug, Default)]
struct Likes {
    mass: Mass,
    first: usize,
    last: usize,
}

/// A page as rows are made of it.
struct PageView<'a> {
    draft: &'a Draft,
    opinions: &'a [Verdict],
    lexicon: &'a Lexicon,
    stats: Vec<TextStats>,
    cues: Vec<Cue>,
    masses: Vec<Mass>,
    sums: Sums,
    around: Vec<Around>,
    /// For every frame, what the model's lexicon makes of its names: its own, and the highest,
    /// lowest and fading sum of those around it.
    leanings: Vec<Leaning>,
    /// For every block, the number of its make and of its make in the near.
    makes: Vec<(u64, u64)>,
    likes: HashMap<u64, Likes>,
    repeats: HashMap<u64, usize>,
    title: HashSet<u64>,
    summary: HashSet<u64>,
    authors: HashSet<u64>,
    body: HashSet<u64>,
    /// Blocks of the container.
    container: (usize, usize),
    /// First and last block with prose, and the headline, see [`headline_of`].
    first_prose: usize,
    last_prose: usize,
    headline: Option<usize>,
    /// First block at or after which comments stand.
    comments: usize,
    /// How the elements are related to the block that begins the largest run of alike prose, and
    /// to the headline.
    to_bulk: Vec<Kinship>,
    to_headline: Vec<Kinship>,
    /// For every element, the nearest `<article>` around it, and how many there are on the page.
    articles: Vec<Option<usize>>,
    articles_count: usize,
    first_article: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Leaning {
    own: f32,
    fading: f32,
    highest: f32,
    lowest: f32,
}

/// Leaning of a name fades by this much with every level.
const FADING: f32 = 0.7;

impl<'a> PageView<'a> {
    fn of(draft: &'a Draft, opinions: &'a [Verdict], lexicons: &'a Lexicons) -> PageView<'a> {
        let stats: Vec<TextStats> =
            draft.blocks.iter().map(|block| TextStats::of(&block.text)).collect();
        let masses: Vec<Mass> = draft
            .blocks
            .iter()
            .zip(&stats)
            .map(|(block, stats)| frames::mass_of(block, stats))
            .collect();
        let mut row = Row::default();
        let cues = Cues::built_in();
        let cues: Vec<Cue> =
            draft.blocks.iter().map(|block| cues.look(&block.text, &mut row)).collect();
        let sums = Sums::of(masses.iter().copied());
        let around = frames::around(draft);
        let mut likes: HashMap<u64, Likes> = HashMap::default();
        let mut makes = Vec::with_capacity(draft.blocks.len());
        let mut repeats: HashMap<u64, usize> = HashMap::default();
        for (at, block) in draft.blocks.iter().enumerate() {
            let make = make_of(draft, block, MAKE_LEVELS);
            let near = make_of(draft, block, 1);
            makes.push((make, near));
            for make in [make, near] {
                let entry = likes.entry(make).or_insert(Likes { first: at, ..Likes::default() });
                entry.mass = entry.mass.plus(masses[at]);
                entry.last = at;
            }
            *repeats.entry(stats[at].hash).or_default() += 1;
        }
        let inside = |block: &Block| block.inside;
        let container = (
            draft.blocks.iter().position(inside).unwrap_or(0),
            draft.blocks.iter().rposition(inside).map_or(0, |last| last + 1),
        );
        let prose = |mass: &Mass| mass.prose > 0.0;
        let metadata = &draft.metadata;
        let comments = draft.blocks.iter().position(|block| {
            around
                .get(block.features.home)
                .is_some_and(|near| near.hints[Hints::COMMENTS.number()] < FAR)
        });
        let title: HashSet<u64> = words_of(metadata.title.as_deref().unwrap_or_default()).collect();
        let headline = headline_of(draft, &title);
        let bulk = likes
            .iter()
            .filter(|(_, likes)| likes.mass.prose > 0.0)
            .max_by(|(_, a), (_, b)| {
                a.mass.prose.total_cmp(&b.mass.prose).then(b.first.cmp(&a.first))
            })
            .map(|(_, likes)| likes.first);
        let articles = articles_around(draft);
        PageView {
            to_bulk: frames::kinship(draft, bulk),
            to_headline: frames::kinship(draft, headline),
            articles_count: draft.frames.iter().filter(|frame| frame.tag == Tag::Article).count(),
            first_article: draft.frames.iter().position(|frame| frame.tag == Tag::Article),
            articles,
            leanings: leanings(draft, &lexicons.names),
            lexicon: &lexicons.text,
            title,
            summary: words_of(metadata.summary.as_deref().unwrap_or_default()).collect(),
            authors: metadata.authors.iter().flat_map(|name| words_of(name)).collect(),
            body: draft.signals.stated_body.as_deref().map(shingles_of).unwrap_or_default(),
            headline,
            first_prose: masses.iter().position(prose).unwrap_or(0),
            last_prose: masses.iter().rposition(prose).unwrap_or(0),
            comments: comments.unwrap_or(draft.blocks.len()),
            draft,
            opinions,
            stats,
            cues,
            masses,
            sums,
            around,
            makes,
            likes,
            repeats,
            container,
        }
    }
}

/// Share of its words that a heading must have in common with the title to be the headline.
const HEADLINE_SHARE_MIN: f32 = 0.6;

/// The heading that says most of the title; else the first of the first level.
fn headline_of(draft: &Draft, title: &HashSet<u64>) -> Option<usize> {
    let headings = || {
        draft
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| matches!(block.kind, BlockKind::Heading(_)))
            .take(crate::limits::HEADINGS_MAX)
    };
    let likeness = |block: &Block| {
        let words: HashSet<u64> = words_of(&block.text).take(60).collect();
        let common = words.intersection(title).count();
        2.0 * share(common, words.len() + title.len())
    };
    let mut best = (HEADLINE_SHARE_MIN, None);
    for (at, block) in headings() {
        let likeness = likeness(block);
        if likeness > best.0 {
            best = (likeness, Some(at));
        }
    }
    best.1.or_else(|| {
        headings().find(|(_, block)| block.kind == BlockKind::Heading(1)).map(|(at, _)| at)
    })
}

/// For every element, the nearest `<article>` around it.
fn articles_around(draft: &Draft) -> Vec<Option<usize>> {
    let mut all: Vec<Option<usize>> = Vec::with_capacity(draft.frames.len());
    for (at, frame) in draft.frames.iter().enumerate() {
        let above = if frame.parent < at { all[frame.parent] } else { None };
        all.push(if frame.tag == Tag::Article { Some(at) } else { above });
    }
    all
}

/// Elements around a block that its make goes by.
pub(super) const MAKE_LEVELS: usize = 3;

/// The make of a block: its kind and the makes of so many elements around it.
pub(super) fn make_of(draft: &Draft, block: &Block, levels: usize) -> u64 {
    let mut make = match block.kind {
        BlockKind::Heading(level) => 1_000 + u64::from(level),
        BlockKind::Caption => 1_010,
        _ => 1_020,
    };
    let mut frame = block.features.home;
    for _ in 0..levels {
        let Some(around) = draft.frames.get(frame) else { break };
        make = (make ^ around.make).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        frame = around.parent;
    }
    make ^ (levels as u64)
}

/// The make of the element that a block stands in.
pub(super) fn make_around(draft: &Draft, block: &Block) -> Option<u64> {
    draft.frames.get(block.features.home).map(|frame| frame.make)
}

fn leanings(draft: &Draft, lexicon: &Lexicon) -> Vec<Leaning> {
    let mut all: Vec<Leaning> = Vec::with_capacity(draft.frames.len());
    for (at, frame) in draft.frames.iter().enumerate() {
        let own: f32 =
            draft.names[frame.names.clone()].iter().map(|&name| lexicon.leaning(name)).sum();
        let above = if frame.parent < at { all[frame.parent] } else { Leaning::default() };
        all.push(Leaning {
            own,
            fading: own + FADING * above.fading,
            highest: own.max(above.highest),
            lowest: own.min(above.lowest),
        });
    }
    all
}
