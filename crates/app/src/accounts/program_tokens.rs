//! Tokens with which programs reach apps behind forward auth: made, listed and ended by their owner, or by an administrator
//! for anybody. The text is shown once; what is kept of it is a hash.

use super::{service::Accounts, token_error::TokenError, typed::clean_line};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::Own,
};
use doorstep_core::{
    access::{Act, Actor, ManageUsers, ON_THE_HOST},
    id::{AppName, ProgramTokenId, UserId},
    model::{EventKind, Principal, ProgramToken, TokenLife, User, UserName},
    notice::News,
    page::After,
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_store::{
    Conn, StoreError, generations, program_tokens,
    revocations::{self, RevocationKind},
    users,
};
use std::collections::BTreeSet;

/// The counter of the days on which was said which tokens end soon.
const WARNED_ON: &str = "ending_tokens_told";
const DAY: i64 = 86_400;

/// A token as somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for, as typed.
    pub label: String,
    /// The apps, as typed.
    pub apps: Vec<String>,
    /// How many days it lives; as many as most do when nothing is said.
    pub days: Option<i64>,
    /// Whether it only reads.
    pub read_only: bool,
}

/// A token that was just made.
pub struct MadeToken {
    /// Its text, which is shown once.
    pub text: Token,
    /// What is kept of it.
    pub token: ProgramToken,
    /// Whose it is.
    pub owner: UserName,
    /// Where it opens something: the addresses of its apps.
    pub origins: Vec<String>,
    /// Apps that its owner may not use: it opens nothing there until the owner may.
    pub closed: BTreeSet<AppName>,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedToken {
    /// The token.
    pub token: ProgramToken,
    /// Whose it is.
    pub owner: UserName,
    /// How it stands now.
    pub life: TokenLife,
}

/// What a new token may be, before anybody is looked up.
struct Meant {
    label: String,
    apps: BTreeSet<AppName>,
    life: Ttl,
    read_only: bool,
}

impl Accounts {
    /// Makes a token for anybody who has an account that is on.
    pub async fn make_token(
        &self,
        act: &Act<'_, ManageUsers>,
        name: &str,
        new: &NewToken,
    ) -> Result<MadeToken, TokenError> {
        let user = self.person_named(name).await?;
        let meant = self.meant(new).await?;
        let (text, token) = again(|| self.write_for(act, &user, &meant)).await?;
        self.made(text, token, &user.id).await
    }

    /// Makes a token for oneself, after a fresh sign-in: whoever finds a session open on a table takes nothing along.
    pub async fn make_own_token(&self, own: &Own<'_>, new: &NewToken) -> Result<MadeToken, TokenError> {
        self.require_fresh(own.who).await?;
        let meant = self.meant(new).await?;
        let (text, token) = again(|| self.write_own(own, &meant)).await?;
        self.made(text, token, own.user()).await
    }

    /// Everybody's tokens, or those of one person: by owner, then by name.
    pub async fn tokens(&self, act: &Act<'_, ManageUsers>, name: Option<&str>) -> Result<Vec<ListedToken>, TokenError> {
        let listed = |(token, owner): (ProgramToken, UserName)| {
            let life = token.life(act.now());
            ListedToken { token, owner, life }
        };
        let mut all = Vec::new();
        if let Some(name) = name {
            let user = self.person_named(name).await?;
            let tokens = program_tokens::of_user(&mut self.context.db.read().await?, &user.id).await?;
            all.extend(tokens.into_iter().map(|token| listed((token, user.name.clone()))));
        } else {
            let mut conn = self.context.db.read().await?;
            let mut after = After::start();
            loop {
                let page = program_tokens::page(&mut conn, &after).await?;
                all.extend(page.items.into_iter().map(listed));
                let Some(next) = page.next else { break };
                after = After::key(next);
            }
        }
        all.sort_by(|a, b| a.owner.cmp(&b.owner).then_with(|| a.token.label.cmp(&b.token.label)));
        Ok(all)
    }

    /// One's own tokens, oldest first, each with how it stands.
    pub async fn own_tokens(&self, own: &Own<'_>) -> Result<Vec<(ProgramToken, TokenLife)>, InternalError> {
        let tokens = program_tokens::of_user(&mut self.context.db.read().await?, own.user()).await?;
        let now = own.act.now();
        let with_life = |token: ProgramToken| {
            let life = token.life(now);
            (token, life)
        };
        Ok(tokens.into_iter().map(with_life).collect())
    }

