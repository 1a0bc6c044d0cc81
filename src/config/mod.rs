//! Settings: flags over environment over file over defaults.
//!
//! Every key is stated once, in [`load`], with its default and its bounds. The
//! parts of the program get small option structs; [`Config`] itself never goes
//! below `cli`.

mod layers;
mod reader;
pub mod units;

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use layers::read_given;
pub use layers::{ENV_PREFIX, Origin, Override, Request};

use crate::daemon::DaemonOptions;
use crate::fetch::FetchOptions;
use crate::pipeline::ContentChoice;
use crate::schedule::ScheduleOptions;

use reader::Reader;

/// The operator's wishes, from `[extract]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtractOptions {
    /// Where the text is taken from.
    pub content: ContentChoice,
    /// Threads for the CPU work; `None`: as many as there are cores.
    pub threads: Option<std::num::NonZeroUsize>,
}

/// The operator's wishes, from `[clean]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanOptions {
    /// Phrase files besides those that are part of the program, relative to the working directory.
    pub phrases: Vec<PathBuf>,
}

/// The operator's wishes, from `[store]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// The database file, relative to the working directory.
    pub path: PathBuf,
    /// How long rows of `fetches` are kept.
    pub fetches_kept: Duration,
}

/// The effective configuration.
#[derive(Clone, Debug)]
pub struct Config {
    fetch: FetchOptions,
    contact: String,
    schedule: ScheduleOptions,
    extract: ExtractOptions,
    clean: CleanOptions,
    store: StoreOptions,
    daemon: DaemonOptions,
    file: Option<PathBuf>,
    settings: Vec<Setting>,
}

/// One key with its value and where that came from.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Dotted name, `fetch.timeout`.
    pub key: &'static str,
    /// As it was written.
    pub value: toml::Value,
    /// Where.
    pub origin: Origin,
}

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub origin: Origin,
    /// What, and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)
    }
}

/// Why there is no configuration to work with: everything that is wrong with it.
#[derive(Clone, Debug, thiserror::Error)]
pub struct ConfigError {
    /// At least one; in order of file and line.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("the configuration has a problem"),
            count => write!(f, "the configuration has {count} problems"),
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);
/// No public host is polled more often, whatever the operator says.
const POLL_FLOOR: Duration = Duration::from_mins(5);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Reads and checks the whole configuration.
///
/// # Errors
///
/// Lists everything that is wrong, not only the first thing.
pub fn load(request: &Request) -> Result<Config, ConfigError> {
    let mut problems = Vec::new();
    let file = request.find_file();
    let mut given = match &file {
        Some(path) => match layers::read_file(path) {
            Ok(text) => layers::parse_file(path, &text, &mut problems),
            Err(problem) => {
                problems.push(problem);
                Vec::new()
            }
        },
        None => Vec::new(),
    };
    given.extend(request.environment(&mut problems));
    given.extend(request.flags());
    read(Reader::new(given, problems), file)
}

/// The keys: one line each, with default and bounds.
fn read(mut keys: Reader, file: Option<PathBuf>) -> Result<Config, ConfigError> {
    let agent = concat!("tearsheet/", env!("CARGO_PKG_VERSION"));
    let user_agent = keys.header("fetch.user_agent", agent);
    let contact = keys.header("fetch.contact", "");
    let fetch = FetchOptions {
        user_agent,
        timeout: keys.duration("fetch.timeout", "60s", SECOND..=HOUR),
        body_limit: keys.size("fetch.body_limit", "10MiB", 1 << 10..=1 << 30),
        concurrency: keys.count("fetch.concurrency", 64, 1..=10_000),
        per_host_delay: keys.duration("fetch.per_host_delay", "1s", Duration::ZERO..=HOUR),
        robots: keys.switch("fetch.robots", true),
        robots_for_feeds: keys.switch("fetch.robots_for_feeds", false),
        allow_addresses: keys.networks("fetch.allow_addresses"),
        blocked_hosts: keys.hosts("fetch.blocked_hosts"),
    };
    // Only who runs hosts of their own has a reason to ask more often.
    let floor = if fetch.allow_addresses.is_empty() { POLL_FLOOR } else { SECOND };
    let schedule = ScheduleOptions {
        min_interval: keys.duration("schedule.min_interval", "1h", floor..=365 * DAY),
        max_interval: keys.duration("schedule.max_interval", "24h", SECOND..=365 * DAY),
        recheck: keys.duration("schedule.recheck", "2d", Duration::ZERO..=365 * DAY),
    };
    let extract = ExtractOptions {
        content: keys.word("extract.content", ContentChoice::Auto, ContentChoice::ALL),
        threads: std::num::NonZeroUsize::new(keys.count("extract.threads", 0, 0..=1024)),
    };
    let clean = CleanOptions { phrases: keys.files("clean.phrases") };
    let store = StoreOptions {
        path: keys.path("store.path", "tearsheet.db"),
        fetches_kept: keys.duration("store.fetches_kept", "90d", HOUR..=3650 * DAY),
    };
    let daemon = DaemonOptions {
        listen: keys.listen("daemon.listen"),
        drain: keys.duration("daemon.drain", "10s", Duration::ZERO..=HOUR),
        concurrency: fetch.concurrency,
        fetches_kept: store.fetches_kept,
    };
    let (settings, problems) = keys.finish();
    let config = Config { fetch, contact, schedule, extract, clean, store, daemon, file, settings };
    config.checked(problems)
}

