//! Sitemaps, news sitemaps and sitemap indexes (sitemaps.org).

use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::Entry;
use super::FeedDocument;
use super::ParseError;
use super::html::begins_page;
use super::stranger;
use super::text::plain;
use super::tokens::Token;
use super::tokens::Tokens;
use crate::article::DateSource;
use crate::article::Dated;
use crate::limits::ENTRIES_MAX;
use crate::limits::SITEMAP_BYTES_MAX;
use crate::limits::SITEMAP_ENTRIES_MAX;
use crate::limits::SITEMAPS_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::time::Timestamp;
use crate::warning::{Warning, WarningKind};

/// What a sitemap file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Sitemap {
    /// Pages, newest first, those without a date last.
    Pages(FeedDocument),
    /// Other sitemaps, each once, in the same order.
    Index(Vec<IndexFile>, Vec<Warning>),
}

/// A sitemap that an index leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexFile {
    /// Its address.
    pub url: url::Url,
    /// When it last changed, as the index says.
    pub newest: Option<Timestamp>,
}

/// Files of an index that are asked for though nothing speaks for them: where others are left out, or
/// the index says that they are as they were. Some do not keep it up to date.
const ASKED_IN_TURN: usize = 2;

/// Those of an index that one poll asks for, at most [`SITEMAPS_MAX`], and how many others may have
/// news.
///
/// What did not change since `quiet_since` has none. Of the rest come those that changed last, then the
/// ends of the list; some of what is left come by turns: `draw` is another number at every poll.
#[must_use]
pub fn due(
    files: Vec<IndexFile>,
    quiet_since: Option<Timestamp>,
    draw: u64,
) -> (Vec<url::Url>, usize) {
    let is_due = |file: &IndexFile| match (file.newest, quiet_since) {
        (Some(newest), Some(since)) => newest >= since,
        _ => true,
    };
    let (mut due, mut rest): (Vec<_>, Vec<_>) = files.into_iter().partition(is_due);
    let mut left_out = 0;
    if due.len() > SITEMAPS_MAX {
        let left = keep_ends(&mut due, |file| file.newest.is_some(), SITEMAPS_MAX - ASKED_IN_TURN);
        left_out = left.len() - ASKED_IN_TURN;
        rest = left;
    }
    let in_turn = rest.len().min(ASKED_IN_TURN).min(SITEMAPS_MAX - due.len());
    for turn in 0..in_turn as u64 {
        let at = draw.wrapping_add(turn) % rest.len() as u64;
        due.extend(usize::try_from(at).ok().and_then(|at| rest.get(at)).cloned());
    }
    (due.into_iter().map(|file| file.url).collect(), left_out)
}

/// Reads a sitemap, gzipped or not: XML of either kind, or a plain list of
/// addresses.
///
/// # Errors
///
/// What is no sitemap is an error; bad entries are warnings.
pub fn parse(bytes: &[u8], url: &url::Url) -> Result<Sitemap, ParseError> {
    let mut warnings = Vec::new();
    let unpacked =
        if bytes.starts_with(b"\x1f\x8b") { unpack(bytes, &mut warnings) } else { bytes.to_vec() };
    let cut_off = !warnings.is_empty();
    let decoded = crate::decode::decode(&unpacked, Some("application/xml"));
    let text = decoded.text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    warnings.extend(decoded.warnings);
    if !text.contains('<') {
        return list(text, cut_off, warnings);
    }
    from_xml(text, url, cut_off, warnings)
}

/// The pages that a file names, of which `total` were met.
fn pages(entries: Vec<Entry>, total: usize, cut_off: bool, warnings: Vec<Warning>) -> Sitemap {
    let mut document = FeedDocument { entries, cut_off, warnings, ..FeedDocument::default() };
    order_and_bound(&mut document, total);
    Sitemap::Pages(document)
}

