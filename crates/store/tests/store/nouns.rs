//! Each noun comes back as it went in, and each function touches what it names and nothing else.

use crate::house::{
    NOW, ada, ada_session, app, app_session, client, code, first_grant, furnish, grant, group_set, hash, id, later,
    scopes, session, token, user, wiki, wiki_client,
};
use doorstep_core::{
    id::{GroupName, InteractionId, PasskeyId, UserId},
    model::{
        Amr, AuditEvent, Challenge, ChallengePurpose, ClientAuthMethod, ClientSecret, Consent, EventKind, Interaction,
        Passkey, Refusal, SealedSigningKey, SigningAlg,
    },
    secret::TokenKind,
};
use doorstep_store::{
    StoreError, app_sessions, apps, audit, challenges, clients, codes, consents,
    grants::{self, GrantWithPrincipal},
    groups::{self, MemberSource},
    interactions, keys, passkeys, refusals, sessions, testing, tokens, users,
};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn users() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        let (mut ada, mut bob) = (user("ada"), user("bob"));
        bob.email = None;
        bob.disabled_at = Some(NOW);
        users::insert(&mut conn, &bob, "handle-of-bob").await.unwrap();
        users::insert(&mut conn, &ada, "handle-of-ada").await.unwrap();
        assert_eq!(users::list(&mut conn).await.unwrap(), [ada.clone(), bob.clone()]);
        assert_eq!(users::by_id(&mut conn, &ada.id).await.unwrap(), Some(ada.clone()));
        assert_eq!(users::by_name(&mut conn, &bob.name).await.unwrap(), Some(bob.clone()));
        assert_eq!(users::by_handle(&mut conn, "handle-of-bob").await.unwrap(), Some(bob.clone()));
        assert_eq!(users::by_handle(&mut conn, "HANDLE-OF-BOB").await.unwrap(), None);
        assert_eq!(users::handle_of(&mut conn, &ada.id).await.unwrap().as_deref(), Some("handle-of-ada"));

        ada.display_name = "Countess '; DROP TABLE users; --".into();
        (ada.email, ada.email_verified, ada.updated_at) = (Some("a@b.example".into()), false, later(5));
        assert!(users::update_profile(&mut conn, &ada).await.unwrap());
        assert!(users::set_disabled(&mut conn, &ada.id, Some(later(6)), later(6)).await.unwrap());
        (ada.disabled_at, ada.updated_at) = (Some(later(6)), later(6));
        assert_eq!(users::by_id(&mut conn, &ada.id).await.unwrap(), Some(ada.clone()));
        assert!(users::set_disabled(&mut conn, &ada.id, None, later(7)).await.unwrap());
        assert!(!users::set_disabled(&mut conn, &id("u-nobody"), None, NOW).await.unwrap());

        let taken = users::insert(&mut conn, &user("ada"), "another-handle").await;
        assert!(matches!(taken, Err(StoreError::Conflict { table: "users" })), "{taken:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        assert_eq!(users::password(&mut conn, &ada()).await.unwrap(), None);
        assert!(users::set_password(&mut conn, &ada(), Some("$argon2id$v=19$x"), NOW).await.unwrap());
        assert_eq!(users::password(&mut conn, &ada()).await.unwrap().as_deref(), Some("$argon2id$v=19$x"));
        assert!(users::set_password(&mut conn, &ada(), None, NOW).await.unwrap());
        assert_eq!(users::password(&mut conn, &ada()).await.unwrap(), None);
        assert!(!users::set_password(&mut conn, &id("u-nobody"), None, NOW).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_principals() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        let bob: UserId = id("u-bob");
        let both = Some((user("ada"), group_set(&["admins", "family"])));
        assert_eq!(users::principal(&mut conn, &ada()).await.unwrap(), both);
        assert_eq!(users::principal(&mut conn, &bob).await.unwrap(), Some((user("bob"), group_set(&[]))));
        assert_eq!(users::principal(&mut conn, &id("u-nobody")).await.unwrap(), None);

        let (admins, guests): (GroupName, GroupName) = (id("admins"), id("guests"));
        groups::ensure(&mut conn, &guests, NOW).await.unwrap();
        groups::ensure(&mut conn, &guests, NOW).await.unwrap();
        let listed = [(admins.clone(), 1), (id("family"), 1), (guests.clone(), 0)];
        assert_eq!(groups::list(&mut conn).await.unwrap(), listed);

        // By hand, then declared, then by hand again: the declaration owns it.
        for (source, changed) in
            [(MemberSource::Console, false), (MemberSource::Config, true), (MemberSource::Console, false)]
        {
            assert_eq!(groups::add_member(&mut conn, &ada(), &admins, source).await.unwrap(), changed, "{source:?}");
        }
        assert_eq!(groups::configured(&mut conn).await.unwrap(), [(ada(), admins.clone())]);

        assert!(groups::has_active_member(&mut conn, &admins).await.unwrap());
        assert!(!groups::has_active_member(&mut conn, &guests).await.unwrap());
        users::set_disabled(&mut conn, &ada(), Some(NOW), NOW).await.unwrap();
        assert!(!groups::has_active_member(&mut conn, &admins).await.unwrap());

        assert!(groups::remove_member(&mut conn, &ada(), &admins).await.unwrap());
        assert!(!groups::remove_member(&mut conn, &ada(), &admins).await.unwrap());
        let stranger = groups::add_member(&mut conn, &bob, &id("no-such-group"), MemberSource::Console).await;
        assert!(matches!(stranger, Err(StoreError::MissingParent { table: "memberships" })), "{stranger:?}");
    }
}

