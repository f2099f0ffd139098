//! A message as it travels: RFC 5322, with the words as text and as HTML (RFC 2046 §5.1.4).
//!
//! What becomes a header has been parsed into a type or is refused when it holds a line end, so that no name, no address
//! and no subject begins another header (security row 102).

use doorstep_core::{notice::Written, secret::SecretHash, time::Timestamp};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};
use thiserror::Error;

/// A message to one person.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// From whom.
    pub from: Sender,
    /// To which address.
    pub to: String,
    /// What it is known by: the same at every try, so that a second copy is known as one.
    pub id: String,
    /// The host behind that.
    pub host: String,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub written: Written,
}

/// From whom mail comes: `Doorstep <auth@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

/// Why a text is no sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("is not a mail address")]
pub struct BadSender;

impl FromStr for Sender {
    type Err = BadSender;
    fn from_str(text: &str) -> Result<Self, BadSender> {
        if text.contains(char::is_control) {
            return Err(BadSender);
        }
        text.parse().map(Self).map_err(|_| BadSender)
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why something cannot be a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unfit {
    /// No address.
    #[error("what it is to go to is not a mail address")]
    Recipient,
    /// Letters that this server cannot take.
    #[error("the server takes no mail address with such letters (SMTPUTF8)")]
    Letters,
    /// A line end in a header.
    #[error("a line end stands in a header of the message")]
    LineEnd,
    /// Something else.
    #[error("the message cannot be put together")]
    Form,
}

impl Outgoing {
    /// To whom it goes, and what is sent.
    pub(crate) fn built(&self) -> Result<(Envelope, Vec<u8>), Unfit> {
        for line in [&self.to, &self.id, &self.host, &self.written.subject] {
            if line.contains(char::is_control) {
                return Err(Unfit::LineEnd);
            }
        }
        let to: Address = self.to.parse().map_err(|_| Unfit::Recipient)?;
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(self.at.seconds().try_into().unwrap_or_default());
        // Nobody who writes a part of the message knows it beforehand, and it is the same at every try.
        let boundary = SecretHash::labelled("between the parts of a message", self.id.as_bytes()).to_text();
        let parts = MultiPart::alternative()
            .boundary(boundary)
            .singlepart(SinglePart::plain(self.written.text.clone()))
            .singlepart(SinglePart::html(self.written.html.clone()));
        // RFC 3834 §5: nobody's program answers it.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(self.from.0.clone())
            .to(Mailbox::new(None, to))
            .subject(&self.written.subject)
            .date(date)
            .message_id(Some(format!("<{}@{}>", self.id, self.host)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(parts);
        let message = message.map_err(|_| Unfit::Form)?;
        Ok((message.envelope().clone(), message.formatted()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing() -> Outgoing {
        let (text, html) = ("Grüße\n.\nfrom home\n".to_owned(), "<p>Grüße</p>\n".to_owned());
        Outgoing {
            from: "Home <auth@example.org>".parse().unwrap(),
            to: "ada@example.org".to_owned(),
            id: "mail.AAAA".to_owned(),
            host: "auth.example.org".to_owned(),
            at: Timestamp::from_seconds(1_795_772_460),
            written: Written { subject: "Zuhause: über".to_owned(), text, html },
        }
    }

    #[test]
    fn a_message_has_the_headers_of_a_notice() {
        let (envelope, bytes) = outgoing().built().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let boundary = SecretHash::labelled("between the parts of a message", b"mail.AAAA").to_text();
        for line in [
            "From: Home <auth@example.org>",
            "To: ada@example.org",
            "Subject: Zuhause: =?utf-8?b?w7xiZXI=?=",
            "Date: Fri, 27 Nov 2026 09:41:00 +0000",
            "Message-ID: <mail.AAAA@auth.example.org>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(head.lines().any(|other| other == line), "{line} is not in\n{head}");
        }
        assert!(head.contains("multipart/alternative") && head.contains(&boundary), "{head}");
        assert!(text.is_ascii() && body.contains("text/plain; charset=utf-8"), "{body}");
        assert!(body.find("text/plain") < body.find("text/html"), "the last is the one that programs choose");
        assert_eq!(envelope.to().first().unwrap().to_string(), "ada@example.org");
        assert_eq!(outgoing().built().unwrap().1, text.into_bytes(), "the same at every try");
    }

    #[test]
    fn security_102_nothing_that_somebody_wrote_begins_a_header() {
        let bad = "x\r\nBcc: all@example.org";
        let with = |change: &dyn Fn(&mut Outgoing)| {
            let mut changed = outgoing();
            change(&mut changed);
            changed.built().map(|_| ())
        };
        assert_eq!(with(&|it| it.written.subject = bad.to_owned()), Err(Unfit::LineEnd));
        assert_eq!(with(&|it| it.written.subject = "x\nBcc: all@example.org".to_owned()), Err(Unfit::LineEnd));
        assert_eq!(with(&|it| it.to = "ada@example.org\r\nRCPT TO:<all@example.org>".to_owned()), Err(Unfit::LineEnd));
        assert_eq!(with(&|it| it.to = "ada@example.org>,<all@example.org".to_owned()), Err(Unfit::Recipient));
        assert_eq!(with(&|it| it.id = bad.to_owned()), Err(Unfit::LineEnd));
        assert_eq!(with(&|it| it.host = bad.to_owned()), Err(Unfit::LineEnd));
        for from in ["Home\r\nBcc: all@example.org <auth@example.org>", "auth@example.org\n", "Home", "", "a@b, c@d"] {
            assert_eq!(from.parse::<Sender>(), Err(BadSender), "{from:?}");
        }
        assert_eq!(with(&|_| ()), Ok(()));
    }
}
