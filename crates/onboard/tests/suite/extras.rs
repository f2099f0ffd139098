//! Further clients of an app: its command line, its apps for desktops and phones. They come, change and go with it.

use crate::support::{Bench, read, read_with, url_of};
use doorstep_core::model::{ClientAuthMethod, Owner, PkcePolicy};
use doorstep_onboard::{
    catalog::Catalog,
    mistake::Mistake,
    plan::{Choices, Step},
    render::{Style, render_apply, render_plan},
    spec::ClientSpec,
};
use std::{path::Path, time::Duration};

const THREE: &str = "issuer = 'https://auth.example.org'\n[groups]\nadmins = ['ada']\n\
    [apps.argocd]\nurl = 'https://argocd.example.org'\nallow = ['admins']\n\
    [apps.opencloud]\nurl = 'https://cloud.example.org'\n\
    [apps.owncloud-infinite-scale]\nurl = 'https://ocis.example.org'\nfirst_party = false\n";

fn clients(text: &str) -> Vec<ClientSpec> {
    let desired = read(text, Path::new("/apps")).unwrap();
    desired.apps.into_iter().flat_map(|app| app.client.into_iter().chain(app.extras)).collect()
}

fn mistakes(text: &str) -> Vec<String> {
    let say = |mistake: Mistake| {
        format!(
            "{}: {} | {}",
            mistake.at,
            mistake.what,
            mistake.remedy.map(|remedy| remedy.to_string()).unwrap_or_default()
        )
    };
    read(text, Path::new("/apps")).unwrap_err().into_iter().map(say).collect()
}

#[test]
fn each_is_public_and_native_with_the_id_that_its_program_has_and_for_whom_the_app_is() {
    let all = clients(THREE);
    let own: Vec<_> = all.iter().filter(|client| client.extra.is_none()).collect();
    let further: Vec<_> = all.iter().filter(|client| client.extra.is_some()).collect();
    let id = |client: &ClientSpec| client.extra.as_ref().unwrap().id.to_string();
    assert_eq!(
        further.iter().map(|client| id(client)).collect::<Vec<_>>(),
        [
            "argocd-cli",
            "OpenCloudDesktop",
            "OpenCloudAndroid",
            "OpenCloudIOS",
            "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69",
            "e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD",
            "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1",
        ]
    );
    for client in further {
        let own = own.iter().find(|own| own.app == client.app).unwrap();
        assert_eq!((client.auth_method, client.pkce), (ClientAuthMethod::None, PkcePolicy::Required));
        assert!(client.native && client.post_logout_redirect_uris.is_empty());
        assert_eq!((&client.allow, client.first_party), (&own.allow, own.first_party));
        assert_eq!(client.claims_in_id_token, own.claims_in_id_token, "what reads the ID token reads it there");
        assert_eq!(
            (client.access_ttl, client.refresh_ttl, &client.role_claim),
            (own.access_ttl, own.refresh_ttl, &own.role_claim)
        );
        assert!(client.name.starts_with(&own.name) && client.name.ends_with(')'), "{}", client.name);
    }
}

#[test]
fn the_declaration_says_which_are_made() {
    let with = |said: &str| {
        let text = format!("{THREE}[apps.cloud]\npreset = 'opencloud'\nurl = 'https://two.example.org'\n{said}");
        read(&text, Path::new("/apps")).map(|desired| {
            let app = desired.apps.into_iter().find(|app| app.name().as_str() == "cloud").unwrap();
            app.extras.into_iter().map(|client| client.extra.unwrap().name).collect::<Vec<_>>()
        })
    };
    assert_eq!(with("extra_clients = []\n").unwrap(), Vec::<String>::new());
    let three = THREE.replace("[apps.opencloud]\n", "[apps.opencloud]\nextra_clients = ['ios', 'android']\n");
    let some: Vec<String> =
        clients(&three).into_iter().filter_map(|client| client.extra).map(|extra| extra.name).collect();
    assert_eq!(some[..3], ["cli", "android", "ios"]);
}

