//! Makes the table from which the model of `clean` is fitted.
//!
//! ```text
//! cargo run --release --example text_rows < PAIRS.jsonl > EXAMPLES.csv
//! ```
//!
//! Reads one object a line, `{"text": …, "gold": …}`: what a program made of a page, and the story
//! that a reader says it holds. Writes a line for each line of text: `label` (1 for story), `weight`,
//! and what is seen of it. A line is story where half of its runs of four words stand in the gold.

use std::collections::HashSet;
use std::io::{BufRead, BufWriter, Write};

use anyhow::Context;
use serde_json::Value;
use tearsheet::strip::{Phrases, plain};

/// Words of a run that is looked for in the gold.
const RUN: usize = 4;
/// A text of less story than this teaches nothing: the gold is of another article.
const STORY_MIN: f32 = 0.35;
/// No line counts for more than this share of its text.
const WEIGHT_MAX: f32 = 0.2;

fn main() -> anyhow::Result<()> {
    let phrases = Phrases::built_in();
    let names = plain::names();
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "label,weight,{}", names.join(","))?;
    for line in std::io::stdin().lock().lines() {
        let pair: Value = serde_json::from_str(&line?).context("a line is no JSON")?;
        let field = |key: &str| pair.get(key).and_then(Value::as_str).unwrap_or_default();
        let gold = words(field("gold"));
        let (lines, values) = plain::observe(field("text"), &phrases);
        let lines: Vec<Vec<String>> = lines.into_iter().map(words).collect();
        let is_story: Vec<bool> = lines.iter().map(|line| stands_in(line, &gold)).collect();
        let mass = |story: bool| -> f32 {
            lines
                .iter()
                .zip(&is_story)
                .filter(|(_, is)| **is || !story)
                .map(|(line, _)| count(line.len()))
                .sum()
        };
        if mass(true) < STORY_MIN * mass(false) {
            continue;
        }
        let told = count(is_story.iter().filter(|is| **is).count()).max(10.0);
        for ((line, is_story), row) in lines.iter().zip(is_story).zip(values.chunks(names.len())) {
            let weight = 0.5 * count(line.len()) / count(gold.len()).max(50.0) + 0.5 / told;
            let row: Vec<String> = row.iter().map(ToString::to_string).collect();
            let label = u8::from(is_story);
            writeln!(out, "{label},{},{}", weight.min(WEIGHT_MAX), row.join(","))?;
        }
    }
    Ok(out.flush()?)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn stands_in(line: &[String], gold: &[String]) -> bool {
    let length = RUN.min(line.len());
    if length == 0 {
        return false;
    }
    let runs: HashSet<&[String]> = gold.windows(length).collect();
    let found = line.windows(length).filter(|run| runs.contains(run)).count();
    2 * found >= line.len() + 1 - length
}

#[expect(clippy::cast_precision_loss, reason = "counts of words; the last digits do not matter")]
fn count(of: usize) -> f32 {
    of as f32
}
