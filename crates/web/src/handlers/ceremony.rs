//! What `static/passkey.js` receives: options, the next address, or a refusal in a sentence.

use crate::{
    pages::{InviteProblem, Message},
    speech::Speech,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use doorstep_app::{
    accounts::AccountError,
    accounts::{
        EnrolError, NAME_FORMER, NAME_KEPT, NAME_NEEDED, NAME_NOT_FREE, NAME_RULE, NAME_TAKEN, PasskeyOptions,
        SignInError,
    },
    cache::{Limited, TooMany},
    error::InternalError,
};
use doorstep_core::ceremony::ChallengeError;
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::{Serialize, Serializer};
use serde_json::json;

/// The answer to a request for options, WebAuthn Level 3 §5.4 and §5.5.
pub(crate) fn options(options: &PasskeyOptions) -> Response {
    let (challenge, public_key) = (&options.challenge, &options.public_key);
    Json(json!({ "challenge_id": challenge.as_str(), "publicKey": public_key })).into_response()
}

/// The answer to a ceremony that went through: a path of ours.
pub(crate) fn next(path: &str) -> Response {
    Json(json!({ "next": path })).into_response()
}

/// A ceremony that did not go through.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    /// After how many seconds it can be tried again.
    #[serde(skip)]
    wait: Option<u32>,
    /// A sentence for the person, in the language of the page.
    #[serde(serialize_with = "spoken")]
    message: Message,
    /// The field of the form that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// Where to go instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'static str>,
    /// The browser may forget the passkey: said of a credential id that was looked up and is nobody's, and of nothing else.
    /// Whoever asks has just shown the id, and one that they were not given cannot be guessed (WebAuthn Level 3 §4,
    /// credential id: 100 bits of entropy at least), so that trying ids finds no account. Of an id that is somebody's it
    /// is not told whose, and without the passkey itself nothing but that the passkey did not go through.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unknown_credential: bool,
}

/// Where a ceremony goes that wants a fresh sign-in.
pub(super) const PROVE_FOR_PASSKEY: &str = "/login?next=/account/passkeys/new&again=1";
const AGAIN: &str = "passkey-failed";
const TOO_LONG: &str = "passkey-too-late";
const OPENS_NOTHING: &str = "passkey-opens-nothing";
/// To somebody whose passkey has just proved who they are.
const DISABLED: &str = "problem-account-disabled";
const LINK_GONE: &str = "passkey-link-gone";
const AWAY: &str = "passkey-away";
const TOO_MANY: &str = "passkey-too-many";

fn spoken<S: Serializer>(message: &Message, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&message.plain(Speech::now().language))
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<Message>) -> Self {
        let wait = (status == StatusCode::TOO_MANY_REQUESTS).then_some(300);
        Self { status, wait, message: message.into(), field: None, next: None, unknown_credential: false }
    }

    /// What was sent is not what the page sends.
    pub(crate) fn unreadable(status: StatusCode) -> Self {
        Self::new(status, "passkey-page-outdated")
    }

    /// Nobody is signed in, or the sign-in is too long ago.
    pub(crate) fn sign_in_first(status: StatusCode, next: &'static str) -> Self {
        Self { next: Some(next), ..Self::new(status, "passkey-confirm-first") }
    }

    /// Somebody who is signed in presses the button of an invitation.
    pub(crate) fn for_somebody_new() -> Self {
        Self::new(StatusCode::CONFLICT, "passkey-for-somebody-new")
    }

    fn about(field: &'static str, message: impl Into<Message>) -> Self {
        Self { field: Some(field), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, message) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let wait = self.wait;
        let mut response = (self.status, Json(self)).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<InternalError> for Refusal {
    fn from(error: InternalError) -> Self {
        tracing::error!(%error, "a passkey ceremony could not be answered");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, AWAY)
    }
}

/// RFC 6585 §4.
impl From<TooMany> for Refusal {
    fn from(error: TooMany) -> Self {
        let seconds = error.seconds();
        let what = match error.what {
            Limited::Own => "passkey-too-many-own",
            Limited::Ceremony
            | Limited::Request
            | Limited::Link
            | Limited::Token
            | Limited::AppSession
            | Limited::Line
            | Limited::ClientProof => "passkey-too-many-network",
        };
        let message = Message::from(what).number("seconds", seconds);
        Self { wait: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, message) }
    }
}

impl From<ChallengeError> for Refusal {
    fn from(_: ChallengeError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, TOO_LONG)
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        if !matches!(error, SignInError::Internal(_)) {
            tracing::info!(%error, "a sign-in was refused");
        }
        match error {
            SignInError::Internal(error) => error.into(),
            SignInError::Challenge(error) => error.into(),
            SignInError::TooOften(too_many) => too_many.into(),
            SignInError::Ceremony(_) | SignInError::WrongPassword | SignInError::PasswordsOff => {
                Self::new(StatusCode::BAD_REQUEST, AGAIN)
            }
            SignInError::UnknownPasskey => {
                Self { unknown_credential: true, ..Self::new(StatusCode::FORBIDDEN, OPENS_NOTHING) }
            }
            SignInError::NotActive => Self::new(StatusCode::FORBIDDEN, DISABLED),
            SignInError::Raced => Self::new(StatusCode::CONFLICT, AGAIN),
            SignInError::TooMany | SignInError::Busy => Self::new(StatusCode::TOO_MANY_REQUESTS, TOO_MANY),
        }
    }
}

