//! What an element's class says that it is.

use std::sync::LazyLock;

use super::Strength;
use crate::dom::Node;
use crate::hash::HashMap;
use crate::limits::CLASS_BYTES_MAX;

/// What the words of an element's class, id and such say of it: `entry-metaDate`
/// has the words entry, meta and date. Bits of [`WORDS`].
#[derive(Clone, Copy)]
pub(super) struct Says(u16);

pub(super) const DATE: u16 = 1;
/// Speaks of a change …
pub(super) const CHANGED: u16 = 2;
/// … and of the first publication.
pub(super) const FIRST: u16 = 4;
const BYLINE: u16 = 8;
const AUTHOR: u16 = 16;
/// Beside an author's word: the name itself.
const NAME: u16 = 32;
/// Beside an author's word: something else of the author's, or of others.
const NOT_NAME: u16 = 64;
pub(super) const ASIDE: u16 = 128;
/// Beside an author's word: there is a date with the name.
const DATED: u16 = 256;
/// Ends the page, or the article that it stands in.
pub(super) const FOOTER: u16 = 512;
/// Holds what readers wrote about the article; a thread has single comments.
pub(super) const READERS: u16 = 4096;
/// Beside a footer's word: it is the article's.
pub(super) const OF_ARTICLE: u16 = 2048;
/// Something to be pressed.
pub(super) const CONTROL: u16 = 1024;

const WORDS: &[(u16, &str)] = &[
    (
        DATE,
        "date dateline datum timestamp published pubdate publishdate publisheddate postdate fecha \
         datetime updated modified posted publication publish time",
    ),
    (CHANGED, "updated modified update lastmod"),
    (FIRST, "published pubdate publish created"),
    (BYLINE, "byline bylines"),
    (AUTHOR, "author authors autor autoren auteur autore writer"),
    (NAME, "name names fn link"),
    (
        NOT_NAME,
        "bio avatar image img photo picture description about related comment comments social \
         caption credit title role job position icon follow share tag tags category more \
         wrapper posts articles thumbnail",
    ),
    (DATED, "date time"),
    (
        ASIDE,
        "related sidebar comments comment recommended recommendations teaser teasers trending \
         popular newsletter menu nav navbar navigation breadcrumb breadcrumbs carousel \
         cookie promo disqus commentlist respond upsell readmore similar",
    ),
    (READERS, "comments commentlist disqus reviews"),
    (FOOTER, "footer"),
    (OF_ARTICLE, "article entry node post"),
    (CONTROL, "button btn"),
];

/// Reads what elements say, remembering the values it has met on this page.
#[derive(Default)]
pub(super) struct Reader<'a> {
    met: HashMap<&'a str, u16>,
    /// Scratch space for one word.
    word: String,
}

impl<'a> Reader<'a> {
    /// What an element says of itself.
    pub(super) fn read(&mut self, node: Node<'a>) -> Says {
        const ATTRIBUTES: &[&str] =
            &["class", "id", "data-testid", "data-test", "data-component", "data-qa", "role"];
        let mut bits = 0;
        for (name, value) in node.attrs() {
            if ATTRIBUTES.contains(&name) && value.len() <= CLASS_BYTES_MAX {
                bits |= *self.met.entry(value).or_insert_with(|| bits_of(value, &mut self.word));
            }
        }
        Says(bits)
    }
}

impl Says {
    pub(super) fn any(self, bits: u16) -> bool {
        self.0 & bits != 0
    }

    pub(super) fn byline(self) -> Option<Strength> {
        if self.any(NOT_NAME) {
            None
        } else if self.any(DATED) {
            self.any(AUTHOR | BYLINE).then_some(Strength::Dated)
        } else if self.any(BYLINE) {
            Some(Strength::Byline)
        } else if self.any(AUTHOR) {
            Some(if self.any(NAME) { Strength::Name } else { Strength::Author })
        } else {
            None
        }
    }
}

/// The bits of all words of a value; `word` is scratch space.
fn bits_of(value: &str, word: &mut String) -> u16 {
    static BITS: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
        let mut bits = HashMap::default();
        for (bit, words) in WORDS {
            for word in words.split_ascii_whitespace() {
                *bits.entry(word).or_default() |= bit;
            }
        }
        bits
    });
    let mut bits = 0;
    let mut take = |word: &mut String| {
        bits |= BITS.get(word.as_str()).copied().unwrap_or_default();
        word.clear();
    };
    word.clear();
    let mut lower_before = false;
    for byte in value.bytes() {
        if !byte.is_ascii_alphanumeric() || byte.is_ascii_uppercase() && lower_before {
            take(word);
        }
        lower_before = byte.is_ascii_lowercase();
        if byte.is_ascii_alphanumeric() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    take(word);
    bits
}
