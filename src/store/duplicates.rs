//! Duplicates: the first article that tells the same story.

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::error::StoreError;
use super::query::push_limit;
use super::writing::Writing;
use super::{ArticleId, Store};
use crate::likeness::{KEYS, Likeness};
use crate::limits;

/// What an article is compared by.
#[derive(Debug)]
pub(super) struct Fingerprints {
    /// Of the whole text; none for short ones.
    pub(super) text_hash: Option<i64>,
    /// Of its runs of words.
    pub(super) likeness: Likeness,
    /// What others are found by that have the same runs.
    pub(super) keys: Option<[i64; KEYS]>,
    /// The site of its address; stories of one site share what that says below each.
    pub(super) site: Option<String>,
}

impl Store {
    /// The first article that tells the same as `text`, in nearly the same words.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn article_like(&self, text: &str) -> Result<Option<ArticleId>, StoreError> {
        let fingerprints = Fingerprints::of_runs(text);
        let mut connection = self.readers.acquire().await?;
        Ok(first_like(&mut connection, &fingerprints, None).await?)
    }
}

/// The site of an address; none of a name that is no web address.
pub(super) fn site(url: &str) -> Option<String> {
    crate::url::parse(url).ok().map(|url| crate::url::site(&url))
}

impl Fingerprints {
    pub(super) fn of_runs(text: &str) -> Fingerprints {
        let likeness = Likeness::of(text);
        Fingerprints { text_hash: None, keys: likeness.keys(), likeness, site: None }
    }
}

/// The first article with this text, else the first that tells the same in nearly the same words;
/// `except` is the article itself.
pub(super) async fn first_like(
    tx: &mut SqliteConnection,
    new: &Fingerprints,
    except: Option<ArticleId>,
) -> Result<Option<ArticleId>, sqlx::Error> {
    let mut query = QueryBuilder::new("select ");
    Candidates::push_columns(&mut query, new, except);
    let row = query.build().fetch_one(&mut *tx).await?;
    Candidates::read(&row)?.first(tx, new, except).await
}

/// The first article with this text.
pub(super) async fn first_with(
    tx: &mut SqliteConnection,
    text_hash: Option<i64>,
    except: Option<ArticleId>,
) -> Result<Option<ArticleId>, sqlx::Error> {
    let id: Option<i64> = sqlx::query_scalar(
        "select id from articles
         where text_hash = ? and duplicate_of is null and id is not ? order by id limit 1",
    )
    .bind(text_hash)
    .bind(except.map(|id| id.0))
    .fetch_optional(tx)
    .await?;
    Ok(id.map(ArticleId))
}

/// Articles that may say the same as another.
pub(super) struct Candidates {
    /// The first with the same text.
    same: Option<i64>,
    /// Those that share a key, as often as they do.
    sharing: Vec<i64>,
}

impl Candidates {
    /// Adds to a question the columns that [`Candidates::read`] reads. Of one key the newest are looked
    /// at, since copies of a story appear within days.
    pub(super) fn push_columns(
        query: &mut QueryBuilder<Sqlite>,
        new: &Fingerprints,
        except: Option<ArticleId>,
    ) {
        query.push("(select id from articles where duplicate_of is null and text_hash = ");
        query.push_bind(new.text_hash).push(" and id is not ");
        query.push_bind(except.map(|id| id.0)).push(" order by id limit 1) as same, ");
        query.push("(select json_group_array(article_id) from (");
        let keys = new.keys.iter().flatten();
        for (key, before) in keys.zip(std::iter::once("").chain(std::iter::repeat(" union all "))) {
            query
                .push(before)
                .push("select * from (select article_id from likenesses where key = ");
            query.push_bind(*key);
            query.push(" union all select article_id from recent_likenesses where key = ");
            query.push_bind(*key).push(" order by article_id desc");
            push_limit(query, Some(limits::CANDIDATES_PER_KEY_MAX));
            query.push(")");
        }
        if new.keys.is_none() {
            query.push("select 0 as article_id where false");
        }
        query.push(")) as sharing");
    }

    pub(super) fn read(row: &SqliteRow) -> Result<Candidates, sqlx::Error> {
        let sharing = serde_json::from_str(row.try_get("sharing")?).unwrap_or_default();
        Ok(Candidates { same: row.try_get("same")?, sharing })
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.same.is_none() && self.sharing.is_empty()
    }

    /// The first article with the same text, else the first of those that share most keys and tell
    /// the same in nearly the same words.
    pub(super) async fn first(
        self,
        tx: &mut SqliteConnection,
        new: &Fingerprints,
        except: Option<ArticleId>,
    ) -> Result<Option<ArticleId>, sqlx::Error> {
        if let Some(same) = self.same {
            return Ok(Some(ArticleId(same)));
        }
        for candidate in self.ranked() {
            if Some(ArticleId(candidate)) == except {
                continue;
            }
            let row = sqlx::query(
                "select coalesce(duplicate_of, id) as first, url, text from articles where id = ?",
            )
            .bind(candidate)
            .fetch_optional(&mut *tx)
            .await?;
            let Some(row) = row else { continue };
            let first = row.try_get("first")?;
            let of_one_site = new.site.is_some() && site(row.try_get("url")?) == new.site;
            let is_near = Likeness::of(row.try_get("text")?).is_near(&new.likeness, of_one_site);
            if is_near && Some(ArticleId(first)) != except {
                return Ok(Some(ArticleId(first)));
            }
        }
        Ok(None)
    }

