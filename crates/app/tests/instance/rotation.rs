//! The rotation of a client secret on two replicas: both versions are good until the app uses the new one, each step
//! happens once and leaves a line, and nothing ends that an app may still need.

use crate::fixture::{Home, may, nobody, on_both, own, seconds, somewhere};
use doorstep_app::{instance::Instance, onboarding::RotateError};
use doorstep_core::{
    access::ManageApps,
    id::ClientId,
    model::{ClientAuthMethod, NotRotated, Rotation, RotationEnd, RotationStage, RotationTerms},
};
use doorstep_onboard::{provider::Provider, spec::ClientSpec};
use doorstep_store::{
    audit, clients, revocations, rotations,
    testing::{Engine, Intruder, waiting},
};
use std::{path::Path, sync::Arc, time::Duration};

const NO_TERMS: RotationTerms = RotationTerms { within: None, overlap: None };

/// An instance with two replicas and a client.
struct Pair {
    home: Home,
    other: Arc<Instance>,
    wiki: ClientId,
}

impl Pair {
    async fn of(home: Home) -> Self {
        let wiki = home.client("wiki", |_| {}).await;
        let other = home.replica().await;
        Self { home, other, wiki }
    }

    async fn begin(&self, terms: RotationTerms) -> Rotation {
        let act = may(&self.home.instance, ManageApps);
        self.home.instance.onboarding.rotate(&act, &"wiki".parse().unwrap(), (&terms, false)).await.unwrap()
    }

    async fn back(&self) -> Rotation {
        let act = may(&self.home.instance, ManageApps);
        let wiki = "wiki".parse().unwrap();
        self.home.instance.onboarding.take_rotation_back(&act, &wiki, &NO_TERMS).await.unwrap()
    }

    async fn delivered(&self, rotation: &Rotation) -> bool {
        let act = may(&self.other, ManageApps);
        self.other.onboarding.rotation_delivered(&act, (&self.wiki, rotation)).await.unwrap()
    }

    /// Both replicas do what they do each second.
    async fn second(&self) -> usize {
        let mut ended = 0;
        for instance in [&self.home.instance, &self.other] {
            instance.caches.catch_up().await.unwrap();
            ended += instance.onboarding.end_due_rotations(&may(instance, ManageApps)).await.unwrap();
            instance.caches.catch_up().await.unwrap();
        }
        ended
    }

    /// Which of the versions 1 to 3 prove the client, at each replica.
    async fn good(&self) -> [Vec<u32>; 2] {
        [good(&self.home.instance, &self.wiki).await, good(&self.other, &self.wiki).await]
    }

    async fn stage(&self) -> Option<RotationStage> {
        let last = self.other.onboarding.last_rotation(&"wiki".parse().unwrap()).await.unwrap()?;
        last.ended_at.is_none().then(|| last.rotation.stage())
    }

    /// The secret that belongs in every place now.
    async fn wanted(&self) -> u32 {
        let held = own(&self.other).credentials(&"wiki".parse().unwrap()).await.unwrap().unwrap();
        let secret = held.client_secret.unwrap();
        let keyring = &self.other.context.keyring;
        let is = |version| keyring.client_secret(&self.wiki, version).unwrap().matches(secret.expose().as_bytes());
        (1..=3).find(|version| is(*version)).unwrap()
    }

