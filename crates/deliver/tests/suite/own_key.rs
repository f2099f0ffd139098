//! Files that were encrypted while the instance had another own key: they are ours, and are written anew for the new one.

use crate::given::{deliver, delivered};
use doorstep_core::{entropy::Entropy, secret::Secret, time::Timestamp};
use doorstep_deliver::{OwnKey, Sealing, age_sink, sops_sink};
use doorstep_onboard::sink::{Removed, Sink, SinkState};
use std::{fs, sync::Arc};

/// A sink of the instance with these own keys.
type Make<'a> = dyn Fn(&[u8]) -> Box<dyn Sink> + 'a;

fn sealing(own: &[u8]) -> Sealing {
    let keys: Vec<_> = own.iter().map(|byte| Secret::new([*byte; 32])).collect();
    let reader = OwnKey::new(&Secret::new([9; 32])).unwrap();
    Sealing {
        recipients: vec![reader.recipient().clone()],
        own: Arc::new(OwnKey::of(&keys).unwrap()),
        entropy: || Entropy::seeded(1),
    }
}

#[tokio::test]
async fn what_was_encrypted_to_an_earlier_own_key_is_ours_and_is_written_anew() {
    let now: fn() -> Timestamp = || Timestamp::from_seconds(1_790_000_000);
    let folder = tempfile::tempdir().unwrap();
    let apps = folder.path().join("apps");
    fs::create_dir(&apps).unwrap();
    let age: &Make<'_> = &|own| Box::new(age_sink(apps.clone(), sealing(own)));
    let sops: &Make<'_> = &|own| Box::new(sops_sink(apps.clone(), sealing(own), now));
    for (kind, file, make) in [("age", "a.age", age), ("sops", "b.yaml", sops), ("sops", "c.env", sops)] {
        let wanted = deliver("vaultwarden", &format!("{kind}:{}", apps.join(file).display()), "s3cret");
        let last = wanted.fingerprint();
        let (before, after) = (make(&[7]), make(&[8, 7]));
        delivered(&*before, &wanted).await;
        assert!(matches!(make(&[8]).observe(&wanted, Some(last)).await, SinkState::Blocked { .. }), "{file}");
        assert_eq!(after.observe(&wanted, Some(last)).await, SinkState::Differs, "{file}");
        after.write(&wanted).await.unwrap();
        assert_eq!(after.observe(&wanted, Some(last)).await, SinkState::Same, "{file}");
        assert_eq!(
            make(&[8]).observe(&wanted, Some(last)).await,
            SinkState::Same,
            "the new key alone reads it: {file}"
        );
        assert!(matches!(before.observe(&wanted, Some(last)).await, SinkState::Blocked { .. }), "{file}");
        // One that begins as ours and is spoilt further down is mended; one from before is taken away when its app goes.
        delivered(&*make(&[7, 8]), &wanted).await;
        let whole = fs::read(apps.join(file)).unwrap();
        assert_eq!(after.remove(&wanted.to, last).await, Ok(Removed::Gone), "{file}");
        fs::write(apps.join(file), &whole[..whole.len() - 20]).unwrap();
        assert_eq!(after.observe(&wanted, Some(last)).await, SinkState::Differs, "{file}");
    }
}
