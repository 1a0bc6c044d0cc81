//! The wordings of residue: the program's and the operator's own (`clean.phrases`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use crate::config;
use crate::strip::Phrases;

/// The phrases of the program and of the operator's own files.
pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Arc<Phrases>> {
    let mut phrases = Phrases::built_in();
    files.iter().try_for_each(|file| add(&mut phrases, file))?;
    Ok(Arc::new(phrases))
}

/// Adds the phrases of a file.
pub(super) fn add(phrases: &mut Phrases, file: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot read the phrase file {}", file.display());
    let bytes = config::read_given(file).with_context(cannot)?;
    let text = String::from_utf8(bytes).with_context(cannot)?;
    Ok(phrases.add(&file.to_string_lossy(), &text)?)
}
