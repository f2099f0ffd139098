//! Recovery by mail, where it is switched on: asked for by anybody, told to the owner, and done after a delay in which
//! whoever is the owner can stop it. What comes of it is a recovery link, as others are.
//!
//! To an address that was proved, and only while it is the account's. A sign-in meanwhile stops nothing: the person may have
//! one passkey of two, and whoever holds a stolen device must not end the owner's way back by using it (ADR 60).

use super::{
    account_error::AccountError,
    asked_by_mail::{Asked, From, order},
    recovery_kit::RecoveryError,
    service::Accounts,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    notices::{self, Addressed, Mailed, Opens},
    sessions::Own,
    settings::LINK_TTL,
};
use doorstep_core::{
    access::{ADMINS, Caller, ON_THE_HOST, RecoveryByMail},
    id::{RecoveryId, UserId},
    model::{AuditActor, AuditSubject, EventKind, LinkPurpose, MailRecovery, Principal, User, UserName, mail_key},
    notice::Letter,
    secret::Token,
    time::Ttl,
};
use doorstep_store::{Conn, limits, links, mail_recoveries, users};
use std::collections::BTreeSet;

/// Recoveries by mail of one account in a day.
const A_DAY: i64 = 3;
/// The longest that can be typed and be something: a mail address.
const LONGEST: usize = 254;

impl Accounts {
    /// On which terms people recover by mail; none where they do not.
    pub fn recovery_by_mail(&self) -> Option<RecoveryByMail> {
        let live = self.context.settings.live();
        live.recovery.filter(|_| live.mail)
    }

    /// Asks for the recovery of the account with this user name or mail address. The answer is the same for each, and for
    /// none.
    pub async fn ask_to_recover(&self, typed: &str, network: &str, caller: &Caller) -> Result<(), RecoveryError> {
        let (now, typed) = (self.context.now(), typed.chars().take(LONGEST).collect());
        let asked = Asked::Recovery { typed, from: From::new(caller, now) };
        let taken = self.leave_to_work("recovery by mail", &asked, network, (caller, now)).await?;
        if taken { Ok(()) } else { Err(RecoveryError::TooMany) }
    }

    /// Begins to wait, and tells the owner. Nothing happens where there is nobody to tell.
    pub(super) async fn begin_recovery(&self, typed: &str, from: &From) -> Result<(), InternalError> {
        let ((caller, at), now) = (from.caller(), self.context.now());
        let by = || By::new(AuditActor::Anonymous, &caller, at);
        let mut tx = self.context.db.begin().await?;
        let found = named(&mut tx, typed).await?;
        let Some((user, terms)) = self.recoverable(&mut tx, found.map(|user| user.id).as_ref()).await? else {
            let happened = AuditEntry::new(EventKind::RecoveryRefused, AuditSubject::Nothing).detail("by", "mail");
            audit::write(&mut tx, &self.context, by(), happened).await?;
            return Ok(tx.commit().await?);
        };
        let Some(email) = user.proved_email() else { return Ok(()) };
        let counter = format!("recovery by mail/account/{}", user.id);
        if limits::hit(&mut tx, &counter, now, Ttl::from_hours(24)).await? > A_DAY {
            return Ok(());
        }
        let due_at = now + terms.delay;
        let recovery = MailRecovery {
            id: RecoveryId::random(&mut self.context.ambient.entropy()),
            user: user.id.clone(),
            email: email.to_owned(),
            asked_at: at,
            due_at,
            sent_at: None,
            expires_at: due_at + LINK_TTL,
        };
        let mailed = Mailed::new(&self.context, Opens::Stop)?;
        if !mail_recoveries::put(&mut tx, &mailed.token.hash(), &recovery).await? {
            // One waits already, and its owner was told.
            return Ok(());
        }
        order(&mut tx, recovery.id.as_str(), &Asked::RecoveryIsDue { id: recovery.id.clone() }, (due_at, now)).await?;
        let addressed = Addressed { to: email, user: Some(&user.id), mailed: Some(&mailed) };
        let letter = (Letter::RecoveryAsked { due: due_at }, Some(recovery.expires_at));
        notices::order_letter(&mut tx, &self.context, addressed, letter, &by()).await?;
        audit::write(&mut tx, &self.context, by(), AuditEntry::new(EventKind::RecoveryAsked, &user.id)).await?;
        Ok(tx.commit().await?)
    }

