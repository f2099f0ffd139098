//! A rule of an app behind forward auth: which requests it is about, and what becomes of them.
//!
//! Only what it says; how a request is held against it is decided in `gateway::access`.

use super::Proof;
use crate::{gateway::canonical_path, id::GroupName};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet, fmt};

/// One rule. A list that is empty says nothing: any path, any method, any network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Paths, one of which must fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<PathPattern>,
    /// Methods, one of which must be the request's.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub methods: BTreeSet<RuleMethod>,
    /// Networks, one of which the request must come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    /// What becomes of it.
    pub effect: Effect,
}

/// What becomes of a request that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// It reaches the app, whoever sent it, without an identity.
    Pass,
    /// It does not, whoever sent it.
    Refuse,
    /// It does for people who are signed in.
    SignIn {
        /// Groups whose members it does for; `None` for everyone with an account.
        allow: Option<BTreeSet<GroupName>>,
        /// What the sign-in has to be.
        #[serde(default, skip_serializing_if = "Proof::is_nothing")]
        proof: Proof,
    },
}

/// A path, in canonical form: itself alone, or with a slash at its end, it and everything below. A segment `*` is any
/// one segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPattern(String);

/// A method, RFC 9110 §9.1, as a rule names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleMethod(String);

/// Why a text is no path of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// It does not begin with `/`.
    #[error("does not begin with `/`")]
    NoSlash,
    /// A query or a fragment takes no part in a rule.
    #[error("holds `?` or `#`, and a rule looks at the path alone")]
    Query,
    /// Doubled slashes, dot segments, parameters, escapes that mean the same unescaped, or what no path may hold.
    #[error("is not as a browser sends it: without `//`, `.`, `..`, `;` and needless escapes")]
    NotCanonical,
    /// A star stands for a whole segment.
    #[error("holds `*` beside other characters of a segment")]
    Star,
}

/// Why a text is no method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no method: a token in capitals, such as GET")]
pub struct InvalidMethod;

impl PathPattern {
    /// Whether it is about everything below it, too.
    pub fn is_tree(&self) -> bool {
        self.0.ends_with('/')
    }

    /// The segments that a path must begin with, or be.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.strip_suffix('/').unwrap_or(&self.0).split('/').skip(1)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether every path that `other` is about is one of its own.
    pub fn covers(&self, other: &Self) -> bool {
        let (mut own, mut theirs) = (self.segments(), other.segments());
        loop {
            match (own.next(), theirs.next()) {
                (None, None) => return self.is_tree() || !other.is_tree(),
                (None, Some(_)) => return self.is_tree(),
                (Some(own), Some(theirs)) if own == "*" || own == theirs => {}
                (Some(_), _) => return false,
            }
        }
    }
}

impl TryFrom<String> for PathPattern {
    type Error = InvalidPattern;

    fn try_from(text: String) -> Result<Self, InvalidPattern> {
        if !text.starts_with('/') {
            return Err(InvalidPattern::NoSlash);
        }
        if text.contains(['?', '#']) {
            return Err(InvalidPattern::Query);
        }
        // Letters beyond ASCII may be typed as they are: requests have them escaped.
        let canonical = canonical_path(&text).map_err(|_| InvalidPattern::NotCanonical)?;
        let odd = text.is_ascii() && matches!(canonical, Cow::Owned(_));
        if odd || text.contains("//") || text.contains("/.") && has_dots(&text) || canonical.contains(';') {
            return Err(InvalidPattern::NotCanonical);
        }
        if canonical.split('/').any(|segment| segment.contains('*') && segment != "*") {
            return Err(InvalidPattern::Star);
        }
        Ok(Self(canonical.into_owned()))
    }
}

fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| matches!(segment, "." | ".."))
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RuleMethod {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the method of a request. HEAD is GET without a body (RFC 9110 §9.3.2).
    pub fn is(&self, method: &str) -> bool {
        self.0 == method || self.0 == "GET" && method == "HEAD"
    }
}

impl TryFrom<String> for RuleMethod {
    type Error = InvalidMethod;

    fn try_from(text: String) -> Result<Self, InvalidMethod> {
        let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        let is_method = (1..=32).contains(&text.len()) && text.bytes().all(fits);
        if is_method { Ok(Self(text)) } else { Err(InvalidMethod) }
    }
}

impl From<RuleMethod> for String {
    fn from(method: RuleMethod) -> Self {
        method.0
    }
}

impl Rule {
    /// What it asks of a sign-in, if it asks for more than that somebody is signed in.
    pub const fn proof(&self) -> Option<Proof> {
        match self.effect {
            Effect::SignIn { proof, .. } if !proof.is_nothing() => Some(proof),
            _ => None,
        }
    }

    /// Whether every request that `other` is about is one of its own, so that a rule behind it decides nothing.
    pub fn covers(&self, other: &Self) -> bool {
        let any = |of: &[PathPattern], theirs: &PathPattern| of.iter().any(|own| own.covers(theirs));
        let paths = self.paths.is_empty()
            || !other.paths.is_empty() && other.paths.iter().all(|theirs| any(&self.paths, theirs));
        let methods = self.methods.is_empty()
            || !other.methods.is_empty()
                && other.methods.iter().all(|theirs| self.methods.iter().any(|own| own.is(theirs.as_str())));
        let networks = self.networks.is_empty()
            || !other.networks.is_empty()
                && other.networks.iter().all(|theirs| self.networks.iter().any(|own| own.contains(theirs)));
        paths && methods && networks
    }
}

