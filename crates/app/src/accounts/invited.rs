//! Whoever uses an invitation: somebody new, who names their account and makes their first passkey or a password.
//!
//! Account, groups, passkey, session and the lines of the audit log are written in one transaction, which begins by taking
//! a place in the invitation: nothing of it is lost when anything of it fails.

use super::{
    administrators::{ComesBy, one_change_of_administrators_at_a_time},
    enrol::EnrolmentAnswer,
    enrol_error::EnrolError,
    enrol_password::PasswordEnrolment,
    invitations::with_what_it_gives,
    newcomer::Newcomer,
    service::Accounts,
    sign_in::PasskeyOptions,
    typed::NewPerson,
};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::{NewSession, SignedIn},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    access::{Caller, lets_in},
    id::{AppName, UserId},
    model::{Amr, App, Browser, EventKind, Invite, LinkedIdentity, Passkey, User},
    notice::News,
    secret::Token,
    time::Timestamp,
    upstream::{Person, Upstream},
};
use doorstep_store::{Conn, invitations, linked_identities, users};

/// Somebody who came by an invitation.
pub struct Joined {
    /// Their session.
    pub session: NewSession,
    /// The app that they were invited to, if it is still there.
    pub app: Option<App>,
}

/// With what they will sign in.
pub(super) enum Proof<'a> {
    Passkey(&'a Passkey),
    /// The PHC text of a password.
    Password(&'a str),
    /// An identity at an upstream.
    Upstream(&'a Upstream, &'a Person, &'a LinkedIdentity),
}

impl Accounts {
    /// First step: checks what was typed and draws the options for the browser.
    pub async fn begin_invited(
        &self,
        browser: &Browser,
        invite: &Token,
        typed: &NewPerson,
    ) -> Result<PasskeyOptions, EnrolError> {
        let person = self.check_invited(invite, typed).await?;
        self.draw_for_newcomer(browser, invite, person).await
    }

    /// Second step: verifies the answer, and writes everything at once. `previous` is the session that the browser
    /// brought along: it does not go on beside the new one.
    pub async fn finish_invited(
        &self,
        (browser, previous): (&Browser, Option<&Token>),
        invite: &Token,
        answered: EnrolmentAnswer<'_>,
        caller: &Caller,
    ) -> Result<Joined, EnrolError> {
        let now = self.context.now();
        let (passkey, pending) = self.verified((browser, invite), &answered, now).await?;
        let person = pending.new.as_ref().ok_or(EnrolError::LinkGone)?;
        let who = (&pending.user, pending.handle.as_str(), person);
        self.join(invite, who, (&Proof::Passkey(&passkey), previous), (caller, now)).await
    }

    /// The same with a password, where the instance has passwords switched on: one step.
    pub async fn join_with_password(
        &self,
        (invite, previous): (&Token, Option<&Token>),
        sent: PasswordEnrolment,
        caller: &Caller,
    ) -> Result<Joined, EnrolError> {
        if !self.context.settings.live().passwords {
            return Err(EnrolError::NoPasswords);
        }
        let person = self.check_invited(invite, &sent.about).await?;
        let mut entropy = self.context.ambient.entropy();
        let (user, handle) = (UserId::random(&mut entropy), URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()));
        let phc = self.passwords.hash(sent.password, &mut entropy).await?;
        let how = (&Proof::Password(&phc), previous);
        self.join(invite, (&user, &handle, &person), how, (caller, self.context.now())).await
    }

    /// The app of this name, if it lets the person in.
    pub async fn app_open_to(&self, who: &SignedIn, name: &AppName) -> Result<Option<App>, InternalError> {
        let fits = |app: &App| app.name == *name && lets_in(app, &who.principal.groups);
        Ok(self.caches.apps_that(fits).await?.pop().map(|tiled| tiled.app))
    }

    pub(super) async fn check_invited(&self, token: &Token, typed: &NewPerson) -> Result<Newcomer, EnrolError> {
        let invite = self.open_invite(token).await?.invite;
        let mut person = self.check_newcomer(typed, ComesBy::Invitation).await?;
        if let Some(given) = &invite.email {
            // What the invitation says counts, whatever was sent.
            person.email = Some(given.clone());
            if self.email_is_taken(&mut self.context.db.read().await?, Some(given)).await? {
                return Err(EnrolError::InvitedEmail);
            }
        }
        Ok(person)
    }

    pub(super) async fn join(
        &self,
        token: &Token,
        who: (&UserId, &str, &Newcomer),
        how: (&Proof<'_>, Option<&Token>),
        at: (&Caller, Timestamp),
    ) -> Result<Joined, EnrolError> {
        let (session, invite) = again(|| self.write_joined(token, who, how, at)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(Joined { session, app: self.app_of(&invite).await? })
    }

    async fn write_joined(
        &self,
        token: &Token,
        (id, handle, person): (&UserId, &str, &Newcomer),
        (proof, previous): (&Proof<'_>, Option<&Token>),
        (caller, now): (&Caller, Timestamp),
    ) -> Result<(NewSession, Invite), EnrolError> {
        let by = || By::new(id, caller, now);
        let mut tx = self.context.db.begin().await?;
        // Whether whoever made it is still an administrator does not change until the end of this.
        one_change_of_administrators_at_a_time(&mut tx).await?;
        let invite = invitations::take_a_place(&mut tx, &token.hash(), now).await?.ok_or(EnrolError::LinkGone)?;
        if !self.maker_stands(&mut tx, &invite).await? {
            return Err(EnrolError::LinkGone);
        }
        let user = User {
            display_name: person.display_name.clone(),
            email: invite.email.clone().or_else(|| person.email.clone()),
            // What somebody typed about themselves is not proved. What the invitation says was said by its maker.
            email_verified: invite.email.is_some(),
            ends_at: invite.account_days.map(|days| User::end(days, now)),
            ..User::new(id.clone(), person.name.clone(), now)
        };
        self.write_newcomer(&mut tx, (&user, handle), ComesBy::Invitation).await.map_err(about_the_invitation)?;
        self.write_first_groups(&mut tx, id, &invite.groups, now).await?;
        let happened = AuditEntry::new(EventKind::UserAdded, id).detail("name", user.name.as_str());
        audit::write(&mut tx, &self.context, by(), happened.detail("invitation", invite.id.as_str())).await?;
        let amr = self.write_proof(&mut tx, id, proof, by).await?;
        let happened = AuditEntry::new(EventKind::InviteUsed, &invite.id);
        audit::write(&mut tx, &self.context, by(), with_what_it_gives(happened, &invite)).await?;
        let session = self.sessions.begin_session(&mut tx, id, (amr, caller), previous).await?;
        let session = session.ok_or(EnrolError::LinkGone)?;
        tx.commit().await?;
        Ok((session, invite))
    }

    async fn write_proof<'b>(
        &self,
        conn: &mut Conn,
        user: &UserId,
        proof: &Proof<'_>,
        by: impl Fn() -> By<'b>,
    ) -> Result<Amr, EnrolError> {
        let (amr, news) = match proof {
            Proof::Passkey(passkey) => {
                self.write_passkey(conn, passkey, by()).await?;
                (Amr::of(passkey), News::PasskeyAdded { name: passkey.name.clone() })
            }
            Proof::Password(phc) => {
                users::set_password(conn, user, Some(phc), by().at()).await?;
                let happened = AuditEntry::new(EventKind::PasswordChanged, user).detail("now", "set");
                audit::write(conn, &self.context, by(), happened).await?;
                (Amr::Password, News::PasswordSet)
            }
            Proof::Upstream(upstream, person, identity) => {
                if !linked_identities::insert(conn, identity).await? {
                    // Somebody was quicker, in another window.
                    return Err(EnrolError::LinkGone);
                }
                self.follow_groups(conn, user, (&upstream.name, &person.groups), &by).await?;
                let happened = AuditEntry::new(EventKind::IdentityLinked, user).detail("at", &upstream.label);
                audit::write(conn, &self.context, by(), happened).await?;
                (Amr::Upstream, News::SignInLinked { label: upstream.label.clone() })
            }
        };
        // Whose address the invitation gave learns that somebody has an account with it.
        self.tell(conn, (user, news), by()).await?;
        Ok(amr)
    }
}

/// The person cannot say another address than the one that the invitation gives.
fn about_the_invitation(error: EnrolError) -> EnrolError {
    match error {
        EnrolError::EmailTaken | EnrolError::EmailFormer => EnrolError::InvitedEmail,
        error => error,
    }
}
