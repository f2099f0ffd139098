//! A file for nginx's `http` context (`conf.d`), 1.18 and later with `ngx_http_auth_request_module`.
//!
//! The app's host is written out wherever Doorstep is told of it: nginx picks the server by the host of
//! an absolute request line but would pass on the `Host` header, and the two may differ.

use super::{GenerateError, House, Layout, Place, Site, fill, in_comment, layout, untouched};

const HEAD: &str = "\
# For nginx's http context, by `doorstep generate nginx`. nginx must be one of Doorstep's trusted_proxies.
";

const COMMON: &str = r"
# Connections to Doorstep are kept and reused, and given up before Doorstep gives them up (120 s).
upstream doorstep {
    server %DOORSTEP%;
    keepalive 64;
    keepalive_timeout 60s;
}
";

const MAPS: &str = r#"
map $http_upgrade $doorstep_connection {
    default upgrade;
    ""      "";
}

# The app never sees Doorstep's cookies: it could use them to be the person. One map takes out one of
# them; should any be left over, the app gets none at all.
map $http_cookie $doorstep_cookies_1 {
    default $http_cookie;
    "~^(?<ds_before_1>(?:.*; *)?)__Host-ds_app=[^;]*(?:; *|$)(?<ds_after_1>.*)$" "$ds_before_1$ds_after_1";
}
map $doorstep_cookies_1 $doorstep_cookies_2 {
    default $doorstep_cookies_1;
    "~^(?<ds_before_2>(?:.*; *)?)__Host-ds_relay=[^;]*(?:; *|$)(?<ds_after_2>.*)$" "$ds_before_2$ds_after_2";
}
map $doorstep_cookies_2 $doorstep_cookies {
    default $doorstep_cookies_2;
    "~__Host-ds_" "";
    "~^(?<ds_kept>.*); *$" $ds_kept;
}
"#;

