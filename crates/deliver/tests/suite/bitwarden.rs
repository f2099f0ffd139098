//! Secrets in a project of Bitwarden, behind a stand-in of its servers that is spoken to encrypted.

use crate::{
    bitwarden_server::{Bitwarden, CLIENT_SECRET, ISSUER, PROJECT, Stored, TOKEN_KEY, bearer, sink, token},
    contract::{Ground, holds},
    given::{deliver, delivered},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::secret::Secret;
use doorstep_deliver::BitwardenSink;
use doorstep_onboard::{
    delivery::Rendered,
    sink::{Removed, Sink, SinkError, SinkState},
};
use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
};

const LOGIN: &str = "/identity/connect/token";
const OTHER: &str = "https://other.example.org";
const SECRET: &str = "VW_SSO_CLIENT_SECRET";

fn place() -> String {
    format!("bitwarden:{PROJECT}/VW_")
}

fn wanted(secret: &str) -> Rendered {
    deliver("vaultwarden", &place(), secret)
}

impl Ground for Bitwarden {
    fn scheme(&self) -> &'static str {
        "bitwarden"
    }
    fn place(&self) -> String {
        place()
    }
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(self.sink_of(ISSUER))
    }
    fn held(&self) -> Option<String> {
        let plain = self.plain();
        (!plain.is_empty()).then(|| format!("{plain:?}"))
    }
    fn stamp(&self) -> String {
        self.state().stamp()
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let client = self.client.clone();
        match way {
            0 => self.change("VW_SSO_ENABLED", |stored| stored.value = client.seal("false")),
            1 => self.change(SECRET, |stored| stored.value.truncate(20)),
            // Of another organisation, or an attacker's.
            2 => self.change(SECRET, |stored| stored.value = stored.value.replace("2.", "0.")),
            3 => self.state().secrets.retain(|stored| client.open(&stored.key) != SECRET),
            4 => self.state().secrets.clear(),
            5 => {
                let mut state = self.state();
                let first = state.secrets[0].clone();
                state.secrets.push(Stored { id: PROJECT.to_owned(), ..first });
            }
            _ => return None,
        }
        ["edited", "cut off", "without its code", "one deleted", "deleted", "there twice"].get(way).copied()
    }
    fn occupy(&self) {
        self.put("VW_SSO_CLIENT_ID", "mine", "ask Ada");
    }
    fn clear(&self) {
        self.state().secrets.clear();
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        let silent = Box::leak(Box::new(TcpListener::bind("127.0.0.1:0").unwrap()));
        let mut server = self.server(ISSUER, &token());
        server.identity = format!("http://{}", silent.local_addr().unwrap());
        Some(Box::new(sink(server)))
    }
    fn further_secrets(&self) -> Vec<String> {
        vec![CLIENT_SECRET.to_owned(), TOKEN_KEY.to_owned(), bearer(1)]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_of_bitwarden_keeps_the_contract_of_all_places() {
    holds(&Bitwarden::start()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_is_a_secret_by_itself_that_only_clients_can_read() {
    let bitwarden = Bitwarden::start();
    let wanted = wanted("canary");
    delivered(&bitwarden.sink_of(ISSUER), &wanted).await;
    let held = bitwarden.values();
    assert_eq!(held.len(), wanted.values.len());
    for pair in &wanted.values {
        assert_eq!(held.get(&format!("VW_{}", pair.key)), Some(pair.value.expose()), "{}", pair.key);
    }
    let notes: Vec<String> = bitwarden.plain().into_iter().map(|(_, _, note)| note).collect();
    let note = format!(
        "Delivered by Doorstep for vaultwarden. Edits are overwritten: change the declaration of the app instead.\n\
         doorstep: {{\"instance\":\"{ISSUER}\",\"app\":\"vaultwarden\",\"prefix\":\"VW_\"}}"
    );
    assert!(notes.iter().all(|said| *said == note), "{notes:?}");
    // Neither a value nor a name nor a note went there in plain, and the token's key not at all.
    for asked in bitwarden.double.heard.lock().unwrap().iter() {
        for plain in ["canary", "SSO_CLIENT", "Delivered", "example.org", TOKEN_KEY] {
            assert!(!format!("{asked:?}").contains(plain), "{plain} in {asked:?}");
        }
    }
    // A document is one secret, and a project needs no prefix.
    let document = deliver("immich", &format!("bitwarden:{PROJECT}"), "s3cret");
    delivered(&bitwarden.sink_of(ISSUER), &document).await;
    assert_eq!(bitwarden.values().get("immich.json"), Some(document.text.expose()));
    assert_eq!(bitwarden.sink_of(ISSUER).observe(&wanted, None).await, SinkState::Same);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_no_longer_delivered_go_and_what_people_say_of_a_secret_stays() {
    let bitwarden = Bitwarden::start();
    let sink = bitwarden.sink_of(ISSUER);
    let before = wanted("one");
    let mut after = wanted("two");
    let gone = after.values.pop().unwrap();
    delivered(&sink, &before).await;
    let client = bitwarden.client.clone();
    bitwarden.change(SECRET, |stored| stored.note = client.seal(&format!("{}\nask Ada", client.open(&stored.note))));
    bitwarden.put("OTHER", "theirs", "");
    assert_eq!(sink.observe(&after, None).await, SinkState::Differs);
    delivered(&sink, &after).await;
    assert!(!bitwarden.values().contains_key(&format!("VW_{}", gone.key)));
    assert_eq!(bitwarden.values().get("OTHER").map(String::as_str), Some("theirs"));
    let (_, value, note) = bitwarden.plain().into_iter().find(|(name, ..)| name == SECRET).unwrap();
    assert!(value == "two" && note.ends_with("\nask Ada"), "{note}");
    // Nobody's but what is marked is taken away.
    assert_eq!(sink.remove(&after.to, after.fingerprint()).await, Ok(Removed::Gone));
    assert_eq!(bitwarden.values().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_instance_or_app_delivered_is_left_alone_until_it_is_handed_over() {
    let bitwarden = Bitwarden::start();
    let (sink, wanted) = (bitwarden.sink_of(ISSUER), wanted("s3cret"));
    delivered(&bitwarden.sink_of(OTHER), &wanted).await;
    let held = bitwarden.plain();
    for wanted in [&wanted, &deliver("vaultwarden", &place(), "two")] {
        let error = sink.write(wanted).await.unwrap_err().to_string();
        assert!(error.contains(&format!("the instance {OTHER} delivers the secret VW_")), "{error}");
        assert!(error.contains(&format!("write {ISSUER} for it in the secret's note")), "{error}");
        assert!(matches!(sink.observe(wanted, None).await, SinkState::Blocked { .. }));
        assert_eq!(sink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::WasNotThere));
    }
    assert_eq!(bitwarden.plain(), held);
    // As the message says.
    let client = bitwarden.client.clone();
    for stored in &mut bitwarden.state().secrets {
        stored.note = client.seal(&client.open(&stored.note).replace(OTHER, ISSUER));
    }
    delivered(&sink, &wanted).await;
    // `bitwarden:PROJECT` and a key that begins like another's prefix.
    bitwarden.clear();
    bitwarden.put(
        "immich.json",
        "theirs",
        &format!("doorstep: {{\"instance\":\"{ISSUER}\",\"app\":\"x\",\"prefix\":\"i\"}}"),
    );
    let document = deliver("immich", &format!("bitwarden:{PROJECT}"), "s3cret");
    let error = sink.write(&document).await.unwrap_err().to_string();
    assert!(error.contains("immich.json there is delivered for x") && error.contains("/PREFIX_"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_instances_that_begin_at_once_one_wins_and_the_other_is_told() {
    let bitwarden = Bitwarden::start();
    for round in 0..10 {
        let (one, two) = (bitwarden.sink_of(ISSUER), bitwarden.sink_of(OTHER));
        let wanted = wanted("s3cret");
        let (first, second) = tokio::join!(one.write(&wanted), two.write(&wanted));
        for done in [&first, &second] {
            let told = |error: &SinkError| matches!(error, SinkError::Blocked(why) if why.contains("the instance"));
            assert!(done.as_ref().err().is_none_or(told), "{round}: {done:?}");
        }
        assert!(first.is_ok() != second.is_ok(), "{round}: {first:?} {second:?}");
        // No name is there twice, whoever has it.
        assert_eq!(bitwarden.plain().len(), bitwarden.values().len(), "{round}: {first:?} {second:?}");
        delivered(if first.is_ok() { &one } else { &two }, &wanted).await;
        bitwarden.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_of_one_instance_no_secret_is_there_twice() {
    let bitwarden = Bitwarden::start();
    for round in 0..10 {
        let (one, two) = (bitwarden.sink_of(ISSUER), bitwarden.sink_of(ISSUER));
        let wanted = wanted("s3cret");
        let (first, second) = tokio::join!(one.write(&wanted), two.write(&wanted));
        for done in [&first, &second] {
            assert!(!matches!(done, Err(SinkError::Blocked(_))), "{round}: {done:?}");
        }
        assert_eq!(bitwarden.plain().len(), bitwarden.values().len(), "{round}");
        delivered(&one, &wanted).await;
        bitwarden.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_makes_just_before_is_theirs_whichever_key_it_is() {
    let wanted = wanted("s3cret");
    for nth in 1..=u64::try_from(wanted.values.len()).unwrap() {
        let bitwarden = Bitwarden::start();
        bitwarden.state().ahead = Some((nth, bitwarden.client.seal("theirs")));
        let error = bitwarden.sink_of(ISSUER).write(&wanted).await.unwrap_err().to_string();
        assert!(error.contains("is there that Doorstep did not make"), "{nth}: {error}");
        let plain = bitwarden.plain();
        assert_eq!(plain.len(), bitwarden.values().len(), "{nth}: no name is there twice");
        assert_eq!(plain.iter().filter(|(_, _, note)| note == "theirs").count(), 1, "{nth}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_and_not_ended_is_gone_on_with() {
    let (bitwarden, wanted) = (Bitwarden::start(), wanted("s3cret"));
    let sink = bitwarden.sink_of(ISSUER);
    for room in 0..u64::try_from(wanted.values.len()).unwrap() {
        bitwarden.state().room = room;
        let failed = sink.write(&wanted).await;
        assert!(matches!(&failed, Err(SinkError::Unreachable(why)) if why.contains("500")), "{failed:?}");
        let begun = if room == 0 { SinkState::Absent } else { SinkState::Differs };
        assert_eq!(sink.observe(&wanted, None).await, begun);
        bitwarden.state().room = u64::MAX;
        delivered(&sink, &wanted).await;
        bitwarden.clear();
    }
}

async fn fifty(sink: &Arc<BitwardenSink>) -> Vec<SinkState> {
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let sink = Arc::clone(sink);
            tokio::spawn(async move { sink.observe(&wanted("s3cret"), None).await })
        })
        .collect();
    let mut seen = Vec::new();
    for call in calls {
        seen.push(call.await.unwrap());
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_wait_one_logs_in_and_once_more_when_the_login_ended() {
    let bitwarden = Bitwarden::start();
    let sink = Arc::new(bitwarden.sink_of(ISSUER));
    assert!(fifty(&sink).await.iter().all(|seen| *seen == SinkState::Absent));
    assert_eq!(bitwarden.double.heard("POST", LOGIN), 1);
    bitwarden.state().ended = 1;
    assert!(fifty(&sink).await.iter().all(|seen| *seen == SinkState::Absent));
    assert_eq!(bitwarden.double.heard("POST", LOGIN), 2);
    // Where no login is taken, it is tried once more and not for ever.
    bitwarden.state().instead = Some(("GET /api", 401, String::new()));
    let seen = sink.observe(&wanted("s3cret"), None).await;
    assert!(matches!(&seen, SinkState::Blocked { why } if why.contains("have to be of one server")), "{seen:?}");
    assert_eq!(bitwarden.double.heard("POST", LOGIN), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_token_in_its_file_counts_at_once() {
    let bitwarden = Bitwarden::start();
    let file = Arc::new(Mutex::new(token()));
    let mut server = bitwarden.server(ISSUER, "");
    let read = Arc::clone(&file);
    server.token = Arc::new(move || Ok(Secret::new(read.lock().unwrap().clone())));
    let sink = sink(server);
    assert_eq!(sink.observe(&wanted("s3cret"), None).await, SinkState::Absent);
    *file.lock().unwrap() = token().replace(CLIENT_SECRET, "canary-revoked");
    let seen = sink.observe(&wanted("s3cret"), None).await;
    let told = |why: &str| why.contains("its token was revoked") && !why.contains("canary");
    assert!(matches!(&seen, SinkState::Blocked { why } if told(why)), "{seen:?}");
    *file.lock().unwrap() = token();
    assert_eq!(sink.observe(&wanted("s3cret"), None).await, SinkState::Absent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_wrong_is_told_by_what_is_wrong_with_it() {
    let bitwarden = Bitwarden::start();
    for (token, said) in [
        (String::new(), "no token of a machine account"),
        (format!("{}canary", token()), "no token of a machine account"),
        (token().replace(TOKEN_KEY, ""), "no token of a machine account"),
        (token().replace(CLIENT_SECRET, "canary"), "another server (in Europe: https://identity.bitwarden.eu)"),
        (token().replace("X8vb", "Y8vb"), "behind the colon"),
    ] {
        let error = sink(bitwarden.server(ISSUER, &token)).write(&wanted("s3cret")).await.unwrap_err();
        assert!(matches!(&error, SinkError::Blocked(why) if why.contains(said)), "{error:?}");
        assert!(!format!("{error:?}").contains("canary") && !format!("{error:?}").contains(TOKEN_KEY), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_may_not_be_read_or_written_is_told_and_not_taken_for_empty() {
    let (bitwarden, wanted) = (Bitwarden::start(), wanted("s3cret"));
    let sink = bitwarden.sink_of(ISSUER);
    let told = |why: &str| why.contains(PROJECT) && why.contains("give it `Can read, write` there");
    for may in [(false, false), (true, false)] {
        bitwarden.state().may = may;
        let seen = sink.observe(&wanted, None).await;
        assert!(matches!(&seen, SinkState::Blocked { why } if told(why)), "{may:?}: {seen:?}");
        assert!(matches!(sink.write(&wanted).await, Err(SinkError::Blocked(why)) if told(&why)), "{may:?}");
        let removed = sink.remove(&wanted.to, wanted.fingerprint()).await;
        assert!(matches!(removed, Err(SinkError::Blocked(why)) if told(&why)), "{may:?}");
    }
    bitwarden.state().may = (true, true);
    delivered(&sink, &wanted).await;
    bitwarden.state().may = (true, false);
    assert_eq!(sink.observe(&wanted, None).await, SinkState::Same);
    let seen = sink.observe(&self::wanted("two"), None).await;
    assert!(matches!(&seen, SinkState::Blocked { why } if told(why)), "{seen:?}");
    let removed = sink.remove(&wanted.to, wanted.fingerprint()).await;
    assert!(matches!(removed, Err(SinkError::Blocked(why)) if told(&why)));
    // Other secrets are there, so that only the attempt shows it.
    bitwarden.clear();
    bitwarden.put("OTHER", "theirs", "");
    assert!(matches!(sink.write(&wanted).await, Err(SinkError::Blocked(why)) if told(&why)));
    let nowhere = deliver("vaultwarden", "bitwarden:00000000-0000-4000-8000-000000000000/VW_", "s3cret");
    let seen = sink.observe(&nowhere, None).await;
    assert!(matches!(&seen, SinkState::Blocked { why } if why.contains("no project 00000000")), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_answers_instead_is_told_and_nothing_is_written_then() {
    let (own, html) = (r#"{"object":"error","message":"canary"}"#, "<html>canary</html>");
    // Of the length of an id, and none.
    let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"organization":"{}"}}"#, "-".repeat(36)));
    let no_id = format!(r#"{{"access_token":"a.{claims}.c","encrypted_payload":"x"}}"#);
    for (at, status, body, passes, said) in [
        ("POST /identity", 429, "", true, "limits how many requests it takes"),
        ("POST /identity", 500, own, true, "fails at a login"),
        ("POST /identity", 403, own, false, "allows a login to nobody"),
        ("POST /identity", 404, html, false, "refuses a login"),
        ("POST /identity", 200, html, true, "no answer of Bitwarden"),
        ("POST /identity", 200, r#"{"access_token":"a.b.c","encrypted_payload":"x"}"#, true, "no answer of Bitwarden"),
        ("POST /identity", 200, &no_id, true, "no answer of Bitwarden"),
        ("GET /api", 429, own, true, "limits how many requests it takes"),
        ("GET /api", 503, html, true, "fails at what is asked"),
        ("GET /api", 403, own, false, "look at the organisation's Secrets Manager"),
        ("GET /api", 404, own, false, "there is no project"),
        ("GET /api", 404, html, true, "no answer of Bitwarden"),
        ("GET /api", 404, "", true, "no answer of Bitwarden"),
        ("GET /api", 200, html, true, "no answer of Bitwarden"),
        ("GET /api", 200, "{}", true, "no answer of Bitwarden"),
        ("GET /api", 418, own, false, "refuses what is asked"),
        ("POST /api/secrets/get-by-ids", 404, own, true, "went away meanwhile"),
        ("POST /api/secrets/get-by-ids", 200, r#"{"data":[]}"#, true, "no answer of Bitwarden"),
        ("POST /api/organizations", 400, own, false, "a value may be too long"),
        ("POST /api/organizations", 200, html, true, "no answer of Bitwarden"),
    ] {
        let bitwarden = Bitwarden::start();
        bitwarden.put("VW_OTHER", "theirs", "");
        bitwarden.state().instead = Some((at, status, body.to_owned()));
        let error = bitwarden.sink_of(ISSUER).write(&wanted("s3cret")).await.unwrap_err();
        let (why, passed) = match &error {
            SinkError::Unreachable(why) => (why, true),
            SinkError::Blocked(why) => (why, false),
        };
        assert!(passed == passes && why.contains(said) && !why.contains("canary"), "{at} {status}: {error:?}");
        assert_eq!(bitwarden.values().len(), 1, "{at} {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_cannot_be_read_stops_everything_and_a_note_that_cannot_is_nobodys() {
    let (bitwarden, wanted) = (Bitwarden::start(), wanted("s3cret"));
    let sink = bitwarden.sink_of(ISSUER);
    delivered(&sink, &wanted).await;
    bitwarden.change(SECRET, |stored| stored.note = stored.note.replace("2.", "0."));
    let error = sink.write(&wanted).await.unwrap_err().to_string();
    assert!(error.contains(&format!("a secret {SECRET} is there that Doorstep did not make")), "{error}");
    bitwarden.change(SECRET, |stored| stored.key = stored.key.replace("2.", "0."));
    let error = sink.write(&wanted).await.unwrap_err().to_string();
    assert!(error.contains("not encrypted with the organisation's key"), "{error}");
}
