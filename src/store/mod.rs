//! SQLite: what is kept, and how it is asked for.
//!
//! The only module with SQL. Callers speak of sources, entries and articles by
//! what they mean; an outcome is saved whole or not at all; one writer, many readers, WAL.
//!
//! | file           | holds                                                        |
//! |----------------|--------------------------------------------------------------|
//! | `open`         | whether a file is ours and whole; migrations; connections    |
//! | `lock`         | one fetching process per database                            |
//! | `source`       | what is followed                                             |
//! | `due`          | which sources are due, and what waits for its host           |
//! | `poll`         | saving a poll: validators, new and changed entries           |
//! | `entry`        | the to-do list, dealt out host by host                       |
//! | `visit`        | saving a visit: what became of an entry                      |
//! | `attempt`      | rows of `fetches`, and hosts that asked us to wait           |
//! | `group_commit` | saving attempts that wait, in one transaction                |
//! | `writing`      | statements that go with the next question                    |
//! | `article`      | saving an article: new, revised, unchanged, duplicate, worse |
//! | `edit`         | whether a text that differs is an edit, worse, or the same   |
//! | `duplicates`   | duplicates and near-duplicates                               |
//! | `article_rows` | the rows of an article                                       |
//! | `page`         | the pages that articles are made from                        |
//! | `template`     | what repeats across the pages of a site                      |
//! | `reclean`      | making articles again from their pages                       |
//! | `undo`         | putting back what recleaning put away                        |
//! | `robots`       | robots.txt, from one run to the next                         |
//! | `clock`        | what a wrong clock put off                                   |
//! | `query`        | list, show, export                                           |
//! | `search`       | full text                                                    |
//! | `rules`        | removals by kind and rule                                    |
//! | `sql`          | free questions                                               |
//! | `status`       | totals                                                       |
//! | `schema`       | what the file says of itself                                 |
//! | `care`         | check and backup                                             |
//! | `prune`        | letting go of old pages, revisions and attempts              |
//! | `error`        | what the disk can fail with, and what to do                  |

mod article;
mod article_rows;
mod attempt;
mod care;
mod clock;
mod due;
mod duplicates;
mod edit;
mod entry;
mod error;
mod group_commit;
mod lock;
mod open;
mod page;
mod poll;
mod prune;
mod query;
mod reclean;
mod robots;
mod rules;
mod schema;
mod search;
mod source;
mod sql;
mod status;
mod template;
mod undo;
mod visit;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::Row;
use sqlx::Sqlite;
use sqlx::sqlite::{SqlitePool, SqliteRow};

use crate::limits;
use crate::outcome::words;
use crate::time::Timestamp;

pub use article::{ArticleRecord, FetchedArticle};
pub use attempt::{Attempt, AttemptFailure};
pub use care::CheckReport;
pub use due::Held;
pub use entry::PendingEntry;
pub use error::{StoreError, is_out_of_room};
pub use lock::WorkLock;
pub use page::PageRecord;
pub use poll::{PollEnd, PollRecord, PollSaved, SourceNews};
pub use prune::{PruneReport, Pruned, Retention};
pub use query::{ArticleDetail, ArticleFilter, ArticleRow, Parts, RemovalRow, RevisionRow};
pub use reclean::{Recleaned, Remake, Remaking, Seen, Snapshot, StoredArticle, StoredPage, Walk};
pub use rules::RuleCount;
pub use schema::{Column, Relation, reference};
pub use search::{HitOrder, SearchHit};
pub use source::{Added, NewSource, Source, SourceReport};
pub use sql::SqlRows;
pub use status::{FailingSource, Gauges, Status};
pub use undo::{Kept, Undone};
pub use visit::{ImportRecord, NoArticle, VisitEnd, VisitRecord, VisitSaved};

words! {
    /// What a source is.
    SourceKind {
        /// RSS, Atom, RDF, JSON Feed.
        Feed = "feed",
        /// A section front whose article links are followed.
        Page = "page",
        /// A sitemap.
        Sitemap = "sitemap",
    }
}

