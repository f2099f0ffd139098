//! The set of sinks: chosen by scheme, each call within its limit.

use crate::place::{place, wanted};
use doorstep_deliver::Sinks;
use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use std::{future::pending, time::Duration};

/// Never answers.
struct Hangs;

impl Sink for Hangs {
    fn observe<'a>(&'a self, _: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(pending())
    }

    fn write<'a>(&'a self, _: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(pending())
    }

    fn remove<'a>(&'a self, _: &'a Address, _: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_place_that_hangs_is_unreachable_after_its_limit_and_not_blocked() {
    let place = place();
    let text = wanted(&place.folder, "one");
    let sinks = Sinks::default().with("file", Hangs).limit(Duration::from_millis(20));
    let seen = sinks.observe(&text, None).await;
    assert!(matches!(&seen, SinkState::Unreachable { why } if why.contains("within 0.02 s")), "{seen:?}");
    assert!(matches!(sinks.write(&text).await, Err(SinkError::Unreachable(_))));
    assert!(matches!(sinks.remove(&text.to, text.fingerprint()).await, Err(SinkError::Unreachable(_))));
}

#[tokio::test]
async fn a_scheme_that_no_sink_serves_is_told_and_one_that_is_served_is_passed_on() {
    let place = place();
    let text = wanted(&place.folder, "one");
    let none = Sinks::default();
    assert!(matches!(none.observe(&text, None).await, SinkState::Blocked { why } if why.contains("`file:`")));
    assert!(matches!(none.write(&text).await, Err(SinkError::Blocked(_))));
    let sinks = Sinks::default().with("file", place.sink.clone());
    sinks.write(&text).await.unwrap();
    assert_eq!(sinks.observe(&text, None).await, SinkState::Same);
    assert_eq!(sinks.remove(&text.to, text.fingerprint()).await, Ok(Removed::Gone));
}

#[tokio::test]
async fn a_place_that_keeps_secrets_apart_gets_keys_and_values() {
    let place = place();
    let text = wanted(&place.folder, "s3cret");
    let secrets: Vec<_> = text.values.iter().filter(|pair| pair.secret).map(|pair| pair.key.as_str()).collect();
    assert_eq!(secrets, ["SSO_CLIENT_SECRET"]);
    let of = |key: &str| text.values.iter().find(|pair| pair.key == key).map(|pair| pair.value.expose().as_str());
    assert_eq!(of("SSO_CLIENT_SECRET"), Some("s3cret"));
    assert_eq!(of("SSO_CLIENT_ID"), Some("vaultwarden"));
}
