//! People whom the configuration invites, as an identity provider is asked for them.

use super::failure::ProviderFailure;
use crate::accounts::{Accounts, InviteError, NewPerson, PeopleError};
use doorstep_core::access::{Act, InvitePeople};
use doorstep_onboard::{
    provider::{InTheWay, People, ProviderError},
    spec::Invitation,
};
use doorstep_store::Conn;

/// Makes accounts, as whoever may invite people.
pub struct Invitations<'o> {
    accounts: &'o Accounts,
    act: Act<'o, InvitePeople>,
}

impl<'o> Invitations<'o> {
    /// Makes them as this one.
    pub const fn new(accounts: &'o Accounts, act: Act<'o, InvitePeople>) -> Self {
        Self { accounts, act }
    }

    /// Notes for whom of those invited no account can be made, though they have none.
    pub(super) async fn look(
        &self,
        conn: &mut Conn,
        (invited, people): (&[Invitation], &mut People),
    ) -> Result<(), ProviderFailure> {
        for invitation in invited.iter().filter(|invitation| !people.accounts.contains(&invitation.name)) {
            let in_the_way = match self.accounts.could_be_invited((conn, &self.act), &typed(invitation, false)).await {
                Ok(()) => continue,
                Err(PeopleError::EmailTaken { email, name }) => InTheWay::Email { email, of: name },
                Err(PeopleError::Former(held)) => InTheWay::Former { held },
                Err(error) => return Err(failure(&error)),
            };
            people.in_the_way.insert(invitation.name.clone(), in_the_way);
        }
        Ok(())
    }

    /// Makes an account.
    pub(super) async fn invite(&self, invitation: &Invitation, reuse: bool) -> Result<(), ProviderFailure> {
        match self.accounts.invite(&self.act, &typed(invitation, reuse)).await {
            Ok(()) => Ok(()),
            Err(InviteError::IsThere) => Err(ProviderError::NoChange.into()),
            Err(InviteError::Refused(error)) => Err(failure(&error)),
            Err(error @ InviteError::NoAdministrator) => Err(ProviderError::Refused(error.to_string()).into()),
        }
    }
}

fn failure(error: &PeopleError) -> ProviderFailure {
    let said = error.to_string();
    let internal = matches!(error, PeopleError::Internal(_));
    if internal { ProviderError::Unavailable(said).into() } else { ProviderError::Refused(said).into() }
}

fn typed(invitation: &Invitation, reuse: bool) -> NewPerson {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    NewPerson {
        name: invitation.name.to_string(),
        display_name: or_none(&invitation.display_name),
        given_name: or_none(&invitation.given_name),
        family_name: or_none(&invitation.family_name),
        email: or_none(&invitation.email),
        reuse,
    }
}
