//! Pages with their gold, read from a directory in the layout of the evaluation data.

use std::collections::HashMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

/// What a reader says of one page.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Gold {
    pub(crate) id: String,
    pub(crate) set: String,
    pub(crate) url: Option<String>,
    /// The text; sets of snippets have none.
    pub(crate) text: Option<String>,
    /// Snippets that belong to the text.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// Snippets that do not.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    /// Blocks that are not in the text, and what a reader says that they are.
    #[serde(skip)]
    pub(crate) residue: Vec<Residue>,
    /// What other extractors took for the text.
    #[serde(skip)]
    pub(crate) others: Vec<String>,
    /// Where the page's HTML is.
    #[serde(skip)]
    pub(crate) path: PathBuf,
}

impl Gold {
    /// Hash of its site: pages of one site stay together.
    pub(crate) fn site(&self) -> u64 {
        let url = self.url.as_deref().and_then(|url| url::Url::parse(url).ok());
        xxh3_64(url.as_ref().map_or_else(|| self.id.clone(), tearsheet::url::site).as_bytes())
    }
}

/// A block that is not in the text.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Residue {
    set: String,
    id: String,
    /// A kind of removal, or another word.
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// Reads the gold of one set, and what others made of its pages.
pub(crate) fn read_set(directory: &Path, set: &str) -> Result<Vec<Gold>> {
    let path = directory.join(set).join("gold.jsonl");
    let lines = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut golds: Vec<Gold> = lines
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("in {}", path.display())))
        .collect::<Result<_>>()?;
    let mut others = read_others(directory, set)?;
    let mut residue: HashMap<String, Vec<Residue>> = HashMap::new();
    for label in read_residue(directory)?.into_iter().filter(|label| label.set == set) {
        residue.entry(label.id.clone()).or_default().push(label);
    }
    for gold in &mut golds {
        gold.residue = residue.remove(&gold.id).unwrap_or_default();
        gold.path = directory.join(set).join("pages").join(format!("{}.html.gz", gold.id));
        gold.others = others.remove(&gold.id).unwrap_or_default();
    }
    Ok(golds)
}

/// Reads what readers say of residue; nothing where the directory has no such file.
fn read_residue(directory: &Path) -> Result<Vec<Residue>> {
    let path = directory.join("residue.jsonl");
    let lines = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| format!("reading {}", path.display()))?,
    };
    let label = |line| serde_json::from_str(line).with_context(|| format!("in {}", path.display()));
    lines.lines().map(label).collect()
}

fn read_others(directory: &Path, set: &str) -> Result<HashMap<String, Vec<String>>> {
    #[derive(Deserialize)]
    struct Line {
        id: String,
        text: Option<String>,
    }
    let mut others: HashMap<String, Vec<String>> = HashMap::new();
    let Ok(files) = fs::read_dir(directory.join("peers")) else { return Ok(others) };
    let mut paths: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.sort();
    let of_set = |path: &&PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(&format!("{set}.")))
    };
    for path in paths.iter().filter(of_set) {
        for line in String::from_utf8(unpack(path)?)?.lines() {
            let line: Line = serde_json::from_str(line)?;
            others.entry(line.id).or_default().push(line.text.unwrap_or_default());
        }
    }
    Ok(others)
}

/// Reads a file of gzip.
pub(crate) fn unpack(path: &Path) -> Result<Vec<u8>> {
    let packed = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes)?;
    Ok(bytes)
}
