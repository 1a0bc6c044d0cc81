//! From the address asked for to the answer: redirects, followed by hand.
//!
//! Each hop passes the address guard, robots.txt and the gate of its own host.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::fetch::Fetcher;
use crate::fetch::exchange::Answer;
use crate::fetch::exchange::Errand;
use crate::fetch::exchange::Hop;
use crate::fetch::failure::Failure;
use crate::limits::STARVED_PAUSE;
use crate::limits::STARVED_TRIES_MAX;
use crate::outcome::Outcome;
use crate::time::Timestamp;
use crate::url::host;

/// How far one errand has come; after a failure, where it failed.
#[derive(Debug)]
pub(super) struct Journey {
    /// Where it is.
    pub(super) url: url::Url,
    /// Time left for requests; waiting for a host's turn is not counted.
    pub(super) left: Duration,
    /// Bytes of body that arrived on this hop.
    pub(super) wire_bytes: u64,
    /// Redirects so far.
    pub(super) redirects: usize,
    /// Whether all of them were permanent.
    pub(super) permanent: bool,
    /// Whether any request was sent, be it for a robots.txt.
    pub(super) sent: bool,
    /// Hosts on the way that are to be left alone from now on, and until when.
    pub(super) holds: Vec<(String, Instant)>,
}

impl Journey {
    pub(super) fn new(url: url::Url, timeout: Duration) -> Self {
        Journey {
            url,
            left: timeout,
            wire_bytes: 0,
            redirects: 0,
            permanent: true,
            sent: false,
            holds: Vec::new(),
        }
    }

    /// Where it is, if redirects led there and all of them were permanent.
    pub(super) fn moved_to(&self) -> Option<url::Url> {
        (self.redirects > 0 && self.permanent).then(|| self.url.clone())
    }
}

impl Fetcher {
    /// Follows redirects until there is an answer.
    pub(super) async fn follow(
        &self,
        errand: &Errand<'_>,
        journey: &mut Journey,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let mut seen = HashSet::from([journey.url.clone()]);
        loop {
            let (to, permanent) = match self.hop(errand, journey, now).await? {
                Hop::Answered(answer) => return Ok(answer),
                Hop::Redirected { to, permanent } => (to, permanent),
            };
            if journey.redirects == errand.redirects_max {
                let message = format!("more than {} redirects", errand.redirects_max);
                return Err(Failure::new(Outcome::RedirectLoop, message));
            }
            if !seen.insert(to.clone()) {
                // Often a cookie is what would end it; we carry none.
                return Err(Failure::new(Outcome::RedirectLoop, "redirects in a circle"));
            }
            journey.redirects += 1;
            journey.permanent &= permanent;
            journey.url = to;
        }
    }

    /// Refuses hosts that the operator wants to be left alone.
    fn check_blocked(&self, url: &url::Url) -> Result<(), Failure> {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let is = |blocked: &String| {
            host.strip_suffix(blocked.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if !self.options.blocked_hosts.iter().any(is) {
            return Ok(());
        }
        Err(Failure::new(Outcome::BlockedAddress, "the host stands in `fetch.blocked_hosts`"))
    }

    async fn hop(
        &self,
        errand: &Errand<'_>,
        journey: &mut Journey,
        now: Timestamp,
    ) -> Result<Hop, Failure> {
        journey.wire_bytes = 0;
        self.guard.check_literal(&journey.url)?;
        self.check_blocked(&journey.url)?;
        if errand.asks_robots && self.options.robots {
            self.ask_robots(journey, now).await?;
        }
        let mut tries = 1;
        loop {
            let turn = self.gate.enter(&host(&journey.url)).await?;
            let started = Instant::now();
            journey.sent = true;
            let exchange = self.exchange(errand, &journey.url, &turn, now, &mut journey.wire_bytes);
            let result = tokio::time::timeout(journey.left, exchange).await;
            journey.left = journey.left.saturating_sub(started.elapsed());
            match result {
                // Nothing was sent: it waits until others are done, of which there are fewer now.
                Ok(Err(failure)) if failure.starved && tries < STARVED_TRIES_MAX => {
                    tries += 1;
                    self.gate.narrow(turn);
                    tokio::time::sleep(STARVED_PAUSE).await;
                }
                Ok(Err(failure)) => {
                    if let Some(wait) = failure.host_wait() {
                        let until = turn.hold(wait);
                        journey.holds.push((host(&journey.url), until));
                    }
                    return Err(failure);
                }
                Ok(done) => return done,
                Err(_elapsed) => {
                    return Err(Failure::new(Outcome::Timeout, "no whole answer in time"));
                }
            }
        }
    }
}
