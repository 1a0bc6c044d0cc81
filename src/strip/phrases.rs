//! Phrases that give residue away, per language, from `config/phrases/*.toml`.
//!
//! The files are data: `config/phrases/en.toml` describes their format. Those that a text's language
//! asks for are compiled once into two tables, keyed by the first word of each phrase.
//! Foreign text is only looked up in them, so that a fast hash does no harm.

mod file;
pub(super) mod languages;
mod sieve;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock, OnceLock};

pub use file::PhraseError;

use crate::hash::HashMap;

use crate::article::Kind;
use crate::phrases::LANGUAGES;
use crate::rule::Rule;
use crate::strip::words::{Key, Row, Words};
use file::Use;
use languages::Scope;
use sieve::Sieve;

/// Longest block that `start` may remove, in words.
const START_WORDS_MAX: usize = 30;
/// The same for phrases of so few words, which prose may begin with.
const SHORT_START_WORDS_MAX: usize = 14;
const SHORT_START_WORDS: usize = 2;
/// Words of a phrase from which it is nobody else's.
const LONG_WORDS: usize = 5;
/// Words of a phrase with which no paragraph of a story begins: it is heard in longer blocks, too.
pub(super) const SURE_START_WORDS: usize = 8;
/// Longest block that `within` may remove, in words.
const WITHIN_WORDS_MAX: usize = 40;
/// Longest sentence in which a doubted phrase is heard.
const DOUBTED_WORDS_MAX: usize = 14;
/// The most words that stand before an author's name (`ein Artikel von`).
const BY_WORDS_MAX: usize = 3;
/// Fewest words of a sentence that a label seems to begin.
const TOLD_WORDS_MIN: usize = 5;
/// Marks behind what is quoted without quotation marks.
const SAID_MARKS: [char; 7] = [',', ';', '!', '?', '–', '—', '،'];
/// Words of what is quoted beyond the phrase, at most.
const SAID_WITHIN: usize = 5;
/// Words behind the mark among which is that somebody said it.
const SAYS_WITHIN: usize = 8;
/// The most words that say together that somebody pays.
const DISCLOSING_WORDS_MAX: usize = 2;
/// A phrase of fewer words may mean another thing in another language.
const SAFE_WORDS_MIN: usize = 3;

/// How a phrase must stand in a block to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// The block says this and nothing else.
    Whole,
    /// A short block begins with it.
    Start,
    /// A short block holds it.
    Within,
    /// Like whole, and what follows goes with it.
    Section,
    /// The block is this and then a name.
    Label,
}

impl How {
    /// Name of the rule that removes by such a phrase.
    pub(super) const fn rule(self) -> Rule {
        match self {
            How::Whole => Rule::PhraseWhole,
            How::Start => Rule::PhraseStart,
            How::Within => Rule::PhraseWithin,
            How::Section => Rule::PhraseSection,
            How::Label => Rule::CreditLabel,
        }
    }
}

/// Words that the rules of form look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Agencies and picture services, as they stand in credits.
    Agencies,
    /// Words that begin a title rather than a name.
    NoNames,
    /// Words that say where a picture is from when nobody is named.
    Sources,
    /// Words of date lines.
    Stamps,
    /// Words before an author's name.
    By,
    /// Words after a name that present its bearer.
    Presents,
    /// What authors are by profession.
    Occupations,
    /// Words beside an author's address.
    Contacts,
    /// Words that say who pays for a promotion.
    Discloses,
    /// Words by which somebody or something is quoted.
    Says,
}

impl List {
    const COUNT: usize = List::Says as usize + 1;
}

/// A phrase that was found in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; none excludes another"
)]
pub(super) struct Found {
    pub kind: Kind,
    pub how: How,
    /// Words of the phrase.
    pub words: usize,
    /// Words of the block up to its end.
    pub end: usize,
    /// How many words it says: two characters of a script without spaces are about one, all digits of
    /// a number are one.
    pub weight: usize,
    /// It says how many there are of something.
    pub counts: bool,
    /// A colon or a stop follows it that belongs to it, or its bracket is closed.
    pub closed: bool,
    /// Prose may say it, too: it counts only where more speaks against the block.
    pub doubted: bool,
    /// The sentence of a story goes on behind it: `Watch: that was the only word on the note.`
    pub told: bool,
    /// The operator wrote it, who knows the pages that it is for.
    pub own: bool,
}

impl Found {
    /// Name of the rule by which it removes a block of so many words.
    pub(super) fn rule(&self, of: usize) -> Rule {
        let is_long = !self.doubted && self.weight >= LONG_WORDS;
        match self.how {
            _ if self.own && !self.doubted => Rule::PhraseOwn,
            How::Start if is_long => Rule::PhraseLongStart,
            How::Whole if self.doubted => Rule::PhraseDoubted,
            How::Start if self.closed && !self.doubted => Rule::PhraseLabel,
            How::Within if is_long && 2 * self.words >= of => Rule::PhraseLongWithin,
            how => how.rule(),
        }
    }
}

