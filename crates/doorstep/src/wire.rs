//! From a configuration to an instance in operation: the root key, the database, the settings, and what
//! the configuration declares.
//!
//! The server makes what is missing; every other command works with what the server made, so that none
//! of them leaves a key or a database behind that belongs to another user of the machine.

use crate::config::{self, Config, DatabaseUrl, Loaded, Mistake, Mistakes, Place, Sources, TrustedProxy};
use crate::ending::Failure;
use crate::first_start::{self, Meant, shown_database};
use crate::icons::{self, IconsOverHttp};
use crate::moved;
use crate::places::{self, Configured, CurrentPlaces};
pub(crate) use crate::places::{apps_folder, reaching};
use crate::postbox::Postbox;
use crate::reason::{internal, unopened};
use crate::upstreams::UpstreamsOverHttp;
use doorstep_app::accounts::AskedByMail;
use doorstep_app::ambient::{Ambient, stopwatch};
use doorstep_app::instance::Instance;
use doorstep_app::keyring::KeySource;
use doorstep_app::notices::{LetterSending, NoticeSending};
use doorstep_app::onboarding::{
    IconFetching, Invitations, OwnProvider, PROVIDER, StoredLedger, Withdrawal, order_withdrawals,
};
use doorstep_app::queue::Handlers;
use doorstep_app::settings::{Live, Settings};
use doorstep_app::upstreams::WayOut;
use doorstep_core::access::{Act, Actor, Demand, Forbidden, InvitePeople, ManageApps, ManageGroups, ON_THE_HOST};
use doorstep_core::id::GroupName;
use doorstep_core::model::UserName;
use doorstep_core::page::After;
use doorstep_deliver::Sinks;
use doorstep_onboard::desired::{self, Desired};
use doorstep_onboard::execute::{Report, execute};
use doorstep_onboard::manifest::Manifest;
use doorstep_onboard::means::Means;
use doorstep_onboard::observe::{ObserveError, observe};
use doorstep_onboard::plan::{Choices, Observed, Plan, plan};
use doorstep_store::migrate::{SchemaState, migrate};
use doorstep_store::{Db, StoreError, clients, keys, root_keys, users};
use doorstep_web::Trusted;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// An instance that was opened, and what was made on the way.
pub(crate) struct Opened {
    /// The instance.
    pub(crate) instance: Arc<Instance>,
    /// The file of the root key, when it was made just now.
    pub(crate) new_key: Option<PathBuf>,
    /// Whether its database was empty until now.
    pub(crate) is_new: bool,
}

