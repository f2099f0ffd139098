//! Every page a person can meet: one struct of view data and one typed template each.
//!
//! A page decides nothing. It says what was decided, in the instance's voice, and never holds a value
//! that opens a door except where the browser must send it back (a link, an authorization response), or where a person
//! made it and is shown it once ([`TokenMade`], [`InvitationMade`], [`RecoveryKitMade`], [`AddAuthenticator`]).
//! Whatever somebody else chose (a name, an app's title) is [`Text`]; whatever becomes a link is
//! [`Href`]. Markup comes from `templates/`, looks and behaviour from `static/`; nothing is inline, so
//! that the content security policy of [`crate::headers`] needs no exception. Pages on an app's host are the one
//! exception: they bring their style along ([`Carried`]), which the policy names by its hash.

mod account;
mod activity;
mod asked;
mod asking;
mod authenticator;
mod carried;
mod consent;
mod denied_at_app;
mod device;
mod enrol;
mod filters;
mod form_post;
mod go_on;
mod invitations;
mod invite;
mod language;
mod message;
mod own_data;
mod own_email;
mod portal;
mod recovery;
mod refusal;
mod registrations;
mod sign_in;
mod sign_out;
mod text;
mod tokens;
mod upstreams;
mod when;

pub use account::{Access, Account, PasskeyRow, PasswordSection, Reported, Signals};
pub use activity::{Activity, ActivityRow, By, Happened, SessionRow};
pub use asked::{
    AskProblem as AskByMailProblem, RecoverByMail, RecoveryBanner, RecoveryStopped, Register, RegisterLink,
    RegisterWaits,
};
pub use asking::{AccessRequests, AskForAccess, AskProblem, AskingNow, RequestReported, RequestRow};
pub use authenticator::{AddAuthenticator, AuthenticatorPage, AuthenticatorReported, AuthenticatorRow};
pub use carried::Carried;
pub use consent::{Consent, Seen};
pub use denied_at_app::{NotForYou, OneOf, OpenInWindow, RefusedByRule};
pub use device::{DeviceCode, DeviceDone, DeviceProblem, DeviceQuestion};
pub use enrol::{About, AddPasskey, Enrol, EnrolPassword, EnrolProblem, OtherDevice, SetUp, Welcome};
pub use form_post::FormPost;
pub use go_on::GoOn;
pub use invitations::{InvitationMade, InvitationReported, InvitationRow, Invitations};
pub use invite::{
    InviteProblem, InviteWords, Invited, InvitedAlready, InvitedPassword, InvitedUpstream, NewcomerFields,
};
pub use language::Languages;
pub use message::Message;
pub use own_data::{AccountRemoved, LeaveProblem, OwnDataPage};
pub use own_email::{ConfirmEmail, EmailPage, EmailReported, EmailWaiting};
pub use portal::{Portal, Tile};
pub use recovery::{KitReported, KitShown, Recover, RecoverProblem, RecoveryKitMade, RecoveryKitPage};
pub use refusal::{Denied, ErrorPage, NotFound, Operator, RelayRestart, TooMany, TooManyOf, Unavailable};
pub use registrations::{RegistrationReported, RegistrationRow, Registrations};
pub use sign_in::{Again, CodeProblem, SignIn, SignInCode, SignInProblem};
pub use sign_out::{SignOut, SignedOut};
pub use text::{Href, Text};
pub use tokens::{TokenApp, TokenMade, TokenReported, TokenRow, Tokens};
pub use upstreams::{LinkedRow, LinkedSection, Offered};
pub use when::When;