/// Marks a phrase that prose may say, too.
const DOUBT: char = '?';
/// Marks a phrase whose words are no cue to the model.
const NO_CUE: char = '+';
/// Stands in a phrase for some words that are not named.
const GAP: char = '~';
/// Stands in a phrase for a number.
const NUMBER: char = '#';
/// Signs that belong to a phrase that ends in one: a colon, or what stands for it in Japanese (`文＝`),
/// the bracket in which East Asian labels stand (`【写真】`), or the stop after which another sentence may
/// come.
const CLOSINGS: [&[char]; 3] = [&[':', '：', '＝'], &['】', ']', '］', '〕'], &['.']];
/// The most words that a gap stands for; the fewest are one.
const GAP_WORDS_MAX: usize = 5;

#[derive(Debug)]
struct Phrase {
    /// Its words up to the gap, or all.
    words: Wording,
    /// Those after the gap.
    after_gap: Wording,
    /// Signs of which one has to follow.
    closing: Option<&'static [char]>,
    doubted: bool,
    is_no_cue: bool,
    /// It is of a file of the operator's.
    own: bool,
    how: How,
    kind: Kind,
    scope: Scope,
}

/// Words one after the other, and their keys, by which it is seen of most texts that they do not stand
/// there.
#[derive(Debug, Default)]
struct Wording {
    /// With spaces between them.
    words: String,
    keys: Vec<Key>,
    has_number: bool,
}

impl Wording {
    fn read(text: &str, row: &mut Row) -> Wording {
        if text.is_empty() {
            return Wording::default();
        }
        let words = Words::in_row(std::mem::take(row), text, usize::MAX);
        let (keys, spaced) = (words.keys_from(0).to_vec(), words.spaced());
        *row = words.into_row();
        Wording { has_number: spaced.contains(NUMBER), words: spaced, keys }
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    fn len(&self) -> usize {
        self.keys.len()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(' ').take(self.len())
    }

    /// Of them, characters of a script without spaces.
    fn lone(&self) -> usize {
        self.words().filter(|word| Words::is_lone(word)).count()
    }

    /// How many words of the text they are, if they stand at `at`.
    fn stand_at(&self, words: &Words<'_>, at: usize) -> Option<usize> {
        if !self.has_number {
            let seen = words.more || words.keys_from(at).starts_with(&self.keys);
            let stands =
                |(offset, word): (usize, &str)| words.bytes(at + offset) == Some(word.as_bytes());
            return (seen && self.words().enumerate().all(stands)).then_some(self.len());
        }
        let mut end = at;
        for word in self.words() {
            end += match word.strip_prefix(NUMBER) {
                Some(unit) => words.number(end, unit)?,
                None => words.bytes(end).filter(|found| *found == word.as_bytes()).map(|_| 1)?,
            };
        }
        Some(end - at)
    }
}

/// Phrase files, compiled when a text first asks for their languages.
#[derive(Debug, Default)]
pub struct Phrases {
    files: Vec<File>,
    /// Of all files, for texts whose language nobody could tell.
    of_all: OnceLock<Tables>,
    /// Of those that texts in one language ask for, by its place among the languages.
    of_one: [OnceLock<Tables>; Scope::LANGUAGES_MAX],
}

/// A file that can be read, and what was read of it.
#[derive(Debug)]
struct File {
    path: Cow<'static, str>,
    text: Cow<'static, str>,
    scope: Scope,
    read: OnceLock<Vec<Entry>>,
}

#[derive(Debug)]
enum Entry {
    Phrase(Arc<Phrase>),
    /// Words of a list, joined, and the key of the first.
    Listed(List, Vec<u8>, Key),
}

/// The phrases of some languages, ready to be looked up.
#[derive(Debug, Default)]
struct Tables {
    /// What a block may begin with.
    starts: Table,
    /// What may stand anywhere in it.
    within: Table,
    /// Members of every [`List`], their words joined, with the languages that have them.
    listed: [HashMap<Vec<u8>, Scope>; List::COUNT],
    /// Lets pass what may be in one of them, and the first word of what may be.
    listing: Sieve,
}

/// Phrases by their first word, or the first two.
#[derive(Debug, Default)]
struct Table {
    phrases: HashMap<(Key, Option<Key>), Vec<Arc<Phrase>>>,
    /// Lets pass where one may stand.
    sieve: Sieve,
}

impl Table {
    fn add(&mut self, phrase: &Arc<Phrase>) {
        let keys = &phrase.words.keys;
        let Some(&first) = keys.first() else { return };
        self.sieve.admit(keys);
        // Most stand alone there.
        let others = self.phrases.entry((first, keys.get(1).copied()));
        others.or_insert_with(|| Vec::with_capacity(1)).push(Arc::clone(phrase));
    }

