//! Fits a forest by gradient boosting.
//!
//! Each tree is fitted to what the trees before it get wrong: to the slope of the
//! logistic loss at the row's present logit. Trees grow leaf by leaf, the most gainful
//! split first, and find their splits in histograms of quantised features.
//!
//! The same input gives the same forest to the byte, however many threads there are:
//! what threads add up are whole numbers.

mod grow;
mod histogram;
pub(crate) mod parallel;
mod random;
mod table;
#[cfg(test)]
mod tests;

use tearsheet::forest::Forest;

pub(crate) use table::Table;

use grow::{Branches, Grower};
use random::Random;

/// How to fit.
#[derive(Clone, Debug)]
pub(crate) struct Params {
    /// The most trees.
    pub(crate) trees: usize,
    /// The most leaves of a tree.
    pub(crate) leaves: usize,
    /// The most splits between root and leaf.
    pub(crate) depth: usize,
    /// How far each tree goes towards what would be best for the rows that it saw.
    pub(crate) learning_rate: f64,
    /// The least weight of a leaf: the sum of its rows' curvatures.
    pub(crate) hessian_min: f64,
    /// Draws the leaves towards zero; above zero itself.
    pub(crate) l2: f64,
    /// The least that a split must gain.
    pub(crate) gain_min: f64,
    /// The share of rows that a tree sees.
    pub(crate) row_share: f64,
    /// The share of features that a tree may ask for.
    pub(crate) feature_share: f64,
    /// Stop when so many trees in a row have not lowered the loss on the watched rows.
    pub(crate) patience: usize,
    /// Where chance begins.
    pub(crate) seed: u64,
    /// Threads to use; no part of the result depends on it.
    pub(crate) threads: usize,
}

impl Default for Params {
    fn default() -> Self {
        Params {
            trees: 200,
            leaves: 31,
            depth: 12,
            learning_rate: 0.1,
            hessian_min: 1.0,
            l2: 1.0,
            gain_min: 0.0,
            row_share: 1.0,
            feature_share: 1.0,
            patience: 20,
            seed: 1,
            threads: 2,
        }
    }
}

/// What is to be learned about the rows of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lesson<'a> {
    /// The probability that each row should get, from 0 to 1.
    pub(crate) labels: &'a [f32],
    /// How much each row counts.
    pub(crate) weights: &'a [f32],
    /// The rows to learn from.
    pub(crate) rows: &'a [u32],
    /// The rows on which the loss is watched, to stop in time: none of those above; may
    /// be empty.
    pub(crate) watched: &'a [u32],
}

/// What was learned.
#[derive(Debug)]
pub(crate) struct Fitted {
    /// The model.
    pub(crate) forest: Forest,
    /// What the splits by each feature gained.
    pub(crate) gains: Vec<f64>,
    /// The loss on the watched rows after each tree of the forest.
    #[cfg_attr(not(test), expect(dead_code, reason = "the model is fitted without watching"))]
    pub(crate) losses: Vec<f64>,
}

/// Fits a forest. Of the trees that were grown before patience ran out, those up to the
/// lowest loss are kept.
pub(crate) fn fit(table: &Table, lesson: &Lesson<'_>, params: &Params) -> Fitted {
    let bias = prior(lesson);
    let mut scores = vec![bias; table.rows()];
    let grower = Grower { table, params };
    let mut random = Random::new(params.seed);
    let mut grown: Vec<Branches> = Vec::new();
    let mut losses = Vec::new();
    for _ in 0..params.trees {
        let (seen, unseen) = random.part(lesson.rows, params.row_share);
        let features = random.choose(table.width(), params.feature_share);
        let branches = grower.grow(lesson, &mut scores, seen, &features);
        for row in unseen.iter().chain(lesson.watched) {
            scores[*row as usize] += branches.leaf(table, *row);
        }
        grown.push(branches);
        if !lesson.watched.is_empty() {
            losses.push(loss(lesson, &scores));
            if losses.len() - lowest(&losses) > params.patience {
                break;
            }
        }
    }
    if !losses.is_empty() {
        losses.truncate(lowest(&losses));
        grown.truncate(losses.len());
    }
    assemble(table, bias, &grown, losses)
}

/// The forest of the trees, and what their splits gained.
fn assemble(table: &Table, bias: f32, grown: &[Branches], losses: Vec<f64>) -> Fitted {
    let mut forest = Forest::new(&table.names(), bias);
    let mut gains = vec![0.0; table.width()];
    for branches in grown {
        forest.push(&branches.tree(table)).expect("a tree that was grown hangs together");
        for (feature, gain) in branches.gains() {
            gains[feature] += gain;
        }
    }
    Fitted { forest, gains, losses }
}

/// The logit of the mean label.
fn prior(lesson: &Lesson<'_>) -> f32 {
    let (mut yes, mut all) = (0.0, 0.0);
    for row in lesson.rows {
        let weight = f64::from(lesson.weights[*row as usize]);
        yes += weight * f64::from(lesson.labels[*row as usize]);
        all += weight;
    }
    assert!(all > 0.0, "there are rows to learn from, and they count");
    let mean = (yes / all).clamp(1e-6, 1.0 - 1e-6);
    single((mean / (1.0 - mean)).ln())
}

/// The mean logistic loss on the watched rows.
fn loss(lesson: &Lesson<'_>, scores: &[f32]) -> f64 {
    let (mut losses, mut all) = (0.0, 0.0);
    for row in lesson.watched {
        let row = *row as usize;
        let (weight, score) = (f64::from(lesson.weights[row]), f64::from(scores[row]));
        let softplus = score.max(0.0) + (-score.abs()).exp().ln_1p();
        losses += weight * (softplus - f64::from(lesson.labels[row]) * score);
        all += weight;
    }
    losses / all
}

/// After how many trees the loss was lowest.
fn lowest(losses: &[f64]) -> usize {
    let place = (0..losses.len()).min_by(|left, right| losses[*left].total_cmp(&losses[*right]));
    place.map_or(0, |place| place + 1)
}

/// The nearest number of single precision.
#[expect(clippy::cast_possible_truncation, reason = "the precision is what is given up")]
fn single(number: f64) -> f32 {
    number as f32
}
