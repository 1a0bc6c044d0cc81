//! `tearsheet clean`: text in, clean text out, for text whose HTML is gone.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, IsTerminal, Read as _, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::batch::map_in_order;
use super::failure::Failure;
use super::input::{InputError, InputErrorKind};
use super::lines::{Line, Lines, Source};
use super::output::{self, Printable, PrintableText};
use super::phrases;
use super::{End, Session};
use crate::article::Verdict;
use crate::json::{self, EscapedJson, push_part, push_string};
use crate::limits::PLAIN_BYTES_MAX;
use crate::outcome::Outcome;
use crate::strip::Phrases;
use crate::strip::plain::{self, Judged};

/// Takes residue out of text whose HTML is gone: prompts, credits, menus, teasers.
///
/// What is kept stays byte for byte; no database is read or written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tearsheet clean article.txt
  pdftotext paper.pdf - | tearsheet clean
  tearsheet clean article.txt --explain
  tearsheet clean --jsonl < dump.jsonl > clean.jsonl

With --jsonl each line is a JSON object with a `text` (and, if known, a `language`). The same object comes
out, its `text` cleaned and `removed` added; one line per input, in order, whatever happens.")]
pub(super) struct CleanArgs {
    /// A text, or `-` for standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Reads one JSON object a line and writes one a line.
    #[arg(long, conflicts_with_all = ["explain", "format"])]
    jsonl: bool,
    /// Prints every line of the text with its verdict, kind and rule.
    #[arg(long)]
    explain: bool,
    /// What to print [default: text].
    #[arg(long, value_enum)]
    format: Option<CleanFormat>,
    /// The text's language, as in `pl` [default: told by the text].
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Texts cleaned at once [default: the number of cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

/// How a cleaned text is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CleanFormat {
    /// The clean text.
    Text,
    /// One indented JSON document with what was removed.
    Json,
    /// The same on one line.
    Jsonl,
}

/// Runs the command.
pub(super) async fn run(session: &Session, args: CleanArgs) -> anyhow::Result<End> {
    let configured = session.config.extract_options().threads;
    let threads = args.threads.map_or_else(|| super::threads(configured), usize::from);
    let phrases = phrases::read(&session.config.clean_options().phrases)?;
    // They are needed to the end: to take them apart then would only take time.
    let phrases: &'static Arc<Phrases> = Box::leak(Box::new(phrases));
    // Reading and cleaning block.
    tokio::task::spawn_blocking(move || {
        if args.jsonl { batch(&args, threads, phrases) } else { one(&args, phrases) }
    })
    .await?
}

/// Bytes that are read or written at once: some documents.
const BUFFER_BYTES: usize = 1 << 17;

fn open(file: Option<&Path>) -> anyhow::Result<Source> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else {
        anyhow::ensure!(
            file.is_some() || !io::stdin().is_terminal(),
            "nothing to clean: name a file, or pipe text in"
        );
        return Ok(BufReader::with_capacity(BUFFER_BYTES, Box::new(io::stdin())));
    };
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display()))
            .hint("name a file in it")
            .into());
    }
    let opened = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BufReader::with_capacity(BUFFER_BYTES, Box::new(opened)))
}

fn one(args: &CleanArgs, phrases: &Phrases) -> anyhow::Result<End> {
    let mut bytes = Vec::new();
    open(args.file.as_deref())?
        .take(PLAIN_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .context("cannot read the text")?;
    anyhow::ensure!(
        bytes.len() <= PLAIN_BYTES_MAX,
        "the text is larger than {} MiB; cut it, or make a batch of its documents (--jsonl)",
        PLAIN_BYTES_MAX >> 20
    );
    // What is no UTF-8 is in UTF-16, which says so, or in one of the older encodings.
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    anyhow::ensure!(
        is_wide || !bytes.contains(&0),
        "this is no text: it holds bytes that no text has"
    );
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        let decoded = crate::decode::decode(error.as_bytes(), None);
        for warning in decoded.warnings {
            output::note(format_args!("tearsheet: the text is no UTF-8: {warning}"));
        }
        decoded.text
    });
    let judged = plain::judge(&text, phrases, args.language.as_deref()).map_err(|error| {
        Failure::new(error.to_string()).hint("cut it, or make a batch of its documents (--jsonl)")
    })?;
    let mut out = BufWriter::new(io::stdout().lock());
    let shown =
        if args.explain { explain(&judged, args.format) } else { show(&judged, args.format) };
    if args.explain || args.format.is_some_and(|format| format != CleanFormat::Text) {
        out.write_all(shown.as_bytes())?;
    } else if io::stdout().is_terminal() {
        write!(out, "{}", PrintableText(&shown))?;
    } else {
        out.write_all(shown.as_bytes())?;
    }
    out.flush()?;
    if judged.is_only_residue() {
        output::note("tearsheet: all of the text is residue; nothing is left of it");
    }
    Ok(End::Done)
}

fn show(judged: &Judged<'_>, format: Option<CleanFormat>) -> String {
    let value = || json!({"text": judged.text(), "removed": judged.removals()});
    match format.unwrap_or(CleanFormat::Text) {
        CleanFormat::Text => judged.text(),
        CleanFormat::Json => format!("{}\n", EscapedJson(&format!("{:#}", value()))),
        CleanFormat::Jsonl => format!("{}\n", EscapedJson(&value().to_string())),
    }
}

