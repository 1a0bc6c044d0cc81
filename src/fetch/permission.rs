//! What robots.txt says: fetched like anything else, remembered for a day.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

use crate::fetch::Fetcher;
use crate::fetch::Validators;
use crate::fetch::answer;
use crate::fetch::body::Beyond;
use crate::fetch::body::Bound;
use crate::fetch::exchange::Errand;
use crate::fetch::failure::Failure;
use crate::fetch::journey::Journey;
use crate::limits::ROBOTS_BYTES_MAX;
use crate::limits::ROBOTS_HOSTS_MAX;
use crate::limits::ROBOTS_REDIRECTS_MAX;
use crate::limits::ROBOTS_RETRY;
use crate::limits::ROBOTS_RULES_BYTES_MAX;
use crate::limits::ROBOTS_TTL;
use crate::outcome::Outcome;
use crate::robots::Robots;
use crate::time::Timestamp;
use crate::url::host;

/// What is known of the robots.txt of an origin.
#[derive(Clone, Debug)]
struct Known {
    /// The rules, or why pages of this origin cannot be had for now.
    rules: Result<Arc<Robots>, Failure>,
    /// Of the file that gave the rules.
    validators: Option<Validators>,
    until: Instant,
}

impl Known {
    fn rules(robots: Robots) -> Self {
        Known { rules: Ok(Arc::new(robots)), validators: None, until: Instant::now() + ROBOTS_TTL }
    }

    fn refusal(failure: Failure) -> Self {
        Known { rules: Err(failure), validators: None, until: Instant::now() + ROBOTS_RETRY }
    }

    fn weight(&self) -> usize {
        self.rules.as_ref().map_or(0, |robots| robots.weight())
    }
}

/// Locked by whoever asks; the others wait for what that one learns.
type Place = Arc<tokio::sync::Mutex<Option<Known>>>;

/// What is known of robots.txt, by origin.
#[derive(Debug, Default)]
pub(super) struct Permissions {
    origins: Mutex<HashMap<String, Slot>>,
}

#[derive(Debug)]
struct Slot {
    place: Place,
    until: Instant,
    weight: usize,
}

impl Permissions {
    fn place(&self, origin: &str) -> Place {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = origins.get(origin) {
            return Arc::clone(&slot.place);
        }
        if origins.len() >= ROBOTS_HOSTS_MAX {
            forget_half(&mut origins);
        }
        let slot =
            Slot { place: Place::default(), until: Instant::now() + ROBOTS_RETRY, weight: 0 };
        let place = Arc::clone(&slot.place);
        origins.insert(origin.to_owned(), slot);
        place
    }

    fn note(&self, origin: &str, known: &Known) {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = origins.get_mut(origin) {
            (slot.until, slot.weight) = (known.until, known.weight());
        }
        if origins.values().map(|slot| slot.weight).sum::<usize>() > ROBOTS_RULES_BYTES_MAX {
            forget_half(&mut origins);
        }
    }
}

/// Forgets those that would be asked again soonest.
fn forget_half(origins: &mut HashMap<String, Slot>) {
    let mut ends: Vec<Instant> = origins.values().map(|slot| slot.until).collect();
    let middle = ends.len() / 2;
    if let Some((_, &mut median, _)) = (!ends.is_empty()).then(|| ends.select_nth_unstable(middle))
    {
        origins.retain(|_, slot| slot.until > median);
    }
}

impl Fetcher {
    /// Asks the robots.txt of the origin that a journey has come to whether we may.
    pub(super) async fn ask_robots(
        &self,
        journey: &mut Journey,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let url = &journey.url;
        let origin = url.origin().ascii_serialization();
        let place = self.permissions.place(&origin);
        let mut known = place.lock().await;
        if known.as_ref().is_none_or(|known| known.until <= Instant::now()) {
            // Boxed, since following redirects asks robots.txt in its turn (but not for itself).
            let mut errand = Journey::new(place_of(url), self.options.timeout);
            let learnt = Box::pin(self.fetch_robots(&mut errand, known.as_ref(), now)).await;
            journey.sent |= errand.sent;
            journey.holds.append(&mut errand.holds);
            let learnt = learnt?;
            self.permissions.note(&origin, &learnt);
            *known = Some(learnt);
        }
        let Some(known) = known.as_ref() else { return Ok(()) };
        let robots = known.rules.as_ref().map_err(|failure| {
            // It may be had later; then the pages are worth another try.
            let wait = known.until.saturating_duration_since(Instant::now());
            Failure { retry_after: Some(wait), ..failure.clone() }
        })?;
        self.gate.slow_down(&host(url), robots.crawl_delay().unwrap_or(Duration::ZERO));
        if robots.allows(url) {
            return Ok(());
        }
        Err(Failure::new(Outcome::RobotsDisallowed, "robots.txt disallows it"))
    }

    /// Fetches a robots.txt. An error is nothing to remember: the host asked us to wait.
    async fn fetch_robots(
        &self,
        journey: &mut Journey,
        known: Option<&Known>,
        now: Timestamp,
    ) -> Result<Known, Failure> {
        let origin = journey.url.origin();
        let errand = Errand {
            accept: "text/plain, */*;q=0.1",
            validators: known.and_then(|known| known.validators.as_ref()),
            asks_robots: false,
            delta: false,
            redirects_max: ROBOTS_REDIRECTS_MAX,
            bound: Bound { limit: ROBOTS_BYTES_MAX + 1, beyond: Beyond::Cut },
        };
        match self.follow(&errand, journey, now).await {
            Ok(answer) if answer.is_not_modified() => {
                let unchanged = known.cloned().unwrap_or_else(|| Known::rules(Robots::allow_all()));
                Ok(Known { until: Instant::now() + ROBOTS_TTL, ..unchanged })
            }
            Ok(answer) => Ok(Known {
                validators: answer::validators(&journey.url, &answer.headers),
                ..Known::rules(Robots::parse(&answer.body, &self.product))
            }),
            Err(failure) => judge(failure, journey.url.origin() == origin),
        }
    }
}

/// Where the robots.txt that rules `url` stands.
fn place_of(url: &url::Url) -> url::Url {
    let mut place = url.clone();
    place.set_path("/robots.txt");
    place.set_query(None);
    place
}

/// What an origin without a readable robots.txt permits (RFC 9309, 2.3.1).
///
/// `own` says whether the failure is the origin's, and not that of a host it
/// redirected to.
fn judge(failure: Failure, own: bool) -> Result<Known, Failure> {
    match failure.outcome {
        // The wait is kept by the gate.
        Outcome::RateLimited if failure.retry_after.is_some() => Err(failure),
        Outcome::RateLimited => Ok(Known::refusal(failure)),
        Outcome::RedirectLoop | Outcome::Empty => Ok(Known::rules(Robots::allow_all())),
        _ if failure.status.is_some_and(|status| (400..500).contains(&status)) => {
            Ok(Known::rules(Robots::allow_all()))
        }
        // The page could not be had either, and this says why better.
        Outcome::BlockedAddress | Outcome::Dns | Outcome::Connect | Outcome::Tls if own => {
            Ok(Known::refusal(failure))
        }
        _ => {
            let message = format!("robots.txt could not be had: {}", failure.message);
            Ok(Known::refusal(Failure::new(Outcome::RobotsDisallowed, message)))
        }
    }
}
