//! What is known of the blocks of a page: how far each is story, and how much that counts.

use std::collections::{HashMap, VecDeque};

use tearsheet::article::{Draft, Kind};

use crate::align::{align, words};
use crate::gold::{Gold, Reading, Residue};

/// How far a block is story, 0 to 1, and the weight of that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    pub(crate) story: f32,
    pub(crate) weight: f32,
}

/// Words that a page is taken to have at least: a short one counts no more than others.
const PAGE_WORDS_MIN: f32 = 50.0;
/// Other extractors that must have read a page before their agreement is heard.
const OTHERS_MIN: usize = 4;
/// Weight of a page on which others agree, against one with gold.
const OTHERS_WEIGHT: f32 = 0.5;
/// Weight of a snippet; a page with gold has about one.
const SNIPPET_WEIGHT: f32 = 0.12;
/// Places at which a snippet that does not belong may stand.
const SNIPPET_PLACES_MAX: usize = 3;

/// Labels the blocks of a page; `None` where nothing is known.
pub(crate) fn label(draft: &Draft, gold: &Gold) -> Vec<Option<Label>> {
    let texts: Vec<&str> = draft.blocks.iter().map(|block| block.text.as_str()).collect();
    let counts: Vec<f32> = texts.iter().map(|text| words(text).len() as f32).collect();
    if let Some(text) = &gold.text {
        let shares = align(&texts, text).into_iter().map(Some).collect();
        return weigh(shares, &counts, words(text).len() as f32);
    }
    let mut labels = match &gold.reading {
        Some(reading) => by_reading(&texts, &counts, reading),
        None => by_agreement(&texts, &counts, gold),
    };
    hear_snippets(&mut labels, &texts, gold);
    labels
}

/// Every page weighs about the same; within it, half of a block's weight goes by its words and half
/// by their root: small residue counts, too.
fn weigh(shares: Vec<Option<f32>>, counts: &[f32], all: f32) -> Vec<Option<Label>> {
    let all = all.max(PAGE_WORDS_MIN);
    let roots: f32 = shares
        .iter()
        .zip(counts)
        .filter(|(share, _)| share.is_some_and(|share| share > 0.5))
        .map(|(_, count)| count.sqrt())
        .sum();
    let weight = |count: f32| 0.5 * count / all + 0.5 * count.sqrt() / roots.max(10.0);
    shares
        .into_iter()
        .zip(counts)
        .map(|(share, &count)| share.map(|story| Label { story, weight: weight(count) }))
        .collect()
}

/// What a reader says. Readers looked at what stands near the story or could be it: the rest is not.
fn by_reading(texts: &[&str], counts: &[f32], reading: &Reading) -> Vec<Option<Label>> {
    let shares: Vec<Option<f32>> = words_read(texts, reading)
        .into_iter()
        .map(|word| match word {
            Some("story") => Some(1.0),
            // Where these belong is a matter of convention.
            Some("summary" | "unsure") => None,
            _ => Some(0.0),
        })
        .collect();
    let all = shares.iter().zip(counts).filter(|(share, _)| **share == Some(1.0));
    let all = all.map(|(_, count)| count).sum();
    weigh(shares, counts, all)
}

/// For each block, the reader's word for it.
pub(crate) fn words_read<'a>(texts: &[&str], reading: &'a Reading) -> Vec<Option<&'a str>> {
    let mut said: HashMap<&str, VecDeque<&str>> = HashMap::new();
    for (word, hashes) in &reading.blocks {
        for hash in hashes {
            said.entry(hash).or_default().push_back(word);
        }
    }
    texts
        .iter()
        .map(|text| {
            let said = said.get_mut(Reading::hash(&words(text)).as_str())?;
            // Of blocks that say the same, each has its own; more than there were are like the last.
            if said.len() > 1 { said.pop_front() } else { said.front().copied() }
        })
        .collect()
}

/// Where there is no gold text: what all other extractors agree on.
fn by_agreement(texts: &[&str], counts: &[f32], gold: &Gold) -> Vec<Option<Label>> {
    let mut labels = vec![None; texts.len()];
    if gold.others.len() >= OTHERS_MIN {
        let votes: Vec<Vec<f32>> = gold.others.iter().map(|text| align(texts, text)).collect();
        let ayes = |at: usize| votes.iter().filter(|shares| shares[at] > 0.5).count();
        let most = |at: &usize| ayes(*at) * 2 > votes.len();
        let all: f32 = (0..texts.len()).filter(most).map(|at| counts[at]).sum();
        for (at, label) in labels.iter_mut().enumerate() {
            let ayes = ayes(at);
            if ayes == 0 || ayes == votes.len() {
                let weight = OTHERS_WEIGHT * counts[at] / all.max(PAGE_WORDS_MIN);
                *label = Some(Label { story: if ayes == 0 { 0.0 } else { 1.0 }, weight });
            }
        }
    }
    labels
}

