//! Free questions, in SQL.

use std::ops::ControlFlow;

use futures_util::TryStreamExt;
use sqlx::AssertSqlSafe;
use sqlx::Column;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::Row;
use sqlx::SqlSafeStr;
use sqlx::Statement;
use sqlx::TypeInfo;
use sqlx::ValueRef;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::Store;
use super::error::{self, StoreError};

/// The answer to a free query.
#[derive(Clone, Debug, Default)]
pub struct SqlRows {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows; blobs come as `{"blob_bytes": N}`.
    pub rows: Vec<Vec<serde_json::Value>>,
}

/// What a free question may begin with. Others write, or change the connection
/// (`pragma`; its answers can be had from `pragma_table_info('articles')` and
/// the like).
const QUESTIONS: &[&str] = &["select", "with", "values", "explain"];

impl Store {
    /// Any read-only SQL; all rows at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Query`] where it is no single question, or not one that
    /// SQLite understands; and those of reading.
    pub async fn sql(&self, sql: &str) -> Result<SqlRows, StoreError> {
        let mut rows = Vec::new();
        let keep = |_: &[String], row| {
            rows.push(row);
            ControlFlow::Continue(())
        };
        let columns = self.sql_each(sql, keep).await?;
        Ok(SqlRows { columns, rows })
    }

    /// Any read-only SQL, row by row: `each` gets the column names and one row,
    /// and says whether it wants the next. Gives the column names, for answers
    /// without a row.
    ///
    /// # Errors
    ///
    /// As for [`Store::sql`].
    pub async fn sql_each(
        &self,
        sql: &str,
        mut each: impl FnMut(&[String], Vec<serde_json::Value>) -> ControlFlow<()> + Send,
    ) -> Result<Vec<String>, StoreError> {
        let question = single_question(sql)?;
        // A connection of its own: whatever the question does to it ends with it.
        let mut connection = SqliteConnection::connect_with(&self.readers.connect_options())
            .await
            .map_err(|error| StoreError::opening(&self.file.path, error))?;
        // `AssertSqlSafe`: the text is the user's own, who could open the file
        // with any other program; the connection cannot write.
        let prepared = (&mut connection)
            .prepare(AssertSqlSafe(question.to_owned()).into_sql_str())
            .await
            .map_err(asked)?;
        let columns: Vec<String> =
            prepared.columns().iter().map(|column| column.name().to_owned()).collect();
        let mut rows = prepared.query().fetch(&mut connection);
        while let Some(row) = rows.try_next().await.map_err(asked)? {
            if each(&columns, values(&row)?).is_break() {
                break;
            }
        }
        drop(rows);
        let _ = connection.close().await;
        Ok(columns)
    }
}

/// An error of the question is the user's; what befalls the file is not.
fn asked(error: sqlx::Error) -> StoreError {
    if error::is_read_only(&error) {
        return StoreError::Query("only questions are allowed; this one writes".to_owned());
    }
    match StoreError::from(error) {
        StoreError::Other(error) => StoreError::Query(error::message(&error)),
        other => other,
    }
}

/// The one statement in `sql`, which must be a question.
fn single_question(sql: &str) -> Result<&str, StoreError> {
    let refuse = |why: &str| Err(StoreError::Query(why.to_owned()));
    if sql.contains('\0') {
        return refuse("the query holds a NUL character");
    }
    let (first, rest) = split_statement(sql);
    if has_token(rest) {
        return refuse("one statement at a time, please");
    }
    let start = skip_blank(first);
    let word = start.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    if word.is_empty() && !has_token(first) {
        return refuse("the query is empty");
    }
    if !QUESTIONS.iter().any(|question| word.eq_ignore_ascii_case(question)) {
        return refuse("only questions are allowed: select, with, values, explain");
    }
    Ok(first)
}

/// Splits behind the first statement, at a `;` that stands in no string, name
/// or comment.
fn split_statement(sql: &str) -> (&str, &str) {
    let bytes = sql.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &sql.as_bytes()[at..];
        let length = match rest {
            [b';', ..] => return (&sql[..at], &sql[at + 1..]),
            [b'-', b'-', ..] => to_end(rest, b"\n"),
            [b'/', b'*', rest @ ..] => 2 + to_end(rest, b"*/"),
            // A doubled quote inside reads as an end and a new start, which comes to the same.
            [quote @ (b'\'' | b'"' | b'`'), rest @ ..] => 1 + to_end(rest, &[*quote]),
            [b'[', rest @ ..] => 1 + to_end(rest, b"]"),
            _ => 1,
        };
        at += length;
    }
    (sql, "")
}

/// Bytes up to and including `end`, or all.
fn to_end(bytes: &[u8], end: &[u8]) -> usize {
    memchr::memmem::find(bytes, end).map_or(bytes.len(), |at| at + end.len())
}

/// Whether anything but white space, comments and `;` is in `sql`.
fn has_token(sql: &str) -> bool {
    !skip_blank(sql).trim_start_matches([';', ' ', '\n', '\t', '\r']).is_empty()
}

/// Skips white space and comments.
fn skip_blank(sql: &str) -> &str {
    let mut rest = sql.trim_start();
    loop {
        let comment = match rest.as_bytes() {
            [b'-', b'-', ..] => to_end(rest.as_bytes(), b"\n"),
            [b'/', b'*', inside @ ..] => 2 + to_end(inside, b"*/"),
            _ => return rest,
        };
        rest = rest[comment..].trim_start();
    }
}

fn values(row: &SqliteRow) -> Result<Vec<serde_json::Value>, sqlx::Error> {
    (0..row.len()).map(|index| value(row, index)).collect()
}

/// One value as JSON. Infinity, which JSON lacks, becomes null.
fn value(row: &SqliteRow, index: usize) -> Result<serde_json::Value, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(serde_json::Value::Null);
    }
    let kind = raw.type_info();
    Ok(match kind.name() {
        "INTEGER" => row.try_get_unchecked::<i64, _>(index)?.into(),
        "REAL" => row.try_get_unchecked::<f64, _>(index)?.into(),
        "BLOB" => {
            let bytes = row.try_get_unchecked::<&[u8], _>(index)?.len();
            serde_json::json!({ "blob_bytes": bytes })
        }
        _ => String::from_utf8_lossy(row.try_get_unchecked::<&[u8], _>(index)?).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::single_question;

    #[test]
    fn one_question_is_let_through_as_it_is() {
        for sql in [
            "select 1",
            "  -- first\n select ';' ; -- done\n ;",
            "WITH a AS (SELECT 1) SELECT * FROM a;",
            "select 'it''s; fine', \"a;b\", [c;d] from x /* ; */",
            "explain select 1",
        ] {
            assert!(single_question(sql).is_ok(), "{sql}");
        }
    }

    #[test]
    fn writes_and_second_statements_are_refused() {
        for sql in [
            "",
            " ; ",
            "-- nothing",
            "select 1; select 2",
            "select 1; /* x */ drop table articles",
            "delete from articles",
            "vacuum into 'copy.db'",
            "attach 'other.db' as other",
            "pragma query_only = off",
            "select 1;\0",
        ] {
            assert!(single_question(sql).is_err(), "{sql}");
        }
    }
}
