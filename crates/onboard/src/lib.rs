//! Declarative onboarding: the app catalog, what a person declares, the pure planner, identity-provider
//! drivers and secret sinks. Knows nothing of HTTP serving or SQL.

pub mod manifest;