    /// Whether there may be any at `at`.
    fn may_have(&self, words: &Words<'_>, at: usize) -> bool {
        let passes = |words: &[Key]| self.sieve.passes(words);
        match words.keys_from(at) {
            [] => words.more,
            [first] => passes(&[*first]),
            [Key::NUMBER, ..] => true,
            [first, second, ..] => passes(&[*first]) || passes(&[*first, *second]),
        }
    }

    /// All that may stand at `at`, by their first words.
    fn at<'p>(
        &'p self,
        words: &Words<'_>,
        at: usize,
    ) -> impl Iterator<Item = &'p Phrase> + use<'p> {
        let first = words.key(at);
        // A number has as many words as there are groups of digits in it.
        let length = if first == Some(Key::NUMBER) { words.digit_groups(at) } else { 1 };
        let second = words.key(at + length);
        let of = |second| self.phrases.get(&(first?, second));
        let two = second.and_then(|second| of(Some(second)));
        two.into_iter().chain(of(None)).flatten().map(AsRef::as_ref)
    }
}

static BUILT_IN: LazyLock<Phrases> = LazyLock::new(Phrases::built_in);

/// The phrases that are part of the program, for a text whose language is not asked.
pub(super) fn built_in() -> Vocabulary<'static> {
    Vocabulary { own: Scope::UNASKED, ..BUILT_IN.vocabulary() }
}

/// The same for a line whose language does not matter.
pub(super) fn in_any_language() -> Vocabulary<'static> {
    Vocabulary { own: Scope::ALL, ..BUILT_IN.vocabulary() }
}

impl File {
    fn new(name: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> File {
        let (path, text) = (name.into(), text.into());
        let name = path.rsplit(['/', '\\']).next().unwrap_or(&path);
        let scope = Scope::of(name.split('.').next().unwrap_or(name)).unwrap_or(Scope::NEUTRAL);
        File { path, text, scope, read: OnceLock::new() }
    }

    fn entries(&self) -> &[Entry] {
        self.read.get_or_init(|| {
            let read = file::read(&self.path, &self.text);
            // A test reads every embedded file; a broken one never ships.
            debug_assert!(read.is_ok(), "{read:?}");
            Entry::all(read.unwrap_or_default(), self.scope, false)
        })
    }
}

impl Entry {
    fn all(read: Vec<(Cow<'_, str>, Use)>, scope: Scope, own: bool) -> Vec<Entry> {
        let mut row = Row::default();
        let entry =
            |(text, meant): (Cow<'_, str>, Use)| Entry::read(&text, meant, scope, own, &mut row);
        read.into_iter().filter_map(entry).collect()
    }

    fn read(text: &str, meant: Use, scope: Scope, own: bool, row: &mut Row) -> Option<Entry> {
        match meant {
            Use::Gives(kind, how) => {
                let phrase = Phrase { own, ..Phrase::read(text, how, kind, scope, row) };
                Some(Entry::Phrase(Arc::new(phrase)))
            }
            Use::Listed(list) => {
                let words = Words::in_row(std::mem::take(row), text, usize::MAX);
                let joined = words.joined(0, words.len()).to_owned();
                let first = words.key(0);
                *row = words.into_row();
                Some(Entry::Listed(list, joined, first?))
            }
        }
    }
}

impl Phrases {
    /// Those that are part of the program.
    #[must_use]
    pub fn built_in() -> Phrases {
        let files = LANGUAGES.iter().map(|language| File::new(language.file, language.text));
        Phrases { files: files.collect(), ..Phrases::default() }
    }

    /// The same, compiled once for all who add none of their own.
    #[must_use]
    pub fn shared() -> &'static Phrases {
        &BUILT_IN
    }

    /// Adds the phrases of a file; `file` names it in errors.
    ///
    /// A file that is called after a language (`pl.toml`) is for texts in that
    /// language, any other for all.
    ///
    /// # Errors
    ///
    /// The file's name, and what is wrong with it where. Nothing of it is added then.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), PhraseError> {
        let file = File::new(file.to_owned(), text.to_owned());
        let read = Entry::all(file::read(&file.path, &file.text)?, file.scope, true);
        let mut files = std::mem::take(&mut self.files);
        files.push(File { read: OnceLock::from(read), ..file });
        // What was compiled lacks it.
        *self = Phrases { files, ..Phrases::default() };
        Ok(())
    }

    fn compiled(&self, languages: Scope) -> Tables {
        let mut tables = Tables::default();
        let files = self.files.iter().filter(|file| file.scope.meets(languages));
        files.for_each(|file| tables.add(file));
        tables
    }

