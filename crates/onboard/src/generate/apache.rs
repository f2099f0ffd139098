//! Virtual hosts for Apache 2.4 with mod_auth_openidc: a relying party in front of each app, because Apache has no question
//! to ask.
//!
//! The module's client is the one that the catalog's `mod-auth-openidc` declares and delivers: its file is included, and no
//! secret stands here.

use super::{
    GenerateError, Place, Server, Upstream, behind_a_proxy,
    client::{each_name, spelled_with},
    fill, in_comment,
};

const HEAD: &str = include_str!("apache/head.conf");
const UNKNOWN: &str = include_str!("apache/unknown.conf");
const TLS: &str = include_str!("apache/tls.conf");
const MOVED: &str = include_str!("apache/moved.conf");
const CLIENT: &str = include_str!("apache/client.conf");
const ISSUER: &str = include_str!("apache/issuer.conf");
const APP: &str = include_str!("apache/app.conf");

/// The path on an app's host to which the module takes people back: the catalog's.
pub const APACHE_CALLBACK: &str = "/oauth2/callback";

/// An app behind Apache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingSite {
    /// The NAME of `[apps.NAME]`.
    pub name: String,
    /// Where people reach it.
    pub url: String,
    /// Where Apache reaches it.
    pub upstream: Upstream,
    /// Groups whose members may; `None` for everyone with an account.
    pub allow: Option<Vec<String>>,
    /// The delivered file with the client's lines, by its whole path.
    pub credentials: String,
}

/// The hosts of `sites`, and Doorstep's own.
pub fn apache(server: &Server, sites: &[RelyingSite]) -> Result<String, GenerateError> {
    if !server.front.behind.is_empty() {
        return Err(GenerateError::BehindApache);
    }
    let mut places = Vec::new();
    for site in sites {
        places.push((Place::read(&site.name, &site.url, &site.upstream)?, site));
    }
    let issuer = behind_a_proxy(Place::read("issuer", &server.issuer, &server.listen)?);
    claimed(issuer.as_ref(), &places)?;
    let mut text = String::from(HEAD);
    let all = || issuer.iter().chain(places.iter().map(|(place, _)| place));
    let mut ports: Vec<_> = all().map(|place| (place.port, Some(place).filter(|place| place.secure))).collect();
    if all().any(|place| place.secure) {
        ports.push((80, None));
    }
    ports.sort_by_key(|(port, _)| *port);
    ports.dedup_by_key(|(port, _)| *port);
    for (port, secure) in ports {
        let tls = secure.map_or_else(String::new, tls);
        text.push_str(&fill(UNKNOWN, &[("%TLS%", &tls), ("%PORT%", &port.to_string())]));
    }
    text.extend(all().filter(|place| place.secure).map(|place| of_place(MOVED, place, &[])));
    let doorstep = server.listen.apache();
    text.extend(issuer.iter().map(|place| of_place(ISSUER, place, &[("%DOORSTEP%", doorstep.clone())])));
    for (place, site) in &places {
        text.push_str(&app(place, site)?);
    }
    Ok(text)
}

fn app(place: &Place<'_>, site: &RelyingSite) -> Result<String, GenerateError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-');
    if !site.credentials.starts_with('/') || !site.credentials.bytes().all(plain) {
        return Err(GenerateError::Path { name: site.name.clone() });
    }
    let identity = ["-", "_", "."].into_iter().flat_map(spelled_with).map(|name| unset(&name));
    let values = [
        ("%CREDENTIALS%", site.credentials.clone()),
        ("%IDENTITY%", identity.collect::<Vec<_>>().concat()),
        ("%REQUIRE%", required(site.allow.as_deref())),
        ("%UPSTREAM%", place.upstream.apache()),
    ];
    Ok(of_place(APP, place, &values))
}

/// Names of groups hold letters, digits and a few signs; one that has anything else is not let in by Apache.
fn required(allow: Option<&[String]>) -> String {
    let Some(groups) = allow else { return String::from("        Require valid-user\n") };
    let plain = |group: &&String| group.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let one = |group: &String| format!("            Require claim groups:{group}\n");
    let each: Vec<_> = groups.iter().filter(plain).map(one).collect();
    let each = if each.is_empty() { String::from("            Require all denied\n") } else { each.concat() };
    format!(
        "        # Doorstep asks for one of these at the sign-in, and Apache at each request, as the sign-in said.\n        \
         <RequireAny>\n{each}        </RequireAny>\n"
    )
}

fn of_place(template: &str, place: &Place<'_>, more: &[(&str, String)]) -> String {
    // `X-Forwarded-For` and `-Host` would be added to.
    let own = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"].map(String::from);
    let dropped = own.into_iter().chain(each_name()).map(|name| unset(&name)).collect::<Vec<_>>().concat();
    let client = fill(CLIENT, &[("%DROPPED%", &dropped)]);
    let values = [
        ("%TLS%", if place.secure { tls(place) } else { String::new() }),
        ("%CLIENT%", client),
        ("%NAME%", in_comment(&[place.name])),
        ("%NAME_OF_HOST%", place.name_of_host.clone()),
        ("%HOST%", place.host.clone()),
        ("%PORT%", place.port.to_string()),
        ("%SCHEME%", place.scheme().to_owned()),
    ];
    let all: Vec<_> = more.iter().chain(&values).map(|(key, value)| (*key, value.as_str())).collect();
    fill(template, &all)
}

fn tls(place: &Place<'_>) -> String {
    fill(TLS, &[("%NAME_OF_HOST%", &place.name_of_host)])
}

fn unset(name: &str) -> String {
    format!("    RequestHeader unset {name} early\n")
}

/// Browsers keep hosts apart by name: the module's session of one app would be the other's.
fn claimed(issuer: Option<&Place<'_>>, places: &[(Place<'_>, &RelyingSite)]) -> Result<(), GenerateError> {
    let mut seen: Vec<&Place<'_>> = issuer.into_iter().collect();
    for (place, _) in places {
        if let Some(first) = seen.iter().find(|first| first.scope() == place.scope()) {
            let (first, second) = (first.name.to_owned(), place.name.to_owned());
            return Err(GenerateError::Claimed { first, second, host: place.scope().to_owned() });
        }
        seen.push(place);
    }
    Ok(())
}
