//! What a source announces: its answer, read by its kind.

use super::{Context, Failure};
use crate::decode;
use crate::feed::listing::Selector;
use crate::feed::sitemap::{self, IndexFile, Sitemap};
use crate::feed::{self, FeedDocument, ParseError};
use crate::fetch::{Fetch, Page, Wanted};
use crate::limits::INDEX_DATES_GRACE;
use crate::outcome::Outcome;
use crate::schedule;
use crate::store::{Source, SourceKind};
use crate::time::Timestamp;
use crate::warning::{Warning, WarningKind};

/// What a source announced at one moment.
pub(super) struct Announced {
    /// The announcement, in the form that feeds have.
    pub(super) document: FeedDocument,
    /// Bytes that further requests took (sitemaps of an index).
    pub(super) more_bytes: u64,
    /// Hosts of those that asked to be left alone, and until when.
    pub(super) host_waits: Vec<(String, Timestamp)>,
    /// False when the validators would hide news from the next poll: a part
    /// failed, or is a file of its own that may change without this one.
    pub(super) complete: bool,
}

impl Announced {
    /// All that there is stands in one answer.
    fn alone(document: FeedDocument) -> Announced {
        Announced { document, more_bytes: 0, host_waits: Vec::new(), complete: true }
    }
}

/// Reads the answer of a source; a failure that is unsent leaves all of it to do.
pub(super) async fn announce(
    ctx: &Context,
    source: &Source,
    page: Page,
) -> Result<Announced, Failure> {
    match source.kind {
        SourceKind::Feed => {
            let document = ctx.off_thread(move || read_feed(&page)).await??;
            Ok(Announced::alone(document))
        }
        SourceKind::Page => {
            let links = source.links.clone();
            let document = ctx.off_thread(move || read_listing(&page, links.as_ref())).await??;
            Ok(Announced::alone(document))
        }
        SourceKind::Sitemap => {
            let sitemap = ctx
                .off_thread(move || sitemap::parse(&page.body, &page.url).map_err(failure))
                .await??;
            match sitemap {
                Sitemap::Pages(document) => Ok(Announced::alone(document)),
                Sitemap::Index(files, warnings) => {
                    read_sitemaps(ctx, source, files, warnings).await
                }
            }
        }
    }
}

fn read_feed(page: &Page) -> Result<FeedDocument, Failure> {
    let parsed = feed::parse(&page.body, page.content_type.as_deref(), &page.url);
    let Err(ParseError::Html) = parsed else { return parsed.map_err(failure) };
    // Following the offer is a person's decision: a maintenance page must not
    // move a source.
    let html = decode::decode(&page.body, page.content_type.as_deref()).text;
    let message = match feed::discover::discover(&html, &page.url).first() {
        Some(offer) => format!("this is a web page, not a feed; it offers the feed {offer}"),
        None => ParseError::Html.to_string(),
    };
    Err(Failure::new(Outcome::NotAFeed, message))
}

fn read_listing(page: &Page, links: Option<&Selector>) -> Result<FeedDocument, Failure> {
    if decode::binary(&page.body).is_some() {
        return Err(Failure::new(Outcome::NotHtml, "the listing page is no HTML"));
    }
    let html = decode::decode(&page.body, page.content_type.as_deref()).text;
    let entries = match links {
        Some(selector) => feed::listing::selected(&html, &page.url, selector),
        None => feed::listing::listing(&html, &page.url),
    };
    if entries.is_empty() {
        let message = match links {
            Some(selector) => format!("no links in `{selector}` on the page"),
            None => "no links to articles on the page; `tearsheet sources links ID SELECTOR` says \
                     where they stand"
                .to_owned(),
        };
        return Err(Failure::new(Outcome::NotAFeed, message));
    }
    Ok(FeedDocument { entries, site_url: Some(page.url.clone()), ..FeedDocument::default() })
}

/// Since when a sitemap has had nothing new, where its last poll found so: then nothing is left of
/// earlier ones. Files are dated by the day.
fn quiet_since(source: &Source) -> Option<Timestamp> {
    let polled = source.polled_at.filter(|_| source.failures == 0)?;
    let is_quiet = source.changed_at.is_none_or(|changed| changed < polled);
    is_quiet.then(|| polled.before(INDEX_DATES_GRACE))
}

