//! What a provider can express, as a table.

use crate::{
    plan::Field,
    provider::{Capabilities, SecretTelling},
};
use std::fmt::Write;

/// One line for each thing that a declaration can say, with yes or no.
pub fn render_capabilities(can: &Capabilities) -> String {
    let mut out = format!("What {} can express\n", can.provider);
    let mut line = |what: &str, yes: bool| {
        let _ = writeln!(out, "  {what:<32}{}", if yes { "yes" } else { "no" });
    };
    for field in Field::ALL {
        line(field.label(), !can.cannot.contains(&field));
    }
    line("groups", can.groups);
    line("accounts for people", can.people);
    line("shows a secret again", can.secrets == SecretTelling::Always);
    line("remembers who made a record", can.knows_owners);
    out
}
