//! Links that open once, and the first passkey of an account: set-up, enrolment, recovery.
//!
//! A link is shown once and kept as a hash. Opening its page consumes nothing (mail scanners open
//! links); making the passkey does, in one conditional statement, in the transaction that writes the
//! account, the passkey and the session.

use super::{
    about_oneself::Profile,
    administrators::{ComesBy, one_change_of_administrators_at_a_time},
    enrol_error::{EnrolError, NAME_NEEDED},
    newcomer::Newcomer,
    service::Accounts,
    sign_in::PasskeyOptions,
    typed::NewPerson,
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
    id::{ChallengeId, GroupName, PasskeyId, UserId},
    model::{Amr, Browser, Challenge, ChallengePurpose, EventKind, Link, LinkPurpose, Passkey, User},
    notice::News,
    secret::Token,
    time::Timestamp,
};
use doorstep_store::{
    Conn, StoreError, address_proofs, challenges,
    groups::{self, MemberSource},
    linked_identities, links, mail_recoveries, passkeys,
    revocations::{self, RevocationKind},
    users,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the challenge row keeps of an enrolment between its two steps.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    ceremony: String,
    /// What opened the page: a link or an invitation, as a hash.
    link: String,
    pub(super) user: UserId,
    pub(super) handle: String,
    pub(super) new: Option<Newcomer>,
    #[serde(default)]
    profile: Profile,
}

