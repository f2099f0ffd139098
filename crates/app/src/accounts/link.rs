//! Links that open once: shown once, kept as a hash. Opening the page consumes nothing, because mail
//! scanners open links; making the passkey or password does.

use super::{administrators::admins_group, enrol_error::EnrolError, service::Accounts};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    settings::LINK_TTL,
};
use doorstep_core::{
    access::{Act, ManageUsers},
    id::{GroupName, UserId},
    model::{AuditSubject, EventKind, Link, LinkPurpose, User},
    secret::{Token, TokenKind},
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, links, users};
use std::collections::BTreeSet;

/// A link to be printed once.
pub struct PrintedLink {
    /// The whole address.
    pub url: String,
    /// The same without the issuer.
    pub path: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a page shows of a link that still opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLink {
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// The account it belongs to; none for set-up.
    pub user: Option<User>,
}

impl Accounts {
    /// Makes a link and returns its address, once.
    pub async fn make_link(
        &self,
        act: &Act<'_, ManageUsers>,
        purpose: LinkPurpose,
        user: Option<&UserId>,
        groups: BTreeSet<GroupName>,
    ) -> Result<PrintedLink, InternalError> {
        let mut tx = self.context.db.begin().await?;
        let made = self.write_link((&mut tx, act.into()), (purpose, LINK_TTL), user, groups).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Writes a link in a transaction that others write into, too. Its address opens once that has committed.
    pub(super) async fn write_link(
        &self,
        (conn, by): (&mut Conn, By<'_>),
        (purpose, lives): (LinkPurpose, Ttl),
        user: Option<&UserId>,
        groups: BTreeSet<GroupName>,
    ) -> Result<PrintedLink, InternalError> {
        let token = Token::random(TokenKind::Link, &mut self.context.ambient.entropy());
        self.keep_link((conn, by), (&token, (purpose, lives)), user, groups).await
    }

    /// The same with a secret that was drawn already.
    pub(super) async fn keep_link(
        &self,
        (conn, by): (&mut Conn, By<'_>),
        (token, (purpose, lives)): (&Token, (LinkPurpose, Ttl)),
        user: Option<&UserId>,
        groups: BTreeSet<GroupName>,
    ) -> Result<PrintedLink, InternalError> {
        let expires_at = by.at() + lives;
        let link = Link { purpose, user: user.cloned(), groups, expires_at, consumed_at: None };
        if let Some(user) = user {
            // A newer link voids older ones of the same account. The person comes first, as everywhere.
            users::lock(conn, user).await?;
            links::void_of_user(conn, user, by.at()).await?;
        }
        links::insert(conn, &token.hash(), &link).await?;
        let subject = user.map_or(AuditSubject::Nothing, Into::into);
        let happened = AuditEntry::new(EventKind::LinkMade, subject).detail("purpose", purpose.as_str());
        audit::write(conn, &self.context, by, happened).await?;
        let path = if purpose == LinkPurpose::Setup { "setup" } else { "enrol" };
        let path = format!("/{path}/{}", token.expose());
        Ok(PrintedLink { url: format!("{}{path}", self.context.settings.issuer), path, expires_at })
    }

    /// A set-up link, as long as nobody has an account. Where there are people but no administrator,
    /// whoever runs the instance makes somebody one on the command line.
    pub async fn make_setup_link(&self, act: &Act<'_, ManageUsers>) -> Result<Option<PrintedLink>, InternalError> {
        if self.has_people().await? {
            return Ok(None);
        }
        let admins = BTreeSet::from([admins_group()?]);
        self.make_link(act, LinkPurpose::Setup, None, admins).await.map(Some)
    }

    /// What a link is for, without consuming it.
    pub async fn open_link(&self, token: &Token) -> Result<OpenLink, EnrolError> {
        let link = links::peek(&mut self.context.db.read().await?, &token.hash()).await?;
        let link = link
            .filter(|l| l.consumed_at.is_none() && self.context.now() < l.expires_at)
            .ok_or(EnrolError::LinkGone)?;
        let user = match &link.user {
            Some(id) => Some(self.active_user(id).await?.ok_or(EnrolError::LinkGone)?),
            None if self.has_people().await? => return Err(EnrolError::LinkGone),
            None => None,
        };
        Ok(OpenLink { purpose: link.purpose, user })
    }

    async fn active_user(&self, id: &UserId) -> Result<Option<User>, InternalError> {
        let user = users::by_id(&mut self.context.db.read().await?, id).await?;
        Ok(user.filter(|user| user.is_active(self.context.now())))
    }
}
