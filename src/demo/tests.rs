//! The newspaper is what it claims to be, seen through a plain HTTP client.
#![expect(clippy::disallowed_methods, reason = "its answers are our own")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Read;

use reqwest::StatusCode;
use reqwest::header;

use super::Newspaper;
use super::content::SITES;
use super::edition::Edition;
use super::edition::stories;
use super::{edited, expected, refusals, story_of_interest};
use crate::outcome::Outcome;

fn client() -> reqwest::Client {
    let never = reqwest::redirect::Policy::none();
    reqwest::Client::builder().redirect(never).no_proxy().build().unwrap()
}

/// The text of an answer; what is not UTF-8 is windows-1252 here.
async fn text(client: &reqwest::Client, url: &str) -> String {
    let bytes = client.get(url).send().await.unwrap().bytes().await.unwrap();
    String::from_utf8(bytes.to_vec())
        .unwrap_or_else(|odd| encoding_rs::WINDOWS_1252.decode(odd.as_bytes()).0.into_owned())
}

fn links(text: &str) -> BTreeSet<String> {
    let link = regex::Regex::new(r#"http://127\.0\.0\.1:\d+/[^\s"'<>&\\]*"#).unwrap();
    link.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

/// Sources, what they announce, and what that redirects to: status by address.
async fn followed(paper: &Newspaper) -> BTreeMap<String, StatusCode> {
    let client = client();
    let mut queue: Vec<(String, bool)> =
        paper.sources().into_iter().map(|(url, _)| (url, true)).collect();
    let mut seen = BTreeMap::new();
    while let Some((url, is_source)) = queue.pop() {
        if seen.contains_key(&url) {
            continue;
        }
        let response = client.get(&url).send().await.unwrap();
        seen.insert(url.clone(), response.status());
        if let Some(target) = response.headers().get(header::LOCATION) {
            queue.push((target.to_str().unwrap().to_owned(), false));
        }
        if is_source {
            let next = links(&text(&client, &url).await);
            queue.extend(next.into_iter().map(|link| {
                let is_source = link.contains("/sitemap");
                (link, is_source)
            }));
        }
    }
    seen
}

#[tokio::test]
async fn every_page_is_reached_from_the_sources() {
    let paper = Newspaper::open().await.unwrap();
    let seen = followed(&paper).await;
    for article in expected() {
        let url = format!("{}{}", paper.origin(article.site).unwrap(), article.path);
        assert_eq!(seen.get(&url), Some(&StatusCode::OK), "{url}");
    }
    for refusal in refusals() {
        let url = format!("{}{}", paper.origin(refusal.site).unwrap(), refusal.path);
        let status = match refusal.outcome {
            Outcome::ConsentWall => StatusCode::OK,
            _ => StatusCode::NOT_FOUND,
        };
        assert_eq!(seen.get(&url), Some(&status), "{url}");
    }
    for site in SITES {
        let origin = paper.origin(site.name).unwrap();
        let files = site.files.iter().map(|file| (file.path, StatusCode::OK));
        let moved = site.moved.iter().map(|(old, _)| (*old, StatusCode::MOVED_PERMANENTLY));
        for (path, status) in files.chain(moved) {
            assert_eq!(seen.get(&format!("{origin}{path}")), Some(&status), "{origin}{path}");
        }
    }
    assert!((25..=30).contains(&expected().len()), "{} articles", expected().len());
    paper.close().await;
}

#[tokio::test]
async fn every_feed_is_well_formed_and_carries_every_story_of_its_site() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    for site in SITES {
        let origin = paper.origin(site.name).unwrap();
        for file in site.files.iter().filter(|file| !file.content_type.starts_with("text/html")) {
            let url = format!("{origin}{}", file.path);
            let response = client.get(&url).send().await.unwrap();
            let bytes = response.bytes().await.unwrap();
            if file.content_type.contains("json") {
                serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
            } else {
                let text = text(&client, &url).await;
                let mut reader = quick_xml::Reader::from_str(&text);
                let mut depth = 0_i32;
                loop {
                    match reader.read_event().unwrap_or_else(|error| panic!("{url}: {error}")) {
                        quick_xml::events::Event::Start(_) => depth += 1,
                        quick_xml::events::Event::End(_) => depth -= 1,
                        quick_xml::events::Event::Eof => break,
                        _ => {}
                    }
                }
                assert_eq!(depth, 0, "{url}");
            }
            if site.source == (file.path, "feed") {
                let feed = feed_rs::parser::parse(bytes.as_ref()).unwrap();
                let entries: Vec<&str> = feed
                    .entries
                    .iter()
                    .filter_map(|entry| entry.title.as_ref().map(|title| title.content.as_str()))
                    .collect();
                for story in stories(site, Edition::First) {
                    let title = story.get("title").unwrap();
                    assert!(entries.contains(&title), "{url}: {title}");
                }
                assert!(feed.entries.iter().all(|entry| entry.published.is_some()), "{url}");
            }
        }
    }
    paper.close().await;
}

/// A claim about clean text is worth something only if the story holds what must
/// stay, and the page holds what must go.
#[tokio::test]
async fn what_is_expected_of_an_article_can_be_told_from_its_page() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    let tag = regex::Regex::new("<[^>]*>").unwrap();
    let mut faults = Vec::new();
    for site in SITES {
        let origin = paper.origin(site.name).unwrap();
        for story in stories(site, Edition::First) {
            let path = story.path();
            let mut page = text(&client, &format!("{origin}{path}")).await;
            if story.is_only_in_the_feed() {
                faults.extend(story.all("must").filter(|phrase| page.contains(phrase)));
                page += &text(&client, &format!("{origin}{}", site.source.0)).await;
            }
            let shown = tag.replace_all(&page, "");
            faults.extend(story.get("title").filter(|title| !shown.contains(title)));
            faults.extend(story.all("must").filter(|phrase| !story.html.contains(phrase)));
            faults.extend(story.all("must").filter(|phrase| !page.contains(phrase)));
            faults.extend(story.all("not").filter(|phrase| !shown.contains(phrase)));
            assert!(story.all("must").count() >= 2 && story.all("not").count() >= 2, "{path}");
            let words = tag.replace_all(story.html, " ").split_whitespace().count();
            assert!((150..=400).contains(&words), "{path}: {words} words");
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    paper.close().await;
}

#[tokio::test]
async fn one_article_is_in_two_feeds_and_one_text_stands_under_two_addresses() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    let shared = format!("{}/2026/03/11/market-hall-reopens/", paper.origin("harbour").unwrap());
    let feed = |site: &str, path: &str| format!("{}{path}", paper.origin(site).unwrap());
    assert!(text(&client, &feed("harbour", "/feed/")).await.contains(&shared));
    assert!(text(&client, &feed("ledger", "/feed.json")).await.contains(&shared));

    let repeated: Vec<_> = expected().into_iter().filter(|it| it.duplicate_of.is_some()).collect();
    assert_eq!(repeated.len(), 1);
    for copy in repeated {
        let html = |site: &str, path: &str| {
            let site = SITES.iter().find(|known| known.name == site).unwrap();
            let stories = stories(site, Edition::First);
            stories.into_iter().find(|story| story.path() == path).unwrap().html
        };
        let (site, path) = copy.duplicate_of.unwrap();
        assert_eq!(html(copy.site, copy.path), html(site, path));
    }
    paper.close().await;
}

#[tokio::test]
async fn no_place_of_a_page_is_left_unfilled_and_no_head_is_served() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    paper.edit();
    for url in followed(&paper).await.into_keys() {
        let text = text(&client, &url).await;
        assert!(!text.contains("{{"), "{url}");
        assert!(!text.contains("\nmust: ") && !text.contains("\nnot: "), "{url}");
    }
    paper.close().await;
}

