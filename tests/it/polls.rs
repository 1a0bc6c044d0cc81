//! What the operator of a site sees of us over many polls, by the log of the
//! server, and what the database remembers.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use sqlx::Connection;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;

use crate::support::desk::{Desk, Ran};
use crate::support::origin::{Origin, Reply};
use crate::support::wait_until;

const DAY: &str = "-1 days";

/// A desk that may ask loopback, and asks without a pause.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write(
        "tearsheet.toml",
        "[fetch]\nallow_addresses = ['127.0.0.0/8']\nper_host_delay = '0s'\n\
         [extract]\ncontent = 'feed'\n",
    );
    desk
}

/// A desk that follows this feed.
fn following(url: &str) -> Desk {
    let desk = desk();
    desk.ok(&["add", "--kind", "feed", url]);
    desk
}

fn poll(desk: &Desk) {
    desk.run(&["fetch", "--all"]);
}

fn rows(desk: &Desk, query: &str) -> Vec<Value> {
    let rows = desk.ok(&["sql", "--format", "jsonl", query]);
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn source(desk: &Desk) -> Value {
    rows(desk, "select * from sources order by id limit 1").remove(0)
}

/// Lets time pass for the columns named: what they hold happened earlier.
fn lies_back(desk: &Desk, columns: &[&str], by: &str) {
    happened_earlier(desk, "sources", columns, by);
}

fn happened_earlier(desk: &Desk, table: &str, columns: &[&str], by: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(desk.path("tearsheet.db"));
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        for column in columns {
            let earlier = format!(
                "update {table} set {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '{by}')"
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(earlier)).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    });
}

fn rss(items: &[&str]) -> String {
    let items = items.iter().map(|name| {
        format!(
            "<item><title>Story {name}</title><guid isPermaLink='false'>{name}</guid>\
             <pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate><description>Text of {name}.</description></item>"
        )
    });
    format!("<rss><channel><title>Daily</title>{}</channel></rss>", items.collect::<String>())
}

/// The header of every request, in order.
fn sent(origin: &Origin, header: &str) -> Vec<Option<String>> {
    origin.log().iter().map(|request| request.header(header).map(str::to_owned)).collect()
}

// ── validators

#[test]
fn the_first_poll_is_unconditional_and_all_later_ones_are_not_whatever_ran_in_between() {
    let origin = Origin::start();
    origin.on("/feed", Reply::ok(rss(&["a"])).version("W/\"odd, one\""));
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| poll(&desk));
    let tag = Some("W/\"odd, one\"".to_owned());
    assert_eq!(sent(&origin, "if-none-match"), [None, tag.clone(), tag]);
    assert_eq!(origin.paths().len(), 3, "one request each");
}

#[test]
fn a_server_that_says_not_modified_for_ever_is_asked_in_full_after_eight_days() {
    let origin = Origin::start();
    origin.on("/feed", Reply::ok(rss(&["a"])).version("\"1\""));
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    lies_back(&desk, &["answered_at"], "-7 days");
    poll(&desk);
    lies_back(&desk, &["answered_at"], DAY);
    poll(&desk);
    poll(&desk);
    let conditional: Vec<bool> =
        sent(&origin, "if-none-match").iter().map(Option::is_some).collect();
    assert_eq!(conditional, [false, true, false, true]);
}

#[test]
fn an_answer_that_is_no_feed_costs_neither_validators_nor_entries() {
    let origin = Origin::start();
    origin.script(
        "/feed",
        [
            Reply::ok(rss(&["a", "b"])).header("ETag", "\"good\""),
            Reply::ok("<!doctype html><title>Maintenance</title>").header("ETag", "\"page\""),
            Reply::status(500).header("ETag", "\"error\""),
            Reply::ok("").header("ETag", "\"empty\""),
            Reply::ok(rss(&[])).header("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"),
            Reply::ok(rss(&["a"])),
        ],
    );
    let desk = following(&origin.url("/feed"));
    for _ in 0..4 {
        poll(&desk);
        assert_eq!(source(&desk)["etag"], "\"good\"");
    }
    poll(&desk);
    assert_eq!(source(&desk)["etag"], Value::Null, "the newest answer has none");
    assert_eq!(source(&desk)["last_modified"], "Mon, 23 Nov 2026 10:00:00 GMT");
    assert_eq!(rows(&desk, "select * from entries").len(), 2, "an empty feed takes nothing back");
}

#[test]
fn what_a_feed_lost_with_its_end_is_not_hidden_by_its_validators() {
    let origin = Origin::start();
    let whole = rss(&["a", "b"]);
    let cut = whole.split_once("<item><title>Story b").unwrap().0.to_owned();
    origin.script("/feed", [cut, whole].map(|feed| Reply::ok(feed).version("\"1\"")));
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    assert_eq!(source(&desk)["etag"], Value::Null);
    (0..2).for_each(|_| poll(&desk));
    assert_eq!(rows(&desk, "select * from entries").len(), 2);
    assert_eq!(sent(&origin, "if-none-match"), [None, None, Some("\"1\"".to_owned())]);
}

#[test]
fn a_feed_that_never_ends_properly_is_asked_in_full_only_once_more() {
    let json = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [\
                {\"id\": \"a\", \"title\": \"A\", \"content_text\": \"Text\"},";
    for feed in [&*rss(&["a"]).replace("</channel></rss>", ""), json] {
        let origin = Origin::start();
        origin.on("/feed", Reply::ok(feed).version("\"1\""));
        let desk = following(&origin.url("/feed"));
        (0..4).for_each(|_| poll(&desk));
        assert_eq!(rows(&desk, "select * from entries").len(), 1);
        let conditional: Vec<bool> =
            sent(&origin, "if-none-match").iter().map(Option::is_some).collect();
        assert_eq!(conditional, [false, false, true, true], "{feed}");
    }
}

#[test]
fn a_server_that_sends_only_what_is_new_takes_nothing_back() {
    let origin = Origin::start();
    origin.script(
        "/feed",
        [
            Reply::ok(rss(&["a", "b"])).header("ETag", "\"1\""),
            Reply::status(226).header("IM", "feed").header("ETag", "\"2\"").body(rss(&["c"])),
            Reply::ok(rss(&["b", "c"])).version("\"2\""),
        ],
    );
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| poll(&desk));
    assert_eq!(sent(&origin, "a-im"), [None, Some("feed".to_owned()), Some("feed".to_owned())]);
    assert_eq!(sent(&origin, "if-none-match")[2].as_deref(), Some("\"2\""));
    let known = rows(&desk, "select guid from entries order by guid");
    assert_eq!(known, ["a", "b", "c"].map(|guid| serde_json::json!({"guid": guid})));
    let outcomes = rows(&desk, "select outcome from fetches where entry_id is null order by id");
    let outcomes: Vec<_> = outcomes.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["updated", "updated", "not_modified"]);
}

#[test]
fn a_304_that_speaks_of_another_version_hides_nothing() {
    let origin = Origin::start();
    let date = "Mon, 23 Nov 2026 10:00:00 GMT";
    let dated = |reply: Reply| reply.header("Last-Modified", date);
    origin.script(
        "/feed",
        [
            dated(Reply::ok(rss(&["a"])).header("ETag", "\"1\"")),
            // It has grown within the second, and only its date was looked at.
            dated(Reply::status(304).header("ETag", "\"2\"")),
            dated(Reply::ok(rss(&["a", "b"])).header("ETag", "\"2\"")),
        ],
    );
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| poll(&desk));
    assert_eq!(sent(&origin, "if-none-match"), [None, Some("\"1\"".to_owned()), None]);
    assert_eq!(sent(&origin, "if-modified-since")[2], None);
    assert_eq!(rows(&desk, "select * from entries").len(), 2);
}

#[test]
fn a_304_that_names_a_coding_of_the_same_version_is_believed() {
    let origin = Origin::start();
    let coded = || Reply::status(304).header("ETag", "\"1-gzip\"");
    origin.script("/feed", [Reply::ok(rss(&["a"])).header("ETag", "\"1\""), coded(), coded()]);
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| poll(&desk));
    let conditional = sent(&origin, "if-none-match").into_iter().skip(1);
    assert!(conditional.into_iter().all(|etag| etag.is_some()));
}

// ── pages that are looked at again

/// A page with a story, which is long enough to be one.
fn story(day: &str) -> Reply {
    Reply::ok(story_page(day))
}

fn story_page(day: &str) -> String {
    let paragraphs = ["roofs", "harbours", "schools", "railways"].map(|what| {
        format!(
            "<p>The council met on {day} to hear what the storm had done to the {what} of the town. \
             It agreed to look at the figures for the {what} once more, and to pay for the worst of \
             them before the winter. Nobody on {day} could say how long that would take.</p>"
        )
    });
    format!(
        "<!doctype html><title>Storm</title><article><h1>Storm</h1>{}</article>",
        paragraphs.concat()
    )
}

#[test]
fn a_page_that_is_looked_at_again_is_sent_only_if_it_changed() {
    let origin = Origin::start();
    let item = |title: &str| {
        format!(
            "<rss><channel><item><title>{title}</title><link>/storm</link></item></channel></rss>"
        )
    };
    let [first, second] = ["Storm nears", "Storm hits"].map(item);
    origin.script("/feed", [Reply::ok(first.clone()), Reply::ok(first), Reply::ok(second)]);
    let date = "Mon, 23 Nov 2026 10:00:00 GMT";
    origin.on("/storm", story("Monday").header("Last-Modified", date).version("W/\"1\""));
    let desk = following(&origin.url("/feed"));
    let look = || drop(desk.run(&["fetch", "--all", "--set", "extract.content=page"]));
    let asked = |header: &str| -> Vec<Option<String>> {
        let log = origin.log().into_iter().filter(|request| request.path == "/storm");
        log.map(|request| request.header(header).map(str::to_owned)).collect()
    };
    look();
    assert_eq!(asked("if-none-match"), [None]);

    // Its time has come: the server says that nothing changed, and is asked again later.
    happened_earlier(&desk, "entries", &["recheck_at"], DAY);
    look();
    assert_eq!(asked("if-none-match")[1..], [Some("W/\"1\"".to_owned())]);
    assert_eq!(asked("if-modified-since")[1..], [Some(date.to_owned())]);
    let state = "select state, recheck_at > settled_at as again, attempts, error from entries";
    assert_eq!(
        rows(&desk, state),
        [serde_json::json!({"state": "stored", "again": 1, "attempts": 1, "error": null})]
    );

    // The feed says that it changed: it is still asked, and what came is a revision.
    origin.on("/storm", story("Tuesday").version("\"2\""));
    look();
    assert_eq!(asked("if-none-match")[2..], [Some("W/\"1\"".to_owned())]);
    let outcomes = rows(&desk, "select outcome from fetches where entry_id > 0 order by id");
    let outcomes: Vec<_> = outcomes.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["stored", "not_modified", "revised"]);

    // What is much older is not sent back: some servers say "not modified" for ever.
    happened_earlier(&desk, "entries", &["recheck_at"], DAY);
    happened_earlier(&desk, "pages", &["fetched_at"], "-9 days");
    look();
    assert_eq!(asked("if-none-match")[3..], [None]);
}

