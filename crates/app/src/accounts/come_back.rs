//! Coming back from an upstream: the answer becomes a person, the person an account by issuer and subject, and then the
//! account is signed in, gets the identity, or is made.

use super::{
    account_error::AccountError,
    administrators::one_change_of_administrators_at_a_time,
    away::{Away, Errand},
    invited::{Joined, Proof},
    service::Accounts,
};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    sessions::{NewSession, SignedIn},
    upstreams::{Exchange, UpstreamError},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    access::{ADMINS, Caller, Lacking},
    id::{LinkedId, UserId},
    model::{Amr, AuditActor, AuditSubject, Browser, EventKind, LinkedIdentity, Principal},
    notice::News,
    secret::{Token, TokenKind},
    time::Timestamp,
    upstream::{
        Person, Upstream, UpstreamName,
        answer::{Answer, code},
        decide::{Decision, NoAccount, Purpose, decide, is_fresh},
    },
};
use doorstep_store::{linked_identities, users};

/// What became of it.
pub enum CameBack {
    /// The person is signed in, and goes on there.
    SignedIn {
        /// Their session.
        session: NewSession,
        /// A path of ours.
        then: String,
    },
    /// The identity signs the account in from now on.
    Linked(LinkedId),
    /// Somebody new has an account.
    Joined(Joined),
}

/// Who comes back: the browser, the session that it had, and who is signed in by that.
pub struct Comer<'a> {
    /// The browser.
    pub browser: &'a Browser,
    /// The session that it brought along.
    pub previous: Option<&'a Token>,
    /// Who is signed in.
    pub who: Option<&'a SignedIn>,
}

/// Somebody at an upstream, and by whom what follows is done.
#[derive(Clone, Copy)]
struct Known<'a> {
    upstream: &'a Upstream,
    person: &'a Person,
    caller: &'a Caller,
    now: Timestamp,
}

impl Accounts {
    /// Takes up what the browser set out for, with what the upstream answered.
    pub async fn come_back(
        &self,
        upstream: &UpstreamName,
        (state, answer): (&str, Answer<'_>),
        comer: &Comer<'_>,
        caller: &Caller,
    ) -> Result<CameBack, UpstreamError> {
        let away = self.returned((upstream, comer.browser), state).await?;
        let upstream = self.upstreams.named(upstream)?;
        let described = self.upstreams.described(&upstream).await?;
        let code = code(answer, &described.metadata)?;
        let exchange =
            Exchange { code, drawn: &away.drawn, wants_words: !matches!(away.errand, Errand::SignIn { .. }) };
        let person = self.upstreams.person((&upstream, &described), &exchange).await?;
        let known = Known { upstream: &upstream, person: &person, caller, now: self.context.now() };
        let done = self.settle(&known, &away, comer).await;
        if let Err(UpstreamError::Account(why)) = &done {
            self.note_no_account(&known, *why).await?;
        }
        done
    }

    async fn settle(&self, known: &Known<'_>, away: &Away, comer: &Comer<'_>) -> Result<CameBack, UpstreamError> {
        let identity = &known.person.identity;
        let pair = (identity.issuer.as_str(), identity.subject.as_str());
        let linked =
            linked_identities::by_subject(&mut self.context.db.read().await?, &known.upstream.name, pair).await?;
        let purpose = match &away.errand {
            Errand::SignIn { .. } => Purpose::SignIn,
            Errand::Link { user, .. } => Purpose::Link(user),
            Errand::Join { .. } => Purpose::Join,
        };
        match (decide(purpose, linked.as_ref().map(|linked| &linked.user))?, &away.errand, &linked) {
            (Decision::SignIn(_), Errand::SignIn { then }, Some(linked)) => {
                let session = self.enter_by_upstream(known, linked, away, comer.previous).await?;
                Ok(CameBack::SignedIn { session, then: then.clone() })
            }
            (Decision::Link(_), Errand::Link { user, session }, _) => {
                // Whoever is signed in now in this browser may be somebody else.
                let who = comer.who.filter(|who| who.session.id == *session && who.principal.user.id == *user);
                let who = who.ok_or(AccountError::NotFresh(Lacking::Recent))?;
                again(|| self.link(known, who)).await.map(CameBack::Linked)
            }
            (Decision::IsLinked, _, Some(linked)) => Ok(CameBack::Linked(linked.id.clone())),
            (Decision::Join, Errand::Join { invite, person }, _) => {
                let invite = Token::parse(TokenKind::Invite, invite).ok_or(UpstreamError::Gone)?;
                let mut entropy = self.context.ambient.entropy();
                let (user, handle) = (UserId::random(&mut entropy), URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()));
                let identity = linked_to(known, &user, LinkedId::random(&mut entropy));
                let proof = Proof::Upstream(known.upstream, known.person, &identity);
                let (who, at) = ((&user, handle.as_str(), person), (known.caller, known.now));
                Ok(CameBack::Joined(self.join(&invite, who, (&proof, comer.previous), at).await?))
            }
            _ => Err(UpstreamError::Gone),
        }
    }

