//! A folder with a configuration, the program, and what it says.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Installation {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Installation {
    /// An instance on loopback with these further lines of configuration.
    pub(crate) fn new(tables: &str) -> Self {
        let port = free_ports(1);
        let this = Self { folder: tempfile::tempdir().unwrap(), port };
        this.declare(tables);
        this
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces the configuration whole, as editors and deployments do.
    pub(crate) fn declare(&self, tables: &str) {
        let text = format!("issuer = \"{}\"\nlisten = \"127.0.0.1:{}\"\n{tables}", self.issuer(), self.port);
        self.write(&text);
    }

    pub(crate) fn write(&self, text: &str) {
        let beside = self.path("doorstep.toml.new");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, self.path("doorstep.toml")).unwrap();
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Said {
        let output = self.program(arguments).output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A command that reads something from standard input.
    pub(crate) fn command_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut program = self.program(arguments);
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = program.spawn().unwrap();
        // A command that refuses before it reads closes the pipe.
        let _ = running.stdin.take().unwrap().write_all(input.as_bytes());
        let output = running.wait_with_output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A command that must succeed; what it printed.
    pub(crate) fn reported(&self, arguments: &[&str]) -> String {
        let said = self.command(arguments);
        assert_eq!(said.code, 0, "{said:?}");
        said.out
    }

    /// Starts the server and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        let mut server = self.start();
        wait("ready", || {
            server.must_run();
            (self.get("/readyz").0 == 200).then_some(())
        });
        server
    }

    /// Starts the server.
    pub(crate) fn start(&self) -> Server {
        self.start_with(&["serve"])
    }

    /// Starts the server with a standard output that nobody reads.
    pub(crate) fn start_unread(&self) -> Server {
        let mut child = self.program(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        Server { child, printed: Arc::default(), logged: Arc::default() }
    }

    /// Starts the server under a service manager that listens on `socket`.
    pub(crate) fn start_under(&self, socket: &str) -> Server {
        Self::followed(self.program(&["serve"]).env("NOTIFY_SOCKET", socket))
    }

    /// Starts a command that goes on.
    pub(crate) fn start_with(&self, arguments: &[&str]) -> Server {
        Self::followed(&mut self.program(arguments))
    }

    fn followed(program: &mut Command) -> Server {
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let printed = follow(child.stdout.take().unwrap());
        let logged = follow(child.stderr.take().unwrap());
        Server { child, printed, logged }
    }

    /// Status and body; 0 when nobody answers.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        match TcpStream::connect(("127.0.0.1", self.port)) {
            Ok(stream) => get(stream, path, &format!("localhost:{}", self.port)),
            Err(_) => (0, String::new()),
        }
    }
}

/// Status and body of a plain HTTP/1.1 request on any stream.
pub(crate) fn get<S: Read + Write>(mut stream: S, path: &str, host: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let sent = stream.write_all(request.as_bytes()).and_then(|()| stream.flush());
    if sent.is_err() || (stream.read_to_end(&mut answer).is_err() && answer.is_empty()) {
        return (0, String::new());
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    printed: Arc<Mutex<String>>,
    logged: Arc<Mutex<String>>,
}

impl Server {
    pub(crate) fn printed(&self) -> String {
        self.printed.lock().unwrap().clone()
    }

    pub(crate) fn logged(&self) -> String {
        self.logged.lock().unwrap().clone()
    }

    /// Waits until the log holds this: what it does beside the log may be seen before.
    pub(crate) fn logs(&self, text: &str) {
        wait(&format!("`{text}` in the log"), || self.logged().contains(text).then_some(()));
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn must_run(&mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended with {ended:?}:\n{}\n{}", self.printed(), self.logged());
    }

    /// Waits until it has printed a text, and gives all that it printed.
    pub(crate) fn says(&self, text: &str) -> String {
        wait(&format!("`{text}` to be told"), || {
            let printed = self.printed();
            printed.contains(text).then_some(printed)
        })
    }

    /// Asks it to stop; its exit code.
    pub(crate) fn stop(mut self) -> i32 {
        self.signal("TERM");
        let status = wait("the end", || self.child.try_wait().unwrap());
        status.code().unwrap()
    }

    /// Waits until it ends by itself.
    pub(crate) fn ended(mut self) -> Said {
        let status = wait("the end", || self.child.try_wait().unwrap());
        // Whoever reads its pipes lets go of the text at their end.
        let read = || Arc::strong_count(&self.printed) + Arc::strong_count(&self.logged) == 2;
        wait("the last that it said", || read().then_some(()));
        Said { code: status.code().unwrap(), out: self.printed(), err: self.logged() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first of so many ports in a row that nothing listens at, and that nobody else is given: neither another test of
/// this process, nor a connection that the kernel chooses a port for, from 32768 on.
pub(crate) fn free_ports(count: u16) -> u16 {
    const FIRST: u16 = 12_000;
    const PLACES: u16 = 2_000;
    /// As many as anybody asks for.
    const ROW: u16 = 10;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    assert!(count <= ROW);
    // Processes that run at the same time begin at different places.
    let begin = std::process::id().wrapping_mul(331);
    (0..PLACES)
        .map(|_| begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % u32::from(PLACES))
        .map(|place| FIRST + u16::try_from(place).unwrap() * ROW)
        .find(|first| (*first..first + count).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()))
        .unwrap()
}

/// Waits for something that becomes true soon.
pub(crate) fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        sleep(Duration::from_millis(20));
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn follow(mut from: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&text);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            into.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    text
}
