//! A Service of Kubernetes, as the address of an upstream names it: `NAME.NAMESPACE.svc:PORT`.

use super::{GenerateError, Layout, Server, Site, Upstream, layout};

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

/// What is to be laid out in a cluster, whose own names are `words`: nothing stands before the controller that it would not
/// know of, and each app's objects have names of their own.
pub(super) fn layout_in_a_cluster<'a>(
    server: &'a Server,
    sites: &'a [Site],
    words: &[&str],
) -> Result<Layout<'a>, GenerateError> {
    if let Some(word) = words.iter().find(|word| !is_label(word)) {
        return Err(GenerateError::Word { word: word.chars().take(40).collect() });
    }
    if !server.front.behind.is_empty() {
        return Err(GenerateError::Behind);
    }
    let laid_out = layout(server, sites)?;
    // A filter there sets a header to one value, and the way back is told the host by that header.
    if let Some(place) = laid_out.guarded.iter().find(|place| place.parent().is_some()) {
        return Err(GenerateError::Wildcard { name: place.name.to_owned() });
    }
    let names = || laid_out.guarded.iter().map(|place| place.name);
    for (nth, second) in names().enumerate() {
        if let Some(first) = names().take(nth).find(|first| object(first) == object(second)) {
            return Err(GenerateError::Alike { first: first.to_owned(), second: second.to_owned() });
        }
    }
    Ok(laid_out)
}

/// A name of an object or a namespace: RFC 1123 §2.1, as Kubernetes reads it.
fn is_label(text: &str) -> bool {
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
