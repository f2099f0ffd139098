//! What was done for each person, group and app, and what was not.

use super::Undone;
use crate::{
    delivery::Address,
    desired::Reopened,
    plan::{AppPlan, Blocked, Field, GroupPlan, PersonPlan, Wait},
};
use doorstep_core::id::{AppName, ClientId};
use serde::Serialize;

/// What was done for each person, group and app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whoever is invited and had no account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonReport>,
    /// Groups that something was done for, or that something failed or waits for.
    pub groups: Vec<GroupReport>,
    /// Apps that something was done for, that something failed or waits for, or that nothing declares any more.
    pub apps: Vec<AppReport>,
}

/// What became of one invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonReport {
    /// What was planned.
    #[serde(flatten)]
    pub plan: PersonPlan,
    /// Why no account was made.
    pub failed: Option<String>,
    /// Whether it is worth another try.
    pub unreachable: bool,
}

impl PersonReport {
    /// Whether the account was made.
    pub const fn is_done(&self) -> bool {
        self.plan.has_steps() && self.failed.is_none()
    }
}

/// What was done for one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupReport {
    /// What was planned.
    #[serde(flatten)]
    pub plan: GroupPlan,
    /// Why nothing of it was done.
    pub failed: Option<String>,
    /// Whether it is worth another try.
    pub unreachable: bool,
}

/// What was done for one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppReport {
    /// The app.
    pub name: AppName,
    /// What was done.
    pub done: Vec<Done>,
    /// What was not, and why.
    pub failed: Vec<String>,
    /// What did not answer. It is worth another try without anything being changed.
    pub unreachable: Vec<String>,
    /// What waits for approval.
    pub waits: Vec<Wait>,
    /// Whether nothing declares it any more and it stays.
    pub orphan: bool,
    /// Earlier deliveries that nothing declares any more and that stay.
    pub left: Vec<Address>,
    /// Further clients that nothing declares any more and that stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_clients: Vec<ClientId>,
    /// What remains to be done by hand for an app that is new.
    pub setup: Vec<String>,
    /// What the declaration opens beside the sign-in.
    pub reopens: Vec<Reopened>,
    /// Why its icon is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Done {
    /// The client was made.
    ClientMade,
    /// The client was changed.
    ClientChanged {
        /// In these.
        fields: Vec<Field>,
    },
    /// A further client was made.
    ExtraMade {
        /// What it is called.
        name: String,
    },
    /// A further client was changed.
    ExtraChanged {
        /// What it is called.
        name: String,
        /// In these.
        fields: Vec<Field>,
    },
    /// A further client was removed.
    ExtraRemoved {
        /// What it is called.
        name: String,
    },
    /// A secret was drawn.
    SecretDrawn {
        /// An earlier one stopped with it.
        replaced: bool,
    },
    /// The app's entry was made.
    AppMade {
        /// Whether Doorstep stands in front.
        protected: bool,
    },
    /// The app's entry was changed.
    AppChanged {
        /// In these.
        fields: Vec<Field>,
    },
    /// Credentials were written.
    Delivered {
        /// Here.
        to: Address,
        /// The file had been readable by everyone.
        tightened: bool,
    },
    /// What had been delivered was recorded: whoever wrote it was killed before.
    Recorded {
        /// Here.
        at: Address,
    },
    /// Credentials were written in the place of what somebody else had put there.
    Adopted {
        /// There.
        place: Address,
        /// The file had been readable by everyone.
        tightened: bool,
    },
    /// The entry of an app that this one was called before was removed.
    TakenOver {
        /// What it was called.
        from: AppName,
    },
    /// The app's entry was removed.
    AppRemoved,
    /// The client was removed.
    ClientRemoved,
    /// An earlier delivery was removed, or was gone already.
    Withdrawn {
        /// From here.
        from: Address,
    },
    /// An earlier delivery stays, because somebody changed it.
    LeftBehind {
        /// Here.
        at: Address,
    },
}

impl Report {
    /// Whether everything that the plan could do was done.
    pub fn succeeded(&self) -> bool {
        self.groups.iter().all(|group| group.failed.is_none())
            && self.people.iter().all(|person| person.failed.is_none())
            && self.apps.iter().all(|app| app.failed.is_empty() && app.unreachable.is_empty())
    }

    /// Whether something waits for approval.
    pub fn waits(&self) -> bool {
        self.groups.iter().any(|group| !group.plan.waits.is_empty())
            || self.people.iter().any(|person| person.plan.wait.is_some())
            || self.apps.iter().any(|app| !app.waits.is_empty())
    }

    /// Whether anything was done.
    pub fn did_something(&self) -> bool {
        self.groups.iter().any(|group| group.failed.is_none() && group.plan.has_steps())
            || self.people.iter().any(PersonReport::is_done)
            || self.apps.iter().any(|app| !app.done.is_empty())
    }

    /// Whether doing the same again later may do more.
    pub fn is_worth_another_try(&self) -> bool {
        self.groups.iter().any(|group| group.unreachable)
            || self.people.iter().any(|person| person.unreachable)
            || self.apps.iter().any(|app| !app.unreachable.is_empty())
    }
}

impl AppReport {
    pub(super) fn begin(app: &AppPlan) -> Self {
        Self {
            waits: app.waits.clone(),
            orphan: app.orphan,
            left: app.left.clone(),
            left_clients: app.left_clients.clone(),
            setup: app.setup.clone(),
            reopens: app.reopens.clone(),
            letter: app.letter.clone(),
            ..Self::nothing(&app.name)
        }
    }

    /// An app for which nothing was to be done.
    pub(crate) fn nothing(name: &AppName) -> Self {
        Self {
            name: name.clone(),
            done: Vec::new(),
            failed: Vec::new(),
            unreachable: Vec::new(),
            waits: Vec::new(),
            orphan: false,
            left: Vec::new(),
            left_clients: Vec::new(),
            setup: Vec::new(),
            reopens: Vec::new(),
            letter: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let nothing_left = self.failed.is_empty() && self.unreachable.is_empty() && self.waits.is_empty();
        let nothing_left = nothing_left && self.left.is_empty() && self.left_clients.is_empty();
        self.done.is_empty() && nothing_left && !self.orphan && self.reopens.is_empty() && self.letter.is_none()
    }

    /// The places that were not to be written to.
    pub(super) fn note_places(&mut self, app: &AppPlan) {
        let say = |blocked: &Blocked| format!("{}: {}", blocked.to, blocked.why);
        self.failed.extend(app.blocked.iter().map(say));
        self.unreachable.extend(app.unreachable.iter().map(say));
    }

    pub(super) fn note(&mut self, undone: Undone) {
        match undone {
            Undone::Failed(why) => self.failed.push(why),
            Undone::Unreachable(why) => self.unreachable.push(why),
        }
    }
}
