//! The report of each refused request, kept under a short reference for `doorstep explain`.
//!
//! A page shows the reference and nothing of the request. Reports are bounded: a stranger can fill
//! neither the table nor the log with them.

use crate::{context::Context, error::InternalError, settings::REFUSAL_TTL};
use doorstep_core::{
    access::{Act, ReadAudit},
    model::Refusal,
    readable,
};
use doorstep_store::refusals;
use std::sync::Arc;

/// At most this many reports are kept; when there are more, the oldest make room for a thousand new ones.
const MAX_REPORTS: i64 = 10_000;
const AFTER_MAKING_ROOM: i64 = 9_000;
/// A fact is cut here.
const MAX_FACT: usize = 512;
/// How many digits and letters a reference has.
const REFERENCE: usize = 8;

/// A report as it is printed: which rule refused, and what would correct it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalReport {
    /// The rule's short stable name.
    pub rule: &'static str,
    /// One sentence for whoever runs the instance.
    pub what: String,
    /// What would correct it.
    pub remedy: String,
    /// Facts by name, in order; no secrets.
    pub facts: Vec<(&'static str, String)>,
}

/// Refused requests under their references.
#[derive(Clone)]
pub struct Refusals {
    context: Arc<Context>,
}

impl Refusals {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Keeps a report and returns its reference. When it cannot be kept the refusal stands all the same,
    /// without a reference.
    pub async fn keep(&self, report: RefusalReport) -> Option<String> {
        let reference = readable::draw::<REFERENCE>(&mut self.context.ambient.entropy());
        let facts = report.facts.into_iter().map(|(name, value)| (name.to_owned(), plain(&value))).collect();
        let refusal = Refusal {
            reference: reference.clone(),
            at: self.context.now(),
            rule: report.rule.to_owned(),
            what: plain(&report.what),
            remedy: plain(&report.remedy),
            facts,
        };
        tracing::warn!(reference, rule = refusal.rule, what = refusal.what, "refused");
        match self.write(&refusal).await {
            Ok(()) => Some(reference),
            Err(error) => {
                tracing::error!(%error, "the report of a refused request was not kept");
                None
            }
        }
    }

    async fn write(&self, refusal: &Refusal) -> Result<(), InternalError> {
        refusals::insert(&mut self.context.db.write().await?, refusal, self.context.now() + REFUSAL_TTL).await?;
        if let Err(error) = self.make_room().await {
            tracing::warn!(%error, "the oldest reports of refused requests were not removed");
        }
        Ok(())
    }

    /// The newest always stay: whoever has just read a reference from a page gets its report.
    async fn make_room(&self) -> Result<(), InternalError> {
        if refusals::count(&mut self.context.db.read().await?).await? > MAX_REPORTS {
            refusals::keep_newest(&mut self.context.db.write().await?, AFTER_MAKING_ROOM).await?;
        }
        Ok(())
    }

    /// Reads a report. Accepts lower case, blanks and a missing dash.
    pub async fn read(&self, _: &Act<'_, ReadAudit>, typed: &str) -> Result<Option<Refusal>, InternalError> {
        let Some(reference) = readable::read(typed, REFERENCE) else { return Ok(None) };
        Ok(refusals::by_reference(&mut self.context.db.read().await?, &reference).await?)
    }
}

/// One line without control characters, cut at [`MAX_FACT`] characters (security row 102).
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_FACT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_102_facts_are_one_line_of_bounded_length() {
        assert_eq!(plain("a\nb\u{1b}[31m"), "a b [31m");
        assert_eq!(plain(&"x".repeat(2000)).len(), MAX_FACT);
    }
}
