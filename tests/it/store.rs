//! What the database promises, whoever asks and whatever befalls it.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use sqlx::ConnectOptions;
use sqlx::Connection;
use tearsheet::article::{DateSource, Dated};
use tearsheet::outcome::Outcome;
use tearsheet::schedule::Plan;
use tearsheet::sift::{EntryKey, Fresh, Sifted};
use tearsheet::store::{
    ArticleFilter, ArticleId, HitOrder, ImportRecord, NoArticle, Parts, PollEnd, PollRecord,
    SourceId, SourceState, Store, StoreError, VisitEnd, VisitRecord, VisitSaved, WorkLock,
};

use crate::support::archive::{
    Archive, address, answered, article, attempt, failed, later, now, paywalled, plan, sifted,
    source, stored, validators,
};

const STORM: &str = "The storm reached the coast on Monday night and took two roofs with it. \
    Nobody was hurt, said the fire brigade, which had been called out eleven times before dawn. \
    The harbour stays closed until Wednesday, and the ferry to the islands will not run this week.";
const COUNCIL: &str = "The town council voted for the new tram line after nine hours of debate. \
    Building is to begin next spring, if the state pays its half, and to end four years later. \
    Shopkeepers along the route fear for their trade and want to be paid for what they lose.";

#[tokio::test]
async fn an_article_comes_back_with_all_that_hangs_on_it() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    let new = article("https://a.example/storm", "Storm hits coast", STORM);

    let saved = archive.visit(&entry, new).await;
    assert_eq!(saved.outcome, Outcome::Stored);

    let shown = archive.store.article(saved.article.unwrap()).await.unwrap();
    assert_eq!(shown.article.text, STORM);
    assert_eq!(shown.article.authors, ["Ada Sea"]);
    assert_eq!(shown.article.published_from.as_deref(), Some("first_seen"));
    assert_eq!(shown.removals[0].kind, "comment_prompt");
    assert_eq!(shown.images[0].url, "https://a.example/i.jpg");
    assert_eq!(shown.revisions[0].reason, "published");
    assert_eq!(shown.sources, [(1, "The Coast".to_owned())]);
    let page = archive.store.page(saved.article.unwrap()).await.unwrap().unwrap();
    assert_eq!(page.html, format!("<p>{STORM}</p>").into_bytes());
    assert_eq!(archive.store.list(&ArticleFilter::default()).await.unwrap().len(), 1);
    assert!(archive.due().await.is_empty());
    assert_eq!(archive.one("select content from entries").await, serde_json::Value::Null);
}

/// A kill between fetch and commit repeats the visit; so may two workers.
#[tokio::test]
async fn the_same_visit_saved_twice_stores_one_article() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    let new = article("https://a.example/storm", "Storm hits coast", STORM);

    let first = archive.visit(&entry, new.clone()).await;
    let again = archive.visit(&entry, new).await;

    assert_eq!(again, VisitSaved { outcome: Outcome::Unchanged, ..first });
    assert_eq!(archive.one("select count(*) from articles").await, 1);
    assert_eq!(archive.one("select count(*) from revisions").await, 1);
    assert_eq!(archive.one("select count(*) from removals").await, 1);
}

#[tokio::test]
async fn two_feeds_that_carry_one_address_share_its_article() {
    let archive = Archive::new().await;
    let tracked = "https://a.example/storm?utm_source=rss";
    let one = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    let other = archive.entry("https://b.example/feed", tracked).await;
    let first =
        archive.visit(&one, article("https://a.example/storm", "Storm hits coast", STORM)).await;

    let known = archive.store.article_at(tracked).await.unwrap();
    assert_eq!(known, first.article);
    let second = archive.store.settle_known(&other, known.unwrap()).await.unwrap();

    assert_eq!(second, VisitSaved { outcome: Outcome::Duplicate, article: first.article });
    let shown = archive.store.article(first.article.unwrap()).await.unwrap();
    assert_eq!(shown.sources.len(), 2);
}

/// Agency copy: the same text under two addresses is stored twice, and said to be.
#[tokio::test]
async fn the_same_text_elsewhere_is_kept_as_a_duplicate_and_left_out_of_lists() {
    let archive = Archive::new().await;
    let one = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    let first = archive.visit(&one, article("https://a.example/storm", "Storm", STORM)).await;
    let other = archive.entry("https://b.example/feed", "https://b.example/x").await;
    let copy = archive.visit(&other, article("https://b.example/x", "Roofs gone", STORM)).await;

    assert_eq!(copy.outcome, Outcome::Duplicate);
    assert_ne!(copy.article, first.article);
    let detail = archive.store.article(copy.article.unwrap()).await.unwrap();
    assert_eq!(detail.article.duplicate_of.map(ArticleId), first.article);
    let all = ArticleFilter { duplicates: true, ..ArticleFilter::default() };
    assert_eq!(archive.store.list(&ArticleFilter::default()).await.unwrap().len(), 1);
    assert_eq!(archive.store.list(&all).await.unwrap().len(), 2);
}

