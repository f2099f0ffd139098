//! An app on every host below a name: `https://*.apps.example.com`. Only one in front of which Doorstep stands can be
//! declared so, because everything else about an app is of one address.

use super::draft::Draft;
use crate::{
    catalog::{Entry, Kind},
    language::Proposed,
    remedy::Remedy,
    spec::AppSpec,
};
use doorstep_core::gateway::is_wildcard_url;

impl Draft<'_> {
    /// Whether an app can be where it is declared; what one on every host below a name cannot be is told.
    pub(super) fn can_be_there(&mut self, spec: &AppSpec, entry: Option<&Entry>) -> bool {
        if !is_wildcard_url(&spec.url) {
            return true;
        }
        let signs_in = self.written.callbacks.is_some() || entry.is_some_and(|entry| entry.kind == Kind::Oidc);
        if signs_in {
            let what = "an app that signs people in by itself has one address, to which they come back";
            self.wrong("url", what, "write its address without `*`; another app can be declared for the other hosts");
        } else if !spec.protected {
            let remedy = Remedy::from("write its address without `*`, or say `");
            let remedy = remedy.line(["forward_auth"], Proposed::Truth(true)).words("`");
            self.wrong("url", "Doorstep does not stand in front of this app, which then has one address", remedy);
        } else if entry.is_some_and(Entry::delivers) {
            self.wrong("url", "this app is told its address, and a `*` is none", "write its address without `*`");
        } else {
            return true;
        }
        false
    }
}
