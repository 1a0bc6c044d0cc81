//! The page that is read, and stretches of it that become text or values.

use std::ops::Range;

use html5ever::tendril::StrTendril;

use super::is_space;
use super::reference::Reference;
use crate::limits;

const _: () =
    assert!(limits::HTML_BYTES_MAX < u32::MAX as usize, "offsets in a tendril are 32 bits");

/// The whole page.
pub(super) struct Source<'a> {
    html: &'a str,
    /// The same, as that of which all tokens share a part.
    shared: &'a StrTendril,
}

/// A stretch of the page, which is copied only where it is to be read
/// differently from how it is written.
pub(super) struct Stretch {
    /// Up to where it is in `rewritten`.
    from: usize,
    rewritten: StrTendril,
}

impl Stretch {
    pub(super) fn starting(at: usize) -> Stretch {
        Stretch { from: at, rewritten: StrTendril::new() }
    }
}

impl<'a> Source<'a> {
    pub(super) fn new(shared: &'a StrTendril) -> Source<'a> {
        Source { html: shared, shared }
    }

    pub(super) fn len(&self) -> usize {
        self.html.len()
    }

    /// What stands from `at` on.
    pub(super) fn rest(&self, at: usize) -> &'a [u8] {
        &self.html.as_bytes()[at..]
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.html.as_bytes().get(at).copied()
    }

    pub(super) fn text(&self, range: Range<usize>) -> &'a str {
        &self.html[range]
    }

    /// The next place from `at` on that is no white space.
    pub(super) fn after_space(&self, at: usize) -> usize {
        let space = self.rest(at).iter().take_while(|&&byte| is_space(byte)).count();
        at + space
    }

    /// Where the first byte from `at` on stands that is one of those wanted, or the end.
    pub(super) fn find(&self, at: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let found = self.rest(at).iter().position(|&byte| wanted(byte));
        found.map_or(self.len(), |found| at + found)
    }

    /// Where the first such byte from `at` on stands, or the end.
    pub(super) fn find_byte(&self, at: usize, byte: u8) -> usize {
        memchr::memchr(byte, self.rest(at)).map_or(self.len(), |found| at + found)
    }

    /// A range as it is written, but for NULs, which nothing may hold.
    pub(super) fn clean(&self, range: Range<usize>) -> StrTendril {
        let mut stretch = Stretch::starting(range.start);
        for found in memchr::memchr_iter(0, self.text(range.clone()).as_bytes()) {
            self.replace_nul(&mut stretch, range.start + found);
        }
        self.end(stretch, range.end)
    }

    /// Replaces the NUL at `at`, and tells where reading goes on.
    pub(super) fn replace_nul(&self, stretch: &mut Stretch, at: usize) -> usize {
        self.rewrite(stretch, at..at + 1, |out| out.push_char(char::REPLACEMENT_CHARACTER))
    }

    /// Resolves the character reference at `at`, if the `&` there begins one, and
    /// tells where reading goes on.
    pub(super) fn resolve(&self, stretch: &mut Stretch, at: usize, in_attribute: bool) -> usize {
        let after = at + 1;
        match Reference::read(&self.html[after..], in_attribute) {
            None => after,
            Some(reference) => self.rewrite(stretch, at..after + reference.length, |out| {
                out.push_char(reference.first);
                if let Some(second) = reference.second {
                    out.push_char(second);
                }
            }),
        }
    }

    fn rewrite(
        &self,
        stretch: &mut Stretch,
        range: Range<usize>,
        write: impl FnOnce(&mut StrTendril),
    ) -> usize {
        stretch.rewritten.push_slice(&self.html[stretch.from..range.start]);
        write(&mut stretch.rewritten);
        stretch.from = range.end;
        range.end
    }

    /// The text of a stretch that ends at `end`.
    pub(super) fn end(&self, mut stretch: Stretch, end: usize) -> StrTendril {
        if stretch.rewritten.is_empty() {
            return self.shared.subtendril(offset(stretch.from), offset(end - stretch.from));
        }
        stretch.rewritten.push_slice(&self.html[stretch.from..end]);
        stretch.rewritten
    }
}

/// A place in the page as the tree's texts count.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a page is cut to its bound before it is parsed")
}
