//! An upstream, as the configuration names it.

use crate::id::GroupName;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// The longest name.
const LONGEST: usize = 32;

/// What an upstream is called in addresses and rows: the NAME of `[upstream.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UpstreamName(Box<str>);

/// Why a text is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 32 of a-z 0-9 - and begins with a letter")]
pub struct InvalidUpstreamName;

impl UpstreamName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UpstreamName {
    type Error = InvalidUpstreamName;

    fn try_from(text: String) -> Result<Self, InvalidUpstreamName> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let begins = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if begins && text.len() <= LONGEST && text.bytes().all(fits) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidUpstreamName)
        }
    }
}

impl FromStr for UpstreamName {
    type Err = InvalidUpstreamName;

    fn from_str(text: &str) -> Result<Self, InvalidUpstreamName> {
        text.to_owned().try_into()
    }
}

impl From<UpstreamName> for String {
    fn from(name: UpstreamName) -> Self {
        name.0.into()
    }
}

impl fmt::Display for UpstreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody else's provider, at which people may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its name.
    pub name: UpstreamName,
    /// What people call it: “Continue with …”.
    pub label: String,
    /// What it speaks.
    pub kind: Kind,
    /// What we are called there.
    pub client_id: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Which claim says a person's groups there.
    pub groups_claim: String,
    /// From each of its groups that means something here to ours. Whoever is in none of them joins nothing.
    pub groups: BTreeMap<String, GroupName>,
    /// Whether somebody new may make an account with it, given an invitation.
    pub enrols: bool,
}

/// What an upstream speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenID Connect.
    OpenId {
        /// Its issuer, byte for byte.
        issuer: String,
    },
    /// Microsoft's, for every tenant: the issuer names the tenant of each person.
    EveryTenant {
        /// The address that discovery is asked at.
        authority: String,
    },
    /// GitHub: OAuth, with an API that says who somebody is.
    GitHub {
        /// The address of the website.
        site: String,
        /// The address of the API.
        api: String,
    },
}

impl Upstream {
    /// The address that whoever runs the instance named; what its documents name is judged by it.
    pub fn home(&self) -> &str {
        match &self.kind {
            Kind::OpenId { issuer } => issuer,
            Kind::EveryTenant { authority } => authority,
            Kind::GitHub { site, .. } => site,
        }
    }

    /// Where it sends people back to. Each upstream has an address of its own, so that an answer of one is never taken
    /// for another's (RFC 9700 §4.4.2.2).
    pub fn redirect_uri(&self, own_issuer: &str) -> String {
        format!("{own_issuer}/login/upstream/{}/callback", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_an_address_and_looks_like_no_other() {
        for name in ["google", "a", "my-idp-2"] {
            assert_eq!(name.parse::<UpstreamName>().unwrap().as_str(), name);
        }
        for name in ["", "Google", "2fa", "-a", "a/b", "a_b", "a.b", "é", &"a".repeat(33)] {
            assert_eq!(name.parse::<UpstreamName>(), Err(InvalidUpstreamName), "{name}");
        }
    }
}
