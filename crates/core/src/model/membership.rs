//! In which groups somebody is, and until when.

use crate::{id::GroupName, time::Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The groups of a person as they are kept, each with its end where it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memberships(BTreeMap<GroupName, Option<Timestamp>>);

impl Memberships {
    /// The groups that the person is in at `now`: one that ends at this very millisecond is over.
    pub fn at(&self, now: Timestamp) -> BTreeSet<GroupName> {
        self.lasting(now).map(|(group, _)| group.clone()).collect()
    }

    /// The same, by letting go of the rest.
    pub fn into_groups(self, now: Timestamp) -> BTreeSet<GroupName> {
        let lasting = self.0.into_iter().filter(|(_, end)| end.is_none_or(|end| now < end));
        lasting.map(|(group, _)| group).collect()
    }

    /// The first moment after `now` at which [`Self::at`] says something else.
    pub fn change_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.lasting(now).filter_map(|(_, end)| end).min()
    }

    /// The groups at `now`, each with its end where it has one.
    pub fn lasting(&self, now: Timestamp) -> impl Iterator<Item = (&GroupName, Option<Timestamp>)> {
        self.0.iter().map(|(group, end)| (group, *end)).filter(move |(_, end)| end.is_none_or(|end| now < end))
    }
}

impl FromIterator<(GroupName, Option<Timestamp>)> for Memberships {
    fn from_iter<I: IntoIterator<Item = (GroupName, Option<Timestamp>)>>(kept: I) -> Self {
        Self(kept.into_iter().collect())
    }
}

/// Memberships without an end.
impl From<BTreeSet<GroupName>> for Memberships {
    fn from(groups: BTreeSet<GroupName>) -> Self {
        groups.into_iter().map(|group| (group, None)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Ttl;

    #[test]
    fn a_membership_is_over_at_the_millisecond_of_its_end() {
        let now = Timestamp::from_seconds(1_000_000);
        let (soon, later) = (now + Ttl::from_seconds(1), now + Ttl::from_days(1));
        let group = |name: &str| -> GroupName { name.parse().unwrap() };
        let kept: Memberships =
            [(group("crew"), Some(later)), (group("guests"), Some(soon)), (group("users"), None)].into_iter().collect();
        let one = Ttl::from_millis(1);
        for (at, groups, change) in [
            (now, "crew guests users", Some(soon)),
            (soon - one, "crew guests users", Some(soon)),
            (soon, "crew users", Some(later)),
            (later - one, "crew users", Some(later)),
            (later, "users", None),
        ] {
            let found: Vec<String> = kept.at(at).iter().map(ToString::to_string).collect();
            assert_eq!((found.join(" "), kept.change_after(at)), (groups.to_owned(), change), "{at:?}");
            assert_eq!(kept.clone().into_groups(at), kept.at(at), "{at:?}");
        }
        assert_eq!(Memberships::from(BTreeSet::from([group("users")])).change_after(now), None);
    }
}
