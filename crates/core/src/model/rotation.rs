//! The rotation of a client's derived secret: issued, delivered, used, and then the version before ends. Or it is taken
//! back while both are valid, which is the same way in the other direction.
//!
//! Nothing here ends a version that an app may still need: the old one stays valid until the new one was delivered, and
//! then until the app proved itself with it, or until a deadline that a person set.

use super::{Client, ClientSecret};
use crate::time::{Timestamp, Ttl};

/// How long a new version is accepted before anybody is given it: by then every server has heard of it. None of them
/// believes what it keeps in memory for longer than five seconds; their clocks, by which one issues and another
/// delivers, are five seconds apart at most; and what was issued is committed within the two seconds that remain.
pub const HEARD_BY_ALL: Ttl = Ttl::from_seconds(12);

/// A rotation that is under way: both versions are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The version that ends.
    pub old: u32,
    /// The version that stays.
    pub new: u32,
    /// Whether [`Self::new`] is the version from before: the rotation was taken back.
    pub taken_back: bool,
    /// When it was begun, or taken back.
    pub issued_at: Timestamp,
    /// When the old version ends although the new one was not used.
    pub ends_at: Option<Timestamp>,
    /// How long the old version stays valid after the new one was delivered and first used: for an app that runs in
    /// several copies.
    pub overlap: Ttl,
    /// When the new version was in every place.
    pub delivered_at: Option<Timestamp>,
    /// When the app first proved itself with the new version.
    pub used_at: Option<Timestamp>,
}

/// What whoever begins a rotation decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RotationTerms {
    /// The old version ends after this long, whether the new one was used or not; never, when nothing is said.
    pub within: Option<Ttl>,
    /// How long the old version stays valid once the new one is delivered and was used; not at all, when nothing is
    /// said.
    pub overlap: Option<Ttl>,
}

/// How far a rotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStage {
    /// The new version is accepted, and was not delivered everywhere yet.
    Issued,
    /// It is in every place, and the app has not proved itself with it yet.
    Delivered,
    /// The app has; the old version is valid for a while longer.
    Used,
}

/// Why the old version ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationEnd {
    /// The app uses the new one.
    Used,
    /// The time that a person set is over.
    Deadline,
}

/// Why a client's secret is not rotated, or a rotation not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRotated {
    /// A public client.
    #[error("it has no client secret")]
    NoSecret,
    /// Somebody chose the secret; nothing is derived.
    #[error("its client secret was supplied by a person")]
    Supplied,
    /// Its client is off: it cannot prove itself with any version.
    #[error("its client is disabled, so that its use of the new version cannot be watched")]
    Disabled,
    /// No rotation is under way.
    #[error("no rotation of its client secret is under way")]
    NotUnderWay,
}

impl Rotation {
    /// Begins a rotation of a client's secret to `next`, or goes on with the one that is under way: on other terms,
    /// where some were said. `unwatched` begins it for a client whose use of it cannot be watched.
    pub fn begin(
        client: &Client,
        next: u32,
        (terms, unwatched): (&RotationTerms, bool),
        now: Timestamp,
    ) -> Result<Self, NotRotated> {
        let (version, under_way) = match &client.secret {
            ClientSecret::None => return Err(NotRotated::NoSecret),
            ClientSecret::Supplied { .. } => return Err(NotRotated::Supplied),
            ClientSecret::Derived { version, rotation, .. } => (*version, rotation),
        };
        if let Some(rotation) = under_way {
            return rotation.goes_on(client, terms, now);
        }
        if !client.enabled && !unwatched {
            return Err(NotRotated::Disabled);
        }
        Ok(Self {
            old: version,
            new: next,
            taken_back: false,
            issued_at: now,
            ends_at: terms.within.map(|within| now + within),
            overlap: terms.overlap.unwrap_or(Ttl::from_seconds(0)),
            delivered_at: None,
            used_at: None,
        })
    }

    /// The same on other terms, where some were said. Nobody is left to wait for the use of a client that was disabled
    /// meanwhile: then there has to be an end.
    fn goes_on(&self, client: &Client, terms: &RotationTerms, now: Timestamp) -> Result<Self, NotRotated> {
        let ends_at = terms.within.map_or(self.ends_at, |within| Some(now + within));
        if !client.enabled && self.used_at.is_none() && ends_at.is_none() {
            return Err(NotRotated::Disabled);
        }
        Ok(Self { ends_at, overlap: terms.overlap.unwrap_or(self.overlap), ..self.clone() })
    }

