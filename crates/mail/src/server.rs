//! A mail server, and handing one message to it: look up, connect, encrypt, sign in, hand over. The order is that of the
//! steps; a password is never sent before the connection is encrypted or known to stay on this machine.

use crate::{
    deadline::{Deadline, Limits},
    error::{Cause, Error, Stage, cleaned},
    message::{Outgoing, Unfit},
    place::{Place, Security},
    plain::start_tls,
    step::Step,
    stream::Stream,
};
use doorstep_core::secret::Secret;
use doorstep_outbound::Trust;
use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    client::AsyncSmtpConnection,
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailParameter},
    response::Response,
};
use rustls::{CertificateError, ProtocolVersion, pki_types::ServerName};
use std::{error::Error as _, io, net::SocketAddr, sync::Arc};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Of a name's addresses, this many are tried.
const TRIES: usize = 4;

/// With what one signs in. Not printable.
pub struct Login {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: Secret<String>,
}

/// A mail server as the settings name it.
pub struct Server {
    /// Where it is.
    pub place: Place,
    /// With what one signs in; none where it takes mail without.
    pub login: Option<Login>,
    /// What we say our name is: the issuer's host.
    pub hello: String,
    /// Whom its certificate may be from.
    pub trust: Trust,
    /// How long it may take.
    pub limits: Limits,
}

