//! What a reader gets of a site that announces its articles in sitemaps.

use crate::support::desk::Desk;
use crate::support::origin::{Origin, Reply};

const LOOPBACK: &str = r#"fetch.allow_addresses=["127.0.0.0/8"]"#;
const NO_PAUSE: &str = "fetch.per_host_delay=0s";

fn index(origin: &Origin, files: &[&str]) -> String {
    let files =
        files.iter().map(|file| format!("<sitemap><loc>{}</loc></sitemap>", origin.url(file)));
    format!("<sitemapindex>{}</sitemapindex>", files.collect::<String>())
}

fn pages(origin: &Origin, pages: impl IntoIterator<Item = (String, &'static str)>) -> Reply {
    let pages = pages.into_iter().map(|(path, date)| {
        format!("<url><loc>{}</loc><lastmod>{date}</lastmod></url>", origin.url(&path))
    });
    Reply::ok(format!("<urlset>{}</urlset>", pages.collect::<String>()))
}

/// Polls every source, at a desk that follows the sitemap of `origin`.
fn poll(desk: &Desk) {
    desk.run(&["fetch", "--all", "--set", LOOPBACK, "--set", NO_PAUSE]);
}

fn follow(origin: &Origin) -> Desk {
    let desk = Desk::new();
    desk.ok(&["add", "--kind", "sitemap", &origin.url("/sitemap.xml")]);
    desk
}

/// The paths of the entries that are known.
fn known(desk: &Desk, origin: &Origin) -> Vec<String> {
    let rows = desk.ok(&["sql", "--format", "jsonl", "select url from entries order by url"]);
    let rows = rows.lines().map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap());
    let start = origin.url("");
    rows.map(|row| row["url"].as_str().unwrap().replacen(&start, "", 1)).collect()
}

#[test]
fn a_file_that_grows_behind_an_unchanged_index_brings_its_new_article() {
    let origin = Origin::start();
    origin.on("/sitemap.xml", Reply::ok(index(&origin, &["/news.xml"])).version("\"same\""));
    let first = ("/storm.html".to_owned(), "2026-11-22T10:00:00Z");
    let second = ("/calm.html".to_owned(), "2026-11-23T10:00:00Z");
    origin.script("/news.xml", [pages(&origin, [first.clone()]), pages(&origin, [first, second])]);
    let desk = follow(&origin);
    poll(&desk);
    assert_eq!(known(&desk, &origin), ["/storm.html"]);
    poll(&desk);
    assert_eq!(known(&desk, &origin), ["/calm.html", "/storm.html"]);
}
