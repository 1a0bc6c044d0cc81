//! Draft and verdicts → the article's text and Markdown.

use crate::article::{Article, Draft, Image, Kind, Removal, Verdict};

/// Makes the article of a draft: the blocks whose verdict is story, as text and
/// Markdown, and the residue beside them.
#[must_use]
pub fn render(draft: Draft, verdicts: &[Verdict], confidence: f32) -> Article {
    let mut text = String::new();
    let mut removals = Vec::new();
    let mut images = draft.images;
    let mut position = 0;
    for (block, verdict) in draft.blocks.iter().zip(verdicts).filter(|(block, _)| block.inside) {
        match verdict {
            Verdict::Story => {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(&block.text);
                position += 1;
            }
            Verdict::Removed { kind, rule } => {
                if let Some(image) = block.features.image.and_then(|at| images.get_mut(at)) {
                    describe(image, *kind, &block.text);
                }
                removals.push(Removal {
                    position,
                    kind: *kind,
                    rule: (*rule).to_owned(),
                    text: block.text.clone(),
                });
            }
        }
    }
    let word_count = text.split_whitespace().count();
    Article {
        metadata: draft.metadata,
        word_count,
        markdown: String::new(),
        text,
        images,
        removals,
        confidence,
        warnings: draft.warnings,
    }
}

/// A picture's caption and credit are what was removed beside it.
fn describe(image: &mut Image, kind: Kind, text: &str) {
    let place = match kind {
        Kind::Caption => &mut image.caption,
        Kind::PhotoCredit => &mut image.credit,
        _ => return,
    };
    if place.is_none() {
        *place = Some(text.to_owned());
    }
}
