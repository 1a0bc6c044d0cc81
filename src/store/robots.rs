//! robots.txt of hosts, kept so that the next run need not ask for it.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::source::validators;
use super::writing::Writing;
use super::{Store, integer, time};
use crate::fetch::RobotsRecord;
use crate::limits::{ROBOTS_HOSTS_MAX, ROBOTS_RULES_BYTES_MAX};
use crate::time::Timestamp;

impl Store {
    /// What is known of robots.txt, last asked for first, as much as a process remembers.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn robots(&self) -> Result<Vec<RobotsRecord>, StoreError> {
        let rows = sqlx::query(
            "select * from
                 (select *, sum(length(rules)) over (order by asked_at desc, origin) as bytes
                  from robots)
             where bytes <= ? order by asked_at desc limit ?",
        )
        .bind(integer(ROBOTS_RULES_BYTES_MAX))
        .bind(integer(ROBOTS_HOSTS_MAX))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(record).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Keeps what was learnt of robots.txt; what was known of the same origins is forgotten.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn save_robots(&self, records: &[RobotsRecord]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        let mut writing = Writing::new(&mut tx);
        for record in records {
            let validators = record.validators.as_ref();
            writing
                .add(
                    "insert or replace into robots (origin, product, rules, etag, last_modified,
                                                    validators_url, asked_at, failing_since)
                     values (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(&record.origin)
                .bind(&record.product)
                .bind(&record.rules)
                .bind(validators.and_then(|of| of.etag.as_deref()))
                .bind(validators.and_then(|of| of.last_modified.as_deref()))
                .bind(validators.map(|of| of.url.as_str()))
                .bind(record.asked_at.to_string())
                .bind(record.failing_since.map(|at| at.to_string()));
            // Each in the same words, which SQLite knows by then.
            writing.settle().await?;
        }
        Ok(tx.commit().await?)
    }

    /// Forgets robots.txt that nobody has asked for since `before`.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn forget_robots(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from robots where asked_at < ?")
            .bind(before.to_string())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

fn record(row: &SqliteRow) -> Result<RobotsRecord, sqlx::Error> {
    Ok(RobotsRecord {
        origin: row.try_get("origin")?,
        product: row.try_get("product")?,
        rules: row.try_get("rules")?,
        validators: validators(row)?,
        asked_at: time(row.try_get("asked_at")?),
        failing_since: row.try_get::<Option<&str>, _>("failing_since")?.map(time),
    })
}
