//! One request and its answer, while it is our turn.

use reqwest::header::{self, HeaderMap};
use reqwest::{Response, Version};

use crate::fetch::Fetcher;
use crate::fetch::Validators;
use crate::fetch::answer;
use crate::fetch::body;
use crate::fetch::body::Bound;
use crate::fetch::client;
use crate::fetch::failure;
use crate::fetch::failure::Failure;
use crate::fetch::politeness::Turn;
use crate::limits::HEAD_TIMEOUT;
use crate::limits::HEADER_BYTES_MAX;
use crate::outcome::Outcome;
use crate::time::Timestamp;
use crate::url::resolve;

/// What is asked for, whatever the address it is found at in the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Errand<'a> {
    pub(super) accept: &'static str,
    pub(super) validators: Option<&'a Validators>,
    /// Whether robots.txt has a say.
    pub(super) asks_robots: bool,
    /// Whether the entries that are new since the validators will do (RFC 3229).
    pub(super) delta: bool,
    pub(super) redirects_max: usize,
    pub(super) bound: Bound,
}

impl Errand<'_> {
    /// The validators, if it was this address that gave them.
    pub(super) fn validators_of(&self, url: &url::Url) -> Option<&Validators> {
        self.validators.filter(|validators| validators.url == url.as_str())
    }
}

/// An answer that is neither failure nor redirect.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn is_not_modified(&self) -> bool {
        self.status == 304
    }
}

/// Where one hop led.
#[derive(Debug)]
pub(super) enum Hop {
    Answered(Answer),
    Redirected { to: url::Url, permanent: bool },
}

impl Fetcher {
    /// Sends one request and reads its answer; `wire` counts the body's bytes.
    pub(super) async fn exchange(
        &self,
        errand: &Errand<'_>,
        url: &url::Url,
        turn: &Turn,
        now: Timestamp,
        wire: &mut u64,
    ) -> Result<Hop, Failure> {
        let origin = url.origin().ascii_serialization();
        let head = tokio::time::timeout(HEAD_TIMEOUT, self.send(errand, url, turn, &origin)).await;
        let (response, kept) =
            head.unwrap_or_else(|_| Err(Failure::new(Outcome::Timeout, "no answer in time")))?;
        self.check_head(&response)?;
        let conditional = errand.validators_of(url).is_some();
        let keep = || {
            self.clients.keep();
            turn.keep_alive(origin);
        };
        let keep = (kept && stays_open(&response)).then_some(keep);
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let is_page = match status {
            226 => errand.delta && conditional,
            _ => Outcome::of_status(status).is_none(),
        };
        if is_page {
            let body = read_page(response, errand.bound, keep, now, wire).await;
            let body = body.map_err(|failure| failure.with_status(status))?;
            return Ok(Hop::Answered(Answer { status, headers, body }));
        }
        let (start, complete) = body::read_start(response, wire).await;
        if let (true, Some(keep)) = (complete, keep) {
            keep();
        }
        match status {
            304 if conditional => Ok(Hop::Answered(Answer { status, headers, body: Vec::new() })),
            301 | 302 | 303 | 307 | 308 => {
                let to = target(url, &headers).map_err(|failure| failure.with_status(status))?;
                Ok(Hop::Redirected { to, permanent: matches!(status, 301 | 308) })
            }
            _ => Err(answer::failure(status, &headers, &start, now)),
        }
    }

    /// Sends the request; once more if a connection that had been idle turned
    /// out to be closed, which is nobody's fault, or if idle ones have to be closed
    /// before there can be another. Tells also whether the connection is kept.
    async fn send(
        &self,
        errand: &Errand<'_>,
        url: &url::Url,
        turn: &Turn,
        origin: &str,
    ) -> Result<(Response, bool), Failure> {
        let request = |client: reqwest::Client| {
            let validators = errand.validators_of(url);
            let conditions = validators.map(|given| client::conditions(given, errand.delta));
            let request = client.get(url.clone()).header(header::ACCEPT, errand.accept);
            request.headers(conditions.unwrap_or_default()).send()
        };
        let reused = turn.take_kept_alive(origin);
        let (client, mut kept) = self.clients.choose(reused);
        let mut sent = request(client.clone()).await;
        if let Err(error) = &sent
            && reused
            && kept
            && failure::broke_before_answer(error)
        {
            sent = request(client).await;
        }
        let mut sent = sent.map_err(Failure::from);
        if sent.as_ref().is_err_and(|failure| failure.starved) && self.clients.keep_none() {
            kept = false;
            sent = request(self.clients.choose(false).0).await.map_err(Failure::from);
        }
        Ok((sent?, kept))
    }

