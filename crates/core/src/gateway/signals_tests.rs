//! Headers by their names as they stand in a request: those that tell a program from a person, and those of another
//! dialect.

use super::{Caller, Dialect, caller, read};

fn who(more: &[(&str, &str)]) -> Caller {
    let family = [
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "wiki.example.org"),
        ("X-Forwarded-Uri", "/"),
        ("Accept", "text/html,*/*"),
    ];
    let headers = family.iter().chain(more).map(|(name, value)| (*name, value.as_bytes()));
    caller("GET", false, &read(Dialect::Forward, headers).unwrap().signals)
}

#[test]
fn a_header_that_only_programs_send_marks_a_program() {
    assert_eq!(who(&[]), Caller::Navigation);
    for header in [
        ("Upgrade", "websocket"),
        ("upgrade", "h2c"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Authorization", "Bearer x"),
        ("X-Requested-With", "XMLHttpRequest"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Dest", "image"),
    ] {
        assert_eq!(who(&[header]), Caller::Program, "{header:?}");
    }
    for header in [("Upgrades", "websocket"), ("X-Upgrade", "1"), ("Upgrade-Insecure-Requests", "1")] {
        assert_eq!(who(&[header]), Caller::Navigation, "{header:?}");
    }
}

/// Security rows 59 to 61: one family of headers for each dialect; what another proxy's say is not even read.
#[test]
fn headers_of_another_dialect_say_nothing_however_often_they_come() {
    let family = [
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "wiki.example.org"),
        ("X-Forwarded-Uri", "/page"),
    ];
    let foreign = [("X-Original-URL", "https://evil.test/"), ("X-Original-URL", "a"), ("X-Original-Method", "\u{e4}")];
    let headers = family.iter().chain(&foreign).map(|(name, value)| (*name, value.as_bytes()));
    let raw = read(Dialect::Forward, headers).unwrap().raw;
    assert_eq!((raw.host, raw.uri), ("wiki.example.org", "/page"));
}