    /// The rotation in the other direction: the version from before is delivered and watched, and the other one ends.
    /// One that was taken back already goes on. That of a client whose use cannot be watched needs an end.
    pub fn take_back(client: &Client, terms: &RotationTerms, now: Timestamp) -> Result<Self, NotRotated> {
        let rotation = match &client.secret {
            ClientSecret::Derived { rotation: Some(rotation), .. } => rotation,
            ClientSecret::None => return Err(NotRotated::NoSecret),
            ClientSecret::Supplied { .. } => return Err(NotRotated::Supplied),
            ClientSecret::Derived { rotation: None, .. } => return Err(NotRotated::NotUnderWay),
        };
        if rotation.taken_back {
            return rotation.goes_on(client, terms, now);
        }
        // The use of the other version would be waited for in vain.
        if !client.enabled && terms.within.is_none() {
            return Err(NotRotated::Disabled);
        }
        Ok(Self {
            old: rotation.new,
            new: rotation.old,
            taken_back: true,
            issued_at: now,
            ends_at: terms.within.map(|within| now + within),
            overlap: terms.overlap.unwrap_or(rotation.overlap),
            delivered_at: None,
            used_at: None,
        })
    }

    /// The version that belongs in every place now. A new one only when every server accepts it; one that is taken back
    /// to was accepted all the time.
    pub fn wanted(&self, now: Timestamp) -> u32 {
        if self.taken_back || now >= self.issued_at + HEARD_BY_ALL { self.new } else { self.old }
    }

    /// Whether the new version may be delivered, and was not yet as far as is known.
    pub fn is_to_be_delivered(&self, now: Timestamp) -> bool {
        self.delivered_at.is_none() && self.wanted(now) == self.new
    }

    /// Whether an authentication with `version` is the first use of the new one. A version that is taken back to was in
    /// use all the time: it counts once it was delivered again.
    pub fn is_first_use(&self, version: u32) -> bool {
        version == self.new && self.used_at.is_none() && (!self.taken_back || self.delivered_at.is_some())
    }

    /// Whether the old version ends now, and why. Never before the new one is in every place.
    pub fn due(&self, now: Timestamp) -> Option<RotationEnd> {
        let delivered = self.delivered_at?;
        // One place may have been reached, and its copy used, long before the last one was.
        if self.used_at.is_some_and(|used| now >= used.max(delivered) + self.overlap) {
            return Some(RotationEnd::Used);
        }
        self.ends_at.is_some_and(|end| now >= end).then_some(RotationEnd::Deadline)
    }

