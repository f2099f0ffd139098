//! `/invite/{token}`: somebody new, over HTTP.

use crate::{
    browser::Browser,
    person::{self, make, secret_of},
    running::{self, ISSUER, Running},
};
use doorstep_core::{access::InviteTerms, time::Ttl};
use doorstep_store::groups;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PASSWORD: &str = "four words are good";

/// An instance with an administrator and the wiki.
async fn furnished(passwords: bool) -> (Running, Browser) {
    let running = running::with_passwords(passwords).await;
    running.guard().await;
    let (ada, _) = person::ada(&running).await;
    (running, ada)
}

/// Somebody makes an account with an invitation.
pub(crate) async fn somebody_joins(running: &Running) {
    let invite = invited(running, |_| ()).await;
    let made = make(&mut running.browser(), &mut person::passkey(77), "/invite", &typed(&invite, "guest")).await;
    assert_eq!(made.next(), "/");
}

/// The path of a new invitation for one person, after `change`.
pub(crate) async fn invited(running: &Running, change: impl FnOnce(&mut InviteTerms)) -> String {
    let mut conn = running.instance.context.db.write().await.unwrap();
    groups::ensure(&mut conn, &"guests".parse().unwrap(), running.instance.now()).await.unwrap();
    drop(conn);
    let groups = ["guests".parse().unwrap()].into();
    let mut terms = InviteTerms { label: "Grace".into(), groups, days: 7, places: 1, ..InviteTerms::default() };
    change(&mut terms);
    let made = running.instance.accounts.make_invite(&running.act(), terms).await.unwrap();
    made.url.strip_prefix(ISSUER).unwrap().to_owned()
}

