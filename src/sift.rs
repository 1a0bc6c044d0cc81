//! Tells new entries from those already seen.
//!
//! Feeds repeat themselves: every poll returns mostly what the last one did.
//! Identity is decided here and nowhere else, from the entries alone, so that the
//! answer is the same today, next week and on another machine.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::collections::HashSet;

use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh3::xxh3_128;

use crate::feed::Element;
use crate::feed::Entry;
use crate::limits::ENTRY_NAMESAKES_MAX;
use crate::limits::GUID_BYTES_MAX;
use crate::text::one_line;
use crate::time::StatedTime;
use crate::time::Timestamp;

/// The identity of an entry within its source.
///
/// Equal keys mean "the same story, perhaps edited", never "the same text".
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub String);

/// What an entry says; differs when the publisher edited it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u64);

/// An entry that we lack, or lack in this form.
#[derive(Clone, Debug, PartialEq)]
pub struct Sifted {
    /// Its identity.
    pub key: EntryKey,
    /// What it says.
    pub fingerprint: Fingerprint,
    /// The entry itself.
    pub entry: Entry,
}

/// What is known already of what a source announces, by the keys that it is kept under.
pub type KnownEntries = HashMap<EntryKey, KnownEntry>;

/// A known entry as it was when it was last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownEntry {
    /// What it said.
    pub fingerprint: Fingerprint,
    /// Headline.
    pub title: Option<String>,
    /// Its first publication, as it is stated.
    pub published: Option<String>,
    /// Where its article is, or is looked for.
    pub url: Option<url::Url>,
    /// Whether there is one.
    pub has_article: bool,
    /// What its page calls its own address, where that is asked for.
    pub article_url: Option<String>,
    /// Edited so often that its page is not asked for again.
    pub is_worn_out: bool,
}

impl KnownEntry {
    /// Whether `entry`, which has its key, may be its story: an edit leaves the headline, the place
    /// on the site or the time of publication, another story under a guid that is used again has
    /// its own of each.
    #[must_use]
    pub fn is_story_of(&self, entry: &Entry) -> bool {
        let is_in_place = match (&self.url, &entry.url) {
            (Some(before), Some(url)) => place(before) == place(url),
            (None, None) => false,
            _ => true,
        };
        // Of one day are many stories.
        let has_moment = || entry.published.is_some_and(|date| !date.at.may_be_a_day());
        self.headlines(entry).is_none_or(|(before, now)| before == now)
            || is_in_place
            || has_moment() && self.is_published_with(entry)
    }

    /// Whether `entry`, which has its link and another guid, may be its story: it says the same, or
    /// is of the same moment, or has the same headline on the same day.
    fn is_renamed(&self, sifted: &Sifted) -> bool {
        let entry = &sifted.entry;
        let days = self.published_at().zip(entry.published);
        let is_of_the_day = days.is_none_or(|(before, date)| before.day() == date.at.day());
        self.is_repeated_by(sifted)
            || self.is_published_with(entry)
            || is_of_the_day && self.headlines(entry).is_some_and(|(before, now)| before == now)
    }

    /// Whether `sifted` says it again, whenever that claims to be published: some systems put the
    /// time of the answer there.
    fn is_repeated_by(&self, sifted: &Sifted) -> bool {
        let Sifted { fingerprint, entry, .. } = sifted;
        self.fingerprint == *fingerprint
            || self.is_told_by(&readings(entry), entry.url.as_ref())
            || says_only_its_headline(entry) && self.has_headline_of(entry)
    }

    /// Whether an entry of these readings says it, were it at this address.
    fn is_told_by(&self, readings: &[Said], url: Option<&url::Url>) -> bool {
        let published = self.published.as_deref();
        readings.iter().any(|said| self.fingerprint == said.at(url, published))
    }

    /// Whether `entry` has its headline and place on the site. Links of a front hold counters and
    /// clocks beside the headline.
    fn has_headline_of(&self, entry: &Entry) -> bool {
        let (Some(before), Some(title)) = (&self.title, &entry.title) else { return false };
        self.url.as_ref().map(place) == entry.url.as_ref().map(place)
            && headline_words(before) == headline_words(title)
    }

    /// Whether its article is missing, and `entry` says that it is elsewhere. Another query alone
    /// is no correction: some systems make one up for every answer.
    fn is_sought_elsewhere_by(&self, entry: &Entry) -> bool {
        !self.has_article && self.url.is_some() && entry.url.is_some() && !self.has_path_of(entry)
    }

    /// Whether `entry` links to its host and path, whatever stands behind them.
    fn has_path_of(&self, entry: &Entry) -> bool {
        let (Some(before), Some(url)) = (&self.url, &entry.url) else { return false };
        let [before, url] = [before, url].map(crate::url::canonical);
        before[..url::Position::AfterPath] == url[..url::Position::AfterPath]
    }

    /// Its headline and that of `entry`, where both have one.
    fn headlines(&self, entry: &Entry) -> Option<(String, String)> {
        let headline = |title: Option<&str>| title.map(one_line).filter(|title| !title.is_empty());
        headline(self.title.as_deref()).zip(headline(entry.title.as_deref()))
    }

    fn published_at(&self) -> Option<StatedTime> {
        self.published.as_deref().and_then(crate::date::parse)
    }

    fn is_published_with(&self, entry: &Entry) -> bool {
        let moments = self.published_at().zip(entry.published);
        moments.is_some_and(|(before, date)| before.timestamp() == date.at.timestamp())
    }
}

/// A headline and the very moment of its publication, which two stories hardly share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Headline {
    /// Without white space that says nothing.
    title: String,
    published: Timestamp,
}

impl Headline {
    /// `None` where there is none, or where no more than a day may be meant: notices of one day are
    /// called alike.
    #[must_use]
    pub fn new(title: Option<&str>, published: Option<StatedTime>) -> Option<Headline> {
        let title = one_line(title?);
        let published = published.filter(|at| !at.may_be_a_day())?.timestamp();
        (!title.is_empty()).then_some(Headline { title, published })
    }

