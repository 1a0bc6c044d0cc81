//! Blocks of a page against the text that it should give: which of them are story.
//!
//! Both sides are rows of words. A block is story as far as its words stand in
//! the gold text in runs of four. Short blocks have too few words for that: they
//! count where the gold has them between what their neighbours were found to be.

use std::collections::HashMap;

/// Words of a run that is looked for.
const RUN: usize = 4;
/// Blocks of fewer words need the right place as well.
const SHORT: usize = 9;
/// Words by which the place of a short block may differ from that of its neighbours.
const SLACK: usize = 40;

/// The words of a text, lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Words as numbers; equal words have equal numbers.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, words: Vec<String>) -> Vec<u32> {
        words
            .into_iter()
            .map(|word| {
                let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
                *self.0.entry(word).or_insert(next)
            })
            .collect()
    }
}

struct Found {
    share: f32,
    /// Middle of the places in the gold where its runs stand.
    place: Option<usize>,
}

/// For every block, the share of it that is in `gold`, 0 to 1.
pub(crate) fn align(blocks: &[&str], gold: &str) -> Vec<f32> {
    let mut numbers = Numbers::default();
    let gold = numbers.of(words(gold));
    let blocks: Vec<Vec<u32>> = blocks.iter().map(|block| numbers.of(words(block))).collect();
    let mut runs: HashMap<&[u32], Vec<usize>> = HashMap::new();
    for (at, run) in gold.windows(RUN).enumerate() {
        runs.entry(run).or_default().push(at);
    }
    let mut found: Vec<Found> = blocks.iter().map(|block| by_runs(block, &runs)).collect();
    repeated(&blocks, &gold, &mut found);
    let long: Vec<Option<usize>> = blocks
        .iter()
        .zip(&found)
        .map(|(block, found)| found.place.filter(|_| found.share > 0.6 && block.len() >= SHORT))
        .collect();
    for at in 0..blocks.len() {
        if blocks[at].len() < SHORT {
            found[at] = by_place(at, &blocks, &gold, &long);
        }
    }
    found.into_iter().map(|found| found.share).collect()
}

fn by_runs(block: &[u32], runs: &HashMap<&[u32], Vec<usize>>) -> Found {
    if block.len() < RUN {
        return Found { share: 0.0, place: None };
    }
    let mut covered = vec![false; block.len()];
    let mut places = Vec::new();
    for (at, run) in block.windows(RUN).enumerate() {
        if let Some(at_gold) = runs.get(run) {
            covered[at..at + RUN].fill(true);
            if let [only] = at_gold.as_slice() {
                places.push(*only);
            } else if places.is_empty() && at_gold.len() < 4 {
                places.extend(at_gold.first());
            }
        }
    }
    places.sort_unstable();
    let count = covered.iter().filter(|&&covered| covered).count();
    Found { share: count as f32 / block.len() as f32, place: places.get(places.len() / 2).copied() }
}

/// Of blocks that say the same, as many are story as the gold has them: those in the best company.
fn repeated(blocks: &[Vec<u32>], gold: &[u32], found: &mut [Found]) {
    let mut same: HashMap<&[u32], Vec<usize>> = HashMap::new();
    for (at, block) in blocks.iter().enumerate() {
        if found[at].share > 0.5 {
            same.entry(block).or_default().push(at);
        }
    }
    let company: Vec<f32> = (0..blocks.len())
        .map(|at| {
            let near = at.saturating_sub(4)..(at + 5).min(blocks.len());
            near.filter(|&other| other != at && blocks[other] != blocks[at])
                .map(|other| (found[other].share - 0.5) * blocks[other].len().min(60) as f32)
                .sum()
        })
        .collect();
    for (block, mut places) in same {
        if places.len() < 2 {
            continue;
        }
        let in_gold = gold.windows(block.len()).filter(|run| run == &block).count().max(1);
        places.sort_by(|&a, &b| company[b].total_cmp(&company[a]).then(a.cmp(&b)));
        for &at in places.iter().skip(in_gold) {
            found[at] = Found { share: 0.0, place: None };
        }
    }
}

fn by_place(at: usize, blocks: &[Vec<u32>], gold: &[u32], long: &[Option<usize>]) -> Found {
    const NONE: Found = Found { share: 0.0, place: None };
    let block = &blocks[at];
    if block.is_empty() || block.len() > gold.len() {
        return NONE;
    }
    // Nearest long neighbours, and how many words lie between.
    let near = |mut others: Box<dyn Iterator<Item = usize>>| {
        let mut between = 0;
        others.find_map(|other| {
            if long[other].is_none() {
                between += blocks[other].len();
            }
            long[other].map(|place| (place, between, blocks[other].len()))
        })
    };
    let before = near(Box::new((0..at).rev()));
    let after = near(Box::new(at + 1..blocks.len()));
    let (from, to) = match (before, after) {
        (Some((a, _, length)), Some((b, _, _))) if b + SLACK >= a => {
            (a.saturating_sub(SLACK), (b + SLACK).max(a + length))
        }
        (Some((a, between, length)), _) if between < SLACK * 3 => {
            (a.saturating_sub(SLACK), a + length + SLACK + between)
        }
        (_, Some((b, between, length))) if between < SLACK * 3 => {
            (b.saturating_sub(length + SLACK + between), b + SLACK)
        }
        (None, None) => (0, gold.len()),
        _ => return NONE,
    };
    let window = &gold[from.min(gold.len())..to.min(gold.len())];
    let stands = window.windows(block.len()).any(|run| run == block.as_slice());
    if stands {
        return Found { share: 1.0, place: None };
    }
    // A long heading may differ in a word.
    if block.len() >= RUN {
        let inside =
            block.windows(RUN).filter(|run| window.windows(RUN).any(|other| &other == run)).count();
        let share = inside as f32 / (block.len() - RUN + 1) as f32;
        return Found { share, place: None };
    }
    NONE
}