/// Otherwise nobody would ever see the text again that they still carry.
#[tokio::test]
async fn duplicates_of_an_article_that_was_edited_away_name_a_new_first() {
    let archive = Archive::new().await;
    let mut entries = Vec::new();
    for (site, text) in [("a", STORM), ("b", STORM), ("c", STORM), ("d", COUNCIL)] {
        let url = format!("https://{site}.example/x");
        let entry = archive.entry(&format!("https://{site}.example/feed"), &url).await;
        archive.visit(&entry, article(&url, "News", text)).await;
        entries.push((entry, url));
    }
    let firsts =
        "select group_concat(coalesce(duplicate_of, 0)) from (select * from articles order by id)";
    assert_eq!(archive.one(firsts).await, "0,1,1,0");
    let edit = async |at: usize, text: &str| {
        let (entry, url) = &entries[at];
        let saved = archive.visit(entry, article(url, "News", text)).await;
        assert_eq!(saved.outcome, Outcome::Revised);
        archive.one(firsts).await
    };

    assert_eq!(edit(0, COUNCIL).await, "4,0,2,0", "the first becomes a duplicate of another");
    assert_eq!(edit(1, &format!("{STORM} More soon.")).await, "4,0,2,0", "still the same story");
    assert_eq!(edit(3, &format!("{COUNCIL} More soon.")).await, "4,0,2,0");
    assert_eq!(edit(2, &format!("{STORM} More soon.")).await, "4,0,2,0");
    assert_eq!(edit(1, &format!("{COUNCIL} At last.")).await, "4,4,0,0");
    assert!(archive.store.check(now()).await.unwrap().problems.is_empty());
}

#[tokio::test]
async fn an_edited_article_keeps_what_was_there_before() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm nears", STORM)).await;
    let edited = STORM.replace("two roofs", "three roofs");

    let changed = Fresh { changed: vec![sifted("https://a.example/storm", 2)], ..Fresh::default() };
    assert_eq!(archive.announce(entry.source.unwrap(), changed).await.changed, 1);
    let again = archive.due().await.remove(0);
    assert!(again.article.is_some() && again.content.is_some());
    let saved =
        archive.visit(&again, article("https://a.example/storm", "Storm hits", &edited)).await;

    assert_eq!(saved.outcome, Outcome::Revised);
    let shown = archive.store.article(saved.article.unwrap()).await.unwrap();
    assert_eq!((shown.article.revision, shown.article.text.as_str()), (2, edited.as_str()));
    let versions: Vec<_> = shown
        .revisions
        .iter()
        .map(|version| (version.text.as_str(), version.reason.as_str()))
        .collect();
    assert_eq!(versions, [(STORM, "published"), (edited.as_str(), "edited")]);
    assert_eq!(shown.removals.len(), 1);
    assert_eq!((archive.ids("three roofs").await.len(), archive.ids("nears").await.len()), (1, 0));
}

#[tokio::test]
async fn two_pages_that_tell_a_story_in_two_ways_do_not_edit_each_other_at_every_look() {
    use Outcome::{Revised, Stored, Unchanged};
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let entry = archive.entry("https://a.example/feed", url).await;
    let print = archive.entry("https://b.example/feed", "https://a.example/print/storm").await;
    let page = article(url, "Storm", STORM);
    let mut other = article(url, "Storm", &STORM.replace("two roofs", "three roofs"));
    other.page.url = "https://a.example/print/storm".to_owned();

    let mut outcomes = Vec::new();
    for _ in 0..2 {
        outcomes.push(archive.visit(&entry, page.clone()).await.outcome);
        outcomes.push(archive.visit(&print, other.clone()).await.outcome);
    }
    let edited = article(url, "Storm", &STORM.replace("two roofs", "nine roofs"));
    outcomes.push(archive.visit(&entry, edited).await.outcome);
    // A headline that is missing is no other.
    other.record.article.metadata.title = None;
    outcomes.push(archive.visit(&print, other).await.outcome);
    // What a publisher takes back where it stood is an edit.
    let saved = archive.visit(&entry, page).await;
    outcomes.push(saved.outcome);

    assert_eq!(outcomes, [Stored, Revised, Unchanged, Unchanged, Revised, Unchanged, Revised]);
    let shown = archive.store.article(saved.article.unwrap()).await.unwrap();
    assert_eq!((shown.article.revision, shown.article.text.as_str()), (4, STORM));
}

#[tokio::test]
async fn an_edit_that_a_poll_finds_during_the_visit_is_fetched_after_it() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let due = archive.entry("https://a.example/feed", url).await;
    let mut edit = sifted(url, 2);
    edit.entry.content = Some("<p>edited</p>".to_owned());
    let changed = Fresh { changed: vec![edit], ..Fresh::default() };
    archive.announce(due.source.unwrap(), changed).await;

    let saved = archive.visit(&due, article(url, "Storm", STORM)).await;

    assert_eq!(saved.outcome, Outcome::Stored);
    let again = archive.due().await.remove(0);
    assert_eq!((again.id, again.article, again.attempts), (due.id, saved.article, 0));
    assert_eq!(again.content.as_deref(), Some("<p>edited</p>"));
    // A failure of the old visit does not put the new one off either.
    let late = VisitEnd::Without(NoArticle::Retry(later(9999)));
    archive
        .store
        .record_visit(VisitRecord { end: late, ..stored(&due, article(url, "", "")) })
        .await
        .unwrap();
    assert_eq!(archive.due().await.len(), 1);
    archive.visit(&again, article(url, "Storm", STORM)).await;
    assert!(archive.due().await.is_empty());
}

#[tokio::test]
async fn a_link_that_a_poll_finds_corrected_during_the_last_visit_is_asked_after_it() {
    let archive = Archive::new().await;
    let (wrong, right) = ("https://staging.example/storm", "https://a.example/storm");
    let due = archive.entry("https://a.example/feed", wrong).await;
    let corrected = sifted(right, due.fingerprint.0);
    let changed = vec![Sifted { key: EntryKey(format!("link:{wrong}")), ..corrected }];
    archive.announce(due.source.unwrap(), Fresh { changed, ..Fresh::default() }).await;
    let end = VisitEnd::Without(NoArticle::Failed);
    let failed = VisitRecord { end, ..stored(&due, article(wrong, "", "")) };
    archive.store.record_visit(failed).await.unwrap();
    let again = archive.due().await.remove(0);
    assert_eq!((again.id, again.attempts), (due.id, 0));
    assert_eq!(again.url, Some(address(right)));
}

