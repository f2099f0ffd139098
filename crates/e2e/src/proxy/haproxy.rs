//! HAProxy: what was generated with a test's certificate and ports, and hosts that are passed on in the same frontend.

use super::Hosts;
use crate::process::run;
use std::{path::Path, process::Command};

/// Stands for the file of certificate and key.
const PEM: &str = "CERTIFICATE-AND-KEY";

impl Hosts {
    /// A `bind` on loopback. HAProxy reads a certificate and its key from one file.
    pub(super) fn bind(&self, words: &str) -> String {
        match words.split_once(" ssl crt /etc/haproxy/certs/") {
            Some((port, rest)) => {
                let at = if port.contains(super::EMERGENCY) { self.emergency } else { self.address };
                format!("    bind {at} ssl crt {PEM}{rest}")
            }
            None => format!("    bind {}", self.plain),
        }
    }
}

/// The script comes from the program, as the rest did; hosts that are passed on join the frontend for TLS.
pub(super) fn command(directory: &Path, hosts: &Hosts) -> Command {
    let script = directory.join("doorstep.lua");
    std::fs::write(&script, &hosts.script).expect("the script can be written");
    let pem = directory.join("both.pem");
    let read = |path: &Path| std::fs::read_to_string(path).expect("a file of PEM");
    std::fs::write(&pem, read(&hosts.certificate) + &read(&hosts.key)).expect("the certificate can be written");
    let generated = if hosts.text.is_empty() {
        format!(
            "defaults doorstep\nmode http\ntimeout connect 2s\ntimeout client 1d\ntimeout server 1d\n\
             frontend doorstep_443 from doorstep\n    bind {} ssl crt {PEM} alpn h2,http/1.1\n",
            hosts.address
        )
    } else {
        hosts.text.clone()
    };
    let mut text = String::new();
    for line in generated.lines() {
        text.push_str(line);
        text.push('\n');
        if line.contains(PEM) {
            for (nth, (host, _)) in hosts.own.iter().enumerate() {
                let named = format!("req.hdr(host),host_only -m str -i {host}");
                text.extend([format!("    acl doorstep_known {named}\n    use_backend own_{nth} if {{ {named} }}\n")]);
            }
        }
    }
    for (nth, (_, upstream)) in hosts.own.iter().enumerate() {
        text.extend([format!(
            "backend own_{nth} from doorstep\n    http-request set-header x-forwarded-host %[req.hdr(host)]\n    \
             server own {upstream}\n"
        )]);
    }
    let text = text.replace("/etc/haproxy/doorstep.lua", &script.display().to_string());
    let text = text.replace(PEM, &pem.display().to_string());
    let file = directory.join("haproxy.cfg");
    std::fs::write(&file, format!("global\n    log stderr format raw local0 info\n{text}")).expect("it can be written");
    let command = |check: bool| {
        let mut command = Command::new("/usr/sbin/haproxy");
        command
            .arg(if check { "-c" } else { "-db" })
            .arg("-f")
            .arg(&file)
            .env(super::SECRET_VARIABLE, super::PROXY_SECRET);
        command
    };
    run(&mut command(true));
    command(false)
}
