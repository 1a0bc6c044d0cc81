//! Entries: the to-do list, dealt out host by host.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::source::validators;
use super::writing::Writing;
use super::{ArticleId, EntryId, SourceId, Store, count, from_json, integer, time};
use crate::fetch::Validators;
use crate::limits;
use crate::outcome::Outcome;
use crate::sift::Fingerprint;
use crate::time::Timestamp;

/// An entry that waits for its page.
#[derive(Clone, Debug)]
pub struct PendingEntry {
    /// Key.
    pub id: EntryId,
    /// Its source; none for an address given by hand.
    pub source: Option<SourceId>,
    /// Where its article is, of several on one page with its fragment; `None` where the source
    /// carries it whole.
    pub url: Option<url::Url>,
    /// Headline that the source gave.
    pub title: Option<String>,
    /// Authors that the source gave.
    pub authors: Vec<String>,
    /// Publication that the source gave (RFC 3339 or a day), as text.
    pub published: Option<String>,
    /// Language of its source.
    pub language: Option<String>,
    /// Title of its source.
    pub source_title: Option<String>,
    /// Where its source is polled.
    pub source_url: Option<url::Url>,
    /// Summary that the source gave, as HTML.
    pub summary: Option<String>,
    /// Content that the source gave, as HTML.
    pub content: Option<String>,
    /// What it said when it was read; an edit changes it.
    pub fingerprint: Fingerprint,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// Attempts at its address so far, for it and for others that wait for the same page or gave it
    /// up within [`limits::PAGE_GIVEN_UP_FOR`].
    pub attempts: u32,
    /// The article that an earlier visit stored; set when the entry was edited or
    /// its page is looked at again.
    pub article: Option<ArticleId>,
    /// Validators of the page that is kept of it, and when that came.
    pub page: Option<(Validators, Timestamp)>,
    /// Host that politeness is owed to: its address's, else its source's.
    pub host: String,
}

/// Asks for what [`pending`] reads, and for `$more` columns, of those rows of `entries` that `$from`
/// and `$then` choose.
macro_rules! select_pending {
    ($more:literal from $from:literal then $then:literal) => {
        concat!(
            "select ",
            $more,
            "entries.*, sources.language, sources.title as source_title,
             sources.url as source_url, pages.url as validators_url,
             pages.fetched_at as page_fetched_at, pages.etag, pages.last_modified
             from ",
            $from,
            " left join sources on sources.id = entries.source_id
             left join pages on pages.article_id = entries.article_id ",
            $then
        )
    };
}
pub(super) use select_pending;

