//! Signing in with an authenticator app: a password wants a code besides, and nobody is in before it was right. Security rows
//! 79, 80, 87, 89 and 109.

use crate::fixture::{
    Home, Person, at_once, browser, change, may, myself, nobody, on_both, seconds, settings, sign_in,
};
use crate::root_keys::{both, in_force, manage, replica};
use doorstep_app::{
    accounts::{CodeError, PasswordForm, PasswordSignIn, SignInError, TotpError},
    instance::Instance,
    sessions::NewSession,
    settings::Live,
};
use doorstep_core::{
    access::ManageUsers,
    id::ChallengeId,
    model::{Amr, Browser, TotpKey},
    secret::Secret,
    time::Ttl,
    totp::TotpSecret,
};
use std::sync::Arc;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Adds an authenticator app in the person's browser, by its first code.
pub(crate) async fn add(home: &Home, person: &Person, name: &str) -> Result<(TotpKey, TotpSecret), TotpError> {
    let who = home.who(&person.session).await;
    let own = myself(&home.instance, &who);
    let begun = home.instance.accounts.begin_totp(&own, &person.browser).await?;
    let code = begun.secret.code_at(home.instance.now());
    let shown = (&begun.challenge, name, code.as_str());
    let key = home.instance.accounts.finish_totp(&own, &person.browser, shown).await?;
    Ok((key, begun.secret))
}

/// Somebody with a passkey, a password and an authenticator app, whose first code has counted.
pub(crate) async fn person(home: &Home, name: &str) -> (Person, TotpSecret) {
    let person = home.person(name, &[]).await;
    let who = home.who(&person.session).await;
    let own = myself(&home.instance, &who);
    home.instance.accounts.set_password(&own, change(Some(secret(PASSWORD)))).await.unwrap();
    let (_, secret) = add(home, &person, "Phone").await.unwrap();
    home.wait(seconds(30));
    (person, secret)
}

/// The first step: to the question for a code.
pub(crate) async fn asked(instance: &Instance, browser: &Browser, name: &str) -> ChallengeId {
    let form = PasswordForm { name: name.to_owned(), password: secret(PASSWORD), address_key: "a".to_owned() };
    match instance.accounts.password_sign_in((form, browser), None, &nobody()).await {
        Ok(PasswordSignIn::CodeWanted(challenge)) => challenge,
        Ok(PasswordSignIn::In(_)) => panic!("no code was asked for"),
        Err(error) => panic!("{error}"),
    }
}

async fn answered(
    instance: &Instance,
    browser: &Browser,
    challenge: &ChallengeId,
    code: &str,
) -> Result<NewSession, CodeError> {
    instance.accounts.finish_with_code(browser, (challenge, code), None, &nobody()).await
}

/// Both steps in a browser of its own.
pub(crate) async fn enter(instance: &Instance, name: &str, code: &str) -> Result<NewSession, CodeError> {
    let browser = browser();
    let challenge = asked(instance, &browser, name).await;
    answered(instance, &browser, &challenge, code).await
}

