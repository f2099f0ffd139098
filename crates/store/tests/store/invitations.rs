//! Invitations: as many accounts as there are places, until the end, and none from then on.

use crate::instance::{NOW, ada, furnished, group_set, hash, id, later};
use doorstep_core::{model::Invite, secret::TokenKind, time::Ttl};
use doorstep_store::{Db, invitations, sweep, testing, users};

fn invite(name: &str, places: i64) -> Invite {
    Invite {
        id: id(name),
        label: "Grace «Ünï» O'Brien".into(),
        groups: group_set(&["family", "users"]),
        app: Some(id("photos")),
        email: Some("grace@example.org".into()),
        places,
        used: 0,
        made_by: Some(ada()),
        made_at: NOW,
        expires_at: later(3600),
        ended_at: None,
        account_days: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_as_it_went_in_and_goes_with_its_places_its_end_and_its_maker() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        let (one, two) = (hash(TokenKind::Invite, 1), hash(TokenKind::Invite, 2));
        let (first, bare) = (
            invite("i-1", 2),
            Invite { app: None, email: None, made_by: None, expires_at: later(60), ..invite("i-2", 1) },
        );
        invitations::insert(&mut tx, &one, &first).await.unwrap();
        invitations::insert(&mut tx, &two, &bare).await.unwrap();
        assert_eq!(invitations::peek(&mut tx, &one).await.unwrap(), Some(first.clone()));
        assert_eq!(invitations::open(&mut tx, NOW).await.unwrap(), [bare.clone(), first.clone()]);
        assert_eq!(invitations::open(&mut tx, later(60)).await.unwrap(), std::slice::from_ref(&first));

        let used = |used| Some(Invite { used, ..first.clone() });
        assert_eq!(invitations::take_a_place(&mut tx, &one, later(3599)).await.unwrap(), used(1));
        assert_eq!(invitations::take_a_place(&mut tx, &one, later(3600)).await.unwrap(), None, "its end");
        assert_eq!(invitations::take_a_place(&mut tx, &one, NOW).await.unwrap(), used(2));
        assert_eq!(invitations::take_a_place(&mut tx, &one, NOW).await.unwrap(), None, "no place is left");
        assert_eq!(invitations::peek(&mut tx, &one).await.unwrap(), used(2));
        assert_eq!(invitations::end(&mut tx, &first.id, NOW).await.unwrap(), None, "it is over");

        assert_eq!(invitations::end(&mut tx, &bare.id, later(60)).await.unwrap(), None, "it ended by itself");
        let ended = Some(Invite { ended_at: Some(later(5)), ..bare.clone() });
        assert_eq!(invitations::end(&mut tx, &bare.id, later(5)).await.unwrap(), ended);
        assert_eq!(invitations::end(&mut tx, &bare.id, later(6)).await.unwrap(), None, "twice");
        assert_eq!(invitations::take_a_place(&mut tx, &two, later(6)).await.unwrap(), None);
        assert_eq!(invitations::open(&mut tx, NOW).await.unwrap(), []);
        assert_eq!(invitations::take_a_place(&mut tx, &hash(TokenKind::Invite, 3), NOW).await.unwrap(), None);

        users::delete(&mut tx, &ada()).await.unwrap();
        assert_eq!(invitations::peek(&mut tx, &one).await.unwrap(), None, "nobody answers for it");
        sweep::expired(&mut tx, later(59), None).await.unwrap();
        assert!(invitations::peek(&mut tx, &two).await.unwrap().is_some());
        sweep::expired(&mut tx, later(60), None).await.unwrap();
        assert_eq!(invitations::peek(&mut tx, &two).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_and_109_of_many_who_come_at_once_as_many_get_in_as_there_are_places() {
    for instance in testing::both().await {
        let kept = Invite { made_by: None, expires_at: NOW + Ttl::from_days(7), ..invite("i-1", 3) };
        let secret = hash(TokenKind::Invite, 1);
        invitations::insert(&mut instance.db.write().await.unwrap(), &secret, &kept).await.unwrap();
        let other = Db::open(&instance.at.url).await.unwrap();
        let runs: Vec<_> = (0..100)
            .map(|n| {
                let db = if n % 2 == 0 { instance.db.clone() } else { other.clone() };
                tokio::spawn(async move {
                    let mut tx = db.begin().await.unwrap();
                    let taken = invitations::take_a_place(&mut tx, &secret, NOW).await.unwrap().is_some();
                    // Whoever is killed in between has taken nothing.
                    if n % 10 == 0 {
                        return false;
                    }
                    tx.commit().await.unwrap();
                    taken
                })
            })
            .collect();
        let mut got_in = 0;
        for run in runs {
            got_in += i64::from(run.await.unwrap());
        }
        assert_eq!(got_in, 3, "{:?}", instance.engine);
        let left = invitations::peek(&mut instance.db.write().await.unwrap(), &secret).await.unwrap().unwrap();
        assert_eq!(left.used, 3);
    }
}
