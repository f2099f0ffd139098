//! Signing in at an upstream: by what an identity becomes an account, what refuses, and what comes with it.

use crate::fixture::{
    Home, ISSUER, at_once, browser, groups,
    idp::{Back, IDP, Idp, upstream},
    may, myself, nobody, on_both, seconds, settings, sign_in, typed,
};
use doorstep_app::{
    accounts::{AccountError, CameBack, Comer},
    sessions::SignedIn,
    settings::Live,
    upstreams::UpstreamError,
};
use doorstep_core::{
    access::{InviteTerms, Lacking, ManageUsers},
    model::{Amr, Browser, EventKind},
    secret::{Token, TokenKind},
    upstream::{UpstreamName, answer::Answer, decide::NoAccount},
};
use doorstep_store::{audit, groups as memberships, groups::MemberSource, users};
use serde_json::{Value, json};
use std::sync::Arc;

fn name() -> UpstreamName {
    "home".parse().unwrap()
}

fn set_up(home: &Home) -> Idp {
    set_up_with(home, &[("kin", "family")])
}

/// With these groups there as those here.
pub(crate) fn set_up_with(home: &Home, groups: &[(&str, &str)]) -> Idp {
    let idp = Idp::new();
    let groups = groups.iter().map(|(there, here)| ((*there).to_owned(), here.parse().unwrap())).collect();
    let upstream = doorstep_core::upstream::Upstream { groups, ..upstream() };
    home.instance.context.change(Live { upstreams: vec![upstream], ..settings() }).unwrap();
    home.instance.accounts.reach_upstreams_by(idp.way());
    idp
}

fn now(home: &Home) -> i64 {
    home.instance.now().seconds()
}

async fn comes(
    home: &Home,
    back: &Back,
    (browser, who): (&Browser, Option<&SignedIn>),
) -> Result<CameBack, UpstreamError> {
    let answer = Answer { code: Some(&back.code), ..Answer::default() };
    let comer = Comer { browser, previous: None, who };
    home.instance.accounts.come_back(&name(), (&back.state, answer), &comer, &nobody()).await
}

/// Somebody without a session goes there and comes back.
pub(crate) async fn enters(home: &Home, idp: &Idp, subject: &str, change: &Value) -> Result<SignedIn, UpstreamError> {
    let browser = browser();
    let there = home.instance.accounts.sign_in_at((&name(), &browser), "/".into(), false).await.unwrap();
    let back = idp.signs_in(&there, subject, now(home), change);
    match comes(home, &back, (&browser, None)).await? {
        CameBack::SignedIn { session, then } => {
            assert_eq!(then, "/");
            Ok(home.instance.sessions.signed_in(Some(&session.token)).await.unwrap().unwrap())
        }
        _ => panic!("something else"),
    }
}

/// A person links this identity.
pub(crate) async fn links(home: &Home, idp: &Idp, who: &SignedIn, subject: &str) -> Result<(), UpstreamError> {
    let browser = browser();
    let own = myself(&home.instance, who);
    let there = home.instance.accounts.begin_linking(&own, (&name(), &browser)).await?;
    let back = idp.signs_in(&there, subject, now(home), &json!({}));
    assert!(matches!(comes(home, &back, (&browser, Some(who))).await?, CameBack::Linked(_)));
    Ok(())
}

