//! Which rule of an app a request falls under: the first that fits decides, and behind the last stand the groups of the
//! app itself.
//!
//! Proxy, Doorstep and app may read a path in different ways (security row 66). So whatever opens a door is taken by the
//! letter, and whatever closes one by everything that a program might read: in any letter case, without the
//! parameters of segments, with or without a slash at the end; by the method that a header names in place of the request's; and
//! from wherever it may come that is not known.

use super::CanonicalRequest;
use crate::{
    id::GroupName,
    model::{Effect, Level, PathPattern, Proof, Rule},
};
use percent_encoding::percent_decode_str;
use std::{collections::BTreeSet, net::IpAddr};

/// What a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access<'a> {
    /// Nothing: it reaches the app without an identity.
    Pass,
    /// Nobody may send it.
    Refused,
    /// Somebody who is signed in and belongs to one of the groups of each of these.
    People(Demands<'a>),
}

/// Who may use an app, each of them to be met: groups of which a person needs one, or `None` for everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands<'a> {
    /// Of the rule that decides, or of the app.
    allow: Option<&'a BTreeSet<GroupName>>,
    /// Of rules before it that a program might take the request to be about.
    also: Vec<&'a BTreeSet<GroupName>>,
    /// What the sign-in has to be, by all of them.
    proof: Proof,
}

/// A request's need, and the number of the rule that decides, the first being 0; `None` behind the last rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<'a> {
    /// The need.
    pub access: Access<'a>,
    /// The rule.
    pub rule: Option<usize>,
}

/// How a request fits a rule, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Not at all.
    No,
    /// As some program might read it.
    Loosely,
    /// By the letter.
    Exactly,
}

impl<'a> Demands<'a> {
    /// One demand.
    pub const fn of(allow: Option<&'a BTreeSet<GroupName>>) -> Self {
        Self { allow, also: Vec::new(), proof: Proof { max_age: None, least: None } }
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = Option<&'a BTreeSet<GroupName>>> {
        [self.allow].into_iter().chain(self.also.iter().map(|allow| Some(*allow)))
    }

    /// What the sign-in has to be.
    pub const fn proof(&self) -> Proof {
        self.proof
    }

    /// Whether all are met, but for the proof.
    pub fn met_by(&self, is_met: impl Fn(Option<&BTreeSet<GroupName>>) -> bool) -> bool {
        self.each().all(is_met)
    }

    /// Whether somebody in these groups meets all.
    pub fn met_in(&self, groups: &BTreeSet<GroupName>) -> bool {
        self.met_by(|allow| allow.is_none_or(|allow| !allow.is_disjoint(groups)))
    }
}

/// What is known of whoever sent a request, beside what it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Where it comes from, as far as a trusted proxy said so.
    pub address: Option<IpAddr>,
    /// Whether a header asks the app to take the request for one of another method.
    pub renames_method: bool,
}

/// What `request` needs by `rules`, and behind them by `allow` and `require`.
pub(super) fn access<'a>(
    (rules, allow, require): (&'a [Rule], Option<&'a BTreeSet<GroupName>>, Option<Level>),
    request: &CanonicalRequest<'_>,
    sender: Sender,
) -> Decided<'a> {
    let (mut also, mut asked, mut in_doubt) = (Vec::new(), Proof::default(), false);
    for (number, rule) in rules.iter().enumerate() {
        let fits = of_method(rule, request.method, sender).min(from(rule, sender.address));
        let access = match (&rule.effect, fits.min(of_path(rule, request))) {
            // What is passed by a rule with a doubtful path, or behind a doubtful demand, may not be what was meant.
            (Effect::Pass, Fit::Exactly) if is_plain(request) && !in_doubt => Access::Pass,
            (Effect::Pass, _) | (_, Fit::No) => continue,
            (Effect::Refuse, Fit::Exactly | Fit::Loosely) => Access::Refused,
            (Effect::SignIn { allow, proof }, Fit::Exactly) => {
                Access::People(Demands { allow: allow.as_ref(), also, proof: asked.and(*proof) })
            }
            (Effect::SignIn { allow, proof }, Fit::Loosely) => {
                also.extend(allow);
                asked = asked.and(*proof);
                in_doubt = true;
                continue;
            }
        };
        return Decided { access, rule: Some(number) };
    }
    let proof = asked.and(Proof { max_age: None, least: require });
    Decided { access: Access::People(Demands { allow, also, proof }), rule: None }
}

