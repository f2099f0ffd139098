//! Root keys one after the other: which is in force, which only opens and derives what it made before. The
//! database says so, by a public check of each key; where the keys are kept is not known here.
//!
//! A key is offered, so that every server gets hold of it; comes into force, and from then on whatever is made is made
//! under it; everything sealed is sealed anew; and it is finished when no client secret hangs on an earlier one. An earlier
//! key is never forgotten: other secrets of apps and former mail addresses stay with the key that they were made under.

use super::HEARD_BY_ALL;
use crate::time::{Timestamp, Ttl};
use std::{fmt, str::FromStr};

/// Which root key: the first of an instance is 1, and each that comes into force is the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyGeneration(u32);

impl KeyGeneration {
    /// The key that the instance was made with.
    pub const FIRST: Self = Self(1);

    /// The generation with this number; none has the number 0.
    pub const fn from_number(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for KeyGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A check of a root key that anybody may read: derived from the key, and the key is not found from it. 22 characters of
/// base64url.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootKeyId(String);

/// A text is no check of a root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not 22 characters of base64url")]
pub struct NotARootKeyId;

impl FromStr for RootKeyId {
    type Err = NotARootKeyId;

    fn from_str(text: &str) -> Result<Self, NotARootKeyId> {
        let fits = text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if fits { Ok(Self(text.to_owned())) } else { Err(NotARootKeyId) }
    }
}

impl TryFrom<String> for RootKeyId {
    type Error = NotARootKeyId;

    fn try_from(text: String) -> Result<Self, NotARootKeyId> {
        text.parse()
    }
}

impl RootKeyId {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RootKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the database knows of a root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootKeyRecord {
    /// Which one.
    pub generation: KeyGeneration,
    /// By what a server tells whether it holds it.
    pub id: RootKeyId,
    /// Since when servers look for it.
    pub offered_at: Timestamp,
    /// Since when new things are made under it.
    pub in_force_at: Option<Timestamp>,
    /// Since when nothing is sealed under an earlier one.
    pub resealed_at: Option<Timestamp>,
    /// Since when no client secret is derived from an earlier one.
    pub finished_at: Option<Timestamp>,
}

/// How far the newest root key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootStage {
    /// Servers are to get hold of it.
    Offered,
    /// It is in force, and something may still be sealed under an earlier one.
    InForce,
    /// Everything is sealed under it, and client secrets may still hang on an earlier one.
    Resealed,
    /// No rotation is under way.
    Finished,
}

impl RootStage {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::InForce => "in force",
            Self::Resealed => "resealed",
            Self::Finished => "finished",
        }
    }
}

impl RootKeyRecord {
    /// How far it is.
    pub const fn stage(&self) -> RootStage {
        match (self.in_force_at, self.resealed_at, self.finished_at) {
            (None, ..) => RootStage::Offered,
            (Some(_), None, _) => RootStage::InForce,
            (Some(_), Some(_), None) => RootStage::Resealed,
            (Some(_), Some(_), Some(_)) => RootStage::Finished,
        }
    }

    /// Whether a look that finds nothing sealed under an earlier key may be believed: every server has heard by then
    /// that this one is in force, and seals under it.
    pub fn is_heard_by_all(&self, now: Timestamp) -> bool {
        self.in_force_at.is_some_and(|at| now >= at + HEARD_BY_ALL)
    }
}

/// All root keys of an instance, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootKeyRecords(Vec<RootKeyRecord>);

impl RootKeyRecords {
    /// From what was read, in any order.
    pub fn new(mut records: Vec<RootKeyRecord>) -> Self {
        records.sort_by_key(|record| record.generation);
        Self(records)
    }

