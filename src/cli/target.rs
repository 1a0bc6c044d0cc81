//! Where output goes: stdout, or a file that appears whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::failure::Failure;
use super::output::{Out, Screen};

/// An output under way.
pub(super) enum Target {
    /// Stdout.
    Stdout(Out),
    /// A file beside the one wanted, until it is complete.
    File(Unfinished),
}

impl Target {
    /// Opens `path`; stdout where there is none, or `-`.
    pub(super) fn open(path: Option<&Path>, screen: Screen) -> anyhow::Result<Target> {
        match path {
            Some(path) if path != Path::new("-") => Ok(Target::File(Unfinished::create(path)?)),
            _ => Ok(Target::Stdout(screen.stdout())),
        }
    }

    /// Writes data.
    pub(super) fn data(&mut self, text: &str) -> io::Result<()> {
        match self {
            Target::Stdout(out) => out.data(text),
            Target::File(file) => file.writer.write_all(text.as_bytes()),
        }
    }

    /// Whether it is stdout, which may be somebody's terminal in the end.
    pub(super) fn is_stdout(&self) -> bool {
        matches!(self, Target::Stdout(_))
    }

    /// Whether it is a terminal, which is no place for bytes that are no text.
    pub(super) fn is_terminal(&self, screen: Screen) -> bool {
        self.is_stdout() && screen.width.is_some()
    }

    /// Ends the output: the file gets its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Target::Stdout(out) => Ok(out.finish()?),
            Target::File(file) => file.finish(),
        }
    }
}

/// Bytes as they are.
impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::Stdout(out) => out.bytes(bytes).map(|()| bytes.len()),
            Target::File(file) => file.writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            // Ended by `finish`, which says what went wrong.
            Target::Stdout(_) => Ok(()),
            Target::File(file) => file.writer.flush(),
        }
    }
}

/// A temporary file in the folder of the one wanted; dropped, it is removed.
pub(super) struct Unfinished {
    writer: BufWriter<File>,
    temporary: PathBuf,
    wanted: PathBuf,
    complete: bool,
}

impl Unfinished {
    fn create(wanted: &Path) -> anyhow::Result<Unfinished> {
        let name = wanted.file_name().ok_or_else(|| {
            Failure::new(format!("{} is no file name", wanted.display()))
                .hint("give a file, as in `--output articles.jsonl`")
        })?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}.tmp", std::process::id()));
        let temporary = wanted.with_file_name(temporary);
        let file = File::create(&temporary)
            .with_context(|| format!("cannot write {}", wanted.display()))?;
        let (wanted, writer) = (wanted.to_owned(), BufWriter::new(file));
        Ok(Unfinished { writer, temporary, wanted, complete: false })
    }

    fn finish(mut self) -> anyhow::Result<()> {
        let write = |this: &mut Unfinished| {
            this.writer.flush()?;
            this.writer.get_ref().sync_all()?;
            std::fs::rename(&this.temporary, &this.wanted)
        };
        write(&mut self).with_context(|| format!("cannot write {}", self.wanted.display()))?;
        self.complete = true;
        Ok(())
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
}
