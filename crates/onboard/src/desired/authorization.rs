//! What becomes of `Authorization` in front of an app: as written, for an app in front of which Doorstep stands.

use super::draft::Draft;
use crate::{language::Proposed, manifest::AuthorizationUse, remedy::Remedy};
use doorstep_core::model::AuthorizationHeader;

/// What was written, or what counts when nothing was.
pub(super) fn authorization(draft: &mut Draft<'_>, protected: bool) -> AuthorizationHeader {
    let Some(written) = draft.written.authorization else { return AuthorizationHeader::default() };
    if !protected {
        let remedy = Remedy::from("leave `authorization` out, or say `");
        let remedy = remedy.line(["forward_auth"], Proposed::Truth(true)).words("`");
        draft.wrong("authorization", "Doorstep does not stand in front of this app", remedy);
    }
    match written {
        AuthorizationUse::Pass => AuthorizationHeader::Pass,
        AuthorizationUse::Consume => AuthorizationHeader::Consume,
        AuthorizationUse::Ignore => AuthorizationHeader::Ignore,
    }
}