#[tokio::test]
async fn an_edit_changes_the_article_and_its_feed_and_nothing_else() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    let tags = async || {
        let mut tags = BTreeMap::new();
        for url in followed(&paper).await.into_keys() {
            let response = client.get(&url).send().await.unwrap();
            if let Some(tag) = response.headers().get(header::ETAG) {
                tags.insert(url, tag.to_str().unwrap().to_owned());
            }
        }
        tags
    };
    let before = tags().await;
    paper.edit();
    let after = tags().await;
    let meridian = paper.origin("meridian").unwrap();
    let changed: Vec<&String> =
        after.keys().filter(|url| before.get(*url) != after.get(*url)).collect();
    let [second] = edited().try_into().unwrap();
    assert_eq!(
        changed,
        [&format!("{meridian}/feeds/latest.atom"), &format!("{meridian}{}", second.path)]
    );
    let page = text(&client, &format!("{meridian}{}", second.path)).await;
    let feed = text(&client, &format!("{meridian}/feeds/latest.atom")).await;
    assert!(second.must.iter().all(|phrase| page.contains(phrase)));
    assert!(page.contains(second.title) && feed.contains(second.title));
    paper.close().await;
}

#[tokio::test]
async fn a_client_that_knows_a_feed_gets_304_until_it_changes() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    let url = format!("{}/feeds/latest.atom", paper.origin("meridian").unwrap());
    let first = client.get(&url).send().await.unwrap();
    let tag = first.headers()[header::ETAG].clone();
    let since = first.headers()[header::LAST_MODIFIED].clone();
    let ask = async |name: header::HeaderName, value: &header::HeaderValue| {
        client.get(&url).header(name, value).send().await.unwrap().status()
    };
    assert_eq!(ask(header::IF_NONE_MATCH, &tag).await, StatusCode::NOT_MODIFIED);
    assert_eq!(ask(header::IF_MODIFIED_SINCE, &since).await, StatusCode::NOT_MODIFIED);
    assert_eq!(ask(header::IF_NONE_MATCH, &"\"other\"".parse().unwrap()).await, StatusCode::OK);
    paper.edit();
    assert_eq!(ask(header::IF_NONE_MATCH, &tag).await, StatusCode::OK);
    assert_eq!(ask(header::IF_MODIFIED_SINCE, &since).await, StatusCode::OK);
    assert_eq!(paper.requests(), 6);
    paper.close().await;
}

