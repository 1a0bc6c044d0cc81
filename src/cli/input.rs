//! What `extract` reads: files, folders, standard input, addresses, manifests.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::archive;
use super::lines::Lines;
use crate::fetch::{Fetch, FetchOptions, Fetcher, Wanted};
use crate::json;
use crate::limits::{INPUT_BYTES_MAX, MANIFEST_LINE_BYTES_MAX};
use crate::outcome::Outcome;

/// One page to read.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) id: Value,
    pub(super) url: Option<String>,
    pub(super) place: Place,
}

impl Input {
    /// Bytes of it that are in memory before it is loaded.
    pub(super) fn bytes(&self) -> usize {
        if let Place::Archive(capture) = &self.place { capture.body.len() } else { 0 }
    }
}

#[derive(Debug)]
pub(super) enum Place {
    File(PathBuf),
    Stdin,
    Web(url::Url),
    /// A page out of an archive.
    Archive(Box<crate::warc::Capture>),
    /// A line of the manifest that cannot be read; its output says so.
    Broken(String),
}

/// A line of a manifest.
#[derive(Debug, Deserialize)]
struct ManifestLine {
    id: Value,
    path: PathBuf,
    url: Option<String>,
}

/// Why an input has no article, or no text.
#[derive(Debug, Serialize)]
pub(super) struct InputError {
    pub(super) kind: InputErrorKind,
    pub(super) message: String,
}

impl InputError {
    pub(super) fn new(kind: impl Into<InputErrorKind>, message: impl Into<String>) -> Self {
        InputError { kind: kind.into(), message: message.into() }
    }
}

/// What went wrong with an input, as one word.
#[derive(Clone, Copy, Debug)]
pub(super) enum InputErrorKind {
    /// The same as with a page that was fetched.
    Outcome(Outcome),
    /// The disk.
    Io,
    /// A line of a manifest that cannot be read.
    Manifest,
    /// `clean`: an object without a text.
    NoText,
}

impl InputErrorKind {
    /// The word.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            InputErrorKind::Outcome(outcome) => outcome.as_str(),
            InputErrorKind::Io => "io",
            InputErrorKind::Manifest => "manifest",
            InputErrorKind::NoText => "no_text",
        }
    }
}

impl From<Outcome> for InputErrorKind {
    fn from(outcome: Outcome) -> Self {
        InputErrorKind::Outcome(outcome)
    }
}

