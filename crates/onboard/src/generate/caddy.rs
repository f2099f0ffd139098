//! A Caddyfile for Caddy 2.8 and later.

use super::{GenerateError, House, Layout, Place, Site, fill, in_comment, layout, untouched};

const HEAD: &str = "\
# Caddyfile by `doorstep generate caddy`. Caddy must be one of Doorstep's trusted_proxies.
";

const SNIPPET: &str = r#"
# What stands in front of each app. Keep the order; `import doorstep` belongs inside `route`,
# which is what makes Caddy keep it, and before anything that changes the path.
(doorstep) {
	# Only Doorstep says who somebody is: what a client claims goes first. Programs behind CGI or
	# WSGI take `Remote_User` and `Remote.User` for the same thing.
	request_header -Remote-*
	request_header -Remote_*
	request_header -Remote.*
	# `Connection: Remote-User` would have the last hop drop what Doorstep said.
	request_header Connection "(?i)remote-[^,]*" ""

	# The way back from sign-in, and sign-out, on each app's own host.
	reverse_proxy /.doorstep/* %DOORSTEP% {
		transport http {
			keepalive 60s
		}
	}

	# Anything but a yes goes back to the client, and so does silence: nothing reaches the app.
	forward_auth %DOORSTEP% {
		# The `?` leaves the app's own query out of this address.
		uri /fa/forward?
		# All four, so that none of the client's can stay.
		copy_headers Remote-User Remote-Groups Remote-Email Remote-Name
		# Connections are kept and reused, and given up before Doorstep gives them up (120 s).
		transport http {
			keepalive 60s
		}
	}

	# The app never sees Doorstep's cookies: it could use them to be the person.
	request_header Cookie "(^|;\s*)__Host-ds_[a-z]+=[^;]*" ""
	request_header Cookie "^;\s*" ""
	@no_cookies header Cookie ""
	request_header @no_cookies -Cookie
}
"#;

const ISSUER: &str = "
# Doorstep itself.
%ADDRESS% {
	route {
		# Only a proxy may ask whether a request is allowed; people need `/fa/start` alone.
		@for_proxies {
			path /fa/* /.doorstep/*
			not path /fa/start
		}
		respond @for_proxies 404
		reverse_proxy %DOORSTEP%
	}
}
";

const APP: &str = "
# %NAME%
%ADDRESS% {
	route {
		import doorstep
		reverse_proxy %UPSTREAM%
	}
}
";

/// The Caddyfile for the protected ones among `sites`, and for Doorstep itself.
pub fn caddy(house: &House, sites: &[Site]) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout(house, sites)?;
    let doorstep = house.listen.caddy();
    let mut text = String::from(HEAD);
    text.push_str(&untouched(&others));
    if !guarded.is_empty() {
        text.push_str(&fill(SNIPPET, &[("%DOORSTEP%", &doorstep)]));
    }
    if let Some(place) = issuer {
        text.push_str(&fill(ISSUER, &[("%ADDRESS%", &address(&place)), ("%DOORSTEP%", &doorstep)]));
    }
    for place in &guarded {
        let values = [
            ("%NAME%", in_comment(&[place.name])),
            ("%ADDRESS%", address(place)),
            ("%UPSTREAM%", place.upstream.caddy()),
        ];
        text.push_str(&fill(APP, &values.each_ref().map(|(key, value)| (*key, value.as_str()))));
    }
    Ok(text)
}

/// With its scheme: `http://` is what keeps Caddy from asking for a certificate in a lab.
fn address(place: &Place<'_>) -> String {
    format!("{}://{}", place.scheme(), place.host)
}
