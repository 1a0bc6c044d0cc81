//! A feed in XML, of any dialect and in any condition → what it says.
//!
//! One pass over the tokens, without a tree: the reader knows whether it stands
//! in the feed or in an entry, and which field it is reading. No nesting can
//! harm it, and no fault costs more than the entry that it stands in.

mod scope;

use std::borrow::Cow;

use scope::Scope;
use scope::of_person;

use super::Entry;
use super::FeedDocument;
use super::ParseError;
use super::capture::Capture;
use super::dialect;
use super::dialect::Field;
use super::dialect::Namespaces;
use super::dialect::Vocabulary;
use super::draft::Draft;
use super::html::begins_page;
use super::html::is_mark_up;
use super::language;
use super::newest;
use super::stranger;
use super::text::plain;
use super::tokens::Tag;
use super::tokens::Token;
use super::tokens::Tokens;
use crate::limits::ENTRIES_MAX;
use crate::limits::FEED_BASE_BYTES_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::warning::{Warning, WarningKind};

/// Reads `text`, found at `url`.
pub(super) fn parse(text: &str, url: &url::Url) -> Result<FeedDocument, ParseError> {
    let mut walk = Walk::new(text, url);
    let in_html = walk.find_root()?;
    walk.run();
    if in_html && walk.entries.is_empty() {
        return Err(ParseError::Html);
    }
    Ok(walk.into_document(text))
}

/// Flaws of the structure.
#[derive(Clone, Copy, Debug, Default)]
struct Flaws {
    junk_before: bool,
    unclosed: bool,
    truncated: bool,
}

/// Where the feed ends: at that of its root, as a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Ahead,
    /// Nowhere: what stands in the root's place is an entry or channel.
    Lost,
    Met,
    /// Met, and a page follows it.
    BeforePage,
    /// Met too early: entries followed it.
    Early,
}

