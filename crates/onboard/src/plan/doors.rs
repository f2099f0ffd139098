//! An app whose own sign-up only a person can close, and that links accounts by mail address or user name: until it is
//! closed, a stranger makes the account that somebody's first sign-in enters. It is not made before a person says so.

use super::Wait;
use crate::{
    desired::DesiredApp,
    spec::{AppSpec, ClientSpec, Held},
};

/// What such an app waits for, before it is there for the first time.
pub(super) fn open(app: &DesiredApp, client: Option<&Held<ClientSpec>>, entry: Option<&Held<AppSpec>>) -> Option<Wait> {
    let is_first = match &app.client {
        Some(_) => client.is_none() && !entry.is_some_and(|entry| entry.spec.signs_in),
        None => entry.is_none(),
    };
    let doors = app.doors.as_ref().filter(|doors| is_first && doors.wait_for_a_person())?;
    Some(Wait::OpenDoor { by_hand: doors.by_hand.clone() })
}
