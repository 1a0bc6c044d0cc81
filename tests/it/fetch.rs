//! How the fetcher behaves towards servers, good and bad.

use std::io::Write;
use std::time::Duration;

use tearsheet::fetch::{
    Fetch, FetchError, FetchOptions, Fetched, Fetcher, Page, Unsent, Validators, Wanted,
};
use tearsheet::outcome::Outcome;
use tearsheet::time::Timestamp;

use crate::support::origin::Origin;
use crate::support::origin::Reply;

const NOW: i64 = 1_795_428_000;
const BODY_LIMIT: usize = 256 * 1024;
const AGENT: &str = "tearsheet/0.1 (+https://a.example/bot)";

fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

fn options() -> FetchOptions {
    FetchOptions {
        user_agent: AGENT.to_owned(),
        timeout: Duration::from_secs(20),
        body_limit: BODY_LIMIT,
        concurrency: 8,
        per_host_delay: Duration::ZERO,
        robots: true,
        robots_for_feeds: false,
        blocked_hosts: Vec::new(),
        allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
    }
}

fn fetcher() -> Fetcher {
    Fetcher::new(options()).unwrap()
}

/// Gives up on a server that says nothing soon enough for a test.
fn impatient() -> Fetcher {
    Fetcher::new(FetchOptions { timeout: Duration::from_secs(1), ..options() }).unwrap()
}

fn wanting(wanted: Wanted, url: &str) -> Fetch {
    Fetch { url: url.parse().unwrap(), wanted }
}

fn feed(url: &str) -> Fetch {
    wanting(Wanted::Feed, url)
}

async fn page(fetcher: &Fetcher, fetch: Fetch) -> Page {
    fetcher.fetch(fetch, now()).await.unwrap()
}

async fn failure(fetcher: &Fetcher, fetch: Fetch) -> FetchError {
    let ended = tokio::time::timeout(Duration::from_secs(30), fetcher.fetch(fetch, now())).await;
    ended.expect("a fetch ends").unwrap_err()
}

async fn outcome(fetcher: &Fetcher, fetch: Fetch) -> Outcome {
    failure(fetcher, fetch).await.outcome
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

// ── who we say we are, and what we remember

#[tokio::test]
async fn every_request_says_who_asks_and_carries_nothing_that_was_not_asked_for() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("").header("Set-Cookie", "a=b"));
    origin.on("/old", Reply::redirect(302, "/new").header("Set-Cookie", "c=d"));
    origin.on("/new", Reply::ok("<p>story"));
    page(&fetcher(), wanting(Wanted::Page, &origin.url("/old"))).await;
    assert_eq!(origin.paths(), ["/robots.txt", "/old", "/new"]);
    for request in origin.log() {
        assert_eq!(request.header("user-agent"), Some(AGENT));
        assert_eq!(request.header("accept-encoding"), Some("gzip, br, zstd, deflate"));
        assert!(request.header("accept").unwrap().ends_with("*/*;q=0.1"));
        for forbidden in ["cookie", "referer", "authorization", "range", "if-none-match"] {
            assert_eq!(request.header(forbidden), None, "{forbidden}");
        }
    }
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_a_304_updates_them() {
    let origin = Origin::start();
    let (etag, modified) = ("W/\"odd, one\"", "Sun, 6 Nov 1994 08:49:37 +0000");
    origin.script(
        "/feed",
        [
            Reply::ok("<rss/>").header("ETag", etag).header("Last-Modified", modified),
            Reply::status(304).header("ETag", "\"2\"").header("Cache-Control", "max-age=900"),
        ],
    );
    let fetcher = fetcher();
    let first = page(&fetcher, feed(&origin.url("/feed"))).await;
    let again = feed(&origin.url("/feed"));
    let Ok(Fetched::Unchanged { validators, hints, .. }) =
        fetcher.fetch_if_changed(again, first.validators, now()).await
    else {
        panic!("it was not modified")
    };
    let asked = &origin.log()[1];
    assert_eq!(asked.header("if-none-match"), Some(etag));
    assert_eq!(asked.header("if-modified-since"), Some(modified));
    assert_eq!(validators.etag.as_deref(), Some("\"2\""));
    assert_eq!(validators.last_modified.as_deref(), Some(modified));
    assert_eq!(hints.fresh_for, Some(Duration::from_mins(15)));
}