async fn kinds(home: &Home) -> Vec<String> {
    let lines = audit::recent(&mut home.db().read().await.unwrap(), 50).await.unwrap();
    lines.into_iter().map(|line| line.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn security_96_a_mail_address_leads_to_no_account_and_a_linked_identity_does() {
    on_both!(|home| {
        let idp = set_up(&home);
        let ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        // The address is hers here, and proved there.
        for verified in [json!(true), json!("true"), json!(false), json!(null)] {
            let change = json!({ "email": "ada@example.org", "email_verified": verified });
            let refused = enters(&home, &idp, "them-1", &change).await.unwrap_err();
            assert!(matches!(refused, UpstreamError::Account(NoAccount::Unknown)), "{refused:?}");
        }
        assert!(kinds(&home).await.contains(&EventKind::SignInFailed.as_str().to_owned()));

        links(&home, &idp, &who, "them-1").await.unwrap();
        assert!(kinds(&home).await.contains(&EventKind::IdentityLinked.as_str().to_owned()));
        let entered = enters(&home, &idp, "them-1", &json!({ "email": null })).await.unwrap();
        assert_eq!((&entered.principal.user.id, entered.session.amr), (&ada.user.id, Amr::Upstream));
        assert_eq!(entered.session.auth_time, home.instance.now());
        // The same subject of another issuer, and another subject of this one, are others.
        for (subject, change) in [("them-2", json!({})), ("Them-1", json!({}))] {
            let refused = enters(&home, &idp, subject, &change).await.unwrap_err();
            assert!(matches!(refused, UpstreamError::Account(NoAccount::Unknown)), "{refused:?}");
        }
        // It is hers: nobody else can add it.
        let bob = home.person("bob", &[]).await;
        let bob = home.who(&bob.session).await;
        let refused = links(&home, &idp, &bob, "them-1").await.unwrap_err();
        assert!(matches!(refused, UpstreamError::Account(NoAccount::SomebodyElses)), "{refused:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_26_an_answer_belongs_to_one_browser_one_upstream_one_request_and_is_taken_once() {
    on_both!(|home| {
        let idp = set_up(&home);
        let ada = home.person("ada", &[]).await;
        links(&home, &idp, &home.who(&ada.session).await, "them-1").await.unwrap();
        let accounts = &home.instance.accounts;
        let (own, other) = (browser(), browser());
        let gone = |refused: UpstreamError| assert!(matches!(refused, UpstreamError::Gone), "{refused:?}");
        let go = async || accounts.sign_in_at((&name(), &own), "/".into(), false).await.unwrap();

        let back = idp.signs_in(&go().await, "them-1", now(&home), &json!({}));
        gone(comes(&home, &back, (&other, None)).await.err().unwrap());
        gone(comes(&home, &back, (&own, None)).await.err().unwrap());

        let back = idp.signs_in(&go().await, "them-1", now(&home), &json!({}));
        assert!(comes(&home, &back, (&own, None)).await.is_ok());
        gone(comes(&home, &back, (&own, None)).await.err().unwrap());

        // Begun at this one, answered by another.
        let second = doorstep_core::upstream::Upstream { name: "second".parse().unwrap(), ..upstream() };
        home.instance.context.change(Live { upstreams: vec![upstream(), second], ..settings() }).unwrap();
        let back = idp.signs_in(&go().await, "them-1", now(&home), &json!({}));
        let answer = Answer { code: Some(&back.code), ..Answer::default() };
        let comer = Comer { browser: &own, previous: None, who: None };
        let second = "second".parse().unwrap();
        gone(accounts.come_back(&second, (&back.state, answer), &comer, &nobody()).await.err().unwrap());

        let back = idp.signs_in(&go().await, "them-1", now(&home), &json!({}));
        home.clock.advance(seconds(600));
        gone(comes(&home, &back, (&own, None)).await.err().unwrap());
        for state in
            ["", "x", &format!("{}x", back.state), Token::parse(TokenKind::Upstream, &back.state).unwrap().expose()]
        {
            let answer = Answer { code: Some(&back.code), ..Answer::default() };
            gone(accounts.come_back(&name(), (state, answer), &comer, &nobody()).await.err().unwrap());
        }
        // What the token says has to be about this request.
        for change in
            [json!({ "nonce": "other" }), json!({ "nonce": null }), json!({ "aud": "other" }), json!({ "iss": ISSUER })]
        {
            let refused = enters(&home, &idp, "them-1", &change).await.unwrap_err();
            assert!(matches!(refused, UpstreamError::IdToken(_)), "{change} {refused:?}");
        }
        // RFC 9207.
        let back = idp.signs_in(&go().await, "them-1", now(&home), &json!({}));
        let answer = Answer { code: Some(&back.code), iss: Some("https://evil.test"), error: None };
        let refused = accounts.come_back(&name(), (&back.state, answer), &comer, &nobody()).await.err().unwrap();
        assert!(matches!(refused, UpstreamError::Answer(_)), "{refused:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_29_a_token_of_another_key_is_refused_and_new_keys_are_asked_for_at_most_once_a_minute() {
    on_both!(|home| {
        let idp = set_up(&home);
        let ada = home.person("ada", &[]).await;
        links(&home, &idp, &home.who(&ada.session).await, "them-1").await.unwrap();
        let keys = || idp.asked().iter().filter(|asked| asked.as_str() == format!("{IDP}/jwks")).count();
        assert_eq!(keys(), 1);
        idp.rolls_over();
        for _ in 0..3 {
            let refused = enters(&home, &idp, "them-1", &json!({})).await.unwrap_err();
            assert!(matches!(refused, UpstreamError::Signature(_)), "{refused:?}");
        }
        assert_eq!(keys(), 1, "they were read within the minute");
        home.clock.advance(seconds(60));
        assert!(enters(&home, &idp, "them-1", &json!({})).await.is_ok());
        assert_eq!(keys(), 2);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_98_groups_follow_the_upstream_at_each_sign_in_and_a_disabled_account_stays_disabled() {
    on_both!(|home| {
        let idp = set_up(&home);
        let ada = home.person("ada", &["users"]).await;
        links(&home, &idp, &home.who(&ada.session).await, "them-1").await.unwrap();
        for (said, expected) in [
            (json!(["kin", "admins"]), &["family", "users"][..]),
            (json!(["kin"]), &["family", "users"]),
            (json!("kin"), &["users"]),
            (json!(["kin"]), &["family", "users"]),
            (json!([""]), &["users"]),
            (json!(["users", "family"]), &["users"]),
            (json!(null), &["users"]),
        ] {
            let entered = enters(&home, &idp, "them-1", &json!({ "groups": said })).await.unwrap();
            assert_eq!(entered.principal.groups, groups(expected), "{said}");
        }
        // What a person gave stays, whatever the upstream says.
        let mut conn = home.db().write().await.unwrap();
        let family = "family".parse().unwrap();
        assert!(memberships::add_member(&mut conn, &ada.user.id, &family, MemberSource::Console).await.unwrap());
        drop(conn);
        let entered = enters(&home, &idp, "them-1", &json!({ "groups": [] })).await.unwrap();
        assert_eq!(entered.principal.groups, groups(&["family", "users"]));

        home.person("root", &["admins"]).await;
        home.switch("ada", false).await;
        let refused = enters(&home, &idp, "them-1", &json!({ "groups": ["kin"] })).await.unwrap_err();
        assert!(matches!(refused, UpstreamError::NotActive), "{refused:?}");
        let ada = users::by_id(&mut home.db().read().await.unwrap(), &ada.user.id).await.unwrap().unwrap();
        assert!(ada.disabled_at.is_some());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn linking_wants_a_fresh_sign_in_and_the_session_that_began_it() {
    on_both!(|home| {
        let idp = set_up(&home);
        let mut ada = home.person("ada", &[]).await;
        let accounts = &home.instance.accounts;
        let who = home.who(&ada.session).await;
        let browser = browser();
        let there = accounts.begin_linking(&myself(&home.instance, &who), (&name(), &browser)).await.unwrap();
        let bob = home.person("bob", &[]).await;
        let bob = home.who(&bob.session).await;
        for other in [None, Some(&bob)] {
            let back = idp.signs_in(&there, "them-1", now(&home), &json!({}));
            let refused = comes(&home, &back, (&browser, other)).await.err().unwrap();
            assert!(matches!(refused, UpstreamError::Own(_) | UpstreamError::Gone), "{refused:?}");
        }
        home.clock.advance(seconds(300));
        let own = myself(&home.instance, &who);
        let refused = accounts.begin_linking(&own, (&name(), &browser)).await.err().unwrap();
        assert!(matches!(refused, UpstreamError::Own(AccountError::NotFresh(Lacking::Recent))), "{refused:?}");

        // An upstream is no proof for whoever has a passkey, however fresh.
        let again = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap();
        let who = home.who(&again.token).await;
        links(&home, &idp, &who, "them-1").await.unwrap();
        let entered = enters(&home, &idp, "them-1", &json!({ "auth_time": now(&home) })).await.unwrap();
        let refused = accounts.require_fresh(&entered).await.unwrap_err();
        assert!(matches!(refused, AccountError::NotFresh(Lacking::Passkey)), "{refused:?}");
        // Who has to prove it afresh is believed when the upstream says that it asked.
        for (change, fresh) in [
            (json!({ "auth_time": now(&home) }), true),
            (json!({ "auth_time": now(&home) - 90 }), false),
            (json!({}), false),
        ] {
            let there = accounts.sign_in_at((&name(), &browser), "/".into(), true).await.unwrap();
            assert!(there.contains("prompt=login") && there.contains("max_age=0"), "{there}");
            let back = idp.signs_in(&there, "them-1", now(&home), &change);
            let came = comes(&home, &back, (&browser, None)).await;
            assert_eq!(came.is_ok(), fresh, "{change} {:?}", came.err());
        }

        let listed = accounts.linked_identities(&myself(&home.instance, &who)).await.unwrap();
        assert_eq!((listed.len(), listed[0].label.as_str(), listed[0].removable), (1, "Home", true));
        assert_eq!(listed[0].identity.shown.as_deref(), Some("ada@example.org"));
        accounts.unlink(&myself(&home.instance, &who), &listed[0].identity.id).await.unwrap();
        assert!(home.instance.sessions.signed_in(Some(&again.token)).await.unwrap().is_some());
        let refused = enters(&home, &idp, "them-1", &json!({})).await.unwrap_err();
        assert!(matches!(refused, UpstreamError::Account(NoAccount::Unknown)), "{refused:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_31_somebody_new_makes_an_account_with_an_invitation_and_nobody_without() {
    on_both!(|home| {
        let idp = set_up(&home);
        home.person("root", &["admins"]).await;
        let accounts = &home.instance.accounts;
        home.know(&["guests"]).await;
        let terms = InviteTerms { groups: groups(&["guests"]), places: 2, days: 7, ..InviteTerms::default() };
        let invite = accounts.make_invite(&may(&home.instance, ManageUsers), terms).await.unwrap();
        let invite = Token::parse(TokenKind::Invite, invite.url.rsplit('/').next().unwrap()).unwrap();
        let browser = browser();
        let join = async |user: &str, subject: &str| {
            let about = typed(user);
            let there = accounts.join_at((&name(), &browser), &invite, &about).await?;
            let back = idp.signs_in(&there, subject, now(&home), &json!({ "groups": ["kin"] }));
            comes(&home, &back, (&browser, None)).await
        };
        let CameBack::Joined(joined) = join("grace", "them-9").await.unwrap() else { panic!("she has an account") };
        let grace = home.who(&joined.session.token).await;
        assert_eq!(grace.principal.groups, groups(&["family", "guests"]));
        assert!(!grace.principal.user.email_verified, "what she typed is not proved by what somebody else says");
        assert_eq!(enters(&home, &idp, "them-9", &json!({})).await.unwrap().principal.user.id, grace.principal.user.id);

        // The only way to sign in stays; she may add a passkey and then remove it.
        let own = myself(&home.instance, &grace);
        let listed = accounts.linked_identities(&own).await.unwrap();
        assert!(!listed[0].removable);
        let refused = accounts.unlink(&own, &listed[0].identity.id).await.unwrap_err();
        assert!(matches!(refused, AccountError::LastMethod), "{refused:?}");

        let refused = join("hopper", "them-9").await.err().unwrap();
        assert!(matches!(refused, UpstreamError::Account(NoAccount::IsKnown)), "{refused:?}");
        assert!(matches!(join("root", "them-8").await.err().unwrap(), UpstreamError::Enrol(_)), "a name of somebody's");
        assert!(join("hopper", "them-8").await.is_ok(), "the refused ones took no place");
        assert!(join("third", "them-7").await.is_err(), "there were two places");

        let closed = doorstep_core::upstream::Upstream { enrols: false, ..upstream() };
        home.instance.context.change(Live { upstreams: vec![closed], ..settings() }).unwrap();
        let refused = accounts.join_at((&name(), &browser), &invite, &typed("fourth")).await.err().unwrap();
        assert!(matches!(refused, UpstreamError::EnrolsNobody), "{refused:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_41_whoever_comes_back_at_once_is_each_themselves() {
    on_both!(|home| {
        let idp = set_up(&home);
        let mut people = Vec::new();
        for user in ["ada", "bob"] {
            let person = home.person(user, &[]).await;
            links(&home, &idp, &home.who(&person.session).await, &format!("them-{user}")).await.unwrap();
            people.push(person.user);
        }
        let mut away = Vec::new();
        for n in 0..20 {
            let (user, browser) = (&people[n % 2], browser());
            let going = home.instance.accounts.sign_in_at((&name(), &browser), "/".into(), false).await.unwrap();
            let back = idp.signs_in(&going, &format!("them-{}", user.name), now(&home), &json!({}));
            away.push(Arc::new((user.id.clone(), browser, back)));
        }
        let came = at_once(20, |n| {
            let (instance, away) = (Arc::clone(&home.instance), Arc::clone(&away[19 - n]));
            async move {
                let (user, browser, back) = &*away;
                let answer = Answer { code: Some(&back.code), ..Answer::default() };
                let comer = Comer { browser, previous: None, who: None };
                let came =
                    instance.accounts.come_back(&name(), (&back.state, answer), &comer, &nobody()).await.unwrap();
                let CameBack::SignedIn { session, .. } = came else { panic!("something else") };
                (user.clone(), session.session.user)
            }
        })
        .await;
        assert!(came.iter().all(|(expected, entered)| expected == entered), "{came:?}");
    });
}
