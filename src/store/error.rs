//! What can go wrong with a database, told apart by what to do about it.

use std::path::{Path, PathBuf};

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
    /// The folder that the file should be in does not exist.
    #[error("there is no folder {}", .0.display())]
    NoFolder(PathBuf),
    /// A folder where a file is wanted.
    #[error("{} is a folder, not a file", .0.display())]
    Folder(PathBuf),
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
    /// No permission to read.
    #[error("cannot read {}", .path.display())]
    Unreadable {
        /// The database.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
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
    /// The file was deleted or replaced while it was in use.
    #[error("{} was deleted or replaced while it was in use", .0.display())]
    Replaced(PathBuf),
    /// The target of a backup is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Another program holds a write lock for longer than we wait.
    #[error("another program keeps the database locked")]
    Locked,
    /// Pages of the file are damaged; found when it was opened.
    #[error("{} is damaged: {detail}", .path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// The first thing that is wrong.
        detail: String,
    },
    /// Pages of the file are damaged; found while working.
    #[error("the database file is damaged")]
    Corrupt(#[source] sqlx::Error),
    /// A question that SQLite does not understand; the user's, not ours.
    #[error("{0}")]
    Query(String),
    /// Another source has this address.
    #[error("{url} is followed already, as source {id}")]
    Taken {
        /// The address.
        url: String,
        /// Who has it.
        id: i64,
    },
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
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            StoreError::Busy { .. } => {
                "wait for it to end, or stop it; reading commands work meanwhile"
            }
            StoreError::Missing(_) => "`tearsheet add URL` makes one; --db FILE names another",
            StoreError::NoFolder(folder) => {
                return Some(format!("create it: mkdir -p '{}'", folder.display()));
            }
            StoreError::Folder(folder) => {
                return Some(format!(
                    "name a file in it: {}",
                    folder.join("tearsheet.db").display()
                ));
            }
            StoreError::NotOurs(_) => "the file was left as it is; name another with --db FILE",
            StoreError::Newer { .. } => "the file was left as it is; upgrade tearsheet",
            StoreError::Older { .. } => "run `tearsheet db migrate`",
            StoreError::Unreadable { .. } => "check the owner and the permissions of the file",
            StoreError::ReadOnly { .. } => {
                "the file and its folder must be writable: SQLite keeps -wal and -shm beside the file"
            }
            StoreError::Replaced(_) => {
                "nothing more is written; start again to use the file that is there now"
            }
            StoreError::Exists(_) => "choose another name, or move the old file away",
            StoreError::Full => "make room and run again; nothing was half stored",
            StoreError::Locked => {
                "close the program that writes to it (an open transaction in a database tool?)"
            }
            StoreError::Damaged { .. } | StoreError::Corrupt(_) => {
                "the file was left as it is; restore a backup, or save what can be read with `sqlite3 FILE .recover`"
            }
            StoreError::Taken { .. } => "remove one of the two sources",
            StoreError::NoSuch { what: "source", .. } => "`tearsheet sources` lists them",
            StoreError::NoSuch { what: "article", .. } => "`tearsheet list` lists them",
            StoreError::Other(error) if is_refused_by_disk(error) => {
                "nothing was half stored; the disk refused, or a limit on files (`ulimit -f`): the system's log may say more"
            }
            StoreError::Query(_) | StoreError::NoSuch { .. } | StoreError::Other(_) => return None,
        };
        Some(hint.to_owned())
    }

    /// Whether the same call may succeed later without anybody changing the file:
    /// a full disk and a foreign lock pass, a damaged file does not.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, StoreError::Full | StoreError::Locked | StoreError::Busy { .. })
    }

    /// Sorts an error met while `path` is being opened, where the reason is
    /// the file as a whole.
    pub(super) fn opening(path: &Path, error: sqlx::Error) -> Self {
        match result_code(&error).map(|code| code & 0xff) {
            Some(SQLITE_CANTOPEN | SQLITE_READONLY | SQLITE_PERM) => {
                StoreError::ReadOnly { path: path.to_owned(), source: Box::new(error) }
            }
            Some(SQLITE_CORRUPT) => {
                StoreError::Damaged { path: path.to_owned(), detail: message(&error) }
            }
            Some(SQLITE_NOTADB) => StoreError::NotOurs(path.to_owned()),
            _ => error.into(),
        }
    }

    /// Sorts an error of the operating system on `path`, which may have to be
    /// made: where it cannot be, its folder is what to look at.
    pub(super) fn making(path: &Path, error: std::io::Error) -> Self {
        let folder = path.parent().filter(|_| !path.exists());
        match StoreError::file(folder.unwrap_or(path), error) {
            StoreError::Missing(path) => {
                StoreError::ReadOnly { path, source: "no file can be made there".into() }
            }
            other => other,
        }
    }

    /// Sorts an error of the operating system on `path`.
    pub(super) fn file(path: &Path, error: std::io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            std::io::ErrorKind::NotFound => StoreError::Missing(path),
            _ if is_out_of_room(&error) => StoreError::Full,
            _ => StoreError::ReadOnly { path, source: Box::new(error) },
        }
    }
}

/// Whether the disk is full, or would be by the limits on who writes or on the size of files.
#[must_use]
pub fn is_out_of_room(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

// Result codes, <https://www.sqlite.org/rescode.html>.
const SQLITE_PERM: i32 = 3;
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_READONLY: i32 = 8;
const SQLITE_IOERR: i32 = 10;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;
const SQLITE_NOTADB: i32 = 26;
/// The shared memory beside the WAL could not grow: a full disk.
const SQLITE_IOERR_SHMSIZE: i32 = 4874;

/// Work off the async threads that did not come to its end.
impl From<tokio::task::JoinError> for StoreError {
    fn from(error: tokio::task::JoinError) -> Self {
        StoreError::Other(sqlx::Error::Io(error.into()))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // Columns have the types that we read, unless their bytes are not what was written.
        if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) {
            return StoreError::Corrupt(error);
        }
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return StoreError::Locked;
        }
        let Some(code) = result_code(&error) else { return StoreError::Other(error) };
        match (code & 0xff, code) {
            (SQLITE_BUSY | SQLITE_LOCKED, _) => StoreError::Locked,
            (SQLITE_FULL, _) | (_, SQLITE_IOERR_SHMSIZE) => StoreError::Full,
            (SQLITE_CORRUPT | SQLITE_NOTADB, _) => StoreError::Corrupt(error),
            _ => StoreError::Other(error),
        }
    }
}

/// Whether SQLite refused because somebody else writes.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    result_code(error).is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Whether SQLite refused because the connection may not write.
pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    result_code(error).is_some_and(|code| code & 0xff == SQLITE_READONLY)
}

/// Whether the system would not read or write for SQLite.
fn is_refused_by_disk(error: &sqlx::Error) -> bool {
    result_code(error).is_some_and(|code| code & 0xff == SQLITE_IOERR)
}

/// Whether SQLite met damage.
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    result_code(error).is_some_and(|code| matches!(code & 0xff, SQLITE_CORRUPT | SQLITE_NOTADB))
}

/// Whether SQLite could not open the file or what stands beside it.
pub(super) fn cannot_open(error: &sqlx::Error) -> bool {
    result_code(error).is_some_and(|code| matches!(code & 0xff, SQLITE_CANTOPEN | SQLITE_READONLY))
}

/// SQLite's extended result code.
fn result_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// What SQLite said, without the wrapping.
pub(super) fn message(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
