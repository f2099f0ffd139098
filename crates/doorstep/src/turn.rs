//! Whose configuration counts, where several servers of one instance have different ones: asked before anything is
//! brought in line with one, and again while the server runs. The rule is [`doorstep_onboard::source`].

use crate::config::{Config, DatabaseUrl, Loaded, Sources, main_file};
use crate::ending::Failure;
use crate::reason;
use crate::when;
use crate::wire::{self, Applied};
use doorstep_app::ambient::stopwatch;
use doorstep_app::instance::Instance;
use doorstep_app::onboarding::{Source, Standing};
use doorstep_core::access::ManageApps;
use doorstep_core::id::GroupName;
use doorstep_core::model::UserName;
use doorstep_onboard::desired::Desired;
use doorstep_onboard::plan::Choices;
use doorstep_onboard::source::{Turn, declared};
use doorstep_store::sources::{Content, InForce};
use std::collections::{BTreeMap, BTreeSet};
use std::path::absolute;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a server says that it runs, and looks whose turn it is.
const BEAT: Duration = Duration::from_secs(5);
/// A server whose beat stands still for so long does not run any more.
const GONE: Duration = Duration::from_secs(30);

/// What is declared here, and by whom.
pub(crate) fn source(instance: &Instance, loaded: &Loaded, sources: &Sources) -> Result<Source, Failure> {
    let text = declared(&loaded.manifest, &loaded.catalog, &wire::basis(loaded, &loaded.config));
    let digest = instance.onboarding.digest_of(&text).map_err(|error| reason::internal(&error))?;
    let place = |table: &str, name: &String| (format!("{table}.{name}"), loaded.place_of(&[table, name]).to_string());
    let groups = loaded.manifest.groups.keys().map(|name| place("groups", name));
    let people = loaded.manifest.people.keys().map(|name| place("people", name));
    let places = groups.chain(people).chain(loaded.manifest.apps.keys().map(|name| place("apps", name))).collect();
    let content = Content { places, members: wire::groups(loaded)? };
    let alone = matches!(loaded.config.database.url, DatabaseUrl::Sqlite(_));
    Ok(Source { server: server(sources)?, digest, content, alone })
}

/// This host and its file: what a server is called, also after a restart.
fn server(sources: &Sources) -> Result<String, Failure> {
    let own = Sources { instead: None, ..sources.clone() };
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let file = main_file(&own)?.map(|file| own.cwd.join(file));
    // The path as it is named: what it leads to is another one each time that a mounted ConfigMap changes.
    let file = file.map(|file| absolute(&file).unwrap_or(file).display().to_string());
    Ok(format!("{host}:{}", file.unwrap_or_else(|| "environment".to_owned())))
}

/// What became of a server's wish to bring the instance in line with its configuration.
pub(crate) enum Turned {
    /// It did.
    Applied {
        /// What was done.
        done: Box<Applied>,
        /// Whether it is soon to be done once more: something did not answer, or another configuration was in force, and
        /// whoever applied that may have been in the midst of it.
        once_more: bool,
    },
    /// Another configuration is in force: what a person is told of it.
    Aside(String),
}

/// What a person is told of a configuration that is not in force.
fn aside(in_force: &InForce, waits: bool) -> String {
    let InForce { server, applied_at, .. } = in_force;
    let until =
        if waits { " This one comes into force by itself when no server with that one runs any more." } else { "" };
    format!(
        "The groups and apps of this configuration are not in force: those of {server} are, since {}. Give all servers the \
         same file, or bring this one into force: doorstep apply.{until}",
        when::day_and_time(*applied_at)
    )
}

/// The same, for somebody who only looks.
pub(crate) async fn shown(instance: &Instance, source: &Source) -> Result<Option<String>, Failure> {
    let Standing { turn, in_force, .. } = standing(instance, source).await?;
    let waits = turn == Turn::AsideWhileOthersRun;
    Ok(in_force.filter(|_| turn != Turn::Apply).map(|in_force| aside(&in_force, waits)))
}

