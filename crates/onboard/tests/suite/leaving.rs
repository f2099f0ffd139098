//! What leaves and who: apps that nothing declares any more, people whom the file takes out of groups.

use crate::{
    plan::TWO,
    support::{Bench, HOME},
};
use doorstep_onboard::{
    plan::{Choices, plan},
    render::{Style, render_apply, render_plan},
};
use std::{collections::BTreeSet, time::Duration};

#[tokio::test]
async fn security_118_many_apps_go_only_when_their_number_is_said() {
    let mut bench = Bench::default();
    bench.apply(HOME).await;
    let none = "issuer = 'https://auth.example.org'";
    for (allowed, goes) in [(None, false), (Some(0), false), (Some(9), false), (Some(10), true), (Some(99), true)] {
        bench.choices = Choices { prune: true, allow_delete: allowed, ..Choices::default() };
        let planned = bench.plan(none).await;
        assert_eq!(planned.too_many_removals, (!goes).then_some(10), "{allowed:?}");
        assert_eq!(planned.has_steps(), goes, "{allowed:?}");
        assert_eq!(planned.needs_a_person(), !goes, "{allowed:?}");
    }
    let renamed = HOME.replace("[apps.grafana]", "[apps.g1]\npreset = \"grafana\"");
    bench.choices = Choices { prune: true, ..Choices::default() };
    assert_eq!(bench.plan(&renamed).await.too_many_removals, None, "a single one goes without a word");
}

#[tokio::test]
async fn an_app_that_nothing_declares_any_more_is_told_of_when_the_rest_is_applied() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let report = bench.apply(TWO.split("[apps.glances]").next().unwrap()).await;
    assert!(report.succeeded());
    insta::assert_snapshot!(
        "orphan_applied",
        bench.tidy(&render_apply(&report, Duration::from_millis(4), Style::default()))
    );
}

#[tokio::test]
async fn who_joins_and_who_leaves_a_group_is_planned_for_whoever_has_an_account() {
    let bench = Bench::default();
    let text =
        "issuer = 'https://auth.example.org'\n[groups]\nadmins = ['ada']\nusers = ['ada', 'grace', 'nobody-yet']\n";
    let desired = bench.desired(text);
    let set = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<BTreeSet<_>>();
    let mut observed = bench.observe(&desired).await;
    observed.people = set(&["ada", "grace", "linus"]);
    observed.members = [("users", set(&["linus"])), ("admins", set(&["ada"])), ("old", set(&["grace"]))]
        .map(|(group, names)| (group.parse().unwrap(), names))
        .into();
    let planned = plan(&desired, &observed, &Choices::default());
    assert!(planned.has_steps());
    insta::assert_snapshot!("groups", render_plan(&planned, Style::default()));
    observed.members = [("users", set(&["ada", "grace"])), ("admins", set(&["ada"]))]
        .map(|(group, names)| (group.parse().unwrap(), names))
        .into();
    assert!(!plan(&desired, &observed, &Choices::default()).has_steps());
}
