//! What reaches the terminal: data on stdout, progress on stderr, both clean.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::json::{EscapedJson, is_unprintable};
use crate::limits::FAILING_LONG;
use crate::outcome::Outcome;
use crate::time::Timestamp;

/// Columns that a table may take where the terminal does not say.
const WIDTH_DEFAULT: u16 = 100;

/// Whether a source has failed for so long that it may have gone for good.
pub(super) fn fails_long(since: Option<Timestamp>, now: Timestamp) -> bool {
    since.is_some_and(|since| now.since(since) >= FAILING_LONG)
}

/// What is wrong with a source whose last poll ended so, and what a person can do about it.
pub(super) fn trouble(
    error: &str,
    kind: Option<&str>,
    failing_since: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let mut words = error.to_owned();
    if let Some(since) = failing_since.filter(|since| fails_long(Some(*since), now)) {
        let _ = write!(words, ", and nothing better for {}", span(since, now));
    }
    // An error that names its own remedy needs no other.
    let advice = kind.and_then(Outcome::parse).and_then(Outcome::advice);
    if let Some(advice) = advice.filter(|_| !error.contains('`')) {
        let _ = write!(words, "; {advice}");
    }
    words
}

/// What stands at the other end of stdout and stderr.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    /// Columns of the terminal on stdout; none for a file or a pipe.
    pub(super) width: Option<usize>,
    /// Whether colour is welcome on stdout.
    pub(super) color: bool,
    /// Whether progress is welcome on stderr.
    pub(super) progress: bool,
}

impl Screen {
    /// No terminal anywhere.
    pub(super) const NONE: Screen = Screen { width: None, color: false, progress: false };

    /// Looks at the process's own streams.
    pub(super) fn of_process(quiet: bool) -> Screen {
        let terminal = io::stdout().is_terminal();
        let columns =
            terminal_size::terminal_size().map_or(WIDTH_DEFAULT, |(terminal_size::Width(w), _)| w);
        Screen {
            width: terminal.then_some(usize::from(columns.max(40))),
            color: terminal && !no_color(),
            progress: !quiet && io::stderr().is_terminal(),
        }
    }

    /// A writer to stdout.
    pub(super) fn stdout(self) -> Out {
        Out::new(io::stdout(), self.width.is_some())
    }

