//! Codes and tokens: the token, revocation and UserInfo endpoints.

mod device;
mod family;
mod first_use;
mod redeem;
mod refresh;
mod revoke;
mod service;
mod token;
mod userinfo;

pub use family::TokenError;
pub use service::Tokens;
pub use userinfo::UserInfoError;
