//! Ordering a notice, in the transaction of what it tells of.

use super::payload::{KIND, Order};
use crate::{audit::By, context::Context, queue};
use doorstep_core::{
    id::{JobId, UserId},
    model::{AuditActor, User},
    notice::{Doer, News, Notice},
};
use doorstep_store::{Conn, StoreError, jobs, users};

/// Whom a notice goes to.
#[derive(Clone, Copy)]
pub(crate) enum To<'a> {
    /// The owner of the account, at the address that they have now.
    Owner(&'a UserId),
    /// The owner of the account as it is given, at the address that stands there.
    At(&'a User),
}

/// Orders that somebody is told. Nobody is where no mail server is set up, where the account has no address that was
/// proved, and where it is disabled.
pub(crate) async fn order(
    conn: &mut Conn,
    context: &Context,
    (to, what): (To<'_>, News),
    by: impl Into<By<'_>>,
) -> Result<(), StoreError> {
    if !context.settings.live().mail {
        return Ok(());
    }
    let found = match to {
        To::Owner(id) => users::by_id(conn, id).await?,
        To::At(user) => Some(user.clone()),
    };
    let by = by.into();
    let Some(user) = found.filter(|user| user.is_active(by.at())) else { return Ok(()) };
    let Some(address) = user.proved_email() else { return Ok(()) };
    let notice = Notice { what, at: by.at(), by: doer(by.actor(), &user.id), from: by.ip().to_owned() };
    let id = JobId::random(&mut context.ambient.entropy()).as_str().to_owned();
    let order = Order { id: id.clone(), user: user.id.clone(), to: address.to_owned(), notice };
    let Some(named) = queue::id_of(KIND, &id) else { return Ok(()) };
    let payload = serde_json::to_string(&order).unwrap_or_default();
    let job = queue::ordered((named, KIND), payload, by.at(), by.at());
    jobs::enqueue(conn, &job).await?;
    Ok(())
}

fn doer(actor: &AuditActor, owner: &UserId) -> Doer {
    match actor {
        AuditActor::User(id) if id == owner => Doer::Owner,
        AuditActor::User(_) => Doer::Administrator,
        AuditActor::Cli | AuditActor::Config => Doer::Host,
        // Nobody who is not known changes an account; whoever it was had what opens it.
        AuditActor::Client(_) | AuditActor::Anonymous => Doer::Owner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::entropy::Entropy;

    #[test]
    fn who_did_it_is_told_apart() {
        let [ada, grace] = [1, 2].map(|seed| UserId::random(&mut Entropy::seeded(seed)));
        for (actor, expected) in [
            (AuditActor::User(ada.clone()), Doer::Owner),
            (AuditActor::User(grace), Doer::Administrator),
            (AuditActor::Cli, Doer::Host),
            (AuditActor::Config, Doer::Host),
            (AuditActor::Anonymous, Doer::Owner),
        ] {
            assert_eq!(doer(&actor, &ada), expected, "{actor:?}");
        }
    }
}
