//! Fits the lexicons: what names of elements and words of short texts say of story.

use std::collections::HashMap;

use tearsheet::strip::{self, Lexicon};

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
