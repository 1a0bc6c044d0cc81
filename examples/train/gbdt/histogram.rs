//! Slopes and curvatures of rows, added up by the bins that their features fall into.

use super::Params;
use super::table::BINS;
use super::table::Group;
use super::table::LANES;
use super::table::Table;

/// The sums of slopes and of curvatures over some rows, in whole units.
///
/// Both in one number, the slopes in the upper half: one addition adds both, it is
/// exact in any order, and so is the difference between a leaf and its part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum(i64);

/// What one unit of slope and of curvature stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Units {
    slope: f64,
    curvature: f64,
}

/// From the sums of one feature to those of the next. Without the odd cache line, equal bins
/// would lie multiples of 4096 bytes apart, and the processor would take one for the other.
const PITCH: usize = BINS + 8;

/// Rows that are fetched from memory before they are counted.
const FETCHED_ROWS: usize = 128;

/// The sums of one group of features, bin by bin.
pub(crate) type Cells = [[Sum; PITCH]; LANES];

/// A way to split a leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) gain: f64,
    pub(crate) feature: usize,
    /// The last bin that goes left.
    pub(crate) bin: u8,
    /// The sum of the rows that go left.
    pub(crate) left: Sum,
}

/// What makes a good split.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) table: &'a Table,
    pub(crate) params: &'a Params,
    /// Whether each feature may be asked for.
    pub(crate) features: &'a [bool],
    pub(crate) units: Units,
}

impl Sum {
    pub(crate) fn plus(self, other: Sum) -> Sum {
        Sum(self.0.wrapping_add(other.0))
    }

    pub(crate) fn minus(self, other: Sum) -> Sum {
        Sum(self.0.wrapping_sub(other.0))
    }
}

impl Units {
    /// Units so small that the sums of everything, given as the sum of all slopes without
    /// their signs and the sum of all curvatures, still fit a [`Sum`].
    pub(crate) fn for_totals(slopes: f64, curvatures: f64) -> Units {
        let most = f64::from(1 << 30);
        Units { slope: slopes / most, curvature: curvatures / most }
    }

    /// The nearest whole units.
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and at most 2^30")]
    pub(crate) fn count(self, slope: f64, curvature: f64) -> Sum {
        let whole = |value: f64, unit: f64| (value / unit).round() as i64;
        Sum((whole(slope, self.slope) << 32) + whole(curvature, self.curvature))
    }

    fn slope(self, sum: Sum) -> f64 {
        let [.., a, b, c, d] = sum.0.to_le_bytes();
        f64::from(i32::from_le_bytes([a, b, c, d])) * self.slope
    }

    fn curvature(self, sum: Sum) -> f64 {
        let [a, b, c, d, ..] = sum.0.to_le_bytes();
        f64::from(u32::from_le_bytes([a, b, c, d])) * self.curvature
    }
}

/// A histogram in which nothing was counted yet.
#[expect(clippy::large_stack_arrays, reason = "34 kB, one at a time")]
pub(crate) fn empty(table: &Table) -> Vec<Cells> {
    vec![[[Sum(0); PITCH]; LANES]; table.groups().len()]
}

/// Adds the sums of these rows to the bins of a group.
pub(crate) fn count(group: &Group, rows: &[u32], sums: &[Sum], cells: &mut Cells) {
    // Rows lie apart, and to fetch one takes longer than to count it: many are fetched at a time.
    let mut fetched = [([0; LANES], Sum(0)); FETCHED_ROWS];
    for rows in rows.chunks(FETCHED_ROWS) {
        for (fetched, row) in fetched.iter_mut().zip(rows) {
            *fetched = (group[*row as usize], sums[*row as usize]);
        }
        for (bins, sum) in &fetched[..rows.len()] {
            for (cells, bin) in cells.iter_mut().zip(bins) {
                let cell = &mut cells[usize::from(*bin)];
                *cell = cell.plus(*sum);
            }
        }
    }
}

/// Takes the counts of a part away from those of the whole.
pub(crate) fn subtract(whole: &mut Cells, part: &Cells) {
    for (whole, part) in whole.as_flattened_mut().iter_mut().zip(part.as_flattened()) {
        *whole = whole.minus(*part);
    }
}

impl Judge<'_> {
    /// The step that a leaf of this sum takes.
    pub(crate) fn step(&self, sum: Sum) -> f64 {
        let (slope, curvature) = (self.units.slope(sum), self.units.curvature(sum));
        -self.params.learning_rate * slope / (curvature + self.params.l2)
    }

    /// How much the loss falls if a leaf of this sum takes its whole step, twice over.
    fn merit(&self, sum: Sum) -> f64 {
        let slope = self.units.slope(sum);
        slope * slope / (self.units.curvature(sum) + self.params.l2)
    }

    /// The best split by a feature of this group; the first one of equals.
    pub(crate) fn search(&self, group: usize, cells: &Cells, total: Sum) -> Option<Candidate> {
        let first = group * LANES;
        let features = first..self.table.width().min(first + LANES);
        let features = features.filter(|feature| self.features[*feature]);
        let found = features.filter_map(|feature| {
            let cells = &cells[feature - first][..self.table.bins(feature)];
            self.search_feature(feature, cells, total)
        });
        found.reduce(better)
    }

    fn search_feature(&self, feature: usize, cells: &[Sum], total: Sum) -> Option<Candidate> {
        let before = self.merit(total) + self.params.gain_min;
        let mut best: Option<Candidate> = None;
        let mut left = Sum(0);
        let (_, all_but_last) = cells.split_last()?;
        for (bin, cell) in (0..=u8::MAX).zip(all_but_last) {
            if *cell == Sum(0) {
                continue;
            }
            left = left.plus(*cell);
            let right = total.minus(left);
            let lightest = self.units.curvature(left).min(self.units.curvature(right));
            if lightest < self.params.hessian_min {
                continue;
            }
            let gain = self.merit(left) + self.merit(right) - before;
            if gain > best.map_or(0.0, |best| best.gain) {
                best = Some(Candidate { gain, feature, bin, left });
            }
        }
        best
    }
}

/// The candidate with more gain; the former one of equals.
pub(crate) fn better(former: Candidate, latter: Candidate) -> Candidate {
    if latter.gain > former.gain { latter } else { former }
}
