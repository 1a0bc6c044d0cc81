//! Tells new entries from those already seen.
//!
//! Feeds repeat themselves: every poll returns mostly what the last one did.
//! Identity is decided here and nowhere else, from the entries alone, so that the
//! answer is the same today, next week and on another machine.

use std::collections::HashMap;
use std::collections::HashSet;
use std::fmt::Write;

use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh3::xxh3_128;

use crate::feed::Entry;
use crate::limits::GUID_BYTES_MAX;

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
pub struct Known {
    /// What the entries said when they were last seen.
    pub said: HashMap<EntryKey, Fingerprint>,
    /// Entries by their link, in canonical form, where that names one story in what is announced
    /// now (see [`lone_links`]).
    pub by_link: HashMap<String, EntryKey>,
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
    /// 2. the canonical link;
    /// 3. title and publication time together.
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
}

impl Names {
    fn of(entry: &Entry) -> Names {
        let title = folded(entry.title.as_deref().unwrap_or_default());
        Names {
            guid: entry.guid.as_deref().and_then(guid),
            link: entry.url.as_ref().map(|url| crate::url::canonical(url).into()),
            title,
            published: entry.published.map(|date| date.at.timestamp().to_string()),
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
            return None;
        }
        match (&self.published, &self.link) {
            (Some(published), _) => Some(EntryKey(format!("item:{published}:{}", self.title))),
            (None, Some(link)) => Some(EntryKey(format!("item:{link}:{}", self.title))),
            (None, None) => None,
        }
    }
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
            // The fragment stays: entries of a live blog differ in nothing else.
            let mut named = crate::url::canonical(&url);
            named.set_fragment(url.fragment());
            Some(named.into())
        }
        _ => Some(text.to_owned()),
    }
}

/// What the entries that share a name say otherwise.
#[derive(Default)]
struct Sharers<'a> {
    links: HashSet<&'a str>,
    titles: HashSet<&'a str>,
}

impl Sharers<'_> {
    /// One headline under several links is a tracker, two headlines under one
    /// link are an edit; anything more is several stories.
    fn is_one_story(&self) -> bool {
        self.titles.len() < 2 || self.links.len() < 2 && self.titles.len() < 3
    }
}

type Sharing<'a> = HashMap<&'a str, Sharers<'a>>;

/// Who shares a guid, and who shares a link.
fn sharing(names: &[Names]) -> (Sharing<'_>, Sharing<'_>) {
    let (mut by_guid, mut by_link) = (Sharing::new(), Sharing::new());
    for name in names {
        let link = name.link.as_deref();
        let guid = name.guid.as_deref().map(|guid| by_guid.entry(guid).or_default());
        let shared = guid.into_iter().chain(link.map(|link| by_link.entry(link).or_default()));
        for sharers in shared {
            sharers.links.insert(link.unwrap_or_default());
            sharers.titles.insert(&name.title);
        }
    }
    (by_guid, by_link)
}

/// Gives each entry its key; drops (and counts) those that have none, and the
/// later of two with the same key.
///
/// A guid that stands for different stories in one document names none of
/// them. Two entries with one link are one story whose guid changed, unless
/// three or more headlines share the link: then it is a page of many stories.
#[must_use]
pub fn identify(entries: Vec<Entry>) -> (Vec<Sifted>, usize) {
    let names: Vec<Names> = entries.iter().map(Names::of).collect();
    let (by_guid, by_link) = sharing(&names);
    let mut seen_keys = HashSet::new();
    let mut seen_links = HashSet::new();
    let mut nameless = 0;
    let mut identified = Vec::with_capacity(entries.len());
    for (entry, name) in entries.into_iter().zip(&names) {
        let guid_names = name.guid.as_deref().is_some_and(|guid| by_guid[guid].is_one_story());
        let link_names = name.link.as_deref().is_some_and(|link| by_link[link].is_one_story());
        let Some(key) = name.key(guid_names, link_names) else {
            nameless += 1;
            continue;
        };
        let link_is_new = !link_names || seen_links.insert(name.link.clone());
        if seen_keys.insert(key.clone()) && link_is_new {
            identified.push(Sifted { key, fingerprint: fingerprint(&entry), entry });
        }
    }
    (identified, nameless)
}

