//! Which of the dates that a page and its feed state are believed.

use crate::article::{DateSource, Dated, Metadata};
use crate::limits::FUTURE_DATES_MAX;
use crate::store::PendingEntry;
use crate::time::{StatedTime, Timestamp};

/// Forgets the dates of a page that cannot be meant.
pub(super) fn believe(metadata: &mut Metadata, now: Timestamp) {
    let is_credible = |dated: &Dated| is_credible(dated.at, now);
    metadata.published = metadata.published.filter(is_credible);
    metadata.modified = metadata.modified.filter(is_credible);
}

/// The publication date worth keeping: the page's own statement, which is believed, then the feed's,
/// then what was read between the lines.
pub(super) fn publication(page: Option<Dated>, entry: &PendingEntry, now: Timestamp) -> Dated {
    let feed = entry.published.as_deref().and_then(crate::date::parse);
    let feed =
        feed.filter(|at| is_credible(*at, now)).map(|at| Dated { at, from: DateSource::Feed });
    let stated = page.filter(|dated| {
        matches!(dated.from, DateSource::JsonLd | DateSource::Meta | DateSource::Time)
    });
    let first_seen = Dated { at: entry.first_seen_at.into(), from: DateSource::FirstSeen };
    match (stated, feed) {
        // A page that gives only the day of the feed's moment says less.
        (Some(page), Some(feed)) if matches!(page.at, StatedTime::Day(day) if day == feed.at.day()) => {
            feed
        }
        (Some(page), _) => page,
        (None, Some(feed)) => feed,
        (None, None) => page.unwrap_or(first_seen),
    }
}

/// A day's grace covers zones that were not stated. The day on which Unix time
/// begins is no date but a zero.
fn is_credible(at: StatedTime, now: Timestamp) -> bool {
    let epoch = at.timestamp().as_unix().abs() <= 24 * 3600;
    !epoch && at.timestamp() <= now.after(FUTURE_DATES_MAX)
}
