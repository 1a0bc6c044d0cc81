//! Fits the model: the lexicon and the forest.
//!
//! What the lexicon tells the forest must be as good in training as it will be
//! on pages that nobody has seen: a page is observed with a lexicon that was
//! fitted without its site. Its scores by a forest that was fitted without its
//! site are those of the cross-validation.

use tearsheet::strip::{self, Lexicons, Model};

use crate::gbdt::{self, Lesson, Params, Table};
use crate::lexicon;
use crate::page::{FOLDS, Page};

/// A model, and what its kind says of pages whose sites it has not seen.
pub(crate) struct Fitted {
    pub(crate) model: Model,
    /// For every page, the scores of its blocks by a model fitted without its site.
    pub(crate) held_out: Vec<Vec<f32>>,
    /// What the splits by each number gained, largest first.
    pub(crate) gains: Vec<(f64, &'static str)>,
}

fn params(threads: usize) -> Params {
    Params {
        trees: 220,
        leaves: 31,
        learning_rate: 0.06,
        hessian_min: 3.0,
        l2: 20.0,
        row_share: 0.6,
        feature_share: 0.2,
        threads,
        ..Params::default()
    }
}

/// Labels have weights of about one a page; the fit wants them about one a block.
const WEIGHT_SCALE: f32 = 50.0;

/// Fits a model to `pages`.
pub(crate) fn fit(pages: &[Page], threads: usize) -> Fitted {
    let by_fold: Vec<Lexicons> = (0..FOLDS)
        .map(|fold| lexicons(|| pages.iter().filter(move |page| page.fold() != fold)))
        .collect();
    let rows: Vec<strip::Rows> = pages
        .iter()
        .map(|page| strip::observe(&page.draft, &page.opinions, &by_fold[page.fold()]))
        .collect();
    let lessons = Lessons::of(pages, &rows, threads);
    let mut held_out = vec![Vec::new(); pages.len()];
    for fold in 0..FOLDS {
        let forest = lessons.fit(Some(fold), threads).forest;
        for (at, page) in pages.iter().enumerate().filter(|(_, page)| page.fold() == fold) {
            held_out[at] = strip::scores(&forest, &rows[at]);
            debug_assert_eq!(held_out[at].len(), page.draft.blocks.len());
        }
        println!("fold {} of {FOLDS}", fold + 1);
    }
    let fitted = lessons.fit(None, threads);
    let mut gains: Vec<_> = fitted.gains.into_iter().zip(strip::names()).collect();
    gains.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let model = Model::new(lexicons(|| pages.iter()), fitted.forest);
    Fitted { model, held_out, gains }
}

fn lexicons<'a, I: Iterator<Item = &'a Page>>(pages: impl Fn() -> I) -> Lexicons {
    // Whole pages only: their bare copies would count what is in them twice.
    let whole = || pages().filter(|page| !page.is_bare);
    Lexicons { names: lexicon::of_names(whole()), text: lexicon::of_text(whole()) }
}

/// The rows of all pages, one after another, with what is known of them.
struct Lessons {
    table: Table,
    labels: Vec<f32>,
    weights: Vec<f32>,
    folds: Vec<usize>,
}

impl Lessons {
    fn of(pages: &[Page], rows: &[strip::Rows], threads: usize) -> Lessons {
        let values: Vec<f32> = rows.iter().flat_map(|rows| rows.values.iter().copied()).collect();
        let table = Table::new(&values, &strip::names(), threads);
        let mut lessons =
            Lessons { table, labels: Vec::new(), weights: Vec::new(), folds: Vec::new() };
        for page in pages {
            for label in &page.labels {
                lessons.labels.push(label.map_or(0.0, |label| label.story));
                lessons.weights.push(label.map_or(0.0, |label| label.weight * WEIGHT_SCALE));
                lessons.folds.push(page.fold());
            }
        }
        lessons
    }

    /// Fits a forest to all that is known, one fold left out.
    fn fit(&self, without: Option<usize>, threads: usize) -> gbdt::Fitted {
        let rows: Vec<u32> = (0..)
            .zip(&self.folds)
            .zip(&self.weights)
            .filter(|((_, fold), weight)| **weight > 0.0 && Some(**fold) != without)
            .map(|((row, _), _)| row)
            .collect();
        let lesson =
            Lesson { labels: &self.labels, weights: &self.weights, rows: &rows, watched: &[] };
        gbdt::fit(&self.table, &lesson, &params(threads))
    }
}
