//! SQLite: what is kept, and how it is asked for.
//!
//! The only module with SQL. Callers speak of sources, entries and articles by
//! what they mean; one transaction per outcome; one writer, many readers, WAL.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::Stream;

use crate::article::{Article, Content, DateSource};
use crate::fetch::Validators;
use crate::outcome::{Outcome, words};
use crate::schedule::Plan;
use crate::sift::{EntryKey, Fingerprint, Fresh};
use crate::time::Timestamp;

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
        /// Not polled: a person said so.
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

/// Key of a row in `sources`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub i64);
/// Key of a row in `entries`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub i64);
/// Key of a row in `articles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleId(pub i64);

/// A source to follow.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Its address (canonical form).
    pub url: url::Url,
    /// What it is.
    pub kind: SourceKind,
    /// Title, where known.
    pub title: String,
    /// Web page, where known.
    pub site_url: Option<String>,
    /// Language, where known.
    pub language: Option<String>,
    /// Folders and foreign attributes of an imported OPML outline, as JSON.
    pub opml: Option<String>,
}

/// A source, as the database knows it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Key.
    pub id: SourceId,
    /// Address that is polled.
    pub url: url::Url,
    /// What it is.
    pub kind: SourceKind,
    /// Whether it is polled.
    pub state: SourceState,
    /// Title; empty until known.
    pub title: String,
    /// Web page.
    pub site_url: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Validators of the last full answer.
    pub validators: Option<Validators>,
    /// Next poll.
    pub next_poll_at: Timestamp,
    /// Last poll, whatever its outcome.
    pub polled_at: Option<Timestamp>,
    /// Last poll that brought something new.
    pub changed_at: Option<Timestamp>,
    /// Interval in force.
    pub interval: Duration,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure, for a person.
    pub last_error: Option<String>,
    /// Its kind.
    pub last_error_kind: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// OPML extras, as JSON.
    pub opml: Option<String>,
    /// Articles that came from it.
    pub articles: u64,
}

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
    /// The word for what failed: the outcome itself where it is a failure, or
    /// why the page did not serve where the feed's content was stored instead.
    pub error_kind: Option<Outcome>,
    /// The failure, for a person.
    pub error: Option<String>,
    /// Flaws met on the way, `kind: detail`.
    pub warnings: Vec<String>,
    /// A wait that the host asked for; binds the host.
    pub host_wait: Option<(String, Timestamp)>,
}

/// What a full answer taught about its source.
#[derive(Clone, Debug, Default)]
pub struct SourceNews {
    /// Title, where the answer gave one.
    pub title: Option<String>,
    /// Web page, where the answer gave one.
    pub site_url: Option<String>,
    /// Language, where the answer gave one.
    pub language: Option<String>,
    /// Validators to send next time; `None` forgets the old ones.
    pub validators: Option<Validators>,
    /// New and changed entries.
    pub fresh: Fresh,
}

/// The end of one poll.
#[derive(Clone, Debug)]
pub enum PollEnd {
    /// A full answer.
    Answered(Box<SourceNews>),
    /// 304, with the validators to send next time.
    NotModified(Validators),
    /// A failure; validators and entries stay as they are.
    Failed,
}

/// Everything that one poll changes; saved in one transaction.
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// The source.
    pub source: SourceId,
    /// The attempt, for `fetches`.
    pub attempt: Attempt,
    /// What came of it.
    pub end: PollEnd,
    /// When to look again.
    pub plan: Plan,
    /// Set to stop polling (410).
    pub gone: bool,
}

/// An entry that waits for its page.
#[derive(Clone, Debug)]
pub struct PendingEntry {
    /// Key.
    pub id: EntryId,
    /// Its source; none for an address given by hand.
    pub source: Option<SourceId>,
    /// Where its article is.
    pub url: Option<url::Url>,
    /// Headline that the source gave.
    pub title: Option<String>,
    /// Authors that the source gave.
    pub authors: Vec<String>,
    /// Publication that the source gave (RFC 3339 or a day), as text.
    pub published: Option<String>,
    /// Language of its source.
    pub language: Option<String>,
    /// Title of its source.
    pub source_title: Option<String>,
    /// Summary that the source gave, as HTML.
    pub summary: Option<String>,
    /// Content that the source gave, as HTML.
    pub content: Option<String>,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// The article that an earlier visit stored; set when the entry was edited.
    pub article: Option<ArticleId>,
}