#[tokio::test]
async fn a_halved_or_emptied_text_does_not_replace_a_whole_one() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;

    for worse in ["", "The storm reached the coast on Monday night."] {
        let saved = archive.visit(&entry, article("https://a.example/storm", "Storm", worse)).await;
        assert_eq!(saved.outcome, Outcome::Worse, "{worse}");
    }
    let fewer = STORM.split_once("The harbour").unwrap().0;
    let teaser = paywalled(article("https://a.example/storm", "Storm", fewer));
    assert_eq!(archive.visit(&entry, teaser).await.outcome, Outcome::Worse);

    assert_eq!(archive.one("select text from articles").await, STORM);
    assert_eq!(archive.one("select count(*) from revisions").await, 1);
    assert_eq!(archive.one("select error_kind from entries").await, "worse");
    assert_eq!(
        archive.one("select group_concat(outcome) from fetches where entry_id = 1").await,
        "stored,worse,worse,worse"
    );
}

#[tokio::test]
async fn a_site_that_calls_its_front_page_canonical_is_not_one_article() {
    let archive = Archive::new().await;
    let source = archive.follow("https://a.example/feed").await;
    let urls = ["https://a.example/storm", "https://a.example/council"];
    archive
        .announce(source, Fresh { new: urls.map(|url| sifted(url, 1)).into(), ..Fresh::default() })
        .await;
    let entries = archive.due().await;
    let lying = |url: &str, text: &str| {
        let mut fetched = article("https://a.example/", "News", text);
        fetched.page.url = url.to_owned();
        fetched
    };

    let storm = archive.visit(&entries[1], lying(urls[0], STORM)).await;
    let council = archive.visit(&entries[0], lying(urls[1], COUNCIL)).await;
    assert_eq!((storm.outcome, council.outcome), (Outcome::Stored, Outcome::Stored));
    assert_ne!(storm.article, council.article);
    let shown = archive.store.article(council.article.unwrap()).await.unwrap();
    assert_eq!(shown.article.url, urls[1]);
    // An honest canonical address of the same story still joins.
    let amp = archive.entry("https://c.example/feed", "https://a.example/amp/council").await;
    let mut fetched = article(urls[1], "News", COUNCIL);
    fetched.page.url = "https://a.example/amp/council".to_owned();
    let joined = archive.visit(&amp, fetched).await;
    assert_eq!(joined, VisitSaved { outcome: Outcome::Duplicate, article: council.article });
}

#[tokio::test]
async fn a_page_that_vanished_later_does_not_unstore_its_article() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;
    let gone = failed("https://a.example/storm", Outcome::Gone, "server answered 410");
    let record = VisitRecord {
        entry: entry.id,
        fingerprint: entry.fingerprint,
        host: entry.host.clone(),
        source: entry.source,
        attempt: gone,
        end: VisitEnd::Without(NoArticle::Skipped),
    };
    assert_eq!(archive.store.record_visit(record).await.unwrap().outcome, Outcome::Gone);
    let row = archive.store.sql("select state, error_kind, article_id from entries").await.unwrap();
    assert_eq!(row.rows[0], ["stored".into(), "gone".into(), serde_json::json!(1)]);
}

#[tokio::test]
async fn text_of_any_kind_is_read_back_as_it_was() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/odd").await;
    let odd = format!(
        "NUL \0 here, \u{202e}turned, \u{fffd}, 🌊, '; drop table articles; -- {}",
        "x".repeat(1 << 20)
    );
    let saved = archive.visit(&entry, article("https://a.example/odd", &odd, &odd)).await;
    let shown = archive.store.article(saved.article.unwrap()).await.unwrap();
    assert!(shown.article.title == odd && shown.article.text == odd);
    assert!(archive.one("select title from articles").await == odd);
}

#[tokio::test]
async fn markdown_is_read_back_whole_however_little_of_it_is_kept() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let entry = archive.entry("https://a.example/feed", url).await;
    for (text, markdown) in [
        ("It rained.", "It rained."),
        ("It poured, they say.", "It [poured](https://a.example/rain), they say."),
        ("Été à Zürich 🌊", "# Été **à** Zürich 🌊!"),
        ("NUL \0 here", "*NUL* \0 here"),
        ("aaaa", "aaa"),
        ("Nothing alike", "> NOTHING ALIKE"),
    ] {
        let (text, markdown) = (format!("{STORM} {text}"), format!("{STORM} {markdown}"));
        let mut fetched = article(url, "Storm", &text);
        fetched.record.article.markdown.clone_from(&markdown);
        archive.visit(&entry, fetched).await;
        assert_eq!(archive.store.article(ArticleId(1)).await.unwrap().article.markdown, markdown);
        assert!(archive.one("select markdown from articles").await == markdown, "{markdown}");
    }
    let other = "https://a.example/linked";
    let entry = archive.store.add_entry(&address(other), now()).await.unwrap();
    let mut fetched = article(other, "Council", COUNCIL);
    fetched.record.article.markdown = COUNCIL.replace("tram", "[tram](https://a.example/tram)");
    let markdown = fetched.record.article.markdown.clone();
    archive.visit(&entry, fetched).await;
    assert_eq!(archive.one("select markdown from articles where id = 2").await, markdown);
    let kept = archive.one("select markdown_kept from articles where id = 2").await;
    assert_eq!(kept, "[tram](https://a.example/tram)");

    // The same words, with a link elsewhere by now: no revision, but what it links to.
    let mut fetched = article(other, "Council", COUNCIL);
    fetched.record.article.markdown = COUNCIL.replace("tram", "[tram](https://a.example/line-2)");
    let markdown = fetched.record.article.markdown.clone();
    let saved = archive.visit(&entry, fetched).await;
    assert_eq!(saved.outcome, Outcome::Unchanged);
    assert_eq!(archive.one("select markdown from articles where id = 2").await, markdown);
}

