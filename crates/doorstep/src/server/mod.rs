//! The running server, as the commands that start one need it: its address, its certificate, its tasks, and the
//! signals that it reacts to.

mod listen;
pub(crate) mod signals;
mod tls;

pub(crate) use listen::{Bound, bind};
pub(crate) use tls::Certificate;

use crate::config::Loaded;
use crate::wire;
use doorstep_app::instance::Instance;
use doorstep_app::jobs;
use doorstep_app::queue::Handlers;
use doorstep_web::{App, Door, Listener, Web};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::sync::Arc;
use tokio::sync::watch;

/// What runs beside the one who attends.
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    web: Arc<Web>,
}

impl Running {
    /// Starts serving on `listener`, and Envoy's questions by gRPC on another.
    pub(crate) fn start(
        instance: &Arc<Instance>,
        (listener, grpc): (Listener, Option<Listener>),
        loaded: &Loaded,
        certificate: &Certificate,
        handlers: Handlers,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let web = Arc::new(Web::new(Arc::clone(instance), wire::trusted(&loaded.config)));
        let app = App::new(Arc::clone(&web));
        let mut tasks = vec![
            tokio::spawn(doorstep_web::serve(listener, app.clone(), certificate.source(), until(stopped.clone()))),
            tokio::spawn(jobs::run(Arc::clone(instance), handlers, until(stopped.clone()))),
        ];
        tasks.extend(grpc.map(|grpc| {
            let app = app.at(Door::EnvoyGrpc);
            tokio::spawn(doorstep_web::serve(grpc, app, certificate.source(), until(stopped)))
        }));
        Self { stop, tasks, web }
    }

    /// The web server's state, which takes in changed settings.
    pub(crate) fn web(&self) -> Arc<Web> {
        Arc::clone(&self.web)
    }

    /// Whether a part of it ended although nobody stopped it.
    pub(crate) fn is_broken(&self) -> bool {
        self.tasks.iter().any(tokio::task::JoinHandle::is_finished)
    }

    /// Lets running requests finish and writes down what is still in memory.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the server panicked");
            }
        }
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // The sender goes away only when the server ends.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Keys are in memory: no image of it is to land on a disk.
pub(crate) fn no_core_dumps() {
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        tracing::warn!(%error, "the system may write core dumps, which hold keys");
    }
}
