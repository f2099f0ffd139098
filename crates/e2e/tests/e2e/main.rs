//! Doorstep with everything around it that is real. One program, so that it is linked once and what waits in one file leaves
//! room for another; `./test NAME` runs the tests of one file or folder.

mod as_they_come;
mod asked_by_mail;
#[path = "../../../deliver/tests/suite/contract.rs"]
mod contract;
mod documents;
mod drills;
mod env_files;
mod everybody;
mod forward_auth;
mod further_clients;
mod generated_proxies;
#[path = "../../../deliver/tests/suite/given.rs"]
mod given;
mod guarded;
mod harness;
mod harness_relying_parties;
mod icons;
mod internal;
mod invited;
mod kubernetes;
mod mail;
mod moved;
mod odd_paths;
mod openid_basic;
mod own_session;
mod power_cut;
mod programs;
mod public_client;
mod real_apps;
mod reload;
mod replicas;
mod root_domains;
mod rules;
mod security_codes;
mod security_csrf;
mod security_gateway;
mod security_redirects;
mod security_sessions;
mod sign_in;
mod sinks;
mod sources;
mod step_up;
mod tabs;
mod unflushed;
mod upstream;