/// Puts the entries of one or several files in one order, newest first and those without a date
/// last, and keeps the newest [`ENTRIES_MAX`]; `total` were met.
///
/// Which of those without a date are new can be told only by what is known already: up to
/// [`SITEMAP_ENTRIES_MAX`] stay, to be compared with that.
pub fn order_and_bound(document: &mut FeedDocument, total: usize) {
    let entries = &mut document.entries;
    entries.sort_by_cached_key(|entry| Reverse(entry.changed_at()));
    let dated = entries.partition_point(|entry| entry.changed_at().is_some());
    entries.drain(dated.min(ENTRIES_MAX)..dated);
    keep_ends(entries, |entry| entry.changed_at().is_some(), SITEMAP_ENTRIES_MAX);
    if entries.len() < total {
        let detail = format!("{} of {total} kept", entries.len());
        document.warnings.push(Warning::new(WarningKind::EntriesDropped, detail));
    }
}

/// Cuts a list down to `most`: first come those with a date, newest first, then those without.
/// Sites add to either end of a list without dates, so that it is the middle that goes; it is given
/// back.
pub fn keep_ends<T>(list: &mut Vec<T>, is_dated: impl Fn(&T) -> bool, most: usize) -> Vec<T> {
    let dated = list.iter().take_while(|item| is_dated(item)).count().min(most);
    let surplus = list.len().saturating_sub(most);
    let middle = dated + (most - dated).div_ceil(2);
    let middle = middle.min(list.len());
    list.drain(middle..middle + surplus).collect()
}

/// Unpacks up to [`SITEMAP_BYTES_MAX`]; what a broken stream gave until then counts.
fn unpack(bytes: &[u8], warnings: &mut Vec<Warning>) -> Vec<u8> {
    let mut out = Vec::new();
    let limit = SITEMAP_BYTES_MAX as u64;
    if let Err(error) = MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out) {
        warnings.push(Warning::new(WarningKind::CompressionBroken, error.to_string()));
    }
    if out.len() >= SITEMAP_BYTES_MAX {
        let detail = format!("cut off after {SITEMAP_BYTES_MAX} bytes");
        warnings.push(Warning::new(WarningKind::SitemapTooLarge, detail));
    }
    out
}

fn list(text: &str, cut_off: bool, mut warnings: Vec<Warning>) -> Result<Sitemap, ParseError> {
    let (mut entries, mut bad) = (Vec::new(), 0);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let absolute = line.starts_with("http://") || line.starts_with("https://");
        match crate::url::parse(line) {
            Ok(url) if absolute => entries.push(Entry { url: Some(url), ..Entry::default() }),
            _ => bad += 1,
        }
        // A list without addresses among its first lines is no list of addresses.
        if bad > 20 && entries.is_empty() {
            break;
        }
    }
    if entries.is_empty() {
        return Err(ParseError::NotASitemap("plain text without addresses".to_owned()));
    }
    if bad > 0 {
        warnings.push(Warning::new(
            WarningKind::EntriesDropped,
            format!("{bad} lines are no addresses"),
        ));
    }
    let total = entries.len();
    Ok(pages(entries, total, cut_off, warnings))
}

/// One `<url>` or `<sitemap>`.
#[derive(Default)]
struct Location {
    address: Option<String>,
    title: Option<String>,
    modified: Option<String>,
    published: Option<String>,
}

impl Location {
    fn date(text: Option<&String>) -> Option<Dated> {
        let at = crate::date::parse(text?.trim())?;
        Some(Dated { at, from: DateSource::Feed })
    }

    fn newest(&self) -> Option<Timestamp> {
        [&self.published, &self.modified]
            .into_iter()
            .filter_map(|text| Location::date(text.as_ref()))
            .map(|date| date.at.timestamp())
            .max()
    }

    fn value(&mut self, slot: Slot) -> &mut Option<String> {
        match slot {
            Slot::Address => &mut self.address,
            Slot::Title => &mut self.title,
            Slot::Modified => &mut self.modified,
            Slot::Published => &mut self.published,
        }
    }

    fn url(&self, base: &url::Url) -> Option<url::Url> {
        let mut url = super::address(base, self.address.as_deref()?)?;
        url.set_fragment(None);
        Some(url)
    }

