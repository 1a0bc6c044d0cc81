//! Measures the database: how fast it takes articles, answers and exports.
//!
//! ```text
//! cargo run --release --example database -- fill   bench.db 1000000
//! cargo run --release --example database -- ask    bench.db
//! cargo run --release --example database -- export bench.db
//! ```
//!
//! The articles are made up: some 8 KB of text each, words as frequent as in a language, links in
//! every third, three removals, a page around it. `fill` goes on where the file ends, and prints the
//! rate as it goes. A million articles take some 40 GB with their pages: `fill … nopages` leaves
//! those out, to see the size without them.

use std::collections::HashSet;
use std::path::Path;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use tearsheet::article::{Article, Content, DateSource, Dated, Kind, Metadata, Removal};
use tearsheet::outcome::Outcome;
use tearsheet::rule::Rule;
use tearsheet::store::{
    ArticleDetail, ArticleFilter, ArticleRecord, FetchedArticle, HitOrder, ImportRecord,
    PageRecord, Parts, Store, StoreError,
};
use tearsheet::time::{StatedTime, Timestamp};

/// Articles that are under way at once: three transactions full, so that others are prepared while
/// one is written.
const AT_ONCE: usize = 3 * tearsheet::limits::ROWS_PER_COMMIT_MAX;
/// Articles between two lines of the report.
const STEP: u64 = 32_768;
/// Sites that the articles are spread over.
const SITES: u64 = 2_000;
/// Words that there are.
const VOCABULARY: usize = 60_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let usage = "say fill FILE COUNT [nopages], ask FILE or export FILE";
    let (Some(what), Some(file)) = (args.get(1), args.get(2)) else { return Err(usage.into()) };
    let store = Store::open(Path::new(file)).await?;
    match what.as_str() {
        "fill" => {
            let count = args.get(3).ok_or(usage)?.parse()?;
            fill(&store, count, args.get(4).is_none()).await?;
        }
        "ask" => ask(&store).await?,
        "export" => export(&store).await?,
        _ => return Err(usage.into()),
    }
    store.close().await;
    Ok(())
}

async fn fill(store: &Store, count: u64, pages: bool) -> Result<(), StoreError> {
    let begin = store.status(moment(0)).await?.articles;
    let mut last = (Instant::now(), cpu());
    let started = last.0;
    let mut text_bytes = 0;
    // Making the articles up must not hold back those that are on their way.
    let (give, made) = tokio::sync::mpsc::channel(AT_ONCE);
    let maker = std::thread::spawn(move || {
        let language = Language::new();
        let mut numbers = begin..begin + count;
        numbers.all(|number| give.blocking_send(language.record(number, pages)).is_ok())
    });
    let made = stream::unfold(made, async |mut made| Some((made.recv().await?, made)));
    let saved = made.map(async |(record, bytes)| (store.record_import(record).await, bytes));
    let mut saved = pin!(saved.buffer_unordered(AT_ONCE));
    let mut done = 0;
    while let Some((saved, bytes)) = saved.next().await {
        assert_eq!(saved?.outcome, Outcome::Stored);
        done += 1;
        text_bytes += bytes;
        if done % STEP == 0 {
            let now = (Instant::now(), cpu());
            println!(
                "{:>9} articles  {:>6.0}/s  {:.2} ms CPU each  file {} MB",
                begin + done,
                per_second(STEP, now.0 - last.0),
                now.1.saturating_sub(last.1).as_secs_f64() * 1000.0 / 32_768.0,
                store.path().metadata().map_or(0, |file| file.len() >> 20),
            );
            last = now;
        }
    }
    assert!(maker.join().is_ok_and(|made_all| made_all), "articles could not be made up");
    println!(
        "{:.0}/s over all, {} MB of text",
        per_second(count, started.elapsed()),
        text_bytes >> 20
    );
    Ok(())
}

