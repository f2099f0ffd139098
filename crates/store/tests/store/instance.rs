//! One instance with somebody in it: sample nouns for the tests of the store.

use doorstep_core::{
    entropy::Entropy,
    id::{AppName, ClientId, GrantId, GroupName, SessionId, UserId},
    model::{
        Alive, Amr, App, AppSession, AuthorizationCode, AuthorizationHeader, Client, ClientAuthMethod, ClientSecret,
        Effect, Grant, GrantSubject, IconSource, Link, LinkPurpose, OwnCookie, Owner, PersonInSession, PkcePolicy,
        Place, Posture, Proof, RelayCode, RoleClaim, Rule, Session, SigningAlg, StoredToken, User,
    },
    secret::{SecretHash, Token, TokenKind},
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, Db, apps, clients, grants, groups, groups::MemberSource, sessions, users};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) fn later(seconds: i64) -> Timestamp {
    NOW + Ttl::from_seconds(seconds)
}

pub(crate) fn id<T: TryFrom<String>>(text: &str) -> T {
    T::try_from(text.to_owned()).ok().expect("a good id")
}

pub(crate) fn hash(kind: TokenKind, seed: u64) -> SecretHash {
    Token::random(kind, &mut Entropy::seeded(seed)).hash()
}

pub(crate) fn scopes(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

pub(crate) fn group_set(names: &[&str]) -> BTreeSet<GroupName> {
    names.iter().map(|name| id(name)).collect()
}

pub(crate) fn user(name: &str) -> User {
    User {
        display_name: format!("{name} «Ünï» O'Brien"),
        email: Some(format!("{name}@example.org")),
        given_name: Some(format!("{name} «Ünï»")),
        family_name: Some("O'Brien".into()),
        email_verified: true,
        ..User::new(id(&format!("u-{name}")), name.parse().expect("a good name"), NOW)
    }
}

pub(crate) fn session(name: &str, user: &UserId) -> Session {
    Session {
        id: id(name),
        user: user.clone(),
        auth_time: NOW,
        amr: Amr::Passkey,
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: later(3600),
    }
}

pub(crate) fn client(name: &str) -> Client {
    Client {
        id: id(name),
        name: format!("{name}'s \"name\""),
        app: Some(id("wiki")),
        extra: None,
        enabled: true,
        auth_method: ClientAuthMethod::Either,
        secret: ClientSecret::derived(3),
        redirect_uris: vec!["https://wiki.example.org/cb".into()],
        post_logout_redirect_uris: vec![],
        native: false,
        device: false,
        scopes: scopes("openid profile"),
        pkce: PkcePolicy::Required,
        first_party: true,
        id_token_alg: SigningAlg::EdDsa,
        claims_in_id_token: false,
        iss_parameter: true,
        allow: Some(group_set(&["family"])),
        require: None,
        role_claim: Some(RoleClaim {
            claim: "role".into(),
            values: BTreeMap::from([(id("family"), "Editor".into())]),
            order: vec![id("family")],
        }),
        access_ttl: Ttl::from_minutes(10),
        refresh_ttl: Ttl::from_days(30),
        owner: Owner::Config,
    }
}

pub(crate) fn app(name: &str) -> App {
    App {
        name: id(name),
        title: "Wiki".into(),
        url: "https://wiki.example.org".into(),
        allow: None,
        require: None,
        client: None,
        protected: true,
        own_cookies: [("sid", None), ("all", Some("example.org"))]
            .map(|(name, domain)| OwnCookie::new(name, domain).unwrap())
            .into(),
        rules: vec![Rule {
            paths: vec!["/api/".to_owned().try_into().unwrap()],
            methods: [doorstep_core::model::RuleMethod::try_from("GET".to_owned()).unwrap()].into(),
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            effect: Effect::SignIn { allow: Some(["family".parse().unwrap()].into()), proof: Proof::default() },
        }],
        authorization: AuthorizationHeader::Ignore,
        posture: Posture::default(),
        icon: Some(IconSource::address("https://wiki.example.org/logo.svg")),
        owner: Owner::Config,
    }
}

pub(crate) fn grant(name: &str) -> Grant {
    Grant {
        id: id(name),
        subject: GrantSubject::Person(PersonInSession {
            user: id("u-ada"),
            session: id("s-ada"),
            nonce: Some("n-0S6_WzA2Mj".into()),
            auth_time: NOW,
            amr: Amr::Password,
            offline: false,
        }),
        client: id("wiki-client"),
        scopes: scopes("openid profile"),
        created_at: NOW,
        revoked_at: None,
    }
}

/// A client's own, RFC 6749 §4.4.
pub(crate) fn grant_of_client(name: &str) -> Grant {
    Grant { subject: GrantSubject::Client, ..grant(name) }
}

/// What `change` makes of the person of a grant.
pub(crate) fn with_person(mut grant: Grant, change: impl FnOnce(&mut PersonInSession)) -> Grant {
    if let GrantSubject::Person(person) = &mut grant.subject {
        change(person);
    }
    grant
}

pub(crate) fn code(grant: &str) -> AuthorizationCode {
    AuthorizationCode {
        grant: id(grant),
        redirect_uri: "https://wiki.example.org/cb".into(),
        code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        expires_at: later(60),
        consumed_at: None,
    }
}

pub(crate) fn token(grant: &str, lives: i64) -> StoredToken {
    StoredToken {
        grant: id(grant),
        scopes: scopes("openid"),
        created_at: NOW,
        expires_at: later(lives),
        consumed_at: None,
    }
}

pub(crate) fn link(purpose: LinkPurpose, user: Option<UserId>) -> Link {
    Link { purpose, user, groups: group_set(&["admins", "family"]), expires_at: later(900), consumed_at: None }
}

pub(crate) fn relay_code() -> RelayCode {
    RelayCode {
        session: id("s-ada"),
        user: id("u-ada"),
        app: id("wiki"),
        host: "wiki.example.org:8443".into(),
        browser_hash: "browser".into(),
        return_path: "/page?a=1".into(),
        expires_at: later(30),
    }
}

pub(crate) fn app_session() -> AppSession {
    AppSession {
        session: id("s-ada"),
        user: id("u-ada"),
        app: id("wiki"),
        host: "wiki.example.org".into(),
        expires_at: later(3600),
    }
}

/// Ada, in the groups `admins` and `family`, signed in; a client, an app and a grant.
pub(crate) async fn furnish(conn: &mut Conn) {
    let ada = user("ada");
    users::insert(conn, &ada, "handle-of-ada").await.expect("ada");
    for name in ["family", "admins"] {
        let group: GroupName = id(name);
        groups::ensure(conn, &group, NOW).await.expect("a group");
        assert!(groups::add_member(conn, &ada.id, &group, MemberSource::Console).await.expect("a member"));
    }
    clients::put(conn, &client("wiki-client"), NOW).await.expect("a client");
    apps::put(conn, &app("wiki"), NOW).await.expect("an app");
    sessions::insert(conn, &hash(TokenKind::Session, 1), &session("s-ada", &ada.id), &Place::default())
        .await
        .expect("a session");
    grants::insert(conn, &grant("g-1")).await.expect("a grant");
}

/// The same, and a connection that writes.
pub(crate) async fn furnished(db: &Db) -> Conn {
    let mut tx = db.begin().await.expect("a transaction");
    furnish(&mut tx).await;
    tx.commit().await.expect("a commit");
    db.write().await.expect("the writer")
}

/// The ids that [`furnish`] uses.
pub(crate) fn ada() -> UserId {
    id("u-ada")
}
pub(crate) fn wiki_client() -> ClientId {
    id("wiki-client")
}
pub(crate) fn wiki() -> AppName {
    id("wiki")
}
pub(crate) fn ada_session() -> SessionId {
    id("s-ada")
}
pub(crate) fn first_grant() -> GrantId {
    id("g-1")
}

/// Sessions that were used within an hour are alive.
pub(crate) fn alive(now: Timestamp) -> Alive {
    Alive { now, idle: Ttl::from_hours(1) }
}
