//! The token of a program that asks for a page of a protected app: warm in memory, or loaded; and what is noted of it.

use super::service::Gateway;
use crate::{
    audit::{self, AuditEntry, By},
    cache::{CachedToken, Limited},
    error::InternalError,
};
use doorstep_core::{
    access::Caller,
    gateway::TokenView,
    id::AppName,
    limit::Source,
    model::{EventKind, Principal},
    secret::SecretHash,
    time::Timestamp,
};
use doorstep_store::program_tokens;

/// Tokens whose use one transaction writes down.
const IN_ONE_TRANSACTION: usize = 200;

impl Gateway {
    /// A token that is in memory and may be believed. Reads and writes nothing.
    pub fn warm_token(&self, hash: &SecretHash, now: Timestamp) -> Option<CachedToken> {
        self.caches.gateway_sessions.warm_token(hash, now)
    }

    /// Loads a token that is not warm, with its owner as they are now. Keeps it unless the log moved meanwhile. Whoever
    /// brought many that are not known waits for others who did; a right one is never refused for that.
    pub async fn load_token(&self, hash: &SecretHash, source: &Source) -> Result<Option<CachedToken>, InternalError> {
        let sessions = &self.caches.gateway_sessions;
        let counted = self.allowances.take(Limited::Token, source).is_ok();
        let _turn = if counted { None } else { Some(sessions.turn().await?) };
        let as_of = sessions.moves();
        let found = program_tokens::with_principal(&mut self.context.db.read().await?, hash).await?;
        let Some((token, user, groups)) = found else { return Ok(None) };
        if counted {
            self.allowances.give_back(Limited::Token, source);
        }
        let owner = Principal::active(user, groups, self.context.now());
        let cached = CachedToken::new(TokenView::of(&token, owner.as_ref()), &token);
        sessions.keep_token(*hash, &cached, as_of);
        Ok(Some(cached))
    }

    /// Writes into the audit log that a token was refused: the first time since it was loaded, so that a program that
    /// goes on trying leaves one line.
    pub async fn note_refused(
        &self,
        token: &CachedToken,
        (app, why): (&AppName, &str),
        caller: &Caller,
    ) -> Result<(), InternalError> {
        if !token.is_first_refusal() {
            return Ok(());
        }
        let happened = AuditEntry::new(EventKind::ProgramTokenRefused, token.token());
        let happened = happened.detail("app", app.as_str()).detail("why", why);
        let by = By::new(token.owner(), caller, self.context.now());
        Ok(audit::write(&mut self.context.db.write().await?, &self.context, by, happened).await?)
    }

    /// Writes down when tokens were last used, some in a transaction. What could not be written is written the next time.
    pub async fn flush_token_use(&self) -> Result<(), InternalError> {
        let used = self.caches.gateway_sessions.used_tokens();
        for some in used.chunks(IN_ONE_TRANSACTION) {
            let mut noted: Vec<_> = some.iter().filter_map(|token| Some((token, token.unwritten()?))).collect();
            // In one order, so that two replicas seldom wait for each other's rows.
            noted.sort_unstable_by_key(|(token, _)| token.token());
            let mut tx = self.context.db.begin().await?;
            for (token, at) in &noted {
                program_tokens::touch(&mut tx, token.token(), *at).await?;
            }
            tx.commit().await?;
            for (token, at) in noted {
                token.written(at);
            }
        }
        Ok(())
    }
}
