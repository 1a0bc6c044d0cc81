//! Subscription lists: import, export-opml.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::failure::Failure;
use super::output::{self, Printable};
use super::{End, Session, now};
use crate::feed::listing::Selector;
use crate::feed::opml::{self, Subscription};
use crate::limits::{OPML_BYTES_MAX, OPML_PLACES_MAX};
use crate::store::{NewSource, Source, SourceKind, SourceState, Store};

/// Follows every source of a list: OPML, or addresses one a line, each with its title behind a
/// blank if need be.
#[derive(Args, Debug)]
#[command(after_help = "\
Addresses are taken as they are; nothing is fetched until the next poll.
Of OPML, `export-opml` gives back: address, titles, web page, language, the folders of every
place a feed stands in, and whatever else its outline says; of our own, also what is paused and
where links stand (`sources links`). A source that is followed already stays as it is. Not kept are the list's own title,
empty folders, and what folders say beside their name.

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

const LIST_HINT: &str = "it must be OPML, or a list of addresses, one a line";

/// Lines of a list that are named when they are skipped; the rest is counted.
const SKIPPED_NAMED_MAX: u64 = 20;

/// Folders and foreign attributes of an outline, as `sources.opml` keeps them.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct Extras {
    folders: Vec<String>,
    /// Folders of the further places where it stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Vec<String>>,
    attributes: Vec<(String, String)>,
}

pub(super) async fn import(session: &Session, args: ImportArgs) -> anyhow::Result<End> {
    let text = read(&args.file)?;
    let shown = args.file.display().to_string();
    let subscriptions = opml::read(&text).map_err(|error| {
        let failure = Failure::new(error.to_string()).detail("file", &*shown).hint(LIST_HINT);
        anyhow::Error::from(failure).context("cannot read the list")
    })?;
    let store = session.open().await?;
    let bar = session.screen.progress("importing", Some(subscriptions.len() as u64));
    let (mut added, mut known, mut skipped) = (0_u64, 0_u64, 0_u64);
    let mut places = places(&subscriptions);
    for subscription in &subscriptions {
        let folders = places.remove(subscription.url.as_str()).unwrap_or_default();
        match import_one(&store, subscription, folders).await? {
            Ok(true) => added += 1,
            Ok(false) => known += 1,
            Err(reason) => {
                skipped += 1;
                bar.inc(1);
                if skipped > SKIPPED_NAMED_MAX {
                    continue;
                }
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
    if let Some(more @ 1..) = skipped.checked_sub(SKIPPED_NAMED_MAX) {
        output::note(format_args!("tearsheet: … and {more} more"));
    }
    let mut out = session.screen.stdout();
    out.line(format_args!("{added} added, {known} known, {skipped} skipped"))?;
    out.finish()?;
    Ok(End::of(added + known, skipped))
}

/// The folders of every place where an address stands, in order of the list.
fn places(subscriptions: &[Subscription]) -> HashMap<&str, Vec<Vec<String>>> {
    let mut places: HashMap<&str, Vec<Vec<String>>> = HashMap::new();
    for subscription in subscriptions {
        let places = places.entry(&subscription.url).or_default();
        if !places.contains(&subscription.folders) && places.len() < OPML_PLACES_MAX {
            places.push(subscription.folders.clone());
        }
    }
    places
}

/// The outer error is the database's; the inner one is why this line is skipped.
async fn import_one(
    store: &Store,
    subscription: &Subscription,
    places: Vec<Vec<String>>,
) -> anyhow::Result<Result<bool, String>> {
    let url = match crate::url::parse(&subscription.url) {
        Ok(url) => crate::url::bare(&url),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let mut places = places.into_iter();
    let extras = Extras {
        folders: places.next().unwrap_or_default(),
        also: places.collect(),
        attributes: subscription.attributes.clone(),
    };
    let empty = extras.folders.is_empty() && extras.also.is_empty() && extras.attributes.is_empty();
    let links = match subscription.links.as_deref().map(str::parse::<Selector>).transpose() {
        Ok(links) => links,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let state = if subscription.paused { SourceState::Paused } else { SourceState::Active };
    let source = NewSource {
        url,
        kind: SourceKind::parse(&subscription.kind).unwrap_or(SourceKind::Feed),
        title: subscription.title.clone().unwrap_or_default(),
        site_url: subscription.site_url.clone(),
        language: subscription.language.clone(),
        opml: if empty { None } else { Some(serde_json::to_string(&extras)?) },
        state,
        links,
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
    let decoded = crate::decode::decode(&bytes, None);
    let text = decoded.text;
    // Markup may state its charset; a plain list is UTF-8, or UTF-16 where its bytes say so.
    let is_utf = decoded.encoding.starts_with("UTF-") && !text.contains('\u{fffd}');
    let is_markup = text.trim_start().starts_with('<');
    if text.contains('\0') || !is_utf && !is_markup {
        return Err(Failure::new(format!(
            "{} is no list: it is not a text in UTF-8",
            path.display()
        ))
        .hint(LIST_HINT)
        .into());
    }
    Ok(text)
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
    // Further places come last, so that they do not part the first ones' folders.
    let (mut subscriptions, mut further) = (Vec::with_capacity(sources.len()), Vec::new());
    for source in sources {
        let (first, also) = subscription(source);
        further.extend(also.into_iter().map(|folders| Subscription { folders, ..first.clone() }));
        subscriptions.push(first);
    }
    subscriptions.append(&mut further);
    let mut target = session.target(args.file.as_deref())?;
    target.data(&opml::write("tearsheet", &subscriptions))?;
    target.finish()?;
    Ok(End::Done)
}

/// A source as the list has it, and the folders of the further places where it stands.
fn subscription(source: Source) -> (Subscription, Vec<Vec<String>>) {
    let extras: Extras =
        source.opml.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let first = Subscription {
        url: source.url.into(),
        kind: source.kind.to_string(),
        title: (!source.title.is_empty()).then_some(source.title),
        site_url: source.site_url,
        language: source.language,
        paused: source.state == SourceState::Paused,
        links: source.links.map(|links| links.to_string()),
        folders: extras.folders,
        attributes: extras.attributes,
    };
    (first, extras.also)
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
