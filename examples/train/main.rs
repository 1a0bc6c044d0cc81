//! Fits the model by which tearsheet tells the story from the rest of a page.
//!
//! ```text
//! cargo run --release --example train -- DIRECTORY [--sets A,B] [--out FILE] [--held-out FOLDER]
//! ```
//!
//! DIRECTORY holds sets of pages with gold text: `<set>/pages/<id>.html.gz` and `<set>/gold.jsonl`
//! with a line for each page: `{"id", "set", "url", "text", "with": […], "without": […]}`. A page
//! without `text` is learned from its snippets and, where `peers/<set>.<name>.jsonl.gz` has lines
//! `{"id", "text"}` of at least four other extractors, from what all of them agree on.
//!
//! The same pages give the same model to the byte. With `--held-out`, what models that were fitted
//! without a page's site make of it goes to `FOLDER/<set>.jsonl`, in the batch form of `tearsheet
//! extract`: the cross-validation, five folds by site.

#![expect(clippy::cast_precision_loss, reason = "counts of words; the last digits do not matter")]

mod align;
mod fitting;
mod gbdt;
mod gold;
mod labels;
mod lexicon;
mod page;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;
use tearsheet::{render, strip};

use page::Page;

/// Fits the model by which tearsheet tells the story from the rest of a page.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the sets are.
    directory: PathBuf,
    /// The sets to learn from.
    #[arg(long, value_delimiter = ',', default_value = "wcxb-dev,fundus-dev,trafilatura-dev")]
    sets: Vec<String>,
    /// Where to put the model.
    #[arg(long, default_value = "config/model/story.bin")]
    out: PathBuf,
    /// Where to put the texts of the cross-validation.
    #[arg(long)]
    held_out: Option<PathBuf>,
    /// Threads to use; no part of the model depends on it.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// The numbers that are named in the end.
const NAMED_GAINS: usize = 25;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut golds = Vec::new();
    for set in &arguments.sets {
        golds.extend(gold::read_set(&arguments.directory, set)?);
    }
    let pages = page::read(golds, arguments.threads);
    let blocks: usize = pages.iter().map(|page| page.draft.blocks.len()).sum();
    println!("{} pages, {blocks} blocks", pages.len());
    let fitted = fitting::fit(&pages, arguments.threads);
    let bytes = fitted.model.write();
    fs::write(&arguments.out, &bytes)
        .with_context(|| format!("writing {}", arguments.out.display()))?;
    println!("{} bytes to {}", bytes.len(), arguments.out.display());
    let all: f64 = fitted.gains.iter().map(|(gain, _)| gain).sum();
    for (gain, name) in fitted.gains.iter().take(NAMED_GAINS) {
        println!("{:5.1} %  {name}", 100.0 * gain / all);
    }
    if let Some(folder) = &arguments.held_out {
        write_held_out(folder, &pages, fitted.held_out)?;
    }
    Ok(())
}

fn write_held_out(folder: &Path, pages: &[Page], scores: Vec<Vec<f32>>) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for (page, scores) in pages.iter().zip(scores).filter(|(page, _)| !page.is_bare) {
        let judgement =
            strip::judge(&page.draft, page.opinions.clone(), scores, &strip::Template::default());
        let (kind, confidence) = strip::appraise(&page.draft, &judgement);
        let article = render::render(page.draft.clone(), &judgement.verdicts, confidence);
        let id = &page.gold.id;
        let line = if kind.has_article() {
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
