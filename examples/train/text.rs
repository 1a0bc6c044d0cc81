//! Fits the model of `clean`: lines of text whose HTML is gone.
//!
//! What other programs made of a page is the text; a line of it is story where half of its runs of
//! four words stand in the gold, or in what a reader of the page takes for the story.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter;

use tearsheet::forest::{self, probability};
use tearsheet::strip::{Lexicon, Phrases, plain};

use crate::align::words;
use crate::gbdt::{self, Lesson, Params, Table, parallel};
use crate::gold::Gold;
use crate::lexicon::{self, Line};
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
    pub(crate) model: plain::Model,
    pub(crate) report: Vec<Report>,
    pub(crate) cleaned: Vec<Cleaned>,
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

/// What cleaning does for the texts of a set, in the mean.
pub(crate) struct Cleaned {
    pub(crate) set: String,
    /// What it adds to the share of a text's words that stand in the gold.
    pub(crate) precision: f64,
    /// What it adds to the share of the gold's words that stand in a text.
    pub(crate) recall: f64,
}

/// What one of the others made of a page.
struct Text<'g> {
    whole: &'g str,
    fold: usize,
    lines: Vec<Line>,
    /// Words of each line.
    words: Vec<usize>,
}

/// Fits a model to what others made of the pages of `golds`.
pub(crate) fn fit(golds: &[Gold], threads: usize) -> Fitted {
    let phrases = Phrases::built_in();
    let names = plain::names();
    let texts = parallel::map(threads, golds.iter(), |gold| texts_of(gold, &phrases));
    let texts: Vec<Text<'_>> = texts.into_iter().flatten().collect();
    let lines: Vec<&Line> = texts.iter().flat_map(|text| &text.lines).collect();
    let of_text = |text: &Text<'_>| iter::repeat_n(text.fold, text.lines.len());
    let folds: Vec<usize> = texts.iter().flat_map(of_text).collect();
    println!("{} lines", lines.len());
    // What the lexicon tells the forest must be as good as on texts that nobody has seen. The last
    // is of all lines: no fold has its number.
    let mut lexicons = parallel::map(threads, 0..=FOLDS, |without| {
        let known = lines.iter().zip(&folds).filter(|(_, fold)| **fold != without);
        lexicon::of_lines(&known.map(|(line, _)| *line).collect::<Vec<_>>())
    });
    let values = parallel::map(threads, texts.iter(), |text| {
        plain::observe(text.whole, &phrases, &lexicons[text.fold]).1
    });
    let values = values.concat();
    let labels: Vec<f32> = lines.iter().map(|line| line.label).collect();
    let weights: Vec<f32> = lines.iter().map(|line| line.weight).collect();
    let table = Table::new(&values, &names, threads);
    let forest = |without: usize| {
        let known = (0..).zip(&folds).filter(|(_, fold)| **fold != without);
        let rows: Vec<u32> = known.map(|(row, _)| row).collect();
        let lesson = Lesson { labels: &labels, weights: &weights, rows: &rows, watched: &[] };
        gbdt::fit(&table, &lesson, &params(threads)).forest
    };
    let mut chances = vec![0.0; labels.len()];
    let mut models = Vec::new();
    for (fold, lexicon) in lexicons.iter().enumerate().take(FOLDS) {
        let forest = forest(fold);
        let mut logits = Vec::new();
        forest.logits(forest::Rows::new(&values, names.len()), &mut logits);
        for (at, logit) in logits.into_iter().enumerate().filter(|(at, _)| folds[*at] == fold) {
            chances[at] = probability(logit);
        }
        models.push(plain::Model::new(lexicon.clone(), forest));
        println!("fold {} of {FOLDS}", fold + 1);
    }
    let words: Vec<usize> = texts.iter().flat_map(|text| text.words.iter().copied()).collect();
    let report = |&chance: &f32| report(&lines, &words, &chances, chance);
    let report = CHANCES.iter().map(report).collect();
    let cleaned = cleaned(golds, &models, &phrases, threads);
    let lexicon = lexicons.pop().expect("there is one of all lines");
    Fitted { model: plain::Model::new(lexicon, forest(FOLDS)), report, cleaned }
}

