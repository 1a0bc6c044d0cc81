//! What the database promises, whoever asks and whatever befalls it.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt;
use tearsheet::article::{Article, Content, DateSource, Dated, Image, Kind, Metadata, Removal};
use tearsheet::feed::Entry;
use tearsheet::fetch::Validators;
use tearsheet::outcome::Outcome;
use tearsheet::schedule::Plan;
use tearsheet::sift::{EntryKey, Fingerprint, Fresh, Sifted};
use tearsheet::store::{
    ArticleFilter, ArticleId, ArticleRecord, Attempt, EntryId, NewSource, PageCopy, PendingEntry,
    PollEnd, PollRecord, PollSaved, SourceId, SourceKind, SourceNews, SourceState, Store,
    StoreError, VisitEnd, VisitRecord, VisitSaved, WorkLock,
};
use tearsheet::time::Timestamp;

const STORM: &str = "The storm reached the coast on Monday night and took two roofs with it. \
    Nobody was hurt, said the fire brigade, which had been called out eleven times before dawn. \
    The harbour stays closed until Wednesday, and the ferry to the islands will not run this week.";
const COUNCIL: &str = "The town council voted for the new tram line after nine hours of debate. \
    Building is to begin next spring, if the state pays its half, and to end four years later. \
    Shopkeepers along the route fear for their trade and want to be paid for what they lose.";

/// A database in a folder of its own.
struct Archive {
    folder: tempfile::TempDir,
    store: Store,
}

impl Archive {
    async fn new() -> Archive {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("news.db")).await.unwrap();
        Archive { folder, store }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("news.db")
    }

    async fn follow(&self, url: &str) -> SourceId {
        self.store.add_source(&source(url), now()).await.unwrap().id
    }

    async fn announce(&self, source: SourceId, fresh: Fresh) -> PollSaved {
        self.store.record_poll(answered(source, fresh)).await.unwrap()
    }

    /// Follows a source that announces one entry, and leases that.
    async fn entry(&self, feed: &str, url: &str) -> PendingEntry {
        let source = self.follow(feed).await;
        self.announce(source, Fresh { new: vec![sifted(url, 1)], ..Fresh::default() }).await;
        let mut leased = self.lease().await;
        assert_eq!(leased.len(), 1);
        leased.remove(0)
    }

    async fn lease(&self) -> Vec<PendingEntry> {
        self.store.lease_entries(later(60), 100, 100, &HashSet::new(), None).await.unwrap()
    }

    async fn visit(&self, entry: EntryId, article: ArticleRecord) -> VisitSaved {
        self.store.record_visit(stored(entry, article)).await.unwrap()
    }

    async fn one(&self, sql: &str) -> serde_json::Value {
        self.store.sql(sql).await.unwrap().rows[0][0].clone()
    }

    async fn hits(&self, query: &str) -> Vec<i64> {
        let hits = self.store.search(query, &ArticleFilter::default()).await.unwrap();
        hits.iter().map(|hit| hit.id).collect()
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T10:00:00Z").unwrap()
}

fn later(seconds: u64) -> Timestamp {
    now().after(Duration::from_secs(seconds))
}

fn address(text: &str) -> url::Url {
    url::Url::parse(text).unwrap()
}

fn source(url: &str) -> NewSource {
    NewSource {
        url: address(url),
        kind: SourceKind::Feed,
        title: String::new(),
        site_url: None,
        language: None,
        opml: None,
    }
}

fn attempt(url: &str, outcome: Outcome) -> Attempt {
    Attempt {
        url: url.to_owned(),
        started_at: now(),
        duration: Duration::from_millis(120),
        status: Some(200),
        bytes: 1234,
        outcome,
        error_kind: None,
        error: None,
        warnings: vec!["date: no zone".to_owned()],
        host_wait: None,
    }
}

fn sifted(url: &str, fingerprint: u64) -> Sifted {
    Sifted {
        key: EntryKey(format!("link:{url}")),
        fingerprint: Fingerprint(fingerprint),
        entry: Entry {
            url: Some(address(url)),
            title: Some("From the feed".to_owned()),
            content: Some("<p>whole</p>".to_owned()),
            ..Entry::default()
        },
    }
}

fn plan() -> Plan {
    Plan { interval: Duration::from_secs(900), failures: 0, next_poll_at: later(900) }
}

fn validators(etag: &str) -> Validators {
    Validators {
        url: "https://a.example/feed".to_owned(),
        etag: Some(etag.to_owned()),
        last_modified: None,
    }
}

fn answered(source: SourceId, fresh: Fresh) -> PollRecord {
    PollRecord {
        source,
        attempt: attempt("https://a.example/feed", Outcome::Updated),
        end: PollEnd::Answered(Box::new(SourceNews {
            title: Some("The Coast".to_owned()),
            validators: Some(validators("\"1\"")),
            fresh,
            ..SourceNews::default()
        })),
        plan: plan(),
        gone: false,
    }
}

fn article(url: &str, title: &str, text: &str) -> ArticleRecord {
    ArticleRecord {
        article: Article {
            metadata: Metadata {
                title: Some(title.to_owned()),
                authors: vec!["Ada Sea".to_owned()],
                language: Some("en-gb".to_owned()),
                site_name: Some("The Coast".to_owned()),
                ..Metadata::default()
            },
            text: text.to_owned(),
            markdown: text.to_owned(),
            word_count: text.split_whitespace().count(),
            images: vec![Image { url: "https://a.example/i.jpg".to_owned(), ..Image::default() }],
            removals: vec![Removal {
                position: 1,
                kind: Kind::CommentPrompt,
                rule: "prompt".to_owned(),
                text: "Leave a reply".to_owned(),
            }],
            confidence: 0.5,
            ..Article::default()
        },
        url: url.to_owned(),
        content: Content::Page,
        page: PageCopy {
            url: url.to_owned(),
            status: 200,
            content_type: Some("text/html".to_owned()),
            html: format!("<p>{text}</p>").into_bytes(),
        },
        first_seen_at: now(),
        fetched_at: later(10),
    }
}

fn stored(entry: EntryId, article: ArticleRecord) -> VisitRecord {
    VisitRecord {
        entry,
        source: None,
        attempt: Some(attempt(&article.url, Outcome::Stored)),
        end: VisitEnd::Article(Box::new(article)),
    }
}

#[tokio::test]
async fn an_article_comes_back_with_all_that_hangs_on_it() {
    let archive = Archive::new().await;
    let entry = archive.entry("https://a.example/feed", "https://a.example/storm").await;
    let new = article("https://a.example/storm", "Storm hits coast", STORM);

    let saved = archive.visit(entry.id, new).await;
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
    assert!(archive.lease().await.is_empty());
    assert_eq!(archive.one("select content from entries").await, serde_json::Value::Null);
}
