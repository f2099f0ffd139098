//! What is asked for by mail, over HTTP: another address of one's own, a recovery, an account. Opening a mailed link does
//! nothing, its button does.

use crate::{
    browser::{Answer, Browser},
    person::{self, make, passkey},
    running::{self, ISSUER, Running},
};
use doorstep_app::{
    accounts::AskedByMail,
    jobs,
    notices::{LetterSending, Mail, NoticeSending, Post, Sending},
    settings::Live,
};
use doorstep_core::{
    access::{RecoveryByMail, Registering, Registration},
    time::Ttl,
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A mail server in memory.
#[derive(Clone, Default)]
struct Mailbox(Arc<Mutex<Vec<Mail>>>);

impl Post for Mailbox {
    fn send(&self, mail: Mail) -> Sending {
        self.0.lock().unwrap().push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Mailbox {
    /// Works until a mail with this subject arrived; where its link leads, below the issuer.
    async fn link(&self, running: &Running, subject: &str) -> String {
        let context = &running.instance.context;
        let found = || {
            let mails = self.0.lock().unwrap();
            mails.iter().rev().find(|mail| mail.written.subject.ends_with(subject)).cloned()
        };
        let arrived = async {
            while found().is_none() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let handlers: doorstep_app::queue::Handlers = vec![
            Arc::new(NoticeSending::new(context, self.clone())),
            Arc::new(LetterSending::new(context, self.clone())),
            Arc::new(AskedByMail::new(&running.instance.accounts)),
        ];
        jobs::run(Arc::clone(&running.instance), handlers, arrived).await;
        let text = found().unwrap().written.text;
        self.0.lock().unwrap().clear();
        let link = text.split_whitespace().find_map(|word| word.strip_prefix(&format!("{ISSUER}/")));
        format!("/{}", link.unwrap())
    }
}

async fn instance(open: Registration) -> (Running, Browser, Mailbox) {
    let running = running::empty().await;
    switch_on(&running, open);
    let (ada, _) = person::ada(&running).await;
    (running, ada, Mailbox::default())
}

/// Mail, recovery by mail, and this kind of registration.
fn switch_on(running: &Running, open: Registration) {
    let registration = Registering { open, domains: vec!["example.org".to_owned()], groups: BTreeSet::new() };
    let recovery = Some(RecoveryByMail { delay: Ttl::from_hours(24), admins: true });
    let before = Live::clone(&running.instance.context.settings.live());
    running.instance.context.change(Live { mail: true, recovery, registration, ..before }).unwrap();
}

/// Somebody new, as far as the question that administrators answer.
async fn asks_for_an_account(running: &Running, post: &Mailbox, email: &str) {
    let mut new = running.browser();
    new.post("/join", &[("email", email)]).await;
    let link = post.link(running, "an account with this address").await;
    let words = [("link", person::secret_of(&link)), ("person", "<b>Linus"), ("reason", "I am new")];
    assert_eq!(new.post("/join/go-on", &words).await.heading(), "An administrator is asked");
}

/// Where the one form of this verb goes on the page of administrators.
fn action(page: &Answer, verb: &str) -> String {
    let before = page.body.split(&format!("/{verb}\"")).next().unwrap();
    format!("{}/{verb}", before.rsplit("action=\"").next().unwrap())
}

/// Each thing that can be asked for by mail, asked for and answered, for the log.
pub(crate) async fn each_is_asked_for_and_answered(running: &Running, ada: &mut Browser) {
    switch_on(running, Registration::Approval);
    let post = Mailbox::default();
    for path in ["/account/email", "/account/email/give-up"] {
        let fields: &[_] = if path.ends_with("email") { &[("email", "ada@new.example")] } else { &[] };
        let answer = ada.post(path, fields).await;
        assert!(answer.location().starts_with("/account/email?told="), "{path}: {answer:?}");
    }
    running.browser().post("/recover/mail", &[("account", "ada")]).await;
    post.link(running, "recovery was asked for").await;
    ada.post("/account/recovery/stop", &[]).await;
    for (email, verb) in [("linus@example.org", "approve"), ("mallory@example.org", "refuse")] {
        asks_for_an_account(running, &post, email).await;
        let page = ada.get("/admin/registrations").await;
        ada.post(&action(&page, verb), &[]).await;
    }
}

fn note(page: &Answer) -> String {
    let at = page.body.find("class=\"note").map_or("", |at| &page.body[at..]);
    at.split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_another_address_is_confirmed_by_the_button_in_a_session_of_the_same_person() {
    let (running, mut ada, post) = instance(Registration::Off).await;
    let page = ada.post("/account/email", &[("email", "ada@")]).await;
    assert!(note(&page).contains("not complete") && page.body.contains("value=\"ada@\""), "{}", page.body);
    let asked = ada.post("/account/email", &[("email", "ada@new.example")]).await;
    assert_eq!(asked.location(), "/account/email?told=mailed");
    assert!(ada.get("/account").await.body.contains("ada@new.example</bdi> waits to be confirmed"));
    let link = post.link(&running, "is this mail address yours").await;

    // Nobody, and somebody else.
    let to_sign_in = running.browser().get(&link).await;
    assert!(to_sign_in.location().starts_with("/login?next=%2Faccount%2Femail%2Fconfirm%2F"), "{to_sign_in:?}");
    let (mut grace, _) = person::grace(&running).await;
    assert_eq!(grace.get(&link).await.location(), "/account/email?told=gone");
    let secret = person::secret_of(&link).to_owned();
    let stolen = grace.post("/account/email/confirm", &[("link", &secret)]).await;
    assert_eq!(stolen.location(), "/account/email?told=gone");

    let opened = ada.get(&link).await;
    assert_eq!(opened.heading(), "Is this your e-mail address?");
    assert_eq!(opened.header("referrer-policy"), "strict-origin", "the page's address is a secret");
    assert!(ada.get("/account/email").await.body.contains("ada@example.org"), "opening changes nothing");
    let done = ada.post("/account/email/confirm", &[("link", &secret)]).await;
    assert_eq!(done.location(), "/account/email?told=confirmed");
    let page = ada.get(done.location()).await;
    assert!(page.body.contains("<strong><bdi>ada@new.example</bdi></strong>") && !page.body.contains("Waits"));
    assert_eq!(ada.post("/account/email/confirm", &[("link", &secret)]).await.location(), "/account/email?told=gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_asking_for_another_address_takes_a_fresh_sign_in() {
    let (running, mut ada, _) = instance(Registration::Off).await;
    running.pass(Ttl::from_minutes(6));
    assert!(ada.get("/account/email").await.body.contains("confirm first that it is you"));
    let asked = ada.post("/account/email", &[("email", "ada@new.example")]).await;
    assert_eq!(asked.location(), "/login?next=/account/email&again=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_the_page_says_who_changes_the_address() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let page = ada.get("/account/email").await;
    assert!(page.body.contains("An administrator can change it") && !page.body.contains("name=\"email\""));
    for path in ["/recover/mail", "/join"] {
        assert_eq!(running.browser().get(path).await.status, 404, "{path}");
    }
    assert!(!running.browser().get("/login").await.body.contains("/join"));
    assert!(!running.browser().get("/recover").await.body.contains("/recover/mail"));
}

/// Rows 15, 74 and 82: the page, its status, headers and length are the same for an account and for none.
#[tokio::test(flavor = "multi_thread")]
async fn security_15_and_82_a_recovery_by_mail_is_answered_alike_and_takes_nothing_from_its_address() {
    let (running, mut ada, post) = instance(Registration::Off).await;
    assert!(running.browser().get("/recover").await.body.contains("/recover/mail"));
    let mut answers = Vec::new();
    for account in ["ada", "nobody", "ada@example.org", "nobody@example.org"] {
        let answer =
            running.browser().post("/recover/mail?account=mallory&redirect_uri=x", &[("account", account)]).await;
        answers.push((answer.status, answer.heading(), answer.body.clone()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!((answers[0].0.as_u16(), answers[0].1.as_str()), (200, "Wait for a mail"));

    let stop = post.link(&running, "recovery was asked for").await;
    for path in ["/", "/account"] {
        assert!(ada.get(path).await.body.contains("Somebody asked to recover your account by mail"), "{path}");
    }
    let mut stranger = running.browser();
    assert_eq!(stranger.get(&stop).await.heading(), "Stop the recovery?");
    assert_eq!(stranger.get(&stop).await.heading(), "Stop the recovery?", "looking stops nothing");
    let link = person::secret_of(&stop);
    let stopped = stranger.post("/recover/stop", &[("link", link)]).await;
    assert_eq!(stopped.heading(), "The recovery is stopped");
    let again = stranger.post("/recover/stop", &[("link", link)]).await;
    assert_eq!((again.status.as_u16(), again.heading().as_str()), (410, "There is nothing to stop"));
    assert!(!ada.get("/account").await.body.contains("Somebody asked to recover"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_stops_a_recovery_and_the_network_is_told_to_wait() {
    let (running, mut ada, post) = instance(Registration::Off).await;
    running.browser().post("/recover/mail", &[("account", "ada")]).await;
    post.link(&running, "recovery was asked for").await;
    running.pass(Ttl::from_hours(24));
    let link = post.link(&running, "your recovery link").await;
    assert!(ada.get("/account").await.body.contains("A recovery link for your account was mailed"));
    assert_eq!(running.browser().get(&link).await.heading(), "Welcome back, Ada");
    assert_eq!(ada.post("/account/recovery/stop", &[]).await.location(), "/account");
    assert_eq!(running.browser().get(&link).await.status, 410);
    for _ in 0..5 {
        running.browser().post("/recover/mail", &[("account", "ada")]).await;
    }
    let many = running.browser().post("/recover/mail", &[("account", "ada")]).await;
    assert_eq!((many.status.as_u16(), many.header("retry-after")), (429, "3600"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_makes_an_account_by_the_mailed_link_and_a_passkey() {
    let (running, _, post) = instance(Registration::Open).await;
    let mut new = running.browser();
    assert!(new.get("/login").await.body.contains("<a href=\"/join\">Make an account</a>"));
    let wrong = new.post("/join", &[("email", "grace@evil.test")]).await;
    assert_eq!(wrong.status, 422);
    assert!(note(&wrong).contains("this domain"), "{}", wrong.body);
    let mut answers = Vec::new();
    for email in ["grace@example.org", "ada@example.org"] {
        let answer = new.post("/join", &[("email", email)]).await;
        answers.push((answer.status, answer.body.replace(email, "…")));
    }
    assert_eq!(answers[0], answers[1], "security row 82");
    let link = post.link(&running, "an account with this address").await;
    let link = if link == "/login" { post.link(&running, "an account with this address").await } else { link };
    for _ in 0..2 {
        assert_eq!(new.get(&link).await.heading(), "Make an account");
    }
    let gone_on = new.post("/join/go-on", &[("link", person::secret_of(&link))]).await;
    let invitation = gone_on.location().to_owned();
    assert!(invitation.starts_with("/invite/ds_inv_"), "{invitation}");
    assert_eq!(new.get(&link).await.status, 410, "once");
    assert!(new.get(&invitation).await.body.contains("grace@example.org"));
    let fields =
        json!({ "invite": person::secret_of(&invitation), "display_name": "Grace", "user_name": "grace", "email": "" });
    assert_eq!(make(&mut new, &mut passkey(9), "/invite", &fields).await.next(), "/");
    assert!(new.get("/account").await.body.contains("grace@example.org"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_answers_and_to_others_the_page_is_not_there() {
    let (running, mut ada, post) = instance(Registration::Approval).await;
    let (mut grace, _) = person::grace(&running).await;
    assert_eq!(grace.get("/admin/registrations").await.status, 404);
    let mut new = running.browser();
    assert!(new.get("/login").await.body.contains("<a href=\"/join\">Ask for an account</a>"));
    for (email, verb, subject, told) in [
        ("linus@example.org", "approve", "you can make your account", "granted"),
        ("mallory@example.org", "refuse", "your request for an account", "refused"),
    ] {
        new.post("/join", &[("email", email)]).await;
        let link = post.link(&running, "an account with this address").await;
        let secret = person::secret_of(&link).to_owned();
        let nameless = new.post("/join/go-on", &[("link", &secret), ("person", ""), ("reason", "because")]).await;
        assert!(nameless.status == 422 && nameless.body.contains(">because</textarea>"), "{}", nameless.body);
        let words = [("link", secret.as_str()), ("person", "<b>Linus"), ("reason", "I am new")];
        assert_eq!(new.post("/join/go-on", &words).await.heading(), "An administrator is asked");
        assert!(ada.get("/").await.body.contains("/admin/registrations"));
        let page = ada.get("/admin/registrations").await;
        assert!(page.body.contains(email) && page.body.contains("I am new") && !page.body.contains("<b>Linus"));
        let action = action(&page, verb);
        assert_eq!(grace.post(&action, &[]).await.status, 404);
        assert_eq!(ada.post(&action, &[]).await.location(), format!("/admin/registrations?told={told}"));
        assert_eq!(ada.post(&action, &[]).await.location(), "/admin/registrations?told=gone");
        let mailed = post.0.lock().unwrap().len();
        assert_eq!(mailed, 0);
        if verb == "approve" {
            let invitation = post.link(&running, subject).await;
            assert_eq!(new.get(&invitation).await.heading(), "You are invited to Doorstep");
        }
    }
    running.pass(Ttl::from_minutes(6));
    assert_eq!(
        ada.post("/admin/registrations/x/approve", &[]).await.location(),
        "/login?next=/admin/registrations&again=1"
    );
}
