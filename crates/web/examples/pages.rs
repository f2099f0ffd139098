//! Serves every page with sample data and its real headers, to look at: `cargo run -p doorstep-web --example pages`. In
//! another language: `/p/sign-in/de`.

#[path = "../tests/samples/mod.rs"]
mod samples;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use doorstep_web::{assets, headers::Surface};
use doorstep_words::Language;

async fn index() -> Html<String> {
    let links: Vec<String> = samples::all(samples::FRIENDLY)
        .iter()
        .map(|page| format!("<li><a href=\"/p/{0}\">{0}</a>", page.name))
        .collect();
    Html(format!("<!doctype html><title>Pages</title><ul>{}</ul>", links.join("\n")))
}

async fn page(Path(name): Path<String>) -> Response {
    shown(&name, Language::English)
}

async fn page_in(Path((name, tag)): Path<(String, String)>) -> Response {
    let pseudo = (tag == Language::Pseudo.tag()).then_some(Language::Pseudo);
    shown(&name, pseudo.or(Language::of_tag(&tag)).unwrap_or_default())
}

fn shown(name: &str, language: Language) -> Response {
    let Some(page) = samples::all_in(language, samples::FRIENDLY).into_iter().find(|page| page.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Html(page.html).into_response();
    page.surface.stamp(response.headers_mut(), false);
    response
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::respond(&file, &headers, false).map(axum::body::Body::from)
}

/// An icon of an app, whichever is asked for.
async fn icon() -> Response {
    const SUN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path fill=\"#1f1b17\" \
        d=\"M12 2l3 7 7 3-7 3-3 7-3-7-7-3 7-3z\"/></svg>";
    let mut response = ([("content-type", "image/svg+xml")], SUN).into_response();
    Surface::Icon.stamp(response.headers_mut(), false);
    response
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "it tells where to look")]
async fn main() -> std::io::Result<()> {
    let app = Router::new()
        .route("/", get(index))
        .route("/p/{name}", get(page))
        .route("/p/{name}/{language}", get(page_in))
        .route("/assets/{file}", get(asset))
        .route("/icons/{file}", get(icon));
    let listener = tokio::net::TcpListener::bind("localhost:8482").await?;
    println!("http://localhost:8482");
    axum::serve(listener, app).await
}
