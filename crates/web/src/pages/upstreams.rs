//! Providers of others, as pages offer them, and the accounts there that belong to a person.

use super::{Text, When};

/// A provider that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered<'a> {
    /// Its name, in the addresses of its forms.
    pub name: &'a str,
    /// What people call it.
    pub label: Text<'a>,
}

/// A person's accounts elsewhere, and where they may add one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedSection<'a> {
    /// Those that there are.
    pub identities: Vec<LinkedRow<'a>>,
    /// Providers that are set up.
    pub offered: Vec<Offered<'a>>,
}

/// An account elsewhere, as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedRow<'a> {
    /// Our id of it, in the address of its form.
    pub id: &'a str,
    /// Where it is.
    pub label: Text<'a>,
    /// What the person is called there.
    pub shown: Option<Text<'a>>,
    /// Whether it signs in: its provider is set up.
    pub works: bool,
    /// When it was added.
    pub linked: When,
    /// When it last signed in.
    pub last_used: Option<When>,
    /// False while it is the only way to sign in.
    pub removable: bool,
}
