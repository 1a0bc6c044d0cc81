//! Web page → the feeds that it advertises.

use crate::dom::Dom;
use crate::dom::Node;
use crate::limits::DISCOVERED_FEEDS_MAX;
use crate::limits::HTML_BYTES_MAX;
use crate::limits::LINK_TEXT_BYTES_MAX;
use crate::url::resolve;
use crate::url::site;

/// How much an address deserves to be tried first; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Doubt {
    /// A feed of comments or of something else than the site's news.
    beside_the_point: bool,
    /// On another site.
    elsewhere: bool,
    said: Advertised,
}

/// How a page says that there is a feed; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Advertised {
    /// It is declared in the head.
    Declared,
    /// A link leads to an address that looks like one.
    Linked,
    /// A link is called so.
    Called,
}

/// The feeds that a page advertises, best first, at most
/// `limits::DISCOVERED_FEEDS_MAX`.
///
/// Declared ones (`<link rel=alternate>` of a feed's type) come before links
/// that look like feeds, those of the page's own site before others. Feeds of
/// comments are left out where there is another.
#[must_use]
pub fn discover(html: &str, url: &url::Url) -> Vec<url::Url> {
    let html = &html[..html.floor_char_boundary(HTML_BYTES_MAX)];
    let dom = Dom::parse(html);
    let base = dom.base(Some(url)).unwrap_or_else(|| url.clone());
    let declared =
        dom.elements("link").filter(|node| declares_feed(*node)).map(|node| (node, false));
    let linked = dom.elements("a").map(|node| (node, true));
    let mut found: Vec<(Doubt, url::Url)> = Vec::new();
    for (node, undeclared) in declared.chain(linked) {
        let Some(address) = node.attr("href").and_then(|href| resolve(&base, href).ok()) else {
            continue;
        };
        if found.iter().any(|(_, other)| *other == address) {
            continue;
        }
        let title =
            node.attr("title").map_or_else(|| node.text_start(LINK_TEXT_BYTES_MAX), str::to_owned);
        let said = match undeclared {
            false => Advertised::Declared,
            true if looks_like_feed(&address) => Advertised::Linked,
            true if names_feed(&title) => Advertised::Called,
            true => continue,
        };
        let doubt = Doubt {
            beside_the_point: is_of_comments(&address, &title),
            elsewhere: site(&address) != site(url),
            said,
        };
        found.push((doubt, address));
        // A page of a hundred thousand feed links is searched no further.
        if found.len() >= 20 * DISCOVERED_FEEDS_MAX {
            break;
        }
    }
    found.sort_by_key(|(doubt, _)| *doubt);
    if found.first().is_some_and(|(doubt, _)| !doubt.beside_the_point) {
        found.retain(|(doubt, _)| !doubt.beside_the_point);
    }
    found.into_iter().map(|(_, address)| address).take(DISCOVERED_FEEDS_MAX).collect()
}

fn declares_feed(node: Node) -> bool {
    let relations = node.attr("rel").unwrap_or_default().to_ascii_lowercase();
    let mut relations = relations.split_ascii_whitespace();
    if !relations.any(|relation| matches!(relation, "alternate" | "feed")) {
        return false;
    }
    let kind = node.attr("type").unwrap_or_default().to_ascii_lowercase();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    matches!(
        essence,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/rss"
            | "application/atom"
            | "text/rss"
            | "text/rss+xml"
    ) || matches!(essence, "application/json" | "application/xml" | "text/xml")
        && node.attr("href").is_some_and(|href| href.contains("feed") || href.contains("rss"))
}

/// Whether an address has the shape of a feed's.
fn looks_like_feed(url: &url::Url) -> bool {
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let (stem, extension) = last.rsplit_once('.').unwrap_or((last, ""));
    match extension {
        "rss" | "rdf" | "atom" => true,
        "xml" | "json" | "php" => ["rss", "feed", "atom", "index.rdf"]
            .iter()
            .any(|word| stem.contains(word) || path.contains(&format!("/{word}/"))),
        _ => {
            matches!(last, "rss" | "feed" | "feeds" | "atom" | "rdf" | "rss2" | "rss.aspx")
                || ["feed=rss", "feed=atom", "format=rss", "format=feed", "output=rss"]
                    .iter()
                    .any(|pair| query.contains(pair))
        }
    }
}

/// Words of a link that leads to a feed: `RSS`, `RSS-Feed`, `Atom feed of the news desk`.
const NAME_WORDS_MAX: usize = 6;

/// Whether a link calls what it leads to a feed.
fn names_feed(title: &str) -> bool {
    let title = title.to_lowercase();
    let words = || title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words().take(NAME_WORDS_MAX + 1).count() <= NAME_WORDS_MAX
        && words().any(|word| matches!(word, "rss" | "atom" | "rss2"))
}

fn is_of_comments(url: &url::Url, title: &str) -> bool {
    let path = url.path().to_ascii_lowercase();
    let title = title.to_lowercase();
    path.contains("/comments/")
        || path.ends_with("/comments")
        || title.contains("comments")
        || title.contains("kommentar-feed")
        || title.contains("oembed")
}

#[cfg(test)]
mod tests {
    use super::discover;

    fn found(html: &str) -> Vec<String> {
        let url = url::Url::parse("https://www.a.example/news/").unwrap();
        discover(html, &url).into_iter().map(String::from).collect()
    }

    #[test]
    fn declared_feeds_come_before_linked_ones_and_comment_feeds_stay_out() {
        let html = r#"<html><head><base href="/x/">
            <link rel="alternate" type="application/rss+xml" title="A » Comments Feed" href="/comments/feed/">
            <link rel="alternate" type="application/atom+xml" href="https://b.example/atom">
            <link rel="ALTERNATE" type="application/rss+xml; charset=utf-8" href="main.rss">
            <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/feed.css">
            </head><a href="/rss">RSS</a> <a href="/feedback">Feedback</a> <a href="/story">Story</a>"#;
        assert_eq!(
            found(html),
            [
                "https://www.a.example/x/main.rss",
                "https://www.a.example/rss",
                "https://b.example/atom",
            ]
        );
    }

    #[test]
    fn a_link_may_say_that_it_leads_to_a_feed() {
        let html = r#"<a href="/syndication" title="RSS feed">x</a> <a href="/rss-explained">What is
            RSS, and why should every reader of this paper use it?</a>
            <a href="/nachrichten.xml">RSS-Feed</a> <a href="/news.rss">News</a>"#;
        let feeds = ["news.rss", "syndication", "nachrichten.xml"];
        assert_eq!(found(html), feeds.map(|path| format!("https://www.a.example/{path}")));
    }

    #[test]
    fn a_page_without_feeds_has_none_and_a_lone_comment_feed_is_better_than_nothing() {
        assert!(found("<p>Nothing <a href='javascript:rss()'>here</a>").is_empty());
        let html = "<link rel=alternate type=application/rss+xml href=/post/comments/feed>";
        assert_eq!(found(html), ["https://www.a.example/post/comments/feed"]);
    }
}
