//! Tells new entries from those already seen.
//!
//! Feeds repeat themselves: every poll returns mostly what the last one did.
//! Identity is decided here and nowhere else, from the entries alone, so that the
//! answer is the same today, next week and on another machine.

use std::collections::HashMap;
use std::collections::HashSet;

use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh3::xxh3_128;

use crate::feed::Entry;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What is known already of what a source announces.
#[derive(Clone, Debug, Default)]
pub struct KnownEntries {
    /// What the entries said when they were last seen.
    pub said: HashMap<EntryKey, KnownEntry>,
    /// Entries by their link, where that names one story in what is announced now (see
    /// [`lone_links`]) and is that of one known entry.
    pub by_link: HashMap<String, Namesake>,
    /// Entries by the [`Headline`] of one that is announced now under a name that is not known.
    pub by_headline: HashMap<Headline, Vec<KnownEntry>>,
}

/// What a known entry said when it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEntry {
    /// All of it.
    pub fingerprint: Fingerprint,
    /// Its first publication, as it is stated.
    pub published: Option<String>,
    /// Where its article was.
    pub url: Option<url::Url>,
}

impl KnownEntry {
    /// Whether `sifted` says it again, whenever that claims to be published: some systems put the
    /// time of the answer there.
    fn is_repeated_by(&self, sifted: &Sifted) -> bool {
        let Sifted { fingerprint, entry, .. } = sifted;
        self.fingerprint == *fingerprint
            || self.fingerprint == said_at(entry, entry.url.as_ref(), self.published.as_deref())
    }

