//! What every kind of place has to keep, whatever it is: one test, run on each.
//!
//! A place says how it is looked at and spoilt from outside ([`Ground`]); the rest is the same for all. What kinds have
//! beside this (owner and mode of a file, branches of authentication) is tested in files of their own.

use crate::given::{deliver, delivered};
use doorstep_deliver::Sinks;
use doorstep_onboard::{
    delivery::Rendered,
    sink::{Fingerprint, Removed, Sink, SinkError, SinkState},
};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::fmt::MakeWriter;

/// A kind of place, as a test reaches it past the sink.
pub(crate) trait Ground {
    /// The scheme.
    fn scheme(&self) -> &'static str;
    /// The place as a declaration writes it.
    fn place(&self) -> String;
    /// Delivers there.
    fn sink(&self) -> Box<dyn Sink>;
    /// What whoever reads the place finds there, in plain; `None` when there is nothing.
    fn held(&self) -> Option<String>;
    /// Differs after each write.
    fn stamp(&self) -> String;
    /// Spoils what was delivered in one way after another, each named: edited, deleted, truncated. `false` when there is
    /// no further way.
    fn spoil(&self, way: usize) -> Option<&'static str>;
    /// Puts something there that somebody else made.
    fn occupy(&self);
    /// Takes away whatever is there.
    fn clear(&self);
    /// A sink of this kind that never gets an answer; `None` where a place cannot hang.
    fn hanging(&self) -> Option<Box<dyn Sink>>;
    /// Whether what somebody else put there can be handed over to Doorstep.
    fn hands_over(&self) -> bool {
        false
    }
    /// What nobody may read in a message.
    fn further_secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

const ONE: &str = "canary-one-5f0d2a";
const TWO: &str = "canary-two-9b7c41";

/// Everything that was said and logged, to look for secrets in.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn note(&self, said: &impl std::fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{said:?}").unwrap();
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Heard {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Runs all of it, for an app of variables.
pub(crate) async fn holds(ground: &dyn Ground) {
    let heard = Heard::default();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(heard.clone()).finish();
    let _guard = tracing::subscriber::set_default(log);
    let sink = ground.sink();
    let (one, two) = (deliver("vaultwarden", &ground.place(), ONE), deliver("vaultwarden", &ground.place(), TWO));
    assert_eq!(one.to.scheme(), ground.scheme());
    let last = comes_and_stays(ground, &*sink, (&one, &two)).await;
    comes_back(ground, &*sink, &two).await;
    goes(ground, &*sink, (&one, &two), last).await;
    is_left_to_others(ground, &*sink, &one, &heard).await;
    is_handed_over(ground, &*sink, (&one, &two), &heard).await;
    does_not_hang(ground, &one, &heard).await;
    is_whole_after_a_kill(ground, (&one, &two)).await;
    let heard = String::from_utf8(heard.0.lock().unwrap().clone()).unwrap();
    for secret in [ONE, TWO].map(str::to_owned).into_iter().chain(ground.further_secrets()) {
        assert!(!heard.contains(&secret), "{secret} in {heard}");
    }
}

/// Written once, found, left alone, and replaced.
async fn comes_and_stays(ground: &dyn Ground, sink: &dyn Sink, (one, two): (&Rendered, &Rendered)) -> Fingerprint {
    assert_eq!(sink.observe(one, None).await, SinkState::Absent);
    sink.write(one).await.unwrap();
    assert!(ground.held().unwrap().contains(ONE));
    let stamp = ground.stamp();
    assert_eq!(sink.observe(one, Some(one.fingerprint())).await, SinkState::Same);
    assert_eq!(ground.stamp(), stamp, "looking changes nothing");
    assert_eq!(sink.observe(two, Some(one.fingerprint())).await, SinkState::Differs);
    sink.write(two).await.unwrap();
    let held = ground.held().unwrap();
    assert!(held.contains(TWO) && !held.contains(ONE), "{held}");
    assert_eq!(sink.observe(two, Some(two.fingerprint())).await, SinkState::Same);
    // Twice is as good as once.
    sink.write(two).await.unwrap();
    assert_eq!(ground.held().unwrap(), held);
    assert_eq!(sink.observe(two, Some(two.fingerprint())).await, SinkState::Same);
    two.fingerprint()
}

/// Whatever is done to it is found and mended.
async fn comes_back(ground: &dyn Ground, sink: &dyn Sink, two: &Rendered) {
    let whole = ground.held();
    for way in 0.. {
        let Some(what) = ground.spoil(way) else { break };
        let seen = sink.observe(two, Some(two.fingerprint())).await;
        assert!(matches!(seen, SinkState::Differs | SinkState::Absent | SinkState::TooOpen), "{what}: {seen:?}");
        sink.write(two).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(ground.held(), whole, "{what}");
        assert_eq!(sink.observe(two, Some(two.fingerprint())).await, SinkState::Same, "{what}");
    }
}

/// Taken away while it is what was delivered, and only then.
async fn goes(ground: &dyn Ground, sink: &dyn Sink, (one, two): (&Rendered, &Rendered), last: Fingerprint) {
    let edited = sink.remove(&two.to, one.fingerprint()).await;
    if edited == Ok(Removed::Changed) {
        assert!(ground.held().unwrap().contains(TWO), "what somebody changed stays");
        assert_eq!(sink.remove(&two.to, last).await, Ok(Removed::Gone));
    } else {
        // A place that cannot be read back is told to take away what it has.
        assert_eq!(edited, Ok(Removed::Gone));
    }
    assert_eq!(ground.held(), None);
    let again = sink.remove(&two.to, last).await;
    assert!(matches!(again, Ok(Removed::WasNotThere | Removed::Gone)), "{again:?}");
}

/// What somebody else put there is refused, with words, and stays.
async fn is_left_to_others(ground: &dyn Ground, sink: &dyn Sink, one: &Rendered, heard: &Heard) {
    ground.occupy();
    let (before, stamp) = (ground.held(), ground.stamp());
    let seen = sink.observe(one, None).await;
    heard.note(&seen);
    assert!(matches!(&seen, SinkState::Blocked { why } if why.len() > 10), "{seen:?}");
    let refused = sink.write(one).await;
    heard.note(&refused);
    assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.len() > 10), "{refused:?}");
    let removed = sink.remove(&one.to, one.fingerprint()).await;
    assert!(matches!(removed, Ok(Removed::Changed) | Err(SinkError::Blocked(_))), "{removed:?}");
    assert_eq!((ground.held(), ground.stamp()), (before, stamp), "it stays as it was");
    ground.clear();
}

