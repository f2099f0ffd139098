//! Doors beside the sign-in: what `set` opens again, and what is told of them about apps that exist already.

use crate::support::{Bench, HOME};
use doorstep_onboard::{
    catalog::{Catalog, Door, DoorKind, Kind, Linking},
    plan::{Plan, Wait},
    render::{Style, render_apply, render_doors, render_plan},
};
use std::time::Duration;

fn with(app: &str, set: &str) -> String {
    let at = format!("[apps.{app}]");
    assert!(HOME.contains(&at));
    unset().replace(&at, &format!("{at}\nset = {{ {set} }}"))
}

/// [`HOME`] without a `set` of its own.
fn unset() -> String {
    HOME.lines().filter(|line| !line.starts_with("set = ")).collect::<Vec<_>>().join("\n")
}

fn shown(plan: &Plan) -> String {
    render_plan(plan, Style::default())
}

/// Each value that closes a door, with the word that opens it.
const OPENED: &[(&str, &str, &str, DoorKind)] = &[
    ("open-webui", "ENABLE_SIGNUP", "true", DoorKind::SignUp),
    ("open-webui", "ENABLE_INITIAL_ADMIN_SIGNUP", "true", DoorKind::FirstAdministrator),
    ("open-webui", "ENABLE_LOGIN_FORM", "True", DoorKind::Passwords),
    ("open-webui", "ENABLE_PASSWORD_AUTH", "true", DoorKind::Passwords),
    ("open-webui", "OAUTH_MERGE_ACCOUNTS_BY_EMAIL", "true", DoorKind::Linking),
    ("vaultwarden", "SIGNUPS_ALLOWED", "true", DoorKind::SignUp),
    ("vaultwarden", "SIGNUPS_DOMAINS_WHITELIST", "example.org", DoorKind::SignUp),
    ("vaultwarden", "SSO_SIGNUPS_MATCH_EMAIL", "true", DoorKind::Linking),
    ("vaultwarden", "SSO_ALLOW_UNKNOWN_EMAIL_VERIFICATION", "true", DoorKind::Linking),
    ("forgejo", "FORGEJO__service__ALLOW_ONLY_EXTERNAL_REGISTRATION", "false", DoorKind::SignUp),
    ("forgejo", "FORGEJO__SERVICE__ALLOW_ONLY_EXTERNAL_REGISTRATION", "false", DoorKind::SignUp),
    ("forgejo", "FORGEJO__openid__ENABLE_OPENID_SIGNUP", "true", DoorKind::SignUp),
    ("forgejo", "FORGEJO__openid__ENABLE_OPENID_SIGNIN", "true", DoorKind::Passwords),
    ("forgejo", "FORGEJO__oauth2_client__ACCOUNT_LINKING", "auto", DoorKind::Linking),
    ("forgejo", "FORGEJO__security__INSTALL_LOCK", "false", DoorKind::FirstAdministrator),
    ("grafana", "GF_USERS_ALLOW_SIGN_UP", "true", DoorKind::SignUp),
    ("grafana", "GF_AUTH_OAUTH_ALLOW_INSECURE_EMAIL_LOOKUP", "true", DoorKind::Linking),
    ("paperless-ngx", "PAPERLESS_ACCOUNT_ALLOW_SIGNUPS", "yes", DoorKind::SignUp),
    ("immich", "passwordLogin.enabled", "true", DoorKind::Passwords),
];

#[test]
fn what_set_opens_again_is_told_for_every_value_that_closes_a_door() {
    let bench = Bench::default();
    for (app, name, value, door) in OPENED {
        let desired = bench.desired(&with(app, &format!("'{name}' = '{value}'")));
        let reported: Vec<_> = desired
            .apps
            .iter()
            .flat_map(|app| app.reopens.iter().map(move |open| (app.name().as_str(), open)))
            .map(|(app, open)| (app, open.name.as_str(), open.value.as_str(), open.door))
            .collect();
        assert_eq!(reported, [(*app, *name, *value, *door)]);
    }
}

