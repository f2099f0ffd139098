//! Who may do what: one table, one function that checks it, and a witness that it was checked.
//!
//! A verb of the administration takes an [`Allowed`] of its permission as an argument, so that a call
//! without the check does not compile. Which apps a person may use is decided elsewhere, by the groups
//! that each app allows.

mod actor;
mod assurance;
mod methods;
mod permission;

pub use actor::{ADMINS, Actor};
pub use assurance::{AccountChange, Lacking, assurance};
pub use methods::Methods;
pub use permission::{
    Allowed, Demand, Forbidden, ManageApps, ManageGroups, ManageUsers, Permission, ReadAudit, RotateKeys,
    UseOwnAccount, require,
};
