//! The rotation of the root key on several replicas: nothing stops working at any step, what is sealed is sealed anew, a
//! client's secret gets its next version by the usual way, and what stays with the earlier key stays the same.

use crate::fixture::{
    Home, ROOT, may, nobody, on_both, own, redeem, refresh, seconds, settings, somewhere, text, typed, with_settings,
};
use crate::root_key_servers::is_for_releases_of;
use doorstep_app::{
    error::InternalError,
    instance::Instance,
    keyring::{KeyError, KeySource, RootKey},
    root_keys::{Hanging, NotOffered},
};
use doorstep_core::{
    access::{Act, ManageApps, ManageKeys, ManageUsers},
    id::{AppName, ClientId},
    model::{Client, KeyGeneration, KeyHold, RootKeyRecord, RootStage, Rotation, RotationTerms, SecretVersion},
    secret::Secret,
};
use doorstep_onboard::{
    delivery::Address,
    ledger::Ledger,
    provider::{Created, Provider, ProviderError},
    sink::Fingerprint,
    spec::{AppSpec, ClientSpec},
};
use doorstep_store::{
    Db, audit, clients, keys,
    testing::{dumped, restored},
};
use std::{collections::BTreeSet, sync::Arc};

const NEW: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8";
const NO_TERMS: RotationTerms = RotationTerms { within: None, overlap: None };

pub(crate) fn app() -> AppName {
    "wiki".parse().unwrap()
}

pub(crate) fn second() -> KeyGeneration {
    KeyGeneration::from_number(2).unwrap()
}

pub(crate) fn both() -> KeySource {
    // The order in which they are written decides nothing.
    KeySource::outside(format!("{ROOT}\n{NEW}").parse().unwrap())
}

/// Another process on the same database, with these root keys.
pub(crate) async fn replica(home: &Home, keys: impl Into<KeySource>) -> Result<Arc<Instance>, InternalError> {
    let db = Db::open(&home.at.at.url).await.unwrap();
    Instance::open(db, home.clock.clone(), keys, with_settings(settings())).await.map(Arc::new)
}

pub(crate) fn manage(instance: &Instance) -> Act<'static, ManageKeys> {
    may(instance, ManageKeys)
}

pub(crate) async fn offered(instance: &Instance) -> RootKeyRecord {
    instance.root_keys.offer(&manage(instance)).await.unwrap()
}

pub(crate) async fn in_force(instance: &Instance) -> RootKeyRecord {
    let key = offered(instance).await;
    assert!(instance.root_keys.bring_in(&manage(instance), &key).await.unwrap());
    offered(instance).await
}

pub(crate) async fn client(instance: &Instance, id: &str) -> Client {
    let id: ClientId = id.parse().unwrap();
    clients::by_id(&mut instance.context.db.read().await.unwrap(), &id).await.unwrap().unwrap()
}

/// The secret that belongs in every place now.
pub(crate) async fn delivered(instance: &Instance, id: &str) -> String {
    let held = own(instance).credentials(&id.parse().unwrap()).await.unwrap().unwrap();
    held.client_secret.unwrap().expose().clone()
}

pub(crate) async fn proves(instance: &Instance, id: &str, secret: &str) -> bool {
    let body = format!("token=ds_acc_garbage&client_id={id}&client_secret={secret}");
    instance.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await.is_ok()
}

async fn cookie_key(instance: &Instance, of: &AppName) -> String {
    let ledger = crate::fixture::ledger(instance, "other");
    ledger.random_secret(of, "COOKIE").await.unwrap().expose().clone()
}

async fn rotate(instance: &Instance) -> Rotation {
    instance.onboarding.rotate(&may(instance, ManageApps), &app(), (&NO_TERMS, false)).await.unwrap()
}

/// Delivered, used and ended, as servers do it.
async fn see_through(home: &Home, instance: &Instance, rotation: &Rotation) {
    home.wait(seconds(12));
    let act = may(instance, ManageApps);
    let id = "wiki".parse().unwrap();
    instance.onboarding.rotation_delivered(&act, (&id, rotation)).await.unwrap();
    assert!(proves(instance, "wiki", &delivered(instance, "wiki").await).await);
    assert_eq!(instance.onboarding.end_due_rotations(&may(instance, ManageApps)).await.unwrap(), 1);
}

