//! Declarative onboarding: the app catalog, what a person declares, the pure planner, identity-provider
//! drivers and secret sinks. Knows nothing of HTTP serving or SQL.
//!
//! The way through: [`manifest::Manifest`] + [`catalog::Catalog`] → [`desired::desired`] →
//! [`observe::observe`] → [`plan::plan`] → [`execute::execute`].

pub mod adopt;
pub mod catalog;
pub mod delivery;
pub mod desired;
pub mod execute;
mod fingerprint;
mod foreign;
pub mod generate;
pub mod language;
pub mod ledger;
pub mod manifest;
pub mod means;
pub mod mistake;
pub mod observe;
pub mod plan;
pub mod provider;
pub mod reference;
mod registration;
pub mod remedy;
pub mod render;
pub mod sink;
pub mod source;
pub mod spec;
