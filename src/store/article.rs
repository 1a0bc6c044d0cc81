//! Saving an article: new, revised, unchanged, duplicate or worse.
//!
//! Two rules stand above all: one address has one article, and a good text is
//! never replaced by a worse one.

use sqlx::QueryBuilder;
use sqlx::Row;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xxhash_rust::xxh3::xxh3_64;

use super::article_rows::{self, insert, refresh, revise};
use super::duplicates::{Candidates, Fingerprints};
use super::edit::{self, Version};
use super::error::StoreError;
use super::page::{PackedPage, PageRecord};
use super::query::{push_limit, push_next_id};
use super::writing::Writing;
use super::{ArticleId, Reason};
use crate::article::{Article, Content};
use crate::likeness::Likeness;
use crate::limits;
use crate::outcome::Outcome;
use crate::text::one_line;
use crate::time::Timestamp;

/// What is stored of an article.
#[derive(Clone, Debug)]
pub struct ArticleRecord {
    /// The article.
    pub article: Article,
    /// Its address: canonical form of what the page calls canonical, or of
    /// where it was found.
    pub url: String,
    /// Where its text is from.
    pub content: Content,
    /// Whether it is only what a paywall shows.
    pub paywalled: bool,
    /// When the entry was first seen.
    pub first_seen_at: Timestamp,
    /// When its page was fetched.
    pub fetched_at: Timestamp,
}

impl ArticleRecord {
    /// The outcome of the attempt that brings it, where it is a new article.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self.content {
            Content::Feed => Outcome::StoredFromFeed,
            Content::Page if self.paywalled => Outcome::Paywalled,
            Content::Page => Outcome::Stored,
        }
    }

    /// Its headline; empty where there is none.
    pub(super) fn title(&self) -> &str {
        self.article.metadata.title.as_deref().unwrap_or_default()
    }
}

/// An article to save, with the page that it was made from.
#[derive(Clone, Debug)]
pub struct FetchedArticle {
    /// The article.
    pub record: ArticleRecord,
    /// Its page.
    pub page: PageRecord,
    /// When to look at the page again, to see whether it was edited.
    pub recheck_at: Option<Timestamp>,
}

/// How a page came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provenance {
    /// Fetched just now: the newest that there is.
    Fetched,
    /// Captured by somebody at some time, perhaps before what is stored was seen.
    Captured,
}

/// An article with what it is compared by.
#[derive(Debug)]
pub(super) struct Fingerprinted {
    pub(super) record: ArticleRecord,
    pub(super) fingerprints: Fingerprints,
}

impl Fingerprinted {
    pub(super) fn of(record: ArticleRecord) -> Fingerprinted {
        let fingerprints = fingerprints(&record.article.text, &record.url);
        Fingerprinted { record, fingerprints }
    }
}

/// A fetched article with all that can be worked out before the write begins.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) provenance: Provenance,
    pub(super) article: Fingerprinted,
    pub(super) page: PackedPage,
    /// Where its page was found, in canonical form.
    pub(super) own_url: String,
    pub(super) recheck_at: Option<Timestamp>,
}

impl Prepared {
    pub(super) fn record(&self) -> &ArticleRecord {
        &self.article.record
    }
}

/// Packs the page and fingerprints the text, off the async threads.
pub(super) async fn prepare(
    fetched: FetchedArticle,
    provenance: Provenance,
) -> Result<Prepared, StoreError> {
    tokio::task::spawn_blocking(move || {
        let FetchedArticle { record, page, recheck_at } = fetched;
        let own_url = crate::url::parse(&page.url)
            .map_or_else(|_| record.url.clone(), |url| crate::url::canonical(&url).into());
        let page = PackedPage::of(page).map_err(sqlx::Error::Io)?;
        Ok(Prepared { provenance, article: Fingerprinted::of(record), page, own_url, recheck_at })
    })
    .await?
}

/// An article that is there already, as far as deciding needs it.
pub(super) struct Stored {
    pub(super) id: ArticleId,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) content: String,
    pub(super) revision: i64,
    pub(super) text_hash: Option<i64>,
    pub(super) fetched_at: Timestamp,
}