fn explain(judged: &Judged<'_>, format: Option<CleanFormat>) -> String {
    let lines = judged.lines().map(|(text, verdict)| match verdict {
        Verdict::Story => (text, "story", None),
        Verdict::Removed { kind, rule } => (text, "removed", Some((kind.as_str(), *rule))),
    });
    let format = format.unwrap_or(CleanFormat::Text);
    if format == CleanFormat::Text {
        let mut out = String::new();
        for (text, verdict, reason) in lines {
            let reason = reason.map_or(String::new(), |(kind, rule)| format!("{kind} ({rule})"));
            let text: String = text.chars().take(100).collect();
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{verdict:<8} {reason:<44} {}", Printable(&text));
        }
        return out;
    }
    let lines: Vec<Value> = lines
        .map(|(text, verdict, reason)| {
            let (kind, rule) = reason.unzip();
            json!({"verdict": verdict, "kind": kind, "rule": rule, "text": text})
        })
        .collect();
    let value = json!({ "lines": lines });
    match format {
        CleanFormat::Json => format!("{}\n", EscapedJson(&format!("{value:#}"))),
        _ => format!("{}\n", EscapedJson(&value.to_string())),
    }
}

fn batch(args: &CleanArgs, threads: usize, phrases: &Phrases) -> anyhow::Result<End> {
    let mut lines = Lines::new(open(args.file.as_deref())?, PLAIN_BYTES_MAX);
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    let mut failed = 0;
    let work = |(_, line): &Line| match line {
        Ok(line) => cleaned(line, args.language.as_deref(), phrases),
        Err(error) => Err(not_cleaned(&Value::Null, error)),
    };
    let crashed = |_: &Line| {
        let error =
            InputError::new(Outcome::TooComplex, "cleaning it crashed; please report this text");
        Err(not_cleaned(&Value::Null, &error))
    };
    let bytes_of = |(_, line): &Line| line.as_ref().map_or(0, Vec::len);
    let write = |portion: Vec<Result<String, String>>| -> io::Result<()> {
        for line in portion {
            let line = line.unwrap_or_else(|line| {
                failed += 1;
                line
            });
            writeln!(out, "{line}")?;
        }
        // The next portion may be one that is waited for.
        out.flush()
    };
    map_in_order(iter::from_fn(|| lines.portion()), bytes_of, threads, work, crashed, write)?;
    Ok(End::of_batch(failed))
}

/// What is said of a line that cannot be cleaned, as JSON.
fn not_cleaned(id: &Value, error: &InputError) -> String {
    EscapedJson(&json!({"id": id, "error": error}).to_string()).to_string()
}

/// The object of a line with its text cleaned; where there is none, what is wrong.
fn cleaned(line: &[u8], language: Option<&str>, phrases: &Phrases) -> Result<String, String> {
    let failed = |id: Option<&Value>, kind: InputErrorKind, message: String| {
        Err(not_cleaned(id.unwrap_or(&Value::Null), &InputError::new(kind, message)))
    };
    let no_text = |id, message: String| failed(id, InputErrorKind::NoText, message);
    let mut value: Value = match json::read(line) {
        Ok(value) => value,
        Err(error) => return no_text(None, format!("this is no JSON object: {error}")),
    };
    let Some(object) = value.as_object_mut() else {
        return no_text(None, "this is no JSON object".to_owned());
    };
    let Some(Value::String(text)) = object.get_mut("text").map(Value::take) else {
        let message = "the object has no `text`, or one that is not a string";
        return no_text(object.get("id"), message.to_owned());
    };
    let told = ["language", "lang"].iter().find_map(|key| object.get(*key)?.as_str());
    // The marks of what went take up some room.
    let length = line.len() + line.len() / 8;
    match plain::judge(&text, phrases, language.or(told)) {
        Ok(judged) => Ok(written(object, &judged, length)),
        Err(error) => failed(object.get("id"), Outcome::TooComplex.into(), error.to_string()),
    }
}

/// An object of a batch as JSON, its text cleaned.
fn written(object: &Map<String, Value>, judged: &Judged<'_>, length: usize) -> String {
    let mut line = String::with_capacity(length);
    for (key, value) in object {
        line.push(if line.is_empty() { '{' } else { ',' });
        push_string(&mut line, key);
        line.push(':');
        match key.as_str() {
            "text" => push_text(&mut line, judged),
            "removed" => push_removed(&mut line, judged),
            _ => push_value(&mut line, value),
        }
    }
    if !object.contains_key("removed") {
        line.push_str(",\"removed\":");
        push_removed(&mut line, judged);
    }
    line.push('}');
    line
}

fn push_text(line: &mut String, judged: &Judged<'_>) {
    line.push('"');
    judged.each_piece(|piece| push_part(line, piece));
    line.push('"');
}

/// Adds [`Judged::removals`] as JSON.
fn push_removed(line: &mut String, judged: &Judged<'_>) {
    line.push('[');
    for (nth, (position, kind, rule, text)) in judged.removed().enumerate() {
        line.push_str(if nth > 0 { "," } else { "" });
        // Writing to a string cannot fail.
        let _ = write!(
            line,
            r#"{{"position":{position},"kind":"{}","rule":"{rule}","text":"#,
            kind.as_str()
        );
        push_string(line, text);
        line.push('}');
    }
    line.push(']');
}

fn push_value(line: &mut String, value: &impl Serialize) {
    // What was read or has words for keys can be written, and writing to a string cannot fail.
    let value = serde_json::to_string(value).unwrap_or_default();
    let _ = write!(line, "{}", EscapedJson(&value));
}