    fn entry(self, base: &url::Url) -> Option<Entry> {
        Some(Entry {
            url: Some(self.url(base)?),
            title: self.title.as_deref().and_then(|title| plain(title, TITLE_BYTES_MAX)),
            published: Location::date(self.published.as_ref()),
            updated: Location::date(self.modified.as_ref()),
            ..Entry::default()
        })
    }
}

/// What the text being read states.
#[derive(Clone, Copy)]
enum Slot {
    Address,
    Title,
    Modified,
    Published,
}

fn from_xml(
    text: &str,
    url: &url::Url,
    cut_off: bool,
    mut warnings: Vec<Warning>,
) -> Result<Sitemap, ParseError> {
    let File { locations, root, closed, junk_before } = read(text)?;
    let total = locations.len();
    let flaws = [(junk_before, "something stands before the sitemap"), (!closed, "it is cut off")];
    let flaws: Vec<&str> =
        flaws.into_iter().filter(|(met, _)| *met).map(|(_, what)| what).collect();
    if !flaws.is_empty() {
        warnings.push(Warning::new(WarningKind::FeedRepaired, flaws.join("; ")));
    }
    if root == Root::Pages {
        let entries = locations.into_iter().filter_map(|location| location.entry(url)).collect();
        return Ok(pages(entries, total, cut_off || !closed, warnings));
    }
    // An index that names itself was asked already.
    let mut seen = HashSet::from([crate::url::canonical(url)]);
    let mut files: Vec<_> = locations
        .into_iter()
        .filter_map(|location| {
            Some(IndexFile { newest: location.newest(), url: location.url(url)? })
        })
        .filter(|file| seen.insert(crate::url::canonical(&file.url)))
        .collect();
    files.sort_by_key(|file| Reverse(file.newest));
    Ok(Sitemap::Index(files, warnings))
}

/// What stands in a file.
struct File {
    locations: Vec<Location>,
    root: Root,
    /// Whether the root's end is there.
    closed: bool,
    junk_before: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Pages,
    Index,
}

fn read(text: &str) -> Result<File, ParseError> {
    let mut tokens = Tokens::new(text);
    let RootMatch { root, prefix, junk_before } = find_root(&mut tokens)?;
    let mut closed = false;
    let mut locations = Vec::new();
    let mut current: Option<Location> = None;
    let mut slot = None;
    for token in tokens {
        match token {
            Token::Start(tag) => {
                // Pictures and videos of a page have a `loc` and `title` of their own.
                let own = ["", prefix, "news", "n", "sitemap", "sm"];
                let foreign = !own.iter().any(|own| own.eq_ignore_ascii_case(prefix_of(tag.name)));
                slot = match local(tag.name).as_str() {
                    "url" | "sitemap" => {
                        locations.extend(current.replace(Location::default()));
                        None
                    }
                    _ if foreign || tag.empty => None,
                    "loc" => Some(Slot::Address),
                    "title" => Some(Slot::Title),
                    "lastmod" => Some(Slot::Modified),
                    "publication_date" => Some(Slot::Published),
                    _ => None,
                };
            }
            Token::End(name) => {
                slot = None;
                match local(name).as_str() {
                    "url" | "sitemap" => locations.extend(current.take()),
                    "urlset" | "sitemapindex" => closed = true,
                    _ => {}
                }
            }
            Token::Text(text) | Token::Cdata(text) => {
                let (Some(slot), Some(location)) = (slot, &mut current) else { continue };
                let value = location.value(slot).get_or_insert_default();
                value.push_str(&text);
                value.truncate(value.floor_char_boundary(8 * TITLE_BYTES_MAX));
            }
        }
    }
    if let (Some(slot), Some(location)) = (slot, &mut current) {
        // The file ended within it: half an address is another one.
        *location.value(slot) = None;
    }
    locations.extend(current.filter(|location| location.address.is_some()));
    Ok(File { locations, root, closed, junk_before })
}

