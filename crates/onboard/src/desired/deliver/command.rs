//! Commands that the configuration names: `command:NAME`, or `command:NAME/TARGET`.

use super::{Reach, Wrong, is_path, is_word, wrong};
use crate::{delivery::Address, language::Proposed, mistake::nearest, remedy::Remedy};

/// The target is the app when it is left out.
pub(super) fn read(written: &str, app: &str, reach: &Reach) -> Result<Address, Wrong> {
    let (name, target) = written.split_once('/').unwrap_or((written, app));
    if name.is_empty() || !name.chars().all(is_word) || !is_path(target, is_word) {
        let remedy = Remedy::from("write `command:NAME`, the NAME of a table ").table(["sinks", "command", "NAME"]);
        return wrong(format!("`{written}` does not name a command"), remedy);
    }
    if !reach.commands.contains(name) {
        let remedy = match nearest(name, reach.commands.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `command:{near}`?").into(),
            None => Remedy::from("add ")
                .table(["sinks", "command", name])
                .words(" with ")
                .line(["run"], Proposed::list(["/usr/local/bin/deliver"])),
        };
        return wrong(format!("no command is called `{name}`: `sinks.command.{name}` is missing"), remedy);
    }
    Ok(Address::Command { name: name.to_owned(), target: target.to_owned() })
}
