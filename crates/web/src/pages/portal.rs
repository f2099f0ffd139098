//! The portal: the apps that a person may use.

use super::{Href, RecoveryBanner, Text, filters};
use askama::Template;
use doorstep_core::letter::{Hue, Letter};

/// From how many apps on a list is easier to search than to read.
const MANY: usize = 9;

/// `/` for somebody who is signed in.
#[derive(Debug, Template)]
#[template(path = "portal.html")]
pub struct Portal<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The apps they may use, in the order to show.
    pub apps: Vec<Tile<'a>>,
    /// Whether one lost device would lock them out.
    pub one_passkey: bool,
    /// Whether an empty list is theirs to fill.
    pub administrator: bool,
    /// How many requests for access wait for their answer.
    pub requests: usize,
    /// How many requests for accounts do.
    pub registrations: usize,
    /// A recovery of the person's account that is under way.
    pub recovery: Option<RecoveryBanner>,
}

impl Portal<'_> {
    fn is_long(&self) -> bool {
        self.apps.len() >= MANY
    }
}

/// An app as a tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile<'a> {
    /// What a person reads.
    pub title: Text<'a>,
    /// Where it lives.
    pub url: Href<'a>,
    /// Its icon, if there is one.
    pub icon: Option<Href<'a>>,
    /// What stands there without one.
    pub letter: Letter,
}

impl Tile<'_> {
    /// The colour of the letters.
    const fn ink() -> &'static str {
        Hue::INK
    }
}
