//! What whoever administers the instance does to the accounts of others: renaming, groups, what a removal would mean.

use crate::fixture::{Home, declare, declared, groups, may, on_both, typed};
use doorstep_app::accounts::{PeopleError, PersonChange};
use doorstep_core::{
    access::{ADMINS, ManageGroups, ManageUsers},
    id::GroupName,
};
use std::collections::BTreeSet;

async fn rename(home: &Home, name: &str, to: &str, with_groups: bool) -> Result<(), PeopleError> {
    let change = PersonChange { user_name: Some(to.to_owned()), with_groups, ..PersonChange::default() };
    home.instance.accounts.set_person(&may(&home.instance, ManageUsers), name, change).await.map(|_| ())
}

async fn groups_of(home: &Home, name: &str) -> BTreeSet<GroupName> {
    home.instance.accounts.person(&may(&home.instance, ManageUsers), name).await.unwrap().groups
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_declares_goes_by_the_name_and_what_was_made_by_hand_by_the_person() {
    on_both!(|home| {
        declare(&home.instance, declared(&[("crew", &["ada"]), ("navy", &["hopper"]), ("family", &["ada", "hopper"])]));
        home.person("ada", &["guests"]).await;
        home.person("bob", &[]).await;
        assert_eq!(groups_of(&home, "ada").await, groups(&["crew", "family", "guests"]));
        let refused = rename(&home, "ada", "hopper", false).await;
        let Err(PeopleError::NamedInFile { name, groups: named }) = refused else { panic!("{refused:?}") };
        assert_eq!((name.as_str(), named.into_keys().collect()), ("hopper", groups(&["family", "navy"])));
        assert_eq!(groups_of(&home, "ada").await, groups(&["crew", "family", "guests"]), "nothing was written");
        rename(&home, "ada", "hopper", true).await.unwrap();
        assert_eq!(groups_of(&home, "hopper").await, groups(&["family", "guests", "navy"]));
        rename(&home, "hopper", "grace", false).await.unwrap();
        assert_eq!(groups_of(&home, "grace").await, groups(&["guests"]));
        assert_eq!(groups_of(&home, "bob").await, groups(&[]), "nobody else's change");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_an_administrator_by_the_file_keeps_the_name_while_there_is_no_other() {
    on_both!(|home| {
        declare(&home.instance, declared(&[(ADMINS, &["ada", "boss"])]));
        home.person("ada", &[]).await;
        let refused = rename(&home, "ada", "eve", false).await;
        assert!(matches!(refused, Err(PeopleError::LastAdministrator(name)) if name == "ada"));
        assert!(groups_of(&home, "ada").await.contains(ADMINS), "nothing was written");
        rename(&home, "ada", "boss", true).await.unwrap();
        assert!(groups_of(&home, "boss").await.contains(ADMINS));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_membership_of_this_person_is_the_files() {
    on_both!(|home| {
        declare(&home.instance, declared(&[("crew", &["ada"]), ("navy", &["bob"])]));
        for name in ["ada", "bob"] {
            home.person(name, &["guests"]).await;
        }
        assert!(home.member("ada", "navy", true).await);
        assert!(!home.member("ada", "navy", true).await, "once");
        for (name, group) in [("ada", "crew"), ("bob", "navy")] {
            let (act, group) = (may(&home.instance, ManageGroups), group.parse().unwrap());
            let refused = home.instance.accounts.set_member(&act, (name, &group), false).await;
            assert!(matches!(refused, Err(PeopleError::Declared { .. })), "{name}: {refused:?}");
        }
        // In a group that the file fills with others, and of a person whom it puts into others.
        for group in ["navy", "guests"] {
            assert!(home.member("ada", group, false).await, "{group}");
            assert!(!home.member("ada", group, false).await, "{group}: once");
        }
        assert_eq!(groups_of(&home, "ada").await, groups(&["crew"]));
        assert_eq!(groups_of(&home, "bob").await, groups(&["guests", "navy"]));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_will_be_refused_is_not_even_considered() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        for (name, into) in [("eve", "family"), ("ada", ADMINS), ("bob", ADMINS)] {
            home.know(&[into]).await;
            accounts.add_person(&may, typed(name), groups(&[into])).await.unwrap();
            assert!(
                accounts.consider_removal(&may, "eve").await.is_ok(),
                "she never administered, with or without others"
            );
        }
        for name in ["ada", "bob", "eve"] {
            assert!(accounts.consider_removal(&may, name).await.is_ok(), "{name}: the other administrator remains");
        }
        home.switch("bob", false).await;
        let refused = accounts.consider_removal(&may, "ada").await;
        assert!(matches!(refused, Err(PeopleError::LastAdministrator(name)) if name == "ada"));
        for name in ["bob", "eve"] {
            assert!(accounts.consider_removal(&may, name).await.is_ok(), "{name} administers nothing");
        }
    });
}
