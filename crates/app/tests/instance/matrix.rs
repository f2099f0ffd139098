//! Security row 38: an account that is off, at every authentication method.

use crate::fixture::{
    Home, authenticator, begin, browser, by_password, change, enrol, may, myself, nobody, on_both, refused, request,
    sent, sign_in, somewhere, text,
};
use doorstep_app::accounts::{NewToken, PasswordForm, SignInError};
use doorstep_core::{
    access::ManageUsers,
    model::LinkPurpose,
    secret::{Secret, Token},
};
use doorstep_store::{audit, users};

#[tokio::test(flavor = "multi_thread")]
async fn security_38_an_account_that_is_off_gets_nowhere() {
    on_both!(|home| {
        // Switched off through the instance, and by the bare flag alone, as another process might leave it.
        for bare in [false, true] {
            let name = if bare { "ada" } else { "bob" };
            let mut ada = home.person(name, &["family"]).await;
            let (wiki, app) = (home.guarded("wiki", None).await, home.client(&format!("app-{name}"), |_| {}).await);
            let who = home.who(&ada.session).await;
            let password = || Secret::new("correct horse battery".to_owned());
            home.instance.accounts.set_password(&myself(&home.instance, &who), change(Some(password()))).await.unwrap();
            let tokens = home.tokens(&ada, &app, "openid offline_access").await;
            let code = home.code(&ada, &app, "openid").await;
            let inside = home.enter(&ada, &wiki).await;
            let (relay, relay_code) = home.relay(&ada, &wiki, "/").await;
            let program = program(&home, name).await;
            let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
            let begun = begin(&home.instance, &ada.browser).await;
            let half = ada.passkey.sign_in(&begun.public_key).unwrap();
            if bare {
                let now = home.instance.now();
                let mut conn = home.db().write().await.unwrap();
                users::set_disabled(&mut conn, &ada.user.id, Some(now), now).await.unwrap();
            } else {
                home.switch(name, false).await;
            }
            let fresh = sign_in(&home.instance, &browser(), &mut ada.passkey, None).await;
            assert!(matches!(fresh.err(), Some(SignInError::NotActive)));
            let finished = home
                .instance
                .accounts
                .finish_passkey_sign_in(&ada.browser, (&begun.challenge, &half), None, &nobody())
                .await;
            assert!(finished.is_err(), "begun before");
            let form = PasswordForm { name: name.into(), password: password(), address_key: "a".into() };
            let known = by_password(&home.instance, form).await;
            assert!(matches!(known.err(), Some(SignInError::NotActive)), "told to whoever knows the password");
            let guess = Secret::new("correct horse staple".to_owned());
            let form = PasswordForm { name: name.into(), password: guess, address_key: "a".into() };
            let guessed = by_password(&home.instance, form).await;
            assert!(matches!(guessed.err(), Some(SignInError::WrongPassword)), "and to nobody else");
            let logged = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
            let mut failed: Vec<_> = logged.iter().filter(|line| line.kind == "sign_in_failed").collect();
            failed.retain(|line| line.actor_id == ada.user.id.as_str() && line.detail.contains("disabled"));
            let by = |kind: &str| failed.iter().filter(|line| line.subject_kind == kind).count();
            assert_eq!((by("passkey"), by("user")), (2, 1), "by passkey, twice, and by password: {failed:#?}");
            assert!(!home.is_signed_in(&ada.session).await);
            let answer = home
                .instance
                .authorization
                .authorize(request(&app, "openid", "").as_bytes(), None, &ada.browser, &nobody())
                .await;
            assert_eq!(sent(&answer.unwrap()), "sign in");
            assert_eq!(home.redeem(&code, &app).await, refused("invalid_grant"));
            assert_eq!(home.refresh(text(&tokens, "refresh_token"), &app).await, refused("invalid_grant"));
            assert!(!home.opens(&tokens).await);
            assert!(home.instance.gateway.redeem_relay_code(&wiki, &relay_code, &relay, &nobody()).await.is_err());
            assert!(home.instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_none());
            assert!(is_nobodys(&home, &program).await);
            assert!(home.instance.accounts.open_link(&link).await.is_err());
            assert!(enrol(&home.instance, &browser(), &link, None, &mut authenticator()).await.is_err());
        }
    });
}

/// A token of somebody's for the wiki.
async fn program(home: &Home, owner: &str) -> Token {
    let new = NewToken { label: "backup".into(), apps: vec!["wiki".into()], days: None, read_only: false };
    home.instance.accounts.make_token(&may(&home.instance, ManageUsers), owner, &new).await.unwrap().text
}

async fn is_nobodys(home: &Home, token: &Token) -> bool {
    let found = home.instance.gateway.load_token(&token.hash(), &somewhere()).await.unwrap().unwrap();
    found.as_ref().owner().is_none()
}
