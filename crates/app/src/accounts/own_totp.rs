//! A person's own authenticator apps: one is added with a password set, and counts from the first right code on; what is
//! added and removed is told by mail.

use super::{
    account_error::AccountError, people_error::PeopleError, second_factor::place_of_totp, service::Accounts,
    typed::clean_line,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    keyring::Sealed,
    sessions::Own,
};
use doorstep_core::{
    access::{Act, ManageUsers},
    ceremony::{CHALLENGE_TTL, check_challenge},
    id::{ChallengeId, TotpKeyId, UserId},
    model::{Browser, Challenge, ChallengePurpose, EventKind, TotpKey, User},
    notice::News,
    totp::{Found, TotpCode, TotpSecret},
};
use doorstep_store::{Conn, StoreError, challenges, migrate, totp_keys, users};
use serde::{Deserialize, Serialize};

/// What a new authenticator app is called where nothing was typed.
const UNNAMED: &str = "Authenticator app";

/// An authenticator app that is being added: its secret is shown, and a code of it is waited for.
pub struct TotpBegun {
    /// To be sent back with the code.
    pub challenge: ChallengeId,
    /// The secret.
    pub secret: TotpSecret,
}

/// Why no authenticator app was added.
#[derive(Debug, thiserror::Error)]
pub enum TotpError {
    /// There is no password that it could be the second factor of.
    #[error("a password comes first")]
    NoPassword,
    /// There are as many as there may be.
    #[error("there are {} already", TotpKey::MOST)]
    Enough,
    /// It took too long, or began in another browser.
    #[error("it begins again")]
    Gone,
    /// The code is not one of this secret and of now. The page is shown again.
    #[error("the code is not right")]
    WrongCode(TotpBegun),
    /// As for every change of the account.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<StoreError> for TotpError {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

impl From<InternalError> for TotpError {
    fn from(error: InternalError) -> Self {
        Self::Account(error.into())
    }
}

impl std::fmt::Debug for TotpBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TotpBegun").field(&self.challenge).finish()
    }
}

/// What waits for the first code.
#[derive(Serialize, Deserialize)]
struct Adding {
    user: UserId,
    key: TotpKeyId,
    sealed: String,
}

impl Accounts {
    /// The authenticator apps of the person, oldest first.
    pub async fn own_totp_keys(&self, own: &Own<'_>) -> Result<Vec<TotpKey>, InternalError> {
        let keys = totp_keys::of_user(&mut self.context.db.read().await?, own.user()).await?;
        Ok(keys.into_iter().map(|(key, _)| key).collect())
    }

    /// Draws a secret. Nothing is another until a code of it came back.
    pub async fn begin_totp(&self, own: &Own<'_>, browser: &Browser) -> Result<TotpBegun, TotpError> {
        self.require_fresh(own.who).await?;
        self.require_room(&mut self.context.db.read().await?, own.user()).await?;
        let secret = TotpSecret::random(&mut self.context.ambient.entropy());
        let key = TotpKeyId::random(&mut self.context.ambient.entropy());
        let mut entropy = self.context.ambient.entropy();
        let sealed = self.context.keyring.seal(Sealed::TotpKey, &place_of_totp(&key), secret.bytes(), &mut entropy);
        let adding = Adding { user: own.user().clone(), key, sealed: sealed.map_err(InternalError::from)? };
        let challenge = Challenge {
            id: ChallengeId::random(&mut entropy),
            purpose: ChallengePurpose::AddTotp,
            browser_hash: browser.hash(),
            state: serde_json::to_string(&adding).map_err(|_| InternalError::Missing("what waits for a code"))?,
            expires_at: own.act.now() + CHALLENGE_TTL + CHALLENGE_TTL,
        };
        challenges::insert(&mut self.context.db.write().await?, &challenge).await?;
        Ok(TotpBegun { challenge: challenge.id, secret })
    }

