//! HTML in, article out; no database.

use std::path::PathBuf;

use clap::Args;

use super::{End, Session};

/// Takes the article out of HTML; no database.
///
/// Inputs are files (`.html`, `.html.gz`, WARC), directories, web addresses, or `-` for stdin.
/// Output is in the order of the input, one result per input whatever happens.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tearsheet extract page.html
  tearsheet extract --explain page.html            why each block was kept or removed
  curl -s https://example.org/story | tearsheet extract - --url https://example.org/story
  tearsheet extract --manifest pages.jsonl --format jsonl > articles.jsonl")]
pub(super) struct ExtractArgs {
    /// File, directory, address, or `-` for stdin [default: -].
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// JSON Lines that name the inputs: {"id", "path", "url"}; `-` for stdin.
    #[arg(long, value_name = "FILE", conflicts_with = "inputs")]
    pub manifest: Option<PathBuf>,
    /// Address that the input comes from, for relative links; for a single input.
    #[arg(long, value_name = "URL", conflicts_with = "manifest")]
    pub url: Option<String>,
    /// Shows each block with its verdict, kind and rule.
    #[arg(long)]
    pub explain: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    pub format: ExtractFormat,
    /// Threads; 0 means one per core [default: `extract.threads`].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub threads: Option<u16>,
}

/// Forms of an extracted article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ExtractFormat {
    /// For a person: metadata and text.
    Text,
    /// One indented object per input.
    Json,
    /// One object a line.
    Jsonl,
    /// The article as Markdown.
    Markdown,
}

#[expect(clippy::unused_async, reason = "asks the network for addresses")]
pub(super) async fn run(session: &Session, args: ExtractArgs) -> anyhow::Result<End> {
    let _ = (session, args.inputs, args.manifest, args.url, args.explain, args.format);
    let _ = args.threads;
    anyhow::bail!("not yet")
}
