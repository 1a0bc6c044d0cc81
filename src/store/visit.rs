//! Saving a visit: what became of an entry.

use futures_util::future::join_all;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::article::{self, FetchedArticle, Found, Prepared, Provenance};
use super::attempt::{self, Attempt, Subject};
use super::entry::{self, PendingEntry};
use super::error::StoreError;
use super::group_commit::Record;
use super::query::push_next_id;
use super::writing::Writing;
use super::{ArticleId, EntryId, EntryState, SourceId, Store, optional_time};
use crate::fetch::Validators;
use crate::outcome::Outcome;
use crate::sift::Fingerprint;
use crate::time::Timestamp;

/// The end of one visit to an entry's page.
#[derive(Clone, Debug)]
pub enum VisitEnd {
    /// There is an article. The store decides between revised, unchanged, duplicate and worse, and
    /// writes that as the outcome; that of a new one follows from its record.
    Article(Box<FetchedArticle>),
    /// There is none to save. An entry that has one keeps it: a page that vanished later does not
    /// make its article unstored.
    Without(NoArticle),
}

/// Why a visit brings no article.
#[derive(Clone, Debug)]
pub enum NoArticle {
    /// 304: the article is as it was.
    NotModified {
        /// To send at the next look.
        validators: Validators,
        /// When that is, if there is to be one.
        recheck_at: Option<Timestamp>,
    },
    /// There is none, and trying again will not help.
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
    /// What the entry said when it was read. Where it says something else by
    /// now, it was edited during the visit, and goes on waiting for another.
    pub fingerprint: Fingerprint,
    /// The host that it was asked at: another one by now is an edit, too.
    pub host: String,
    /// Its source.
    pub source: Option<SourceId>,
    /// The attempt, for `fetches`.
    pub attempt: Attempt,
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
    /// Saves a visit in one transaction, with others that wait for theirs.
    ///
    /// Saving the same record again changes nothing but the count of attempts:
    /// a kill between fetch and commit stores no article twice.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`] where the entry was removed with its source
    /// meanwhile, and those of writing; nothing is saved then.
    pub async fn record_visit(&self, record: VisitRecord) -> Result<VisitSaved, StoreError> {
        self.save_with_others(prepare(record).await?).await
    }

    /// Settles an entry whose address is stored already, as `article`: nothing was fetched, so there
    /// is no row in `fetches`.
    ///
    /// # Errors
    ///
    /// As [`Store::record_visit`].
    pub async fn settle_known(
        &self,
        entry: &PendingEntry,
        article: ArticleId,
    ) -> Result<VisitSaved, StoreError> {
        let subject = VisitSubject::Entry(entry.id, entry.fingerprint, entry.host.clone());
        let end = PreparedEnd::Known(article);
        self.save_with_others(Visit { subject, source: None, attempt: None, end }).await
    }
}

/// A visit with all that can be worked out before the write begins.
#[derive(Debug)]
struct Visit {
    subject: VisitSubject,
    source: Option<SourceId>,
    attempt: Option<Attempt>,
    end: PreparedEnd,
}

/// Whose visit it was.
#[derive(Debug)]
enum VisitSubject {
    /// An entry, as it was when it was read.
    Entry(EntryId, Fingerprint, String),
    /// An address whose page somebody had already, and when that was fetched.
    Import(String, Timestamp),
}

/// How a visit ended.
#[derive(Debug)]
enum PreparedEnd {
    Article(Box<Prepared>),
    /// Without an article, and the outcome of that.
    Without(NoArticle, Outcome),
    /// Its address is stored already, as this article.
    Known(ArticleId),
}

impl PreparedEnd {
    fn article(&self) -> Option<&Prepared> {
        match self {
            PreparedEnd::Article(new) => Some(new),
            PreparedEnd::Without(..) | PreparedEnd::Known(_) => None,
        }
    }

    /// Whether it brings an article that was kept under this address already.
    fn has_address(&self, url: &str) -> bool {
        self.article().is_some_and(|new| new.own_url == url || new.record().url == url)
    }
}

