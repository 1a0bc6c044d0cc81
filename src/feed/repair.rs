//! A feed of any dialect and in any condition → well-formed Atom.
//!
//! One pass over the tokens, without a tree: the reader knows whether it stands
//! in the feed or in an entry, and which field it is reading. What comes out is
//! three elements deep, so no nesting can harm whoever reads it next.

use std::borrow::Cow;
use std::time::Duration;

use super::dialect;
use super::dialect::Field;
use super::dialect::Namespaces;
use super::dialect::Vocabulary;
use super::fields::Fields;
use super::fields::newest;
use super::fields::write_atom;
use super::text::push_escaped;
use super::tokens::Tag;
use super::tokens::Token;
use super::tokens::Tokens;
use crate::limits::ENTRIES_MAX;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::limits::URL_BYTES_MAX;
use crate::warning::Warning;

/// A feed made whole.
#[derive(Debug)]
pub(super) struct Repaired {
    /// Atom 1.0, UTF-8, every text as escaped HTML, every link absolute.
    pub(super) atom: String,
    /// How long the feed asks not to be polled again.
    pub(super) ttl: Option<Duration>,
    /// Entries that the document held, before bounds.
    pub(super) entries: usize,
    /// What had to be mended.
    pub(super) warnings: Vec<Warning>,
}

/// Why there was nothing to repair.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRoot {
    /// The first element is one of HTML.
    Html,
    /// The first element has this name.
    Other(String),
    /// There is no element.
    Text,
}

/// Reads `text`, found at `url`.
pub(super) fn repair(text: &str, url: &url::Url) -> Result<Repaired, NoRoot> {
    let mut walk = Walk::new(text, url);
    let in_html = walk.find_root()?;
    walk.run();
    if in_html && walk.entries.is_empty() {
        return Err(NoRoot::Html);
    }
    let warnings = walk.warnings();
    let (entries, ttl) = (walk.found, walk.feed.ttl());
    let kept = newest(walk.entries);
    Ok(Repaired { atom: write_atom(&walk.feed, &kept), ttl, entries, warnings })
}

/// How the text of a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// An address, date or number.
    Value,
    /// Text that means what it says.
    Plain,
    /// HTML, escaped or not.
    Html,
    /// Mark-up of its own, in which text means what it says.
    Markup,
}

/// A field that is being read.
struct Capture {
    field: Field,
    rank: u8,
    /// Lower-case local name of the element.
    name: String,
    /// Elements of the same name open inside.
    depth: u32,
    form: Form,
    permalink: bool,
    base: Option<url::Url>,
    out: String,
}

impl Capture {
    fn push_text(&mut self, text: &str, is_cdata: bool) {
        if self.out.len() + text.len() > ENTRY_CONTENT_BYTES_MAX {
            return;
        }
        match self.form {
            Form::Value | Form::Html => self.out.push_str(text),
            Form::Markup if is_cdata => self.out.push_str(text),
            Form::Plain | Form::Markup => push_escaped(&mut self.out, text),
        }
    }

    fn push_tag(&mut self, tag: &Tag) {
        if self.form == Form::Value || self.out.len() > ENTRY_CONTENT_BYTES_MAX {
            return;
        }
        self.out.push('<');
        self.out.push_str(tag.name);
        for (name, value) in &tag.attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            push_escaped(&mut self.out, value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn push_end(&mut self, name: &str) {
        if self.form != Form::Value && self.out.len() <= ENTRY_CONTENT_BYTES_MAX {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }
}

/// Flaws of the structure.
#[derive(Clone, Copy, Debug, Default)]
struct Flaws {
    junk_before: bool,
    unclosed: bool,
    truncated: bool,
}

struct Walk<'a> {
    tokens: Tokens<'a>,
    namespaces: Namespaces,
    /// Lower-case local name of the root; its end ends the feed.
    root: String,
    ended: bool,
    feed: Fields,
    entry: Option<Fields>,
    entries: Vec<Fields>,
    /// Entries met, dropped ones included.
    found: usize,
    capture: Option<Capture>,
    /// Lower-case local name of an element whose inside is left out.
    aside: Option<String>,
    flaws: Flaws,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, url: &url::Url) -> Walk<'a> {
        Walk {
            tokens: Tokens::new(text),
            namespaces: Namespaces::default(),
            root: String::new(),
            ended: false,
            feed: Fields::new(url.clone()),
            entry: None,
            entries: Vec::new(),
            found: 0,
            capture: None,
            aside: None,
            flaws: Flaws::default(),
        }
    }

