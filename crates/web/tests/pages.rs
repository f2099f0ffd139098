//! What every page must be: reviewed as a whole (snapshots), framed by nobody, deaf to what others
//! write, without anything inline or foreign, and small.

#![expect(clippy::unwrap_used, reason = "the lint knows only functions that are marked as tests")]

mod samples;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_web::{
    assets::{self, Asset},
    headers::Surface,
};
use http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};
use samples::{FRIENDLY, Sample, Words};

#[test]
fn every_page_reads_as_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for Sample { name, html, .. } in samples::all(FRIENDLY) {
            insta::assert_snapshot!(name, without_marks(&html));
        }
    });
}

/// A changed style is another address, or another style in the page, and not another page.
fn without_marks(html: &str) -> String {
    let html = html.replace(assets::APP_HOST_STYLE, "…");
    let mut plain = String::new();
    for (at, part) in html.split(assets::PREFIX).enumerate() {
        let rest = if at == 0 { part.to_owned() } else { format!("{}{}", assets::PREFIX, without_mark(part)) };
        plain.push_str(&rest);
    }
    plain
}

fn without_mark(part: &str) -> String {
    let mut pieces = part.splitn(3, '.');
    let (name, rest) = (pieces.next().unwrap(), pieces.nth(1).unwrap());
    format!("{name}.HASH.{rest}")
}

/// A name put before a sentence reads as its first word: "Immich Sign in again".
#[test]
fn an_apps_name_stands_inside_a_sentence() {
    let mut seen = 0;
    for page in samples::all(FRIENDLY).into_iter().filter(|page| page.name.starts_with("error-")) {
        let text = page.html.split("<p>").nth(1).unwrap().split("</p>").next().unwrap();
        for after in text.split(FRIENDLY.app).skip(1) {
            seen += 1;
            let joined = after.trim_start().starts_with(|c: char| c.is_uppercase());
            assert!(!joined, "{}: {text}", page.name);
        }
    }
    assert!(seen >= 3, "the pages that name an app are among the samples: {seen}");
}

#[test]
fn security_49_every_page_forbids_framing_but_one_that_can_do_nothing() {
    for page in samples::all(FRIENDLY) {
        if page.surface == Surface::Framed {
            assert!(!page.html.contains("<form") && !page.html.contains("<script"), "{}", page.name);
            assert_eq!(
                page.html.matches("<a ").count(),
                page.html.matches("target=\"_blank\"").count(),
                "{}",
                page.name
            );
            continue;
        }
        let mut headers = HeaderMap::new();
        page.surface.stamp(&mut headers, true);
        assert_eq!(headers["x-frame-options"], "DENY", "{}", page.name);
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{}", page.name);
    }
}

/// Security row 52: what names, titles and values are attacked with.
const VECTORS: [&str; 7] = [
    "\"><svg onload=alert(1)>",
    "'><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "</textarea><a href=javascript:alert(1)>x</a>",
    "\" autofocus onfocus=alert(1) x=\"",
    "&lt;b&gt;{{ 7 * 7 }}${7*7}",
    "\u{202e}nimda\u{2066}\u{200b}<b>",
];

#[test]
fn security_52_reflected_text_is_escaped() {
    for vector in VECTORS {
        let words = Words {
            app: vector,
            person: vector,
            user_name: vector,
            email: vector,
            group: vector,
            passkey: vector,
            value: vector,
        };
        for (clean, attacked) in samples::all(FRIENDLY).iter().zip(samples::all(words)) {
            assert_eq!(shape(&clean.html), shape(&attacked.html), "{}: {vector:?}", clean.name);
            for hidden in ['\u{200b}', '\u{2066}', '\u{202e}'] {
                let exact_value = attacked.html.matches("type=\"hidden\"").count() > 0;
                assert!(exact_value || !attacked.html.contains(hidden), "{}: {hidden:?}", clean.name);
            }
        }
    }
}

/// Markup without its texts: tag and attribute names, in order. Text that became markup changes it.
fn shape(html: &str) -> Vec<String> {
    let mut shape = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let mut name = String::new();
        let mut quoted = false;
        let mut end = after.len();
        for (at, c) in after.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => {
                    end = at;
                    break;
                }
                c if !quoted => name.push(c),
                _ => {}
            }
        }
        shape.push(name);
        rest = &after[end..];
    }
    shape
}

#[test]
fn security_52_the_words_do_reach_the_pages() {
    let words = Words {
        app: "<app>",
        person: "<person>",
        user_name: "<user>",
        email: "<mail>",
        group: "<group>",
        passkey: "<key>",
        value: "<value>",
    };
    let together: String = samples::all(words).into_iter().map(|page| page.html).collect();
    for word in ["app", "person", "user", "mail", "group", "key", "value"] {
        assert!(together.contains(&format!("&#60;{word}&#62;")), "{word}");
        assert!(!together.contains(&format!("<{word}>")), "{word}");
    }
}