/// What cleaning by models that have not seen the site does for texts whose gold is whole.
fn cleaned(
    golds: &[Gold],
    models: &[plain::Model],
    phrases: &Phrases,
    threads: usize,
) -> Vec<Cleaned> {
    let gains = parallel::map(threads, golds.iter(), |gold| {
        let Some(told) = &gold.text else { return vec![] };
        let told = counted(told);
        let model = &models[fold_of(gold.site())];
        let gains = gold.others.iter().map(|text| {
            let clean = plain::judge_by(model, text, phrases, None).text();
            let (before, after) = (matched(text, &told), matched(&clean, &told));
            (&gold.set, after.0 - before.0, after.1 - before.1)
        });
        gains.collect()
    });
    let mut sets: BTreeMap<&String, Vec<(f64, f64)>> = BTreeMap::new();
    for (set, precision, recall) in gains.into_iter().flatten() {
        sets.entry(set).or_default().push((precision, recall));
    }
    let mean = |gains: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| {
        gains.iter().map(of).sum::<f64>() / gains.len() as f64
    };
    let sets = sets.into_iter().map(|(set, gains)| Cleaned {
        set: set.clone(),
        precision: mean(&gains, |gain| gain.0),
        recall: mean(&gains, |gain| gain.1),
    });
    sets.collect()
}

/// How often each word stands in a text.
fn counted(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in words(text) {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

/// Precision and recall of a text's words.
fn matched(text: &str, told: &HashMap<String, usize>) -> (f64, f64) {
    let said = counted(text);
    let both: usize =
        said.iter().map(|(word, count)| *count.min(told.get(word).unwrap_or(&0))).sum();
    let (all, wanted) = (said.values().sum::<usize>(), told.values().sum::<usize>());
    let share = |of: usize, other: usize| match (of, other) {
        (0, 0) => 1.0,
        (0, _) => 0.0,
        _ => both as f64 / of as f64,
    };
    (share(all, wanted), share(wanted, all))
}

fn report(lines: &[&Line], words: &[usize], chances: &[f32], chance: f32) -> Report {
    let share = |story: bool| {
        let (mut gone, mut all) = (0, 0);
        for ((line, &words), &given) in lines.iter().zip(words).zip(chances) {
            if (line.label > 0.5) == story {
                all += words;
                gone += if given < chance { words } else { 0 };
            }
        }
        gone as f64 / all.max(1) as f64
    };
    Report { chance, story: share(true), rest: share(false) }
}

fn texts_of<'g>(gold: &'g Gold, phrases: &Phrases) -> Vec<Text<'g>> {
    let mut texts = Vec::new();
    let Some(text) = gold.text.clone().or_else(|| page::text_read(gold)) else { return texts };
    let told = words(&text);
    let runs: Vec<HashSet<&[String]>> =
        (1..=RUN).map(|length| told.windows(length).collect()).collect();
    let site = gold.site();
    for text in &gold.others {
        let (read, _) = plain::observe(text, phrases, &Lexicon::default());
        let lines: Vec<Vec<String>> = read.iter().map(|line| words(line)).collect();
        let is_story: Vec<bool> = lines.iter().map(|line| stands_in(line, &runs)).collect();
        let mass = |lines: &mut dyn Iterator<Item = &Vec<String>>| -> f32 {
            lines.map(|line| line.len() as f32).sum()
        };
        let story = mass(&mut lines.iter().zip(&is_story).filter(|(_, is)| **is).map(|(l, _)| l));
        if story < STORY_MIN * mass(&mut lines.iter()) {
            continue;
        }
        let count = (is_story.iter().filter(|is| **is).count() as f32).max(10.0);
        let learned = read.iter().zip(&lines).zip(is_story).map(|((read, line), is_story)| {
            let weight = 0.5 * line.len() as f32 / (told.len() as f32).max(50.0) + 0.5 / count;
            let rest = if is_story { 1.0 } else { REST_WEIGHT };
            Line {
                numbers: plain::numbers(read),
                site,
                label: if is_story { 1.0 } else { 0.0 },
                weight: weight.min(WEIGHT_MAX) * WEIGHT_SCALE * rest,
            }
        });
        let learned = learned.collect();
        let words = lines.iter().map(Vec::len).collect();
        texts.push(Text { whole: text, fold: fold_of(site), lines: learned, words });
    }
    texts
}

fn stands_in(line: &[String], runs: &[HashSet<&[String]>]) -> bool {
    let length = RUN.min(line.len());
    if length == 0 {
        return false;
    }
    let found = line.windows(length).filter(|run| runs[length - 1].contains(run)).count();
    2 * found >= line.len() + 1 - length
}
