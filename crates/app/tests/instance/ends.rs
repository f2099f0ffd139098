//! Accounts and memberships that end by themselves: at their end, whatever is in memory, and on every replica.

use crate::fixture::{
    Home, Person, at_once, groups, may, myself, on_both, seconds, sign_in, somewhere, text, userinfo,
};
use crate::gateway::may_pass;
use crate::invitations::{invited, joins, terms};
use doorstep_app::accounts::{AccessError, NewToken, PeopleError};
use doorstep_core::{
    access::{ADMINS, InviteTerms, ManageGroups, ManageUsers},
    id::GroupName,
    model::{EventKind, LinkPurpose},
    time::Ttl,
};
use doorstep_store::{audit, groups::MemberSource, migrate::usable_from};
use std::sync::Arc;

const DAY: i64 = 24 * 3600;

async fn joins_for(home: &Home, name: &str, group: &str, days: i64) -> Result<(), PeopleError> {
    home.know(&[group]).await;
    let group: GroupName = group.parse().unwrap();
    let act = may(&home.instance, ManageGroups);
    home.instance.accounts.set_member_for(&act, (name, &group), days).await.map(|_| ())
}

async fn ends(home: &Home, name: &str, days: Option<i64>) -> Result<(), PeopleError> {
    home.instance.accounts.set_end(&may(&home.instance, ManageUsers), name, days).await.map(|_| ())
}

/// The same person with a session that has just begun.
async fn again(home: &Home, mut person: Person) -> Person {
    let session = sign_in(&home.instance, &person.browser, &mut person.passkey, None).await.unwrap();
    Person { session: session.token, ..person }
}

