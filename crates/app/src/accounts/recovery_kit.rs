//! Recovery kits: codes that a person prints while signed in. Each opens, once, a recovery link that lives for half an
//! hour: nobody else is needed, and nothing but a new passkey (or password) comes of it.

use super::{account_error::AccountError, link::PrintedLink, people_error::PeopleError, service::Accounts};
use crate::{
    again::{Aborted, again},
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::Own,
    settings::RECOVERY_TTL,
};
use doorstep_core::{
    access::{Act, Caller, ManageUsers},
    id::UserId,
    model::{AuditActor, AuditSubject, EventKind, LinkPurpose, RecoveryCode, RecoveryKit, User},
    notice::News,
    secret::SecretHash,
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, StoreError, limits, recovery_codes, users};
use std::collections::BTreeSet;

/// Codes that lead nowhere, from one address (security §2.7); what is guessed at has 80 bits.
const TRIES_PER_ADDRESS: i64 = 5;
/// How long they are counted together.
pub const RECOVERY_TRIES_WINDOW: Ttl = Ttl::from_minutes(5);

/// Why a code opened nothing.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// It is not a code of anybody who could come back by it: mistyped, used, replaced, or of a disabled account.
    #[error("the code does not open anything")]
    NotACode,
    /// Too many were tried from this address.
    #[error("too many tries")]
    TooMany,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for RecoveryError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for RecoveryError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

/// What a person learns who tries one of their own codes without using it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rehearsed {
    /// It would open.
    Opens,
    /// It was used.
    Used,
    /// It is not one of this kit.
    NotOfThisKit,
}

impl Accounts {
    /// What the person's kit is like; none when they made none.
    pub async fn recovery_kit(&self, own: &Own<'_>) -> Result<Option<RecoveryKit>, InternalError> {
        Ok(recovery_codes::kit_of(&mut self.context.db.read().await?, own.user()).await?)
    }

