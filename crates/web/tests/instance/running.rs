//! The instance under test.

use crate::browser::Browser;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_app::{
    ambient::Ambient,
    instance::Instance,
    keyring::{ROOT_KEY_LEN, RootKey},
    settings::{Live, Settings},
};
use doorstep_core::{
    access::{Act, Actor, ManageUsers, ON_THE_HOST},
    id::{ClientId, GroupName},
    model::{App, Client, ClientAuthMethod, ClientSecret, Level, OwnCookie, Owner, PkcePolicy, Rule, SigningAlg},
    secret::Secret,
    time::{Timestamp, Ttl},
};
use doorstep_store::{
    Db, apps, clients, generations,
    testing::{self, Engine, TestDb},
};
use doorstep_web::{App as Server, Bounds, Listener, Trusted, Web, serve};
use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

pub(crate) const ISSUER: &str = "https://auth.example.org";
/// Where programs beside the server reach it.
pub(crate) const INTERNAL: &str = "http://doorstep:8480";
pub(crate) const CALLBACK: &str = "https://photos.example.org/cb";

/// A running instance.
pub(crate) struct Running {
    pub(crate) instance: Arc<Instance>,
    pub(crate) web: Arc<Web>,
    pub(crate) at: SocketAddr,
    _db: TestDb,
}

/// An instance in which nobody lives yet, without passwords.
pub(crate) async fn empty() -> Running {
    with_passwords(false).await
}

/// An instance in which nobody lives yet.
pub(crate) async fn with_passwords(passwords: bool) -> Running {
    behind(passwords, true, Bounds::default()).await
}

/// An instance that trusts no proxy.
pub(crate) async fn trusting_nobody() -> Running {
    behind(false, false, Bounds::default()).await
}

/// An instance with other bounds, whose visitors come by a trusted proxy or not.
pub(crate) async fn within(bounds: Bounds, by_proxy: bool) -> Running {
    behind(false, by_proxy, bounds).await
}

async fn behind(passwords: bool, by_proxy: bool, bounds: Bounds) -> Running {
    let make = async |db: &Db| {
        Instance::open(db.clone(), ambient(), &root(), settings(false)).await.unwrap();
    };
    on(testing::with_signing_keys(Engine::Sqlite, make).await, passwords, by_proxy, bounds).await
}

fn ambient() -> Ambient {
    Ambient::fixed(Timestamp::from_seconds(1_800_000_000), 7)
}

fn root() -> RootKey {
    RootKey::from_text(&URL_SAFE_NO_PAD.encode([7; ROOT_KEY_LEN]), "a test").unwrap()
}

fn settings(passwords: bool) -> Settings {
    let live = Live {
        name: "Doorstep".to_owned(),
        language: doorstep_core::model::Language::English,
        session_idle: Ttl::from_days(7),
        session_absolute: Ttl::from_days(28),
        id_token_ttl: Ttl::from_hours(1),
        app_session: Ttl::from_days(1),
        passwords,
        console: Some(Level::TwoFactors),
        audit_keep: Some(Ttl::from_days(365)),
        mail: false,
        recovery: None,
        registration: doorstep_core::access::Registering::default(),
        upstreams: Vec::new(),
    };
    Settings::new(ISSUER.to_owned(), 2, live).with_internal(Some(INTERNAL.to_owned()))
}

/// An instance that had these issuers before.
pub(crate) async fn formerly(former: &[&str]) -> Running {
    let make = async |db: &Db| {
        Instance::open(db.clone(), ambient(), &root(), settings(false)).await.unwrap();
    };
    let db = testing::with_signing_keys(Engine::Sqlite, make).await;
    let former = former.iter().map(|&issuer| issuer.to_owned()).collect();
    started(db, settings(false).with_former(former), true, Bounds::default()).await
}

/// An instance on this database.
pub(crate) async fn on(db: TestDb, passwords: bool, by_proxy: bool, bounds: Bounds) -> Running {
    started(db, settings(passwords), by_proxy, bounds).await
}

async fn started(db: TestDb, settings: Settings, by_proxy: bool, bounds: Bounds) -> Running {
    let instance = Instance::open(db.db.clone(), ambient(), &root(), settings).await.unwrap();
    let instance = Arc::new(instance);
    let web = Arc::new(Web::new(Arc::clone(&instance), trusted(by_proxy)));
    let server = Server::new(Arc::clone(&web)).within(bounds);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(serve(Listener::Tcp(listener), server, Arc::new(|| None), std::future::pending()));
    Running { instance, web, at, _db: db }
}

/// The proxy on this machine, or none.
pub(crate) fn trusted(by_proxy: bool) -> Trusted {
    let networks = by_proxy.then(|| "127.0.0.1/32".parse().unwrap()).into_iter().collect();
    Trusted { networks, unix: false, secrets: None }
}

