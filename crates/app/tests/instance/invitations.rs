//! Invitations: who may make them, what they open, how often, and what becomes of them when their maker changes.

use crate::fixture::{
    Home, at_once, authenticator, browser, declare, declared, enrol, groups, may, nobody, on_both, own, seconds, token,
    typed,
};
use doorstep_app::{
    accounts::{EnrolError, EnrolmentAnswer, InvitingError, Joined, NewPerson, PasswordEnrolment},
    instance::Instance,
    settings::Live,
};
use doorstep_core::{
    access::{ADMINS, InviteTerms, ManageUsers},
    ceremony::{ChallengeError, soft::SoftAuthenticator},
    model::{Browser, EventKind, Invite, LinkPurpose},
    secret::{Secret, Token, TokenKind},
};
use doorstep_onboard::provider::Provider;
use doorstep_store::{audit, invitations};
use std::sync::Arc;

const PASSWORD: &str = "four words are good";

pub(crate) fn terms(names: &[&str]) -> InviteTerms {
    InviteTerms { label: "Grace".into(), groups: groups(names), days: 7, places: 1, ..InviteTerms::default() }
}

pub(crate) fn secret(url: &str) -> Token {
    assert!(url.starts_with("https://auth.example.org/invite/ds_inv_"), "{url}");
    Token::parse(TokenKind::Invite, url.rsplit('/').next().unwrap()).unwrap()
}

/// An invitation made on the host.
pub(crate) async fn invited(home: &Home, terms: InviteTerms) -> Token {
    secret(&home.instance.accounts.make_invite(&may(&home.instance, ManageUsers), terms).await.unwrap().url)
}

/// Both steps of joining with a passkey.
async fn join_by(
    instance: &Instance,
    browser: &Browser,
    invite: &Token,
    new: &NewPerson,
    passkey: &mut SoftAuthenticator,
) -> Result<Joined, EnrolError> {
    let begun = instance.accounts.begin_invited(browser, invite, new).await?;
    let answer = passkey.register(&begun.public_key).unwrap();
    let answered = EnrolmentAnswer::new(&begun.challenge, &answer);
    instance.accounts.finish_invited((browser, None), invite, answered, &nobody()).await
}

/// Somebody new, with what stands at the end of an invitation's address.
pub(crate) async fn join(instance: &Instance, secret: &str, name: &str) -> Joined {
    let invite = Token::parse(TokenKind::Invite, secret).unwrap();
    join_by(instance, &browser(), &invite, &typed(name), &mut authenticator()).await.unwrap()
}

pub(crate) async fn joins(home: &Home, invite: &Token, name: &str) -> Result<Joined, EnrolError> {
    join_by(&home.instance, &browser(), invite, &typed(name), &mut authenticator()).await
}

pub(crate) fn is_gone<T>(result: Result<T, EnrolError>) -> bool {
    matches!(result.err(), Some(EnrolError::LinkGone))
}

async fn kept(home: &Home, invite: &Token) -> Invite {
    invitations::peek(&mut home.db().read().await.unwrap(), &invite.hash()).await.unwrap().unwrap()
}

