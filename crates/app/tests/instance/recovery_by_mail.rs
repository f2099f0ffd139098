//! Recovery by mail: told, delayed, stopped by whoever is the owner, sent once, and answered alike for everybody.

use crate::{
    fixture::{Home, Person, authenticator, browser, enrol, may, myself, nobody, on_both, recover, settings, sign_in},
    mailbox::{Mailbox, is_due, link_in},
};
use doorstep_app::{
    accounts::{EnrolError, PersonChange, RecoveryError},
    jobs,
    settings::Live,
};
use doorstep_core::{
    access::{ADMINS, ManageUsers, ReadAudit, RecoveryByMail},
    model::EventKind,
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_store::audit;
use std::{sync::Arc, time::Duration};

const ASKED: &str = "Home: recovery was asked for";
const SENT: &str = "Home: your recovery link";

fn terms(delay: i64, admins: bool) -> Live {
    let recovery = Some(RecoveryByMail { delay: Ttl::from_hours(delay), admins });
    Live { name: "Home".to_owned(), mail: true, recovery, session_idle: Ttl::from_days(28), ..settings() }
}

/// Switched on, with an administrator, a person, and nothing in the mail.
async fn home(home: &Home) -> (Mailbox, Person) {
    home.instance.context.change(terms(24, false)).unwrap();
    home.person("root", &[ADMINS]).await;
    let (post, ada) = (Mailbox::default(), home.person("ada", &[]).await);
    post.opened(home).await;
    (post, ada)
}

async fn asks(home: &Home, typed: &str, network: &str) -> Result<(), RecoveryError> {
    home.instance.accounts.ask_to_recover(typed, network, &nobody()).await
}

fn told(to: &str, subject: &str) -> Vec<(String, String)> {
    vec![(to.to_owned(), subject.to_owned())]
}

async fn opens(home: &Home, link: &Token) -> bool {
    home.instance.accounts.open_link(link).await.is_ok()
}

async fn kinds(home: &Home) -> Vec<String> {
    let mut conn = home.db().read().await.unwrap();
    let lines = audit::recent(&mut conn, 50).await.unwrap();
    lines.into_iter().map(|line| line.kind).filter(|kind| kind.starts_with("recovery_")).collect()
}

async fn anything_waits(home: &Home) -> bool {
    let backlog = home.instance.queue.backlog(&may(&home.instance, ReadAudit)).await.unwrap();
    backlog.iter().any(|of| of.waiting > 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_at_once_and_done_after_the_delay_by_a_link_that_opens_once() {
    on_both!(|home| {
        let (post, ada) = self::home(&home).await;
        for typed in [" ADA ", "Ada@Example.org"] {
            asks(&home, typed, "n").await.unwrap();
        }
        assert_eq!(post.told(&home).await, told("ada@example.org", ASKED), "one is under way, however it was typed");
        let signed_in = home.who(&ada.session).await;
        let own = myself(&home.instance, &signed_in);
        let under = home.instance.accounts.recovery_under_way(&own).await.unwrap().unwrap();
        assert_eq!(under.due_at.since(under.asked_at), Ttl::from_hours(24));
        home.wait(Ttl::from_millis(24 * 3_600_000 - 1));
        assert!(!is_due(&home).await, "nothing happens before");
        home.wait(Ttl::from_millis(1));
        let mails = post.opened(&home).await;
        assert_eq!((mails.len(), mails[0].written.subject.as_str()), (1, SENT));
        let link = link_in(&mails[0], TokenKind::Link);
        let session = recover(&home.instance, &link).await;
        assert!(home.is_signed_in(&session).await && !home.is_signed_in(&ada.session).await);
        assert!(!opens(&home, &link).await, "once");
        let news: Vec<_> = post.told(&home).await.into_iter().map(|(_, subject)| subject).collect();
        assert_eq!(news, ["Home: a recovery link was used"]);
        let now = home.who(&session).await;
        assert_eq!(home.instance.accounts.recovery_under_way(&myself(&home.instance, &now)).await.unwrap(), None);
        assert_eq!(kinds(&home).await, ["recovery_sent", "recovery_asked"]);
    });
}

/// By the mailed link, without a sign-in, and by whoever is signed in; before the link was sent and after.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_stopped_by_the_mailed_link_and_by_any_session_before_and_after_the_link_was_sent() {
    on_both!(|home| {
        let (post, ada) = self::home(&home).await;
        for (hours, by_link) in [(1, true), (25, true), (1, false), (25, false)] {
            asks(&home, "ada", &format!("{hours} {by_link}")).await.unwrap();
            let stop = link_in(&post.opened(&home).await[0], TokenKind::Stop);
            home.wait(Ttl::from_hours(hours));
            let sent = post.opened(&home).await;
            assert_eq!(sent.len(), usize::from(hours > 24));
            assert!(home.instance.accounts.recovery_to_stop(&stop).await.unwrap().is_some(), "looking stops nothing");
            if by_link {
                assert!(home.instance.accounts.stop_recovery(&stop, &nobody()).await.unwrap());
            } else {
                let signed_in = home.who(&ada.session).await;
                home.instance.accounts.stop_own_recovery(&myself(&home.instance, &signed_in)).await.unwrap();
            }
            assert!(!home.instance.accounts.stop_recovery(&stop, &nobody()).await.unwrap(), "once");
            for mail in sent {
                assert!(!opens(&home, &link_in(&mail, TokenKind::Link)).await, "what was sent opens nothing any more");
            }
            home.wait(Ttl::from_hours(48));
            assert_eq!(post.told(&home).await, [], "and nothing is sent later");
        }
        assert_eq!(kinds(&home).await.iter().filter(|kind| *kind == "recovery_stopped").count(), 4);
    });
}

/// A sign-in with a passkey stops nothing: whoever holds a stolen device does not end the owner's way back by using it.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_meanwhile_stops_nothing_and_passkeys_go_on_working() {
    on_both!(|home| {
        let (post, mut ada) = self::home(&home).await;
        for at in 0..7 {
            let _ = asks(&home, "ada", "n").await.map_err(|_| assert!(at >= 5));
        }
        post.opened(&home).await;
        let other = browser();
        sign_in(&home.instance, &other, &mut ada.passkey, None).await.unwrap();
        home.wait(Ttl::from_hours(24));
        assert_eq!(post.told(&home).await, told("ada@example.org", SENT));
    });
}

/// Row 82: for each account and for none there is one answer, and one and the same is written before it is given.
#[tokio::test(flavor = "multi_thread")]
async fn security_82_the_answer_is_given_before_anything_is_looked_up_and_is_the_same_for_nobody() {
    on_both!(|home| {
        let (post, _) = self::home(&home).await;
        home.person("off", &[]).await;
        home.switch("off", false).await;
        let nobody_known = PersonChange { email: Some(String::new()), ..PersonChange::default() };
        home.person("mute", &[]).await;
        let act = may(&home.instance, ManageUsers);
        home.instance.accounts.set_person(&act, "mute", nobody_known).await.unwrap();
        post.opened(&home).await;
        let before = kinds(&home).await.len();
        for (at, typed) in ["nobody", "off", "mute", "root", "x@y@z", "", "off@example.org"].into_iter().enumerate() {
            asks(&home, typed, &format!("{at}")).await.unwrap();
            assert_eq!(kinds(&home).await.len(), before + at, "nothing is looked up before the answer: {typed}");
            assert_eq!(post.told(&home).await, [], "{typed}");
            assert_eq!(kinds(&home).await.len(), before + at + 1, "{typed} is in the log");
        }
        asks(&home, "ada", "last").await.unwrap();
        assert_eq!(post.told(&home).await, told("ada@example.org", ASKED));
    });
}

/// Whose account opens every other waits for what was said on purpose.
#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_recovered_by_mail_only_when_that_is_said() {
    on_both!(|home| {
        let (post, _) = self::home(&home).await;
        asks(&home, "root", "a").await.unwrap();
        assert_eq!(post.told(&home).await, []);
        home.instance.context.change(terms(24, true)).unwrap();
        asks(&home, "root", "b").await.unwrap();
        assert_eq!(post.told(&home).await, told("root@example.org", ASKED));
        // Somebody who becomes one meanwhile is one when the link would be sent.
        home.instance.context.change(terms(24, false)).unwrap();
        asks(&home, "ada", "c").await.unwrap();
        post.opened(&home).await;
        home.member("ada", ADMINS, true).await;
        home.wait(Ttl::from_hours(24));
        assert_eq!(post.told(&home).await, []);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_goes_to_the_address_that_was_told_and_to_nobody_who_is_off_or_when_it_is_switched_off() {
    on_both!(|home| {
        let (post, _) = self::home(&home).await;
        for name in ["moved", "off", "later"] {
            home.person(name, &[]).await;
            asks(&home, name, name).await.unwrap();
        }
        post.opened(&home).await;
        let moved = PersonChange { email: Some("moved@new.example".to_owned()), ..PersonChange::default() };
        home.instance.accounts.set_person(&may(&home.instance, ManageUsers), "moved", moved).await.unwrap();
        home.switch("off", false).await;
        post.opened(&home).await;
        home.wait(Ttl::from_hours(24));
        assert_eq!(post.told(&home).await, told("later@example.org", SENT));
        asks(&home, "ada", "ada").await.unwrap();
        post.opened(&home).await;
        home.instance.context.change(Live { recovery: None, ..terms(24, false) }).unwrap();
        home.wait(Ttl::from_hours(24));
        assert_eq!(post.told(&home).await, []);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_limited_by_network_and_by_account_and_the_limits_keep_nobody_from_a_passkey() {
    on_both!(|home| {
        let (post, mut ada) = self::home(&home).await;
        for _ in 0..5 {
            asks(&home, "nobody", "near").await.unwrap();
        }
        assert!(matches!(asks(&home, "ada", "near").await, Err(RecoveryError::TooMany)), "by network");
        for at in 0..5 {
            asks(&home, "ada", &format!("far {at}")).await.unwrap();
            let mails = post.opened(&home).await;
            assert_eq!(mails.len(), usize::from(at < 3), "by account: {mails:?}");
            if let Some(mail) = mails.first() {
                let stop = link_in(mail, TokenKind::Stop);
                assert!(home.instance.accounts.stop_recovery(&stop, &nobody()).await.unwrap());
            }
        }
        let mut conn = home.db().read().await.unwrap();
        let struck = audit::recent(&mut conn, 50).await.unwrap();
        assert!(struck.iter().any(|line| line.kind == EventKind::LimitStruck.as_str()));
        drop(conn);
        let other = browser();
        sign_in(&home.instance, &other, &mut ada.passkey, None).await.unwrap();
    });
}

/// Row 109: two servers that wake at the same time send one link, and one of them makes a passkey of it.
#[tokio::test(flavor = "multi_thread")]
async fn security_109_two_servers_send_one_link_and_it_opens_once() {
    on_both!(|home| {
        let (post, _) = self::home(&home).await;
        asks(&home, "ada", "n").await.unwrap();
        post.opened(&home).await;
        home.wait(Ttl::from_hours(24));
        // It was ordered by one process, and is there for another one.
        let replica = home.replica().await;
        let done = || async {
            while anything_waits(&home).await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::join!(
            jobs::run(Arc::clone(&home.instance), post.handlers(&home.instance), done()),
            jobs::run(Arc::clone(&replica), post.handlers(&replica), done()),
        );
        let mut mails = post.arrived();
        mails.extend(post.opened(&home).await);
        assert_eq!(mails.len(), 1, "{mails:?}");
        let link = link_in(&mails[0], TokenKind::Link);
        let (one, other) = (browser(), browser());
        let (mut first, mut second) = (authenticator(), authenticator());
        let (first, second) = tokio::join!(
            enrol(&home.instance, &one, &link, None, &mut first),
            enrol(&replica, &other, &link, None, &mut second),
        );
        let gone = |done: &Result<_, EnrolError>| matches!(done, Err(EnrolError::LinkGone));
        assert!(first.is_ok() ^ second.is_ok() && (gone(&first) || gone(&second)));
    });
}
