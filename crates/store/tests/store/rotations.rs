//! Rotations on both engines: each step is taken once, from the rotation that it was decided for, and what is read of a
//! client follows.

use crate::instance::{NOW, client, later};
use doorstep_core::{
    model::{ClientSecret, Rotation, VersionKeys},
    time::{Timestamp, Ttl},
};
use doorstep_store::{Tx, clients, rotations, testing};

fn rotation(old: u32, new: u32, issued_at: Timestamp) -> Rotation {
    Rotation {
        old,
        new,
        taken_back: new < old,
        issued_at,
        ends_at: Some(later(600)),
        overlap: Ttl::from_seconds(60),
        delivered_at: None,
        used_at: None,
    }
}

async fn secret(tx: &mut Tx) -> ClientSecret {
    clients::by_id(tx, &client("wiki").id).await.unwrap().unwrap().secret
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_taken_once_and_from_the_rotation_that_it_belongs_to() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        let wiki = client("wiki");
        clients::put(&mut tx, &wiki, NOW).await.unwrap();
        let ClientSecret::Derived { version, .. } = wiki.secret else { panic!("derived") };
        let there = rotation(version, version + 1, NOW);
        rotations::put(&mut tx, &wiki.id, &there, NOW).await.unwrap();
        assert_eq!(clients::next_secret_version(&mut tx, &wiki.id).await.unwrap(), version + 2);
        let under_way = |rotation: &Rotation| ClientSecret::Derived {
            version,
            rotation: Some(rotation.clone()),
            keys: VersionKeys::default(),
        };
        assert_eq!(secret(&mut tx).await, under_way(&there));
        let all = rotations::under_way(&mut tx).await.unwrap();
        let only = all[0].as_ref().unwrap();
        assert_eq!((all.len(), &only.client, &only.app, &only.rotation), (1, &wiki.id, &wiki.app, &there));

        let another = Rotation { issued_at: later(-1), ..there.clone() };
        assert!(!rotations::used(&mut tx, (&wiki.id, &another), later(1)).await.unwrap());
        assert!(!rotations::delivered(&mut tx, (&wiki.id, &another), later(1)).await.unwrap());
        assert!(!rotations::end(&mut tx, (&wiki.id, &another), later(1)).await.unwrap());
        for (first, times) in [(true, 1), (false, 2)] {
            assert_eq!(rotations::delivered(&mut tx, (&wiki.id, &there), later(times)).await.unwrap(), first);
            assert_eq!(rotations::used(&mut tx, (&wiki.id, &there), later(2 + times)).await.unwrap(), first);
        }
        let terms = Rotation { ends_at: None, overlap: Ttl::from_seconds(5), ..there.clone() };
        assert!(rotations::change_terms(&mut tx, (&wiki.id, &terms), later(3)).await.unwrap());
        let another = Rotation { issued_at: later(-1), overlap: Ttl::from_seconds(7), ..there.clone() };
        assert!(!rotations::change_terms(&mut tx, (&wiki.id, &another), later(3)).await.unwrap());
        let there = Rotation { delivered_at: Some(later(1)), used_at: Some(later(3)), ..terms };
        assert_eq!(secret(&mut tx).await, under_way(&there));

        let back = rotation(version + 1, version, later(4));
        rotations::put(&mut tx, &wiki.id, &back, later(4)).await.unwrap();
        assert_eq!(secret(&mut tx).await, under_way(&back), "turned round, as if nothing had been delivered");
        assert!(!rotations::end(&mut tx, (&wiki.id, &there), later(5)).await.unwrap());
        for ends in [true, false] {
            assert_eq!(rotations::end(&mut tx, (&wiki.id, &back), later(5)).await.unwrap(), ends);
        }
        assert_eq!(secret(&mut tx).await, ClientSecret::derived(version));
        assert!(!rotations::change_terms(&mut tx, (&wiki.id, &back), later(6)).await.unwrap(), "it has ended");
        assert_eq!(rotations::last(&mut tx, &wiki.id).await.unwrap(), Some((back, Some(later(5)))));
        assert_eq!(rotations::under_way(&mut tx).await.unwrap(), []);
        clients::delete(&mut tx, &wiki.id, NOW).await.unwrap();
        assert_eq!(rotations::last(&mut tx, &wiki.id).await.unwrap(), None);
    }
}

/// A release that does not know rotations writes the client with another secret, or none.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_of_a_secret_that_the_client_has_no_longer_counts_for_nothing() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        let mut wiki = client("wiki");
        clients::put(&mut tx, &wiki, NOW).await.unwrap();
        let ClientSecret::Derived { version, .. } = wiki.secret else { panic!("derived") };
        rotations::put(&mut tx, &wiki.id, &rotation(version, version + 1, NOW), NOW).await.unwrap();
        for other in [ClientSecret::None, ClientSecret::Supplied { hash: "h".into() }, ClientSecret::derived(9)] {
            wiki.secret = other.clone();
            clients::put(&mut tx, &wiki, NOW).await.unwrap();
            assert_eq!((secret(&mut tx).await, rotations::under_way(&mut tx).await.unwrap()), (other, vec![]));
        }
    }
}
