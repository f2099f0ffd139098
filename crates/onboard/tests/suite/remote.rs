//! Onboarding to a provider that is not ours: secrets that are shown once, processes that are killed between two
//! steps, and what cannot be expressed there.

use crate::{remote_double::Remote, support::BenchOf};
use doorstep_onboard::{
    plan::{Choices, Field, Plan, Step, Wait},
    render::{Style, render_capabilities, render_plan},
};
use std::sync::atomic::Ordering;

type Bench = BenchOf<Remote>;

const ONE: &str = "issuer = 'https://auth.example.org'\n[apps.vaultwarden]\nurl = 'https://vault.example.org'\n";

fn made(bench: &Bench) -> usize {
    bench.provider.clients.lock().unwrap().len()
}

fn drawn(bench: &Bench) -> u32 {
    *bench.provider.drawn.lock().unwrap()
}

fn delivers_the_secret(bench: &Bench) -> bool {
    bench.file("vaultwarden.env").contains(&format!("SSO_CLIENT_SECRET={}\n", bench.provider.secret_of("vaultwarden")))
}

fn draws(plan: &Plan) -> Vec<bool> {
    let steps = plan.apps.iter().flat_map(|app| &app.steps);
    steps.filter_map(|step| if let Step::NewSecret { replaces } = step { Some(*replaces) } else { None }).collect()
}

async fn empty(bench: &Bench, text: &str) {
    let again = bench.plan(text).await;
    assert!(!again.has_steps() && !again.needs_a_person(), "{again:?}");
}

#[tokio::test]
async fn a_secret_that_is_shown_once_is_delivered_and_comes_back_when_the_file_is_lost() {
    let bench = Bench::default();
    assert!(bench.apply(ONE).await.succeeded());
    assert!(delivers_the_secret(&bench));
    assert!(bench.file("vaultwarden.env").contains("SSO_CLIENT_ID=c-100\n"), "the id is the provider's");
    empty(&bench, ONE).await;
    let before = bench.file("vaultwarden.env");
    std::fs::remove_file(bench.dir.path().join("apps/vaultwarden.env")).unwrap();
    assert!(bench.apply(ONE).await.succeeded());
    assert_eq!(bench.file("vaultwarden.env"), before);
    assert_eq!((made(&bench), drawn(&bench)), (1, 1));
}

#[tokio::test]
async fn killed_before_the_answer_is_kept_makes_no_second_client_and_draws_a_first_secret_again() {
    let bench = Bench::default();
    bench.ledger.dies_at_bind.store(true, Ordering::SeqCst);
    let report = bench.apply(ONE).await;
    assert!(!report.succeeded() && report.is_worth_another_try());
    assert!(!bench.dir.path().join("apps/vaultwarden.env").exists());
    let plan = bench.plan(ONE).await;
    assert_eq!(draws(&plan), [false], "nobody ever had the one before");
    assert_eq!(plan.replaced_secrets(), 0);
    let text = render_plan(&plan, Style::default());
    assert!(text.contains("a first secret, because the one before never arrived"), "{text}");
    assert!(bench.apply(ONE).await.succeeded());
    assert!(delivers_the_secret(&bench));
    assert_eq!((made(&bench), drawn(&bench)), (1, 2));
    empty(&bench, ONE).await;
}

#[tokio::test]
async fn killed_before_the_delivery_delivers_the_same_secret_later() {
    let bench = Bench::default();
    let folder = bench.dir.path().join("apps");
    std::fs::write(&folder, "in the way").unwrap();
    assert!(!bench.apply(ONE).await.succeeded());
    std::fs::remove_file(&folder).unwrap();
    assert!(draws(&bench.plan(ONE).await).is_empty());
    assert!(bench.apply(ONE).await.succeeded());
    assert!(delivers_the_secret(&bench));
    assert_eq!((made(&bench), drawn(&bench)), (1, 1));
}

#[tokio::test]
async fn an_update_keeps_the_secret_and_a_default_that_is_left_out_is_no_change() {
    let bench = Bench::default();
    bench.apply(ONE).await;
    let before = bench.provider.secret_of("vaultwarden");
    let renamed = ONE.replace("[apps.vaultwarden]", "[apps.vaultwarden]\ntitle = 'Passwords'");
    assert!(draws(&bench.plan(&renamed).await).is_empty());
    assert!(bench.apply(&renamed).await.succeeded());
    assert_eq!(bench.provider.secret_of("vaultwarden"), before);
    empty(&bench, &renamed).await;
}

#[tokio::test]
async fn a_client_made_by_hand_waits_and_says_that_its_secret_would_be_replaced() {
    let mut bench = Bench::default();
    bench.provider.by_hand("vaultwarden");
    let plan = bench.plan(ONE).await;
    assert_eq!(plan.apps[0].waits, [Wait::TakeOver { replaces_secret: true, client: None }]);
    assert!(!plan.has_steps());
    assert!(render_plan(&plan, Style::default()).contains("the app gets a new one"));
    bench.choices = Choices { accept: ["vaultwarden".parse().unwrap()].into(), ..Choices::default() };
    let plan = bench.plan(ONE).await;
    assert_eq!(draws(&plan), [true]);
    assert!(render_plan(&plan, Style::default()).ends_with("One secret is replaced.\n"));
    assert!(bench.apply(ONE).await.succeeded());
    assert!(delivers_the_secret(&bench));
    bench.choices = Choices::default();
    empty(&bench, ONE).await;
    assert_eq!(made(&bench), 1);
}

