//! A person's own mail address: theirs once a link that was mailed to it is confirmed, by them, once.

use crate::{
    fixture::{Home, Person, myself, nobody, on_both, seconds, settings, token},
    mailbox::{Mailbox, link_in},
};
use doorstep_app::{
    accounts::{AccountError, EmailError, PersonChange},
    instance::Instance,
    settings::Live,
};
use doorstep_core::{
    access::ManageUsers,
    id::UserId,
    model::{AddressProof, User},
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_store::{address_proofs, users};

const NEW: &str = "ada@new.example";

fn home(home: &Home) -> Mailbox {
    home.instance
        .context
        .change(Live { name: "Home".to_owned(), mail: true, session_idle: Ttl::from_days(28), ..settings() })
        .unwrap();
    Mailbox::default()
}

async fn asks(home: &Home, who: &Person, email: &str) -> Result<(), EmailError> {
    let signed_in = home.who(&who.session).await;
    home.instance.accounts.ask_for_address(&myself(&home.instance, &signed_in), email).await
}

async fn confirms(instance: &Instance, who: &Person, link: &Token) -> Result<(), EmailError> {
    let signed_in = instance.sessions.signed_in(Some(&who.session)).await.unwrap().unwrap();
    instance.accounts.confirm_address(&myself(instance, &signed_in), link).await
}

async fn waits(home: &Home, who: &Person) -> Option<AddressProof> {
    let signed_in = home.who(&who.session).await;
    home.instance.accounts.address_to_confirm(&myself(&home.instance, &signed_in)).await.unwrap()
}

async fn stored(home: &Home, id: &UserId) -> User {
    users::by_id(&mut home.db().read().await.unwrap(), id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_theirs_once_its_link_is_confirmed_and_both_addresses_are_told() {
    on_both!(|home| {
        let (post, ada) = (self::home(&home), home.person("ada", &[]).await);
        post.opened(&home).await;
        asks(&home, &ada, NEW).await.unwrap();
        let mails = post.opened(&home).await;
        assert_eq!(mails.len(), 1, "the old address hears of it when it happens: {mails:?}");
        assert_eq!(
            (mails[0].to.as_str(), mails[0].written.subject.as_str()),
            (NEW, "Home: is this mail address yours")
        );
        let before = stored(&home, &ada.user.id).await;
        assert_eq!(before.email.as_deref(), Some("ada@example.org"), "asking changes nothing");
        let link = link_in(&mails[0], TokenKind::Address);
        let signed_in = home.who(&ada.session).await;
        let own = myself(&home.instance, &signed_in);
        for _ in 0..2 {
            let opened = home.instance.accounts.address_of_link(&own, &link).await.unwrap();
            assert_eq!(opened.map(|proof| proof.email).as_deref(), Some(NEW));
        }
        assert_eq!(stored(&home, &ada.user.id).await, before, "opening changes nothing");
        confirms(&home.instance, &ada, &link).await.unwrap();
        let after = stored(&home, &ada.user.id).await;
        assert_eq!((after.email.as_deref(), after.email_verified), (Some(NEW), true));
        let changed = "Home: the mail address was changed".to_owned();
        assert_eq!(
            post.told(&home).await,
            [("ada@example.org".to_owned(), changed.clone()), (NEW.to_owned(), changed)]
        );
        assert!(matches!(confirms(&home.instance, &ada, &link).await, Err(EmailError::Gone)), "once");
        assert!(matches!(asks(&home, &ada, NEW).await, Err(EmailError::Same)));
    });
}

/// Row 76 and §2.8: bound to the account, the address and the time; a newer request voids older ones.
#[tokio::test(flavor = "multi_thread")]
async fn security_78_a_link_counts_for_the_person_who_asked_and_for_the_newest_request() {
    on_both!(|home| {
        let post = self::home(&home);
        let (ada, mallory) = (home.person("ada", &[]).await, home.person("mallory", &[]).await);
        post.opened(&home).await;
        asks(&home, &ada, NEW).await.unwrap();
        let first = link_in(&post.opened(&home).await[0], TokenKind::Address);
        for wrong in
            [token(TokenKind::Address), Token::parse(TokenKind::Address, token(TokenKind::Address).expose()).unwrap()]
        {
            assert!(matches!(confirms(&home.instance, &ada, &wrong).await, Err(EmailError::Gone)));
        }
        assert!(
            matches!(confirms(&home.instance, &mallory, &first).await, Err(EmailError::Gone)),
            "of another account"
        );
        asks(&home, &ada, "ada@third.example").await.unwrap();
        let second = link_in(&post.opened(&home).await[0], TokenKind::Address);
        assert!(matches!(confirms(&home.instance, &ada, &first).await, Err(EmailError::Gone)), "a newer one is there");
        let signed_in = home.who(&ada.session).await;
        home.instance.accounts.give_up_address(&myself(&home.instance, &signed_in)).await.unwrap();
        assert!(matches!(confirms(&home.instance, &ada, &second).await, Err(EmailError::Gone)), "given up");
        home.wait(Ttl::from_minutes(4));
        asks(&home, &ada, NEW).await.unwrap();
        let third = link_in(&post.opened(&home).await[0], TokenKind::Address);
        home.wait(Ttl::from_hours(24));
        assert!(matches!(confirms(&home.instance, &ada, &third).await, Err(EmailError::Gone)), "past its end");
        assert_eq!(waits(&home, &ada).await, None);
        assert_eq!(stored(&home, &ada.user.id).await.email.as_deref(), Some("ada@example.org"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_asking_wants_a_fresh_sign_in_and_giving_up_does_not() {
    on_both!(|home| {
        let (_, ada) = (self::home(&home), home.person("ada", &[]).await);
        asks(&home, &ada, NEW).await.unwrap();
        home.wait(seconds(301));
        assert!(matches!(asks(&home, &ada, NEW).await, Err(EmailError::Account(AccountError::NotFresh(_)))));
        let signed_in = home.who(&ada.session).await;
        let own = myself(&home.instance, &signed_in);
        let again = home.instance.accounts.ask_for_address_again(&own).await;
        assert!(matches!(again, Err(EmailError::Account(AccountError::NotFresh(_)))));
        home.instance.accounts.give_up_address(&own).await.unwrap();
        assert!(matches!(home.instance.accounts.ask_for_address_again(&own).await, Err(EmailError::Gone)));
    });
}

/// Asking is answered, and mailed, alike for an address of nobody, of another account and of a former one. Whoever reads
/// mail there learns that it is not free, and that is all.
#[tokio::test(flavor = "multi_thread")]
async fn security_82_whether_an_address_is_another_accounts_is_told_to_whoever_reads_its_mail() {
    on_both!(|home| {
        let post = self::home(&home);
        let (ada, _) = (home.person("ada", &[]).await, home.person("grace", &[]).await);
        home.person("former", &[]).await;
        let change = PersonChange { email: Some("elsewhere@example.org".to_owned()), ..PersonChange::default() };
        let act = crate::fixture::may(&home.instance, ManageUsers);
        home.instance.accounts.set_person(&act, "former", change).await.unwrap();
        post.opened(&home).await;
        let mut mails = Vec::new();
        for email in ["GRACE@example.org", "former@example.org", "free@example.org"] {
            asks(&home, &ada, email).await.unwrap();
            let mut arrived = post.opened(&home).await;
            assert_eq!(arrived.len(), 1, "{email}: {arrived:?}");
            let mail = arrived.remove(0);
            let (link, text) = (link_in(&mail, TokenKind::Address), mail.written.text.clone());
            mails.push((mail.written.subject, text.replace(link.expose(), "")));
            let confirmed = confirms(&home.instance, &ada, &link).await;
            match email {
                "free@example.org" => confirmed.unwrap(),
                _ => assert!(matches!(confirmed, Err(EmailError::NotFree)), "{email}: {confirmed:?}"),
            }
            home.wait(Ttl::from_millis(1));
        }
        assert!(mails.iter().all(|mail| *mail == mails[0]), "{mails:?}");
        assert_eq!(stored(&home, &ada.user.id).await.email.as_deref(), Some("free@example.org"));
    });
}

/// Row 109: one link on two replicas, and one address of two people, at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn security_109_an_address_becomes_one_accounts_once() {
    on_both!(|home| {
        let (post, replica) = (self::home(&home), home.replica().await);
        let (ada, grace) = (home.person("ada", &[]).await, home.person("grace", &[]).await);
        post.opened(&home).await;
        let mut links = Vec::new();
        for who in [&ada, &grace] {
            asks(&home, who, NEW).await.unwrap();
            links.push(link_in(&post.opened(&home).await[0], TokenKind::Address));
        }
        let (first, again, other) = tokio::join!(
            confirms(&home.instance, &ada, &links[0]),
            confirms(&replica, &ada, &links[0]),
            confirms(&replica, &grace, &links[1]),
        );
        let won = [&first, &again, &other].iter().filter(|done| done.is_ok()).count();
        assert_eq!(won, 1, "{first:?} {again:?} {other:?}");
        let owners = [&ada, &grace].map(|who| who.user.id.clone());
        let mut verified = 0;
        for id in &owners {
            let user = stored(&home, id).await;
            verified += usize::from(user.email.as_deref() == Some(NEW) && user.email_verified);
        }
        assert_eq!(verified, 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_to_an_address_are_limited_by_account_and_by_address() {
    on_both!(|home| {
        let post = self::home(&home);
        let (ada, grace) = (home.person("ada", &[]).await, home.person("grace", &[]).await);
        post.opened(&home).await;
        for _ in 0..3 {
            asks(&home, &ada, NEW).await.unwrap();
        }
        assert!(matches!(asks(&home, &ada, "other@new.example").await, Err(EmailError::TooMany)), "by account");
        assert!(matches!(asks(&home, &grace, NEW).await, Err(EmailError::TooMany)), "by address");
        asks(&home, &grace, "grace@new.example").await.unwrap();
        assert_eq!(waits(&home, &ada).await.map(|proof| proof.email).as_deref(), Some(NEW), "what waited goes on");
        assert_eq!(post.opened(&home).await.len(), 4);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_waits_ends_with_a_recovery_and_when_the_account_is_switched_off() {
    on_both!(|home| {
        let post = self::home(&home);
        let (ada, grace) = (home.person("ada", &[]).await, home.person("grace", &[]).await);
        for who in [&ada, &grace] {
            asks(&home, who, &format!("{}@new.example", who.user.name)).await.unwrap();
        }
        home.switch("grace", false).await;
        let link = home.link(doorstep_core::model::LinkPurpose::Recover, Some(&ada.user.id)).await;
        let (browser, mut passkey) = (crate::fixture::browser(), crate::fixture::authenticator());
        crate::fixture::enrol(&home.instance, &browser, &link, None, &mut passkey).await.unwrap();
        let mut conn = home.db().read().await.unwrap();
        for who in [&ada, &grace] {
            assert_eq!(address_proofs::of_user(&mut conn, &who.user.id, home.instance.now()).await.unwrap(), None);
        }
        drop(conn);
        assert!(!post.told(&home).await.iter().any(|(to, _)| to == "grace@new.example"), "the account is off");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_nothing_is_asked_and_what_waits_holds_no_secret() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        assert!(matches!(asks(&home, &ada, NEW).await, Err(EmailError::NoMail)));
        assert!(matches!(asks(&home, &ada, "ada@a@b").await, Err(EmailError::Email)));
        self::home(&home);
        asks(&home, &ada, NEW).await.unwrap();
        let mut conn = home.db().write().await.unwrap();
        let job = doorstep_store::jobs::claim(&mut conn, "letter", home.instance.now(), seconds(60)).await.unwrap();
        let payload = job.unwrap().payload;
        assert!(
            payload.contains(NEW) && payload.contains(nobody().ip.as_str()) && !payload.contains("ds_"),
            "{payload}"
        );
    });
}
