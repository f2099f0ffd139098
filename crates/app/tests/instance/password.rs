//! Passwords: security rows 82, 84 to 88.

use crate::fixture::{
    Home, Person, at_once, browser, by_password, change, may, myself, on_both, seconds, settings, sign_in,
};
use doorstep_app::{
    accounts::{PasswordForm, SignInError},
    instance::Instance,
    sessions::NewSession,
    settings::Live,
};
use doorstep_core::{access::ManageUsers, model::Amr, secret::Secret};
use doorstep_store::users;
use std::{sync::Arc, time::Duration};

const PASSWORD: &str = "correct horse battery staple";

async fn person(home: &Home, name: &str) -> Person {
    let person = home.person(name, &[]).await;
    let who = home.who(&person.session).await;
    home.instance
        .accounts
        .set_password(&myself(&home.instance, &who), change(Some(Secret::new(PASSWORD.to_owned()))))
        .await
        .unwrap();
    person
}

async fn try_one(instance: &Instance, name: &str, password: &str, address: &str) -> Result<NewSession, SignInError> {
    let form = PasswordForm {
        name: name.to_owned(),
        password: Secret::new(password.to_owned()),
        address_key: address.to_owned(),
    };
    by_password(instance, form).await
}

/// `in`, or the word for the refusal.
async fn outcome(instance: &Instance, name: &str, password: &str, address: &str) -> &'static str {
    match try_one(instance, name, password, address).await {
        Ok(_) => "in",
        Err(SignInError::WrongPassword) => "wrong",
        Err(SignInError::TooMany) => "too many",
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_signs_in_by_name_or_address_in_any_spelling() {
    on_both!(|home| {
        let ada = person(&home, "ada").await;
        for name in ["ada", " ADA ", "ada@example.org", "Ada@Example.ORG "] {
            let session = try_one(&home.instance, name, PASSWORD, "a").await.unwrap();
            assert_eq!(session.session.user, ada.user.id);
            assert_eq!(session.session.amr, Amr::Password);
        }
        for (name, password) in [("ada", "wrong"), ("nobody", PASSWORD), ("", PASSWORD), ("ada", "")] {
            assert_eq!(outcome(&home.instance, name, password, "b").await, "wrong", "{name}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_bytes_in_a_name_are_a_wrong_name_on_both_engines() {
    on_both!(|home| {
        person(&home, "ada").await;
        for name in [
            "ada\0",
            "\0ada@example.org",
            "ada@example.org\0",
            "a\u{7}da@example.org",
            "ada@exämple.org",
            "\u{202e}ada",
            "@\0",
        ] {
            assert_eq!(outcome(&home.instance, name, PASSWORD, "b").await, "wrong", "{name:?}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_82_what_was_typed_is_counted_the_same_whether_it_names_somebody_or_not() {
    on_both!(|home| {
        person(&home, "ada").await;
        // Names and addresses of hers and of nobody, each in its spellings.
        for typed in ["ada", "ada@example.org", "eve", "eve@example.org", "#1"] {
            let from = format!("somewhere {typed}");
            for spelling in [typed.to_owned(), typed.to_uppercase(), format!(" {typed} "), typed.into(), typed.into()] {
                assert_eq!(outcome(&home.instance, &spelling, "wrong", &from).await, "wrong", "{spelling}");
            }
            assert_eq!(outcome(&home.instance, typed, "wrong", "elsewhere").await, "too many", "{typed}");
        }
        assert_eq!(outcome(&home.instance, "ada", PASSWORD, "elsewhere").await, "too many", "the right one as well");
        home.wait(seconds(300));
        assert_eq!(outcome(&home.instance, "ada", PASSWORD, "elsewhere").await, "in");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_82_and_85_an_account_has_one_counter_and_nobody_learns_what_belongs_to_it() {
    on_both!(|home| {
        person(&home, "ada").await;
        let grace = person(&home, "grace").await;
        for (tried, other) in [("ada@example.org", "ada"), ("grace", "grace@example.org")] {
            for _ in 0..5 {
                assert_eq!(outcome(&home.instance, tried, "wrong", tried).await, "wrong");
            }
            // The account is locked, by any name, and says no more than a wrong password does.
            for password in ["wrong", PASSWORD] {
                assert_eq!(outcome(&home.instance, other, password, "elsewhere").await, "wrong", "{other} {password}");
            }
        }
        home.wait(seconds(300));
        for name in ["ada", "grace@example.org"] {
            assert_eq!(outcome(&home.instance, name, PASSWORD, "elsewhere").await, "in");
        }
        // Success forgives the account whatever it was called by.
        for _ in 0..4 {
            assert_eq!(outcome(&home.instance, "grace", "wrong", "elsewhere").await, "wrong");
            assert_eq!(outcome(&home.instance, "grace@example.org", PASSWORD, "elsewhere").await, "in");
        }
        assert_eq!(try_one(&home.instance, "grace", PASSWORD, "x").await.unwrap().session.user, grace.user.id);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_succeeds_never_counts_against_its_address() {
    on_both!(|home| {
        person(&home, "ada").await;
        for nth in 0..25 {
            assert_eq!(outcome(&home.instance, "ada", PASSWORD, "an office").await, "in", "{nth}");
        }
        assert_eq!(count(&home, 20, "an office").await, 0, "twenty wrong ones are left");
        assert_eq!(count(&home, 1, "an office").await, 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_made_up_names_lock_nobody_out_and_fill_nothing() {
    on_both!(|home| {
        let mut ada = person(&home, "ada").await;
        let turned_away = count(&home, 100, "attacker").await;
        assert_eq!(turned_away, 80, "twenty from one address");
        for _ in 0..6 {
            outcome(&home.instance, "ada", "wrong", "other attacker").await;
        }
        assert!(
            sign_in(&home.instance, &browser(), &mut ada.passkey, None).await.is_ok(),
            "a passkey is never held up"
        );
        let report = doorstep_store::sweep::expired(
            &mut home.db().write().await.unwrap(),
            home.instance.now() + seconds(301),
            None,
        )
        .await
        .unwrap();
        let rows = report.removed.iter().find(|(table, _)| *table == "rate_limits").map(|(_, rows)| *rows);
        // Two addresses, twenty names of the first, Ada's name and her account.
        assert_eq!(rows, Some(24));
    });
}

async fn count(home: &Home, tries: usize, address: &str) -> usize {
    let mut turned_away = 0;
    for n in 0..tries {
        // Longer than any password: counted, and refused without hashing.
        let long = "x".repeat(300);
        if outcome(&home.instance, &format!("made-up{n}"), &long, address).await == "too many" {
            turned_away += 1;
        }
    }
    turned_away
}

#[tokio::test(flavor = "multi_thread")]
async fn security_87_a_hundred_guesses_at_once_get_five_looks() {
    on_both!(|home| {
        person(&home, "ada").await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(100, |n| {
            let instance = Arc::clone(&instances[n % 2]);
            async move { outcome(&instance, "ada", "wrong", &format!("address {n}")).await }
        })
        .await;
        assert_eq!(done.iter().filter(|one| **one == "wrong").count(), 5, "{:?}", home.at.engine);
        assert_eq!(done.iter().filter(|one| **one == "too many").count(), 95);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_88_every_address_is_limited_and_success_forgives_a_name() {
    on_both!(|home| {
        person(&home, "ada").await;
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(outcome(&home.instance, "ada", "wrong", "127.0.0.1").await, "wrong");
            }
            assert_eq!(outcome(&home.instance, "ada", PASSWORD, "127.0.0.1").await, "in", "the fifth was right");
        }
        for _ in 12..17 {
            assert_eq!(outcome(&home.instance, "eve", "wrong", "127.0.0.1").await, "wrong");
        }
        assert_eq!(count(&home, 5, "127.0.0.1").await, 2, "twenty wrong ones");
        assert_eq!(outcome(&home.instance, "ada", PASSWORD, "127.0.0.1").await, "too many");
        assert_eq!(outcome(&home.instance, "ada", PASSWORD, "2001:db8::/64").await, "in");
    });
}

/// How many of the newest audit lines tell of a password that was replaced while it was checked.
async fn replaced_meanwhile(home: &Home) -> usize {
    let lines = doorstep_store::audit::recent(&mut home.db().read().await.unwrap(), 200).await.unwrap();
    lines.iter().filter(|line| format!("{line:?}").contains("password replaced meanwhile")).count()
}

/// Whatever comes first, nobody is left signed in by a password that is gone. That a check was overtaken is told in the
/// audit log, and tried until it has happened.
#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_password_that_was_replaced_while_its_check_waited_does_not_count() {
    on_both!(|home| {
        let ada = person(&home, "ada").await.user.id;
        let kept = users::password(&mut home.db().read().await.unwrap(), &ada).await.unwrap();
        for round in 0.. {
            assert!(round < 100, "in a hundred rounds no check was overtaken");
            let instance = Arc::clone(&home.instance);
            let from = format!("address {round}");
            let tried = tokio::spawn(async move { try_one(&instance, "ada", PASSWORD, &from).await });
            tokio::time::sleep(Duration::from_millis(1 << (round % 7))).await;
            let may = may(&home.instance, ManageUsers);
            home.instance.accounts.set_password_of(&may, ("ada", None)).await.unwrap();
            match tried.await.unwrap() {
                Ok(session) => assert!(!home.is_signed_in(&session.token).await, "by a password that is gone"),
                Err(refused) => assert!(matches!(refused, SignInError::WrongPassword), "{refused}"),
            }
            if replaced_meanwhile(&home).await > 0 {
                break;
            }
            // Refused before it was looked at, or signed in and out: once more.
            let mut conn = home.db().write().await.unwrap();
            users::set_password(&mut conn, &ada, kept.as_deref(), home.instance.now()).await.unwrap();
            drop(conn);
            home.wait(seconds(300));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_that_are_off_are_off() {
    for engine in doorstep_store::testing::Engine::ALL {
        let home = Home::with(engine, Live { passwords: false, ..settings() }).await;
        let ada = home.person("ada", &[]).await;
        let refused = try_one(&home.instance, "ada", PASSWORD, "a").await;
        assert!(matches!(refused.err(), Some(SignInError::PasswordsOff)));
        let who = home.who(&ada.session).await;
        let set = async || {
            let own = myself(&home.instance, &who);
            home.instance.accounts.set_password(&own, change(Some(Secret::new(PASSWORD.to_owned())))).await
        };
        assert!(set().await.is_err());
        home.instance.context.change(settings()).unwrap();
        set().await.unwrap();
        assert_eq!(outcome(&home.instance, "ada", PASSWORD, "a").await, "in", "switched on while it runs");
        home.instance.context.change(Live { passwords: false, ..settings() }).unwrap();
        assert!(matches!(try_one(&home.instance, "ada", PASSWORD, "a").await.err(), Some(SignInError::PasswordsOff)));
    }
}
