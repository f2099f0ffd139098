//! An identity provider as onboarding sees it: what it holds, what it can be asked to do, what it hands out.
//!
//! Drivers translate; they decide nothing. Three rules hold for every one of them:
//!
//! 1. What is there is read and compared before anything is written. A driver whose provider answers “nothing
//!    changed” with an error says [`ProviderError::NoChange`].
//! 2. A secret that is shown once is in the very answer that creates the client, and the ledger has it before
//!    anything else happens.
//! 3. Updating never asks for a secret. [`Provider::new_secret`] is a step of its own, which a plan names.

use crate::{
    plan::{Change, Field},
    spec::{AppSpec, ClientSpec, Held, Invitation},
};
use doorstep_core::{
    id::{AppName, ClientId, GroupName},
    model::{Former, Rotation, UserName},
    secret::Secret,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::Future,
    str::FromStr,
};

/// What a provider calls a client of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RemoteId(String);

/// A text that no provider uses as an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 255 visible ASCII characters")]
pub struct NotAnId;

impl FromStr for RemoteId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }
}

impl RemoteId {
    /// As the provider writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a plan has to know of a provider. What was declared is found whatever it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// The clients that are known to be ours. Others of the same names count too.
    pub bound: BTreeMap<AppName, RemoteId>,
    /// What is declared by these names, or was delivered, is sought whoever made it.
    pub apps: BTreeSet<AppName>,
    /// Further clients of declared apps, by the ids that they are to have.
    pub extras: BTreeMap<ClientId, AppName>,
    /// Whether these have an account.
    pub people: BTreeSet<UserName>,
    /// Whether these could have one, where they have none.
    pub invited: Vec<Invitation>,
    /// Nothing else is of interest, though it was declared.
    pub only: bool,
}

/// Who has an account with the provider, and who is in which group by declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Whoever of those sought has an account; everyone, where one of them has none and may be misspelt.
    pub accounts: BTreeSet<UserName>,
    /// Those of them who are disabled.
    pub off: BTreeSet<UserName>,
    /// Those of them, and of the administrators, who are not disabled and can sign in: whoever was invited and has not
    /// come yet cannot.
    pub able: BTreeSet<UserName>,
    /// Who is in which group by declaration.
    pub members: BTreeMap<GroupName, BTreeSet<UserName>>,
    /// Everyone who is an administrator and not disabled, by whatever way.
    pub administrators: BTreeSet<UserName>,
    /// Those invited whose name or mail address is somebody else's, or was.
    pub in_the_way: BTreeMap<UserName, InTheWay>,
}

/// Why somebody cannot have an account with this name and this mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "in_the_way", rename_all = "snake_case")]
pub enum InTheWay {
    /// Another account has the mail address.
    Email {
        /// The address.
        email: String,
        /// The user name of the other account.
        of: String,
    },
    /// The user name or the mail address, or both, belonged to somebody else, and apps may know them by it.
    Former {
        /// Each of them.
        held: Vec<Former>,
    },
}

/// Everything that a provider holds for the declared apps and groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Clients by the app they belong to.
    pub clients: BTreeMap<AppName, Held<ClientSpec>>,
    /// What the provider calls each of them.
    pub remote: BTreeMap<AppName, RemoteId>,
    /// Clients whose secret was chosen by a person, so that the provider cannot tell it although it tells others.
    pub untold: BTreeSet<AppName>,
    /// Further clients of apps, and whatever else has an id that one of them is to have.
    pub extras: BTreeMap<ClientId, Held<ClientSpec>>,
    /// Apps in the portal and behind forward auth.
    pub apps: BTreeMap<AppName, Held<AppSpec>>,
    /// Rotations of client secrets that are under way.
    pub rotations: BTreeMap<AppName, Rotation>,
    /// Accounts and groups.
    pub people: People,
}

