//! `doorstep check access URL`: what forward auth would do with a request, by the configuration as it is written now. What
//! else can be checked stands in files of its own.

use super::{check_mail, check_recovery, check_token};
use crate::command::somebody::refused;
use crate::config::{Loaded, Place};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::terminal::{repeated, shown};
use crate::{reason, wire};
use clap::{Args, Subcommand};
use doorstep_core::access::ManageUsers;
use doorstep_core::gateway::{
    Access, BadRequest, CanonicalRequest, Decided, Demands, Guarded, HostMap, ProtectedHost, Raw, Sender, Stop,
    canonical, considered,
};
use doorstep_core::id::GroupName;
use doorstep_core::model::{Amr, Posture, Proved};
use doorstep_core::time::{Timestamp, Ttl};
use doorstep_onboard::desired::{Desired, Opened};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What is checked.
#[derive(Clone, Debug, Subcommand)]
pub enum Check {
    /// Show what forward auth does with a request, by which rule and why. Exit code 2 when it does not reach the app.
    Access(Asked),
    /// Hand a mail to the mail server and show how far it came, or show what a notice says. Exit code 2 when the server
    /// does not take it.
    Mail(check_mail::Words),
    /// Show who comes in by themselves after the loss of a device, and who would need a recovery link. Exit code 2 when
    /// somebody would.
    Recovery(check_recovery::Words),
}

/// A request.
#[derive(Clone, Debug, Args)]
pub struct Asked {
    /// Its address, like https://sonarr.example.org/api/series. It is taken as it is typed.
    #[arg(value_name = "URL")]
    pub url: String,
    /// Its method.
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    pub method: String,
    /// Who is signed in, by user name, with the groups of this moment; nobody when left out.
    #[arg(long, value_name = "NAME", conflicts_with = "groups")]
    pub user: Option<String>,
    /// A program sends it with this token, by its id or its name, as `doorstep token list` shows them; never the token itself.
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["user", "groups", "signed_in_ago", "by_password"])]
    pub token: Option<String>,
    /// A group of somebody who is signed in; may stand more than once.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<GroupName>,
    /// How long ago they signed in, like 20m; just now when left out.
    #[arg(long, value_name = "TIME", value_parser = str::parse::<Ttl>)]
    pub signed_in_ago: Option<Ttl>,
    /// They signed in by a password; by a passkey when left out.
    #[arg(long)]
    pub by_password: bool,
    /// Where it comes from, as the proxy would report it.
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<IpAddr>,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// Somebody who is signed in.
struct Who {
    name: String,
    groups: BTreeSet<GroupName>,
    /// The present moment, and how they proved who they are.
    signed_in: (Timestamp, Proved),
}

/// What becomes of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Passes,
    Reaches,
    SignsIn,
    ProvesAgain,
    Refused,
}

impl Ends {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Reaches => "allowed",
            Self::SignsIn => "sign_in",
            Self::ProvesAgain => "step_up",
            Self::Refused => "refused",
        }
    }
}

