//! The database as others use it: revisions, copies, search, imports, care.

use std::path::Path;

use sqlx::ConnectOptions;
use tearsheet::outcome::Outcome;
use tearsheet::store::{
    ArticleFilter, ArticleId, HitOrder, ImportRecord, PruneReport, Retention, Store,
};
use tearsheet::time::Timestamp;

use crate::support::archive::{Archive, article, moment, paywalled};
use crate::support::desk::{Desk, Ran};

/// A story of so many sentences, like no other whose number is another.
fn story(number: usize, sentences: usize) -> String {
    let things = ["ferry", "bridge", "council", "harbour", "school", "choir", "mill", "tram"];
    let sentence = |place: usize| {
        let thing = things[(number * 7 + place * 3) % things.len()];
        format!(
            "In case {number} the {thing} of ward {place} was number {} in line.",
            number * 31 + place * 17
        )
    };
    (0..sentences).map(sentence).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn what_every_look_at_a_page_changes_is_no_revision() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let body = story(1, 12);
    archive.save_with(url, 1, &format!("{body}\n\n3 comments"), &["Read our letter"]).await;
    for (day, text, removed) in [
        (2, format!("{body}\n\n5  comments"), vec!["Read our letter"]),
        (3, format!("Read our letter\n\n{body}\n\n5 comments"), vec![]),
        (4, body.clone(), vec!["3 comments"]),
    ] {
        let saved = archive.save_with(url, day, &text, &removed).await;
        assert_eq!(saved.outcome, Outcome::Unchanged, "day {day}");
    }
    assert_eq!(archive.one("select count(*) from revisions").await, 1);

    let edited = body.replace("ward 3", "ward three");
    assert_eq!(archive.save(url, 5, &edited).await.outcome, Outcome::Revised);
    let halved = archive.save(url, 6, &story(1, 4)).await;
    assert_eq!(halved.outcome, Outcome::Worse);
    assert_eq!(archive.one("select text from articles").await, edited);
    let texts = archive.store.article(ArticleId(1)).await.unwrap().revisions;
    assert_eq!(texts.len(), 2);
    assert!(texts[0].text.contains("ward 3 ") && texts[1].text == edited);
    assert_eq!(archive.one("select text_after from edits").await, edited);
    archive.is_sound().await;
}

#[tokio::test]
async fn an_edited_copy_under_another_address_is_a_duplicate_of_the_first() {
    let archive = Archive::new().await;
    let original = story(1, 30);
    let first = archive.save("https://agency.example/1", 1, &original).await;
    for number in 2..20 {
        archive.save(&format!("https://b.example/{number}"), 1, &story(number, 30)).await;
    }
    let copy = format!("LONDON (Agency): {}", original.replace("choir", "band"));
    let copied = archive.save("https://paper.example/x", 2, &copy).await;
    assert_eq!(copied.outcome, Outcome::Duplicate);
    let unrelated =
        archive.one("select count(*) from articles where duplicate_of is not null").await;
    assert_eq!(unrelated, 1);
    assert_eq!(archive.one("select duplicate_of from articles where url like '%paper%'").await, 1);
    assert_eq!(archive.store.article_like(&copy).await.unwrap(), first.article);
    assert_eq!(archive.store.article_like(&story(77, 30)).await.unwrap(), None);
    archive.is_sound().await;

    // The first is rewritten: its copy is none of it any more.
    archive.save("https://agency.example/1", 3, &story(99, 30)).await;
    assert_eq!(
        archive.one("select count(*) from articles where duplicate_of is not null").await,
        0
    );
    assert_eq!(archive.store.article_like(&copy).await.unwrap(), copied.article);
    archive.is_sound().await;
}