/// Whether what is declared counts here, and would change something.
pub(crate) async fn waits(
    instance: &Instance,
    (config, desired): (&Config, &Desired),
    source: &Source,
) -> Result<bool, Failure> {
    Ok(shown(instance, source).await?.is_none() && wire::would_change(instance, config, desired).await?)
}

async fn standing(instance: &Instance, source: &Source) -> Result<Standing, Failure> {
    let act = wire::by_file(instance, ManageApps)?;
    let found = instance.onboarding.standing(&act, source, &BTreeSet::new()).await;
    found.map_err(|error| reason::internal(&error))
}

/// Somebody brings groups and apps in line with a configuration, whatever was in force.
pub(crate) async fn apply_by_hand(
    instance: &Instance,
    (config, desired): (&Config, &Desired),
    source: &Source,
    choices: &Choices,
) -> Result<Applied, Failure> {
    let act = wire::act(instance, ManageApps)?;
    instance.onboarding.take_by_hand(&act, source).await.map_err(|error| reason::internal(&error))?;
    let applied = wire::apply(instance, config, desired, choices).await;
    ended(instance, source).await?;
    applied
}

async fn ended(instance: &Instance, source: &Source) -> Result<(), Failure> {
    let act = wire::by_file(instance, ManageApps)?;
    instance.onboarding.applied(&act, source).await.map_err(|error| reason::internal(&error))
}

/// The groups that count, for accounts that a command makes: those in force where the file here is not.
pub(crate) async fn groups(
    instance: &Instance,
    loaded: &Loaded,
    sources: &Sources,
) -> Result<BTreeMap<GroupName, BTreeSet<UserName>>, Failure> {
    let source = source(instance, loaded, sources)?;
    match standing(instance, &source).await?.turn {
        Turn::Apply => Ok(source.content.members),
        Turn::Aside | Turn::AsideWhileOthersRun => in_force(instance).await,
    }
}

async fn in_force(instance: &Instance) -> Result<BTreeMap<GroupName, BTreeSet<UserName>>, Failure> {
    let content = instance.onboarding.in_force(&wire::by_file(instance, ManageApps)?).await;
    content.map(|content| content.members).map_err(|error| reason::internal(&error))
}

/// What a look at the others found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    /// Nothing new.
    Nothing,
    /// Another configuration came into force.
    Aside(String),
    /// What is declared here is to be applied once more: it is in force again, or somebody wrote over it.
    Again,
}

/// What a running server knows of the others.
pub(crate) struct Turns {
    /// What it declares.
    pub(crate) source: Source,
    /// Whether another configuration is in force; for all that works beside.
    is_aside: Arc<AtomicBool>,
    /// Whether the one here comes into force as soon as no other server runs that declares the one in force.
    waits: bool,
    /// What was in force at the last look.
    seen: Option<InForce>,
    /// Beats of others, and since when each is the same.
    beats: BTreeMap<String, (i64, Instant)>,
    next: Instant,
}

impl Turns {
    /// Of a server that declares this. `is_aside` is told whether another one is in force.
    pub(crate) fn new(source: Source, is_aside: Arc<AtomicBool>) -> Self {
        Self { source, is_aside, waits: false, seen: None, beats: BTreeMap::new(), next: stopwatch() }
    }

