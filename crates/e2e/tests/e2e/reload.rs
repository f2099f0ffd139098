//! The configuration changes under a running server: what is new works, what was there stays, a mistake does nothing.

use doorstep_e2e::{
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Request, refresh},
    wait,
};
use std::{collections::BTreeMap, fs};

const NEW_APP: &str = "\n[apps.later]\nurl = \"https://later.apps.test\"\ncallbacks = [\"/callback\"]\n";

/// Every delivered file, byte for byte.
fn delivered(instance: &Instance) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(instance.doorstep.data().join("apps")).expect("credentials were delivered");
    let files = entries.map(|entry| entry.expect("a file").path());
    files.map(|path| (path.display().to_string(), fs::read(&path).expect("a file can be read"))).collect()
}

async fn prints(instance: &Instance, what: &str) {
    wait::until(&format!("{what:?} in the log"), wait::PATIENCE, || async {
        instance.doorstep.printed().contains(what).then_some(())
    })
    .await;
}

async fn a_new_app_works_without_a_restart(by_signal: bool) {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let mut ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid offline_access");
    let token = ada.tokens(&request).await.refresh.expect("a refresh token");
    let before = delivered(&instance);

    instance.doorstep.declare(&(relying_parties() + NEW_APP));
    if by_signal {
        instance.doorstep.reload();
    }
    let later = instance.doorstep.delivered("later").await;
    let code = ada.code(&Request::of(&later, "openid")).await;
    assert!(!code.is_empty());
    let after = delivered(&instance);
    assert!(before.iter().all(|(file, bytes)| after.get(file) == Some(bytes)), "a secret changed");
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(refresh(&instance.visitor(), ISSUER, &request, &token).await.status, 200, "an old token");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_new_app_works_when_the_file_changes() {
    a_new_app_works_without_a_restart(false).await;
}

#[tokio::test]
async fn a_new_app_works_after_sighup() {
    a_new_app_works_without_a_restart(true).await;
}

#[tokio::test]
async fn a_mistake_changes_nothing_and_is_told_with_its_place() {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let mut ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid");
    let before = delivered(&instance);

    instance.doorstep.declare(&(relying_parties() + NEW_APP + "alow = [\"users\"]\n"));
    instance.doorstep.reload();
    prints(&instance, "alow").await;
    prints(&instance, "`allow`").await;
    prints(&instance, "doorstep.toml:").await;
    assert!(!instance.doorstep.env_file("later").exists(), "half of it took effect");
    assert_eq!(delivered(&instance), before);
    ada.sign_in_anew().await;
    assert!(!ada.code(&request).await.is_empty(), "the last good one serves on");

    instance.doorstep.declare(&(relying_parties() + NEW_APP));
    instance.doorstep.reload();
    instance.doorstep.delivered("later").await;
}

#[tokio::test]
async fn a_lost_secret_is_delivered_again_byte_for_byte() {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    instance.doorstep.delivered("rp-rust").await;
    let before = delivered(&instance);
    let file = instance.doorstep.env_file("rp-rust");
    fs::remove_file(&file).expect("a file can be lost");
    instance.doorstep.reported(&["apply"]);
    assert_eq!(delivered(&instance), before);
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).expect("it is there").permissions());
    assert_eq!(mode & 0o777, 0o600, "others may read it");
}

#[tokio::test]
async fn plan_says_what_apply_will_do_and_a_second_plan_is_empty() {
    let mut instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    instance.doorstep.delivered("rp-rust").await;
    let before = delivered(&instance);
    assert_eq!(instance.doorstep.command(&["plan"]).status, 0, "nothing to do");

    // Without a server that would do it by itself.
    instance.doorstep.stop();
    instance.doorstep.declare(&(relying_parties() + NEW_APP));
    let plan = instance.doorstep.command(&["plan"]);
    assert_eq!(plan.status, 2, "changes are pending: {plan:?}");
    assert!(plan.out.contains("later"), "{plan:?}");
    let secret_part = |text: &str| {
        before.values().any(|bytes| {
            String::from_utf8_lossy(bytes)
                .lines()
                .filter_map(|line| line.strip_prefix("OIDC_CLIENT_SECRET="))
                .any(|s| text.contains(s.trim_matches('"')))
        })
    };
    assert!(!secret_part(&plan.out) && !secret_part(&plan.err), "a plan shows secrets");
    instance.doorstep.reported(&["apply"]);
    let again = instance.doorstep.command(&["plan"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(before.iter().all(|(file, bytes)| delivered(&instance).get(file) == Some(bytes)), "a secret changed");

    instance.doorstep.start().await;
    let later = instance.doorstep.delivered("later").await;
    let mut ada = instance.ada().await;
    assert!(!ada.code(&Request::of(&later, "openid")).await.is_empty());
}

#[tokio::test]
async fn a_first_start_with_a_mistake_does_not_serve() {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    instance.doorstep.declare("[apps.grafana]\nurll = \"https://grafana.apps.test\"\n");
    // A start that a person has to mend is told apart, so that nothing starts it again for ever.
    for (words, status) in [(&["serve"][..], 78), (&["plan"], 1)] {
        let said = instance.doorstep.command(words);
        assert_eq!(said.status, status, "{said:?}");
        assert!(said.err.contains("doorstep.toml:") && said.err.contains("`url`"), "{said:?}");
    }
}
