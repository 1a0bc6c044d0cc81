//! Addresses given by hand: what is there, and what to do with it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use super::attempt::Started;
use super::{
    Context, Failure, PollReport, Reading, Turn, VisitReport, Wire, answered, reading, settle,
};
use crate::article::PageKind;
use crate::decode;
use crate::feed::sitemap;
use crate::feed::{self, ParseError};
use crate::fetch::{Fetch, Page, Unsent, Wanted};
use crate::outcome::{Nature, Outcome};
use crate::store::{NewSource, Source, SourceKind, StoreError};
use crate::strip::{Phrases, Template};

/// A page with fewer links to articles than this is no section front.
const LISTING_ENTRIES_MIN: usize = 5;

/// What stands at an address.
#[derive(Clone, Debug)]
pub enum Destination {
    /// Something to follow.
    Source(SourceKind),
    /// One article; `feeds` are those that its page offers.
    Article {
        /// The article.
        reading: Box<Reading>,
        /// The feeds that its page offers, best first.
        feeds: Vec<url::Url>,
    },
    /// A page whose feed should be followed instead; best first, never empty.
    Offers(Vec<url::Url>),
    /// A page that does nothing but send browsers on.
    SendsOn(url::Url),
    /// None of these, and why.
    Nothing(Outcome, String),
}

/// What [`identify`] found to follow.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Its address: the one that was given, as it is asked, or that of a feed that its page offers, in
    /// canonical form.
    pub url: url::Url,
    /// What it is.
    pub kind: SourceKind,
    /// What could not be looked at, and may be better, for a person.
    pub doubt: Option<String>,
}

/// Why nothing was found to follow.
#[derive(Debug, thiserror::Error)]
pub enum IdentifyError {
    /// What is there instead, for a person.
    #[error("{0}")]
    Nothing(String),
    /// The attempt could not be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Failure> for IdentifyError {
    fn from(failure: Failure) -> Self {
        let message = failure.message;
        // A wish of robots.txt; where that could not be had, there is a time to wait.
        if failure.outcome == Outcome::RobotsDisallowed && failure.retry_after.is_none() {
            let way = "a feed is followed nevertheless by `tearsheet add --kind feed`";
            return IdentifyError::Nothing(format!("{message}; {way}"));
        }
        IdentifyError::Nothing(message)
    }
}

/// What became of an address given by hand.
#[derive(Clone, Debug)]
pub enum Taken {
    /// It is a source; it was polled. `added`: it was not followed before.
    Polled {
        /// The poll.
        report: PollReport,
        /// Whether it was not followed before.
        added: bool,
    },
    /// It is an article; it was visited.
    Visited(VisitReport),
    /// It was no attempt: nothing is written down.
    Unsent {
        /// The address.
        url: String,
        /// Why not.
        why: Unsent,
    },
    /// Neither.
    Failed {
        /// The address.
        url: String,
        /// How the attempt ended.
        outcome: Outcome,
        /// Why, for a person.
        error: String,
    },
}

impl Taken {
    fn polled(turn: Turn<PollReport>, added: bool, url: &url::Url) -> Self {
        match turn {
            Turn::Ended(report) => Taken::Polled { report, added },
            Turn::Unsent(why) => Taken::Unsent { url: crate::url::shown(url), why },
        }
    }
}

/// What to ask for at an address given by hand. A person who names a feed has
/// subscribed to it; robots.txt is asked of pages.
fn wanted(url: &url::Url) -> Wanted {
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (stem, suffix) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_feed = match suffix {
        "xml" | "json" | "rss" | "atom" | "rdf" => true,
        "html" | "htm" | "xhtml" | "shtml" => false,
        _ => matches!(stem, "feed" | "feeds" | "rss" | "atom" | "rdf"),
    };
    if is_feed { Wanted::Feed } else { Wanted::Anything }
}

/// Whether this is a page that was asked for as a feed: it is used only once
/// robots.txt was asked.
fn is_unasked_page(wanted: Wanted, found: &Destination) -> bool {
    let feed = matches!(found, Destination::Source(SourceKind::Feed | SourceKind::Sitemap));
    wanted == Wanted::Feed && !feed && !matches!(found, Destination::Nothing(..))
}

