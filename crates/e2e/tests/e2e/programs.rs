//! Programs at an app behind forward auth, behind each real proxy: case 28 of the reference,
//! forward-auth.md §5, and what the app receives of `Authorization`.

use doorstep_e2e::{
    behind_each_that_asks,
    http::Visitor,
    instance::{Engine, GLANCES, ISSUER, Instance, with_glances},
    person::Person,
    proxy::Kind,
    wait,
};

/// A page that needs no sign-in.
const MORE: &str = r#"
[[apps.glances.rules]]
paths = ["/healthz"]
methods = ["GET"]
do = "pass"
"#;

behind_each_that_asks! {
    security_120_a_token_opens_as_bearer_and_as_basic_and_the_app_sees_none_of_it
    fa_28_a_wrong_token_lets_nothing_through_whatever_cookie_comes_with_it
    an_authorization_of_the_apps_own_arrives_unchanged
    a_token_that_is_ended_opens_nothing_within_seconds
    a_refusal_tells_a_program_what_to_send_and_asks_no_browser_for_a_password
}

async fn guarding(kind: Kind) -> (Instance, Person) {
    let instance = Instance::guarding_as(Engine::Sqlite, kind, &(with_glances() + MORE)).await;
    let ada = instance.ada().await;
    (instance, ada)
}

