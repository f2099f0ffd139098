//! The kinds of events that the audit log keeps.

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
    /// A person said that a mail address is theirs: a link was mailed to it.
    AddressAsked,
    /// They gave that up.
    AddressGivenUp,
    /// A recovery by mail was asked for: it waits.
    RecoveryAsked,
    /// Nobody stopped it, and the recovery link was mailed.
    RecoverySent,
    /// It was stopped.
    RecoveryStopped,
    /// Somebody new asked for an account: a link was mailed, or, once it was used, an administrator was asked.
    RegistrationAsked,
    /// They may make an account: nobody had to be asked, or an administrator said yes.
    RegistrationGranted,
    /// An administrator said no.
    RegistrationRefused,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 54] = [
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
        Self::AddressAsked,
        Self::AddressGivenUp,
        Self::RecoveryAsked,
        Self::RecoverySent,
        Self::RecoveryStopped,
        Self::RegistrationAsked,
        Self::RegistrationGranted,
        Self::RegistrationRefused,
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
            Self::AddressAsked => "address_asked",
            Self::AddressGivenUp => "address_given_up",
            Self::RecoveryAsked => "recovery_asked",
            Self::RecoverySent => "recovery_sent",
            Self::RecoveryStopped => "recovery_stopped",
            Self::RegistrationAsked => "registration_asked",
            Self::RegistrationGranted => "registration_granted",
            Self::RegistrationRefused => "registration_refused",
        }
    }
}
