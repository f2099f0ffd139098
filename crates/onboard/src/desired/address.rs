//! Addresses in a declaration: where an app lives, and where browsers may be sent back to.
//!
//! An address is kept as it was written and must already be written the way every browser writes it:
//! comparison is byte for byte everywhere (RFC 9700 §2.1).

use crate::mistake::{Mistake, Place};
use url::{Host, Origin, Url};

/// Scheme, host and port of an address.
pub(super) fn origin(address: &str) -> Option<Origin> {
    let url = Url::parse(address).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then(|| url.origin())
}

/// Host and port as written in an address.
pub(super) fn authority(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split('/').next()
}

/// Where an app lives: without a trailing slash, else as written.
pub(super) fn app_url(written: &str, at: &Place, issuer: Option<&Origin>) -> Result<String, Mistake> {
    let wrong = |what: String| Err(Mistake::new(at.clone(), what));
    let Ok(url) = Url::parse(written) else {
        return wrong(format!("`{written}` is not an address"))
            .map_err(|m| m.mend("write it like https://app.example.org"));
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) || issuer.is_some_and(is_http) => {}
        "http" => {
            return wrong(format!("{written} is not encrypted"))
                .map_err(|m| m.mend("use https; http is for localhost"));
        }
        other => return wrong(format!("`{other}` is not a scheme for an app")).map_err(|m| m.mend("use https")),
    }
    if !url.username().is_empty() || url.password().is_some() || written.contains('@') {
        return wrong("an app's address holds no user name or password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("an app's address ends before any `?` or `#`".into());
    }
    if written.contains(['*', '%']) {
        return wrong("an app has one address, without `*` or `%`".into());
    }
    let canonical = url.as_str().trim_end_matches('/');
    if written.trim_end_matches('/') != canonical {
        return wrong(format!("`{written}` is not written as browsers write it")).map_err(|m| m.mend(canonical));
    }
    if issuer.is_some_and(|issuer| *issuer == url.origin()) {
        let what = format!("{canonical} is the host of Doorstep itself");
        return wrong(what)
            .map_err(|m| m.mend("give the app a host of its own, so that it cannot read Doorstep's cookies"));
    }
    Ok(canonical.to_owned())
}

/// One redirect address, RFC 6749 §3.1.2 and RFC 8252 §7. `schemes` are private-use schemes that the
/// catalog names; others need a dot, as reverse domain names have (security rows 1, 8, 9, 10).
pub(super) fn redirect(uri: &str, app: &str, schemes: &[String]) -> Result<(), String> {
    if uri.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("a redirect address holds no blanks".into());
    }
    if uri.contains('*') {
        return Err("a redirect address is compared byte for byte and has no wildcard".into());
    }
    if uri.contains(['#', '\\']) {
        return Err("a redirect address holds no `#` and no `\\`".into());
    }
    let Ok(url) = Url::parse(uri) else { return Err("it is not an address".into()) };
    let scheme = uri.split(':').next().unwrap_or_default();
    if scheme != url.scheme() {
        return Err("write the scheme in lower case".into());
    }
    match scheme {
        "https" | "http" => {
            if !url.username().is_empty() || url.password().is_some() || authority(uri).is_some_and(|a| a.contains('@'))
            {
                return Err("a redirect address holds no user name".into());
            }
            if !uri.contains("://") || url.host().is_none() {
                return Err("it is not an address".into());
            }
            let at_home = origin(app) == Some(url.origin());
            if scheme == "https" || is_loopback(&url) || at_home {
                Ok(())
            } else {
                Err("it is not encrypted; use https".into())
            }
        }
        _ if schemes.iter().any(|known| known == scheme) || scheme.contains('.') => Ok(()),
        other => {
            Err(format!("`{other}:` is not a scheme to send people back to; an app's own is like org.example.app"))
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn is_http(origin: &Origin) -> bool {
    matches!(origin, Origin::Tuple(scheme, ..) if scheme == "http")
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "https://app.example.com";

    fn refused(uri: &str) -> bool {
        redirect(uri, APP, &["kitchenowl".to_owned()]).is_err()
    }

    #[test]
    fn redirect_addresses_that_are_fine() {
        for good in [
            "https://app.example.com/cb",
            "https://elsewhere.example.com/cb?x=1",
            "http://127.0.0.1/cb",
            "http://[::1]:8000/cb",
            "http://localhost:8000",
            "app.immich:///oauth-callback",
            "kitchenowl:/signin/redirect",
        ] {
            assert_eq!(redirect(good, APP, &["kitchenowl".to_owned()]), Ok(()), "{good}");
        }
        assert_eq!(redirect("http://a.lan/cb", "http://a.lan", &[]), Ok(()));
    }

    #[test]
    fn security_01_a_redirect_address_with_a_user_name_is_refused() {
        for bad in ["https://app.example.com@evil.test/cb", "https://a:b@app.example.com/", "https://@app.example.com/"]
        {
            assert!(refused(bad), "{bad}");
        }
    }

    #[test]
    fn security_08_a_redirect_address_with_a_wildcard_is_refused() {
        for bad in ["https://app.example.com*", "https://*.example.com/cb", "https://app.example.com/*"] {
            assert!(refused(bad), "{bad}");
        }
    }

    #[test]
    fn security_09_only_real_loopback_may_do_without_encryption() {
        for bad in ["http://localhost.evil.test:1/cb", "http://127.0.0.1.evil.test/", "http://127.0.0.1@evil.test/"] {
            assert!(refused(bad), "{bad}");
        }
    }

    #[test]
    fn security_10_dangerous_schemes_are_refused_in_any_spelling() {
        for bad in [
            "JaVaScRiPt:alert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://app.example.com/1",
            "file:///etc/passwd",
            " javascript:alert(1)",
            "\tjavascript:alert(1)",
            "java\nscript:alert(1)",
            "App.Immich:///oauth-callback",
            "https:app.example.com",
            "https://app.example.com/cb#x",
            "https:\\\\app.example.com",
        ] {
            assert!(refused(bad), "{bad:?}");
        }
    }
}
