//! What the elements of all feed dialects mean.
//!
//! RSS 0.9x to 2.0, RDF 0.90, 1.0 and 1.1, Atom 0.3 and 1.0, CDF, and the
//! modules that carry the same facts under other names.

use std::collections::HashMap;

use crate::limits::XML_PREFIXES_MAX;

/// A fact that an element states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Link,
    Guid,
    Published,
    Updated,
    Author,
    Summary,
    Content,
    Language,
    Ttl,
    UpdatePeriod,
    UpdateFrequency,
    SkipHour,
    SkipDay,
}

impl Field {
    /// Every field, by its place in a table.
    pub(super) const COUNT: usize = Field::SkipDay as usize + 1;

    /// Whether it holds prose that may be marked up at will.
    pub(super) fn is_long(self) -> bool {
        matches!(self, Field::Summary | Field::Content)
    }

    /// Whether it holds words for readers, as opposed to an address, a date or a number.
    pub(super) fn is_prose(self) -> bool {
        self.is_long() || matches!(self, Field::Title | Field::Author)
    }
}

/// The family that an element's name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// The feed's own: RSS, RDF, Atom, CDF.
    Core,
    Content,
    DublinCore,
    Terms,
    Itunes,
    Media,
    Syndication,
    Xhtml,
    Foreign,
}

/// The namespaces that a document declares, wherever it does.
#[derive(Debug, Default)]
pub(super) struct Namespaces(HashMap<String, Vocabulary>);

impl Namespaces {
    /// Notes that `prefix` stands for `uri`. An address that nobody knows is
    /// more likely misspelt than a customary prefix is put to another use.
    pub(super) fn declare(&mut self, prefix: &str, uri: &str) {
        if self.0.len() < XML_PREFIXES_MAX || self.0.contains_key(prefix) {
            let prefix = prefix.to_ascii_lowercase();
            let vocabulary = match of_uri(uri) {
                Vocabulary::Foreign => customary(&prefix),
                known => known,
            };
            self.0.insert(prefix, vocabulary);
        }
    }

    /// Takes the family of this element, whatever it is called, for the feed's own.
    pub(super) fn own(&mut self, name: &str) {
        if let Some((prefix, _)) = name.rsplit_once(':') {
            self.0.insert(prefix.to_ascii_lowercase(), Vocabulary::Core);
        }
    }

    /// The family and lower-case local name of an element. Prefixes that nobody
    /// declared mean what they customarily mean.
    pub(super) fn resolve(&self, name: &str) -> (Vocabulary, String) {
        let (prefix, local) = name.rsplit_once(':').unwrap_or(("", name));
        let local = local.to_ascii_lowercase();
        if prefix.is_empty() {
            return (Vocabulary::Core, local);
        }
        let prefix = prefix.to_ascii_lowercase();
        let vocabulary = self.0.get(&prefix).copied().unwrap_or_else(|| customary(&prefix));
        (vocabulary, local)
    }
}

/// Knows a namespace by what its many spellings share: scheme, case, trailing
/// slash and blanks differ in the wild.
pub(super) fn of_uri(uri: &str) -> Vocabulary {
    let uri = uri.trim().to_ascii_lowercase();
    let uri = uri.trim_start_matches("http://").trim_start_matches("https://");
    let uri = uri.trim_start_matches("www.");
    let table = [
        ("purl.org/rss/1.0/modules/content", Vocabulary::Content),
        ("purl.org/rss/1.0/modules/syndication", Vocabulary::Syndication),
        ("purl.org/rss/1.0/modules/rss091", Vocabulary::Core),
        ("purl.org/rss/1.0/modules/", Vocabulary::Foreign),
        ("purl.org/dc/terms", Vocabulary::Terms),
        ("purl.org/dc/", Vocabulary::DublinCore),
        ("search.yahoo.com/mrss", Vocabulary::Media),
        ("itunes.com/dtds", Vocabulary::Itunes),
        ("w3.org/1999/xhtml", Vocabulary::Xhtml),
        ("w3.org/1999/02/22-rdf", Vocabulary::Core),
        ("w3.org/2005/atom", Vocabulary::Core),
        ("purl.org/atom/", Vocabulary::Core),
        ("purl.org/pie/", Vocabulary::Core),
        ("purl.org/echo/", Vocabulary::Core),
        ("purl.org/rss/", Vocabulary::Core),
        ("purl.org/net/rss", Vocabulary::Core),
        ("my.netscape.com/", Vocabulary::Core),
        ("channel.netscape.com/", Vocabulary::Core),
        ("backend.userland.com/", Vocabulary::Core),
        ("blogs.law.harvard.edu/", Vocabulary::Core),
        ("cyber.law.harvard.edu/", Vocabulary::Core),
    ];
    table
        .into_iter()
        .find(|(start, _)| uri.starts_with(start))
        .map_or(Vocabulary::Foreign, |(_, vocabulary)| vocabulary)
}