/// A token for glances: its text and its id.
fn token(instance: &Instance, more: &[&str]) -> (String, String) {
    let words = [&["token", "new", "backup", "--for", "ada", "--app", "glances"][..], more].concat();
    let made = instance.doorstep.reported(&words).out;
    let text = made.split_whitespace().next().expect("a token").to_owned();
    let id =
        made.split("token revoke ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("an id").to_owned();
    (text, id)
}

/// Sends a request with `Authorization` lines; the status, and what the app saw of it if it saw one.
async fn send(
    instance: &Instance,
    visitor: &Visitor,
    (method, path): (&str, &str),
    lines: &[&str],
) -> (u16, Option<doorstep_e2e::echo::Seen>) {
    let before = instance.echo.seen().len();
    let ask = visitor.ask(method.parse().expect("a method"), &format!("{GLANCES}{path}"));
    let ask = lines.iter().fold(ask, |ask, line| ask.header("authorization", line));
    let status = ask.send().await.status.as_u16();
    (status, instance.echo.seen().into_iter().nth(before))
}

fn basic(user: &str, password: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

async fn security_120_a_token_opens_as_bearer_and_as_basic_and_the_app_sees_none_of_it(kind: Kind) {
    let (instance, _) = guarding(kind).await;
    let program = instance.visitor();
    let (text, _) = token(&instance, &[]);
    for line in [format!("Bearer {text}"), basic("whoever", &text), basic("", &text)] {
        for method in ["GET", "POST", "DELETE"] {
            let (status, seen) = send(&instance, &program, (method, "/api/x?y=1"), &[&line]).await;
            let seen = seen.unwrap_or_else(|| panic!("{kind:?} {method} {line}: {status}"));
            assert_eq!((status, seen.method.as_str(), seen.target.as_str()), (200, method, "/api/x?y=1"), "{kind:?}");
            assert_eq!(seen.all("remote-user"), ["ada"], "{kind:?} {line}");
            assert_eq!(seen.all("remote-groups"), ["admins,users"], "{kind:?} {line}");
            assert!(seen.all("authorization").is_empty(), "{kind:?}: {seen:?}");
            assert!(seen.all("doorstep-authorization").is_empty(), "{kind:?}: {seen:?}");
            assert!(!format!("{seen:?}").contains("ds_pat_"), "{kind:?}: {seen:?}");
        }
        // Where a rule passes everybody, it is taken out as well.
        let (status, seen) = send(&instance, &program, ("GET", "/healthz"), &[&line]).await;
        let seen = seen.expect("it passes");
        assert_eq!((status, seen.all("authorization").len()), (200, 0), "{kind:?}: {seen:?}");
        assert!(seen.as_cgi_variable("remote-user").concat().is_empty(), "{kind:?}: {seen:?}");
    }
    assert!(program.cookies().is_empty(), "{kind:?}: a program gets no session");
}

async fn fa_28_a_wrong_token_lets_nothing_through_whatever_cookie_comes_with_it(kind: Kind) {
    let (instance, mut ada) = guarding(kind).await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/page")).await.status, 200, "{kind:?}");
    let (text, _) = token(&instance, &["--read-only"]);
    let cut = &text[..text.len() - 1];
    for (method, line) in [
        ("GET", format!("Bearer {cut}")),
        ("GET", basic("ada", cut)),
        ("GET", basic("ada", "ds_pat_wrong")),
        ("GET", basic(&text, "")),
        ("GET", format!("Token {text}")),
        ("POST", format!("Bearer {text}")),
        ("POST", basic("ada", &text)),
        ("DELETE", format!("Bearer {text}")),
    ] {
        for visitor in [&ada.visitor, &instance.visitor()] {
            let (status, seen) = send(&instance, visitor, (method, "/page"), &[&line]).await;
            let expected = if method == "GET" { 401 } else { 403 };
            assert_eq!((status, seen), (expected, None), "{kind:?} {method} {line}");
        }
    }
    // nginx refuses two lines by itself, or takes one of them: what counts is that the app is not reached by a wrong one.
    let (status, seen) =
        send(&instance, &ada.visitor, ("POST", "/page"), &[&format!("Bearer {text}"), "Bearer x"]).await;
    assert!(status >= 400 && seen.is_none(), "{kind:?}: {status} {seen:?}");
    let (status, seen) = send(&instance, &ada.visitor, ("GET", "/page"), &[&format!("Bearer {text}")]).await;
    assert_eq!((status, seen.is_some()), (200, true), "{kind:?}");
    let (status, _) = send(&instance, &ada.visitor, ("GET", "/page"), &[]).await;
    assert_eq!(status, 200, "{kind:?}: without one, her session counts as before");
}

async fn an_authorization_of_the_apps_own_arrives_unchanged(kind: Kind) {
    let (instance, mut ada) = guarding(kind).await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/page")).await.status, 200, "{kind:?}");
    let own = basic("admin", "se{cret}:$x\"'\\");
    for line in ["Bearer eyJhbGciOi.J9.x-_", &own, "Digest username=\"a, b\", uri=\"/{env.HOME}\"", "X {http.host}"] {
        for (visitor, path) in [(&ada.visitor, "/api/x"), (&instance.visitor(), "/healthz")] {
            let (status, seen) = send(&instance, visitor, ("GET", path), &[line]).await;
            let seen = seen.expect("it reaches the app");
            assert_eq!((status, seen.all("authorization")), (200, vec![line]), "{kind:?} {path}");
        }
    }
    for (visitor, path) in [(&ada.visitor, "/page"), (&instance.visitor(), "/healthz")] {
        let (status, seen) = send(&instance, visitor, ("GET", path), &[]).await;
        let seen = seen.expect("it reaches the app");
        assert_eq!((status, seen.all("authorization").len()), (200, 0), "{kind:?}: none comes of nothing: {seen:?}");
    }
    // What a client claims under the name on the way is nobody's word.
    let ask =
        ada.visitor.get(&format!("{GLANCES}/page")).header("doorstep-authorization", "Bearer forged").send().await;
    let seen = instance.echo.seen().pop().expect("it reaches the app");
    assert_eq!((ask.status.as_u16(), seen.all("authorization").len()), (200, 0), "{kind:?}: {seen:?}");
}

async fn a_token_that_is_ended_opens_nothing_within_seconds(kind: Kind) {
    let (instance, _) = guarding(kind).await;
    let program = instance.visitor();
    let (text, id) = token(&instance, &[]);
    let line = format!("Bearer {text}");
    assert_eq!(send(&instance, &program, ("GET", "/page"), &[&line]).await.0, 200, "{kind:?}");
    instance.doorstep.reported(&["token", "revoke", &id]);
    // That five seconds are the most is shown in the tests of `doorstep-app`, whose clock stands.
    wait::until("the end of the token", wait::PATIENCE, || async {
        let (status, seen) = send(&instance, &program, ("GET", "/page"), &[&line]).await;
        (status == 401 && seen.is_none()).then_some(())
    })
    .await;
}

async fn a_refusal_tells_a_program_what_to_send_and_asks_no_browser_for_a_password(kind: Kind) {
    let (instance, _) = guarding(kind).await;
    let (program, page) = (instance.visitor(), format!("{GLANCES}/api"));
    let (text, _) = token(&instance, &["--read-only"]);
    let (bearer, wrong) = (format!("Bearer {text}"), "Bearer ds_pat_wrong".to_owned());
    let metadata = format!("resource_metadata=\"{GLANCES}/.doorstep/oauth-protected-resource\"");
    for (ask, status, error, asked) in [
        (program.get(&page), 401, None, true),
        (program.get(&page).scripted(), 401, None, false),
        (program.get(&page).header("authorization", &wrong), 401, Some("invalid_token"), true),
        (program.get(&page).scripted().header("authorization", &wrong), 401, Some("invalid_token"), false),
        (program.post(&page).header("authorization", &bearer), 403, Some("insufficient_scope"), false),
    ] {
        let answer = ask.send().await;
        assert_eq!(answer.status, status, "{kind:?}: {answer:?}");
        let lines: Vec<_> =
            answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().expect("text")).collect();
        assert_eq!(lines.len(), if asked { 2 } else { 1 }, "{kind:?}: {lines:?}");
        let (first, further) = (lines[0], lines.get(1));
        assert!(first.starts_with("Bearer realm=\"doorstep\"") && first.ends_with(&metadata), "{kind:?}: {lines:?}");
        let said = first.split("error=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(said, error, "{kind:?}: {lines:?}");
        assert!(further.is_none_or(|line| line.starts_with("Basic realm=")), "{kind:?}: {lines:?}");
        assert!(answer.header("x-doorstep-challenge").is_none(), "{kind:?}: {answer:?}");
    }
    // Nobody signs in to read where a token is made, and the app never hears of it.
    let before = instance.echo.seen().len();
    let answer = program.get(&format!("{GLANCES}/.doorstep/oauth-protected-resource")).send().await;
    let document: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
    let said =
        ["resource", "resource_documentation"].map(|name| document[name].as_str().unwrap_or_default().to_owned());
    assert_eq!(said, [GLANCES.to_owned(), format!("{ISSUER}/account/tokens")], "{kind:?}: {document}");
    assert_eq!(instance.echo.seen().len(), before, "{kind:?}");
}
