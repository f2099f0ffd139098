//! The pages of refusals, with what to do next.
//!
//! They never repeat what a request sent, only what the instance knows itself. Those that forward auth
//! shows stand on an app's host: they are small, need no script, and carry their style with them
//! ([`super::Carried`]), so that a page can be read wherever it can be shown.

use super::{Href, Message, Text, filters};
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
    pub title: Message,
    /// What it means, in a sentence.
    pub what: Message,
    /// What the person can do; may be empty.
    pub next: Message,
    /// For whoever runs the instance.
    pub operator: Option<Operator<'a>>,
    /// A way on, and its label.
    pub back: Option<(Href<'a>, Message)>,
}

/// What whoever runs the instance needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator<'a> {
    /// The report is kept: the reference that `doorstep explain` resolves.
    Reference(Text<'a>),
    /// What would correct it, in words.
    Mend(Message),
}

impl ErrorPage<'_> {
    /// A set-up, enrolment or recovery link that was used, has ended or never was: one answer for all.
    pub fn link_ended() -> Self {
        Self {
            at_app: false,
            title: "error-link-ended-title".into(),
            what: "error-link-ended".into(),
            next: "error-link-ended-next".into(),
            operator: None,
            back: Some((Href::home(), "sign-in".into())),
        }
    }

    /// An invitation that was used up, has ended or never was: one answer for all.
    pub fn invitation_ended() -> Self {
        Self {
            at_app: false,
            title: "error-invitation-ended-title".into(),
            what: "error-invitation-ended".into(),
            next: "error-invitation-ended-next".into(),
            operator: None,
            back: Some((Href::home(), "sign-in".into())),
        }
    }

    /// The state of a sign-in to a protected app was not made here, or not all of it arrived.
    pub fn sign_in_unreadable() -> Self {
        Self {
            at_app: false,
            title: "error-sign-in-unreadable-title".into(),
            what: "error-sign-in-unreadable".into(),
            next: "error-sign-in-unreadable-next".into(),
            operator: None,
            back: Some((Href::home(), "your-apps".into())),
        }
    }

    /// A sign-in to a protected app came late twice in a row: going on would not end. `here` is the page it was for.
    pub fn late_again(here: Option<Href<'_>>) -> ErrorPage<'_> {
        ErrorPage {
            at_app: false,
            title: "error-clocks-title".into(),
            what: "error-clocks".into(),
            next: "error-clocks-next".into(),
            operator: None,
            back: here.map(|here| (here, "open-the-app".into())),
        }
    }

    /// The app that a sign-in was for is not declared any more, or not on that host.
    pub fn app_gone() -> Self {
        Self {
            at_app: false,
            title: "error-app-gone-title".into(),
            what: "error-app-gone".into(),
            next: "error-app-gone-next".into(),
            operator: None,
            back: Some((Href::home(), "your-apps".into())),
        }
    }

    /// The page was opened under another host name, or the proxy did not pass the name on.
    pub fn wrong_host(issuer: &str) -> ErrorPage<'_> {
        ErrorPage {
            at_app: true,
            title: "error-wrong-host-title".into(),
            what: "error-wrong-host".into(),
            next: "error-wrong-host-next".into(),
            operator: Some(Operator::Mend("error-wrong-host-mend".into())),
            back: Href::new(issuer).map(|own| (own, Message::verbatim(issuer))),
        }
    }

    /// On an app's host: the request's address cannot be read in one way only. With what is kept of it.
    pub fn bad_address(reference: Option<&str>) -> ErrorPage<'_> {
        ErrorPage {
            at_app: true,
            title: "error-bad-address-title".into(),
            what: "error-bad-address".into(),
            next: "error-bad-address-next".into(),
            operator: reference.map(|reference| Operator::Reference(reference.into())),
            back: Some((Href::home(), "to-start-page".into())),
        }
    }

    /// On an app's host: nobody is signed in, and whoever asked cannot be sent to sign in. `here` is the address
    /// that was asked for.
    pub fn sign_in_here<'a>(app: &'a str, here: Option<Href<'a>>) -> ErrorPage<'a> {
        ErrorPage {
            at_app: true,
            title: "error-sign-in-here-title".into(),
            what: Message::from("error-sign-in-here").name("app", app),
            next: "error-sign-in-here-next".into(),
            operator: None,
            back: here.map(|here| (here, "sign-in".into())),
        }
    }

    /// On an app's host: somebody is signed in, has to prove it anew, and cannot be sent there. `here` is the address that was
    /// asked for.
    pub fn prove_again<'a>(app: &'a str, here: Option<Href<'a>>) -> ErrorPage<'a> {
        ErrorPage {
            at_app: true,
            title: "error-prove-again-title".into(),
            what: Message::from("sign-in-app-asks").name("app", app),
            next: "".into(),
            operator: None,
            back: here.map(|here| (here, "continue".into())),
        }
    }

    /// Somebody is signed in, and `asks`, an app or the instance, asks for a better proof than they could give.
    pub fn too_little_proof(asks: &str, level: Level) -> ErrorPage<'_> {
        let (title, what, next) = match level {
            Level::Passkey => ("error-needs-passkey-title", "error-needs-passkey", "error-needs-passkey-next"),
            Level::TwoFactors => ("error-needs-more-title", "error-needs-more", "error-needs-more-next"),
        };
        ErrorPage {
            at_app: false,
            title: title.into(),
            what: Message::from(what).name("app", asks),
            next: next.into(),
            operator: None,
            back: Href::new("/account").map(|own| (own, "to-your-account".into())),
        }
    }

    /// On a host where no app is guarded, or from a proxy that may not ask.
    pub fn stopped() -> Self {
        Self {
            at_app: true,
            title: "error-unknown-address-title".into(),
            what: "error-unknown-address".into(),
            next: "error-unknown-address-next".into(),
            operator: Some(Operator::Mend("error-unknown-address-mend".into())),
            back: None,
        }
    }

    /// On an app's host: nginx said no, and it was not because of Doorstep.
    pub fn refused_by_proxy() -> Self {
        Self {
            at_app: true,
            title: "error-proxy-title".into(),
            what: "error-proxy".into(),
            next: "error-proxy-next".into(),
            operator: None,
            back: None,
        }
    }

    /// A form whose fields are not those of the page it says it comes from.
    pub fn unreadable_form() -> Self {
        Self {
            at_app: false,
            title: "error-form-title".into(),
            what: "error-form".into(),
            next: "error-form-next".into(),
            operator: None,
            back: Some((Href::home(), "your-apps".into())),
        }
    }

    /// A form that another site sent (Origin, Sec-Fetch-Site).
    pub fn foreign_form() -> Self {
        Self {
            at_app: false,
            title: "error-foreign-title".into(),
            what: "error-foreign".into(),
            next: "error-foreign-next".into(),
            operator: None,
            back: Some((Href::home(), "your-apps".into())),
        }
    }

    /// The browser was signed out, and the database did not take it in.
    pub fn signed_out_here_only() -> Self {
        Self {
            at_app: false,
            title: "error-signed-out-here-title".into(),
            what: "error-signed-out-here".into(),
            next: "error-signed-out-here-next".into(),
            operator: None,
            back: Some((Href::home(), "sign-in".into())),
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
    pub fn wait(&self) -> Message {
        match self.seconds {
            s @ 0..=90 => Message::from("wait-seconds").number("count", s.max(1)),
            s => Message::from("wait-minutes").number("count", s.div_ceil(60)),
        }
    }
}
