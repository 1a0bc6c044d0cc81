//! The database when something else goes wrong: logs that are lost, readers that stay, full disks.

use std::path::Path;
use std::process::Command;

use sqlx::{ConnectOptions, Connection, Row};
use tearsheet::store::{Store, StoreError};

use crate::support::archive::{Archive, moment};
use crate::support::desk::{Desk, Ran};

fn foreign(path: &Path) -> sqlx::sqlite::SqliteConnectOptions {
    sqlx::sqlite::SqliteConnectOptions::new().filename(path)
}

/// Whoever copies the file and forgets the log beside it has a database of an earlier moment.
#[tokio::test]
async fn a_file_whose_log_is_missing_is_whole_as_of_the_last_checkpoint() {
    let archive = Archive::new().await;
    archive.save("https://a.example/1", 1, "The storm reached the coast.").await;
    let mut tool = foreign(&archive.path()).connect().await.unwrap();
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut tool).await.unwrap();
    archive.save("https://a.example/2", 2, "The council voted for the tram.").await;
    let copy = archive.folder.path().join("copy.db");
    std::fs::copy(archive.path(), &copy).unwrap();

    let copy = Store::open(&copy).await.unwrap();
    assert_eq!(copy.sql("select count(*) from articles").await.unwrap().rows[0][0], 1);
    let report = copy.check(moment(23)).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(archive.one("select count(*) from articles").await, 2);
}

/// As large a log as an hour of writing behind a reader makes, without the hour.
#[tokio::test]
async fn a_reader_that_stays_for_an_hour_is_warned_of_and_its_log_is_cut_back() {
    let archive = Archive::new().await;
    let mut reader = foreign(&archive.path()).read_only(true).connect().await.unwrap();
    let mut tx = reader.begin().await.unwrap();
    let seen = "select count(*) from articles";
    assert_eq!(sqlx::query(seen).fetch_one(&mut *tx).await.unwrap().get::<i64, _>(0), 0);
    archive.save("https://a.example/1", 1, "The storm reached the coast.").await;
    let log = archive.folder.path().join("news.db-wal");
    let file = std::fs::OpenOptions::new().write(true).open(&log).unwrap();
    file.set_len(tearsheet::limits::WAL_BYTES_WARNED + (1 << 20)).unwrap();

    let desk = Desk::new();
    let path = archive.path();
    let status = desk.run(&["--db", path.to_str().unwrap(), "status"]);
    assert_eq!(status.code, 1, "{}", status.stderr);
    assert!(status.stdout.contains("transaction open for long"), "{}", status.stdout);
    // Neither waits for the other meanwhile.
    archive.save("https://a.example/2", 2, "The council voted for the tram.").await;
    assert_eq!(sqlx::query(seen).fetch_one(&mut *tx).await.unwrap().get::<i64, _>(0), 0);

    tx.rollback().await.unwrap();
    reader.close().await.unwrap();
    archive.store.clone().close().await;
    assert!(!log.exists(), "{} bytes of log stayed", log.metadata().unwrap().len());
    assert_eq!(desk.run(&["--db", path.to_str().unwrap(), "status"]).code, 0);
}

#[tokio::test]
#[ignore = "takes the minute that it is about"]
async fn a_lock_that_is_never_let_go_is_said_after_a_minute_and_nothing_is_lost() {
    let archive = Archive::new().await;
    let mut tool = foreign(&archive.path()).connect().await.unwrap();
    let held = tool.begin_with("begin immediate").await.unwrap();
    let desk = Desk::new();
    desk.write("urls.txt", "https://a.example/feed\n");
    let path = archive.path();
    let said = desk.refused(&["--db", path.to_str().unwrap(), "import", "urls.txt"]);
    assert!(said.contains("another program keeps the database locked"), "{said}");
    assert!(said.contains("close the program"), "{said}");
    held.rollback().await.unwrap();
    desk.ok(&["--db", path.to_str().unwrap(), "import", "urls.txt"]);
    assert_eq!(archive.one("select count(*) from sources").await, 1);
}

