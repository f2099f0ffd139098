//! The planner and the executor, through a provider in memory and real files.

use crate::support::{Bench, HOME};
use doorstep_core::id::AppName;
use doorstep_core::model::{ClientAuthMethod, Owner, PkcePolicy, SigningAlg};
use doorstep_onboard::{
    plan::{Choices, Edit, Field, Reason, Step, Wait, plan},
    render::{Style, render_apply, render_plan},
    spec::{AppSpec, ClientSpec, Held},
};
use std::time::Duration;

pub(crate) const TWO: &str = "issuer = 'https://auth.example.org'\n\
    [groups]\nadmins = ['ada']\nusers = ['ada']\n\
    [apps.grafana]\nurl = 'https://grafana.example.org'\nroles = { admins = 'Admin' }\n\
    [apps.glances]\nurl = 'https://glances.example.org'\nallow = ['admins']\n";

fn name(text: &str) -> AppName {
    text.parse().unwrap()
}

fn choose(accept: &[&str], prune: bool) -> Choices {
    Choices { accept: accept.iter().map(|app| name(app)).collect(), prune, ..Choices::default() }
}

fn steps(plan: &doorstep_onboard::plan::Plan) -> Vec<String> {
    let say = |step: &Step| match step {
        Step::CreateClient { .. } => "create client".to_owned(),
        Step::CreateExtra { .. } | Step::UpdateExtra { .. } | Step::DeleteExtra { .. } => format!("{step:?}"),
        Step::UpdateClient { changes, .. } => {
            format!("change {:?}", changes.iter().map(|c| c.field).collect::<Vec<_>>())
        }
        Step::PutApp { new, .. } => format!("put app, {}", if *new { "new" } else { "again" }),
        Step::Deliver { reason, .. } => format!("deliver, {reason:?}"),
        Step::TakeOver { from } => format!("take over from {from}"),
        Step::DeleteApp => "delete app".to_owned(),
        Step::DeleteClient => "delete client".to_owned(),
        Step::NewSecret { replaces } => format!("new secret, {}", if *replaces { "replaces" } else { "first" }),
        Step::Withdraw { .. } => "withdraw".to_owned(),
    };
    plan.apps.iter().flat_map(|app| app.steps.iter().map(move |step| format!("{}: {}", app.name, say(step)))).collect()
}

async fn shown(bench: &Bench, text: &str) -> String {
    bench.tidy(&render_plan(&bench.plan(text).await, Style::default()))
}

macro_rules! reviewed {
    ($name:literal, $text:expr) => {
        let text = $text;
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, text) });
    };
}

#[tokio::test]
async fn the_first_plan_makes_everything_and_the_second_is_empty() {
    let bench = Bench::default();
    reviewed!("first_plan", shown(&bench, HOME).await);
    let report = bench.apply(HOME).await;
    assert!(report.succeeded());
    let text = render_apply(&report, Duration::from_millis(312), Style::default());
    reviewed!("first_apply", bench.tidy(&text));

    let second = bench.plan(HOME).await;
    assert_eq!(steps(&second), Vec::<String>::new());
    assert!(!second.has_steps() && !second.needs_a_person());
    assert_eq!(second.unchanged.len(), 10);
    reviewed!("second_plan", shown(&bench, HOME).await);
    assert_eq!(render_apply(&bench.apply(HOME).await, Duration::ZERO, Style::default()), "Nothing to do.\n");
}

#[tokio::test]
async fn steps_go_in_order_client_entry_delivery() {
    let bench = Bench::default();
    let wanted = ["glances: put app, new", "grafana: create client", "grafana: put app, new", "grafana: deliver, New"];
    assert_eq!(steps(&bench.plan(TWO).await), wanted);
}

#[tokio::test]
async fn a_lost_delivery_comes_back_byte_for_byte_and_nothing_else_happens() {
    let bench = Bench::default();
    bench.apply(HOME).await;
    let held = bench.provider.held();
    for file in ["grafana.env", "oauth2-proxy.env", "open-webui.env", "immich.json"] {
        let before = bench.file(file);
        std::fs::remove_file(bench.dir.path().join("apps").join(file)).unwrap();
        let plan = bench.plan(HOME).await;
        assert_eq!(steps(&plan), [format!("{}: deliver, Missing", file.split('.').next().unwrap())]);
        bench.apply(HOME).await;
        assert_eq!(bench.file(file), before);
    }
    assert_eq!(bench.provider.held(), held);
}

#[tokio::test]
async fn an_edited_delivery_is_told_and_written_again() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let before = bench.file("grafana.env");
    std::fs::write(bench.dir.path().join("apps/grafana.env"), before.replace("openid", "closed")).unwrap();
    reviewed!("edited", shown(&bench, TWO).await);
    bench.apply(TWO).await;
    assert_eq!(bench.file("grafana.env"), before);
}

