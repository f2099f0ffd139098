//! The client: sends a request and follows the redirects that may be followed.

#[cfg(feature = "testing")]
use crate::testing::{Names, Table};
use crate::{
    answer::Answer,
    deadline::Deadline,
    destination::Destination,
    error::{Cause, Error},
    live::Live,
    request::Request,
    resolver::Resolver,
    settings::Settings,
};
use http::{Method, StatusCode, header};
use std::sync::Arc;

/// Redirects that are followed at most.
const HOPS: usize = 3;

/// The client. One for the whole process, because it counts the requests that are on their way.
#[derive(Clone)]
pub enum Outbound {
    /// Over the network.
    Live(Arc<Live>),
    /// Answers from a table, without a network: for tests.
    #[cfg(feature = "testing")]
    Table(Table),
}

impl Outbound {
    /// A client that calls over the network.
    pub fn new(settings: Settings) -> Result<Self, rustls::Error> {
        Ok(Self::Live(Arc::new(Live::new(settings, Resolver::System)?)))
    }

    /// A client that calls over the network and resolves names by `names`.
    #[cfg(feature = "testing")]
    pub fn with_names(settings: Settings, names: Names) -> Result<Self, rustls::Error> {
        Ok(Self::Live(Arc::new(Live::new(settings, Resolver::Names(names))?)))
    }

    /// Sends a request. What comes back is an answer of any status but that of a redirect.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        let deadline = Deadline::within(request.within);
        let mut to = request.to.clone();
        let mut followed = 0;
        loop {
            let answer = self.exchange(&request, &to, deadline).await.map_err(|cause| Error::new(&to, cause))?;
            if !is_redirect(answer.status) {
                return Ok(answer);
            }
            let location = answer.header(&header::LOCATION).unwrap_or_default();
            let follows = request.follows && request.method == Method::GET && followed < HOPS;
            match to.redirected(location) {
                Some(there) if follows => {
                    to = there;
                    followed += 1;
                }
                _ => {
                    let cause = Cause::Redirect { status: answer.status, to: to.origin_of(location) };
                    return Err(Error::new(&to, cause));
                }
            }
        }
    }

    async fn exchange(&self, request: &Request, to: &Destination, deadline: Deadline) -> Result<Answer, Cause> {
        match self {
            Self::Live(live) => live.exchange(request, to, deadline).await,
            #[cfg(feature = "testing")]
            Self::Table(table) => table.exchange(request, to),
        }
    }
}

const fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
