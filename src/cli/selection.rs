//! Which articles and sources a person means.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use crate::config::units;
use crate::store::{ArticleFilter, ArticleId, Source, SourceId, Store, StoreError};
use crate::time::Timestamp;

/// A moment as a person gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// A moment.
    At(Timestamp),
    /// So long before now.
    Ago(Duration),
}

impl When {
    /// Reads `2026-11-23` (its midnight, UTC), an RFC 3339 time, or `7d` (ago).
    pub(super) fn parse(text: &str) -> Result<When, String> {
        if let Some(moment) = Timestamp::parse(text) {
            return Ok(When::At(moment));
        }
        if let Ok(day) = text.parse::<jiff::civil::Date>() {
            return Ok(When::At(crate::time::StatedTime::Day(day).timestamp()));
        }
        units::parse_duration(text).map(When::Ago).map_err(|_| {
            "write a day (2026-11-23), a time (2026-11-23T10:00:00Z) or how long ago (7d)"
                .to_owned()
        })
    }

    pub(super) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            When::At(moment) => moment,
            When::Ago(duration) => now.before(duration),
        }
    }
}

/// Reads a whole number within `bounds`.
fn number<T: FromStr + PartialOrd + Display>(
    text: &str,
    bounds: RangeInclusive<T>,
) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| bounds.contains(number));
    number.ok_or_else(|| {
        format!("write a whole number between {} and {}", bounds.start(), bounds.end())
    })
}

/// Conditions on articles; all must hold.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Which articles")]
pub(super) struct Selection {
    /// Only from this source: its number or its address.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Only from this site: its name or its host.
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    /// Only in this language; `en` also means `en-gb`.
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// Published (or first seen) at or after: `2026-11-23`, an RFC 3339 time, or `7d` (ago).
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    since: Option<When>,
    /// Published (or first seen) before; the same forms. A day means its first moment, UTC.
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    until: Option<When>,
    /// At most so many.
    #[arg(long, value_name = "N", value_parser = |text: &str| number(text, 1..=u32::MAX))]
    limit: Option<u32>,
    /// Also articles that tell the same as an earlier one.
    #[arg(long)]
    duplicates: bool,
    /// Only articles whose number is above this one: what came since the last export.
    #[arg(long, visible_alias = "since-id", value_name = "ID", value_parser = |text: &str| number(text, 0..=i64::MAX))]
    after_id: Option<i64>,
}

impl Selection {
    /// The filter that is meant, with `limit` where no other was given.
    pub(super) async fn filter(
        &self,
        store: &Store,
        limit: Option<u32>,
        now: Timestamp,
    ) -> Result<ArticleFilter, StoreError> {
        let source = match &self.source {
            Some(text) => Some(find_source(store, text).await?.id),
            None => None,
        };
        Ok(ArticleFilter {
            ids: Vec::new(),
            source,
            site: self.site.clone(),
            language: self.lang.as_deref().map(str::to_ascii_lowercase),
            since: self.since.map(|when| when.resolve(now)),
            until: self.until.map(|when| when.resolve(now)),
            limit: self.limit.or(limit),
            duplicates: self.duplicates,
            after_id: self.after_id.map(ArticleId),
        })
    }
}

/// The source with this number or address.
pub(super) async fn find_source(store: &Store, text: &str) -> Result<Source, StoreError> {
    if let Ok(id) = text.parse() {
        return store.source(SourceId(id)).await;
    }
    let missing = || StoreError::NoSuch { what: "source", id: text.to_owned() };
    let url = crate::url::parse(text).map_err(|_| missing())?;
    store.source_at(crate::url::canonical(&url).as_str()).await?.ok_or_else(missing)
}

/// The article with this number or address.
pub(super) async fn find_article(store: &Store, text: &str) -> Result<ArticleId, StoreError> {
    let found = match (text.parse(), crate::url::parse(text)) {
        (Ok(id), _) => store.has_article(ArticleId(id)).await?.then_some(ArticleId(id)),
        (_, Ok(url)) => store.article_at(crate::url::canonical(&url).as_str()).await?,
        _ => None,
    };
    found.ok_or_else(|| StoreError::NoSuch { what: "article", id: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::When;
    use crate::time::Timestamp;

    #[test]
    fn moments_are_days_times_or_how_long_ago() {
        let now = Timestamp::parse("2026-11-23T10:00:00Z").unwrap();
        for (text, expected) in [
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026-11-20T12:00:00+02:00", "2026-11-20T10:00:00Z"),
            ("7d", "2026-11-16T10:00:00Z"),
            ("1h30m", "2026-11-23T08:30:00Z"),
        ] {
            assert_eq!(When::parse(text).unwrap().resolve(now).to_string(), expected, "{text}");
        }
        for text in ["yesterday", "", "2026-13-01", "7"] {
            assert!(When::parse(text).is_err(), "{text}");
        }
    }
}
