//! Requests for access: asked by whoever is refused, answered by administrators, ended by whatever opens the app.

use crate::fixture::{Home, Person, groups, may, myself, on_both, sign_in};
use doorstep_app::{
    accounts::{AccessError, AskingState},
    instance::Instance,
};
use doorstep_core::{
    access::{ADMINS, ManageGroups},
    id::{AppName, GroupName},
    model::{AccessRequest, Effect, Proof, Rule},
    time::Ttl,
};
use doorstep_store::audit;

async fn ask(home: &Home, person: &Person, app: &str, reason: &str) -> Result<(), AccessError> {
    let who = home.who(&person.session).await;
    home.instance.accounts.ask_for_access(&myself(&home.instance, &who), &named(app), reason).await
}

async fn stands(home: &Home, person: &Person, app: &str) -> Option<AskingState> {
    let who = home.who(&person.session).await;
    let asking = home.instance.accounts.asking(&myself(&home.instance, &who), &named(app)).await.unwrap();
    asking.map(|asking| asking.state)
}

/// Who asks for what, with the groups that would do.
async fn open(instance: &Instance) -> Vec<(String, String, String)> {
    let open = instance.accounts.access_requests(&may(instance, ManageGroups)).await.unwrap();
    let line = |listed: &doorstep_app::accounts::ListedRequest| {
        let groups: Vec<_> = listed.groups.iter().map(GroupName::as_str).collect();
        (listed.user.name.to_string(), listed.request.app.to_string(), groups.join(" "))
    };
    open.iter().map(line).collect()
}

async fn grant(home: &Home, user: &str, app: &str, group: Option<&str>) -> Result<String, AccessError> {
    let group = group.map(|name| name.parse::<GroupName>().unwrap());
    let act = may(&home.instance, ManageGroups);
    home.instance
        .accounts
        .grant_access(&act, (user, app), group.as_ref(), None)
        .await
        .map(|(_, group)| group.to_string())
}

async fn refuse(home: &Home, user: &str, app: &str) -> Result<(), AccessError> {
    let act = may(&home.instance, ManageGroups);
    home.instance.accounts.refuse_access(&act, (user, app)).await.map(|_| ())
}

fn named(app: &str) -> AppName {
    app.parse().unwrap()
}

