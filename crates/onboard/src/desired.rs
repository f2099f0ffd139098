//! Makes the desired state from what a person wrote and what the catalog knows: a pure function that returns all of
//! it, or every mistake.

mod address;
mod app;
mod authorization;
mod claims;
mod client;
mod cookies;
mod deliver;
mod draft;
mod extras;
mod facts;
mod icon;
mod networks;
mod openings;
mod people;
mod rules;
mod set;
mod wildcard;

use crate::{
    catalog::{Catalog, DoorKind, Doors},
    delivery::Delivery,
    language::Language,
    manifest::Manifest,
    mistake::{Mistake, Place},
    spec::{AppSpec, ClientSpec, Invitation},
};
pub(crate) use address::cookie_scope;
use claims::Claims;
use doorstep_core::{
    id::{AppName, GroupName},
    model::UserName,
    time::Ttl,
};
pub use icon::{IconFile, IconFiles, names_a_file};
pub use networks::Proxies;
pub use openings::Opened;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The group whose members are administrators; always there.
pub const ADMINS: &str = "admins";

/// What apps call the provider in their redirect addresses.
const PROVIDER: &str = "doorstep";

/// What the declaration of an app rests on.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The issuer, without a trailing slash.
    pub issuer: String,
    /// Where programs beside the server reach it, if that is told apart; without a trailing slash.
    pub internal: Option<String>,
    /// What people read on the sign-in button of an app.
    pub name: String,
    /// Where deliveries go that name no place: `NAME.env` in this folder.
    pub deliver_folder: PathBuf,
    /// Lifetimes of tokens, for apps that set none.
    pub lifetimes: Lifetimes,
    /// Where else can be delivered to.
    pub reach: Reach,
    /// What stands in the files that are named as icons.
    pub icons: IconFiles,
    /// Who is believed about where a request comes from.
    pub proxies: Proxies,
    /// In which language each app is written, by its name: TOML for one that is not among them.
    pub languages: BTreeMap<String, Language>,
}

/// The kinds of places beside files that there is a way to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Their schemes, but for commands.
    pub schemes: BTreeSet<&'static str>,
    /// The names of commands.
    pub commands: BTreeSet<String>,
    /// Whether references are read: what is declared stands in a file of whoever operates this machine.
    pub references: bool,
}

/// Lifetimes of the tokens that an app receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An access token.
    pub access: Ttl,
    /// From the sign-in to the end of its last refresh token.
    pub refresh: Ttl,
}

/// Everything that should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Desired {
    /// Declared groups and who is in them by declaration.
    pub groups: BTreeMap<GroupName, BTreeSet<UserName>>,
    /// Whoever is to have an account, by user name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Invitation>,
    /// Declared apps, sorted by name.
    pub apps: Vec<DesiredApp>,
}

/// One declared app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DesiredApp {
    /// The portal entry and whether Doorstep stands in front.
    pub spec: AppSpec,
    /// Its client, if it signs people in itself.
    pub client: Option<ClientSpec>,
    /// Further clients of it, such as one for its command line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<ClientSpec>,
    /// Where its credentials go.
    pub deliveries: Vec<Delivery>,
    /// What remains to be done by hand, without secrets; commands begin with `$ `.
    pub setup: Vec<String>,
    /// What stays open beside its sign-in, if the catalog knows the app.
    pub doors: Option<Doors<String>>,
    /// The icon that stands in a file, if it is one.
    #[serde(skip)]
    pub icon: Option<IconFile>,
    /// Why the icon that it names is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// What of it the declaration opens although what is delivered would close it.
    pub reopens: Vec<Reopened>,
    /// What of it the rules open without a sign-in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Opened>,
    /// What `set` holds that should stand elsewhere: secrets in clear, by name.
    pub in_clear: Vec<String>,
}

/// A door that `set` opens again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reopened {
    /// The variable, or the dotted path of a member.
    pub name: String,
    /// What it is set to.
    pub value: String,
    /// What would be delivered.
    pub closed: String,
    /// Which door.
    pub door: DoorKind,
}

impl DesiredApp {
    /// The name it is declared under.
    pub fn name(&self) -> &AppName {
        &self.spec.name
    }
}

/// What should be, or every mistake in the declaration.
pub fn desired(manifest: &Manifest, catalog: &Catalog, basis: &Basis) -> Result<Desired, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let groups = people::groups(&manifest.groups, &mut mistakes);
    let people = people::invited(&manifest.people, &mut mistakes);
    let ground = draft::Ground {
        catalog,
        basis,
        issuer: address::origin(&basis.issuer),
        groups: people::declared(&manifest.groups),
    };
    if ground.issuer.is_none() {
        mistakes.push(Mistake::new(Place::of(["issuer"]), format!("`{}` is not an address", basis.issuer)));
    }
    let mut apps: Vec<DesiredApp> = Vec::new();
    let mut claims = Claims::default();
    for (name, entry) in &manifest.apps {
        match app::desired_app(name, entry, &ground) {
            Ok(app) => {
                mistakes.extend(claims.add(&app));
                apps.push(app);
            }
            Err(more) => mistakes.extend(more),
        }
    }
    apps.sort_by(|a, b| a.name().cmp(b.name()));
    if mistakes.is_empty() { Ok(Desired { groups, people, apps }) } else { Err(mistakes) }
}
