//! For tests, this crate's and others': a client that answers from a table, and names that lead where a test says.

pub use crate::resolver::Names;
use crate::{
    answer::Answer,
    client::Outbound,
    destination::{Destination, NamedBy},
    error::{Cause, Stage},
    policy::Policy,
    request::Request,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A client without a network: what it answers stands in a table, and what was asked is remembered.
///
/// Size limits and redirects hold as over the network, and an address that stands in the URL itself is judged. Names
/// are not looked up: each counts as public.
#[derive(Clone, Default)]
pub struct Table(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    replies: HashMap<(Method, String), Reply>,
    seen: Vec<Seen>,
}

/// What the table answers.
#[derive(Clone, Debug)]
pub struct Reply(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Answer(StatusCode, HeaderMap, Bytes),
    Silence,
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Who named it.
    pub named_by: NamedBy,
    /// The headers that whoever asked set.
    pub headers: HeaderMap,
    /// What was sent along.
    pub body: Bytes,
}

impl Reply {
    /// An answer with a status and an empty body.
    ///
    /// # Panics
    /// When `status` is none.
    #[expect(clippy::expect_used, reason = "for tests, which say what they expect")]
    pub fn status(status: u16) -> Self {
        Self(Kind::Answer(StatusCode::from_u16(status).expect("a status"), HeaderMap::new(), Bytes::new()))
    }

    /// 200 and a JSON document.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::status(200).with(header::CONTENT_TYPE, "application/json").body(body)
    }

    /// A server that never answers.
    pub const fn silence() -> Self {
        Self(Kind::Silence)
    }

    /// The same with a header.
    ///
    /// # Panics
    /// When `value` cannot be one.
    #[expect(clippy::expect_used, reason = "for tests, which say what they expect")]
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Kind::Answer(_, headers, _) = &mut self.0 {
            headers.append(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn body(mut self, bytes: impl Into<Bytes>) -> Self {
        if let Kind::Answer(_, _, body) = &mut self.0 {
            *body = bytes.into();
        }
        self
    }
}

impl Table {
    /// The client that answers from it.
    pub fn outbound(&self) -> Outbound {
        Outbound::Table(self.clone())
    }

    /// From now on, this is the answer. Whatever has no answer cannot be reached.
    pub fn on(&self, method: Method, url: &str, reply: Reply) {
        self.lock().replies.insert((method, url.to_owned()), reply);
    }

    /// What was asked so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    pub(crate) fn exchange(&self, request: &Request, to: &Destination) -> Result<Answer, Cause> {
        if let Some(address) = to.literal() {
            Policy::default().judge(to, &[address])?;
        }
        let mut inner = self.lock();
        inner.seen.push(Seen {
            method: request.method.clone(),
            url: to.as_str().to_owned(),
            named_by: to.named_by(),
            headers: request.headers.clone(),
            body: request.body.clone(),
        });
        let reply = inner.replies.get(&(request.method.clone(), to.as_str().to_owned())).cloned();
        match reply.map(|reply| reply.0) {
            None => Err(Cause::LookUp(io::Error::other("the test's table has no answer"))),
            Some(Kind::Silence) => Err(Cause::TooSlow { stage: Stage::Head, within: request.within }),
            Some(Kind::Answer(_, _, body)) if body.len() > request.at_most => {
                Err(Cause::BodyTooLarge { limit: request.at_most })
            }
            Some(Kind::Answer(status, headers, body)) => Ok(Answer { from: to.clone(), status, headers, body }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
