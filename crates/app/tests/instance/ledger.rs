//! What onboarding remembers of another provider: bindings and secrets, sealed, and what was delivered where.

use crate::fixture::{on_both, root, settings, with_settings};
use doorstep_app::instance::Instance;
use doorstep_core::{id::AppName, secret::Secret};
use doorstep_onboard::{
    delivery::Address,
    ledger::{Binding, Ledger},
    provider::Created,
    sink::Fingerprint,
};

fn wiki() -> AppName {
    "wiki".parse().unwrap()
}

fn made(remote: &str, secret: Option<&str>) -> Created {
    Created { remote: remote.parse().unwrap(), secret: secret.map(|text| Secret::new(text.to_owned())) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_shown_once_is_kept_sealed_and_read_back_after_a_restart() {
    on_both!(|home| {
        let ledger = crate::fixture::ledger(&home.instance, "other");
        ledger.begin(&wiki()).await.unwrap();
        assert_eq!(ledger.recall().await.unwrap().bindings[&wiki()], Binding { remote: None, has_secret: false });
        ledger.bind(&wiki(), &made("17", Some("shown-once"))).await.unwrap();
        ledger.bind(&wiki(), &made("17", None)).await.unwrap();
        let again =
            Instance::open(home.db().clone(), home.clock.clone(), &root(), with_settings(settings())).await.unwrap();
        let again = crate::fixture::ledger(&again, "other");
        assert_eq!(again.secret(&wiki()).await.unwrap().unwrap().expose(), "shown-once");
        let bound = Binding { remote: Some("17".parse().unwrap()), has_secret: true };
        assert_eq!(again.recall().await.unwrap().bindings[&wiki()], bound);
        let mut conn = home.db().write().await.unwrap();
        let rows = doorstep_store::bindings::all(&mut conn, "other").await.unwrap();
        assert!(!format!("{rows:?}").contains("shown-once"), "nothing legible stands in the database");
        // Moved to another app, the sealed text does not open.
        let moved = doorstep_store::bindings::Binding { app: "chat".parse().unwrap(), ..rows[0].clone() };
        doorstep_store::bindings::put(&mut conn, "other", &moved, home.instance.now()).await.unwrap();
        drop(conn);
        assert!(again.secret(&"chat".parse().unwrap()).await.is_err());
        let of_another = crate::fixture::ledger(&home.instance, "another");
        assert!(of_another.recall().await.unwrap().bindings.is_empty());
        again.unbind(&wiki()).await.unwrap();
        assert!(again.secret(&wiki()).await.unwrap().is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_is_remembered_until_it_is_forgotten() {
    on_both!(|home| {
        let ledger = crate::fixture::ledger(&home.instance, "other");
        let place = Address::File("/srv/wiki/oidc.env".into());
        let content = Fingerprint::of(b"text");
        ledger.delivered(&wiki(), &place, content).await.unwrap();
        assert_eq!(ledger.recall().await.unwrap().delivered, [(place.clone(), (wiki(), content))].into());
        ledger.forget(&place).await.unwrap();
        assert!(ledger.recall().await.unwrap().delivered.is_empty());
    });
}
