//! What an app's rules open without a sign-in: a rule that names a part of the app which the catalog knows, and what keeps
//! strangers out of each part that is open.

use super::{Proxies, draft::Draft, networks::doubt};
use crate::{
    catalog::{Entry, Opening},
    language::Proposed,
    manifest::RuleEntry,
    mistake::{Mistake, Place, nearest},
    remedy::Remedy,
};
use doorstep_core::model::{Effect, Rule};
use ipnet::IpNet;
use serde::Serialize;

/// A rule by which requests reach the app without a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// Its place among the rules, the first being 1.
    pub rule: usize,
    /// Which requests it is about.
    pub requests: String,
    /// The name by which the catalog knows what it opens; none for a rule that is written in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// What the app asks for there by itself, as far as the catalog knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// Why the networks that it is open to may hold more people than they should.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

impl Opened {
    /// Each of `rules` that opens something, as `written`.
    pub(super) fn of(rules: &[Rule], written: &[RuleEntry], (entry, proxies): (Option<&Entry>, &Proxies)) -> Vec<Self> {
        let passing = rules.iter().zip(written).enumerate().filter(|(_, (rule, _))| rule.effect == Effect::Pass);
        passing
            .map(|(place, (rule, written))| Self {
                rule: place + 1,
                requests: rule.to_string().trim_end_matches(": pass").to_owned(),
                open: written.open.clone(),
                lock: known(written, entry).and_then(|opening| opening.lock.clone()),
                doubt: doubt(&rule.networks, proxies),
            })
            .collect()
    }

    /// What a person should know of it.
    pub fn sentence(&self) -> String {
        let Self { rule, requests, .. } = self;
        format!("rule {rule} opens {requests} without a sign-in; {}", self.keeps_out())
    }

    /// What keeps strangers out.
    pub fn keeps_out(&self) -> String {
        let own = match self.open {
            Some(_) => Opening::keeps_out(self.lock.as_deref()),
            None => "what the app asks for there by itself is yours to know".to_owned(),
        };
        self.doubt.iter().fold(own, |own, doubt| format!("{own}; {doubt}"))
    }
}

/// What a rule opens by name, if the catalog knows it.
fn known<'a>(written: &RuleEntry, entry: Option<&'a Entry>) -> Option<&'a Opening> {
    entry?.open.get(written.open.as_ref()?)
}

/// The rule that opens what the catalog knows by `name`; the mistakes are noted.
pub(super) fn rule(
    draft: &mut Draft<'_>,
    (name, written): (&str, &RuleEntry),
    networks: Vec<IpNet>,
    (at, entry): (&Place, Option<&Entry>),
) -> Option<Rule> {
    let said = [
        ("paths", !written.paths.is_empty()),
        ("methods", !written.methods.is_empty()),
        ("do", written.effect.is_some()),
        ("allow", written.allow.is_some()),
        ("max_age", written.max_age.is_some()),
        ("require", written.require.is_some()),
    ];
    for (key, _) in said.into_iter().filter(|(_, is_said)| *is_said) {
        let what = format!("`open` says already what passes, and `{key}` is of a rule that is written in full");
        draft.mistakes.push(Mistake::new(at.then(key), what).remedy(format!("leave out `{key}`, or `open`")));
    }
    let wrong = |what: String| Mistake::new(at.then("open"), what);
    let in_full = "write the rule in full, with `paths`, `methods` and `do`";
    let Some(entry) = entry else {
        draft.mistakes.push(wrong("the catalog does not know this app".to_owned()).remedy(in_full));
        return None;
    };
    let Some(opening) = entry.open.get(name) else {
        let known: Vec<&str> = entry.open.keys().map(String::as_str).collect();
        let what = match known.as_slice() {
            [] => format!("the catalog knows nothing of {} that a rule could open", entry.name),
            known => format!("the catalog knows no `{name}` of {}: it knows {}", entry.name, known.join(", ")),
        };
        let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        draft.mistakes.push(wrong(what).remedy(near.unwrap_or_else(|| in_full.to_owned())));
        return None;
    };
    let everywhere = networks.is_empty() || networks.iter().any(|network| network.prefix_len() == 0);
    if everywhere && opening.lock.is_none() && opening.methods.is_empty() {
        let what = format!("whatever anybody sends there would reach the app, and {}", Opening::keeps_out(None));
        let remedy = Remedy::from("say where it is needed from: ");
        let remedy = remedy.line(["networks"], Proposed::list(["192.168.0.0/16"]));
        draft.mistakes.push(wrong(what).remedy(remedy));
    }
    Some(Rule { paths: opening.paths.clone(), methods: opening.methods.clone(), networks, effect: Effect::Pass })
}
