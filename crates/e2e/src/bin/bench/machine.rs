//! What was measured on, and how fast one core of it signs when it does nothing else.

use crate::process::SERVER_CORE;
use doorstep_e2e::process::run;
use serde::Serialize;
use std::{fs, path::Path, process::Command};

/// The machine and the programs.
#[derive(Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    kernel: String,
    doorstep: String,
    openssl: String,
    rust: String,
}

/// Signatures a second on one core, as `openssl speed` counts them: by processor time.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Signing {
    /// RSA of 2048 bits.
    pub(crate) rsa2048: f64,
    /// ECDSA on P-256.
    pub(crate) p256: f64,
    /// Ed25519.
    pub(crate) ed25519: f64,
}

impl Machine {
    /// Asks the machine.
    pub(crate) fn here(program: &Path) -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            processor: model.map_or("unknown", |(_, name)| name).to_owned(),
            cores: cpuinfo.lines().filter(|line| line.starts_with("processor")).count(),
            kernel: said("uname", &["-sr"]),
            doorstep: run(Command::new(program).arg("--version")).trim().to_owned(),
            openssl: said("openssl", &["version"]),
            rust: said("rustc", &["--version"]),
        }
    }

    /// One line.
    pub(crate) fn line(&self) -> String {
        let Self { processor, cores, kernel, doorstep, openssl, rust } = self;
        format!("{doorstep} on {processor}, {cores} cores, {kernel}; {rust}; {openssl}")
    }
}

impl Signing {
    /// Signs for a second with each kind of key.
    pub(crate) fn measure() -> Self {
        let arguments = ["-c", SERVER_CORE, "openssl", "speed", "-seconds", "1", "rsa2048", "ecdsap256", "ed25519"];
        let printed = said("taskset", &arguments);
        let rate = |name: &str| rate_in(&printed, name).unwrap_or_else(|| panic!("no rate of {name}:\n{printed}"));
        Self { rsa2048: rate("rsa"), p256: rate("nistp256"), ed25519: rate("Ed25519") }
    }
}

/// The number under `sign/s` in the line of a kind of key. OpenSSL 3.2 has more columns than 3.0.
fn rate_in(printed: &str, name: &str) -> Option<f64> {
    let mut columns = Vec::new();
    for line in printed.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if words.contains(&"sign/s") {
            columns = words;
        } else if line.trim_start().starts_with(name) || line.contains(&format!("({name})")) {
            let column = columns.iter().position(|word| *word == "sign/s")?;
            return words.get(words.len().checked_sub(columns.len())? + column)?.parse().ok();
        }
    }
    None
}

fn said(program: &str, arguments: &[&str]) -> String {
    run(Command::new(program).args(arguments)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_signing_is_read_from_old_and_new_tables() {
        let old = "                  sign    verify    sign/s verify/s\n\
            rsa 2048 bits 0.000265s 0.000016s   3770.4  61516.3\n\
            \x20                             sign    verify    sign/s verify/s\n\
            \x20253 bits EdDSA (Ed25519)   0.0000s   0.0001s  26530.0   9014.6\n";
        let new = "                   sign    verify    encrypt   decrypt   sign/s verify/s  encr./s  decr./s\n\
            rsa  2048 bits 0.000400s 0.000012s 0.000013s 0.000410s   2500.5  83000.1  76000.0   2440.2\n";
        assert_eq!(rate_in(old, "rsa"), Some(3770.4));
        assert_eq!(rate_in(old, "Ed25519"), Some(26530.0));
        assert_eq!(rate_in(new, "rsa"), Some(2500.5));
        assert_eq!(rate_in(new, "nistp256"), None);
    }
}
