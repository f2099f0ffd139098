//! What nginx keeps of Doorstep's answers where it was told to: a yes, for whoever sent it the very same cookies.

use doorstep_e2e::{
    http::Visitor,
    instance::{Engine, GLANCES, Instance, with_glances},
    proxy::Kind,
};

const APP: &str = "glances.other.test";
const A_RULE: &str = "[[apps.glances.rules]]\npaths = [\"/healthz\"]\nmethods = [\"GET\"]\ndo = \"pass\"\n";

async fn told(visitor: &Visitor, instance: &Instance, path: &str) -> (u16, Vec<String>) {
    let answer = visitor.get(&format!("{GLANCES}{path}")).navigating().send().await;
    let seen = instance.echo.seen().pop().filter(|_| answer.status == 200);
    let names = seen.iter().flat_map(|seen| seen.all("remote-user")).map(str::to_owned).collect();
    (answer.status.as_u16(), names)
}

#[tokio::test]
async fn of_two_people_neither_is_taken_for_the_other_by_what_is_kept() {
    let instance = Instance::guarding(Engine::Sqlite, Kind::NginxThatKeeps).await;
    let (mut ada, mut grace) = (instance.ada().await, instance.newcomer("grace").await);
    for person in [&mut ada, &mut grace] {
        assert_eq!(person.open_app(&format!("{GLANCES}/")).await.status, 200);
    }
    for _ in 0..3 {
        for (person, name) in [(&ada, "ada"), (&grace, "grace")] {
            assert_eq!(told(&person.visitor, &instance, "/page").await, (200, vec![name.to_owned()]));
        }
        assert_ne!(told(&instance.visitor(), &instance, "/page").await.0, 200, "nobody");
    }
    let kept = instance.proxy.kept();
    for person in [&ada, &grace] {
        let cookie = person.visitor.cookie(APP, "__Host-ds_app").expect("a session");
        assert!(kept.iter().any(|kept| kept.contains("/page") && kept.contains(&cookie)), "{kept:?}");
    }
    assert!(kept.iter().all(|kept| kept.contains("HTTP/1.1 200 ")), "only what lets somebody through: {kept:?}");
    // With a credential of a program, whatever becomes of it.
    let before = instance.proxy.kept().len();
    let ask = ada.visitor.get(&format!("{GLANCES}/of-a-program")).header("authorization", "Bearer of-the-app");
    assert_eq!(ask.send().await.status, 200);
    assert_eq!(instance.proxy.kept().len(), before);
}

#[tokio::test]
async fn nothing_is_kept_of_an_app_with_a_rule() {
    let tables = with_glances() + A_RULE;
    let instance = Instance::guarding_as(Engine::Sqlite, Kind::NginxThatKeeps, &tables).await;
    let mut ada = instance.ada().await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/")).await.status, 200);
    assert_eq!(told(&ada.visitor, &instance, "/page").await, (200, vec!["ada".to_owned()]));
    assert_eq!(instance.proxy.kept(), Vec::<String>::new());
}
