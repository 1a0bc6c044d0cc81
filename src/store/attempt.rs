//! What each attempt came to, and the hosts that asked us to wait.

use std::collections::HashMap;
use std::time::Duration;

use sqlx::Row;

use super::error::StoreError;
use super::writing::Writing;
use super::{ArticleId, EntryId, SourceId, Store, integer, json, time};
use crate::outcome::Outcome;
use crate::time::Timestamp;

/// One row of `fetches`: an attempt and how it ended.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Address asked for.
    pub url: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, network and stages together.
    pub duration: Duration,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Bytes on the wire.
    pub bytes: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What failed; with an outcome that is none, why the page did not serve where the feed's
    /// content was stored instead.
    pub failure: Option<AttemptFailure>,
    /// Flaws met on the way, `kind: detail`.
    pub warnings: Vec<String>,
    /// Hosts that asked to be left alone, and until when.
    pub host_waits: Vec<(String, Timestamp)>,
}

/// What failed in an attempt.
#[derive(Clone, Debug)]
pub struct AttemptFailure {
    /// The word for it.
    pub kind: Outcome,
    /// The same for a person.
    pub message: String,
}

/// The word for what failed in an attempt that ended in `outcome`, if anything did.
pub(super) fn error_kind(failure: Option<&AttemptFailure>, outcome: Outcome) -> Option<Outcome> {
    failure.map(|failure| failure.kind).or(outcome.is_failure().then_some(outcome))
}

/// Whom an attempt was for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Subject {
    pub(super) source: Option<SourceId>,
    pub(super) entry: Option<EntryId>,
    pub(super) article: Option<ArticleId>,
}

/// Writes the row of an attempt that ended in `outcome`, and what its host asked for.
pub(super) fn save(tx: &mut Writing<'_>, attempt: &Attempt, outcome: Outcome, subject: Subject) {
    let failure = attempt.failure.as_ref();
    tx.add(
        "insert into fetches (url, source_id, entry_id, article_id, started_at, duration_ms,
                              status, bytes, outcome, error_kind, error, warnings)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&attempt.url)
    .bind(subject.source.map(|id| id.0))
    .bind(subject.entry.map(|id| id.0))
    .bind(subject.article.map(|id| id.0))
    .bind(attempt.started_at.to_string())
    .bind(integer(attempt.duration.as_millis()))
    .bind(attempt.status.map(i64::from))
    .bind(integer(attempt.bytes))
    .bind(outcome.as_str())
    .bind(error_kind(failure, outcome).map(Outcome::as_str))
    .bind(failure.map(|failure| &failure.message))
    .bind(json(&attempt.warnings));
    hold(tx, &attempt.host_waits);
}

fn hold(tx: &mut Writing<'_>, host_waits: &[(String, Timestamp)]) {
    for (host, until) in host_waits {
        tx.add(
            "insert into hosts (host, wait_until) values (?, ?)
             on conflict (host) do update set wait_until = max(wait_until, excluded.wait_until)",
        )
        .bind(host)
        .bind(until.to_string());
    }
}

impl Store {
    /// Writes down an attempt that belongs to no source or entry: an address given by hand that turned
    /// out to be neither, or was only looked at.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn record_attempt(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut writing = Writing::new(&mut tx);
        save(&mut writing, attempt, attempt.outcome, Subject::default());
        writing.settle().await?;
        Ok(tx.commit().await?)
    }

    /// Hosts that asked us to wait beyond `now`.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn host_waits(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let rows = sqlx::query("select host, wait_until from hosts where wait_until > ?")
            .bind(now.to_string())
            .fetch_all(&self.readers)
            .await?;
        let waits = rows
            .iter()
            .map(|row| Ok((row.try_get("host")?, time(row.try_get::<&str, _>("wait_until")?))));
        Ok(waits.collect::<Result<_, sqlx::Error>>()?)
    }

    /// Hosts of the attempts that began after `then`, and when the last of each ended, at the latest.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn hosts_asked_since(
        &self,
        then: Timestamp,
    ) -> Result<HashMap<String, Timestamp>, StoreError> {
        let rows =
            sqlx::query("select url, started_at, duration_ms from fetches where started_at > ?")
                .bind(then.to_string())
                .fetch_all(&self.readers)
                .await?;
        let mut hosts: HashMap<String, Timestamp> = HashMap::new();
        for row in rows {
            let Ok(url) = crate::url::parse(row.try_get("url")?) else { continue };
            let took: i64 = row.try_get("duration_ms")?;
            // It is written down in whole seconds.
            let took = Duration::from_millis(took.unsigned_abs()) + Duration::from_secs(2);
            let ended = time(row.try_get("started_at")?).after(took);
            let last = hosts.entry(crate::url::host(&url)).or_insert(ended);
            *last = ended.max(*last);
        }
        Ok(hosts)
    }

    /// Drops rows of `fetches` older than `before`, and waits of hosts that are over by then.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn trim_fetches(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut dropped = 0;
        // In portions, so that a poll never waits long for its turn.
        loop {
            let mut tx = self.begin().await?;
            let done = sqlx::query(
                "delete from fetches where id in
                     (select id from fetches where started_at < ? order by started_at limit 5000)",
            )
            .bind(before.to_string())
            .execute(&mut *tx)
            .await?
            .rows_affected();
            sqlx::query("delete from hosts where wait_until < ?")
                .bind(before.to_string())
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            dropped += done;
            if done == 0 {
                return Ok(dropped);
            }
        }
    }
}
