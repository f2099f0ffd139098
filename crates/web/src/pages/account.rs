//! The account page: what the instance knows of a person, and what they may change themselves.
//!
//! Everything that changes something is a plain form. Adding a passkey and the first password want a
//! fresh proof of who is there; the handlers ask for it, not this page.

use super::{Href, KitShown, LinkedSection, Message, RecoveryBanner, Text, When, filters};
use askama::Template;
use doorstep_words::Language;
use serde::Serialize;

/// `/account`.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct Account<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The name they sign in with.
    pub user_name: Text<'a>,
    /// Their given names; may be empty.
    pub given_name: Text<'a>,
    /// Their family names; may be empty.
    pub family_name: Text<'a>,
    /// Their e-mail address.
    pub email: Option<Text<'a>>,
    /// Whether it is proved or confirmed, so that apps are told.
    pub email_verified: bool,
    /// The address that waits to be confirmed by the link that was mailed to it.
    pub waiting: Option<Text<'a>>,
    /// When the account ends by itself.
    pub ends: Option<When>,
    /// The groups they are in.
    pub groups: Vec<Text<'a>>,
    /// Their passkeys.
    pub passkeys: Vec<PasskeyRow<'a>>,
    /// What whoever keeps the passkeys is told.
    pub signals: Signals<'a>,
    /// Accounts elsewhere; none where no provider is set up.
    pub linked: Option<LinkedSection<'a>>,
    /// A recovery by mail that is under way.
    pub recovery: Option<RecoveryBanner>,
    /// The recovery kit, if there is one.
    pub kit: Option<KitShown>,
    /// Set when the instance has password sign-in switched on.
    pub password: Option<PasswordSection>,
    /// Apps that hold a remembered consent or a live grant.
    pub access: Vec<Access<'a>>,
    /// The language that they chose; none for what their browser says.
    pub language: Option<Language>,
    /// What the last form has done.
    pub reported: Option<Reported<'a>>,
}

impl Account<'_> {
    /// Each language, and whether it is the one that was chosen.
    fn languages(&self) -> [(Language, bool); 10] {
        Language::ALL.map(|one| (one, self.language == Some(one)))
    }
}

/// A passkey as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow<'a> {
    /// Our id of it, in the addresses of its forms.
    pub id: &'a str,
    /// What the person calls it.
    pub name: Text<'a>,
    /// The former host of the instance that it is for.
    pub former: Option<Text<'a>>,
    /// Whether a copy lives elsewhere, so that losing the device does not lose it.
    pub backed_up: bool,
    /// When it was made.
    pub created: When,
    /// When it last signed in.
    pub last_used: Option<When>,
    /// False while it is the only way to sign in.
    pub removable: bool,
}

/// The arguments of `signalAllAcceptedCredentials` and `signalCurrentUserDetails`, WebAuthn Level 3 §5.1.10, for the
/// page's script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signals<'a> {
    /// The relying party id.
    pub rp_id: &'a str,
    /// The user handle, base64url, as registration sends it.
    pub user_id: &'a str,
    /// What the person signs in as.
    pub name: Text<'a>,
    /// What they are called.
    pub display_name: Text<'a>,
    /// Every passkey of the account, base64url. One that is missing here is hidden where it is kept.
    pub all_accepted_credential_ids: Vec<&'a str>,
}

impl Signals<'_> {
    /// As one attribute holds it. Should that ever fail, the script reads nothing and tells nobody anything.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Sign-in with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordSection {
    /// Whether the person has one.
    pub set: bool,
    /// How many authenticator apps it wants a code of.
    pub authenticators: usize,
    /// False while it is the only way to sign in.
    pub removable: bool,
    /// The fewest characters a new one may have.
    pub shortest: u16,
}

/// An app with a remembered consent or a live grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access<'a> {
    /// The client's id, in the address of its form.
    pub client: &'a str,
    /// What a person reads.
    pub title: Text<'a>,
    /// Where it lives, when known.
    pub url: Option<Href<'a>>,
    /// When it was first allowed.
    pub since: When,
    /// Whether it keeps access while the person is away.
    pub offline: bool,
}

/// What the last form has done, said once at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported<'a> {
    /// A passkey was made.
    PasskeyAdded(Text<'a>),
    /// A passkey has another name.
    PasskeyRenamed(Text<'a>),
    /// A passkey is gone.
    PasskeyRemoved,
    /// It would have been the last way to sign in.
    LastPasskeyKept,
    /// The person is called otherwise.
    NameChanged,
    /// The password was set or changed.
    PasswordChanged,
    /// The password given as the present one is not it.
    PasswordWrong,
    /// The new password is too short or too long.
    PasswordUnfit,
    /// Too many wrong passwords.
    PasswordTooMany,
    /// Other people's passwords are being checked.
    PasswordBusy,
    /// The password is gone.
    PasswordRemoved,
    /// An account elsewhere signs in from now on.
    IdentityAdded,
    /// It signs in no more.
    IdentityRemoved,
    /// An app lost its access.
    AccessEnded(Text<'a>),
}

impl Reported<'_> {
    /// The sentence.
    pub fn sentence(&self) -> Message {
        match self {
            Self::PasskeyAdded(name) => Message::from("done-passkey-added").name("name", name),
            Self::PasskeyRenamed(name) => Message::from("done-passkey-renamed").name("name", name),
            Self::AccessEnded(app) => Message::from("done-access-ended").name("app", app),
            Self::PasskeyRemoved => "done-passkey-removed".into(),
            Self::LastPasskeyKept => "done-last-passkey".into(),
            Self::NameChanged => "done-name".into(),
            Self::PasswordChanged => "done-password".into(),
            Self::PasswordWrong => "done-password-wrong".into(),
            Self::PasswordUnfit => "done-password-unfit".into(),
            Self::PasswordTooMany => "done-password-many".into(),
            Self::PasswordBusy => "done-password-busy".into(),
            Self::PasswordRemoved => "done-password-removed".into(),
            Self::IdentityAdded => "done-identity-added".into(),
            Self::IdentityRemoved => "done-identity-removed".into(),
        }
    }

    /// Whether it reports a refusal.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::LastPasskeyKept
                | Self::PasswordWrong
                | Self::PasswordUnfit
                | Self::PasswordTooMany
                | Self::PasswordBusy
        )
    }
}
