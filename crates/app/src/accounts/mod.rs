//! People and how they sign in: by passkey or password, by a link that opens once, and what they change themselves.

mod about_oneself;
mod administrators;
mod enrol;
mod enrol_error;
mod enrol_password;
mod former;
mod invite;
mod link;
mod looked_after;
mod own;
mod people;
mod people_error;
mod program_tokens;
mod removal;
mod service;
mod sign_in;
mod token_error;
mod typed;
mod write;

pub use about_oneself::OwnNames;
pub(crate) use administrators::{administered, admins_group, one_change_of_administrators_at_a_time};
pub use enrol::EnrolmentAnswer;
pub use enrol_error::EnrolError;
pub use enrol_password::PasswordEnrolment;
pub use invite::InviteError;
pub use link::{OpenLink, PrintedLink};
pub use looked_after::{PersonChange, PersonDetails};
pub use own::{AccountError, AllowedApp, Overview, PasswordChange};
pub use people::Person;
pub use people_error::PeopleError;
pub use program_tokens::{ListedToken, MadeToken, NewToken};
pub use removal::Removal;
pub use service::Accounts;
pub use sign_in::{PasskeyOptions, PasswordForm, SignInError, TRIES_WINDOW};
pub use token_error::TokenError;
pub use typed::NewPerson;
