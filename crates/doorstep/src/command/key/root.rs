//! `doorstep key rotate root`: a new key is written down and offered to the servers, comes into force when each that runs
//! holds it, everything is sealed anew, and every client whose secret comes from an earlier key gets its next version.
//!
//! Every step is in the database as soon as it is taken. The command may be killed at any moment, and two may run at once:
//! the same command goes on where the last one was.

use super::clients::{not_begun, rotatable};
use super::progress::{KeyProgress, told};
use super::state;
use crate::config::{Config, Loaded};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::{Output, RotationOptions};
use crate::owner::become_owner;
use crate::{reason, rotation, when, wire};
use clap::Args;
use doorstep_app::ambient::stopwatch;
use doorstep_app::error::InternalError;
use doorstep_app::instance::Instance;
use doorstep_app::keyring::KeyError;
use doorstep_app::root_keys::{Hanging, NotOffered};
use doorstep_core::access::{ManageApps, ManageKeys};
use doorstep_core::id::{AppName, ClientId};
use doorstep_core::model::{Heard, KeyHold, Readiness, RootKeyRecord, RootStage, Rotation, readiness};
use doorstep_core::time::{Timestamp, Ttl};
use doorstep_onboard::desired::Desired;
use doorstep_onboard::plan::{Choices, Plan, plan};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How often the command looks how far everything is.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long what is in the way of a client is left alone.
const TRY_AGAIN: Duration = Duration::from_secs(10);
/// Whoever asks again within this time may not have heard that the last rotation ended.
const LATELY: Ttl = Ttl::from_hours(1);

/// On which terms.
#[derive(Clone, Debug, Args)]
pub struct Root {
    /// How.
    #[command(flatten)]
    pub how: RotationOptions,
    /// Rotate once more although the last rotation ended less than an hour ago.
    #[arg(long)]
    pub again: bool,
    /// Take the new key back while it is offered and not in force: nothing was made under it. It stays where it stands.
    #[arg(long, conflicts_with_all = ["within", "overlap", "watch", "no_watch", "unwatched", "again"])]
    pub abort: bool,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// Runs it.
pub(super) fn run(words: &Root, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        let place = match &loaded.config.root_key {
            Some(_) => loaded.place_of(&["root_key"]).to_string(),
            None => context.shown(&loaded.config.root_key_path),
        };
        let key_rotation = KeyRotation { instance: &instance, loaded: &loaded, desired: &desired, words, place };
        let done =
            if words.abort { key_rotation.take_back(context).await? } else { key_rotation.follow(context).await? };
        let state = state::look(&instance, &desired).await?;
        if words.output.json {
            context.json(&state)?;
        } else if done == Outcome::Done {
            context.print(&state.stays())?;
        } else {
            context.remark(
                "The rotation goes on: doorstep key list shows how far it is, and the same command continues it.\n",
            )?;
        }
        Ok(done)
    })
}

struct KeyRotation<'a> {
    instance: &'a Instance,
    loaded: &'a Loaded,
    desired: &'a Desired,
    words: &'a Root,
    /// Where the root keys stand.
    place: String,
}

/// What a run remembers from look to look.
struct Watch {
    begun: Instant,
    started: Timestamp,
    /// What was heard of servers first.
    first: Option<Heard>,
    /// Whether terms that were said were given to the rotations that are under way.
    told_terms: BTreeSet<ClientId>,
    /// What the configuration and the instance differ in, and when that was looked at.
    planned: Option<(Instant, Plan)>,
    /// When deliveries that did not go through are tried again.
    deliver_at: Instant,
    /// What is in the way of deliveries.
    undelivered: BTreeMap<AppName, Vec<String>>,
}

