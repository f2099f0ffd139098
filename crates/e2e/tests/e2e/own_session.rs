//! An app behind forward auth that keeps a session of its own, by a cookie that its entry names.

use doorstep_e2e::{
    behind_each,
    instance::{Engine, GLANCES, Instance, with_glances},
    person::Person,
    proxy::Kind,
};

const APP: &str = "glances.other.test";
const OWN: [&str; 2] = ["glances_session", "__Host-glances"];

behind_each! {
    the_next_person_does_not_see_the_last_ones_session
}

/// The app's own cookies in a browser, apart from one that nobody named.
fn own(person: &Person) -> Vec<&'static str> {
    assert!(person.visitor.cookie(APP, "theme").is_some(), "a cookie that nobody named stays");
    OWN.into_iter().filter(|name| person.visitor.cookie(APP, name).is_some()).collect()
}

async fn the_next_person_does_not_see_the_last_ones_session(kind: Kind) {
    let config = with_glances() + "own_cookies = [\"glances_session\", \"__Host-glances\"]\n";
    let instance = Instance::guarding_as(Engine::Sqlite, kind, &config).await;
    let mut ada = instance.ada().await;
    let page = format!("{GLANCES}/page");
    assert_eq!(ada.open_app(&page).await.status, 200);
    let keep = |person: &Person| {
        OWN.into_iter().chain(["theme"]).for_each(|name| person.visitor.set_cookie(APP, name, "hers"));
    };
    keep(&ada);
    assert_eq!(ada.open_app(&page).await.status, 200);
    assert_eq!(own(&ada), OWN, "{kind:?}: nothing goes while she is inside");

    // She signs out at the instance; the next request on the app's host, by whoever, meets no session.
    ada.visitor.post(&ada.at("/logout")).on_own_page().form::<&str, &str>(&[]).send().await;
    let next = ada.visitor.get(&page).navigating().send().await;
    assert!(next.status.is_redirection(), "{kind:?}: {next:?}");
    assert_eq!(own(&ada), [""; 0], "{kind:?}");
    assert_eq!(next.header("clear-site-data"), None, "{kind:?}");

    // A script hears 401, and the cookies go as well.
    keep(&ada);
    assert_eq!(ada.visitor.get(&page).scripted().send().await.status, 401, "{kind:?}");
    assert_eq!(own(&ada), [""; 0], "{kind:?}");

    // And by the app's own door, from the app's page.
    ada.sign_in_anew().await;
    assert_eq!(ada.open_app(&page).await.status, 200);
    keep(&ada);
    let door = ada.visitor.post(&format!("{GLANCES}/.doorstep/logout")).header("origin", GLANCES);
    assert!(door.send().await.status.is_redirection(), "{kind:?}");
    assert_eq!(own(&ada), [""; 0], "{kind:?}");
    let reached = instance.echo.seen();
    assert!(reached.iter().all(|seen| seen.target == "/page"), "{kind:?}: {reached:?}");
}
