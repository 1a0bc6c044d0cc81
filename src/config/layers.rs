//! Where settings come from: flags, environment, file; as written, unjudged.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::Value;
use toml::de::{DeTable, DeValue};

use super::Problem;
use crate::limits::CONFIG_BYTES_MAX;

/// Prefix of environment variables that set a key.
pub const ENV_PREFIX: &str = "TEARSHEET_";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file as a whole.
    WholeFile(PathBuf),
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::WholeFile(path) => write!(f, "{}", path.display()),
            Origin::File { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::Flag(flag) => f.write_str(flag),
        }
    }
}

/// One value as somebody wrote it.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// Dotted name, `fetch.timeout`.
    pub(super) key: String,
    /// As TOML.
    pub(super) value: Value,
    /// The text before it was read as TOML, from the environment and flags:
    /// there, `1.0` may well be meant as a text.
    pub(super) raw: Option<String>,
    /// Where.
    pub(super) origin: Origin,
}

impl Given {
    fn from_text(key: String, text: String, origin: Origin) -> Given {
        let value = value_of_text(&text);
        Given { key, value, raw: Some(text), origin }
    }
}

/// A key set by a flag.
#[derive(Clone, Debug)]
pub struct Override {
    /// Dotted name of the key.
    pub key: String,
    /// Its value: TOML, else taken as a text.
    pub value: String,
    /// The flag, for messages.
    pub flag: &'static str,
}

/// What configuration is made from; nothing else is looked at.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The file named by `--config`.
    pub file: Option<PathBuf>,
    /// Keys set by flags; a later one wins.
    pub overrides: Vec<Override>,
    /// The environment.
    pub environment: Vec<(OsString, OsString)>,
}

impl Request {
    fn variable(&self, name: &str) -> Option<&OsString> {
        let (_, value) = self.environment.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// The file to read: the one named, else the first that exists.
    pub(super) fn find_file(&self) -> Option<PathBuf> {
        if let Some(file) = &self.file {
            return Some(file.clone());
        }
        let home = self
            .variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| self.variable("HOME").map(|home| Path::new(home).join(".config")));
        [
            Some(PathBuf::from("tearsheet.toml")),
            home.map(|home| home.join("tearsheet/tearsheet.toml")),
        ]
        .into_iter()
        .flatten()
        .find(|path| path.is_file())
    }

    /// Values from flags, in order.
    pub(super) fn flags(&self) -> impl Iterator<Item = Given> + '_ {
        self.overrides
            .iter()
            .map(|set| Given::from_text(set.key.clone(), set.value.clone(), Origin::Flag(set.flag)))
    }

    /// Values from the environment, sorted by name.
    pub(super) fn environment(&self, problems: &mut Vec<Problem>) -> Vec<Given> {
        let mut given = Vec::new();
        for (name, value) in &self.environment {
            let Some(name) = name.to_str().filter(|name| name.starts_with(ENV_PREFIX)) else {
                continue;
            };
            let origin = Origin::Environment(name.to_owned());
            match value.to_str() {
                Some(value) => {
                    let key = name[ENV_PREFIX.len()..].replace("__", ".").to_ascii_lowercase();
                    given.push(Given::from_text(key, value.to_owned(), origin));
                }
                None => problems.push(Problem { origin, message: "is not UTF-8".to_owned() }),
            }
        }
        given.sort_by(|a, b| a.key.cmp(&b.key));
        given
    }
}

/// The bytes of a file that the operator gives, a pipe included.
///
/// # Errors
///
/// Those of reading, and one that says so where it is longer than [`CONFIG_BYTES_MAX`].
pub(crate) fn read_given(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(CONFIG_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > CONFIG_BYTES_MAX {
        let message = format!("it is larger than {} MiB", CONFIG_BYTES_MAX >> 20);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(bytes)
}

/// Reads the text of a configuration file; BOM and CRLF are fine.
pub(super) fn read_file(path: &Path) -> Result<String, Problem> {
    let fail = |message: String| Problem { origin: Origin::WholeFile(path.to_owned()), message };
    let unreadable = |error: std::io::Error| fail(format!("cannot be read: {error}"));
    let bytes = read_given(path).map_err(unreadable)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let line = line_at(bytes, error.valid_up_to());
        Problem {
            origin: Origin::File { path: path.to_owned(), line },
            message: "is not UTF-8; save the file as UTF-8".to_owned(),
        }
    })
}

/// Takes the text of a file apart. A syntax error becomes a problem; what comes
/// behind it cannot be told from its consequences, so nothing else is said.
pub(super) fn parse_file(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Vec<Given> {
    let origin = |offset: usize| Origin::File {
        path: path.to_owned(),
        line: line_at(text.as_bytes(), offset),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let start_of = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
    if let Some(first) = errors.iter().min_by_key(|error| start_of(error)) {
        let message = format!("is no TOML: {}", first.message());
        problems.push(Problem { origin: origin(start_of(first)), message });
        return Vec::new();
    }
    let mut given = Vec::new();
    let mut open: Vec<(String, usize, DeValue<'_>)> =
        vec![(String::new(), 0, DeValue::Table(table.into_inner()))];
    while let Some((prefix, start, value)) = open.pop() {
        match value {
            DeValue::Table(table) if prefix.is_empty() || !table.is_empty() => {
                open.extend(table.into_iter().map(|(key, value)| {
                    let start = key.span().start;
                    let key: Spanned<_> = key;
                    let name = key.into_inner();
                    let name =
                        if prefix.is_empty() { name.into() } else { format!("{prefix}.{name}") };
                    (name, start, value.into_inner())
                }));
            }
            leaf => given.push(Given {
                key: prefix,
                value: plain(&leaf),
                raw: None,
                origin: origin(start),
            }),
        }
    }
    given
}

/// A value without its place. Tables and lists in lists have no meaning in any
/// key and come out empty, which no key accepts.
fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.to_string()), Value::Integer),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(switch) => Value::Boolean(*switch),
        DeValue::Datetime(time) => Value::Datetime(*time),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::Array(_) => Value::Array(Vec::new()),
                    DeValue::Table(_) => Value::Table(toml::Table::new()),
                    leaf => plain(leaf),
                })
                .collect(),
        ),
        DeValue::Table(_) => Value::Table(toml::Table::new()),
    }
}

/// Reads `text` as TOML, else as itself: `20s` needs no quotes on a command line.
fn value_of_text(text: &str) -> Value {
    toml::from_str::<toml::Table>(&format!("value = {text}"))
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn line_at(bytes: &[u8], offset: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', &bytes[..offset.min(bytes.len())]).count()
}
