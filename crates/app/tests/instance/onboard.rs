//! Doorstep as its own provider: what is declared is made once, delivered byte for byte, and goes whole.

use crate::fixture::{Home, on_both, own, root, settings, text, with_settings};
use doorstep_app::{instance::Instance, onboarding::PROVIDER};
use doorstep_core::{
    id::AppName,
    model::{ClientAuthMethod, ClientSecret, EventKind, Owner, UserName},
};
use doorstep_deliver::{FileSink, Sinks};
use doorstep_onboard::{
    desired::{Desired, DesiredApp},
    execute::execute,
    ledger::Ledger,
    means::Means,
    observe::observe,
    plan::{Choices, Plan, plan},
    provider::{Provider, ProviderError, Sought},
    reference::NothingToRead,
    spec::{AppSpec, ClientSpec},
};

/// Nothing is delivered in these tests.
pub(crate) fn sink() -> Sinks {
    Sinks::default().with("file", FileSink::new(std::path::PathBuf::from("/nonexistent")))
}

fn name(text: &str) -> AppName {
    text.parse().unwrap()
}

fn app(text: &str, client: bool) -> DesiredApp {
    let spec = AppSpec {
        name: name(text),
        title: text.to_owned(),
        url: format!("https://{text}.example.org"),
        allow: None,
        require: None,
        protected: !client,
        own_cookies: std::collections::BTreeSet::new(),
        rules: Vec::new(),
        authorization: doorstep_core::model::AuthorizationHeader::Pass,
        posture: doorstep_core::model::Posture::Headers,
        icon: None,
        signs_in: client,
    };
    let redirect = vec![format!("https://{text}.example.org/cb")];
    let client = client.then(|| ClientSpec::new(name(text), text, redirect));
    DesiredApp {
        opens: Vec::new(),
        spec,
        client,
        extras: Vec::new(),
        deliveries: Vec::new(),
        setup: Vec::new(),
        doors: None,
        icon: None,
        letter: None,
        reopens: Vec::new(),
        in_clear: Vec::new(),
    }
}

/// What onboarding works with here.
macro_rules! means {
    ($instance:expr) => {
        &Means {
            provider: &own(&$instance),
            ledger: &crate::fixture::ledger(&$instance, PROVIDER),
            sink: &sink(),
            references: &NothingToRead,
        }
    };
}

async fn planned(home: &Home, desired: &Desired, prune: bool) -> Plan {
    let observed = observe(desired, means!(home.instance)).await.unwrap();
    plan(desired, &observed, &Choices { prune, ..Choices::default() })
}

