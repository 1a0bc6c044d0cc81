//! Nothing that was stored is lost when the program is killed at any moment.
//!
//! A dozen kills per command in every run; `TEARSHEET_KILLS=200 cargo test kill` for more.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::desk::{Desk, Ran};
use crate::support::wait_until;

/// Kills per command.
fn kills() -> u64 {
    std::env::var("TEARSHEET_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(12)
}

/// Starts a command and kills it after a while that differs each time; gives whether it had ended
/// by itself before.
fn kill(desk: &Desk, args: &[&str], round: u64, within: Duration) -> bool {
    let mut command = desk.command(args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    // Spread over the whole run, the same way every time.
    let share = round.wrapping_mul(2_654_435_761) % 1000;
    let until = std::time::Instant::now() + within * u32::try_from(share).unwrap() / 1000;
    while std::time::Instant::now() < until {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        // The processor belongs to the child.
        std::thread::park_timeout(Duration::from_millis(1));
    }
    let _ = child.kill();
    child.wait().unwrap().success()
}

/// Whether the file is whole, and how many articles it holds.
fn articles(desk: &Desk) -> i64 {
    rows(desk, "articles")
}

/// Whether the file is whole, and how many rows a table has.
fn rows(desk: &Desk, table: &str) -> i64 {
    if !desk.path("tearsheet.db").exists() {
        return 0;
    }
    // A kill while the file was made may have left it between two schemas.
    desk.ok(&["db", "migrate"]);
    let checked = desk.run(&["db", "check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    let question = format!("select count(*) as n from {table}");
    let counted = desk.json(&["sql", "--format", "json", &question]);
    counted[0]["n"].as_i64().unwrap()
}

fn write_pages(folder: &Path, count: usize) {
    std::fs::create_dir_all(folder).unwrap();
    for number in 0..count {
        let mut body = String::new();
        for place in 0..12 {
            let _ = write!(
                body,
                "<p>In the matter of case {number} the council heard witness {place} for {} minutes, \
                 and wrote down what was said about the harbour, the bridge and the mill.</p>",
                number * 13 + place * 7
            );
        }
        let html = format!(
            "<html><head><title>Case {number}</title>\
             <link rel=canonical href='https://a.example/2026/case-{number}.html'></head>\
             <body><article><h1>Case {number}</h1>{body}</article></body></html>"
        );
        std::fs::write(folder.join(format!("{number}.html")), html).unwrap();
    }
}

#[test]
fn a_kill_while_pages_are_stored_loses_nothing_and_stores_nothing_twice() {
    let desk = Desk::new();
    let pages = 400;
    write_pages(&desk.path("pages"), pages);
    let mut stored = 0;
    let mut ended = false;
    for round in 0..kills() {
        if ended {
            // Begins anew, so that every kill meets work.
            std::fs::remove_file(desk.path("tearsheet.db")).unwrap();
            stored = 0;
        }
        ended = kill(&desk, &["extract", "pages", "--store"], round, Duration::from_millis(1500));
        let now = articles(&desk);
        assert!(now >= stored, "{now} articles where there were {stored}");
        stored = now;
    }
    desk.run(&["extract", "pages", "--store"]);
    assert_eq!(articles(&desk), i64::try_from(pages).unwrap());
    let entries = desk.json(&["sql", "--format", "json", "select count(*) as n from entries"]);
    assert_eq!(entries[0]["n"], pages);
}

#[test]
fn a_kill_while_the_file_is_migrated_pruned_or_copied_leaves_it_whole() {
    let desk = Desk::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schemas/1.db");
    for round in 0..kills() {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(desk.path(&format!("tearsheet.db{suffix}")));
        }
        std::fs::copy(&fixture, desk.path("tearsheet.db")).unwrap();
        kill(&desk, &["db", "migrate"], round, Duration::from_millis(120));
        desk.ok(&["db", "migrate"]);
        let prune = ["db", "prune", "--pages", "2030-01-01", "--revisions", "1", "--vacuum"];
        kill(&desk, &prune, round + 7, Duration::from_millis(120));
        assert_eq!(articles(&desk), 6);
        let copy = format!("copy-{round}.db");
        if !kill(&desk, &["db", "backup", &copy], round + 13, Duration::from_millis(80)) {
            // Whole or not there.
            let there = desk.path(&copy).exists();
            assert!(!there || desk.run(&["--db", &copy, "db", "check"]).code == 0);
        }
        kill(&desk, &["export", "--output", "all.jsonl"], round + 3, Duration::from_millis(80));
        let whole = !desk.path("all.jsonl").exists() || desk.read("all.jsonl").lines().count() == 5;
        assert!(whole, "half an export");
    }
}

/// SIGTERM and SIGINT can be heard, and what was begun is cleared away.
#[cfg(unix)]
#[test]
fn whoever_is_told_to_stop_leaves_no_part_of_a_file_behind() {
    let desk = Desk::new();
    write_pages(&desk.path("pages"), 8);
    desk.run(&["extract", "pages", "--store"]);
    // Long enough that no command is done as soon as it has begun.
    desk.write_to_database(
        "update articles set text = replace(hex(zeroblob(200000)), '00', 'storm ')",
    );
    let out = desk.path("out");
    let has_begun = || std::fs::read_dir(&out).unwrap().next().is_some();
    let mut stopped = 0;
    for args in [
        &["export", "--output", "out/all.jsonl"][..],
        &["export", "--format", "markdown", "--output", "out"],
        &["db", "backup", "out/copy.db"],
    ] {
        for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
            std::fs::create_dir(&out).unwrap();
            let mut command = desk.command(args);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let mut is_over = false;
            wait_until("a file, or the end", || {
                is_over = child.try_wait().unwrap().is_some();
                is_over || has_begun()
            });
            // Whoever has ended meanwhile, and was not waited for, has its number still.
            if !is_over {
                let pid = child.id().to_string();
                assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
            }
            let ran = Ran::of(child.wait_with_output().unwrap());
            assert!([0, code].contains(&ran.code), "{args:?}: {} {}", ran.code, ran.stderr);
            if ran.code == code {
                stopped += 1;
                assert!(ran.stderr.contains("files under way were removed"), "{}", ran.stderr);
            }
            let mut open = vec![out.clone()];
            while let Some(folder) = open.pop() {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    let name = path.file_name().unwrap().to_string_lossy();
                    assert!(!name.starts_with('.') && !name.contains(".part"), "{args:?}: {name}");
                    if path.is_dir() {
                        open.push(path);
                    }
                }
            }
            std::fs::remove_dir_all(&out).unwrap();
        }
    }
    assert!(stopped > 0, "no signal met a command at work");
}

#[test]
fn a_kill_while_articles_are_made_again_loses_nothing_and_does_nothing_twice() {
    let desk = Desk::new();
    let pages = 24;
    write_pages(&desk.path("pages"), pages);
    desk.run(&["extract", "pages", "--store"]);
    // As if other rules had made them: every text has a line more, and none is counted.
    desk.write_to_database(
        "update articles set text = text || char(10) || char(10) || 'Sign up!', markdown_kept = 'x';
         delete from article_blocks;",
    );
    let all = "select url, text, markdown, revision from articles order by url";
    let before = desk.json(&["sql", "--format", "json", all]);
    let recleaned = "select count(*) as n from articles join versions
                         on versions.article_id = id and versions.revision = articles.revision
                     where reason = 'recleaned' and instr(articles.text, 'Sign up!') = 0";
    // Each of them makes every page again, up to four times.
    for round in 0..kills().div_ceil(4) {
        kill(&desk, &["reclean"], round, Duration::from_millis(2500));
        assert_eq!(articles(&desk), i64::try_from(pages).unwrap());
        desk.ok(&["reclean"]);
        assert_eq!(desk.json(&["sql", "--format", "json", recleaned])[0]["n"], pages);
        assert_eq!(articles(&desk), i64::try_from(pages).unwrap());
        kill(&desk, &["reclean", "--undo"], round + 5, Duration::from_millis(200));
        assert_eq!(articles(&desk), i64::try_from(pages).unwrap());
        desk.ok(&["reclean", "--undo"]);
        assert_eq!(desk.json(&["sql", "--format", "json", all]), before);
    }
}

#[test]
fn a_kill_while_sources_come_and_go_loses_none_that_stay() {
    let desk = Desk::new();
    let sources = 1500;
    let list = (0..sources).fold(String::new(), |mut list, number| {
        let _ = writeln!(list, "https://a.example/section/{number}/feed.xml");
        list
    });
    desk.write("urls.txt", &list);
    let removed: Vec<String> = (1..=40).map(|id| id.to_string()).collect();
    let mut remove = vec!["sources", "remove"];
    remove.extend(removed.iter().map(String::as_str));
    let mut before = 0;
    for round in 0..kills() {
        let ended = kill(&desk, &["import", "urls.txt"], round, Duration::from_millis(400));
        let now = rows(&desk, "sources");
        assert!(now >= before, "{now} sources where there were {before}");
        before = now;
        if !ended {
            continue;
        }
        assert_eq!(now, sources);
        kill(&desk, &remove, round + 5, Duration::from_millis(150));
        assert!(rows(&desk, "sources") >= sources - 40);
        std::fs::remove_file(desk.path("tearsheet.db")).unwrap();
        before = 0;
    }
    desk.run(&["import", "urls.txt"]);
    assert_eq!(rows(&desk, "sources"), sources);
}
