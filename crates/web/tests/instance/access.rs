//! `/access/{app}` and `/admin/requests`: somebody is refused, asks, and is answered.

use crate::{
    browser::Browser,
    guarded::{at_wiki, enter},
    person::{self, request},
    running::{self, Running},
};
use doorstep_core::{
    ceremony::soft::SoftAuthenticator,
    model::{App, Effect, Proof, Rule},
    time::Ttl,
};
use doorstep_store::{apps, generations};
use reqwest::Method;

const GONE: &str = "/admin/requests?told=gone";

/// The wiki, a part of which is for `ops` and `staff`; ada, who administers, with her passkey; and grace.
async fn furnished() -> (Running, (Browser, SoftAuthenticator), Browser) {
    let running = running::empty().await;
    let allow = ["ops", "staff"].map(|group| group.parse().unwrap()).into();
    let admin = Rule {
        paths: vec!["/admin/".to_owned().try_into().unwrap()],
        methods: [].into(),
        networks: vec![],
        effect: Effect::SignIn { allow: Some(allow), proof: Proof::default() },
    };
    running.guard_by(vec![admin]).await;
    let (ada, grace) = (person::ada(&running).await, person::grace(&running).await.0);
    (running, ada, grace)
}

async fn refused_at_the_wiki(running: &Running, grace: &mut Browser) -> (Browser, crate::browser::Answer) {
    let mut at_app = running.browser();
    enter(&mut at_app, grace).await;
    let page = at_app.send(Method::GET, "/fa/forward", &at_wiki("/admin/x", "navigate"), None).await;
    (at_app, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_asks_and_is_let_in_by_an_administrator_alone() {
    let (running, (mut ada, _), mut grace) = furnished().await;
    let (mut at_app, page) = refused_at_the_wiki(&running, &mut grace).await;
    assert!(page.body.contains("href=\"https://auth.example.org/access/wiki\">Ask for access</a>"), "{}", page.body);
    assert_eq!(grace.get("/access/wiki").await.heading(), "Ask for access to Wiki");
    let asked = grace.post("/access/wiki", &[("reason", "I <keep> the books")]).await;
    assert_eq!((asked.status.as_u16(), asked.location()), (303, "/access/wiki"));
    for _ in 0..2 {
        assert_eq!(grace.get("/access/wiki").await.heading(), "You asked for access to Wiki");
        assert_eq!(grace.post("/access/wiki", &[("reason", "again")]).await.location(), "/access/wiki");
    }

    let nowhere = grace.get("/nowhere").await.body;
    let answer = [("user", "grace"), ("app", "wiki"), ("group", "ops")];
    for path in ["/admin/requests", "/admin/requests/grant", "/admin/requests/refuse"] {
        let hidden = match path {
            "/admin/requests" => grace.get(path).await,
            "/admin/requests/grant" => grace.post(path, &answer).await,
            _ => grace.post(path, &answer[..2]).await,
        };
        let body = hidden.body;
        assert_eq!((hidden.status.as_u16(), body == nowhere), (404, true), "{path}: it is for administrators");
    }
    assert!(ada.get("/").await.body.contains("Somebody asks for access to an app."));
    assert!(!grace.get("/").await.body.contains("/admin/requests"));
    let list = ada.get("/admin/requests").await.body;
    assert!(list.contains("I &#60;keep&#62; the books") && list.contains("<option>ops</option>"), "{list}");
    for group in ["admins", "family", "", "OPS ops"] {
        let wrong = [("user", "grace"), ("app", "wiki"), ("group", group)];
        assert_eq!(ada.post("/admin/requests/grant", &wrong).await.location(), GONE, "{group}");
    }
    let granted = ada.post("/admin/requests/grant", &answer).await;
    assert_eq!(granted.location(), "/admin/requests?told=granted");
    assert_eq!(ada.get(granted.location()).await.body.matches("Nobody asks").count(), 1);
    let inside = at_app.send(Method::GET, "/fa/forward", &at_wiki("/admin/x", "navigate"), None).await;
    assert_eq!(inside.status, 200, "{inside:?}");
    assert_eq!(grace.get("/access/wiki").await.heading(), "You may use Wiki");
    assert_eq!(ada.post("/admin/requests/grant", &answer).await.location(), GONE);
    assert_eq!(ada.post("/admin/requests/refuse", &answer[..2]).await.location(), GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_signs_people_in_itself_offers_the_same_and_a_no_is_told() {
    let (running, (mut ada, mut soft), mut grace) = furnished().await;
    running.declare(|client| client.allow = Some(["ops".parse().unwrap()].into())).await;
    let page = grace.get(&request("")).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("href=\"/access/photos\">Ask for access</a>"), "{}", page.body);
    grace.post("/access/photos", &[("reason", "")]).await;
    let about = [("user", "grace"), ("app", "photos")];
    running.pass(Ttl::from_minutes(6));
    for (path, form) in
        [("/admin/requests/refuse", &about[..]), ("/admin/requests/grant", &[about[0], about[1], ("group", "ops")])]
    {
        assert_eq!(ada.post(path, form).await.location(), "/login?next=/admin/requests&again=1", "{path}");
    }
    assert!(!ada.get("/admin/requests").await.body.contains("<form method=\"post\" action=\"/admin"));
    assert_eq!(grace.get("/access/photos").await.heading(), "You asked for access to Photos");
    person::sign_in(&mut ada, &mut soft, &serde_json::json!({})).await;
    assert_eq!(ada.post("/admin/requests/refuse", &about).await.location(), "/admin/requests?told=refused");
    let told = grace.get("/access/photos").await;
    assert_eq!(told.heading(), "You were not given access to Photos");
    assert!(told.body.contains("in 30 days"), "{}", told.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_apps_that_refuse_nobody_or_are_not_there() {
    let (running, _, mut grace) = furnished().await;
    let mut tx = running.instance.context.db.begin().await.unwrap();
    let wiki = apps::by_name(&mut tx, &"wiki".parse().unwrap()).await.unwrap().unwrap();
    let link = App {
        name: "plans".parse().unwrap(),
        title: "Secret plans".to_owned(),
        url: "https://plans.example.org".to_owned(),
        allow: Some(["ops".parse().unwrap()].into()),
        protected: false,
        ..wiki
    };
    apps::put(&mut tx, &link, running.instance.now()).await.unwrap();
    generations::bump(&mut tx, "declared").await.unwrap();
    tx.commit().await.unwrap();
    running.instance.caches.catch_up().await.unwrap();
    let nowhere = grace.get("/nowhere").await.body;
    for path in ["/access/plans", "/access/nowhere", "/access/..%2fadmin", "/access/%00"] {
        let page = grace.get(path).await;
        assert_eq!((page.status.as_u16(), page.body == nowhere), (404, true), "{path}");
        let page = grace.post(path, &[("reason", "x")]).await;
        assert_eq!((page.status.as_u16(), page.body == nowhere), (404, true), "{path}");
    }
    // Whoever is not signed in is asked to, whatever there is.
    for path in ["/access/wiki", "/access/plans", "/access/nowhere"] {
        let answer = running.browser().get(path).await;
        assert_eq!(answer.location(), format!("/login?next={}", path.replace('/', "%2F")), "{path}");
    }
    let long = "x".repeat(301);
    let page = grace.post("/access/wiki", &[("reason", long.as_str())]).await;
    assert_eq!((page.status.as_u16(), page.body.contains("The sentence is too long.")), (400, true));
    let more = grace.post("/access/wiki", &[("reason", "x"), ("user", "ada")]).await;
    assert_eq!(more.heading(), "This form cannot be read", "nobody asks for somebody else");
}
