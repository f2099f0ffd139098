//! An app on every host below a name, behind real proxies: each host for itself, with one sign-in above them; a host of
//! another app's stays that app's, and two labels are none.

use doorstep_e2e::{
    behind_each_that_asks,
    echo::{Echo, Seen},
    http::{Answer, Visitor},
    instance::{Engine, ISSUER, Instance, with_glances},
    person::Person,
    proxy::Kind,
    wait,
};

const NAMES: [&str; 6] =
    ["auth.home.test", "glances.other.test", "a.two.test", "b.two.test", "own.two.test", "x.deep.two.test"];
const APP_COOKIE: &str = "__Host-ds_app";
const RELAY_COOKIE: &str = "__Host-ds_relay";
const OWN: &str = "\n[apps.own]\nurl = \"https://own.two.test\"\nforward_auth = true\nallow = [\"admins\"]\n";
const PREVIEWS: &str = "\n[apps.previews]\nurl = \"https://*.two.test\"\nforward_auth = true\nallow = [\"users\"]\n";

behind_each_that_asks! {
    security_26_107_each_host_below_a_wildcard_stands_for_itself
}

fn shown(answer: &Answer) -> Seen {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("not the app ({error}): {answer:?}"))
}

async fn asks_to_sign_in(visitor: &Visitor, url: &str) {
    let answer = visitor.get(url).navigating().send().await;
    assert!(matches!(answer.status.as_u16(), 302 | 303), "{url}: {answer:?}");
    assert!(answer.location().is_some_and(|to| to.as_str().starts_with(&format!("{ISSUER}/fa/start"))), "{answer:?}");
}

async fn security_26_107_each_host_below_a_wildcard_stands_for_itself(kind: Kind) {
    let (previews, own) = (Echo::start().await, Echo::start().await);
    let upstreams = [format!("previews={}", previews.upstream()), format!("own={}", own.upstream())];
    let tables = with_glances() + PREVIEWS + OWN;
    let instance = Instance::guarding_also(Engine::Sqlite, kind, &tables, &upstreams).await;
    let mut ada = Person::new(Visitor::through(instance.proxy.address, &instance.certificates, &NAMES), ISSUER);
    ada.set_up(&instance.doorstep.set_up_link().await).await;
    ada.sign_in_anew().await;

    // In on one host, and the app is told which; by its cookie there is no way in on another, whoever replays it.
    let page = shown(&ada.open_app("https://a.two.test/page?x=1").await);
    assert_eq!(
        (page.target.as_str(), page.all("remote-user"), page.all("host")),
        ("/page?x=1", vec!["ada"], vec!["a.two.test"])
    );
    assert!(page.all("x-forwarded-host").iter().all(|host| *host == "a.two.test"), "{page:?}");
    let on_a = ada.visitor.cookie("a.two.test", APP_COOKIE).expect("a session");
    ada.visitor.set_cookie("b.two.test", APP_COOKIE, &on_a);
    asks_to_sign_in(&ada.visitor, "https://b.two.test/").await;

    // A way in is to the host that asked: elsewhere it is none, and it is spent.
    ada.visitor.set_cookie("a.two.test", APP_COOKIE, "");
    let back = ada.walk("https://a.two.test/page", |to| to.path() == "/.doorstep/callback").await;
    let back = back.location().expect("a way in");
    assert_eq!(back.host_str(), Some("a.two.test"));
    let mut moved = back.clone();
    moved.set_host(Some("b.two.test")).expect("a host");
    ada.visitor.set_cookie("b.two.test", APP_COOKIE, "");
    let relay = ada.visitor.cookie("a.two.test", RELAY_COOKIE).expect("a sign-in under way");
    ada.visitor.set_cookie("b.two.test", RELAY_COOKIE, &relay);
    let elsewhere = ada.visitor.get(moved.as_str()).navigating().send().await;
    assert!(elsewhere.status.is_client_error(), "{elsewhere:?}");
    assert!(ada.visitor.cookie("b.two.test", APP_COOKIE).is_none_or(|cookie| cookie.is_empty()), "{elsewhere:?}");
    let spent = ada.visitor.get(back.as_str()).navigating().send().await;
    assert!(spent.status.is_client_error(), "{spent:?}");

    // The same sign-in opens the other host, with a session of its own.
    let page = shown(&ada.open_app("https://b.two.test/").await);
    assert_eq!((page.all("remote-user"), page.all("host")), (vec!["ada"], vec!["b.two.test"]));
    assert_ne!(ada.visitor.cookie("b.two.test", APP_COOKIE), Some(on_a));

    // Another app's host is that app's, and Doorstep's paths there are too; two labels are no host of anybody's.
    let before = previews.seen().len();
    assert_eq!(shown(&ada.open_app("https://own.two.test/").await).all("host"), ["own.two.test"]);
    assert_eq!((own.seen().len(), previews.seen().len()), (1, before));
    let deep = ada.visitor.get("https://x.deep.two.test/").navigating().try_send().await;
    assert!(deep.is_err() || deep.is_ok_and(|answer| answer.body.is_empty() || answer.status.is_client_error()));
    assert_eq!((own.seen().len(), previews.seen().len()), (1, before), "two labels reached an app");

    // Declared elsewhere, all its hosts are closed, and no other.
    instance.doorstep.declare(&(with_glances() + &PREVIEWS.replace("*.two.test", "*.one.test") + OWN));
    for url in ["https://a.two.test/", "https://b.two.test/"] {
        wait::until("the host to be closed", wait::PATIENCE, || async {
            (ada.visitor.get(url).navigating().send().await.status == 403).then_some(())
        })
        .await;
    }
    assert_eq!(ada.visitor.get("https://own.two.test/").navigating().send().await.status, 200);
}
