//! The one way to the network: polite, guarded, bounded.
//!
//! Every request passes [`Fetcher`]: address guard, robots.txt, one
//! connection and a spacing per host, waits that a host asked for, conditional
//! headers, redirects followed by hand, a bound on the body.

pub mod address;
mod answer;
mod body;
mod client;
mod coding;
mod exchange;
mod failure;
mod journey;
mod permission;
mod politeness;

use std::time::Duration;

use tokio::time::Instant;

pub use coding::unpack_kept;
pub use failure::left_alone;
pub use permission::RobotsRecord;
pub use politeness::Unsent;

use crate::fetch::address::AddressGuard;
use crate::fetch::body::Beyond;
use crate::fetch::body::Bound;
use crate::fetch::client::Clients;
use crate::fetch::exchange::Answer;
use crate::fetch::exchange::Errand;
use crate::fetch::failure::Failure;
use crate::fetch::journey::Journey;
use crate::fetch::permission::Permissions;
use crate::fetch::politeness::Gate;
use crate::limits::REDIRECTS_MAX;
use crate::outcome::Outcome;
use crate::schedule::Hints;
use crate::time::Timestamp;

/// The operator's wishes, from `[fetch]`.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// The whole User-Agent header, contact included.
    pub user_agent: String,
    /// Bound on one request from first byte sent to last byte read, redirects included.
    pub timeout: Duration,
    /// Bound on a body, on the wire and after decompression, in bytes.
    pub body_limit: usize,
    /// Requests in flight, over all hosts.
    pub concurrency: usize,
    /// Pause between two requests to one host.
    pub per_host_delay: Duration,
    /// Whether robots.txt is obeyed for pages.
    pub robots: bool,
    /// Whether it is obeyed for feeds as well.
    pub robots_for_feeds: bool,
    /// Networks exempt from the refusal of special addresses.
    pub allow_addresses: Vec<ipnet::IpNet>,
    /// Hosts that are never asked, with all below them; lower case.
    pub blocked_hosts: Vec<String>,
}

/// What kind of answer is hoped for; decides the Accept header and robots.txt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A feed or sitemap that somebody subscribed to; robots.txt is asked only
    /// where the operator wants it to be.
    Feed,
    /// A page found in a source; robots.txt is asked.
    Page,
    /// Whatever an address given by hand holds; robots.txt is asked.
    Anything,
}

/// Validators of one answer, byte for byte: each byte is the character of that number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The address that gave them; they are sent to no other.
    pub url: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// One intended request.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// Where to.
    pub url: url::Url,
    /// What for.
    pub wanted: Wanted,
}

/// What came back from where validators are known.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// A full answer.
    Changed(Page),
    /// 304: what is there is what gave the validators.
    Unchanged {
        /// Set when every redirect on the way was permanent (301, 308).
        moved_to: Option<url::Url>,
        /// Validators to remember: those sent, updated by the answer's own.
        validators: Validators,
        /// What the answer said about polling.
        hints: Hints,
    },
}

/// A full answer (2xx with a body).
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it was found, after redirects.
    pub url: url::Url,
    /// Set when every redirect on the way was permanent (301, 308).
    pub moved_to: Option<url::Url>,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Validators, where the answer had any.
    pub validators: Option<Validators>,
    /// What the answer said about polling.
    pub hints: Hints,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// Bytes of the body on the wire.
    pub wire_bytes: u64,
}

/// A fetch that brought nothing back.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct FetchError {
    /// The outcome of the attempt.
    pub outcome: Outcome,
    /// The cause, once, without the address.
    pub message: String,
    /// HTTP status, where the server answered.
    pub status: Option<u16>,
    /// Bytes of body read before it failed.
    pub wire_bytes: u64,
    /// The server's own wish when to come again.
    pub retry_after: Option<Duration>,
    /// The address at which it failed, after redirects.
    pub url: url::Url,
    /// Whether that is another than was asked: what is said there is not said of the address asked.
    pub elsewhere: bool,
    /// Set to that address where every redirect on the way was permanent (301, 308).
    pub moved_to: Option<url::Url>,
    /// Set where this is no attempt, and all of it is still to do: nothing was sent, because the
    /// host is to be left alone, or not all of it, because we were told to stop.
    pub unsent: Option<Unsent>,
    /// Hosts that are to be left alone from now on, and until when.
    pub host_waits: Vec<(String, Timestamp)>,
}

impl FetchError {
    /// The same where others were asked before it, for the same attempt: that a host is to be left
    /// alone is how that one ends. Only a stop leaves all of it to do even then.
    #[must_use]
    pub fn midway(self) -> Self {
        FetchError { unsent: self.unsent.filter(|why| *why == Unsent::Stopped), ..self }
    }
}

