//! What is told about a refused authorization request: to whoever runs the house, never to the browser.

use crate::refusals::RefusalReport;
use doorstep_core::{
    id::GroupName,
    model::Client,
    oauth::{
        authorize::PageError,
        redirect::{Difference, Mismatch},
    },
};

/// The story of a person who is in none of an app's groups.
pub fn report_of_denied(user: &str, app: &str, needed: &[GroupName]) -> RefusalReport {
    let groups: Vec<_> = needed.iter().map(GroupName::as_str).collect();
    RefusalReport {
        rule: "not_in_group",
        what: format!("{user} is in none of the groups that may use {app}"),
        mend: groups.first().map_or_else(
            || format!("nobody may use {app}: name groups under `allow` of [apps.{app}]"),
            |group| format!("doorstep user group add {user} {group}"),
        ),
        facts: vec![("person", user.to_owned()), ("app", app.to_owned()), ("groups", groups.join(", "))],
    }
}

pub(super) fn report_of(error: &PageError, client: Option<&Client>) -> RefusalReport {
    let mut facts = Vec::new();
    if let Some(client) = client {
        facts.push(("client", client.id.to_string()));
    }
    let mend = match error {
        PageError::UnregisteredRedirectUri { mismatch, .. } => {
            facts.push(("sent", mismatch.sent.clone()));
            facts.push(("registered", mismatch.nearest.clone().unwrap_or_default()));
            facts.push(("differs in", mismatch.difference.as_str().to_owned()));
            facts.push(("differs at", mismatch.at.to_string()));
            mend_of(mismatch, client)
        }
        PageError::UnknownClient { sent } => {
            facts.push(("sent", sent.clone()));
            "declare the app under [apps.NAME], or set the app's client id to the one that was delivered".into()
        }
        PageError::MissingRedirectUri { .. } => "have the app send redirect_uri".into(),
        PageError::DisabledClient { .. } => "switch the client on again".into(),
        PageError::Params(_) | PageError::MissingClientId => {
            "the request does not come from a working OAuth client".into()
        }
    };
    RefusalReport { rule: error.rule(), what: error.to_string(), mend, facts }
}

fn mend_of(mismatch: &Mismatch, client: Option<&Client>) -> String {
    let app = client.and_then(|client| client.app.as_ref()).map_or("NAME", |name| name.as_str());
    match mismatch.difference {
        Difference::Scheme => {
            "the app believes that it runs on another scheme: set its public address (root URL) to the https one, \
             and have the proxy send X-Forwarded-Proto"
                .into()
        }
        Difference::NothingRegistered | Difference::Host | Difference::Port => {
            format!("set `url` of [apps.{app}] to the address that people use, or add the sent one to `callbacks`")
        }
        Difference::LetterCase | Difference::TrailingSlash | Difference::Query | Difference::Path => {
            format!(
                "set the address in the app exactly as registered, or add the sent one to `callbacks` of [apps.{app}]"
            )
        }
    }
}
