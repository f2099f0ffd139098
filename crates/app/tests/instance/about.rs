//! What people say about themselves, and a password in place of a passkey at an enrolment.

use crate::fixture::{
    Home, authenticator, browser, enrol, groups, link_token, may, myself, nobody, on_both, settings, sign_in, text,
    typed, userinfo,
};
use doorstep_app::{
    accounts::{EnrolError, NewPerson, OwnNames, PasswordEnrolment, PeopleError, PersonChange},
    sessions::NewSession,
    settings::Live,
};
use doorstep_core::{
    access::ManageUsers,
    model::{Amr, LinkPurpose},
    secret::{Secret, Token},
};

const PASSWORD: &str = "four words are good";

/// An account that an administrator made, and its link.
async fn added(home: &Home, name: &str, email: &str) -> Token {
    let new = NewPerson { email: email.to_owned(), ..typed(name) };
    let may = may(&home.instance, ManageUsers);
    link_token(&home.instance.accounts.add_person(&may, new, groups(&[])).await.unwrap().1.url)
}

fn says(display_name: &str, email: &str) -> NewPerson {
    NewPerson { display_name: display_name.to_owned(), email: email.to_owned(), ..NewPerson::default() }
}

async fn with_password(home: &Home, link: &Token, sent: PasswordEnrolment) -> Result<NewSession, EnrolError> {
    home.instance.accounts.enrol_with_password((link, None), sent, &nobody()).await
}