#[tokio::test]
async fn some_sites_compress_and_one_answers_in_an_old_charset_that_only_the_page_names() {
    let paper = Newspaper::open().await.unwrap();
    let client = client();
    let (site, path) = story_of_interest();
    let url = format!("{}{path}", paper.origin(site).unwrap());
    let plain = client.get(&url).send().await.unwrap().bytes().await.unwrap();
    let coded = client.get(&url).header(header::ACCEPT_ENCODING, "br, gzip").send().await.unwrap();
    assert_eq!(coded.headers()[header::CONTENT_ENCODING], "gzip");
    let mut unpacked = Vec::new();
    let coded = coded.bytes().await.unwrap();
    flate2::read::GzDecoder::new(coded.as_ref()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);

    let url = format!("{}/lokales/bruecke-gesperrt.html", paper.origin("nordufer").unwrap());
    let old = client.get(&url).header(header::ACCEPT_ENCODING, "gzip").send().await.unwrap();
    assert_eq!(old.headers()[header::CONTENT_TYPE], "text/html");
    assert!(!old.headers().contains_key(header::CONTENT_ENCODING));
    let bytes = old.bytes().await.unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let (page, _, broken) = encoding_rs::WINDOWS_1252.decode(&bytes);
    assert!(!broken && page.contains("„So etwas macht man einmal im Leben"));
    paper.close().await;
}

#[tokio::test]
async fn a_closed_newspaper_no_longer_answers() {
    let paper = Newspaper::open().await.unwrap();
    let url = paper.sources()[0].0.clone();
    let client = client();
    assert_eq!(client.post(&url).send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
    paper.close().await;
    assert!(client.get(&url).send().await.is_err());
}
