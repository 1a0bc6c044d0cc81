//! Free questions to the database: sql.

use std::io::{self, Read};
use std::ops::ControlFlow;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;

use super::output::{Out, Screen};
use super::query::RowFormat;
use super::table::{Layout, Table};
use super::{End, Session};
use crate::export;
use crate::limits::SQL_BYTES_MAX;

/// Rows whose cells decide how wide the columns of a table are. Those behind them
/// are printed as they come, since an answer may have no end.
const ROWS_MEASURED: usize = 500;

/// Asks the database in SQL; read-only.
#[derive(Args, Debug)]
#[command(after_help = "\
Rows are printed as they come. In the text form the first 500 decide how wide the columns are.

Examples:
  tearsheet sql 'select site_name, count(*) from articles group by 1 order by 2 desc'
  tearsheet sql 'select kind, rule, count(*) n from removals group by 1, 2' --format csv")]
pub(super) struct SqlArgs {
    /// One SQL statement; `-` reads it from stdin.
    #[arg(allow_hyphen_values = true, value_name = "SQL")]
    sql: String,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: RowFormat,
}

pub(super) async fn run(session: &Session, args: SqlArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let sql = match args.sql.as_str() {
        "-" => read_statement(io::stdin().lock())?,
        sql => sql.to_owned(),
    };
    let mut answer = Answer::new(session.screen, args.format);
    let mut failed = None;
    let print = |columns: &[String], row| match answer.row(columns, row) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    };
    let columns = store.sql_each(&sql, print).await?;
    match failed {
        Some(error) => Err(error),
        None => answer.finish(&columns).map(|()| End::Done),
    }
}

/// The whole of a statement or none of it: its beginning may be a statement, too, and another one.
fn read_statement(stdin: impl Read) -> anyhow::Result<String> {
    let mut sql = Vec::new();
    stdin.take(SQL_BYTES_MAX as u64 + 1).read_to_end(&mut sql)?;
    anyhow::ensure!(
        sql.len() <= SQL_BYTES_MAX,
        "the statement has more than {SQL_BYTES_MAX} bytes; put what it lists into a table or a file"
    );
    String::from_utf8(sql).context("the statement is no UTF-8")
}

/// An answer on its way out.
struct Answer {
    out: Out,
    screen: Screen,
    form: Form,
}

/// The form of an answer, and how far it has come.
enum Form {
    /// A table whose columns have no width yet.
    Measured(Vec<Vec<Value>>),
    /// A table whose columns have their widths.
    LaidOut(Layout),
    /// One array; the names of an object's members, from the first row on.
    Json(Option<Vec<String>>),
    /// One object a line; names as above.
    Jsonl(Option<Vec<String>>),
    /// Comma-separated; whether the head is out.
    Csv(bool),
}

impl Answer {
    fn new(screen: Screen, format: RowFormat) -> Answer {
        let form = match format {
            RowFormat::Text => Form::Measured(Vec::new()),
            RowFormat::Json => Form::Json(None),
            RowFormat::Jsonl => Form::Jsonl(None),
            RowFormat::Csv => Form::Csv(false),
        };
        Answer { out: screen.stdout(), screen, form }
    }

    fn row(&mut self, columns: &[String], row: Vec<Value>) -> anyhow::Result<()> {
        let out = &mut self.out;
        match &mut self.form {
            Form::Measured(rows) => {
                rows.push(row);
                if rows.len() == ROWS_MEASURED {
                    let layout = print_table(out, self.screen, columns, rows)?;
                    self.form = Form::LaidOut(layout);
                }
            }
            Form::LaidOut(layout) => out.line(layout.line(row.iter().map(export::plain)))?,
            Form::Json(names) => {
                let is_first = names.is_none();
                let names = names.get_or_insert_with(|| export::distinct(columns));
                out.json_item(is_first, &export::object(names, &row))?;
            }
            Form::Jsonl(names) => {
                let names = names.get_or_insert_with(|| export::distinct(columns));
                out.json_line(&export::object(names, &row))?;
            }
            Form::Csv(has_head) => {
                if !std::mem::replace(has_head, true) {
                    out.data(&export::csv_record(columns))?;
                }
                out.data(&export::csv_values(&row))?;
            }
        }
        Ok(())
    }

    fn finish(mut self, columns: &[String]) -> anyhow::Result<()> {
        let out = &mut self.out;
        match self.form {
            Form::Measured(rows) => drop(print_table(out, self.screen, columns, &rows)?),
            Form::Json(names) => out.json_end(names.is_none())?,
            Form::Csv(false) => out.data(&export::csv_record(columns))?,
            Form::LaidOut(_) | Form::Jsonl(_) | Form::Csv(true) => {}
        }
        Ok(self.out.finish()?)
    }
}

/// Prints a table; gives its layout, for rows that are still to come.
fn print_table(
    out: &mut Out,
    screen: Screen,
    columns: &[String],
    rows: &[Vec<Value>],
) -> io::Result<Layout> {
    let is_numeric =
        |column: usize| rows.iter().any(|row| row.get(column).is_some_and(Value::is_number));
    let names: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(index, name)| if is_numeric(index) { format!("#{name}") } else { name.clone() })
        .collect();
    let mut table = Table::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for row in rows {
        table.row(row.iter().map(export::plain));
    }
    table.lines(screen).into_iter().try_for_each(|line| out.line(line))?;
    Ok(table.into_layout(screen))
}
