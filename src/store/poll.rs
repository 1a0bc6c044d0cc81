//! Saving a poll.
//!
//! New entries and the validators that would hide them from the next poll
//! commit together: a kill in between repeats the poll and loses nothing.

use std::time::Duration;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::attempt::{self, Attempt, Subject};
use super::error::StoreError;
use super::group_commit::Record;
use super::source::leave_address;
use super::source::no_such;
use super::writing::Writing;
use super::{SourceId, Store, integer, json, json_numbers};
use crate::feed::Entry;
use crate::fetch::Validators;
use crate::limits;
use crate::outcome::Outcome;
use crate::schedule::Plan;
use crate::schedule::Quiet;
use crate::schedule::Relocation;
use crate::sift::{self, EntryKey, Fingerprint, Fresh, Headline, KnownEntries, KnownEntry, Sifted};
use crate::time::Timestamp;

/// As the column counts them.
const REVISITS_MAX: i64 = limits::ENTRY_REVISITS_MAX as i64;

/// What a full answer taught about its source.
#[derive(Clone, Debug, Default)]
pub struct SourceNews {
    /// Title, where the answer gave one.
    pub title: Option<String>,
    /// Web page, where the answer gave one.
    pub site_url: Option<String>,
    /// Language, where the answer gave one.
    pub language: Option<String>,
    /// Validators to send next time; `None` forgets the old ones.
    pub validators: Option<Validators>,
    /// How long the feed asks not to be polled again.
    pub ttl: Option<Duration>,
    /// When it asks not to be polled at all.
    pub quiet: Quiet,
    /// New and changed entries.
    pub fresh: Fresh,
}

/// The end of one poll.
#[derive(Clone, Debug)]
pub enum PollEnd {
    /// A full answer.
    Answered(Box<SourceNews>),
    /// 304, with the validators to send next time.
    NotModified(Validators),
    /// A failure; validators and entries stay as they are.
    Failed,
}

/// Everything that one poll changes; saved in one transaction.
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// The source.
    pub source: SourceId,
    /// The address that was polled. Where the source has another by now, the
    /// answer says nothing about that one: only its entries are taken.
    pub url: url::Url,
    /// The attempt, for `fetches`; 410 stops polling.
    pub attempt: Attempt,
    /// What came of it.
    pub end: PollEnd,
    /// When to look again.
    pub plan: Plan,
    /// Where the answer came from; `None` where there was none to tell.
    pub relocation: Option<Relocation>,
}

/// What saving a poll came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollSaved {
    /// New entries.
    pub new: usize,
    /// Edited entries that wait to be fetched again.
    pub changed: usize,
}

impl Store {
    /// What is known of what `source` announced: its entries with these keys, those with a link
    /// that names one story now, and those that say the same under another key. Where an
    /// announced one has no such key, also those that were published at the same moment, and those
    /// whose article has its address without the query.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn known_entries(
        &self,
        source: SourceId,
        announced: &[Sifted],
    ) -> Result<KnownEntries, StoreError> {
        let keys: Vec<&str> = announced.iter().map(|sifted| sifted.key.0.as_str()).collect();
        let prints = announced.iter().map(|sifted| sifted.fingerprint.0.cast_signed());
        let links = sift::lone_links(announced);
        let with_links = links.values().filter_map(|sifted| sifted.entry.url.as_ref());
        let addresses: Vec<String> =
            with_links.map(|url| crate::url::canonical(url).into()).collect();
        // By its index, for which a source may have many entries and a link has few.
        let rows = sqlx::query(
            "select key, fingerprint, title, published_stated, url, article_id, visits
             from entries
             where source_id = ?1 and key in (select value from json_each(?2))
             union all
             select key, fingerprint, title, published_stated, url, article_id, visits
             from entries
             where source_id = ?1 and fingerprint in (select value from json_each(?3))
             union all
             select key, fingerprint, title, published_stated, url, article_id, visits
             from entries indexed by entries_canonical_url
             where canonical_url in (select value from json_each(?4)) and source_id = ?1",
        )
        .bind(source.0)
        .bind(serde_json::Value::from(keys).to_string())
        .bind(json_numbers(prints))
        .bind(serde_json::Value::from(addresses).to_string())
        .fetch_all(&self.readers)
        .await?;
        let mut known: KnownEntries = rows.iter().map(known_entry).collect::<Result<_, _>>()?;
        let is_named = |sifted: &&Sifted| {
            known.get(&sifted.key).is_some_and(|before| before.is_story_of(&sifted.entry))
        };
        let unnamed: Vec<&Sifted> = announced.iter().filter(|one| !is_named(one)).collect();
        let headlines = unnamed.iter().filter_map(|sifted| Headline::of(&sifted.entry));
        let moments: Vec<String> =
            headlines.map(|headline| headline.published().to_string()).collect();
        let links = unnamed.iter().filter_map(|sifted| sifted.entry.url.as_ref());
        let without_query: Vec<String> = links.filter_map(sift::without_query).collect();
        if !moments.is_empty() {
            let rows = sqlx::query(
                "select key, fingerprint, title, published_stated, url, article_id, visits
                 from entries
                 where source_id = ?1 and published_at in (select value from json_each(?2))",
            )
            .bind(source.0)
            .bind(serde_json::Value::from(moments).to_string())
            .fetch_all(&self.readers)
            .await?;
            known.extend(rows.iter().map(known_entry).collect::<Result<Vec<_>, _>>()?);
        }
        if !without_query.is_empty() {
            // From the few articles to their entries: a source may have a hundred thousand.
            let rows = sqlx::query(
                "select key, fingerprint, entries.title, published_stated, entries.url, article_id,
                        visits, articles.url as article_url
                 from articles cross join entries indexed by entries_article
                      on article_id = articles.id and source_id = ?1
                 where articles.url in (select value from json_each(?2))",
            )
            .bind(source.0)
            .bind(serde_json::Value::from(without_query).to_string())
            .fetch_all(&self.readers)
            .await?;
            for row in &rows {
                let (key, entry) = known_entry(row)?;
                let article_url = row.try_get("article_url")?;
                known.insert(key, KnownEntry { article_url, ..entry });
            }
        }
        Ok(known)
    }

    /// Saves a poll in one transaction, with others that wait for theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuch`] where the source was removed meanwhile, and those
    /// of writing; nothing is saved then.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollSaved, StoreError> {
        self.save_with_others(record).await
    }
}

