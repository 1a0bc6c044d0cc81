//! Saving an article: new, revised, unchanged, duplicate or worse.
//!
//! Two rules stand above all: one address has one article, and a good text is
//! never replaced by a worse one.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::SqliteConnection;
use xxhash_rust::xxh3::xxh3_64;

use super::ArticleId;
use super::error::StoreError;
use super::write::{insert, refresh, revise};
use crate::article::{Article, Content};
use crate::limits;
use crate::outcome::Outcome;
use crate::time::Timestamp;

/// A page to keep beside its article.
#[derive(Clone, Debug)]
pub struct PageCopy {
    /// Where it was found, after redirects.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The bytes as served (decompressed); the store compresses them.
    pub html: Vec<u8>,
}

/// An article to save.
#[derive(Clone, Debug)]
pub struct ArticleRecord {
    /// The article.
    pub article: Article,
    /// Its address: canonical form of what the page calls canonical, or of
    /// where it was found.
    pub url: String,
    /// Where its text is from.
    pub content: Content,
    /// The page it was made from.
    pub page: PageCopy,
    /// When the entry was first seen.
    pub first_seen_at: Timestamp,
    /// When the page was fetched.
    pub fetched_at: Timestamp,
}

/// Speed and size of packed pages are balanced here; higher levels cost more
/// time than they save space.
const ZSTD_LEVEL: i32 = 3;

/// Words that stand in a row when two texts are compared.
const SHINGLE_WORDS: usize = 4;
/// Texts that share fewer of their shingles than this are different stories.
/// Edits of one story keep most of it; two stories of one site share phrases.
const SAME_STORY_SHARE_MIN: f64 = 0.2;

/// An article with all that can be worked out before the write begins.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) record: ArticleRecord,
    pub(super) own_url: String,
    pub(super) html: Vec<u8>,
    pub(super) text_hash: Option<i64>,
}

/// Packs the page and fingerprints the text, off the async threads.
pub(super) async fn prepare(record: ArticleRecord) -> Result<Prepared, StoreError> {
    tokio::task::spawn_blocking(move || {
        let html = zstd::bulk::compress(&record.page.html, ZSTD_LEVEL)
            .map_err(|error| StoreError::Other(sqlx::Error::Io(error)))?;
        let own_url = crate::url::parse(&record.page.url)
            .map_or_else(|_| record.url.clone(), |url| crate::url::canonical(&url).into());
        let text_hash = text_hash(&record.article.text);
        Ok(Prepared { record, own_url, html, text_hash })
    })
    .await
    .map_err(|error| StoreError::Other(sqlx::Error::Io(error.into())))?
}

/// An article that is there already, as far as deciding needs it.
pub(super) struct Stored {
    pub(super) id: ArticleId,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) content: String,
    pub(super) revision: i64,
    pub(super) text_hash: Option<i64>,
}

/// Saves an article for an entry that had `before`; `said` is the attempt's
/// outcome. Gives the final outcome and the article that holds the story now.
pub(super) async fn save(
    tx: &mut SqliteConnection,
    new: &Prepared,
    before: Option<ArticleId>,
    said: Outcome,
) -> Result<(Outcome, ArticleId), StoreError> {
    let (url, stored) = place(tx, new, before).await?;
    let Some(stored) = stored else { return Ok(insert(tx, new, url, said).await?) };
    if is_equal(new, &stored) {
        refresh(tx, new, &stored).await?;
        let own = before == Some(stored.id);
        return Ok((if own { Outcome::Unchanged } else { Outcome::Duplicate }, stored.id));
    }
    if is_worse(new, &stored, said) {
        return Ok((Outcome::Worse, stored.id));
    }
    revise(tx, new, &stored).await?;
    Ok((Outcome::Revised, stored.id))
}

