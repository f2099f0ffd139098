//! A person's own authenticator apps: added by a right code, removed by whoever has proved as much, and the way back of whoever
//! lost the telephone.

use crate::fixture::{
    Person, authenticator, browser, by_password, change, enrol, may, myself, nobody, on_both, seconds, settings,
    sign_in,
};
use crate::totp::{PASSWORD, add, enter, person, said, secret};
use doorstep_app::{
    accounts::{AccountError, EnrolmentAnswer, PasswordEnrolment, PasswordForm, TotpError},
    settings::Live,
};
use doorstep_core::{
    access::{Lacking, ManageUsers},
    model::{Amr, LinkPurpose, TotpKey},
    time::Ttl,
};

#[tokio::test(flavor = "multi_thread")]
async fn security_81_a_change_takes_the_second_factor_of_whoever_has_one() {
    on_both!(|home| {
        let instance = &home.instance;
        let act = may(instance, ManageUsers);
        let (bob, link) = instance.accounts.add_person(&act, crate::fixture::typed("bob"), [].into()).await.unwrap();
        let link = crate::fixture::link_token(&link.url);
        let sent = PasswordEnrolment {
            about: doorstep_app::accounts::NewPerson::default(),
            password: secret(PASSWORD),
            drop_earlier: false,
        };
        let first = instance.accounts.enrol_with_password((&link, None), sent, &nobody()).await.unwrap();
        let bob = Person { user: bob, passkey: authenticator(), browser: browser(), session: first.token };
        let elsewhere = by_password(instance, form("bob")).await.unwrap().token;
        let (key, phone) = add(&home, &bob, "").await.unwrap();
        assert_eq!(key.name, "Authenticator app");
        assert!(!home.is_signed_in(&elsewhere).await, "whoever had the password alone is out");
        let who = home.who(&bob.session).await;
        let refused = instance.accounts.remove_totp(&myself(instance, &who), &key.id).await.err();
        assert!(matches!(refused, Some(AccountError::NotFresh(Lacking::Code))), "{refused:?}");
        home.wait(seconds(30));
        let session = enter(instance, "bob", &phone.code_at(home.instance.now())).await.unwrap();
        let bob = Person { session: session.token, ..bob };
        for _ in 1..TotpKey::MOST {
            add(&home, &bob, "more").await.unwrap();
        }
        assert!(matches!(add(&home, &bob, "more").await.err(), Some(TotpError::Enough)));
        let who = home.who(&bob.session).await;
        for key in instance.accounts.own_totp_keys(&myself(instance, &who)).await.unwrap() {
            instance.accounts.remove_totp(&myself(instance, &who), &key.id).await.unwrap();
            let twice = instance.accounts.remove_totp(&myself(instance, &who), &key.id).await.err();
            assert!(matches!(twice, Some(AccountError::NotFound)), "{twice:?}");
        }
        assert_eq!(by_password(instance, form("bob")).await.unwrap().session.amr, Amr::Password);
        home.wait(Ttl::from_minutes(5));
        assert!(matches!(add(&home, &bob, "").await.err(), Some(TotpError::Account(AccountError::NotFresh(_)))));
    });
}

