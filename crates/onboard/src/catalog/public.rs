//! The values of the small language that are known without asking a provider, by name.

macro_rules! public_names {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The values that are known without asking the provider.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Public { $($(#[$doc])* $variant,)* }

        impl Public {
            pub(super) fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

public_names! {
    /// The name that the app is declared under.
    App = "app",
    /// The issuer, without a trailing slash.
    Issuer = "issuer",
    /// The discovery document.
    DiscoveryUrl = "discovery_url",
    /// The authorization endpoint.
    AuthorizeUrl = "authorize_url",
    /// The token endpoint.
    TokenUrl = "token_url",
    /// The userinfo endpoint.
    UserinfoUrl = "userinfo_url",
    /// The key set.
    JwksUrl = "jwks_url",
    /// The discovery document for whoever does not reach an internal address: browsers, services elsewhere.
    OutsideDiscoveryUrl = "public_discovery_url",
    /// The token endpoint for them.
    OutsideTokenUrl = "public_token_url",
    /// The userinfo endpoint for them.
    OutsideUserinfoUrl = "public_userinfo_url",
    /// The key set for them.
    OutsideJwksUrl = "public_jwks_url",
    /// The revocation endpoint.
    RevocationUrl = "revocation_url",
    /// The end session endpoint.
    EndSessionUrl = "end_session_url",
    /// Where the app lives, without a trailing slash.
    Url = "url",
    /// The app's host, with its port where one is written.
    Host = "host",
    /// `https` or `http`.
    Scheme = "scheme",
    /// The short name of the provider inside the app; lower case, because apps compare it by case.
    Provider = "provider",
    /// What people read on the app's sign-in button.
    Instance = "instance",
    /// The scopes, with spaces between.
    Scopes = "scopes",
    /// The scopes, with commas between.
    ScopesCsv = "scopes_csv",
    /// Scheme and host of the issuer.
    IssuerOrigin = "issuer_origin",
    /// The first redirect address.
    RedirectUri = "redirect_uri",
    /// The first address after sign-out, or the app's own.
    PostLogoutUri = "post_logout_uri",
    /// The group of administrators.
    Admins = "admins",
    /// The file that is run or copied once, by its path; by its name where it is delivered to another kind of place.
    File = "file",
    /// The name of the claim that carries the role.
    RoleClaim = "role_claim",
}
