//! Under a service manager: it is told when the server is ready and when it stops, and which exit status means that
//! another start is in vain.

use crate::installation::{Installation, PATIENCE, Server, wait};
use doorstep_store::testing::Intruder;
use std::fs::{self, Permissions};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// A service manager's end of the socket, by a path or by an abstract name, and what `NOTIFY_SOCKET` says of it.
fn managers(instance: &Installation) -> [(UnixDatagram, String); 2] {
    let (path, name) = (instance.path("notify"), format!("doorstep-test-{}", instance.port));
    let abstract_address = SocketAddr::from_abstract_name(&name).unwrap();
    let both = [
        (UnixDatagram::bind(&path).unwrap(), path.display().to_string()),
        (UnixDatagram::bind_addr(&abstract_address).unwrap(), format!("@{name}")),
    ];
    for (socket, _) in &both {
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
    }
    both
}

/// The next thing that the service manager hears.
fn received(socket: &UnixDatagram, server: &Server) -> String {
    let mut buffer = [0; 4096];
    let received = socket.recv(&mut buffer);
    assert!(received.is_ok(), "nothing was said: {received:?}\n{}", server.logged());
    let length = received.unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

#[test]
fn a_service_manager_hears_when_the_server_is_ready_and_when_it_stops() {
    let instance = Installation::new("");
    fs::DirBuilder::new().mode(0o700).create(instance.path("data")).unwrap();
    for (socket, named) in managers(&instance) {
        let other = Intruder::open(&instance.path("data/doorstep.db"));
        other.run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;");
        let server = instance.start_under(&named);
        assert_eq!(received(&socket, &server), "STATUS=opening the database\n");
        wait("a sign of life", || (instance.get("/healthz").0 == 200).then_some(()));
        socket.set_nonblocking(true).unwrap();
        assert!(socket.recv(&mut [0; 1]).is_err(), "it is not ready while it waits for the database");
        socket.set_nonblocking(false).unwrap();
        drop(other);
        let reported = received(&socket, &server);
        assert_eq!(instance.get("/readyz").0, 200, "whoever waited for the start finds it ready");
        let serving = format!("READY=1\nSTATUS=serving {} on 127.0.0.1:{}\n", instance.issuer(), instance.port);
        assert_eq!(reported, serving, "{named}");
        server.signal("TERM");
        assert_eq!(received(&socket, &server), "STOPPING=1\nSTATUS=stopping\n");
        assert_eq!(server.ended().code, 0);
    }
}

#[test]
fn a_service_manager_that_is_not_there_is_no_reason_not_to_serve() {
    let instance = Installation::new("");
    let server = instance.start_under(instance.path("nobody").to_str().unwrap());
    wait("readiness", || (instance.get("/readyz").0 == 200).then_some(()));
    server.logs("NOTIFY_SOCKET");
    assert_eq!(server.stop(), 0);
}

/// Exit status 78 stands in the unit of docs/operations.md: systemd leaves the service stopped.
#[test]
fn a_start_that_is_in_vain_until_somebody_corrects_something_has_an_exit_status_of_its_own() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let (key, database) = (instance.path("data/root.key"), instance.path("data/doorstep.db"));
    let kept = fs::read(&key).unwrap();
    let in_vain: [(&str, &dyn Fn()); 7] = [
        ("a lost root key", &|| fs::remove_file(&key).unwrap()),
        ("another root key", &|| fs::write(&key, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n").unwrap()),
        ("no root key", &|| fs::write(&key, "short\n").unwrap()),
        ("an open root key", &|| fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap()),
        ("an open folder", &|| fs::set_permissions(instance.path("data"), Permissions::from_mode(0o707)).unwrap()),
        ("a mistake in the file", &|| instance.declare("alow = true\n")),
        ("a lost database", &|| fs::rename(&database, instance.path("away.db")).unwrap()),
    ];
    for (what, happen) in in_vain {
        happen();
        let (socket, named) = {
            let _ = fs::remove_file(instance.path("notify"));
            managers(&instance).into_iter().next().unwrap()
        };
        let said = instance.start_under(&named).ended();
        assert_eq!(said.code, 78, "{what}: {said:?}");
        socket.set_nonblocking(true).unwrap();
        while let Ok(length) = socket.recv(&mut [0; 4096]) {
            assert_eq!(length, "STATUS=opening the database\n".len(), "{what}: never ready");
        }
        assert_eq!(instance.command(&["user", "list"]).code, 1, "{what}: for any other command it is an error");
        instance.declare("");
        let _ = fs::rename(instance.path("away.db"), &database);
        fs::set_permissions(instance.path("data"), Permissions::from_mode(0o700)).unwrap();
        fs::write(&key, &kept).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    }
    // What another start may find better is another matter.
    let taken = std::net::TcpListener::bind(("127.0.0.1", instance.port)).unwrap();
    assert_eq!(instance.start().ended().code, 1);
    drop(taken);
    assert_eq!(instance.serve().stop(), 0);
}
