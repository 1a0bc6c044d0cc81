//! What a person is told when something could not be done.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::output::{self, Printable};
use super::target::Unwritten;
use crate::config::{ConfigError, Origin, Problem};
use crate::store::{StoreError, is_out_of_room};

/// A failure with its particulars and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    message: String,
    details: Vec<(&'static str, String)>,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), details: Vec::new(), hint: None }
    }

    /// Adds a line of particulars.
    pub(super) fn detail(mut self, label: &'static str, text: impl Into<String>) -> Failure {
        self.details.push((label, text.into()));
        self
    }

    /// Says what to do next.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

/// Says on stderr what went wrong and what to do next; gives the exit code.
///
/// Whoever closed the pipe we write to has read enough: that is success.
#[must_use]
pub fn fail(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    output::say(&describe(error));
    ExitCode::from(2)
}

/// The message, particulars and hint, one line each.
pub(super) fn describe(error: &anyhow::Error) -> String {
    let mut text = format!("tearsheet: {}\n", Printable(&message(error)));
    for cause in error.chain() {
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            for (label, detail) in &failure.details {
                line(&mut text, label, detail);
            }
            if let Some(hint) = &failure.hint {
                line(&mut text, "hint", hint);
            }
        } else if let Some(config) = cause.downcast_ref::<ConfigError>() {
            for problem in &config.problems {
                let _ = writeln!(text, "  {}", Printable(&problem.to_string()));
            }
            let is_whole = |problem: &Problem| matches!(problem.origin, Origin::WholeFile(_));
            let hint = if config.problems.iter().any(is_whole) {
                "--config FILE names the file to read; without it ./tearsheet.toml or the user's own is read, if there is one"
            } else {
                "`tearsheet --config /dev/null config dump` shows every key and its default"
            };
            line(&mut text, "hint", hint);
        } else if is_full(cause) {
            line(&mut text, "hint", hint_when_full(cause));
        } else if let Some(hint) = cause.downcast_ref::<StoreError>().and_then(StoreError::hint) {
            line(&mut text, "hint", &hint);
        }
    }
    text
}

/// The message with its causes. Some of them repeat what their own cause says.
fn message(error: &anyhow::Error) -> String {
    let mut message = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !message.ends_with(&cause) {
            let gap = if message.is_empty() { "" } else { ": " };
            message.extend([gap, &cause]);
        }
    }
    message
}

fn line(text: &mut String, label: &str, content: &str) {
    let _ = writeln!(text, "  {label:<4}  {}", Printable(content));
}

fn is_full(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<std::io::Error>().is_some_and(is_out_of_room)
}

/// What was sent to stdout cannot be taken back; a file of our own appears whole or not at all.
fn hint_when_full(cause: &(dyn std::error::Error + 'static)) -> &'static str {
    if cause.downcast_ref().is_some_and(Unwritten::is_behind) {
        "make room, or lift the limit on files, and run again; no file was left half written"
    } else {
        "make room, or lift the limit on files, and run again; what was written so far is not all of it"
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::{Failure, describe};

    #[test]
    fn an_error_says_what_happened_and_what_to_do_on_lines_of_their_own() {
        let failure = Failure::new("no feed was found")
            .detail("page", "https://a.example/\u{1b}[31m")
            .hint("give the feed's own address");
        let error = anyhow::Error::from(failure).context("could not follow it");
        assert_eq!(
            describe(&error),
            "tearsheet: could not follow it: no feed was found\n  \
             page  https://a.example/[31m\n  hint  give the feed's own address\n"
        );
    }

    #[test]
    fn what_a_cause_says_again_is_said_once() {
        let cause = std::io::Error::other("the image is malformed");
        let error = anyhow::Error::from(cause)
            .context("the engine said: the image is malformed")
            .context("the file is damaged");
        assert_eq!(
            describe(&error),
            "tearsheet: the file is damaged: the engine said: the image is malformed\n"
        );
    }
}
