//! JupyterHub with its library oauthenticator: both as they come from the Python package index.

use doorstep_e2e::{
    http::Visitor,
    real_app::{RealApp, between, current_node, node, python},
    wait,
};
use serde_json::Value;
use std::fs;

const URL: &str = "https://jupyterhub.apps.test";

#[tokio::test]
async fn jupyterhub_knows_who_signs_in_and_nobody_else_gets_in() {
    let mut app = RealApp::declared("jupyterhub").await;
    fs::copy(app.file("py").await, app.home.join("sign_in.py")).expect("the delivered file can be copied");
    // What any JupyterHub needs, and the line that the entry asks for.
    let settings = format!(
        "c = get_config()\nc.JupyterHub.bind_url = 'http://{}'\nc.JupyterHub.hub_port = {}\n\
         c.JupyterHub.spawner_class = 'simple'\nc.ConfigurableHTTPProxy.api_url = 'http://{}'\n\
         c.ConfigurableHTTPProxy.command = ['{}', '{}']\nload_subconfig('sign_in.py')\n",
        app.address(),
        wait::free_address().port(),
        wait::free_address(),
        current_node().display(),
        node("configurable-http-proxy/bin/configurable-http-proxy").display()
    );
    fs::write(app.home.join("jupyterhub_config.py"), settings).expect("the app's folder can be written");
    let mut command = app.command(python("jupyterhub", "python"));
    app.start(command.args(["-m", "jupyterhub", "--config", "jupyterhub_config.py"])).await;
    let visitor = app.stranger();
    wait::until("the hub behind its proxy", wait::PATIENCE, || async {
        (visitor.get(&format!("{URL}/hub/api/")).send().await.status == 200).then_some(())
    })
    .await;
    let start = app.at("/hub/oauth_login?next=%2Fhub%2Fhome");

    for (person, name, is_admin) in [(&mut app.ada, "ada", true), (&mut app.grace, "grace", false)] {
        let home = person.open_app(&start).await;
        assert_eq!((home.status.as_u16(), home.url.path()), (200, "/hub/home"), "{home:?}");
        let who = who(&person.visitor).await;
        assert_eq!(who["name"], name, "{who}");
        assert_eq!(who["admin"], is_admin, "{who}");
    }
    // Who becomes administrator here is it there from the next sign-in on, and who ceases to be is not.
    for (administrators, is_admin) in [("[\"ada\", \"grace\"]", true), ("[\"ada\"]", false)] {
        app.make_administrators(administrators);
        app.grace.open_app(&start).await;
        assert_eq!(who(&app.grace.visitor).await["admin"], is_admin);
    }
    app.mallory_gets_a_page_before_it(&start).await;

    strangers_stay_outside(&app).await;

    app.ada.visitor.get(&app.at("/hub/logout")).navigating().send().await;
    let home = app.ada.visitor.get(&app.at("/hub/home")).navigating().send().await;
    assert_eq!(home.location().map(|to| to.path().to_owned()).as_deref(), Some("/hub/login"), "{home:?}");
}

/// It has no sign-up and no passwords, and its API answers nobody; ada is signed in, and is answered.
async fn strangers_stay_outside(app: &RealApp) {
    let stranger = app.stranger();
    for (name, password) in [("ada", ""), ("ada", "ada"), ("admin", "admin")] {
        let page = stranger.get(&app.at("/hub/login")).navigating().send().await;
        let token = stranger.cookie("jupyterhub.apps.test", "_xsrf").expect("the page has a token");
        assert!(!page.body.contains("type=\"password\""), "{page:?}");
        let form = [("username", name), ("password", password), ("_xsrf", token.as_str())];
        let answer = stranger.post(&app.at("/hub/login")).on_own_page().form(&form).send().await;
        // It knows no other proof than a code of the provider.
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.location().is_none(), "{answer:?}");
    }
    assert_eq!(app.printed().matches("400 POST /hub/login (127.0.0.1): Missing argument code").count(), 3);
    for (path, status, to, for_ada) in [
        // There is no such page.
        ("/hub/signup", 404, None, 404),
        ("/hub/home", 302, Some("/hub/login"), 200),
        ("/hub/admin", 302, Some("/hub/login"), 200),
        ("/hub/token", 302, Some("/hub/login"), 200),
        // Her server is not started.
        ("/hub/user/ada/", 302, Some("/hub/login"), 424),
        ("/user/ada/", 302, Some("/hub/user/ada/"), 302),
        ("/hub/api/users", 403, None, 200),
        ("/hub/api/user", 403, None, 200),
    ] {
        for ask in [stranger.get(&app.at(path)), stranger.get(&app.at(path)).header("authorization", "token evil")] {
            let answer = ask.navigating().send().await;
            let location = answer.location().map(|to| to.path().to_owned());
            assert_eq!((answer.status.as_u16(), location.as_deref()), (status, to), "{path}: {answer:?}");
        }
        let answer = app.ada.visitor.get(&app.at(path)).navigating().send().await;
        assert_eq!(answer.status, for_ada, "{path}: {answer:?}");
    }
    let made = stranger.post(&app.at("/hub/api/users/eve")).send().await;
    assert_eq!(made.status, 403, "{made:?}");
}

/// What the hub says of whoever is signed in.
async fn who(visitor: &Visitor) -> Value {
    let page = visitor.get(&format!("{URL}/hub/home")).navigating().send().await;
    let token = between(&page.body, "xsrf_token: \"", "\"").unwrap_or_else(|| panic!("no token: {page:?}"));
    let ask = visitor.get(&format!("{URL}/hub/api/user")).scripted().header("x-xsrftoken", token);
    ask.header("referer", format!("{URL}/hub/home")).send().await.json()
}
