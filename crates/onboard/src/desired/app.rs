//! One declared app: its name, its address, its client, who may use it and where its credentials go.

use super::{
    DesiredApp, address, authorization, cookies, deliver,
    draft::{Draft, Ground},
    facts::Facts,
    openings::Opened,
    rules, set,
};
use crate::{
    catalog::{Catalog, Entry, Filled, Kind},
    delivery::{Address, Content, Delivery},
    language::Proposed,
    manifest::{AppEntry, ForwardAuthUse, OneOrMany, Reaches, Require},
    mistake::{Mistake, Place, nearest},
    reference,
    remedy::Remedy,
    spec::{AppSpec, ClientSpec},
};
use doorstep_core::{
    id::{AppName, GroupName},
    model::ClientAuthMethod,
};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names that would be taken for something of Doorstep's own (failure 23).
const RESERVED: [&str; 12] = [
    "account",
    "admin",
    "api",
    "authorize",
    "doorstep",
    "invite",
    "login",
    "logout",
    "recover",
    "setup",
    "token",
    "userinfo",
];

/// One app, or every mistake in its declaration.
pub(super) fn desired_app(name: &str, written: &AppEntry, ground: &Ground<'_>) -> Result<DesiredApp, Vec<Mistake>> {
    let mut draft = Draft { at: Place::of(["apps", name]), written, ground, mistakes: Vec::new() };
    let app = draft.name(name);
    // A name that cannot be one is not looked for in the catalog: one mistake, told once.
    let entry = if app.is_some() || written.preset.is_some() {
        draft.take(entry(name, written, &draft.at, ground.catalog))
    } else {
        None
    };
    let url = draft.url(entry.flatten());
    let allow = draft.allow();
    draft.references_elsewhere();
    let (Some(app), Some(entry), Some(url)) = (app, entry, url) else { return Err(draft.mistakes) };

    let by_entry = entry.is_some_and(|entry| entry.kind == Kind::ForwardAuth);
    let protected = written.forward_auth.map_or(by_entry, ForwardAuthUse::stands);
    let posture = written.forward_auth.map(ForwardAuthUse::posture).unwrap_or_default();
    let title = draft.title(entry, name);
    let own_cookies = cookies::own_cookies(&mut draft, entry, protected, &url);
    let rules = rules::rules(&mut draft, (entry, protected), allow.as_ref());
    let authorization = authorization::authorization(&mut draft, protected);
    let icon = draft.icon();
    let spec = AppSpec {
        name: app,
        title,
        url,
        allow,
        require: written.require.and_then(Require::level),
        protected,
        own_cookies,
        rules,
        authorization,
        posture,
        icon: icon.source,
        signs_in: false,
    };
    if !draft.can_be_there(&spec, entry) {
        return Err(draft.mistakes);
    }
    let client = draft.client(&spec, entry);
    draft.reaches(entry, client.as_ref());
    let extras = draft.extras(client.as_ref(), entry);
    let spec = AppSpec { signs_in: client.is_some(), ..spec };
    let facts = Facts { spec: &spec, client: client.as_ref(), entry, basis: ground.basis, written };
    let (mut deliveries, content) = draft.deliveries(&facts);
    let left_to_set = left_to_set(&deliveries, content.as_ref());
    for once in draft.beside(&facts) {
        if deliveries.iter().any(|other| other.to.collides(&once.to)) {
            draft.wrong("deliver_once", format!("{} is in `deliver`, too", once.to), "name another place");
        }
        deliveries.push(once);
    }
    let setup = [facts.setup(&deliveries), left_to_set].concat();
    let doors = facts.doors(&deliveries);
    if !draft.mistakes.is_empty() {
        return Err(draft.mistakes);
    }
    let reopens = doors.iter().flat_map(|doors| set::reopened(&facts, doors, content.as_ref())).collect();
    let in_clear = set::in_clear(&written.set);
    let opens = Opened::of(&spec.rules, written.rules.as_deref().unwrap_or_default(), (entry, &ground.basis.proxies));
    let (icon, letter) = (icon.file, icon.letter);
    Ok(DesiredApp { spec, client, extras, deliveries, setup, doors, icon, letter, reopens, opens, in_clear })
}

