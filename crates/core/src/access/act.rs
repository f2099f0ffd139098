//! The one value that a verb of the administration takes: who acts, from where, when, and that they may.

use super::{Actor, Caller, Permission};
use crate::time::Timestamp;
use std::marker::PhantomData;

/// The actor does not hold the permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not permitted")]
pub struct Forbidden(pub Permission);

/// Proof that [`require`] was asked for `P` and said yes, together with whom it was asked for. What is permitted,
/// what the audit log says and the time of the change come from here, so that they cannot differ.
#[derive(Debug)]
pub struct Act<'a, P: Demand> {
    actor: Actor<'a>,
    caller: &'a Caller,
    now: Timestamp,
    permission: PhantomData<P>,
}

impl<'a, P: Demand> Act<'a, P> {
    /// Who acts.
    pub const fn actor(&self) -> &Actor<'a> {
        &self.actor
    }

    /// From where.
    pub const fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// When.
    pub const fn now(&self) -> Timestamp {
        self.now
    }
}

/// A permission as a type.
pub trait Demand: sealed::Sealed {
    /// The permission that the type stands for.
    const PERMISSION: Permission;
}

/// Lets the actor act if they hold the permission. Nothing else makes an [`Act`].
pub fn require<'a, P: Demand>(
    _: P,
    actor: Actor<'a>,
    caller: &'a Caller,
    now: Timestamp,
) -> Result<Act<'a, P>, Forbidden> {
    if !P::PERMISSION.is_held_by(&actor) {
        return Err(Forbidden(P::PERMISSION));
    }
    Ok(Act { actor, caller, now, permission: PhantomData })
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! demands {
    ($($name:ident),+) => {$(
        #[doc = concat!("[`Permission::", stringify!($name), "`] as a type.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl sealed::Sealed for $name {}
        impl Demand for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

demands!(ManageUsers, InvitePeople, ManageGroups, ManageApps, ManageKeys, ReadAudit, UseOwnAccount);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::ON_THE_HOST, access::sample::person, model::AuditActor};

    #[test]
    fn the_proof_is_of_the_permission_that_was_asked_for() {
        let (member, outsider) = (person(&["users"]), person(&["Admins", "admins2"]));
        let now = Timestamp::from_seconds(7);
        assert!(require(ManageUsers, Actor::Cli, &ON_THE_HOST, now).is_ok());
        assert!(require(UseOwnAccount, Actor::User(&member), &ON_THE_HOST, now).is_ok());
        for person in [&member, &outsider] {
            let refused = require(ManageUsers, Actor::User(person), &ON_THE_HOST, now).map(|_| ());
            assert_eq!(refused, Err(Forbidden(Permission::ManageUsers)));
        }
    }

    #[test]
    fn an_act_tells_of_whom_it_was_asked_for() {
        let member = person(&["users"]);
        let caller = Caller {
            ip: "192.0.2.7".into(),
            agent: String::new(),
            request_id: Some("r-1".parse().unwrap()),
            browser: None,
        };
        let now = Timestamp::from_seconds(7);
        let act = require(UseOwnAccount, Actor::User(&member), &caller, now).unwrap();
        assert_eq!((AuditActor::from(act.actor()).id(), act.caller(), act.now()), ("u1", &caller, now));
    }
}
