//! Onboarding from the outside: declarations in, plans, deliveries and reports out.
#![cfg(test)]

mod catalog;
mod knobs;
mod leaving;
mod mistakes;
mod plan;
mod set;
mod support;
