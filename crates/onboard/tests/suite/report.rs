//! What a report says in one word: done, failed, waiting, worth another try. And what a Debug form gives away.

use doorstep_core::secret::Secret;
use doorstep_onboard::{
    execute::{AppReport, Done, GroupReport, Report},
    plan::{GroupPlan, GroupWait, Wait},
    provider::{Created, Credentials, MemberChange},
};

fn group(joins: bool) -> GroupReport {
    let join = joins.then(|| "ada".parse().unwrap()).into_iter().collect();
    let change = MemberChange { group: "users".parse().unwrap(), join, leave: [].into() };
    let plan = GroupPlan { change, waits: Vec::new(), unknown: Vec::new() };
    GroupReport { plan, failed: None, unreachable: false }
}

fn app() -> AppReport {
    AppReport {
        name: "wiki".parse().unwrap(),
        done: Vec::new(),
        failed: Vec::new(),
        unreachable: Vec::new(),
        waits: Vec::new(),
        orphan: false,
        left: Vec::new(),
        setup: Vec::new(),
        reopens: Vec::new(),
    }
}

/// Whether it succeeded, waits, did something, is worth another try; the same beside others of which there is nothing to
/// say.
fn said(group_of_it: Option<GroupReport>, app_of_it: Option<AppReport>) -> [bool; 4] {
    let say =
        |report: &Report| [report.succeeded(), report.waits(), report.did_something(), report.is_worth_another_try()];
    let groups: Vec<_> = group_of_it.into_iter().collect();
    let apps: Vec<_> = app_of_it.into_iter().collect();
    let alone = say(&Report { groups: groups.clone(), apps: apps.clone() });
    let among = Report {
        groups: [vec![group(false)], groups, vec![group(false)]].concat(),
        apps: [vec![app()], apps, vec![app()]].concat(),
    };
    assert_eq!(say(&among), alone);
    alone
}

#[test]
fn a_report_says_whether_it_succeeded_waits_did_something_and_is_worth_another_try() {
    const NOTHING: [bool; 4] = [true, false, false, false];
    assert_eq!(said(None, None), NOTHING);
    assert_eq!(said(Some(group(false)), Some(app())), NOTHING);
    assert_eq!(said(Some(group(true)), None), [true, false, true, false]);
    let failed = || Some("no".to_owned());
    assert_eq!(said(Some(GroupReport { failed: failed(), ..group(true) }), None), [false, false, false, false]);
    let silent = GroupReport { failed: failed(), unreachable: true, ..group(true) };
    assert_eq!(said(Some(silent), None), [false, false, false, true]);
    let mut waits = group(false);
    waits.plan.waits.push(GroupWait::LastAdministrator { stay: ["ada".parse().unwrap()].into() });
    assert_eq!(said(Some(waits), None), [true, true, false, false]);

    let done = vec![Done::AppRemoved];
    assert_eq!(said(None, Some(AppReport { done: done.clone(), ..app() })), [true, false, true, false]);
    assert_eq!(said(None, Some(AppReport { failed: vec!["no".into()], ..app() })), [false, false, false, false]);
    assert_eq!(said(None, Some(AppReport { unreachable: vec!["no".into()], ..app() })), [false, false, false, true]);
    assert_eq!(said(None, Some(AppReport { waits: vec![Wait::Everyone], ..app() })), [true, true, false, false]);
    let half = AppReport { done, failed: vec!["no".into()], waits: vec![Wait::Everyone], ..app() };
    assert_eq!(said(None, Some(half)), [false, true, true, false]);
}

#[test]
fn the_debug_form_names_the_client_and_no_secret() {
    let secret = || Some(Secret::new("very-secret".to_owned()));
    let created = Created { remote: "c-1".parse().unwrap(), secret: secret() };
    assert_eq!(format!("{created:?}"), "Created { remote: RemoteId(\"c-1\"), .. }");
    let credentials = Credentials { client_id: "wiki".into(), client_secret: secret() };
    assert_eq!(format!("{credentials:?}"), "Credentials { client_id: \"wiki\", .. }");
}