    async fn enter_by_upstream(
        &self,
        known: &Known<'_>,
        linked: &LinkedIdentity,
        away: &Away,
        previous: Option<&Token>,
    ) -> Result<NewSession, UpstreamError> {
        let mut conn = self.context.db.read().await?;
        let (user, groups) = users::principal(&mut conn, &linked.user).await?.ok_or(NoAccount::Unknown)?;
        let methods = self.methods_in(&mut conn, &user.id).await?;
        drop(conn);
        let id = user.id.clone();
        let Some(principal) = Principal::active(user, groups, self.context.now()) else {
            self.note_failure(&id, &id, "disabled", known.caller).await?;
            return Err(UpstreamError::NotActive);
        };
        let nothing_else = !methods.has_a_passkey() && !methods.password;
        if away.afresh && !is_fresh(known.person.identity.proved_at, away.begun_at, nothing_else) {
            return Err(UpstreamError::NotFresh);
        }
        self.allowances.take_own(&principal.user.id)?;
        let session = again(|| self.write_entry(known, linked, &principal, previous)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(session)
    }

    async fn write_entry(
        &self,
        known: &Known<'_>,
        linked: &LinkedIdentity,
        principal: &Principal,
        previous: Option<&Token>,
    ) -> Result<NewSession, UpstreamError> {
        let (user, by) = (&principal.user.id, || By::of(principal, known.caller, known.now));
        let mut tx = self.context.db.begin().await?;
        let says_who = known.upstream.groups.values().any(|group| group.as_str() == ADMINS);
        if says_who || principal.groups.contains(ADMINS) {
            one_change_of_administrators_at_a_time(&mut tx).await?;
        }
        users::lock(&mut tx, user).await?;
        if !linked_identities::record_use(&mut tx, linked, known.now).await? {
            return Err(NoAccount::Unknown.into());
        }
        self.follow_groups(&mut tx, user, (&known.upstream.name, &known.person.groups), &by).await?;
        let proved_at = known.person.identity.proved_at.unwrap_or(known.now);
        let proof = (Amr::Upstream, proved_at, known.caller);
        let session = self.sessions.begin_session_proved_at(&mut tx, user, proof, previous).await?;
        let session = session.ok_or(UpstreamError::NotActive)?;
        self.tell_of_a_new_browser(&mut tx, (user, &session), (known.caller, known.now)).await?;
        let happened = AuditEntry::new(EventKind::SignedIn, user).detail("with", &known.upstream.label);
        audit::write(&mut tx, &self.context, by(), happened).await?;
        tx.commit().await?;
        Ok(session)
    }

    async fn link(&self, known: &Known<'_>, who: &SignedIn) -> Result<LinkedId, UpstreamError> {
        let user = &who.principal.user.id;
        let by = || By::of(&who.principal, known.caller, known.now);
        let linked = linked_to(known, user, LinkedId::random(&mut self.context.ambient.entropy()));
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, who).await?;
        if !linked_identities::insert(&mut tx, &linked).await? {
            return Err(NoAccount::SomebodyElses.into());
        }
        let happened = AuditEntry::new(EventKind::IdentityLinked, user).detail("at", &known.upstream.label);
        audit::write(&mut tx, &self.context, by(), happened).await?;
        self.tell(&mut tx, (user, News::SignInLinked { label: known.upstream.label.clone() }), by()).await?;
        tx.commit().await?;
        Ok(linked.id)
    }

    /// Nobody's account is said: what the upstream calls them is no name of ours.
    async fn note_no_account(&self, known: &Known<'_>, why: NoAccount) -> Result<(), UpstreamError> {
        let why = format!("{}: {why}", known.upstream.label);
        Ok(self.note_failure(AuditActor::Anonymous, AuditSubject::Nothing, &why, known.caller).await?)
    }
}

fn linked_to(known: &Known<'_>, user: &UserId, id: LinkedId) -> LinkedIdentity {
    let identity = &known.person.identity;
    LinkedIdentity {
        id,
        user: user.clone(),
        upstream: known.upstream.name.clone(),
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        shown: known.person.words.shown().map(str::to_owned),
        linked_at: known.now,
        last_used_at: None,
    }
}
