//! Where a person is signed in, and what happened to their account.

use super::{Message, Text, When, device, filters};
use askama::Template;
use doorstep_core::model::Device;

/// `/account/activity`.
#[derive(Debug, Template)]
#[template(path = "activity.html")]
pub struct Activity<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The person's sessions, this one first.
    pub sessions: Vec<SessionRow<'a>>,
    /// What happened, newest first.
    pub lines: Vec<ActivityRow<'a>>,
    /// Whether a session was ended by the last form.
    pub ended: bool,
}

/// A session as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow<'a> {
    /// Its id, in the address of its form.
    pub id: &'a str,
    /// The browser and its system.
    pub device: Device,
    /// The address that it began from; may be empty.
    pub ip: Text<'a>,
    /// Whether it is this browser.
    pub is_this: bool,
    /// When the person signed in.
    pub since: When,
    /// When it was last used.
    pub seen: When,
}

impl SessionRow<'_> {
    fn what(&self) -> Message {
        device::called(self.device, "device-browser")
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRow<'a> {
    /// What.
    pub what: Happened,
    /// Of which passkey, token or app it was; may be empty.
    pub about: Text<'a>,
    /// Who did it, where it was somebody else.
    pub by: By<'a>,
    /// When.
    pub at: When,
    /// The address that it came from; may be empty.
    pub ip: Text<'a>,
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By<'a> {
    /// The person, or somebody who said to be them.
    Oneself,
    /// Another person.
    Somebody(Text<'a>),
    /// Whoever runs the server, or what it is configured to do.
    TheServer,
}

/// What happened, of all that is in the log, for its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A sign-in.
    SignedIn,
    /// A sign-in that failed.
    SignInFailed,
    /// A sign-out.
    SignedOut,
    /// A new passkey.
    PasskeyAdded,
    /// A passkey less.
    PasskeyRemoved,
    /// A passkey that was perhaps copied.
    PasskeyCloned,
    /// The account was made.
    UserAdded,
    /// The account was changed.
    UserChanged,
    /// A link was made.
    LinkMade,
    /// A link was used.
    LinkUsed,
    /// A password was set, changed or removed.
    PasswordChanged,
    /// An app was entered.
    AppEntered,
    /// Access of an app was ended.
    ConsentWithdrawn,
    /// An app was allowed something.
    ConsentGiven,
    /// What an app held was used twice, and ended.
    FamilyRevoked,
    /// A token was made.
    TokenMade,
    /// A token was ended.
    TokenEnded,
    /// A token was refused.
    TokenRefused,
    /// Access was asked for.
    AccessAsked,
    /// Access was given.
    AccessGranted,
    /// Access was refused.
    AccessRefused,
    /// An account elsewhere was added.
    IdentityLinked,
    /// One was removed.
    IdentityUnlinked,
    /// An authenticator app was added.
    AuthenticatorAdded,
    /// An authenticator app was removed.
    AuthenticatorRemoved,
    /// A recovery kit was made.
    KitMade,
    /// A recovery kit was ended.
    KitRemoved,
    /// A recovery code was used.
    CodeUsed,
    /// An app was approved on another device.
    DeviceApproved,
    /// An app was refused on another device.
    DeviceRefused,
    /// A mail address was typed that is to be confirmed.
    AddressAsked,
    /// That was given up.
    AddressGivenUp,
    /// A recovery by mail was asked for.
    RecoveryAsked,
    /// Its link was mailed.
    RecoverySent,
    /// It was stopped.
    RecoveryStopped,
    /// Too many tries.
    LimitStruck,
}