    /// That of an entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Headline> {
        Headline::new(entry.title.as_deref(), entry.published.map(|date| date.at))
    }

    /// When it was published.
    #[must_use]
    pub fn published(&self) -> Timestamp {
        self.published
    }
}

/// The entries of a document with their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identified {
    /// In the document's order.
    pub entries: Vec<Sifted>,
    /// Dropped, because there is nothing to know them by.
    pub nameless: usize,
    /// Dropped, because they are a story that stands before them once more.
    pub repeated: usize,
}

/// The result of sifting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fresh {
    /// Entries never seen in this source.
    pub new: Vec<Sifted>,
    /// Entries seen before, edited since.
    pub changed: Vec<Sifted>,
    /// How many more there are that were edited too often before.
    pub worn_out: usize,
}

impl EntryKey {
    /// Derives the key of an entry by itself, from the first of these that it has:
    ///
    /// 1. the publisher's identifier (`guid`, `atom:id`, JSON Feed `id`);
    /// 2. the canonical link, with the place on the page that it names;
    /// 3. title and publication time together;
    /// 4. its first enclosure, where it has no title either.
    ///
    /// An entry with none of them has no key: an invented one would store the
    /// entry anew on every poll.
    ///
    /// ```
    /// use tearsheet::{feed::Entry, sift::EntryKey};
    ///
    /// let guid = Some("tag:a.example,2026:7".to_owned());
    /// let monday = Entry { guid, title: Some("Storm nears".to_owned()), ..Entry::default() };
    /// let tuesday = Entry { title: Some("Storm hits".to_owned()), ..monday.clone() };
    /// assert_eq!(EntryKey::of(&monday), EntryKey::of(&tuesday));
    /// ```
    #[must_use]
    pub fn of(entry: &Entry) -> Option<EntryKey> {
        Names::of(entry).key(true, true)
    }

    fn is_guid(&self) -> bool {
        self.0.starts_with("guid:")
    }
}

/// Everything that an entry can be known by.
struct Names {
    guid: Option<String>,
    link: Option<String>,
    title: String,
    published: Option<String>,
    file: Option<String>,
}

impl Names {
    fn of(entry: &Entry) -> Names {
        let title = one_line(entry.title.as_deref().unwrap_or_default());
        Names {
            guid: entry.guid.as_deref().and_then(guid),
            link: entry.url.as_ref().map(link),
            title,
            published: entry.published.map(|date| date.at.timestamp().to_string()),
            file: entry.enclosures.first().map(|file| link(&file.url)),
        }
    }

    /// The key, where guid and link may be believed or not.
    fn key(&self, guid_names: bool, link_names: bool) -> Option<EntryKey> {
        if let Some(guid) = self.guid.as_ref().filter(|_| guid_names) {
            return Some(EntryKey(format!("guid:{guid}")));
        }
        if let Some(link) = self.link.as_ref().filter(|_| link_names) {
            return Some(EntryKey(format!("link:{link}")));
        }
        if self.title.is_empty() {
            return self.file.as_ref().map(|file| EntryKey(format!("file:{file}")));
        }
        match (&self.published, &self.link) {
            (Some(published), _) => Some(EntryKey(format!("item:{published}:{}", self.title))),
            (None, Some(link)) => Some(EntryKey(format!("item:{link}:{}", self.title))),
            (None, None) => None,
        }
    }
}

/// The form under which links of entries are compared.
#[must_use]
pub fn link(url: &url::Url) -> String {
    crate::url::canonical_with_fragment(url).into()
}

/// A link, in the form that addresses are compared in, without its query, if it has one.
#[must_use]
pub fn without_query(url: &url::Url) -> Option<String> {
    let mut url = crate::url::canonical(url);
    url.query()?;
    url.set_query(None);
    Some(url.into())
}

/// A guid fit for a key: trackers off where it is an address, its hash where it
/// is too long to be kept.
fn guid(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.len() > GUID_BYTES_MAX {
        return Some(format!("{:032x}", xxh3_128(text.as_bytes())));
    }
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.query().is_some() => {
            Some(link(&url))
        }
        _ => Some(text.to_owned()),
    }
}

/// What the entries that share a name say otherwise.
#[derive(Default)]
struct Sharers<'a> {
    guids: HashSet<&'a str>,
    links: HashSet<&'a str>,
    titles: HashSet<&'a str>,
}

impl<'a> Sharers<'a> {
    fn add(&mut self, names: &'a Names) {
        self.guids.extend(names.guid.as_deref());
        self.links.insert(names.link.as_deref().unwrap_or_default());
        self.titles.insert(&names.title);
    }

    /// One headline under several links is a tracker, two headlines under one link are an edit;
    /// anything more is several stories, and so is what has guids of its own.
    fn is_one_story(&self) -> bool {
        self.guids.len() < 2
            && (self.titles.len() < 2 || self.links.len() < 2 && self.titles.len() < 3)
    }
}

/// What tells a story from the others on its page whatever guid it has: its headline and time, or
/// all that it says.
#[derive(PartialEq, Eq, Hash)]
enum Telling<'a> {
    Headline(&'a str, &'a str, &'a str),
    Words(&'a str, Fingerprint),
}

/// Whether the entry is one of `told` once more; it is told from then on.
fn is_told<'a>(
    told: &mut HashSet<Telling<'a>>,
    names: &'a Names,
    entry: &Entry,
    fingerprint: Fingerprint,
) -> bool {
    let Some(link) = names.link.as_deref() else { return false };
    let title = Some(names.title.as_str()).filter(|title| !title.is_empty());
    let headline = title.zip(names.published.as_deref());
    let headline = headline.map(|(title, published)| Telling::Headline(link, title, published));
    let has_words = title.is_some() || entry.summary.is_some() || entry.content.is_some();
    let words = has_words.then_some(Telling::Words(link, fingerprint));
    [headline, words].into_iter().flatten().any(|telling| !told.insert(telling))
}