impl fmt::Display for Rule {
    /// As people read it: `GET /api/ from 10.0.0.0/8: pass`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| items.join(", ");
        if !self.methods.is_empty() {
            write!(f, "{} ", list(self.methods.iter().map(|method| method.0.clone()).collect()))?;
        }
        match self.paths.as_slice() {
            [] => f.write_str("every path")?,
            paths => f.write_str(&list(paths.iter().map(ToString::to_string).collect()))?,
        }
        if !self.networks.is_empty() {
            write!(f, " from {}", list(self.networks.iter().map(ToString::to_string).collect()))?;
        }
        match &self.effect {
            Effect::Pass => f.write_str(": pass"),
            Effect::Refuse => f.write_str(": refuse"),
            Effect::SignIn { allow, proof } => {
                f.write_str(": sign in")?;
                if let Some(groups) = allow {
                    write!(f, ", {}", list(groups.iter().map(ToString::to_string).collect()))?;
                }
                proof.fmt(f)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<PathPattern, InvalidPattern> {
        PathPattern::try_from(text.to_owned())
    }

    #[test]
    fn a_pattern_is_a_path_as_requests_have_it() {
        for (typed, kept) in [
            ("/", "/"),
            ("/api/", "/api/"),
            ("/hooks/*", "/hooks/*"),
            ("/.well-known/x", "/.well-known/x"),
            ("/ä", "/%C3%A4"),
        ] {
            assert_eq!(pattern(typed).unwrap().as_str(), kept);
        }
        for (typed, why) in [
            ("api", InvalidPattern::NoSlash),
            ("", InvalidPattern::NoSlash),
            ("/a?b", InvalidPattern::Query),
            ("/a#b", InvalidPattern::Query),
            ("/a//b", InvalidPattern::NotCanonical),
            ("/a/../b", InvalidPattern::NotCanonical),
            ("/ä/../b", InvalidPattern::NotCanonical),
            ("/ä/./b", InvalidPattern::NotCanonical),
            ("/%61", InvalidPattern::NotCanonical),
            ("/a%2Fb", InvalidPattern::NotCanonical),
            ("/a;b", InvalidPattern::NotCanonical),
            ("/a b", InvalidPattern::NotCanonical),
            ("/a*", InvalidPattern::Star),
            ("/**", InvalidPattern::Star),
        ] {
            assert_eq!(pattern(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn a_method_is_a_token_in_capitals_and_get_is_head_too() {
        let method = |text: &str| RuleMethod::try_from(text.to_owned());
        for wrong in ["", "get", "GET ", "G,T", &"A".repeat(33)] {
            assert_eq!(method(wrong), Err(InvalidMethod), "{wrong}");
        }
        let get = method("GET").unwrap();
        assert!(get.is("GET") && get.is("HEAD") && !get.is("POST") && !get.is("get"));
        assert!(!method("HEAD").unwrap().is("GET") && method("M-SEARCH").unwrap().is("M-SEARCH"));
    }

    #[test]
    fn a_rule_covers_another_when_nothing_is_left_for_it() {
        let rule = |paths: &[&str], methods: &[&str], networks: &[&str]| Rule {
            paths: paths.iter().map(|path| pattern(path).unwrap()).collect(),
            methods: methods.iter().map(|method| RuleMethod::try_from((*method).to_owned()).unwrap()).collect(),
            networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
            effect: Effect::Refuse,
        };
        for (earlier, later, covers) in [
            (rule(&[], &[], &[]), rule(&["/a"], &["GET"], &["10.0.0.0/8"]), true),
            (rule(&["/"], &[], &[]), rule(&["/a/"], &[], &[]), true),
            (rule(&["/"], &[], &[]), rule(&[], &[], &[]), false),
            (rule(&["/a/"], &[], &[]), rule(&["/a"], &[], &[]), true),
            (rule(&["/a/"], &[], &[]), rule(&["/a/b/", "/a/c"], &[], &[]), true),
            (rule(&["/a/"], &[], &[]), rule(&["/a/b", "/b"], &[], &[]), false),
            (rule(&["/a"], &[], &[]), rule(&["/a/"], &[], &[]), false),
            (rule(&["/*/x"], &[], &[]), rule(&["/a/x"], &[], &[]), true),
            (rule(&["/a/x"], &[], &[]), rule(&["/*/x"], &[], &[]), false),
            (rule(&["/"], &["GET"], &[]), rule(&["/a"], &["HEAD", "GET"], &[]), true),
            (rule(&["/"], &["GET"], &[]), rule(&["/a"], &["POST"], &[]), false),
            (rule(&["/"], &["GET"], &[]), rule(&["/a"], &[], &[]), false),
            (rule(&["/"], &[], &["10.0.0.0/8"]), rule(&["/"], &[], &["10.1.0.0/16"]), true),
            (rule(&["/"], &[], &["10.0.0.0/8"]), rule(&["/"], &[], &["10.1.0.0/16", "::/0"]), false),
            (rule(&["/"], &[], &["10.0.0.0/8"]), rule(&["/"], &[], &[]), false),
        ] {
            assert_eq!(earlier.covers(&later), covers, "{earlier} before {later}");
        }
    }
}
