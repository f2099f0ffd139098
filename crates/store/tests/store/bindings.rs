//! What onboarding remembers, on both engines.

use crate::instance::{NOW, later};
use doorstep_core::{id::AppName, secret::SecretHash};
use doorstep_store::{
    bindings::{self, Binding, Delivery},
    testing,
};

fn app(name: &str) -> AppName {
    name.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_stays_until_another_comes_or_another_client_is_begun() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        let wiki = |remote: Option<&str>, sealed: Option<&str>| Binding {
            app: app("wiki"),
            remote: remote.map(str::to_owned),
            sealed: sealed.map(str::to_owned),
        };
        bindings::begin(&mut conn, "other", &app("wiki"), NOW).await.unwrap();
        assert_eq!(bindings::all(&mut conn, "other").await.unwrap(), [wiki(None, None)]);
        for (put, kept) in [
            (wiki(Some("17"), Some("sealed")), wiki(Some("17"), Some("sealed"))),
            (wiki(Some("17"), None), wiki(Some("17"), Some("sealed"))),
            (wiki(Some("17"), Some("second")), wiki(Some("17"), Some("second"))),
        ] {
            bindings::put(&mut conn, "other", &put, later(1)).await.unwrap();
            assert_eq!(bindings::all(&mut conn, "other").await.unwrap(), [kept]);
        }
        assert_eq!(bindings::all(&mut conn, "another").await.unwrap(), []);
        bindings::begin(&mut conn, "other", &app("wiki"), later(2)).await.unwrap();
        assert_eq!(bindings::all(&mut conn, "other").await.unwrap(), [wiki(None, None)]);
        bindings::delete(&mut conn, "another", &app("wiki")).await.unwrap();
        assert_eq!(bindings::all(&mut conn, "other").await.unwrap().len(), 1);
        bindings::delete(&mut conn, "other", &app("wiki")).await.unwrap();
        assert_eq!(bindings::all(&mut conn, "other").await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_holds_one_delivery() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        let delivery = |place: &str, name: &str, content: &str| Delivery {
            place: place.into(),
            app: app(name),
            content: SecretHash::labelled("test", content.as_bytes()),
        };
        let (a, b, again) =
            (delivery("file:/a", "wiki", "1"), delivery("file:/b", "wiki", "2"), delivery("file:/a", "chat", "3"));
        for one in [&b, &a, &again] {
            bindings::put_delivery(&mut conn, one, NOW).await.unwrap();
        }
        assert_eq!(bindings::deliveries(&mut conn).await.unwrap(), [again, b.clone()]);
        bindings::delete_delivery(&mut conn, "file:/a").await.unwrap();
        assert_eq!(bindings::deliveries(&mut conn).await.unwrap(), [b]);
    }
}
