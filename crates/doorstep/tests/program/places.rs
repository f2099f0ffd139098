//! Places that are reached over the network: what the configuration says of them is what is asked.

use crate::installation::Installation;
use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::thread;

#[test]
fn a_machine_account_of_bitwarden_logs_in_where_and_with_what_the_file_says() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(String::new())));
    let log = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut head) = (stream.unwrap(), [0; 4096]);
            let mut request = String::new();
            while !request.contains("client_credentials") {
                let Ok(read @ 1..) = stream.read(&mut head) else { break };
                request.push_str(&String::from_utf8_lossy(&head[..read]));
            }
            log.lock().unwrap().push_str(&request);
            let said = "{\"error\":\"invalid_client\"}";
            let _ =
                write!(stream, "HTTP/1.1 400 x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{said}", said.len());
        }
    });
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let token = instance.path("token");
    fs::write(&token, "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.canary-secret:X8vbvA0bduihIDe/qrzIQQ==\n").unwrap();
    fs::set_permissions(&token, Permissions::from_mode(0o600)).unwrap();
    instance.declare(&format!(
        "[sinks.bitwarden]\ntoken_file = \"token\"\napi = \"http://{address}/api\"\n\
         identity = \"http://{address}/identity\"\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n\
         deliver = \"bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3/GRAFANA_\"\n"
    ));
    let planned = instance.command(&["plan"]);
    let said = format!("{}{}", planned.out, planned.err);
    assert!(said.contains(&format!("http://{address}/identity does not let the machine account in")), "{planned:?}");
    assert!(!said.contains("canary"), "{planned:?}");
    let asked = asked.lock().unwrap().clone();
    assert!(
        asked.starts_with("POST /identity/connect/token ") && asked.contains("client_secret=canary-secret"),
        "{asked}"
    );
    assert!(!asked.contains("X8vbvA0bduihIDe"), "{asked}");
}
