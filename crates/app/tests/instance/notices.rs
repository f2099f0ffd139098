//! People are told by mail what happened to their accounts: once, whatever is away meanwhile, and nobody else.

use crate::fixture::{
    Home, Person, authenticator, begin, browser, change, may, myself, nobody, on_both, seconds, settings, sign_in,
};
use crate::invitations::{invited, joins, terms};
use doorstep_app::{
    accounts::{EnrolmentAnswer, NewToken, PersonChange},
    jobs,
    notices::{Mail, NoticeSending, Post, Sending, Unsent},
    queue::Handlers,
    settings::Live,
};
use doorstep_core::{
    access::{Caller, InviteTerms, ManageUsers, ReadAudit},
    id::PasskeyId,
    model::{Language, LinkPurpose},
    page::After,
    secret::{Secret, SecretHash},
    time::Ttl,
};
use std::{
    sync::{Arc, Mutex, atomic::AtomicBool, atomic::Ordering},
    time::Duration,
};

/// A mail server in memory.
#[derive(Clone, Default)]
struct Letterbox {
    mails: Arc<Mutex<Vec<Mail>>>,
    tried: Arc<Mutex<usize>>,
    is_away: Arc<AtomicBool>,
}

impl Post for Letterbox {
    fn send(&self, mail: Mail) -> Sending {
        *self.tried.lock().unwrap() += 1;
        let answer = match (self.is_away.load(Ordering::SeqCst), mail.to.as_str()) {
            (true, _) => Err(Unsent::Later("nobody answers".to_owned())),
            (_, "gone@example.org") => Err(Unsent::Never("no such person".to_owned())),
            _ => {
                self.mails.lock().unwrap().push(mail);
                Ok(())
            }
        };
        Box::pin(async move { answer })
    }
}

impl Letterbox {
    fn handlers(&self, home: &Home) -> Handlers {
        vec![Arc::new(NoticeSending::new(&home.instance.context, self.clone()))]
    }

    /// To whom and what, of all that arrived since the last time.
    fn opened(&self) -> Vec<(String, String)> {
        let mails = std::mem::take(&mut *self.mails.lock().unwrap());
        let mut opened: Vec<_> = mails.into_iter().map(|mail| (mail.to, mail.written.subject)).collect();
        // What was ordered at one time goes out in any order.
        opened.sort();
        opened
    }
}

fn with_mail() -> Live {
    Live { mail: true, passwords: true, ..settings() }
}

async fn counts(home: &Home) -> (i64, i64) {
    let backlog = home.instance.queue.backlog(&may(&home.instance, ReadAudit)).await.unwrap();
    let mail = backlog.iter().find(|of| of.kind == "mail");
    mail.map_or((0, 0), |of| (of.waiting, of.dead))
}

