//! The apps that Doorstep stands in front of: one consistent picture in memory, replaced whole when the database says
//! that apps changed. The others are read when somebody first looks at a list of them, once for each picture, and with
//! them what stands on their tiles.

use crate::settings::Settings;
use arc_swap::ArcSwap;
use doorstep_core::{
    gateway::HostMap,
    id::AppName,
    letter::{Letter, letters},
    model::{App, IconKind},
};
use doorstep_store::{Conn, Db, StoreError, apps, icons, records::Readable};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::OnceCell;

/// The name of the counter that every change of an app raises.
pub(crate) const DECLARED: &str = "declared";

/// The protected apps as they stood at one moment.
#[derive(Default)]
pub struct ProtectedApps {
    /// The counter's value; none before the first look.
    generation: Option<i64>,
    apps: Vec<App>,
    hosts: HostMap,
    /// All apps by title, from the first look at them. They are as old as the picture or newer: what changes after this
    /// raises the counter, and with the next picture they are read again.
    every: OnceCell<Vec<TiledApp>>,
}

/// An app, and what stands on its tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiledApp {
    /// The app.
    pub app: App,
    /// Its icon, if there is one to show: its name, which stands for its content, and what it is.
    pub icon: Option<(String, IconKind)>,
    /// What tells it from all others without one.
    pub letter: Letter,
}

impl ProtectedApps {
    /// The counter `declared` when they stood so.
    pub fn generation(&self) -> i64 {
        self.generation.unwrap_or_default()
    }

    /// One app.
    pub fn app(&self, name: &AppName) -> Option<&App> {
        self.apps.iter().find(|app| app.name == *name)
    }

    /// Every app, protected or not, by title. Whoever comes second waits for the same read.
    pub(super) async fn every(&self, db: &Db) -> Result<&[TiledApp], StoreError> {
        let read = async || {
            let mut conn = db.read().await?;
            let mut every: Vec<App> = apps::all(&mut conn).await?.into_iter().filter_map(served).collect();
            every.sort_by_cached_key(|app| app.title.to_lowercase());
            Ok(tiled(every, icons::held(&mut conn).await?))
        };
        self.every.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// The hosts that forward auth guards.
    pub const fn hosts(&self) -> &HostMap {
        &self.hosts
    }
}

/// An icon is shown while the app's declaration names what it was made from.
fn tiled(apps: Vec<App>, icons: Vec<icons::Held>) -> Vec<TiledApp> {
    let mut letters = letters(apps.iter().map(|app| (&app.name, app.title.as_str())));
    let mut icons: BTreeMap<AppName, icons::Held> = icons.into_iter().map(|held| (held.app.clone(), held)).collect();
    let tile = |app: App| {
        let is_its = |held: &icons::Held| app.icon.as_ref().is_some_and(|icon| icon.as_str() == held.made_from);
        let icon = icons.remove(&app.name).filter(is_its).map(|held| (held.name, held.kind));
        Some(TiledApp { letter: letters.remove(&app.name)?, icon, app })
    };
    apps.into_iter().filter_map(tile).collect()
}

/// The current picture, and how it is renewed.
#[derive(Default)]
pub(super) struct Picture(ArcSwap<ProtectedApps>);

impl Picture {
    /// The protected apps as they stood at the last look.
    pub(super) fn current(&self) -> Arc<ProtectedApps> {
        self.0.load_full()
    }

    /// Loads the protected apps if the counter is another than at the last look, or `anew` whatever it says. One at a
    /// time, so that an older picture never replaces a newer one.
    pub(super) async fn refresh(
        &self,
        conn: &mut Conn,
        settings: &Settings,
        (generation, anew): (i64, bool),
    ) -> Result<(), StoreError> {
        if !anew && self.0.load().generation == Some(generation) {
            return Ok(());
        }
        let mut apps: Vec<App> = apps::protected_and_beside(conn).await?.into_iter().filter_map(served).collect();
        let (hosts, mistakes) = HostMap::build(&apps, &settings.issuer);
        for mistake in mistakes {
            tracing::error!(%mistake, "a protected app is not guarded and stays closed");
        }
        apps.retain(|app| app.protected);
        self.0.store(Arc::new(ProtectedApps { generation: Some(generation), apps, hosts, every: OnceCell::new() }));
        Ok(())
    }
}

/// [`served`] for what is asked for by name.
pub(crate) fn if_readable<T>(found: Result<Option<T>, StoreError>) -> Result<Option<T>, StoreError> {
    match found {
        Err(StoreError::Unreadable(error)) => Ok(served(Err(error))),
        found => found,
    }
}

/// Leaves out, and says so, what this release cannot read: it is not served, and the others are.
pub(crate) fn served<T>(record: Readable<T>) -> Option<T> {
    record.inspect_err(|error| tracing::error!(%error, "a record is not served")).ok()
}
