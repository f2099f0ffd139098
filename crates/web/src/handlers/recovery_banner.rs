//! What pages for people who are signed in say of a recovery by mail of their account.

use crate::{
    pages::{RecoveryBanner, When},
    state::Web,
};
use doorstep_app::{error::InternalError, sessions::Own};

/// What somebody signed in is told of a recovery of their account.
pub(super) async fn banner(web: &Web, own: &Own<'_>) -> Result<Option<RecoveryBanner>, InternalError> {
    let now = web.instance.now();
    let under = web.instance.accounts.recovery_under_way(own).await?;
    Ok(under.map(|under| RecoveryBanner {
        asked: When { at: under.asked_at, now },
        due: When { at: under.sent_at.unwrap_or(under.due_at), now },
        is_sent: under.sent_at.is_some(),
    }))
}
