//! The decision about a request that a program proves itself for with a token: what [`super::judge`] is for browsers.
//!
//! A token gives no more than its owner has: their groups of this moment meet the same rules and lists as those of a
//! session do. And it gives less where it says so: other apps, other methods.

use super::{
    Access, Caller, CanonicalRequest, Credential, Decided, Demands, Deny, Outsider, Person, Prepared, ProtectedHost,
    Unproved, Verdict, Whom,
};
use crate::{
    id::AppName,
    model::{Principal, ProgramToken},
    secret::SecretHash,
    time::Timestamp,
};
use std::{collections::BTreeSet, sync::Arc};

/// A token as the lookup found it, with its owner as they are at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenView {
    /// `None` while the account is off.
    owner: Option<Arc<Person>>,
    apps: BTreeSet<AppName>,
    read_only: bool,
    expires_at: Timestamp,
}

impl TokenView {
    /// The view of a token and its owner; no owner while their account is off, or when it is somebody else's token.
    pub fn of(token: &ProgramToken, owner: Option<&Principal>) -> Self {
        let owner = owner.filter(|owner| owner.user.id == token.user);
        Self {
            owner: owner.map(|owner| Arc::new(Person::of(owner))),
            apps: token.apps.clone(),
            read_only: token.read_only,
            expires_at: token.expires_at,
        }
    }

    /// Who owns it.
    pub const fn owner(&self) -> Option<&Arc<Person>> {
        self.owner.as_ref()
    }

    /// The apps that it is for.
    pub const fn apps(&self) -> &BTreeSet<AppName> {
        &self.apps
    }

    /// Its owner, if it is a token for this request.
    fn opens(&self, prepared: &Prepared<'_>, now: Timestamp) -> Result<&Person, Unproved> {
        let Some(owner) = self.owner.as_deref().filter(|_| now < self.expires_at) else { return Err(Unproved::Ended) };
        if !self.apps.contains(&prepared.host.app) {
            return Err(Unproved::OtherApp);
        }
        if self.read_only && !prepared.only_reads {
            return Err(Unproved::ReadsOnly);
        }
        Ok(owner)
    }
}

impl AsRef<Self> for TokenView {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl<'a> Prepared<'a> {
    /// The request of a program that sends the token with this hash, and nothing of a browser's or of another method's.
    pub fn of_program(
        (request, host): (CanonicalRequest<'a>, ProtectedHost<'a>),
        Decided { access, rule }: Decided<'a>,
        token: SecretHash,
    ) -> Self {
        Self {
            credential: if host.takes_tokens() { Credential::Token(token) } else { Credential::Cookie },
            only_reads: only_reads(&request, false),
            request,
            host,
            access,
            rule,
            caller: Caller::Program,
            app_cookie: None,
            relay_cookie: None,
            is_surely_a_program: true,
        }
    }
}

/// Whether a request reads, where none of its headers `does_more`.
pub(super) fn only_reads(request: &CanonicalRequest<'_>, does_more: bool) -> bool {
    matches!(request.method, "GET" | "HEAD") && !request.websocket && !does_more
}

/// From the token that a program's credential led to, if it led to one, to the verdict.
pub fn judge_token<'t, T: AsRef<TokenView>>(
    prepared: &Prepared<'_>,
    token: Option<&'t T>,
    now: Timestamp,
) -> Verdict<&'t T> {
    let demands = match demanded(prepared) {
        Ok(demands) => demands,
        Err(settled) => return settled,
    };
    let (Credential::Token(_), Some(token)) = (&prepared.credential, token) else {
        return Verdict::Unproved(Unproved::Unknown);
    };
    match token.as_ref().opens(prepared, now) {
        // A token was made once; nobody proves anything with it now.
        Ok(_) if !demands.proof().is_nothing() => Verdict::Unproved(Unproved::NoSignIn),
        Ok(owner) if demands.met_by(|allow| owner.is_allowed(allow)) => Verdict::Allow(token),
        Ok(owner) => {
            let is_part = prepared.rule.is_some() || owner.is_allowed(prepared.host.allow.as_ref());
            let whom = Whom::Person(Box::new(Outsider::of(owner, demands, is_part)));
            Verdict::Deny(Deny { caller: prepared.caller, rule: prepared.rule, whom })
        }
        Err(why) => Verdict::Unproved(why),
    }
}

/// Who may send the request; or the verdict, where that depends on nobody.
pub(super) fn demanded<'p, 'a, S>(prepared: &'p Prepared<'a>) -> Result<&'p Demands<'a>, Verdict<S>> {
    match (&prepared.access, prepared.credential) {
        (Access::Refused, _) => {
            Err(Verdict::Deny(Deny { caller: prepared.caller, rule: prepared.rule, whom: Whom::Everybody }))
        }
        // Where an app takes nothing but Doorstep's tokens, a rule that passes everybody passes no other credentials.
        (_, Credential::Refused(Unproved::Foreign)) => Err(Verdict::Unproved(Unproved::Foreign)),
        (Access::Pass, _) => Err(Verdict::Pass),
        (Access::People(_), Credential::Refused(why)) => Err(Verdict::Unproved(why)),
        (Access::People(demands), Credential::Cookie | Credential::Token(_)) => Ok(demands),
    }
}

#[cfg(test)]
#[path = "by_token_tests.rs"]
mod tests;