/// A feed with an item for each of these links.
fn links(links: &[&str]) -> Reply {
    let items = links.iter().map(|link| {
        let link = link.replace('&', "&amp;");
        format!("<item><title>Story at {link}</title><link>{link}</link></item>")
    });
    Reply::ok(format!("<rss><channel>{}</channel></rss>", items.collect::<String>()))
}

/// Polls, and fetches the pages of what was announced.
fn poll_and_visit(desk: &Desk) {
    desk.run(&["fetch", "--all", "--set", "extract.content=page"]);
}

#[test]
fn a_story_that_moved_to_an_address_with_a_query_is_no_front_page() {
    let origin = Origin::start();
    let fronts = ["/", "/de", "/index.html"];
    let stories = ["/?p=123", "/index.php?id=7", "/default.aspx?story=9", "/x2"];
    let mut announced = vec!["/?p=4".to_owned()];
    origin.on("/?p=4", Reply::redirect(302, "/"));
    for (number, place) in stories.iter().chain(&fronts).enumerate() {
        origin.on(place, story("Monday"));
        let old = format!("/2026/{number}.html");
        origin.on(&old, Reply::redirect(301, place));
        announced.push(old);
    }
    let announced: Vec<&str> = announced.iter().map(String::as_str).collect();
    origin.on("/feed", links(&announced));
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    let lost = rows(&desk, "select url from entries where error_kind = 'soft_404' order by url");
    let lost: Vec<_> = lost.iter().map(|row| row["url"].as_str().unwrap().to_owned()).collect();
    let expected = ["/2026/4.html", "/2026/5.html", "/2026/6.html", "/?p=4"];
    assert_eq!(lost, expected.map(|path| origin.url(path)));
    assert_eq!(rows(&desk, "select 1 from entries where state = 'stored'").len(), stories.len());
}

/// A story about three things.
fn telling(words: &str) -> String {
    let [one, two, three] = [0, 1, 2].map(|n| words.split(' ').nth(n).unwrap());
    // Hardly three words in a row that another story has, too.
    let tell = |verb: &str| {
        let orders = [(one, two, three), (two, three, one), (three, one, two), (two, one, three)];
        let sentences = orders.map(|(a, b, c)| {
            format!("Whoever {verb} {a} beside {b} has {c} in {a}, for {b} {verb} {c} and {a}. ")
        });
        format!("<p>{}</p>", sentences.concat())
    };
    ["sees", "hears", "paints"].map(tell).concat()
}

/// A story of its own, whose page says that its address is `canonical`.
fn claiming(canonical: &str, words: &str) -> Reply {
    Reply::ok(format!(
        "<!doctype html><title>On {words}</title><link rel=canonical href='{canonical}'>\
         <article><h1>On {words}</h1>{}</article>",
        telling(words)
    ))
}

