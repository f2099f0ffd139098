//! Which servers hold the root key that is offered, and so whether it may come into force: when every server that runs
//! does. Who runs is heard, by counters that rise; no list of servers and no clock of theirs takes part.
//!
//! A server is known to people by its host and file. Two machines that were cloned from one share these, so what speaks is
//! a process, which draws a part of its own when it starts.

use crate::{entropy::Entropy, time::Ttl};
use std::{collections::BTreeMap, fmt::Write};

/// How long whoever brings a key into force listens to who runs: every server speaks each second, and servers of a
/// release that knows nothing of it beat each five.
pub const LISTEN_FOR: Ttl = Ttl::from_seconds(12);
/// Hexadecimal digits by which processes of one name are told apart.
const DRAWN: usize = 8;

/// A server that runs, until it ends: started again, it is another one of the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerProcess {
    name: String,
    drawn: String,
}

impl ServerProcess {
    /// One that starts, and is called this.
    pub fn start(name: &str, entropy: &mut Entropy) -> Self {
        let mut drawn = String::with_capacity(DRAWN);
        for byte in entropy.bytes::<{ DRAWN / 2 }>() {
            let _ = write!(drawn, "{byte:02x}");
        }
        Self { name: name.to_owned(), drawn }
    }

    /// As [`Self::to_text`] wrote it. Any other text is a name.
    pub fn from_text(text: &str) -> Self {
        let is_drawn = |drawn: &str| drawn.len() == DRAWN && drawn.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (drawn, name) = text.split_once(' ').filter(|(drawn, _)| is_drawn(drawn)).unwrap_or(("", text));
        Self { name: name.to_owned(), drawn: drawn.to_owned() }
    }

    /// As one text. What was drawn stands first: a name may hold anything.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.drawn, self.name)
    }

    /// As people are told of it, where others of its name run.
    pub fn told_apart(&self) -> String {
        format!("{} ({})", self.name, self.drawn)
    }
}

/// What a server says while a key is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Rises while it runs.
    pub beat: i64,
    /// Whether it holds the key.
    pub holds: bool,
}

/// What was heard of servers at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Of those that speak of root keys.
    pub told: BTreeMap<ServerProcess, Told>,
    /// Beats of those that share the database and may be of a release that does not, by name.
    pub others: BTreeMap<String, i64>,
}

/// Whether a key may come into force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Not known yet.
    Listening,
    /// These servers run, and do not hold it.
    Lacking(Vec<String>),
    /// These servers run, and say nothing of root keys: they are of an earlier release.
    Silent(Vec<String>),
    /// Whoever runs holds it.
    Ready,
}

