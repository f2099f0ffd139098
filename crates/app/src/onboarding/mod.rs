//! What the configuration declares: groups, apps and clients, brought into the database.

mod failure;
mod groups;
mod icons;
mod in_the_way;
mod invitations;
mod ledger;
mod others;
mod provider;
mod records;
mod rotate;
mod service;
mod source;
mod withdraw;

pub use icons::{Fetch, Fetching, IconFetching, Look};
pub use invitations::Invitations;
pub use ledger::StoredLedger;
pub(crate) use ledger::place_of_binding;
pub use others::Other;
pub use provider::{OwnProvider, PROVIDER, capabilities};
pub use rotate::{LastRotation, RotateError};
pub use service::Onboarding;
pub use source::{Source, Standing};
pub use withdraw::{Declared, Withdrawal, order_withdrawals};