impl Draft<'_> {
    fn name(&mut self, name: &str) -> Option<AppName> {
        let fits = name.len() <= 63
            && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !name.ends_with('-');
        let at = self.at.clone();
        if !fits {
            let what = Mistake::new(at, format!("`{name}` cannot be the name of an app"));
            self.mistakes.push(what.remedy("use a-z, 0-9 and -, at most 63 of them"));
            return None;
        }
        if RESERVED.contains(&name) {
            let what = Mistake::new(at, format!("`{name}` is a name of Doorstep's own"));
            self.mistakes.push(what.remedy(format!("reserved: {}", RESERVED.join(", "))));
            return None;
        }
        name.parse().ok()
    }

    fn url(&mut self, entry: Option<&Entry>) -> Option<String> {
        let at = self.at.then("url");
        let url = self.take(address::app_url(&self.written.url, &at, self.ground.issuer.as_ref()))?;
        match entry.and_then(|entry| entry.address.as_ref()).filter(|address| **address != url) {
            Some(address) => {
                let what = Mistake::new(at, format!("this app is at {address} for everybody"));
                self.mistakes.push(what.remedy(Remedy::from("write ").line(["url"], Proposed::text(address))));
                None
            }
            None => Some(url),
        }
    }

    fn title(&mut self, entry: Option<&Entry>, name: &str) -> String {
        let title = self.written.title.clone().or_else(|| entry.map(|entry| entry.name.clone()));
        let title = title.unwrap_or_else(|| name.to_owned());
        if title.trim().is_empty() || title.contains(char::is_control) || title.chars().count() > 80 {
            self.wrong("title", "a title is one line of 1 to 80 characters", "shorten it, or leave it out");
        }
        title
    }

    fn allow(&mut self) -> Option<BTreeSet<GroupName>> {
        let written = self.written.allow.as_ref()?;
        let instead = "name a group, or leave `allow` out for everyone with an account";
        Some(self.groups(written, &self.at.then("allow"), instead))
    }

    /// Whether the app can be told the internal address, and there is one.
    fn reaches(&mut self, entry: Option<&Entry>, client: Option<&ClientSpec>) {
        if self.written.reach != Some(Reaches::Internal) {
            return;
        }
        if self.ground.basis.internal.is_none() {
            let remedy = "set `internal_url`, or leave `reach` out";
            self.wrong("reach", "there is no internal address", remedy);
        } else if entry.is_some_and(Entry::is_read_outside) {
            let what = "what this app is told is read by browsers, or outside of your network";
            self.wrong("reach", what, "leave `reach` out");
        } else if entry.is_some_and(|entry| !entry.tells_endpoints()) {
            let what = "this app is told the issuer alone, and finds everything else there";
            self.wrong("reach", what, "leave `reach` out, and let the app reach the issuer's address");
        } else if entry.is_none() && client.is_some_and(|client| client.auth_method == ClientAuthMethod::None) {
            // Of an app of the catalog, the entry tells which values browsers read.
            let what = "an app without a client secret asks from people's browsers and devices, which do not reach it";
            self.wrong("reach", what, "leave `reach` out");
        }
    }

    /// References are followed in `set` only: everything else is shown, stored and compared.
    fn references_elsewhere(&mut self) {
        let rest = AppEntry { set: IndexMap::new(), ..self.written.clone() };
        let Ok(Value::Object(rest)) = serde_json::to_value(rest) else { return };
        for (key, _) in rest.iter().filter(|(_, value)| reference::is_in(&value.to_string())) {
            self.wrong(key, "a reference to a secret stands here", "references are for values of `set`");
        }
    }

    /// What is delivered where, and what of it is the app's, whole.
    fn deliveries(&mut self, facts: &Facts<'_>) -> (Vec<Delivery>, Option<Content>) {
        let Some(mut content) = facts.content() else {
            if self.written.deliver.is_some() {
                self.wrong("deliver", "this app has no credentials to deliver", "remove `deliver`");
            }
            return (Vec::new(), None);
        };
        let (references, lists) = (self.ground.basis.reach.references, facts.entry.map(|entry| &entry.lists));
        let said = set::Said { written: &self.written.set, references, lists, app: &facts.spec.name };
        self.mistakes.extend(set::apply(&mut content, &said, &self.at.then("set")));
        if content.could_be_guessed() && facts.entry.is_some_and(|entry| entry.beside().is_there()) {
            // The secret that stood in its way is in what is used once.
            content.seal();
        }
        let places = self.places(facts, ("deliver", self.written.deliver.as_ref()), &content);
        // A key may hold the referenced secret alone, and a place of keys and values keeps no comments.
        let guessed =
            |place: &Delivery| place.content.could_be_guessed() || (place.content.is_sealed() && place.to.keeps_keys());
        if content.could_be_guessed() || places.iter().any(guessed) {
            let what = "nothing else that is delivered with it is a secret of Doorstep's making, so that what is remembered of the delivery would tell whether a guess at the referenced secret is right";
            self.wrong("set", what, "set it where the app runs");
            return (Vec::new(), None);
        }
        (places, Some(content))
    }

    /// What is used once beside it, and where that is delivered.
    fn beside(&mut self, facts: &Facts<'_>) -> Vec<Delivery> {
        match facts.beside() {
            Some(content) => self.places(facts, ("deliver_once", self.written.deliver_once.as_ref()), &content),
            None if self.written.deliver_once.is_some() => {
                let what = "nothing is used once beside what this app reads";
                self.wrong("deliver_once", what, "remove it; `deliver` says where the rest goes");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn places(
        &mut self,
        facts: &Facts<'_>,
        (key, written): (&str, Option<&OneOrMany>),
        content: &Content,
    ) -> Vec<Delivery> {
        let public = facts.client.is_some_and(|client| client.auth_method == ClientAuthMethod::None);
        if public && content.wants_client_secret() {
            let what = "what is delivered to this app holds a client secret, and a public client has none";
            self.wrong("auth_method", what, "leave `auth_method` out");
            return Vec::new();
        }
        let what = (facts.spec.name.as_str(), content);
        let reach = &self.ground.basis.reach;
        let at = self.at.then(key);
        let mut places = Vec::new();
        match written {
            None => {
                let file = format!("{}.{}", facts.spec.name, content.extension());
                places.push((Address::File(self.ground.basis.deliver_folder.join(file)), content.clone()));
            }
            Some(OneOrMany::One(place)) => {
                places.extend(self.take(deliver::places(place, &at, what, reach)).into_iter().flatten());
            }
            Some(OneOrMany::Many(all)) => {
                for (index, place) in all.iter().enumerate() {
                    let read = deliver::places(place, &at.then(index), what, reach);
                    places.extend(self.take(read).into_iter().flatten());
                }
            }
        }
        let mut deliveries: Vec<Delivery> = Vec::new();
        for (to, content) in places {
            if deliveries.iter().any(|other| other.to.collides(&to)) {
                self.mistakes.push(Mistake::new(at.clone(), format!("{to} stands here twice")));
                continue;
            }
            deliveries.push(Delivery { app: facts.spec.name.clone(), to, content });
        }
        // A key holds less than a file beside it.
        if let Some(why) = deliveries.iter().find_map(|delivery| delivery.rehearse().err()) {
            self.mistakes.push(
                Mistake::new(self.at.clone(), why.to_string())
                    .remedy("change the title, the instance's name, or what `set` says"),
            );
        }
        deliveries
    }
}

/// What a person has to set, where only keys in a file of theirs are delivered.
fn left_to_set(deliveries: &[Delivery], content: Option<&Content>) -> Vec<String> {
    let set = |delivery: &Delivery| match &delivery.content {
        Content::Key { name, .. } => Some(name.clone()),
        _ => None,
    };
    let Some(set) = deliveries.iter().map(set).collect::<Option<BTreeSet<_>>>().filter(|set| !set.is_empty()) else {
        return Vec::new();
    };
    let rest = content.into_iter().flat_map(Content::values).filter(|(name, _)| !set.contains(name));
    let say = |(name, value): (String, Filled)| match (value.is_open(), value.masked()) {
        (true, holds) => format!("{name}, which holds {holds}, goes to no key: deliver it, too, if the app needs it"),
        (false, text) => format!("set {name} to {text} yourself: no key is delivered for it"),
    };
    rest.map(say).collect()
}

/// The catalog entry to follow; `None` for an app that is said in full.
fn entry<'a>(name: &str, written: &AppEntry, at: &Place, catalog: &'a Catalog) -> Result<Option<&'a Entry>, Mistake> {
    let wanted = written.preset.as_deref().unwrap_or(name);
    if let Some(found) = catalog.get(wanted) {
        return found.map(Some).map_err(|error| Mistake::new(at.clone(), error.to_string()));
    }
    if written.preset.is_some() {
        let what = Mistake::new(at.then("preset"), format!("the catalog has no `{wanted}`"));
        let remedy = nearest(wanted, catalog.names()).map(|near| format!("did you mean `{near}`?"));
        return Err(what.remedy(remedy.unwrap_or_else(|| "look for it: doorstep catalog search WORD".to_owned())));
    }
    if written.callbacks.is_some() || written.forward_auth.is_some_and(ForwardAuthUse::stands) {
        return Ok(None);
    }
    let remedy = match nearest(wanted, catalog.names()) {
        Some(near) => format!("did you mean `{near}`? Otherwise say `"),
        None => "say `".to_owned(),
    };
    let remedy = Remedy::from(remedy)
        .line(["callbacks"], Proposed::list(["/path"]))
        .words("` if it signs people in itself, `")
        .line(["forward_auth"], Proposed::Truth(true))
        .words("` if it cannot");
    Err(Mistake::new(at.clone(), format!("the catalog does not know `{wanted}`")).remedy(remedy))
}
