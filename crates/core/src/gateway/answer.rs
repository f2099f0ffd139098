//! A verdict as a response that a proxy passes on: kind of answer, headers and body, as plain data.
//!
//! Allow is one kind with an empty body, for every dialect; which status says a kind is for the crate that speaks
//! HTTP. nginx understands nothing but 200, 401 and 403 from an `auth_request` and turns the rest into 500, so it
//! gets nothing else.

use super::{BadRequest, Caller, Challenge, Deny, Dialect, Stop, Verdict, Whom};
use crate::time::Ttl;

/// `Cache-Control` of every answer.
pub const CACHE_CONTROL: &str = "no-store";
/// `Vary` of every answer.
pub const VARY: &str = "Cookie, Authorization, Accept, Sec-Fetch-Mode";
/// `X-Accel-Expires` of an answer that nginx may keep: so many of the seconds that its clock counts.
pub const X_ACCEL_EXPIRES: &str = "1";
/// How long that is at most: what begins at the end of one second ends with the next.
pub const KEPT_FOR: Ttl = Ttl::from_seconds(2);
/// The header in which nginx's log can read why.
pub const REASON_HEADER: &str = "X-Doorstep-Reason";

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What kind of answer.
    pub kind: Kind,
    /// How the client learns where to sign in.
    pub sign_in: SignIn,
    /// What the body holds; under 4 kB, nothing from the request in it (security row 72).
    pub body: Body,
    /// The value of `X-Doorstep-Reason`; `None` when allowed.
    pub reason: Option<&'static str>,
}

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request may reach the app.
    Allow,
    /// Go and sign in.
    Redirect,
    /// The same for a request with a body, which is not sent again. RFC 9110 §15.4.4.
    RedirectByGet,
    /// Nobody is signed in.
    Unauthenticated,
    /// Whoever it is may not.
    Forbidden,
    /// The request cannot be read in one way.
    BadRequest,
    /// It cannot be known at this moment.
    Unavailable,
}

/// How the client learns where to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Not at all.
    No,
    /// `Location` to `/fa/start?st=…` and one `Set-Cookie` with the relay value.
    Redirect,
    /// `X-Doorstep-Login`, and `login_url` in a JSON body: the app's own front door, where a navigation
    /// is redirected.
    Hint,
}

/// What the body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A small page for a frame: open the app in a window of its own.
    OpenInWindow,
    /// A small page with the way to sign in, for who cannot be sent there.
    SignIn,
    /// The same, for somebody who is signed in and has to prove it anew.
    ProveAgain,
    /// A small page: this app is not for you, and who is let in.
    NotForYou,
    /// A small page: a rule refuses it to everybody.
    RefusedByRule,
    /// A small page: the request cannot be understood.
    BadRequest,
    /// A small page: try again in a moment.
    Unavailable,
    /// A small page: nobody was asked about, or nobody may ask. The reason says which.
    Stopped,
    /// A small page: it was not Doorstep that refused.
    RefusedByProxy,
    /// JSON `{"error": …}` with the reason.
    Json,
}

impl Answer {
    /// Whether it is a 401 that `WWW-Authenticate` belongs to, RFC 9110 §15.5.2: not where nginx makes a redirect of it.
    pub const fn challenges(&self) -> bool {
        matches!(self.kind, Kind::Unauthenticated) && !matches!(self.sign_in, SignIn::Redirect)
    }
}

/// Says `verdict` in `dialect`.
pub fn answer<S>(dialect: Dialect, verdict: &Verdict<S>) -> Answer {
    let said = forward(verdict);
    match dialect {
        Dialect::Nginx => nginx(said),
        // The proxy refused by a rule of its own, or the answer would be another by now.
        Dialect::NginxRefusal if said.kind == Kind::Allow => {
            refused(Kind::Forbidden, Body::RefusedByProxy, "refused_by_proxy")
        }
        Dialect::Forward | Dialect::NginxRefusal | Dialect::Envoy | Dialect::EnvoyGrpc => said,
    }
}

fn forward<S>(verdict: &Verdict<S>) -> Answer {
    match verdict {
        Verdict::Allow(_) | Verdict::Pass => {
            Answer { kind: Kind::Allow, sign_in: SignIn::No, body: Body::Empty, reason: None }
        }
        Verdict::Challenge(challenge) => challenged(challenge),
        Verdict::Deny(deny) => denied(deny),
        Verdict::Unproved(why) if why.is_insufficient() => refused(Kind::Forbidden, Body::Json, why.reason()),
        Verdict::Unproved(why) => refused(Kind::Unauthenticated, Body::Json, why.reason()),
        Verdict::Stop(stop) => stopped(*stop),
    }
}

