//! A passkey (WebAuthn credential record) and the ceremonies under way.

use crate::{
    id::{ChallengeId, PasskeyId, UserId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A credential record, WebAuthn Level 3 §4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Our id of the record.
    pub id: PasskeyId,
    /// Whose it is.
    pub user: UserId,
    /// The authenticator's credential id, base64url; unique.
    pub credential_id: String,
    /// The RP ID that it was made for; empty in records of the time before that was noted: the host of then.
    pub rp_id: String,
    /// The verified credential as the WebAuthn library keeps it, JSON.
    pub credential: String,
    /// What the person calls it; at first the authenticator's model.
    pub name: String,
    /// The authenticator model's AAGUID, as a UUID text; never a security decision.
    pub aaguid: String,
    /// BE flag: whether it may be backed up (synced).
    pub backup_eligible: bool,
    /// BS flag: whether it is backed up now.
    pub backed_up: bool,
    /// Signature counter as last seen.
    pub sign_count: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Option<Timestamp>,
}

/// What a challenge was drawn for; another endpoint refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengePurpose {
    /// Sign-in without a name.
    SignIn,
    /// The first passkey of an account, through a link.
    Enrol,
    /// A further passkey, from a recent session.
    Add,
    /// The code of an authenticator app, after a right password.
    Code,
    /// A further authenticator app, from a recent session.
    AddTotp,
}

impl ChallengePurpose {
    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Enrol => "enrol",
            Self::Add => "add",
            Self::Code => "code",
            Self::AddTotp => "add_totp",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::SignIn, Self::Enrol, Self::Add, Self::Code, Self::AddTotp].into_iter().find(|p| p.as_str() == text)
    }
}

/// A ceremony or a sign-in under way: a row, single use, five minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its id, sent to the page.
    pub id: ChallengeId,
    /// What it is for.
    pub purpose: ChallengePurpose,
    /// The hash (text) of the login cookie that the browser had or was given.
    pub browser_hash: String,
    /// JSON that the next step needs again.
    pub state: String,
    /// Five minutes after issue.
    pub expires_at: Timestamp,
}