/// Whether every server that runs holds the key that is offered. One runs whose beat moved since the `first` look; those
/// of servers that ended stand still. No clock but the listener's own takes part.
pub fn readiness(first: &Heard, now: &Heard, listened: Ttl) -> Readiness {
    if listened < LISTEN_FOR {
        return Readiness::Listening;
    }
    let moved = |process: &ServerProcess, told: &Told| first.told.get(process).is_none_or(|was| was.beat != told.beat);
    let running: Vec<_> = now.told.iter().filter(|(process, told)| moved(process, told)).collect();
    let of_name = |name: &str| running.iter().filter(|(process, _)| process.name == name).count();
    let lacking: Vec<String> = running
        .iter()
        .filter(|(_, told)| !told.holds)
        .map(|(process, _)| if of_name(&process.name) > 1 { process.told_apart() } else { process.name.clone() })
        .collect();
    if !lacking.is_empty() {
        return Readiness::Lacking(lacking);
    }
    let beats = |name: &String, beat: i64| first.others.get(name).is_none_or(|before| *before != beat);
    let silent = now.others.iter().filter(|(name, beat)| beats(name, **beat) && of_name(name) == 0);
    let silent: Vec<String> = silent.map(|(name, _)| name.clone()).collect();
    if silent.is_empty() { Readiness::Ready } else { Readiness::Silent(silent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a/1` and `a/2` are two processes that are both called `a`.
    fn process(text: &str) -> ServerProcess {
        let (name, drawn) = text.split_once('/').unwrap_or((text, "0"));
        ServerProcess { name: name.to_owned(), drawn: drawn.repeat(DRAWN) }
    }

    fn heard(told: &[(&str, i64, bool)], others: &[(&str, i64)]) -> Heard {
        Heard {
            told: told.iter().map(|(text, beat, holds)| (process(text), Told { holds: *holds, beat: *beat })).collect(),
            others: others.iter().map(|(name, beat)| ((*name).to_owned(), *beat)).collect(),
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_key_comes_into_force_when_every_server_that_runs_holds_it() {
        let begun = heard(&[("a", 1, false), ("gone", 7, false)], &[("a", 1), ("gone", 3), ("old", 5)]);
        for (now, seconds, expected) in [
            (heard(&[("a", 9, true)], &[]), 11, Readiness::Listening),
            (heard(&[("a", 9, true), ("gone", 7, false)], &[("a", 2), ("gone", 3), ("old", 5)]), 12, Readiness::Ready),
            (heard(&[], &[]), 12, Readiness::Ready),
            (heard(&[("a", 9, false), ("gone", 7, false)], &[]), 12, Readiness::Lacking(names(&["a"]))),
            // One that came meanwhile runs.
            (heard(&[("a", 9, true), ("b", 1, false)], &[]), 12, Readiness::Lacking(names(&["b"]))),
            // A server of an earlier release beats, and says nothing of keys.
            (heard(&[("a", 9, true)], &[("a", 2), ("old", 6)]), 12, Readiness::Silent(names(&["old"]))),
            (heard(&[("a", 9, true)], &[("new", 1)]), 600, Readiness::Silent(names(&["new"]))),
        ] {
            assert_eq!(readiness(&begun, &now, Ttl::from_seconds(seconds)), expected);
        }
    }

    #[test]
    fn servers_of_one_name_are_heard_one_by_one() {
        let begun = heard(&[("a/1", 1, false)], &[("a", 1)]);
        let apart = names(&["a (11111111)"]);
        for (told, expected) in [
            // A cloned machine holds the key, and the other one does not.
            (&[("a/1", 9, false), ("a/2", 9, true)][..], Readiness::Lacking(apart)),
            (&[("a/1", 9, false), ("a/2", 9, false)], Readiness::Lacking(names(&["a (11111111)", "a (22222222)"]))),
            (&[("a/1", 9, true), ("a/2", 9, true)], Readiness::Ready),
            // It was started again: what it said before stands still, and another name is not mixed up with it.
            (&[("a/1", 1, false), ("a/2", 9, true)], Readiness::Ready),
            (&[("a/1", 1, false), ("a/2", 9, false)], Readiness::Lacking(names(&["a"]))),
            (&[("a/1", 9, false), ("b/2", 9, true)], Readiness::Lacking(names(&["a"]))),
            // All of its name ended, and it beats: an earlier release took its place.
            (&[("a/1", 1, false)], Readiness::Silent(names(&["a"]))),
        ] {
            assert_eq!(readiness(&begun, &heard(told, &[("a", 2)]), LISTEN_FOR), expected, "{told:?}");
        }
    }

    #[test]
    fn a_process_is_one_text_whatever_its_name_holds() {
        let entropy = &mut Entropy::seeded(1);
        for name in ["a:/etc/doorstep.toml", "a:/srv/my apps/(1)/doorstep.toml", "deadbeef a:/x", "", " "] {
            let (one, two) = (ServerProcess::start(name, entropy), ServerProcess::start(name, entropy));
            assert_ne!(one, two, "started again, it is another one");
            assert_eq!(ServerProcess::from_text(&one.to_text()), one);
            assert!(one.told_apart().starts_with(name) && one.told_apart() != two.told_apart());
        }
        for other in ["a:/etc/doorstep.toml", "a:/my apps/doorstep.toml", "deadbeef", "deadbee a", "deadbeeg a"] {
            assert_eq!(ServerProcess::from_text(other), ServerProcess { name: other.to_owned(), drawn: String::new() });
        }
    }
}
