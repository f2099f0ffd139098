//! Applies a changed configuration while the server runs, whole or not at all. What cannot change while the server runs is
//! named.

use crate::applied::{note, shown};
use crate::config::{Apply, Loaded, Mistakes, Sources, fingerprint};
use crate::ending::Failure;
use crate::live::{Changes, Parts};
use crate::paint::Paint;
use crate::rotation::Rotations;
use crate::server::Certificate;
use crate::turn::{self, Noticed, Turned, Turns};
use crate::watched::Watched;
use crate::{reason, when, wire};
use doorstep_core::secret::SecretHash;
use doorstep_core::time::{Timestamp, Ttl};
use doorstep_onboard::desired::Desired;
use std::fmt::Write;
use std::sync::Arc;

/// What the server runs with, and what it saw last.
pub(crate) struct Reloader {
    parts: Parts,
    sources: Sources,
    watched: Arc<Watched>,
    certificate: Certificate,
    paint: Paint,
    /// What the server was started with.
    started: Arc<Loaded>,
    /// What it serves now.
    current: Arc<Loaded>,
    /// Since when.
    since: Timestamp,
    /// The files as the start found them, which have not been compared with what it read yet: a change in between would
    /// go unnoticed.
    unsettled: Option<SecretHash>,
    /// The files as they were when they were read; `None` when they changed meanwhile.
    seen: Option<SecretHash>,
    /// The files as the last look found them, changed: they are read when the next look finds them the same.
    noticed: Option<SecretHash>,
    /// The new configuration is good and could not be applied, or waits for a person: it is tried again.
    pending: bool,
    /// Why it is pending, as it was last logged: each look tries again, and says so only when there is something new.
    said: Option<String>,
    /// When what did not answer is tried again.
    again_at: Option<Timestamp>,
    /// Client secrets that are being rotated.
    rotations: Rotations,
    /// What other servers of the instance declare.
    turns: Turns,
}

const WAITS: &str = "a changed configuration waits: doorstep plan shows it, doorstep apply does it";

/// How long what did not answer is left alone.
const REST: Ttl = Ttl::from_seconds(30);

/// What a reloader is made of.
pub(crate) struct Beginning {
    pub(crate) parts: Parts,
    pub(crate) sources: Sources,
    pub(crate) certificate: Certificate,
    pub(crate) paint: Paint,
    pub(crate) loaded: Arc<Loaded>,
    /// What watches the files.
    pub(crate) watched: Watched,
    /// The stamp of the files before the certificate was read.
    pub(crate) found: SecretHash,
    /// What is declared was not applied: it waits for a person.
    pub(crate) pending: bool,
    /// Something did not answer, or another server may have been at work: what is declared is applied once more.
    pub(crate) once_more: bool,
    /// What other servers of the instance declare.
    pub(crate) turns: Turns,
}

impl Reloader {
    /// Watches what was just loaded. A start serves what it read once; whether the files are still that, the first
    /// look asks, so that nobody waits for it.
    pub(crate) fn new(beginning: Beginning) -> Self {
        let Beginning { parts, sources, certificate, paint, loaded, watched, found, pending, once_more, turns } =
            beginning;
        let (since, unsettled, seen) = (parts.instance.now(), Some(found), None);
        let (started, current) = (Arc::clone(&loaded), loaded);
        let again_at = Some(since + rest(&current, once_more));
        let (noticed, said) = (None, pending.then(|| WAITS.to_owned()));
        Self {
            parts,
            sources,
            watched: Arc::new(watched),
            certificate,
            paint,
            started,
            current,
            since,
            unsettled,
            seen,
            noticed,
            pending,
            said,
            again_at,
            rotations: Rotations::new(),
            turns,
        }
    }

