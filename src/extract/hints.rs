//! What the names of elements, classes and ids say about the text in them.
//!
//! Class names are read as whole words: `post-share` says "share", `shareholders`
//! does not. A name is a hint, never a verdict: an element that holds a large
//! part of the page's prose is what it holds, whatever it is called.

mod table;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use crate::hash::HashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::dom::{Node, stated_heading_level};
use crate::limits;

/// A set of hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hints(u32);

macro_rules! hints {
    ($($(#[$doc:meta])* $name:ident = $bit:literal,)+) => {
        impl Hints { $($(#[$doc])* pub const $name: Hints = Hints(1 << $bit);)+ }
    };
}

hints! {
    /// Buttons to share.
    SHARE = 0,
    /// Teasers of other stories.
    RELATED = 1,
    /// Newsletter and subscription boxes.
    NEWSLETTER = 2,
    /// Readers' comments and the form for them.
    COMMENTS = 3,
    /// About the author.
    BIO = 4,
    /// Author and date line.
    BYLINE = 5,
    /// What a picture shows.
    CAPTION = 6,
    /// Who took it.
    CREDIT = 7,
    /// Advertising.
    AD = 8,
    /// Menus, breadcrumbs, pagination.
    NAVIGATION = 9,
    /// Foot of the page or of a section.
    FOOTER = 10,
    /// Head of the page or of a section.
    HEADER = 11,
    /// Beside the text.
    ASIDE = 12,
    /// A form.
    FORM = 13,
    /// A paywall.
    PAYWALL = 14,
    /// A player.
    PLAYER = 15,
    /// Copyright and the like.
    LEGAL = 16,
    /// Cookies and consent.
    NOTICE = 17,
    /// Not visible at first.
    HIDDEN = 18,
    /// A button or other control.
    CONTROL = 19,
    /// Topics of the story.
    TAGS = 20,
    /// Table of contents.
    CONTENTS = 21,
    /// Requests for money.
    DONATION = 22,
    /// A dialog over the page.
    DIALOG = 23,
    /// A figure, its caption aside.
    FIGURE = 24,
    /// A quotation pulled out of the text.
    PULL_QUOTE = 25,
    /// The name says that the article's text is in here.
    STORY = 26,
    /// Text for screen readers only.
    SCREEN_READER = 27,
    /// The element is itself the page's navigation or foot, not only called so.
    LANDMARK = 28,
    /// What somebody ends every post with.
    SIGNATURE = 29,
    /// What buyers say of a product.
    REVIEWS = 30,
    /// Who wrote a post of a thread: rank, number of posts, when they joined.
    POSTER = 31,
}

impl Hints {
    /// None.
    pub const NONE: Hints = Hints(0);

    /// Names that all but exclude that story stands here.
    pub const FURNITURE: Hints = Hints(
        Hints::SHARE.0
            | Hints::RELATED.0
            | Hints::NEWSLETTER.0
            | Hints::COMMENTS.0
            | Hints::BIO.0
            | Hints::AD.0
            | Hints::NAVIGATION.0
            | Hints::FOOTER.0
            | Hints::ASIDE.0
            | Hints::PAYWALL.0
            | Hints::LEGAL.0
            | Hints::NOTICE.0
            | Hints::DONATION.0
            | Hints::DIALOG.0
            | Hints::HIDDEN.0
            | Hints::CONTROL.0
            | Hints::TAGS.0
            | Hints::CONTENTS.0
            | Hints::CAPTION.0
            | Hints::CREDIT.0
            | Hints::SCREEN_READER.0
            | Hints::SIGNATURE.0
            | Hints::POSTER.0,
    );

    /// The most reliable of them.
    pub const CERTAIN: Hints = Hints(
        Hints::NAVIGATION.0
            | Hints::FOOTER.0
            | Hints::NOTICE.0
            | Hints::COMMENTS.0
            | Hints::RELATED.0,
    );

    /// Those that are right even where they hold much of the prose.
    pub const NEVER_STORY: Hints = Hints(Hints::COMMENTS.0 | Hints::RELATED.0);

    /// What a landmark is, whatever it holds: no shell of a page is the text that its foot is.
    pub const OF_LANDMARKS: Hints = Hints(Hints::NAVIGATION.0 | Hints::FOOTER.0);

    /// Number of hints that the model sees; those from there on are for rules.
    pub const SEEN: usize = 28;

    /// Whether the hint of this number is in the set.
    #[must_use]
    pub const fn has(self, number: usize) -> bool {
        self.0 & (1 << number) != 0
    }

    /// The number of the first hint in the set.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0.trailing_zeros() as usize
    }

    /// Every hint of the set by itself.
    pub fn each(self) -> impl Iterator<Item = Hints> {
        (0..u32::BITS).map(|bit| Hints(1 << bit)).filter(move |hint| self.any(*hint))
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Hints) -> Hints {
        Hints(self.0 | other.0)
    }

    /// This set without those of `other`.
    #[must_use]
    pub const fn without(self, other: Hints) -> Hints {
        Hints(self.0 & !other.0)
    }

    /// Whether any of `other` is in this set.
    #[must_use]
    pub const fn any(self, other: Hints) -> bool {
        self.0 & other.0 != 0
    }
}

/// Words at the start of a class name that say where or whether something is, not what.
const LAYOUT_WORDS: &[&str] =
    &["has", "no", "with", "without", "not", "is", "wo", "js", "col", "hide", "show"];

static TABLE: LazyLock<HashMap<&'static str, Hints>> = LazyLock::new(|| {
    let mut table = HashMap::default();
    for (hint, names) in table::NAMES {
        for name in *names {
            let entry = table.entry(*name).or_insert(Hints::NONE);
            *entry = Hints::with(*entry, *hint);
        }
    }
    table
});

/// Words of one class name that are looked at; longer ones are generated rubbish.
const WORDS_MAX: usize = 10;

/// What the names of one element say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    pub hints: Hints,
    pub make: u64,
    /// Whether it centres its text.
    pub centred: bool,
}

/// Reads the names of elements, remembering those it has met on this page.
#[derive(Debug, Default)]
pub(super) struct Reader<'a> {
    met: HashMap<&'a str, (Hints, Range<usize>)>,
    words: Vec<u32>,
    /// Scratch space for one name.
    name: NameWords,
}

