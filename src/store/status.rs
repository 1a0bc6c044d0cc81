//! Totals.

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::{Store, count};
use crate::time::Timestamp;

/// Totals for `status`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Status {
    /// Sources by state.
    pub sources: Vec<(String, u64)>,
    /// Entries by state.
    pub entries: Vec<(String, u64)>,
    /// Articles.
    pub articles: u64,
    /// Of those, duplicates.
    pub duplicates: u64,
    /// Removed blocks.
    pub removals: u64,
    /// Attempts of the last 24 hours by outcome.
    pub outcomes_day: Vec<(String, u64)>,
    /// Sources that failed at their last poll.
    pub failing: Vec<FailingSource>,
    /// Seconds by which the most overdue source is late.
    pub lag_seconds: u64,
    /// Bytes of the database file.
    pub database_bytes: u64,
    /// Bytes of the WAL.
    pub wal_bytes: u64,
}

/// A source that fails, and why.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FailingSource {
    /// Key.
    pub id: i64,
    /// Address.
    pub url: String,
    /// Failures in a row.
    pub failures: u32,
    /// The last error.
    pub last_error: Option<String>,
    /// Its kind.
    pub last_error_kind: Option<String>,
    /// Next poll.
    pub next_poll_at: String,
}

const DAY: std::time::Duration = std::time::Duration::from_hours(24);

impl Store {
    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1 from sources limit 1").fetch_optional(&self.readers).await?;
        Ok(())
    }

    /// Totals, all of one moment.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn status(&self, now: Timestamp) -> Result<Status, StoreError> {
        let mut tx = self.readers.begin().await?;
        let sources = sqlx::query("select state, count(*) from sources group by 1 order by 1")
            .fetch_all(&mut *tx)
            .await?;
        let entries = sqlx::query("select state, count(*) from entries group by 1 order by 1")
            .fetch_all(&mut *tx)
            .await?;
        let outcomes = sqlx::query(
            "select outcome, count(*) from fetches where started_at >= ? group by 1 order by 2 desc, 1",
        )
        .bind(now.before(DAY).to_string())
        .fetch_all(&mut *tx)
        .await?;
        let failing = sqlx::query(
            "select id, url, failures, last_error, last_error_kind, next_poll_at from sources
             where last_error_kind is not null and state <> 'paused' order by failures desc, id",
        )
        .fetch_all(&mut *tx)
        .await?;
        let articles = total(&mut tx, "select count(*) from articles").await?;
        let duplicates =
            total(&mut tx, "select count(*) from articles where duplicate_of is not null").await?;
        let removals = total(&mut tx, "select count(*) from removals").await?;
        let lag_seconds = lag(&mut tx, now).await?;
        Ok(Status {
            sources: counts(&sources)?,
            entries: counts(&entries)?,
            articles,
            duplicates,
            removals,
            outcomes_day: counts(&outcomes)?,
            failing: failing.iter().map(failing_source).collect::<Result<_, _>>()?,
            lag_seconds,
            database_bytes: self.file_bytes(""),
            wal_bytes: self.file_bytes("-wal"),
        })
    }

    /// Size of the database file, or of one that stands beside it.
    fn file_bytes(&self, suffix: &str) -> u64 {
        let mut name = self.file.path.as_os_str().to_owned();
        name.push(suffix);
        std::fs::metadata(name).map_or(0, |file| file.len())
    }
}

async fn total(tx: &mut SqliteConnection, statement: &'static str) -> Result<u64, sqlx::Error> {
    Ok(count(sqlx::query_scalar(statement).fetch_one(tx).await?))
}

/// A source that waits because its host asked for it is not late.
async fn lag(tx: &mut SqliteConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let due: Option<String> = sqlx::query_scalar(
        "select next_poll_at from sources
         where state = 'active' and host not in (select host from hosts where wait_until > ?)
         order by next_poll_at limit 1",
    )
    .bind(now.to_string())
    .fetch_optional(tx)
    .await?;
    Ok(due.map_or(0, |due| now.since(super::time(&due)).as_secs()))
}

fn counts(rows: &[SqliteRow]) -> Result<Vec<(String, u64)>, sqlx::Error> {
    rows.iter().map(|row| Ok((row.try_get(0)?, count(row.try_get(1)?)))).collect()
}

fn failing_source(row: &SqliteRow) -> Result<FailingSource, sqlx::Error> {
    Ok(FailingSource {
        id: row.try_get("id")?,
        url: row.try_get("url")?,
        failures: count(row.try_get("failures")?),
        last_error: row.try_get("last_error")?,
        last_error_kind: row.try_get("last_error_kind")?,
        next_poll_at: row.try_get("next_poll_at")?,
    })
}