fn customary(prefix: &str) -> Vocabulary {
    match prefix {
        "rss" | "atom" | "atom10" | "atom03" | "a10" | "rdf" => Vocabulary::Core,
        "content" => Vocabulary::Content,
        "dc" => Vocabulary::DublinCore,
        "dcterms" => Vocabulary::Terms,
        "itunes" => Vocabulary::Itunes,
        "media" => Vocabulary::Media,
        "sy" | "syn" => Vocabulary::Syndication,
        "xhtml" => Vocabulary::Xhtml,
        _ => Vocabulary::Foreign,
    }
}

/// What an element states, and how much its word counts against another's:
/// the feed's own elements before those of modules.
pub(super) fn field(vocabulary: Vocabulary, local: &str) -> Option<(Field, u8)> {
    Some(match (vocabulary, local) {
        (Vocabulary::Core, "title") => (Field::Title, 3),
        (Vocabulary::DublinCore | Vocabulary::Itunes, "title") => (Field::Title, 1),
        (Vocabulary::Media, "title") => (Field::Title, 0),
        // Above `rank` of a link with a relation: that is a guest in RSS.
        (Vocabulary::Core, "link") => (Field::Link, 4),
        (Vocabulary::Core, "guid" | "id") => (Field::Guid, 3),
        (Vocabulary::DublinCore, "identifier") => (Field::Guid, 1),
        (Vocabulary::Core, "pubdate" | "published" | "issued") => (Field::Published, 3),
        (Vocabulary::DublinCore, "date") | (Vocabulary::Terms, "issued") => (Field::Published, 2),
        (Vocabulary::Core, "created" | "date") | (Vocabulary::Terms, "created") => {
            (Field::Published, 1)
        }
        (Vocabulary::Core, "updated" | "modified") => (Field::Updated, 3),
        (Vocabulary::Terms, "modified") => (Field::Updated, 2),
        (Vocabulary::Core, "lastbuilddate") => (Field::Updated, 1),
        (Vocabulary::Core, "author") => (Field::Author, 3),
        (Vocabulary::Core, "managingeditor") => (Field::Author, 2),
        (Vocabulary::DublinCore, "creator" | "author") | (Vocabulary::Terms, "creator") => {
            (Field::Author, 4)
        }
        (Vocabulary::Itunes, "author") => (Field::Author, 1),
        (Vocabulary::Core, "description" | "summary") => (Field::Summary, 3),
        (Vocabulary::Core, "abstract") => (Field::Summary, 2),
        (Vocabulary::DublinCore, "description") | (Vocabulary::Itunes, "summary") => {
            (Field::Summary, 1)
        }
        (Vocabulary::Media, "description") => (Field::Summary, 0),
        (Vocabulary::Content | Vocabulary::Core, "encoded") | (Vocabulary::Core, "fullitem") => {
            (Field::Content, 3)
        }
        (Vocabulary::Core, "content") => (Field::Content, 2),
        (Vocabulary::Core | Vocabulary::Xhtml, "body") => (Field::Content, 1),
        (Vocabulary::Core, "language") => (Field::Language, 3),
        (Vocabulary::DublinCore, "language") => (Field::Language, 2),
        (Vocabulary::Core, "ttl") => (Field::Ttl, 3),
        (Vocabulary::Core, "hour") => (Field::SkipHour, 3),
        (Vocabulary::Core, "day") => (Field::SkipDay, 3),
        (Vocabulary::Syndication, "updateperiod") => (Field::UpdatePeriod, 3),
        (Vocabulary::Syndication, "updatefrequency") => (Field::UpdateFrequency, 3),
        _ => return None,
    })
}

/// Whether an element of Atom is text unless it says otherwise; the others are HTML.
pub(super) fn is_text_by_itself(vocabulary: Vocabulary, local: &str) -> bool {
    vocabulary == Vocabulary::Core
        && matches!(local, "title" | "summary" | "content" | "name" | "author")
}

/// Whether an element is an entry.
pub(super) fn is_entry(vocabulary: Vocabulary, local: &str) -> bool {
    vocabulary == Vocabulary::Core && matches!(local, "item" | "entry")
}

/// Whether an element holds a whole feed.
pub(super) fn is_root(local: &str) -> bool {
    matches!(local, "rss" | "feed" | "rdf")
}

/// Whether an element has titles and links that are not the feed's or entry's.
pub(super) fn is_aside(vocabulary: Vocabulary, local: &str) -> bool {
    vocabulary == Vocabulary::Core
        && matches!(local, "image" | "textinput" | "source" | "contributor" | "cloud")
}

/// Whether an element is one of HTML too, so that it does not end a text that
/// it stands in.
pub(super) fn is_html_too(local: &str) -> bool {
    matches!(local, "title" | "link" | "body" | "summary" | "image" | "source" | "content")
}
