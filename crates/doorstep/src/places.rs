//! The kinds of places that are delivered to, as the configuration says how each is reached.

use crate::config::{self, Config, Loaded, Sources};
use crate::wire;
use doorstep_deliver::{CommandSink, FileSink, Program, Sinks};
use doorstep_kube::{Access, KubernetesSink};
use doorstep_onboard::delivery::{Address, Rendered};
use doorstep_onboard::sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written};
use std::path::PathBuf;
use std::sync::Arc;

/// The kinds of places that are delivered to, and withdrawn from.
pub(crate) fn sinks(config: &Config) -> Sinks {
    let sinks = Sinks::default().with("file", FileSink::new(wire::apps_folder(config)));
    let sinks = sinks.with("command", commands(config));
    match &config.sinks.kubernetes {
        Some(settings) => sinks.with("kubernetes", kubernetes(settings, config)),
        None => sinks,
    }
}

fn kubernetes(settings: &config::Kubernetes, config: &Config) -> KubernetesSink {
    let access = match &settings.kubeconfig {
        Some(path) => Access::Kubeconfig { path: path.clone(), context: settings.context.clone() },
        None => Access::in_cluster(),
    };
    KubernetesSink::new(access, config.issuer.as_str().to_owned(), settings.annotations.clone())
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
}

impl CurrentPlaces {
    /// By what the configuration says, for a server that was started with `running`.
    pub(crate) fn new(sources: Sources, running: Arc<Loaded>) -> Self {
        Self { sources, running }
    }

    async fn now(&self) -> Sinks {
        let (sources, running) = (self.sources.clone(), Arc::clone(&self.running));
        let reading = tokio::task::spawn_blocking(move || {
            let read = wire::checked(&sources, Some(&running.config)).ok();
            let loaded = read.as_ref().map_or(&running.config, |(loaded, _)| &loaded.config);
            sinks(&wire::reaching(&running.config, loaded))
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
