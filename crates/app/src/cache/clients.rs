//! Clients by id, each loaded when it is asked for: nothing is loaded at a start, and one that is warm costs no read.
//!
//! An entry is as live as the revocation log, in which whoever writes or removes a client leaves a line; whether the
//! log was heard lately enough is the caller's question (`super::caches`). What is not there is not kept, so that ids
//! that strangers make up fill no memory; the reads that they cause stand in a short line of their own and leave the
//! other readers of the database to everyone else. Whoever lets strangers ask counts them ([`super::Allowances`]).
//!
//! A client that this release cannot read is an error each time it is asked for, never one that is not there.

use super::log::Received;
use crate::{context::Context, error::InternalError};
use doorstep_core::{id::ClientId, model::Client};
use doorstep_store::{Conn, StoreError, clients, revocations::RevocationKind};
use quick_cache::sync::Cache;
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// Clients kept at most; about 1.5 kB each.
const CAPACITY: usize = 4_000;
/// Origins whose answer is kept at most.
const ORIGINS: usize = 1_000;
/// A host name has at most 253 characters; scheme and port come on top.
const LONGEST_ORIGIN: usize = 300;
/// Reads of what is not warm that go on at a time; whoever comes next waits their turn.
const AT_ONCE: usize = 4;
/// How long a read takes at most, its turn included.
const READ_FOR: Duration = Duration::from_secs(2);

/// What is known of clients.
pub(super) struct Clients {
    warm: Cache<ClientId, Arc<Client>>,
    /// Whether pages of a client without a secret live there.
    origins: Cache<Box<str>, bool>,
    /// Whether every client takes `iss`, and how often the log had moved when that was read.
    all_take_iss: Mutex<Option<(i64, bool)>>,
    /// How often the log spoke of clients: raised before what it names is let go.
    moves: AtomicI64,
    turns: Semaphore,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            warm: Cache::new(CAPACITY),
            origins: Cache::new(ORIGINS),
            all_take_iss: Mutex::default(),
            moves: AtomicI64::new(0),
            turns: Semaphore::new(AT_ONCE),
        }
    }
}

/// A read of the database, for as long as its turn lasts.
struct Turn<'c> {
    conn: Conn,
    _permit: SemaphorePermit<'c>,
}

impl Clients {
    /// The client with this id, if it is warm.
    pub(super) fn warm(&self, id: &str) -> Option<Arc<Client>> {
        self.warm.get(id)
    }

    /// The client with this id from the database; it is warm afterwards. Exact, as RFC 6749 §2.2 has it.
    pub(super) async fn load(&self, context: &Context, id: &str) -> Result<Option<Arc<Client>>, InternalError> {
        // What cannot be an id is none.
        let Ok(id) = id.parse::<ClientId>() else { return Ok(None) };
        let as_of = self.moves();
        let found = in_time(async {
            let mut turn = self.turn(context).await?;
            Ok(clients::by_id(&mut turn.conn, &id).await?)
        });
        let Some(client) = found.await?.map(Arc::new) else { return Ok(None) };
        self.warm.insert(id, Arc::clone(&client));
        // After the insertion: a line that is applied later finds the entry and ends it.
        if self.moves() != as_of {
            self.warm.remove(&client.id);
        }
        Ok(Some(client))
    }

    /// Whether pages of a client without a secret live at this origin.
    pub(super) async fn is_origin(&self, context: &Context, origin: &str) -> Result<bool, InternalError> {
        if origin.len() > LONGEST_ORIGIN {
            return Ok(false);
        }
        if let Some(known) = self.origins.get(origin) {
            return Ok(known);
        }
        let as_of = self.moves();
        let known = in_time(async {
            let mut turn = self.turn(context).await?;
            Ok(clients::is_origin(&mut turn.conn, origin).await?)
        });
        let known = known.await?;
        self.origins.insert(origin.into(), known);
        if self.moves() != as_of {
            self.origins.remove(origin);
        }
        Ok(known)
    }

    /// Whether every client that is on takes `iss` in authorization responses.
    pub(super) async fn all_take_iss(&self, context: &Context) -> Result<bool, InternalError> {
        let as_of = self.moves();
        let known = *self.all_take_iss.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = known.filter(|(at, _)| *at == as_of) {
            return Ok(known);
        }
        let all = in_time(async {
            let mut turn = self.turn(context).await?;
            Ok(clients::all_take_iss(&mut turn.conn).await?)
        });
        let all = all.await?;
        *self.all_take_iss.lock().unwrap_or_else(PoisonError::into_inner) = Some((as_of, all));
        Ok(all)
    }

    /// Lets go of the clients that the log names.
    pub(super) fn apply(&self, received: &Received<'_>) {
        let Received::New(lines) = received else { return self.forget() };
        if lines.iter().any(|line| line.kind == RevocationKind::All) {
            return self.forget();
        }
        let mut named = lines.iter().filter(|line| line.kind == RevocationKind::Client).peekable();
        if named.peek().is_none() {
            return;
        }
        // Raised first: what is being loaded meanwhile sees it and is not kept.
        self.moves.fetch_add(1, Ordering::SeqCst);
        for line in named {
            self.warm.remove(line.subject.as_str());
        }
        self.origins.clear();
    }

    /// Lets go of everything. What is being loaded meanwhile is not kept.
    pub(super) fn forget(&self) {
        self.moves.fetch_add(1, Ordering::SeqCst);
        self.warm.clear();
        self.origins.clear();
    }

    fn moves(&self) -> i64 {
        self.moves.load(Ordering::SeqCst)
    }

    async fn turn(&self, context: &Context) -> Result<Turn<'_>, InternalError> {
        let permit = self.turns.acquire().await.map_err(|_| InternalError::Missing("the line of readers"))?;
        Ok(Turn { conn: context.db.read().await?, _permit: permit })
    }
}

/// Not `async`, so that the read goes straight into its box: the future of whoever asks for what is warm is moved with
/// every request, and stays small.
fn in_time<'r, T: 'r>(
    read: impl Future<Output = Result<T, InternalError>> + Send + 'r,
) -> Pin<Box<dyn Future<Output = Result<T, InternalError>> + Send + 'r>> {
    Box::pin(async move { timeout(READ_FOR, read).await.unwrap_or(Err(StoreError::Busy.into())) })
}

#[cfg(test)]
#[path = "clients_tests.rs"]
mod tests;
