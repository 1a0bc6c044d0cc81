//! Draft → a verdict on every block, and what the page as a whole is.

use crate::article::{Block, Draft, PageKind, Verdict};

/// What is known to repeat across the pages of a site: fingerprints of blocks.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Fingerprints, see [`fingerprint`].
    pub fingerprints: std::collections::HashSet<u64>,
}

/// The identity of a block's text across pages of a site.
#[must_use]
pub fn fingerprint(block: &Block) -> u64 {
    xxhash_rust::xxh3::xxh3_64(block.text.as_bytes())
}

/// Judges every block of `draft`; the answer has one verdict per block.
///
/// Nothing is deleted: the clean text is the blocks whose verdict is story.
#[must_use]
pub fn strip(draft: &Draft, template: &Template) -> Vec<Verdict> {
    let _ = template;
    draft.blocks.iter().map(|_| Verdict::Story).collect()
}

/// Says what the page as a whole is, now that its story is known, and how sure
/// that is (0 to 1).
#[must_use]
pub fn appraise(draft: &Draft, verdicts: &[Verdict]) -> (PageKind, f32) {
    let _ = (draft, verdicts);
    (PageKind::NoArticle, 0.0)
}
