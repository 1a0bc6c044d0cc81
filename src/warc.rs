//! WARC files: pages that a crawler or a browser archived (ISO 28500).
//!
//! Pure: bytes in, records out. A record that is broken costs itself where its end can be told,
//! else the rest of the file; both are said.

use std::io::{self, BufRead, Read};

use crate::limits;
use crate::time::{StatedTime, Timestamp};

/// A page out of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Where it was found.
    pub url: String,
    /// When.
    pub captured_at: Timestamp,
    /// HTTP status; 200 where the record holds no HTTP head.
    pub status: u16,
    /// `Content-Type` of the page.
    pub content_type: Option<String>,
    /// `Content-Encoding` in which `body` still is.
    pub encoding: Option<String>,
    /// The page's bytes, chunks joined.
    pub body: Vec<u8>,
}

/// Captures of an archive, one by one; requests, metadata, redirects, pictures, styles, scripts and the
/// like are passed over.
pub struct Captures<R> {
    from: R,
    number: u64,
    ended: bool,
}

/// Whether the first bytes are those of an archive.
#[must_use]
pub fn is_archive(start: &[u8]) -> bool {
    start.starts_with(b"WARC/")
}

impl<R: BufRead> Captures<R> {
    /// Reads an archive; `from` is unpacked already.
    pub fn new(from: R) -> Captures<R> {
        Captures { from, number: 0, ended: false }
    }

    /// The next record, whatever it is; `None` at the end of the archive.
    fn record(&mut self) -> Result<Option<(Fields, Vec<u8>)>, String> {
        let Some(fields) = head(&mut self.from)? else { return Ok(None) };
        let length: u64 = fields
            .get("content-length")
            .and_then(|value| value.parse().ok())
            .ok_or("it has no length, so where it ends cannot be told")?;
        let kept = length.min(limits::INPUT_BYTES_MAX as u64);
        let mut body = Vec::new();
        let failed = |error: io::Error| error.to_string();
        self.from.by_ref().take(kept).read_to_end(&mut body).map_err(failed)?;
        let beyond = io::copy(&mut self.from.by_ref().take(length - kept), &mut io::sink());
        let read = body.len() as u64 + beyond.map_err(failed)?;
        if read < length {
            return Err(format!("the archive ends {} bytes before the record does", length - read));
        }
        Ok(Some((fields, body)))
    }
}

impl<R: BufRead> Iterator for Captures<R> {
    /// What is wrong with a record is said for a person, with its number from 1.
    type Item = Result<Capture, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            self.number += 1;
            match self.record() {
                Ok(None) => self.ended = true,
                Ok(Some((fields, body))) => {
                    if let Some(capture) = capture(&fields, body) {
                        let number = self.number;
                        return Some(capture.map_err(|why| format!("record {number}: {why}")));
                    }
                }
                Err(why) => {
                    self.ended = true;
                    let number = self.number;
                    return Some(Err(format!(
                        "record {number}: {why}; nothing behind it was read"
                    )));
                }
            }
        }
        None
    }
}

/// Fields of a head, their names in lower case.
#[derive(Debug, Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    fn push(&mut self, line: &str) {
        if let Some((name, value)) = line.split_once(':') {
            self.0.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}

/// The head of the next record, empty lines before it passed over.
fn head(from: &mut impl BufRead) -> Result<Option<Fields>, String> {
    let mut fields = Fields::default();
    let mut left = limits::ARCHIVE_HEAD_BYTES_MAX;
    let mut is_first = true;
    loop {
        let mut line = Vec::new();
        let bound = u64::try_from(left).unwrap_or(u64::MAX);
        let read = from
            .by_ref()
            .take(bound)
            .read_until(b'\n', &mut line)
            .map_err(|error| error.to_string())?;
        left -= read;
        let text = String::from_utf8_lossy(&line);
        match text.trim_end() {
            _ if read == 0 && left == 0 => return Err("its head is too long".to_owned()),
            _ if read == 0 && is_first => return Ok(None),
            "" if read == 0 => return Err("the archive ends within its head".to_owned()),
            "" if is_first => {}
            "" => return Ok(Some(fields)),
            line if is_first && !is_archive(line.as_bytes()) => {
                return Err("it does not begin with WARC/".to_owned());
            }
            _ if is_first => is_first = false,
            line => fields.push(line),
        }
    }
}

