//! What a request causes stands in the audit log with the address that it came from and its id, whatever it was.

use crate::{
    admin_invitations, asked, authenticator,
    browser::{Browser, FORM},
    device_grant, invitations,
    person::{self, make, passkey, request},
    recovery::codes_on,
    relying_party::{redeem, token},
    running::{self, Running},
    upstream,
};
use doorstep_app::accounts::NewToken;
use doorstep_core::{
    access::{Actor, ManageApps, ON_THE_HOST},
    ceremony::soft::SoftAuthenticator,
    model::{
        App,
        EventKind::{self, *},
        RotationTerms,
    },
    oauth::params::encode_pairs,
    time::Ttl,
};
use doorstep_store::{
    apps,
    audit::{self, AuditLine},
    generations,
};
use reqwest::Method;
use serde_json::json;

const PASSWORD: &str = "correct horse battery";

/// What causes an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// A request, here of each kind.
    Request,
    /// A command, the configuration, the server by itself.
    Host,
    /// A request, and it leaves a line in the log alone (ADR 27).
    LineAlone,
}

/// A new kind of event has to find its place here, and in the list.
const fn cause(kind: EventKind) -> Cause {
    match kind {
        UserRemoved | ClientChanged | SecretRotated | RootKeyRotated | AppChanged | ProgramTokenEndsSoon
        | RecoverySent => Cause::Host,
        TokensRefreshed => Cause::LineAlone,
        SignedIn | SignInFailed | SignedOut | PasskeyAdded | PasskeyRemoved | PasskeyCloned | UserChanged
        | LinkMade | LinkUsed | ConsentGiven | ConsentWithdrawn | FamilyRevoked | PasswordChanged | CodeIssued
        | TokenRevoked | AppSessionBegun | LimitStruck | SecretFirstUsed | ProgramTokenRefused | ProgramTokenMade
        | ProgramTokenRevoked | AccessAsked | AccessGranted | AccessRefused | UserAdded | InviteMade | InviteUsed
        | InviteEnded | RecoveryKitMade | RecoveryKitRemoved | RecoveryCodeUsed | RecoveryRefused | DeviceApproved
        | DeviceRefused | DeviceSignedIn | IdentityLinked | IdentityUnlinked | TotpAdded | TotpRemoved
        | AddressAsked | AddressGivenUp | RecoveryAsked | RecoveryStopped | RegistrationAsked | RegistrationGranted
        | RegistrationRefused => Cause::Request,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_that_a_request_causes_has_its_address_and_its_id() {
    let running = running::with_passwords(true).await;
    running.declare(|client| (client.first_party, client.device) = (false, true)).await;
    running.guard().await;
    let (mut ada, mut soft) = person::ada(&running).await;
    at_an_app(&running, &mut ada).await;
    device_grant::one_is_refused_and_one_approved(&running, &mut ada).await;
    with_a_new_secret(&running).await;
    at_apps_that_refuse(&running, &mut ada).await;
    at_a_guarded_app(&running, &mut ada).await;
    let mut left = at_the_account(&running, &mut ada, &mut soft).await;
    at_the_door(&running, &mut soft).await;
    invitations::somebody_joins(&running).await;
    admin_invitations::one_is_made_and_ended(&running).await;
    let mut ada = running.browser();
    person::sign_in(&mut ada, &mut left, &json!({})).await.next();
    asked::each_is_asked_for_and_answered(&running, &mut ada).await;

    let lines = lines(&running).await;
    for line in &lines {
        let by_request = line.actor_kind != "cli" && line.actor_kind != "config";
        let reported = (line.ip.as_str(), !line.request_id.is_empty());
        assert_eq!(reported, if by_request { ("127.0.0.1", true) } else { ("", false) }, "{line:?}");
    }
    for kind in EventKind::ALL {
        let by_request = lines.iter().filter(|line| line.kind == kind.as_str() && !line.request_id.is_empty());
        assert_eq!(by_request.count() > 0, cause(kind) == Cause::Request, "{}", kind.as_str());
    }
}

async fn lines(running: &Running) -> Vec<AuditLine> {
    audit::recent(&mut running.instance.context.db.read().await.unwrap(), 1000).await.unwrap()
}

/// An event of a kind happened in the request that was just answered.
async fn is_of(running: &Running, kind: EventKind, request_id: &str) {
    let lines = lines(running).await;
    let of: Vec<_> = lines.iter().filter(|line| line.kind == kind.as_str()).collect();
    assert!(of.iter().any(|line| line.request_id == request_id), "{request_id} in {of:?}");
}

async fn at_an_app(running: &Running, ada: &mut Browser) {
    let consent = ada.get(&request("")).await;
    let id = consent.location().split_once("i=").unwrap().1.to_owned();
    let allowed = ada.post("/consent", &[("interaction", &id), ("decision", "allow")]).await;
    is_of(running, ConsentGiven, allowed.header("x-request-id")).await;
    let sent = ada.get(&allowed.goes_on_to()).await;
    is_of(running, CodeIssued, sent.header("x-request-id")).await;
    let tokens = redeem(running, &sent.sent("code").unwrap()).await;
    let secret = running.client_secret();
    let body = encode_pairs([
        ("client_id", "photos"),
        ("client_secret", secret.expose().as_str()),
        ("token", tokens["access_token"].as_str().unwrap()),
    ]);
    running.browser().send(Method::POST, "/revoke", &[], Some((FORM, body))).await;

    // Without a question by now; and a code that comes twice.
    let sent = ada.get(&request("")).await;
    is_of(running, CodeIssued, sent.header("x-request-id")).await;
    let code = sent.sent("code").unwrap();
    redeem(running, &code).await;
    let pairs = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", running::CALLBACK)];
    assert_eq!(token(running, &pairs).await.status, 400);
    ada.post("/account/apps/photos/end", &[]).await;
}

/// Somebody asks for two apps, and an administrator says yes and no.
async fn at_apps_that_refuse(running: &Running, ada: &mut Browser) {
    let mut tx = running.instance.context.db.begin().await.unwrap();
    let wiki = apps::by_name(&mut tx, &"wiki".parse().unwrap()).await.unwrap().unwrap();
    for name in ["keys", "safe"] {
        let (allow, url) = (["ops".parse().unwrap()].into(), format!("https://{name}.example.org"));
        let app = App { name: name.parse().unwrap(), url, allow: Some(allow), ..wiki.clone() };
        apps::put(&mut tx, &app, running.instance.now()).await.unwrap();
    }
    generations::bump(&mut tx, "declared").await.unwrap();
    tx.commit().await.unwrap();
    running.instance.caches.catch_up().await.unwrap();
    let (mut grace, _) = person::grace(running).await;
    for name in ["keys", "safe"] {
        running.pass(Ttl::from_seconds(1));
        let asked = grace.post(&format!("/access/{name}"), &[("reason", "")]).await;
        is_of(running, AccessAsked, asked.header("x-request-id")).await;
    }
    let refused = ada.post("/admin/requests/refuse", &[("user", "grace"), ("app", "safe")]).await;
    is_of(running, AccessRefused, refused.header("x-request-id")).await;
    let granted = ada.post("/admin/requests/grant", &[("user", "grace"), ("app", "keys"), ("group", "ops")]).await;
    is_of(running, AccessGranted, granted.header("x-request-id")).await;
}

/// The first use of a new secret, at the token endpoint and nowhere else.
async fn with_a_new_secret(running: &Running) {
    let instance = &running.instance;
    let act = instance.context.require(ManageApps, Actor::Cli, &ON_THE_HOST).unwrap();
    let terms = RotationTerms::default();
    let rotation = instance.onboarding.rotate(&act, &"photos".parse().unwrap(), (&terms, false)).await.unwrap();
    let secret = instance.context.keyring.client_secret(&"photos".parse().unwrap(), rotation.new).unwrap();
    let pairs = [("client_id", "photos"), ("client_secret", secret.expose().as_str()), ("token", "ds_acc_garbage")];
    for times in 0..2 {
        let body = encode_pairs(pairs);
        let answer = running.browser().send(Method::POST, "/revoke", &[], Some((FORM, body))).await;
        let noted = lines(running).await.iter().filter(|line| line.kind == SecretFirstUsed.as_str()).count();
        assert_eq!((answer.status, noted), (200.try_into().unwrap(), 1), "{times}");
    }
}

async fn at_a_guarded_app(running: &Running, ada: &mut Browser) {
    let headers = [
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/"),
        ("sec-fetch-mode", "navigate"),
        ("accept", "text/html"),
        ("origin", "https://wiki.example.org"),
    ];
    let mut at_app = running.browser();
    let path = |location: &str| location.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
    let sent = at_app.send(Method::GET, "/fa/forward", &headers, None).await;
    let back = ada.twin().get(&path(sent.header("location"))).await;
    let entered = at_app.send(Method::GET, &path(back.location()), &headers, None).await;
    is_of(running, AppSessionBegun, entered.header("x-request-id")).await;
    let new = NewToken { label: "backup".into(), apps: vec!["wiki".into()], days: None, read_only: true };
    let token = running.instance.accounts.make_token(&running.act(), "ada", &new).await.unwrap();
    let authorization = format!("Bearer {}", token.text.expose());
    let mut writing = headers.to_vec();
    writing.retain(|(name, _)| *name != "x-forwarded-method");
    writing.extend([("x-forwarded-method", "POST"), ("authorization", authorization.as_str())]);
    let refused = running.browser().send(Method::GET, "/fa/forward", &writing, None).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    running.instance.accounts.revoke_token(&running.act(), &token.token.id).await.unwrap();
    let out = at_app.send(Method::POST, "/.doorstep/logout", &headers, None).await;
    is_of(running, SignedOut, out.header("x-request-id")).await;
}

/// The passkey that is left to her.
async fn at_the_account(running: &Running, ada: &mut Browser, soft: &mut SoftAuthenticator) -> SoftAuthenticator {
    person::sign_in(ada, soft, &json!({})).await.next();
    upstream::one_is_added_and_removed(running, ada).await;
    let form = [("label", "backup"), ("app", "wiki"), ("days", "9")];
    assert_eq!(ada.post("/account/tokens", &form).await.heading(), "Your token");
    let page = ada.get("/account/tokens").await.body;
    let token = page.split_once("/account/tokens/").unwrap().1.split('/').next().unwrap().to_owned();
    ada.post(&format!("/account/tokens/{token}/end"), &[]).await;
    let page = ada.get("/account").await.body;
    let first = page.split_once("/account/passkeys/").unwrap().1.split('/').next().unwrap().to_owned();
    let mut synced = passkey(9);
    (synced.backup_eligible, synced.backed_up) = (true, true);
    make(ada, &mut synced, "/account/passkeys", &json!({})).await.next();
    ada.post("/account/name", &[("name", "Ada King"), ("given_name", "Ada"), ("family_name", "King")]).await;
    ada.post("/account/password", &[("user_name", "ada"), ("new", PASSWORD)]).await;
    authenticator::one_is_added_and_removed(running, ada).await;
    let kit = ada.post("/account/recovery-kit", &[]).await;
    let codes = codes_on(&kit);
    let mut lost = running.browser();
    let opened = lost.post("/recover", &[("code", &codes[0])]).await;
    is_of(running, LinkMade, opened.header("x-request-id")).await;
    lost.post("/recover", &[("code", &codes[0])]).await;
    ada.post("/account/recovery-kit/remove", &[]).await;
    ada.post("/account/sign-out-everywhere", &[]).await;
    // On another device its counter is lower.
    for counter in [40, 3] {
        synced.counter = counter;
        person::sign_in(ada, &mut synced, &json!({})).await.next();
    }
    ada.post(&format!("/account/passkeys/{first}/remove"), &[]).await;
    ada.post("/logout", &[]).await;
    synced
}

/// Sign-ins that fail, as often as passwords may be tried and once more; one that does not, and a removed passkey.
async fn at_the_door(running: &Running, removed: &mut SoftAuthenticator) {
    let mut somebody = running.browser();
    let form = |password| [("user_name", "ada"), ("password", password)];
    assert_eq!(somebody.post("/login", &form(PASSWORD)).await.goes_on_to(), "/");
    let mut stranger = running.browser();
    assert_ne!(person::sign_in(&mut stranger, removed, &json!({})).await.status, 200);
    for _ in 0..12 {
        stranger.post("/login", &form("not the password")).await;
    }
}
