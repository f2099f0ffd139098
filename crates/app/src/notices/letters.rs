//! Letters: mail with a link that opens something. Ordered in the transaction of what it follows from, and sent by durable
//! work.
//!
//! What waits holds no secret: that of the link is derived from a random id when the letter is written, the same at every
//! try, and its hash says which one it is.

use super::work::{Mail, Post, Unsent};
use crate::{
    audit::By,
    context::Context,
    error::InternalError,
    queue::{self, Failed, Handler, Trying},
};
use doorstep_core::{
    id::{JobId, UserId},
    notice::{Letter, Posted, Reader},
    secret::{Token, TokenKind},
    time::Timestamp,
};
use doorstep_store::{Conn, StoreError, jobs, users};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

const KIND: &str = "letter";
/// Longer than handing over a message may take.
const AT_MOST: Duration = Duration::from_secs(75);

/// What a link in a letter opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Opens {
    /// The page that confirms an address.
    Address,
    /// The page that stops a recovery.
    Stop,
    /// A recovery link.
    Recovery,
    /// The page on which somebody new goes on.
    Register,
    /// An invitation.
    Invitation,
    /// The sign-in page. No secret.
    SignIn,
    /// The list of those who ask for an account. No secret.
    Requests,
}

impl Opens {
    const fn kind(self) -> Option<TokenKind> {
        Some(match self {
            Self::Address => TokenKind::Address,
            Self::Stop => TokenKind::Stop,
            Self::Recovery => TokenKind::Link,
            Self::Register => TokenKind::Register,
            Self::Invitation => TokenKind::Invite,
            Self::SignIn | Self::Requests => return None,
        })
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Address => "/account/email/confirm/",
            Self::Stop => "/recover/stop/",
            Self::Recovery => "/enrol/",
            Self::Register => "/join/",
            Self::Invitation => "/invite/",
            Self::SignIn => "/login",
            Self::Requests => "/admin/registrations",
        }
    }
}

/// The secret of a link, and what the job keeps of it.
pub(crate) struct Mailed {
    /// The secret; its hash is kept where the link is looked up.
    pub(crate) token: Token,
    link: Link,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Link {
    opens: Opens,
    id: String,
    hash: String,
}

impl Mailed {
    /// A link of this kind that nobody has yet.
    pub(crate) fn new(context: &Context, opens: Opens) -> Result<Self, InternalError> {
        let kind = opens.kind().ok_or(InternalError::Missing("a link with a secret"))?;
        let id = JobId::random(&mut context.ambient.entropy()).as_str().to_owned();
        let token = context.keyring.mailed(kind, &id)?;
        let hash = token.hash().to_text();
        Ok(Self { token, link: Link { opens, id, hash } })
    }
}

/// To whom a letter goes, and with which link.
pub(crate) struct Addressed<'a> {
    /// The address.
    pub(crate) to: &'a str,
    /// Whose account it is about; nobody gets it whose account is off. None for somebody new.
    pub(crate) user: Option<&'a UserId>,
    /// The link; none where the letter has none, or one without a secret.
    pub(crate) mailed: Option<&'a Mailed>,
}

/// What waits.
#[derive(Serialize, Deserialize)]
struct Order {
    id: String,
    to: String,
    user: Option<UserId>,
    link: Option<Link>,
    posted: Posted,
}

/// Orders that a letter is sent, if this transaction commits. Nothing is where no mail server is set up.
pub(crate) async fn order_letter(
    conn: &mut Conn,
    context: &Context,
    Addressed { to, user, mailed }: Addressed<'_>,
    (what, until): (Letter, Option<Timestamp>),
    by: &By<'_>,
) -> Result<(), StoreError> {
    if !context.settings.live().mail {
        return Ok(());
    }
    let id = JobId::random(&mut context.ambient.entropy()).as_str().to_owned();
    let posted = Posted { what, at: by.at(), until, from: by.ip().to_owned() };
    let (to, link) = (to.to_owned(), mailed.map(|mailed| mailed.link.clone()));
    let Some(named) = queue::id_of(KIND, &id) else { return Ok(()) };
    let order = Order { id, to, user: user.cloned(), link, posted };
    let payload = serde_json::to_string(&order).unwrap_or_default();
    jobs::enqueue(conn, &queue::ordered((named, KIND), payload, by.at(), by.at())).await?;
    Ok(())
}

/// Sends the letters that wait.
pub struct LetterSending<P> {
    parts: Arc<(Arc<Context>, P)>,
}

impl<P: Post + 'static> LetterSending<P> {
    /// By this post.
    pub fn new(context: &Arc<Context>, post: P) -> Self {
        Self { parts: Arc::new((Arc::clone(context), post)) }
    }
}

impl<P: Post + 'static> Handler for LetterSending<P> {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn at_most(&self) -> Duration {
        AT_MOST
    }

    fn is_told(&self, attempts: i64) -> bool {
        attempts.count_ones() == 1
    }

    fn work(&self, payload: String) -> Trying {
        let parts = Arc::clone(&self.parts);
        Box::pin(async move { sent(&parts.0, &parts.1, &payload).await })
    }
}

async fn sent<P: Post>(context: &Context, post: &P, payload: &str) -> Result<(), Failed> {
    let read = serde_json::from_str(payload).map_err(|error| Failed { why: error.to_string(), lasts: true });
    let Order { id, to, user, link, posted } = read?;
    // A letter whose link is over tells nothing any more.
    if posted.until.is_some_and(|end| end <= context.now()) {
        return Ok(());
    }
    let live = Arc::clone(&context.settings.live());
    let (mut name, mut language) = (String::new(), live.language);
    if let Some(user) = &user {
        let found = owner(context, user).await.map_err(|error| error.to_string())?;
        let Some(found) = found.filter(|user| user.is_active(context.now())) else { return Ok(()) };
        name = found.name.to_string();
        language = found.language.unwrap_or(language);
    }
    let Some(link) = address(context, posted.what, link.as_ref()).map_err(|error| error.to_string())? else {
        return Err(Failed { why: "no root key that is held is the one of its link".to_owned(), lasts: true });
    };
    let reader = Reader { user: &name, instance: &live.name, issuer: &context.settings.issuer, language };
    let written = posted.written(&reader, &link);
    match post.send(Mail { to, id: format!("{KIND}.{id}"), at: posted.at, written }).await {
        Ok(()) => Ok(()),
        Err(Unsent::Later(why)) => Err(why.into()),
        Err(Unsent::Never(why)) => Err(Failed { why, lasts: true }),
        Err(Unsent::NoServer) => {
            tracing::warn!("a letter is not sent: no mail server is set up any more");
            Ok(())
        }
    }
}

/// The address that the letter leads to, always below the issuer (security row 74); none where its secret is lost.
fn address(context: &Context, what: Letter, link: Option<&Link>) -> Result<Option<String>, InternalError> {
    let issuer = &context.settings.issuer;
    let Some(Link { opens, id, hash }) = link else {
        let opens = if what == Letter::AccountAsked { Opens::Requests } else { Opens::SignIn };
        return Ok(Some(format!("{issuer}{}", opens.path())));
    };
    let Some(kind) = opens.kind() else { return Ok(None) };
    let token = context.keyring.mailed_before((kind, id), hash)?;
    Ok(token.map(|token| format!("{issuer}{}{}", opens.path(), token.expose())))
}

async fn owner(context: &Context, id: &UserId) -> Result<Option<doorstep_core::model::User>, InternalError> {
    Ok(users::by_id(&mut context.db.read().await?, id).await?)
}
