//! Places of delivery, read by the real tools: what `age` and `sops` decrypt, what a real server keeps.
//!
//! The contract of all places, and what is delivered, are those of `doorstep-deliver`'s own tests.

mod age;
#[path = "../../../../deliver/tests/suite/contract.rs"]
mod contract;
#[path = "../../../../deliver/tests/suite/given.rs"]
mod given;
mod sealed;
mod sops;
mod vault;
