//! A passkey authenticator inside the browser, as WebDriver offers it: Web Authentication §11.
//!
//! It is a platform authenticator that keeps discoverable credentials and verifies its user, as a
//! laptop or telephone does. The test decides whether the person is there and whether the finger fits.

use crate::{
    chromium::Browser,
    wait::{PATIENCE, until},
};
use serde_json::{Value, json};

/// One authenticator of one browser.
pub struct Authenticator<'a> {
    browser: &'a Browser,
    id: String,
}

/// A credential that the authenticator keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The credential id, base64url.
    pub id: String,
    /// The RP ID it belongs to.
    pub rp_id: String,
    /// The user handle, base64url.
    pub user_handle: String,
    /// What the authenticator calls the person: user name and display name.
    pub names: [String; 2],
    /// How often it has signed.
    pub sign_count: u64,
    /// Everything, private key included: what [`Authenticator::put`] takes.
    pub whole: Value,
}

impl<'a> Authenticator<'a> {
    /// Plugs an authenticator into a browser.
    pub async fn plug_into(browser: &'a Browser) -> Self {
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        let id = browser.wire().post("/webauthn/authenticator", options).await.expect("an authenticator can be added");
        Self { browser, id: id.as_str().expect("an authenticator has an id").to_owned() }
    }

    /// Every credential that it keeps.
    pub async fn credentials(&self) -> Vec<Held> {
        let value = self.browser.wire().get(&self.path("/credentials")).await.expect("credentials can be listed");
        let text = |credential: &Value, key: &str| credential[key].as_str().unwrap_or_default().to_owned();
        value
            .as_array()
            .into_iter()
            .flatten()
            .map(|credential| Held {
                id: text(credential, "credentialId"),
                rp_id: text(credential, "rpId"),
                user_handle: text(credential, "userHandle"),
                names: ["userName", "userDisplayName"].map(|key| text(credential, key)),
                sign_count: credential["signCount"].as_u64().unwrap_or_default(),
                whole: credential.clone(),
            })
            .collect()
    }

    /// Waits until what it keeps is as it should be: a browser tells it in its own time what pages signal.
    pub async fn until_it_keeps(&self, what: &str, is_it: impl Fn(&[Held]) -> bool) {
        until(what, PATIENCE, async || is_it(&self.credentials().await).then_some(())).await;
    }

    /// Puts a credential of another authenticator in: what a synced passkey does.
    pub async fn put(&self, held: &Held) {
        let done = self.browser.wire().post(&self.path("/credential"), held.whole.clone()).await;
        done.expect("a credential can be added");
    }

    /// Whether the finger fits, the face is known, the PIN is right.
    pub async fn set_user_verified(&self, verified: bool) {
        let done = self.browser.wire().post(&self.path("/uv"), json!({ "isUserVerified": verified })).await;
        done.expect("user verification can be set");
    }

    /// Takes it out of the browser.
    pub async fn unplug(self) {
        self.browser.wire().delete(&self.path("")).await.expect("an authenticator can be removed");
    }

    fn path(&self, rest: &str) -> String {
        format!("/webauthn/authenticator/{}{rest}", self.id)
    }
}