/// The address that the article belongs under, and what is stored there.
async fn place<'a>(
    tx: &mut SqliteConnection,
    new: &'a Prepared,
    before: Option<ArticleId>,
) -> Result<(&'a str, Option<Stored>), sqlx::Error> {
    let url = new.record.url.as_str();
    if let Some(id) = before
        && let Some(stored) = by_id(tx, id).await?
    {
        return Ok((url, Some(stored)));
    }
    match by_url(tx, url).await? {
        // Pages lie about their canonical address: a whole site that names its
        // front page must not become one article.
        Some(other) if url != new.own_url && !is_same_story(new, &other) => {
            Ok((&new.own_url, by_url(tx, &new.own_url).await?))
        }
        found => Ok((url, found)),
    }
}

async fn by_id(tx: &mut SqliteConnection, id: ArticleId) -> Result<Option<Stored>, sqlx::Error> {
    let row = sqlx::query(
        "select id, title, text, content, revision, text_hash from articles where id = ?",
    )
    .bind(id.0)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(stored).transpose()
}

async fn by_url(tx: &mut SqliteConnection, url: &str) -> Result<Option<Stored>, sqlx::Error> {
    let row = sqlx::query(
        "select id, title, text, content, revision, text_hash from articles where url = ?",
    )
    .bind(url)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(stored).transpose()
}

fn stored(row: &sqlx::sqlite::SqliteRow) -> Result<Stored, sqlx::Error> {
    Ok(Stored {
        id: ArticleId(row.try_get("id")?),
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        content: row.try_get("content")?,
        revision: row.try_get("revision")?,
        text_hash: row.try_get("text_hash")?,
    })
}

// ── deciding

pub(super) fn title(new: &Prepared) -> &str {
    new.record.article.metadata.title.as_deref().unwrap_or_default()
}

/// Equal but for white space; a headline that went missing is no edit.
fn is_equal(new: &Prepared, stored: &Stored) -> bool {
    let title = title(new);
    (title.is_empty() || same_words(title, &stored.title))
        && same_words(&new.record.article.text, &stored.text)
}

fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// Emptied or halved; or shorter, and from a place that tends to hold less.
fn is_worse(new: &Prepared, stored: &Stored, said: Outcome) -> bool {
    let words = new.record.article.text.split_whitespace().count();
    let words_before = stored.text.split_whitespace().count();
    let partial = said == Outcome::Paywalled
        || new.record.content == Content::Feed && stored.content == Content::Page.as_str();
    words == 0 && words_before > 0 || words * 2 < words_before || partial && words < words_before
}

/// Whether two texts tell one story, edited perhaps. Without text on one side
/// nothing speaks against it. Asked under the write lock, since the answer is
/// only as good as what is stored at that moment; so only beginnings are compared.
fn is_same_story(new: &Prepared, stored: &Stored) -> bool {
    let (one, other) = (shingles(&new.record.article.text), shingles(&stored.text));
    let smaller = one.len().min(other.len());
    if smaller == 0 {
        return true;
    }
    let shared = one.intersection(&other).count();
    #[expect(clippy::cast_precision_loss, reason = "a share, not a count")]
    let share = shared as f64 / smaller as f64;
    share >= SAME_STORY_SHARE_MIN
}

fn shingles(text: &str) -> HashSet<u64> {
    let words: Vec<&str> = text.split_whitespace().take(limits::COMPARED_WORDS_MAX).collect();
    words
        .windows(SHINGLE_WORDS.min(words.len().max(1)))
        .map(|run| xxh3_64(run.join(" ").as_bytes()))
        .collect()
}

fn text_hash(text: &str) -> Option<i64> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let long = folded.chars().nth(limits::DUPLICATE_CHARS_MIN).is_some();
    long.then(|| xxh3_64(folded.as_bytes()).cast_signed())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::{SHINGLE_WORDS, shingles};
    use crate::limits;

    #[test]
    fn an_endless_text_does_not_hold_the_write_lock_while_it_is_compared() {
        let text = (0..1_000_000).fold(String::new(), |mut text, number| {
            let _ = write!(text, "{number} ");
            text
        });
        assert_eq!(shingles(&text).len(), limits::COMPARED_WORDS_MAX - SHINGLE_WORDS + 1);
        assert_eq!(shingles("one two").len(), 1);
        assert!(shingles(" ").is_empty());
    }
}
