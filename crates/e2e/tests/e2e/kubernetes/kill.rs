//! An apply that is killed anywhere leaves whole Secrets, and the next one finishes it.

use crate::kubernetes::{
    cluster::{Admin, Cluster},
    home::{Held, Home},
};
use doorstep_e2e::wait::{self, PATIENCE};
use std::{
    fmt::Write,
    time::{Duration, Instant},
};

const APPS: [&str; 4] = ["grafana", "forgejo", "open-webui", "oauth2-proxy"];

/// The apps, each with two variables that are always alike.
fn declared(namespace: &str, value: &str) -> String {
    let mut text = String::new();
    for app in APPS {
        let _ = writeln!(
            text,
            "[apps.{app}]\nurl = \"https://{app}.example.org\"\ndeliver = \"kubernetes:{namespace}/{app}\"\n\
             set = {{ A_FIRST = \"{value}\", Z_LAST = \"{value}\" }}"
        );
    }
    text
}

#[tokio::test]
async fn an_apply_that_is_killed_leaves_each_secret_old_or_new_and_the_next_one_finishes_it() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("kill").await;
    let home = Home::new(&cluster.kubeconfig, &declared(&namespace, "0")).await;
    let mut whole = timed(&home);
    let secret = Held::read(&admin, &namespace, "oauth2-proxy").await.value("OAUTH2_PROXY_CLIENT_SECRET");
    let mut partial = 0;
    // On until a kill came between two Secrets.
    for round in 1..=100_u32 {
        if round > 20 && partial > 0 {
            break;
        }
        let (old, new) = ((round - 1).to_string(), round.to_string());
        home.declare(&cluster.kubeconfig, &declared(&namespace, &new));
        let begun = home.doorstep.begin(&["apply"]);
        if round % 2 == 0 {
            // As soon as the first of them is new.
            wait::until("a first Secret", PATIENCE, || async { any_is(&admin, &namespace, &new).await.then_some(()) })
                .await;
        } else {
            tokio::time::sleep(whole * ((round - 1) % 20) / 16).await;
        }
        begun.kill();
        let mut renewed = 0;
        for app in APPS {
            let held = Held::read(&admin, &namespace, app).await;
            let (first, last) = (held.value("A_FIRST"), held.value("Z_LAST"));
            assert_eq!(first, last, "{app} is half written");
            assert!(first == old || first == new, "{app}: {first}");
            renewed += usize::from(first == new);
        }
        partial += u32::from((1..APPS.len()).contains(&renewed));
        whole = timed(&home);
        assert_eq!(home.plan().status, 0);
        for app in APPS {
            assert_eq!(Held::read(&admin, &namespace, app).await.value("Z_LAST"), new);
        }
    }
    assert!(partial > 0, "no kill came between two Secrets of an apply");
    let now = Held::read(&admin, &namespace, "oauth2-proxy").await.value("OAUTH2_PROXY_CLIENT_SECRET");
    assert_eq!(now, secret, "nothing rotated");
}

/// An apply to its end, and how long it took.
fn timed(home: &Home) -> Duration {
    let begin = Instant::now();
    home.doorstep.reported(&["apply"]);
    begin.elapsed()
}

async fn any_is(admin: &Admin, namespace: &str, value: &str) -> bool {
    for app in APPS {
        if Held::read(admin, namespace, app).await.value("A_FIRST") == value {
            return true;
        }
    }
    false
}
