//! `doorstep app list`: the table of apps that people keep by hand, those that no file declares at its end.

use crate::config::Loaded;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::reason;
use crate::wire;
use clap::Args;
use doorstep_app::onboarding::Other;
use doorstep_core::access::ManageApps;
use doorstep_core::model::{Owner, Posture};
use doorstep_onboard::desired::DesiredApp;
use doorstep_onboard::plan::{Choices, Plan, Rotating, Stage, plan};
use doorstep_onboard::spec::ClientSpec;
use serde::Serialize;

/// How to print it.
#[derive(Clone, Copy, Debug, Args)]
pub struct List {
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// One app.
#[derive(Serialize)]
struct Row {
    name: String,
    title: String,
    url: String,
    /// `openid connect`, `forward auth`, or both.
    sign_in: &'static str,
    client_id: Option<String>,
    /// What else belongs to the app, such as a client for its command line.
    further_clients: Vec<Further>,
    /// Groups; `None` for everyone with an account.
    allow: Option<Vec<String>>,
    delivered: Vec<String>,
    state: &'static str,
    /// Who owns it: `file` or `people`.
    owner: &'static str,
    /// File and line; `None` for what no file declares.
    declared: Option<String>,
}

/// A further client of an app.
#[derive(Serialize)]
struct Further {
    name: String,
    client_id: String,
}

pub(super) fn run(words: List, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    become_owner(&loaded.config)?;
    let declared = desired.apps.iter().map(DesiredApp::name).cloned().collect();
    let look = async {
        let Some(instance) = wire::existing(&loaded.config).await? else { return Ok((None, Vec::new())) };
        let observed = wire::look(&instance, &loaded.config, &desired).await?;
        let others = instance.onboarding.others(&wire::act(&instance, ManageApps)?, &declared).await;
        let others = others.map_err(|error| reason::internal(&error))?;
        Ok::<_, Failure>((Some((plan(&desired, &observed, &Choices::default()), observed)), others))
    };
    let (seen, others) = runtime()?.block_on(look)?;
    let client_id = |app: &DesiredApp| {
        let (_, observed) = seen.as_ref()?;
        app.client.as_ref()?;
        observed.remote.get(app.name()).map(|id| id.as_str().to_owned())
    };
    let mut rows: Vec<Row> = desired
        .apps
        .iter()
        .map(|app| Row { client_id: client_id(app), ..row(app, seen.as_ref().map(|(plan, _)| plan), &loaded) })
        .collect();
    rows.extend(others.into_iter().map(beside));
    if words.output.json {
        context.json(&rows)?;
    } else if rows.is_empty() {
        context.line("No app is declared. Add one: doorstep app add NAME URL")?;
    } else {
        table(&rows, context)?;
    }
    Ok(Outcome::Done)
}

fn row(app: &DesiredApp, plan: Option<&Plan>, loaded: &Loaded) -> Row {
    let name = app.name();
    let allow = app.spec.allow.as_ref().map(|groups| groups.iter().map(|group| group.as_str().to_owned()).collect());
    Row {
        name: name.to_string(),
        title: app.spec.title.clone(),
        url: app.spec.url.clone(),
        sign_in: doors(app.spec.signs_in, app.spec.protected, app.spec.posture),
        client_id: None,
        further_clients: app.extras.iter().filter_map(further).collect(),
        allow,
        delivered: app.deliveries.iter().map(|delivery| delivery.to.to_text()).collect(),
        state: match plan {
            None => "not made yet",
            Some(plan) => match plan.apps.iter().find(|planned| planned.name == *name) {
                None => "in line",
                Some(planned) if !planned.blocked.is_empty() => "blocked",
                Some(planned) if !planned.waits.is_empty() => "waits for --accept",
                Some(planned) if !planned.steps.is_empty() => "changes pending",
                Some(planned) => planned.rotation.as_ref().map_or("in line", rotating),
            },
        },
        owner: "file",
        declared: Some(loaded.place_of(&["apps", name.as_str()]).to_string()),
    }
}

/// What no file declares: made by hand, or left over.
fn beside(other: Other) -> Row {
    let by_hand = other.owner == Owner::Console;
    Row {
        name: other.name,
        title: other.title,
        url: other.url.unwrap_or_default(),
        sign_in: doors(other.client_id.is_some(), other.protected, Posture::default()),
        client_id: other.client_id,
        further_clients: Vec::new(),
        allow: None,
        delivered: Vec::new(),
        state: if by_hand { "left as it is" } else { "not declared any more: apply --prune" },
        owner: if by_hand { "people" } else { "file" },
        declared: None,
    }
}

/// What stands between people and an app: a client of its own, forward auth, or both.
const fn doors(has_client: bool, is_protected: bool, posture: Posture) -> &'static str {
    match (has_client, is_protected, posture) {
        (true, true, Posture::Headers) => "openid connect, behind forward auth",
        (true, true, Posture::Portal) => "openid connect, behind forward auth that tells it nothing",
        (true, true, Posture::Assertion) => "openid connect, behind forward auth that signs who people are",
        (true, false, _) => "openid connect",
        (false, true, Posture::Portal) => "forward auth that tells it nothing",
        (false, true, Posture::Assertion) => "forward auth that signs who people are",
        (false, ..) => "forward auth",
    }
}

fn further(client: &ClientSpec) -> Option<Further> {
    let extra = client.extra.as_ref()?;
    Some(Further { name: extra.name.clone(), client_id: extra.id.to_string() })
}

/// How people sign in to it, and by which further programs.
fn sign_in(row: &Row) -> String {
    if row.further_clients.is_empty() {
        return row.sign_in.to_owned();
    }
    let names: Vec<&str> = row.further_clients.iter().map(|client| client.name.as_str()).collect();
    format!("{} (also {})", row.sign_in, names.join(", "))
}

/// Its client secret is being rotated.
const fn rotating(rotation: &Rotating) -> &'static str {
    match rotation.stage {
        Stage::Issued => "rotating: not delivered yet",
        Stage::Delivered => "rotating: not used yet",
        Stage::Used => "rotating: used",
    }
}

fn table(rows: &[Row], context: &mut Context<'_>) -> Result<(), Failure> {
    let cells = |row: &Row| {
        [
            row.name.clone(),
            row.url.clone(),
            sign_in(row),
            match &row.allow {
                Some(groups) => groups.join(", "),
                None if row.declared.is_none() => String::new(),
                None => "everyone".to_owned(),
            },
            row.state.to_owned(),
            row.declared.clone().unwrap_or_else(|| if row.owner == "people" { "by hand" } else { "" }.to_owned()),
        ]
    };
    let all: Vec<[String; 6]> = rows.iter().map(cells).collect();
    for row in &all {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let widest = all.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or_default();
            let gap = " ".repeat(widest + 2 - cell.chars().count());
            line.push_str(cell);
            line.push_str(&gap);
        }
        context.line(line.trim_end())?;
    }
    Ok(())
}