fn challenged(challenge: &Challenge) -> Answer {
    let (kind, sign_in, body) = match (challenge.caller, challenge.safe_method) {
        (Caller::Navigation, true) => (Kind::Redirect, SignIn::Redirect, Body::Empty),
        // RFC 9110 §15.4.4: it makes a POST into the GET that a sign-in page wants.
        (Caller::Navigation, false) => (Kind::RedirectByGet, SignIn::Redirect, Body::Empty),
        (Caller::Frame, _) => (Kind::Unauthenticated, SignIn::No, Body::OpenInWindow),
        (Caller::PageFetch, _) => (Kind::Unauthenticated, SignIn::Hint, Body::SignIn),
        (Caller::Preflight, _) => (Kind::Unauthenticated, SignIn::No, Body::Empty),
        (Caller::Program, _) => (Kind::Unauthenticated, SignIn::Hint, Body::Json),
    };
    let body = if challenge.is_step_up && body == Body::SignIn { Body::ProveAgain } else { body };
    Answer { kind, sign_in, body, reason: Some(if challenge.is_step_up { "step_up" } else { "sign_in" }) }
}

fn denied(deny: &Deny) -> Answer {
    let (page, reason) = match deny.whom {
        Whom::Everybody => (Body::RefusedByRule, "refused_by_rule"),
        Whom::Person(_) => (Body::NotForYou, "not_allowed"),
    };
    let body = match deny.caller {
        Caller::Navigation | Caller::Frame | Caller::PageFetch => page,
        Caller::Preflight | Caller::Program => Body::Json,
    };
    refused(Kind::Forbidden, body, reason)
}

fn stopped(stop: Stop) -> Answer {
    match stop {
        Stop::UntrustedPeer => refused(Kind::Forbidden, Body::Stopped, "untrusted_peer"),
        Stop::BadRequest(why) => refused(Kind::BadRequest, Body::BadRequest, reason(why)),
        Stop::UnknownHost => refused(Kind::Forbidden, Body::Stopped, "unknown_host"),
        Stop::Reserved(_) => refused(Kind::Forbidden, Body::Stopped, "reserved_path"),
        Stop::Unavailable => refused(Kind::Unavailable, Body::Unavailable, "unavailable"),
    }
}

fn refused(kind: Kind, body: Body, reason: &'static str) -> Answer {
    Answer { kind, sign_in: SignIn::No, body, reason: Some(reason) }
}

const fn reason(why: BadRequest) -> &'static str {
    match why {
        BadRequest::Path(_) => "bad_path",
        BadRequest::Host => "bad_host",
        BadRequest::Scheme => "wrong_scheme",
        BadRequest::Method | BadRequest::Proto => "bad_request",
        BadRequest::Missing(_)
        | BadRequest::Twice(_)
        | BadRequest::List(_)
        | BadRequest::Alias(_)
        | BadRequest::NotText(_)
        | BadRequest::OriginalUrl => "bad_proxy_headers",
    }
}

/// 200 stays; whoever may sign in hears 401; everything else is 403. Bodies never reach the client.
fn nginx(said: Answer) -> Answer {
    let kind = match said.kind {
        Kind::Allow => Kind::Allow,
        Kind::Redirect | Kind::RedirectByGet | Kind::Unauthenticated => Kind::Unauthenticated,
        Kind::Forbidden | Kind::BadRequest | Kind::Unavailable => Kind::Forbidden,
    };
    Answer { kind, body: Body::Empty, ..said }
}

