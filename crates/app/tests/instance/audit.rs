//! Security row 101 for this layer: what happened is written down, and nothing that opens a door is.

use crate::fixture::{
    Home, Person, authenticator, browser, by_password, change, enrol, may, myself, nobody, on_both, refresh, request,
    sent, settings, sign_in, somewhere, text, userinfo,
};
use doorstep_app::{accounts::PasswordForm, authorization::Authorized, jobs, settings::Live};
use doorstep_core::access::ReadAudit;
use doorstep_core::{
    entropy::Entropy,
    id::{AuditId, ClientId},
    model::{AuditEvent, LinkPurpose, Refusal},
    secret::Secret,
    time::{Timestamp, Ttl},
};
use doorstep_store::{audit, refusals};
use std::{sync::Arc, time::Duration};

const PASSWORD: &str = "canary horse battery";

/// What this evening leaves in the log.
const KINDS: [&str; 15] = [
    "user_added",
    "link_made",
    "link_used",
    "passkey_added",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "consent_given",
    "consent_withdrawn",
    "family_revoked",
    "client_changed",
    "password_changed",
    "user_changed",
    "code_issued",
    "app_session_begun",
];

#[tokio::test(flavor = "multi_thread")]
async fn security_101_the_audit_log_tells_all_and_gives_nothing_away() {
    on_both!(|home| {
        let mut ada = home.person("ada", &["family"]).await;
        let app = home.client("third", |spec| spec.first_party = false).await;
        let wiki = home.guarded("wiki", None).await;
        let who = home.who(&ada.session).await;
        home.instance
            .accounts
            .set_password(&myself(&home.instance, &who), change(Some(Secret::new(PASSWORD.to_owned()))))
            .await
            .unwrap();
        let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        let again = enrol(&home.instance, &ada.browser, &link, None, &mut authenticator()).await.unwrap();
        ada.session = again.token.clone();
        let code = home.code(&ada, &app, "openid offline_access").await;
        let tokens = home.redeem(&code, &app).await.unwrap();
        home.redeem(&code, &app).await.unwrap_err();
        let (relay, relay_code) = home.relay(&ada, &wiki, "/").await;
        let entered = home.instance.gateway.redeem_relay_code(&wiki, &relay_code, &relay, &nobody()).await;
        let inside = entered.unwrap().session.unwrap();
        failures(&home, &ada).await;
        let session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
        let reports = reports(&home, &app).await;
        userinfo(&home.instance, code.as_str()).await.unwrap_err();
        home.instance
            .accounts
            .end_access(&myself(&home.instance, &home.who(&session.token).await), &app)
            .await
            .unwrap();
        home.instance.sessions.sign_out(&home.who(&session.token).await, &nobody()).await.unwrap();
        home.switch("ada", false).await;

        let lines = audit::recent(&mut home.db().read().await.unwrap(), 1000).await.unwrap();
        for kind in KINDS {
            assert!(lines.iter().any(|line| line.kind == kind), "{kind} is not in the log");
        }
        people_and_addresses_are_named(&lines);
        let written = format!("{lines:?} {reports:?}");
        let secret = home.instance.context.keyring.client_secret(&app, 1).unwrap();
        for (what, canary) in [
            ("session", ada.session.expose()),
            ("session", session.token.expose()),
            ("session", again.token.expose()),
            ("browser", ada.browser.cookie().expose()),
            ("link", link.expose()),
            ("code", &code),
            ("access token", text(&tokens, "access_token")),
            ("refresh token", text(&tokens, "refresh_token")),
            ("ID Token", text(&tokens, "id_token")),
            ("relay", relay.relay[0].expose()),
            ("relay code", relay_code.expose()),
            ("app session", inside.token.expose()),
            ("client secret", secret.expose()),
            ("password", PASSWORD),
            ("wrong password", "canary-wrong-password"),
            ("password as a name", "canaryhorse"),
            ("hash", &ada.session.hash().to_text()),
            ("any token", "ds_"),
        ] {
            assert!(!written.contains(canary), "{what} is in the log");
        }
    });
}

/// Whoever reads the log knows people by name, and from where they came. Nobody but Ada is there.
fn people_and_addresses_are_named(lines: &[audit::AuditLine]) {
    for line in lines {
        let name = |kind: &str| if kind == "user" { "ada" } else { "" };
        let named = (line.actor_name.as_str(), line.subject_name.as_str());
        assert_eq!(named, (name(&line.actor_kind), name(&line.subject_kind)), "{line:?}");
    }
    assert!(lines.iter().any(|line| line.ip == "192.0.2.7"));
}