#[tokio::test]
async fn copies_are_found_wherever_the_keys_are_that_they_are_found_by() {
    let archive = Archive::new().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive.path());
    let mut tool = options.connect().await.unwrap();
    let text = |number: usize| story(number, 12);
    for number in 1..=40 {
        archive.save(&format!("https://a.example/{number}"), 1, &text(number)).await;
        // As if a thousand had come meanwhile.
        sqlx::raw_sql("update sqlite_sequence set seq = (seq | 1023) where name = 'articles'")
            .execute(&mut tool)
            .await
            .unwrap();
    }
    let rows = async |table: &str| {
        archive.one(&format!("select count(*) from {table}")).await.as_i64().unwrap()
    };
    let (moved, waiting) = (rows("likenesses").await, rows("recent_likenesses").await);
    assert!(moved > 0 && waiting > 0 && moved + waiting == 40 * 8, "{moved} + {waiting}");
    for number in 1..=40 {
        let copied = format!("{} This was first told by others.", text(number));
        let copy = archive.save(&format!("https://b.example/{number}"), 2, &copied).await;
        assert_eq!(copy.outcome, Outcome::Duplicate, "{number}");
        // It is found by what it says now; the count below tells that no key of before is left.
        let url = format!("https://a.example/{number}");
        let edited = archive.save(&url, 3, &text(number + 100)).await;
        assert_eq!(edited.outcome, Outcome::Revised, "{number}");
        let found = archive.store.article_like(&text(number + 100)).await.unwrap();
        assert_eq!(found, edited.article, "{number}");
    }
    assert_eq!(rows("likenesses").await + rows("recent_likenesses").await, 80 * 8);
    archive.is_sound().await;
}

#[tokio::test]
async fn a_whole_text_is_no_duplicate_of_what_a_paywall_shows_of_it() {
    let archive = Archive::new().await;
    let whole = story(1, 30);
    let shown = story(1, 28);
    let entry = archive.entry("https://agency.example/feed", "https://agency.example/1").await;
    let record = paywalled(article("https://agency.example/1", "Storm", &shown));
    archive.visit(&entry, record).await;
    archive.save("https://copy.example/1", 2, &shown).await;
    assert_eq!(archive.save("https://free.example/1", 3, &whole).await.outcome, Outcome::Stored);
    assert_eq!(archive.save("https://late.example/1", 4, &whole).await.outcome, Outcome::Duplicate);
    let all = "select group_concat(paywalled || '-' || coalesce(duplicate_of, 0), ' ')
               from (select * from articles order by id)";
    assert_eq!(archive.one(all).await, "1-3 0-3 0-0 0-3");
    let seen = archive.store.list(&ArticleFilter::default()).await.unwrap();
    assert_eq!(seen.iter().map(|row| (row.id, row.paywalled)).collect::<Vec<_>>(), [(3, false)]);
    archive.is_sound().await;
}

#[tokio::test]
async fn a_text_that_becomes_whole_comes_before_what_a_paywall_shows_of_it() {
    let archive = Archive::new().await;
    let (whole, shown) = (story(1, 30), story(1, 20));
    let urls = ["https://a.example/1", "https://b.example/1"];
    let first = archive.entry("https://a.example/feed", urls[0]).await;
    let second = archive.entry("https://b.example/feed", urls[1]).await;
    for (entry, url) in [(&first, urls[0]), (&second, urls[1])] {
        archive.visit(entry, paywalled(article(url, "Storm", &shown))).await;
    }
    let saved = archive.visit(&second, article(urls[1], "Storm", &whole)).await;
    assert_eq!(saved.outcome, Outcome::Revised);
    let seen = archive.store.list(&ArticleFilter::default()).await.unwrap();
    assert_eq!(seen.iter().map(|row| (row.id, row.paywalled)).collect::<Vec<_>>(), [(2, false)]);
    assert_eq!(archive.one("select duplicate_of from articles where id = 1").await, 2);
    archive.is_sound().await;
}

#[tokio::test]
async fn briefs_that_share_what_their_site_says_below_each_are_stories_of_their_own() {
    let archive = Archive::new().await;
    let furniture = format!("{}\n\n{}", story(90, 3), story(91, 3));
    for number in 1..5 {
        let url = format!("https://a.example/{number}");
        let brief = format!("{}\n\n{furniture}", story(number, 4));
        assert_eq!(archive.save(&url, 1, &brief).await.outcome, Outcome::Stored, "{number}");
    }
    archive.is_sound().await;
}

