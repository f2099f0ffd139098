//! A person's own mail address, by themselves: it becomes theirs, proved, once they confirm a link that was mailed to it.
//!
//! The link is bound to the person and the address, and counts in a session of that person only; opening it changes
//! nothing. Whether the address is another account's is said to nobody before they have shown that they read its mail:
//! asking is answered, and mailed, alike for each address (security row 82).

use super::{account_error::AccountError, service::Accounts};
use crate::{
    audit::{self, AuditEntry},
    error::InternalError,
    notices::{self, Addressed, Mailed, Opens, To},
    sessions::Own,
    settings::ADDRESS_TTL,
};
use doorstep_core::{
    model::{AddressProof, EventKind, User, mail_address, mail_key},
    notice::{Letter, News},
    secret::{SecretHash, Token},
    time::Ttl,
};
use doorstep_store::{
    Conn, StoreError, address_proofs, limits,
    revocations::{self, RevocationKind},
    users,
};

/// Mails that one account has sent to addresses (security §2.7), and one address gets by whichever accounts.
const MAILS: i64 = 3;
/// How long they are counted together.
const MAILS_WINDOW: Ttl = Ttl::from_minutes(15);
/// The same for a day: nobody's mailbox is filled by patience.
const MAILS_A_DAY: i64 = 10;

/// Why a mail address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// It is no address.
    #[error("the e-mail address is not complete")]
    Email,
    /// It is the person's already, and proved.
    #[error("this is the address that the account has")]
    Same,
    /// Nobody can be told by mail.
    #[error("no mail server is set up")]
    NoMail,
    /// Too many mails were sent.
    #[error("too many mails were sent; wait a while")]
    TooMany,
    /// The link is not one of this account, was used, replaced or given up, or is past its end.
    #[error("the link does not open any more")]
    Gone,
    /// Whoever reads mail there learns that the address is or was another account's.
    #[error("the e-mail address is not free")]
    NotFree,
    /// As for every change of the account.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<StoreError> for EmailError {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

impl From<InternalError> for EmailError {
    fn from(error: InternalError) -> Self {
        Self::Account(error.into())
    }
}

impl Accounts {
    /// The address that waits to be confirmed.
    pub async fn address_to_confirm(&self, own: &Own<'_>) -> Result<Option<AddressProof>, InternalError> {
        Ok(address_proofs::of_user(&mut self.context.db.read().await?, own.user(), own.act.now()).await?)
    }

    /// Has a link mailed to an address that the person says is theirs, in place of the one that waits. The account stays as
    /// it is.
    pub async fn ask_for_address(&self, own: &Own<'_>, typed: &str) -> Result<(), EmailError> {
        let email = mail_address(typed).map_err(|_| EmailError::Email)?;
        let key = mail_key(&email).map_err(|_| EmailError::Email)?;
        if !self.context.settings.live().mail {
            return Err(EmailError::NoMail);
        }
        self.require_fresh(own.who).await?;
        let proved = own.who.principal.user.proved_email();
        if proved == Some(email.as_str()) {
            return Err(EmailError::Same);
        }
        let now = own.act.now();
        let mailed = Mailed::new(&self.context, Opens::Address)?;
        let asked_for = AddressProof { user: own.user().clone(), email, asked_at: now, expires_at: now + ADDRESS_TTL };
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        address_proofs::put(&mut tx, &mailed.token.hash(), &asked_for).await?;
        if !self.count_mail(&mut tx, own, &key).await? {
            // Nothing of this is written: the counters stay where they are, and the address that waited goes on waiting.
            return Err(EmailError::TooMany);
        }
        let happened = AuditEntry::new(EventKind::AddressAsked, own.user()).detail("address", &asked_for.email);
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        let addressed = Addressed { to: &asked_for.email, user: Some(own.user()), mailed: Some(&mailed) };
        let letter = (Letter::ConfirmAddress, Some(asked_for.expires_at));
        notices::order_letter(&mut tx, &self.context, addressed, letter, &(&own.act).into()).await?;
        Ok(tx.commit().await?)
    }

