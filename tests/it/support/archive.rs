//! A database that tests fill by what the program calls, without a network.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use tearsheet::article::{Article, Content, Image, Kind, Metadata, Removal};
use tearsheet::feed::Entry;
use tearsheet::fetch::Validators;
use tearsheet::outcome::Outcome;
use tearsheet::rule::Rule;
use tearsheet::schedule::Plan;
use tearsheet::sift::{EntryKey, Fingerprint, Fresh, Sifted};
use tearsheet::store::{
    ArticleFilter, ArticleRecord, Attempt, AttemptFailure, FetchedArticle, HitOrder, ImportRecord,
    NewSource, PageRecord, PendingEntry, PollEnd, PollRecord, PollSaved, SourceId, SourceKind,
    SourceNews, Store, VisitEnd, VisitRecord, VisitSaved,
};
use tearsheet::time::Timestamp;

/// A database in a folder of its own, and what to put into it.
pub(crate) struct Archive {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
}

impl Archive {
    pub(crate) async fn new() -> Archive {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("news.db")).await.unwrap();
        Archive { folder, store }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("news.db")
    }

    pub(crate) async fn follow(&self, url: &str) -> SourceId {
        self.store.add_source(&source(url), now()).await.unwrap().id
    }

    pub(crate) async fn announce(&self, source: SourceId, fresh: Fresh) -> PollSaved {
        let url = self.store.source(source).await.unwrap().url;
        self.store.record_poll(PollRecord { url, ..answered(source, fresh) }).await.unwrap()
    }

    /// Follows a source that announces one entry, and gives that.
    pub(crate) async fn entry(&self, feed: &str, url: &str) -> PendingEntry {
        let source = self.follow(feed).await;
        self.announce(source, Fresh { new: vec![sifted(url, 1)], ..Fresh::default() }).await;
        let due = self.due().await;
        due.into_iter().find(|entry| entry.source == Some(source)).unwrap()
    }

    pub(crate) async fn due(&self) -> Vec<PendingEntry> {
        self.store.due_entries(later(60), 100, 100, &HashSet::new(), None).await.unwrap()
    }

    pub(crate) async fn visit(&self, entry: &PendingEntry, article: FetchedArticle) -> VisitSaved {
        self.store.record_visit(stored(entry, article)).await.unwrap()
    }

    pub(crate) async fn one(&self, sql: &str) -> serde_json::Value {
        self.store.sql(sql).await.unwrap().rows[0][0].clone()
    }

    /// Which articles a search finds, best first.
    pub(crate) async fn ids(&self, query: &str) -> Vec<i64> {
        self.hits(query, HitOrder::Relevance).await.into_iter().map(|(id, _)| id).collect()
    }

    /// What a search finds, with the text around it.
    pub(crate) async fn hits(&self, query: &str, order: HitOrder) -> Vec<(i64, String)> {
        let hits = self.store.search(query, &ArticleFilter::default(), order).await.unwrap();
        hits.into_iter().map(|hit| (hit.id, hit.snippet)).collect()
    }

    /// Saves what stood at `url` on a day of November.
    pub(crate) async fn save(&self, url: &str, day: u32, text: &str) -> VisitSaved {
        self.save_with(url, day, text, &[]).await
    }

    pub(crate) async fn save_with(
        &self,
        url: &str,
        day: u32,
        text: &str,
        removed: &[&str],
    ) -> VisitSaved {
        let at = moment(day);
        let removals = removed.iter().map(|text| Removal {
            position: 0,
            kind: Kind::Other,
            rule: Rule::PhraseWhole,
            text: (*text).to_owned(),
        });
        let article = Article {
            metadata: Metadata { title: Some("Storm".to_owned()), ..Metadata::default() },
            text: text.to_owned(),
            markdown: text.to_owned(),
            word_count: text.split_whitespace().count(),
            removals: removals.collect(),
            ..Article::default()
        };
        let page = PageRecord {
            url: url.to_owned(),
            status: 200,
            content_type: None,
            html: text.as_bytes().to_vec(),
            validators: None,
        };
        let record = ArticleRecord {
            article,
            url: url.to_owned(),
            content: Content::Page,
            paywalled: false,
            first_seen_at: at,
            fetched_at: at,
        };
        let import = ImportRecord {
            url: url.to_owned(),
            captured_at: at,
            article: Ok(Box::new(FetchedArticle { record, page, recheck_at: None })),
        };
        self.store.record_import(import).await.unwrap()
    }

    pub(crate) async fn is_sound(&self) {
        let report = self.store.check(moment(23)).await.unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T10:00:00Z").unwrap()
}

