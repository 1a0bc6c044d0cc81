//! The whole product against a server of its own: 200 hosts with 2,000 feeds of
//! ten articles each.
//!
//! ```text
//! cargo bench --bench throughput             stores everything, then polls again
//! cargo bench --bench throughput -- --polite the default pace, judged by the server's log
//! ```
//!
//! The hosts are addresses of the loopback network. What is measured is the
//! program that users run, as a process of its own: its time and, on Linux, the
//! time on processors (which a busy machine does not stretch) and peak memory.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

const HOSTS: u32 = 200;
const FEEDS_PER_HOST: usize = 10;
const ARTICLES_PER_FEED: usize = 10;
const PAGE_BYTES: usize = 100_000;

/// Hosts and feeds of the polite run, which takes a second for each request to a host.
const POLITE_FEEDS_PER_HOST: usize = 1;
const POLITE_PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Default)]
struct Origin {
    log: Arc<Mutex<Vec<(String, Instant)>>>,
}

fn main() -> Result<()> {
    let polite = std::env::args().any(|argument| argument == "--polite");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let origin = Origin::default();
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)))?;
    let port = listener.local_addr()?.port();
    let router = Router::new().fallback(answer).with_state(origin.clone());
    runtime.spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir()?;
    if polite {
        at_default_pace(&origin, port, folder.path())
    } else {
        at_full_speed(port, folder.path())
    }
}

/// Everything once, then everything again when nothing has changed.
fn at_full_speed(port: u16, folder: &Path) -> Result<()> {
    let feeds = HOSTS as usize * FEEDS_PER_HOST;
    follow(folder, port, FEEDS_PER_HOST)?;
    let first = run(folder, &["--set", "fetch.per_host_delay=0s"])?;
    let stored = count(folder, "select count(*) from articles")?;
    ensure!(stored == feeds * ARTICLES_PER_FEED, "{stored} articles are stored");
    let again = run(folder, &["--all", "--set", "fetch.per_host_delay=0s"])?;
    let unchanged = count(folder, "select count(*) from fetches where outcome = 'not_modified'")?;
    ensure!(unchanged == feeds, "{unchanged} polls found nothing changed");
    report("articles stored", stored, &first);
    report("polls, nothing changed", feeds, &again);
    Ok(())
}

/// The same hosts with nothing configured: never two requests within the pause.
fn at_default_pace(origin: &Origin, port: u16, folder: &Path) -> Result<()> {
    follow(folder, port, POLITE_FEEDS_PER_HOST)?;
    let ran = run(folder, &[])?;
    let log = origin.log.lock().expect("nobody panics with it");
    let mut last: HashMap<&str, Instant> = HashMap::new();
    let mut shortest = Duration::MAX;
    for (host, at) in log.iter() {
        if let Some(before) = last.insert(host, *at) {
            shortest = shortest.min(at.duration_since(before));
        }
    }
    println!(
        "{:>8} requests    to {} hosts in {:.1} s",
        log.len(),
        last.len(),
        ran.time.as_secs_f64()
    );
    println!(
        "{:>8.3} s           between two requests to one host, at the least",
        shortest.as_secs_f64()
    );
    ensure!(shortest >= POLITE_PAUSE, "a host was asked too soon");
    Ok(())
}

fn report(what: &str, count: usize, ran: &Ran) {
    println!(
        "{count} {what} in {:.1} s: {:.0}/s, {:.2} ms of processor time each, peak memory {} MiB",
        ran.time.as_secs_f64(),
        rate(count, ran.time),
        1e3 / rate(count, ran.busy),
        ran.peak_mib
    );
}

fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}

fn host(number: u32, port: u16) -> String {
    format!("127.0.{}.{}:{port}", 1 + number / 100, 1 + number % 100)
}

/// Follows the first feeds of every host.
fn follow(folder: &Path, port: u16, feeds: usize) -> Result<()> {
    let mut list = String::new();
    for number in 0..HOSTS {
        for feed in 0..feeds {
            writeln!(list, "http://{}/{feed}/feed.xml", host(number, port))?;
        }
    }
    std::fs::write(folder.join("feeds.txt"), list)?;
    let done = program(folder).args(["import", "feeds.txt"]).stdout(Stdio::null()).status()?;
    ensure!(done.success(), "import failed");
    Ok(())
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tearsheet"));
    command.current_dir(folder).env_clear().env("HOME", folder);
    command
}

fn count(folder: &Path, query: &str) -> Result<usize> {
    let said = program(folder).args(["sql", "--format", "csv", query]).output()?.stdout;
    let said = String::from_utf8(said)?;
    said.lines().last().context("no answer")?.parse().context("no number")
}

struct Ran {
    time: Duration,
    /// Over all processors.
    busy: Duration,
    peak_mib: u64,
}

fn run(folder: &Path, arguments: &[&str]) -> Result<Ran> {
    let started = Instant::now();
    let allow = r#"fetch.allow_addresses=["127.0.0.0/8"]"#;
    let mut child = program(folder)
        .args(["fetch", "--set", allow])
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()?;
    let (mut peak_mib, mut busy) = (0, Duration::ZERO);
    let ended = loop {
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        peak_mib = peak_mib.max(peak_memory(&child).unwrap_or(0));
        busy = busy.max(time_on_processors(&child).unwrap_or_default());
        #[expect(clippy::disallowed_methods, reason = "it samples another process")]
        std::thread::sleep(Duration::from_millis(20));
    };
    ensure!(ended.success(), "fetch ended with {ended}");
    Ok(Ran { time: started.elapsed(), busy, peak_mib })
}

