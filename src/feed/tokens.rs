//! Broken XML → tags and text, whatever is broken about it.
//!
//! No tree and no stack: what belongs together is decided by the reader of the
//! tokens. Every byte is looked at a bounded number of times.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use super::text::decode_references;
use super::text::legalized;
use crate::limits::FEED_GROWTH_BYTES_MAX;
use crate::limits::XML_ATTRIBUTES_MAX;
use crate::limits::XML_COMMENT_END_BYTES_MAX;
use crate::limits::XML_ENTITIES_MAX;
use crate::limits::XML_ENTITY_BYTES_MAX;

/// What a CDATA section begins with.
pub(super) const CDATA: &str = "<![CDATA[";

/// A piece of a feed.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag, with its name as written.
    End(&'a str),
    /// Text, references decoded.
    Text(Cow<'a, str>),
    /// The inside of a CDATA section.
    Cdata(Cow<'a, str>),
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// The name as written, prefix included.
    pub(super) name: &'a str,
    /// Names as written and values with references decoded, in order; the
    /// first of two with the same name comes first.
    pub(super) attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Whether it closes itself.
    pub(super) empty: bool,
}

impl Tag<'_> {
    /// An attribute's value, by its name without prefix, in any case.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Reads tokens off a text.
pub(super) struct Tokens<'a> {
    text: &'a str,
    rest: &'a str,
    cdata_start: Ahead,
    cdata_end: Ahead,
    comment_start: Ahead,
    comment_end: Ahead,
    next_entry: Ahead,
    /// Start and end tags, by the lower-case local name of their element.
    tags: HashMap<String, (TagAhead, TagAhead)>,
    entities: HashMap<&'a str, Cow<'a, str>>,
    /// The name of the tag opened last: where a CDATA section without an end
    /// most likely ends.
    open: &'a str,
    /// Bytes by which the text may yet grow.
    pub(super) room: usize,
    /// What was wrong.
    pub(super) flaws: Flaws,
}

/// The next place of a pattern, looked for once: a document full of starts
/// without ends must not be searched to its end for each.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Byte of the text, its length where there is none; never before the
    /// place last asked from.
    at: Option<usize>,
}

impl Ahead {
    /// The place at or behind `from`; `find` looks for it in what follows.
    pub(super) fn find(
        &mut self,
        text: &str,
        from: usize,
        find: impl FnOnce(&[u8]) -> Option<usize>,
    ) -> usize {
        match self.at {
            Some(at) if at >= from => at,
            _ => {
                let at = find(&text.as_bytes()[from..]).map_or(text.len(), |found| from + found);
                self.at = Some(at);
                at
            }
        }
    }
}

/// The next tag of one name, start or end, looked for in the same way.
#[derive(Debug, Default)]
struct TagAhead {
    tag: Ahead,
    comment_end: Ahead,
    cdata_start: Ahead,
    cdata_end: Ahead,
}

impl TagAhead {
    /// Where the tag begins; `entry`, where the next entry starts, if there is none before that.
    /// `opening` is `<` or `</`; the prefix of the name does not matter.
    fn find(&mut self, text: &str, from: usize, entry: usize, opening: &str, local: &str) -> usize {
        let TagAhead { tag, comment_end, cdata_start, cdata_end } = self;
        let bytes = text.as_bytes();
        tag.find(text, from, |_| {
            let mut at = from;
            loop {
                at += memchr::memchr(b'<', &bytes[at..entry])?;
                if bytes[at..].starts_with(b"<!--") {
                    let end = end_of_comment(comment_end, text, at + "<!".len());
                    // One that reaches the next entry is read up to there, or beyond.
                    at = end.filter(|end| *end <= entry)?;
                } else if starts_with_ignoring_case(&text[at..], CDATA) {
                    at += CDATA.len();
                    let end = cdata_end.find(text, at, finder("]]>"));
                    // One that holds another, or an entry, may have lost its end.
                    if end < entry.min(cdata_start.find(text, at, finder(CDATA))) {
                        at = end + "]]>".len();
                    }
                } else if is_tag(&bytes[at..], opening, local) {
                    return Some(at - from);
                } else {
                    at += 1;
                }
            }
        })
        .min(entry)
    }
}