    /// Goes to the root behind whatever stands before it; tells whether the
    /// document begins as a web page.
    fn find_root(&mut self) -> Result<bool, NoRoot> {
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
            let (_, local) = self.namespaces.resolve(tag.name);
            let alone = first.is_none() && matches!(local.as_str(), "channel" | "item" | "entry");
            if dialect::is_root(&local) || alone {
                self.root.clone_from(&local);
                self.feed.set_attributes(&tag);
                if alone {
                    self.start(&tag);
                }
                self.flaws.junk_before |= first.is_some();
                return Ok(first.as_deref().is_some_and(is_html));
            }
            first.get_or_insert(local);
        }
        Err(match first {
            Some(name) if is_html(&name) => NoRoot::Html,
            Some(name) => NoRoot::Other(name),
            None => NoRoot::Text,
        })
    }

    fn run(&mut self) {
        while !self.ended {
            match self.tokens.next() {
                Some(Token::Start(tag)) => self.start(&tag),
                Some(Token::End(name)) => self.end(name),
                Some(Token::Text(text)) => self.text(&text, false),
                Some(Token::Cdata(text)) => self.text(&text, true),
                None => return self.cut_off(),
            }
        }
        self.close_entry();
    }

    /// The text ended before the feed did: half a field is worth nothing, and
    /// half an entry only if it can be told which one it is.
    fn cut_off(&mut self) {
        self.flaws.truncated = true;
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
        let own = tag.attribute("xmlns").map(dialect::of_uri);
        // Only XHTML is believed: an unknown default namespace on a feed is a
        // misspelt one.
        if own == Some(Vocabulary::Xhtml) {
            (Vocabulary::Xhtml, local)
        } else {
            (vocabulary, local)
        }
    }

    fn start(&mut self, tag: &Tag) {
        let (vocabulary, local) = self.resolve(tag);
        if dialect::is_entry(vocabulary, &local) {
            self.open_entry(tag);
            return;
        }
        if self.aside.is_some() {
            return;
        }
        if self.capture.is_some() && !self.leaves_field(vocabulary, &local) {
            self.nested(tag, &local);
            return;
        }
        if self.capture.is_some() {
            self.flaws.unclosed = true;
            self.close_field();
        }
        if dialect::is_aside(vocabulary, &local) {
            self.aside = (!tag.empty).then_some(local);
        } else if local == "channel" {
            self.feed.set_attributes(tag);
        } else if let Some((field, rank)) = dialect::field(vocabulary, &local) {
            self.open_field(tag, local, field, rank);
        } else if local == "name" && vocabulary == Vocabulary::Core {
            // Of an Atom person whose element was left for its first child.
            self.open_field(tag, local, Field::Author, 3);
        }
    }

    /// Whether an element cannot stand in the field that is being read, so that
    /// the field's end must have been lost.
    fn leaves_field(&self, vocabulary: Vocabulary, local: &str) -> bool {
        let Some(capture) = &self.capture else { return true };
        if vocabulary == Vocabulary::Xhtml || vocabulary == Vocabulary::Foreign {
            return false;
        }
        let known = dialect::field(vocabulary, local).is_some()
            || dialect::is_aside(vocabulary, local)
            || vocabulary == Vocabulary::Core && local == "enclosure";
        if capture.field.is_long() {
            let html = vocabulary == Vocabulary::Core && dialect::is_html_too(local);
            return known && !html && local != capture.name;
        }
        known
    }

    /// An element inside the field that is being read.
    fn nested(&mut self, tag: &Tag, local: &str) {
        let Some(capture) = &mut self.capture else { return };
        if capture.field == Field::Author && matches!(local, "name" | "email" | "uri" | "url") {
            let rank = capture.rank;
            self.capture = None;
            if local == "name" {
                self.open_field(tag, local.to_owned(), Field::Author, rank);
            }
            return;
        }
        if local == capture.name && !tag.empty {
            capture.depth += 1;
        }
        capture.push_tag(tag);
        if tag.empty {
            // `<div/>` would stay open in HTML.
            capture.push_end(tag.name);
        }
    }

    fn end(&mut self, name: &str) {
        let (vocabulary, local) = self.namespaces.resolve(name);
        let of_entry = dialect::is_entry(vocabulary, &local);
        let of_root = local == self.root || dialect::is_root(&local) || local == "channel";
        if of_entry || of_root && vocabulary == Vocabulary::Core {
            self.aside = None;
            self.close_entry();
            self.ended = local == self.root;
            return;
        }
        if let Some(aside) = &self.aside {
            if *aside == local {
                self.aside = None;
            }
            return;
        }
        let Some(capture) = &mut self.capture else { return };
        if capture.name != local {
            capture.push_end(name);
        } else if capture.depth > 0 {
            capture.depth -= 1;
            capture.push_end(name);
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

    fn fields(&mut self) -> &mut Fields {
        self.entry.as_mut().unwrap_or(&mut self.feed)
    }

    fn open_entry(&mut self, tag: &Tag) {
        self.flaws.unclosed |= self.entry.is_some() || self.capture.is_some();
        self.aside = None;
        self.close_entry();
        let mut entry = Fields::new(self.feed.base.clone());
        entry.set_attributes(tag);
        entry.set_entry_attributes(tag);
        self.entry = Some(entry);
        if tag.empty {
            self.close_entry();
        }
    }

    fn close_entry(&mut self) {
        if self.capture.is_some() {
            self.flaws.unclosed = true;
            self.close_field();
        }
        if let Some(entry) = self.entry.take()
            && !entry.is_empty()
        {
            self.entries.push(entry);
            self.found += 1;
            // What a bound will cut off anyway is not worth its memory.
            if self.entries.len() >= 4 * ENTRIES_MAX {
                self.entries = newest(std::mem::take(&mut self.entries));
            }
        }
    }

    fn open_field(&mut self, tag: &Tag, name: String, field: Field, rank: u8) {
        if field == Field::Link && tag.attribute("href").is_some() {
            self.fields().set_link(tag);
            return;
        }
        if tag.empty {
            return;
        }
        let permalink = field == Field::Guid
            && name == "guid"
            && !tag.attribute("isPermaLink").is_some_and(|is| is.eq_ignore_ascii_case("false"));
        let own_base = tag.attribute("xml:base").map(str::to_owned);
        let base = own_base.and_then(|base| self.fields().base.join(&base).ok());
        let form = self.form(tag, field);
        let out = String::new();
        self.capture = Some(Capture { field, rank, name, depth: 0, form, permalink, base, out });
    }

    fn form(&self, tag: &Tag, field: Field) -> Form {
        if !field.is_prose() {
            return Form::Value;
        }
        let essence = |value: &str| value.split(';').next().unwrap_or("").trim().to_lowercase();
        let stated = tag.attribute("type").map(essence);
        let escaped =
            tag.attribute("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("escaped"));
        let inline = tag.attribute("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("xml"));
        match stated.as_deref() {
            Some(kind) if kind.contains("xhtml") && !escaped => Form::Markup,
            Some(kind) if kind.contains("html") && inline => Form::Markup,
            None | Some("" | "text" | "plain" | "text/plain")
                if self.root == "feed" || self.root == "entry" =>
            {
                Form::Plain
            }
            _ => Form::Html,
        }
    }

    fn close_field(&mut self) {
        let Some(capture) = self.capture.take() else { return };
        let value = capture.out.trim();
        if value.is_empty() {
            return;
        }
        let fields = self.fields();
        match capture.field {
            Field::Author => fields.add_author(capture.rank, value),
            Field::Link => {
                let base = capture.base.as_ref().unwrap_or(&fields.base).clone();
                fields.set_address(capture.rank, &base, value);
            }
            Field::Guid => {
                fields.set(Field::Guid, capture.rank, value);
                let is_address = value.starts_with("http://") || value.starts_with("https://");
                if capture.permalink && is_address && value.len() <= URL_BYTES_MAX {
                    let base = fields.base.clone();
                    fields.set_address(1, &base, value);
                }
            }
            field => fields.set(field, capture.rank, value),
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let tokens = self.tokens.flaws;
        let flaws: Vec<Cow<'static, str>> = [
            (self.flaws.junk_before, "something stands before the feed"),
            (tokens.references, "references that mean nothing"),
            (tokens.characters, "characters that XML forbids"),
            (tokens.markup, "tags, quotes or sections without an end"),
            (self.flaws.unclosed, "elements that are not closed"),
            (self.flaws.truncated, "it is cut off"),
        ]
        .into_iter()
        .filter(|(met, _)| *met)
        .map(|(_, what)| Cow::Borrowed(what))
        .collect();
        if flaws.is_empty() {
            return Vec::new();
        }
        vec![Warning::new("feed_repaired", flaws.join("; "))]
    }
}

/// Whether a document that begins with this element is a web page.
fn is_html(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "head"
            | "body"
            | "meta"
            | "title"
            | "div"
            | "p"
            | "script"
            | "style"
            | "main"
            | "article"
            | "header"
            | "section"
            | "table"
            | "h1"
            | "h2"
            | "form"
            | "base"
            | "link"
    )
}
