//! What a person sees at the command line: output, messages, exit codes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use tearsheet::article::{Article, Content, Image, Kind, Metadata, Removal};
use tearsheet::outcome::Outcome;
use tearsheet::rule::Rule;
use tearsheet::store::{
    ArticleRecord, Attempt, FetchedArticle, PageRecord, Store, VisitEnd, VisitRecord,
};
use tearsheet::time::Timestamp;

use crate::support::desk::Desk;
use crate::support::desk::Ran;

/// Stores articles with these titles and texts, as a visit does.
fn store_articles(path: &Path, articles: &[(&str, &str)]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(path).await.unwrap();
        let now = Timestamp::parse("2026-11-23T10:00:00Z").unwrap();
        for (number, (title, text)) in articles.iter().enumerate() {
            let url: url::Url = format!("https://a.example/{number}").parse().unwrap();
            let entry = store.add_entry(&url, now).await.unwrap();
            let end = VisitEnd::Article(Box::new(fetched(&url, title, text, now)));
            let attempt = attempt(&url, now);
            let (fingerprint, host) = (entry.fingerprint, entry.host);
            let entry = entry.id;
            let visit = VisitRecord { entry, fingerprint, host, source: None, attempt, end };
            store.record_visit(visit).await.unwrap();
        }
        store.close().await;
    });
}

fn attempt(url: &url::Url, now: Timestamp) -> Attempt {
    Attempt {
        url: url.to_string(),
        started_at: now,
        duration: std::time::Duration::from_millis(80),
        status: Some(200),
        bytes: 1000,
        outcome: Outcome::Stored,
        failure: None,
        warnings: Vec::new(),
        host_waits: Vec::new(),
    }
}

fn fetched(url: &url::Url, title: &str, text: &str, now: Timestamp) -> FetchedArticle {
    let article = Article {
        metadata: Metadata {
            title: Some(title.to_owned()),
            authors: vec!["Ada".to_owned(), "Bo".to_owned()],
            site_name: Some("The Example".to_owned()),
            language: Some("en-gb".to_owned()),
            ..Metadata::default()
        },
        text: text.to_owned(),
        markdown: text.to_owned(),
        word_count: text.split_whitespace().count(),
        images: vec![Image {
            url: "https://a.example/p.jpg".to_owned(),
            credit: Some("Photo: Cy".to_owned()),
            ..Image::default()
        }],
        removals: vec![Removal {
            position: 1,
            kind: Kind::CommentPrompt,
            rule: Rule::PlaceCommentForm,
            text: "Please enter your comment!".to_owned(),
        }],
        confidence: 0.9,
        ..Article::default()
    };
    let html = b"<p>page".to_vec();
    let content_type = Some("text/html".to_owned());
    let page =
        PageRecord { url: url.to_string(), status: 200, content_type, html, validators: None };
    let record = ArticleRecord {
        article,
        url: url.to_string(),
        content: Content::Page,
        paywalled: false,
        first_seen_at: now,
        fetched_at: now,
    };
    FetchedArticle { record, page, recheck_at: None }
}

/// Text long enough not to be taken for an emptied page.
fn story(words: &str) -> String {
    format!("{words}{}", " The river rose through the night and the bridge was closed.".repeat(12))
}

