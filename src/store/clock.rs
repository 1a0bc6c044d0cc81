//! What a clock that was wrong for a while left behind.

use super::Store;
use super::due::NEVER;
use super::error::StoreError;
use crate::limits::CLOCK_AHEAD_MAX;
use crate::time::Timestamp;

impl Store {
    /// Makes due now what was planned while a clock ran ahead: for later than `horizon`, beyond which
    /// nothing is planned in earnest, or by a poll that this clock has yet to see.
    ///
    /// # Errors
    ///
    /// Those of reading and writing.
    pub async fn replan_beyond(
        &self,
        horizon: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ahead = now.after(CLOCK_AHEAD_MAX);
        let is_there: bool = sqlx::query_scalar(
            "select exists (select 1 from sources
                            where state = 'active' and next_poll_at > ?1 and next_poll_at < ?2)
                 or exists (select 1 from sources where polled_at > ?3)
                 or exists (select 1 from entries where state = 'pending' and next_attempt_at > ?1)
                 or exists (select 1 from hosts where wait_until > ?1)",
        )
        .bind(horizon.to_string())
        .bind(NEVER)
        .bind(ahead.to_string())
        .fetch_one(&self.readers)
        .await?;
        if !is_there {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        // Entries first: by their source they know of the clock.
        let entries = sqlx::query(
            "update entries set next_attempt_at = ?1
             where state = 'pending' and next_attempt_at > ?1
               and (next_attempt_at > ?2
                    or source_id in (select id from sources where polled_at > ?3))",
        );
        let sources = sqlx::query(
            "update sources
             set next_poll_at = iif(state = 'active' and next_poll_at < ?4, ?1, next_poll_at),
                 polled_at = min(polled_at, ?1)
             where polled_at > ?3
                or state = 'active' and next_poll_at > ?2 and next_poll_at < ?4",
        );
        let hosts = sqlx::query("delete from hosts where wait_until > ?");
        let mut replanned = 0;
        let [now, horizon, ahead] = [now, horizon, ahead].map(|at| at.to_string());
        let entries = entries.bind(&now).bind(&horizon).bind(&ahead);
        let sources = sources.bind(&now).bind(&horizon).bind(&ahead).bind(NEVER);
        for statement in [entries, sources, hosts.bind(&horizon)] {
            replanned += statement.execute(&mut *tx).await?.rows_affected();
        }
        tx.commit().await?;
        Ok(replanned)
    }
}
