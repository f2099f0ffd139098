//! Whoever got in by a way to sign in that is now another does not stay in: every session, app session and grant
//! that a thief may have made ends with it, and what the owner does at that moment goes on.

use crate::fixture::{
    Home, Person, authenticator, browser, by_password, change, link_token, may, myself, nobody, on_both, seconds,
    sign_in, somewhere, text,
};
use doorstep_app::accounts::{AccountError, EnrolmentAnswer, OwnNames, PasswordForm, SignInError};
use doorstep_core::{
    access::{Lacking, ManageUsers},
    id::ClientId,
    secret::{Secret, Token},
};
use doorstep_store::testing::Engine;
use serde_json::Value;

const FIRST: &str = "correct horse battery";
const SECOND: &str = "staple battery horse";

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn form(text: &str) -> PasswordForm {
    PasswordForm { name: "ada".into(), password: password(text), address_key: "a".into() }
}

/// What a thief made of a session of hers.
struct Loot {
    session: Token,
    inside: Token,
    tokens: Value,
}

/// A second browser in which somebody is signed in as her, inside of an app, with a token that outlives the session.
async fn thief(home: &Home, ada: &mut Person, app: &ClientId) -> Loot {
    let there = browser();
    let session = sign_in(&home.instance, &there, &mut ada.passkey, None).await.unwrap();
    let (old_session, old_browser) =
        (std::mem::replace(&mut ada.session, session.token.clone()), std::mem::replace(&mut ada.browser, there));
    let wiki = home.guarded("wiki", None).await;
    let inside = home.enter(ada, &wiki).await;
    let tokens = home.tokens(ada, app, "openid offline_access").await;
    let loot = Loot { session: session.token, inside, tokens };
    (ada.session, ada.browser) = (old_session, old_browser);
    assert_eq!(loot.alive(home, app).await, (true, true, true));
    loot
}