/// Gives each entry its key; drops (and counts) those that have none, and those that are a story
/// of the document once more: under the same key, or with the same link and headline at the same
/// time, or in the same words.
///
/// A guid that stands for different stories in one document names none of
/// them, nor does a link that several guids share, or three or more headlines: it is a page of
/// many stories.
#[must_use]
pub fn identify(entries: Vec<Entry>) -> Identified {
    let all = entries.len();
    let names: Vec<Names> = entries.iter().map(Names::of).collect();
    let mut told = HashSet::new();
    let stories: Vec<(&Names, Fingerprint, Entry)> = names
        .iter()
        .zip(entries)
        .map(|(names, entry)| (names, fingerprint(&entry), entry))
        .filter(|(names, fingerprint, entry)| !is_told(&mut told, names, entry, *fingerprint))
        .collect();
    let (mut by_guid, mut by_link) = (HashMap::new(), HashMap::new());
    for (names, ..) in &stories {
        let guid = names.guid.as_deref().map(|guid| by_guid.entry(guid));
        let link = names.link.as_deref().map(|link| by_link.entry(link));
        for sharers in guid.into_iter().chain(link) {
            sharers.or_insert_with(Sharers::default).add(names);
        }
    }
    let mut seen_keys = HashSet::new();
    let mut seen_links = HashSet::new();
    let mut identified = Identified::default();
    for (names, fingerprint, entry) in stories {
        let guid_names = names.guid.as_deref().is_some_and(|guid| by_guid[guid].is_one_story());
        let link_names = names.link.as_deref().is_some_and(|link| by_link[link].is_one_story());
        let Some(key) = names.key(guid_names, link_names) else {
            identified.nameless += 1;
            continue;
        };
        let link_is_new = !link_names || seen_links.insert(&names.link);
        if seen_keys.insert(key.clone()) && link_is_new {
            identified.entries.push(Sifted { key, fingerprint, entry });
        }
    }
    identified.repeated = all - identified.nameless - identified.entries.len();
    identified
}

/// The links, in the form of [`link`], that one entry of the document has alone, and has besides a
/// guid: they name its story where the publisher gave it another guid since.
#[must_use]
pub fn lone_links(identified: &[Sifted]) -> HashMap<String, &Sifted> {
    let mut by_link: HashMap<String, Option<&Sifted>> = HashMap::new();
    for sifted in identified {
        if let Some(url) = &sifted.entry.url {
            by_link.entry(link(url)).and_modify(|sharers| *sharers = None).or_insert(Some(sifted));
        }
    }
    let alone = by_link.into_iter().filter_map(|(link, sifted)| Some((link, sifted?)));
    alone.filter(|(_, sifted)| sifted.key.is_guid()).collect()
}

/// Sorts identified entries into new, changed and known ones.
///
/// An entry of an answer is one known entry at most, and none is two entries of it. It is
///
/// 1. the one with its key, unless headline, place on the site and time are all others: then the
///    publisher uses the guid again, and the story goes by its link, or by title and time;
/// 2. else the one with its link, where that names one story here and there and may be the same:
///    it says the same, or is of the same moment, or has the same headline on the same day;
/// 3. else one that says the same under another guid: a publisher that moves to another system
///    may give all its stories new ones;
/// 4. else one of the same headline and moment that says the same at another address: some
///    systems make up guids and links for every answer;
/// 5. else one that says the same at an address whose page calls its own what the link is without
///    its query: some fronts make up a parameter for every answer.
///
/// A headline and moment, or the address of an article, that more than [`ENTRY_NAMESAKES_MAX`] known
/// ones share names none of them.
///
/// What is none of the known ones is new. A known one is changed if it says something else, or if
/// its article is missing and the publisher has corrected where it is. Another time of
/// publication alone is no edit, `updated` is there to say so; nor is a counter or a clock.
#[must_use]
pub fn sift(identified: Vec<Sifted>, known: &KnownEntries) -> Fresh {
    let is_named = |sifted: &Sifted| {
        known.get(&sifted.key).is_some_and(|before| before.is_story_of(&sifted.entry))
    };
    let (named, others): (Vec<_>, Vec<_>) = identified.iter().partition(|one| is_named(one));
    let mut taken: HashSet<&EntryKey> = named.iter().map(|sifted| &sifted.key).collect();
    let mut other_keys: HashMap<EntryKey, EntryKey> = HashMap::new();
    if !others.is_empty() {
        let (links, known_by) = (lone_links(&identified), OtherNames::of(known));
        let link_of: HashMap<&EntryKey, &String> =
            links.iter().map(|(link, sifted)| (&sifted.key, link)).collect();
        for sifted in others {
            let link = link_of.get(&sifted.key).copied();
            let before = known_by.find(sifted, link, |key| !taken.contains(key));
            taken.extend(before);
            let other = before.cloned().or_else(|| key_beside(sifted, link.is_some(), known));
            other_keys.extend(other.map(|other| (sifted.key.clone(), other)));
        }
    }
    let mut fresh = Fresh::default();
    for mut sifted in identified {
        let other_key = other_keys.remove(&sifted.key);
        let is_renamed = other_key.is_some();
        sifted.key = other_key.unwrap_or(sifted.key);
        let Some(before) = known.get(&sifted.key) else {
            fresh.new.push(sifted);
            continue;
        };
        let entry = &sifted.entry;
        // Some systems make up what stands behind the path for every answer.
        let is_linked_anew = is_renamed || before.has_article && before.has_path_of(entry);
        let is_repeated = before.is_repeated_by(&sifted)
            || is_linked_anew && before.is_told_by(&readings(entry), before.url.as_ref());
        if is_repeated && !before.is_sought_elsewhere_by(entry) {
            continue;
        }
        if before.is_worn_out {
            fresh.worn_out += 1;
        } else {
            fresh.changed.push(sifted);
        }
    }
    fresh
}

