//! When a source that redirects has really moved.

use crate::limits::MOVE_CONFIRMED_AFTER;
use crate::time::Timestamp;

/// Where permanent redirects lead, and since when they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// The address at their end.
    pub to: url::Url,
    /// The first answer that came from there.
    pub since: Timestamp,
}

/// What one answer says about where its source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relocation {
    /// Where it was asked for.
    Stays,
    /// Elsewhere, but not yet for long enough to be believed.
    Watched(Moving),
    /// Elsewhere for good.
    Moved(url::Url),
}

/// Judges an answer of a source that came from `led_to` by permanent redirects
/// all the way, or from where it was asked for.
///
/// A maintenance page or a captive network redirects "permanently" for an hour:
/// only one and the same target, in every answer over
/// [`MOVE_CONFIRMED_AFTER`], is a move.
#[must_use]
pub fn relocation(
    watched: Option<&Moving>,
    led_to: Option<&url::Url>,
    now: Timestamp,
) -> Relocation {
    let Some(to) = led_to else { return Relocation::Stays };
    match watched.filter(|moving| moving.to == *to) {
        Some(moving) if now.since(moving.since) >= MOVE_CONFIRMED_AFTER => {
            Relocation::Moved(to.clone())
        }
        Some(moving) => Relocation::Watched(moving.clone()),
        None => Relocation::Watched(Moving { to: to.clone(), since: now }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Moving, Relocation, relocation};
    use crate::limits::MOVE_CONFIRMED_AFTER;
    use crate::time::Timestamp;
    use std::time::Duration;

    #[test]
    fn only_the_same_target_over_days_is_a_move() {
        let (new, other) = ["https://b.example/feed", "https://c.example/feed"]
            .map(|url| url::Url::parse(url).unwrap())
            .into();
        let start = Timestamp::from_unix(1_795_428_000);
        let later = start.after(MOVE_CONFIRMED_AFTER);
        let sooner = later.before(Duration::from_secs(1));
        let watched = Moving { to: new.clone(), since: start };
        assert_eq!(relocation(None, Some(&new), start), Relocation::Watched(watched.clone()));
        assert_eq!(
            relocation(Some(&watched), Some(&new), sooner),
            Relocation::Watched(watched.clone())
        );
        assert_eq!(relocation(Some(&watched), Some(&new), later), Relocation::Moved(new));
        assert_eq!(relocation(Some(&watched), None, later), Relocation::Stays);
        let anew = Moving { to: other.clone(), since: later };
        assert_eq!(relocation(Some(&watched), Some(&other), later), Relocation::Watched(anew));
    }
}