fn finder(needle: &str) -> impl FnOnce(&[u8]) -> Option<usize> {
    move |bytes| memchr::memmem::find(bytes, needle.as_bytes())
}

/// Where the next entry starts.
fn entry_start(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', bytes).find(|&at| {
        ["item", "entry"].iter().any(|name| {
            bytes[at + 1..].starts_with(name.as_bytes())
                && matches!(bytes.get(at + 1 + name.len()), Some(b'>' | b' '))
        })
    })
}

/// Bytes of the end of a comment that begins with two hyphens: `-->`, and what is meant by `--!>`
/// and `-- >`.
fn comment_end(bytes: &[u8]) -> Option<usize> {
    let filler = bytes.get(2..)?.iter().take(XML_COMMENT_END_BYTES_MAX);
    let end = 2 + filler.take_while(|byte| b"-! \t\r\n".contains(byte)).count();
    (bytes.get(end) == Some(&b'>')).then_some(end + 1)
}

/// Where the comment ends in which `from` stands, the first byte behind its `<!`.
fn end_of_comment(next: &mut Ahead, text: &str, from: usize) -> Option<usize> {
    let dashes = next.find(text, from, |bytes| {
        memchr::memmem::find_iter(bytes, b"--").find(|&at| comment_end(&bytes[at..]).is_some())
    });
    comment_end(&text.as_bytes()[dashes..]).map(|length| dashes + length)
}

/// Whether a tag of this local name stands here, whatever its prefix; `opening` is `<` or `</`.
fn is_tag(bytes: &[u8], opening: &str, local: &str) -> bool {
    let Some(name) = bytes.strip_prefix(opening.as_bytes()) else { return false };
    let name = &name[..name.iter().take_while(|&&byte| is_of_name(byte)).count()];
    let own = name.rsplit(|&byte| byte == b':').next();
    own.is_some_and(|name| name.eq_ignore_ascii_case(local.as_bytes()))
}

/// Flaws of the writing, as opposed to those of the structure.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flaws {
    /// `&` that begins no reference.
    pub(super) references: bool,
    /// Characters that XML forbids.
    pub(super) characters: bool,
    /// Quotes, comments, tags or CDATA sections that do not end, `<` in text.
    pub(super) markup: bool,
}

impl<'a> Tokens<'a> {
    /// Begins at the start of `text`.
    pub(super) fn new(text: &'a str) -> Tokens<'a> {
        Tokens {
            text,
            rest: text,
            cdata_start: Ahead::default(),
            cdata_end: Ahead::default(),
            comment_start: Ahead::default(),
            comment_end: Ahead::default(),
            next_entry: Ahead::default(),
            tags: HashMap::new(),
            entities: HashMap::new(),
            open: "",
            room: FEED_GROWTH_BYTES_MAX,
            flaws: Flaws::default(),
        }
    }

    /// Whether the end tag of an element follows before the next entry.
    pub(super) fn has_end(&mut self, local: &str) -> bool {
        let (_, end) = self.next_tags(local);
        end < self.next_entry.find(self.text, self.offset(), entry_start)
    }

    /// Whether this is the inside of an element: its end tag follows before another start tag
    /// of that name, and before the next entry.
    pub(super) fn is_inside(&mut self, local: &str) -> bool {
        let (start, end) = self.next_tags(local);
        end < start && self.has_end(local)
    }

    /// Where the next start and end tags of an element are, each no farther than the next entry.
    /// Each name costs two walks through the text: only the few that matter may be asked for.
    fn next_tags(&mut self, local: &str) -> (usize, usize) {
        let from = self.offset();
        let entry = self.next_entry.find(self.text, from, entry_start);
        let (start, end) = self.tags.entry(local.to_owned()).or_default();
        let start = start.find(self.text, from, entry, "<", local);
        let end = end.find(self.text, from, entry, "</", local);
        (start, end)
    }

    /// The byte of the text that is read next.
    fn offset(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn text(&mut self, length: usize) -> Token<'a> {
        let raw = self.take(length);
        let legal = self.legal(raw);
        Token::Text(self.decoded(legal))
    }

    fn legal(&mut self, raw: &'a str) -> Cow<'a, str> {
        let legal = legalized(raw);
        self.flaws.characters |= matches!(legal, Cow::Owned(_));
        legal
    }

    fn decoded(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
        let room = Cell::new(self.room);
        let declared = |name: &str| {
            let text = self.entities.get(name)?;
            room.set(room.get().checked_sub(text.len())?);
            Some(text.clone().into_owned())
        };
        let (decoded, clean) = match text {
            Cow::Borrowed(text) => decode_references(text, &declared),
            Cow::Owned(text) => {
                let (decoded, clean) = decode_references(&text, &declared);
                (Cow::Owned(decoded.into_owned()), clean)
            }
        };
        self.room = room.get();
        self.flaws.references |= !clean;
        decoded
    }

    /// Takes up to and including `end`; all that is left where there is none.
    fn take_through(&mut self, end: &str) -> &'a str {
        let length = if let Some(found) = memchr::memmem::find(self.rest.as_bytes(), end.as_bytes())
        {
            found + end.len()
        } else {
            self.flaws.markup = true;
            self.rest.len()
        };
        self.take(length)
    }

    fn cdata(&mut self) -> Token<'a> {
        self.take(CDATA.len());
        let from = self.offset();
        let end = self.cdata_end.find(self.text, from, finder("]]>"));
        // What stands in a sound section may look like anything but another section; one in
        // another field or entry tells that this has lost its end.
        let next = self.cdata_start.find(self.text, from, finder(CDATA));
        let entry = self.next_entry.find(self.text, from, entry_start);
        let is_lost = end == self.text.len()
            || next < end && (entry < next || self.own_end(next - from).is_some());
        if !is_lost {
            let section = self.take(end - from);
            self.take("]]>".len());
            return Token::Cdata(self.legal(section));
        }
        self.flaws.markup = true;
        let most = entry.min(next) - from;
        let section = self.take(self.own_end(most).unwrap_or(most));
        Token::Cdata(self.legal(section))
    }