#[tokio::test]
async fn a_copy_from_elsewhere_puts_off_no_look_at_the_page() {
    let archive = Archive::new().await;
    let url = "https://a.example/storm";
    let entry = archive.entry("https://a.example/feed", url).await;
    let mut fetched = article(url, "Storm", STORM);
    fetched.recheck_at = Some(now().after(Duration::from_hours(1)));
    archive.visit(&entry, fetched).await;
    let due = archive.one("select recheck_at from entries").await;
    let copy = ImportRecord {
        url: url.to_owned(),
        captured_at: now(),
        article: Ok(Box::new(article(url, "Storm", STORM))),
    };
    archive.store.record_import(copy).await.unwrap();
    assert!(due.is_string());
    assert_eq!(archive.one("select recheck_at from entries").await, due);
}

#[tokio::test]
async fn a_failed_poll_leaves_entries_and_validators_alone() {
    let archive = Archive::new().await;
    let source = archive.follow("https://a.example/feed").await;
    let fresh = Fresh { new: vec![sifted("https://a.example/1", 1)], ..Fresh::default() };
    archive.announce(source, fresh).await;
    let mut limited = failed("https://a.example/feed", Outcome::RateLimited, "server answered 429");
    limited.host_waits = vec![("a.example".to_owned(), later(7200))];
    let record = PollRecord {
        source,
        url: address("https://a.example/feed"),
        attempt: limited,
        end: PollEnd::Failed,
        plan: Plan { failures: 1, ..plan() },
        relocation: None,
    };
    archive.store.record_poll(record).await.unwrap();

    let polled = archive.store.source(source).await.unwrap();
    assert_eq!(polled.validators, Some(validators("\"1\"")));
    assert_eq!((polled.title.as_str(), polled.failures), ("The Coast", 1));
    assert_eq!(polled.last_error.as_deref(), Some("server answered 429"));
    assert_eq!(polled.last_error_kind.as_deref(), Some("rate_limited"));
    assert!(archive.due().await.is_empty(), "the host asked us to wait");
    let busy = HashSet::new();
    assert!(archive.store.due_sources(later(3600), 9, &busy).await.unwrap().is_empty());
    assert_eq!(archive.store.due_sources(later(7200), 9, &busy).await.unwrap().len(), 1);

    archive.announce(source, Fresh::default()).await;
    assert_eq!(archive.store.source(source).await.unwrap().last_error, None);
}

#[tokio::test]
async fn a_poll_of_the_address_that_a_source_left_says_nothing_about_the_new_one() {
    let archive = Archive::new().await;
    let source = archive.follow("https://a.example/feed").await;
    let new = address("https://b.example/feed");
    archive.store.move_source(source, &new, now()).await.unwrap();
    let fresh = Fresh { new: vec![sifted("https://a.example/1", 1)], ..Fresh::default() };
    let ends =
        [answered(source, fresh).end, PollEnd::NotModified(validators("\"2\"")), PollEnd::Failed];
    for end in ends {
        let attempt = attempt("https://a.example/feed", Outcome::Gone);
        let late = PollRecord { end, attempt, ..answered(source, Fresh::default()) };
        archive.store.record_poll(late).await.unwrap();
    }

    let moved = archive.store.source(source).await.unwrap();
    assert_eq!((moved.state, moved.next_poll_at), (SourceState::Active, now()));
    assert_eq!((moved.validators, moved.polled_at, moved.title.as_str()), (None, None, ""));
    assert_eq!(archive.due().await.len(), 1, "what it announced is not lost");
    assert_eq!(archive.one("select count(*) from fetches").await, 3);
}

#[tokio::test]
async fn a_feed_that_edits_on_every_poll_is_not_followed_for_ever() {
    let archive = Archive::new().await;
    let source = archive.follow("https://a.example/feed").await;
    let url = "https://a.example/1";
    archive.announce(source, Fresh { new: vec![sifted(url, 0)], ..Fresh::default() }).await;
    let mut revisits = 0;
    for edit in 1..=30 {
        let fresh = Fresh { changed: vec![sifted(url, edit)], ..Fresh::default() };
        revisits += archive.announce(source, fresh).await.changed;
    }
    assert_eq!(revisits, tearsheet::limits::ENTRY_REVISITS_MAX as usize);
    // Nor does it count as news, for which its source would be polled sooner.
    let once = sifted("https://a.example/2", 1);
    archive.announce(source, Fresh { new: vec![once], ..Fresh::default() }).await;
    let announced = ["https://a.example/1", "https://a.example/2", "https://a.example/3"];
    let announced: Vec<_> = announced.iter().map(|url| sifted(url, 99)).collect();
    let known = archive.store.known_entries(source, &announced).await.unwrap();
    let fresh = tearsheet::sift::sift(announced.clone(), &known);
    let urls = |sifted: &[Sifted]| sifted.iter().map(|one| one.key.0.clone()).collect::<Vec<_>>();
    assert_eq!(urls(&fresh.changed), ["link:https://a.example/2"]);
    assert_eq!(urls(&fresh.new), ["link:https://a.example/3"]);
    assert_eq!(fresh.worn_out, 1);
}

#[tokio::test]
async fn a_feed_that_makes_up_its_guids_on_every_poll_is_not_followed_for_ever_either() {
    let archive = Archive::new().await;
    let source = archive.follow("https://a.example/feed").await;
    let mut polls_with_news = 0;
    for poll in 0..30 {
        let announced = ["https://a.example/1", "https://a.example/2"].map(|url| {
            let sifted = sifted(url, poll);
            Sifted { key: EntryKey(format!("guid:{poll} {url}")), ..sifted }
        });
        let known = archive.store.known_entries(source, &announced).await.unwrap();
        let fresh = tearsheet::sift::sift(announced.into(), &known);
        polls_with_news += u32::from(!fresh.new.is_empty() || !fresh.changed.is_empty());
        archive.announce(source, fresh).await;
    }
    assert_eq!(archive.one("select count(*) from entries").await, 2);
    assert_eq!(polls_with_news, 1 + tearsheet::limits::ENTRY_REVISITS_MAX);
}

