//! The icons of apps in a real Chromium: drawn by the page that is served, without a complaint of its policy, in light
//! and dark and at 320 pixels; and letters where there is none.

use doorstep_e2e::{
    authenticator::Authenticator,
    instance::{Engine, ISSUER, Instance, relying_parties},
    pages::{self, NO_AUTOFILL},
    wait::{PATIENCE, until},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// It has a style of its own, as drawing programs write them.
const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><style>.a{fill:#a3421d}</style>\
    <path class=\"a\" d=\"M12 2l3 7 7 3-7 3-3 7-3-7-7-3 7-3z\"/></svg>";

#[tokio::test]
async fn the_portal_draws_icons_and_no_two_apps_without_one_look_the_same() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let file = folder.path().join("wiki.svg");
    std::fs::write(&file, SVG).expect("there is room for a file");
    let app = |name: &str, rest: &str| {
        format!("\n[apps.{name}]\nurl = \"https://{name}.apps.test\"\ncallbacks = [\"/callback\"]\n{rest}")
    };
    let icon = format!("icon = \"{}\"\n", file.display());
    let others: String = ["wall", "water", "weather", "web"].map(|name| app(name, "")).concat();
    let tables = relying_parties() + &app("wiki", &icon) + &others;
    let instance = Instance::provider(Engine::Sqlite, &tables).await;
    let browser = instance.browser().await;
    browser.before_each_page(NO_AUTOFILL).await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    browser.resize(320, 640).await;
    for scheme in ["light", "dark"] {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", features).await;
        browser.open(&format!("{ISSUER}/")).await;
        browser.wait_for("img.glyph").await;
        let drawn = "const image = document.querySelector('img.glyph'); \
            return image.complete && image.naturalWidth > 0 && image.getBoundingClientRect().width === 44";
        until("the icon to be drawn", PATIENCE, || async {
            (browser.script(drawn, json!([])).await == json!(true)).then_some(())
        })
        .await;
        browser.screenshot(&format!("icons-{scheme}-320")).await;
        assert_eq!(pages::overhang(&browser).await, 0, "{scheme}");
    }
    let tiles = "return [...document.querySelectorAll('svg.glyph')].map((tile) => \
        tile.textContent + ' ' + tile.querySelector('rect').getAttribute('fill'))";
    let Value::Array(tiles) = browser.script(tiles, json!([])).await else { panic!("tiles") };
    let different: BTreeSet<String> = tiles.iter().map(Value::to_string).collect();
    assert_eq!((tiles.len(), different.len()), (7, 7), "{tiles:?}");
    let complaints = browser.complaints().await;
    let real: Vec<_> = complaints.iter().filter(|line| !line.contains("favicon")).collect();
    assert!(real.is_empty(), "{real:#?}");
}
