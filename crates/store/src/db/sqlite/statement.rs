//! One statement on SQLite: values in, rows out.

use crate::{
    row::{Cell, Row, Value},
    sql::Statement,
};
use rusqlite::{
    CachedStatement, Connection,
    types::{ToSqlOutput, ValueRef},
};

/// What a statement did.
pub(crate) struct Ran {
    pub(crate) rows: Vec<Row>,
    pub(crate) changed: u64,
}

/// Runs a statement to its end.
pub(super) fn run(conn: &Connection, statement: Statement, values: &[Value<'_>]) -> rusqlite::Result<Ran> {
    let mut prepared = conn.prepare_cached(statement.text())?;
    bind(&mut prepared, values)?;
    let columns = prepared.column_count();
    let mut rows = Vec::new();
    let mut cursor = prepared.raw_query();
    // Always to the end: only then has an autocommit statement committed.
    while let Some(row) = cursor.next()? {
        let mut cells = Vec::with_capacity(columns);
        for column in 0..columns {
            cells.push(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Int(number),
                other => Cell::Text(other.as_str()?.to_owned()),
            });
        }
        rows.push(Row::new(statement, cells));
    }
    Ok(Ran { rows, changed: conn.changes() })
}

/// SQLite numbers `$2` by its place in the text, not by its digits; PostgreSQL by its digits. The digits count.
fn bind(prepared: &mut CachedStatement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    for place in 1..=prepared.parameter_count() {
        let number = prepared.parameter_name(place).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let Some(value) = value else {
            return Err(rusqlite::Error::InvalidParameterCount(values.len(), prepared.parameter_count()));
        };
        prepared.raw_bind_parameter(place, ToSqlOutput::Borrowed(value_ref(*value)))?;
    }
    Ok(())
}

fn value_ref(value: Value<'_>) -> ValueRef<'_> {
    match value {
        Value::Text(text) | Value::OptText(Some(text)) => ValueRef::Text(text.as_bytes()),
        Value::Int(number) | Value::OptInt(Some(number)) => ValueRef::Integer(number),
        Value::Bool(truth) => ValueRef::Integer(i64::from(truth)),
        Value::OptText(None) | Value::OptInt(None) => ValueRef::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{db::sqlite::connect::connect, sql, testing};
    use rusqlite::StatementStatus;
    use std::path::Path;

    #[tokio::test(flavor = "multi_thread")]
    async fn no_statement_is_planned_twice() {
        let instance = testing::migrated(testing::Engine::Sqlite).await;
        let conn = connect(Path::new(instance.at.url.trim_start_matches("sqlite:")), "").unwrap();
        for statement in sql::all().filter(|statement| statement.text().starts_with("SELECT")) {
            for bound in 1..=3 {
                run(&conn, statement, &[Value::Int(bound); 9]).unwrap();
            }
            let again = conn.prepare_cached(statement.text()).unwrap();
            assert_eq!(again.get_status(StatementStatus::RePrepare), 0, "{}", statement.name());
            assert!(again.get_status(StatementStatus::Run) >= 3, "{} did not stay in the cache", statement.name());
        }
    }
}
