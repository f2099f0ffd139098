//! HTTP: routes, pages, and what goes with every answer. Decides nothing.

pub mod assets;
pub mod headers;
pub mod pages;
