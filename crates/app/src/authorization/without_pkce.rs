//! Security row 23: that a client signs people in without PKCE is known to whoever runs the instance. Told once a day
//! for each client, by this process.

use doorstep_core::{
    id::ClientId,
    time::{Timestamp, Ttl},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

const TELL_EVERY: Ttl = Ttl::from_hours(24);
/// More clients than that are told more often.
const KEPT: usize = 1000;

/// When each was told last.
#[derive(Clone, Debug, Default)]
pub(super) struct WithoutPkce(Arc<Mutex<HashMap<ClientId, Timestamp>>>);

impl WithoutPkce {
    /// Says it in the log, when it was not said lately.
    pub(super) fn tell(&self, client: &ClientId, now: Timestamp) {
        if self.is_due(client, now) {
            tracing::warn!(
                client = client.as_str(),
                "a sign-in came without PKCE; where the app can send it, set its `pkce` to \"required\""
            );
        }
    }

    fn is_due(&self, client: &ClientId, now: Timestamp) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.get(client).is_some_and(|last| now < *last + TELL_EVERY) {
            return false;
        }
        if reported.len() >= KEPT {
            reported.clear();
        }
        reported.insert(client.clone(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_23_each_client_without_pkce_is_told_of_once_a_day() {
        let reported = WithoutPkce::default();
        let (wiki, blog) = ("wiki".parse().unwrap(), "blog".parse().unwrap());
        let at = |hours| Timestamp::from_seconds(1_800_000_000) + Ttl::from_hours(hours);
        for (client, hours, due) in [
            (&wiki, 0, true),
            (&wiki, 1, false),
            (&blog, 1, true),
            (&wiki, 23, false),
            (&wiki, 24, true),
            (&wiki, 25, false),
        ] {
            assert_eq!(reported.is_due(client, at(hours)), due, "{client} {hours}");
        }
        for nth in 0..2 * KEPT {
            reported.is_due(&format!("c{nth}").parse().unwrap(), at(0));
        }
        assert!(reported.0.lock().unwrap().len() <= KEPT);
    }
}
