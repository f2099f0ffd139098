//! Whether a secret changes, in a sentence: every plan ends with it.

use crate::plan::Plan;

/// `rotating` is how many client secrets are being rotated already.
pub(super) fn sentence(plan: &Plan, rotating: usize) -> String {
    match plan.replaced_secrets() {
        0 if rotating == 1 => "One secret is being rotated; no other rotates.".to_owned(),
        0 if rotating > 1 => format!("{rotating} secrets are being rotated; no other rotates."),
        0 if plan.renames_a_client() => "A renamed app gets a new secret; no other rotates.".to_owned(),
        0 => "No secret rotates.".to_owned(),
        1 => "One secret is replaced.".to_owned(),
        many => format!("{many} secrets are replaced."),
    }
}
