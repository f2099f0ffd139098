//! A set of sinks: the one for a place is chosen by the scheme of its address, and no call of any takes
//! longer than its limit.

use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Foreign, Removed, Sink, SinkError, SinkState, Written},
};
use std::{collections::BTreeMap, future::Future, time::Duration};
use tokio::time::timeout;

/// How long a place may take for one call.
const LIMIT: Duration = Duration::from_secs(15);

/// The kinds of places that this program delivers to.
pub struct Sinks {
    kinds: BTreeMap<&'static str, Box<dyn Sink>>,
    limit: Duration,
}

impl Default for Sinks {
    fn default() -> Self {
        Self { kinds: BTreeMap::new(), limit: LIMIT }
    }
}

impl Sinks {
    /// Delivers to addresses of this scheme by this sink.
    #[must_use]
    pub fn with(self, scheme: &'static str, sink: impl Sink + 'static) -> Self {
        self.with_boxed(scheme, Box::new(sink))
    }

    /// The same, for a sink of any kind.
    #[must_use]
    pub fn with_boxed(mut self, scheme: &'static str, sink: Box<dyn Sink>) -> Self {
        self.kinds.insert(scheme, sink);
        self
    }

    /// Gives each call this long.
    #[must_use]
    pub const fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn of(&self, place: &Address) -> Result<&dyn Sink, String> {
        let found = self.kinds.get(place.scheme()).map(Box::as_ref);
        found.ok_or_else(|| format!("this Doorstep does not deliver by `{}:`", place.scheme()))
    }

    async fn in_time<T>(&self, call: impl Future<Output = T>) -> Result<T, String> {
        let late = |_| format!("it did not answer within {} s", self.limit.as_secs_f32());
        timeout(self.limit, call).await.map_err(late)
    }
}

impl Sink for Sinks {
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move {
            match self.of(&wanted.to) {
                Ok(sink) => match self.in_time(sink.observe(wanted, last)).await {
                    Ok(state) => state,
                    Err(why) => SinkState::Unreachable { why },
                },
                Err(why) => SinkState::Blocked { why },
            }
        })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move {
            let sink = self.of(&wanted.to).map_err(SinkError::Blocked)?;
            self.in_time(sink.write(wanted)).await.map_err(SinkError::Unreachable)?
        })
    }

    fn foreign<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Option<Foreign>, SinkError>> {
        Box::pin(async move {
            let sink = self.of(&wanted.to).map_err(SinkError::Blocked)?;
            self.in_time(sink.foreign(wanted)).await.map_err(SinkError::Unreachable)?
        })
    }

    fn adopt<'a>(&'a self, wanted: &'a Rendered, seen: Fingerprint) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move {
            let sink = self.of(&wanted.to).map_err(SinkError::Blocked)?;
            self.in_time(sink.adopt(wanted, seen)).await.map_err(SinkError::Unreachable)?
        })
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(async move {
            let sink = self.of(place).map_err(SinkError::Blocked)?;
            self.in_time(sink.remove(place, last)).await.map_err(SinkError::Unreachable)?
        })
    }
}
