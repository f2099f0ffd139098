//! What a person made by hand, and what stands where credentials are to go, is shown and taken over, and nothing else: the
//! instance as its own provider, and files.

use crate::fixture::{Home, ledger, on_both, own};
use doorstep_app::onboarding::PROVIDER;
use doorstep_core::{
    id::{AppName, ClientId},
    model::{Client, ClientSecret, EventKind, Owner},
    oauth::client_auth::SECRET_LABEL,
    secret::SecretHash,
    time::Ttl,
};
use doorstep_deliver::{FileSink, Sinks};
use doorstep_onboard::{
    adopt::{SecretFate, Survey, survey, take_over},
    catalog::Catalog,
    desired::{Basis, Desired, Lifetimes, Reach, desired},
    execute::{AppReport, execute},
    manifest::Manifest,
    means::Means,
    observe::observe,
    plan::{Choices, Plan, plan},
    provider::Provider,
    reference::NothingToRead,
    render::{Style, render_plan, render_survey},
    sink::Sink,
    spec::ClientSpec,
};
use doorstep_store::{clients, testing::Engine};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const CHOSEN: &str = "a-secret-that-somebody-chose-by-themselves";

/// An instance, and a folder that apps read from.
struct Ground {
    home: Home,
    folder: tempfile::TempDir,
    desired: Desired,
}

impl Ground {
    fn new(home: Home) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let deliver = ["wiki.env", "copy.env"].map(|name| format!("file:{}/{name}", folder.path().display()));
        let entry = serde_json::from_value(serde_json::json!({
            "url": "https://wiki.example.org", "callbacks": ["/callback"], "deliver": deliver,
        }));
        let manifest = Manifest { apps: [("wiki".to_owned(), entry.unwrap())].into(), ..Manifest::default() };
        let basis = Basis {
            issuer: crate::fixture::ISSUER.to_owned(),
            internal: None,
            name: "Home".to_owned(),
            deliver_folder: folder.path().join("apps"),
            lifetimes: Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) },
            reach: Reach::default(),
            icons: doorstep_onboard::desired::IconFiles::default(),
            proxies: doorstep_onboard::desired::Proxies::default(),
            languages: std::collections::BTreeMap::new(),
        };
        let desired = desired(&manifest, &Catalog::builtin(), &basis).unwrap();
        Self { home, folder, desired }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
    }

    fn sink(&self) -> Sinks {
        Sinks::default().with("file", FileSink::new(self.folder.path().join("apps")))
    }

    async fn survey(&self) -> Survey {
        let (provider, ledger, sink) = (own(&self.home.instance), ledger(&self.home.instance, PROVIDER), self.sink());
        let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
        survey(&self.desired.apps[0], &means).await.unwrap()
    }

    async fn adopt(&self, shown: &Survey) -> AppReport {
        let (provider, ledger, sink) = (own(&self.home.instance), ledger(&self.home.instance, PROVIDER), self.sink());
        let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
        take_over(shown, (&self.desired.apps[0], &BTreeSet::new()), &means).await.unwrap()
    }

    async fn adopted(&self) {
        let shown = self.survey().await;
        let report = self.adopt(&shown).await;
        assert!(report.failed.is_empty() && report.unreachable.is_empty(), "{report:?}");
    }

    async fn plan(&self, choices: &Choices) -> Plan {
        let (provider, ledger, sink) = (own(&self.home.instance), ledger(&self.home.instance, PROVIDER), self.sink());
        let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead };
        plan(&self.desired, &observe(&self.desired, &means).await.unwrap(), choices)
    }

    async fn is_in_line(&self) -> bool {
        let plan = self.plan(&Choices::default()).await;
        !plan.has_steps() && !plan.needs_a_person()
    }

    async fn apply(&self) {
        let plan = self.plan(&Choices::default()).await;
        let (provider, ledger, sink) = (own(&self.home.instance), ledger(&self.home.instance, PROVIDER), self.sink());
        let report =
            execute(&plan, &Means { provider: &provider, ledger: &ledger, sink: &sink, references: &NothingToRead })
                .await;
        assert!(report.succeeded(), "{report:?}");
    }

    /// Whether the app proves itself with this.
    async fn proves(&self, secret: &str) -> bool {
        let body = format!("token=ds_acc_x&client_id=wiki&client_secret={secret}");
        let (caller, source) = (crate::fixture::nobody(), crate::fixture::somewhere());
        self.home.instance.tokens.revoke(None, body.as_bytes(), (&caller, &source)).await.is_ok()
    }

    async fn held(&self) -> Client {
        let id: ClientId = "wiki".parse().unwrap();
        clients::by_id(&mut self.home.db().read().await.unwrap(), &id).await.unwrap().unwrap()
    }

    async fn put(&self, client: &Client) {
        let mut tx = self.home.db().begin().await.unwrap();
        clients::put(&mut tx, client, self.home.instance.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.home.instance.caches.catch_up().await.unwrap();
    }

    /// A client that a person made, for the app or for none, with a secret that is derived or chosen.
    async fn by_hand(&self, app: bool, secret: ClientSecret) {
        let spec = ClientSpec::new(name(), "Mine", vec!["https://old.example.org/cb".into()]);
        own(&self.home.instance).create_client(&spec).await.unwrap();
        let made = self.held().await;
        let client = Client { app: app.then(name), owner: Owner::Console, secret, ..made };
        self.put(&client).await;
    }

    /// What the audit log says of the app and its client.
    async fn lines(&self) -> Vec<String> {
        let mut conn = self.home.db().read().await.unwrap();
        let events = doorstep_store::audit::recent(&mut conn, 100).await.unwrap();
        let kinds = [EventKind::ClientChanged.as_str(), EventKind::AppChanged.as_str()];
        events.into_iter().filter(|event| kinds.contains(&event.kind.as_str())).map(|event| event.detail).collect()
    }
}