#[test]
fn help_goes_to_stdout_and_usage_errors_exit_with_2() {
    let desk = Desk::new();
    assert!(desk.ok(&["--help"]).contains("Exit codes"));
    assert!(desk.ok(&["--version"]).starts_with("tearsheet "));
    assert!(desk.refused(&["list", "--since", "yesterday"]).contains("7d"));
    assert!(desk.refused(&["list", "--limit", "99999999999999999999"]).contains("between 1 and"));
    assert!(desk.refused(&["list", "--set", "=1"]).contains("KEY=VALUE"));
    assert!(desk.refused(&["lst"]).contains("'list'"));
    assert_eq!(desk.run(&[]).code, 2);
    assert_eq!(desk.run(&["-q", "-v", "list"]).code, 2);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let desk = Desk::new();
    for args in [&["completions", "bash"][..], &["man"], &["config", "dump"], &["--help"]] {
        let mut command = desk.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn an_answer_without_an_end_is_printed_until_the_reader_has_enough() {
    let desk = Desk::new();
    desk.ok(&["add", "--kind", "feed", "https://a.example/"]);
    let endless = "with recursive c(x) as (select 1 union all select x+1 from c) select x from c";
    for (format, first) in [("text", "   X"), ("json", "["), ("jsonl", "{\"x\":1}"), ("csv", "x")] {
        let mut command = desk.command(&["sql", "--format", format, endless]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!((line.trim_end().trim_start(), ran.code), (first.trim_start(), 0), "{format}");
        assert_eq!(ran.stderr, "", "{format}");
    }
    let many = "with recursive c(x) as (select 1 union all select x+1 from c where x < 600)
                select x, printf('%*s', x, 'é') as y from c";
    assert_eq!(desk.json(&["sql", "--format", "json", many]).as_array().unwrap().len(), 600);
    let text = desk.ok(&["sql", many]);
    assert_eq!(text.lines().count(), 601);
    assert!(text.lines().all(|line| line.ends_with(['é', 'Y'])));
    assert_eq!(desk.ok(&["sql", "--format", "json", "select 1 where 0"]), "[]\n");
    assert_eq!(desk.ok(&["sql", "--format", "csv", "select 1 as a where 0"]), "a\n");
}

/// The beginning of a statement may be one itself, which asks something else.
#[test]
fn a_statement_that_is_too_long_is_refused_and_not_cut_off() {
    let desk = Desk::new();
    desk.ok(&["add", "--kind", "feed", "https://a.example/"]);
    desk.write("long.sql", &format!("select 1 /*{}*/ union select 2", "x".repeat(1_000_000)));
    let long = std::fs::File::open(desk.path("long.sql")).unwrap();
    let ran = Ran::of(desk.command(&["sql", "-"]).stdin(long).output().unwrap());
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("more than 1000000 bytes"), "{}", ran.stderr);
}

#[test]
fn a_closed_stderr_is_no_reason_to_crash() {
    let desk = Desk::new();
    desk.write("list.txt", "https://a.example/f\nftp://b.example/\n");
    desk.write("prompt.txt", "Please enter your comment!\n");
    for (args, code) in [
        (&["import", "list.txt"][..], 1),
        (&["add", "--kind", "feed", "ftp://a.example/", "https://c.example/"], 1),
        (&["sources", "pause", "99", "1"], 1),
        (&["-vvv", "--db", "new.db", "add", "--kind", "feed", "https://a.example/f"], 0),
        (&["clean", "prompt.txt"], 0),
        (&["show", "7"], 2),
        (&["fetch", "--nonsense"], 2),
    ] {
        let mut command = desk.command(args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{args:?}");
    }
}

#[test]
fn packagers_get_completions_and_a_page_for_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(desk.ok(&["completions", shell]).contains("export-opml"), "{shell}");
    }
    assert!(desk.ok(&["man"]).contains(".TH tearsheet"));
    desk.ok(&["man", "--dir", "man1"]);
    assert!(desk.read("man1/tearsheet-db-backup.1").contains("backup"));
}

#[test]
fn a_broken_configuration_stops_every_command_and_is_said_once() {
    let desk = Desk::new();
    desk.write("tearsheet.toml", "[fetch]\ntimout = '5s'\nrobots = 'yes'\n");
    for args in [&["list"][..], &["config", "check"], &["add", "https://a.example/f"]] {
        assert_eq!(
            desk.refused(args),
            "tearsheet: the configuration has 2 problems\n  \
             tearsheet.toml:2: unknown key `fetch.timout`; did you mean `fetch.timeout`?\n  \
             tearsheet.toml:3: fetch.robots: must be true or false, not \"yes\"\n  \
             hint  `tearsheet --config /dev/null config dump` shows every key and its default\n"
        );
    }
    desk.ok(&["--config", "/dev/null", "config", "check"]);
}

#[test]
fn a_configuration_file_that_is_not_there_has_no_lines() {
    let said = Desk::new().refused(&["--config", "none.toml", "list"]);
    assert!(said.contains("\n  none.toml: cannot be read: "), "{said}");
    assert!(said.contains("hint  --config FILE"), "{said}");
}

#[test]
fn the_configuration_is_found_where_it_is_documented_to_be() {
    let desk = Desk::new();
    assert_eq!(desk.ok(&["config", "check"]), "no configuration file; defaults are in force\n");
    let mut command = desk.command(&["config", "check", "--set", "fetch.timeout=20s"]);
    let ran = Ran::of(command.env("TEARSHEET_EXTRACT__THREADS", "2").output().unwrap());
    assert_eq!(
        ran.stdout,
        "no configuration file; defaults are in force, but for fetch.timeout (--set), \
         extract.threads (environment TEARSHEET_EXTRACT__THREADS)\n"
    );
    std::fs::create_dir_all(desk.path(".config/tearsheet")).unwrap();
    desk.write(".config/tearsheet/tearsheet.toml", "[fetch]\ncontact = 'home'\n");
    assert!(desk.ok(&["config", "dump"]).contains("contact = \"home\""));
    desk.write("tearsheet.toml", "[fetch]\ncontact = 'here'\n");
    assert!(desk.ok(&["config", "dump"]).contains("contact = \"here\"  # tearsheet.toml:2"));
    assert!(desk.ok(&["config", "check"]).contains("tearsheet.toml is good"));
}

#[test]
fn questions_to_a_database_that_is_not_there_make_none() {
    let desk = Desk::new();
    for args in [
        &["list"][..],
        &["show", "1"],
        &["search", "x"],
        &["sql", "select 1"],
        &["export"],
        &["export-opml"],
        &["status"],
        &["sources"],
        &["sources", "pause", "1"],
        &["db", "check"],
        &["db", "migrate"],
        &["db", "backup", "copy.db"],
    ] {
        let said = desk.refused(&[args, &["--db", "none.db"]].concat());
        assert!(said.starts_with("tearsheet: there is no database at "), "{said}");
        assert!(said.contains("none.db\n  hint  "), "{said}");
        assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn sources_are_followed_paused_moved_and_forgotten() {
    let desk = Desk::new();
    let feed = "https://a.example/feed";
    let added = desk.ok(&["add", "--kind", "feed", feed]);
    assert!(added.starts_with("added  1  feed  https://a.example/feed"), "{added}");
    assert!(desk.ok(&["add", "--kind", "feed", feed]).starts_with("known  1"));

    desk.ok(&["sources", "pause", "1"]);
    assert_eq!(desk.json(&["sources", "--format", "json"])[0]["state"], "paused");
    desk.ok(&["sources", "resume", feed]);
    assert_eq!(desk.json(&["sources", "--format", "json"])[0]["state"], "active");
    desk.ok(&["sources", "move", "1", "https://b.example/new"]);
    assert!(desk.ok(&["sources"]).contains("https://b.example/new"));

    let ran = desk.run(&["sources", "remove", "99", "1"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("there is no source 99\n  hint  "), "{}", ran.stderr);
    assert_eq!(desk.json(&["sources", "--format", "json"]), serde_json::json!([]));

    assert!(desk.refused(&["sources", "pause", "98", "99"]).contains("no source 98\n"));
    assert!(desk.refused(&["add", "daily"]).contains("like https://example.org/feed"));

    let ran = desk.run(&["add", "--kind", "feed", "ftp://a.example/", "https://c.example/"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("added"), "{}", ran.stdout);
    assert!(ran.stderr.contains("only http and https"), "{}", ran.stderr);
}

#[test]
fn a_subscription_list_comes_out_as_it_went_in() {
    let desk = Desk::new();
    desk.write(
        "in.opml",
        "<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><head><title>t</title></head><body>\n\
         <outline text=\"News &amp; more\">\n\
         <outline type=\"rss\" text=\"A\" xmlUrl=\"https://a.example/f?x=1&amp;y=2\" \
         htmlUrl=\"https://a.example/\" odd=\"kept\"/>\n\
         </outline></body></opml>\n",
    );
    assert_eq!(desk.ok(&["import", "in.opml"]), "1 added, 0 known, 0 skipped\n");
    assert_eq!(desk.ok(&["import", "in.opml"]), "0 added, 1 known, 0 skipped\n");

    assert_eq!(desk.ok(&["export-opml", "out.opml"]), "");
    let out = desk.read("out.opml");
    for part in ["News &amp; more", "https://a.example/f?x=1&amp;y=2", "odd=\"kept\""] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    desk.ok(&["import", "out.opml", "--db", "second.db"]);
    assert_eq!(desk.ok(&["export-opml", "--db", "second.db"]), out);

    desk.ok(&["add", "--kind", "page", "https://b.example/local"]);
    desk.ok(&["sources", "pause", "1", "2"]);
    desk.write_to_database("update sources set links_selector = 'main .teaser h2' where id = 2");
    desk.ok(&["export-opml", "out.opml"]);
    desk.ok(&["import", "out.opml", "--db", "third.db"]);
    let told = "select state, links_selector from sources order by id";
    let third = desk.json(&["--db", "third.db", "sql", "--format", "json", told]);
    assert_eq!(third, desk.json(&["sql", "--format", "json", told]));
    assert_eq!(third[1]["state"], "paused");

    desk.write("page.html", "<html>no list at all</html>");
    let said = desk.refused(&["import", "page.html"]);
    assert!(said.contains("cannot read the list") && said.contains("page.html"), "{said}");
}

#[test]
fn a_feed_in_two_folders_stays_in_both() {
    let desk = Desk::new();
    let feed = |name: &str| format!("<outline text='{name}' xmlUrl='feed://{name}.example/f'/>\n");
    desk.write(
        "in.opml",
        &format!(
            "<opml><body><outline text='News'>{}</outline><outline text='Tech'>{}{}</outline>\
             </body></opml>",
            feed("a"),
            feed("a"),
            feed("b")
        ),
    );
    assert_eq!(desk.ok(&["import", "in.opml"]), "2 added, 1 known, 0 skipped\n");
    desk.ok(&["export-opml", "out.opml"]);
    let out = desk.read("out.opml");
    assert_eq!(out.matches("http://a.example/f").count(), 2, "{out}");
    assert_eq!(out.matches("http://b.example/f").count(), 1, "{out}");
    desk.ok(&["import", "out.opml", "--db", "second.db"]);
    assert_eq!(desk.ok(&["export-opml", "--db", "second.db"]).lines().count(), out.lines().count());
}

#[test]
fn what_is_no_list_is_refused_whole() {
    let desk = Desk::new();
    for bytes in [&b"PK\x03\x04\0\0\0\x08 archive\n"[..], b"https://a.example/\xff\xc0\x81\x80\n"] {
        std::fs::write(desk.path("list.bin"), bytes).unwrap();
        let said = desk.refused(&["import", "list.bin"]);
        assert!(said.contains("list.bin is no list") && said.contains("hint"), "{said}");
    }
    desk.write("words.txt", &"word\n".repeat(1000));
    let ran = desk.run(&["import", "words.txt"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, "0 added, 0 known, 1000 skipped\n"));
    assert_eq!(ran.stderr.lines().count(), 21);
    assert!(ran.stderr.ends_with("… and 980 more\n"), "{}", ran.stderr);
}

#[test]
fn one_bad_address_of_a_list_does_not_cost_the_others() {
    let desk = Desk::new();
    desk.write("list.txt", "https://a.example/f The A\nftp://b.example/\nhttps://c.example/f\n");
    let ran = desk.run(&["import", "list.txt"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "2 added, 0 known, 1 skipped\n"));
    assert!(ran.stderr.contains("list.txt:2: skipped ftp://b.example/: "), "{}", ran.stderr);
    assert_eq!(desk.json(&["sources", "--format", "json"])[0]["title"], "The A");
}

#[test]
fn articles_are_listed_shown_searched_and_asked_for_in_sql() {
    let desk = Desk::new();
    let (storm, calm) = (story("A storm is near."), story("A calm day."));
    store_articles(&desk.path("tearsheet.db"), &[("Storm nears", &storm), ("Calm", &calm)]);

    assert!(desk.ok(&["list"]).contains("Storm nears"));
    let one = desk.json(&["list", "--limit", "1", "--lang", "en", "--format", "json"]);
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert!(desk.ok(&["list", "--until", "2000-01-01", "--format", "jsonl"]).is_empty());

    let shown = desk.ok(&["show", "1"]);
    for part in ["Storm nears", "A storm is near", "comment_prompt", "Please enter", "Photo: Cy"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert_eq!(desk.json(&["show", "1", "--format", "json"])["removals"][0]["position"], 1);
    assert!(desk.ok(&["show", "1", "--format", "markdown"]).starts_with("# Storm nears\n"));
    assert!(desk.refused(&["show", "77"]).contains("there is no article 77"));

    assert!(desk.ok(&["search", "storm"]).to_lowercase().contains("[storm]"));
    assert_eq!(desk.ok(&["search", "zeppelin", "--format", "csv"]).lines().count(), 1);

    let sql = "select count(*) n, '=1+1' f from articles";
    assert_eq!(desk.ok(&["sql", sql, "--format", "csv"]), "n,f\n2,'=1+1\n");
    assert_eq!(desk.ok(&["sql", sql, "--format", "jsonl"]), "{\"n\":2,\"f\":\"=1+1\"}\n");
    assert!(desk.ok(&["sql", sql]).ends_with("2  =1+1\n"));
    assert!(desk.refused(&["sql", "selct"]).starts_with("tearsheet: "));
    assert!(desk.refused(&["sql", "delete from articles"]).starts_with("tearsheet: "));
    assert_eq!(desk.json(&["list", "--format", "json"]).as_array().unwrap().len(), 2);

    let ran = desk.run(&["status", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&status["articles"], &status["well"]), (&2.into(), &true.into()));
}

#[test]
fn an_export_holds_everything_and_appears_whole() {
    let desk = Desk::new();
    let (storm, calm) = (story("A storm, \"near\"."), story("A calm day."));
    store_articles(&desk.path("tearsheet.db"), &[("=Storm", &storm), ("Calm", &calm)]);

    let lines = desk.ok(&["export"]);
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["title"], &first["text"]), (&"=Storm".into(), &storm.as_str().into()));
    assert_eq!(first["removals"][0]["kind"], "comment_prompt");
    assert_eq!(desk.ok(&["export", "--after-id", "1"]).lines().count(), 1);

    assert_eq!(desk.ok(&["export", "--format", "csv", "--output", "a.csv"]), "");
    let csv = desk.read("a.csv");
    assert!(csv.starts_with("id,url,title,authors"), "{csv}");
    assert!(csv.contains(",'=Storm,Ada; Bo,"), "{csv}");
    for args in [
        &["export", "--output", "tearsheet.db"][..],
        &["export", "--format", "csv", "--output", "./tearsheet.db"],
        &["export-opml", "tearsheet.db"],
    ] {
        let said = desk.refused(args);
        assert!(said.contains("belongs to the database") && said.contains("hint"), "{said}");
    }
    assert!(desk.ok(&["list"]).contains("Calm"), "it is as it was");
    desk.refused(&["export", "--output", "c.txt", "--cursor", "./c.txt"]);
    let said = desk.refused(&["export", "--output", "no/such/folder/a.csv"]);
    assert!(said.starts_with("tearsheet: cannot write no/such/folder/a.csv"), "{said}");
}

#[test]
fn a_hostile_headline_cannot_command_the_terminal() {
    let desk = Desk::new();
    let text = story("Fine \u{1b}]0;owned\u{7} text.");
    store_articles(&desk.path("tearsheet.db"), &[("Red\u{1b}[31m\u{202e}der", &text)]);
    for args in [&["list"][..], &["show", "1"], &["search", "bridge"], &["export"]] {
        let out = desk.ok(args);
        assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{args:?}\n{out:?}");
    }
}

#[test]
fn the_database_is_checked_copied_and_left_alone() {
    let desk = Desk::new();
    store_articles(&desk.path("tearsheet.db"), &[("Storm", &story("A storm."))]);
    assert!(desk.ok(&["db", "check"]).contains("good"));
    assert!(desk.ok(&["db", "migrate"]).contains("schema version"));
    desk.ok(&["db", "backup", "copy.db"]);
    assert!(desk.ok(&["list", "--db", "copy.db"]).contains("Storm"));
    assert!(desk.refused(&["db", "backup", "copy.db"]).contains("hint"));

    desk.write("notes.db", "Dear diary, this is no database at all.");
    assert!(desk.refused(&["list", "--db", "notes.db"]).contains("notes.db is not a tearsheet"));
    desk.refused(&["fetch", "--db", "notes.db"]);
    assert!(desk.read("notes.db").starts_with("Dear diary"));
    assert!(!desk.path("notes.db.lock").exists());

    for args in [&["list"][..], &["fetch"], &["add", "https://a.example/"]] {
        let said = desk.refused(&[args, &["--db", "."]].concat());
        assert!(said.contains("is a folder, not a file\n  hint  name a file in it: "), "{said}");
    }
    for args in [&["fetch"][..], &["add", "--kind", "feed", "https://a.example/"]] {
        let said = desk.refused(&[args, &["--db", "/proc/x.db"]].concat());
        assert!(said.starts_with("tearsheet: cannot write to /proc: "), "{said}");
    }
}

#[test]
fn a_feed_is_no_page_to_extract() {
    let desk = Desk::new();
    let entry = "<entry><title>Storm</title><summary>Rain fell on the town.</summary></entry>";
    desk.write("self.atom", &format!("<?xml version='1.0'?>\n<feed>{}</feed>", entry.repeat(9)));
    let ran = desk.run(&["extract", "self.atom"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert!(ran.stderr.contains("not_html"), "{}", ran.stderr);
}

#[test]
fn what_is_no_page_is_not_explained_either() {
    let desk = Desk::new();
    desk.write(
        "feed.xml",
        "<?xml version='1.0'?><rss version='2.0'><channel><title>A</title></channel></rss>",
    );
    for more in [&[][..], &["--explain"]] {
        let ran = desk.run(&[&["extract", "feed.xml"], more].concat());
        assert!(ran.code != 0 && ran.stderr.contains("HTML"), "{more:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn what_libraries_find_odd_is_no_news_to_the_user() {
    let desk = Desk::new();
    desk.write("odd.html", "<title>t</title><table>stray<b>text<tr><p>more</table>");
    let ran = desk.run(&["extract", "odd.html"]);
    assert!(!ran.stderr.contains("WARN"), "{}", ran.stderr);
    assert!(!desk.run(&["-v", "extract", "odd.html"]).stderr.contains("foster"));
}

#[test]
fn a_hostile_page_cannot_command_the_terminal() {
    let desk = Desk::new();
    let matters = ["money", "the bridge", "noise", "trees", "the timetable", "the depot"];
    let story = matters.map(|matter| {
        format!(
            "<p>The council met for nine hours, and when it came to {matter}, nobody left the \
             hall before the vote was taken and counted twice, as the rules of the town demand."
        )
    });
    let story = story.concat();
    let page = format!(
        "<title>Tram\u{202e}\u{1b}[31m comes</title><article><h1>Tram\u{202e}\u{1b}[31m comes</h1>{story}"
    );
    desk.write("page.html", &page);
    for format in ["text", "markdown", "json", "jsonl"] {
        let shown = desk.ok(&["extract", "page.html", "--format", format]);
        assert!(shown.contains("nine hours"), "{format}: {shown}");
        assert!(!shown.contains(['\u{202e}', '\u{1b}']), "{format}: {shown:?}");
    }
    let line: serde_json::Value =
        serde_json::from_str(&desk.ok(&["extract", "page.html", "--format", "jsonl"])).unwrap();
    assert!(line["title"].as_str().unwrap().starts_with("Tram"));

    // Nor does a headline or the name of a file do anything.
    desk.write("a\u{1b}[31m.html", &page.replace("comes", "&lt;img src=x onerror=alert(1)>"));
    let shown = desk.ok(&["extract", "page.html", "a\u{1b}[31m.html", "--format", "markdown"]);
    assert!(shown.contains("==> a[31m.html <==\n\n# Tram\\[31m \\<img"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

/// `/dev/full` takes no byte.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_with_what_to_do() {
    let desk = Desk::new();
    store_articles(&desk.path("tearsheet.db"), &[("Storm", "It rained.")]);
    for format in ["jsonl", "csv", "warc"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = desk.command(&["export", "--format", format]);
        let ran = Ran::of(command.stdout(full).output().unwrap());
        assert_eq!(ran.code, 2, "{format}: {}", ran.stderr);
        assert!(ran.stderr.contains("No space left"), "{format}: {}", ran.stderr);
        assert!(ran.stderr.contains("make room"), "{format}: {}", ran.stderr);
        assert!(!ran.stderr.contains("half written"), "{format}: {}", ran.stderr);
    }
}

/// Devices and pipes are written to, and stay what they are.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_not_replaced_by_one() {
    use std::os::unix::fs::FileTypeExt;

    let desk = Desk::new();
    store_articles(&desk.path("tearsheet.db"), &[("Storm", "It rained.")]);
    // A link in a folder of our own: even a root that went about it wrongly would replace no device.
    std::os::unix::fs::symlink("/dev/full", desk.path("full")).unwrap();
    let formats: &[&str] =
        if cfg!(feature = "parquet") { &["jsonl", "parquet"] } else { &["jsonl"] };
    for format in formats {
        let said = desk.refused(&["export", "--format", format, "--output", "full"]);
        assert!(said.starts_with("tearsheet: cannot write full: No space left"), "{said}");
    }
    let said = desk.refused(&["export", "--output", "full"]);
    assert!(said.contains("make room") && !said.contains("half written"), "{said}");
    assert!(desk.path("full").is_symlink());

    let made = std::process::Command::new("mkfifo").arg(desk.path("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let pipe = desk.path("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    desk.ok(&["export", "--output", "pipe"]);
    assert!(reader.join().unwrap().contains("It rained."));
    assert!(desk.path("pipe").metadata().unwrap().file_type().is_fifo());
    let said = desk.refused(&["export", "--output", "."]);
    assert!(said.contains(". is a folder, not a file\n  hint  "), "{said}");
    // Nobody writes to it: opening it would wait for ever.
    let said = desk.refused(&["status", "--db", "pipe"]);
    assert!(said.contains("is not a tearsheet database"), "{said}");
}

/// `ulimit -f` ends a program without a word, unless it asks to be told.
#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_said_as_a_full_disk_is() {
    let desk = Desk::new();
    store_articles(&desk.path("tearsheet.db"), &[("Storm", &"It rained. ".repeat(400))]);
    let tearsheet = desk.command(&[]);
    let mut limited = std::process::Command::new("sh");
    limited.current_dir(desk.path("."));
    limited.envs(tearsheet.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let script = "ulimit -f 1; exec \"$0\" export --output articles.jsonl";
    let ran = Ran::of(limited.args(["-c", script]).arg(tearsheet.get_program()).output().unwrap());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("make room"), "{}", ran.stderr);
    assert!(!desk.path("articles.jsonl").exists());
}

#[test]
fn articles_come_out_in_every_form_and_only_the_new_ones_with_a_cursor() {
    let desk = Desk::new();
    store_articles(&desk.path("tearsheet.db"), &[("Storm: a \"big\" one", "It rained.")]);
    let path = desk.ok(&["export", "--format", "markdown", "--output", "notes"]);
    assert_eq!(path, "");
    let mut open = vec![desk.path("notes")];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    assert_eq!(files.len(), 1);
    assert!(files[0].to_string_lossy().ends_with("-storm-a-big-one-1.md"), "{files:?}");
    let note = std::fs::read_to_string(&files[0]).unwrap();
    assert!(note.starts_with("---\ntitle: \"Storm: a \\\"big\\\" one\"\nurl: "), "{note}");

    let dolma: serde_json::Value = serde_json::from_str(&desk.ok(&["export", "--dolma"])).unwrap();
    assert_eq!((&dolma["id"], &dolma["text"]), (&"1".into(), &"It rained.".into()));
    assert_eq!(dolma["attributes"]["tearsheet__comment_prompt"][0][0], 10);
    assert!(desk.refused(&["export", "--dolma", "--format", "csv"]).contains("JSON Lines"));
    assert!(desk.refused(&["export", "--format", "markdown"]).contains("--output"));

    desk.ok(&["export", "--format", "warc", "--output", "pages.warc.gz"]);
    let again = desk.run(&["extract", "pages.warc.gz", "--format", "jsonl"]);
    assert!(again.stdout.contains("\"id\":\"https://a.example/"), "{}", again.stdout);

    let first = desk.ok(&["export", "--cursor", "seen", "--output", "a.jsonl"]);
    assert_eq!((first.as_str(), desk.read("seen").as_str()), ("", "1\n"));
    assert_eq!(desk.ok(&["export", "--cursor", "seen"]), "");
    assert_eq!(desk.ok(&["export", "--since-id", "1"]), "");
    desk.write("seen", "many");
    assert!(desk.refused(&["export", "--cursor", "seen"]).contains("no number"));
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_back_with_its_types() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    let desk = Desk::new();
    store_articles(&desk.path("tearsheet.db"), &[("Storm", "It rained."), ("Tram", "It ran.")]);
    desk.ok(&["export", "--format", "parquet", "--output", "all.parquet"]);
    let file = std::fs::File::open(desk.path("all.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    let kinds: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| format!("{} {:?}", column.path().string(), column.logical_type_ref()))
        .collect();
    let kinds = kinds.join("\n");
    for wanted in [
        "published_at Some(Timestamp",
        "text Some(String)",
        "authors.list.item",
        "sources.list.item.id",
    ] {
        assert!(kinds.contains(wanted), "{wanted} in\n{kinds}");
    }
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[1].get_long(0).unwrap(), rows[1].get_string(2).unwrap().as_str()),
        (2, "Tram")
    );
}

#[test]
fn an_address_is_given_to_one_page_only() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("pages")).unwrap();
    for name in ["a.html", "b.html", "pages/c.html", "crawl.warc.gz"] {
        desk.write(name, "<title>Storm</title><p>Not much of a page.");
    }
    for inputs in [&["a.html", "b.html"][..], &["pages"], &["crawl.warc.gz"]] {
        for more in [&[][..], &["--store"]] {
            let args = [&["extract", "--url", "https://a.example/storm"], inputs, more].concat();
            let said = desk.refused(&args);
            assert!(said.contains("--url") && said.contains("--manifest"), "{args:?}: {said}");
        }
    }
    let own = ["extract", "https://a.example/storm", "--url", "https://b.example/storm"];
    assert!(desk.refused(&own).contains("--url"));
    assert!(!desk.path("tearsheet.db").exists());
}

#[test]
fn the_exit_code_says_whether_all_of_the_pages_gave_an_article() {
    let desk = Desk::new();
    let page = |paragraphs: usize| {
        let body: String = (0..paragraphs).fold(String::new(), |body, number| {
            body + &format!("<p>In paragraph {number} the council said that two roofs were lost in the storm of that night, and that nobody was hurt.</p>")
        });
        format!(
            "<title>Storm</title><link rel=canonical href='https://a.example/storm'><article><h1>Storm</h1>{body}</article>"
        )
    };
    desk.write("good.html", &page(12));
    desk.write("empty.html", "<title>App</title><div id=root></div>");
    desk.write("half.html", &page(4));
    let file = std::fs::File::options().write(true).open(desk.path("half.html")).unwrap();
    let written = file.metadata().unwrap().modified().unwrap();
    file.set_modified(written + std::time::Duration::from_hours(1)).unwrap();
    let cases = [
        (&["good.html"][..], 0),
        (&["good.html", "empty.html"], 1),
        (&["good.html", "none.html"], 1),
        (&["empty.html"], 1),
        (&["none.html"], 1),
        (&["empty.html", "none.html"], 1),
    ];
    for (number, (pages, code)) in cases.into_iter().enumerate() {
        // What was found to hold no article is passed over by the next run into the same file.
        let db = format!("{number}.db");
        for more in [&[][..], &["--format", "jsonl"], &["--store", "--db", &db]] {
            let ran = desk.run(&[&["extract"], pages, more].concat());
            assert_eq!(ran.code, code, "{pages:?} {more:?}\n{}{}", ran.stdout, ran.stderr);
        }
    }
    desk.ok(&["extract", "--store", "good.html"]);
    let worse = desk.run(&["extract", "--store", "half.html"]);
    assert_eq!(worse.code, 1, "{}{}", worse.stdout, worse.stderr);
    assert!(worse.stdout.contains("1  worse: what is stored stays\n"), "{}", worse.stdout);
    assert!(worse.stderr.contains("half.html: ") && worse.stderr.contains("(worse)"));
    assert_eq!(worse.stdout.lines().count(), 1, "{}", worse.stdout);

    desk.write("bad.jsonl", "not json\n{}\n");
    assert_eq!(desk.run(&["clean", "--jsonl", "bad.jsonl"]).code, 1);
}

#[test]
fn saved_pages_are_stored_once_and_an_edit_is_shown_word_by_word() {
    let desk = Desk::new();
    let page = |words: &str| {
        let body: String = (0..9).fold(String::new(), |body, number| {
            body + &format!("<p>In paragraph {number} the council said that {words} roofs were lost in the storm of that night, and that nobody was hurt.</p>")
        });
        format!(
            "<html><head><title>Storm</title><link rel=canonical href='https://a.example/storm.html'></head><body><article><h1>Storm</h1>{body}</article></body></html>"
        )
    };
    let write = |words: &str, at: u64| {
        desk.write("page.html", &page(words));
        let file = std::fs::File::options().write(true).open(desk.path("page.html")).unwrap();
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_428_000 + at);
        file.set_modified(at).unwrap();
    };
    write("two", 0);
    let store = ["extract", "page.html", "--store", "--url", "https://a.example/storm.html"];
    assert!(desk.ok(&store).contains("1  stored\n"));
    assert!(desk.ok(&store).contains("1  stored before"));
    write("three", 100);
    assert!(desk.ok(&store).contains("1  revised"));
    let shown = desk.ok(&["show", "1", "--diff"]);
    assert!(shown.contains("[-two-]{+three+} roofs were lost"), "{shown}");
    assert!(desk.refused(&["show", "1", "--diff", "1"]).contains("is its first"));
    let lines = desk.ok(&["export", "--revisions"]);
    assert!(lines.contains("\"reason\":\"published\"") && lines.contains("\"reason\":\"edited\""));
    assert!(!desk.ok(&["export"]).contains("\"reason\""));
    let nothing = desk.run(&["extract", "missing.html", "--store"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.stderr.contains("missing.html"), "{}", nothing.stderr);
}

/// A crawler keeps answers as they came, or takes the coding off and leaves the head as it was.
#[test]
fn pages_of_an_archive_are_unpacked_whatever_their_coding_and_stored_in_their_order() {
    use std::io::Write;

    let desk = Desk::new();
    let mut archive = Vec::new();
    for (number, paragraphs) in [40, 4, 30, 5, 20, 6].into_iter().enumerate() {
        let body: String = (0..paragraphs).fold(String::new(), |body, part| {
            body + &format!("<p>In paragraph {part} of story {number} the council said that two roofs were lost in that night, and that nobody was hurt.</p>")
        });
        let page = format!(
            "<title>Story {number}</title><article><h1>Story {number}</h1>{body}</article>"
        );
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(page.as_bytes()).unwrap();
        let body = if number == 1 { page.into_bytes() } else { packed.finish().unwrap() };
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: deflate\r\n\r\n";
        let length = head.len() + body.len();
        let record = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\n\
             WARC-Date: 2026-11-23T10:00:00Z\r\nContent-Type: application/http\r\n\
             Content-Length: {length}\r\n\r\n{head}"
        );
        archive.extend([record.as_bytes(), &body, b"\r\n\r\n"].concat());
    }
    std::fs::write(desk.path("crawl.warc"), archive).unwrap();
    desk.ok(&["extract", "crawl.warc", "--store"]);
    let stored = desk.ok(&["sql", "--format", "csv", "select url from articles order by id"]);
    let expected: String = (0..6)
        .fold("url\n".to_owned(), |all, number| all + &format!("https://a.example/{number}\n"));
    assert_eq!(stored, expected);
}

#[test]
fn answers_of_an_archive_end_as_they_would_have_for_the_fetcher() {
    let desk = Desk::new();
    let statuses = [(204, "empty"), (206, "protocol"), (408, "protocol"), (404, "not_found")];
    let records = statuses.map(|(status, _)| {
        let answer = format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: text/html\r\n\r\n<article><h1>Roofs</h1><p>{}</p></article>",
            "In that night two roofs were lost, and nobody was hurt. ".repeat(20)
        );
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{status}\r\n\
             WARC-Date: 2026-11-23T10:00:00Z\r\nContent-Type: application/http\r\n\
             Content-Length: {}\r\n\r\n{answer}\r\n\r\n",
            answer.len()
        )
    });
    std::fs::write(desk.path("crawl.warc"), records.concat()).unwrap();
    let ran = desk.run(&["extract", "crawl.warc", "--store"]);
    assert_eq!(ran.stderr.lines().count(), statuses.len(), "{}", ran.stderr);
    for (status, outcome) in statuses {
        let told = |line: &str| line.contains(&format!("/{status}")) && line.contains(outcome);
        assert!(ran.stderr.lines().any(told), "{status} is {outcome}: {}", ran.stderr);
    }
}