#[tokio::test]
async fn an_article_stays_one_when_it_moves_to_the_address_that_its_page_gave() {
    let archive = Archive::new().await;
    let (here, there) = ("https://a.example/a", "https://a.example/b");
    let entry = archive.entry("https://a.example/feed", here).await;
    archive.visit(&entry, article(here, "Storm", &story(1, 12))).await;
    let mut fetched = article(there, "Storm", &story(1, 12));
    fetched.page.url = here.to_owned();
    archive.visit(&entry, fetched).await;
    let entry = archive.entry("https://b.example/feed", there).await;
    let moved = article(there, "Storm", &format!("{} Later.", story(1, 12)));
    let moved = archive.visit(&entry, moved).await;
    assert_eq!((moved.outcome, moved.article), (Outcome::Revised, Some(ArticleId(1))));
    assert_eq!(archive.store.article_at(there).await.unwrap(), Some(ArticleId(1)));
    archive.is_sound().await;
}

#[tokio::test]
async fn removals_keep_their_places_when_a_page_parts_its_paragraphs_elsewhere() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let parts = [story(1, 4), story(2, 4), story(3, 4)];
    archive.save_with(url, 1, &parts.join("\n\n"), &["Read our letter"]).await;
    let saved = archive.save_with(url, 2, &parts.join(" "), &["Read our other letter"]).await;
    assert_eq!(saved.outcome, Outcome::Unchanged);
    assert_eq!(archive.one("select text from removals").await, "Read our letter");
}

#[tokio::test]
async fn every_address_under_which_a_story_appeared_leads_to_it() {
    let archive = Archive::new().await;
    let text = story(1, 12);
    archive.save("https://a.example/storm", 1, &text).await;
    let mut fetched = article("https://a.example/storm", "Storm", &text);
    fetched.record.fetched_at = moment(2);
    fetched.page.url = "https://a.example/amp/storm?moved=1".to_owned();
    let copy = ImportRecord {
        url: "https://a.example/amp/storm".to_owned(),
        captured_at: moment(2),
        article: Ok(Box::new(fetched)),
    };
    archive.store.record_import(copy).await.unwrap();
    assert_eq!(archive.one("select count(*) from articles").await, 1);
    assert_eq!(archive.one("select count(*) from article_addresses where article_id = 1").await, 3);
    for url in [
        "https://a.example/storm",
        "https://a.example/amp/storm",
        "https://a.example/amp/storm?moved=1",
    ] {
        assert_eq!(archive.store.article_at(url).await.unwrap(), Some(ArticleId(1)), "{url}");
    }
}

#[tokio::test]
async fn texts_that_part_no_words_are_found_by_any_word_in_them() {
    let archive = Archive::new().await;
    archive
        .save(
            "https://a.example/1",
            1,
            "昨夜、東京で大きな地震がありました。津波の心配はありません。",
        )
        .await;
    archive.save("https://a.example/2", 2, "北京大学今天发布公告。").await;
    archive.save("https://a.example/3", 3, "서울 시내에서 큰 화재가 발생했습니다.").await;
    archive.save("https://a.example/4", 4, "A storm reached the coast.").await;
    archive
        .save(
            "https://a.example/5",
            4,
            "苹果发布 iPhone 17 Pro Max, the App Store and iOS Beta 2。",
        )
        .await;
    for (query, id) in [
        ("地震", 1),
        ("東京 津波", 1),
        ("北京", 2),
        ("大学", 2),
        ("화재", 3),
        ("coast", 4),
        ("苹果", 5),
    ] {
        let hits = archive.hits(query, HitOrder::Relevance).await;
        assert_eq!(hits.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id], "{query}");
    }
    let snippet = &archive.hits("地震", HitOrder::Relevance).await[0].1;
    assert!(snippet.contains("大きな\u{2}地震\u{3}がありました"), "{snippet}");
    archive.is_sound().await;
    archive.save("https://a.example/2", 5, "上海大学今天发布公告，全文如下。").await;
    assert!(archive.hits("北京", HitOrder::Relevance).await.is_empty());
    assert_eq!(archive.hits("上海", HitOrder::Date).await.len(), 1);
    archive.is_sound().await;
}

