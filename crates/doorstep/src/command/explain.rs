//! `doorstep explain REF`: the report of a refused request, without secrets.

use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::terminal::{repeated, shown};
use crate::{reason, when, wire};
use clap::Args;
use doorstep_app::settings::REFUSAL_TTL;
use doorstep_core::access::ReadAudit;
use doorstep_core::model::Refusal;
use serde_json::json;

/// Which report.
#[derive(Clone, Debug, Args)]
pub struct Explain {
    /// The reference on the page, like 7K2M-9QXF.
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// Tells it.
pub fn run(command: &Explain, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    become_owner(&loaded.config)?;
    let report = runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        instance
            .refusals
            .read(&wire::act(&instance, ReadAudit)?, &command.reference)
            .await
            .map_err(|error| reason::internal(&error))
    })?;
    let Some(report) = report else { return Err(unknown(&command.reference)) };
    if command.output.json {
        context.json(&as_json(&report))?;
        return Ok(Outcome::Done);
    }
    let paint = context.paint();
    context.line(&format!(
        "{}   {}   {}",
        paint.strong(&shown(&report.reference)),
        when::day_and_time(report.at),
        shown(&report.rule)
    ))?;
    context.line(&paint.bad(&reason::sentence(&shown(&report.what))))?;
    context.line("")?;
    for line in lines(&report) {
        context.line(&line)?;
    }
    Ok(Outcome::Done)
}

fn unknown(typed: &str) -> Failure {
    let typed = repeated(typed);
    let days = REFUSAL_TTL.seconds() / 86_400;
    Failure::refused(
        format!("No report is kept under `{typed}`."),
        format!(
            "A reference is eight letters and digits, like 7K2M-9QXF, and stands on the page that refused. \
             Reports are kept for {days} days."
        ),
    )
}

fn as_json(report: &Refusal) -> serde_json::Value {
    let facts: Vec<_> = report.facts.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "reference": report.reference,
        "at": when::machine(report.at),
        "rule": report.rule,
        "what": report.what,
        "mend": report.remedy,
        "facts": facts,
    })
}

/// A number that says what the mark shows.
const SHOWN_BY_THE_MARK: &str = "differs at";

/// The facts one under the other; where what was sent and what is registered begin to differ is marked.
fn lines(report: &Refusal) -> Vec<String> {
    let names = report.facts.iter().map(|(name, _)| name.chars().count());
    let width = names.max().unwrap_or_default().max("mend".len());
    let row = |name: &str, value: &str| format!("  {name:width$}   {value}").trim_end().to_owned();
    let fact = |wanted: &str| report.facts.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let mut lines = Vec::new();
    for (name, value) in report.facts.iter().filter(|(name, value)| !value.is_empty() && name != SHOWN_BY_THE_MARK) {
        lines.push(row(&shown(name), &shown(value)));
        if name == "registered"
            && let Some((at, what)) = fact("sent").and_then(|sent| difference(&shown(sent), &shown(value)))
        {
            lines.push(row("", &format!("{}^ {what}", " ".repeat(at))));
        }
    }
    if !report.remedy.is_empty() {
        lines.push(row("mend", &shown(&report.remedy)));
    }
    lines
}

/// Where two texts begin to differ, and how.
fn difference(sent: &str, registered: &str) -> Option<(usize, String)> {
    let (mut a, mut b) = (sent.chars(), registered.chars());
    let mut at = 0;
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (Some(x), Some(y)) if x == y => at += 1,
            (Some(x), Some(y)) => return Some((at, format!("they differ at `{x}`/`{y}`"))),
            (Some(x), None) => return Some((at, format!("what was sent goes on with `{x}`"))),
            (None, Some(y)) => return Some((at, format!("what was sent ends here, `{y}` is missing"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::time::Timestamp;

    #[test]
    fn the_place_where_two_addresses_differ_is_marked() {
        for (sent, registered, expected) in [
            ("https://a/Cb", "https://a/cb", Some((10, "they differ at `C`/`c`"))),
            ("https://a/cb/", "https://a/cb", Some((12, "what was sent goes on with `/`"))),
            ("https://a/", "https://a/cb", Some((10, "what was sent ends here, `c` is missing"))),
            ("https://a/é", "https://a/é", None),
        ] {
            assert_eq!(difference(sent, registered), expected.map(|(at, what)| (at, what.to_owned())), "{sent}");
        }
    }

    #[test]
    fn facts_stand_one_under_the_other() {
        let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let report = Refusal {
            reference: "7K2M-9QXF".to_owned(),
            at: Timestamp::from_seconds(0),
            rule: "redirect_uri_not_registered".to_owned(),
            what: "the redirect address is not registered".to_owned(),
            remedy: "in Grafana set root_url exactly".to_owned(),
            facts: vec![
                fact("client", "grafana"),
                fact("sent", "https://g.example.org/login/Generic_oauth"),
                fact("registered", "https://g.example.org/login/generic_oauth"),
                fact("differs at", "28"),
                fact("request", ""),
            ],
        };
        let expected = "
  client       grafana
  sent         https://g.example.org/login/Generic_oauth
  registered   https://g.example.org/login/generic_oauth
                                           ^ they differ at `G`/`g`
  mend         in Grafana set root_url exactly";
        assert_eq!(format!("\n{}", lines(&report).join("\n")), expected);
    }

    #[test]
    fn what_a_stranger_sent_cannot_steer_the_terminal() {
        let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let report = Refusal {
            reference: "7K2M-9QXF".to_owned(),
            at: Timestamp::from_seconds(0),
            rule: "redirect_uri_not_registered".to_owned(),
            what: String::new(),
            remedy: "a\u{200b}b".to_owned(),
            facts: vec![
                fact("sent", "https://a/\u{202e}\u{1b}[31m\n  mend   forged"),
                fact("registered", "https://a/"),
            ],
        };
        let expected = [
            "  sent         https://a/\\u{202e}\\u{1b}[31m\\n  mend   forged",
            "  registered   https://a/",
            "                         ^ what was sent goes on with `\\`",
            "  mend         a\\u{200b}b",
        ];
        assert_eq!(lines(&report), expected);
    }
}
