//! Rules of an app behind forward auth: who gets a session with it, and what it opens.

use crate::fixture::{groups, on_both};
use crate::gateway::may_pass_to;
use doorstep_app::gateway::RelayError;
use doorstep_core::{
    gateway::ReturnPath,
    model::{Effect, Proof, Rule},
};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_one_of_the_rules_lets_in_gets_a_session_and_each_request_is_judged() {
    on_both!(|home| {
        let [root, ada, bob] =
            [home.person("root", &["ops"]).await, home.person("ada", &["family"]).await, home.person("bob", &[]).await];
        let ops = Effect::SignIn { allow: Some(groups(&["ops"])), proof: Proof::default() };
        let rule = |path: &str, effect| Rule {
            paths: vec![path.to_owned().try_into().unwrap()],
            methods: [].into(),
            networks: Vec::new(),
            effect,
        };
        let wiki =
            home.guarded_by("wiki", Some(&["family"]), vec![rule("/ops/", ops), rule("/no/", Effect::Refuse)]).await;
        let relay = home.instance.gateway.new_relay_browser();
        let url =
            home.instance.gateway.relay_start_url(&wiki, ReturnPath::root(), &relay, home.instance.now()).unwrap();
        let state = home.instance.gateway.open_relay_state(url.split_once("st=").unwrap().1).await.unwrap();
        let refused = home.instance.gateway.issue_relay_code(&home.who(&bob.session).await, &state).await;
        assert!(matches!(refused, Err(RelayError::NotAllowed(_))), "no rule lets him in");
        let (roots, adas) = (home.enter(&root, &wiki).await, home.enter(&ada, &wiki).await);
        for (cookie, page, ops) in [(&roots, false, true), (&adas, true, false)] {
            for (path, may) in [("/page", page), ("/ops/x", ops), ("/no/x", false)] {
                assert_eq!(may_pass_to(&home.instance, cookie, path).await, may, "{path}");
            }
        }
        // Another rule counts at once, for sessions that are there as well.
        home.guarded_by("wiki", Some(&["family"]), vec![rule("/page", Effect::Refuse)]).await;
        assert!(
            !may_pass_to(&home.instance, &adas, "/page").await && may_pass_to(&home.instance, &adas, "/ops/x").await
        );
        assert!(!may_pass_to(&home.instance, &roots, "/ops/x").await, "his rule is gone");
    });
}