#[test]
fn a_client_id_that_two_apps_would_have_is_refused_and_so_is_a_name_that_the_catalog_does_not_know() {
    let two = "issuer = 'https://auth.example.org'\n\
        [apps.opencloud]\nurl = 'https://a.example.org'\nextra_clients = ['desktop']\n\
        [apps.cloud]\npreset = 'opencloud'\nurl = 'https://b.example.org'\n";
    assert_eq!(
        mistakes(two),
        [
            "apps.cloud.extra_clients: cloud and opencloud both have a client with the id OpenCloudDesktop | only one of the \
          two can have it: name in `extra_clients` of cloud those that it needs; [] is none"
        ]
    );
    for (first, second) in [("argocd", "argocd-cli"), ("argocd-cli", "argocd")] {
        let app = |name: &str| {
            let callbacks = if name == "argocd" { "" } else { "callbacks = ['http://localhost:8085/auth/callback']\n" };
            format!("[apps.{name}]\nurl = 'https://{name}.example.org'\n{callbacks}")
        };
        let text = format!("issuer = 'https://auth.example.org'\n{}{}", app(first), app(second));
        let told = mistakes(&text);
        assert!(
            told.len() == 1 && told[0].starts_with("apps.argocd: argocd has a further client with the id argocd-cli"),
            "{told:?}"
        );
        assert!(told[0].contains("if [apps.argocd-cli] was declared to be that client, remove it"), "{told:?}");
    }
    let unknown = "issuer = 'https://auth.example.org'\n\
        [apps.argocd]\nurl = 'https://a.example.org'\nextra_clients = ['cil']\n\
        [apps.grafana]\nurl = 'https://b.example.org'\nextra_clients = ['cli']\n\
        [apps.glances]\nurl = 'https://c.example.org'\nextra_clients = []\n";
    let told = mistakes(unknown);
    for (at, what) in [
        ("apps.argocd.extra_clients.0", "did you mean `cli`?"),
        ("apps.grafana.extra_clients.0", "it knows none"),
        ("apps.glances.extra_clients", "does not sign people in itself"),
    ] {
        assert!(told.iter().any(|told| told.starts_with(at) && told.contains(what)), "{at} {what} {told:?}");
    }
}

/// RFC 8252 §7.1 and what else a client must be.
#[test]
fn an_entry_whose_further_client_could_not_be_registered_is_refused() {
    const START: &str = "name = 'X'\nhomepage = 'https://x.example'\ncategory = 'x'\nevidence = 'source'\nkind = 'oidc'\n\
        callbacks = ['{url}/cb']\nscopes = ['openid']\nenv = { A = '{client_id}' }\n\
        doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', first_administrator = 'nobody', anonymous = 'nothing' }\n";
    const CLI: &str = "[[extra_clients]]\nname = 'cli'\npurpose = 'x'\n";
    for (rest, why) in [
        ("callbacks = ['javascript:alert(1)']\nscopes = ['openid']", "cannot be used to return"),
        ("callbacks = ['http://desktop.example/cb']\nscopes = ['openid']", "must begin with https"),
        ("callbacks = ['http://127.0.0.1/cb']\nscopes = ['profile']", "lack openid"),
        ("callbacks = []\nscopes = ['openid']", "send them back"),
        ("callbacks = ['x:/cb']\nscopes = ['openid']\nclient_id = 'a b'", "client_id cannot be one"),
        (
            "callbacks = ['x:/cb']\nscopes = ['openid']\n[[extra_clients]]\nname = 'C'\npurpose = ''\ncallbacks = ['x:/a']\nscopes = ['openid']",
            "a name has",
        ),
        (
            "callbacks = ['x:/cb']\nscopes = ['openid']\n[[extra_clients]]\nname = 'cli'\npurpose = ''\ncallbacks = ['x:/a']\nscopes = ['openid']",
            "another one has",
        ),
        ("callbacks = ['x:/cb']\nscopes = ['openid']\nauth_method = 'basic'", "unknown field `auth_method`"),
    ] {
        let source: &'static str = format!("{START}{CLI}{rest}\n").leak();
        let said = Catalog::from_sources([("x", source)]).get("x").unwrap().unwrap_err().to_string();
        assert!(said.contains(why), "{rest}\n{said}");
    }
}

