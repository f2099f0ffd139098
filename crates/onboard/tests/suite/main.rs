//! Onboarding from the outside: declarations in, plans, deliveries and reports out.
#![cfg(test)]

mod adopt;
mod artefacts;
mod authorization;
mod catalog;
mod cookies;
mod extras;
mod forms;
mod groups;
mod icons;
mod inside;
mod knobs;
mod leaving;
mod mistakes;
mod openings;
mod people;
mod plan;
mod posture;
mod remote;
mod remote_double;
mod reopened;
mod report;
mod rotating;
mod rules;
mod scripts;
mod set;
mod sources;
mod support;
mod wildcard;