/// What a process has taken of all processors so far.
fn time_on_processors(child: &Child) -> Option<Duration> {
    // Nanoseconds on a processor, for each of its threads.
    let threads = std::fs::read_dir(format!("/proc/{}/task", child.id())).ok()?;
    let nanoseconds = threads.filter_map(|thread| {
        let said = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        said.split_whitespace().next()?.parse::<u64>().ok()
    });
    Some(Duration::from_nanos(nanoseconds.sum()))
}

/// The most that a process has had in memory so far, in MiB.
fn peak_memory(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

async fn answer(State(origin): State<Origin>, uri: Uri, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.log.lock().expect("nobody panics with it").push((host.to_owned(), Instant::now()));
    let parts: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    match parts.as_slice() {
        [_, "feed.xml"] if headers.contains_key(header::IF_NONE_MATCH) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        [feed, "feed.xml"] => {
            let kind = [(header::CONTENT_TYPE, "application/rss+xml"), (header::ETAG, "\"1\"")];
            (kind, rss(host, feed)).into_response()
        }
        [feed, article] => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page(host, feed, article))
                .into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn rss(host: &str, feed: &str) -> String {
    let items: String = (0..ARTICLES_PER_FEED).fold(String::new(), |mut items, number| {
        let _ = write!(
            items,
            "<item><title>Report {number} of desk {feed}</title><link>http://{host}/{feed}/{number}</link>\
             <guid isPermaLink=\"false\">{feed}-{number}</guid>\
             <pubDate>Mon, 23 Nov 2026 1{number}:00:00 GMT</pubDate></item>"
        );
        items
    });
    format!("<rss version=\"2.0\"><channel><title>Desk {feed}</title>{items}</channel></rss>")
}

/// A page as they are. Real pages of this size (164 of the dev sets, medians) have some 880 elements
/// and 210 lines of text; the rest is long attributes, pictures, scripts, styles.
fn page(host: &str, feed: &str, number: &str) -> String {
    let mut page = String::with_capacity(PAGE_BYTES + 4096);
    let _ = write!(
        page,
        "<!doctype html><html lang=en><head><title>Report {number} of desk {feed}</title>\
         <meta name=author content=\"Ann Smith\"><meta property=\"article:published_time\" content=\"2026-11-23T10:00:00Z\">\
         <style>{}</style><script>{}</script></head><body><header><nav><ul>",
        ".teaser { margin: 0 1em; color: #223; }\n".repeat(100),
        "window.pageSettings.push({ slot: 'top', sizes: [[728, 90]], lazy: true });\n".repeat(120)
    );
    for link in 0..100 {
        let _ = write!(
            page,
            "<li id=\"menu-item-{link}\" class=\"menu-item menu-item-type-taxonomy menu-item-object-category menu-item-{link} level-{}\">\
             <a class=\"menu-link\" href=\"http://{host}/section/{link}/\" itemprop=\"url\">Section {link}</a></li>",
            link % 3
        );
    }
    page.push_str("</ul>");
    for icon in 0..40 {
        let _ = write!(
            page,
            "<a class=\"icon icon--small\" href=\"/icon/{icon}\" aria-label=\"Icon\"><svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\">\
             <path d=\"M{icon}.6 1.9c-2.3.1-4.1 1.7-4.9 3.8-.2.6-.3 1.3-.3 2v2.5H5.1v3.9h3.2V24h3.9v-9.9h3.2l.6-3.9h-3.8V8.1c0-1 .3-1.9 1.9-1.9z\"/></svg></a>"
        );
    }
    let _ = write!(page, "</nav></header><main><article><h1>Report {number} of desk {feed}</h1>");
    for paragraph in 0..25 {
        let _ = write!(
            page,
            "<p>The office at {host} wrote its report {number}-{feed}-{paragraph} in the <a href=\"/morning/{paragraph}\">morning</a>, \
             and sent it to the council. The members read it for an hour, asked for <em>two more</em> figures, and agreed to come \
             back to it on Friday. Nobody in the room had expected number {paragraph}{number}{feed} to matter as much as it did.</p>"
        );
    }
    page.push_str("</article><aside>");
    let mut teaser = 0;
    while page.len() < PAGE_BYTES {
        let _ = write!(
            page,
            "<div class=\"teaser card card--with-picture col-12 col-md-4\"><a href=\"/other/{teaser}\" class=\"card__link\"><picture>\
             <source media=\"(min-width: 60em)\" srcset=\"/pictures/{teaser}-480x320.webp 480w, /pictures/{teaser}-960x640.webp 960w\">\
             <img class=\"card__picture\" src=\"/pictures/{teaser}.jpg\" srcset=\"/pictures/{teaser}-320x180.jpg 320w, /pictures/{teaser}-640x360.jpg 640w\" \
             sizes=\"(min-width: 60em) 320px, 100vw\" width=\"320\" height=\"180\" loading=\"lazy\" decoding=\"async\" alt=\"\"></picture>\
             <h3 class=\"card__title\"><span>Another story, number {teaser}</span></h3></a></div>"
        );
        teaser += 1;
    }
    page.push_str("</aside></main><footer>All rights reserved.</footer></body></html>");
    page
}