/// Packing and fingerprinting take their time; the write lock is not held for it.
async fn prepare(record: VisitRecord) -> Result<Visit, StoreError> {
    let VisitRecord { entry, fingerprint, host, source, attempt, end } = record;
    let end = match end {
        VisitEnd::Article(fetched) => {
            PreparedEnd::Article(Box::new(article::prepare(*fetched, Provenance::Fetched).await?))
        }
        VisitEnd::Without(why) => PreparedEnd::Without(why, attempt.outcome),
    };
    let subject = VisitSubject::Entry(entry, fingerprint, host);
    Ok(Visit { subject, source, attempt: Some(attempt), end })
}

/// A page that somebody had already, and what it holds.
#[derive(Clone, Debug)]
pub struct ImportRecord {
    /// Its address, in canonical form.
    pub url: String,
    /// When it was fetched.
    pub captured_at: Timestamp,
    /// Its article, or the outcome where there is none.
    pub article: Result<Box<FetchedArticle>, Outcome>,
}

impl Store {
    /// Saves a page that was not fetched by us, as a visit is saved; its address
    /// becomes an entry that is settled.
    ///
    /// # Errors
    ///
    /// Those of writing; nothing is saved then.
    pub async fn record_import(&self, record: ImportRecord) -> Result<VisitSaved, StoreError> {
        self.save_with_others(imported(record).await?).await
    }

    /// The same for several, saved in their order.
    ///
    /// # Errors
    ///
    /// Each has its own.
    pub async fn record_imports(
        &self,
        records: Vec<Box<ImportRecord>>,
    ) -> Vec<Result<VisitSaved, StoreError>> {
        // Preparing takes one longer than the other; what waits to be saved is saved in its order.
        let prepared = join_all(records.into_iter().map(|record| imported(*record))).await;
        join_all(prepared.into_iter().map(async |visit| self.save_with_others(visit?).await)).await
    }

    /// Whether what was at `url` at that moment, or later, is settled already.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn is_settled(&self, url: &str, at: Timestamp) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar(
            "select exists (select 1 from entries
                            where canonical_url = ?1 and settled_at >= ?2 and state <> 'pending')
                 or exists (select 1 from articles where url = ?1 and fetched_at >= ?2)",
        )
        .bind(url)
        .bind(at.to_string())
        .fetch_one(&self.readers)
        .await?;
        Ok(found)
    }
}

impl Record for Visit {
    type Saved = VisitSaved;

    fn rows(&self) -> usize {
        1
    }

    async fn save(&self, tx: &mut Writing<'_>) -> Result<VisitSaved, StoreError> {
        let Visit { subject, source, attempt, end } = self;
        let attempt = attempt.as_ref();
        let answer = ask(tx, subject, end.article()).await?;
        let known = known(&answer, subject, tx)?;
        let before = known.article;
        // A copy from elsewhere is no look at the page: when that is due does not change.
        let is_import = matches!(subject, VisitSubject::Import(..));
        let mut recheck_at = known.recheck_at.filter(|_| is_import);
        let mut settled_at = known.settled_at;
        let (outcome, article, next) = match end {
            PreparedEnd::Article(prepared) => {
                let found = Found::read(&answer)?;
                let (outcome, id) = article::save(tx, prepared, found, before).await?;
                recheck_at = prepared.recheck_at.or(recheck_at);
                settled_at = Some(prepared.record().fetched_at);
                (outcome, Some(id), Next::Settled(EntryState::Stored))
            }
            PreparedEnd::Without(why, outcome) => {
                if let NoArticle::NotModified { recheck_at: at, .. } = why {
                    recheck_at = *at;
                }
                let keeps = is_import && before.is_some();
                let outcome = if keeps { Outcome::Unchanged } else { *outcome };
                (outcome, before, settle(tx, why, before, attempt))
            }
            PreparedEnd::Known(id) => {
                let is_its = before == Some(*id);
                let outcome = if is_its { Outcome::Unchanged } else { Outcome::Duplicate };
                (outcome, Some(*id), Next::Settled(EntryState::Stored))
            }
        };
        settled_at = settled_at.or(attempt.map(|attempt| attempt.started_at));
        if let (Some(article), Some(url)) = (article, &known.url)
            && !end.has_address(url)
        {
            article::note_address(tx, article, url, &known.first_seen_at);
        }
        if let (Next::PendingUntil(at), Some(url)) = (&next, &known.url) {
            postpone_others(tx, known.entry, url, *at);
        }
        let EntryBefore { entry, fingerprint, .. } = known;
        let host = match subject {
            VisitSubject::Entry(_, _, host) => Some(host.as_str()),
            VisitSubject::Import(..) => None,
        };
        let visited =
            Visited { entry, fingerprint, host, article, outcome, settled_at, recheck_at };
        save_entry(tx, visited, attempt, &next);
        if let Some(attempt) = attempt {
            let subject = Subject { source: *source, entry: Some(entry), article };
            attempt::save(tx, attempt, outcome, subject);
        }
        Ok(VisitSaved { outcome, article })
    }
}

