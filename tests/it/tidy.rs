//! The repository polices itself: layers, and the absence of I/O where it must not be.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the ground up. A module may use those on lower lines only;
/// from the effects upwards not even those on its own.
const LAYERS: &[&[&str]] = &[
    &[
        "limits", "outcome", "time", "date", "url", "warning", "article", "dom", "forest", "hash",
        "json", "language", "mask", "mojibake", "phrases", "rule", "text",
    ],
    &[
        "decode", "extract", "feed", "likeness", "render", "robots", "schedule", "sift", "strip",
        "warc",
    ],
    &["fetch", "store"],
    &["pipeline"],
    &["daemon"],
    &["config", "demo", "export"],
    &["cli"],
];

/// Words that would drag I/O, waiting or the clock into the stages and the ground.
const IMPURE: &[&str] = &[
    "tokio::",
    "reqwest::",
    "sqlx::",
    "std::fs",
    "std::net",
    "std::env",
    "::now()",
    "async fn",
    ".await",
];

/// Crates that one module alone may know.
const OWNED: &[(&str, &str)] = &[
    ("scraper::", "dom"),
    ("ego_tree::", "dom"),
    ("html5ever::", "dom"),
    ("sqlx::", "store"),
    ("reqwest::", "fetch"),
];

/// Types of other modules that a lower layer speaks about: plain data.
const SHARED_TYPES: &[&str] =
    &["crate::extract::Features", "crate::extract::Frame", "crate::extract::Signals"];

/// Which stages speak of another's types: what is handed on from one to the next.
const STAGE_TYPES: &[(&str, &str)] =
    &[("feed", "schedule"), ("sift", "feed"), ("strip", "extract"), ("render", "extract")];
/// The stage that calls another: a feed is decoded as it is read.
const STAGE_CALL: (&str, &str) = ("feed", "decode");

/// What `store` and `fetch` may take from one another: plain data that passes between them.
const EFFECT_TYPES: &[&str] = &["crate::fetch::RobotsRecord", "crate::fetch::Validators"];

pub(crate) fn source_files() -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 20, "the walk found the sources");
    found
}

/// The top-level module of a file, and its layer.
fn module_of(path: &Path) -> Option<(String, usize)> {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inside.components().next()?.as_os_str().to_str()?;
    let module = first.trim_end_matches(".rs").to_owned();
    let level = LAYERS.iter().position(|layer| layer.contains(&module.as_str()));
    assert!(level.is_some() || ["lib", "main"].contains(&module.as_str()), "{module} has no layer");
    Some((module, level?))
}

/// The lines of a file that are code and no test, numbered from 1.
fn production_lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    // Tests that stand in the file itself end it.
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end]
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect()
}

#[test]
fn stages_call_no_other_stage() {
    let mut faults = Vec::new();
    for path in source_files() {
        let Some((own, 1)) = module_of(&path) else { continue };
        for (number, line) in production_lines(&path) {
            for stage in LAYERS[1].iter().filter(|stage| **stage != own && names(&line, stage)) {
                let pair = (own.as_str(), *stage);
                let is_type = STAGE_TYPES.contains(&pair) && names_types_only(&line, stage);
                if pair != STAGE_CALL && !is_type {
                    faults.push(format!("{}:{number}: {own} may not use {stage}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Whether all that a line names of a module begins with a capital, as types do.
fn names_types_only(line: &str, module: &str) -> bool {
    let path = format!("crate::{module}::");
    line.split(&path).skip(1).all(|named| {
        let group = named.strip_prefix('{').map(|group| group.split('}').next().unwrap_or(group));
        let mut named = group.unwrap_or(named).split(',').map(str::trim);
        let is_type = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        if group.is_some() { named.all(is_type) } else { named.next().is_some_and(is_type) }
    })
}

fn names(line: &str, module: &str) -> bool {
    let path = format!("crate::{module}");
    line.match_indices(&path).any(|(at, _)| {
        let after = line[at + path.len()..].chars().next();
        !after.is_some_and(|character| character.is_alphanumeric() || character == '_')
    })
}

#[test]
fn modules_depend_downwards_only() {
    let mut faults = Vec::new();
    for path in source_files() {
        let Some((own, level)) = module_of(&path) else { continue };
        for (number, line) in production_lines(&path) {
            let shared = SHARED_TYPES.iter().chain(EFFECT_TYPES).any(|name| line.contains(name));
            for (other, modules) in LAYERS.iter().enumerate() {
                for module in modules.iter().filter(|module| **module != own && !shared) {
                    let upwards = other > level || (other == level && (2..6).contains(&level));
                    if upwards && names(&line, module) {
                        faults.push(format!(
                            "{}:{number}: {own} may not use {module}",
                            path.display()
                        ));
                    }
                }
            }
            if line.trim_start().starts_with("use crate::{") {
                faults.push(format!("{}:{number}: name one module per `use`", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn stages_and_ground_do_no_io_and_know_no_clock() {
    let mut faults = Vec::new();
    for path in source_files() {
        if module_of(&path).is_none_or(|(_, level)| level > 1) {
            continue;
        }
        for (number, line) in production_lines(&path) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{}:{number}: {word}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn each_foreign_crate_of_weight_is_known_to_one_module() {
    let mut faults = Vec::new();
    for path in source_files() {
        let Some((own, _)) = module_of(&path) else { continue };
        for (number, line) in production_lines(&path) {
            for (name, owner) in OWNED.iter().filter(|(_, owner)| *owner != own) {
                if line.contains(name) {
                    faults.push(format!("{}:{number}: {name} belongs to {owner}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