#[tokio::test]
async fn work_is_dealt_out_host_by_host_oldest_first() {
    let archive = Archive::new().await;
    let source = archive.follow("https://feed.example/feed").await;
    let dated = |url: &str, day: i8| {
        let mut sifted = sifted(url, u64::MAX);
        let at = tearsheet::time::StatedTime::Day(jiff::civil::date(2026, 11, day));
        sifted.entry.published = Some(Dated { at, from: DateSource::Feed });
        sifted
    };
    let new = vec![
        dated("https://a.example/3", 3),
        dated("https://a.example/2", 2),
        dated("https://b.example/1", 1),
        dated("https://a.example/1", 1),
        dated("https://c.example/1", 1),
    ];
    archive.announce(source, Fresh { new, ..Fresh::default() }).await;

    let busy = HashSet::from(["c.example".to_owned()]);
    let due = archive.store.due_entries(later(60), 10, 2, &busy, None).await.unwrap();
    let urls: Vec<_> = due.iter().map(|entry| entry.url.as_ref().unwrap().as_str()).collect();
    assert_eq!(urls, ["https://a.example/1", "https://b.example/1", "https://a.example/2"]);
    assert_eq!(due[0].published.as_deref(), Some("2026-11-01"));
    assert!(
        archive
            .store
            .due_entries(now().before(Duration::from_secs(1)), 10, 2, &busy, None)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn only_sources_that_are_active_and_of_idle_hosts_are_due() {
    let archive = Archive::new().await;
    for url in ["https://a.example/1", "https://a.example/2", "https://b.example/1"] {
        archive.follow(url).await;
    }
    archive.store.set_source_state(SourceId(1), SourceState::Paused, now()).await.unwrap();
    let due = |busy: &'static [&'static str]| {
        let store = archive.store.clone();
        let busy = busy.iter().map(|&host| host.to_owned()).collect();
        async move {
            let due = store.due_sources(now(), 9, &busy).await.unwrap();
            due.iter().map(|source| source.id.0).collect::<Vec<_>>()
        }
    };
    assert_eq!(due(&[]).await, [2, 3]);
    assert_eq!(due(&["a.example"]).await, [3]);
    archive.announce(SourceId(2), Fresh::default()).await;
    assert_eq!(due(&[]).await, [3]);
    assert_eq!(archive.store.make_due(Some(&[SourceId(2)]), now()).await.unwrap(), 1);
    assert_eq!(due(&[]).await, [2, 3]);
    archive.store.set_source_state(SourceId(1), SourceState::Active, now()).await.unwrap();
    assert_eq!(archive.store.make_due(None, now()).await.unwrap(), 3);
    assert!(archive.store.make_due(Some(&[SourceId(99)]), now()).await.is_err());
}

/// 2,000 feeds of one host that were polled one in a turn would take days.
#[tokio::test]
async fn sources_of_a_host_are_dealt_out_in_batches_and_a_broken_one_is_put_aside() {
    let archive = Archive::new().await;
    for n in 0..20 {
        archive.follow(&format!("https://a.example/{n}")).await;
    }
    archive.follow("https://b.example/").await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive.path());
    let mut tool = options.connect().await.unwrap();
    sqlx::query("update sources set url = 'no address' where id = 1")
        .execute(&mut tool)
        .await
        .unwrap();
    let due = async || {
        let due = archive.store.due_sources(now(), 100, &HashSet::new()).await.unwrap();
        due.iter().map(|source| source.id.0).collect::<Vec<_>>()
    };
    let batch = i64::try_from(tearsheet::limits::HOST_BATCH_MAX).unwrap();

    let ids = |range: std::ops::RangeInclusive<i64>| range.chain([21]).collect::<Vec<_>>();
    assert_eq!(due().await, ids(2..=batch));
    assert_eq!(due().await, ids(2..=batch + 1));
    let failing = archive.store.status(now()).await.unwrap().failing;
    assert!(failing[0].id == 1 && failing[0].last_error.as_ref().unwrap().contains("no address"));
    // Mended and resumed, it is one of them again.
    sqlx::query("update sources set url = 'https://a.example/mended' where id = 1")
        .execute(&mut tool)
        .await
        .unwrap();
    archive.store.set_source_state(SourceId(1), SourceState::Active, now()).await.unwrap();
    assert_eq!(due().await, ids(1..=batch));
}

#[tokio::test]
async fn a_source_that_moved_is_found_at_both_addresses_and_not_followed_twice() {
    let archive = Archive::new().await;
    let id = archive.follow("https://a.example/old").await;
    archive.announce(id, Fresh::default()).await;
    archive.store.move_source(id, &address("https://a.example/new"), now()).await.unwrap();
    for url in ["https://a.example/old", "https://a.example/new?utm_source=x"] {
        let found = archive.store.source_at(url).await.unwrap().unwrap();
        assert_eq!((found.id, found.validators, found.next_poll_at), (id, None, now()));
    }
    let again = archive.store.add_source(&source("https://a.example/old"), now()).await.unwrap();
    assert!(!again.new && again.id == id);
    let other = archive.follow("https://b.example/").await;
    let taken = archive.store.move_source(other, &address("https://a.example/new"), now()).await;
    assert!(matches!(taken, Err(StoreError::Taken { id: 1, .. })));
}