/// How a provider treats the secrets of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretTelling {
    /// It shows them whenever it is asked.
    Always,
    /// It shows each once, when it is drawn.
    Once,
}

/// What a provider can express and how it behaves. What it cannot is named in the plan and never dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// What people call it.
    pub provider: &'static str,
    /// How it treats the secrets of clients.
    pub secrets: SecretTelling,
    /// Whether it remembers who made a record. Where it does not, what the ledger binds is ours.
    pub knows_owners: bool,
    /// Whether it has groups that can be declared.
    pub groups: bool,
    /// Whether it makes accounts for people who are invited.
    pub people: bool,
    /// What of a client or an app it cannot express. One that does not know owners has no further clients either.
    pub cannot: BTreeSet<Field>,
}

/// A client that was made.
pub struct Created {
    /// What the provider calls it.
    pub remote: RemoteId,
    /// Its first secret, where the provider shows it now and never again.
    pub secret: Option<Secret<String>>,
}

impl fmt::Debug for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Created").field("remote", &self.remote).finish_non_exhaustive()
    }
}

/// What an app needs to prove itself.
#[derive(Clone)]
pub struct Credentials {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; `None` for a public client, and where the provider does not show it again.
    pub client_secret: Option<Secret<String>>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// Who joins and who leaves a declared group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberChange {
    /// The group; made when it is not there.
    pub group: GroupName,
    /// These come.
    pub join: BTreeSet<UserName>,
    /// These go.
    pub leave: BTreeSet<UserName>,
}

/// Why a provider did not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It did not answer, or not in a way that says what happened.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// It answered no.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// It holds that already. As good as done.
    #[error("the provider has it already")]
    NoChange,
}

/// A driver for one identity provider.
pub trait Provider: Sync {
    /// What it can express.
    fn capabilities(&self) -> Capabilities;
    /// What it holds now of what is sought, and all that was declared.
    fn observe(&self, sought: &Sought) -> impl Future<Output = Result<Holdings, ProviderError>> + Send;
    /// Makes the client of an app, or a further one, as a declared one.
    fn create_client(&self, spec: &ClientSpec) -> impl Future<Output = Result<Created, ProviderError>> + Send;
    /// Changes the client of an app in what `changes` names, or wholly when that is empty; its id and secret stay. It
    /// becomes a declared one. What somebody else changed meanwhile stays, where the provider can tell.
    fn update_client(
        &self,
        at: &RemoteId,
        spec: &ClientSpec,
        changes: &[Change],
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Removes a client.
    fn delete_client(&self, at: &RemoteId) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Draws a secret for a client; an earlier one may stop at once.
    fn new_secret(&self, at: &RemoteId) -> impl Future<Output = Result<Secret<String>, ProviderError>> + Send;
    /// Whether this is a secret that the client proves itself with, for one that a person chose or that stands where a
    /// person put it.
    fn proves(
        &self,
        at: &RemoteId,
        candidate: &Secret<String>,
    ) -> impl Future<Output = Result<bool, ProviderError>> + Send {
        let _ = (at, candidate);
        async { Ok(false) }
    }
    /// Makes or replaces an app, as a declared one. `changes` is what differs; empty for a new one.
    fn put_app(&self, spec: &AppSpec, changes: &[Change]) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Removes an app.
    fn delete_app(&self, app: &AppName) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Lets people join and leave a group, all or none. Refuses to leave nobody who administers.
    fn change_members(&self, change: &MemberChange) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Makes an account that nobody can sign in to before they opened a link. Refuses a name or mail address that is
    /// somebody else's, or that was unless `reuse` is meant.
    fn invite(&self, invitation: &Invitation, reuse: bool) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// The credentials of a client; `None` when there is no such client. The secret of a provider that shows it once
    /// is not looked for here: the ledger kept it.
    fn credentials(&self, at: &RemoteId) -> impl Future<Output = Result<Option<Credentials>, ProviderError>> + Send;
}