const ISSUER: &str = r#"
# Doorstep itself.
server {
%LISTEN%
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host %HOST%;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Host %HOST%;
    proxy_set_header X-Forwarded-Proto %SCHEME%;

    # Only a proxy may ask whether a request is allowed; people need /fa/start alone.
    location ^~ /fa/ { return 404; }
    location ^~ /.doorstep/ { return 404; }
    location = /fa/start { proxy_pass http://doorstep; }
    location / { proxy_pass http://doorstep; }
}
"#;

const APP: &str = r#"
# %NAME%
upstream %BACKEND% {
    server %UPSTREAM%;
    keepalive 16;
}
server {
%LISTEN%
    # A header with `_` or `.` in its name is dropped: programs behind CGI or WSGI take `Remote_User` for
    # `Remote-User`.
    underscores_in_headers off;
    ignore_invalid_headers on;
    client_max_body_size 0;

    # For the whole server, so that a location added later is guarded as well. Anything but a yes stops
    # here, and so does silence: nothing reaches the app.
    auth_request /.doorstep/ask;
    auth_request_set $doorstep_user   $upstream_http_remote_user;
    auth_request_set $doorstep_groups $upstream_http_remote_groups;
    auth_request_set $doorstep_email  $upstream_http_remote_email;
    auth_request_set $doorstep_name   $upstream_http_remote_name;
    auth_request_set $doorstep_location   $upstream_http_location;
    auth_request_set $doorstep_set_cookie $upstream_http_set_cookie;
    error_page 401 = @doorstep_sign_in;

    # Only Doorstep says who somebody is: all four are set, empty ones too, so that none of the client's
    # can stay. A location with a proxy_set_header of its own must repeat all of these.
    proxy_http_version 1.1;
    proxy_set_header Remote-User   $doorstep_user;
    proxy_set_header Remote-Groups $doorstep_groups;
    proxy_set_header Remote-Email  $doorstep_email;
    proxy_set_header Remote-Name   $doorstep_name;
    proxy_set_header Cookie $doorstep_cookies;
    proxy_set_header Host %HOST%;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Host %HOST%;
    proxy_set_header X-Forwarded-Proto %SCHEME%;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $doorstep_connection;

    location / {
        proxy_pass http://%BACKEND%;
    }

    # The question. The host is written out: a client cannot name another app than the one it reaches.
    location = /.doorstep/ask {
        internal;
        auth_request off;
        proxy_pass http://doorstep/fa/nginx;
        proxy_pass_request_body off;
        proxy_connect_timeout 2s;
        proxy_read_timeout 5s;
        proxy_buffer_size 16k;
        proxy_buffers 4 16k;
        proxy_set_header Host %HOST%;
        proxy_set_header Connection "";
        proxy_set_header Content-Length "";
        proxy_set_header X-Original-URL %SCHEME%://%HOST%$request_uri;
        proxy_set_header X-Original-Method $request_method;
        proxy_set_header X-Forwarded-For $remote_addr;
        # The other family of headers, which a client could have sent.
        proxy_set_header X-Forwarded-Host "";
        proxy_set_header X-Forwarded-Proto "";
        proxy_set_header X-Forwarded-Method "";
        proxy_set_header X-Forwarded-Uri "";
    }

    # Doorstep names an address where a person can sign in. A program gets a plain 401.
    location @doorstep_sign_in {
        auth_request off;
        add_header Set-Cookie $doorstep_set_cookie always;
        add_header Cache-Control no-store always;
        if ($doorstep_location = "") { return 401; }
        return 303 $doorstep_location;
    }

    # The way back from sign-in, and sign-out, on the app's own host.
    location ^~ /.doorstep/ {
        auth_request off;
        proxy_pass http://doorstep;
        proxy_set_header Host %HOST%;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Host %HOST%;
        proxy_set_header X-Forwarded-Proto %SCHEME%;
    }
}
"#;

const TLS: &str = "    listen %PORT% ssl http2;
    server_name %NAME_OF_HOST%;
    ssl_certificate     /etc/ssl/doorstep/%NAME_OF_HOST%.pem; # yours
    ssl_certificate_key /etc/ssl/doorstep/%NAME_OF_HOST%.key; # yours
";

const PLAIN: &str = "    listen %PORT%; # plain HTTP: for a lab, never across a network
    server_name %NAME_OF_HOST%;
";

/// The file for the protected ones among `sites`, and for Doorstep itself.
pub fn nginx(house: &House, sites: &[Site]) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout(house, sites)?;
    let mut text = String::from(HEAD);
    text.push_str(&untouched(&others));
    text.push_str(&fill(COMMON, &[("%DOORSTEP%", &house.listen.nginx())]));
    if !guarded.is_empty() {
        text.push_str(MAPS);
    }
    if let Some(place) = issuer {
        text.push_str(&fill(
            ISSUER,
            &[("%LISTEN%", &listen(&place)), ("%HOST%", &place.host), ("%SCHEME%", place.scheme())],
        ));
    }
    for (nth, place) in guarded.iter().enumerate() {
        text.push_str(&app(place, nth));
    }
    Ok(text)
}

fn app(place: &Place<'_>, nth: usize) -> String {
    let values = [
        ("%NAME%", in_comment(&[place.name])),
        ("%BACKEND%", backend(place.name, nth)),
        ("%UPSTREAM%", place.upstream.nginx()),
        ("%LISTEN%", listen(place)),
        ("%SCHEME%", place.scheme().to_owned()),
        ("%HOST%", place.host.clone()),
    ];
    fill(APP, &values.each_ref().map(|(key, value)| (*key, value.as_str())))
}

fn listen(place: &Place<'_>) -> String {
    let port = place.port.to_string();
    let template = if place.secure { TLS } else { PLAIN };
    fill(template, &[("%PORT%", &port), ("%NAME_OF_HOST%", &place.name_of_host)])
}

/// A name that nginx and a reader understand; the number keeps `a.b` and `a-b` apart.
fn backend(name: &str, nth: usize) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("app_{}_{plain}", nth + 1)
}
