//! What is told of a request that is refused although it could be read: a line of the log, a report under the reference that
//! the page shows, and the page. Nothing in them is what a client wrote.

use super::refused;
use crate::{
    headers::Surface,
    pages::{Href, NotForYou, OneOf, RefusedByRule, Text},
    respond::html,
    speech::wished_by_account,
    state::{Peer, Web},
};
use axum::response::{IntoResponse, Json, Response};
use doorstep_app::{authorization::report_of_denied, refusals::RefusalReport};
use doorstep_core::{
    gateway::{Answer, Body, Deny, Dialect, Outsider, ProtectedHost, Whom},
    id::GroupName,
};
use http::{HeaderMap, StatusCode};
use serde_json::json;

/// Says in the log which rule refused, and keeps a report of what a person sees; its reference.
pub(super) async fn told(
    web: &Web,
    (dialect, answer): (Dialect, &Answer),
    (peer, headers): (Peer, &HeaderMap),
    (host, deny): (&ProtectedHost<'_>, &Deny),
) -> Option<String> {
    // nginx asks a second time for the page; once is enough for the log.
    if dialect.lets_through() && deny.whom == Whom::Everybody && refused::may_log(web, (peer, headers)) {
        let by = host.decides(deny.rule);
        tracing::info!(app = host.app.as_str(), host = &*host.host, by, "a request to an app was refused by a rule");
    }
    if !matches!(answer.body, Body::NotForYou | Body::RefusedByRule) {
        return None;
    }
    refused::kept(web, (peer, headers), report(host, deny)).await
}

/// The page.
pub(super) fn page(web: &Web, host: &ProtectedHost<'_>, deny: &Deny, reference: Option<&str>) -> Response {
    let issuer = web.instance.context.settings.issuer.as_str();
    let (app, apps, reference) = (Text::from(&host.title), Href::new(issuer), reference.map(Text::from));
    let status = StatusCode::FORBIDDEN;
    match &deny.whom {
        Whom::Everybody => html(web, &Surface::AppHost, status, &RefusedByRule { app, reference, apps }),
        Whom::Person(who) => {
            let Outsider { name, language, is_part, missing } = &**who;
            wished_by_account(*language);
            let needed = missing.iter().map(|one| OneOf::of(one.iter().map(GroupName::as_str))).collect();
            let other_account = Href::new(format!("{issuer}/login?other=1"));
            let (person, is_part) = (Text::from(&**name), *is_part);
            // Where a list is empty, no group that somebody could be put into opens it.
            let can_be_met = missing.iter().all(|one| !one.is_empty());
            let ask = can_be_met.then(|| Href::new(format!("{issuer}/access/{}", host.app))).flatten();
            let page = NotForYou { app, is_part, person, needed, reference, ask, apps, other_account };
            html(web, &Surface::AppHost, status, &page)
        }
    }
}

/// What a program reads. It cannot ask anybody, and no sign-in would help.
pub(super) fn data(reason: Option<&'static str>, deny: &Deny) -> Response {
    let message = match deny.whom {
        Whom::Everybody => "a rule refuses this request, whoever sends it",
        Whom::Person(_) => "whoever is signed in may not send this request",
    };
    Json(json!({ "error": reason, "message": message })).into_response()
}

fn report(host: &ProtectedHost<'_>, deny: &Deny) -> RefusalReport {
    let by = host.decides(deny.rule);
    let place = [("host", host.host.to_string()), ("by", by.clone())];
    match &deny.whom {
        Whom::Everybody => RefusalReport {
            rule: "refused_by_rule",
            what: format!("{by}: {} is closed to everybody there", host.title),
            remedy: "change the rule if such requests are to reach the app; `doorstep check access URL` says beforehand what a \
                     request meets"
                .to_owned(),
            facts: [("app", host.app.to_string())].into_iter().chain(place).collect(),
        },
        Whom::Person(who) => {
            let mut lists = who.missing.iter();
            let first = lists.next().map(Vec::as_slice).unwrap_or_default();
            let mut report = report_of_denied(&who.name, &host.title, first);
            let names = |list: &Vec<GroupName>| list.iter().map(GroupName::as_str).collect::<Vec<_>>().join(", ");
            report.facts.extend(lists.map(|list| ("and of", names(list))).chain(place));
            report
        }
    }
}