#[test]
fn security_52_nothing_is_inline_and_nothing_skips_escaping() {
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display();
        let text = std::fs::read_to_string(&path).unwrap();
        for banned in
            ["<style", " style=", "javascript:", "|safe", "| safe", "escape(", "srcdoc", "<base", "<iframe", "<object"]
        {
            assert!(!text.contains(banned), "{name}: {banned}");
        }
        for tag in text.split("<script").skip(1) {
            let (attributes, rest) = tag.split_once('>').unwrap();
            assert!(attributes.contains("src=") && rest.starts_with("</script>"), "{name}: inline script");
        }
        for word in text.split([' ', '\n']).filter_map(|word| word.split_once('=')) {
            assert!(!word.0.starts_with("on"), "{name}: handler {}", word.0);
        }
    }
}

/// An app's proxy may answer for the page and not for what it links to.
#[test]
fn a_page_on_an_apps_host_carries_its_style_and_the_policy_allows_that_style_alone() {
    assert!(!assets::APP_HOST_STYLE.contains('<'), "the style would end early");
    let mut seen = 0;
    for page in samples::all(FRIENDLY) {
        if !matches!(page.surface, Surface::AppHost | Surface::Framed) {
            assert!(!page.html.contains("<style"), "{}", page.name);
            continue;
        }
        seen += 1;
        let (_, rest) = page.html.split_once("<style>").unwrap();
        let (style, rest) = rest.split_once("</style>").unwrap();
        assert!(style.contains(".door main {") && !rest.contains("<style"), "{}", page.name);
        let mut headers = HeaderMap::new();
        page.surface.stamp(&mut headers, true);
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains(&format!("; style-src 'sha256-{hash}'; img-src data:;")), "{}: {policy}", page.name);
        for asks in ["src=", "rel=\"stylesheet\"", "url(", "@import"] {
            assert!(!page.html.contains(asks), "{}: {asks}", page.name);
        }
        let icon = "<link rel=\"icon\" type=\"image/svg+xml\" href=\"data:image/svg+xml;base64,PHN2Zy";
        assert!(page.html.matches("<link").count() == 1 && page.html.contains(icon), "{}", page.name);
    }
    assert!(seen >= 10, "the pages on an app's host are among the samples: {seen}");
}

/// Without any style an `svg` fills the window in black, unless it says its size and colours itself.
#[test]
fn a_picture_is_small_without_its_style_too() {
    for page in samples::all(FRIENDLY) {
        for picture in page.html.split("<svg").skip(1).map(|rest| rest.split_once('>').unwrap().0) {
            for word in [" width=\"", " height=\"", " fill=\"none\""] {
                assert!(picture.contains(word), "{}: {picture}", page.name);
            }
        }
    }
}

/// The sources of this crate and its templates, each with its path.
fn sources() -> Vec<(String, String)> {
    let mut folders =
        ["/src", "/templates"].map(|under| format!("{}{under}", env!("CARGO_MANIFEST_DIR")).into()).to_vec();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir::<std::path::PathBuf>(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                found.push((entry.path().display().to_string(), text));
            }
        }
    }
    found
}

/// `core::access::Methods` says which way to sign in may go, and that a second passkey is missing. Whoever shows it
/// asks there: a page that counts for itself is right until the rule changes.
#[test]
fn pages_ask_which_way_to_sign_in_may_go_and_do_not_count_themselves() {
    let sources = sources();
    let asked = ["methods.may_lose_a_passkey()", "methods.may_lose_the_password()", ".wants_another_way_back("];
    for question in asked {
        assert_eq!(sources.iter().filter(|(_, text)| text.contains(question)).count(), 1, "{question}");
    }
    for (path, text) in sources {
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let counted = ["len()", "is_empty()", "count()", "length", "first()", "nth(", "loop."];
            let counts = line.contains("passkeys") && counted.iter().any(|word| line.contains(word));
            // Whether there is a password is shown; which of the two would be the last is not found out by it.
            let weighs = line.contains("has_password")
                && !["set: overview.has_password,", "\"has_password\": data.person.has_password,"].contains(&line);
            let decides = line.contains("Methods {") || line.contains("passkeys::") || line.contains("users::password");
            let told = [
                "pub removable: bool,",
                "removable,",
                "removable: one.removable,",
                "removable: removable || overview.is_of_a_host_given_up(passkey),",
                "removable: overview.methods.may_lose_the_password(),",
            ];
            let own = line.contains("removable")
                && !told.contains(&line)
                && line != "let removable = overview.methods.may_lose_a_passkey();"
                && !line.starts_with("{% if ")
                && !line.contains("<summary>{% if password.set && password.removable %}");
            assert!(!counts && !weighs && !decides && !own, "{path}: {line}");
        }
    }
}

#[test]
fn no_page_asks_anyone_else_for_anything() {
    for page in samples::all(FRIENDLY) {
        for tag in page
            .html
            .split('<')
            .filter(|tag| ["script", "link", "img", "source", "meta"].iter().any(|t| tag.starts_with(t)))
        {
            let foreign =
                tag.contains("http://") || tag.contains("//") && !tag.contains("\"https://home.example.org/assets/");
            assert!(!foreign, "{}: <{tag}", page.name);
        }
    }
}

