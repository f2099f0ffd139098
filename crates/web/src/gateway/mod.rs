//! Forward auth over HTTP: a dialect in, a dialect out. The decision is `doorstep_core::gateway`.

mod check;
mod denied;
mod own_cookies;
mod refused;
mod relay;

pub(crate) use check::check;
pub(crate) use relay::{callback, other, sign_out, start};
