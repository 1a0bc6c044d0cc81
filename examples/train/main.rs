//! Fits the models: the one by which blocks of a page are told apart, and the one for lines of text.
//!
//! ```text
//! cargo run --release --example train -- story DIRECTORY [--sets A,B] [--out FILE] [--held-out FOLDER]
//! cargo run --release --example train -- text DIRECTORY [--sets A,B] [--out FILE]
//! ```
//!
//! Without `--out` the model goes to `story.bin` or `text.bin` where you are; the program embeds
//! those in `config/model`.
//!
//! DIRECTORY holds sets of pages with gold text: `<set>/pages/<id>.html.gz` and `<set>/gold.jsonl`
//! with a line for each page: `{"id", "set", "url", "text", "with": […], "without": […]}`. A page
//! without `text` is learned from its snippets and from what a reader said of its blocks, see
//! `--readings`; where nobody read it and `peers/<set>.<name>.jsonl.gz` has lines `{"id", "text"}`
//! of at least four other extractors, from what all of them agree on. The kinds of residue are
//! learned from the readings and from `residue.jsonl`, lines of `{"set", "id", "kind", "text"}`,
//! where there is one. The model for lines of text is fitted to the texts of those other extractors.
//!
//! The same pages give the same models to the byte. With `--held-out`, what models that were fitted
//! without a page's site make of it goes to `FOLDER/<set>.jsonl`, in the batch form of `tearsheet
//! extract`: the cross-validation, five folds by site. `text` says how its cross-validation went.

#![expect(clippy::cast_precision_loss, reason = "counts of words; the last digits do not matter")]

mod align;
mod fitting;
mod gbdt;
mod gold;
mod labels;
mod lexicon;
mod page;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use serde_json::json;
use tearsheet::{render, strip};

use gold::Gold;
use page::Page;

/// Fits the models of tearsheet.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    model: Which,
    /// Threads to use; no part of a model depends on it.
    #[arg(long, default_value_t = 2, global = true)]
    threads: usize,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// The model by which the story is told from the rest of a page.
    Story {
        #[command(flatten)]
        from: Corpus,
        /// Where to put the model.
        #[arg(long, default_value = "story.bin")]
        out: PathBuf,
        /// Where to put the texts of the cross-validation.
        #[arg(long)]
        held_out: Option<PathBuf>,
    },
    /// The model by which `clean` tells story from residue.
    Text {
        #[command(flatten)]
        from: Corpus,
        /// Where to put the model.
        #[arg(long, default_value = "text.bin")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Corpus {
    /// Where the sets are.
    directory: PathBuf,
    /// The sets to learn from [default: all that it holds].
    #[arg(long, value_delimiter = ',')]
    sets: Vec<String>,
    /// What readers say of whole pages.
    #[arg(long, default_value = "config/model/readings.jsonl")]
    readings: PathBuf,
}

impl Corpus {
    fn read(&self) -> Result<Vec<Gold>> {
        let sets = match self.sets.as_slice() {
            [] => gold::sets(&self.directory)?,
            sets => sets.to_vec(),
        };
        println!("sets: {}", sets.join(","));
        let mut golds = Vec::new();
        for set in &sets {
            golds.extend(gold::read_set(&self.directory, set, &self.readings)?);
        }
        Ok(golds)
    }
}

/// The numbers that are named in the end.
const NAMED_GAINS: usize = 25;

fn main() -> Result<()> {
    let Arguments { model, threads } = Arguments::parse();
    match model {
        Which::Story { from, out, held_out } => {
            fit_story(from.read()?, &out, held_out.as_deref(), threads)
        }
        Which::Text { from, out } => fit_text(&from.read()?, &out, threads),
    }
}

fn fit_story(golds: Vec<Gold>, out: &Path, held_out: Option<&Path>, threads: usize) -> Result<()> {
    let pages = page::read(golds, threads);
    let blocks: usize = pages.iter().map(|page| page.draft.blocks.len()).sum();
    println!("{} pages, {blocks} blocks", pages.len());
    let fitted = fitting::fit(&pages, threads)?;
    write_model(out, &fitted.model.write())?;
    let all: f64 = fitted.gains.iter().map(|(gain, _)| gain).sum();
    for (gain, name) in fitted.gains.iter().take(NAMED_GAINS) {
        println!("{:5.1} %  {name}", 100.0 * gain / all);
    }
    if let Some(folder) = held_out {
        write_held_out(folder, &pages, fitted.held_out, &fitted.kinds_held_out)?;
    }
    Ok(())
}

fn fit_text(golds: &[Gold], out: &Path, threads: usize) -> Result<()> {
    let fitted = text::fit(golds, threads)?;
    println!("without the text's site: lines that go, by the chance below which they do");
    for report in fitted.report {
        let (story, rest) = (100.0 * report.story, 100.0 * report.rest);
        println!(
            "{:4}  {story:5.2} % of the story's words, {rest:5.2} % of the others",
            report.chance
        );
    }
    write_model(out, &fitted.forest.write())
}

fn write_model(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
    println!("{} bytes to {}", bytes.len(), path.display());
    Ok(())
}

fn write_held_out(
    folder: &Path,
    pages: &[Page],
    sights: Vec<strip::Sight>,
    kinds: &[strip::Kinds],
) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for (page, sight) in pages.iter().zip(sights).filter(|(page, _)| !page.is_bare) {
        let kinds = &kinds[page.fold()];
        let judgement = strip::judge(
            &page.draft,
            strip::Phrases::shared(),
            page.opinions.clone(),
            sight,
            kinds,
            None,
        );
        let (kind, confidence) = strip::appraise(&page.draft, &judgement);
        let article = render::render(page.draft.clone(), &judgement, confidence);
        let id = &page.gold.id;
        let line = if kind.has_text() {
            json!({"id": id, "text": article.text, "confidence": confidence, "expected": judgement.expected, "removed": article.removals})
        } else {
            json!({"id": id, "error": {"kind": kind.outcome().as_str()}, "confidence": confidence, "expected": judgement.expected, "would": article.text})
        };
        // Writing to a string cannot fail.
        let _ = writeln!(files.entry(&page.gold.set).or_default(), "{line}");
    }
    for (set, lines) in files {
        let path = folder.join(format!("{set}.jsonl"));
        fs::write(&path, lines).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
