//! Secrets in a KV engine, version 2, of Vault or OpenBao: `vault:MOUNT/PATH`.

use super::{Wrong, is_path, is_word, wrong};
use crate::{delivery::Address, language::Proposed, remedy::Remedy};

/// What stands in its table.
pub(super) fn lines(table: Remedy) -> Remedy {
    let address = table.words(" with ").line(["address"], Proposed::text("https://vault.example.org"));
    address.words(" and ").line(["token_file"], Proposed::text("/etc/doorstep/vault.token"))
}

/// Paths are of characters that need no escaping in an address.
pub(super) fn read(written: &str) -> Result<Address, Wrong> {
    let form = "write `vault:MOUNT/PATH`, like `vault:kv/apps/grafana`";
    let Some((mount, path)) = written.split_once('/') else {
        return wrong(format!("`{written}` does not name a secret in a KV engine"), form);
    };
    // What the engine itself is asked by stands before the path of a secret, in addresses only.
    if matches!(path.split_once('/'), Some(("data" | "metadata", _))) {
        let inner = path.split_once('/').map_or(path, |(_, inner)| inner);
        let what = format!("`{written}` is an address of the interface, not the path of a secret");
        return wrong(what, format!("write `vault:{mount}/{inner}`"));
    }
    if !is_path(mount, is_word) || !is_path(path, is_word) {
        return wrong(
            format!("`{written}` is not the path of a secret"),
            format!("{form}, of letters, digits and - _ ."),
        );
    }
    Ok(Address::Vault { mount: mount.to_owned(), path: path.to_owned() })
}
