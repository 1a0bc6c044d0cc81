//! OPML or a list of addresses → subscriptions.

use quick_xml::Reader;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

use super::KIND_ATTRIBUTE;
use super::LINKS_ATTRIBUTE;
use super::OpmlError;
use super::PAUSED;
use super::STATE_ATTRIBUTE;
use super::Subscription;
use crate::feed::text::decode_references;
use crate::limits::OPML_BYTES_MAX;
use crate::limits::OPML_DEPTH_MAX;
use crate::limits::SUBSCRIPTIONS_MAX;
use crate::limits::XML_ATTRIBUTES_MAX;

/// Reads OPML, or a plain list of addresses (one a line, `#` for comments). What stands on the line
/// behind an address and a blank is the title.
///
/// Unknown attributes are kept, references that XML does not know are read as
/// HTML does, and an outline without an address is a folder. An outline whose type is that of a
/// feed may give its address as `url`.
///
/// # Errors
///
/// Names the line at which reading stopped.
pub fn read(text: &str) -> Result<Vec<Subscription>, OpmlError> {
    if text.len() > OPML_BYTES_MAX {
        return Err(fault(1, format!("the list is larger than {OPML_BYTES_MAX} bytes")));
    }
    let body = text.trim_start_matches('\u{feff}');
    if body.trim_start().starts_with('<') { outlines(body) } else { lines(body) }
}

fn fault(line: usize, message: impl Into<String>) -> OpmlError {
    OpmlError { line, message: message.into() }
}

fn lines(text: &str) -> Result<Vec<Subscription>, OpmlError> {
    let mut list = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        // A fragment is no part of an address that can be fetched, so a blank
        // before `#` is not needed for it to be a comment, only at the start.
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        check_count(&list, number)?;
        // No address has a blank in it.
        let (address, title) = match line.split_once(char::is_whitespace) {
            Some((address, title)) => (address, Some(title.trim().to_owned())),
            None => (line, None),
        };
        list.push(Subscription {
            url: usable(address),
            kind: "feed".to_owned(),
            title,
            ..Subscription::default()
        });
    }
    Ok(list)
}

/// An address in the form that can be fetched; one that cannot stays as it is,
/// for the caller to skip by name: it must not cost the rest of the list.
fn usable(address: &str) -> String {
    crate::url::parse(address).map_or_else(|_| address.to_owned(), String::from)
}

fn check_count(list: &[Subscription], line: usize) -> Result<(), OpmlError> {
    if list.len() < SUBSCRIPTIONS_MAX {
        return Ok(());
    }
    Err(fault(line, format!("more than {SUBSCRIPTIONS_MAX} subscriptions")))
}

/// Line numbers of positions asked for in order.
struct Lines<'a> {
    text: &'a str,
    position: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(between) = self.text.as_bytes().get(self.position..position) {
            self.line += memchr::memchr_iter(b'\n', between).count();
            self.position = position;
        }
        self.line
    }
}

