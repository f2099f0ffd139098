//! A person with plain HTTP and a passkey in software: the way through Doorstep without a screen.

use crate::{
    given::Delivered,
    http::{Answer, Visitor},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::ceremony::soft::SoftAuthenticator;
use serde_json::{Value, json};
use url::Url;

/// Someone with a browser-like client and one passkey.
pub struct Person {
    /// The client, with its cookies.
    pub visitor: Visitor,
    /// The passkey.
    pub passkey: SoftAuthenticator,
    issuer: String,
}

/// An authorization request of a client, with all that the client must remember.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// `code_verifier`: RFC 7636 §4.1.
    pub verifier: String,
    /// All parameters, in order; a test changes them as it likes.
    pub params: Vec<(String, String)>,
}

/// What the token endpoint gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token, if one was asked for.
    pub refresh: Option<String>,
    /// The ID Token, as it came.
    pub id: String,
}

impl Request {
    /// A sound request for `scope`, by the client of delivered credentials.
    pub fn of(app: &Delivered, scope: &str) -> Self {
        let verifier = random();
        let challenge = URL_SAFE_NO_PAD.encode(sha256(&verifier));
        let redirect_uri = app.get("OIDC_REDIRECT_URI").to_owned();
        let client_id = app.get("OIDC_CLIENT_ID").to_owned();
        let params = [
            ("response_type", "code"),
            ("client_id", &client_id),
            ("redirect_uri", &redirect_uri),
            ("scope", scope),
            ("state", &random()),
            ("nonce", &random()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let client_secret = app.get("OIDC_CLIENT_SECRET").to_owned();
        Self { client_id, client_secret, redirect_uri, verifier, params: params.into() }
    }

    /// The same request with one parameter changed, added, or (`None`) left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        let place = self.params.iter().position(|(key, _)| key == name);
        match (place, value) {
            (Some(place), Some(value)) => value.clone_into(&mut self.params[place].1),
            (Some(place), None) => drop(self.params.remove(place)),
            (None, Some(value)) => self.params.push((name.to_owned(), value.to_owned())),
            (None, None) => {}
        }
        self
    }

    /// A parameter's value.
    pub fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(key, _)| key == name);
        found.map_or_else(|| panic!("no {name} in {self:?}"), |(_, value)| value)
    }

    /// The address that the client sends the browser to.
    pub fn url(&self, issuer: &str) -> String {
        let mut url = Url::parse(&format!("{issuer}/authorize")).expect("the issuer is an address");
        url.query_pairs_mut().extend_pairs(&self.params);
        url.into()
    }

    /// The form that redeems a code.
    pub fn redemption<'a>(&'a self, code: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.verifier),
        ]
    }
}

impl Person {
    /// Someone at `visitor`'s client, with a passkey that is not registered yet.
    pub fn new(visitor: Visitor, issuer: &str) -> Self {
        let id = sha256(&random())[..16].try_into().expect("16 of 32 bytes");
        let passkey = SoftAuthenticator::new(issuer, id).expect("a software passkey can be made");
        Self { visitor, passkey, issuer: issuer.to_owned() }
    }

