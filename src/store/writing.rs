//! A transaction that writes: what needs no answer is sent with the next question.
//!
//! A statement that is waited for costs two changes of threads, which is more than most of them do.

use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, QueryBuilder, Sqlite, Type};

/// A transaction, and what is still to be written in it, in this order.
pub(super) struct Writing<'a> {
    connection: &'a mut SqliteConnection,
    statements: String,
    values: Result<SqliteArguments, BoxDynError>,
}

impl<'a> Writing<'a> {
    /// Goes on with a transaction; ends with [`Writing::settle`].
    pub(super) fn new(connection: &'a mut SqliteConnection) -> Writing<'a> {
        Writing { connection, statements: String::new(), values: Ok(SqliteArguments::default()) }
    }

    /// Adds a statement that is made later; its values follow. Each stands in it as a `?` without a
    /// number.
    pub(super) fn add(&mut self, statement: &'static str) -> &mut Self {
        self.statements.extend([statement, ";\n"]);
        self
    }

    /// Adds the next value.
    pub(super) fn bind<'v>(&mut self, value: impl Encode<'v, Sqlite> + Type<Sqlite>) -> &mut Self {
        if let Ok(values) = &mut self.values
            && let Err(error) = values.add(value)
        {
            self.values = Err(error);
        }
        self
    }

    /// Begins a question, behind all that was added; for [`Writing::ask`].
    pub(super) fn question(&mut self, begin: &str) -> Result<QueryBuilder<Sqlite>, sqlx::Error> {
        let (mut statements, values) = self.take()?;
        statements.push_str(begin);
        Ok(QueryBuilder::with_arguments(statements, values))
    }

    /// The one row that answers a question begun by [`Writing::question`].
    pub(super) async fn ask(
        &mut self,
        mut question: QueryBuilder<Sqlite>,
    ) -> Result<SqliteRow, sqlx::Error> {
        debug_assert!(self.statements.is_empty(), "added behind a question: not in its answer");
        question.build().fetch_one(&mut *self.connection).await
    }

    /// The transaction once all is made that was added.
    pub(super) async fn settle(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        let (statements, values) = self.take()?;
        if !statements.is_empty() {
            // Put together from texts of ours alone.
            let all = sqlx::query_with(AssertSqlSafe(statements), values);
            all.execute(&mut *self.connection).await?;
        }
        Ok(self.connection)
    }

    fn take(&mut self) -> Result<(String, SqliteArguments), sqlx::Error> {
        let values = std::mem::replace(&mut self.values, Ok(SqliteArguments::default()));
        Ok((std::mem::take(&mut self.statements), values.map_err(sqlx::Error::Encode)?))
    }
}