    /// Every one, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &RootKeyRecord> {
        self.0.iter()
    }

    /// Whether there is none: nothing was ever entered.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one that new things are made under.
    pub fn current(&self) -> Option<&RootKeyRecord> {
        self.0.iter().rev().find(|record| record.in_force_at.is_some())
    }

    /// The one that servers are to get hold of.
    pub fn offered(&self) -> Option<&RootKeyRecord> {
        self.0.last().filter(|record| record.in_force_at.is_none())
    }

    /// The rotation that is under way: the newest key, unless it is finished.
    pub fn under_way(&self) -> Option<&RootKeyRecord> {
        self.0.last().filter(|record| record.stage() != RootStage::Finished)
    }

    /// The last rotation, while it ended so lately that whoever asks for another may mean that one: `within`.
    pub fn finished_lately(&self, now: Timestamp, within: Ttl) -> Option<&RootKeyRecord> {
        let is_late = |at: Timestamp| now.since(at) < within;
        self.0.last().filter(|last| last.generation > KeyGeneration::FIRST && last.finished_at.is_some_and(is_late))
    }

    /// Which generation a key is, if it is any.
    pub fn generation_of(&self, id: &RootKeyId) -> Option<KeyGeneration> {
        self.0.iter().find(|record| record.id == *id).map(|record| record.generation)
    }

    /// The keys of which nothing is known here, of all that somebody holds in the order in which they are written: that which
    /// the next rotation offers first. A newer key stands before an older one, and where a database was put back by
    /// several rotations, they come into force in the order in which they did.
    pub fn spares(&self, held: &[RootKeyId]) -> Vec<RootKeyId> {
        held.iter().rev().filter(|id| self.generation_of(id).is_none()).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn record(number: u32, steps: usize) -> RootKeyRecord {
        let at = |step: usize| (steps >= step).then_some(NOW);
        let id = format!("{}{number}", "k".repeat(21)).parse().unwrap();
        let generation = KeyGeneration::from_number(number).unwrap();
        let (in_force_at, resealed_at, finished_at) = (at(1), at(2), at(3));
        RootKeyRecord { generation, id, offered_at: NOW, in_force_at, resealed_at, finished_at }
    }

    #[test]
    fn what_the_database_says_decides_which_key_is_in_force() {
        for (steps, current, offered, under_way, stage) in [
            (&[3][..], Some(1), None, None, RootStage::Finished),
            (&[3, 0], Some(1), Some(2), Some(2), RootStage::Offered),
            (&[3, 1], Some(2), None, Some(2), RootStage::InForce),
            (&[3, 2], Some(2), None, Some(2), RootStage::Resealed),
            (&[3, 3], Some(2), None, None, RootStage::Finished),
            (&[3, 3, 0], Some(2), Some(3), Some(3), RootStage::Offered),
        ] {
            let all: Vec<_> = (1..).zip(steps).map(|(number, steps)| record(number, *steps)).collect();
            assert_eq!(all.last().unwrap().stage(), stage);
            let records = RootKeyRecords::new(all.into_iter().rev().collect());
            let number = |record: Option<&RootKeyRecord>| record.map(|record| record.generation.number());
            let found = (number(records.current()), number(records.offered()), number(records.under_way()));
            assert_eq!(found, (current, offered, under_way), "{steps:?}");
        }
        assert!(RootKeyRecords::default().current().is_none() && RootKeyRecords::default().is_empty());
    }

    #[test]
    fn nothing_is_taken_for_sealed_anew_before_every_server_has_heard_of_the_key() {
        let after = |seconds| record(2, 1).is_heard_by_all(NOW + Ttl::from_seconds(seconds));
        assert_eq!([after(0), after(11), after(12)], [false, false, true]);
        assert!(!record(2, 0).is_heard_by_all(NOW + Ttl::from_seconds(600)), "one that is not in force");
    }

    #[test]
    fn a_rotation_that_ended_lately_is_told_from_one_long_ago_and_from_the_first_key() {
        let hour = Ttl::from_hours(1);
        for (steps, after, lately) in [
            (&[3][..], 0, false),
            (&[3, 2], 0, false),
            (&[3, 3], 0, true),
            (&[3, 3], 3_599, true),
            (&[3, 3], 3_600, false),
            (&[3, 3, 0], 0, false),
        ] {
            let records = (1..).zip(steps).map(|(number, steps)| record(number, *steps)).collect();
            let last = RootKeyRecords::new(records).finished_lately(NOW + Ttl::from_seconds(after), hour).cloned();
            assert_eq!(last.is_some(), lately, "{steps:?} {after}");
        }
    }

    #[test]
    fn the_older_of_the_keys_that_are_not_known_comes_into_force_first() {
        let id = |number: u32| record(number, 0).id;
        let records = RootKeyRecords::new(vec![record(1, 3), record(2, 0)]);
        for (held, spares) in
            [(&[1][..], &[][..]), (&[2, 1], &[]), (&[3, 2, 1], &[3]), (&[4, 3, 2, 1], &[3, 4]), (&[1, 3], &[3])]
        {
            let ids = |numbers: &[u32]| numbers.iter().map(|number| id(*number)).collect::<Vec<_>>();
            assert_eq!(records.spares(&ids(held)), ids(spares), "{held:?}");
        }
    }

    #[test]
    fn a_check_of_a_key_is_no_other_text() {
        for (text, good) in [
            ("kkkkkkkkkkkkkkkkkkkkk-", true),
            ("k", false),
            ("kkkkkkkkkkkkkkkkkkkkk=", false),
            ("kkkkkkkkkkkkkkkkkkkkk\n", false),
        ] {
            assert_eq!(text.parse::<RootKeyId>().is_ok(), good, "{text:?}");
        }
        assert_eq!(KeyGeneration::from_number(0), None);
        assert_eq!(KeyGeneration::from_number(1), Some(KeyGeneration::FIRST));
    }
}