    /// Ends anybody's token, on every server within seconds.
    pub async fn revoke_token(
        &self,
        act: &Act<'_, ManageUsers>,
        id: &ProgramTokenId,
    ) -> Result<ListedToken, TokenError> {
        let token = again(|| self.end_token(id, None, By::from(act))).await?;
        self.caches.catch_up_after_commit().await;
        let owner = users::name_of(&mut self.context.db.read().await?, &token.user).await?;
        let owner = owner.and_then(|name| name.parse().ok()).ok_or(TokenError::NotFound)?;
        Ok(ListedToken { life: token.life(act.now()), token, owner })
    }

    /// Ends one's own token.
    pub async fn revoke_own_token(&self, own: &Own<'_>, id: &ProgramTokenId) -> Result<ProgramToken, TokenError> {
        let token = again(|| self.end_token(id, Some(own.user()), By::from(&own.act))).await?;
        self.caches.catch_up_after_commit().await;
        Ok(token)
    }

    /// Says which tokens end within a week, so that somebody makes others before programs stop: in the audit log and in the
    /// log, once on each day (UTC), whichever server comes first.
    pub async fn warn_of_ending_tokens(&self) -> Result<(), InternalError> {
        let now = self.context.now();
        let soon = (now, now + ProgramToken::WARNED);
        let ending = program_tokens::ending(&mut self.context.db.read().await?, soon).await?;
        if ending.is_empty() {
            return Ok(());
        }
        let mut tx = self.context.db.begin().await?;
        if !generations::raise(&mut tx, WARNED_ON, now.seconds() / DAY).await? {
            return Ok(());
        }
        for (token, owner) in &ending {
            let happened = AuditEntry::new(EventKind::ProgramTokenEndsSoon, &token.id);
            let happened = happened.detail("label", &token.label).detail("owner", owner.as_str());
            let happened = happened.detail("ends", &(token.expires_at.since(now).seconds() / DAY).to_string());
            let by = By::new(&Actor::Config, &ON_THE_HOST, now);
            audit::write(&mut tx, &self.context, by, happened).await?;
        }
        tx.commit().await?;
        for (token, owner) in ending {
            let days = token.expires_at.since(now).seconds() / DAY;
            tracing::warn!(
                token = token.id.as_str(),
                label = token.label,
                owner = owner.as_str(),
                days,
                "a token of a program ends soon, and the program then reaches its apps no more: doorstep token new \
                 makes another one"
            );
        }
        Ok(())
    }

    /// What was asked for, checked as far as nobody's account has a say in it.
    async fn meant(&self, new: &NewToken) -> Result<Meant, TokenError> {
        let label = clean_line(&new.label).filter(|label| label.chars().count() <= ProgramToken::LONGEST_LABEL);
        let label = label.ok_or(TokenError::Label)?;
        let life = new.days.map_or(ProgramToken::LIFE, |days| Ttl::from_days(days.clamp(0, 10_000)));
        if life < Ttl::from_days(1) || life > ProgramToken::LONGEST_LIFE {
            return Err(TokenError::Life);
        }
        let protected = self.caches.believed().await?;
        let hosts = protected.hosts();
        let mut apps = BTreeSet::new();
        for typed in &new.apps {
            let unknown = || TokenError::UnknownApp {
                name: typed.trim().to_owned(),
                known: hosts.apps().into_iter().cloned().collect(),
            };
            let name: AppName = typed.trim().to_lowercase().parse().map_err(|_| unknown())?;
            if hosts.of(&name).is_none() {
                let is_there = self.caches.app_if_readable(&name).await?.is_some();
                return Err(if is_there { TokenError::NotGuarded(name) } else { unknown() });
            }
            apps.insert(name);
        }
        if apps.is_empty() {
            return Err(TokenError::NoApp);
        }
        Ok(Meant { label, apps, life, read_only: new.read_only })
    }

    async fn write_for(
        &self,
        act: &Act<'_, ManageUsers>,
        user: &User,
        meant: &Meant,
    ) -> Result<(Token, ProgramToken), TokenError> {
        let mut tx = self.context.db.begin().await?;
        if !users::lock_active(&mut tx, &user.id, act.now()).await? {
            return Err(TokenError::Disabled(user.name.clone()));
        }
        let made = self.write_token(&mut tx, user, meant, By::from(act)).await?;
        tx.commit().await?;
        Ok(made)
    }