/// The page that a record holds; `None` where it is of another kind.
fn capture(fields: &Fields, body: Vec<u8>) -> Option<Result<Capture, String>> {
    let kind = fields.get("warc-type")?;
    let of_http = fields.get("content-type").is_some_and(|kind| names(kind, "application/http"));
    if !matches!(kind, "response" | "resource") || (kind == "response" && !of_http) {
        return None;
    }
    let Some(url) = fields.get("warc-target-uri") else {
        return Some(Err("it says of no address that it was found there".to_owned()));
    };
    let url = url.trim_matches(['<', '>']).to_owned();
    if !is_address_of_page(&url) {
        return None;
    }
    let Some(captured_at) = fields.get("warc-date").and_then(moment) else {
        return Some(Err("it does not say when it was captured".to_owned()));
    };
    let captured = if kind == "resource" {
        let content_type = fields.get("content-type").map(str::to_owned);
        Ok(Capture { url, captured_at, status: 200, content_type, encoding: None, body })
    } else {
        answer(&body).map(|(status, fields, body)| Capture {
            url,
            captured_at,
            status,
            content_type: fields.get("content-type").map(str::to_owned),
            encoding: fields.get("content-encoding").map(str::to_owned),
            body,
        })
    };
    let is_page = |capture: &Capture| {
        !(300..400).contains(&capture.status) && !is_of_other_type(capture.content_type.as_deref())
    };
    match captured {
        Ok(capture) => is_page(&capture).then_some(Ok(capture)),
        broken => Some(broken),
    }
}

/// Begins the name of a page whose address nobody knows, in archives that we write.
pub const NAMELESS: &str = "urn:tearsheet:page:";

/// Whether pages are found at such an address; crawlers name what they say of pages by others.
fn is_address_of_page(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https") || url.starts_with(NAMELESS)
}

/// Whether a type is that of what pages are made of, or stands beside them.
fn is_of_other_type(content_type: Option<&str>) -> bool {
    let essence = content_type.unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, sort) = essence.split_once('/').unwrap_or_default();
    let sort = sort.split([';', ',', ' ']).next().unwrap_or_default();
    matches!(kind, "image" | "audio" | "video" | "font")
        || ["css", "javascript", "ecmascript", "json", "font", "pdf", "zip", "wasm"]
            .iter()
            .any(|part| sort.split(['-', '+', '.']).any(|word| word == *part))
}

/// A `WARC-Date`, which may end behind any of its parts (WARC 1.1, 5.4).
fn moment(text: &str) -> Option<Timestamp> {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    Timestamp::parse(&whole).or_else(|| crate::date::parse(&whole).map(StatedTime::timestamp))
}

/// Takes an HTTP answer apart.
fn answer(bytes: &[u8]) -> Result<(u16, Fields, Vec<u8>), String> {
    let broken = || "its HTTP answer has no end of head".to_owned();
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| (at, 4));
    let (end, gap) = end
        .or_else(|| memchr::memmem::find(bytes, b"\n\n").map(|at| (at, 2)))
        .ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().split_whitespace().nth(1);
    let status = status
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| "its HTTP answer has no status".to_owned())?;
    let mut fields = Fields::default();
    lines.for_each(|line| fields.push(line));
    let body = &bytes[end + gap..];
    let is_chunked = fields.get("transfer-encoding").is_some_and(|coding| names(coding, "chunked"));
    let joined = is_chunked.then(|| join_chunks(body)).flatten();
    Ok((status, fields, joined.unwrap_or_else(|| body.to_vec())))
}

/// Whether a field's value names something; case does not matter (RFC 9110, 8.3.1; RFC 9112, 7).
fn names(value: &str, name: &str) -> bool {
    value.to_ascii_lowercase().contains(name)
}

/// Joins the chunks of a body; `None` where there are none: many crawlers join
/// them and leave the head as it was.
fn join_chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    loop {
        let line = memchr::memchr(b'\n', body)?;
        let size = str::from_utf8(&body[..line]).ok()?.trim();
        let size = size.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).ok()?;
        body = &body[line + 1..];
        if size == 0 || body.len() < size {
            whole.extend_from_slice(&body[..size.min(body.len())]);
            return Some(whole);
        }
        whole.extend_from_slice(&body[..size]);
        body = body[size..].strip_prefix(b"\r\n").unwrap_or(&body[size..]);
    }
}