/// Works until so much waits and so much was given up.
async fn work(home: &Home, post: &Letterbox, wanted: (i64, i64)) {
    let counted = async {
        while counts(home).await != wanted {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    jobs::run(Arc::clone(&home.instance), post.handlers(home), counted).await;
}

async fn set_email(home: &Home, name: &str, email: &str) {
    let change = PersonChange { email: Some(email.to_owned()), ..PersonChange::default() };
    home.instance.accounts.set_person(&may(&home.instance, ManageUsers), name, change).await.unwrap();
}

/// Somebody with an address that was proved, and nothing in the mail yet.
async fn person(home: &Home, name: &str, email: &str) -> Person {
    let person = home.person(name, &[]).await;
    set_email(home, name, email).await;
    let post = Letterbox::default();
    work(home, &post, (0, 0)).await;
    person
}

async fn add_passkey(home: &Home, who: &Person) -> PasskeyId {
    let signed_in = home.who(&who.session).await;
    let own = myself(&home.instance, &signed_in);
    let begun = home.instance.accounts.begin_add_passkey(&own, &who.browser).await.unwrap();
    let answer = authenticator().register(&begun.public_key).unwrap();
    let added = (&begun.challenge, &answer);
    home.instance.accounts.finish_add_passkey(&own, &who.browser, added).await.unwrap().id
}

const ADA: &str = "ada@example.org";

fn told(subjects: &[&str]) -> Vec<(String, String)> {
    subjects.iter().map(|subject| (ADA.to_owned(), format!("Home: {subject}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_how_somebody_signs_in_is_told_once() {
    on_both!(|home| {
        home.instance.context.change(Live { name: "Home".to_owned(), ..with_mail() }).unwrap();
        let (ada, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        let signed_in = home.who(&ada.session).await;
        let (accounts, own) = (&home.instance.accounts, myself(&home.instance, &signed_in));
        let key = add_passkey(&home, &ada).await;
        work(&home, &post, (0, 0)).await;
        assert_eq!(post.opened(), told(&["a passkey was added"]));
        accounts.remove_passkey(&own, &key).await.unwrap();
        work(&home, &post, (0, 0)).await;
        assert_eq!(post.opened(), told(&["a passkey was removed"]));
        let password = |text: &str| Some(Secret::new(text.to_owned()));
        for (new, subject) in [
            (password("correct horse battery"), "a password was set"),
            (password("another horse battery"), "the password was changed"),
            (None, "the password was removed"),
        ] {
            let act = may(&home.instance, ManageUsers);
            accounts.set_password_of(&act, ("ada", new)).await.unwrap();
            work(&home, &post, (0, 0)).await;
            assert_eq!(post.opened(), told(&[subject]));
        }
        assert_eq!(*post.tried.lock().unwrap(), 5);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_a_browser_that_is_new_to_the_account_is_told_and_one_that_is_known_is_not() {
    on_both!(|home| {
        home.instance.context.change(Live { name: "Home".to_owned(), ..with_mail() }).unwrap();
        let (mut ada, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        let accounts = &home.instance.accounts;
        // The cookie of each browser, none for one that comes without; and whether the sign-in is told.
        let mut cookies: Vec<Option<SecretHash>> = vec![nobody().browser];
        for (at, told_of) in [(0, false), (1, true), (1, false), (2, true), (0, false), (1, false)] {
            let known = cookies.get(at).copied().flatten();
            let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned();
            let caller = Caller { browser: known, agent, ..nobody() };
            let begun = begin(&home.instance, &ada.browser).await;
            let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
            let answered = (&begun.challenge, &answer);
            let entered = accounts.finish_passkey_sign_in(&ada.browser, answered, None, &caller).await.unwrap();
            let session = entered.session;
            assert_eq!(session.browser.is_some(), known.is_none());
            cookies.extend(session.browser.map(|cookie| Some(cookie.hash())));
            work(&home, &post, (0, 0)).await;
            let subjects: &[&str] = if told_of { &["a sign-in with a new browser"] } else { &[] };
            assert_eq!(post.opened(), told(subjects), "browser {at}");
        }
        // Whoever never signed in before is not told of the first browser, nor of one that somebody else is known by.
        let mut bob = person(&home, "bob", "bob@example.org").await;
        sign_in(&home.instance, &bob.browser, &mut bob.passkey, None).await.unwrap();
        work(&home, &post, (0, 0)).await;
        assert_eq!(post.opened(), []);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_ones_own_a_token_and_a_recovery_kit_are_told() {
    on_both!(|home| {
        home.instance.context.change(Live { name: "Home".to_owned(), ..with_mail() }).unwrap();
        let (ada, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        let signed_in = home.who(&ada.session).await;
        let (accounts, own) = (&home.instance.accounts, myself(&home.instance, &signed_in));
        accounts.set_password(&own, change(Some(Secret::new("correct horse battery".to_owned())))).await.unwrap();
        home.guarded("wiki", None).await;
        let new = NewToken { label: "backup".to_owned(), apps: vec!["wiki".to_owned()], ..NewToken::default() };
        accounts.make_own_token(&own, &new).await.unwrap();
        accounts.make_recovery_kit(&own).await.unwrap();
        work(&home, &post, (0, 0)).await;
        let subjects = ["a password was set", "a recovery kit was made", "a token for programs was made"];
        assert_eq!(post.opened(), told(&subjects));
    });
}

/// Row 76: whoever had the old passkeys learns that a link made another.
#[tokio::test(flavor = "multi_thread")]
async fn security_76_a_recovery_is_told_to_whom_the_account_belonged() {
    on_both!(|home| {
        home.instance.context.change(Live { name: "Home".to_owned(), ..with_mail() }).unwrap();
        let (ada, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        for (purpose, drop_earlier, subject) in [
            (LinkPurpose::Enrol, false, "a passkey was added"),
            (LinkPurpose::Recover, true, "a recovery link was used"),
        ] {
            let user = home.who(&ada.session).await.principal.user.id.clone();
            let link = home.link(purpose, Some(&user)).await;
            let (accounts, browser) = (&home.instance.accounts, browser());
            let begun = accounts.begin_enrolment(&browser, &link, None).await.unwrap();
            let answer = authenticator().register(&begun.public_key).unwrap();
            let answer = EnrolmentAnswer { drop_earlier, ..EnrolmentAnswer::new(&begun.challenge, &answer) };
            accounts.finish_enrolment((&browser, None), &link, answer, &nobody()).await.unwrap();
            work(&home, &post, (0, 0)).await;
            let mails = post.mails.lock().unwrap().clone();
            assert_eq!(post.opened(), told(&[subject]));
            assert_eq!(mails[0].written.text.contains("from before were removed"), drop_earlier, "{mails:?}");
        }
    });
}

/// Whose address an invitation gave learns that somebody has an account with it. What somebody typed is nobody's yet.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_an_invitation_made_is_told_to_the_address_that_it_gave() {
    on_both!(|home| {
        home.instance.context.change(Live { name: "Home".to_owned(), ..with_mail() }).unwrap();
        home.person("root", &["admins"]).await;
        home.know(&["family"]).await;
        let post = Letterbox::default();
        work(&home, &post, (0, 0)).await;
        assert_eq!(post.opened().len(), 1, "of the first administrator's own passkey");
        for (name, email, subjects) in [("grace", None, &[][..]), ("ada", Some(ADA), &["a passkey was added"])] {
            let terms = InviteTerms { email: email.map(str::to_owned), ..terms(&["family"]) };
            joins(&home, &invited(&home, terms).await, name).await.unwrap();
            work(&home, &post, (0, 0)).await;
            assert_eq!(post.opened(), told(subjects), "{name}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mail_address_is_told_to_both() {
    on_both!(|home| {
        home.instance.context.change(Live { name: "Home".to_owned(), ..with_mail() }).unwrap();
        let (_, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        set_email(&home, "ada", "ada@elsewhere.example").await;
        work(&home, &post, (0, 0)).await;
        let mails = post.mails.lock().unwrap().clone();
        let to: Vec<_> = post.opened().into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, ["ada@elsewhere.example", ADA]);
        let former = mails.iter().find(|mail| mail.to == ADA).unwrap();
        assert!(!former.written.text.contains("elsewhere"), "the one does not learn the other: {former:?}");
        set_email(&home, "ada", "").await;
        work(&home, &post, (0, 0)).await;
        assert_eq!(
            post.opened(),
            [("ada@elsewhere.example".to_owned(), "Home: the mail address was changed".to_owned())]
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_without_a_server_an_address_or_an_account_that_is_on() {
    on_both!(|home| {
        let (ada, grace) = (home.person("ada", &[]).await, home.person("grace", &[]).await);
        add_passkey(&home, &ada).await;
        assert_eq!(counts(&home).await, (0, 0), "no mail server is set up");
        set_email(&home, "grace", "").await;
        home.instance.context.change(with_mail()).unwrap();
        add_passkey(&home, &grace).await;
        assert_eq!(counts(&home).await, (0, 0), "no address");
        add_passkey(&home, &ada).await;
        assert_eq!(counts(&home).await, (1, 0));
        home.switch("ada", false).await;
        let post = Letterbox::default();
        work(&home, &post, (0, 0)).await;
        assert_eq!(*post.tried.lock().unwrap(), 0, "the account is off by now");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_made_is_not_told() {
    on_both!(|home| {
        home.instance.context.change(with_mail()).unwrap();
        let ada = person(&home, "ada", ADA).await;
        let signed_in = home.who(&ada.session).await;
        let own = myself(&home.instance, &signed_in);
        let mut entropy = home.instance.context.ambient.entropy();
        let unknown = PasskeyId::random(&mut entropy);
        assert!(home.instance.accounts.remove_passkey(&own, &unknown).await.is_err());
        home.wait(seconds(301));
        assert!(home.instance.accounts.begin_add_passkey(&own, &ada.browser).await.is_err());
        assert_eq!(counts(&home).await, (0, 0));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_delays_and_loses_nothing() {
    on_both!(|home| {
        home.instance.context.change(with_mail()).unwrap();
        let (ada, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        post.is_away.store(true, Ordering::SeqCst);
        add_passkey(&home, &ada).await;
        let tried = async {
            while *post.tried.lock().unwrap() < 1 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        jobs::run(Arc::clone(&home.instance), post.handlers(&home), tried).await;
        assert_eq!(counts(&home).await, (1, 0), "it waits");
        post.is_away.store(false, Ordering::SeqCst);
        home.wait(Ttl::from_hours(1));
        // Another process sends what this one ordered, and the two of them send it once.
        let replica = home.replica().await;
        let counted = || async {
            while counts(&home).await != (0, 0) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::join!(
            jobs::run(Arc::clone(&home.instance), post.handlers(&home), counted()),
            jobs::run(replica, post.handlers(&home), counted()),
        );
        assert_eq!(post.opened().len(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_a_dead_letter_at_once() {
    on_both!(|home| {
        home.instance.context.change(with_mail()).unwrap();
        let (ada, post) = (home.person("ada", &[]).await, Letterbox::default());
        set_email(&home, "ada", "gone@example.org").await;
        work(&home, &post, (0, 1)).await;
        add_passkey(&home, &ada).await;
        work(&home, &post, (0, 2)).await;
        let letters = home.instance.queue.dead_letters(&may(&home.instance, ReadAudit), &After::start()).await.unwrap();
        let letter = letters.items.last().unwrap();
        assert_eq!((letter.last_error.as_deref(), letter.attempts), (Some("no such person"), 1));
        assert!(letter.payload.contains("gone@example.org") && !letter.payload.contains("ds_"), "{}", letter.payload);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_told_in_the_language_of_their_account_or_else_of_the_instance() {
    on_both!(|home| {
        let live = Live { name: "Home".to_owned(), language: Language::German, ..with_mail() };
        home.instance.context.change(live).unwrap();
        let (ada, post) = (person(&home, "ada", ADA).await, Letterbox::default());
        add_passkey(&home, &ada).await;
        work(&home, &post, (0, 0)).await;
        assert_eq!(post.opened(), told(&["ein Passkey wurde hinzugefügt"]));
        let signed_in = home.who(&ada.session).await;
        let (accounts, own) = (&home.instance.accounts, myself(&home.instance, &signed_in));
        accounts.set_own_language(&own, Some(Language::Polish)).await.unwrap();
        add_passkey(&home, &ada).await;
        work(&home, &post, (0, 0)).await;
        assert_eq!(post.opened(), told(&["dodano klucz dostępu"]));
    });
}
