//! How long each stage takes with a page, from its bytes to its article.
//!
//! ```text
//! cargo bench --bench stages
//! TEARSHEET_BENCH_PAGES=folder cargo bench --bench stages
//! ```
//!
//! Without a folder of `.html` or `.html.gz` files it reads a page that it makes itself. Every page
//! is read a few times and its best times count, so that a busy machine disturbs little.

mod pages;

use std::hint::black_box;
use std::time::{Duration, Instant};

use tearsheet::dom::Dom;
use tearsheet::strip::{self, Phrases};
use tearsheet::{decode, extract, render};

/// How often a page is read.
const ROUNDS: usize = 5;

const STAGES: [&str; 5] = ["decode", "parse", "blocks", "judge", "render"];

fn main() {
    let mut given = pages::given().peekable();
    let pages: Box<dyn Iterator<Item = Vec<u8>>> = if given.peek().is_some() {
        Box::new(given)
    } else {
        Box::new(std::iter::once(pages::made()))
    };
    let mut bytes = 0;
    let mut times: [Vec<Duration>; STAGES.len()] = Default::default();
    for page in pages {
        let best = (0..ROUNDS)
            .filter_map(|_| read(&page))
            .reduce(|best, next| std::array::from_fn(|stage| best[stage].min(next[stage])));
        let Some(best) = best else { continue };
        bytes += page.len();
        for (times, time) in times.iter_mut().zip(best) {
            times.push(time);
        }
    }
    print(&mut times, bytes);
}

/// What each stage takes with a page; `None` if nothing can be read of it.
fn read(page: &[u8]) -> Option<[Duration; STAGES.len()]> {
    let (decoding, decoded) = timed(|| decode::decode(page, None));
    let (parsing, ()) = timed(|| drop(black_box(Dom::parse(&decoded.text))));
    let (extracting, draft) = timed(|| extract::extract(&decoded.text, None));
    let draft = draft.ok()?;
    let (judging, (judgement, (_, confidence))) = timed(|| {
        let judgement = strip::strip(&draft, Phrases::shared(), None);
        let appraisal = strip::appraise(&draft, &judgement);
        (judgement, appraisal)
    });
    let (rendering, _) = timed(|| black_box(render::render(draft, &judgement, confidence)));
    // Extracting begins with parsing; blocks and metadata are what is left of it.
    Some([decoding, parsing, extracting.saturating_sub(parsing), judging, rendering])
}

fn timed<T>(stage: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let made = stage();
    (start.elapsed(), made)
}

#[expect(clippy::cast_precision_loss, reason = "no folder has so many pages")]
fn print(times: &mut [Vec<Duration>; STAGES.len()], bytes: usize) {
    let count = times[0].len();
    println!("{count} pages, {bytes} bytes; milliseconds a page");
    println!("stage        mean   median      p99   share");
    let all: Duration = times.iter().flatten().sum();
    for (stage, times) in STAGES.iter().zip(times) {
        times.sort_unstable();
        let total: Duration = times.iter().sum();
        let at = |percent: usize| times.get(count * percent / 100).copied().unwrap_or_default();
        println!(
            "{stage:<8} {:>8.3} {:>8.3} {:>8.3} {:>6.1}%",
            millis(total) / count.max(1) as f64,
            millis(at(50)),
            millis(at(99)),
            100.0 * millis(total) / millis(all).max(f64::MIN_POSITIVE),
        );
    }
    println!("all      {:>8.3}", millis(all) / count.max(1) as f64);
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