fn name() -> AppName {
    "wiki".parse().unwrap()
}

fn chosen() -> ClientSecret {
    ClientSecret::Supplied { hash: SecretHash::labelled(SECRET_LABEL, CHOSEN.as_bytes()).to_text() }
}

fn secret_in(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("OIDC_CLIENT_SECRET="));
    line.unwrap().trim_matches(['"', '\'']).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_by_hand_keeps_its_id_and_a_derived_secret_and_nothing_changes_before_it_is_accepted() {
    for engine in Engine::ALL {
        for for_the_app in [true, false] {
            let ground = Ground::new(Home::new(engine).await);
            ground.by_hand(for_the_app, ClientSecret::derived(4)).await;
            let before = ground.held().await;
            let plan = ground.plan(&Choices::default()).await;
            let told = render_plan(&plan, Style::default());
            assert!(told.contains("doorstep adopt wiki") && !plan.has_steps(), "{told}");
            let shown = ground.survey().await;
            assert_eq!((shown.secret, shown.client.as_ref().unwrap().as_str()), (SecretFate::Stays, "wiki"));
            let told = render_survey(&shown);
            for words in [
                "its id, wiki, stays",
                "its secret stays",
                "+ https://wiki.example.org/callback",
                "- https://old.example.org/cb",
            ] {
                assert!(told.contains(words), "{words}: {told}");
            }
            assert_eq!(ground.held().await, before, "looking changes nothing");
            ground.adopted().await;
            let after = ground.held().await;
            assert_eq!((after.owner, after.app, after.secret.clone()), (Owner::Config, Some(name()), before.secret));
            assert_eq!(after.redirect_uris, ["https://wiki.example.org/callback"]);
            assert!(ground.proves(&secret_in(&ground.text("wiki.env"))).await);
            assert!(ground.is_in_line().await);
            assert!(!ground.survey().await.finds_something(), "once is enough");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_a_person_chose_stays_where_a_place_holds_it_and_is_delivered_again_when_it_is_lost() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.by_hand(true, chosen()).await;
        ground.write("wiki.env", &format!("# my own\nOIDC_CLIENT_ID=wiki\nCLIENT_SECRET='{CHOSEN}'\nDEBUG=1\n"));
        let shown = ground.survey().await;
        assert_eq!(shown.secret, SecretFate::Stays);
        let told = render_survey(&shown);
        for words in [
            "its secret stays: file ",
            "it holds CLIENT_SECRET, DEBUG, OIDC_CLIENT_ID",
            "gone are then CLIENT_SECRET, DEBUG",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        let json = serde_json::to_string(&shown).unwrap();
        assert!(!told.contains(CHOSEN) && !json.contains(CHOSEN) && !format!("{shown:?}").contains(CHOSEN));
        ground.adopted().await;
        for file in ["wiki.env", "copy.env"] {
            assert_eq!(secret_in(&ground.text(file)), CHOSEN, "{file}");
        }
        assert!(matches!(ground.held().await.secret, ClientSecret::Supplied { .. }));
        assert!(ground.proves(CHOSEN).await && ground.is_in_line().await);
        fs::remove_file(ground.file("wiki.env")).unwrap();
        ground.apply().await;
        assert_eq!(secret_in(&ground.text("wiki.env")), CHOSEN);
        let lines = ground.lines().await;
        assert!(lines.iter().any(|line| line.contains("wiki.env taken over")), "{lines:?}");
        assert!(!lines.concat().contains(CHOSEN));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_secret_that_no_place_holds_is_replaced_and_that_is_said_before() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.by_hand(true, chosen()).await;
        ground.write("wiki.env", "CLIENT_SECRET=another-one\n");
        let shown = ground.survey().await;
        assert_eq!(shown.secret, SecretFate::Changes);
        assert!(render_survey(&shown).contains("its secret changes: only its hash is kept"));
        assert!(ground.proves(CHOSEN).await);
        ground.adopted().await;
        let secret = secret_in(&ground.text("wiki.env"));
        assert!(secret != CHOSEN && ground.proves(&secret).await && !ground.proves(CHOSEN).await);
        assert_eq!(secret_in(&ground.text("copy.env")), secret);
        assert!(matches!(ground.held().await.secret, ClientSecret::Derived { .. }));
        assert!(ground.is_in_line().await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_shown_to_stay_does_not_change_because_somebody_chose_another_meanwhile() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.by_hand(true, chosen()).await;
        ground.write("wiki.env", &format!("CLIENT_SECRET={CHOSEN}\n"));
        let shown = ground.survey().await;
        assert_eq!(shown.secret, SecretFate::Stays);
        let later = SecretHash::labelled(SECRET_LABEL, b"chosen-later-by-somebody").to_text();
        ground.put(&Client { secret: ClientSecret::Supplied { hash: later }, ..ground.held().await }).await;
        let report = ground.adopt(&shown).await;
        assert!(report.failed.iter().any(|why| why.contains("was changed meanwhile")), "{report:?}");
        assert!(ground.proves("chosen-later-by-somebody").await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_wrote_is_taken_over_as_it_was_shown_and_not_otherwise() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.write("copy.env", "MINE=1\n");
        let told = render_plan(&ground.plan(&Choices::default()).await, Style::default());
        assert!(told.contains("doorstep adopt wiki"), "{told}");
        let shown = ground.survey().await;
        assert_eq!((shown.secret, shown.client.is_none(), shown.places.len()), (SecretFate::First, true, 1));
        ground.write("copy.env", "MINE=2\n");
        let report = ground.adopt(&shown).await;
        assert!(report.failed[0].contains("it was changed since it was looked at"), "{report:?}");
        assert_eq!(ground.text("copy.env"), "MINE=2\n");
        ground.adopted().await;
        assert_eq!(ground.text("copy.env"), ground.text("wiki.env"));
        assert!(ground.is_in_line().await);
        let lines = ground.lines().await;
        assert!(lines.iter().any(|line| line.contains("copy.env taken over")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("wiki.env taken over")), "{lines:?}");
    });
}

/// A contract that a working app relies on waits for approval as ever: it is not what is taken over.
#[tokio::test(flavor = "multi_thread")]
async fn taking_over_a_file_accepts_nothing_else() {
    on_both!(|home| {
        let mut ground = Ground::new(home);
        ground.apply().await;
        ground.desired.apps[0].client.as_mut().unwrap().iss_parameter = false;
        ground.write("copy.env", "MINE=1\n");
        ground.adopted().await;
        assert!(ground.held().await.iss_parameter);
        assert_eq!(ground.text("copy.env"), ground.text("wiki.env"));
        assert!(!ground.plan(&Choices::default()).await.apps[0].waits.is_empty());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_come_to_one_end_and_a_killed_one_is_gone_on_with() {
    for engine in Engine::ALL {
        for steps in 0..12_u64 {
            let ground = Ground::new(Home::new(engine).await);
            ground.by_hand(true, chosen()).await;
            ground.write("wiki.env", &format!("SECRET={CHOSEN}\n"));
            ground.write("copy.env", "MINE=1\n");
            let shown = ground.survey().await;
            // Dropped after so long, as when the process ends.
            let _ = tokio::time::timeout(std::time::Duration::from_millis(steps * 4), ground.adopt(&shown)).await;
            let (first, second) = (ground.survey().await, ground.survey().await);
            assert!(!matches!(first.secret, SecretFate::Changes), "the secret is not lost on the way");
            let (first, second) = tokio::join!(ground.adopt(&first), ground.adopt(&second));
            let unreachable = |report: &AppReport| report.failed.is_empty();
            assert!(unreachable(&first) && unreachable(&second), "{first:?} {second:?}");
            ground.apply().await;
            assert!(ground.is_in_line().await);
            for file in ["wiki.env", "copy.env"] {
                assert_eq!(secret_in(&ground.text(file)), CHOSEN, "{file} after {steps}");
            }
            assert!(ground.proves(CHOSEN).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_over_is_told_with_its_reason() {
    on_both!(|home| {
        let ground = Ground::new(home);
        fs::create_dir(ground.file("copy.env")).unwrap();
        std::os::unix::fs::symlink(Path::new("/dev/null"), ground.file("wiki.env")).unwrap();
        let shown = ground.survey().await;
        assert!(!shown.finds_something());
        let told = render_survey(&shown);
        assert!(told.contains("it is not a plain file") && told.contains("symbolic link"), "{told}");
        let sink = ground.sink();
        let wanted = ground.desired.apps[0].deliveries[0].rehearse().unwrap();
        assert!(sink.foreign(&wanted).await.is_err());
    });
}

/// A chosen secret that was kept and then lost is not replaced behind the back of an app that uses it.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_secret_that_was_lost_rotates_nothing() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.by_hand(true, chosen()).await;
        ground.write("wiki.env", &format!("SECRET={CHOSEN}\n"));
        ground.adopted().await;
        let mut conn = ground.home.db().write().await.unwrap();
        doorstep_store::bindings::delete(&mut conn, PROVIDER, &name()).await.unwrap();
        drop(conn);
        fs::remove_file(ground.file("copy.env")).unwrap();
        let plan = ground.plan(&Choices { accept: [name()].into(), ..Choices::default() }).await;
        assert!(!plan.has_steps() && !plan.apps[0].blocked.is_empty(), "{plan:?}");
        assert!(ground.proves(CHOSEN).await);
        assert_eq!(secret_in(&ground.text("wiki.env")), CHOSEN);
    });
}

/// Killed after the new secret and before the client is ours: it is still the person's, and its secret can be told.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_comes_before_the_client_is_taken_over() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.by_hand(true, chosen()).await;
        own(&ground.home.instance).new_secret(&"wiki".parse().unwrap()).await.unwrap();
        assert_eq!(ground.held().await.owner, Owner::Console);
        assert_eq!(ground.survey().await.secret, SecretFate::Stays);
        ground.adopted().await;
        assert!(ground.proves(&secret_in(&ground.text("wiki.env"))).await && ground.is_in_line().await);
        let plan = ground.plan(&Choices { accept: [name()].into(), ..Choices::default() }).await;
        assert!(!plan.has_steps(), "{plan:?}");
    });
}

/// One place that a person has to clear keeps nobody from handing over the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_taken_over_keeps_none_of_the_others_back() {
    on_both!(|home| {
        let ground = Ground::new(home);
        ground.write("wiki.env", "MINE=1\n");
        fs::create_dir(ground.file("copy.env")).unwrap();
        let shown = ground.survey().await;
        assert_eq!((shown.places.len(), shown.cannot.len()), (1, 1));
        let report = ground.adopt(&shown).await;
        assert!(report.failed.is_empty(), "what was shown is said once: {report:?}");
        assert!(ground.proves(&secret_in(&ground.text("wiki.env"))).await);
    });
}