#[tokio::test]
async fn hits_come_best_first_or_newest_first() {
    let archive = Archive::new().await;
    archive.save("https://a.example/1", 1, "storm storm storm").await;
    archive.save("https://a.example/2", 3, &format!("storm {}", story(2, 9))).await;
    archive.save("https://a.example/3", 2, &format!("storm {}", story(3, 30))).await;
    let ids = |hits: Vec<(i64, String)>| hits.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(ids(archive.hits("storm", HitOrder::Relevance).await), [1, 2, 3]);
    assert_eq!(ids(archive.hits("storm", HitOrder::Date).await), [2, 3, 1]);
}

#[tokio::test]
async fn visits_that_wait_for_the_lock_are_saved_each_with_its_own_end() {
    let archive = Archive::new().await;
    let texts: Vec<String> = (0..150).map(|number| story(number % 140, 12)).collect();
    let saves = texts.iter().enumerate().map(|(number, text)| {
        let url = format!("https://a.example/{number}");
        let archive = &archive;
        async move { archive.save(&url, 1, text).await.outcome }
    });
    let ends = futures_util::future::join_all(saves).await;
    assert_eq!(ends.iter().filter(|end| **end == Outcome::Stored).count(), 140);
    assert_eq!(ends.iter().filter(|end| **end == Outcome::Duplicate).count(), 10);
    archive.is_sound().await;
}

#[tokio::test]
async fn articles_that_are_saved_together_are_found_as_they_are_at_the_end() {
    let archive = Archive::new().await;
    let mut looks: Vec<(String, u32, String)> = Vec::new();
    for number in 0..40 {
        let url = format!("https://a.example/{number}");
        if number < 20 {
            looks.push((url.clone(), 2, format!("{} Corrected on Tuesday.", story(number, 12))));
        }
        looks.push((url, 1, story(number, 12)));
    }
    looks.push((
        "https://b.example/1".to_owned(),
        1,
        "昨夜、東京で大きな地震がありました。".to_owned(),
    ));
    let archive = &archive;
    let saves = looks.iter().map(|(url, day, text)| archive.save(url, *day, text));
    futures_util::future::join_all(saves).await;
    assert_eq!(archive.ids("corrected").await.len(), 20);
    assert_eq!(archive.ids("case").await.len(), 40);
    assert_eq!(archive.ids("地震").await.len(), 1);
    assert_eq!(archive.one("select count(*) from unindexed").await, 0);
    archive.is_sound().await;
}

#[tokio::test]
async fn an_older_capture_does_not_undo_what_was_seen_since() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let newest = format!("{} Corrected on Friday.", story(1, 12));
    archive.save(url, 5, &newest).await;
    assert_eq!(archive.save(url, 2, &story(1, 12)).await.outcome, Outcome::Unchanged);
    assert_eq!(archive.one("select text from articles").await, newest);
    assert_eq!(archive.one("select count(*) from revisions").await, 1);
    assert_eq!(archive.one("select fetched_at from articles").await, moment(5).to_string());
    assert!(archive.store.is_settled(url, moment(5)).await.unwrap());
    // A later one is an edit, as ever; a copy of what was captured at that moment, too, is none.
    assert_eq!(archive.save(url, 6, &story(1, 12)).await.outcome, Outcome::Revised);
    assert_eq!(archive.save(url, 6, &newest).await.outcome, Outcome::Unchanged);
    let other = format!("{} Corrected on Saturday.", story(1, 12));
    assert_eq!(archive.save(url, 6, &other).await.outcome, Outcome::Revised);
}

/// What another program does to write an article.
const FOREIGN: &str = "insert into articles (url, host, title, published_at, published_from,
    word_count, confidence, content, extractor, first_seen_at, fetched_at, text, markdown_kept)
    values (?1, 'a.example', ?2, '2026-11-01T10:00:00Z', 'first_seen', 3, 1, 'page', 'hand',
            '2026-11-01T10:00:00Z', '2026-11-01T10:00:00Z', ?2, '')";