impl Running {
    /// A browser without cookies.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.at)
    }

    /// Time goes by.
    pub(crate) fn pass(&self, ttl: Ttl) {
        self.instance.context.ambient.advance(ttl);
    }

    /// Declares a confidential app called `photos`, after `change`.
    pub(crate) async fn declare(&self, change: impl FnOnce(&mut Client)) {
        let mut client = Client {
            id: "photos".parse().unwrap(),
            name: "Photos".to_owned(),
            app: Some("photos".parse().unwrap()),
            extra: None,
            enabled: true,
            auth_method: ClientAuthMethod::Either,
            secret: ClientSecret::derived(1),
            redirect_uris: vec![CALLBACK.to_owned()],
            post_logout_redirect_uris: vec!["https://photos.example.org/bye".to_owned()],
            native: false,
            device: false,
            scopes: ["openid", "profile", "email", "groups", "offline_access"].map(str::to_owned).into(),
            pkce: PkcePolicy::Optional,
            first_party: true,
            id_token_alg: SigningAlg::Es256,
            claims_in_id_token: false,
            iss_parameter: true,
            allow: None,
            require: None,
            role_claim: None,
            access_ttl: Ttl::from_minutes(15),
            refresh_ttl: Ttl::from_days(30),
            owner: Owner::Config,
        };
        change(&mut client);
        let app = App {
            name: "photos".parse().unwrap(),
            title: client.name.clone(),
            url: "https://photos.example.org".to_owned(),
            allow: client.allow.clone(),
            require: None,
            client: Some(client.id.clone()),
            protected: false,
            own_cookies: BTreeSet::new(),
            rules: Vec::new(),
            authorization: doorstep_core::model::AuthorizationHeader::Pass,
            posture: doorstep_core::model::Posture::Headers,
            icon: None,
            owner: Owner::Config,
        };
        let mut tx = self.instance.context.db.begin().await.unwrap();
        clients::put(&mut tx, &client, self.instance.now()).await.unwrap();
        apps::put(&mut tx, &app, self.instance.now()).await.unwrap();
        generations::bump(&mut tx, "declared").await.unwrap();
        tx.commit().await.unwrap();
        self.instance.caches.catch_up().await.unwrap();
    }

    /// Declares an app at `https://wiki.example.org` that has no sign-in of its own.
    pub(crate) async fn guard(&self) {
        self.guard_by(Vec::new()).await;
    }

    /// The same, with rules.
    pub(crate) async fn guard_by(&self, rules: Vec<Rule>) {
        self.guard_at("https://wiki.example.org", rules).await;
    }

    /// The same, at another address.
    pub(crate) async fn guard_at(&self, url: &str, rules: Vec<Rule>) {
        let url = url.to_owned();
        self.guard_app(|app| (app.url, app.rules) = (url, rules)).await;
    }

    /// The same, after `change`.
    pub(crate) async fn guard_app(&self, change: impl FnOnce(&mut App)) {
        let mut app = App {
            name: "wiki".parse().unwrap(),
            title: "Wiki".to_owned(),
            url: "https://wiki.example.org".to_owned(),
            allow: None,
            require: None,
            client: None,
            protected: true,
            rules: Vec::new(),
            authorization: doorstep_core::model::AuthorizationHeader::Pass,
            posture: doorstep_core::model::Posture::Headers,
            own_cookies: [OwnCookie::new("wiki_session", None), OwnCookie::new("wiki_all", Some("example.org"))]
                .map(Result::unwrap)
                .into(),
            icon: None,
            owner: Owner::Config,
        };
        change(&mut app);
        let mut tx = self.instance.context.db.begin().await.unwrap();
        apps::put(&mut tx, &app, self.instance.now()).await.unwrap();
        generations::bump(&mut tx, "declared").await.unwrap();
        tx.commit().await.unwrap();
        self.instance.caches.catch_up().await.unwrap();
    }

    /// The secret of `photos`.
    pub(crate) fn client_secret(&self) -> Secret<String> {
        let id: ClientId = "photos".parse().unwrap();
        self.instance.context.keyring.client_secret(&id, 1).unwrap()
    }

    /// The command line manages people.
    pub(crate) fn act(&self) -> Act<'static, ManageUsers> {
        self.instance.context.require(ManageUsers, Actor::Cli, &ON_THE_HOST).unwrap()
    }

    /// Makes an account; the path of its enrolment link.
    pub(crate) async fn add_person(&self, name: &str) -> String {
        let act = self.act();
        let typed = doorstep_app::accounts::NewPerson {
            name: name.to_owned(),
            email: format!("{name}@example.org"),
            ..doorstep_app::accounts::NewPerson::default()
        };
        let (_, link) = self.instance.accounts.add_person(&act, typed, BTreeSet::new()).await.unwrap();
        link.url.strip_prefix(ISSUER).unwrap().to_owned()
    }

    /// Switches an account off or on.
    pub(crate) async fn set_active(&self, name: &str, active: bool) {
        let act = self.act();
        self.instance.accounts.set_active(&act, name, active).await.unwrap();
    }
}

/// A group's name.
pub(crate) fn group(name: &str) -> GroupName {
    name.parse().unwrap()
}
