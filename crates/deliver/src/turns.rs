//! One change of a file after the other, whoever in this process asks for it.
//!
//! A change that takes too long is given up, but a thread that waits for a disk cannot be: it goes on. Whoever writes next
//! waits for it, so that it never lands on top of what came later; and one that was given up while it waited does nothing.

use doorstep_onboard::sink::SinkError;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

/// A file's turn: whoever holds the lock changes it.
type Turn = Mutex<()>;

/// Those that somebody holds or waits for. Places of delivery are made anew for each pass, so it is kept for the process.
static TURNS: Mutex<BTreeMap<PathBuf, Weak<Turn>>> = Mutex::new(BTreeMap::new());

/// Does what waits for a disk where nobody else waits for it.
pub(crate) async fn aside<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> Result<T, SinkError> + Send + 'static,
) -> Result<T, SinkError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(interrupted(what)))
}

/// The same for a change of the file at `path`, once whatever was begun there before has ended.
pub(crate) async fn in_turn<T: Send + 'static>(
    (what, path): (&'static str, PathBuf),
    work: impl FnOnce() -> Result<T, SinkError> + Send + 'static,
) -> Result<T, SinkError> {
    let (turn, asked) = (turn_of(&path), Arc::new(()));
    let still_asked = Arc::downgrade(&asked);
    let done = aside(what, move || {
        let _held = held(&turn);
        if still_asked.strong_count() == 0 { Err(interrupted(what)) } else { work() }
    });
    let done = done.await;
    drop(asked);
    done
}

fn interrupted(what: &str) -> SinkError {
    SinkError::Unreachable(format!("{what} was interrupted"))
}

fn turn_of(path: &Path) -> Arc<Turn> {
    let mut turns = held(&TURNS);
    turns.retain(|_, turn| turn.strong_count() > 0);
    if let Some(turn) = turns.get(path).and_then(Weak::upgrade) {
        return turn;
    }
    let turn = Arc::new(Turn::default());
    turns.insert(path.to_owned(), Arc::downgrade(&turn));
    turn
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::Future,
        pin::Pin,
        sync::mpsc,
        task::{Context, Waker},
    };

    /// Begins it.
    fn begun<T, F: Future<Output = T>>(work: F) -> Pin<Box<F>> {
        let mut work = Box::pin(work);
        assert!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        work
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_given_up_ends_before_what_comes_later_begins() {
        let at = |name: &str| ("the write", PathBuf::from(format!("/nowhere/{name}.env")));
        let (go, stuck) = mpsc::channel::<()>();
        let (say_stuck, is_stuck) = mpsc::channel();
        let (done, order) = mpsc::channel();
        let say = |what: &'static str| {
            let done = done.clone();
            move || {
                done.send(what).unwrap();
                Ok(())
            }
        };
        let first = say("first");
        let hung = begun(in_turn(at("a"), move || {
            say_stuck.send(()).unwrap();
            stuck.recv().unwrap();
            first()
        }));
        is_stuck.recv().unwrap();
        drop(hung);
        // Given up while it waits: it does nothing.
        drop(begun(in_turn(at("a"), say("given up"))));
        // Another file does not wait.
        in_turn(at("b"), say("beside")).await.unwrap();
        let second = tokio::spawn(in_turn(at("a"), say("second")));
        go.send(()).unwrap();
        second.await.unwrap().unwrap();
        drop(done);
        assert_eq!(order.iter().collect::<Vec<_>>(), ["beside", "first", "second"]);
    }
}
