//! What forward auth would do with a request that a program sends with a token: the decision itself, with the token and its
//! owner as they are now. The token's text is not asked for: it is kept nowhere, and has no place on a command line.

use super::check::{Ends, outside};
use super::{somebody, token};
use crate::ending::Failure;
use crate::terminal::shown;
use crate::wire;
use doorstep_app::accounts::ListedToken;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::gateway::{
    Access, CanonicalRequest, Decided, Prepared, ProtectedHost, TokenView, Unproved, Verdict, Whom, judge_token,
};
use doorstep_core::id::AppName;
use doorstep_core::model::Principal;
use doorstep_core::secret::SecretHash;

/// What becomes of it, and why, as people read it.
pub(super) async fn decided(
    instance: &Instance,
    named: &str,
    (host, decided): (&ProtectedHost<'_>, &Decided<'_>),
    request: &CanonicalRequest<'_>,
) -> Result<(Ends, String), Failure> {
    let listed = token::named(instance, named).await?;
    let act = wire::act(instance, ManageUsers)?;
    let owner = match instance.accounts.person(&act, listed.owner.as_str()).await {
        Ok(person) => Principal::active(person.user, person.memberships, instance.now()),
        Err(error) => return Err(somebody::refused(instance, &error).await),
    };
    if !host.takes_tokens() && matches!(decided.access, Access::People(_)) {
        let why = format!("it is refused: {} takes no token of Doorstep's (`authorization = \"ignore\"`)", host.app);
        return Ok((Ends::Refused, why));
    }
    // Which one it is was found by its name.
    let hash = SecretHash::labelled("the token of a check", listed.token.id.as_str().as_bytes());
    let prepared = Prepared::of_program((request.clone(), host.clone()), decided.clone(), hash);
    let view = TokenView::of(&listed.token, owner.as_ref());
    let verdict = judge_token(&prepared, Some(&view), instance.now());
    Ok(said(&verdict, &listed, (owner.as_ref(), &decided.access)))
}

fn said(
    verdict: &Verdict<&TokenView>,
    listed: &ListedToken,
    (owner, access): (Option<&Principal>, &Access<'_>),
) -> (Ends, String) {
    let ListedToken { token, owner: name, .. } = listed;
    match (verdict, owner, access) {
        (Verdict::Allow(_), ..) => {
            (Ends::Reaches, format!("it reaches the app as {name}, by the token {}", shown(&token.label)))
        }
        (Verdict::Pass, ..) => {
            (Ends::Passes, "it passes without a sign-in, as nobody; no token is looked at".to_owned())
        }
        (Verdict::Unproved(Unproved::OtherApp), ..) => {
            let apps: Vec<_> = token.apps.iter().map(AppName::as_str).collect();
            let apps = if apps.is_empty() { "no app any more".to_owned() } else { apps.join(", ") };
            (Ends::Refused, format!("it is refused: {}, {apps}", Unproved::OtherApp))
        }
        (Verdict::Unproved(why), ..) => (Ends::Refused, format!("it is refused: {why}")),
        (Verdict::Deny(deny), Some(owner), Access::People(demands)) if deny.whom != Whom::Everybody => {
            (Ends::Refused, outside(name.as_str(), &owner.groups, demands))
        }
        (Verdict::Deny(_) | Verdict::Challenge(_) | Verdict::Stop(_), ..) => {
            (Ends::Refused, "it is refused, whoever sends it".to_owned())
        }
    }
}
