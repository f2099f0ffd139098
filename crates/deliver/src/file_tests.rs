//! What is told of a file that cannot be written, and what becomes of one that changes while it is being written.

use super::*;
use doorstep_onboard::delivery::{Content, Delivery};

#[test]
fn what_passes_by_itself_is_tried_again_and_what_does_not_says_what_to_do() {
    let folder = Path::new("/srv/app");
    for error in [Errno::NOSPC, Errno::IO, Errno::STALE, Errno::TIMEDOUT] {
        assert!(matches!(in_folder(folder, error), SinkError::Unreachable(_)), "{error}");
    }
    for (error, word) in [
        (Errno::BUSY, "mount the folder"),
        (Errno::ROFS, "ReadWritePaths"),
        (Errno::ACCESS, "may not write in /srv/app"),
    ] {
        assert!(matches!(in_folder(folder, error), SinkError::Blocked(why) if why.contains(word)), "{error}");
    }
}

/// Somebody writes the file, or takes it away, just when it was looked at.
struct Late {
    file: PathBuf,
    text: Option<&'static str>,
}

impl Form for Late {
    fn judge(&self, there: &[u8], wanted: &Rendered) -> Judged {
        Plain.judge(there, wanted)
    }

    fn written(&self, wanted: &Rendered) -> Result<Secret<Vec<u8>>, SinkError> {
        match self.text {
            Some(text) => std::fs::write(&self.file, text).unwrap(),
            None => drop(std::fs::remove_file(&self.file)),
        }
        Plain.written(wanted)
    }

    fn pairs(&self, there: &[u8]) -> Vec<(String, Secret<String>)> {
        Plain.pairs(there)
    }

    fn is(&self, there: &[u8], last: Fingerprint) -> bool {
        Plain.is(there, last)
    }
}

#[test]
fn security_118_what_somebody_puts_there_after_the_look_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().canonicalize().unwrap();
    let file = folder.join("app.env");
    let content = Content::Env { comments: Vec::new(), variables: Vec::new() };
    let delivery = Delivery { app: "wiki".parse().unwrap(), to: Address::File(file.clone()), content };
    let wanted = delivery.rehearse().unwrap();
    let (ours, theirs) = ("# Delivered by Doorstep for wiki.\nA=1\n", "MINE=1\n");
    let late = |text| FileSink::of(folder.clone(), Arc::new(Late { file: file.clone(), text }));
    for (before, seen, said) in [
        (None, None, "something else is there already"),
        (Some(ours), None, "something else is there already"),
        (Some(theirs), Some(theirs), "it was changed since it was looked at"),
    ] {
        let _ = std::fs::remove_file(&file);
        if let Some(before) = before {
            std::fs::write(&file, before).unwrap();
        }
        let seen = seen.map(|seen| Fingerprint::of(seen.as_bytes()));
        let refused = late(Some("MINE=2\n")).replace(&wanted, seen);
        assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.contains(said)), "{before:?}: {refused:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "MINE=2\n", "{before:?}");
    }
    // What is ours, or goes away, is gone on with.
    for late in [late(Some(ours)), late(None)] {
        std::fs::write(&file, "").unwrap();
        late.replace(&wanted, None).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), *wanted.text.expose());
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
}
