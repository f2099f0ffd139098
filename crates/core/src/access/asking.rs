//! What somebody could ask an administrator for: the groups that an app lets in and that they are not in.

use crate::{
    id::GroupName,
    model::{App, Effect, Principal},
};
use std::collections::BTreeSet;

/// What somebody lacks at an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// Nothing: every part of it that is open to anybody is open to them.
    Nothing,
    /// A group; each of these opens something that is closed to them.
    Groups(BTreeSet<GroupName>),
    /// What nobody has: no group is let in.
    Anything,
}

/// What `person` lacks at `app`, or `None` where they never meet a refusal of ours, so that nothing is to be told of it: the
/// app is a mere link.
pub fn lacks(app: &App, person: &Principal) -> Option<Lacks> {
    if app.client.is_none() && !app.protected {
        return None;
    }
    let by_rule = app.rules.iter().filter(|_| app.protected).filter_map(|rule| match &rule.effect {
        Effect::SignIn { allow, .. } => allow.as_ref(),
        Effect::Pass | Effect::Refuse => None,
    });
    let closed: Vec<_> = app.allow.iter().chain(by_rule).filter(|allow| !person.is_allowed(Some(allow))).collect();
    if closed.is_empty() {
        return Some(Lacks::Nothing);
    }
    let groups: BTreeSet<_> = closed.into_iter().flatten().cloned().collect();
    Some(if groups.is_empty() { Lacks::Anything } else { Lacks::Groups(groups) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::sample::{app, groups, person};

    #[test]
    fn only_what_would_open_something_is_offered() {
        let ada = person(&["users"]);
        for (allow, rules, expected) in [
            (None, &[][..], Lacks::Nothing),
            (Some("users"), &[], Lacks::Nothing),
            (Some("admins users"), &[], Lacks::Nothing),
            (Some("admins"), &[], Lacks::Groups(groups("admins"))),
            (Some("admins staff"), &[], Lacks::Groups(groups("admins staff"))),
            (Some(""), &[], Lacks::Anything),
            (Some("users"), &["admins"], Lacks::Groups(groups("admins"))),
            (None, &["admins", "staff users"], Lacks::Groups(groups("admins"))),
            (Some("staff"), &["admins", ""], Lacks::Groups(groups("admins staff"))),
        ] {
            assert_eq!(lacks(&app(allow, rules), &ada), Some(expected), "{allow:?} {rules:?}");
        }
    }

    #[test]
    fn nothing_is_told_of_an_app_that_is_a_mere_link() {
        let ada = person(&["users"]);
        let link = App { protected: false, ..app(Some("admins"), &[]) };
        assert_eq!(lacks(&link, &ada), None);
        let native = App { client: Some("wiki".parse().unwrap()), ..link };
        assert_eq!(lacks(&native, &ada), Some(Lacks::Groups(groups("admins"))));
        let ruled = App { rules: app(None, &["staff"]).rules, ..native };
        assert_eq!(lacks(&ruled, &ada), Some(Lacks::Groups(groups("admins"))), "rules are for the door");
    }
}
