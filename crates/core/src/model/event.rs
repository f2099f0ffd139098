//! What the audit log keeps: who did what to whom, from where, without secrets.

use crate::{
    access::Actor,
    id::{AppName, AuditId, ClientId, GrantId, InviteId, PasskeyId, ProgramTokenId, UserId},
    time::Timestamp,
};

/// The events of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A sign-in succeeded.
    SignedIn,
    /// A sign-in failed.
    SignInFailed,
    /// A person signed out.
    SignedOut,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey's signature counter went backwards.
    PasskeyCloned,
    /// An account was made.
    UserAdded,
    /// An account was disabled or enabled, or its groups changed.
    UserChanged,
    /// An account was removed.
    UserRemoved,
    /// A link was printed.
    LinkMade,
    /// A link was used.
    LinkUsed,
    /// Consent was given.
    ConsentGiven,
    /// Consent was withdrawn.
    ConsentWithdrawn,
    /// A code or refresh token came a second time; its family was revoked.
    FamilyRevoked,
    /// A client was made, changed or removed.
    ClientChanged,
    /// A step of the rotation of a client's secret: a version was issued, delivered, taken back to, or ended.
    SecretRotated,
    /// A client proved itself with the new version of its secret.
    SecretFirstUsed,
    /// A step of the rotation of the root key: a new one was offered, came into force, everything was sealed under it, or
    /// it was finished.
    RootKeyRotated,
    /// An app was declared, changed or removed.
    AppChanged,
    /// A password was set or removed.
    PasswordChanged,
    /// An app was given a code for a person.
    CodeIssued,
    /// A client exchanged a refresh token. In the log alone: the database holds each refresh token until its end.
    TokensRefreshed,
    /// A client ended one of its tokens, or a family.
    TokenRevoked,
    /// A person entered an app that Doorstep stands in front of.
    AppSessionBegun,
    /// Somebody was told to wait, the first time in a while.
    LimitStruck,
    /// A token was made for a program.
    ProgramTokenMade,
    /// A token of a program was ended before its time.
    ProgramTokenRevoked,
    /// A program was refused although its token is known, the first time in a while.
    ProgramTokenRefused,
    /// A token of a program ends within a week: once a day.
    ProgramTokenEndsSoon,
    /// Somebody asked an administrator for access to an app.
    AccessAsked,
    /// They were given it.
    AccessGranted,
    /// They were refused it.
    AccessRefused,
    /// An invitation was made.
    InviteMade,
    /// Somebody new made an account with it.
    InviteUsed,
    /// It was ended before its time.
    InviteEnded,
    /// A person made a recovery kit, in place of the one that they had.
    RecoveryKitMade,
    /// A recovery kit was ended.
    RecoveryKitRemoved,
    /// A code of a recovery kit was used: it opened a recovery link.
    RecoveryCodeUsed,
    /// Something was typed that is no recovery code, or not one that opens.
    RecoveryRefused,
    /// A person approved an app on another device, by the code that it showed.
    DeviceApproved,
    /// They refused it.
    DeviceRefused,
    /// An app was given tokens on a device for which a person had approved it.
    DeviceSignedIn,
    /// An identity at an upstream was linked to an account.
    IdentityLinked,
    /// One was taken from it.
    IdentityUnlinked,
    /// An authenticator app was added: the password wants one of its codes from then on.
    TotpAdded,
    /// An authenticator app was removed.
    TotpRemoved,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 46] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyCloned,
        Self::UserAdded,
        Self::UserChanged,
        Self::UserRemoved,
        Self::LinkMade,
        Self::LinkUsed,
        Self::ConsentGiven,
        Self::ConsentWithdrawn,
        Self::FamilyRevoked,
        Self::ClientChanged,
        Self::SecretRotated,
        Self::SecretFirstUsed,
        Self::RootKeyRotated,
        Self::AppChanged,
        Self::PasswordChanged,
        Self::CodeIssued,
        Self::TokensRefreshed,
        Self::TokenRevoked,
        Self::AppSessionBegun,
        Self::LimitStruck,
        Self::ProgramTokenMade,
        Self::ProgramTokenRevoked,
        Self::ProgramTokenRefused,
        Self::ProgramTokenEndsSoon,
        Self::AccessAsked,
        Self::AccessGranted,
        Self::AccessRefused,
        Self::InviteMade,
        Self::InviteUsed,
        Self::InviteEnded,
        Self::RecoveryKitMade,
        Self::RecoveryKitRemoved,
        Self::RecoveryCodeUsed,
        Self::RecoveryRefused,
        Self::DeviceApproved,
        Self::DeviceRefused,
        Self::DeviceSignedIn,
        Self::IdentityLinked,
        Self::IdentityUnlinked,
        Self::TotpAdded,
        Self::TotpRemoved,
    ];

    /// The name in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasskeyCloned => "passkey_cloned",
            Self::UserAdded => "user_added",
            Self::UserChanged => "user_changed",
            Self::UserRemoved => "user_removed",
            Self::LinkMade => "link_made",
            Self::LinkUsed => "link_used",
            Self::ConsentGiven => "consent_given",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::FamilyRevoked => "family_revoked",
            Self::ClientChanged => "client_changed",
            Self::SecretRotated => "secret_rotated",
            Self::SecretFirstUsed => "secret_first_used",
            Self::RootKeyRotated => "root_key_rotated",
            Self::AppChanged => "app_changed",
            Self::PasswordChanged => "password_changed",
            Self::CodeIssued => "code_issued",
            Self::TokensRefreshed => "tokens_refreshed",
            Self::TokenRevoked => "token_revoked",
            Self::AppSessionBegun => "app_session_begun",
            Self::LimitStruck => "limit_struck",
            Self::ProgramTokenMade => "program_token_made",
            Self::ProgramTokenRevoked => "program_token_revoked",
            Self::ProgramTokenRefused => "program_token_refused",
            Self::ProgramTokenEndsSoon => "program_token_ends_soon",
            Self::AccessAsked => "access_asked",
            Self::AccessGranted => "access_granted",
            Self::AccessRefused => "access_refused",
            Self::InviteMade => "invitation_made",
            Self::InviteUsed => "invitation_used",
            Self::InviteEnded => "invitation_ended",
            Self::RecoveryKitMade => "recovery_kit_made",
            Self::RecoveryKitRemoved => "recovery_kit_removed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::RecoveryRefused => "recovery_refused",
            Self::DeviceApproved => "device_approved",
            Self::DeviceRefused => "device_refused",
            Self::DeviceSignedIn => "device_signed_in",
            Self::IdentityLinked => "identity_linked",
            Self::IdentityUnlinked => "identity_unlinked",
            Self::TotpAdded => "totp_added",
            Self::TotpRemoved => "totp_removed",
        }
    }
}

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
