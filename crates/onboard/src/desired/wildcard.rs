//! An app on every host below a name: `https://*.apps.example.com`. Only one in front of which Doorstep stands can be
//! declared so, because everything else about an app is of one address.

use super::draft::Draft;
use crate::{
    catalog::{Entry, Kind},
    language::Proposed,
    mistake::{Mistake, Place},
    remedy::Remedy,
    spec::AppSpec,
};
use doorstep_core::gateway::{InvalidWildcard, declared_host, is_wildcard_url};
use url::Url;

/// What is wrong with the star in an address, if anything is.
pub(super) fn checked(written: &str, url: &Url, at: &Place) -> Result<(), Mistake> {
    let authority = super::address::authority(written).unwrap_or_default();
    let wrong = |what: String, remedy: &str| Err(Mistake::new(at.clone(), what).remedy(remedy));
    if url.path().contains('*') {
        return wrong("an address has a `*` in its host alone".to_owned(), "write it like https://*.apps.example.org");
    }
    match declared_host(authority, url.scheme() == "https") {
        Ok(_) if url.path() != "/" => wrong(
            format!("{written} has a path, and an app on every host below a name is the whole of each host"),
            "leave the path out",
        ),
        Ok(_) => Ok(()),
        Err(why @ InvalidWildcard::TooWide) => {
            wrong(why.to_string(), "name a domain of your own behind the `*.`: https://*.apps.example.org")
        }
        Err(why) => wrong(why.to_string(), "write it like https://*.apps.example.org"),
    }
}

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
