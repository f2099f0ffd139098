//! Who may do what: one table, one function that checks it, and a witness that it was checked.
//!
//! A verb of the administration takes an [`Act`] of its permission as an argument, so that a call
//! without the check does not compile. Which apps a person may use is decided elsewhere, by the groups
//! that each app allows.

mod act;
mod actor;
mod asking;
mod assurance;
mod caller;
mod inviting;
mod methods;
mod permission;
mod registering;
#[cfg(test)]
mod sample;
mod way_back;

pub use act::{
    Act, Demand, Forbidden, InvitePeople, ManageApps, ManageGroups, ManageKeys, ManageUsers, ReadAudit, UseOwnAccount,
    require,
};
pub use actor::{ADMINS, Actor};
pub use asking::{Lacks, lacks};
pub use assurance::{AccountChange, Lacking, assurance};
pub use caller::{Caller, ON_THE_HOST};
pub use inviting::{InviteMistake, InviteTerms, let_in_by, lets_in, may_give, stands_for};
pub use methods::{Administered, Enrolled, Methods};
pub use permission::Permission;
pub use registering::{RecoveryByMail, Registering, Registration};
pub use way_back::{AfterALoss, WaysIn};
