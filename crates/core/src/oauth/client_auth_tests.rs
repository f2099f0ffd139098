//! Tables: how a client authenticates, and what is refused.

use super::*;
use crate::{
    model::{Rotation, RotationTerms, VersionKeys},
    oauth::sample::{SECRET, client},
    time::Timestamp,
};
use ClientAuthError as E;
use ClientAuthMethod as Registered;
use PresentedMethod::{Basic, None as Public, Post};

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn read(header: Option<&str>, body: &str) -> Result<Presented, E> {
    Presented::read(header, &Params::parse(body.as_bytes()).unwrap())
}

fn secrets(texts: [&str; COMPARED]) -> [Secret<String>; COMPARED] {
    texts.map(|text| Secret::new(text.to_owned()))
}

fn rotated() -> Client {
    let began = Rotation::begin(&client(), 2, (&RotationTerms::default(), false), Timestamp::from_seconds(1));
    Client {
        secret: ClientSecret::Derived { version: 1, rotation: began.ok(), keys: VersionKeys::default() },
        ..client()
    }
}

fn authenticate(client: Option<&Client>, header: Option<&str>, body: &str) -> Result<PresentedMethod, E> {
    let derived = secrets([SECRET, "dummy"]);
    read(header, body)?.authenticate(client, &derived).map(|authenticated| authenticated.method())
}

#[test]
fn rfc6749_2_3_1_who_authenticates_how() {
    let good = basic("app", SECRET);
    let post = format!("client_id=app&client_secret={SECRET}");
    for (registered, header, body, result) in [
        (Registered::Either, Some(good.as_str()), "", Ok(Basic)),
        (Registered::Either, None, post.as_str(), Ok(Post)),
        (Registered::Basic, Some(&good), "", Ok(Basic)),
        (Registered::Basic, None, &post, Err(E::Method(Post))),
        (Registered::Post, None, &post, Ok(Post)),
        (Registered::Post, Some(&good), "", Err(E::Method(Basic))),
        (Registered::Either, None, "client_id=app", Err(E::Method(Public))),
        (Registered::Either, None, "client_id=app&client_secret=", Err(E::Method(Public))),
        (Registered::Either, Some(&basic("app", "")), "", Err(E::Method(Public))),
        (Registered::Either, Some(&basic("app", "wrong")), "", Err(E::WrongSecret)),
        (Registered::Either, None, "client_id=app&client_secret=wrong", Err(E::WrongSecret)),
        (Registered::Either, None, "", Err(E::NoClient)),
        (Registered::Either, None, &format!("client_secret={SECRET}"), Err(E::NoClient)),
        (Registered::None, None, "client_id=app", Ok(Public)),
    ] {
        let client = Client { auth_method: registered, ..client() };
        assert_eq!(authenticate(Some(&client), header, body), result, "{registered:?} {header:?} {body}");
    }
}

#[test]
fn apps_01_basic_and_body_may_say_the_same() {
    let header = basic("app", SECRET);
    for (body, result) in [
        ("client_id=app".to_owned(), Ok(Basic)),
        (format!("client_id=app&client_secret={SECRET}"), Ok(Basic)),
        (format!("client_secret={SECRET}"), Ok(Basic)),
        ("client_id=other".to_owned(), Err(E::Contradiction)),
        ("client_id=APP".to_owned(), Err(E::Contradiction)),
        ("client_id=app&client_secret=other".to_owned(), Err(E::Contradiction)),
    ] {
        assert_eq!(authenticate(Some(&client()), Some(&header), &body), result, "{body}");
    }
    assert_eq!(E::Contradiction.error().code().as_str(), "invalid_request");
}

#[test]
fn apps_01_a_public_client_may_send_a_secret() {
    let public = Client { auth_method: Registered::None, secret: ClientSecret::None, ..client() };
    for (header, body) in [
        (None, "client_id=app&client_secret=whatever"),
        (Some(basic("app", "whatever")), ""),
        (Some(basic("app", "")), "client_id=app"),
    ] {
        assert_eq!(authenticate(Some(&public), header.as_deref(), body), Ok(Public), "{header:?}");
    }
}

#[test]
fn apps_02_basic_is_read_decoded_and_then_raw() {
    let secret = "p%41 ss+w:ö";
    let hash = SecretHash::labelled(SECRET_LABEL, secret.as_bytes()).to_text();
    let client = Client { secret: ClientSecret::Supplied { hash }, ..client() };
    for (header, result) in [
        (basic("app", "p%2541+ss%2Bw%3A%C3%B6"), Ok(Basic)),
        (basic("app", secret), Ok(Basic)),
        (basic("%61pp", secret), Ok(Basic)),
        (basic("app", "pA ss w:ö"), Err(E::WrongSecret)),
        (basic("app", "p%2541"), Err(E::WrongSecret)),
    ] {
        assert_eq!(authenticate(Some(&client), Some(&header), ""), result, "{header}");
    }
}

