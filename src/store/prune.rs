//! Letting go of what is no longer wanted: pages, revisions, the fetch log.

use sqlx::Row;
use sqlx::SqliteConnection;

use super::error::StoreError;
use super::{Store, count};
use crate::time::Timestamp;

/// What to let go of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retention {
    /// Pages fetched before; their articles stay, but cannot be made again.
    pub pages_before: Option<Timestamp>,
    /// Rows of `fetches` that began before.
    pub fetches_before: Option<Timestamp>,
    /// Versions of an article that stay, the current one among them.
    pub revisions_kept: Option<u32>,
}

/// Rows that go, and the bytes that they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// Rows.
    pub rows: u64,
    /// Bytes of their contents.
    pub bytes: u64,
}

/// What `db prune` lets go of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PruneReport {
    /// Pages.
    pub pages: Pruned,
    /// Rows of the fetch log.
    pub fetches: Pruned,
    /// Old versions of articles.
    pub revisions: Pruned,
}

/// Rows deleted in one transaction, so that nobody waits long for a turn.
const PORTION: i64 = 2_000;

/// One table to prune: what goes is chosen by `?1`.
struct Rule {
    measure: &'static str,
    delete: &'static str,
}

const PAGES: Rule = Rule {
    measure: "select count(*), sum(length(html)) from pages where fetched_at < ?1",
    delete: "delete from pages where article_id in
                 (select article_id from pages where fetched_at < ?1 limit ?2)",
};
const FETCHES: Rule = Rule {
    measure:
        "select count(*), sum(length(url) + coalesce(length(error), 0) + length(warnings) + 60)
              from fetches where started_at < ?1",
    delete: "delete from fetches where id in
                 (select id from fetches where started_at < ?1 order by started_at limit ?2)",
};
const REVISIONS: Rule = Rule {
    measure: "select count(*), sum(length(cast(versions.text as blob)))
              from versions join articles on articles.id = versions.article_id
              where versions.text is not null
                and versions.revision <= articles.revision - ?1",
    delete: "delete from versions where (article_id, revision) in
                 (select versions.article_id, versions.revision
                  from versions join articles on articles.id = versions.article_id
                  where versions.text is not null
                    and versions.revision <= articles.revision - ?1 limit ?2)",
};

impl Store {
    /// What [`Store::prune`] would let go of.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn measure_prune(&self, wanted: &Retention) -> Result<PruneReport, StoreError> {
        let mut tx = self.readers.begin().await?;
        Ok(PruneReport {
            pages: measure(&mut tx, &PAGES, text(wanted.pages_before)).await?,
            fetches: measure(&mut tx, &FETCHES, text(wanted.fetches_before)).await?,
            revisions: measure(&mut tx, &REVISIONS, number(wanted.revisions_kept)).await?,
        })
    }

    /// Lets go of what is no longer wanted; articles, their current text and
    /// what was removed from them stay. The room is used for what comes next;
    /// [`Store::vacuum`] gives it back.
    ///
    /// # Errors
    ///
    /// Those of writing; what was let go of until then is gone.
    pub async fn prune(&self, wanted: &Retention) -> Result<PruneReport, StoreError> {
        let report = self.measure_prune(wanted).await?;
        self.delete(&PAGES, text(wanted.pages_before)).await?;
        self.delete(&FETCHES, text(wanted.fetches_before)).await?;
        self.delete(&REVISIONS, number(wanted.revisions_kept)).await?;
        Ok(report)
    }

    /// Gives room that is not used back to the disk: writes the whole file anew.
    ///
    /// # Errors
    ///
    /// Those of writing; [`StoreError::Locked`] while others work on the file.
    pub async fn vacuum(&self) -> Result<(), StoreError> {
        // What is written anew is temporary until the end, and too much for memory.
        let done = sqlx::raw_sql("pragma temp_store = file; vacuum").execute(&self.writer).await;
        sqlx::raw_sql("pragma temp_store = memory").execute(&self.writer).await?;
        Ok(done.map(drop)?)
    }

    async fn delete(&self, rule: &Rule, bound: Option<String>) -> Result<(), StoreError> {
        let Some(bound) = bound else { return Ok(()) };
        loop {
            let mut tx = self.begin().await?;
            let done =
                sqlx::query(rule.delete).bind(&bound).bind(PORTION).execute(&mut *tx).await?;
            tx.commit().await?;
            if done.rows_affected() == 0 {
                return Ok(());
            }
        }
    }
}

fn text(moment: Option<Timestamp>) -> Option<String> {
    moment.map(|moment| moment.to_string())
}

/// Bounds are bound as text; a sum with one makes a number of it again.
fn number(number: Option<u32>) -> Option<String> {
    number.map(|number| number.to_string())
}

async fn measure(
    tx: &mut SqliteConnection,
    rule: &Rule,
    bound: Option<String>,
) -> Result<Pruned, sqlx::Error> {
    let Some(bound) = bound else { return Ok(Pruned::default()) };
    let row = sqlx::query(rule.measure).bind(bound).fetch_one(tx).await?;
    Ok(Pruned {
        rows: count(row.try_get(0)?),
        bytes: count(row.try_get::<Option<i64>, _>(1)?.unwrap_or(0)),
    })
}