#[tokio::test]
async fn validators_are_sent_to_no_address_but_the_one_that_gave_them() {
    let origin = Origin::start();
    origin.on("/old", Reply::redirect(301, "/new"));
    origin.on("/new", Reply::status(304));
    let validators = |path| {
        let etag = Some("\"1\"".to_owned());
        Some(Validators { url: origin.url(path), etag, last_modified: None })
    };
    let fetcher = fetcher();
    let old = || feed(&origin.url("/old"));
    let of_old = fetcher.fetch_if_changed(old(), validators("/old"), now()).await;
    assert_eq!(of_old.unwrap_err().outcome, Outcome::Protocol, "a 304 that was not asked for");
    let of_new = fetcher.fetch_if_changed(old(), validators("/new"), now()).await;
    assert!(matches!(of_new, Ok(Fetched::Unchanged { .. })));
    let sent: Vec<_> = origin
        .log()
        .iter()
        .map(|request| (request.path.clone(), request.header("if-none-match").is_some()))
        .collect();
    let expected = [("/old", true), ("/new", false), ("/old", false), ("/new", true)];
    assert_eq!(sent, expected.map(|(path, sent)| (path.to_owned(), sent)));
}

// ── redirects

#[tokio::test]
async fn a_move_is_permanent_only_if_every_step_was() {
    let origin = Origin::start();
    origin.on("/a", Reply::redirect(301, "/b"));
    origin.on("/b", Reply::redirect(308, "/end"));
    origin.on("/c", Reply::redirect(302, "/b"));
    origin.on("/end", Reply::ok("<rss/>"));
    let fetcher = fetcher();
    let end = origin.url("/end");
    for (path, moved) in [("/a", true), ("/c", false), ("/end", false)] {
        let page = page(&fetcher, feed(&origin.url(path))).await;
        assert_eq!((page.url.as_str(), page.moved_to.is_some()), (end.as_str(), moved), "{path}");
    }
}

#[tokio::test]
async fn redirects_that_lead_nowhere_end_soon() {
    let origin = Origin::start();
    origin.on("/loop", Reply::redirect(302, "/loop2"));
    origin.on("/loop2", Reply::redirect(302, "/loop"));
    origin.on("/nowhere", Reply::status(302));
    origin.on("/bad", Reply::redirect(302, "http://[::1"));
    origin.on("/file", Reply::redirect(302, "file:///etc/passwd"));
    origin.on("/private", Reply::redirect(302, "http://10.0.0.1/"));
    origin.on("/metadata", Reply::redirect(302, "http://[::ffff:169.254.169.254]/"));
    for step in 0..20 {
        let next = format!("/grow{}", "x".repeat(step + 1));
        origin.on(&format!("/grow{}", "x".repeat(step)), Reply::redirect(302, &next));
    }
    let fetcher = fetcher();
    for (path, expected) in [
        ("/loop", Outcome::RedirectLoop),
        ("/nowhere", Outcome::RedirectLoop),
        ("/bad", Outcome::RedirectLoop),
        ("/grow", Outcome::RedirectLoop),
        ("/file", Outcome::BadUrl),
        ("/private", Outcome::BlockedAddress),
        ("/metadata", Outcome::BlockedAddress),
    ] {
        assert_eq!(outcome(&fetcher, feed(&origin.url(path))).await, expected, "{path}");
    }
    assert_eq!(origin.paths().iter().filter(|path| path.starts_with("/grow")).count(), 9);
}

// ── addresses

#[tokio::test]
async fn special_addresses_are_refused_before_anything_is_sent() {
    let origin = Origin::start();
    let port = origin.host().split(':').next_back().unwrap().to_owned();
    let fetcher = Fetcher::new(FetchOptions { allow_addresses: Vec::new(), ..options() }).unwrap();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let error = failure(&fetcher, feed(&format!("http://{host}:{port}/"))).await;
        assert_eq!(error.outcome, Outcome::BlockedAddress, "{host}");
        assert!(error.message.contains("fetch.allow_addresses"), "{}", error.message);
        assert!(!error.message.contains("http"), "{}", error.message);
    }
    assert!(origin.log().is_empty());
    origin.on("/", Reply::ok("x"));
    page(&self::fetcher(), feed(&format!("http://localhost:{port}/"))).await;
    assert_eq!(origin.paths(), ["/"], "what the operator allows is reached by name too");
}

