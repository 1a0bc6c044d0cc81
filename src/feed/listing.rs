//! Section front → the articles that it links to.

use std::collections::HashMap;

use super::Entry;
use super::discover::base;
use crate::dom::Dom;
use crate::dom::Node;
use crate::limits::HTML_BYTES_MAX;
use crate::limits::LISTING_LINKS_MAX;
use crate::limits::TITLE_BYTES_MAX;
use crate::url::canonical;
use crate::url::resolve;
use crate::url::site;

/// Links of one page that are looked at.
const ANCHORS_MAX: usize = 20_000;

/// Points from which a link counts as one to an article: a headline in its
/// place, or a headline with an article's address.
const SCORE_MIN: u32 = 6;

/// The links of a listing page that lead to articles, found by structure, in
/// reading order, at most `limits::LISTING_LINKS_MAX`.
///
/// A link counts by where it stands (heading, article, card), by how its text
/// reads, and by the shape of its address; several links to one address are
/// one, with the best of their texts for a title.
#[must_use]
pub fn listing(html: &str, url: &url::Url) -> Vec<Entry> {
    let html = &html[..html.floor_char_boundary(HTML_BYTES_MAX)];
    let dom = Dom::parse(html);
    let base = base(&dom, url);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut by_address: HashMap<String, usize> = HashMap::new();
    for node in dom.elements("a").take(ANCHORS_MAX) {
        let Some(address) = node.attr("href").and_then(|href| resolve(&base, href).ok()) else {
            continue;
        };
        if !may_be_article(&address, url) {
            continue;
        }
        let place = place(node);
        if place == Place::Navigation {
            continue;
        }
        let key = canonical(&address).as_str().trim_end_matches('/').to_owned();
        let index = *by_address.entry(key).or_insert_with(|| {
            candidates.push(Candidate::new(address));
            candidates.len() - 1
        });
        candidates[index].see(Wording::of(node, place), place);
    }
    candidates.retain(|candidate| candidate.score() >= SCORE_MIN && !candidate.is_section());
    let parents = parents(&candidates);
    candidates
        .into_iter()
        .filter(|candidate| parents.get(candidate.folder()).is_none_or(|&below| below < 2))
        .take(LISTING_LINKS_MAX)
        .map(|candidate| Entry {
            url: Some(candidate.address),
            title: Some(candidate.wording.title),
            ..Entry::default()
        })
        .collect()
}

/// How many candidates stand right below each folder: what has several below
/// it is a section.
fn parents(candidates: &[Candidate]) -> HashMap<String, u32> {
    let mut parents = HashMap::new();
    for candidate in candidates {
        if let Some((parent, _)) = candidate.folder().rsplit_once('/') {
            *parents.entry(parent.to_owned()).or_default() += 1;
        }
    }
    parents
}

struct Candidate {
    address: url::Url,
    shape: u32,
    place: u32,
    wording: Wording,
}

impl Candidate {
    fn new(address: url::Url) -> Candidate {
        Candidate { shape: shape(&address), address, place: 0, wording: Wording::default() }
    }

    /// Takes in one more link to the same address.
    fn see(&mut self, wording: Wording, place: Place) {
        self.place = self.place.max(place.points());
        if wording.points > self.wording.points {
            self.wording = wording;
        }
    }

    fn score(&self) -> u32 {
        if self.wording.points == 0 { 0 } else { self.shape + self.place + self.wording.points }
    }

    /// The address as a folder, without its last slash.
    fn folder(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }

    /// A name of few words that its address repeats is a section's: an article's
    /// headline says more.
    fn is_section(&self) -> bool {
        let words: Vec<String> = self
            .wording
            .title
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let last = self.folder().rsplit('/').next().unwrap_or_default();
        words.len() <= 3 && last.eq_ignore_ascii_case(&words.join("-"))
    }
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Navigation,
    Elsewhere,
    /// In an article, card or list of stories.
    Card,
    Heading,
}

impl Place {
    fn points(self) -> u32 {
        match self {
            Place::Navigation | Place::Elsewhere => 0,
            Place::Card => 2,
            Place::Heading => 3,
        }
    }
}

