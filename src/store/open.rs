//! Opening: is it ours, is it whole, is its schema the one we know.
//!
//! A file is looked at before SQLite may touch it, and changed only after
//! everything about it was found to be in order.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::{Path, PathBuf};

use sqlx::Connection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use super::Store;
use super::duplicates;
use super::error::{self, StoreError};
use super::lock::real_path;
use crate::limits;

/// `Tear`, in the header of every file of ours: `file` and others show it.
pub(super) const APPLICATION_ID: i32 = 0x5465_6172;

/// Schema changes, oldest first; a file's `user_version` counts those it has.
/// Forward only, and never edited once released.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_wishes.sql"),
    include_str!("../../migrations/0003_interface.sql"),
    include_str!("../../migrations/0004_template.sql"),
    include_str!("../../migrations/0005_articles_at_speed.sql"),
    include_str!("../../migrations/0006_revisits.sql"),
    include_str!("../../migrations/0007_robots.sql"),
    include_str!("../../migrations/0008_paywalled.sql"),
    include_str!("../../migrations/0009_questions.sql"),
    include_str!("../../migrations/0010_statistics.sql"),
    include_str!("../../migrations/0011_pages.sql"),
];

/// The version that brought the index of near-duplicates, which only we can fill.
const LIKENESSES: i64 = 3;

/// The schema version that this program works with.
#[allow(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(super) const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// What the first bytes of a file say.
enum Head {
    /// No file, or one without a byte in it.
    Empty,
    /// SQLite, with this application id.
    Sqlite(i32),
    /// Anything else.
    Foreign,
}

/// Opens for reading and writing; creates and migrates.
pub(super) async fn open(path: &Path) -> Result<Store, StoreError> {
    let path = real_path(path)?;
    undo_unfinished(&path).await?;
    let head = head(&path)?;
    refuse_foreign(&path, &head).await?;
    if !matches!(head, Head::Empty) {
        // A newer or damaged file is refused by a connection that cannot write.
        let mut look = connect(&path, reading(&path)).await?;
        let version = known_version(&path, &mut look).await?;
        let checked = refuse_damaged(&path, version, &mut look).await;
        let _ = look.close().await;
        checked?;
    }
    check_writable(&path)?;
    create_or_migrate(&path).await?;

    let options = writing(&path)
        .journal_mode(SqliteJournalMode::Wal)
        // What one statement changes is undone from memory: an article's go into more pages than
        // SQLite would keep there, and those it wrote to a file each time.
        .pragma("temp_store", "memory");
    let writer =
        pool(1).connect_with(options).await.map_err(|error| StoreError::opening(&path, error))?;
    // The journal mode is the first thing that needs the folder to be writable.
    let readers = pool(limits::READERS_MAX).connect_lazy_with(reading(&path));
    Ok(Store::new(path, writer, readers))
}

/// Opens for reading; the file stays as it is.
pub(super) async fn open_read_only(path: &Path) -> Result<Store, StoreError> {
    let path = real_path(path)?;
    // Where that is not allowed, the look below says what it means.
    let _ = undo_unfinished(&path).await;
    let head = match head(&path)? {
        Head::Empty if path.exists() => return Err(StoreError::NotOurs(path)),
        Head::Empty => return Err(StoreError::Missing(path)),
        head => head,
    };
    refuse_foreign(&path, &head).await?;
    let mut options = reading(&path);
    let found = match version_by(&options).await {
        // A WAL file needs -shm beside it. Where that cannot be made nobody can
        // write either, so the file may be read as one that never changes.
        Err(error) if error::cannot_open(&error) && !has_beside(&path, "-wal") => {
            options = options.immutable(true);
            version_by(&options).await
        }
        found => found,
    };
    let found = found.map_err(|error| StoreError::opening(&path, error))?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { path, found, known: SCHEMA_VERSION });
    }
    if found < SCHEMA_VERSION {
        return Err(StoreError::Older { path, found, known: SCHEMA_VERSION });
    }
    let readers = pool(limits::READERS_MAX).connect_lazy_with(options);
    Ok(Store::new(path, readers.clone(), readers))
}

/// A connection for questions only, to the file that is there.
pub(super) fn reading(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(limits::LOCKED_WAIT_MAX)
        .row_buffer_size(limits::ROWS_READ_AHEAD)
        .pragma("query_only", "on")
}

fn writing(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(limits::LOCKED_WAIT_MAX)
        .foreign_keys(true)
        // With WAL, a power cut may cost the last commits but never the file.
        .synchronous(SqliteSynchronous::Normal)
        // Negative: kibibytes, not pages.
        .pragma("cache_size", format!("-{}", limits::WRITER_CACHE_BYTES / 1024))
        .pragma("wal_autocheckpoint", limits::WAL_PAGES_MAX.to_string())
        // A WAL that grew behind a long reader is cut back to this.
        .pragma("journal_size_limit", limits::WAL_BYTES_KEPT.to_string())
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(limits::TURN_WAIT_MAX)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

async fn connect(
    path: &Path,
    options: SqliteConnectOptions,
) -> Result<SqliteConnection, StoreError> {
    SqliteConnection::connect_with(&options).await.map_err(|error| StoreError::opening(path, error))
}

/// Reads the header by hand (<https://www.sqlite.org/fileformat2.html#the_database_header>).
fn head(path: &Path) -> Result<Head, StoreError> {
    let file = match OpenOptions::new().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Head::Empty),
        Err(error) => {
            return Err(StoreError::Unreadable { path: path.to_owned(), source: Box::new(error) });
        }
    };
    let mut bytes = Vec::with_capacity(100);
    file.take(100).read_to_end(&mut bytes).map_err(|error| StoreError::Unreadable {
        path: path.to_owned(),
        source: Box::new(error),
    })?;
    if bytes.is_empty() {
        return Ok(Head::Empty);
    }
    match (bytes.starts_with(b"SQLite format 3\0"), bytes.get(68..72)) {
        (true, Some(&[a, b, c, d])) => Ok(Head::Sqlite(i32::from_be_bytes([a, b, c, d]))),
        _ => Ok(Head::Foreign),
    }
}