fn outlines(text: &str) -> Result<Vec<Subscription>, OpmlError> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text, position: 0, line: 1 };
    let mut list = Vec::new();
    // Elements that are open; those that are folders carry their name.
    let mut open: Vec<Option<String>> = Vec::new();
    let (mut root_seen, mut body_closed) = (false, false);
    loop {
        let event = reader
            .read_event()
            .map_err(|error| fault(lines.at(reader.error_position()), error.to_string()))?;
        let (tag, is_empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(tag) => {
                body_closed |= tag.local_name().as_ref().eq_ignore_ascii_case("body");
                open.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        // Lines are counted at the tag's end; a tag may span several.
        let line = lines.at(reader.buffer_position());
        if !root_seen {
            check_root(&tag, line)?;
            root_seen = true;
        }
        let mut folder = None;
        if tag.local_name().as_ref().eq_ignore_ascii_case("outline") {
            match outline(&tag, line)? {
                Outline::Source(mut subscription) => {
                    check_count(&list, line)?;
                    subscription.folders = open.iter().flatten().cloned().collect();
                    list.push(*subscription);
                }
                Outline::Folder(name) => folder = Some(name),
                Outline::Other => {}
            }
        }
        if !is_empty {
            if open.len() >= OPML_DEPTH_MAX {
                return Err(fault(line, format!("more than {OPML_DEPTH_MAX} levels deep")));
            }
            open.push(folder);
        }
    }
    // Behind the body nothing is lost but the end tag of the root.
    if open.len() > usize::from(body_closed) {
        return Err(fault(lines.at(u64::MAX), "the list is cut off: elements are still open"));
    }
    if !root_seen {
        return Err(fault(1, "no <opml> element"));
    }
    Ok(list)
}

fn check_root(tag: &BytesStart, line: usize) -> Result<(), OpmlError> {
    let name = tag.local_name();
    let name: &str = name.as_ref();
    if name.eq_ignore_ascii_case("opml") {
        return Ok(());
    }
    let hint = match name.to_ascii_lowercase().as_str() {
        "rss" | "feed" | "rdf" => "; this is a feed, which `tearsheet add` takes",
        "html" => "; this is a web page",
        _ => "",
    };
    let name: String = name.chars().take(40).collect();
    Err(fault(line, format!("expected <opml>, found <{name}>{hint}")))
}

enum Outline {
    Source(Box<Subscription>),
    Folder(String),
    /// A link or note, nothing to follow.
    Other,
}

fn outline(tag: &BytesStart, line: usize) -> Result<Outline, OpmlError> {
    let mut one = Subscription { kind: "feed".to_owned(), ..Subscription::default() };
    let (mut shown, mut address) = (None, None);
    for attribute in tag.attributes().with_checks(false).take(XML_ATTRIBUTES_MAX) {
        let attribute = attribute.map_err(|error| fault(line, error.to_string()))?;
        let name: &str = attribute.key.as_ref();
        let value = decode_references(&attribute.value, &|_| None).0.into_owned();
        match name.to_ascii_lowercase().as_str() {
            "xmlurl" => value.trim().clone_into(&mut one.url),
            "htmlurl" => one.site_url = Some(value).filter(|url| !url.is_empty()),
            "title" => one.title = Some(value),
            "text" => shown = Some(value),
            "language" => one.language = Some(value),
            "url" => address = Some(value),
            KIND_ATTRIBUTE if matches!(value.as_str(), "feed" | "page" | "sitemap") => {
                one.kind = value;
            }
            STATE_ATTRIBUTE if value == PAUSED => one.paused = true,
            LINKS_ATTRIBUTE => one.links = Some(value).filter(|links| !links.is_empty()),
            _ => one.attributes.push((name.to_owned(), value)),
        }
    }
    let is_type = |kind: &str| {
        one.attributes
            .iter()
            .any(|(name, value)| name == "type" && value.eq_ignore_ascii_case(kind))
    };
    let says_feed = ["rss", "atom", "rdf", "feed"].into_iter().any(is_type);
    if one.url.is_empty() && (one.kind != "feed" || says_feed) {
        one.url = address.take().unwrap_or_default();
    }
    if one.url.is_empty() {
        return Ok(match shown.or(one.title) {
            Some(name) if address.is_none() => Outline::Folder(name),
            _ => Outline::Other,
        });
    }
    // What `write` puts there by itself says nothing.
    let own_type = if one.kind == "feed" { "rss" } else { "link" };
    one.attributes.retain(|(name, value)| !(name == "type" && value == own_type));
    one.attributes.extend(address.map(|address| ("url".to_owned(), address)));
    match shown {
        Some(text) if one.title.is_none() => one.title = Some(text).filter(|text| *text != one.url),
        Some(text) if one.title.as_ref() != Some(&text) => {
            one.attributes.insert(0, ("text".to_owned(), text));
        }
        _ => {}
    }
    one.title = one.title.filter(|title| !title.is_empty());
    Ok(Outline::Source(Box::new(one)))
}
