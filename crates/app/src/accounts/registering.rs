//! Somebody new asks for an account, where that is switched on. First they show that a mail address is theirs; then they
//! make the account, or an administrator says whether they may.
//!
//! Whichever it is, what comes of it is an invitation for one person with that address, and everything that holds for
//! invitations holds: which user names are free, how an account is made, that it is made once.

use super::{
    administrators::{admins_group, one_change_of_administrators_at_a_time},
    asked_by_mail::{Asked, From},
    invitations::{made_by, with_what_it_gives},
    register_error::RegisterError,
    service::Accounts,
};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    error::InternalError,
    notices::{self, Addressed, Mailed, Opens},
    settings::{REGISTRATION_TTL, STEP_TTL},
};
use doorstep_core::{
    access::{ADMINS, Act, Caller, ManageUsers, Registering, Registration as Open},
    id::{InviteId, RegistrationId, UserId},
    model::{AuditActor, AuditSubject, EventKind, Invite, Registration, mail_address, mail_key},
    notice::Letter,
    secret::{SecretHash, Token, TokenKind},
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, groups, invitations, limits, registrations, users};

/// Mails to one address in a day.
const A_DAY: i64 = 3;
/// How many there are at most, those whose address nobody has shown to be theirs included.
const MOST: i64 = 500;
/// For how long one waits for an administrator.
const WAITS: Ttl = Ttl::from_days(14);
/// For how long an administrator's yes is good.
const GRANTED: Ttl = Ttl::from_days(7);
/// Characters of a name and of a reason.
const LONGEST: usize = 100;
const LONGEST_REASON: usize = 300;

impl Accounts {
    /// On which terms somebody new may ask for an account; none where they may not.
    pub fn registering(&self) -> Option<Registering> {
        let live = self.context.settings.live();
        (live.mail && live.registration.open != Open::Off).then(|| live.registration.clone())
    }

    /// Asks for an account with this address. The answer is the same whether somebody has it or not.
    pub async fn ask_for_account(&self, typed: &str, network: &str, caller: &Caller) -> Result<(), RegisterError> {
        let terms = self.registering().ok_or(RegisterError::Off)?;
        let email = mail_address(typed).map_err(|_| RegisterError::Email)?;
        if !terms.takes(&email) {
            return Err(RegisterError::Domain);
        }
        let now = self.context.now();
        let id = RegistrationId::random(&mut self.context.ambient.entropy());
        let asked = Asked::Account { id, email, from: From::new(caller, now) };
        let taken = self.leave_to_work("registration", &asked, network, (caller, now)).await?;
        if taken { Ok(()) } else { Err(RegisterError::TooMany) }
    }

    /// Mails the link; whoever has the address already is told that they have an account.
    pub(super) async fn begin_registration(
        &self,
        (id, email): (&RegistrationId, &str),
        from: &From,
    ) -> Result<(), InternalError> {
        let (terms, now) = (self.registering().filter(|terms| terms.takes(email)), self.context.now());
        let (Some(_), Ok(key)) = (terms, mail_key(email)) else { return Ok(()) };
        let (caller, at) = from.caller();
        let by = By::new(AuditActor::Anonymous, &caller, at);
        let mailed = Mailed::new(&self.context, Opens::Register)?;
        let mut tx = self.context.db.begin().await?;
        let to = SecretHash::labelled("mail to", key.as_bytes()).to_text();
        if limits::hit(&mut tx, &format!("registration/to/{to}"), now, Ttl::from_hours(24)).await? > A_DAY
            || !groups::has_active_member(&mut tx, &admins_group()?, now).await?
        {
            return Ok(());
        }
        if let Some(owner) = users::by_email(&mut tx, email).await? {
            let to = owner.proved_email().unwrap_or(email);
            let addressed = Addressed { to, user: Some(&owner.id), mailed: None };
            notices::order_letter(&mut tx, &self.context, addressed, (Letter::HasAccount, None), &by).await?;
            return Ok(tx.commit().await?);
        }
        if registrations::count(&mut tx).await? >= MOST {
            tracing::warn!(MOST, "somebody asked for an account, and too many have; nothing was mailed");
            return Ok(());
        }
        let asked = Registration {
            id: id.clone(),
            email: email.to_owned(),
            person: String::new(),
            reason: String::new(),
            asked_at: now,
            waits_since: None,
            expires_at: now + REGISTRATION_TTL,
        };
        if !registrations::put(&mut tx, &mailed.token.hash(), &asked).await? {
            // It waits for an administrator, or this work was done before.
            return Ok(());
        }
        let addressed = Addressed { to: email, user: None, mailed: Some(&mailed) };
        let letter = (Letter::Register, Some(asked.expires_at));
        notices::order_letter(&mut tx, &self.context, addressed, letter, &by).await?;
        let happened = AuditEntry::new(EventKind::RegistrationAsked, AuditSubject::Nothing).detail("address", email);
        audit::write(&mut tx, &self.context, by, happened.detail("now", "mailed")).await?;
        Ok(tx.commit().await?)
    }

