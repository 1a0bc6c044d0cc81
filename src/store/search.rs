//! Full-text search.

use sqlx::QueryBuilder;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::Store;
use super::error::StoreError;
use super::query::{ArticleFilter, push_conditions, push_limit};
use crate::limits;

/// A hit of the full-text search.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SearchHit {
    /// The article's key.
    pub id: i64,
    /// Its address.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// Its publication.
    pub site_name: Option<String>,
    /// When it was published.
    pub published_at: Option<String>,
    /// The text around the hit; matches stand between U+0002 and U+0003.
    pub snippet: String,
}

impl Store {
    /// Full-text search, best first: all words, `"a phrase"`, `begin*`. Case and
    /// accents do not matter; other punctuation means nothing. A word in the
    /// headline counts as five in the text.
    ///
    /// # Errors
    ///
    /// [`StoreError::Query`] where the query holds no word, and those of reading.
    pub async fn search(
        &self,
        query: &str,
        filter: &ArticleFilter,
    ) -> Result<Vec<SearchHit>, StoreError> {
        let Some(wanted) = match_expression(query) else {
            return Err(StoreError::Query("there is no word in the query".to_owned()));
        };
        let mut query = QueryBuilder::new(
            "select articles.id, articles.url, articles.title, articles.site_name,
                    articles.published_at,
                    snippet(articles_fts, 1, char(2), char(3), '…', 24) as snippet
             from articles_fts join articles on articles.id = articles_fts.rowid
             where articles_fts match ",
        );
        query.push_bind(wanted);
        push_conditions(&mut query, filter);
        query.push(" order by bm25(articles_fts, 5.0, 1.0), articles.id desc");
        push_limit(&mut query, filter.limit);
        let rows = query.build().fetch_all(&self.readers).await?;
        Ok(rows.iter().map(hit).collect::<Result<_, _>>()?)
    }
}

fn hit(row: &SqliteRow) -> Result<SearchHit, sqlx::Error> {
    Ok(SearchHit {
        id: row.try_get("id")?,
        url: row.try_get("url")?,
        title: row.try_get("title")?,
        site_name: row.try_get("site_name")?,
        published_at: row.try_get("published_at")?,
        snippet: row.try_get("snippet")?,
    })
}

/// What a person typed, in the language of FTS5
/// (<https://www.sqlite.org/fts5.html#full_text_query_syntax>): every word and
/// phrase as a quoted string, so that nothing of it can be syntax. `None`
/// where there is no word in it.
fn match_expression(query: &str) -> Option<String> {
    let mut terms = Vec::new();
    // FTS5 would take NUL for the end of the expression.
    let query = query.replace('\0', " ");
    for (index, part) in query.split('"').enumerate() {
        // Every second part stands in quotes; an open one ends with the query.
        if index % 2 == 1 {
            terms.extend(term(part));
        } else {
            terms.extend(part.split_whitespace().filter_map(term));
        }
    }
    terms.truncate(limits::SEARCH_TERMS_MAX);
    (!terms.is_empty()).then(|| terms.join(" "))
}

fn term(text: &str) -> Option<String> {
    let (text, prefix) = match text.strip_suffix('*') {
        Some(begin) => (begin, "*"),
        None => (text, ""),
    };
    text.contains(char::is_alphanumeric).then(|| format!("\"{text}\"{prefix}"))
}

#[cfg(test)]
mod tests {
    use super::match_expression;

    #[test]
    fn whatever_a_person_types_is_words_phrases_and_beginnings() {
        for (typed, meant) in [
            ("storm coast", r#""storm" "coast""#),
            (r#"the "old town" hall*"#, r#""the" "old town" "hall"*"#),
            (r#"C++ and "open"#, r#""C++" "and" "open""#),
            ("title:x NEAR(a b) -c ^d", r#""title:x" "NEAR(a" "b)" "-c" "^d""#),
            ("don't Zürich 東京", r#""don't" "Zürich" "東京""#),
        ] {
            assert_eq!(match_expression(typed).as_deref(), Some(meant), "{typed}");
        }
        for nothing in ["", "  ", "\"\"", "++ - \"", "*"] {
            assert_eq!(match_expression(nothing), None, "{nothing}");
        }
    }
}