    /// What applies to a text whose language is not known: what cannot mean another
    /// thing in another language.
    pub(super) fn vocabulary(&self) -> Vocabulary<'_> {
        let tables = self.of_all.get_or_init(|| self.compiled(Scope::ALL));
        Vocabulary { tables, own: Scope::NEUTRAL, safe: Scope::ALL }
    }

    /// What applies to a text in the language with this code or tag. Pages speak English besides
    /// their own language; of a language without a file nothing is known.
    pub(super) fn of_language(&self, tag: &str) -> Vocabulary<'_> {
        let (languages, safe) = match Scope::of(tag) {
            Some(languages) => (languages, Scope::ENGLISH),
            None => (Scope::NEUTRAL, Scope::NONE),
        };
        let own = languages.and(Scope::NEUTRAL);
        let tables =
            self.of_one[languages.place()].get_or_init(|| self.compiled(own.and(Scope::ENGLISH)));
        Vocabulary { tables, own, safe }
    }

    /// What applies to a page that says it is in the language with this code or tag: what is said in that
    /// language counts there besides what does in a text whose language is not asked.
    pub(super) fn of_page(&self, language: Option<&str>) -> Vocabulary<'_> {
        let own = language.and_then(Scope::of).unwrap_or(Scope::NONE);
        Vocabulary { own: Scope::UNASKED.and(own), ..self.vocabulary() }
    }

    /// What applies to a text in a language, or in one that nobody could tell.
    pub(super) fn of(&self, language: Option<&str>) -> Vocabulary<'_> {
        language.map_or_else(|| self.vocabulary(), |tag| self.of_language(tag))
    }
}

impl Tables {
    fn add(&mut self, file: &File) {
        for entry in file.entries() {
            match entry {
                Entry::Phrase(phrase) if phrase.how == How::Within => self.within.add(phrase),
                Entry::Phrase(phrase) => self.starts.add(phrase),
                Entry::Listed(list, words, first) => {
                    self.listing.admit(&[Key::of(words)]);
                    self.listing.admit(&[*first]);
                    let known = self.listed[*list as usize].entry(words.clone());
                    let scope = known.or_insert(Scope::NONE);
                    *scope = scope.and(file.scope);
                }
            }
        }
    }
}

/// The phrases that apply to one text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vocabulary<'p> {
    tables: &'p Tables,
    /// Languages all of whose phrases apply.
    own: Scope,
    /// Languages of whose phrases only those apply that no other language says.
    safe: Scope,
}

impl<'p> Vocabulary<'p> {
    /// Every word of every phrase that is a cue to the model, whatever its language, with the kind that the
    /// phrase gives away.
    pub(super) fn words(self) -> impl Iterator<Item = (&'p str, Kind)> {
        let Tables { starts, within, .. } = self.tables;
        let phrases = starts.phrases.values().chain(within.phrases.values()).flatten();
        let phrases = phrases.map(AsRef::as_ref);
        let is_cue = |phrase: &&'p Phrase| !phrase.is_no_cue && phrase.scope.meets(Scope::CUED);
        phrases.filter(is_cue).flat_map(|phrase| {
            let words = phrase.words.words().chain(phrase.after_gap.words());
            words.map(|word| (word, phrase.kind))
        })
    }

    /// The phrase that gives the block away: `whole` before `start` before `within`.
    ///
    /// A phrase that prose may say, too, is not heard in a sentence of some length, and one of a word
    /// or two begins no sentence; but credits end in a stop, too. None is heard where it is told of.
    pub(super) fn find(self, words: &Words<'_>) -> Option<(Kind, How)> {
        self.hear(words).map(|found| (found.kind, found.how))
    }

    /// The same, with all that is known of it.
    pub(super) fn hear(self, words: &Words<'_>) -> Option<Found> {
        let is_prose = |found: &Found| {
            let begins = found.how == How::Start
                && found.words <= SHORT_START_WORDS
                && found.kind != Kind::PhotoCredit;
            (begins || words.len() > DOUBTED_WORDS_MAX) && words.end_a_sentence()
        };
        self.evidence(words).filter(|found| !(found.told || found.doubted && is_prose(found)))
    }

    /// The same, with those that prose may say where there is no better.
    ///
    /// A promotion that says who pays for it promotes nothing: the law wants it said.
    pub(super) fn evidence(self, words: &Words<'_>) -> Option<Found> {
        let found = self.best(words)?;
        let kind =
            if found.kind == Kind::Ad && self.discloses(words) { Kind::Legal } else { found.kind };
        let told = !found.own && self.tells_of(words, &found);
        Some(Found { kind, told, ..found })
    }