#[test]
fn every_value_of_the_catalog_that_closes_a_door_is_told_when_set_says_another() {
    let bench = Bench::default();
    let catalog = Catalog::builtin();
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let below = entry.below.as_deref().unwrap_or_default();
        for (key, closing) in &entry.doors.as_ref().unwrap().closed_by {
            let declared = format!(
                "issuer = 'https://auth.example.org'\n[apps.{name}]\nurl = 'https://app.example.org{below}'\n\
                 set = {{ {key:?} = 'something else' }}\n"
            );
            // What is set in an app's own pages or run as its commands, `set` does not change.
            let Ok(desired) = bench.try_desired(&declared) else {
                let changeable = !entry.env.is_empty()
                    || [&entry.json, &entry.yaml, &entry.toml, &entry.ini].iter().any(|d| d.is_some());
                assert!(entry.kind == Kind::ForwardAuth || !changeable, "{name} {key}");
                continue;
            };
            let reported: Vec<_> = desired.apps[0].reopens.iter().map(|open| (open.name.as_str(), open.door)).collect();
            let wanted: Vec<_> = closing.doors().map(|door| (key.as_str(), door)).collect();
            assert_eq!(reported, wanted, "{name}");
        }
    }
}

#[test]
fn what_leaves_a_door_closed_is_not_spoken_of() {
    let bench = Bench::default();
    for (app, set) in [
        ("open-webui", "ENABLE_SIGNUP = 'false'"),
        ("open-webui", "ENABLE_SIGNUP = false, ENABLE_LOGIN_FORM = ' False'"),
        ("open-webui", "DEFAULT_USER_ROLE = 'pending', ENABLE_PERSISTENT_CONFIG = 'false'"),
        ("vaultwarden", "SSO_ONLY = 'true', SIGNUPS_DOMAINS_WHITELIST = ''"),
        ("forgejo", "FORGEJO__oauth2_client__ACCOUNT_LINKING = 'disabled'"),
        ("immich", "passwordLogin = { enabled = false }"),
    ] {
        let desired = bench.desired(&with(app, set));
        assert!(desired.apps.iter().all(|app| app.reopens.is_empty()), "{app} {set}");
    }
}

#[tokio::test]
async fn plan_and_apply_say_it_every_time_and_it_is_no_error() {
    const SAID: &str = "warning: `set` says ENABLE_SIGNUP = \"true\", where \"false\" would be delivered: \
                        strangers may make accounts inside the app\n";
    let bench = Bench::default();
    let home = unset();
    bench.apply(&home).await;
    let text = with("open-webui", "ENABLE_SIGNUP = 'true'");
    let changed = shown(&bench.plan(&text).await);
    assert!(changed.contains(SAID) && changed.ends_with("1 to deliver. No secret rotates. 1 warning.\n"), "{changed}");
    for first in [true, false] {
        let report = bench.apply(&text).await;
        assert!(report.succeeded() && !report.waits());
        assert_eq!(report.did_something(), first);
        let reported = render_apply(&report, Duration::ZERO, Style::default());
        assert!(reported.contains(SAID), "{reported}");
        let plan = bench.plan(&text).await;
        assert!(!plan.has_steps() && !plan.needs_a_person());
        let reported = shown(&plan);
        assert!(reported.starts_with(&format!("  * open-webui     {SAID}")), "{reported}");
        assert!(reported.ends_with("9 unchanged\n\nNothing to do. No secret rotates. 1 warning.\n"), "{reported}");
        let json = serde_json::to_value(&plan).unwrap();
        assert_eq!(json["apps"][0]["reopens"][0]["door"], "sign_up");
    }
    bench.apply(&home).await;
    assert_eq!(bench.plan(&home).await.apps, []);
}

/// Of few new apps the plan says what is to be done by hand; of many, a line each and where the rest stands.
#[tokio::test]
async fn the_doors_of_new_apps_stand_in_one_place_and_are_short() {
    let bench = Bench::default();
    let one = "issuer = 'https://auth.example.org'\n[apps.headscale]\nurl = 'https://head.example.org'";
    assert!(!shown(&bench.plan(one).await).contains("Stays open"));
    let few = format!("{one}\n[apps.paperless-ngx]\nurl = 'https://paper.example.org'");
    let reported = shown(&bench.plan(&few).await);
    let (_, below) = reported.split_once("\nStays open beside the sign-in:\n").unwrap();
    assert!(below.starts_with("    paperless-ngx  its own passwords go on; its local administrator"), "{reported}");
    assert!(!below.contains("headscale") && !below.contains("plan --doors"), "{reported}");
    // Three are few, and a fourth that leaves nothing to do changes nothing.
    let three = few
        + "\n[apps.grafana]\nurl = 'https://graf.example.org'\n[apps.vaultwarden]\nurl = 'https://vault.example.org'";
    let reported = shown(&bench.plan(&three).await);
    assert!(
        reported.contains("  An empty Paperless") && reported.contains("  What was saved on the page Admin"),
        "{reported}"
    );
    assert!(!reported.contains("plan --doors") && !reported.contains("things to do)"), "{reported}");
    let four = three + "\n[apps.immich]\nurl = 'https://photos.example.org'";
    let reported = shown(&bench.plan(&four).await);
    assert!(!reported.contains("An empty Paperless") && reported.contains("(3 things to do)\n"), "{reported}");
    assert!(reported.contains("\nWhat is to be done by hand: doorstep plan --doors\n"), "{reported}");
    let many = shown(&bench.plan(HOME).await);
    let (_, below) = many.split_once("\nStays open beside the sign-in:\n").unwrap();
    let lines: Vec<_> = below.lines().take_while(|line| line.starts_with("    ")).collect();
    assert_eq!(lines.len(), 7, "{many}");
    assert!(below.contains("\nWhat is to be done by hand: doorstep plan --doors\n"), "{many}");
    assert!(!many.contains("ENABLE_PERSISTENT_CONFIG"), "{many}");
}