    /// Mails the recovery link, unless it was stopped, was mailed, or may not be any more. One server does it, once.
    pub(super) async fn send_recovery(&self, id: &RecoveryId) -> Result<(), InternalError> {
        let now = self.context.now();
        let by = || By::new(AuditActor::Anonymous, &ON_THE_HOST, now);
        let mut tx = self.context.db.begin().await?;
        let Some(recovery) = mail_recoveries::by_id(&mut tx, id).await? else { return Ok(()) };
        let key = |email: &str| mail_key(email).ok();
        let whose = self.recoverable(&mut tx, Some(&recovery.user)).await?;
        let whose = whose.filter(|(user, _)| user.proved_email().and_then(key) == key(&recovery.email));
        let Some((user, _)) = whose else {
            // The account is off, or its address is another one by now.
            mail_recoveries::delete(&mut tx, &recovery.user).await?;
            audit::write(&mut tx, &self.context, by(), AuditEntry::new(EventKind::RecoveryStopped, &recovery.user))
                .await?;
            return Ok(tx.commit().await?);
        };
        let end = now + LINK_TTL;
        if !mail_recoveries::send(&mut tx, id, (now, end)).await? {
            return Ok(());
        }
        let mailed = Mailed::new(&self.context, Opens::Recovery)?;
        let link = (LinkPurpose::Recover, LINK_TTL);
        self.keep_link((&mut tx, by()), (&mailed.token, link), Some(&user.id), BTreeSet::new()).await?;
        let addressed = Addressed { to: &recovery.email, user: Some(&user.id), mailed: Some(&mailed) };
        notices::order_letter(&mut tx, &self.context, addressed, (Letter::RecoveryOpens, Some(end)), &by()).await?;
        audit::write(&mut tx, &self.context, by(), AuditEntry::new(EventKind::RecoverySent, &user.id)).await?;
        Ok(tx.commit().await?)
    }

    /// The person, held, if their account can be recovered by mail: it is on, it has a proved address, and it is no
    /// administrator's unless that was said.
    async fn recoverable(
        &self,
        conn: &mut Conn,
        id: Option<&UserId>,
    ) -> Result<Option<(User, RecoveryByMail)>, InternalError> {
        let (Some(terms), Some(id)) = (self.recovery_by_mail(), id) else { return Ok(None) };
        users::lock(conn, id).await?;
        let found = users::principal(conn, id).await?;
        let person = found.and_then(|(user, groups)| Principal::active(user, groups, self.context.now()));
        let person = person.filter(|person| terms.admins || !person.groups.contains(ADMINS));
        Ok(person.filter(|person| person.user.proved_email().is_some()).map(|person| (person.user, terms)))
    }

    /// The recovery of the person that is under way.
    pub async fn recovery_under_way(&self, own: &Own<'_>) -> Result<Option<MailRecovery>, InternalError> {
        if self.recovery_by_mail().is_none() {
            return Ok(None);
        }
        Ok(mail_recoveries::of_user(&mut self.context.db.read().await?, own.user(), own.act.now()).await?)
    }

    /// Whether a link that was mailed still stops something; changes nothing.
    pub async fn recovery_to_stop(&self, link: &Token) -> Result<Option<MailRecovery>, InternalError> {
        Ok(mail_recoveries::peek(&mut self.context.db.read().await?, &link.hash(), self.context.now()).await?)
    }

    /// Stops a recovery, by the link that was mailed; false when there is nothing to stop.
    pub async fn stop_recovery(&self, link: &Token, caller: &Caller) -> Result<bool, InternalError> {
        let Some(recovery) = self.recovery_to_stop(link).await? else { return Ok(false) };
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &recovery.user).await?;
        // Another one may have begun since.
        if mail_recoveries::peek(&mut tx, &link.hash(), self.context.now()).await?.is_none() {
            return Ok(false);
        }
        self.end_recovery(&mut tx, &recovery.user, By::new(AuditActor::Anonymous, caller, self.context.now())).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Stops the recovery of the person themselves. Never refused, as what makes an account safe.
    pub async fn stop_own_recovery(&self, own: &Own<'_>) -> Result<(), AccountError> {
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        self.end_recovery(&mut tx, own.user(), By::from(&own.act)).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets the recovery by mail of an account that is held, and with it the link that came of it.
    pub(super) async fn end_recovery(&self, conn: &mut Conn, user: &UserId, by: By<'_>) -> Result<(), InternalError> {
        let now = by.at();
        let was_sent = mail_recoveries::of_user(conn, user, now).await?.is_some_and(|under| under.sent_at.is_some());
        if !mail_recoveries::delete(conn, user).await? {
            return Ok(());
        }
        if was_sent {
            links::void_of_user_for(conn, (user, LinkPurpose::Recover), now).await?;
        }
        audit::write(conn, &self.context, by, AuditEntry::new(EventKind::RecoveryStopped, user)).await?;
        Ok(())
    }
}

/// Whose account is meant: an address that was proved, or a user name.
async fn named(conn: &mut Conn, typed: &str) -> Result<Option<User>, InternalError> {
    Ok(match typed.parse::<UserName>() {
        Ok(name) => users::by_name(conn, &name).await?,
        Err(_) => users::by_email(conn, typed).await?,
    })
}
