//! The sample app: signs people in with the credentials that were delivered to it, and shows what it learns.

use crate::page::{facts, page, redirect, text, text_only};
use crate::relying_party::{Begun, Fault, RelyingParty, Tokens};
use crate::{Request, Response};
use doorstep_core::oauth::params::Params;
use http::StatusCode;
use http::header::COOKIE;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// No demo has more people than this at once.
const MANY: usize = 1000;
const COOKIE_NAME: &str = "sample";
const SCOPE: &str = "openid profile email groups";

/// The app.
pub struct Sample {
    party: RelyingParty,
    url: String,
    visits: Mutex<HashMap<String, Visit>>,
}

/// What the app knows about a browser, by the state that it was given at the beginning.
enum Visit {
    Begun(Begun),
    SignedIn(Box<Known>),
}

/// Somebody who signed in.
struct Known {
    tokens: Tokens,
    /// What the instance tells about them.
    person: Value,
}

impl Sample {
    /// The app at `url`.
    pub fn new(party: RelyingParty, url: String) -> Self {
        Self { party, url, visits: Mutex::default() }
    }

    /// Answers a request.
    pub async fn answer(self: Arc<Self>, request: Request) -> Response {
        let visit = cookie(&request);
        match request.uri().path() {
            "/" => self.front(&visit),
            "/sign-in" => self.begin(),
            "/callback" => {
                let query = request.uri().query().unwrap_or_default().to_owned();
                self.come_back(&visit, &query).await
            }
            "/sign-out" => self.end(&visit),
            _ => text_only(StatusCode::NOT_FOUND, "There is nothing here.\n"),
        }
    }

    fn front(&self, visit: &str) -> Response {
        match self.visits().get(visit) {
            Some(Visit::SignedIn(known)) => {
                let name = known.person.get("name").and_then(Value::as_str).unwrap_or("somebody");
                let person = known.person.as_object().into_iter().flatten();
                let claims = known.tokens.claims.iter();
                let shown = |(name, value): (&String, &Value)| (name.clone(), plain(value));
                let body = format!(
                    "<p>The instance told this app who you are.</p>\n{}\n\
                     <details>\n<summary>The ID Token, signed and checked</summary>\n{}\n</details>\n\
                     <p><a class=\"button wide\" href=\"/sign-out\">Sign out</a></p>\n\
                     <p class=\"small soft\"><a href=\"{}\">Your apps</a></p>",
                    facts(person.map(shown)),
                    facts(claims.map(shown)),
                    text(self.party.issuer())
                );
                page(self.party.issuer(), &format!("Hello, {name}"), &body)
            }
            _ => page(
                self.party.issuer(),
                "A sample app",
                "<p>It knows nobody yet. Signing in asks the instance who you are.</p>\n\
                 <p><a class=\"button primary wide\" href=\"/sign-in\">Sign in</a></p>",
            ),
        }
    }

    fn begin(&self) -> Response {
        let begun = self.party.begin(SCOPE);
        let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax", begun.state);
        let response = redirect(&begun.url, Some(&cookie));
        let mut visits = self.visits();
        if visits.len() >= MANY {
            visits.clear();
        }
        visits.insert(begun.state.clone(), Visit::Begun(begun));
        response
    }

    async fn come_back(&self, visit: &str, query: &str) -> Response {
        let params = Params::parse(query.as_bytes()).unwrap_or_default();
        let begun = match self.visits().remove(visit) {
            Some(Visit::Begun(begun)) if params.get("state") == Some(visit) => begun,
            _ => return self.not_signed_in(&Fault("the sign-in did not begin in this browser".to_owned())),
        };
        let redeemed = match (params.get("code"), params.get("error")) {
            (Some(code), None) => self.known(&begun, code).await,
            (_, error) => Err(Fault(format!("the instance says {}", error.unwrap_or("nothing")))),
        };
        match redeemed {
            Ok(known) => {
                self.visits().insert(visit.to_owned(), Visit::SignedIn(Box::new(known)));
                redirect("/", None)
            }
            Err(fault) => self.not_signed_in(&fault),
        }
    }

    /// OpenID Connect Core §5.3.2: what userinfo says counts only for the `sub` of the ID Token.
    async fn known(&self, begun: &Begun, code: &str) -> Result<Known, Fault> {
        let tokens = self.party.redeem(begun, code).await?;
        let (status, person) = self.party.userinfo(&tokens.access).await?;
        if status != 200 || person.get("sub") != tokens.claims.get("sub") {
            return Err(Fault(format!("userinfo answers {status} and does not tell of the same person")));
        }
        Ok(Known { tokens, person })
    }

    fn not_signed_in(&self, fault: &Fault) -> Response {
        let body = format!(
            "<p>{}.</p>\n<p><a class=\"button primary wide\" href=\"/sign-in\">Sign in</a></p>",
            text(&fault.to_string())
        );
        page(self.party.issuer(), "You are not signed in", &body)
    }

    fn end(&self, visit: &str) -> Response {
        match self.visits().remove(visit) {
            Some(Visit::SignedIn(known)) => redirect(&self.party.sign_out_url(&known.tokens.id_token, &self.url), None),
            _ => redirect("/", None),
        }
    }

    fn visits(&self) -> MutexGuard<'_, HashMap<String, Visit>> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cookie(request: &Request) -> String {
    let lines = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.to_owned()).next().unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
