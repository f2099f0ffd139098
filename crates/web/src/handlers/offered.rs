//! Providers of others, as pages offer them, and what is told of a person's accounts there.

use crate::{
    pages::{LinkedRow, LinkedSection, Offered, When},
    state::Web,
};
use doorstep_app::accounts::ListedIdentity;
use doorstep_core::upstream::UpstreamName;

/// Accounts elsewhere; nothing is said of them where there is nothing to add and nothing to remove.
pub(super) fn linked<'a>(
    web: &Web,
    identities: &'a [ListedIdentity],
    offered: &'a [(UpstreamName, String)],
) -> Option<LinkedSection<'a>> {
    let now = web.instance.now();
    let row = |one: &'a ListedIdentity| LinkedRow {
        id: one.identity.id.as_str(),
        label: (&one.label).into(),
        shown: one.identity.shown.as_ref().map(Into::into),
        works: one.works,
        linked: When { at: one.identity.linked_at, now },
        last_used: one.identity.last_used_at.map(|at| When { at, now }),
        removable: one.removable,
    };
    let (identities, offered): (Vec<_>, _) = (identities.iter().map(row).collect(), offers(offered));
    (!identities.is_empty() || !offered.is_empty()).then_some(LinkedSection { identities, offered })
}

/// Providers as pages offer them.
pub(super) fn offers(offered: &[(UpstreamName, String)]) -> Vec<Offered<'_>> {
    offered.iter().map(|(name, label)| Offered { name: name.as_str(), label: label.into() }).collect()
}
