//! The content of elements that hold text and no markup: titles, styles, scripts.

use std::ops::Range;

use html5ever::tokenizer::Token;
use html5ever::tokenizer::states::RawKind;

use super::source::Stretch;
use super::{Tokenizer, is_space};

impl Tokenizer<'_> {
    /// Reads the text up to the end tag of that name, which is left to be read.
    pub(super) fn read_raw_text(&mut self, kind: RawKind, name: Range<usize>) {
        let name = self.source.text(name).as_bytes();
        let text = self.source.rest(self.at);
        let length = match kind {
            RawKind::ScriptData | RawKind::ScriptDataEscaped(_) => script_length(text),
            RawKind::Rcdata | RawKind::Rawtext => raw_text_length(text, name),
        };
        let range = self.at..self.at + length;
        self.at = range.end;
        match kind {
            RawKind::Rcdata => self.pass_resolved(range),
            _ => self.pass_clean(range),
        }
    }

    /// Reads the rest of the page as text; there is no way out of `<plaintext>`.
    pub(super) fn read_plain_text(&mut self) {
        let range = self.at..self.source.len();
        self.at = range.end;
        self.pass_clean(range);
    }

    fn pass_clean(&mut self, range: Range<usize>) {
        let text = self.source.clean(range);
        if !text.is_empty() {
            self.pass(Token::CharacterTokens(text));
        }
    }

    fn pass_resolved(&mut self, range: Range<usize>) {
        let mut text = Stretch::starting(range.start);
        let mut at = range.start;
        while let Some(found) = memchr::memchr2(b'&', 0, &self.source.rest(at)[..range.end - at]) {
            at += found;
            at = match self.source.byte(at) {
                Some(0) => self.source.replace_nul(&mut text, at),
                _ => self.source.resolve(&mut text, at, false),
            };
        }
        self.pass_text(text, range.end);
    }
}

/// How much text stands before the end tag of that name.
fn raw_text_length(text: &[u8], name: &[u8]) -> usize {
    memchr::memmem::find_iter(text, b"</")
        .find(|&at| is_word(&text[at + 2..], name))
        .unwrap_or(text.len())
}

/// How the text of a script is read.
#[derive(Clone, Copy)]
enum Script {
    Plain,
    /// After a `<!--`, as scripts were once hidden from browsers without them;
    /// `-->` ends it, which must stand from here on.
    Escaped(usize),
    /// After a `<script>` within that: the next end tag is its own, not the script's.
    Nested(usize),
}

/// How much text stands before the end of a script.
fn script_length(text: &[u8]) -> usize {
    let mut state = Script::Plain;
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let found = match state {
            Script::Plain => memchr::memchr(b'<', rest),
            Script::Escaped(_) | Script::Nested(_) => memchr::memchr2(b'<', b'>', rest),
        };
        let Some(found) = found else { return text.len() };
        let here = at + found;
        at = here + 1;
        let rest = &text[at..];
        state = match state {
            Script::Escaped(from) | Script::Nested(from) if text[here] == b'>' => {
                if text[from..here].ends_with(b"--") { Script::Plain } else { state }
            }
            Script::Plain | Script::Escaped(_) if is_end_of_script(rest) => return here,
            Script::Plain if rest.starts_with(b"!--") => {
                at += "!--".len();
                Script::Escaped(here + "<!".len())
            }
            Script::Escaped(from) if is_word(rest, b"script") => Script::Nested(from),
            Script::Nested(from) if is_end_of_script(rest) => Script::Escaped(from),
            state => state,
        };
    }
}

fn is_end_of_script(after: &[u8]) -> bool {
    after.strip_prefix(b"/").is_some_and(|after| is_word(after, b"script"))
}

/// Whether a tag of that name stands here, case aside.
fn is_word(text: &[u8], name: &[u8]) -> bool {
    text.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name))
        && text.get(name.len()).is_some_and(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'))
}