async fn imported(record: ImportRecord) -> Result<Visit, StoreError> {
    let end = match record.article {
        Ok(article) => {
            PreparedEnd::Article(Box::new(article::prepare(*article, Provenance::Captured).await?))
        }
        Err(outcome) => PreparedEnd::Without(NoArticle::Skipped, outcome),
    };
    let subject = VisitSubject::Import(record.url, record.captured_at);
    Ok(Visit { subject, source: None, attempt: None, end })
}

/// What is known of an entry before its visit is saved.
struct EntryBefore {
    entry: EntryId,
    /// What it said when it was read.
    fingerprint: Fingerprint,
    article: Option<ArticleId>,
    url: Option<String>,
    first_seen_at: String,
    settled_at: Option<Timestamp>,
    recheck_at: Option<Timestamp>,
}

/// Asks at once for what is known of the entry and, where the visit brings an article, for what is
/// stored in its place: waiting for an answer costs more than most answers.
async fn ask(
    tx: &mut Writing<'_>,
    subject: &VisitSubject,
    new: Option<&Prepared>,
) -> Result<SqliteRow, sqlx::Error> {
    let mut query = tx.question(
        "select entry.id as entry_id, entry.article_id, entry.canonical_url, entry.first_seen_at,
             entry.fingerprint, entry.recheck_at",
    )?;
    if let VisitSubject::Import(..) = subject {
        query.push(", ");
        push_next_id(&mut query, "entries");
        query.push(" as next_entry");
    }
    if let Some(new) = new {
        query.push(", ");
        Found::push_columns(&mut query, new);
    }
    query.push(
        " from (select 1) left join
              (select id, article_id, canonical_url, first_seen_at, fingerprint, recheck_at
               from entries where ",
    );
    match subject {
        VisitSubject::Entry(entry, ..) => query.push("id = ").push_bind(entry.0),
        VisitSubject::Import(url, _) => {
            query.push("canonical_url = ").push_bind(url).push(" order by by_hand desc, id limit 1")
        }
    };
    query.push(") as entry");
    if let Some(new) = new {
        query.push(
            " left join articles as stored on stored.id =
              coalesce((select id from articles where id = entry.article_id),
                       (select id from articles where url = ",
        );
        query.push_bind(&new.record().url);
        query.push("), (select article_id from addresses where url = ");
        query.push_bind(&new.record().url).push("))");
    }
    tx.ask(query).await
}

/// What the answer to [`ask`] says of the entry; an import that has none becomes one.
fn known(
    answer: &SqliteRow,
    subject: &VisitSubject,
    tx: &mut Writing<'_>,
) -> Result<EntryBefore, StoreError> {
    let is_there = answer.try_get::<Option<i64>, _>("entry_id")?.is_some();
    let (fingerprint, settled_at) = match subject {
        VisitSubject::Entry(_, fingerprint, _) if is_there => (*fingerprint, None),
        VisitSubject::Entry(entry, ..) => {
            return Err(StoreError::NoSuch { what: "entry", id: entry.0.to_string() });
        }
        VisitSubject::Import(_, at) if is_there => {
            (Fingerprint(answer.try_get::<i64, _>("fingerprint")?.cast_unsigned()), Some(*at))
        }
        VisitSubject::Import(url, at) => {
            let entry = EntryId(answer.try_get("next_entry")?);
            entry::settled_by_hand(tx, entry, url, *at);
            return Ok(EntryBefore {
                entry,
                fingerprint: Fingerprint(0),
                article: None,
                url: Some(url.clone()),
                first_seen_at: at.to_string(),
                settled_at: Some(*at),
                recheck_at: None,
            });
        }
    };
    Ok(EntryBefore {
        entry: EntryId(answer.try_get("entry_id")?),
        fingerprint,
        article: answer.try_get::<Option<i64>, _>("article_id")?.map(ArticleId),
        url: answer.try_get("canonical_url")?,
        first_seen_at: answer.try_get("first_seen_at")?,
        settled_at,
        recheck_at: optional_time(answer, "recheck_at")?,
    })
}

/// What becomes of an entry that had `before` and is brought no article.
fn settle(
    tx: &mut Writing<'_>,
    why: &NoArticle,
    before: Option<ArticleId>,
    attempt: Option<&Attempt>,
) -> Next {
    let or_stored = |state| if before.is_some() { EntryState::Stored } else { state };
    match why {
        NoArticle::NotModified { validators, .. } => {
            if let (Some(id), Some(attempt)) = (before, attempt) {
                tx.add("update articles set fetched_at = ? where id = ?")
                    .bind(attempt.started_at.to_string())
                    .bind(id.0);
                tx.add("update pages set etag = ?, last_modified = ? where article_id = ?")
                    .bind(&validators.etag)
                    .bind(&validators.last_modified)
                    .bind(id.0);
            }
            Next::Settled(or_stored(EntryState::Skipped))
        }
        NoArticle::Retry(at) => Next::PendingUntil(*at),
        NoArticle::Failed => Next::Settled(or_stored(EntryState::Failed)),
        NoArticle::Skipped => Next::Settled(or_stored(EntryState::Skipped)),
    }
}

/// Others that wait for the same page wait as long: it is asked for once for all of them.
fn postpone_others(tx: &mut Writing<'_>, entry: EntryId, url: &str, until: Timestamp) {
    tx.add(
        "update entries set next_attempt_at = max(next_attempt_at, ?)
             where canonical_url = ? and state = 'pending' and id <> ?",
    )
    .bind(until.to_string())
    .bind(url)
    .bind(entry.0);
}

/// What became of an entry as it was read.
#[derive(Clone, Copy)]
struct Visited<'a> {
    entry: EntryId,
    fingerprint: Fingerprint,
    host: Option<&'a str>,
    article: Option<ArticleId>,
    outcome: Outcome,
    settled_at: Option<Timestamp>,
    recheck_at: Option<Timestamp>,
}

/// Writes down what became of an entry. One that a poll found edited meanwhile
/// waits with its new content, as the poll left it: what was visited is old.
fn save_entry(tx: &mut Writing<'_>, visited: Visited<'_>, attempt: Option<&Attempt>, next: &Next) {
    let Visited { entry, fingerprint, host, article, outcome, settled_at, recheck_at } = visited;
    let (state, next_attempt_at) = match next {
        Next::Settled(state) => (*state, None),
        Next::PendingUntil(at) => (EntryState::Pending, Some(at.to_string())),
    };
    let failure = attempt.and_then(|attempt| attempt.failure.as_ref());
    tx.add(
        "update entries set error_kind = new.error_kind, error = new.error,
             article_id = new.article_id,
             state = iif(edited, entries.state, new.state),
             next_attempt_at = iif(edited, entries.next_attempt_at, new.next_attempt_at),
             attempts = entries.attempts + iif(edited, 0, new.attempts),
             settled_at = iif(edited or new.state = 'pending', entries.settled_at,
                              max(coalesce(new.settled_at, entries.settled_at),
                                  coalesce(entries.settled_at, new.settled_at))),
             recheck_at = iif(edited, entries.recheck_at, new.recheck_at),
             content = iif(edited or new.state = 'pending', entries.content, null)
         from (select ? as state, ? as next_attempt_at, ? as attempts, ? as error_kind,
                      ? as error, ? as article_id, ? as settled_at, ? as recheck_at) as new,
              (select id, state = 'pending' and (fingerprint <> ? or host <> ?) as edited
               from entries where id = ?) as old
         where entries.id = old.id",
    )
    .bind(state.as_str())
    .bind(next_attempt_at)
    .bind(i64::from(attempt.is_some()))
    .bind(attempt::error_kind(failure, outcome).map(Outcome::as_str))
    .bind(failure.map(|failure| &failure.message))
    .bind(article.map(|id| id.0))
    .bind(settled_at.map(|at| at.to_string()))
    .bind(recheck_at.map(|at| at.to_string()))
    .bind(fingerprint.0.cast_signed())
    .bind(host)
    .bind(entry.0);
}
