//! Draft and verdicts → the article's text and Markdown.

mod markdown;

use crate::article::CAPTION_WITH_CREDIT;
use crate::article::{Article, Block, Draft, Image, Kind, Removal, Verdict};
use crate::article::{JUDGED, OUTSIDE, body_of};
use crate::limits;

/// Makes the article of a draft: the blocks whose verdict is story, as text and
/// Markdown, and the residue beside them.
///
/// Captions and credits go to the picture that they stand with. A removal's
/// position is the number of story blocks before it. Beside the container, no more than
/// [`limits::REMOVALS_BESIDE_MAX`] are kept: comments may go on for ever.
#[must_use]
pub fn render(draft: Draft, verdicts: &[Verdict], confidence: f32) -> Article {
    let mut text = String::new();
    let mut markdown = markdown::Writer::default();
    let mut removals = Vec::new();
    let mut images = draft.images;
    let mut position = 0;
    let mut beside = 0;
    let body = body_of(verdicts);
    for (at, (block, verdict)) in draft.blocks.iter().zip(verdicts).enumerate() {
        let inside = block.inside || body.contains(&at);
        if !inside && !is_kept_beside(block, verdict) {
            continue;
        }
        match verdict {
            Verdict::Story => {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(&block.text);
                markdown.push(block);
                position += 1;
            }
            Verdict::Removed { kind, rule } => {
                let place = block.features.image.or(block.features.image_before);
                if let Some(image) = place.and_then(|at| images.get_mut(at)) {
                    describe(image, *kind, rule, &block.text);
                }
                if !inside {
                    if beside == limits::REMOVALS_BESIDE_MAX {
                        continue;
                    }
                    beside += 1;
                }
                let text = block.text.clone();
                removals.push(Removal { position, kind: *kind, rule: (*rule).to_owned(), text });
            }
        }
    }
    Article {
        metadata: draft.metadata,
        word_count: count_words(&text),
        markdown: markdown.finish(),
        text,
        images,
        removals,
        fingerprints: Vec::new(),
        confidence,
        warnings: draft.warnings,
    }
}

/// Beside the container, what a rule knows and is no menu.
fn is_kept_beside(block: &Block, verdict: &Verdict) -> bool {
    block.beside
        && matches!(verdict, Verdict::Removed { kind, rule }
            if ![OUTSIDE, JUDGED].contains(rule) && *kind != Kind::Navigation)
}

/// A picture's caption and credit are what was removed beside it.
fn describe(image: &mut Image, kind: Kind, rule: &str, text: &str) {
    let (caption, credit) = match kind {
        Kind::Caption if rule == CAPTION_WITH_CREDIT => caption_and_credit(text),
        Kind::Caption => (Some(text), None),
        Kind::PhotoCredit => (None, Some(text)),
        _ => return,
    };
    for (place, text) in [(&mut image.caption, caption), (&mut image.credit, credit)] {
        if place.is_none() {
            *place = text.map(str::to_owned);
        }
    }
}

/// Parts a caption from the credit at its end: after `©`, in brackets, after a stroke, or a
/// sentence of its own.
fn caption_and_credit(text: &str) -> (Option<&str>, Option<&str>) {
    if let Some((caption, owner)) = text.rsplit_once(" © ") {
        return (Some(caption.trim_end()), Some(owner));
    }
    let bracketed = text.trim_end_matches(['.', ' ']).ends_with(')');
    let parts = if bracketed { text.rsplit_once('(') } else { None };
    let parts = parts.or_else(|| text.rsplit_once(" | "));
    let labelled = || text.rfind(". ").map(|at| (&text[..=at], &text[at + 2..]));
    let Some((caption, credit)) = parts.or_else(labelled) else {
        return (Some(text), None);
    };
    (Some(caption.trim_end()), Some(credit.trim_end_matches([')', '.', ' '])))
}

/// Words: runs of letters and digits. In scripts written without spaces
/// (Chinese, Japanese, Thai …) every character counts as one.
pub(crate) fn count_words(text: &str) -> usize {
    let mut count = 0;
    let mut inside = false;
    for c in text.chars() {
        if is_written_without_spaces(c) {
            count += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            count += usize::from(!inside);
            inside = true;
        } else if !matches!(c, '\'' | '’' | '-') {
            inside = false;
        }
    }
    count
}

fn is_written_without_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
        && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_scripts_with_and_without_spaces() {
        assert_eq!(count_words("It's a well-known fact, isn't it?"), 6);
        assert_eq!(count_words("東京 2026"), 3);
        assert_eq!(count_words(" … – "), 0);
    }
}
