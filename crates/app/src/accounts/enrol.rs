//! Links that open once, and the first passkey of an account: set-up, enrolment, recovery.
//!
//! A link is shown once and kept as a hash. Opening its page consumes nothing (mail scanners open
//! links); making the passkey does, in one conditional statement, in the transaction that writes the
//! account, the passkey and the session.

use super::{
    about_oneself::Profile,
    administrators::one_change_of_administrators_at_a_time,
    enrol_error::EnrolError,
    service::Accounts,
    sign_in::PasskeyOptions,
    typed::{NewPerson, clean_email, clean_line},
};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::NewSession,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    access::Caller,
    ceremony::{CHALLENGE_TTL, ChallengeError, Enrolling, begin_registration, check_challenge, finish_registration},
    id::{ChallengeId, PasskeyId, UserId},
    model::{
        Amr, Browser, Challenge, ChallengePurpose, EventKind, IdentifierKind, Link, LinkPurpose, Passkey, User,
        UserName,
    },
    secret::Token,
    time::Timestamp,
};
use doorstep_store::{
    Conn, StoreError, challenges,
    groups::{self, MemberSource},
    links, passkeys,
    revocations::{self, RevocationKind},
    users,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const NAME_TAKEN: &str = "this user name is taken";
const NAME_FORMER: &str = "this user name belonged to somebody else, and apps may know them by it";

/// What the challenge row keeps of an enrolment between its two steps.
#[derive(Serialize, Deserialize)]
struct Pending {
    ceremony: String,
    link: String,
    user: UserId,
    handle: String,
    new: Option<PendingPerson>,
    #[serde(default)]
    profile: Profile,
}

#[derive(Serialize, Deserialize)]
struct PendingPerson {
    name: UserName,
    display_name: String,
    email: Option<String>,
}

/// What the browser sends in the second step.
#[derive(Clone, Copy)]
pub struct EnrolmentAnswer<'a> {
    /// The challenge that the options were drawn with.
    pub challenge: &'a ChallengeId,
    /// The new credential.
    pub credential: &'a Value,
    /// At a recovery: whether the passkeys and the password that the account had before go.
    pub drop_earlier: bool,
}

impl<'a> EnrolmentAnswer<'a> {
    /// The answer to a challenge. What the account had before stays.
    pub const fn new(challenge: &'a ChallengeId, credential: &'a Value) -> Self {
        Self { challenge, credential, drop_earlier: false }
    }
}

impl Accounts {
    /// First step: checks what was typed and draws the options for the browser.
    pub async fn begin_enrolment(
        &self,
        browser: &Browser,
        link: &Token,
        typed: Option<NewPerson>,
    ) -> Result<PasskeyOptions, EnrolError> {
        let opened = self.open_link(link).await?;
        let mut entropy = self.context.ambient.entropy();
        let profile = Profile::of(&opened, typed.as_ref())?;
        let mut pending = if let Some(user) = &opened.user {
            let handle =
                users::handle_of(&mut self.context.db.read().await?, &user.id).await?.ok_or(EnrolError::LinkGone)?;
            let (user, link) = (user.id.clone(), link.hash().to_text());
            Pending { user, handle, new: None, link, ceremony: String::new(), profile }
        } else {
            let person = self.check_new_person(typed.ok_or(EnrolError::Name("a user name is needed"))?).await?;
            let handle = URL_SAFE_NO_PAD.encode(entropy.bytes::<32>());
            let (user, link) = (UserId::random(&mut entropy), link.hash().to_text());
            Pending { user, handle, new: Some(person), link, ceremony: String::new(), profile }
        };
        let existing = passkeys::of_user(&mut self.context.db.read().await?, &pending.user).await?;
        let (name, display_name) = match (&pending.new, &opened.user) {
            (Some(person), _) => (person.name.as_str(), person.display_name.as_str()),
            (None, Some(user)) => (user.name.as_str(), user.display_name.as_str()),
            (None, None) => return Err(EnrolError::LinkGone),
        };
        let enrolling = Enrolling { handle: &pending.handle, name, display_name, existing: &existing };
        let begun = begin_registration(&self.context.rp(), &enrolling)?;
        pending.ceremony = begun.state;
        let challenge = Challenge {
            id: ChallengeId::random(&mut entropy),
            purpose: ChallengePurpose::Enrol,
            browser_hash: browser.hash(),
            state: serde_json::to_string(&pending).map_err(|_| InternalError::Missing("the enrolment's state"))?,
            expires_at: self.context.now() + CHALLENGE_TTL,
        };
        challenges::insert(&mut self.context.db.write().await?, &challenge).await?;
        Ok(PasskeyOptions { challenge: challenge.id, public_key: begun.public_key })
    }

