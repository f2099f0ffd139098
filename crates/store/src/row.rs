//! Values that go into a statement, and rows that come out: the same few types on both engines.

use crate::{error::StoreError, sql::Statement};
use doorstep_core::{
    id::{
        AppName, AuditId, ChallengeId, ClientId, DeviceRequestId, GrantId, GroupName, InteractionId, InviteId, JobId,
        KeyId, LinkedId, PasskeyId, ProgramTokenId, RecoveryId, RegistrationId, SessionId, TotpKeyId, UserId,
    },
    model::{Amr, Memberships},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// One bound value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    OptText(Option<&'a str>),
    Int(i64),
    OptInt(Option<i64>),
    Bool(bool),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::OptText(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::OptInt(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.millis())
    }
}

impl From<Option<Timestamp>> for Value<'_> {
    fn from(at: Option<Timestamp>) -> Self {
        Self::OptInt(at.map(Timestamp::millis))
    }
}

macro_rules! ids_are_text {
    ($($id:ty),*) => {$(
        impl<'a> From<&'a $id> for Value<'a> {
            fn from(id: &'a $id) -> Self {
                Self::Text(id.as_str())
            }
        }
    )*};
}
ids_are_text!(
    AppName,
    AuditId,
    ChallengeId,
    ClientId,
    GrantId,
    GroupName,
    InteractionId,
    DeviceRequestId,
    InviteId,
    JobId,
    KeyId,
    LinkedId,
    PasskeyId,
    RecoveryId,
    RegistrationId,
    TotpKeyId,
    ProgramTokenId,
    SessionId,
    UserId
);

/// One column of a row.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
}

/// One row, read out of the engine.
#[derive(Debug)]
pub(crate) struct Row {
    table: &'static str,
    cells: Vec<Cell>,
}

impl Row {
    pub(crate) fn new(statement: Statement, cells: Vec<Cell>) -> Self {
        Self { table: statement.table(), cells }
    }

    pub(crate) fn opt_text(&mut self, column: usize) -> Result<Option<String>, StoreError> {
        match self.take(column) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.corrupt(column, "text")),
        }
    }

    pub(crate) fn text(&mut self, column: usize) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or_else(|| self.corrupt(column, "text"))
    }

    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.cells.get(column) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.corrupt(column, "a number")),
        }
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| self.corrupt(column, "a number"))
    }

    /// SQLite has no truth values of its own: there a BOOLEAN is 0 or 1.
    pub(crate) fn bool(&self, column: usize) -> Result<bool, StoreError> {
        match self.cells.get(column) {
            Some(Cell::Bool(truth)) => Ok(*truth),
            Some(Cell::Int(0)) => Ok(false),
            Some(Cell::Int(1)) => Ok(true),
            _ => Err(self.corrupt(column, "a truth value")),
        }
    }

    pub(crate) fn time(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_millis)
    }

    pub(crate) fn opt_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }

    /// A column whose text is one of our own types.
    pub(crate) fn parsed<T: TryFrom<String>>(&mut self, column: usize, what: &str) -> Result<T, StoreError> {
        self.text(column)?.try_into().map_err(|_| self.corrupt(column, what))
    }

    pub(crate) fn opt_parsed<T: TryFrom<String>>(
        &mut self,
        column: usize,
        what: &str,
    ) -> Result<Option<T>, StoreError> {
        match self.opt_text(column)? {
            None => Ok(None),
            Some(text) => text.try_into().map(Some).map_err(|_| self.corrupt(column, what)),
        }
    }

    /// A column that holds one word of a closed list.
    pub(crate) fn word<T>(&mut self, column: usize, read: fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text(column)?;
        read(&text).ok_or_else(|| self.corrupt(column, "a known word"))
    }

    pub(crate) fn amr(&mut self, column: usize) -> Result<Amr, StoreError> {
        self.word(column, Amr::from_text)
    }

    /// Scope tokens, separated by blanks as in RFC 6749 §3.3.
    pub(crate) fn scopes(&mut self, column: usize) -> Result<BTreeSet<String>, StoreError> {
        Ok(self.text(column)?.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Group names with commas between them; NULL, as `string_agg` has it, for none.
    pub(crate) fn groups(&mut self, column: usize) -> Result<BTreeSet<GroupName>, StoreError> {
        let Some(text) = self.opt_text(column)? else { return Ok(BTreeSet::new()) };
        text.split(',')
            .filter(|name| !name.is_empty())
            .map(|name| name.parse().map_err(|_| self.corrupt(column, "group names")))
            .collect()
    }

    /// Group names with commas between them, each with `@` and its end behind it where it has one.
    pub(crate) fn memberships(&mut self, column: usize) -> Result<Memberships, StoreError> {
        let Some(text) = self.opt_text(column)? else { return Ok(Memberships::default()) };
        let corrupt = || self.corrupt(column, "groups and their ends");
        let read = |each: &str| {
            let (name, end) = each.split_once('@').map_or((each, None), |(name, end)| (name, Some(end)));
            let end = end.map(|end| end.parse().map(Timestamp::from_millis)).transpose().map_err(|_| corrupt())?;
            Ok((name.parse().map_err(|_| corrupt())?, end))
        };
        text.split(',').filter(|each| !each.is_empty()).map(read).collect()
    }

    /// A JSON document.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self, column: usize) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| self.corrupt(column, "a JSON document of this release"))
    }

    fn take(&mut self, column: usize) -> Option<Cell> {
        self.cells.get_mut(column).map(|cell| std::mem::replace(cell, Cell::Null))
    }

    pub(crate) fn corrupt(&self, column: usize, wanted: &str) -> StoreError {
        StoreError::Corrupt { table: self.table, what: format!("column {column} should be {wanted}") }
    }
}

/// Scopes as they stand in a column.
pub(crate) fn scopes_text(scopes: &BTreeSet<String>) -> String {
    joined(scopes.iter().map(String::as_str), " ")
}

/// Group names as they stand in a column.
pub(crate) fn groups_text(groups: &BTreeSet<GroupName>) -> String {
    joined(groups.iter().map(GroupName::as_str), ",")
}

/// A JSON document as it stands in a column.
pub(crate) fn json_text<T: serde::Serialize>(table: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt { table, what: error.to_string() })
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>, between: &str) -> String {
    parts.fold(String::new(), |mut text, part| {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(part);
        text
    })
}