#[tokio::test]
async fn they_come_and_change_and_go_with_their_app_and_the_second_plan_is_empty() {
    let mut bench = Bench::default();
    insta::assert_snapshot!("extras_first_plan", bench.tidy(&render_plan(&bench.plan(THREE).await, Style::default())));
    let report = bench.apply(THREE).await;
    assert!(report.succeeded(), "{report:?}");
    insta::assert_snapshot!(
        "extras_first_apply",
        bench.tidy(&render_apply(&report, Duration::from_millis(9), Style::default()))
    );
    assert!(!bench.plan(THREE).await.has_steps());
    assert_eq!(bench.provider.held().extras.len(), 7);

    let fewer = THREE
        .replace("allow = ['admins']", "title = 'Deployments'")
        .replace("[apps.opencloud]\n", "[apps.opencloud]\nextra_clients = ['desktop']\n");
    insta::assert_snapshot!(
        "extras_changed_plan",
        bench.tidy(&render_plan(&bench.plan(&fewer).await, Style::default()))
    );
    assert!(bench.apply(&fewer).await.succeeded());
    assert_eq!(bench.provider.held().extras.len(), 7, "what is no longer declared goes when it is asked to");
    bench.choices = Choices { prune: true, ..Choices::default() };
    assert!(bench.apply(&fewer).await.succeeded());
    assert_eq!(bench.provider.held().extras.len(), 5);

    let none = THREE.split("[apps.argocd]").next().unwrap();
    insta::assert_snapshot!("extras_gone_plan", bench.tidy(&render_plan(&bench.plan(none).await, Style::default())));
    assert!(bench.apply(none).await.succeeded());
    let held = bench.provider.held();
    assert!(held.extras.is_empty() && held.clients.is_empty(), "{held:?}");
    assert!(!bench.plan(none).await.has_steps());
}

#[tokio::test]
async fn an_app_that_is_called_otherwise_takes_along_the_clients_whose_ids_its_programs_have() {
    let mut bench = Bench::default();
    bench.apply(THREE).await;
    let renamed = THREE
        .replace("[apps.opencloud]\n", "[apps.cloud]\npreset = 'opencloud'\n")
        .replace("[apps.argocd]\n", "[apps.deploy]\npreset = 'argocd'\n");
    let plan = bench.plan(&renamed).await;
    insta::assert_snapshot!("extras_renamed_plan", bench.tidy(&render_plan(&plan, Style::default())));
    assert!(!plan.needs_a_person());
    assert!(bench.apply(&renamed).await.succeeded());
    bench.choices.prune = true;
    assert!(bench.apply(&renamed).await.succeeded());
    let held = bench.provider.held();
    let of = |id: &str| held.extras[id].spec.app.to_string();
    assert_eq!((of("OpenCloudDesktop"), of("deploy-cli")), ("cloud".to_owned(), "deploy".to_owned()));
    assert!(!held.extras.contains_key("argocd-cli"), "its id is made of the app's name");
    assert!(!bench.plan(&renamed).await.has_steps());
}

#[tokio::test]
async fn one_that_a_person_made_waits_and_what_works_keeps_what_it_relies_on() {
    let mut bench = Bench::default();
    bench.apply(THREE).await;
    {
        let mut held = bench.provider.holdings.lock().unwrap();
        let by_hand = held.extras.get_mut("OpenCloudIOS").unwrap();
        (by_hand.owner, by_hand.spec.extra) = (Owner::Console, None);
        held.extras.get_mut("OpenCloudAndroid").unwrap().spec.scopes.insert("address".into());
    }
    let plan = bench.plan(THREE).await;
    insta::assert_snapshot!("extras_waiting", bench.tidy(&render_plan(&plan, Style::default())));
    assert!(!plan.has_steps() && plan.needs_a_person());
    bench.choices.accept = ["opencloud".parse().unwrap()].into();
    assert!(bench.apply(THREE).await.succeeded());
    bench.choices = Choices::default();
    assert!(!bench.plan(THREE).await.needs_a_person());
    assert_eq!(bench.provider.held().extras["OpenCloudIOS"].owner, Owner::Config);
}

