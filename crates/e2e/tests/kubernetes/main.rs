//! Doorstep beside a real API server of Kubernetes.

mod cluster;
mod external_secrets;
mod fixture;
mod home;
mod kill;
mod others;
mod place;
mod rights;
mod six_apps;
