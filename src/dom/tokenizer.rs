//! Cuts a page into tags, text, comments and doctypes, as the HTML standard
//! says, and hands them to the maker of the tree.
//!
//! The standard describes a machine that reads character by character. Here the
//! whole page is at hand, so each function reads a whole token and looks only
//! for the bytes at which something changes. The tree is the same.

mod declaration;
mod names;
mod raw_text;
mod reference;
mod source;
mod tag;

#[cfg(test)]
mod tests;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::Token;

use super::guard::Guard;
use names::Names;
use source::{Source, Stretch, offset};

/// A page as a tree.
pub(super) struct Parsed {
    /// The tree.
    pub(super) html: scraper::Html,
    /// Whether tags or attributes were left out.
    pub(super) flattened: bool,
}

/// Parses a page of at most [`crate::limits::HTML_BYTES_MAX`] bytes.
pub(super) fn parse(html: &str) -> Parsed {
    let page = with_plain_newlines(html);
    Tokenizer::new(&page, Guard::new(html.len()))
        .run()
        .or_else(|| Tokenizer::new(&page, Guard::strict(html.len())).run())
        .expect("a strict guard takes every page")
}

/// The page in the buffer that its tree shares. The standard knows one kind of line end.
fn with_plain_newlines(html: &str) -> StrTendril {
    let mut page = StrTendril::with_capacity(offset(html.len()));
    let mut copied = 0;
    for at in memchr::memchr_iter(b'\r', html.as_bytes()) {
        page.push_slice(&html[copied..at]);
        copied = at + 1;
        if html.as_bytes().get(copied) != Some(&b'\n') {
            page.push_char('\n');
        }
    }
    page.push_slice(&html[copied..]);
    page
}

struct Tokenizer<'a> {
    source: Source<'a>,
    /// What was read so far.
    at: usize,
    names: Names<'a>,
    guard: Guard,
}

impl<'a> Tokenizer<'a> {
    fn new(page: &'a StrTendril, guard: Guard) -> Tokenizer<'a> {
        Tokenizer { source: Source::new(page), at: 0, names: Names::default(), guard }
    }

    /// Reads the page to its end; `None` if the guard has had enough of it.
    fn run(mut self) -> Option<Parsed> {
        self.skip_mark();
        while self.at < self.source.len() {
            self.read_text();
            if self.guard.is_flooded() {
                return None;
            }
        }
        let (html, flattened) = self.guard.finish();
        Some(Parsed { html, flattened })
    }

    /// A byte order mark is no text: at the start, and after the end of a script
    /// or a stated charset, where html5ever starts anew.
    fn skip_mark(&mut self) {
        if self.source.rest(self.at).starts_with("\u{feff}".as_bytes()) {
            self.at += '\u{feff}'.len_utf8();
        }
    }

    /// Reads text and the markup that ends it.
    fn read_text(&mut self) {
        let mut text = Stretch::starting(self.at);
        let mut at = self.at;
        while let Some(found) = memchr::memchr3(b'<', b'&', 0, self.source.rest(at)) {
            at += found;
            match self.source.rest(at) {
                [b'&', ..] => at = self.source.resolve(&mut text, at, false),
                [0, ..] => {
                    self.pass_text(text, at);
                    self.at = at + 1;
                    self.pass(Token::NullCharacterToken);
                    return;
                }
                rest => match Markup::opened_by(rest) {
                    Some(markup) => {
                        self.pass_text(text, at);
                        self.at = at;
                        self.read_markup(markup);
                        return;
                    }
                    None => at += 1,
                },
            }
        }
        self.at = self.source.len();
        self.pass_text(text, self.at);
    }

    fn read_markup(&mut self, markup: Markup) {
        match markup {
            Markup::StartTag => self.read_start_tag(),
            Markup::EndTag => self.read_end_tag(),
            Markup::Declaration => self.read_declaration(),
            Markup::BogusComment(opening) => self.read_bogus_comment(self.at + opening),
            Markup::NamelessEndTag => self.at += "</>".len(),
        }
    }

    fn pass_text(&mut self, text: Stretch, end: usize) {
        let text = self.source.end(text, end);
        if !text.is_empty() {
            self.pass(Token::CharacterTokens(text));
        }
    }

    /// Passes on a token that cannot change how the page is read.
    fn pass(&mut self, token: Token) {
        let _ = self.guard.pass(token);
    }
}

/// What a `<` opens.
#[derive(Clone, Copy)]
enum Markup {
    StartTag,
    EndTag,
    /// A comment, a doctype or a CDATA section.
    Declaration,
    /// What is read as a comment for want of a meaning, and how long its opening is.
    BogusComment(usize),
    /// `</>`, which is nothing.
    NamelessEndTag,
}

impl Markup {
    fn opened_by(text: &[u8]) -> Option<Markup> {
        Some(match text {
            [_, byte, ..] if byte.is_ascii_alphabetic() => Markup::StartTag,
            [_, b'/', byte, ..] if byte.is_ascii_alphabetic() => Markup::EndTag,
            [_, b'/', b'>', ..] => Markup::NamelessEndTag,
            [_, b'/', _, ..] => Markup::BogusComment("</".len()),
            [_, b'?', ..] => Markup::BogusComment("<".len()),
            [_, b'!', ..] => Markup::Declaration,
            _ => return None,
        })
    }
}

/// White space between the parts of a tag.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b' ')
}
