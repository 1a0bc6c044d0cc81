//! The features of all rows, each as the number of the bin that it falls into.

use super::parallel;

/// The most bins of a feature: as many as a byte tells apart.
pub(crate) const BINS: usize = 256;

/// Features that are kept and counted together. Their histograms fit the fastest cache.
pub(crate) const LANES: usize = 16;

/// Rows that are looked at to place the edges of the bins.
const SAMPLE_ROWS: usize = 100_000;

/// A group of features: a byte for each of them, row after row.
pub(crate) type Group = Vec<[u8; LANES]>;

/// Rows of features, ready to be learned from.
#[derive(Debug)]
pub(crate) struct Table {
    rows: usize,
    names: Vec<String>,
    /// Of each feature, the greatest value in each bin but the last.
    edges: Vec<Vec<f32>>,
    groups: Vec<Group>,
}

impl Table {
    /// Puts the rows, as wide as there are names, into bins of about the same number of rows.
    ///
    /// The edges are placed by the values of all rows. They know nothing of labels, so that
    /// rows which are left out of a fit may be in the same table.
    pub(crate) fn new(values: &[f32], names: &[&str], threads: usize) -> Self {
        let width = names.len();
        assert!(values.len().is_multiple_of(width), "rows are as wide as there are names");
        let firsts = (0..width).step_by(LANES);
        let groups = parallel::map(threads, firsts, |first| {
            let features = first..width.min(first + LANES);
            let rows = values.chunks_exact(width).map(|row| &row[features.clone()]);
            let edges = edges(rows.clone(), features.len());
            let group: Group = rows.map(|row| bins(row, &edges)).collect();
            (edges, group)
        });
        let (edges, groups): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
        let names = names.iter().map(ToString::to_string).collect();
        Table { rows: values.len() / width, names, edges: edges.concat(), groups }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many bins the feature has.
    pub(crate) fn bins(&self, feature: usize) -> usize {
        self.edges[feature].len() + 1
    }

    /// The greatest value in the bin of the feature.
    pub(crate) fn edge(&self, feature: usize, bin: u8) -> f32 {
        self.edges[feature][usize::from(bin)]
    }

    /// The bin that the row's feature fell into.
    pub(crate) fn bin(&self, row: u32, feature: usize) -> u8 {
        self.groups[feature / LANES][row as usize][feature % LANES]
    }
}

/// The bins of one row's part of a group.
fn bins(values: &[f32], edges: &[Vec<f32>]) -> [u8; LANES] {
    let mut bins = [0; LANES];
    for ((bin, value), edges) in bins.iter_mut().zip(values).zip(edges) {
        let below = edges.partition_point(|edge| edge < value);
        *bin = u8::try_from(below).expect("there are at most 255 edges");
    }
    bins
}

/// The edges of the bins of so many features, placed by some of the rows.
fn edges<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]>, features: usize) -> Vec<Vec<f32>> {
    let step = rows.len().div_ceil(SAMPLE_ROWS).max(1);
    let mut columns = vec![Vec::new(); features];
    for row in rows.step_by(step) {
        for (column, value) in columns.iter_mut().zip(row).filter(|(_, value)| value.is_finite()) {
            column.push(*value);
        }
    }
    columns.into_iter().map(cut).collect()
}

/// Edges that part the values into bins of about the same size, or of one value each
/// if there are few.
fn cut(mut sample: Vec<f32>) -> Vec<f32> {
    sample.sort_unstable_by(f32::total_cmp);
    // They are in order: what is not below its successor is its equal.
    let runs: Vec<&[f32]> = sample.chunk_by(|left, right| left >= right).collect();
    let few = runs.len() <= BINS;
    let mut edges = Vec::new();
    let (mut waiting, mut unbinned) = (0, sample.len());
    for pair in runs.windows(2) {
        waiting += pair[0].len();
        let share = unbinned / (BINS - edges.len());
        if few || (edges.len() < BINS - 1 && waiting + pair[1].len() / 2 >= share) {
            edges.push(between(pair[0][0], pair[1][0]));
            unbinned -= waiting;
            waiting = 0;
        }
    }
    edges
}

/// A number that is not below `left` and below `right`, halfway if there is such a number.
fn between(left: f32, right: f32) -> f32 {
    let middle = left.midpoint(right);
    if middle < right { middle } else { left }
}