/// Above all stands what the gold's snippets say.
fn hear_snippets(labels: &mut [Option<Label>], texts: &[&str], gold: &Gold) {
    let flat: Vec<String> = texts.iter().map(|text| squash(text)).collect();
    let mut hear = |snippets: &[String], story: f32, places_max: usize| {
        for snippet in snippets {
            let snippet = squash(snippet);
            let places: Vec<usize> =
                (0..flat.len()).filter(|&at| flat[at].contains(&snippet)).collect();
            if places.len() <= places_max {
                for at in places {
                    let weight = labels[at].map_or(0.0, |label| label.weight).max(SNIPPET_WEIGHT);
                    labels[at] = Some(Label { story, weight });
                }
            }
        }
    };
    hear(&gold.with, 1.0, 1);
    hear(&gold.without, 0.0, SNIPPET_PLACES_MAX);
}

/// Share of a block that a reader must have named for the name to be the block's.
const NAMED_SHARE_MIN: f32 = 0.6;
/// Labels of fewer words name a block only as a whole.
const NAMED_RUN_MIN: usize = 5;
/// Blocks that one label may name; more are something else.
const NAMED_MAX: usize = 6;

/// A block that is no story, and what a reader says that it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    /// Its place in the page.
    pub(crate) at: u32,
    pub(crate) kind: Kind,
    pub(crate) weight: f32,
}

/// Weight of a label of what other extractors leave in, which is what is hard to tell.
const LEAKED_WEIGHT: f32 = 1.0;
/// Weight of any other block of a page that was read.
const READ_WEIGHT: f32 = 0.3;

/// The blocks that readers named, in order.
pub(crate) fn named(draft: &Draft, gold: &Gold) -> Vec<Named> {
    let texts: Vec<&str> = draft.blocks.iter().map(|block| block.text.as_str()).collect();
    let mut kinds: Vec<Option<(Kind, f32)>> = match &gold.reading {
        Some(reading) => words_read(&texts, reading)
            .into_iter()
            .map(|word| Some((kind_named(word?)?, READ_WEIGHT)))
            .collect(),
        None => vec![None; texts.len()],
    };
    for (at, kind) in leaked(&texts, &gold.residue) {
        kinds[at] = Some((kind, LEAKED_WEIGHT));
    }
    let named = |(at, kind): (u32, Option<(Kind, f32)>)| {
        kind.map(|(kind, weight)| Named { at, kind, weight })
    };
    (0..).zip(kinds).filter_map(named).collect()
}

/// The blocks in which labels of residue stand. Of labels for the same block the first counts.
fn leaked(texts: &[&str], residue: &[Residue]) -> Vec<(usize, Kind)> {
    let mut flat: Vec<String> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    let mut sizes = Vec::new();
    if !residue.is_empty() {
        for (at, text) in texts.iter().enumerate() {
            let words = words(text);
            sizes.push(words.len());
            owners.extend(words.iter().map(|_| at));
            flat.extend(words);
        }
    }
    let mut named = Vec::new();
    for label in residue {
        let Some(kind) = kind_named(&label.kind) else { continue };
        let run = words(&label.text);
        let mut blocks = Vec::new();
        for start in (0..flat.len()).filter(|&start| flat[start..].starts_with(&run)) {
            let owned = &owners[start..start + run.len()];
            for part in owned.chunk_by(|a, b| a == b) {
                let size = sizes[part[0]];
                let is_whole = part.len() == size && run.len() == size;
                let enough = part.len() as f32 >= NAMED_SHARE_MIN * size as f32;
                if is_whole || (run.len() >= NAMED_RUN_MIN && enough) {
                    blocks.push(part[0]);
                }
            }
        }
        blocks.dedup();
        if !run.is_empty() && blocks.len() <= NAMED_MAX {
            named.extend(blocks.into_iter().map(|at| (at, kind)));
        }
    }
    named.sort_by_key(|&(at, _)| at);
    named.dedup_by_key(|(at, _)| *at);
    named
}

/// Kinds of removal have the words of the program; what is a widget has no name there.
fn kind_named(word: &str) -> Option<Kind> {
    let word = if word == "widget" { "other" } else { word };
    Kind::ALL.iter().copied().find(|kind| kind.as_str() == word)
}

fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
