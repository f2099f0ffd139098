//! The table that other crates' tests use, and what an answer can be asked for.

use doorstep_outbound::{
    Cause, NamedBy, OperatorUrl, Outbound, Request, StrangerUrl,
    testing::{Reply, Table},
};
use http::{Method, StatusCode, header};

const JWKS: &str = "https://app.example/jwks?v=1";

fn jwks() -> Request {
    Request::get(StrangerUrl::parse(JWKS).unwrap())
}

fn replied(reply: Reply) -> (Table, Outbound) {
    let table = Table::default();
    table.on(Method::GET, JWKS, reply);
    let outbound = table.outbound();
    (table, outbound)
}

#[tokio::test]
async fn the_table_answers_and_remembers() {
    let (table, outbound) = replied(Reply::json(r#"{"keys":["a"]}"#));
    let answer = outbound.send(jwks().accept("application/json")).await.unwrap().success().unwrap();
    let keys: std::collections::HashMap<String, Vec<String>> = answer.json().unwrap();
    assert_eq!(keys["keys"], ["a"]);

    let posted = Request::post(OperatorUrl::parse("https://app.home/logout").unwrap(), "text/plain", "token");
    let unknown = outbound.send(posted).await.unwrap_err();
    assert!(unknown.passes(), "{unknown}");
    let seen: Vec<_> = table.seen().into_iter().map(|seen| (seen.method, seen.url, seen.named_by, seen.body)).collect();
    let expected = [
        (Method::GET, JWKS.to_owned(), NamedBy::Stranger, "".into()),
        (Method::POST, "https://app.home/logout".to_owned(), NamedBy::Operator, "token".into()),
    ];
    assert_eq!(seen, expected);
    assert_eq!(table.seen()[0].headers[header::ACCEPT], "application/json");
}

#[tokio::test]
async fn security_53_the_table_holds_to_the_rules_of_the_network() {
    let (table, outbound) = replied(Reply::status(302).with(header::LOCATION, "http://127.0.0.1/"));
    let redirect = outbound.send(jwks()).await.unwrap_err();
    assert!(matches!(redirect.cause(), Cause::Redirect { .. }), "{redirect}");

    let literal = StrangerUrl::parse("https://127.0.0.1/").unwrap();
    let refused = outbound.send(Request::get(literal)).await.unwrap_err();
    assert!(matches!(refused.cause(), Cause::Refused(_)), "{refused}");
    assert_eq!(table.seen().len(), 1);

    table.on(Method::GET, JWKS, Reply::json("[1,2,3]"));
    let large = outbound.send(jwks().at_most(6)).await.unwrap_err();
    assert!(matches!(large.cause(), Cause::BodyTooLarge { limit: 6 }), "{large}");
    table.on(Method::GET, JWKS, Reply::silence());
    let silent = outbound.send(jwks()).await.unwrap_err();
    assert!(matches!(silent.cause(), Cause::TooSlow { .. }), "{silent}");
}

#[tokio::test]
async fn json_is_read_only_when_the_content_type_says_so() {
    let table = [
        ("application/json", true),
        ("Application/JSON; charset=utf-8", true),
        ("application/jwk-set+json", true),
        ("text/html", false),
        ("text/json+json", false),
        ("application/jsonp", false),
        ("", false),
    ];
    for (content_type, expected) in table {
        let (_, outbound) = replied(Reply::status(200).with(header::CONTENT_TYPE, content_type).body("[1]"));
        let answer = outbound.send(jwks()).await.unwrap();
        assert_eq!(answer.json::<Vec<u8>>().is_ok(), expected, "{content_type}");
    }
    let (_, outbound) = replied(Reply::status(200).with(header::CONTENT_TYPE, "application/jwt; x=y").body("jwt"));
    let answer = outbound.send(jwks()).await.unwrap();
    assert_eq!(answer.body_as("application/JWT").unwrap().as_ref(), b"jwt");
    assert!(matches!(answer.body_as("text/plain").unwrap_err().cause(), Cause::ContentType { .. }));
}

#[tokio::test]
async fn a_status_tells_what_passes_from_what_has_to_be_mended() {
    let table = [
        (200, None),
        (204, None),
        (304, Some(false)),
        (400, Some(false)),
        (404, Some(false)),
        (408, Some(true)),
        (429, Some(true)),
        (500, Some(true)),
        (503, Some(true)),
    ];
    for (status, passes) in table {
        let (_, outbound) = replied(Reply::status(status));
        let answer = outbound.send(jwks()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::from_u16(status).unwrap());
        assert_eq!(answer.success().err().map(|error| error.passes()), passes, "{status}");
    }
}