/// A page to keep beside its article.
#[derive(Clone, Debug)]
pub struct PageCopy {
    /// Where it was found, after redirects.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The bytes as served (decompressed); the store compresses them.
    pub html: Vec<u8>,
}

/// An article to save.
#[derive(Clone, Debug)]
pub struct ArticleRecord {
    /// The article.
    pub article: Article,
    /// Its address: canonical form of what the page calls canonical, or of
    /// where it was found.
    pub url: String,
    /// Where its text is from.
    pub content: Content,
    /// The page it was made from.
    pub page: PageCopy,
    /// When the entry was first seen.
    pub first_seen_at: Timestamp,
    /// When the page was fetched.
    pub fetched_at: Timestamp,
}

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

/// What saving a poll came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollSaved {
    /// New entries.
    pub new: usize,
    /// Edited entries that wait to be fetched again.
    pub changed: usize,
}

/// Whether a source was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its key.
    pub id: SourceId,
    /// False when it was followed already.
    pub new: bool,
}

/// Which articles; all conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct ArticleFilter {
    /// Only from this source.
    pub source: Option<SourceId>,
    /// Only with this site name or host (exact, case-insensitive).
    pub site: Option<String>,
    /// Only in this language (`en` also means `en-gb`).
    pub language: Option<String>,
    /// Published (or first seen) at or after.
    pub since: Option<Timestamp>,
    /// Published (or first seen) before.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<u32>,
    /// Also articles that are duplicates of others.
    pub duplicates: bool,
    /// Only ids above this one: for incremental export.
    pub after_id: Option<ArticleId>,
}

/// An article as stored, with all its columns.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ArticleRow {
    /// Key.
    pub id: i64,
    /// Canonical address.
    pub url: String,
    /// Headline.
    pub title: String,
    /// Authors.
    pub authors: Vec<String>,
    /// Publication.
    pub site_name: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// First publication, UTC.
    pub published_at: Option<String>,
    /// Where that date came from.
    pub published_from: Option<String>,
    /// Last change.
    pub modified_at: Option<String>,
    /// Standfirst.
    pub summary: Option<String>,
    /// Clean text.
    pub text: String,
    /// The same as Markdown.
    pub markdown: String,
    /// Words of the text.
    pub word_count: i64,
    /// Lead image.
    pub image_url: Option<String>,
    /// How sure we are.
    pub confidence: f64,
    /// `page` or `feed`.
    pub content: String,
    /// The first article with the same text.
    pub duplicate_of: Option<i64>,
    /// Current revision, from 1.
    pub revision: i64,
    /// Version of the extractor that made it.
    pub extractor: String,
    /// When its entry was first seen.
    pub first_seen_at: String,
    /// When its page was last fetched.
    pub fetched_at: String,
}

/// A removed block, as stored.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RemovalRow {
    /// Index of the story block before which it stood.
    pub position: i64,
    /// Kind.
    pub kind: String,
    /// Rule.
    pub rule: String,
    /// Text.
    pub text: String,
}

/// A version of an article, as stored.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RevisionRow {
    /// Number, from 1.
    pub revision: i64,
    /// Headline then.
    pub title: String,
    /// Text then.
    pub text: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Why.
    pub reason: String,
}

/// An article with everything that hangs on it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ArticleDetail {
    /// The article.
    #[serde(flatten)]
    pub article: ArticleRow,
    /// What was removed.
    pub removals: Vec<RemovalRow>,
    /// Its pictures.
    pub images: Vec<crate::article::Image>,
    /// Its versions, oldest first.
    pub revisions: Vec<RevisionRow>,
    /// Sources that carried it: id and title.
    pub sources: Vec<(i64, String)>,
}

/// A hit of the full-text search.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SearchHit {
    /// The article's key.
    pub id: i64,
    /// Its address.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// Its publication.
    pub site_name: Option<String>,
    /// When it was published.
    pub published_at: Option<String>,
    /// The text around the hit; matches stand between U+0002 and U+0003.
    pub snippet: String,
}

