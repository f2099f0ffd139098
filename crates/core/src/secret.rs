//! Secret values: how they look, how they are hashed, how they are compared.
//!
//! A [`Secret`] is never printed; a [`Token`] is a random secret with a kind; only a
//! [`SecretHash`] ever reaches the database. The kind is part of the hash, so that a value of one
//! kind can never stand in for another (security row 20).

use crate::entropy::Entropy;
use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret value: no `Debug`, no `Display`, no `==`; wiped when dropped.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes a value into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }
    /// The value itself; each call is a place to look at in review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Equality in constant time (in the length of the values).
    pub fn matches(&self, other: &[u8]) -> bool {
        self.0.as_ref().ct_eq(other).into()
    }
}

/// Every kind of random value that Doorstep hands out. The kind is part of the text and of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `__Host-ds_session`, the SSO session of a browser.
    Session,
    /// `__Host-ds_login_…`, ties interactions and ceremonies to a browser.
    Login,
    /// `__Host-ds_app`, the session of a browser with one protected app.
    App,
    /// `__Host-ds_relay`, ties a forward-auth sign-in to a browser.
    Relay,
    /// The code that carries a sign-in from the provider to a protected app's host.
    RelayCode,
    /// Authorization code, RFC 6749 §1.3.1.
    Code,
    /// Access token, RFC 6749 §1.4.
    Access,
    /// Refresh token, RFC 6749 §1.5.
    Refresh,
    /// A link that opens once: set-up, recovery.
    Link,
    /// What a program sends to reach apps behind forward auth as its owner.
    Program,
    /// An invitation: people who are new make accounts of their own with it.
    Invite,
    /// A device code, RFC 8628 §3.2: with it an app asks whether somebody approved.
    Device,
    /// `state` of a request to an upstream, RFC 6749 §10.12.
    Upstream,
    /// A link that was mailed to an address: whoever reads mail there confirms that it is theirs.
    Address,
    /// A link that was mailed beside a recovery that waits: it stops that.
    Stop,
    /// A link that was mailed to somebody new: with it they go on to an account.
    Register,
    /// `__Host-ds_browser`: whoever signed in with it before is not told that a new browser did.
    Browser,
}

impl TokenKind {
    /// All kinds, for tables.
    pub const ALL: [Self; 17] = [
        Self::Session,
        Self::Login,
        Self::App,
        Self::Relay,
        Self::RelayCode,
        Self::Code,
        Self::Access,
        Self::Refresh,
        Self::Link,
        Self::Program,
        Self::Invite,
        Self::Device,
        Self::Upstream,
        Self::Address,
        Self::Stop,
        Self::Register,
        Self::Browser,
    ];

    /// The text that each value of the kind begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "ds_ses_",
            Self::Login => "ds_log_",
            Self::App => "ds_app_",
            Self::Relay => "ds_rel_",
            Self::RelayCode => "ds_rlc_",
            Self::Code => "ds_cod_",
            Self::Access => "ds_acc_",
            Self::Refresh => "ds_ref_",
            Self::Link => "ds_lnk_",
            Self::Program => "ds_pat_",
            Self::Invite => "ds_inv_",
            Self::Device => "ds_dev_",
            Self::Upstream => "ds_ups_",
            Self::Address => "ds_adr_",
            Self::Stop => "ds_stp_",
            Self::Register => "ds_reg_",
            Self::Browser => "ds_brw_",
        }
    }
}

const BODY: usize = 43; // 32 bytes, base64url
const CHECK: usize = 6; // CRC-32, base64url
const PREFIX: usize = 7;

/// A random value of 256 bits: `ds_<kind>_<43 characters><6 characters of checksum>`.
#[derive(Clone)]
pub struct Token {
    kind: TokenKind,
    text: Secret<String>,
}

impl Token {
    /// Draws a new value.
    pub fn random(kind: TokenKind, entropy: &mut Entropy) -> Self {
        Self::from_bytes(kind, &entropy.bytes::<32>())
    }

