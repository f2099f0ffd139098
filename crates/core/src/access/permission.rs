//! The permissions, who holds them, and the witness that one was asked for and held.

use super::Actor;
use std::marker::PhantomData;

/// What can be permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Make, change and switch off accounts; make links for them.
    ManageUsers,
    /// Put people into groups and take them out.
    ManageGroups,
    /// Make, change and remove apps and clients; rotate their secrets.
    ManageApps,
    /// Rotate the server's signing keys.
    RotateKeys,
    /// Read the audit log and the story of a refused request.
    ReadAudit,
    /// See and change one's own account.
    UseOwnAccount,
}

impl Permission {
    /// All of them, for tables.
    pub const ALL: [Self; 6] = [
        Self::ManageUsers,
        Self::ManageGroups,
        Self::ManageApps,
        Self::RotateKeys,
        Self::ReadAudit,
        Self::UseOwnAccount,
    ];

    /// The whole policy.
    fn is_held_by(self, actor: &Actor<'_>) -> bool {
        match actor {
            Actor::Anonymous => false,
            Actor::User(_) if actor.is_administrator() => true,
            Actor::User(_) => self == Self::UseOwnAccount,
            // An account of its own is the one thing that a command line does not have.
            Actor::Cli => self != Self::UseOwnAccount,
            // The file declares apps and groups. Accounts are made by people.
            Actor::Config => matches!(self, Self::ManageApps | Self::ManageGroups),
        }
    }
}

/// The actor does not hold the permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not permitted")]
pub struct Forbidden(pub Permission);

/// Proof that [`require`] was asked for `P` and said yes. Nothing else makes one.
#[derive(Debug)]
pub struct Allowed<P: Demand>(PhantomData<P>);

/// A permission as a type.
pub trait Demand: sealed::Sealed {
    /// The permission that the type stands for.
    const PERMISSION: Permission;
}

/// The proof that `actor` holds the permission, or the refusal.
pub fn require<P: Demand>(actor: &Actor<'_>, _: P) -> Result<Allowed<P>, Forbidden> {
    if P::PERMISSION.is_held_by(actor) { Ok(Allowed(PhantomData)) } else { Err(Forbidden(P::PERMISSION)) }
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

demands!(ManageUsers, ManageGroups, ManageApps, RotateKeys, ReadAudit, UseOwnAccount);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Principal, User},
        time::Timestamp,
    };
    use std::fmt::Write;

    fn person(groups: &[&str]) -> Principal {
        let at = Timestamp::from_seconds(0);
        let user = User {
            id: "u1".parse().unwrap(),
            name: "bob".parse().unwrap(),
            display_name: String::from("Bob"),
            email: None,
            email_verified: false,
            disabled_at: None,
            created_at: at,
            updated_at: at,
        };
        Principal::active(user, groups.iter().map(|g| g.parse().unwrap()).collect()).unwrap()
    }

    #[test]
    fn the_whole_policy() {
        let (member, admin) = (person(&["users"]), person(&["admins", "users"]));
        let actors = [
            ("anonymous", Actor::Anonymous),
            ("person", Actor::User(&member)),
            ("administrator", Actor::User(&admin)),
            ("cli", Actor::Cli),
            ("config", Actor::Config),
        ];
        let mut table = format!("{:14}", "");
        for (name, _) in actors {
            write!(table, " {name:>13}").unwrap();
        }
        for permission in Permission::ALL {
            write!(table, "\n{:14}", format!("{permission:?}")).unwrap();
            for (_, actor) in actors {
                write!(table, " {:>13}", if permission.is_held_by(&actor) { "yes" } else { "-" }).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn the_proof_is_of_the_permission_that_was_asked_for() {
        let (member, outsider) = (person(&["users"]), person(&["Admins", "admins2"]));
        assert!(require(&Actor::Cli, ManageUsers).is_ok());
        assert!(require(&Actor::User(&member), UseOwnAccount).is_ok());
        for person in [&member, &outsider] {
            let refused = require(&Actor::User(person), ManageUsers).map(|_| ());
            assert_eq!(refused, Err(Forbidden(Permission::ManageUsers)));
        }
        assert_eq!(size_of::<Allowed<ManageUsers>>(), 0);
    }

    #[test]
    fn the_audit_log_names_who_acted() {
        let member = person(&[]);
        for (actor, name, id) in [
            (Actor::User(&member), "u1", Some("u1")),
            (Actor::Cli, "cli", None),
            (Actor::Config, "config", None),
            (Actor::Anonymous, "", None),
        ] {
            assert_eq!((actor.audit_name(), actor.user_id().map(crate::id::UserId::as_str)), (name, id));
        }
    }
}
