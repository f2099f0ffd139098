//! What a plan consists of: things to do, things that wait for approval, places that cannot be written to.

use super::Change;
use crate::{
    delivery::{Address, Delivery},
    sink::Fingerprint,
    spec::{AppSpec, ClientSpec, Extra},
};
use doorstep_core::id::{AppName, ClientId};
use serde::Serialize;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Make the client.
    CreateClient {
        /// As this.
        spec: ClientSpec,
    },
    /// Change the client; its id and secret stay.
    UpdateClient {
        /// To this.
        spec: ClientSpec,
        /// What is different.
        changes: Vec<Change>,
    },
    /// Draw a secret for a client whose secret nobody knows.
    NewSecret {
        /// Whether somebody may be using one that stops with it.
        replaces: bool,
    },
    /// Make or change the app's entry.
    PutApp {
        /// As this.
        spec: AppSpec,
        /// Whether there was none.
        new: bool,
        /// What is different from the one there was.
        changes: Vec<Change>,
    },
    /// Remove the entry of an app that nothing declares any more and that has this app's address.
    TakeOver {
        /// What the app was called.
        from: AppName,
    },
    /// Make a further client of the app.
    CreateExtra {
        /// As this.
        spec: ClientSpec,
    },
    /// Change a further client of the app; its id stays.
    UpdateExtra {
        /// To this.
        spec: ClientSpec,
        /// What is different.
        changes: Vec<Change>,
        /// The app that had it before, which does not declare it any more.
        from: Option<AppName>,
    },
    /// Write credentials.
    Deliver {
        /// What and where.
        delivery: Delivery,
        /// Why.
        reason: Reason,
    },
    /// Remove the app's entry.
    DeleteApp,
    /// Remove the client.
    DeleteClient,
    /// Remove a further client of the app.
    DeleteExtra {
        /// This one.
        extra: Extra,
    },
    /// Remove an earlier delivery, if it is what was delivered.
    Withdraw {
        /// From here.
        from: Address,
        /// It was this.
        #[serde(skip)]
        content: Fingerprint,
    },
}

impl Step {
    /// What it changes in what is there, and in which further client, if it is in one.
    pub(crate) fn changes(&self) -> (Option<&ClientId>, &[Change]) {
        match self {
            Self::UpdateClient { changes, .. } | Self::PutApp { changes, .. } => (None, changes),
            Self::UpdateExtra { spec, changes, .. } => (spec.extra.as_ref().map(|extra| &extra.id), changes),
            _ => (None, &[]),
        }
    }
}

/// Why something is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The client is new.
    New,
    /// It is not there.
    Missing,
    /// It is not what it should be.
    Differs,
    /// Everyone on the machine can read it.
    TooOpen,
    /// This is there, and nothing remembers that: whoever delivered it was killed before that was recorded.
    Unrecorded(#[serde(skip)] Fingerprint),
}

/// Something that needs a person: mostly approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "wait", rename_all = "snake_case")]
pub enum Wait {
    /// A working app would see something else.
    Contract {
        /// What.
        change: Change,
        /// In which of the app's further clients; in its own when there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        client: Option<ClientId>,
    },
    /// It was made by hand, and the declaration would take it over.
    TakeOver {
        /// Its secret cannot be read again and would be replaced.
        replaces_secret: bool,
        /// Which of the app's further clients; the app and its own client when there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        client: Option<ClientId>,
    },
    /// The id of a further client is the one of a declared app's own client, which nobody else gets.
    OwnOf {
        /// The id.
        client: ClientId,
        /// The app that has it.
        app: AppName,
    },
    /// The provider cannot keep anybody out, and the declaration names who may use the app.
    Everyone,
    /// The app links accounts by mail address or user name, and strangers can make one in it until a person closes its
    /// sign-up: the first client waits until that is done.
    OpenDoor {
        /// What to do, in the order of doing.
        by_hand: Vec<String>,
    },
}

impl Wait {
    /// Whether `--accept` ends it.
    pub(crate) const fn is_for_a_word(&self) -> bool {
        !matches!(self, Self::OwnOf { .. })
    }
}

/// A delivery that cannot be made, or not now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// Where to.
    pub to: Address,
    /// What is in the way and what to do.
    pub why: String,
}
