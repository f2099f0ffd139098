//! A question as it came: in which dialect, and with which request line where the proxy asks with the client's own.

use doorstep_core::gateway::Dialect;
use http::{HeaderMap, HeaderValue, Method, header::HOST};
use std::time::Duration;

/// How long a question waits for the database. Whoever asks waits for it.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// One question of a proxy.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(super) dialect: Dialect,
    pub(super) headers: &'a HeaderMap,
    /// Whether the proxy keeps what it may.
    pub(super) keeps: bool,
    line: Option<Line<'a>>,
}

/// The client's request line under the names of HTTP/2 (RFC 9113 §8.3.1). No header has such a name.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Where the proxy says so apart from the headers.
    pub(crate) scheme: Option<&'a str>,
    /// Where the proxy says so apart from the headers; else it is `Host`.
    pub(crate) authority: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// All of it is in the headers.
    pub(crate) const fn of_headers(dialect: Dialect, headers: &'a HeaderMap) -> Self {
        Self { dialect, headers, keeps: false, line: None }
    }

    /// From nginx, which keeps answers that may be kept.
    pub(crate) const fn of_keeper(headers: &'a HeaderMap) -> Self {
        Self { dialect: Dialect::Nginx, headers, keeps: true, line: None }
    }

    /// The client's request line came with it.
    pub(crate) const fn with_line(dialect: Dialect, headers: &'a HeaderMap, line: Line<'a>) -> Self {
        Self { dialect, headers, keeps: false, line: Some(line) }
    }

    /// Envoy asks with the method of the client, at its path below `/fa/envoy`. `None` for another path.
    pub(crate) fn of_envoy(method: &'a Method, target: &'a str, headers: &'a HeaderMap) -> Option<Self> {
        let path = target.strip_prefix("/fa/envoy").filter(|path| path.starts_with('/'))?;
        let line = Line { method: method.as_str(), path, scheme: None, authority: None };
        Some(Self::with_line(Dialect::Envoy, headers, line))
    }

    /// Name and value of all that was said.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let headers = self.headers;
        let named = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let line = self.line.map(|line| {
            let said = |name, value: Option<&'a str>| value.map(|value| (name, value.as_bytes()));
            [
                said(":method", Some(line.method)),
                said(":path", Some(line.path)),
                said(":scheme", line.scheme),
                said(":authority", line.authority),
            ]
        });
        let host = self.line.filter(|line| line.authority.is_none()).map(|_| {
            let values = headers.get_all(HOST).into_iter().map(HeaderValue::as_bytes);
            values.map(|value| (":authority", value))
        });
        line.into_iter().flatten().flatten().chain(host.into_iter().flatten()).chain(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_the_prefix_the_path_is_the_clients_as_it_came() {
        let headers = HeaderMap::new();
        let path = |target| {
            let question = Question::of_envoy(&Method::OPTIONS, target, &headers)?;
            question.pairs().find(|(name, _)| *name == ":path").map(|(_, path)| path.to_vec())
        };
        for (target, expected) in [
            ("/fa/envoy/", Some("/")),
            ("/fa/envoy/a?b=/fa/envoy", Some("/a?b=/fa/envoy")),
            ("/fa/envoy/../healthz", Some("/../healthz")),
            ("/fa/envoy//x", Some("//x")),
            ("/fa/envoy", None),
            ("/fa/envoy?x", None),
            ("/fa/envoyx", None),
        ] {
            assert_eq!(path(target).as_deref(), expected.map(str::as_bytes), "{target}");
        }
    }

    #[test]
    fn the_host_is_the_questions_own_and_a_second_one_is_told() {
        let mut headers = HeaderMap::new();
        headers.append(HOST, HeaderValue::from_static("a.test"));
        headers.append(HOST, HeaderValue::from_static("b.test"));
        let hosts = |question: Question<'_>| {
            let named = question.pairs().filter(|(name, _)| *name == ":authority");
            named.map(|(_, host)| String::from_utf8_lossy(host).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(hosts(Question::of_envoy(&Method::GET, "/fa/envoy/", &headers).unwrap()), ["a.test", "b.test"]);
        let line = Line { method: "GET", path: "/", scheme: Some("https"), authority: Some("c.test") };
        assert_eq!(hosts(Question::with_line(Dialect::EnvoyGrpc, &headers, line)), ["c.test"]);
        assert!(hosts(Question::of_headers(Dialect::Forward, &headers)).is_empty());
    }
}