impl Happened {
    /// From the kind in the log; none for what is of no concern to the person.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "signed_in" => Self::SignedIn,
            "sign_in_failed" => Self::SignInFailed,
            "signed_out" => Self::SignedOut,
            "passkey_added" => Self::PasskeyAdded,
            "passkey_removed" => Self::PasskeyRemoved,
            "passkey_cloned" => Self::PasskeyCloned,
            "user_added" => Self::UserAdded,
            "user_changed" => Self::UserChanged,
            "link_made" => Self::LinkMade,
            "link_used" => Self::LinkUsed,
            "password_changed" => Self::PasswordChanged,
            "code_issued" | "app_session_begun" | "device_signed_in" => Self::AppEntered,
            "consent_withdrawn" => Self::ConsentWithdrawn,
            "consent_given" => Self::ConsentGiven,
            "family_revoked" => Self::FamilyRevoked,
            "program_token_made" => Self::TokenMade,
            "program_token_revoked" => Self::TokenEnded,
            "program_token_refused" => Self::TokenRefused,
            "access_asked" => Self::AccessAsked,
            "access_granted" => Self::AccessGranted,
            "access_refused" => Self::AccessRefused,
            "identity_linked" => Self::IdentityLinked,
            "identity_unlinked" => Self::IdentityUnlinked,
            "totp_added" => Self::AuthenticatorAdded,
            "totp_removed" => Self::AuthenticatorRemoved,
            "recovery_kit_made" => Self::KitMade,
            "recovery_kit_removed" => Self::KitRemoved,
            "recovery_code_used" => Self::CodeUsed,
            "device_approved" => Self::DeviceApproved,
            "device_refused" => Self::DeviceRefused,
            "address_asked" => Self::AddressAsked,
            "address_given_up" => Self::AddressGivenUp,
            "recovery_asked" => Self::RecoveryAsked,
            "recovery_sent" => Self::RecoverySent,
            "recovery_stopped" => Self::RecoveryStopped,
            "limit_struck" => Self::LimitStruck,
            _ => return None,
        })
    }

    /// The message of it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::SignedIn => "happened-signed-in",
            Self::SignInFailed => "happened-sign-in-failed",
            Self::SignedOut => "happened-signed-out",
            Self::PasskeyAdded => "happened-passkey-added",
            Self::PasskeyRemoved => "happened-passkey-removed",
            Self::PasskeyCloned => "happened-passkey-cloned",
            Self::UserAdded => "happened-user-added",
            Self::UserChanged => "happened-user-changed",
            Self::LinkMade => "happened-link-made",
            Self::LinkUsed => "happened-link-used",
            Self::PasswordChanged => "happened-password-changed",
            Self::AppEntered => "happened-app-entered",
            Self::ConsentWithdrawn => "happened-consent-withdrawn",
            Self::ConsentGiven => "happened-consent-given",
            Self::FamilyRevoked => "happened-family-revoked",
            Self::TokenMade => "happened-token-made",
            Self::TokenEnded => "happened-token-ended",
            Self::TokenRefused => "happened-token-refused",
            Self::AccessAsked => "happened-access-asked",
            Self::AccessGranted => "happened-access-granted",
            Self::AccessRefused => "happened-access-refused",
            Self::IdentityLinked => "happened-identity-linked",
            Self::IdentityUnlinked => "happened-identity-unlinked",
            Self::AuthenticatorAdded => "happened-authenticator-added",
            Self::AuthenticatorRemoved => "happened-authenticator-removed",
            Self::KitMade => "happened-kit-made",
            Self::KitRemoved => "happened-kit-removed",
            Self::CodeUsed => "happened-code-used",
            Self::DeviceApproved => "happened-device-approved",
            Self::DeviceRefused => "happened-device-refused",
            Self::AddressAsked => "happened-address-asked",
            Self::AddressGivenUp => "happened-address-given-up",
            Self::RecoveryAsked => "happened-recovery-asked",
            Self::RecoverySent => "happened-recovery-sent",
            Self::RecoveryStopped => "happened-recovery-stopped",
            Self::LimitStruck => "happened-limit-struck",
        }
    }

    /// Whether it may mean that somebody else tried.
    pub const fn is_worrying(self) -> bool {
        matches!(
            self,
            Self::SignInFailed
                | Self::PasskeyCloned
                | Self::FamilyRevoked
                | Self::TokenRefused
                | Self::RecoveryAsked
                | Self::RecoverySent
                | Self::LimitStruck
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::model::EventKind;

    /// A kind that is new is shown or not by a decision, and none is misspelt here.
    #[test]
    fn every_kind_of_the_log_is_shown_to_its_person_or_is_of_no_concern_to_them() {
        let unshown: Vec<_> =
            EventKind::ALL.into_iter().map(EventKind::as_str).filter(|kind| Happened::of(kind).is_none()).collect();
        assert_eq!(
            unshown,
            [
                "user_removed",
                "client_changed",
                "secret_rotated",
                "secret_first_used",
                "root_key_rotated",
                "app_changed",
                "tokens_refreshed",
                "token_revoked",
                "program_token_ends_soon",
                "invitation_made",
                "invitation_used",
                "invitation_ended",
                "recovery_refused",
                "registration_asked",
                "registration_granted",
                "registration_refused",
            ]
        );
    }
}
