//! Paths that two programs could read differently, behind real nginx and two real versions of Caddy: refused with a page,
//! a reason and a line of the log, whoever asks.

use doorstep_e2e::{
    behind_each_that_asks,
    http::raw,
    instance::{Engine, GLANCES, Instance},
    proxy::Kind,
    wait,
};

const APP: &str = "glances.other.test";

behind_each_that_asks! {
    whoever_is_refused_for_an_odd_path_is_told_why_and_so_is_the_log
}

/// Behind nginx, too, which shows nothing of the answer to its question.
async fn whoever_is_refused_for_an_odd_path_is_told_why_and_so_is_the_log(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let mut ada = instance.ada().await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/")).await.status, 200);
    let reached = instance.echo.seen().len();
    for (path, why) in [
        ("/a%2fb", "the path holds an escaped slash"),
        ("/a%5Cb", "the path holds an escaped slash"),
        ("/a/%252e%252e/b", "the path is escaped twice"),
        ("/a/..;/b", "the path mixes dot segments with parameters"),
        ("/a%01b", "the path holds an escaped control character"),
        ("/a%ffb", "the path is not UTF-8"),
    ] {
        let logged = |log: &str| log.lines().filter(|line| line.contains(why) && line.contains(APP)).count();
        for visitor in [&ada.visitor, &instance.visitor()] {
            let before = logged(&instance.doorstep.printed());
            let answer = visitor.get(&format!("{GLANCES}{path}")).navigating().send().await;
            let said = (answer.status.as_u16(), answer.header("x-doorstep-reason"));
            assert_eq!(said, (400, Some("bad_path")), "{kind:?} {path}: {answer:?}");
            assert!(answer.body.contains("<h1>This address cannot be opened</h1>"), "{kind:?} {path}: {answer:?}");
            assert!(answer.body.contains("</style>"), "it carries its style: {kind:?} {path}: {answer:?}");
            let reference = answer.body.split("doorstep explain ").nth(1).and_then(|rest| rest.split('<').next());
            let reference = reference.unwrap_or_else(|| panic!("{kind:?} {path}: {answer:?}"));
            let report = instance.doorstep.reported(&["explain", reference]).out;
            assert!(report.contains(&why[4..]) && report.contains(APP), "{kind:?} {path}: {report}");
            let lines = || async { (logged(&instance.doorstep.printed()) == before + 1).then_some(()) };
            wait::until(&format!("one line of the log about {path} behind {kind:?}"), wait::PATIENCE, lines).await;
        }
        // What asks by itself reads the reason in a header.
        let (status, answer) = raw(instance.proxy.address, &instance.certificates, APP, path).await;
        assert!(status == 400 && answer.to_lowercase().contains("x-doorstep-reason: bad_path"), "{path}: {answer}");
    }
    assert_eq!(instance.echo.seen().len(), reached, "something reached the app");
}
