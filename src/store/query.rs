//! Articles: list, show, export.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream;
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use sqlx::QueryBuilder;
use sqlx::Row;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteRow;
use tokio_util::task::AbortOnDropHandle;

use super::article_rows::Markdown;
use super::error::StoreError;
use super::{ArticleId, SourceId, Store, count, from_json, json, json_numbers};
use crate::article::Image;
use crate::limits;
use crate::time::Timestamp;

/// Which articles; all conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct ArticleFilter {
    /// Only these; empty for all.
    pub ids: Vec<ArticleId>,
    /// Only from this source.
    pub source: Option<SourceId>,
    /// Only with this site name or host (exact, case-insensitive; a host also
    /// means itself with `www.`).
    pub site: Option<String>,
    /// Only in this language (`en` also means `en-gb`).
    pub language: Option<String>,
    /// Published (or first seen) at or after.
    pub since: Option<Timestamp>,
    /// Published (or first seen) before.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<u32>,
    /// Also articles that are duplicates of others.
    pub duplicates: bool,
    /// Only ids above this one: for incremental export.
    pub after_id: Option<ArticleId>,
}

/// An article as stored, with all its columns.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ArticleRow {
    /// Key.
    pub id: i64,
    /// Canonical address.
    pub url: String,
    /// Headline.
    pub title: String,
    /// Authors.
    pub authors: Vec<String>,
    /// Publication.
    pub site_name: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// First publication, UTC.
    pub published_at: Option<String>,
    /// Where that date came from.
    pub published_from: Option<String>,
    /// Last change.
    pub modified_at: Option<String>,
    /// Standfirst.
    pub summary: Option<String>,
    /// Clean text; empty in lists.
    pub text: String,
    /// The same as Markdown; empty in lists.
    pub markdown: String,
    /// Words of the text.
    pub word_count: i64,
    /// Lead image.
    pub image_url: Option<String>,
    /// The F1 of words that the model expects of the text.
    pub confidence: f64,
    /// Whether it is only what a paywall shows.
    pub paywalled: bool,
    /// `page` or `feed`.
    pub content: String,
    /// The first article with the same text.
    pub duplicate_of: Option<i64>,
    /// Current revision, from 1.
    pub revision: i64,
    /// Version of the extractor that made it.
    pub extractor: String,
    /// When its entry was first seen.
    pub first_seen_at: String,
    /// When its page was last fetched.
    pub fetched_at: String,
}

/// A removed block, as stored.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct RemovalRow {
    /// How many paragraphs of the text, parted by a blank line, stood before it.
    pub position: i64,
    /// Kind.
    pub kind: String,
    /// Rule.
    pub rule: String,
    /// Text.
    pub text: String,
}

/// A version of an article, as stored.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct RevisionRow {
    /// Number, from 1.
    pub revision: i64,
    /// Headline then.
    pub title: String,
    /// Text then.
    pub text: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Why.
    pub reason: String,
}

/// An article with everything that hangs on it.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ArticleDetail {
    /// The article.
    #[serde(flatten)]
    pub article: ArticleRow,
    /// What was removed.
    pub removals: Vec<RemovalRow>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// Its versions, oldest first, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<RevisionRow>,
    /// Sources that carried it: id and title.
    pub sources: Vec<(i64, String)>,
}

/// What is read besides an article's own columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Nothing.
    None,
    /// Removals, pictures and sources.
    Current,
    /// And every version.
    All,
}

/// Every column of a list; the long texts stay on the disk.
const LISTED: &str = "select id, url, title, authors, site_name, language, published_at,
    published_from, modified_at, summary, word_count, image_url, confidence, paywalled, content,
    duplicate_of, revision, extractor, first_seen_at, fetched_at, '' as text, '' as markdown_kept,
    0 as markdown_head, 0 as markdown_tail
    from articles where true";
/// Every column with its text. Markdown is put together here: SQLite would read the text again, and
/// count its characters.
const WHOLE: &str = "select id, url, title, authors, site_name, language, published_at,
    published_from, modified_at, summary, word_count, image_url, confidence, paywalled, content,
    duplicate_of, revision, extractor, first_seen_at, fetched_at, text, markdown_kept,
    markdown_head, markdown_tail";
