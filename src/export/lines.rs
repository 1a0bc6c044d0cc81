//! Articles as JSON Lines: one object an article, with all that hangs on it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::json::{EscapedJson, push_string};
use crate::store::ArticleDetail;

/// Bytes of a line besides its long texts, about.
const BESIDE_TEXTS: usize = 2_048;

/// Articles as lines of JSON; each is what [`ArticleDetail`] serializes to. The two long texts are
/// nearly all of it, so that each is read once and written once.
///
/// # Errors
///
/// None that memory does not have.
pub fn json_lines(articles: &[ArticleDetail]) -> serde_json::Result<String> {
    let long = |detail: &ArticleDetail| detail.article.text.len() + detail.article.markdown.len();
    let bytes = articles.iter().map(|detail| long(detail) + BESIDE_TEXTS).sum();
    let mut lines = String::with_capacity(bytes);
    for detail in articles {
        push_article(&mut lines, detail)?;
        lines.push('\n');
    }
    Ok(lines)
}

fn push_article(line: &mut String, detail: &ArticleDetail) -> serde_json::Result<()> {
    let ArticleDetail { article, removals, images, revisions, sources } = detail;
    let mut object = Object(line);
    object.value("id", &article.id)?;
    object.text("url", &article.url);
    object.text("title", &article.title);
    object.value("authors", &article.authors)?;
    object.text_or_null("site_name", article.site_name.as_deref());
    object.text_or_null("language", article.language.as_deref());
    object.text_or_null("published_at", article.published_at.as_deref());
    object.text_or_null("published_from", article.published_from.as_deref());
    object.text_or_null("modified_at", article.modified_at.as_deref());
    object.text_or_null("summary", article.summary.as_deref());
    object.text("text", &article.text);
    object.text("markdown", &article.markdown);
    object.value("word_count", &article.word_count)?;
    object.text_or_null("image_url", article.image_url.as_deref());
    object.value("confidence", &article.confidence)?;
    object.value("paywalled", &article.paywalled)?;
    object.text("content", &article.content);
    object.value("duplicate_of", &article.duplicate_of)?;
    object.value("revision", &article.revision)?;
    object.text("extractor", &article.extractor);
    object.text("first_seen_at", &article.first_seen_at);
    object.text("fetched_at", &article.fetched_at);
    object.value("removals", removals)?;
    object.value("images", images)?;
    if !revisions.is_empty() {
        object.value("revisions", revisions)?;
    }
    object.value("sources", sources)?;
    line.push('}');
    Ok(())
}

/// An object under way, at the end of a line.
struct Object<'a>(&'a mut String);

impl Object<'_> {
    fn key(&mut self, name: &str) {
        // Its first key follows the end of the line before, or nothing.
        let before = if self.0.is_empty() || self.0.ends_with('\n') { "{\"" } else { ",\"" };
        self.0.extend([before, name, "\":"]);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.key(name);
        push_string(self.0, text);
    }

    fn text_or_null(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        } else {
            self.key(name);
            self.0.push_str("null");
        }
    }

    fn value(&mut self, name: &str, value: &impl Serialize) -> serde_json::Result<()> {
        self.key(name);
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{}", EscapedJson(&serde_json::to_string(value)?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::json_lines;
    use crate::article::Image;
    use crate::store::{ArticleDetail, ArticleRow, RemovalRow, RevisionRow};

    #[test]
    fn a_line_is_what_the_article_serializes_to_key_by_key_and_in_its_order() {
        let image = Image { url: "https://a.example/1.png".to_owned(), ..Image::default() };
        let removal = RemovalRow {
            position: 2,
            kind: "photo_credit".to_owned(),
            rule: "agency".to_owned(),
            text: "Mara \"M\" Lind\u{202e}".to_owned(),
        };
        let revision = RevisionRow {
            revision: 1,
            title: "Storm".to_owned(),
            text: "Before.".to_owned(),
            recorded_at: "2026-11-23T10:00:00Z".to_owned(),
            reason: "published".to_owned(),
        };
        let article = ArticleRow {
            id: 7,
            title: "“Storm”\tin Zürich".to_owned(),
            authors: vec!["Mara Lind".to_owned()],
            summary: Some(String::new()),
            text: "One.\n\nTwo \\ three.\u{7}".to_owned(),
            markdown: "One.\n\n**Two** \\\\ three.".to_owned(),
            confidence: 0.25,
            duplicate_of: Some(3),
            ..ArticleRow::default()
        };
        let plain = ArticleDetail { article, ..ArticleDetail::default() };
        let full = ArticleDetail {
            removals: vec![removal],
            images: vec![image],
            revisions: vec![revision],
            sources: vec![(1, "Example".to_owned())],
            ..plain.clone()
        };
        let articles = [plain, full];
        let lines = json_lines(&articles).unwrap();
        assert_eq!(lines.matches('\n').count(), 2);
        for (line, article) in lines.lines().zip(&articles) {
            let read: serde_json::Value = serde_json::from_str(line).unwrap();
            // Objects keep the order of their keys.
            assert_eq!(read.to_string(), serde_json::to_value(article).unwrap().to_string());
        }
    }
}
