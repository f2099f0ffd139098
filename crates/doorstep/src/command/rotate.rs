//! `doorstep rotate APP`: a new version of the app's client secret, issued, delivered, watched until the app uses it.
//! Then the version before ends.
//!
//! Every step is in the database as soon as it is taken. The command may be ended at any moment: a server goes on with
//! the rotation, and so does the same command.

mod progress;

use crate::command::plan::declared;
use crate::config::Config;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::{Output, RotationOptions};
use crate::owner::become_owner;
use crate::{reason, rotation, wire};
use clap::Args;
use doorstep_app::instance::Instance;
use doorstep_app::onboarding::{LastRotation, RotateError};
use doorstep_core::access::ManageApps;
use doorstep_core::model::{ClientAuthMethod, NotRotated, Rotation};
use doorstep_core::time::Timestamp;
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::plan::{AppPlan, Choices, Step, plan};
use progress::Progress;
use std::time::Duration;
use tokio::time::sleep;

/// How often the command looks how far the rotation is.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Which app, and on which terms.
#[derive(Clone, Debug, Args)]
pub struct Rotate {
    /// Its name.
    #[arg(value_name = "APP")]
    pub app: String,
    /// How.
    #[command(flatten)]
    pub how: RotationOptions,
    /// Take the rotation back that is under way: the old version is delivered again, and the new one ends.
    #[arg(long, conflicts_with = "unwatched")]
    pub abort: bool,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// Runs it.
pub fn run(words: &Rotate, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let name = declared(&words.app, &desired)?;
    let app = desired.apps.iter().find(|app| *app.name() == name);
    let app = app.ok_or_else(|| Failure::bare(format!("{name} is not declared.")))?;
    refuse_without_secret(app)?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        let started = instance.now();
        let at_work = AtWork { instance: &instance, config: &loaded.config, desired: &desired, app, words };
        let begun = at_work.begin().await?;
        at_work.follow(&begun, started, context).await
    })
}

/// What proves itself with no secret has none to rotate.
fn refuse_without_secret(app: &DesiredApp) -> Result<(), Failure> {
    let name = app.name();
    match &app.client {
        None => Err(Failure::refused(
            format!("{name} has no client secret: Doorstep stands in front of it, and it proves itself to nobody."),
            "Nothing of it has to be rotated.",
        )),
        Some(client) if client.auth_method == ClientAuthMethod::None => Err(Failure::refused(
            format!("{name} has no client secret: it is a public client, and each sign-in proves itself by PKCE."),
            "Nothing of it has to be rotated.",
        )),
        Some(_) => Ok(()),
    }
}

/// A rotation, and what the command does it with.
struct AtWork<'a> {
    instance: &'a Instance,
    config: &'a Config,
    desired: &'a Desired,
    app: &'a DesiredApp,
    words: &'a Rotate,
}

