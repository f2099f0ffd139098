//! `/account/tokens`: a person makes a token, sees it once, and ends it.

use crate::{person, running};
use doorstep_core::time::Ttl;
use reqwest::Method;

const PROVE: &str = "/login?next=/account/tokens&again=1";

/// What a proxy is answered about a request of a program with this token.
async fn asked(running: &running::Running, method: &str, token: &str) -> u16 {
    let line = format!("Bearer {token}");
    let headers = [
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", method),
        ("x-forwarded-uri", "/"),
        ("authorization", line.as_str()),
    ];
    running.browser().send(Method::GET, "/fa/forward", &headers, None).await.status.as_u16()
}

fn between<'a>(text: &'a str, before: &str, after: char) -> &'a str {
    text.split_once(before).unwrap().1.split(after).next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_listed_and_ended() {
    let running = running::empty().await;
    running.guard().await;
    let (mut ada, _) = person::ada(&running).await;
    assert!(ada.get("/account").await.body.contains("href=\"/account/tokens\""));
    assert_eq!(ada.get("/account/tokens").await.heading(), "Tokens for programs");
    let form = [("label", "nightly <backup>"), ("app", "wiki"), ("read_only", "yes"), ("days", "30")];
    let made = ada.post("/account/tokens", &form).await;
    assert_eq!((made.status.as_u16(), made.heading().as_str()), (200, "Your token"));
    assert_eq!(made.header("cache-control"), "no-store");
    let token = between(&made.body, "value=\"ds_pat_", '"').to_owned();
    let token = format!("ds_pat_{token}");
    assert_eq!((asked(&running, "GET", &token).await, asked(&running, "POST", &token).await), (200, 403));
    let list = ada.get("/account/tokens").await.body;
    assert!(list.contains("nightly &#60;backup&#62;") && list.contains("to read only") && !list.contains("ds_pat_"));
    let id = between(&list, "/account/tokens/", '/').to_owned();

    let (mut grace, _) = person::grace(&running).await;
    assert!(!grace.get("/account/tokens").await.body.contains(&id));
    grace.post(&format!("/account/tokens/{id}/end"), &[]).await;
    assert_eq!(asked(&running, "GET", &token).await, 200, "it is not hers");
    let ended = ada.post(&format!("/account/tokens/{id}/end"), &[]).await;
    assert_eq!(ended.location(), "/account/tokens?told=ended");
    assert!(ada.get(ended.location()).await.body.contains("The token has ended."));
    assert_eq!(asked(&running, "GET", &token).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_50_and_81_what_is_no_form_of_ours_makes_nothing_and_an_old_sign_in_neither() {
    let running = running::empty().await;
    running.guard().await;
    let (mut ada, _) = person::ada(&running).await;
    let (label, app, days) = (("label", "backup"), ("app", "wiki"), ("days", "30"));
    for form in [
        &[][..],
        &[label, app],
        &[app, days],
        &[label, label, app, days],
        &[label, app, days, ("read_only", "no")],
        &[label, app, days, ("owner", "grace")],
    ] {
        let answer = ada.post("/account/tokens", form).await;
        assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (400, "This form cannot be read"), "{form:?}");
    }
    for (form, told) in [
        ([("label", " "), app, days], "label"),
        ([label, ("app", "nowhere"), days], "no_app"),
        ([label, app, ("days", "0")], "days"),
        ([label, app, ("days", "many")], "days"),
    ] {
        let answer = ada.post("/account/tokens", &form).await;
        assert_eq!(answer.location(), format!("/account/tokens?told={told}"), "{form:?}");
        assert!(ada.get(answer.location()).await.body.contains("class=\"note bad\""), "{told}");
    }
    let nothing = ada.post("/account/tokens", &[label, days]).await;
    assert_eq!(nothing.location(), "/account/tokens?told=no_app");
    running.pass(Ttl::from_minutes(6));
    assert_eq!(ada.post("/account/tokens", &[label, app, days]).await.location(), PROVE);
    let page = ada.get("/account/tokens").await.body;
    assert!(page.contains("Confirm that it is you") && page.contains("None yet."), "{page}");
    let nobody = running.browser().get("/account/tokens").await;
    assert!(nobody.location().starts_with("/login"), "{nobody:?}");
}
