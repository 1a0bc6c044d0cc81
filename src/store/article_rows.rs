//! The rows of an article: itself, its revisions, and what hangs on it.

use super::article::{ArticleRecord, Fingerprinted, Prepared, Stored, Vacancy};
use super::duplicates::{self, Fingerprints};
use super::edit;
use super::template;
use super::writing::Writing;
use super::{ArticleId, EXTRACTOR, Reason, integer, json};
use crate::article::{Article, Content, DateSource, Dated};
use crate::likeness::Likeness;
use crate::outcome::Outcome;
use crate::time::Timestamp;

/// When it was published, as it is stored: what nobody said is the moment when it was first seen.
fn published(record: &ArticleRecord) -> (Timestamp, DateSource) {
    let published = record.article.metadata.published;
    published.map_or((record.first_seen_at, DateSource::FirstSeen), |Dated { at, from }| {
        (at.timestamp(), from)
    })
}

pub(super) async fn insert(
    tx: &mut Writing<'_>,
    new: &Prepared,
    url: &str,
    vacancy: Vacancy,
) -> Result<(Outcome, ArticleId), sqlx::Error> {
    let Fingerprinted { record, fingerprints } = &new.article;
    let article = &record.article;
    let Vacancy { id, candidates } = vacancy;
    let first = if candidates.is_empty() {
        None
    } else {
        candidates.first(tx.settle().await?, fingerprints, None).await?
    };
    let whole_words = (!record.paywalled).then(|| integer(article.word_count));
    let (first, shown_of_it) = duplicates::unless_shown(tx, first, whole_words).await?;
    let (published_at, published_from) = published(record);
    let markdown = Markdown::of(&article.markdown, &article.text);
    tx.add(
        "insert into articles (id, url, host, title, authors, site_name, language, published_at,
                               published_from, modified_at, summary, word_count, image_url,
                               confidence, content, duplicate_of, revision, extractor,
                               first_seen_at, fetched_at, text_hash, text, markdown_kept,
                               markdown_head, markdown_tail, paywalled)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(url)
    .bind(crate::url::parse(url).map(|url| crate::url::host(&url)).unwrap_or_default())
    .bind(record.title())
    .bind(json(&article.metadata.authors))
    .bind(&article.metadata.site_name)
    .bind(&article.metadata.language)
    .bind(published_at.to_string())
    .bind(published_from.as_str())
    .bind(article.metadata.modified.map(|modified| modified.at.timestamp().to_string()))
    .bind(&article.metadata.summary)
    .bind(integer(article.word_count))
    .bind(article.metadata.image_url.as_ref().map(url::Url::as_str))
    .bind(f64::from(article.confidence))
    .bind(record.content.as_str())
    .bind(first.map(|id| id.0))
    .bind(EXTRACTOR)
    .bind(record.first_seen_at.to_string())
    .bind(record.fetched_at.to_string())
    .bind(fingerprints.text_hash)
    .bind(&article.text)
    .bind(markdown.kept)
    .bind(markdown.head)
    .bind(markdown.tail)
    .bind(record.paywalled);
    if let Some(shown) = shown_of_it {
        duplicates::put_behind(tx, shown, id);
    }
    let revision =
        Revision { number: 1, reason: Reason::Published, recorded_at: record.fetched_at };
    save_revision(tx, id, record.title(), revision);
    duplicates::save_keys(tx, id, fingerprints);
    add_parts(tx, article, id);
    save_page(tx, new, id);
    let outcome = if first.is_some() { Outcome::Duplicate } else { record.outcome() };
    Ok((outcome, id))
}

/// What is kept of Markdown beside its text: all between the first and the last place where they
/// differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Markdown<'a> {
    pub(super) kept: &'a str,
    /// Characters of the text that it begins with.
    pub(super) head: i64,
    /// Character of the text, from 1, from which on it ends with it; 0: it is all in `kept`.
    pub(super) tail: i64,
}