/// Damage in the middle of a file that is too large to be looked through when it is opened.
#[tokio::test]
async fn pages_that_are_damaged_while_we_work_are_told_and_found_by_a_check() {
    let archive = Archive::new().await;
    for number in 0..40 {
        let url = format!("https://a.example/{number}");
        archive
            .save(&url, 1, &format!("Report {number}. {}", "The storm went on. ".repeat(400)))
            .await;
    }
    let mut tool = foreign(&archive.path()).connect().await.unwrap();
    let root = "select rootpage from sqlite_schema where name = 'articles'";
    let root: i64 = sqlx::query_scalar(root).fetch_one(&mut tool).await.unwrap();
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut tool).await.unwrap();
    tool.close().await.unwrap();
    let path = archive.path();
    let reader = Store::open_read_only(&path).await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let page = usize::try_from(root - 1).unwrap() * 4096;
    bytes[page..page + 4096].fill(0xa5);
    std::fs::write(&path, &bytes).unwrap();

    let asked = reader.sql("select sum(length(text)) from articles").await.unwrap_err();
    assert!(matches!(asked, StoreError::Corrupt(_)), "{asked:?}");
    assert!(asked.hint().unwrap().contains("restore a backup"));
    let problems = reader.check(moment(23)).await.map(|report| report.problems);
    let problems = problems.unwrap().join("\n");
    assert!(problems.contains("restore a backup"), "{problems}");

    // What the check leaves out for it is not laid to permissions.
    let desk = Desk::new();
    let checked = desk.run(&["--db", path.to_str().unwrap(), "db", "check"]);
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    let skipped = checked.stdout.lines().find(|line| line.starts_with("skipped")).unwrap();
    assert!(skipped.contains("search indexes") && skipped.contains("is damaged"), "{skipped}");
    let said = desk.refused(&["--db", path.to_str().unwrap(), "db", "backup", "copy.db"]);
    assert!(said.contains("news.db is damaged: ") && !said.contains("copy.db"), "{said}");
}

/// Puts a database on a disk with room for so many kilobytes more, runs `command` there, makes the
/// disk larger, checks the database, and runs it again. None where this system lets us make no disk.
#[cfg(target_os = "linux")]
fn on_a_disk_with(kilobytes: u64, desk: &Desk, start: &str, command: &str) -> Option<Ran> {
    let size = desk.path(start).metadata().unwrap().len() / 1024 + kilobytes;
    let command = command.replace("tearsheet", "\"$TEARSHEET\"");
    let script = format!(
        "mkdir -p disk && mount -t tmpfs -o size={size}k none disk && cd disk || exit 99
         cp ../{start} news.db || exit 98
         {command}; code=$?
         mount -o remount,size=64m . && \"$TEARSHEET\" --db news.db db migrate >/dev/null &&
             \"$TEARSHEET\" --db news.db db check || exit 97
         {command} || exit 96
         exit $code",
    );
    let mut inside = Command::new("unshare");
    inside.args(["-rm", "sh", "-c", &script]).current_dir(desk.folder.path());
    inside.env("TEARSHEET", env!("CARGO_BIN_EXE_tearsheet"));
    let ran = Ran::of(inside.output().ok()?);
    (ran.code != 99 && !ran.stderr.contains("unshare")).then_some(ran)
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_at_every_kind_of_write_and_the_file_stays_whole() {
    let desk = Desk::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schemas/1.db");
    std::fs::copy(fixture, desk.path("old.db")).unwrap();
    std::fs::copy(desk.path("old.db"), desk.path("start.db")).unwrap();
    desk.ok(&["--db", "start.db", "db", "migrate"]);
    std::fs::create_dir(desk.path("pages")).unwrap();
    for number in 0..30 {
        let sentence = format!("In case {number} the council heard what the harbour had lost. ");
        let html = format!(
            "<title>{number}</title><article><h1>Case {number}</h1><p>{}</p><p>{}</p></article>",
            sentence.repeat(9),
            sentence.repeat(7)
        );
        desk.write(&format!("pages/{number}.html"), &html);
    }
    desk.write(
        "urls.txt",
        &(0..3000).fold(String::new(), |urls, n| {
            format!("{urls}https://a.example/a-section-with-a-long-name/{n}/feed.xml\n")
        }),
    );
    for command in [
        "tearsheet --db news.db db migrate",
        "tearsheet --db news.db extract ../pages --store",
        "tearsheet --db news.db import ../urls.txt",
        "rm -f copy.db; tearsheet --db news.db db backup copy.db",
        "tearsheet --db news.db db prune --pages 2030-01-01 --vacuum",
        "tearsheet --db news.db export --duplicates --revisions --output all.jsonl",
    ] {
        let mut full = 0;
        let start = if command.contains("migrate") { "old.db" } else { "start.db" };
        // From a disk that has hardly room for the file to one on which all of it fits.
        for room in [4, 60, 180, 1200] {
            let Some(ran) = on_a_disk_with(room, &desk, start, command) else { return };
            assert!(
                [0, 1, 2].contains(&ran.code),
                "{command} {room}: {} {}{}",
                ran.code,
                ran.stdout,
                ran.stderr
            );
            if ran.code != 0 {
                full += 1;
                let told =
                    ran.stderr.contains("disk is full") || ran.stderr.contains("No space left");
                assert!(
                    told && ran.stderr.contains("make room"),
                    "{command} {room}: {}",
                    ran.stderr
                );
            }
        }
        assert!(full > 0, "{command} never met a full disk");
    }
}
