//! What an operator may add to forward auth, behind each real proxy as generated.

mod assertions;
mod kept;
mod proxy_secret;
mod wildcard;
