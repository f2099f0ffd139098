//! The address that was judged is the one that is called, over real sockets.

use crate::server::{Hole, Script, Server};
use doorstep_outbound::{
    Cause, OperatorUrl, Outbound, Policy, Refused, Request, Settings, Stage, StrangerUrl, testing::Names,
};
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

fn names(found: &[&str]) -> Names {
    let found: Vec<IpAddr> = found.iter().map(|text| text.parse().unwrap()).collect();
    Names::by(move |_| found.clone())
}

fn outbound(names: Names) -> Outbound {
    Outbound::with_names(Settings::default(), names).unwrap()
}

fn operator(url: &str) -> OperatorUrl {
    OperatorUrl::parse(url).unwrap()
}

#[tokio::test]
async fn security_55_a_name_is_looked_up_once_and_judged_anew_for_each_request() {
    let server = Server::start(|_| Script::ok("here")).await;
    let port = server.at.port();
    let asked = Arc::new(AtomicUsize::new(0));
    // First where it may lead, and the next time to where a cloud tells its machine's credentials.
    let counter = Arc::clone(&asked);
    let rebinding = Names::by(move |_| {
        let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        vec![if first { "127.0.0.1" } else { "169.254.169.254" }.parse().unwrap()]
    });
    let outbound = outbound(rebinding);
    let url = operator(&format!("http://app.home:{port}/"));

    let answer = outbound.send(Request::get(url.clone())).await.unwrap();
    assert_eq!((answer.body().as_ref(), asked.load(Ordering::SeqCst)), (b"here".as_ref(), 1));
    let error = outbound.send(Request::get(url)).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Refused(Refused::Never { .. })), "{error}");
    assert!(!error.passes());
    assert_eq!((server.connections(), asked.load(Ordering::SeqCst)), (1, 2));
}

#[tokio::test]
async fn security_54_the_name_is_judged_anew_for_a_redirect_that_stays_there() {
    let server = Server::start(|_| Script::redirect(302, "/next")).await;
    let asked = AtomicUsize::new(0);
    let rebinding = Names::by(move |_| {
        let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        vec![if first { "127.0.0.1" } else { "169.254.169.254" }.parse().unwrap()]
    });
    let url = operator(&format!("http://app.home:{}/", server.at.port()));
    let error = outbound(rebinding).send(Request::get(url).following_same_origin()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Refused(Refused::Never { .. })), "{error}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn security_55_what_a_stranger_names_inside_sees_no_connection() {
    let trap = Server::trap("127.0.0.1:0").await;
    let port = trap.at.port();
    let outbound = outbound(names(&["9.9.9.9", "127.0.0.1"]));
    for host in
        ["app.example", "localhost", "127.0.0.1", "0x7f.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        let url = StrangerUrl::parse(&format!("https://{host}:{port}/")).unwrap();
        let error = outbound.send(Request::get(url)).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::Refused(_)), "{host}: {error}");
    }
    // And by the operating system's own resolver.
    let real = Outbound::new(Settings::default()).unwrap();
    let url = StrangerUrl::parse(&format!("https://localhost:{port}/")).unwrap();
    let error = real.send(Request::get(url)).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Refused(Refused::Home { .. })), "{error}");
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn security_53_the_metadata_address_by_any_name_sees_no_connection() {
    for host in ["169.254.169.254", "[fd00:ec2::254]", "2852039166", "metadata.example"] {
        let url = StrangerUrl::parse(&format!("https://{host}/latest/meta-data")).unwrap();
        let error = outbound(names(&["169.254.169.254"])).send(Request::get(url)).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::Refused(Refused::Never { .. })), "{host}: {error}");
    }
}

#[tokio::test]
async fn an_allowed_network_opens_that_network_only() {
    let server = Server::trap("127.0.0.2:0").await;
    let port = server.at.port();
    let allow = vec!["127.0.0.1/32".parse().unwrap()];
    let settings = Settings { policy: Policy::new(allow), ..Settings::default() };
    let outbound = Outbound::with_names(settings, names(&["127.0.0.2"])).unwrap();
    let url = StrangerUrl::parse(&format!("https://app.home:{port}/")).unwrap();
    let error = outbound.send(Request::get(url)).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Refused(Refused::Home { .. })), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let server = Server::start(|_| Script::ok("here")).await;
    let url = operator(&format!("http://app.home:{}/", server.at.port()));
    let answer = outbound(names(&["127.0.0.3", "127.0.0.1"])).send(Request::get(url)).await.unwrap();
    assert_eq!(answer.body().as_ref(), b"here");
}

#[tokio::test]
async fn an_address_that_drops_packets_gets_its_share_of_the_time() {
    let server = Server::start(|_| Script::ok("here")).await;
    let hole = Hole::at(&format!("127.0.0.4:{}", server.at.port())).await;
    let url = operator(&format!("http://app.home:{}/", hole.at.port()));
    let both = outbound(names(&["127.0.0.4", "127.0.0.1"]));
    let answer = both.send(Request::get(url.clone())).await.unwrap();
    assert_eq!(answer.body().as_ref(), b"here");

    let error = outbound(names(&["127.0.0.4"])).send(Request::get(url)).await.unwrap_err();
    let Cause::TooSlow { stage: Stage::Connect, within } = error.cause() else { panic!("{error}") };
    assert_eq!(*within, Duration::from_secs(3));
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_and_may_pass() {
    let url = operator("https://nowhere.invalid/");
    let error = Outbound::new(Settings::default()).unwrap().send(Request::get(url)).await.unwrap_err();
    // Without a resolver at all the time ends first.
    assert!(matches!(error.cause(), Cause::LookUp(_) | Cause::TooSlow { .. }), "{error}");
    assert!(error.passes());
}
