//! Apps and clients beside those of the file: what people made by hand, which the file leaves alone, and what it declared
//! once. For lists.

use super::service::Onboarding;
use crate::{cache::served, error::InternalError};
use doorstep_core::{
    access::{Act, ManageApps},
    id::AppName,
    model::Owner,
    page::After,
};
use doorstep_store::{apps, clients};
use std::collections::BTreeSet;

/// An app, or a client without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its name; of a client without an app, its id.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Where it lives, if that is known.
    pub url: Option<String>,
    /// Whether Doorstep stands in front.
    pub protected: bool,
    /// Its client.
    pub client_id: Option<String>,
    /// Who owns it.
    pub owner: Owner,
}

impl Onboarding {
    /// Every app and client that is not among those declared, by name.
    pub async fn others(
        &self,
        _: &Act<'_, ManageApps>,
        declared: &BTreeSet<AppName>,
    ) -> Result<Vec<Other>, InternalError> {
        let mut conn = self.context.db.read().await?;
        let mut found = Vec::new();
        let mut known = declared.clone();
        for app in apps::all(&mut conn).await?.into_iter().filter_map(served) {
            if known.insert(app.name.clone()) {
                found.push(Other {
                    name: app.name.to_string(),
                    title: app.title,
                    url: Some(app.url),
                    protected: app.protected,
                    client_id: app.client.map(|id| id.to_string()),
                    owner: app.owner,
                });
            }
        }
        let mut after = After::start();
        loop {
            let page = clients::page(&mut conn, &after).await?;
            for client in page.items.into_iter().filter_map(served) {
                if !client.app.as_ref().is_some_and(|app| known.contains(app)) {
                    found.push(Other {
                        name: client.id.to_string(),
                        title: client.name,
                        url: None,
                        protected: false,
                        client_id: Some(client.id.to_string()),
                        owner: client.owner,
                    });
                }
            }
            let Some(key) = page.next else { break };
            after = After::key(key);
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }
}
