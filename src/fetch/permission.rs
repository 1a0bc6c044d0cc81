//! What robots.txt says: fetched like anything else, remembered for a day, from one run to the next.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
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
use crate::limits::ROBOTS_ABSENT_AFTER;
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

/// The robots.txt of an origin, as it is kept from one run to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RobotsRecord {
    /// Scheme, host and port of the pages that it rules.
    pub origin: String,
    /// What we called ourselves: what it says to others does not hold for us.
    pub product: String,
    /// What it says to us, as [`Robots`] writes it; nothing where there is no such file.
    pub rules: String,
    /// Of the file that gave the rules.
    pub validators: Option<Validators>,
    /// When it was last asked for.
    pub asked_at: Timestamp,
    /// Since when it could not be had; nothing is allowed meanwhile.
    pub failing_since: Option<Timestamp>,
}

/// What is known of the robots.txt of an origin.
#[derive(Clone, Debug)]
struct CachedRules {
    /// The rules, or why pages of this origin cannot be had for now.
    rules: Result<Arc<Robots>, Failure>,
    /// Of the file that gave the rules.
    validators: Option<Validators>,
    asked_at: Timestamp,
    failing_since: Option<Timestamp>,
    until: Instant,
}

impl CachedRules {
    fn rules(robots: Robots, now: Timestamp) -> Self {
        CachedRules {
            rules: Ok(Arc::new(robots)),
            validators: None,
            asked_at: now,
            failing_since: None,
            until: Instant::now() + ROBOTS_TTL,
        }
    }

    /// Nothing is allowed for now. An origin that has had no robots.txt for long is taken to have none
    /// (RFC 9309, 2.3.1.4).
    fn refusal(failure: Failure, before: Option<&CachedRules>, now: Timestamp) -> Self {
        let since = before.and_then(|known| known.failing_since).unwrap_or(now);
        let is_absent = now.since(since) >= ROBOTS_ABSENT_AFTER;
        CachedRules {
            rules: if is_absent { Ok(Arc::default()) } else { Err(failure) },
            failing_since: Some(since),
            until: Instant::now() + if is_absent { ROBOTS_TTL } else { ROBOTS_RETRY },
            ..CachedRules::rules(Robots::allow_all(), now)
        }
    }

    /// What an earlier run knew; one that failed is asked for anew.
    fn remembered(record: RobotsRecord, now: Timestamp) -> Self {
        // One that a clock dated ahead is no better.
        let is_stale = record.failing_since.is_some() || record.asked_at > now;
        let left = ROBOTS_TTL.checked_sub(now.since(record.asked_at)).filter(|_| !is_stale);
        CachedRules {
            rules: Ok(Arc::new(Robots::parse(record.rules.as_bytes(), &record.product))),
            validators: record.validators,
            asked_at: record.asked_at,
            failing_since: record.failing_since,
            until: Instant::now() + left.unwrap_or_default(),
        }
    }

    fn record(&self, origin: &str, product: &str) -> RobotsRecord {
        RobotsRecord {
            origin: origin.to_owned(),
            product: product.to_owned(),
            rules: self.rules.as_ref().map(ToString::to_string).unwrap_or_default(),
            validators: self.validators.clone(),
            asked_at: self.asked_at,
            failing_since: self.failing_since,
        }
    }

    fn weight(&self) -> usize {
        self.rules.as_ref().map_or(0, |robots| robots.weight())
    }
}

/// Locked by whoever asks; the others wait for what that one learns.
type Place = Arc<tokio::sync::Mutex<Option<CachedRules>>>;

/// What is known of robots.txt, by origin.
#[derive(Debug, Default)]
pub(super) struct Permissions {
    origins: Mutex<Origins>,
    /// Those of which something was learnt that nobody has saved yet.
    unsaved: Mutex<HashSet<String>>,
}

#[derive(Debug, Default)]
struct Origins {
    known: HashMap<String, Slot>,
    /// Bytes of the rules of all of them.
    weight: usize,
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
        if let Some(slot) = origins.known.get(origin) {
            return Arc::clone(&slot.place);
        }
        if origins.known.len() >= ROBOTS_HOSTS_MAX {
            origins.forget_half();
        }
        let slot =
            Slot { place: Place::default(), until: Instant::now() + ROBOTS_RETRY, weight: 0 };
        let place = Arc::clone(&slot.place);
        origins.known.insert(origin.to_owned(), slot);
        place
    }

    fn learn(&self, origin: &str, known: &CachedRules) {
        self.note(origin, known);
        let mut unsaved = self.unsaved();
        if unsaved.len() < ROBOTS_HOSTS_MAX {
            unsaved.insert(origin.to_owned());
        }
    }

    fn unsaved(&self) -> MutexGuard<'_, HashSet<String>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, origin: &str, known: &CachedRules) {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        let Origins { known: slots, weight } = &mut *origins;
        if let Some(slot) = slots.get_mut(origin) {
            *weight = *weight - slot.weight + known.weight();
            (slot.until, slot.weight) = (known.until, known.weight());
        }
        if *weight > ROBOTS_RULES_BYTES_MAX {
            origins.forget_half();
        }
    }
}

