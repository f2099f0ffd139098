//! What the use cases need to know of the configuration, already parsed and checked.

use arc_swap::{ArcSwap, Guard};
use doorstep_core::{
    access::{RecoveryByMail, Registering},
    model::{Language, Level},
    time::Ttl,
    upstream::Upstream,
};
use std::sync::Arc;

/// Settings of a running instance.
#[derive(Debug)]
pub struct Settings {
    /// The issuer: an origin and optional path, without a trailing slash.
    pub issuer: String,
    /// The issuers that it had before, under which apps may ask and whose hosts' passkeys sign in.
    pub former: Vec<String>,
    /// Where programs beside the server reach it, if that is told apart; an origin.
    pub internal: Option<String>,
    /// How many passwords are hashed at a time.
    pub password_parallel: usize,
    live: ArcSwap<Live>,
}

/// The settings that may change while the instance runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// What the instance is called on pages and in the prompts of passkeys.
    pub name: String,
    /// In which language mail is for people whose accounts keep none, and for people who have no account.
    pub language: Language,
    /// How long a browser may stay away and still be signed in.
    pub session_idle: Ttl,
    /// How long a browser stays signed in at most.
    pub session_absolute: Ttl,
    /// Lifetime of ID Tokens.
    pub id_token_ttl: Ttl,
    /// How long a browser stays with one protected app before it is checked afresh.
    pub app_session: Ttl,
    /// Whether people may sign in with a password.
    pub passwords: bool,
    /// What a sign-in has to be before it opens the pages of administration; nothing, where any sign-in does.
    pub console: Option<Level>,
    /// How long a line of the audit log is kept; none for ever.
    pub audit_keep: Option<Ttl>,
    /// Whether people are told by mail: a mail server is set up.
    pub mail: bool,
    /// How people recover their accounts by mail, if they do; only where a mail server is set up.
    pub recovery: Option<RecoveryByMail>,
    /// Whether people who are new may ask for an account, and on which terms; only where a mail server is set up.
    pub registration: Registering,
    /// Where people may sign in beside here, in the order in which they are offered.
    pub upstreams: Vec<Upstream>,
}

impl Settings {
    /// Settings with these values.
    pub fn new(issuer: String, password_parallel: usize, live: Live) -> Self {
        Self { issuer, former: Vec::new(), internal: None, password_parallel, live: ArcSwap::from_pointee(live) }
    }

    /// The same, with an internal address.
    #[must_use]
    pub fn with_internal(self, internal: Option<String>) -> Self {
        Self { internal, ..self }
    }

    /// The same, with the issuers that it had before.
    #[must_use]
    pub fn with_former(self, former: Vec<String>) -> Self {
        Self { former, ..self }
    }

    /// The former issuer that a request says it was asked under; nothing else than one of the configuration.
    pub fn former_issuer(&self, said: Option<&str>) -> Option<&str> {
        self.former.iter().map(String::as_str).find(|former| Some(*former) == said)
    }

    /// What counts at this moment. For the length of a decision; nobody holds it while waiting.
    pub fn live(&self) -> Guard<Arc<Live>> {
        self.live.load()
    }

    /// Puts other values in the place of those that counted.
    pub(crate) fn change(&self, live: Live) {
        self.live.store(Arc::new(live));
    }

    /// Whether the instance itself is plain http: a demo or a lab on loopback.
    pub fn insecure_http(&self) -> bool {
        self.issuer.starts_with("http://")
    }

    /// The host (and port) of the issuer, as people read it.
    pub fn issuer_host(&self) -> &str {
        host_of(&self.issuer)
    }
}

/// The host (and port) of an issuer.
pub fn host_of(issuer: &str) -> &str {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// A parked authorization request; anonymous rows live at most two hours.
pub const INTERACTION_TTL: Ttl = Ttl::from_hours(2);
/// A set-up, enrolment or recovery link.
pub const LINK_TTL: Ttl = Ttl::from_hours(24);
/// The link that a recovery code opens: the person is at it.
pub const RECOVERY_TTL: Ttl = Ttl::from_minutes(30);
/// The link to a further device of somebody who is signed in: both devices are at hand.
pub const DEVICE_TTL: Ttl = Ttl::from_minutes(10);
/// The link with which somebody confirms that a mail address is theirs: mail may be slow.
pub const ADDRESS_TTL: Ttl = Ttl::from_hours(24);
/// The link with which somebody new goes on to an account.
pub const REGISTRATION_TTL: Ttl = Ttl::from_hours(24);
/// The invitation that it opens: the person is at it.
pub const STEP_TTL: Ttl = Ttl::from_hours(1);
/// A relay code of forward auth.
pub const RELAY_CODE_TTL: Ttl = Ttl::from_seconds(30);
/// How fresh a sign-in must be to change passkeys, passwords and the like.
pub const FRESH_SIGN_IN: Ttl = Ttl::from_minutes(5);
/// Use of a session is written down at most this often.
pub const TOUCH_EVERY: Ttl = Ttl::from_seconds(60);
/// How long the report of a refused request is kept.
pub const REFUSAL_TTL: Ttl = Ttl::from_days(7);
