//! A mail server in memory, with the durable work that has something to send.

use crate::fixture::Home;
use doorstep_app::{
    accounts::AskedByMail,
    instance::Instance,
    notices::{LetterSending, Mail, NoticeSending, Post, Sending},
    queue::Handlers,
};
use doorstep_core::{
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_store::jobs;
use std::sync::{Arc, Mutex};

/// Kinds of work that send something, or have it sent.
const KINDS: [&str; 3] = ["mail", "letter", "asked"];

/// A mail server that takes everything.
#[derive(Clone, Default)]
pub(crate) struct Mailbox(Arc<Mutex<Vec<Mail>>>);

impl Post for Mailbox {
    fn send(&self, mail: Mail) -> Sending {
        self.0.lock().unwrap().push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Mailbox {
    pub(crate) fn handlers(&self, instance: &Instance) -> Handlers {
        vec![
            Arc::new(NoticeSending::new(&instance.context, self.clone())),
            Arc::new(LetterSending::new(&instance.context, self.clone())),
            Arc::new(AskedByMail::new(&instance.accounts)),
        ]
    }

    /// Does what is due, one after the other, and opens what arrived since the last time, by address and subject.
    pub(crate) async fn opened(&self, home: &Home) -> Vec<Mail> {
        let handlers = self.handlers(&home.instance);
        while is_due(home).await {
            for handler in &handlers {
                let (now, lease) = (home.instance.now(), Ttl::from_minutes(2));
                let mut conn = home.db().write().await.unwrap();
                let Some(job) = jobs::claim(&mut conn, handler.kind(), now, lease).await.unwrap() else { continue };
                drop(conn);
                handler.work(job.payload.clone()).await.unwrap();
                assert!(jobs::done(&mut home.db().write().await.unwrap(), &job).await.unwrap());
            }
        }
        self.arrived()
    }

    /// What arrived since the last time.
    pub(crate) fn arrived(&self) -> Vec<Mail> {
        let mut mails = std::mem::take(&mut *self.0.lock().unwrap());
        mails.sort_by(|a, b| (&a.to, &a.written.subject).cmp(&(&b.to, &b.written.subject)));
        mails
    }

    /// The same, as addresses and subjects.
    pub(crate) async fn told(&self, home: &Home) -> Vec<(String, String)> {
        self.opened(home).await.into_iter().map(|mail| (mail.to, mail.written.subject)).collect()
    }
}

/// Whether any work waits that has something to send.
pub(crate) async fn is_due(home: &Home) -> bool {
    let mut conn = home.db().read().await.unwrap();
    for kind in KINDS {
        if jobs::is_due(&mut conn, kind, home.instance.now()).await.unwrap() {
            return true;
        }
    }
    false
}

/// The secret of the one link in a mail.
pub(crate) fn link_in(mail: &Mail, kind: TokenKind) -> Token {
    let found = mail.written.text.split_whitespace().filter_map(|word| Token::parse(kind, word.rsplit('/').next()?));
    let [token]: [Token; 1] = found.collect::<Vec<_>>().try_into().ok().expect("one link");
    token
}
