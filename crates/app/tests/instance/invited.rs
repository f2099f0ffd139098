//! People whom the configuration invites: an account that nobody can sign in to before they opened a link.

use crate::fixture::{Home, authenticator, browser, enrol, groups, link_token, may, on_both, own, sign_in};
use crate::onboard::sink;
use doorstep_app::{
    accounts::{InviteError, NewPerson, PersonChange},
    onboarding::PROVIDER,
};
use doorstep_core::{
    access::{ADMINS, InvitePeople, ManageUsers},
    model::{EventKind, Former, IdentifierKind, LinkPurpose},
};
use doorstep_onboard::{
    desired::Desired,
    execute::{Report, execute},
    means::Means,
    observe::observe,
    plan::{Choices, PersonWait, plan},
    provider::InTheWay,
    reference::NothingToRead,
    spec::Invitation,
};
use doorstep_store::{audit, users};

fn inviting(people: &[(&str, &str)]) -> Desired {
    let invitation = |(name, email): &(&str, &str)| Invitation {
        name: name.parse().unwrap(),
        display_name: None,
        given_name: Some("Given".into()),
        family_name: None,
        email: (!email.is_empty()).then(|| (*email).to_owned()),
    };
    let members = people.iter().map(|(name, _)| name.parse().unwrap()).collect();
    Desired {
        groups: [("family".parse().unwrap(), members)].into(),
        people: people.iter().map(invitation).collect(),
        ..Desired::default()
    }
}

async fn applied(home: &Home, desired: &Desired, accept: &[&str]) -> Report {
    let (provider, ledger, sink) = (own(&home.instance), crate::fixture::ledger(&home.instance, PROVIDER), sink());
    let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
    let observed = observe(desired, &means).await.unwrap();
    let accept_people = accept.iter().map(|name| name.parse().unwrap()).collect();
    let planned = plan(desired, &observed, &Choices { accept_people, ..Choices::default() });
    execute(&planned, &means).await
}

