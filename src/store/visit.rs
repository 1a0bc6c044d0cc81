//! Saving a visit: what became of an entry, in one transaction.

use sqlx::Row;
use sqlx::SqliteConnection;

use super::article::{self, ArticleRecord};
use super::attempt::{self, Attempt, Subject};
use super::error::StoreError;
use super::{ArticleId, EntryId, EntryState, SourceId, Store};
use crate::outcome::Outcome;
use crate::sift::Fingerprint;
use crate::time::Timestamp;

/// The end of one visit to an entry's page.
#[derive(Clone, Debug)]
pub enum VisitEnd {
    /// There is an article. The store decides between stored, revised,
    /// unchanged, duplicate and worse, and writes that as the outcome where the
    /// attempt's is [`Outcome::Stored`]; others (`paywalled`,
    /// `stored_from_feed`) are kept for a new article.
    Article(Box<ArticleRecord>),
    /// The same address is stored already; nothing was fetched, no row in `fetches`.
    Known(ArticleId),
    /// 304: the article is as it was.
    NotModified,
    /// No article, and trying again will not help.
    Skipped,
    /// To be tried again then.
    Retry(Timestamp),
    /// Tried often enough.
    Failed,
}

/// Everything that one visit changes; saved in one transaction.
#[derive(Clone, Debug)]
pub struct VisitRecord {
    /// The entry.
    pub entry: EntryId,
    /// What the entry said when it was leased. Where it says something else by
    /// now, it was edited during the visit, and goes on waiting for another.
    pub fingerprint: Fingerprint,
    /// Its source.
    pub source: Option<SourceId>,
    /// The attempt, for `fetches`; `None` with [`VisitEnd::Known`].
    pub attempt: Option<Attempt>,
    /// What came of it.
    pub end: VisitEnd,
}

/// What saving a visit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitSaved {
    /// The final outcome, as written to `fetches`.
    pub outcome: Outcome,
    /// The article that the entry now points to.
    pub article: Option<ArticleId>,
}

/// What an entry becomes.
enum Next {
    Settled(EntryState),
    PendingUntil(Timestamp),
}

impl Store {
    /// Saves a visit in one transaction.
    ///
    /// Saving the same record again changes nothing but the count of attempts:
    /// a kill between fetch and commit stores no article twice.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`] where the entry was removed with its source
    /// meanwhile, and those of writing; nothing is saved then.
    pub async fn record_visit(&self, record: VisitRecord) -> Result<VisitSaved, StoreError> {
        let VisitRecord { entry, fingerprint, source, attempt, end } = record;
        // Packing and comparing take their time; the write lock is not held for it.
        let end = match end {
            VisitEnd::Article(record) => {
                Prepared::Article(Box::new(article::prepare(*record).await?))
            }
            other => Prepared::Other(other),
        };
        let mut tx = self.begin().await?;
        let before = article_of(&mut tx, entry).await?;
        let said = attempt.as_ref().map_or(Outcome::Duplicate, |attempt| attempt.outcome);
        let (outcome, article, next) = match end {
            Prepared::Article(prepared) => {
                let (outcome, id) = article::save(&mut tx, &prepared, before, said).await?;
                (outcome, Some(id), Next::Settled(EntryState::Stored))
            }
            Prepared::Other(end) => {
                let (article, next) = settle(&mut tx, end, before, attempt.as_ref()).await?;
                let known = attempt.is_none() && article == before && before.is_some();
                (if known { Outcome::Unchanged } else { said }, article, next)
            }
        };
        let visited = Visited { entry, fingerprint, article, outcome };
        save_entry(&mut tx, visited, attempt.as_ref(), &next).await?;
        if let Some(attempt) = &attempt {
            let subject = Subject { source, entry: Some(entry), article };
            attempt::save(&mut tx, attempt, outcome, subject).await?;
        }
        tx.commit().await?;
        Ok(VisitSaved { outcome, article })
    }
}

enum Prepared {
    Article(Box<article::Prepared>),
    Other(VisitEnd),
}

async fn article_of(
    tx: &mut SqliteConnection,
    entry: EntryId,
) -> Result<Option<ArticleId>, StoreError> {
    let row = sqlx::query("select article_id from entries where id = ?")
        .bind(entry.0)
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else {
        return Err(StoreError::NoSuch { what: "entry", id: entry.0.to_string() });
    };
    Ok(row.try_get::<Option<i64>, _>("article_id")?.map(ArticleId))
}

/// Ends that bring no article. An entry that has one keeps it: a page that
/// vanished later does not make its article unstored.
async fn settle(
    tx: &mut SqliteConnection,
    end: VisitEnd,
    before: Option<ArticleId>,
    attempt: Option<&Attempt>,
) -> Result<(Option<ArticleId>, Next), StoreError> {
    let or_stored = |state| if before.is_some() { EntryState::Stored } else { state };
    Ok(match end {
        VisitEnd::Known(id) => (Some(id), Next::Settled(EntryState::Stored)),
        VisitEnd::NotModified => {
            if let (Some(id), Some(attempt)) = (before, attempt) {
                sqlx::query("update articles set fetched_at = ? where id = ?")
                    .bind(attempt.started_at.to_string())
                    .bind(id.0)
                    .execute(tx)
                    .await?;
            }
            (before, Next::Settled(or_stored(EntryState::Skipped)))
        }
        VisitEnd::Retry(at) => (before, Next::PendingUntil(at)),
        VisitEnd::Failed => (before, Next::Settled(or_stored(EntryState::Failed))),
        VisitEnd::Skipped | VisitEnd::Article(_) => {
            (before, Next::Settled(or_stored(EntryState::Skipped)))
        }
    })
}

/// What became of an entry as it was leased.
struct Visited {
    entry: EntryId,
    fingerprint: Fingerprint,
    article: Option<ArticleId>,
    outcome: Outcome,
}

/// Writes down what became of an entry. One that a poll found edited meanwhile
/// waits with its new content, as the poll left it: what was visited is old.
async fn save_entry(
    tx: &mut SqliteConnection,
    visited: Visited,
    attempt: Option<&Attempt>,
    next: &Next,
) -> Result<(), sqlx::Error> {
    let Visited { entry, fingerprint, article, outcome } = visited;
    let (state, next_attempt_at) = match next {
        Next::Settled(state) => (*state, None),
        Next::PendingUntil(at) => (EntryState::Pending, Some(at.to_string())),
    };
    let error_kind =
        attempt.and_then(|attempt| attempt.error_kind).or(outcome.is_failure().then_some(outcome));
    sqlx::query(
        "update entries set error_kind = ?4, error = ?5, article_id = ?6,
             state = iif(edited, state, ?1),
             next_attempt_at = iif(edited, next_attempt_at, ?2),
             attempts = attempts + iif(edited, 0, ?3),
             content = iif(edited or ?1 = 'pending', content, null)
         from (select state = 'pending' and fingerprint <> ?8 as edited
               from entries where id = ?7)
         where id = ?7",
    )
    .bind(state.as_str())
    .bind(next_attempt_at)
    .bind(i64::from(attempt.is_some()))
    .bind(error_kind.map(Outcome::as_str))
    .bind(error_kind.and(attempt).and_then(|attempt| attempt.error.as_deref()))
    .bind(article.map(|id| id.0))
    .bind(entry.0)
    .bind(fingerprint.0.cast_signed())
    .execute(tx)
    .await?;
    Ok(())
}
