//! Links that open once, and the first passkey of an account: set-up, enrolment, recovery.
//!
//! A link is shown once and kept as a hash. Opening its page consumes nothing (mail scanners open
//! links); making the passkey does, in one conditional statement, in the transaction that writes the
//! account, the passkey and the session.

use crate::{
    audit::{self, Happened},
    error::Broken,
    house::{Caller, House},
    login::PasskeyOptions,
    people::one_change_of_administrators_at_a_time,
    session::NewSession,
    settings::LINK_TTL,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    access::ADMINS,
    ceremony::{
        CHALLENGE_TTL, CeremonyError, ChallengeError, Enrolling, begin_registration, browser_hash, check_challenge,
        finish_registration,
    },
    id::{ChallengeId, GroupName, UserId},
    model::{Amr, Challenge, ChallengePurpose, EventKind, Link, LinkPurpose, Passkey, User, UserName},
    secret::{Token, TokenKind},
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
use std::collections::BTreeSet;

/// A link to be printed once.
pub struct PrintedLink {
    /// The whole address.
    pub url: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a page shows of a link that still opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLink {
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// The account it belongs to; none for set-up.
    pub user: Option<User>,
}

/// What the first administrator types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The user name, as typed.
    pub name: String,
    /// The display name, as typed; the user name when empty.
    pub display_name: String,
    /// The e-mail address, as typed; may be empty.
    pub email: String,
}

/// Why a link or what was typed was refused.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The link does not open (any more): unknown, used, expired, or its account is switched off.
    #[error("the link does not open any more")]
    LinkGone,
    /// The user name does not fit or is taken.
    #[error("{0}")]
    Name(&'static str),
    /// The e-mail address does not look like one.
    #[error("the e-mail address is not complete")]
    Email,
    /// The challenge does not serve.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    /// The answer does not verify.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// The passkey is registered already.
    #[error("this passkey is registered already")]
    PasskeyTaken,
    /// Something below failed.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

const NAME_TAKEN: &str = "this user name is taken";

/// What the challenge row keeps of an enrolment between its two steps.
#[derive(Serialize, Deserialize)]
struct Pending {
    ceremony: String,
    link: String,
    user: UserId,
    handle: String,
    new: Option<PendingPerson>,
}

#[derive(Serialize, Deserialize)]
struct PendingPerson {
    name: UserName,
    display_name: String,
    email: Option<String>,
}

impl House {
    /// Makes a link and returns its address, once.
    pub async fn make_link(
        &self,
        purpose: LinkPurpose,
        user: Option<&UserId>,
        groups: BTreeSet<GroupName>,
    ) -> Result<PrintedLink, Broken> {
        let token = Token::random(TokenKind::Link, &mut self.ambient.entropy());
        let expires_at = self.now() + LINK_TTL;
        let link = Link { purpose, user: user.cloned(), groups, expires_at, consumed_at: None };
        let mut tx = self.db.begin().await?;
        if let Some(user) = user {
            // A newer link voids older ones of the same account.
            links::void_of_user(&mut tx, user, self.now()).await?;
        }
        links::insert(&mut tx, &token.hash(), &link).await?;
        let subject = user.map_or("", UserId::as_str);
        let happened = Happened::new(EventKind::LinkMade, "cli", subject).detail("purpose", purpose.as_str());
        audit::write(&mut tx, self, &Caller::command(), happened).await?;
        tx.commit().await?;
        let path = if purpose == LinkPurpose::Setup { "setup" } else { "enrol" };
        Ok(PrintedLink { url: format!("{}/{path}/{}", self.settings.issuer, token.expose()), expires_at })
    }

    /// A set-up link, if the house has no administrator yet.
    pub async fn make_setup_link(&self) -> Result<Option<PrintedLink>, Broken> {
        if self.has_administrator().await? {
            return Ok(None);
        }
        let admins = BTreeSet::from([admins_group()?]);
        self.make_link(LinkPurpose::Setup, None, admins).await.map(Some)
    }

    /// Whether somebody can administer the house.
    pub async fn has_administrator(&self) -> Result<bool, Broken> {
        Ok(groups::has_active_member(&mut self.db.read().await?, &admins_group()?).await?)
    }

    /// What a link is for, without consuming it.
    pub async fn open_link(&self, token: &Token) -> Result<OpenLink, EnrolError> {
        let link = links::peek(&mut self.db.read().await?, &token.hash()).await?;
        let link = link.filter(|l| l.consumed_at.is_none() && self.now() < l.expires_at).ok_or(EnrolError::LinkGone)?;
        let user = match &link.user {
            Some(id) => Some(self.active_user(id).await?.ok_or(EnrolError::LinkGone)?),
            None if self.has_administrator().await? => return Err(EnrolError::LinkGone),
            None => None,
        };
        Ok(OpenLink { purpose: link.purpose, user })
    }

    async fn active_user(&self, id: &UserId) -> Result<Option<User>, Broken> {
        let user = users::by_id(&mut self.db.read().await?, id).await?;
        Ok(user.filter(|user| user.disabled_at.is_none()))
    }

    /// First step: checks what was typed and draws the options for the browser.
    pub async fn begin_enrolment(
        &self,
        browser: &Token,
        link: &Token,
        typed: Option<NewPerson>,
    ) -> Result<PasskeyOptions, EnrolError> {
        let opened = self.open_link(link).await?;
        let mut entropy = self.ambient.entropy();
        let mut pending = if let Some(user) = &opened.user {
            let handle = users::handle_of(&mut self.db.read().await?, &user.id).await?.ok_or(EnrolError::LinkGone)?;
            Pending { user: user.id.clone(), handle, new: None, link: link.hash().to_text(), ceremony: String::new() }
        } else {
            let person = self.check_new_person(typed.ok_or(EnrolError::Name("a user name is needed"))?).await?;
            let handle = URL_SAFE_NO_PAD.encode(entropy.bytes::<32>());
            let (user, link) = (UserId::random(&mut entropy), link.hash().to_text());
            Pending { user, handle, new: Some(person), link, ceremony: String::new() }
        };
        let existing = passkeys::of_user(&mut self.db.read().await?, &pending.user).await?;
        let (name, display_name) = match (&pending.new, &opened.user) {
            (Some(person), _) => (person.name.as_str(), person.display_name.as_str()),
            (None, Some(user)) => (user.name.as_str(), user.display_name.as_str()),
            (None, None) => return Err(EnrolError::LinkGone),
        };
        let enrolling = Enrolling { handle: &pending.handle, name, display_name, existing: &existing };
        let begun = begin_registration(&self.rp, &enrolling)?;
        pending.ceremony = begun.state;
        let challenge = Challenge {
            id: ChallengeId::random(&mut entropy),
            purpose: ChallengePurpose::Enrol,
            browser_hash: browser_hash(browser),
            state: serde_json::to_string(&pending).map_err(|_| Broken::Missing("the enrolment's state"))?,
            expires_at: self.now() + CHALLENGE_TTL,
        };
        challenges::insert(&mut self.db.write().await?, &challenge).await?;
        Ok(PasskeyOptions { challenge: challenge.id, public_key: begun.public_key })
    }

    async fn check_new_person(&self, typed: NewPerson) -> Result<PendingPerson, EnrolError> {
        let name: UserName = typed
            .name
            .parse()
            .map_err(|_| EnrolError::Name("a user name has 2 to 64 of a-z 0-9 . _ - and begins with a letter"))?;
        if users::by_name(&mut self.db.read().await?, &name).await?.is_some() {
            return Err(EnrolError::Name(NAME_TAKEN));
        }
        let display_name = clean_line(&typed.display_name).unwrap_or_else(|| name.to_string());
        let email = clean_email(&typed.email)?;
        Ok(PendingPerson { name, display_name, email })
    }

    /// Second step: verifies the answer, and writes account, passkey and session at once. `previous` is the
    /// session that the browser brought along: whosever it was, it does not go on beside the new one.
    pub async fn finish_enrolment(
        &self,
        (browser, previous): (&Token, Option<&Token>),
        link: &Token,
        (challenge, credential): (&ChallengeId, &Value),
        caller: &Caller,
    ) -> Result<NewSession, EnrolError> {
        let taken = challenges::take(&mut self.db.write().await?, challenge).await?;
        let now = self.now();
        let challenge = check_challenge(taken, ChallengePurpose::Enrol, &browser_hash(browser), now)?;
        let pending: Pending =
            serde_json::from_str(&challenge.state).map_err(|_| Broken::Missing("the enrolment's state"))?;
        if pending.link != link.hash().to_text() {
            return Err(ChallengeError::OtherPurpose.into());
        }
        let mut entropy = self.ambient.entropy();
        let made = (now, &mut entropy);
        let passkey = finish_registration(&self.rp, &pending.ceremony, credential, &pending.user, made)?;
        let mut tx = self.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        let link = links::consume(&mut tx, &link.hash(), now).await?.ok_or(EnrolError::LinkGone)?;
        self.write_account(&mut tx, &link, &pending, now).await?;
        self.write_passkey(&mut tx, &passkey, caller).await?;
        let user = pending.user.as_str();
        let happened = Happened::new(EventKind::LinkUsed, user, user).detail("purpose", link.purpose.as_str());
        audit::write(&mut tx, self, caller, happened).await?;
        let session = self.begin_session(&mut tx, &pending.user, Amr::Passkey, previous).await?;
        let session = session.ok_or(EnrolError::LinkGone)?;
        tx.commit().await?;
        self.catch_up().await?;
        Ok(session)
    }

    async fn write_account(
        &self,
        conn: &mut Conn,
        link: &Link,
        pending: &Pending,
        now: Timestamp,
    ) -> Result<(), EnrolError> {
        if let Some(person) = &pending.new {
            if link.purpose != LinkPurpose::Setup || groups::has_active_member(conn, &admins_group()?).await? {
                return Err(EnrolError::LinkGone);
            }
            links::void_purpose(conn, LinkPurpose::Setup, now).await?;
            let user = User {
                id: pending.user.clone(),
                name: person.name.clone(),
                display_name: person.display_name.clone(),
                email: person.email.clone(),
                email_verified: person.email.is_some(),
                disabled_at: None,
                created_at: now,
                updated_at: now,
            };
            self.add_user(conn, &user, &pending.handle).await.map_err(|error| match error {
                StoreError::Conflict { .. } => EnrolError::Name(NAME_TAKEN),
                error => error.into(),
            })?;
        } else {
            let user = users::by_id(conn, &pending.user).await?;
            if link.user.as_ref() != Some(&pending.user) || user.is_none_or(|u| u.disabled_at.is_some()) {
                return Err(EnrolError::LinkGone);
            }
        }
        for group in &link.groups {
            groups::ensure(conn, group, now).await?;
            groups::add_member(conn, &pending.user, group, MemberSource::Console).await?;
        }
        revocations::record(conn, RevocationKind::User, pending.user.as_str(), now).await?;
        Ok(())
    }

    pub(crate) async fn write_passkey(
        &self,
        conn: &mut Conn,
        passkey: &Passkey,
        caller: &Caller,
    ) -> Result<(), EnrolError> {
        if !passkeys::insert(conn, passkey).await? {
            return Err(EnrolError::PasskeyTaken);
        }
        let happened = Happened::new(EventKind::PasskeyAdded, passkey.user.as_str(), passkey.id.as_str());
        audit::write(conn, self, caller, happened.detail("name", &passkey.name)).await?;
        Ok(())
    }
}

/// The built-in group of administrators.
pub(crate) fn admins_group() -> Result<GroupName, Broken> {
    ADMINS.parse().map_err(|_| Broken::Missing("the group of administrators"))
}

/// One line of text a person typed: without control characters or outer blanks, at most 100 characters.
pub(crate) fn clean_line(text: &str) -> Option<String> {
    let line: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// An e-mail address, lower case: exactly one `@` with something plain on both sides (security row 73). Empty is none.
pub(crate) fn clean_email(text: &str) -> Result<Option<String>, EnrolError> {
    let mail = text.trim().to_ascii_lowercase();
    if mail.is_empty() {
        return Ok(None);
    }
    let plain = |part: &str, more: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let (local, host) = mail.split_once('@').ok_or(EnrolError::Email)?;
    let fits = mail.len() <= 254
        && plain(local, ".!#$%&'*+/=?^_`{|}~-")
        && plain(host, ".-")
        && !host.starts_with(['.', '-'])
        && !host.ends_with(['.', '-'])
        && !host.contains("..");
    if fits { Ok(Some(mail)) } else { Err(EnrolError::Email) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_73_an_address_has_one_at_and_plain_sides() {
        for good in ["ada@example.org", " Ada+x@Sub.Example.org "] {
            assert!(matches!(clean_email(good), Ok(Some(mail)) if mail == good.trim().to_ascii_lowercase()));
        }
        assert!(matches!(clean_email(" "), Ok(None)));
        for bad in [
            "ada",
            "@x",
            "a@",
            "a@evil.test@example.com",
            "\"x@evil\"@example.com",
            "a@example.com.",
            "a@x..y",
            "a b@x",
            "a@x\r\ny",
        ] {
            assert!(matches!(clean_email(bad), Err(EnrolError::Email)), "{bad}");
        }
    }

    #[test]
    fn typed_lines_lose_control_characters_and_length() {
        assert_eq!(clean_line(" Ada\r\n Lovelace ").as_deref(), Some("Ada Lovelace"));
        assert_eq!(clean_line("\u{7}"), None);
        assert_eq!(clean_line(&"x".repeat(500)).map(|l| l.len()), Some(100));
    }
}