/// What bringing the instance in line with the configuration did.
pub(crate) struct Applied {
    /// What was done for each group and app.
    pub(crate) report: Report,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Opens the instance for the server: makes the data folder, the schema and the root key when they are missing, and
/// nothing in the place of what was lost.
pub(crate) async fn open(config: &Config, meant: Meant<'_>) -> Result<Opened, Failure> {
    let new_instance = meant.new_instance;
    first_start::data_folder(&config.data_dir)?;
    first_start::look(config, new_instance)?;
    let db = open_database(config).await?;
    let store = |error: StoreError| internal(&error.into());
    db.claim().map_err(store)?;
    let empty = db.schema_state().await.map_err(store)? == SchemaState::Empty;
    if empty {
        first_start::lost(config, new_instance)?;
    } else if new_instance {
        return Err(first_start::refuse_new_instance(config));
    }
    let ambient = Ambient::System;
    // The schema comes before the key: a key is never without the database that it was made for. A start that ends
    // between the two leaves a database that holds nothing, and the next one makes the key.
    migrate(&db, ambient.now()).await.map_err(store)?;
    moved::look(&db, config, meant.issuer_was).await?;
    let untouched = !config.root_key_path.exists() && holds_nothing(&db).await.map_err(store)?;
    let (root, new_key) = root_key(config, untouched, &ambient)?;
    let instance = Instance::open(db, ambient, root, settings(config)).await;
    let instance = instance.map_err(|error| unopened(&error, config))?;
    Ok(Opened { instance: Arc::new(instance), new_key, is_new: empty || untouched })
}

/// The instance that the server made; `None` before its first start.
pub(crate) async fn existing(config: &Config) -> Result<Option<Instance>, Failure> {
    let Some(db) = database(config).await? else { return Ok(None) };
    moved::look_only(&db, config).await?;
    instance_on(db, config).await.map(Some)
}

/// The instance on its database, whatever issuer that was made for.
pub(crate) async fn instance_on(db: Db, config: &Config) -> Result<Instance, Failure> {
    let (root, _) = root_key(config, false, &Ambient::System)?;
    let instance = Instance::open(db, Ambient::System, root, settings(config)).await;
    instance.map_err(|error| unopened(&error, config))
}

/// The database of an instance that the server made; `None` before its first start.
pub(crate) async fn database(config: &Config) -> Result<Option<Db>, Failure> {
    first_start::refuse_open_places(config)?;
    if !first_start::look(config, false)? {
        return Ok(None);
    }
    let db = open_database(config).await?;
    match db.schema_state().await.map_err(|error| internal(&error.into()))? {
        SchemaState::Empty => return first_start::lost(config, false).map(|()| None),
        SchemaState::Older { .. } => {
            let what = "The database was made by an older Doorstep and has not been migrated yet.";
            return Err(Failure::refused(what, "Start the server with this version once: doorstep serve"));
        }
        // Nothing to do, or refused with both versions named.
        SchemaState::Current | SchemaState::Newer { .. } => {
            migrate(&db, Ambient::System.now()).await.map_err(|error| internal(&error.into()))?;
        }
    }
    Ok(Some(db))
}

/// [`existing`], for commands that can do nothing without one.
pub(crate) async fn demand(config: &Config) -> Result<Instance, Failure> {
    existing(config).await?.ok_or_else(|| {
        let url = shown_database(config);
        Failure::refused(
            format!("There is no instance in {url} yet."),
            "Start the server once: doorstep serve. If it runs already, it has another configuration: name it with --config.",
        )
    })
}

/// The configuration and everything that it declares, for an instance that runs with `running`; or every
/// mistake, of form and of meaning, at once.
pub(crate) fn checked(sources: &Sources, running: Option<&Config>) -> Result<(Loaded, Desired), Mistakes> {
    let config::Read { loaded, mistakes, .. } = config::read(sources);
    let Some(loaded) = loaded else { return Err(unplaced(Mistakes::collect(mistakes))) };
    let desired = desired(&loaded, running.unwrap_or(&loaded.config));
    let further = desired.as_ref().err().into_iter().flat_map(Mistakes::iter).cloned();
    match (Mistakes::collect(mistakes.into_iter().chain(further)), desired) {
        (Some(mistakes), _) | (None, Err(mistakes)) => Err(mistakes),
        (None, Ok(desired)) => Ok((loaded, desired)),
    }
}

/// The groups that the configuration declares, whatever is wrong with its apps.
pub(crate) fn groups(loaded: &Loaded) -> Result<Groups, Mistakes> {
    let manifest = Manifest { groups: loaded.manifest.groups.clone(), ..Manifest::default() };
    let found = desired::desired(&manifest, &loaded.catalog, &basis(loaded, &loaded.config));
    found.map(|desired| desired.groups).map_err(|mistakes| unplaced(loaded.placed(&mistakes)))
}

type Groups = BTreeMap<GroupName, BTreeSet<UserName>>;

/// What declarations rest on.
pub(crate) fn basis(loaded: &Loaded, running: &Config) -> desired::Basis {
    let tokens = &loaded.config.tokens;
    desired::Basis {
        issuer: running.issuer.as_str().to_owned(),
        internal: running.internal_url.as_ref().map(|url| url.as_str().to_owned()),
        name: loaded.config.name.clone(),
        deliver_folder: apps_folder(running),
        lifetimes: desired::Lifetimes { access: tokens.access.ttl(), refresh: tokens.refresh.ttl() },
        reach: loaded.config.sinks.reach(),
        icons: loaded.icons.clone(),
        proxies: desired::Proxies { networks: networks(&loaded.config), unix: loaded.config.trusted_proxies.unix() },
        languages: loaded.languages(),
    }
}

/// Everything that the configuration declares, for an instance that runs with `running`. Apps are told another
/// name at once.
pub(crate) fn desired(loaded: &Loaded, running: &Config) -> Result<Desired, Mistakes> {
    let found = desired::desired(&loaded.manifest, &loaded.catalog, &basis(loaded, running));
    found.map_err(|mistakes| unplaced(loaded.placed(&mistakes)))
}

/// What is there now of all that could be declared.
pub(crate) async fn look(instance: &Instance, config: &Config, desired: &Desired) -> Result<Observed, Failure> {
    let (provider, ledger, sink) = means(instance, config)?;
    let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &config.references };
    let mut observed = observe(desired, &means).await.map_err(|error| unseen(&error))?;
    let letters = instance.onboarding.letters(&by_file(instance, ManageApps)?, &desired.apps, icons::look).await;
    observed.letters = letters.map_err(|error| internal(&error))?;
    Ok(observed)
}

/// What is there cannot be read.
pub(crate) fn unseen(error: &ObserveError) -> Failure {
    Failure::refused(format!("What the instance holds now cannot be read: {error}."), "Look at the database.")
}

/// Whether bringing groups and apps in line with the configuration would change anything.
pub(crate) async fn would_change(instance: &Instance, config: &Config, desired: &Desired) -> Result<bool, Failure> {
    let planned = plan(desired, &look(instance, config, desired).await?, &Choices::default());
    Ok(planned.has_steps())
}

