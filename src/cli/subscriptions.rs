//! Subscription lists: import, export-opml.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::failure::Failure;
use super::output::{self, Printable};
use super::target::Target;
use super::{End, Session, now};
use crate::feed::opml::{self, Subscription};
use crate::limits::OPML_BYTES_MAX;
use crate::store::{NewSource, Source, SourceKind, Store};

/// Follows every source of a list: OPML, or addresses one a line.
#[derive(Args, Debug)]
#[command(after_help = "\
Addresses are taken as they are; nothing is fetched until the next poll.

Examples:
  tearsheet import subscriptions.opml
  grep ^http feeds.txt | tearsheet import -")]
pub(super) struct ImportArgs {
    /// File to read; `-` for stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Writes what is followed as OPML.
#[derive(Args, Debug)]
pub(super) struct ExportOpmlArgs {
    /// File to write; it appears when it is complete [default: stdout].
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Folders and foreign attributes of an outline, as `sources.opml` keeps them.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct Extras {
    folders: Vec<String>,
    attributes: Vec<(String, String)>,
}

pub(super) async fn import(session: &Session, args: ImportArgs) -> anyhow::Result<End> {
    let text = read(&args.file)?;
    let shown = args.file.display().to_string();
    let subscriptions = opml::read(&text).map_err(|error| {
        let failure = Failure::new(error.to_string())
            .detail("file", &*shown)
            .hint("it must be OPML, or a list of addresses, one a line");
        anyhow::Error::from(failure).context("cannot read the list")
    })?;
    let store = session.open().await?;
    let bar = session.screen.progress("importing", Some(subscriptions.len() as u64));
    let (mut added, mut known, mut skipped) = (0_u64, 0_u64, 0_u64);
    for subscription in &subscriptions {
        match import_one(&store, subscription).await? {
            Ok(true) => added += 1,
            Ok(false) => known += 1,
            Err(reason) => {
                skipped += 1;
                let place = line_of(&text, &subscription.url)
                    .map_or_else(|| shown.clone(), |line| format!("{shown}:{line}"));
                let url = Printable(&subscription.url);
                let line = format!("tearsheet: {place}: skipped {url}: {reason}");
                bar.suspend(|| output::note(line));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    store.close().await;
    let mut out = session.screen.stdout();
    out.line(format_args!("{added} added, {known} known, {skipped} skipped"))?;
    out.finish()?;
    Ok(if skipped == 0 { End::Done } else { End::SomeFailed })
}

/// The outer error is the database's; the inner one is why this line is skipped.
async fn import_one(
    store: &Store,
    subscription: &Subscription,
) -> anyhow::Result<Result<bool, String>> {
    let url = match crate::url::parse(&subscription.url) {
        Ok(url) => crate::url::canonical(&url),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let extras = Extras {
        folders: subscription.folders.clone(),
        attributes: subscription.attributes.clone(),
    };
    let empty = extras.folders.is_empty() && extras.attributes.is_empty();
    let source = NewSource {
        url,
        kind: SourceKind::parse(&subscription.kind).unwrap_or(SourceKind::Feed),
        title: subscription.title.clone().unwrap_or_default(),
        site_url: subscription.site_url.clone(),
        language: subscription.language.clone(),
        opml: if empty { None } else { Some(serde_json::to_string(&extras)?) },
    };
    Ok(Ok(store.add_source(&source, now()).await?.new))
}

/// Reads a list of bounded size; charset as the file declares it.
fn read(path: &Path) -> anyhow::Result<String> {
    let cannot = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    // One byte more than allowed tells a full file from one that is too large.
    let limit = OPML_BYTES_MAX as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).with_context(cannot)?;
    } else {
        let file = std::fs::File::open(path).with_context(cannot)?;
        file.take(limit).read_to_end(&mut bytes).with_context(cannot)?;
    }
    if bytes.len() as u64 == limit {
        return Err(Failure::new(format!("{} is too large", path.display()))
            .hint(format!("lists may have {}; split it", output::bytes(OPML_BYTES_MAX as u64)))
            .into());
    }
    Ok(crate::decode::decode(&bytes, None).text)
}

/// Line of the list on which an address stands, from 1.
fn line_of(text: &str, url: &str) -> Option<usize> {
    let escaped = url.replace('&', "&amp;");
    let offset = text.find(url).or_else(|| text.find(&escaped)).filter(|_| !url.is_empty())?;
    Some(1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..offset]).count())
}

pub(super) async fn export_opml(session: &Session, args: ExportOpmlArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let sources = store.sources().await?;
    let subscriptions: Vec<Subscription> = sources.into_iter().map(subscription).collect();
    let mut target = Target::open(args.file.as_deref(), session.screen)?;
    target.data(&opml::write("tearsheet", &subscriptions))?;
    target.finish()?;
    Ok(End::Done)
}

fn subscription(source: Source) -> Subscription {
    let extras: Extras =
        source.opml.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    Subscription {
        url: source.url.into(),
        kind: source.kind.to_string(),
        title: (!source.title.is_empty()).then_some(source.title),
        site_url: source.site_url,
        language: source.language,
        folders: extras.folders,
        attributes: extras.attributes,
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_bad_address_is_found_in_its_file_escaped_or_not() {
        let text = "<opml>\n<outline xmlUrl=\"ftp://a/?x=1&amp;y=2\"/>\nftp://b";
        assert_eq!(line_of(text, "ftp://a/?x=1&y=2"), Some(2));
        assert_eq!(line_of(text, "ftp://b"), Some(3));
        assert_eq!(line_of(text, "ftp://c"), None);
    }
}
