//! `doorstep move`: the instance gets another issuer. It writes lines into the configuration file, as `app add` does (ADR 32),
//! and the next start of the server takes the move up: until then everything is as it was.

mod outlook;
mod status;

use super::app::{Writer, drafted, line, read, uneditable};
use crate::config::edit::set_issuer;
use crate::config::language::Language;
use crate::config::{self, Config, Issuer, Loaded, Place};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::{moved, wire};
use clap::{Args, Subcommand};
use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;

/// Where to.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Move {
    /// What to look at.
    #[command(subcommand)]
    pub look: Option<Look>,
    /// The new issuer: https://id.example.org
    #[arg(required_unless_present = "back", conflicts_with = "back")]
    pub to: Option<Issuer>,
    /// Back to the issuer before, the last one of `former_issuers`.
    #[arg(long)]
    pub back: bool,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
    /// Show what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// What to look at.
#[derive(Clone, Debug, Subcommand)]
pub enum Look {
    /// Who and what still needs a former address.
    Status(Output),
}

/// Runs it.
pub fn run(words: &Move, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match &words.look {
        Some(Look::Status(output)) => status::run(*output, context),
        None => go(words, context),
    }
}

fn go(words: &Move, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, _) = wire::checked(&context.sources(), None)?;
    let to = target(words, &loaded.config)?;
    let path = file_of(&loaded, context)?;
    let before = read(&path, context)?;
    let writer = Writer::new(&path, Some(&before), None);
    become_owner(&loaded.config)?;
    let db = runtime()?.block_on(wire::database(&loaded.config))?;
    let noted = match &db {
        Some(db) => runtime()?.block_on(moved::noted(db))?,
        None => None,
    };
    let former = former_issuers(&loaded.config.issuer, &loaded.config.former_issuers, (&to, noted.as_deref()));
    let after = set_issuer(&before, to.as_str(), &former).map_err(|error| uneditable(&path, &error, context))?;
    if after == before {
        return nothing_to_do(&to, noted.as_deref(), context);
    }
    let (new, desired) = wire::checked(&drafted(&path, &after, context), None)?;
    if new.config.issuer != to {
        return Err(Failure::refused(
            format!("`issuer` would stay {}: something else says it than the file.", new.config.issuer.as_str()),
            "Look at where it comes from: doorstep config show",
        ));
    }
    if let Some(db) = db {
        let from = noted.unwrap_or_else(|| loaded.config.issuer.as_str().to_owned());
        runtime()?.block_on(outlook::tell(db, (&from, &new.config, &desired), context))?;
    }
    if words.dry_run {
        return Ok(Outcome::ChangesPending);
    }
    if !words.yes && !agreed(&to, context)? {
        return Err(Failure::refused("Nothing was changed.", "If you mean it, run the command again with --yes."));
    }
    writer.with(after).write()?;
    line(context, "ok", "the file", &format!("{} says it now", context.shown(&path)))?;
    context
        .line(&format!("Restart the server, which then serves {}. Until then everything is as it was.", to.as_str()))?;
    context.line("Who still needs the former address, from then on: doorstep move status")?;
    Ok(Outcome::Done)
}

fn target(words: &Move, config: &Config) -> Result<Issuer, Failure> {
    match (&words.to, config.former_issuers.last()) {
        (Some(to), _) => Ok(to.clone()),
        (None, Some(before)) => Ok(before.clone()),
        (None, None) => Err(Failure::refused(
            "There is no way back: `former_issuers` names no issuer.",
            "Name the issuer to move to: doorstep move https://id.example.org",
        )),
    }
}

/// The issuers before the new one, newest last. One that no server has served under is none of them; the one that the
/// database was made for is one, whatever the file says.
fn former_issuers(issuer: &Issuer, before: &[Issuer], (to, noted): (&Issuer, Option<&str>)) -> Vec<String> {
    let issuer = issuer.as_str();
    let mut former: Vec<String> = before.iter().map(|one| one.as_str().to_owned()).collect();
    let served = [noted, Some(issuer).filter(|issuer| noted.is_none_or(|noted| noted == *issuer))];
    former.extend(served.into_iter().flatten().map(str::to_owned));
    let last = |at: usize, one: &String| former.iter().skip(at + 1).all(|later| later != one);
    let kept = former.iter().enumerate().filter(|(at, one)| *one != to.as_str() && last(*at, one));
    kept.map(|(_, one)| one.clone()).collect()
}

/// The file that says the issuer, where it can be changed with its comments and order.
fn file_of(loaded: &Loaded, context: &Context<'_>) -> Result<PathBuf, Failure> {
    let place = loaded.place_of(&["issuer"]);
    let (Place::File { .. }, Some(main)) = (&place, config::main_file(&context.sources())?) else {
        let what = format!("`issuer` is said by {place} and not by the configuration file.");
        return Err(Failure::refused(what, by_hand("there")));
    };
    if let Some(language @ (Language::Yaml | Language::Json)) = Language::of(&main) {
        let what = format!("`issuer` is said in {}, and this command changes TOML only.", language.name());
        return Err(Failure::refused(what, by_hand(&context.shown(&main))));
    }
    Ok(main)
}

fn by_hand(place: &str) -> String {
    format!(
        "Set `issuer` {place} to the new one, and `former_issuers` to a list with the one of now. Then restart the server."
    )
}

fn nothing_to_do(to: &Issuer, noted: Option<&str>, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let to = to.as_str();
    match noted {
        Some(noted) if noted != to => {
            context.line(&format!("The file says {to} already. Restart the server, which still is {noted}."))?;
        }
        _ => context.line(&format!("{to} is the issuer already."))?,
    }
    Ok(Outcome::Done)
}

fn agreed(to: &Issuer, context: &mut Context<'_>) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    context.line(&format!("To move, type the new host, {}:", to.host()))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == to.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuers_before_are_those_that_were_served_newest_last() {
        let [a, b, c] = ["https://a.example", "https://b.example", "https://c.example"];
        for (issuer, former, to, noted, expected) in [
            (a, vec![], b, Some(a), vec![a]),
            (a, vec![], b, None, vec![a]),
            (b, vec![a], c, Some(b), vec![a, b]),
            // And back, once it was served.
            (b, vec![a], a, Some(b), vec![b]),
            // And back before it was: nobody has a passkey there.
            (b, vec![a], a, Some(a), vec![]),
            // Somewhere else before it was served.
            (b, vec![a], c, Some(a), vec![a]),
            // The file was changed by hand, which a start refuses.
            (b, vec![], b, Some(a), vec![a]),
            // Once more.
            (b, vec![a], b, Some(a), vec![a]),
            (b, vec![a], b, Some(b), vec![a]),
            (a, vec![c, b], c, Some(a), vec![b, a]),
        ] {
            let issuer: Issuer = issuer.parse().unwrap();
            let listed: Vec<Issuer> = former.iter().map(|one: &&str| one.parse().unwrap()).collect();
            let found = former_issuers(&issuer, &listed, (&to.parse().unwrap(), noted));
            assert_eq!(found, expected, "{} {former:?} {to} {noted:?}", issuer.as_str());
        }
    }
}
