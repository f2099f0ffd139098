//! An instance with an internal address beside its issuer: real libraries that reach it there and nowhere else, and people
//! who only ever see the issuer.

use doorstep_e2e::{
    given::Road,
    instance::{Engine, ISSUER, Instance},
    person::Person,
    relying_party::{RelyingParty, start_script},
    wait,
};

const APP: &str = "rp-python";

/// The app cannot reach the issuer: every `*.test` name leads it to where nobody listens.
struct Split {
    instance: Instance,
    internal: String,
    ada: Person,
    _party: RelyingParty,
}

async fn split(script: &str, callback: &str) -> Split {
    let people = "[groups]\nadmins = [\"ada\"]\n\n";
    let mut instance = Instance::provider(Engine::Sqlite, people).await;
    let internal = format!("http://{}", instance.doorstep.listen);
    instance.doorstep.stop();
    instance.doorstep.declare(&format!(
        "internal_url = \"{internal}\"\n\n{people}[apps.{APP}]\nurl = \"https://{APP}.apps.test\"\n\
         callbacks = [\"{callback}\"]\nreach = \"internal\"\n"
    ));
    instance.doorstep.start().await;
    let delivered = instance.doorstep.delivered(APP).await;
    let road = Road { proxy: wait::free_address(), ..instance.road() };
    let party = start_script(APP, script, instance.address(APP), &delivered, road).await;
    let ada = instance.ada().await;
    instance.doorstep.reported(&["user", "set", "ada", "--email", "ada@example.org"]);
    Split { instance, internal, ada, _party: party }
}

#[tokio::test]
async fn a_library_that_discovers_inside_signs_people_in_at_the_issuer() {
    let mut split = split("relying_party.py", "/callback").await;
    let learned = split.ada.open_app(&format!("https://{APP}.apps.test/")).await;
    let learned = learned.json();
    // Code, keys, userinfo and a refresh: all asked inside, and every token names the issuer.
    assert_eq!(learned["claims"]["iss"], ISSUER, "{learned}");
    assert_eq!(learned["userinfo"]["email"], "ada@example.org", "{learned}");
    assert_eq!(learned["refreshed"], true, "{learned}");
    let document =
        split.instance.visitor().get(&format!("{ISSUER}/.well-known/openid-configuration")).send().await.json();
    assert_eq!(document["token_endpoint"], format!("{ISSUER}/token"), "outside, it is as ever");
    let told = split.instance.doorstep.delivered(APP).await;
    assert_eq!(told.get("OIDC_ISSUER"), ISSUER);
    assert_eq!(told.get("OIDC_DISCOVERY_URL"), format!("{}/.well-known/openid-configuration", split.internal));
    assert_eq!(told.get("OIDC_AUTHORIZATION_ENDPOINT"), format!("{ISSUER}/authorize"));
}

#[tokio::test]
async fn a_library_that_is_told_each_endpoint_signs_people_in_at_the_issuer() {
    let mut split = split("django_parties.py", "/oidc/callback/").await;
    let learned = split.ada.open_app(&format!("https://{APP}.apps.test/mozilla/")).await.json();
    assert_eq!(learned["email"], "ada@example.org", "{learned}");
    let log = split.instance.doorstep.printed();
    assert!(!log.contains("the proxy must pass `Host` on"), "nothing is amiss: {log}");
}
