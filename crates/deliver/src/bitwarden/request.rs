//! Requests to Bitwarden's two servers, and what their refusals mean to a person.

use doorstep_core::secret::Secret;
use doorstep_onboard::sink::SinkError;
use doorstep_outbound::{OperatorUrl, Outbound, Request};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// All secrets of a project come in one answer, each of them with less than a kilobyte beside its value.
const AT_MOST: usize = 16 << 20;
const WITHIN: Duration = Duration::from_secs(10);

pub(super) type Answered = (StatusCode, Vec<u8>);

/// Asks the identity server for an access token.
pub(super) async fn log_in(client: &Outbound, identity: &str, form: String) -> Result<Answered, SinkError> {
    let to = address(identity, "connect/token")?;
    send(client, Request::post(to, FORM, form).accept(JSON)).await
}

/// Asks the server of secrets.
pub(super) async fn ask(
    client: &Outbound,
    api: &str,
    bearer: &Secret<String>,
    (method, path, body): (Method, &str, Option<&Value>),
) -> Result<Answered, SinkError> {
    let mut request = Request::new(method, address(api, path)?).accept(JSON);
    if let Some(body) = body {
        let text = serde_json::to_vec(body).map_err(|_| SinkError::Blocked("what is sent cannot be written".into()))?;
        request = request.body(JSON, text);
    }
    let request = request.bearer(bearer).map_err(|_| no_answer(api, StatusCode::OK))?;
    send(client, request).await
}

fn address(server: &str, path: &str) -> Result<OperatorUrl, SinkError> {
    let url = format!("{}/{path}", server.trim_end_matches('/'));
    OperatorUrl::parse(&url).map_err(|error| SinkError::Blocked(format!("{server}: {error}")))
}

async fn send(client: &Outbound, request: Request) -> Result<Answered, SinkError> {
    match client.send(request.within(WITHIN).at_most(AT_MOST)).await {
        Ok(answer) => Ok((answer.status(), answer.body().to_vec())),
        Err(error) if error.passes() => Err(SinkError::Unreachable(error.to_string())),
        Err(error) => Err(SinkError::Blocked(error.to_string())),
    }
}

/// Whether an answer is an error in Bitwarden's own words, and not of something that stands before it:
/// `src/Api/Utilities/ExceptionHandlerFilterAttribute.cs` of <https://github.com/bitwarden/server>.
pub(super) fn is_its_own(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Said {
        object: String,
    }
    serde_json::from_slice(body).is_ok_and(|said: Said| said.object == "error")
}

pub(super) fn no_answer(server: &str, status: StatusCode) -> SinkError {
    SinkError::Unreachable(format!("what {server} answers ({status}) is no answer of Bitwarden; look at what is there"))
}

/// What a person has to do. The server's own words are not repeated: they may hold what was sent.
pub(super) fn refused(status: StatusCode, server: &str, what: &str) -> SinkError {
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            SinkError::Unreachable(format!("{server} limits how many requests it takes ({status})"))
        }
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
            SinkError::Unreachable(format!("{server} fails at {what} ({status})"))
        }
        StatusCode::UNAUTHORIZED => SinkError::Blocked(format!(
            "{server} does not take the login that was made just now ({status}); `api` and `identity` have to be of one server"
        )),
        StatusCode::FORBIDDEN => SinkError::Blocked(format!(
            "{server} allows {what} to nobody who asks like this ({status}); look at the organisation's Secrets Manager"
        )),
        status => SinkError::Blocked(format!("{server} refuses {what} ({status})")),
    }
}
