//! Sinks: the kinds of places that credentials are delivered to, one file for each. Their interface is in
//! `doorstep_onboard::sink`; what is delivered where is decided there too. Beside them: a file for another program,
//! written whole where a person says ([`write_whole`]), or over what was
//! read of it ([`write_over`]).

mod age;
mod age_file;
mod bitwarden;
mod command;
mod file;
mod folder;
mod keyed;
mod pairs;
mod sinks;
mod sops;
mod turns;
mod vault;
mod whole;

pub use age::{BadRecipient, OwnKey, Recipient};
pub use age_file::{Sealing, age_sink};
pub use bitwarden::{BitwardenServer, BitwardenSink};
pub use command::{CommandSink, Program};
pub use file::FileSink;
pub use keyed::KeySink;
pub use sinks::Sinks;
pub use sops::sops_sink;
pub use vault::{Auth, SecretOf, VaultServer, VaultSink};
pub use whole::{Unwritten, Whole, write_over, write_whole};