#[tokio::test]
async fn removing_a_source_keeps_its_articles_and_drops_its_to_do_list() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;
    let source = entry.source.unwrap();
    let new = vec![sifted("https://a.example/2", 1)];
    archive.announce(source, Fresh { new, ..Fresh::default() }).await;
    archive.store.remove_source(source).await.unwrap();

    assert_eq!(archive.store.list(&ArticleFilter::default()).await.unwrap().len(), 1);
    assert_eq!(archive.one("select group_concat(state) from entries").await, "stored");
    assert_eq!(archive.one("select count(*) from fetches").await, 3);
    assert!(archive.store.article_at("https://a.example/storm").await.unwrap().is_some());
    assert!(matches!(archive.store.remove_source(source).await, Err(StoreError::NoSuch { .. })));
    let late = archive.store.record_poll(answered(source, Fresh::default())).await;
    assert!(matches!(late, Err(StoreError::NoSuch { .. })));
    // Its number is not given to another source.
    assert_ne!(archive.follow("https://b.example/").await, source);
}

#[tokio::test]
async fn an_address_given_by_hand_is_one_entry_however_often_it_is_given() {
    let archive = Archive::new().await;
    let url = address("https://a.example/storm?utm_source=mail");
    let first = archive.store.add_entry(&url, now()).await.unwrap();
    archive.visit(&first, article("https://a.example/storm", "Storm", STORM)).await;
    let again = archive.store.add_entry(&address("https://a.example/storm"), now()).await.unwrap();
    assert_eq!((again.id, again.article), (first.id, Some(ArticleId(1))));
    assert_eq!(archive.due().await.len(), 1);
}

#[tokio::test]
async fn search_finds_words_phrases_and_beginnings_and_chokes_on_nothing() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm in Zürich", STORM)).await;
    let entry = archive.entry("https://b.example/feed", "https://b.example/council").await;
    let text = format!("{COUNCIL} It is not about a storm.");
    archive.visit(&entry, article("https://b.example/council", "Tram", &text)).await;

    assert_eq!(archive.ids("storm").await, [1, 2], "the headline weighs more");
    assert_eq!(archive.ids("ZURICH").await, [1]);
    assert_eq!(archive.ids("\"town council\" shop*").await, [2]);
    for typed in
        ["C++ and \"open\"", "a AND OR", "NEAR(", "title:", "x' OR 1=1 --", "^ storm", "\u{0}storm"]
    {
        let answer =
            archive.store.search(typed, &ArticleFilter::default(), HitOrder::Relevance).await;
        assert!(answer.is_ok(), "{typed}: {answer:?}");
    }
    let none = archive.store.search("!?", &ArticleFilter::default(), HitOrder::Relevance).await;
    assert!(matches!(none, Err(StoreError::Query(_))));
    let hit = archive
        .store
        .search("ferry", &ArticleFilter::default(), HitOrder::Relevance)
        .await
        .unwrap()
        .remove(0);
    assert!(hit.snippet.contains("\u{2}ferry\u{3}"), "{}", hit.snippet);
}

#[tokio::test]
async fn filters_narrow_lists_and_exports_alike() {
    let archive = Archive::new().await;
    let source = archive.follow("https://feed.example/").await;
    let urls: Vec<String> = (0..250).map(|n| format!("https://a.example/{n}")).collect();
    let new = urls.iter().map(|url| sifted(url, 1)).collect();
    archive.announce(source, Fresh { new, ..Fresh::default() }).await;
    for entry in
        archive.store.due_entries(later(60), 500, 500, &HashSet::new(), None).await.unwrap()
    {
        let url = entry.url.as_ref().unwrap().to_string();
        archive.visit(&entry, article(&url, "Short", &format!("Note {url}"))).await;
    }
    let count = async |filter: ArticleFilter| {
        let listed = archive.store.list(&filter).await.unwrap().len();
        let exported: Vec<_> = archive
            .store
            .export(filter, Parts::Current, |articles| articles)
            .flat_map(|portion| stream::iter(portion.unwrap()))
            .map(|detail| detail.article.id)
            .collect()
            .await;
        assert!(exported.is_sorted() && exported.len() == listed);
        listed
    };
    let all = ArticleFilter::default;
    assert_eq!(count(all()).await, 250);
    assert_eq!(count(ArticleFilter { source: Some(source), limit: Some(120), ..all() }).await, 120);
    assert_eq!(count(ArticleFilter { source: Some(SourceId(9)), ..all() }).await, 0);
    assert_eq!(count(ArticleFilter { language: Some("en".into()), ..all() }).await, 250);
    assert_eq!(count(ArticleFilter { language: Some("e".into()), ..all() }).await, 0);
    assert_eq!(count(ArticleFilter { site: Some("the coast".into()), ..all() }).await, 250);
    assert_eq!(count(ArticleFilter { site: Some("A.example".into()), ..all() }).await, 250);
    assert_eq!(count(ArticleFilter { since: Some(later(1)), ..all() }).await, 0);
    assert_eq!(count(ArticleFilter { until: Some(later(1)), ..all() }).await, 250);
    assert_eq!(count(ArticleFilter { after_id: Some(ArticleId(240)), ..all() }).await, 10);
}

#[tokio::test]
async fn free_questions_are_answered_and_cannot_write() {
    let archive = Archive::new().await;
    let answer = archive
        .store
        .sql("select 1 as one, 2.5, null, 'ä;\"', x'0102', count(*) from sources; -- done")
        .await
        .unwrap();
    assert_eq!(answer.columns[0], "one");
    let row = serde_json::json!([1, 2.5, null, "ä;\"", {"blob_bytes": 2}, 0]);
    assert_eq!(serde_json::Value::from(answer.rows[0].clone()), row);
    assert_eq!(archive.store.sql("select id from articles").await.unwrap().columns, ["id"]);

    let outside = archive.folder.path().join("out.db");
    for refused in [
        "delete from sources".to_owned(),
        "with x as (select 1) delete from sources".to_owned(),
        "select 1; select 2".to_owned(),
        "select nothing from nowhere".to_owned(),
        "selec".to_owned(),
        format!("vacuum into '{}'", outside.display()),
    ] {
        let answer = archive.store.sql(&refused).await;
        assert!(matches!(answer, Err(StoreError::Query(_))), "{refused}: {answer:?}");
    }
    assert!(!outside.exists());
}

