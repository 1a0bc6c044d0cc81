//! The schema, in its own words: what the comments of the migrations say of it.

use std::fmt::Write as _;

use sqlx::{Row, SqliteConnection};

use super::Store;
use super::error::StoreError;

/// A table or view, with the comments that stand in its definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// `table`, `view`, or `virtual`: a full-text index.
    pub kind: String,
    /// What it holds.
    pub about: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Indexes over it, as they are defined.
    pub indexes: Vec<String>,
    /// Its definition.
    pub sql: String,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type; empty in views.
    pub kind: String,
    /// What it holds.
    pub about: String,
}

impl Store {
    /// Tables and views of the file with all that their definitions say of them.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn schema(&self) -> Result<Vec<Relation>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        // Tables that a full-text index keeps for itself are no part of it, nor SQLite's own.
        let rows = sqlx::query(
            "select name, type, sql from sqlite_schema
             where type in ('table', 'view') and name not like 'sqlite_%'
               and name not like 'articles_fts%\\_%' escape '\\' or name = 'articles_fts_cjk'
             order by type, name",
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut relations = Vec::with_capacity(rows.len());
        for row in rows {
            let (name, sql): (String, String) = (row.try_get("name")?, row.try_get("sql")?);
            let is_virtual = sql.to_ascii_lowercase().starts_with("create virtual");
            let kind = if is_virtual { "virtual".to_owned() } else { row.try_get("type")? };
            let comments = Comments::of(&sql);
            let columns = columns(&mut connection, &name, &comments).await?;
            let indexes = sqlx::query_scalar(
                "select sql from sqlite_schema
                 where type = 'index' and tbl_name = ? and sql is not null order by name",
            )
            .bind(&name)
            .fetch_all(&mut *connection)
            .await?;
            relations.push(Relation { name, kind, about: comments.about, columns, indexes, sql });
        }
        Ok(relations)
    }
}

async fn columns(
    connection: &mut SqliteConnection,
    of: &str,
    comments: &Comments,
) -> Result<Vec<Column>, StoreError> {
    // Hidden columns of full-text indexes are 1; generated ones are 2 and 3.
    let rows = sqlx::query("select name, type from pragma_table_xinfo(?) where hidden <> 1")
        .bind(of)
        .fetch_all(connection)
        .await?;
    let column = |row: &sqlx::sqlite::SqliteRow| {
        let name: String = row.try_get("name")?;
        let kind: String = row.try_get("type")?;
        let about = comments.of_column(&name);
        Ok(Column { name, kind: kind.to_ascii_lowercase(), about })
    };
    Ok(rows.iter().map(column).collect::<Result<_, sqlx::Error>>()?)
}

/// The schema as a page of Markdown.
#[must_use]
pub fn reference(version: i64, relations: &[Relation]) -> String {
    let mut page = format!(
        "# The database, table by table\n\nSchema version {version}. Made by `tearsheet db schema` \
         from the comments in the migrations; a test holds it against them.\n"
    );
    for (kind, head) in
        [("table", "Tables"), ("view", "Views"), ("virtual", "Full-text indexes (FTS5)")]
    {
        let _ = write!(page, "\n## {head}\n");
        for relation in relations.iter().filter(|relation| relation.kind == kind) {
            let _ = write!(page, "\n### `{}`\n\n", relation.name);
            if kind == "virtual" {
                let _ = writeln!(page, "```sql\n{};\n```", relation.sql);
                continue;
            }
            let _ =
                writeln!(page, "{}\n\n| column | type | holds |\n|---|---|---|", relation.about);
            for column in &relation.columns {
                let about = explained(column, relation, relations).replace('|', "\\|");
                let _ = writeln!(page, "| `{}` | {} | {about} |", column.name, column.kind);
            }
            if !relation.indexes.is_empty() {
                let _ = writeln!(page, "\n```sql\n{};\n```", relation.indexes.join(";\n"));
            }
        }
    }
    page
}

/// What is said of a column; of a view's, where it says nothing itself, what the first table in it
/// says of the column of that name.
fn explained<'a>(column: &'a Column, of: &Relation, relations: &'a [Relation]) -> &'a str {
    if !column.about.is_empty() || of.kind != "view" {
        return &column.about;
    }
    let tables = relations.iter().filter(|relation| relation.kind == "table");
    let mut named: Vec<_> = tables
        .filter_map(|table| Some((of.sql.find(&format!("from {}", table.name))?, table)))
        .collect();
    named.sort_by_key(|(place, _)| *place);
    let columns = named.iter().flat_map(|(_, table)| &table.columns);
    let same = columns.filter(|other| other.name == column.name).map(|other| other.about.as_str());
    same.into_iter().next().unwrap_or_default()
}

