//! What the README says works.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tearsheet::article::Kind;
use tearsheet::outcome::Outcome;
use tearsheet::rule::Rule;
use tearsheet::warning::WarningKind;

use crate::support::desk::Desk;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let readme = readme();
    let blocks: Vec<_> = readme
        .split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect();
    assert!(!blocks.is_empty(), "the README has {language} blocks");
    blocks
}

/// The words of a shell line, quotes and comments heeded as far as the README uses them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted && word.is_empty() => break,
            ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            _ => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

fn commands() -> Vec<Vec<String>> {
    blocks("sh")
        .iter()
        .flat_map(|block| block.lines())
        .map(words)
        .filter(|w| !w.is_empty())
        .collect()
}

#[test]
fn every_command_of_the_readme_is_understood() {
    for words in commands() {
        match words[0].as_str() {
            "tearsheet" => {
                if let Err(error) = tearsheet::cli::command_tree().try_get_matches_from(&words) {
                    panic!("{words:?}\n{error}");
                }
            }
            "cargo" => assert!(["run", "test"].contains(&words[1].as_str()), "{words:?}"),
            other => panic!("{other}: nobody has checked that command"),
        }
    }
}

#[test]
fn every_command_that_needs_no_network_runs_on_what_the_demo_leaves_behind() {
    let desk = Desk::new();
    desk.ok(&["demo"]);
    desk.write("page.html", "<title>Storm</title><p>no article");
    fs::copy(desk.path("tearsheet-demo.db"), desk.path("tearsheet.db")).unwrap();
    let mut ran = 0;
    for words in commands().iter().filter(|words| words[0] == "tearsheet") {
        let args: Vec<_> = words[1..].iter().map(String::as_str).collect();
        let offline = ["--db", "list", "search", "sources", "export-opml", "db", "config"];
        if offline.contains(&args[0]) {
            desk.ok(&args);
            ran += 1;
        }
    }
    assert!(ran >= 14, "{ran}");
}

#[test]
fn every_query_of_the_readme_answers() {
    let desk = Desk::new();
    desk.ok(&["demo"]);
    let queries = blocks("sql");
    assert!(queries.len() >= 12);
    for query in queries {
        let answer = desk.ok(&["--db", "tearsheet-demo.db", "sql", "--format", "json", &query]);
        let rows: serde_json::Value = serde_json::from_str(&answer).unwrap();
        // Nothing fails in the demo but pages; the other questions all have an answer there.
        let may_be_empty = query.contains("source_health") || query.contains("'first_seen')");
        assert!(may_be_empty || !rows.as_array().unwrap().is_empty(), "{query}");
    }
}

#[test]
fn every_outcome_kind_rule_and_warning_is_explained() {
    let readme = readme();
    let said: BTreeSet<_> = readme.split('`').skip(1).step_by(2).collect();
    for word in Outcome::ALL.iter().map(|word| word.as_str()) {
        assert!(said.contains(word), "outcome {word}");
    }
    for word in Kind::ALL.iter().map(|word| word.as_str()) {
        assert!(said.contains(word), "kind {word}");
    }
    for word in Rule::ALL.iter().map(|word| word.as_str()) {
        assert!(said.contains(word), "rule {word}");
    }
    for word in WarningKind::ALL.iter().map(|word| word.as_str()) {
        assert!(said.contains(word), "warning {word}");
    }
}

#[test]
fn every_command_of_the_program_is_in_the_readme() {
    let readme = readme();
    for command in tearsheet::cli::command_tree().get_subcommands() {
        let name = command.get_name();
        let shown = commands().iter().any(|words| words.iter().any(|word| word == name));
        assert!(shown || readme.contains(&format!("`tearsheet {name}")), "{name}");
    }
}
