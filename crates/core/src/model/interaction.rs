//! An authorization request, parked while the person signs in or consents.

use crate::{
    id::{ClientId, InteractionId},
    time::Timestamp,
};

/// A parked request. It holds what was sent, not what was decided: coming back runs the same decision again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Its id, in the page's address.
    pub id: InteractionId,
    /// The client that asked.
    pub client: ClientId,
    /// The hash (text) of the login cookie that the browser had or was given.
    pub browser_hash: String,
    /// The request's parameters, in order, as they came.
    pub params: Vec<(String, String)>,
    /// When it came.
    pub created_at: Timestamp,
    /// The `auth_time` of the session that the browser had then. Another one since satisfies `prompt=login` and
    /// `max_age`; no two servers' clocks are compared for it.
    pub signed_in_at: Option<Timestamp>,
    /// The person pressed «Allow» for this very request.
    pub consented: bool,
    /// At most two hours after `created_at`.
    pub expires_at: Timestamp,
}
