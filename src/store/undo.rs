//! Putting back what recleaning put away.
//!
//! An article is as it was before, to the last column; the recleaned version goes, since it can be
//! made again at any time.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use super::article::{self, Stored, by_id};
use super::article_rows::{self, Wording};
use super::error::StoreError;
use super::query::{ArticleFilter, RemovalRow, grouped, push_conditions, push_limit, removal};
use super::reclean::{REMOVALS, Snapshot, Walk};
use super::writing::Writing;
use super::{ArticleId, Store, json_numbers};

/// An article whose current version recleaning made.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Key.
    pub id: ArticleId,
    /// Canonical address.
    pub url: String,
    /// What it says now.
    pub now: Snapshot,
    /// What it said before; none where that was pruned.
    pub before: Option<Snapshot>,
}

/// What undoing came to for one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// It is as it was.
    PutBack,
    /// What it was is no longer kept.
    Lost,
    /// Its current version is not one that recleaning made, or it is gone.
    Overtaken,
}

/// The current version and the one before it.
const RECLEANED: &str = " from articles
    join versions as now on now.article_id = articles.id and now.revision = articles.revision
        and now.reason = 'recleaned'
    left join kept_versions on kept_versions.article_id = articles.id
        and kept_versions.revision = articles.revision - 1
    left join versions as before on before.article_id = kept_versions.article_id
        and before.revision = kept_versions.revision
    where true";

impl Store {
    /// How many articles [`Store::recleaned_articles`] gives.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn count_recleaned(&self, filter: &ArticleFilter) -> Result<u64, StoreError> {
        let resolved = self.resolve(filter).await?;
        let mut query = QueryBuilder::new("select count(*)");
        query.push(RECLEANED);
        push_conditions(&mut query, filter, &resolved);
        let count: i64 = query.build_query_scalar().fetch_one(&self.readers).await?;
        let count: u64 = super::count(count);
        Ok(filter.limit.map_or(count, |limit| count.min(limit.into())))
    }

    /// The next articles of a walk whose current version recleaning made, by id; none where it is
    /// over.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn recleaned_articles(&self, walk: &mut Walk) -> Result<Vec<Kept>, StoreError> {
        let Some(filter) = walk.next() else { return Ok(Vec::new()) };
        let resolved = self.resolve(&filter).await?;
        let mut query = QueryBuilder::new(
            "select articles.id, articles.url, articles.title, articles.text,
                    before.title as title_before, before.text as text_before, kept_versions.kept",
        );
        query.push(RECLEANED);
        push_conditions(&mut query, &filter, &resolved);
        query.push(" order by articles.id");
        push_limit(&mut query, filter.limit);
        let mut tx = self.readers.begin().await?;
        let rows = query.build().fetch_all(&mut *tx).await?;
        let ids = rows.iter().map(|row| row.try_get("id")).collect::<Result<Vec<i64>, _>>()?;
        walk.went(&ids);
        let ids = json_numbers(ids.into_iter());
        let mut removals = grouped(&mut tx, REMOVALS, &ids, removal).await?;
        let mut read = |row: &SqliteRow| {
            let id = row.try_get("id")?;
            let now = Snapshot {
                title: row.try_get("title")?,
                text: row.try_get("text")?,
                removals: removals.remove(&id).unwrap_or_default(),
            };
            let (id, url) = (ArticleId(id), row.try_get("url")?);
            Ok(Kept { id, url, now, before: before(row)? })
        };
        Ok(rows.iter().map(&mut read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Puts articles back to what they were before they were last recleaned, all in one
    /// transaction.
    ///
    /// # Errors
    ///
    /// Those of writing; all are as they were then.
    pub async fn undo_reclean(&self, articles: &[ArticleId]) -> Result<Vec<Undone>, StoreError> {
        let mut tx = self.begin().await?;
        let mut ends = Vec::with_capacity(articles.len());
        for id in articles {
            ends.push(put_back(&mut tx, *id).await?);
        }
        tx.commit().await?;
        Ok(ends)
    }
}

/// What an article said before, from a row of [`RECLEANED`].
fn before(row: &SqliteRow) -> Result<Option<Snapshot>, sqlx::Error> {
    let (Some(text), Some(kept)) =
        (row.try_get::<Option<String>, _>("text_before")?, row.try_get::<Option<&str>, _>("kept")?)
    else {
        return Ok(None);
    };
    let kept: serde_json::Value = serde_json::from_str(kept).unwrap_or_default();
    let rows = kept["removals"].as_array().into_iter().flatten();
    let removals = rows.map(|row| {
        let word = |at: usize| row[at].as_str().unwrap_or_default().to_owned();
        let position = row[0].as_i64().unwrap_or_default();
        RemovalRow { position, kind: word(1), rule: word(2), text: word(3) }
    });
    Ok(Some(Snapshot { title: row.try_get("title_before")?, text, removals: removals.collect() }))
}

async fn put_back(tx: &mut SqliteConnection, id: ArticleId) -> Result<Undone, sqlx::Error> {
    let Some(stored) = by_id(tx, id).await? else { return Ok(Undone::Overtaken) };
    let is_recleaned: bool = sqlx::query_scalar(
        "select exists (select 1 from versions
             where article_id = ? and revision = ? and reason = 'recleaned')",
    )
    .bind(id.0)
    .bind(stored.revision)
    .fetch_one(&mut *tx)
    .await?;
    if !is_recleaned {
        return Ok(Undone::Overtaken);
    }
    let before = sqlx::query(
        "select title, text, coalesce(json_extract(kept, '$.markdown'), text) as markdown,
                json_extract(kept, '$.word_count') as word_count,
                (select url from articles where id = article_id) as url
         from versions join kept_versions using (article_id, revision)
         where article_id = ? and revision = ? and text is not null",
    )
    .bind(id.0)
    .bind(stored.revision - 1)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(before) = before else { return Ok(Undone::Lost) };
    let wording = Wording {
        title: before.try_get("title")?,
        text: before.try_get("text")?,
        markdown: before.try_get("markdown")?,
        word_count: before.try_get("word_count")?,
        whole_words: None,
        content: &stored.content,
        revision: stored.revision - 1,
    };
    let fingerprints = article::fingerprints(wording.text, before.try_get("url")?);
    let mut writing = Writing::new(tx);
    article_rows::replace(&mut writing, &wording, &fingerprints, &stored).await?;
    put_back_rest(writing.settle().await?, &stored).await?;
    Ok(Undone::PutBack)
}

