//! The pages of refusals, with what to do next.
//!
//! They never repeat what a request sent, only what the instance knows itself. Those that forward auth
//! shows stand on an app's host: they are small, need no script, and carry their style with them
//! ([`super::Carried`]), so that a page can be read wherever it can be shown.

use super::{Href, Text};
use askama::Template;
use doorstep_core::model::Level;

/// The person is known and may not use this app.
#[derive(Debug, Template)]
#[template(path = "denied.html")]
pub struct Denied<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// The groups that may use it; empty when nobody may.
    pub needed: Vec<Text<'a>>,
    /// The person's display name.
    pub person: Text<'a>,
    /// The groups the person is in.
    pub groups: Vec<Text<'a>>,
    /// What `doorstep explain` resolves.
    pub reference: Text<'a>,
    /// Where the person can ask for access.
    pub ask: Option<Href<'a>>,
    /// Where someone else signs in.
    pub other_account: Href<'a>,
}

/// Something is wrong that the person cannot mend. All texts are the instance's own.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// Whether the page stands on an app's host.
    pub at_app: bool,
    /// What happened, in a sentence without a full stop.
    pub title: Text<'a>,
    /// What it means, in a sentence; or the name of an app, which is then the subject of what `next` says.
    pub what: Text<'a>,
    /// What the person can do.
    pub next: Text<'a>,
    /// For whoever runs the instance.
    pub operator: Option<Operator<'a>>,
    /// A way on, and its label.
    pub back: Option<(Href<'a>, Text<'a>)>,
}

/// What whoever runs the instance needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator<'a> {
    /// The report is kept: the reference that `doorstep explain` resolves.
    Reference(Text<'a>),
    /// What would correct it, in words.
    Mend(Text<'a>),
}

impl ErrorPage<'_> {
    /// A set-up, enrolment or recovery link that was used, has ended or never was: one answer for all.
    pub fn link_ended() -> Self {
        Self {
            at_app: false,
            title: "This link does not open any more".into(),
            what: "It was used already, it has ended, or a newer one has taken its place.".into(),
            next: "If you have a passkey, sign in with it. Otherwise ask an administrator for a new link.".into(),
            operator: None,
            back: Some((Href::home(), "Sign in".into())),
        }
    }

    /// An invitation that was used up, has ended or never was: one answer for all.
    pub fn invitation_ended() -> Self {
        Self {
            at_app: false,
            title: "This invitation does not open any more".into(),
            what: "It was used already, or it has ended.".into(),
            next: "Ask whoever invited you for a new one. If you have an account, sign in to it.".into(),
            operator: None,
            back: Some((Href::home(), "Sign in".into())),
        }
    }

    /// The state of a sign-in to a protected app was not made here, or not all of it arrived.
    pub fn sign_in_unreadable() -> Self {
        Self {
            at_app: false,
            title: "This sign\u{2011}in cannot go on".into(),
            what: "Its address was cut off or changed on the way here.".into(),
            next: "Open the app again; you will be asked to sign in if you are not yet.".into(),
            operator: None,
            back: Some((Href::home(), "Your apps".into())),
        }
    }

    /// A sign-in to a protected app came late twice in a row: going on would not end. `here` is the page it was for.
    pub fn late_again(here: Option<Href<'_>>) -> ErrorPage<'_> {
        ErrorPage {
            at_app: false,
            title: "The clocks of two machines probably differ".into(),
            what:
                "You are signed in, but the app was not opened: twice in a row, the way back to it counted as expired \
                   at once."
                    .into(),
            next: "Try once more. If that does not help, tell an administrator: Doorstep's servers have to show the \
                   same time."
                .into(),
            operator: None,
            back: here.map(|here| (here, "Open the app".into())),
        }
    }

    /// The app that a sign-in was for is not declared any more, or not on that host.
    pub fn app_gone() -> Self {
        Self {
            at_app: false,
            title: "This app is not here any more".into(),
            what: "Your sign\u{2011}in was for an app that has been removed, or has moved to another address.".into(),
            next: "Look for it among your apps, or ask an administrator.".into(),
            operator: None,
            back: Some((Href::home(), "Your apps".into())),
        }
    }

    /// The page was opened under another host name, or the proxy did not pass the name on.
    pub fn wrong_host(issuer: &str) -> ErrorPage<'_> {
        ErrorPage {
            at_app: true,
            title: "This is not the address where you sign in".into(),
            what: "This page was requested under another host name.".into(),
            next: "Open it at its own address.".into(),
            operator: Some(Operator::Mend(
                "If people use the right address, make the proxy pass on the Host header. The log names the host that \
                 was requested."
                    .into(),
            )),
            back: Href::new(issuer).map(|own| (own, issuer.into())),
        }
    }

    /// On an app's host: the request's address cannot be read in one way only. With what is kept of it.
    pub fn bad_address(reference: Option<&str>) -> ErrorPage<'_> {
        ErrorPage {
            at_app: true,
            title: "This address cannot be opened".into(),
            what: "It can be read in more than one way, so it was refused.".into(),
            next: "Go back to the app and begin at its start page.".into(),
            operator: reference.map(|reference| Operator::Reference(reference.into())),
            back: Some((Href::home(), "To the app's start page".into())),
        }
    }

    /// On an app's host: nobody is signed in, and whoever asked cannot be sent to sign in. `here` is the address
    /// that was asked for.
    pub fn sign_in_here<'a>(app: &'a str, here: Option<Href<'a>>) -> ErrorPage<'a> {
        ErrorPage {
            at_app: true,
            title: "You are not signed in any more".into(),
            what: app.into(),
            next: "needs you to be signed in. Sign in again to go on.".into(),
            operator: None,
            back: here.map(|here| (here, "Sign in".into())),
        }
    }

    /// On an app's host: somebody is signed in, has to prove it anew, and cannot be sent there. `here` is the address that was
    /// asked for.
    pub fn prove_again<'a>(app: &'a str, here: Option<Href<'a>>) -> ErrorPage<'a> {
        ErrorPage {
            at_app: true,
            title: "Confirm that it is still you".into(),
            what: app.into(),
            next: "asks for this before you continue.".into(),
            operator: None,
            back: here.map(|here| (here, "Continue".into())),
        }
    }

    /// Somebody is signed in, and `asks`, an app or the instance, asks for a better proof than they could give.
    pub fn too_little_proof(asks: &str, level: Level) -> ErrorPage<'_> {
        let (title, next) = match level {
            Level::Passkey => (
                "This needs a passkey",
                "asks for a passkey here, and your account has none. Make one on your account page, then open this page \
                 again.",
            ),
            Level::TwoFactors => (
                "This needs more than a password",
                "asks for a passkey here, or for a code beside the password, and your account has neither. Make a passkey or \
                 add an authenticator app on your account page, then open this page again.",
            ),
        };
        ErrorPage {
            at_app: false,
            title: title.into(),
            what: asks.into(),
            next: next.into(),
            operator: None,
            back: Href::new("/account").map(|own| (own, "To your account".into())),
        }
    }

    /// On a host where no app is guarded, or from a proxy that may not ask.
    pub fn stopped() -> Self {
        Self {
            at_app: true,
            title: "Doorstep does not know this address".into(),
            what: "No app is declared for this host, or the proxy that asked is not a trusted one.".into(),
            next: "Look at the address, or ask an administrator.".into(),
            operator: Some(Operator::Mend(
                "The header X-Doorstep-Reason of this answer says why: unknown_host means that no app \
                 is declared for this host, untrusted_peer that the proxy is not in trusted_proxies."
                    .into(),
            )),
            back: None,
        }
    }

    /// On an app's host: nginx said no, and it was not because of Doorstep.
    pub fn refused_by_proxy() -> Self {
        Self {
            at_app: true,
            title: "The proxy refused this request".into(),
            what: "You are signed in and may use this app.".into(),
            next: "Load the page again. If that does not help, a rule in the proxy refuses the request.".into(),
            operator: None,
            back: None,
        }
    }

    /// A form whose fields are not those of the page it says it comes from.
    pub fn unreadable_form() -> Self {
        Self {
            at_app: false,
            title: "This form cannot be read".into(),
            what: "It was cut off on its way here, or it does not come from a page of ours. Nothing was changed."
                .into(),
            next: "Go back and send it again.".into(),
            operator: None,
            back: Some((Href::home(), "Your apps".into())),
        }
    }

    /// A form that another site sent (Origin, Sec-Fetch-Site).
    pub fn foreign_form() -> Self {
        Self {
            at_app: false,
            title: "Nothing was changed".into(),
            what: "This request came from another site, so it was refused.".into(),
            next: "If you meant it, do it again from your account page.".into(),
            operator: None,
            back: Some((Href::home(), "Your apps".into())),
        }
    }

    /// The browser was signed out, and the database did not take it in.
    pub fn signed_out_here_only() -> Self {
        Self {
            at_app: false,
            title: "Only this browser is signed out".into(),
            what: "Doorstep could not record that your session has ended.".into(),
            next: "Apps that you opened may stay signed in. Sign in and out again when Doorstep works again.".into(),
            operator: None,
            back: Some((Href::home(), "Sign in".into())),
        }
    }
}

