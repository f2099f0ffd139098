//! What leaves and who: apps that nothing declares any more, people whom the file takes out of groups.

use crate::{
    plan::TWO,
    support::{Bench, HOME},
};
use doorstep_onboard::{
    plan::Choices,
    render::{Style, render_apply, render_plan},
    sink::Fingerprint,
};
use std::{os::unix::fs::MetadataExt, time::Duration};

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
async fn a_renamed_app_has_its_address_at_once_and_the_plan_says_what_changes() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let renamed = TWO
        .replace("[apps.glances]\n", "[apps.stats]\npreset = 'glances'\n")
        .replace("[apps.grafana]\n", "[apps.charts]\npreset = 'grafana'\nforward_auth = true\n");
    let plan = bench.plan(&renamed).await;
    insta::assert_snapshot!("renamed_plan", bench.tidy(&render_plan(&plan, Style::default())));
    assert!(!plan.needs_a_person(), "taking over removes no client, and needs no word");
    let report = bench.apply(&renamed).await;
    assert!(report.succeeded());
    insta::assert_snapshot!(
        "renamed_applied",
        bench.tidy(&render_apply(&report, Duration::from_millis(4), Style::default()))
    );
    assert!(!bench.plan(&renamed).await.has_steps(), "once is enough");
}

#[tokio::test]
async fn a_delivery_that_moves_leaves_the_old_file_until_it_is_pruned_and_an_edited_one_is_named() {
    for edited in [false, true] {
        let mut bench = Bench::default();
        bench.apply(TWO).await;
        let (old, new) = (bench.dir.path().join("apps/grafana.env"), bench.dir.path().join("moved.env"));
        let moved = TWO.replace("roles =", &format!("deliver = 'file:{}'\nroles =", new.display()));
        if edited {
            std::fs::write(&old, format!("{}MINE=1\n", bench.file("grafana.env"))).unwrap();
        }
        bench.apply(&moved).await;
        assert!(old.exists() && new.exists());
        let plan = bench.plan(&moved).await;
        assert!(!plan.has_steps() && !plan.needs_a_person());
        let text = bench.tidy(&render_plan(&plan, Style::default()));
        assert!(text.contains("file /apps/grafana.env was delivered once and nothing declares it"), "{text}");
        bench.choices = Choices { prune: true, ..Choices::default() };
        let report = bench.apply(&moved).await;
        assert!(report.succeeded());
        let reported = bench.tidy(&render_apply(&report, Duration::ZERO, Style::default()));
        assert_eq!(reported.contains("stays: it is not what was delivered"), edited, "{reported}");
        assert_eq!(old.exists(), edited);
        assert!(new.exists());
        assert!(bench.plan(&moved).await.apps.is_empty(), "told once");
    }
}

#[tokio::test]
async fn a_delivery_that_nobody_recorded_before_the_end_is_recorded_without_being_written_and_goes_with_its_app() {
    // Killed between the file and the ledger: at the first delivery, and at a later one.
    for last in [None, Some(Fingerprint::of(b"what stood there before"))] {
        let mut bench = Bench::default();
        bench.apply(TWO).await;
        let file = bench.dir.path().join("apps/grafana.env");
        let written = || std::fs::metadata(&file).unwrap().ino();
        let before = written();
        for (_, content) in bench.ledger.recorded.lock().unwrap().delivered.values_mut() {
            *content = last.unwrap_or(*content);
        }
        if last.is_none() {
            bench.ledger.recorded.lock().unwrap().delivered.clear();
        }
        let text = bench.tidy(&render_plan(&bench.plan(TWO).await, Style::default()));
        assert!(
            text.contains("file /apps/grafana.env is what it should be, and is not recorded yet: recorded"),
            "{text}"
        );
        let report = bench.apply(TWO).await;
        let text = bench.tidy(&render_apply(&report, Duration::ZERO, Style::default()));
        assert!(report.succeeded() && text.contains("file /apps/grafana.env recorded"), "{text}");
        assert_eq!(written(), before, "no app starts again for it");
        assert!(bench.plan(TWO).await.apps.is_empty());
        bench.choices = Choices { prune: true, ..Choices::default() };
        assert!(bench.apply("issuer = 'https://auth.example.org'").await.succeeded());
        assert!(!file.exists());
    }
}