struct Walk<'a> {
    /// Where the document was found.
    url: &'a url::Url,
    tokens: Tokens<'a>,
    namespaces: Namespaces,
    /// Lower-case local name of the root, or of what stands in its place.
    root: String,
    end: End,
    feed: Draft,
    entry: Option<Draft>,
    entries: Vec<Entry>,
    /// Entries met, dropped ones included.
    found: usize,
    capture: Option<Capture>,
    /// Lower-case local name of an element whose inside is left out.
    aside: Option<String>,
    /// An element that has titles, links and names of its own.
    scope: Option<Scope>,
    /// Whether a person of the entry has lost its end, so that it is told of in the open.
    has_open_person: bool,
    /// Whether the start of the entry was lost, or an end too many stood before it.
    has_lost_start: bool,
    flaws: Flaws,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, url: &'a url::Url) -> Walk<'a> {
        Walk {
            url,
            tokens: Tokens::new(text),
            namespaces: Namespaces::default(),
            root: String::new(),
            end: End::Ahead,
            feed: Draft::new(url.clone()),
            entry: None,
            entries: Vec::new(),
            found: 0,
            capture: None,
            aside: None,
            scope: None,
            has_open_person: false,
            has_lost_start: false,
            flaws: Flaws::default(),
        }
    }

    /// Goes to the root behind whatever stands before it; tells whether the
    /// document begins as a web page.
    fn find_root(&mut self) -> Result<bool, ParseError> {
        let mut first: Option<String> = None;
        while let Some(token) = self.tokens.next() {
            let tag = match token {
                Token::Start(tag) => tag,
                Token::Text(text) => {
                    self.flaws.junk_before |= !text.trim().is_empty();
                    continue;
                }
                Token::End(_) | Token::Cdata(_) => continue,
            };
            self.declare(&tag);
            let (vocabulary, local) = self.namespaces.resolve(tag.name);
            if vocabulary == Vocabulary::Foreign && dialect::is_root(&local) {
                // Whatever it is called, it is the feed's own.
                self.namespaces.own(tag.name);
            }
            // What holds entries is a feed, whatever its root is called; but pages do so, too.
            let is_rootless = matches!(local.as_str(), "channel" | "item" | "entry")
                && !first.as_deref().is_some_and(is_page);
            if dialect::is_root(&local) || is_rootless {
                self.root.clone_from(&local);
                self.feed.set_attributes(&tag);
                if is_rootless {
                    self.end = End::Lost;
                    self.start(&tag);
                }
                self.flaws.junk_before |= first.is_some();
                return Ok(first.as_deref().is_some_and(begins_page));
            }
            first.get_or_insert(local);
        }
        Err(match first.as_deref() {
            Some(name) if begins_page(name) => ParseError::Html,
            Some(name) => ParseError::NotAFeed(other_root(name)),
            None => ParseError::NotAFeed("plain text".to_owned()),
        })
    }

    fn run(&mut self) {
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Start(tag) if self.has_ended() => self.start_behind_end(&tag),
                _ if self.has_ended() => {}
                Token::Start(tag) => self.start(&tag),
                Token::End(name) => self.end(name),
                Token::Text(text) => self.text(&text, false),
                Token::Cdata(text) => self.text(&text, true),
            }
        }
        if !self.has_ended() {
            self.cut_off();
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self.end, End::Met | End::BeforePage)
    }

    /// Behind the end of a feed another may follow, or what was added to it blindly.
    fn start_behind_end(&mut self, tag: &Tag) {
        let (vocabulary, local) = self.resolve(tag);
        if dialect::is_root(&local) {
            self.end = End::Ahead;
        } else if matches!(local.as_str(), "html" | "head" | "body") {
            self.end = End::BeforePage;
        } else if self.end == End::Met
            && (local == "channel" || dialect::is_entry(vocabulary, &local))
        {
            self.end = End::Early;
            self.start(tag);
        }
    }

    /// The text ended before the feed did: half a field is worth nothing, and
    /// half an entry only if it can be told which one it is.
    fn cut_off(&mut self) {
        self.flaws.truncated = self.end == End::Ahead || self.entry.is_some();
        self.capture = None;
        if self.entry.as_ref().is_some_and(|entry| !entry.is_known()) {
            self.entry = None;
        }
        self.close_entry();
    }

    fn declare(&mut self, tag: &Tag) {
        for (name, value) in &tag.attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.namespaces.declare(prefix, value);
            }
        }
    }

    fn resolve(&mut self, tag: &Tag) -> (Vocabulary, String) {
        self.declare(tag);
        let (vocabulary, local) = self.namespaces.resolve(tag.name);
        let Some(uri) = tag.attribute("xmlns").filter(|uri| !uri.is_empty()) else {
            return (vocabulary, local);
        };
        let own = dialect::of_uri(uri);
        // On a feed or an entry, a namespace of its own is a misspelt one.
        let encloses = self.entry.is_none() || dialect::is_entry(vocabulary, &local);
        if tag.name.contains(':') || encloses && own != Vocabulary::Xhtml {
            (vocabulary, local)
        } else {
            (own, local)
        }
    }

    fn start(&mut self, tag: &Tag) {
        let (vocabulary, local) = self.resolve(tag);
        if dialect::is_entry(vocabulary, &local) {
            self.open_entry(tag);
            return;
        }
        if self.lost_its_start(vocabulary, &local) {
            self.flaws.unclosed = true;
            self.entry = Some(Draft::new(self.feed.base.clone()));
            self.has_lost_start = true;
        }
        if self.opens_person(vocabulary, &local, tag) && self.leaves_field(vocabulary, &local) {
            self.open_person(tag, vocabulary, local);
            return;
        }
        if self.aside.is_some() {
            return;
        }
        if self.is_in_person() && (self.capture.is_none() || !is_mark_up(&local)) {
            self.in_person(tag, vocabulary, local);
            return;
        }
        if self.capture.is_some() && !self.leaves_field(vocabulary, &local) {
            self.nested(tag, vocabulary, &local);
            return;
        }
        if self.capture.is_some() {
            self.flaws.unclosed = true;
            self.close_field();
        }
        if self.leaves_aside(vocabulary, &local) {
            self.scope = None;
        }
        if dialect::is_aside(vocabulary, &local) {
            self.open_aside(tag, local);
        } else if local == "channel" {
            self.scope = None;
            self.feed.set_attributes(tag);
            self.feed.set_own_attributes(tag);
        } else if vocabulary == Vocabulary::Core && local == "enclosure" {
            self.add_enclosure(tag);
        } else if let Some((field, rank)) = dialect::field(vocabulary, &local) {
            let rank = self.believed(rank);
            self.open_field(tag, (vocabulary, local), (field, rank));
        } else if let Some(rank) = of_person(vocabulary, &local)
            && (self.has_open_person && self.scope.is_none() || self.tokens.is_inside("author"))
        {
            self.open_field(tag, (vocabulary, local), (Field::Author, rank));
        } else if !tag.empty && !is_mark_up(&local) {
            self.open_unknown(local);
        }
    }

    /// Whether an element is the first of an entry whose own start was lost. The head of a feed,
    /// which may come last, is no such entry.
    fn lost_its_start(&mut self, vocabulary: Vocabulary, local: &str) -> bool {
        self.entry.is_none()
            && self.found > 0
            && dialect::field(vocabulary, local).is_some()
            && (self.tokens.is_inside("item") || self.tokens.is_inside("entry"))
    }

    /// Whether an element cannot stand in the field that is being read, so that
    /// the field's end must have been lost.
    fn leaves_field(&mut self, vocabulary: Vocabulary, local: &str) -> bool {
        let Some(capture) = &self.capture else { return true };
        if vocabulary == Vocabulary::Xhtml || vocabulary == Vocabulary::Foreign {
            return false;
        }
        let known = dialect::field(vocabulary, local).is_some()
            || dialect::is_aside(vocabulary, local)
            || vocabulary == Vocabulary::Core && local == "enclosure";
        if capture.field.is_long() {
            let html = vocabulary == Vocabulary::Core && dialect::is_html_too(local);
            return known
                && !html
                && local != capture.name
                && !self.tokens.is_inside(&capture.name);
        }
        known
    }

    /// An element inside the field that is being read.
    fn nested(&mut self, tag: &Tag, vocabulary: Vocabulary, local: &str) {
        if vocabulary == Vocabulary::Core && local == "enclosure" {
            self.add_enclosure(tag);
            return;
        }
        let Some(capture) = &mut self.capture else { return };
        if capture.field == Field::Author && matches!(local, "name" | "email" | "uri" | "url") {
            let (rank, is_author) = (capture.rank, capture.name == "author");
            self.capture = None;
            self.has_open_person |= is_author && self.scope.is_none();
            let rank = match local {
                "name" => rank,
                "email" => 0,
                _ => return,
            };
            self.open_field(tag, (vocabulary, local.to_owned()), (Field::Author, rank));
            return;
        }
        if capture.field == Field::Author && local == "li" {
            // One person of several: `rdf:Bag`, `rdf:Seq`.
            let next = capture.anew();
            self.close_field();
            self.capture = Some(next);
            return;
        }
        if local == capture.name && !tag.empty {
            capture.depth += 1;
        }
        capture.push_tag(vocabulary, tag);
        if tag.empty && local != "br" {
            // `<div/>` would stay open in HTML; `</br>` would break once more.
            capture.push_end(vocabulary, tag.name);
        }
    }

    fn add_enclosure(&mut self, tag: &Tag) {
        let rank = self.believed(3);
        self.draft().add_enclosure(rank, tag);
    }

    fn end(&mut self, name: &str) {
        let (vocabulary, local) = self.namespaces.resolve(name);
        let of_entry = dialect::is_entry(vocabulary, &local);
        let of_root = local == self.root || dialect::is_root(&local) || local == "channel";
        if of_entry || of_root && vocabulary == Vocabulary::Core {
            self.aside = None;
            self.scope = None;
            self.close_entry();
            if local == self.root && self.end == End::Ahead {
                self.end = End::Met;
            }
            return;
        }
        if self.is_in_person() && self.end_scope(&local) {
            return;
        }
        if let Some(aside) = &self.aside {
            if *aside == local {
                self.aside = None;
            }
            return;
        }
        let Some(capture) = &mut self.capture else {
            self.end_scope(&local);
            return;
        };
        if capture.name != local {
            capture.push_end(vocabulary, name);
        } else if capture.depth > 0 {
            capture.depth -= 1;
            capture.push_end(vocabulary, name);
        } else {
            self.close_field();
        }
    }

    fn text(&mut self, text: &str, is_cdata: bool) {
        if self.aside.is_none()
            && let Some(capture) = &mut self.capture
        {
            capture.push_text(text, is_cdata);
        }
    }

    fn draft(&mut self) -> &mut Draft {
        self.entry.as_mut().unwrap_or(&mut self.feed)
    }

    fn open_entry(&mut self, tag: &Tag) {
        self.flaws.unclosed |= self.entry.is_some() || self.capture.is_some();
        self.aside = None;
        self.scope = None;
        self.close_entry();
        let mut entry = Draft::new(self.feed.base.clone());
        entry.set_attributes(tag);
        entry.set_own_attributes(tag);
        self.entry = Some(entry);
        if tag.empty {
            self.close_entry();
        }
    }

    fn close_entry(&mut self) {
        self.has_open_person = false;
        let has_lost_start = std::mem::take(&mut self.has_lost_start);
        if self.capture.is_some() {
            self.flaws.unclosed = true;
            self.close_field();
        }
        if let Some(entry) = self.entry.take()
            && !entry.is_empty()
        {
            let entry = entry.into_entry();
            let is_rest = has_lost_start && entry.title.is_none() && entry.url.is_none();
            if let Some(before) = self.entries.last_mut().filter(|_| is_rest) {
                add_rest(before, entry);
                return;
            }
            self.entries.push(entry);
            self.found += 1;
            // What a bound will cut off anyway is not worth its memory.
            if self.entries.len() >= 4 * ENTRIES_MAX {
                self.entries = newest(std::mem::take(&mut self.entries));
            }
        }
    }

    fn open_field(&mut self, tag: &Tag, element: (Vocabulary, String), meaning: (Field, u8)) {
        if meaning.0 == Field::Link && tag.attribute("href").is_some() {
            let most = self.believed(u8::MAX);
            self.draft().set_link(most, tag);
            return;
        }
        // What is given several times over, as mail is, holds each form in an element of its own.
        let is_multipart = tag.attribute("type").is_some_and(|kind| kind.starts_with("multipart/"));
        if tag.empty || is_multipart {
            return;
        }
        let base = self.draft().base_of(tag);
        let in_atom = matches!(self.root.as_str(), "feed" | "entry");
        self.capture = Some(Capture::open(tag, element, meaning, base, in_atom));
    }

    fn close_field(&mut self) {
        let Some(capture) = self.capture.take() else { return };
        let value = capture.value(&mut self.tokens.room);
        if value.is_empty() {
            return;
        }
        if capture.field == Field::Link && self.entry.is_none() && self.scope.is_none() {
            self.set_site_base(&value);
        }
        let of_source = self.is_of_source();
        let draft = self.draft();
        match capture.field {
            Field::Author if of_source => draft.add_source_author(capture.rank, &value),
            Field::Link => draft.set_address(capture.rank, &capture.base, &value),
            Field::Guid => {
                draft.set(Field::Guid, capture.rank, &value);
                if capture.permalink.holds(&value) {
                    draft.set_address(capture.rank.min(1), &capture.base, &value);
                }
            }
            field => draft.set(field, capture.rank, &value),
        }
    }

    /// RSS has no word for where relative links start. A feed that is kept on
    /// another host than its site means the site.
    fn set_site_base(&mut self, link: &str) {
        let Ok(site) = crate::url::resolve(&self.feed.base, link) else { return };
        let is_short = site.as_str().len() <= FEED_BASE_BYTES_MAX;
        if self.feed.base == *self.url && site.host() != self.url.host() && is_short {
            self.feed.base = site;
        }
    }

    fn into_document(mut self, text: &str) -> FeedDocument {
        let mut warnings = self.warnings();
        let found = self.found;
        let mut entries = newest(self.entries);
        if self.root == "feed" {
            // RFC 4287, 4.2.1. What RSS says of its channel is who sees to it.
            let authors = self.feed.take_authors();
            for entry in entries.iter_mut().filter(|entry| entry.authors.is_empty()) {
                entry.authors.clone_from(&authors);
            }
        }
        if found > entries.len() {
            let detail = format!("{} of {found} kept", entries.len());
            warnings.push(Warning::new(WarningKind::EntriesDropped, detail));
        }
        if entries.is_empty() && (text.contains("<item") || text.contains("<entry")) {
            let detail = "the feed has items, but none could be read";
            warnings.push(Warning::new(WarningKind::EntriesUnread, detail));
        }
        let title = self.feed.take(Field::Title);
        let site = self.feed.take(Field::Link);
        FeedDocument {
            title: title.and_then(|html| plain(&html, TITLE_BYTES_MAX)),
            site_url: site.and_then(|link| crate::url::resolve(self.url, &link).ok()),
            language: self.feed.take(Field::Language).as_deref().and_then(language),
            ttl: self.feed.ttl(),
            quiet: self.feed.quiet,
            cut_off: self.flaws.truncated,
            entries,
            warnings,
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let tokens = self.tokens.flaws;
        let flaws: Vec<Cow<'static, str>> = [
            (self.flaws.junk_before, "something stands before the feed"),
            (tokens.references, "references that mean nothing"),
            (tokens.characters, "characters that XML forbids"),
            (tokens.markup, "tags, quotes or sections without an end"),
            (self.flaws.unclosed, "elements without a start or an end"),
            (self.end == End::Early, "entries behind its end"),
            (self.flaws.truncated, "it is cut off"),
        ]
        .into_iter()
        .filter(|(met, _)| *met)
        .map(|(_, what)| Cow::Borrowed(what))
        .collect();
        if flaws.is_empty() {
            return Vec::new();
        }
        vec![Warning::new(WarningKind::FeedRepaired, flaws.join("; "))]
    }
}

/// What a document is that begins with an element of neither feed nor page.
fn other_root(name: &str) -> String {
    match name {
        "opml" => "an OPML list; `tearsheet import` reads it".to_owned(),
        "urlset" | "sitemapindex" => "a sitemap; add it with `--kind sitemap`".to_owned(),
        name => stranger(name),
    }
}

/// Whether a document that begins with this element is a web page, and no feed that lost its root.
fn is_page(name: &str) -> bool {
    begins_page(name) && !matches!(name, "title" | "link")
}

/// What stands behind an end too many is the rest of the entry that it ended.
fn add_rest(entry: &mut Entry, rest: Entry) {
    let Entry { guid, authors, published, updated, summary, content, enclosures, .. } = rest;
    entry.guid = entry.guid.take().or(guid);
    if entry.authors.is_empty() {
        entry.authors = authors;
    }
    entry.published = entry.published.or(published);
    entry.updated = entry.updated.or(updated);
    entry.summary = entry.summary.take().or(summary);
    entry.content = entry.content.take().or(content);
    if entry.enclosures.is_empty() {
        entry.enclosures = enclosures;
    }
}
