//! The nouns, one file each. Plain data: what a row says once it has been read and checked.

mod access_request;
mod app;
mod authorization_header;
mod browser;
mod client;
mod event;
mod former;
mod grant;
mod icon;
mod interaction;
mod invite;
pub mod job;
mod link;
mod mail;
mod own_cookie;
mod passkey;
mod place;
mod posture;
mod program_token;
mod proof;
mod recovery_code;
mod refusal;
mod root_key;
mod root_key_server;
mod rotation;
mod rule;
mod session;
mod signing_key;
#[cfg(test)]
mod text_tests;
mod totp_key;
mod user;

pub use access_request::AccessRequest;
pub use app::App;
pub use authorization_header::AuthorizationHeader;
pub use browser::{Browser, login_cookie_tag};
pub use client::{
    Client, ClientAuthMethod, ClientSecret, KeyHold, Owner, PkcePolicy, RoleClaim, SecretVersion, VersionKeys,
};
pub use event::{AuditActor, AuditEvent, AuditSubject, EventKind};
pub use former::{Former, FormerHolder, IdentifierKind, belonged};
pub use grant::{AuthorizationCode, Consent, Grant, GrantSubject, PersonInSession, StoredToken};
pub use icon::{Icon, IconKind, IconSource};
pub use interaction::Interaction;
pub use invite::Invite;
pub use job::Job;
pub use link::{Link, LinkPurpose};
pub(crate) use mail::may_stand_before_the_at;
pub use mail::{InvalidMail, mail_address, mail_host, mail_host_in_letters, mail_key};
pub use own_cookie::{InvalidOwnCookie, OwnCookie};
pub use passkey::{Challenge, ChallengePurpose, Passkey};
pub use place::{Device, Place};
pub use posture::Posture;
pub use program_token::{ProgramToken, TokenLife};
pub use proof::{Proof, Proved};
pub use recovery_code::{RecoveryCode, RecoveryKit};
pub use refusal::Refusal;
pub use root_key::{KeyGeneration, NotARootKeyId, RootKeyId, RootKeyRecord, RootKeyRecords, RootStage};
pub use root_key_server::{Heard, LISTEN_FOR, Readiness, ServerProcess, Told, readiness};
pub use rotation::{HEARD_BY_ALL, NotRotated, Rotation, RotationEnd, RotationStage, RotationTerms};
pub use rule::{Effect, InvalidMethod, InvalidPattern, PathPattern, Rule, RuleMethod};
pub use session::{Alive, Amr, AppSession, RelayCode, Session};
pub use signing_key::{SealedSigningKey, SigningAlg};
pub use totp_key::TotpKey;
pub use user::{InvalidUserName, Principal, User, UserName};