/// The comments of a definition: of the whole, and of its parts.
#[derive(Debug, Default)]
struct Comments {
    is_table: bool,
    about: String,
    /// Code of each part between two commas, and what is said of it.
    parts: Vec<(String, String)>,
}

impl Comments {
    /// Reads a definition. A comment belongs to the part that it stands in, or
    /// behind the comma of which it stands on the same line; one before the
    /// first part belongs to the whole.
    fn of(sql: &str) -> Comments {
        let is_table = sql.to_ascii_lowercase().starts_with("create table");
        let body = if is_table { sql.find('(').map_or(0, |at| at + 1) } else { 0 };
        let mut comments = Comments { is_table, ..Comments::default() };
        let (mut code, mut said) = (String::new(), String::new());
        // Whether the part before the last comma ended on this line.
        let mut ended_here = false;
        let mut depth = 0_i32;
        let mut rest = &sql[body..];
        while let Some(c) = rest.chars().next() {
            if let Some((comment, after)) = comment(rest) {
                rest = after;
                let before = code.trim_end();
                let is_head = comments.parts.is_empty()
                    && (before.is_empty() || before.to_ascii_lowercase().ends_with(" as"));
                // What is said of the rows of a view is said of none of its columns.
                if !is_table && depth == 0 && listed(&code).len() < code.len() {
                    continue;
                }
                let target = if is_head {
                    &mut comments.about
                } else if ended_here && code.trim().is_empty() {
                    comments.parts.last_mut().map_or(&mut said, |(_, said)| said)
                } else {
                    &mut said
                };
                if !target.is_empty() {
                    target.push(' ');
                }
                target.push_str(comment);
                continue;
            }
            rest = &rest[c.len_utf8()..];
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                '\n' => ended_here = false,
                _ => {}
            }
            if c == ',' && depth == 0 {
                comments.parts.push((std::mem::take(&mut code), std::mem::take(&mut said)));
                ended_here = true;
            } else {
                code.push(c);
            }
        }
        comments.parts.push((code, said));
        comments
    }

    fn of_column(&self, name: &str) -> String {
        let is_named = |code: &str| {
            let mut words = listed(code).split_whitespace();
            // `name type …` in a table; `… as name`, `table.name` or `name` in a view.
            let own = if self.is_table { words.next() } else { words.next_back() };
            own.is_some_and(|word| word == name || word.ends_with(&format!(".{name}")))
        };
        let found = self.parts.iter().find(|(code, said)| !said.is_empty() && is_named(code));
        found.map(|(_, said)| said.clone()).unwrap_or_default()
    }
}

/// The part of a select that lists columns.
fn listed(code: &str) -> &str {
    code.split("\n    from ").next().unwrap_or_default()
}

/// The comment that `text` begins with, and what comes behind it.
fn comment(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("--") {
        // The end of the line is not part of it.
        let (comment, rest) = rest.split_at(rest.find('\n').unwrap_or(rest.len()));
        return Some((comment.trim(), rest));
    }
    let (comment, rest) = text.strip_prefix("/*")?.split_once("*/")?;
    Some((comment.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::Comments;

    #[test]
    fn a_definition_says_what_it_and_its_columns_hold() {
        let sql = "CREATE TABLE t (\n    -- Things.\n    a integer primary key, -- the first\n    \
                   b text not null  -- one; or\n      check (b in ('x', 'y')), -- another\n    \
                   c text\n, d text /* added */ as (a), e text) strict";
        let comments = Comments::of(sql);
        assert_eq!(comments.about, "Things.");
        for (name, about) in
            [("a", "the first"), ("b", "one; or another"), ("c", ""), ("d", "added")]
        {
            assert_eq!(comments.of_column(name), about, "{name}");
        }
    }

    #[test]
    fn a_view_says_it_in_its_select() {
        let sql = "CREATE VIEW v as\n    -- Of things.\n    select t.a,   -- the first\n           \
                   coalesce(x, y) as b, -- both\n           t.c -- last\n    from t";
        let comments = Comments::of(sql);
        assert_eq!(comments.about, "Of things.");
        assert_eq!(comments.of_column("a"), "the first");
        assert_eq!(comments.of_column("b"), "both");
    }
}