/// Saves an article for an entry that had `before`, where there was `found`. Gives the final outcome
/// and the article that holds the story now.
pub(super) async fn save(
    tx: &mut Writing<'_>,
    new: &Prepared,
    found: Found,
    before: Option<ArticleId>,
) -> Result<(Outcome, ArticleId), StoreError> {
    let record = new.record();
    let (url, found) = place(tx, new, found, before).await?;
    let stored = match found {
        Found::Article(stored) => stored,
        Found::Vacant(vacancy) => {
            let (outcome, id) = insert(tx, new, url, vacancy).await?;
            note_addresses(tx, id, new, Some(url));
            return Ok((outcome, id));
        }
    };
    note_addresses(tx, stored.id, new, None);
    let unchanged = match before {
        Some(before) if before == stored.id => Outcome::Unchanged,
        _ => Outcome::Duplicate,
    };
    // What was seen since is the newer version; it is not undone.
    if new.provenance == Provenance::Captured && record.fetched_at < stored.fetched_at {
        return Ok((unchanged, stored.id));
    }
    if is_equal(tx, record, &stored).await? {
        refresh(tx, new, &stored);
        return Ok((unchanged, stored.id));
    }
    if is_told_before(tx, new, &stored).await? {
        return Ok((unchanged, stored.id));
    }
    let partial = record.outcome() == Outcome::Paywalled
        || record.content == Content::Feed && stored.content == Content::Page.as_str();
    if edit::is_worse(&stored.text, &record.article.text, partial) {
        return Ok((Outcome::Worse, stored.id));
    }
    let revision = article_rows::Revision {
        number: stored.revision + 1,
        reason: Reason::Edited,
        recorded_at: record.fetched_at,
    };
    revise(tx, &new.article, &stored, revision).await?;
    article_rows::save_page(tx, new, stored.id);
    Ok((Outcome::Revised, stored.id))
}

/// Keeps where the page was found, and what it calls its address; `own` is the address that it is
/// stored under, where that is known.
fn note_addresses(tx: &mut Writing<'_>, id: ArticleId, new: &Prepared, own: Option<&str>) {
    let seen_at = new.record().fetched_at.to_string();
    for url in [&new.own_url, &new.record().url] {
        if own != Some(url) {
            note_address(tx, id, url, &seen_at);
        }
    }
}

/// Keeps an address under which an article appeared, unless it is its own or another's.
pub(super) fn note_address(tx: &mut Writing<'_>, id: ArticleId, url: &str, seen_at: &str) {
    tx.add(
        "insert or ignore into addresses (url, article_id, seen_at)
         select ?, ?, ? where not exists (select 1 from articles where url = ?)",
    )
    .bind(url)
    .bind(id.0)
    .bind(seen_at)
    .bind(url);
}

/// What is stored in the place of an article.
pub(super) enum Found {
    Article(Stored),
    Vacant(Vacancy),
}

impl Found {
    /// Adds to a question about what is joined as `stored` the columns that [`Found::read`] reads:
    /// all that a new article needs, for mostly there is room for it.
    pub(super) fn push_columns(query: &mut QueryBuilder<Sqlite>, new: &Prepared) {
        query.push(
            "stored.id, stored.title, stored.text, stored.content, stored.revision,
             stored.text_hash, stored.fetched_at, ",
        );
        push_next_id(query, "articles");
        query.push(" as next, ");
        Candidates::push_columns(query, &new.article.fingerprints, None);
    }

    pub(super) fn read(row: &SqliteRow) -> Result<Found, sqlx::Error> {
        if row.try_get::<Option<i64>, _>("id")?.is_some() {
            return Ok(Found::Article(stored(row)?));
        }
        let id = ArticleId(row.try_get("next")?);
        Ok(Found::Vacant(Vacancy { id, candidates: Candidates::read(row)? }))
    }
}

/// What a new article has to know of the others.
pub(super) struct Vacancy {
    /// Its number.
    pub(super) id: ArticleId,
    pub(super) candidates: Candidates,
}

/// The address that the article belongs under, and what is stored there; `found` is what the entry
/// had before, else what is stored at the address that the page calls its own.
///
/// Pages lie about their canonical address: a whole site that names its front page must not become
/// one article, and a story that was first to name another's address must not keep it.
async fn place<'a>(
    tx: &mut Writing<'_>,
    new: &'a Prepared,
    found: Found,
    before: Option<ArticleId>,
) -> Result<(&'a str, Found), sqlx::Error> {
    let url = new.record().url.as_str();
    if !is_another(new, &found, before) {
        return Ok((url, found));
    }
    let own = new.own_url.as_str();
    let found = if url == own { found } else { found_at_own(tx, new).await? };
    if let Found::Article(other) = &found
        && is_another(new, &found, before)
        && goes_home(tx.settle().await?, other.id, own).await?
    {
        return Ok((own, found_at_own(tx, new).await?));
    }
    Ok((own, found))
}

/// Whether what was found is another story than the one that the entry brings.
fn is_another(new: &Prepared, found: &Found, before: Option<ArticleId>) -> bool {
    match found {
        Found::Article(other) => Some(other.id) != before && !is_same_story(new, &other.text),
        Found::Vacant(_) => false,
    }
}

/// What is stored at the address where the page was found.
async fn found_at_own(tx: &mut Writing<'_>, new: &Prepared) -> Result<Found, sqlx::Error> {
    let mut query = tx.question("select ")?;
    Found::push_columns(&mut query, new);
    query.push(" from (select 1) left join articles as stored on stored.url = ");
    query.push_bind(&new.own_url);
    Found::read(&tx.ask(query).await?)
}

