//! The kinds of places that are delivered to, as the configuration says how each is reached.

use crate::config::{self, AgeRecipients, Config, Loaded, Sources};
use crate::ending::Failure;
use crate::wire;
use doorstep_app::ambient::Ambient;
use doorstep_app::instance::Instance;
use doorstep_deliver::{CommandSink, FileSink, OwnKey, Program, Sealing, Sinks, age_sink, sops_sink};
use doorstep_kube::{Access, KubernetesSink};
use doorstep_onboard::delivery::{Address, Rendered};
use doorstep_onboard::sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written};
use std::path::PathBuf;
use std::sync::Arc;

/// The kinds of places that are delivered to, and withdrawn from. With `own`, files are read back that are encrypted to it.
pub(crate) fn sinks(config: &Config, own: &Arc<OwnKey>) -> Sinks {
    let folder = || wire::apps_folder(config);
    let sealing = |recipients: &AgeRecipients| Sealing {
        recipients: recipients.keys(),
        own: Arc::clone(own),
        entropy: || Ambient::System.entropy(),
    };
    let mut sinks = Sinks::default().with("file", FileSink::new(folder())).with("command", commands(config));
    if let Some(sops) = &config.sinks.sops {
        sinks = sinks.with("sops", sops_sink(folder(), sealing(&sops.age_recipients), || Ambient::System.now()));
    }
    if let Some(age) = &config.sinks.age {
        sinks = sinks.with("age", age_sink(folder(), sealing(&age.recipients)));
    }
    if let Some(settings) = &config.sinks.kubernetes {
        sinks = sinks.with("kubernetes", kubernetes(settings, config));
    }
    sinks
}

fn kubernetes(settings: &config::Kubernetes, config: &Config) -> KubernetesSink {
    let access = match &settings.kubeconfig {
        Some(path) => Access::Kubeconfig { path: path.clone(), context: settings.context.clone() },
        None => Access::in_cluster(),
    };
    KubernetesSink::new(access, config.issuer.as_str().to_owned(), settings.annotations.clone())
}

/// The key with which an instance reads back what it delivered.
pub(crate) fn own_key(instance: &Instance) -> Result<Arc<OwnKey>, Failure> {
    let broken = || Failure::bare("The crypto library made no key for deliveries.".to_owned());
    let key = instance.context.keyring.delivery_key().map_err(|_| broken())?;
    OwnKey::new(&key).map(Arc::new).map_err(|_| broken())
}

fn commands(config: &Config) -> CommandSink {
    let programs = config.sinks.command.iter().filter_map(|(name, command)| {
        let (program, arguments) = command.run.split_first()?;
        let (path, arguments) = (PathBuf::from(program), arguments.to_vec());
        Some((name.clone(), Program { path, arguments, observes: command.observes }))
    });
    CommandSink::new(programs.collect())
}

/// The places of a server that works for long: each call reads anew how they are reached.
pub(crate) struct CurrentPlaces {
    sources: Sources,
    running: Arc<Loaded>,
    own: Arc<OwnKey>,
}

impl CurrentPlaces {
    /// By what the configuration says, for a server that was started with `running`.
    pub(crate) fn new(sources: Sources, running: Arc<Loaded>, own: Arc<OwnKey>) -> Self {
        Self { sources, running, own }
    }

    async fn now(&self) -> Sinks {
        let (sources, running, own) = (self.sources.clone(), Arc::clone(&self.running), Arc::clone(&self.own));
        let reading = tokio::task::spawn_blocking(move || {
            let read = wire::checked(&sources, Some(&running.config)).ok();
            let loaded = read.as_ref().map_or(&running.config, |(loaded, _)| &loaded.config);
            sinks(&wire::reaching(&running.config, loaded), &own)
        });
        reading.await.unwrap_or_default()
    }
}

impl Sink for CurrentPlaces {
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move { self.now().await.observe(wanted, last).await })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move { self.now().await.write(wanted).await })
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(async move { self.now().await.remove(place, last).await })
    }
}
