//! The permissions, and who holds them.

use super::Actor;

/// What can be permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Make, change and disable accounts; make links for them.
    ManageUsers,
    /// Make accounts that nobody can sign in to before somebody else made a link for them.
    InvitePeople,
    /// Put people into groups and take them out.
    ManageGroups,
    /// Make, change and remove apps and clients; rotate their secrets.
    ManageApps,
    /// Rotate the root key.
    ManageKeys,
    /// Read the audit log and the reports of refused requests.
    ReadAudit,
    /// See and change one's own account.
    UseOwnAccount,
}

impl Permission {
    /// All of them, for tables.
    pub const ALL: [Self; 7] = [
        Self::ManageUsers,
        Self::InvitePeople,
        Self::ManageGroups,
        Self::ManageApps,
        Self::ManageKeys,
        Self::ReadAudit,
        Self::UseOwnAccount,
    ];

    /// The whole policy.
    pub(super) fn is_held_by(self, actor: &Actor<'_>) -> bool {
        match actor {
            Actor::Anonymous => false,
            Actor::User(_) if actor.is_administrator() => true,
            Actor::User(_) => self == Self::UseOwnAccount,
            // An account of its own is the one thing that a command line does not have.
            Actor::Cli => self != Self::UseOwnAccount,
            // The file declares apps and groups and invites people. What becomes of an account is decided by people.
            Actor::Config => matches!(self, Self::ManageApps | Self::ManageGroups | Self::InvitePeople),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::sample::person;
    use std::fmt::Write;

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
}