async fn applied(home: &Home, desired: &Desired, prune: bool) -> Plan {
    let planned = planned(home, desired, prune).await;
    let report = execute(&planned, means!(home.instance)).await;
    assert!(report.succeeded(), "{report:?}");
    planned
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_plan_is_empty_and_the_same_plan_twice_does_no_harm() {
    on_both!(|home| {
        let desired = Desired { apps: vec![app("grafana", true), app("wiki", false)], ..Desired::default() };
        let first = applied(&home, &desired, false).await;
        assert!(first.has_steps());
        let secret = secret(&home.instance, "grafana").await.unwrap();
        assert!(!planned(&home, &desired, false).await.has_steps());
        let again = execute(&first, means!(home.instance)).await;
        assert!(again.succeeded(), "{again:?}");
        assert!(!planned(&home, &desired, false).await.has_steps());
        assert_eq!(self::secret(&home.instance, "grafana").await.unwrap(), secret);
        let replica = home.replica().await;
        assert_eq!(self::secret(&replica, "grafana").await.unwrap(), secret, "another process delivers the same");
        assert!(replica.caches.believed().await.unwrap().hosts().get("wiki.example.org").is_some());
    });
}

async fn secret(instance: &Instance, app: &str) -> Option<String> {
    let credentials = own(instance).credentials(&app.parse().unwrap()).await.unwrap()?;
    Some(credentials.client_secret?.expose().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_the_secret_and_a_restart_of_the_instance_too() {
    on_both!(|home| {
        let mut desired = Desired { apps: vec![app("grafana", true)], ..Desired::default() };
        applied(&home, &desired, false).await;
        let before = secret(&home.instance, "grafana").await.unwrap();
        let label =
            crate::fixture::ledger(&home.instance, PROVIDER).random_secret(&name("grafana"), "COOKIE").await.unwrap();
        desired.apps[0].client.as_mut().unwrap().redirect_uris.push("https://grafana.example.org/second".into());
        let observed = observe(&desired, means!(home.instance)).await.unwrap();
        let accept = [name("grafana")].into();
        let changed = plan(&desired, &observed, &Choices { accept, ..Choices::default() });
        assert!(changed.has_steps());
        execute(&changed, means!(home.instance)).await;
        assert!(!planned(&home, &desired, false).await.has_steps());
        assert_eq!(secret(&home.instance, "grafana").await.unwrap(), before);
        let again =
            Instance::open(home.db().clone(), home.clock.clone(), &root(), with_settings(settings())).await.unwrap();
        assert_eq!(secret(&again, "grafana").await.unwrap(), before);
        let again = crate::fixture::ledger(&again, PROVIDER).random_secret(&name("grafana"), "COOKIE").await.unwrap();
        assert!(again.matches(label.expose().as_bytes()));
        assert_ne!(*label.expose(), before);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_35_a_client_that_goes_takes_its_grants_along_and_comes_back_without() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let mut desired = Desired { apps: vec![app("grafana", true)], ..Desired::default() };
        desired.apps[0].client.as_mut().unwrap().scopes.insert("offline_access".into());
        applied(&home, &desired, false).await;
        let id = "grafana".parse().unwrap();
        let tokens = home.tokens(&ada, &id, "openid offline_access").await;
        let code = home.code(&ada, &id, "openid").await;
        applied(&home, &Desired::default(), true).await;
        assert!(home.instance.caches.client("grafana").await.unwrap().is_none());
        assert!(!home.opens(&tokens).await);
        applied(&home, &desired, false).await;
        assert!(home.refresh(text(&tokens, "refresh_token"), &id).await.is_err());
        assert!(home.redeem(&code, &id).await.is_err());
        assert!(!home.opens(&tokens).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_by_hand_is_not_taken_by_its_name() {
    on_both!(|home| {
        home.client("grafana", |_| {}).await;
        let mut by_hand = home.instance.caches.client("grafana").await.unwrap().unwrap().as_ref().clone();
        (by_hand.app, by_hand.owner) = (None, Owner::Console);
        by_hand.redirect_uris = vec!["https://by-hand.example.org/cb".into()];
        let now = home.instance.now();
        let mut tx = home.db().begin().await.unwrap();
        doorstep_store::clients::put(&mut tx, &by_hand, now).await.unwrap();
        tx.commit().await.unwrap();
        let spec = ClientSpec::new(name("grafana"), "Grafana", vec!["https://grafana.example.org/cb".into()]);
        let refused = own(&home.instance).create_client(&spec).await;
        assert!(matches!(refused, Err(ProviderError::Refused(_))));
        let kept = doorstep_store::clients::by_id(&mut home.db().read().await.unwrap(), &by_hand.id).await.unwrap();
        assert_eq!(kept, Some(by_hand));
    });
}

/// However many apps and people there are, a start reads those that the configuration speaks of.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_by_hand_is_read_where_its_name_is_sought() {
    on_both!(|home| {
        applied(&home, &Desired { apps: vec![app("wiki", true)], ..Desired::default() }, false).await;
        let now = home.instance.now();
        let mut tx = home.db().begin().await.unwrap();
        for by_hand in ["grafana", "immich"] {
            let spec = ClientSpec::new(name(by_hand), by_hand, vec![format!("https://{by_hand}.example.org/cb")]);
            let mut client = doorstep_store::clients::of_app(&mut tx, &name("wiki")).await.unwrap().unwrap();
            (client.id, client.app, client.owner) = (by_hand.parse().unwrap(), Some(spec.app), Owner::Console);
            client.redirect_uris = spec.redirect_uris;
            doorstep_store::clients::put(&mut tx, &client, now).await.unwrap();
            let mut entry = doorstep_store::apps::by_name(&mut tx, &name("wiki")).await.unwrap().unwrap();
            (entry.name, entry.client, entry.owner) = (name(by_hand), Some(client.id), Owner::Console);
            entry.url = format!("https://{by_hand}.example.org");
            doorstep_store::apps::put(&mut tx, &entry, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (ada, bob) = (home.person("ada", &[]).await.user.name, "bob".parse().unwrap());
        home.person("eve", &[]).await;
        for (apps, people, only, found, accounts) in [
            (vec![], vec![], false, vec!["wiki"], vec![]),
            (vec!["grafana"], vec![ada.clone()], false, vec!["grafana", "wiki"], vec!["ada"]),
            // Somebody may be misspelt: then everyone may be meant.
            (vec!["unknown"], vec![ada, bob], false, vec!["wiki"], vec!["ada", "eve"]),
            (vec!["grafana"], vec![], true, vec!["grafana"], vec![]),
            (vec!["wiki"], vec![], true, vec!["wiki"], vec![]),
        ] {
            let apps = apps.into_iter().map(name).collect();
            let sought = Sought { apps, people: people.into_iter().collect(), only, ..Sought::default() };
            let held = own(&home.instance).observe(&sought).await.unwrap();
            let names = |names: Vec<&AppName>| names.into_iter().map(AppName::to_string).collect::<Vec<_>>();
            assert_eq!(names(held.clients.keys().collect()), found);
            assert_eq!(names(held.apps.keys().collect()), found);
            assert!(held.people.accounts.iter().map(UserName::as_str).eq(accounts), "{:?}", held.people);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_client_has_no_secret() {
    on_both!(|home| {
        let id = home.client("phone", |spec| spec.auth_method = ClientAuthMethod::None).await;
        assert_eq!(secret(&home.instance, "phone").await, None);
        assert_eq!(home.instance.caches.client(id.as_str()).await.unwrap().unwrap().secret, ClientSecret::None);
        assert!(own(&home.instance).credentials(&"nothing".parse().unwrap()).await.unwrap().is_none());
    });
}

/// What the log says about clients and apps, sorted: subject and what.
async fn lines(home: &Home) -> Vec<(String, String)> {
    let mut conn = home.db().read().await.unwrap();
    let events = doorstep_store::audit::recent(&mut conn, 100).await.unwrap();
    let kinds = [EventKind::ClientChanged.as_str(), EventKind::AppChanged.as_str()];
    let clients = events.into_iter().filter(|event| kinds.contains(&event.kind.as_str()));
    let mut lines: Vec<_> = clients.map(|event| (event.subject_id, event.detail)).collect();
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_what_changed_in_an_app_and_says_it_once() {
    on_both!(|home| {
        let mut desired = Desired { apps: vec![app("grafana", true), app("wiki", false)], ..Desired::default() };
        applied(&home, &desired, false).await;
        let line = |subject: &str, what: &str| (subject.to_owned(), format!("{{\"what\":\"{what}\"}}"));
        assert_eq!(lines(&home).await, [line("grafana", "client made"), line("wiki", "app written")]);
        let allow = Some(["admins".parse().unwrap()].into());
        desired.apps[0].spec.allow.clone_from(&allow);
        desired.apps[0].client.as_mut().unwrap().allow = allow;
        desired.apps[1].spec.title = "The wiki".into();
        applied(&home, &desired, false).await;
        let mut wanted = vec![
            line("grafana", "client made"),
            line("grafana", "who may use it"),
            line("wiki", "app written"),
            line("wiki", "name"),
        ];
        wanted.sort();
        assert_eq!(lines(&home).await, wanted);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_in_use_never_comes_back() {
    on_both!(|home| {
        let id = home.client("grafana", |_| {}).await;
        let provider = own(&home.instance);
        let first = secret(&home.instance, "grafana").await.unwrap();
        let spec = ClientSpec::new(name("grafana"), "Grafana", vec!["https://grafana.example.org/cb".into()]);
        provider.delete_client(&"grafana".parse().unwrap()).await.unwrap();
        provider.create_client(&spec).await.unwrap();
        let second = secret(&home.instance, "grafana").await.unwrap();
        let mut public = spec.clone();
        public.auth_method = ClientAuthMethod::None;
        provider.update_client(&"grafana".parse().unwrap(), &public, &[]).await.unwrap();
        assert_eq!(secret(&home.instance, "grafana").await, None);
        provider.update_client(&"grafana".parse().unwrap(), &spec, &[]).await.unwrap();
        let third = secret(&home.instance, "grafana").await.unwrap();
        assert!(first != second && second != third && first != third);
        provider.update_client(&"grafana".parse().unwrap(), &spec, &[]).await.unwrap();
        assert_eq!(secret(&home.instance, "grafana").await, Some(third), "an update changes no secret");
        let kept = doorstep_store::clients::by_id(&mut home.db().read().await.unwrap(), &id).await.unwrap().unwrap();
        assert_eq!(kept.secret, ClientSecret::derived(3));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_leaves_what_a_declaration_does_not_say() {
    on_both!(|home| {
        let id = home.client("grafana", |_| {}).await;
        let mut tx = home.db().begin().await.unwrap();
        let mut off = doorstep_store::clients::by_id(&mut tx, &id).await.unwrap().unwrap();
        off.enabled = false;
        doorstep_store::clients::put(&mut tx, &off, home.instance.now()).await.unwrap();
        tx.commit().await.unwrap();
        let spec = ClientSpec::new(name("grafana"), "Charts", vec!["https://grafana.example.org/cb".into()]);
        own(&home.instance).update_client(&"grafana".parse().unwrap(), &spec, &[]).await.unwrap();
        let kept = doorstep_store::clients::by_id(&mut home.db().read().await.unwrap(), &id).await.unwrap().unwrap();
        assert_eq!((kept.enabled, kept.name.as_str(), kept.secret), (false, "Charts", off.secret));
    });
}
