//! A person for the tests of this folder.

use crate::{
    model::{Principal, User},
    time::Timestamp,
};

/// Somebody in these groups.
pub(super) fn person(groups: &[&str]) -> Principal {
    let at = Timestamp::from_seconds(0);
    let user = User::new("u1".parse().unwrap(), "bob".parse().unwrap(), at);
    Principal::active(user, groups.iter().map(|g| g.parse().unwrap()).collect()).unwrap()
}
