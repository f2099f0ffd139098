//! What people may ask for who are not signed in: a recovery by mail, an account.

use super::value::{Delay, Fault};
use doorstep_core::access::{ADMINS, RecoveryByMail, Registering};
use doorstep_core::id::GroupName;
use doorstep_core::model::mail_host;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How people recover their accounts who have lost what they sign in with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recovery {
    /// After how long a recovery link is mailed to whoever asks for one at `/recover`, unless somebody stops it meanwhile; `off`
    /// for never. To a proved address only, and only where `mail` is set up.
    pub mail: Delay,
    /// Whether the accounts of members of `admins` can be recovered by mail, too.
    pub admins: bool,
}

/// Whether people who are new may ask for an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// `off`: nobody may. `approval`: an administrator answers. `open`: whoever shows that a mail address is theirs makes an
    /// account. Only where `mail` is set up.
    pub open: Newcomers,
    /// The domains of mail addresses with which somebody may ask, such as `example.org`; any when left out.
    pub domains: Vec<String>,
    /// The groups that somebody new joins; never `admins`.
    pub groups: Vec<String>,
}

/// Who may ask for an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Newcomers {
    /// Nobody.
    #[default]
    Off,
    /// Whoever an administrator says yes to.
    Approval,
    /// Whoever shows that a mail address is theirs.
    Open,
}

impl Recovery {
    /// The terms, where it is switched on.
    pub(crate) fn terms(&self) -> Option<RecoveryByMail> {
        self.mail.ttl().map(|delay| RecoveryByMail { delay, admins: self.admins })
    }
}

impl Registration {
    /// The terms.
    pub(crate) fn terms(&self) -> Registering {
        use doorstep_core::access::Registration as To;
        let open = match self.open {
            Newcomers::Off => To::Off,
            Newcomers::Approval => To::Approval,
            Newcomers::Open => To::Open,
        };
        let groups = self.groups.iter().filter_map(|name| name.parse().ok()).collect();
        Registering { open, domains: self.domains.clone(), groups }
    }

    fn fault(&self) -> Option<(&'static str, Fault)> {
        if let Some(domain) = self.domains.iter().find(|domain| mail_host(domain).is_err()) {
            let what = format!("names `{domain}`, which is no domain of mail addresses");
            return Some(("domains", Fault::new(what, "write what stands behind the @: example.org")));
        }
        if self.groups.iter().any(|group| group.eq_ignore_ascii_case(ADMINS)) {
            let remedy = format!("leave it out; an administrator is invited: doorstep invite --group {ADMINS}");
            return Some(("groups", Fault::new(format!("names `{ADMINS}`, which nobody gives themselves"), remedy)));
        }
        let bad = self.groups.iter().find(|group| group.parse::<GroupName>().is_err())?;
        Some(("groups", Fault::new(format!("names `{bad}`, which is no name of a group"), "write a name of [groups]")))
    }
}

/// What is wrong with the two tables, each with where it stands.
pub(super) fn faults(tree: &Map<String, Value>) -> Vec<([&'static str; 2], Fault)> {
    let mut found = Vec::new();
    let without_mail = || Fault::new("is given, and no mail can be sent", "add [mail], or leave it out");
    let no_mail = !tree.contains_key("mail");
    let table = |key: &str| tree.get(key).cloned();
    let recovery: Option<Recovery> = table("recovery").and_then(|given| serde_json::from_value(given).ok());
    if recovery.is_some_and(|recovery| recovery.terms().is_some()) && no_mail {
        found.push((["recovery", "mail"], without_mail()));
    }
    let registration: Option<Registration> = table("registration").and_then(|given| serde_json::from_value(given).ok());
    let Some(registration) = registration else { return found };
    if registration.open != Newcomers::Off && no_mail {
        found.push((["registration", "open"], without_mail()));
    }
    found.extend(registration.fault().map(|(key, fault)| (["registration", key], fault)));
    found
}
