//! Elements whose inside is not the feed's or entry's own: people, pictures, other feeds, and what
//! nobody knows.

use super::Walk;
use crate::feed::dialect;
use crate::feed::dialect::Field;
use crate::feed::dialect::Vocabulary;
use crate::feed::tokens::Tag;

/// An element whose inside is not the entry's own, from its start to its end.
#[derive(Debug)]
pub(super) struct Scope {
    /// Its lower-case local name.
    local: String,
    /// Elements of the same name open inside.
    depth: u32,
    kind: ScopeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScopeKind {
    /// An author: only the name and the mail address are read.
    Person {
        /// Of the feed that an entry was taken from.
        of_source: bool,
    },
    /// Nobody knows it: what stands in it is believed last.
    Unknown,
    /// A picture, or another feed, whose end was lost: the same, and nobody knows how far it goes.
    Aside,
}

impl Walk<'_> {
    /// The rank of what stands here, where it would be `rank` in the open.
    pub(super) fn believed(&self, rank: u8) -> u8 {
        if self.scope.is_some() { 0 } else { rank }
    }

    fn in_scope(&self, wanted: impl Fn(ScopeKind) -> bool) -> bool {
        self.scope.as_ref().is_some_and(|scope| wanted(scope.kind))
    }

    pub(super) fn is_in_person(&self) -> bool {
        self.in_scope(|kind| matches!(kind, ScopeKind::Person { .. }))
    }

    pub(super) fn is_of_source(&self) -> bool {
        self.in_scope(|kind| kind == ScopeKind::Person { of_source: true })
    }

    /// Whether an element is a person with all that is told of it, and an end.
    pub(super) fn opens_person(&mut self, vocabulary: Vocabulary, local: &str, tag: &Tag) -> bool {
        let readable = self.aside.as_deref().is_none_or(|aside| aside == "source")
            && (self.scope.is_none() || self.is_in_person());
        vocabulary == Vocabulary::Core
            && local == "author"
            && readable
            && !tag.empty
            && self.tokens.has_end(local)
    }

    pub(super) fn open_person(&mut self, tag: &Tag, vocabulary: Vocabulary, local: String) {
        if self.capture.is_some() {
            self.flaws.unclosed = true;
            self.close_field();
        }
        let of_source = self.aside.take().is_some() || self.is_of_source();
        let kind = ScopeKind::Person { of_source };
        self.scope = Some(Scope { local: local.clone(), depth: 0, kind });
        self.open_field(tag, (vocabulary, local), (Field::Author, 3));
    }

    /// An element inside a person.
    pub(super) fn in_person(&mut self, tag: &Tag, vocabulary: Vocabulary, local: String) {
        if let Some(rank) = of_person(vocabulary, &local) {
            // Beside a name, what stands in the person itself is white space.
            self.capture.take_if(|capture| of_person(vocabulary, &capture.name).is_none());
            self.close_field();
            self.open_field(tag, (vocabulary, local), (Field::Author, rank));
        } else if !tag.empty {
            self.aside = Some(local);
        }
    }

    /// An element with titles and links of its own. One without an end would swallow those of
    /// the entry behind it.
    pub(super) fn open_aside(&mut self, tag: &Tag, local: String) {
        if tag.empty {
            return;
        }
        if self.tokens.has_end(&local) {
            self.aside = Some(local);
        } else {
            self.flaws.unclosed = true;
            self.scope = Some(Scope { local, depth: 0, kind: ScopeKind::Aside });
        }
    }

    /// Whether an element stands behind one of those that has lost its end: it has one title and
    /// one link at most, and no fact else.
    pub(super) fn leaves_aside(&mut self, vocabulary: Vocabulary, local: &str) -> bool {
        if !self.in_scope(|kind| kind == ScopeKind::Aside) {
            return false;
        }
        match dialect::field(vocabulary, local) {
            Some((field @ (Field::Title | Field::Link), _)) => self.draft().has_guess(field),
            Some(_) => true,
            None => false,
        }
    }

    /// An element that nobody knows.
    pub(super) fn open_unknown(&mut self, local: String) {
        match &mut self.scope {
            Some(scope) => scope.depth += u32::from(scope.local == local),
            None => self.scope = Some(Scope { local, depth: 0, kind: ScopeKind::Unknown }),
        }
    }

    /// Leaves the scope at its end tag; tells whether it did.
    pub(super) fn end_scope(&mut self, local: &str) -> bool {
        let Some(scope) = self.scope.as_mut().filter(|scope| scope.local == local) else {
            return false;
        };
        if scope.depth > 0 {
            scope.depth -= 1;
            return false;
        }
        if matches!(scope.kind, ScopeKind::Person { .. }) {
            self.close_field();
            self.aside = self.is_of_source().then(|| "source".to_owned());
        }
        self.scope = None;
        true
    }
}

/// What an element inside a person says of it: how much that counts as its name.
pub(super) fn of_person(vocabulary: Vocabulary, local: &str) -> Option<u8> {
    match (vocabulary, local) {
        (Vocabulary::Core, "name") => Some(3),
        (Vocabulary::Core, "email") => Some(0),
        _ => None,
    }
}
