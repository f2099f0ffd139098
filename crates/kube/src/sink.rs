//! Delivers to Secrets of Kubernetes by server-side apply.
//!
//! A look is one `get`. A Secret that is as it should be is never written, so that its `resourceVersion` stays. Before
//! a delivery is promised, the API server is asked to rehearse it (`dryRun=All`): a namespace that is missing, a
//! permission, a quota or a policy is told by the plan. A write is one request, so that nothing is half there.

use crate::{
    cluster::{Access, Cluster},
    refusal::Refusal,
    rights,
    secret::{Change, Judged, MANAGER, Place, Stamp, Wanted, is_delivered},
};
use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Foreign, Removed, Sink, SinkError, SinkState, Written},
};
use k8s_openapi::api::core::v1;
use kube::core::params::{DeleteParams, GetParams, Patch, PatchParams, Preconditions};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Delivers to Secrets of one cluster.
pub struct KubernetesSink {
    cluster: Cluster,
    instance: String,
    annotations: BTreeMap<String, String>,
}

impl KubernetesSink {
    /// `instance` is the issuer, by which each Secret says whose it is; `annotations` are written on each.
    pub fn new(access: Access, instance: String, annotations: BTreeMap<String, String>) -> Self {
        Self { cluster: Cluster::new(access), instance, annotations }
    }
}

impl Sink for KubernetesSink {
    fn observe<'a>(&'a self, wanted: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move {
            let hide = |text: &str| wanted.masked(text);
            let looked = match self.wanted(wanted) {
                Ok(wanted) => self.look(&wanted).await.map_err(|refusal| (refusal, wanted.place)),
                Err(error) => return error.into(),
            };
            match looked {
                Ok(state) => state,
                Err((refusal, place)) => self.explained(refusal, &place, &hide).await.into(),
            }
        })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move {
            let hide = |text: &str| wanted.masked(text);
            let wanted = self.wanted(wanted)?;
            let done = match self.bring(&wanted).await {
                // Between the look and the write: once more, from the look on.
                Err(Refusal::Changed) => self.bring(&wanted).await,
                done => done,
            };
            match done {
                Ok(()) => Ok(Written::default()),
                Err(refusal) => Err(self.explained(refusal, &wanted.place, &hide).await),
            }
        })
    }

    fn foreign<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Option<Foreign>, SinkError>> {
        Box::pin(async move {
            let hide = |text: &str| wanted.masked(text);
            let wanted = self.wanted(wanted)?;
            match self.strangers(&wanted).await {
                Ok(found) => Ok(found),
                Err(refusal) => Err(self.explained(refusal, &wanted.place, &hide).await),
            }
        })
    }

    fn adopt<'a>(&'a self, wanted: &'a Rendered, seen: Fingerprint) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move {
            let hide = |text: &str| wanted.masked(text);
            let wanted = self.wanted(wanted)?;
            match self.take_over(&wanted, seen).await {
                Ok(()) => Ok(Written::default()),
                Err(refusal) => Err(self.explained(refusal, &wanted.place, &hide).await),
            }
        })
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(async move {
            let place = place_of(place)?;
            match self.take_away(&place, last).await {
                Ok(removed) => Ok(removed),
                // What is in the Secret is not known here, so that nothing of what others say of it is shown.
                Err(refusal) => Err(self.explained(refusal, &place, &|_| String::new()).await),
            }
        })
    }
}

impl KubernetesSink {
    fn wanted(&self, rendered: &Rendered) -> Result<Wanted, SinkError> {
        let stamp = Stamp { instance: &self.instance, annotations: &self.annotations };
        Ok(Wanted::new(place_of(&rendered.to)?, rendered, &stamp))
    }

    async fn look(&self, wanted: &Wanted) -> Result<SinkState, Refusal> {
        let (state, version) = match self.judge(wanted).await? {
            Judged::Same => return Ok(SinkState::Same),
            Judged::Blocked(why) => return Err(Refusal::Found(SinkError::Blocked(why))),
            Judged::Leaving => return Err(leaving()),
            Judged::Absent => (SinkState::Absent, None),
            Judged::Differs(change) => (SinkState::Differs, Some(change.version)),
        };
        self.apply(wanted, version.as_deref(), true).await?;
        Ok(state)
    }

    /// What is there is looked at again: the plan may be older than it.
    async fn bring(&self, wanted: &Wanted) -> Result<(), Refusal> {
        match self.judge(wanted).await? {
            Judged::Absent => self.apply(wanted, None, false).await,
            Judged::Differs(change) => self.mend(wanted, &change).await,
            Judged::Same => Ok(()),
            Judged::Blocked(why) => Err(Refusal::Found(SinkError::Blocked(why))),
            Judged::Leaving => Err(leaving()),
        }
    }

    /// What somebody else made; or why a person has to do something before it can be taken over.
    async fn strangers(&self, wanted: &Wanted) -> Result<Option<Foreign>, Refusal> {
        let Some(found) = self.find(&wanted.place).await? else { return Ok(None) };
        let Some(foreign) = wanted.strangers(&found) else { return Ok(None) };
        match wanted.judge_as_ours(&found) {
            Judged::Blocked(why) => Err(Refusal::Found(SinkError::Blocked(why))),
            Judged::Leaving => Err(leaving()),
            Judged::Absent | Judged::Same | Judged::Differs(_) => Ok(Some(foreign)),
        }
    }

