//! Settings as written → typed values; what cannot be read is a problem, and
//! all problems are heard before anybody gives up.

use std::collections::HashMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::IpNet;
use toml::Value;

use super::layers::{ENV_PREFIX, Given, Origin};
use super::units;
use super::{Problem, Setting};

/// So many letters of a name hold one slip of the fingers.
const LETTERS_PER_SLIP: usize = 4;
/// The same where the whole of a name is compared, group and all.
const LETTERS_PER_SLIP_WHOLE: usize = 6;
/// What somebody may take for the name of a key, and the key.
const OTHER_NAMES: &[(&str, &str)] = &[("db", "store.path"), ("database", "store.path")];

/// Hands out keys one by one. A key is known from the moment it was asked for;
/// what nobody asked for in the end is unknown.
pub(super) struct Reader {
    given: HashMap<String, Given>,
    known: Vec<&'static str>,
    pub(super) settings: Vec<Setting>,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    /// Starts from what was given, weakest first: a later value wins.
    pub(super) fn new(given: impl IntoIterator<Item = Given>, problems: Vec<Problem>) -> Reader {
        // A value that is overruled is not judged, but its name is: a
        // misspelled key must be heard from whatever layer, and it is, since
        // nothing overrules it.
        let given = given.into_iter().map(|given| (given.key.clone(), given)).collect();
        Reader { given, known: Vec::new(), settings: Vec::new(), problems }
    }

    fn take<T>(
        &mut self,
        key: &'static str,
        default: Value,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> T {
        self.known.push(key);
        let read_default = || read(&default).expect("defaults are valid; a test reads them all");
        let Some(given) = self.given.remove(key) else {
            let value = read_default();
            self.settings.push(Setting { key, value: default, origin: Origin::Default });
            return value;
        };
        let (shown, outcome) = match (read(&given.value), given.raw.map(Value::String)) {
            (Err(_), Some(text)) if text != given.value => (text.clone(), read(&text)),
            (outcome, _) => (given.value, outcome),
        };
        match outcome {
            Ok(value) => {
                self.settings.push(Setting { key, value: shown, origin: given.origin });
                value
            }
            Err(message) => {
                let message = format!("{key}: {message}");
                self.problems.push(Problem { origin: given.origin, message });
                read_default()
            }
        }
    }

    /// A text that may stand in an HTTP header.
    pub(super) fn header(&mut self, key: &'static str, default: &str) -> String {
        self.take(key, default.into(), |value| {
            let text = string(value)?.trim();
            match text.chars().find(|c| !matches!(c, ' '..='~')) {
                Some(odd) => Err(format!("{odd:?} cannot stand in an HTTP header")),
                None => Ok(text.to_owned()),
            }
        })
    }

    pub(super) fn path(&mut self, key: &'static str, default: &str) -> std::path::PathBuf {
        self.take(key, default.into(), |value| match string(value)? {
            "" => Err("a file name is missing".to_owned()),
            text => Ok(text.into()),
        })
    }

    pub(super) fn switch(&mut self, key: &'static str, default: bool) -> bool {
        self.take(key, default.into(), |value| {
            value.as_bool().ok_or_else(|| wrong_type("true or false", value))
        })
    }

    pub(super) fn count(
        &mut self,
        key: &'static str,
        default: u32,
        bounds: RangeInclusive<u32>,
    ) -> usize {
        let number = self.take(key, i64::from(default).into(), |value| {
            let (from, to) = (bounds.start(), bounds.end());
            let number = value.as_integer().ok_or_else(|| {
                wrong_type(&format!("a whole number between {from} and {to}"), value)
            })?;
            u32::try_from(number)
                .ok()
                .filter(|number| bounds.contains(number))
                .ok_or_else(|| format!("must be between {from} and {to}, not {number}"))
        });
        usize::try_from(number).unwrap_or(usize::MAX)
    }

    pub(super) fn duration(
        &mut self,
        key: &'static str,
        default: &str,
        bounds: RangeInclusive<Duration>,
    ) -> Duration {
        self.take(key, default.into(), |value| {
            let text =
                value.as_str().ok_or_else(|| wrong_type("a duration like \"15m\"", value))?;
            within(units::parse_duration(text)?, &bounds, |bound| units::show_duration(*bound))
        })
    }

    pub(super) fn size(
        &mut self,
        key: &'static str,
        default: &str,
        bounds: RangeInclusive<u64>,
    ) -> usize {
        let bytes = self.take(key, default.into(), |value| {
            let bytes = match value {
                Value::String(text) => units::parse_size(text)?,
                Value::Integer(bytes @ 0..) => bytes.unsigned_abs(),
                other => return Err(wrong_type("a size like \"16MiB\"", other)),
            };
            within(bytes, &bounds, |bound| units::show_size(*bound))
        });
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    /// One word of a closed list.
    pub(super) fn word<T: Copy + Display>(
        &mut self,
        key: &'static str,
        default: T,
        words: &[T],
    ) -> T {
        self.take(key, default.to_string().into(), |value| {
            let text = string(value)?;
            words.iter().find(|word| word.to_string() == text).copied().ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("must be one of {}, not \"{text}\"", words.join(", "))
            })
        })
    }

