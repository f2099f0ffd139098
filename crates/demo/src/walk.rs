//! The whole way, walked by the program itself with a passkey in software: from the set-up link to
//! signing out, over HTTP, step by step with the time that each took.

use crate::Stage;
use crate::relying_party::{Begun, Fault, RelyingParty, Tokens};
use crate::visitor::{Answer, As, Visitor};
use doorstep_app::ambient::stopwatch;
use doorstep_core::ceremony::soft::SoftAuthenticator;
use doorstep_core::oauth::params::Params;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::Duration;
use url::Url;

/// How soon a sign-out has to be felt everywhere.
const FELT_WITHIN: Duration = Duration::from_secs(5);

/// How the walk ended.
pub struct Walked {
    /// How many steps were taken.
    pub steps: usize,
    /// Whether the last one came out right.
    pub well: bool,
    /// How long it took.
    pub took: Duration,
}

/// Walks and prints each step. `opened` is how long it took until the instance was there.
pub async fn walk(stage: &Stage, opened: Duration, out: &mut dyn Write) -> io::Result<Walked> {
    let watch = stopwatch();
    let mut reported = Reported { out, steps: 0, printing: Ok(()) };
    reported.print("an instance is opened, its keys made", opened, None);
    let ended = match Walk::begin(stage) {
        Ok(mut walk) => walk.all(&mut reported).await,
        Err(fault) => reported.step("begin", async { Err::<(), _>(fault) }).await,
    };
    let Reported { steps, printing, .. } = reported;
    printing.map(|()| Walked { steps, well: ended.is_ok(), took: opened + watch.elapsed() })
}

/// The steps, as they are printed.
struct Reported<'a> {
    out: &'a mut dyn Write,
    steps: usize,
    printing: io::Result<()>,
}

/// A step that failed, and was told.
struct Failed;

impl Reported<'_> {
    async fn step<T>(&mut self, name: &str, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Failed> {
        let watch = stopwatch();
        let ended = work.await;
        self.print(name, watch.elapsed(), ended.as_ref().err());
        ended.map_err(|_| Failed)
    }

    fn print(&mut self, name: &str, took: Duration, fault: Option<&Fault>) {
        let mark = if fault.is_some() { "FAILED" } else { "ok" };
        let why = fault.map(|fault| format!("   {fault}")).unwrap_or_default();
        let took = took.as_secs_f64() * 1000.0;
        let printed = writeln!(self.out, "  {mark:<6}  {name:<42}{took:>9.1} ms{why}").and_then(|()| self.out.flush());
        self.steps += 1;
        if self.printing.is_ok() {
            self.printing = printed;
        }
    }
}

struct Walk<'a> {
    stage: &'a Stage,
    visitor: Visitor,
    passkey: SoftAuthenticator,
    app: RelyingParty,
}

impl<'a> Walk<'a> {
    fn begin(stage: &'a Stage) -> Result<Self, Fault> {
        let ambient = stage.ambient.clone();
        let passkey = SoftAuthenticator::new(&stage.issuer, ambient.entropy().bytes());
        let passkey = passkey.map_err(|error| Fault(error.to_string()))?;
        let app = RelyingParty::new(&stage.credentials, ambient)?;
        Ok(Self { stage, visitor: Visitor::new()?, passkey, app })
    }

    async fn all(&mut self, reported: &mut Reported<'_>) -> Result<(), Failed> {
        let guarded = self.stage.guarded.clone();
        reported.step("the set-up link opens", self.open_link()).await?;
        reported.step("a passkey makes the administrator", self.register()).await?;
        reported.step("the set-up link opens no second time", self.link_is_gone()).await?;
        let (begun, code) = reported.step("an app asks, one touch signs in", self.authorize()).await?;
        let tokens = reported.step("code for tokens, ID Token verified", self.redeem(&begun, &code)).await?;
        reported.step("userinfo tells the same person", self.userinfo(&tokens)).await?;
        reported.step("refresh gives new tokens", self.refresh(&tokens)).await?;
        let second = reported.step("a second sign-in needs no page", self.second(&begun)).await?;
        reported.step("forward auth refuses a program", self.refused(As::Program, &guarded)).await?;
        reported.step("forward auth sends a browser to sign in", self.refused(As::Browser, &guarded)).await?;
        reported.step("and lets it in, with the true name", self.let_in(&guarded)).await?;
        reported.step("signing out of the instance", self.sign_out(&tokens)).await?;
        reported.step("forward auth refuses again", self.refused_soon(&guarded)).await?;
        reported.step("and so does userinfo", self.userinfo_ends(&second)).await
    }

