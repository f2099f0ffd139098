//! The second factor of a password: whoever has an authenticator app gives one of its codes before anybody is signed in.
//!
//! Between the two a row waits, of one browser, for five minutes. It is gone before the code is looked at, as a challenge
//! is, and another takes its place where the code was wrong. Codes are counted in the database before any is compared, by
//! account, and nothing of it holds up a passkey (security rows 79, 80, 87 and 89).

use super::{service::Accounts, sign_in::TRIES_WINDOW};
use crate::{
    again::{Aborted, again},
    audit::{self, AuditEntry, By},
    error::InternalError,
    keyring::Sealed,
    sessions::NewSession,
};
use doorstep_core::{
    access::Caller,
    ceremony::{CHALLENGE_TTL, ChallengeError, check_challenge},
    id::{ChallengeId, TotpKeyId, UserId},
    model::{Amr, AuditActor, Browser, Challenge, ChallengePurpose, EventKind, TotpKey},
    secret::{SecretHash, Token},
    time::{Timestamp, Ttl},
    totp::{Found, TimeStep, TotpCode, TotpSecret},
};
use doorstep_store::{Conn, StoreError, challenges, limits, totp_keys, users};
use serde::{Deserialize, Serialize};

/// Security row 89: the sixth is not looked at, and the sign-in begins again.
const CODES_PER_ACCOUNT: i64 = 5;
/// Three codes are right at a time. Whoever knows the password and guesses for a year finds one with a chance of a few in a
/// hundred.
const WRONG_CODES_A_DAY: i64 = 30;
const DAY: Ttl = Ttl::from_hours(24);

/// Where a right password leads.
pub enum PasswordSignIn {
    /// In.
    In(NewSession),
    /// To the question for a code, to be sent back with the answer.
    CodeWanted(ChallengeId),
}

/// Why a code did not sign in.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// Nothing waits for this code (any more): the sign-in begins again.
    #[error("nothing waits for a code")]
    Gone,
    /// It is of no authenticator app of the account, or was used already. The next one is asked for under this.
    #[error("the code is not right")]
    Wrong(ChallengeId),
    /// It would be right some minutes away. The next one is asked for under this.
    #[error("the code is of another time")]
    ClockWrong(ChallengeId),
    /// Too many were tried for the account; after so long again.
    #[error("too many codes")]
    TooMany(Ttl),
    /// The account is disabled.
    #[error("the account is not active")]
    NotActive,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for CodeError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<ChallengeError> for CodeError {
    fn from(_: ChallengeError) -> Self {
        Self::Gone
    }
}

impl Aborted for CodeError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

/// What waits for a code: of whom, and by which password, as a hash of what is kept of it.
#[derive(Serialize, Deserialize)]
struct Proven {
    user: UserId,
    password: String,
}

impl Proven {
    fn new(user: &UserId, phc: &str) -> Self {
        let password = SecretHash::labelled("a password that was right", phc.as_bytes()).to_text();
        Self { user: user.clone(), password }
    }
}

/// Where the secret of an authenticator app is sealed.
pub(crate) fn place_of_totp(id: &TotpKeyId) -> String {
    format!("totp_keys/{id}")
}

impl Accounts {
    /// Asks for a code after a right password, where the account has an authenticator app.
    pub(super) async fn ask_for_a_code(
        &self,
        conn: &mut Conn,
        browser: &Browser,
        (user, phc): (&UserId, &str),
    ) -> Result<Option<ChallengeId>, InternalError> {
        if totp_keys::of_user(conn, user).await?.is_empty() {
            return Ok(None);
        }
        let until = self.context.now() + CHALLENGE_TTL;
        self.wait_for_a_code(conn, browser.hash(), &Proven::new(user, phc), until).await.map(Some)
    }

    async fn wait_for_a_code(
        &self,
        conn: &mut Conn,
        browser_hash: String,
        proven: &Proven,
        expires_at: Timestamp,
    ) -> Result<ChallengeId, InternalError> {
        let challenge = Challenge {
            id: ChallengeId::random(&mut self.context.ambient.entropy()),
            purpose: ChallengePurpose::Code,
            browser_hash,
            state: serde_json::to_string(proven).map_err(|_| InternalError::Missing("what waits for a code"))?,
            expires_at,
        };
        challenges::insert(conn, &challenge).await?;
        Ok(challenge.id)
    }