/// The key of a new story whose guid another one has, which keeps it: it had it first. `None` where
/// none has. `link_names` tells whether nothing else in the answer has its link.
fn key_beside(sifted: &Sifted, link_names: bool, known: &KnownEntries) -> Option<EntryKey> {
    if !known.contains_key(&sifted.key) {
        return None;
    }
    let names = Names::of(&sifted.entry);
    let by_link = names.key(false, link_names).filter(|key| !known.contains_key(key));
    by_link.or_else(|| names.key(false, false))
}

/// Known entries by what names them besides their keys.
struct OtherNames<'a> {
    known: &'a KnownEntries,
    /// Where one has it alone: what several have is a page of many stories.
    by_link: HashMap<String, Option<&'a EntryKey>>,
    by_words: HashMap<Fingerprint, Vec<&'a EntryKey>>,
    /// Where few have it: each of them is compared.
    by_headline: HashMap<Headline, Vec<&'a EntryKey>>,
    /// The same.
    by_article_url: HashMap<&'a str, Vec<&'a EntryKey>>,
}

impl<'a> OtherNames<'a> {
    fn of(known: &'a KnownEntries) -> OtherNames<'a> {
        let mut names = OtherNames {
            known,
            by_link: HashMap::new(),
            by_words: HashMap::new(),
            by_headline: HashMap::new(),
            by_article_url: HashMap::new(),
        };
        let mut entries: Vec<_> = known.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        for (key, entry) in entries {
            if let Some(url) = &entry.url {
                let others = names.by_link.entry(link(url));
                others.and_modify(|others| *others = None).or_insert(Some(key));
            }
            names.by_words.entry(entry.fingerprint).or_default().push(key);
            if let Some(headline) = Headline::new(entry.title.as_deref(), entry.published_at()) {
                names.by_headline.entry(headline).or_default().push(key);
            }
            if let Some(url) = &entry.article_url {
                names.by_article_url.entry(url).or_default().push(key);
            }
        }
        names.by_headline.retain(|_, namesakes| namesakes.len() <= ENTRY_NAMESAKES_MAX);
        names.by_article_url.retain(|_, namesakes| namesakes.len() <= ENTRY_NAMESAKES_MAX);
        names
    }

    /// The known entry that an announced one is under another name, of those that are `free`;
    /// `link` is its own where nothing else in the answer has it.
    fn find(
        &self,
        sifted: &Sifted,
        link: Option<&String>,
        is_free: impl Fn(&EntryKey) -> bool,
    ) -> Option<&'a EntryKey> {
        let Sifted { key, fingerprint, entry } = sifted;
        let by_link = link.and_then(|link| self.by_link.get(link).copied().flatten());
        let by_link = by_link.filter(|key| is_free(key) && self.known[*key].is_renamed(sifted));
        let is_telling = key.is_guid()
            && entry.title.is_some()
            && (entry.published.is_some() || entry.url.is_some());
        let by_words = self.by_words.get(fingerprint).filter(|_| is_telling);
        let by_words = || by_words.into_iter().flatten().find(|key| is_free(key));
        let at_headline = || self.by_headline.get(&Headline::of(entry)?);
        let at_article = || self.by_article_url.get(without_query(entry.url.as_ref()?)?.as_str());
        let readings = LazyCell::new(|| readings(entry));
        let is_told = |key: &EntryKey| {
            let before = &self.known[key];
            is_free(key) && before.is_told_by(&*readings, before.url.as_ref())
        };
        let elsewhere = || {
            let candidates = [at_headline(), at_article()].into_iter().flatten().flatten();
            candidates.into_iter().find(|key| is_told(key))
        };
        by_link.or_else(|| by_words().or_else(elsewhere).copied())
    }
}

/// Hashes what a reader would call the content of an entry: headline, dates,
/// text and where on its site it stands. Mark-up, white space, trackers, scheme
/// and host may change without being an edit, and so may lines of its text that are counters and
/// clocks; a corrected link is one, and two briefs of one headline and day are two.
fn fingerprint(entry: &Entry) -> Fingerprint {
    let published = entry.published.map(|date| date.at.to_string());
    Said::of(entry, words).at(entry.url.as_ref(), published.as_deref())
}

/// What an entry says as fingerprints are made today, and as earlier versions made those that are
/// stored: these tell of counters, too.
fn readings(entry: &Entry) -> [Said; 2] {
    [Said::of(entry, words), Said::of(entry, one_line)]
}

/// What an entry says, but for where and when: read once, it is compared with several known ones.
struct Said {
    title: String,
    updated: String,
    summary: String,
    content: String,
}

impl Said {
    fn of(entry: &Entry, reading: fn(&str) -> String) -> Said {
        let text =
            |html: &Option<String>| reading(&without_tags(html.as_deref().unwrap_or_default()));
        Said {
            title: one_line(entry.title.as_deref().unwrap_or_default()),
            updated: entry.updated.map(|date| date.at.to_string()).unwrap_or_default(),
            summary: text(&entry.summary),
            content: text(&entry.content),
        }
    }

    /// The fingerprint of an entry that says it at this address and date.
    fn at(&self, url: Option<&url::Url>, published: Option<&str>) -> Fingerprint {
        let Said { title, updated, summary, content } = self;
        let place = url.map(place);
        let dates_and_texts = [published.unwrap_or_default(), updated, summary, content];
        let mut hash = Xxh3::new();
        hash.update(title.as_bytes());
        for part in place.as_deref().into_iter().chain(dates_and_texts) {
            hash.update(b"\n");
            hash.update(part.as_bytes());
        }
        Fingerprint(hash.digest())
    }
}

/// Where on its site an address is.
fn place(url: &url::Url) -> String {
    crate::url::canonical_with_fragment(url)[url::Position::BeforePath..].to_owned()
}

/// Whether an entry says nothing else, as links of a front do.
fn says_only_its_headline(entry: &Entry) -> bool {
    let Entry { guid, published, updated, summary, content, .. } = entry;
    guid.is_none()
        && published.is_none()
        && updated.is_none()
        && summary.is_none()
        && content.is_none()
}