async fn ask(store: &Store) -> Result<(), StoreError> {
    let language = Language::new();
    let articles = store.status(moment(0)).await?.articles;
    println!("{articles} articles");
    let mut times: Vec<(&str, Vec<Duration>)> = Vec::new();
    for (name, rounds) in [
        ("newest 50 of a site", 300),
        ("article by its address", 300),
        ("two words, 20 hits with snippets", 200),
        ("near-duplicate of a text", 300),
        ("near-duplicate of a new text", 300),
    ] {
        let mut taken = Vec::new();
        for round in 0..rounds {
            let number = (round * 7_919 + 13) % articles.max(1);
            let record = language.record(number, false).0;
            let text = record.article.as_ref().map(|article| article.record.article.text.clone());
            let text = text.unwrap_or_default();
            let (one, two) = (language.word(20 + round * 37), language.word(900 + round * 91));
            let started = Instant::now();
            match name {
                "newest 50 of a site" => {
                    let site = Some(format!("site{}.example", number % SITES));
                    let filter =
                        ArticleFilter { site, limit: Some(50), ..ArticleFilter::default() };
                    assert!(!store.list(&filter).await?.is_empty());
                }
                "article by its address" => assert!(store.article_at(&record.url).await?.is_some()),
                "two words, 20 hits with snippets" => {
                    let filter = ArticleFilter { limit: Some(20), ..ArticleFilter::default() };
                    store.search(&format!("{one} {two}"), &filter, HitOrder::Relevance).await?;
                }
                "near-duplicate of a text" => assert!(store.article_like(&text).await?.is_some()),
                _ => {
                    let text = language.text(articles + 5_000_000 + round);
                    assert!(store.article_like(&text).await?.is_none());
                }
            }
            taken.push(started.elapsed());
        }
        times.push((name, taken));
    }
    for (name, mut taken) in times {
        taken.sort();
        let at = |share: usize| taken[taken.len() * share / 100].as_secs_f64() * 1000.0;
        println!("{name:<36} p50 {:>8.3} ms   p95 {:>8.3} ms", at(50), at(95));
    }
    Ok(())
}

async fn export(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let lines = |articles: Vec<ArticleDetail>| {
        let count = articles.len() as u64;
        tearsheet::export::json_lines(&articles).map(|lines| (count, lines))
    };
    let started = Instant::now();
    let mut count = 0;
    let mut portions = pin!(store.export(ArticleFilter::default(), Parts::Current, lines));
    while let Some(portion) = portions.next().await {
        let (articles, lines) = portion??;
        assert!(!lines.is_empty());
        count += articles;
    }
    println!("jsonl    {:>7.0} articles/s", per_second(count, started.elapsed()));

    let columns = |articles: Vec<ArticleDetail>| tearsheet::export::parquet_columns(&articles);
    let started = Instant::now();
    let mut count = 0;
    let mut file = tearsheet::export::ParquetFile::new(std::io::sink())?;
    let mut portions = pin!(store.export(ArticleFilter::default(), Parts::Current, columns));
    while let Some(portion) = portions.next().await {
        let columns = portion??;
        count += columns.num_rows() as u64;
        file.write(&columns)?;
    }
    file.finish()?;
    println!("parquet  {:>7.0} articles/s", per_second(count, started.elapsed()));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("no VmHWM here")
    );
    Ok(())
}

/// Words as frequent as those of a language (Zipf), made up.
struct Language {
    words: Vec<String>,
    /// For each of many equal shares of all text, the word that it falls to.
    shares: Vec<u32>,
    /// What stands on every page before its article.
    head: String,
}

