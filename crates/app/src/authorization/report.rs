//! The report of a refused authorization request: for whoever runs the instance, never for the browser.

use crate::refusals::RefusalReport;
use doorstep_core::{
    access::ADMINS,
    id::GroupName,
    model::{Client, ClientAuthMethod},
    oauth::{
        authorize::PageError,
        redirect::{Difference, Mismatch},
    },
};

/// The report of a person who is in none of an app's groups.
pub fn report_of_denied(user: &str, app: &str, needed: &[GroupName]) -> RefusalReport {
    let groups: Vec<_> = needed.iter().map(GroupName::as_str).collect();
    RefusalReport {
        rule: "not_in_group",
        what: format!("{user} is in none of the groups that may use {app}"),
        remedy: remedy_of_denied(user, &groups),
        facts: vec![("person", user.to_owned()), ("app", app.to_owned()), ("groups", groups.join(", "))],
    }
}

/// The smallest change that gives access to one app: never membership in `admins`, which permits everything.
fn remedy_of_denied(user: &str, groups: &[&str]) -> String {
    let others: Vec<_> = groups.iter().copied().filter(|group| *group != ADMINS).collect();
    match others.as_slice() {
        [] if groups.is_empty() => "nobody may use it: name groups under `allow` of the app".to_owned(),
        [] => format!(
            "only administrators may use it. Rather than make {user} one, declare a group for it under `groups`, name \
             that group under `allow` of the app, and put {user} into it"
        ),
        [only] => format!("doorstep user group add {user} {only}"),
        several => format!(
            "doorstep user group add {user} GROUP, where GROUP is whichever of {} opens the fewest other apps",
            several.join(", ")
        ),
    }
}

/// RFC 9700 §2.1.1: a public client has nothing else that binds the code to it.
pub(super) fn report_of_missing_pkce(client: &Client) -> RefusalReport {
    let app = client.app.as_ref().map_or("NAME", |name| name.as_str());
    let send = "have the app send code_challenge with the method S256 (PKCE)";
    let remedy = match client.auth_method {
        ClientAuthMethod::None => format!("{send}; a public client cannot do without PKCE"),
        _ => format!("{send}; if it cannot, set `pkce` of apps.{app} to \"optional\""),
    };
    RefusalReport {
        rule: "pkce_missing",
        what: "the app must send code_challenge (PKCE), and did not".into(),
        remedy,
        facts: vec![("client", client.id.to_string())],
    }
}

pub(super) fn report_of(error: &PageError, client: Option<&Client>) -> RefusalReport {
    let mut facts = Vec::new();
    if let Some(client) = client {
        facts.push(("client", client.id.to_string()));
    }
    let remedy = match error {
        PageError::UnregisteredRedirectUri { mismatch, .. } => {
            facts.push(("sent", mismatch.sent.clone()));
            facts.push(("registered", mismatch.nearest.clone().unwrap_or_default()));
            facts.push(("differs in", mismatch.difference.as_str().to_owned()));
            facts.push(("differs at", mismatch.at.to_string()));
            remedy_of(mismatch, client)
        }
        PageError::UnknownClient { sent } => {
            facts.push(("sent", sent.clone()));
            "declare the app under `apps`, or set the app's client id to the one that was delivered".into()
        }
        PageError::MissingRedirectUri { .. } => "have the app send redirect_uri".into(),
        PageError::DisabledClient { .. } => "switch the client on again".into(),
        PageError::Params(_) | PageError::MissingClientId => {
            "the request does not come from a working OAuth client".into()
        }
    };
    RefusalReport { rule: error.rule(), what: error.to_string(), remedy, facts }
}

