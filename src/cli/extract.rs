//! `tearsheet extract`: HTML in, article out, no database.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};

use super::batch::map_in_order;
use super::failure::Failure;
use super::input::{self, Input, InputError, Web};
use super::output::{Printable, PrintableText};
use super::phrases;
use super::{End, Session};
use crate::article::{Block, Draft, Image, Judgement, PageKind, Removal, Verdict};
use crate::json::EscapedJson;
use crate::outcome::Outcome;
use crate::pipeline::{self, Examined, Reading};
use crate::render::heading_of;
use crate::rule::Rule;
use crate::strip::Phrases;
use crate::warning::{Warning, WarningKind};

/// Takes the article out of HTML that you have: files, directories, standard input, addresses.
///
/// Prints the article; no database is read or written, unless `--store` says so.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tearsheet extract page.html
  curl -s https://news.example/story | tearsheet extract - --url https://news.example/story
  tearsheet extract saved-pages/ --format jsonl > articles.jsonl
  tearsheet extract page.html --explain
  tearsheet extract --manifest pages.jsonl --format jsonl --threads 4 > articles.jsonl
  tearsheet extract crawl-2026-11.warc.gz saved-pages/ --store

A manifest has one JSON object a line: {\"id\": \"7\", \"path\": \"pages/7.html.gz\", \"url\": \"https://…\"};
paths are relative to the manifest, `url` may be left out. Its output has one line per input, in order,
whatever happens.")]
pub(super) struct ExtractArgs {
    /// Files (.html, .html.gz, .warc, .warc.gz), directories, http(s) addresses, or `-` for standard input.
    #[arg(value_name = "INPUT", conflicts_with = "manifest")]
    inputs: Vec<String>,
    /// Reads a list of pages from FILE (`-` for standard input), one JSON object a line.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Address that the one page, from a file or standard input, had: resolves its links.
    #[arg(long, value_name = "URL", conflicts_with = "manifest")]
    url: Option<String>,
    /// What to print [default: text; jsonl with --manifest].
    #[arg(long, value_enum)]
    format: Option<ExtractFormat>,
    /// Prints every block of the page with its verdict, kind and rule.
    #[arg(long, conflicts_with = "manifest")]
    explain: bool,
    /// Stores the articles in the database instead of printing them; pages that are stored already
    /// are passed over, so that it may be interrupted and run again.
    #[arg(long, conflicts_with_all = ["format", "explain"])]
    store: bool,
    /// Pages read at once [default: the number of cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

impl ExtractArgs {
    /// Refuses an address that would be given to more than one page, or to one that has its own.
    fn check(&self) -> anyhow::Result<()> {
        if self.url.is_some() && self.inputs.iter().any(|input| input::is_address(input)) {
            return Err(Failure::new("--url is the address of a page that you have")
                .hint("a page that is fetched has its own; leave out --url")
                .into());
        }
        let is_one = match self.inputs.as_slice() {
            [] => true,
            [input] => input::is_one_page(input),
            _ => false,
        };
        if self.url.is_none() || is_one {
            return Ok(());
        }
        Err(Failure::new("--url is the address of one page, and more than one may be read here")
            .hint("name one file, or give each page its own address in a --manifest")
            .into())
    }

    /// What is to be read.
    pub(super) fn source(&self) -> anyhow::Result<Box<dyn Iterator<Item = Input> + Send>> {
        Ok(match &self.manifest {
            Some(path) => Box::new(input::manifest(path)?),
            None => Box::new(input::named(&self.inputs, self.url.as_deref())?),
        })
    }
}

/// How an extracted article is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExtractFormat {
    /// Title, byline and clean text, for a person.
    Text,
    /// Markdown with the title as heading.
    Markdown,
    /// One indented JSON document per page.
    Json,
    /// One JSON object per page and line.
    Jsonl,
}

/// The batch form of an article: the contract of `--manifest` and `jsonl`.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: &'a Value,
    url: Option<&'a str>,
    title: Option<&'a str>,
    authors: &'a [String],
    published_at: Option<String>,
    modified_at: Option<String>,
    language: Option<&'a str>,
    site_name: Option<&'a str>,
    summary: Option<&'a str>,
    text: &'a str,
    confidence: f64,
    removed: &'a [Removal],
    images: &'a [Image],
    warnings: Vec<String>,
}

