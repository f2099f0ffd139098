//! Signing in: with a passkey and no name typed, or with a name and password where the instance allows it.

use super::{second_factor::PasswordSignIn, service::Accounts};
use crate::{
    again::{Aborted, again},
    audit::{self, AuditEntry, By},
    cache::TooMany,
    error::InternalError,
    password::PasswordError,
    sessions::NewSession,
};
use doorstep_core::{
    access::Caller,
    ceremony::{
        Assertion, CHALLENGE_TTL, CeremonyError, ChallengeError, begin_sign_in, check_challenge, finish_sign_in,
        identify,
    },
    id::{ChallengeId, UserId},
    model::{
        Amr, AuditActor, AuditSubject, Browser, Challenge, ChallengePurpose, EventKind, Principal, User, UserName,
    },
    secret::{Secret, SecretHash, Token},
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, StoreError, challenges, limits, passkeys, users};
use serde_json::Value;

/// What a page needs to ask for a passkey.
pub struct PasskeyOptions {
    /// To be sent back with the answer.
    pub challenge: ChallengeId,
    /// `publicKey` for the browser.
    pub public_key: Value,
}

/// Why a sign-in was refused.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The challenge does not serve.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    /// The answer does not verify.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// No such passkey here (any more); the browser may be told to forget it.
    #[error("the passkey is not known here")]
    UnknownPasskey,
    /// The account is disabled. Told only to whoever has proved that it is theirs.
    #[error("the account is not active")]
    NotActive,
    /// The same passkey was used twice at the same moment.
    #[error("the passkey was used elsewhere at the same moment")]
    Raced,
    /// Name or password wrong.
    #[error("the name or the password is not right")]
    WrongPassword,
    /// Too many tries for this name or from this address.
    #[error("too many tries")]
    TooMany,
    /// More was written for the account than is allowed. Told only to whoever has proved that it is theirs.
    #[error(transparent)]
    TooOften(#[from] TooMany),
    /// Too many passwords are being checked at this moment.
    #[error("too many sign-ins at once")]
    Busy,
    /// Passwords are not used in this instance.
    #[error("passwords are switched off")]
    PasswordsOff,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

/// A sign-in by a passkey.
pub struct SignedInByPasskey {
    /// The session that it began.
    pub session: NewSession,
    /// The passkey is of a former host, and the person has none of the present one.
    pub wants_another: bool,
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for SignInError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

/// No e-mail address is longer, RFC 5321 §4.5.3.1.
const MAX_MAIL: usize = 254;
/// In the audit log.
const DISABLED: &str = "disabled";
const REPLACED: &str = "password replaced meanwhile";
const TRIES_PER_NAME: i64 = 5;
const TRIES_PER_ADDRESS: i64 = 20;
/// How long tries are counted together.
pub const TRIES_WINDOW: Ttl = Ttl::from_minutes(5);

/// What a password form holds.
pub struct PasswordForm {
    /// What was typed as the name.
    pub name: String,
    /// What was typed as the password.
    pub password: Secret<String>,
    /// The address's key for counting: an IPv4 address or an IPv6 /64.
    pub address_key: String,
}

impl Accounts {
    /// Draws a challenge for this browser: for passkeys of the present host, or of a former one.
    pub async fn begin_passkey_sign_in(
        &self,
        browser: &Browser,
        former: Option<&str>,
    ) -> Result<PasskeyOptions, SignInError> {
        let begun = begin_sign_in(&self.context.rp(), former)?;
        let challenge = Challenge {
            id: ChallengeId::random(&mut self.context.ambient.entropy()),
            purpose: ChallengePurpose::SignIn,
            browser_hash: browser.hash(),
            state: begun.state,
            expires_at: self.context.now() + CHALLENGE_TTL,
        };
        challenges::insert(&mut self.context.db.write().await?, &challenge).await?;
        Ok(PasskeyOptions { challenge: challenge.id, public_key: begun.public_key })
    }

    /// Verifies the answer and begins a session. The order is that of security §2.5: the challenge is
    /// gone before anything is looked at, and nothing is written until everything holds.
    pub async fn finish_passkey_sign_in(
        &self,
        browser: &Browser,
        (challenge, credential): (&ChallengeId, &Value),
        previous: Option<&Token>,
        caller: &Caller,
    ) -> Result<SignedInByPasskey, SignInError> {
        let taken = challenges::take(&mut self.context.db.write().await?, challenge).await?;
        let now = self.context.now();
        let challenge = check_challenge(taken, ChallengePurpose::SignIn, browser, now)?;
        let identified = identify(credential)?;
        let mut conn = self.context.db.read().await?;
        let passkey = passkeys::by_credential_id(&mut conn, &identified.credential_id).await?;
        let Some(passkey) = passkey else {
            drop(conn);
            self.note_failure(AuditActor::Anonymous, AuditSubject::Nothing, "unknown passkey", caller).await?;
            return Err(SignInError::UnknownPasskey);
        };
        let owner = users::principal(&mut conn, &passkey.user).await?;
        let handle = users::handle_of(&mut conn, &passkey.user).await?;
        drop(conn);
        let ((user, groups), handle) = owner.zip(handle).ok_or(SignInError::UnknownPasskey)?;
        let verified = finish_sign_in(&self.context.rp(), &challenge.state, &identified, (&passkey, &handle), now);
        let assertion = match verified {
            Ok(assertion) => assertion,
            Err(error) => {
                self.note_failure(&user.id, &passkey.id, &error.to_string(), caller).await?;
                return Err(error.into());
            }
        };
        let id = user.id.clone();
        let Some(principal) = Principal::active(user, groups, now) else {
            self.note_failure(&id, &passkey.id, DISABLED, caller).await?;
            return Err(SignInError::NotActive);
        };
        self.allowances.take_own(&principal.user.id)?;
        let session = again(|| self.enter_by_passkey(&principal, &assertion, previous, (caller, now))).await?;
        Ok(SignedInByPasskey { session, wants_another: self.wants_a_present_one(&assertion.passkey).await? })
    }

    async fn enter_by_passkey(
        &self,
        principal: &Principal,
        assertion: &Assertion,
        previous: Option<&Token>,
        (caller, now): (&Caller, Timestamp),
    ) -> Result<NewSession, SignInError> {
        let user = &principal.user.id;
        let mut tx = self.context.db.begin().await?;
        // The person before the passkey, as where one is removed.
        users::lock(&mut tx, user).await?;
        if !passkeys::record_use(&mut tx, &assertion.passkey, assertion.previous_count).await? {
            return Err(SignInError::Raced);
        }
        if assertion.maybe_cloned {
            let happened = AuditEntry::new(EventKind::PasskeyCloned, &assertion.passkey.id);
            audit::write(&mut tx, &self.context, By::of(principal, caller, now), happened).await?;
        }
        let session = self
            .sessions
            .begin_session(&mut tx, &principal.user.id, (Amr::of(&assertion.passkey), caller), previous)
            .await?;
        let session = session.ok_or(SignInError::NotActive)?;
        self.tell_of_a_new_browser(&mut tx, (user, &session), (caller, now)).await?;
        let happened = AuditEntry::new(EventKind::SignedIn, user).detail("passkey", &assertion.passkey.name);
        audit::write(&mut tx, &self.context, By::of(principal, caller, now), happened).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Signs in with a name and password, or asks for a code of an authenticator app besides. Whoever does not know the
    /// password is answered the same and with the same work, whatever the account; passkeys are never held up by it.
    pub async fn password_sign_in(
        &self,
        (form, browser): (PasswordForm, &Browser),
        previous: Option<&Token>,
        caller: &Caller,
    ) -> Result<PasswordSignIn, SignInError> {
        if !self.context.settings.live().passwords {
            return Err(SignInError::PasswordsOff);
        }
        let (user, stored) = self.account_of(&form.name).await?;
        let tried = Tried::new(user.as_ref(), &form);
        let locked = self.count_try(&tried, caller).await?;
        let equal = match self.passwords.verify(form.password, stored.clone()).await {
            Ok(equal) => equal,
            Err(PasswordError::Busy) => return Err(SignInError::Busy),
            Err(PasswordError::Length) => false,
            Err(error) => return Err(InternalError::from(error).into()),
        };
        let Some(known) = user.as_ref().filter(|_| equal && !locked) else {
            // Never what was typed: a password typed into the wrong field looks like a name.
            let subject = user.as_ref().map_or(AuditSubject::Nothing, |user| (&user.id).into());
            let why = if locked { "too many tries" } else { "password" };
            self.note_failure(AuditActor::Anonymous, subject, why, caller).await?;
            return Err(SignInError::WrongPassword);
        };
        if !known.is_active(self.context.now()) {
            self.note_failure(&known.id, &known.id, DISABLED, caller).await?;
            return Err(SignInError::NotActive);
        }
        self.allowances.take_own(&known.id)?;
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &known.id).await?;
        if users::password(&mut tx, &known.id).await? != stored {
            // It became another one, or none, while this one was being checked.
            drop(tx);
            self.note_failure(AuditActor::Anonymous, &known.id, REPLACED, caller).await?;
            return Err(SignInError::WrongPassword);
        }
        tried.forgive(&mut tx, self.context.now()).await?;
        let proven = (&known.id, stored.as_deref().unwrap_or_default());
        if let Some(wanted) = self.ask_for_a_code(&mut tx, browser, proven).await? {
            tx.commit().await?;
            return Ok(PasswordSignIn::CodeWanted(wanted));
        }
        let session = self.sessions.begin_session(&mut tx, &known.id, (Amr::Password, caller), previous).await?;
        let (session, user) = session.zip(user).ok_or(SignInError::WrongPassword)?;
        let now = self.context.now();
        self.tell_of_a_new_browser(&mut tx, (&user.id, &session), (caller, now)).await?;
        let happened = AuditEntry::new(EventKind::SignedIn, &user.id).detail("with", "password");
        audit::write(&mut tx, &self.context, By::new(&user.id, caller, now), happened).await?;
        tx.commit().await?;
        Ok(PasswordSignIn::In(session))
    }

    /// A sign-in that was refused, in the audit log.
    pub(super) async fn note_failure(
        &self,
        actor: impl Into<AuditActor>,
        subject: impl Into<AuditSubject>,
        why: &str,
        caller: &Caller,
    ) -> Result<(), InternalError> {
        let happened = AuditEntry::new(EventKind::SignInFailed, subject).detail("why", why);
        let by = By::new(actor, caller, self.context.now());
        Ok(audit::write(&mut self.context.db.write().await?, &self.context, by, happened).await?)
    }

    /// The account that a typed name or e-mail address belongs to, with its password's hash.
    async fn account_of(&self, typed: &str) -> Result<(Option<User>, Option<String>), InternalError> {
        let mut conn = self.context.db.read().await?;
        let user = match typed.parse::<UserName>() {
            Ok(name) => users::by_name(&mut conn, &name).await?,
            // No address has a control character, and PostgreSQL takes no NUL.
            Err(_) if typed.len() <= MAX_MAIL && typed.contains('@') && !typed.contains(char::is_control) => {
                users::by_email(&mut conn, typed).await?
            }
            Err(_) => None,
        };
        let stored = match &user {
            Some(user) => users::password(&mut conn, &user.id).await?,
            None => None,
        };
        Ok((user, stored))
    }

    /// Counts a guess at the password of somebody who is signed in; false when it may not be looked at. Strangers who
    /// try to sign in are counted apart: they do not keep anybody from changing a password.
    pub(crate) async fn count_guess(&self, user: &UserId) -> Result<bool, InternalError> {
        let (key, now) = (guess_key(user), self.context.now());
        let tries = limits::hit(&mut self.context.db.write().await?, &key, now, TRIES_WINDOW).await?;
        Ok(tries <= TRIES_PER_NAME)
    }

    /// The guess was right.
    pub(crate) async fn forgive_guesses(&self, user: &UserId) -> Result<(), InternalError> {
        Ok(limits::clear(&mut self.context.db.write().await?, &guess_key(user)).await?)
    }

    /// Counts before comparing, so that parallel guesses cannot outrun the count (security row 87). An
    /// address that is over its limit counts against no further name, so that names made up by one
    /// address fill no table and lock nobody out (security row 86). True when the account is locked.
    async fn count_try(&self, tried: &Tried, caller: &Caller) -> Result<bool, SignInError> {
        let now = self.context.now();
        let mut tx = self.context.db.begin().await?;
        let by_address = limits::hit(&mut tx, &tried.address, now, TRIES_WINDOW).await?;
        let (mut by_name, mut by_account) = (0, 0);
        if by_address <= TRIES_PER_ADDRESS {
            by_name = limits::hit(&mut tx, &tried.name, now, TRIES_WINDOW).await?;
            if let Some(account) = &tried.account {
                by_account = limits::hit(&mut tx, account, now, TRIES_WINDOW).await?;
            }
        }
        let struck = [
            ("address", by_address == TRIES_PER_ADDRESS + 1),
            ("name", by_name == TRIES_PER_NAME + 1),
            ("account", by_account == TRIES_PER_NAME + 1),
        ];
        // The first beyond a limit leaves a line; those that follow are told by it.
        for (limit, _) in struck.into_iter().filter(|(_, struck)| *struck) {
            let subject = tried.user.as_ref().map_or(AuditSubject::Nothing, AuditSubject::from);
            let happened = AuditEntry::new(EventKind::LimitStruck, subject).detail("passwords, by", limit);
            audit::write(&mut tx, &self.context, By::new(AuditActor::Anonymous, caller, now), happened).await?;
        }
        tx.commit().await?;
        if by_address > TRIES_PER_ADDRESS || by_name > TRIES_PER_NAME {
            return Err(SignInError::TooMany);
        }
        Ok(by_account > TRIES_PER_NAME)
    }
}

/// Under what a try is counted. What was typed is counted the same whether it names somebody or not, and says
/// "too many" by itself. The account is counted as well, however it is called (security row 85); when that is too
/// often, the answer is that of a wrong password, so that nobody learns which name and which address belong to one
/// account, or to any (security row 82).
struct Tried {
    address: String,
    name: String,
    account: Option<String>,
    user: Option<UserId>,
}

impl Tried {
    fn new(user: Option<&User>, form: &PasswordForm) -> Self {
        let typed = form.name.trim().to_lowercase();
        Self {
            address: format!("password/address/{}", form.address_key),
            name: format!("password/typed/{}", SecretHash::labelled("typed name", typed.as_bytes()).to_text()),
            account: user.map(|user| user_key(&user.id)),
            user: user.map(|user| user.id.clone()),
        }
    }

    /// It was right: nothing stays counted against the name or the account, and not this against the address.
    async fn forgive(&self, conn: &mut Conn, now: Timestamp) -> Result<(), StoreError> {
        // In the order in which they are counted: somebody else may be counting from the same address.
        limits::give_back(conn, &self.address, now).await?;
        limits::clear(conn, &self.name).await?;
        match &self.account {
            Some(account) => limits::clear(conn, account).await,
            None => Ok(()),
        }
    }
}

fn user_key(user: &UserId) -> String {
    format!("password/user/{user}")
}

fn guess_key(user: &UserId) -> String {
    format!("password/guess/{user}")
}
