//! Commands: what no other kind of place fits is handed, as JSON, to a program that the configuration names.
//!
//! The program is started by its list of arguments, without a shell and without Doorstep's environment, which may hold
//! the root key. One JSON object is written to its standard input:
//!
//! ```json
//! { "doorstep": 1, "verb": "write", "target": "grafana", "app": "grafana", "file": "grafana.env",
//!   "values": { "GF_AUTH_GENERIC_OAUTH_CLIENT_ID": "grafana" }, "text": "…" }
//! ```
//!
//! `write` keeps it, `remove` (with `target` only) takes it away, and `observe`, for a command that is said to answer it,
//! looks what is there. Status 0 with such an answer or none is success, 75 (`EX_TEMPFAIL` of sysexits) is worth another try, any other is not. An
//! answer on standard output is one JSON object: `state` (`absent`, `same`, `differs`, `blocked`) for `observe`,
//! `removed` (`gone`, `was_not_there`, `changed`) for `remove`, and `why` for a person. Its error output is thrown away,
//! because it may hold what it was given, and so is everything of the answer but these.

use doorstep_core::secret::Secret;
use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, path::PathBuf, process::Stdio};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

const VERSION: u32 = 1;
const WORTH_ANOTHER_TRY: i32 = 75;
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const LONGEST_ANSWER: u64 = 64 * 1024;
const LONGEST_WHY: usize = 300;

/// A command, as the configuration says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Whether it answers `observe`. Where it does not, what is there is taken for what was delivered last.
    pub observes: bool,
}

/// Delivers by commands.
#[derive(Clone, Debug, Default)]
pub struct CommandSink {
    programs: BTreeMap<String, Program>,
}

impl CommandSink {
    /// By these, each under its name.
    pub fn new(programs: BTreeMap<String, Program>) -> Self {
        Self { programs }
    }

    fn of<'a>(&'a self, place: &'a Address) -> Result<(&'a Program, &'a str), SinkError> {
        let Address::Command { name, target } = place else {
            return Err(SinkError::Blocked("it is not a command".into()));
        };
        let found = self.programs.get(name);
        let missing = || SinkError::Blocked(format!("no command is called {name}: add `sinks.command.{name}`"));
        found.map(|program| (program, target.as_str())).ok_or_else(missing)
    }

    async fn look(&self, wanted: &Rendered, last: Option<Fingerprint>) -> Result<SinkState, SinkError> {
        let (program, target) = self.of(&wanted.to)?;
        if !program.observes {
            return Ok(match last {
                None => SinkState::Absent,
                Some(last) if last == wanted.fingerprint() => SinkState::Same,
                Some(_) => SinkState::Differs,
            });
        }
        let said = program.run(&Asked::of("observe", target, wanted), Some(wanted)).await?;
        Ok(match said.state {
            Some(State::Absent) => SinkState::Absent,
            Some(State::Same) => SinkState::Same,
            Some(State::Differs) => SinkState::Differs,
            Some(State::Blocked) => {
                SinkState::Blocked { why: said.why.unwrap_or_else(|| "the command refuses".into()) }
            }
            None => return Err(SinkError::Blocked("the command did not answer `observe` with a `state`".into())),
        })
    }
}

impl Sink for CommandSink {
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move { self.look(wanted, last).await.unwrap_or_else(SinkState::from) })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move {
            let (program, target) = self.of(&wanted.to)?;
            program.run(&Asked::of("write", target, wanted), Some(wanted)).await?;
            Ok(Written::default())
        })
    }

    fn remove<'a>(&'a self, place: &'a Address, _: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(async move {
            let (program, target) = self.of(place)?;
            let asked = Asked { doorstep: VERSION, verb: "remove", target, what: None };
            let said = program.run(&asked, None).await?;
            Ok(said.removed.map_or(Removed::Gone, Removed::from))
        })
    }
}

#[derive(Serialize)]
struct Asked<'a> {
    doorstep: u32,
    verb: &'static str,
    target: &'a str,
    #[serde(flatten)]
    what: Option<What<'a>>,
}

#[derive(Serialize)]
struct What<'a> {
    app: &'a str,
    file: &'a str,
    values: BTreeMap<&'a str, &'a str>,
    text: &'a str,
}

impl<'a> Asked<'a> {
    fn of(verb: &'static str, target: &'a str, wanted: &'a Rendered) -> Self {
        let values = wanted.values.iter().map(|pair| (pair.key.as_str(), pair.value.expose().as_str())).collect();
        let what = What { app: wanted.app.as_str(), file: &wanted.file, values, text: wanted.text.expose() };
        Self { doorstep: VERSION, verb, target, what: Some(what) }
    }