/// Says what a page of a site is that is known for what `template` holds; pure.
fn look(page: &Page, phrases: &Phrases, template: &Template) -> Destination {
    match feed::parse(&page.body, page.content_type.as_deref(), &page.url) {
        Ok(_) => return Destination::Source(SourceKind::Feed),
        Err(ParseError::Empty) => {
            return Destination::Nothing(Outcome::Empty, ParseError::Empty.to_string());
        }
        Err(ParseError::Html | ParseError::NotAFeed(_) | ParseError::NotASitemap(_)) => {}
    }
    if sitemap::parse(&page.body, &page.url).is_ok() {
        return Destination::Source(SourceKind::Sitemap);
    }
    let read = reading::read_fetched(page, phrases, template);
    let sends_on_to = reading::sends_on_to(page, &page.url, read.as_ref());
    let nothing = |outcome, message| match sends_on_to {
        Some(to) => Destination::SendsOn(to),
        None => Destination::Nothing(outcome, message),
    };
    let reading = match read {
        Ok(reading) => reading,
        Err(error) => {
            let failure = reading::failure(error);
            return nothing(failure.outcome, failure.message);
        }
    };
    let html = decode::decode(&page.body, page.content_type.as_deref()).text;
    let feeds = feed::discover::discover(&html, &page.url);
    // A home page is never one article, however much text its lead story shows.
    let front = page.url.path() == "/" && page.url.query().is_none();
    if reading.kind.has_article() && !front {
        return Destination::Article { reading: Box::new(reading), feeds };
    }
    // Walls and error pages offer feeds, too; those are not what was asked for.
    let open = matches!(reading.kind, PageKind::NoArticle | PageKind::Front);
    if reading.kind.has_article() || open {
        if !feeds.is_empty() {
            return Destination::Offers(feeds);
        }
        if feed::listing::listing(&html, &page.url).len() >= LISTING_ENTRIES_MIN {
            return Destination::Source(SourceKind::Page);
        }
        let message = "neither feed, article nor section front";
        return nothing(Outcome::NoArticle, message.to_owned());
    }
    nothing(reading.kind.outcome(), reading.kind.describe().to_owned())
}

/// Where sites keep a feed that they do not speak of.
const USUAL_PATHS: &[&str] = &["/feed", "/rss.xml", "/atom.xml", "/feed.xml"];

/// Finds out what to follow at an address: the feed or sitemap that is there,
/// the first of those that the page offers that is a feed, one in a usual place,
/// or the page itself as a section front. One request each, which is an attempt; nothing else is
/// stored.
///
/// # Errors
///
/// Says what is there instead, for a person; else those of writing.
pub async fn identify(ctx: &Context, url: &url::Url) -> Result<Identified, IdentifyError> {
    let follow = |url, kind| Identified { url, kind, doubt: None };
    let mut url = url.clone();
    let mut found = ask_as_wanted(ctx, &url).await??;
    if let Destination::SendsOn(to) = found {
        // One step, as a redirect.
        found = ask_as_wanted(ctx, &to).await??;
        url = to;
    }
    let url = &url;
    let unspoken = || USUAL_PATHS.iter().filter_map(|path| url.join(path).ok()).collect();
    // Feeds to look for, whether the page speaks of them, and what is true where there are none.
    let (feeds, spoken, otherwise): (Vec<_>, _, _) = match found {
        Destination::Source(SourceKind::Page) => {
            (unspoken(), false, Ok(follow(crate::url::bare(url), SourceKind::Page)))
        }
        Destination::Source(kind) => return Ok(follow(crate::url::bare(url), kind)),
        Destination::Nothing(Outcome::NoArticle, message) => (unspoken(), false, Err(message)),
        Destination::SendsOn(to) => return Err(IdentifyError::Nothing(sends_on(&to))),
        Destination::Nothing(_, message) => return Err(IdentifyError::Nothing(message)),
        Destination::Article { feeds, .. } if feeds.is_empty() => {
            let message = "this is one article, and its page offers no feed; \
                           `tearsheet fetch URL` stores it";
            return Err(IdentifyError::Nothing(message.to_owned()));
        }
        Destination::Article { feeds, .. } | Destination::Offers(feeds) => {
            let message = format!("the page offers the feed {}, but that is none", feeds[0]);
            (feeds, true, Err(message))
        }
    };
    let mut doubt = None;
    for feed in &feeds {
        match ask(ctx, feed, wanted(feed)).await? {
            Ok(Destination::Source(SourceKind::Feed)) => {
                return Ok(follow(crate::url::canonical(feed), SourceKind::Feed));
            }
            Err(failure) if spoken || failure.outcome.nature() == Nature::Passing => {
                let why = failure.message;
                doubt.get_or_insert(format!("there may be a feed at {feed}, but: {why}"));
            }
            // Where nobody spoke of a feed, it is no wonder that there is none.
            Ok(_) | Err(_) => {}
        }
    }
    match otherwise {
        Ok(found) => Ok(Identified { doubt, ..found }),
        Err(message) => Err(IdentifyError::Nothing(doubt.unwrap_or(message))),
    }
}