#[test]
fn an_entry_whose_link_leads_to_its_feed_or_front_is_told_by_its_own_text() {
    let origin = Origin::start();
    let items = [
        ("One", "/feed", telling("river harbour mill")),
        ("Two", "/feed", telling("tram bridge tower")),
        ("Three", "/feed#three", telling("orchard hedge barn")),
        ("Four", "/", telling("quarry dune reef")),
        ("Five", "/dead", telling("lantern kettle saddle")),
        ("Six", "/lost", "Short.".to_owned()),
        ("Seven", "/feed", "Short, too.".to_owned()),
        ("Eight", "/ai", "A page of its own.".to_owned()),
    ];
    let items = items.map(|(title, link, text)| {
        format!(
            "<item><title>{title}</title><guid isPermaLink='false'>{title}</guid>\
             <link>{link}</link><description><![CDATA[{text}]]></description></item>"
        )
    });
    let feed = format!("<rss><channel><title>Status</title>{}</channel></rss>", items.concat());
    // Whatever it calls itself.
    origin.on("/feed", Reply::ok(feed).header("Content-Type", "text/html"));
    for dead in ["/dead", "/lost"] {
        origin.on(dead, Reply::redirect(302, "/feed"));
    }
    let desk = following(&origin.url("/feed"));
    desk.run(&["fetch", "--set", "extract.content=auto"]);
    let told: Vec<(String, String)> = rows(&desk, "select title, url from articles")
        .iter()
        .map(|row| {
            (row["title"].as_str().unwrap().to_owned(), row["url"].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(told.len(), 5, "{told:?}");
    for (title, url) in told {
        match title.as_str() {
            "One" | "Two" | "Four" => assert!(url.starts_with("urn:"), "{title} at {url}"),
            "Three" => assert_eq!(url, origin.url("/feed#three")),
            title => assert_eq!((title, url), ("Five", origin.url("/dead"))),
        }
    }
    let lost = "select error_kind from entries where state = 'skipped' order by title desc";
    assert_eq!(
        rows(&desk, lost),
        ["not_html", "no_article"].map(|kind| serde_json::json!({"error_kind": kind}))
    );
    // The poll, and where two pages have gone.
    assert_eq!((asked_at(&origin, "/feed"), asked_at(&origin, "/")), (3, 0));
    assert_eq!(asked_at(&origin, "/ai"), 1, "a short name is no language's front");
    desk.ok(&["db", "check"]);
}

/// A page that only sends browsers on.
fn sends_on_to(url: &str) -> Reply {
    let refresh = format!("<meta http-equiv=refresh content='0;url={url}'>");
    Reply::ok(format!("<!doctype html><head>{refresh}</head><body>One moment</body>"))
}

#[test]
fn a_page_that_sends_browsers_on_is_followed_one_step() {
    let origin = Origin::start();
    origin.on("/feed", links(&["/old", "/here"]));
    origin.on("/old", sends_on_to("/storm"));
    origin.on("/storm", story("Monday"));
    origin.on("/here", sends_on_to("/there"));
    origin.on("/there", sends_on_to("/here"));
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    let told = rows(&desk, "select url from articles");
    assert_eq!(told, [serde_json::json!({"url": origin.url("/storm")})]);
    assert_eq!((asked_at(&origin, "/here"), asked_at(&origin, "/there")), (1, 1));
}

#[test]
fn a_story_whose_page_sends_browsers_on_later_is_kept_and_a_lost_one_is_not_sought_at_the_front() {
    let origin = Origin::start();
    origin.on("/feed", links(&["/storm", "/lost", "/gone"]));
    let refresh = "<meta http-equiv=refresh content='5;url=/'>";
    origin.on(
        "/storm",
        Reply::ok(story_page("Monday").replacen("<article>", &format!("{refresh}<article>"), 1)),
    );
    origin.on("/lost", sends_on_to("/"));
    origin.on("/gone", Reply::redirect(302, "/en"));
    origin.on("/en", sends_on_to("/en/today"));
    origin.on("/en/today", story("Tuesday"));
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    let told = rows(&desk, "select url from articles");
    assert_eq!(told, [serde_json::json!({"url": origin.url("/storm")})]);
    assert_eq!((asked_at(&origin, "/"), asked_at(&origin, "/en/today")), (0, 0));
}

#[test]
fn a_page_that_sends_browsers_on_to_a_host_that_wants_to_be_left_alone_is_one_attempt() {
    let busy = Origin::start();
    busy.on("/feed", Reply::status(429).header("Retry-After", "7200"));
    let desk = following(&busy.url("/feed"));
    poll(&desk);
    let origin = Origin::start();
    origin.on("/feed", links(&["/old", "/storm"]));
    origin.on("/old", sends_on_to(&busy.url("/new")));
    origin.on("/storm", story("Monday"));
    desk.ok(&["add", "--kind", "feed", &origin.url("/feed")]);
    poll_and_visit(&desk);
    poll_and_visit(&desk);
    let visits = "select outcome, status, bytes > 0 as read from fetches
                  where entry_id is not null order by outcome";
    let expected = [("rate_limited", Value::Null), ("stored", 200.into())].map(
        |(outcome, status)| serde_json::json!({"outcome": outcome, "status": status, "read": 1}),
    );
    assert_eq!(rows(&desk, visits), expected);
    assert_eq!(
        rows(&desk, "select attempts from entries where state = 'pending'")[0]["attempts"],
        1
    );
    assert_eq!((asked_at(&origin, "/old"), busy.paths()), (1, vec!["/feed".to_owned()]));
}

#[test]
fn a_story_that_another_page_sends_browsers_on_to_is_asked_whether_it_changed() {
    let origin = Origin::start();
    origin.on("/feed", links(&["/old"]));
    origin.on("/old", sends_on_to("/storm").version("\"old\""));
    origin.on("/storm", story("Monday").version("\"storm\""));
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    happened_earlier(&desk, "entries", &["recheck_at"], DAY);
    poll_and_visit(&desk);
    let asked = origin.log();
    let last = asked.last().unwrap();
    assert_eq!((last.path.as_str(), last.header("if-none-match")), ("/storm", Some("\"storm\"")));
    let visits = rows(&desk, "select outcome from fetches where entry_id is not null order by id");
    assert_eq!(visits[1]["outcome"], "not_modified");
}

#[test]
fn an_address_given_by_hand_that_sends_browsers_on_is_followed_one_step() {
    let origin = Origin::start();
    origin.on("/old", sends_on_to("/storm"));
    origin.on("/storm", story("Monday"));
    origin.on("/", sends_on_to("/en/"));
    let offer = "<link rel=alternate type='application/rss+xml' href=/news>";
    origin.on("/en/", Reply::ok(format!("<!doctype html><head>{offer}</head><p>News")));
    origin.on("/news", Reply::ok(rss(&["a"])));
    origin.on("/here", sends_on_to("/there"));
    origin.on("/there", sends_on_to("/here"));
    let desk = desk();
    desk.ok(&["fetch", &origin.url("/old")]);
    assert_eq!(rows(&desk, "select url from articles")[0]["url"], origin.url("/storm"));
    desk.ok(&["add", &origin.url("/")]);
    assert_eq!(source(&desk)["url"], origin.url("/news"));
    for command in ["add", "fetch"] {
        let ran = desk.run(&[command, &origin.url("/here")]);
        let said = ran.stdout + &ran.stderr;
        assert!(said.contains("does nothing but send browsers on to"), "{said}");
    }
    desk.run(&["fetch", &origin.url("/")]);
    assert_eq!(asked_at(&origin, "/news"), 2, "the feed that is followed is polled");
}

#[test]
fn a_page_that_is_refused_once_is_asked_again() {
    for status in [403, 408, 421, 423, 425] {
        let origin = Origin::start();
        origin.on("/feed", links(&["/storm"]));
        origin.script("/storm", [Reply::status(status), story("Monday")]);
        let desk = following(&origin.url("/feed"));
        poll_and_visit(&desk);
        happened_earlier(&desk, "entries", &["next_attempt_at"], DAY);
        poll_and_visit(&desk);
        assert_eq!(rows(&desk, "select state from entries")[0]["state"], "stored", "{status}");
    }
}

#[test]
fn a_page_whose_time_has_come_and_whose_entry_was_edited_is_asked_once() {
    let origin = Origin::start();
    let item = |title: &str| {
        let item = format!("<item><title>{title}</title><link>/storm</link></item>");
        Reply::ok(format!("<rss><channel>{item}</channel></rss>"))
    };
    origin.script("/feed", ["Storm nears", "Storm hits"].map(item));
    origin.on("/storm", story("Monday"));
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    happened_earlier(&desk, "entries", &["recheck_at"], DAY);
    poll_and_visit(&desk);
    assert_eq!(asked_at(&origin, "/storm"), 2);
    assert_eq!(rows(&desk, "select state from entries")[0]["state"], "stored");
}

/// A feed with three stories, each made of its number.
fn three(item: impl Fn(u32) -> String) -> Reply {
    let items = [1, 2, 3].map(|n| format!("<item>{}</item>", item(n)));
    Reply::ok(format!("<rss><channel>{}</channel></rss>", items.concat()))
}

#[test]
fn stories_whose_dates_or_names_are_made_up_for_every_answer_are_no_news() {
    let dated_anew = |poll: u32| {
        three(|n| {
            format!(
                "<guid>{n}</guid><title>Story {n}</title><link>/{n}</link>\
                 <pubDate>Mon, 23 Nov 2026 10:0{poll}:00 GMT</pubDate>"
            )
        })
    };
    let named_anew = |poll: u32| {
        three(|n| {
            format!(
                "<guid>{n}-{poll}</guid><title>Story {n}</title><link>/{n}?session={poll}</link>\
                 <pubDate>Mon, 23 Nov 2026 10:0{n}:00 GMT</pubDate>"
            )
        })
    };
    // Beside one that keeps its name, two that share headline and time.
    let some_named_anew = |poll: u32| {
        three(|n| {
            let (title, name) = match n {
                1 => ("Story", "1".to_owned()),
                _ => ("Brief", format!("{n}-{poll}")),
            };
            format!(
                "<guid>{name}</guid><title>{title}</title><link>/{n}?session={name}</link>\
                 <pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>\
                 <description>In the matter of case {n}.</description>"
            )
        })
    };
    for answers in
        [[1, 2, 3].map(dated_anew), [1, 2, 3].map(named_anew), [1, 2, 3].map(some_named_anew)]
    {
        let origin = Origin::start();
        origin.script("/feed", answers);
        let desk = following(&origin.url("/feed"));
        (0..3).for_each(|_| poll_and_visit(&desk));
        let pages =
            origin.paths().into_iter().filter(|path| !["/feed", "/robots.txt"].contains(&&**path));
        assert_eq!(pages.count(), 3);
        let outcomes =
            rows(&desk, "select outcome from fetches where entry_id is null order by id");
        let outcomes: Vec<_> =
            outcomes.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["updated", "unchanged", "unchanged"]);
    }
}

#[test]
fn a_text_that_only_the_feed_tells_is_revised_when_it_changes_there() {
    let origin = Origin::start();
    let item = |link: &str, day: &str| {
        let part = format!("<p>At every pier the ferry to Corran was late again on {day}.</p>");
        let told = part.repeat(8);
        Reply::ok(format!(
            "<rss><channel><title>Daily</title><item><title>The ferry</title>\
             <guid isPermaLink='false'>ferry</guid>{link}\
             <description><![CDATA[{told}]]></description></item></channel></rss>"
        ))
    };
    let link = format!("<link>{}</link>", origin.url("/ferry"));
    for link in ["", &link] {
        origin.script("/feed", [item(link, "Monday"), item(link, "Tuesday")]);
        let desk = following(&origin.url("/feed"));
        poll(&desk);
        poll(&desk);
        let told = "select text, revision, content from articles";
        let told = rows(&desk, told).remove(0);
        assert!(told["text"].as_str().unwrap().contains("Tuesday"), "{told}");
        assert_eq!((&told["revision"], &told["content"]), (&2.into(), &"feed".into()));
        let outcomes = rows(&desk, "select outcome, error_kind from fetches where entry_id > 0");
        let kinds: Vec<_> =
            outcomes.iter().map(|row| (&row["outcome"], &row["error_kind"])).collect();
        assert_eq!(
            kinds,
            [(&"stored_from_feed".into(), &Value::Null), (&"revised".into(), &Value::Null)]
        );
    }
}

#[test]
fn a_text_of_the_feed_has_what_its_page_says_of_author_and_picture() {
    let origin = Origin::start();
    let told = "<p>At every pier the ferry to Corran was late again on Monday.</p>".repeat(8);
    origin.on(
        "/feed",
        Reply::ok(format!(
            "<rss><channel><title>Daily</title><item><title>The ferry</title><link>{}</link>\
             <description><![CDATA[{told}]]></description></item></channel></rss>",
            origin.url("/ferry")
        )),
    );
    let teaser = "The ferry to Corran was late again on Monday, and nobody at the pier knew why.";
    origin.on(
        "/ferry",
        Reply::ok(format!(
            "<!doctype html><title>The ferry</title><meta name=author content='Ada Sea'>\
             <meta property=og:image content=/ferry.jpg><article><h1>The ferry</h1><p>{teaser}</p>\
             <p>It sails from the old harbour to three villages on the other side.</p></article>"
        )),
    );
    let desk = following(&origin.url("/feed"));
    desk.run(&["fetch", "--all", "--set", "extract.content=auto"]);
    let told = rows(&desk, "select content, authors, image_url from articles").remove(0);
    let image = origin.url("/ferry.jpg");
    let expected =
        serde_json::json!({"content": "feed", "authors": "[\"Ada Sea\"]", "image_url": image});
    assert_eq!(told, expected);
}

#[test]
fn stories_that_all_claim_one_address_are_stored_each_at_its_own() {
    let origin = Origin::start();
    let stories =
        ["river harbour mill", "tram bridge tower", "orchard hedge barn", "quarry dune reef"];
    for (number, words) in stories.iter().enumerate() {
        origin.on(&format!("/c/{number}"), claiming("/c/0", words));
    }
    // The last comes first, and is told at an address that is not its own.
    origin.script("/feed", [links(&["/c/3"]), links(&["/c/0", "/c/1", "/c/2", "/c/3"])]);
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    assert_eq!(rows(&desk, "select url from articles")[0]["url"], origin.url("/c/0"));
    poll_and_visit(&desk);
    let told = rows(&desk, "select url, title, revision from articles order by url");
    for (number, (told, words)) in told.iter().zip(stories).enumerate() {
        assert_eq!(told["url"], origin.url(&format!("/c/{number}")));
        assert_eq!(told["title"], format!("On {words}"));
        assert_eq!(told["revision"], 1);
    }
    let entries = rows(
        &desk,
        "select 1 from entries join articles on articles.id = article_id
         where canonical_url = articles.url",
    );
    assert_eq!((told.len(), entries.len()), (4, 4));
    desk.ok(&["db", "check"]);
}

#[test]
fn an_address_that_another_source_announces_is_fetched_once_where_it_was_and_where_it_was_claimed()
{
    let origin = Origin::start();
    let feed = |link: &str| links(&[link]);
    origin.on("/amp/1", claiming("/1", "river harbour mill"));
    origin.on("/1", claiming("/1", "river harbour mill"));
    origin.on("/moved", Reply::redirect(301, "/1"));
    let desk = desk();
    for (number, link) in ["/amp/1", "/amp/1", "/1", "/1", "/moved", "/moved"].iter().enumerate() {
        let path = format!("/feed{number}");
        origin.on(&path, feed(link));
        desk.ok(&["add", "--kind", "feed", &origin.url(&path)]);
        poll_and_visit(&desk);
    }
    let asked = |path: &str| asked_at(&origin, path);
    // What was claimed is looked at once, and then known; so is what leads there.
    assert_eq!((asked("/amp/1"), asked("/1"), asked("/moved")), (1, 2, 1));
    assert_eq!(rows(&desk, "select url from articles")[0]["url"], origin.url("/1"));
    assert_eq!(rows(&desk, "select 1 from articles").len(), 1);
    assert_eq!(rows(&desk, "select 1 from entries where state = 'stored'").len(), 6);
}

// ── pace

#[test]
fn a_source_that_was_just_polled_is_left_alone_by_the_next_run() {
    let origin = Origin::start();
    origin.on("/feed", Reply::ok(rss(&["a"])));
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| drop(desk.run(&["fetch"])));
    assert_eq!(origin.paths(), ["/feed"]);
}

#[test]
fn what_was_planned_while_the_clock_ran_years_ahead_does_not_wait_for_those_years() {
    let origin = Origin::start();
    origin.on("/feed", Reply::ok(rss(&["a"])));
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    lies_back(&desk, &["next_poll_at"], "+1 days");
    desk.run(&["fetch"]);
    assert_eq!(origin.paths().len(), 1, "tomorrow is tomorrow");
    lies_back(&desk, &["next_poll_at"], "+4 years");
    desk.run(&["fetch"]);
    assert_eq!(origin.paths().len(), 2);
    // Days ahead it may be planned in earnest, but not polled.
    lies_back(&desk, &["next_poll_at", "polled_at"], "+9 days");
    desk.run(&["fetch"]);
    assert_eq!(origin.paths().len(), 3);
}

#[test]
fn a_feed_whose_address_holds_a_key_is_polled_under_it_and_exported_with_it() {
    let key = "s=0123456789abcdef0123456789abcdef";
    let origin = Origin::start();
    origin.on("/feed", Reply::status(403));
    origin.on(&format!("/feed?{key}"), Reply::ok(rss(&["a"])));
    let url = origin.url(&format!("/feed?{key}"));
    let desk = following(&url);
    poll(&desk);
    assert_eq!(source(&desk)["last_error"], serde_json::Value::Null);
    assert!(desk.ok(&["export-opml"]).contains(key));
}

#[test]
fn what_a_feed_asks_for_holds_also_where_it_says_only_not_modified() {
    let origin = Origin::start();
    let wishes = "<channel><ttl>300</ttl><skipHours><hour>3</hour><hour>4</hour></skipHours>\
                  <skipDays><day>Sunday</day></skipDays>";
    let feed = rss(&["a"]).replace("<channel>", wishes);
    origin.on("/feed", Reply::ok(feed).version("\"1\""));
    let desk = following(&origin.url("/feed"));
    for _ in 0..2 {
        poll(&desk);
        let source = source(&desk);
        assert_eq!(
            (&source["skip_hours"], &source["skip_days"]),
            (&"[3,4]".into(), &"[\"sunday\"]".into())
        );
        let waits = "select strftime('%s', next_poll_at) - strftime('%s', polled_at) as seconds,
                            strftime('%w %H', next_poll_at) as opening from sources";
        let wait = &rows(&desk, waits)[0];
        assert!(wait["seconds"].as_i64().unwrap() >= 300 * 60, "{wait}");
        let opening = wait["opening"].as_str().unwrap();
        assert!(!opening.starts_with('0') && !["03", "04"].contains(&&opening[2..]), "{opening}");
    }
    assert_eq!(sent(&origin, "if-none-match")[1].as_deref(), Some("\"1\""));
}

#[test]
fn a_feed_that_asks_for_a_wait_of_ages_is_asked_again_after_a_day() {
    for ttl in ["1440", "99999999", "99999999999999999999"] {
        let origin = Origin::start();
        let wish = format!("<channel><ttl>{ttl}</ttl>");
        origin.on("/feed", Reply::ok(rss(&["a"]).replace("<channel>", &wish)).version("\"1\""));
        let desk = following(&origin.url("/feed"));
        for _ in 0..2 {
            poll(&desk);
            let waits =
                "select strftime('%s', next_poll_at) - strftime('%s', polled_at) as s from sources";
            let wait = rows(&desk, waits)[0]["s"].as_i64().unwrap();
            // The wait begins when the poll ends.
            assert!((20 * 3600..25 * 3600).contains(&wait), "{ttl}: {wait}");
        }
    }
}

#[test]
fn an_answer_that_calls_itself_fresh_is_not_asked_for_again_before_a_304_included() {
    let origin = Origin::start();
    let fresh = |reply: Reply| reply.header("Cache-Control", "max-age=36000").header("Age", "600");
    origin.script(
        "/feed",
        [fresh(Reply::ok(rss(&["a"])).header("ETag", "x")), fresh(Reply::status(304))],
    );
    let desk = following(&origin.url("/feed"));
    for _ in 0..2 {
        poll(&desk);
        let waits =
            "select strftime('%s', next_poll_at) - strftime('%s', polled_at) as s from sources";
        let wait = rows(&desk, waits)[0]["s"].as_i64().unwrap();
        assert!((35_400..=24 * 3600).contains(&wait), "{wait}");
    }
}

#[test]
fn neither_what_a_feed_calls_itself_nor_its_further_pages_are_asked() {
    let origin = Origin::start();
    let own = "<channel><atom:link rel='self' href='http://other.invalid/feed'/>\
               <atom:link rel='hub' href='http://hub.invalid/'/>\
               <atom:link rel='next' href='/feed?page=2'/>\
               <atom:link rel='prev-archive' href='/archive/1'/>";
    origin.on("/feed", Reply::ok(rss(&["a"]).replace("<channel>", own)));
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    poll(&desk);
    assert_eq!(origin.paths(), ["/feed", "/feed"]);
    assert_eq!(source(&desk)["url"], origin.url("/feed"));
}

#[test]
fn a_host_that_asks_for_a_wait_is_left_alone_by_the_next_run_too() {
    for (status, wait, kind) in [
        (429, Some("3600"), "rate_limited"),
        (503, Some("3600"), "rate_limited"),
        (429, None, "rate_limited"),
        (500, Some("3600"), "http_5xx"),
        (403, Some("3600"), "http_4xx"),
        (404, Some("3600"), "not_found"),
    ] {
        let origin = Origin::start();
        let reply = Reply::status(status);
        origin.on("/feed", wait.map_or(reply.clone(), |wait| reply.header("Retry-After", wait)));
        origin.on("/other", Reply::ok(rss(&["a"])));
        let desk = following(&origin.url("/feed"));
        poll(&desk);
        desk.ok(&["add", "--kind", "feed", &origin.url("/other")]);
        (0..2).for_each(|_| poll(&desk));
        assert_eq!(origin.paths(), ["/feed"], "{status} {wait:?}");
        assert_eq!(source(&desk)["last_error_kind"], kind);
    }
}

#[test]
fn a_feed_that_leads_to_a_host_that_is_left_alone_waits_by_itself() {
    let (busy, origin) = (Origin::start(), Origin::start());
    busy.on("/feed", Reply::status(429).header("Retry-After", "3600"));
    origin.on("/moved", Reply::redirect(302, &busy.url("/feed")));
    origin.on("/good", Reply::ok(rss(&["a"])));
    let desk = following(&busy.url("/feed"));
    poll(&desk);
    follow_all(&desk, [origin.url("/moved"), origin.url("/good")].into_iter());
    (0..2).for_each(|_| drop(desk.run(&["fetch"])));
    assert_eq!(origin.paths(), ["/moved", "/good"]);
    let ends = rows(&desk, "select outcome from fetches where url like '%/moved'");
    assert_eq!(ends, [serde_json::json!({"outcome": "rate_limited"})]);
    assert_eq!(busy.paths(), ["/feed"]);
}

#[test]
fn every_wait_that_a_host_asks_for_is_kept_whichever_request_it_answers() {
    let busy = || Reply::status(503).header("Retry-After", "3600");
    for (path, script) in [
        (
            "/challenge",
            Reply::status(429).header("Retry-After", "3600").header("cf-mitigated", "challenge"),
        ),
        ("/robots.txt", busy()),
        ("/file.xml", busy()),
        ("/looked-at", busy()),
    ] {
        let (front, origin) = (Origin::start(), Origin::start());
        origin.on(path, script);
        let desk = desk();
        match path {
            "/robots.txt" => {
                front.on("/robots.txt", Reply::redirect(302, &origin.url(path)));
                desk.run(&["fetch", &front.url("/page")]);
            }
            "/file.xml" => {
                let file = format!("<sitemap><loc>{}</loc></sitemap>", origin.url(path));
                front.on("/sitemap.xml", Reply::ok(format!("<sitemapindex>{file}</sitemapindex>")));
                desk.ok(&["add", "--kind", "sitemap", &front.url("/sitemap.xml")]);
                poll(&desk);
            }
            "/looked-at" => drop(desk.run(&["add", &origin.url(path)])),
            _ => {
                desk.ok(&["add", "--kind", "feed", &origin.url(path)]);
                poll(&desk);
            }
        }
        let waits = rows(
            &desk,
            "select host from hosts where wait_until > strftime('%Y-%m-%dT%H:%M:%SZ', 'now')",
        );
        assert_eq!(waits, [serde_json::json!({"host": origin.host()})], "{path}");
    }
}

#[test]
fn the_pause_between_two_requests_is_kept_from_one_run_to_the_next() {
    let origin = of_two_feeds();
    let desk = desk();
    let pause = Duration::from_secs(2);
    for path in ["/one", "/two"] {
        desk.ok(&["add", "--kind", "feed", &origin.url(path)]);
        desk.run(&["fetch", "--set", "fetch.per_host_delay=2s"]);
    }
    assert!(pauses(&origin).iter().all(|between| *between >= pause));
}

#[test]
fn looking_at_what_is_to_be_followed_keeps_the_pace_and_is_written_down() {
    let origin = of_two_feeds();
    let desk = desk();
    let slowly = ["--set", "fetch.per_host_delay=1s"];
    let (one, two, none) = (origin.url("/one"), origin.url("/two"), origin.url("/none.rss"));
    desk.run(&[&["add", &one, &two, &none], &slowly[..]].concat());
    desk.ok(&[&["fetch"], &slowly[..]].concat());
    assert_eq!(origin.paths(), ["/robots.txt", "/one", "/two", "/none.rss", "/one", "/two"]);
    assert!(pauses(&origin).iter().all(|between| *between >= Duration::from_secs(1)));
    let outcomes = rows(&desk, "select outcome from fetches where entry_id is null order by id");
    let expected = ["identified", "identified", "not_found", "updated", "updated"];
    assert_eq!(outcomes, expected.map(|outcome| serde_json::json!({"outcome": outcome})));
}

fn of_two_feeds() -> Origin {
    let origin = Origin::start();
    for path in ["/one", "/two"] {
        origin.on(path, Reply::ok(rss(&["a"])));
    }
    origin
}

/// The time between one request and the next.
fn pauses(origin: &Origin) -> Vec<Duration> {
    let asked: Vec<_> = origin.log().iter().map(|request| request.at).collect();
    asked.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect()
}

#[test]
fn pages_of_a_paused_source_wait_until_it_is_resumed() {
    let origin = Origin::start();
    let item = |name: &str| {
        let link = origin.url(name);
        format!("<item><title>Story {name}</title><link>{link}</link></item>")
    };
    let items = item("/a") + &item("/b");
    origin.on("/feed", Reply::ok(format!("<rss version='2.0'><channel>{items}</channel></rss>")));
    let desk = following(&origin.url("/feed"));
    let reading = ["fetch", "--set", "extract.content=page"];
    // The host asks for a wait before its pages are had.
    let busy = Reply::status(429).header("Retry-After", "3600");
    origin.script("/robots.txt", [busy, Reply::status(404)]);
    desk.run(&reading);
    happened_earlier(&desk, "hosts", &["wait_until"], DAY);
    happened_earlier(&desk, "entries", &["next_attempt_at"], DAY);
    desk.ok(&["sources", "pause", "1"]);
    desk.run(&reading);
    assert_eq!(origin.paths(), ["/feed", "/robots.txt"]);
    desk.ok(&["sources", "resume", "1"]);
    desk.run(&reading);
    assert_eq!(
        origin.paths().iter().filter(|path| ["/a", "/b"].contains(&path.as_str())).count(),
        2
    );
}

#[test]
fn what_is_gone_elsewhere_does_not_end_a_source() {
    for (status, state) in [(302, "active"), (307, "active"), (301, "gone")] {
        let (origin, other) = (Origin::start(), Origin::start());
        origin.on("/feed", Reply::redirect(status, &other.url("/feed")));
        other.on("/feed", Reply::status(410));
        let desk = following(&origin.url("/feed"));
        poll(&desk);
        assert_eq!(source(&desk)["state"], "active", "{status}");
        // What has been permanent for days is believed.
        lies_back(&desk, &["moving_since"], "-4 days");
        (0..2).for_each(|_| poll(&desk));
        assert_eq!(source(&desk)["state"], state, "{status}");
    }
    let origin = Origin::start();
    let file = format!("<sitemap><loc>{}</loc></sitemap>", origin.url("/old.xml"));
    origin.on("/sitemap.xml", Reply::ok(format!("<sitemapindex>{file}</sitemapindex>")));
    origin.on("/old.xml", Reply::status(410));
    let desk = desk();
    desk.ok(&["add", "--kind", "sitemap", &origin.url("/sitemap.xml")]);
    poll(&desk);
    assert_eq!(source(&desk)["state"], "active");
    assert_eq!(source(&desk)["last_error_kind"], "not_found");
}

#[test]
fn feeds_of_one_host_are_asked_one_at_a_time_over_one_connection() {
    let origin = Origin::start();
    let desk = desk();
    let mut list = Vec::new();
    for number in 0..20 {
        let path = format!("/feed{number}");
        origin.on(&path, Reply::ok(rss(&["a"])).waits_for_company());
        list.push(origin.url(&path));
    }
    desk.write("feeds.txt", &list.join("\n"));
    desk.ok(&["import", "feeds.txt"]);
    poll(&desk);
    assert_eq!((origin.paths().len(), origin.most_at_once()), (20, 1));
    assert!(origin.log().iter().all(|request| request.connection == 0));
    let spread = rows(&desk, "select distinct next_poll_at from sources").len();
    assert!(spread > 10, "they do not come back together: {spread}");
}

// ── sources that go elsewhere

/// The addresses at which the source was asked first, poll by poll.
fn asked_at(origin: &Origin, path: &str) -> usize {
    origin.paths().iter().filter(|asked| *asked == path).count()
}

#[test]
fn a_feed_that_moved_for_good_is_asked_at_its_new_address_once_that_has_lasted() {
    for status in [301, 308] {
        let origin = Origin::start();
        origin.on("/old", Reply::redirect(status, "/new"));
        origin.on("/new", Reply::ok(rss(&["a"])).version("\"1\""));
        let desk = following(&origin.url("/old"));
        poll(&desk);
        assert_eq!(source(&desk)["url"], origin.url("/old"));
        assert_eq!(source(&desk)["moving_to"], origin.url("/new"));
        lies_back(&desk, &["moving_since"], "-2 days");
        poll(&desk);
        assert_eq!(source(&desk)["url"], origin.url("/old"), "two days are not enough");
        lies_back(&desk, &["moving_since"], DAY);
        poll(&desk);
        let moved = source(&desk);
        assert_eq!(
            (&moved["url"], &moved["moving_to"]),
            (&origin.url("/new").into(), &Value::Null)
        );
        poll(&desk);
        assert_eq!((asked_at(&origin, "/old"), asked_at(&origin, "/new")), (3, 4));
        assert_eq!(sent(&origin, "if-none-match").last().unwrap().as_deref(), Some("\"1\""));
        assert_eq!(rows(&desk, "select * from entries").len(), 1, "known entries are still known");
        let again = desk.ok(&["add", "--kind", "feed", &origin.url("/old")]);
        assert!(again.starts_with("known  1"), "the old address is remembered: {again}");
    }
}

#[test]
fn a_redirect_that_is_temporary_anywhere_or_stops_or_leads_to_no_feed_moves_nothing() {
    let origin = Origin::start();
    origin.on("/found", Reply::redirect(302, "/new"));
    origin.on("/mixed", Reply::redirect(301, "/found"));
    origin.script(
        "/stops",
        [Reply::redirect(301, "/new"), Reply::ok(rss(&["a"])), Reply::redirect(301, "/new")],
    );
    origin.script("/elsewhere", [Reply::redirect(301, "/new"), Reply::redirect(301, "/new?2")]);
    origin.on("/page", Reply::redirect(301, "/html"));
    origin.on("/new", Reply::ok(rss(&["a"])));
    origin.on("/new?2", Reply::ok(rss(&["a"])));
    origin.on("/html", Reply::ok("<!doctype html><p>All feeds have ended"));
    for path in ["/found", "/mixed", "/stops", "/elsewhere", "/page"] {
        let desk = following(&origin.url(path));
        for _ in 0..3 {
            poll(&desk);
            lies_back(&desk, &["moving_since"], "-4 days");
        }
        let source = source(&desk);
        if path != "/elsewhere" {
            assert_eq!(source["url"], origin.url(path));
        }
        if ["/found", "/mixed", "/page"].contains(&path) {
            assert_eq!(source["moving_to"], Value::Null, "{path}");
        }
    }
}

#[test]
fn of_two_sources_that_move_to_one_address_only_one_goes_on_being_asked() {
    let origin = Origin::start();
    origin.on("/old", Reply::redirect(301, "/new"));
    origin.on("/new", Reply::ok(rss(&["a"])));
    let desk = following(&origin.url("/old"));
    desk.ok(&["add", "--kind", "feed", &origin.url("/new")]);
    // One that nobody asks takes the place of none.
    desk.ok(&["sources", "pause", "2"]);
    for state in ["active", "paused"] {
        poll(&desk);
        lies_back(&desk, &["moving_since"], "-4 days");
        poll(&desk);
        assert_eq!(source(&desk)["state"], state);
        desk.ok(&["sources", "resume", "2"]);
    }
    let urls = rows(&desk, "select url from sources order by id");
    assert_eq!(
        urls,
        [origin.url("/old"), origin.url("/new")].map(|url| serde_json::json!({"url": url}))
    );
    let listed = desk.ok(&["sources"]);
    assert!(listed.contains(&format!("it has moved to {}", origin.url("/new"))), "{listed}");
    assert!(listed.contains("source 2"), "{listed}");
    let asked = asked_at(&origin, "/old");
    poll(&desk);
    assert_eq!(asked_at(&origin, "/old"), asked);
}

#[test]
fn what_a_source_announced_before_another_took_its_place_is_still_fetched() {
    let origin = Origin::start();
    let announced = ["/1", "/2"].map(|link| item(link, "Storm", link, 10, ""));
    origin.script("/old", [feed_of(&announced), Reply::redirect(301, "/new")]);
    origin.on("/new", feed_of(&announced[1..]));
    origin.script("/1", [Reply::status(500), story("Monday")]);
    origin.on("/2", Reply::status(500));
    let desk = following(&origin.url("/old"));
    desk.ok(&["add", "--kind", "feed", &origin.url("/new")]);
    poll_and_visit(&desk);
    poll_and_visit(&desk);
    lies_back(&desk, &["moving_since"], "-4 days");
    poll_and_visit(&desk);
    assert_eq!(source(&desk)["state"], "paused");
    happened_earlier(&desk, "entries", &["next_attempt_at"], DAY);
    poll_and_visit(&desk);
    assert_eq!(asked_at(&origin, "/1"), 2);
    let entries = rows(&desk, "select source_id, state from entries order by url, source_id");
    let expected = [(2, "stored"), (1, "skipped"), (2, "pending")];
    let expected = expected
        .map(|(source_id, state)| serde_json::json!({"source_id": source_id, "state": state}));
    assert_eq!(entries, expected, "what both announce waits once");
}

#[test]
fn a_feed_that_is_gone_is_never_asked_again() {
    let origin = Origin::start();
    origin.on("/feed", Reply::status(410));
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| poll(&desk));
    assert_eq!(origin.paths(), ["/feed"]);
    assert_eq!(source(&desk)["state"], "gone");
    // But where somebody knows its new address, it goes on there.
    origin.on("/new", Reply::ok(rss(&["a"])));
    desk.ok(&["sources", "move", "1", &origin.url("/new")]);
    desk.ok(&["fetch"]);
    assert_eq!(origin.paths(), ["/feed", "/new"]);
    assert_eq!(
        [&source(&desk)["state"], &source(&desk)["last_error"]],
        [&"active".into(), &Value::Null]
    );
}