#[tokio::test]
async fn others_who_write_articles_keep_the_search_right_one_by_one_or_together() {
    let archive = Archive::new().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive.path());
    let mut tool = options.connect().await.unwrap();
    let mut run = async |statement: &'static str, words: &str| {
        let url = format!("https://a.example/{words}");
        sqlx::query(statement).bind(url).bind(words).execute(&mut tool).await.unwrap();
    };
    run(FOREIGN, "ferry one").await;
    assert_eq!(archive.ids("ferry").await, [1]);
    run("begin", "").await;
    run("insert into unindexed values (0)", "").await;
    for words in ["ferry two", "ferry three", "昨夜東京で地震", "mill five"] {
        run(FOREIGN, words).await;
    }
    run("delete from articles where title = ?2", "ferry three").await;
    run("update articles set text = 'bridge' where title = ?2", "ferry two").await;
    run("update articles set text = 'bridge' where title = ?2", "ferry one").await;
    run("delete from unindexed", "").await;
    run("commit", "").await;
    assert_eq!(archive.ids("bridge").await, [1, 2]);
    assert_eq!(archive.ids("地震").await, [4]);
    assert_eq!(archive.ids("three").await, Vec::<i64>::new());
    let search = async || {
        let report = archive.store.check(moment(23)).await.unwrap();
        report.problems.into_iter().filter(|line| line.contains("index")).collect::<Vec<_>>()
    };
    assert_eq!(search().await, Vec::<String>::new());

    // Whoever forgets the end is told of; the next article that we store makes good for it.
    run("insert into unindexed values (0)", "").await;
    run(FOREIGN, "choir six").await;
    assert_eq!(archive.ids("choir").await, Vec::<i64>::new());
    assert!(search().await[0].contains("2 rows of unindexed"), "{:?}", search().await);
    archive.save("https://b.example/1", 3, &story(1, 12)).await;
    assert_eq!(archive.ids("choir six").await, [6]);
    assert_eq!(search().await, Vec::<String>::new());
}

/// What `db check` says to run, in backticks, mends what it found.
#[tokio::test]
async fn what_another_program_broke_is_mended_by_what_the_check_says() {
    let archive = Archive::new().await;
    for number in 1..5 {
        let url = format!("https://a.example/{number}");
        archive.save(&url, 1, &story(number, 12)).await;
        archive.save(&url, 2, &format!("{} It is over now.", story(number, 12))).await;
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive.path());
    let mut tool = options.foreign_keys(false).connect().await.unwrap();
    for broken in [
        "update articles set revision = 7 where id = 1",
        "update versions set text = 'x' where article_id = 2",
        "update versions set text = null where article_id = 3",
        "delete from versions where article_id = 4",
        "update articles set duplicate_of = id - 1 where id > 1",
    ] {
        sqlx::raw_sql(broken).execute(&mut tool).await.unwrap();
        let mut problems = archive.store.check(moment(23)).await.unwrap().problems;
        assert_eq!(problems.len(), 1, "{broken}: {problems:?}");
        // Chains are shortened step by step.
        for _ in 0..3 {
            let Some(problem) = problems.first() else { break };
            let remedy = problem.split('`').nth(1).unwrap_or_else(|| panic!("{problem}"));
            sqlx::raw_sql(sqlx::AssertSqlSafe(remedy.to_owned())).execute(&mut tool).await.unwrap();
            problems = archive.store.check(moment(23)).await.unwrap().problems;
        }
        assert_eq!(problems, Vec::<String>::new(), "{broken}");
    }
    let orphans =
        "insert into likenesses values (1, 99); insert into recent_likenesses values (1, 98)";
    sqlx::raw_sql(orphans).execute(&mut tool).await.unwrap();
    let problems = archive.store.check(moment(23)).await.unwrap().problems;
    assert!(problems.len() == 1 && problems[0].starts_with("2 keys"), "{problems:?}");
    let remedy = problems[0].split('`').nth(1).unwrap().to_owned();
    sqlx::raw_sql(sqlx::AssertSqlSafe(remedy)).execute(&mut tool).await.unwrap();
    archive.is_sound().await;
    sqlx::raw_sql("delete from entries; delete from articles where id = 1; update articles set duplicate_of = null")
        .execute(&mut tool)
        .await
        .unwrap();
    let problems = archive.store.check(moment(23)).await.unwrap().problems.join("\n");
    assert!(problems.contains("names table and rowid of each"), "{problems}");
}