impl<'a> Reader<'a> {
    /// What the element's name and attributes hint at; their words go to `names`.
    pub(super) fn read(&mut self, node: Node<'a>, name: &str, names: &mut Vec<u32>) -> Names {
        let mut hints = of_element(name);
        // A heading's own names say how it behaves: `anchorWithStickyNavbar`.
        let is_heading = stated_heading_level(node).is_some();
        let mut make = xxh3_64(name.as_bytes());
        let mut centred = name == "center";
        let first = names.len();
        for (attribute, value) in node.attrs() {
            centred |= is_centring(attribute, value);
            let found = match attribute {
                "class" => {
                    make = xxh3_64_with_seed(without_digits(value).as_bytes(), make);
                    of_class(value, |class| self.of_name(class, names))
                }
                "id" => self.of_name(value, names).without(Hints::HIDDEN),
                "role" => {
                    self.of_name(value, names);
                    of_role(value)
                }
                "itemprop" => {
                    self.of_name(value, names);
                    of_property(value)
                }
                _ if is_hidden(attribute, value) => Hints::HIDDEN,
                "data-component"
                | "data-testid"
                | "data-component-name"
                | "data-type"
                | "data-module" => self.of_name(value, names).without(Hints::HIDDEN),
                _ => Hints::NONE,
            };
            let found = if is_heading { found.without(Hints::NAVIGATION) } else { found };
            hints = hints.with(found);
        }
        names.truncate(first + limits::ELEMENT_NAME_WORDS_MAX);
        Names { hints, make, centred }
    }

    /// What a `class` alone hints at.
    pub(super) fn hints_of_class(&mut self, class: &'a str) -> Hints {
        of_class(class, |name| self.meet(name).0)
    }

    fn of_name(&mut self, name: &'a str, names: &mut Vec<u32>) -> Hints {
        let (hints, words) = self.meet(name);
        names.extend_from_slice(&self.words[words]);
        hints
    }