#[cfg(test)]
impl Kind {
    /// The status that the specification gives it, so that tables read as it does.
    pub(super) const fn number(self) -> u16 {
        match self {
            Self::Allow => 200,
            Self::Redirect => 302,
            Self::RedirectByGet => 303,
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::Unavailable => 503,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gateway::{Outsider, Reserved, ReturnPath, Unproved},
        model::Proof,
    };

    fn challenge(caller: Caller, safe_method: bool) -> Verdict<()> {
        let (return_path, proof) = (ReturnPath::root(), Proof::default());
        Verdict::Challenge(Challenge { caller, safe_method, return_path, proof, is_step_up: false })
    }

    fn step_up(caller: Caller) -> Verdict<()> {
        let Verdict::Challenge(challenge) = challenge(caller, true) else { unreachable!() };
        Verdict::Challenge(Challenge { is_step_up: true, ..challenge })
    }

    fn denied(caller: Caller, to_everybody: bool) -> Verdict<()> {
        let outsider = Outsider {
            name: "grace".into(),
            language: None,
            is_part: true,
            missing: vec![vec!["admins".parse().unwrap()]],
        };
        let whom = if to_everybody { Whom::Everybody } else { Whom::Person(Box::new(outsider)) };
        Verdict::Deny(Deny { caller, rule: Some(0), whom })
    }

    #[test]
    fn every_verdict_has_one_answer_a_dialect() {
        use SignIn::{Hint, No, Redirect};
        for (verdict, forward, nginx, sign_in, body) in [
            (Verdict::Allow(()), 200, 200, No, Body::Empty),
            (Verdict::Pass, 200, 200, No, Body::Empty),
            (challenge(Caller::Navigation, true), 302, 401, Redirect, Body::Empty),
            (challenge(Caller::Navigation, false), 303, 401, Redirect, Body::Empty),
            (challenge(Caller::Frame, true), 401, 401, No, Body::OpenInWindow),
            (challenge(Caller::PageFetch, true), 401, 401, Hint, Body::SignIn),
            (challenge(Caller::PageFetch, false), 401, 401, Hint, Body::SignIn),
            (challenge(Caller::Preflight, false), 401, 401, No, Body::Empty),
            (challenge(Caller::Program, true), 401, 401, Hint, Body::Json),
            (Verdict::Unproved(Unproved::Unknown), 401, 401, No, Body::Json),
            (Verdict::Unproved(Unproved::ReadsOnly), 403, 403, No, Body::Json),
            (Verdict::Unproved(Unproved::NoSignIn), 403, 403, No, Body::Json),
            (step_up(Caller::Navigation), 302, 401, Redirect, Body::Empty),
            (step_up(Caller::Frame), 401, 401, No, Body::OpenInWindow),
            (step_up(Caller::PageFetch), 401, 401, Hint, Body::ProveAgain),
            (step_up(Caller::Program), 401, 401, Hint, Body::Json),
            (denied(Caller::Navigation, false), 403, 403, No, Body::NotForYou),
            (denied(Caller::PageFetch, false), 403, 403, No, Body::NotForYou),
            (denied(Caller::Program, false), 403, 403, No, Body::Json),
            (denied(Caller::Navigation, true), 403, 403, No, Body::RefusedByRule),
            (denied(Caller::Frame, true), 403, 403, No, Body::RefusedByRule),
            (denied(Caller::Preflight, true), 403, 403, No, Body::Json),
            (Stop::UntrustedPeer.into(), 403, 403, No, Body::Stopped),
            (Stop::UnknownHost.into(), 403, 403, No, Body::Stopped),
            (Stop::Reserved(Reserved::Callback).into(), 403, 403, No, Body::Stopped),
            (Stop::BadRequest(BadRequest::Host).into(), 400, 403, No, Body::BadRequest),
            (Stop::Unavailable.into(), 503, 403, No, Body::Unavailable),
        ] {
            let said = answer(Dialect::Forward, &verdict);
            assert_eq!((said.kind.number(), said.sign_in, said.body), (forward, sign_in, body), "{verdict:?}");
            for dialect in [Dialect::Envoy, Dialect::EnvoyGrpc] {
                assert_eq!(answer(dialect, &verdict), said, "{dialect:?} {verdict:?}");
            }
            let said = answer(Dialect::Nginx, &verdict);
            assert_eq!((said.kind.number(), said.sign_in, said.body), (nginx, sign_in, Body::Empty), "{verdict:?}");
            assert_eq!(said.reason.is_none(), matches!(verdict, Verdict::Allow(()) | Verdict::Pass), "{verdict:?}");
            assert_eq!(said.challenges(), said.kind.number() == 401 && forward == 401, "{verdict:?}");
            let said = answer(Dialect::NginxRefusal, &verdict);
            if forward == 200 {
                let no = refused(Kind::Forbidden, Body::RefusedByProxy, "refused_by_proxy");
                assert_eq!(said, no, "whatever happens, nothing gets through");
            } else {
                assert_eq!(said, answer(Dialect::Forward, &verdict), "{verdict:?}");
            }
        }
    }
}