    /// Those that share keys, those with most of them first.
    fn ranked(&self) -> impl Iterator<Item = i64> + use<> {
        let mut shared: HashMap<i64, usize> = HashMap::new();
        for id in &self.sharing {
            *shared.entry(*id).or_default() += 1;
        }
        let mut candidates: Vec<(i64, usize)> = shared.into_iter().collect();
        candidates.sort_unstable_by_key(|(id, keys)| (std::cmp::Reverse(*keys), *id));
        candidates.truncate(limits::CANDIDATES_COMPARED_MAX);
        candidates.into_iter().map(|(id, _)| id)
    }
}

/// Lets a new article be found by what it says. Migration 0011 says where its keys go from there.
pub(super) fn save_keys(tx: &mut Writing<'_>, id: ArticleId, new: &Fingerprints) {
    with_keys(
        tx,
        "insert or ignore into recent_likenesses (key, article_id)
         select value, ? from json_each(?)",
        id,
        new.keys,
    );
}

/// Lets an article be found by what it says now, and no longer by what it said `before`.
pub(super) fn replace_keys(
    tx: &mut Writing<'_>,
    id: ArticleId,
    now: &Fingerprints,
    before: &Likeness,
) {
    for delete in [
        "delete from likenesses
         where article_id = ? and key in (select value from json_each(?))",
        "delete from recent_likenesses
         where article_id = ? and key in (select value from json_each(?))",
    ] {
        with_keys(tx, delete, id, before.keys());
    }
    with_keys(tx, ADD_KEYS, id, now.keys);
}

/// Lets an article be found by keys, for good.
const ADD_KEYS: &str = "insert or ignore into likenesses (key, article_id)
                        select value, ? from json_each(?)";

/// Adds a statement about the keys of an article, unless it has none.
fn with_keys(
    tx: &mut Writing<'_>,
    statement: &'static str,
    id: ArticleId,
    keys: Option<[i64; KEYS]>,
) {
    if let Some(keys) = keys {
        tx.add(statement).bind(id.0).bind(super::json_numbers(keys.into_iter()));
    }
}

/// Gives the articles of an older file the keys that they are looked up by; SQL could not.
pub(super) async fn fill(tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    const PORTION: i64 = 500;
    let mut last = 0_i64;
    loop {
        let rows = sqlx::query("select id, text from articles where id > ? order by id limit ?")
            .bind(last)
            .bind(PORTION)
            .fetch_all(&mut *tx)
            .await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.try_get("id")?;
        for row in &rows {
            let fingerprints = Fingerprints::of_runs(row.try_get("text")?);
            let mut writing = Writing::new(tx);
            with_keys(&mut writing, ADD_KEYS, ArticleId(row.try_get("id")?), fingerprints.keys);
            writing.settle().await?;
        }
    }
}

/// Whether an article is only what a paywall shows of a text of so many words.
async fn is_shown_of(
    tx: &mut SqliteConnection,
    article: ArticleId,
    words: i64,
) -> Result<bool, sqlx::Error> {
    let is: Option<bool> =
        sqlx::query_scalar("select paywalled and word_count < ? from articles where id = ?")
            .bind(words)
            .bind(article.0)
            .fetch_optional(tx)
            .await?;
    Ok(is == Some(true))
}

/// A whole text, of so many words, is no duplicate of what a paywall shows of it: it is the other way
/// round. Gives what the text is a duplicate of, and what is shown of it instead.
pub(super) async fn unless_shown(
    tx: &mut Writing<'_>,
    first: Option<ArticleId>,
    whole_words: Option<i64>,
) -> Result<(Option<ArticleId>, Option<ArticleId>), sqlx::Error> {
    let (Some(other), Some(words)) = (first, whole_words) else { return Ok((first, None)) };
    let is_shown = is_shown_of(tx.settle().await?, other, words).await?;
    Ok(if is_shown { (None, first) } else { (first, None) })
}

/// Makes an article, and what is a duplicate of it, duplicates of `first`.
pub(super) fn put_behind(tx: &mut Writing<'_>, article: ArticleId, first: ArticleId) {
    tx.add("update articles set duplicate_of = ? where id = ? or duplicate_of = ?")
        .bind(first.0)
        .bind(article.0)
        .bind(article.0);
}

/// The duplicates of an article need another first when it has become a duplicate itself, or tells
/// something else now: `first`, or one that has the old text, or the lowest of themselves.
pub(super) async fn hand_over(
    tx: &mut Writing<'_>,
    article: ArticleId,
    first: Option<ArticleId>,
    text_hash_before: Option<i64>,
) -> Result<(), sqlx::Error> {
    let first = match first {
        Some(first) => Some(first.0),
        None => match first_with(tx.settle().await?, text_hash_before, Some(article)).await? {
            Some(first) => Some(first.0),
            None => {
                sqlx::query_scalar("select min(id) from articles where duplicate_of = ?")
                    .bind(article.0)
                    .fetch_one(tx.settle().await?)
                    .await?
            }
        },
    };
    tx.add("update articles set duplicate_of = nullif(?, id) where duplicate_of = ?")
        .bind(first)
        .bind(article.0);
    Ok(())
}