// ── what a page or its site offers

#[test]
fn a_site_that_declares_no_feed_is_asked_in_the_usual_places_once_each() {
    let origin = Origin::start();
    origin.on("/", Reply::ok("<!doctype html><title>A site</title><p>Nothing to see"));
    origin.on(
        "/atom.xml",
        Reply::ok("<feed xmlns='http://www.w3.org/2005/Atom'><title>Daily</title></feed>"),
    );
    let desk = desk();
    let added = desk.ok(&["add", &origin.url("/")]);
    assert!(added.contains("/atom.xml"), "{added}");
    assert_eq!(origin.paths(), ["/robots.txt", "/", "/feed", "/rss.xml", "/atom.xml"]);
}

#[test]
fn of_the_feeds_that_a_page_offers_the_first_that_is_one_is_followed() {
    let origin = Origin::start();
    let offer =
        |path: &str| format!("<link rel=alternate type='application/rss+xml' href='{path}'>");
    origin.on(
        "/",
        Reply::ok(format!("<!doctype html>{}{}<p>News", offer("/gone.rss"), offer("/feed"))),
    );
    origin.on("/feed", Reply::ok(rss(&["a"])));
    let desk = desk();
    let added = desk.ok(&["add", &origin.url("/")]);
    assert!(added.contains("/feed"), "{added}");
    assert_eq!(origin.paths(), ["/robots.txt", "/", "/gone.rss", "/feed"]);
}