    /// Whether the block is a sentence of a story that begins with the words of a prompt, or quotes them.
    fn tells_of(self, words: &Words<'_>, found: &Found) -> bool {
        if !words.end_in_full_stop() {
            return false;
        }
        let begins = match found.kind {
            Kind::RelatedLinks | Kind::Navigation | Kind::Player => found.closed,
            Kind::PhotoCredit => self.lists(List::By, words, found.end - 1, found.end),
            _ => false,
        };
        found.how == How::Start && begins && self.is_told_on(words, found.end)
            || !found.closed && self.is_quoted(words, found.end)
    }

    /// Whether the words from `at` on are all of a sentence that goes on in small letters, and neither a name,
    /// nor somebody's profession (`Photo by our reporter`), nor a prompt.
    pub(super) fn is_told_on(self, words: &Words<'_>, at: usize) -> bool {
        let rest = words.text_after(at - 1).trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.split_whitespace().next().unwrap_or_default();
        words.end_in_full_stop()
            && words.len() >= at + TOLD_WORDS_MIN
            && first.starts_with(char::is_lowercase)
            && !first.contains('.')
            && !rest.contains(". ")
            && self.by(words, at) == 0
            && !(at..at + 2).any(|at| self.lists(List::Occupations, words, at, at + 1))
            && self.heard_within(words, at).is_none()
    }

    /// Whether it is told who says the first `end` words: `All rights reserved, the notice said.`
    fn is_quoted(self, words: &Words<'_>, end: usize) -> bool {
        let is_marked = |&at: &usize| words.sign_after(at, &SAID_MARKS);
        let last = words.len().min(end + SAID_WITHIN);
        (end - 1..last).find(is_marked).is_some_and(|at| {
            let last = words.len().min(at + 1 + SAYS_WITHIN);
            (at + 1..last).any(|at| self.lists(List::Says, words, at, at + 1))
        })
    }

    fn best(self, words: &Words<'_>) -> Option<Found> {
        let count = words.len();
        if count == 0 {
            return None;
        }
        let starts = &self.tables.starts;
        let mut best: Option<Found> = None;
        let first = self.may_start(words, 0).then(|| self.candidates(starts, words, 0));
        for phrase in first.into_iter().flatten() {
            let Some(length) = phrase.matches(words, 0) else { continue };
            let found = phrase.found(length);
            let holds = match phrase.how {
                How::Start if found.weight >= SURE_START_WORDS => true,
                _ if count > WITHIN_WORDS_MAX => false,
                How::Whole | How::Section => length == count,
                How::Start if length <= SHORT_START_WORDS && phrase.closing.is_none() => {
                    count <= SHORT_START_WORDS_MAX
                }
                How::Start => count <= START_WORDS_MAX,
                How::Label => self.names_follow(words, length),
                How::Within => false,
            };
            if holds && best.is_none_or(|best| found.beats(best)) {
                best = Some(found);
            }
        }
        if best.is_some_and(|best| !best.doubted) || count > WITHIN_WORDS_MAX {
            return best;
        }
        self.heard_within(words, 0).or(best)
    }

    /// The first phrase from `at` on that may stand anywhere in a block.
    fn heard_within(self, words: &Words<'_>, at: usize) -> Option<Found> {
        let Tables { within, .. } = self.tables;
        let mut places = (at..words.len()).filter(|&at| within.may_have(words, at));
        places.find_map(|at| {
            self.candidates(within, words, at).find_map(|phrase| {
                let found = phrase.found(phrase.matches(words, at)?);
                Some(Found { end: at + found.words, ..found })
            })
        })
    }

    /// Whether there is a phrase of this kind that the block begins with, whatever else it may mean.
    pub(super) fn begins_as(self, kind: Kind, words: &Words<'_>) -> bool {
        self.may_start(words, 0)
            && self
                .candidates(&self.tables.starts, words, 0)
                .filter(|phrase| phrase.kind == kind && phrase.how == How::Start)
                .any(|phrase| phrase.matches(words, 0).is_some())
    }

    /// Whether a phrase of this kind may begin at `at`; nobody knows where there are more words than were
    /// read.
    pub(super) fn may_begin_as(self, kind: Kind, words: &Words<'_>, at: usize) -> bool {
        words.more
            || self.may_start(words, at)
                && self.candidates(&self.tables.starts, words, at).any(|phrase| phrase.kind == kind)
    }

    /// Whether the block opens a section of residue, and of which kind.
    pub(super) fn opens_section(self, words: &Words<'_>) -> Option<Kind> {
        if !self.may_start(words, 0) {
            return None;
        }
        self.candidates(&self.tables.starts, words, 0)
            .find(|phrase| {
                phrase.how == How::Section && phrase.matches(words, 0) == Some(words.len())
            })
            .map(|phrase| phrase.kind)
    }

