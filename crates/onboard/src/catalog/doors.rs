//! What an app leaves open beside its sign-in, and what a person does about it.
//!
//! Each entry of the catalog says it. What a delivery can close, it closes; the rest is printed when the app is made,
//! and whenever somebody asks. What a declaration opens again is printed every time. An account that strangers may
//! make must never be one that a sign-in is matched to.

use super::template::Template;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The ways into an app that do not lead through its sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doors<T = Template> {
    /// An account that a stranger makes inside the app.
    pub sign_up: Door,
    /// Passwords, and keys in their place, that the app itself takes.
    pub passwords: Door,
    /// Which account that the app has already is entered by a person who signs in for the first time.
    pub linking: Linking,
    /// Who becomes administrator of an app that has none.
    pub first_administrator: FirstAdministrator,
    /// What people see who have no account in it.
    pub anonymous: Anonymous,
    /// What a person does about it, in the order of doing; commands begin with `$ `.
    #[serde(default = "Vec::new")]
    pub by_hand: Vec<T>,
    /// What of the delivery closes a door: a variable, or the dotted path of a member. Any other value opens it again.
    #[serde(default, skip_serializing)]
    pub closed_by: IndexMap<String, Closing>,
}

/// One value that closes a door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// The door.
    pub door: DoorKind,
    /// Another door that the same value closes.
    #[serde(default)]
    pub also: Option<DoorKind>,
    /// Whether what is delivered closes it as a part of a list, whatever else stands there.
    #[serde(default)]
    pub part: bool,
    /// Values that close it as well, beside the delivered one.
    #[serde(default, rename = "or")]
    pub others: Vec<String>,
}

impl Closing {
    /// The doors that it closes.
    pub fn doors(&self) -> impl Iterator<Item = DoorKind> {
        std::iter::once(self.door).chain(self.also)
    }

    /// Whether a value leaves the door closed. Spaces and the case of letters make no difference to any app.
    pub fn holds(&self, delivered: &str, value: &str) -> bool {
        let same = |known: &str, value: &str| known.trim().eq_ignore_ascii_case(value.trim());
        let part = |known: &str| self.part && value.split(',').any(|part| same(known, part));
        same(delivered, value) || delivered.split(',').all(part) || self.others.iter().any(|other| same(other, value))
    }
}

/// Which door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorKind {
    /// [`Doors::sign_up`].
    SignUp,
    /// [`Doors::passwords`].
    Passwords,
    /// [`Doors::linking`].
    Linking,
    /// [`Doors::first_administrator`].
    FirstAdministrator,
    /// [`Doors::anonymous`].
    Anonymous,
}

impl DoorKind {
    /// What can happen once it is open.
    pub const fn opened(self) -> &'static str {
        match self {
            Self::SignUp => "strangers may make accounts inside the app",
            Self::Passwords => "the app takes passwords, or what stands for them, beside this sign-in",
            Self::Linking => "a sign-in may enter an account that somebody else made in the app",
            Self::FirstAdministrator => "whoever comes first to an empty app becomes its administrator",
            Self::Anonymous => "people without any account see what is in the app",
        }
    }
}

/// The state of one way into the app beside the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// The app has no such thing.
    Absent,
    /// What is delivered closes it.
    Closed,
    /// It is open until a person closes it, as `by_hand` says.
    ByHand,
    /// It stays open.
    Open,
}

/// How a person who signs in is matched to an account that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Linking {
    /// By `sub` alone, or after proving to be the owner of the account.
    Never,
    /// By the mail address.
    Mail,
    /// By the user name.
    Name,
}

/// Who becomes administrator of an app that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstAdministrator {
    /// Nobody, by arriving.
    Nobody,
    /// A local account whose password stands in the delivered file.
    Delivered,
    /// The first person to sign in.
    FirstSignIn,
    /// Whoever opens its set-up page first.
    FirstVisitor,
}

/// What people see who have no account in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anonymous {
    /// Nothing but the page to sign in on.
    Nothing,
    /// Nothing, because what is delivered closes it.
    Closed,
    /// What people of the app share by an address that is hard to guess, with whoever has it.
    Links,
    /// Something, until a person closes it, as `by_hand` says.
    ByHand,
    /// Something, for good: it is made to be looked at.
    Open,
}

impl<T> Doors<T> {
    /// What stays open, in a few words each.
    pub fn open(&self) -> Vec<&'static str> {
        let sign_up = match self.sign_up {
            Door::Absent | Door::Closed => None,
            Door::ByHand if self.wait_for_a_person() => {
                Some("until you close its own sign-up, a stranger may make the account that a sign-in enters")
            }
            Door::ByHand => Some("its own sign-up is open until you close it"),
            Door::Open => Some("its own sign-up stays open"),
        };
        let passwords = match self.passwords {
            Door::Absent | Door::Closed => None,
            Door::ByHand => Some("its own passwords work until you close them"),
            Door::Open => Some("its own passwords go on"),
        };
        let linking = match self.linking {
            Linking::Never => None,
            Linking::Mail => Some("an account it has is entered by its mail address"),
            Linking::Name => Some("an account it has is entered by its user name"),
        };
        let first = match self.first_administrator {
            FirstAdministrator::Nobody => None,
            FirstAdministrator::Delivered => Some("its local administrator has the delivered password"),
            FirstAdministrator::FirstSignIn => Some("the first person to sign in becomes its administrator"),
            FirstAdministrator::FirstVisitor => Some("its first visitor becomes its administrator"),
        };
        let anonymous = match self.anonymous {
            Anonymous::Nothing | Anonymous::Closed => None,
            Anonymous::Links => Some("links that its people share stay open"),
            Anonymous::ByHand => Some("people without an account see something of it until you close that"),
            Anonymous::Open => Some("people without an account see something of it"),
        };
        [sign_up, passwords, linking, first, anonymous].into_iter().flatten().collect()
    }

    /// Whether a stranger may make the account that a sign-in enters, until a person has closed the app's own sign-up.
    pub fn wait_for_a_person(&self) -> bool {
        self.sign_up == Door::ByHand && self.linking != Linking::Never
    }

    /// The same with each text replaced.
    pub fn map<U>(&self, change: impl FnMut(&T) -> U) -> Doors<U> {
        Doors {
            sign_up: self.sign_up,
            passwords: self.passwords,
            linking: self.linking,
            first_administrator: self.first_administrator,
            anonymous: self.anonymous,
            by_hand: self.by_hand.iter().map(change).collect(),
            closed_by: self.closed_by.clone(),
        }
    }

    /// Why an entry may not say this.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let strangers_sign_up = matches!(self.sign_up, Door::ByHand | Door::Open);
        if self.sign_up == Door::Open && self.linking != Linking::Never {
            return Err("doors: whoever signs up inside the app would own the account that a sign-in is linked to");
        }
        let left = strangers_sign_up
            || self.passwords == Door::ByHand
            || self.linking != Linking::Never
            || self.first_administrator != FirstAdministrator::Nobody
            || matches!(self.anonymous, Anonymous::ByHand | Anonymous::Open);
        if left && self.by_hand.is_empty() {
            return Err("doors: by_hand says nothing about what stays open");
        }
        let closed = |door| self.closed_by.values().any(|closing| closing.doors().any(|closed| closed == door));
        if (self.sign_up == Door::Closed && !closed(DoorKind::SignUp))
            || (self.passwords == Door::Closed && !closed(DoorKind::Passwords))
            || (self.anonymous == Anonymous::Closed && !closed(DoorKind::Anonymous))
        {
            return Err("doors: closed_by names nothing that is delivered and closes what is closed");
        }
        Ok(())
    }
}