    /// Makes a kit in place of the one that the person had. Its codes are nowhere else afterwards.
    pub async fn make_recovery_kit(&self, own: &Own<'_>) -> Result<Vec<RecoveryCode>, AccountError> {
        self.require_fresh(own.who).await?;
        let mut entropy = self.context.ambient.entropy();
        let codes: Vec<_> = (0..RecoveryCode::IN_A_KIT).map(|_| RecoveryCode::random(&mut entropy)).collect();
        let hashes: Vec<_> = codes.iter().map(RecoveryCode::hash).collect();
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        recovery_codes::replace(&mut tx, own.user(), &hashes, own.act.now()).await?;
        audit::write(&mut tx, &self.context, &own.act, AuditEntry::new(EventKind::RecoveryKitMade, own.user())).await?;
        self.tell(&mut tx, (own.user(), News::RecoveryKitMade), &own.act).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Ends the person's kit. Whoever finds it later comes in by none of its codes.
    pub async fn remove_recovery_kit(&self, own: &Own<'_>) -> Result<(), AccountError> {
        self.require_fresh(own.who).await?;
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        if !self.end_kit(&mut tx, own.user(), By::from(&own.act)).await? {
            return Err(AccountError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    /// Ends somebody's kit, for whoever looks after them: it was lost or stolen. False when they had none.
    pub async fn end_recovery_kit(&self, act: &Act<'_, ManageUsers>, name: &str) -> Result<(User, bool), PeopleError> {
        let user = self.person_named(name).await?;
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &user.id).await?;
        let ended = self.end_kit(&mut tx, &user.id, act.into()).await?;
        tx.commit().await?;
        Ok((user, ended))
    }

    pub(super) async fn end_kit(&self, conn: &mut Conn, user: &UserId, by: By<'_>) -> Result<bool, InternalError> {
        if !recovery_codes::delete(conn, user).await? {
            return Ok(false);
        }
        audit::write(conn, &self.context, by, AuditEntry::new(EventKind::RecoveryKitRemoved, user)).await?;
        Ok(true)
    }

    /// Whether a code of the person's own would open, without using it up.
    pub async fn rehearse_recovery(&self, own: &Own<'_>, typed: &str) -> Result<Rehearsed, InternalError> {
        let Some(code) = RecoveryCode::parse(typed) else { return Ok(Rehearsed::NotOfThisKit) };
        let found = recovery_codes::peek(&mut self.context.db.read().await?, &code.hash()).await?;
        Ok(match found {
            Some((owner, Some(_))) if owner == *own.user() => Rehearsed::Used,
            Some((owner, None)) if owner == *own.user() => Rehearsed::Opens,
            _ => Rehearsed::NotOfThisKit,
        })
    }

    /// Uses a code up, and makes the recovery link that it opens. Which account it is of, whether it was used before and
    /// whether the account is on: the answer to whoever has no code that opens is one and the same.
    pub async fn recover_by_code(
        &self,
        typed: &str,
        address_key: &str,
        caller: &Caller,
    ) -> Result<PrintedLink, RecoveryError> {
        let now = self.context.now();
        let address = format!("recovery/address/{address_key}");
        self.count_recovery(&address, (caller, now)).await?;
        let hash = RecoveryCode::parse(typed).map(|code| code.hash());
        let found = match &hash {
            Some(hash) => recovery_codes::peek(&mut self.context.db.read().await?, hash).await?,
            None => None,
        };
        let made = match hash.zip(found) {
            Some((hash, (user, _))) => again(|| self.use_code((&hash, &user), &address, (caller, now))).await?,
            None => None,
        };
        if made.is_none() {
            let happened = AuditEntry::new(EventKind::RecoveryRefused, AuditSubject::Nothing);
            let by = By::new(AuditActor::Anonymous, caller, now);
            audit::write(&mut self.context.db.write().await?, &self.context, by, happened).await?;
        }
        made.ok_or(RecoveryError::NotACode)
    }

    async fn use_code(
        &self,
        (hash, user): (&SecretHash, &UserId),
        address: &str,
        (caller, now): (&Caller, Timestamp),
    ) -> Result<Option<PrintedLink>, RecoveryError> {
        let mut tx = self.context.db.begin().await?;
        let opens = users::lock_active(&mut tx, user, now).await?
            && recovery_codes::consume(&mut tx, (hash, user), now).await?;
        if !opens {
            return Ok(None);
        }
        limits::give_back(&mut tx, address, now).await?;
        let left = recovery_codes::kit_of(&mut tx, user).await?.map_or(0, |kit| kit.left);
        let happened = AuditEntry::new(EventKind::RecoveryCodeUsed, user).detail("left", &left.to_string());
        audit::write(&mut tx, &self.context, By::new(user, caller, now), happened).await?;
        let link = (LinkPurpose::Recover, RECOVERY_TTL);
        let by = By::new(user, caller, now);
        let made = self.write_link((&mut tx, by), link, Some(user), BTreeSet::new()).await?;
        tx.commit().await?;
        Ok(Some(made))
    }

    /// Counts before looking, so that parallel guesses cannot outrun the count (security rows 87 and 89).
    async fn count_recovery(&self, address: &str, (caller, now): (&Caller, Timestamp)) -> Result<(), RecoveryError> {
        let mut tx = self.context.db.begin().await?;
        let tries = limits::hit(&mut tx, address, now, RECOVERY_TRIES_WINDOW).await?;
        if tries == TRIES_PER_ADDRESS + 1 {
            let happened = AuditEntry::new(EventKind::LimitStruck, AuditSubject::Nothing);
            let by = By::new(AuditActor::Anonymous, caller, now);
            audit::write(&mut tx, &self.context, by, happened.detail("recovery codes, by", "address")).await?;
        }
        tx.commit().await?;
        if tries > TRIES_PER_ADDRESS { Err(RecoveryError::TooMany) } else { Ok(()) }
    }
}