    pub(super) fn networks(&mut self, key: &'static str) -> Vec<IpNet> {
        self.take(key, Value::Array(Vec::new()), |value| {
            items(value, "127.0.0.0/8", |place, item| match item.as_str() {
                Some(text) => network(text),
                None => Err(format!("item {place} {}", wrong_type("a text in quotes", item))),
            })
        })
    }

    /// Names of hosts, in lower case.
    pub(super) fn hosts(&mut self, key: &'static str) -> Vec<String> {
        self.take(key, Value::Array(Vec::new()), |value| {
            items(value, "example.org", |_, item| match item.as_str().map(str::trim) {
                Some(text) if !text.is_empty() && !text.contains(['/', ' ', '*']) => {
                    Ok(text.to_ascii_lowercase())
                }
                _ => Err(format!("{item} is no host; write it like \"example.org\"")),
            })
        })
    }

    /// Files, by name.
    pub(super) fn files(&mut self, key: &'static str) -> Vec<std::path::PathBuf> {
        self.take(key, Value::Array(Vec::new()), |value| {
            items(value, "phrases/mine.toml", |place, item| match item.as_str() {
                Some("") => Err(format!("item {place}: a file name is missing")),
                Some(text) => Ok(text.into()),
                None => Err(format!("item {place} {}", wrong_type("a text in quotes", item))),
            })
        })
    }

    /// An address to listen on; the empty text means none.
    pub(super) fn listen(&mut self, key: &'static str) -> Option<SocketAddr> {
        self.take(key, "".into(), |value| match string(value)?.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                format!("\"{text}\" is no address and port; write it like \"127.0.0.1:9600\"")
            }),
        })
    }

    /// Ends the reading: what is left over is unknown.
    pub(super) fn finish(mut self) -> (Vec<Setting>, Vec<Problem>) {
        for given in self.given.into_values() {
            let message = unknown(&given, &self.known);
            self.problems.push(Problem { origin: given.origin, message });
        }
        (self.settings, self.problems)
    }
}

fn unknown(given: &Given, known: &[&str]) -> String {
    let key = &given.key;
    let prefix = format!("{key}.");
    if known.iter().any(|name| name.starts_with(&prefix)) {
        return format!("`{key}` is a group of keys, not a key");
    }
    if key == "config" {
        return "unknown key `config`; --config FILE names the file to read".to_owned();
    }
    match (meant(key, known), &given.origin) {
        (Some(near), Origin::Environment(_)) => {
            let variable = near.replace('.', "__").to_ascii_uppercase();
            format!("unknown key `{key}`; did you mean {ENV_PREFIX}{variable}?")
        }
        (Some(near), _) => format!("unknown key `{key}`; did you mean `{near}`?"),
        (None, _) => format!("unknown key `{key}`"),
    }
}

/// The key that somebody meant who wrote `key`, where that is not far to seek.
fn meant<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    if let Some((_, name)) = OTHER_NAMES.iter().find(|(other, _)| *other == key) {
        return known.iter().find(|known| *known == name).copied();
    }
    // Somebody may have forgotten the group, taken the wrong one, or written
    // `_` for the dot.
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let flat = |name: &str| name.replace(['.', '-'], "_");
    let (own_last, own_flat) = (last(key), flat(key));
    let slips = |name: &&str| {
        let whole = strsim::damerau_levenshtein(&own_flat, &flat(name));
        let tail = strsim::damerau_levenshtein(&own_last, &last(name));
        let is_near = tail <= own_last.chars().count() / LETTERS_PER_SLIP
            || whole <= own_flat.chars().count() / LETTERS_PER_SLIP_WHOLE;
        is_near.then_some((tail.min(whole), whole))
    };
    let near = known.iter().copied().filter_map(|name| Some((slips(&name)?, name)));
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// The items of a list, counted from 1. Everything that is wrong with them is said, not only the
/// first thing.
fn items<T>(
    value: &Value,
    example: &str,
    read: impl Fn(usize, &Value) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let items = value
        .as_array()
        .ok_or_else(|| wrong_type(&format!("a list like [\"{example}\"]"), value))?;
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for (place, item) in (1..).zip(items) {
        match read(place, item) {
            Ok(item) => good.push(item),
            Err(message) => wrong.push(message),
        }
    }
    if wrong.is_empty() { Ok(good) } else { Err(wrong.join("; ")) }
}

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| wrong_type("a text in quotes", value))
}

fn wrong_type(wanted: &str, value: &Value) -> String {
    let found = match value {
        Value::String(text) => format!("\"{text}\""),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(switch) => switch.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    };
    format!("must be {wanted}, not {found}")
}

fn within<T: PartialOrd>(
    value: T,
    bounds: &RangeInclusive<T>,
    show: impl Fn(&T) -> String,
) -> Result<T, String> {
    if bounds.contains(&value) {
        return Ok(value);
    }
    Err(format!("must be between {} and {}", show(bounds.start()), show(bounds.end())))
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address).ok_or_else(|| {
        format!("\"{text}\" is no network; write it like \"127.0.0.0/8\" or \"fd00::/8\"")
    })
}
