//! The consent page: what a client that is not one of the instance's own would see, in words.

use super::{Href, Text, filters};
use askama::Template;
use doorstep_core::model::Principal;

/// Whether an app may know who the person is. Answers go to `POST /consent` as `decision=allow` or `decision=back`.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// The person's display name.
    pub person: Text<'a>,
    /// The parked request that waits for the answer.
    pub interaction: &'a str,
    /// What the app would see.
    pub seen: Vec<Seen<'a>>,
    /// Whether it asks for access while the person is away (`offline_access`).
    pub offline: bool,
    /// The host the person returns to; the scheme for an app on the device.
    pub return_host: Text<'a>,
    /// Where someone else goes.
    pub other_account: Href<'a>,
}

/// One thing that an app gets to see, with the value where a person knows it by its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<'a> {
    /// `openid`: the same person comes back.
    SamePerson,
    /// `profile`.
    Name {
        /// The display name.
        person: Text<'a>,
        /// The name to sign in with.
        user_name: Text<'a>,
    },
    /// `email`, with the address; none when the account has none.
    Email(Option<Text<'a>>),
    /// `groups`.
    Groups(Vec<Text<'a>>),
    /// A scope that only this app knows.
    Other(Text<'a>),
}

impl<'a> Seen<'a> {
    /// What `scopes` show of a person, OpenID Connect Core §5.4; the ones that show nothing are left out.
    pub fn of(scopes: impl IntoIterator<Item = &'a String>, principal: &'a Principal) -> Vec<Self> {
        let user = &principal.user;
        let mut seen: Vec<Self> = scopes
            .into_iter()
            .filter_map(|scope| match scope.as_str() {
                "openid" => Some(Self::SamePerson),
                "profile" => {
                    Some(Self::Name { person: (&user.display_name).into(), user_name: user.name.as_str().into() })
                }
                "email" => Some(Self::Email(user.email.as_ref().map(Text::from))),
                "groups" => Some(Self::Groups(principal.groups.iter().map(|g| g.as_str().into()).collect())),
                "offline_access" => None,
                other => Some(Self::Other(other.into())),
            })
            .collect();
        seen.sort_by_key(Self::order);
        seen
    }

    fn order(&self) -> u8 {
        match self {
            Self::Name { .. } => 0,
            Self::Email(_) => 1,
            Self::Groups(_) => 2,
            Self::SamePerson => 3,
            Self::Other(_) => 4,
        }
    }
}
