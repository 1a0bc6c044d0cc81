//! The shape of an address: whether it is an article's.

use crate::url::canonical;
use crate::url::site;

/// How much an address looks like an article's: a slug of several words, a
/// date, an id, depth.
pub(super) fn shape(url: &url::Url) -> u32 {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    let last = segments.last().copied().unwrap_or_default();
    let (stem, extension) = last.rsplit_once('.').unwrap_or((last, ""));
    let words = stem.split(['-', '_']).filter(|word| !word.is_empty()).count();
    let dated = segments.iter().any(|segment| is_year(segment)) || has_day(url.path());
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

fn is_year(segment: &str) -> bool {
    segment.len() == 4
        && (segment.starts_with("19") || segment.starts_with("20"))
        && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a path ends in a month: `/2026/11/`.
pub(super) fn ends_in_month(url: &url::Url) -> bool {
    let mut segments = url.path().trim_end_matches('/').rsplit('/');
    let is_month = |segment: &str| matches!(segment.parse(), Ok(1..=12));
    segments.next().is_some_and(is_month) && segments.next().is_some_and(is_year)
}

/// Whether a path holds a day: `2026-11-23`, `20261123`.
fn has_day(path: &str) -> bool {
    path.split(|c: char| !c.is_ascii_digit() && c != '-').any(|run| {
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        digits.len() == 8 && digits.starts_with("20") && matches!(run.len(), 8 | 10)
    })
}

/// Whether an address on this page can be an article's at all.
pub(super) fn may_be_article(address: &url::Url, page: &url::Url) -> bool {
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
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
        return address.query().is_some_and(|query| query.len() > 2);
    };
    // The sections above this page are no articles.
    let path = address.path().trim_end_matches('/');
    if address.query().is_none() && page.path().starts_with(&format!("{path}/")) {
        return false;
    }
    let in_index = segments.iter().rev().take(2).any(|segment| is_index(segment));
    !in_index && !is_service(first) && !is_service(last) && !is_small_print(last) && !is_file(last)
}

/// Whether a folder gathers articles by subject, author or age.
fn is_index(segment: &str) -> bool {
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
}

/// Whether a folder serves readers rather than tells them news.
fn is_service(segment: &str) -> bool {
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
}

/// Whether a page is one of those that lawyers write.
fn is_small_print(last: &str) -> bool {
    ["privacy-", "terms-of-", "terms-and-", "cookie-", "imprint"]
        .iter()
        .any(|start| last.starts_with(start))
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
    use super::*;

    fn address(path: &str) -> url::Url {
        url::Url::parse("https://a.example").unwrap().join(path).unwrap()
    }

    #[test]
    fn an_address_of_an_article_is_told_from_those_of_indexes_services_and_files() {
        let page = address("/news/local/");
        for path in
            ["/news/local/storm-closes-bridge", "/storm.html", "/?p=481", "/a/tag-der-arbeit"]
        {
            assert!(may_be_article(&address(path), &page), "{path}");
        }
        for path in [
            "/news/",
            "/news/local/",
            "/tag/storm",
            "/2026/archive/11",
            "/account/letters/write-one",
            "/letters/help",
            "/privacy-at-the-paper",
            "/storm/report.pdf",
            "https://b.example/news/local/storm-closes-bridge",
        ] {
            assert!(!may_be_article(&address(path), &page), "{path}");
        }
    }
}