/// The root, and how it was found.
struct RootMatch<'a> {
    root: Root,
    prefix: &'a str,
    junk_before: bool,
}

/// Goes to the root behind whatever stands before it.
fn find_root<'a>(tokens: &mut Tokens<'a>) -> Result<RootMatch<'a>, ParseError> {
    let mut junk_before = false;
    let mut first = None;
    for token in tokens {
        match token {
            Token::Start(tag) => {
                let local = local(tag.name);
                let root = match local.as_str() {
                    "urlset" => Root::Pages,
                    "sitemapindex" => Root::Index,
                    _ => {
                        first.get_or_insert(local);
                        continue;
                    }
                };
                junk_before |= first.is_some();
                return Ok(RootMatch { root, prefix: prefix_of(tag.name), junk_before });
            }
            Token::Text(text) => junk_before |= !text.trim().is_empty(),
            Token::End(_) | Token::Cdata(_) => {}
        }
    }
    Err(match first.as_deref() {
        None => ParseError::NotASitemap("plain text".to_owned()),
        Some(name) if begins_page(name) => ParseError::Html,
        Some("rss" | "feed" | "rdf") => ParseError::NotASitemap("but a feed".to_owned()),
        Some(name) => ParseError::NotASitemap(stranger(name)),
    })
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

