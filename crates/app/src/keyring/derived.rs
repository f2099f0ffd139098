//! What one root key yields: by HKDF (RFC 5869), with a label each, the keys that seal, and every secret that is derived.

use super::{AppSessionSeed, KeyError, RootKey, Sealed};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    entropy::Entropy,
    id::ClientId,
    model::RootKeyId,
    secret::{Secret, SecretHash, Token, TokenKind},
};

/// One root key, and all that comes from it.
pub(super) struct Derived {
    id: RootKeyId,
    prk: Prk,
    signing: LessSafeKey,
    relay: LessSafeKey,
    provider: LessSafeKey,
    interaction: LessSafeKey,
    away: LessSafeKey,
    totp: LessSafeKey,
}

struct Bytes<const N: usize>;

impl<const N: usize> KeyType for Bytes<N> {
    fn len(&self) -> usize {
        N
    }
}

impl Derived {
    pub(super) fn new(root: &RootKey) -> Result<Self, KeyError> {
        let prk = Salt::new(HKDF_SHA256, b"doorstep root key v1").extract(root.0.expose());
        let check: [u8; 16] = derive(&prk, &[b"root key id"])?;
        let id = URL_SAFE_NO_PAD.encode(check).parse().map_err(|_| KeyError::Crypto("to name a root key"))?;
        let key = |what| sealing_key(&prk, what);
        let (signing, relay) = (key(Sealed::SigningKey)?, key(Sealed::RelayState)?);
        let (provider, interaction) = (key(Sealed::ProviderSecret)?, key(Sealed::Interaction)?);
        let (away, totp) = (key(Sealed::SignInAway)?, key(Sealed::TotpKey)?);
        Ok(Self { id, prk, signing, relay, provider, interaction, away, totp })
    }

    pub(super) const fn id(&self) -> &RootKeyId {
        &self.id
    }

    pub(super) fn client_secret(&self, client: &ClientId, version: u32) -> Result<Secret<String>, KeyError> {
        self.derive_text(&["client secret", client.as_str(), &version.to_string()])
    }

    /// As long in the making as a client's, and nobody's: no client has an empty id.
    pub(super) fn nobodys_secret(&self) -> Result<Secret<String>, KeyError> {
        self.derive_text(&["client secret", "", "1"])
    }

    pub(super) fn app_secret(&self, client: &ClientId, label: &str) -> Result<Secret<String>, KeyError> {
        self.derive_text(&["app secret", client.as_str(), label])
    }

    pub(super) fn delivery_key(&self) -> Result<Secret<[u8; 32]>, KeyError> {
        derive(&self.prk, &[b"delivery key"]).map(Secret::new)
    }

    pub(super) fn former_address(&self, mail_key: &str) -> Result<String, KeyError> {
        Ok(self.derive_text(&["former mail address", mail_key])?.expose().clone())
    }

    pub(super) fn declaration(&self, declared: &str) -> Result<SecretHash, KeyError> {
        let whole = SecretHash::labelled("a declaration", declared.as_bytes());
        let keyed: [u8; 32] = derive(&self.prk, &[b"declaration", whole.bytes()])?;
        Ok(SecretHash::labelled("a declaration under the root key", &keyed))
    }

    pub(super) fn app_session(&self, browser: &Token, entry: &AppSessionSeed<'_>) -> Result<Token, KeyError> {
        let (browser, session, host) = (browser.expose(), entry.session.as_str(), entry.host);
        let numbers = [entry.window.begin.millis(), entry.window.length.millis(), entry.declared].map(i64::to_be_bytes);
        let parts = [b"app session", browser.as_bytes(), session.as_bytes(), host.as_bytes(), numbers.as_flattened()];
        Ok(Token::from_bytes(TokenKind::App, &derive(&self.prk, &parts)?))
    }

    pub(super) fn refresh_successor(&self, presented: &SecretHash, salt: &str) -> Result<Token, KeyError> {
        let bytes: [u8; 32] = derive(&self.prk, &[b"refresh successor", presented.bytes(), salt.as_bytes()])?;
        Ok(Token::from_bytes(TokenKind::Refresh, &bytes))
    }

    pub(super) fn mailed(&self, kind: TokenKind, id: &str) -> Result<Token, KeyError> {
        let bytes: [u8; 32] = derive(&self.prk, &[b"mailed link", kind.prefix().as_bytes(), id.as_bytes()])?;
        Ok(Token::from_bytes(kind, &bytes))
    }

    pub(super) fn seal(
        &self,
        (what, context): (Sealed, &str),
        plain: &[u8],
        entropy: &mut Entropy,
    ) -> Result<String, KeyError> {
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut body = plain.to_vec();
        self.key(what)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context.as_bytes()), &mut body)
            .map_err(|_| KeyError::Crypto("to seal"))?;
        let mut out = nonce.to_vec();
        out.extend_from_slice(&body);
        Ok(URL_SAFE_NO_PAD.encode(out))
    }

    /// Opens what was sealed under this key; `None` where it was not.
    pub(super) fn open(&self, what: Sealed, context: &str, sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut body = body.to_vec();
        let plain = self
            .key(what)
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context.as_bytes()), &mut body)
            .ok()?
            .len();
        body.truncate(plain);
        Some(Secret::new(body))
    }

    const fn key(&self, what: Sealed) -> &LessSafeKey {
        match what {
            Sealed::SigningKey => &self.signing,
            Sealed::RelayState => &self.relay,
            Sealed::ProviderSecret => &self.provider,
            Sealed::Interaction => &self.interaction,
            Sealed::SignInAway => &self.away,
            Sealed::TotpKey => &self.totp,
        }
    }

    fn derive_text(&self, label: &[&str]) -> Result<Secret<String>, KeyError> {
        let parts: Vec<&[u8]> = label.iter().map(|part| part.as_bytes()).collect();
        let bytes: [u8; 32] = derive(&self.prk, &parts)?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

fn sealing_key(prk: &Prk, what: Sealed) -> Result<LessSafeKey, KeyError> {
    let bytes: [u8; 32] = derive(prk, &[b"seal", what.label().as_bytes()])?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| KeyError::Crypto("a sealing key"))?;
    Ok(LessSafeKey::new(key))
}

/// HKDF-Expand with the label parts, each preceded by its length so that no two labels run together.
fn derive<const N: usize>(prk: &Prk, label: &[&[u8]]) -> Result<[u8; N], KeyError> {
    let mut info = Vec::new();
    for part in label {
        info.extend_from_slice(&(part.len() as u64).to_be_bytes());
        info.extend_from_slice(part);
    }
    let mut out = [0; N];
    prk.expand(&[&info], Bytes::<N>)
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| KeyError::Crypto("to derive a key"))?;
    Ok(out)
}
