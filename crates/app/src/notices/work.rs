//! Sending a notice: written when it is sent, by what the instance is called then, for whoever still has the account.

use super::payload::{KIND, Order};
use crate::{
    context::Context,
    error::InternalError,
    queue::{Failed, Handler, Trying},
};
use doorstep_core::{
    id::UserId,
    model::User,
    notice::{Reader, Written},
    time::Timestamp,
};
use doorstep_store::users;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// Longer than handing over a message may take.
const AT_MOST: Duration = Duration::from_secs(75);

/// A message to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// To which address.
    pub to: String,
    /// What it is known by: the same at every try.
    pub id: String,
    /// When it was ordered.
    pub at: Timestamp,
    /// What it says.
    pub written: Written,
}

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// No mail server is set up any more.
    NoServer,
    /// It was not taken, and may be later.
    Later(String),
    /// It was not taken, and never will be.
    Never(String),
}

/// A message on its way.
pub type Sending = Pin<Box<dyn Future<Output = Result<(), Unsent>> + Send>>;

/// Takes messages to a mail server.
pub trait Post: Send + Sync {
    /// Hands over one message.
    fn send(&self, mail: Mail) -> Sending;
}

/// Sends the notices that wait.
pub struct NoticeSending<P> {
    parts: Arc<(Arc<Context>, P)>,
}

impl<P: Post + 'static> NoticeSending<P> {
    /// By this post.
    pub fn new(context: &Arc<Context>, post: P) -> Self {
        Self { parts: Arc::new((Arc::clone(context), post)) }
    }
}

impl<P: Post + 'static> Handler for NoticeSending<P> {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn at_most(&self) -> Duration {
        AT_MOST
    }

    /// A mail server that is away for a day fails each notice many times.
    fn is_told(&self, attempts: i64) -> bool {
        attempts.count_ones() == 1
    }

    fn work(&self, payload: String) -> Trying {
        let parts = Arc::clone(&self.parts);
        Box::pin(async move { sent(&parts.0, &parts.1, &payload).await })
    }
}

async fn sent<P: Post>(context: &Context, post: &P, payload: &str) -> Result<(), Failed> {
    // What cannot be read now cannot be read later.
    let read = serde_json::from_str(payload).map_err(|error| Failed { why: error.to_string(), lasts: true });
    let Order { id, user, to, notice } = read?;
    // Nobody writes to an account that is gone or off.
    let found = owner(context, &user).await.map_err(|error| error.to_string())?;
    let Some(user) = found.filter(|user| user.is_active(context.now())) else { return Ok(()) };
    let live = Arc::clone(&context.settings.live());
    let language = user.language.unwrap_or(live.language);
    let (user, issuer) = (user.name.as_str(), context.settings.issuer.as_str());
    let reader = Reader { user, instance: &live.name, issuer, language };
    let mail = Mail { to, id: format!("{KIND}.{id}"), at: notice.at, written: notice.written(&reader) };
    match post.send(mail).await {
        Ok(()) => Ok(()),
        Err(Unsent::Later(why)) => Err(why.into()),
        Err(Unsent::Never(why)) => Err(Failed { why, lasts: true }),
        Err(Unsent::NoServer) => {
            tracing::warn!("a notice is not sent: no mail server is set up any more");
            Ok(())
        }
    }
}

async fn owner(context: &Context, id: &UserId) -> Result<Option<User>, InternalError> {
    Ok(users::by_id(&mut context.db.read().await?, id).await?)
}