    /// Where the tag opened last ends, among the next `length` bytes.
    fn own_end(&self, length: usize) -> Option<usize> {
        let own_end = format!("</{}", self.open);
        memchr::memmem::find(&self.rest.as_bytes()[..length], own_end.as_bytes())
    }

    /// Goes past a comment; one without an end ends at the next entry. Another that begins
    /// behind that tells that the end there is its own.
    fn comment(&mut self) {
        let from = self.offset() + "<!".len();
        let end = end_of_comment(&mut self.comment_end, self.text, from);
        let entry = self.next_entry.find(self.text, from, entry_start);
        let next = self.comment_start.find(self.text, from, finder("<!--"));
        let is_lost = end.is_none_or(|end| entry < next && next < end);
        self.flaws.markup |= is_lost;
        let end = end.filter(|_| !is_lost).unwrap_or(entry);
        self.rest = &self.text[end..];
    }

    fn doctype(&mut self) {
        let end = memchr::memchr2(b'[', b'>', self.rest.as_bytes()).unwrap_or(self.rest.len());
        if self.rest.as_bytes().get(end) != Some(&b'[') {
            self.take_through(">");
            return;
        }
        let subset = self.take_through("]");
        for declaration in subset.split("<!ENTITY").skip(1).take(XML_ENTITIES_MAX) {
            let mut parts = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            // Only characters: an entity made of entities is a bomb, not a name.
            if let Some(text) = value[1..].split(quote).next()
                && text.len() <= XML_ENTITY_BYTES_MAX
                && !text.contains(['<', '%'])
                && let (text, true) = decode_references(text, &|_| None)
            {
                self.entities.insert(name, text);
            }
        }
        self.take_through(">");
    }