pub(crate) async fn is_open(home: &Home, invite: &Token) -> bool {
    home.instance.accounts.open_invite(invite).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_makes_an_account_with_it_in_the_groups_that_it_gives_and_looking_uses_nothing_up() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family", "friends"]).await;
        home.guarded("wiki", Some(&["family"])).await;
        let terms = InviteTerms { app: Some("wiki".parse().unwrap()), places: 2, ..terms(&["family", "friends"]) };
        let invite = invited(&home, terms).await;
        for _ in 0..3 {
            let open = home.instance.accounts.open_invite(&invite).await.unwrap();
            assert_eq!((open.invite.label.as_str(), open.invite.left()), ("Grace", 2));
            assert_eq!(open.app.unwrap().title, "wiki");
        }
        let joined = joins(&home, &invite, "Grace").await.unwrap();
        assert_eq!(joined.app.unwrap().name.as_str(), "wiki");
        let who = home.who(&joined.session.token).await;
        assert_eq!(who.principal.groups, groups(&["family", "friends"]));
        let user = &who.principal.user;
        assert_eq!((user.name.as_str(), user.email.as_deref()), ("grace", Some("Grace@example.org")));
        assert!(!user.email_verified, "what somebody types about themselves is not proved");

        // The address that the invitation gives counts, whatever was typed.
        let given = InviteTerms { email: Some("Alan@example.org".into()), ..self::terms(&["family"]) };
        let given = invited(&home, given).await;
        let alan = NewPerson { email: "other@example.org".into(), ..typed("alan") };
        let joined = join_by(&home.instance, &browser(), &given, &alan, &mut authenticator()).await.unwrap();
        let who = home.who(&joined.session.token).await;
        assert_eq!(who.principal.user.proved_email(), Some("Alan@example.org"));
        assert!(joined.app.is_none());

        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        let of = |kind: EventKind| {
            let of = lines.iter().filter(|line| line.kind == kind.as_str());
            let mut of: Vec<_> = of.map(|line| (line.actor_kind.as_str(), line.subject_kind.as_str())).collect();
            of.sort_unstable();
            of
        };
        assert_eq!(of(EventKind::InviteMade), [("cli", "invitation"); 2]);
        assert_eq!(of(EventKind::InviteUsed), [("user", "invitation"); 2]);
        assert_eq!(of(EventKind::UserAdded), [("cli", "user"), ("user", "user"), ("user", "user")]);
        assert!(lines.iter().all(|line| !line.detail.contains("ds_inv_")), "no secret is kept");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_20_and_31_and_75_an_invitation_opens_as_itself_and_as_nothing_else() {
    on_both!(|home| {
        let root = home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let accounts = &home.instance.accounts;
        let (invite, other) = (invited(&home, terms(&["family"])).await, invited(&home, terms(&["family"])).await);
        let link = home.link(LinkPurpose::Recover, Some(&root.user.id)).await;
        assert!(is_gone(accounts.open_link(&invite).await) && is_gone(accounts.open_invite(&link).await));
        assert!(is_gone(enrol(&home.instance, &browser(), &invite, Some(typed("eve")), &mut authenticator()).await));
        assert!(is_gone(joins(&home, &link, "eve").await));
        // A value that was changed, or that nobody was ever given.
        let text = invite.expose();
        assert!(Token::parse(TokenKind::Invite, &text.replace("ds_inv_", "ds_lnk_")).is_none());
        assert!(Token::parse(TokenKind::Link, text).is_none());
        assert!(is_gone(accounts.open_invite(&token(TokenKind::Invite)).await));
        // What was begun with one is not finished with another, or by another browser.
        let (mine, mut key) = (browser(), authenticator());
        for (at, with, error) in
            [(browser(), &invite, ChallengeError::OtherBrowser), (mine.clone(), &other, ChallengeError::OtherPurpose)]
        {
            let begun = accounts.begin_invited(&mine, &invite, &typed("eve")).await.unwrap();
            let answer = key.register(&begun.public_key).unwrap();
            let answered = EnrolmentAnswer::new(&begun.challenge, &answer);
            let refused = accounts.finish_invited((&at, None), with, answered, &nobody()).await;
            assert!(matches!(refused.err(), Some(EnrolError::Challenge(found)) if found == error));
        }
        // Nor is an invitation's passkey made good by a link.
        let begun = accounts.begin_invited(&mine, &invite, &typed("eve")).await.unwrap();
        let answer = key.register(&begun.public_key).unwrap();
        let answered = EnrolmentAnswer::new(&begun.challenge, &answer);
        assert!(accounts.finish_enrolment((&mine, None), &link, answered, &nobody()).await.is_err());
        assert_eq!((kept(&home, &invite).await.used, kept(&home, &other).await.used), (0, 0));
        assert_eq!(accounts.people(&may(&home.instance, ManageUsers)).await.unwrap().len(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_and_76_it_is_good_for_so_many_people_until_its_end_and_until_somebody_ends_it() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let (once, ended, late) = (
            invited(&home, terms(&["family"])).await,
            invited(&home, terms(&["family"])).await,
            invited(&home, terms(&["family"])).await,
        );
        // Half done in one browser, done in another: the first gets nothing.
        let (first, mut key) = (browser(), authenticator());
        let begun = home.instance.accounts.begin_invited(&first, &once, &typed("grace")).await.unwrap();
        let half = key.register(&begun.public_key).unwrap();
        joins(&home, &once, "alan").await.unwrap();
        let answered = EnrolmentAnswer::new(&begun.challenge, &half);
        assert!(is_gone(home.instance.accounts.finish_invited((&first, None), &once, answered, &nobody()).await));
        assert!(!is_open(&home, &once).await && is_gone(joins(&home, &once, "grace").await));

        let act = may(&home.instance, ManageUsers);
        let open = home.instance.accounts.invites(&act).await.unwrap();
        assert_eq!(open.len(), 2, "one that is used up is not listed");
        let id = kept(&home, &ended).await.id;
        assert_eq!(home.instance.accounts.end_invite(&act, &id).await.unwrap().id, id);
        let again = home.instance.accounts.end_invite(&act, &id).await;
        assert!(matches!(again, Err(InvitingError::NotFound)));
        assert!(is_gone(joins(&home, &ended, "grace").await));

        home.wait(seconds(7 * 24 * 3600 - 1));
        assert!(is_open(&home, &late).await);
        home.wait(seconds(1));
        assert!(!is_open(&home, &late).await && is_gone(joins(&home, &late, "grace").await));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_75_and_109_two_at_once_with_one_place_left_make_one_account() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        for round in 0..5 {
            let invite = invited(&home, InviteTerms { places: 2, ..terms(&["family"]) }).await;
            let done = at_once(3, |n| {
                let (instance, invite) = (Arc::clone(&instances[n % 2]), invite.clone());
                async move {
                    let new = typed(&format!("guest{round}-{n}"));
                    match join_by(&instance, &browser(), &invite, &new, &mut authenticator()).await {
                        Ok(_) => true,
                        Err(error) => {
                            assert!(matches!(error, EnrolError::LinkGone), "{error}");
                            false
                        }
                    }
                }
            });
            assert_eq!(done.await.into_iter().filter(|one| *one).count(), 2, "{:?}", home.at.engine);
            assert_eq!(kept(&home, &invite).await.used, 2);
        }
        let people = home.instance.accounts.people(&may(&home.instance, ManageUsers)).await.unwrap();
        assert_eq!(people.len(), 1 + 5 * 2);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_at_the_end_takes_no_place_and_leaves_no_account() {
    on_both!(|home| {
        let mut root = home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let invite = invited(&home, terms(&["family"])).await;
        // The passkey is somebody's already: the last thing that is found out.
        let refused = join_by(&home.instance, &browser(), &invite, &typed("grace"), &mut root.passkey).await;
        assert!(matches!(refused.err(), Some(EnrolError::PasskeyTaken)));
        // Somebody else was quicker with the name.
        let (mine, mut key) = (browser(), authenticator());
        let begun = home.instance.accounts.begin_invited(&mine, &invite, &typed("grace")).await.unwrap();
        let answer = key.register(&begun.public_key).unwrap();
        home.person("grace", &[]).await;
        let answered = EnrolmentAnswer::new(&begun.challenge, &answer);
        let refused = home.instance.accounts.finish_invited((&mine, None), &invite, answered, &nobody()).await;
        assert!(matches!(refused.err(), Some(EnrolError::Name(_))));
        assert_eq!(kept(&home, &invite).await.used, 0);
        joins(&home, &invite, "alan").await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_82_a_name_that_is_was_or_will_be_somebodys_is_not_free_and_more_is_not_told() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.person("gone", &[]).await;
        home.instance.accounts.remove_person(&may(&home.instance, ManageUsers), "gone").await.unwrap();
        home.know(&["family"]).await;
        declare(&home.instance, declared(&[(ADMINS, &["boss"]), ("family", &["grace"])]));
        let invite = invited(&home, terms(&["family"])).await;
        let mut told = Vec::new();
        for name in ["root", "boss", "grace"] {
            let refused = home.instance.accounts.begin_invited(&browser(), &invite, &typed(name)).await;
            told.push(refused.err().unwrap().to_string());
        }
        // Found out when the account is written, as at set-up.
        told.push(joins(&home, &invite, "gone").await.err().unwrap().to_string());
        assert!(told.iter().all(|said| said.contains("not free")), "{told:?}");
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
        for name in ["x", "9ada", ""] {
            let refused = home.instance.accounts.begin_invited(&browser(), &invite, &typed(name)).await;
            assert!(matches!(refused.err(), Some(EnrolError::Name(_))), "{name}");
        }
        let bad = NewPerson { email: "a@b@c".into(), ..typed("alan") };
        let refused = home.instance.accounts.begin_invited(&browser(), &invite, &bad).await;
        assert!(matches!(refused.err(), Some(EnrolError::Email)));
        // Somebody's address is no secret that a guest could ask for: it is merely not proved.
        let theirs = NewPerson { email: "root@example.org".into(), ..typed("alan") };
        let joined = join_by(&home.instance, &browser(), &invite, &theirs, &mut authenticator()).await.unwrap();
        assert_eq!(home.who(&joined.session.token).await.principal.user.proved_email(), None);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_a_way_in_where_passwords_are_on() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let invite = invited(&home, terms(&["family"])).await;
        let sent = |password: &str| PasswordEnrolment {
            about: typed("grace"),
            password: Secret::new(password.to_owned()),
            drop_earlier: false,
        };
        let accounts = &home.instance.accounts;
        let short = accounts.join_with_password((&invite, None), sent("short"), &nobody()).await;
        assert!(matches!(short.err(), Some(EnrolError::Unfit)));
        let joined = accounts.join_with_password((&invite, None), sent(PASSWORD), &nobody()).await.unwrap();
        assert!(home.who(&joined.session.token).await.principal.groups.contains("family"));
        assert!(is_gone(accounts.join_with_password((&invite, None), sent(PASSWORD), &nobody()).await));

        let off = Home::with(home.at.engine, Live { passwords: false, ..crate::fixture::settings() }).await;
        off.person("root", &[ADMINS]).await;
        off.know(&["family"]).await;
        let invite = invited(&off, terms(&["family"])).await;
        let refused = off.instance.accounts.join_with_password((&invite, None), sent(PASSWORD), &nobody()).await;
        assert!(matches!(refused.err(), Some(EnrolError::NoPasswords)));
        assert_eq!(kept(&off, &invite).await.used, 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_went_away_leaves_an_invitation_that_leads_to_the_portal() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        home.guarded("wiki", None).await;
        let terms = InviteTerms { app: Some("wiki".parse().unwrap()), ..terms(&["family"]) };
        let invite = invited(&home, terms).await;
        own(&home.instance).delete_app(&"wiki".parse().unwrap()).await.unwrap();
        assert!(home.instance.accounts.open_invite(&invite).await.unwrap().app.is_none());
        assert!(joins(&home, &invite, "grace").await.unwrap().app.is_none());
    });
}
