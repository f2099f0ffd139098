//! What a device is told, what becomes of an approval, and who may ask at all.

use super::*;
use crate::{
    entropy::Entropy,
    model::{Amr, Place},
    oauth::{
        client_auth::AuthenticatedClient,
        params::Params,
        sample::{NOW, SIGNED_IN, ada, authenticated, client, scopes},
        token_request::TokenRequest,
    },
    secret::TokenKind,
};

fn token() -> Token {
    Token::random(TokenKind::Device, &mut Entropy::seeded(7))
}

fn presented(client: AuthenticatedClient<'_>) -> PresentedDevice<'_> {
    let body = format!("grant_type={GRANT_TYPE}&device_code={}", token().expose());
    match TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap(), client) {
        Ok(TokenRequest::Device(presented)) => presented,
        _ => panic!("a device code"),
    }
}

fn approval() -> Approval {
    let session = "s1".parse().unwrap();
    Approval { user: ada().user.id, session, auth_time: SIGNED_IN, amr: Amr::Passkey }
}

fn request(answer: DeviceAnswer) -> DeviceRequest {
    DeviceRequest {
        id: "d1".parse().unwrap(),
        client: client().id,
        scopes: scopes("openid email"),
        place: Place::default(),
        created_at: NOW,
        expires_at: NOW + DEVICE_CODE_TTL,
        answer,
        polled_at: None,
        pause: POLL_EVERY,
        used_at: None,
    }
}

#[test]
fn rfc8628_3_5_what_a_device_is_told() {
    let (waiting, approved) = (request(DeviceAnswer::Waiting), request(DeviceAnswer::Approved(approval())));
    let polled = |seconds| DeviceRequest { polled_at: Some(NOW + Ttl::from_seconds(seconds)), ..waiting.clone() };
    let slow = |pause, asked| DeviceRequest { pause: Ttl::from_seconds(pause), ..polled(asked) };
    let too_soon = |seconds| Polled::TooSoon(Ttl::from_seconds(seconds));
    let used = DeviceRequest { used_at: Some(NOW), ..approved.clone() };
    let given = approval();
    for (name, found, after, expected) in [
        ("nothing is known", None, 0, Polled::Refuse(UNKNOWN)),
        ("the first question", Some(&waiting), 0, Polled::Waiting),
        ("in time", Some(&polled(5)), 10, Polled::Waiting),
        ("too soon", Some(&polled(5)), 9, too_soon(10)),
        ("too soon again", Some(&slow(10, 5)), 14, too_soon(15)),
        ("slowed down, in time", Some(&slow(10, 5)), 15, Polled::Waiting),
        ("never slower than a minute", Some(&slow(60, 5)), 6, too_soon(60)),
        ("refused", Some(&request(DeviceAnswer::Refused)), 1, Polled::Refuse(OAuthError::ACCESS_DENIED)),
        ("approved", Some(&approved), 1, Polled::Approved(&given)),
        ("approved, at its last second", Some(&approved), 599, Polled::Approved(&given)),
        ("at its end", Some(&waiting), 600, Polled::Refuse(EXPIRED)),
        ("approved, and its end has come", Some(&approved), 600, Polled::Refuse(EXPIRED)),
        ("used", Some(&used), 1, Polled::Refuse(UNKNOWN)),
    ] {
        let client = client();
        let decided = decide(&presented(authenticated(&client)), found, NOW + Ttl::from_seconds(after));
        assert_eq!(decided, expected, "{name}");
    }
}

#[test]
fn security_100_a_device_code_is_of_no_use_to_another_client() {
    let other = Client { id: "other".parse().unwrap(), ..client() };
    for answer in [DeviceAnswer::Waiting, DeviceAnswer::Approved(approval()), DeviceAnswer::Refused] {
        let request = request(answer);
        assert_eq!(decide(&presented(authenticated(&other)), Some(&request), NOW), Polled::Refuse(UNKNOWN));
    }
}

#[test]
fn security_99_only_a_client_that_is_declared_for_it_asks_so() {
    assert_eq!(may_ask(&client()).unwrap_err().code().as_str(), "unauthorized_client");
    assert!(may_ask(&Client { device: true, ..client() }).is_ok());
}

#[test]
fn a_grant_hangs_on_the_session_of_the_approval_unless_it_is_to_last() {
    for (asked, offline) in [("openid", false), ("openid offline_access", true)] {
        let request = DeviceRequest { scopes: scopes(asked), ..request(DeviceAnswer::Waiting) };
        let grant = grant(&request, &approval(), "g1".parse().unwrap(), NOW);
        let person = grant.person().unwrap();
        assert_eq!((person.offline, person.auth_time, person.amr), (offline, SIGNED_IN, Amr::Passkey));
        assert_eq!((&person.session, &grant.scopes), (&approval().session, &request.scopes));
    }
}

#[test]
fn security_38_nothing_comes_of_an_approval_of_somebody_who_is_off() {
    let (ada, client) = (ada(), client());
    let made = grant(&request(DeviceAnswer::Waiting), &approval(), "g1".parse().unwrap(), NOW);
    let all = Standing { principal: Some(&ada), session_alive: true, consent: None };
    let off = Standing { principal: None, ..all };
    assert_eq!(stands(&made, &client, &all), Ok(&ada));
    assert_eq!(stands(&made, &client, &off), Err(standing::FALLEN));
}

#[test]
fn rfc8628_3_2_the_answer_to_a_device() {
    let code = UserCode::parse("7K2M9QXF").unwrap();
    let said = serde_json::to_value(DeviceAuthorization::new("https://auth.example.org", &token(), &code)).unwrap();
    assert_eq!(said["device_code"], token().expose());
    assert_eq!(said["user_code"], "7K2M-9QXF");
    assert_eq!(said["verification_uri"], "https://auth.example.org/device");
    assert_eq!(said["verification_uri_complete"], "https://auth.example.org/device?code=7K2M-9QXF");
    assert_eq!((&said["expires_in"], &said["interval"]), (&600.into(), &5.into()));
}
