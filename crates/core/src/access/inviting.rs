//! What an invitation may say, by who makes it, and which groups an app lets in.
//!
//! An invitation gives what its maker may give, at the moment it is made and at the moment it is used: whoever is no
//! administrator any more invites nobody, and whoever finds an administrator's session makes no administrators with it.

use super::{ADMINS, Actor, Permission};
use crate::{
    id::{AppName, GroupName},
    model::{App, Effect, Invite, User},
};
use std::collections::BTreeSet;

/// What is wanted of a new invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteTerms {
    /// Whom it is for, in plain words; may be empty.
    pub label: String,
    /// The groups that whoever uses it joins.
    pub groups: BTreeSet<GroupName>,
    /// The app that they are led to.
    pub app: Option<AppName>,
    /// The mail address that the account gets.
    pub email: Option<String>,
    /// For how many days it is open.
    pub days: i64,
    /// For how many people it is.
    pub places: i64,
    /// After how many days the accounts end that are made with it; none for accounts that last.
    pub account_days: Option<i64>,
}

/// Why there is no such invitation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteMistake {
    /// An account without a group can use next to nothing.
    #[error("an invitation names a group that whoever comes joins")]
    NoGroup,
    /// Its maker may not give the group.
    #[error("the group {0} is given on the host alone")]
    NotToGive(GroupName),
    /// One administrator at a time.
    #[error("an invitation into {ADMINS} is for one person")]
    OneAdministrator,
    /// A mail address is one person's.
    #[error("an invitation with a mail address is for one person, and this one is for several")]
    OneAddress,
    /// Outside [`Invite::DAYS`].
    #[error("an invitation is open for {} to {} days", Invite::DAYS.start(), Invite::DAYS.end())]
    Days,
    /// Outside [`Invite::PLACES`].
    #[error("an invitation is for {} to {} people", Invite::PLACES.start(), Invite::PLACES.end())]
    Places,
    /// Outside [`User::DAYS`].
    #[error("an account ends after {} to {} days", User::DAYS.start(), User::DAYS.end())]
    AccountDays,
    /// The one who is left may be one whose account ends.
    #[error("an account that ends is made without {ADMINS}")]
    AdministratorForATime,
    /// Longer than [`Invite::LONGEST_LABEL`].
    #[error("whom an invitation is for is said in {} characters at most", Invite::LONGEST_LABEL)]
    Label,
}

impl InviteTerms {
    /// Refuses what cannot be, or is not for this actor to give.
    pub fn check(&self, maker: &Actor<'_>) -> Result<(), InviteMistake> {
        let refused = |wrong: bool, mistake| if wrong { Err(mistake) } else { Ok(()) };
        refused(self.groups.is_empty(), InviteMistake::NoGroup)?;
        refused(!Invite::DAYS.contains(&self.days), InviteMistake::Days)?;
        refused(!Invite::PLACES.contains(&self.places), InviteMistake::Places)?;
        let ends = |days| User::DAYS.contains(&days);
        refused(!self.account_days.is_none_or(ends), InviteMistake::AccountDays)?;
        refused(self.label.chars().count() > Invite::LONGEST_LABEL, InviteMistake::Label)?;
        if let Some(group) = self.groups.iter().find(|group| !may_give(maker, group)) {
            return Err(InviteMistake::NotToGive(group.clone()));
        }
        let several = self.places > 1;
        refused(several && self.groups.contains(ADMINS), InviteMistake::OneAdministrator)?;
        let ends = self.account_days.is_some();
        refused(ends && self.groups.contains(ADMINS), InviteMistake::AdministratorForATime)?;
        refused(several && self.email.is_some(), InviteMistake::OneAddress)
    }
}

/// Whether an invitation into these groups opens, by who made it.
pub fn stands_for(maker: &Actor<'_>, groups: &BTreeSet<GroupName>) -> bool {
    Permission::ManageUsers.is_held_by(maker) && groups.iter().all(|group| may_give(maker, group))
}

/// Whether an invitation of this actor can give the group. Administrators are made on the host alone (ADR 49).
pub fn may_give(maker: &Actor<'_>, group: &GroupName) -> bool {
    match maker {
        Actor::Cli => true,
        Actor::User(_) => maker.is_administrator() && group.as_str() != ADMINS,
        Actor::Config | Actor::Anonymous => false,
    }
}

/// Whether an app lets in somebody who is in these groups alone: at all, or by one of the rules at its door.
pub fn lets_in(app: &App, groups: &BTreeSet<GroupName>) -> bool {
    doors(app).any(|allow| allow.is_none_or(|allow| !allow.is_disjoint(groups)))
}

