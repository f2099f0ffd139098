//! What a delivery is compared by where its place cannot be read back, and what is remembered of it.

use doorstep_core::secret::{Secret, SecretHash};
use std::{collections::BTreeMap, fmt};

/// Stands for the content of a delivery. It holds at least one secret of 256 bits wherever the content is to
/// stay secret, so that nobody finds the content by trying.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(SecretHash);

impl Fingerprint {
    /// Of a whole content.
    pub fn of(content: &[u8]) -> Self {
        Self(SecretHash::labelled("delivery", content))
    }

    /// Of values under their keys, in whatever order.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: BTreeMap<&str, &str> = pairs.into_iter().collect();
        let texts = || pairs.iter().flat_map(|(key, value)| [*key, *value]);
        // Allocated once, so that no part of it is left behind in memory.
        let mut whole = Vec::with_capacity(texts().map(|text| text.len() + size_of::<u64>()).sum());
        for text in texts() {
            whole.extend_from_slice(&(text.len() as u64).to_be_bytes());
            whole.extend_from_slice(text.as_bytes());
        }
        Self(SecretHash::labelled("delivery by key", Secret::new(whole).expose()))
    }
}

impl From<SecretHash> for Fingerprint {
    fn from(hash: SecretHash) -> Self {
        Self(hash)
    }
}

impl From<Fingerprint> for SecretHash {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_under_keys_stand_for_themselves_in_any_order_and_keys_are_no_values() {
        let of = |pairs: &[(&'static str, &'static str)]| Fingerprint::of_pairs(pairs.iter().copied());
        assert_eq!(of(&[("a", "1"), ("b", "2")]), of(&[("b", "2"), ("a", "1")]));
        for other in
            [&[("a", "1")][..], &[("a", "1b"), ("", "2")], &[("a", "12"), ("b", "")], &[("a", "2"), ("b", "1")]]
        {
            assert!(of(&[("a", "1"), ("b", "2")]) != of(other));
        }
    }
}
