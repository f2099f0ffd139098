//! A person for the tests of this folder.

use crate::{
    model::{Principal, User},
    time::Timestamp,
};

/// Somebody in these groups.
pub(super) fn person(groups: &[&str]) -> Principal {
    let at = Timestamp::from_seconds(0);
    let user = User {
        id: "u1".parse().unwrap(),
        name: "bob".parse().unwrap(),
        display_name: String::from("Bob"),
        email: None,
        given_name: None,
        family_name: None,
        email_verified: false,
        disabled_at: None,
        created_at: at,
        updated_at: at,
    };
    Principal::active(user, groups.iter().map(|g| g.parse().unwrap()).collect()).unwrap()
}