/// What the browser sends in the second step.
#[derive(Clone, Copy)]
pub struct EnrolmentAnswer<'a> {
    /// The challenge that the options were drawn with.
    pub challenge: &'a ChallengeId,
    /// The new credential.
    pub credential: &'a Value,
    /// At a recovery: whether the passkeys, the password and the recovery kit that the account had before go.
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
        let profile = Profile::of(&opened, typed.as_ref())?;
        let Some(user) = &opened.user else {
            let typed = typed.ok_or(EnrolError::Name(NAME_NEEDED))?;
            let person = self.check_newcomer(&typed, ComesBy::SetUp).await?;
            if self.email_is_taken(&mut self.context.db.read().await?, person.email.as_deref()).await? {
                return Err(EnrolError::EmailTaken);
            }
            return self.draw_for_newcomer(browser, link, person).await;
        };
        let mut conn = self.context.db.read().await?;
        let handle = users::handle_of(&mut conn, &user.id).await?.ok_or(EnrolError::LinkGone)?;
        let existing = passkeys::of_user(&mut conn, &user.id).await?;
        drop(conn);
        let link = link.hash().to_text();
        let pending = Pending { user: user.id.clone(), handle, new: None, link, ceremony: String::new(), profile };
        self.draw(browser, pending, (user.name.as_str(), &user.display_name), &existing).await
    }

    /// The options for somebody who has no account yet.
    pub(super) async fn draw_for_newcomer(
        &self,
        browser: &Browser,
        opened_by: &Token,
        person: Newcomer,
    ) -> Result<PasskeyOptions, EnrolError> {
        let mut entropy = self.context.ambient.entropy();
        let named = (person.name.to_string(), person.display_name.clone());
        let pending = Pending {
            user: UserId::random(&mut entropy),
            handle: URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()),
            new: Some(person),
            link: opened_by.hash().to_text(),
            ceremony: String::new(),
            profile: Profile::default(),
        };
        self.draw(browser, pending, (&named.0, &named.1), &[]).await
    }

    async fn draw(
        &self,
        browser: &Browser,
        mut pending: Pending,
        (name, display_name): (&str, &str),
        existing: &[Passkey],
    ) -> Result<PasskeyOptions, EnrolError> {
        let mut entropy = self.context.ambient.entropy();
        let enrolling = Enrolling { handle: &pending.handle, name, display_name, existing };
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

    /// Second step: verifies the answer, and writes account, passkey and session at once. `previous` is the
    /// session that the browser brought along: whosever it was, it does not go on beside the new one.
    pub async fn finish_enrolment(
        &self,
        (browser, previous): (&Browser, Option<&Token>),
        link: &Token,
        answered: EnrolmentAnswer<'_>,
        caller: &Caller,
    ) -> Result<NewSession, EnrolError> {
        let now = self.context.now();
        let (passkey, pending) = self.verified((browser, link), &answered, now).await?;
        let (made, how) = ((&passkey, &pending), (previous, answered.drop_earlier));
        let session = again(|| self.write_enrolment(link, made, how, (caller, now))).await?;
        self.caches.catch_up_after_commit().await;
        Ok(session)
    }

    /// The passkey that was made, and what was kept of the first step: of this browser, and for what opened this page.
    pub(super) async fn verified(
        &self,
        (browser, opened_by): (&Browser, &Token),
        answered: &EnrolmentAnswer<'_>,
        now: Timestamp,
    ) -> Result<(Passkey, Pending), EnrolError> {
        let taken = challenges::take(&mut self.context.db.write().await?, answered.challenge).await?;
        let challenge = check_challenge(taken, ChallengePurpose::Enrol, browser, now)?;
        let pending: Pending =
            serde_json::from_str(&challenge.state).map_err(|_| InternalError::Missing("the enrolment's state"))?;
        if pending.link != opened_by.hash().to_text() {
            return Err(ChallengeError::OtherPurpose.into());
        }
        let mut entropy = self.context.ambient.entropy();
        let (rp, made) = (self.context.rp(), (now, &mut entropy));
        let passkey = finish_registration(&rp, &pending.ceremony, answered.credential, &pending.user, made)?;
        Ok((passkey, pending))
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
        let name = passkey.name.clone();
        let news = match link.purpose {
            LinkPurpose::Recover => News::Recovered { passkey: Some(name), dropped: drop_earlier },
            _ => News::PasskeyAdded { name },
        };
        self.tell(&mut tx, (&pending.user, news), by()).await?;
        let happened = AuditEntry::new(EventKind::LinkUsed, &pending.user).detail("purpose", link.purpose.as_str());
        audit::write(&mut tx, &self.context, by(), happened).await?;
        let session = self.sessions.begin_session(&mut tx, &pending.user, (Amr::of(passkey), caller), previous).await?;
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
        // What somebody began who is put out now does not go on.
        address_proofs::delete(conn, user).await?;
        // The recovery that this one came of is done, and another one is not needed.
        mail_recoveries::delete(conn, user).await?;
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
        let linked = linked_identities::of_user(conn, user).await?;
        if linked_identities::delete_of_user(conn, user).await? > 0 {
            for one in &linked {
                self.follow_groups(conn, user, (&one.upstream, &BTreeSet::new()), &by).await?;
            }
            let happened = AuditEntry::new(EventKind::IdentityUnlinked, user).detail("why", "recovery");
            audit::write(conn, &self.context, by(), happened).await?;
        }
        self.end_totp_keys(conn, user, by()).await?;
        self.end_kit(conn, user, by()).await?;
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
            self.write_newcomer(conn, (&user, &pending.handle), ComesBy::SetUp).await?;
        } else {
            self.admit(conn, (link, &pending.user), &pending.profile, by).await?;
        }
        Ok(self.write_first_groups(conn, &pending.user, &link.groups, now).await?)
    }

    /// Puts somebody into the groups that came with what they opened.
    pub(super) async fn write_first_groups(
        &self,
        conn: &mut Conn,
        user: &UserId,
        into: &BTreeSet<GroupName>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for group in into {
            groups::ensure(conn, group, now).await?;
            groups::add_member(conn, user, group, MemberSource::Console).await?;
        }
        revocations::record(conn, RevocationKind::User, user.as_str(), now)
    }

    /// Lets whoever holds the link on to the account that it is for, with what they said about themselves.
    pub(super) async fn admit(
        &self,
        conn: &mut Conn,
        (link, user): (&Link, &UserId),
        profile: &Profile,
        by: By<'_>,
    ) -> Result<(), EnrolError> {
        let found = users::by_id(conn, user).await?.filter(|user| user.is_active(by.at()));
        let found = found.filter(|user| link.user.as_ref() == Some(&user.id)).ok_or(EnrolError::LinkGone)?;
        Ok(self.write_profile(conn, (&found, profile), by).await?)
    }
}
