//! The text of one field while it is being read.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;

use super::dialect::Field;
use super::dialect::Vocabulary;
use super::dialect::is_text_by_itself;
use super::html::is_mark_up;
use super::links::absolute;
use super::sniff::as_html;
use super::text::push_escaped;
use super::tokens::CDATA;
use super::tokens::Tag;
use crate::limits::ENTRY_CONTENT_BYTES_MAX;
use crate::mojibake::once_encoded;

/// How the text of a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// An address, date or number.
    Value,
    /// Text that means what it says, unless it is HTML all the same.
    Plain,
    /// HTML, escaped or not.
    Html,
    /// Mark-up of its own, in which text means what it says.
    Markup,
    /// HTML, packed as base64.
    Packed,
}

/// Whether an identifier is said to be an address
/// (<https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt>).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Permalink {
    /// It says so.
    Stated,
    /// It says nothing: then it is one by the specification, and often none in the wild.
    Assumed,
    /// Other vocabularies have no word for it: a whole address is one.
    Possible,
    /// It says that it is none, or it is no identifier.
    Denied,
}

impl Permalink {
    /// Whether `identifier` is to be taken for an address.
    pub(super) fn holds(self, identifier: &str) -> bool {
        let absolute = identifier.starts_with("http://") || identifier.starts_with("https://");
        match self {
            Permalink::Stated => !identifier.contains(char::is_whitespace),
            Permalink::Assumed => absolute || identifier.starts_with('/'),
            Permalink::Possible => absolute,
            Permalink::Denied => false,
        }
    }
}

/// A field that is being read.
pub(super) struct Capture {
    pub(super) field: Field,
    pub(super) rank: u8,
    /// Lower-case local name of the element.
    pub(super) name: String,
    /// Elements of the same name open inside.
    pub(super) depth: u32,
    /// Whether it is an identifier that is an address, too.
    pub(super) permalink: Permalink,
    /// Where its relative links start from.
    pub(super) base: url::Url,
    form: Form,
    out: String,
}

impl Capture {
    /// Begins to read the field that `tag` opens; `in_atom` tells whether text
    /// is text unless it says otherwise.
    pub(super) fn open(
        tag: &Tag,
        (vocabulary, name): (Vocabulary, String),
        (field, rank): (Field, u8),
        base: url::Url,
        in_atom: bool,
    ) -> Capture {
        let permalink = match tag.attribute("isPermaLink").map(str::to_ascii_lowercase).as_deref() {
            _ if field != Field::Guid => Permalink::Denied,
            Some("false" | "no" | "0") => Permalink::Denied,
            Some(_) => Permalink::Stated,
            None if name == "guid" => Permalink::Assumed,
            None => Permalink::Possible,
        };
        let is_text = in_atom && is_text_by_itself(vocabulary, &name);
        let form = if field.is_prose() { form(tag, field, is_text) } else { Form::Value };
        // Of several forms of a text the one with mark-up says more.
        let rank = if form == Form::Plain && field == Field::Content { rank.min(1) } else { rank };
        Capture { field, rank, name, depth: 0, permalink, base, form, out: String::new() }
    }

    pub(super) fn push_text(&mut self, text: &str, is_cdata: bool) {
        let left = ENTRY_CONTENT_BYTES_MAX.saturating_sub(self.out.len());
        let text = &text[..text.floor_char_boundary(left)];
        match self.form {
            Form::Markup if !is_cdata => push_escaped(&mut self.out, text),
            _ => self.out.push_str(text),
        }
    }

    pub(super) fn push_tag(&mut self, vocabulary: Vocabulary, tag: &Tag) {
        let Some(name) = self.kept_name(vocabulary, tag.name) else { return };
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in &tag.attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            push_escaped(&mut self.out, value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    pub(super) fn push_end(&mut self, vocabulary: Vocabulary, name: &str) {
        let Some(name) = self.kept_name(vocabulary, name) else { return };
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// The name by which the tag of an element inside is kept, if it is.
    fn kept_name<'a>(&mut self, vocabulary: Vocabulary, name: &'a str) -> Option<&'a str> {
        if self.form == Form::Value || self.out.len() > ENTRY_CONTENT_BYTES_MAX {
            return None;
        }
        let name = match name.rsplit_once(':') {
            Some((_, local)) if vocabulary == Vocabulary::Xhtml => local,
            _ => name,
        };
        // Headlines hold mark-up for formulas and the like; were it text, it would be escaped.
        if !self.field.is_long() && !is_mark_up(name) {
            return None;
        }
        // The reader tells apart whom a list names.
        let is_list = ["ul", "ol", "li"].iter().any(|list| name.eq_ignore_ascii_case(list));
        if self.field == Field::Author && is_list {
            return None;
        }
        if self.form == Form::Plain {
            let text = std::mem::take(&mut self.out);
            push_escaped(&mut self.out, &text);
            self.form = Form::Markup;
        }
        Some(name)
    }

    /// The same field, of which nothing has been read yet.
    pub(super) fn anew(&self) -> Capture {
        let (name, base) = (self.name.clone(), self.base.clone());
        Capture { name, base, out: String::new(), ..*self }
    }

    /// What was read: prose as HTML, with the addresses in it made absolute as far as
    /// `room` suffices for what that adds.
    pub(super) fn value(&self, room: &mut usize) -> Cow<'_, str> {
        let text = unwrapped(self.out.trim());
        let text = match self.form {
            Form::Packed => unpacked(text),
            Form::Value => Cow::Borrowed(text),
            Form::Plain => as_html(once_encoded(text)),
            Form::Html | Form::Markup => once_encoded(text),
        };
        if !self.field.is_long() {
            return text;
        }
        match absolute(&text, &self.base, room) {
            Cow::Owned(absolute) => Cow::Owned(absolute),
            Cow::Borrowed(_) => text,
        }
    }
}

fn form(tag: &Tag, field: Field, is_text: bool) -> Form {
    let essence = |value: &str| value.split(';').next().unwrap_or("").trim().to_lowercase();
    let kind = tag.attribute("type").map(essence).unwrap_or_default();
    let mode = tag.attribute("mode").unwrap_or_default().to_ascii_lowercase();
    let is_typed = is_text && field != Field::Author;
    match kind.as_str() {
        _ if mode == "base64" => Form::Packed,
        kind if kind.contains("xhtml") && mode != "escaped" => Form::Markup,
        kind if kind.contains("html") && mode == "xml" => Form::Markup,
        "" | "text" | "plain" | "text/plain" if is_text => Form::Plain,
        // Atom: what is neither text nor XML is packed.
        kind if is_typed
            && kind.contains('/')
            && !kind.starts_with("text/")
            && !kind.ends_with("xml") =>
        {
            Form::Packed
        }
        _ => Form::Html,
    }
}

/// The inside of a CDATA section that was escaped or wrapped into another.
fn unwrapped(text: &str) -> &str {
    let inside = text.strip_prefix(CDATA).and_then(|text| text.strip_suffix("]]>"));
    inside.map_or(text, str::trim)
}

/// The text in base64; what is none is taken as it stands.
fn unpacked(text: &str) -> Cow<'_, str> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let packed: String = text.split_whitespace().collect();
    let unpacked = LENIENT.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    unpacked.map_or(Cow::Borrowed(text), |text| Cow::Owned(text.trim().to_owned()))
}
