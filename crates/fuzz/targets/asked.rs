//! What a trusted proxy's question comes to when nobody is signed in: never that somebody is.

use doorstep_core::{
    gateway::{Prepared, SessionView, Stop, Verdict, judge},
    time::Timestamp,
};
use std::net::IpAddr;

/// What becomes of a question of a trusted proxy when nobody is signed in.
pub(crate) fn without_session(prepared: Result<&Prepared<'_>, Stop>) -> Verdict<SessionView> {
    let now = Timestamp::from_millis(1_700_000_000_000);
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(stop) => return Verdict::Stop(stop),
    };
    match judge::<SessionView>(prepared, None, now) {
        Verdict::Allow(_) => panic!("somebody is let in without a session"),
        Verdict::Pass => Verdict::Pass,
        Verdict::Challenge(challenge) => Verdict::Challenge(challenge),
        Verdict::Deny(deny) => Verdict::Deny(deny),
        Verdict::Unproved(why) => Verdict::Unproved(why),
        Verdict::Stop(stop) => Verdict::Stop(stop),
    }
}

/// Nobody says whence a request comes.
pub(crate) const fn from_nowhere() -> Option<IpAddr> {
    None
}
