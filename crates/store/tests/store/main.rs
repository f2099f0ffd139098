//! The store against a real SQLite file and a real PostgreSQL: every body runs on both.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "fixtures of tests")]

mod access_requests;
mod accounts;
mod bindings;
mod endings;
mod grants;
mod icons;
mod instance;
mod intruder;
mod invitations;
mod moves;
mod nouns;
mod one_time;
mod opening;
mod place;
mod programs;
mod queue;
mod records;
mod rotations;
mod statements;
mod sweeping;
mod together;
mod upstreams;
