//! Rules of an app in front of which Doorstep stands: as written, checked one by one and against one another.

use super::{draft::Draft, networks, openings};
use crate::{
    catalog::Entry,
    language::Proposed,
    manifest::{Require, RuleEffect, RuleEntry},
    mistake::{Mistake, Place},
    remedy::Remedy,
};
use doorstep_core::{
    id::GroupName,
    model::{Effect, PathPattern, Proof, Rule, RuleMethod},
    time::Ttl,
};
use ipnet::IpNet;
use std::{collections::BTreeSet, fmt::Display};

/// Each is looked at with every request, until one fits.
const MOST: usize = 64;

/// The rules, or the mistakes. `allow`: who may use the app where no rule says otherwise.
pub(super) fn rules(
    draft: &mut Draft<'_>,
    (app, protected): (Option<&Entry>, bool),
    allow: Option<&BTreeSet<GroupName>>,
) -> Vec<Rule> {
    let Some(written) = &draft.written.rules else { return Vec::new() };
    if !protected {
        let remedy = Remedy::from("leave `rules` out, or say `");
        let remedy = remedy.line(["forward_auth"], Proposed::Truth(true)).words("`");
        draft.wrong("rules", "Doorstep does not stand in front of this app", remedy);
        return Vec::new();
    }
    if written.len() > MOST {
        draft.wrong("rules", format!("more than {MOST} rules"), "one rule may name several paths");
    }
    let mut rules: Vec<(usize, Rule)> = Vec::new();
    for (index, entry) in written.iter().enumerate() {
        let at = draft.at.then("rules").then(index);
        let before = draft.mistakes.len();
        let rule = rule(draft, entry, (&at, allow, app));
        let Some(rule) = rule.filter(|_| draft.mistakes.len() == before) else { continue };
        if let Some((earlier, _)) = rules.iter().find(|(_, earlier)| earlier.covers(&rule)) {
            let what = format!("rule {} decides whatever this one is about", earlier + 1);
            draft
                .mistakes
                .push(Mistake::new(at, what).remedy("put the narrower rule first: the first that fits decides"));
        }
        rules.push((index, rule));
    }
    rules.into_iter().map(|(_, rule)| rule).collect()
}

fn rule(
    draft: &mut Draft<'_>,
    entry: &RuleEntry,
    (at, allow, app): (&Place, Option<&BTreeSet<GroupName>>, Option<&Entry>),
) -> Option<Rule> {
    if !entry.networks.is_empty() {
        networks::believable(draft, &at.then("networks"));
    }
    let networks = each(draft, (at, "networks"), &entry.networks, network, "write one like 192.168.0.0/16 or fd00::/8");
    if let Some(name) = &entry.open {
        return openings::rule(draft, (name, entry), networks, (at, app));
    }
    let paths = each(draft, (at, "paths"), &entry.paths, |text| PathPattern::try_from(text.to_owned()), PATH);
    let methods = each(draft, (at, "methods"), &entry.methods, |text| RuleMethod::try_from(text.to_owned()), METHOD);
    let instead = || Remedy::from("name a group, or refuse everybody: ").line(["do"], Proposed::text("refuse"));
    let named = entry.allow.as_ref().map(|written| draft.groups(written, &at.then("allow"), instead()));
    let effect = match entry.effect.unwrap_or(RuleEffect::SignIn) {
        RuleEffect::Pass => Effect::Pass,
        RuleEffect::Refuse => Effect::Refuse,
        RuleEffect::SignIn => {
            Effect::SignIn { allow: named.or_else(|| allow.cloned()), proof: proof(draft, entry, at) }
        }
    };
    let rule = Rule { paths, methods: methods.into_iter().collect(), networks, effect };
    let asked = [
        ("allow", entry.allow.is_some(), "groups make no difference"),
        ("max_age", entry.max_age.is_some(), "how long ago a sign-in was makes no difference"),
        ("require", entry.require.is_some(), "what a sign-in was by makes no difference"),
    ];
    for (key, _, what) in asked.into_iter().filter(|(_, is_said, _)| *is_said) {
        if !matches!(rule.effect, Effect::SignIn { .. }) {
            let what = format!("{what} to a rule that asks nobody to sign in");
            draft
                .mistakes
                .push(Mistake::new(at.then(key), what).remedy(format!("leave `{key}` out of the rule, or `do`")));
        }
    }
    if rule.effect == Effect::Pass {
        open_to_all(draft, &rule, at);
    }
    Some(rule)
}

/// Shorter, and people would prove who they are with every page.
const SHORTEST: Ttl = Ttl::from_minutes(1);

/// What the sign-in has to be: of which level, the app says where the rule does not.
fn proof(draft: &mut Draft<'_>, entry: &RuleEntry, at: &Place) -> Proof {
    let read = |text: &str| match text.parse::<Ttl>() {
        Ok(most) if most < SHORTEST => Err("is shorter than a minute".to_owned()),
        read => read.map_err(|why| why.to_string()),
    };
    let max_age = entry.max_age.as_deref().and_then(|text| match read(text) {
        Ok(most) => Some(most),
        Err(why) => {
            let what = Mistake::new(at.then("max_age"), format!("`{text}` {why}"));
            draft.mistakes.push(what.remedy("write a number and a unit, such as 15m, 12h or 7d"));
            None
        }
    });
    let require = entry.require.or(draft.written.require);
    Proof { max_age, least: require.and_then(Require::level) }
}

const PATH: &str = "write /path for this one alone, or /path/ with all that is below it; * is any one segment";
const METHOD: &str = "write methods in capitals, like GET";

/// A door that stands open is to be named as narrowly as it can be.
fn open_to_all(draft: &mut Draft<'_>, rule: &Rule, at: &Place) {
    if !rule.networks.is_empty() && rule.networks.iter().all(|network| network.prefix_len() > 0) {
        return;
    }
    if rule.paths.is_empty() || rule.paths.iter().any(|path| path.as_str() == "/") {
        let what = "every path of the app would be open to everybody";
        draft.mistakes.push(Mistake::new(at.clone(), what).remedy("name `paths`, or `networks` from which it is open"));
    } else if rule.methods.is_empty() {
        let what = "whatever anybody sends to these paths would reach the app";
        let remedy = Remedy::from("say what they are for: ").line(["methods"], Proposed::list(["GET"]));
        draft.mistakes.push(Mistake::new(at.clone(), what).remedy(remedy));
    }
}

fn network(text: &str) -> Result<IpNet, &'static str> {
    let wrong = "is no network";
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => IpNet::from(text.parse::<std::net::IpAddr>().map_err(|_| wrong)?),
    };
    if network.trunc() == network { Ok(network) } else { Err("has bits behind its prefix") }
}

/// Each text of a list, read; or what is wrong with it.
fn each<T, E: Display>(
    draft: &mut Draft<'_>,
    (at, key): (&Place, &str),
    written: &[String],
    read: impl Fn(&str) -> Result<T, E>,
    remedy: &str,
) -> Vec<T> {
    let mut all = Vec::new();
    for (index, text) in written.iter().enumerate() {
        match read(text) {
            Ok(one) => all.push(one),
            Err(why) => {
                let what = format!("`{text}` {why}");
                draft.mistakes.push(Mistake::new(at.then(key).then(index), what).remedy(remedy));
            }
        }
    }
    all
}