    /// Whether the words from `start` up to `end` are, taken together, a member of the list.
    pub(super) fn lists(self, list: List, words: &Words<'_>, start: usize, end: usize) -> bool {
        if start >= end {
            return false;
        }
        let key = if end == start + 1 { words.key(start) } else { None };
        self.tables.listing.passes(&[key.unwrap_or_else(|| words.joined_key(start, end))])
            && self.tables.listed[list as usize]
                .get(words.joined(start, end))
                .is_some_and(|scope| scope.meets(self.own.and(self.safe_of(list))))
    }

    /// The languages whose members of a list are believed in any other.
    const fn safe_of(self, list: List) -> Scope {
        match list {
            // `on`, `a` and `ha` present authors in some, and are in every sentence of others.
            List::Presents | List::Occupations | List::Says => Scope::NONE,
            _ => self.safe,
        }
    }

    /// Words from `at` on that stand before an author's name.
    pub(super) fn by(self, words: &Words<'_>, at: usize) -> usize {
        if !words.key(at).is_some_and(|first| self.tables.listing.passes(&[first])) {
            return 0;
        }
        let most = BY_WORDS_MAX.min(words.len() - at);
        (1..=most).rev().find(|&length| self.lists(List::By, words, at, at + length)).unwrap_or(0)
    }

    /// Whether the block says who pays for a promotion.
    fn discloses(self, words: &Words<'_>) -> bool {
        (0..words.len()).any(|at| {
            (1..=DISCLOSING_WORDS_MAX)
                .filter(|length| at + length <= words.len())
                .any(|length| self.lists(List::Discloses, words, at, at + length))
        })
    }

    /// Whether a phrase that a block may begin with may stand at `at`.
    pub(super) fn may_start(self, words: &Words<'_>, at: usize) -> bool {
        self.tables.starts.may_have(words, at)
    }

    fn candidates(
        self,
        table: &'p Table,
        words: &Words<'_>,
        at: usize,
    ) -> impl Iterator<Item = &'p Phrase> {
        table.at(words, at).filter(move |phrase| {
            phrase.scope.meets(self.own) || (phrase.is_safe() && phrase.scope.meets(self.safe))
        })
    }
}

/// Longest credit behind a label, in words.
const NAMES_WORDS_MAX: usize = 12;
/// Most words of a source that is no name (`with kind permission`), and with what it is said to belong to.
const SOURCE_WORDS_MAX: usize = 3;
const SOURCE_SAID_WORDS_MAX: usize = 5;
/// The same in scripts without capitals; three characters of a script without spaces are about one.
const UNCASED_NAME_WORDS_MAX: usize = 2;
/// Small words within names.
const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "di", "del", "della", "der", "den", "van", "von", "zu", "le", "la",
    "el", "al", "bin", "ibn", "af",
];
/// Small words between names.
const BETWEEN_NAMES: &[&str] = &[
    "of", "for", "via", "by", "courtesy", "and", "und", "et", "y", "e", "i", "og", "och", "en",
    "ja", "a", "và", "dan", "и", "та", "і", "και",
];

/// Whether it is a small word within a name: `van`.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

impl Vocabulary<'_> {
    /// Whether a name follows the label of `length` words at the start of the block, and nothing
    /// else: `Foto: Jane Roe/dpa`, but not `Foto: ein Leben in Bildern`.
    fn names_follow(self, words: &Words<'_>, length: usize) -> bool {
        let count = words.len();
        let rest = words.text_after(length - 1).trim();
        let parted = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
        if words.more || length == count || count - length > NAMES_WORDS_MAX {
            return false;
        }
        if self.lists(List::Agencies, words, length, count) {
            return true;
        }
        if self.lists(List::NoNames, words, length, length + 1) || parted.ends_with(['?', '!', ';'])
        {
            return false;
        }
        // Without a mark between them the label is a word of the sentence.
        let marked = rest.starts_with([
            ':', '：', '.', '/', '／', '=', '＝', '|', '｜', '©', '-', '–', '—', '@', '(',
        ]);
        let agency = (length..count).any(|at| self.lists(List::Agencies, words, at, at + 1));
        let has_case = parted.contains(|c: char| c.is_uppercase() || c.is_lowercase());
        let lone =
            (length..count).filter_map(|at| words.get(at)).filter(|word| Words::is_lone(word));
        // Where nothing but its length tells a name from a title.
        let is_long = count - length - lone.count() * 2 / 3 > UNCASED_NAME_WORDS_MAX;
        if !has_case && is_long && !agency && !parted.contains(['/', '／']) {
            return marked && self.is_source(parted);
        }
        let told = count - length > SOURCE_WORDS_MAX && words.end_a_sentence();
        (marked || agency) && parted.split_whitespace().all(|word| self.may_be_named(word))
            || marked && !told && parted.split(['/', ',', ';']).any(|part| self.is_source(part))
    }

    /// Whether it says in small letters where a picture is from: `archive`, `press service of the port`.
    fn is_source(self, part: &str) -> bool {
        let words = Words::of(part, SOURCE_SAID_WORDS_MAX);
        let most = words.len().min(SOURCE_WORDS_MAX);
        !words.more && (1..=most).any(|length| self.lists(List::Sources, &words, 0, length))
    }

    fn may_be_named(self, word: &str) -> bool {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = bare.chars().next() else { return true };
        let lower = bare.to_lowercase();
        !first.is_lowercase()
            || is_particle(&lower)
            || BETWEEN_NAMES.contains(&lower.as_str())
            || bare.contains(['/', '.', '@'])
            || self.tables.listed[List::Agencies as usize].contains_key(lower.as_bytes())
    }
}