fn place(node: Node) -> Place {
    let mut found = Place::Elsewhere;
    for ancestor in std::iter::once(node).chain(node.ancestors()) {
        let Some(name) = ancestor.name() else { continue };
        match name {
            "nav" | "footer" | "form" | "dialog" | "menu" => return Place::Navigation,
            // A page's header holds its menus, an article's its headline.
            "header" if found == Place::Elsewhere && !is_inside_article(ancestor) => {
                return Place::Navigation;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => found = Place::Heading,
            "article" if found == Place::Elsewhere => found = Place::Card,
            "body" | "html" => break,
            _ => {}
        }
        if ancestor.attr("role").is_some_and(|role| matches!(role, "navigation" | "contentinfo")) {
            return Place::Navigation;
        }
        for word in [ancestor.attr("class"), ancestor.attr("id")].into_iter().flatten() {
            match family(word) {
                Some(Place::Navigation) => return Place::Navigation,
                Some(card) if found == Place::Elsewhere => found = card,
                _ => {}
            }
        }
    }
    found
}

fn is_inside_article(node: Node) -> bool {
    node.ancestors().any(|ancestor| ancestor.name() == Some("article"))
}

/// What the words of a class or id say of a place.
fn family(words: &str) -> Option<Place> {
    let words = words.to_ascii_lowercase();
    let mut found = None;
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()) {
        match word {
            "nav" | "navbar" | "navigation" | "menu" | "submenu" | "breadcrumb" | "breadcrumbs"
            | "footer" | "pagination" | "pager" | "social" | "share" | "sharing" | "cookie"
            | "consent" | "tags" | "tagcloud" | "byline" | "author" | "authors" | "login"
            | "advert" | "sponsored" | "newsletter" => return Some(Place::Navigation),
            "article" | "card" | "teaser" | "story" | "stories" | "post" | "posts" | "entry"
            | "headline" | "item" | "promo" | "feed" => found = Some(Place::Card),
            _ => {}
        }
    }
    found
}

/// What a link says.
#[derive(Default)]
struct Wording {
    title: String,
    points: u32,
}

impl Wording {
    fn of(node: Node, place: Place) -> Wording {
        let heading = node
            .descendants()
            .find(|inner| matches!(inner.name(), Some("h1" | "h2" | "h3" | "h4" | "h5" | "h6")));
        let text = heading.unwrap_or(node).text_content();
        let named = if text.is_empty() {
            ["aria-label", "title"].iter().find_map(|name| node.attr(name)).unwrap_or_default()
        } else {
            &text
        };
        let mut title = named.split_whitespace().collect::<Vec<_>>().join(" ");
        let in_heading = heading.is_some() || place == Place::Heading;
        let points = match reading(&title) {
            0 => 0,
            points if in_heading => points + 2,
            points => points,
        };
        super::text::cut(&mut title, TITLE_BYTES_MAX);
        Wording { title, points }
    }
}

/// How much a text reads like a headline: none for a word or two, or for a
/// whole paragraph.
fn reading(text: &str) -> u32 {
    let chars = text.chars().count();
    let words = text.split_whitespace().count();
    // Scripts without blanks say in ten characters what others say in five words.
    let dense =
        text.chars().filter(|c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'));
    let dense = dense.count() >= 8;
    match (words, chars) {
        _ if chars > 400 => 1,
        _ if dense => 3,
        (0, _) => 0,
        (1, _) => u32::from(chars >= 12),
        (2..=3, _) => u32::from(chars >= 10) + 1,
        (4.., 25..) => 3,
        (4.., _) => 2,
    }
}

/// How much an address looks like an article's: a slug of several words, a
/// date, an id, depth.
fn shape(url: &url::Url) -> u32 {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    let last = segments.last().copied().unwrap_or_default();
    let (stem, extension) = last.rsplit_once('.').unwrap_or((last, ""));
    let words = stem.split(['-', '_']).filter(|word| !word.is_empty()).count();
    let is_year = |segment: &&&str| {
        segment.len() == 4
            && (segment.starts_with("19") || segment.starts_with("20"))
            && segment.bytes().all(|byte| byte.is_ascii_digit())
    };
    let dated = segments.iter().any(|segment| is_year(&segment)) || has_day(url.path());
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let query_id = query.split('&').any(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        matches!(name, "p" | "id" | "article" | "articleid" | "story" | "storyid" | "aid" | "nid")
            && value.bytes().any(|byte| byte.is_ascii_digit())
    });
    let slug = match words {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        _ => 3,
    };
    let named = ["article", "articles", "story", "stories", "post", "posts", "news", "artikel"];
    let under_articles = segments.len() > 1
        && segments[..segments.len() - 1].iter().any(|part| named.contains(part));
    slug + 2 * u32::from(dated)
        + 2 * u32::from(digits >= 4 || query_id)
        + u32::from(segments.len() > 1)
        + u32::from(under_articles)
        + u32::from(matches!(extension, "html" | "htm"))
}

/// Whether a path holds a day: `2026-11-23`, `20261123`.
fn has_day(path: &str) -> bool {
    path.split(|c: char| !c.is_ascii_digit() && c != '-').any(|run| {
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        digits.len() == 8 && digits.starts_with("20") && matches!(run.len(), 8 | 10)
    })
}