impl KeyRotation<'_> {
    fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// Takes the steps that are to be taken, and tells of each, until there is none left or nobody watches any more.
    async fn follow(&self, context: &mut Context<'_>) -> Result<Outcome, Failure> {
        let mut progress = KeyProgress::new(self.words.output.json);
        let now = stopwatch();
        let mut run = Watch {
            begun: now,
            started: self.instance.now(),
            first: None,
            told_terms: BTreeSet::new(),
            planned: None,
            deliver_at: now,
            undelivered: BTreeMap::new(),
        };
        let key = self.offer().await?;
        loop {
            let key = self.now(&key).await?;
            progress.stage(&key, &self.place, context)?;
            let watched = match key.stage() {
                RootStage::Finished => return Ok(Outcome::Done),
                RootStage::Offered => self.bring_in(&key, &mut run, (&mut progress, context)).await?,
                RootStage::InForce => {
                    let act = wire::act(self.instance, ManageKeys)?;
                    self.instance.root_keys.seal_anew(&act, &key).await.map_err(|error| reason::internal(&error))?;
                    self.rotate(&mut run, (&mut progress, context)).await?;
                    true
                }
                RootStage::Resealed => self.finish(&key, &mut run, (&mut progress, context)).await?,
            };
            if self.words.how.is_watched_enough(run.started, self.instance.now()) || !watched {
                return Ok(Outcome::ChangesPending);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    async fn take_back(&self, context: &mut Context<'_>) -> Result<Outcome, Failure> {
        let act = wire::act(self.instance, ManageKeys)?;
        let back = self.instance.root_keys.take_back(&act).await.map_err(|error| reason::internal(&error))?;
        let Some(key) = back else {
            let what = "No root key is offered that is not in force yet: there is nothing to take back.";
            return Err(Failure::refused(what, "doorstep key list shows which keys there are."));
        };
        if !self.words.output.json {
            context.line(&format!(
                "Root key {} ({}) was taken back. It was never in force.\nIt still stands in {}, and the next rotation \
                 offers it again; until then no app is made. If it must not be used, take its line out.",
                key.generation, key.id, self.place
            ))?;
        }
        Ok(Outcome::Done)
    }

    async fn offer(&self) -> Result<RootKeyRecord, Failure> {
        let act = wire::act(self.instance, ManageKeys)?;
        let records = self.instance.root_keys.records().await.map_err(|error| reason::internal(&error))?;
        if let Some(last) = records.finished_lately(self.instance.now(), LATELY).filter(|_| !self.words.again) {
            let at = last.finished_at.map(when::day_and_time).unwrap_or_default();
            let what = format!("Nothing is under way: the rotation to root key {} ended at {at}.", last.generation);
            return Err(Failure::refused(what, "If you mean yet another key, run the command again with --again."));
        }
        let key = self.instance.root_keys.offer(&act).await.map_err(|error| self.not_offered(&error))?;
        if self.instance.context.keyring.holds(&key.id) {
            return Ok(key);
        }
        let what = format!("Root key {} ({}) is offered, and it is not in {}.", key.generation, key.id, self.place);
        let remedy = "Copy the root keys as they are now from the server where it was made, with every line, and run this again. \
                      If it is lost, take it back: doorstep key rotate root --abort";
        Err(Failure::refused(what, remedy))
    }

    fn not_offered(&self, error: &NotOffered) -> Failure {
        let place = &self.place;
        match error {
            NotOffered::NoSpare => Failure::refused(
                format!("The root key comes from outside ({place}), which holds no other one than the database knows."),
                "Make one: openssl rand -base64 32. Put it before the one that is there, with a space or a line end between \
                 them, for every server; start them again one by one; then run this again.",
            ),
            NotOffered::Internal(InternalError::Key(error @ KeyError::File { .. })) => Failure::refused(
                reason::sentence(&error.to_string()),
                format!(
                    "Let the server's user write in its folder, or put a new key as a first line into {place} by hand \
                     (openssl rand -base64 32), for every server; then run this again."
                ),
            ),
            NotOffered::Internal(error) => reason::internal(error),
        }
    }

    /// The key as it is now, whoever took a step meanwhile.
    async fn now(&self, key: &RootKeyRecord) -> Result<RootKeyRecord, Failure> {
        let records = self.instance.root_keys.records().await.map_err(|error| reason::internal(&error))?;
        let now = records.iter().find(|record| record.id == key.id && record.offered_at == key.offered_at).cloned();
        let gone = || {
            let number = key.generation;
            format!("Root key {number} was taken back by another command, or the database was put back to before it.")
        };
        now.ok_or_else(|| Failure::bare(gone()))
    }

    /// Brings the key into force once every server that runs holds it; says whether to go on.
    async fn bring_in(
        &self,
        key: &RootKeyRecord,
        run: &mut Watch,
        (progress, context): (&mut KeyProgress, &mut Context<'_>),
    ) -> Result<bool, Failure> {
        let heard = self.instance.root_keys.heard(key.generation).await.map_err(|error| reason::internal(&error))?;
        let first = run.first.get_or_insert_with(|| {
            run.begun = stopwatch();
            heard.clone()
        });
        let listened = i64::try_from(run.begun.elapsed().as_secs()).unwrap_or(i64::MAX);
        let (number, id, place) = (key.generation, &key.id, &self.place);
        let why = match readiness(first, &heard, Ttl::from_seconds(listened)) {
            Readiness::Listening => return Ok(true),
            Readiness::Ready => {
                let act = wire::act(self.instance, ManageKeys)?;
                self.instance.root_keys.bring_in(&act, key).await.map_err(|error| reason::internal(&error))?;
                return Ok(true);
            }
            Readiness::Lacking(servers) => format!(
                "Root key {number} ({id}) is not held yet by {}. Copy {place} to each, with every line, for the \
                 server's user alone (mode 0600); a server reads its file again by itself, and one whose key comes from outside has to be started again.",
                servers.join(", ")
            ),
            Readiness::Silent(servers) => format!(
                "Of {} it is not known whether it holds root key {number}: it runs a release that knows of one root key \
                 alone. Replace it first.",
                servers.join(", ")
            ),
        };
        // Whoever runs is heard anew for the next verdict: a server that was named may end meanwhile.
        run.first = None;
        progress.waits(&why, context)?;
        Ok(!self.words.how.no_watch)
    }

    /// Finishes when nothing hangs on an earlier key, or goes on with what does; says whether to go on.
    async fn finish(
        &self,
        key: &RootKeyRecord,
        run: &mut Watch,
        (progress, context): (&mut KeyProgress, &mut Context<'_>),
    ) -> Result<bool, Failure> {
        // What a server sealed that had not heard yet.
        let act = wire::act(self.instance, ManageKeys)?;
        self.instance.root_keys.seal_anew(&act, key).await.map_err(|error| reason::internal(&error))?;
        let all_delivered = self.rotate(run, (progress, context)).await?;
        if self.instance.root_keys.finish(&act, key).await.map_err(|error| reason::internal(&error))? {
            return Ok(true);
        }
        Ok(!(self.words.how.no_watch && (all_delivered || !run.undelivered.is_empty())))
    }

    /// Looks after every client whose secret comes from an earlier key: issues, delivers, and ends what is due. Says
    /// whether nothing is left but to wait for apps and people.
    async fn rotate(
        &self,
        run: &mut Watch,
        (progress, context): (&mut KeyProgress, &mut Context<'_>),
    ) -> Result<bool, Failure> {
        let mut hanging = self.instance.root_keys.hanging().await.map_err(|error| reason::internal(&error))?;
        if self.begin(&hanging, run, (progress, context)).await? {
            hanging = self.instance.root_keys.hanging().await.map_err(|error| reason::internal(&error))?;
        }
        let act = wire::act(self.instance, ManageApps)?;
        self.instance.onboarding.end_due_rotations(&act).await.map_err(|error| reason::internal(&error))?;
        let now = self.instance.now();
        let of_new_key: BTreeSet<&ClientId> =
            hanging.iter().filter(|one| one.hold == Some(KeyHold::UnderWay)).map(|one| &one.client).collect();
        let under_way = self.instance.onboarding.rotations().await.map_err(|error| reason::internal(&error))?;
        let due =
            under_way.iter().filter(|one| of_new_key.contains(&one.client) && one.rotation.is_to_be_delivered(now));
        let apps: BTreeSet<AppName> = due.filter_map(|one| one.app.clone()).collect();
        if !apps.is_empty() && stopwatch() >= run.deliver_at {
            run.undelivered = rotation::deliver(self.instance, self.config(), self.desired, &apps).await?;
            run.deliver_at = stopwatch() + if run.undelivered.is_empty() { Duration::ZERO } else { TRY_AGAIN };
        }
        for one in under_way.iter().filter(|one| of_new_key.contains(&one.client)) {
            let why = one.app.as_ref().and_then(|app| run.undelivered.get(app)).filter(|why| !why.is_empty());
            let said = why.map(|why| format!("not in every place yet: {}", why.join("; ")));
            progress.client(&one.client, said.unwrap_or_else(|| told(one.rotation.stage()).to_owned()), context)?;
        }
        let left: Vec<ClientId> = hanging.iter().map(|one| one.client.clone()).collect();
        progress.done(&left, context)?;
        let delivered = |rotation: &Rotation| rotation.delivered_at.is_some();
        Ok(under_way.iter().filter(|one| of_new_key.contains(&one.client)).all(|one| delivered(&one.rotation)))
    }

    /// Begins the rotation of each secret that can be rotated, tells what is in the way of the others, and gives the terms
    /// that were said to those that are under way. Says whether any was begun or changed.
    async fn begin(
        &self,
        hanging: &[Hanging],
        run: &mut Watch,
        (progress, context): (&mut KeyProgress, &mut Context<'_>),
    ) -> Result<bool, Failure> {
        let (terms, unwatched) = (self.words.how.terms(), self.words.how.unwatched);
        let is_said = terms.within.is_some() || terms.overlap.is_some();
        let to_begin = hanging.iter().any(|one| one.hold != Some(KeyHold::UnderWay));
        let is_old = run.planned.as_ref().is_none_or(|(at, _)| at.elapsed() >= TRY_AGAIN);
        let looks = to_begin && is_old;
        if looks {
            let observed = wire::look(self.instance, self.config(), self.desired).await?;
            run.planned = Some((stopwatch(), plan(self.desired, &observed, &Choices::default())));
        }
        let mut has_begun = false;
        for one in hanging {
            let new_terms = is_said && run.told_terms.insert(one.client.clone());
            let found = match (&run.planned, one.hold, &one.app) {
                (_, Some(KeyHold::UnderWay), Some(app)) if new_terms => Ok(app),
                (_, Some(KeyHold::UnderWay), _) => continue,
                (Some((_, planned)), ..) if looks => rotatable(one, (self.desired, planned), unwatched),
                _ => continue,
            };
            let said = match found {
                Ok(app) => {
                    let act = wire::act(self.instance, ManageApps)?;
                    let begun = self.instance.onboarding.rotate(&act, app, (&terms, unwatched)).await;
                    has_begun |= begun.is_ok();
                    begun.err().map(|error| not_begun(&error))
                }
                Err(why) => Some(why),
            };
            if let Some(why) = said {
                progress.in_the_way(&one.client, &why, context)?;
            }
        }
        Ok(has_begun)
    }
}
