//! Prints what feeds say, one JSON object for each file.
//!
//! ```text
//! cargo run --example feed -- a.xml b.json
//! find feeds -type f | cargo run --example feed
//! ```
//!
//! A line of standard input may name the media type after a tab.

use std::io::BufRead;
use std::io::Write;

use serde_json::json;
use tearsheet::feed::Entry;
use tearsheet::feed::FeedDocument;

fn main() -> anyhow::Result<()> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let lines: Vec<String> = if named.is_empty() {
        std::io::stdin().lock().lines().collect::<Result<_, _>>()?
    } else {
        named
    };
    let mut out = std::io::stdout().lock();
    for line in lines {
        let (path, content_type) = match line.split_once('\t') {
            Some((path, content_type)) => (path, Some(content_type)),
            None => (line.as_str(), None),
        };
        let url = url::Url::parse("http://news.test/feeds/feed.xml")?;
        let bytes = std::fs::read(path)?;
        let said = match tearsheet::feed::parse(&bytes, content_type, &url) {
            Ok(document) => said(&document),
            Err(error) => json!({ "error": error.to_string() }),
        };
        writeln!(out, "{}", json!({ "path": path, "feed": said }))?;
    }
    Ok(())
}

fn said(document: &FeedDocument) -> serde_json::Value {
    json!({
        "title": document.title,
        "site_url": document.site_url.as_ref().map(url::Url::as_str),
        "language": document.language,
        "ttl_seconds": document.ttl.map(|ttl| ttl.as_secs()),
        "entries": document.entries.iter().map(entry).collect::<Vec<_>>(),
        "warnings": document.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn entry(entry: &Entry) -> serde_json::Value {
    json!({
        "guid": entry.guid,
        "url": entry.url.as_ref().map(url::Url::as_str),
        "title": entry.title,
        "authors": entry.authors,
        "published": entry.published.map(|date| date.at.timestamp().to_string()),
        "updated": entry.updated.map(|date| date.at.timestamp().to_string()),
        "summary": entry.summary,
        "content": entry.content,
        "enclosures": entry.enclosures.iter().map(|file| {
            json!({ "url": file.url.as_str(), "type": file.kind, "bytes": file.bytes })
        }).collect::<Vec<_>>(),
    })
}
