//! A server under measurement: a process on one core, its processor time and its memory.

use doorstep_e2e::process::Running;
use std::{
    ffi::OsString,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// The core that servers run on; the load runs on another.
pub(crate) const SERVER_CORE: &str = "0";

/// A process on the server's core.
pub(crate) struct Process {
    running: Running,
}

/// Resident memory in KiB.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(crate) struct Resident {
    /// All of it.
    pub(crate) all: u64,
    /// Without what is mapped from files: the program itself and its libraries.
    pub(crate) own: u64,
}

impl Process {
    /// Starts a program; what it prints goes to `log`.
    pub(crate) fn start(program: &Path, arguments: &[&str], log: &Path) -> Self {
        Self::start_in(&[], program, arguments, log)
    }

    /// The same, with more in its environment.
    pub(crate) fn start_in(environment: &[(&str, OsString)], program: &Path, arguments: &[&str], log: &Path) -> Self {
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE]).arg(program).args(arguments).envs(environment.iter().cloned());
        Self { running: Running::start("the server", &mut command, log) }
    }

    /// Waits until `path` answers 200; says how long after `begin` that was.
    pub(crate) fn ready(&mut self, address: SocketAddr, path: &str, begin: Instant) -> Duration {
        loop {
            if answers(address, path) {
                return begin.elapsed();
            }
            assert!(self.running.alive(), "the server ended:\n{}", self.running.printed());
            assert!(begin.elapsed() < Duration::from_mins(1), "not ready:\n{}", self.running.printed());
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    /// All that it printed so far.
    pub(crate) fn printed(&self) -> String {
        self.running.printed()
    }

    /// Processor time of all its threads since it began.
    pub(crate) fn processor_time(&self) -> Duration {
        let threads = fs::read_dir(self.proc("task")).expect("the server runs");
        let spent = threads.filter_map(|thread| {
            let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(spent.sum())
    }

    /// Resident memory.
    pub(crate) fn resident(&self) -> Resident {
        let status = fs::read_to_string(self.proc("status")).expect("the server runs");
        Resident { all: kib(&status, "VmRSS:"), own: kib(&status, "RssAnon:") }
    }

    /// Waits until it ends by itself; says the most memory that it had until then, in KiB.
    pub(crate) fn ended(mut self) -> u64 {
        let mut most = 0;
        while self.running.alive() {
            // Gone with the process.
            let status = fs::read_to_string(self.proc("status")).unwrap_or_default();
            most = most.max(kib(&status, "VmHWM:"));
            std::thread::sleep(Duration::from_micros(200));
        }
        self.stop();
        most
    }

    /// Stops it politely.
    pub(crate) fn stop(self) {
        let printed = self.running.printed();
        let status = self.running.stop();
        assert!(status.success(), "the server ended with {status}:\n{printed}");
    }

    /// Ends it.
    pub(crate) fn kill(self) {
        self.running.kill();
    }

    fn proc(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.running.id())
    }
}

/// A line of `/proc/PID/status`.
fn kib(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn answers(address: SocketAddr, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        // While nothing listens there, a socket may be connected to itself, and would wait for itself.
        if stream.local_addr()? == stream.peer_addr()? {
            return Ok(false);
        }
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status[9..] == b"200")
    };
    ask().unwrap_or(false)
}
