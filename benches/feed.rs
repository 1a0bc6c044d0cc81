//! What reading a feed costs, beside feed-rs, which refuses what is not sound.
//!
//! ```text
//! cargo bench --bench feed
//! ```

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ITEMS: usize = 1_000;
const ITEM_BYTES: usize = 2_600;
const ROUNDS: u32 = 15;

fn main() {
    let url = url::Url::parse("https://news.example/feed").expect("an address");
    for (name, feed) in [("RSS", rss()), ("Atom", atom())] {
        let ours = best_of(|| {
            let document = tearsheet::feed::parse(feed.as_bytes(), None, &url).expect("a feed");
            assert_eq!(black_box(document).entries.len(), ITEMS);
        });
        let theirs = best_of(|| {
            let document = feed_rs::parser::parse(feed.as_bytes()).expect("a feed");
            assert_eq!(black_box(document).entries.len(), ITEMS);
        });
        println!(
            "{name:<5} {} KiB: {:.1} ms; feed-rs {:.1} ms",
            feed.len() / 1024,
            ours.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3
        );
    }
}

fn best_of(mut work: impl FnMut()) -> Duration {
    let mut round = || {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}

/// Escaped HTML, as feeds carry it.
fn story(number: usize) -> String {
    let mut html = String::new();
    while html.len() < ITEM_BYTES {
        let _ = writeln!(
            html,
            "&lt;p&gt;Report {number} of the office, with a &lt;a href=\"/more/{number}\"&gt;link&lt;/a&gt; &amp;amp; caf\u{e9}.&lt;/p&gt;"
        );
    }
    html
}

fn rss() -> String {
    let items: String = (0..ITEMS).fold(String::new(), |mut items, number| {
        let _ = write!(
            items,
            "<item><title>Report {number}</title><link>https://news.example/{number}</link>\
             <guid isPermaLink=\"false\">n-{number}</guid><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>\
             <description>{}</description></item>",
            story(number)
        );
        items
    });
    format!("<rss version=\"2.0\"><channel><title>Daily</title>{items}</channel></rss>")
}

fn atom() -> String {
    let entries: String = (0..ITEMS).fold(String::new(), |mut entries, number| {
        let _ = write!(
            entries,
            "<entry><title>Report {number}</title><link href=\"https://news.example/{number}\"/>\
             <id>tag:news.example,2026:{number}</id><updated>2026-11-23T10:00:00Z</updated>\
             <content type=\"html\">{}</content></entry>",
            story(number)
        );
        entries
    });
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Daily</title>{entries}</feed>")
}
