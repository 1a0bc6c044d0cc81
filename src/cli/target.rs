//! Where output goes: stdout, or a file that appears whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output::{Out, Screen};

/// An output under way.
pub(super) enum Target {
    /// Stdout, or what stands under the name wanted and is no file: a device, a pipe.
    Stream(Out),
    /// A file beside the one wanted, until it is complete.
    File(Unfinished),
}

impl Target {
    /// Opens `path`; stdout where there is none, or `-`.
    pub(super) fn open(path: Option<&Path>, screen: Screen) -> anyhow::Result<Target> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Target::Stream(screen.stdout()));
        };
        match path.metadata() {
            Ok(there) if there.is_dir() => {
                Err(Failure::new(format!("{} is a folder, not a file", path.display()))
                    .hint("give a file, as in `articles.jsonl`")
                    .into())
            }
            // It takes what it is given; a file in its place would be another thing.
            Ok(there) if !there.is_file() => {
                let opened = OpenOptions::new().write(true).open(path);
                let device = opened.map_err(|error| cannot_write(path, &error))?;
                let is_terminal = device.is_terminal();
                Ok(Target::Stream(Out::new(
                    Device { file: device, path: path.to_owned() },
                    is_terminal,
                )))
            }
            _ => Ok(Target::File(Unfinished::create(path)?)),
        }
    }

    /// Writes data.
    pub(super) fn data(&mut self, text: &str) -> io::Result<()> {
        match self {
            Target::Stream(out) => out.data(text),
            Target::File(file) => file.write_all(text.as_bytes()),
        }
    }

    /// Whether it is a terminal, which is no place for bytes that are no text.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Target::Stream(out) if out.is_terminal())
    }

    /// Ends the output: the file gets its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Target::Stream(out) => Ok(out.finish()?),
            Target::File(file) => Ok(file.finish()?),
        }
    }
}

/// Bytes as they are.
impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::Stream(out) => out.bytes(bytes).map(|()| bytes.len()),
            Target::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            // Ended by `finish`, which says what went wrong.
            Target::Stream(_) => Ok(()),
            Target::File(file) => file.flush(),
        }
    }
}

/// Something under a name that is no file.
struct Device {
    file: File,
    path: PathBuf,
}

impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(|error| cannot_write(&self.path, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| cannot_write(&self.path, &error))
    }
}

/// The same error, with the name of what could not be written.
fn cannot_write(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

/// An output under way could not be written. Under its name stands what stood there before.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {error}", .path.display())]
pub(super) struct Unwritten {
    path: PathBuf,
    error: io::Error,
}

impl Unwritten {
    /// Whether an error says so.
    pub(super) fn is_behind(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unwritten>)
    }
}

/// A temporary file in the folder of the one wanted; dropped, it is removed.
pub(super) struct Unfinished {
    writer: BufWriter<File>,
    temporary: PathBuf,
    /// Where it goes in the end.
    wanted: PathBuf,
    /// As it was called by who wants it.
    called: PathBuf,
    complete: bool,
}

impl Unfinished {
    fn create(called: &Path) -> anyhow::Result<Unfinished> {
        let wanted = behind_links(called);
        let name = wanted.file_name().ok_or_else(|| {
            Failure::new(format!("{} is no file name", called.display()))
                .hint("give a file, as in `--output articles.jsonl`")
        })?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}.tmp", std::process::id()));
        let temporary = wanted.with_file_name(temporary);
        let file = File::create(&temporary).map_err(|error| cannot_write(called, &error))?;
        let (called, writer) = (called.to_owned(), BufWriter::new(file));
        Ok(Unfinished { writer, temporary, wanted, called, complete: false })
    }

    fn finish(mut self) -> io::Result<()> {
        let write = |this: &mut Unfinished| {
            this.writer.flush()?;
            this.writer.get_ref().sync_all()?;
            std::fs::rename(&this.temporary, &this.wanted)
        };
        write(&mut self).map_err(|error| self.unwritten(error))?;
        self.complete = true;
        Ok(())
    }

    fn unwritten(&self, error: io::Error) -> io::Error {
        io::Error::new(error.kind(), Unwritten { path: self.called.clone(), error })
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes).map_err(|error| self.unwritten(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(|error| self.unwritten(error))
    }
}

/// Whether two names stand for one file.
pub(super) fn are_one(one: &Path, other: &Path) -> bool {
    let absolute = |path: &Path| std::path::absolute(behind_links(path)).ok();
    absolute(one).is_some_and(|one| absolute(other) == Some(one))
}

/// What a name stands for where it is a symbolic link: the link stays, its target is written anew.
fn behind_links(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match path.read_link() {
        // To a file that does not exist yet.
        Ok(link) => path.parent().unwrap_or(Path::new("")).join(link),
        Err(_) => path.to_owned(),
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.complete {
            // Nothing to be done where even that fails; the name says what it is.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Screen, Target};

    const PIPE: Screen = Screen { width: None, color: false, progress: false };

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        std::fs::write(&path, "old").unwrap();

        let mut target = Target::open(Some(&path), PIPE).unwrap();
        target.data("half").unwrap();
        drop(target);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");

        let mut target = Target::open(Some(&path), PIPE).unwrap();
        target.data("new").unwrap();
        target.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_what_it_names_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("elsewhere")).unwrap();
        std::fs::write(path("elsewhere/old"), "old").unwrap();
        for name in ["old", "new"] {
            let link = path(name);
            std::os::unix::fs::symlink(format!("elsewhere/{name}"), &link).unwrap();
            let mut target = Target::open(Some(&link), PIPE).unwrap();
            target.data("text").unwrap();
            target.finish().unwrap();
            assert!(link.is_symlink());
            let written = std::fs::read_to_string(path(&format!("elsewhere/{name}"))).unwrap();
            assert_eq!(written, "text");
        }
    }
}