    /// Looks whether something changed, and returns what is to be printed; empty when there is nothing.
    pub(crate) async fn look(&mut self) -> String {
        let current = Arc::clone(&self.current);
        if let Some(found) = self.unsettled {
            let sources = self.sources.clone();
            let settling = tokio::task::spawn_blocking(move || settled(found, &current, &sources));
            let Ok(seen) = settling.await else { return String::new() };
            (self.unsettled, self.seen) = (None, seen);
            return String::new();
        }
        let watched = Arc::clone(&self.watched);
        let Ok(now) = tokio::task::spawn_blocking(move || watched.stamp(&current)).await else { return String::new() };
        if self.seen == Some(now) {
            self.noticed = None;
            if !self.pending {
                return self.look_around().await;
            }
            self.turns.look(&self.parts.instance, true).await;
        } else if self.noticed.replace(now) != Some(now) {
            // Somebody may still be writing.
            self.said = None;
            return String::new();
        }
        self.read().await
    }

    /// Looks whether another configuration is in force, and tries again what is to be tried again.
    async fn look_around(&mut self) -> String {
        match self.turns.look(&self.parts.instance, false).await {
            Noticed::Nothing => {}
            Noticed::Again => self.again_at = Some(self.parts.instance.now()),
            Noticed::Aside(said) => return self.stand_aside(&said),
        }
        self.try_again().await
    }

    fn stand_aside(&mut self, said: &str) -> String {
        self.again_at = None;
        tracing::warn!("{said}");
        format!("{said}\n")
    }

    /// Has client secrets that are being rotated delivered, unless servers of another configuration do. Waits for no place.
    pub(crate) fn rotate(&mut self) {
        if self.turns.is_aside() {
            self.rotations.cut_off();
        } else {
            self.rotations.begin(&self.parts.instance, (&self.started, &self.current));
        }
    }

    /// Until the next look at what was applied.
    fn rest(&mut self, soon: bool) {
        self.again_at = Some(self.parts.instance.now() + rest(&self.current, soon));
    }

    /// Tries again what did not answer, and mends what is not as it was applied, when it is time. Returns what is to be
    /// printed.
    async fn try_again(&mut self) -> String {
        if self.again_at.is_none_or(|at| self.parts.instance.now() < at) {
            return String::new();
        }
        self.again_at = Some(self.parts.instance.now() + REST);
        let Ok(desired) = wire::desired(&self.current, &self.started.config) else { return String::new() };
        let config = wire::reaching(&self.started.config, &self.current.config);
        let source = self.turns.source.clone();
        match self.turns.apply(&self.parts.instance, (&config, &desired), source).await {
            Ok(Turned::Applied { done, once_more }) if !done.report.did_something() => {
                self.rest(once_more);
                String::new()
            }
            Ok(turned) => self.turned(turned),
            Err(_) => String::new(),
        }
    }

    /// Reads the configuration and takes it in, because somebody asked for it. Returns what is to be printed.
    pub(crate) async fn read_again(&mut self) -> String {
        self.said = None;
        self.read().await
    }

    async fn read(&mut self) -> String {
        let (current, sources) = (Arc::clone(&self.current), self.sources.clone());
        let (running, watched) = (self.started.config.clone(), Arc::clone(&self.watched));
        let reading = tokio::task::spawn_blocking(move || {
            let before = watched.stamp(&current);
            match wire::checked(&sources, Some(&running)) {
                Ok(read) => (before, settled(watched.stamp(&read.0), &read.0, &sources), Ok(read)),
                Err(mistakes) => (before, Some(before), Err(mistakes)),
            }
        });
        let Ok((before, seen, read)) = reading.await else { return String::new() };
        (self.unsettled, self.seen) = (None, seen);
        match read {
            Ok((loaded, desired)) => self.take_in(loaded, &desired).await,
            Err(mistakes) => {
                self.pending = false;
                self.seen = self.seen.map(|_| before);
                self.refuse(&mistakes)
            }
        }
    }

    fn refuse(&self, mistakes: &Mistakes) -> String {
        let all: Vec<String> = mistakes.iter().map(|one| format!("{} {}", one.place, one.what)).collect();
        tracing::error!(mistakes = all.join("; "), "the changed configuration is not taken in");
        mistakes.render(self.paint, &format!("Still serving the configuration of {}.", when::time(self.since)))
    }

