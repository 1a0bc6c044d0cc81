//! Draft and verdicts → the article's text and Markdown.

use crate::article::{Article, Draft, Verdict};

/// Makes the article of a draft: the blocks whose verdict is story, as text and
/// Markdown, and the residue beside them.
#[must_use]
pub fn render(draft: Draft, verdicts: &[Verdict], confidence: f32) -> Article {
    let _ = (verdicts, confidence);
    Article { metadata: draft.metadata, ..Article::default() }
}
