//! What the audit log keeps of an event: who did what to whom, from where, without secrets.

use super::event::EventKind;
use crate::{
    access::Actor,
    id::{AppName, AuditId, ClientId, GrantId, InviteId, PasskeyId, ProgramTokenId, UserId},
    time::Timestamp,
};

/// Who did something, as the log keeps it: a kind and an id, so that nobody's name looks like another kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditActor {
    /// A person.
    User(UserId),
    /// An app that proved itself.
    Client(ClientId),
    /// The command line on the host.
    Cli,
    /// The configuration file.
    Config,
    /// Nobody known.
    Anonymous,
}

impl AuditActor {
    /// The kind in the log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Client(_) => "client",
            Self::Cli => "cli",
            Self::Config => "config",
            Self::Anonymous => "anonymous",
        }
    }

    /// The id in the log; empty where the kind says all.
    pub fn id(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Client(id) => id.as_str(),
            Self::Cli | Self::Config | Self::Anonymous => "",
        }
    }
}

impl From<&Actor<'_>> for AuditActor {
    fn from(actor: &Actor<'_>) -> Self {
        match actor {
            Actor::User(principal) => Self::User(principal.user.id.clone()),
            Actor::Cli => Self::Cli,
            Actor::Config => Self::Config,
            Actor::Anonymous => Self::Anonymous,
        }
    }
}

impl From<&UserId> for AuditActor {
    fn from(id: &UserId) -> Self {
        Self::User(id.clone())
    }
}

impl From<&ClientId> for AuditActor {
    fn from(id: &ClientId) -> Self {
        Self::Client(id.clone())
    }
}

/// What something was done to, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditSubject {
    /// A person.
    User(UserId),
    /// A passkey.
    Passkey(PasskeyId),
    /// A client.
    Client(ClientId),
    /// An app.
    App(AppName),
    /// A grant with all its tokens.
    Grant(GrantId),
    /// A token of a program.
    ProgramToken(ProgramTokenId),
    /// An invitation.
    Invite(InviteId),
    /// Nothing that is known.
    Nothing,
}

impl AuditSubject {
    /// The kind in the log; empty for nothing.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Passkey(_) => "passkey",
            Self::Client(_) => "client",
            Self::App(_) => "app",
            Self::Grant(_) => "grant",
            Self::ProgramToken(_) => "program_token",
            Self::Invite(_) => "invitation",
            Self::Nothing => "",
        }
    }

    /// The id in the log; empty for nothing.
    pub fn id(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Passkey(id) => id.as_str(),
            Self::Client(id) => id.as_str(),
            Self::App(name) => name.as_str(),
            Self::Grant(id) => id.as_str(),
            Self::ProgramToken(id) => id.as_str(),
            Self::Invite(id) => id.as_str(),
            Self::Nothing => "",
        }
    }
}

macro_rules! subjects {
    ($($id:ident => $subject:ident),+) => {$(
        impl From<&$id> for AuditSubject {
            fn from(id: &$id) -> Self {
                Self::$subject(id.clone())
            }
        }
    )+};
}

subjects!(
    UserId => User, PasskeyId => Passkey, ClientId => Client, AppName => App, GrantId => Grant,
    ProgramTokenId => ProgramToken, InviteId => Invite
);

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its place in the log.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who did it.
    pub actor: AuditActor,
    /// What a person who acted was called then; may be empty.
    pub actor_name: String,
    /// What it was done to.
    pub subject: AuditSubject,
    /// What a person it was done to was called then; may be empty.
    pub subject_name: String,
    /// The client or app concerned; may be empty.
    pub client: String,
    /// The resolved client address; may be empty.
    pub ip: String,
    /// The request it happened in; may be empty.
    pub request_id: String,
    /// A JSON object with further facts; no secrets.
    pub detail: String,
}

impl AuditEvent {
    /// Whom it is about: the person that it was done to, else the one who did it.
    pub const fn person(&self) -> Option<&UserId> {
        match (&self.subject, &self.actor) {
            (AuditSubject::User(person), _) | (_, AuditActor::User(person)) => Some(person),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_taken_for_the_command_line() {
        let (user, client) = ("cli".parse().unwrap(), "cli".parse().unwrap());
        for (actor, kind, id) in [
            (AuditActor::User(user), "user", "cli"),
            (AuditActor::Client(client), "client", "cli"),
            (AuditActor::from(&Actor::Cli), "cli", ""),
            (AuditActor::from(&Actor::Config), "config", ""),
            (AuditActor::from(&Actor::Anonymous), "anonymous", ""),
        ] {
            assert_eq!((actor.kind(), actor.id()), (kind, id));
        }
    }
}