#[test]
fn a_feed_that_could_not_be_had_is_not_said_to_be_none() {
    let origin = Origin::start();
    let offer = "<!doctype html><link rel=alternate type='application/rss+xml' href='/offered'>";
    origin.on("/offering", Reply::ok(offer));
    origin.on("/offered", Reply::status(502));
    let desk = desk();
    let told = desk.refused(&["add", &origin.url("/offering")]);
    assert!(told.contains("/offered") && told.contains("server answered 502"), "{told}");

    let stories = ["storm", "flood", "harvest", "election", "railway", "harbour"].map(|what| {
        format!(
            "<article><h2><a href='/2026/11/23/{what}-report'>What the {what} did to the town \
             on Monday</a></h2></article>"
        )
    });
    origin.on("/", Reply::ok(format!("<!doctype html><main>{}</main>", stories.concat())));
    origin.on("/feed", Reply::status(502));
    let ran = desk.run(&["add", &origin.url("/")]);
    assert!(ran.stdout.starts_with("added  1  page"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(&origin.url("/feed, but: server answered 502")), "{}", ran.stderr);
}

#[test]
fn a_database_that_fails_ends_add_and_asks_nothing_more() {
    let origin = Origin::start();
    let desk = desk();
    desk.run(&["add", "--kind", "feed", &origin.url("/feed")]);
    desk.write_to_database(
        "create trigger full before insert on fetches begin select raise(abort, 'no'); end",
    );
    let told = desk.refused(&["add", &origin.url("/a.rss"), &origin.url("/b.rss")]);
    assert!(told.contains("the database failed"), "{told}");
    assert_eq!(origin.paths(), ["/a.rss"]);
}

#[test]
fn the_links_of_a_section_front_are_those_that_a_person_chose() {
    let origin = Origin::start();
    let page = "<!doctype html><main><ul class=wire><li><a href=/w1>Short</a><li><a href=/w2>Note</a></ul></main>\
                <nav><a href=/about>About</a></nav>";
    origin.on("/wire", Reply::ok(page));
    let desk = desk();
    desk.ok(&["add", "--kind", "page", &origin.url("/wire")]);
    poll(&desk);
    assert_eq!(source(&desk)["last_error_kind"], "not_a_feed");
    assert!(desk.ok(&["sources"]).contains("sources links ID SELECTOR"));
    assert!(desk.refused(&["sources", "links", "1", "ul > li"]).contains("main .teaser h2"));
    desk.ok(&["sources", "links", "1", "ul.wire a"]);
    poll(&desk);
    let urls: Vec<_> = rows(&desk, "select url from entries order by url")
        .iter()
        .map(|row| row["url"].clone())
        .collect();
    assert_eq!(urls, [origin.url("/w1"), origin.url("/w2")]);
}

#[test]
fn of_a_front_with_very_many_links_the_rest_comes_at_the_next_poll() {
    let origin = Origin::start();
    let links: Vec<String> =
        (0..250).map(|n| format!("<li><a href=/story/{n}>Story {n} of the town</a>")).collect();
    origin.on("/wire", Reply::ok(format!("<!doctype html><ul>{}</ul>", links.concat())));
    let desk = desk();
    desk.ok(&["add", "--kind", "page", &origin.url("/wire")]);
    desk.ok(&["sources", "links", "1", "ul a"]);
    let count = || rows(&desk, "select * from entries").len();
    poll(&desk);
    assert_eq!(count(), 200);
    let told = rows(&desk, "select warnings from fetches where entry_id is null").remove(0);
    assert!(told["warnings"].as_str().unwrap().contains("entries_dropped"), "{told}");
    (0..2).for_each(|_| poll(&desk));
    assert_eq!(count(), 250);
}

// ── robots.txt

#[test]
fn a_kill_forgets_neither_robots_txt_nor_the_pause_between_requests() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("User-agent: *\nDisallow: /none"));
    // What stands last came first.
    origin.on("/feed", links(&["/two", "/one"]));
    origin.on("/one", story("Monday"));
    origin.on("/two", Reply::raw("").then_hang());
    let desk = following(&origin.url("/feed"));
    let args = ["fetch", "--set", "extract.content=page"];
    let mut child = desk.command(&args).stdout(Stdio::null()).spawn().unwrap();
    origin.wait_for("/two");
    child.kill().unwrap();
    child.wait().unwrap();
    origin.on("/two", story("Tuesday"));
    let pause = Duration::from_secs(1);
    desk.run(&[&args[..], &["--set", "fetch.per_host_delay=1s"]].concat());
    assert_eq!((asked_at(&origin, "/robots.txt"), asked_at(&origin, "/two")), (1, 2));
    // Nobody had written down when it was asked.
    assert!(pauses(&origin).last().unwrap() >= &pause);
}