#[test]
fn rfc7617_2_headers_that_are_not_basic() {
    for (header, result) in [
        (format!("bAsIc {}", STANDARD.encode(format!("app:{SECRET}"))), Ok(Basic)),
        (format!("Basic  {}", STANDARD.encode(format!("app:{SECRET}"))), Ok(Basic)),
        (format!("Bearer {SECRET}"), Err(E::MalformedHeader)),
        ("Basic".into(), Err(E::MalformedHeader)),
        ("Basic !!!".into(), Err(E::MalformedHeader)),
        (format!("Basic {}", STANDARD.encode("no colon")), Err(E::MalformedHeader)),
        (format!("Basic {}", STANDARD.encode([b'a', b':', 0xFF])), Err(E::MalformedHeader)),
        (basic("", SECRET), Err(E::NoClient)),
    ] {
        assert_eq!(authenticate(Some(&client()), Some(&header), ""), result, "{header}");
    }
    let assertion = "client_id=app&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=x";
    assert_eq!(authenticate(Some(&client()), None, assertion), Err(E::Assertion));
}

#[test]
fn rfc6749_5_2_what_a_failed_client_is_told() {
    let reported = |error: E| (error.error().code().as_str(), error.www_authenticate().is_some());
    assert_eq!(reported(E::Contradiction), ("invalid_request", false));
    for error in
        [E::MalformedHeader, E::NoClient, E::Assertion, E::UnknownClient, E::Disabled, E::Method(Basic), E::WrongSecret]
    {
        assert_eq!(reported(error), ("invalid_client", true), "{error:?}");
    }
}

#[test]
fn rotation_keeps_the_previous_secret_and_tells_which_was_used() {
    let derived = secrets(["new", "old"]);
    let client = rotated();
    for (secret, matched) in [("new", Some(Some(0))), ("old", Some(Some(1))), ("older", None)] {
        let presented = read(None, &format!("client_id=app&client_secret={secret}")).ok().unwrap();
        let result = presented.authenticate(Some(&client), &derived).ok();
        assert_eq!(result.map(|authenticated| authenticated.matched()), matched, "{secret}");
    }
}

#[test]
fn a_client_without_a_usable_secret_is_never_authenticated() {
    let unusable = [
        ClientSecret::None,
        ClientSecret::Supplied { hash: "not a hash".into() },
        ClientSecret::Supplied { hash: String::new() },
        ClientSecret::Supplied { hash: SecretHash::labelled("other-label", SECRET.as_bytes()).to_text() },
    ];
    for secret in unusable {
        let client = Client { secret, ..client() };
        let result = authenticate(Some(&client), Some(&basic("app", SECRET)), "");
        assert_eq!(result, Err(E::WrongSecret), "{:?}", client.secret);
    }
}

#[test]
fn security_84_an_unknown_client_is_compared_with_a_dummy_and_looks_like_a_wrong_secret() {
    let (off, other) = (Client { enabled: false, ..client() }, Client { id: "b".parse().unwrap(), ..client() });
    let header = basic("app", SECRET);
    for (client, error) in [(None, E::UnknownClient), (Some(&other), E::UnknownClient), (Some(&off), E::Disabled)] {
        assert_eq!(authenticate(client, Some(&header), ""), Err(error));
        assert_eq!(
            (error.error(), error.www_authenticate()),
            (E::WrongSecret.error(), E::WrongSecret.www_authenticate())
        );
    }
}

#[test]
fn security_84_as_many_secrets_are_compared_for_everybody_and_a_dummy_proves_nobody() {
    let supplied = ClientSecret::Supplied { hash: SecretHash::labelled(SECRET_LABEL, b"supplied").to_text() };
    let of = |secret| Client { secret, ..client() };
    let derived = secrets(["first", "second"]);
    for (client, proved_by) in [
        (None, &[][..]),
        (Some(of(ClientSecret::None)), &[]),
        (Some(of(ClientSecret::Supplied { hash: "not a hash".into() })), &[]),
        (Some(of(supplied)), &["supplied"]),
        (Some(client()), &["first"]),
        (Some(rotated()), &["first", "second"]),
    ] {
        // What there is to compare with is never less, and never something that is known beforehand.
        let (known, own) = known_hashes(client.as_ref(), &derived);
        assert!(known[0] != known[1] && !known.contains(&[0; 32]), "{client:?}");
        assert_eq!(own, proved_by.len(), "{client:?}");
        for secret in ["first", "second", "supplied", ""] {
            let proved = authenticate_with(client.as_ref(), secret, &derived);
            assert_eq!(proved.is_ok(), proved_by.contains(&secret), "{client:?} {secret}");
            // One that was found in some place is told by the same rule, also while the client is off.
            let off = client.clone().map(|client| Client { enabled: false, ..client });
            let candidate = Secret::new(secret.to_owned());
            let is_theirs = off.is_some_and(|client| is_secret_of(&client, &candidate, &derived));
            assert_eq!(is_theirs, proved_by.contains(&secret), "{client:?} {secret}");
        }
    }
}

fn authenticate_with(
    client: Option<&Client>,
    secret: &str,
    derived: &[Secret<String>; COMPARED],
) -> Result<PresentedMethod, E> {
    let presented = read(None, &format!("client_id=app&client_secret={secret}"))?;
    presented.authenticate(client, derived).map(|authenticated| authenticated.method())
}