/// The way back from a sign-in to a protected app was used before, came late, or came to another browser.
#[derive(Debug, Template)]
#[template(path = "relay_restart.html")]
pub struct RelayRestart<'a> {
    /// Whether the page stands on an app's host.
    pub at_app: bool,
    /// The app's title.
    pub app: Text<'a>,
    /// Where signing in to it begins.
    pub start: Href<'a>,
}

/// There is no page here.
#[derive(Debug, Template)]
#[template(path = "not_found.html")]
pub struct NotFound;

/// The instance cannot answer: its database is away, or it is stopping.
#[derive(Debug, Template)]
#[template(path = "unavailable.html")]
pub struct Unavailable<'a> {
    /// Whether the page stands on an app's host.
    pub at_app: bool,
    /// What `doorstep explain`, or the log, resolves.
    pub reference: Option<Text<'a>>,
}

/// Of what there was too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooManyOf {
    /// Links that do not open, from one network.
    Links,
    /// Sign-ins, from one network.
    SignIns,
    /// Requests of one account.
    OneAccount,
}

/// A limit of one network or account. It is the answer to a GET, which can be sent again as it was.
#[derive(Debug, Template)]
#[template(path = "too_many.html")]
pub struct TooMany {
    /// Of what.
    pub of: TooManyOf,
    /// As in the `Retry-After` header.
    pub seconds: u32,
}

impl TooMany {
    /// How long to wait, rounded up so that waiting it out is enough.
    pub fn wait(&self) -> String {
        match self.seconds {
            0..=1 => "a second".to_owned(),
            s @ 2..=90 => format!("{s} seconds"),
            s => format!("{} minutes", s.div_ceil(60)),
        }
    }
}
