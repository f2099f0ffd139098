//! The secret that a proxy shows beside its address, behind each real proxy as generated: all that calls Doorstep shows it, and
//! nobody else is told.

use doorstep_e2e::{
    behind_each_that_asks,
    http::Visitor,
    instance::{GLANCES, Instance},
    proxy::{Kind, PROXY_SECRET},
};

const APP: &str = "glances.other.test";

behind_each_that_asks! {
    security_57_an_address_alone_is_no_proxy_where_a_secret_is_set
}

async fn security_57_an_address_alone_is_no_proxy_where_a_secret_is_set(kind: Kind) {
    let instance = Instance::guarding_by_secret(kind).await;
    let mut ada = instance.ada().await;
    // The question, the way back on the app's host and Doorstep's own host: all have to show it.
    let page = ada.open_app(&format!("{GLANCES}/")).await;
    assert_eq!(page.status, 200, "{kind:?}: {page:?}");
    let ask = ada.visitor.get(&format!("{GLANCES}/mine")).navigating().header("x-doorstep-proxy-secret", "a-guess");
    assert_eq!(ask.send().await.status, 200, "{kind:?}: the proxy's own counts");
    let seen = instance.echo.seen();
    let told = seen.iter().any(|seen| format!("{seen:?}").contains(PROXY_SECRET));
    assert!(seen.len() == 2 && !told, "{kind:?}: the app is not told: {seen:?}");

    let cookie = ada.visitor.cookie(APP, "__Host-ds_app").expect("a session with the app");
    let neighbour = Visitor::plain();
    let question = || {
        let ask = neighbour.get(&instance.inside("/fa/forward")).without_cookies().header("host", APP);
        let asked = [("method", "GET"), ("proto", "https"), ("host", APP), ("uri", "/page"), ("for", "192.0.2.7")];
        let ask = asked.into_iter().fold(ask, |ask, (name, value)| ask.header(&format!("x-forwarded-{name}"), value));
        ask.header("cookie", format!("__Host-ds_app={cookie}"))
    };
    for none in [question(), question().header("x-doorstep-proxy-secret", "a-guess")] {
        let answer = none.send().await;
        assert_eq!((answer.status.as_u16(), answer.header("remote-user")), (403, None), "{kind:?}: {answer:?}");
    }
    let proved = question().header("x-doorstep-proxy-secret", PROXY_SECRET).send().await;
    assert_eq!((proved.status.as_u16(), proved.header("remote-user")), (200, Some("ada")), "{kind:?}: {proved:?}");
}
