//! What a delivered Secret looks like, and what one that is there is to us. Pure.
//!
//! A Secret is ours by the label that says who manages it, and by the issuer in an annotation; a Secret without them
//! is never changed. One that is ours is ours whole: values that somebody edited and keys that somebody added are
//! mended. Where another controller applies keys of it, nobody would win, so that a person is asked.

use doorstep_core::{id::AppName, secret::Secret};
use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Fingerprint, Foreign, Whose},
};
use k8s_openapi::{ByteString, api::core::v1, apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Our name as a field manager of server-side apply.
pub(crate) const MANAGER: &str = "doorstep";

/// Says who manages an object; one of the recommended labels of Kubernetes.
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Label: the app that the Secret is for.
const APP: &str = "doorstep/app";
/// Annotation: the issuer of the instance that delivers it.
const INSTANCE: &str = "doorstep/instance";

const OPAQUE: &str = "Opaque";

/// Where a Secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Place {
    /// For a person's shell.
    fn arguments(&self) -> String {
        format!("secret {} --namespace {}", self.name, self.namespace)
    }
}

/// A Secret as it should be.
pub(crate) struct Wanted {
    pub(crate) place: Place,
    app: AppName,
    to: Address,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    data: BTreeMap<String, Secret<String>>,
}

/// Who delivers, and what else is written on each Secret.
pub(crate) struct Stamp<'a> {
    /// The issuer.
    pub(crate) instance: &'a str,
    /// Annotations of the operator's choice.
    pub(crate) annotations: &'a BTreeMap<String, String>,
}

/// What a Secret that is there is to us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// There is none.
    Absent,
    /// It is as it should be.
    Same,
    /// It is ours, and not as it should be.
    Differs(Change),
    /// A person has to do something first.
    Blocked(String),
    /// It is on its way out.
    Leaving,
}

/// What has to happen to a Secret of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The version that was looked at: whoever changed it since is not overwritten.
    pub(crate) version: String,
    /// Keys that others added, which an apply would leave.
    pub(crate) strays: Vec<String>,
}

impl Wanted {
    pub(crate) fn new(place: Place, rendered: &Rendered, stamp: &Stamp<'_>) -> Self {
        let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let labels = BTreeMap::from([label(MANAGED_BY, MANAGER), label(APP, &label_value(&rendered.app))]);
        let mut annotations = stamp.annotations.clone();
        annotations.insert(INSTANCE.to_owned(), stamp.instance.to_owned());
        let data = rendered.values.iter().map(|pair| (pair.key.clone(), pair.value.clone())).collect();
        let (app, to) = (rendered.app.clone(), rendered.to.clone());
        Self { place, app, to, labels, annotations, data }
    }

    /// The whole of what we apply. `version` binds it to what was looked at.
    pub(crate) fn body(&self, version: Option<&str>) -> Value {
        let data: BTreeMap<_, _> =
            self.data.iter().map(|(key, value)| (key, ByteString(value.expose().as_bytes().to_vec()))).collect();
        let mut body = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": self.place.name,
                "namespace": self.place.namespace,
                "labels": self.labels,
                "annotations": self.annotations,
            },
            "type": OPAQUE,
            "data": data,
        });
        if let (Some(version), Some(metadata)) = (version, body.get_mut("metadata").and_then(Value::as_object_mut)) {
            metadata.insert("resourceVersion".to_owned(), version.into());
        }
        body
    }

    /// What `found` is to us.
    pub(crate) fn judge(&self, found: Option<&v1::Secret>) -> Judged {
        let Some(found) = found else { return Judged::Absent };
        self.foreign(found).map_or_else(|| self.judge_as_ours(found), Judged::Blocked)
    }

    /// What somebody else made, with whose it is and a stamp that changes with it.
    pub(crate) fn strangers(&self, found: &v1::Secret) -> Option<Foreign> {
        self.foreign(found)?;
        let ours = self.annotations.get(INSTANCE).map(String::as_str);
        let instance = annotation(found, INSTANCE).filter(|there| Some(*there) != ours);
        let whose = match (label(found, MANAGED_BY), instance) {
            (Some(MANAGER), Some(other)) => Whose::Instance(other.to_owned()),
            (Some(program), _) => Whose::Program(program.to_owned()),
            (None, _) => Whose::Unsaid,
        };
        let text = |bytes: &ByteString| String::from_utf8(bytes.0.clone()).unwrap_or_default();
        let pairs = found.data.iter().flatten().map(|(key, value)| (key.clone(), Secret::new(text(value))));
        let version =
            [&found.metadata.uid, &found.metadata.resource_version].map(|part| part.clone().unwrap_or_default());
        Some(Foreign::new(pairs, whose, Fingerprint::of(version.join("/").as_bytes())))
    }

    /// What `found` is to us when it is ours, or is to be.
    pub(crate) fn judge_as_ours(&self, found: &v1::Secret) -> Judged {
        let place = self.place.arguments();
        if found.metadata.deletion_timestamp.is_some() {
            return Judged::Leaving;
        }
        if found.type_.as_deref().is_some_and(|kind| kind != OPAQUE) {
            let why = "its type is not Opaque, and a type never changes; delete it and it is made anew";
            return Judged::Blocked(format!("{why}: kubectl delete {place}"));
        }
        if self.is(found) {
            return Judged::Same;
        }
        if found.immutable == Some(true) {
            let why = "it is immutable; delete it and it is made anew";
            return Judged::Blocked(format!("{why}: kubectl delete {place}"));
        }
        let managers = Managers::of(found);
        if let Some((rival, key)) = managers.rival() {
            return Judged::Blocked(format!(
                "{rival} applies the key {key} of it, too, and the two would overwrite each other; take the Secret out \
                 of what {rival} applies, or deliver to another name"
            ));
        }
        let version = found.metadata.resource_version.clone().unwrap_or_default();
        Judged::Differs(Change { version, strays: managers.strays(keys(found), &self.data) })
    }

    /// Why it is not ours, if it is not.
    fn foreign(&self, found: &v1::Secret) -> Option<String> {
        let managed = label(found, MANAGED_BY);
        if managed != Some(MANAGER) {
            let by = managed.map(|by| format!(", managed by {by}")).unwrap_or_default();
            return Some(format!(
                "a Secret that Doorstep did not deliver is there already{by}; deliver to another name, delete it, or \
                 look what taking it over means: doorstep adopt {}",
                self.app
            ));
        }
        let ours = self.annotations.get(INSTANCE).map(String::as_str);
        let other = annotation(found, INSTANCE).filter(|there| Some(*there) != ours)?;
        Some(format!(
            "the instance {other} delivers this Secret; deliver to another name, or, when that instance is gone: \
             doorstep adopt {} --accept {}",
            self.app,
            self.to.to_text()
        ))
    }

    fn is(&self, found: &v1::Secret) -> bool {
        let labels = self.labels.iter().all(|(key, value)| label(found, key) == Some(value));
        let annotations = self.annotations.iter().all(|(key, value)| annotation(found, key) == Some(value));
        let there = found.data.as_ref();
        let data = there.map_or(0, BTreeMap::len) == self.data.len()
            && there.into_iter().flatten().all(|(key, there)| self.data.get(key).is_some_and(|v| v.matches(&there.0)));
        labels && annotations && data
    }
}

