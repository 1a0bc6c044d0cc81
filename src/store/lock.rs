//! The right to fetch into a database: one process at a time.
//!
//! Held as a lock of the operating system on a file beside the database, so
//! that it ends with the process however that ends.

use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::open;

/// The right to fetch into a database: one process at a time holds it.
///
/// Released when it is dropped, and when the process ends in any way.
#[derive(Debug)]
pub struct WorkLock {
    file: File,
    after_kill: bool,
}

impl Drop for WorkLock {
    fn drop(&mut self) {
        // Whoever finds a number knows that its process did not come so far.
        let _ = self.file.set_len(0);
    }
}

impl WorkLock {
    /// Takes the right for the database at `path`, which need not exist yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] names the process that has it; [`StoreError::NotOurs`]
    /// where a file of another kind is there, beside which nothing is left.
    pub fn acquire(path: &Path) -> Result<WorkLock, StoreError> {
        let database = real_path(path)?;
        open::refuse_other_kind(&database)?;
        let beside = lock_path(&database);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&beside)
            .map_err(|error| StoreError::making(&beside, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Busy { path: database, pid: owner(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::making(&beside, error)),
        }
        let after_kill = owner(&mut file).is_some();
        // The number only serves the message of others; the lock holds without it.
        let _ = write_owner(&mut file);
        Ok(WorkLock { file, after_kill })
    }

    /// Whether the process that had it before was killed, and may have asked for more than it has
    /// written down.
    #[must_use]
    pub fn is_after_kill(&self) -> bool {
        self.after_kill
    }
}

fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_owner(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

/// The one name of the file: absolute, symbolic links followed. The file need
/// not exist, its folder must.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, StoreError> {
    if let Ok(real) = path.canonicalize() {
        return match real.metadata() {
            Ok(found) if found.is_dir() => Err(StoreError::Folder(real)),
            // Opening a pipe would wait for whoever writes to it.
            Ok(found) if !found.is_file() => Err(StoreError::NotOurs(real)),
            _ => Ok(real),
        };
    }
    // A link to a file that does not exist yet: SQLite would create its target.
    let target = match path.read_link() {
        Ok(link) => path.parent().unwrap_or(Path::new("")).join(link),
        Err(_) => path.to_owned(),
    };
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let Some(name) = target.file_name() else {
        return Err(StoreError::NotOurs(path.to_owned()));
    };
    let folder = folder.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NoFolder(folder.to_owned()),
        _ => StoreError::Unreadable { path: folder.to_owned(), source: Box::new(error) },
    })?;
    Ok(folder.join(name))
}
