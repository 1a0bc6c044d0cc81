//! The main job, end to end: a whole newspaper over real HTTP into a real file.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tearsheet::demo::{self, Newspaper};
use tokio::runtime::Runtime;

use crate::support::desk::{Desk, Ran};
use crate::support::wait_until;

const LOOPBACK: &str = r#"fetch.allow_addresses=["127.0.0.0/8"]"#;
const NO_PAUSE: &str = "fetch.per_host_delay=0s";

/// The bundled newspaper, open, and a desk from which it is read.
struct Newsroom {
    runtime: Runtime,
    newspaper: Newspaper,
    desk: Desk,
}

impl Newsroom {
    fn open() -> Newsroom {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let newspaper = runtime.block_on(Newspaper::open()).unwrap();
        Newsroom { runtime, newspaper, desk: Desk::new() }
    }

    /// A newsroom whose sources are all followed.
    fn following() -> Newsroom {
        let newsroom = Newsroom::open();
        for (url, kind) in newsroom.newspaper.sources() {
            newsroom.desk.ok(&["add", "--kind", kind, &url]);
        }
        newsroom
    }

    fn command(&self, args: &[&str]) -> Command {
        self.desk.command(&[args, &["--set", LOOPBACK, "--set", NO_PAUSE]].concat())
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    fn url(&self, site: &str, path: &str) -> String {
        format!("{}{path}", self.newspaper.origin(site).unwrap())
    }

    /// The rows of a query, as objects.
    fn sql(&self, query: &str) -> Vec<Value> {
        let rows = self.desk.ok(&["sql", "--format", "jsonl", query]);
        rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
    }

    /// One number.
    fn count(&self, query: &str) -> i64 {
        self.sql(&format!("select ({query}) as n"))[0]["n"].as_i64().unwrap()
    }

    /// Waits until the newspaper was asked for at least so much.
    fn wait_for_requests(&self, count: usize, child: &mut Child) {
        wait_until("requests", || {
            assert!(child.try_wait().unwrap().is_none(), "ended after too few requests");
            self.newspaper.requests() >= count
        });
    }
}

impl Drop for Newsroom {
    fn drop(&mut self) {
        // Its servers end with the runtime that they run on.
        let _guard = self.runtime.enter();
    }
}

/// What a reader sees of every article: by address, without what differs by run.
fn articles(newsroom: &Newsroom) -> BTreeMap<String, (String, String)> {
    newsroom
        .sql("select url, title, text from articles")
        .into_iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            (text("url"), (text("title"), text("text")))
        })
        .collect()
}

