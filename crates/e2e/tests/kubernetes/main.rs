//! Doorstep beside a real API server of Kubernetes.

mod cluster;
mod fixture;
mod home;
mod kill;
mod others;
mod rights;
mod six_apps;