    /// One request makes it ours, with our values over those that have the same names; what else stands in it goes with the
    /// next, as whatever is added to a Secret of ours.
    async fn take_over(&self, wanted: &Wanted, seen: Fingerprint) -> Result<(), Refusal> {
        let Some(found) = self.find(&wanted.place).await? else { return self.bring(wanted).await };
        let Some(foreign) = wanted.strangers(&found) else { return self.bring(wanted).await };
        if foreign.stamp != seen {
            let why = "it was changed since it was looked at; look again with the same command";
            return Err(Refusal::Found(SinkError::Blocked(why.into())));
        }
        match wanted.judge_as_ours(&found) {
            Judged::Blocked(why) => return Err(Refusal::Found(SinkError::Blocked(why))),
            Judged::Leaving => return Err(leaving()),
            Judged::Absent | Judged::Same | Judged::Differs(_) => {}
        }
        self.apply(wanted, found.metadata.resource_version.as_deref(), false).await?;
        self.bring(wanted).await
    }

    async fn judge(&self, wanted: &Wanted) -> Result<Judged, Refusal> {
        Ok(wanted.judge(self.find(&wanted.place).await?.as_ref()))
    }

    async fn find(&self, place: &Place) -> Result<Option<v1::Secret>, Refusal> {
        let request = secrets(place).get(&place.name, &GetParams::default()).map_err(|_| unsayable())?;
        match self.cluster.ask(request).await {
            Ok(text) => read(&text).map(Some),
            Err(Refusal::NotFound) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Takes strange keys away first: an apply would leave them, because they are somebody else's.
    async fn mend(&self, wanted: &Wanted, change: &Change) -> Result<(), Refusal> {
        if change.strays.is_empty() {
            return self.apply(wanted, Some(&change.version), false).await;
        }
        let gone: serde_json::Map<_, _> = change.strays.iter().map(|key| (key.clone(), Value::Null)).collect();
        let body = json!({ "metadata": { "resourceVersion": change.version }, "data": gone });
        let now: v1::Secret = read(&self.patch(&wanted.place, &Patch::Merge(body), &by_us()).await?)?;
        self.apply(wanted, now.metadata.resource_version.as_deref(), false).await
    }

    /// Over what was looked at, with force, as far as it is ours. In an empty place without: of a Secret that somebody
    /// made there meanwhile, no key that we have, too, is overwritten.
    async fn apply(&self, wanted: &Wanted, version: Option<&str>, rehearsal: bool) -> Result<(), Refusal> {
        let params = PatchParams { force: version.is_some(), dry_run: rehearsal, ..by_us() };
        match self.patch(&wanted.place, &Patch::Apply(wanted.body(version)), &params).await {
            // A webhook of the cluster cannot rehearse; what it says is known at the delivery.
            Err(Refusal::Wrong(why)) if rehearsal && why.contains("dry run") => Ok(()),
            done => done.map(|_| ()),
        }
    }

    async fn patch(&self, place: &Place, patch: &Patch<Value>, params: &PatchParams) -> Result<String, Refusal> {
        let request = secrets(place).patch(&place.name, params, patch).map_err(|_| unsayable())?;
        self.cluster.ask(request).await
    }

    /// A refusal with what a person has to do; where a permission is missing, which.
    async fn explained(&self, refusal: Refusal, place: &Place, hide: &(dyn Fn(&str) -> String + Sync)) -> SinkError {
        if let Refusal::Forbidden(message) = &refusal
            && let Some(missing) = rights::missing(&self.cluster, place).await
            && !missing.is_empty()
        {
            return SinkError::Blocked(rights::told(&missing, place, message));
        }
        refusal.into_error(place, hide)
    }

    async fn take_away(&self, place: &Place, last: Fingerprint) -> Result<Removed, Refusal> {
        let Some(found) = self.find(place).await? else { return Ok(Removed::WasNotThere) };
        if !is_delivered(&found, last, &self.instance) {
            return Ok(Removed::Changed);
        }
        let only = Preconditions { uid: found.metadata.uid, resource_version: found.metadata.resource_version };
        let params = DeleteParams { preconditions: Some(only), ..DeleteParams::default() };
        let request = secrets(place).delete(&place.name, &params).map_err(|_| unsayable())?;
        match self.cluster.ask(request).await {
            Ok(_) => Ok(Removed::Gone),
            Err(Refusal::NotFound) => Ok(Removed::WasNotThere),
            Err(refusal) => Err(refusal),
        }
    }
}

fn place_of(address: &Address) -> Result<Place, SinkError> {
    match address {
        Address::Kubernetes { namespace, name } => Ok(Place { namespace: namespace.clone(), name: name.clone() }),
        other => Err(SinkError::Blocked(format!("{other} is no Secret of Kubernetes"))),
    }
}

fn leaving() -> Refusal {
    Refusal::Found(SinkError::Unreachable("it is being deleted".into()))
}

fn by_us() -> PatchParams {
    PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() }
}

fn secrets(place: &Place) -> kube::core::Request {
    kube::core::Request::new(format!("/api/v1/namespaces/{}/secrets", place.namespace))
}

/// Nothing of a body that cannot be read is told.
fn read(text: &str) -> Result<v1::Secret, Refusal> {
    let unread = |_| SinkError::Unreachable("the API server answered with something that is no Secret".into());
    serde_json::from_str(text).map_err(|error| Refusal::Found(unread(error)))
}

fn unsayable() -> Refusal {
    Refusal::Found(SinkError::Blocked("namespace and name cannot be asked for".into()))
}