/// Brings groups and apps in line with the configuration, whoever else declares another one: see `turn`.
pub(crate) async fn apply(
    instance: &Instance,
    config: &Config,
    desired: &Desired,
    choices: &Choices,
) -> Result<Applied, Failure> {
    let watch = stopwatch();
    // Before the look at who is there: an account that is made meanwhile is not forgotten.
    declare_groups(instance, desired.groups.clone())?;
    let planned = plan(desired, &look(instance, config, desired).await?, choices);
    limited(&planned)?;
    let (provider, ledger, sink) = means(instance, config)?;
    let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &config.references };
    let report = execute(&planned, &means).await;
    if let Err(error) = order_withdrawals(&instance.queue, &by_file(instance, ManageApps)?, (&planned, &report)).await {
        tracing::error!(%error, "what could not be taken away is not tried again: doorstep apply --prune does it");
    }
    let (act, wanted) = (by_file(instance, ManageApps)?, (desired.apps.as_slice(), &instance.queue));
    if let Err(error) = instance.onboarding.keep_icons(&act, wanted, icons::look).await {
        tracing::error!(%error, "the icons of apps are not as they are declared; the next apply sees to it");
    }
    Ok(Applied { report, took: watch.elapsed() })
}

/// The instance as its own provider, what is remembered of it, and the kinds of places that are delivered to.
pub(crate) fn means<'i>(
    instance: &'i Instance,
    config: &Config,
) -> Result<(OwnProvider<'i>, StoredLedger<'i>, Sinks), Failure> {
    let (apps, groups) = (by_file(instance, ManageApps)?, by_file(instance, ManageGroups)?);
    let people = Invitations::new(&instance.accounts, by_file(instance, InvitePeople)?);
    let provider = OwnProvider::new(&instance.onboarding, (apps, groups), people);
    let ledger = StoredLedger::new(&instance.onboarding, by_file(instance, ManageApps)?, PROVIDER);
    Ok((provider, ledger, places::sinks(config, &places::own_key(&instance.context)?)))
}

/// What the configuration says when it is asked, of what takes effect at once.
fn configured(sources: &Sources, running: &Arc<Loaded>) -> Configured {
    let (of, with) = (sources.clone(), Arc::clone(running));
    Arc::new(move || {
        let read = checked(&of, Some(&with.config)).ok();
        reaching(&with.config, read.as_ref().map_or(&with.config, |(loaded, _)| &loaded.config))
    })
}

/// How a server calls upstreams.
pub(crate) fn upstreams(sources: &Sources, running: &Arc<Loaded>) -> Arc<dyn WayOut> {
    Arc::new(UpstreamsOverHttp(configured(sources, running)))
}

/// The durable work that a server does. While it stands aside for another configuration, it does not know what that one
/// declares.
pub(crate) fn durable_work(
    instance: &Instance,
    sources: &Sources,
    running: &Arc<Loaded>,
    is_aside: Arc<AtomicBool>,
) -> Handlers {
    let config = configured(sources, running);
    let (sources, running) = (sources.clone(), Arc::clone(running));
    let context = Arc::clone(&instance.context);
    let own = Arc::new(move || places::own_key(&context).ok());
    let sinks = CurrentPlaces::new(Arc::clone(&config), own);
    let notices = NoticeSending::new(&instance.context, Postbox(Arc::clone(&config)));
    let letters = LetterSending::new(&instance.context, Postbox(Arc::clone(&config)));
    let icons = IconFetching::new(&instance.onboarding, IconsOverHttp(config));
    let declared = move || {
        if is_aside.load(Ordering::Relaxed) {
            return None;
        }
        let (_, desired) = checked(&sources, Some(&running.config)).ok()?;
        Some(desired.apps.into_iter().flat_map(|app| app.deliveries).map(|delivery| delivery.to).collect())
    };
    vec![
        Arc::new(Withdrawal::new(&instance.onboarding, sinks, Arc::new(declared))),
        Arc::new(icons),
        Arc::new(notices),
        Arc::new(letters),
        Arc::new(AskedByMail::new(&instance.accounts)),
    ]
}

/// Remembers the groups of the configuration, for accounts that this process makes.
pub(crate) fn declare_groups(instance: &Instance, groups: Groups) -> Result<(), Failure> {
    instance.onboarding.declare_groups(&by_file(instance, ManageGroups)?, groups);
    Ok(())
}

/// The configuration file acts.
pub(crate) fn by_file<P: Demand>(instance: &Instance, demand: P) -> Result<Act<'static, P>, Failure> {
    permitted(instance.context.require(demand, Actor::Config, &ON_THE_HOST))
}

