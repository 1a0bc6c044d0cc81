//! What went wrong, in the words of [`Outcome`].

use std::error::Error;
use std::io;
use std::iter::successors;
use std::time::Duration;

use crate::fetch::address::Blocked;
use crate::fetch::address::Unresolved;
use crate::fetch::politeness::Unsent;
use crate::limits::HOST_WAIT_UNAVAILABLE;
use crate::outcome::Outcome;

/// A failure on one hop, before anybody says where that was.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) outcome: Outcome,
    pub(super) message: String,
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<Duration>,
    /// Whether this process has as many files open as it may.
    pub(super) starved: bool,
    /// Why nothing was sent on this hop, where it had no turn.
    pub(super) unsent: Option<Unsent>,
}

/// Says for how long a host is still left alone.
#[must_use]
pub fn left_alone(left: Duration) -> String {
    let left = crate::time::rough(left);
    format!("its server asked to be left alone; it is asked again in {left}")
}

impl Failure {
    pub(super) fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Failure {
            outcome,
            message: message.into(),
            status: None,
            retry_after: None,
            starved: false,
            unsent: None,
        }
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// For how long the host is to be left alone after this answer, if it is.
    pub(super) fn host_wait(&self) -> Option<Duration> {
        match (self.status, self.retry_after) {
            (Some(_), Some(wait)) => Some(wait),
            (Some(503), None) => Some(HOST_WAIT_UNAVAILABLE),
            _ => None,
        }
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Failure::new(Outcome::TooLarge, format!("body is larger than {limit} bytes"))
    }
}

impl From<Unsent> for Failure {
    fn from(unsent: Unsent) -> Self {
        let (retry_after, message) = match unsent {
            Unsent::Held(left) => (Some(left), left_alone(left)),
            Unsent::Stopped => (None, "told to stop before its turn came".to_owned()),
        };
        let unsent = Some(unsent);
        Failure { retry_after, unsent, ..Failure::new(Outcome::RateLimited, message) }
    }
}

impl From<Blocked> for Failure {
    fn from(blocked: Blocked) -> Self {
        Failure::new(Outcome::BlockedAddress, blocked.to_string())
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        // The client wraps causes several deep, and its own words carry the URL.
        if let Some(blocked) = cause::<Blocked>(&error) {
            return (*blocked).into();
        }
        if causes(&error).filter_map(|cause| cause.downcast_ref()).any(is_starved) {
            let message = "no connection: this process has as many files open as it may; \
                           raise `ulimit -n` or lower `fetch.concurrency`";
            return Failure { starved: true, ..Failure::new(Outcome::Connect, message) };
        }
        if let Some(unresolved) = cause::<Unresolved>(&error) {
            return Failure::new(Outcome::Dns, unresolved.to_string());
        }
        let root = root_message(&error);
        if error.is_timeout() {
            let what =
                if error.is_connect() { "no connection in time" } else { "no answer in time" };
            return Failure::new(Outcome::Timeout, what);
        }
        if error.is_connect() {
            return if is_tls(&error) {
                Failure::new(Outcome::Tls, format!("no trusted TLS connection: {root}"))
            } else {
                Failure::new(Outcome::Connect, format!("no connection: {root}"))
            };
        }
        if error.is_builder() {
            return Failure::new(Outcome::BadUrl, root);
        }
        Failure::new(Outcome::Protocol, root)
    }
}

/// Whether no file or socket can be opened because too many are, in this process
/// (`EMFILE`) or on the whole machine (`ENFILE`).
pub(super) fn is_starved(error: &io::Error) -> bool {
    let codes: &[i32] = if cfg!(windows) { &[10_024] } else { &[24, 23] };
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// Whether the connection ended before an answer began.
pub(super) fn broke_before_answer(error: &reqwest::Error) -> bool {
    let reset = |error: &io::Error| {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset)
    };
    !error.is_timeout()
        && !error.is_connect()
        && (cause::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message)
            || causes(error).filter_map(|cause| cause.downcast_ref()).any(reset))
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(Some(error as &(dyn Error + 'static)), |&error| {
        // An I/O error that wraps another passes for it: `source` skips the inner one.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

fn cause<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// rustls reports through I/O errors: what it refuses is invalid data, and a
/// handshake that the other side breaks off is an unexpected end.
fn is_tls(error: &reqwest::Error) -> bool {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| {
        matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
    })
}

fn root_message(error: &reqwest::Error) -> String {
    let root = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let mut letters = root.chars();
    // Sentences begin in lower case, but acronyms stay: "TLS", "HTTP".
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(root.chars().skip(1)).collect()
        }
        _ => root,
    }
}