impl Found {
    /// Whether this says more than another finding at the same place.
    fn beats(&self, other: Found) -> bool {
        let rank = |found: &Found| {
            let how = match found.how {
                How::Whole | How::Section => 2,
                How::Label => 1,
                How::Start | How::Within => 0,
            };
            (!found.doubted, how, found.words, found.closed)
        };
        rank(self) > rank(&other)
    }
}

impl Phrase {
    fn read(text: &str, how: How, kind: Kind, scope: Scope, row: &mut Row) -> Phrase {
        let (text, is_no_cue) = match text.strip_prefix(NO_CUE) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (text, doubted) = match text.strip_prefix(DOUBT) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (before, after) = text.split_once(GAP).unwrap_or((text, ""));
        Phrase {
            words: Wording::read(before, row),
            after_gap: Wording::read(after, row),
            closing: CLOSINGS.into_iter().find(|signs| text.trim_end().ends_with(*signs)),
            doubted,
            is_no_cue,
            own: false,
            how,
            kind,
            scope,
        }
    }

    /// Whether no other language says it and means another thing.
    fn is_safe(&self) -> bool {
        let long = self.words.len() + self.after_gap.len() >= SAFE_WORDS_MIN;
        long || self.closing.is_some() || matches!(self.how, How::Whole | How::Section | How::Label)
    }

    fn found(&self, words: usize) -> Found {
        let own = self.words.len() + self.after_gap.len();
        let lone = self.words.lone() + self.after_gap.lone();
        let gap = if self.after_gap.is_empty() { 0 } else { words.saturating_sub(own) };
        Found {
            kind: self.kind,
            how: self.how,
            words,
            end: words,
            weight: own + gap - lone / 2,
            counts: self.words.has_number,
            closed: self.closing.is_some(),
            doubted: self.doubted,
            told: false,
            own: self.own,
        }
    }

    /// The number of words that the phrase takes up from `at` on, if it stands there.
    fn matches(&self, words: &Words<'_>, at: usize) -> Option<usize> {
        let mut length = self.words.stand_at(words, at)?;
        if !self.after_gap.is_empty() {
            let mut places = (1..=GAP_WORDS_MAX).map(|gap| length + gap);
            length = places
                .find_map(|place| Some(place + self.after_gap.stand_at(words, at + place)?))?;
        }
        let closes = |signs| words.sign_after(at + length - 1, signs);
        self.closing.is_none_or(closes).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_phrase_file_can_be_read() {
        let mut phrases = Phrases::default();
        for language in LANGUAGES {
            phrases.add(language.file, language.text).unwrap();
        }
    }

    #[test]
    fn every_phrase_file_of_the_repository_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/phrases");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut embedded: Vec<_> = LANGUAGES.iter().map(|language| language.file).collect();
        files.sort();
        embedded.sort_unstable();
        assert_eq!(files, embedded);
    }

    #[test]
    fn a_doubted_phrase_is_not_heard_in_a_sentence() {
        let mut phrases = Phrases::default();
        phrases.add("mine.toml", "[related_links]\nstart = [\"?read more about\"]").unwrap();
        let find = |text| phrases.vocabulary().find(&Words::of(text, 40));
        assert_eq!(
            find("Read more about the storm and you will know what it took from them, and why."),
            None
        );
        assert_eq!(find("Read more about the storm"), Some((Kind::RelatedLinks, How::Start)));
    }

    #[test]
    fn a_phrase_that_came_after_the_fit_is_heard_and_is_no_cue() {
        let mut phrases = Phrases::default();
        phrases.add("mine.toml", "[ad]\nstart = [\"one of us\", \"+two of us\"]").unwrap();
        let vocabulary = phrases.vocabulary();
        let find = |text| vocabulary.find(&Words::of(text, 40));
        assert_eq!(find("Two of us paid for this"), Some((Kind::Ad, How::Start)));
        assert!(vocabulary.words().all(|(word, _)| word != "two"));
    }

