//! An app that is a page in a browser, with oidc-client-ts: what serves its files, and nothing else.

use crate::{
    instance::ISSUER,
    loopback::{Loopback, answer},
    process::repository,
};
use std::net::SocketAddr;

/// Serves the page as the public client `app`, under every path.
pub async fn serve(app: &str, address: SocketAddr) -> Loopback {
    let parties = repository().join("crates/e2e/relying-parties");
    let read = |path: &str| {
        let path = parties.join(path);
        std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; `./test` installs it", path.display()))
    };
    let library = read("node/node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js");
    let page = read("page/page.js");
    let html = format!(
        "<!doctype html><html lang=\"en\" data-issuer=\"{ISSUER}\" data-client=\"{app}\"><title>{app}</title>\n\
         <body><script src=\"/library.js\"></script><script src=\"/page.js\"></script>"
    );
    Loopback::serve(address, move |request| {
        let response = match request.uri().path() {
            "/library.js" => answer(200, "text/javascript", library.clone()),
            "/page.js" => answer(200, "text/javascript", page.clone()),
            _ => answer(200, "text/html; charset=utf-8", html.clone()),
        };
        async move { response }
    })
    .await
}
