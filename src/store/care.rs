//! Care of the file: check and backup.

use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;

use super::Store;
use super::error::{self, StoreError};
use super::lock::real_path;
use super::open;
use crate::time::Timestamp;

/// What `db check` found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct CheckReport {
    /// What was looked at, one line each.
    pub passed: Vec<String>,
    /// What could not be looked at without writing to the file, one line each.
    pub skipped: Vec<String>,
    /// What is wrong and what to do, one line each.
    pub problems: Vec<String>,
}

/// A question whose answer must be zero.
struct Rule {
    /// What holds when it is.
    holds: &'static str,
    /// Counts what breaks the rule; may ask for the moment a week ago as `?1`.
    statement: &'static str,
    /// What it means when it is not, and what to do; the count comes before it.
    broken: &'static str,
}

/// Rules beyond those that the schema itself enforces.
const RULES: &[Rule] = &[
    Rule {
        holds: "entries that say they are stored have an article",
        statement: "select count(*) from entries
                    where state = 'stored' and article_id is null",
        broken: "entries say they are stored, but their article was deleted; \
                 `update entries set state = 'skipped' where state = 'stored' and article_id is null`",
    },
    Rule {
        holds: "articles have their current version among their revisions, and none beyond it",
        statement: "select count(*) from articles where not exists
                        (select 1 from versions where article_id = articles.id
                         and revision = articles.revision and text is null)
                    or exists (select 1 from versions where article_id = articles.id
                         and revision <> articles.revision and text is null)",
        broken: "articles do not agree with their revisions: somebody else wrote to the file; \
                 restore a backup, or take what the articles say for current: \
                 `update articles set revision = \
                  (select max(revision) from versions where article_id = id) \
                  where id in (select article_id from versions); \
                  update versions set text = iif(revision = \
                  (select revision from articles where id = article_id), null, \
                  coalesce(text, (select text from articles where id = article_id))); \
                  insert into versions (article_id, revision, title, recorded_at, reason, extractor) \
                  select id, revision, title, fetched_at, 'published', extractor from articles \
                  where id not in (select article_id from versions)`",
    },
    Rule {
        holds: "no entry waits longer than a week for its turn",
        statement: "select count(*) from entries
                    where state = 'pending' and next_attempt_at < ?1",
        broken: "entries wait for more than a week; is anything fetching into this file?",
    },
    Rule {
        holds: "every version of an article belongs to one that is there",
        statement: "select count(*) from versions
                    where article_id not in (select id from articles)",
        broken: "versions belong to articles that are gone; \
                 `delete from versions where article_id not in (select id from articles)`",
    },
    Rule {
        holds: "near-duplicates are looked up among articles that are there",
        statement: "select (select count(*) from likenesses
                            where article_id not in (select id from articles))
                         + (select count(*) from recent_likenesses
                            where article_id not in (select id from articles))",
        broken: "keys of likeness belong to articles that are gone; harmless, but \
                 `delete from likenesses where article_id not in (select id from articles); \
                  delete from recent_likenesses where article_id not in (select id from articles)`",
    },
    Rule {
        holds: "no article was left in `unindexed`",
        statement: "select count(*) from unindexed",
        broken: "rows of unindexed were left by another program; the next article that is stored \
                 mends it, or `insert or ignore into unindexed values (0); delete from unindexed`",
    },
    Rule {
        holds: "what repeats on a site is counted as often as its articles have it",
        statement: "select count(*) from sites
                    left join (select site_id, count(*) as articles,
                                      sum(json_array_length(fingerprints)) as blocks
                               from article_blocks where counted group by site_id) as had
                        on had.site_id = sites.id
                    left join (select site_id, sum(articles) as blocks
                               from site_blocks group by site_id) as counted
                        on counted.site_id = sites.id
                    where sites.articles <> coalesce(had.articles, 0)
                        or coalesce(had.blocks, 0) <> coalesce(counted.blocks, 0)",
        broken: "sites are counted wrongly: somebody else wrote to the file; \
                 `delete from article_blocks; delete from site_blocks; \
                  update sites set articles = 0`, then `tearsheet reclean` counts anew",
    },
    Rule {
        holds: "no article is its own duplicate",
        statement: "select count(*) from articles where duplicate_of = id",
        broken: "articles are their own duplicates; \
                 `update articles set duplicate_of = null where duplicate_of = id`",
    },
    Rule {
        holds: "duplicates point to an article that is none",
        statement: "select count(*) from articles join articles as first
                        on first.id = articles.duplicate_of
                    where first.duplicate_of is not null",
        broken: "duplicates point to articles that are duplicates themselves; \
                 `update articles set duplicate_of = (select first.duplicate_of \
                  from articles as first where first.id = articles.duplicate_of) where duplicate_of \
                  in (select id from articles where duplicate_of is not null)`, then check again",
    },
];