    async fn take_in(&mut self, loaded: Loaded, desired: &Desired) -> String {
        match self.bring_in_line(&loaded, desired).await {
            Ok(Some(turned)) => self.taken_in(loaded, turned),
            Ok(None) => {
                self.pending = true;
                if self.said.replace(WAITS.to_owned()).is_some_and(|said| said == WAITS) {
                    return String::new();
                }
                tracing::warn!("{WAITS}");
                let since = when::time(self.since);
                format!(
                    "A changed configuration waits; until then that of {since} counts.\n\
                     doorstep plan shows what it does, doorstep apply does it.\n"
                )
            }
            Err(failure) => self.not_applied(&failure),
        }
    }

    /// Applies what is declared; `None` when that waits for a person.
    async fn bring_in_line(&mut self, loaded: &Loaded, desired: &Desired) -> Result<Option<Turned>, Failure> {
        let instance = &self.parts.instance;
        let config = wire::reaching(&self.started.config, &loaded.config);
        let source = turn::source(instance, loaded, &self.sources)?;
        if loaded.config.onboard.apply == Apply::Ask && turn::waits(instance, (&config, desired), &source).await? {
            return Ok(None);
        }
        self.rotations.give_up().await;
        let turned = self.turns.apply(instance, (&config, desired), source).await?;
        self.parts.take_in(&loaded.config).map_err(|error| reason::internal(&error))?;
        Ok(Some(turned))
    }

    fn taken_in(&mut self, loaded: Loaded, turned: Turned) -> String {
        (self.pending, self.said) = (false, None);
        let mut reported = self.certificate_again(&loaded);
        self.since = self.parts.instance.now();
        let at_once = Changes::between(&self.current, &loaded);
        self.current = Arc::new(loaded);
        tracing::info!("a changed configuration was taken in");
        let _ = writeln!(reported, "Serving the configuration of {}.", when::time(self.since));
        reported.push_str(&self.turned(turned));
        let changes = Changes { at_once: at_once.at_once, ..Changes::between(&self.started, &self.current) };
        if !changes.at_once.is_empty() {
            tracing::info!(settings = changes.at_once.join(", "), "changed settings were taken in");
        }
        if !changes.after_restart.is_empty() {
            let settings = changes.after_restart.join(", ");
            tracing::warn!(settings, "changed settings take effect after a restart");
        }
        reported.push_str(&changes.reported());
        reported
    }

    fn turned(&mut self, turned: Turned) -> String {
        match turned {
            Turned::Applied { done, once_more } => {
                self.rest(once_more);
                note(&done);
                shown(&done, self.paint)
            }
            Turned::Aside(said) => self.stand_aside(&said),
        }
    }

    fn not_applied(&mut self, failure: &Failure) -> String {
        self.pending = true;
        let why = failure.to_string();
        if self.said.replace(why.clone()).is_some_and(|said| said == why) {
            return String::new();
        }
        tracing::error!(%failure, "the changed configuration could not be applied; trying again");
        format!(
            "{}It is tried again; until then the configuration of {} counts.\n",
            failure.render(self.paint),
            when::time(self.since)
        )
    }

    fn certificate_again(&self, loaded: &Loaded) -> String {
        match &loaded.config.tls {
            Some(tls) if self.certificate.is_used() => match self.certificate.read(tls) {
                Ok(()) => String::new(),
                Err(failure) => {
                    tracing::error!(%failure, "the certificate could not be read again; the one before stays");
                    format!("{}The certificate that is in use stays.\n", failure.render(self.paint))
                }
            },
            _ => String::new(),
        }
    }
}

/// How long until the next look at what is applied: soon, or when it is time for a look at everything.
const fn rest(loaded: &Loaded, soon: bool) -> Ttl {
    if soon { REST } else { loaded.config.onboard.mend_every.ttl() }
}

/// The stamp `found`, if it is that of what was loaded; `None` when a file of the configuration changed since.
fn settled(found: SecretHash, loaded: &Loaded, sources: &Sources) -> Option<SecretHash> {
    (fingerprint(sources) == Some(loaded.fingerprint)).then_some(found)
}
