//! Why a record that is there is not served.

/// The record version of this release. Raised when a release adds a field that an older one must not overlook,
/// such as a restriction; a row that makes use of the field then names this version, and other rows do not.
pub const RECORD_VERSION: i64 = 7;

/// A row that is there, and is not served. The others are served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A newer release wrote it, with something in it that this one would overlook.
    #[error(
        "{table}: `{record}` was written by a newer Doorstep and needs record version {needs}, and this one knows \
         versions up to {RECORD_VERSION}. It is not served, and stays as it is: run the newer Doorstep"
    )]
    Newer {
        /// Where it is.
        table: &'static str,
        /// Its id.
        record: String,
        /// The lowest record version that may serve it.
        needs: i64,
    },
    /// It holds something that no release ever wrote.
    #[error("{table}: `{record}` cannot be read and is not served: {what}")]
    Corrupt {
        /// Where it is.
        table: &'static str,
        /// Its id.
        record: String,
        /// What is wrong with it, without its content.
        what: String,
    },
}

impl Unreadable {
    /// The id of the row.
    pub fn record(&self) -> &str {
        match self {
            Self::Newer { record, .. } | Self::Corrupt { record, .. } => record,
        }
    }
}
