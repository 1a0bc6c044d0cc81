//! Saving an article: new, revised, unchanged, duplicate or worse.
//!
//! Two rules stand above all: one address has one article, and a good text is
//! never replaced by a worse one.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::SqliteConnection;
use xxhash_rust::xxh3::xxh3_64;

use super::error::StoreError;
use super::{ArticleId, Reason, integer, json};
use crate::article::{Article, Content, DateSource, Dated};
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

/// Who makes the articles of today: the version of this program.
const EXTRACTOR: &str = env!("CARGO_PKG_VERSION");

/// A page may date its article ahead by this much (zones, embargoes); beyond
/// it, the date is not believed.
const FUTURE_MAX: std::time::Duration = std::time::Duration::from_hours(24);

/// Words that stand in a row when two texts are compared.
const SHINGLE_WORDS: usize = 4;
/// Texts that share fewer of their shingles than this are different stories.
/// Edits of one story keep most of it; two stories of one site share phrases.
const SAME_STORY_SHARE_MIN: f64 = 0.2;

/// An article with all that can be worked out before the write begins.
#[derive(Debug)]
pub(super) struct Prepared {
    record: ArticleRecord,
    own_url: String,
    html: Vec<u8>,
    text_hash: Option<i64>,
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
struct Stored {
    id: ArticleId,
    title: String,
    text: String,
    content: String,
    revision: i64,
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
    let Some(stored) = stored else { return insert(tx, new, url, said).await };
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
    let row = sqlx::query("select id, title, text, content, revision from articles where id = ?")
        .bind(id.0)
        .fetch_optional(tx)
        .await?;
    row.as_ref().map(stored).transpose()
}

async fn by_url(tx: &mut SqliteConnection, url: &str) -> Result<Option<Stored>, sqlx::Error> {
    let row = sqlx::query("select id, title, text, content, revision from articles where url = ?")
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
    })
}

// ── deciding

fn title(new: &Prepared) -> &str {
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
/// nothing speaks against it.
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
    let words: Vec<&str> = text.split_whitespace().collect();
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

/// When it was published, as it is stored: what nobody said, or nobody can
/// believe, is the moment when it was first seen.
fn published(record: &ArticleRecord) -> (Timestamp, DateSource) {
    match record.article.metadata.published {
        Some(Dated { at, from }) if at.timestamp() <= record.fetched_at.after(FUTURE_MAX) => {
            (at.timestamp(), from)
        }
        _ => (record.first_seen_at, DateSource::FirstSeen),
    }
}

// ── writing

async fn insert(
    tx: &mut SqliteConnection,
    new: &Prepared,
    url: &str,
    said: Outcome,
) -> Result<(Outcome, ArticleId), StoreError> {
    let Prepared { record, text_hash, .. } = new;
    let article = &record.article;
    let first = first_with(tx, *text_hash, None).await?;
    let (published_at, published_from) = published(record);
    let id = sqlx::query(
        "insert into articles (url, host, title, authors, site_name, language, published_at,
                               published_from, modified_at, summary, word_count, image_url,
                               confidence, content, duplicate_of, revision, extractor,
                               first_seen_at, fetched_at, text_hash, text, markdown)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
    )
    .bind(url)
    .bind(crate::url::parse(url).map(|url| crate::url::host(&url)).unwrap_or_default())
    .bind(title(new))
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
    .bind(text_hash)
    .bind(&article.text)
    .bind(&article.markdown)
    .execute(&mut *tx)
    .await?
    .last_insert_rowid();
    let id = ArticleId(id);
    save_revision(tx, new, id, title(new), 1, Reason::Published).await?;
    save_parts(tx, new, id).await?;
    let outcome = match (first, said) {
        (Some(_), _) => Outcome::Duplicate,
        (None, Outcome::StoredFromFeed | Outcome::Paywalled) => said,
        (None, _) => Outcome::Stored,
    };
    Ok((outcome, id))
}

/// A new revision: the publisher changed it.
async fn revise(
    tx: &mut SqliteConnection,
    new: &Prepared,
    stored: &Stored,
) -> Result<(), sqlx::Error> {
    let title = if title(new).is_empty() { &stored.title } else { title(new) };
    let revision = stored.revision + 1;
    let first = first_with(tx, new.text_hash, Some(stored.id)).await?;
    sqlx::query(
        "update articles set title = ?, text = ?, markdown = ?, word_count = ?, content = ?,
                             revision = ?, text_hash = ?, duplicate_of = ?
         where id = ?",
    )
    .bind(title)
    .bind(&new.record.article.text)
    .bind(&new.record.article.markdown)
    .bind(integer(new.record.article.word_count))
    .bind(new.record.content.as_str())
    .bind(revision)
    .bind(new.text_hash)
    .bind(first.map(|id| id.0))
    .bind(stored.id.0)
    .execute(&mut *tx)
    .await?;
    save_revision(tx, new, stored.id, title, revision, Reason::Edited).await?;
    save_metadata(tx, new, stored.id).await?;
    save_parts(tx, new, stored.id).await
}