    async fn check_new_person(&self, typed: NewPerson) -> Result<PendingPerson, EnrolError> {
        let name: UserName = typed
            .name
            .parse()
            .map_err(|_| EnrolError::Name("a user name has 2 to 64 of a-z 0-9 . _ - and begins with a letter"))?;
        self.require_not_kept_for_another(&name)?;
        if users::by_name(&mut self.context.db.read().await?, &name).await?.is_some() {
            return Err(EnrolError::Name(NAME_TAKEN));
        }
        let display_name = clean_line(&typed.display_name).unwrap_or_else(|| name.to_string());
        let email = clean_email(&typed.email)?;
        if self.email_is_taken(&mut self.context.db.read().await?, email.as_deref()).await? {
            return Err(EnrolError::EmailTaken);
        }
        Ok(PendingPerson { name, display_name, email })
    }

    async fn email_is_taken(&self, conn: &mut Conn, email: Option<&str>) -> Result<bool, InternalError> {
        match email {
            Some(email) => Ok(users::by_email(conn, email).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Second step: verifies the answer, and writes account, passkey and session at once. `previous` is the
    /// session that the browser brought along: whosever it was, it does not go on beside the new one.
    pub async fn finish_enrolment(
        &self,
        (browser, previous): (&Browser, Option<&Token>),
        link: &Token,
        answered: EnrolmentAnswer<'_>,
        caller: &Caller,
    ) -> Result<NewSession, EnrolError> {
        let EnrolmentAnswer { challenge, credential, drop_earlier } = answered;
        let taken = challenges::take(&mut self.context.db.write().await?, challenge).await?;
        let now = self.context.now();
        let challenge = check_challenge(taken, ChallengePurpose::Enrol, browser, now)?;
        let pending: Pending =
            serde_json::from_str(&challenge.state).map_err(|_| InternalError::Missing("the enrolment's state"))?;
        if pending.link != link.hash().to_text() {
            return Err(ChallengeError::OtherPurpose.into());
        }
        let mut entropy = self.context.ambient.entropy();
        let made = (now, &mut entropy);
        let passkey = finish_registration(&self.context.rp(), &pending.ceremony, credential, &pending.user, made)?;
        let made = (&passkey, &pending);
        let session = again(|| self.write_enrolment(link, made, (previous, drop_earlier), (caller, now))).await?;
        self.caches.catch_up_after_commit().await;
        Ok(session)
    }

    async fn write_enrolment(
        &self,
        link: &Token,
        (passkey, pending): (&Passkey, &Pending),
        (previous, drop_earlier): (Option<&Token>, bool),
        (caller, now): (&Caller, Timestamp),
    ) -> Result<NewSession, EnrolError> {
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        // The person, if there is one yet, before anything of theirs.
        users::lock(&mut tx, &pending.user).await?;
        let link = links::consume(&mut tx, &link.hash(), now).await?.ok_or(EnrolError::LinkGone)?;
        let by = || By::new(&pending.user, caller, now);
        self.write_account(&mut tx, &link, pending, by()).await?;
        self.write_passkey(&mut tx, passkey, by()).await?;
        if link.purpose == LinkPurpose::Recover {
            self.evict(&mut tx, (&pending.user, Some(&passkey.id)), drop_earlier, (caller, now)).await?;
        }
        let happened = AuditEntry::new(EventKind::LinkUsed, &pending.user).detail("purpose", link.purpose.as_str());
        audit::write(&mut tx, &self.context, by(), happened).await?;
        let session = self.sessions.begin_session(&mut tx, &pending.user, Amr::of(passkey), previous).await?;
        let session = session.ok_or(EnrolError::LinkGone)?;
        tx.commit().await?;
        Ok(session)
    }

    /// After a recovery nobody else is signed in any more; on request, nobody else can sign in either, but with the
    /// passkey that was made.
    pub(super) async fn evict(
        &self,
        conn: &mut Conn,
        (user, made): (&UserId, Option<&PasskeyId>),
        drop_earlier: bool,
        (caller, now): (&Caller, Timestamp),
    ) -> Result<(), InternalError> {
        let by = || By::new(user, caller, now);
        self.sessions.end_others(conn, user, None).await?;
        if !drop_earlier {
            return Ok(());
        }
        for removed in passkeys::delete_others(conn, user, made).await? {
            let happened = AuditEntry::new(EventKind::PasskeyRemoved, &removed);
            audit::write(conn, &self.context, by(), happened.detail("why", "recovery")).await?;
        }
        if users::password(conn, user).await?.is_some() {
            users::set_password(conn, user, None, now).await?;
            let happened = AuditEntry::new(EventKind::PasswordChanged, user);
            audit::write(conn, &self.context, by(), happened.detail("now", "removed")).await?;
        }
        Ok(())
    }

    async fn write_account(
        &self,
        conn: &mut Conn,
        link: &Link,
        pending: &Pending,
        by: By<'_>,
    ) -> Result<(), EnrolError> {
        let now = by.at();
        if let Some(person) = &pending.new {
            // Whoever printed it was alone then. Once anybody has an account, who administers is said on the host.
            if link.purpose != LinkPurpose::Setup || users::any(conn).await? {
                return Err(EnrolError::LinkGone);
            }
            links::void_purpose(conn, LinkPurpose::Setup, now).await?;
            let user = User {
                display_name: person.display_name.clone(),
                email: person.email.clone(),
                email_verified: person.email.is_some(),
                ..User::new(pending.user.clone(), person.name.clone(), now)
            };
            if self.email_is_taken(conn, user.email.as_deref()).await? {
                return Err(EnrolError::EmailTaken);
            }
            self.require_not_kept_for_another(&user.name)?;
            // One field at a time: a page says what is wrong with the first.
            match self.take_identifiers(conn, (None, &user), false).await?.first().map(|former| former.kind) {
                Some(IdentifierKind::UserName) => return Err(EnrolError::Name(NAME_FORMER)),
                Some(IdentifierKind::Email) => return Err(EnrolError::EmailFormer),
                None => {}
            }
            self.add_user(conn, &user, &pending.handle).await.map_err(|error| match error {
                StoreError::Conflict { .. } => EnrolError::Name(NAME_TAKEN),
                error => error.into(),
            })?;
        } else {
            self.admit(conn, (link, &pending.user), &pending.profile, by).await?;
        }
        for group in &link.groups {
            groups::ensure(conn, group, now).await?;
            groups::add_member(conn, &pending.user, group, MemberSource::Console).await?;
        }
        revocations::record(conn, RevocationKind::User, pending.user.as_str(), now)?;
        Ok(())
    }

    /// Lets whoever holds the link on to the account that it is for, with what they said about themselves.
    pub(super) async fn admit(
        &self,
        conn: &mut Conn,
        (link, user): (&Link, &UserId),
        profile: &Profile,
        by: By<'_>,
    ) -> Result<(), EnrolError> {
        let found = users::by_id(conn, user).await?.filter(|user| user.disabled_at.is_none());
        let found = found.filter(|user| link.user.as_ref() == Some(&user.id)).ok_or(EnrolError::LinkGone)?;
        Ok(self.write_profile(conn, (&found, profile), by).await?)
    }
}