/// Follows an index one level down, politely. A file that fails costs its own entries only. The
/// index is asked for in full next time too: its files grow without it.
async fn read_sitemaps(
    ctx: &Context,
    source: &Source,
    mut files: Vec<IndexFile>,
    warnings: Vec<Warning>,
) -> Result<Announced, Failure> {
    let mut document = FeedDocument { warnings, ..FeedDocument::default() };
    let draw = schedule::draw(source.url.as_str(), ctx.now());
    // The index itself was asked under this address, wherever that led.
    files.retain(|file| file.url != source.url);
    let (files, left_out) = sitemap::due(files, quiet_since(source), draw);
    if left_out > 0 {
        let detail = format!("{left_out} files of the index are left for other polls");
        document.warnings.push(Warning::new(WarningKind::EntriesDropped, detail));
    }
    let (mut more_bytes, mut host_waits) = (0, Vec::new());
    let mut first_failure = None;
    for url in files {
        let fetch = Fetch { url: url.clone(), wanted: Wanted::Feed };
        let answer = ctx.fetcher.fetch(fetch, ctx.now()).await;
        let read = match answer {
            Ok(page) => {
                more_bytes += page.wire_bytes;
                ctx.off_thread(move || sitemap::parse(&page.body, &page.url).map_err(failure))
                    .await
                    .and_then(|read| read)
            }
            Err(error) => Err(Failure::from(error.midway()).of_another_address()),
        };
        match read {
            Ok(Sitemap::Pages(file)) => {
                document.entries.extend(file.entries);
                document.warnings.extend(file.warnings);
            }
            Ok(Sitemap::Index(..)) => document
                .warnings
                .push(Warning::new(WarningKind::NestedSitemapIndex, format!("{url} is left out"))),
            Err(failure) if failure.unsent.is_some() => return Err(failure),
            Err(failure) => {
                host_waits.extend_from_slice(&failure.host_waits);
                let detail = format!("{url}: {}", failure.message);
                document.warnings.push(Warning::new(WarningKind::SitemapFailed, detail));
                first_failure.get_or_insert(failure);
            }
        }
    }
    if document.entries.is_empty()
        && let Some(failure) = first_failure
    {
        return Err(Failure { host_waits, ..failure });
    }
    let total = document.entries.len();
    sitemap::order_and_bound(&mut document, total);
    Ok(Announced { document, more_bytes, host_waits, complete: false })
}

/// The failure that an unreadable announcement is.
#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn failure(error: ParseError) -> Failure {
    let outcome = match &error {
        ParseError::Empty => Outcome::Empty,
        ParseError::Html | ParseError::NotAFeed(_) | ParseError::NotASitemap(_) => {
            Outcome::NotAFeed
        }
    };
    Failure::new(outcome, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::ENTRIES_MAX;

    #[test]
    fn the_newest_of_all_files_are_kept_whichever_file_they_stand_in() {
        let url = url::Url::parse("https://a.example/sitemap.xml").unwrap();
        let page = |path: &str, date: &str| {
            format!("<url><loc>https://a.example/{path}</loc><lastmod>{date}</lastmod></url>")
        };
        let archive = page("old", "2020-01-01").repeat(ENTRIES_MAX - 1);
        let recent = page("recent", "2026-11-22");
        let files = [archive, page("undated", ""), recent, page("new", "2026-11-23")];
        let mut document = FeedDocument::default();
        for file in files {
            let file = format!("<urlset>{file}</urlset>");
            let Sitemap::Pages(file) = sitemap::parse(file.as_bytes(), &url).unwrap() else {
                panic!("an index")
            };
            document.entries.extend(file.entries);
        }
        let total = document.entries.len();
        sitemap::order_and_bound(&mut document, total);
        let paths: Vec<_> =
            document.entries.iter().map(|entry| entry.url.as_ref().unwrap().path()).collect();
        assert_eq!(paths.len(), ENTRIES_MAX + 1, "one of the oldest goes");
        assert_eq!(paths[..3], ["/new", "/recent", "/old"]);
        assert_eq!(paths[ENTRIES_MAX], "/undated", "it may be new");
        assert_eq!(document.warnings[0].kind, WarningKind::EntriesDropped);
    }
}
