//! Vault against a server of the test's own, which answers what a real one would not on demand.

use crate::{double::Double, given::deliver};
use doorstep_core::secret::Secret;
use doorstep_deliver::{Auth, VaultServer, VaultSink};
use doorstep_onboard::sink::{Sink, SinkError, SinkState};
use doorstep_outbound::{Outbound, Settings};
use std::sync::{Arc, Mutex};

const ISSUER: &str = "https://auth.example.org";
const PLACE: &str = "vault:secret/apps/vaultwarden";
const DATA: &str = "/v1/secret/data/apps/vaultwarden";
const METADATA: &str = "/v1/secret/metadata/apps/vaultwarden";
const LOGIN: &str = "/v1/auth/approle/login";

impl Double {
    fn sink(&self, auth: Auth) -> VaultSink {
        let address = format!("http://{}", self.address);
        let server = VaultServer { address, namespace: None, auth, instance: ISSUER.to_owned() };
        VaultSink::new(Outbound::new(Settings::default()).map_err(|error| error.to_string()), server)
    }

    fn with_a_token(&self) -> VaultSink {
        self.sink(Auth::Token(Arc::new(|| Ok(Secret::new("t".to_owned())))))
    }

    fn with_a_role(&self) -> VaultSink {
        let secret_id = Arc::new(|| Ok(Secret::new("s".to_owned())));
        self.sink(Auth::AppRole { mount: "approle".into(), role_id: "r".into(), secret_id })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_vaults_own_words_say_that_nothing_is_there() {
    let wanted = deliver("vaultwarden", PLACE, "s3cret");
    for (status, body) in [
        (404, "<html>not found</html>"),
        (404, ""),
        (404, "{}"),
        (404, r#"{"errors": "none"}"#),
        (200, "<html>please sign in</html>"),
        (200, "{}"),
        (200, r#"{"data": {}}"#),
        (200, r#"{"data": {"data": {"A": "1"}, "metadata": {}}}"#),
    ] {
        let double = Double::new(move |_| (status, body.to_owned()));
        let sink = double.with_a_token();
        let seen = sink.observe(&wanted, None).await;
        assert!(matches!(seen, SinkState::Unreachable { .. }), "{status} {body}: {seen:?}");
        assert!(matches!(sink.write(&wanted).await, Err(SinkError::Unreachable(_))), "{status} {body}");
        let removed = sink.remove(&wanted.to, wanted.fingerprint()).await;
        assert!(matches!(removed, Err(SinkError::Unreachable(_))), "{status} {body}: {removed:?}");
        assert_eq!((double.heard("POST", DATA), double.heard("DELETE", METADATA)), (0, 0), "{status} {body}");
    }
    let double = Double::new(|_| (404, r#"{"errors": []}"#.to_owned()));
    assert_eq!(double.with_a_token().observe(&wanted, None).await, SinkState::Absent);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_there_before_it_is_marked() {
    let double = Double::new(|asked| match asked.path.as_str() {
        METADATA => (403, r#"{"errors": ["permission denied"]}"#.to_owned()),
        DATA if asked.method == "POST" => (200, "{}".to_owned()),
        DATA => (404, r#"{"errors": []}"#.to_owned()),
        _ => (200, r#"{"data": {"type": "kv", "options": {"version": "2"}}}"#.to_owned()),
    });
    let wanted = deliver("vaultwarden", PLACE, "s3cret");
    let refused = double.with_a_token().write(&wanted).await;
    assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.contains("secret/metadata")), "{refused:?}");
    assert_eq!(double.heard("POST", METADATA), 1);
    assert!(double.heard.lock().unwrap().iter().all(|asked| !asked.body.contains("s3cret")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_writes_while_a_secret_is_handed_over_is_not_ours() {
    let theirs = r#"{"data": {"data": {"A": "1"}, "metadata": {"version": 3, "custom_metadata": {"team": "home"}}}}"#;
    let double = Double::new(move |asked| match asked.path.as_str() {
        DATA if asked.method == "POST" => (400, r#"{"errors": ["check-and-set parameter did not match"]}"#.to_owned()),
        DATA => (200, theirs.to_owned()),
        _ => (204, String::new()),
    });
    let (sink, wanted) = (double.with_a_token(), deliver("vaultwarden", PLACE, "s3cret"));
    let found = sink.foreign(&wanted).await.unwrap().unwrap();
    let late = sink.adopt(&wanted, found.stamp).await;
    assert!(matches!(&late, Err(SinkError::Unreachable(why)) if why.contains("same time")), "{late:?}");
    let heard = double.heard.lock().unwrap();
    let last = heard.iter().rfind(|asked| asked.path == METADATA).unwrap();
    assert_eq!(last.body, r#"{"custom_metadata":{"team":"home"}}"#);
}

/// Logs in with tokens that count up; `valid` says which of them are, and `allowed` what they may.
fn logins(valid: &Arc<Mutex<usize>>, allowed: bool) -> Double {
    let (valid, given) = (Arc::clone(valid), Mutex::new(0));
    Double::new(move |asked| {
        let known = asked.header("x-vault-token") == format!("token-{}", valid.lock().unwrap());
        match asked.path.as_str() {
            LOGIN => {
                let mut given = given.lock().unwrap();
                *given += 1;
                *valid.lock().unwrap() = *given;
                (200, format!(r#"{{"auth": {{"client_token": "token-{given}"}}}}"#))
            }
            "/v1/auth/token/lookup-self" if known => (200, "{}".to_owned()),
            _ if known && allowed => (404, r#"{"errors": []}"#.to_owned()),
            _ => (403, r#"{"errors": ["permission denied"]}"#.to_owned()),
        }
    })
}

async fn fifty(sink: &Arc<VaultSink>) -> Vec<SinkState> {
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let sink = Arc::clone(sink);
            tokio::spawn(async move { sink.observe(&deliver("vaultwarden", PLACE, "s3cret"), None).await })
        })
        .collect();
    let mut seen = Vec::new();
    for call in calls {
        seen.push(call.await.unwrap());
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_wait_one_logs_in() {
    let valid = Arc::default();
    let double = logins(&valid, true);
    let sink = Arc::new(double.with_a_role());
    assert!(fifty(&sink).await.iter().all(|seen| *seen == SinkState::Absent));
    assert_eq!(double.heard("POST", LOGIN), 1);
    // What they hold has ended.
    *valid.lock().unwrap() = 0;
    assert!(fifty(&sink).await.iter().all(|seen| *seen == SinkState::Absent));
    assert_eq!(double.heard("POST", LOGIN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_missing_costs_no_further_login() {
    let double = logins(&Arc::default(), false);
    let sink = Arc::new(double.with_a_role());
    let refused = |seen: &SinkState| matches!(seen, SinkState::Blocked { why } if why.contains("a policy of who asks"));
    assert!(fifty(&sink).await.iter().all(refused));
    assert_eq!(double.heard("POST", LOGIN), 1);
}
