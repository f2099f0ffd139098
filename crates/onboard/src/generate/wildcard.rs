//! An app on every host below a name, in the words of each proxy.
//!
//! Where the host of an app is written out, what stands there is the host that was asked for, by which the proxy has picked
//! the app: so that a client cannot name another one than the one it reaches here either.

use super::Place;

impl Place<'_> {
    /// What stands behind `*.`, without a port.
    pub(super) fn parent(&self) -> Option<&str> {
        self.name_of_host.strip_prefix("*.")
    }

    /// One label and what stands behind it, as a regular expression without a backslash, which each proxy reads in its own
    /// way.
    pub(super) fn pattern(&self) -> Option<String> {
        self.parent().map(|parent| format!("^[a-z0-9-]+[.]{}$", parent.replace('.', "[.]")))
    }

    /// Host and port: as declared, or with `asked`, which is the proxy's word for the name that was asked for, by which it
    /// has picked the app.
    pub(super) fn asked(&self, asked: &str) -> String {
        match self.parent() {
            None => self.host.clone(),
            Some(_) => format!("{asked}{}", self.port_suffix()),
        }
    }

    /// `:8443`, or nothing for the scheme's own port.
    pub(super) fn port_suffix(&self) -> &str {
        self.host.strip_prefix(self.name_of_host.as_str()).unwrap_or_default()
    }

    /// The name of a file: a star in one is asking for trouble.
    pub(super) fn file_name(&self) -> String {
        self.name_of_host.replace('*', "wildcard")
    }
}

/// A host of its own comes before a wildcard, in whatever takes the first that fits.
pub(super) fn last(places: &mut [Place<'_>]) {
    places.sort_by_key(|place| place.parent().is_some());
}
