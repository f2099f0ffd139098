//! Each noun comes back as it went in, and each function touches what it names and nothing else.

use crate::instance::{
    NOW, ada, ada_session, alive, app_session, code, first_grant, furnished, grant, group_set, hash, id, later, scopes,
    session, token, user, wiki, wiki_client, with_person,
};
use doorstep_core::{
    id::{GroupName, InteractionId},
    model::{
        Alive, AuditActor, AuditEvent, AuditSubject, Challenge, ChallengePurpose, Consent, EventKind, Interaction,
        Place, Refusal, SealedSigningKey, SigningAlg,
    },
    page::{After, Page},
    secret::TokenKind,
    time::Ttl,
};
use doorstep_store::{
    StoreError, app_sessions, audit, challenges, codes, consents,
    grants::{self, GrantWithPrincipal},
    interactions, keys, refusals, sessions, testing, tokens,
};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn challenges_are_taken_whole() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
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
async fn uses_are_written_down_some_at_a_time_and_never_backwards() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let mut used = Vec::new();
        for n in 0..16 {
            let other = session(&format!("s-{n:02}"), &ada());
            sessions::insert(&mut conn, &hash(TokenKind::Session, 100 + n), &other, &Place::default()).await.unwrap();
            used.push((other.id, later(i64::try_from(n).unwrap() - 3)));
        }
        for some in [&used[..], &used[..5], &[]] {
            sessions::touch_some(&mut conn, some).await.unwrap();
        }
        let after = After::key((NOW, ada_session())).limit(1);
        assert_eq!(
            sessions::page_of_user(&mut conn, &ada(), &after).await.unwrap(),
            Page { items: vec![], next: None }
        );
        let (mut seen, mut after) = (Vec::new(), After::start().limit(7));
        loop {
            let page = sessions::page_of_user(&mut conn, &ada(), &after).await.unwrap();
            seen.extend(page.items.into_iter().map(|session| (session.id, session.last_seen_at)));
            let Some(next) = page.next else { break };
            after = After::key(next).limit(7);
        }
        let mut wanted: Vec<_> = used.into_iter().map(|(id, at)| (id, at.max(NOW))).collect();
        wanted.push((ada_session(), NOW));
        assert_eq!(seen, wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_sessions() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let old = hash(TokenKind::Session, 1);
        let mut kept = session("s-ada", &ada());
        assert_eq!(sessions::by_hash(&mut conn, &old).await.unwrap(), Some(kept.clone()));
        let live = (kept.clone(), user("ada"), group_set(&["admins", "family"]).into());
        assert_eq!(sessions::with_principal(&mut conn, &old).await.unwrap(), Some(live));

        sessions::touch_some(&mut conn, &[(ada_session(), later(60))]).await.unwrap();
        sessions::touch_some(&mut conn, &[(ada_session(), later(59))]).await.unwrap();
        kept.last_seen_at = later(60);
        assert_eq!(sessions::by_hash(&mut conn, &old).await.unwrap(), Some(kept.clone()));
        let other = session("s-ada-2", &ada());
        sessions::insert(&mut conn, &hash(TokenKind::Session, 2), &other, &Place::default()).await.unwrap();
        assert_eq!(sessions::delete_others(&mut conn, &ada(), &ada_session()).await.unwrap(), [other.id]);
        assert_eq!(sessions::of_user(&mut conn, &ada()).await.unwrap(), [(kept, Place::default())]);
        assert_eq!(sessions::delete_of_user(&mut conn, &ada()).await.unwrap(), [ada_session()]);
        assert!(!sessions::delete(&mut conn, &ada_session()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_with_protected_apps() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let cookie = hash(TokenKind::App, 1);
        for is_first in [true, false] {
            assert_eq!(app_sessions::insert(&mut conn, &cookie, &app_session()).await.unwrap(), is_first);
        }
        let live = (app_session(), session("s-ada", &ada()), user("ada"), group_set(&["admins", "family"]).into());
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

fn interaction(name: &str, seconds: i64, browser: &str) -> Interaction {
    Interaction {
        id: id(name),
        client: wiki_client(),
        browser_hash: browser.into(),
        params: vec![("scope".into(), "openid".into()), ("state".into(), "a\"b\\c&d\u{1F511}".into())],
        created_at: later(seconds),
        signed_in_at: (seconds > 0).then_some(NOW),
        consented: false,
        expires_at: later(seconds + 7200),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_45_a_parked_request_knows_the_browser_that_sent_it() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let mut parked = interaction("i-1", 1, "mine");
        let end = parked.expires_at;
        interactions::insert(&mut conn, &parked).await.unwrap();
        assert_eq!(interactions::get(&mut conn, &parked.id, NOW).await.unwrap(), Some(parked.clone()));
        assert!(interactions::has_browser(&mut conn, "mine").await.unwrap());
        assert!(!interactions::has_browser(&mut conn, "yours").await.unwrap());
        assert_eq!(interactions::get(&mut conn, &parked.id, end).await.unwrap(), None);
        assert!(interactions::set_consented(&mut conn, &parked.id).await.unwrap());
        parked.consented = true;
        assert_eq!(interactions::get(&mut conn, &parked.id, NOW).await.unwrap(), Some(parked.clone()));
        assert!(interactions::delete(&mut conn, &parked.id).await.unwrap());
        assert!(!interactions::delete(&mut conn, &parked.id).await.unwrap());
        assert!(!interactions::set_consented(&mut conn, &parked.id).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_parks_a_few_requests_at_most() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        for n in 0..5 {
            interactions::insert(&mut conn, &interaction(&format!("i-{n}"), n, "mine")).await.unwrap();
        }
        interactions::insert(&mut conn, &interaction("i-other", 0, "yours")).await.unwrap();
        assert_eq!(interactions::keep_newest_of_browser(&mut conn, "mine", 2).await.unwrap(), 3);
        for (name, there) in [("i-2", false), ("i-3", true), ("i-4", true), ("i-other", true)] {
            let name: InteractionId = id(name);
            let found = interactions::get(&mut conn, &name, NOW).await.unwrap();
            assert_eq!(found.is_some(), there, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn remembered_consent() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
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
    GrantWithPrincipal { grant: grant("g-1"), account: Some((user("ada"), groups.into())), session_alive }
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_with_their_principal() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let mut bare = with_person(grant("g-2"), |person| (person.nonce, person.offline) = (None, true));
        bare.revoked_at = Some(later(3));
        grants::insert(&mut conn, &bare).await.unwrap();
        assert_eq!(grants::by_id(&mut conn, &bare.id).await.unwrap(), Some(bare));

        let groups = group_set(&["admins", "family"]);
        for (at, is_alive) in [(NOW, true), (later(3599), true), (later(3600), false)] {
            let found = grants::grant_with_principal(&mut conn, &first_grant(), alive(at)).await.unwrap();
            assert_eq!(found, Some(of_ada(groups.clone(), is_alive)));
        }
        sessions::delete(&mut conn, &ada_session()).await.unwrap();
        let found = grants::grant_with_principal(&mut conn, &first_grant(), alive(NOW)).await.unwrap();
        assert_eq!(found, Some(of_ada(groups, false)));
        let first = grants::by_id(&mut conn, &first_grant()).await.unwrap().unwrap();
        let clients = grants::clients_of_user(&mut conn, &ada()).await.unwrap();
        let (since, offline) = (first.created_at, false);
        assert_eq!(clients, [grants::AllowedClient { client: wiki_client(), since, offline }]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_not_used_for_too_long_is_not_alive_for_its_grants() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let bearer = hash(TokenKind::Access, 1);
        tokens::insert_access(&mut conn, &bearer, &token("g-1", 3000)).await.unwrap();
        sessions::touch_some(&mut conn, &[(ada_session(), later(100))]).await.unwrap();
        for (seconds, idle, is_alive) in [(699, 600, true), (700, 600, false), (700, 601, true), (3599, 600, false)] {
            let by = Alive { now: later(seconds), idle: Ttl::from_seconds(idle) };
            let grant = grants::grant_with_principal(&mut conn, &first_grant(), by).await.unwrap().unwrap();
            let (_, token) = tokens::access(&mut conn, &bearer, by).await.unwrap().unwrap();
            assert_eq!((grant.session_alive, token.session_alive), (is_alive, is_alive), "{seconds} {idle}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_with_their_principal() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let bearer = hash(TokenKind::Access, 1);
        tokens::insert_access(&mut conn, &bearer, &token("g-1", 600)).await.unwrap();
        for (at, is_alive) in [(NOW, true), (later(3599), true), (later(3600), false)] {
            let live = (token("g-1", 600), of_ada(group_set(&["admins", "family"]), is_alive));
            assert_eq!(tokens::access(&mut conn, &bearer, alive(at)).await.unwrap(), Some(live));
        }
        assert!(tokens::delete_access(&mut conn, &bearer).await.unwrap());
        assert!(!tokens::delete_access(&mut conn, &bearer).await.unwrap());
        assert_eq!(tokens::access(&mut conn, &bearer, alive(NOW)).await.unwrap(), None);

        let orphan = codes::insert(&mut conn, &hash(TokenKind::Code, 1), &code("g-none")).await;
        assert!(matches!(orphan, Err(StoreError::MissingParent { table: "authorization_codes" })), "{orphan:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_audit_lines_and_refusals() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
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
                id: id(&format!("{second}f")),
                at: later(second),
                kind,
                actor: AuditActor::Cli,
                actor_name: String::new(),
                subject: AuditSubject::User(id("u-ada")),
                subject_name: "ada".into(),
                client: String::new(),
                ip: "2001:db8::1".into(),
                request_id: "r-1".into(),
                detail: "{}".into(),
            };
            audit::insert(&mut conn, &event).await.unwrap();
        }
        let page = audit::page(&mut conn, &After::start().limit(2)).await.unwrap();
        let seen: Vec<_> = page.items.iter().map(|line| (&*line.kind, &*line.ip, &*line.subject_name)).collect();
        assert_eq!(seen, [("signed_out", "2001:db8::1", "ada"), ("family_revoked", "2001:db8::1", "ada")]);
        let rest = audit::page(&mut conn, &After::key(page.next.unwrap())).await.unwrap();
        assert_eq!((rest.items.len(), rest.items[0].at, rest.next), (1, NOW, None));

        let report = Refusal {
            reference: "7K2M-9QXF".into(),
            at: NOW,
            rule: "redirect_uri_not_registered".into(),
            what: "It is not registered.".into(),
            remedy: "Register it.".into(),
            facts: vec![("sent".into(), "https://x".into()), ("client".into(), "wiki".into())],
        };
        refusals::insert(&mut conn, &report, later(10)).await.unwrap();
        refusals::insert(&mut conn, &report, later(20)).await.unwrap();
        assert_eq!(refusals::count(&mut conn).await.unwrap(), 1);
        assert_eq!(refusals::by_reference(&mut conn, "7K2M-9QXF").await.unwrap(), Some(report.clone()));
        assert_eq!(refusals::by_reference(&mut conn, "7K2M-0000").await.unwrap(), None);
        for nth in 0..9 {
            let reference = format!("AAAA-000{nth}");
            let older = Refusal { reference, ..report.clone() };
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
