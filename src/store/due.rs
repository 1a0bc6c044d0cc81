//! What is due: sources, what waits for a host, and pages to be looked at again.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::source::{Source, no_such, source};
use super::{SourceId, Store, integer, json_numbers};
use crate::limits;
use crate::outcome::Outcome;
use crate::time::Timestamp;

/// The last moment that a column of times can hold.
pub(super) const NEVER: &str = "9999-12-31T23:59:59Z";

/// What waits for a host that asked to be left alone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Held {
    /// The host.
    pub host: String,
    /// Until when it is left alone.
    pub until: String,
    /// Sources that would be polled before.
    pub sources: u64,
    /// Pages that would be fetched before.
    pub pages: u64,
}

impl Store {
    /// Active sources due at `now`, most overdue first, at most
    /// [`limits::HOST_BATCH_MAX`] of a host and `limit` in all, of hosts that
    /// neither stand in `busy` nor asked us to wait.
    ///
    /// A source that a foreign hand made unreadable is put aside, with the
    /// reason as its last error, so that it does not stand before others for
    /// ever; resuming it looks at it again.
    ///
    /// # Errors
    ///
    /// Those of reading, and of writing where one must be put aside.
    pub async fn due_sources(
        &self,
        now: Timestamp,
        limit: usize,
        busy: &HashSet<String>,
    ) -> Result<Vec<Source>, StoreError> {
        let rows = sqlx::query(
            "with
             queue (id, due_at, place) as (
                 select id, next_poll_at,
                        row_number() over (partition by host order by next_poll_at, id)
                 from sources
                 where state = 'active' and next_poll_at <= ?1
                   and host not in (select value from json_each(?3))
                   and host not in (select host from hosts where wait_until > ?1)
             ),
             turn (id, due_at) as (
                 select id, due_at from queue where place <= ?2 order by due_at, id limit ?4
             )
             select sources.*
             from turn join sources on sources.id = turn.id
             order by turn.due_at, turn.id",
        )
        .bind(now.to_string())
        .bind(integer(limits::HOST_BATCH_MAX))
        .bind(super::json_words(busy))
        .bind(integer(limit))
        .fetch_all(&self.readers)
        .await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            match source(row) {
                Ok(source) => due.push(source),
                Err(error) => self.put_aside(row, &error.to_string()).await?,
            }
        }
        Ok(due)
    }

    /// Stops a row that cannot be read from being due, unless it was mended meanwhile.
    async fn put_aside(&self, row: &SqliteRow, why: &str) -> Result<(), StoreError> {
        let id: i64 = row.try_get("id")?;
        tracing::error!(source = id, "put aside: {why}");
        let mut tx = self.begin().await?;
        sqlx::query(
            "update sources set next_poll_at = ?, failures = failures + 1,
                                last_error = ?, last_error_kind = ?
             where id = ? and url = ?",
        )
        .bind(NEVER)
        .bind(format!("cannot be read, correct it and resume it: {why}"))
        .bind(Outcome::BadUrl.as_str())
        .bind(id)
        .bind(row.try_get::<&str, _>("url")?)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// How many sources are polled.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn active_sources(&self) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar("select count(*) from sources where state = 'active'")
            .fetch_one(&self.readers)
            .await?;
        Ok(super::count(count))
    }

    /// Makes sources due: all active ones, or those named, at once or when the wait ends that their
    /// host asked for. Paused and gone ones stay as they are.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`] where one that is named does not exist, and those of writing.
    pub async fn make_due(
        &self,
        only: Option<&[SourceId]>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let named = only.map(|ids| json_numbers(ids.iter().map(|id| id.0)));
        let missing: Option<i64> = sqlx::query_scalar(
            "select value from json_each(coalesce(?, '[]'))
             where value not in (select id from sources) limit 1",
        )
        .bind(&named)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(id) = missing {
            return Err(no_such(SourceId(id)));
        }
        let done = sqlx::query(
            "update sources set next_poll_at = max(min(next_poll_at, ?1),
                 coalesce((select wait_until from hosts where hosts.host = sources.host), ''))
             where state = 'active' and (?2 is null or id in (select value from json_each(?2)))",
        )
        .bind(now.to_string())
        .bind(&named)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// What would be due, but waits for its host, which asked to be left alone, of all sources or of
    /// some; the first to open comes first.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn held(
        &self,
        only: Option<&[SourceId]>,
        now: Timestamp,
    ) -> Result<Vec<Held>, StoreError> {
        let named = only.map(|ids| json_numbers(ids.iter().map(|id| id.0)));
        let rows = sqlx::query(
            "select * from (
                 select host, wait_until,
                     (select count(*) from sources where sources.host = hosts.host
                          and state = 'active' and next_poll_at <= wait_until
                          and (?2 is null or id in (select value from json_each(?2)))) as sources,
                     (select count(*) from entries where entries.host = hosts.host
                          and state = 'pending' and next_attempt_at <= wait_until
                          and coalesce(source_id, 0) not in
                              (select id from sources where state = 'paused')
                          and (?2 is null or source_id in (select value from json_each(?2))))
                         as pages
                 from hosts where wait_until > ?1)
             where sources + pages > 0 order by wait_until, host",
        )
        .bind(now.to_string())
        .bind(&named)
        .fetch_all(&self.readers)
        .await?;
        let held = rows.iter().map(|row| {
            Ok(Held {
                host: row.try_get("host")?,
                until: row.try_get("wait_until")?,
                sources: super::count(row.try_get("sources")?),
                pages: super::count(row.try_get("pages")?),
            })
        });
        Ok(held.collect::<Result<_, sqlx::Error>>()?)
    }

    /// Makes entries pending again whose articles are to be looked at again by `now`.
    ///
    /// # Errors
    ///
    /// Those of reading and writing.
    pub async fn wake_rechecks(&self, now: Timestamp) -> Result<(), StoreError> {
        // Nearly always there are none: that takes no turn among the writers.
        let due: bool =
            sqlx::query_scalar("select exists (select 1 from entries where recheck_at <= ?)")
                .bind(now.to_string())
                .fetch_one(&self.readers)
                .await?;
        if !due {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        sqlx::query(
            "update entries set recheck_at = null,
                 attempts = iif(state = 'stored', 0, attempts),
                 next_attempt_at = iif(state = 'stored', recheck_at, next_attempt_at),
                 state = iif(state = 'stored', 'pending', state)
             where recheck_at <= ?",
        )
        .bind(now.to_string())
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}
