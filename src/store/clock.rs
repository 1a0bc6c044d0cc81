//! What a clock that was wrong for a while left behind.

use super::Store;
use super::due::NEVER;
use super::error::StoreError;
use crate::time::Timestamp;

impl Store {
    /// Makes due now what is planned for later than `horizon`, beyond which nothing
    /// is planned in earnest: a clock ran ahead then, and it would not come for years.
    ///
    /// # Errors
    ///
    /// Those of reading and writing.
    pub async fn replan_beyond(
        &self,
        horizon: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let is_there: bool = sqlx::query_scalar(
            "select exists (select 1 from sources
                            where state = 'active' and next_poll_at > ?1 and next_poll_at < ?2)
                 or exists (select 1 from entries where state = 'pending' and next_attempt_at > ?1)
                 or exists (select 1 from hosts where wait_until > ?1)",
        )
        .bind(horizon.to_string())
        .bind(NEVER)
        .fetch_one(&self.readers)
        .await?;
        if !is_there {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let sources = sqlx::query(
            "update sources set next_poll_at = ?
             where state = 'active' and next_poll_at > ? and next_poll_at < ?",
        );
        let sources = sources.bind(now.to_string()).bind(horizon.to_string()).bind(NEVER);
        let entries = sqlx::query(
            "update entries set next_attempt_at = ? where state = 'pending' and next_attempt_at > ?",
        );
        let entries = entries.bind(now.to_string()).bind(horizon.to_string());
        let hosts = sqlx::query("delete from hosts where wait_until > ?").bind(horizon.to_string());
        let mut replanned = 0;
        for statement in [sources, entries, hosts] {
            replanned += statement.execute(&mut *tx).await?.rows_affected();
        }
        tx.commit().await?;
        Ok(replanned)
    }
}
