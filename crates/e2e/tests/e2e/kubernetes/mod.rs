//! Doorstep beside a real API server of Kubernetes.

mod as_every_sink;
mod cluster;
#[path = "../../../../deliver/tests/suite/contract.rs"]
mod contract;
mod external_secrets;
mod fixture;
#[path = "../../../../deliver/tests/suite/given.rs"]
mod given;
mod home;
mod kill;
mod others;
mod rights;
mod six_apps;
