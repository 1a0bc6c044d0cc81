//! Draft and verdicts → the article's text and Markdown.

mod markdown;

use crate::article::{
    Article, Block, Credit, Draft, Image, Judgement, Kind, Removal, Verdict, body_of,
};
use crate::language::parts_no_words;
use crate::limits;
use crate::mojibake::once_encoded;
use crate::rule::Rule;
use crate::text::is_invisible;

pub(crate) use markdown::{escaped, heading_of};

/// Makes the article of a draft that was judged: the blocks whose verdict is story, as text and
/// Markdown, and the residue beside them.
///
/// Captions and credits go to the picture that they stand with. A removal's
/// position is the number of paragraphs of the text before it. Beside the container, no more than
/// [`limits::REMOVALS_BESIDE_MAX`] are kept: comments may go on for ever.
#[must_use]
pub fn render(draft: Draft, judgement: &Judgement, confidence: f32) -> Article {
    let Judgement { verdicts, credits, .. } = judgement;
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
                // Code may have blank lines of its own.
                position += block.text.split("\n\n").count();
            }
            Verdict::Removed { kind, rule } => {
                let place = block.features.image.or(block.features.image_before);
                if let Some(image) = place.and_then(|at| images.get_mut(at)) {
                    let credit = credits.binary_search_by_key(&at, |credit| credit.block).ok();
                    describe(image, *kind, &block.text, credit.map(|credit| &credits[credit]));
                }
                if !inside {
                    if beside == limits::REMOVALS_BESIDE_MAX {
                        continue;
                    }
                    beside += 1;
                }
                let text = block.text.clone();
                removals.push(Removal { position, kind: *kind, rule: *rule, text });
            }
        }
    }
    let mut metadata = draft.metadata;
    // Only now: up to here it is compared with the page's own text, which is as it was written.
    metadata.title = metadata.title.map(|title| once_encoded(&title).replace(is_invisible, ""));
    Article {
        metadata,
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
            if ![Rule::Outside, Rule::Judged].contains(rule) && *kind != Kind::Navigation)
}

/// A picture's caption and credit are what was removed beside it; a caption may end in its `credit`. Who
/// took it is kept without the label.
fn describe(image: &mut Image, kind: Kind, text: &str, credit: Option<&Credit>) {
    let (caption, credit) = match (kind, credit) {
        (Kind::Caption, Some(&Credit { begins, named, .. })) => {
            let credit = text[named..]
                .trim_start_matches([' ', '(', '[', '（', '|', '©', '-', '–', '—', '/']);
            (Some(text[..begins].trim_end()), Some(closed_apart(credit)))
        }
        (Kind::Caption, None) => (Some(text), None),
        (Kind::PhotoCredit, Some(&Credit { named: named @ 1.., .. })) => {
            (None, Some(closed_apart(&text[named..])))
        }
        (Kind::PhotoCredit, _) => (None, Some(text)),
        _ => return,
    };
    for (place, text) in [(&mut image.caption, caption), (&mut image.credit, credit)] {
        if place.is_none() {
            *place = text.map(str::to_owned);
        }
    }
}

/// Bytes of a word that is shortened rather than the end of a sentence, with its stop.
const SHORTENED_BYTES_MAX: usize = 3;

/// A name without the bracket or the stop behind it that belongs to what stood before it; the stop of
/// `Jr.` and a bracket that was opened in it are its own.
fn closed_apart(name: &str) -> &str {
    let name = name.trim_end();
    let bare = name.trim_end_matches([' ', ')', ']', '）']);
    let bare = if bare.contains(['(', '[', '（']) { name } else { bare };
    let last = bare.rsplit([' ', '/']).next().unwrap_or_default();
    if last.len() <= SHORTENED_BYTES_MAX { bare } else { bare.trim_end_matches('.') }
}

/// Words: runs of letters and digits. In scripts written without spaces
/// (Chinese, Japanese, Thai …) every character counts as one.
pub(crate) fn count_words(text: &str) -> usize {
    let mut count = 0;
    let mut inside = false;
    for c in text.chars() {
        if parts_no_words(c) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_stood_before_a_paragraph_of_the_text_also_behind_code_with_blank_lines() {
        let texts = ["make\n\nmake test\n\nmake install", "Photo: Jane Roe", "That is all."];
        let block = |text: &str| Block { text: text.to_owned(), inside: true, ..Block::default() };
        let draft = Draft { blocks: texts.map(block).to_vec(), ..Draft::default() };
        let mut verdicts = vec![Verdict::Story; 3];
        verdicts[1] = Verdict::Removed { kind: Kind::PhotoCredit, rule: Rule::CreditLabel };
        let article = render(draft, &Judgement { verdicts, ..Judgement::default() }, 1.0);
        let next = article.text.split("\n\n").nth(article.removals[0].position);
        assert_eq!(next, Some("That is all."));
    }

    #[test]
    fn words_are_counted_in_scripts_with_and_without_spaces() {
        assert_eq!(count_words("It's a well-known fact, isn't it?"), 6);
        assert_eq!(count_words("東京 2026"), 3);
        assert_eq!(count_words("កខ 2026"), 3);
        assert_eq!(count_words(" … – "), 0);
    }
}