/// What stands at an address, as a feed or a page.
async fn ask_as_wanted(
    ctx: &Context,
    url: &url::Url,
) -> Result<Result<Destination, Failure>, StoreError> {
    let found = ask(ctx, url, wanted(url)).await?;
    match &found {
        Ok(page) if is_unasked_page(wanted(url), page) => ask(ctx, url, Wanted::Anything).await,
        _ => Ok(found),
    }
}

fn sends_on(to: &url::Url) -> String {
    format!("it does nothing but send browsers on to {to}")
}

/// What stands at an address, by one request; the outer error is that of writing it down.
async fn ask(
    ctx: &Context,
    url: &url::Url,
    wanted: Wanted,
) -> Result<Result<Destination, Failure>, StoreError> {
    let started = (ctx.now(), Instant::now());
    let fetch = Fetch { url: url.clone(), wanted };
    let (wire, found) = match ctx.fetcher.fetch(fetch, started.0).await {
        Ok(page) => {
            let wire = Wire::of_page(&page);
            let phrases = Arc::clone(&ctx.phrases);
            (wire, ctx.off_thread(move || look(&page, &phrases, &Template::default())).await)
        }
        Err(error) if error.unsent.is_some() => return Ok(Err(Failure::from(error))),
        Err(error) => (Wire::of_error(&error), Err(Failure::from(error))),
    };
    let failure = match &found {
        Ok(Destination::Nothing(outcome, message)) => Some(Failure::new(*outcome, message.clone())),
        Ok(_) => None,
        Err(failure) => Some(failure.clone()),
    };
    let outcome = failure.as_ref().map_or(Outcome::Identified, |failure| failure.outcome);
    let attempt = wire.attempt(&crate::url::shown(url), started, outcome, failure.as_ref());
    ctx.store.record_attempt(&attempt).await?;
    Ok(found)
}

/// An attempt at an address given by hand, on its way to what is there.
struct Way {
    /// Where it looks next.
    url: url::Url,
    wanted: Wanted,
    lead: Lead,
    /// What the wire said so far.
    wire: Wire,
    started: Started,
}

/// What led an attempt to where it looks: it goes one step of each kind, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lead {
    /// A person.
    Given,
    /// A page that sends browsers on.
    SentOn,
    /// A page that offers its feed.
    Offered,
}

impl Way {
    fn on(self, url: url::Url, lead: Lead) -> Way {
        Way { wanted: wanted(&url), url, lead, ..self }
    }
}

/// Fetches an address given by hand: polls it if it is a source (and follows it
/// from now on), stores its article if it is one.
///
/// # Errors
///
/// Only the disk can fail this.
pub async fn take(ctx: &Context, url: &url::Url) -> Result<Taken, StoreError> {
    let mut way = Way {
        url: url.clone(),
        wanted: wanted(url),
        lead: Lead::Given,
        wire: Wire::default(),
        started: (ctx.now(), Instant::now()),
    };
    loop {
        match step(ctx, way).await? {
            ControlFlow::Continue(on) => way = on,
            ControlFlow::Break(taken) => return Ok(taken),
        }
    }
}