fn known_entry(row: &SqliteRow) -> Result<(EntryKey, KnownEntry), sqlx::Error> {
    let url: Option<&str> = row.try_get("url")?;
    let entry = KnownEntry {
        fingerprint: Fingerprint(row.try_get::<i64, _>("fingerprint")?.cast_unsigned()),
        title: row.try_get("title")?,
        published: row.try_get("published_stated")?,
        url: url.and_then(|url| url::Url::parse(url).ok()),
        has_article: row.try_get::<Option<i64>, _>("article_id")?.is_some(),
        article_url: None,
        is_worn_out: row.try_get::<i64, _>("visits")? >= REVISITS_MAX,
    };
    Ok((EntryKey(row.try_get("key")?), entry))
}

impl Record for PollRecord {
    type Saved = PollSaved;

    fn rows(&self) -> usize {
        match &self.end {
            PollEnd::Answered(news) => 1 + news.fresh.new.len() + news.fresh.changed.len(),
            PollEnd::NotModified(_) | PollEnd::Failed => 1,
        }
    }

    async fn save(&self, tx: &mut Writing<'_>) -> Result<PollSaved, StoreError> {
        let PollRecord { source, url, attempt, end, plan, relocation } = self;
        let (source, now) = (*source, attempt.started_at);
        let Place { host, is_current } = place(tx.settle().await?, source, url).await?;
        let subject = Subject { source: Some(source), ..Subject::default() };
        attempt::save(tx, attempt, attempt.outcome, subject);
        if is_current {
            save_plan(tx, source, attempt, *plan);
            match end {
                PollEnd::Answered(news) => {
                    save_news(tx, source, news, now);
                    save_validators(tx, source, news.validators.as_ref());
                }
                PollEnd::NotModified(validators) => {
                    save_validators(tx, source, Some(validators));
                }
                PollEnd::Failed => {}
            }
        }
        let tx = tx.settle().await?;
        let mut saved = PollSaved::default();
        if let PollEnd::Answered(news) = end {
            for sifted in oldest_first(&news.fresh.new) {
                saved.new += insert(tx, source, &host, sifted, now).await?;
            }
            for sifted in &news.fresh.changed {
                saved.changed += revisit(tx, source, &host, sifted, now).await?;
            }
        }
        if saved.new + saved.changed > 0 {
            sqlx::query("update sources set changed_at = ? where id = ?")
                .bind(now.to_string())
                .bind(source.0)
                .execute(&mut *tx)
                .await?;
        }
        if let Some(relocation) = relocation.as_ref().filter(|_| is_current) {
            relocate(tx, source, relocation, now).await?;
        }
        Ok(saved)
    }
}