    async fn write_own(&self, own: &Own<'_>, meant: &Meant) -> Result<(Token, ProgramToken), TokenError> {
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let made = self.write_token(&mut tx, &own.who.principal.user, meant, By::from(&own.act)).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Writes a token for somebody whose account is held.
    async fn write_token(
        &self,
        conn: &mut Conn,
        user: &User,
        meant: &Meant,
        by: By<'_>,
    ) -> Result<(Token, ProgramToken), TokenError> {
        let (now, mut entropy) = (by.at(), self.context.ambient.entropy());
        let many = program_tokens::count_of_user(conn, &user.id, now).await?;
        if usize::try_from(many).unwrap_or(usize::MAX) >= ProgramToken::MOST {
            return Err(TokenError::TooMany(user.name.clone()));
        }
        let text = Token::random(TokenKind::Program, &mut entropy);
        let token = ProgramToken {
            id: ProgramTokenId::random(&mut entropy),
            user: user.id.clone(),
            label: meant.label.clone(),
            apps: meant.apps.clone(),
            read_only: meant.read_only,
            created_at: now,
            expires_at: now + meant.life,
            last_used_at: None,
        };
        match program_tokens::insert(conn, &text.hash(), &token).await {
            // An app was removed at this very moment.
            Err(StoreError::MissingParent { .. }) => return Err(TokenError::NoApp),
            done => done?,
        }
        let happened = AuditEntry::new(EventKind::ProgramTokenMade, &token.id);
        audit::write(conn, &self.context, by.clone(), described(happened, &token)).await?;
        let apps = token.apps.iter().map(ToString::to_string).collect();
        let news = News::TokenMade { label: token.label.clone(), apps, read_only: token.read_only };
        self.tell(conn, (&user.id, news), by).await?;
        Ok((text, token))
    }

    /// What whoever made it is shown.
    async fn made(&self, text: Token, token: ProgramToken, owner: &UserId) -> Result<MadeToken, TokenError> {
        let found = users::principal(&mut self.context.db.read().await?, owner).await?;
        let (user, groups) = found.ok_or(TokenError::NotFound)?;
        let owner = user.name.clone();
        let principal =
            Principal::active(user, groups, self.context.now()).ok_or_else(|| TokenError::Disabled(owner.clone()))?;
        let protected = self.caches.believed().await?;
        let hosts: Vec<_> = token.apps.iter().filter_map(|app| protected.hosts().of(app)).collect();
        let closed = hosts.iter().filter(|host| !host.may_enter(|allow| principal.is_allowed(allow)));
        let closed = closed.map(|host| host.app.clone()).collect();
        let origins = hosts.iter().map(|host| host.example_origin()).collect();
        Ok(MadeToken { text, token, owner, origins, closed })
    }

    /// Ends a token, if it is this person's where one is named.
    async fn end_token(
        &self,
        id: &ProgramTokenId,
        of: Option<&UserId>,
        by: By<'_>,
    ) -> Result<ProgramToken, TokenError> {
        let mut tx = self.context.db.begin().await?;
        let found = program_tokens::by_id(&mut tx, id).await?;
        let found = found.filter(|(token, _)| of.is_none_or(|user| *user == token.user));
        let (token, hash) = found.ok_or(TokenError::NotFound)?;
        if !program_tokens::delete(&mut tx, id).await? {
            return Err(TokenError::NotFound);
        }
        let at = by.at();
        let happened = AuditEntry::new(EventKind::ProgramTokenRevoked, id);
        audit::write(&mut tx, &self.context, by, described(happened, &token)).await?;
        revocations::record(&mut tx, RevocationKind::AppSession, &hash.to_text(), at)?;
        tx.commit().await?;
        Ok(token)
    }
}

/// What the audit log tells of a token beside its id.
fn described<'a>(happened: AuditEntry<'a>, token: &ProgramToken) -> AuditEntry<'a> {
    let apps: Vec<_> = token.apps.iter().map(AppName::as_str).collect();
    let happened = happened.detail("label", &token.label).detail("of", token.user.as_str());
    let happened = happened.detail("apps", &apps.join(", "));
    happened.detail("reads_only", if token.read_only { "yes" } else { "no" })
}