impl Server {
    /// Hands over one message. What was done is told as it goes.
    pub async fn send(&self, mail: &Outgoing, tell: &mut (dyn FnMut(Step) + Send)) -> Result<(), Error> {
        let (envelope, bytes) = mail.built().map_err(|unfit| Error::new(Stage::Message, unfit))?;
        let by = Deadline::of(self.limits);
        let stream = self.connected(by, tell).await?;
        let hello = ClientId::Domain(self.hello.clone());
        let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
        let mut line =
            by.bound(Stage::Greeting, greeted).await?.map_err(|error| self.heard(Stage::Greeting, &error))?;
        match &self.login {
            Some(login) => {
                self.sign_in(&mut line, login, by).await?;
                tell(Step::SignedIn(login.user.clone()));
            }
            None => tell(Step::NoLogin),
        }
        let mut options = Vec::new();
        let addresses = envelope.to().iter().chain(envelope.from());
        if !addresses.map(AsRef::<str>::as_ref).all(str::is_ascii) {
            if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Error::new(Stage::Recipient, Unfit::Letters));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let from = Mail::new(envelope.from().cloned(), options);
        self.done(Stage::Sender, by.bound(Stage::Sender, line.command(from)).await?)?;
        for to in envelope.to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            self.done(Stage::Recipient, by.bound(Stage::Recipient, line.command(to)).await?)?;
        }
        self.done(Stage::Data, by.bound(Stage::Data, line.command(Data)).await?)?;
        let accepted = self.done(Stage::Data, by.bound(Stage::Data, line.message(&bytes)).await?)?;
        tell(Step::Accepted(self.scrubbed(&accepted.message().collect::<Vec<_>>().join(" "))));
        // The server has it, whatever becomes of the farewell.
        let _ = by.bound(Stage::Data, line.quit()).await;
        Ok(())
    }

    /// A connection that is as secret as it is to be.
    async fn connected(&self, by: Deadline, tell: &mut (dyn FnMut(Step) + Send)) -> Result<Stream, Error> {
        let addresses = self.addresses(by).await?;
        tell(Step::Resolved(addresses.iter().map(SocketAddr::ip).collect()));
        let (tcp, peer) = first_of(&addresses, by).await?;
        tell(Step::Connected(peer));
        let (tls, greeted) = match self.place.security {
            Security::Plain => {
                tell(Step::NotEncrypted);
                return Ok(Stream::plain(tcp, peer));
            }
            Security::Tls => (self.encrypted(tcp, by).await?, false),
            Security::StartTls => {
                let tcp = by.bound(Stage::Greeting, start_tls(tcp, &self.hello)).await??;
                (self.encrypted(tcp, by).await?, true)
            }
        };
        let version = match tls.get_ref().1.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        tell(Step::Encrypted { version, host: self.place.host.clone() });
        Ok(Stream::encrypted(tls, peer, greeted))
    }

    /// Where the host is; for a connection that is not encrypted, on this machine only.
    async fn addresses(&self, by: Deadline) -> Result<Vec<SocketAddr>, Error> {
        let Place { host, port, security, .. } = &self.place;
        let found = if let Some(address) = self.place.literal() {
            vec![SocketAddr::new(address, *port)]
        } else {
            let found = by.bound(Stage::LookUp, lookup_host((host.as_str(), *port))).await?;
            found.map_err(|error| Error::new(Stage::LookUp, Cause::LookUp(error)))?.collect()
        };
        let is_fit = |address: &SocketAddr| *security != Security::Plain || address.ip().to_canonical().is_loopback();
        let fit: Vec<_> = found.into_iter().filter(is_fit).take(TRIES).collect();
        if fit.is_empty() && *security == Security::Plain {
            return Err(Error::new(Stage::Connect, Cause::NotHere));
        }
        Ok(fit)
    }

    async fn encrypted(&self, tcp: TcpStream, by: Deadline) -> Result<TlsStream<TcpStream>, Error> {
        let failed = |cause| Error::new(Stage::Tls, cause);
        let config = self.trust.clone().client_config().map_err(|error| failed(Cause::Tls(error.to_string())))?;
        let name = match self.place.literal() {
            Some(address) => ServerName::IpAddress(address.into()),
            None => {
                ServerName::try_from(self.place.host.clone()).map_err(|error| failed(Cause::Tls(error.to_string())))?
            }
        };
        let tls = TlsConnector::from(Arc::new(config)).connect(name, tcp);
        by.bound(Stage::Tls, tls).await?.map_err(|error| failed(tls_failed(&error)))
    }

    async fn sign_in(&self, line: &mut AsyncSmtpConnection, login: &Login, by: Deadline) -> Result<(), Error> {
        let known = [Mechanism::Plain, Mechanism::Login];
        if line.server_info().get_auth_mechanism(&known).is_none() {
            return Err(Error::new(Stage::Login, Cause::NoLogin));
        }
        let credentials = Credentials::new(login.user.clone(), login.password.expose().clone());
        let answered = by.bound(Stage::Login, line.auth(&known, &credentials)).await?;
        answered.map(|_| ()).map_err(|error| {
            let cause = match error.status() {
                // What it says may repeat what it was sent.
                Some(code) => Cause::Refused { code: code.into(), words: String::new() },
                None => Cause::Broken("it ended while signing in".to_owned()),
            };
            Error::new(Stage::Login, cause)
        })
    }

    fn done(&self, stage: Stage, answer: Result<Response, lettre::transport::smtp::Error>) -> Result<Response, Error> {
        answer.map_err(|error| self.heard(stage, &error))
    }

    /// What the library says, as ours.
    fn heard(&self, stage: Stage, error: &lettre::transport::smtp::Error) -> Error {
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        let cause = match error.status() {
            Some(code) => Cause::Refused { code: code.into(), words: self.scrubbed(&words) },
            None => Cause::Broken(self.scrubbed(&words)),
        };
        Error::new(stage, cause)
    }

    /// What a server said, unless it repeats the password (security row 101).
    fn scrubbed(&self, words: &str) -> String {
        let repeats = self.login.as_ref().is_some_and(|login| words.contains(login.password.expose().as_str()));
        if repeats { String::new() } else { cleaned(words) }
    }
}

/// Connects to the first address that answers.
async fn first_of(addresses: &[SocketAddr], by: Deadline) -> Result<(TcpStream, SocketAddr), Error> {
    let nowhere = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let mut failed = Error::new(Stage::LookUp, Cause::LookUp(nowhere));
    for address in addresses {
        failed = match by.share(addresses.len(), Stage::Connect, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok((tcp, *address)),
            Ok(Err(error)) => Error::new(Stage::Connect, Cause::Unreachable { address: *address, error }),
            Err(error) => error,
        };
    }
    Err(failed)
}

fn tls_failed(error: &io::Error) -> Cause {
    let Some(said) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return Cause::Tls(error.to_string());
    };
    match said {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => Cause::UnknownAuthority,
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Cause::OtherName(said.clone()),
        said => Cause::Tls(said.to_string()),
    }
}