impl<'a> Markdown<'a> {
    fn of(markdown: &'a str, text: &str) -> Markdown<'a> {
        if markdown == text {
            return Markdown { kept: "", head: 0, tail: 0 };
        }
        // SQLite counts no characters beyond a NUL.
        if text.contains('\0') {
            return Markdown { kept: markdown, head: 0, tail: 0 };
        }
        let (head, bytes) = alike(markdown.chars().zip(text.chars()));
        let (markdown, text) = (&markdown[bytes..], &text[bytes..]);
        let (_, bytes) = alike(markdown.chars().rev().zip(text.chars().rev()));
        let replaced = text[..text.len() - bytes].chars().count();
        Markdown {
            kept: &markdown[..markdown.len() - bytes],
            head: integer(head),
            tail: integer(head + replaced + 1),
        }
    }

    /// All of it, as the column `articles.markdown` says it.
    pub(super) fn beside(&self, text: &str) -> String {
        if self.tail == 0 {
            return if self.kept.is_empty() { text } else { self.kept }.to_owned();
        }
        let byte = |chars: i64| {
            let place = text.char_indices().nth(usize::try_from(chars).unwrap_or(0));
            place.map_or(text.len(), |(byte, _)| byte)
        };
        [&text[..byte(self.head)], self.kept, &text[byte(self.tail - 1)..]].concat()
    }
}

/// Characters, and bytes of them, until the first pair that differs.
fn alike(pairs: impl Iterator<Item = (char, char)>) -> (usize, usize) {
    pairs
        .take_while(|(one, other)| one == other)
        .fold((0, 0), |(chars, bytes), (c, _)| (chars + 1, bytes + c.len_utf8()))
}

/// Puts another Markdown beside a text that stays.
pub(super) fn save_markdown(tx: &mut Writing<'_>, article: &Article, id: ArticleId) {
    let markdown = Markdown::of(&article.markdown, &article.text);
    tx.add(
        "update articles set markdown_kept = ?, markdown_head = ?, markdown_tail = ? where id = ?",
    )
    .bind(markdown.kept)
    .bind(markdown.head)
    .bind(markdown.tail)
    .bind(id.0);
}

/// One more version of an article.
#[derive(Clone, Copy)]
pub(super) struct Revision {
    /// Its number, from 1.
    pub(super) number: i64,
    /// Why there is one.
    pub(super) reason: Reason,
    /// When we saw it first.
    pub(super) recorded_at: Timestamp,
}

/// A new revision; the text that stood there goes to its own.
pub(super) async fn revise(
    tx: &mut Writing<'_>,
    new: &Fingerprinted,
    stored: &Stored,
    revision: Revision,
) -> Result<(), sqlx::Error> {
    let Fingerprinted { record, fingerprints } = new;
    let article = &record.article;
    let title = if record.title().is_empty() { &stored.title } else { record.title() };
    let word_count = integer(article.word_count);
    tx.add("update versions set text = ? where article_id = ? and text is null")
        .bind(&stored.text)
        .bind(stored.id.0);
    let wording = Wording {
        title,
        text: &article.text,
        markdown: &article.markdown,
        word_count,
        whole_words: (!record.paywalled).then_some(word_count),
        content: record.content.as_str(),
        revision: revision.number,
    };
    replace(tx, &wording, fingerprints, stored).await?;
    save_revision(tx, stored.id, title, revision);
    save_metadata(tx, record, stored.id);
    save_parts(tx, article, stored.id);
    Ok(())
}

/// What an article says from now on.
pub(super) struct Wording<'a> {
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    pub(super) markdown: &'a str,
    pub(super) word_count: i64,
    /// Its words, unless it is only what a paywall shows.
    pub(super) whole_words: Option<i64>,
    pub(super) content: &'a str,
    pub(super) revision: i64,
}

/// Puts another text in the place of the stored one, and finds out anew what it is a duplicate of.
pub(super) async fn replace(
    tx: &mut Writing<'_>,
    new: &Wording<'_>,
    fingerprints: &Fingerprints,
    stored: &Stored,
) -> Result<(), sqlx::Error> {
    let before = Likeness::of(&stored.text);
    let first = duplicates::first_like(tx.settle().await?, fingerprints, Some(stored.id)).await?;
    let (first, shown_of_it) = duplicates::unless_shown(tx, first, new.whole_words).await?;
    let markdown = Markdown::of(new.markdown, new.text);
    tx.add(
        "update articles set title = ?, text = ?, markdown_kept = ?, markdown_head = ?,
                             markdown_tail = ?, word_count = ?, content = ?, revision = ?,
                             text_hash = ?, duplicate_of = ?
         where id = ?",
    )
    .bind(new.title)
    .bind(new.text)
    .bind(markdown.kept)
    .bind(markdown.head)
    .bind(markdown.tail)
    .bind(new.word_count)
    .bind(new.content)
    .bind(new.revision)
    .bind(fingerprints.text_hash)
    .bind(first.map(|id| id.0))
    .bind(stored.id.0);
    let still_near = before.is_near(&fingerprints.likeness, false);
    if first.is_some() || !still_near {
        let first = first.filter(|_| still_near);
        duplicates::hand_over(tx, stored.id, first, stored.text_hash).await?;
    }
    if let Some(shown) = shown_of_it {
        duplicates::put_behind(tx, shown, stored.id);
    }
    duplicates::replace_keys(tx, stored.id, fingerprints, &before);
    Ok(())
}

/// The same text: what else the page says is taken over, no revision.
pub(super) fn refresh(tx: &mut Writing<'_>, new: &Prepared, stored: &Stored) {
    let record = new.record();
    // The feed's copy of a page's text knows less about everything else.
    if record.content.as_str() != stored.content && record.content == Content::Feed {
        return;
    }
    save_metadata(tx, record, stored.id);
    if stored.text == record.article.text {
        save_markdown(tx, &record.article, stored.id);
    }
    // Where we take out today what the stored text still has, or part it elsewhere, its own removals
    // stay with it.
    if edit::same_blocks(&stored.text, &record.article.text) {
        save_parts(tx, &record.article, stored.id);
    }
    save_page(tx, new, stored.id);
}

