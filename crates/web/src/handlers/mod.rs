//! The pages' handlers: extract, call, render.

pub(crate) mod health;
