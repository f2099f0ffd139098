//! People who go, and the names and addresses that they leave behind.

use crate::fixture::{
    Home, authenticator, browser, declared, enrol, groups, link_token, may, on_both, refused, sign_in, text, typed,
};
use crate::gateway::may_pass;
use doorstep_app::accounts::{EnrolError, NewPerson, PeopleError, PersonChange, SignInError};
use doorstep_core::{
    access::{ADMINS, ManageUsers},
    model::{EventKind, IdentifierKind, LinkPurpose},
    secret::Secret,
};
use doorstep_store::{
    audit,
    former::{self, Identifier},
};

async fn set(home: &Home, name: &str, change: PersonChange) -> Result<(), PeopleError> {
    home.instance.accounts.set_person(&may(&home.instance, ManageUsers), name, change).await.map(|_| ())
}

async fn add(home: &Home, new: NewPerson) -> Result<(), PeopleError> {
    home.instance.accounts.add_person(&may(&home.instance, ManageUsers), new, groups(&[])).await.map(|_| ())
}

fn called(name: &str) -> PersonChange {
    PersonChange { user_name: Some(name.to_owned()), ..PersonChange::default() }
}

fn reached_at(email: &str) -> PersonChange {
    PersonChange { email: Some(email.to_owned()), ..PersonChange::default() }
}

