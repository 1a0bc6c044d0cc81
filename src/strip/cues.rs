//! Words that phrases of residue are made of: what kind a block may be though no phrase stands in it.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use crate::article::Kind;
use crate::hash::HashMap;
use crate::strip::phrases::{self, Vocabulary};
use crate::strip::words::{Row, Words};

/// The kinds that there are phrases for.
pub(super) const CUED: [Kind; 15] = [
    Kind::Ad,
    Kind::AuthorBio,
    Kind::Byline,
    Kind::Caption,
    Kind::CommentPrompt,
    Kind::DonationPrompt,
    Kind::Legal,
    Kind::Navigation,
    Kind::NewsletterPrompt,
    Kind::Notice,
    Kind::PaywallPrompt,
    Kind::PhotoCredit,
    Kind::Player,
    Kind::RelatedLinks,
    Kind::SharePrompt,
];

/// Words of a block that are looked at.
const WORDS_LOOKED_AT: usize = 60;

/// A number for each of the kinds.
pub(super) type PerKind = [f32; CUED.len()];

/// For every word of a phrase, the share of its phrases that are of each kind.
#[derive(Debug)]
pub(super) struct Cues(HashMap<u64, PerKind>);

static BUILT_IN: LazyLock<Cues> = LazyLock::new(|| Cues::of(phrases::built_in()));

/// How far the words of a text are those of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cue {
    /// On average.
    pub mean: PerKind,
    /// Of the word that says it most.
    pub most: PerKind,
}

impl Cues {
    /// Those of the phrases that are part of the program.
    pub(super) fn built_in() -> &'static Cues {
        &BUILT_IN
    }

    fn of(vocabulary: Vocabulary<'_>) -> Cues {
        let mut counts: HashMap<u64, PerKind> = HashMap::default();
        for (word, kind) in vocabulary.words() {
            let Some(at) = CUED.iter().position(|cued| *cued == kind) else { continue };
            counts.entry(xxh3_64(word.as_bytes())).or_default()[at] += 1.0;
        }
        for shares in counts.values_mut() {
            // One more than there are: a word of a single phrase says less than one of many.
            let all = 1.0 + shares.iter().sum::<f32>();
            for share in shares {
                *share /= all;
            }
        }
        Cues(counts)
    }

    /// Looks at the first words of `text`; `row` is only room to work in.
    pub(super) fn look(&self, text: &str, row: &mut Row) -> Cue {
        let words = Words::in_row(std::mem::take(row), text, WORDS_LOOKED_AT);
        let mut cue = Cue::default();
        for at in 0..words.len() {
            let known = words.get(at).and_then(|word| self.0.get(&xxh3_64(word.as_bytes())));
            for (kind, share) in known.into_iter().flatten().enumerate() {
                cue.mean[kind] += share;
                cue.most[kind] = cue.most[kind].max(*share);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "few words")]
        let count = words.len().max(1) as f32;
        for mean in &mut cue.mean {
            *mean /= count;
        }
        *row = words.into_row();
        cue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(text: &str) -> Option<Kind> {
        let cue = Cues::built_in().look(text, &mut Row::default());
        (0..CUED.len())
            .filter(|&at| cue.mean[at] > 0.0)
            .max_by(|&a, &b| cue.mean[a].total_cmp(&cue.mean[b]))
            .map(|at| CUED[at])
    }

    #[test]
    fn words_of_a_kind_are_known_in_sentences_that_no_phrase_foresees() {
        assert_eq!(most("Newsletter: abonnieren, gratis"), Some(Kind::NewsletterPrompt));
        assert_eq!(most("Facebook, Whatsapp, Pinterest & Tumblr"), Some(Kind::SharePrompt));
        assert_eq!(most("zyxq"), None);
    }
}
