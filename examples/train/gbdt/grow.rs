//! Grows one tree, leaf by leaf.

use std::ops::Range;

use tearsheet::forest::Split;
use tearsheet::forest::Tree;
use tearsheet::forest::probability;

use super::Lesson;
use super::Params;
use super::histogram;
use super::histogram::Candidate;
use super::histogram::Cells;
use super::histogram::Judge;
use super::histogram::Sum;
use super::histogram::Units;
use super::parallel;
use super::single;
use super::table::Table;

/// A tree that asks for bins.
#[derive(Debug)]
pub(crate) struct Branches(Vec<Branch>);

/// A part of a tree. What is below it stands behind it.
#[derive(Clone, Copy, Debug)]
enum Branch {
    Leaf(f32),
    Fork { feature: usize, bin: u8, gain: f64, left: usize, right: usize },
}

/// A leaf that may yet be split.
struct Bud {
    /// Where in the tree it is.
    place: usize,
    depth: usize,
    /// Where in the list of rows its own are.
    rows: Range<usize>,
    sum: Sum,
    histogram: Vec<Cells>,
    best: Option<Candidate>,
}

/// What all trees have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grower<'a> {
    pub(crate) table: &'a Table,
    pub(crate) params: &'a Params,
}

impl Grower<'_> {
    /// Grows a tree to the present scores of these rows and adds it to them.
    pub(crate) fn grow(
        &self,
        lesson: &Lesson<'_>,
        scores: &mut [f32],
        mut rows: Vec<u32>,
        features: &[bool],
    ) -> Branches {
        let (sums, units) = slopes(lesson, scores, &rows);
        let Grower { table, params } = *self;
        let growth = Growth { judge: Judge { table, params, features, units }, sums };
        let mut branches = Branches(vec![Branch::Leaf(0.0)]);
        let mut buds = vec![growth.seed(&rows)];
        while buds.len() < params.leaves
            && let Some((chosen, split)) = most_gainful(&buds)
        {
            let bud = buds.swap_remove(chosen);
            let [left, right] = branches.fork(bud.place, split);
            buds.extend(growth.split(bud, split, &mut rows, [left, right]));
        }
        for bud in buds {
            let step = single(growth.judge.step(bud.sum));
            branches.0[bud.place] = Branch::Leaf(step);
            for row in &rows[bud.rows] {
                scores[*row as usize] += step;
            }
        }
        branches
    }
}

/// The slope and curvature of the loss at the score of each row, by its number in the table.
fn slopes(lesson: &Lesson<'_>, scores: &[f32], rows: &[u32]) -> (Vec<Sum>, Units) {
    let exact: Vec<(f64, f64)> = rows.iter().map(|row| slope(lesson, scores, *row)).collect();
    let (mut slopes, mut curvatures) = (0.0, 0.0);
    for (slope, curvature) in &exact {
        slopes += slope.abs();
        curvatures += curvature;
    }
    let units = Units::for_totals(slopes, curvatures);
    let mut sums = vec![Sum::default(); scores.len()];
    for (row, (slope, curvature)) in rows.iter().zip(exact) {
        sums[*row as usize] = units.count(slope, curvature);
    }
    (sums, units)
}

fn slope(lesson: &Lesson<'_>, scores: &[f32], row: u32) -> (f64, f64) {
    let row = row as usize;
    let weight = f64::from(lesson.weights[row]);
    let likely = f64::from(probability(scores[row]));
    (weight * (likely - f64::from(lesson.labels[row])), weight * likely * (1.0 - likely))
}

/// The bud whose best split gains most, and that split.
fn most_gainful(buds: &[Bud]) -> Option<(usize, Candidate)> {
    let splits = buds.iter().enumerate().filter_map(|(place, bud)| Some((place, bud.best?)));
    splits.reduce(|former, latter| if latter.1.gain > former.1.gain { latter } else { former })
}

/// The growth of one tree.
struct Growth<'a> {
    judge: Judge<'a>,
    sums: Vec<Sum>,
}

