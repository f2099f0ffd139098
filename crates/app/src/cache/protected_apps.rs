//! The apps that Doorstep stands in front of: one consistent picture in memory, replaced whole when the database says
//! that apps changed. Other apps are read when somebody looks at them.

use crate::{context::Context, error::InternalError};
use arc_swap::ArcSwap;
use doorstep_core::{gateway::HostMap, id::AppName, model::App};
use doorstep_store::{apps, generations, records::Readable};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The name of the counter that every change of an app raises.
pub(crate) const DECLARED: &str = "declared";

/// The protected apps as they stood at one moment.
#[derive(Default)]
pub struct ProtectedApps {
    /// The counter's value; none before the first look.
    generation: Option<i64>,
    apps: Vec<App>,
    hosts: HostMap,
}

impl ProtectedApps {
    /// One app.
    pub fn app(&self, name: &AppName) -> Option<&App> {
        self.apps.iter().find(|app| app.name == *name)
    }

    /// The hosts that forward auth guards.
    pub const fn hosts(&self) -> &HostMap {
        &self.hosts
    }
}

/// The current picture, and how it is renewed.
#[derive(Default)]
pub(super) struct Picture {
    current: ArcSwap<ProtectedApps>,
    /// Held while a new one is loaded, so that an older picture never replaces a newer one.
    refreshing: Mutex<()>,
}

impl Picture {
    /// The protected apps as they stood at the last look.
    pub(super) fn current(&self) -> Arc<ProtectedApps> {
        self.current.load_full()
    }

    /// Loads the protected apps if apps changed since the last look, or `anew` whatever the counter says.
    pub(super) async fn refresh(&self, context: &Context, anew: bool) -> Result<(), InternalError> {
        let _one_at_a_time = self.refreshing.lock().await;
        let mut conn = context.db.read().await?;
        // Read before the rows: a change in between raises it again, and the next look loads anew.
        let generation = generations::get(&mut conn, DECLARED).await?;
        if !anew && self.current.load().generation == Some(generation) {
            return Ok(());
        }
        let mut apps: Vec<App> = apps::protected_and_beside(&mut conn).await?.into_iter().filter_map(served).collect();
        drop(conn);
        let (hosts, mistakes) = HostMap::build(&apps, &context.settings.issuer);
        for mistake in mistakes {
            tracing::error!(%mistake, "a protected app is not guarded and stays closed");
        }
        apps.retain(|app| app.protected);
        self.current.store(Arc::new(ProtectedApps { generation: Some(generation), apps, hosts }));
        Ok(())
    }
}

/// Leaves out, and says so, what this release cannot read: it is not served, and the others are.
pub(crate) fn served<T>(record: Readable<T>) -> Option<T> {
    record.inspect_err(|error| tracing::error!(%error, "a record is not served")).ok()
}
