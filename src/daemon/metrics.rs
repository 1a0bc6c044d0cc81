//! Counts for Prometheus: every attempt once, under its outcome.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::work::Event;
use crate::outcome::Outcome;
use crate::store::Gauges;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: String,
}

/// What `/metrics` shows.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    polls: Family<OutcomeLabel, Counter>,
    visits: Family<OutcomeLabel, Counter>,
    sources: Family<StateLabel, Gauge>,
    entries: Family<StateLabel, Gauge>,
    articles: Gauge,
    failing: Gauge,
    lag: Gauge,
    database: Gauge,
    wal: Gauge,
}

impl Metrics {
    /// All counts at zero; every outcome is there from the start, so that a sum
    /// over them never misses one.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("tearsheet");
        let metrics = Metrics {
            polls: Family::default(),
            visits: Family::default(),
            sources: Family::default(),
            entries: Family::default(),
            articles: Gauge::default(),
            failing: Gauge::default(),
            lag: Gauge::default(),
            database: Gauge::default(),
            wal: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("polls", "Polls of sources by outcome", metrics.polls.clone());
        registry.register("visits", "Page fetches by outcome", metrics.visits.clone());
        registry.register("sources", "Sources by state", metrics.sources.clone());
        registry.register("entries", "Entries by state", metrics.entries.clone());
        registry.register("articles", "Articles stored", metrics.articles.clone());
        registry.register(
            "sources_failing",
            "Active sources whose last poll failed",
            metrics.failing.clone(),
        );
        registry.register(
            "lag_seconds",
            "How late the most overdue source is",
            metrics.lag.clone(),
        );
        registry.register("database_bytes", "Size of the database file", metrics.database.clone());
        registry.register("wal_bytes", "Size of the write-ahead log", metrics.wal.clone());
        for outcome in Outcome::ALL {
            let label = OutcomeLabel { outcome: outcome.as_str() };
            drop(metrics.polls.get_or_create(&label));
            drop(metrics.visits.get_or_create(&label));
        }
        Metrics { registry, ..metrics }
    }

    /// Counts one outcome.
    pub fn count(&self, event: &Event) {
        let (family, outcome) = match event {
            Event::Polled(report) => (&self.polls, Some(report.outcome)),
            // Stored already, nothing fetched: no attempt.
            Event::Visited(report) => (&self.visits, report.outcome),
        };
        if let Some(outcome) = outcome {
            family.get_or_create(&OutcomeLabel { outcome: outcome.as_str() }).inc();
        }
    }

    /// The Prometheus text format, with these totals.
    #[must_use]
    pub fn render(&self, totals: &Gauges) -> String {
        let gauge = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        for (family, counts) in [(&self.sources, &totals.sources), (&self.entries, &totals.entries)]
        {
            for (state, count) in counts {
                family.get_or_create(&StateLabel { state: state.clone() }).set(gauge(*count));
            }
        }
        self.articles.set(gauge(totals.articles));
        self.failing.set(gauge(totals.failing));
        self.lag.set(gauge(totals.lag_seconds));
        self.database.set(gauge(totals.database_bytes));
        self.wal.set(gauge(totals.wal_bytes));
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