    /// What a name hints at, and where its words are.
    fn meet(&mut self, name: &'a str) -> (Hints, Range<usize>) {
        let met = self.met.entry(name).or_insert_with(|| {
            let from = self.words.len();
            self.name.read(name);
            for at in 0..self.name.len() {
                if is_generated(self.name.word(at)) {
                    continue;
                }
                self.words.push(name_hash(self.name.word(at)));
                if at + 1 < self.name.len() && !is_generated(self.name.word(at + 1)) {
                    self.words.push(name_hash(self.name.two(at)));
                }
            }
            (hints_of(&self.name), from..self.words.len())
        });
        met.clone()
    }
}

/// What the names in a `class` hint at together.
fn of_class<'a>(class: &'a str, mut of_name: impl FnMut(&'a str) -> Hints) -> Hints {
    let names = class.split_ascii_whitespace();
    let hints = names.fold(Hints::NONE, |all, name| all.with(of_name(name)));
    // As in `sr-only sm:not-sr-only`: wide windows show it.
    let is_seen = hints.any(Hints::SCREEN_READER) && class.contains(":not-");
    if is_seen { hints.without(Hints::SCREEN_READER) } else { hints }
}

/// The number under which a word of a name, or two with a space between, is known to the model.
fn name_hash(word: &str) -> u32 {
    let hash = xxh3_64(word.as_bytes());
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the hash")]
    let short = hash as u32;
    short
}

/// Whether a word was made by a machine for one page: `8f3k2`, a number.
fn is_generated(word: &str) -> bool {
    word.len() < 2
        || word.len() > 24
        || word.bytes().filter(u8::is_ascii_digit).count() * 2 >= word.len()
}

fn without_digits(class: &str) -> Cow<'_, str> {
    if class.bytes().any(|byte| byte.is_ascii_digit()) {
        Cow::Owned(class.chars().filter(|c| !c.is_ascii_digit()).collect())
    } else {
        Cow::Borrowed(class)
    }
}

fn hints_of(words: &NameWords) -> Hints {
    if words.len() > 1 && LAYOUT_WORDS.contains(&words.word(0)) {
        return Hints::NONE;
    }
    let mut hints = Hints::NONE;
    for at in 0..words.len() {
        if let Some(&hint) = TABLE.get(words.word(at)) {
            // `hidden` inside a longer name says where, not what; a function has a `signature`, too.
            let partial = words.len() > 1
                && hint.any(Hints::HIDDEN.with(Hints::SIGNATURE).with(Hints::POSTER));
            hints = if partial { hints } else { hints.with(hint) };
        }
        if at + 1 < words.len()
            && let Some(&hint) = TABLE.get(words.two(at))
        {
            hints = hints.with(hint);
        }
    }
    hints
}

/// The words of a name, lower case: `relatedPosts-list` → related, posts, list.
#[derive(Debug, Default)]
struct NameWords {
    /// All of them, with a space between.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl NameWords {
    /// Takes the words of a name, in place of those before.
    fn read(&mut self, name: &str) {
        self.text.clear();
        self.ends.clear();
        let mut lower_before = false;
        for c in name.chars().take(limits::ELEMENT_NAME_CHARS_MAX) {
            let starts = c.is_ascii_uppercase() && lower_before;
            if !c.is_alphanumeric() || starts {
                self.end_word();
                if self.len() == WORDS_MAX {
                    return;
                }
            }
            if c.is_alphanumeric() {
                if self.ends.last() == Some(&self.text.len()) {
                    self.text.push(' ');
                }
                self.text.extend(c.to_lowercase());
            }
            lower_before = c.is_lowercase() || c.is_ascii_digit();
        }
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.text.len() > self.ends.last().copied().unwrap_or_default() {
            self.ends.push(self.text.len());
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before] + 1)
    }

    fn word(&self, at: usize) -> &str {
        &self.text[self.start(at)..self.ends[at]]
    }

    /// A word and the next, with a space between.
    fn two(&self, at: usize) -> &str {
        &self.text[self.start(at)..self.ends[at + 1]]
    }
}

fn of_element(name: &str) -> Hints {
    match name {
        "nav" => Hints::NAVIGATION.with(Hints::LANDMARK),
        "menu" => Hints::NAVIGATION,
        "aside" => Hints::ASIDE,
        "footer" => Hints::FOOTER.with(Hints::LANDMARK),
        "header" => Hints::HEADER,
        "form" | "fieldset" => Hints::FORM,
        "figure" => Hints::FIGURE,
        "figcaption" => Hints::CAPTION,
        "button" | "label" => Hints::CONTROL,
        "dialog" => Hints::DIALOG,
        "main" => Hints::STORY,
        _ => Hints::NONE,
    }
}

