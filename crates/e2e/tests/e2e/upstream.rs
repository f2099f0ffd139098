//! Signing in at a provider of somebody else's, in a real Chromium: at npm `oidc-provider`, which we did not write, and at a
//! stand-in for GitHub's OAuth.

use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::Browser,
    instance::{Engine, ISSUER, Instance, relying_parties},
    pages,
    relying_party::Library,
    upstream::{CLIENT_SECRET, GitHub, OpenidProvider},
    wait,
};
use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt};

/// An instance with both providers set up, its administrator, and where `oidc-provider` listens.
struct Scene {
    instance: Instance,
    ada: Browser,
    github: GitHub,
    at: SocketAddr,
    _provider: OpenidProvider,
}

async fn scene(engine: Engine) -> Scene {
    let at = wait::free_address();
    let github = GitHub::start(wait::free_address()).await;
    let tables = relying_parties().replace("[groups]\n", "[groups]\nguests = []\nfamily = []\n")
        + &format!(
            "[upstream.home]\nissuer = \"http://{at}\"\nclient_id = \"doorstep\"\n\
             client_secret_file = \"home-secret\"\nlabel = \"Home\"\ngroups = {{ kin = \"family\" }}\n\
             enrol = \"invitation\"\n\
             [upstream.github]\npreset = \"github\"\nissuer = \"http://{}\"\nclient_id = \"doorstep\"\n\
             client_secret_file = \"home-secret\"\n",
            github.address()
        );
    let mut instance = Instance::provider(engine, &tables).await;
    let folder = instance.doorstep.config().parent().expect("a folder").to_owned();
    let secret = folder.join("home-secret");
    fs::write(&secret, format!("{CLIENT_SECRET}\n")).expect("a file");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("its permissions");
    instance.start_relying_parties().await;
    let provider = OpenidProvider::start(at, "home", &folder).await;
    let ada = instance.browser().await;
    ada.before_each_page(pages::NO_AUTOFILL).await;
    Authenticator::plug_into(&ada).await;
    pages::set_up(&ada, &instance.doorstep.set_up_link().await).await;
    Scene { instance, ada, github, at, _provider: provider }
}

/// Presses the button of an upstream, and signs in there as `who`.
async fn sign_in_there(scene: &Scene, browser: &Browser, form: &str, who: &str) {
    browser.click(&format!("{form} button")).await;
    let there = scene.at;
    browser.wait_for_url("the provider", |url| url.port() == Some(there.port())).await;
    browser.wait_for("input[name=login]").await;
    browser.fill("input[name=login]", who).await;
    browser.fill("input[name=password]", "theirs").await;
    browser.press("\u{e007}").await;
}

const HOME: &str = "form[action='/login/upstream/home']";

#[tokio::test]
async fn security_96_an_account_elsewhere_signs_in_whoever_linked_it_and_nobody_by_mail() {
    let scene = scene(Engine::Sqlite).await;
    let library = Library::OpenidClient;
    // Ada's mail address is what the provider says of everybody.
    let stranger = scene.instance.browser().await;
    stranger.open(&format!("{ISSUER}/login")).await;
    assert!(stranger.text().await.contains("Continue with Home"), "{}", stranger.text().await);
    sign_in_there(&scene, &stranger, HOME, "mallory").await;
    stranger.wait_for("code").await;
    let told = stranger.text().await;
    assert!(told.contains("No account here belongs to your account at Home"), "{told}");
    let reference = stranger.url().await;
    assert!(reference.path().ends_with("/callback"), "{reference}");

    // She adds hers, having just made her passkey, and the page that she is at shows it.
    scene.ada.open(&format!("{ISSUER}/account")).await;
    sign_in_there(&scene, &scene.ada, "form[action='/account/upstreams/home']", "ada").await;
    scene.ada.wait_for_url("the account page", |url| url.path() == "/account").await;
    let shown = scene.ada.text().await;
    assert!(shown.contains("Your account there is added") && shown.contains("Home · ada@home.test"), "{shown}");
    scene.ada.resize(320, 700).await;
    assert_eq!(pages::overhang(&scene.ada).await, 0, "the account page");

    // From an app, in a browser that has no passkey of hers.
    let elsewhere = scene.instance.browser().await;
    elsewhere.open(&library.url()).await;
    elsewhere.wait_for(HOME).await;
    sign_in_there(&scene, &elsewhere, HOME, "ada").await;
    let learned = pages::learned(&elsewhere, &library.host()).await;
    assert_eq!(learned["userinfo"]["preferred_username"], "ada", "{learned}");
    assert_eq!(learned["claims"].get("amr"), None, "nothing is made up: {learned}");

    // Back leads nowhere twice: the answer was taken.
    let again = elsewhere.visits().await.into_iter().find(|visit| visit.url.contains("/callback?code"));
    let again = again.expect("the way back was seen").url;
    elsewhere.open(&again).await;
    assert!(elsewhere.text().await.contains("cannot go on"), "{}", elsewhere.text().await);
}

