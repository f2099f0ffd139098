//! An enrolment or a recovery with a password in place of a passkey, where the instance has passwords switched on. The
//! link proves who it is; it opens once, as with a passkey. The first administrator makes a passkey.

use super::{
    about_oneself::Profile, administrators::one_change_of_administrators_at_a_time, enrol_error::EnrolError,
    service::Accounts, typed::NewPerson,
};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    sessions::NewSession,
};
use doorstep_core::{
    access::Caller,
    id::UserId,
    model::{Amr, EventKind, LinkPurpose},
    notice::News,
    secret::{Secret, Token},
};
use doorstep_store::{links, users};

/// What the page of a link sends in place of a passkey.
pub struct PasswordEnrolment {
    /// Names and mail address, as typed.
    pub about: NewPerson,
    /// The password that the account gets.
    pub password: Secret<String>,
    /// At a recovery: whether the passkeys that the account had before go.
    pub drop_earlier: bool,
}

impl Accounts {
    /// Sets the password, and begins a session. `previous` is the session that the browser brought along.
    pub async fn enrol_with_password(
        &self,
        (link, previous): (&Token, Option<&Token>),
        sent: PasswordEnrolment,
        caller: &Caller,
    ) -> Result<NewSession, EnrolError> {
        if !self.context.settings.live().passwords {
            return Err(EnrolError::NoPasswords);
        }
        let opened = self.open_link(link).await?;
        if !opened.purpose.takes_a_password() {
            return Err(EnrolError::LinkGone);
        }
        let user = opened.user.as_ref().map(|user| &user.id).ok_or(EnrolError::LinkGone)?;
        let profile = Profile::of(&opened, Some(&sent.about))?;
        let phc = self.passwords.hash(sent.password, &mut self.context.ambient.entropy()).await?;
        let said = (&profile, phc.as_str(), sent.drop_earlier);
        let session = again(|| self.write_password_enrolment((link, user), said, previous, caller)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(session)
    }

    async fn write_password_enrolment(
        &self,
        (link, user): (&Token, &UserId),
        (profile, phc, drop_earlier): (&Profile, &str, bool),
        previous: Option<&Token>,
        caller: &Caller,
    ) -> Result<NewSession, EnrolError> {
        let now = self.context.now();
        let by = || By::new(user, caller, now);
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        // The person before anything of theirs.
        users::lock(&mut tx, user).await?;
        let link = links::consume(&mut tx, &link.hash(), now).await?.ok_or(EnrolError::LinkGone)?;
        self.admit(&mut tx, (&link, user), profile, by()).await?;
        if link.purpose == LinkPurpose::Recover {
            self.evict(&mut tx, (user, None), drop_earlier, (caller, now)).await?;
        }
        let had_one = users::password(&mut tx, user).await?.is_some();
        let news = match link.purpose {
            LinkPurpose::Recover => News::Recovered { passkey: None, dropped: drop_earlier },
            _ => News::of_password(had_one, true),
        };
        self.tell(&mut tx, (user, news), by()).await?;
        users::set_password(&mut tx, user, Some(phc), now).await?;
        let happened = AuditEntry::new(EventKind::PasswordChanged, user).detail("now", "set");
        audit::write(&mut tx, &self.context, by(), happened).await?;
        let happened = AuditEntry::new(EventKind::LinkUsed, user).detail("purpose", link.purpose.as_str());
        audit::write(&mut tx, &self.context, by(), happened).await?;
        let session = self.sessions.begin_session(&mut tx, user, (Amr::Password, caller), previous).await?;
        let session = session.ok_or(EnrolError::LinkGone)?;
        tx.commit().await?;
        Ok(session)
    }
}
