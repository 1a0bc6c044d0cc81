//! Sources: what is followed.

use std::time::Duration;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::{SourceId, SourceKind, SourceState, Store, count, from_json, optional_time, time};
use crate::feed::listing::Selector;
use crate::feed::listing::SelectorError;
use crate::fetch::Validators;
use crate::schedule::Moving;
use crate::schedule::Quiet;
use crate::time::Timestamp;

/// A source to follow.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Its address, as it is asked.
    pub url: url::Url,
    /// What it is.
    pub kind: SourceKind,
    /// Title, where known; what the source calls itself does not replace it.
    pub title: String,
    /// Web page, where known.
    pub site_url: Option<String>,
    /// Language, where known.
    pub language: Option<String>,
    /// Folders and foreign attributes of an imported OPML outline, as JSON.
    pub opml: Option<String>,
    /// Whether it is polled.
    pub state: SourceState,
    /// Where a page's article links stand; `None` finds them by structure.
    pub links: Option<Selector>,
}

impl NewSource {
    /// A source to poll, of which no more is known.
    #[must_use]
    pub fn new(url: url::Url, kind: SourceKind) -> NewSource {
        NewSource {
            url,
            kind,
            title: String::new(),
            site_url: None,
            language: None,
            opml: None,
            state: SourceState::Active,
            links: None,
        }
    }
}

/// A source, as the database knows it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Key.
    pub id: SourceId,
    /// Address that is polled.
    pub url: url::Url,
    /// What it is.
    pub kind: SourceKind,
    /// Whether it is polled.
    pub state: SourceState,
    /// Title; empty until known.
    pub title: String,
    /// Web page.
    pub site_url: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Validators of the last full answer.
    pub validators: Option<Validators>,
    /// Next poll.
    pub next_poll_at: Timestamp,
    /// Last poll, whatever its outcome.
    pub polled_at: Option<Timestamp>,
    /// Last poll that brought something new.
    pub changed_at: Option<Timestamp>,
    /// Last full answer.
    pub answered_at: Option<Timestamp>,
    /// Where permanent redirects have begun to lead.
    pub moving: Option<Moving>,
    /// How long the feed asks not to be polled again.
    pub ttl: Option<Duration>,
    /// When it asks not to be polled at all.
    pub quiet: Quiet,
    /// Interval in force; zero before the first poll.
    pub interval: Duration,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure, for a person.
    pub last_error: Option<String>,
    /// Its kind.
    pub last_error_kind: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// OPML extras, as JSON.
    pub opml: Option<String>,
    /// Where a page's article links stand; `None` finds them by structure.
    pub links: Option<Selector>,
}

/// A source, and what came of following it.
#[derive(Clone, Debug)]
pub struct SourceReport {
    /// The source.
    pub source: Source,
    /// Articles that came from it.
    pub articles: u64,
    /// The first of its failures in a row, as far as attempts are kept.
    pub failing_since: Option<Timestamp>,
}

/// The first failed poll of a row of `sources` since the last that went well.
macro_rules! failing_since {
    () => {
        "(select min(started_at) from fetches
          where source_id = sources.id and entry_id is null and sources.failures > 0
            and started_at > coalesce(
                (select started_at from fetches
                 where source_id = sources.id and entry_id is null and error_kind is null
                 order by started_at desc limit 1), ''))"
    };
}
pub(super) use failing_since;

/// Asks for what [`report`] reads of the sources that a clause chooses.
macro_rules! select_reports {
    ($which:literal) => {
        concat!(
            "select *, (select count(distinct article_id) from entries
                        where source_id = sources.id and article_id is not null) as articles, ",
            failing_since!(),
            " as failing_since from sources ",
            $which
        )
    };
}

/// Whether a source was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its key.
    pub id: SourceId,
    /// False when it was followed already.
    pub new: bool,
}

