//! The pages' handlers: extract, call, render.

pub(crate) mod account;
pub(crate) mod activity;
mod administering;
pub(crate) mod asking;
pub(crate) mod authenticator;
pub(crate) mod authorize;
pub(crate) mod ceremony;
pub(crate) mod consent;
pub(crate) mod enrol;
pub(crate) mod enrol_password;
pub(crate) mod health;
pub(crate) mod icon;
pub(crate) mod invitations;
pub(crate) mod invite;
pub(crate) mod login;
pub(crate) mod login_password;
pub(crate) mod own_data;
pub(crate) mod portal;
pub(crate) mod recovery;
mod refused;
pub(crate) mod sign_out;
pub(crate) mod tokens;