#[test]
fn robots_txt_rules_feeds_only_where_that_is_configured() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("User-agent: *\nDisallow: /feed"));
    origin.on("/feed", Reply::ok(rss(&["a"])));
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    assert_eq!(origin.paths(), ["/feed"]);
    desk.run(&["fetch", "--all", "--set", "fetch.robots_for_feeds=true"]);
    assert_eq!(origin.paths(), ["/feed", "/robots.txt"]);
    assert_eq!(source(&desk)["last_error_kind"], "robots_disallowed");
}

#[test]
fn a_page_given_by_hand_is_not_taken_for_a_feed_that_robots_txt_does_not_rule() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("User-agent: *\nDisallow: /"));
    let pages = ["/2026/11/atom-smasher-at-cern.html", "/rss-readers", "/story.xml", "/feed/"];
    for page in pages {
        origin.on(page, story("Monday"));
    }
    origin.on("/feed.xml", Reply::ok(rss(&["a"])));
    let desk = desk();
    for page in pages {
        let ran = desk.run(&["fetch", &origin.url(page)]);
        assert_eq!(ran.code, 1, "{page}: {}", ran.stdout);
        let told = desk.refused(&["add", &origin.url(page)]);
        assert!(told.contains("robots.txt") && told.contains("--kind feed"), "{told}");
    }
    assert_eq!(rows(&desk, "select * from articles").len(), 0);
    // Two of them were asked for as what their address says, and turned out to be no feed.
    let outcomes = rows(&desk, "select distinct outcome from fetches order by outcome");
    let expected = ["identified", "robots_disallowed"];
    assert_eq!(outcomes, expected.map(|outcome| serde_json::json!({"outcome": outcome})));
    let asked = |path| asked_at(&origin, path);
    assert_eq!((asked(pages[0]), asked(pages[1])), (0, 0));
    // A feed that a person names is a subscription.
    desk.run(&["fetch", &origin.url("/feed.xml")]);
    assert_eq!(rows(&desk, "select * from sources").len(), 1);
}

// ── entries

#[test]
fn a_publisher_who_gives_all_stories_new_guids_makes_no_news() {
    let origin = Origin::start();
    let names: Vec<String> = (0..12).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let before = rss(&names);
    let after = before.replace("'false'>n", "'false'>urn:new:n");
    origin.script("/feed", [Reply::ok(before), Reply::ok(after)]);
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    poll(&desk);
    assert_eq!(rows(&desk, "select * from entries").len(), 12);
}

#[test]
fn a_story_under_another_guid_is_known_by_its_link_and_an_edit_of_it_is_an_edit() {
    let origin = Origin::start();
    let feed = |guid: &str, minute: u32, text: &str| {
        let item = |path: &str| {
            format!(
                "<item><title>Story {path}</title><guid isPermaLink='false'>{guid}{path}</guid>\
                 <link>{path}</link><pubDate>Mon, 23 Nov 2026 10:{minute}:00 GMT</pubDate>\
                 <description>{text}</description></item>"
            )
        };
        // Three briefs share a page: its address names none of them.
        let briefs = ["1", "2", "3"].map(|n| item("/briefs").replace("Story", n));
        let briefs = briefs.concat().replace(&format!("{guid}/"), "brief/");
        let briefs = briefs.replacen("brief/", "a", 1).replacen("brief/", "b", 1);
        Reply::ok(format!("<rss><channel>{}{}{briefs}</channel></rss>", item("/1"), item("/2")))
    };
    origin.script(
        "/feed",
        [feed("x", 10, "Rain."), feed("y", 10, "Rain."), feed("z", 20, "Rain and hail.")],
    );
    let desk = following(&origin.url("/feed"));
    let seen = "select count(*) as n, sum(visits) as edits from entries
                where url like '%/1' or url like '%/2'";
    for edits in [0, 0, 2] {
        poll(&desk);
        assert_eq!(rows(&desk, seen), [serde_json::json!({"n": 2, "edits": edits})]);
        assert_eq!(rows(&desk, "select 1 from entries where url like '%/briefs'").len(), 3);
    }
    let told = rows(&desk, "select guid, summary from entries where url like '%/1'");
    assert_eq!(told, [serde_json::json!({"guid": "z/1", "summary": "Rain and hail."})]);
}

#[test]
fn posts_that_share_a_page_are_entries_of_their_own_and_a_new_one_has_the_page_looked_at_again() {
    let origin = Origin::start();
    let feed = |numbers: std::ops::RangeInclusive<u32>| {
        let posts = numbers.map(|number| {
            format!(
                "<item><title>Live: storm</title><link>/live#post-{number}</link>\
                 <guid isPermaLink='false'>p-{number}</guid><description>Post {number}.\
                 </description><pubDate>Mon, 23 Nov 2026 10:0{number}:00 GMT</pubDate></item>"
            )
        });
        Reply::ok(format!("<rss><channel>{}</channel></rss>", posts.collect::<String>()))
    };
    origin.script("/feed", [feed(1..=3), feed(1..=3), feed(2..=4)]);
    origin.on("/live", story("Monday"));
    let desk = following(&origin.url("/feed"));
    for (posts, looks) in [(3, 1), (3, 1), (4, 2)] {
        poll_and_visit(&desk);
        let entries = rows(&desk, "select state, article_id from entries");
        assert_eq!(entries.len(), posts);
        assert!(entries.iter().all(|entry| entry["state"] == "stored"));
        assert_eq!(rows(&desk, "select 1 from articles").len(), 1);
        assert_eq!(asked_at(&origin, "/live"), looks);
        happened_earlier(&desk, "entries", &["first_seen_at", "settled_at"], "-1 day");
    }
    let urls = rows(&desk, "select url from entries where guid = 'p-4'");
    assert_eq!(urls[0]["url"], origin.url("/live#post-4"), "a reader finds the post");
}

