//! The facts of a feed or entry on their way to well-formed Atom.

use std::fmt::Write;
use std::time::Duration;

use super::dialect::Field;
use super::text::cut;
use super::text::plain;
use super::text::push_escaped;
use super::tokens::Tag;
use crate::limits::AUTHOR_BYTES_MAX;
use crate::limits::AUTHORS_MAX;
use crate::limits::ENTRIES_MAX;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::time::Timestamp;

/// What has been read of a feed or an entry.
#[derive(Debug)]
pub(super) struct Fields {
    /// Where relative links start from.
    pub(super) base: url::Url,
    values: [Option<(u8, String)>; Field::COUNT],
    authors: Vec<(u8, String)>,
}

impl Fields {
    pub(super) fn new(base: url::Url) -> Fields {
        Fields { base, values: Default::default(), authors: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    /// Whether it has a name that outlives edits.
    pub(super) fn is_known(&self) -> bool {
        self.get(Field::Guid).or(self.get(Field::Link)).is_some()
    }

    /// Keeps `value` unless something of equal or higher rank is there.
    pub(super) fn set(&mut self, field: Field, rank: u8, value: &str) {
        let slot = &mut self.values[field as usize];
        if slot.as_ref().is_some_and(|(before, _)| *before >= rank) {
            return;
        }
        let mut value = value.to_owned();
        // A headline may be mark-up for the most part.
        cut(
            &mut value,
            if field.is_long() { ENTRY_CONTENT_BYTES_MAX } else { 16 * TITLE_BYTES_MAX },
        );
        *slot = Some((rank, value));
    }

    fn get(&self, field: Field) -> Option<&str> {
        self.values[field as usize].as_ref().map(|(_, value)| value.as_str())
    }

    /// Keeps an address made absolute; what cannot be fetched is left out.
    pub(super) fn set_address(&mut self, rank: u8, base: &url::Url, link: &str) {
        if let Ok(url) = crate::url::resolve(base, link) {
            self.set(Field::Link, rank, url.as_str());
        }
    }

    /// A link with a relation, as Atom writes it.
    pub(super) fn set_link(&mut self, tag: &Tag) {
        let Some(href) = tag.attribute("href") else { return };
        let relation = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let rank = match relation.as_str() {
            "" | "alternate" if kind.is_empty() || kind.contains("html") => 3,
            "" | "alternate" => 2,
            _ => return,
        };
        let base = tag.attribute("xml:base").and_then(|base| self.base.join(base).ok());
        let base = base.unwrap_or_else(|| self.base.clone());
        self.set_address(rank, &base, href);
    }

    /// `xml:base` and `xml:lang`, which hold for everything inside.
    pub(super) fn set_attributes(&mut self, tag: &Tag) {
        if let Some(base) = tag.attribute("xml:base").and_then(|base| self.base.join(base).ok())
            && matches!(base.scheme(), "http" | "https")
        {
            self.base = base;
        }
        if let Some(language) = tag.attribute("xml:lang") {
            self.set(Field::Language, 1, language);
        }
    }

    /// What RDF and CDF say of an entry in attributes of its element.
    pub(super) fn set_entry_attributes(&mut self, tag: &Tag) {
        let base = self.base.clone();
        if let Some(about) = tag.attribute("rdf:about").or_else(|| tag.attribute("about")) {
            self.set(Field::Guid, 1, about);
            self.set_address(1, &base, about);
        }
        if let Some(href) = tag.attribute("href") {
            self.set_address(2, &base, href);
        }
        if let Some(date) = tag.attribute("lastmod") {
            self.set(Field::Updated, 1, date);
        }
    }

    pub(super) fn add_author(&mut self, rank: u8, value: &str) {
        let name = plain(value, AUTHOR_BYTES_MAX).and_then(|text| person(&text));
        if let Some(name) = name
            && self.authors.len() < AUTHORS_MAX
            && !self.authors.contains(&(rank, name.clone()))
        {
            self.authors.push((rank, name));
        }
    }

    /// How long the feed asks not to be polled again: the longer of `ttl` and
    /// `sy:updatePeriod` over `sy:updateFrequency`.
    pub(super) fn ttl(&self) -> Option<Duration> {
        let number = |field| self.get(field)?.trim().parse::<u64>().ok();
        let minutes = number(Field::Ttl).map(|minutes| minutes.saturating_mul(60));
        let period = self.get(Field::UpdatePeriod).and_then(|period| {
            Some(match period.trim().to_ascii_lowercase().as_str() {
                "hourly" => 3600,
                "daily" => 86_400,
                "weekly" => 7 * 86_400,
                "monthly" => 30 * 86_400,
                "yearly" => 365 * 86_400,
                _ => return None,
            })
        });
        let frequency = number(Field::UpdateFrequency).unwrap_or(1).max(1);
        let period = period.map(|seconds: u64| seconds / frequency);
        minutes.max(period).filter(|&seconds| seconds > 0).map(Duration::from_secs)
    }

    fn moment(&self) -> Option<Timestamp> {
        [Field::Updated, Field::Published]
            .into_iter()
            .filter_map(|field| crate::date::parse(self.get(field)?))
            .map(crate::time::StatedTime::timestamp)
            .max()
    }
}

/// The name in `a@b.example (Name)` and `Name <a@b.example>`; else the text.
fn person(text: &str) -> Option<String> {
    let name = match (text.split_once('('), text.split_once('<')) {
        (Some((before, inside)), _) if before.contains('@') => inside.trim_end_matches([')', ' ']),
        (_, Some((before, _))) if text.contains('@') => before,
        _ => text,
    };
    let name = name.trim().trim_matches('"').trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The newest [`ENTRIES_MAX`], in the document's order.
pub(super) fn newest(entries: Vec<Fields>) -> Vec<Fields> {
    if entries.len() <= ENTRIES_MAX {
        return entries;
    }
    let mut order: Vec<(Option<Timestamp>, usize)> =
        entries.iter().enumerate().map(|(index, entry)| (entry.moment(), index)).collect();
    order.sort_by_key(|&(moment, index)| (std::cmp::Reverse(moment), index));
    let mut keep = vec![false; entries.len()];
    for (_, index) in order.into_iter().take(ENTRIES_MAX) {
        keep[index] = true;
    }
    entries.into_iter().zip(keep).filter_map(|(entry, keep)| keep.then_some(entry)).collect()
}

/// Writes Atom 1.0, nothing but what [`super::adapt`] reads.
pub(super) fn write_atom(feed: &Fields, entries: &[Fields]) -> String {
    let mut out = String::from("<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    if let Some(language) = feed.get(Field::Language) {
        out.push_str(" xml:lang=\"");
        push_escaped(&mut out, language);
        out.push('"');
    }
    out.push('>');
    write_fields(&mut out, feed);
    for entry in entries {
        out.push_str("<entry>");
        write_fields(&mut out, entry);
        out.push_str("</entry>");
    }
    out.push_str("</feed>");
    out
}

fn write_fields(out: &mut String, fields: &Fields) {
    for (field, start, end) in [
        (Field::Guid, "<id>", "</id>"),
        (Field::Title, "<title type=\"html\">", "</title>"),
        (Field::Link, "<link rel=\"alternate\" href=\"", "\"/>"),
        (Field::Published, "<published>", "</published>"),
        (Field::Updated, "<updated>", "</updated>"),
        (Field::Summary, "<summary type=\"html\">", "</summary>"),
        (Field::Content, "<content type=\"html\">", "</content>"),
    ] {
        if let Some(value) = fields.get(field) {
            out.push_str(start);
            push_escaped(out, value);
            out.push_str(end);
        }
    }
    let best = fields.authors.iter().map(|(rank, _)| *rank).max();
    for (_, name) in fields.authors.iter().filter(|(rank, _)| Some(*rank) == best) {
        let mut escaped = String::new();
        push_escaped(&mut escaped, name);
        let _ = write!(out, "<author><name>{escaped}</name></author>");
    }
}
