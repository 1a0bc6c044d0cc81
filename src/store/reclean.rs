//! Making articles again from their stored pages.
//!
//! What recleaning puts away stays with the version that it replaces (`kept_versions`), for
//! `undo`.

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::article::{ArticleRecord, Fingerprinted, by_id};
use super::article_rows;
use super::edit::{self, Version};
use super::entry::{self, PendingEntry, select_pending};
use super::error::StoreError;
use super::query::{ArticleFilter, RemovalRow, grouped, push_conditions, push_limit, removal};
use super::writing::Writing;
use super::{ArticleId, EXTRACTOR, Reason, Store, json_numbers, template, time};
use crate::article::{Article, Content, Removal};
use crate::limits;
use crate::time::Timestamp;

/// What an article says, and what was taken out of it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Headline.
    pub title: String,
    /// Text.
    pub text: String,
    /// What was taken out.
    pub removals: Vec<RemovalRow>,
}

/// An article with what it takes to make it again.
#[derive(Debug)]
pub struct StoredArticle {
    /// Key.
    pub id: ArticleId,
    /// Canonical address.
    pub url: String,
    /// What it says today.
    pub said: Snapshot,
    /// Its text as Markdown.
    pub markdown: String,
    /// Where its text is from.
    pub content: Content,
    /// Its revision, and when it was fetched: whether somebody else changed it meanwhile.
    pub seen: Seen,
    /// Version of the program that made it.
    pub extractor: String,
    /// When its entry was first seen.
    pub first_seen_at: Timestamp,
    /// The page that it was made from, if that is still there.
    pub page: Option<StoredPage>,
    /// What its source says of it.
    pub entry: Option<PendingEntry>,
}

/// The state of an article at the moment when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Current revision.
    pub revision: i64,
    /// When its page was last fetched.
    pub fetched_at: Timestamp,
}

/// A stored page, packed.
#[derive(Clone, Debug)]
pub struct StoredPage {
    /// Where it was found.
    pub url: String,
    /// `Content-Type`.
    pub content_type: Option<String>,
    html: Vec<u8>,
}

impl StoredPage {
    /// The bytes as served.
    ///
    /// # Errors
    ///
    /// Where they are damaged.
    pub fn unpack(&self) -> std::io::Result<Vec<u8>> {
        super::page::unpack(&self.html)
    }
}

impl StoredArticle {
    /// An address on the site that its page belongs to.
    #[must_use]
    pub fn place(&self) -> Option<url::Url> {
        template::place(self.page.as_ref().map_or("", |page| &page.url), &self.url)
    }

    /// What it means that the article would be `new` today.
    #[must_use]
    pub fn weigh(&self, new: &Article) -> Remake {
        let title = new.metadata.title.as_deref().unwrap_or_default();
        let same_title = title.is_empty() || edit::same_words(title, &self.said.title);
        if same_title && edit::is_same(&Version::plain(&self.said.text), &Version::plain(&new.text))
        {
            let otherwise = self.extractor != EXTRACTOR
                || self.markdown != new.markdown
                || !same_removals(&self.said.removals, &new.removals);
            let amended = self.said.text == new.text && otherwise;
            return if amended { Remake::Amended } else { Remake::Same };
        }
        if edit::is_worse(&self.said.text, &new.text, false) {
            return Remake::Worse;
        }
        Remake::Changed
    }
}

fn same_removals(stored: &[RemovalRow], new: &[Removal]) -> bool {
    let same = |(stored, new): (&RemovalRow, &Removal)| {
        stored.position == super::integer(new.position)
            && (stored.kind.as_str(), stored.rule.as_str(), &stored.text)
                == (new.kind.as_str(), new.rule.as_str(), &new.text)
    };
    stored.len() == new.len() && stored.iter().zip(new).all(same)
}

/// What recleaning makes of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remake {
    /// What it is.
    Same,
    /// The same text; what is known besides it differs.
    Amended,
    /// Another text, or another title.
    Changed,
    /// Hardly anything: the text would be emptied or halved.
    Worse,
}

/// An article made again.
#[derive(Debug)]
pub struct Recleaned {
    /// Key.
    pub id: ArticleId,
    /// As it was when it was read.
    pub seen: Seen,
    /// What it is today.
    pub record: ArticleRecord,
    /// Whether it says something else than before, so that there is a new revision.
    pub is_revision: bool,
}

/// A walk over articles by their ids, a few at a time: no cursor stays open, so that whoever walks
/// slowly keeps no log of others alive.
#[derive(Clone, Debug)]
pub struct Walk {
    filter: ArticleFilter,
    is_over: bool,
}

