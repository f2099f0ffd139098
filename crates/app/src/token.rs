//! The token endpoint: RFC 6749 §3.2. The client first, then one statement that consumes, then the decision.
//!
//! Redeemed and replayed both write and commit once. Signing comes after the commit: it is by far the
//! longest part, and nobody else has to wait for it.

use crate::{
    audit::{self, Happened},
    error::Broken,
    house::{Caller, House},
    session::active_principal,
};
use doorstep_core::{
    id::GrantId,
    model::{Client, ClientSecret, Consent, EventKind, Grant, Principal, StoredToken},
    oauth::{
        client_auth::{AuthenticatedClient, ClientAuthError, Presented},
        code::{self, CodeOutcome},
        error::OAuthError,
        id_token::{IdToken, IdTokenFacts},
        params::{Params, ParamsError},
        refresh::{self, RefreshOutcome, Refreshed},
        revoke::{RevocationRequest, RevokeOutcome},
        standing::Standing,
        token_request::{PresentedCode, PresentedRefresh, TokenRequest},
        token_response::TokenResponse,
    },
    secret::{Secret, SecretHash, Token, TokenKind},
    time::Timestamp,
};
use doorstep_store::{
    Conn, codes, consents,
    grants::{self, GrantWithPrincipal},
    tokens::{self, RefreshState},
};
use std::{collections::BTreeSet, sync::Arc};

/// Why a token or revocation request failed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The body cannot be read.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The client did not prove itself.
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// The request or what it presents is refused.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// Something below failed.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<doorstep_store::StoreError> for TokenError {
    fn from(error: doorstep_store::StoreError) -> Self {
        Self::Broken(error.into())
    }
}

/// A grant with the live facts that decide whether it still stands.
struct Live {
    grant: Grant,
    principal: Option<Principal>,
    session_alive: bool,
    consent: Option<Consent>,
}

impl Live {
    const fn standing(&self) -> Standing<'_> {
        Standing {
            principal: self.principal.as_ref(),
            session_alive: self.session_alive,
            consent: self.consent.as_ref(),
        }
    }
}

/// What is written and then said.
struct Issued {
    access: Token,
    refresh: Option<Token>,
    scopes: BTreeSet<String>,
}