impl Serialize for InputErrorKind {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// A page's bytes and what is known of them.
pub(super) struct Loaded {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: Option<String>,
    pub(super) url: Option<url::Url>,
}

pub(super) fn load(input: &Input, web: &Web) -> Result<Loaded, InputError> {
    let given = match &input.url {
        Some(text) => Some(
            crate::url::parse(text)
                .map_err(|error| InputError::new(Outcome::BadUrl, error.to_string()))?,
        ),
        None => None,
    };
    let io_error = |error: io::Error| InputError::new(InputErrorKind::Io, error.to_string());
    match &input.place {
        Place::File(path) => {
            let bytes = read_bounded(File::open(path).map_err(io_error)?).map_err(io_error)?;
            Ok(Loaded { bytes: unpack(bytes).map_err(io_error)?, content_type: None, url: given })
        }
        Place::Stdin => {
            let bytes = read_bounded(io::stdin().lock()).map_err(io_error)?;
            Ok(Loaded { bytes: unpack(bytes).map_err(io_error)?, content_type: None, url: given })
        }
        Place::Web(url) => web.get(url),
        Place::Archive(capture) => archive::load(capture),
        Place::Broken(message) => Err(InputError::new(InputErrorKind::Manifest, message.clone())),
    }
}

/// Reads no more than is ever parsed, however large the file is.
fn read_bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(INPUT_BYTES_MAX as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Unpacks gzip, by its magic number rather than by the file's name.
fn unpack(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    read_bounded(flate2::bufread::MultiGzDecoder::new(bytes.as_slice()))
        .map_err(|error| io::Error::new(error.kind(), format!("broken gzip: {error}")))
}

/// The fetcher, made when the first address asks for it.
pub(super) struct Web {
    fetcher: std::sync::OnceLock<Result<Fetcher, String>>,
    options: FetchOptions,
    handle: tokio::runtime::Handle,
}

impl Web {
    /// Nothing is set up before it is needed.
    pub(super) fn new(options: FetchOptions, handle: tokio::runtime::Handle) -> Self {
        Web { fetcher: std::sync::OnceLock::new(), options, handle }
    }

    fn get(&self, url: &url::Url) -> Result<Loaded, InputError> {
        let fetcher = self
            .fetcher
            .get_or_init(|| Fetcher::new(self.options.clone()).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|message| InputError::new(Outcome::Connect, message.clone()))?;
        let fetch = Fetch { url: url.clone(), wanted: Wanted::Anything };
        match self.handle.block_on(fetcher.fetch(fetch, super::now())) {
            Ok(page) => Ok(Loaded {
                bytes: page.body,
                content_type: page.content_type,
                url: Some(page.url),
            }),
            Err(error) => Err(InputError::new(error.outcome, error.message)),
        }
    }
}

/// Whether what was named on the command line is a page by itself, and no folder or archive.
pub(super) fn is_one_page(name: &str) -> bool {
    !Path::new(name).is_dir() && !archive::is_named_so(name)
}

/// The inputs named on the command line, directories walked in order of name,
/// archives opened when it is their turn.
pub(super) fn named(
    given: &[String],
    url: Option<&str>,
) -> anyhow::Result<impl Iterator<Item = Input> + Send + use<>> {
    let inputs = named_files(given, url)?;
    Ok(inputs.into_iter().flat_map(|input| match &input.place {
        Place::File(path) if archive::is_named_so(&path.to_string_lossy()) => archive::inputs(path),
        _ => Box::new(std::iter::once(input)),
    }))
}

fn named_files(given: &[String], url: Option<&str>) -> anyhow::Result<Vec<Input>> {
    let mut names = given.to_vec();
    if names.is_empty() {
        anyhow::ensure!(
            !io::stdin().is_terminal(),
            "nothing to extract: name a file, a directory or an address, or pipe HTML in"
        );
        names.push("-".to_owned());
    }
    let mut inputs = Vec::new();
    for name in names {
        let input =
            |id: &str, place: Place| Input { id: json!(id), url: url.map(str::to_owned), place };
        if name == "-" {
            inputs.push(input("-", Place::Stdin));
        } else if is_address(&name) {
            let url = crate::url::parse(&name).with_context(|| name.clone())?;
            inputs.push(Input { id: json!(name), url: None, place: Place::Web(url) });
        } else if Path::new(&name).is_dir() {
            for path in pages_below(Path::new(&name))? {
                inputs.push(input(&path.to_string_lossy(), Place::File(path.clone())));
            }
        } else {
            inputs.push(input(&name, Place::File(PathBuf::from(&name))));
        }
    }
    Ok(inputs)
}

/// Whether it names a page on the web.
pub(super) fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// All pages below a directory, by name. Links are not followed, so no circle.
fn pages_below(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        let listing = std::fs::read_dir(&directory)
            .with_context(|| format!("cannot read the directory {}", directory.display()))?;
        for entry in listing {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            if kind.is_dir() {
                open.push(path);
            } else if [".html", ".htm", ".xhtml", ".warc"]
                .iter()
                .any(|suffix| name.ends_with(suffix))
                // A pipe of that name would be waited for.
                && path.is_file()
            {
                found.push(path);
            }
        }
    }
    found.sort();
    anyhow::ensure!(
        !found.is_empty(),
        "no pages (.html, .htm, .xhtml, .warc, also .gz) in {}",
        directory.display()
    );
    Ok(found)
}

/// The pages of a manifest, read line by line.
pub(super) fn manifest(path: &Path) -> anyhow::Result<impl Iterator<Item = Input> + Send + use<>> {
    let from: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let file = File::open(path);
        Box::new(file.with_context(|| format!("cannot read the manifest {}", path.display()))?)
    };
    let base = path.parent().map(Path::to_owned).unwrap_or_default();
    let lines = Lines::new(BufReader::new(from), MANIFEST_LINE_BYTES_MAX);
    Ok(lines.map(move |(number, line)| match line {
        Ok(line) => manifest_input(&line, number, &base),
        Err(error) => broken(Value::Null, number, &error.message),
    }))
}

fn manifest_input(line: &[u8], number: usize, base: &Path) -> Input {
    match json::read::<ManifestLine>(line) {
        Ok(line) => Input { id: line.id, url: line.url, place: Place::File(base.join(line.path)) },
        Err(error) => {
            let value: Option<Value> = json::read(line).ok();
            let id = value.and_then(|value| value.get("id").cloned());
            broken(id.unwrap_or(Value::Null), number, &error.to_string())
        }
    }
}

fn broken(id: Value, number: usize, message: &str) -> Input {
    let place = Place::Broken(format!("line {number} of the manifest: {message}"));
    Input { id, url: None, place }
}