/// An index of full-text search and how to compare it with the articles.
struct SearchIndex {
    holds: &'static str,
    compare: &'static str,
    broken: &'static str,
}

const SEARCH_INDEXES: &[SearchIndex] = &[
    SearchIndex {
        holds: "the search index agrees with the articles",
        compare: "insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)",
        broken: "the search index disagrees with the articles; rebuild it: \
                 `insert into articles_fts (articles_fts) values ('rebuild')`",
    },
    SearchIndex {
        holds: "the search index of characters agrees with the articles",
        compare: "insert into articles_fts_cjk (articles_fts_cjk, rank)
                  values ('integrity-check', 1)",
        broken: "the search index of characters disagrees with the articles; rebuild it: \
                 `insert into articles_fts_cjk (articles_fts_cjk) values ('rebuild')`",
    },
];

const WEEK: std::time::Duration = std::time::Duration::from_hours(7 * 24);

impl Store {
    /// Looks for damage: integrity, foreign keys, search index, stuck entries.
    ///
    /// # Errors
    ///
    /// Those of reading; damage is a finding, not an error.
    pub async fn check(&self, now: Timestamp) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        let mut tx = self.readers.begin().await?;
        report.add("pages and indexes are whole", integrity(&mut tx).await);
        report.add("rows point to rows that exist", foreign_keys(&mut tx).await);
        for rule in RULES {
            // A statement that does not ask for the moment is not told it.
            let broken: Result<i64, _> = sqlx::query_scalar(rule.statement)
                .bind(now.before(WEEK).to_string())
                .fetch_one(&mut *tx)
                .await;
            let found = broken.map(|rows| match rows {
                0 => Vec::new(),
                rows => vec![format!("{rows} {}", rule.broken)],
            });
            report.add(rule.holds, found);
        }
        drop(tx);
        self.check_search(&mut report).await?;
        Ok(report)
    }

    /// Compares the search indexes with the articles. SQLite asks for this by an
    /// insert, so it takes its turn among the writers.
    async fn check_search(&self, report: &mut CheckReport) -> Result<(), StoreError> {
        let mut tx = match self.begin().await {
            Ok(tx) => tx,
            Err(StoreError::ReadOnly { .. }) => {
                let what = "whether the search indexes agree with the articles";
                report.skipped.push(what.to_owned());
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for index in SEARCH_INDEXES {
            let compared = sqlx::query(index.compare).execute(&mut *tx).await;
            let found = match compared.map_err(StoreError::from) {
                Ok(_) => Vec::new(),
                Err(StoreError::Corrupt(_)) => vec![index.broken.to_owned()],
                Err(other) => return Err(other),
            };
            report.add(index.holds, Ok(found));
        }
        tx.rollback().await?;
        Ok(())
    }

    /// Copies the database to `target` while it is in use; gives its size.
    ///
    /// The copy is whole or not there: it is made under another name beside
    /// `target` and takes its place at the end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] where `target` is there already, [`StoreError::Damaged`], those of the
    /// target's folder, and those of reading.
    pub async fn backup(&self, target: &Path) -> Result<u64, StoreError> {
        if target.exists() && !target.is_dir() {
            return Err(StoreError::Exists(target.to_owned()));
        }
        let target = real_path(target)?;
        let mut name = target.clone().into_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let part = Part(PathBuf::from(name));
        self.copy_to(&part.0, &target).await?;
        place(&part.0, &target)
    }

    /// Copies to `part`, which is to become `target`.
    async fn copy_to(&self, part: &Path, target: &Path) -> Result<(), StoreError> {
        let Some(name) = part.to_str() else {
            return Err(StoreError::Query("the name of the copy is not UTF-8".to_owned()));
        };
        let mut connection = self.readers.acquire().await?;
        // What can be read of a damaged file is copied without a word, and may take the place of the last
        // good copy.
        let detail: String =
            sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut *connection).await?;
        if detail != "ok" {
            return Err(StoreError::Damaged { path: self.path().to_owned(), detail });
        }
        // `query_only` would refuse the copy too; the file itself stays read-only.
        sqlx::query("pragma query_only = off").execute(&mut *connection).await?;
        let copied = sqlx::query("vacuum into ?").bind(name).execute(&mut *connection).await;
        sqlx::query("pragma query_only = on").execute(&mut *connection).await?;
        copied.map(drop).map_err(|error| {
            // What is damaged is what was there before.
            let blamed = if error::is_damage(&error) { self.path() } else { target };
            StoreError::opening(blamed, error)
        })
    }

    /// Schema version of the file and of this program.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn schema_version(&self) -> Result<(i64, i64), StoreError> {
        let mut connection = self.readers.acquire().await?;
        Ok((open::version(&mut connection).await?, open::SCHEMA_VERSION))
    }
}

