//! The use cases against a real SQLite file and a real PostgreSQL: every body runs on both, and where it
//! matters on two instances with one database, as two replicas are.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "fixtures of tests"
)]

mod fixture;
mod furnished;
mod mailbox;

mod about;
mod access_requests;
mod account;
mod administered;
mod adopt;
mod audit;
mod authorize;
mod clients;
mod code;
mod devices;
mod ends;
mod enrol;
mod extras;
mod gateway;
mod icons;
mod invitations;
mod invited;
mod inviting;
mod jobs;
mod keys;
mod leaving;
mod ledger;
mod looked_after;
mod matrix;
mod moved;
mod notices;
mod onboard;
mod orders;
mod own_email;
mod own_totp;
mod passkey;
mod password;
mod people;
mod programs;
mod races;
mod recovery_by_mail;
mod refresh;
mod refusals;
mod registering;
mod relay;
mod root_key_servers;
mod root_keys;
mod rotation;
mod rules;
mod schemas;
mod session;
mod sources;
mod thief;
mod totp;
mod upstream;
mod upstream_admins;
mod wildcard;
mod withdraw;