pub(crate) fn said(done: Result<NewSession, CodeError>) -> &'static str {
    match done {
        Ok(_) => "in",
        Err(CodeError::Gone) => "gone",
        Err(CodeError::Wrong(_)) => "wrong",
        Err(CodeError::ClockWrong(_)) => "clock",
        Err(CodeError::TooMany(_)) => "too many",
        Err(CodeError::NotActive) => "disabled",
        Err(CodeError::Internal(error)) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_with_an_authenticator_app_signs_in_by_both_and_a_passkey_needs_none() {
    on_both!(|home| {
        let (mut ada, phone) = person(&home, "ada").await;
        let (instance, browser) = (&home.instance, browser());
        let wrong = PasswordForm { name: "ada".into(), password: secret("wrong"), address_key: "a".into() };
        let refused = instance.accounts.password_sign_in((wrong, &browser), None, &nobody()).await.err();
        assert!(matches!(refused, Some(SignInError::WrongPassword)), "a wrong password is asked for no code");
        let challenge = asked(instance, &browser, "ada").await;
        let code = phone.code_at(home.instance.now());
        let session = answered(instance, &browser, &challenge, &code).await.unwrap();
        assert_eq!((session.session.amr, session.session.user), (Amr::PasswordTotp, ada.user.id.clone()));
        assert!(home.is_signed_in(&session.token).await);
        assert_eq!(said(answered(instance, &browser, &challenge, &code).await), "gone", "once");
        let own = sign_in(instance, &browser, &mut ada.passkey, None).await.unwrap();
        assert_eq!(own.session.amr, Amr::Passkey);
        let who = home.who(&own.token).await;
        let keys = instance.accounts.own_totp_keys(&myself(instance, &who)).await.unwrap();
        assert_eq!((keys.len(), keys[0].name.as_str(), keys[0].last_used_at), (1, "Phone", Some(home.instance.now())));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_80_109_a_code_counts_once_on_whichever_replica() {
    on_both!(|home| {
        let (_, phone) = person(&home, "ada").await;
        let replicas = [Arc::clone(&home.instance), home.replica().await];
        for _ in 0..4 {
            let code = phone.code_at(home.instance.now());
            let mut begun = Vec::new();
            for replica in &replicas {
                let browser = browser();
                begun.push((Arc::clone(replica), asked(replica, &browser, "ada").await, browser));
            }
            let begun = Arc::new(begun);
            let entered = at_once(2, |i| {
                let (begun, code) = (Arc::clone(&begun), code.clone());
                async move {
                    let (replica, challenge, browser) = &begun[i];
                    said(answered(replica, browser, challenge, &code).await)
                }
            });
            let mut entered = entered.await;
            entered.sort_unstable();
            assert_eq!(entered, ["in", "wrong"]);
            assert_eq!(said(enter(&home.instance, "ada", &code).await), "wrong", "nor later");
            let before = phone.code_at(home.instance.now() - seconds(30));
            assert_eq!(said(enter(&home.instance, "ada", &before).await), "wrong", "nor one before it");
            home.wait(Ttl::from_minutes(6));
        }
    });
}

/// A challenge serves once, too: two answers to one question are no two tries.
#[tokio::test(flavor = "multi_thread")]
async fn security_87_parallel_guesses_do_not_outrun_the_count() {
    on_both!(|home| {
        let (_, phone) = person(&home, "ada").await;
        let right = phone.code_at(home.instance.now());
        let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 500_000) % 1_000_000);
        let mut begun = Vec::new();
        for _ in 0..8 {
            let browser = browser();
            begun.push((asked(&home.instance, &browser, "ada").await, browser));
        }
        let (begun, instance) = (Arc::new(begun), Arc::clone(&home.instance));
        let guessed = at_once(8, |i| {
            let (begun, instance, wrong) = (Arc::clone(&begun), Arc::clone(&instance), wrong.clone());
            async move { said(answered(&instance, &begun[i].1, &begun[i].0, &wrong).await) }
        });
        let mut guessed = guessed.await;
        guessed.sort_unstable();
        assert_eq!(guessed, ["too many", "too many", "too many", "wrong", "wrong", "wrong", "wrong", "wrong"]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_89_the_sixth_wrong_code_begins_again_and_passkeys_go_on() {
    on_both!(|home| {
        let (mut ada, phone) = person(&home, "ada").await;
        let (bob, bobs) = person(&home, "bob").await;
        let browser = browser();
        let mut challenge = asked(&home.instance, &browser, "ada").await;
        for odd in ["000000", "", "12345", "nonsense", "000001"] {
            match answered(&home.instance, &browser, &challenge, odd).await {
                Err(CodeError::Wrong(next)) => challenge = next,
                other => panic!("{odd}: {}", said(other)),
            }
        }
        let right = phone.code_at(home.instance.now());
        let sixth = answered(&home.instance, &browser, &challenge, &right).await.err();
        assert!(matches!(sixth, Some(CodeError::TooMany(wait)) if wait == Ttl::from_minutes(5)));
        assert_eq!(said(answered(&home.instance, &browser, &challenge, &right).await), "gone");
        assert_eq!(said(enter(&home.instance, "ada", &right).await), "too many", "in another browser either");
        assert!(sign_in(&home.instance, &browser, &mut ada.passkey, None).await.is_ok());
        assert_eq!(said(enter(&home.instance, "bob", &bobs.code_at(home.instance.now())).await), "in");
        assert_eq!(bob.user.name.as_str(), "bob");
        home.wait(Ttl::from_minutes(6));
        assert_eq!(said(enter(&home.instance, "ada", &phone.code_at(home.instance.now())).await), "in");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_89_a_day_has_thirty_wrong_codes() {
    on_both!(|home| {
        let (_, phone) = person(&home, "ada").await;
        for _ in 0..6 {
            for _ in 0..5 {
                assert_eq!(said(enter(&home.instance, "ada", "12345").await), "wrong");
            }
            home.wait(Ttl::from_minutes(6));
        }
        let refused = enter(&home.instance, "ada", &phone.code_at(home.instance.now())).await.err();
        assert!(matches!(refused, Some(CodeError::TooMany(wait)) if wait == Ttl::from_hours(24)));
        home.wait(Ttl::from_hours(24));
        assert_eq!(said(enter(&home.instance, "ada", &phone.code_at(home.instance.now())).await), "in");
    });
}

/// Whoever waits for a code is nobody yet, and what waits is of one browser, one password and five minutes.
#[tokio::test(flavor = "multi_thread")]
async fn security_79_nothing_but_the_code_ends_the_wait_and_what_changed_meanwhile_ends_it_too() {
    on_both!(|home| {
        let (mut ada, phone) = person(&home, "ada").await;
        let instance = &home.instance;
        let code = || phone.code_at(home.instance.now());
        let (here, there) = (browser(), browser());
        let challenge = asked(instance, &here, "ada").await;
        assert_eq!(said(answered(instance, &there, &challenge, &code()).await), "gone", "another browser");
        let late = asked(instance, &here, "ada").await;
        home.wait(Ttl::from_minutes(5));
        assert_eq!(said(answered(instance, &here, &late, &code()).await), "gone");
        let begun = instance.accounts.begin_passkey_sign_in(&here, None).await.unwrap();
        assert_eq!(said(answered(instance, &here, &begun.challenge, &code()).await), "gone", "of a passkey");
        let waits = asked(instance, &here, "ada").await;
        let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
        let as_passkey = instance.accounts.finish_passkey_sign_in(&here, (&waits, &answer), None, &nobody()).await;
        assert!(matches!(as_passkey.err(), Some(SignInError::Challenge(_))));

        let waits = asked(instance, &here, "ada").await;
        home.switch("ada", false).await;
        assert_eq!(said(answered(instance, &here, &waits, &code()).await), "disabled");
        home.switch("ada", true).await;
        let waits = asked(instance, &here, "ada").await;
        let act = may(instance, ManageUsers);
        instance.accounts.set_password_of(&act, ("ada", Some(secret("another password entirely")))).await.unwrap();
        assert_eq!(said(answered(instance, &here, &waits, &code()).await), "gone", "another password");
        instance.accounts.set_password_of(&act, ("ada", Some(secret(PASSWORD)))).await.unwrap();
        let waits = asked(instance, &here, "ada").await;
        instance.context.change(Live { passwords: false, ..settings() }).unwrap();
        assert_eq!(said(answered(instance, &here, &waits, &code()).await), "gone", "switched off");
        instance.context.change(settings()).unwrap();
        assert_eq!(said(enter(instance, "ada", &code()).await), "in");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_some_minutes_away_is_told_and_does_not_count_when_its_time_is_there() {
    on_both!(|home| {
        let (_, phone) = person(&home, "ada").await;
        let instance = &home.instance;
        for away in [seconds(-300), seconds(300)] {
            let code = phone.code_at(home.instance.now() + away);
            assert_eq!(said(enter(instance, "ada", &code).await), "clock", "{away:?}");
        }
        let far = phone.code_at(home.instance.now() + Ttl::from_hours(1));
        assert_eq!(said(enter(instance, "ada", &far).await), "wrong");
        let told = phone.code_at(home.instance.now() + seconds(300));
        home.wait(seconds(300));
        assert_eq!(phone.code_at(home.instance.now()), told);
        assert_eq!(said(enter(instance, "ada", &told).await), "wrong", "whoever guessed it gets nothing by the word");
        home.wait(seconds(30));
        assert_eq!(said(enter(instance, "ada", &phone.code_at(home.instance.now())).await), "in");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_of_it_is_of_its_row_and_outlives_the_root_key() {
    on_both!(|home| {
        let (_, phone) = person(&home, "ada").await;
        let (_, bobs) = person(&home, "bob").await;
        let other = replica(&home, both()).await.unwrap();
        let key = in_force(&other).await;
        let sealed = async || doorstep_store::totp_keys::sealed(&mut home.db().read().await.unwrap()).await.unwrap();
        let before = sealed().await;
        assert!(other.root_keys.seal_anew(&manage(&other), &key).await.unwrap() >= 2);
        let after = sealed().await;
        assert!(before.iter().zip(&after).all(|(before, after)| before.0 == after.0 && before.1 != after.1));
        assert_eq!(said(enter(&other, "ada", &phone.code_at(home.instance.now())).await), "in");
        // The secret of another row does not open in this one.
        let mut conn = home.db().write().await.unwrap();
        let [one, two] = [&after[0], &after[1]];
        assert!(doorstep_store::totp_keys::reseal(&mut conn, &one.0, (&one.1, &two.1)).await.unwrap());
        drop(conn);
        home.wait(seconds(60));
        let mut refused = 0;
        for (name, phone) in [("ada", &phone), ("bob", &bobs)] {
            let browser = browser();
            let challenge = asked(&other, &browser, name).await;
            let entered = answered(&other, &browser, &challenge, &phone.code_at(home.instance.now())).await;
            refused += usize::from(matches!(entered.err(), Some(CodeError::Wrong(_))));
        }
        assert_eq!(refused, 1);
    });
}
