//! Pages with their gold, read from a directory in the layout of the evaluation data.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
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
    /// What a reader says of each block, where one read the whole page.
    #[serde(skip)]
    pub(crate) reading: Option<Reading>,
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

/// What a reader says of the blocks of a page, in reading order. Of a block there is but a hash of
/// its words: the pages are their publishers' work.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Reading {
    set: String,
    id: String,
    /// `story`, a kind of removal, or another word, and the blocks in a row that are it.
    pub(crate) blocks: Vec<(String, Vec<String>)>,
}

impl Reading {
    /// The hash of a block of these words, as it stands in the file.
    pub(crate) fn hash(words: &[String]) -> String {
        format!("{:06x}", xxh3_64(words.join(" ").as_bytes()) >> 40)
    }
}

/// The names of the sets that a directory holds, in their order.
pub(crate) fn sets(directory: &Path) -> Result<Vec<String>> {
    let mut sets = Vec::new();
    let reading = || format!("reading {}", directory.display());
    for entry in fs::read_dir(directory).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        if path.join("gold.jsonl").is_file() {
            sets.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    ensure!(!sets.is_empty(), "{} holds no set: no SET/gold.jsonl", directory.display());
    sets.sort();
    Ok(sets)
}

/// Reads the gold of one set, and what others made of its pages; `readings` is the file of what
/// readers say of whole pages.
pub(crate) fn read_set(directory: &Path, set: &str, readings: &Path) -> Result<Vec<Gold>> {
    let mut golds: Vec<Gold> = read_lines(&directory.join(set).join("gold.jsonl"))?;
    let mut others = read_others(directory, set)?;
    let mut residue: HashMap<String, Vec<Residue>> = HashMap::new();
    let labels = directory.join("residue.jsonl");
    if labels.exists() {
        for label in read_lines::<Residue>(&labels)?.into_iter().filter(|label| label.set == set) {
            residue.entry(label.id.clone()).or_default().push(label);
        }
    }
    let mut read: HashMap<String, Reading> = read_lines::<Reading>(readings)?
        .into_iter()
        .filter(|reading| reading.set == set)
        .map(|reading| (reading.id.clone(), reading))
        .collect();
    for gold in &mut golds {
        gold.reading = read.remove(&gold.id);
        gold.residue = residue.remove(&gold.id).unwrap_or_default();
        gold.path = directory.join(set).join("pages").join(format!("{}.html.gz", gold.id));
        gold.others = others.remove(&gold.id).unwrap_or_default();
    }
    Ok(golds)
}

/// Reads a file of one JSON object a line.
fn read_lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let lines = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let item = |line| serde_json::from_str(line).with_context(|| format!("in {}", path.display()));
    lines.lines().map(item).collect()
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