#[tokio::test]
async fn pruning_says_what_goes_and_keeps_every_current_text() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    for day in 1..6 {
        archive.save(url, day, &format!("{} Day {day} is over, they say now.", story(1, 12))).await;
    }
    archive.save("https://a.example/other", 20, &story(2, 12)).await;
    let wanted = Retention {
        pages_before: Some(moment(10)),
        fetches_before: Some(moment(10)),
        revisions_kept: Some(2),
    };
    let would_go = archive.store.measure_prune(&wanted).await.unwrap();
    assert_eq!((would_go.pages.rows, would_go.revisions.rows), (1, 3));
    assert!(would_go.revisions.bytes > 1000 && would_go.pages.bytes > 100);
    assert_eq!(archive.one("select count(*) from revisions").await, 6);
    assert_eq!(archive.store.prune(&wanted).await.unwrap(), would_go);
    assert_eq!(archive.one("select count(*) from revisions").await, 3);
    assert_eq!(archive.one("select count(*) from pages").await, 1);
    let texts = archive.store.article(ArticleId(1)).await.unwrap();
    assert!(texts.article.text.contains("Day 5") && texts.revisions[0].text.contains("Day 4"));
    assert_eq!(archive.store.prune(&wanted).await.unwrap(), PruneReport::default());
    archive.store.vacuum().await.unwrap();
    archive.is_sound().await;
}

/// A file as an earlier version left it.
fn earlier(version: i64, folder: &Path) -> std::path::PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/schemas")
        .join(format!("{version}.db"));
    let path = folder.join(format!("{version}.db"));
    std::fs::copy(fixture, &path).unwrap();
    path
}

#[tokio::test]
async fn an_address_that_was_given_to_an_earlier_version_is_the_same_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = earlier(10, folder.path());
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut before = options.connect().await.unwrap();
    let given = sqlx::query(
        "insert into entries (by_hand, key, url, canonical_url, host, first_seen_at, state)
         values (1, 'hand:https://quay.example/tide', 'https://quay.example/tide',
                 'https://quay.example/tide', 'quay.example', '2026-11-01T08:00:00Z', 'skipped')",
    );
    let id = given.execute(&mut before).await.unwrap().last_insert_rowid();
    sqlx::Connection::close(before).await.unwrap();

    let store = Store::open(&path).await.unwrap();
    let now = Timestamp::parse("2026-11-26T12:00:00Z").unwrap();
    let url = url::Url::parse("https://quay.example/tide").unwrap();
    assert_eq!(store.add_entry(&url, now).await.unwrap().id.0, id);
    let other = url::Url::parse("https://quay.example/ebb").unwrap();
    store.add_entry(&other, now).await.unwrap();
    let twice = "insert into entries (by_hand, key, url, canonical_url, host, first_seen_at, state)
                 values (1, '', 'https://quay.example/ebb', 'https://quay.example/ebb', '', '', 'skipped')";
    store.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut tool = options.connect().await.unwrap();
    let refused = sqlx::query(twice).execute(&mut tool).await.unwrap_err();
    assert!(refused.to_string().contains("UNIQUE"), "{refused}");
}

