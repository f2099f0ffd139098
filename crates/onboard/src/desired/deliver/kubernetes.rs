//! Secrets in a Kubernetes cluster: `kubernetes:NAMESPACE/NAME`.

use super::{Wrong, wrong};
use crate::{delivery::Address, language::Proposed, remedy::Remedy};

/// What stands in its table.
pub(super) fn lines(table: Remedy) -> Remedy {
    let inside = table.words(", inside a cluster with nothing in it, elsewhere with ");
    inside.line(["kubeconfig"], Proposed::text("/path"))
}

/// RFC 1123: a namespace is a label, the name of a Secret a subdomain.
pub(super) fn read(written: &str) -> Result<Address, Wrong> {
    let form = "write `kubernetes:NAMESPACE/NAME`, like `kubernetes:monitoring/grafana-oidc`";
    let Some((namespace, name)) = written.split_once('/') else {
        return wrong(format!("`{written}` does not name a Secret"), form);
    };
    if !is_label(namespace) {
        return wrong(format!("`{namespace}` cannot be the name of a namespace"), form);
    }
    if name.len() > 253 || !name.split('.').all(is_label) {
        return wrong(format!("`{name}` cannot be the name of a Secret"), form);
    }
    Ok(Address::Kubernetes { namespace: namespace.to_owned(), name: name.to_owned() })
}

fn is_label(text: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}