/// What hangs on an article, as lists in its row: a row costs more than what stands in it.
const CURRENT: &str = ", (select json_group_array(json_object('position', position, 'kind', kind,
        'rule', rule, 'text', text) order by position, id)
     from removals where article_id = articles.id) as removals,
    (select json_group_array(json_object('url', url, 'alt', alt, 'caption', caption,
        'credit', credit) order by position)
     from images where article_id = articles.id) as images,
    (select json_group_array(json_array(id, title) order by id)
     from sources where id in (select source_id from entries where article_id = articles.id))
     as sources";
const REVISIONS: &str =
    ", (select json_group_array(json_object('revision', revision, 'title', title,
        'text', text, 'recorded_at', recorded_at, 'reason', reason) order by revision)
     from revisions where article_id = articles.id) as revisions";

impl Store {
    /// Articles, newest first, without body text.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn list(&self, filter: &ArticleFilter) -> Result<Vec<ArticleRow>, StoreError> {
        let resolved = self.resolve(filter).await?;
        let mut query = QueryBuilder::new(LISTED);
        push_conditions(&mut query, filter, &resolved);
        query.push(" order by published_at desc, id desc");
        push_limit(&mut query, filter.limit);
        let rows = query.build().fetch_all(&self.readers).await?;
        Ok(rows.iter().map(article).collect::<Result<_, _>>()?)
    }

    /// One article with all that hangs on it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`], and those of reading.
    pub async fn article(&self, id: ArticleId) -> Result<ArticleDetail, StoreError> {
        let found = details(&self.readers, &[id.0], Parts::All).await?.pop();
        found.ok_or_else(|| StoreError::NoSuch { what: "article", id: id.0.to_string() })
    }

    /// Whether there is an article of this number.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn has_article(&self, id: ArticleId) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar("select exists (select 1 from articles where id = ?)")
            .bind(id.0)
            .fetch_one(&self.readers)
            .await?;
        Ok(found)
    }

    /// Articles by id for export, each portion of them as what `render` makes of it, off the async
    /// threads. A few portions of [`limits::EXPORT_BATCH`] are in memory, and made, at once.
    ///
    /// Each portion is read by one statement, of which no transaction stays open: every article
    /// comes whole, as it was at that moment, and a slow reader keeps no WAL alive. Numbers only
    /// grow, so that none that was there at the beginning is left out, or comes twice.
    pub fn export<T: Send + 'static>(
        &self,
        filter: ArticleFilter,
        parts: Parts,
        render: impl Fn(Vec<ArticleDetail>) -> T + Send + Sync + 'static,
    ) -> impl Stream<Item = Result<T, StoreError>> + Send + '_ {
        let render = Arc::new(render);
        let portion = move |ids: Result<Vec<i64>, StoreError>| {
            let (readers, render) = (self.readers.clone(), Arc::clone(&render));
            let made = tokio::spawn(async move {
                let articles = details(&readers, &ids?, parts).await?;
                Ok(tokio::task::spawn_blocking(move || render(articles)).await?)
            });
            AbortOnDropHandle::new(made)
        };
        let portions = stream::try_unfold(Some(filter), |rest| self.portion(rest));
        portions.map(portion).buffered(limits::EXPORT_AT_ONCE).map(|made| made?)
    }

    /// The numbers of the next portion, and what is to be found behind it.
    async fn portion(
        &self,
        filter: Option<ArticleFilter>,
    ) -> Result<Option<(Vec<i64>, Option<ArticleFilter>)>, StoreError> {
        let Some(mut filter) = filter else { return Ok(None) };
        let wanted = filter.limit.unwrap_or(u32::MAX).min(limits::EXPORT_BATCH);
        let resolved = self.resolve(&filter).await?;
        let mut query = QueryBuilder::new("select id from articles where true");
        push_conditions(&mut query, &filter, &resolved);
        query.push(" order by id");
        push_limit(&mut query, Some(wanted));
        let ids: Vec<i64> = query.build_query_scalar().fetch_all(&self.readers).await?;
        let Some(last) = ids.last() else { return Ok(None) };
        let found = count::<u32>(super::integer(ids.len()));
        filter.after_id = Some(ArticleId(*last));
        filter.limit = filter.limit.map(|limit| limit.saturating_sub(found));
        let is_last = found < wanted || filter.limit == Some(0);
        Ok(Some((ids, (!is_last).then_some(filter))))
    }
}

