//! The way in for emergencies behind the real proxies: nobody without both, somebody with both while Doorstep is away, a line
//! in the log for each request, and no hole where people come in every day.

use crate::generated_proxies::street::{APP, PREVIEW, Street};
use doorstep_e2e::{
    behind_each,
    certificates::Badge,
    http::{Ask, Visitor},
    instance::GLANCES,
    process::{from_venv, run},
    proxy::Kind,
    wait,
};
use doorstep_onboard::generate::{Emergency, EmergencyProof};
use std::{path::Path, process::Command};
use tempfile::TempDir;
use tokio::net::TcpStream;

const PASSWORD: &str = "four-words-are-good";

behind_each! {
    security_57_in_an_emergency_both_the_network_and_the_credential_are_needed
    without_being_asked_for_there_is_no_way_in
}

/// The ways of proving oneself that this proxy has, each with its file.
fn proofs(kind: Kind, folder: &Path, badge: &Badge) -> Vec<EmergencyProof> {
    let path = |path: &Path| path.display().to_string().parse().expect("a plain path");
    let by_certificate = EmergencyProof::Authority(path(&badge.authority));
    let hashed = |program: &Path| {
        let hash = run(Command::new(program).args(["hash-password", "--plaintext", PASSWORD]));
        format!("operator {}\n", hash.trim())
    };
    let users = match kind {
        Kind::Nginx | Kind::NginxThatKeeps => format!("operator:{{PLAIN}}{PASSWORD}\n"),
        Kind::Caddy => hashed(&from_venv("caddy")),
        Kind::DebianCaddy => hashed(Path::new("/usr/bin/caddy")),
        Kind::Haproxy | Kind::Envoy | Kind::EnvoyGrpc => return vec![by_certificate],
    };
    let file = folder.join("emergency.users");
    std::fs::write(&file, users).expect("a file");
    vec![by_certificate, EmergencyProof::Users(path(&file))]
}

fn page(visitor: &Visitor) -> Ask<'_> {
    let ask = visitor.get(&format!("{GLANCES}/page")).navigating().header("host", format!("{APP}:8444"));
    ask.header("remote-user", "mallory").header("cookie", "a=1; __Host-ds_app=good; b=2")
}

/// The status, or 0 where no TLS came about.
async fn status(ask: Ask<'_>) -> u16 {
    ask.try_send().await.map_or(0, |answer| answer.status.as_u16())
}

async fn security_57_in_an_emergency_both_the_network_and_the_credential_are_needed(kind: Kind) {
    let folder = readable();
    let badge = Badge::make(folder.path(), "emergency.pem");
    let other = Badge::make(folder.path(), "other.pem");
    for proof in proofs(kind, folder.path(), &badge) {
        let by_password = matches!(proof, EmergencyProof::Users(_));
        for (network, inside) in [("127.0.0.0/8", true), ("10.9.0.0/16", false)] {
            let way =
                Emergency { networks: vec![network.parse().expect("a network")], proof: proof.clone(), port: 8444 };
            let mut street = Street::with_a_way_in(kind, &way).await;
            street.gate.take().expect("it is there").end().await;
            let at = street.proxy.emergency;
            let showing = |badge: &Badge| Visitor::showing(badge, at, &street.certificates, &[APP, PREVIEW]);
            let (with, wrong) = (showing(&badge), showing(&other));
            let without = Visitor::through(at, &street.certificates, &[APP]);
            let proved = |ask| if by_password { Ask::basic(ask, "operator", PASSWORD) } else { ask };
            let known = status(proved(page(&with))).await;
            assert_eq!(known == 200, inside, "{kind:?} {proof:?} from {network}: {known}");
            let refused = if by_password { page(&without).basic("operator", "guessed") } else { page(&wrong) };
            assert_ne!(status(refused).await, 200, "{kind:?} {proof:?}");
            assert_ne!(status(page(&without)).await, 200, "{kind:?} {proof:?}");
            let every_day = street.ask("/page").try_send().await.map_or(0, |answer| answer.status.as_u16());
            assert_ne!(every_day, 200, "{kind:?}: where people come in every day, Doorstep is asked");
            let seen = street.echo.seen();
            assert_eq!(seen.len(), usize::from(inside), "{kind:?} {proof:?} from {network}: {seen:?}");
            let Some(seen) = seen.first() else { continue };
            assert!(seen.as_cgi_variable("Remote-User").iter().all(|name| name.is_empty()), "{kind:?}: {seen:?}");
            let kept = seen.all("cookie").join("; ");
            assert_eq!((kept.as_str(), seen.all("host")), ("a=1; b=2", vec![APP]), "{kind:?}");
            assert_eq!(seen.all("authorization"), [""; 0], "{kind:?}");
            // Of a wildcard, the host that was asked for; Envoy's word for it holds the port.
            let preview = with.get(&format!("https://{PREVIEW}/")).header("host", format!("{PREVIEW}:8444"));
            assert_eq!(status(proved(preview.navigating())).await, 200, "{kind:?} {proof:?}");
            let told = if kind == Kind::Envoy { format!("{PREVIEW}:8444") } else { PREVIEW.to_owned() };
            assert_eq!(street.seen().all("host"), [told], "{kind:?}");
            wait::until("the line in the log", wait::PATIENCE, || async {
                street.proxy.log().contains("doorstep_emergency_access").then_some(())
            })
            .await;
        }
    }
}

/// nginx's workers are another user than root.
fn readable() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    run(Command::new("chmod").arg("a+rx").arg(folder.path()));
    folder
}

async fn without_being_asked_for_there_is_no_way_in(kind: Kind) {
    let street = Street::open(kind).await;
    assert!(TcpStream::connect(street.proxy.emergency).await.is_err(), "{kind:?}");
}
