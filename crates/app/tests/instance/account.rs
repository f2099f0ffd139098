//! One's own account: security rows 81, 93 and 95.

use crate::fixture::{
    Home, Person, authenticator, browser, by_password, change, myself, on_both, own, seconds, sign_in,
};
use doorstep_app::{
    accounts::PasswordForm,
    accounts::{AccountError, PasswordChange},
    instance::Instance,
};
use doorstep_core::{access::Lacking, model::Passkey, secret::Secret};
use doorstep_onboard::provider::Provider;

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

async fn add(home: &Home, who: &Person) -> Result<Passkey, AccountError> {
    let signed_in = home.who(&who.session).await;
    let begun = home.instance.accounts.begin_add_passkey(&myself(&home.instance, &signed_in), &who.browser).await?;
    let answer = authenticator().register(&begun.public_key).unwrap();
    home.instance
        .accounts
        .finish_add_passkey(&myself(&home.instance, &signed_in), &who.browser, (&begun.challenge, &answer))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_and_95_every_change_wants_a_fresh_proof() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let key = add(&home, &ada).await.unwrap();
        home.wait(seconds(299));
        assert!(
            home.instance
                .accounts
                .account_overview(&myself(&home.instance, &home.who(&ada.session).await))
                .await
                .unwrap()
                .fresh
        );
        let begun = home
            .instance
            .accounts
            .begin_add_passkey(&myself(&home.instance, &home.who(&ada.session).await), &ada.browser)
            .await
            .unwrap();
        let answer = authenticator().register(&begun.public_key).unwrap();
        home.wait(seconds(1));
        let who = home.who(&ada.session).await;
        let late = home
            .instance
            .accounts
            .finish_add_passkey(&myself(&home.instance, &who), &ada.browser, (&begun.challenge, &answer))
            .await;
        assert!(matches!(late, Err(AccountError::NotFresh(Lacking::Recent))), "begun in time, finished too late");
        assert!(matches!(add(&home, &ada).await, Err(AccountError::NotFresh(_))));
        assert!(matches!(
            home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &key.id).await,
            Err(AccountError::NotFresh(_))
        ));
        for new in [Some(password("correct horse battery")), None] {
            assert!(matches!(
                home.instance.accounts.set_password(&myself(&home.instance, &who), change(new)).await,
                Err(AccountError::NotFresh(_))
            ));
        }
        assert!(!home.instance.accounts.account_overview(&myself(&home.instance, &who)).await.unwrap().fresh);
        let fresh = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
        ada.session = fresh.token;
        assert!(add(&home, &ada).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_a_password_is_no_proof_for_whoever_has_a_passkey() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        home.instance
            .accounts
            .set_password(&myself(&home.instance, &who), change(Some(password("correct horse battery"))))
            .await
            .unwrap();
        let form = PasswordForm {
            name: "ada".into(),
            password: Secret::new("correct horse battery".into()),
            address_key: "a".into(),
        };
        let weak = by_password(&home.instance, form).await.unwrap();
        let weak = Person { session: weak.token, ..ada };
        assert!(matches!(add(&home, &weak).await, Err(AccountError::NotFresh(Lacking::Passkey))));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_in_stays() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        let only =
            home.instance.accounts.account_overview(&myself(&home.instance, &who)).await.unwrap().passkeys.remove(0);
        assert!(matches!(
            home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &only.id).await,
            Err(AccountError::LastMethod)
        ));
        let second = add(&home, &ada).await.unwrap();
        home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &only.id).await.unwrap();
        assert!(matches!(
            home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &second.id).await,
            Err(AccountError::LastMethod)
        ));
        home.instance
            .accounts
            .set_password(&myself(&home.instance, &who), change(Some(password("correct horse battery"))))
            .await
            .unwrap();
        home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &second.id).await.unwrap();
        assert!(matches!(
            home.instance.accounts.set_password(&myself(&home.instance, &who), change(None)).await,
            Err(AccountError::LastMethod)
        ));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_passkeys_that_are_removed_at_once_leave_one() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        add(&home, &ada).await.unwrap();
        let who = home.who(&ada.session).await;
        let keys = home.instance.accounts.account_overview(&myself(&home.instance, &who)).await.unwrap().passkeys;
        let instances = [std::sync::Arc::clone(&home.instance), home.replica().await];
        let done = crate::fixture::at_once(2, |n| {
            let (instance, who, id) = (std::sync::Arc::clone(&instances[n]), who.clone(), keys[n].id.clone());
            async move { instance.accounts.remove_passkey(&myself(&instance, &who), &id).await.is_ok() }
        })
        .await;
        assert_eq!(done.iter().filter(|one| **one).count(), 1);
        assert_eq!(home.instance.accounts.methods_of(&who).await.unwrap().passkeys, 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_93_a_passkey_is_added_to_whom_it_was_begun_for() {
    on_both!(|home| {
        let (ada, mut bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let begun = home
            .instance
            .accounts
            .begin_add_passkey(&myself(&home.instance, &home.who(&ada.session).await), &ada.browser)
            .await
            .unwrap();
        let answer = authenticator().register(&begun.public_key).unwrap();
        let session = sign_in(&home.instance, &ada.browser, &mut bob.passkey, Some(&ada.session)).await.unwrap();
        let who = home.who(&session.token).await;
        let crossed = home
            .instance
            .accounts
            .finish_add_passkey(&myself(&home.instance, &who), &ada.browser, (&begun.challenge, &answer))
            .await;
        assert!(crossed.is_err());
        assert_eq!(home.instance.accounts.methods_of(&who).await.unwrap().passkeys, 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_anothers_passkeys() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        add(&home, &ada).await.unwrap();
        add(&home, &bob).await.unwrap();
        let (of_ada, of_bob) = (home.who(&ada.session).await, home.who(&bob.session).await);
        let target = home
            .instance
            .accounts
            .account_overview(&myself(&home.instance, &of_ada))
            .await
            .unwrap()
            .passkeys
            .remove(0)
            .id;
        assert!(matches!(
            home.instance.accounts.remove_passkey(&myself(&home.instance, &of_bob), &target).await,
            Err(AccountError::NotFound)
        ));
        assert!(matches!(
            home.instance.accounts.rename_passkey(&myself(&home.instance, &of_bob), &target, "mine").await,
            Err(AccountError::NotFound)
        ));
        home.instance.accounts.rename_passkey(&myself(&home.instance, &of_ada), &target, " Phone\u{7} ").await.unwrap();
        assert_eq!(
            home.instance.accounts.account_overview(&myself(&home.instance, &of_ada)).await.unwrap().passkeys[0].name,
            "Phone"
        );
        assert!(matches!(
            home.instance.accounts.rename_passkey(&myself(&home.instance, &of_ada), &target, " ").await,
            Err(AccountError::EmptyName)
        ));
        assert!(sign_in(&home.instance, &browser(), &mut { ada }.passkey, None).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_has_a_length() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        for bad in ["", "elevenchars", &"x".repeat(257)] {
            let refused =
                home.instance.accounts.set_password(&myself(&home.instance, &who), change(Some(password(bad)))).await;
            assert!(matches!(refused, Err(AccountError::Unfit)), "{}", bad.len());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_87_guesses_at_the_present_password_are_counted_and_apart_from_strangers() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        home.instance
            .accounts
            .set_password(&myself(&home.instance, &who), change(Some(password("correct horse battery"))))
            .await
            .unwrap();
        let guess = async |current: &str| {
            let change =
                PasswordChange { current: Some(password(current)), new: Some(password("another horse battery")) };
            home.instance.accounts.set_password(&myself(&home.instance, &who), change).await
        };
        let without = home
            .instance
            .accounts
            .set_password(&myself(&home.instance, &who), change(Some(password("another horse battery"))))
            .await;
        assert!(matches!(without, Err(AccountError::WrongPassword)));
        for _ in 0..4 {
            assert!(matches!(guess("wrong").await, Err(AccountError::WrongPassword)));
        }
        guess("correct horse battery").await.unwrap();
        for _ in 0..5 {
            assert!(matches!(guess("wrong").await, Err(AccountError::WrongPassword)));
        }
        assert!(matches!(guess("another horse battery").await, Err(AccountError::TooMany)));
        // Whoever guesses there locks nobody out at the door, and strangers at the door nobody out of this page.
        let sign_in = async |name: &str, tried: &str| {
            let form = PasswordForm { name: name.into(), password: password(tried), address_key: "a".into() };
            by_password(&home.instance, form).await.map(|_| ())
        };
        sign_in("ada", "another horse battery").await.unwrap();
        let bob = home.person("bob", &[]).await;
        let who = home.who(&bob.session).await;
        let set = async |current: Option<&str>, new: &str| {
            let change = PasswordChange { current: current.map(password), new: Some(password(new)) };
            home.instance.accounts.set_password(&myself(&home.instance, &who), change).await
        };
        set(None, "bobs horse battery").await.unwrap();
        for _ in 0..6 {
            sign_in("bob", "wrong").await.unwrap_err();
        }
        assert!(sign_in("bob", "bobs horse battery").await.is_err(), "strangers locked it");
        set(Some("bobs horse battery"), "bobs other battery").await.unwrap();
        assert!(sign_in("bob", "bobs other battery").await.is_err(), "a right guess here unlocks nothing there");
    });
}

/// What the portal shows: read once after a change of an app, and not for each view.
#[tokio::test(flavor = "multi_thread")]
async fn the_apps_of_the_portal_are_read_again_when_one_changed_and_not_before() {
    on_both!(|home| {
        let ada = home.person("ada", &["users"]).await;
        let replica = home.replica().await;
        let seen = async |instance: &Instance| {
            let who = instance.sessions.signed_in(Some(&ada.session)).await.unwrap().unwrap();
            let apps = instance.accounts.usable_apps(&who).await.unwrap();
            apps.into_iter().map(|tiled| tiled.app.title).collect::<Vec<_>>()
        };
        assert_eq!(seen(&replica).await, [""; 0]);
        for (name, allow) in [("wiki", None), ("mail", Some(&["users"][..])), ("money", Some(&["admins"]))] {
            home.guarded(name, allow).await;
        }
        assert_eq!(seen(&home.instance).await, ["mail", "wiki"], "whoever made them sees them at once");
        replica.caches.catch_up().await.unwrap();
        assert_eq!(seen(&replica).await, ["mail", "wiki"]);
        own(&home.instance).delete_app(&"mail".parse().unwrap()).await.unwrap();
        assert_eq!(seen(&replica).await, ["mail", "wiki"]);
        home.wait(seconds(6));
        assert_eq!(seen(&replica).await, ["wiki"], "after five seconds it looks by itself");
        let who = home.who(&ada.session).await;
        assert_eq!(home.instance.accounts.usable_apps(&who).await.unwrap().len(), 1);
        let _held = home.out_of_reach().await;
        assert_eq!(home.instance.accounts.usable_apps(&who).await.unwrap().len(), 1, "without the database");
    });
}