    /// Keeps the authenticator app that has shown a right code. Every other session ends: whoever knew the password alone may
    /// be in one of them.
    pub async fn finish_totp(
        &self,
        own: &Own<'_>,
        browser: &Browser,
        (challenge, name, typed): (&ChallengeId, &str, &str),
    ) -> Result<TotpKey, TotpError> {
        let taken = challenges::take(&mut self.context.db.write().await?, challenge).await?;
        self.require_fresh(own.who).await?;
        let (user, now) = (own.user(), own.act.now());
        let challenge = check_challenge(taken, ChallengePurpose::AddTotp, browser, now).map_err(|_| TotpError::Gone)?;
        let adding: Adding =
            serde_json::from_str(&challenge.state).map_err(|_| InternalError::Missing("what waits for a code"))?;
        if adding.user != *user {
            // Somebody else has signed in to this browser since.
            return Err(TotpError::Gone);
        }
        let secret = self.open_totp(&adding.key, &adding.sealed)?;
        let Some(Found::Now(step)) = TotpCode::parse(typed).map(|code| secret.find(code, now)) else {
            let next = Challenge { id: ChallengeId::random(&mut self.context.ambient.entropy()), ..challenge };
            challenges::insert(&mut self.context.db.write().await?, &next).await?;
            return Err(TotpError::WrongCode(TotpBegun { challenge: next.id, secret }));
        };
        let name = clean_line(name).unwrap_or_else(|| UNNAMED.to_owned());
        let key = TotpKey { id: adding.key, user: user.clone(), name, created_at: now, last_used_at: None };
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        self.require_room(&mut tx, user).await?;
        totp_keys::insert(&mut tx, &key, (&adding.sealed, step)).await?;
        self.sessions.end_others(&mut tx, user, Some(&own.who.session.id)).await?;
        migrate::demand_second_factors(&mut tx).await?;
        let happened = AuditEntry::new(EventKind::TotpAdded, user).detail("name", &key.name);
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        self.tell(&mut tx, (user, News::TotpAdded { name: key.name.clone() }), &own.act).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(key)
    }

    async fn require_room(&self, conn: &mut Conn, user: &UserId) -> Result<(), TotpError> {
        if !self.context.settings.live().passwords || users::password(conn, user).await?.is_none() {
            return Err(TotpError::NoPassword);
        }
        let are_enough = totp_keys::of_user(conn, user).await?.len() >= TotpKey::MOST;
        if are_enough { Err(TotpError::Enough) } else { Ok(()) }
    }

    /// Removes one. Every other session ends: whoever held it may be in one of them.
    pub async fn remove_totp(&self, own: &Own<'_>, id: &TotpKeyId) -> Result<(), AccountError> {
        self.require_fresh(own.who).await?;
        let user = own.user();
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let all = totp_keys::of_user(&mut tx, user).await?;
        let (removed, _) = all.iter().find(|(key, _)| key.id == *id).ok_or(AccountError::NotFound)?;
        if !totp_keys::delete(&mut tx, id, user).await? {
            return Err(AccountError::NotFound);
        }
        self.sessions.end_others(&mut tx, user, Some(&own.who.session.id)).await?;
        let happened = AuditEntry::new(EventKind::TotpRemoved, user).detail("name", &removed.name);
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        let news = News::TotpRemoved { name: removed.name.clone(), left: all.len() > 1 };
        self.tell(&mut tx, (user, news), &own.act).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }

    /// Removes every authenticator app of somebody, for whoever looks after them: the telephone was lost. False when they had
    /// none.
    pub async fn end_totp(&self, act: &Act<'_, ManageUsers>, name: &str) -> Result<(User, bool), PeopleError> {
        let user = self.person_named(name).await?;
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &user.id).await?;
        let ended = self.end_totp_keys(&mut tx, &user.id, act.into()).await?;
        if ended {
            self.sessions.end_others(&mut tx, &user.id, None).await?;
            let news = News::TotpRemoved { name: String::new(), left: false };
            self.tell(&mut tx, (&user.id, news), act).await?;
        }
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok((user, ended))
    }

    /// Removes every authenticator app of an account, as where the password goes that they belong to.
    pub(super) async fn end_totp_keys(
        &self,
        conn: &mut Conn,
        user: &UserId,
        by: By<'_>,
    ) -> Result<bool, InternalError> {
        if !totp_keys::delete_of_user(conn, user).await? {
            return Ok(false);
        }
        audit::write(conn, &self.context, by, AuditEntry::new(EventKind::TotpRemoved, user)).await?;
        Ok(true)
    }
}