/// Notes where a source is moving to, or moves it. One
/// whose new address another source is asked at is paused: that brings all of it.
async fn relocate(
    tx: &mut SqliteConnection,
    source: SourceId,
    relocation: &Relocation,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let watched = match relocation {
        Relocation::Stays => None,
        Relocation::Watched(moving) => Some(moving),
        Relocation::Moved(to) => {
            let other =
                sqlx::query("select id, state = 'active' as asked from sources where url = ?")
                    .bind(to.as_str())
                    .fetch_optional(&mut *tx)
                    .await?;
            let Some(other) = other else {
                leave_address(tx, source, to, now).await?;
                sqlx::query(
                    "update sources set url = ?, host = ?, moving_to = null, moving_since = null
                     where id = ?",
                )
                .bind(to.as_str())
                .bind(crate::url::host(to))
                .bind(source.0)
                .execute(tx)
                .await?;
                return Ok(());
            };
            if other.try_get("asked")? {
                let id: i64 = other.try_get("id")?;
                let why = format!("paused: it has moved to {to}, where source {id} is asked");
                tracing::warn!(source = source.0, "{why}");
                sqlx::query(
                    "update sources set state = 'paused', last_error = ?, moving_to = null,
                                        moving_since = null
                     where id = ?",
                )
                .bind(&why)
                .bind(source.0)
                .execute(&mut *tx)
                .await?;
                hand_over(tx, source, SourceId(id), &why).await?;
            }
            return Ok(());
        }
    };
    sqlx::query("update sources set moving_to = ?, moving_since = ? where id = ?")
        .bind(watched.as_ref().map(|moving| moving.to.as_str()))
        .bind(watched.as_ref().map(|moving| moving.since.to_string()))
        .bind(source.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// Gives what a source announced, and has no article yet, to the one that is asked in its place;
/// what that one knows itself is settled.
async fn hand_over(
    tx: &mut SqliteConnection,
    from: SourceId,
    to: SourceId,
    why: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update or ignore entries set source_id = ?
         where source_id = ? and state = 'pending' and article_id is null",
    )
    .bind(to.0)
    .bind(from.0)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "update entries set state = iif(article_id is null, 'skipped', 'stored'),
                            next_attempt_at = null, error = ?
         where source_id = ? and state = 'pending'",
    )
    .bind(why)
    .bind(from.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// Where a source is polled.
struct Place {
    host: String,
    /// Whether that is still the address that a poll went to.
    is_current: bool,
}

async fn place(
    tx: &mut SqliteConnection,
    source: SourceId,
    polled: &url::Url,
) -> Result<Place, StoreError> {
    let row = sqlx::query("select url, host from sources where id = ?")
        .bind(source.0)
        .fetch_optional(tx)
        .await?;
    let row = row.ok_or_else(|| no_such(source))?;
    // Read as it was read for the poll: a foreign hand may spell it otherwise.
    let url = crate::url::parse(row.try_get("url")?);
    Ok(Place { host: row.try_get("host")?, is_current: url.is_ok_and(|url| url == *polled) })
}

/// What every poll changes, however it ended.
fn save_plan(tx: &mut Writing<'_>, source: SourceId, attempt: &Attempt, plan: Plan) {
    let failure = attempt.failure.as_ref();
    let kind = attempt::error_kind(failure, attempt.outcome);
    let message = failure.map(|failure| failure.message.clone());
    let error = message.or_else(|| Some(kind?.as_str().replace('_', " ")));
    tx.add(
        "update sources set polled_at = ?, next_poll_at = ?, interval_seconds = ?, failures = ?,
                            last_error = ?, last_error_kind = ?,
                            state = case when ? then 'gone' else state end
         where id = ?",
    )
    .bind(attempt.started_at.to_string())
    .bind(plan.next_poll_at.to_string())
    .bind(integer(plan.interval.as_secs()))
    .bind(i64::from(plan.failures))
    .bind(error)
    .bind(kind.map(Outcome::as_str))
    .bind(attempt.outcome == Outcome::Gone)
    .bind(source.0);
}

fn save_news(tx: &mut Writing<'_>, source: SourceId, news: &SourceNews, now: Timestamp) {
    tx.add(
        "update sources set
             title = case when title_given = 1 then title else coalesce(?, title) end,
             site_url = coalesce(?, site_url),
             language = coalesce(?, language),
             ttl_seconds = ?, skip_hours = ?, skip_days = ?, answered_at = ?
         where id = ?",
    )
    .bind(news.title.as_deref().filter(|title| !title.is_empty()))
    .bind(&news.site_url)
    .bind(&news.language)
    .bind(news.ttl.map(|ttl| integer(ttl.as_secs())))
    .bind(json_numbers(news.quiet.hours().map(i64::from)))
    .bind(news.quiet.days().collect::<serde_json::Value>().to_string())
    .bind(now.to_string())
    .bind(source.0);
}

fn save_validators(tx: &mut Writing<'_>, source: SourceId, validators: Option<&Validators>) {
    tx.add("update sources set etag = ?, last_modified = ?, validators_url = ? where id = ?")
        .bind(validators.and_then(|given| given.etag.as_deref()))
        .bind(validators.and_then(|given| given.last_modified.as_deref()))
        .bind(validators.map(|given| given.url.as_str()))
        .bind(source.0);
}

/// Ids follow time: feeds put the newest first, so what has no date counts as
/// newer than what stands after it.
fn oldest_first(entries: &[Sifted]) -> Vec<&Sifted> {
    let mut entries: Vec<_> = entries.iter().rev().collect();
    let unknown = Timestamp::from_unix(i64::MAX);
    entries.sort_by_key(|sifted| {
        sifted.entry.published.map_or(unknown, |published| published.at.timestamp())
    });
    entries
}

/// Inserts a new entry; one that another poll inserted meanwhile stays as it is.
async fn insert(
    tx: &mut SqliteConnection,
    source: SourceId,
    source_host: &str,
    sifted: &Sifted,
    now: Timestamp,
) -> Result<usize, sqlx::Error> {
    let statement = sqlx::query(
        "insert into entries (guid, url, canonical_url, host, title, authors, published_at,
                              published_from, published_stated, updated_at, summary, content,
                              enclosures, fingerprint, next_attempt_at, source_id, key,
                              first_seen_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (source_id, key) do nothing",
    );
    let done = bind_entry(statement, source, source_host, sifted, now)
        .bind(now.to_string())
        .execute(tx)
        .await?;
    Ok(usize::from(done.rows_affected() > 0))
}

type EntryStatement<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Binds what an entry says, when it is to be visited and which it is: the
/// columns that a new and an edited entry have in common, in their order.
fn bind_entry<'q>(
    statement: EntryStatement<'q>,
    source: SourceId,
    source_host: &str,
    sifted: &'q Sifted,
    now: Timestamp,
) -> EntryStatement<'q> {
    let entry = &sifted.entry;
    statement
        .bind(&entry.guid)
        .bind(entry.url.as_ref().map(url::Url::as_str))
        .bind(entry.url.as_ref().map(|url| crate::url::canonical(url).to_string()))
        .bind(entry.url.as_ref().map_or_else(|| source_host.to_owned(), crate::url::host))
        .bind(&entry.title)
        .bind(json(&entry.authors))
        .bind(entry.published.map(|published| published.at.timestamp().to_string()))
        .bind(entry.published.map(|published| published.from.as_str()))
        .bind(entry.published.map(|published| published.at.to_string()))
        .bind(entry.updated.map(|updated| updated.at.timestamp().to_string()))
        .bind(&entry.summary)
        .bind(&entry.content)
        .bind(enclosures(entry))
        .bind(sifted.fingerprint.0.cast_signed())
        .bind(now.to_string())
        .bind(source.0)
        .bind(&sifted.key.0)
}