impl Config {
    /// Checks what no key can say by itself.
    fn checked(self, mut problems: Vec<Problem>) -> Result<Config, ConfigError> {
        if self.schedule.min_interval > self.schedule.max_interval {
            let origin = self.origin("schedule.min_interval", "schedule.max_interval");
            let message = format!(
                "schedule.min_interval ({}) is longer than schedule.max_interval ({})",
                self.written("schedule.min_interval"),
                self.written("schedule.max_interval"),
            );
            problems.push(Problem { origin, message });
        }
        if self.fetch.user_agent.is_empty() {
            let origin = self.origin("fetch.user_agent", "fetch.user_agent");
            let message = "fetch.user_agent: must not be empty; hosts want to know who asks";
            problems.push(Problem { origin, message: message.to_owned() });
        }
        if problems.is_empty() {
            return Ok(self);
        }
        problems.sort_by_key(|problem| match &problem.origin {
            Origin::WholeFile(_) => (0, 0, problem.to_string()),
            Origin::File { line, .. } => (0, *line, problem.to_string()),
            _ => (1, 0, problem.to_string()),
        });
        Err(ConfigError { problems })
    }

    /// Where `key` was set; where it was not, where `other` was.
    fn origin(&self, key: &str, other: &str) -> Origin {
        let find = |name: &str| self.settings.iter().find(|setting| setting.key == name);
        [key, other]
            .into_iter()
            .filter_map(find)
            .map(|setting| setting.origin.clone())
            .find(|origin| *origin != Origin::Default)
            .unwrap_or(Origin::Default)
    }

    /// The value of `key` as somebody wrote it.
    fn written(&self, key: &str) -> String {
        let setting = self.settings.iter().find(|setting| setting.key == key);
        setting.map(|setting| setting.value.to_string()).unwrap_or_default()
    }

    /// What the fetcher needs; the contact stands in the User-Agent.
    #[must_use]
    pub fn fetch_options(&self) -> FetchOptions {
        let mut options = self.fetch.clone();
        if !self.contact.is_empty() {
            let _ = write!(options.user_agent, " (+{})", self.contact);
        }
        options
    }

    /// What the schedule needs.
    #[must_use]
    pub fn schedule_options(&self) -> ScheduleOptions {
        self.schedule
    }

    /// What the CPU stages need.
    #[must_use]
    pub fn extract_options(&self) -> ExtractOptions {
        self.extract
    }

    /// What cleaning text needs.
    #[must_use]
    pub fn clean_options(&self) -> &CleanOptions {
        &self.clean
    }

    /// What the database needs.
    #[must_use]
    pub fn store_options(&self) -> &StoreOptions {
        &self.store
    }

    /// What the daemon needs.
    #[must_use]
    pub fn daemon_options(&self) -> &DaemonOptions {
        &self.daemon
    }

    /// The file that was read, where there was one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Every key with its value and origin, in order of the groups.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The effective configuration as TOML; a comment at each key says where
    /// its value came from.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut text = String::new();
        let mut group = "";
        for setting in &self.settings {
            let (own, key) = setting.key.split_once('.').unwrap_or(("", setting.key));
            if own != group {
                let gap = if group.is_empty() { "" } else { "\n" };
                let _ = writeln!(text, "{gap}[{own}]");
                group = own;
            }
            let _ = writeln!(text, "{key} = {}  # {}", setting.value, setting.origin);
        }
        text
    }
}

#[cfg(test)]
mod tests;
