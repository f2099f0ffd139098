//! Where a person is led to after signing in: always to a page of the app's own host; and a host has one form, which a
//! browser reads as the same (security rows 11, 13, 65).
#![no_main]

mod home;

use doorstep_core::gateway::{HostMap, RelayState, ReturnPath, canonical_host, cookie_scope, return_to};
use std::sync::LazyLock;
use url::{Position, Url};

static HOME: LazyLock<HostMap> = LazyLock::new(home::home);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let app = HOME.get(home::HOST).expect("it is there");
    for path in [ReturnPath::of("GET", text), ReturnPath::from_text(text)] {
        let url = Url::parse(&return_to(&app, &path)).expect("an address");
        assert_eq!(url.origin().ascii_serialization(), app.origin(), "{path}");
        assert!(url.path() != "/.doorstep" && !url.path().starts_with("/.doorstep/"), "{path}");
        assert_eq!(ReturnPath::from_text(path.as_str()).as_str(), path.as_str(), "kept once, kept for good");
    }

    if let Ok(state) = RelayState::from_text(text) {
        assert_eq!(RelayState::from_text(&state.to_text()).as_ref(), Ok(&state));
        let url = Url::parse(&return_to(&app, &state.return_path)).expect("an address");
        assert_eq!(url.origin().ascii_serialization(), app.origin());
    }

    for secure in [true, false] {
        let Ok(host) = canonical_host(text, secure) else { continue };
        assert_eq!(canonical_host(&host, secure).as_deref(), Ok(&*host), "one form");
        let scheme = if secure { "https" } else { "http" };
        // What no browser can read, none sends, and no app lives there.
        let Ok(url) = Url::parse(&format!("{scheme}://{host}/")) else { continue };
        assert_eq!(&url[Position::BeforeHost..Position::AfterPort], &*host, "as a browser reads it");
        assert!(url.username().is_empty() && url.password().is_none() && url.path() == "/");
        assert!(host.starts_with(cookie_scope(&host)));
        assert!(HOME.get(&host).is_none_or(|found| found.host == host), "what is found is the host that was asked for");
    }
});
