//! What stands in a project, whose it is, and what makes it what it should be. Pure.
//!
//! A delivery is one secret for each key. Names are not unique in a project, and whoever may write may write anything:
//! what is ours says so in its note.

use doorstep_core::secret::Secret;
use doorstep_onboard::{delivery::Rendered, sink::Fingerprint};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// What a note of ours begins with, for people.
const SAYS: &str = "Delivered by Doorstep for ";
/// Stands before the mark.
const MARK: &str = "doorstep: ";

/// Whose a secret is: a line of its note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The issuer of the instance that delivers it.
    pub(super) instance: String,
    pub(super) app: String,
    /// What stands before each key of the delivery, so that two in one project are told apart.
    pub(super) prefix: String,
}

impl Mark {
    fn of(note: &str) -> Option<Self> {
        note.lines().find_map(|line| serde_json::from_str(line.strip_prefix(MARK)?).ok())
    }

    /// The note with this mark; what people say there stays.
    fn written(&self, note: &str) -> String {
        let others = note.lines().filter(|line| !line.starts_with(SAYS) && !line.starts_with(MARK));
        let mark = serde_json::to_string(self).unwrap_or_default();
        let says = format!("{SAYS}{}. Edits are overwritten: change the declaration of the app instead.", self.app);
        let lines: Vec<String> = [says, format!("{MARK}{mark}")].into_iter().chain(others.map(str::to_owned)).collect();
        lines.join("\n")
    }
}

/// A secret, as it is there.
pub(super) struct Held {
    pub(super) id: String,
    pub(super) name: String,
    /// When it was made.
    made: DateTime,
    /// Whether it may be written to.
    pub(super) writable: bool,
    /// `None` where it is not encrypted with the organisation's key, or no text.
    pub(super) value: Option<Secret<String>>,
    note: String,
    mark: Option<Mark>,
}

impl Held {
    /// A note that cannot be read says nothing.
    pub(super) fn new(
        (id, name, made): (String, String, DateTime),
        writable: bool,
        value: Option<Secret<String>>,
        note: Option<&Secret<String>>,
    ) -> Self {
        let note = note.map(|note| note.expose().clone()).unwrap_or_default();
        let mark = Mark::of(&note);
        Self { id, name, made, writable, value, note, mark }
    }

    /// Whether it says of nobody that it is theirs.
    pub(super) const fn is_unsaid(&self) -> bool {
        self.mark.is_none()
    }

    fn age(&self) -> (DateTime, &str) {
        (self.made, &self.id)
    }
}

/// What is to be done to a project.
pub(super) enum Change {
    /// Makes a secret.
    Make(Text),
    /// Gives a secret another value or note.
    Write { id: String, writable: bool, text: Text },
    /// Takes a secret away.
    Delete { id: String },
}

/// A secret, as it should be.
pub(super) struct Text {
    pub(super) name: String,
    pub(super) value: Secret<String>,
    pub(super) note: String,
}

/// Who delivers, and what stands before each key.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    pub(super) instance: &'w str,
    pub(super) prefix: &'w str,
}

impl Whose<'_> {
    fn owns(self, held: &Held) -> bool {
        held.mark.as_ref().is_some_and(|mark| mark.instance == self.instance && mark.prefix == self.prefix)
    }

    /// Why a secret is not ours to change, if it is not.
    pub(super) fn foreign(self, held: &Held) -> Option<String> {
        let name = &held.name;
        Some(match &held.mark {
            Some(_) if self.owns(held) => return None,
            Some(Mark { instance, app, .. }) if *instance == self.instance => {
                format!(
                    "the secret {name} there is delivered for {app}; put another prefix behind the project, /PREFIX_"
                )
            }
            Some(Mark { instance, .. }) => format!(
                "the instance {instance} delivers the secret {name} there; deliver with another prefix, or, when that \
                 instance is gone, write {} for it in the secret's note",
                self.instance
            ),
            None => format!(
                "a secret {name} is there that Doorstep did not make; rename or delete it, or deliver with another prefix"
            ),
        })
    }

    /// What has to be done so that there is exactly what is wanted; or what is in the way.
    pub(super) fn changes(self, there: &[Held], wanted: &Rendered) -> Result<Vec<Change>, String> {
        let mark = Mark {
            instance: self.instance.to_owned(),
            app: wanted.app.as_str().to_owned(),
            prefix: self.prefix.to_owned(),
        };
        let named = |held: &Held, key: &str| held.name.strip_prefix(self.prefix) == Some(key);
        let mut changes = Vec::new();
        for pair in &wanted.values {
            let mut same: Vec<&Held> = there.iter().filter(|held| named(held, &pair.key)).collect();
            if let Some(why) = same.iter().find_map(|held| self.foreign(held)) {
                return Err(why);
            }
            same.sort_by_key(|held| held.age());
            let (name, value) = (format!("{}{}", self.prefix, pair.key), pair.value.clone());
            // Whoever reads by name may find any of several; the first stays.
            let mut same = same.into_iter();
            match same.next() {
                None => changes.push(Change::Make(Text { name, value, note: mark.written("") })),
                Some(held) => {
                    let right = held.value.as_ref().is_some_and(|held| held.matches(value.expose().as_bytes()));
                    if !right || held.mark.as_ref() != Some(&mark) {
                        let text = Text { name, value, note: mark.written(&held.note) };
                        changes.push(Change::Write { id: held.id.clone(), writable: held.writable, text });
                    }
                }
            }
            changes.extend(same.map(|held| Change::Delete { id: held.id.clone() }));
        }
        let wanted = |held: &&Held| wanted.values.iter().any(|pair| named(held, &pair.key));
        let others = there.iter().filter(|held| self.owns(held)).filter(|held| !wanted(held));
        changes.extend(others.map(|held| Change::Delete { id: held.id.clone() }));
        Ok(changes)
    }

    /// The secrets of this delivery.
    pub(super) fn ours(self, there: &[Held]) -> Vec<&Held> {
        there.iter().filter(|held| self.owns(held)).collect()
    }

    /// Whether these secrets are what was delivered last.
    pub(super) fn is(self, ours: &[&Held], last: Fingerprint) -> bool {
        let pairs = ours.iter().map(|held| {
            let value = held.value.as_ref()?;
            Some((held.name.strip_prefix(self.prefix)?, value.expose().as_str()))
        });
        pairs.collect::<Option<Vec<_>>>().is_some_and(|pairs| Fingerprint::of_pairs(pairs) == last)
    }

    /// Of those with one name, what came before ours.
    pub(super) fn before<'h>(there: &'h [Held], ours: &Held) -> Option<&'h Held> {
        let same = there.iter().filter(|held| held.name == ours.name && held.id != ours.id);
        same.filter(|held| held.age() < ours.age()).min_by_key(|held| held.age())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_and_what_people_say_beside_it_stays() {
        let mark =
            |app: &str| Mark { instance: "https://auth.example.org".into(), app: app.into(), prefix: "G_".into() };
        let note = mark("grafana").written("ask Ada\nbefore a change");
        assert_eq!(Mark::of(&note), Some(mark("grafana")));
        let again = mark("gitea").written(&note);
        assert_eq!(Mark::of(&again), Some(mark("gitea")));
        assert!(again.ends_with("\nask Ada\nbefore a change") && !again.contains("grafana"), "{again}");
        for other in
            ["", "doorstep", "doorstep: ", "doorstep: {}", "Delivered by Doorstep for grafana.", "x doorstep: {}"]
        {
            assert_eq!(Mark::of(other), None, "{other}");
        }
    }
}