#[test]
fn security_110_pages_at_secret_addresses_are_quiet() {
    for page in samples::all(FRIENDLY) {
        let mut headers = HeaderMap::new();
        page.surface.stamp(&mut headers, true);
        if ["set-up", "enrol", "recover", "form-post", "relay-restart"].contains(&page.name) {
            assert_eq!(headers["referrer-policy"], "no-referrer", "{}", page.name);
        }
    }
}

fn on_the_wire(asset: Asset) -> usize {
    let mut request = HeaderMap::new();
    request.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br, zstd"));
    let file = asset.path().strip_prefix(assets::PREFIX).unwrap();
    let response = assets::respond(file, &request, true);
    response.body().len() + header_bytes(response.headers())
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

#[test]
fn the_sign_in_page_is_complete_in_fourteen_kilobytes() {
    let extras: usize = [Asset::DoorStyle, Asset::PasskeyScript, Asset::Icon].into_iter().map(on_the_wire).sum();
    for page in samples::all(FRIENDLY).into_iter().filter(|page| page.name.starts_with("sign-in")) {
        let mut headers = HeaderMap::new();
        page.surface.stamp(&mut headers, true);
        let bytes = page.html.len() + header_bytes(&headers) + extras;
        assert!(bytes < 14_000, "{}: {bytes} bytes", page.name);
    }
}

#[test]
fn refusals_at_an_app_are_small_and_need_no_script() {
    for page in
        samples::all(FRIENDLY).into_iter().filter(|page| matches!(page.surface, Surface::AppHost | Surface::Framed))
    {
        assert!(page.html.len() < 4_000 + assets::APP_HOST_STYLE.len(), "{}: {} bytes", page.name, page.html.len());
        assert!(!page.html.contains("<script"), "{}", page.name);
    }
}

#[test]
fn every_page_names_itself_once() {
    for page in samples::all(FRIENDLY) {
        for (once, what) in
            [("<h1>", "heading"), ("<title>", "title"), ("<main", "main"), ("<html lang=\"en\"", "language")]
        {
            assert_eq!(page.html.matches(once).count(), 1, "{}: {what}", page.name);
        }
        let fields = ["<input ", "<textarea ", "<select "].map(|field| page.html.matches(field).count());
        let fields = fields.iter().sum::<usize>()
            - page.html.matches("type=\"hidden\"").count()
            - page.html.matches("aria-hidden=\"true\" readonly").count();
        assert_eq!(page.html.matches("<label").count(), fields, "{}: a field without a label", page.name);
    }
}

fn page(name: &str) -> String {
    samples::all(FRIENDLY).into_iter().find(|page| page.name == name).unwrap().html
}

#[test]
fn somebody_who_may_not_use_an_app_is_not_first_told_to_be_somebody_else() {
    for name in ["denied", "denied-nobody"] {
        let html = page(name);
        let (apps, other) = (html.find("Go to your apps").unwrap(), html.find("Use another account").unwrap());
        let ask = html.find("Ask for access").or_else(|| html.find("Ask an administrator"));
        assert!(ask.unwrap() < apps && apps < other, "{name}");
    }
}

#[test]
fn signing_out_is_one_press_away_and_the_bar_can_be_skipped() {
    for name in ["portal", "portal-empty", "account"] {
        let html = page(name);
        let bar = &html[html.find("<header").unwrap()..html.find("</header>").unwrap()];
        assert!(bar.contains("<form method=\"post\" action=\"/logout\"><button>Sign out</button></form>"), "{name}");
        assert!(html.find("href=\"#main\"").unwrap() < html.find("<header").unwrap(), "{name}");
        assert!(html.contains("<main id=\"main\" tabindex=\"-1\">"), "{name}");
    }
}

#[test]
fn removing_a_passkey_asks_by_name_before_it_is_done() {
    let html = page("account");
    let (asked, form) = (html.find("Remove <strong><bdi>iCloud Keychain").unwrap(), html.find("/remove\">").unwrap());
    assert!(form < asked, "the question stands in the form");
    assert!(html.contains("<button class=\"danger\">Yes, remove it</button>"));
    assert!(html.contains("<details><summary>Rename") && html.contains("<details><summary>Remove"));
}

#[test]
fn pages_speak_in_the_terms_of_the_field() {
    let riddles = ["looks after", "this instance", "way in", "Present password", "your own pages"];
    for page in samples::all(FRIENDLY) {
        for riddle in riddles {
            assert!(!page.html.contains(riddle), "{}: {riddle}", page.name);
        }
        // A line breaks between words, never inside of one.
        let read = page.html.split('<').filter_map(|part| Some(part.split_once('>')?.1));
        for text in read {
            assert!(!text.contains("ign-in"), "{}: {text}", page.name);
        }
    }
}
