//! The root keys, what hangs on them and what stays with them, as a table and for programs.

use crate::ending::Failure;
use crate::{reason, when};
use doorstep_app::instance::Instance;
use doorstep_app::root_keys::Hanging;
use doorstep_core::model::{KeyGeneration, KeyHold, RootKeyRecord, RootStage};
use doorstep_onboard::desired::Desired;
use serde::Serialize;
use std::fmt::Write;

/// All that can be said of root keys. Holds none.
#[derive(Serialize)]
pub(super) struct KeyState {
    root_keys: Vec<KeyRow>,
    /// Checks of keys that are held here and that the database does not know.
    spare: Vec<String>,
    clients: Vec<HangingClient>,
    stays: LeftBehind,
}

#[derive(Serialize)]
struct KeyRow {
    #[serde(rename = "root_key")]
    number: u32,
    check: String,
    stage: &'static str,
    is_current: bool,
    offered_at: String,
    in_force_at: Option<String>,
    resealed_at: Option<String>,
    finished_at: Option<String>,
    #[serde(skip)]
    since: String,
}

/// A client whose secret hangs on an earlier key.
#[derive(Serialize)]
struct HangingClient {
    #[serde(rename = "client")]
    id: String,
    app: Option<String>,
    state: &'static str,
}

/// What is never made anew.
#[derive(Serialize)]
struct LeftBehind {
    /// Apps with other secrets that come from an earlier key.
    app_secrets: Vec<String>,
    /// Mail addresses that belonged to somebody, each remembered under the key of its time.
    former_addresses: i64,
}

/// Looks.
pub(super) async fn look(instance: &Instance, desired: &Desired) -> Result<KeyState, Failure> {
    let keys = &instance.root_keys;
    let failed = |error| reason::internal(&error);
    let records = keys.records().await.map_err(failed)?;
    let current = records.current().map_or(KeyGeneration::FIRST, |record| record.generation);
    let standing = keys.stays_behind().await.map_err(failed)?;
    let hanging = keys.hanging().await.map_err(failed)?;
    let wants_secrets = desired.apps.iter().filter(|app| app.deliveries.iter().any(|it| !it.labels().is_empty()));
    let of_an_earlier_key = |app: &&str| standing.app_secrets.get(*app).is_some_and(|key| *key < current);
    let apps = wants_secrets.map(|app| app.name().as_str()).filter(of_an_earlier_key);
    Ok(KeyState {
        root_keys: records.iter().rev().map(|record| key(record, current)).collect(),
        spare: instance.context.keyring.spares().iter().map(ToString::to_string).collect(),
        clients: hanging.iter().map(client).collect(),
        stays: LeftBehind {
            app_secrets: apps.map(str::to_owned).collect(),
            former_addresses: standing.former_addresses,
        },
    })
}

fn key(record: &RootKeyRecord, current: KeyGeneration) -> KeyRow {
    KeyRow {
        number: record.generation.number(),
        check: record.id.to_string(),
        stage: record.stage().as_str(),
        is_current: record.generation == current,
        offered_at: when::machine(record.offered_at),
        in_force_at: record.in_force_at.map(when::machine),
        resealed_at: record.resealed_at.map(when::machine),
        finished_at: record.finished_at.map(when::machine),
        since: when::day_and_time(record.in_force_at.unwrap_or(record.offered_at)),
    }
}

fn client(hanging: &Hanging) -> HangingClient {
    HangingClient {
        id: hanging.client.to_string(),
        app: hanging.app.as_ref().map(ToString::to_string),
        state: match hanging.hold {
            Some(KeyHold::NotRotated) => "not rotated",
            Some(KeyHold::OtherRotation) => "another rotation is under way",
            Some(KeyHold::UnderWay) => "being rotated",
            Some(KeyHold::Nothing) => "rotated",
            None => "cannot be read by this release",
        },
    }
}

impl KeyRow {
    fn told(&self) -> &'static str {
        match (self.is_current, self.stage) {
            (true, stage) if stage == RootStage::InForce.as_str() => "in force; not everything is sealed under it yet",
            (true, stage) if stage == RootStage::Resealed.as_str() => {
                "in force; everything is sealed under it; client secrets are being rotated"
            }
            (true, _) => "in force",
            (false, stage) if stage == RootStage::Offered.as_str() => "offered to the servers, not in force yet",
            (false, _) => "opens and derives what was made under it",
        }
    }
}

impl KeyState {
    /// As a person reads it.
    pub(super) fn told(&self) -> String {
        let mut told = String::new();
        for key in &self.root_keys {
            let _ = writeln!(told, "{:<3} {}  {}  since {}", key.number, key.check, key.told(), key.since);
        }
        for check in &self.spare {
            let _ = writeln!(told, "    {check}  held here, not offered: doorstep key rotate root takes it");
        }
        for client in &self.clients {
            let _ = writeln!(told, "The client secret of {} comes from an earlier key: {}.", client.id, client.state);
        }
        told.push_str(&self.stays());
        told
    }

    /// What stays with earlier keys, and so what they stay for.
    pub(super) fn stays(&self) -> String {
        if self.root_keys.iter().filter(|key| key.in_force_at.is_some()).count() < 2 {
            return String::new();
        }
        let mut told = "Earlier keys stay where they are. Under them are:\n".to_owned();
        if !self.stays.app_secrets.is_empty() {
            let apps = self.stays.app_secrets.join(", ");
            let _ = writeln!(told, "  secrets that apps keep their own data with, which never change: {apps}");
        }
        let addresses = match self.stays.former_addresses {
            0 => "mail addresses that belonged to somebody (none at present)".to_owned(),
            number => format!("mail addresses that belonged to somebody ({number})"),
        };
        let _ = writeln!(told, "  {addresses}, and what a backup from before holds");
        told
    }
}