impl AtWork<'_> {
    /// Begins the rotation, goes on with the one that is under way, or takes it back.
    async fn begin(&self) -> Result<Rotation, Failure> {
        let (onboarding, name, terms) = (&self.instance.onboarding, self.app.name(), self.words.how.terms());
        if self.words.abort {
            let act = wire::act(self.instance, ManageApps)?;
            let back = onboarding.take_rotation_back(&act, name, &terms).await;
            return back.map_err(|error| self.refused(&error));
        }
        if self.last().await?.is_none_or(|last| last.ended_at.is_some()) {
            self.refuse_out_of_line().await?;
        }
        let act = wire::act(self.instance, ManageApps)?;
        let begun = onboarding.rotate(&act, name, (&terms, self.words.how.unwatched)).await;
        begun.map_err(|error| self.refused(&error))
    }

    async fn last(&self) -> Result<Option<LastRotation>, Failure> {
        self.instance.onboarding.last_rotation(self.app.name()).await.map_err(|error| reason::internal(&error))
    }

    /// A new version is issued only where it can be delivered: nobody waits for a use that cannot come.
    async fn refuse_out_of_line(&self) -> Result<(), Failure> {
        let name = self.app.name();
        if self.app.deliveries.is_empty() && !self.words.how.unwatched {
            let what = format!("Nothing is delivered to {name}: no new version would reach it.");
            return Err(Failure::refused(what, "Say where to: `deliver` of the app in the configuration."));
        }
        let observed = wire::look(self.instance, self.config, self.desired).await?;
        let planned = plan(self.desired, &observed, &Choices::default());
        let Some(app) = planned.apps.iter().find(|app| app.name == *name) else { return Ok(()) };
        let is_other = |step: &Step| !matches!(step, Step::Deliver { .. });
        if app.steps.iter().any(is_other) || !app.waits.is_empty() {
            let what = format!("{name} is not as the configuration says yet. Nothing was rotated.");
            return Err(Failure::refused(what, "doorstep plan shows what differs; doorstep apply changes it."));
        }
        match undeliverable(app) {
            None => Ok(()),
            Some(why) => Err(Failure::refused(
                format!("A new version cannot be delivered to {name} now. Nothing was rotated: {why}."),
                "Run the command again when the cause is gone.",
            )),
        }
    }

    fn refused(&self, error: &RotateError) -> Failure {
        let name = self.app.name();
        let said = |remedy: &str| Failure::refused(format!("The secret of {name} is not rotated: {error}."), remedy);
        match error {
            RotateError::NoClient | RotateError::Refused(NotRotated::NoSecret) => {
                said("Bring the app in line first: doorstep apply")
            }
            RotateError::Internal(error) => reason::internal(error),
            RotateError::Refused(NotRotated::Supplied) => said("Whoever supplied it supplies another one."),
            RotateError::Refused(NotRotated::Disabled) if self.words.abort => Failure::refused(
                format!("The rotation of {name} is not taken back: {error}."),
                "To take it back all the same, and end the new version at a time: --abort --within 7d",
            ),
            RotateError::Refused(NotRotated::Disabled) => {
                said("To rotate all the same, and end the old version at a time: --unwatched --within 7d")
            }
            RotateError::Refused(NotRotated::NotUnderWay) => said("doorstep app list shows which rotations are."),
        }
    }

    /// Takes the steps that are to be taken and tells of each, until the old version ended or nobody watches any more.
    async fn follow(
        &self,
        begun: &Rotation,
        started: Timestamp,
        context: &mut Context<'_>,
    ) -> Result<Outcome, Failure> {
        let mut progress = Progress::new(self.app, begun, self.words.output.json);
        progress.begin(started, context)?;
        let how = &self.words.how;
        loop {
            let last = self.last().await?.ok_or_else(|| self.gone())?;
            progress.tell(&last, context)?;
            if last.ended_at.is_some() {
                return progress.end(&last, context);
            }
            let now = self.instance.now();
            let is_delivered = last.rotation.delivered_at.is_some();
            if how.no_watch && is_delivered || how.is_watched_enough(started, now) {
                return progress.leave(&last, context);
            }
            if last.rotation.is_to_be_delivered(now) {
                let apps = [self.app.name().clone()].into();
                let in_the_way = rotation::deliver(self.instance, self.config, self.desired, &apps).await?;
                let in_the_way = in_the_way.into_values().flatten().collect::<Vec<_>>();
                if how.no_watch && !in_the_way.is_empty() {
                    return Err(undelivered(&in_the_way));
                }
                if progress.hold_up(in_the_way, context)? {
                    sleep(LOOK_EVERY * 8).await;
                }
            } else if last.rotation.due(now).is_some() {
                let act = wire::act(self.instance, ManageApps)?;
                let ended = self.instance.onboarding.end_due_rotation(&act, &last.client).await;
                ended.map_err(|error| reason::internal(&error))?;
            }
            sleep(LOOK_EVERY).await;
        }
    }

    fn gone(&self) -> Failure {
        let what = format!("{} has another client now: the rotation went with the one before.", self.app.name());
        Failure::refused(what, "doorstep plan shows whether anything is left to do.")
    }
}

fn undelivered(in_the_way: &[String]) -> Failure {
    let why = in_the_way.join("; ");
    let what = format!("The new version is issued and not in every place yet: {why}.");
    Failure::refused(what, "The server tries again by itself, and so does the same command. Both versions are valid.")
}

/// Why a place does not take a delivery now.
pub(super) fn undeliverable(app: &AppPlan) -> Option<String> {
    let places = app.blocked.iter().chain(&app.unreachable);
    let why = places.map(|place| format!("{}: {}", place.to, place.why)).collect::<Vec<_>>().join("; ");
    (!why.is_empty()).then_some(why)
}
