//! Statements that are sent to SQLite together.
//!
//! A statement that is waited for costs two changes of threads, which is more than most of them do.

use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, Type};

/// What is to be written once no answer is needed any more, in this order.
pub(super) struct Changes {
    statements: String,
    values: Result<SqliteArguments, BoxDynError>,
}

impl Default for Changes {
    fn default() -> Self {
        Changes { statements: String::new(), values: Ok(SqliteArguments::default()) }
    }
}

impl Changes {
    /// Adds a statement; its values follow. Each stands in it as a `?` without a number.
    pub(super) fn add(&mut self, statement: &'static str) -> &mut Self {
        self.statements.extend([statement, ";\n"]);
        self
    }

    /// Adds the next value.
    pub(super) fn bind<'a>(&mut self, value: impl Encode<'a, Sqlite> + Type<Sqlite>) -> &mut Self {
        if let Ok(values) = &mut self.values
            && let Err(error) = values.add(value)
        {
            self.values = Err(error);
        }
        self
    }

    /// Makes them all.
    pub(super) async fn make(self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let values = self.values.map_err(sqlx::Error::Encode)?;
        // Put together from texts of ours alone.
        sqlx::query_with(AssertSqlSafe(self.statements), values).execute(tx).await?;
        Ok(())
    }
}
