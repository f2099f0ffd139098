//! A whole house in one process: a SQLite file, the real server on a TCP port, a plain HTTP client with
//! a cookie jar, and a passkey in software. What a browser's engine does with our pages is not tested
//! here.

#![expect(clippy::unwrap_used, reason = "the lint knows only functions that are marked as tests")]

mod account;
mod browser;
mod ceremonies;
mod consent;
mod forms;
mod person;
mod running;
mod sessions;
mod sign_out;
mod walk;