/// A command on the host acts.
pub(crate) fn act<P: Demand>(instance: &Instance, demand: P) -> Result<Act<'static, P>, Failure> {
    permitted(instance.context.require(demand, Actor::Cli, &ON_THE_HOST))
}

fn permitted<T>(act: Result<T, Forbidden>) -> Result<T, Failure> {
    act.map_err(|error| Failure::refused(format!("{error}."), "Sign in as an administrator."))
}

/// Refuses a plan that would remove more apps than its maker may have meant (security row 118).
pub(crate) fn limited(planned: &Plan) -> Result<(), Failure> {
    let Some(count) = planned.too_many_removals else { return Ok(()) };
    let orphans = planned.apps.iter().filter(|app| app.orphan).map(|app| app.name.as_str());
    let what = format!("--prune would remove {count} apps: {}.", orphans.collect::<Vec<_>>().join(", "));
    let remedy = format!("Nothing was changed. If all of them are to go, add --allow-delete {count}.");
    Err(Failure::refused(what, remedy))
}

/// The trusted proxies.
pub(crate) fn trusted(config: &Config) -> Trusted {
    Trusted {
        networks: networks(config),
        unix: config.trusted_proxies.unix(),
        secrets: config.proxy_secret.as_ref().map(|secret| secret.secrets().clone()),
    }
}

/// The networks that they are in.
fn networks(config: &Config) -> Vec<IpNet> {
    let network = |proxy: &TrustedProxy| match proxy {
        TrustedProxy::Network(net) => Some(*net),
        TrustedProxy::Unix => None,
    };
    config.trusted_proxies.iter().filter_map(network).collect()
}

fn settings(config: &Config) -> Settings {
    let parallel = usize::from(config.sign_in.password_checks);
    let internal = config.internal_url.as_ref().map(|url| url.as_str().to_owned());
    let former = config.former_issuers.iter().map(|former| former.as_str().to_owned()).collect();
    Settings::new(config.issuer.as_str().to_owned(), parallel, live(config)).with_internal(internal).with_former(former)
}

/// What of the configuration a running instance takes in at once.
pub(crate) fn live(config: &Config) -> Live {
    Live {
        name: config.name.clone(),
        language: config.language.language(),
        session_idle: config.session.idle.ttl(),
        session_absolute: config.session.absolute.ttl(),
        id_token_ttl: config.tokens.id.ttl(),
        app_session: config.forward_auth.session.ttl(),
        passwords: config.sign_in.passwords,
        console: config.sign_in.console.level(),
        audit_keep: config.audit.keep.ttl(),
        mail: config.mail.is_some(),
        recovery: config.recovery.terms(),
        registration: config.registration.terms(),
        upstreams: config.upstream.iter().filter_map(|(name, upstream)| upstream.as_upstream(name)).collect(),
    }
}

async fn open_database(config: &Config) -> Result<Db, Failure> {
    let opened = match &config.database.url {
        DatabaseUrl::Sqlite(path) => Db::open(&format!("sqlite:{}", path.display())).await,
        DatabaseUrl::Postgres(url) => Db::open(url.expose()).await,
    };
    opened.map_err(|error| internal(&error.into()))
}

/// Whether a database with a schema was never used: it is under no key, none is sealed in it, and it has no people and no apps.
async fn holds_nothing(db: &Db) -> Result<bool, StoreError> {
    let mut conn = db.read().await?;
    Ok(keys::all(&mut conn).await?.is_empty()
        && root_keys::all(&mut conn).await?.is_empty()
        && !users::any(&mut conn).await?
        && clients::page(&mut conn, &After::start()).await?.items.is_empty())
}

/// The root key, from the configuration or its file. It is made only for a database that holds nothing yet.
fn root_key(config: &Config, may_make: bool, ambient: &Ambient) -> Result<(KeySource, Option<PathBuf>), Failure> {
    if let Some(key) = &config.root_key {
        return Ok((KeySource::outside(key.keys().clone()), None));
    }
    let path = &config.root_key_path;
    if !may_make && !path.exists() {
        let what = format!("The root key is not in {}, and the database is sealed with it.", path.display());
        let remedy = "Put the file back from the backup. Several servers on one database share one root key.";
        return Err(Failure::refused(what, remedy).until_corrected());
    }
    let made = KeySource::load_or_create(path, &mut ambient.entropy());
    let (source, made) = made.map_err(|error| internal(&error.into()))?;
    Ok((source, made.then(|| path.clone())))
}

fn unplaced(mistakes: impl IntoIterator<Item = Mistakes>) -> Mistakes {
    let found = mistakes.into_iter().next();
    found.unwrap_or_else(|| {
        Mistakes::one(Mistake::new(Place::file("doorstep.toml"), "groups or apps cannot be used", None))
    })
}