impl Origins {
    /// Forgets those that would be asked again soonest.
    fn forget_half(&mut self) {
        let mut ends: Vec<Instant> = self.known.values().map(|slot| slot.until).collect();
        let middle = ends.len() / 2;
        if ends.is_empty() {
            return;
        }
        let (_, &mut median, _) = ends.select_nth_unstable(middle);
        self.known.retain(|_, slot| slot.until > median);
        self.weight = self.known.values().map(|slot| slot.weight).sum();
    }
}

impl Fetcher {
    /// Goes on with what an earlier run knew of robots.txt, where nothing newer is known.
    pub fn recall_robots(&self, records: Vec<RobotsRecord>, now: Timestamp) {
        for record in records.into_iter().filter(|record| record.product == self.product) {
            let origin = record.origin.clone();
            let place = self.permissions.place(&origin);
            if let Ok(known @ None) = place.try_lock().as_deref_mut() {
                let remembered = known.insert(CachedRules::remembered(record, now));
                let rules = remembered.rules.as_ref().ok();
                let delay = rules.and_then(|rules| rules.crawl_delay());
                if let (Some(delay), Ok(url)) = (delay, crate::url::parse(&origin)) {
                    self.gate.slow_down(&host(&url), delay);
                }
                self.permissions.note(&origin, remembered);
            }
        }
    }

    /// What was learnt of robots.txt since this was last asked, to be kept for the next run.
    #[must_use]
    pub fn robots_learnt(&self) -> Vec<RobotsRecord> {
        let mut unsaved = self.permissions.unsaved();
        let mut learnt = Vec::new();
        unsaved.retain(|origin| {
            let place = self.permissions.place(origin);
            // Somebody is there just now: next time.
            let Ok(known) = place.try_lock() else { return true };
            learnt.extend(known.as_ref().map(|known| known.record(origin, &self.product)));
            false
        });
        learnt
    }

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
            self.permissions.learn(&origin, known.insert(learnt));
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
        known: Option<&CachedRules>,
        now: Timestamp,
    ) -> Result<CachedRules, Failure> {
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
                let rules = known.map_or(Ok(Arc::default()), |known| known.rules.clone());
                let sent = known.and_then(|known| known.validators.clone()).unwrap_or_default();
                let validators = Some(answer::updated(&sent, &answer.headers));
                Ok(CachedRules {
                    rules,
                    validators,
                    ..CachedRules::rules(Robots::allow_all(), now)
                })
            }
            Ok(answer) => Ok(CachedRules {
                validators: answer::validators(&journey.url, &answer.headers),
                ..CachedRules::rules(Robots::parse(&answer.body, &self.product), now)
            }),
            Err(failure) => judge(failure, journey.url.origin() == origin, known, now),
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
/// redirected to; `before` is what was known.
fn judge(
    failure: Failure,
    own: bool,
    before: Option<&CachedRules>,
    now: Timestamp,
) -> Result<CachedRules, Failure> {
    let refusal = |failure| Ok(CachedRules::refusal(failure, before, now));
    match failure.outcome {
        _ if failure.unsent.is_some() => Err(failure),
        // The wait is kept by the gate.
        Outcome::RateLimited if failure.retry_after.is_some() => Err(failure),
        Outcome::RateLimited => refusal(failure),
        Outcome::RedirectLoop | Outcome::Empty => Ok(CachedRules::rules(Robots::allow_all(), now)),
        _ if failure.status.is_some_and(|status| (400..500).contains(&status)) => {
            Ok(CachedRules::rules(Robots::allow_all(), now))
        }
        // The page could not be had either, and this says why better.
        Outcome::BlockedAddress | Outcome::Dns | Outcome::Connect | Outcome::Tls if own => {
            refusal(failure)
        }
        _ => {
            let message = format!("robots.txt could not be had: {}", failure.message);
            refusal(Failure::new(Outcome::RobotsDisallowed, message))
        }
    }
}