/// Sign-ins that fail.
async fn failures(home: &Home, ada: &Person) {
    // A password typed where the name belongs, and into an address.
    for name in ["canaryhorse", "ada"] {
        let form = PasswordForm {
            name: name.into(),
            password: Secret::new("canary-wrong-password".into()),
            address_key: "a".into(),
        };
        by_password(&home.instance, form).await.err().unwrap();
    }
    let mut forged = authenticator();
    forged.credential_id.clone_from(&ada.passkey.credential_id);
    forged.user_handle.clone_from(&ada.passkey.user_handle);
    sign_in(&home.instance, &browser(), &mut forged, None).await.err().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_remove_lines_that_were_kept_for_long_enough() {
    for engine in doorstep_store::testing::Engine::ALL {
        for (keep, left) in [(Some(Ttl::from_days(90)), 1), (None, 2)] {
            let home = Home::with(engine, Live { audit_keep: keep, ..settings() }).await;
            for age in [91, 89] {
                let happened = home.instance.now() - Ttl::from_days(age);
                audit::insert(&mut home.db().write().await.unwrap(), &signed_in(happened)).await.unwrap();
            }
            let (reference, at) = ("AAAA-0000".to_owned(), home.instance.now());
            let (rule, what, remedy) = ("r".into(), "w".into(), "m".into());
            let ended = Refusal { reference, at, rule, what, remedy, facts: vec![] };
            refusals::insert(&mut home.db().write().await.unwrap(), &ended, at).await.unwrap();
            // Until a whole sweep is through, which takes something in either case.
            let swept = async {
                while home.instance.refusals.read(&may(&home.instance, ReadAudit), "AAAA-0000").await.unwrap().is_some()
                {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            jobs::run(Arc::clone(&home.instance), Vec::new(), swept).await;
            let lines = audit::recent(&mut home.db().read().await.unwrap(), 10).await.unwrap();
            assert_eq!(lines.len(), left, "{engine:?} {keep:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_ended_tokens_entered_apps_and_limits_leave_a_line_and_a_refresh_leaves_none() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (app, wiki) = (home.client("app", |_| {}).await, home.guarded("wiki", None).await);
        let tokens = home.tokens(&ada, &app, "openid offline_access").await;
        let proof = home.proof(&app).await;
        let (relay, code) = home.relay(&ada, &wiki, "/").await;
        home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
        let next = refresh(&home.instance, text(&tokens, "refresh_token"), &proof).await.unwrap();
        for (token, ends) in
            [(text(&next, "access_token"), true), ("ds_acc_garbage", false), (text(&next, "refresh_token"), true)]
        {
            for times in 0..2 {
                let lines = count(&home, "token_revoked").await;
                let body = format!("token={token}&{proof}");
                home.instance.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await.unwrap();
                let more = i64::from(ends && times == 0);
                assert_eq!(count(&home, "token_revoked").await - lines, more, "{token}: once");
            }
        }
        for _ in 0..9 {
            let form = PasswordForm {
                name: "ada".into(),
                password: Secret::new("not the password".into()),
                address_key: "a".into(),
            };
            by_password(&home.instance, form).await.err().unwrap();
        }
        for (kind, lines) in [
            ("code_issued", 1),
            ("app_session_begun", 1),
            // By the name that was typed, and by the account; once, however often it goes on.
            ("limit_struck", 2),
            ("tokens_refreshed", 0),
        ] {
            assert_eq!(count(&home, kind).await, lines, "{kind}");
        }
        let all = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        let line = |kind: &str| all.iter().find(|line| line.kind == kind).unwrap();
        let code = line("code_issued");
        assert_eq!((code.actor_id.as_str(), code.client.as_str()), (ada.user.id.as_str(), app.as_str()));
        assert_eq!(line("app_session_begun").subject_id, "wiki");
        let revoked = line("token_revoked");
        assert_eq!((revoked.actor_kind.as_str(), revoked.actor_id.as_str()), ("client", app.as_str()));
    });
}

async fn count(home: &Home, kind: &str) -> i64 {
    let all = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
    i64::try_from(all.iter().filter(|line| line.kind == kind).count()).unwrap()
}

fn signed_in(at: Timestamp) -> AuditEvent {
    doorstep_store::testing::signed_in(AuditId::at(at, &mut Entropy::seeded(u64::try_from(at.millis()).unwrap())), at)
}

/// Requests that are refused with a page, and what is told about them.
async fn reports(home: &Home, app: &ClientId) -> Vec<Refusal> {
    let mut reports = Vec::new();
    for bad in ["client_id=canary-client&x=1".to_owned(), request(app, "openid", "").replace("cb&", "other&")] {
        let answer = home.asked(&bad, None, &browser()).await;
        let Authorized::Page(page) = answer else { panic!("{}", sent(&answer)) };
        reports.push(
            home.instance
                .refusals
                .read(&may(&home.instance, ReadAudit), &page.reference.unwrap())
                .await
                .unwrap()
                .unwrap(),
        );
    }
    reports
}