/// Runs it.
pub fn run(command: &Check, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let asked = match command {
        Check::Access(asked) => asked,
        Check::Mail(words) => return check_mail::run(words, context),
        Check::Recovery(words) => return check_recovery::run(words, context),
    };
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let signed_in = signed_in(asked);
    let who = match &asked.user {
        None if asked.groups.is_empty() => None,
        None => Some(Who { name: "somebody".to_owned(), groups: asked.groups.iter().cloned().collect(), signed_in }),
        Some(name) => {
            become_owner(&loaded.config)?;
            Some(runtime()?.block_on(async {
                let instance = wire::demand(&loaded.config).await?;
                match instance.accounts.person(&wire::act(&instance, ManageUsers)?, name).await {
                    Ok(person) if person.user.is_active(instance.now()) => {
                        Ok(Who { name: name.clone(), groups: person.groups, signed_in })
                    }
                    Ok(_) => Err(Failure::bare(format!("{} is disabled or over, and signed in nowhere.", shown(name)))),
                    Err(error) => Err(refused(&instance, &error).await),
                }
            })?)
        }
    };
    let hosts = hosts(&desired, loaded.config.issuer.as_str());
    let request = request(asked)?;
    let sender = |_: &Guarded| Sender { address: asked.from, renames_method: false };
    let (host, decided) = considered(&request, &hosts, sender).map_err(|stop| stopped(stop, &request, &hosts))?;
    let stands = stands(&loaded, &host, decided.rule);
    let lock = lock(&desired, &host, decided.rule);
    let found = match &asked.token {
        None => decided_for(&decided.access, who.as_ref()),
        Some(named) => {
            become_owner(&loaded.config)?;
            runtime()?.block_on(async {
                let instance = wire::demand(&loaded.config).await?;
                check_token::decided(&instance, named, (&host, &decided), &request).await
            })?
        }
    };
    tell(context, (asked, found, lock), (&host, &decided, stands), &request)
}

/// The map that the server makes of the same declarations.
fn hosts(desired: &Desired, issuer: &str) -> HostMap {
    let apps: Vec<_> = desired.apps.iter().map(|declared| declared.spec.app(None)).collect();
    HostMap::build(&apps, issuer).0
}

/// Any moment serves as the present one: only how long ago a sign-in was makes a difference.
fn signed_in(asked: &Asked) -> (Timestamp, Proved) {
    let now = Timestamp::from_seconds(1 << 30);
    let ago = asked.signed_in_ago.unwrap_or(Ttl::from_millis(0));
    (now, Proved::new(now - ago, if asked.by_password { Amr::Password } else { Amr::Passkey }))
}

/// Where it is written what decides: the rule, or the app.
fn stands(loaded: &Loaded, host: &Guarded, rule: Option<usize>) -> Place {
    match rule {
        Some(rule) => loaded.place_of(&["apps", host.app.as_str(), "rules", &rule.to_string()]),
        None => loaded.place_of(&["apps", host.app.as_str(), "allow"]),
    }
}

/// What keeps strangers out where a rule opens something.
fn lock(desired: &Desired, host: &Guarded, rule: Option<usize>) -> Option<String> {
    let app = desired.apps.iter().find(|declared| *declared.name() == host.app)?;
    app.opens.iter().find(|opened| Some(opened.rule) == rule.map(|rule| rule + 1)).map(Opened::keeps_out)
}

fn request(asked: &Asked) -> Result<CanonicalRequest<'_>, Failure> {
    let form = || {
        let what = format!("`{}` is not the address of a request.", repeated(&asked.url));
        Failure::refused(what, "Write it like https://sonarr.example.org/api/series")
    };
    let (proto, rest) = asked.url.split_once("://").ok_or_else(form)?;
    // As it is typed: what a library made of it would be another question.
    let (host, uri) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    canonical(&Raw { method: &asked.method, proto, host, uri }).map_err(|why| unread(why, &asked.url))
}

fn unread(why: BadRequest, url: &str) -> Failure {
    let what = reason::sentence(&why.to_string());
    Failure::refused(what, format!("Forward auth refuses such a request whoever sends it: {}", repeated(url)))
}

fn stopped(stop: Stop, request: &CanonicalRequest<'_>, hosts: &HostMap) -> Failure {
    if matches!(stop, Stop::Reserved(_)) {
        let what = format!("{} is Doorstep's own on the host of every app.", shown(&request.path));
        return Failure::refused(what, "No rule is asked about what stands below /.doorstep/.");
    }
    let what = format!("Doorstep stands in front of no app at {}.", shown(&request.host));
    let remedy = match hosts.get(&request.host) {
        Some(host) => format!("{} is at {}.", host.app, host.origin()),
        None => "doorstep app list shows the apps and their addresses.".to_owned(),
    };
    Failure::refused(what, remedy)
}

