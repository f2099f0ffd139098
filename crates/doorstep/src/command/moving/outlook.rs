//! What a move means for people, browsers and apps, told before anything is changed; and what makes it impossible.

use crate::command::app::line;
use crate::command::plan::style;
use crate::config::{Config, Issuer};
use crate::context::Context;
use crate::ending::Failure;
use crate::moved::{host_of, some};
use crate::reason::internal;
use crate::wire;
use doorstep_core::gateway::is_wildcard_url;
use doorstep_onboard::desired::Desired;
use doorstep_onboard::plan::{Choices, plan};
use doorstep_onboard::render::render_plan;
use doorstep_store::instance::{self, Holdings};
use doorstep_store::{Db, StoreError};

/// Tells it, or refuses a move after which passkeys could not be used.
pub(super) async fn tell(
    db: Db,
    (from, new, desired): (&str, &Config, &Desired),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let failed = |error: StoreError| internal(&error.into());
    let holdings = instance::holdings(&mut db.read().await.map_err(failed)?).await.map_err(failed)?;
    let (host, to) = (host_of(from), &new.issuer);
    refuse_what_cannot_work(from, to, holdings)?;
    context.line(&format!("Doorstep moves from {from} to {}.", to.as_str()))?;
    for (what, text) in told((from, &host), to, holdings, new) {
        line(context, "", what, &text)?;
    }
    for app in desired.apps.iter().filter(|app| app.spec.signs_in) {
        let where_to = if is_wildcard_url(&app.spec.url) { "hosts of " } else { "" };
        line(context, "", "app", &format!("{} at {where_to}{}", app.name(), app.spec.url))?;
    }
    let instance = wire::instance_on(db, new).await?;
    let observed = wire::look(&instance, new, desired).await?;
    context.line("What a start brings in line at the new address:")?;
    context.print(&render_plan(&plan(desired, &observed, &Choices::default()), style(context.paint())))?;
    context.line("Left to do by hand:")?;
    for step in by_hand(from, to, new) {
        context.line(&format!("  {step}"))?;
    }
    Ok(())
}

/// WebAuthn Level 3 §5.11.1: a browser asks a former host by https alone, and lets pages of secure origins use its passkeys.
fn refuse_what_cannot_work(from: &str, to: &Issuer, holdings: Holdings) -> Result<(), Failure> {
    let related = from.starts_with("https://") && to.is_https();
    if related || holdings.passkeys == 0 || host_of(from) == to.host() {
        return Ok(());
    }
    let which = some(holdings.passkeys, "passkey", "passkeys");
    Err(Failure::refused(
        format!("{which} could not be used at {}: browsers take those of a former host by https only.", to.as_str()),
        "Move from one https address to another, or begin with a new instance.",
    ))
}

fn told<'w>(
    (from, host): (&str, &str),
    to: &Issuer,
    Holdings { people, passkeys, clients }: Holdings,
    new: &Config,
) -> Vec<(&'w str, String)> {
    let people = some(people, "person", "people");
    let which = some(passkeys, "passkey", "passkeys");
    let mut told = vec![];
    told.push(if host == to.host() {
        ("passkeys", format!("{which} of {people}: nothing changes, because the host is the same"))
    } else {
        let how = format!("good as before, by a button of their own, while {host} leads here");
        ("passkeys", format!("{which} of {people}: {how}; who used one is asked to make one for {}", to.host()))
    });
    told.push((
        "browsers",
        "everybody signs in once more, because a session belongs to a host; sessions at apps behind forward auth go on"
            .to_owned(),
    ));
    if clients > 0 {
        let apps = some(clients, "client", "clients");
        let how =
            format!("each goes on under {from} until it is told {}, which it compares byte for byte", to.as_str());
        told.push(("apps", format!("{apps}: {how}")));
    }
    if !new.upstream.is_empty() {
        let names: Vec<&str> = new.upstream.keys().map(String::as_str).collect();
        let how = format!("want the new callback: {}/login/upstream/NAME/callback", to.as_str());
        told.push(("upstreams", format!("{} {how}", names.join(", "))));
    }
    told
}

fn by_hand(from: &str, to: &Issuer, new: &Config) -> Vec<String> {
    let mut steps = vec![format!(
        "Let {} lead here, with its certificate, and let {} go on leading here with its own, in DNS and at the proxy.",
        to.as_str(),
        from
    )];
    if new.tls.is_some() {
        steps.push("The certificate of `tls` has to be good for both hosts.".to_owned());
    }
    if new.mail.is_some() {
        steps.push("Look whether the sender of mail, `mail.from`, is of a domain that goes.".to_owned());
    }
    steps.push("Restart the server, then each app that was told the new issuer.".to_owned());
    steps
}
