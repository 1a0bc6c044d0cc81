//! Fits the model of `clean`: lines of text whose HTML is gone.
//!
//! What other programs made of a page is the text; a line of it is story where half of its runs of
//! four words stand in the gold, or in what a reader of the page takes for the story.

use std::collections::HashSet;

use anyhow::{Context, Result};
use tearsheet::forest::{self, Forest, probability};
use tearsheet::strip::{Phrases, plain};

use crate::align::words;
use crate::gbdt::{self, Lesson, Params, Table, parallel};
use crate::gold::Gold;
use crate::page::{self, FOLDS, fold_of};

/// Words of a run that is looked for in the gold.
const RUN: usize = 4;
/// A text of less story than this teaches nothing: the gold is of another article.
const STORY_MIN: f32 = 0.35;
/// No line counts for more than this share of its text.
const WEIGHT_MAX: f32 = 0.2;
/// How much more a line counts that is no story: the chances below which lines go are meant for that.
const REST_WEIGHT: f32 = 2.0;
/// Labels have weights of about one a text; the fit wants them about one a line.
const WEIGHT_SCALE: f32 = 20.0;

fn params(threads: usize) -> Params {
    Params {
        trees: 100,
        leaves: 12,
        learning_rate: 0.1,
        hessian_min: 3.0,
        l2: 10.0,
        row_share: 0.6,
        feature_share: 0.4,
        threads,
        ..Params::default()
    }
}

/// A model, and how well its kind does on texts whose sites it has not seen.
pub(crate) struct Fitted {
    pub(crate) forest: Forest,
    pub(crate) report: Vec<Report>,
}

/// What goes where lines go whose chance of being story is below `chance`.
pub(crate) struct Report {
    pub(crate) chance: f32,
    /// Share of the words of story that go.
    pub(crate) story: f64,
    /// Share of all other words that go.
    pub(crate) rest: f64,
}

/// Chances that are reported.
const CHANCES: [f32; 7] = [0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 0.9];

/// The lines of all texts, one after another.
#[derive(Default)]
struct Lines {
    values: Vec<f32>,
    labels: Vec<f32>,
    weights: Vec<f32>,
    words: Vec<usize>,
    folds: Vec<usize>,
}

/// Fits a model to what others made of the pages of `golds`.
pub(crate) fn fit(golds: &[Gold], threads: usize) -> Result<Fitted> {
    let phrases = Phrases::built_in();
    let names = plain::names();
    let of_page = parallel::map(threads, golds.iter(), |gold| lines_of(gold, &phrases));
    let mut all = Lines::default();
    for lines in of_page {
        all.values.extend(lines.values);
        all.labels.extend(lines.labels);
        all.weights.extend(lines.weights);
        all.words.extend(lines.words);
        all.folds.extend(lines.folds);
    }
    println!("{} lines", all.labels.len());
    page::check_folds(all.folds.iter().copied())
        .context("it takes what others made of the pages: peers/SET.NAME.jsonl.gz")?;
    let table = Table::new(&all.values, &names, threads);
    let forest = |without: Option<usize>| {
        let rows: Vec<u32> = (0..)
            .zip(&all.folds)
            .filter(|(_, fold)| Some(**fold) != without)
            .map(|(row, _)| row)
            .collect();
        let lesson =
            Lesson { labels: &all.labels, weights: &all.weights, rows: &rows, watched: &[] };
        gbdt::fit(&table, &lesson, &params(threads)).forest
    };
    let mut chances = vec![0.0; all.labels.len()];
    for fold in 0..FOLDS {
        let mut logits = Vec::new();
        forest(Some(fold)).logits(forest::Rows::new(&all.values, names.len()), &mut logits);
        for (at, logit) in logits.into_iter().enumerate().filter(|(at, _)| all.folds[*at] == fold) {
            chances[at] = probability(logit);
        }
        println!("fold {} of {FOLDS}", fold + 1);
    }
    let report = CHANCES.iter().map(|&chance| all.report(&chances, chance)).collect();
    Ok(Fitted { forest: forest(None), report })
}

impl Lines {
    fn report(&self, chances: &[f32], chance: f32) -> Report {
        let share = |story: bool| {
            let (mut gone, mut all) = (0, 0);
            for (at, &words) in self.words.iter().enumerate() {
                if (self.labels[at] > 0.5) == story {
                    all += words;
                    gone += if chances[at] < chance { words } else { 0 };
                }
            }
            gone as f64 / all.max(1) as f64
        };
        Report { chance, story: share(true), rest: share(false) }
    }
}

fn lines_of(gold: &Gold, phrases: &Phrases) -> Lines {
    let mut all = Lines::default();
    let Some(text) = gold.text.clone().or_else(|| page::text_read(gold)) else { return all };
    let told = words(&text);
    let runs: Vec<HashSet<&[String]>> =
        (1..=RUN).map(|length| told.windows(length).collect()).collect();
    let fold = fold_of(gold.site());
    for text in &gold.others {
        let Ok((lines, values)) = plain::observe(text, phrases) else { continue };
        let lines: Vec<Vec<String>> = lines.into_iter().map(words).collect();
        let is_story: Vec<bool> = lines.iter().map(|line| stands_in(line, &runs)).collect();
        let mass = |lines: &mut dyn Iterator<Item = &Vec<String>>| -> f32 {
            lines.map(|line| line.len() as f32).sum()
        };
        let story = mass(&mut lines.iter().zip(&is_story).filter(|(_, is)| **is).map(|(l, _)| l));
        if story < STORY_MIN * mass(&mut lines.iter()) {
            continue;
        }
        let count = (is_story.iter().filter(|is| **is).count() as f32).max(10.0);
        for (line, is_story) in lines.iter().zip(is_story) {
            let weight = 0.5 * line.len() as f32 / (told.len() as f32).max(50.0) + 0.5 / count;
            let rest = if is_story { 1.0 } else { REST_WEIGHT };
            all.weights.push(weight.min(WEIGHT_MAX) * WEIGHT_SCALE * rest);
            all.labels.push(if is_story { 1.0 } else { 0.0 });
            all.words.push(line.len());
            all.folds.push(fold);
        }
        all.values.extend(values);
    }
    all
}

fn stands_in(line: &[String], runs: &[HashSet<&[String]>]) -> bool {
    let length = RUN.min(line.len());
    if length == 0 {
        return false;
    }
    let found = line.windows(length).filter(|run| runs[length - 1].contains(run)).count();
    2 * found >= line.len() + 1 - length
}