/// Refused as somebody else's: what, and whose it was.
fn belonged(done: Result<(), PeopleError>) -> (String, Option<String>) {
    match done {
        Err(PeopleError::Former(held)) if held.len() == 1 => (held[0].value.clone(), held[0].of.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_removed_person_goes_on() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        home.person("root", &[ADMINS]).await;
        let (mut ada, app, wiki) =
            (home.person("ada", &["family"]).await, home.client("app", |_| {}).await, home.guarded("wiki", None).await);
        let tokens = home.tokens(&ada, &app, "openid offline_access").await;
        let inside = home.enter(&ada, &wiki).await;
        assert!(may_pass(&home.instance, &inside).await);
        let unused = home.code(&ada, &app, "openid").await;
        let recovery = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        crate::fixture::declare(&home.instance, declared(&[("crew", &["ada"])]));
        let removal = accounts.consider_removal(&may, "ada").await.unwrap();
        assert_eq!(removal.known_to, ["app", "wiki"].map(str::to_owned).into());
        assert_eq!((removal.person.passkeys.len(), removal.named_in), (1, groups(&["crew"])));
        assert!(home.is_signed_in(&ada.session).await, "so far it was only considered");

        accounts.remove_person(&may, "ada").await.unwrap();
        assert!(!home.is_signed_in(&ada.session).await && !home.opens(&tokens).await);
        assert!(home.refresh(text(&tokens, "refresh_token"), &app).await.is_err());
        assert_eq!(home.redeem(&unused, &app).await, refused("invalid_grant"));
        assert!(!may_pass(&home.instance, &inside).await);
        assert!(matches!(accounts.open_link(&recovery).await, Err(EnrolError::LinkGone)));
        let again = sign_in(&home.instance, &browser(), &mut ada.passkey, None).await;
        assert!(matches!(again.err(), Some(SignInError::UnknownPasskey)), "and the browser may forget it");
        assert!(matches!(accounts.remove_person(&may, "ada").await, Err(PeopleError::Unknown(_))));
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        let line = lines.iter().find(|line| line.kind == EventKind::UserRemoved.as_str()).unwrap();
        assert_eq!((line.subject_name.as_str(), line.subject_id.as_str()), ("ada", ada.user.id.as_str()));

        let new = accounts.add_person(&may, NewPerson { reuse: true, ..typed("ada") }, groups(&[])).await.unwrap().0;
        assert_ne!(new.id, ada.user.id, "a sub is never anybody else's");
        let person = accounts.person(&may, "ada").await.unwrap();
        assert_eq!((person.passkeys.len(), person.groups), (0, groups(&["crew"])), "what the file says of the name");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_is_not_removed() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        home.person("ada", &[ADMINS]).await;
        home.person("bob", &[ADMINS]).await;
        home.switch("bob", false).await;
        let gone = home.instance.accounts.remove_person(&may, "ada").await;
        assert!(matches!(gone, Err(PeopleError::LastAdministrator(name)) if name == "ada"));
        assert!(home.instance.accounts.person(&may, "ada").await.is_ok(), "nothing was written");
        home.switch("bob", true).await;
        home.instance.accounts.remove_person(&may, "ada").await.unwrap();
        assert!(home.instance.accounts.has_administrator().await.unwrap());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belonged_to_somebody_is_anothers_on_an_administrators_word_only() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        for name in ["ada", "bob"] {
            add(&home, typed(name)).await.unwrap();
        }
        // A rename and a change of address free them; the person who had them takes them back.
        set(&home, "ada", called("countess")).await.unwrap();
        set(&home, "countess", reached_at("new@example.org")).await.unwrap();
        let was = |value: &str| (value.to_owned(), Some("countess".to_owned()));
        assert_eq!(belonged(set(&home, "bob", called("ada")).await), was("ada"));
        assert_eq!(belonged(set(&home, "bob", reached_at("ADA@example.org")).await), was("ADA@example.org"));
        assert_eq!(belonged(add(&home, NewPerson { email: String::new(), ..typed("ada") }).await), was("ada"));
        let other = NewPerson { email: "Ada@Example.org".into(), ..typed("eve") };
        assert_eq!(belonged(add(&home, other.clone()).await), was("Ada@Example.org"));
        set(&home, "countess", PersonChange { email: Some("ada@example.org".into()), ..called("ada") }).await.unwrap();
        assert_eq!(belonged(add(&home, typed("countess")).await), ("countess".into(), Some("ada".into())));

        // Of somebody who was removed, nothing comes back by itself.
        home.instance.accounts.remove_person(&may, "ada").await.unwrap();
        for name in ["ada", "countess"] {
            assert_eq!(belonged(set(&home, "bob", called(name)).await), (name.to_owned(), None));
        }
        assert_eq!(belonged(add(&home, other.clone()).await), ("Ada@Example.org".into(), None));
        add(&home, NewPerson { reuse: true, ..other }).await.unwrap();
        set(&home, "bob", PersonChange { reuse: true, ..called("ada") }).await.unwrap();
        // From then on it is theirs.
        set(&home, "ada", called("bob")).await.unwrap();
        set(&home, "bob", called("ada")).await.unwrap();
        assert_eq!(
            belonged(add(&home, NewPerson { email: String::new(), ..typed("bob") }).await),
            ("bob".into(), Some("ada".into()))
        );
        // An address that is nobody's is kept by its fingerprint only.
        let print = home.instance.context.keyring.former_addresses("new@example.org").unwrap().remove(0);
        for (text, is_kept) in [("new@example.org", false), (&print, true)] {
            let identifier = Identifier { kind: IdentifierKind::Email, text };
            let holder = former::holder(&mut home.db().read().await.unwrap(), identifier).await.unwrap();
            assert_eq!(holder.is_some(), is_kept);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_takes_no_name_that_is_kept_for_another() {
    on_both!(|home| {
        let file: &[(&str, &[&str])] = &[(ADMINS, &["ada"]), ("users", &["ada", "grace"])];
        crate::fixture::declare(&home.instance, declared(file));
        let named: Vec<_> = home.instance.accounts.named_administrators().into_iter().map(String::from).collect();
        assert_eq!(named, ["ada"]);
        add(&home, typed("zoe")).await.unwrap();
        home.instance.accounts.remove_person(&may(&home.instance, ManageUsers), "zoe").await.unwrap();
        let link = home.instance.accounts.make_setup_link(&may(&home.instance, ManageUsers)).await.unwrap().unwrap();
        let link = link_token(&link.url);
        let mut tries = vec![];
        for (name, email) in [("grace", ""), ("zoe", ""), ("eve", "zoe@example.org")] {
            let new = NewPerson { email: email.into(), ..typed(name) };
            let done = enrol(&home.instance, &browser(), &link, Some(new), &mut authenticator()).await;
            tries.push(done.err().expect("refused").to_string());
        }
        assert_eq!(
            tries,
            [
                "the configuration keeps this user name for somebody who is no administrator",
                "this user name belonged to somebody else, and apps may know them by it",
                "the e-mail address belonged to somebody else, and apps may know them by it",
            ]
        );
        let ada = enrol(&home.instance, &browser(), &link, Some(typed("ada")), &mut authenticator()).await.unwrap();
        assert_eq!(home.who(&ada.token).await.principal.groups, groups(&[ADMINS, "users"]));
        // Whom an administrator makes an account for, gets what the file says.
        let grace = home.person("grace", &[]).await;
        assert_eq!(home.who(&grace.session).await.principal.groups, groups(&["users"]));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sets_a_password_or_takes_it_away() {
    on_both!(|home| {
        let may = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        let ada = home.person("ada", &[]).await;
        let secret = |text: &str| Some(Secret::new(text.to_owned()));
        assert!(matches!(accounts.set_password_of(&may, ("ada", None)).await, Err(PeopleError::HasNoPassword(_))));
        assert!(matches!(accounts.set_password_of(&may, ("ada", secret("short"))).await, Err(PeopleError::Unfit)));
        assert!(matches!(accounts.set_password_of(&may, ("eve", None)).await, Err(PeopleError::Unknown(_))));
        accounts.set_password_of(&may, ("ada", secret("correct horse battery"))).await.unwrap();
        assert!(home.is_signed_in(&ada.session).await, "nobody knew another one");
        assert!(accounts.person(&may, "ada").await.unwrap().has_password);
        accounts.set_password_of(&may, ("ada", secret("staple horse battery"))).await.unwrap();
        assert!(!home.is_signed_in(&ada.session).await, "whoever knew the old one may be in");
        accounts.set_password_of(&may, ("ada", None)).await.unwrap();
        assert!(!accounts.person(&may, "ada").await.unwrap().has_password);
    });
}
