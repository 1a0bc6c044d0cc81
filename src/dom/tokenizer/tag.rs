//! Tags and their attributes.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, TokenSinkResult};
use html5ever::{Attribute, QualName, ns};

use super::source::Stretch;
use super::{Tokenizer, is_space};
use crate::limits;

impl Tokenizer<'_> {
    /// Reads a start tag, and the text of an element whose content is no markup.
    pub(super) fn read_start_tag(&mut self) {
        let from = self.at + "<".len();
        let Some((tag, name_end)) = self.tag(TagKind::StartTag, from) else { return };
        match self.guard.start_tag(tag) {
            TokenSinkResult::RawData(kind) => self.read_raw_text(kind, from..name_end),
            TokenSinkResult::Plaintext => self.read_plain_text(),
            TokenSinkResult::EncodingIndicator(_) => self.skip_mark(),
            TokenSinkResult::Script(_) | TokenSinkResult::Continue => {}
        }
    }

    pub(super) fn read_end_tag(&mut self) {
        let Some((tag, _)) = self.tag(TagKind::EndTag, self.at + "</".len()) else { return };
        if let TokenSinkResult::Script(_) = self.guard.end_tag(tag) {
            self.skip_mark();
        }
    }

    /// The tag whose name begins at `from`, and where that ends; `None` if the
    /// page ends within the tag, which is lost then.
    fn tag(&mut self, kind: TagKind, from: usize) -> Option<(Tag, usize)> {
        let name_end = self.source.find(from, |byte| is_space(byte) || matches!(byte, b'/' | b'>'));
        let name = self.names.atom(self.source.text(from..name_end));
        let mut tag = Tag {
            kind,
            name,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        let end = self.attributes(name_end, &mut tag);
        self.at = end.unwrap_or(self.source.len());
        end.map(|_| (tag, name_end))
    }

    /// Reads attributes up to the end of the tag, and tells where that is.
    fn attributes(&mut self, from: usize, tag: &mut Tag) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.source.after_space(at);
            match self.source.rest(at) {
                [] => return None,
                [b'>', ..] => return Some(at + 1),
                [b'/', b'>', ..] => {
                    tag.self_closing = true;
                    return Some(at + 2);
                }
                [b'/', ..] => at += 1,
                _ => at = self.attribute(at, tag)?,
            }
        }
    }

    /// Reads one attribute, and tells where reading goes on.
    fn attribute(&mut self, from: usize, tag: &mut Tag) -> Option<usize> {
        // Its first character may be a `=`.
        let name_end =
            self.source.find(from + 1, |byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
        let at = self.source.after_space(name_end);
        let (value, end) = match self.source.byte(at)? {
            b'=' => self.value(self.source.after_space(at + 1))?,
            _ => (StrTendril::new(), at),
        };
        let local = self.names.atom(self.source.text(from..name_end));
        if tag.attrs.iter().any(|attribute| attribute.name.local == local) {
            tag.had_duplicate_attributes = true;
        } else if tag.attrs.len() < limits::HTML_ATTRIBUTES_MAX {
            tag.attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
        } else {
            self.guard.note_loss();
        }
        Some(end)
    }

    /// The value that begins at `at`, and where reading goes on.
    fn value(&self, at: usize) -> Option<(StrTendril, usize)> {
        match self.source.byte(at)? {
            quote @ (b'"' | b'\'') => self.quoted_value(at + 1, quote),
            _ => self.bare_value(at),
        }
    }

    fn quoted_value(&self, from: usize, quote: u8) -> Option<(StrTendril, usize)> {
        let mut value = Stretch::starting(from);
        let mut at = from;
        loop {
            at += memchr::memchr3(quote, b'&', 0, self.source.rest(at))?;
            at = match self.source.byte(at)? {
                b'&' => self.source.resolve(&mut value, at, true),
                0 => self.source.replace_nul(&mut value, at),
                _ => return Some((self.source.end(value, at), at + 1)),
            };
        }
    }

    fn bare_value(&self, from: usize) -> Option<(StrTendril, usize)> {
        let mut value = Stretch::starting(from);
        let mut at = from;
        loop {
            at = self.source.find(at, |byte| is_space(byte) || matches!(byte, b'>' | b'&' | 0));
            at = match self.source.byte(at)? {
                b'&' => self.source.resolve(&mut value, at, true),
                0 => self.source.replace_nul(&mut value, at),
                _ => return Some((self.source.end(value, at), at)),
            };
        }
    }
}