pub(crate) async fn steps(home: &Home) -> Vec<String> {
    let all = audit::recent(&mut home.db().read().await.unwrap(), 200).await.unwrap();
    let of = |line: &audit::AuditLine| {
        let detail: serde_json::Value = serde_json::from_str(&line.detail).unwrap();
        format!("{} {}", detail["root_key"].as_str().unwrap(), detail["step"].as_str().unwrap())
    };
    let mut steps: Vec<_> = all.iter().filter(|line| line.kind == "root_key_rotated").map(of).collect();
    steps.sort();
    steps
}

pub(crate) fn spec(name: &str) -> ClientSpec {
    ClientSpec::new(name.parse().unwrap(), name, vec![format!("https://{name}.example.org/cb")])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_key_is_rotated_and_nothing_stops_working_on_the_way() {
    on_both!(|home| {
        home.client("wiki", |_| {}).await;
        let here = &home.instance;
        let other = replica(&home, both()).await.unwrap();
        let before = delivered(here, "wiki").await;
        let key = offered(&other).await;
        assert_eq!((key.generation, key.stage()), (second(), RootStage::Offered));
        assert!(proves(here, "wiki", &before).await && proves(&other, "wiki", &before).await);

        assert!(other.root_keys.bring_in(&manage(&other), &key).await.unwrap());
        assert!(!other.root_keys.bring_in(&manage(&other), &key).await.unwrap(), "once");
        assert_eq!(other.context.keyring.generation(), second());
        let key = offered(&other).await;
        assert_eq!(key.stage(), RootStage::InForce, "the same goes on");
        assert!(proves(&other, "wiki", &before).await);
        assert_eq!(delivered(&other, "wiki").await, before, "no secret changes unasked");

        // One row for each signing key. They are believed to be all when every server has heard.
        let rows = keys::all(&mut home.db().read().await.unwrap()).await.unwrap();
        assert_eq!(other.root_keys.seal_anew(&manage(&other), &key).await.unwrap(), rows.len());
        assert_eq!(other.root_keys.seal_anew(&manage(&other), &key).await.unwrap(), 0);
        assert_eq!(offered(&other).await.stage(), RootStage::InForce);
        let hanging = |hold| [Hanging { client: "wiki".parse().unwrap(), app: Some(app()), hold: Some(hold) }];
        assert_eq!(other.root_keys.hanging().await.unwrap(), hanging(KeyHold::NotRotated));
        let rotation = rotate(&other).await;
        assert_eq!(other.root_keys.hanging().await.unwrap(), hanging(KeyHold::UnderWay));
        home.wait(seconds(12));
        assert_eq!(other.root_keys.seal_anew(&manage(&other), &key).await.unwrap(), 0);
        let key = offered(&other).await;
        assert_eq!(key.stage(), RootStage::Resealed);
        assert!(!other.root_keys.finish(&manage(&other), &key).await.unwrap(), "a client hangs on the key before");

        see_through(&home, &other, &rotation).await;
        let after = delivered(&other, "wiki").await;
        assert!(after != before && proves(&other, "wiki", &after).await && !proves(&other, "wiki", &before).await);
        let of_the_new = SecretVersion { number: 2, key: second() };
        assert_eq!(client(&other, "wiki").await.secret.accepted(), [of_the_new]);
        assert_eq!(other.root_keys.hanging().await.unwrap(), []);
        assert!(other.root_keys.finish(&manage(&other), &key).await.unwrap());
        assert!(other.root_keys.finish(&manage(&other), &key).await.unwrap(), "and it is finished from then on");
        assert_eq!(steps(&home).await, ["2 finished", "2 in force", "2 offered", "2 resealed"], "each step once");

        // The new key alone does not open what is the old one's for ever; both do.
        assert!(replica(&home, &RootKey::from_text(NEW, "test").unwrap()).await.is_err());
        let late = replica(&home, both()).await.unwrap();
        assert_eq!(delivered(&late, "wiki").await, after);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_under_the_key_before_opens_and_stays_what_it_is() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let wiki = home.client("wiki", |_| {}).await;
        let here = &home.instance;
        let tokens = home.tokens(&ada, &wiki, "openid offline_access").await;
        let spent = text(&tokens, "refresh_token");
        let successor = home.refresh(spent, &wiki).await.unwrap();
        let code = home.code(&ada, &wiki, "openid").await;
        let ledger = crate::fixture::ledger(here, "other");
        let kept = Created { remote: "17".parse().unwrap(), secret: Some(Secret::new("shown-once".to_owned())) };
        ledger.bind(&app(), &kept).await.unwrap();
        let cookie = cookie_key(here, &app()).await;
        home.instance.accounts.add_person(&may(here, ManageUsers), typed("bob"), BTreeSet::default()).await.unwrap();
        home.instance.accounts.remove_person(&may(here, ManageUsers), "bob").await.unwrap();

        let other = replica(&home, both()).await.unwrap();
        let key = in_force(&other).await;
        other.root_keys.seal_anew(&manage(&other), &key).await.unwrap();

        // What was signed, shown once, parked, lost on its way.
        let signed = here.context.keyring.keys().verify(text(&tokens, "id_token")).is_ok();
        assert!(signed && other.context.keyring.keys().verify(text(&tokens, "id_token")).is_ok());
        let shown = crate::fixture::ledger(&other, "other").secret(&app()).await.unwrap().unwrap();
        assert_eq!(shown.expose(), "shown-once");
        let proof = home.proof(&wiki).await;
        let again = refresh(&other, spent, &proof).await.unwrap();
        assert_eq!(text(&again, "refresh_token"), text(&successor, "refresh_token"), "the answer is given again");
        let next = refresh(&other, text(&successor, "refresh_token"), &proof).await.unwrap();
        let repeated = refresh(&other, text(&successor, "refresh_token"), &proof).await.unwrap();
        assert_eq!(text(&next, "refresh_token"), text(&repeated, "refresh_token"));
        assert!(redeem(&other, &code, &wiki, &proof).await.is_ok());

        // A mail address that belonged to somebody is known under whichever key it was remembered.
        let act = may(&other, ManageUsers);
        let eve = doorstep_app::accounts::NewPerson { email: "bob@example.org".into(), ..typed("eve") };
        let refused = other.accounts.add_person(&act, eve.clone(), BTreeSet::default()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("belonged")));
        let allowed = doorstep_app::accounts::NewPerson { reuse: true, ..eve };
        other.accounts.add_person(&act, allowed, BTreeSet::default()).await.unwrap();
        other.accounts.remove_person(&act, "eve").await.unwrap();
        let carl = doorstep_app::accounts::NewPerson { email: "bob@example.org".into(), ..typed("carl") };
        let refused = other.accounts.add_person(&act, carl, BTreeSet::default()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("belonged")), "remembered under the new key");

        // The other secrets of an app stay; those of a new app are the new key's.
        assert_eq!(cookie_key(&other, &app()).await, cookie);
        let new: AppName = "new".parse().unwrap();
        let of = |key| other.context.keyring.app_secret(&"new".parse().unwrap(), "COOKIE", key).unwrap();
        assert!(of(second()).matches(cookie_key(&other, &new).await.as_bytes()));
        crate::fixture::ledger(&other, "other")
            .delivered(&new, &Address::File("/srv/new.env".into()), Fingerprint::of(b"text"))
            .await
            .unwrap();
        let standing = other.root_keys.stays_behind().await.unwrap();
        assert_eq!(standing.app_secrets["wiki"], KeyGeneration::FIRST);
        assert_eq!((standing.app_secrets["new"], standing.former_addresses), (second(), 1));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_client_has_its_secret_from_the_key_in_force() {
    on_both!(|home| {
        let other = replica(&home, both()).await.unwrap();
        in_force(&other).await;
        own(&other).create_client(&spec("wiki")).await.unwrap();
        assert_eq!(client(&other, "wiki").await.secret.accepted(), [SecretVersion { number: 1, key: second() }]);
        assert!(proves(&other, "wiki", &delivered(&other, "wiki").await).await);
        assert_eq!(other.root_keys.hanging().await.unwrap(), []);
        // One that goes and comes again has another, and says again from which key.
        own(&other).delete_client(&"wiki".parse().unwrap()).await.unwrap();
        own(&other).create_client(&spec("wiki")).await.unwrap();
        assert_eq!(client(&other, "wiki").await.secret.accepted(), [SecretVersion { number: 2, key: second() }]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_under_way_ends_first_and_one_that_is_taken_back_hangs_on_the_key_before() {
    on_both!(|home| {
        home.client("wiki", |_| {}).await;
        let other = replica(&home, both()).await.unwrap();
        let hold = async || other.root_keys.hanging().await.unwrap().first().and_then(|one| one.hold);
        let before = rotate(&other).await;
        in_force(&other).await;
        assert_eq!(hold().await, Some(KeyHold::OtherRotation));
        assert_eq!(rotate(&other).await, before, "the one that is under way goes on");
        see_through(&home, &other, &before).await;
        assert_eq!(hold().await, Some(KeyHold::NotRotated));
        let accepted = async || client(&other, "wiki").await.secret.accepted();
        let (of_old, of_new) = (SecretVersion::from(2), SecretVersion { number: 3, key: second() });
        rotate(&other).await;
        assert_eq!((hold().await, accepted().await), (Some(KeyHold::UnderWay), vec![of_new, of_old]));
        let act = may(&other, ManageApps);
        let back = other.onboarding.take_rotation_back(&act, &app(), &NO_TERMS).await.unwrap();
        assert_eq!((hold().await, accepted().await), (Some(KeyHold::OtherRotation), vec![of_old, of_new]));
        see_through(&home, &other, &back).await;
        assert_eq!((hold().await, accepted().await), (Some(KeyHold::NotRotated), vec![of_old]));
        let next = rotate(&other).await;
        see_through(&home, &other, &next).await;
        let last = SecretVersion { number: 4, key: second() };
        assert_eq!((hold().await, accepted().await), (None, vec![last]), "no version comes twice");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_before_the_rotation_opens_with_the_keys_of_after_it() {
    on_both!(|home| {
        home.client("wiki", |_| {}).await;
        let (before, backup) = (delivered(&home.instance, "wiki").await, dumped(&home.at.at));
        let other = replica(&home, both()).await.unwrap();
        let key = in_force(&other).await;
        other.root_keys.seal_anew(&manage(&other), &key).await.unwrap();
        let rotation = rotate(&other).await;
        see_through(&home, &other, &rotation).await;
        let after = delivered(&other, "wiki").await;

        let at = restored(home.at.engine, &backup).await;
        let db = Db::open(&at.url).await.unwrap();
        let restored = Instance::open(db, home.clock.clone(), both(), with_settings(settings())).await.unwrap();
        assert_eq!(restored.context.keyring.generation(), KeyGeneration::FIRST);
        assert_eq!(delivered(&restored, "wiki").await, before);
        // Rotated once more, it comes to the same key and the same secret.
        assert_eq!(in_force(&restored).await.id, key.id);
        let rotation = rotate(&restored).await;
        see_through(&home, &restored, &rotation).await;
        assert_eq!(delivered(&restored, "wiki").await, after);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_database_from_before_the_rotation_no_app_is_made_until_the_later_key_is_in_force() {
    on_both!(|home| {
        home.client("wiki", |_| {}).await;
        let backup = dumped(&home.at.at);
        let other = replica(&home, both()).await.unwrap();
        in_force(&other).await;
        // Declared after the rotation: a client, and an app that has a secret of its own alone.
        let guarded: AppName = "guarded".parse().unwrap();
        let app_spec = || AppSpec {
            name: guarded.clone(),
            title: "Guarded".into(),
            url: "https://guarded.example.org".into(),
            allow: None,
            require: None,
            protected: true,
            own_cookies: BTreeSet::default(),
            rules: Vec::new(),
            authorization: doorstep_core::model::AuthorizationHeader::Pass,
            posture: doorstep_core::model::Posture::Headers,
            icon: None,
            signs_in: false,
        };
        own(&other).create_client(&spec("notes")).await.unwrap();
        own(&other).put_app(&app_spec(), &[]).await.unwrap();
        let (secret, cookie) = (delivered(&other, "notes").await, cookie_key(&other, &guarded).await);

        let at = restored(home.at.engine, &backup).await;
        let open = async |keys: KeySource| {
            let db = Db::open(&at.url).await.unwrap();
            Instance::open(db, home.clock.clone(), keys, with_settings(settings())).await.unwrap()
        };
        let server = open(both()).await;
        let waits = |error: ProviderError| {
            let said = error.to_string();
            assert!(said.contains("doorstep key rotate root --no-watch"), "{said}");
        };
        waits(own(&server).create_client(&spec("notes")).await.unwrap_err());
        waits(own(&server).put_app(&app_spec(), &[]).await.unwrap_err());
        let file = Address::File("/srv/guarded.env".into());
        let taken = crate::fixture::ledger(&server, "other").adopted(&guarded, &file, Fingerprint::of(b"text")).await;
        assert!(taken.is_err_and(|error| error.to_string().contains("doorstep key rotate root --no-watch")));
        // What the database knows goes on, and can be changed.
        let wiki = delivered(&server, "wiki").await;
        assert!(proves(&server, "wiki", &wiki).await);
        let at_wiki = "wiki".parse().unwrap();
        own(&server).update_client(&at_wiki, &spec("wiki"), &[]).await.unwrap();

        // A process that hears only then that the key is offered makes apps again: that is a rotation as any other.
        let command = open(both()).await;
        offered(&command).await;
        own(&server).create_client(&spec("early")).await.unwrap();
        in_force(&command).await;
        server.caches.catch_up().await.unwrap();
        own(&server).create_client(&spec("notes")).await.unwrap();
        own(&server).put_app(&app_spec(), &[]).await.unwrap();
        assert_eq!(delivered(&server, "notes").await, secret, "as before the database was lost");
        assert_eq!(cookie_key(&server, &guarded).await, cookie);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_new_database_all_keys_are_known_and_no_rotation_goes_back_to_one() {
    on_both!(|home| {
        let at = doorstep_store::testing::migrated(home.at.engine).await;
        let newest_first = || KeySource::outside(format!("{NEW}\n{ROOT}").parse().unwrap());
        let open = || Instance::open(at.db.clone(), home.clock.clone(), newest_first(), with_settings(settings()));
        for instance in [open().await.unwrap(), open().await.unwrap()] {
            let keyring = &instance.context.keyring;
            let named: Vec<_> = keyring.root_keys().iter().rev().map(|record| record.id.clone()).collect();
            assert_eq!((named, keyring.generation()), (keyring.held(), second()));
            assert_eq!(keyring.spares(), []);
            assert!(matches!(instance.root_keys.offer(&manage(&instance)).await, Err(NotOffered::NoSpare)));
        }
        assert!(is_for_releases_of(&at.at, 4), "a release that knows one key alone does not work with it");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_names_no_root_key_is_under_the_one_that_opens_it() {
    on_both!(|home| {
        let rows = keys::all(&mut home.db().read().await.unwrap()).await.unwrap();
        assert!(!rows.is_empty());
        let at = doorstep_store::testing::migrated(home.at.engine).await;
        for row in &rows {
            keys::insert(&mut at.db.write().await.unwrap(), row).await.unwrap();
        }
        let newest_first = KeySource::outside(format!("{NEW}\n{ROOT}").parse().unwrap());
        let open = |keys: KeySource| Instance::open(at.db.clone(), home.clock.clone(), keys, with_settings(settings()));
        let alien = KeySource::from(&RootKey::from_text(NEW, "test").unwrap());
        assert!(matches!(open(alien).await, Err(InternalError::Key(KeyError::Unseal(_)))));
        let opened = open(newest_first).await.unwrap();
        let named: Vec<_> = opened.context.keyring.root_keys().iter().map(|record| record.id.clone()).collect();
        assert_eq!(named, home.instance.context.keyring.held());
    });
}
