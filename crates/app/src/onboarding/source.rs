//! Which of several servers' declarations is in force: looked at, taken and kept in the database, so that the servers
//! of one instance agree. Who decides is [`doorstep_onboard::source::turn`].

use super::service::Onboarding;
use crate::error::InternalError;
use doorstep_core::{
    access::{Act, ManageApps},
    secret::SecretHash,
};
use doorstep_onboard::source::{Facts, Turn, turn};
use doorstep_store::{
    Conn, generations,
    sources::{self, Content, Declaring, InForce},
};
use std::collections::{BTreeMap, BTreeSet};

/// Raised by whoever takes a turn, so that turns are taken one after the other.
const TURNS: &str = "manifest";

/// What a server, or whoever runs a command, declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which one it is: a host and a file.
    pub server: String,
    /// Stands for what is declared.
    pub digest: SecretHash,
    /// Where each group and app stands, and who is in which group.
    pub content: Content,
    /// Whether no other server can be on this database.
    pub alone: bool,
}

/// Whose turn it is, and what is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the server is to do.
    pub turn: Turn,
    /// The declaration in force, before a turn was taken.
    pub in_force: Option<InForce>,
    /// The other servers that declare what is in force, each with its beat.
    pub others: BTreeMap<String, i64>,
}

impl Onboarding {
    /// Stands for what is declared. Nobody without the root key can try out what a short secret in it is.
    pub fn digest_of(&self, declared: &str) -> Result<SecretHash, InternalError> {
        Ok(self.context.keyring.declaration(declared)?)
    }

    /// Whose turn it is. `gone` are servers that do not run any more.
    pub async fn standing(
        &self,
        _: &Act<'_, ManageApps>,
        source: &Source,
        gone: &BTreeSet<String>,
    ) -> Result<Standing, InternalError> {
        look(&mut self.context.db.read().await?, source, gone).await
    }

    /// Brings what a server declares into force, if it is its turn; else notes what it declares.
    pub async fn take_turn(
        &self,
        act: &Act<'_, ManageApps>,
        source: &Source,
        gone: &BTreeSet<String>,
    ) -> Result<Standing, InternalError> {
        let now = act.now();
        let mut tx = self.context.db.begin().await?;
        generations::bump(&mut tx, TURNS).await?;
        let standing = look(&mut tx, source, gone).await?;
        match standing.turn {
            Turn::Apply => {
                sources::put(&mut tx, (&source.digest, &source.server, false), &source.content, now).await?;
            }
            Turn::Aside | Turn::AsideWhileOthersRun => {
                let applied = standing.turn == Turn::Aside;
                let declaring = Declaring { digest: source.digest, applied };
                sources::declare(&mut tx, &source.server, &declaring, now).await?;
            }
        }
        tx.commit().await?;
        Ok(standing)
    }

    /// Brings a declaration into force because a person says so.
    pub async fn take_by_hand(&self, act: &Act<'_, ManageApps>, source: &Source) -> Result<(), InternalError> {
        let mut tx = self.context.db.begin().await?;
        generations::bump(&mut tx, TURNS).await?;
        sources::put(&mut tx, (&source.digest, &source.server, true), &source.content, act.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Says that a declaration was being applied until now: whoever applied another one meanwhile does so again.
    pub async fn applied(&self, _: &Act<'_, ManageApps>, source: &Source) -> Result<(), InternalError> {
        Ok(sources::disturb(&mut self.context.db.write().await?, &source.digest).await?)
    }

    /// Says that a server runs, and looks whose turn it is.
    pub async fn beat(
        &self,
        act: &Act<'_, ManageApps>,
        source: &Source,
        gone: &BTreeSet<String>,
    ) -> Result<Standing, InternalError> {
        sources::beat(&mut self.context.db.write().await?, &source.server, act.now()).await?;
        self.standing(act, source, gone).await
    }

    /// What the declaration in force says of places and members.
    pub async fn in_force(&self, _: &Act<'_, ManageApps>) -> Result<Content, InternalError> {
        Ok(sources::content(&mut self.context.db.read().await?).await?)
    }
}

async fn look(conn: &mut Conn, source: &Source, gone: &BTreeSet<String>) -> Result<Standing, InternalError> {
    let in_force = sources::in_force(conn).await?;
    let others = match &in_force {
        Some(now) => sources::declaring(conn, &now.digest, &source.server).await?,
        None => BTreeMap::new(),
    };
    let before = sources::declared_by(conn, &source.server).await?;
    let facts = Facts {
        mine: source.digest,
        in_force: in_force.as_ref().map(|now| now.digest),
        before: before.map(|before| (before.digest, before.applied)),
        is_known: sources::was_in_force(conn, &source.digest).await?,
        others_run: in_force.as_ref().is_some_and(|now| now.by_hand)
            || others.keys().any(|server| !gone.contains(server)),
        alone: source.alone,
    };
    Ok(Standing { turn: turn(&facts), in_force, others })
}
