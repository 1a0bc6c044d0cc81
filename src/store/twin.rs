//! Duplicates: the first article that tells the same story.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Row, SqliteConnection};

use super::changes::Changes;
use super::error::StoreError;
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
}

impl Store {
    /// The first article that tells the same as `text`, in nearly the same words.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn article_like(&self, text: &str) -> Result<Option<ArticleId>, StoreError> {
        let likeness = Likeness::of(text);
        let mut connection = self.readers.acquire().await?;
        Ok(first_near(&mut connection, &likeness, None).await?)
    }
}

/// The first article with this text, else the first that tells the same in nearly the same words;
/// `except` is the article itself.
pub(super) async fn first_like(
    tx: &mut SqliteConnection,
    new: &Fingerprints,
    except: Option<ArticleId>,
) -> Result<Option<ArticleId>, sqlx::Error> {
    match first_with(tx, new.text_hash, except).await? {
        Some(id) => Ok(Some(id)),
        None => first_near(tx, &new.likeness, except).await,
    }
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

/// Looks up who shares a key, and compares with those that share most.
async fn first_near(
    tx: &mut SqliteConnection,
    likeness: &Likeness,
    except: Option<ArticleId>,
) -> Result<Option<ArticleId>, sqlx::Error> {
    let Some(keys) = likeness.keys() else { return Ok(None) };
    for candidate in candidates(tx, &keys).await? {
        if Some(ArticleId(candidate)) == except {
            continue;
        }
        let row = sqlx::query(
            "select coalesce(duplicate_of, id) as first, text from articles where id = ?",
        )
        .bind(candidate)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { continue };
        let first = row.try_get("first")?;
        let is_near = Likeness::of(row.try_get("text")?).is_near(likeness);
        if is_near && Some(ArticleId(first)) != except {
            return Ok(Some(ArticleId(first)));
        }
    }
    Ok(None)
}

/// Articles that share keys, those with most of them first; of one key the newest, since copies of
/// a story appear within days.
async fn candidates(
    tx: &mut SqliteConnection,
    keys: &[i64; KEYS],
) -> Result<Vec<i64>, sqlx::Error> {
    let mut query = QueryBuilder::new("");
    for (index, key) in keys.iter().enumerate() {
        query.push(if index == 0 { "" } else { " union all " });
        query.push("select * from (select article_id from likenesses where key = ").push_bind(key);
        // SQLite compiles a statement anew for every limit that is bound to it.
        query.push(" order by article_id desc limit ").push(limits::TWINS_PER_KEY_MAX).push(")");
    }
    let found: Vec<i64> = query.build_query_scalar().fetch_all(tx).await?;
    let mut shared: HashMap<i64, usize> = HashMap::new();
    for id in found {
        *shared.entry(id).or_default() += 1;
    }
    let mut candidates: Vec<(i64, usize)> = shared.into_iter().collect();
    candidates.sort_unstable_by_key(|(id, keys)| (std::cmp::Reverse(*keys), *id));
    candidates.truncate(limits::TWINS_COMPARED_MAX);
    Ok(candidates.into_iter().map(|(id, _)| id).collect())
}

/// Lets an article be found by what it says now, and no longer by what it said `before`.
pub(super) fn save_keys(
    changes: &mut Changes,
    id: ArticleId,
    now: &Likeness,
    before: Option<&Likeness>,
) {
    if let Some(keys) = before.and_then(Likeness::keys) {
        changes
            .add(
                "delete from likenesses
             where article_id = ? and key in (select value from json_each(?))",
            )
            .bind(id.0)
            .bind(super::json_numbers(keys.into_iter()));
    }
    if let Some(keys) = now.keys() {
        changes
            .add(
                "insert or ignore into likenesses (key, article_id)
             select value, ? from json_each(?)",
            )
            .bind(id.0)
            .bind(super::json_numbers(keys.into_iter()));
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
            let likeness = Likeness::of(row.try_get("text")?);
            let mut changes = Changes::default();
            save_keys(&mut changes, ArticleId(row.try_get("id")?), &likeness, None);
            changes.make(tx).await?;
        }
    }
}

/// The duplicates of an article need another first when it has become a duplicate itself, or tells
/// something else now: `first`, or one that has the old text, or the lowest of themselves.
pub(super) async fn hand_over(
    tx: &mut SqliteConnection,
    article: ArticleId,
    first: Option<ArticleId>,
    text_hash_before: Option<i64>,
) -> Result<(), sqlx::Error> {
    let first = match first {
        Some(first) => Some(first.0),
        None => match first_with(tx, text_hash_before, Some(article)).await? {
            Some(first) => Some(first.0),
            None => {
                sqlx::query_scalar("select min(id) from articles where duplicate_of = ?")
                    .bind(article.0)
                    .fetch_one(&mut *tx)
                    .await?
            }
        },
    };
    sqlx::query("update articles set duplicate_of = nullif(?, id) where duplicate_of = ?")
        .bind(first)
        .bind(article.0)
        .execute(tx)
        .await?;
    Ok(())
}
