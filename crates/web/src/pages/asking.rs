//! Asking for access to an app, and what administrators see of it.

use super::{Href, Message, Text, When, filters};
use askama::Template;

/// `/access/{app}`: somebody who is signed in asks for an app that refuses them.
#[derive(Debug, Template)]
#[template(path = "ask_for_access.html")]
pub struct AskForAccess<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// Where the app lives.
    pub url: Option<Href<'a>>,
    /// Where the form goes.
    pub action: Href<'a>,
    /// The person's display name.
    pub person: Text<'a>,
    /// The user name.
    pub user_name: Text<'a>,
    /// How things stand.
    pub state: AskingNow,
    /// How many characters the reason has at most.
    pub longest: u16,
    /// Why the last form did nothing.
    pub problem: Option<AskProblem>,
    /// Where someone else signs in.
    pub other_account: Href<'a>,
}

/// How things stand between a person and an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskingNow {
    /// They may use it.
    Inside,
    /// They can ask.
    CanAsk,
    /// They asked.
    Asked(When),
    /// An administrator said no; and when they can ask again.
    Refused(When, When),
    /// Nobody may use it.
    ForNobody,
}

/// Why a question was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskProblem {
    /// The reason is long.
    Reason,
    /// The person has asked for many apps.
    TooMany,
}

impl AskProblem {
    /// The sentence.
    pub fn sentence(self) -> Message {
        match self {
            Self::Reason => "ask-problem-too-long".into(),
            Self::TooMany => "ask-problem-too-many".into(),
        }
    }
}

/// `/admin/requests`: the open questions.
#[derive(Debug, Template)]
#[template(path = "access_requests.html")]
pub struct AccessRequests<'a> {
    /// The administrator's display name.
    pub person: Text<'a>,
    /// The questions, the oldest first.
    pub rows: Vec<RequestRow<'a>>,
    /// Whether the sign-in is fresh enough to answer.
    pub fresh: bool,
    /// What the last form has done.
    pub reported: Option<RequestReported>,
}

/// A question as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow<'a> {
    /// Who asks.
    pub who: Text<'a>,
    /// Their user name, in the forms too.
    pub user_name: &'a str,
    /// What the app is called.
    pub app: Text<'a>,
    /// Its name, in the forms.
    pub app_name: &'a str,
    /// Why, in the person's words; may be empty.
    pub reason: Text<'a>,
    /// When.
    pub asked: When,
    /// The groups of which one can be given.
    pub groups: Vec<&'a str>,
    /// Whether `admins` alone would do, which is not given here.
    pub administrators_only: bool,
}

/// What an answer has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestReported {
    /// Somebody was given access.
    Granted,
    /// Somebody was refused.
    Refused,
    /// The question is not there any more, or what would answer it is another by now.
    Gone,
}

impl RequestReported {
    /// The sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Granted => "They are in the group. The app is open to them within seconds.",
            Self::Refused => "They are told when they open the app again, and can ask anew after 30 days.",
            Self::Gone => "This was answered already, or has changed. The list shows how it is now.",
        }
    }

    /// Whether it reports a refusal.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Gone)
    }
}