/// The fetcher: HTTP behind one gate.
#[derive(Debug)]
pub struct Fetcher {
    options: FetchOptions,
    /// What we are called in robots.txt.
    product: String,
    clients: Clients,
    guard: AddressGuard,
    gate: Gate,
    permissions: Permissions,
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the HTTP client")]
pub struct ClientError(#[source] pub reqwest::Error);

impl Fetcher {
    /// Makes a fetcher.
    ///
    /// The product token that robots.txt is searched for is what stands before
    /// the `/` of the User-Agent.
    ///
    /// # Errors
    ///
    /// Fails when the TLS set-up fails or the User-Agent is no valid header.
    pub fn new(options: FetchOptions) -> Result<Fetcher, ClientError> {
        let guard = AddressGuard::new(options.allow_addresses.clone());
        Ok(Fetcher {
            product: options.user_agent.split('/').next().unwrap_or_default().to_owned(),
            clients: Clients::new(&options.user_agent, &guard)?,
            guard,
            gate: Gate::new(options.per_host_delay, options.concurrency),
            permissions: Permissions::default(),
            options,
        })
    }

    /// Makes one request, politely; waits for its host's turn first.
    ///
    /// `now` is the wall clock, for `Retry-After` dates and `Expires`. Dropping
    /// the future ends the request and gives the turn to the next.
    ///
    /// A host that asked for a wait is not waited for: the answer is
    /// [`Outcome::RateLimited`] with the time left, and nothing is sent.
    ///
    /// # Errors
    ///
    /// Every way to fail has its outcome.
    pub async fn fetch(&self, fetch: Fetch, now: Timestamp) -> Result<Page, FetchError> {
        let (answer, journey) = self.ask(&fetch, None, now).await?;
        Ok(page(answer, journey, now))
    }

    /// The same where `validators` of an earlier answer may be known: one that has not changed since
    /// is not sent again.
    ///
    /// # Errors
    ///
    /// As [`Fetcher::fetch`].
    pub async fn fetch_if_changed(
        &self,
        fetch: Fetch,
        validators: Option<Validators>,
        now: Timestamp,
    ) -> Result<Fetched, FetchError> {
        let (answer, journey) = self.ask(&fetch, validators.as_ref(), now).await?;
        if !answer.is_not_modified() {
            return Ok(Fetched::Changed(page(answer, journey, now)));
        }
        Ok(Fetched::Unchanged {
            moved_to: journey.moved_to(),
            validators: answer::updated(&validators.unwrap_or_default(), &answer.headers),
            hints: answer::hints(&answer.headers, now),
        })
    }

    /// The answer, and the way to it; one that is not modified only where `validators` were sent.
    async fn ask(
        &self,
        fetch: &Fetch,
        validators: Option<&Validators>,
        now: Timestamp,
    ) -> Result<(Answer, Journey), FetchError> {
        let mut journey = Journey::new(fetch.url.clone(), self.options.timeout);
        let begun = Instant::now();
        let failure = match self.run(fetch, validators, &mut journey, now).await {
            Ok(answer) => return Ok((answer, journey)),
            Err(failure) => failure,
        };
        let sent = journey.sent;
        let error = FetchError {
            outcome: failure.outcome,
            message: failure.message,
            status: failure.status,
            wire_bytes: journey.wire_bytes,
            retry_after: failure.retry_after,
            elsewhere: journey.redirects > 0,
            moved_to: journey.moved_to(),
            unsent: failure.unsent,
            host_waits: journey
                .holds
                .into_iter()
                .map(|(host, until)| (host, now.after(until.duration_since(begun))))
                .collect(),
            url: journey.url,
        };
        Err(if sent { error.midway() } else { error })
    }

    async fn run(
        &self,
        fetch: &Fetch,
        validators: Option<&Validators>,
        journey: &mut Journey,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let url = crate::url::parse(fetch.url.as_str());
        journey.url = url.map_err(|error| Failure::new(Outcome::BadUrl, error.to_string()))?;
        if fetch.wanted == Wanted::Page {
            // A link found somewhere must not log us in anywhere.
            let _ = journey.url.set_username("");
            let _ = journey.url.set_password(None);
        }
        let errand = Errand {
            accept: client::accept(fetch.wanted),
            validators,
            asks_robots: fetch.wanted != Wanted::Feed || self.options.robots_for_feeds,
            delta: fetch.wanted == Wanted::Feed,
            redirects_max: REDIRECTS_MAX,
            bound: Bound { limit: self.options.body_limit, beyond: Beyond::Refuse },
        };
        self.follow(&errand, journey, now).await
    }

    /// Goes on with the spacing where an earlier run left off, whose last request to `host` ended so
    /// long ago.
    ///
    /// `host` is in the form of [`crate::url::host`].
    pub fn resume(&self, host: &str, ago: Duration) {
        self.gate.resume(host, ago);
    }

    /// Goes on with the spacing after an earlier run of which nobody knows whom it asked last; comes
    /// before all else that is known of hosts.
    pub fn resume_all(&self) {
        self.gate.resume_all();
    }

    /// Begins no further request: what is under way ends as it does, and what waits for its turn ends
    /// as held.
    pub fn stop(&self) {
        self.gate.close();
    }

    /// Asks nothing of `host` before `until`: a wait remembered from an earlier run.
    ///
    /// `host` is in the form of [`crate::url::host`].
    pub fn hold(&self, host: &str, until: Timestamp, now: Timestamp) {
        self.gate.hold(host, until.since(now));
    }
}

fn page(answer: Answer, journey: Journey, now: Timestamp) -> Page {
    Page {
        moved_to: journey.moved_to(),
        status: answer.status,
        content_type: answer::content_type(&answer.headers),
        validators: answer::validators(&journey.url, &answer.headers),
        hints: answer::hints(&answer.headers, now),
        body: answer.body,
        wire_bytes: journey.wire_bytes,
        url: journey.url,
    }
}
