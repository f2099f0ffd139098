//! Parts of the home whose database becomes the fixture of a schema: what [`crate::schemas`] finds again in it.

use crate::fixture::{Home, Person, change, groups, may, myself};
use doorstep_app::{
    accounts::{NewToken, PersonChange},
    onboarding::Source,
};
use doorstep_core::{
    access::{InviteTerms, ManageApps, ManageUsers},
    id::AppName,
    model::RotationTerms,
    secret::Secret,
};
use doorstep_onboard::{delivery::Address, ledger::Ledger, provider::Created, sink::Fingerprint};
use doorstep_store::sources::Content;
use std::collections::{BTreeMap, BTreeSet};

/// What a foreign provider made for an app, and where it was put.
pub(crate) async fn delivered(home: &Home) {
    let ledger = crate::fixture::ledger(&home.instance, "other");
    let app: AppName = "wiki".parse().unwrap();
    let made = Created { remote: "17".parse().unwrap(), secret: Some(Secret::new("shown-once".to_owned())) };
    ledger.bind(&app, &made).await.unwrap();
    ledger.delivered(&app, &Address::File("/srv/wiki/oidc.env".into()), Fingerprint::of(b"text")).await.unwrap();
}

/// The app that somebody who may not use it asks for.
pub(crate) async fn asked(home: &Home, person: &Person) -> String {
    home.guarded("keys", Some(&["admins"])).await;
    let who = home.who(&person.session).await;
    let act = myself(&home.instance, &who);
    home.instance.accounts.ask_for_access(&act, &"keys".parse().unwrap(), "to look").await.unwrap();
    "keys".to_owned()
}

/// An invitation into the family.
pub(crate) async fn invited(home: &Home) -> String {
    let terms = InviteTerms { groups: groups(&["family"]), days: 30, places: 3, ..InviteTerms::default() };
    let made = home.instance.accounts.make_invite(&may(&home.instance, ManageUsers), terms).await;
    made.unwrap().url.rsplit('/').next().unwrap().to_owned()
}

/// A code of somebody's recovery kit.
pub(crate) async fn on_paper(home: &Home, person: &Person) -> String {
    let who = home.who(&person.session).await;
    let kit = home.instance.accounts.make_recovery_kit(&myself(&home.instance, &who)).await.unwrap();
    kit[0].expose().to_owned()
}

/// A password of somebody, and an authenticator app.
pub(crate) async fn second_factor(home: &Home, person: &Person, password: &str) -> Vec<u8> {
    let who = home.who(&person.session).await;
    let changed = change(Some(Secret::new(password.to_owned())));
    home.instance.accounts.set_password(&myself(&home.instance, &who), changed).await.unwrap();
    crate::totp::add(home, person, "Phone").await.unwrap().1.bytes().to_vec()
}

/// A token of bob's for the wiki.
pub(crate) async fn program(home: &Home) -> String {
    let new = NewToken { label: "backup".into(), apps: vec!["wiki".into()], days: Some(366), read_only: true };
    let act = may(&home.instance, ManageUsers);
    home.instance.accounts.make_token(&act, "bob", &new).await.unwrap().text.expose().to_owned()
}

/// A client whose secret has begun to rotate.
pub(crate) async fn rotating(home: &Home) -> (String, String, String) {
    let instance = &home.instance;
    home.client("mail", |_| {}).await;
    let terms = RotationTerms { within: None, overlap: None };
    let begun = instance.onboarding.rotate(&may(instance, ManageApps), &"mail".parse().unwrap(), (&terms, false)).await;
    let begun = begun.unwrap();
    let of = |version| instance.context.keyring.client_secret(&"mail".parse().unwrap(), version).unwrap();
    let [old, new] = [begun.old, begun.new].map(|version| of(version).expose().to_owned());
    ("mail".to_owned(), old, new)
}

/// A server that took its turn, and one that stands aside.
pub(crate) async fn in_force(home: &Home) -> (String, String) {
    let act = may(&home.instance, ManageApps);
    for (server, declared) in [("b", "old"), ("a", "wiki"), ("b", "old")] {
        let digest = home.instance.onboarding.digest_of(declared).unwrap();
        let places = [(format!("apps.{declared}"), format!("{server}:1"))].into();
        let content = Content { places, members: BTreeMap::default() };
        let source = Source { server: server.to_owned(), digest, content, alone: false };
        home.instance.onboarding.take_turn(&act, &source, &BTreeSet::new()).await.unwrap();
    }
    ("a".to_owned(), "apps.wiki".to_owned())
}

/// Names and a password of ada's.
pub(crate) async fn name_and_password(home: &Home, ada: &Person, password: &str) {
    let names = PersonChange { given_name: Some("Ada".to_owned()), ..PersonChange::default() };
    home.instance.accounts.set_person(&may(&home.instance, ManageUsers), "ada", names).await.unwrap();
    let who = home.who(&ada.session).await;
    let changed = change(Some(Secret::new(password.to_owned())));
    home.instance.accounts.set_password(&myself(&home.instance, &who), changed).await.unwrap();
}