    /// What a mailed link is for, and the terms; changes nothing.
    pub async fn registration_of(&self, link: &Token) -> Result<Option<(Registration, Registering)>, InternalError> {
        let Some(terms) = self.registering() else { return Ok(None) };
        let mut conn = self.context.db.read().await?;
        let found = registrations::peek(&mut conn, &link.hash(), self.context.now()).await?;
        Ok(found.filter(|asked| terms.takes(&asked.email)).map(|asked| (asked, terms)))
    }

    /// Where nobody has to be asked: uses the link up, and makes the invitation that it opens. Its address, without the
    /// issuer.
    pub async fn go_on_registering(&self, link: &Token, caller: &Caller) -> Result<String, RegisterError> {
        let terms = self.registering().filter(|terms| terms.open == Open::Open).ok_or(RegisterError::Gone)?;
        let now = self.context.now();
        let by = || By::new(AuditActor::Anonymous, caller, now);
        let token = Token::random(TokenKind::Invite, &mut self.context.ambient.entropy());
        again(|| async {
            let mut tx = self.context.db.begin().await?;
            one_change_of_administrators_at_a_time(&mut tx).await?;
            let found = registrations::take(&mut tx, &link.hash(), now).await?;
            let asked = found.filter(|asked| terms.takes(&asked.email)).ok_or(RegisterError::Gone)?;
            let open = (&terms, None, STEP_TTL);
            self.invite_registered(&mut tx, (&token, &asked), open, by()).await?;
            Ok::<_, RegisterError>(tx.commit().await?)
        })
        .await?;
        Ok(format!("/invite/{}", token.expose()))
    }

    /// Where an administrator has to say yes: uses the link up, and asks them.
    pub async fn ask_administrators(
        &self,
        link: &Token,
        (person, reason): (&str, &str),
        caller: &Caller,
    ) -> Result<(), RegisterError> {
        let terms = self.registering().filter(|terms| terms.open == Open::Approval).ok_or(RegisterError::Gone)?;
        let (person, reason) = (in_one_line(person), in_one_line(reason));
        if person.is_empty() || person.chars().count() > LONGEST || reason.chars().count() > LONGEST_REASON {
            return Err(RegisterError::Words);
        }
        let now = self.context.now();
        let by = By::new(AuditActor::Anonymous, caller, now);
        let mut tx = self.context.db.begin().await?;
        let during = (now, now + WAITS);
        let waits = registrations::wait(&mut tx, &link.hash(), (&person, &reason), during).await?;
        let waits = waits.filter(|asked| terms.takes(&asked.email)).ok_or(RegisterError::Gone)?;
        // Whoever answers is told once in an hour, however many ask.
        if limits::hit(&mut tx, "registration/told", now, Ttl::from_hours(1)).await? == 1 {
            for (name, _) in groups::active_members(&mut tx, &admins_group()?).await? {
                let Some(admin) = users::by_name(&mut tx, &name).await? else { continue };
                let Some(to) = admin.proved_email() else { continue };
                let addressed = Addressed { to, user: Some(&admin.id), mailed: None };
                notices::order_letter(&mut tx, &self.context, addressed, (Letter::AccountAsked, None), &by).await?;
            }
        }
        let happened = AuditEntry::new(EventKind::RegistrationAsked, AuditSubject::Nothing);
        let happened = happened.detail("address", &waits.email).detail("now", "waits");
        audit::write(&mut tx, &self.context, by, happened).await?;
        Ok(tx.commit().await?)
    }