    /// Mails a new link to the address that waits. The one from before opens nothing then.
    pub async fn ask_for_address_again(&self, own: &Own<'_>) -> Result<(), EmailError> {
        let waiting = self.address_to_confirm(own).await?.ok_or(EmailError::Gone)?;
        self.ask_for_address(own, &waiting.email).await
    }

    /// Whether one more mail may be sent: by this account, and to this address. Accounts that are made one after the other
    /// do not fill the mailbox of somebody else.
    async fn count_mail(&self, conn: &mut Conn, own: &Own<'_>, key: &str) -> Result<bool, StoreError> {
        let now = own.act.now();
        let to = SecretHash::labelled("mail to", key.as_bytes()).to_text();
        let counters = [
            (format!("address/account/{}", own.user()), MAILS, MAILS_WINDOW),
            (format!("address/account/day/{}", own.user()), MAILS_A_DAY, Ttl::from_hours(24)),
            (format!("address/to/{to}"), MAILS, MAILS_WINDOW),
            (format!("address/to/day/{to}"), MAILS_A_DAY, Ttl::from_hours(24)),
        ];
        for (counter, most, window) in counters {
            if limits::hit(conn, &counter, now, window).await? > most {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives up the address that waits: its link opens nothing any more. Never refused, as what makes an account safe.
    pub async fn give_up_address(&self, own: &Own<'_>) -> Result<(), AccountError> {
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        if !address_proofs::delete(&mut tx, own.user()).await? {
            return Err(AccountError::NotFound);
        }
        audit::write(&mut tx, &self.context, &own.act, AuditEntry::new(EventKind::AddressGivenUp, own.user())).await?;
        Ok(tx.commit().await?)
    }

    /// Which address a link is for, if it is one of this person; changes nothing.
    pub async fn address_of_link(&self, own: &Own<'_>, link: &Token) -> Result<Option<AddressProof>, InternalError> {
        let of = (&link.hash(), own.user());
        Ok(address_proofs::peek(&mut self.context.db.read().await?, of, own.act.now()).await?)
    }

    /// Makes the address of a link the person's, proved.
    pub async fn confirm_address(&self, own: &Own<'_>, link: &Token) -> Result<(), EmailError> {
        let now = own.act.now();
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let taken = address_proofs::take(&mut tx, (&link.hash(), own.user()), now).await?;
        let proof = taken.ok_or(EmailError::Gone)?;
        let before = users::by_id(&mut tx, own.user()).await?.ok_or(EmailError::Gone)?;
        let after = User { email: Some(proof.email), email_verified: true, updated_at: now, ..before.clone() };
        let other = users::by_email(&mut tx, after.proved_email().unwrap_or_default()).await?;
        if other.is_some_and(|other| other.id != before.id)
            || !self.take_identifiers(&mut tx, (Some(&before), &after), false).await?.is_empty()
        {
            return Err(EmailError::NotFree);
        }
        self.free_identifiers(&mut tx, (&before, Some(&after)), now).await?;
        match users::update_profile(&mut tx, &after).await {
            // Another account was quicker; the index says so on both engines.
            Err(StoreError::Conflict { .. }) => return Err(EmailError::NotFree),
            done => done?,
        };
        let happened =
            AuditEntry::new(EventKind::UserChanged, &after.id).detail("changed", "mail address, proved by them");
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        if before.proved_email() != after.proved_email() {
            // To the address from before as well: whoever changes it may not be its owner.
            for (whom, to_former) in [(&before, true), (&after, false)] {
                let news = (To::At(whom), News::EmailChanged { to_former });
                notices::order(&mut tx, &self.context, news, &own.act).await?;
            }
        }
        revocations::record(&mut tx, RevocationKind::User, after.id.as_str(), now)?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }
}
