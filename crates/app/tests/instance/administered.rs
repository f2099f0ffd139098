//! Who remains as an administrator: one who can sign in, as long as there was one. Whoever was invited and has not come yet
//! counts only where nobody else ever did.

use crate::fixture::{Home, groups, may, on_both, own, settings, typed};
use crate::people::apply;
use doorstep_app::{accounts::PeopleError, settings::Live};
use doorstep_core::{
    access::{
        ADMINS,
        Administered::{self, NobodyWhoCanSignIn, Somebody},
        ManageGroups, ManageUsers,
    },
    secret::Secret,
};
use doorstep_onboard::provider::{MemberChange, Provider, ProviderError};

/// How somebody signs in.
#[derive(Clone, Copy, Debug)]
enum Signs {
    ByPasskey,
    ByPassword,
    NotYet,
}
use Signs::{ByPasskey, ByPassword, NotYet};

/// Whether passwords are switched on, how ada and bob sign in, how well both administer, and whether ada has to stay.
const TABLE: [(bool, Signs, Signs, Administered, bool); 9] = [
    (true, ByPasskey, ByPasskey, Somebody, false),
    (true, ByPasskey, NotYet, Somebody, true),
    (true, ByPasskey, ByPassword, Somebody, false),
    (false, ByPasskey, ByPassword, Somebody, true),
    (true, ByPassword, NotYet, Somebody, true),
    (false, ByPassword, NotYet, NobodyWhoCanSignIn, false),
    (false, ByPassword, ByPasskey, Somebody, false),
    (true, NotYet, NotYet, NobodyWhoCanSignIn, false),
    (true, NotYet, ByPasskey, Somebody, false),
];

async fn with(home: &Home, (ada, bob): (Signs, Signs), into: &[&str]) {
    let (accounts, may) = (&home.instance.accounts, may(&home.instance, ManageUsers));
    for (name, signs) in [("ada", ada), ("bob", bob)] {
        if matches!(signs, ByPasskey) {
            home.person(name, into).await;
            continue;
        }
        accounts.add_person(&may, typed(name), groups(into)).await.unwrap();
        if matches!(signs, ByPassword) {
            let password = Some(Secret::new("correct horse battery".to_owned()));
            accounts.set_password_of(&may, (name, password)).await.unwrap();
        }
    }
}

fn switch_passwords(home: &Home, passwords: bool) {
    home.instance.context.change(Live { passwords, ..settings() }).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_change_takes_the_last_administrator_who_can_sign_in() {
    for (passwords, ada, bob, how, stays) in TABLE {
        on_both!(|home| {
            with(&home, (ada, bob), &[ADMINS]).await;
            switch_passwords(&home, passwords);
            let accounts = &home.instance.accounts;
            let (people, into) = (may(&home.instance, ManageUsers), may(&home.instance, ManageGroups));
            let row = format!("passwords {passwords}, ada {ada:?}, bob {bob:?}");
            assert_eq!(accounts.administered().await.unwrap(), how, "{row}");
            let check = |what: &str, refused: Option<PeopleError>| match refused {
                Some(PeopleError::LastAdministrator(name)) => assert!(stays && name == "ada", "{row}: {what}"),
                other => assert!(!stays && other.is_none(), "{row}: {what}: {other:?}"),
            };
            check("is considered", accounts.consider_removal(&people, "ada").await.err());
            check("is disabled", accounts.set_active(&people, "ada", false).await.err());
            accounts.set_active(&people, "ada", true).await.unwrap();
            let admins = ADMINS.parse().unwrap();
            check("leaves", accounts.set_member(&into, ("ada", &admins), false).await.err());
            accounts.set_member(&into, ("ada", &admins), true).await.unwrap();
            check("is removed", accounts.remove_person(&people, "ada").await.err());
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_puts_nobody_who_cannot_sign_in_in_the_place_of_the_last_who_can() {
    for (passwords, ada, bob, _, stays) in TABLE {
        on_both!(|home| {
            with(&home, (ada, bob), &[]).await;
            switch_passwords(&home, passwords);
            let row = format!("passwords {passwords}, ada {ada:?}, bob {bob:?}");
            assert_eq!(apply(&home, &[(ADMINS, &["ada"])]).await, 1, "{row}");
            if stays {
                // As a plan has it that was made while bob could.
                let (join, leave) = (["bob".parse().unwrap()].into(), ["ada".parse().unwrap()].into());
                let change = MemberChange { group: ADMINS.parse().unwrap(), join, leave };
                let refused = own(&home.instance).change_members(&change).await;
                assert!(matches!(refused, Err(ProviderError::Refused(why)) if why.contains("no other can")), "{row}");
            }
            assert_eq!(apply(&home, &[(ADMINS, &["bob"])]).await, if stays { 1 } else { 2 }, "{row}");
        });
    }
}
