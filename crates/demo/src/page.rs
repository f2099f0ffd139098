//! What the sample apps show, in the look of the instance.

use crate::Response;
use doorstep_web::assets::Asset;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use http_body_util::Full;

/// Text as HTML.
pub(crate) fn text(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A page with one sentence as its title. `body` is HTML.
pub(crate) fn page(instance: &str, title: &str, body: &str) -> Response {
    let (title, instance) = (text(title), text(instance));
    let (style, icon) = (Asset::DoorStyle.path(), Asset::Icon.path());
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"{instance}{icon}\">\n\
         <link rel=\"stylesheet\" href=\"{instance}{style}\">\n</head>\n\
         <body class=\"door\">\n<main>\n<header>\n<img class=\"arch\" src=\"{instance}{icon}\" alt=\"\">\n<h1>{title}</h1>\n</header>\n{body}\n</main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Full::from(html));
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

/// Names and values one under the other.
pub(crate) fn facts(facts: impl IntoIterator<Item = (impl AsRef<str>, String)>) -> String {
    let mut rows = String::new();
    for (name, value) in facts {
        let (name, value) = (text(name.as_ref()), text(&value));
        rows.extend(["<div><dt class=\"small soft\">", &name, "</dt><dd>", &value, "</dd></div>\n"]);
    }
    format!("<dl class=\"stack\">\n{rows}</dl>")
}

/// On to another address, with a cookie to keep.
pub(crate) fn redirect(to: &str, cookie: Option<&str>) -> Response {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SEE_OTHER;
    set(&mut response, LOCATION, to);
    if let Some(cookie) = cookie {
        set(&mut response, SET_COOKIE, cookie);
    }
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// An answer of plain text.
pub(crate) fn text_only(status: StatusCode, body: &'static str) -> Response {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(text("<b a=\"1\">'&"), "&lt;b a=&quot;1&quot;&gt;&#39;&amp;");
        assert!(facts([("<i>", "<u>".to_owned())]).contains("&lt;i&gt;</dt><dd>&lt;u&gt;"));
    }
}