#[tokio::test]
async fn a_host_that_is_blocked_is_asked_nothing_not_even_by_way_of_a_redirect() {
    let origin = Origin::start();
    let port = origin.host().split(':').next_back().unwrap().to_owned();
    origin.on("/away", Reply::redirect(302, &format!("http://localhost:{port}/feed")));
    origin.on("/feed", Reply::ok("x"));
    let blocked_hosts = ["localhost", "example", "ample.invalid"].map(str::to_owned).to_vec();
    let fetcher = Fetcher::new(FetchOptions { blocked_hosts, ..options() }).unwrap();
    let away = origin.url("/away");
    for url in [&format!("http://LOCALHOST:{port}/feed"), "http://news.example/", &away] {
        let error = failure(&fetcher, feed(url)).await;
        assert_eq!(error.outcome, Outcome::BlockedAddress, "{url}");
        assert!(error.message.contains("fetch.blocked_hosts"), "{error}");
    }
    assert_eq!(origin.paths(), ["/away"]);
    assert_eq!(outcome(&fetcher, feed("http://no-example.invalid/")).await, Outcome::Dns);
}

#[tokio::test]
async fn only_web_addresses_are_fetched() {
    let fetcher = fetcher();
    for url in ["ftp://a.example/x", "file:///etc/passwd", "data:text/plain,x", "gopher://a/"] {
        assert_eq!(outcome(&fetcher, feed(url)).await, Outcome::BadUrl, "{url}");
    }
}

#[tokio::test]
async fn no_host_and_no_server_are_told_apart() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let fetcher = fetcher();
    let refused = failure(&fetcher, wanting(Wanted::Page, &format!("http://{closed}/"))).await;
    assert_eq!(refused.outcome, Outcome::Connect, "{refused}");
    let unknown = failure(&fetcher, wanting(Wanted::Page, "http://no-such-host.invalid/")).await;
    assert_eq!(unknown.outcome, Outcome::Dns, "{unknown}");
}

#[tokio::test]
async fn plain_http_where_tls_should_be_is_a_tls_failure() {
    let origin = Origin::start();
    let url = origin.url("/").replace("http:", "https:");
    let error = failure(&fetcher(), feed(&url)).await;
    assert_eq!(error.outcome, Outcome::Tls, "{error}");
}

// ── bodies