fn passkey(name: &str, user: UserId) -> Passkey {
    Passkey {
        id: id(name),
        user,
        credential_id: format!("credential-of-{name}"),
        credential: "{\"cred\":1}".into(),
        name: "Ada's phone".into(),
        aaguid: "00000000-0000-0000-0000-000000000000".into(),
        backup_eligible: true,
        backed_up: false,
        sign_count: 7,
        created_at: NOW,
        last_used_at: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_of_an_account() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        let mut key = passkey("p-1", ada());
        assert!(passkeys::insert(&mut conn, &key).await.unwrap());
        let found = passkeys::by_credential_id(&mut conn, &key.credential_id).await.unwrap();
        assert_eq!(found, Some(key.clone()));

        (key.sign_count, key.backed_up, key.last_used_at) = (8, true, Some(later(9)));
        key.credential = "{\"cred\":2}".into();
        assert!(passkeys::record_use(&mut conn, &key, 7).await.unwrap());
        assert!(!passkeys::record_use(&mut conn, &key, 7).await.unwrap(), "the counter has moved on");
        assert_eq!(passkeys::of_user(&mut conn, &ada()).await.unwrap(), [key.clone()]);

        let (id, bob): (PasskeyId, UserId) = (key.id.clone(), id("u-bob"));
        assert!(!passkeys::rename(&mut conn, &id, &bob, "mine now").await.unwrap());
        assert!(passkeys::rename(&mut conn, &id, &ada(), "Blue").await.unwrap());
        assert_eq!(passkeys::of_user(&mut conn, &ada()).await.unwrap()[0].name, "Blue");
        assert!(!passkeys::delete(&mut conn, &id, &bob).await.unwrap());
        assert!(passkeys::delete(&mut conn, &id, &ada()).await.unwrap());
        assert_eq!(passkeys::of_user(&mut conn, &ada()).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_94_a_credential_id_that_is_anyones_is_refused() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        assert!(passkeys::insert(&mut conn, &passkey("p-1", ada())).await.unwrap());
        for owner in [ada(), id("u-bob")] {
            let mut again = passkey("p-2", owner);
            again.credential_id = "credential-of-p-1".into();
            assert!(!passkeys::insert(&mut conn, &again).await.unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn challenges_are_taken_whole() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        for purpose in [ChallengePurpose::SignIn, ChallengePurpose::Enrol, ChallengePurpose::Add] {
            let challenge = Challenge {
                id: id("c-1"),
                purpose,
                browser_hash: "browser".into(),
                state: "{\"challenge\":\"…\"}".into(),
                expires_at: later(-1),
            };
            challenges::insert(&mut conn, &challenge).await.unwrap();
            assert_eq!(challenges::take(&mut conn, &challenge.id).await.unwrap(), Some(challenge.clone()));
            assert_eq!(challenges::take(&mut conn, &challenge.id).await.unwrap(), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_sessions() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        let (old, new) = (hash(TokenKind::Session, 1), hash(TokenKind::Session, 2));
        let mut kept = session("s-ada", &ada());
        assert_eq!(sessions::by_hash(&mut conn, &old).await.unwrap(), Some(kept.clone()));
        let live = (kept.clone(), user("ada"), group_set(&["admins", "family"]));
        assert_eq!(sessions::with_principal(&mut conn, &old).await.unwrap(), Some(live));

        assert!(sessions::renew(&mut conn, &old, &new, later(5), Amr::Password).await.unwrap());
        assert!(!sessions::renew(&mut conn, &old, &new, later(5), Amr::Password).await.unwrap());
        sessions::touch(&mut conn, &ada_session(), later(60)).await.unwrap();
        sessions::touch(&mut conn, &ada_session(), later(59)).await.unwrap();
        (kept.auth_time, kept.amr, kept.last_seen_at) = (later(5), Amr::Password, later(60));
        assert_eq!(sessions::by_hash(&mut conn, &old).await.unwrap(), None);
        assert_eq!(sessions::by_hash(&mut conn, &new).await.unwrap(), Some(kept.clone()));
        assert_eq!(sessions::of_user(&mut conn, &ada()).await.unwrap(), [kept]);
        assert_eq!(sessions::delete_of_user(&mut conn, &ada()).await.unwrap(), [ada_session()]);
        assert!(!sessions::delete(&mut conn, &ada_session()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_with_protected_apps() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        let cookie = hash(TokenKind::App, 1);
        app_sessions::insert(&mut conn, &cookie, &app_session()).await.unwrap();
        let live = (app_session(), session("s-ada", &ada()), user("ada"), group_set(&["admins", "family"]));
        assert_eq!(app_sessions::with_principal(&mut conn, &cookie).await.unwrap(), Some(live));
        assert!(app_sessions::delete(&mut conn, &cookie).await.unwrap());
        assert!(!app_sessions::delete(&mut conn, &cookie).await.unwrap());
        assert_eq!(app_sessions::with_principal(&mut conn, &cookie).await.unwrap(), None);
        for seed in [2, 3] {
            app_sessions::insert(&mut conn, &hash(TokenKind::App, seed), &app_session()).await.unwrap();
        }
        assert_eq!(app_sessions::delete_of_app(&mut conn, &wiki()).await.unwrap(), 2);
    }
}

fn interaction(name: &str, seconds: i64) -> Interaction {
    Interaction {
        id: id(name),
        client: wiki_client(),
        params: vec![("scope".into(), "openid".into()), ("state".into(), "a\"b\\c&d\u{1F511}".into())],
        created_at: later(seconds),
        consented: false,
        expires_at: later(seconds + 7200),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_45_a_parked_request_is_found_by_its_own_browser_only() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        let mut parked = interaction("i-1", 0);
        let end = parked.expires_at;
        interactions::insert(&mut conn, &parked, "mine").await.unwrap();
        assert_eq!(interactions::get(&mut conn, &parked.id, "mine", NOW).await.unwrap(), Some(parked.clone()));
        assert_eq!(interactions::get(&mut conn, &parked.id, "yours", NOW).await.unwrap(), None);
        assert_eq!(interactions::get(&mut conn, &parked.id, "mine", end).await.unwrap(), None);
        assert!(interactions::set_consented(&mut conn, &parked.id).await.unwrap());
        parked.consented = true;
        assert_eq!(interactions::get(&mut conn, &parked.id, "mine", NOW).await.unwrap(), Some(parked.clone()));
        assert!(interactions::delete(&mut conn, &parked.id).await.unwrap());
        assert!(!interactions::delete(&mut conn, &parked.id).await.unwrap());
        assert!(!interactions::set_consented(&mut conn, &parked.id).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_parks_a_few_requests_at_most() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        for n in 0..5 {
            interactions::insert(&mut conn, &interaction(&format!("i-{n}"), n), "mine").await.unwrap();
        }
        interactions::insert(&mut conn, &interaction("i-other", 0), "yours").await.unwrap();
        assert_eq!(interactions::keep_newest_of_browser(&mut conn, "mine", 2).await.unwrap(), 3);
        for (name, browser, there) in
            [("i-2", "mine", false), ("i-3", "mine", true), ("i-4", "mine", true), ("i-other", "yours", true)]
        {
            let name: InteractionId = id(name);
            let found = interactions::get(&mut conn, &name, browser, NOW).await.unwrap();
            assert_eq!(found.is_some(), there, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_and_apps() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        let mut changed = client("wiki-client");
        clients::put(&mut conn, &changed, NOW).await.unwrap();
        changed.auth_method = ClientAuthMethod::None;
        changed.secret = ClientSecret::Supplied { hash: "h".into() };
        clients::put(&mut conn, &changed, later(1)).await.unwrap();
        clients::put(&mut conn, &client("another"), NOW).await.unwrap();
        assert_eq!(clients::all(&mut conn).await.unwrap(), [client("another"), changed.clone()]);
        assert_eq!(clients::by_id(&mut conn, &wiki_client()).await.unwrap(), Some(changed));
        assert_eq!(clients::by_id(&mut conn, &id("WIKI-client")).await.unwrap(), None);
        assert!(clients::delete(&mut conn, &wiki_client()).await.unwrap());
        assert!(!clients::delete(&mut conn, &wiki_client()).await.unwrap());

        let mut wiki_app = app("wiki");
        apps::put(&mut conn, &wiki_app, NOW).await.unwrap();
        wiki_app.allow = Some(group_set(&["family"]));
        apps::put(&mut conn, &wiki_app, NOW).await.unwrap();
        assert_eq!(apps::all(&mut conn).await.unwrap(), [wiki_app]);
        assert!(apps::delete(&mut conn, &wiki()).await.unwrap());
        assert!(!apps::delete(&mut conn, &wiki()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn remembered_consent() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        let mut consent = Consent { user: ada(), client: wiki_client(), scopes: scopes("openid"), granted_at: NOW };
        assert_eq!(consents::get(&mut conn, &ada(), &wiki_client()).await.unwrap(), None);
        consents::put(&mut conn, &consent).await.unwrap();
        (consent.scopes, consent.granted_at) = (scopes("email openid"), later(1));
        consents::put(&mut conn, &consent).await.unwrap();
        assert_eq!(consents::get(&mut conn, &ada(), &wiki_client()).await.unwrap(), Some(consent.clone()));
        assert_eq!(consents::of_user(&mut conn, &ada()).await.unwrap(), [consent]);
        assert!(consents::delete(&mut conn, &ada(), &wiki_client()).await.unwrap());
        assert!(!consents::delete(&mut conn, &ada(), &wiki_client()).await.unwrap());
    }
}

fn of_ada(groups: BTreeSet<GroupName>, session_alive: bool) -> GrantWithPrincipal {
    GrantWithPrincipal { grant: grant("g-1"), user: user("ada"), groups, session_alive }
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_with_their_principal() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        let mut bare = grant("g-2");
        (bare.nonce, bare.offline, bare.revoked_at) = (None, true, Some(later(3)));
        grants::insert(&mut conn, &bare).await.unwrap();
        assert_eq!(grants::by_id(&mut conn, &bare.id).await.unwrap(), Some(bare));

        let groups = group_set(&["admins", "family"]);
        for (at, alive) in [(NOW, true), (later(3600), false)] {
            let found = grants::grant_with_principal(&mut conn, &first_grant(), at).await.unwrap();
            assert_eq!(found, Some(of_ada(groups.clone(), alive)));
        }
        sessions::delete(&mut conn, &ada_session()).await.unwrap();
        let found = grants::grant_with_principal(&mut conn, &first_grant(), NOW).await.unwrap();
        assert_eq!(found, Some(of_ada(groups, false)));
        let first = grants::by_id(&mut conn, &first_grant()).await.unwrap().unwrap();
        let clients = grants::clients_of_user(&mut conn, &ada()).await.unwrap();
        let (since, offline) = (first.created_at, first.offline);
        assert_eq!(clients, [grants::AllowedClient { client: wiki_client(), since, offline }]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_with_their_principal() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        furnish(&mut conn).await;
        let bearer = hash(TokenKind::Access, 1);
        tokens::insert_access(&mut conn, &bearer, &token("g-1", 600)).await.unwrap();
        for (at, alive) in [(NOW, true), (later(3600), false)] {
            let live = (token("g-1", 600), of_ada(group_set(&["admins", "family"]), alive));
            assert_eq!(tokens::access(&mut conn, &bearer, at).await.unwrap(), Some(live));
        }
        assert!(tokens::delete_access(&mut conn, &bearer).await.unwrap());
        assert!(!tokens::delete_access(&mut conn, &bearer).await.unwrap());
        assert_eq!(tokens::access(&mut conn, &bearer, NOW).await.unwrap(), None);

        let orphan = codes::insert(&mut conn, &hash(TokenKind::Code, 1), &code("g-none")).await;
        assert!(matches!(orphan, Err(StoreError::MissingParent { table: "authorization_codes" })), "{orphan:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_audit_lines_and_refusals() {
    for house in testing::both().await {
        let mut conn = house.db.write().await.unwrap();
        let key = |name: &str, alg, retired_at| SealedSigningKey {
            id: id(name),
            alg,
            sealed: "c2VhbGVk".into(),
            created_at: NOW,
            retired_at,
        };
        let sealed = [key("k-1", SigningAlg::Rs256, None), key("k-2", SigningAlg::EdDsa, Some(later(1)))];
        for key in &sealed {
            keys::insert(&mut conn, key).await.unwrap();
        }
        assert_eq!(keys::all(&mut conn).await.unwrap(), sealed);

        for (second, kind) in [(0, EventKind::SignedIn), (1, EventKind::FamilyRevoked), (2, EventKind::SignedOut)] {
            let event = AuditEvent {
                at: later(second),
                kind,
                actor: "cli".into(),
                subject: "u-ada".into(),
                client: String::new(),
                ip: "2001:db8::1".into(),
                request_id: "r-1".into(),
                detail: "{}".into(),
            };
            audit::insert(&mut conn, &event).await.unwrap();
        }
        let lines = audit::recent(&mut conn, 2).await.unwrap();
        let seen: Vec<_> = lines.iter().map(|line| (line.at, line.kind.as_str(), line.ip.as_str())).collect();
        assert_eq!(seen, [(later(2), "signed_out", "2001:db8::1"), (later(1), "family_revoked", "2001:db8::1")]);

        let story = Refusal {
            reference: "7K2M-9QXF".into(),
            at: NOW,
            rule: "redirect_uri_not_registered".into(),
            what: "It is not registered.".into(),
            mend: "Register it.".into(),
            facts: vec![("sent".into(), "https://x".into()), ("client".into(), "wiki".into())],
        };
        refusals::insert(&mut conn, &story, later(10)).await.unwrap();
        refusals::insert(&mut conn, &story, later(20)).await.unwrap();
        assert_eq!(refusals::count(&mut conn).await.unwrap(), 1);
        assert_eq!(refusals::by_reference(&mut conn, "7K2M-9QXF").await.unwrap(), Some(story.clone()));
        assert_eq!(refusals::by_reference(&mut conn, "7K2M-0000").await.unwrap(), None);
        for nth in 0..9 {
            let reference = format!("AAAA-000{nth}");
            let older = Refusal { reference, ..story.clone() };
            refusals::insert(&mut conn, &older, later(nth)).await.unwrap();
        }
        assert_eq!(refusals::keep_newest(&mut conn, 3).await.unwrap(), 7);
        assert_eq!(refusals::keep_newest(&mut conn, 3).await.unwrap(), 0);
        for (reference, kept) in [("7K2M-9QXF", true), ("AAAA-0008", true), ("AAAA-0007", true), ("AAAA-0006", false)] {
            let found = refusals::by_reference(&mut conn, reference).await.unwrap();
            assert_eq!(found.is_some(), kept, "{reference}");
        }
    }
}
