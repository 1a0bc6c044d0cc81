//! Totals.

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::source::failing_since;
use super::{EntryState, SourceState, Store, count};
use crate::time::Timestamp;

/// Totals for `status`.
#[derive(Clone, Debug, Default, serde::Serialize)]
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

/// Totals for `/metrics`, where somebody asks every few seconds.
#[derive(Clone, Debug)]
pub struct Gauges {
    /// Sources by state, every state once.
    pub sources: Vec<(String, u64)>,
    /// Entries by state, every state once.
    pub entries: Vec<(String, u64)>,
    /// Articles.
    pub articles: u64,
    /// Sources that are not paused and failed at their last poll.
    pub failing: u64,
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
    /// The first of them, as far as attempts are kept.
    pub failing_since: Option<String>,
    /// The last error.
    pub last_error: Option<String>,
    /// Its kind.
    pub last_error_kind: Option<String>,
    /// Next poll; a source that is gone has none.
    pub next_poll_at: Option<String>,
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

    /// Whether anything is followed.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn has_sources(&self) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar("select exists (select 1 from sources)")
            .fetch_one(&self.readers)
            .await?;
        Ok(found == 1)
    }

    /// What changes from minute to minute, all of one moment.
    ///
    /// Reads all sources, and the pages of the smallest index of entries and of
    /// articles without looking at their rows: some 30 ms for a million of both.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn gauges(&self, now: Timestamp) -> Result<Gauges, StoreError> {
        self.gauges_in(&mut *self.readers.begin().await?, now).await
    }

    async fn gauges_in(
        &self,
        tx: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<Gauges, StoreError> {
        let failing = "select count(*) from sources
                       where last_error_kind is not null and state <> 'paused'";
        Ok(Gauges {
            sources: sources_by_state(tx).await?,
            entries: entries_by_state(tx).await?,
            articles: total(tx, "select count(*) from articles").await?,
            failing: total(tx, failing).await?,
            lag_seconds: lag(tx, now).await?,
            database_bytes: self.file_bytes(""),
            wal_bytes: self.file_bytes("-wal"),
        })
    }

    /// Totals, all of one moment.
    ///
    /// Costs what [`Store::gauges`] does, and reads besides the index of removed
    /// blocks, those of duplicates, and the attempts of a day: for a person who
    /// asks, not for a program that does so every few seconds.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn status(&self, now: Timestamp) -> Result<Status, StoreError> {
        let mut tx = self.readers.begin().await?;
        let gauges = self.gauges_in(&mut tx, now).await?;
        let outcomes = sqlx::query(
            "select outcome, count(*) from fetches where started_at >= ? group by 1 order by 2 desc, 1",
        )
        .bind(now.before(DAY).to_string())
        .fetch_all(&mut *tx)
        .await?;
        let failing = sqlx::query(concat!(
            "select id, url, failures, last_error, last_error_kind,
                    iif(state = 'gone', null, next_poll_at) as next_poll_at, ",
            failing_since!(),
            " as failing_since from sources
                 where last_error_kind is not null and state <> 'paused'
                 order by failures desc, id"
        ))
        .fetch_all(&mut *tx)
        .await?;
        let duplicates =
            total(&mut tx, "select count(*) from articles where duplicate_of is not null").await?;
        let removals = total(&mut tx, "select count(*) from removals").await?;
        let met = |counts: Vec<(String, u64)>| counts.into_iter().filter(|(_, n)| *n > 0).collect();
        Ok(Status {
            sources: met(gauges.sources),
            entries: met(gauges.entries),
            articles: gauges.articles,
            duplicates,
            removals,
            outcomes_day: counts(&outcomes)?,
            failing: failing.iter().map(failing_source).collect::<Result<_, _>>()?,
            lag_seconds: gauges.lag_seconds,
            database_bytes: gauges.database_bytes,
            wal_bytes: gauges.wal_bytes,
        })
    }

    /// Size of the database file, or of one that stands beside it.
    fn file_bytes(&self, suffix: &str) -> u64 {
        let mut name = self.file.path.as_os_str().to_owned();
        name.push(suffix);
        std::fs::metadata(name).map_or(0, |file| file.len())
    }
}

async fn sources_by_state(tx: &mut SqliteConnection) -> Result<Vec<(String, u64)>, sqlx::Error> {
    let rows = sqlx::query("select state, count(*) from sources group by 1").fetch_all(tx).await?;
    let words = SourceState::ALL.iter().map(|state| state.as_str());
    Ok(each_once(words, &counts(&rows)?))
}

/// Nearly all entries are stored. SQLite counts a whole index page by page, ten
/// times as fast as row by row; so only the others are counted by their state.
async fn entries_by_state(tx: &mut SqliteConnection) -> Result<Vec<(String, u64)>, sqlx::Error> {
    let rows = sqlx::query(
        "select state, count(*) from entries
         where state in ('pending', 'skipped', 'failed') group by 1",
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut found = counts(&rows)?;
    let others = found.iter().map(|(_, n)| n).sum();
    let all = total(tx, "select count(*) from entries").await?;
    found.push((EntryState::Stored.as_str().to_owned(), all.saturating_sub(others)));
    Ok(each_once(EntryState::ALL.iter().map(|state| state.as_str()), &found))
}

/// Counts of all these words in the order of the alphabet, none found being zero.
fn each_once(
    words: impl Iterator<Item = &'static str>,
    found: &[(String, u64)],
) -> Vec<(String, u64)> {
    let count = |word| found.iter().find(|(of, _)| of == word).map_or(0, |(_, n)| *n);
    let mut counts: Vec<_> = words.map(|word| (word.to_owned(), count(word))).collect();
    counts.sort();
    counts
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
        failing_since: row.try_get("failing_since")?,
        last_error: row.try_get("last_error")?,
        last_error_kind: row.try_get("last_error_kind")?,
        next_poll_at: row.try_get("next_poll_at")?,
    })
}