    async fn open_link(&mut self) -> Result<(), Fault> {
        let answer = self.visitor.open(&self.stage.link, As::Browser).await?;
        expect(answer.status, 200, "the page of the link")
    }

    async fn register(&mut self) -> Result<(), Fault> {
        let link = self.stage.link.rsplit('/').next().unwrap_or_default();
        let person =
            json!({ "link": link, "user_name": "ada", "display_name": "Ada Lovelace", "email": "ada@example.org" });
        let issuer = &self.stage.issuer;
        let begun = self.visitor.post(&format!("{issuer}/enrol/options"), &person).await?;
        let credential = self.passkey.register(begun.get("publicKey").unwrap_or(&Value::Null));
        let credential = credential.map_err(|error| Fault(error.to_string()))?;
        let finish =
            with(person, [("challenge_id", begun.get("challenge_id").cloned()), ("credential", Some(credential))]);
        self.visitor.post(&format!("{issuer}/enrol"), &finish).await?;
        let answer = self.visitor.open(issuer, As::Browser).await?;
        expect(answer.status, 200, "the list of apps")?;
        if answer.body.contains("Glances") {
            Ok(())
        } else {
            Err(Fault("the list lacks an app of the administrators".into()))
        }
    }

    async fn link_is_gone(&mut self) -> Result<(), Fault> {
        let answer = self.visitor.open(&self.stage.link, As::Browser).await?;
        expect(answer.status, 410, "the used link")
    }