    #[test]
    fn with_so_many_words_a_block_is_residue_however_long_it_is() {
        let rules = "We want our comments to be a lively part of the paper, where readers talk with one another. ";
        let long = rules.repeat(4);
        let found = BUILT_IN.of_language("en").hear(&Words::of(&long, 45)).unwrap();
        assert_eq!((found.kind, found.rule(46)), (Kind::CommentPrompt, Rule::PhraseLongStart));
        let story = "We want our comments to be read by the council, said the captain. ".repeat(4);
        assert!(BUILT_IN.of_language("en").hear(&Words::of(&story, 45)).is_none());
    }

    #[test]
    fn prompts_are_known_in_every_language() {
        for (language, text, kind) in [
            ("pl", "Czytaj także: Burza nad miastem", Kind::RelatedLinks),
            ("sv", "Din e-postadress kommer inte publiceras.", Kind::CommentPrompt),
            ("nl", "Lees ook: De dijk houdt stand", Kind::RelatedLinks),
            ("ru", "Подписывайтесь на наш Telegram-канал", Kind::NewsletterPrompt),
            ("uk", "Читайте також: Буря над містом", Kind::RelatedLinks),
            ("el", "ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", Kind::RelatedLinks),
            ("ar", "اقرأ أيضًا: العاصفة", Kind::RelatedLinks),
            ("he", "כתיבת תגובה", Kind::CommentPrompt),
            ("hi", "यह भी पढ़ें: तूफान", Kind::RelatedLinks),
            ("ja", "関連記事：台風が接近", Kind::RelatedLinks),
            ("ja", "メールアドレスが公開されることはありません。", Kind::CommentPrompt),
            ("zh", "相关阅读：台风来袭", Kind::RelatedLinks),
            ("ko", "무단전재 및 재배포 금지", Kind::Legal),
            ("vi", "Xem thêm: Bão đổ bộ", Kind::RelatedLinks),
            ("id", "Baca juga: Badai di kota", Kind::RelatedLinks),
            ("tr", "Haberin devamı için tıklayınız", Kind::RelatedLinks),
            ("hu", "Az e-mail címet nem tesszük közzé.", Kind::CommentPrompt),
            ("ro", "Citește și: Furtuna din oraș", Kind::RelatedLinks),
            ("ro", "Citeşte şi: Furtuna din oraş", Kind::RelatedLinks),
            ("sk", "Čítajte aj: Búrka nad mestom", Kind::RelatedLinks),
            ("hr", "Pročitajte i: Oluja nad gradom", Kind::RelatedLinks),
            ("sr", "Povezane vesti", Kind::RelatedLinks),
            ("bs", "Pročitajte još: Oluja nad gradom", Kind::RelatedLinks),
            ("bg", "Прочетете още: Буря над града", Kind::RelatedLinks),
            ("fa", "بیشتر بخوانید: توفان در شهر", Kind::RelatedLinks),
            ("fa", "دیدگاه‌ها", Kind::CommentPrompt),
            ("fa", "ديدگاهها", Kind::CommentPrompt),
        ] {
            let found = BUILT_IN.of_language(language).find(&Words::of(text, 60));
            assert_eq!(found.map(|(kind, _)| kind), Some(kind), "{text}");
        }
    }

    #[test]
    fn of_two_phrases_that_begin_a_block_the_longer_one_is_heard() {
        let mut phrases = Phrases::default();
        let files = "[photo_credit]\nstart = [\"© dpa\"]\n[legal]\nstart = [\"© dpa infocom\"]";
        phrases.add("mine.toml", files).unwrap();
        let find = |text| phrases.vocabulary().find(&Words::of(text, 40)).map(|(kind, _)| kind);
        assert_eq!(find("© dpa-infocom, dpa:1-2"), Some(Kind::Legal));
        assert_eq!(find("© dpa | Jane Roe"), Some(Kind::PhotoCredit));
    }

    #[test]
    fn a_phrase_is_compared_in_whole_words_and_in_its_place() {
        let find = |text| built_in().find(&Words::of(text, 60));
        assert_eq!(find("3 Comments"), Some((Kind::CommentPrompt, How::Section)));
        assert_eq!(find("Please enter your comment!"), Some((Kind::CommentPrompt, How::Whole)));
        assert_eq!(find("Commentary"), None);
        assert_eq!(
            find("Read more about the storm in tomorrow's paper, which will be larger."),
            None
        );
        assert_eq!(find("Related: The storm of 1962"), Some((Kind::RelatedLinks, How::Start)));
        assert_eq!(find("Related storms hit the coast in 1962"), None);
        assert_eq!(
            find("Follow the Valley Post on Facebook."),
            Some((Kind::NewsletterPrompt, How::Within))
        );
        assert_eq!(find("They follow the river on foot."), None);
    }
}
