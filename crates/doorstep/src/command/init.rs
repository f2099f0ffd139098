//! `doorstep init`: the first configuration file, from three answers.

use crate::config::language::{ENDS, Language};
use crate::config::{self, Issuer, Sources};
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::reason::sentence;
use crate::terminal::repeated;
use clap::{Args, ValueEnum};
use doorstep_core::model::UserName;
use doorstep_deliver::write_whole;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

/// What has to be known. What is left out is asked, where there is a terminal.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// Where people will sign in: https://auth.example.org. It never changes.
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// The user name of the first administrator.
    #[arg(long, value_name = "NAME")]
    pub admin: Option<String>,
    /// What stands in front and ends TLS.
    #[arg(long, value_name = "PROXY", value_enum)]
    pub proxy: Option<Proxy>,
}

/// What stands in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Proxy {
    /// Caddy.
    Caddy,
    /// nginx.
    Nginx,
    /// Another proxy.
    Other,
    /// Nothing: Doorstep speaks TLS itself.
    None,
}

/// Asks what is missing, and writes the file; one that is there already stays as it is.
pub fn run(words: &Init, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = context.cwd.join(context.global.config.clone().unwrap_or_else(|| PathBuf::from("doorstep.toml")));
    let shown = context.shown(&path);
    refuse_taken(&path, context)?;
    let terminal = io::stdin().is_terminal();
    let mut input = io::stdin().lock();
    let mut ask = Questions { terminal, input: &mut input, context };
    let asked = ("--issuer", "Where people will sign in", "https://auth.example.org");
    let issuer = ask.answer(asked, words.issuer.as_deref(), issuer)?;
    let asked = ("--admin", "The first administrator", "ada");
    let admin = ask.answer(asked, words.admin.as_deref(), admin)?;
    let asked = ("--proxy", "In front of it", "caddy, nginx, other, none");
    let proxy = match words.proxy {
        Some(proxy) => proxy,
        None => ask.answer(asked, None, |text| {
            Proxy::from_str(text, true).map_err(|_| "write caddy, nginx, other or none".to_owned())
        })?,
    };
    let text = file(&issuer, &admin, proxy);
    let sources =
        Sources { config_path: Some(path.clone()), draft: Some((path.clone(), text.clone())), ..context.sources() };
    config::load(&sources)?;
    write_whole(&path, &text).map_err(|error| {
        Failure::refused(
            sentence(&error.to_string()),
            error.remedy().unwrap_or_else(|| "Choose another folder.".into()),
        )
    })?;
    context.print(&next(&shown, proxy))?;
    Ok(Outcome::Done)
}

/// A place where no first file can be written.
fn refuse_taken(path: &Path, context: &Context<'_>) -> Result<(), Failure> {
    let shown = context.shown(path);
    if path.is_dir() {
        let file = context.shown(&path.join("doorstep.toml"));
        let remedy = format!("Name a file in it: doorstep init --config {file}");
        return Err(Failure::refused(format!("{shown} is a folder."), remedy));
    }
    // A file in another language would be the configuration, too.
    for there in ENDS.iter().map(|(end, _)| path.with_extension(end)).chain([path.to_owned()]) {
        if there.try_exists()? {
            return Err(Failure::refused(
                format!("{} is there already, and stays as it is.", context.shown(&there)),
                "Add an app to it: doorstep app add NAME URL",
            ));
        }
    }
    if matches!(Language::of(path), Some(Language::Yaml | Language::Json)) {
        let toml = context.shown(&path.with_extension("toml"));
        return Err(Failure::refused(
            "The first file is written in TOML.",
            format!("Name one that ends in .toml: doorstep init --config {toml}"),
        ));
    }
    Ok(())
}

struct Questions<'a, 'c> {
    terminal: bool,
    input: &'a mut dyn BufRead,
    context: &'a mut Context<'c>,
}

impl Questions<'_, '_> {
    /// What was typed with the command, or what is typed now; asked again until it can be.
    fn answer<T>(
        &mut self,
        (flag, question, example): (&str, &str, &str),
        said: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        if let Some(said) = said {
            return read(said).map_err(|why| {
                Failure::refused(format!("`{flag} {}` cannot be taken.", repeated(said)), sentence(&why))
            });
        }
        if !self.terminal {
            return Err(Failure::refused(
                format!("{question} is not said, and there is no terminal to ask in."),
                format!("Add {flag}, for example: {example}"),
            ));
        }
        loop {
            self.context.print(&format!("  {question:<26} ({example}) "))?;
            self.context.streams.out.flush()?;
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                return Err(Failure::bare("Nothing was written: the answers ended."));
            }
            match read(line.trim()) {
                Ok(answer) => return Ok(answer),
                Err(why) => self.context.line(&format!("  {}", sentence(&why)))?,
            }
        }
    }
}

