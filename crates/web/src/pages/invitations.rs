//! Invitations as administrators see them: the list with the form that makes one, and the one page that shows a new one.

use super::{Text, When, filters};
use askama::Template;

/// `/admin/invitations`.
#[derive(Debug, Template)]
#[template(path = "invitations.html")]
pub struct Invitations<'a> {
    /// The administrator's display name.
    pub person: Text<'a>,
    /// The open invitations, the first to end first.
    pub rows: Vec<InvitationRow<'a>>,
    /// The groups that a new one can give.
    pub groups: Vec<Text<'a>>,
    /// The apps that a new one can lead to: the name in the form, and what a person reads.
    pub apps: Vec<(&'a str, Text<'a>)>,
    /// Whether the sign-in is fresh enough to make or end one.
    pub fresh: bool,
    /// What the last form has done.
    pub reported: Option<InvitationReported>,
}

/// An open invitation as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow<'a> {
    /// Its id, in the address of its form.
    pub id: &'a str,
    /// Whom it is for; may be empty.
    pub label: Text<'a>,
    /// The groups that it gives.
    pub groups: Vec<Text<'a>>,
    /// What its app is called.
    pub app: Option<Text<'a>>,
    /// The mail address that it gives.
    pub email: Option<Text<'a>>,
    /// After how many days the account ends; none for one that lasts.
    pub account_days: Option<i64>,
    /// How many can still use it, of how many.
    pub left: (i64, i64),
    /// When it ends.
    pub ends: When,
    /// Who made it; none for the host.
    pub maker: Option<Text<'a>>,
    /// Whether it opens.
    pub stands: bool,
}

/// What the last form has done, or why it did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationReported {
    /// An invitation has ended.
    Ended,
    /// It was ended, used up or over before.
    Gone,
    /// No group, or one that is not there or not to be given here.
    Group,
    /// Not a number of days that one is open.
    Days,
    /// Not a number of people.
    People,
    /// Not a number of days after which an account ends.
    AccountDays,
    /// It says at length whom it is for.
    Label,
    /// The mail address is none, or another account's.
    Address,
    /// A mail address for several people.
    OneAddress,
    /// The app is not there any more, or lets none of the groups in.
    App,
}

impl InvitationReported {
    /// The sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Ended => "The invitation has ended. Its address opens nothing; accounts that were made with it stay.",
            Self::Gone => "This invitation was over already. The list shows those that are open.",
            Self::Group => "Choose a group that whoever comes joins. Nothing was made.",
            Self::Days => "An invitation is open for 1 to 30 days. Nothing was made.",
            Self::People => "An invitation is for 1 to 100 people. Nothing was made.",
            Self::AccountDays => "An account ends after 1 to 3650 days, or never. Nothing was made.",
            Self::Label => "Say in a few words whom it is for. Nothing was made.",
            Self::Address => "This e-mail address is not complete, or is or was another account's. Nothing was made.",
            Self::OneAddress => {
                "An e-mail address is one person's. Leave it empty, or invite one person. Nothing was made."
            }
            Self::App => "This app lets none of the groups in that you chose. Nothing was made.",
        }
    }

    /// Whether it reports a refusal.
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Ended)
    }
}

/// The answer to the form that makes an invitation: the one page that holds its address.
#[derive(Debug, Template)]
#[template(path = "invitation_made.html")]
pub struct InvitationMade<'a> {
    /// The administrator's display name.
    pub person: Text<'a>,
    /// The address.
    pub url: &'a str,
    /// The address as a drawing: how many modules it is wide, and its path.
    pub code: Option<(usize, String)>,
    /// What it says and gives.
    pub row: InvitationRow<'a>,
}
