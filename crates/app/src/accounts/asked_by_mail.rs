//! What people who are not signed in ask for by mail: a recovery, an account. Whatever they type is counted, and put into the
//! queue of durable work as it is; who it concerns is looked up there. So the answer and its time are the same for each
//! account and for none (security row 82), and a mail server that is away delays it.

use super::service::Accounts;
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    queue::{self, Failed, Handler, Trying},
};
use doorstep_core::{
    access::Caller,
    id::{JobId, RecoveryId, RegistrationId, RequestId},
    model::{AuditActor, AuditSubject, EventKind},
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, jobs, limits};
use serde::{Deserialize, Serialize};

const KIND: &str = "asked";

/// From one network, of each kind (security §2.7).
const ASKED_PER_NETWORK: i64 = 5;
/// Of each kind from everywhere: what one server sends at most.
const ASKED_AT_ALL: i64 = 300;
/// How long they are counted together.
pub const ASKED_WINDOW: Ttl = Ttl::from_hours(1);

/// What somebody asked for.
#[derive(Serialize, Deserialize)]
#[serde(tag = "asked", rename_all = "snake_case")]
pub(super) enum Asked {
    /// The recovery of an account, by its user name or address as typed.
    Recovery {
        /// As typed.
        typed: String,
        /// Who asked.
        from: From,
    },
    /// A recovery has waited.
    RecoveryIsDue {
        /// Which one.
        id: RecoveryId,
    },
    /// An account with this address.
    Account {
        /// Under which it is kept: work that is done twice keeps it once.
        id: RegistrationId,
        /// As typed, and an address.
        email: String,
        /// Who asked.
        from: From,
    },
}

/// Who asked, as far as is known.
#[derive(Serialize, Deserialize)]
pub(super) struct From {
    ip: String,
    agent: String,
    request: Option<RequestId>,
    at: Timestamp,
}

impl From {
    pub(super) fn new(caller: &Caller, at: Timestamp) -> Self {
        Self { ip: caller.ip.clone(), agent: caller.agent.clone(), request: caller.request_id.clone(), at }
    }

    /// As who acts.
    pub(super) fn caller(&self) -> (Caller, Timestamp) {
        let (ip, agent) = (self.ip.clone(), self.agent.clone());
        (Caller { ip, agent, request_id: self.request.clone(), browser: None }, self.at)
    }
}

impl Accounts {
    /// Counts what was asked for, and leaves it to durable work; false when too much was asked from this network.
    pub(super) async fn leave_to_work(
        &self,
        what: &str,
        asked: &Asked,
        network: &str,
        (caller, now): (&Caller, Timestamp),
    ) -> Result<bool, InternalError> {
        let mut tx = self.context.db.begin().await?;
        let near = limits::hit(&mut tx, &format!("{what}/network/{network}"), now, ASKED_WINDOW).await?;
        let is_near = near <= ASKED_PER_NETWORK;
        let far = if is_near { limits::hit(&mut tx, &format!("{what}/all"), now, ASKED_WINDOW).await? } else { 0 };
        if near == ASKED_PER_NETWORK + 1 || far == ASKED_AT_ALL + 1 {
            let by = By::new(AuditActor::Anonymous, caller, now);
            let whose = if is_near { "everybody" } else { "network" };
            let happened = AuditEntry::new(EventKind::LimitStruck, AuditSubject::Nothing);
            audit::write(&mut tx, &self.context, by, happened.detail(&format!("{what}, by"), whose)).await?;
        }
        let is_taken = is_near && far <= ASKED_AT_ALL;
        if is_taken {
            let id = JobId::random(&mut self.context.ambient.entropy());
            order(&mut tx, id.as_str(), asked, (now, now)).await?;
        }
        tx.commit().await?;
        // What everybody together has asked too much of is nothing that one network did: it is answered as ever.
        Ok(is_near)
    }
}

/// Orders work of this kind, at its time.
pub(super) async fn order(
    conn: &mut Conn,
    subject: &str,
    asked: &Asked,
    (run_at, now): (Timestamp, Timestamp),
) -> Result<(), InternalError> {
    let id = queue::id_of(KIND, subject).ok_or(InternalError::Missing("a name that a job can have"))?;
    let payload = serde_json::to_string(asked).unwrap_or_default();
    jobs::enqueue(conn, &queue::ordered((id, KIND), payload, run_at, now)).await?;
    Ok(())
}

/// Does what was asked for.
pub struct AskedByMail {
    accounts: Accounts,
}

impl AskedByMail {
    /// For these accounts.
    pub fn new(accounts: &Accounts) -> Self {
        Self { accounts: accounts.clone() }
    }
}

impl Handler for AskedByMail {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn work(&self, payload: String) -> Trying {
        let accounts = self.accounts.clone();
        Box::pin(async move {
            // What cannot be read now cannot be read later.
            let read = serde_json::from_str(&payload).map_err(|error| Failed { why: error.to_string(), lasts: true });
            let done = match read? {
                Asked::Recovery { typed, from } => accounts.begin_recovery(&typed, &from).await,
                Asked::RecoveryIsDue { id } => accounts.send_recovery(&id).await,
                Asked::Account { id, email, from } => accounts.begin_registration((&id, &email), &from).await,
            };
            done.map_err(|error| error.to_string().into())
        })
    }
}