impl From<EnrolError> for Refusal {
    fn from(error: EnrolError) -> Self {
        if !matches!(error, EnrolError::Internal(_)) {
            tracing::info!(%error, "an enrolment was refused");
        }
        match error {
            EnrolError::Internal(error) => error.into(),
            EnrolError::Challenge(error) => error.into(),
            EnrolError::Ceremony(_) | EnrolError::NoPasswords | EnrolError::Unfit | EnrolError::Busy => {
                Self::new(StatusCode::BAD_REQUEST, AGAIN)
            }
            EnrolError::LinkGone => Self::new(StatusCode::GONE, LINK_GONE),
            EnrolError::Name(why) => Self::about("user_name", of_the_name(why)),
            EnrolError::EmailTaken => Self::about("email", "passkey-email-taken"),
            EnrolError::EmailFormer => Self::about("email", "passkey-email-former"),
            EnrolError::Email => Self::about("email", "problem-email"),
            EnrolError::InvitedEmail => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, InviteProblem::GivenEmail.sentence())
            }
            EnrolError::PasskeyTaken => Self::new(StatusCode::CONFLICT, "passkey-registered"),
        }
    }
}

/// For adding a passkey; changes by form tell their refusals on the account page.
impl From<AccountError> for Refusal {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Internal(error) => error.into(),
            AccountError::Enrol(error) => error.into(),
            AccountError::NotFresh(_) => Self::sign_in_first(StatusCode::FORBIDDEN, PROVE_FOR_PASSKEY),
            AccountError::LastMethod
            | AccountError::NotFound
            | AccountError::EmptyName
            | AccountError::WrongPassword
            | AccountError::Unfit
            | AccountError::NoPasswords
            | AccountError::TooMany
            | AccountError::Busy => Self::new(StatusCode::BAD_REQUEST, AGAIN),
        }
    }
}

/// What is wrong with a user name. A rule that has no message of ours is told as the core words it, in English.
fn of_the_name(rule: &'static str) -> Message {
    match rule {
        NAME_RULE => "invite-problem-no-user-name".into(),
        NAME_NEEDED => "passkey-user-name-needed".into(),
        NAME_TAKEN => "passkey-user-name-taken".into(),
        NAME_FORMER => "passkey-user-name-former".into(),
        NAME_KEPT => "passkey-user-name-kept".into(),
        NAME_NOT_FREE => "invite-problem-user-name".into(),
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(char::to_uppercase).into_iter().flatten();
            Message::verbatim(first.chain(letters).chain(['.']).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::{access::Lacking, ceremony::CeremonyError, time::Ttl};
    use doorstep_words::Language;

    fn english(key: &'static str) -> String {
        Message::from(key).plain(Language::English)
    }

    #[test]
    fn refusals_are_sentences_with_a_status() {
        for (refusal, status, json) in [
            (SignInError::from(ChallengeError::Expired).into(), 400, json!({ "message": english(TOO_LONG) })),
            (SignInError::from(CeremonyError::UserHandle).into(), 400, json!({ "message": english(AGAIN) })),
            (SignInError::TooMany.into(), 429, json!({ "message": english(TOO_MANY) })),
            (
                TooMany { what: Limited::Ceremony, wait: Ttl::from_seconds(10) }.into(),
                429,
                json!({
                    "message": "Too many sign\u{2011}ins come from your network. Wait 10 seconds, then press the button again.",
                }),
            ),
            (
                SignInError::from(TooMany { what: Limited::Own, wait: Ttl::from_seconds(10) }).into(),
                429,
                json!({
                    "message": "Too many requests were made with your account. Wait 10 seconds, then press the button again.",
                }),
            ),
            (SignInError::Raced.into(), 409, json!({ "message": english(AGAIN) })),
            (SignInError::Internal(InternalError::Missing("x")).into(), 503, json!({ "message": english(AWAY) })),
            (EnrolError::LinkGone.into(), 410, json!({ "message": english(LINK_GONE) })),
            (
                EnrolError::Name("this user name is taken").into(),
                422,
                json!({ "message": "This user name is taken.", "field": "user_name" }),
            ),
            (
                AccountError::NotFresh(Lacking::Recent).into(),
                403,
                json!({
                    "message": "First confirm that it is you.",
                    "next": "/login?next=/account/passkeys/new&again=1",
                }),
            ),
        ] {
            let refusal: Refusal = refusal;
            assert_eq!(refusal.status.as_u16(), status, "{refusal:?}");
            assert_eq!(serde_json::to_value(&refusal).unwrap(), json);
        }
    }

    #[test]
    fn somebody_whose_account_is_off_is_told_so_and_keeps_the_passkey() {
        let english = |refusal: &Refusal| refusal.message.plain(Language::English);
        let (unknown, off) = (Refusal::from(SignInError::UnknownPasskey), Refusal::from(SignInError::NotActive));
        assert!(english(&off).contains("is disabled") && !english(&unknown).contains("is disabled"));
        assert!(unknown.unknown_credential && !off.unknown_credential);
    }
}