    fn written(&self) -> Option<Secret<Vec<u8>>> {
        // Room for every character escaped, so that no part of it is left behind in memory.
        let room = self.what.as_ref().map_or(0, |what| {
            what.text.len() + what.values.iter().map(|(key, value)| key.len() + value.len() + 8).sum::<usize>()
        });
        let mut text = Vec::with_capacity(1024 + 6 * room);
        let done = serde_json::to_writer(&mut text, self).is_ok();
        let text = Secret::new(text);
        done.then_some(text)
    }
}

/// What the command says back.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    state: Option<State>,
    removed: Option<Outcome>,
    why: Option<String>,
}

impl Said {
    /// Nothing says nothing; `None` where it is no such answer.
    fn read(answer: &[u8], wanted: Option<&Rendered>) -> Option<Self> {
        if answer.trim_ascii().is_empty() {
            return Some(Self::default());
        }
        // A list would be taken for the members of an object in their order.
        let members: Map<String, Value> = serde_json::from_slice(answer).ok()?;
        let mut said: Self = serde_json::from_value(Value::Object(members)).ok()?;
        said.why = said.why.map(|why| one_line(&why, wanted));
        Some(said)
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Absent,
    Same,
    Differs,
    Blocked,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Gone,
    WasNotThere,
    Changed,
}

impl From<Outcome> for Removed {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Gone => Self::Gone,
            Outcome::WasNotThere => Self::WasNotThere,
            Outcome::Changed => Self::Changed,
        }
    }
}

impl Program {
    async fn run(&self, asked: &Asked<'_>, wanted: Option<&Rendered>) -> Result<Said, SinkError> {
        let shown = self.path.display();
        let text = asked.written().ok_or_else(|| SinkError::Blocked("what it is asked cannot be written".into()))?;
        let mut running = Running::start(self).map_err(|error| {
            let remedy = "name a program that Doorstep may run, by its whole path";
            SinkError::Blocked(format!("{shown} cannot be started: {}; {remedy}", error.kind()))
        })?;
        let failed = |error: std::io::Error| SinkError::Unreachable(format!("{shown} broke off: {}", error.kind()));
        let (status, answer) = running.finish(text).await.map_err(failed)?;
        let said = Said::read(answer.expose(), wanted);
        let told = said.as_ref().and_then(|said| said.why.as_ref());
        let why = |how: String| match told {
            Some(why) => format!("{shown} {how}: {why}"),
            None => format!("{shown} {how}; what it prints is not kept, as it may hold secrets"),
        };
        match status.code() {
            Some(0) => said.ok_or_else(|| {
                let remedy = "let it print that alone, or nothing";
                SinkError::Blocked(format!("the answer of {shown} is not the JSON object that was asked for; {remedy}"))
            }),
            Some(WORTH_ANOTHER_TRY) => Err(SinkError::Unreachable(why("asks to be tried again".into()))),
            Some(code) => Err(SinkError::Blocked(why(format!("ended with status {code}")))),
            None => Err(SinkError::Unreachable(why("was ended by a signal".into()))),
        }
    }
}

/// A started command. Whatever it started ends with it.
struct Running {
    child: Child,
    group: Option<Pid>,
}

impl Running {
    fn start(program: &Program) -> std::io::Result<Self> {
        let child = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .env("PATH", PATH)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { child, group })
    }

    /// Hands it the text and takes its answer, both at once: neither waits for the other.
    async fn finish(&mut self, text: Secret<Vec<u8>>) -> std::io::Result<(std::process::ExitStatus, Secret<Vec<u8>>)> {
        let (stdin, stdout) = (self.child.stdin.take(), self.child.stdout.take());
        let ask = async move {
            if let Some(mut stdin) = stdin {
                // One that does not read its input says by its status whether that was right.
                let _ = stdin.write_all(text.expose()).await;
                let _ = stdin.shutdown().await;
            }
        };
        let hear = async move {
            let mut answer = Vec::new();
            if let Some(mut stdout) = stdout {
                (&mut stdout).take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
                // One that is not heard to its end would be ended by a signal.
                tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await?;
            }
            Ok::<_, std::io::Error>(Secret::new(answer))
        };
        let ((), answer) = tokio::join!(ask, hear);
        let status = self.child.wait().await?;
        Ok((status, answer?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // Nobody is left in it as a rule.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// What a person may read: one line of bounded length, without what was delivered or any piece of it.
fn one_line(why: &str, wanted: Option<&Rendered>) -> String {
    let masked = wanted.map_or_else(|| why.to_owned(), |wanted| wanted.masked(why));
    masked.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WHY).collect()
}
