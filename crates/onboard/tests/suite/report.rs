//! What a report says, in one word and in lines: done, failed, waiting, worth another try. And what a Debug form gives
//! away.

use crate::{plan::TWO, support::Bench};
use doorstep_core::secret::Secret;
use doorstep_onboard::spec::Invitation;
use doorstep_onboard::{
    delivery::Address,
    execute::{AppReport, Done, GroupReport, PersonReport, Report},
    plan::{AppPlan, Blocked, GroupPlan, GroupWait, Misspelt, PersonPlan, PersonWait, Plan, Step, Wait},
    provider::{Created, Credentials, MemberChange},
    render::{Style, render_apply},
};
use std::time::Duration;

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
        left_clients: Vec::new(),
        setup: Vec::new(),
        reopens: Vec::new(),
        letter: None,
    }
}

/// Whether it succeeded, waits, did something, is worth another try; the same beside others of which there is nothing to
/// say.
fn said(group_of_it: Option<GroupReport>, app_of_it: Option<AppReport>) -> [bool; 4] {
    let say =
        |report: &Report| [report.succeeded(), report.waits(), report.did_something(), report.is_worth_another_try()];
    let groups: Vec<_> = group_of_it.into_iter().collect();
    let apps: Vec<_> = app_of_it.into_iter().collect();
    let alone = say(&Report { groups: groups.clone(), apps: apps.clone(), ..Report::default() });
    let among = Report {
        groups: [vec![group(false)], groups, vec![group(false)]].concat(),
        apps: [vec![app()], apps, vec![app()]].concat(),
        ..Report::default()
    };
    assert_eq!(say(&among), alone);
    alone
}

fn person(wait: Option<PersonWait>, failed: Option<&str>, unreachable: bool) -> PersonReport {
    let invitation = Invitation {
        name: "ada".parse().unwrap(),
        display_name: None,
        given_name: None,
        family_name: None,
        email: None,
    };
    let plan = PersonPlan { invitation, reuse: false, wait };
    PersonReport { plan, failed: failed.map(str::to_owned), unreachable }
}

#[test]
fn a_report_says_the_same_of_people_who_are_invited() {
    let waits = || Some(PersonWait::FirstAdministrator);
    for (person, expected) in [
        (person(None, None, false), [true, false, true, false]),
        (person(None, Some("no"), false), [false, false, false, false]),
        (person(None, Some("no"), true), [false, false, false, true]),
        (person(waits(), None, false), [true, true, false, false]),
    ] {
        let plan = Plan { people: vec![person.plan.clone()], ..Plan::default() };
        assert_eq!([plan.has_steps(), plan.needs_a_person()], [person.plan.wait.is_none(), person.plan.wait.is_some()]);
        let report = Report { people: vec![person], groups: vec![group(false)], apps: vec![app()] };
        let said = [report.succeeded(), report.waits(), report.did_something(), report.is_worth_another_try()];
        assert_eq!(said, expected, "{report:?}");
    }
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

/// In a plan as in a report: each thing to do or to say alone.
#[tokio::test]
async fn a_plan_says_whether_it_does_something_and_whether_it_needs_a_person() {
    let bench = Bench::default();
    let full = bench.plan(TWO).await;
    let glances = full.apps.iter().find(|app| app.name.as_str() == "glances").unwrap();
    let grafana = full.apps.iter().find(|app| app.name.as_str() == "grafana").unwrap();
    let quiet = |app: &AppPlan| AppPlan { steps: Vec::new(), ..app.clone() };
    let with_step = |step: Step| AppPlan { steps: vec![step], ..quiet(glances) };
    let blocked = || vec![Blocked { to: Address::File("/x.env".into()), why: "no".into() }];
    let say = |app: AppPlan| {
        let (creates, removes) = (app.creates(), app.removes());
        let plan = Plan { apps: vec![quiet(glances), app, quiet(grafana)], ..Plan::default() };
        [plan.has_steps(), plan.needs_a_person(), plan.replaced_secrets() == 1, creates, removes]
    };
    assert_eq!(say(quiet(glances)), [false, false, false, false, false]);
    assert_eq!(say(AppPlan { waits: vec![Wait::Everyone], ..quiet(glances) }), [false, true, false, false, false]);
    assert_eq!(say(AppPlan { blocked: blocked(), ..quiet(glances) }), [false, true, false, false, false]);
    assert_eq!(say(AppPlan { unreachable: blocked(), ..quiet(glances) }), [false, false, false, false, false]);
    for replaces in [false, true] {
        assert_eq!(say(with_step(Step::NewSecret { replaces })), [true, false, replaces, false, false]);
    }
    for step in [Step::DeleteApp, Step::DeleteClient] {
        assert_eq!(say(with_step(step)), [true, false, false, false, true]);
    }
    for step in glances.steps.iter().chain(&grafana.steps) {
        let creates = matches!(step, Step::CreateClient { .. } | Step::PutApp { new: true, .. });
        assert_eq!(say(with_step(step.clone())), [true, false, false, creates, false], "{step:?}");
    }
    for (joins, waits) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut plan = group(joins).plan;
        plan.waits.extend(waits.then(|| GroupWait::LastAdministrator { stay: ["ada".parse().unwrap()].into() }));
        let plan = Plan { groups: vec![group(false).plan, plan, group(false).plan], ..Plan::default() };
        assert_eq!([plan.has_steps(), plan.needs_a_person()], [joins, waits]);
    }
    assert!(Plan { too_many_removals: Some(2), ..Plan::default() }.needs_a_person());
    assert!(!Plan::default().needs_a_person() && !Plan::default().has_steps());
}

