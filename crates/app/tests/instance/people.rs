//! People and groups: the last administrator, groups by configuration, switching off.

use crate::fixture::{Home, at_once, declared, groups, may, on_both, own, text, typed};
use doorstep_app::accounts::{NewPerson, PeopleError};
use doorstep_app::onboarding::PROVIDER;
use doorstep_core::{
    access::{ADMINS, ManageGroups, ManageUsers},
    model::EventKind,
};
use doorstep_deliver::Sinks;
use doorstep_onboard::{
    desired::Desired,
    execute::execute,
    means::Means,
    observe::observe,
    plan::{Choices, plan},
    provider::{MemberChange, Provider, ProviderError},
    reference::NothingToRead,
};
use doorstep_store::audit;
use std::{future::poll_fn, sync::Arc, task::Poll};

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays() {
    on_both!(|home| {
        home.person("ada", &[ADMINS]).await;
        home.person("bob", &[]).await;
        let (people, into) = (may(&home.instance, ManageUsers), may(&home.instance, ManageGroups));
        let admins = ADMINS.parse().unwrap();
        let off = home.instance.accounts.set_active(&people, "ada", false).await;
        assert!(matches!(off, Err(PeopleError::LastAdministrator(name)) if name == "ada"));
        let out = home.instance.accounts.set_member(&into, ("ada", &admins), false).await;
        assert!(matches!(out, Err(PeopleError::LastAdministrator(_))));
        assert!(home.instance.accounts.has_administrator().await.unwrap(), "nothing was written");
        home.member("bob", ADMINS, true).await;
        home.switch("ada", false).await;
        let off = home.instance.accounts.set_active(&people, "bob", false).await;
        assert!(matches!(off, Err(PeopleError::LastAdministrator(_))), "who is off does not count");
    });
}