fn waits(report: &Report) -> Vec<(&str, Option<&PersonWait>)> {
    report.people.iter().map(|one| (one.plan.invitation.name.as_str(), one.plan.wait.as_ref())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_comes_by_a_link_and_the_file_says_nothing_more() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        let report = applied(&home, &inviting(&[("grace", "Grace@Navy.example")]), &[]).await;
        assert!(report.succeeded() && report.did_something(), "{report:?}");
        let accounts = &home.instance.accounts;
        let may = may(&home.instance, ManageUsers);
        let grace = accounts.person(&may, "grace").await.unwrap();
        assert_eq!((grace.user.email.as_deref(), grace.user.email_verified), (Some("Grace@Navy.example"), true));
        assert_eq!((grace.groups.clone(), grace.user.given_name.as_deref()), (groups(&["family"]), Some("Given")));
        assert!(grace.passkeys.is_empty() && !grace.has_password && grace.sessions.is_empty());
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        let by: Vec<_> = lines.iter().filter(|line| line.kind == EventKind::UserAdded.as_str()).collect();
        assert!(
            by.iter().any(|line| line.subject_id == grace.user.id.as_str() && line.actor_kind == "config"),
            "{by:?}"
        );
        assert!(lines.iter().all(|line| line.kind != EventKind::LinkMade.as_str() || line.subject_name != "grace"));

        let (_, link) = accounts.recovery_link(&may, "grace").await.unwrap();
        let token = link_token(&link.url);
        assert_eq!(accounts.open_link(&token).await.unwrap().purpose, LinkPurpose::Enrol, "nothing was lost");
        let mut passkey = authenticator();
        let browser = browser();
        let _ = enrol(&home.instance, &browser, &token, None, &mut passkey).await;
        assert!(sign_in(&home.instance, &browser, &mut passkey, None).await.is_ok());
        let (_, link) = accounts.recovery_link(&may, "grace").await.unwrap();
        assert_eq!(accounts.open_link(&link_token(&link.url)).await.unwrap().purpose, LinkPurpose::Recover);

        let changed = PersonChange { email: Some("her@own.example".into()), ..PersonChange::default() };
        accounts.set_person(&may, "grace", changed).await.unwrap();
        assert!(!applied(&home, &inviting(&[("grace", "Grace@Navy.example")]), &[]).await.did_something());
        assert_eq!(accounts.person(&may, "grace").await.unwrap().user.email.as_deref(), Some("her@own.example"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_never_takes_the_place_of_the_first_administrator() {
    on_both!(|home| {
        let accounts = &home.instance.accounts;
        let may = may(&home.instance, ManageUsers);
        let desired = inviting(&[("grace", "")]);
        let report = applied(&home, &desired, &["grace"]).await;
        assert_eq!(waits(&report), [("grace", Some(&PersonWait::FirstAdministrator))]);
        let typed = NewPerson { name: "grace".into(), ..NewPerson::default() };
        let directly = accounts.invite(&crate::fixture::may(&home.instance, InvitePeople), &typed).await;
        assert!(matches!(directly, Err(InviteError::NoAdministrator)), "whatever a plan knew: {directly:?}");
        assert!(accounts.make_setup_link(&may).await.unwrap().is_some(), "the set-up link still opens");
        home.person("root", &[ADMINS]).await;
        assert_eq!(waits(&applied(&home, &desired, &[]).await), [("grace", None)]);
        home.switch("grace", false).await;
        assert!(applied(&home, &desired, &[]).await.people.is_empty(), "who is disabled is not invited again");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_85_a_name_or_address_of_somebody_else_is_given_by_approval_only() {
    on_both!(|home| {
        let accounts = &home.instance.accounts;
        let may = may(&home.instance, ManageUsers);
        home.person("root", &[ADMINS]).await;
        applied(&home, &inviting(&[("grace", "grace@navy.example")]), &[]).await;
        let taken = applied(&home, &inviting(&[("ada", "GRACE@navy.example")]), &["ada"]).await;
        let email = InTheWay::Email { email: "GRACE@navy.example".into(), of: "grace".into() };
        let email = PersonWait::InTheWay(email);
        assert_eq!(waits(&taken), [("ada", Some(&email))]);
        let first = accounts.person(&may, "grace").await.unwrap().user.id;
        accounts.remove_person(&may, "grace").await.unwrap();

        let again = inviting(&[("grace", "")]);
        let was = |kind, value: &str| Former { kind, value: value.into(), of: None };
        let former = |held: &[Former]| PersonWait::InTheWay(InTheWay::Former { held: held.to_vec() });
        let (name, address) =
            (was(IdentifierKind::UserName, "grace"), was(IdentifierKind::Email, "grace@navy.example"));
        let waiting = former(std::slice::from_ref(&name));
        assert_eq!(waits(&applied(&home, &again, &[]).await), [("grace", Some(&waiting))]);
        // An approval gives both, so both are shown before it.
        let both = former(&[name, address.clone()]);
        let with_both = inviting(&[("grace", "grace@navy.example")]);
        assert_eq!(waits(&applied(&home, &with_both, &[]).await), [("grace", Some(&both))]);
        let by_mail = inviting(&[("ada", "grace@navy.example")]);
        assert_eq!(waits(&applied(&home, &by_mail, &[]).await), [("ada", Some(&former(&[address])))]);
        assert!(
            users::by_name(&mut home.db().read().await.unwrap(), &"grace".parse().unwrap()).await.unwrap().is_none()
        );
        assert!(applied(&home, &again, &["grace"]).await.did_something());
        assert_ne!(accounts.person(&may, "grace").await.unwrap().user.id, first);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_invite_at_once_make_one_account() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        let desired = inviting(&[("grace", "grace@navy.example"), ("ada", "ada@navy.example")]);
        let replica = home.replica().await;
        let on = |instance: std::sync::Arc<doorstep_app::instance::Instance>, desired: Desired| async move {
            let (provider, ledger, sink) = (own(&instance), crate::fixture::ledger(&instance, PROVIDER), sink());
            let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
            let observed = observe(&desired, &means).await.unwrap();
            execute(&plan(&desired, &observed, &Choices::default()), &means).await
        };
        let (one, other) =
            tokio::join!(on(std::sync::Arc::clone(&home.instance), desired.clone()), on(replica, desired.clone()));
        assert!(one.succeeded() && other.succeeded(), "{one:?} {other:?}");
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        let made =
            lines.iter().filter(|line| line.kind == EventKind::UserAdded.as_str() && line.actor_kind == "config");
        assert_eq!(made.count(), 2);
    });
}
