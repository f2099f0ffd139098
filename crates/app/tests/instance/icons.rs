//! The icons of declared apps: kept when a file is applied, fetched once by durable work, shown by every replica, and
//! gone with the app or with its declaration.

use crate::fixture::{Home, may, on_both, own};
use doorstep_app::{
    cache::TiledApp,
    jobs,
    onboarding::{Fetch, Fetching, IconFetching},
    queue::Handlers,
};
use doorstep_core::{
    access::{ManageApps, ReadAudit},
    id::AppName,
    model::{Icon, IconKind, IconSource},
    time::Ttl,
};
use doorstep_onboard::{
    desired::{DesiredApp, IconFile},
    provider::Provider,
    spec::AppSpec,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

const ADDRESS: &str = "https://wiki.example.org/logo.png";

/// What stands at addresses; each that was asked for is remembered.
#[derive(Clone, Default)]
struct Pictures {
    there: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fetch for Pictures {
    fn fetch(&self, address: String) -> Fetching {
        let mut asked = self.asked.lock().unwrap();
        asked.push(address.clone());
        let (found, tries) = (self.there.lock().unwrap().get(&address).cloned(), asked.len());
        Box::pin(async move { found.map(png).ok_or(format!("{address}: nothing there, try {tries}")) })
    }
}

fn png(bytes: Vec<u8>) -> Icon {
    Icon { kind: IconKind::Png, bytes }
}

fn look(bytes: &[u8]) -> Result<Icon, String> {
    if bytes.starts_with(b"text") { Err("it is no picture".to_owned()) } else { Ok(png(bytes.to_vec())) }
}

fn app(name: &str, source: Option<IconSource>, file: Option<&[u8]>) -> DesiredApp {
    let spec = AppSpec {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        url: format!("https://{name}.example.org"),
        allow: None,
        require: None,
        protected: true,
        own_cookies: BTreeSet::new(),
        rules: Vec::new(),
        authorization: doorstep_core::model::AuthorizationHeader::Pass,
        posture: doorstep_core::model::Posture::Headers,
        icon: source,
        signs_in: false,
    };
    DesiredApp {
        opens: Vec::new(),
        spec,
        client: None,
        extras: Vec::new(),
        deliveries: Vec::new(),
        setup: Vec::new(),
        doors: None,
        icon: file.map(|bytes| IconFile(bytes.into())),
        letter: None,
        reopens: Vec::new(),
        in_clear: Vec::new(),
    }
}

fn with_file(name: &str, content: &[u8]) -> DesiredApp {
    app(name, Some(IconSource::file(content)), Some(content))
}

fn with_address(name: &str, address: &str) -> DesiredApp {
    app(name, Some(IconSource::address(address)), None)
}

async fn applied(home: &Home, declared: &[DesiredApp]) {
    for app in declared {
        own(&home.instance).put_app(&app.spec, &[]).await.unwrap();
    }
    let (act, on) = (may(&home.instance, ManageApps), (declared, &home.instance.queue));
    home.instance.onboarding.keep_icons(&act, on, look).await.unwrap();
}

async fn letters(home: &Home, declared: &[DesiredApp]) -> BTreeMap<String, String> {
    let act = may(&home.instance, ManageApps);
    let letters = home.instance.onboarding.letters(&act, declared, look).await.unwrap();
    letters.into_iter().map(|(app, why)| (app.to_string(), why)).collect()
}

/// What somebody's portal shows: each app with the name of its icon.
async fn shown(home: &Home, person: &str) -> Vec<(String, Option<String>)> {
    let person = home.person(person, &[]).await;
    let who = home.who(&person.session).await;
    let tile = |tiled: TiledApp| (tiled.app.name.to_string(), tiled.icon.map(|(name, _)| name));
    home.instance.accounts.usable_apps(&who).await.unwrap().into_iter().map(tile).collect()
}

async fn waiting(home: &Home) -> i64 {
    let backlog = home.instance.queue.backlog(&may(&home.instance, ReadAudit)).await.unwrap();
    backlog.iter().map(|of| of.waiting).sum()
}

/// Runs a server, an hour later, until nothing waits.
async fn work(home: &Home, pictures: &Pictures) {
    work_until(home, pictures, async || waiting(home).await == 0).await;
}

/// The same, until something is so: a server that stops hands back what it has not finished.
async fn work_until(home: &Home, pictures: &Pictures, is_so: impl AsyncFn() -> bool + Send + Sync) {
    home.wait(Ttl::from_minutes(61));
    let handlers: Handlers = vec![Arc::new(IconFetching::new(&home.instance.onboarding, pictures.clone()))];
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(jobs::run(Arc::clone(&home.instance), handlers, async { _ = stopped.await }));
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
}

fn name(bytes: &[u8]) -> String {
    png(bytes.to_vec()).name()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_shown_at_once_by_every_replica_and_a_changed_one_takes_its_place() {
    on_both!(|home| {
        applied(&home, &[with_file("wiki", b"one"), app("mail", None, None)]).await;
        assert_eq!(shown(&home, "ada").await, [("mail".into(), None), ("wiki".into(), Some(name(b"one")))]);
        let replica = home.replica().await;
        let served = replica.onboarding.icon(&name(b"one")).await.unwrap();
        assert_eq!(served, Some(png(b"one".to_vec())));

        applied(&home, &[with_file("wiki", b"two")]).await;
        assert_eq!(shown(&home, "bob").await[1], ("wiki".into(), Some(name(b"two"))));
        assert_eq!(replica.onboarding.icon(&name(b"one")).await.unwrap(), None, "nobody shows it any more");
        assert!(replica.onboarding.icon(&name(b"two")).await.unwrap().is_some());
        assert_eq!(letters(&home, &[with_file("wiki", b"two")]).await, BTreeMap::new());

        // What the declaration does not name any more gives way to the letter, and so does what is no picture.
        applied(&home, &[app("wiki", None, None)]).await;
        assert_eq!(home.instance.onboarding.icon(&name(b"two")).await.unwrap(), None);
        let text = [with_file("wiki", b"text")];
        applied(&home, &text).await;
        assert_eq!(letters(&home, &text).await, BTreeMap::from([("wiki".into(), "it is no picture".into())]));
        assert_eq!(waiting(&home).await, 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_53_an_address_is_fetched_once_by_the_server_and_not_for_a_request() {
    on_both!(|home| {
        let declared = [with_address("wiki", ADDRESS)];
        let pictures = Pictures::default();
        pictures.there.lock().unwrap().insert(ADDRESS.to_owned(), b"logo".to_vec());
        applied(&home, &declared).await;
        assert_eq!(shown(&home, "ada").await, [("wiki".into(), None)]);
        assert_eq!((waiting(&home).await, pictures.asked.lock().unwrap().len()), (1, 0));
        work(&home, &pictures).await;
        let icon = home.instance.onboarding.icon(&name(b"logo")).await.unwrap();
        assert_eq!(icon, Some(png(b"logo".to_vec())));
        for _ in 0..2 {
            applied(&home, &declared).await;
            work(&home, &pictures).await;
        }
        assert_eq!(*pictures.asked.lock().unwrap(), [ADDRESS], "it is kept");
        own(&home.instance).delete_app(&"wiki".parse().unwrap()).await.unwrap();
        assert_eq!(home.instance.onboarding.icon(&name(b"logo")).await.unwrap(), None);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_fetched_is_tried_again_while_the_letter_stands_there_and_the_plan_says_why() {
    on_both!(|home| {
        let declared = [with_address("wiki", ADDRESS)];
        let pictures = Pictures::default();
        applied(&home, &declared).await;
        assert_eq!(letters(&home, &declared).await, BTreeMap::new(), "nobody has asked yet");
        for tries in 1..=3 {
            let why = BTreeMap::from([("wiki".to_owned(), format!("{ADDRESS}: nothing there, try {tries}"))]);
            work_until(&home, &pictures, async || letters(&home, &declared).await == why).await;
            // A pass over everything does not begin anew.
            applied(&home, &declared).await;
            assert_eq!(waiting(&home).await, 1);
        }
        pictures.there.lock().unwrap().insert(ADDRESS.to_owned(), b"logo".to_vec());
        work(&home, &pictures).await;
        assert_eq!((letters(&home, &declared).await, waiting(&home).await), (BTreeMap::new(), 0));
        assert!(home.instance.onboarding.icon(&name(b"logo")).await.unwrap().is_some());
    });
}

/// As docs/configuration.md has it: 32 tries, and again when everything is looked at.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_begins_anew_with_the_next_pass_over_everything() {
    on_both!(|home| {
        let declared = [with_address("wiki", ADDRESS)];
        let pictures = Pictures::default();
        applied(&home, &declared).await;
        for tries in 1..=32 {
            assert_eq!(waiting(&home).await, 1, "before try {tries}");
            let why = BTreeMap::from([("wiki".to_owned(), format!("{ADDRESS}: nothing there, try {tries}"))]);
            work_until(&home, &pictures, async || letters(&home, &declared).await == why).await;
        }
        assert_eq!((waiting(&home).await, letters(&home, &declared).await.len()), (0, 1), "given up, and told why");
        pictures.there.lock().unwrap().insert(ADDRESS.to_owned(), b"logo".to_vec());
        applied(&home, &declared).await;
        assert_eq!(waiting(&home).await, 1);
        work(&home, &pictures).await;
        assert!(home.instance.onboarding.icon(&name(b"logo")).await.unwrap().is_some());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_waits_for_no_earlier_one_and_what_is_not_declared_any_more_is_not_fetched() {
    on_both!(|home| {
        let (first, second) = ("https://a.example.org/1", "https://a.example.org/2");
        let pictures = Pictures::default();
        pictures.there.lock().unwrap().insert(second.to_owned(), b"second".to_vec());
        let declared = [with_address("wiki", first)];
        applied(&home, &declared).await;
        work_until(&home, &pictures, async || !letters(&home, &declared).await.is_empty()).await;
        applied(&home, &[with_address("wiki", second)]).await;
        assert_eq!(waiting(&home).await, 2);
        work(&home, &pictures).await;
        assert_eq!(*pictures.asked.lock().unwrap(), [first, second]);
        assert!(home.instance.onboarding.icon(&name(b"second")).await.unwrap().is_some());

        applied(&home, &[with_address("wiki", first)]).await;
        let gone: AppName = "wiki".parse().unwrap();
        own(&home.instance).delete_app(&gone).await.unwrap();
        work(&home, &pictures).await;
        assert_eq!((waiting(&home).await, pictures.asked.lock().unwrap().len()), (0, 2));
    });
}

/// A change that waits for a word leaves the entry as it was, and its icon too.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_whose_entry_does_not_name_it_keeps_what_it_shows() {
    on_both!(|home| {
        applied(&home, &[with_file("wiki", b"one")]).await;
        let (act, on) = (may(&home.instance, ManageApps), &home.instance.queue);
        for waits in [with_file("wiki", b"two"), with_address("wiki", ADDRESS), with_file("unknown", b"x")] {
            home.instance.onboarding.keep_icons(&act, (&[waits], on), look).await.unwrap();
        }
        assert_eq!(waiting(&home).await, 0);
        assert!(home.instance.onboarding.icon(&name(b"one")).await.unwrap().is_some());
        assert_eq!(home.instance.onboarding.icon(&name(b"two")).await.unwrap(), None);
    });
}
