//! What is known of the blocks of a page: how far each is story, and how much that counts.

use tearsheet::article::{Draft, Kind};

use crate::align::{align, words};
use crate::gold::Gold;

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
    match &gold.text {
        Some(text) => by_text(&texts, &counts, text),
        None => by_snippets(&texts, &counts, gold),
    }
}

/// Every page weighs about the same; within it, half of a block's weight goes by its words and half
/// by their root: small residue counts, too.
fn by_text(texts: &[&str], counts: &[f32], gold: &str) -> Vec<Option<Label>> {
    let shares = align(texts, gold);
    let all = (words(gold).len() as f32).max(PAGE_WORDS_MIN);
    let roots: f32 = shares
        .iter()
        .zip(counts)
        .filter(|(share, _)| **share > 0.5)
        .map(|(_, count)| count.sqrt())
        .sum();
    let weight = |count: f32| 0.5 * count / all + 0.5 * count.sqrt() / roots.max(10.0);
    shares
        .iter()
        .zip(counts)
        .map(|(&story, &count)| Some(Label { story, weight: weight(count) }))
        .collect()
}

/// Where there is no gold text: what all other extractors agree on, and above that the snippets.
fn by_snippets(texts: &[&str], counts: &[f32], gold: &Gold) -> Vec<Option<Label>> {
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
    let flat: Vec<String> = texts.iter().map(|text| squash(text)).collect();
    let mut hear = |snippets: &[String], story: f32, places_max: usize| {
        for snippet in snippets {
            let snippet = squash(snippet);
            let places: Vec<usize> =
                (0..flat.len()).filter(|&at| flat[at].contains(&snippet)).collect();
            if places.len() <= places_max {
                for at in places {
                    labels[at] = Some(Label { story, weight: SNIPPET_WEIGHT });
                }
            }
        }
    };
    hear(&gold.with, 1.0, 1);
    hear(&gold.without, 0.0, SNIPPET_PLACES_MAX);
    labels
}

/// Share of a block that a reader must have named for the name to be the block's.
const NAMED_SHARE_MIN: f32 = 0.6;
/// Labels of fewer words name a block only as a whole.
const NAMED_RUN_MIN: usize = 5;
/// Blocks that one label may name; more are something else.
const NAMED_MAX: usize = 6;

/// The blocks that readers named, and their kinds.
pub(crate) fn named(draft: &Draft, gold: &Gold) -> Vec<(u32, Kind)> {
    let mut flat: Vec<String> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    let mut sizes = Vec::new();
    if !gold.residue.is_empty() {
        for (at, block) in draft.blocks.iter().enumerate() {
            let words = words(&block.text);
            sizes.push(words.len());
            owners.extend(words.iter().map(|_| at));
            flat.extend(words);
        }
    }
    let mut named = Vec::new();
    for label in &gold.residue {
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
    named.sort_unstable_by_key(|&(at, _)| at);
    named.dedup_by_key(|(at, _)| *at);
    named
        .into_iter()
        .map(|(at, kind)| (u32::try_from(at).expect("pages have fewer blocks"), kind))
        .collect()
}

/// Kinds of removal have the words of the program; what is a widget has no name there.
fn kind_named(word: &str) -> Option<Kind> {
    let word = if word == "widget" { "other" } else { word };
    Kind::ALL.iter().copied().find(|kind| kind.as_str() == word)
}

fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
