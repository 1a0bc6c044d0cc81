//! Fits the model: the lexicon and the forest.
//!
//! What the lexicon tells the forest must be as good in training as it will be
//! on pages that nobody has seen: a page is observed with a lexicon that was
//! fitted without its site. Its scores by a forest that was fitted without its
//! site are those of the cross-validation.

use anyhow::Result;
use tearsheet::article::Kind;
use tearsheet::strip::{self, Kinds, Lexicons, Model};

use crate::gbdt::{self, Lesson, Params, Table};
use crate::labels::Named;
use crate::lexicon;
use crate::page::{self, FOLDS, Page};

/// A model, and what its kind says of pages whose sites it has not seen.
pub(crate) struct Fitted {
    pub(crate) model: Model,
    /// Every page as a model sees it that was fitted without its site.
    pub(crate) held_out: Vec<strip::Sight>,
    /// For every fold, what names blocks and was fitted without it.
    pub(crate) kinds_held_out: Vec<Kinds>,
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

/// Blocks of a kind from which it can be learned.
const NAMED_MIN: usize = 4;

fn kinds_params(threads: usize) -> Params {
    Params {
        trees: 100,
        leaves: 6,
        learning_rate: 0.08,
        hessian_min: 1.0,
        l2: 3.0,
        row_share: 0.7,
        feature_share: 0.3,
        threads,
        ..Params::default()
    }
}

/// Labels have weights of about one a page; the fit wants them about one a block.
const WEIGHT_SCALE: f32 = 50.0;

/// Fits a model to `pages`.
pub(crate) fn fit(pages: &[Page], threads: usize) -> Result<Fitted> {
    let by_fold: Vec<Lexicons> = (0..FOLDS)
        .map(|fold| lexicons(|| pages.iter().filter(move |page| page.fold() != fold)))
        .collect();
    let rows: Vec<strip::Rows> = pages
        .iter()
        .map(|page| strip::observe(&page.draft, &page.opinions, &by_fold[page.fold()]))
        .collect();
    let lessons = Lessons::of(pages, &rows, threads);
    let known = lessons.folds.iter().zip(&lessons.weights).filter(|(_, weight)| **weight > 0.0);
    page::check_folds(known.map(|(fold, _)| *fold))?;
    let mut scores = vec![Vec::new(); pages.len()];
    let mut kinds_held_out = Vec::new();
    for fold in 0..FOLDS {
        let forest = lessons.fit(Some(fold), threads).forest;
        for (at, page) in pages.iter().enumerate().filter(|(_, page)| page.fold() == fold) {
            scores[at] = strip::scores(&forest, &rows[at]);
            debug_assert_eq!(scores[at].len(), page.draft.blocks.len());
        }
        kinds_held_out.push(lessons.fit_kinds(Some(fold), threads));
        println!("fold {} of {FOLDS}", fold + 1);
    }
    let held_out =
        rows.into_iter().zip(scores).map(|(rows, scores)| strip::Sight { rows, scores }).collect();
    let fitted = lessons.fit(None, threads);
    let kinds = lessons.fit_kinds(None, threads);
    let mut gains: Vec<_> = fitted.gains.into_iter().zip(strip::names()).collect();
    gains.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let model = Model::new(lexicons(|| pages.iter()), fitted.forest, kinds);
    Ok(Fitted { model, held_out, kinds_held_out, gains })
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
    /// Blocks whose kind a reader named; `at` is their row.
    named: Vec<Named>,
}

impl Lessons {
    fn of(pages: &[Page], rows: &[strip::Rows], threads: usize) -> Lessons {
        let values: Vec<f32> = rows.iter().flat_map(|rows| rows.values.iter().copied()).collect();
        let table = Table::new(&values, &strip::names(), threads);
        let mut lessons =
            Lessons { table, labels: vec![], weights: vec![], folds: vec![], named: vec![] };
        for page in pages {
            let first = u32::try_from(lessons.folds.len()).expect("the table has fewer rows");
            lessons
                .named
                .extend(page.named.iter().map(|named| Named { at: first + named.at, ..*named }));
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

    /// Fits a forest to each kind that readers named often enough, one fold left out.
    fn fit_kinds(&self, without: Option<usize>, threads: usize) -> Kinds {
        let known = |named: &&Named| Some(self.folds[named.at as usize]) != without;
        let named: Vec<&Named> = self.named.iter().filter(known).collect();
        let rows: Vec<u32> = named.iter().map(|named| named.at).collect();
        let mut weights = vec![0.0; self.folds.len()];
        for named in &named {
            weights[named.at as usize] = named.weight;
        }
        let forest = |kind: Kind| {
            let mut labels = vec![0.0; self.folds.len()];
            for named in named.iter().filter(|named| named.kind == kind) {
                labels[named.at as usize] = 1.0;
            }
            let lesson = Lesson { labels: &labels, weights: &weights, rows: &rows, watched: &[] };
            gbdt::fit(&self.table, &lesson, &kinds_params(threads)).forest
        };
        let often =
            |kind: &&Kind| named.iter().filter(|named| named.kind == **kind).count() >= NAMED_MIN;
        Kinds::new(Kind::ALL.iter().filter(often).map(|&kind| (kind, forest(kind))).collect())
    }
}
