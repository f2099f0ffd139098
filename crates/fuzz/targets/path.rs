//! The canonical path: whatever is sent, it has one form or none; and what any program reads as protected is for nobody but
//! whom its rule lets in (security row 66).
#![no_main]

mod asked;
mod home;
#[path = "../../core/src/gateway/readings.rs"]
mod readings;

use doorstep_core::gateway::{Access, Dialect, HostMap, Verdict, canonical_path, prepare};
use std::sync::LazyLock;

static HOME: LazyLock<HostMap> = LazyLock::new(home::home);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(target) = std::str::from_utf8(data) else { return };
    let Ok(path) = canonical_path(target) else { return };
    assert_eq!(canonical_path(&path).as_deref(), Ok(&*path), "one form");
    assert!(path.starts_with('/') && path.is_ascii() && !path.contains("//"), "{path}");
    assert!(path.split('/').all(|segment| !matches!(segment, "." | "..")), "{path}");

    // Public to read, and for everyone who is signed in to write; below `/admin/` for its group alone.
    let is_open = |method: &str| {
        let asked = [
            ("x-forwarded-method", method),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", home::HOST),
            ("x-forwarded-uri", target),
        ];
        let headers = asked.iter().map(|(name, value)| (*name, value.as_bytes()));
        let prepared = prepare(Dialect::Forward, true, headers, (&HOME, asked::from_nowhere));
        let is_public = matches!(asked::without_session(prepared.as_ref().map_err(|stop| *stop)), Verdict::Pass);
        let is_everyones = |access: &Access<'_>| match access {
            Access::People(demands) => demands.met_by(|allow| allow.is_none()),
            Access::Pass => true,
            Access::Refused => false,
        };
        is_public || prepared.is_ok_and(|prepared| is_everyones(&prepared.access))
    };
    if is_open("GET") || is_open("POST") {
        let received = target.split('?').next().unwrap_or_default();
        for (proxy, app, read) in readings::readings(received) {
            assert!(read != "/admin" && !read.starts_with("/admin/"), "{proxy}, {app}: {read}");
        }
    }
});