/// Most words that say what a number before them counts: `12 comments`, `5 minutes ago`.
const COUNTED_WORDS_MAX: usize = 2;

/// Told by its form alone, in no language: fingerprints that are stored must stay what they are.
fn is_number(word: &str) -> bool {
    word.contains(char::is_numeric) && word.chars().filter(|c| c.is_alphabetic()).count() < 3
}

/// Neither a number nor the stroke between two of them.
fn is_word(word: &str) -> bool {
    word.contains(char::is_alphanumeric) && !is_number(word)
}

/// The words of a headline without numbers, and without the counters and clocks at its end.
fn headline_words(title: &str) -> Vec<&str> {
    let mut words: Vec<&str> = title.split_whitespace().collect();
    while let Some(number) = words.iter().rposition(|word| is_number(word))
        && number > 0
        && words.len() - number - 1 <= COUNTED_WORDS_MAX
    {
        words.truncate(number);
    }
    words.retain(|word| !is_number(word));
    words
}

/// The lines of a text, in one, without those that are counters or clocks. Where nothing else is
/// left, they are the text: `3 dead, 40 injured`.
fn words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !is_count(line)).collect();
    let words = one_line(&lines.join(" "));
    if words.is_empty() { one_line(text) } else { words }
}

/// A number and what it counts (`12 comments`), or what is counted and its number (`Points: 12`).
fn is_count(line: &str) -> bool {
    let line = line.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
    if let Some((label, number)) = line.split_once(':')
        && !label.contains(char::is_whitespace)
        && !label.contains(char::is_numeric)
    {
        return number.contains(char::is_numeric) && !number.contains(char::is_alphabetic);
    }
    let mut words = line.split_whitespace();
    words.next().is_some_and(is_number)
        && words.filter(|word| is_word(word)).count() <= COUNTED_WORDS_MAX
}