impl Loot {
    /// Whether session, app session and tokens still open anything.
    async fn alive(&self, home: &Home, app: &ClientId) -> (bool, bool, bool) {
        let inside = home.instance.gateway.load(&self.inside.hash(), &somewhere()).await.unwrap().is_some();
        let opens =
            home.opens(&self.tokens).await || home.refresh(text(&self.tokens, "refresh_token"), app).await.is_ok();
        (home.is_signed_in(&self.session).await, inside, opens)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_changed_password_ends_the_other_sessions_and_every_grant_of_theirs() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let who = home.who(&ada.session).await;
        home.instance
            .accounts
            .set_password(&myself(&home.instance, &who), change(Some(password(FIRST))))
            .await
            .unwrap();
        assert!(home.is_signed_in(&ada.session).await, "a first password replaces nothing");
        let loot = thief(&home, &mut ada, &app).await;
        let mut again = change(Some(password(SECOND)));
        again.current = Some(password(FIRST));
        home.instance.accounts.set_password(&myself(&home.instance, &who), again).await.unwrap();
        assert_eq!(loot.alive(&home, &app).await, (false, false, false));
        assert!(home.is_signed_in(&ada.session).await, "hers goes on");

        let loot = thief(&home, &mut ada, &app).await;
        home.instance.accounts.set_password(&myself(&home.instance, &who), change(None)).await.unwrap();
        assert_eq!(loot.alive(&home, &app).await, (false, false, false), "a removed one just so");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_removed_passkey_ends_the_other_sessions_and_every_grant_of_theirs() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let who = home.who(&ada.session).await;
        let stolen =
            home.instance.accounts.account_overview(&myself(&home.instance, &who)).await.unwrap().passkeys.remove(0);
        let begun =
            home.instance.accounts.begin_add_passkey(&myself(&home.instance, &who), &ada.browser).await.unwrap();
        let answer = authenticator().register(&begun.public_key).unwrap();
        let answered = (&begun.challenge, &answer);
        home.instance.accounts.finish_add_passkey(&myself(&home.instance, &who), &ada.browser, answered).await.unwrap();
        let loot = thief(&home, &mut ada, &app).await;
        let kept = home.tokens(&ada, &app, "openid offline_access").await;
        home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &stolen.id).await.unwrap();
        assert_eq!(loot.alive(&home, &app).await, (false, false, false));
        assert!(home.is_signed_in(&ada.session).await && home.opens(&kept).await, "hers go on");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_signing_out_everywhere_ends_what_outlives_sessions() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let loot = thief(&home, &mut ada, &app).await;
        home.instance
            .sessions
            .sign_out_everywhere(&myself(&home.instance, &home.who(&ada.session).await))
            .await
            .unwrap();
        assert_eq!(loot.alive(&home, &app).await, (false, false, false));
        assert!(!home.is_signed_in(&ada.session).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_39_a_new_sign_in_ends_what_was_made_of_the_session_before() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let wiki = home.guarded("wiki", None).await;
        let copied = home.enter(&ada, &wiki).await;
        let old = ada.session.clone();
        sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&old)).await.unwrap();
        assert!(home.instance.gateway.load(&copied.hash(), &somewhere()).await.unwrap().is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_93_a_recovery_evicts_everybody_and_drops_what_was_there_only_on_request() {
    on_both!(|home| {
        for drop_earlier in [false, true] {
            let name = if drop_earlier { "grace" } else { "ada" };
            let mut person = home.person(name, &[]).await;
            let who = home.who(&person.session).await;
            home.instance
                .accounts
                .set_password(&myself(&home.instance, &who), change(Some(password(FIRST))))
                .await
                .unwrap();
            let app = home.client(&format!("app-{name}"), |_| {}).await;
            let loot = thief(&home, &mut person, &app).await;
            let (_, link) =
                home.instance.accounts.recovery_link(&may(&home.instance, ManageUsers), name).await.unwrap();
            let (link, here) = (link_token(&link.url), browser());
            let begun = home.instance.accounts.begin_enrolment(&here, &link, None).await.unwrap();
            let answer = authenticator().register(&begun.public_key).unwrap();
            let answer = EnrolmentAnswer { drop_earlier, ..EnrolmentAnswer::new(&begun.challenge, &answer) };
            let recovered =
                home.instance.accounts.finish_enrolment((&here, None), &link, answer, &nobody()).await.unwrap();
            assert_eq!(loot.alive(&home, &app).await, (false, false, false));
            assert!(!home.is_signed_in(&person.session).await, "her old browser just so");
            let who = home.who(&recovered.token).await;
            let left = home.instance.accounts.account_overview(&myself(&home.instance, &who)).await.unwrap();
            assert_eq!((left.passkeys.len(), left.has_password), if drop_earlier { (1, false) } else { (2, true) });
            let again = sign_in(&home.instance, &browser(), &mut person.passkey, None).await;
            assert_eq!(again.is_err(), drop_earlier, "an earlier passkey opens the account unless it was dropped");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_a_session_that_ended_while_a_change_waited_changes_nothing() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let stale = home.who(&ada.session).await;
        home.instance
            .sessions
            .sign_out_everywhere(&myself(&home.instance, &home.who(&ada.session).await))
            .await
            .unwrap();
        let set =
            home.instance.accounts.set_password(&myself(&home.instance, &stale), change(Some(password(FIRST)))).await;
        let ended = |done: Result<(), AccountError>| matches!(done, Err(AccountError::NotFresh(Lacking::Recent)));
        assert!(ended(set));
        let (accounts, own) = (&home.instance.accounts, myself(&home.instance, &stale));
        let names = OwnNames { display: "Mallory".to_owned(), given: String::new(), family: String::new() };
        assert!(ended(accounts.set_own_names(&own, names).await), "a name");
        let passkey = accounts.account_overview(&own).await.unwrap().passkeys.remove(0);
        assert!(ended(accounts.rename_passkey(&own, &passkey.id, "Mallory").await), "a passkey's name");
        assert!(ended(accounts.end_access(&own, &home.client("app", |_| {}).await).await), "what an app was allowed");
        let seen = accounts.account_overview(&own).await.unwrap();
        assert_eq!(seen.passkeys[0].name, passkey.name);
        home.wait(seconds(1));
        assert!(matches!(by_password(&home.instance, form(FIRST)).await, Err(SignInError::WrongPassword)));
    });
}

/// A read that does not come through after the commit changes nothing about what was done: the browser is told so.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_answered_as_done_while_the_database_cannot_be_read() {
    let home = Home::new(Engine::Sqlite).await;
    let ada = home.person("ada", &[]).await;
    let who = home.who(&ada.session).await;
    let held = home.out_of_reach().await;
    home.instance.sessions.sign_out(&who, &nobody()).await.unwrap();
    drop(held);
    assert!(!home.is_signed_in(&ada.session).await);
}
