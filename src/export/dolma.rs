//! Articles in the shape of the Dolma toolkit: documents with spans of attributes.
//!
//! What was removed is no part of `text`. Each removal is a span without length at the place where
//! it stood, under its kind, and `metadata.removals` has what it said, in the same order.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::store::{ArticleDetail, RemovalRow};

/// An article as a Dolma document.
///
/// `source` is the site's name, else its host; `created` the publication, `added` the moment at
/// which we had it. Places are counted in characters, as Python does.
#[must_use]
pub fn dolma(detail: &ArticleDetail) -> Value {
    let article = &detail.article;
    let host = url::Url::parse(&article.url).ok().map(|url| crate::url::host(&url));
    let source = article.site_name.clone().or(host).filter(|name| !name.is_empty());
    let starts = block_starts(&article.text);
    let mut attributes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for removal in &detail.removals {
        let at = place(removal, &starts);
        let spans = attributes.entry(format!("tearsheet__{}", removal.kind)).or_default();
        spans.push(json!([at, at, 1.0]));
    }
    json!({
        "id": article.id.to_string(),
        "text": article.text,
        "source": source.unwrap_or_else(|| "tearsheet".to_owned()),
        "added": article.first_seen_at,
        "created": article.published_at,
        "metadata": {
            "url": article.url,
            "title": article.title,
            "authors": article.authors,
            "site_name": article.site_name,
            "language": article.language,
            "published_from": article.published_from,
            "modified_at": article.modified_at,
            "summary": article.summary,
            "word_count": article.word_count,
            "confidence": article.confidence,
            "paywalled": article.paywalled,
            "duplicate_of": article.duplicate_of,
            "revision": article.revision,
            "removals": detail.removals,
        },
        "attributes": attributes,
    })
}

/// Where each block of a text begins, in characters; the last is the end of the text.
fn block_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    for block in text.split_inclusive("\n\n") {
        at += block.chars().count();
        starts.push(at);
    }
    starts
}

fn place(removal: &RemovalRow, starts: &[usize]) -> usize {
    let block = usize::try_from(removal.position).unwrap_or(0);
    starts.get(block).or(starts.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::block_starts;

    #[test]
    fn blocks_begin_behind_their_blank_line_and_characters_are_counted() {
        assert_eq!(block_starts("Zürich.\n\nTwo."), [0, 9, 13]);
        assert_eq!(block_starts(""), [0]);
    }
}
