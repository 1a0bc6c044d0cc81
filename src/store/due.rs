//! What is due: sources now, and the next moment at which anything is.

use std::collections::HashSet;

use super::error::StoreError;
use super::source::{Source, no_such, source};
use super::{SourceId, Store, integer, json_numbers, time};
use crate::time::Timestamp;

impl Store {
    /// Active sources due at `now`, most overdue first, at most one per host, of
    /// hosts that neither stand in `busy` nor asked us to wait.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn due_sources(
        &self,
        now: Timestamp,
        limit: usize,
        busy: &HashSet<String>,
    ) -> Result<Vec<Source>, StoreError> {
        // SQLite takes the other columns from the row that has the minimum.
        let rows = sqlx::query(
            "select sources.*, 0 as articles from
                 (select id, min(next_poll_at) as due_at from sources
                  where state = 'active' and next_poll_at <= ?1
                    and host not in (select value from json_each(?2))
                    and host not in (select host from hosts where wait_until > ?1)
                  group by host order by due_at, id limit ?3) as due
             join sources on sources.id = due.id
             order by due.due_at, due.id",
        )
        .bind(now.to_string())
        .bind(super::json_words(busy))
        .bind(integer(limit))
        .fetch_all(&self.readers)
        .await?;
        let readable = rows.iter().filter_map(|row| {
            // A row that a foreign hand made unreadable must not stop the others.
            source(row).inspect_err(|error| tracing::error!(%error, "unreadable source")).ok()
        });
        Ok(readable.collect())
    }

    /// Makes sources due at once: all active ones, or those named. Paused and
    /// gone ones stay as they are.
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
            "update sources set next_poll_at = min(next_poll_at, ?1)
             where state = 'active' and (?2 is null or id in (select value from json_each(?2)))",
        )
        .bind(now.to_string())
        .bind(&named)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// When the next source or entry becomes due, waits of hosts considered;
    /// in the past where something is due already.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        // Hosts that wait are few: each is asked by itself, and left out of the rest.
        let due: Option<String> = sqlx::query_scalar(
            "with waiting as (select host, wait_until from hosts where wait_until > ?)
             select min(due_at) from (
                 select * from (select next_poll_at as due_at from sources
                     where state = 'active' and host not in (select host from waiting)
                     order by next_poll_at limit 1)
                 union all
                 select * from (select next_attempt_at from entries
                     where state = 'pending' and host not in (select host from waiting)
                     order by next_attempt_at limit 1)
                 union all
                 select max(wait_until, (select min(next_poll_at) from sources
                     where sources.host = waiting.host and state = 'active')) from waiting
                 union all
                 select max(wait_until, (select min(next_attempt_at) from entries
                     where entries.host = waiting.host and state = 'pending')) from waiting)",
        )
        .bind(now.to_string())
        .fetch_one(&self.readers)
        .await?;
        Ok(due.as_deref().map(time))
    }
}
