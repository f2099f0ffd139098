//! A whole instance in one process: a SQLite file, the real server on a TCP port, a plain HTTP client with
//! a cookie jar, and a passkey in software. What a browser's engine does with our pages is not tested
//! here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the lints know only functions that are marked as tests"
)]

mod access;
mod account;
mod activity;
mod admin_invitations;
mod asked;
mod asking;
mod assertions;
mod audited;
mod authenticator;
mod browser;
mod ceremonies;
mod clusters;
mod conformance;
mod consent;
mod denied;
mod device_grant;
mod devices;
mod endpoints;
mod enrol_password;
mod forms;
mod guarded;
mod heads;
mod hung;
mod icons;
mod internal;
mod invitations;
mod invited;
mod kept;
mod languages;
mod levels;
mod limits;
mod moved;
mod named_host;
mod own_data;
mod person;
mod programs;
mod proxy_secret;
mod recovery;
mod relying_party;
mod running;
mod sessions;
mod sign_out;
mod slow;
mod step_up;
mod tokens;
mod upstream;
mod walk;
mod warm;
mod wildcard;
