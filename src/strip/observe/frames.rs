//! What the elements around a block hold, and what their names hint at.

use crate::article::{Block, Draft};
use crate::extract::{Hints, Tag};
use crate::strip::observe::text::{End, TextStats};
use crate::strip::share;

/// Sums over a run of blocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mass {
    /// Blocks.
    pub blocks: f32,
    /// Words.
    pub words: f32,
    /// Words in links.
    pub linked: f32,
    /// Words of blocks that read like prose.
    pub prose: f32,
    /// Blocks that are little but a link.
    pub links: f32,
}

impl Mass {
    pub(super) fn plus(self, other: Mass) -> Mass {
        Mass {
            blocks: self.blocks + other.blocks,
            words: self.words + other.words,
            linked: self.linked + other.linked,
            prose: self.prose + other.prose,
            links: self.links + other.links,
        }
    }

    fn minus(self, other: Mass) -> Mass {
        Mass {
            blocks: self.blocks - other.blocks,
            words: self.words - other.words,
            linked: self.linked - other.linked,
            prose: self.prose - other.prose,
            links: self.links - other.links,
        }
    }
}

/// Words from which a block can be prose.
const PROSE_WORDS_MIN: usize = 12;

/// The mass of one block.
pub(super) fn mass_of(block: &Block, stats: &TextStats) -> Mass {
    let link_share = share(block.features.link_bytes, block.text.len());
    let words = super::as_f32(stats.words);
    let prose = stats.words >= PROSE_WORDS_MIN
        && link_share < 0.5
        && (stats.enders > 0 || stats.commas > 0)
        && stats.end != End::Open;
    Mass {
        blocks: 1.0,
        words,
        linked: words * link_share,
        prose: if prose { words * (1.0 - link_share) } else { 0.0 },
        links: if link_share > 0.7 { 1.0 } else { 0.0 },
    }
}

/// Masses summed up, so that every run's is a difference.
pub(super) struct Sums(Vec<Mass>);

impl Sums {
    pub(super) fn of(masses: impl Iterator<Item = Mass>) -> Sums {
        let mut total = Mass::default();
        let mut sums = vec![total];
        sums.extend(masses.map(|mass| {
            total = total.plus(mass);
            total
        }));
        Sums(sums)
    }

    /// The mass of the blocks from `first` to before `end`, both cut to what there is.
    pub(super) fn of_run(&self, first: usize, end: usize) -> Mass {
        let last = self.0.len() - 1;
        self.0[end.min(last)].minus(self.0[first.min(last)])
    }

    pub(super) fn total(&self) -> Mass {
        self.0.last().copied().unwrap_or_default()
    }
}

/// Elements between a block and what it is asked about are counted up to here.
pub(super) const FAR: u8 = 9;

/// How far around an element the nearest of each sort is: 0 is itself, [`FAR`] none near.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// By number of hint.
    pub hints: [u8; Hints::SEEN],
    /// An `<article>`.
    pub article: u8,
    /// A list.
    pub list: u8,
    /// A table.
    pub table: u8,
    /// A quotation.
    pub quote: u8,
    /// Something that is shown on demand.
    pub details: u8,
    /// Elements around it.
    pub depth: u16,
}

impl Around {
    pub(super) const NOTHING: Around = Around {
        hints: [FAR; Hints::SEEN],
        article: FAR,
        list: FAR,
        table: FAR,
        quote: FAR,
        details: FAR,
        depth: 0,
    };
}

/// Looks around every element.
pub(super) fn around(draft: &Draft) -> Vec<Around> {
    let mut all: Vec<Around> = Vec::with_capacity(draft.frames.len());
    for (at, frame) in draft.frames.iter().enumerate() {
        let mut here = if frame.parent < at { all[frame.parent] } else { Around::NOTHING };
        if frame.parent < at {
            for distance in &mut here.hints {
                *distance = (*distance + 1).min(FAR);
            }
            for distance in [
                &mut here.article,
                &mut here.list,
                &mut here.table,
                &mut here.quote,
                &mut here.details,
            ] {
                *distance = (*distance + 1).min(FAR);
            }
            here.depth += 1;
        }
        for hint in 0..Hints::SEEN {
            if frame.hints.has(hint) {
                here.hints[hint] = 0;
            }
        }
        match frame.tag {
            Tag::Article => here.article = 0,
            Tag::List | Tag::Definitions => here.list = 0,
            Tag::Table => here.table = 0,
            Tag::Quote => here.quote = 0,
            Tag::Details | Tag::Dialog => here.details = 0,
            _ => {}
        }
        all.push(here);
    }
    all
}

/// How an element is related to one block: levels up to what holds both, and from there down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kinship {
    /// Levels from the element up.
    pub up: u16,
    /// Levels from there down to the block.
    pub down: u16,
    /// The element that holds both.
    pub common: usize,
}

/// For every element, its kinship with the block at `at`; all zero without one.
pub(super) fn kinship(draft: &Draft, at: Option<usize>) -> Vec<Kinship> {
    let mut all = vec![Kinship::default(); draft.frames.len()];
    let Some(block) = at.and_then(|at| draft.blocks.get(at)) else { return all };
    let mut path = vec![None; draft.frames.len()];
    let (mut frame, mut level) = (block.features.home, 0);
    while let Some(around) = draft.frames.get(frame) {
        path[frame] = Some(level);
        level += 1;
        if around.parent >= frame {
            break;
        }
        frame = around.parent;
    }
    for (at, frame) in draft.frames.iter().enumerate() {
        all[at] = match path[at] {
            Some(down) => Kinship { up: 0, down, common: at },
            None if frame.parent < at => {
                let above = all[frame.parent];
                Kinship { up: above.up + 1, ..above }
            }
            None => Kinship::default(),
        };
    }
    all
}