#[tokio::test]
async fn what_the_provider_cannot_express_is_said_each_time_and_neither_written_nor_compared() {
    let mut bench = Bench::default();
    bench.provider.cannot = [Field::Scopes, Field::AuthMethod].into();
    assert!(bench.apply(ONE).await.succeeded());
    let plan = bench.plan(ONE).await;
    assert!(!plan.has_steps(), "{plan:?}");
    let fields: Vec<_> = plan.apps[0].cannot.iter().map(|change| change.field).collect();
    assert!(fields.contains(&Field::Scopes), "{fields:?}");
    let text = render_plan(&plan, Style::default());
    assert!(text.contains("the provider cannot express this part of the declaration:"), "{text}");
}

/// Of the app's entry and of its client alike, and of what both have once.
#[tokio::test]
async fn each_thing_that_cannot_be_expressed_is_named_once() {
    let text = ONE.replace(
        "[apps.vaultwarden]",
        "[groups]\nadmins = ['ada']\n[apps.vaultwarden]\nallow = ['admins']\nforward_auth = true\nown_cookies = ['x']",
    );
    let all = [Field::Allow, Field::Protected, Field::OwnCookies, Field::Scopes];
    for cannot in [all.as_slice(), &all[..1], &all[1..2], &all[2..3], &all[3..]] {
        let mut bench = Bench::default();
        bench.provider.cannot = cannot.iter().copied().collect();
        bench.choices = Choices { accept: ["vaultwarden".parse().unwrap()].into(), ..Choices::default() };
        let mut fields: Vec<_> = bench.plan(&text).await.apps[0].cannot.iter().map(|change| change.field).collect();
        fields.sort();
        assert_eq!(fields, bench.provider.cannot.iter().copied().collect::<Vec<_>>());
        assert!(bench.apply(&text).await.succeeded());
        assert!(!bench.plan(&text).await.has_steps(), "what cannot be expressed is no change: {cannot:?}");
    }
}

#[tokio::test]
async fn where_nobody_can_be_kept_out_an_app_with_a_list_of_people_waits_for_a_word() {
    let mut bench = Bench::default();
    bench.provider.cannot = [Field::Allow].into();
    let narrow =
        ONE.replace("[apps.vaultwarden]", "[groups]\nadmins = ['ada']\n[apps.vaultwarden]\nallow = ['admins']");
    let plan = bench.plan(&narrow).await;
    assert_eq!(plan.apps[0].waits, [Wait::Everyone]);
    assert!(!plan.has_steps());
    assert_eq!(plan.groups_left_out, 1);
    let line = "the provider has no groups: 1 declared are left out\n";
    assert!(render_plan(&plan, Style::default()).contains(line));
    assert!(!render_plan(&bench.plan(ONE).await, Style::default()).contains("no groups"));
    bench.choices = Choices { accept: ["vaultwarden".parse().unwrap()].into(), ..Choices::default() };
    assert!(bench.apply(&narrow).await.succeeded());
    assert_eq!(made(&bench), 1);
    assert!(bench.plan(ONE).await.apps.is_empty(), "who does not name people has nothing to say");
}

#[tokio::test]
async fn a_client_that_was_deleted_there_is_made_again_with_a_secret_of_its_own() {
    let bench = Bench::default();
    bench.apply(ONE).await;
    let before = bench.provider.secret_of("vaultwarden");
    bench.provider.clients.lock().unwrap().clear();
    assert!(bench.apply(ONE).await.succeeded());
    assert_ne!(bench.provider.secret_of("vaultwarden"), before);
    assert!(delivers_the_secret(&bench));
    empty(&bench, ONE).await;
}

#[tokio::test]
async fn a_pruned_app_takes_client_binding_and_file_along() {
    let mut bench = Bench::default();
    bench.apply(ONE).await;
    bench.choices.prune = true;
    let none = "issuer = 'https://auth.example.org'\n";
    assert!(bench.apply(none).await.succeeded());
    assert_eq!(made(&bench), 0);
    assert!(!bench.dir.path().join("apps/vaultwarden.env").exists());
    let recorded = bench.ledger.recorded.lock().unwrap().clone();
    assert!(recorded.bindings.is_empty() && recorded.delivered.is_empty());
    empty(&bench, none).await;
}

#[tokio::test]
async fn the_table_of_capabilities_names_every_field() {
    let mut bench = Bench::default();
    bench.provider.cannot = [Field::AccessTtl, Field::Protected].into();
    let can = doorstep_onboard::provider::Provider::capabilities(&bench.provider);
    insta::assert_snapshot!("capabilities", render_capabilities(&can));
}
