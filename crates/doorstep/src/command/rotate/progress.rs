//! A rotation as it is told while it happens: one line that grows, or at its end an object for programs.

use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::when;
use doorstep_app::onboarding::LastRotation;
use doorstep_core::model::{Rotation, RotationStage};
use doorstep_core::time::Timestamp;
use doorstep_onboard::desired::DesiredApp;
use serde_json::json;

/// How much of a rotation was told.
pub(super) struct Progress<'a> {
    app: &'a DesiredApp,
    /// The direction that is told of.
    issued: (u32, Timestamp),
    told: Option<RotationStage>,
    in_the_way: Vec<String>,
    json: bool,
}

impl<'a> Progress<'a> {
    pub(super) fn new(app: &'a DesiredApp, begun: &Rotation, json: bool) -> Self {
        Self { app, issued: (begun.new, begun.issued_at), told: None, in_the_way: Vec::new(), json }
    }

    /// What whoever watches has to know, before the line begins.
    pub(super) fn begin(&self, started: Timestamp, context: &mut Context<'_>) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        let title = &self.app.spec.title;
        let by_hand: Vec<String> =
            self.app.deliveries.iter().filter(|it| it.content.is_used_once()).map(|it| it.to.to_string()).collect();
        let hint = if by_hand.is_empty() {
            format!("Restart {title} once it is delivered, unless it reads what is delivered by itself.")
        } else {
            format!("Once it is delivered, put it into {title} by hand, from {}.", by_hand.join(" and "))
        };
        let goes_on = "Ctrl-C ends the watching, not the rotation.";
        context.remark(&format!("{hint} {goes_on}\n"))?;
        if self.issued.1 < started {
            let at = when::day_and_time(self.issued.1);
            context.remark(&format!("This rotation was begun on {at} and goes on.\n"))?;
        }
        Ok(())
    }

    /// Tells what is new.
    pub(super) fn tell(&mut self, last: &LastRotation, context: &mut Context<'_>) -> Result<(), Failure> {
        let rotation = &last.rotation;
        let direction = (rotation.new, rotation.issued_at);
        if self.issued != direction && last.ended_at.is_none() {
            // Somebody else turned it round meanwhile.
            (self.issued, self.told) = (direction, None);
            self.print(" · ", context)?;
        }
        let stage = rotation.stage();
        if self.told.is_none() {
            let back = if rotation.taken_back { "taken back to" } else { "issued" };
            let new = rotation.new;
            self.print(
                &if rotation.taken_back {
                    format!("  {back} version {new}")
                } else {
                    format!("  version {new} {back}")
                },
                context,
            )?;
            self.told = Some(RotationStage::Issued);
        }
        if self.told == Some(RotationStage::Issued) && stage != RotationStage::Issued {
            let places: Vec<String> = self.app.deliveries.iter().map(|delivery| delivery.to.to_string()).collect();
            let waiting = format!("waiting for {} to use it …", self.app.spec.title);
            self.print(&format!(" · delivered to {} · {waiting}", places.join(" and ")), context)?;
            self.told = Some(RotationStage::Delivered);
        }
        if self.told == Some(RotationStage::Delivered)
            && let (Some(used), Some(delivered)) = (rotation.used_at, rotation.delivered_at)
        {
            self.print(&format!(" used after {}", span(used, delivered)), context)?;
            self.told = Some(RotationStage::Used);
        }
        Ok(())
    }

    /// Tells once what keeps the new version from a place; says whether anything does.
    pub(super) fn hold_up(&mut self, in_the_way: Vec<String>, context: &mut Context<'_>) -> Result<bool, Failure> {
        let is_held_up = !in_the_way.is_empty();
        if is_held_up && in_the_way != self.in_the_way {
            let why = in_the_way.join("; ");
            context
                .remark(&format!("\nNot in every place yet: {why}. It is tried again; both versions are valid.\n"))?;
        }
        self.in_the_way = in_the_way;
        Ok(is_held_up)
    }

    /// Tells how it ended.
    pub(super) fn end(&self, last: &LastRotation, context: &mut Context<'_>) -> Result<Outcome, Failure> {
        let (old, unused) = (last.rotation.old, last.rotation.used_at.is_none());
        let why = if unused { " because its time is over" } else { "" };
        self.print(&format!(" · version {old} retired{why}\n"), context)?;
        self.object(last, context)?;
        Ok(Outcome::Done)
    }

    /// Tells how far it is, and that it goes on.
    pub(super) fn leave(&self, last: &LastRotation, context: &mut Context<'_>) -> Result<Outcome, Failure> {
        let (name, old) = (self.app.name(), last.rotation.old);
        let until = match (last.rotation.ends_at, last.rotation.stage()) {
            (_, RotationStage::Used) => "for a while longer".to_owned(),
            (Some(end), _) => format!("until {} uses the new one, at the latest {}", name, when::day_and_time(end)),
            (None, _) => format!("until {name} uses the new one"),
        };
        self.print("\n", context)?;
        if !self.json {
            context.remark(&format!(
                "The rotation goes on: version {old} is valid {until}. doorstep rotate {name} watches it.\n"
            ))?;
        }
        self.object(last, context)?;
        Ok(Outcome::ChangesPending)
    }

    fn object(&self, last: &LastRotation, context: &mut Context<'_>) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let rotation = &last.rotation;
        context.json(&json!({
            "app": self.app.name(),
            "old_version": rotation.old,
            "new_version": rotation.new,
            "taken_back": rotation.taken_back,
            "issued_at": when::machine(rotation.issued_at),
            "delivered_at": rotation.delivered_at.map(when::machine),
            "used_at": rotation.used_at.map(when::machine),
            "ends_at": rotation.ends_at.map(when::machine),
            "retired_at": last.ended_at.map(when::machine),
        }))
    }

    fn print(&self, text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        context.print(text)?;
        Ok(context.streams.out.flush()?)
    }
}

/// `41 s`, `12 min`, `3 h`, `2 d`.
fn span(to: Timestamp, from: Timestamp) -> String {
    let seconds = to.since(from).seconds().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_one_unit() {
        let begin = Timestamp::from_seconds(1_800_000_000);
        for (seconds, told) in
            [(-1, "0 s"), (41, "41 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (172_800, "2 d")]
        {
            assert_eq!(span(begin + doorstep_core::time::Ttl::from_seconds(seconds), begin), told);
        }
    }
}