#[tokio::test]
async fn the_doors_of_apps_that_exist_are_told_whenever_somebody_asks() {
    let bench = Bench::default();
    let text = with("open-webui", "ENABLE_SIGNUP = 'true'")
        + "\n[apps.own]\nurl = 'https://own.example.org'\ncallbacks = ['/cb']\n";
    bench.apply(&text).await;
    let reported = render_doors(&bench.desired(&text).apps);
    assert_eq!(reported.lines().filter(|line| !line.starts_with("   ")).count(), 11, "{reported}");
    for line in [
        "  glances       nothing stays open",
        "  own           the catalog does not know it: look in it for sign-up, passwords and first accounts of its own",
        "  open-webui    the first person to sign in becomes its administrator",
    ] {
        assert!(reported.lines().any(|have| have == line), "{line}\n{reported}");
    }
    for part in
        ["                  warning: `set` says ENABLE_SIGNUP", "                  The first person to sign in becomes"]
    {
        assert!(reported.lines().any(|have| have.starts_with(part)), "{part}\n{reported}");
    }
    assert_eq!(render_doors(&[]), "No app is declared.\n");
}

#[tokio::test]
async fn security_96_118_an_app_whose_open_sign_up_could_own_a_linked_account_is_made_with_a_word_only() {
    let catalog = Catalog::builtin();
    let open = catalog.names().filter(|name| {
        let doors = catalog.get(name).unwrap().unwrap().doors.clone().unwrap();
        doors.sign_up == Door::ByHand && doors.linking != Linking::Never
    });
    let open: Vec<&str> = open.collect();
    assert!(open.contains(&"wekan") && open.contains(&"bitwarden"), "{open:?}");
    for name in open {
        let text = format!("issuer = 'https://auth.example.org'\n[apps.{name}]\nurl = 'https://{name}.example.org'\n");
        let mut bench = Bench::default();
        let plan = bench.plan(&text).await;
        let [app] = plan.apps.as_slice() else { panic!("{name}") };
        let [Wait::OpenDoor { by_hand }] = app.waits.as_slice() else { panic!("{name}: {:?}", app.waits) };
        assert!(app.steps.is_empty() && !by_hand.is_empty(), "{name}");
        let told = shown(&plan);
        assert!(told.contains(&format!("--accept {name}:\n")) && told.contains("1 needs your approval"), "{told}");
        for step in by_hand {
            assert!(told.contains(step.as_str()), "{step}\n{told}");
        }
        let report = bench.apply(&text).await;
        assert!(report.waits() && bench.provider.held().clients.is_empty(), "{name}: nothing is made");
        assert!(
            render_apply(&report, Duration::ZERO, Style::default()).contains(&format!("waits for --accept {name}"))
        );

        bench.choices.accept.insert(name.parse().unwrap());
        let report = bench.apply(&text).await;
        assert!(report.succeeded() && !report.waits(), "{name}: {report:?}");
        bench.choices.accept.clear();
        assert!(bench.plan(&text).await.apps.iter().all(|app| app.waits.is_empty()), "{name}: once is enough");
        let desired = bench.desired(&text);
        for delivery in &desired.apps[0].deliveries {
            std::fs::remove_file(delivery.to.path().unwrap()).unwrap();
        }
        let restored = bench.apply(&text).await;
        assert!(restored.succeeded() && !restored.waits(), "{name}: what is lost comes back without a word");
    }
}