#[cfg(test)]
mod tests {
    use super::{Capture, Captures};

    fn record(kind: &str, url: &str, body: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <{url}>\r\nWARC-Date: 2026-11-23T10:00:00Z\r\n\
             Content-Type: application/http; msgtype={kind}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
    }

    fn captures(archive: &str) -> Vec<Result<Capture, String>> {
        Captures::new(archive.as_bytes()).collect()
    }

    #[test]
    fn pages_come_out_and_everything_else_is_passed_over() {
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n<p>storm";
        let archive = [
            record("warcinfo", "x", "software: y"),
            record("request", "https://a.example/", "GET / HTTP/1.1\r\n\r\n"),
            record("response", "https://a.example/old", "HTTP/1.1 301 Moved\r\n\r\n"),
            record(
                "response",
                "https://a.example/look.css",
                "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\np {}",
            ),
            record("resource", "metadata://gnu.org/software/wget/warc/wget.log", "--2026--"),
            record("resource", "urn:pageinfo:https://a.example/", "{}"),
            record("response", "https://a.example/", answer),
        ];
        let found = captures(&archive.concat());
        let capture = found[0].as_ref().unwrap();
        assert_eq!(
            (found.len(), capture.url.as_str(), capture.status),
            (1, "https://a.example/", 200)
        );
        assert_eq!(capture.content_type.as_deref(), Some("text/html"));
        assert_eq!(capture.encoding.as_deref(), Some("gzip"));
        assert_eq!(capture.body, b"<p>storm");
    }

    #[test]
    fn a_page_without_all_of_its_date_is_read_and_one_without_a_date_or_address_is_named() {
        let answer = "HTTP/1.1 200 OK\r\n\r\n<p>storm";
        let whole = record("response", "https://a.example/", answer);
        let date = whole.lines().find(|line| line.starts_with("WARC-Date")).unwrap();
        for (stated, read) in [
            ("WARC-Date: 2026-11-20", Some("2026-11-20T00:00:00Z")),
            ("WARC-Date: 2026-11", Some("2026-11-01T00:00:00Z")),
            ("WARC-Date: 2026", Some("2026-01-01T00:00:00Z")),
            ("WARC-Date: yesterday", None),
            ("X-Date: 2026-11-20", None),
        ] {
            let found = captures(&whole.replace(date, stated));
            let at = found[0].as_ref().ok().map(|capture| capture.captured_at.to_string());
            assert_eq!(at.as_deref(), read, "{stated}");
        }
        assert!(captures(&whole.replace("WARC-Target-URI", "X-URI"))[0].is_err());
    }

    #[test]
    fn chunks_are_joined_where_there_are_any() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
        for (body, joined) in
            [("3\r\n<p>\r\n5;x\r\nstorm\r\n0\r\n\r\n", "<p>storm"), ("<p>storm", "<p>storm")]
        {
            let found =
                captures(&record("response", "https://a.example/", &format!("{head}{body}")));
            assert_eq!(found[0].as_ref().unwrap().body, joined.as_bytes());
        }
    }

    #[test]
    fn what_is_broken_is_said_with_its_place_and_what_came_before_is_kept() {
        let good = record("response", "https://a.example/", "HTTP/1.1 200 OK\r\n\r\n<p>");
        let found = captures(&format!("{good}{}", &good[..good.len() - 20]));
        assert_eq!(found.len(), 2);
        assert!(found[0].is_ok());
        assert!(
            found[1].as_ref().unwrap_err().starts_with("record 2: the archive ends"),
            "{found:?}"
        );
        let found =
            captures(&format!("{}{good}", record("response", "https://a.example/", "junk")));
        assert!(found[0].is_err() && found[1].is_ok());
        assert!(captures("WARC/1.0\r\nWARC-Type: response\r\n\r\n")[0].is_err());
        assert!(captures(&format!("WARC/1.0\r\nx: {}", "y".repeat(200_000)))[0].is_err());
        assert!(captures("<html>")[0].is_err());
        assert!(captures("").is_empty());
    }
}
