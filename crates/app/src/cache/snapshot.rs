//! Clients and apps in memory: one consistent picture, replaced whole when the database says it changed.

use crate::{context::Context, error::InternalError};
use arc_swap::ArcSwap;
use doorstep_core::{
    gateway::HostMap,
    id::{AppName, ClientId},
    model::{App, Client},
    page::After,
};
use doorstep_store::{apps, clients, generations, records::Readable};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Mutex;

/// The name of the counter that every change of a client or app raises.
pub(crate) const DECLARED: &str = "declared";

/// Clients and apps as they stood at one moment.
#[derive(Default)]
pub struct Snapshot {
    generation: i64,
    clients: HashMap<ClientId, Arc<Client>>,
    apps: Vec<App>,
    hosts: HostMap,
}

impl Snapshot {
    /// The client with this id; exact, as RFC 6749 §2.2 has it.
    pub fn client(&self, id: &ClientId) -> Option<&Arc<Client>> {
        self.clients.get(id)
    }

    /// The client with this text as id, as it came over the wire.
    pub fn client_named(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.get(id)
    }

    /// All clients.
    pub fn clients(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.clients.values()
    }

    /// All apps, by name.
    pub fn apps(&self) -> &[App] {
        &self.apps
    }

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
pub(super) struct Snapshots {
    current: ArcSwap<Snapshot>,
    /// Held while a new one is loaded, so that an older picture never replaces a newer one.
    refreshing: Mutex<()>,
}

impl Snapshots {
    /// Clients and apps as they stood at the last look.
    pub(super) fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Loads clients and apps if they changed since the last look, or `anew` whatever the counter says.
    pub(super) async fn refresh(&self, context: &Context, anew: bool) -> Result<(), InternalError> {
        let _one_at_a_time = self.refreshing.lock().await;
        let mut conn = context.db.read().await?;
        // Read before the rows: a change in between raises it again, and the next look loads anew.
        let generation = generations::get(&mut conn, DECLARED).await?;
        if !anew && generation == self.current.load().generation && generation != 0 {
            return Ok(());
        }
        let mut all = Vec::new();
        let mut after = After::start();
        loop {
            let page = clients::page(&mut conn, &after).await?;
            all.extend(page.items.into_iter().filter_map(served));
            match page.next {
                Some(key) => after = After::key(key),
                None => break,
            }
        }
        let mut apps: Vec<App> = apps::all(&mut conn).await?.into_iter().filter_map(served).collect();
        drop(conn);
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        let (hosts, mistakes) = HostMap::build(&apps, &context.settings.issuer);
        for mistake in mistakes {
            tracing::error!(%mistake, "a protected app is not guarded and stays closed");
        }
        let clients = all.into_iter().map(|client| (client.id.clone(), Arc::new(client))).collect();
        self.current.store(Arc::new(Snapshot { generation, clients, apps, hosts }));
        Ok(())
    }
}

/// Leaves out, and says so, what this release cannot read: it is not served, and the others are.
pub(crate) fn served<T>(record: Readable<T>) -> Option<T> {
    record.inspect_err(|error| tracing::error!(%error, "a record is not served")).ok()
}