#[tokio::test]
async fn nobody_is_left_with_an_account_and_no_way_into_it() {
    let home = crate::fixture::Home::new(doorstep_store::testing::Engine::Sqlite).await;
    let (mut asked, mut ended) = (0, false);
    while !ended {
        asked += 1;
        let name = format!("p{asked}");
        let may = may(&home.instance, ManageUsers);
        let mut adding = Box::pin(home.instance.accounts.add_person(&may, typed(&name), groups(&[])));
        let mut left = asked;
        // Asked so many times and never again, as when the command is ended in the middle.
        ended = poll_fn(|context| match adding.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 1 => Poll::Ready(false),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        })
        .await;
        drop(adding);
        // Whatever was on its way to the disk is there when a later commit is.
        home.know(&[&format!("g{asked}")]).await;
        let people = home.instance.accounts.people(&may).await.unwrap();
        let id =
            people.iter().find(|person| person.user.name.as_str() == name).map(|person| person.user.id.to_string());
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        let link =
            lines.iter().any(|line| line.kind == EventKind::LinkMade.as_str() && Some(&line.subject_id) == id.as_ref());
        assert_eq!(id.is_some(), link, "asked {asked} times");
    }
    assert!(asked > 1, "it was never ended in the middle");
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_links_are_made_only_while_nobody_has_an_account() {
    on_both!(|home| {
        assert!(home.instance.accounts.make_setup_link(&may(&home.instance, ManageUsers)).await.unwrap().is_some());
        home.person("ada", &[]).await;
        assert!(!home.instance.accounts.has_administrator().await.unwrap());
        assert!(home.instance.accounts.make_setup_link(&may(&home.instance, ManageUsers)).await.unwrap().is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_switch_each_other_off_at_once_do_not_both_succeed() {
    on_both!(|home| {
        for round in 0..8 {
            let names = [format!("ada{round}"), format!("bob{round}")];
            let home = crate::fixture::Home::new(home.at.engine).await;
            for name in &names {
                home.instance
                    .accounts
                    .add_person(&may(&home.instance, ManageUsers), typed(name), groups(&[ADMINS]))
                    .await
                    .unwrap();
            }
            let instances = [Arc::clone(&home.instance), home.replica().await];
            let done = at_once(2, |n| {
                let (instance, name) = (Arc::clone(&instances[n]), names[n].clone());
                async move {
                    if round % 2 == 0 {
                        instance.accounts.set_active(&may(&instance, ManageUsers), &name, false).await.is_ok()
                    } else {
                        let admins = ADMINS.parse().unwrap();
                        instance
                            .accounts
                            .set_member(&may(&instance, ManageGroups), (&name, &admins), false)
                            .await
                            .is_ok()
                    }
                }
            })
            .await;
            assert_eq!(done.iter().filter(|one| **one).count(), 1, "{:?}", home.at.engine);
            assert!(home.instance.accounts.has_administrator().await.unwrap());
        }
    });
}

/// Plans and executes what the file says about groups; how many memberships changed.
pub(crate) async fn apply(home: &Home, text: &[(&str, &[&str])]) -> usize {
    let desired = Desired { groups: declared(text), ..Desired::default() };
    crate::fixture::declare(&home.instance, desired.groups.clone());
    let (provider, ledger) = (own(&home.instance), crate::fixture::ledger(&home.instance, PROVIDER));
    let means = Means { provider: &provider, ledger: &ledger, sink: &Sinks::default(), references: &NothingToRead };
    let observed = observe(&desired, &means).await.unwrap();
    let report = execute(&plan(&desired, &observed, &Choices::default()), &means).await;
    assert!(report.succeeded(), "{report:?}");
    report.groups.iter().map(|group| group.plan.change.join.len() + group.plan.change.leave.len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_never_takes_the_last_administrator_away() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        home.person("bob", &[]).await;
        assert_eq!(apply(&home, &[(ADMINS, &["ada"])]).await, 1);
        let files: [&[(&str, &[&str])]; 4] = [&[(ADMINS, &["adda"])], &[(ADMINS, &["zoe"])], &[(ADMINS, &[])], &[]];
        for file in files {
            assert_eq!(apply(&home, file).await, 0, "{file:?}");
            assert!(home.who(&ada.session).await.principal.groups.contains(ADMINS), "{file:?}");
        }
        home.switch("bob", false).await;
        assert_eq!(apply(&home, &[(ADMINS, &["bob"])]).await, 1, "bob joins, but is off: ada stays");
        home.switch("bob", true).await;
        assert_eq!(apply(&home, &[(ADMINS, &["bob"])]).await, 1, "ada goes");
        assert!(home.instance.accounts.has_administrator().await.unwrap());
    });
}

/// The plan was made while there were two; meanwhile one was switched off.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_older_than_the_last_administrator_takes_nobody_away() {
    on_both!(|home| {
        for name in ["ada", "bob"] {
            home.person(name, &[]).await;
        }
        assert_eq!(apply(&home, &[(ADMINS, &["ada", "bob"])]).await, 2);
        home.switch("bob", false).await;
        let leave = ["ada".parse().unwrap()].into();
        let change = MemberChange { group: ADMINS.parse().unwrap(), join: [].into(), leave };
        let refused = own(&home.instance).change_members(&change).await;
        assert!(matches!(refused, Err(ProviderError::Refused(why)) if why.contains("last administrator")));
        assert!(home.instance.accounts.has_administrator().await.unwrap(), "nothing was written");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn declared_groups_hold_for_accounts_that_are_made_later_and_go_with_the_declaration() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        assert_eq!(apply(&home, &[("family", &["ada", "bob"])]).await, 1);
        assert_eq!(apply(&home, &[("family", &["ada", "bob"])]).await, 0, "once");
        let bob = home.person("bob", &["guests"]).await;
        assert_eq!(home.who(&bob.session).await.principal.groups, groups(&["family", "guests"]));
        assert_eq!(apply(&home, &[("family", &["ada", "bob"])]).await, 0);
        let refused = {
            let family = "family".parse().unwrap();
            home.instance.accounts.set_member(&may(&home.instance, ManageGroups), ("ada", &family), false).await
        };
        assert!(matches!(refused, Err(PeopleError::Declared { .. })));
        home.member("ada", "guests", true).await;
        assert_eq!(apply(&home, &[("family", &["bob"])]).await, 1);
        assert_eq!(home.who(&ada.session).await.principal.groups, groups(&["guests"]), "made by hand, it stays");
        crate::fixture::declare(&home.instance, declared(&[("editors", &["eve"])]));
        let eve = home.person("eve", &[]).await;
        assert_eq!(home.who(&eve.session).await.principal.groups, groups(&["editors"]));
        assert!(home.who(&bob.session).await.principal.groups.contains("family"), "only remembered, not applied");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_off_ends_sessions_and_grants_and_switching_on_wakes_none() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let app = home.client("app", |_| {}).await;
        let (of_ada, of_bob) =
            (home.tokens(&ada, &app, "openid offline_access").await, home.tokens(&bob, &app, "openid").await);
        home.switch("ada", false).await;
        home.switch("ada", true).await;
        assert!(!home.is_signed_in(&ada.session).await);
        assert!(!home.opens(&of_ada).await);
        assert!(home.refresh(text(&of_ada, "refresh_token"), &app).await.is_err());
        assert!(home.is_signed_in(&bob.session).await);
        assert!(home.opens(&of_bob).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_96_a_mail_address_belongs_to_one_account() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        let with = |name: &str, email: &str| NewPerson { email: email.to_owned(), ..typed(name) };
        accounts.add_person(&may, with("ada", "Jörg@Example.org"), groups(&[])).await.unwrap();
        home.switch("ada", false).await;
        for spelt in ["Jörg@Example.org", "JÖRG@example.org", " jo\u{308}rg@EXAMPLE.ORG "] {
            let second = accounts.add_person(&may, with("bob", spelt), groups(&[])).await;
            let Err(PeopleError::EmailTaken { name, .. }) = second else { panic!("{spelt} was given twice") };
            assert_eq!(name, "ada", "an administrator is told whose it is");
        }
        for nobody in ["", " "] {
            let name = format!("bob{}", nobody.len());
            accounts.add_person(&may, with(&name, nobody), groups(&[])).await.unwrap();
        }
        let people = accounts.people(&may).await.unwrap();
        let kept: Vec<_> = people.iter().map(|person| person.user.email.as_deref()).collect();
        assert_eq!(kept, [Some("Jörg@Example.org"), None, None], "as it was typed");
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(8, |n| {
            let (instance, new) = (Arc::clone(&instances[n % 2]), with(&format!("eve{n}"), "Eve@example.org"));
            async move {
                match instance.accounts.add_person(&crate::fixture::may(&instance, ManageUsers), new, groups(&[])).await
                {
                    Ok(_) => true,
                    Err(PeopleError::EmailTaken { .. }) => false,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
        assert_eq!(done.iter().filter(|made| **made).count(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_ends_what_was_made_with_it() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        let (ada, bob, app) =
            (home.person("ada", &[]).await, home.person("bob", &[]).await, home.client("app", |_| {}).await);
        let of_ada = home.tokens(&ada, &app, "openid offline_access").await;
        let found = accounts.person(&may, "ada").await.unwrap();
        let (passkey, session) = (found.passkeys[0].id.clone(), found.sessions[0].0.id.clone());
        let theirs = accounts.remove_passkey_of(&may, ("bob", &passkey)).await;
        assert!(matches!(theirs, Err(PeopleError::NotTheirs { what: "passkey", .. })));
        let theirs = accounts.end_sessions_of(&may, ("bob", Some(&session))).await;
        assert!(matches!(theirs, Err(PeopleError::NotTheirs { what: "session", .. })));
        assert!(home.is_signed_in(&ada.session).await);
        accounts.remove_passkey_of(&may, ("ada", &passkey)).await.unwrap();
        assert!(!home.is_signed_in(&ada.session).await && home.is_signed_in(&bob.session).await);
        assert!(home.refresh(text(&of_ada, "refresh_token"), &app).await.is_err());
        assert!(accounts.person(&may, "ada").await.unwrap().passkeys.is_empty());
        let session = accounts.person(&may, "bob").await.unwrap().sessions[0].0.id.clone();
        accounts.end_sessions_of(&may, ("bob", Some(&session))).await.unwrap();
        assert!(!home.is_signed_in(&bob.session).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_and_unknown_ones_are_told() {
    on_both!(|home| {
        let people = may(&home.instance, ManageUsers);
        home.instance.accounts.add_person(&people, typed("ada"), groups(&[])).await.unwrap();
        let again = home.instance.accounts.add_person(&people, typed("ADA"), groups(&[])).await;
        assert!(matches!(again, Err(PeopleError::Taken(name)) if name == "ada"));
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(8, |n| {
            let instance = Arc::clone(&instances[n % 2]);
            async move {
                match instance.accounts.add_person(&may(&instance, ManageUsers), typed("eve"), groups(&[])).await {
                    Ok(_) => "made",
                    Err(PeopleError::Taken(_)) => "taken",
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
        assert_eq!(done.iter().filter(|one| **one == "made").count(), 1);
        let nobody = home.instance.accounts.set_active(&people, "nobody", false).await;
        assert!(matches!(nobody, Err(PeopleError::Unknown(_))));
        let names: Vec<_> =
            home.instance.accounts.people(&people).await.unwrap().iter().map(|p| p.user.name.to_string()).collect();
        assert_eq!(names, ["ada", "eve"]);
    });
}
