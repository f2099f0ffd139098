//! Sinks: the kinds of places that credentials are delivered to, one file for each. Their interface is in
//! `doorstep_onboard::sink`; what is delivered where is decided there too.

mod file;
mod folder;
mod sinks;

pub use file::FileSink;
pub use sinks::Sinks;
