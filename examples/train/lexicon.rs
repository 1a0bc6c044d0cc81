//! Fits the lexicons: what names of elements and words of short texts and of lines say of story.

use std::collections::HashMap;

use tearsheet::forest::probability;
use tearsheet::strip::{self, Lexicon};
use xxhash_rust::xxh3::xxh3_64;

use crate::page::Page;

/// How much must be known of a word before it is learned.
struct Thrift {
    /// Sites that must use it.
    sites_min: usize,
    /// Leanings below this are not worth their bytes.
    leaning_min: f32,
}

const OF_NAMES: Thrift = Thrift { sites_min: 4, leaning_min: 0.2 };
const OF_TEXT: Thrift = Thrift { sites_min: 10, leaning_min: 0.4 };
/// Shares of story beyond this are taken for this.
const SHARE_EXTREME: f32 = 0.99;

/// Weight of story and of all else.
#[derive(Clone, Copy, Default)]
struct Weights {
    story: f32,
    other: f32,
}

impl Weights {
    fn add(&mut self, more: Weights) {
        self.story += more.story;
        self.other += more.other;
    }

    fn share(self) -> f32 {
        self.story / (self.story + self.other)
    }
}

/// What names of elements say: the log-odds of story within elements whose names have a word.
pub(crate) fn of_names<'a>(pages: impl Iterator<Item = &'a Page>) -> Lexicon {
    let mut tally = Tally::default();
    for page in pages {
        let of_frames = weights(page);
        for (frame, weights) in page.draft.frames.iter().zip(&of_frames) {
            tally.add(&page.draft.names[frame.names.clone()], page.site, *weights);
        }
    }
    tally.lexicon(&OF_NAMES)
}

/// What words of short texts say: the log-odds of story among the short blocks that have a word.
pub(crate) fn of_text<'a>(pages: impl Iterator<Item = &'a Page>) -> Lexicon {
    let mut tally = Tally::default();
    for page in pages {
        for (block, label) in page.draft.blocks.iter().zip(&page.labels) {
            let Some(label) = label else { continue };
            let words = strip::short_words(&block.text);
            let weights = Weights {
                story: label.story * label.weight,
                other: (1.0 - label.story) * label.weight,
            };
            tally.add(&words, page.site, weights);
        }
    }
    tally.lexicon(&OF_TEXT)
}

/// Weights by word and site.
#[derive(Default)]
struct Tally {
    words: HashMap<u32, HashMap<u64, Weights>>,
    all: Weights,
}

impl Tally {
    fn add(&mut self, words: &[u32], site: u64, weights: Weights) {
        for &word in words {
            self.words.entry(word).or_default().entry(site).or_default().add(weights);
        }
        if !words.is_empty() {
            self.all.add(weights);
        }
    }

    /// Log-odds by word against those of everything. Every site counts alike, however many of its
    /// pages there are.
    fn lexicon(self, thrift: &Thrift) -> Lexicon {
        let prior = self.all.share();
        let leaning = |sites: HashMap<u64, Weights>| {
            // In the order of their sizes, so that the sum is the same every time.
            let mut sites: Vec<Weights> =
                sites.into_values().filter(|site| site.story + site.other > 0.0).collect();
            sites.sort_by(|a, b| a.story.total_cmp(&b.story).then(a.other.total_cmp(&b.other)));
            let (mut sum, mut count) = (prior, 1.0);
            for site in sites {
                let weight = (site.story + site.other).min(1.0);
                sum += weight * site.share();
                count += weight;
            }
            log_odds(sum / count) - log_odds(prior)
        };
        Lexicon::new(
            self.words
                .into_iter()
                .filter(|(_, sites)| sites.len() >= thrift.sites_min)
                .map(|(word, sites)| (word, leaning(sites)))
                .filter(|(_, leaning)| leaning.abs() >= thrift.leaning_min),
        )
    }
}

/// A line of text to learn from.
pub(crate) struct Line {
    /// Its words and pairs of words.
    pub(crate) numbers: Vec<u32>,
    pub(crate) site: u64,
    /// 1 where it is story, else 0.
    pub(crate) label: f32,
    pub(crate) weight: f32,
}

/// Sites that must use a word of lines.
const LINES_SITES_MIN: usize = 3;
/// Words of lines that are kept: those that say the most.
const LINES_WORDS_MAX: usize = 8_000;
/// How often all lines are gone through, and how far one draws its words at first.
const PASSES: u16 = 5;
const RATE: f32 = 0.5;
/// The same for what all lines have in common.
const BIAS_RATE: f32 = 0.1;

/// What words of lines say: a logistic regression, by gradient descent from line to line. Words
/// that are rare are drawn by few lines, so that they stay near zero.
pub(crate) fn of_lines(lines: &[&Line]) -> Lexicon {
    let mut sites: HashMap<u32, Vec<u64>> = HashMap::new();
    for line in lines {
        for &number in &line.numbers {
            let sites = sites.entry(number).or_default();
            if sites.len() < LINES_SITES_MIN && !sites.contains(&line.site) {
                sites.push(line.site);
            }
        }
    }
    let mut words: Vec<u32> = sites
        .into_iter()
        .filter(|(_, sites)| sites.len() >= LINES_SITES_MIN)
        .map(|(word, _)| word)
        .collect();
    words.sort_unstable();
    let places: HashMap<u32, usize> =
        words.iter().enumerate().map(|(place, &word)| (word, place)).collect();
    let rows: Vec<Vec<usize>> = lines
        .iter()
        .map(|line| line.numbers.iter().filter_map(|word| places.get(word).copied()).collect())
        .collect();
    let mut order: Vec<usize> = (0..lines.len()).collect();
    // Lines of one text do not follow one another.
    order.sort_unstable_by_key(|&at| xxh3_64(&at.to_le_bytes()));
    let mut leanings = vec![0.0_f32; words.len()];
    let mut bias = 0.0;
    for pass in 0..PASSES {
        let rate = RATE / f32::from(1 + pass);
        for &at in &order {
            let (line, row) = (lines[at], &rows[at]);
            let scale = 1.0 / (line.numbers.len().max(1) as f32).sqrt();
            let sum: f32 = row.iter().map(|&place| leanings[place]).sum();
            let step = rate * line.weight * (line.label - probability(bias + scale * sum));
            for &place in row {
                leanings[place] += scale * step;
            }
            bias += BIAS_RATE * step;
        }
    }
    let mut strongest: Vec<(u32, f32)> = words.into_iter().zip(leanings).collect();
    strongest.sort_by(|(word, a), (other, b)| b.abs().total_cmp(&a.abs()).then(word.cmp(other)));
    strongest.truncate(LINES_WORDS_MAX);
    Lexicon::new(strongest)
}

fn log_odds(share: f32) -> f32 {
    let share = share.clamp(1.0 - SHARE_EXTREME, SHARE_EXTREME);
    (share / (1.0 - share)).ln()
}

/// For every element, the weights of the blocks in it.
fn weights(page: &Page) -> Vec<Weights> {
    let frames = &page.draft.frames;
    let mut weights = vec![Weights::default(); frames.len()];
    for (block, label) in page.draft.blocks.iter().zip(&page.labels) {
        if let (Some(label), Some(home)) = (label, weights.get_mut(block.features.home)) {
            home.story += label.story * label.weight;
            home.other += (1.0 - label.story) * label.weight;
        }
    }
    for at in (1..frames.len()).rev() {
        let inner = weights[at];
        weights[frames[at].parent].add(inner);
    }
    weights
}