/// Takes over what the page states; what it no longer states stays.
pub(super) fn save_metadata(tx: &mut Writing<'_>, record: &ArticleRecord, id: ArticleId) {
    let metadata = &record.article.metadata;
    let stated = match published(record) {
        (_, DateSource::FirstSeen) => None,
        stated => Some(stated),
    };
    tx.add(
        "update articles set
             authors = coalesce(nullif(?, '[]'), authors),
             site_name = coalesce(?, site_name), language = coalesce(?, language),
             published_at = coalesce(?, published_at),
             published_from = coalesce(?, published_from),
             modified_at = coalesce(?, modified_at), summary = coalesce(?, summary),
             image_url = coalesce(?, image_url), confidence = ?, extractor = ?,
             content = ?, paywalled = ?, fetched_at = ?
         where id = ?",
    )
    .bind(json(&metadata.authors))
    .bind(&metadata.site_name)
    .bind(&metadata.language)
    .bind(stated.map(|(at, _)| at.to_string()))
    .bind(stated.map(|(_, from)| from.as_str()))
    .bind(metadata.modified.map(|modified| modified.at.timestamp().to_string()))
    .bind(&metadata.summary)
    .bind(metadata.image_url.as_ref().map(url::Url::as_str))
    .bind(f64::from(record.article.confidence))
    .bind(EXTRACTOR)
    .bind(record.content.as_str())
    .bind(record.paywalled)
    .bind(record.fetched_at.to_string())
    .bind(id.0);
}

/// The current version; its text is the article's.
fn save_revision(tx: &mut Writing<'_>, id: ArticleId, title: &str, revision: Revision) {
    tx.add(
        "insert into versions (article_id, revision, title, recorded_at, reason, extractor)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(revision.number)
    .bind(title)
    .bind(revision.recorded_at.to_string())
    .bind(revision.reason.as_str())
    .bind(EXTRACTOR);
}

/// Removals and pictures, as they are now.
pub(super) fn save_parts(tx: &mut Writing<'_>, article: &Article, id: ArticleId) {
    tx.add("delete from removals where article_id = ?").bind(id.0);
    tx.add("delete from images where article_id = ?").bind(id.0);
    add_parts(tx, article, id);
}

/// The same where there are none yet. All rows of a kind come as one list: a statement costs more
/// than a row.
fn add_parts(tx: &mut Writing<'_>, article: &Article, id: ArticleId) {
    let removals = &article.removals;
    if !removals.is_empty() {
        let rows = removals.iter().map(|removal| {
            serde_json::json!([integer(removal.position), removal.kind, removal.rule, removal.text])
        });
        tx.add(
            "insert into removals (article_id, position, kind, rule, text)
             select ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)",
        )
        .bind(id.0)
        .bind(rows.collect::<serde_json::Value>().to_string());
    }
    let images = &article.images;
    if !images.is_empty() {
        let rows = images
            .iter()
            .map(|image| serde_json::json!([image.url, image.alt, image.caption, image.credit]));
        tx.add(
            "insert into images (article_id, position, url, alt, caption, credit)
             select ?, key, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)",
        )
        .bind(id.0)
        .bind(rows.collect::<serde_json::Value>().to_string());
    }
}

/// The page that the article is made from, and what it counts for.
pub(super) fn save_page(tx: &mut Writing<'_>, new: &Prepared, id: ArticleId) {
    let (record, page) = (new.record(), &new.page.record);
    let validators = page.validators.as_ref();
    tx.add(
        "insert or replace into pages (article_id, url, fetched_at, status, content_type,
                                       encoding, html_bytes, html, etag, last_modified)
         values (?, ?, ?, ?, ?, 'zstd', ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(&page.url)
    .bind(record.fetched_at.to_string())
    .bind(i64::from(page.status))
    .bind(&page.content_type)
    .bind(integer(page.html.len()))
    .bind(&new.page.html)
    .bind(validators.and_then(|validators| validators.etag.as_deref()))
    .bind(validators.and_then(|validators| validators.last_modified.as_deref()));
    template::count(tx, id, &page.url, record);
}

#[cfg(test)]
mod tests {
    use super::Markdown;

    #[test]
    fn markdown_is_kept_from_where_it_begins_to_differ_to_where_it_ends_to() {
        for (text, markdown, kept, head, tail) in [
            ("One two.", "One two.", "", 0, 0),
            ("One two.", "One [two](https://a.example/).", "[two](https://a.example/)", 4, 8),
            ("Été à Zürich", "Été **à** Zürich", "**à**", 4, 6),
            ("aaa", "aaaa", "a", 3, 4),
            ("aaaa", "aaa", "", 3, 5),
            ("One", "# One", "# ", 0, 1),
            ("One", "One!", "!", 3, 4),
            ("One\0two", "One\0*two*", "One\0*two*", 0, 0),
        ] {
            let parts = Markdown { kept, head, tail };
            assert_eq!(Markdown::of(markdown, text), parts, "{markdown}");
            assert_eq!(parts.beside(text), markdown);
        }
    }
}
