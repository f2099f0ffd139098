//! A person and an app for the tests of this folder.

use crate::{
    id::GroupName,
    model::{App, AuthorizationHeader, Effect, Owner, Posture, Principal, Proof, Rule, User},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// Somebody in these groups.
pub(super) fn person(groups: &[&str]) -> Principal {
    let at = Timestamp::from_seconds(0);
    let user = User::new("u1".parse().unwrap(), "bob".parse().unwrap(), at);
    let groups: BTreeSet<GroupName> = groups.iter().map(|g| g.parse().unwrap()).collect();
    Principal::active(user, groups, at).unwrap()
}

/// Groups, with blanks between them.
pub(super) fn groups(text: &str) -> BTreeSet<GroupName> {
    text.split_whitespace().map(|name| name.parse().unwrap()).collect()
}

/// A guarded app that lets these groups in, at all and by rules.
pub(super) fn app(allow: Option<&str>, rules: &[&str]) -> App {
    let rule = |allow: &&str| Rule {
        paths: Vec::new(),
        methods: BTreeSet::new(),
        networks: Vec::new(),
        effect: Effect::SignIn { allow: Some(groups(allow)), proof: Proof::default() },
    };
    App {
        name: "wiki".parse().unwrap(),
        title: "Wiki".to_owned(),
        url: "https://wiki.example.org".to_owned(),
        allow: allow.map(groups),
        require: None,
        client: None,
        protected: true,
        own_cookies: BTreeSet::new(),
        rules: rules.iter().map(rule).collect(),
        authorization: AuthorizationHeader::default(),
        posture: Posture::default(),
        icon: None,
        owner: Owner::Config,
    }
}