/// An item of a feed.
fn item(guid: &str, title: &str, link: &str, hour: usize, text: &str) -> String {
    format!(
        "<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{link}</link>\
         <pubDate>Mon, 23 Nov 2026 {hour:02}:00:00 GMT</pubDate><description>{text}</description></item>"
    )
}

fn feed_of(items: &[String]) -> Reply {
    Reply::ok(format!("<rss><channel>{}</channel></rss>", items.concat()))
}

/// How polls ended, in their order.
fn polls(desk: &Desk) -> Vec<String> {
    let polls = rows(desk, "select outcome from fetches where entry_id is null order by id");
    polls.iter().map(|row| row["outcome"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_link_that_is_corrected_before_its_article_was_had_is_asked_at_once() {
    let (staging, site) = (Origin::start(), Origin::start());
    let told = |link: &str, hour| feed_of(&[item("1", "Storm", link, hour, "Rain.")]);
    site.on("/storm", story("Monday"));
    let (wrong, right) = (staging.url("/storm"), site.url("/storm"));
    site.script("/feed", [told(&wrong, 10), told(&right, 10), told(&right, 10)]);
    let desk = following(&site.url("/feed"));
    (0..3).for_each(|_| poll_and_visit(&desk));
    assert_eq!((asked_at(&staging, "/storm"), asked_at(&site, "/storm")), (1, 1));
    let entries = rows(&desk, "select url, state, attempts from entries");
    assert_eq!(entries, [serde_json::json!({"url": right, "state": "stored", "attempts": 1})]);
    assert_eq!(polls(&desk), ["updated", "updated", "unchanged"]);
}

#[test]
fn stories_that_share_their_headline_and_moment_or_their_guid_are_all_stored() {
    let words =
        ["river harbour mill", "tram bridge tower", "orchard hedge barn", "quarry dune reef"];
    let notice = |n: usize| item(&format!("/n/{n}"), "Public notice", &format!("/n/{n}"), 0, "");
    let placed = |at: usize, n: usize| {
        item(&at.to_string(), &format!("On {}", words[n]), &format!("/n/{n}"), n, "")
    };
    let latest = |n: usize| placed(0, n);
    let notices = [vec![notice(0)], vec![notice(1), notice(0)], (0..4).rev().map(notice).collect()];
    // The newest of two is always the first.
    let moved_on = [1, 2, 3].map(|n| vec![placed(0, n), placed(1, n - 1)]);
    let alone = [0, 1, 2, 3].map(|n| vec![latest(n)]);
    for answers in [notices.to_vec(), moved_on.to_vec(), alone.to_vec()] {
        let origin = Origin::start();
        for (n, words) in words.iter().enumerate() {
            origin.on(&format!("/n/{n}"), claiming(&format!("/n/{n}"), words));
        }
        let last = answers.last().cloned();
        origin.script("/feed", answers.iter().chain(&last).map(|items| feed_of(items)));
        let desk = following(&origin.url("/feed"));
        answers.iter().chain(&last).for_each(|_| poll_and_visit(&desk));
        let stored = rows(
            &desk,
            "select articles.title from entries join articles on articles.id = article_id
             where entries.canonical_url = articles.url and revision = 1 order by articles.url",
        );
        let titles = words.map(|words| serde_json::json!({"title": format!("On {words}")}));
        assert_eq!(stored, titles);
        for n in 0..4 {
            assert_eq!(asked_at(&origin, &format!("/n/{n}")), 1);
        }
        assert_eq!(polls(&desk).last().unwrap(), "unchanged");
    }
}

#[test]
fn stories_of_one_headline_and_moment_under_guids_that_are_used_again_are_all_kept() {
    let origin = Origin::start();
    let first = feed_of(&[item("0", "Rain", "/n/1", 8, ""), item("1", "Hail", "/n/2", 9, "")]);
    let notice = |guid: &str, link: &str| item(guid, "Public notice", link, 10, "");
    let notices = || feed_of(&[notice("0", "/n/6"), notice("1", "/n/5")]);
    origin.script("/feed", [first, notices(), notices()]);
    let desk = following(&origin.url("/feed"));
    (0..3).for_each(|_| poll(&desk));
    let kept = rows(&desk, "select url from entries where title = 'Public notice' order by url");
    assert_eq!(kept, ["/n/5", "/n/6"].map(|n| serde_json::json!({"url": origin.url(n)})));
    assert_eq!(polls(&desk), ["updated", "updated", "unchanged"]);
}

#[test]
fn a_feed_that_edits_without_end_is_told_to_have_been_heard() {
    let origin = Origin::start();
    let told = |text: &str| feed_of(&[item("1", "Storm", "/storm", 10, text)]);
    origin.script("/feed", [told("Rain."), told("Hail.")]);
    origin.on("/storm", story("Monday"));
    let desk = following(&origin.url("/feed"));
    poll_and_visit(&desk);
    let most = tearsheet::limits::ENTRY_REVISITS_MAX;
    desk.write_to_database(&format!("update entries set visits = {most}"));
    poll_and_visit(&desk);
    assert_eq!(asked_at(&origin, "/storm"), 1);
    let warnings = rows(&desk, "select warnings from fetches order by id desc limit 1");
    assert!(warnings[0]["warnings"].as_str().unwrap().contains("edits_ignored: 1"), "{warnings:?}");
}

#[test]
fn counters_in_feed_and_front_have_no_page_asked_again_and_an_edit_waits_its_turn() {
    let origin = Origin::start();
    let told = |text: &str| feed_of(&[item("1", "Storm", "/storm", 10, text)]);
    let count =
        |n: u32| told(&format!("&lt;p&gt;Wind.&lt;/p&gt;&lt;p&gt;# Comments: {n}&lt;/p&gt;"));
    let answers = [count(1), count(2), told("Rain."), told("Hail.")];
    origin.script("/feed", answers);
    origin.on("/storm", Reply::status(403));
    let desk = following(&origin.url("/feed"));
    (0..4).for_each(|_| poll_and_visit(&desk));
    assert_eq!(asked_at(&origin, "/storm"), 1, "its next attempt is to come");
    assert_eq!(polls(&desk), ["updated", "unchanged", "updated", "updated"]);
    assert_eq!(rows(&desk, "select attempts from entries")[0]["attempts"], 1);

    let front = |n: u32| {
        let link = |story: u32| {
            format!(
                "<li><a href=/news/2026/{story}-council-votes.html>{}. Council votes on budget number                  {story} of the town <span>{n} comments</span> <time>{n} hours ago</time></a>",
                story + n
            )
        };
        Reply::ok(format!("<main><h1>News</h1><ul>{}{}{}</ul></main>", link(1), link(2), link(3)))
    };
    origin.script("/news", [front(1), front(2)]);
    desk.ok(&["add", "--kind", "page", &origin.url("/news")]);
    (0..2).for_each(|_| poll_and_visit(&desk));
    for story in 1..4 {
        assert_eq!(asked_at(&origin, &format!("/news/2026/{story}-council-votes.html")), 1);
    }
}

#[test]
fn links_of_a_front_with_a_parameter_for_every_answer_lead_to_pages_that_are_had() {
    let origin = Origin::start();
    let names = ["harbour", "tram", "orchard"];
    let front = |n: u32| {
        let links = names.map(|name| {
            format!(
                "<li><a href='/2026/{name}-story.html?rid={n}'>All about the {name} of the town</a>"
            )
        });
        Reply::ok(format!("<main><h1>News</h1><ul>{}</ul></main>", links.concat()))
    };
    origin.script("/news", [1, 2, 3].map(front));
    for name in names {
        for n in 1..4 {
            let canonical = format!("/2026/{name}-story.html");
            let page = claiming(&canonical, &format!("{name} mill barn"));
            origin.on(&format!("{canonical}?rid={n}"), page);
        }
    }
    let desk = desk();
    desk.ok(&["add", "--kind", "page", &origin.url("/news")]);
    (0..3).for_each(|_| poll_and_visit(&desk));
    assert_eq!(rows(&desk, "select 1 from entries where state = 'stored'").len(), 3);
    assert_eq!(polls(&desk), ["updated", "unchanged", "unchanged"]);
}

#[test]
fn a_page_that_several_sources_announce_is_asked_for_once_for_all_of_them() {
    for (reply, asks) in [(Reply::status(404), 5), (Reply::ok("<title>Film</title><p>Film."), 1)] {
        let origin = Origin::start();
        origin.on("/film", reply);
        let desk = desk();
        let feeds = [0, 1, 2, 3, 4, 5].map(|n| format!("/feed{n}"));
        for (n, path) in feeds.iter().enumerate() {
            // Each says something of its own about it.
            let told = format!("Seen by {} critics of this town.", ["no", "two"][n % 2]);
            origin.on(path, feed_of(&[item("film", "Film", "/film", 10, &told)]));
            desk.ok(&["add", "--kind", "feed", &origin.url(path)]);
        }
        for _ in 0..8 {
            poll_and_visit(&desk);
            happened_earlier(&desk, "entries", &["next_attempt_at"], DAY);
        }
        assert_eq!(asked_at(&origin, "/film"), asks);
        assert!(rows(&desk, "select 1 from entries where state = 'pending'").is_empty());
        let sums = "select (select sum(attempts) from entries) as attempts,
                           (select count(*) from fetches where entry_id > 0) as outcomes";
        let sums = rows(&desk, sums).remove(0);
        assert_eq!(sums["attempts"], sums["outcomes"]);
    }
}

// ── attempts and outcomes

#[test]
fn attempts_at_addresses_given_by_hand_are_rows_and_counts_alike() {
    let origin = Origin::start();
    let offer = |feed: &str| {
        let link = format!("<link rel=alternate type='application/rss+xml' href='{feed}'>");
        Reply::ok(format!("<!doctype html>{link}<title>Front</title><p>Welcome"))
    };
    origin.on("/site/", offer("/feed"));
    origin.on("/feed", Reply::ok(rss(&["a", "b"])));
    origin.on("/circle/", offer("/other/"));
    origin.on("/other/", offer("/circle/"));
    origin.on("/story", story("Monday"));
    let busy = Origin::start();
    busy.on("/feed", Reply::status(429).header("Retry-After", "600"));
    let desk = following(&origin.url("/never-asked"));
    let given = ["/site/", "/circle/", "/missing", "/story"].map(|path| origin.url(path));
    let mut args = vec!["fetch", "--format", "json"];
    args.extend(given.iter().map(String::as_str));
    let count = |args: &[&str]| -> (i64, i64) {
        let before = rows(&desk, "select count(*) as n from fetches")[0]["n"].as_i64().unwrap();
        let report: Value = serde_json::from_str(&desk.run(args).stdout).unwrap();
        let after = rows(&desk, "select count(*) as n from fetches")[0]["n"].as_i64().unwrap();
        let of = |part: &str| -> i64 {
            report[part].as_object().unwrap().values().map(|count| count.as_i64().unwrap()).sum()
        };
        (of("polls") + of("pages") + of("others"), after - before)
    };
    assert_eq!(count(&args), (6, 6), "a poll, its two entries, a circle, a 404 and a story");
    // A host that asked for a wait is not asked: no attempt.
    let busy = busy.url("/feed");
    assert_eq!(count(&["fetch", "--format", "json", &busy]), (1, 1));
    assert_eq!(count(&["fetch", "--format", "json", &busy]), (0, 0));
}

#[test]
fn the_row_of_an_address_given_by_hand_holds_all_that_it_took() {
    let origin = Origin::start();
    let offer = "<link rel=alternate type='application/rss+xml' href=/feed>";
    let front = format!("<!doctype html>{offer}<!--{}--><p>Welcome", "x".repeat(20_000));
    origin.on("/site/", Reply::ok(front.as_str()));
    origin.on("/feed", Reply::ok(rss(&["a"])));
    // Asked for as a feed, and then as a page.
    origin.on("/story.xml", story("Monday"));
    let desk = desk();
    let bytes_of = |path: &str| {
        desk.run(&["fetch", &origin.url(path)]);
        let query = "select bytes from fetches where bytes > 0 order by id desc limit 1";
        usize::try_from(rows(&desk, query)[0]["bytes"].as_i64().unwrap()).unwrap()
    };
    let feed = rss(&["a"]).len();
    assert_eq!(bytes_of("/site/"), front.len() + feed);
    assert_eq!(bytes_of("/site/"), front.len() + feed, "the feed is followed by now");
    assert_eq!(bytes_of("/story.xml"), 2 * story_page("Monday").len());
}

fn follow_all(desk: &Desk, urls: impl Iterator<Item = String>) {
    desk.write("feeds.txt", &urls.collect::<Vec<_>>().join("\n"));
    desk.ok(&["import", "feeds.txt"]);
}

/// Hosts with a feed each, followed.
fn many_hosts(count: usize) -> (Vec<Origin>, Desk) {
    let origins: Vec<_> = (0..count).map(|_| Origin::start()).collect();
    let desk = desk();
    for origin in &origins {
        origin.on("/feed", Reply::ok(rss(&["a"])));
    }
    follow_all(&desk, origins.iter().map(|origin| origin.url("/feed")));
    (origins, desk)
}

#[cfg(unix)]
#[test]
fn a_process_that_may_open_few_files_makes_fewer_connections_and_loses_nothing() {
    let (origins, desk) = many_hosts(120);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -n 48; exec \"$0\" fetch --all", env!("CARGO_BIN_EXE_tearsheet")]);
    shell.current_dir(desk.folder.path()).env_clear().env("HOME", desk.folder.path());
    let ran = Ran::of(shell.output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let outcomes = rows(&desk, "select outcome, count(*) as n from fetches group by 1 order by 1");
    assert_eq!(outcomes[0], serde_json::json!({"outcome": "stored_from_feed", "n": 120}));
    assert_eq!(outcomes[1], serde_json::json!({"outcome": "updated", "n": 120}));
    assert!(origins.iter().all(|origin| origin.paths() == ["/feed"]), "each is asked once");
}

/// The daemon, until so many polls are saved; gives its log.
fn daemon_until(desk: &Desk, polls: i64) -> String {
    let mut child = desk.command(&["daemon"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = child.stderr.take().unwrap();
    let read = std::thread::spawn(move || {
        let mut said = String::new();
        log.read_to_string(&mut said).map(|_| said)
    });
    wait_until("all polls", || {
        assert!(child.try_wait().unwrap().is_none(), "the daemon ended");
        rows(desk, "select count(*) as n from fetches where entry_id is null")[0]["n"] == polls
    });
    child.kill().unwrap();
    child.wait().unwrap();
    read.join().unwrap().unwrap()
}

#[test]
fn sources_that_are_all_due_are_not_all_asked_at_once_by_a_daemon() {
    let (origins, desk) = many_hosts(160);
    daemon_until(&desk, 160);
    let mut asked: Vec<_> =
        origins.iter().flat_map(|origin| origin.log().into_iter().map(|it| it.at)).collect();
    asked.sort();
    assert_eq!(asked.len(), 160);
    // Two seconds' worth may be asked at once, twenty a second from then on.
    let took = asked[159].duration_since(asked[0]);
    assert!(took >= Duration::from_secs(3), "160 hosts were asked within {took:?}");
}

#[test]
fn the_same_failure_over_and_over_does_not_fill_the_log() {
    let origin = Origin::start();
    let desk = desk();
    follow_all(&desk, (0..30).map(|n| origin.url(&format!("/{n}"))));
    let log = daemon_until(&desk, 30);
    assert_eq!(log.matches("server answered 404").count(), 1, "{log}");
    let told = rows(&desk, "select count(*) as n from sources where last_error like '%404%'");
    assert_eq!(told[0]["n"], 30, "what each source fared is in the database");
}

#[cfg(unix)]
#[test]
fn a_daemon_outlives_a_hang_up_and_ends_well_when_it_is_told_to_stop() {
    let origin = Origin::start();
    origin.on("/feed", Reply::ok(rss(&["a"])));
    let desk = following(&origin.url("/feed"));
    let mut child = desk.command(&["daemon"]).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let tell = |signal: &str| send(signal, pid);
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut until = |word: &str| {
        let mut line = String::new();
        while !line.contains(word) {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "the daemon ended before {word}");
        }
    };
    until("polled");
    tell("-HUP");
    until("SIGHUP");
    tell("-TERM");
    until("stopped");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
fn send(signal: &str, process: u32) {
    let mut kill = std::process::Command::new("kill");
    assert!(kill.args([signal, &process.to_string()]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_daemon_that_only_waits_for_the_pace_of_a_host_stops_at_once() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("User-agent: *\nCrawl-delay: 60"));
    origin.on("/feed", links(&["/storm"]));
    let desk = following(&origin.url("/feed"));
    let args = ["daemon", "--set", "extract.content=page"];
    let mut child = desk.command(&args).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("polled") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the daemon ended before it polled");
    }
    send("-TERM", child.id());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!rest.contains("before all was done"), "{rest}");
    let left = rows(&desk, "select state, attempts from entries");
    assert_eq!(left, [serde_json::json!({"state": "pending", "attempts": 0})]);
}

#[test]
fn a_visit_that_cannot_be_saved_says_so_though_what_robots_txt_said_cannot_be_either() {
    let origin = Origin::start();
    origin.on("/feed", links(&["/storm"]));
    let desk = following(&origin.url("/feed"));
    let refuse = |table: &str, when: &str| {
        let refuse = format!("select raise(abort, 'no room for {table}');");
        desk.write_to_database(&format!(
            "create trigger {table}_full before insert on {table} {when} begin {refuse} end;"
        ));
    };
    refuse("fetches", "when new.entry_id is not null");
    refuse("robots", "");
    let ran = desk.run(&["fetch", "--all", "--set", "extract.content=page"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no room for fetches"), "{}", ran.stderr);
}

// ── what a person is told

#[test]
fn what_waits_for_a_host_is_said_with_the_time_until_which_it_does() {
    let origin = Origin::start();
    origin.on("/feed", Reply::status(429).header("Retry-After", "7200"));
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    let until = rows(&desk, "select wait_until from hosts where wait_until is not null").remove(0);
    let until = until["wait_until"].as_str().unwrap();
    let told = desk.ok(&["fetch", "--all"]);
    for said in [&*origin.host(), "1 source and 0 pages", until] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let told = desk.json(&["fetch", "--all", "--format", "json"]);
    let expected =
        serde_json::json!([{"host": origin.host(), "until": until, "sources": 1, "pages": 0}]);
    assert_eq!(told["held"], expected);
    let listed = desk.ok(&["sources"]);
    assert!(listed.contains("in 1") || listed.contains("in 2"), "{listed}");
    let resumed = desk.ok(&["sources", "resume", "1"]);
    assert!(resumed.contains("asked to be left alone"), "{resumed}");
    assert_eq!(origin.paths(), ["/feed"]);
    let other = Origin::start();
    other.on("/feed", Reply::ok(rss(&["a"])));
    desk.ok(&["add", "--kind", "feed", &other.url("/feed")]);
    let told = desk.json(&["fetch", &other.url("/feed"), "--format", "json"]);
    assert_eq!(told["held"], serde_json::json!([]), "nobody asked for it");
}

#[test]
fn a_failing_source_says_why_and_what_to_do() {
    let origin = Origin::start();
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    let status = desk.run(&["status"]);
    assert_eq!(status.code, 1);
    for said in [status.stdout, desk.ok(&["sources"])] {
        assert!(said.contains("server answered 404"), "{said}");
        assert!(said.contains("sources move ID URL"), "{said}");
        assert!(!said.contains("week") && !said.contains("nothing better"), "{said}");
    }
}

#[test]
fn a_source_that_has_failed_for_more_than_a_week_is_pointed_out() {
    let origin = Origin::start();
    origin.script("/feed", [Reply::ok(rss(&["a"])), Reply::status(404)]);
    let desk = following(&origin.url("/feed"));
    poll(&desk);
    happened_earlier(&desk, "fetches", &["started_at"], "-20 days");
    poll(&desk);
    happened_earlier(&desk, "fetches", &["started_at"], "-8 days");
    poll(&desk);
    let status = desk.run(&["status"]).stdout;
    assert!(status.contains("1 source fails, 1 of them for more than a week"), "{status}");
    for said in [status, desk.ok(&["sources"])] {
        assert!(said.contains("server answered 404"), "{said}");
        assert!(said.contains("and nothing better for 8d"), "{said}");
    }
    let listed = desk.json(&["sources", "--failing", "--format", "json"]);
    assert!(listed[0]["failing_since"].is_string(), "{listed}");
    assert_eq!(rows(&desk, "select * from entries").len(), 1, "what it brought stays");
}
