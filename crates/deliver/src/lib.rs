//! Sinks: the kinds of places that credentials are delivered to, a file each. What a sink is asked stands in
//! `doorstep_onboard::sink`; what is delivered where is decided there too.

mod file;
mod folder;
mod sinks;

pub use file::FileSink;
pub use sinks::Sinks;