fn line(user: &str, app: &str, groups: &str) -> (String, String, String) {
    (user.to_owned(), app.to_owned(), groups.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_puts_the_person_into_the_group_that_is_named_and_never_makes_an_administrator_by_itself() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family", "staff"]).await;
        let ada = home.person("ada", &[]).await;
        home.guarded("wiki", Some(&[ADMINS, "family"])).await;
        home.guarded("mail", Some(&["family", "staff"])).await;
        home.guarded("keys", Some(&[ADMINS])).await;
        for app in ["wiki", "mail", "keys"] {
            ask(&home, &ada, app, " for\n\twork ").await.unwrap();
            home.wait(Ttl::from_seconds(1));
        }
        let listed = home.instance.accounts.access_requests(&may(&home.instance, ManageGroups)).await.unwrap();
        assert_eq!(listed[0].request.reason, "for work");
        let replica = home.replica().await;
        for instance in [&home.instance, &replica] {
            let expected = [
                line("ada", "wiki", "admins family"),
                line("ada", "mail", "family staff"),
                line("ada", "keys", ADMINS),
            ];
            assert_eq!(open(instance).await, expected);
        }
        let which = |groups_| Err::<String, _>(groups(groups_));
        for (app, group, expected) in [
            ("mail", None, which(&["family", "staff"])),
            ("mail", Some(ADMINS), which(&["family", "staff"])),
            ("keys", None, which(&[ADMINS])),
            ("keys", Some("family"), which(&[ADMINS])),
        ] {
            let answer = grant(&home, "ada", app, group).await.map_err(|error| match error {
                AccessError::WhichGroup { groups } => groups,
                error => panic!("{error}"),
            });
            assert_eq!(answer, expected, "{app} {group:?}");
        }
        assert_eq!(stands(&home, &ada, "mail").await, Some(AskingState::Asked { at: listed[1].request.asked_at }));
        assert_eq!(grant(&home, "ADA", "mail", Some("staff")).await.unwrap(), "staff");
        assert_eq!(grant(&home, "ada", "wiki", None).await.unwrap(), "family");
        assert_eq!(home.who(&ada.session).await.principal.groups, groups(&["family", "staff"]));
        for app in ["wiki", "mail"] {
            assert_eq!(stands(&home, &ada, app).await, Some(AskingState::Inside), "{app}");
            assert!(matches!(grant(&home, "ada", app, None).await, Err(AccessError::NotAsked)), "{app}");
        }
        assert_eq!(open(&home.instance).await, [line("ada", "keys", ADMINS)]);
        refuse(&home, "ada", "keys").await.unwrap();
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        for (kind, actor, many) in
            [("access_asked", "user", 3), ("access_granted", "cli", 2), ("access_refused", "cli", 1)]
        {
            let of: Vec<_> = lines.iter().filter(|line| line.kind == kind).collect();
            assert_eq!(of.len(), many, "{kind}");
            for line in of {
                assert_eq!((line.actor_kind.as_str(), line.subject_id.as_str()), (actor, ada.user.id.as_str()));
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_stands_for_thirty_days() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        home.know(&["family"]).await;
        home.guarded("wiki", Some(&["family"])).await;
        assert!(matches!(refuse(&home, "ada", "wiki").await, Err(AccessError::NotAsked)));
        ask(&home, &ada, "wiki", "").await.unwrap();
        assert!(matches!(ask(&home, &ada, "wiki", "again").await, Err(AccessError::Asked)));
        refuse(&home, "ada", "wiki").await.unwrap();
        assert!(matches!(refuse(&home, "ada", "wiki").await, Err(AccessError::NotAsked)), "it was answered");
        assert_eq!(open(&home.instance).await, []);
        let at = home.instance.now();
        let until = at + AccessRequest::REST;
        assert_eq!(stands(&home, &ada, "wiki").await, Some(AskingState::Refused { at, until }));
        assert!(matches!(ask(&home, &ada, "wiki", "please").await, Err(AccessError::Asked)));
        home.wait(AccessRequest::REST);
        ada.session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap().token;
        assert_eq!(stands(&home, &ada, "wiki").await, Some(AskingState::CanAsk));
        ask(&home, &ada, "wiki", "now?").await.unwrap();
        assert_eq!(open(&home.instance).await, [line("ada", "wiki", "family")]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_ends_with_whatever_opens_the_app_and_with_the_app() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        home.know(&["family", "staff"]).await;
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        home.guarded("wiki", Some(&["family"])).await;
        let admin = Rule {
            paths: vec!["/admin/".to_owned().try_into().unwrap()],
            methods: [].into(),
            networks: vec![],
            effect: Effect::SignIn { allow: Some(groups(&["staff"])), proof: Proof::default() },
        };
        home.guarded_by("mail", None, vec![admin]).await;
        for (person, app) in [(&ada, "wiki"), (&bob, "wiki"), (&bob, "mail")] {
            ask(&home, person, app, "").await.unwrap();
            home.wait(Ttl::from_seconds(1));
        }
        // Somebody put ada into the group without looking at her question.
        home.member("ada", "family", true).await;
        let left = [line("bob", "wiki", "family"), line("bob", "mail", "staff")];
        assert_eq!(open(&home.instance).await, left);
        home.instance.accounts.settle_access_requests().await.unwrap();
        home.member("ada", "family", false).await;
        assert_eq!(open(&home.instance).await, left, "an old question does not come back");
        assert_eq!(stands(&home, &ada, "wiki").await, Some(AskingState::CanAsk));
        // The app lets everybody in.
        home.guarded("wiki", None).await;
        assert_eq!(open(&home.instance).await, left[1..]);
        home.switch("bob", false).await;
        assert_eq!(open(&home.instance).await, [], "whose account is off asks for nothing");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_asked_of_an_app_that_is_not_there_is_open_or_is_for_nobody_and_of_ten_at_most() {
    on_both!(|home| {
        home.person("root", &[ADMINS]).await;
        let ada = home.person("ada", &["family"]).await;
        home.know(&["staff"]).await;
        home.guarded("open", None).await;
        home.guarded("hers", Some(&["family"])).await;
        home.guarded("nobodys", Some(&[])).await;
        for (app, state) in [
            ("nowhere", None),
            ("open", Some(AskingState::Inside)),
            ("hers", Some(AskingState::Inside)),
            ("nobodys", Some(AskingState::ForNobody)),
        ] {
            assert_eq!(stands(&home, &ada, app).await, state, "{app}");
        }
        assert!(matches!(ask(&home, &ada, "nowhere", "").await, Err(AccessError::NoApp)));
        assert!(matches!(ask(&home, &ada, "hers", "").await, Err(AccessError::Inside)));
        assert!(matches!(ask(&home, &ada, "nobodys", "").await, Err(AccessError::ForNobody)));
        for n in 0..=AccessRequest::MOST {
            home.guarded(&format!("app{n}"), Some(&["staff"])).await;
        }
        let longest = "ä".repeat(AccessRequest::LONGEST_REASON);
        assert!(matches!(ask(&home, &ada, "app0", &format!("{longest}x")).await, Err(AccessError::Reason)));
        for n in 0..AccessRequest::MOST {
            ask(&home, &ada, &format!("app{n}"), &longest).await.unwrap();
        }
        let last = format!("app{}", AccessRequest::MOST);
        assert!(matches!(ask(&home, &ada, &last, "").await, Err(AccessError::TooMany)));
        refuse(&home, "ada", "app0").await.unwrap();
        assert!(matches!(ask(&home, &ada, &last, "").await, Err(AccessError::TooMany)), "a no makes no room");
        grant(&home, "ada", "app1", None).await.unwrap();
        home.instance.accounts.settle_access_requests().await.unwrap();
        assert_eq!(open(&home.instance).await, [], "one group opens them all");
    });
}