    /// Those who wait for an answer, the oldest first.
    pub async fn registrations(&self, act: &Act<'_, ManageUsers>) -> Result<Vec<Registration>, InternalError> {
        Ok(registrations::waiting(&mut self.context.db.read().await?, act.now()).await?)
    }

    /// Says yes: an invitation for one person goes to the address that was shown to be theirs.
    pub async fn grant_registration(
        &self,
        act: &Act<'_, ManageUsers>,
        id: &RegistrationId,
    ) -> Result<Registration, RegisterError> {
        let terms = self.registering().ok_or(RegisterError::Off)?;
        let mailed = Mailed::new(&self.context, Opens::Invitation)?;
        again(|| async {
            let mut tx = self.context.db.begin().await?;
            one_change_of_administrators_at_a_time(&mut tx).await?;
            let answered = registrations::answer(&mut tx, id, act.now()).await?.ok_or(RegisterError::Gone)?;
            let open = (&terms, made_by(act.actor()), GRANTED);
            let end = self.invite_registered(&mut tx, (&mailed.token, &answered), open, act.into()).await?;
            let addressed = Addressed { to: &answered.email, user: None, mailed: Some(&mailed) };
            let letter = (Letter::AccountGranted, Some(end));
            notices::order_letter(&mut tx, &self.context, addressed, letter, &told_of(act)).await?;
            tx.commit().await?;
            Ok(answered)
        })
        .await
    }

    /// Says no, and says so to the address that was shown to be theirs.
    pub async fn refuse_registration(
        &self,
        act: &Act<'_, ManageUsers>,
        id: &RegistrationId,
    ) -> Result<Registration, RegisterError> {
        let mut tx = self.context.db.begin().await?;
        let answered = registrations::answer(&mut tx, id, act.now()).await?.ok_or(RegisterError::Gone)?;
        let addressed = Addressed { to: &answered.email, user: None, mailed: None };
        notices::order_letter(&mut tx, &self.context, addressed, (Letter::AccountRefused, None), &told_of(act)).await?;
        let happened = AuditEntry::new(EventKind::RegistrationRefused, AuditSubject::Nothing);
        audit::write(&mut tx, &self.context, act, happened.detail("address", &answered.email)).await?;
        tx.commit().await?;
        Ok(answered)
    }

    /// The invitation that comes of it, in the transaction that used up what it comes of.
    async fn invite_registered(
        &self,
        conn: &mut Conn,
        (token, asked): (&Token, &Registration),
        (terms, made_by, lives): (&Registering, Option<UserId>, Ttl),
        by: By<'_>,
    ) -> Result<Timestamp, RegisterError> {
        if !groups::has_active_member(conn, &admins_group()?, by.at()).await? {
            return Err(RegisterError::Gone);
        }
        if self.email_is_taken(conn, Some(&asked.email)).await? {
            return Err(RegisterError::Taken);
        }
        let now = by.at();
        let invite = Invite {
            id: InviteId::random(&mut self.context.ambient.entropy()),
            label: String::new(),
            // The configuration cannot name it; nobody who comes by themselves administers anything.
            groups: terms.groups.iter().filter(|group| group.as_str() != ADMINS).cloned().collect(),
            app: None,
            email: Some(asked.email.clone()),
            places: 1,
            used: 0,
            made_by,
            made_at: now,
            expires_at: now + lives,
            ended_at: None,
            account_days: None,
        };
        invitations::insert(conn, &token.hash(), &invite).await?;
        let happened = AuditEntry::new(EventKind::RegistrationGranted, &invite.id).detail("address", &asked.email);
        audit::write(conn, &self.context, by, with_what_it_gives(happened, &invite)).await?;
        Ok(invite.expires_at)
    }
}

/// From where an administrator answers is of no concern to whoever asked.
fn told_of<'a>(act: &'a Act<'_, ManageUsers>) -> By<'a> {
    By::new(act.actor(), &doorstep_core::access::ON_THE_HOST, act.now())
}

/// As typed, with blanks in place of line breaks and of what cannot be seen.
fn in_one_line(text: &str) -> String {
    let visible = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    visible.collect::<Vec<_>>().join(" ")
}
