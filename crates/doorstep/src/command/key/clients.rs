//! Which client secrets a rotation of the root key can rotate, and what is in the way of the others.

use crate::command::rotate::undeliverable;
use doorstep_app::onboarding::RotateError;
use doorstep_app::root_keys::Hanging;
use doorstep_core::id::AppName;
use doorstep_core::model::{KeyHold, NotRotated};
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::plan::{Plan, Step};

/// The app whose client secret can be rotated now; or why it cannot.
pub(super) fn rotatable<'a>(
    hanging: &Hanging,
    (desired, planned): (&'a Desired, &Plan),
    unwatched: bool,
) -> Result<&'a AppName, String> {
    let client = &hanging.client;
    match hanging.hold {
        Some(KeyHold::NotRotated) => {}
        Some(KeyHold::OtherRotation) => {
            return Err("a rotation to a version of an earlier key is under way; this one follows it".into());
        }
        Some(_) => return Err("it is being rotated".into()),
        None => return Err("this release cannot read its client".into()),
    }
    let declared = |app: &&DesiredApp| Some(app.name()) == hanging.app.as_ref() && app.client.is_some();
    let Some(app) = desired.apps.iter().find(declared) else {
        return Err(match &hanging.app {
            Some(_) => "nothing declares the app any more: declare it, or remove it with doorstep apply --prune".into(),
            None => {
                format!("a person made it for no app: declare an app and take it over with doorstep adopt {client}")
            }
        });
    };
    if app.deliveries.is_empty() && !unwatched {
        return Err("nothing is delivered to it: say where to (`deliver`), or use --unwatched --within 7d".into());
    }
    let Some(plan) = planned.apps.iter().find(|plan| plan.name == *app.name()) else { return Ok(app.name()) };
    if plan.steps.iter().any(|step| !matches!(step, Step::Deliver { .. })) || !plan.waits.is_empty() {
        return Err("it is not as the configuration says yet: doorstep plan shows what differs".into());
    }
    undeliverable(plan).map_or(Ok(app.name()), |why| Err(format!("nothing can be delivered to it now: {why}")))
}

/// Why a rotation was not begun.
pub(super) fn not_begun(error: &RotateError) -> String {
    match error {
        RotateError::Refused(NotRotated::Disabled) => {
            format!("{error}: enable it, or use --unwatched --within 7d")
        }
        error => error.to_string(),
    }
}