impl Store {
    /// Adds a source, due at once; an address that is followed already, or
    /// was before its source moved, stays as it is.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn add_source(
        &self,
        source: &NewSource,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(id) = id_at(&mut tx, source.url.as_str()).await? {
            return Ok(Added { id, new: false });
        }
        let id = sqlx::query(
            "insert into sources (url, host, kind, title, title_given, site_url, language, opml,
                                  next_poll_at, added_at, state, links_selector)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9, ?10, ?11)",
        )
        .bind(source.url.as_str())
        .bind(crate::url::host(&source.url))
        .bind(source.kind.as_str())
        .bind(&source.title)
        .bind(!source.title.is_empty())
        .bind(&source.site_url)
        .bind(&source.language)
        .bind(&source.opml)
        .bind(now.to_string())
        .bind(source.state.as_str())
        .bind(source.links.as_ref().map(Selector::to_string))
        .execute(&mut *tx)
        .await?
        .last_insert_rowid();
        tx.commit().await?;
        Ok(Added { id: SourceId(id), new: true })
    }

    /// One source.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`], and those of reading.
    pub async fn source(&self, id: SourceId) -> Result<Source, StoreError> {
        let row = sqlx::query("select * from sources where id = ?")
            .bind(id.0)
            .fetch_optional(&self.readers)
            .await?;
        Ok(source(&row.ok_or_else(|| no_such(id))?)?)
    }

    /// All sources, by id.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn sources(&self) -> Result<Vec<Source>, StoreError> {
        let rows =
            sqlx::query("select * from sources order by id").fetch_all(&self.readers).await?;
        Ok(rows.iter().map(source).collect::<Result<_, _>>()?)
    }

    /// One source, and what came of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`], and those of reading.
    pub async fn source_report(&self, id: SourceId) -> Result<SourceReport, StoreError> {
        let row = sqlx::query(select_reports!("where id = ?"))
            .bind(id.0)
            .fetch_optional(&self.readers)
            .await?;
        Ok(report(&row.ok_or_else(|| no_such(id))?)?)
    }

    /// All sources, and what came of them, by id.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn source_reports(&self) -> Result<Vec<SourceReport>, StoreError> {
        let rows = sqlx::query(select_reports!("order by id")).fetch_all(&self.readers).await?;
        Ok(rows.iter().map(report).collect::<Result<_, _>>()?)
    }

    /// The source at an address, its former addresses included.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn source_at(&self, url: &str) -> Result<Option<Source>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let found = id_at(&mut connection, url).await?;
        drop(connection);
        match found {
            Some(id) => self.source(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Pauses or resumes; resuming makes it due at once, or when the wait ends that its host asked
    /// for, and forgets its failures.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`], and those of writing.
    pub async fn set_source_state(
        &self,
        id: SourceId,
        state: SourceState,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let statement = match state {
            SourceState::Active => {
                "update sources set state = ?, failures = 0, last_error = null,
                                    last_error_kind = null,
                     next_poll_at = max(?,
                         coalesce((select wait_until from hosts where hosts.host = sources.host), ''))
                 where id = ?"
            }
            SourceState::Paused | SourceState::Gone => {
                "update sources set state = ?, next_poll_at = max(next_poll_at, ?) where id = ?"
            }
        };
        let mut tx = self.begin().await?;
        let done = sqlx::query(statement)
            .bind(state.as_str())
            .bind(now.to_string())
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        must_exist(id, done.rows_affected())?;
        Ok(tx.commit().await?)
    }

    /// Says where on a page its articles' links stand, or leaves that to be found.
    /// It is due at once, and asked in full: the page may be what it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`], and those of writing.
    pub async fn set_links(
        &self,
        id: SourceId,
        links: Option<&Selector>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "update sources set links_selector = ?, next_poll_at = ?,
                                etag = null, last_modified = null, validators_url = null
             where id = ?",
        )
        .bind(links.map(Selector::to_string))
        .bind(now.to_string())
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        must_exist(id, done.rows_affected())?;
        Ok(tx.commit().await?)
    }

    /// Stops following; its articles stay, its pending entries go.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`], and those of writing.
    pub async fn remove_source(&self, id: SourceId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // Entries with an article outlive their source: they know other
        // addresses of it, under which it would be stored again.
        sqlx::query(
            "update entries set source_id = null, state = 'stored', next_attempt_at = null,
                                content = null
             where source_id = ? and article_id is not null",
        )
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        sqlx::query("delete from entries where source_id = ?").bind(id.0).execute(&mut *tx).await?;
        let done =
            sqlx::query("delete from sources where id = ?").bind(id.0).execute(&mut *tx).await?;
        must_exist(id, done.rows_affected())?;
        Ok(tx.commit().await?)
    }

    /// Gives a source another address; forgets its validators and failures, remembers the old
    /// address, and makes it due at once. One that was gone is polled again, one that is paused not.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`]; [`StoreError::Taken`] where another source is
    /// polled at that address; and those of writing.
    pub async fn move_source(
        &self,
        id: SourceId,
        url: &url::Url,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let other: Option<i64> =
            sqlx::query_scalar("select id from sources where url = ? and id <> ?")
                .bind(url.as_str())
                .bind(id.0)
                .fetch_optional(&mut *tx)
                .await?;
        if let Some(other) = other {
            return Err(StoreError::Taken { url: url.to_string(), id: other });
        }
        leave_address(&mut tx, id, url, now).await?;
        let done = sqlx::query(
            "update sources set url = ?, host = ?, etag = null, last_modified = null,
                                validators_url = null, moving_to = null, moving_since = null,
                                failures = 0, last_error = null, last_error_kind = null,
                                state = iif(state = 'gone', 'active', state), next_poll_at = ?
             where id = ?",
        )
        .bind(url.as_str())
        .bind(crate::url::host(url))
        .bind(now.to_string())
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        must_exist(id, done.rows_affected())?;
        Ok(tx.commit().await?)
    }
}