#[tokio::test]
async fn an_invitation_and_the_groups_there_and_an_account_at_github() {
    let scene = scene(Engine::Postgres).await;
    let said = scene.instance.doorstep.reported(&["invite", "--group", "guests"]);
    let address = said.out.split_whitespace().next().expect("an address").to_owned();
    let grace = scene.instance.browser().await;
    grace.open(&address).await;
    grace.click("a[href$='/upstream/home']").await;
    let form = "form[action='/invite/upstream/home']";
    grace.wait_for(form).await;
    grace.fill("input[name=display_name]", "Grace Hopper").await;
    grace.fill("input[name=user_name]", "ada").await;
    grace.click(&format!("{form} button")).await;
    grace.wait_for("[role=alert]").await;
    grace.fill("input[name=user_name]", "hopper").await;
    sign_in_there(&scene, &grace, form, "grace.kin").await;
    grace.wait_for_url("the portal", |url| url.path() == "/").await;
    grace.open(&format!("{ISSUER}/account")).await;
    let shown = grace.text().await;
    assert!(shown.contains("family, guests") && shown.contains("This is the only way you can sign in"), "{shown}");

    // Ada adds an account at GitHub, and comes back by it.
    scene.ada.open(&format!("{ISSUER}/account")).await;
    scene.ada.click("form[action='/account/upstreams/github'] button").await;
    scene.ada.wait_for_url("the account page again", |url| url.query().is_some_and(|q| q.contains("told"))).await;
    let shown = scene.ada.text().await;
    assert!(shown.contains("GitHub · octocat@github.test"), "{shown}");
    assert_eq!(scene.github.challenge().len(), 43, "PKCE by S256");
    let elsewhere = scene.instance.browser().await;
    elsewhere.open(&format!("{ISSUER}/account")).await;
    elsewhere.wait_for_url("the sign-in page", |url| url.path() == "/login").await;
    elsewhere.click("form[action='/login/upstream/github'] button").await;
    elsewhere.wait_for_url("the account page", |url| url.path() == "/account").await;
    assert!(elsewhere.text().await.contains("Ada Lovelace"), "{}", elsewhere.text().await);

    // It is removed, and signs nobody in any more.
    scene.ada.click("details:has(form[action^='/account/identities/']) summary").await;
    scene.ada.click("form[action^='/account/identities/'] button").await;
    scene.ada.wait_for_url("the account page", |url| url.query().is_some_and(|q| q.contains("identity_removed"))).await;
    elsewhere.open(&format!("{ISSUER}/login")).await;
    elsewhere.click("form[action='/login/upstream/github'] button").await;
    elsewhere.wait_for_url("the answer", |url| url.path().ends_with("/callback")).await;
    let told = elsewhere.text().await;
    assert!(told.contains("No account here belongs to your account at GitHub"), "{told}");
}