    fn end_tag(&mut self) -> Token<'a> {
        self.take("</".len());
        let end = memchr::memchr2(b'<', b'>', self.rest.as_bytes()).unwrap_or(self.rest.len());
        let name = self.take(end).trim_start();
        if self.rest.starts_with('>') {
            self.take(1);
        } else {
            self.flaws.markup = true;
        }
        Token::End(&name[..name_length(name)])
    }

    fn start_tag(&mut self) -> Token<'a> {
        self.take(1);
        let length = name_length(self.rest);
        let name = self.take(length);
        let mut tag = Tag { name, attributes: Vec::new(), empty: false };
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.take(blank);
            match self.rest.as_bytes().first() {
                None | Some(b'<') => {
                    self.flaws.markup = true;
                    break;
                }
                Some(b'>') => {
                    self.take(1);
                    break;
                }
                Some(b'/') => {
                    self.take(1);
                    tag.empty = self.rest.starts_with('>');
                }
                Some(_) => self.attribute(&mut tag),
            }
        }
        self.open = name;
        Token::Start(tag)
    }

    /// Reads one attribute, or one character that belongs to none.
    fn attribute(&mut self, tag: &mut Tag<'a>) {
        let length = self
            .rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '<' | '/' | '"' | '\''))
            .unwrap_or(self.rest.len());
        if length == 0 {
            let stray = self.rest.chars().next().map_or(0, char::len_utf8);
            self.take(stray);
            self.flaws.markup = true;
            return;
        }
        let name = self.take(length);
        let after_blank = self.rest.trim_start();
        let Some(value) = after_blank.strip_prefix('=') else {
            self.flaws.markup = true;
            return;
        };
        self.rest = value.trim_start();
        let raw = self.attribute_value();
        if tag.attributes.len() < XML_ATTRIBUTES_MAX {
            let legal = self.legal(raw);
            let value = self.decoded(legal);
            tag.attributes.push((name, value));
        }
    }

    /// A value without quotes.
    fn bare_value(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '<'))
            .unwrap_or(self.rest.len());
        // `<br clear=all/>`
        let closes_itself = self.rest[..end].ends_with('/') && self.rest[end..].starts_with('>');
        self.take(if closes_itself { end - 1 } else { end })
    }

    fn attribute_value(&mut self) -> &'a str {
        let Some(&quote @ (b'"' | b'\'')) = self.rest.as_bytes().first() else {
            self.flaws.markup = true;
            return self.bare_value();
        };
        self.take(1);
        let end = memchr::memchr(quote, self.rest.as_bytes()).unwrap_or(self.rest.len());
        let value = &self.rest[..end];
        // `href="x> <title>`: the quote that follows belongs to another tag.
        let closes = memchr::memchr(b'>', value.as_bytes());
        let opens = memchr::memchr(b'<', value.as_bytes()).unwrap_or(usize::MAX);
        if let Some(closes) = closes
            && closes < opens
            && (opens != usize::MAX || end == self.rest.len())
        {
            self.flaws.markup = true;
            return self.take(closes);
        }
        // A value that swallows the next entry has lost its quote.
        let from = self.offset();
        if opens < end && self.next_entry.find(self.text, from, entry_start) < from + end {
            self.flaws.markup = true;
            return self.take(opens);
        }
        if end == self.rest.len() {
            self.flaws.markup = true;
            // Cut off inside the value: nothing of it can be believed.
            self.take(end);
            return "";
        }
        let value = self.take(end);
        self.take(1);
        value
    }
}

/// Bytes of the name at the start of `text`; feeds have none beyond ASCII.
fn name_length(text: &str) -> usize {
    text.bytes().take_while(|&byte| is_of_name(byte)).count()
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":_-.".contains(&byte)
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let bytes = self.rest.as_bytes();
            if bytes[0] != b'<' {
                let end = memchr::memchr(b'<', bytes).unwrap_or(bytes.len());
                return Some(self.text(end));
            }
            match bytes.get(1) {
                Some(b'/') => return Some(self.end_tag()),
                Some(b'?') => {
                    // A declaration may lack its own end, but not that of the tag.
                    self.take_through(">");
                }
                Some(b'!') if self.rest.starts_with("<!--") => self.comment(),
                Some(b'!') if starts_with_ignoring_case(self.rest, CDATA) => {
                    return Some(self.cdata());
                }
                Some(b'!') if starts_with_ignoring_case(self.rest, "<!doctype") => self.doctype(),
                Some(b'!') => {
                    self.take_through(">");
                }
                Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
                    return Some(self.start_tag());
                }
                _ => {
                    self.flaws.markup = true;
                    let end = memchr::memchr(b'<', &bytes[1..]).map_or(bytes.len(), |at| at + 1);
                    return Some(self.text(end));
                }
            }
        }
    }
}