/// Methods are compared by the letter (RFC 9110 §9.1); some programs do not, and some take another from a header.
fn of_method(rule: &Rule, method: &str, sender: Sender) -> Fit {
    if rule.methods.is_empty() {
        return Fit::Exactly;
    }
    let any = |method: &str| rule.methods.iter().any(|own| own.is(method));
    match any(method) {
        true if !sender.renames_method => Fit::Exactly,
        is if is || sender.renames_method || any(&method.to_ascii_uppercase()) => Fit::Loosely,
        _ => Fit::No,
    }
}

/// Whoever is not known to come from elsewhere may come from there.
fn from(rule: &Rule, client: Option<IpAddr>) -> Fit {
    match client {
        _ if rule.networks.is_empty() => Fit::Exactly,
        None => Fit::Loosely,
        Some(client) if rule.networks.iter().any(|network| network.contains(&client.to_canonical())) => Fit::Exactly,
        Some(_) => Fit::No,
    }
}

/// Whether the path came as it is, and no program reads parameters in it.
fn is_plain(request: &CanonicalRequest<'_>) -> bool {
    !request.differs && !request.path.contains(';') && !request.path.contains("%3B")
}

fn of_path(rule: &Rule, request: &CanonicalRequest<'_>) -> Fit {
    if rule.paths.is_empty() {
        return Fit::Exactly;
    }
    let fits = |path: &str, same: fn(&str, &str) -> bool, ends: bool| {
        rule.paths.iter().any(|own| is_about(own, path, same, ends))
    };
    if fits(&request.path, |own, theirs| own == theirs, false) {
        Fit::Exactly
    } else if fits(&request.path, is_alike, true) {
        Fit::Loosely
    } else if is_plain(request) {
        Fit::No
    } else if [&*request.path, request.raw_target].into_iter().any(|path| fits(&bare(path), is_alike, true)) {
        Fit::Loosely
    } else {
        Fit::No
    }
}

/// The path as a program reads it that decodes escapes, takes parameters away, and merges slashes, those among them that
/// a parameter stood between (`/;x/`); of `..` it makes nothing, which is one way to read it.
fn bare(target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let segments = decoded.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    let kept = segments.filter(|segment| !matches!(*segment, "" | "."));
    kept.fold(String::new(), |path, segment| path + "/" + segment)
}

/// Whether a path is that of the pattern, or below it where it is a tree. `ends`: a slash at its end makes no other path.
fn is_about(pattern: &PathPattern, path: &str, same: fn(&str, &str) -> bool, ends: bool) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = if ends { path.strip_suffix('/').unwrap_or(path) } else { path };
    let mut theirs = path.split('/');
    for own in pattern.segments() {
        match theirs.next() {
            Some("") if own == "*" => return false,
            Some(segment) if own == "*" || same(own, segment) => {}
            _ => return false,
        }
    }
    pattern.is_tree() || theirs.next().is_none()
}

/// Whether some program might take one segment for the other: without parameters, unescaped, in any case of any script
/// (`ı` becomes `I`, and the Kelvin sign `k`).
fn is_alike(own: &str, theirs: &str) -> bool {
    let plain = theirs.split(';').next().unwrap_or(theirs);
    let plain = plain.split_once("%3B").map_or(plain, |(before, _)| before);
    own.eq_ignore_ascii_case(plain)
        || (plain.contains('%') || own.contains('%')) && folded(own).eq(folded(plain).as_str())
}

fn folded(segment: &str) -> String {
    let text = percent_decode_str(segment).decode_utf8_lossy();
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
