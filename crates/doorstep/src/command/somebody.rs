//! A person as commands name them, and what is said when it cannot be done.

use crate::config::Loaded;
use crate::ending::Failure;
use crate::reason;
use crate::wire;
use clap::Args;
use doorstep_app::accounts::PeopleError;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::id::GroupName;
use doorstep_core::model::IdentifierKind;
use doorstep_onboard::catalog::KnownBy;
use doorstep_onboard::mistake::nearest;

/// Somebody.
#[derive(Clone, Debug, Args)]
pub struct Name {
    /// The user name.
    #[arg(value_name = "NAME")]
    pub user: String,
}

/// Why it cannot be done, and how to mend it.
pub(super) async fn refused(instance: &Instance, error: &PeopleError) -> Failure {
    let said = |remedy: &str| Failure::refused(reason::sentence(&error.to_string()), remedy);
    match error {
        PeopleError::Unknown(name) => said(&who_else(instance, name).await),
        PeopleError::UnknownGroup { name, known } => {
            said(&match nearest(name.as_str(), known.iter().map(GroupName::as_str)) {
                Some(word) => format!("Did you mean `{word}`?"),
                None => format!(
                    "Declare a new one first, as {name} under `groups` of the configuration; its list may be empty: []"
                ),
            })
        }
        PeopleError::Taken(name) => said(&format!("Choose another name. For a new passkey: doorstep recover {name}")),
        PeopleError::EmailTaken { name, .. } => {
            said(&format!("Give another address, or look at that account first: doorstep user list shows {name}."))
        }
        PeopleError::Former(held) if held.iter().all(|former| former.of.is_none()) => {
            said("First look at what the apps keep under it, then run the command again with --reuse.")
        }
        PeopleError::Former(_) => said(
            "The person who had it can take it back without --reuse. For somebody else, first look at what the apps keep \
             under it, then run the command again with --reuse.",
        ),
        PeopleError::HasNoPassword(name) => said(&format!("doorstep user show {name} shows how they sign in.")),
        PeopleError::NoPasswords => {
            said("Switch them on in the configuration (sign_in.passwords), or print a link: doorstep recover NAME")
        }
        PeopleError::Unfit | PeopleError::Days | PeopleError::Busy | PeopleError::Typed(_) => {
            Failure::bare(reason::sentence(&error.to_string()))
        }
        PeopleError::NamedInFile { .. } => said("If you mean that, run the command again with --with-groups."),
        PeopleError::NotTheirs { name, what } => {
            said(&format!("doorstep user {what}s list {name} shows what there is."))
        }
        PeopleError::Declared { .. } => said("Change it there; the server applies the change by itself."),
        PeopleError::LastAdministrator(_) => said("Make somebody else one first: doorstep user group add NAME admins"),
        PeopleError::Internal(error) => reason::internal(error),
    }
}

/// The same, with the declared apps that know people by a name or mail address which is not given twice without a word.
pub(super) async fn refused_in(instance: &Instance, error: &PeopleError, loaded: &Loaded) -> Failure {
    let PeopleError::Former(held) = error else { return refused(instance, error).await };
    let knowing = held.iter().filter_map(|former| {
        let (by, what) = match former.kind {
            IdentifierKind::UserName => (KnownBy::Name, "user name"),
            IdentifierKind::Email => (KnownBy::Mail, "mail address"),
        };
        let apps = loaded.catalog.known_by(&loaded.manifest, by);
        let know = if apps.len() == 1 { "knows" } else { "know" };
        (!apps.is_empty()).then(|| format!("{} {know} people by the {what}", apps.join(", ")))
    });
    let knowing = knowing.collect::<Vec<_>>().join("; ");
    if knowing.is_empty() {
        return refused(instance, error).await;
    }
    let remedy =
        format!("{knowing}: first look at what is kept there under it, then run the command again with --reuse.");
    Failure::refused(reason::sentence(&error.to_string()), remedy)
}

/// Who may have been meant.
async fn who_else(instance: &Instance, name: &str) -> String {
    let people = match wire::act(instance, ManageUsers) {
        Ok(act) => instance.accounts.people(&act).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    match nearest(name, people.iter().map(|person| person.user.name.as_str())) {
        Some(word) => format!("Did you mean `{word}`?"),
        None => "doorstep user list shows everybody.".to_owned(),
    }
}
