//! A Caddyfile for Caddy 2.6.2 (Debian 12) and later.

use super::{
    GenerateError, Layout, Place, Server, Site,
    client::{ALONE, FAMILIES},
    fill, in_comment, layout, page, untouched,
};
use doorstep_core::gateway::COPIED_HEADERS;

const HEAD: &str = "\
# Caddyfile by `doorstep generate caddy`, for Caddy 2.6.2 and later. Caddy must be one of Doorstep's
# trusted_proxies.
";
const STRANGERS: &str = "\
	# Another proxy or a tunnel stands before this one and ends TLS. Only it may come here; it must set
	# X-Forwarded-For itself.
	@doorstep_stranger not remote_ip %FROM%
	respond @doorstep_stranger 421

";
const SECRET: &str = "\n\t\t\theader_up X-Doorstep-Proxy-Secret {$DOORSTEP_PROXY_SECRET}";
const CLIENT: &str = include_str!("caddy/client.caddy");
const SNIPPET: &str = include_str!("caddy/snippet.caddy");
const AWAY: &str = include_str!("caddy/away.caddy");
const ISSUER: &str = include_str!("caddy/issuer.caddy");
const APP: &str = include_str!("caddy/app.caddy");

/// The Caddyfile for the protected ones among `sites`, and for Doorstep itself.
pub fn caddy(server: &Server, sites: &[Site]) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout(server, sites)?;
    let mut text = String::from(HEAD);
    text.push_str(&untouched(&others));
    if guarded.is_empty() && issuer.is_none() {
        return Ok(text);
    }
    let behind = !server.front.behind.is_empty();
    let from: Vec<_> = server.front.behind.iter().map(ToString::to_string).collect();
    let strangers = if behind { fill(STRANGERS, &[("%FROM%", &from.join(" "))]) } else { String::new() };
    let values = [("%STRANGERS%", strangers.as_str()), ("%REAL_IP%", real_ip(behind)), ("%DROPPED%", &dropped())];
    text.push_str(&fill(CLIENT, &values));
    text.push_str(&fill(AWAY, &[("%PAGE%", &page::no_answer())]));
    let doorstep = server.listen.caddy();
    let forwarded = if behind { forwarded(server) } else { String::new() };
    // What Doorstep alone is told.
    let told = format!("{forwarded}{}", if server.secret { SECRET } else { "" });
    let block = |lines: &str| if lines.is_empty() { String::new() } else { format!(" {{{lines}\n\t\t}}") };
    let identity = COPIED_HEADERS.join(" ");
    if !guarded.is_empty() {
        let values = [("%DOORSTEP%", doorstep.as_str()), ("%TOLD%", &told), ("%IDENTITY%", &identity)];
        text.push_str(&fill(SNIPPET, &values));
    }
    if let Some(place) = issuer {
        let values = [("%ADDRESS%", address(&place, behind)), ("%DOORSTEP%", doorstep), ("%TOLD_ALONE%", block(&told))];
        text.push_str(&fill(ISSUER, &values.each_ref().map(|(key, value)| (*key, value.as_str()))));
    }
    for place in &guarded {
        let values = [
            ("%NAME%", in_comment(&[place.name])),
            ("%CERTIFICATE%", certificate(place, behind).to_owned()),
            ("%ADDRESS%", address(place, behind)),
            ("%UPSTREAM%", place.upstream.caddy()),
            ("%FORWARDED_ALONE%", block(&forwarded)),
        ];
        text.push_str(&fill(APP, &values.each_ref().map(|(key, value)| (*key, value.as_str()))));
    }
    Ok(text)
}

/// With its scheme: `http://` is what keeps Caddy from asking for a certificate, in a lab and where TLS ends
/// before it.
fn address(place: &Place<'_>, behind: bool) -> String {
    if behind { format!("http://{}", place.name_of_host) } else { format!("{}://{}", place.scheme(), place.host) }
}

/// Authorities give a certificate for a wildcard to whoever proves to own the domain itself.
fn certificate(place: &Place<'_>, behind: bool) -> &'static str {
    if place.secure && !behind && place.parent().is_some() {
        "\t# A certificate for `*.` takes the DNS challenge: add `tls { dns PROVIDER … }` with a module for your provider, or\n\t\
         # `tls FILE KEY` with one of yours.\n"
    } else {
        ""
    }
}

/// The client's address: the peer's, or the last one that the proxy before this one named.
const fn real_ip(behind: bool) -> &'static str {
    if behind {
        "\trequest_header X-Real-IP {http.request.header.X-Forwarded-For}\n\
         \trequest_header X-Real-IP \"^.*[,\\s]()\" \"$1\"\n"
    } else {
        "\trequest_header X-Real-IP {remote_host}\n"
    }
}

/// Without what [`real_ip`] set.
fn dropped() -> String {
    let mut names: Vec<String> = ALONE.iter().map(|name| (*name).to_owned()).collect();
    for family in FAMILIES {
        let folded = family.replace('-', "_");
        let dotted = family.replace('-', ".");
        if family != "X-Real" {
            names.push(family.to_owned() + "*");
        }
        names.extend([folded + "*", dotted + "*"]);
    }
    let lines: Vec<_> = names.iter().map(|name| format!("\trequest_header -{name}\n")).collect();
    lines.concat()
}

/// What the proxy before this one knows and this one cannot see.
fn forwarded(server: &Server) -> String {
    let scheme = if server.issuer.starts_with("https:") { "https" } else { "http" };
    format!(
        "\n\t\t\theader_up X-Forwarded-For {{http.request.header.X-Real-IP}}\n\t\t\theader_up X-Forwarded-Proto {scheme}"
    )
}