#[tokio::test]
async fn an_address_that_moves_changes_redirect_addresses_and_the_delivery() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let moved = TWO.replace("https://grafana.", "https://graphs.");
    reviewed!("moved", shown(&bench, &moved).await);
    let report = bench.apply(&moved).await;
    reviewed!("moved_applied", bench.tidy(&render_apply(&report, Duration::from_millis(40), Style::default())));
    assert_eq!(steps(&bench.plan(&moved).await), Vec::<String>::new());
}

#[tokio::test]
async fn who_may_use_an_app_is_told_once() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let narrower = TWO.replace("roles =", "allow = ['users']\nroles =");
    reviewed!("allowed", shown(&bench, &narrower).await);
}

#[tokio::test]
async fn what_nobody_declares_any_more_stays_until_it_is_pruned() {
    let mut bench = Bench::default();
    bench.apply(TWO).await;
    let fewer = TWO.split("[apps.grafana]").next().unwrap();
    reviewed!("orphans", shown(&bench, fewer).await);
    assert_eq!(steps(&bench.plan(fewer).await), Vec::<String>::new());
    assert_eq!(bench.provider.held().apps.len(), 2);

    bench.choices = choose(&[], true);
    assert_eq!(
        steps(&bench.plan(fewer).await),
        ["glances: delete app", "grafana: delete app", "grafana: delete client", "grafana: withdraw"]
    );
    bench.apply(fewer).await;
    assert!(bench.provider.held().apps.is_empty() && bench.provider.held().clients.is_empty());
    assert_eq!(bench.plan(fewer).await.apps, []);
}

#[tokio::test]
async fn security_118_an_empty_file_wipes_nothing() {
    let bench = Bench::default();
    bench.apply(HOME).await;
    let held = bench.provider.held();
    bench.apply("issuer = 'https://auth.example.org'").await;
    assert_eq!(bench.provider.held(), held);
}

#[tokio::test]
async fn an_app_that_no_longer_signs_people_in_leaves_its_client_behind() {
    let mut bench = Bench::default();
    let wiki = "issuer = 'https://auth.example.org'\n[apps.wiki]\nurl = 'https://wiki.example.org'\n";
    bench.apply(&format!("{wiki}callbacks = ['/cb']")).await;
    let guarded = format!("{wiki}forward_auth = true");
    let plan = bench.plan(&guarded).await;
    assert_eq!(steps(&plan), ["wiki: put app, again"]);
    assert!(plan.apps[0].orphan);
    bench.choices = choose(&[], true);
    assert_eq!(steps(&bench.plan(&guarded).await), ["wiki: put app, again", "wiki: delete client", "wiki: withdraw"]);
}

#[tokio::test]
async fn failure_04_a_default_that_the_provider_leaves_out_is_no_change() {
    let bench = Bench::default();
    bench.apply("issuer = 'https://auth.example.org'\n[apps.headscale]\nurl = 'https://vpn.example.org'").await;
    let answer = r#"{"app":"headscale","name":"Headscale","redirect_uris":["https://vpn.example.org/oidc/callback"]}"#;
    let spec: ClientSpec = serde_json::from_str(answer).unwrap();
    let held = Held { spec, owner: Owner::Config };
    bench.provider.holdings.lock().unwrap().clients.insert(name("headscale"), held);
    let plan =
        bench.plan("issuer = 'https://auth.example.org'\n[apps.headscale]\nurl = 'https://vpn.example.org'").await;
    assert_eq!(steps(&plan), Vec::<String>::new());
}

#[tokio::test]
async fn the_order_of_addresses_is_no_change() {
    let bench = Bench::default();
    bench.apply(HOME).await;
    bench.provider.holdings.lock().unwrap().clients.get_mut("immich").unwrap().spec.redirect_uris.reverse();
    assert_eq!(steps(&bench.plan(HOME).await), Vec::<String>::new());
}

type Turn = fn(&mut ClientSpec);

