//! Kubernetes: Secrets in an app's namespace as a place for credentials. The only user of kube-rs.
//!
//! [`KubernetesSink`] asks and does; [`secret`] decides what a Secret has to look like and whether one that is there
//! is ours; [`rights`] says which permission is missing; [`cluster`] is the way to the API server.

mod cluster;
mod refusal;
mod rights;
mod secret;
mod sink;

pub use cluster::Access;
pub use sink::KubernetesSink;