/// What `--site` means in this database. An index gives the newest of one host
/// or of one name in their order; of several, all have to be sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Site {
    Any,
    Host(String),
    Named(String),
    Both(String, String),
}

/// What a filter means in this database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResolvedFilter {
    site: Site,
    /// The languages that there are of those that are meant; none where any is.
    languages: Option<Vec<String>>,
}

impl Store {
    /// Finds out what `--site` and `--lang` mean in this database.
    pub(super) async fn resolve(
        &self,
        filter: &ArticleFilter,
    ) -> Result<ResolvedFilter, StoreError> {
        Ok(ResolvedFilter {
            site: self.site(filter).await?,
            languages: self.languages(filter).await?,
        })
    }

    /// The languages of articles that begin as the one asked for: `en`, `en-gb`. They are few, and
    /// an index leads from each to the next.
    async fn languages(&self, filter: &ArticleFilter) -> Result<Option<Vec<String>>, StoreError> {
        let Some(language) = &filter.language else { return Ok(None) };
        let found = sqlx::query_scalar(
            "with recursive known (language) as (
                 select min(language) from articles where language >= ?1
                 union all
                 select (select min(language) from articles where language > known.language)
                 from known where known.language < ?1 || '.')
             select language from known
             where language = ?1 or language >= ?1 || '-' and language < ?1 || '.'",
        )
        // `-` is followed by `.` in ASCII: everything that begins with `en-`.
        .bind(language.to_lowercase())
        .fetch_all(&self.readers)
        .await?;
        Ok(Some(found))
    }

    /// Finds out whether a site is known by its host, by its name, or by both.
    async fn site(&self, filter: &ArticleFilter) -> Result<Site, StoreError> {
        let Some(site) = &filter.site else { return Ok(Site::Any) };
        let host = site.to_lowercase();
        let found = sqlx::query(
            "select exists (select 1 from articles where host = ?1) as bare,
                    exists (select 1 from articles where host = 'www.' || ?1) as www,
                    exists (select 1 from articles where site_name = ?2 collate nocase) as named",
        )
        .bind(&host)
        .bind(site)
        .fetch_one(&self.readers)
        .await?;
        let is = |column| found.try_get::<bool, _>(column);
        Ok(match (is("bare")?, is("www")?, is("named")?) {
            (true, false, false) => Site::Host(host),
            (false, true, false) => Site::Host(format!("www.{host}")),
            (false, false, true) => Site::Named(site.clone()),
            _ => Site::Both(site.clone(), host),
        })
    }
}

/// Adds the conditions of a filter to a statement that ends in a condition.
pub(super) fn push_conditions(
    query: &mut QueryBuilder<Sqlite>,
    filter: &ArticleFilter,
    resolved: &ResolvedFilter,
) {
    if !filter.ids.is_empty() {
        query.push(" and articles.id in (select value from json_each(");
        query.push_bind(json_numbers(filter.ids.iter().map(|id| id.0))).push("))");
    }
    if let Some(source) = filter.source {
        query.push(" and articles.id in (select article_id from entries where article_id is not null and source_id = ");
        query.push_bind(source.0).push(")");
    }
    match &resolved.site {
        Site::Any => {}
        Site::Host(host) => {
            query.push(" and articles.host = ").push_bind(host.clone());
        }
        Site::Named(name) => {
            query.push(" and articles.site_name = ").push_bind(name.clone());
            query.push(" collate nocase");
        }
        Site::Both(name, host) => {
            query.push(" and (articles.site_name = ").push_bind(name.clone());
            query.push(" collate nocase or articles.host in (").push_bind(host.clone());
            query.push(", ").push_bind(format!("www.{host}")).push("))");
        }
    }
    match resolved.languages.as_deref() {
        None => {}
        Some([]) => {
            query.push(" and false");
        }
        Some([language]) => {
            query.push(" and articles.language = ").push_bind(language.clone());
        }
        // No index gives those of several languages in the order of their dates.
        Some(languages) => {
            query.push(" and +articles.language in (select value from json_each(");
            query.push_bind(json(languages)).push("))");
        }
    }
    if let Some(since) = filter.since {
        query.push(" and articles.published_at >= ").push_bind(since.to_string());
    }
    if let Some(until) = filter.until {
        query.push(" and articles.published_at < ").push_bind(until.to_string());
    }
    if !filter.duplicates {
        query.push(" and articles.duplicate_of is null");
    }
    if let Some(after) = filter.after_id {
        query.push(" and articles.id > ").push_bind(after.0);
    }
}