fn tell(
    context: &mut Context<'_>,
    (asked, (ends, why), lock): (&Asked, (Ends, String), Option<String>),
    (host, Decided { rule, .. }, stands): (&ProtectedHost<'_>, &Decided<'_>, Place),
    request: &CanonicalRequest<'_>,
) -> Result<Outcome, Failure> {
    let why = match host.posture {
        Posture::Portal if ends == Ends::Reaches => format!("{why}, and the app is not told so"),
        Posture::Portal | Posture::Headers | Posture::Assertion => why,
    };
    let why = match lock {
        Some(lock) if ends == Ends::Passes => format!("{why}; {lock}"),
        _ => why,
    };
    let by = host.decides(*rule);
    let done = if matches!(ends, Ends::Passes | Ends::Reaches) { Outcome::Done } else { Outcome::Negative };
    if asked.output.json {
        context.json(&json!({
            "app": host.app.as_str(),
            "path": request.path,
            "as_received": !request.differs,
            "rule": rule.map(|number| number + 1),
            "by": by,
            "at": stands.to_string(),
            "ends": ends.as_str(),
            "why": why,
        }))?;
        return Ok(done);
    }
    let paint = context.paint();
    context.line(&format!(
        "{}   {} {}{}",
        paint.strong(host.app.as_str()),
        asked.method,
        host.origin(),
        request.path
    ))?;
    if request.differs {
        context.line("  the path is not as it was sent: no rule passes it")?;
    }
    context.line(&format!("  by    {by}   ({stands})"))?;
    let said = if done == Outcome::Done { paint.good(&why) } else { paint.bad(&why) };
    context.line(&format!("  so    {said}"))?;
    Ok(done)
}

/// What becomes of it, and why, as people read it.
fn decided_for(access: &Access<'_>, who: Option<&Who>) -> (Ends, String) {
    match (access, who) {
        (Access::Pass, _) => (Ends::Passes, "it passes without a sign-in, as nobody".to_owned()),
        (Access::Refused, _) => (Ends::Refused, "it is refused, whoever sends it".to_owned()),
        (Access::People(demands), None) => (Ends::SignsIn, format!("a sign-in first, of {}", needed(demands))),
        (Access::People(demands), Some(who)) => {
            let (now, proved) = who.signed_in;
            if demands.met_in(&who.groups) && !demands.proof().is_met_by(proved, now) {
                let needed = needed(demands);
                let why = format!("{} proves anew who they are first: it is for {needed}", shown(&who.name));
                return (Ends::ProvesAgain, why);
            }
            if demands.met_in(&who.groups) {
                return (Ends::Reaches, format!("it reaches the app as {}", shown(&who.name)));
            }
            (Ends::Refused, outside(&who.name, &who.groups, demands))
        }
    }
}

/// Why somebody is refused whose groups are not enough.
pub(super) fn outside(name: &str, groups: &BTreeSet<GroupName>, demands: &Demands<'_>) -> String {
    let groups: Vec<&str> = groups.iter().map(GroupName::as_str).collect();
    let groups = if groups.is_empty() { "no group".to_owned() } else { groups.join(", ") };
    format!("it is refused: {} is in {groups}, and it is for {}", shown(name), needed(demands))
}

fn needed(demands: &Demands<'_>) -> String {
    let one = |allow: Option<&BTreeSet<GroupName>>| match allow {
        None => "everyone with an account".to_owned(),
        Some(allow) => {
            let groups: Vec<&str> = allow.iter().map(GroupName::as_str).collect();
            format!("members of {}", groups.join(" or "))
        }
    };
    let who = demands.each().map(one).collect::<Vec<_>>().join(" who are ");
    // `, by passkey, at most 15m ago`, as a rule says it.
    match demands.proof().to_string().strip_prefix(',') {
        Some(asked) => format!("{who}, signed in{asked}"),
        None => who,
    }
}
