//! Forward auth over HTTP: a dialect in, a dialect out. The decision is `doorstep_core::gateway`.

mod allowed;
mod by_token;
mod check;
mod denied;
mod ingress;
mod own_cookies;
mod question;
mod refused;
mod relay;
mod resource;
mod returned;

pub(crate) use doorstep_core::gateway::RESOURCE_METADATA;

pub(crate) use check::{check, envoy};
pub(crate) use ingress::{begin, ingress};
pub(crate) use question::{Line, Question};
pub(crate) use relay::{callback, other, sign_out, start};
pub(crate) use resource::resource;
pub(crate) use returned::REMOVED;
