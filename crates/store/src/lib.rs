//! SQL, and nothing else: SQLite and PostgreSQL from one text.
//!
//! [`Db`] opens either; [`migrate`](migrate::migrate) brings it to this program's schema; then there is one
//! module of free functions per group of tables, each taking a [`Conn`] (or a [`Tx`], which is one). They read
//! and write the nouns of `doorstep-core` and decide nothing. No clock, no randomness, no HTTP.
#![warn(missing_docs)]

mod db;
mod error;
pub mod migrate;
pub mod moves;
pub mod records;
mod row;
pub mod sql;
#[cfg(feature = "testing")]
pub mod testing;

pub mod access_requests;
pub mod address_proofs;
pub mod app_sessions;
pub mod apps;
pub mod audit;
pub mod bindings;
pub mod challenges;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod device_requests;
pub mod former;
pub mod generations;
pub mod grants;
pub mod groups;
pub mod icons;
pub mod instance;
pub mod interactions;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod known_browsers;
pub mod limits;
pub mod linked_identities;
pub mod links;
pub mod mail_recoveries;
pub mod passkeys;
pub mod program_tokens;
pub mod recovery_codes;
pub mod refusals;
pub mod registrations;
pub mod relay_codes;
pub mod revocations;
pub mod root_keys;
pub mod rotations;
pub mod sessions;
pub mod sign_ins_away;
pub mod sources;
pub mod sweep;
pub mod tokens;
pub mod totp_keys;
mod unreadable;
pub mod users;

pub use db::{Conn, Db, Tx};
pub use error::StoreError;