fn of_role(role: &str) -> Hints {
    match role {
        "navigation" => Hints::NAVIGATION.with(Hints::LANDMARK),
        "menu" | "menubar" | "search" => Hints::NAVIGATION,
        "complementary" => Hints::ASIDE,
        "banner" => Hints::HEADER,
        "contentinfo" => Hints::FOOTER.with(Hints::LANDMARK),
        "dialog" | "alertdialog" => Hints::DIALOG,
        "button" => Hints::CONTROL,
        "main" => Hints::STORY,
        _ => Hints::NONE,
    }
}

fn of_property(property: &str) -> Hints {
    match property {
        "articleBody" | "text" | "reviewBody" => Hints::STORY,
        "author" | "datePublished" | "dateModified" => Hints::BYLINE,
        "comment" => Hints::COMMENTS,
        "keywords" => Hints::TAGS,
        "caption" => Hints::CAPTION,
        _ => Hints::NONE,
    }
}

fn is_hidden(attribute: &str, value: &str) -> bool {
    match attribute {
        "hidden" => true,
        "aria-hidden" => value.eq_ignore_ascii_case("true"),
        "style" => declares(value, "display", &["none"]),
        _ => false,
    }
}

/// Whether an attribute says that an element centres its text.
fn is_centring(attribute: &str, value: &str) -> bool {
    let classes = &["center", "text-center", "has-text-align-center"];
    attribute == "align" && value.eq_ignore_ascii_case("center")
        || styles(attribute, value, "text-align", &["center"], classes)
}

/// Whether an attribute says that an element is set as a block, whatever it is called.
pub(super) fn sets_as_block(attribute: &str, value: &str) -> bool {
    let blocks = &["block", "flex", "grid", "list-item"];
    styles(attribute, value, "display", blocks, &["block", "d-block"])
}

/// Whether an attribute says that text flows around an element.
pub(super) fn floats(attribute: &str, value: &str) -> bool {
    let classes = &["float-left", "float-start", "dropcap", "drop-cap"];
    styles(attribute, value, "float", &["left", "right"], classes)
}

/// Whether an attribute sets a property to one of these values, by itself or by one of the `classes`,
/// which are of style sheets that are common to many sites.
fn styles(attribute: &str, value: &str, property: &str, values: &[&str], classes: &[&str]) -> bool {
    match attribute {
        "style" => declares(value, property, values),
        "class" => value.split_ascii_whitespace().any(|class| classes.contains(&class)),
        _ => false,
    }
}

/// Whether a style sets the property to one of these values, or to one that begins so.
fn declares(style: &str, property: &str, values: &[&str]) -> bool {
    memchr::memmem::find_iter(style.as_bytes(), property).any(|at| {
        let value =
            style[at + property.len()..].trim_start().strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| values.iter().any(|wanted| value.starts_with(wanted)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_class(class: &str) -> Hints {
        let mut words = NameWords::default();
        words.read(class);
        hints_of(&words)
    }

    #[test]
    fn class_names_are_read_as_whole_words() {
        assert_eq!(read_class("post-share__list"), Hints::SHARE);
        assert_eq!(read_class("relatedPosts"), Hints::RELATED);
        assert_eq!(read_class("shareholders"), Hints::NONE);
        assert_eq!(read_class("has-sidebar"), Hints::NONE);
        assert_eq!(read_class("c-article-body"), Hints::STORY);
        assert_eq!(read_class("message-signature"), Hints::SIGNATURE);
        assert_eq!(read_class("member-signature"), Hints::NONE);
        assert_eq!(read_class("message-cell--user"), Hints::POSTER);
        assert_eq!(read_class("film-poster"), Hints::NONE);
    }

    #[test]
    fn display_none_is_found_however_it_is_spaced() {
        let is_none = |style| declares(style, "display", &["none"]);
        assert!(is_none("color:red; display : none"));
        assert!(!is_none("display: block; float: none"));
    }
}
