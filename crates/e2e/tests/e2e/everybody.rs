//! Pages that everybody can use: WCAG 2.2 AA by axe, and words that fit a telephone in long languages and from right to left.
//!
//! The pages are the samples of `crates/web/tests/samples` with their real styles, scripts and headers, from one small server, in
//! one browser.

#[warn(clippy::unwrap_used)]
#[path = "../../../web/tests/samples/mod.rs"]
mod samples;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use doorstep_e2e::{certificates::Certificates, chromium::Browser, process::repository, wait};
use doorstep_web::{assets, headers::Surface};
use doorstep_words::Language;
use samples::{FRIENDLY, Sample};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tempfile::TempDir;

/// Axe reads English; these are long, and one of them runs from right to left.
const OTHERS: [Language; 2] = [Language::German, Language::Pseudo];

/// A server of samples, and a browser.
struct Street {
    browser: Browser,
    at: String,
    _directory: TempDir,
}

impl Street {
    async fn begin(samples: Arc<HashMap<String, Sample>>) -> Self {
        let page = move |Path(path): Path<String>| {
            let found = samples.get(&path).map(|page| {
                let mut response = Html(page.html.clone()).into_response();
                page.surface.stamp(response.headers_mut(), false);
                response
            });
            async { found.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response()) }
        };
        let app = Router::new()
            .route("/p/{*path}", get(page))
            .route("/assets/{file}", get(asset))
            .route("/icons/{file}", get(icon));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = format!("http://localhost:{}/p", listener.local_addr().expect("it listens").port());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let directory = tempfile::tempdir().expect("a temporary directory");
        let certificates = Certificates::make(directory.path());
        let browser = Browser::start(wait::free_address(), &certificates).await;
        Self { browser, at, _directory: directory }
    }

    /// From now on axe stands in every page. It is large, so that this comes after what does without it.
    async fn bring_axe(&self) {
        let axe = repository().join("crates/e2e/relying-parties/node/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("axe-core is there; `./test` installs it");
        self.browser.before_each_page(&axe).await;
    }

    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}/{path}", self.at)).await;
    }

    /// Colours as the person has them, and nothing that moves: a colour on its way is neither.
    async fn prefer(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// What axe finds, by these rules.
    async fn broken(&self, rules: &Value) -> Vec<String> {
        let found = self.browser.script(LOOK, json!([rules])).await;
        assert!(found["looked"].as_u64().is_some_and(|looked| looked > 0), "axe looked at nothing: {found}");
        texts(&found["faults"])
    }

    /// What does not fit.
    async fn cut(&self, direction: &str) -> Vec<String> {
        let found = self.browser.script(FITS, json!([])).await;
        assert_eq!(found["direction"], direction);
        texts(&found["faults"])
    }
}

fn texts(values: &Value) -> Vec<String> {
    let texts = values.as_array().into_iter().flatten();
    texts.map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::respond(&file, &headers, false).map(axum::body::Body::from)
}

async fn icon() -> Response {
    const SUN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path d=\"M12 2l3 20z\"/></svg>";
    let mut response = ([("content-type", "image/svg+xml")], SUN).into_response();
    Surface::Icon.stamp(response.headers_mut(), false);
    response
}

/// Those that go on by themselves are gone before anybody looks at them.
fn stays(page: &Sample) -> bool {
    !["go-on", "go-on-instance", "form-post"].contains(&page.name)
}

/// What axe finds: the rule, and the elements.
const LOOK: &str = "
    for (const more of document.querySelectorAll('details')) more.open = true;
    return axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] })
      .then(({ violations, passes }) => ({
        looked: passes.length + violations.length,
        faults: violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html + ' ' + node.failureSummary)].join('\\n')),
      }));";

