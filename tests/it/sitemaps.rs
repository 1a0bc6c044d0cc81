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

#[test]
fn of_more_addresses_without_dates_than_one_poll_takes_none_is_lost() {
    let origin = Origin::start();
    let list = |numbers: std::ops::Range<usize>| {
        let lines = numbers.map(|number| origin.url(&format!("/{number}\n")));
        Reply::ok(lines.collect::<String>()).version("\"same\"")
    };
    // Sites add at the front or at the end; nothing in the file says which.
    origin.script("/sitemap.xml", [list(1000..2300), list(999..2301)]);
    let desk = follow(&origin);
    let poll = || {
        let content = "extract.content=feed";
        desk.run(&["fetch", "--all", "--set", LOOPBACK, "--set", NO_PAUSE, "--set", content]);
        known(&desk, &origin)
    };
    let first = poll();
    assert_eq!(first.len(), 1000);
    assert!(["/1000", "/2299"].iter().all(|path| first.contains(&(*path).to_owned())));
    let etag =
        || desk.json(&["sql", "--format", "json", "select etag from sources"])[0]["etag"].clone();
    assert!(etag().is_null(), "what is left must not be hidden");
    let second = poll();
    assert_eq!(second.len(), 1302);
    assert!(["/999", "/2300"].iter().all(|path| second.contains(&(*path).to_owned())));
    assert_eq!(etag(), "\"same\"");
}

#[test]
fn a_sitemap_that_was_cut_off_leaves_no_validators_until_it_brings_nothing_new() {
    let origin = Origin::start();
    let page = |path: &str| format!("<url><loc>{}</loc></url>", origin.url(path));
    let cut = format!("<urlset>{}", page("/storm"));
    let whole = format!("{cut}{}</urlset>", page("/calm"));
    origin.script("/sitemap.xml", [cut, whole].map(|map| Reply::ok(map).version("\"same\"")));
    let desk = follow(&origin);
    poll(&desk);
    poll(&desk);
    assert_eq!(known(&desk, &origin), ["/calm", "/storm"]);
}

#[test]
fn an_index_is_not_asked_for_itself_and_its_first_and_last_files_are_where_none_has_a_date() {
    let origin = Origin::start();
    let files: Vec<String> = (0..14).map(|number| format!("/{number}.xml")).collect();
    for file in &files {
        origin.on(file, pages(&origin, [(format!("{file}/story"), "")]));
    }
    let mut listed = vec!["/sitemap.xml", "/index.xml"];
    listed.extend(files.iter().map(String::as_str));
    origin.on("/sitemap.xml", Reply::redirect(302, "/index.xml"));
    origin.on("/index.xml", Reply::ok(index(&origin, &listed)));
    let desk = follow(&origin);
    desk.run(&[
        "fetch",
        "--all",
        "--set",
        LOOPBACK,
        "--set",
        NO_PAUSE,
        "--set",
        "extract.content=feed",
    ]);
    let asked = origin.paths();
    let expected = ["/sitemap.xml", "/index.xml"].into_iter().map(str::to_owned);
    let expected: Vec<_> = expected.chain([&files[..4], &files[10..]].concat()).collect();
    assert_eq!(asked[..10], expected);
    let in_turn = &asked[10..];
    assert!(in_turn.len() == 2 && in_turn.iter().all(|path| files[4..10].contains(path)));
}

#[cfg(unix)]
#[test]
fn a_poll_that_is_told_to_stop_before_all_files_of_an_index_were_had_is_none() {
    let (origin, other) = (Origin::start(), Origin::start());
    let files = [other.url("/first.xml"), origin.url("/second.xml")];
    let files = files.map(|file| format!("<sitemap><loc>{file}</loc></sitemap>"));
    let index = format!("<sitemapindex>{}</sitemapindex>", files.concat());
    origin.on("/sitemap.xml", Reply::ok(index));
    other.on("/first.xml", pages(&other, [("/storm".to_owned(), "2026-11-22")]));
    let desk = follow(&origin);
    // The second file waits for the pace of its host.
    let args = ["fetch", "--all", "--set", LOOPBACK, "--set", "fetch.per_host_delay=1h"];
    let child = desk.command(&args).stdout(std::process::Stdio::piped()).spawn().unwrap();
    other.wait_for("/first.xml");
    let mut kill = std::process::Command::new("kill");
    assert!(kill.args(["-INT", &child.id().to_string()]).status().unwrap().success());
    child.wait_with_output().unwrap();
    assert_eq!(origin.paths(), ["/sitemap.xml"]);
    let told = "select failures, last_error, polled_at, (select count(*) from fetches) as attempts,
                (select count(*) from entries) as entries from sources";
    let told = desk.json(&["sql", "--format", "json", told]);
    let expected = serde_json::json!([{"failures": 0, "last_error": null, "polled_at": null,
                                       "attempts": 0, "entries": 0}]);
    assert_eq!(told, expected);
}
