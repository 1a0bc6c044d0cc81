//! What has been read of a feed or an entry so far.
//!
//! One fact may be stated by several elements; each word has a rank, and the
//! highest counts.

use std::time::Duration;

use super::Enclosure;
use super::Entry;
use super::dialect::Field;
use super::people;
use super::text::cut;
use super::text::plain;
use super::tokens::Tag;
use crate::article::DateSource;
use crate::article::Dated;
use crate::limits::AUTHOR_BYTES_MAX;
use crate::limits::ENCLOSURES_MAX;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::limits::FEED_BASE_BYTES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::schedule::Quiet;
use crate::time::StatedTime;

/// The facts of a feed or an entry, by rank.
#[derive(Debug)]
pub(super) struct Draft {
    /// Where relative links start from.
    pub(super) base: url::Url,
    /// When the feed does not want to be polled.
    pub(super) quiet: Quiet,
    texts: [Option<(u8, String)>; Field::COUNT],
    published: Option<(u8, StatedTime)>,
    updated: Option<(u8, StatedTime)>,
    authors: Vec<(u8, String)>,
    /// Those of the feed that an entry was taken from; they count where it has none.
    source_authors: Vec<(u8, String)>,
    enclosures: Vec<(u8, Enclosure)>,
}

impl Draft {
    pub(super) fn new(base: url::Url) -> Draft {
        Draft {
            base,
            quiet: Quiet::default(),
            texts: Default::default(),
            published: None,
            updated: None,
            authors: Vec::new(),
            source_authors: Vec::new(),
            enclosures: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.iter().all(Option::is_none)
            && self.published.or(self.updated).is_none()
            && self.enclosures.is_empty()
    }

    /// Whether it has a name that outlives edits.
    pub(super) fn is_known(&self) -> bool {
        self.get(Field::Guid).or(self.get(Field::Link)).is_some()
    }

    fn get(&self, field: Field) -> Option<&str> {
        self.texts[field as usize].as_ref().map(|(_, value)| value.as_str())
    }

    /// Whether all that is known of a text is what is believed last.
    pub(super) fn has_guess(&self, field: Field) -> bool {
        self.texts[field as usize].as_ref().is_some_and(|(rank, _)| *rank == 0)
    }

    pub(super) fn take(&mut self, field: Field) -> Option<String> {
        self.texts[field as usize].take().map(|(_, value)| value)
    }

    /// Keeps `value` unless something of equal or higher rank is there.
    pub(super) fn set(&mut self, field: Field, rank: u8, value: &str) {
        match field {
            Field::Published => date(&mut self.published, rank, value),
            Field::Updated => date(&mut self.updated, rank, value),
            Field::Author => people::add(&mut self.authors, rank, value),
            Field::SkipHour => self.quiet.add_hour(value),
            Field::SkipDay => self.quiet.add_day(value),
            Field::Summary => self.set_summary(rank, value),
            Field::Content => self.set_content(rank, value),
            field => self.set_text(field, rank, value),
        }
    }

    fn set_text(&mut self, field: Field, rank: u8, value: &str) {
        let slot = &mut self.texts[field as usize];
        if value.is_empty() || slot.as_ref().is_some_and(|(before, _)| *before >= rank) {
            return;
        }
        // A headline may be mark-up for the most part.
        let most = if field.is_long() { ENTRY_CONTENT_BYTES_MAX } else { 16 * TITLE_BYTES_MAX };
        *slot = Some((rank, value[..value.floor_char_boundary(most)].to_owned()));
    }

    /// Of two contents with equal right the longer is the whole one.
    fn set_content(&mut self, rank: u8, value: &str) {
        self.texts[Field::Content as usize]
            .take_if(|(before, content)| *before == rank && content.len() < value.len());
        self.set_text(Field::Content, rank, value);
    }

    /// Who states two summaries means one of them for the content, unless it
    /// states that as well; a module's, such as a picture's caption, is never meant so.
    fn set_summary(&mut self, rank: u8, value: &str) {
        let Some((before, first)) = self.texts[Field::Summary as usize].take() else {
            return self.set_text(Field::Summary, rank, value);
        };
        let ((rank, summary), (lower, other)) = if before >= rank {
            ((before, first.as_str()), (rank, value))
        } else {
            ((rank, value), (before, first.as_str()))
        };
        if lower > 0 && summary != other {
            self.set_text(Field::Content, 0, other);
        }
        self.set_text(Field::Summary, rank, summary);
    }

    /// Keeps an address made absolute; what cannot be fetched is left out.
    pub(super) fn set_address(&mut self, rank: u8, base: &url::Url, link: &str) {
        if let Some(url) = super::address(base, link) {
            self.set_text(Field::Link, rank, url.as_str());
        }
    }

    /// A link with a relation, as Atom writes it; its rank is `most` at best.
    pub(super) fn set_link(&mut self, most: u8, tag: &Tag) {
        let Some(href) = tag.attribute("href") else { return };
        let relations = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let is = |wanted| {
            relations.split_ascii_whitespace().any(|relation| {
                // The registry's own name for a relation means the same as the word.
                relation.rsplit_once("/relation/").map_or(relation, |(_, word)| word) == wanted
            })
        };
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let rank = if is("enclosure") {
            return self.add_enclosure(most.min(3), tag);
        } else if relations.is_empty() || is("alternate") {
            if kind.is_empty() || kind.contains("html") { 3 } else { 2 }
        } else if is("canonical") || is("bookmark") {
            1
        } else {
            return;
        };
        self.set_address(rank.min(most), &self.base_of(tag), href);
    }

    /// A file that belongs to the entry: a recording, a picture.
    pub(super) fn add_enclosure(&mut self, rank: u8, tag: &Tag) {
        let address = ["url", "href", "uri"].into_iter().find_map(|name| tag.attribute(name));
        let url = address.and_then(|link| super::address(&self.base_of(tag), link));
        let Some(url) = url.filter(|_| self.enclosures.len() < ENCLOSURES_MAX) else { return };
        let kind = tag.attribute("type").filter(|kind| !kind.is_empty());
        let bytes = tag.attribute("length").and_then(|length| length.parse().ok());
        self.enclosures.push((rank, Enclosure { url, kind: kind.map(short), bytes }));
    }

    /// Where the relative links of an element start from.
    pub(super) fn base_of(&self, tag: &Tag) -> url::Url {
        tag.attribute("xml:base")
            .and_then(|base| self.base.join(base).ok())
            .filter(|base| matches!(base.scheme(), "http" | "https"))
            .filter(|base| base.as_str().len() <= FEED_BASE_BYTES_MAX)
            .unwrap_or_else(|| self.base.clone())
    }

    /// `xml:base` and `xml:lang`, which hold for everything inside.
    pub(super) fn set_attributes(&mut self, tag: &Tag) {
        self.base = self.base_of(tag);
        if let Some(language) = tag.attribute("xml:lang") {
            self.set_text(Field::Language, 1, language);
        }
    }

    /// What RDF and CDF say of an entry or channel in attributes of its element.
    pub(super) fn set_own_attributes(&mut self, tag: &Tag) {
        let base = self.base.clone();
        if let Some(about) = tag.attribute("rdf:about").or_else(|| tag.attribute("about")) {
            self.set_text(Field::Guid, 1, about);
            self.set_address(1, &base, about);
        }
        if let Some(href) = tag.attribute("href") {
            self.set_address(2, &base, href);
        }
        if let Some(date) = tag.attribute("lastmod") {
            self.set(Field::Updated, 1, date);
        }
    }

    /// An author of the feed that the entry was taken from.
    pub(super) fn add_source_author(&mut self, rank: u8, value: &str) {
        people::add(&mut self.source_authors, rank, value);
    }

    /// The authors, or those of its source.
    pub(super) fn take_authors(&mut self) -> Vec<String> {
        if self.authors.is_empty() {
            self.authors = std::mem::take(&mut self.source_authors);
        }
        // The feed's own words and Dublin Core's name people, modules often the publisher.
        let best = self.authors.iter().map(|(rank, _)| *rank).max().unwrap_or_default();
        self.authors.retain(|(rank, _)| *rank >= best.min(3));
        self.authors.drain(..).map(|(_, name)| name).collect()
    }

    /// How long the feed asks not to be polled again: the longer of `ttl` and
    /// `sy:updatePeriod` over `sy:updateFrequency`.
    pub(super) fn ttl(&self) -> Option<Duration> {
        // Digits and nothing else; too many of them are the largest number.
        let number = |field| {
            let text = self.get(field)?.trim();
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
        };
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

    pub(super) fn into_entry(mut self) -> Entry {
        let best = self.enclosures.iter().map(|(rank, _)| *rank).max();
        self.enclosures.retain(|(rank, _)| Some(*rank) == best);
        let dated = |date: Option<(u8, StatedTime)>| {
            date.map(|(_, at)| Dated { at, from: DateSource::Feed })
        };
        Entry {
            guid: self.take(Field::Guid),
            url: self.take(Field::Link).and_then(|link| url::Url::parse(&link).ok()),
            title: self.take(Field::Title).and_then(|html| plain(&html, TITLE_BYTES_MAX)),
            authors: self.take_authors(),
            published: dated(self.published),
            updated: dated(self.updated),
            summary: self.take(Field::Summary),
            content: self.take(Field::Content),
            enclosures: self.enclosures.into_iter().map(|(_, file)| file).collect(),
        }
    }
}

/// Keeps the date unless one of equal or higher rank is there. What is no date
/// states nothing: another element may know better.
fn date(slot: &mut Option<(u8, StatedTime)>, rank: u8, value: &str) {
    if slot.is_none_or(|(before, _)| before < rank)
        && let Some(at) = super::date(value)
    {
        *slot = Some((rank, at));
    }
}

fn short(value: &str) -> String {
    let mut value = value.to_owned();
    cut(&mut value, AUTHOR_BYTES_MAX);
    value
}