/// Remembers the address of a source that is about to be at `url`.
pub(super) async fn leave_address(
    tx: &mut SqliteConnection,
    id: SourceId,
    url: &url::Url,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into source_urls (url, source_id, left_at)
         select url, id, ?2 from sources where id = ?1 and url <> ?3
         on conflict (url) do update set source_id = excluded.source_id,
                                         left_at = excluded.left_at",
    )
    .bind(id.0)
    .bind(now.to_string())
    .bind(url.as_str())
    .execute(&mut *tx)
    .await?;
    // An address in use is nobody's former one.
    sqlx::query("delete from source_urls where url = ?").bind(url.as_str()).execute(tx).await?;
    Ok(())
}

async fn id_at(tx: &mut SqliteConnection, url: &str) -> Result<Option<SourceId>, sqlx::Error> {
    let canonical = crate::url::parse(url).map(|url| crate::url::canonical(&url).to_string());
    let id: Option<i64> = sqlx::query_scalar(
        "select id from sources where url in (?1, ?2)
         union all
         select source_id from source_urls where url in (?1, ?2)
         limit 1",
    )
    .bind(url)
    .bind(canonical.as_deref().unwrap_or(url))
    .fetch_optional(tx)
    .await?;
    Ok(id.map(SourceId))
}

pub(super) fn source(row: &SqliteRow) -> Result<Source, sqlx::Error> {
    let url: &str = row.try_get("url")?;
    let bad = |column: &str, why: String| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: why.into(),
    };
    let word = |column: &str| row.try_get::<&str, _>(column);
    Ok(Source {
        id: SourceId(row.try_get("id")?),
        url: crate::url::parse(url).map_err(|error| bad("url", format!("{url}: {error}")))?,
        kind: SourceKind::parse(word("kind")?)
            .ok_or_else(|| bad("kind", "unknown kind".to_owned()))?,
        state: SourceState::parse(word("state")?)
            .ok_or_else(|| bad("state", "unknown state".to_owned()))?,
        title: row.try_get("title")?,
        site_url: row.try_get("site_url")?,
        language: row.try_get("language")?,
        validators: validators(row)?,
        next_poll_at: time(word("next_poll_at")?),
        polled_at: optional_time(row, "polled_at")?,
        changed_at: optional_time(row, "changed_at")?,
        answered_at: optional_time(row, "answered_at")?,
        moving: moving(row)?,
        ttl: row
            .try_get::<Option<i64>, _>("ttl_seconds")?
            .map(|seconds| Duration::from_secs(count(seconds))),
        quiet: quiet(word("skip_hours")?, word("skip_days")?),
        interval: Duration::from_secs(count(row.try_get("interval_seconds")?)),
        failures: count(row.try_get("failures")?),
        last_error: row.try_get("last_error")?,
        last_error_kind: row.try_get("last_error_kind")?,
        added_at: time(word("added_at")?),
        opml: row.try_get("opml")?,
        links: row
            .try_get::<Option<&str>, _>("links_selector")?
            .map(|text| {
                text.parse()
                    .map_err(|error: SelectorError| bad("links_selector", error.to_string()))
            })
            .transpose()?,
    })
}

fn report(row: &SqliteRow) -> Result<SourceReport, sqlx::Error> {
    Ok(SourceReport {
        source: source(row)?,
        articles: count(row.try_get("articles")?),
        failing_since: optional_time(row, "failing_since")?,
    })
}

pub(super) fn validators(row: &SqliteRow) -> Result<Option<Validators>, sqlx::Error> {
    let validators = Validators {
        url: row.try_get::<Option<String>, _>("validators_url")?.unwrap_or_default(),
        etag: row.try_get("etag")?,
        last_modified: row.try_get("last_modified")?,
    };
    let some = validators.etag.is_some() || validators.last_modified.is_some();
    Ok((some && !validators.url.is_empty()).then_some(validators))
}

/// What a foreign hand made unreadable is no move.
fn moving(row: &SqliteRow) -> Result<Option<Moving>, sqlx::Error> {
    let to: Option<&str> = row.try_get("moving_to")?;
    let since = optional_time(row, "moving_since")?;
    Ok(to
        .and_then(|to| url::Url::parse(to).ok())
        .zip(since)
        .map(|(to, since)| Moving { to, since }))
}

fn quiet(hours: &str, days: &str) -> Quiet {
    let hours: Vec<u8> = serde_json::from_str(hours).unwrap_or_default();
    Quiet::of(&hours, &from_json(days))
}

pub(super) fn no_such(id: SourceId) -> StoreError {
    StoreError::NoSuch { what: "source", id: id.0.to_string() }
}

fn must_exist(id: SourceId, rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(no_such(id)) } else { Ok(()) }
}
