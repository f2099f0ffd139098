//! What is to be written where, and why; what is in the way of it.

use super::{AppPlan, Blocked, Observed, Reason, Step};
use crate::{delivery::Delivery, sink::SinkState};

/// While a contract waits, what is there stays as it is; what is lost is restored all the same.
pub(super) fn deliver(planned: &mut AppPlan, delivery: &Delivery, observed: &Observed, new: bool) {
    let waits = !planned.waits.is_empty();
    let reason = match observed.deliveries.get(&delivery.to) {
        Some(SinkState::Same) => match observed.unrecorded.get(&delivery.to) {
            Some(there) => Reason::Unrecorded(*there),
            None => return,
        },
        Some(SinkState::Differs) if waits => return,
        Some(SinkState::Blocked { why }) => {
            planned.blocked.push(Blocked { to: delivery.to.clone(), why: why.clone() });
            return;
        }
        Some(SinkState::Unreachable { why }) => {
            planned.unreachable.push(Blocked { to: delivery.to.clone(), why: why.clone() });
            return;
        }
        _ if new => Reason::New,
        Some(SinkState::Differs) => Reason::Differs,
        Some(SinkState::TooOpen) => Reason::TooOpen,
        Some(SinkState::Absent) | None => Reason::Missing,
    };
    planned.steps.push(Step::Deliver { delivery: delivery.clone(), reason });
}
