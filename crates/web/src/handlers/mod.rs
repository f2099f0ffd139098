//! The pages' handlers: extract, call, render.

pub(crate) mod account;
pub(crate) mod activity;
mod administering;
pub(crate) mod asking;
pub(crate) mod authenticator;
pub(crate) mod authorize;
pub(crate) mod ceremony;
pub(crate) mod consent;
pub(crate) mod device;
pub(crate) mod enrol;
pub(crate) mod enrol_password;
pub(crate) mod health;
mod household;
pub(crate) mod icon;
pub(crate) mod invitations;
pub(crate) mod invite;
pub(crate) mod invite_upstream;
pub(crate) mod login;
pub(crate) mod login_password;
mod offered;
pub(crate) mod own_data;
pub(crate) mod portal;
pub(crate) mod recovery;
mod refused;
pub(crate) mod sign_out;
pub(crate) mod tokens;
pub(crate) mod upstream;