/// The links, in canonical form, that one entry of the document has alone, and has besides a guid:
/// they name its story where the publisher gave it another guid since.
#[must_use]
pub fn lone_links(identified: &[Sifted]) -> HashMap<String, &Sifted> {
    let mut by_link: HashMap<String, Option<&Sifted>> = HashMap::new();
    for sifted in identified {
        if let Some(url) = &sifted.entry.url {
            by_link
                .entry(crate::url::canonical(url).into())
                .and_modify(|sharers| *sharers = None)
                .or_insert(Some(sifted));
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
/// whose link names a known story is that story, perhaps edited.
#[must_use]
pub fn sift(mut identified: Vec<Sifted>, known: &Known) -> Fresh {
    let keys_before: HashMap<EntryKey, EntryKey> = {
        // A known entry that is announced under its own name has left its link to another.
        let own: HashSet<&EntryKey> = identified.iter().map(|sifted| &sifted.key).collect();
        lone_links(&identified)
            .into_iter()
            .filter(|(_, sifted)| !known.said.contains_key(&sifted.key))
            .filter_map(|(link, sifted)| Some((&sifted.key, known.by_link.get(&link)?)))
            .filter(|(_, before)| !own.contains(before))
            .map(|(key, before)| (key.clone(), before.clone()))
            .collect()
    };
    for sifted in &mut identified {
        if let Some(before) = keys_before.get(&sifted.key) {
            sifted.key = before.clone();
        }
    }
    let said: HashSet<Fingerprint> = known.said.values().copied().collect();
    let mut fresh = Fresh::default();
    for sifted in identified {
        match known.said.get(&sifted.key) {
            Some(fingerprint) if *fingerprint == sifted.fingerprint => {}
            Some(_) => fresh.changed.push(sifted),
            None => {
                let renamed = sifted.key.is_guid()
                    && sifted.entry.title.is_some()
                    && (sifted.entry.published.is_some() || sifted.entry.url.is_some())
                    && said.contains(&sifted.fingerprint);
                if !renamed {
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
    let mut said = folded(entry.title.as_deref().unwrap_or_default());
    if let Some(url) = entry.url.as_ref().map(crate::url::canonical) {
        said.push('\n');
        said.push_str(&url[url::Position::BeforePath..]);
    }
    for date in [entry.published, entry.updated] {
        said.push('\n');
        if let Some(date) = date {
            let _ = write!(said, "{}", date.at);
        }
    }
    for html in [&entry.summary, &entry.content] {
        said.push('\n');
        said.push_str(&folded(&without_tags(html.as_deref().unwrap_or_default())));
    }
    let mut hash = Xxh3::new();
    hash.update(said.as_bytes());
    Fingerprint(hash.digest())
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    use super::{EntryKey, Known, Sifted, identify, lone_links, sift};
    use crate::article::{DateSource, Dated};
    use crate::feed::Entry;
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

    /// What is known once these were seen, by a store that finds every link.
    fn known(seen: &[Sifted]) -> Known {
        let said = seen.iter().map(|sifted| (sifted.key.clone(), sifted.fingerprint)).collect();
        let by_link = lone_links(seen).into_iter().map(|(link, sifted)| (link, sifted.key.clone()));
        Known { said, by_link: by_link.collect() }
    }

    fn keys(entries: Vec<Entry>) -> Vec<String> {
        identify(entries).0.into_iter().map(|sifted| sifted.key.0).collect()
    }

    #[test]
    fn a_key_ignores_order_trackers_and_headline() {
        let plain =
            [entry("", "https://a.example/1", "One"), entry("", "https://a.example/2", "Two")];
        let other = vec![
            entry("", "https://a.example/2?utm_source=rss", "Two, corrected"),
            entry("", "https://A.example/1#top", "One!"),
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
    fn one_link_under_two_guids_is_one_story_but_a_page_of_many_stories_is_not() {
        let link = "https://a.example/1";
        assert_eq!(keys(vec![entry("x", link, "One"), entry("y", link, "One!")]).len(), 1);
        let changelog = (0..4).map(|n| entry(&format!("v{n}"), link, &format!("Version {n}")));
        assert_eq!(keys(changelog.collect()).len(), 4);
        let changelog = (0..4).map(|n| entry("", link, &format!("Version {n}")));
        assert_eq!(keys(changelog.collect()).len(), 4);
    }

    #[test]
    fn an_entry_without_anything_to_know_it_by_is_dropped_and_counted() {
        let nothing = entry("  ", "", "Only a headline");
        let (identified, nameless) =
            identify(vec![nothing.clone(), dated(nothing, 1), Entry::default()]);
        assert_eq!((identified.len(), nameless), (1, 2));
    }

    #[test]
    fn a_second_look_finds_nothing_new_and_an_edit_is_an_edit() {
        let mut story = entry("x", "https://a.example/1", "Storm nears");
        story.content = Some("<p>Rain   falls.</p>".to_owned());
        let (identified, _) = identify(vec![story.clone()]);
        let known = known(&identified);

        story.content = Some("<div class=x><p>Rain falls.</div>".to_owned());
        let fresh = sift(identify(vec![story.clone()]).0, &known);
        assert!(fresh.new.is_empty() && fresh.changed.is_empty(), "mark-up is no edit");

        story.title = Some("Storm hits".to_owned());
        let fresh = sift(identify(vec![story]).0, &known);
        assert_eq!((fresh.new.len(), fresh.changed.len()), (0, 1));
    }

    #[test]
    fn new_guids_for_old_stories_are_no_news() {
        let story = |guid: &str| dated(entry(guid, "https://a.example/1", "Storm nears"), 1000);
        let known = known(&identify(vec![story("old-1")]).0);
        let fresh = sift(identify(vec![story("new-1")]).0, &known);
        assert!(fresh.new.is_empty() && fresh.changed.is_empty());

        let edited = dated(story("new-2"), 2000);
        let fresh = sift(identify(vec![edited]).0, &known);
        assert!(fresh.new.is_empty(), "the link still names it");
        assert_eq!(fresh.changed[0].key, EntryKey("guid:old-1".to_owned()));
    }

    #[test]
    fn a_link_names_a_known_story_only_where_nothing_else_has_it() {
        let link = "https://a.example/1";
        let known = known(&identify(vec![entry("x", link, "One")]).0);
        let elsewhere = entry("x", "https://a.example/moved", "One");
        let fresh = sift(identify(vec![elsewhere, entry("y", link, "Two")]).0, &known);
        assert_eq!((fresh.new.len(), fresh.changed.len()), (1, 1), "x is still there");
        let changelog = (0..4).map(|n| entry(&format!("v{n}"), link, &format!("Version {n}")));
        assert_eq!(sift(identify(changelog.collect()).0, &known).new.len(), 4);
    }

    #[test]
    fn hashing_text_full_of_open_brackets_takes_no_longer_than_reading_it() {
        let mut story = entry("x", "https://a.example/1", "Storm");
        story.content = Some("<a".repeat(200_000));
        assert_eq!(identify(vec![story]).0.len(), 1);
    }
}