pub(super) fn push_limit(query: &mut QueryBuilder<Sqlite>, limit: Option<u32>) {
    if let Some(limit) = limit {
        // SQLite compiles a statement anew for every limit that is bound to it.
        query.push(" limit ").push(limit);
    }
}

/// Adds the number that the next row of a table with `autoincrement` gets.
pub(super) fn push_next_id(query: &mut QueryBuilder<Sqlite>, table: &'static str) {
    query.push("1 + max(coalesce((select max(id) from ").push(table);
    query.push("), 0), coalesce((select seq from sqlite_sequence where name = '").push(table);
    query.push("'), 0))");
}

/// Articles with what hangs on them, by id.
async fn details(
    readers: &SqlitePool,
    ids: &[i64],
    parts: Parts,
) -> Result<Vec<ArticleDetail>, StoreError> {
    let mut query = QueryBuilder::new(WHOLE);
    match parts {
        Parts::None => {}
        Parts::Current => {
            query.push(CURRENT);
        }
        Parts::All => {
            query.push(CURRENT).push(REVISIONS);
        }
    }
    query.push(" from articles where id in (select value from json_each(");
    query.push_bind(json_numbers(ids.iter().copied())).push(")) order by id");
    let rows = query.build().fetch_all(readers).await?;
    let details = rows.iter().map(|row| {
        let mut detail = ArticleDetail { article: article(row)?, ..ArticleDetail::default() };
        if parts != Parts::None {
            detail.removals = list(row, "removals")?;
            detail.images = list(row, "images")?;
            detail.sources = list(row, "sources")?;
        }
        if parts == Parts::All {
            detail.revisions = list(row, "revisions")?;
        }
        Ok(detail)
    });
    Ok(details.collect::<Result<_, sqlx::Error>>()?)
}

/// A list that stands in a row.
fn list<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<Vec<T>, sqlx::Error> {
    serde_json::from_str(row.try_get(column)?).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Rows by the article that they hang on.
pub(super) async fn grouped<T>(
    tx: &mut SqliteConnection,
    statement: &'static str,
    ids: &str,
    read: fn(&SqliteRow) -> Result<T, sqlx::Error>,
) -> Result<HashMap<i64, Vec<T>>, sqlx::Error> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in sqlx::query(statement).bind(ids).fetch_all(tx).await? {
        groups.entry(row.try_get("article_id")?).or_default().push(read(&row)?);
    }
    Ok(groups)
}

fn article(row: &SqliteRow) -> Result<ArticleRow, sqlx::Error> {
    let text: String = row.try_get("text")?;
    let markdown = Markdown {
        kept: row.try_get("markdown_kept")?,
        head: row.try_get("markdown_head")?,
        tail: row.try_get("markdown_tail")?,
    };
    Ok(ArticleRow {
        id: row.try_get("id")?,
        url: row.try_get("url")?,
        title: row.try_get("title")?,
        authors: from_json(row.try_get("authors")?),
        site_name: row.try_get("site_name")?,
        language: row.try_get("language")?,
        published_at: row.try_get("published_at")?,
        published_from: row.try_get("published_from")?,
        modified_at: row.try_get("modified_at")?,
        summary: row.try_get("summary")?,
        markdown: markdown.beside(&text),
        text,
        word_count: row.try_get("word_count")?,
        image_url: row.try_get("image_url")?,
        confidence: row.try_get("confidence")?,
        paywalled: row.try_get("paywalled")?,
        content: row.try_get("content")?,
        duplicate_of: row.try_get("duplicate_of")?,
        revision: row.try_get("revision")?,
        extractor: row.try_get("extractor")?,
        first_seen_at: row.try_get("first_seen_at")?,
        fetched_at: row.try_get("fetched_at")?,
    })
}

pub(super) fn removal(row: &SqliteRow) -> Result<RemovalRow, sqlx::Error> {
    Ok(RemovalRow {
        position: row.try_get("position")?,
        kind: row.try_get("kind")?,
        rule: row.try_get("rule")?,
        text: row.try_get("text")?,
    })
}
