//! Links that open once: security rows 75 to 78.

use crate::fixture::{
    at_once, authenticator, browser, enrol, groups, link_token, may, nobody, on_both, seconds, token, typed,
};
use doorstep_app::accounts::EnrolmentAnswer;
use doorstep_app::accounts::{EnrolError, OpenLink};
use doorstep_core::{
    access::{ADMINS, ManageUsers},
    ceremony::ChallengeError,
    model::LinkPurpose,
    secret::{Token, TokenKind},
};
use std::sync::Arc;

async fn setup_link(home: &crate::fixture::Home) -> Token {
    link_token(
        &home
            .instance
            .accounts
            .make_setup_link(&may(&home.instance, ManageUsers))
            .await
            .unwrap()
            .expect("no administrator yet")
            .url,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_the_set_up_link_makes_the_first_administrator_and_no_second() {
    on_both!(|home| {
        let (link, other) = (setup_link(&home).await, setup_link(&home).await);
        assert_eq!(
            home.instance.accounts.open_link(&link).await.unwrap(),
            OpenLink { purpose: LinkPurpose::Setup, user: None }
        );
        let session = enrol(&home.instance, &browser(), &link, Some(typed("Ada")), &mut authenticator()).await.unwrap();
        let who = home.who(&session.token).await;
        assert_eq!(who.principal.user.name.as_str(), "ada");
        assert!(who.principal.groups.contains(ADMINS));
        for link in [&link, &other] {
            assert!(matches!(home.instance.accounts.open_link(link).await, Err(EnrolError::LinkGone)));
            let refused = enrol(&home.instance, &browser(), link, Some(typed("bob")), &mut authenticator()).await;
            assert!(matches!(refused.err(), Some(EnrolError::LinkGone)));
        }
        assert!(home.instance.accounts.make_setup_link(&may(&home.instance, ManageUsers)).await.unwrap().is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_a_set_up_link_of_earlier_is_refused_once_anybody_has_an_account() {
    on_both!(|home| {
        // One link is opened before there is anybody, the other after.
        let (begun_early, late) = (setup_link(&home).await, setup_link(&home).await);
        let (browser_early, mut key) = (browser(), authenticator());
        let accounts = &home.instance.accounts;
        let begun = accounts.begin_enrolment(&browser_early, &begun_early, Some(typed("eve"))).await.unwrap();
        let answer = key.register(&begun.public_key).unwrap();
        // Somebody who is no administrator, and has not even used the link.
        let may_manage = may(&home.instance, ManageUsers);
        accounts.add_person(&may_manage, typed("bob"), groups(&[])).await.unwrap();
        assert!(!accounts.has_administrator().await.unwrap());
        assert!(matches!(accounts.open_link(&late).await, Err(EnrolError::LinkGone)));
        let finished = EnrolmentAnswer::new(&begun.challenge, &answer);
        let refused = accounts.finish_enrolment((&browser_early, None), &begun_early, finished, &nobody()).await;
        assert!(matches!(refused.err(), Some(EnrolError::LinkGone)));
        // Nobody is locked out: the host says who administers.
        home.know(&[ADMINS]).await;
        accounts.add_person(&may_manage, typed("ada"), groups(&[ADMINS])).await.unwrap();
        assert!(accounts.has_administrator().await.unwrap());
    });
}

/// Both begin, then both finish at the same time, each in a process of its own.
async fn race(home: &crate::fixture::Home, links: [&Token; 2]) -> Vec<Result<(), String>> {
    let instances = [Arc::clone(&home.instance), home.replica().await];
    let mut ready = Vec::new();
    for (n, link) in links.into_iter().enumerate() {
        let (browser, mut key) = (browser(), authenticator());
        let begun =
            instances[n].accounts.begin_enrolment(&browser, link, Some(typed(&format!("ada{n}")))).await.unwrap();
        let answer = key.register(&begun.public_key).unwrap();
        ready.push((Arc::clone(&instances[n]), browser, link.clone(), begun.challenge, answer));
    }
    at_once(2, |n| {
        let (instance, browser, link, challenge, answer) = ready[n].clone();
        async move {
            let done = instance
                .accounts
                .finish_enrolment((&browser, None), &link, EnrolmentAnswer::new(&challenge, &answer), &nobody())
                .await;
            done.map(|_| ()).map_err(|error| error.to_string())
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_two_who_finish_at_once_make_one_administrator() {
    let gone = EnrolError::LinkGone.to_string();
    on_both!(|home| {
        let (one, two) = (setup_link(&home).await, setup_link(&home).await);
        for links in [[&one, &one], [&one, &two]] {
            let home = crate::fixture::Home::new(home.at.engine).await;
            let (first, second) = (setup_link(&home).await, setup_link(&home).await);
            let links = if links[0].expose() == links[1].expose() { [&first, &first] } else { [&first, &second] };
            let done = race(&home, links).await;
            assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
            assert!(done.iter().all(|one| one.is_ok() || *one == Err(gone.clone())), "{done:?}");
            let people = home.instance.accounts.people(&may(&home.instance, ManageUsers)).await.unwrap();
            assert_eq!(people.len(), 1);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_and_76_a_link_is_for_one_account_once_and_for_a_day() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        // Half done in one browser, done in another, then the first goes on.
        let (first, second) = (browser(), browser());
        let mut key = authenticator();
        let begun = home.instance.accounts.begin_enrolment(&first, &link, None).await.unwrap();
        let half = key.register(&begun.public_key).unwrap();
        let elsewhere = home
            .instance
            .accounts
            .finish_enrolment((&second, None), &link, EnrolmentAnswer::new(&begun.challenge, &half), &nobody())
            .await;
        assert!(matches!(elsewhere.err(), Some(EnrolError::Challenge(ChallengeError::OtherBrowser))));
        let begun = home.instance.accounts.begin_enrolment(&first, &link, None).await.unwrap();
        let half = key.register(&begun.public_key).unwrap();
        let session = enrol(&home.instance, &second, &link, None, &mut authenticator()).await.unwrap();
        assert_eq!(home.who(&session.token).await.principal.user.id, ada.user.id);
        let replay = home
            .instance
            .accounts
            .finish_enrolment((&first, None), &link, EnrolmentAnswer::new(&begun.challenge, &half), &nobody())
            .await;
        assert!(matches!(replay.err(), Some(EnrolError::LinkGone)));
        assert!(matches!(home.instance.accounts.open_link(&link).await, Err(EnrolError::LinkGone)));
        // What was begun with one link does not finish with another.
        let (own, others) = (
            home.link(LinkPurpose::Recover, Some(&ada.user.id)).await,
            home.link(LinkPurpose::Recover, Some(&bob.user.id)).await,
        );
        let begun = home.instance.accounts.begin_enrolment(&first, &own, None).await.unwrap();
        let answer = authenticator().register(&begun.public_key).unwrap();
        let crossed = home
            .instance
            .accounts
            .finish_enrolment((&first, None), &others, EnrolmentAnswer::new(&begun.challenge, &answer), &nobody())
            .await;
        assert!(crossed.is_err());
        // A newer link voids an older one; a day ends it; an unknown one is none.
        let newer = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        assert!(home.instance.accounts.open_link(&own).await.is_err());
        home.wait(seconds(24 * 3600 - 1));
        assert!(home.instance.accounts.open_link(&newer).await.is_ok());
        home.wait(seconds(1));
        assert!(home.instance.accounts.open_link(&newer).await.is_err());
        assert!(home.instance.accounts.open_link(&token(TokenKind::Link)).await.is_err());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_a_link_of_an_account_that_is_off_opens_nothing_now_or_later() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        let browser = browser();
        let begun = home.instance.accounts.begin_enrolment(&browser, &link, None).await.unwrap();
        let answer = authenticator().register(&begun.public_key).unwrap();
        home.switch("ada", false).await;
        let late = home
            .instance
            .accounts
            .finish_enrolment((&browser, None), &link, EnrolmentAnswer::new(&begun.challenge, &answer), &nobody())
            .await;
        assert!(matches!(late.err(), Some(EnrolError::LinkGone)));
        assert!(home.instance.accounts.begin_enrolment(&browser, &link, None).await.is_err());
        home.switch("ada", true).await;
        assert!(
            home.instance.accounts.begin_enrolment(&browser, &link, None).await.is_err(),
            "it was voided with all the rest"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_is_somebodys_is_not_anothers_and_the_link_stays_good() {
    on_both!(|home| {
        let (mut ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let link = home.link(LinkPurpose::Recover, Some(&bob.user.id)).await;
        let refused = enrol(&home.instance, &browser(), &link, None, &mut ada.passkey).await;
        assert!(matches!(refused.err(), Some(EnrolError::PasskeyTaken)));
        assert!(home.instance.accounts.open_link(&link).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_first_administrator_types_is_checked() {
    on_both!(|home| {
        let link = setup_link(&home).await;
        for (name, email) in [("x", ""), ("9ada", ""), ("ada", "a@b@c"), ("", "")] {
            let mut new = typed(name);
            new.email = email.to_owned();
            let refused = home.instance.accounts.begin_enrolment(&browser(), &link, Some(new)).await;
            assert!(matches!(refused.err(), Some(EnrolError::Name(_) | EnrolError::Email)), "{name} {email}");
        }
        assert!(home.instance.accounts.begin_enrolment(&browser(), &link, None).await.is_err());
    });
}
