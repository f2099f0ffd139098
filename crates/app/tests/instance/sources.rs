//! Servers of one instance that declare different things: who takes the turn, on both engines.

use crate::fixture::{Home, may, on_both};
use doorstep_app::onboarding::{Source, Standing};
use doorstep_core::{access::ManageApps, time::Ttl};
use doorstep_onboard::source::Turn;
use doorstep_store::{
    sources::{self, Content},
    sweep,
};
use std::collections::BTreeSet;

fn source(home: &Home, server: &str, declared: &str) -> Source {
    let digest = home.instance.onboarding.digest_of(declared).unwrap();
    let content = Content {
        places: [(format!("apps.{declared}"), format!("{server}:1"))].into(),
        members: [("admins".parse().unwrap(), ["ada".parse().unwrap()].into())].into(),
    };
    Source { server: server.to_owned(), digest, content, alone: false }
}

async fn take(home: &Home, source: &Source, gone: &[&str]) -> Standing {
    let gone: BTreeSet<String> = gone.iter().map(|server| (*server).to_owned()).collect();
    let act = may(&home.instance, ManageApps);
    let looked = home.instance.onboarding.standing(&act, source, &gone).await.unwrap();
    let taken = home.instance.onboarding.take_turn(&act, source, &gone).await.unwrap();
    assert_eq!(looked.turn, taken.turn, "a look says what a turn does");
    taken
}

async fn turn(home: &Home, server: &str, declared: &str, gone: &[&str]) -> Turn {
    take(home, &source(home, server, declared), gone).await.turn
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_declaration_comes_into_force_and_an_old_one_does_not_come_back() {
    on_both!(|home| {
        assert_eq!(turn(&home, "a", "old", &[]).await, Turn::Apply);
        assert_eq!(turn(&home, "b", "old", &[]).await, Turn::Apply);
        assert_eq!(turn(&home, "b", "new", &[]).await, Turn::Apply);
        // `a` is as it was, and stays aside even when nobody else runs.
        assert_eq!(turn(&home, "a", "old", &[]).await, Turn::Aside);
        assert_eq!(turn(&home, "a", "old", &["b"]).await, Turn::Aside);
        let content = home.instance.onboarding.in_force(&may(&home.instance, ManageApps)).await.unwrap();
        assert_eq!(content, source(&home, "b", "new").content);
        assert_eq!(turn(&home, "a", "new", &[]).await, Turn::Apply);
        // The way back is a change as well.
        assert_eq!(turn(&home, "a", "old", &[]).await, Turn::Apply);
        assert_eq!(turn(&home, "b", "new", &[]).await, Turn::Aside);
        // A server that is alone on its database is not asked.
        let alone = Source { alone: true, ..source(&home, "b", "new") };
        assert_eq!(take(&home, &alone, &[]).await.turn, Turn::Apply);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_server_with_what_was_replaced_waits_until_nobody_runs_with_what_replaced_it() {
    on_both!(|home| {
        turn(&home, "a", "old", &[]).await;
        turn(&home, "b", "new", &[]).await;
        for _ in 0..2 {
            assert_eq!(turn(&home, "late", "old", &[]).await, Turn::AsideWhileOthersRun);
        }
        assert_eq!(turn(&home, "late", "old", &["b"]).await, Turn::Apply);
        assert_eq!(turn(&home, "b", "new", &[]).await, Turn::Aside);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_applied_is_not_replaced_by_a_server_that_only_comes() {
    on_both!(|home| {
        let act = may(&home.instance, ManageApps);
        turn(&home, "a", "old", &[]).await;
        home.instance.onboarding.take_by_hand(&act, &source(&home, "laptop", "new")).await.unwrap();
        assert_eq!(turn(&home, "a", "old", &[]).await, Turn::Aside);
        assert_eq!(turn(&home, "late", "old", &["laptop"]).await, Turn::AsideWhileOthersRun);
        // By hand at the server's own file, which another start finds as it was.
        home.instance.onboarding.take_by_hand(&act, &source(&home, "a", "newest")).await.unwrap();
        assert_eq!(turn(&home, "a", "old", &[]).await, Turn::Aside);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_applied_over_another_declaration_is_noticed_by_its_servers() {
    on_both!(|home| {
        let act = may(&home.instance, ManageApps);
        let (old, new) = (source(&home, "a", "old"), source(&home, "b", "new"));
        take(&home, &old, &[]).await;
        take(&home, &new, &[]).await;
        let onboarding = &home.instance.onboarding;
        let beat = async || onboarding.beat(&act, &new, &BTreeSet::new()).await.unwrap();
        let before = beat().await.in_force.unwrap().disturbed;
        onboarding.applied(&act, &new).await.unwrap();
        assert_eq!(beat().await.in_force.unwrap().disturbed, before, "its own end");
        onboarding.applied(&act, &old).await.unwrap();
        assert_eq!(beat().await.in_force.unwrap().disturbed, before + 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beat_moves_and_who_was_not_seen_for_long_is_forgotten() {
    on_both!(|home| {
        let act = may(&home.instance, ManageApps);
        let (a, b) = (source(&home, "a", "one"), source(&home, "b", "one"));
        take(&home, &a, &[]).await;
        take(&home, &b, &[]).await;
        let onboarding = &home.instance.onboarding;
        let nobody = BTreeSet::new();
        let first = onboarding.beat(&act, &b, &nobody).await.unwrap().others["a"];
        assert_eq!(onboarding.standing(&act, &b, &nobody).await.unwrap().others["a"], first);
        onboarding.beat(&act, &a, &nobody).await.unwrap();
        assert_eq!(onboarding.standing(&act, &b, &nobody).await.unwrap().others["a"], first + 1);
        let mut conn = home.db().write().await.unwrap();
        sweep::expired(&mut conn, home.instance.now() + Ttl::from_days(31), None).await.unwrap();
        assert_eq!(sources::declared_by(&mut conn, "a").await.unwrap(), None);
        assert!(sources::was_in_force(&mut conn, &a.digest).await.unwrap());
        sweep::expired(&mut conn, home.instance.now() + Ttl::from_days(366), None).await.unwrap();
        assert!(!sources::was_in_force(&mut conn, &a.digest).await.unwrap());
        assert!(sources::in_force(&mut conn).await.unwrap().is_some(), "what is in force stays");
    });
}
