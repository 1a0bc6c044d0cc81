//! The pages of a WARC file, one input each.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::json;

use super::input::{Input, InputError, Loaded, Place};
use crate::fetch;
use crate::limits::INPUT_BYTES_MAX;
use crate::outcome::Outcome;
use crate::warc::{self, Capture, Captures};

/// Whether a file is named like an archive.
pub(super) fn is_named_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    Path::new(name).extension().is_some_and(|extension| extension == "warc")
}

/// The pages of the archive at `path`, in their order; a file that is none, or
/// cannot be read, is one input that says so.
pub(super) fn inputs(path: &Path) -> Box<dyn Iterator<Item = Input> + Send> {
    let name = path.display().to_string();
    match open(path) {
        Ok(from) => Box::new(Captures::new(from).map(move |found| input(&name, found))),
        Err(error) => Box::new(std::iter::once(input(&name, Err(error.to_string())))),
    }
}

fn input(name: &str, found: Result<Capture, String>) -> Input {
    match found {
        Ok(capture) => Input {
            id: json!(capture.url),
            url: address(&capture).map(str::to_owned),
            place: Place::Archive(Box::new(capture)),
        },
        Err(why) => {
            Input { id: json!(name), url: None, place: Place::Broken(format!("{name}: {why}")) }
        }
    }
}

/// Where a page was found, where that is known.
fn address(capture: &Capture) -> Option<&str> {
    Some(capture.url.as_str()).filter(|url| !url.starts_with(warc::NAMELESS))
}

/// Opens an archive; gzip is known by its magic number, each record may be a member.
fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let mut file = BufReader::new(File::open(path)?);
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(file))));
    }
    if !warc::is_archive(file.fill_buf()?) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a WARC file"));
    }
    Ok(Box::new(file))
}

/// The page of a capture, its content coding taken off.
pub(super) fn load(capture: &Capture) -> Result<Loaded, InputError> {
    let url = address(capture).map(crate::url::parse).transpose();
    let url = url.map_err(|error| InputError::new(Outcome::BadUrl, error.to_string()))?;
    let body = || capture.body.clone();
    let bytes = match &capture.encoding {
        None => body(),
        Some(encoding) => match fetch::unpack_kept(body(), encoding, INPUT_BYTES_MAX) {
            Ok(bytes) => bytes,
            // Crawlers that take the coding off tend to leave the head as it was.
            Err(_) if crate::decode::binary(&capture.body).is_none() => body(),
            Err(why) => return Err(InputError::new(Outcome::Decode, why)),
        },
    };
    Ok(Loaded { bytes, content_type: capture.content_type.clone(), url })
}
