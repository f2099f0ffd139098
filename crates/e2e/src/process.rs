//! Programs that a test starts: each has a log file, and none outlives the value that owns it.

use crate::wait::PATIENCE;
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// A program that runs in the background, and is stopped when this value goes.
pub struct Running {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts `command`; everything that it prints goes to the end of `log`.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Self {
        let out = File::options().create(true).append(true).open(log).expect("a log file can be opened");
        let err = out.try_clone().expect("a file handle can be cloned");
        let child =
            command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap_or_else(|error| {
                panic!("{name} does not start: {error}. `./test` installs what the tests need")
            });
        Self { name: name.to_owned(), child, log: log.to_owned() }
    }

    /// All that it printed so far.
    pub fn printed(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name: `TERM`, `HUP`, `KILL`.
    pub fn signal(&self, signal: &str) {
        let script = format!("kill -{signal} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status();
        assert!(status.is_ok(), "no shell to send {signal} to {}", self.name);
    }

    /// Stops it politely and waits, longer than Doorstep gives its last requests; panics with what it printed when it
    /// does not go.
    pub fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.wait_for_end(PATIENCE).unwrap_or_else(|| {
            panic!("{} was asked to stop and did not:\n{}", self.name, self.printed());
        })
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn wait_for_end(&mut self, limit: Duration) -> Option<ExitStatus> {
        let begin = Instant::now();
        while begin.elapsed() < limit {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.alive() {
            self.signal("TERM");
            if self.wait_for_end(Duration::from_secs(5)).is_none() {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
        }
        if std::thread::panicking() {
            let printed = self.printed();
            let tail = printed.lines().rev().take(60).collect::<Vec<_>>();
            eprintln!("--- the last that {} printed ---", self.name);
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }
}

/// Runs a program to its end; panics with everything that it said when it fails.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}{complained}", output.status);
    said
}

/// Whether the tests run as root, as in a container.
pub fn is_root() -> bool {
    run(Command::new("id").arg("-u")).trim() == "0"
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is where it was built")
}

/// A program that `./test` installed into the repository's Python environment.
pub fn from_venv(program: &str) -> PathBuf {
    installed(repository().join(".venv/bin").join(program))
}

/// A program in Go that `./test` built, or a folder that it fetched beside these.
pub fn tool(name: &str) -> PathBuf {
    let tools = std::env::var_os("E2E_TOOLS").map_or_else(|| repository().join("target/tools"), PathBuf::from);
    installed(tools.join(name))
}

/// What must be there.
pub(crate) fn installed(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is missing; `./test` installs it", path.display());
    path
}