    /// Checks what the client does not: who answered, and how long the head is.
    fn check_head(&self, response: &Response) -> Result<(), Failure> {
        if let Some(address) = response.remote_addr() {
            self.guard.check(address.ip())?;
        }
        let fields = response.headers().iter();
        let bytes: usize = fields.map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if bytes > HEADER_BYTES_MAX {
            let message = format!("head of the answer is larger than {HEADER_BYTES_MAX} bytes");
            return Err(Failure::new(Outcome::Protocol, message));
        }
        Ok(())
    }
}

/// The body of a full answer; `connection` is set where it can carry another.
async fn read_page(
    response: Response,
    bound: Bound,
    keep: Option<impl FnOnce()>,
    now: Timestamp,
    wire: &mut u64,
) -> Result<Vec<u8>, Failure> {
    let status = response.status().as_u16();
    if answer::is_challenge(status, response.headers(), b"") {
        return Err(answer::failure(status, response.headers(), b"", now));
    }
    let body = body::read(response, bound, wire).await?;
    if let Some(keep) = keep {
        keep();
    }
    if body.is_empty() {
        return Err(Failure::new(Outcome::Empty, "the answer has no body"));
    }
    Ok(body)
}

/// Whether the connection can carry another request after this answer.
fn stays_open(response: &Response) -> bool {
    let closes = response.headers().get_all(header::CONNECTION).into_iter().any(|value| {
        value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains("close"))
    });
    response.version() >= Version::HTTP_11 && !closes
}

/// Where a redirect leads. Credentials go no further than to their own origin.
fn target(from: &url::Url, headers: &HeaderMap) -> Result<url::Url, Failure> {
    let Some(location) = headers.get(header::LOCATION) else {
        return Err(Failure::new(Outcome::RedirectLoop, "redirect without a target"));
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let mut to = resolve(from, &location).map_err(|error| {
        let outcome = match error {
            crate::url::UrlError::Scheme(_) => Outcome::BadUrl,
            crate::url::UrlError::Malformed(_)
            | crate::url::UrlError::TooLong
            | crate::url::UrlError::Credentials => Outcome::RedirectLoop,
        };
        Failure::new(outcome, format!("redirect leads nowhere: {error}"))
    })?;
    let own = to.origin() == from.origin();
    let (user, password) = if own { (from.username(), from.password()) } else { ("", None) };
    // Neither can fail for an address that has a host.
    let _ = to.set_username(user);
    let _ = to.set_password(password);
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::target;
    use crate::outcome::Outcome;
    use reqwest::header::{HeaderMap, HeaderValue, LOCATION};

    fn follow(location: &[u8]) -> Result<String, Outcome> {
        let from = url::Url::parse("https://u:p@a.example/x/y").unwrap();
        let location = HeaderValue::from_bytes(location).unwrap();
        let headers = HeaderMap::from_iter([(LOCATION, location)]);
        target(&from, &headers).map(String::from).map_err(|failure| failure.outcome)
    }

    #[test]
    fn credentials_go_no_further_than_their_origin() {
        for (location, expected) in [
            ("z", "https://u:p@a.example/x/z"),
            ("https://a.example/z", "https://u:p@a.example/z"),
            ("https://b.example/z", "https://b.example/z"),
            ("http://a.example/z", "http://a.example/z"),
            ("//q:r@b.example/z#f", "https://b.example/z"),
        ] {
            assert_eq!(follow(location.as_bytes()).unwrap(), expected, "{location}");
        }
        assert_eq!(follow(b"/caf\xc3\xa9").unwrap(), "https://u:p@a.example/caf%C3%A9");
    }

    #[test]
    fn a_redirect_to_no_web_address_is_refused() {
        for location in ["file:///etc/passwd", "ftp://a.example/", "data:,x", "javascript:x"] {
            assert_eq!(follow(location.as_bytes()), Err(Outcome::BadUrl), "{location}");
        }
        for location in ["http://", "http://[::1", "https://a.example:99999/"] {
            assert_eq!(follow(location.as_bytes()), Err(Outcome::RedirectLoop), "{location}");
        }
    }
}
