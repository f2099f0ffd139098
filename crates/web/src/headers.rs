//! The security headers of every answer, by surface: one table, stamped in one place.
//!
//! A handler says which [`Surface`] its answer is, and whoever sends the answer stamps it. What is
//! stamped replaces what a handler may have set. CORS, cookies, content types and `Retry-After` are
//! not decided here, nor is the caching of public documents.
//!
//! `form-action` and leaving the instance: Chromium holds *every* redirect that follows a form post
//! against it, ours and the app's (w3c/webappsec-csp issue 8), so no chain of 303s can carry a form
//! post to an app. A form whose outcome lies at an app (password, consent, sign-out) is therefore
//! answered with [`crate::pages::GoOn`], a page that moves on by itself: a new navigation, to which
//! `form-action` does not apply. Only the form post response mode names a foreign origin.

use crate::{assets, way_back::WayBack};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
        X_FRAME_OPTIONS,
    },
};

/// What an answer is, and with that which headers it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A page on the instance's own host.
    Page,
    /// A page whose own address carries a link, a code or a relay value: it tells nobody where it was (security row 110).
    SecretPage,
    /// The same with a plain form on it. A form of a page without any referrer arrives with `Origin: null`, like that
    /// of a foreign page; so this one tells the origin of the instance, and never the path.
    SecretForm,
    /// The page of `response_mode=form_post`: its form goes to this origin.
    FormPost(Origin),
    /// A page that a proxy shows on an app's host: it has its style in itself, and asks for nothing.
    AppHost,
    /// The one page that is made for a frame on an app's host: it says where to open the app, and can do nothing else.
    Framed,
    /// JSON, redirects, empty answers: token, userinfo, API, forward auth.
    Data,
    /// Discovery and JWKS: for anyone, cached as the handler says.
    Public,
    /// A file whose name is its content.
    Asset,
    /// The icon of an app, which somebody else drew: nothing in it runs, wherever it is opened (security row 51).
    Icon,
}

/// A web origin that may stand in a content security policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Box<str>);

impl Origin {
    /// The origin of an absolute http(s) address; `None` when there is none that a policy can name.
    /// An IPv6 literal is such a case: the grammar of CSP Level 3 §2.3.1 has no place for it.
    pub fn of(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next()?;
        let fits = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'_'));
        (matches!(scheme, "https" | "http") && fits && !host.is_empty())
            .then(|| Self(format!("{scheme}://{host}").into()))
    }

    /// As it stands in the policy.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Features that Chromium knows and no page of ours uses; passkeys are for our own pages only.
const CLOSED: &str = "publickey-credentials-get=(self), publickey-credentials-create=(self), accelerometer=(), \
    autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
    identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), \
    otp-credentials=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), storage-access=(), \
    usb=(), window-management=(), xr-spatial-tracking=()";