fn form(name: &str) -> PasswordForm {
    PasswordForm { name: name.to_owned(), password: secret(PASSWORD), address_key: "a".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_app_counts_after_a_right_code_of_the_same_browser_and_person() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let bob = home.person("bob", &[]).await;
        assert!(matches!(add(&home, &ada, "").await.err(), Some(TotpError::NoPassword)));
        let instance = &home.instance;
        let who = home.who(&ada.session).await;
        let own = myself(instance, &who);
        instance.accounts.set_password(&own, change(Some(secret(PASSWORD)))).await.unwrap();
        let begun = instance.accounts.begin_totp(&own, &ada.browser).await.unwrap();
        let code = begun.secret.code_at(home.instance.now());
        let far = begun.secret.code_at(home.instance.now() + seconds(300));
        let mut challenge = begun.challenge;
        for odd in ["", "nonsense", far.as_str()] {
            let refused = instance.accounts.finish_totp(&own, &ada.browser, (&challenge, "", odd)).await.err();
            let Some(TotpError::WrongCode(again)) = refused else { panic!("{odd}: {refused:?}") };
            assert_eq!(again.secret.bytes(), begun.secret.bytes(), "the same secret is shown again");
            challenge = again.challenge;
        }
        assert!(by_password(instance, form("ada")).await.is_ok(), "it does not count yet");
        let others = home.who(&bob.session).await;
        let bobs = myself(instance, &others);
        let stolen = instance.accounts.finish_totp(&bobs, &ada.browser, (&challenge, "", &code)).await.err();
        assert!(matches!(stolen, Some(TotpError::Gone)));
        let begun = instance.accounts.begin_totp(&own, &ada.browser).await.unwrap();
        let code = begun.secret.code_at(home.instance.now());
        let elsewhere = instance.accounts.finish_totp(&own, &browser(), (&begun.challenge, "", &code)).await.err();
        assert!(matches!(elsewhere, Some(TotpError::Gone)));
        let begun = instance.accounts.begin_totp(&own, &ada.browser).await.unwrap();
        let code = begun.secret.code_at(home.instance.now());
        instance.accounts.finish_totp(&own, &ada.browser, (&begun.challenge, "", &code)).await.unwrap();
        assert_eq!(said(enter(instance, "ada", &code).await), "wrong", "the first code has counted");
        instance.context.change(Live { passwords: false, ..settings() }).unwrap();
        assert!(matches!(add(&home, &ada, "").await.err(), Some(TotpError::NoPassword)));
        let who = home.who(&ada.session).await;
        assert!(!instance.accounts.methods_of(&who).await.unwrap().totp, "there is no password to want it");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_telephone_comes_back_and_removes_it() {
    on_both!(|home| {
        let (ada, _) = person(&home, "ada").await;
        let (instance, act) = (&home.instance, may(&home.instance, ManageUsers));
        let has = async || !instance.accounts.person(&act, "ada").await.unwrap().totp_keys.is_empty();
        // By a link, without another word: it stays, and a session by passkey removes it.
        let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        let mut found = authenticator();
        let session = enrol(instance, &browser(), &link, None, &mut found).await.unwrap();
        let who = home.who(&session.token).await;
        let own = myself(instance, &who);
        let key = instance.accounts.own_totp_keys(&own).await.unwrap().remove(0);
        instance.accounts.remove_totp(&own, &key.id).await.unwrap();
        assert!(!has().await);
        // With a word for everything from before: it goes with the rest.
        let again = Person { session: session.token, browser: browser(), ..ada };
        add(&home, &again, "").await.unwrap();
        let link = home.link(LinkPurpose::Recover, Some(&again.user.id)).await;
        let (here, mut new) = (browser(), authenticator());
        let begun = instance.accounts.begin_enrolment(&here, &link, None).await.unwrap();
        let made = new.register(&begun.public_key).unwrap();
        let answer = EnrolmentAnswer { drop_earlier: true, ..EnrolmentAnswer::new(&begun.challenge, &made) };
        let session = instance.accounts.finish_enrolment((&here, None), &link, answer, &nobody()).await.unwrap();
        assert!(!has().await);
        // By whoever administers.
        let again = Person { session: session.token, browser: here, ..again };
        let who = home.who(&again.session).await;
        instance.accounts.set_password(&myself(instance, &who), change(Some(secret(PASSWORD)))).await.unwrap();
        add(&home, &again, "").await.unwrap();
        let (user, ended) = instance.accounts.end_totp(&act, "ada").await.unwrap();
        assert_eq!((user.name.as_str(), ended, has().await), ("ada", true, false));
        assert!(!home.is_signed_in(&again.session).await);
        assert!(!instance.accounts.end_totp(&act, "ada").await.unwrap().1);
        assert!(by_password(instance, form("ada")).await.is_ok());
        // With the password that it belonged to.
        let session = sign_in(instance, &again.browser, &mut new, None).await.unwrap();
        let again = Person { session: session.token, ..again };
        add(&home, &again, "").await.unwrap();
        let who = home.who(&again.session).await;
        instance.accounts.set_password(&myself(instance, &who), change(None)).await.unwrap();
        assert!(!has().await);
    });
}