fn prefix_of(name: &str) -> &str {
    name.rsplit_once(':').map_or("", |(prefix, _)| prefix)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use std::collections::HashSet;

    use super::{IndexFile, Sitemap, due, keep_ends, parse};
    use crate::feed::{FeedDocument, ParseError};
    use crate::limits::SITEMAPS_MAX;
    use crate::time::Timestamp;
    use crate::warning::WarningKind;

    fn read(bytes: &[u8]) -> Result<Sitemap, ParseError> {
        parse(bytes, &url::Url::parse("https://a.example/sitemap.xml").unwrap())
    }

    const NEWS: &str = r#"<?xml version="1.0"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="x" xmlns:image="y">
        <url><loc>https://a.example/old</loc><lastmod>2026-01-01</lastmod></url>
        <url><loc> /new?a=1&b=2 </loc><news:news><news:publication><news:name>A</news:name>
          <news:language>en</news:language></news:publication>
          <news:publication_date>2026-11-23T10:00:00Z</news:publication_date>
          <news:title>Rain &amp; storm</news:title></news:news>
          <image:image><image:loc>https://a.example/i.jpg</image:loc><image:title>No</image:title></image:image></url>
        <url><loc>mailto:nobody@a.example</loc></url>
        <url><loc>https://a.example/undated</loc></url>
        <url><loc>https://a.example/hal"#;

    #[test]
    fn pages_come_newest_first_and_the_file_may_be_cut_off() {
        let Sitemap::Pages(document) = read(NEWS.as_bytes()).unwrap() else { panic!() };
        let FeedDocument { entries, warnings, cut_off, .. } = document;
        let urls: Vec<&str> =
            entries.iter().map(|entry| entry.url.as_ref().unwrap().as_str()).collect();
        let expected =
            ["https://a.example/new?a=1&b=2", "https://a.example/old", "https://a.example/undated"];
        assert_eq!(urls, expected);
        assert_eq!(entries[0].title.as_deref(), Some("Rain & storm"));
        assert!(entries[0].published.is_some() && entries[1].updated.is_some());
        let kinds: Vec<_> = warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(
            (kinds, cut_off),
            (vec![WarningKind::FeedRepaired, WarningKind::EntriesDropped], true)
        );
    }

    #[test]
    fn a_sitemap_may_have_a_prefix_and_something_before_its_root() {
        let url = |prefix: &str| {
            format!(
                "<{prefix}url><{prefix}loc>https://a.example/1</{prefix}loc>\
                 <image:loc>https://a.example/1.png</image:loc></{prefix}url>"
            )
        };
        for file in [
            format!("<s:urlset>{}</s:urlset>", url("s:")),
            format!("<br />\n<b>Warning</b>: in map.php\n<?xml version='1.0'?><urlset>{}", url("")),
        ] {
            let Sitemap::Pages(document) = read(file.as_bytes()).unwrap() else { panic!() };
            let [entry] = &document.entries[..] else { panic!("{document:?}") };
            assert_eq!(entry.url.as_ref().unwrap().as_str(), "https://a.example/1");
            assert_eq!(document.warnings.is_empty(), file.starts_with("<s"));
        }
    }

    #[test]
    fn of_a_list_without_dates_the_middle_goes_and_of_one_with_dates_the_end() {
        let kept = |dated: i32, most: usize| {
            let mut list: Vec<i32> = (0..9).collect();
            keep_ends(&mut list, |&item| item < dated, most);
            list
        };
        assert_eq!(kept(0, 9), (0..9).collect::<Vec<_>>());
        assert_eq!(kept(0, 4), [0, 1, 7, 8]);
        assert_eq!(kept(3, 6), [0, 1, 2, 3, 4, 8]);
        assert_eq!(kept(9, 4), [0, 1, 2, 3]);
        assert_eq!(kept(5, 4), [0, 1, 2, 3]);
    }

    #[test]
    fn of_an_index_the_files_come_that_changed_and_of_more_than_one_poll_asks_each_has_its_turn() {
        let at = |day: i64| Timestamp::from_unix(day * 86_400);
        let file = |number: i64, newest| IndexFile {
            url: url::Url::parse(&format!("https://a.example/{number}.xml")).unwrap(),
            newest,
        };
        let numbers = |(urls, _): &(Vec<url::Url>, usize)| -> Vec<String> {
            urls.iter()
                .map(|url| url.path().trim_matches(['/', '.', 'x', 'm', 'l']).to_owned())
                .collect()
        };
        let dated: Vec<_> = (0..6).map(|number| file(number, Some(at(100 - number)))).collect();
        let all = due(dated.clone(), None, 3);
        assert_eq!(
            (numbers(&all), all.1),
            (["0", "1", "2", "3", "4", "5"].map(str::to_owned).into(), 0)
        );
        let changed = due(dated, Some(at(99)), 3);
        assert_eq!(numbers(&changed), ["0", "1", "5", "2"], "those that changed, and two by turns");

        let undated: Vec<_> = (0..30).map(|number| file(number, None)).collect();
        let mut met = HashSet::new();
        for draw in 0..30 {
            let asked = due(undated.clone(), Some(at(99)), draw);
            assert_eq!((asked.0.len(), asked.1), (SITEMAPS_MAX, 20));
            assert!(numbers(&asked).starts_with(&["0", "1"].map(str::to_owned)));
            met.extend(asked.0);
        }
        assert_eq!(met.len(), 30);
    }

    #[test]
    fn a_gzipped_index_gives_its_sitemaps() {
        let itself = "<sitemap><loc>https://a.example/sitemap.xml</loc></sitemap>";
        let file = "<sitemap><loc>https://a.example/1.xml.gz</loc></sitemap>";
        let xml = ["<sitemapindex>", itself, file, file].concat();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(xml.as_bytes()).unwrap();
        let Sitemap::Index(urls, _) = read(&packed.finish().unwrap()).unwrap() else { panic!() };
        let urls: Vec<_> = urls.iter().map(|file| file.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/1.xml.gz"], "each once, and never itself");
    }

    #[test]
    fn a_list_of_addresses_is_a_sitemap_and_other_things_are_not() {
        let list = b"https://a.example/1\n\nhttps://a.example/2\n";
        assert!(matches!(read(list), Ok(Sitemap::Pages(document)) if document.entries.len() == 2));
        assert_eq!(read(b"  "), Err(ParseError::Empty));
        for page in ["<!doctype html><html><body>404", "<style></style><div>404"] {
            assert_eq!(read(page.as_bytes()), Err(ParseError::Html));
        }
        assert!(matches!(read(b"just words"), Err(ParseError::NotASitemap(_))));
        assert!(matches!(read(b"<rss><channel/></rss>"), Err(ParseError::NotASitemap(_))));
    }
}