/// What the provider holds → whether turning it into what is declared needs a word.
const CONTRACTS: &[(Field, bool, Turn)] = &[
    (Field::IdTokenAlg, true, |held| held.id_token_alg = SigningAlg::Es256),
    (Field::IssParameter, true, |held| held.iss_parameter = false),
    (Field::ClaimsInIdToken, false, |held| held.claims_in_id_token = false),
    (Field::RoleClaim, true, |held| held.role_claim.as_mut().unwrap().claim = "roles".into()),
    (Field::RoleClaim, false, |held| held.role_claim = None),
    (Field::RoleClaim, false, |held| held.role_claim.as_mut().unwrap().order.clear()),
    (Field::Scopes, true, |held| assert!(held.scopes.insert("extra".into()))),
    (Field::Scopes, false, |held| assert!(held.scopes.remove("groups"))),
    (Field::Pkce, true, |held| held.pkce = PkcePolicy::Optional),
    (Field::AuthMethod, false, |held| held.auth_method = ClientAuthMethod::Post),
    (Field::AuthMethod, true, |held| held.auth_method = ClientAuthMethod::None),
    (Field::Native, true, |held| held.native = true),
    (Field::RedirectUris, false, |held| held.redirect_uris.clear()),
    (Field::PostLogoutRedirectUris, false, |held| held.post_logout_redirect_uris.clear()),
    (Field::Title, false, |held| held.name = "Other".into()),
    (Field::Allow, false, |held| held.allow = Some([].into())),
    (Field::FirstParty, false, |held| held.first_party = false),
    (Field::AccessTtl, false, |held| held.access_ttl = doorstep_core::time::Ttl::from_minutes(5)),
    (Field::RefreshTtl, false, |held| held.refresh_ttl = doorstep_core::time::Ttl::from_days(1)),
];

#[tokio::test]
async fn what_a_working_app_relies_on_waits_for_a_word_and_the_rest_does_not() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let desired = bench.desired(TWO);
    for (field, waits, turn) in CONTRACTS {
        let mut observed = bench.observe(&desired).await;
        turn(&mut observed.clients.get_mut("grafana").unwrap().spec);

        let cautious = plan(&desired, &observed, &Choices::default());
        let [app] = cautious.apps.as_slice() else { panic!("{field:?}: {cautious:?}") };
        let fields: Vec<Field> = match app.waits.first() {
            Some(Wait::Contract { change, .. }) => vec![change.field],
            _ => vec![],
        };
        assert_eq!(fields == [*field], *waits, "{field:?}");
        assert_eq!(app.steps.is_empty(), *waits, "{field:?}");

        let accepted = plan(&desired, &observed, &choose(&["grafana"], false));
        assert_eq!(steps(&accepted), [format!("grafana: change [{field:?}]")]);
        assert!(accepted.apps[0].waits.is_empty());
    }
}

#[tokio::test]
async fn while_a_contract_waits_the_rest_of_the_app_still_changes() {
    let mut bench = Bench::default();
    bench.apply(TWO).await;
    {
        let mut holdings = bench.provider.holdings.lock().unwrap();
        let spec = &mut holdings.clients.get_mut("grafana").unwrap().spec;
        spec.id_token_alg = SigningAlg::Es256;
        spec.scopes.insert("extra".into());
        spec.redirect_uris.push("https://old.example.org/cb".into());
    }
    reviewed!("contract", shown(&bench, TWO).await);
    let report = bench.apply(TWO).await;
    reviewed!("contract_applied", render_apply(&report, Duration::from_millis(90), Style::default()));
    let held = bench.provider.held().clients["grafana"].spec.clone();
    assert_eq!(held.id_token_alg, SigningAlg::Es256);
    assert_eq!(held.redirect_uris.len(), 1);

    bench.choices = choose(&["grafana"], false);
    bench.apply(TWO).await;
    assert_eq!(bench.provider.held().clients["grafana"].spec.id_token_alg, SigningAlg::Rs256);
    assert_eq!(bench.plan(TWO).await.apps, []);
}

#[tokio::test]
async fn while_a_contract_waits_a_lost_delivery_comes_back_and_another_stays() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    bench.provider.holdings.lock().unwrap().clients.get_mut("grafana").unwrap().spec.iss_parameter = false;
    let file = bench.dir.path().join("apps/grafana.env");
    std::fs::write(&file, bench.file("grafana.env") + "X=1\n").unwrap();
    assert_eq!(steps(&bench.plan(TWO).await), Vec::<String>::new());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(steps(&bench.plan(TWO).await), ["grafana: deliver, Missing"]);
}

#[tokio::test]
async fn what_was_made_by_hand_is_taken_over_only_with_a_word_and_never_pruned() {
    let mut bench = Bench::default();
    for app in ["grafana", "mine"] {
        let spec = ClientSpec::new(name(app), "By hand", vec!["https://x.example.org/cb".into()]);
        bench.provider.holdings.lock().unwrap().clients.insert(name(app), Held { spec, owner: Owner::Console });
    }
    let spec = AppSpec {
        name: name("mine"),
        title: "Mine".into(),
        url: "https://x.example.org".into(),
        allow: None,
        require: None,
        protected: false,
        own_cookies: [].into(),
        rules: Vec::new(),
        authorization: <_>::default(),
        posture: <_>::default(),
        icon: None,
        signs_in: true,
    };
    bench.provider.holdings.lock().unwrap().apps.insert(name("mine"), Held { spec, owner: Owner::Console });
    bench.choices = choose(&[], true);
    reviewed!("by_hand", shown(&bench, TWO).await);
    assert_eq!(steps(&bench.plan(TWO).await), ["glances: put app, new"]);
    bench.choices = choose(&["grafana"], true);
    bench.apply(TWO).await;
    let held = bench.provider.held();
    assert_eq!(held.clients["grafana"].owner, Owner::Config);
    assert_eq!(held.clients["mine"].owner, Owner::Console);
    assert_eq!(bench.plan(TWO).await.apps, []);
}