impl Store {
    /// Pending entries due at `now`, oldest first, at most `per_host` of a host
    /// and `limit` in all, of hosts that neither stand in `busy` nor asked us to wait, and of
    /// sources that are not paused; where `only` is given, of these.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn due_entries(
        &self,
        now: Timestamp,
        limit: usize,
        per_host: usize,
        busy: &HashSet<String>,
        only: Option<&[SourceId]>,
    ) -> Result<Vec<PendingEntry>, StoreError> {
        // One pass over the index of what waits, which holds all that is asked for
        // here; only the rows that are dealt out are read. Named, because the
        // planner would rather walk by time and sort by host.
        let rows = sqlx::query(concat!(
            "with
             queue (id, due_at, place) as (
                 select id, next_attempt_at,
                        row_number() over (partition by host order by next_attempt_at, id)
                 from entries indexed by entries_pending
                 where state = 'pending' and next_attempt_at <= ?1
                   and host not in (select value from json_each(?3))
                   and host not in (select host from hosts where wait_until > ?1)
                   and (?5 is null or source_id in (select value from json_each(?5)))
                   and coalesce(source_id, 0) not in
                       (select id from sources where state = 'paused')
             ),
             turn (id, due_at) as (
                 select id, due_at from queue where place <= ?2 order by due_at, id limit ?4
             )
             ",
            select_pending!(
                "(select sum(other.attempts) from entries as other
                  where other.canonical_url = entries.canonical_url and other.id <> entries.id
                    and (other.state = 'pending'
                         or other.state in ('skipped', 'failed') and other.settled_at > ?6
                            and (other.source_id is not entries.source_id
                                 or other.settled_at >= entries.first_seen_at)))
                  as attempts_of_others, "
                from "turn join entries on entries.id = turn.id"
                then "order by turn.due_at, turn.id"
            )
        ))
        .bind(now.to_string())
        .bind(integer(per_host))
        .bind(super::json_words(busy))
        .bind(integer(limit))
        .bind(only.map(|ids| super::json_numbers(ids.iter().map(|id| id.0))))
        .bind(now.before(limits::PAGE_GIVEN_UP_FOR).to_string())
        .fetch_all(&self.readers)
        .await?;
        let entries = rows.iter().map(|row| {
            let entry = pending(row)?;
            let others: Option<i64> = row.try_get("attempts_of_others")?;
            let others: u32 = count(others.unwrap_or(0));
            let attempts = entry.attempts.saturating_add(others);
            Ok(PendingEntry { attempts, ..entry })
        });
        Ok(entries.collect::<Result<_, sqlx::Error>>()?)
    }

    /// An entry for an address given by hand; found again where it is there
    /// already (its source's, if one announced it), and pending again.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn add_entry(
        &self,
        url: &url::Url,
        now: Timestamp,
    ) -> Result<PendingEntry, StoreError> {
        let canonical = crate::url::canonical(url);
        let mut tx = self.begin().await?;
        let known: Option<i64> = sqlx::query_scalar(
            "select id from entries where canonical_url = ? order by by_hand, id limit 1",
        )
        .bind(canonical.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let id = match known {
            Some(id) => {
                make_pending(&mut tx, EntryId(id), now).await?;
                EntryId(id)
            }
            None => insert(&mut tx, url, &canonical, now).await?,
        };
        let row = sqlx::query(select_pending!("" from "entries" then "where entries.id = ?"))
            .bind(id.0)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(pending(&row)?)
    }

    /// The article stored under an address (an article's own, or an entry's).
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn article_at(&self, url: &str) -> Result<Option<ArticleId>, StoreError> {
        let canonical = crate::url::parse(url).map(|url| crate::url::canonical(&url).to_string());
        let id: Option<i64> = sqlx::query_scalar(
            "select * from (select id from articles where url in (?1, ?2) limit 1)
             union all
             select * from (select article_id from addresses where url in (?1, ?2) limit 1)
             union all
             select * from (select article_id from entries
                 where canonical_url in (?1, ?2) and article_id is not null order by id limit 1)
             limit 1",
        )
        .bind(url)
        .bind(canonical.as_deref().unwrap_or(url))
        .fetch_optional(&self.readers)
        .await?;
        Ok(id.map(ArticleId))
    }

    /// Whether there is such an article, and its text is that of its page.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn is_from_page(&self, article: Option<ArticleId>) -> Result<bool, StoreError> {
        let Some(article) = article else { return Ok(false) };
        let found = sqlx::query_scalar(
            "select exists (select 1 from articles where id = ? and content = 'page')",
        )
        .bind(article.0)
        .fetch_one(&self.readers)
        .await?;
        Ok(found)
    }

    /// The article that a request for this address (in canonical form) led to: that of an entry
    /// that has it, or one whose page was found there. What an article's page merely claims to be
    /// its address does not count, nor does one that was last looked at, for an entry of the source
    /// in `announced`, before that moment.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn article_from(
        &self,
        url: &url::Url,
        announced: Option<(SourceId, Timestamp)>,
    ) -> Result<Option<ArticleId>, StoreError> {
        let rows = sqlx::query(
            "select * from (select article_id as id, null as page_url from entries
                 where canonical_url = ?1 and article_id is not null order by id limit 1)
             union all
             select articles.id, pages.url
             from articles join pages on pages.article_id = articles.id where articles.url = ?1
             union all
             select addresses.article_id, pages.url
             from addresses join pages on pages.article_id = addresses.article_id
             where addresses.url = ?1",
        )
        .bind(url.as_str())
        .fetch_all(&self.readers)
        .await?;
        for row in rows {
            let page: Option<&str> = row.try_get("page_url")?;
            let found = page.is_none_or(|page| {
                crate::url::parse(page).is_ok_and(|page| crate::url::canonical(&page) == *url)
            });
            if found {
                let id = ArticleId(row.try_get("id")?);
                return Ok((!self.is_out_of_date(url, announced).await?).then_some(id));
            }
        }
        Ok(None)
    }

    /// Why another entry with this address (in canonical form) was given up within
    /// [`limits::PAGE_GIVEN_UP_FOR`], where that holds for this one too: it was never settled
    /// itself, and is nothing that the same source announced there since.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn given_up(
        &self,
        entry: &PendingEntry,
        url: &url::Url,
        now: Timestamp,
    ) -> Result<Option<(Outcome, String)>, StoreError> {
        let row = sqlx::query(
            "select other.error_kind, other.error from entries
             join entries as other on other.canonical_url = ?2 and other.id <> entries.id
             where entries.id = ?1 and entries.by_hand = 0 and entries.settled_at is null
               and other.state in ('skipped', 'failed') and other.settled_at > ?3
               and (other.source_id is not entries.source_id
                    or other.settled_at >= entries.first_seen_at)
             order by other.settled_at desc limit 1",
        )
        .bind(entry.id.0)
        .bind(url.as_str())
        .bind(now.before(limits::PAGE_GIVEN_UP_FOR).to_string())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let kind: Option<&str> = row.try_get("error_kind")?;
        let message: Option<String> = row.try_get("error")?;
        Ok(kind.and_then(Outcome::parse).map(|kind| (kind, message.unwrap_or_default())))
    }

    /// Whether what the source announced at this address was last looked at before that moment.
    async fn is_out_of_date(
        &self,
        url: &url::Url,
        announced: Option<(SourceId, Timestamp)>,
    ) -> Result<bool, StoreError> {
        let Some((source, at)) = announced else { return Ok(false) };
        let looked_at: Option<String> = sqlx::query_scalar(
            "select max(settled_at) from entries indexed by entries_canonical_url
             where canonical_url = ? and article_id is not null and source_id = ?",
        )
        .bind(url.as_str())
        .bind(source.0)
        .fetch_one(&self.readers)
        .await?;
        Ok(looked_at.is_some_and(|looked_at| time(&looked_at) < at))
    }
}