/// Refuses what is no database of ours at the first look, without opening it.
pub(super) fn refuse_other_kind(path: &Path) -> Result<(), StoreError> {
    match head(path)? {
        Head::Empty | Head::Sqlite(0 | APPLICATION_ID) => Ok(()),
        Head::Sqlite(_) | Head::Foreign => Err(StoreError::NotOurs(path.to_owned())),
    }
}

/// Our id is in the header from the first commit on, outside the WAL; a file
/// without any id may still be an empty one that somebody prepared.
async fn refuse_foreign(path: &Path, head: &Head) -> Result<(), StoreError> {
    match head {
        Head::Empty | Head::Sqlite(APPLICATION_ID) => Ok(()),
        Head::Sqlite(0) => {
            let mut look = connect(path, reading(path)).await?;
            let tables: Result<i64, _> =
                sqlx::query_scalar("select count(*) from sqlite_schema").fetch_one(&mut look).await;
            let _ = look.close().await;
            match tables.map_err(|error| StoreError::opening(path, error))? {
                0 => Ok(()),
                _ => Err(StoreError::NotOurs(path.to_owned())),
            }
        }
        Head::Sqlite(_) | Head::Foreign => Err(StoreError::NotOurs(path.to_owned())),
    }
}

/// The schema version of the file, unless it is one that we do not know yet.
async fn known_version(path: &Path, look: &mut SqliteConnection) -> Result<i64, StoreError> {
    let found = version(look).await.map_err(|error| StoreError::opening(path, error))?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION });
    }
    Ok(found)
}

/// The schema version that a connection of its own reads. SQLite opens the file only when it is
/// asked something, so that whatever keeps it from opening comes out here.
async fn version_by(options: &SqliteConnectOptions) -> Result<i64, sqlx::Error> {
    let mut look = SqliteConnection::connect_with(options).await?;
    let found = version(&mut look).await;
    let _ = look.close().await;
    found
}

pub(super) async fn version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("pragma user_version").fetch_one(connection).await
}

/// Looks through small files whole; large ones would take too long, and their
/// damage is met, and told, while working.
async fn refuse_damaged(
    path: &Path,
    version: i64,
    look: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let small = path.metadata().is_ok_and(|file| file.len() <= limits::CHECKED_ON_OPEN_BYTES_MAX);
    if !small || version == 0 {
        return Ok(());
    }
    let found: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(look)
        .await
        .map_err(|error| StoreError::opening(path, error))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Damaged { path: path.to_owned(), detail: found }),
    }
}

/// SQLite opens what it may not write for reading, and fails much later.
fn check_writable(path: &Path) -> Result<(), StoreError> {
    let tried = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    tried.map(drop).map_err(|error| StoreError::making(path, error))
}

/// Brings the schema up to date, each step in one transaction that also writes
/// the version: interrupted, it starts again where it stood.
///
/// A new file is made without WAL, so that its header says whose it is from
/// the first commit on.
async fn create_or_migrate(path: &Path) -> Result<(), StoreError> {
    let opening = |error| StoreError::opening(path, error);
    // Another program may be at it just now: as long as any write waits for the lock, in one go.
    let patient = limits::LOCKED_WAIT_MAX * limits::LOCKED_TRIES_MAX;
    let mut connection = connect(path, writing(path).busy_timeout(patient)).await?;
    loop {
        let mut tx = connection.begin_with("begin immediate").await.map_err(opening)?;
        let found = version(&mut tx).await.map_err(opening)?;
        let Some(step) = usize::try_from(found).ok().and_then(|done| MIGRATIONS.get(done)) else {
            break;
        };
        sqlx::raw_sql(*step).execute(&mut *tx).await.map_err(opening)?;
        if found + 1 == LIKENESSES {
            duplicates::fill(&mut tx).await.map_err(opening)?;
        }
        // Pragmas take no parameters; both numbers are ours.
        let stamp = format!(
            "pragma application_id = {APPLICATION_ID}; pragma user_version = {};",
            found + 1
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(stamp)).execute(&mut *tx).await.map_err(opening)?;
        tx.commit().await.map_err(opening)?;
        tracing::info!(version = found + 1, "database schema is up to date");
    }
    connection.close().await.map_err(opening)
}

/// Undoes what a program that was killed while it made or migrated the file had
/// not finished. SQLite does so by itself, but not by a connection that reads only.
async fn undo_unfinished(path: &Path) -> Result<(), StoreError> {
    if !has_beside(path, "-journal") || !matches!(head(path)?, Head::Sqlite(APPLICATION_ID)) {
        return Ok(());
    }
    let mut connection = connect(path, writing(path).create_if_missing(false)).await?;
    let opening = |error| StoreError::opening(path, error);
    sqlx::query("select count(*) from sqlite_schema")
        .execute(&mut connection)
        .await
        .map_err(opening)?;
    connection.close().await.map_err(opening)
}

/// Whether a file that is not empty stands beside the database.
fn has_beside(path: &Path, suffix: &str) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name).metadata().is_ok_and(|file| file.len() > 0)
}

/// What tells this file from another that later stands under its name.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    path.metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// Other systems do not let a file go that is open.
#[cfg(not(unix))]
pub(super) fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}
