//! Doorstep beside a real API server of Kubernetes.

mod cluster;
mod fixture;
