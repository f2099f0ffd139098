//! Doorstep beside a real API server of Kubernetes.

mod as_every_sink;
mod cluster;
mod external_secrets;
mod fixture;
mod home;
mod kill;
mod others;
mod rights;
mod six_apps;
