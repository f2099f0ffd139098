//! Doorstep as its own provider: what is declared is made once, delivered byte for byte, and goes whole.

use crate::fixture::{Home, on_both, root, settings, text};
use doorstep_app::{instance::Instance, onboarding::OwnProvider};
use doorstep_core::{
    id::AppName,
    model::{ClientAuthMethod, ClientSecret, Owner},
};
use doorstep_deliver::{FileSink, Sinks};
use doorstep_onboard::{
    desired::{Desired, DesiredApp},
    execute::execute,
    observe::observe,
    plan::{Choices, Plan, plan},
    provider::{Provider, ProviderError},
    spec::{AppSpec, ClientSpec},
};

/// Nothing is delivered in these tests.
fn sink() -> Sinks {
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
        protected: !client,
        signs_in: client,
    };
    let redirect = vec![format!("https://{text}.example.org/cb")];
    let client = client.then(|| ClientSpec::new(name(text), text, redirect));
    DesiredApp { spec, client, deliveries: Vec::new(), setup: Vec::new(), doors: None }
}

async fn planned(home: &Home, desired: &Desired, prune: bool) -> Plan {
    let observed = observe(desired, &OwnProvider(&home.instance.onboarding), &sink()).await.unwrap();
    plan(desired, &observed, &Choices { prune, ..Choices::default() })
}

async fn applied(home: &Home, desired: &Desired, prune: bool) -> Plan {
    let planned = planned(home, desired, prune).await;
    let report = execute(&planned, &OwnProvider(&home.instance.onboarding), &sink()).await;
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
        let again = execute(&first, &OwnProvider(&home.instance.onboarding), &sink()).await;
        assert!(again.succeeded(), "{again:?}");
        assert!(!planned(&home, &desired, false).await.has_steps());
        assert_eq!(self::secret(&home.instance, "grafana").await.unwrap(), secret);
        let replica = home.replica().await;
        assert_eq!(self::secret(&replica, "grafana").await.unwrap(), secret, "another process delivers the same");
        assert!(replica.snapshot().hosts().get("wiki.example.org").is_some());
    });
}

async fn secret(instance: &Instance, app: &str) -> Option<String> {
    let credentials = OwnProvider(&instance.onboarding).credentials(&name(app)).await.unwrap()?;
    Some(credentials.client_secret?.expose().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_the_secret_and_a_restart_of_the_house_too() {
    on_both!(|home| {
        let mut desired = Desired { apps: vec![app("grafana", true)], ..Desired::default() };
        applied(&home, &desired, false).await;
        let before = secret(&home.instance, "grafana").await.unwrap();
        let label = OwnProvider(&home.instance.onboarding).random_secret(&name("grafana"), "COOKIE").await.unwrap();
        desired.apps[0].client.as_mut().unwrap().redirect_uris.push("https://grafana.example.org/second".into());
        let observed = observe(&desired, &OwnProvider(&home.instance.onboarding), &sink()).await.unwrap();
        let accept = [name("grafana")].into();
        let changed = plan(&desired, &observed, &Choices { accept, ..Choices::default() });
        assert!(changed.has_steps());
        execute(&changed, &OwnProvider(&home.instance.onboarding), &sink()).await;
        assert!(!planned(&home, &desired, false).await.has_steps());
        assert_eq!(secret(&home.instance, "grafana").await.unwrap(), before);
        let again = Instance::open(home.db().clone(), home.clock.clone(), &root(), settings()).await.unwrap();
        assert_eq!(secret(&again, "grafana").await.unwrap(), before);
        let again = OwnProvider(&again.onboarding).random_secret(&name("grafana"), "COOKIE").await.unwrap();
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
        assert!(home.instance.snapshot().client(&id).is_none());
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
        let mut by_hand = home.instance.snapshot().client_named("grafana").unwrap().as_ref().clone();
        (by_hand.app, by_hand.owner) = (None, Owner::Console);
        by_hand.redirect_uris = vec!["https://by-hand.example.org/cb".into()];
        let now = home.instance.now();
        let mut tx = home.db().begin().await.unwrap();
        doorstep_store::clients::put(&mut tx, &by_hand, now).await.unwrap();
        tx.commit().await.unwrap();
        let spec = ClientSpec::new(name("grafana"), "Grafana", vec!["https://grafana.example.org/cb".into()]);
        let refused = OwnProvider(&home.instance.onboarding).create_client(&spec).await;
        assert!(matches!(refused, Err(ProviderError::Refused(_))));
        let kept = doorstep_store::clients::by_id(&mut home.db().read().await.unwrap(), &by_hand.id).await.unwrap();
        assert_eq!(kept, Some(by_hand));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_client_has_no_secret() {
    on_both!(|home| {
        let id = home.client("phone", |spec| spec.auth_method = ClientAuthMethod::None).await;
        assert_eq!(secret(&home.instance, "phone").await, None);
        assert_eq!(home.instance.snapshot().client(&id).unwrap().secret, ClientSecret::None);
        assert!(OwnProvider(&home.instance.onboarding).credentials(&name("nothing")).await.unwrap().is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_in_use_never_comes_back() {
    on_both!(|home| {
        let id = home.client("grafana", |_| {}).await;
        let provider = OwnProvider(&home.instance.onboarding);
        let first = secret(&home.instance, "grafana").await.unwrap();
        let spec = ClientSpec::new(name("grafana"), "Grafana", vec!["https://grafana.example.org/cb".into()]);
        provider.delete_client(&name("grafana")).await.unwrap();
        provider.create_client(&spec).await.unwrap();
        let second = secret(&home.instance, "grafana").await.unwrap();
        let mut public = spec.clone();
        public.auth_method = ClientAuthMethod::None;
        provider.update_client(&public).await.unwrap();
        assert_eq!(secret(&home.instance, "grafana").await, None);
        provider.update_client(&spec).await.unwrap();
        let third = secret(&home.instance, "grafana").await.unwrap();
        assert!(first != second && second != third && first != third);
        provider.update_client(&spec).await.unwrap();
        assert_eq!(secret(&home.instance, "grafana").await, Some(third), "an update changes no secret");
        let kept = doorstep_store::clients::by_id(&mut home.db().read().await.unwrap(), &id).await.unwrap().unwrap();
        assert_eq!(kept.secret, ClientSecret::Derived { version: 3 });
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
        OwnProvider(&home.instance.onboarding).update_client(&spec).await.unwrap();
        let kept = doorstep_store::clients::by_id(&mut home.db().read().await.unwrap(), &id).await.unwrap().unwrap();
        assert_eq!((kept.enabled, kept.name.as_str(), kept.secret), (false, "Charts", off.secret));
    });
}
