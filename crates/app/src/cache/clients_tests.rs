//! What is kept of clients, and what is not.

use super::*;
use crate::{
    ambient::Ambient,
    keyring::RootKey,
    settings::{Live, Settings},
};
use doorstep_core::{
    model::{ClientAuthMethod, ClientSecret, Owner, PkcePolicy, SigningAlg},
    time::{Timestamp, Ttl},
};
use doorstep_store::{
    revocations::Line,
    testing::{Engine, TestDb, migrated},
};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

async fn context() -> (Arc<Context>, TestDb) {
    let at = migrated(Engine::Sqlite).await;
    let live = Live {
        name: "The instance".into(),
        language: doorstep_core::model::Language::English,
        session_idle: Ttl::from_hours(12),
        session_absolute: Ttl::from_days(28),
        id_token_ttl: Ttl::from_hours(1),
        app_session: Ttl::from_days(7),
        passwords: false,
        console: None,
        audit_keep: None,
        mail: false,
        recovery: None,
        registration: doorstep_core::access::Registering::default(),
        upstreams: Vec::new(),
    };
    let settings = Settings::new("https://auth.example.org".into(), 1, live);
    let root = RootKey::from_text("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA", "a test").unwrap();
    (Arc::new(Context::new(at.db.clone(), Ambient::fixed(NOW, 1), &(&root).into(), settings).unwrap()), at)
}

fn client(id: &str) -> Client {
    Client {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        app: None,
        extra: None,
        enabled: true,
        auth_method: ClientAuthMethod::None,
        secret: ClientSecret::None,
        redirect_uris: vec![format!("https://{id}.example.org/cb")],
        post_logout_redirect_uris: vec![],
        native: false,
        device: false,
        scopes: ["openid".to_owned()].into(),
        pkce: PkcePolicy::Required,
        first_party: true,
        id_token_alg: SigningAlg::Rs256,
        claims_in_id_token: false,
        iss_parameter: true,
        allow: None,
        require: None,
        role_claim: None,
        access_ttl: Ttl::from_minutes(10),
        refresh_ttl: Ttl::from_days(30),
        owner: Owner::Console,
    }
}

async fn written(context: &Context, ids: &[&str]) {
    let mut tx = context.db.begin().await.unwrap();
    for id in ids {
        clients::put(&mut tx, &client(id), NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn line(kind: RevocationKind, subject: &str) -> Line {
    Line { seq: 1, kind, subject: subject.into(), at: NOW }
}

async fn filled(context: &Context) -> Clients {
    let clients = Clients::default();
    for id in ["files", "wiki"] {
        assert!(clients.load(context, id).await.unwrap().is_some());
    }
    assert!(clients.is_origin(context, "https://files.example.org").await.unwrap());
    clients
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_ends_what_it_names_and_no_more() {
    let (context, _at) = context().await;
    written(&context, &["files", "wiki"]).await;
    let new = |kind, subject| vec![line(kind, subject)];
    for (lines, left, origins) in [
        (new(RevocationKind::Client, "files"), [false, true], 0),
        (new(RevocationKind::Client, "mail"), [true, true], 0),
        (new(RevocationKind::User, "files"), [true, true], 1),
        (new(RevocationKind::App, "files"), [true, true], 1),
        (new(RevocationKind::All, ""), [false, false], 0),
        (vec![], [true, true], 1),
    ] {
        let clients = filled(&context).await;
        clients.apply(&Received::New(&lines));
        assert_eq!(["files", "wiki"].map(|id| clients.warm(id).is_some()), left, "{lines:?}");
        assert_eq!(clients.origins.len(), origins, "{lines:?}");
    }
    for received in [Received::Everything, Received::WentBack] {
        let clients = filled(&context).await;
        clients.apply(&received);
        assert_eq!((clients.warm.len(), clients.origins.len()), (0, 0), "{received:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_what_strangers_make_up_fills_no_memory() {
    let (context, _at) = context().await;
    written(&context, &["files"]).await;
    let clients = Clients::default();
    for n in 0..1_500 {
        assert!(clients.load(&context, &format!("made-up-{n}")).await.unwrap().is_none());
        assert!(!clients.is_origin(&context, &format!("https://made-up-{n}.test")).await.unwrap());
    }
    let long = "x".repeat(5_000);
    assert!(clients.load(&context, &long).await.unwrap().is_none());
    assert!(!clients.is_origin(&context, &long).await.unwrap());
    assert_eq!(clients.warm.len(), 0);
    assert!(clients.origins.len() <= ORIGINS, "{}", clients.origins.len());
    assert!(clients.load(&context, "files").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_what_is_not_warm_take_turns_and_what_changed_meanwhile_is_not_kept() {
    let (context, _at) = context().await;
    written(&context, &["files", "wiki"]).await;
    for (kind, kept) in [(RevocationKind::Client, false), (RevocationKind::User, true)] {
        let clients = Clients::default();
        let everyone = clients.turns.acquire_many(AT_ONCE.try_into().unwrap()).await.unwrap();
        let mut load = Box::pin(clients.load(&context, "files"));
        let mut origin = Box::pin(clients.is_origin(&context, "https://wiki.example.org"));
        let mut once = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(load.as_mut().poll(&mut once).is_pending(), "all turns are taken");
        assert!(origin.as_mut().poll(&mut once).is_pending(), "all turns are taken");
        clients.apply(&Received::New(&[line(kind, "files")]));
        drop(everyone);
        assert!(load.await.unwrap().is_some(), "it is good for this one answer");
        assert!(origin.await.unwrap());
        assert_eq!((clients.warm("files").is_some(), clients.origins.len()), (kept, usize::from(kept)), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_no_turn_is_told_to_come_back() {
    let (context, _at) = context().await;
    let clients = Clients::default();
    let _everyone = clients.turns.acquire_many(AT_ONCE.try_into().unwrap()).await.unwrap();
    let refused = clients.load(&context, "files").await;
    assert!(refused.is_err_and(|error| error.is_busy()));
}