#[test]
fn every_article_of_the_newspaper_is_stored_once_and_clean() {
    let newsroom = Newsroom::following();
    let ran = newsroom.run(&["fetch"]);
    assert_eq!(ran.code, 1, "one entry answers 404:\n{}{}", ran.stdout, ran.stderr);

    let stored = articles(&newsroom);
    let mut faults = Vec::new();
    for expected in demo::expected() {
        let url = newsroom.url(expected.site, expected.path);
        let Some((title, text)) = stored.get(&url) else {
            faults.push(format!("{url}: not stored"));
            continue;
        };
        if title != expected.title {
            faults.push(format!("{url}: title {title:?} instead of {:?}", expected.title));
        }
        for phrase in expected.must.iter().filter(|phrase| !text.contains(**phrase)) {
            faults.push(format!("{url}: lacks {phrase:?}"));
        }
        for phrase in expected.must_not.iter().filter(|phrase| text.contains(**phrase)) {
            faults.push(format!("{url}: leaks {phrase:?}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert_eq!(stored.len(), demo::expected().len(), "and nothing else: {:#?}", stored.keys());

    // Boxes that count free articles stand on whole ones, too.
    let paywalled = "select count(*) from fetches where outcome = 'paywalled'";
    assert_eq!(newsroom.count(paywalled), 0);
    let credited = "select count(*) from images where caption is not null and credit is not null";
    assert!(newsroom.count(credited) >= 4, "captions and credits stand apart");

    for refusal in demo::refusals() {
        let url = newsroom.url(refusal.site, refusal.path);
        let outcomes = newsroom.sql(&format!("select outcome from fetches where url = '{url}'"));
        assert_eq!(outcomes.len(), 1, "{url}");
        assert_eq!(outcomes[0]["outcome"], refusal.outcome.as_str(), "{url}");
    }
}

#[test]
fn metadata_and_provenance_are_what_the_pages_say() {
    let newsroom = Newsroom::following();
    newsroom.run(&["fetch"]);
    let mut faults = Vec::new();
    for expected in demo::expected() {
        let url = newsroom.url(expected.site, expected.path);
        let rows = newsroom.sql(&format!(
            "select authors, published_at, published_from, content, duplicate_of,
                    (select url from articles as first where first.id = articles.duplicate_of) as first
             from articles where url = '{url}'"
        ));
        let Some(row) = rows.first() else { continue };
        let authors = row["authors"].as_str().unwrap();
        if !authors.contains(expected.author) {
            faults.push(format!("{url}: authors {authors} without {:?}", expected.author));
        }
        let published = tearsheet::date::parse(expected.published).unwrap();
        let day = published.timestamp().to_string()[..10].to_owned();
        if !row["published_at"].as_str().unwrap_or_default().starts_with(&day) {
            faults.push(format!("{url}: published {} instead of {day}", row["published_at"]));
        }
        let content = if expected.only_in_the_feed { "feed" } else { "page" };
        if row["content"] != content {
            faults.push(format!("{url}: text from the {}", row["content"]));
        }
        let twin = expected.duplicate_of.map(|(site, path)| newsroom.url(site, path));
        if let Some(twin) = twin
            && row["first"].as_str() != Some(twin.as_str())
            // Which of two equal texts came first is the network's to decide.
            && newsroom.count(&format!(
                "select count(*) from articles where url = '{twin}' and duplicate_of is not null"
            )) != 1
        {
            faults.push(format!("{url}: not marked as the same text as {twin}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn an_edited_article_gets_a_revision_and_the_old_text_stays() {
    let newsroom = Newsroom::following();
    newsroom.run(&["fetch"]);
    let before = articles(&newsroom);
    newsroom.newspaper.edit();
    let ran = newsroom.run(&["fetch", "--all"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);

    for edited in demo::edited() {
        let url = newsroom.url(edited.site, edited.path);
        let rows = newsroom.sql(&format!(
            "select revision, reason, text from revisions
             where article_id = (select id from articles where url = '{url}') order by revision"
        ));
        let reasons: Vec<_> = rows.iter().map(|row| row["reason"].as_str().unwrap()).collect();
        assert_eq!(reasons, ["published", "edited"], "{url}");
        assert_eq!(rows[0]["text"].as_str().unwrap(), before[&url].1);
        let now = &articles(&newsroom)[&url].1;
        assert_eq!(rows[1]["text"].as_str().unwrap(), now);
        for phrase in &edited.must {
            assert!(now.contains(phrase), "{url}: lacks {phrase:?}");
        }
    }
    assert_eq!(articles(&newsroom).len(), before.len(), "an edit is no new article");
}

#[test]
fn a_second_poll_of_unchanged_sources_costs_one_conditional_request_each() {
    let newsroom = Newsroom::following();
    newsroom.run(&["fetch"]);
    let before = newsroom.newspaper.requests();
    let ran = newsroom.run(&["fetch", "--all"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let sources = newsroom.newspaper.sources().len();
    let sitemaps = 1; // One source is an index of sitemaps: it and its file are read anew.
    assert_eq!(newsroom.newspaper.requests() - before, sources + sitemaps);
    let newest = "select count(*) from fetches where outcome = 'not_modified'";
    assert_eq!(newsroom.count(newest), i64::try_from(sources - sitemaps).unwrap());
}

#[test]
fn a_killed_fetch_loses_nothing_and_stores_nothing_twice() {
    let undisturbed = Newsroom::following();
    undisturbed.run(&["fetch"]);
    let expected: Vec<_> = articles(&undisturbed).into_values().collect();

    let newsroom = Newsroom::following();
    // Each kill strikes a little later, so that polls, visits and commits are hit.
    for round in 1..=8 {
        let before = newsroom.newspaper.requests();
        let mut child = newsroom
            .command(&["fetch", "--all"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        newsroom.wait_for_requests(before + round, &mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(
            newsroom
                .count("select count(*) from pragma_integrity_check where integrity_check = 'ok'"),
            1
        );
    }
    newsroom.run(&["fetch", "--all"]);
    let mut stored: Vec<_> = articles(&newsroom).into_values().collect();
    stored.sort();
    let mut expected = expected;
    expected.sort();
    assert_eq!(stored, expected);
    let stuck = "select count(*) from entries where state = 'stored' and article_id is null";
    assert_eq!(newsroom.count(stuck), 0);
    newsroom.desk.ok(&["db", "check"]);
}

#[test]
fn an_address_given_by_hand_is_a_feed_an_article_or_a_site_with_a_feed() {
    let newsroom = Newsroom::open();
    let (site, path) = demo::story_of_interest();
    let article = newsroom.url(site, path);
    let ran = newsroom.run(&["fetch", &article]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    assert_eq!(articles(&newsroom).keys().collect::<Vec<_>>(), [&article]);
    assert_eq!(newsroom.count("select count(*) from sources"), 0, "an article is no source");

    let (feed, _) = newsroom.newspaper.sources().remove(0);
    newsroom.run(&["fetch", &feed]);
    assert_eq!(newsroom.count("select count(*) from sources where kind = 'feed'"), 1);
    assert!(articles(&newsroom).len() > 1);
}

#[test]
fn attempts_equal_the_sum_of_outcomes_in_report_and_database() {
    let newsroom = Newsroom::following();
    let ran = newsroom.run(&["fetch", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let sum = |part: &str| -> i64 {
        report[part].as_object().unwrap().values().map(|count| count.as_i64().unwrap()).sum()
    };
    assert_eq!(newsroom.count("select count(*) from fetches where entry_id is null"), sum("polls"));
    assert_eq!(
        newsroom.count("select count(*) from fetches where entry_id is not null"),
        sum("pages")
    );
    let words: Vec<_> =
        tearsheet::outcome::Outcome::ALL.iter().map(|word| format!("'{word}'")).collect();
    let unknown =
        format!("select count(*) from fetches where outcome not in ({})", words.join(", "));
    assert_eq!(newsroom.count(&unknown), 0);
}

/// The daemon as an operator sees it.
struct Running {
    child: Child,
    listen: String,
}

impl Running {
    fn start(newsroom: &Newsroom) -> Running {
        let mut child = newsroom
            .command(&["daemon", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let listen = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| {
                let line: Value = serde_json::from_str(&line).ok()?;
                line.pointer("/fields/bound")?.as_str().map(str::to_owned)
            })
            .expect("the daemon says where it listens");
        // Its log must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Running { child, listen }
    }

    fn get(&self, path: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&self.listen).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.listen)
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn metric(&self, name: &str) -> i64 {
        let metrics = self.get("/metrics");
        let line = metrics.lines().find(|line| line.starts_with(&format!("{name} ")));
        line.and_then(|line| line.rsplit(' ').next()?.trim().parse().ok()).unwrap_or(0)
    }

    fn terminate(mut self) -> i32 {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code().expect("ended by itself, not by the signal")
    }
}

impl Drop for Running {
    /// A test that fails leaves no daemon behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn the_daemon_fetches_tells_how_it_fares_and_stops_when_told() {
    let newsroom = Newsroom::following();
    let daemon = Running::start(&newsroom);
    assert!(daemon.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(daemon.get("/readyz").starts_with("HTTP/1.1 200"));

    // Readers are not in its way, nor it in theirs.
    let expected = i64::try_from(demo::expected().len()).unwrap();
    wait_until("all articles", || newsroom.count("select count(*) from articles") >= expected);
    assert_eq!(daemon.metric("tearsheet_articles"), expected);

    let second = newsroom.run(&["fetch"]);
    assert_eq!(second.code, 2, "{}", second.stdout);
    assert!(second.stderr.contains("another tearsheet"), "{}", second.stderr);

    assert_eq!(daemon.terminate(), 0);
    let polled = newsroom.count("select count(*) from sources where polled_at is not null");
    assert_eq!(polled, i64::try_from(newsroom.newspaper.sources().len()).unwrap());
}

#[cfg(unix)]
#[test]
fn articles_are_made_again_while_the_daemon_fetches_and_neither_is_in_the_others_way() {
    let newsroom = Newsroom::following();
    let daemon = Running::start(&newsroom);
    let expected = i64::try_from(demo::expected().len()).unwrap();
    wait_until("some articles", || newsroom.count("select count(*) from articles") > 0);
    wait_until("all articles, recleaned all the while", || {
        newsroom.desk.ok(&["reclean"]);
        newsroom.count("select count(*) from articles") >= expected
    });
    newsroom.desk.ok(&["reclean"]);
    assert!(daemon.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(daemon.terminate(), 0);
    // But for what was found to repeat since, they are what they were made of just now.
    let others = "select count(*) from versions where reason = 'recleaned' and article_id not in
                  (select article_id from removals where kind = 'template')";
    assert_eq!(newsroom.count(others), 0);
    assert!(newsroom.desk.ok(&["reclean"]).contains("0  changed"));
    let checked = newsroom.desk.run(&["db", "check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}

#[test]
fn a_source_tells_what_is_taken_out_of_its_articles_by_kind_and_rule() {
    let newsroom = Newsroom::following();
    newsroom.run(&["fetch"]);
    let busiest = "select source_id as id, count(*) as n from removals
                   join entries using (article_id) where source_id is not null
                   group by source_id order by n desc, id limit 1";
    let busiest = &newsroom.sql(busiest)[0];
    let id = busiest["id"].to_string();
    let shown = newsroom.desk.ok(&["sources", "show", &id]);
    let value = newsroom.desk.json(&["sources", "show", &id, "--format", "json"]);
    let rules = value["removals"].as_array().unwrap();
    let removals: i64 = rules.iter().map(|rule| rule["removals"].as_i64().unwrap()).sum();
    assert_eq!(removals, busiest["n"].as_i64().unwrap());
    for rule in rules {
        let line = shown.lines().find(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words.starts_with(&[rule["kind"].as_str().unwrap(), rule["rule"].as_str().unwrap()])
        });
        assert!(line.is_some(), "{rule} in\n{shown}");
        assert!(rule["articles"].as_i64() <= rule["removals"].as_i64());
        assert!(!rule["example"].as_str().unwrap().is_empty());
    }
    let refused = newsroom.desk.refused(&["sources", "show", "99"]);
    assert!(refused.contains("99"), "{refused}");
}

#[cfg(unix)]
#[test]
fn the_sum_over_outcomes_in_metrics_is_the_number_of_attempts() {
    let newsroom = Newsroom::following();
    let daemon = Running::start(&newsroom);
    let expected = i64::try_from(demo::expected().len()).unwrap();
    let pending = "select count(*) from entries where state = 'pending' and attempts = 0";
    wait_until("all articles", || {
        newsroom.count("select count(*) from articles") >= expected && newsroom.count(pending) == 0
    });
    let attempts = newsroom.count("select count(*) from fetches");
    let sum = || -> i64 {
        let metrics = daemon.get("/metrics");
        let counted = |line: &&str| {
            line.starts_with("tearsheet_polls_total{")
                || line.starts_with("tearsheet_visits_total{")
        };
        let values = metrics.lines().filter(counted).map(|line| line.rsplit(' ').next().unwrap());
        values.map(|value| value.trim().parse::<i64>().unwrap()).sum()
    };
    // The row is committed a moment before it is counted.
    wait_until("all counts", || sum() >= attempts);
    assert_eq!(sum(), attempts);
    assert_eq!(daemon.terminate(), 0);
}

#[test]
fn the_demo_shows_its_work_and_leaves_a_database_behind() {
    let desk = Desk::new();
    let shown = desk.ok(&["demo"]);
    for part in ["photo_credit", "comment_prompt", "not_found", "consent_wall", "revised"] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    let articles =
        desk.json(&["--db", "tearsheet-demo.db", "list", "--duplicates", "--format", "json"]);
    assert_eq!(articles.as_array().unwrap().len(), demo::expected().len());
    // Once more: its own file is replaced, a stranger's is not.
    desk.ok(&["demo"]);
    desk.write("mine.db", "precious");
    let refused = desk.refused(&["--db", "mine.db", "demo"]);
    assert!(refused.contains("mine.db"), "{refused}");
    assert_eq!(desk.read("mine.db"), "precious");
    std::fs::remove_file(desk.path("tearsheet-demo.db")).unwrap();
    desk.write("tearsheet-demo.db", "my notes on the demo");
    desk.refused(&["demo"]);
    assert_eq!(desk.read("tearsheet-demo.db"), "my notes on the demo");
}