fn reported(groups: Vec<GroupReport>, apps: Vec<AppReport>, millis: u64, colour: bool) -> String {
    render_apply(&Report { groups, apps, ..Report::default() }, Duration::from_millis(millis), Style { colour })
}

#[test]
fn what_became_of_groups_is_reported_line_by_line() {
    let mut failed = GroupReport { failed: Some("no answer".into()), ..group(true) };
    failed.plan.change.leave = ["bob".parse().unwrap(), "eve".parse().unwrap()].into();
    let mut waits = group(false);
    for stay in [["ada"].as_slice(), &["ada", "bob"]] {
        let stay = stay.iter().map(|name| name.parse().unwrap()).collect();
        waits.plan.waits.push(GroupWait::LastAdministrator { stay });
    }
    let misspelt = || Misspelt { written: "grave".parse().unwrap(), near: "grace".parse().unwrap() };
    waits.plan.waits.push(GroupWait::Misspelt(misspelt()));
    waits.plan.unknown.push(misspelt());
    let coloured = reported(vec![failed.clone()], vec![], 1, true);
    assert!(coloured.contains("\u{1b}[31mFAILED\u{1b}[0m group: ada joins, bob, eve leave: no answer"), "{coloured}");
    assert_eq!(
        reported(vec![group(true), group(false), failed, waits], vec![], 1, false),
        "  users      group: ada joins\n  \
           users      FAILED group: ada joins, bob, eve leave: no answer\n  \
           users      group: ada stays: the last administrator cannot leave; name somebody here who can sign in\n             \
                      group: ada, bob stay: the last administrator cannot leave; name somebody here who can sign in\n             \
                      group: nobody is called `grave`; did you mean `grace`, who would leave? needs --accept group:users\n             \
                      group: nobody is called `grave` yet; did you mean `grace`?\n"
    );
    assert_eq!(reported(vec![group(false)], vec![], 1, false), "Nothing to do.\n");
}

#[test]
fn the_last_line_counts_the_apps() {
    let no = || vec!["no".to_owned()];
    let done = || AppReport { done: vec![Done::AppRemoved], ..app() };
    let failed = || AppReport { failed: no(), ..done() };
    let silent = || AppReport { unreachable: no(), ..done() };
    let waits = || AppReport { waits: vec![Wait::Everyone], ..app() };
    let orphan = || AppReport { orphan: true, ..app() };
    let left = || AppReport { left: vec![Address::File("/x.env".into())], ..app() };
    for (apps, millis, last) in [
        (vec![app()], 99, "0 done in 99 ms"),
        (vec![done(), done()], 100, "2 done in 0.1 s"),
        (vec![failed(), done()], 1260, "1 done in 1.3 s, 1 failed"),
        (vec![silent()], 0, "0 done in 0 ms, 1 to try again"),
        (vec![waits()], 0, "0 done in 0 ms, 1 waits for --accept"),
        (vec![waits(), waits(), orphan()], 0, "0 done in 0 ms, 2 wait for --accept, 1 waits for --prune"),
        (vec![orphan(), left(), done()], 0, "1 done in 0 ms, 2 wait for --prune"),
    ] {
        let text = reported(vec![], apps, millis, false);
        assert_eq!(text.lines().last().unwrap(), format!("{last}. Nothing else touched."), "{text}");
    }
}

#[test]
fn the_debug_form_names_the_client_and_no_secret() {
    let secret = || Some(Secret::new("very-secret".to_owned()));
    let created = Created { remote: "c-1".parse().unwrap(), secret: secret() };
    assert_eq!(format!("{created:?}"), "Created { remote: RemoteId(\"c-1\"), .. }");
    let credentials = Credentials { client_id: "wiki".into(), client_secret: secret() };
    assert_eq!(format!("{credentials:?}"), "Credentials { client_id: \"wiki\", .. }");
}