    /// A progress bar on stderr over `length` steps; `None` for work of unknown
    /// length. Invisible where progress is not welcome.
    pub(super) fn progress(self, what: &'static str, length: Option<u64>) -> ProgressBar {
        if !self.progress {
            return ProgressBar::hidden();
        }
        let (bar, template) = match length {
            Some(length) => {
                (ProgressBar::new(length), "{msg} [{bar:30}] {human_pos}/{human_len} {eta}")
            }
            None => (ProgressBar::no_length(), "{msg} {spinner} {human_pos} {per_sec}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.with_message(what)
    }

    /// `text` in bold, where colour is welcome.
    pub(super) fn bold(self, text: impl fmt::Display) -> String {
        self.styled("1", text)
    }

    /// `text` dimmed, where colour is welcome.
    pub(super) fn dim(self, text: impl fmt::Display) -> String {
        self.styled("2", text)
    }

    /// `text` in red, where colour is welcome.
    pub(super) fn red(self, text: impl fmt::Display) -> String {
        self.styled("31", text)
    }

    /// `text` in green, where colour is welcome.
    pub(super) fn green(self, text: impl fmt::Display) -> String {
        self.styled("32", text)
    }

    fn styled(self, code: &str, text: impl fmt::Display) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

/// Whether the user asked for no colour (<https://no-color.org>).
pub(super) fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Stdout, or what else takes bytes as they come. Errors are the caller's to return: a broken pipe
/// ends the command.
pub(super) struct Out {
    writer: io::BufWriter<Box<dyn Write + Send>>,
    terminal: bool,
}

impl Out {
    pub(super) fn new(writer: impl Write + Send + 'static, terminal: bool) -> Out {
        Out { writer: io::BufWriter::new(Box::new(writer)), terminal }
    }

    /// Whether somebody reads it on a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes a line that was composed for a person; whatever came from the web
    /// stands in it as [`Printable`] or [`PrintableText`].
    pub(super) fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        writeln!(self.writer, "{line}")
    }

    /// Writes data as it is, but for a terminal, which must not be commanded by it.
    pub(super) fn data(&mut self, text: &str) -> io::Result<()> {
        if self.terminal {
            write!(self.writer, "{}", PrintableText(text))
        } else {
            self.writer.write_all(text.as_bytes())
        }
    }

    /// Writes bytes that are no text, which is for files and pipes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    /// Writes `value` as one line of JSON.
    pub(super) fn json_line(&mut self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        let json = serde_json::to_string(value)?;
        Ok(writeln!(self.writer, "{}", EscapedJson(&json))?)
    }

    /// Writes `value` as indented JSON.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        let json = serde_json::to_string_pretty(value)?;
        Ok(writeln!(self.writer, "{}", EscapedJson(&json))?)
    }

    /// Writes `value` as one more item of an array, as [`Out::json`] writes it.
    pub(super) fn json_item(
        &mut self,
        is_first: bool,
        value: &impl serde::Serialize,
    ) -> anyhow::Result<()> {
        let json = serde_json::to_string_pretty(value)?.replace('\n', "\n  ");
        let before = if is_first { "[" } else { "," };
        Ok(write!(self.writer, "{before}\n  {}", EscapedJson(&json))?)
    }

    /// Ends the array that [`Out::json_item`] wrote.
    pub(super) fn json_end(&mut self, is_empty: bool) -> io::Result<()> {
        self.writer.write_all(if is_empty { b"[]\n" } else { b"\n]\n" })
    }

    /// Sends off what is buffered; call it last.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Says a line on stderr. Whoever closed it does not want to know.
pub(super) fn note(line: impl fmt::Display) {
    say(&format!("{line}\n"));
}

/// Says lines on stderr, as [`note`].
pub(super) fn say(lines: &str) {
    let _ = io::stderr().write_all(lines.as_bytes());
}

/// Foreign text on one line: control characters and bidi overrides are left
/// out, line ends and tabs become spaces.
pub(super) struct Printable<'a>(pub(super) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\n' | '\t' | '\u{2028}' | '\u{2029}' => f.write_char(' ')?,
                c if is_unprintable(c) => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Foreign text of several lines: as [`Printable`], but line ends and tabs stay.
pub(super) struct PrintableText<'a>(pub(super) &'a str);

impl fmt::Display for PrintableText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if matches!(c, '\n' | '\t') || !is_unprintable(c) {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// How far `then` is from `now`, in its largest unit: `5m`, `3h`, `12d`.
pub(super) fn span(then: Timestamp, now: Timestamp) -> String {
    let distance = then.since(now).max(now.since(then));
    crate::time::rough(distance)
}

/// A number of bytes for a person: `3.4 MiB`.
pub(super) fn bytes(count: u64) -> String {
    indicatif::BinaryBytes(count).to_string()
}

/// A count with its noun: `1 source`, `2 sources`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let number = indicatif::HumanCount(number);
    if number.0 == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::{Printable, PrintableText, count};

    #[test]
    fn foreign_text_cannot_command_the_terminal_or_turn_it_around() {
        let hostile = "a\x1b[2Jb\u{9b}31mc\u{202e}d\re\nf\u{7}";
        assert_eq!(Printable(hostile).to_string(), "a[2Jb31mcde f");
        assert_eq!(PrintableText(hostile).to_string(), "a[2Jb31mcde\nf");
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!(count(1, "source"), "1 source");
        assert_eq!(count(12_000, "source"), "12,000 sources");
    }
}
