//! Further clients of an app in the database: made with it, found by their ids, and gone with it.

use crate::{
    fixture::{Home, ledger, on_both, own, refused, text},
    onboard::sink,
};
use doorstep_app::onboarding::PROVIDER;
use doorstep_core::{
    id::{AppName, ClientId},
    model::{Client, ClientAuthMethod, ClientSecret, Owner},
};
use doorstep_onboard::{
    desired::{Desired, DesiredApp},
    execute::execute,
    means::Means,
    observe::observe,
    plan::{Choices, Plan, plan},
    provider::{Provider, ProviderError},
    reference::NothingToRead,
    spec::{AppSpec, ClientSpec, Extra},
};
use doorstep_store::clients;

/// In the order of letters it comes before the app's own.
const DESKTOP: &str = "CloudDesktop";

fn name(text: &str) -> AppName {
    text.parse().unwrap()
}

fn id(text: &str) -> ClientId {
    text.parse().unwrap()
}

fn app(called: &str) -> DesiredApp {
    let url = format!("https://{called}.example.org");
    let allow: Option<std::collections::BTreeSet<_>> = Some(["users".parse().unwrap()].into());
    let mut client = ClientSpec::new(name(called), called, vec![format!("{url}/cb")]);
    client.allow.clone_from(&allow);
    let extra = ClientSpec {
        extra: Some(Extra { name: "desktop".into(), id: id(DESKTOP) }),
        auth_method: ClientAuthMethod::None,
        redirect_uris: vec![format!("https://{DESKTOP}.example.org/cb")],
        scopes: ["openid", "offline_access"].map(str::to_owned).into(),
        native: true,
        ..client.clone()
    };
    let own_cookies = std::collections::BTreeSet::new();
    let spec = AppSpec {
        name: name(called),
        title: called.into(),
        url,
        allow,
        require: None,
        protected: false,
        own_cookies,
        rules: Vec::new(),
        authorization: doorstep_core::model::AuthorizationHeader::Pass,
        posture: doorstep_core::model::Posture::Headers,
        icon: None,
        signs_in: true,
    };
    let (deliveries, setup, reopens) = (Vec::new(), Vec::new(), Vec::new());
    DesiredApp {
        opens: Vec::new(),
        spec,
        client: Some(client),
        extras: vec![extra],
        deliveries,
        setup,
        doors: None,
        icon: None,
        letter: None,
        reopens,
        in_clear: Vec::new(),
    }
}

fn with(apps: Vec<DesiredApp>) -> Desired {
    Desired { apps, ..Desired::default() }
}

async fn planned(home: &Home, desired: &Desired, choices: &Choices) -> Plan {
    let (provider, ledger, sink) = (own(&home.instance), ledger(&home.instance, PROVIDER), sink());
    let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
    plan(desired, &observe(desired, &means).await.unwrap(), choices)
}

async fn applied(home: &Home, desired: &Desired, choices: &Choices) {
    let plan = planned(home, desired, choices).await;
    let (provider, ledger, sink) = (own(&home.instance), ledger(&home.instance, PROVIDER), sink());
    let report =
        execute(&plan, &Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead }).await;
    assert!(report.succeeded(), "{report:?}");
}

async fn held(home: &Home, of: &str) -> Option<Client> {
    clients::by_id(&mut home.db().read().await.unwrap(), &id(of)).await.unwrap()
}