/// Everything that WCAG 2.2 AA asks and axe can see; in other colours only those have to be looked at again.
fn all_rules() -> Value {
    json!({ "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
}

fn colours() -> Value {
    json!({ "type": "rule", "values": ["color-contrast"] })
}

/// What lies outside of the window, or is cut off where it stands.
const FITS: &str = "
    for (const more of document.querySelectorAll('details')) more.open = true;
    for (const hidden of document.querySelectorAll('[data-offer], [data-status]')) {
      hidden.hidden = false;
      if ('status' in hidden.dataset) hidden.textContent = hidden.dataset.notUsed;
    }
    const faults = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll('main *, header *')) {
      if (!element.checkVisibility() || element.closest('svg, .aside, .skip')) continue;
      const { left, right } = element.getBoundingClientRect();
      if (left < -0.5 || right > width + 0.5) faults.push(`${left}–${right}: ${element.outerHTML.slice(0, 120)}`);
      const cut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      if (element.matches('button, .button') && cut) faults.push(`cut off: ${element.outerHTML.slice(0, 120)}`);
    }
    return { faults, direction: getComputedStyle(document.querySelector('h1')).direction };";

#[tokio::test(flavor = "multi_thread")]
async fn wcag_2_2_aa_pages_suit_everybody_in_light_and_dark_narrow_and_from_right_to_left() {
    let english = samples::all(FRIENDLY).into_iter().map(|page| (Language::English, page));
    let others = OTHERS.into_iter().flat_map(|language| {
        let pages = samples::all_in(language, FRIENDLY).into_iter().map(move |page| (language, page));
        pages.filter(move |(_, page)| page.html.contains(&format!("<html lang=\"{}\"", language.tag())))
    });
    let samples: HashMap<String, Sample> = english
        .chain(others)
        .filter(|(_, page)| stays(page))
        .map(|(language, page)| (format!("{}/{}", language.tag(), page.name), page))
        .collect();
    let mut paths: Vec<String> = samples.keys().cloned().collect();
    paths.sort();
    let of = |language: Language| {
        let folder = format!("{}/", language.tag());
        paths.iter().filter(move |path| path.starts_with(&folder)).collect::<Vec<_>>()
    };
    let english = of_each_shape(of(Language::English), &samples);
    // German is looked at whole: which sentence is long is no matter of the shape.
    let others = [of(Language::German), of_each_shape(of(Language::Pseudo), &samples)].concat();
    let samples = Arc::new(samples);
    let street = Street::begin(Arc::clone(&samples)).await;
    let mut faults = Vec::new();

    street.browser.resize(320, 700).await;
    street.prefer("light").await;
    for path in others {
        street.open(path).await;
        // Pages of administrators are English below a bar that is not.
        let is_turned = path.starts_with(Language::Pseudo.tag()) && !samples[path].html.contains(" dir=\"ltr\"");
        let found = street.cut(if is_turned { "rtl" } else { "ltr" }).await;
        faults.extend(found.iter().map(|fault| format!("{path}: {fault}")));
    }

    street.bring_axe().await;
    is_strict(&street).await;
    street.browser.resize(1280, 900).await;
    for path in english {
        street.open(path).await;
        for (scheme, rules) in [("light", all_rules()), ("dark", colours())] {
            street.prefer(scheme).await;
            let found = street.broken(&rules).await;
            faults.extend(found.iter().map(|fault| format!("{path} {scheme}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
}

/// Of pages that differ in words alone one.
fn of_each_shape<'p>(paths: Vec<&'p String>, samples: &HashMap<String, Sample>) -> Vec<&'p String> {
    let mut shapes = HashSet::new();
    let is_new = |path: &&String| samples.get(path.as_str()).is_some_and(|page| shapes.insert(shape(&page.html)));
    paths.into_iter().filter(is_new).collect()
}

/// Tags, the names of their attributes, and classes.
fn shape(html: &str) -> String {
    let mut shape = String::new();
    for tag in html.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
        let pieces: Vec<&str> = tag.split('"').collect();
        for pair in pieces.chunks(2) {
            let [name, value] = [pair.first(), pair.get(1)].map(|piece| piece.copied().unwrap_or_default());
            shape.push_str(name);
            shape.push_str(if name.ends_with("class=") { value } else { "" });
        }
    }
    shape
}

/// Both looks see what they are for.
async fn is_strict(street: &Street) {
    street.browser.resize(320, 700).await;
    street.prefer("dark").await;
    street.open("de/sign-in-passwords").await;
    let spoil = "
        document.querySelector('h1').style.color = '#4d4742';
        const wide = document.querySelector('button.wide');
        wide.style.whiteSpace = 'nowrap';
        wide.textContent = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(2);";
    street.browser.script(spoil, json!([])).await;
    let (broken, cut) = (street.broken(&all_rules()).await, street.cut("ltr").await);
    assert!(broken.iter().any(|fault| fault.starts_with("color-contrast")), "{broken:#?}");
    assert!(cut.iter().any(|fault| fault.contains("<button")), "{cut:#?}");
}