/// Whether `found` is what was delivered last by this instance, untouched since.
pub(crate) fn is_delivered(found: &v1::Secret, last: Fingerprint, instance: &str) -> bool {
    let text =
        |(key, value): (&'_ String, &'_ ByteString)| Some((key.clone(), String::from_utf8(value.0.clone()).ok()?));
    let Some(pairs) = found.data.iter().flatten().map(text).collect::<Option<Vec<_>>>() else { return false };
    label(found, MANAGED_BY) == Some(MANAGER)
        && annotation(found, INSTANCE) == Some(instance)
        && Fingerprint::of_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()))) == last
}

/// An app's name as a label: at most 63 characters, and letters or digits at both ends.
fn label_value(name: &AppName) -> String {
    let fit: String = name.as_str().chars().map(|c| if c == '~' { '_' } else { c }).take(63).collect();
    fit.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

fn label<'a>(found: &'a v1::Secret, key: &str) -> Option<&'a str> {
    found.metadata.labels.as_ref()?.get(key).map(String::as_str)
}

fn annotation<'a>(found: &'a v1::Secret, key: &str) -> Option<&'a str> {
    found.metadata.annotations.as_ref()?.get(key).map(String::as_str)
}

fn keys(found: &v1::Secret) -> impl Iterator<Item = &str> {
    found.data.iter().flat_map(BTreeMap::keys).map(String::as_str)
}

/// Who manages which keys of the data, as the API server keeps it.
struct Managers<'a> {
    ours: BTreeSet<&'a str>,
    others: Vec<(&'a str, bool, BTreeSet<&'a str>)>,
}

impl<'a> Managers<'a> {
    fn of(found: &'a v1::Secret) -> Self {
        let mut this = Self { ours: BTreeSet::new(), others: Vec::new() };
        for entry in found.metadata.managed_fields.iter().flatten() {
            let applies = entry.operation.as_deref() == Some("Apply");
            let (name, keys) = (entry.manager.as_deref().unwrap_or("somebody"), managed_keys(entry));
            if applies && name == MANAGER {
                this.ours.extend(keys);
            } else if !keys.is_empty() {
                this.others.push((name, applies, keys));
            }
        }
        this
    }

    /// Another controller that applies keys, and one of them. Edits by hand are not applied.
    fn rival(&self) -> Option<(&'a str, &'a str)> {
        let rival = self.others.iter().find(|(_, applies, _)| *applies)?;
        rival.2.first().map(|key| (rival.0, *key))
    }

    /// Keys that are not wanted, and that an apply of ours would leave, because they are somebody else's.
    fn strays<V>(&self, there: impl Iterator<Item = &'a str>, wanted: &BTreeMap<String, V>) -> Vec<String> {
        let elsewhere = |key: &str| self.others.iter().any(|(_, _, keys)| keys.contains(key));
        let stays = |key: &&str| !wanted.contains_key(*key) && (!self.ours.contains(key) || elsewhere(key));
        there.filter(stays).map(str::to_owned).collect()
    }
}

/// `f:data: {f:KEY: {}}`.
fn managed_keys(entry: &ManagedFieldsEntry) -> BTreeSet<&str> {
    let data = entry.fields_v1.as_ref().and_then(|fields| fields.0.get("f:data")).and_then(Value::as_object);
    data.into_iter().flat_map(serde_json::Map::keys).filter_map(|key| key.strip_prefix("f:")).collect()
}