/// Asks once, and says what came of the attempt or where it goes on.
async fn step(ctx: &Context, mut way: Way) -> Result<ControlFlow<Taken, Way>, StoreError> {
    let started = way.started;
    let canonical = crate::url::canonical(&way.url);
    if let Some(source) = ctx.store.source_at(canonical.as_str()).await? {
        let turn = super::poll_within(ctx, &source, way.wire, started).await?;
        return Ok(ControlFlow::Break(Taken::polled(turn, false, &way.url)));
    }
    let is_midway = way.wire.status.is_some();
    let fetch = Fetch { url: way.url.clone(), wanted: way.wanted };
    let page = match ctx.fetcher.fetch(fetch, started.0).await {
        Ok(page) => Arc::new(page),
        Err(error) => {
            let error = if is_midway { error.midway() } else { error };
            if let Some(why) = error.unsent {
                let url = crate::url::shown(&way.url);
                return Ok(ControlFlow::Break(Taken::Unsent { url, why }));
            }
            way.wire.add(Wire::of_error(&error));
            return Ok(ControlFlow::Break(failed(ctx, way, error.into()).await?));
        }
    };
    way.wire.add(Wire::of_page(&page));
    let template = ctx.store.template_of(Some(&page.url)).await?;
    let found = {
        let (page, phrases) = (Arc::clone(&page), Arc::clone(&ctx.phrases));
        ctx.off_thread(move || look(&page, &phrases, &template)).await
    };
    let failure = match found {
        Ok(found) if is_unasked_page(way.wanted, &found) => {
            return Ok(ControlFlow::Continue(Way { wanted: Wanted::Anything, ..way }));
        }
        Ok(Destination::Source(kind)) => {
            // A person's own address may hold the key to the feed; what a page offers holds no more
            // than the number of our visit.
            let is_offered = way.lead == Lead::Offered;
            let address = if is_offered { canonical } else { crate::url::bare(&way.url) };
            let source = follow(ctx, &address, kind).await?;
            let page = Arc::unwrap_or_clone(page);
            let turn = answered(ctx, &source, page, way.wire, started).await?;
            return Ok(ControlFlow::Break(Taken::polled(turn, true, &way.url)));
        }
        Ok(Destination::Article { reading, .. }) => {
            let entry = ctx.store.add_entry(&canonical, started.0).await?;
            let report = settle::with_page(ctx, &entry, *reading, &page, way.wire, started).await?;
            return Ok(ControlFlow::Break(Taken::Visited(report)));
        }
        Ok(Destination::SendsOn(to)) if way.lead < Lead::SentOn => {
            return Ok(ControlFlow::Continue(way.on(to, Lead::SentOn)));
        }
        Ok(Destination::Offers(feeds)) if way.lead < Lead::Offered && feeds[0] != way.url => {
            return Ok(ControlFlow::Continue(way.on(feeds[0].clone(), Lead::Offered)));
        }
        Ok(Destination::SendsOn(to)) => Failure::new(Outcome::NoArticle, sends_on(&to)),
        Ok(Destination::Offers(_)) => {
            let message = format!("the page offers the feed {}, but that is none", way.url);
            Failure::new(Outcome::NotAFeed, message)
        }
        Ok(Destination::Nothing(outcome, message)) => Failure::new(outcome, message),
        Err(failure) => failure,
    };
    Ok(ControlFlow::Break(failed(ctx, way, failure).await?))
}

async fn follow(ctx: &Context, url: &url::Url, kind: SourceKind) -> Result<Source, StoreError> {
    let added = ctx.store.add_source(&NewSource::new(url.clone(), kind), ctx.now()).await?;
    ctx.store.source(added.id).await
}

async fn failed(ctx: &Context, way: Way, failure: Failure) -> Result<Taken, StoreError> {
    let url = crate::url::shown(&way.url);
    let attempt = way.wire.attempt(&url, way.started, failure.outcome, Some(&failure));
    ctx.store.record_attempt(&attempt).await?;
    Ok(Taken::Failed { url, outcome: failure.outcome, error: failure.message })
}

#[cfg(test)]
mod tests {
    use super::{Wanted, wanted};

    #[test]
    fn a_feed_is_named_by_the_whole_last_part_of_its_address() {
        for (path, feed) in [
            ("/feed", true),
            ("/blog/feed/", true),
            ("/feed/atom", true),
            ("/rss.php", true),
            ("/rss.xml", true),
            ("/news.rss", true),
            ("/feed.json?tag=1", true),
            ("/sitemap.xml", true),
            ("/", false),
            ("/2026/11/atom-smasher-at-cern.html", false),
            ("/rss.html", false),
            ("/feed/how-we-feed-the-town", false),
            ("/feedback", false),
            ("/story?from=feed", false),
        ] {
            let url = url::Url::parse("https://a.example").unwrap().join(path).unwrap();
            assert_eq!(wanted(&url) == Wanted::Feed, feed, "{path}");
        }
    }
}
