//! Logs: one event per line, as text for people or JSON for machines, to standard error or a file.
//!
//! What comes from a request can neither begin a line nor paint a terminal nor forge a field
//! (security row 102), and is cut at 512 characters. Events carry the fields of the spans around
//! them, so that every line of a request has its id. Libraries log warnings and errors
//! only: at `trace` HTTP libraries would print headers, and with them secrets (row 101).

mod line;

use crate::config::{Log, LogFormat, LogLevel};
use line::{Entry, Fields};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry, reload};

/// The crates whose events follow the configured level.
const OURS: &str = "doorstep";

/// Says nothing: its warnings hold whole answers, and with them Secrets; what fails is told by whoever asked.
const KUBE: &str = "kube_client";

/// Keeps the log open; hand it to whoever reacts to SIGHUP.
#[derive(Clone)]
pub struct LogHandle {
    sink: Arc<Mutex<Box<dyn Write + Send>>>,
    file: Option<PathBuf>,
    filter: reload::Handle<Wanted, Registry>,
}

/// Which events and spans are written.
type Wanted = FilterFn<Box<dyn Fn(&Metadata<'_>) -> bool + Send + Sync>>;

/// Why the log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be opened.
    #[error("the log file {path} cannot be opened: {error}")]
    File {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Something else in this process logs already.
    #[error("the log is open already")]
    Taken,
}

/// Opens the log of this process.
pub fn start(log: &Log) -> Result<LogHandle, LogError> {
    let (subscriber, handle) = subscriber(log, open(log.file.as_ref())?);
    tracing::subscriber::set_global_default(subscriber).map_err(|_| LogError::Taken)?;
    Ok(handle)
}

impl LogHandle {
    /// Opens the file again, after it was moved away. On an error the log goes on in the old one.
    pub fn reopen(&self) -> Result<(), LogError> {
        if self.file.is_some() {
            let fresh = open(self.file.as_ref())?;
            *self.sink.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        Ok(())
    }

    /// Writes what is of this level or graver from now on.
    pub fn set_level(&self, level: LogLevel) {
        // It fails when the subscriber is gone, and then nothing is written anyway.
        let _ = self.filter.reload(wanted(level));
    }
}

/// The subscriber that writes to `sink` as `log` says, and its handle.
fn subscriber(log: &Log, sink: Box<dyn Write + Send>) -> (impl Subscriber + Send + Sync + use<>, LogHandle) {
    let sink = Arc::new(Mutex::new(sink));
    let (wanted, filter) = reload::Layer::new(wanted(log.level));
    let lines = Lines { format: log.format, sink: Arc::clone(&sink) };
    let handle = LogHandle { sink, file: log.file.clone(), filter };
    (Registry::default().with(lines.with_filter(wanted)), handle)
}

fn wanted(level: LogLevel) -> Wanted {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(OURS, level)
        .with_target(KUBE, LevelFilter::OFF);
    // Spans of ours stay at every level: they hold the request id that an error needs.
    let wanted: Box<dyn Fn(&Metadata<'_>) -> bool + Send + Sync> = Box::new(move |metadata: &Metadata<'_>| {
        let ours = metadata.is_span() && metadata.target().starts_with(OURS) && *metadata.level() <= Level::INFO;
        ours || targets.would_enable(metadata.target(), metadata.level())
    });
    FilterFn::new(wanted).with_max_level_hint(level.max(LevelFilter::INFO))
}

fn open(path: Option<&PathBuf>) -> Result<Box<dyn Write + Send>, LogError> {
    let Some(path) = path else { return Ok(Box::new(io::stderr())) };
    let file: io::Result<File> = OpenOptions::new().create(true).append(true).mode(0o640).open(path);
    match file {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(LogError::File { path: path.clone(), error }),
    }
}

struct Lines {
    format: LogFormat,
    sink: Arc<Mutex<Box<dyn Write + Send>>>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(around) = span.extensions().get::<Fields>() {
                fields.add_missing(around);
            }
        }
        let mut time = String::new();
        // Formatting into a String does not fail.
        let _ = SystemTime.format_time(&mut Writer::new(&mut time));
        let metadata = event.metadata();
        let entry = Entry { time: &time, level: *metadata.level(), target: metadata.target(), fields: &fields };
        let line = match self.format {
            LogFormat::Text => entry.text(),
            LogFormat::Json => entry.json(),
        };
        // A log that cannot be written must not stop the instance.
        let _ = self.sink.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
    }
}

#[cfg(test)]
mod tests;