#[tokio::test]
async fn the_documented_views_and_every_comment_are_in_the_file() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;
    let view = archive.store.sql("select * from removals_by_site").await.unwrap();
    assert_eq!(view.rows[0][1], "comment_prompt");
    assert_eq!(archive.one("select articles from source_health").await, 1);
    assert_eq!(archive.one("select source_title from articles_with_source").await, "The Coast");
    let schema = archive.store.sql("select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like 'articles_fts%'").await.unwrap();
    assert!(schema.rows.len() >= 10);
    for row in schema.rows {
        assert!(row[1].as_str().unwrap().contains("\n    -- "), "{} has no comment", row[0]);
    }
}

#[tokio::test]
async fn status_check_and_backup_see_a_sound_database() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;
    let status = archive.store.status(later(1000)).await.unwrap();
    assert_eq!((status.articles, status.removals, status.lag_seconds), (1, 1, 100));
    assert_eq!(status.entries, [("stored".to_owned(), 1)]);
    assert!(status.database_bytes > 0 && status.failing.is_empty());

    let report = archive.store.check(now()).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert!(report.passed.len() >= 6);

    let target = archive.folder.path().join("copy.db");
    let bytes = archive.store.backup(&target).await.unwrap();
    assert_eq!(target.metadata().unwrap().len(), bytes);
    let copy = Store::open_read_only(&target).await.unwrap();
    assert_eq!(copy.list(&ArticleFilter::default()).await.unwrap().len(), 1);
    assert!(copy.check(now()).await.unwrap().problems.is_empty());
    let again = archive.store.backup(&target).await;
    assert!(matches!(again, Err(StoreError::Exists(_))));
    assert_eq!(archive.store.trim_fetches(later(1)).await.unwrap(), 2);
    let (found, known) = archive.store.schema_version().await.unwrap();
    assert_eq!(found, known);
}

#[tokio::test]
async fn a_file_that_is_not_ours_or_not_whole_is_refused_and_left_as_it_is() {
    let archive = Archive::new().await;
    for n in 0..20 {
        let url = format!("https://a.example/{n}");
        let entry = archive.store.add_entry(&address(&url), now()).await.unwrap();
        archive.visit(&entry, article(&url, "Storm", &format!("{n} {STORM}"))).await;
    }
    let path = archive.path();
    archive.store.close().await;
    let whole = std::fs::read(&path).unwrap();
    let with = |change: fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        bytes
    };
    let refused = async |bytes: Vec<u8>, expected: fn(&StoreError) -> bool| {
        let path = archive.folder.path().join("refused.db");
        std::fs::write(&path, &bytes).unwrap();
        for error in [
            Store::open(&path).await.unwrap_err(),
            Store::open_read_only(&path).await.err().unwrap_or(StoreError::NotOurs(path.clone())),
        ] {
            assert!(expected(&error) || matches!(error, StoreError::NotOurs(_)), "{error:?}");
            assert!(error.hint().is_some());
        }
        let error = Store::open(&path).await.unwrap_err();
        assert!(expected(&error) && error.to_string().contains("refused.db"), "{error:?}");
        assert!(std::fs::read(&path).unwrap() == bytes, "the file was changed: {error}");
    };
    let not_ours = |error: &StoreError| matches!(error, StoreError::NotOurs(_));
    let damaged = |error: &StoreError| matches!(error, StoreError::Damaged { .. });
    refused(b"<rss>a text</rss>".repeat(100), not_ours).await;
    refused(with(|bytes| bytes[68..72].copy_from_slice(b"Some")), not_ours).await;
    refused(with(|bytes| bytes[68..72].fill(0)), not_ours).await;
    refused(with(|bytes| bytes[63] = 99), |error| {
        matches!(error, StoreError::Newer { found: 99, .. })
    })
    .await;
    refused(with(|bytes| bytes.truncate(bytes.len() / 2)), damaged).await;
    refused(
        with(|bytes| {
            let half = bytes.len() / 2;
            bytes[half..half + 9000].fill(0xa5);
        }),
        damaged,
    )
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made_or_missed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    assert!(matches!(Store::open_read_only(&path).await, Err(StoreError::Missing(_))));
    assert!(!path.exists());
    let inside = folder.path().join("no/folder/new.db");
    let error = Store::open(&inside).await.unwrap_err();
    assert!(matches!(error, StoreError::NoFolder(_)) && error.hint().unwrap().contains("mkdir"));
    // What an interrupted start leaves behind.
    std::fs::write(&path, b"").unwrap();
    Store::open(&path).await.unwrap().close().await;
    Store::open_read_only(&path).await.unwrap().close().await;
}

#[tokio::test]
async fn a_store_opened_for_reading_refuses_to_write() {
    let archive = Archive::new().await;
    let reader = Store::open_read_only(&archive.path()).await.unwrap();
    let refused = reader.add_source(&source("https://a.example/"), now()).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    // What it could not look at it does not call good.
    let report = reader.check(now()).await.unwrap();
    assert!(report.skipped[0].contains("search index"), "{report:?}");
    assert!(!report.passed.iter().any(|line| line.contains("search")), "{report:?}");
}

#[tokio::test]
async fn a_file_that_was_replaced_under_us_gets_nothing_more() {
    let archive = Archive::new().await;
    std::fs::rename(archive.path(), archive.folder.path().join("moved.db")).unwrap();
    let refused = archive.store.add_source(&source("https://a.example/"), now()).await;
    assert!(matches!(refused, Err(StoreError::Replaced(_))), "{refused:?}");
}