pub(crate) fn later(seconds: u64) -> Timestamp {
    now().after(Duration::from_secs(seconds))
}

pub(crate) fn address(text: &str) -> url::Url {
    url::Url::parse(text).unwrap()
}

pub(crate) fn source(url: &str) -> NewSource {
    NewSource::new(address(url), SourceKind::Feed)
}

pub(crate) fn attempt(url: &str, outcome: Outcome) -> Attempt {
    Attempt {
        url: url.to_owned(),
        started_at: now(),
        duration: Duration::from_millis(120),
        status: Some(200),
        bytes: 1234,
        outcome,
        failure: None,
        warnings: vec!["date: no zone".to_owned()],
        host_waits: Vec::new(),
    }
}

/// An attempt that failed, and what a person is told of it.
pub(crate) fn failed(url: &str, kind: Outcome, message: &str) -> Attempt {
    let failure = Some(AttemptFailure { kind, message: message.to_owned() });
    Attempt { failure, ..attempt(url, kind) }
}

pub(crate) fn sifted(url: &str, fingerprint: u64) -> Sifted {
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

pub(crate) fn plan() -> Plan {
    Plan { interval: Duration::from_mins(15), failures: 0, next_poll_at: later(900) }
}

pub(crate) fn validators(etag: &str) -> Validators {
    Validators {
        url: "https://a.example/feed".to_owned(),
        etag: Some(etag.to_owned()),
        last_modified: None,
    }
}

pub(crate) fn answered(source: SourceId, fresh: Fresh) -> PollRecord {
    PollRecord {
        source,
        url: address("https://a.example/feed"),
        attempt: attempt("https://a.example/feed", Outcome::Updated),
        end: PollEnd::Answered(Box::new(SourceNews {
            title: Some("The Coast".to_owned()),
            validators: Some(validators("\"1\"")),
            fresh,
            ..SourceNews::default()
        })),
        plan: plan(),
        relocation: None,
    }
}

pub(crate) fn article(url: &str, title: &str, text: &str) -> FetchedArticle {
    let record = ArticleRecord {
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
                rule: Rule::PhraseWhole,
                text: "Leave a reply".to_owned(),
            }],
            confidence: 0.5,
            ..Article::default()
        },
        url: url.to_owned(),
        content: Content::Page,
        paywalled: false,
        first_seen_at: now(),
        fetched_at: later(10),
    };
    let page = PageRecord {
        url: url.to_owned(),
        status: 200,
        content_type: Some("text/html".to_owned()),
        html: format!("<p>{text}</p>").into_bytes(),
        validators: None,
    };
    FetchedArticle { record, page, recheck_at: None }
}

/// The same where a paywall shows no more of it.
pub(crate) fn paywalled(mut article: FetchedArticle) -> FetchedArticle {
    article.record.paywalled = true;
    article
}

pub(crate) fn stored(entry: &PendingEntry, article: FetchedArticle) -> VisitRecord {
    VisitRecord {
        entry: entry.id,
        fingerprint: entry.fingerprint,
        host: entry.host.clone(),
        source: None,
        attempt: attempt(&article.record.url, article.record.outcome()),
        end: VisitEnd::Article(Box::new(article)),
    }
}

/// A day of November.
pub(crate) fn moment(day: u32) -> Timestamp {
    Timestamp::parse(&format!("2026-11-{day:02}T10:00:00Z")).unwrap()
}