/// Whether an address on this page can be an article's at all.
fn may_be_article(address: &url::Url, page: &url::Url) -> bool {
    if site(address) != site(page) || canonical(address) == canonical(page) {
        return false;
    }
    let segments: Vec<String> = address
        .path_segments()
        .into_iter()
        .flatten()
        .filter(|segment| !segment.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let Some(last) = segments.last() else { return address.query().is_some_and(|q| q.len() > 2) };
    // The sections above this page are no articles.
    let path = address.path().trim_end_matches('/');
    if address.query().is_none() && page.path().starts_with(&format!("{path}/")) {
        return false;
    }
    let before_last = segments.iter().rev().nth(1);
    let is_index = |segment: &str| {
        matches!(
            segment,
            "tag"
                | "tags"
                | "author"
                | "authors"
                | "autor"
                | "category"
                | "categories"
                | "kategorie"
                | "topic"
                | "topics"
                | "thema"
                | "schlagwort"
                | "etiqueta"
                | "auteur"
                | "user"
                | "users"
                | "profile"
                | "page"
                | "seite"
                | "people"
                | "archive"
        )
    };
    let is_service = |segment: &str| {
        matches!(
            segment,
            "login"
                | "logout"
                | "signin"
                | "sign-in"
                | "signup"
                | "register"
                | "registration"
                | "subscribe"
                | "subscription"
                | "account"
                | "search"
                | "suche"
                | "contact"
                | "kontakt"
                | "privacy"
                | "privacy-policy"
                | "terms"
                | "impressum"
                | "datenschutz"
                | "newsletter"
                | "newsletters"
                | "about"
                | "about-us"
                | "jobs"
                | "careers"
                | "help"
                | "rss"
                | "feed"
                | "shop"
                | "cart"
                | "wp-login.php"
                | "wp-admin"
                | "cdn-cgi"
                | "sitemap"
                | "cookies"
                | "cookie-policy"
                | "advertise"
        )
    };
    let listed = is_index(last) || before_last.is_some_and(|segment| is_index(segment));
    let small_print = ["privacy-", "terms-of-", "terms-and-", "cookie-", "imprint"];
    let served = is_service(last)
        || is_service(&segments[0])
        || small_print.iter().any(|start| last.starts_with(start));
    !listed && !served && !is_file(last)
}

/// Whether a path ends in a file that is no page.
fn is_file(last: &str) -> bool {
    matches!(
        last.rsplit_once('.').map_or("", |(_, extension)| extension),
        "jpg"
            | "jpeg"
            | "png"
            | "gif"
            | "webp"
            | "svg"
            | "pdf"
            | "mp3"
            | "mp4"
            | "m4a"
            | "zip"
            | "xml"
            | "rss"
            | "json"
            | "css"
            | "js"
            | "ics"
            | "doc"
            | "docx"
            | "xls"
            | "xlsx"
    )
}

#[cfg(test)]
mod tests {
    use super::listing;

    fn found(html: &str) -> Vec<(String, String)> {
        let url = url::Url::parse("https://www.a.example/news/local/").unwrap();
        listing(html, &url)
            .into_iter()
            .map(|entry| (entry.url.unwrap().into(), entry.title.unwrap_or_default()))
            .collect()
    }

    const FRONT: &str = r#"<body><header><a href="/">A</a><a href="/news/a-header-story-with-long-name-1">A story of four words and more</a></header>
        <nav><a href="/news/world-and-other-things">World and other things in the news</a></nav>
        <main><h1>Local news</h1>
        <article><a href="/news/local/2026/bridge-closed-after-storm?utm_source=front"><img alt=""></a>
          <h2><a href="/news/local/2026/bridge-closed-after-storm">Bridge closed after storm</a></h2>
          <p class="byline">By <a href="/author/ann-smith">Ann Smith of the Daily</a></p>
          <p>It was closed. <a href="/news/local/2026/bridge-closed-after-storm">Read more</a></p></article>
        <a class="card" href="https://sub.a.example/p/48213"><h3>Council votes on a new school</h3><p>After a long debate the council of the town</p></a>
        <ul><li><a href="/news/local/market-returns-to-old-square.html">Market returns to the old square</a> <a href="/tag/market">Market</a></li></ul>
        <a href="https://twitter.example/share?u=1">Share this story with your friends</a>
        <a href="/news/">All the news of today here</a>
        <h3><a href="/news/local/town-council/">Town council</a></h3>
        <a href="/report.pdf">The whole report as a document</a>
        <a href="/news/local/?page=2">Next</a></main>
        <footer><a href="/privacy-policy-and-terms-of-use">Privacy policy and terms of use</a></footer>"#;

    #[test]
    fn a_front_gives_its_articles_in_reading_order_and_nothing_else() {
        let expected = [
            (
                "https://www.a.example/news/local/2026/bridge-closed-after-storm",
                "Bridge closed after storm",
            ),
            ("https://sub.a.example/p/48213", "Council votes on a new school"),
            (
                "https://www.a.example/news/local/market-returns-to-old-square.html",
                "Market returns to the old square",
            ),
        ];
        let found = found(FRONT);
        let found: Vec<_> = found
            .iter()
            .map(|(url, title)| (url.split('?').next().unwrap(), title.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_page_of_links_to_sections_lists_nothing() {
        let html = "<a href=/sport>Sport</a> <a href=/news/local/football>Football</a>
            <a href=/login>Log in</a> <a href='mailto:a@a.example'>Write to the editor of this</a>";
        assert_eq!(found(html), []);
    }
}
