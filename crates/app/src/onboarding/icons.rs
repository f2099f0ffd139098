//! The icons of declared apps: what stands in a file is kept when the file is applied; what stands at an address is
//! fetched by durable work, once, and tried again with growing pauses while it cannot be. Until then an app shows its
//! letters. Nothing is fetched for a request.

use super::service::Onboarding;
use crate::{
    cache::DECLARED,
    error::InternalError,
    queue::{Handler, Queue, Trying, id_of},
};
use doorstep_core::{
    access::{Act, ManageApps},
    id::AppName,
    model::{App, Icon, IconSource},
    secret::SecretHash,
};
use doorstep_onboard::desired::{DesiredApp, IconFile};
use doorstep_store::{apps, generations, icons, jobs};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::Arc,
};

const KIND: &str = "icon";

/// Makes an icon of a file, or says why it is none.
pub type Look = fn(&[u8]) -> Result<Icon, String>;

/// An icon on its way; its error says what, where and how to mend it.
pub type Fetching = Pin<Box<dyn Future<Output = Result<Icon, String>> + Send>>;

/// Fetches what stands at an address, and makes an icon of it.
pub trait Fetch: Send + Sync {
    /// The icon at an address that the declaration names.
    fn fetch(&self, address: String) -> Fetching;
}

impl Onboarding {
    /// The icon of this name, if an app shows it.
    pub async fn icon(&self, name: &str) -> Result<Option<Icon>, InternalError> {
        Ok(icons::by_name(&mut self.context.db.read().await?, name).await?)
    }

    /// Why declared icons are not shown: what is no picture, or could not be fetched yet. An address that nobody has
    /// asked yet is none of them.
    pub async fn letters(
        &self,
        _: &Act<'_, ManageApps>,
        declared: &[DesiredApp],
        look: Look,
    ) -> Result<BTreeMap<AppName, String>, InternalError> {
        let mut letters = BTreeMap::new();
        for (app, source) in self.missing(declared).await? {
            let job = order(app.name(), &source).and_then(|(subject, _)| id_of(KIND, &subject));
            let why = match (&app.icon, job) {
                (Some(file), _) => self.looked_at(file, look).await?.err(),
                (None, Some(id)) => jobs::last_error(&mut self.context.db.read().await?, &id).await?,
                (None, None) => None,
            };
            letters.extend(why.map(|why| (app.name().clone(), why)));
        }
        Ok(letters)
    }

    /// Keeps what files hold, and orders what stands at addresses, for each app that does not show yet what it declares
    /// and whose entry says so: one that waits for a word keeps what it shows.
    pub async fn keep_icons(
        &self,
        act: &Act<'_, ManageApps>,
        (declared, queue): (&[DesiredApp], &Queue),
        look: Look,
    ) -> Result<(), InternalError> {
        for (app, source) in self.missing(declared).await? {
            if let Some(file) = &app.icon {
                // Why it is none, the plan says.
                if let Ok(icon) = self.looked_at(file, look).await? {
                    self.keep(app.name(), (&source, &icon)).await?;
                }
            } else if let Some((subject, payload)) = order(app.name(), &source)
                && self.wants(app.name(), &source).await?
                && queue.order_now(KIND, &subject, &payload).await?
            {
                tracing::info!(app = app.name().as_str(), by = ?act.actor(), "an icon is to be fetched");
            }
        }
        Ok(())
    }

    /// The apps whose icon is not kept, with what it is to be made from.
    async fn missing<'a>(
        &self,
        declared: &'a [DesiredApp],
    ) -> Result<Vec<(&'a DesiredApp, IconSource)>, InternalError> {
        let named: Vec<_> = declared.iter().filter_map(|app| Some((app, app.spec.icon.clone()?))).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let held = icons::held(&mut self.context.db.read().await?).await?;
        let held: BTreeSet<_> = held.iter().map(|held| (&held.app, held.made_from.as_str())).collect();
        Ok(named.into_iter().filter(|(app, source)| !held.contains(&(app.name(), source.as_str()))).collect())
    }

    /// Decoding a picture takes a while.
    async fn looked_at(&self, file: &IconFile, look: Look) -> Result<Result<Icon, String>, InternalError> {
        let bytes = Arc::clone(&file.0);
        let looked = tokio::task::spawn_blocking(move || look(&bytes)).await;
        looked.map_err(|_| InternalError::Missing("the answer of whoever looked at a picture"))
    }

    /// Whether the entry of an app names this.
    async fn wants(&self, app: &AppName, source: &IconSource) -> Result<bool, InternalError> {
        let found = apps::by_name(&mut self.context.db.read().await?, app).await?;
        Ok(found.is_some_and(|found| names(&found, source)))
    }

    /// Keeps an icon, if its app still names what it was made from; false otherwise.
    async fn keep(&self, app: &AppName, (source, icon): (&IconSource, &Icon)) -> Result<bool, InternalError> {
        let mut tx = self.context.db.begin().await?;
        // What another process declares meanwhile is not written over.
        if !apps::lock(&mut tx, app).await? {
            return Ok(false);
        }
        let found = apps::by_name(&mut tx, app).await?;
        if !found.is_some_and(|found| names(&found, source)) {
            return Ok(false);
        }
        icons::put(&mut tx, app, source, icon).await?;
        generations::bump(&mut tx, DECLARED).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(true)
    }
}

fn names(app: &App, source: &IconSource) -> bool {
    app.icon.as_ref() == Some(source)
}

/// What a job knows.
#[derive(Serialize, Deserialize)]
struct Order {
    app: AppName,
    source: IconSource,
}

/// The job that fetches an icon, by its subject and payload: another one for another address, so that none waits for the
/// one before.
fn order(app: &AppName, source: &IconSource) -> Option<(String, String)> {
    let address = source.as_address()?;
    let mark = SecretHash::labelled("the address of an icon", address.as_bytes()).to_text();
    let payload = serde_json::to_string(&Order { app: app.clone(), source: source.clone() }).ok()?;
    Some((format!("{app}.{mark}"), payload))
}

/// Fetches the icons that declarations name by their addresses.
pub struct IconFetching<F> {
    parts: Arc<(Onboarding, F)>,
}

impl<F: Fetch + 'static> IconFetching<F> {
    /// By this way out.
    pub fn new(onboarding: &Onboarding, fetch: F) -> Self {
        Self { parts: Arc::new((onboarding.clone(), fetch)) }
    }
}

impl<F: Fetch + 'static> Handler for IconFetching<F> {
    fn kind(&self) -> &'static str {
        KIND
    }

    /// The plan says the rest.
    fn is_told(&self, attempts: i64) -> bool {
        attempts == 1
    }

    fn work(&self, payload: String) -> Trying {
        let parts = Arc::clone(&self.parts);
        Box::pin(async move { Ok(fetched(&parts.0, &parts.1, &payload).await?) })
    }
}

async fn fetched<F: Fetch>(onboarding: &Onboarding, fetch: &F, payload: &str) -> Result<(), String> {
    let Order { app, source } = serde_json::from_str(payload).map_err(|error| error.to_string())?;
    let internal = |error: InternalError| error.to_string();
    let Some(address) = source.as_address() else { return Ok(()) };
    // Another one is declared, or none.
    if !onboarding.wants(&app, &source).await.map_err(internal)? {
        return Ok(());
    }
    let icon = fetch.fetch(address.to_owned()).await?;
    onboarding.keep(&app, (&source, &icon)).await.map(|_| ()).map_err(internal)
}