/// What hangs on the text, and the versions themselves.
const REST: [&str; 8] = [
    "update articles set (authors, site_name, language, published_at, published_from, modified_at,
                          summary, image_url, confidence, extractor) =
         (select json_extract(kept, '$.authors'), json_extract(kept, '$.site_name'),
                 json_extract(kept, '$.language'), json_extract(kept, '$.published_at'),
                 json_extract(kept, '$.published_from'), json_extract(kept, '$.modified_at'),
                 json_extract(kept, '$.summary'), json_extract(kept, '$.image_url'),
                 json_extract(kept, '$.confidence'), json_extract(kept, '$.extractor')
          from kept_versions where article_id = ?1 and revision = ?2)
     where id = ?1",
    "delete from removals where article_id = ?1 and ?2 > 0",
    "insert into removals (article_id, position, kind, rule, text)
     select ?1, json_extract(row.value, '$[0]'), json_extract(row.value, '$[1]'),
            json_extract(row.value, '$[2]'), json_extract(row.value, '$[3]')
     from kept_versions, json_each(kept, '$.removals') as row
     where article_id = ?1 and revision = ?2 order by row.key",
    "delete from images where article_id = ?1 and ?2 > 0",
    "insert into images (article_id, position, url, alt, caption, credit)
     select ?1, json_extract(row.value, '$[0]'), json_extract(row.value, '$[1]'),
            json_extract(row.value, '$[2]'), json_extract(row.value, '$[3]'),
            json_extract(row.value, '$[4]')
     from kept_versions, json_each(kept, '$.images') as row
     where article_id = ?1 and revision = ?2",
    "delete from versions where article_id = ?1 and revision > ?2",
    "delete from kept_versions where article_id = ?1 and revision >= ?2",
    "update versions set text = null where article_id = ?1 and revision = ?2",
];

async fn put_back_rest(tx: &mut SqliteConnection, stored: &Stored) -> Result<(), sqlx::Error> {
    for statement in REST {
        sqlx::query(statement)
            .bind(stored.id.0)
            .bind(stored.revision - 1)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