    /// How far it is.
    pub const fn stage(&self) -> RotationStage {
        match (self.used_at, self.delivered_at) {
            (Some(_), Some(_)) => RotationStage::Used,
            (None, Some(_)) => RotationStage::Delivered,
            (_, None) => RotationStage::Issued,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{KeyGeneration, KeyHold, SecretVersion, VersionKeys},
        oauth::sample::client,
    };

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const NO_TERMS: RotationTerms = RotationTerms { within: None, overlap: None };

    fn after(seconds: i64) -> Timestamp {
        NOW + Ttl::from_seconds(seconds)
    }

    fn terms(within: i64, overlap: i64) -> RotationTerms {
        RotationTerms { within: Some(Ttl::from_seconds(within)), overlap: Some(Ttl::from_seconds(overlap)) }
    }

    fn with(secret: ClientSecret) -> Client {
        Client { secret, ..client() }
    }

    fn begun(terms: &RotationTerms) -> Rotation {
        Rotation::begin(&with(ClientSecret::derived(1)), 2, (terms, false), NOW).unwrap()
    }

    fn under_way(rotation: Rotation) -> Client {
        with(ClientSecret::Derived { version: 1, rotation: Some(rotation), keys: VersionKeys::default() })
    }

    #[test]
    fn only_a_derived_secret_of_a_client_that_can_be_watched_is_rotated() {
        let off = Client { enabled: false, ..with(ClientSecret::derived(1)) };
        for (client, unwatched, refused) in [
            (with(ClientSecret::None), true, Some(NotRotated::NoSecret)),
            (with(ClientSecret::Supplied { hash: "h".into() }), true, Some(NotRotated::Supplied)),
            (off.clone(), false, Some(NotRotated::Disabled)),
            (off, true, None),
            (with(ClientSecret::derived(1)), false, None),
        ] {
            let began = Rotation::begin(&client, 2, (&NO_TERMS, unwatched), NOW);
            assert_eq!(began.err(), refused, "{:?}", client.secret);
        }
    }

    #[test]
    fn the_old_version_ends_after_the_new_one_was_delivered_and_used_or_at_the_deadline_and_never_otherwise() {
        let (no, some) = (None, Some(NOW));
        let (used, deadline) = (Some(RotationEnd::Used), Some(RotationEnd::Deadline));
        for (within, overlap, delivered, was_used, at, end) in [
            // Neither delivered nor used; used where one place was reached; delivered alone.
            (None, 0, no, no, 9_999_999, None),
            (None, 0, no, some, 9_999_999, None),
            (None, 0, some, no, 9_999_999, None),
            (None, 0, some, some, 0, used),
            (None, 60, some, some, 59, None),
            (None, 60, some, some, 60, used),
            // A deadline waits for the delivery, and not for the use or the overlap.
            (Some(100), 0, no, no, 100, None),
            (Some(100), 0, some, no, 99, None),
            (Some(100), 0, some, no, 100, deadline),
            (Some(100), 600, some, some, 99, None),
            (Some(100), 600, some, some, 100, deadline),
            // Used before the last place was reached: the overlap counts from the delivery.
            (None, 60, Some(after(30)), some, 60, None),
            (None, 60, Some(after(30)), some, 89, None),
            (None, 60, Some(after(30)), some, 90, used),
            (None, 0, Some(after(30)), some, 30, used),
        ] {
            let mut rotation = begun(&RotationTerms {
                within: within.map(Ttl::from_seconds),
                overlap: Some(Ttl::from_seconds(overlap)),
            });
            (rotation.delivered_at, rotation.used_at) = (delivered, was_used);
            assert_eq!(rotation.due(after(at)), end, "{rotation:?} at {at}");
        }
    }

    #[test]
    fn a_new_version_is_given_out_when_every_server_has_heard_of_it() {
        let mut rotation = begun(&NO_TERMS);
        for (at, wanted, to_be_delivered) in [(0, 1, false), (11, 1, false), (12, 2, true), (600, 2, true)] {
            assert_eq!((rotation.wanted(after(at)), rotation.is_to_be_delivered(after(at))), (wanted, to_be_delivered));
        }
        rotation.delivered_at = Some(after(13));
        assert!(!rotation.is_to_be_delivered(after(14)));
        assert_eq!(rotation.wanted(after(14)), 2, "what is lost later is mended to the new version");
    }

    #[test]
    fn the_first_use_of_the_new_version_counts_and_nothing_else() {
        let mut rotation = begun(&NO_TERMS);
        assert_eq!([0, 1, 2, 3].map(|version| rotation.is_first_use(version)), [false, false, true, false]);
        rotation.used_at = Some(NOW);
        assert!(!rotation.is_first_use(2), "once");
    }

    #[test]
    fn a_second_command_goes_on_with_the_rotation_and_changes_only_the_terms_that_it_says() {
        let first = begun(&terms(100, 60));
        for (said, ends_at, overlap) in
            [(NO_TERMS, after(100), 60), (terms(50, 0), after(60), 0), (terms(1000, 5), after(1010), 5)]
        {
            let again = Rotation::begin(&under_way(first.clone()), 9, (&said, false), after(10)).unwrap();
            let expected = Rotation { ends_at: Some(ends_at), overlap: Ttl::from_seconds(overlap), ..first.clone() };
            assert_eq!(again, expected);
        }
    }

    #[test]
    fn a_rotation_is_taken_back_by_the_same_way_in_the_other_direction() {
        let mut rotation = begun(&terms(100, 60));
        (rotation.delivered_at, rotation.used_at) = (Some(after(7)), Some(after(8)));
        let back = Rotation::take_back(&under_way(rotation), &NO_TERMS, after(9)).unwrap();
        assert_eq!((back.old, back.new, back.stage(), back.ends_at), (2, 1, RotationStage::Issued, None));
        assert_eq!(back.wanted(after(9)), 1, "it was accepted all the time");
        // The app used version 1 before: that tells nothing until version 1 was delivered again.
        assert!(!back.is_first_use(1));
        let delivered = Rotation { delivered_at: Some(after(10)), ..back.clone() };
        assert!(delivered.is_first_use(1) && !delivered.is_first_use(2));
        assert_eq!(delivered.due(after(9999)), None);
        let used = Rotation { used_at: Some(after(11)), ..delivered };
        assert_eq!((used.due(after(70)), used.due(after(71))), (None, Some(RotationEnd::Used)));
        let again = Rotation::take_back(&under_way(back.clone()), &NO_TERMS, after(12));
        assert_eq!(again.as_ref(), Ok(&back), "once");
        let begun = Rotation::begin(&under_way(back), 3, (&NO_TERMS, false), after(12));
        assert_eq!(begun, again, "and the next rotation begins when this one ended");
        let nothing = Rotation::take_back(&with(ClientSecret::derived(1)), &NO_TERMS, NOW);
        assert_eq!(nothing, Err(NotRotated::NotUnderWay));
        assert_eq!(Rotation::take_back(&with(ClientSecret::None), &NO_TERMS, NOW), Err(NotRotated::NoSecret));
    }

    #[test]
    fn a_rotation_of_a_client_that_cannot_be_watched_is_taken_back_with_an_end_alone() {
        let off = |rotation| Client { enabled: false, ..under_way(rotation) };
        let back = |client: &Client, terms: &RotationTerms| Rotation::take_back(client, terms, after(10));
        let there = begun(&terms(100, 60));
        assert_eq!(back(&off(there.clone()), &NO_TERMS), Err(NotRotated::Disabled));
        let within = RotationTerms { within: Some(Ttl::from_seconds(50)), overlap: None };
        let taken = back(&off(there), &within).unwrap();
        assert_eq!((taken.new, taken.ends_at), (1, Some(after(60))));
        assert_eq!(back(&off(taken.clone()), &NO_TERMS), Ok(taken), "one that has an end goes on");
    }

    #[test]
    fn a_rotation_of_a_client_that_was_disabled_meanwhile_goes_on_with_an_end_alone() {
        let within = RotationTerms { within: Some(Ttl::from_seconds(50)), overlap: None };
        let there = begun(&NO_TERMS);
        let turned = Rotation::take_back(&under_way(there.clone()), &NO_TERMS, NOW).unwrap();
        let go_on = |rotation: &Rotation, terms| {
            let off = Client { enabled: false, ..under_way(rotation.clone()) };
            if rotation.taken_back {
                return Rotation::take_back(&off, terms, after(10));
            }
            Rotation::begin(&off, 3, (terms, false), after(10))
        };
        for rotation in [there, turned] {
            assert_eq!(go_on(&rotation, &NO_TERMS), Err(NotRotated::Disabled), "{rotation:?}");
            assert_eq!(go_on(&rotation, &within).unwrap().ends_at, Some(after(60)), "{rotation:?}");
            let used = Rotation { used_at: Some(after(1)), ..rotation };
            assert_eq!(go_on(&used, &NO_TERMS), Ok(used), "its use was seen");
        }
    }

    #[test]
    fn both_versions_are_accepted_while_a_rotation_is_under_way_and_the_new_one_first() {
        let secret = |rotation| ClientSecret::Derived { version: 1, rotation, keys: VersionKeys::default() };
        let accepted = |secret: &ClientSecret| secret.accepted().iter().map(|it| it.number).collect::<Vec<_>>();
        assert_eq!(accepted(&secret(None)), [1]);
        assert_eq!(accepted(&secret(Some(begun(&NO_TERMS)))), [2, 1]);
        assert_eq!((secret(None).wanted(NOW), ClientSecret::None.wanted(NOW)), (Some(1.into()), None));
        assert_eq!(accepted(&ClientSecret::None), [0; 0]);
    }

    #[test]
    fn each_version_comes_from_the_root_key_that_was_noted_for_it() {
        let second = KeyGeneration::from_number(2).unwrap();
        let keys = || VersionKeys::new([(2, second)].into());
        let secret = |rotation| ClientSecret::Derived { version: 1, rotation, keys: keys() };
        let there = secret(Some(begun(&NO_TERMS)));
        assert_eq!(there.accepted(), [SecretVersion { number: 2, key: second }, 1.into()]);
        let later = there.wanted(after(12)).unwrap();
        assert_eq!((there.wanted(NOW), later.key), (Some(1.into()), second));
        let back = Rotation::take_back(&with(there.clone()), &NO_TERMS, NOW).unwrap();
        for (secret, first, then) in [
            (secret(None), KeyHold::Nothing, KeyHold::NotRotated),
            (there, KeyHold::OtherRotation, KeyHold::UnderWay),
            // One that is taken back stays with the key from before.
            (secret(Some(back)), KeyHold::UnderWay, KeyHold::OtherRotation),
            (ClientSecret::None, KeyHold::Nothing, KeyHold::Nothing),
            (ClientSecret::Supplied { hash: "h".into() }, KeyHold::Nothing, KeyHold::Nothing),
        ] {
            let held = [KeyGeneration::FIRST, second].map(|current| secret.hold(current));
            assert_eq!(held, [first, then], "{secret:?}");
        }
    }

    #[test]
    fn the_stages_follow_one_another() {
        let mut rotation = begun(&NO_TERMS);
        let mut stages = vec![rotation.stage()];
        rotation.delivered_at = Some(NOW);
        stages.push(rotation.stage());
        rotation.used_at = Some(NOW);
        stages.push(rotation.stage());
        assert_eq!(stages, [RotationStage::Issued, RotationStage::Delivered, RotationStage::Used]);
    }
}