/// Runs the command.
pub(super) async fn run(session: &Session, args: ExtractArgs) -> anyhow::Result<End> {
    args.check()?;
    let configured = session.config.extract_options().threads;
    let threads = args.threads.map_or_else(|| super::threads(configured), usize::from);
    let options = session.config.fetch_options();
    let phrases = phrases::read(&session.config.clean_options().phrases)?;
    if args.store {
        return super::keep::run(session, args, threads, options, phrases).await;
    }
    let handle = tokio::runtime::Handle::current();
    // Reading files and pages blocks; the async threads are left to the fetcher.
    tokio::task::spawn_blocking(move || {
        let web = Web::new(options, handle);
        extract(&args, threads, &web, &phrases)
    })
    .await?
}

fn extract(
    args: &ExtractArgs,
    threads: usize,
    web: &Web,
    phrases: &Phrases,
) -> anyhow::Result<End> {
    let mut inputs = args.source()?.peekable();
    let format = args.format.unwrap_or(match args.manifest {
        Some(_) => ExtractFormat::Jsonl,
        None => ExtractFormat::Text,
    });
    let mut out = BufWriter::new(io::stdout().lock());
    let first = inputs.next();
    // Only a person is shown where one page ends; a program may ask for the second when it has the first.
    let has_heads = matches!(format, ExtractFormat::Text | ExtractFormat::Markdown);
    let many = has_heads && inputs.peek().is_some();
    let mut failed = 0;
    let work = |input: &Input| {
        let shown = if args.explain {
            explain(input, web, phrases, format)
        } else {
            read(input, web, phrases, format, many)
        };
        shown.map_err(|error| error_line(input, &error, format))
    };
    let crashed = |input: &Input| {
        let error =
            InputError::new(Outcome::TooComplex, "reading it crashed; please report this page");
        Err(error_line(input, &error, format))
    };
    let write = |page: Vec<Result<String, (String, bool)>>| -> io::Result<()> {
        for shown in page {
            match shown {
                Ok(text) => out.write_all(text.as_bytes())?,
                Err((text, on_stdout)) => {
                    failed += 1;
                    if on_stdout {
                        out.write_all(text.as_bytes())?;
                    } else {
                        out.flush()?;
                        io::stderr().write_all(text.as_bytes())?;
                    }
                }
            }
        }
        out.flush()
    };
    let pages = first.into_iter().chain(inputs).map(|input| vec![input]);
    map_in_order(pages, Input::bytes, threads, work, crashed, write)?;
    Ok(End::of_batch(failed))
}

/// What an input without an article prints, and whether that is data (a line of
/// the batch forms) or a message.
fn error_line(input: &Input, error: &InputError, format: ExtractFormat) -> (String, bool) {
    match format {
        ExtractFormat::Json | ExtractFormat::Jsonl => {
            (line(&json!({"id": input.id, "error": error})), true)
        }
        ExtractFormat::Text | ExtractFormat::Markdown => {
            let name = input.id.as_str().unwrap_or("-");
            let (name, message) = (Printable(name), Printable(&error.message));
            (format!("tearsheet: {name}: {message} ({})\n", error.kind.as_str()), false)
        }
    }
}

fn read(
    input: &Input,
    web: &Web,
    phrases: &Phrases,
    format: ExtractFormat,
    many: bool,
) -> Result<String, InputError> {
    let page = input::load(input, web)?;
    let mut reading = pipeline::read_page(
        &page.bytes,
        page.content_type.as_deref(),
        page.url.as_ref(),
        phrases,
        None,
    )
    .map_err(|error| InputError::new(pipeline::outcome_of(error), error.to_string()))?;
    // Nobody stores it here, and its teasers are all the text that the page has.
    if reading.kind == PageKind::Front {
        let warning = Warning::new(WarningKind::SectionFront, reading.kind.describe());
        reading.article.warnings.push(warning);
    }
    if reading.kind.has_text() {
        return Ok(show(input, &page, &reading, format, many));
    }
    Err(InputError::new(reading.kind.outcome(), reading.kind.describe()))
}