impl Walk {
    /// Begins a walk.
    #[must_use]
    pub fn over(filter: ArticleFilter) -> Walk {
        Walk { is_over: filter.limit == Some(0), filter }
    }

    /// What the next question asks for.
    pub(super) fn next(&self) -> Option<ArticleFilter> {
        let most = limits::RECLEANED_PER_COMMIT_MAX;
        let limit = Some(self.filter.limit.map_or(most, |limit| limit.min(most)));
        (!self.is_over).then(|| ArticleFilter { limit, ..self.filter.clone() })
    }

    /// Heeds what the last question found.
    pub(super) fn went(&mut self, found: &[i64]) {
        let count: u32 = super::count(super::integer(found.len()));
        self.filter.after_id = found.last().copied().map(ArticleId).or(self.filter.after_id);
        self.filter.limit = self.filter.limit.map(|limit| limit.saturating_sub(count));
        self.is_over = count < limits::RECLEANED_PER_COMMIT_MAX || self.filter.limit == Some(0);
    }
}

/// Which articles are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaking {
    /// All.
    All,
    /// Those of a site whose blocks are not counted by the rules of today.
    Uncounted,
}

impl Store {
    /// How many articles [`Store::stored_articles`] gives.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn count_stored(
        &self,
        filter: &ArticleFilter,
        which: Remaking,
    ) -> Result<u64, StoreError> {
        let resolved = self.resolve(filter).await?;
        let mut query = QueryBuilder::new("select count(*) from articles where true");
        push_which(&mut query, which);
        push_conditions(&mut query, filter, &resolved);
        let count: i64 = query.build_query_scalar().fetch_one(&self.readers).await?;
        let count: u64 = super::count(count);
        Ok(filter.limit.map_or(count, |limit| count.min(limit.into())))
    }

    /// The next articles of a walk with their pages, by id; none where it is over.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn stored_articles(
        &self,
        walk: &mut Walk,
        which: Remaking,
    ) -> Result<Vec<StoredArticle>, StoreError> {
        let Some(filter) = walk.next() else { return Ok(Vec::new()) };
        let resolved = self.resolve(&filter).await?;
        let mut query = QueryBuilder::new(
            "select articles.id, articles.url, articles.title, text, markdown, content, revision,
                    extractor, first_seen_at, articles.fetched_at,
                    pages.url as page_url, pages.content_type, pages.html
             from articles left join pages on pages.article_id = articles.id where true",
        );
        push_which(&mut query, which);
        push_conditions(&mut query, &filter, &resolved);
        query.push(" order by articles.id");
        push_limit(&mut query, filter.limit);
        let mut tx = self.readers.begin().await?;
        let rows = query.build().fetch_all(&mut *tx).await?;
        let ids = rows.iter().map(|row| row.try_get("id")).collect::<Result<Vec<i64>, _>>()?;
        walk.went(&ids);
        let ids = json_numbers(ids.into_iter());
        let mut removals = grouped(&mut tx, REMOVALS, &ids, removal).await?;
        let mut entries = grouped(&mut tx, ENTRIES, &ids, entry::pending).await?;
        let read = |row: &SqliteRow| stored(row, &mut removals, &mut entries);
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Counts the blocks of articles, all in one transaction.
    ///
    /// # Errors
    ///
    /// Those of writing; nothing is counted then.
    pub async fn count_blocks(
        &self,
        articles: &[(ArticleId, url::Url, Vec<u64>)],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut writing = Writing::new(&mut tx);
        for (id, url, fingerprints) in articles {
            template::count_for(&mut writing, *id, url, fingerprints);
            writing.settle().await?;
        }
        Ok(tx.commit().await?)
    }

    /// Saves articles that were made again, all in one transaction; gives which of them are saved.
    /// What was changed or fetched since it was read stays: it was made by the rules of today.
    ///
    /// # Errors
    ///
    /// Those of writing; nothing is saved then.
    pub async fn record_recleaned(
        &self,
        articles: Vec<Recleaned>,
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError> {
        let prepare = |article: Recleaned| {
            let Recleaned { id, seen, record, is_revision } = article;
            (id, seen, is_revision, Fingerprinted::of(record))
        };
        // Comparing takes its time; the write lock is not held for it.
        let work = move || articles.into_iter().map(prepare).collect::<Vec<_>>();
        let prepared = tokio::task::spawn_blocking(work).await?;
        let mut tx = self.begin().await?;
        let mut saved = Vec::with_capacity(prepared.len());
        for (id, seen, is_revision, new) in &prepared {
            saved.push(save(&mut tx, *id, *seen, new, *is_revision, now).await?);
        }
        tx.commit().await?;
        Ok(saved)
    }
}

/// The conditions that a kind of remaking adds.
fn push_which(query: &mut QueryBuilder<Sqlite>, which: Remaking) {
    match which {
        Remaking::All => {}
        Remaking::Uncounted => {
            // A page without an address belongs to no site, and counts for none.
            query.push(" and exists (select 1 from pages where article_id = articles.id and ");
            query.push(template::HAS_PLACE);
            query.push(
                ")
                  and not exists (select 1 from article_blocks
                      where article_id = articles.id and article_blocks.extractor = ",
            );
            query.push_bind(EXTRACTOR).push(")");
        }
    }
}

pub(super) const REMOVALS: &str = "select * from removals
    where article_id in (select value from json_each(?)) order by article_id, position, id";
/// What a source says goes before what a person gave.
const ENTRIES: &str = select_pending!("" from "entries" then
        "where entries.article_id in (select value from json_each(?))
         order by entries.article_id, entries.source_id is null, entries.id");

fn stored(
    row: &SqliteRow,
    removals: &mut HashMap<i64, Vec<RemovalRow>>,
    entries: &mut HashMap<i64, Vec<PendingEntry>>,
) -> Result<StoredArticle, sqlx::Error> {
    let id: i64 = row.try_get("id")?;
    let page = match row.try_get::<Option<Vec<u8>>, _>("html")? {
        Some(html) => Some(StoredPage {
            url: row.try_get("page_url")?,
            content_type: row.try_get("content_type")?,
            html,
        }),
        None => None,
    };
    Ok(StoredArticle {
        id: ArticleId(id),
        url: row.try_get("url")?,
        said: Snapshot {
            title: row.try_get("title")?,
            text: row.try_get("text")?,
            removals: removals.remove(&id).unwrap_or_default(),
        },
        markdown: row.try_get("markdown")?,
        content: Content::parse(row.try_get("content")?).unwrap_or(Content::Page),
        seen: Seen {
            revision: row.try_get("revision")?,
            fetched_at: time(row.try_get("fetched_at")?),
        },
        extractor: row.try_get("extractor")?,
        first_seen_at: time(row.try_get("first_seen_at")?),
        page,
        entry: entries.remove(&id).and_then(|entries| entries.into_iter().next()),
    })
}

/// Saves one article that was made again, unless it is another by now.
async fn save(
    tx: &mut SqliteConnection,
    id: ArticleId,
    seen: Seen,
    new: &Fingerprinted,
    is_revision: bool,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let Some(stored) = by_id(tx, id).await? else { return Ok(false) };
    if (Seen { revision: stored.revision, fetched_at: stored.fetched_at }) != seen {
        return Ok(false);
    }
    let mut tx = Writing::new(tx);
    if is_revision {
        keep(tx.settle().await?, id).await?;
        let revision = article_rows::Revision {
            number: stored.revision + 1,
            reason: Reason::Recleaned,
            recorded_at: now,
        };
        article_rows::revise(&mut tx, new, &stored, revision).await?;
    } else {
        let record = &new.record;
        article_rows::save_metadata(&mut tx, record, id);
        article_rows::save_parts(&mut tx, &record.article, id);
        article_rows::save_markdown(&mut tx, &record.article, id);
    }
    tx.settle().await?;
    Ok(true)
}

/// Keeps with the current version all that is stored besides its text and title.
async fn keep(tx: &mut SqliteConnection, id: ArticleId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into kept_versions (article_id, revision, kept)
         select id, revision, json_object(
             'markdown', nullif(markdown, text), 'word_count', word_count, 'authors', authors,
             'site_name', site_name, 'language', language, 'published_at', published_at,
             'published_from', published_from, 'modified_at', modified_at, 'summary', summary,
             'image_url', image_url, 'confidence', json(printf('%!.17g', confidence)),
             'extractor', extractor,
             'removals', json((select json_group_array(json_array(position, kind, rule, text))
                 from (select * from removals where article_id = ?1 order by position, id))),
             'images', json((select json_group_array(json_array(position, url, alt, caption, credit))
                 from (select * from images where article_id = ?1 order by position))))
         from articles where id = ?1",
    )
    .bind(id.0)
    .execute(tx)
    .await?;
    Ok(())
}