    /// Opens a link that makes a passkey, and makes it. `fields` are what the page asks for.
    pub async fn enrol(&mut self, link: &str, fields: &Value) {
        let answer = self.try_enrol(link, fields).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// As [`Self::enrol`]; the answer to the last request, or to the first that was refused.
    pub async fn try_enrol(&mut self, link: &str, fields: &Value) -> Answer {
        let page = self.visitor.get(link).navigating().send().await;
        if page.status != 200 {
            return page;
        }
        let secret = link.rsplit('/').next().unwrap_or_default();
        let mut body = fields.clone();
        body["link"] = json!(secret);
        let options = self.script("/enrol/options", &body).await;
        if options.status != 200 {
            return options;
        }
        let options = options.json();
        body["challenge_id"] = options["challenge_id"].clone();
        body["credential"] = self.passkey.register(&options["publicKey"]).expect("the options are WebAuthn's");
        self.script("/enrol", &body).await
    }

    /// Becomes the administrator `ada` by the set-up link.
    pub async fn set_up(&mut self, link: &str) {
        let fields = json!({ "display_name": "Ada Lovelace", "user_name": "ada", "email": "ada@home.test" });
        self.enrol(link, &fields).await;
    }

    /// Uses the passkey on the sign-in page that asks for `interaction`, or on the plain one. Gives the last answer.
    pub async fn sign_in(&mut self, interaction: Option<&str>) -> Answer {
        let mut body = json!({});
        if let Some(interaction) = interaction {
            body["interaction"] = json!(interaction);
        }
        let options = self.script("/login/passkey/options", &body).await;
        if options.status != 200 {
            return options;
        }
        let options = options.json();
        body["challenge_id"] = options["challenge_id"].clone();
        body["credential"] = self.passkey.sign_in(&options["publicKey"]).expect("the options are WebAuthn's");
        self.script("/login/passkey", &body).await
    }

    /// Forgets every cookie and signs in on the plain sign-in page.
    pub async fn sign_in_anew(&mut self) {
        self.visitor.forget_cookies();
        self.visitor.get(&self.at("/login")).navigating().send().await;
        let done = self.sign_in(None).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert!(self.is_signed_in().await, "signed in, and not in");
    }

    /// Whether the account page opens.
    pub async fn is_signed_in(&self) -> bool {
        self.visitor.get(&self.at("/account")).navigating().send().await.status == 200
    }

    /// Follows redirects from `url`, signs in where that is asked for, and stops at the first answer
    /// that is no redirect, or leads to where `stop` says.
    pub async fn walk(&mut self, url: &str, stop: impl Fn(&Url) -> bool) -> Answer {
        let mut answer = self.visitor.get(url).navigating().send().await;
        for _ in 0..12 {
            let Some(to) = answer.location().filter(|to| !stop(to)) else { return answer };
            answer = self.visitor.get(to.as_str()).navigating().send().await;
            if to.path() == "/login" && answer.status == 200 {
                let interaction = to.query_pairs().find(|(key, _)| key == "i").map(|(_, value)| value.into_owned());
                let done = self.sign_in(interaction.as_deref()).await;
                assert_eq!(done.status, 200, "{done:?}");
                let next = done.json()["next"].as_str().expect("a next page").to_owned();
                answer = self.visitor.get(&self.at(&next)).navigating().send().await;
            }
        }
        panic!("{url} goes in circles: {answer:?}")
    }

    /// Follows an authorization request to its end: signs in where asked. Gives the answer that leads back to the client, or a page.
    pub async fn authorize(&mut self, request: &Request) -> Answer {
        let issuer = Url::parse(&self.issuer).expect("the issuer is an address").origin();
        self.walk(&request.url(&self.issuer), |to| to.origin() != issuer).await
    }

    /// Opens an app that Doorstep guards, and gives what is shown in the end.
    pub async fn open_app(&mut self, url: &str) -> Answer {
        self.walk(url, |_| false).await
    }

    /// Presses a button of the consent page and goes on as a browser does: by the page that follows, as far as the client.
    pub async fn consent(&mut self, interaction: &str, decision: &str) -> Answer {
        let form = [("interaction", interaction), ("decision", decision)];
        let pressed = self.visitor.post(&self.at("/consent")).on_own_page().form(&form).send().await;
        let Some(next) = pressed.goes_on_to() else { return pressed };
        let issuer = pressed.url.origin();
        self.walk(next.as_str(), |to| to.origin() != issuer).await
    }

    /// Sends an authorization request and follows nothing.
    pub async fn ask(&self, request: &Request) -> Answer {
        self.visitor.get(&request.url(&self.issuer)).navigating().send().await
    }

    /// Signs in to a client and gives the code. The answer must be a sound one.
    pub async fn code(&mut self, request: &Request) -> String {
        let answer = self.authorize(request).await;
        let to = answer.location().unwrap_or_else(|| panic!("no way back to the client: {answer:?}"));
        assert!(to.as_str().starts_with(&request.redirect_uri), "{answer:?}");
        assert_eq!(answer.location_param("state").as_deref(), Some(request.param("state")));
        answer.location_param("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    /// Signs in to a client, which redeems the code.
    pub async fn tokens(&mut self, request: &Request) -> Tokens {
        let code = self.code(request).await;
        let answer = redeem(&self.visitor, &self.issuer, request, &code).await;
        Tokens::of(&answer)
    }

    /// An address on the provider's host.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// A request of one of Doorstep's own scripts.
    pub async fn script(&self, path: &str, body: &Value) -> Answer {
        self.visitor.post(&self.at(path)).scripted().json(body).send().await
    }
}

impl Tokens {
    /// Reads a token answer: RFC 6749 §5.1.
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{answer:?}");
        let json = answer.json();
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        Self {
            access: text("access_token").expect("an access token"),
            refresh: text("refresh_token"),
            id: text("id_token").unwrap_or_default(),
        }
    }

    /// The ID Token's claims, read without looking at its signature.
    pub fn claims(&self) -> Value {
        let payload = self.id.split('.').nth(1).unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(payload).expect("a payload is base64url");
        serde_json::from_slice(&bytes).expect("a payload is JSON")
    }
}

/// A client redeems a code, from a machine of its own.
pub async fn redeem(visitor: &Visitor, issuer: &str, request: &Request, code: &str) -> Answer {
    token(visitor, issuer, request, &request.redemption(code)).await
}

/// A client uses a refresh token.
pub async fn refresh(visitor: &Visitor, issuer: &str, request: &Request, token_: &str) -> Answer {
    token(visitor, issuer, request, &[("grant_type", "refresh_token"), ("refresh_token", token_)]).await
}

/// A client asks the token endpoint, with HTTP Basic authentication.
pub async fn token(visitor: &Visitor, issuer: &str, client: &Request, form: &[(&str, &str)]) -> Answer {
    let ask = visitor.post(&format!("{issuer}/token")).without_cookies();
    ask.basic(&client.client_id, &client.client_secret).form(form).send().await
}

/// A client asks who the token is about.
pub async fn userinfo(visitor: &Visitor, issuer: &str, token: &str) -> Answer {
    visitor.get(&format!("{issuer}/userinfo")).without_cookies().bearer(token).send().await
}

fn sha256(text: &str) -> [u8; 32] {
    use aws_lc_rs::digest::{SHA256, digest};
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    out
}

/// 43 characters that nobody guesses.
pub fn random() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the machine has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}