impl Surface {
    /// Writes the surface's headers; `https` is the scheme of the configured issuer, never of a request.
    pub fn stamp(&self, headers: &mut HeaderMap, https: bool) {
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static(self.referrer()));
        // On an app's host it would speak for the app.
        if https && !self.is_on_app_host() {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
        }
        match self {
            Self::Asset | Self::Icon => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
            }
            Self::Public => {}
            _ => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            }
        }
        headers.insert(CONTENT_SECURITY_POLICY, self.policy());
        if !matches!(self, Self::Framed) {
            headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        if matches!(self, Self::Icon) {
            headers.insert(CORP, HeaderValue::from_static("same-origin"));
        }
        if self.is_page() {
            headers.insert(COOP, HeaderValue::from_static("same-origin"));
            headers.insert(PERMISSIONS, HeaderValue::from_static(CLOSED));
        }
    }

    const fn is_page(&self) -> bool {
        matches!(self, Self::Page | Self::SecretPage | Self::SecretForm | Self::FormPost(_)) || self.is_on_app_host()
    }

    /// How a page of ours at `path` is found again; none where it goes on by itself or is not on our own host.
    pub(crate) fn way_back(&self, path: &str) -> Option<WayBack> {
        match self {
            Self::Page => Some(WayBack::Referrer),
            Self::SecretPage | Self::SecretForm => Some(WayBack::Path(path.to_owned())),
            _ => None,
        }
    }

    const fn is_on_app_host(&self) -> bool {
        matches!(self, Self::AppHost | Self::Framed)
    }

    /// Security row 110: nothing that a code or a link stands in goes out as a referrer.
    const fn referrer(&self) -> &'static str {
        match self {
            Self::SecretPage | Self::FormPost(_) | Self::AppHost | Self::Framed | Self::Data | Self::Icon => {
                "no-referrer"
            }
            Self::SecretForm => "strict-origin",
            Self::Page | Self::Public | Self::Asset => "strict-origin-when-cross-origin",
        }
    }

    /// CSP Level 3; without exceptions for anything inline but the one style that pages on an app's host name by its hash,
    /// and the styles of a drawing, which is no page.
    fn policy(&self) -> HeaderValue {
        const OWN: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
            connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        const NOTHING: &str =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
        const DRAWING: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
            form-action 'none'; frame-ancestors 'none'; sandbox";
        let written = match self {
            Self::Page | Self::SecretPage | Self::SecretForm => return HeaderValue::from_static(OWN),
            Self::Data | Self::Public | Self::Asset => return HeaderValue::from_static(NOTHING),
            Self::Icon => return HeaderValue::from_static(DRAWING),
            Self::FormPost(origin) => {
                OWN.replace("form-action 'self'", &format!("form-action 'self' {}", origin.as_str()))
            }
            Self::AppHost | Self::Framed => {
                let framing = if matches!(self, Self::Framed) { "" } else { "; frame-ancestors 'none'" };
                let style = assets::app_host_style_hash();
                format!(
                    "default-src 'none'; style-src '{style}'; img-src data:; form-action 'none'; base-uri 'none'{framing}"
                )
            }
        };
        HeaderValue::try_from(written).unwrap_or(HeaderValue::from_static(NOTHING))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamped(surface: &Surface, https: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        surface.stamp(&mut headers, https);
        headers
    }

    fn every() -> Vec<(&'static str, Surface)> {
        let origin = |address| Origin::of(address).unwrap();
        vec![
            ("page", Surface::Page),
            ("secret page", Surface::SecretPage),
            ("secret form", Surface::SecretForm),
            ("form post", Surface::FormPost(origin("https://links.example.org/callback?a=b"))),
            ("app host", Surface::AppHost),
            ("framed", Surface::Framed),
            ("data", Surface::Data),
            ("public", Surface::Public),
            ("asset", Surface::Asset),
            ("icon", Surface::Icon),
        ]
    }

    #[test]
    fn the_header_table() {
        let table: String = every()
            .iter()
            .flat_map(|(name, surface)| {
                let headers = stamped(surface, true);
                let mut lines: Vec<_> =
                    headers.iter().map(|(k, v)| format!("  {k}: {}\n", v.to_str().unwrap())).collect();
                lines.sort();
                std::iter::once(format!("{name}\n")).chain(lines)
            })
            .collect();
        // What the style says is its own matter: a change of it is not a change of the policy.
        insta::assert_snapshot!(table.replace(assets::app_host_style_hash(), "HASH OF app-host.css"));
    }

    #[test]
    fn security_49_every_surface_forbids_framing_but_the_one_that_is_made_for_it() {
        for (name, surface) in every() {
            let headers = stamped(&surface, false);
            if surface == Surface::Framed {
                let policy = headers["content-security-policy"].to_str().unwrap();
                assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'none'"), "{policy}");
                assert!(!policy.contains("script-src") && !headers.contains_key("x-frame-options"), "{policy}");
                continue;
            }
            assert_eq!(headers["x-frame-options"], "DENY", "{name}");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{name}: {policy}");
        }
    }

    #[test]
    fn security_52_no_policy_allows_anything_inline() {
        for (name, surface) in every() {
            let headers = stamped(&surface, true);
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{name}");
            // A drawing has styles of its own, and is no page: nothing runs in it.
            let policy = match surface {
                Surface::Icon => policy.replace("style-src 'unsafe-inline'", ""),
                _ => policy.to_owned(),
            };
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{name}: {policy}");
        }
    }

    #[test]
    fn security_51_an_icon_runs_nothing_wherever_it_is_opened() {
        let headers = stamped(&Surface::Icon, true);
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; ") && policy.ends_with("; sandbox"));
        assert!(!policy.contains("script-src") && !policy.contains("allow-"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    }

    #[test]
    fn security_110_addresses_with_secrets_are_told_to_nobody() {
        for (name, surface) in every() {
            let reported = stamped(&surface, true)["referrer-policy"].to_str().unwrap().to_owned();
            let least = match surface {
                Surface::Page | Surface::Public | Surface::Asset => "strict-origin-when-cross-origin",
                Surface::SecretForm => "strict-origin",
                _ => "no-referrer",
            };
            assert_eq!(reported, least, "{name}");
        }
    }

    #[test]
    fn https_is_remembered_only_where_it_is_ours_to_promise() {
        for (name, surface) in every() {
            assert!(!stamped(&surface, false).contains_key("strict-transport-security"), "{name}");
            let promised = stamped(&surface, true).contains_key("strict-transport-security");
            assert_eq!(promised, !matches!(surface, Surface::AppHost | Surface::Framed), "{name}");
        }
    }

    #[test]
    fn only_a_plain_origin_gets_into_a_policy() {
        for (address, origin) in [
            ("https://links.example.org/cb", Some("https://links.example.org")),
            ("http://127.0.0.1:8481/cb", Some("http://127.0.0.1:8481")),
            ("https://a.example?x", Some("https://a.example")),
            ("https://a.example;script-src *", None),
            ("https://a.example script-src", None),
            ("https://ada@a.example/", None),
            ("http://[::1]:80/", None),
            ("https:///", None),
            ("app.immich:///oauth-callback", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(Origin::of(address).as_ref().map(Origin::as_str), origin, "{address}");
        }
    }
}