impl Growth<'_> {
    /// The tree before its first split.
    fn seed(&self, rows: &[u32]) -> Bud {
        let sum = rows.iter().fold(Sum::default(), |sum, row| sum.plus(self.sums[*row as usize]));
        let mut histogram = histogram::empty(self.judge.table);
        let groups = self.judge.table.groups().iter().zip(&mut histogram).enumerate();
        let found = parallel::map(self.judge.params.threads, groups, |(place, (group, cells))| {
            histogram::count(group, rows, &self.sums, cells);
            self.judge.search(place, cells, sum)
        });
        let best = found.into_iter().flatten().reduce(histogram::better);
        Bud { place: 0, depth: 0, rows: 0..rows.len(), sum, histogram, best }
    }

    /// Splits a bud into the two that take its place.
    ///
    /// Only the rows of the smaller one are counted; the other has the rest.
    fn split(&self, bud: Bud, split: Candidate, rows: &mut [u32], places: [usize; 2]) -> [Bud; 2] {
        let (table, params) = (self.judge.table, self.judge.params);
        let Range { start, end } = bud.rows;
        let middle = start + part(table, &mut rows[start..end], split);
        let left_is_smaller = middle - start <= end - middle;
        let smaller = if left_is_smaller { &rows[start..middle] } else { &rows[middle..end] };
        let sums = [split.left, bud.sum.minus(split.left)];

        let mut whole = bud.histogram;
        let mut piece = histogram::empty(table);
        let groups = table.groups().iter().zip(&mut piece).zip(&mut whole).enumerate();
        let found = parallel::map(params.threads, groups, |(place, ((group, piece), whole))| {
            histogram::count(group, smaller, &self.sums, piece);
            histogram::subtract(whole, piece);
            let [left, right] = in_order(left_is_smaller, &*piece, &*whole);
            (self.judge.search(place, left, sums[0]), self.judge.search(place, right, sums[1]))
        });
        let (left_found, right_found): (Vec<_>, Vec<_>) = found.into_iter().unzip();

        let depth = bud.depth + 1;
        let best = |found: Vec<Option<Candidate>>| {
            found.into_iter().flatten().reduce(histogram::better).filter(|_| depth < params.depth)
        };
        let [left, right] = in_order(left_is_smaller, piece, whole);
        [
            Bud {
                place: places[0],
                depth,
                rows: start..middle,
                sum: sums[0],
                histogram: left,
                best: best(left_found),
            },
            Bud {
                place: places[1],
                depth,
                rows: middle..end,
                sum: sums[1],
                histogram: right,
                best: best(right_found),
            },
        ]
    }
}

/// The left and the right of two, given as the smaller and the larger.
fn in_order<T>(left_is_smaller: bool, smaller: T, larger: T) -> [T; 2] {
    if left_is_smaller { [smaller, larger] } else { [larger, smaller] }
}

/// Brings the rows that go left before the others, each in their order; says how many they are.
fn part(table: &Table, rows: &mut [u32], split: Candidate) -> usize {
    let mut right = vec![0; rows.len()];
    let (mut lefts, mut rights) = (0, 0);
    for at in 0..rows.len() {
        let row = rows[at];
        let goes_right = table.bin(row, split.feature) > split.bin;
        // Written to both sides without a branch: what is wrong is written over.
        rows[lefts] = row;
        right[rights] = row;
        lefts += usize::from(!goes_right);
        rights += usize::from(goes_right);
    }
    rows[lefts..].copy_from_slice(&right[..rights]);
    lefts
}

impl Branches {
    /// Makes a leaf into a fork with two new leaves; says where they are.
    fn fork(&mut self, place: usize, split: Candidate) -> [usize; 2] {
        let [left, right] = [self.0.len(), self.0.len() + 1];
        let Candidate { feature, bin, gain, .. } = split;
        self.0[place] = Branch::Fork { feature, bin, gain, left, right };
        self.0.extend([Branch::Leaf(0.0); 2]);
        [left, right]
    }

    /// The value of the leaf that a row of the table reaches.
    pub(crate) fn leaf(&self, table: &Table, row: u32) -> f32 {
        let mut place = 0;
        loop {
            match self.0[place] {
                Branch::Leaf(value) => return value,
                Branch::Fork { feature, bin, left, right, .. } => {
                    place = if table.bin(row, feature) > bin { right } else { left };
                }
            }
        }
    }

    /// What each split gained, and by which feature.
    pub(crate) fn gains(&self) -> impl Iterator<Item = (usize, f64)> {
        self.0.iter().filter_map(|branch| match *branch {
            Branch::Leaf(_) => None,
            Branch::Fork { feature, gain, .. } => Some((feature, gain)),
        })
    }

    /// The tree over features in place of bins.
    pub(crate) fn tree(&self, table: &Table) -> Tree {
        let below = self.leaves_below();
        let mut tree = Tree { splits: Vec::new(), leaves: Vec::new() };
        let mut open = vec![0];
        while let Some(place) = open.pop() {
            match self.0[place] {
                Branch::Leaf(value) => tree.leaves.push(value),
                Branch::Fork { feature, bin, left, right, .. } => {
                    tree.splits.push(Split {
                        feature: u16::try_from(feature).expect("features fit a u16"),
                        threshold: table.edge(feature, bin),
                        left: below[left],
                    });
                    open.extend([right, left]);
                }
            }
        }
        tree
    }

    /// How many leaves each branch ends in.
    fn leaves_below(&self) -> Vec<u8> {
        let mut below = vec![1; self.0.len()];
        for (place, branch) in self.0.iter().enumerate().rev() {
            if let Branch::Fork { left, right, .. } = *branch {
                below[place] = below[left] + below[right];
            }
        }
        below
    }
}
