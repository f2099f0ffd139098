//! Groups in a plan: who joins and leaves, and who stays although the file does not name them.

use crate::support::Bench;
use doorstep_core::model::UserName;
use doorstep_onboard::{
    plan::{Choices, GroupWait, Plan, plan},
    provider::People,
    render::{Style, render_plan},
};
use std::collections::BTreeSet;

fn set<T: std::str::FromStr<Err: std::fmt::Debug> + Ord>(names: &[&str]) -> BTreeSet<T> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// Accounts (with `-invited` at its end one whose person has not come yet), who of them is off, memberships by declaration, and administrators by hand.
fn people(accounts: &[&str], off: &[&str], members: &[(&str, &[&str])], by_hand: &[&str]) -> People {
    let mut administrators: BTreeSet<_> = set(by_hand);
    for (group, names) in members {
        if *group == "admins" {
            administrators.extend(set(names));
        }
    }
    let off: BTreeSet<_> = set(off);
    administrators.retain(|name| !off.contains(name));
    let able = accounts.iter().filter(|name| !name.ends_with("-invited")).map(|name| name.parse().unwrap());
    let able = able.filter(|name| !off.contains(name)).collect();
    let members = members.iter().map(|(group, names)| (group.parse().unwrap(), set(names))).collect();
    People { accounts: set(accounts), off, able, members, administrators, ..People::default() }
}

async fn planned(groups: &str, people: People, accept: &[&str]) -> Plan {
    let bench = Bench::default();
    let desired = bench.desired(&format!("issuer = 'https://auth.example.org'\n[groups]\n{groups}\n"));
    let mut observed = bench.observe(&desired).await;
    observed.people = people;
    plan(&desired, &observed, &Choices { accept_groups: set(accept), ..Choices::default() })
}

/// `group: +come -go` for each group with steps.
fn steps(plan: &Plan) -> Vec<String> {
    let say = |names: &BTreeSet<UserName>, sign: &str| {
        let signed: Vec<_> = names.iter().map(|name| format!(" {sign}{name}")).collect();
        signed.concat()
    };
    let groups = plan.groups.iter().filter(|group| group.has_steps()).map(|group| &group.change);
    groups.map(|change| format!("{}:{}{}", change.group, say(&change.join, "+"), say(&change.leave, "-"))).collect()
}

#[tokio::test]
async fn who_joins_and_who_leaves_a_group_is_planned_for_whoever_has_an_account() {
    let file = "admins = ['ada']\nusers = ['ada', 'grace', 'nobody-yet']";
    let now = [("users", ["linus"].as_slice()), ("admins", &["ada"]), ("old", &["grace"])];
    let plan = planned(file, people(&["ada", "grace", "linus"], &[], &now, &[]), &[]).await;
    assert!(plan.has_steps());
    insta::assert_snapshot!("groups", render_plan(&plan, Style::default()));
    let now = [("users", ["ada", "grace"].as_slice()), ("admins", &["ada"])];
    let again = planned(file, people(&["ada", "grace", "linus"], &[], &now, &[]), &[]).await;
    assert!(!again.has_steps() && !again.needs_a_person());
}

#[tokio::test]
async fn the_last_administrator_stays_whatever_the_file_and_whoever_says_so() {
    let ada = [("admins", ["ada"].as_slice())];
    let everyone = ["ada", "bob", "eve-invited"];
    for (file, off, by_hand, wanted) in [
        ("admins = ['bob']", [].as_slice(), [].as_slice(), ["admins: +bob -ada"].as_slice()),
        ("admins = ['bob']", &["bob"], &[], &["admins: +bob"]),
        ("admins = ['zoe']", &[], &[], &[]),
        ("admins = ['eve-invited']", &[], &[], &["admins: +eve-invited"]),
        ("admins = ['eve-invited']", &[], &["bob"], &["admins: +eve-invited -ada"]),
        ("admins = []", &[], &["eve-invited"], &[]),
        ("admins = []", &[], &[], &[]),
        ("users = []", &[], &[], &[]),
        ("admins = []", &[], &["bob"], &["admins: -ada"]),
        ("admins = []", &["bob"], &["bob"], &[]),
        ("admins = []", &["ada"], &[], &["admins: -ada"]),
    ] {
        for accept in [[].as_slice(), &["admins"]] {
            let plan = planned(file, people(&everyone, off, &ada, by_hand), accept).await;
            assert_eq!(steps(&plan), wanted, "{file} {off:?} {by_hand:?} {accept:?}");
            let stays = !wanted.iter().any(|step| step.contains("-ada"));
            assert_eq!(plan.needs_a_person(), stays, "{file}");
            let kept = plan.groups.iter().flat_map(|group| &group.waits).any(
                |wait| matches!(wait, GroupWait::LastAdministrator { stay } if stay.iter().any(|name| name.as_str() == "ada")),
            );
            assert_eq!(kept, stays, "{file}");
        }
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_beside_a_near_one_that_would_leave_waits_for_a_word() {
    let now = [("users", ["ada", "grace"].as_slice()), ("admins", &["ada"])];
    let everyone = people(&["ada", "grace", "linus"], &[], &now, &[]);
    let file = "admins = ['ada']\nusers = ['ada', 'grave', 'linux']";
    let plan = planned(file, everyone.clone(), &[]).await;
    assert_eq!(steps(&plan), Vec::<String>::new());
    assert!(plan.needs_a_person());
    insta::assert_snapshot!("misspelt", render_plan(&plan, Style::default()));
    assert_eq!(steps(&planned(file, everyone.clone(), &["users"]).await), ["users: -grace"]);
    assert_eq!(steps(&planned(file, everyone.clone(), &["admins"]).await), Vec::<String>::new());
    let far = planned("admins = ['ada']\nusers = ['ada', 'somebody-else']", everyone.clone(), &[]).await;
    assert_eq!(steps(&far), ["users: -grace"], "no name is near");
    let typo_of_the_last = planned("admins = ['adda']\nusers = ['ada', 'grace']", everyone, &["admins"]).await;
    assert_eq!(steps(&typo_of_the_last), Vec::<String>::new(), "no word takes the last administrator away");
}

#[tokio::test]
async fn a_hint_alone_is_nothing_to_do() {
    let everyone = people(&["ada"], &[], &[("admins", &[])], &["ada"]);
    let plan = planned("admins = ['adda']", everyone, &[]).await;
    assert!(!plan.has_steps() && !plan.needs_a_person());
    assert!(render_plan(&plan, Style::default()).contains("nobody is called `adda` yet; did you mean `ada`?"));
}

#[tokio::test]
async fn people_and_apps_are_sought_by_name_and_what_is_held_of_them_is_planned_with() {
    let bench = Bench::default();
    let everyone = people(&["ada", "grace", "linus"], &[], &[("users", &["linus"])], &["ada"]);
    bench.provider.holdings.lock().unwrap().people = everyone;
    let text = "issuer = 'https://auth.example.org'\n[groups]\nusers = ['ada', 'grace']\n";
    let app = "[apps.grafana]\nurl = 'https://grafana.example.org'\n";
    assert_eq!(steps(&bench.plan(text).await), ["users: +ada +grace -linus"]);
    assert!(bench.apply(&format!("{text}{app}")).await.succeeded());
    assert!(!bench.plan(&format!("{text}{app}")).await.has_steps());
    // What was made and delivered is sought when nothing declares it any more.
    bench.plan(text).await;
    let sought = bench.provider.sought.lock().unwrap().clone();
    assert_eq!((sought.people, sought.apps), (set(&["ada", "grace"]), set(&["grafana"])));
}