#[tokio::test]
async fn a_file_of_every_earlier_schema_is_brought_up_to_date_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let current = Store::open(&folder.path().join("new.db")).await.unwrap();
    let (_, newest) = current.schema_version().await.unwrap();
    let expected = current.schema().await.unwrap();
    for version in 1..newest {
        let path = earlier(version, folder.path());
        let refused = Store::open_read_only(&path).await.unwrap_err();
        assert!(refused.hint().unwrap().contains("db migrate"), "{refused}");
        let store = Store::open(&path).await.unwrap();
        assert_eq!(store.schema_version().await.unwrap(), (newest, newest));
        let report = store.check(Timestamp::parse("2026-11-26T12:00:00Z").unwrap()).await.unwrap();
        assert!(report.problems.is_empty(), "{version}: {:?}", report.problems);
        let count = async |sql: &str| store.sql(sql).await.unwrap().rows[0][0].as_i64().unwrap();
        assert_eq!(count("select count(*) from articles").await, 6, "{version}");
        let statistics = "select count(*) from sqlite_schema where name = 'sqlite_stat1'";
        assert_eq!(count(statistics).await, 0, "{version}: those of a small file mislead");
        assert_eq!(count("select count(*) from revisions where text <> ''").await, 7, "{version}");
        assert_eq!(
            count("select count(*) from articles where markdown = ''").await,
            0,
            "{version}"
        );
        let text = store.article(ArticleId(1)).await.unwrap().article.text;
        assert_eq!(store.article_like(&text).await.unwrap(), Some(ArticleId(1)), "{version}");
        let hits = store.search("council", &ArticleFilter::default(), HitOrder::Date).await;
        assert!(!hits.unwrap().is_empty());
        let same: Vec<_> = store.schema().await.unwrap();
        let names = |relations: &[tearsheet::store::Relation]| {
            relations
                .iter()
                .map(|relation| (relation.name.clone(), relation.columns.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&same), names(&expected), "{version}");
        store.close().await;
    }
}

/// `UPDATE_EXPECT=1 cargo test` writes the page anew.
#[tokio::test]
async fn the_schema_is_described_column_by_column_where_it_is_said_to_be() {
    let archive = Archive::new().await;
    let relations = archive.store.schema().await.unwrap();
    assert!(relations.len() > 15);
    for relation in relations.iter().filter(|relation| relation.kind != "virtual") {
        assert!(!relation.about.is_empty(), "{} is not explained", relation.name);
        for column in relation.columns.iter().filter(|_| relation.kind == "table") {
            let is_plain = ["id", "article_id", "source_id", "started_at", "fetched_at"]
                .contains(&column.name.as_str());
            assert!(is_plain || !column.about.is_empty(), "{}.{}", relation.name, column.name);
        }
    }
    let (version, _) = archive.store.schema_version().await.unwrap();
    let page = tearsheet::store::reference(version, &relations);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/README.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{} is out of date: UPDATE_EXPECT=1 writes it", path.display());
    assert!(archive.folder.path().exists());
}

/// Once nobody has it open, it lies there without `-wal` and `-shm`, and whoever may not write to
/// the folder cannot make them.
#[cfg(unix)]
#[test]
fn who_may_not_write_to_the_folder_reads_a_file_that_nobody_has_open() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let desk = Desk::new();
    desk.ok(&["add", "--kind", "feed", "https://a.example/feed"]);
    assert!(!desk.path("tearsheet.db-wal").exists());
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(desk.path("tearsheet.db"), mode(0o444)).unwrap();
    std::fs::set_permissions(desk.folder.path(), mode(0o555)).unwrap();
    let mut command = desk.command(&["sources"]);
    // Root writes everywhere; somebody else does not.
    if std::fs::write(desk.path("probe"), "").is_ok() {
        std::fs::remove_file(desk.path("probe")).unwrap();
        command.uid(65_534);
    }
    let output = command.output();
    std::fs::set_permissions(desk.folder.path(), mode(0o755)).unwrap();
    // Where the program itself lies where only root may go, there is nothing to see.
    let Ok(output) = output else { return };
    let ran = Ran::of(output);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("https://a.example/feed"), "{}", ran.stdout);
}

/// The file says whose it is, and of which version.
#[tokio::test]
async fn the_header_names_the_program_and_the_schema() {
    let archive = Archive::new().await;
    assert_eq!(archive.one("select application_id from pragma_application_id").await, 0x5465_6172);
    let (version, _) = archive.store.schema_version().await.unwrap();
    assert_eq!(archive.one("select user_version from pragma_user_version").await, version);
}