#[tokio::test]
async fn one_app_that_fails_leaves_the_others_done_and_nothing_half_written() {
    let mut bench = Bench::default();
    bench.provider.refuses = Some("grafana");
    let report = bench.apply(HOME).await;
    assert!(!report.succeeded());
    let failed: Vec<_> = report.apps.iter().filter(|app| !app.failed.is_empty()).collect();
    let [app] = failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!(app.name, name("grafana"));
    assert_eq!(app.done, []);
    assert!(!bench.dir.path().join("apps/grafana.env").exists());
    assert!(!bench.provider.held().apps.contains_key("grafana"));
    assert_eq!(bench.provider.held().apps.len(), 9);
    let one = doorstep_onboard::execute::Report {
        apps: vec![(*app).clone()],
        ..doorstep_onboard::execute::Report::default()
    };
    reviewed!("failed", render_apply(&one, Duration::from_millis(10), Style::default()));

    bench.provider.refuses = None;
    assert!(bench.apply(HOME).await.succeeded());
    assert_eq!(bench.plan(HOME).await.apps, []);
}

#[tokio::test]
async fn a_place_that_is_not_ours_is_named_and_left_alone() {
    let bench = Bench::default();
    let own = bench.dir.path().join("own.env");
    std::fs::write(&own, "PASSWORD=mine\n").unwrap();
    let text = TWO.replace("roles =", &format!("deliver = ['file:{}', 'file:/nowhere/x.env']\nroles =", own.display()));
    bench.apply(&text).await;
    let show = |text: String| text.replace(&bench.dir.path().display().to_string(), "/srv");
    reviewed!("blocked", show(shown(&bench, &text).await));
    let report = bench.apply(&text).await;
    assert!(!report.succeeded());
    assert_eq!(std::fs::read_to_string(&own).unwrap(), "PASSWORD=mine\n");
}

#[tokio::test]
async fn a_first_delivery_never_replaces_what_a_person_wrote() {
    let bench = Bench::default();
    let own = bench.dir.path().join("own.env");
    std::fs::write(&own, "PASSWORD=mine\n").unwrap();
    let text = TWO.replace("roles =", &format!("deliver = 'file:{}'\nroles =", own.display()));
    let plan = bench.plan(&text).await;
    assert_eq!(plan.apps[1].blocked.len(), 1);
    let report = bench.apply(&text).await;
    assert!(!report.succeeded());
    assert_eq!(std::fs::read_to_string(&own).unwrap(), "PASSWORD=mine\n");
}

#[tokio::test]
async fn no_secret_is_in_a_plan_a_report_or_their_json() {
    let bench = Bench::default();
    let plan = bench.plan(HOME).await;
    let report = bench.apply(HOME).await;
    let mut texts = vec![render_plan(&plan, Style { colour: true }), format!("{plan:?}")];
    texts.push(serde_json::to_string(&plan).unwrap());
    texts.push(serde_json::to_string(&report).unwrap());
    texts.push(render_apply(&report, Duration::ZERO, Style { colour: true }));
    let secret = |file: &str, key: &str| {
        let text = bench.file(file);
        text.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned()
    };
    for secret in [
        secret("grafana.env", "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET="),
        secret("oauth2-proxy.env", "OAUTH2_PROXY_COOKIE_SECRET="),
    ] {
        assert_eq!(secret.len(), 43);
        for text in &texts {
            assert!(!text.contains(&secret));
        }
    }
}

#[tokio::test]
async fn json_tells_the_same_facts() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let plan = bench.plan(&TWO.replace("https://grafana.", "https://graphs.")).await;
    let Step::UpdateClient { changes, .. } = &plan.apps[0].steps[0] else { panic!() };
    assert!(matches!(&changes[0].edit, Edit::Items { added, removed } if added.len() == 1 && removed.len() == 1));
    assert!(plan.apps[0].steps.iter().any(|step| matches!(step, Step::Deliver { reason: Reason::Differs, .. })));
    reviewed!("json", bench.tidy(&serde_json::to_string_pretty(&plan).unwrap()));
}

#[tokio::test]
async fn the_whole_way_can_run_on_any_thread() {
    let bench = Bench::default();
    tokio::spawn(async move {
        assert!(bench.apply(TWO).await.succeeded());
    })
    .await
    .unwrap();
}