async fn make_pending(
    tx: &mut SqliteConnection,
    id: EntryId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update entries set state = 'pending', attempts = 0, next_attempt_at = ? where id = ?",
    )
    .bind(now.to_string())
    .bind(id.0)
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert(
    tx: &mut SqliteConnection,
    url: &url::Url,
    canonical: &url::Url,
    now: Timestamp,
) -> Result<EntryId, sqlx::Error> {
    let done = sqlx::query(
        "insert into entries (by_hand, key, url, canonical_url, host, first_seen_at,
                              next_attempt_at)
         values (1, '', ?1, ?2, ?3, ?4, ?4)",
    )
    .bind(url.as_str())
    .bind(canonical.as_str())
    .bind(crate::url::host(url))
    .bind(now.to_string())
    .execute(tx)
    .await?;
    Ok(EntryId(done.last_insert_rowid()))
}

/// Adds an entry that waits for nothing: an address whose page somebody had already.
pub(super) fn settled_by_hand(tx: &mut Writing<'_>, id: EntryId, canonical: &str, at: Timestamp) {
    let host = crate::url::parse(canonical).map(|url| crate::url::host(&url));
    tx.add(
        "insert into entries (id, by_hand, key, url, canonical_url, host, first_seen_at, state)
             values (?, 1, '', ?, ?, ?, ?, 'skipped')",
    )
    .bind(id.0)
    .bind(canonical)
    .bind(canonical)
    .bind(host.unwrap_or_default())
    .bind(at.to_string());
}

pub(super) fn pending(row: &SqliteRow) -> Result<PendingEntry, sqlx::Error> {
    let (url, source_url): (Option<&str>, Option<&str>) =
        (row.try_get("url")?, row.try_get("source_url")?);
    Ok(PendingEntry {
        id: EntryId(row.try_get("id")?),
        source: row.try_get::<Option<i64>, _>("source_id")?.map(SourceId),
        url: url.and_then(|text| {
            let url = crate::url::parse(text).ok()?;
            crate::url::resolve_with_fragment(&url, text).ok()
        }),
        title: row.try_get("title")?,
        authors: from_json(row.try_get("authors")?),
        published: row.try_get("published_stated")?,
        language: row.try_get("language")?,
        source_title: row.try_get("source_title")?,
        source_url: source_url.and_then(|url| crate::url::parse(url).ok()),
        summary: row.try_get("summary")?,
        content: row.try_get("content")?,
        fingerprint: Fingerprint(row.try_get::<i64, _>("fingerprint")?.cast_unsigned()),
        first_seen_at: time(row.try_get("first_seen_at")?),
        attempts: count(row.try_get("attempts")?),
        article: row.try_get::<Option<i64>, _>("article_id")?.map(ArticleId),
        page: validators(row)?.zip(row.try_get::<Option<&str>, _>("page_fetched_at")?.map(time)),
        host: row.try_get("host")?,
    })
}