    async fn steps(&self) -> Vec<String> {
        let all = audit::recent(&mut self.home.db().read().await.unwrap(), 100).await.unwrap();
        let step = |line: &audit::AuditLine| {
            let detail: serde_json::Value = serde_json::from_str(&line.detail).unwrap();
            let step = detail["step"].as_str().unwrap_or("used").to_owned();
            format!("{step} {}", detail["version"].as_str().unwrap())
        };
        let mut steps: Vec<_> =
            all.iter().filter(|line| line.kind.starts_with("secret_")).map(|line| (line.at, step(line))).collect();
        steps.reverse();
        steps.sort_by_key(|(at, _)| *at);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

async fn proves(instance: &Instance, client: &ClientId, version: u32) -> bool {
    let secret = instance.context.keyring.client_secret(client, version).unwrap();
    let body = format!("token=ds_acc_garbage&client_id={client}&client_secret={}", secret.expose());
    instance.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await.is_ok()
}

async fn good(instance: &Instance, client: &ClientId) -> Vec<u32> {
    let mut good = Vec::new();
    for version in 1..=3 {
        if proves(instance, client, version).await {
            good.push(version);
        }
    }
    good
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_from_the_first_step_to_the_last() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        assert_eq!((p.good().await, p.wanted().await), ([vec![1], vec![1]], 1));
        let rotation = p.begin(NO_TERMS).await;
        assert_eq!((rotation.old, rotation.new), (1, 2));
        assert_eq!(p.second().await, 0);
        // Every replica takes both before anybody is given the new one.
        assert!(proves(&p.other, &p.wiki, 1).await && proves(&p.home.instance, &p.wiki, 1).await);
        assert_eq!((p.wanted().await, p.stage().await), (1, Some(RotationStage::Issued)));
        p.home.wait(seconds(11));
        assert_eq!(p.wanted().await, 1);
        p.home.wait(seconds(1));
        assert_eq!(p.wanted().await, 2);
        p.home.wait(seconds(1));
        assert!(p.delivered(&rotation).await);
        assert!(!p.delivered(&rotation).await, "once");
        assert_eq!((p.second().await, p.stage().await), (0, Some(RotationStage::Delivered)));
        p.home.wait(seconds(3600));
        assert_eq!(p.second().await, 0, "the app has not used it, however long that takes");
        assert!(proves(&p.other, &p.wiki, 1).await);
        assert_eq!(p.stage().await, Some(RotationStage::Delivered), "a use of the old one is none");
        for _ in 0..3 {
            assert!(proves(&p.other, &p.wiki, 2).await);
        }
        assert!(proves(&p.home.instance, &p.wiki, 1).await, "until it is ended");
        p.home.wait(seconds(1));
        assert_eq!(p.second().await, 1);
        assert_eq!((p.good().await, p.wanted().await), ([vec![2], vec![2]], 2));
        assert_eq!(p.stage().await, None);
        assert_eq!(p.steps().await, ["issued 2", "delivered 2", "used 2", "retired 1"]);
        // The next one gets a version that nobody had.
        p.home.wait(seconds(10));
        assert_eq!(p.begin(NO_TERMS).await.new, 3);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_begin_at_once_both_follow_one_rotation() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        let (one, two) = (may(&p.home.instance, ManageApps), may(&p.other, ManageApps));
        let wiki = "wiki".parse().unwrap();
        let (one, two) = tokio::join!(
            p.home.instance.onboarding.rotate(&one, &wiki, (&NO_TERMS, false)),
            p.other.onboarding.rotate(&two, &wiki, (&NO_TERMS, false))
        );
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(p.begin(NO_TERMS).await.new, 2);
        assert_eq!(p.steps().await, ["issued 2"]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_version_ends_at_a_deadline_and_not_before_the_new_one_was_delivered() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        let rotation = p.begin(RotationTerms { within: Some(seconds(60)), overlap: None }).await;
        p.home.wait(seconds(600));
        assert_eq!(p.second().await, 0, "nobody has the new one");
        assert_eq!(rotation.due(p.home.instance.now()), None);
        assert!(p.delivered(&rotation).await);
        let delivered = Rotation { delivered_at: Some(p.home.instance.now()), ..rotation };
        assert_eq!(delivered.due(p.home.instance.now()), Some(RotationEnd::Deadline));
        assert_eq!(p.second().await, 1);
        assert_eq!(p.good().await, [vec![2], vec![2]]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_is_taken_back_ends_the_new_version_once_the_app_uses_the_old_one_again() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        let rotation = p.begin(RotationTerms { within: Some(seconds(60)), overlap: Some(seconds(600)) }).await;
        p.home.wait(seconds(7));
        assert!(p.delivered(&rotation).await);
        p.second().await;
        p.home.wait(seconds(1));
        assert!(proves(&p.home.instance, &p.wiki, 2).await);
        p.home.wait(seconds(1));
        let back = p.back().await;
        assert_eq!((back.old, back.new, p.wanted().await), (2, 1, 1));
        p.home.wait(seconds(60));
        p.second().await;
        assert_eq!(p.good().await, [vec![1, 2], vec![1, 2]], "the deadline was one of the way there");
        assert_eq!(p.stage().await, Some(RotationStage::Issued), "it proves nothing before it was delivered again");
        assert!(!p.delivered(&rotation).await, "that was another direction");
        assert!(p.delivered(&back).await);
        p.home.wait(seconds(1));
        p.second().await;
        assert!(proves(&p.other, &p.wiki, 2).await && proves(&p.other, &p.wiki, 1).await);
        p.home.wait(seconds(599));
        assert_eq!(p.second().await, 0, "the overlap counts here too");
        p.home.wait(seconds(1));
        assert_eq!(p.second().await, 1);
        assert_eq!(p.good().await, [vec![1], vec![1]]);
        assert_eq!(
            p.steps().await,
            ["issued 2", "delivered 2", "used 2", "taken back 1", "delivered 1", "used 1", "retired 2"]
        );
        assert_eq!(p.begin(NO_TERMS).await.new, 3, "the one that was taken back never comes again");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_changes_meanwhile_keeps_its_rotation_and_one_that_becomes_public_loses_it() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        let rotation = p.begin(NO_TERMS).await;
        let mut spec = ClientSpec::new("wiki".parse().unwrap(), "Wiki", vec!["https://wiki.example.org/cb".into()]);
        own(&p.other).update_client(&"wiki".parse().unwrap(), &spec, &[]).await.unwrap();
        p.second().await;
        assert_eq!(p.good().await[1], [1, 2]);
        spec.auth_method = ClientAuthMethod::None;
        own(&p.other).update_client(&"wiki".parse().unwrap(), &spec, &[]).await.unwrap();
        p.home.wait(seconds(7));
        p.delivered(&rotation).await;
        assert_eq!((p.second().await, p.stage().await), (0, None));
        spec.auth_method = ClientAuthMethod::Either;
        own(&p.other).update_client(&"wiki".parse().unwrap(), &spec, &[]).await.unwrap();
        p.second().await;
        assert_eq!((p.good().await, p.wanted().await), ([vec![3], vec![3]], 3), "none that was in use before");
        own(&p.other).delete_client(&"wiki".parse().unwrap()).await.unwrap();
        assert_eq!((p.second().await, p.good().await), (0, [vec![], vec![]]));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_secret_of_ours_is_not_rotated() {
    on_both!(|home| {
        home.client("wiki", |spec| spec.auth_method = ClientAuthMethod::None).await;
        home.client("chat", |_| {}).await;
        let act = may(&home.instance, ManageApps);
        let on = &home.instance.onboarding;
        let begun = on.rotate(&act, &"wiki".parse().unwrap(), (&NO_TERMS, true)).await;
        assert!(matches!(begun, Err(RotateError::Refused(NotRotated::NoSecret))), "{begun:?}");
        let begun = on.rotate(&act, &"nothing".parse().unwrap(), (&NO_TERMS, true)).await;
        assert!(matches!(begun, Err(RotateError::NoClient)), "{begun:?}");
        let back = on.take_rotation_back(&act, &"chat".parse().unwrap(), &NO_TERMS).await;
        assert!(matches!(back, Err(RotateError::Refused(NotRotated::NotUnderWay))), "{back:?}");
    });
}

/// Waits until a transaction waits for a row that another one holds.
async fn until_somebody_waits(p: &Pair) {
    for _ in 0..2_000 {
        if waiting(&p.home.at.at).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("nobody waits for the row");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_terms_write_over_no_step_that_was_noted_meanwhile() {
    for (notes_use, stage) in [(true, RotationStage::Used), (false, RotationStage::Delivered)] {
        let p = Pair::of(Home::new(Engine::Postgres).await).await;
        let rotation = p.begin(NO_TERMS).await;
        p.home.wait(seconds(13));
        if notes_use {
            assert!(p.delivered(&rotation).await);
        }
        let mut tx = p.other.context.db.begin().await.unwrap();
        let (step, now) = ((&p.wiki, &rotation), p.home.instance.now());
        let noted = if notes_use {
            rotations::used(&mut tx, step, now).await
        } else {
            rotations::delivered(&mut tx, step, now).await
        };
        assert!(noted.unwrap());
        // What the command reads of the rotation is from before that step, and it writes after it.
        let here = Arc::clone(&p.home.instance);
        let terms = RotationTerms { within: None, overlap: Some(seconds(600)) };
        let repeated = tokio::spawn(async move {
            here.onboarding.rotate(&may(&here, ManageApps), &"wiki".parse().unwrap(), (&terms, false)).await
        });
        until_somebody_waits(&p).await;
        tx.commit().await.unwrap();
        repeated.await.unwrap().unwrap();
        let last = p.other.onboarding.last_rotation(&"wiki".parse().unwrap()).await.unwrap().unwrap().rotation;
        assert_eq!((last.stage(), last.overlap), (stage, seconds(600)), "{last:?}");
        assert_eq!(if notes_use { last.used_at } else { last.delivered_at }, Some(now));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_waited_for_the_client_is_issued_when_it_is_written() {
    let p = Pair::of(Home::new(Engine::Postgres).await).await;
    let mut tx = p.other.context.db.begin().await.unwrap();
    clients::lock(&mut tx, &p.wiki).await.unwrap();
    let here = Arc::clone(&p.home.instance);
    let terms = RotationTerms { within: Some(seconds(100)), overlap: None };
    let begun = tokio::spawn(async move {
        here.onboarding.rotate(&may(&here, ManageApps), &"wiki".parse().unwrap(), (&terms, false)).await
    });
    until_somebody_waits(&p).await;
    p.home.wait(seconds(30));
    drop(tx);
    let (rotation, now) = (begun.await.unwrap().unwrap(), p.home.instance.now());
    assert_eq!((rotation.issued_at, rotation.ends_at), (now, Some(now + seconds(100))));
    assert_eq!(p.wanted().await, 1, "no server gives it to anybody before all have heard of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_command_writes_nothing_and_other_terms_leave_a_line() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        let newest =
            async || revocations::newest(&mut p.home.db().read().await.unwrap()).await.unwrap().map(|it| it.seq);
        let begun = p.begin(NO_TERMS).await;
        let before = newest().await;
        assert_eq!(p.begin(NO_TERMS).await, begun);
        assert_eq!((newest().await, p.steps().await), (before, vec!["issued 2".to_owned()]), "nothing was written");
        p.home.wait(seconds(1));
        let changed = p.begin(RotationTerms { within: Some(seconds(60)), overlap: Some(seconds(5)) }).await;
        assert_eq!((changed.ends_at, changed.overlap), (Some(p.home.instance.now() + seconds(60)), seconds(5)));
        assert_eq!(p.steps().await, ["issued 2", "terms changed 2"]);
        assert!(newest().await > before, "every server reads the client again");
        p.home.wait(seconds(1));
        let back = p.back().await;
        assert_eq!(p.back().await, back);
        assert_eq!(p.steps().await, ["issued 2", "terms changed 2", "taken back 1"]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_of_a_client_that_was_disabled_is_taken_back_with_an_end_alone() {
    on_both!(|home| {
        let p = Pair::of(home).await;
        p.begin(RotationTerms { within: Some(seconds(60)), overlap: None }).await;
        let mut tx = p.home.db().begin().await.unwrap();
        let mut client = clients::by_id(&mut tx, &p.wiki).await.unwrap().unwrap();
        client.enabled = false;
        clients::put(&mut tx, &client, p.home.instance.now()).await.unwrap();
        tx.commit().await.unwrap();
        let (act, wiki) = (may(&p.home.instance, ManageApps), "wiki".parse().unwrap());
        let refused = p.home.instance.onboarding.take_rotation_back(&act, &wiki, &NO_TERMS).await;
        assert!(matches!(refused, Err(RotateError::Refused(NotRotated::Disabled))), "{refused:?}");
        let terms = RotationTerms { within: Some(seconds(90)), overlap: None };
        let back = p.home.instance.onboarding.take_rotation_back(&act, &wiki, &terms).await.unwrap();
        assert!(p.delivered(&back).await);
        p.home.wait(seconds(90));
        assert_eq!((p.second().await, p.stage().await), (1, None));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_cannot_be_read_holds_up_no_other() {
    let p = Pair::of(Home::new(Engine::Sqlite).await).await;
    let chat = p.home.client("chat", |_| {}).await;
    let on = &p.home.instance.onboarding;
    let act = may(&p.home.instance, ManageApps);
    let terms = RotationTerms { within: Some(seconds(60)), overlap: None };
    let rotation = p.begin(terms).await;
    let other = on.rotate(&act, &"chat".parse().unwrap(), (&terms, false)).await.unwrap();
    assert!(p.delivered(&rotation).await);
    assert!(on.rotation_delivered(&act, (&chat, &other)).await.unwrap());
    Intruder::open(Path::new(p.home.at.at.url.strip_prefix("sqlite:").unwrap()))
        .run("UPDATE client_rotations SET new_version = -1 WHERE client_id = 'chat'");
    p.home.wait(seconds(60));
    assert_eq!(on.rotations().await.unwrap().len(), 1);
    assert_eq!((p.second().await, p.stage().await), (1, None));
}