fn enclosures(entry: &Entry) -> String {
    let files = entry.enclosures.iter().map(|file| {
        serde_json::json!({ "url": file.url.as_str(), "type": file.kind, "bytes": file.bytes })
    });
    files.collect::<serde_json::Value>().to_string()
}

/// Takes over what an edited entry says now, and makes it pending again, unless
/// it was edited too often: a feed that "edits" on every poll is no crawl order. One that waits for
/// another attempt goes on waiting, and one that failed keeps count, unless it has another address.
async fn revisit(
    tx: &mut SqliteConnection,
    source: SourceId,
    source_host: &str,
    sifted: &Sifted,
    now: Timestamp,
) -> Result<usize, sqlx::Error> {
    let statement = sqlx::query(
        "update entries set guid = ?1, url = ?2, canonical_url = ?3, host = ?4, title = ?5,
                            authors = ?6, published_at = ?7, published_from = ?8,
                            published_stated = ?9, updated_at = ?10, summary = ?11, content = ?12,
                            enclosures = ?13, fingerprint = ?14,
                            attempts = iif(state = 'stored' or canonical_url is not ?3,
                                           0, attempts),
                            next_attempt_at = iif(state = 'pending' and canonical_url is ?3,
                                                  next_attempt_at, ?15),
                            state = 'pending', visits = visits + 1
         where source_id = ?16 and key = ?17 and visits < ?18",
    );
    let done = bind_entry(statement, source, source_host, sifted, now)
        .bind(REVISITS_MAX)
        .execute(tx)
        .await?;
    Ok(usize::from(done.rows_affected() > 0))
}