fn issuer(text: &str) -> Result<String, String> {
    // A slash at the end is what a browser's address bar gives.
    let issuer = text.trim_end_matches('/').parse::<Issuer>();
    issuer.map(|issuer| issuer.as_str().to_owned()).map_err(|fault| {
        let remedy = fault.remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default();
        format!("that {}{remedy}", fault.what)
    })
}

fn admin(text: &str) -> Result<String, String> {
    text.parse::<UserName>().map(|name| name.as_str().to_owned()).map_err(|error| error.to_string())
}

fn file(issuer: &str, admin: &str, proxy: Proxy) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let (issuer, admin) = (quoted(issuer), quoted(admin));
    let in_front = match proxy {
        Proxy::None => {
            "# Nothing stands in front: Doorstep listens itself, with a certificate of yours.\n\
             listen = \"0.0.0.0:443\"\n\
             trusted_proxies = []\n\n\
             [tls]\n\
             certificate = \"/etc/doorstep/tls/fullchain.pem\"\n\
             key         = \"/etc/doorstep/tls/key.pem\"\n"
        }
        Proxy::Caddy | Proxy::Nginx | Proxy::Other => {
            "# Where the proxy reaches it. A proxy on another machine is named in trusted_proxies too.\n\
             listen = \"127.0.0.1:8480\"\n\
             trusted_proxies = [\"127.0.0.0/8\", \"::1/128\"]\n"
        }
    };
    format!(
        "# Doorstep. `doorstep config schema` has every key, `doorstep config show` what takes effect.\n\n\
         # Where people sign in. It never changes: every app compares it byte for byte.\n\
         issuer = {issuer}\n\n\
         {in_front}\n\
         # Groups and who is in them. The members of admins are administrators.\n\
         [groups]\n\
         admins = [{admin}]\n\n\
         # Apps, with one command each: doorstep app add NAME URL\n\
         # `doorstep catalog list` has those that need no more than their address.\n"
    )
}

fn next(shown: &str, proxy: Proxy) -> String {
    let proxy = match proxy {
        Proxy::Caddy => "  doorstep generate caddy --output /etc/caddy/Caddyfile   the proxy in front\n",
        Proxy::Nginx => "  doorstep generate nginx --output /etc/nginx/conf.d/doorstep.conf   the proxy in front\n",
        Proxy::Other => "  what the proxy in front has to do stands in docs/forward-auth.md\n",
        Proxy::None => "  put the certificate where the file says, or say another place\n",
    };
    format!(
        "{shown} written. Next:\n  doorstep serve   prints a link for the first administrator\n{proxy}  doorstep app add NAME URL   an app\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Streams;
    use crate::options::Global;
    use crate::paint::Paint;
    use std::collections::BTreeMap;

    /// What `answers` typed at a terminal lead to: the printed text and what was understood.
    fn asked(answers: &str) -> (String, Result<String, String>) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut context = Context {
            global: Global::default(),
            env: BTreeMap::new(),
            cwd: PathBuf::from("/"),
            streams: Streams { out: &mut out, err: &mut err, paint: Paint::PLAIN, err_paint: Paint::PLAIN },
        };
        let mut input = answers.as_bytes();
        let mut questions = Questions { terminal: true, input: &mut input, context: &mut context };
        let answer = questions.answer(("--issuer", "Where", "https://x.example"), None, issuer);
        (String::from_utf8(out).unwrap(), answer.map_err(|failure| failure.to_string()))
    }

    #[test]
    fn a_question_is_asked_again_until_the_answer_can_be() {
        let (printed, answer) = asked("auth.example.org\n\nhttps://auth.example.org\n");
        assert_eq!(answer, Ok("https://auth.example.org".to_owned()));
        assert_eq!(printed.matches("Where ").count(), 3, "{printed}");
        assert!(asked("").1.unwrap_err().contains("Nothing was written"));
    }

    #[test]
    fn every_file_that_is_written_is_read_without_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        for proxy in [Proxy::Caddy, Proxy::Nginx, Proxy::Other, Proxy::None] {
            let path = folder.path().join("doorstep.toml");
            let text = file("https://auth.example.org", "ada", proxy);
            let sources = Sources {
                config_path: Some(path.clone()),
                cwd: folder.path().to_owned(),
                draft: Some((path, text.clone())),
                ..Sources::default()
            };
            let loaded = config::load(&sources).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
            assert_eq!(loaded.config.issuer.as_str(), "https://auth.example.org");
            assert_eq!(loaded.manifest.groups["admins"], ["ada"]);
            assert_eq!(loaded.config.tls.is_some(), proxy == Proxy::None);
        }
    }
}
