//! Forward auth: whether a request that a proxy asks about may reach the app behind it.
//!
//! Two pure steps with one lookup between them. [`prepare`] turns what the proxy said into a
//! [`Prepared`] request (which app, which cookie); the caller looks the cookie up; [`judge`] turns
//! that session into a [`Verdict`]; [`answer`] says it in the proxy's dialect. Nothing here knows
//! HTTP types, keys or the database; a decision about a plain path on a default port allocates nothing.

mod access;
mod answer;
mod assertion;
mod authority;
mod by_token;
mod canonical;
mod challenge;
mod client_address;
pub mod cookie;
mod credential;
mod decide;
mod deny;
mod headers;
mod hosts;
mod identity;
mod invitation;
mod navigation;
mod path;
mod proxy_secret;
#[cfg(test)]
mod readings;
mod relay;
mod return_path;
#[cfg(test)]
mod signals_tests;
mod wildcard;

use access::access;
pub use access::{Access, Decided, Demands, Sender};
pub use answer::{Answer, Body, CACHE_CONTROL, KEPT_FOR, Kind, REASON_HEADER, SignIn, VARY, X_ACCEL_EXPIRES, answer};
pub use assertion::{ASSERTION_HEADER, ASSERTION_KEPT, ASSERTION_TYP, Assertion, Attested};
pub use authority::{InvalidHost, canonical_host, cookie_scope};
pub use by_token::{TokenView, judge_token};
pub use canonical::{CanonicalRequest, canonical};
pub use challenge::{Challenge, Way};
pub use client_address::{forwarded_client, is_trusted, network_key};
pub use credential::{Credential, Unproved};
pub use decide::{
    Person, Place, Prepared, Reserved, SessionView, Stop, Verdict, app_host, asked_host, considered, judge, prepare,
};
pub use deny::{Deny, Outsider, Whom};
pub use headers::{BadRequest, Dialect, Raw, Received, read};
pub use hosts::{Guarded, HostMap, HostMistake, ProtectedHost, cookie_scope_of};
pub use identity::{COPIED_HEADERS, IDENTITY_HEADERS, IdentityHeaders, SESSION_HEADER, session_id};
pub use invitation::{Invitation, RESOURCE_METADATA, ResourceMetadata};
pub use navigation::{Caller, Signals, caller};
pub use path::{PathFault, canonical_path};
pub use proxy_secret::{InvalidProxySecret, PROXY_SECRET_HEADER, ProxySecrets};
pub use relay::{EntryWindow, InvalidRelayState, RELAY_TTL, RelayState};
pub use return_path::{ReturnPath, return_to};
pub use wildcard::{InvalidWildcard, declared_host, is_wildcard_url};
