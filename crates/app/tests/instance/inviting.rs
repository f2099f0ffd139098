//! Who may invite whom to what, and what becomes of an invitation when whoever made it may not do that any more.

use crate::{
    fixture::{Home, authenticator, browser, groups, may, nobody, on_both, typed},
    invitations::{invited, is_gone, is_open, joins, secret, terms},
};
use doorstep_app::accounts::{EnrolError, EnrolmentAnswer, InvitingError, PeopleError};
use doorstep_core::{
    access::{ADMINS, Actor, InviteMistake, InviteTerms, ManageUsers},
    secret::Token,
};

/// One that somebody made who is signed in.
async fn invited_by(home: &Home, maker: &Token, terms: InviteTerms) -> Result<Token, InvitingError> {
    let (who, caller) = (home.who(maker).await, nobody());
    let act = home.instance.context.require(ManageUsers, Actor::User(&who.principal), &caller).unwrap();
    home.instance.accounts.make_invite(&act, terms).await.map(|made| secret(&made.url))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_worth_what_whoever_made_it_may_do_when_it_is_used() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        for (name, how) in [("demoted", "group"), ("switched", "off"), ("removed", "gone")] {
            let maker = home.person(name, &[ADMINS]).await;
            let invite =
                invited_by(&home, &maker.session, InviteTerms { places: 9, ..terms(&["family"]) }).await.unwrap();
            joins(&home, &invite, &format!("first-{name}")).await.unwrap();
            // Somebody stands before the last step while its maker loses the right.
            let (mine, mut key) = (browser(), authenticator());
            let begun = home.instance.accounts.begin_invited(&mine, &invite, &typed("late")).await.unwrap();
            let answer = key.register(&begun.public_key).unwrap();
            match how {
                "group" => drop(home.member(name, ADMINS, false).await),
                "off" => home.switch(name, false).await,
                _ => drop(home.instance.accounts.remove_person(&may(&home.instance, ManageUsers), name).await.unwrap()),
            }
            let answered = EnrolmentAnswer::new(&begun.challenge, &answer);
            let refused = home.instance.accounts.finish_invited((&mine, None), &invite, answered, &nobody()).await;
            assert!(is_gone(refused), "{name}");
            assert!(!is_open(&home, &invite).await && is_gone(joins(&home, &invite, "late").await), "{name}");
        }
        let listed = home.instance.accounts.invites(&may(&home.instance, ManageUsers)).await.unwrap();
        let listed: Vec<_> = listed.iter().map(|line| (line.maker.as_deref(), line.stands)).collect();
        assert_eq!(listed.len(), 2, "what somebody made who was removed is gone");
        assert!(listed.contains(&(Some("demoted"), false)) && listed.contains(&(Some("switched"), false)));
        let host = invited(&home, terms(&["family"])).await;
        joins(&home, &host, "guest").await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_invited_on_the_host_alone_one_at_a_time() {
    on_both!(|home| {
        let root = home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let who = home.who(&root.session).await;
        let (caller, actor) = (nobody(), Actor::User(&who.principal));
        let hers = home.instance.context.require(ManageUsers, actor, &caller).unwrap();
        for (act, given) in [(&hers, &["family"][..]), (&may(&home.instance, ManageUsers), &[ADMINS, "family"])] {
            assert_eq!(home.instance.accounts.what_invites_can_give(act).await.unwrap().groups, groups(given));
        }
        let refused = invited_by(&home, &root.session, terms(&[ADMINS])).await;
        assert!(matches!(refused, Err(InvitingError::Terms(InviteMistake::NotToGive(_)))));
        let act = may(&home.instance, ManageUsers);
        let two = InviteTerms { places: 2, ..terms(&[ADMINS]) };
        let refused = home.instance.accounts.make_invite(&act, two).await;
        assert!(matches!(refused, Err(InvitingError::Terms(InviteMistake::OneAdministrator))));
        let joined = joins(&home, &invited(&home, terms(&[ADMINS])).await, "second").await.unwrap();
        assert!(home.who(&joined.session.token).await.principal.groups.contains(ADMINS));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_refused_later_is_refused_when_it_is_made() {
    on_both!(|home| {
        let act = may(&home.instance, ManageUsers);
        let accounts = &home.instance.accounts;
        home.know(&["family"]).await;
        let alone = accounts.make_invite(&act, terms(&["family"])).await;
        assert!(matches!(alone, Err(InvitingError::NoAdministrator)), "the set-up link would stop opening");
        home.person("root", &[ADMINS]).await;
        home.person("gone", &[]).await;
        accounts.remove_person(&act, "gone").await.unwrap();
        home.guarded("wiki", Some(&["staff"])).await;
        let refused = async |change: fn(&mut InviteTerms)| {
            let mut terms = terms(&["family"]);
            change(&mut terms);
            accounts.make_invite(&act, terms).await.err().unwrap()
        };
        let said = refused(|terms| terms.groups = groups(&["famly"])).await;
        assert!(matches!(said, InvitingError::People(PeopleError::UnknownGroup { .. })), "{said}");
        let said = refused(|terms| terms.app = Some("viki".parse().unwrap())).await;
        assert!(matches!(&said, InvitingError::UnknownApp { known, .. } if known.contains("wiki")), "{said}");
        let said = refused(|terms| terms.app = Some("wiki".parse().unwrap())).await;
        assert!(matches!(&said, InvitingError::Refuses { groups, .. } if groups.contains("staff")), "{said}");
        let said = refused(|terms| terms.email = Some("no address".into())).await;
        assert!(matches!(said, InvitingError::People(PeopleError::Typed(EnrolError::Email))), "{said}");
        let said = refused(|terms| terms.email = Some("ROOT@example.org".into())).await;
        assert!(matches!(said, InvitingError::People(PeopleError::EmailTaken { .. })), "{said}");
        let said = refused(|terms| terms.email = Some("gone@example.org".into())).await;
        assert!(matches!(said, InvitingError::People(PeopleError::Former(_))), "{said}");
        let said = refused(|terms| terms.days = 31).await;
        assert!(matches!(said, InvitingError::Terms(InviteMistake::Days)), "{said}");
        assert!(accounts.invites(&act).await.unwrap().is_empty());

        // An address that somebody got in the meantime is told before anybody makes a passkey.
        let given = InviteTerms { email: Some("alan@example.org".into()), ..terms(&["family"]) };
        let given = invited(&home, given).await;
        home.person("alan", &[]).await;
        assert!(matches!(joins(&home, &given, "alan2").await.err(), Some(EnrolError::InvitedEmail)));
    });
}
