//! How whoever leaves a page for the choice of a language comes back to it. What may be told is decided by the kind of page
//! (`headers`).

/// How somebody who has chosen a language comes back to where they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WayBack {
    /// The browser says where it comes from. Nothing of a request is repeated by the page.
    Referrer,
    /// The path of a page that tells nobody where it is, and holds the secret in it anyway.
    Path(String),
}
