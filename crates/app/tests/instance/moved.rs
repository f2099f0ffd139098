//! After a move: passkeys of the former host, and apps that ask under the former issuer.

use crate::fixture::{Home, ISSUER, authenticator, browser, link_token, may, myself, nobody, on_both, root, settings};
use doorstep_app::{
    accounts::{AccountError, SignInError},
    instance::Instance,
    settings::Settings,
};
use doorstep_core::{
    access::ManageUsers,
    ceremony::{CeremonyError, soft::SoftAuthenticator},
    model::Browser,
};
use doorstep_store::{moves, passkeys};
use std::{collections::BTreeSet, sync::Arc};

const MOVED: &str = "https://id.new.example";
const OLD_HOST: &str = "auth.example.org";

/// The instance of `home` at its new address, where the former one still leads to it or not.
async fn moved(home: &Home, former: &[&str]) -> Arc<Instance> {
    let former = former.iter().map(|&issuer| issuer.to_owned()).collect();
    let settings = Settings::new(MOVED.to_owned(), 2, settings()).with_former(former);
    Arc::new(Instance::open(home.db().clone(), home.clock.clone(), &root(), settings).await.unwrap())
}

/// Signs in; whether the person is to make another passkey.
async fn enter(
    instance: &Instance,
    browser: &Browser,
    passkey: &mut SoftAuthenticator,
    former: Option<&str>,
) -> Result<bool, SignInError> {
    let begun = instance.accounts.begin_passkey_sign_in(browser, former).await?;
    let answer = passkey.sign_in(&begun.public_key).unwrap();
    let entered =
        instance.accounts.finish_passkey_sign_in(browser, (&begun.challenge, &answer), None, &nobody()).await?;
    Ok(entered.wants_another)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_of_the_former_host_signs_in_until_that_is_given_up_and_one_of_the_new_host_follows_it() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        assert!(!enter(&home.instance, &browser(), &mut ada.passkey, None).await.unwrap());
        let instance = moved(&home, &[ISSUER]).await;
        assert_eq!(instance.accounts.former_hosts().await, [OLD_HOST]);
        ada.passkey.origin = MOVED.to_owned();
        let here = browser();
        assert!(enter(&instance, &here, &mut ada.passkey, Some(OLD_HOST)).await.unwrap(), "she has no other");

        // In that session she makes one of the new host, and is not asked again.
        let begun = instance.accounts.begin_passkey_sign_in(&here, Some(OLD_HOST)).await.unwrap();
        let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
        let (answered, caller) = ((&begun.challenge, &answer), nobody());
        let entered = instance.accounts.finish_passkey_sign_in(&here, answered, None, &caller).await.unwrap();
        let session = entered.session;
        let who = instance.sessions.signed_in(Some(&session.token)).await.unwrap().unwrap();
        let me = myself(&instance, &who);
        let begun = instance.accounts.begin_add_passkey(&me, &here).await.unwrap();
        assert_eq!(begun.public_key["rp"]["id"], "id.new.example");
        let mut key = authenticator();
        key.origin = MOVED.to_owned();
        let made = key.register(&begun.public_key).unwrap();
        let made = instance.accounts.finish_add_passkey(&me, &here, (&begun.challenge, &made)).await.unwrap();
        assert_eq!((made.rp_id.as_str(), instance.accounts.former_host_of(&made)), ("id.new.example", None));
        let overview = instance.accounts.account_overview(&me).await.unwrap();
        let former: BTreeSet<_> =
            overview.passkeys.iter().map(|passkey| instance.accounts.former_host_of(passkey)).collect();
        assert_eq!(former, [Some(OLD_HOST), None].into());
        assert!(!enter(&instance, &browser(), &mut ada.passkey, Some(OLD_HOST)).await.unwrap());
        assert!(!enter(&instance, &browser(), &mut key, None).await.unwrap());

        // The former host is given up: its passkey opens nothing, and the other one is not to be lost.
        let instance = moved(&home, &[]).await;
        moves::set_counts(&mut home.db().write().await.unwrap(), OLD_HOST, false).await.unwrap();
        assert!(instance.accounts.former_hosts().await.is_empty());
        let other_host = |error: SignInError| matches!(error, SignInError::Ceremony(CeremonyError::OtherHost));
        assert!(enter(&instance, &browser(), &mut ada.passkey, Some(OLD_HOST)).await.is_err_and(other_host));
        assert!(enter(&instance, &browser(), &mut ada.passkey, None).await.is_err_and(other_host));
        assert!(!enter(&instance, &browser(), &mut key, None).await.unwrap());
        let who = instance.sessions.signed_in(Some(&session.token)).await.unwrap().unwrap();
        let refused = instance.accounts.remove_passkey(&myself(&instance, &who), &made.id).await;
        assert!(matches!(refused, Err(AccountError::LastMethod)));
        let all = passkeys::of_user(&mut home.db().read().await.unwrap(), &ada.user.id).await.unwrap();
        let old = all.iter().find(|passkey| passkey.rp_id == OLD_HOST).unwrap();
        let me = myself(&instance, &who);
        let shown = instance.accounts.account_overview(&me).await.unwrap();
        assert!(shown.is_of_a_host_given_up(old) && !shown.is_of_a_host_given_up(&made));
        instance.accounts.remove_passkey(&me, &old.id).await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_92_after_a_move_no_page_of_another_origin_uses_a_passkey_and_no_other_host_is_offered() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let instance = moved(&home, &[ISSUER]).await;
        for origin in [ISSUER, "https://evil.example", "http://id.new.example", "https://id.new.example:8443"] {
            ada.passkey.origin = origin.to_owned();
            let refused = enter(&instance, &browser(), &mut ada.passkey, Some(OLD_HOST)).await;
            assert!(matches!(refused, Err(SignInError::Ceremony(_))), "{origin}");
        }
        for host in ["evil.example", "", "example.org"] {
            let refused = instance.accounts.begin_passkey_sign_in(&browser(), Some(host)).await;
            assert!(matches!(refused.err(), Some(SignInError::Ceremony(CeremonyError::OtherHost))), "{host}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_move_a_recovery_link_makes_a_passkey_of_the_new_host() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let instance = moved(&home, &[]).await;
        let act = may(&instance, ManageUsers);
        let (_, link) = instance.accounts.recovery_link(&act, ada.user.name.as_str()).await.unwrap();
        assert!(link.url.starts_with(MOVED), "{}", link.url);
        let mut key = authenticator();
        key.origin = MOVED.to_owned();
        let made = crate::fixture::enrol(&instance, &browser(), &link_token(&link.url), None, &mut key).await;
        assert!(made.is_ok(), "{:?}", made.err());
        assert!(!enter(&instance, &browser(), &mut key, None).await.unwrap());
    });
}
