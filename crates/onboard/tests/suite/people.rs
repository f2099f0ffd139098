//! People whom the configuration invites: an account is made once, or waits for a reason that is named.

use crate::remote_double::Remote;
use crate::support::{Bench, BenchOf};
use doorstep_core::model::{Former, IdentifierKind, UserName};
use doorstep_onboard::{
    execute::{Report, execute},
    plan::{Choices, PersonWait, Plan, plan},
    provider::{InTheWay, People},
    render::{Style, render_apply, render_plan},
};
use std::time::Duration;

const FILE: &str = "issuer = 'https://auth.example.org'\n[groups]\nadmins = ['ada']\nusers = ['ada', 'grace']\n\
                    [people.grace]\nname = 'Grace Hopper'\nemail = 'grace@example.org'\n[people.ada]\n";

fn named(name: &str) -> UserName {
    name.parse().unwrap()
}

fn here(accounts: &[&str], administrators: &[&str]) -> People {
    let set = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
    People { accounts: set(accounts), administrators: set(administrators), ..People::default() }
}

async fn planned(people: People, accept: &[&str]) -> Plan {
    let bench = Bench::default();
    let desired = bench.desired(FILE);
    let mut observed = bench.observe(&desired).await;
    observed.people = people;
    let accept_people = accept.iter().map(|name| name.parse().unwrap()).collect();
    plan(&desired, &observed, &Choices { accept_people, ..Choices::default() })
}

#[test]
fn what_cannot_be_an_invitation_is_a_mistake_with_its_place() {
    let bench = Bench::default();
    for (text, at, what) in [
        ("[people.'9x']", "people.9x", "`9x` cannot be a user name"),
        ("[people.ada]\nemail = 'ada'", "people.ada.email", "`ada` is not a mail address"),
        ("[people.ada]\n[people.Ada]", "people.Ada", "ada is declared twice: letter case makes no other user name"),
        (
            "[people.ada]\nemail = 'a@example.org'\n[people.bob]\nemail = 'A@EXAMPLE.org'",
            "people.bob.email",
            "ada has this address too, and apps know people by it",
        ),
        ("[people.ada]\nname = \"A\\u0007da\"", "people.ada.name", "a name is one line of at most 100 characters"),
    ] {
        let mistakes = bench.try_desired(&format!("issuer = 'https://auth.example.org'\n{text}\n")).unwrap_err();
        let said: Vec<_> = mistakes.iter().map(|one| (one.at.to_string(), one.what.as_str())).collect();
        assert_eq!(said, [(at.to_owned(), what)], "{text}");
    }
    let long = format!("issuer = 'https://auth.example.org'\n[people.ada]\nfamily_name = '{}'\n", "x".repeat(101));
    assert_eq!(bench.try_desired(&long).unwrap_err()[0].at.to_string(), "people.ada.family_name");
}

#[tokio::test]
async fn whoever_is_invited_gets_an_account_and_joins_in_the_same_run() {
    let bench = Bench::default();
    bench.provider.holdings.lock().unwrap().people = here(&["ada"], &["ada"]);
    let first = bench.plan(FILE).await;
    insta::assert_snapshot!("people_invited", render_plan(&first, Style::default()));
    let report = bench.apply(FILE).await;
    insta::assert_snapshot!("people_made", render_apply(&report, Duration::from_millis(9), Style::default()));
    assert!(report.did_something() && report.succeeded() && !report.waits());
    let held = bench.provider.held().people;
    assert!(held.accounts.contains(&named("grace")) && held.members["users"].contains(&named("grace")));
    let again = bench.plan(FILE).await;
    assert!(!again.has_steps() && !again.needs_a_person(), "{again:?}");
    // What the file says of somebody who has an account is not looked at any more.
    let renamed = FILE.replace("Grace Hopper", "Somebody").replace("grace@", "other@");
    assert!(!bench.plan(&renamed).await.has_steps());
}

#[tokio::test]
async fn an_invitation_waits_for_what_only_a_person_decides() {
    let grace =
        |why: InTheWay| People { in_the_way: [("grace".parse().unwrap(), why)].into(), ..here(&["ada"], &["ada"]) };
    let email = || InTheWay::Email { email: "grace@example.org".into(), of: "ada".into() };
    let held = |kind, value: &str, of: Option<&str>| Former { kind, value: value.into(), of: of.map(str::to_owned) };
    let name = || held(IdentifierKind::UserName, "grace", Some("hopper"));
    let address = || held(IdentifierKind::Email, "grace@example.org", None);
    let former = || InTheWay::Former { held: vec![name()] };
    for (case, people, accept, made) in [
        ("an address of somebody else", grace(email()), [].as_slice(), false),
        ("which no approval gives", grace(email()), &["grace"], false),
        ("a name of somebody else", grace(former()), &[], false),
        ("another one was approved", grace(former()), &["ada"], false),
        ("approved", grace(former()), &["grace"], true),
        ("nobody administers", here(&["ada"], &[]), &[], false),
        ("nobody administers, whatever was approved", here(&[], &[]), &["grace", "ada"], false),
    ] {
        let plan = planned(people, accept).await;
        let grace = plan.people.iter().find(|person| person.invitation.name.as_str() == "grace").unwrap();
        assert_eq!((grace.has_steps(), grace.reuse), (made, accept.contains(&"grace")), "{case}");
        assert_eq!(plan.needs_a_person(), !made, "{case}");
        let joins = plan.groups.iter().any(|group| group.change.join.contains(&named("grace")));
        assert_eq!(joins, made, "{case}");
    }
    let waits: Vec<String> = [
        planned(grace(email()), &[]).await,
        planned(grace(former()), &[]).await,
        planned(grace(InTheWay::Former { held: vec![address()] }), &[]).await,
        planned(grace(InTheWay::Former { held: vec![name(), address()] }), &[]).await,
        planned(here(&[], &[]), &[]).await,
    ]
    .iter()
    .map(|plan| render_plan(plan, Style::default()))
    .collect();
    insta::assert_snapshot!("people_waiting", waits.join("---\n"));
    assert_eq!(planned(here(&[], &[]), &[]).await.people[0].wait, Some(PersonWait::FirstAdministrator));
}

#[tokio::test]
async fn a_refused_invitation_keeps_nobody_else_back() {
    let mut bench = Bench::default();
    bench.provider.refuses = Some("grace");
    bench.provider.holdings.lock().unwrap().people = here(&["ada"], &["ada"]);
    let file = format!("{FILE}[people.linus]\n[apps.grafana]\nurl = 'https://grafana.example.org'\n");
    let report: Report = execute(&bench.plan(&file).await, &bench.means()).await;
    assert!(!report.succeeded() && report.did_something());
    assert!(
        render_apply(&report, Duration::ZERO, Style::default())
            .contains("grace      FAILED person: the provider refuses")
    );
    let held = bench.provider.held();
    assert!(held.people.accounts.contains(&named("linus")) && held.clients.contains_key("grafana"));
}

#[tokio::test]
async fn a_provider_that_makes_no_accounts_is_told_apart() {
    let bench = BenchOf::<Remote>::default();
    let planned = bench.plan(FILE).await;
    assert!(planned.people.is_empty() && planned.people_left_out == 2 && !planned.has_steps());
    let said = render_plan(&planned, Style::default());
    assert!(said.contains("the provider makes no accounts: 2 invited are left out"), "{said}");
}
