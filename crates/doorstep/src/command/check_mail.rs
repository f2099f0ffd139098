//! `doorstep check mail`: hands a mail to the mail server that the configuration names and says how far it came; or shows
//! what a notice says, without sending it.

use crate::config::{Config, Loaded, Mail};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::mailing;
use crate::options::Output;
use crate::owner::become_owner;
use crate::reason::sentence;
use crate::terminal::{repeated, shown};
use clap::Args;
use doorstep_app::ambient::Ambient;
use doorstep_core::id::JobId;
use doorstep_core::model::{Language, mail_address};
use doorstep_core::notice::{Doer, News, Notice, Reader, Written, trial};
use doorstep_mail::{Error, Outgoing, Stage, Step};
use serde_json::json;

/// The widest name of a step.
const WIDTH: usize = 12;

/// What is checked or shown.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct What {
    /// Send a mail that says that mail works to this address, and show how far it came.
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// Show what a notice says, with made-up facts, and send nothing: passkey-added, passkey-removed, password-set,
    /// password-changed, password-removed, recovered, recovery-kit-made, totp-added, totp-removed, sign-in-linked,
    /// sign-in-unlinked, email-changed, email-changed-former, new-browser or token-made.
    #[arg(long, value_name = "NOTICE")]
    pub preview: Option<String>,
}

/// The words of the command.
#[derive(Clone, Debug, Args)]
pub struct Words {
    /// To whom, or which.
    #[command(flatten)]
    pub what: What,
    /// In which language it is shown: its tag, as `de`. The instance's own when left out.
    #[arg(long, value_name = "LANGUAGE", requires = "preview")]
    pub language: Option<String>,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// What was found at one step.
struct Finding {
    what: &'static str,
    said: String,
    remedy: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, said: impl Into<String>) -> Self {
        Self { what, said: said.into(), remedy: None }
    }
}

/// Runs it.
pub(super) fn run(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    match (&words.what.to, &words.what.preview) {
        (Some(to), _) => send(to, &loaded, words.output, context),
        (None, Some(name)) => preview((name, words.language.as_deref()), &loaded, words.output, context),
        (None, None) => Err(Failure::bare("Name --to ADDRESS or --preview NOTICE.")),
    }
}

fn reader(config: &Config) -> Reader<'_> {
    let language = config.language.language();
    Reader { user: "ada", instance: &config.name, issuer: config.issuer.as_str(), language }
}

fn preview(
    (name, language): (&str, Option<&str>),
    loaded: &Loaded,
    output: Output,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let mut reader = reader(&loaded.config);
    if let Some(tag) = language {
        reader.language = Language::of_tag(tag).ok_or_else(|| {
            let known = Language::ALL.map(Language::tag).join(", ");
            Failure::refused(format!("Doorstep does not speak `{}`.", repeated(tag)), format!("It speaks {known}."))
        })?;
    }
    let examples = News::examples();
    let Some((_, what)) = examples.iter().find(|(known, _)| *known == name) else {
        let known: Vec<_> = examples.iter().map(|(known, _)| *known).collect();
        let what = format!("There is no notice `{}`.", repeated(name));
        return Err(Failure::refused(what, format!("There are {}.", known.join(", "))));
    };
    let (at, from) = (Ambient::System.now(), "203.0.113.9".to_owned());
    let Written { subject, text, html } = Notice { what: what.clone(), at, by: Doer::Owner, from }.written(&reader);
    if output.json {
        context.json(&json!({ "subject": subject, "text": text, "html": html }))?;
        return Ok(Outcome::Done);
    }
    context.print(&format!("Subject: {subject}\n\n{text}"))?;
    Ok(Outcome::Done)
}

fn send(to: &str, loaded: &Loaded, output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let config = &loaded.config;
    let Some(mail) = &config.mail else {
        let remedy = "Add [mail] with `server` and `from` to the configuration: docs/operations.md, Mail.";
        return Err(Failure::refused("No mail server is set up.", remedy));
    };
    let to = mail_address(to).map_err(|_| {
        Failure::refused(format!("`{}` is not a mail address.", repeated(to)), "Write it like ada@example.org")
    })?;
    become_owner(config)?;
    let findings = match mailing::server(config, mail) {
        Err((said, remedy)) => vec![Finding { what: "settings", said, remedy: Some(remedy) }],
        Ok(server) => {
            let (outgoing, mut steps) = (outgoing(&to, config, mail), Vec::new());
            let sent = runtime()?.block_on(server.send(&outgoing, &mut |step| steps.push(step)));
            let found = steps.into_iter().map(|step| finding(step, &server.place.host));
            found.chain(sent.err().map(|error| fault(&error))).collect()
        }
    };
    tell(&findings, (&to, output), context)
}

fn outgoing(to: &str, config: &Config, mail: &Mail) -> Outgoing {
    let id = JobId::random(&mut Ambient::System.entropy());
    Outgoing {
        from: mail.from.sender().clone(),
        to: to.to_owned(),
        id: format!("check.{}", id.as_str()),
        host: config.issuer.host().to_owned(),
        at: Ambient::System.now(),
        written: trial(&reader(config)),
    }
}

fn finding(step: Step, host: &str) -> Finding {
    match step {
        Step::Resolved(found) => {
            let found: Vec<_> = found.iter().map(ToString::to_string).collect();
            Finding::ok("name", format!("{host} is at {}", found.join(", ")))
        }
        Step::Connected(address) => Finding::ok("connected", format!("to {address}")),
        Step::Encrypted { version, host } => Finding::ok("encrypted", format!("{version}, certificate for {host}")),
        Step::NotEncrypted => Finding::ok("encrypted", "not: it stays on this machine"),
        Step::SignedIn(user) => Finding::ok("signed in", format!("as {}", shown(&user))),
        Step::NoLogin => Finding::ok("signed in", "not: no `mail.user` is given"),
        Step::Accepted(words) => Finding::ok("accepted", shown(&words)),
    }
}

fn fault(error: &Error) -> Finding {
    let what = match error.stage {
        Stage::Message => "message",
        Stage::LookUp => "name",
        Stage::Connect => "connected",
        Stage::Tls => "encrypted",
        Stage::Greeting => "greeted",
        Stage::Login => "signed in",
        Stage::Sender => "sender",
        Stage::Recipient => "recipient",
        Stage::Data => "accepted",
    };
    Finding { what, said: shown(&error.cause.to_string()), remedy: Some(error.remedy().to_owned()) }
}

fn tell(findings: &[Finding], (to, output): (&str, Output), context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let is_well = findings.iter().all(|finding| finding.remedy.is_none());
    let done = if is_well { Outcome::Done } else { Outcome::Negative };
    if output.json {
        let step = |finding: &Finding| json!({ "step": finding.what, "ok": finding.remedy.is_none(), "said": finding.said, "mend": finding.remedy });
        context
            .json(&json!({ "to": to, "accepted": is_well, "steps": findings.iter().map(step).collect::<Vec<_>>() }))?;
        return Ok(done);
    }
    let paint = context.paint();
    for Finding { what, said, remedy } in findings {
        let mark = if remedy.is_none() { paint.good("ok   ") } else { paint.bad("WRONG") };
        context.line(&format!("  {mark} {what:WIDTH$} {said}"))?;
        if let Some(remedy) = remedy {
            context.line(&format!("        {:WIDTH$}{}", "mend", sentence(remedy)))?;
        }
    }
    if is_well {
        context.line(&format!("The server has the mail. Look whether it arrived at {to}, and where."))?;
    }
    Ok(done)
}