#[tokio::test]
async fn compressed_bodies_arrive_unpacked() {
    let origin = Origin::start();
    let story = b"<rss>the story</rss>".repeat(1000);
    origin.on("/gzip", Reply::ok(gzip(&story)).header("Content-Encoding", "gzip"));
    let zstd = zstd::encode_all(&story[..], 3).unwrap();
    origin.on("/zstd", Reply::ok(zstd).header("Content-Encoding", "zstd"));
    let mut br = Vec::new();
    std::io::Read::read_to_end(
        &mut brotli::CompressorReader::new(&story[..], 4096, 5, 20),
        &mut br,
    )
    .unwrap();
    origin.on("/br", Reply::ok(br).header("Content-Encoding", "br"));
    let twice = gzip(&gzip(&story));
    origin.on("/twice", Reply::ok(twice).header("Content-Encoding", "gzip, gzip"));
    let fetcher = fetcher();
    for path in ["/gzip", "/zstd", "/br", "/twice"] {
        let page = page(&fetcher, feed(&origin.url(path))).await;
        assert!(page.body == story, "{path}");
        assert!(page.wire_bytes < 1000, "{path}");
    }
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_cut_off_whatever_they_claim() {
    let origin = Origin::start();
    let bomb = gzip(&vec![0; 16 * 1024 * 1024]);
    origin.on(
        "/honest",
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n").then_hang(),
    );
    origin
        .on("/endless", Reply::raw("HTTP/1.1 200 OK\r\n\r\n").then_forever("story ".repeat(1000)));
    let chunk = format!("1770\r\n{}\r\n", "story ".repeat(1000));
    origin.on(
        "/chunks",
        Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").then_forever(chunk),
    );
    origin.on("/bomb", Reply::ok(bomb.clone()).header("Content-Encoding", "gzip"));
    let twice = gzip(&bomb);
    origin.on("/twice", Reply::ok(twice).header("Content-Encoding", "gzip, gzip"));
    let members = Reply::raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
    origin.on("/members", members.clone().then_forever(gzip(b"story")));
    origin.on("/nothing", members.then_forever(gzip(b"")));
    let fetcher = fetcher();
    for path in ["/honest", "/endless", "/chunks", "/bomb", "/twice", "/members", "/nothing"] {
        let error = failure(&fetcher, feed(&origin.url(path))).await;
        assert_eq!(error.outcome, Outcome::TooLarge, "{path}: {error}");
        assert!(error.wire_bytes <= 3 * BODY_LIMIT as u64, "{path}: {}", error.wire_bytes);
    }
    origin.on("/exact", Reply::ok(vec![b'x'; BODY_LIMIT]));
    assert_eq!(page(&fetcher, feed(&origin.url("/exact"))).await.body.len(), BODY_LIMIT);
}

#[tokio::test]
async fn broken_answers_are_errors_and_never_half_a_page() {
    let origin = Origin::start();
    let ok = "HTTP/1.1 200 OK\r\n";
    let packed = gzip(&b"story ".repeat(1000));
    let cut_gzip = packed[..packed.len() - 4].to_vec();
    let fields = "x-y: z\r\n".repeat(20_000);
    let long = "x".repeat(2_000_000);
    origin.on("/cut", Reply::raw(format!("{ok}Content-Length: 100\r\n\r\nhalf")));
    origin.on("/cut-chunk", Reply::raw(format!("{ok}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf")));
    origin.on("/bad-chunk", Reply::raw(format!("{ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nx")));
    origin.on("/negative", Reply::raw(format!("{ok}Content-Length: -1\r\n\r\nx")));
    origin.on("/two", Reply::raw(format!("{ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy")));
    origin.on("/garbage", Reply::raw("ICY 200 OK\r\n\r\nx"));
    origin.on("/http-0.9", Reply::raw("<rss><channel></channel></rss>"));
    origin.on("/frames", Reply::raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64".to_vec()));
    origin.on(
        "/huge",
        Reply::raw(format!("{ok}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx")),
    );
    origin.on("/half-head", Reply::raw("HTTP/1.1 200 OK\r\nContent-"));
    origin.on("/silence", Reply::close());
    origin.on("/fields", Reply::raw(format!("{ok}{fields}\r\nx")));
    origin.on("/long-head", Reply::raw(format!("{ok}X: {long}\r\n\r\nx")));
    origin.on("/longish-head", Reply::raw(format!("{ok}X: {}\r\n\r\nx", &long[..100_000])));
    origin.on("/endless-head", Reply::raw(ok).then_forever("X-Again: and again\r\n"));
    origin.on("/cut-gzip", Reply::ok(cut_gzip).header("Content-Encoding", "gzip"));
    origin.on("/lie", Reply::ok("<rss/>").header("Content-Encoding", "gzip"));
    origin.on("/unknown", Reply::ok("<rss/>").header("Content-Encoding", "compress"));
    let fetcher = fetcher();
    for (path, expected) in [
        ("/cut", Outcome::Protocol),
        ("/cut-chunk", Outcome::Protocol),
        ("/bad-chunk", Outcome::Protocol),
        ("/negative", Outcome::Protocol),
        ("/two", Outcome::Protocol),
        ("/garbage", Outcome::Protocol),
        ("/http-0.9", Outcome::Protocol),
        ("/frames", Outcome::Protocol),
        ("/huge", Outcome::Protocol),
        ("/half-head", Outcome::Protocol),
        ("/silence", Outcome::Protocol),
        ("/fields", Outcome::Protocol),
        ("/long-head", Outcome::Protocol),
        ("/longish-head", Outcome::Protocol),
        ("/endless-head", Outcome::Protocol),
        ("/cut-gzip", Outcome::Decode),
        ("/lie", Outcome::Decode),
        ("/unknown", Outcome::Decode),
    ] {
        let error = failure(&fetcher, feed(&origin.url(path))).await;
        assert_eq!(error.outcome, expected, "{path}: {error}");
        assert!(!error.message.is_empty() && !error.message.contains("http://"), "{path}: {error}");
    }
}

#[tokio::test]
async fn odd_but_whole_answers_are_fine() {
    let origin = Origin::start();
    origin.on("/no-length", Reply::raw("HTTP/1.0 200 OK\r\n\r\nstory"));
    origin.on("/interim", Reply::raw("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstory"));
    origin.on("/chunked", Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nst\r\n3\r\nory\r\n0\r\nTrailer: x\r\n\r\n"));
    origin.on("/space", Reply::raw("HTTP/1.1 200 \r\nX Y: z\r\nX-Z : y\r\nX-\u{e9}: \u{e9}\r\nContent-Length: 5\r\n\r\nstory"));
    let fetcher = fetcher();
    origin.on(
        "/continue",
        Reply::raw(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstory",
        ),
    );
    for path in ["/no-length", "/interim", "/chunked", "/space", "/continue"] {
        assert_eq!(page(&fetcher, feed(&origin.url(path))).await.body, b"story", "{path}");
    }
}

#[tokio::test]
async fn a_server_that_stops_talking_is_a_timeout() {
    let packed = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n";
    let mut tasks = tokio::task::JoinSet::new();
    for (said, body_bytes) in [
        (Vec::new(), 0),
        (b"HTTP/1.1 200 OK\r\nX: ".to_vec(), 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec(), 4),
        ([packed.as_bytes(), &gzip(b"x")[..9]].concat(), 9),
    ] {
        tasks.spawn(async move {
            let origin = Origin::start();
            origin.on("/", Reply::raw(said.clone()).then_hang());
            let error = failure(&impatient(), feed(&origin.url("/"))).await;
            let said = said.escape_ascii();
            assert_eq!((error.outcome, error.wire_bytes), (Outcome::Timeout, body_bytes), "{said}");
        });
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn a_server_that_says_a_little_at_a_time_is_given_up_on_like_one_that_says_nothing() {
    let mut tasks = tokio::task::JoinSet::new();
    for said in ["HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 200 OK\r\n\r\n"] {
        tasks.spawn(async move {
            let origin = Origin::start();
            origin.on("/", Reply::raw(said).then_drip("x"));
            let error = failure(&impatient(), feed(&origin.url("/"))).await;
            assert_eq!(error.outcome, Outcome::Timeout, "{said}");
        });
    }
    tasks.join_all().await;
}

// ── statuses

#[tokio::test]
async fn every_status_ends_in_its_outcome() {
    let origin = Origin::start();
    let challenge = Reply::status(403).header("cf-mitigated", "challenge").body("<p>wait");
    origin.on("/challenge", challenge);
    origin.on("/empty", Reply::ok(""));
    origin.on("/empty-gzip", Reply::ok("").header("Content-Encoding", "gzip"));
    for status in [204, 206, 403, 404, 410, 429, 451, 500, 503, 999] {
        origin.on(&format!("/{status}"), Reply::status(status));
    }
    for (path, expected, status) in [
        ("/challenge", Outcome::Challenge, 403),
        ("/empty", Outcome::Empty, 200),
        ("/empty-gzip", Outcome::Empty, 200),
        ("/204", Outcome::Empty, 204),
        ("/206", Outcome::Protocol, 206),
        ("/403", Outcome::Http4xx, 403),
        ("/404", Outcome::NotFound, 404),
        ("/410", Outcome::Gone, 410),
        ("/429", Outcome::RateLimited, 429),
        ("/451", Outcome::Http4xx, 451),
        ("/500", Outcome::Http5xx, 500),
        ("/503", Outcome::Http5xx, 503),
        ("/999", Outcome::Http5xx, 999),
    ] {
        // Some of these close the host for a while: each asks as if it were the first.
        let error = failure(&fetcher(), feed(&origin.url(path))).await;
        assert_eq!((error.outcome, error.status), (expected, Some(status)), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_host_that_has_enough_is_left_alone_though_it_names_no_time() {
    for status in [429, 503] {
        let origin = Origin::start();
        origin.on("/busy", Reply::status(status));
        origin.on("/next", Reply::ok("<p>next"));
        let fetcher = fetcher();
        assert_eq!(failure(&fetcher, feed(&origin.url("/busy"))).await.unsent, None);
        let held = failure(&fetcher, feed(&origin.url("/next"))).await.unsent;
        let is_long = matches!(held, Some(Unsent::Held(left)) if left.as_secs() > 30);
        assert!(is_long, "{status}: {held:?}");
        assert_eq!(origin.paths(), ["/busy"]);
    }
}

#[tokio::test]
async fn a_page_behind_a_robots_txt_that_fails_is_worth_another_try() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::status(500));
    origin.on("/page", Reply::ok("<p>page"));
    let page = Fetch { wanted: Wanted::Page, ..feed(&origin.url("/page")) };
    let error = failure(&fetcher(), page).await;
    assert_eq!(error.outcome, Outcome::RobotsDisallowed);
    assert!(error.retry_after.is_some_and(|wait| wait.as_secs() > 0), "{error:?}");
}

// ── pace

#[tokio::test]
async fn one_host_is_asked_one_thing_at_a_time_and_others_meanwhile() {
    let (origin, other) = (Origin::start(), Origin::start());
    let fetcher = std::sync::Arc::new(fetcher());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..6 {
        for origin in [&origin, &other] {
            let path = format!("/{number}");
            origin.on(&path, Reply::ok("x").waits_for_company());
            let (fetcher, url) = (std::sync::Arc::clone(&fetcher), origin.url(&path));
            tasks.spawn(async move { page(&fetcher, feed(&url)).await.body });
        }
    }
    assert_eq!(tasks.join_all().await.len(), 12);
    assert_eq!((origin.most_at_once(), other.most_at_once()), (1, 1));
    let connections = origin.log().iter().map(|request| request.connection).max();
    assert_eq!(connections, Some(0), "the connection is used again");
}

#[tokio::test]
async fn a_host_that_asks_for_a_wait_is_left_alone_feeds_and_pages_alike() {
    for status in [429, 503] {
        let origin = Origin::start();
        origin.on("/busy", Reply::status(status).header("Retry-After", "600"));
        origin.on("/fine", Reply::ok("x"));
        let fetcher = fetcher();
        let busy = failure(&fetcher, feed(&origin.url("/busy"))).await;
        assert_eq!(busy.outcome, Outcome::RateLimited);
        assert_eq!(busy.retry_after, Some(Duration::from_mins(10)));
        for wanted in [Wanted::Feed, Wanted::Page] {
            let held = failure(&fetcher, wanting(wanted, &origin.url("/fine"))).await;
            assert_eq!((held.outcome, held.status), (Outcome::RateLimited, None));
            assert!(held.retry_after.unwrap() > Duration::from_secs(500));
        }
        assert_eq!(origin.paths(), ["/busy"]);
    }
}

#[tokio::test]
async fn a_wait_remembered_from_an_earlier_run_is_kept() {
    let origin = Origin::start();
    origin.on("/fine", Reply::ok("x"));
    let fetcher = fetcher();
    fetcher.hold(&origin.host(), now().before(Duration::from_secs(9)), now());
    page(&fetcher, feed(&origin.url("/fine"))).await;
    fetcher.hold(&origin.host(), now().after(Duration::from_mins(1)), now());
    assert_eq!(outcome(&fetcher, feed(&origin.url("/fine"))).await, Outcome::RateLimited);
    assert_eq!(origin.log().len(), 1);
}

#[tokio::test]
async fn only_a_connection_that_went_stale_is_tried_again() {
    let origin = Origin::start();
    origin.on("/fine", Reply::ok("x"));
    origin.script("/stale", [Reply::close(), Reply::ok("y")]);
    origin.on("/dead", Reply::close());
    origin.on("/last", Reply::ok("x").header("Connection", "close"));
    let fetcher = fetcher();
    assert_eq!(outcome(&fetcher, feed(&origin.url("/dead"))).await, Outcome::Protocol);
    assert_eq!(origin.paths(), ["/dead"], "a new connection is not tried again");
    page(&fetcher, feed(&origin.url("/fine"))).await;
    assert_eq!(page(&fetcher, feed(&origin.url("/stale"))).await.body, b"y");
    assert_eq!(origin.paths()[1..], ["/fine", "/stale", "/stale"]);
    assert_eq!(outcome(&fetcher, feed(&origin.url("/dead"))).await, Outcome::Protocol);
    assert_eq!(origin.paths()[4..], ["/dead", "/dead"], "and an old one only once");
    page(&fetcher, feed(&origin.url("/last"))).await;
    assert_eq!(outcome(&fetcher, feed(&origin.url("/dead"))).await, Outcome::Protocol);
    assert_eq!(origin.paths()[6..], ["/last", "/dead"]);
}

// ── robots.txt

#[tokio::test]
async fn robots_txt_is_asked_once_for_pages_and_never_for_feeds() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("User-agent: Tearsheet\nDisallow: /no\n"));
    for path in ["/yes", "/no", "/no/feed"] {
        origin.on(path, Reply::ok("x"));
    }
    origin.on("/hop", Reply::redirect(302, "/no"));
    let fetcher = fetcher();
    page(&fetcher, feed(&origin.url("/no/feed"))).await;
    let (yes, no, hop) = (origin.url("/yes"), origin.url("/no"), origin.url("/hop"));
    let (_, error) = tokio::join!(
        page(&fetcher, wanting(Wanted::Page, &yes)),
        failure(&fetcher, wanting(Wanted::Anything, &no)),
    );
    assert_eq!(
        (error.outcome, error.message.as_str()),
        (Outcome::RobotsDisallowed, "robots.txt disallows it")
    );
    let error = failure(&fetcher, wanting(Wanted::Page, &hop)).await;
    assert_eq!((error.outcome, error.url.path()), (Outcome::RobotsDisallowed, "/no"));
    assert_eq!(origin.paths(), ["/no/feed", "/robots.txt", "/yes", "/hop"]);
    let rude = Fetcher::new(FetchOptions { robots: false, ..options() }).unwrap();
    page(&rude, wanting(Wanted::Page, &origin.url("/no"))).await;
}

#[tokio::test]
async fn what_a_missing_or_broken_robots_txt_permits() {
    let huge =
        [b"User-agent: *\n".as_slice(), &b"# talk\n".repeat(100_000), b"Disallow: /\n"].concat();
    let gzipped = Reply::ok(gzip(b"User-agent: *\nDisallow: /")).header("Content-Encoding", "gzip");
    for (name, reply, expected) in [
        ("404", Reply::status(404), None),
        ("403", Reply::status(403), None),
        ("empty", Reply::ok(""), None),
        ("html", Reply::ok("<!doctype html><title>Disallow: /</title>"), None),
        ("beyond the bound", Reply::ok(huge), None),
        ("loop", Reply::redirect(301, "/robots.txt"), None),
        ("gzip", gzipped, Some(Outcome::RobotsDisallowed)),
        ("500", Reply::status(500), Some(Outcome::RobotsDisallowed)),
        ("503", Reply::status(503), Some(Outcome::RobotsDisallowed)),
        ("no answer", Reply::close(), Some(Outcome::RobotsDisallowed)),
        ("hangs", Reply::raw("").then_hang(), Some(Outcome::RobotsDisallowed)),
        ("busy", Reply::status(429).header("Retry-After", "60"), Some(Outcome::RateLimited)),
        ("elsewhere", Reply::redirect(301, "http://10.0.0.1/"), Some(Outcome::RobotsDisallowed)),
    ] {
        let origin = Origin::start();
        origin.on("/robots.txt", reply);
        origin.on("/page", Reply::ok("x"));
        let fetcher = if name == "hangs" { impatient() } else { fetcher() };
        for _ in 0..2 {
            let result = fetcher.fetch(wanting(Wanted::Page, &origin.url("/page")), now()).await;
            assert_eq!(result.err().map(|error| error.outcome), expected, "{name}");
        }
        let asked = origin.paths().iter().filter(|path| *path == "/robots.txt").count();
        assert_eq!(asked, 1, "{name}: the answer is remembered");
    }
}

/// Lets time pass, between requests.
async fn later(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn robots_txt_is_believed_for_a_day_and_its_absence_for_minutes() {
    let origin = Origin::start();
    let rules = Reply::ok("User-agent: *\nDisallow: /no").header("ETag", "\"r\"");
    let replies = [Reply::status(500), rules, Reply::status(304), Reply::status(404)];
    origin.script("/robots.txt", replies);
    origin.on("/no", Reply::ok("x"));
    let fetcher = fetcher();
    let no = || wanting(Wanted::Page, &origin.url("/no"));
    let unknown = failure(&fetcher, no()).await;
    assert_eq!(unknown.message, "robots.txt could not be had: server answered 500");
    for wait in [Duration::from_mins(11), Duration::from_hours(25)] {
        later(wait).await;
        assert_eq!(failure(&fetcher, no()).await.message, "robots.txt disallows it");
    }
    assert_eq!(origin.log()[2].header("if-none-match"), Some("\"r\""));
    later(Duration::from_hours(25)).await;
    page(&fetcher, no()).await;
    assert_eq!(origin.log().len(), 5);
}

#[tokio::test]
async fn what_one_run_learnt_of_robots_txt_the_next_does_not_ask() {
    let origin = Origin::start();
    let rules = "User-agent: *\nDisallow: /\n\nUser-agent: tearsheet\nDisallow: /no";
    let rules = Reply::ok(rules).header("ETag", "\"r\"");
    origin.script("/robots.txt", [rules.clone(), Reply::status(304), Reply::status(304), rules]);
    origin.on("/no", Reply::ok("x"));
    let no = || wanting(Wanted::Page, &origin.url("/no"));
    let disallowed = "robots.txt disallows it";
    let first = fetcher();
    assert_eq!(failure(&first, no()).await.message, disallowed);
    let learnt = first.robots_learnt();
    assert_eq!((learnt.len(), first.robots_learnt().len()), (1, 0));

    let second = fetcher();
    second.recall_robots(learnt.clone(), now().after(Duration::from_hours(23)));
    assert_eq!(failure(&second, no()).await.message, disallowed);
    assert_eq!(origin.paths(), ["/robots.txt"]);
    assert!(second.robots_learnt().is_empty());

    let third = fetcher();
    third.recall_robots(learnt.clone(), now().after(Duration::from_hours(25)));
    assert_eq!(failure(&third, no()).await.message, disallowed);
    assert_eq!(origin.log()[1].header("if-none-match"), Some("\"r\""));
    assert_eq!(third.robots_learnt()[0].rules, learnt[0].rules);

    // A clock that ran ahead wrote it down; it is no younger for that.
    let fourth = fetcher();
    fourth.recall_robots(learnt.clone(), now().before(Duration::from_hours(1)));
    assert_eq!(failure(&fourth, no()).await.message, disallowed);
    assert_eq!(origin.log().len(), 3);

    let renamed = FetchOptions { user_agent: "other/1.0".to_owned(), ..options() };
    let renamed = Fetcher::new(renamed).unwrap();
    renamed.recall_robots(learnt, now());
    assert_eq!(failure(&renamed, no()).await.message, disallowed);
    assert_eq!(origin.log()[3].header("if-none-match"), None, "the rules were another's");
}

#[tokio::test]
async fn the_pace_that_a_robots_txt_asked_an_earlier_run_for_is_kept() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::ok("User-agent: *\nCrawl-delay: 30\nDisallow: /no"));
    origin.on("/fine", Reply::ok("x"));
    let first = fetcher();
    failure(&first, wanting(Wanted::Page, &origin.url("/no"))).await;
    let second = std::sync::Arc::new(fetcher());
    second.recall_robots(first.robots_learnt(), now());
    second.resume(&origin.host(), Duration::from_secs(1));
    // Feeds ask no robots.txt, but stand in the same queue.
    let (asking, fine) = (std::sync::Arc::clone(&second), origin.url("/fine"));
    let asked = tokio::spawn(async move { page(&asking, feed(&fine)).await.body });
    let other = Origin::start();
    for number in 0..5 {
        let path = format!("/{number}");
        other.on(&path, Reply::ok("x"));
        page(&second, feed(&other.url(&path))).await;
    }
    assert_eq!(origin.paths(), ["/robots.txt"], "others were asked meanwhile");
    later(Duration::from_secs(30)).await;
    assert_eq!(asked.await.unwrap(), b"x");
}

#[tokio::test]
async fn a_robots_txt_that_could_not_be_had_for_a_month_is_none() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::status(500));
    origin.on("/page", Reply::ok("x"));
    let asked = || wanting(Wanted::Page, &origin.url("/page"));
    let mut learnt = Vec::new();
    for (days, allowed) in [(0, false), (29, false), (31, true)] {
        let at = now().after(Duration::from_hours(24 * days));
        let fetcher = fetcher();
        fetcher.recall_robots(learnt, at);
        let page = fetcher.fetch(asked(), at).await;
        assert_eq!(page.is_ok(), allowed, "after {days} days");
        learnt = fetcher.robots_learnt();
    }
    assert_eq!(learnt[0].failing_since, Some(now()));
}

#[tokio::test]
async fn a_wait_ends() {
    let origin = Origin::start();
    let busy = Reply::status(503).header("Retry-After", "600");
    origin.script("/feed", [busy, Reply::ok("x")]);
    let fetcher = fetcher();
    for minutes in [0, 9] {
        later(Duration::from_mins(minutes)).await;
        let held = outcome(&fetcher, feed(&origin.url("/feed"))).await;
        assert_eq!(held, Outcome::RateLimited);
    }
    assert_eq!(origin.log().len(), 1);
    later(Duration::from_mins(1)).await;
    page(&fetcher, feed(&origin.url("/feed"))).await;
}

#[tokio::test]
async fn robots_txt_is_found_behind_five_redirects() {
    let origin = Origin::start();
    origin.on("/robots.txt", Reply::redirect(301, "/1"));
    for step in 1..5 {
        origin.on(&format!("/{step}"), Reply::redirect(302, &format!("/{}", step + 1)));
    }
    origin.on("/5", Reply::ok("User-agent: *\nDisallow: /page"));
    let error = failure(&fetcher(), wanting(Wanted::Page, &origin.url("/page"))).await;
    assert_eq!(error.outcome, Outcome::RobotsDisallowed, "{error}");
}