words! {
    /// Whether a source is polled.
    SourceState {
        /// Polled.
        Active = "active",
        /// Not polled: a person said so, or another source has the address that it moved to.
        Paused = "paused",
        /// Not polled: the server said 410.
        Gone = "gone",
    }
}

words! {
    /// Where an entry stands.
    EntryState {
        /// To do.
        Pending = "pending",
        /// Its article is stored.
        Stored = "stored",
        /// Looked at; there is no article to store.
        Skipped = "skipped",
        /// Tried as often as entries are tried.
        Failed = "failed",
    }
}

words! {
    /// Why a revision was recorded.
    Reason {
        /// First version.
        Published = "published",
        /// The publisher changed it.
        Edited = "edited",
        /// Our rules changed.
        Recleaned = "recleaned",
    }
}

/// Who makes the articles of today: the version of this program.
const EXTRACTOR: &str = env!("CARGO_PKG_VERSION");

/// Key of a row in `sources`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub i64);
/// Key of a row in `entries`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub i64);
/// Key of a row in `articles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleId(pub i64);

/// A transaction that writes.
type WriteTx = sqlx::Transaction<'static, Sqlite>;

/// The database.
///
/// Clones share its connections. Any number may read; writes take turns.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    file: Arc<DatabaseFile>,
    queue: Arc<group_commit::Queue>,
}

/// The file that was opened.
#[derive(Debug)]
struct DatabaseFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl Store {
    /// Opens for reading and writing; creates the file, and migrates an older schema.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] that says why not; the file is then as it was.
    pub async fn open(path: &Path) -> Result<Store, StoreError> {
        open::open(path).await
    }

    /// Opens an existing database for reading only.
    ///
    /// # Errors
    ///
    /// Missing, foreign, newer or older files are told apart.
    pub async fn open_read_only(path: &Path) -> Result<Store, StoreError> {
        open::open_read_only(path).await
    }

    /// Opens all its connections, before sockets have taken all files that a process may open.
    ///
    /// # Errors
    ///
    /// Those of opening.
    pub async fn open_connections(&self) -> Result<(), StoreError> {
        let all = (0..limits::READERS_MAX).map(|_| self.readers.acquire());
        for mut reader in futures_util::future::try_join_all(all).await? {
            // SQLite opens the log only when it reads.
            sqlx::query("select 1 from sources limit 1").fetch_optional(&mut *reader).await?;
        }
        Ok(())
    }