    /// In a browser that nobody is signed in to.
    async fn authorize(&mut self) -> Result<(Begun, String), Fault> {
        self.visitor.clear();
        let begun = self.app.begin("openid profile email groups offline_access");
        let sign_in = self.visitor.follow(&begun.url, &self.stage.sample).await?;
        expect(sign_in.status, 200, "the sign-in page")?;
        let interaction = Params::parse(sign_in.url.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        let interaction = interaction.get("i").ok_or_else(|| Fault("the sign-in page does not know the app".into()))?;
        let issuer = &self.stage.issuer;
        let asked = json!({ "interaction": interaction });
        let options = self.visitor.post(&format!("{issuer}/login/passkey/options"), &asked).await?;
        let credential = self.passkey.sign_in(options.get("publicKey").unwrap_or(&Value::Null));
        let credential = credential.map_err(|error| Fault(error.to_string()))?;
        let finish =
            with(asked, [("challenge_id", options.get("challenge_id").cloned()), ("credential", Some(credential))]);
        let next = self.visitor.post(&format!("{issuer}/login/passkey"), &finish).await?;
        let next = next.get("next").and_then(Value::as_str).unwrap_or_default();
        let back = self.visitor.follow(&format!("{issuer}{next}"), &self.stage.sample).await?;
        let code = self.code(&back, &begun)?;
        Ok((begun, code))
    }

    /// The code of an authorization response, RFC 6749 §4.1.2, RFC 9207.
    fn code(&self, back: &Answer, begun: &Begun) -> Result<String, Fault> {
        let to = back.next()?.ok_or_else(|| Fault(format!("{} instead of a way back to the app", back.status)))?;
        let to = Url::parse(&to).map_err(|error| Fault(error.to_string()))?;
        let params = Params::parse(to.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        if params.get("state") != Some(&begun.state) {
            return Err(Fault("another state came back".into()));
        }
        if params.get("iss") != Some(&self.stage.issuer) {
            return Err(Fault("another issuer came back".into()));
        }
        let refused = || Fault(format!("the instance says {}", params.get("error").unwrap_or("nothing")));
        params.get("code").map(str::to_owned).ok_or_else(refused)
    }

    async fn redeem(&self, begun: &Begun, code: &str) -> Result<Tokens, Fault> {
        let tokens = self.app.redeem(begun, code).await?;
        if self.app.redeem(begun, "ds_cod_another").await.is_ok() {
            return Err(Fault("another code was taken too".into()));
        }
        Ok(tokens)
    }

    async fn userinfo(&self, tokens: &Tokens) -> Result<(), Fault> {
        let (status, claims) = self.app.userinfo(&tokens.access).await?;
        expect(status, 200, "userinfo")?;
        let same = claims.get("sub").is_some() && claims.get("sub") == tokens.claims.get("sub");
        let name = claims.get("preferred_username").and_then(Value::as_str);
        let admin = claims.get("groups").is_some_and(|groups| groups == &json!(["admins", "users"]));
        if same && name == Some("ada") && admin {
            Ok(())
        } else {
            Err(Fault(format!("it tells of {}", name.unwrap_or("nobody"))))
        }
    }

    async fn refresh(&self, tokens: &Tokens) -> Result<(), Fault> {
        let token = tokens.refresh.as_deref().ok_or_else(|| Fault("there is no refresh token".into()))?;
        let fresh = self.app.refresh(token).await?;
        let other = fresh.access != tokens.access && fresh.refresh.as_deref() != Some(token);
        if !other || fresh.claims.get("sub") != tokens.claims.get("sub") {
            return Err(Fault("the tokens are not new ones of the same person".into()));
        }
        expect(self.app.userinfo(&fresh.access).await?.0, 200, "userinfo with the new token")
    }

    /// Without `offline_access`: what it yields ends with the session.
    async fn second(&mut self, first: &Begun) -> Result<Tokens, Fault> {
        let begun = self.app.begin("openid");
        let back = self.visitor.open(&begun.url, As::Browser).await?;
        let code = self.code(&back, &begun)?;
        if begun.state == first.state {
            return Err(Fault("both sign-ins have one state".into()));
        }
        let tokens = self.app.redeem(&begun, &code).await?;
        expect(self.app.userinfo(&tokens.access).await?.0, 200, "userinfo")?;
        Ok(tokens)
    }

    /// A program is told 401, a browser is sent to the instance; neither sees the app.
    async fn refused(&mut self, who: As, url: &str) -> Result<(), Fault> {
        let answer = self.visitor.open(url, who).await?;
        if answer.body.contains("Remote-User") {
            return Err(Fault("the app was reached".into()));
        }
        match (who, answer.next()?) {
            (As::Program, None) => expect(answer.status, 401, "forward auth"),
            (As::Browser, Some(to)) if to.starts_with(&format!("{}/fa/start", self.stage.issuer)) => Ok(()),
            _ => Err(Fault(format!("forward auth says {}", answer.status))),
        }
    }

    async fn let_in(&mut self, url: &str) -> Result<(), Fault> {
        let answer = self.visitor.follow(url, "nowhere").await?;
        expect(answer.status, 200, "the guarded app")?;
        let says = answer.body.contains("<dd>ada</dd>") && answer.body.contains("ada@example.org");
        if !says || answer.body.contains("root") {
            return Err(Fault("the app was told another name".into()));
        }
        let program = self.visitor.open(url, As::Program).await?;
        expect(program.status, 200, "the guarded app, for a program")
    }

    async fn sign_out(&mut self, tokens: &Tokens) -> Result<(), Fault> {
        let url = self.app.sign_out_url(&tokens.id_token, &self.stage.sample);
        let answer = self.visitor.follow(&url, &self.stage.sample).await?;
        match answer.next()? {
            Some(to) if to.starts_with(&self.stage.sample) => Ok(()),
            _ => Err(Fault(format!("{} instead of a way back to the app", answer.status))),
        }
    }

    async fn refused_soon(&mut self, url: &str) -> Result<(), Fault> {
        let watch = stopwatch();
        loop {
            let ended = self.refused(As::Program, url).await;
            if ended.is_ok() || watch.elapsed() > FELT_WITHIN {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn userinfo_ends(&self, tokens: &Tokens) -> Result<(), Fault> {
        expect(self.app.userinfo(&tokens.access).await?.0, 401, "userinfo")
    }
}

fn expect(status: u16, wanted: u16, what: &str) -> Result<(), Fault> {
    if status == wanted { Ok(()) } else { Err(Fault(format!("{what} answers {status}, not {wanted}"))) }
}

/// A JSON object with more members.
fn with<const N: usize>(mut object: Value, more: [(&str, Option<Value>); N]) -> Value {
    if let Value::Object(members) = &mut object {
        members.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value.unwrap_or(Value::Null))));
    }
    object
}
