//! Takes notices to the mail server that the configuration names at that time.

use crate::mailing;
use crate::places::Configured;
use doorstep_app::notices::{Mail, Post, Sending, Unsent};
use doorstep_mail::Outgoing;
use std::sync::Arc;

/// By what the configuration says when a notice is sent.
pub(crate) struct Postbox(pub(crate) Configured);

impl Post for Postbox {
    fn send(&self, mail: Mail) -> Sending {
        let configured = Arc::clone(&self.0);
        Box::pin(async move {
            // It reads files.
            let read = tokio::task::spawn_blocking(move || {
                let config = configured();
                let server =
                    config.mail.as_ref().map(|mail| (mail.from.sender().clone(), mailing::server(&config, mail)));
                (config.issuer.host().to_owned(), server)
            });
            let (host, server) = read.await.map_err(|error| Unsent::Later(error.to_string()))?;
            let Some((from, server)) = server else { return Err(Unsent::NoServer) };
            let server = server.map_err(|(why, remedy)| Unsent::Later(format!("{why}; {remedy}")))?;
            let Mail { to, id, at, written } = mail;
            let outgoing = Outgoing { from, to, id, host, at, written };
            server.send(&outgoing, &mut |_| {}).await.map_err(|error| {
                let why = format!("{}: {error}", server.place);
                if error.lasts() { Unsent::Never(why) } else { Unsent::Later(why) }
            })
        })
    }
}
