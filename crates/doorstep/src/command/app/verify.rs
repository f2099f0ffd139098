//! Whether an app will work: what is held and delivered for it, and what it will read at the issuer's address.

use crate::config::Config;
use crate::places::outbound_client;
use crate::wire;
use doorstep_app::instance::Instance;
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::plan::{AppPlan, Choices, plan};
use doorstep_outbound::{OperatorUrl, Outbound, Request};
use serde_json::Value;

/// One thing that was looked at.
pub(super) struct Finding {
    /// What.
    pub(super) what: &'static str,
    /// What was found.
    pub(super) said: String,
    /// How to mend it, if it is wrong.
    pub(super) fault: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, said: impl Into<String>) -> Self {
        Self { what, said: said.into(), fault: None }
    }

    fn wrong(what: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, said: said.into(), fault: Some(remedy.into()) }
    }
}

/// Looks at everything.
pub(super) async fn app(instance: &Instance, config: &Config, desired: &Desired, app: &DesiredApp) -> Vec<Finding> {
    let mut findings = vec![held(instance, config, desired, app).await];
    if app.client.is_some() {
        findings.extend(published(config).await);
    }
    findings
}

/// Client, entry and deliveries, read again.
async fn held(instance: &Instance, config: &Config, desired: &Desired, app: &DesiredApp) -> Finding {
    const WHAT: &str = "the instance";
    let Ok(observed) = wire::look(instance, config, desired).await else {
        return Finding::wrong(WHAT, "cannot be looked at", "Look at its database: doorstep plan");
    };
    let planned = plan(desired, &observed, &Choices::default());
    let open = planned.apps.iter().find(|planned| planned.name == *app.name()).filter(|planned| is_open(planned));
    if open.is_some() {
        return Finding::wrong(WHAT, "is not as the file says yet", "Look at what is missing: doorstep plan");
    }
    let places: Vec<String> = app.deliveries.iter().map(|delivery| delivery.to.to_string()).collect();
    let client = match app.extras.as_slice() {
        [] => "has the client".to_owned(),
        extras => {
            let ids: Vec<&str> = extras.iter().filter_map(|extra| Some(extra.extra.as_ref()?.id.as_str())).collect();
            format!("has the client, and {} for its other programs", ids.join(", "))
        }
    };
    let said = match (&app.client, places.is_empty()) {
        (Some(_), false) => format!("{client}; its credentials are in {}", places.join(", ")),
        (Some(_), true) => client,
        (None, _) => "stands in front of it".to_owned(),
    };
    Finding::ok(WHAT, said)
}

fn is_open(planned: &AppPlan) -> bool {
    !(planned.steps.is_empty()
        && planned.waits.is_empty()
        && planned.blocked.is_empty()
        && planned.unreachable.is_empty())
}

/// What every app reads before anybody signs in.
async fn published(config: &Config) -> Vec<Finding> {
    let issuer = config.issuer.as_str();
    let client = match outbound_client(config.outbound.ca_file.as_deref()) {
        Ok(client) => client,
        Err(why) => return vec![Finding::wrong("discovery", why, "Correct `outbound.ca_file`, or leave it out.")],
    };
    let url = format!("{issuer}/.well-known/openid-configuration");
    let document = match fetch(&client, &url).await {
        Ok(document) => document,
        Err(why) => {
            let remedy = "The app has to reach this address from where it runs. Is the server running, and the proxy?";
            return vec![Finding::wrong("discovery", why, remedy)];
        }
    };
    let named = document.get("issuer").and_then(Value::as_str);
    if named != Some(issuer) {
        let said = format!("{url} names another issuer than {issuer}");
        return vec![Finding::wrong(
            "discovery",
            said,
            "Another server answers there: correct `issuer`, or the proxy.",
        )];
    }
    let discovery = Finding::ok("discovery", "equals the issuer, byte for byte");
    let keys = match document.get("jwks_uri").and_then(Value::as_str) {
        None => Err("discovery names no keys".to_owned()),
        Some(url) => fetch(&client, url).await,
    };
    let keys = match keys {
        Ok(set) => match set.get("keys").and_then(Value::as_array).map(Vec::len) {
            Some(count) if count > 0 => Finding::ok("signing keys", format!("{count} published")),
            _ => Finding::wrong("signing keys", "none are published", "Start the server again: it makes them."),
        },
        Err(why) => Finding::wrong("signing keys", why, "The app has to reach this address from where it runs."),
    };
    vec![discovery, keys]
}

async fn fetch(client: &Outbound, url: &str) -> Result<Value, String> {
    let url = OperatorUrl::parse(url).map_err(|error| error.to_string())?;
    let answer = client.send(Request::get(url)).await.and_then(doorstep_outbound::Answer::success);
    answer.and_then(|answer| answer.json()).map_err(|error| error.to_string())
}
