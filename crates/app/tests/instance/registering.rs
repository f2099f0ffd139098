//! Somebody new asks for an account: with an address that they show to be theirs, into the groups that the configuration
//! says, with an administrator's yes where that is wanted.

use crate::{
    fixture::{Home, declare, declared, groups, may, nobody, on_both, settings},
    invitations::joins,
    mailbox::{Mailbox, link_in},
};
use doorstep_app::{
    accounts::{EnrolError, RegisterError},
    settings::Live,
};
use doorstep_core::{
    access::{ADMINS, ManageUsers, Registering, Registration as Open},
    model::{Registration, User},
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_store::{registrations, users};

const NEW: &str = "grace@example.org";
const MAILED: &str = "Home: an account with this address";

fn terms(open: Open) -> Live {
    let registration =
        Registering { open, domains: vec!["example.org".to_owned()], groups: groups(&["family", ADMINS]) };
    Live { name: "Home".to_owned(), mail: true, registration, ..settings() }
}

async fn home(home: &Home, open: Open) -> Mailbox {
    home.instance.context.change(terms(open)).unwrap();
    home.person("root", &[ADMINS]).await;
    let post = Mailbox::default();
    post.opened(home).await;
    post
}

async fn asks(home: &Home, email: &str, network: &str) -> Result<(), RegisterError> {
    home.instance.accounts.ask_for_account(email, network, &nobody()).await
}

async fn goes_on(home: &Home, link: &Token) -> Result<Token, RegisterError> {
    let path = home.instance.accounts.go_on_registering(link, &nobody()).await?;
    Ok(Token::parse(TokenKind::Invite, path.strip_prefix("/invite/").unwrap()).unwrap())
}

async fn waiting(home: &Home) -> Vec<Registration> {
    home.instance.accounts.registrations(&may(&home.instance, ManageUsers)).await.unwrap()
}

async fn account(home: &Home, name: &str) -> Option<(User, Vec<String>)> {
    let mut conn = home.db().read().await.unwrap();
    let user = users::by_name(&mut conn, &name.parse().unwrap()).await.unwrap()?;
    let (user, groups) = users::principal(&mut conn, &user.id).await.unwrap()?;
    Some((user, groups.at(home.instance.now()).iter().map(ToString::to_string).collect()))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_that_an_address_is_theirs_makes_an_account_with_it_once() {
    on_both!(|home| {
        let post = self::home(&home, Open::Open).await;
        asks(&home, NEW, "n").await.unwrap();
        let mails = post.opened(&home).await;
        assert_eq!((mails.len(), mails[0].to.as_str(), mails[0].written.subject.as_str()), (1, NEW, MAILED));
        let link = link_in(&mails[0], TokenKind::Register);
        for _ in 0..2 {
            let (asked, _) = home.instance.accounts.registration_of(&link).await.unwrap().unwrap();
            assert_eq!(asked.email, NEW, "opening the page uses nothing up");
        }
        let invite = goes_on(&home, &link).await.unwrap();
        assert!(matches!(goes_on(&home, &link).await, Err(RegisterError::Gone)), "once");
        assert!(account(&home, "grace").await.is_none(), "no account before the passkey");
        joins(&home, &invite, "grace").await.unwrap();
        let (user, groups) = account(&home, "grace").await.unwrap();
        assert_eq!((user.proved_email(), groups), (Some(NEW), vec!["family".to_owned()]), "and nobody administers");
        assert!(joins(&home, &invite, "another").await.is_err());
    });
}

/// Rows 73 and 82: the domain is the configuration's and may be told; whether there is an account is told to nobody but its
/// owner.
#[tokio::test(flavor = "multi_thread")]
async fn security_82_whether_an_address_has_an_account_is_told_to_its_owner_alone() {
    on_both!(|home| {
        let post = self::home(&home, Open::Open).await;
        home.person("ada", &[]).await;
        post.opened(&home).await;
        for email in ["ada@evil.test", "ada@example.org.evil.test", "ada@sub.example.org"] {
            assert!(matches!(asks(&home, email, "n").await, Err(RegisterError::Domain)), "{email}");
        }
        assert!(matches!(asks(&home, "a@evil.test@example.org", "n").await, Err(RegisterError::Email)));
        asks(&home, "ADA@example.org", "n").await.unwrap();
        asks(&home, NEW, "n").await.unwrap();
        let mails = post.opened(&home).await;
        let told: Vec<_> = mails.iter().map(|mail| (mail.to.as_str(), mail.written.subject.as_str())).collect();
        assert_eq!(told, [("ada@example.org", MAILED), (NEW, MAILED)]);
        assert!(!mails[0].written.text.contains("ds_"), "the owner gets no link that opens anything: {mails:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_says_yes_or_no_and_either_is_told() {
    on_both!(|home| {
        let post = self::home(&home, Open::Approval).await;
        let act = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        for (at, email) in [NEW, "mallory@example.org"].into_iter().enumerate() {
            asks(&home, email, &format!("{at}")).await.unwrap();
            let link = link_in(&post.opened(&home).await[0], TokenKind::Register);
            assert!(matches!(goes_on(&home, &link).await, Err(RegisterError::Gone)), "not without a yes");
            let words = accounts.ask_administrators(&link, (" ", "x"), &nobody()).await;
            assert!(matches!(words, Err(RegisterError::Words)));
            accounts.ask_administrators(&link, ("Grace\r\nHopper", "I am\nnew"), &nobody()).await.unwrap();
            let again = accounts.ask_administrators(&link, ("Grace", ""), &nobody()).await;
            assert!(matches!(again, Err(RegisterError::Gone)), "once");
            let admin = ("root@example.org".to_owned(), "Home: somebody asks for an account".to_owned());
            assert_eq!(post.told(&home).await, if at == 0 { vec![admin] } else { vec![] }, "once in an hour");
            asks(&home, email, &format!("{at}")).await.unwrap();
            assert_eq!(post.told(&home).await, [], "what waits is not mailed again");
        }
        let open = waiting(&home).await;
        let shown: Vec<_> =
            open.iter().map(|one| (one.email.as_str(), one.person.as_str(), one.reason.as_str())).collect();
        let words = ("Grace Hopper", "I am new");
        let mut expected = [(NEW, words.0, words.1), ("mallory@example.org", words.0, words.1)];
        expected.sort_by_key(|one| open.iter().position(|asked| asked.email == one.0));
        assert_eq!(shown, expected);
        let of = |email: &str| open.iter().find(|asked| asked.email == email).unwrap().id.clone();
        accounts.grant_registration(&act, &of(NEW)).await.unwrap();
        accounts.refuse_registration(&act, &of("mallory@example.org")).await.unwrap();
        for id in [of(NEW), of("mallory@example.org")] {
            assert!(matches!(accounts.grant_registration(&act, &id).await, Err(RegisterError::Gone)), "once");
        }
        let mails = post.opened(&home).await;
        let told: Vec<_> = mails.iter().map(|mail| (mail.to.as_str(), mail.written.subject.as_str())).collect();
        let yes = (NEW, "Home: you can make your account");
        assert_eq!(told, [yes, ("mallory@example.org", "Home: your request for an account")]);
        joins(&home, &link_in(&mails[0], TokenKind::Invite), "grace").await.unwrap();
        assert_eq!(account(&home, "grace").await.unwrap().1, ["family"]);
        assert_eq!(waiting(&home).await, []);
    });
}

/// A name to which the file grants something is not free for whoever comes by themselves, and the page does not say why.
#[tokio::test(flavor = "multi_thread")]
async fn no_registration_reaches_a_name_that_the_file_grants_something_to() {
    on_both!(|home| {
        let post = self::home(&home, Open::Open).await;
        declare(&home.instance, declared(&[("editors", &["linus"]), (ADMINS, &["boss"])]));
        home.person("taken", &[]).await;
        post.opened(&home).await;
        asks(&home, NEW, "n").await.unwrap();
        let invite = goes_on(&home, &link_in(&post.opened(&home).await[0], TokenKind::Register)).await.unwrap();
        let mut said = Vec::new();
        for name in ["linus", "boss", "taken"] {
            match joins(&home, &invite, name).await.err() {
                Some(EnrolError::Name(why)) => said.push(why),
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(said.iter().all(|why| *why == said[0]), "{said:?}");
        joins(&home, &invite, "grace").await.unwrap();
    });
}

/// What was allowed when the mail was sent counts no more once the configuration says otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_configuration_says_when_it_is_used_counts() {
    on_both!(|home| {
        let post = self::home(&home, Open::Open).await;
        asks(&home, NEW, "n").await.unwrap();
        let link = link_in(&post.opened(&home).await[0], TokenKind::Register);
        let other = Registering { domains: vec!["example.com".to_owned()], ..terms(Open::Open).registration };
        for live in [
            Live { registration: other, ..terms(Open::Open) },
            terms(Open::Off),
            Live { mail: false, ..terms(Open::Open) },
            terms(Open::Approval),
        ] {
            home.instance.context.change(live).unwrap();
            assert!(matches!(goes_on(&home, &link).await, Err(RegisterError::Gone)));
        }
        home.instance.context.change(terms(Open::Off)).unwrap();
        assert!(matches!(asks(&home, NEW, "n").await, Err(RegisterError::Off)));
        home.instance.context.change(terms(Open::Open)).unwrap();
        home.wait(Ttl::from_hours(24));
        assert!(matches!(goes_on(&home, &link).await, Err(RegisterError::Gone)), "past its end");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_registers_before_there_is_an_administrator() {
    on_both!(|home| {
        home.instance.context.change(terms(Open::Open)).unwrap();
        let post = Mailbox::default();
        asks(&home, NEW, "n").await.unwrap();
        assert_eq!(post.told(&home).await, [], "the first account closes the set-up link");
    });
}

/// By network, by address, and how many there are.
#[tokio::test(flavor = "multi_thread")]
async fn registrations_are_limited_by_network_and_address_and_end_by_themselves() {
    on_both!(|home| {
        let post = self::home(&home, Open::Open).await;
        for at in 0..5 {
            asks(&home, &format!("one{at}@example.org"), "near").await.unwrap();
        }
        assert!(matches!(asks(&home, NEW, "near").await, Err(RegisterError::TooMany)), "by network");
        assert_eq!(post.opened(&home).await.len(), 5);
        for at in 0..5 {
            asks(&home, NEW, &format!("far {at}")).await.unwrap();
            assert_eq!(post.opened(&home).await.len(), usize::from(at < 3), "by address");
        }
        let mut conn = home.db().write().await.unwrap();
        assert_eq!(registrations::count(&mut conn).await.unwrap(), 6, "one for each address");
        let swept = home.instance.now() + Ttl::from_hours(24);
        doorstep_store::sweep::expired(&mut conn, swept, None).await.unwrap();
        assert_eq!(registrations::count(&mut conn).await.unwrap(), 0);
    });
}

/// Row 109: one link, used in two places at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn security_109_a_link_makes_one_account() {
    on_both!(|home| {
        let (post, replica) = (self::home(&home, Open::Open).await, home.replica().await);
        asks(&home, NEW, "n").await.unwrap();
        let link = link_in(&post.opened(&home).await[0], TokenKind::Register);
        let caller = nobody();
        let (one, other) = tokio::join!(
            home.instance.accounts.go_on_registering(&link, &caller),
            replica.accounts.go_on_registering(&link, &caller),
        );
        assert!(one.is_ok() ^ other.is_ok(), "{one:?} {other:?}");
    });
}