/// What somebody else put there is shown by its names, and replaced when that is said, as it was shown and not otherwise.
async fn is_handed_over(ground: &dyn Ground, sink: &dyn Sink, (one, two): (&Rendered, &Rendered), heard: &Heard) {
    assert!(matches!(sink.foreign(one).await, Ok(None)), "nothing is there");
    ground.occupy();
    let (before, stamp) = (ground.held(), ground.stamp());
    let found = sink.foreign(one).await;
    heard.note(&found);
    if !ground.hands_over() {
        assert!(matches!(found, Ok(None) | Err(_)), "{found:?}");
        let refused = sink.adopt(one, Fingerprint::of(b"")).await;
        assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.len() > 10), "{refused:?}");
        assert_eq!((ground.held(), ground.stamp()), (before, stamp));
        ground.clear();
        return;
    }
    let found = found.unwrap().expect("what is in the way");
    let refused = sink.adopt(one, Fingerprint::of(b"something else")).await;
    heard.note(&refused);
    assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.contains("changed")), "{refused:?}");
    assert_eq!((ground.held(), ground.stamp()), (before.clone(), stamp), "it stays as it was");
    sink.adopt(one, found.stamp).await.unwrap();
    assert_eq!(sink.observe(one, Some(one.fingerprint())).await, SinkState::Same);
    let held = ground.held().unwrap();
    assert!(held.contains(ONE) && !before.is_some_and(|before| held.contains(before.trim())), "{held}");
    assert!(matches!(sink.foreign(two).await, Ok(None)), "it is ours now");
    // Whoever was slower finds it done, and what is ours goes on as ours.
    sink.adopt(one, found.stamp).await.unwrap();
    sink.write(two).await.unwrap();
    assert_eq!(sink.remove(&two.to, two.fingerprint()).await, Ok(Removed::Gone));
    ground.clear();
}

/// A place that does not answer is told within the limit, as one that is tried again.
async fn does_not_hang(ground: &dyn Ground, one: &Rendered, heard: &Heard) {
    let Some(hanging) = ground.hanging() else { return };
    let sinks = Sinks::default().with_boxed(ground.scheme(), hanging).limit(Duration::from_millis(300));
    let seen = sinks.write(one).await;
    heard.note(&seen);
    assert!(matches!(seen, Err(SinkError::Unreachable(_))), "{seen:?}");
}

/// Writing that ends anywhere leaves the old or the new, and the next pass goes on.
async fn is_whole_after_a_kill(ground: &dyn Ground, (one, two): (&Rendered, &Rendered)) {
    let sink = ground.sink();
    sink.write(one).await.unwrap();
    let before = ground.held();
    for steps in 0..20 {
        // Dropped after so long: nobody waits for the rest, as when the process ends.
        let _ = tokio::time::timeout(Duration::from_micros(200 * steps), sink.write(two)).await;
        let held = settled(ground).await.unwrap_or_default();
        let (old, new) = (held.contains(ONE), held.contains(TWO));
        assert!(old != new, "neither the old nor the new, or both: {held}");
        if old {
            assert_eq!(Some(&held), before.as_ref());
        }
        // Whatever goes on of what was given up: it is not on top of this.
        sink.write(one).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(ground.held(), before);
    }
    delivered(&*sink, one).await;
    ground.clear();
}

/// What is there once what was begun has come to its end.
async fn settled(ground: &dyn Ground) -> Option<String> {
    let mut stamp = ground.stamp();
    loop {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let now = ground.stamp();
        if now == stamp {
            return ground.held();
        }
        stamp = now;
    }
}