/// The answer to a free query.
#[derive(Clone, Debug, Default)]
pub struct SqlRows {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows; blobs come as `{"blob_bytes": N}`.
    pub rows: Vec<Vec<serde_json::Value>>,
}

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

/// What `db check` found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct CheckReport {
    /// What was looked at, one line each.
    pub passed: Vec<String>,
    /// What is wrong and what to do, one line each.
    pub problems: Vec<String>,
}

/// What can go wrong with the database.
///
/// The message says what happened; [`StoreError::hint`] what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else works on it.
    #[error("another tearsheet{} is fetching into {}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .path.display())]
    Busy {
        /// The database.
        path: PathBuf,
        /// The other process, where it can be told.
        pid: Option<u32>,
    },
    /// No such file.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// A file of another kind.
    #[error("{} is not a tearsheet database", .0.display())]
    NotOurs(PathBuf),
    /// A schema that a newer tearsheet made.
    #[error("{} has schema version {found}; this tearsheet knows up to {known}", .path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A schema that must be migrated first (when opened for reading).
    #[error("{} has schema version {found}; this tearsheet needs {known}", .path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// No permission, or a read-only file system.
    #[error("cannot write to {}", .path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Another program holds a write lock for longer than we wait.
    #[error("another program keeps the database locked")]
    Locked,
    /// Pages of the file are damaged.
    #[error("the database file is damaged")]
    Corrupt(#[source] sqlx::Error),
    /// A question that SQLite does not understand; the user's, not ours.
    #[error("{0}")]
    Query(String),
    /// No such row.
    #[error("there is no {what} {id}")]
    NoSuch {
        /// `source`, `article` …
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// Anything else.
    #[error("the database failed")]
    Other(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether waiting may help: a full disk, a lock.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        false
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        None
    }
}

/// The right to fetch into a database: one process at a time holds it.
#[derive(Debug)]
pub struct WorkLock {}

impl WorkLock {
    /// Takes the right for the database at `path`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] names the process that has it.
    pub fn acquire(path: &Path) -> Result<WorkLock, StoreError> {
        let _ = path;
        Ok(WorkLock {})
    }
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {}

#[allow(unused_variables, clippy::unused_async, clippy::todo)]
impl Store {
    /// Opens for reading and writing; creates the file, and migrates an older schema.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] that says why not; the file is then as it was.
    pub async fn open(path: &Path) -> Result<Store, StoreError> {
        todo!()
    }
    /// Opens an existing database for reading only.
    ///
    /// # Errors
    ///
    /// Missing, foreign, newer or older files are told apart.
    pub async fn open_read_only(path: &Path) -> Result<Store, StoreError> {
        todo!()
    }
    /// Closes cleanly (checkpoints the WAL where nobody else reads).
    pub async fn close(self) {
        todo!()
    }

    // ── sources
    /// Follows a source, due at once; an address that is followed already stays as it is.
    pub async fn add_source(
        &self,
        source: &NewSource,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        todo!()
    }
    /// One source.
    pub async fn source(&self, id: SourceId) -> Result<Source, StoreError> {
        todo!()
    }
    /// All sources, by id.
    pub async fn sources(&self) -> Result<Vec<Source>, StoreError> {
        todo!()
    }
    /// The source at an address, its former addresses included.
    pub async fn source_at(&self, url: &str) -> Result<Option<Source>, StoreError> {
        todo!()
    }
    /// Pauses or resumes; resuming makes it due at once and forgets its failures.
    pub async fn set_source_state(
        &self,
        id: SourceId,
        state: SourceState,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        todo!()
    }
    /// Stops following; its articles stay, its pending entries go.
    pub async fn remove_source(&self, id: SourceId) -> Result<(), StoreError> {
        todo!()
    }
    /// Gives a source another address; forgets its validators, remembers the old address.
    pub async fn move_source(
        &self,
        id: SourceId,
        url: &url::Url,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        todo!()
    }
    /// Active sources due at `now`, most overdue first, at most one per host, of
    /// hosts that neither stand in `busy` nor asked us to wait. `all`: whether due or not.
    pub async fn due_sources(
        &self,
        now: Timestamp,
        limit: usize,
        busy: &HashSet<String>,
    ) -> Result<Vec<Source>, StoreError> {
        todo!()
    }
    /// Makes sources due at once: all active ones, or those named.
    pub async fn make_due(
        &self,
        only: Option<&[SourceId]>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        todo!()
    }
    /// When the next source or entry becomes due, waits of hosts considered.
    pub async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        todo!()
    }
    /// Fingerprints of those entries of `source` that are known, among `keys`.
    pub async fn known_entries(
        &self,
        source: SourceId,
        keys: &[EntryKey],
    ) -> Result<HashMap<EntryKey, Fingerprint>, StoreError> {
        todo!()
    }
    /// Saves a poll in one transaction.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollSaved, StoreError> {
        todo!()
    }

    // ── entries
    /// Pending entries due at `now`, oldest first, at most `per_host` of a host
    /// and `limit` in all, of hosts that neither stand in `busy` nor asked us to wait.
    pub async fn lease_entries(
        &self,
        now: Timestamp,
        limit: usize,
        per_host: usize,
        busy: &HashSet<String>,
        only: Option<&[SourceId]>,
    ) -> Result<Vec<PendingEntry>, StoreError> {
        todo!()
    }
    /// An entry for an address given by hand; found again where it is there already,
    /// and pending again.
    pub async fn add_entry(
        &self,
        url: &url::Url,
        now: Timestamp,
    ) -> Result<PendingEntry, StoreError> {
        todo!()
    }
    /// The article stored under an address (an article's own, or an entry's).
    pub async fn article_at(&self, url: &str) -> Result<Option<ArticleId>, StoreError> {
        todo!()
    }
    /// Saves a visit in one transaction.
    pub async fn record_visit(&self, record: VisitRecord) -> Result<VisitSaved, StoreError> {
        todo!()
    }
    /// Hosts that asked us to wait beyond `now`.
    pub async fn host_waits(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        todo!()
    }
    /// Writes down an attempt that belongs to no source or entry (an address
    /// given by hand that turned out to be neither).
    pub async fn record_attempt(&self, attempt: &Attempt) -> Result<(), StoreError> {
        todo!()
    }
    /// Drops rows of `fetches` older than `before`.
    pub async fn trim_fetches(&self, before: Timestamp) -> Result<u64, StoreError> {
        todo!()
    }

    // ── questions
    /// Articles, newest first, without body text.
    pub async fn list(&self, filter: &ArticleFilter) -> Result<Vec<ArticleRow>, StoreError> {
        todo!()
    }
    /// One article with all that hangs on it.
    pub async fn article(&self, id: ArticleId) -> Result<ArticleDetail, StoreError> {
        todo!()
    }
    /// Articles one by one, by id, for export; constant memory.
    pub fn export(
        &self,
        filter: ArticleFilter,
    ) -> impl Stream<Item = Result<ArticleDetail, StoreError>> + Send + '_ {
        futures_util::stream::empty()
    }
    /// Full-text search, best first.
    pub async fn search(
        &self,
        query: &str,
        filter: &ArticleFilter,
    ) -> Result<Vec<SearchHit>, StoreError> {
        todo!()
    }
    /// Any read-only SQL.
    pub async fn sql(&self, sql: &str) -> Result<SqlRows, StoreError> {
        todo!()
    }
    /// The page that an article was made from, unpacked.
    pub async fn page(&self, id: ArticleId) -> Result<Option<PageCopy>, StoreError> {
        todo!()
    }
    /// Totals.
    pub async fn status(&self, now: Timestamp) -> Result<Status, StoreError> {
        todo!()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        todo!()
    }

    // ── care
    /// Looks for damage: integrity, foreign keys, search index, stuck entries.
    pub async fn check(&self, now: Timestamp) -> Result<CheckReport, StoreError> {
        todo!()
    }
    /// Copies the database to `target` while it is in use.
    pub async fn backup(&self, target: &Path) -> Result<u64, StoreError> {
        todo!()
    }
    /// Schema version of the file and of this program.
    pub async fn schema_version(&self) -> Result<(i64, i64), StoreError> {
        todo!()
    }
}

// Named here until the parts that use them are written.
#[allow(unused_imports)]
use DateSource as _;