    /// Closes cleanly (checkpoints the WAL where nobody else reads).
    pub async fn close(self) {
        // The last connection to go tidies up, and only the writer may.
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The file, by its real path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    fn new(path: PathBuf, writer: SqlitePool, readers: SqlitePool) -> Store {
        let identity = open::identity(&path);
        let file = Arc::new(DatabaseFile { path, identity });
        Store { writer, readers, file, queue: Arc::default() }
    }

    /// Begins to write: waits for its turn here and for the lock in the file.
    async fn begin(&self) -> Result<WriteTx, StoreError> {
        if open::identity(&self.file.path) != self.file.identity {
            return Err(StoreError::Replaced(self.file.path.clone()));
        }
        let mut tries = 1;
        loop {
            match self.writer.begin_with("begin immediate").await {
                Ok(tx) => return Ok(tx),
                Err(error) if error::is_busy(&error) && tries < limits::LOCKED_TRIES_MAX => {
                    tries += 1;
                }
                // SQLite ends a transaction by itself when the disk is full; sqlx
                // goes on believing in it. A new connection knows better.
                Err(sqlx::Error::InvalidSavePointStatement) if tries < limits::LOCKED_TRIES_MAX => {
                    tries += 1;
                    self.writer.acquire().await?.close().await.ok();
                }
                Err(error) if error::is_read_only(&error) => {
                    let path = self.file.path.clone();
                    return Err(StoreError::ReadOnly { path, source: Box::new(error) });
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A list of names or words as it is stored.
fn json(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

/// A stored list; what a foreign hand made unreadable counts as empty.
fn from_json(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Numbers as one parameter, for `in (select value from json_each(?))`.
fn json_numbers(numbers: impl Iterator<Item = i64>) -> String {
    serde_json::Value::from(numbers.collect::<Vec<_>>()).to_string()
}

/// Words as one parameter, for `in (select value from json_each(?))`.
fn json_words(words: &std::collections::HashSet<String>) -> String {
    words.iter().cloned().collect::<serde_json::Value>().to_string()
}

/// A stored time; what a foreign hand made unreadable counts as long past.
fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or(Timestamp::from_unix(0))
}

fn optional_time(row: &SqliteRow, column: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    Ok(row.try_get::<Option<String>, _>(column)?.as_deref().map(time))
}

/// A count for a column: sizes beyond 2⁶³ do not occur.
fn integer(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A stored count.
fn count<T: TryFrom<i64> + Default>(stored: i64) -> T {
    T::try_from(stored).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use super::{
        ArticleFilter, ArticleRecord, Attempt, FetchedArticle, PageRecord, PendingEntry, Store,
        StoreError, VisitEnd, VisitRecord,
    };
    use crate::article::{Article, Content};
    use crate::outcome::Outcome;
    use crate::time::Timestamp;

    fn visit(entry: &PendingEntry, now: Timestamp) -> VisitRecord {
        let url = "https://a.example/storm".to_owned();
        // Does not compress: it needs the room that it says it needs.
        let html = (0..300_000_u64)
            .flat_map(|n| xxhash_rust::xxh3::xxh3_64(&n.to_le_bytes()).to_le_bytes());
        let attempt = Attempt {
            url: url.clone(),
            started_at: now,
            duration: Duration::ZERO,
            status: Some(200),
            bytes: 0,
            outcome: Outcome::Stored,
            failure: None,
            warnings: Vec::new(),
            host_waits: Vec::new(),
        };
        let page = PageRecord {
            url: url.clone(),
            status: 200,
            content_type: None,
            html: html.collect(),
            validators: None,
        };
        let record = ArticleRecord {
            article: Article { text: "storm ".repeat(1000), ..Article::default() },
            url,
            content: Content::Page,
            paywalled: false,
            first_seen_at: now,
            fetched_at: now,
        };
        let article = FetchedArticle { record, page, recheck_at: None };
        VisitRecord {
            entry: entry.id,
            fingerprint: entry.fingerprint,
            host: entry.host.clone(),
            source: None,
            attempt,
            end: VisitEnd::Article(Box::new(article)),
        }
    }

    #[tokio::test]
    async fn a_full_disk_stores_nothing_by_halves_and_passes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("news.db")).await.unwrap();
        let now = Timestamp::from_unix(1_795_428_000);
        let url = url::Url::parse("https://a.example/storm").unwrap();
        let entry = store.add_entry(&url, now).await.unwrap();
        sqlx::query("pragma max_page_count = 200").execute(&store.writer).await.unwrap();

        for _ in 0..3 {
            let full = store.record_visit(visit(&entry, now)).await;
            assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
            assert!(full.unwrap_err().is_passing());
        }
        assert!(store.list(&ArticleFilter::default()).await.unwrap().is_empty());
        let pending = store.due_entries(now, 9, 9, &HashSet::new(), None).await.unwrap();
        assert_eq!((pending.len(), pending[0].attempts), (1, 0));
        assert!(store.check(now).await.unwrap().problems.is_empty());

        sqlx::query("pragma max_page_count = 1000000").execute(&store.writer).await.unwrap();
        let saved = store.record_visit(visit(&entry, now)).await.unwrap();
        assert_eq!(saved.outcome, Outcome::Stored);
    }

    /// SQLite ends a transaction by itself when it cannot go on; the connection
    /// must not believe for ever that it is still in one.
    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_does_not_block_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("news.db")).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        sqlx::query("rollback").execute(&mut *tx).await.unwrap();
        drop(tx);
        store.begin().await.unwrap().commit().await.unwrap();
    }
}