    /// Compares the code and begins a session.
    pub async fn finish_with_code(
        &self,
        browser: &Browser,
        (challenge, typed): (&ChallengeId, &str),
        previous: Option<&Token>,
        caller: &Caller,
    ) -> Result<NewSession, CodeError> {
        let taken = challenges::take(&mut self.context.db.write().await?, challenge).await?;
        let now = self.context.now();
        let challenge = check_challenge(taken, ChallengePurpose::Code, browser, now)?;
        let proven: Proven =
            serde_json::from_str(&challenge.state).map_err(|_| InternalError::Missing("what waits for a code"))?;
        self.count_code(&proven.user, (caller, now)).await?;
        let keys = totp_keys::of_user(&mut self.context.db.read().await?, &proven.user).await?;
        let found = self.find_code(&keys, typed, now);
        let why = match found {
            Some((key, Found::Now(step))) => {
                let entered = again(|| self.enter_by_code(&proven, (key, step), previous, (caller, now))).await?;
                if let Some(session) = entered {
                    return Ok(session);
                }
                "code used before"
            }
            Some((key, Found::Away(step))) => {
                totp_keys::told(&mut self.context.db.write().await?, &key.id, step).await?;
                "code of another time"
            }
            Some((_, Found::Nowhere)) | None => "code",
        };
        self.note_failure(AuditActor::Anonymous, &proven.user, why, caller).await?;
        let mut conn = self.context.db.write().await?;
        let next = self.wait_for_a_code(&mut conn, challenge.browser_hash, &proven, challenge.expires_at).await?;
        let is_away = matches!(found, Some((_, Found::Away(_))));
        Err(if is_away { CodeError::ClockWrong(next) } else { CodeError::Wrong(next) })
    }

    /// Which of the account's authenticator apps a code is of; one of which it is now before one of another time.
    fn find_code<'k>(
        &self,
        keys: &'k [(TotpKey, String)],
        typed: &str,
        now: Timestamp,
    ) -> Option<(&'k TotpKey, Found)> {
        let code = TotpCode::parse(typed)?;
        let mut away = None;
        for (key, sealed) in keys {
            // Sealed under a root key that is lost: no code is right, and every other way in stays open.
            let secret = match self.open_totp(&key.id, sealed) {
                Ok(secret) => secret,
                Err(error) => {
                    tracing::error!(%error, key = key.id.as_str(), "an authenticator app cannot be opened: no code of it counts");
                    continue;
                }
            };
            match secret.find(code, now) {
                found @ Found::Now(_) => return Some((key, found)),
                found @ Found::Away(_) => away = away.or(Some((key, found))),
                Found::Nowhere => {}
            }
        }
        away
    }

    pub(super) fn open_totp(&self, id: &TotpKeyId, sealed: &str) -> Result<TotpSecret, InternalError> {
        let bytes = self.context.keyring.open(Sealed::TotpKey, &place_of_totp(id), sealed)?;
        TotpSecret::from_bytes(bytes.expose()).ok_or(InternalError::Missing("the secret of an authenticator app"))
    }

    /// Everything that held when the password was right holds still, and the code counts: then somebody is signed in.
    /// None when the code has counted already.
    async fn enter_by_code(
        &self,
        proven: &Proven,
        (key, step): (&TotpKey, TimeStep),
        previous: Option<&Token>,
        (caller, now): (&Caller, Timestamp),
    ) -> Result<Option<NewSession>, CodeError> {
        let user = &proven.user;
        let mut tx = self.context.db.begin().await?;
        if !users::lock_active(&mut tx, user, now).await? {
            return Err(CodeError::NotActive);
        }
        let phc = users::password(&mut tx, user).await?.filter(|_| self.context.settings.live().passwords);
        if phc.is_none_or(|phc| Proven::new(user, &phc).password != proven.password) {
            return Err(CodeError::Gone);
        }
        if !totp_keys::consume(&mut tx, &key.id, step, now).await? {
            return Ok(None);
        }
        let session = self.sessions.begin_session(&mut tx, user, (Amr::PasswordTotp, caller), previous).await?;
        let session = session.ok_or(CodeError::NotActive)?;
        limits::clear(&mut tx, &codes_of(user)).await?;
        limits::give_back(&mut tx, &codes_a_day_of(user), now).await?;
        self.tell_of_a_new_browser(&mut tx, (user, &session), (caller, now)).await?;
        let happened = AuditEntry::new(EventKind::SignedIn, user).detail("with", "password and code");
        audit::write(&mut tx, &self.context, By::new(user, caller, now), happened).await?;
        tx.commit().await?;
        Ok(Some(session))
    }

    /// Counts before comparing, so that parallel guesses cannot outrun the count (security row 87).
    async fn count_code(&self, user: &UserId, (caller, now): (&Caller, Timestamp)) -> Result<(), CodeError> {
        let mut tx = self.context.db.begin().await?;
        let lately = limits::hit(&mut tx, &codes_of(user), now, TRIES_WINDOW).await?;
        let today =
            if lately > CODES_PER_ACCOUNT { 0 } else { limits::hit(&mut tx, &codes_a_day_of(user), now, DAY).await? };
        if lately == CODES_PER_ACCOUNT + 1 || today == WRONG_CODES_A_DAY + 1 {
            let happened = AuditEntry::new(EventKind::LimitStruck, user).detail("codes, by", "account");
            audit::write(&mut tx, &self.context, By::new(AuditActor::Anonymous, caller, now), happened).await?;
        }
        tx.commit().await?;
        match (lately > CODES_PER_ACCOUNT, today > WRONG_CODES_A_DAY) {
            (_, true) => Err(CodeError::TooMany(DAY)),
            (true, false) => Err(CodeError::TooMany(TRIES_WINDOW)),
            (false, false) => Ok(()),
        }
    }
}

fn codes_of(user: &UserId) -> String {
    format!("totp/user/{user}")
}

fn codes_a_day_of(user: &UserId) -> String {
    format!("totp/day/{user}")
}