async fn put(home: &Home, client: &Client) {
    let mut tx = home.db().begin().await.unwrap();
    clients::put(&mut tx, client, home.instance.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn pruning() -> Choices {
    Choices { prune: true, ..Choices::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_client_of_an_app_is_never_taken_for_a_further_one_and_the_second_plan_is_empty() {
    on_both!(|home| {
        let (desired, choices) = (with(vec![app("cloud")]), Choices::default());
        applied(&home, &desired, &choices).await;
        assert!(!planned(&home, &desired, &choices).await.has_steps());
        let mut conn = home.db().read().await.unwrap();
        assert_eq!(clients::of_app(&mut conn, &name("cloud")).await.unwrap().unwrap().id, id("cloud"));
        drop(conn);
        let desktop = held(&home, DESKTOP).await.unwrap();
        assert_eq!((desktop.app, desktop.extra.as_deref()), (Some(name("cloud")), Some("desktop")));
        assert_eq!((desktop.owner, desktop.secret), (Owner::Config, ClientSecret::None));
        // What has no secret has none to rotate; the app's own goes on.
        let act = crate::fixture::may(&home.instance, doorstep_core::access::ManageApps);
        let terms = doorstep_core::model::RotationTerms { within: None, overlap: None };
        home.instance.onboarding.rotate(&act, &name("cloud"), (&terms, false)).await.unwrap();
        let kept = held(&home, "cloud").await.unwrap().secret;
        assert!(matches!(kept, ClientSecret::Derived { rotation: Some(_), .. }), "{kept:?}");
        assert_eq!(held(&home, DESKTOP).await.unwrap().secret, ClientSecret::None);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_35_whom_the_app_refuses_its_further_clients_refuse_and_with_it_their_grants_go() {
    on_both!(|home| {
        let (desired, desktop) = (with(vec![app("cloud")]), id(DESKTOP));
        applied(&home, &desired, &Choices::default()).await;
        let ada = home.person("ada", &["users"]).await;
        let tokens = home.tokens(&ada, &desktop, "openid offline_access").await;
        assert!(home.opens(&tokens).await);
        home.member("ada", "users", false).await;
        assert!(!home.opens(&tokens).await, "the group counts as it is now");
        assert_eq!(home.refresh(text(&tokens, "refresh_token"), &desktop).await, refused("invalid_grant"));
        home.member("ada", "users", true).await;
        let tokens = home.tokens(&ada, &desktop, "openid offline_access").await;
        home.switch("ada", false).await;
        assert!(!home.opens(&tokens).await, "so does the account");
        home.switch("ada", true).await;
        let ada = home.person("grace", &["users"]).await;
        let tokens = home.tokens(&ada, &desktop, "openid offline_access").await;
        applied(&home, &Desired::default(), &pruning()).await;
        assert!(held(&home, DESKTOP).await.is_none() && held(&home, "cloud").await.is_none());
        assert!(!home.opens(&tokens).await);
        applied(&home, &desired, &Choices::default()).await;
        assert!(!home.opens(&tokens).await, "it comes back without them");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_renamed_takes_them_along_and_whoever_is_signed_in_stays_so() {
    on_both!(|home| {
        applied(&home, &with(vec![app("cloud")]), &Choices::default()).await;
        let (ada, desktop) = (home.person("ada", &["users"]).await, id(DESKTOP));
        let tokens = home.tokens(&ada, &desktop, "openid offline_access").await;
        let renamed = with(vec![app("drive")]);
        applied(&home, &renamed, &Choices::default()).await;
        assert_eq!(held(&home, DESKTOP).await.unwrap().app, Some(name("drive")));
        applied(&home, &renamed, &pruning()).await;
        assert!(held(&home, "cloud").await.is_none());
        assert!(home.opens(&tokens).await);
        home.refresh(text(&tokens, "refresh_token"), &desktop).await.unwrap();
        assert!(!planned(&home, &renamed, &pruning()).await.has_steps());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_a_person_made_is_taken_over_only_when_that_is_said_and_anothers_never() {
    on_both!(|home| {
        let (desired, desktop) = (with(vec![app("cloud")]), id(DESKTOP));
        applied(&home, &desired, &Choices::default()).await;
        let made = held(&home, DESKTOP).await.unwrap();
        let by_hand = Client { app: None, extra: None, owner: Owner::Console, name: "Mine".into(), ..made.clone() };
        put(&home, &by_hand).await;
        let waiting = planned(&home, &desired, &Choices::default()).await;
        assert!(waiting.needs_a_person() && !waiting.has_steps(), "{waiting:?}");
        let spec = &desired.apps[0].extras[0];
        let provider = own(&home.instance);
        assert!(
            matches!(provider.create_client(spec).await, Err(ProviderError::Refused(why)) if why.contains(DESKTOP))
        );
        assert_eq!(held(&home, DESKTOP).await.unwrap(), by_hand, "to make one takes none over");
        let ada = home.person("ada", &["users"]).await;
        let tokens = home.tokens(&ada, &desktop, "openid offline_access").await;
        applied(&home, &desired, &Choices { accept: [name("cloud")].into(), ..Choices::default() }).await;
        assert_eq!(held(&home, DESKTOP).await.unwrap(), made);
        assert!(home.opens(&tokens).await);
        assert!(!planned(&home, &desired, &Choices::default()).await.needs_a_person());

        // Another app has it: whoever declares both is told; who declares the second alone while the first is there, too.
        let other = ClientSpec { app: name("other"), ..spec.clone() };
        assert!(matches!(provider.create_client(&other).await, Err(ProviderError::Refused(_))));
        assert_eq!(held(&home, DESKTOP).await.unwrap().app, Some(name("cloud")));
    });
}

/// Two applies at once make each client once, and a third finds nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_make_each_once() {
    on_both!(|home| {
        let desired = with(vec![app("cloud")]);
        let choices = Choices::default();
        let (first, second) = (planned(&home, &desired, &choices).await, planned(&home, &desired, &choices).await);
        let (provider, ledger, sink) = (own(&home.instance), ledger(&home.instance, PROVIDER), sink());
        let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
        let (first, second) = tokio::join!(execute(&first, &means), execute(&second, &means));
        assert!(first.succeeded() && second.succeeded(), "{first:?} {second:?}");
        assert!(!planned(&home, &desired, &choices).await.has_steps());
    });
}

/// A process that was killed made the app's own client and not the further one, or took that one away and not the own.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_finished_wherever_it_ended() {
    on_both!(|home| {
        let (desired, none) = (with(vec![app("cloud")]), Desired::default());
        let own_one = desired.apps[0].client.clone().unwrap();
        own(&home.instance).create_client(&own_one).await.unwrap();
        applied(&home, &desired, &Choices::default()).await;
        assert!(held(&home, DESKTOP).await.is_some());
        assert!(!planned(&home, &desired, &Choices::default()).await.has_steps());
        own(&home.instance).delete_client(&"cloud".parse().unwrap()).await.unwrap();
        applied(&home, &none, &pruning()).await;
        assert!(held(&home, DESKTOP).await.is_none());
        assert!(!planned(&home, &none, &pruning()).await.has_steps());
    });
}
