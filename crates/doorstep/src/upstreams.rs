//! The way to upstreams, by what the configuration says of them at that time. Whoever writes the file names an upstream,
//! so that it may be a server at home; what its documents name elsewhere is a stranger's (ADR 23).

use crate::config::{Config, secret_file};
use crate::places::{Configured, outbound_client};
use doorstep_app::upstreams::{Call, Calling, Opening, Said, WayOut};
use doorstep_core::upstream::UpstreamName;
use doorstep_outbound::{Answer, OperatorUrl, Outbound, Request};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde_json::Value;
use std::sync::Arc;

/// Over the network.
pub(crate) struct UpstreamsOverHttp(pub(crate) Configured);

impl UpstreamsOverHttp {
    /// It reads files.
    fn configured(&self) -> impl Future<Output = Result<Config, String>> + Send + use<> {
        let configured = Arc::clone(&self.0);
        async move { tokio::task::spawn_blocking(move || configured()).await.map_err(|error| error.to_string()) }
    }
}

impl WayOut for UpstreamsOverHttp {
    fn call(&self, call: Call) -> Calling {
        let configured = self.configured();
        Box::pin(async move {
            let client = outbound_client(configured.await?.outbound.ca_file.as_deref())?;
            called(&client, &call).await
        })
    }

    fn client_secret(&self, upstream: &UpstreamName) -> Opening {
        let (configured, name) = (self.configured(), upstream.clone());
        Box::pin(async move {
            let config = configured.await?;
            let set_up = config.upstream.get(name.as_str());
            let path = set_up.ok_or("it is not set up any more")?.client_secret_file.clone();
            let read = tokio::task::spawn_blocking(move || secret_file::read(&path)).await;
            read.map_err(|error| error.to_string())?.map_err(|fault| {
                let remedy = fault.remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
                format!("`client_secret_file` of [upstream.{name}] {}{remedy}", fault.what)
            })
        })
    }
}

async fn called(client: &Outbound, call: &Call) -> Result<Said, String> {
    let home = OperatorUrl::parse(&call.home).map_err(|error| format!("{}: {error}", call.home))?;
    let to = home.leads_to(&call.to).map_err(|error| format!("an address that {} names: {error}", call.home))?;
    let mut request = match &call.form {
        Some(form) => Request::post(to, "application/x-www-form-urlencoded", form.expose().clone()),
        None => Request::get(to),
    };
    request = request.accept("application/json");
    if let Some(authorization) = &call.authorization {
        let value = HeaderValue::from_str(authorization.expose());
        let mut value = value.map_err(|_| "what we prove with who we are cannot be sent".to_owned())?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    let answer: Answer = client.send(request).await.map_err(|error| error.to_string())?;
    let is_success = answer.status().is_success();
    // A refusal need not be JSON.
    let json = match answer.json::<Value>() {
        Ok(json) => json,
        Err(error) if is_success => return Err(error.to_string()),
        Err(_) => Value::Null,
    };
    Ok(Said { is_success, json })
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::secret::Secret;
    use doorstep_outbound::NamedBy;
    use doorstep_outbound::testing::{Reply, Table};
    use http::Method;

    fn call(to: &str) -> Call {
        Call { home: "http://idp.lan:8080/realm".into(), to: to.into(), form: None, authorization: None }
    }

    #[tokio::test]
    async fn security_55_what_a_document_names_elsewhere_is_a_strangers() {
        let table = Table::default();
        for to in ["http://idp.lan:8080/keys", "https://keys.test/keys", "http://idp.lan:8081/keys"] {
            table.on(Method::GET, to, Reply::json("{}"));
        }
        let client = table.outbound();
        assert!(called(&client, &call("http://idp.lan:8080/keys")).await.unwrap().is_success);
        assert!(called(&client, &call("https://keys.test/keys")).await.unwrap().is_success);
        assert!(called(&client, &call("http://idp.lan:8081/keys")).await.is_err(), "another port over http");
        let named: Vec<_> = table.seen().into_iter().map(|seen| seen.named_by).collect();
        assert_eq!(named, [NamedBy::Operator, NamedBy::Stranger]);
    }

    #[tokio::test]
    async fn a_refusal_is_an_answer_and_a_page_in_the_place_of_json_is_none() {
        let table = Table::default();
        table.on(Method::GET, "http://idp.lan:8080/a", Reply::status(403).body("<html>"));
        table.on(Method::GET, "http://idp.lan:8080/b", Reply::status(200).body("<html>"));
        let client = table.outbound();
        let said = called(&client, &call("http://idp.lan:8080/a")).await.unwrap();
        assert_eq!((said.is_success, said.json), (false, Value::Null));
        assert!(called(&client, &call("http://idp.lan:8080/b")).await.is_err());
        assert!(called(&client, &call("http://idp.lan:8080/c")).await.unwrap_err().contains("idp.lan:8080"));
    }

    #[tokio::test]
    async fn a_form_is_posted_with_what_proves_who_asks() {
        let table = Table::default();
        table.on(Method::POST, "http://idp.lan:8080/token", Reply::json("{\"a\": 1}"));
        let (form, authorization) =
            (Some(Secret::new("code=c".to_owned())), Some(Secret::new("Basic eA==".to_owned())));
        let said = called(&table.outbound(), &Call { form, authorization, ..call("http://idp.lan:8080/token") }).await;
        assert_eq!(said.unwrap().json["a"], 1);
        let seen = table.seen().remove(0);
        assert_eq!((seen.headers[AUTHORIZATION].to_str().unwrap(), &seen.body[..]), ("Basic eA==", &b"code=c"[..]));
    }
}