fn remedy_of(mismatch: &Mismatch, client: Option<&Client>) -> String {
    let app = client.and_then(|client| client.app.as_ref()).map_or("NAME", |name| name.as_str());
    if let Some(extra) = client.and_then(|client| client.extra.as_deref()) {
        return format!(
            "the client `{extra}` of {app} has the addresses that the catalog knows of its program: have the program use \
             one of them; if what the catalog knows is wrong, put an entry of your own in its place (catalog.d). An \
             address that is neither the program's nor on the person's own machine is somebody else's"
        );
    }
    match mismatch.difference {
        Difference::Scheme => {
            "the app believes that it runs on another scheme: set its public address (root URL) to the https one, \
             and have the proxy send X-Forwarded-Proto"
                .into()
        }
        // Whatever stands in a request may be anybody's: a foreign host is never to be registered.
        Difference::NothingRegistered => {
            format!("name the path that the app documents under `callbacks` of apps.{app}, like \"/oidc/callback\"")
        }
        Difference::Host => format!(
            "if the host that was sent is where people open the app, set `url` of apps.{app} to it; if it is not \
             yours, somebody tried to have codes sent there, and nothing is to be done"
        ),
        Difference::Port => format!(
            "set `url` of apps.{app} to the address that people use, port included, or the public address in the \
             app to the registered one"
        ),
        Difference::LetterCase | Difference::TrailingSlash | Difference::Query | Difference::Path => {
            format!(
                "set the address in the app exactly as registered, or add the sent one to `callbacks` of apps.{app}"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<GroupName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn who_is_in_no_group_is_told_the_narrowest_way_in_and_never_administration() {
        for (needed, remedy) in [
            (&[][..], "nobody may use it: name groups"),
            (&["admins"], "only administrators may use it. Rather than make ada one, declare a group"),
            (&["users"], "doorstep user group add ada users"),
            (&["admins", "users"], "doorstep user group add ada users"),
            (
                &["admins", "cooks", "users"],
                "doorstep user group add ada GROUP, where GROUP is whichever of cooks, users",
            ),
        ] {
            let report = report_of_denied("ada", "Wiki", &groups(needed));
            assert!(report.remedy.starts_with(remedy), "{needed:?}: {}", report.remedy);
            assert!(!report.remedy.contains("ada admins"), "{}", report.remedy);
            assert_eq!((report.rule, &report.facts[2]), ("not_in_group", &("groups", needed.join(", "))));
        }
    }

    #[test]
    fn each_way_in_which_an_address_differs_has_its_advice_and_none_registers_a_foreign_host() {
        for (difference, remedy) in [
            (Difference::Scheme, "the app believes that it runs on another scheme"),
            (Difference::NothingRegistered, "name the path that the app documents under `callbacks` of apps.NAME"),
            (Difference::Host, "if the host that was sent is where people open the app, set `url` of apps.NAME"),
            (Difference::Port, "set `url` of apps.NAME to the address that people use, port included"),
            (Difference::LetterCase, "set the address in the app exactly as registered, or add the sent one"),
            (Difference::TrailingSlash, "set the address in the app exactly as registered, or add the sent one"),
            (Difference::Query, "set the address in the app exactly as registered, or add the sent one"),
            (Difference::Path, "set the address in the app exactly as registered, or add the sent one"),
        ] {
            let sent = "https://evil.example/cb".to_owned();
            let mismatch = Mismatch { sent, nearest: Some("https://wiki.example/cb".to_owned()), difference, at: 8 };
            let said = remedy_of(&mismatch, None);
            assert!(said.starts_with(remedy), "{difference:?}: {said}");
            let same_host = matches!(
                difference,
                Difference::LetterCase | Difference::TrailingSlash | Difference::Query | Difference::Path
            );
            assert_eq!(said.contains("add the sent one"), same_host, "{difference:?}");
            assert!(!said.contains("evil"), "{said}");
        }
    }

    #[test]
    fn every_other_refusal_has_its_own_advice() {
        let client: doorstep_core::id::ClientId = "wiki".parse().unwrap();
        for (error, remedy) in [
            (PageError::UnknownClient { sent: "wki".to_owned() }, "declare the app under `apps`, or set"),
            (PageError::MissingRedirectUri { client: client.clone() }, "have the app send redirect_uri"),
            (PageError::DisabledClient { client }, "switch the client on again"),
            (PageError::MissingClientId, "the request does not come from a working OAuth client"),
        ] {
            let report = report_of(&error, None);
            assert!(report.remedy.starts_with(remedy), "{}", report.remedy);
            assert_eq!((report.rule, report.what), (error.rule(), error.to_string()));
        }
    }
}