impl Language {
    fn new() -> Language {
        let mut words = Vec::new();
        let mut known = HashSet::new();
        let mut dice = Dice(7);
        while words.len() < VOCABULARY {
            // Frequent words are short.
            let syllables = 1 + (words.len() + 1).ilog10() as usize / 2 + dice.below(3);
            let mut word = String::new();
            for _ in 0..syllables {
                let (onset, vowel) = (dice.below(16), dice.below(5));
                word.push_str(&"bcdfghjklmnprstv"[onset..=onset]);
                word.push_str(&"aeiou"[vowel..=vowel]);
                word.push_str(["", "", "n", "r", "s", "t"][dice.below(6)]);
            }
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        let weight = |rank: usize| 1.0 / f64::from(u32::try_from(rank).unwrap_or(0) + 3).powf(1.05);
        let total: f64 = (0..VOCABULARY).map(weight).sum();
        let mut shares = Vec::new();
        for rank in 0..VOCABULARY {
            let parts = (weight(rank) / total * 1_000_000.0).ceil();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most a million"
            )]
            shares.extend(std::iter::repeat_n(u32::try_from(rank).unwrap_or(0), parts as usize));
        }
        Language { words, shares, head: head() }
    }

    fn word(&self, rank: u64) -> &str {
        &self.words[usize::try_from(rank).unwrap_or(0) % VOCABULARY]
    }

    /// The text of an article: paragraphs of some 500 bytes, 8 KB in all.
    fn text(&self, number: u64) -> String {
        let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut text = String::with_capacity(8_300);
        let mut paragraph = 0;
        while text.len() < 8_000 {
            let rank = self.shares[dice.below(self.shares.len())] as usize;
            text.push_str(&self.words[rank]);
            paragraph += self.words[rank].len();
            if paragraph > 500 && text.len() < 7_500 {
                text.push_str(".\n\n");
                paragraph = 0;
            } else {
                text.push(' ');
            }
        }
        text.truncate(text.trim_end().len());
        text.push('.');
        text
    }

    fn record(&self, number: u64, with_page: bool) -> (ImportRecord, usize) {
        let text = self.text(number);
        let bytes = text.len();
        let url = format!("https://site{}.example/2026/11/story-{number}.html", number % SITES);
        let at = moment(number);
        let linked = number.is_multiple_of(3);
        let markdown = if linked {
            text.replacen(' ', " [a link](https://site.example/elsewhere) ", 1)
        } else {
            text.clone()
        };
        let removals = ["Photo: A Name / Agency", "Sign up for our newsletter", "3 comments"];
        let article = Article {
            metadata: Metadata {
                title: Some(text.chars().take(60).collect()),
                authors: vec!["Mara Lind".to_owned()],
                site_name: Some(format!("Site {}", number % SITES)),
                language: Some("en".to_owned()),
                published: Some(Dated { at: StatedTime::from(at), from: DateSource::Meta }),
                ..Metadata::default()
            },
            word_count: text.split(' ').count(),
            removals: removals
                .into_iter()
                .map(|text| Removal {
                    position: 3,
                    kind: Kind::NewsletterPrompt,
                    rule: Rule::PhraseWhole,
                    text: text.to_owned(),
                })
                .collect(),
            markdown,
            text,
            confidence: 0.9,
            ..Article::default()
        };
        let html = if with_page { self.page(&article.text) } else { Vec::new() };
        let page = PageRecord {
            url: url.clone(),
            status: 200,
            content_type: Some("text/html".to_owned()),
            html,
            validators: None,
        };
        let record = ArticleRecord {
            article,
            url: url.clone(),
            content: Content::Page,
            paywalled: false,
            first_seen_at: at,
            fetched_at: at,
        };
        let article = Ok(Box::new(FetchedArticle { record, page, recheck_at: None }));
        (ImportRecord { url, captured_at: at, article }, bytes)
    }

    fn page(&self, text: &str) -> Vec<u8> {
        [&self.head, &*text.replace("\n\n", "</p><p>"), "</p></article></html>"].concat().into()
    }
}

/// As much as pages have around their text: menus, scripts, teasers.
fn head() -> String {
    let mut html = String::from("<!doctype html><html><head><title>x</title>");
    for number in 0..300 {
        html.push_str("<script>window.config=window.config||{};config.slot");
        html.push_str(&number.to_string());
        html.push_str(
            "='banner';</script><li class='menu__item'><a href='/section/'>More</a></li>",
        );
    }
    html.push_str("<article><p>");
    html
}

/// A minute apart, from the beginning of 2025 on.
fn moment(number: u64) -> Timestamp {
    Timestamp::from_unix(1_735_689_600 + i64::try_from(number).unwrap_or(0) * 60)
}

/// Numbers that look random and are the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % bound
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate, not a count")]
fn per_second(count: u64, taken: Duration) -> f64 {
    count as f64 / taken.as_secs_f64()
}

/// Processor time of this process, where the system tells.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}
