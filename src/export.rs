//! Stored articles → JSON, CSV, Parquet, Markdown, WARC.
//!
//! CSV is for spreadsheets, and a spreadsheet runs a cell that begins with `=`,
//! `+`, `-`, `@`, a tab or a carriage return. Texts that begin so get a `'`
//! before them; numbers stay as they are. JSON Lines is exact.

mod document;
mod dolma;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;
mod warc;

use serde_json::{Map, Value};

pub use document::{document, file_name};
pub use dolma::dolma;
pub use lines::json_lines;
#[cfg(feature = "parquet")]
pub use parquet::{ParquetFile, parquet_columns};
pub use warc::{warc_info, warc_response};

use crate::render::{escaped, heading_of};
use crate::store::{ArticleDetail, ArticleRow, SearchHit};
use crate::text::one_line;

/// Columns of an exported article in CSV.
pub const ARTICLE_COLUMNS: &[&str] = &[
    "id",
    "url",
    "title",
    "authors",
    "site_name",
    "language",
    "published_at",
    "published_from",
    "modified_at",
    "summary",
    "text",
    "word_count",
    "image_url",
    "confidence",
    "paywalled",
    "content",
    "duplicate_of",
    "revision",
    "extractor",
    "first_seen_at",
    "fetched_at",
];

/// Columns of a listed article.
pub const LIST_COLUMNS: &[&str] =
    &["id", "url", "title", "authors", "site_name", "language", "published_at", "word_count"];

/// Columns of a search hit.
pub const HIT_COLUMNS: &[&str] = &["id", "url", "title", "site_name", "published_at", "snippet"];

/// An article as a list shows it: without its text.
#[must_use]
pub fn listed(row: &ArticleRow) -> Value {
    let full = serde_json::to_value(row).unwrap_or_default();
    let pick = |name: &&str| Some(((*name).to_owned(), full.get(*name)?.clone()));
    Value::Object(LIST_COLUMNS.iter().filter_map(pick).collect())
}

/// [`LIST_COLUMNS`] of an article as a line of CSV.
#[must_use]
pub fn csv_listed(row: &ArticleRow) -> String {
    csv_columns(row, LIST_COLUMNS)
}

/// [`HIT_COLUMNS`] of a hit as a line of CSV.
#[must_use]
pub fn csv_hit(hit: &SearchHit) -> String {
    csv_columns(hit, HIT_COLUMNS)
}

/// [`ARTICLE_COLUMNS`] of an article as a line of CSV; authors are separated by `; `.
#[must_use]
pub fn csv_article(detail: &ArticleDetail) -> String {
    csv_columns(&detail.article, ARTICLE_COLUMNS)
}

fn csv_columns(row: &impl serde::Serialize, columns: &[&str]) -> String {
    let full = serde_json::to_value(row).unwrap_or_default();
    let cells: Vec<Value> =
        columns.iter().map(|name| full.get(name).cloned().unwrap_or_default()).collect();
    csv_values(&cells)
}

/// Values as a line of CSV; texts that a spreadsheet would run are made harmless.
#[must_use]
pub fn csv_values(values: &[Value]) -> String {
    let cells: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Number(number) => number.to_string(),
            other => harmless(plain(other)),
        })
        .collect();
    csv_line(&cells)
}

/// Names as a line of CSV.
#[must_use]
pub fn csv_record<T: AsRef<str>>(names: &[T]) -> String {
    let cells: Vec<String> = names.iter().map(|name| harmless(name.as_ref().to_owned())).collect();
    csv_line(&cells)
}

fn csv_line(cells: &[String]) -> String {
    let mut line = String::with_capacity(cells.iter().map(|cell| cell.len() + 1).sum());
    for (nth, cell) in cells.iter().enumerate() {
        line.push_str(if nth > 0 { "," } else { "" });
        // An empty line is no record.
        let is_blank = cell.is_empty() && cells.len() == 1;
        if is_blank || cell.contains([',', '"', '\n', '\r']) {
            line.extend(["\"", &cell.replace('"', "\"\""), "\""]);
        } else {
            line.push_str(cell);
        }
    }
    line.push('\n');
    line
}

fn harmless(mut text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.insert(0, '\'');
    }
    text
}

/// A value as a cell: texts without quotes, lists of texts joined, null empty.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// Column names made distinct, so that an object can hold them all: `n`, `n_2`.
#[must_use]
pub fn distinct(columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.clone();
        let mut number = 1;
        // Ends: each turn tries a name that none of finitely many has had.
        while names.contains(&name) {
            number += 1;
            name = format!("{column}_{number}");
        }
        names.push(name);
    }
    names
}

/// A row as an object; `names` are [`distinct`].
#[must_use]
pub fn object(names: &[String], row: &[Value]) -> Value {
    Value::Object(names.iter().cloned().zip(row.iter().cloned()).collect::<Map<_, _>>())
}

/// An article as a Markdown document: title, a line about it, the body.
#[must_use]
pub fn markdown(article: &ArticleRow) -> String {
    let title = heading_of(&one_line(&article.title));
    let about = [
        article.site_name.as_deref().map(escaped),
        Some(escaped(&article.authors.join(", "))).filter(|names| !names.is_empty()),
        article.published_at.clone(),
        Some(format!("<{}>", article.url)),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    format!("# {title}\n\n{}\n\n{}\n", about.join(" · "), article.markdown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{csv_values, distinct, object};
    use serde_json::json;

    #[test]
    fn a_spreadsheet_runs_nothing_that_came_from_the_web() {
        let row = [json!("=HYPERLINK(\"http://x\")"), json!("@a"), json!(-3), json!("a, \"b\"")];
        assert_eq!(csv_values(&row), "\"'=HYPERLINK(\"\"http://x\"\")\",'@a,-3,\"a, \"\"b\"\"\"\n");
        assert_eq!(csv_values(&[json!(["A", "B"]), json!(null)]), "A; B,\n");
        assert_eq!(csv_values(&[json!("two\nlines")]), "\"two\nlines\"\n");
        assert_eq!(csv_values(&[json!(null)]), "\"\"\n", "a record, and no empty line");
    }

    #[test]
    fn columns_of_the_same_name_all_survive() {
        let columns = ["n".to_owned(), "n".to_owned(), "n_2".to_owned()];
        let names = distinct(&columns);
        assert_eq!(names, ["n", "n_2", "n_2_2"]);
        assert_eq!(object(&names, &[json!(1), json!(2), json!(3)])["n_2"], 2);
    }
}