fn typed(invite: &str, name: &str) -> Value {
    json!({ "invite": secret_of(invite), "display_name": "Grace <i>", "user_name": name, "email": "" })
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_makes_an_account_and_is_led_to_the_app() {
    let (running, _) = furnished(false).await;
    let invite = invited(&running, |terms| terms.app = Some("wiki".parse().unwrap())).await;
    let (mut browser, mut soft) = (running.browser(), person::passkey(5));
    for _ in 0..3 {
        let page = browser.get(&invite).await;
        assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "You are invited to Wiki"), "{page:?}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "security row 110");
        assert!(page.body.contains("This invitation is for <strong><bdi>Grace</bdi></strong>"), "{}", page.body);
        assert!(page.body.contains("name=\"email\"") && !page.body.contains("/password\""), "{}", page.body);
    }
    let made = make(&mut browser, &mut soft, "/invite", &typed(&invite, "Grace")).await;
    assert_eq!(made.next(), "/invite/to/wiki");
    assert_eq!(browser.get("/invite/to/wiki").await.location(), "https://wiki.example.org");
    assert_eq!(browser.get("/").await.heading(), "Hello, Grace");
    assert!(browser.get("/account").await.body.contains("Grace &#60;i&#62;"));
    // Nobody is led anywhere but to an app that they may use.
    for path in ["/invite/to/nowhere", "/invite/to/..%2f..%2fevil", "/invite/to/https:%2f%2fevil.test"] {
        assert_eq!(browser.get(path).await.location(), "/", "{path}");
    }
    assert!(running.browser().get("/invite/to/wiki").await.location().starts_with("/login"));
    let mut late = running.browser();
    let page = late.get(&invite).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (410, "This invitation does not open any more"));
    assert_eq!(late.post_json("/invite/options", &typed(&invite, "alan")).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_20_and_75_links_and_invitations_do_not_open_one_another() {
    let (running, _) = furnished(true).await;
    let invite = invited(&running, |_| ()).await;
    let grace = running.add_person("grace").await;
    let (of_invite, of_link) = (secret_of(&invite), secret_of(&grace));
    let mut browser = running.browser();
    let ended = browser.get("/invite/nothing").await.body;
    for path in [format!("/invite/{of_link}"), format!("/invite/{of_link}/password"), format!("/invite/{of_invite}x")] {
        let page = browser.get(&path).await;
        assert_eq!((page.status.as_u16(), page.body == ended), (410, true), "{path}");
    }
    for path in [format!("/enrol/{of_invite}"), format!("/setup/{of_invite}"), format!("/enrol/{of_invite}/password")] {
        assert_eq!(browser.get(&path).await.status, 410, "{path}");
    }
    for (path, fields) in [
        ("/invite/options", json!({ "invite": of_link, "user_name": "eve" })),
        ("/enrol/options", json!({ "link": of_invite, "user_name": "eve" })),
    ] {
        assert_eq!(browser.post_json(path, &fields).await.status, 410, "{path}");
    }
    for (path, field, secret) in [("/invite/password", "invite", of_link), ("/enrol/password", "link", of_invite)] {
        let sent = browser.post(path, &[(field, secret), ("user_name", "eve"), ("password", PASSWORD)]).await;
        assert_eq!((sent.status.as_u16(), browser.session()), (410, None), "{path}");
    }
    for page in [&invite, &grace] {
        assert_eq!(browser.get(page).await.status, 200, "{page}: nothing was used up");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_sees_that_it_is_for_somebody_new_and_uses_nothing_up() {
    let (running, mut ada) = furnished(true).await;
    let invite = invited(&running, |terms| terms.app = Some("wiki".parse().unwrap())).await;
    for path in [invite.clone(), format!("{invite}/password")] {
        let page = ada.get(&path).await;
        assert_eq!(page.heading(), "This invitation is for somebody new", "{page:?}");
        assert!(page.body.contains("href=\"https://wiki.example.org\"") && page.body.contains("(<bdi>ada</bdi>)"));
    }
    // In another window they were not signed in yet when the page was opened.
    let (mut browser, mut soft) = (running.browser(), person::passkey(5));
    let drawn = person::options(&mut browser, "/invite/options", &typed(&invite, "grace")).await;
    let credential = soft.register(&drawn.public_key).unwrap();
    browser.cookies.extend(ada.cookies.clone());
    let sent = person::answered(&typed(&invite, "grace"), &drawn.challenge, &credential);
    for (path, fields) in [("/invite", sent), ("/invite/options", typed(&invite, "grace"))] {
        let answer = browser.post_json(path, &fields).await;
        let told = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(answer.status == 409 && told.contains("for somebody new"), "{path}: {answer:?}");
    }
    let by_form = [("invite", secret_of(&invite)), ("user_name", "grace"), ("password", PASSWORD)];
    assert_eq!(ada.post("/invite/password", &by_form).await.heading(), "This invitation is for somebody new");
    assert_eq!(running.browser().get(&invite).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_82_what_is_wrong_is_told_at_its_field_and_the_same_of_every_name_that_is_not_free() {
    let (running, _) = furnished(false).await;
    let gone = running.add_person("gone").await;
    running.instance.accounts.remove_person(&running.act(), "gone").await.unwrap();
    assert_eq!(running.browser().get(&gone).await.status, 410);
    let invite = invited(&running, |_| ()).await;
    let taken = running.browser().post_json("/invite/options", &typed(&invite, "ada")).await;
    assert_eq!((taken.status.as_u16(), &taken.json()["field"]), (422, &json!("user_name")), "{taken:?}");
    // That it was somebody's is found out when the account is written.
    let former = make(&mut running.browser(), &mut person::passkey(5), "/invite", &typed(&invite, "gone")).await;
    assert_eq!((former.status.as_u16(), former.json()), (422, taken.json()));
    for (name, email, field) in [("9", "", "user_name"), ("", "", "user_name"), ("grace", "a@", "email")] {
        let mut fields = typed(&invite, name);
        fields["email"] = email.into();
        let answer = running.browser().post_json("/invite/options", &fields).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (422, &json!(field)), "{name} {email}");
    }
    assert_eq!(running.browser().get(&invite).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_the_address_of_the_invitation_is_the_one_that_the_account_gets() {
    let (running, _) = furnished(false).await;
    let invite = invited(&running, |terms| terms.email = Some("grace@example.org".into())).await;
    let (mut browser, mut soft) = (running.browser(), person::passkey(5));
    let page = browser.get(&invite).await.body;
    assert!(page.contains("<bdi>grace@example.org</bdi>") && !page.contains("name=\"email\""), "{page}");
    let mut fields = typed(&invite, "grace");
    fields["email"] = "eve@example.org".into();
    assert_eq!(make(&mut browser, &mut soft, "/invite", &fields).await.next(), "/");
    let people = running.instance.accounts.people(&running.act()).await.unwrap();
    let grace = people.iter().find(|line| line.user.name.as_str() == "grace").unwrap();
    assert_eq!(grace.user.proved_email(), Some("grace@example.org"));
    assert_eq!(grace.groups, BTreeSet::from(["guests".parse().unwrap()]).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_by_a_plain_form_that_goes_on_by_a_page() {
    let (running, _) = furnished(true).await;
    let invite = invited(&running, |terms| terms.app = Some("wiki".parse().unwrap())).await;
    let by_password = format!("{invite}/password");
    let mut browser = running.browser();
    assert!(browser.get(&invite).await.body.contains(&format!("href=\"{by_password}\"")));
    let page = browser.get(&by_password).await;
    assert_eq!((page.status.as_u16(), page.header("referrer-policy")), (200, "strict-origin"));
    assert!(!page.body.contains("<script"), "it works without script");
    let fields = |name, email, password| {
        let secret = secret_of(&invite).to_owned();
        [
            ("invite", secret),
            ("display_name", "Grace <i>".into()),
            ("user_name", name),
            ("email", email),
            ("password", password),
        ]
        .map(|(name, value): (&str, String)| (name, value))
    };
    for (name, email, password, told) in [
        ("ada", "", PASSWORD, "This user name is not free."),
        ("9", "", PASSWORD, "begins with a letter"),
        ("grace", "a@", PASSWORD, "is not complete"),
        ("grace", "", "short", "too short or too long"),
    ] {
        let fields = fields(name.into(), email.into(), password.into());
        let sent: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = browser.post("/invite/password", &sent).await;
        assert_eq!((refused.status.as_u16(), browser.session()), (422, None), "{told}");
        assert!(refused.body.contains(told) && refused.body.contains("Grace &#60;i&#62;"), "{told}: {refused:?}");
        assert!(!refused.body.contains(&format!("\"{password}\"")), "what was typed as a password is not sent back");
    }
    let fields = fields("grace".into(), String::new(), PASSWORD.into());
    let sent: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = browser.post("/invite/password", &sent).await;
    assert_eq!((done.status.as_u16(), done.goes_on_to()), (200, "/invite/to/wiki".to_owned()), "{done:?}");
    assert_eq!(browser.get("/invite/to/wiki").await.location(), "https://wiki.example.org");
    let again = running.browser().post("/invite/password", &sent).await;
    assert_eq!(again.status, 410);

    let (off, _) = furnished(false).await;
    let invite = invited(&off, |_| ()).await;
    assert_eq!(off.browser().get(&format!("{invite}/password")).await.status, 404);
    let sent = [("invite", secret_of(&invite)), ("user_name", "grace"), ("password", PASSWORD)];
    assert_eq!(off.browser().post("/invite/password", &sent).await.status, 404);
    assert_eq!(off.browser().get(&invite).await.status, 200, "nothing was used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_it_ends_by_itself_to_the_second() {
    let (running, _) = furnished(false).await;
    let invite = invited(&running, |terms| terms.days = 1).await;
    running.pass(Ttl::from_seconds(24 * 3600 - 1));
    assert_eq!(running.browser().get(&invite).await.status, 200);
    running.pass(Ttl::from_seconds(1));
    assert_eq!(running.browser().get(&invite).await.status, 410);
    let answer = running.browser().post_json("/invite/options", &typed(&invite, "grace")).await;
    assert_eq!(answer.status, 410);
}