fn show(
    input: &Input,
    page: &input::Loaded,
    reading: &Reading,
    format: ExtractFormat,
    many: bool,
) -> String {
    let article = &reading.article;
    let metadata = &article.metadata;
    let canonical = metadata.canonical_url.as_ref().map(url::Url::as_str);
    let line = Line {
        id: &input.id,
        url: canonical.or(page.url.as_ref().map(url::Url::as_str)).or(input.url.as_deref()),
        title: metadata.title.as_deref(),
        authors: &metadata.authors,
        published_at: metadata.published.map(|dated| dated.at.to_string()),
        modified_at: metadata.modified.map(|dated| dated.at.to_string()),
        language: metadata.language.as_deref(),
        site_name: metadata.site_name.as_deref(),
        summary: metadata.summary.as_deref(),
        text: &article.text,
        confidence: (f64::from(article.confidence) * 1000.0).round() / 1000.0,
        removed: &article.removals,
        images: &article.images,
        warnings: article.warnings.iter().map(ToString::to_string).collect(),
    };
    let head = if many {
        format!("==> {} <==\n\n", Printable(input.id.as_str().unwrap_or("-")))
    } else {
        String::new()
    };
    match format {
        ExtractFormat::Jsonl => self::line(&line),
        ExtractFormat::Json => document(&json!(line)),
        ExtractFormat::Text => {
            let byline = [line.authors.join(", "), line.published_at.unwrap_or_default()];
            let byline = byline.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>();
            let parts = [
                line.title.unwrap_or_default().to_owned(),
                byline.join(" · "),
                article.text.clone(),
            ];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let body = parts.join("\n\n");
            format!("{head}{}\n{}", PrintableText(&body), if many { "\n" } else { "" })
        }
        ExtractFormat::Markdown => {
            let title = line.title.map(|title| format!("# {}\n\n", heading_of(title)));
            let title = title.unwrap_or_default();
            let body = format!("{title}{}", article.markdown);
            format!("{head}{}\n{}", PrintableText(&body), if many { "\n" } else { "" })
        }
    }
}

/// A line of JSON that commands no terminal; what it says stays the same.
fn line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("structs of strings and numbers are JSON");
    format!("{}\n", EscapedJson(&json))
}

/// The same, for eyes.
fn document(value: &Value) -> String {
    format!("{}\n", EscapedJson(&format!("{value:#}")))
}

/// A block with its verdict, as `--explain` prints it.
#[derive(Serialize)]
struct Explained<'a> {
    verdict: &'static str,
    kind: Option<&'static str>,
    rule: Option<Rule>,
    score: Option<f32>,
    inside: bool,
    block: String,
    text: &'a str,
}

fn explain(
    input: &Input,
    web: &Web,
    phrases: &Phrases,
    format: ExtractFormat,
) -> Result<String, InputError> {
    let page = input::load(input, web)?;
    let Examined { draft, judgement, kind, confidence, encoding } = pipeline::examine(
        &page.bytes,
        page.content_type.as_deref(),
        page.url.as_ref(),
        phrases,
        None,
    )
    .map_err(|error| InputError::new(pipeline::outcome_of(error), error.to_string()))?;
    Ok(match format {
        ExtractFormat::Json | ExtractFormat::Jsonl => {
            let blocks: Vec<_> = explained(&draft, &judgement).collect();
            let value = json!({
                "id": input.id, "page": kind.outcome().as_str(), "confidence": confidence, "blocks": blocks
            });
            if format == ExtractFormat::Json { document(&value) } else { line(&value) }
        }
        ExtractFormat::Text | ExtractFormat::Markdown => {
            let mut out = format!(
                "page       {} (confidence {confidence:.2})\nencoding   {}\ntitle      {}\n\n",
                kind.describe(),
                encoding,
                draft.metadata.title.as_deref().unwrap_or("-"),
            );
            for block in explained(&draft, &judgement) {
                let reason = match (block.kind, block.rule) {
                    (Some(kind), Some(rule)) => format!("{kind} ({rule})"),
                    _ => String::new(),
                };
                let score = block.score.map(|score| format!("{score:.2}")).unwrap_or_default();
                let place = if block.inside { ' ' } else { '·' };
                let text: String = block.text.chars().take(100).collect();
                let text = Printable(&text).to_string();
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "{place}{:<8} {score:<5} {reason:<44} {:<13} {text}",
                    block.verdict, block.block
                );
            }
            out.push_str(
                "\nThe number is how likely the model takes the block for story, 0 to 1.\n\
                 · stands outside the article's container\n",
            );
            out
        }
    })
}

fn explained<'a>(
    draft: &'a Draft,
    judgement: &'a Judgement,
) -> impl Iterator<Item = Explained<'a>> {
    let blocks = draft.blocks.iter().zip(&judgement.verdicts).enumerate();
    blocks.map(|(at, (block, verdict)): (usize, (&Block, &Verdict))| {
        let (verdict, kind, rule) = match verdict {
            Verdict::Story => ("story", None, None),
            Verdict::Removed { kind, rule } => ("removed", Some(kind.as_str()), Some(*rule)),
        };
        Explained {
            verdict,
            kind,
            rule,
            score: judgement.scores.get(at).map(|score| (score * 1000.0).round() / 1000.0),
            inside: block.inside,
            block: block.kind.to_string(),
            text: &block.text,
        }
    })
}
