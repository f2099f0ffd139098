//! A person's own passkeys: a further one here or on another device, another name, one less.

use super::{
    account_error::AccountError, enrol_error::EnrolError, link::PrintedLink, service::Accounts,
    sign_in::PasskeyOptions, typed::clean_line,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::Own,
    settings::DEVICE_TTL,
};
use doorstep_core::{
    ceremony::{CHALLENGE_TTL, ChallengeError, Enrolling, begin_registration, check_challenge, finish_registration},
    id::{ChallengeId, PasskeyId, UserId},
    model::{Browser, Challenge, ChallengePurpose, EventKind, LinkPurpose, Passkey},
    notice::News,
};
use doorstep_store::{challenges, passkeys, users};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the challenge row keeps between the two steps: for whom the options were drawn.
#[derive(Serialize, Deserialize)]
struct Adding {
    user: UserId,
    ceremony: String,
}

impl Accounts {
    /// Draws the options for a further passkey.
    pub async fn begin_add_passkey(&self, own: &Own<'_>, browser: &Browser) -> Result<PasskeyOptions, AccountError> {
        self.require_fresh(own.who).await?;
        let user = &own.who.principal.user;
        let mut conn = self.context.db.read().await?;
        let handle = users::handle_of(&mut conn, &user.id).await?.ok_or(AccountError::NotFound)?;
        let existing = passkeys::of_user(&mut conn, &user.id).await?;
        drop(conn);
        let enrolling = Enrolling {
            handle: &handle,
            name: user.name.as_str(),
            display_name: &user.display_name,
            existing: &existing,
        };
        let begun = begin_registration(&self.context.rp(), &enrolling).map_err(InternalError::from)?;
        let challenge = Challenge {
            id: ChallengeId::random(&mut self.context.ambient.entropy()),
            purpose: ChallengePurpose::Add,
            browser_hash: browser.hash(),
            state: serde_json::to_string(&Adding { user: user.id.clone(), ceremony: begun.state })
                .map_err(|_| InternalError::Missing("the ceremony's state"))?,
            expires_at: own.act.now() + CHALLENGE_TTL,
        };
        challenges::insert(&mut self.context.db.write().await?, &challenge).await?;
        Ok(PasskeyOptions { challenge: challenge.id, public_key: begun.public_key })
    }

    /// Verifies the answer and keeps the passkey.
    pub async fn finish_add_passkey(
        &self,
        own: &Own<'_>,
        browser: &Browser,
        (challenge, credential): (&ChallengeId, &Value),
    ) -> Result<Passkey, AccountError> {
        let taken = challenges::take(&mut self.context.db.write().await?, challenge).await?;
        self.require_fresh(own.who).await?;
        let now = own.act.now();
        let challenge = check_challenge(taken, ChallengePurpose::Add, browser, now).map_err(EnrolError::from)?;
        let adding: Adding =
            serde_json::from_str(&challenge.state).map_err(|_| InternalError::Missing("the ceremony's state"))?;
        let user = own.user();
        if adding.user != *user {
            // Somebody else has signed in to this browser since.
            return Err(EnrolError::from(ChallengeError::OtherPurpose).into());
        }
        let mut entropy = self.context.ambient.entropy();
        let made = (now, &mut entropy);
        let passkey = finish_registration(&self.context.rp(), &adding.ceremony, credential, user, made)
            .map_err(EnrolError::from)?;
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        self.write_passkey(&mut tx, &passkey, By::from(&own.act)).await?;
        self.tell(&mut tx, (user, News::PasskeyAdded { name: passkey.name.clone() }), &own.act).await?;
        tx.commit().await?;
        Ok(passkey)
    }

    /// Makes a link for another device of the person's, on which they then make a passkey.
    pub async fn device_link(&self, own: &Own<'_>) -> Result<PrintedLink, AccountError> {
        self.require_fresh(own.who).await?;
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let link = (LinkPurpose::Add, DEVICE_TTL);
        let made = self.write_link((&mut tx, By::from(&own.act)), link, Some(own.user()), BTreeSet::new()).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Gives a passkey another name.
    pub async fn rename_passkey(&self, own: &Own<'_>, id: &PasskeyId, name: &str) -> Result<(), AccountError> {
        let name = clean_line(name).ok_or(AccountError::EmptyName)?;
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        if !passkeys::rename(&mut tx, id, own.user(), &name).await? {
            return Err(AccountError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    /// Removes a passkey, unless it is the last way to sign in. Every other session ends: whoever held the removed
    /// passkey may be in one of them.
    pub async fn remove_passkey(&self, own: &Own<'_>, id: &PasskeyId) -> Result<(), AccountError> {
        self.require_fresh(own.who).await?;
        let user = own.user();
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let all = passkeys::of_user(&mut tx, user).await?;
        let removed = all.iter().find(|passkey| passkey.id == *id).ok_or(AccountError::NotFound)?;
        // One of a host that was given up is no way in, and may go.
        if self.context.rp().knows(removed) && !self.methods_in(&mut tx, user).await?.may_lose_a_passkey() {
            return Err(AccountError::LastMethod);
        }
        if !passkeys::delete(&mut tx, id, user).await? {
            return Err(AccountError::NotFound);
        }
        self.sessions.end_others(&mut tx, user, Some(&own.who.session.id)).await?;
        let happened = AuditEntry::new(EventKind::PasskeyRemoved, id);
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        self.tell(&mut tx, (user, News::PasskeyRemoved { name: removed.name.clone() }), &own.act).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }
}
