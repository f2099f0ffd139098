//! A Service of Kubernetes, as the address of an upstream names it: `NAME.NAMESPACE.svc:PORT`.

use super::{GenerateError, Upstream};

/// What routes and policies name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Service<'a> {
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    pub(super) port: u16,
}

impl<'a> Service<'a> {
    /// The place of `whose`, which is no Service when its address has another form.
    pub(super) fn of(whose: &str, upstream: &'a Upstream) -> Result<Self, GenerateError> {
        let other = || GenerateError::Service { name: whose.to_owned() };
        let mut labels = upstream.name().ok_or_else(other)?.split('.');
        let (Some(name), Some(namespace), port) = (labels.next(), labels.next(), upstream.port()) else {
            return Err(other());
        };
        let rest: Vec<_> = labels.collect();
        let fits =
            is_label(name) && is_label(namespace) && matches!(rest[..], [] | ["svc"] | ["svc", "cluster", "local"]);
        let port = port.filter(|_| fits).ok_or_else(other)?;
        Ok(Self { namespace, name, port })
    }

    /// As the cluster's DNS has it.
    pub(super) fn host(&self) -> String {
        format!("{}.{}.svc.cluster.local", self.name, self.namespace)
    }

    /// As a route names it.
    pub(super) fn reference(&self) -> String {
        format!("{{ name: {}, namespace: {}, port: {} }}", self.name, self.namespace, self.port)
    }
}

/// A name of an object or a namespace: RFC 1123 §2.1, as Kubernetes reads it.
pub(super) fn is_label(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

/// The name of an app's objects.
pub(super) fn object(app: &str) -> String {
    app.chars().map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_a_name_and_a_namespace() {
        let read = |text: &str| Service::of("tv", &text.parse().unwrap()).ok().map(|one| one.reference());
        let said = Some(String::from("{ name: tv, namespace: media, port: 8096 }"));
        for same in ["tv.media:8096", "tv.media.svc:8096", "tv.media.svc.cluster.local:8096"] {
            assert_eq!(read(same), said, "{same}");
        }
        for other in ["tv:8096", "10.0.0.7:8096", "unix:/run/tv.sock", "tv.media.example.org:80", "T.v:1", "-t.v:1"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