/// A copy that has not got its name yet; dropped, it is removed with what SQLite keeps beside it.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        for suffix in ["", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(suffix);
            // In the end neither is there any more.
            let _ = std::fs::remove_file(name);
        }
    }
}

/// Makes sure of the copy, then gives it its name, never over another file.
fn place(part: &Path, target: &Path) -> Result<u64, StoreError> {
    let failed = |error| StoreError::file(target, error);
    let file = std::fs::File::open(part).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    match std::fs::hard_link(part, target) {
        Ok(()) => std::fs::remove_file(part).map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Exists(target.to_owned()));
        }
        // File systems without hard links.
        Err(_) => std::fs::rename(part, target).map_err(failed)?,
    }
    Ok(bytes)
}

/// What to do about damage.
const REMEDY: &str = "; restore a backup, or save what can be read with `sqlite3 FILE .recover`";

impl CheckReport {
    /// Notes what a look came to; damage that stopped the look is a finding.
    fn add(&mut self, holds: &str, found: Result<Vec<String>, sqlx::Error>) {
        match found {
            Ok(problems) if problems.is_empty() => self.passed.push(holds.to_owned()),
            Ok(problems) => self.problems.extend(problems),
            Err(error) => {
                let remedy = if error::is_damage(&error) { REMEDY } else { "" };
                let why = error::message(&error);
                self.problems.push(format!("could not look whether {holds}: {why}{remedy}"));
            }
        }
    }
}

async fn integrity(tx: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let lines: Vec<String> = sqlx::query_scalar("pragma integrity_check(20)").fetch_all(tx).await?;
    let damage = lines.into_iter().filter(|line| line != "ok");
    Ok(damage.map(|line| line + REMEDY).collect())
}

async fn foreign_keys(tx: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let broken: i64 =
        sqlx::query_scalar("select count(*) from pragma_foreign_key_check").fetch_one(tx).await?;
    Ok(match broken {
        0 => Vec::new(),
        broken => vec![format!(
            "{broken} rows point to rows that are gone: somebody else deleted those without their \
             dependants; `pragma foreign_key_check` names table and rowid of each, to be deleted, too"
        )],
    })
}
