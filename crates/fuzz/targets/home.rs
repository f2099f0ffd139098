//! A home with one app behind forward auth: everything of it is public to read, but not what is below `/admin/`.

use doorstep_core::{
    gateway::HostMap,
    model::{App, AuthorizationHeader, Effect, Owner, Posture, Proof, Rule},
};
use std::collections::BTreeSet;

/// Where the app lives.
pub(crate) const HOST: &str = "wiki.example.com";

/// The map of it.
pub(crate) fn home() -> HostMap {
    let rule = |methods: &[&str], path: &str, effect| Rule {
        paths: vec![path.to_owned().try_into().expect("a pattern")],
        methods: methods.iter().map(|method| (*method).to_owned().try_into().expect("a method")).collect(),
        networks: Vec::new(),
        effect,
    };
    let admins = BTreeSet::from(["admins".parse().expect("a group")]);
    let app = App {
        name: "wiki".parse().expect("a name"),
        title: "Wiki".to_owned(),
        url: format!("https://{HOST}"),
        allow: None,
        require: None,
        client: None,
        protected: true,
        posture: Posture::default(),
        own_cookies: BTreeSet::new(),
        rules: vec![
            rule(&[], "/admin/", Effect::SignIn { allow: Some(admins), proof: Proof::default() }),
            rule(&["GET"], "/", Effect::Pass),
        ],
        authorization: AuthorizationHeader::Pass,
        icon: None,
        owner: Owner::Config,
    };
    let (hosts, mistakes) = HostMap::build(&[app], "https://auth.example.org");
    assert!(mistakes.is_empty(), "{mistakes:?}");
    hosts
}
