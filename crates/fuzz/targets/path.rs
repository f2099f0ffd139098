//! The canonical path: whatever is sent, it has one form or none; and what any program reads as protected is not public
//! (security row 66).
#![no_main]

mod asked;
mod home;
#[path = "../../core/src/gateway/readings.rs"]
mod readings;

use doorstep_core::gateway::{Dialect, HostMap, Verdict, canonical_path, prepare};
use std::sync::LazyLock;

static HOME: LazyLock<HostMap> = LazyLock::new(home::home);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(target) = std::str::from_utf8(data) else { return };
    let Ok(path) = canonical_path(target) else { return };
    assert_eq!(canonical_path(&path).as_deref(), Ok(&*path), "one form");
    assert!(path.starts_with('/') && path.is_ascii() && !path.contains("//"), "{path}");
    assert!(path.split('/').all(|segment| !matches!(segment, "." | "..")), "{path}");

    let asked = [
        ("x-forwarded-method", "GET"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", home::HOST),
        ("x-forwarded-uri", target),
    ];
    let headers = asked.iter().map(|(name, value)| (*name, value.as_bytes()));
    let prepared = prepare(Dialect::Forward, true, headers, (&HOME, asked::from_nowhere));
    if matches!(asked::without_session(prepared.as_ref().map_err(|stop| *stop)), Verdict::Pass) {
        let received = target.split('?').next().unwrap_or_default();
        for (proxy, app, read) in readings::readings(received) {
            assert!(read != "/admin" && !read.starts_with("/admin/"), "{proxy}, {app}: {read}");
        }
    }
});
