//! Plans and reports as a person reads them, without secrets. Colour helps and never carries meaning alone.
//!
//! For programs, [`Plan`] and [`Report`] serialize as they are.

mod adopt;
mod apply;
mod capabilities;
mod doors;
mod extras;
mod groups;
mod people;
mod rotates;

pub use adopt::render_survey;
pub use apply::render_apply;
pub use capabilities::render_capabilities;
pub use doors::{open_again, render_doors};
pub use groups::waiting;
pub use people::why as person_waits;

use crate::{
    catalog::Syntax,
    delivery::{Content, Delivery},
    desired::Opened,
    plan::{AppPlan, Change, Edit, Plan, Reason, Step, Wait},
};
use std::{collections::BTreeMap, fmt::Write};

/// How to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether the reader is a terminal that shows colour.
    pub colour: bool,
}

/// What `doorstep plan` prints.
pub fn render_plan(plan: &Plan, style: Style) -> String {
    let mut out = String::new();
    let width = plan.apps.iter().map(|app| app.name.as_str().len()).max().unwrap_or_default().max(14) + 1;
    let mut counts: BTreeMap<Mark, usize> = BTreeMap::new();
    let groups = plan.groups.iter().map(|group| (group.change.group.as_str(), groups::entries(group)));
    let apps = plan.apps.iter().map(|app| (app.name.as_str(), entries(app)));
    let people = plan.people.iter().map(|person| (person.invitation.name.as_str(), people::entries(person)));
    for (name, entries) in people.chain(groups).chain(apps) {
        for (mark, details) in entries {
            *counts.entry(mark).or_default() += 1;
            let mut head = format!("  {} {name:<width$}", mark.paint(style));
            for detail in details {
                let _ = writeln!(out, "{head}{detail}");
                head = " ".repeat(4 + width);
            }
        }
    }
    if plan.groups_left_out > 0 {
        let _ = writeln!(out, "    the provider has no groups: {} declared are left out", plan.groups_left_out);
    }
    if plan.people_left_out > 0 {
        let left_out = plan.people_left_out;
        let _ = writeln!(out, "    the provider makes no accounts: {left_out} invited are left out");
    }
    if !plan.unchanged.is_empty() {
        let _ = writeln!(out, "    {} unchanged", plan.unchanged.len());
    }
    out.push_str(&doors::of_new_apps(plan, width));
    if !out.is_empty() {
        out.push('\n');
    }
    counts.remove(&Mark::Note);
    let rotating = counts.remove(&Mark::Rotation).unwrap_or_default();
    let warnings = match counts.remove(&Mark::Warning) {
        None => String::new(),
        Some(1) => " 1 warning.".to_owned(),
        Some(many) => format!(" {many} warnings."),
    };
    let counted: Vec<String> = counts.iter().map(|(mark, count)| mark.count(*count)).collect();
    let rotates = rotates::sentence(plan, rotating);
    match (counted.is_empty(), plan.unchanged.is_empty() && plan.apps.is_empty()) {
        (true, true) => out.push_str("No app is declared. Nothing to do.\n"),
        (true, false) => {
            let _ = writeln!(out, "Nothing to do. {rotates}{warnings}");
        }
        _ => {
            let _ = writeln!(out, "{}. {rotates}{warnings}", counted.join(", "));
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Create,
    Change,
    Deliver,
    Remove,
    Wait,
    Blocked,
    Unreachable,
    Orphan,
    Warning,
    Rotation,
    Note,
}

impl Mark {
    fn paint(self, style: Style) -> String {
        let (sign, colour) = match self {
            Self::Create => ('+', 32),
            Self::Change | Self::Deliver => ('~', 33),
            Self::Remove => ('-', 31),
            Self::Wait => ('!', 35),
            Self::Blocked => ('x', 31),
            Self::Unreachable => ('/', 33),
            Self::Orphan => ('?', 36),
            Self::Warning => ('*', 33),
            Self::Rotation => ('>', 36),
            Self::Note => (' ', 0),
        };
        if style.colour { format!("\u{1b}[{colour}m{sign}\u{1b}[0m") } else { sign.to_string() }
    }

    fn count(self, count: usize) -> String {
        let one = count == 1;
        match self {
            Self::Create => format!("{count} to create"),
            Self::Change => format!("{count} to change"),
            Self::Deliver => format!("{count} to deliver"),
            Self::Remove => format!("{count} to remove"),
            Self::Wait => format!("{count} {} your approval", if one { "needs" } else { "need" }),
            Self::Blocked => format!("{count} cannot be delivered"),
            Self::Unreachable => format!("{count} cannot be looked at now"),
            Self::Orphan => format!("{count} {}", if one { "orphan" } else { "orphans" }),
            Self::Warning | Self::Rotation | Self::Note => String::new(),
        }
    }
}

/// The entries of an app, each with its first line and those below it.
fn entries(app: &AppPlan) -> Vec<(Mark, Vec<String>)> {
    let mut entries = Vec::new();
    let (removals, steps): (Vec<&Step>, Vec<&Step>) = app.steps.iter().partition(|step| {
        matches!(step, Step::DeleteApp | Step::DeleteClient | Step::DeleteExtra { .. } | Step::Withdraw { .. })
    });
    if app.creates() {
        let made = steps.iter().filter_map(|step| created(step, app)).collect::<Vec<_>>().join(", ");
        let opens = app.opens.iter().map(Opened::sentence);
        entries.push((Mark::Create, std::iter::once(made).chain(renamed(app)).chain(opens).collect()));
    }
    if !app.creates() && !steps.is_empty() {
        let only_delivers = steps.iter().all(|step| matches!(step, Step::Deliver { .. }));
        let mark = if only_delivers { Mark::Deliver } else { Mark::Change };
        let mut details: Vec<String> = steps.iter().flat_map(|step| changed(step)).collect();
        if details.is_empty() {
            details.push("taken over by the declaration".into());
        }
        details.extend(app.opens.iter().map(Opened::sentence));
        entries.push((mark, details));
    }
    if !removals.is_empty() {
        let what = removals.iter().map(|step| match step {
            Step::DeleteApp => "entry".to_owned(),
            Step::DeleteExtra { extra } => extras::named(&extra.name),
            Step::Withdraw { from, .. } => format!("{from} (while it is what was delivered)"),
            _ => "client".to_owned(),
        });
        entries.push((Mark::Remove, vec![format!("removed: {}", what.collect::<Vec<_>>().join(" and "))]));
    }
    if !app.waits.is_empty() {
        entries.push((Mark::Wait, waits(app)));
    }
    for (mark, places) in [(Mark::Blocked, &app.blocked), (Mark::Unreachable, &app.unreachable)] {
        if !places.is_empty() {
            entries.push((mark, places.iter().map(|place| format!("{}: {}", place.to, place.why)).collect()));
        }
    }
    let left =
        app.left.iter().map(|place| format!("{place} was delivered once and nothing declares it; --prune removes it"));
    let orphan = app.orphan.then(|| "orphan: nothing declares it; `apply --prune` removes it".to_owned());
    let orphans: Vec<String> = orphan.into_iter().chain(extras::left(app)).chain(left).collect();
    if !orphans.is_empty() {
        entries.push((Mark::Orphan, orphans));
    }
    if !app.reopens.is_empty() {
        entries
            .push((Mark::Warning, app.reopens.iter().map(|door| format!("warning: {}", open_again(door))).collect()));
    }
    entries.extend(app.letter.iter().map(|why| (Mark::Note, vec![shows_its_letter(why)])));
    if let Some(rotation) = &app.rotation {
        entries.push((Mark::Rotation, vec![rotation.sentence()]));
    }
    if !app.cannot.is_empty() {
        let what = app.cannot.iter().flat_map(change_lines);
        let head = "the provider cannot express this part of the declaration:".to_owned();
        entries.push((Mark::Note, [head].into_iter().chain(what.map(|line| format!("  {line}"))).collect()));
    }
    entries
}

/// Its icon cannot be shown.
fn shows_its_letter(why: &str) -> String {
    format!("shows its letter and no icon: {why}")
}

/// What an app with another name leaves behind.
fn renamed(app: &AppPlan) -> Vec<String> {
    let with_client = app.steps.iter().any(|step| matches!(step, Step::CreateClient { .. }));
    let secret = if with_client { "; its client id and secret are new ones" } else { "" };
    let taken = app.steps.iter().filter(|step| matches!(step, Step::TakeOver { .. }));
    taken.flat_map(changed).map(|line| line + secret).collect()
}

fn created(step: &Step, app: &AppPlan) -> Option<String> {
    let with_client = app.steps.iter().any(|step| matches!(step, Step::CreateClient { .. }));
    match step {
        Step::CreateClient { .. } => Some("new client".into()),
        Step::PutApp { spec, .. } if spec.protected && with_client => Some("Doorstep in front".into()),
        Step::PutApp { spec, .. } if spec.protected => Some(format!("new app, Doorstep in front of {}", spec.url)),
        Step::PutApp { .. } if with_client => None,
        Step::PutApp { .. } => Some("new entry".into()),
        Step::Deliver { delivery, .. } => Some(format!("{} ({})", delivery.to, size(delivery))),
        Step::UpdateClient { changes, .. } if changes.is_empty() => Some("client taken over".into()),
        Step::UpdateClient { changes, .. } => {
            Some(changes.iter().map(|change| change.field.label()).collect::<Vec<_>>().join(", "))
        }
        Step::NewSecret { .. } => changed(step).pop(),
        Step::CreateExtra { spec } => extras::of(spec),
        Step::UpdateExtra { spec, from, .. } => extras::kept(spec, from.as_ref()),
        Step::DeleteExtra { .. }
        | Step::TakeOver { .. }
        | Step::DeleteApp
        | Step::DeleteClient
        | Step::Withdraw { .. } => None,
    }
}

fn changed(step: &Step) -> Vec<String> {
    match step {
        Step::UpdateClient { changes, .. } | Step::PutApp { changes, .. } => {
            changes.iter().flat_map(change_lines).collect()
        }
        Step::Deliver { delivery, reason } => {
            let why = match reason {
                Reason::New => format!("({})", size(delivery)),
                Reason::Missing => format!("is not there: written again ({})", size(delivery)),
                Reason::Differs => "is not what it should be: written again".into(),
                Reason::TooOpen => "can be read by everyone on the machine: closed".into(),
                Reason::Unrecorded(_) => "is what it should be, and is not recorded yet: recorded".into(),
            };
            vec![format!("{} {why}", delivery.to)]
        }
        Step::NewSecret { replaces: false } => vec!["a first secret, because the one before never arrived".into()],
        Step::NewSecret { replaces: true } => vec!["a new secret; the one in use stops".into()],
        Step::TakeOver { from } => vec![format!("takes the address over from {from}, which nothing declares any more")],
        Step::CreateExtra { spec } => extras::of(spec).into_iter().collect(),
        Step::UpdateExtra { spec, changes, from } => extras::changed(spec, changes, from.as_ref()),
        Step::CreateClient { .. }
        | Step::DeleteApp
        | Step::DeleteClient
        | Step::DeleteExtra { .. }
        | Step::Withdraw { .. } => Vec::new(),
    }
}

fn change_lines(change: &Change) -> Vec<String> {
    let label = change.field.label();
    match &change.edit {
        Edit::Value { before, after } => vec![format!("{label}: {before} → {after}")],
        Edit::Items { added, removed } => {
            let gone = removed.iter().map(|item| format!("  - {item}"));
            let come = added.iter().map(|item| format!("  + {item}"));
            [label.to_owned()].into_iter().chain(gone).chain(come).collect()
        }
    }
}

fn waits(app: &AppPlan) -> Vec<String> {
    let further = extras::made_by_hand(app).chain(extras::own_of_others(&app.name, &app.waits));
    let mut lines: Vec<String> = wait(app).into_iter().chain(further).collect();
    for wait in &app.waits {
        if let Wait::OpenDoor { by_hand } = wait {
            lines.extend(by_hand.iter().map(|step| format!("  {step}")));
        }
    }
    lines
}

/// What waits, but for further clients that are somebody else's.
fn wait(app: &AppPlan) -> Option<String> {
    let name = &app.name;
    let mut contracts = Vec::new();
    for wait in &app.waits {
        match wait {
            Wait::TakeOver { client: Some(_), .. } | Wait::OwnOf { .. } => {}
            Wait::TakeOver { replaces_secret: false, client: None } => {
                return Some(format!("made by hand; what taking it over means: doorstep adopt {name}"));
            }
            Wait::TakeOver { replaces_secret: true, client: None } => {
                let secret =
                    "its secret cannot be read again, so the app gets a new one unless one of its places holds it";
                return Some(format!("made by hand; {secret}: doorstep adopt {name}"));
            }
            Wait::Everyone => {
                let what = "the provider would let everyone with an account in";
                return Some(format!("{what}; --accept {name} if that is meant"));
            }
            Wait::OpenDoor { .. } => {
                return Some(format!(
                    "is not made yet: a stranger may make the account in it that a sign-in would enter, until you close \
                     its own sign-up. Do this first, then --accept {name}:"
                ));
            }
            Wait::Contract { change, client: None } => contracts.push(contract(change)),
            Wait::Contract { change, client: Some(client) } => {
                contracts.push(format!("{} of the client {client}", contract(change)));
            }
        }
    }
    (!contracts.is_empty()).then(|| format!("contract: {}; needs --accept {name}", contracts.join("; ")))
}

fn contract(change: &Change) -> String {
    let label = change.field.label();
    match &change.edit {
        Edit::Value { before, after } => format!("{label} changes from {before} to {after}"),
        Edit::Items { added, removed } => {
            let gone = removed.iter().map(|item| format!("- {item}"));
            let come = added.iter().map(|item| format!("+ {item}"));
            format!("{label} change ({})", gone.chain(come).collect::<Vec<_>>().join(", "))
        }
    }
}

/// How much goes there.
fn size(delivery: &Delivery) -> String {
    match (&delivery.content, delivery.keys().len()) {
        (_, 1) if delivery.to.keeps_keys() => "1 key".into(),
        (Content::Text { syntax: Syntax::Shell, .. }, _) if delivery.content.holds_a_secret() => {
            "commands to run once, with the secret in them".into()
        }
        (Content::Text { syntax: Syntax::Shell, .. }, _) => "commands to run once".into(),
        (Content::Text { .. }, _) => "a text".into(),
        (Content::Sheet { .. }, count) => format!("{count} fields to copy"),
        (_, 1) => "1 key".into(),
        (_, count) => format!("{count} keys"),
    }
}
