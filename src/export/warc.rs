//! Stored pages as a WARC file (ISO 28500), each record a gzip member of its own.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use xxhash_rust::xxh3::xxh3_128;

use crate::store::{ArticleRow, PageRecord};

/// The record that an archive begins with.
///
/// # Errors
///
/// None that memory does not have.
pub fn warc_info(at: &str) -> io::Result<Vec<u8>> {
    let body = concat!(
        "software: tearsheet/",
        env!("CARGO_PKG_VERSION"),
        "\r\nformat: WARC File Format 1.0\r\n"
    );
    let head = format!(
        "WARC-Type: warcinfo\r\nWARC-Date: {at}\r\nWARC-Record-ID: {}\r\n\
         Content-Type: application/warc-fields\r\n",
        name(&["warcinfo", at])
    );
    member(&head, body.as_bytes())
}

/// The page of an article as the answer of its server, as far as that was kept.
///
/// # Errors
///
/// None that memory does not have.
pub fn warc_response(article: &ArticleRow, page: &PageRecord) -> io::Result<Vec<u8>> {
    let status = if page.status == 200 { "200 OK".to_owned() } else { page.status.to_string() };
    let mut answer = format!("HTTP/1.1 {status}\r\n").into_bytes();
    if let Some(kind) = page.content_type.as_deref().filter(|kind| !kind.contains(['\r', '\n'])) {
        write!(answer, "Content-Type: {kind}\r\n")?;
    }
    write!(answer, "Content-Length: {}\r\n\r\n", page.html.len())?;
    answer.extend_from_slice(&page.html);
    let at = &article.fetched_at;
    let head = format!(
        "WARC-Type: response\r\nWARC-Target-URI: {}\r\nWARC-Date: {at}\r\nWARC-Record-ID: {}\r\n\
         Content-Type: application/http; msgtype=response\r\n",
        page.url,
        name(&[&page.url, at])
    );
    member(&head, &answer)
}

/// A name made of what it names: the same export gives the same names.
fn name(of: &[&str]) -> String {
    let hash = format!("{:032x}", xxh3_128(of.join("\n").as_bytes()));
    let parts = [&hash[..8], &hash[8..12], &hash[12..16], &hash[16..20], &hash[20..]];
    format!("<urn:uuid:{}>", parts.join("-"))
}

fn member(head: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    write!(packed, "WARC/1.0\r\n{head}Content-Length: {}\r\n\r\n", body.len())?;
    packed.write_all(body)?;
    packed.write_all(b"\r\n\r\n")?;
    packed.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{warc_info, warc_response};
    use crate::store::{ArticleRow, PageRecord};
    use crate::warc::Captures;

    #[test]
    fn an_archive_is_read_back_as_it_was_written() {
        let article =
            ArticleRow { fetched_at: "2026-11-23T10:00:00Z".to_owned(), ..ArticleRow::default() };
        let page = PageRecord {
            url: "https://a.example/storm".to_owned(),
            status: 200,
            content_type: Some("text/html; charset=utf-8".to_owned()),
            html: b"<p>Storm</p>\r\n\r\n".to_vec(),
            validators: None,
        };
        let mut packed = warc_info("2026-11-23T10:00:00Z").unwrap();
        packed.extend(warc_response(&article, &page).unwrap());
        let mut archive = Vec::new();
        flate2::read::MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut archive).unwrap();
        let found: Vec<_> = Captures::new(archive.as_slice()).collect();
        let capture = found[0].as_ref().unwrap();
        assert_eq!((found.len(), &capture.url, &capture.body), (1, &page.url, &page.html));
        assert_eq!(capture.content_type, page.content_type);
        assert_eq!(capture.captured_at.to_string(), article.fetched_at);
    }
}