/// Stores an article that only claimed `url` where its page was found, if it was found elsewhere
/// and nothing is stored there; tells whether `url` is free now.
async fn goes_home(
    tx: &mut SqliteConnection,
    id: ArticleId,
    url: &str,
) -> Result<bool, sqlx::Error> {
    let page: Option<String> = sqlx::query_scalar("select url from pages where article_id = ?")
        .bind(id.0)
        .fetch_optional(&mut *tx)
        .await?;
    let home = page.and_then(|page| crate::url::parse(&page).ok());
    let Some(home) = home.map(|page| crate::url::canonical(&page)) else { return Ok(false) };
    if home.as_str() == url {
        return Ok(false);
    }
    let moved = sqlx::query("update or ignore articles set url = ?, host = ? where id = ?")
        .bind(home.as_str())
        .bind(crate::url::host(&home))
        .bind(id.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if moved > 0 {
        // The one is the article's own now, the other another's.
        sqlx::query("delete from addresses where url in (?, ?)")
            .bind(home.as_str())
            .bind(url)
            .execute(tx)
            .await?;
    }
    Ok(moved > 0)
}

pub(super) async fn by_id(
    tx: &mut SqliteConnection,
    id: ArticleId,
) -> Result<Option<Stored>, sqlx::Error> {
    let row = sqlx::query(
        "select id, title, text, content, revision, text_hash, fetched_at
         from articles where id = ?",
    )
    .bind(id.0)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(stored).transpose()
}

fn stored(row: &SqliteRow) -> Result<Stored, sqlx::Error> {
    Ok(Stored {
        id: ArticleId(row.try_get("id")?),
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        content: row.try_get("content")?,
        revision: row.try_get("revision")?,
        text_hash: row.try_get("text_hash")?,
        fetched_at: super::time(row.try_get("fetched_at")?),
    })
}

// ── deciding

/// Asked under the write lock, since the answer is only as good as what is stored at that moment.
fn is_same_story(new: &Prepared, stored: &str) -> bool {
    new.article.fingerprints.likeness.is_same_story(&Likeness::of(stored))
}

/// No edit, but for what every look at a page changes; a headline that went missing is none either.
async fn is_equal(
    tx: &mut Writing<'_>,
    new: &ArticleRecord,
    stored: &Stored,
) -> Result<bool, sqlx::Error> {
    let (title, article) = (new.title(), &new.article);
    if !title.is_empty() && !edit::same_words(title, &stored.title) {
        return Ok(false);
    }
    if edit::same_words(&stored.text, &article.text) {
        return Ok(true);
    }
    let removed: Vec<String> = sqlx::query_scalar("select text from removals where article_id = ?")
        .bind(stored.id.0)
        .fetch_all(tx.settle().await?)
        .await?;
    let before = Version::new(&stored.text, &removed);
    let after = Version::new(&article.text, article.removals.iter().map(|removal| &removal.text));
    Ok(edit::is_same(&before, &after))
}

/// Whether the page says what was stored before the page that is, and was found at another address, or
/// is a capture of the same moment: two pages that tell one story in two ways do not edit each other at
/// every look, nor does the copy of a capture undo the one that came after it.
async fn is_told_before(
    tx: &mut Writing<'_>,
    new: &Prepared,
    stored: &Stored,
) -> Result<bool, sqlx::Error> {
    let at_once =
        new.provenance == Provenance::Captured && new.record().fetched_at == stored.fetched_at;
    let mut query = QueryBuilder::new(
        "select pages.url, versions.title, versions.text
         from pages join versions using (article_id)
         where versions.text is not null and article_id = ",
    );
    query.push_bind(stored.id.0);
    query.push(" and (pages.url <> ").push_bind(&new.page.record.url);
    query.push(" or ").push_bind(at_once).push(") order by revision desc");
    push_limit(&mut query, Some(limits::VERSIONS_COMPARED_MAX));
    let versions = query.build().fetch_all(tx.settle().await?).await?;
    let record = new.record();
    for version in versions {
        let page = crate::url::parse(version.try_get("url")?);
        let is_elsewhere =
            page.is_ok_and(|page| crate::url::canonical(&page).as_str() != new.own_url);
        if (at_once || is_elsewhere)
            && (record.title().is_empty()
                || edit::same_words(version.try_get("title")?, record.title()))
            && edit::same_words(version.try_get("text")?, &record.article.text)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a text is compared by.
pub(super) fn fingerprints(text: &str, url: &str) -> Fingerprints {
    let (text_hash, site) = (text_hash(text), super::duplicates::site(url));
    Fingerprints { text_hash, site, ..Fingerprints::of_runs(text) }
}

fn text_hash(text: &str) -> Option<i64> {
    let folded = one_line(text);
    let long = folded.chars().nth(limits::DUPLICATE_CHARS_MIN).is_some();
    long.then(|| xxh3_64(folded.as_bytes()).cast_signed())
}
