//! Fits a forest to a table of examples.
//!
//! ```text
//! cargo run --release --example train -- EXAMPLES.csv MODEL
//! ```
//!
//! The table has a line of names, then a line for each example: `label` is what its
//! probability should be, `weight` how much it counts, and all other columns are features.
//! Every fifth example is held out to say when to stop.

mod gbdt;

use std::fs;

use anyhow::Context;

use gbdt::Lesson;
use gbdt::Params;
use gbdt::Table;

/// The features that are named in the end.
const NAMED_FEATURES: usize = 20;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [examples, model] = &arguments[..] else {
        anyhow::bail!(
            "two arguments are wanted: the table of examples, and where to put the model"
        );
    };
    let examples = Examples::read(examples).with_context(|| format!("cannot read {examples}"))?;
    let names: Vec<&str> = examples.names.iter().map(String::as_str).collect();
    let params = Params::default();
    let table = Table::new(&examples.values, &names, params.threads);
    let count = u32::try_from(examples.labels.len())?;
    let (watched, rows): (Vec<u32>, Vec<u32>) = (0..count).partition(|row| row % 5 == 0);
    let lesson = Lesson {
        labels: &examples.labels,
        weights: &examples.weights,
        rows: &rows,
        watched: &watched,
    };
    let fitted = gbdt::fit(&table, &lesson, &params);
    fs::write(model, fitted.forest.write()).with_context(|| format!("cannot write {model}"))?;

    let loss = fitted.losses.last().context("not one tree lowered the loss")?;
    println!("{} trees, loss {loss:.4} on the examples held out", fitted.forest.trees());
    let mut gains: Vec<(f64, &str)> = fitted.gains.into_iter().zip(names).collect();
    gains.sort_by(|left, right| right.0.total_cmp(&left.0));
    for (gain, name) in gains.into_iter().take(NAMED_FEATURES) {
        println!("{gain:12.1}  {name}");
    }
    Ok(())
}

/// What the table holds.
struct Examples {
    names: Vec<String>,
    values: Vec<f32>,
    labels: Vec<f32>,
    weights: Vec<f32>,
}

impl Examples {
    fn read(path: &str) -> anyhow::Result<Examples> {
        let mut reader = csv::Reader::from_path(path)?;
        let header = reader.headers()?.clone();
        let is_feature = |name: &&str| !["label", "weight"].contains(name);
        let names = header.iter().filter(is_feature).map(str::to_owned).collect();
        let (mut values, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for record in reader.records() {
            for (name, value) in header.iter().zip(&record?) {
                let column = match name {
                    "label" => &mut labels,
                    "weight" => &mut weights,
                    _ => &mut values,
                };
                column.push(value.parse().with_context(|| format!("{name} is {value:?}"))?);
            }
        }
        anyhow::ensure!(!labels.is_empty(), "it has no examples");
        anyhow::ensure!(
            labels.len() == weights.len(),
            "it needs a label and a weight on each line"
        );
        Ok(Examples { names, values, labels, weights })
    }
}
