//! The icons of apps, from the file or address that a person writes to the picture that browsers get.

use crate::installation::{Installation, wait};
use doorstep_core::model::{Icon, IconKind};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

const WIKI: &str = "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/cb\"]\n";

fn drawing(colour: &str) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><path fill=\"{colour}\" d=\"M0 0h9v9z\"/></svg>")
}

/// Where an icon is.
fn address(svg: &str) -> String {
    let name = Icon { kind: IconKind::Svg, bytes: svg.as_bytes().to_vec() }.name();
    format!("/icons/{name}.svg")
}

fn is_shown(instance: &Installation, svg: &str) -> bool {
    let (status, body) = instance.get(&address(svg));
    assert!(matches!((status, body.as_str()), (200, _) | (404, "")), "{status} {body}");
    status == 200 && body == svg
}

#[test]
fn a_file_becomes_the_icon_a_changed_one_replaces_it_and_without_one_the_letter_comes_back() {
    let instance = Installation::new("");
    let (red, blue) = (drawing("red"), drawing("blue"));
    fs::create_dir(instance.path("icons")).unwrap();
    fs::write(instance.path("icons/wiki.svg"), &red).unwrap();
    instance.declare(&format!("{WIKI}icon = \"./icons/wiki.svg\"\n"));
    let server = instance.serve();
    assert!(is_shown(&instance, &red));
    assert_eq!(instance.command(&["plan"]).code, 0, "nothing is left to do");

    fs::write(instance.path("icons/wiki.svg"), &blue).unwrap();
    let reported = server.says("Serving the configuration of ");
    assert!(reported.contains("  wiki       icon changed\n"), "{reported}");
    assert!(is_shown(&instance, &blue) && !is_shown(&instance, &red));

    fs::write(instance.path("icons/wiki.svg"), "<html>").unwrap();
    let plan = wait("what the plan says", || {
        let plan = instance.command(&["plan"]);
        (plan.code == 0 && plan.out.contains("shows its letter")).then_some(plan.out)
    });
    assert!(
        plan.contains(
            "shows its letter and no icon: the file of its icon is not used: it is no picture of a known form"
        ),
        "{plan}"
    );
    assert!(!is_shown(&instance, &blue));
    let told = || server.logged().matches("an icon is not shown").count();
    assert_eq!(wait("the log", || Some(told()).filter(|told| *told > 0)), 1, "{}", server.logged());

    fs::remove_file(instance.path("icons/wiki.svg")).unwrap();
    instance.declare(WIKI);
    wait("a plan without it", || {
        let plan = instance.command(&["plan"]);
        (plan.code == 0 && !plan.out.contains("letter")).then_some(())
    });
    instance.declare("");
    server.says("nothing declares it any more");
    assert_eq!(server.stop(), 0);
}

/// Answers with what is there, and 503 while there is nothing.
fn pictures() -> (u16, Arc<Mutex<String>>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (there, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
    let (shown, count) = (Arc::clone(&there), Arc::clone(&asked));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 2048];
            let _ = stream.read(&mut head);
            count.fetch_add(1, Ordering::SeqCst);
            let body = shown.lock().unwrap().clone();
            let status = if body.is_empty() { "503 Away" } else { "200 OK" };
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
        }
    });
    (port, there, asked)
}

#[test]
fn an_address_is_fetched_once_when_it_answers_and_the_letter_stands_there_until_then() {
    let (port, there, asked) = pictures();
    let green = drawing("green");
    let instance = Installation::new(&format!("{WIKI}icon = \"http://127.0.0.1:{port}/logo?key=1\"\n"));
    let server = instance.serve();
    let plan = wait("what the plan says", || {
        let plan = instance.command(&["plan"]);
        plan.out.contains("shows its letter").then_some(plan)
    });
    assert_eq!(plan.code, 0);
    let why = format!("shows its letter and no icon: http://127.0.0.1:{port}/logo: the answer has the status 503");
    assert!(plan.out.contains(&why), "{}", plan.out);
    assert!(!is_shown(&instance, &green));
    green.clone_into(&mut there.lock().unwrap());
    wait("the next try", || is_shown(&instance, &green).then_some(()));
    let tries = asked.load(Ordering::SeqCst);
    assert!(tries >= 2, "{tries}");
    assert_eq!(server.logged().matches("durable work failed").count(), 1, "{}", server.logged());
    for _ in 0..3 {
        server.signal("HUP");
        assert_eq!(instance.command(&["apply"]).code, 0);
        assert!(is_shown(&instance, &green));
    }
    assert!(!instance.reported(&["plan"]).contains("letter"));
    assert_eq!(server.stop(), 0);
    let server = instance.serve();
    assert!(is_shown(&instance, &green), "also after a restart, with nothing asked");
    assert_eq!(asked.load(Ordering::SeqCst), tries);
    drop(server);
}

#[test]
fn the_same_declaration_in_each_language_is_the_same_icon() {
    let svg = drawing("teal");
    for (name, text) in [
        ("wiki.toml", format!("{WIKI}icon = \"wiki.svg\"\n")),
        (
            "wiki.yaml",
            "apps:\n  wiki:\n    url: https://wiki.example.org\n    callbacks: [/cb]\n    icon: wiki.svg\n".to_owned(),
        ),
        (
            "wiki.json",
            r#"{"apps": {"wiki": {"url": "https://wiki.example.org", "callbacks": ["/cb"], "icon": "wiki.svg"}}}"#
                .to_owned(),
        ),
    ] {
        let instance = Installation::new("");
        fs::write(instance.path("wiki.svg"), &svg).unwrap();
        fs::create_dir(instance.path("apps.d")).unwrap();
        fs::write(instance.path("apps.d").join(name), text).unwrap();
        let server = instance.serve();
        assert!(is_shown(&instance, &svg), "{name}: {}", server.printed());
    }
}