    /// Whether `entry` says it at another address.
    fn is_told_elsewhere_by(&self, entry: &Entry) -> bool {
        self.fingerprint == said_at(entry, self.url.as_ref(), self.published.as_deref())
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
    /// `None` where there is none, or where no more than a day is stated.
    #[must_use]
    pub fn new(title: Option<&str>, published: Option<StatedTime>) -> Option<Headline> {
        let title = one_line(title?);
        let published = published.filter(|at| !matches!(at, StatedTime::Day(_)))?.timestamp();
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

/// A known entry that has the link of an announced one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    /// Its identity.
    pub key: EntryKey,
    /// Headline.
    pub title: Option<String>,
    /// First publication.
    pub published: Option<Timestamp>,
}

impl Namesake {
    /// Whether `entry` may be the same story under another guid: an edit leaves the headline or
    /// the time of publication, a new story has its own.
    fn is_story_of(&self, entry: &Entry) -> bool {
        let title = |title: Option<&str>| title.map(one_line).filter(|title| !title.is_empty());
        let of_entry = title(entry.title.as_deref());
        let published = entry.published.map(|date| date.at.timestamp());
        of_entry.is_some() && of_entry == title(self.title.as_deref())
            || published.is_some() && published == self.published
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
/// A publisher that moves to another system may give all its stories new guids,
/// and some systems make them up anew for every answer. An entry that says to the
/// letter, and at the same time or address, what a known one says is not news; one
/// whose link names a known story is that story, perhaps edited, if it has its headline
/// or its time: pages that show another story every day keep neither. Another time of publication
/// alone is no edit; `updated` is there to say so.
#[must_use]
pub fn sift(mut identified: Vec<Sifted>, known: &KnownEntries) -> Fresh {
    let keys_before: HashMap<EntryKey, EntryKey> = {
        // A known entry that is announced under its own name has left its link to another.
        let own: HashSet<&EntryKey> = identified.iter().map(|sifted| &sifted.key).collect();
        lone_links(&identified)
            .into_iter()
            .filter(|(_, sifted)| !known.said.contains_key(&sifted.key))
            .filter_map(|(link, sifted)| Some((sifted, known.by_link.get(&link)?)))
            .filter(|(sifted, before)| {
                !own.contains(&before.key) && before.is_story_of(&sifted.entry)
            })
            .map(|(sifted, before)| (sifted.key.clone(), before.key.clone()))
            .collect()
    };
    for sifted in &mut identified {
        if let Some(before) = keys_before.get(&sifted.key) {
            sifted.key = before.clone();
        }
    }
    let said: HashSet<Fingerprint> = known.said.values().map(|said| said.fingerprint).collect();
    let mut fresh = Fresh::default();
    for sifted in identified {
        match known.said.get(&sifted.key) {
            Some(said) if said.is_repeated_by(&sifted) => {}
            Some(_) => fresh.changed.push(sifted),
            None => {
                let renamed = sifted.key.is_guid()
                    && sifted.entry.title.is_some()
                    && (sifted.entry.published.is_some() || sifted.entry.url.is_some())
                    && said.contains(&sifted.fingerprint);
                let readdressed = Headline::of(&sifted.entry)
                    .and_then(|headline| known.by_headline.get(&headline))
                    .is_some_and(|said| {
                        said.iter().any(|said| said.is_told_elsewhere_by(&sifted.entry))
                    });
                if !renamed && !readdressed {
                    fresh.new.push(sifted);
                }
            }
        }
    }
    fresh
}

/// Hashes what a reader would call the content of an entry: headline, dates,
/// text and where on its site it stands. Mark-up, white space, trackers, scheme
/// and host may change without being an edit; a corrected link is one, and two
/// briefs of one headline and day are two.
fn fingerprint(entry: &Entry) -> Fingerprint {
    let published = entry.published.map(|date| date.at.to_string());
    said_at(entry, entry.url.as_ref(), published.as_deref())
}

/// The same as it were if the entry had this address and date.
fn said_at(entry: &Entry, url: Option<&url::Url>, published: Option<&str>) -> Fingerprint {
    let mut said = one_line(entry.title.as_deref().unwrap_or_default());
    if let Some(url) = url.map(crate::url::canonical_with_fragment) {
        said.push('\n');
        said.push_str(&url[url::Position::BeforePath..]);
    }
    let updated = entry.updated.map(|date| date.at.to_string());
    for date in [published, updated.as_deref()] {
        said.push('\n');
        said.push_str(date.unwrap_or_default());
    }
    for html in [&entry.summary, &entry.content] {
        said.push('\n');
        said.push_str(&one_line(&without_tags(html.as_deref().unwrap_or_default())));
    }
    let mut hash = Xxh3::new();
    hash.update(said.as_bytes());
    Fingerprint(hash.digest())
}

/// The text between the tags; a `<` that opens no tag is text.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        out.push_str(text);
        let opens =
            tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let end = if opens { tag.find('>') } else { None };
        out.push(if end.is_some() { ' ' } else { '<' });
        match end {
            Some(end) => rest = &tag[end + 1..],
            None if opens => {
                // No `>` follows anywhere: looking again would be quadratic.
                out.push_str(&tag[1..]);
                return out;
            }
            None => rest = &tag[1..],
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{
        EntryKey, Headline, KnownEntries, KnownEntry, Namesake, Sifted, identify, lone_links, sift,
    };
    use crate::article::{DateSource, Dated};
    use crate::feed::{Enclosure, Entry};
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

    fn said(sifted: &Sifted) -> KnownEntry {
        let entry = &sifted.entry;
        let published = entry.published.map(|date| date.at.to_string());
        KnownEntry { fingerprint: sifted.fingerprint, published, url: entry.url.clone() }
    }

    /// What is known once these were seen, by a store that finds every link.
    fn known(seen: &[Sifted]) -> KnownEntries {
        let said = seen.iter().map(|sifted| (sifted.key.clone(), said(sifted))).collect();
        let namesake = |sifted: &Sifted| Namesake {
            key: sifted.key.clone(),
            title: sifted.entry.title.clone(),
            published: sifted.entry.published.map(|date| date.at.timestamp()),
        };
        let by_link = lone_links(seen).into_iter().map(|(link, sifted)| (link, namesake(sifted)));
        let mut by_headline: HashMap<Headline, Vec<KnownEntry>> = HashMap::new();
        for sifted in seen {
            if let Some(headline) = Headline::of(&sifted.entry) {
                by_headline.entry(headline).or_default().push(self::said(sifted));
            }
        }
        KnownEntries { said, by_link: by_link.collect(), by_headline }
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
            assert_eq!(known.said.len(), all, "{posts:?}");
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
    fn hashing_text_full_of_open_brackets_takes_no_longer_than_reading_it() {
        let mut story = entry("x", "https://a.example/1", "Storm");
        story.content = Some("<a".repeat(200_000));
        assert_eq!(identify(vec![story]).entries.len(), 1);
    }
}
