//! What begins with `<!`: comments, doctypes, CDATA sections.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Doctype, Token};
use memchr::memmem;

use super::source::Stretch;
use super::{Tokenizer, is_space};

impl Tokenizer<'_> {
    pub(super) fn read_declaration(&mut self) {
        let from = self.at + "<!".len();
        let rest = self.source.rest(from);
        if rest.starts_with(b"--") {
            self.read_comment(from + "--".len());
        } else if starts_with_word(rest, b"doctype") {
            self.read_doctype(from + "doctype".len());
        } else if rest.starts_with(b"[CDATA[") && self.guard.is_in_foreign_content() {
            self.read_cdata(from + "[CDATA[".len());
        } else {
            self.read_bogus_comment(from);
        }
    }

    fn read_comment(&mut self, from: usize) {
        let (length, closing) = comment_length(self.source.rest(from));
        self.at = from + length + closing;
        let text = self.source.clean(from..from + length);
        self.pass(Token::CommentToken(text));
    }

    pub(super) fn read_bogus_comment(&mut self, from: usize) {
        let end = self.source.find_byte(from, b'>');
        self.at = self.source.len().min(end + 1);
        let text = self.source.clean(from..end);
        self.pass(Token::CommentToken(text));
    }

    /// In drawings and formulas, which are XML by birth.
    fn read_cdata(&mut self, from: usize) {
        let found = memmem::find(self.source.rest(from), b"]]>");
        let end = found.map_or(self.source.len(), |found| from + found);
        self.at = self.source.len().min(end + "]]>".len());
        let mut start = from;
        while let Some(found) = memchr::memchr(0, &self.source.rest(start)[..end - start]) {
            self.pass_text(Stretch::starting(start), start + found);
            self.pass(Token::NullCharacterToken);
            start += found + 1;
        }
        self.pass_text(Stretch::starting(start), end);
    }

    fn read_doctype(&mut self, from: usize) {
        let mut doctype = Doctype::default();
        let read = self.doctype(from, &mut doctype);
        doctype.force_quirks = read.is_err();
        // What follows is of no interest.
        let (Ok(at) | Err(at)) = read;
        self.at = self.source.len().min(self.source.find_byte(at, b'>') + 1);
        self.pass(Token::DoctypeToken(doctype));
    }

    /// Reads name and identifiers, and tells where that ended: `Err` if in a way
    /// that makes browsers behave as their ancestors did.
    fn doctype(&self, from: usize, doctype: &mut Doctype) -> Result<usize, usize> {
        let name_at = self.source.after_space(from);
        if matches!(self.source.byte(name_at), None | Some(b'>')) {
            return Err(name_at);
        }
        let name_end = self.source.find(name_at, |byte| is_space(byte) || byte == b'>');
        let name = self.source.clean(name_at..name_end).to_ascii_lowercase();
        doctype.name = Some(StrTendril::from(name));
        let at = self.source.after_space(name_end);
        let rest = self.source.rest(at);
        let after = if rest.starts_with(b">") {
            return Ok(at);
        } else if starts_with_word(rest, b"public") {
            let after = self.identifier(at + "public".len(), &mut doctype.public_id)?;
            let at = self.source.after_space(after);
            if self.source.byte(at) == Some(b'>') {
                return Ok(at);
            }
            self.identifier(at, &mut doctype.system_id)?
        } else if starts_with_word(rest, b"system") {
            self.identifier(at + "system".len(), &mut doctype.system_id)?
        } else {
            return Err(at);
        };
        let at = self.source.after_space(after);
        if at < self.source.len() { Ok(at) } else { Err(at) }
    }

    /// Reads an identifier in quotes, and tells where it ended.
    fn identifier(&self, from: usize, to: &mut Option<StrTendril>) -> Result<usize, usize> {
        let at = self.source.after_space(from);
        let Some(quote @ (b'"' | b'\'')) = self.source.byte(at) else { return Err(at) };
        let from = at + 1;
        let end = self.source.find(from, |byte| byte == quote || byte == b'>');
        *to = Some(self.source.clean(from..end));
        if self.source.byte(end) == Some(quote) { Ok(end + 1) } else { Err(end) }
    }
}

/// How long a comment's text is, and how long what closes it.
fn comment_length(text: &[u8]) -> (usize, usize) {
    if text.starts_with(b">") {
        return (0, 1);
    }
    if text.starts_with(b"->") {
        return (0, 2);
    }
    let mut at = 0;
    while let Some(found) = memmem::find(&text[at..], b"--") {
        at += found;
        match &text[at + 2..] {
            [b'>', ..] => return (at, 3),
            [b'!', b'>', ..] => return (at, 4),
            _ => at += 1,
        }
    }
    // What may have been the beginning of an end is lost with the rest of the page.
    let closing = [&b"--!"[..], b"--", b"-"].into_iter().find(|end| text.ends_with(end));
    let closing = closing.map_or(0, <[u8]>::len);
    (text.len() - closing, closing)
}

fn starts_with_word(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}