/// The groups that an app lets in.
pub fn let_in_by(app: &App) -> BTreeSet<GroupName> {
    doors(app).flatten().flatten().cloned().collect()
}

fn doors(app: &App) -> impl Iterator<Item = Option<&BTreeSet<GroupName>>> {
    let by_rule = app.rules.iter().filter(|_| app.protected).filter_map(|rule| match &rule.effect {
        Effect::SignIn { allow, .. } => Some(allow.as_ref()),
        Effect::Pass | Effect::Refuse => None,
    });
    std::iter::once(app.allow.as_ref()).chain(by_rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::sample::{app, groups, person};

    fn terms(names: &str) -> InviteTerms {
        InviteTerms { groups: groups(names), days: 7, places: 1, ..InviteTerms::default() }
    }

    #[test]
    fn what_an_invitation_says_is_bounded() {
        let with = |change: fn(&mut InviteTerms)| {
            let mut terms = terms("users");
            change(&mut terms);
            terms.check(&Actor::Cli)
        };
        for (result, expected) in [
            (with(|_| ()), Ok(())),
            (with(|terms| terms.groups.clear()), Err(InviteMistake::NoGroup)),
            (with(|terms| terms.days = 0), Err(InviteMistake::Days)),
            (with(|terms| terms.days = 1), Ok(())),
            (with(|terms| terms.days = 30), Ok(())),
            (with(|terms| terms.days = 31), Err(InviteMistake::Days)),
            (with(|terms| terms.places = 0), Err(InviteMistake::Places)),
            (with(|terms| terms.places = -1), Err(InviteMistake::Places)),
            (with(|terms| terms.places = 100), Ok(())),
            (with(|terms| terms.places = 101), Err(InviteMistake::Places)),
            (with(|terms| terms.account_days = Some(0)), Err(InviteMistake::AccountDays)),
            (with(|terms| terms.account_days = Some(1)), Ok(())),
            (with(|terms| terms.account_days = Some(3650)), Ok(())),
            (with(|terms| terms.account_days = Some(3651)), Err(InviteMistake::AccountDays)),
            (
                with(|terms| (terms.groups, terms.account_days) = (groups("admins"), Some(30))),
                Err(InviteMistake::AdministratorForATime),
            ),
            (with(|terms| terms.label = "ä".repeat(100)), Ok(())),
            (with(|terms| terms.label = "x".repeat(101)), Err(InviteMistake::Label)),
            (with(|terms| terms.email = Some("g@example.org".into())), Ok(())),
            (
                with(|terms| (terms.email, terms.places) = (Some("g@example.org".into()), 2)),
                Err(InviteMistake::OneAddress),
            ),
            (
                with(|terms| (terms.groups, terms.places) = (groups("admins users"), 2)),
                Err(InviteMistake::OneAdministrator),
            ),
        ] {
            assert_eq!(result, expected);
        }
    }

    #[test]
    fn an_invitation_gives_what_its_maker_may_give_and_administrators_are_made_on_the_host() {
        let (member, admin) = (person(&["users"]), person(&["admins", "users"]));
        for (maker, names, stands) in [
            (Actor::Cli, "users", true),
            (Actor::Cli, "admins", true),
            (Actor::User(&admin), "users", true),
            (Actor::User(&admin), "users staff", true),
            (Actor::User(&admin), "admins", false),
            (Actor::User(&admin), "admins users", false),
            (Actor::User(&member), "users", false),
            (Actor::Config, "users", false),
            (Actor::Anonymous, "users", false),
        ] {
            assert_eq!(stands_for(&maker, &groups(names)), stands, "{maker:?} {names}");
            assert_eq!(terms(names).check(&maker).is_ok(), stands, "{maker:?} {names}");
        }
    }

    #[test]
    fn an_app_lets_in_by_its_groups_or_by_a_rule_at_its_door() {
        for (allow, rules, names, inside, by) in [
            (None, &[][..], "users", true, ""),
            (Some("family"), &[], "users", false, "family"),
            (Some("family users"), &[], "users", true, "family users"),
            (Some(""), &[], "users", false, ""),
            (Some("family"), &["users"], "users", true, "family users"),
            (Some("family"), &["staff"], "users", false, "family staff"),
        ] {
            let app = app(allow, rules);
            assert_eq!((lets_in(&app, &groups(names)), let_in_by(&app)), (inside, groups(by)), "{allow:?} {rules:?}");
        }
        let native = App { protected: false, ..app(Some("family"), &["users"]) };
        assert!(!lets_in(&native, &groups("users")), "rules are for the door");
    }
}
