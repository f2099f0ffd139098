//! The two pages of a refusal on an app's host, this person may not and a rule lets nobody; and the one page for a frame.
//!
//! The first is for people who are signed in, and says no more than which groups would let them in. All carry their style
//! with them ([`super::Carried`]).

use super::{Href, Message, Text, filters};
use askama::Template;

/// Somebody is signed in who may not use the app, or this part of it.
#[derive(Debug, Template)]
#[template(path = "not_for_you.html")]
pub struct NotForYou<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// Whether it is a part of the app that is closed, and others are open.
    pub is_part: bool,
    /// The user name.
    pub person: Text<'a>,
    /// What would let the person in: one of each.
    pub needed: Vec<OneOf<'a>>,
    /// What `doorstep explain` resolves, if a report was kept.
    pub reference: Option<Text<'a>>,
    /// Where the person can ask for access.
    pub ask: Option<Href<'a>>,
    /// The portal.
    pub apps: Option<Href<'a>>,
    /// Where someone else signs in.
    pub other_account: Option<Href<'a>>,
}

/// In a frame, where nobody can sign in: the way to a tab of its own.
#[derive(Debug, Template)]
#[template(path = "open_in_window.html")]
pub struct OpenInWindow<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// The address that was asked for.
    pub here: Option<Href<'a>>,
}

/// Groups of which one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOf<'a> {
    /// Their names; empty when nobody may.
    pub groups: Vec<Text<'a>>,
    /// How many there are beside them.
    pub others: usize,
}

/// A rule of the app refuses the request to everybody.
#[derive(Debug, Template)]
#[template(path = "refused_by_rule.html")]
pub struct RefusedByRule<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// What `doorstep explain` resolves, if a report was kept.
    pub reference: Option<Text<'a>>,
    /// The portal.
    pub apps: Option<Href<'a>>,
}

impl<'a> OneOf<'a> {
    /// A refusal stays small, and a list that nobody reads to its end says nothing.
    const MOST: usize = 4;

    /// The first few of `groups`, and how many there are beside them.
    pub fn of(groups: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: Vec<Text<'a>> = groups.into_iter().map(Text::from).collect();
        let others = all.len().saturating_sub(Self::MOST);
        all.truncate(Self::MOST);
        Self { groups: all, others }
    }

    fn said(&self) -> Message {
        let groups = Message::one_of(&self.groups, self.others > 0);
        match self.others {
            0 => groups,
            1 => Message::from("not-for-you-one-other").message("groups", groups),
            more => Message::from("not-for-you-others").message("groups", groups).number("count", more),
        }
    }
}

impl NotForYou<'_> {
    /// Who may: nobody, or whoever is in one of each of the groups.
    fn who_may(&self) -> Message {
        if self.needed.iter().any(|one| one.groups.is_empty()) {
            return "not-for-you-nobody".into();
        }
        let each = self.needed.iter().map(OneOf::said);
        let together = each.reduce(|these, those| {
            Message::from("not-for-you-one-of-each").message("these", these).message("those", those)
        });
        Message::from("not-for-you-members").message("groups", together.unwrap_or_else(|| Message::verbatim("")))
    }
}
