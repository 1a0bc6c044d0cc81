//! Removals by kind and rule, so that a rule that runs wild is seen.

use sqlx::Row;

use super::error::StoreError;
use super::{SourceId, Store, count};

/// What one rule took out of the articles of a source.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RuleCount {
    /// Kind.
    pub kind: String,
    /// Rule.
    pub rule: String,
    /// Blocks that it took out.
    pub removals: u64,
    /// Articles that it took them out of.
    pub articles: u64,
    /// Characters of the blocks.
    pub characters: u64,
    /// The block that it took out last.
    pub example: String,
}

impl Store {
    /// What was taken out of the articles of a source, the rules that took most first.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn rules_of_source(&self, id: SourceId) -> Result<Vec<RuleCount>, StoreError> {
        // SQLite gives the other columns of the row that has the maximum.
        let rows = sqlx::query(
            "select kind, rule, count(*) as removals, count(distinct article_id) as articles,
                    sum(length(text)) as characters, max(id), text
             from removals
             where article_id in (select article_id from entries
                                  where source_id = ? and article_id is not null)
             group by kind, rule order by removals desc, kind, rule",
        )
        .bind(id.0)
        .fetch_all(&self.readers)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(RuleCount {
                kind: row.try_get("kind")?,
                rule: row.try_get("rule")?,
                removals: count(row.try_get("removals")?),
                articles: count(row.try_get("articles")?),
                characters: count(row.try_get("characters")?),
                example: row.try_get("text")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }
}