    /// The token whose random part is `bytes`: for values that are derived under a key.
    pub fn from_bytes(kind: TokenKind, bytes: &[u8; 32]) -> Self {
        let body = URL_SAFE_NO_PAD.encode(bytes);
        let text = format!("{}{body}{}", kind.prefix(), check(kind, &body));
        Self { kind, text: Secret::new(text) }
    }

    /// Reads a presented value. `None` when it cannot be one of this kind: wrong prefix, length,
    /// alphabet or checksum. Says nothing about whether the value was ever handed out.
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(kind.prefix())?;
        if rest.len() != BODY + CHECK || !rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return None;
        }
        let (body, sum) = rest.split_at_checked(BODY)?;
        (check(kind, body) == sum).then(|| Self { kind, text: Secret::new(text.to_owned()) })
    }

    /// The kind.
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The whole text, as it goes into a cookie, a URL or a response body.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What the database keeps.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.kind, self.text.expose())
    }
}

/// SHA-256 over the kind and the value. What the database holds in place of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The length of [`Self::to_text`].
    pub const TEXT_LEN: usize = BODY;

    /// Hashes a value under its kind.
    pub fn of(kind: TokenKind, value: &str) -> Self {
        Self::labelled(kind.prefix(), value.as_bytes())
    }

    /// Hashes bytes under any label, for values that are not tokens.
    pub fn labelled(label: &str, value: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(label.as_bytes());
        context.update(&[0]);
        context.update(value);
        let mut out = [0; 32];
        out.copy_from_slice(context.finish().as_ref());
        Self(out)
    }

    /// The raw 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its first digits: enough to distinguish one from another in a name.
    pub fn short(&self) -> String {
        let [a, b, c, d, ..] = self.0;
        format!("{a:02x}{b:02x}{c:02x}{d:02x}")
    }

    /// As base64url, for a TEXT column.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads [`Self::to_text`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

fn check(kind: TokenKind, body: &str) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind.prefix().as_bytes());
    hasher.update(body.as_bytes());
    URL_SAFE_NO_PAD.encode(hasher.finalize().to_be_bytes())
}

const _: () = assert!(PREFIX == "ds_ses_".len());

#[cfg(test)]
mod tests {
    use super::*;

    fn token(kind: TokenKind) -> Token {
        Token::random(kind, &mut Entropy::seeded(3))
    }

    #[test]
    fn security_43_a_truncated_or_padded_token_is_refused() {
        for kind in TokenKind::ALL {
            let text = token(kind).expose().to_owned();
            assert!(Token::parse(kind, &text).is_some());
            let flipped: String = text
                .chars()
                .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect();
            for bad in [
                &text[..text.len() - 1],
                &text[..text.len() - 8],
                &format!("{text}="),
                &format!("{text}A"),
                &flipped,
                "",
                "ds_",
            ] {
                assert!(Token::parse(kind, bad).is_none(), "{bad}");
            }
        }
    }

    #[test]
    fn security_20_a_value_of_one_kind_is_not_another() {
        for a in TokenKind::ALL {
            for b in TokenKind::ALL {
                let text = token(a).expose().to_owned();
                assert_eq!(Token::parse(b, &text).is_some(), a == b);
                let same = SecretHash::of(a, &text) == SecretHash::of(b, &text);
                assert_eq!(same, a == b);
            }
        }
    }

    #[test]
    fn a_hash_survives_its_text_form() {
        let hash = token(TokenKind::Code).hash();
        assert_eq!(SecretHash::from_text(&hash.to_text()), Some(hash));
        assert_eq!(hash.to_text().len(), SecretHash::TEXT_LEN);
        assert_eq!(SecretHash::from_text("short"), None);
    }

    #[test]
    fn secrets_compare_in_constant_time_and_only_when_asked() {
        let secret = Secret::new(String::from("open sesame"));
        assert!(secret.matches(b"open sesame"));
        assert!(!secret.matches(b"open sesam"));
    }
}