fn password(about: NewPerson) -> PasswordEnrolment {
    PasswordEnrolment { about, password: Secret::new(PASSWORD.to_owned()), drop_earlier: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_96_an_address_that_somebody_typed_takes_nothing_and_who_has_it_is_told_to_administrators_only() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        added(&home, "ada", "ada@example.org").await;
        let link = added(&home, "eve", "").await;
        let about = Some(says(" Eve ", "ADA@example.org"));
        // As if the address were nobody's.
        let eve = enrol(&home.instance, &browser(), &link, about, &mut authenticator()).await.unwrap();
        let who = home.who(&eve.token).await;
        let user = &who.principal.user;
        assert_eq!((user.display_name.as_str(), user.email.as_deref()), ("Eve", Some("ADA@example.org")));
        assert_eq!((user.email_verified, user.proved_email()), (false, None));
        let seen = accounts.person(&may, "eve").await.unwrap().email_of;
        assert_eq!(seen.map(String::from).as_deref(), Some("ada"));
        let confirm = PersonChange { email: Some("ada@example.org".into()), ..PersonChange::default() };
        let confirmed = accounts.set_person(&may, "eve", confirm).await;
        assert!(matches!(confirmed, Err(PeopleError::EmailTaken { name, .. }) if name == "ada"));

        // What is nobody's is not reserved by typing it, and becomes somebody's by an administrator's word.
        let link = added(&home, "grace", "").await;
        with_password(&home, &link, password(says("", "navy@example.org"))).await.unwrap();
        let grace = accounts.person(&may, "grace").await.unwrap();
        assert_eq!((grace.user.email.as_deref(), grace.email_of), (Some("navy@example.org"), None));
        added(&home, "zoe", "Navy@example.org").await;
        let seen = accounts.person(&may, "grace").await.unwrap().email_of;
        assert_eq!(seen.map(String::from).as_deref(), Some("zoe"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_typed_stays_and_a_recovery_asks_nothing() {
    on_both!(|home| {
        let link = added(&home, "ada", "ada@example.org").await;
        let about = Some(says("Ada Lovelace", "other@example.org"));
        let ada = enrol(&home.instance, &browser(), &link, about, &mut authenticator()).await.unwrap();
        let user = home.who(&ada.token).await.principal.user;
        assert_eq!((user.display_name.as_str(), user.proved_email()), ("Ada Lovelace", Some("ada@example.org")));
        let link = home.link(LinkPurpose::Recover, Some(&user.id)).await;
        let about = Some(says("Eve", "eve@example.org"));
        let ada = enrol(&home.instance, &browser(), &link, about, &mut authenticator()).await.unwrap();
        assert_eq!(home.who(&ada.token).await.principal.user, user);
        let link = added(&home, "bob", "").await;
        let bad = home.instance.accounts.begin_enrolment(&browser(), &link, Some(says("", "a@b@c"))).await;
        assert!(matches!(bad.err(), Some(EnrolError::Email)), "what is no address is told");
        enrol(&home.instance, &browser(), &link, None, &mut authenticator()).await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_changes_their_own_names_and_apps_are_told() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let tokens = home.tokens(&ada, &app, "openid profile").await;
        let names = |display: &str, given: &str, family: &str| OwnNames {
            display: display.into(),
            given: given.into(),
            family: family.into(),
        };
        let set = async |names| {
            let who = home.who(&ada.session).await;
            home.instance.accounts.set_own_names(&myself(&home.instance, &who), names).await.unwrap();
            userinfo(&home.instance, text(&tokens, "access_token")).await.unwrap()
        };
        let claims = set(names(" Ada King\u{7} ", "Ada", "King")).await;
        assert_eq!((&claims["name"], &claims["given_name"]), (&"Ada King".into(), &"Ada".into()));
        assert_eq!((&claims["family_name"], &claims["preferred_username"]), (&"King".into(), &"ada".into()));
        let claims = set(names(" ", "", "")).await;
        assert_eq!((&claims["name"], claims.get("given_name")), (&"ada".into(), None));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_76_a_link_sets_one_password_for_its_account_where_passwords_are_on() {
    on_both!(|home| {
        let (link, other) = (added(&home, "ada", "ada@example.org").await, added(&home, "bob", "").await);
        let short = PasswordEnrolment { password: Secret::new("short".into()), ..password(says("", "")) };
        assert!(matches!(with_password(&home, &link, short).await.err(), Some(EnrolError::Unfit)));
        let ada = with_password(&home, &link, password(says("Ada", ""))).await.expect("the link was not used up");
        assert_eq!(ada.session.amr, Amr::Password);
        let who = home.who(&ada.token).await;
        assert_eq!((who.principal.user.name.as_str(), who.principal.user.display_name.as_str()), ("ada", "Ada"));
        let again = with_password(&home, &link, password(says("", ""))).await;
        assert!(matches!(again.err(), Some(EnrolError::LinkGone)));
        assert!(home.instance.accounts.open_link(&other).await.is_ok());
        home.switch("bob", false).await;
        assert!(matches!(with_password(&home, &other, password(says("", ""))).await.err(), Some(EnrolError::LinkGone)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_makes_a_passkey_and_passwords_that_are_off_are_off() {
    for engine in doorstep_store::testing::Engine::ALL {
        let home = Home::new(engine).await;
        let link = home.instance.accounts.make_setup_link(&may(&home.instance, ManageUsers)).await.unwrap().unwrap();
        let done = with_password(&home, &link_token(&link.url), password(typed("ada"))).await;
        assert!(matches!(done.err(), Some(EnrolError::LinkGone)));
        let home = Home::with(engine, Live { passwords: false, ..settings() }).await;
        let link = added(&home, "ada", "").await;
        let done = with_password(&home, &link, password(says("", ""))).await;
        assert!(matches!(done.err(), Some(EnrolError::NoPasswords)));
        assert!(home.instance.accounts.open_link(&link).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_by_password_ends_what_was_and_drops_the_earlier_passkeys_on_request() {
    on_both!(|home| {
        for drop_earlier in [false, true] {
            let mut ada = home.person(if drop_earlier { "ada" } else { "eve" }, &[]).await;
            let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
            let sent = PasswordEnrolment { drop_earlier, ..password(says("", "")) };
            let recovered = with_password(&home, &link, sent).await.unwrap();
            assert!(!home.is_signed_in(&ada.session).await && home.is_signed_in(&recovered.token).await);
            let by_passkey = sign_in(&home.instance, &browser(), &mut ada.passkey, None).await;
            assert_eq!(by_passkey.is_err(), drop_earlier);
        }
    });
}