/// The same text: what else the page says is taken over, no revision.
async fn refresh(
    tx: &mut SqliteConnection,
    new: &Prepared,
    stored: &Stored,
) -> Result<(), sqlx::Error> {
    // The feed's copy of a page's text knows less about everything else.
    if new.record.content.as_str() != stored.content && new.record.content == Content::Feed {
        return Ok(());
    }
    save_metadata(tx, new, stored.id).await?;
    save_parts(tx, new, stored.id).await
}

/// Takes over what the page states; what it no longer states stays.
async fn save_metadata(
    tx: &mut SqliteConnection,
    new: &Prepared,
    id: ArticleId,
) -> Result<(), sqlx::Error> {
    let record = &new.record;
    let metadata = &record.article.metadata;
    let stated = match published(record) {
        (_, DateSource::FirstSeen) => None,
        stated => Some(stated),
    };
    sqlx::query(
        "update articles set
             authors = case when ?1 = '[]' then authors else ?1 end,
             site_name = coalesce(?2, site_name), language = coalesce(?3, language),
             published_at = coalesce(?4, published_at),
             published_from = coalesce(?5, published_from),
             modified_at = coalesce(?6, modified_at), summary = coalesce(?7, summary),
             image_url = coalesce(?8, image_url), confidence = ?9, extractor = ?10,
             content = ?11, fetched_at = ?12
         where id = ?13",
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
    .bind(record.fetched_at.to_string())
    .bind(id.0)
    .execute(tx)
    .await?;
    Ok(())
}

async fn save_revision(
    tx: &mut SqliteConnection,
    new: &Prepared,
    id: ArticleId,
    title: &str,
    revision: i64,
    reason: Reason,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into revisions (article_id, revision, title, text, recorded_at, reason, extractor)
         values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(revision)
    .bind(title)
    .bind(&new.record.article.text)
    .bind(new.record.fetched_at.to_string())
    .bind(reason.as_str())
    .bind(EXTRACTOR)
    .execute(tx)
    .await?;
    Ok(())
}

/// Removals, pictures and page, as they are now.
async fn save_parts(
    tx: &mut SqliteConnection,
    new: &Prepared,
    id: ArticleId,
) -> Result<(), sqlx::Error> {
    let record = &new.record;
    sqlx::query("delete from removals where article_id = ?").bind(id.0).execute(&mut *tx).await?;
    for removal in &record.article.removals {
        sqlx::query(
            "insert into removals (article_id, position, kind, rule, text) values (?, ?, ?, ?, ?)",
        )
        .bind(id.0)
        .bind(integer(removal.position))
        .bind(removal.kind.as_str())
        .bind(&removal.rule)
        .bind(&removal.text)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("delete from images where article_id = ?").bind(id.0).execute(&mut *tx).await?;
    for (position, image) in record.article.images.iter().enumerate() {
        sqlx::query(
            "insert into images (article_id, position, url, alt, caption, credit)
             values (?, ?, ?, ?, ?, ?)",
        )
        .bind(id.0)
        .bind(integer(position))
        .bind(&image.url)
        .bind(&image.alt)
        .bind(&image.caption)
        .bind(&image.credit)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query(
        "insert or replace into pages (article_id, url, fetched_at, status, content_type,
                                       encoding, html_bytes, html)
         values (?, ?, ?, ?, ?, 'zstd', ?, ?)",
    )
    .bind(id.0)
    .bind(&record.page.url)
    .bind(record.fetched_at.to_string())
    .bind(i64::from(record.page.status))
    .bind(&record.page.content_type)
    .bind(integer(record.page.html.len()))
    .bind(&new.html)
    .execute(tx)
    .await?;
    Ok(())
}

/// The first article with this text, but for `except`.
async fn first_with(
    tx: &mut SqliteConnection,
    text_hash: Option<i64>,
    except: Option<ArticleId>,
) -> Result<Option<ArticleId>, sqlx::Error> {
    let id: Option<i64> = sqlx::query_scalar(
        "select id from articles
         where text_hash = ? and duplicate_of is null and id is not ? order by id limit 1",
    )
    .bind(text_hash)
    .bind(except.map(|id| id.0))
    .fetch_optional(tx)
    .await?;
    Ok(id.map(ArticleId))
}
