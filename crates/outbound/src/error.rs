//! What can go wrong, for whoever runs the instance: where, what, and how to mend it. Never a query, a header or a
//! body: those may hold secrets, or text that a stranger wrote.

use crate::{
    destination::Destination,
    policy::Refused,
    request::{HEAD, HEADERS},
};
use http::StatusCode;
use std::{io, net::SocketAddr, time::Duration};
use thiserror::Error;

/// A request that brought nothing that can be used.
#[derive(Debug, Error)]
#[error("{at}: {cause}")]
pub struct Error {
    at: String,
    cause: Cause,
}

/// Why.
#[derive(Debug, Error)]
pub enum Cause {
    /// The address may not be called.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The name could not be looked up.
    #[error("the name could not be looked up: {0}")]
    LookUp(io::Error),
    /// Nothing answers there.
    #[error("{address} cannot be reached: {error}")]
    Unreachable {
        /// The last address that was tried.
        address: SocketAddr,
        /// What the operating system says.
        error: io::Error,
    },
    /// The certificate's authority is unknown.
    #[error(
        "the certificate comes from an authority that is not trusted; if it is your own, `outbound.ca_file` names a \
         PEM file with its certificate"
    )]
    UnknownAuthority,
    /// The certificate is for another host.
    #[error("this is another server than the one that was asked for: {0}")]
    OtherName(rustls::Error),
    /// TLS does not come about.
    #[error("TLS does not come about: {0}")]
    Tls(rustls::Error),
    /// The time is over.
    #[error("no answer within {} s; the time ended while {stage}", within.as_secs_f32())]
    TooSlow {
        /// During what.
        stage: Stage,
        /// The limit.
        within: Duration,
    },
    /// The connection broke, or it does not speak HTTP/1.1.
    #[error("the connection broke or does not speak HTTP/1.1: {0}")]
    Broken(hyper::Error),
    /// The head of the answer is too large.
    #[error("the headers of the answer are larger than {} kB or more than {}", HEAD / 1024, HEADERS)]
    HeadTooLarge,
    /// The body is too large.
    #[error("the answer is larger than {limit} bytes")]
    BodyTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body is compressed although that was not asked for.
    #[error("the answer is compressed, which the request ruled out (Accept-Encoding: identity)")]
    Compressed,
    /// The answer leads elsewhere.
    #[error("the answer is a redirect ({}) to {to}, which is not followed; name the address where it ends", status.as_u16())]
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: StatusCode,
        /// The origin it leads to.
        to: String,
    },
    /// The status is no success.
    #[error("the answer has the status {0}")]
    Status(StatusCode),
    /// The answer is of another content type.
    #[error("the answer is not of the content type {expected}")]
    ContentType {
        /// What was asked for.
        expected: String,
    },
    /// The answer is not the JSON that was expected.
    #[error("the answer is not the JSON that was expected: line {line}, column {column}")]
    Json {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
}

/// What a request does, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Others go first.
    Turn,
    /// The name is looked up.
    LookUp,
    /// TCP.
    Connect,
    /// TLS.
    Tls,
    /// The request is sent, and the head of the answer read.
    Head,
    /// The body of the answer is read.
    Body,
}

impl Error {
    pub(crate) fn new(to: &Destination, cause: Cause) -> Self {
        Self { at: to.to_string(), cause }
    }

    /// Why.
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Whether it may pass by itself, so that trying again later makes sense. Otherwise somebody has to mend something.
    pub fn passes(&self) -> bool {
        match &self.cause {
            Cause::LookUp(_) | Cause::Unreachable { .. } | Cause::TooSlow { .. } | Cause::Broken(_) => true,
            Cause::Status(status) => {
                status.is_server_error()
                    || matches!(*status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Turn => "waiting for other requests to the same server",
            Self::LookUp => "looking the name up",
            Self::Connect => "connecting",
            Self::Tls => "agreeing on TLS",
            Self::Head => "waiting for the answer",
            Self::Body => "reading the answer",
        })
    }
}
