//! What only one app may have: an address, a host behind forward auth, a place of delivery, the id of a client.

use super::{DesiredApp, address};
use crate::{
    delivery::Address,
    mistake::{Mistake, Place},
    remedy::Remedy,
};
use doorstep_core::id::AppName;
use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

/// Who claimed what so far, in the order of the file.
#[derive(Default)]
pub(super) struct Claims {
    hosts: HashMap<String, Vec<Claim>>,
    /// A file is one place, however it is written; several may lie on keys inside of it.
    places: BTreeMap<Ground, Vec<(AppName, Address)>>,
    /// Ids of clients, with the app and whether it is the app's own.
    clients: HashMap<String, (AppName, bool)>,
}

/// What only one delivery may lie on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Ground {
    File(PathBuf),
    Other(Address),
}

impl Ground {
    fn of(place: &Address) -> Self {
        place.path().map_or_else(|| Self::Other(place.clone()), |path| Self::File(path.to_owned()))
    }
}

struct Claim {
    app: AppName,
    url: String,
    protected: bool,
}

impl Claims {
    /// What `app` claims although an app before it in the file has it.
    pub(super) fn add(&mut self, app: &DesiredApp) -> Vec<Mistake> {
        let at = Place::of(["apps", app.name().as_str()]);
        let mut found = Vec::new();
        // Addresses that are equal share a host, too.
        let host = address::cookie_scope(&app.spec.url).unwrap_or_default();
        let others = self.hosts.entry(host).or_default();
        for other in others.iter() {
            let claim = |what: &str| format!("{} and {} both claim {what}", app.name(), other.app);
            if app.spec.url == other.url {
                found.push(Mistake::new(at.then("url"), claim(&app.spec.url)));
            } else if let Some(host) =
                address::cookie_scope(&app.spec.url).filter(|_| app.spec.protected || other.protected)
            {
                let what = Mistake::new(at.then("url"), claim(&format!("the host {host}")));
                found.push(what.remedy(
                    "an app that Doorstep stands in front of has a host of its own: browsers send its cookies to \
                     every port of that host",
                ));
            }
        }
        others.push(Claim { app: app.name().clone(), url: app.spec.url.clone(), protected: app.spec.protected });
        for delivery in &app.deliveries {
            let others = self.places.entry(Ground::of(&delivery.to)).or_default();
            for (other, _) in others.iter().filter(|(_, place)| place.collides(&delivery.to)) {
                let what = format!("{} and {other} both deliver to {}", app.name(), delivery.to);
                found.push(Mistake::new(at.then("deliver"), what));
            }
            others.push((app.name().clone(), delivery.to.clone()));
        }
        found.extend(self.clients_of(app));
        found
    }

    /// Ids of clients that another app has. Ours calls an app's own client as the app is called.
    fn clients_of(&mut self, app: &DesiredApp) -> Vec<Mistake> {
        let own = app.client.as_ref().map(|client| (client.app.to_string(), true));
        let further = app.extras.iter().filter_map(|client| Some((client.extra.as_ref()?.id.to_string(), false)));
        let mut found = Vec::new();
        for (id, is_own) in own.into_iter().chain(further) {
            match self.clients.get(&id) {
                None => _ = self.clients.insert(id, (app.name().clone(), is_own)),
                Some((other, of_other)) => found.push(shared(&id, (app.name(), is_own), (other, *of_other))),
            }
        }
        found
    }
}

/// Two apps with one client.
fn shared(id: &str, (app, is_own): (&AppName, bool), (other, of_other): (&AppName, bool)) -> Mistake {
    let (what, extra) = match (is_own, of_other) {
        (true, _) => (format!("{other} has a further client with the id {id}, and this app is called so"), other),
        (_, true) => (format!("{app} has a further client with the id {id}, and an app is called so"), app),
        _ => (format!("{app} and {other} both have a client with the id {id}"), app),
    };
    let at = Place::of(["apps", extra.as_str()]);
    let remedy = if is_own || of_other {
        let rest = " was declared to be that client, remove it; else name in `extra_clients` of ";
        Remedy::from("if ").table(["apps", id]).words(format!("{rest}{extra} those that it needs"))
    } else {
        format!("only one of the two can have it: name in `extra_clients` of {app} those that it needs; [] is none")
            .into()
    };
    Mistake::new(if is_own || of_other { at } else { at.then("extra_clients") }, what).remedy(remedy)
}