/// The text between the tags, on a line each where these part words; a `<` that opens no tag is
/// text.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        out.push_str(text);
        let opens =
            tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let end = if opens { tag.find('>') } else { None };
        match end {
            Some(end) => {
                out.push(if ends_line(&tag[1..end]) { '\n' } else { ' ' });
                rest = &tag[end + 1..];
            }
            None if opens => {
                // No `>` follows anywhere: looking again would be quadratic.
                out.push_str(tag);
                return out;
            }
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether what stands between `<` and `>` ends the line before it: no comment, nothing inline.
fn ends_line(tag: &str) -> bool {
    let name = tag.trim_start_matches('/');
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    !tag.starts_with('!') && Element::of(&name[..length]) != Some(Element::Inline)
}

#[cfg(test)]
mod tests {
    use super::{EntryKey, KnownEntries, KnownEntry, Sifted, identify, sift};
    use crate::article::{DateSource, Dated};
    use crate::feed::{Enclosure, Entry};
    use crate::limits::ENTRY_NAMESAKES_MAX;
    use crate::time::{StatedTime, Timestamp};

    fn entry(guid: &str, link: &str, title: &str) -> Entry {
        Entry {
            guid: Some(guid.to_owned()).filter(|guid| !guid.is_empty()),
            url: url::Url::parse(link).ok(),
            title: Some(title.to_owned()).filter(|title| !title.is_empty()),
            ..Entry::default()
        }
    }

    fn dated(mut entry: Entry, seconds: i64) -> Entry {
        let at = StatedTime::from(Timestamp::from_unix(seconds));
        entry.published = Some(Dated { at, from: DateSource::Feed });
        entry
    }

    /// What is known once these were seen.
    fn known(seen: &[Sifted]) -> KnownEntries {
        let known = |sifted: &Sifted| {
            let Entry { title, published, url, .. } = sifted.entry.clone();
            let published = published.map(|date| date.at.to_string());
            let fingerprint = sifted.fingerprint;
            let known = KnownEntry { fingerprint, title, published, url, ..KnownEntry::default() };
            (sifted.key.clone(), KnownEntry { has_article: true, ..known })
        };
        seen.iter().map(known).collect()
    }

    fn lose_articles(known: &mut KnownEntries) {
        for entry in known.values_mut() {
            entry.has_article = false;
        }
    }

    fn keys(entries: Vec<Entry>) -> Vec<String> {
        identify(entries).entries.into_iter().map(|sifted| sifted.key.0).collect()
    }

    #[test]
    fn a_key_ignores_order_trackers_and_headline() {
        let plain =
            [entry("", "https://a.example/1", "One"), entry("", "https://a.example/2", "Two")];
        let other = vec![
            entry("", "https://a.example/2?utm_source=rss", "Two, corrected"),
            entry("", "https://A.example/1#xtor=RSS-1", "One!"),
        ];
        let mut expected = keys(plain.to_vec());
        let mut found = keys(other);
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_guid_outlives_a_moved_link_and_loses_its_own_trackers() {
        let before = entry("https://a.example/?p=7&utm_medium=rss", "https://a.example/7", "Seven");
        let after = entry("https://a.example/?p=7", "https://b.example/seven", "Seven");
        assert_eq!(EntryKey::of(&before), EntryKey::of(&after));
    }

    #[test]
    fn a_guid_shared_by_all_entries_names_none_of_them() {
        let entries: Vec<Entry> = (0..3)
            .map(|n| entry("news", &format!("https://a.example/{n}"), &format!("Story {n}")))
            .collect();
        assert_eq!(keys(entries).len(), 3);
    }

    #[test]
    fn one_story_under_two_guids_is_told_once_but_a_page_of_many_stories_is_not() {
        let link = "https://a.example/1";
        let story = |guid: &str| dated(entry(guid, link, "One"), 1000);
        let mut reworded = story("y");
        reworded.summary = Some("Rain.".to_owned());
        let identified = identify(vec![story("x"), reworded, entry("z", link, "One")]);
        assert_eq!(identified.entries.len(), 2);
        assert_eq!(identified.repeated, 1, "what is dropped is counted");
        for guids in [["v0", "v1", "v2", "v3"], [""; 4]] {
            let changelog = (0..4).map(|n| entry(guids[n], link, &format!("Version {n}")));
            assert_eq!(keys(changelog.collect()).len(), 4);
        }
        assert_eq!(keys(vec![entry("", link, "One"), entry("", link, "One!")]).len(), 1);
    }

    #[test]
    fn stories_that_share_a_page_are_all_there() {
        let page = "https://a.example/live";
        let post = |n: i64, link: &str, title: &str| {
            let mut post = dated(entry(&format!("p-{n}"), link, title), 1000 * n);
            post.summary = Some(format!("Post {n}."));
            post
        };
        let place = |n: i64| format!("{page}#post-{n}");
        for posts in [
            (1..6).map(|n| post(n, &place(n), "Live: storm")).collect::<Vec<_>>(),
            (1..6).map(|n| post(n, page, "Scheduled maintenance")).collect(),
            (1..6).map(|n| post(n, page, "")).collect(),
            (1..3).map(|n| post(n, page, &format!("Episode {n}"))).collect(),
            (1..3).map(|n| Entry { guid: None, ..post(n, &place(n), "Comment") }).collect(),
        ] {
            let all = posts.len();
            let known = known(&identify(posts.clone()).entries);
            assert_eq!(known.len(), all, "{posts:?}");
            let again = sift(identify(posts).entries, &known);
            assert!(again.new.is_empty() && again.changed.is_empty());
        }
    }

    #[test]
    fn a_page_that_shows_another_story_every_day_loses_none() {
        let day = |n: i64| {
            dated(entry(&format!("d{n}"), "https://a.example/deal", &format!("Deal {n}")), 1000 * n)
        };
        let known = known(&identify(vec![day(1)]).entries);
        let fresh = sift(identify(vec![day(2)]).entries, &known);
        assert_eq!((fresh.new.len(), fresh.changed.len()), (1, 0));
    }

    #[test]
    fn an_entry_without_anything_to_know_it_by_is_dropped_and_counted() {
        let nothing = entry("  ", "", "Only a headline");
        let identified = identify(vec![nothing.clone(), dated(nothing, 1), Entry::default()]);
        assert_eq!((identified.entries.len(), identified.nameless), (1, 2));

        let url = url::Url::parse("https://a.example/1.mp3").unwrap();
        let recording = Enclosure { url, kind: None, bytes: None };
        let recorded = Entry { enclosures: vec![recording], ..Entry::default() };
        assert_eq!(identify(vec![recorded]).nameless, 0);
    }

    #[test]
    fn a_second_look_finds_nothing_new_and_an_edit_is_an_edit() {
        let mut story = entry("x", "https://a.example/1", "Storm nears");
        story.content = Some("<p>Rain   falls.</p>".to_owned());
        let known = known(&identify(vec![story.clone()]).entries);

        story.content = Some("<div class=x><p>Rain falls.</div>".to_owned());
        let fresh = sift(identify(vec![story.clone()]).entries, &known);
        assert!(fresh.new.is_empty() && fresh.changed.is_empty(), "mark-up is no edit");

        story.title = Some("Storm hits".to_owned());
        let fresh = sift(identify(vec![story]).entries, &known);
        assert_eq!((fresh.new.len(), fresh.changed.len()), (0, 1));
    }

    #[test]
    fn new_guids_for_old_stories_are_no_news() {
        let story = |guid: &str| dated(entry(guid, "https://a.example/1", "Storm nears"), 1000);
        let known = known(&identify(vec![story("old-1")]).entries);
        let fresh = sift(identify(vec![story("new-1")]).entries, &known);
        assert!(fresh.new.is_empty() && fresh.changed.is_empty());

        let mut edited = dated(story("new-2"), 2000);
        edited.summary = Some("Rain.".to_owned());
        let fresh = sift(identify(vec![edited]).entries, &known);
        assert!(fresh.new.is_empty(), "the link still names it");
        assert_eq!(fresh.changed[0].key, EntryKey("guid:old-1".to_owned()));
    }

    #[test]
    fn another_time_of_publication_alone_is_no_edit_but_an_update_is_one() {
        let story = || dated(entry("x", "https://a.example/1", "Storm nears"), 1000);
        let known = known(&identify(vec![story()]).entries);
        let fresh = sift(identify(vec![dated(story(), 2000)]).entries, &known);
        assert!(fresh.new.is_empty() && fresh.changed.is_empty());
        let updated = Entry { updated: dated(story(), 2000).published, ..story() };
        assert_eq!(sift(identify(vec![updated]).entries, &known).changed.len(), 1);
    }

    #[test]
    fn a_story_whose_guid_and_link_are_made_up_for_every_answer_is_told_by_all_that_it_says() {
        let story = |session: u32, seconds: i64, text: &str| {
            let link = format!("https://a.example/1?session={session}");
            let story = dated(entry(&session.to_string(), &link, "Traffic"), seconds);
            Entry { summary: Some(text.to_owned()), ..story }
        };
        let known = known(&identify(vec![story(1, 1000, "A jam.")]).entries);
        let new = |entry| sift(identify(vec![entry]).entries, &known).new.len();
        assert_eq!(new(story(2, 1000, "A jam.")), 0);
        assert_eq!(new(story(2, 1001, "A jam.")), 1, "a brief of the same headline");
        assert_eq!(new(story(2, 1000, "No jam.")), 1, "another at the same moment");
    }

    #[test]
    fn a_link_names_a_known_story_only_where_nothing_else_has_it() {
        let link = "https://a.example/1";
        let known = known(&identify(vec![entry("x", link, "One")]).entries);
        let elsewhere = entry("x", "https://a.example/moved", "One");
        let fresh = sift(identify(vec![elsewhere, entry("y", link, "Two")]).entries, &known);
        assert_eq!((fresh.new.len(), fresh.changed.len()), (1, 1), "x is still there");
        let changelog = (0..4).map(|n| entry(&format!("v{n}"), link, &format!("Version {n}")));
        assert_eq!(sift(identify(changelog.collect()).entries, &known).new.len(), 4);
    }

    #[test]
    fn a_guid_that_is_used_again_for_another_story_names_that_one_no_more() {
        let place = |guid: i64, story: i64, is_dated: bool| {
            let link = format!("https://a.example/{story}");
            let entry = entry(&guid.to_string(), &link, &format!("Story {story}"));
            if is_dated { dated(entry, 1000 * story) } else { entry }
        };
        for is_dated in [true, false] {
            // The newest is always the first.
            let answer = |newest: i64| (0..3).map(move |at| place(at, newest - at, is_dated));
            let mut known = known(&identify(answer(3).collect()).entries);
            for newest in 4..8 {
                let fresh = sift(identify(answer(newest).collect()).entries, &known);
                assert_eq!((fresh.new.len(), fresh.changed.len()), (1, 0), "{newest}");
                assert_eq!(fresh.new[0].entry.title, Some(format!("Story {newest}")));
                known.extend(self::known(&fresh.new));
                let again = sift(identify(answer(newest).collect()).entries, &known);
                assert!(again.new.is_empty() && again.changed.is_empty());
            }
            assert_eq!(known.len(), 7);
        }
    }

    #[test]
    fn stories_under_guids_that_are_used_again_are_told_apart_by_their_links() {
        let story = |guid: &str, link: &str, title: &str, seconds: i64| {
            dated(entry(guid, &format!("https://a.example/{link}"), title), seconds)
        };
        let mut known = KnownEntries::new();
        for (answer, new) in [
            (vec![story("0", "1", "Rain", 1), story("1", "2", "Hail", 2)], 2),
            (vec![story("0", "5", "Public notice", 9), story("1", "6", "Public notice", 9)], 2),
            (vec![story("0", "5", "Public notice", 9), story("1", "6", "Public notice", 9)], 0),
            // A page of the day, whose address an earlier story has for its key.
            (vec![story("0", "5", "Another notice", 100_000)], 1),
            (vec![story("0", "5", "Another notice", 100_000)], 0),
        ] {
            let fresh = sift(identify(answer).entries, &known);
            assert!(fresh.changed.is_empty());
            let before = known.len();
            known.extend(self::known(&fresh.new));
            assert_eq!((fresh.new.len(), known.len()), (new, before + new), "each has a key");
        }
    }

    #[test]
    fn a_briefing_under_one_link_is_another_every_day_and_an_edit_on_its_day() {
        let briefing = |guid: &str, hour: i64, text: &str| {
            let entry = entry(guid, "https://a.example/briefing", "Morning briefing");
            Entry { summary: Some(text.to_owned()), ..dated(entry, hour * 3600) }
        };
        let known = known(&identify(vec![briefing("1", 6, "Rain.")]).entries);
        let counts = |entry| {
            let fresh = sift(identify(vec![entry]).entries, &known);
            (fresh.new.len(), fresh.changed.len())
        };
        assert_eq!(counts(briefing("2", 30, "Sun.")), (1, 0));
        assert_eq!(counts(briefing("2", 8, "Rain and hail.")), (0, 1));
        assert_eq!(counts(briefing("2", 30, "Rain.")), (0, 0), "only its date is another");
    }

    #[test]
    fn a_second_story_of_the_headline_and_moment_of_one_that_still_stands_is_news() {
        let notice = |n: u32, at: i64| {
            let link = format!("https://a.example/{n}");
            dated(entry(&link, &link, "Public notice"), at)
        };
        let (midnight, noon) = (86_400, 129_600);
        let known = known(&identify(vec![notice(1, noon), notice(3, midnight)]).entries);
        let new = |entries| sift(identify(entries).entries, &known).new.len();
        assert_eq!(new(vec![notice(2, noon), notice(1, noon)]), 1);
        assert_eq!(new(vec![notice(2, noon)]), 0, "moved");
        assert_eq!(new(vec![notice(4, midnight)]), 1, "of one day are many");
    }

    #[test]
    fn a_link_that_is_made_up_behind_its_path_is_no_edit_of_what_is_stored() {
        let story = |session: u32, title: &str| {
            entry("g", &format!("https://a.example/1?visit={session}"), title)
        };
        let mut known = known(&identify(vec![story(1, "Storm nears")]).entries);
        for entry in known.values_mut() {
            entry.has_article = true;
        }
        let changed = |entry| sift(identify(vec![entry]).entries, &known).changed.len();
        assert_eq!(changed(story(2, "Storm nears")), 0);
        assert_eq!(changed(story(1, "Storm turns")), 1);
    }

    #[test]
    fn a_guid_is_used_again_for_another_story_of_the_day_or_without_links() {
        let midnight = 86_400;
        for (first, second) in [("https://a.example/a", "https://a.example/b"), ("", "")] {
            let story = |link: &str, title: &str| dated(entry("1", link, title), midnight);
            let known = known(&identify(vec![story(first, "Storm nears")]).entries);
            let counts = |entry| {
                let fresh = sift(identify(vec![entry]).entries, &known);
                (fresh.new.len(), fresh.changed.len())
            };
            assert_eq!(counts(story(second, "Council meets")), (1, 0));
            assert_eq!(counts(story(first, "Storm nears")), (0, 0));
        }
    }

    #[test]
    fn what_more_than_a_few_known_stories_share_names_none_of_them() {
        // Names are made up for every answer, so that only a comparison finds the story.
        let notice = |n: usize, session: &str| {
            let link = format!("https://a.example/notice?n={n}{session}");
            let text = Some(format!("In the matter of case {n}."));
            let entry = entry(&format!("{n}{session}"), &link, "Public notice");
            Entry { summary: text, ..entry }
        };
        let timed = |n: usize, session: &str| dated(notice(n, session), 129_600);
        for (sharers, new) in [(ENTRY_NAMESAKES_MAX, 0), (ENTRY_NAMESAKES_MAX + 1, 1)] {
            let at_once = (0..sharers).map(|n| timed(n, "")).collect();
            let at_once = known(&identify(at_once).entries);
            assert_eq!(sift(identify(vec![timed(1, "x")]).entries, &at_once).new.len(), new);

            let at_one_address = (0..sharers).map(|n| notice(n, "")).collect();
            let mut at_one_address = known(&identify(at_one_address).entries);
            for entry in at_one_address.values_mut() {
                entry.article_url = Some("https://a.example/notice".to_owned());
            }
            let fresh = sift(identify(vec![notice(1, "x")]).entries, &at_one_address);
            assert_eq!(fresh.new.len(), new);
        }
    }

    #[test]
    fn a_corrected_link_is_taken_over_where_the_article_is_still_missing() {
        let story = |guid: &str, link: &str| dated(entry(guid, link, "Storm nears"), 1000);
        let wrong = "http://localhost:4000/storm";
        for (guid, then) in [("x", "x"), (wrong, "https://a.example/storm"), ("", "")] {
            for right in ["https://a.example/storm", "https://a.example/storm-nears"] {
                let mut known = known(&identify(vec![story(guid, wrong)]).entries);
                let key = known.keys().next().unwrap().clone();
                let changed = |known: &KnownEntries| {
                    let fresh = sift(identify(vec![story(then, right)]).entries, known);
                    assert!(fresh.new.is_empty());
                    fresh.changed.into_iter().map(|sifted| sifted.key).collect::<Vec<_>>()
                };
                let is_edit = guid == "x" && right.ends_with("-nears");
                assert_eq!(changed(&known).len(), usize::from(is_edit), "it is stored");
                lose_articles(&mut known);
                assert_eq!(changed(&known), [key]);
            }
        }
        let mut known = known(&identify(vec![story("x", "https://a.example/1?s=1")]).entries);
        lose_articles(&mut known);
        let made_up = story("y", "https://a.example/1?s=2");
        assert!(sift(identify(vec![made_up]).entries, &known).changed.is_empty());
    }

    #[test]
    fn a_link_with_a_parameter_for_every_answer_is_that_of_a_page_that_does_without() {
        let link = |query: u32| format!("https://a.example/storm?rid={query}");
        let listed = |query: u32, title: &str| entry("", &link(query), title);
        let mut known = known(&identify(vec![listed(1, "Storm nears")]).entries);
        let new = |known: &KnownEntries, entries| sift(identify(entries).entries, known).new.len();
        assert_eq!(new(&known, vec![listed(2, "Storm nears")]), 1, "its page does not say so");
        for entry in known.values_mut() {
            entry.article_url = Some("https://a.example/storm".to_owned());
        }
        assert_eq!(new(&known, vec![listed(2, "Storm nears")]), 0);
        assert_eq!(new(&known, vec![listed(2, "Another storm")]), 1);
        assert_eq!(new(&known, vec![listed(2, "Storm nears"), listed(1, "Storm nears")]), 1);
    }

    #[test]
    fn counters_and_clocks_are_no_edit_and_other_numbers_are() {
        let counted = |text: &str| Entry {
            summary: Some(text.to_owned()),
            ..dated(entry("x", "https://a.example/1", "Storm nears"), 1000)
        };
        let listed = |title: &str| entry("", "https://a.example/1", title);
        let changes = |before: Entry, after: Entry| {
            let known = known(&identify(vec![before]).entries);
            let fresh = sift(identify(vec![after]).entries, &known);
            assert!(fresh.new.is_empty());
            fresh.changed.len() == 1
        };
        for (before, after, is_edit) in [
            (
                "<p>Rain.</p><p>Points: 12</p><p># Comments: <b>3</b></p>",
                "<p>Rain.</p><p>Points: 40</p><p># Comments: <b>7</b></p>",
                false,
            ),
            (
                "Rain.<p><span>12 points</span> | <a href='/c'>3 comments</a>",
                "Rain.<p><span>40 points</span> | <a href='/c'>7 comments</a>",
                false,
            ),
            ("Rain.<br>5 minutes ago", "Rain.<br>2 hours ago", false),
            ("<p>The storm took 2 roofs.</p>", "<p>The storm took 3 roofs.</p>", true),
            ("<p>At least <b>12</b> people died", "<p>At least <b>47</b> people died", true),
            ("It took <!-- -->2<!-- --> roofs.", "It took <!-- -->3<!-- --> roofs.", true),
            ("3 dead, 40 injured", "9 dead, 80 injured", true),
            ("<p>台风造成2人死亡。</p>", "<p>台风造成3人死亡。</p>", true),
        ] {
            assert_eq!(changes(counted(before), counted(after)), is_edit, "{after}");
        }
        for (before, after, is_edit) in [
            ("3. Storm nears the coast 12 comments", "1. Storm nears the coast 14 comments", false),
            ("Storm nears the coast 5 minutes ago", "Storm nears the coast 2 hours ago", false),
            ("Storm nears the coast", "Storm hits the coast", true),
        ] {
            assert_eq!(changes(listed(before), listed(after)), is_edit, "{after}");
        }
    }

    /// Fingerprints that are stored were made before counters were left out.
    #[test]
    fn what_was_seen_by_an_earlier_version_is_not_edited() {
        let mut story = entry("x", "https://a.example/1", "Storm nears");
        story.summary = Some("<p>Price: 12</p><p>Rain.</p>".to_owned());
        let mut known = known(&identify(vec![story.clone()]).entries);
        for entry in known.values_mut() {
            entry.fingerprint =
                super::Said::of(&story, super::one_line).at(story.url.as_ref(), None);
        }
        assert!(sift(identify(vec![story]).entries, &known).changed.is_empty());
    }

    #[test]
    fn hashing_text_full_of_open_brackets_takes_no_longer_than_reading_it() {
        let mut story = entry("x", "https://a.example/1", "Storm");
        story.content = Some("<a".repeat(200_000));
        assert_eq!(identify(vec![story]).entries.len(), 1);
    }
}