    /// Brings groups and apps in line with a configuration of this server, if that is the one that counts. From then on
    /// it is what the server declares.
    pub(crate) async fn apply(
        &mut self,
        instance: &Instance,
        (config, desired): (&Config, &Desired),
        source: Source,
    ) -> Result<Turned, Failure> {
        let act = wire::by_file(instance, ManageApps)?;
        let taken = instance.onboarding.take_turn(&act, &source, &self.gone()).await;
        let Standing { turn, in_force: before, .. } = taken.map_err(|error| reason::internal(&error))?;
        let is_change = before.as_ref().is_some_and(|before| before.digest != source.digest);
        let waits = turn == Turn::AsideWhileOthersRun;
        let now = match before {
            Some(before) if turn != Turn::Apply => before,
            before => InForce {
                digest: source.digest,
                server: source.server.clone(),
                applied_at: act.now(),
                by_hand: false,
                disturbed: before.map_or(0, |before| before.disturbed),
            },
        };
        let turned = if turn == Turn::Apply {
            let applied = wire::apply(instance, config, desired, &Choices::default()).await;
            ended(instance, &source).await?;
            let done = Box::new(applied?);
            let once_more = is_change || done.report.is_worth_another_try();
            Turned::Applied { done, once_more }
        } else {
            wire::declare_groups(instance, in_force(instance).await?)?;
            Turned::Aside(aside(&now, waits))
        };
        self.is_aside.store(turn != Turn::Apply, Ordering::Relaxed);
        (self.source, self.waits, self.seen) = (source, waits, Some(now));
        Ok(turned)
    }

    /// Whether another configuration is in force.
    pub(crate) fn is_aside(&self) -> bool {
        self.is_aside.load(Ordering::Relaxed)
    }

    /// The others that do not run any more.
    fn gone(&self) -> BTreeSet<String> {
        let still = |since: &Instant| since.elapsed() >= GONE;
        self.beats.iter().filter(|(_, (_, since))| still(since)).map(|(server, _)| server.clone()).collect()
    }

    /// Says that the server runs, and looks whose turn it is, when it is time. A database that does not answer is asked
    /// again. While a changed file waits for a person, whose turn it is makes no difference.
    pub(crate) async fn look(&mut self, instance: &Instance, waits: bool) -> Noticed {
        let now = stopwatch();
        if self.source.alone || now < self.next {
            return Noticed::Nothing;
        }
        self.next = now + BEAT;
        let Ok(act) = wire::by_file(instance, ManageApps) else { return Noticed::Nothing };
        match instance.onboarding.beat(&act, &self.source, &self.gone()).await {
            Ok(standing) => {
                self.count(&standing.others, now);
                if waits { Noticed::Nothing } else { self.compare(instance, standing).await }
            }
            Err(error) => {
                tracing::debug!(%error, "what other servers declare cannot be read");
                Noticed::Nothing
            }
        }
    }

    /// A server that runs with what it read stands aside for whatever else comes into force: by its file alone, a new one
    /// does not come here.
    async fn compare(&mut self, instance: &Instance, standing: Standing) -> Noticed {
        let Some(now) = standing.in_force else { return Noticed::Nothing };
        let before = self.seen.replace(now.clone());
        if now.digest == self.source.digest {
            let disturbed = before.as_ref().is_some_and(|before| before.disturbed != now.disturbed);
            return if self.is_aside() || disturbed { Noticed::Again } else { Noticed::Nothing };
        }
        if self.waits && standing.turn == Turn::Apply {
            return Noticed::Again;
        }
        let is_known = self.is_aside() && before.as_ref().is_some_and(|before| before.digest == now.digest);
        if is_known {
            return Noticed::Nothing;
        }
        let told = in_force(instance).await.and_then(|groups| wire::declare_groups(instance, groups));
        if told.is_err() {
            // Told at the next look.
            self.seen = before;
            return Noticed::Nothing;
        }
        self.is_aside.store(true, Ordering::Relaxed);
        Noticed::Aside(aside(&now, self.waits))
    }

    fn count(&mut self, others: &BTreeMap<String, i64>, now: Instant) {
        let before = std::mem::take(&mut self.beats);
        let since = |server: &String, beat: i64| match before.get(server) {
            Some((known, since)) if *known == beat => *since,
            _ => now,
        };
        let noted = others.iter().map(|(server, beat)| (server.clone(), (*beat, since(server, *beat))));
        self.beats = noted.collect();
    }
}
