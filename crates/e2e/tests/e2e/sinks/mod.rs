//! Places of delivery, read by the real tools: what `age` and `sops` decrypt, what a real server keeps.
//!
//! The contract of all places, and what is delivered, are those of `doorstep-deliver`'s own tests.

mod age;
mod sealed;
mod sops;
mod vault;