/// What the audit log says happened to accounts, the newest first.
async fn changes(home: &Home) -> Vec<String> {
    let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
    let changes = lines.into_iter().filter(|line| line.kind == EventKind::UserChanged.as_str());
    changes.map(|line| line.detail).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_end_a_membership_opens_nothing_on_any_replica_though_no_database_is_asked() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        let wiki = home.guarded("wiki", Some(&["guests"])).await;
        let client = home.client("rp", |_| {}).await;
        let ada = home.person("ada", &["users"]).await;
        joins_for(&home, "ada", "guests", 1).await.unwrap();
        // Sessions end after some days themselves; what is tried lies just before the end.
        home.wait(seconds(DAY - 2));
        let ada = again(&home, ada).await;
        let cookie = home.enter(&ada, &wiki).await;
        let tokens = home.tokens(&ada, &client, "openid groups offline_access").await;
        let replica = home.replica().await;
        for instance in [&home.instance, &replica] {
            instance.caches.catch_up().await.unwrap();
            assert!(may_pass(instance, &cookie).await && may_pass(instance, &cookie).await);
        }
        assert_eq!(home.who(&ada.session).await.principal.groups, groups(&["guests", "users"]));
        home.wait(seconds(2));
        for instance in [&home.instance, &replica] {
            assert!(instance.gateway.warm(&cookie.hash(), instance.now()).is_none(), "{:?}", home.at.engine);
            assert!(!may_pass(instance, &cookie).await);
        }
        assert_eq!(home.who(&ada.session).await.principal.groups, groups(&["users"]));
        let renewed = home.refresh(text(&tokens, "refresh_token"), &client).await.unwrap();
        let claims = userinfo(&home.instance, text(&renewed, "access_token")).await.unwrap();
        assert_eq!(claims["groups"], serde_json::json!(["users"]));

        // What is tidied up is late at worst, is said once, and is done once by two.
        let instances = [Arc::clone(&home.instance), replica];
        at_once(2, |n| {
            let instance = Arc::clone(&instances[n]);
            async move { instance.accounts.end_what_is_over().await.unwrap() }
        })
        .await;
        let said = changes(&home).await;
        assert_eq!(said.iter().filter(|line| line.contains("over")).count(), 1, "{said:?}");
        assert!(said[0].contains("\"left\":\"guests\""), "{said:?}");
        assert!(said.iter().any(|line| line.contains("\"ends\":\"after 1 days\"")), "{said:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_end_an_account_is_as_good_as_disabled_in_every_way() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        let wiki = home.guarded("wiki", None).await;
        let client = home.client("rp", |_| {}).await;
        let ada = home.person("ada", &["users"]).await;
        let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        ends(&home, "ada", Some(1)).await.unwrap();
        home.wait(seconds(DAY - 2));
        let mut ada = again(&home, ada).await;
        let cookie = home.enter(&ada, &wiki).await;
        let tokens = home.tokens(&ada, &client, "openid offline_access").await;
        let act = may(&home.instance, ManageUsers);
        let wish = NewToken { label: "backup".into(), apps: vec!["wiki".into()], days: None, read_only: false };
        let program = home.instance.accounts.make_token(&act, "ada", &wish).await.unwrap();
        home.instance.gateway.load_token(&program.text.hash(), &somewhere()).await.unwrap();
        assert!(may_pass(&home.instance, &cookie).await && home.opens(&tokens).await);
        home.wait(seconds(2));
        assert!(!may_pass(&home.instance, &cookie).await && !home.opens(&tokens).await);
        assert!(home.instance.gateway.warm_token(&program.text.hash(), home.instance.now()).is_none());
        let found = home.instance.gateway.load_token(&program.text.hash(), &somewhere()).await.unwrap().unwrap();
        assert!(found.as_ref().owner().is_none());
        assert!(!home.is_signed_in(&ada.session).await);
        assert!(home.refresh(text(&tokens, "refresh_token"), &client).await.is_err());
        assert!(sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.is_err());
        assert!(home.instance.accounts.open_link(&link).await.is_err());
        assert!(home.instance.accounts.make_token(&act, "ada", &wish).await.is_err());

        home.instance.accounts.end_what_is_over().await.unwrap();
        home.instance.accounts.end_what_is_over().await.unwrap();
        let said = changes(&home).await;
        assert_eq!(said.iter().filter(|line| line.contains("over")).count(), 1, "{said:?}");
        let person = home.instance.accounts.person(&act, "ada").await.unwrap();
        assert!(person.user.disabled_at == person.user.ends_at && person.sessions.is_empty());
        // It is on for good when somebody switches it on again.
        home.switch("ada", true).await;
        let person = home.instance.accounts.person(&act, "ada").await.unwrap();
        assert_eq!((person.user.disabled_at, person.user.ends_at), (None, None));
        assert!(sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_for_a_time_is_no_administrator_to_count_on() {
    on_both!(|home| {
        home.person("ada", &[ADMINS]).await;
        home.person("bob", &[]).await;
        assert!(matches!(ends(&home, "ada", Some(30)).await, Err(PeopleError::LastAdministrator(_))));
        assert!(matches!(joins_for(&home, "ada", ADMINS, 30).await, Err(PeopleError::LastAdministrator(_))));
        joins_for(&home, "bob", ADMINS, 30).await.unwrap();
        assert!(matches!(ends(&home, "ada", Some(30)).await, Err(PeopleError::LastAdministrator(_))));
        let off = home.instance.accounts.set_active(&may(&home.instance, ManageUsers), "ada", false).await;
        assert!(matches!(off, Err(PeopleError::LastAdministrator(_))));
        assert!(home.member("bob", ADMINS, true).await, "for good now");
        ends(&home, "ada", Some(30)).await.unwrap();
        assert!(matches!(ends(&home, "bob", Some(30)).await, Err(PeopleError::LastAdministrator(_))));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_some_days_from_now_and_the_file_has_the_last_word() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.person("ada", &[]).await;
        for days in [i64::MIN, -1, 0, 3651, i64::MAX] {
            assert!(matches!(ends(&home, "ada", Some(days)).await, Err(PeopleError::Days)), "{days}");
            assert!(matches!(joins_for(&home, "ada", "guests", days).await, Err(PeopleError::Days)), "{days}");
        }
        for days in [1, 3650] {
            ends(&home, "ada", Some(days)).await.unwrap();
            joins_for(&home, "ada", "guests", days).await.unwrap();
        }
        ends(&home, "ada", None).await.unwrap();
        assert_eq!(
            home.instance.accounts.person(&may(&home.instance, ManageUsers), "ada").await.unwrap().user.ends_at,
            None
        );
        // The same end again changes nothing, another one does, and so does none.
        joins_for(&home, "ada", "guests", 2).await.unwrap();
        assert!(home.member("ada", "guests", true).await && !home.member("ada", "guests", true).await);

        home.know(&["crew"]).await;
        let id = &home.instance.accounts.person(&may(&home.instance, ManageUsers), "ada").await.unwrap().user.id;
        let mut conn = home.db().write().await.unwrap();
        doorstep_store::groups::add_member(&mut conn, id, &"crew".parse().unwrap(), MemberSource::Config)
            .await
            .unwrap();
        drop(conn);
        let refused = joins_for(&home, "ada", "crew", 2).await;
        assert!(matches!(refused, Err(PeopleError::Declared { .. })), "{refused:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_knows_no_ends_does_not_run_on_a_database_that_has_one() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.person("ada", &[]).await;
        ends(&home, "ada", None).await.unwrap();
        home.member("ada", "guests", true).await;
        assert!(usable_from(home.db()).await.unwrap() < 15, "what has no end asks for nothing");
        joins_for(&home, "ada", "guests", 3).await.unwrap();
        assert_eq!(usable_from(home.db()).await.unwrap(), 15);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_can_be_for_a_time_and_so_can_a_yes() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family"]).await;
        let invite = invited(&home, InviteTerms { account_days: Some(30), ..terms(&["family"]) }).await;
        home.wait(Ttl::from_days(2));
        let joined = joins(&home, &invite, "grace").await.unwrap();
        let who = home.who(&joined.session.token).await;
        assert_eq!(who.principal.user.ends_at, Some(home.instance.now() + Ttl::from_days(30)));
        assert_eq!(who.principal.until, who.principal.user.ends_at);

        home.guarded("wiki", Some(&["guests"])).await;
        home.know(&["guests"]).await;
        let act = myself(&home.instance, &who);
        home.instance.accounts.ask_for_access(&act, &"wiki".parse().unwrap(), "").await.unwrap();
        let granting = may(&home.instance, ManageGroups);
        let asked = ("grace", "wiki");
        let refused = home.instance.accounts.grant_access(&granting, asked, None, Some(0)).await;
        assert!(matches!(refused, Err(AccessError::People(PeopleError::Days))));
        home.instance.accounts.grant_access(&granting, asked, None, Some(7)).await.unwrap();
        let who = home.who(&joined.session.token).await;
        assert_eq!(who.principal.until, Some(home.instance.now() + Ttl::from_days(7)));
        assert!(who.principal.groups.contains("guests"));
    });
}