#[test]
fn a_second_fetcher_is_refused_by_whatever_name_it_calls_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let held = WorkLock::acquire(&path).unwrap();
    let same = folder.path().join("./news.db");
    assert!(matches!(WorkLock::acquire(&same), Err(StoreError::Busy { pid: Some(_), .. })));
    #[cfg(unix)]
    {
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink("news.db", &link).unwrap();
        let error = WorkLock::acquire(&link).unwrap_err();
        assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    }
    drop(held);
    WorkLock::acquire(&path).unwrap();
}

#[tokio::test]
async fn readers_see_whole_outcomes_only_while_others_are_written() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm 0", STORM)).await;
    let writing = {
        let store = archive.store.clone();
        tokio::spawn(async move {
            for n in 1..60 {
                let text = format!("{STORM} {n}");
                let fetched = article("https://a.example/storm", &format!("Storm {n}"), &text);
                store.record_visit(stored(&entry, fetched)).await.unwrap();
            }
        })
    };
    let reader = Store::open_read_only(&archive.path()).await.unwrap();
    while !writing.is_finished() {
        let shown = reader.article(ArticleId(1)).await.unwrap();
        let last = shown.revisions.last().unwrap();
        assert_eq!(shown.article.revision, last.revision);
        assert_eq!((&shown.article.title, &shown.article.text), (&last.title, &last.text));
        assert_eq!(shown.removals.len(), 1);
    }
    writing.await.unwrap();
    assert_eq!(reader.article(ArticleId(1)).await.unwrap().article.revision, 60);
}

/// They share a transaction, and each ends as if it had been alone.
#[tokio::test]
async fn polls_and_visits_of_one_moment_are_each_saved_whole_or_not_at_all() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    let mut polls = Vec::new();
    for n in 0..60 {
        let feed = format!("https://h{n}.example/feed");
        let id = archive.follow(&feed).await;
        let new = (0..n).map(|at| sifted(&format!("https://h{n}.example/{at}"), at)).collect();
        let fresh = Fresh { new, ..Fresh::default() };
        polls.push(PollRecord { url: address(&feed), ..answered(id, fresh) });
    }
    let removed = polls[40].source;
    archive.store.remove_source(removed).await.unwrap();

    let visit = stored(&entry, article("https://a.example/storm", "Storm", STORM));
    let polled = futures_util::future::join_all(
        polls.into_iter().map(|poll| archive.store.record_poll(poll)),
    );
    let (polled, visited) = tokio::join!(polled, archive.store.record_visit(visit));

    assert_eq!(visited.unwrap().outcome, Outcome::Stored);
    for (n, saved) in polled.into_iter().enumerate() {
        match saved {
            Ok(saved) => assert_eq!(saved.new, n),
            Err(error) => {
                let source = removed.0.to_string();
                assert!(matches!(error, StoreError::NoSuch { id, .. } if id == source && n == 40));
            }
        }
    }
    assert_eq!(archive.one("select count(*) from fetches where source_id > 1").await, 59);
    assert_eq!(archive.one("select count(*) from entries where source_id > 1").await, 1770 - 40);
    assert_eq!(archive.ids("storm").await, [1], "the article of that moment is found");
    archive.is_sound().await;
}

/// A database tool with an open transaction must not cost us an article.
#[tokio::test]
async fn a_write_waits_for_another_program_to_let_go_of_the_file() {
    let archive = Archive::new().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive.path());
    let mut tool = options.connect().await.unwrap();
    let held = tool.begin_with("begin exclusive").await.unwrap();
    let add = tokio::spawn({
        let store = archive.store.clone();
        async move { store.add_source(&source("https://a.example/"), now()).await }
    });
    assert!(archive.store.sources().await.unwrap().is_empty(), "reading goes on");
    assert!(!add.is_finished());
    held.rollback().await.unwrap();
    assert!(add.await.unwrap().unwrap().new);
}

#[tokio::test]
async fn totals_for_metrics_name_every_state_and_agree_with_status() {
    let archive = Archive::new().await;
    assert!(!archive.store.has_sources().await.unwrap());
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;
    archive.store.add_entry(&address("https://a.example/2"), now()).await.unwrap();
    assert!(archive.store.has_sources().await.unwrap());

    let totals = archive.store.gauges(later(1000)).await.unwrap();
    let status = archive.store.status(later(1000)).await.unwrap();
    let words = |counts: &[(String, u64)]| {
        counts.iter().map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
    };
    // A state that nothing is in any more must fall to zero, not stand still.
    assert_eq!(words(&totals.entries), "0 failed, 1 pending, 0 skipped, 1 stored");
    assert_eq!(words(&totals.sources), "1 active, 0 gone, 0 paused");
    assert_eq!(words(&status.entries), "1 pending, 1 stored");
    assert_eq!((totals.articles, totals.failing, totals.lag_seconds), (1, 0, 100));
    assert_eq!((status.articles, status.lag_seconds), (1, 100));
}

#[tokio::test]
async fn check_finds_what_a_foreign_hand_broke() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    archive.visit(&entry, article("https://a.example/storm", "Storm", STORM)).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive.path());
    let mut tool = options.foreign_keys(false).connect().await.unwrap();
    for harm in [
        "drop trigger articles_fts_update",
        "update articles set text = 'gone'",
        "insert into removals (article_id, position, kind, rule, text) values (99, 0, 'ad', 'x', 'x')",
        "update entries set article_id = null",
        "update articles set revision = 5",
    ] {
        sqlx::query(harm).execute(&mut tool).await.unwrap();
    }
    let problems = archive.store.check(now()).await.unwrap().problems.join("\n");
    for named in [
        "search index disagrees",
        "rows point to rows that are gone",
        "say they are stored",
        "do not agree with their revisions",
    ] {
        assert!(problems.contains(named), "{named}: {problems}");
    }
}