impl House {
    /// Answers a token request with the JSON body of a token response.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        body: &[u8],
        caller: &Caller,
    ) -> Result<Vec<u8>, TokenError> {
        let params = parse(body)?;
        let client = self.known_client(authorization, &params)?;
        let authenticated = self.authenticate(authorization, &params, client.as_deref())?;
        match TokenRequest::parse(&params, authenticated)? {
            TokenRequest::Code(presented) => self.redeem_code(&presented, caller).await,
            TokenRequest::Refresh(presented) => self.refresh(&presented, caller).await,
        }
    }

    /// RFC 7009.
    pub async fn revoke(&self, authorization: Option<&str>, body: &[u8]) -> Result<(), TokenError> {
        let params = parse(body)?;
        let client = self.known_client(authorization, &params)?;
        let authenticated = self.authenticate(authorization, &params, client.as_deref())?;
        let request = RevocationRequest::parse(&params, authenticated)?;
        let Some((kind, hash)) = request.lookup() else { return Ok(()) };
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let grant = match kind {
            TokenKind::Refresh => match tokens::refresh(&mut tx, &hash).await? {
                Some(token) => grants::by_id(&mut tx, &token.grant).await?,
                None => None,
            },
            _ => tokens::access(&mut tx, &hash, now).await?.map(|(_, found)| found.grant),
        };
        match request.decide(grant.as_ref()) {
            RevokeOutcome::Nothing => {}
            RevokeOutcome::AccessToken => {
                tokens::delete_access(&mut tx, &hash).await?;
            }
            RevokeOutcome::Family(id) => {
                grants::revoke(&mut tx, &id, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    fn known_client(&self, authorization: Option<&str>, body: &Params) -> Result<Option<Arc<Client>>, TokenError> {
        let presented = Presented::read(authorization, body)?;
        Ok(self.snapshot().client_named(presented.client_id()).cloned())
    }

    fn authenticate<'c>(
        &self,
        authorization: Option<&str>,
        body: &Params,
        client: Option<&'c Client>,
    ) -> Result<AuthenticatedClient<'c>, TokenError> {
        let presented = Presented::read(authorization, body)?;
        let derived = match client.map(|client| (&client.id, &client.secret)) {
            Some((id, ClientSecret::Derived { version })) => {
                vec![self.keyring.client_secret(id, *version).map_err(Broken::from)?]
            }
            _ => Vec::<Secret<String>>::new(),
        };
        let proved = presented.authenticate(client, &derived);
        if let Err(error) = &proved {
            // Known clients only, so that a stranger cannot write into the log what they like.
            let id = client.map_or("unknown", |client| client.id.as_str());
            tracing::warn!(client = id, rule = error.rule(), "a client did not prove itself");
        }
        Ok(proved?)
    }

    async fn live(&self, conn: &mut Conn, found: GrantWithPrincipal, client: &Client) -> Result<Live, TokenError> {
        let consent =
            if client.first_party { None } else { consents::get(conn, &found.grant.user, &found.grant.client).await? };
        Ok(Live {
            principal: active_principal(found.user, found.groups),
            session_alive: found.session_alive,
            grant: found.grant,
            consent,
        })
    }

    async fn redeem_code(&self, presented: &PresentedCode<'_>, caller: &Caller) -> Result<Vec<u8>, TokenError> {
        let (now, client) = (self.now(), presented.client().client());
        let mut tx = self.db.begin().await?;
        let state = codes::consume(&mut tx, &presented.hash(), now).await?;
        let grant = match &state {
            codes::CodeState::Fresh(code) | codes::CodeState::Replayed(code) => Some(&code.grant),
            codes::CodeState::Expired | codes::CodeState::Unknown => None,
        };
        let live = match grant {
            Some(id) => match grants::grant_with_principal(&mut tx, id, now).await? {
                Some(found) => Some(self.live(&mut tx, found, client).await?),
                None => None,
            },
            None => None,
        };
        let found = match (&state, &live) {
            (codes::CodeState::Fresh(code), Some(live)) => code::Found::First { code, grant: &live.grant },
            (codes::CodeState::Replayed(_), Some(live)) => code::Found::Again { grant: &live.grant },
            _ => code::Found::Nothing,
        };
        let nobody = Standing { principal: None, session_alive: false, consent: None };
        let standing = live.as_ref().map_or(nobody, Live::standing);
        match (code::decide(presented, found, &standing, now), &live) {
            (CodeOutcome::Redeem { principal }, Some(live)) => {
                let issued = self.write_first_tokens(&mut tx, &live.grant, client, now).await?;
                tx.commit().await?;
                self.say(&issued, client, (&live.grant, principal), now)
            }
            (CodeOutcome::RevokeFamily(id), _) => {
                self.revoke_family(&mut tx, &id, client, caller, "code").await?;
                tx.commit().await?;
                Err(code::REPLAYED.into())
            }
            (CodeOutcome::Refuse(refusal), _) => {
                // The code stays consumed: there is one try.
                tx.commit().await?;
                tracing::warn!(client = client.id.as_str(), %refusal, "a code was not redeemed");
                Err(refusal.error().into())
            }
            (CodeOutcome::Redeem { .. }, None) => Err(Broken::Missing("the grant of a code").into()),
        }
    }

    async fn write_first_tokens(
        &self,
        conn: &mut Conn,
        grant: &Grant,
        client: &Client,
        now: Timestamp,
    ) -> Result<Issued, TokenError> {
        let mut entropy = self.ambient.entropy();
        let access = Token::random(TokenKind::Access, &mut entropy);
        self.write_access(conn, &access, grant, &grant.scopes, client, now).await?;
        let refresh = refresh::is_issued(grant).then(|| Token::random(TokenKind::Refresh, &mut entropy));
        if let Some(token) = &refresh {
            let row = StoredToken {
                grant: grant.id.clone(),
                scopes: grant.scopes.clone(),
                created_at: now,
                expires_at: refresh::family_end(grant, client),
                consumed_at: None,
            };
            tokens::insert_refresh(conn, &token.hash(), &row).await?;
        }
        Ok(Issued { access, refresh, scopes: grant.scopes.clone() })
    }

    async fn write_access(
        &self,
        conn: &mut Conn,
        token: &Token,
        grant: &Grant,
        scopes: &BTreeSet<String>,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), TokenError> {
        let row = StoredToken {
            grant: grant.id.clone(),
            scopes: scopes.clone(),
            created_at: now,
            expires_at: now + client.access_ttl,
            consumed_at: None,
        };
        Ok(tokens::insert_access(conn, &token.hash(), &row).await?)
    }

    async fn revoke_family(
        &self,
        conn: &mut Conn,
        id: &GrantId,
        client: &Client,
        caller: &Caller,
        what: &str,
    ) -> Result<(), TokenError> {
        if grants::revoke(conn, id, self.now()).await? {
            let happened = Happened::new(EventKind::FamilyRevoked, client.id.as_str(), id.as_str());
            audit::write(conn, self, caller, happened.client(client.id.as_str()).detail("replayed", what)).await?;
        }
        Ok(())
    }

    async fn refresh(&self, presented: &PresentedRefresh<'_>, caller: &Caller) -> Result<Vec<u8>, TokenError> {
        let hash = presented.hash();
        let successor = self.keyring.refresh_successor(&hash).map_err(Broken::from)?;
        // A second round only when another request consumed the token between our look and our statement.
        for _ in 0..2 {
            let now = self.now();
            let mut tx = self.db.begin().await?;
            let (token, live, next) = self.look_up_refresh(&mut tx, presented, &successor, now).await?;
            let found = token.as_ref().zip(live.as_ref()).map(|(token, live)| refresh::Found {
                token,
                grant: &live.grant,
                successor: next.as_ref(),
            });
            let nobody = Standing { principal: None, session_alive: false, consent: None };
            let standing = live.as_ref().map_or(nobody, Live::standing);
            let outcome = refresh::decide(presented, found, &standing, now);
            let rotated = match outcome {
                RefreshOutcome::Rotate(refreshed) => {
                    let state = tokens::consume_refresh(&mut tx, &hash, now).await?;
                    if !matches!(state, RefreshState::Fresh(_)) {
                        continue;
                    }
                    (refreshed, true)
                }
                RefreshOutcome::RepeatSuccessor(refreshed) => (refreshed, false),
                RefreshOutcome::RevokeFamily(id) => {
                    self.revoke_family(&mut tx, &id, presented.client().client(), caller, "refresh token").await?;
                    tx.commit().await?;
                    return Err(refresh::REUSED.into());
                }
                RefreshOutcome::Refuse(refusal) => {
                    tracing::warn!(client = presented.client().client().id.as_str(), %refusal, "a refresh was refused");
                    return Err(refusal.error().into());
                }
            };
            let Some(live) = &live else { return Err(Broken::Missing("the grant of a refresh token").into()) };
            return self.rotate(tx, presented.client().client(), live, (rotated.0, successor, rotated.1), now).await;
        }
        Err(OAuthError::TEMPORARILY_UNAVAILABLE.into())
    }

    async fn look_up_refresh(
        &self,
        conn: &mut Conn,
        presented: &PresentedRefresh<'_>,
        successor: &Token,
        now: Timestamp,
    ) -> Result<(Option<StoredToken>, Option<Live>, Option<StoredToken>), TokenError> {
        let hash: SecretHash = presented.hash();
        let Some(token) = tokens::refresh(conn, &hash).await? else { return Ok((None, None, None)) };
        let live = match grants::grant_with_principal(conn, &token.grant, now).await? {
            Some(found) => Some(self.live(conn, found, presented.client().client()).await?),
            None => None,
        };
        let next = match token.consumed_at {
            Some(_) => tokens::refresh(conn, &successor.hash()).await?,
            None => None,
        };
        Ok((Some(token), live, next))
    }

    async fn rotate(
        &self,
        mut tx: doorstep_store::Tx,
        client: &Client,
        live: &Live,
        (refreshed, successor, first): (Refreshed<'_>, Token, bool),
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let access = Token::random(TokenKind::Access, &mut self.ambient.entropy());
        self.write_access(&mut tx, &access, &live.grant, &refreshed.scopes, client, now).await?;
        if first {
            let row = StoredToken {
                grant: live.grant.id.clone(),
                scopes: refreshed.successor_scopes,
                created_at: now,
                expires_at: refreshed.successor_expires_at,
                consumed_at: None,
            };
            tokens::insert_refresh(&mut tx, &successor.hash(), &row).await?;
        }
        tx.commit().await?;
        let issued = Issued { access, refresh: Some(successor), scopes: refreshed.scopes };
        self.say(&issued, client, (&live.grant, refreshed.principal), now)
    }

    /// Signs the ID Token and writes the response.
    fn say(
        &self,
        issued: &Issued,
        client: &Client,
        (grant, principal): (&Grant, &Principal),
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let facts = IdTokenFacts {
            issuer: &self.settings.issuer,
            client,
            grant,
            principal,
            access_token: Some(&issued.access),
        };
        let id_token = match IdToken::build(facts, &issued.scopes, now) {
            Some(claims) => {
                let keys = self.keyring.keys();
                let key = keys.signing(client.id_token_alg).ok_or(Broken::Missing("the client's signing key"))?;
                Some(key.sign(&claims).map_err(Broken::from)?)
            }
            None => None,
        };
        let response = TokenResponse {
            access_token: &issued.access,
            expires_in: client.access_ttl,
            scopes: &issued.scopes,
            id_token: id_token.as_deref(),
            refresh_token: issued.refresh.as_ref(),
        };
        serde_json::to_vec(&response).map_err(|_| Broken::Missing("the token response").into())
    }
}

fn parse(body: &[u8]) -> Result<Params, TokenError> {
    Ok(Params::parse(body)?)
}
