//! Secrets in a project of Bitwarden Secrets Manager: `bitwarden:PROJECT` or `bitwarden:PROJECT/PREFIX`.

use super::{Wrong, is_word, wrong};
use crate::{
    delivery::{Address, is_bitwarden_id},
    language::Proposed,
    remedy::Remedy,
};

/// What stands in its table.
pub(super) fn lines(table: Remedy) -> Remedy {
    let token = table.words(" with ").line(["token_file"], Proposed::text("/etc/doorstep/bitwarden.token"));
    token.words(": the token of a machine account")
}

/// A project goes by its id: names are encrypted, and two projects may have one.
pub(super) fn read(written: &str) -> Result<Address, Wrong> {
    let form = "write the id of the project, as `bws project list` shows it: \
                `bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3`, or /PREFIX_ behind it";
    let (project, prefix) = written.split_once('/').unwrap_or((written, ""));
    if !is_bitwarden_id(project) {
        return wrong(format!("`{project}` is not the id of a project"), form);
    }
    if written.ends_with('/') || !prefix.chars().all(is_word) {
        return wrong(format!("`{prefix}` cannot stand before the names of secrets"), "use letters, digits and - _ .");
    }
    Ok(Address::Bitwarden { project: project.to_ascii_lowercase(), prefix: prefix.to_owned() })
}