/// Before the catalog knew of it, the command line was an app of its own.
#[tokio::test]
async fn a_client_that_was_declared_as_an_app_becomes_the_further_client_when_it_is_one_no_more() {
    let mut bench = Bench::default();
    let before = "issuer = 'https://auth.example.org'\n\
        [apps.argocd]\nurl = 'https://argocd.example.org'\nextra_clients = []\n\
        [apps.argocd-cli]\nurl = 'https://cli.example.org'\nauth_method = 'none'\nnative = true\n\
        callbacks = ['http://localhost:8085/auth/callback']\n";
    assert!(bench.apply(before).await.succeeded());
    let own = bench.provider.held().clients["argocd-cli"].clone();
    bench.provider.holdings.lock().unwrap().extras.insert("argocd-cli".parse().unwrap(), own);
    let after = "issuer = 'https://auth.example.org'\n[apps.argocd]\nurl = 'https://argocd.example.org'\n";
    bench.choices = Choices { prune: true, accept: ["argocd".parse().unwrap()].into(), ..Choices::default() };
    let plan = bench.plan(after).await;
    let is = |wanted: fn(&Step) -> bool| plan.apps.iter().flat_map(|app| &app.steps).any(wanted);
    assert!(is(|step| matches!(step, Step::UpdateExtra { from: Some(from), .. } if from.as_str() == "argocd-cli")));
    assert!(!is(|step| matches!(step, Step::DeleteClient)), "it is not removed under the feet of its new app");
}

/// A client that a person made, with an id as some program has, was taken over as the own one of an app.
#[tokio::test]
async fn the_own_client_of_a_declared_app_is_never_taken_for_a_further_one_of_another_even_with_a_word() {
    let mut bench = Bench::default();
    let before = "issuer = 'https://auth.example.org'\n[apps.argocd-cli]\nurl = 'https://cli.example.org'\n\
        callbacks = ['/cb']\n[apps.deploy]\npreset = 'argocd'\nurl = 'https://argocd.example.org'\n";
    assert!(bench.apply(before).await.succeeded());
    for by in [Owner::Config, Owner::Console] {
        let mut own = bench.provider.held().clients["argocd-cli"].clone();
        own.owner = by;
        bench.provider.holdings.lock().unwrap().extras.insert("deploy-cli".parse().unwrap(), own);
        bench.provider.called.lock().unwrap().insert("argocd-cli".parse().unwrap(), "deploy-cli".parse().unwrap());
        bench.choices.accept = ["deploy".parse().unwrap()].into();
        let plan = bench.plan(before).await;
        let steps = plan.apps.iter().filter(|app| app.name.as_str() == "deploy").flat_map(|app| &app.steps);
        assert_eq!(steps.count(), 0, "{plan:?}");
        assert!(plan.needs_a_person());
        let told = render_plan(&plan, Style::default());
        assert!(told.contains("the client deploy-cli is the own one of argocd-cli"), "{told}");
        let report = bench.apply(before).await;
        let told = render_apply(&report, Duration::from_millis(9), Style::default());
        assert!(told.contains("the client deploy-cli is the own one") && !told.contains("--accept"), "{told}");
        assert_eq!(bench.provider.held().extras["deploy-cli"].spec.app.as_str(), "argocd-cli");
    }
}

#[test]
fn every_further_client_of_the_catalog_is_told_of_on_its_page() {
    let catalog = Catalog::builtin();
    let mut count = 0;
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let text = format!("issuer = 'https://auth.example.org'\n[apps.{name}]\nurl = '{}'\n", url_of(name, entry));
        let desired = read_with(&text, Path::new("/apps"), &catalog).unwrap();
        let page = doorstep_onboard::catalog::page(name, entry);
        for client in &desired.apps[0].extras {
            let id = &client.extra.as_ref().unwrap().id;
            assert!(page.contains(&format!("`{id}`")), "{name} {id}\n{page}");
            count += 1;
        }
    }
    assert!(count >= 7, "{count}");
}
