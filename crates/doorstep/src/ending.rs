//! How a command ends: what it did or why it could not, in words and as an exit code.

use crate::config::Mistakes;
use crate::guarded::OpenToAll;
use crate::paint::Paint;
use crate::terminal::printable;
use std::io::{self, Write};
use std::process::ExitCode;

/// How a command that did its work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, or nothing to do: exit code 0.
    Done,
    /// Changes wait to be applied: exit code 2.
    ChangesPending,
    /// What was asked is answered with no: exit code 2.
    Negative,
}

impl Outcome {
    /// The exit code of the process.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::ChangesPending | Self::Negative => 2,
        }
    }
}

/// The exit code of a server that would end the same way at every start: `EX_CONFIG` of sysexits(3). A service manager
/// leaves it at that.
pub const START_IN_VAIN: u8 = 78;

/// Why a command did not do its work: exit code 1, but for a server that starts in vain.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration has mistakes.
    #[error("{0}")]
    Mistakes(#[from] Mistakes),
    /// Something else prevents it.
    #[error("{what}")]
    Refused {
        /// What happened, as a sentence.
        what: String,
        /// What to do about it.
        remedy: Option<String>,
        /// Whether it stays so until a person corrects something.
        lasts: bool,
    },
    /// A server could not start, or go on.
    #[error("{0}")]
    Server(Box<Failure>),
    /// The result could not be printed.
    #[error("the result could not be printed: {0}")]
    Output(#[from] io::Error),
}

impl From<OpenToAll> for Failure {
    fn from(OpenToAll { what, remedy }: OpenToAll) -> Self {
        Self::refused(what, remedy).until_corrected()
    }
}

impl Failure {
    /// A refusal: what happened, and in `remedy` what to do.
    pub fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), remedy: Some(remedy.into()), lasts: false }
    }

    /// A refusal whose words say what to do, or of which nobody knows it.
    pub fn bare(what: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), remedy: None, lasts: false }
    }

    /// The same, where trying again is in vain until a person has corrected the configuration or put back what was lost.
    #[must_use]
    pub fn until_corrected(mut self) -> Self {
        if let Self::Refused { lasts, .. } = &mut self {
            *lasts = true;
        }
        self
    }

    /// Whether trying again is in vain.
    fn lasts(&self) -> bool {
        match self {
            Self::Mistakes(_) | Self::Refused { lasts: true, .. } => true,
            Self::Refused { .. } | Self::Output(_) => false,
            Self::Server(inner) => inner.lasts(),
        }
    }

    /// The exit code of the process.
    pub fn code(&self) -> u8 {
        if matches!(self, Self::Server(_)) && self.lasts() { START_IN_VAIN } else { 1 }
    }

    /// Whether the reader of the output closed it early, as in `doorstep … | head`.
    pub fn is_reader_gone(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What is printed on standard error.
    pub fn render(&self, paint: Paint) -> String {
        match self {
            Self::Mistakes(mistakes) => mistakes.render(paint, "Nothing took effect."),
            Self::Server(inner) => inner.render(paint),
            Self::Refused { what, remedy, .. } => {
                let remedy = remedy.as_ref().map(|remedy| format!("{remedy}\n")).unwrap_or_default();
                format!("{}\n{remedy}", paint.bad(what))
            }
            Self::Output(_) => format!("{self}\n"),
        }
    }
}

/// Prints how a command ended, and returns its exit code.
pub fn finish(ended: Result<Outcome, Failure>, err: &mut dyn Write, paint: Paint) -> ExitCode {
    match ended {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(failure) if failure.is_reader_gone() => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing can be printed when standard error is gone too.
            let _ = err.write_all(printable(&failure.render(paint)).as_bytes());
            ExitCode::from(failure.code())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ending_has_its_exit_code_and_its_words() {
        for (ended, code, reported) in [
            (Ok(Outcome::Done), ExitCode::SUCCESS, ""),
            (Ok(Outcome::ChangesPending), ExitCode::from(2), ""),
            (
                Err(Failure::refused("The database is newer.", "Install 0.2.0.")),
                ExitCode::from(1),
                "The database is newer.\nInstall 0.2.0.\n",
            ),
            (
                Err(Failure::refused("The key is lost.", "Put it back.").until_corrected()),
                ExitCode::from(1),
                "The key is lost.\nPut it back.\n",
            ),
            (
                Err(Failure::Server(Box::new(Failure::refused("The key is lost.", "Put it back.").until_corrected()))),
                ExitCode::from(78),
                "The key is lost.\nPut it back.\n",
            ),
            (
                Err(Failure::Server(Box::new(Failure::refused("The port is taken.", "Wait.")))),
                ExitCode::from(1),
                "The port is taken.\nWait.\n",
            ),
            (Err(io::Error::from(io::ErrorKind::BrokenPipe).into()), ExitCode::SUCCESS, ""),
            (
                Err(io::Error::other("disk full").into()),
                ExitCode::from(1),
                "the result could not be printed: disk full\n",
            ),
        ] {
            let mut err = Vec::new();
            assert_eq!(finish(ended, &mut err, Paint::PLAIN), code);
            assert_eq!(String::from_utf8(err).unwrap(), reported);
        }
    }
}
