//! Reports of refused requests: many are kept, and the newest always.

use crate::fixture::{may, on_both};
use doorstep_app::refusals::RefusalReport;
use doorstep_core::access::ReadAudit;
use doorstep_core::{model::Refusal, time::Ttl};
use doorstep_store::refusals;

#[tokio::test(flavor = "multi_thread")]
async fn security_86_a_flood_of_refusals_takes_the_place_of_the_oldest() {
    on_both!(|home| {
        let now = home.instance.now();
        let mut tx = home.db().begin().await.unwrap();
        for nth in 0..10_000 {
            let (reference, at) = (format!("AAAA-{nth:04}"), now - Ttl::from_millis(10_000 - nth));
            let (rule, what, remedy) = ("r".into(), "w".into(), "m".into());
            let old = Refusal { reference, at, rule, what, remedy, facts: vec![] };
            refusals::insert(&mut tx, &old, at + Ttl::from_days(7)).await.unwrap();
        }
        tx.commit().await.unwrap();
        for kept in [9_000, 9_001] {
            let report = RefusalReport { rule: "fresh", what: "w".into(), remedy: "m".into(), facts: vec![] };
            let reference = home.instance.refusals.keep(report).await.unwrap();
            assert_eq!(
                home.instance
                    .refusals
                    .read(&may(&home.instance, ReadAudit), &reference)
                    .await
                    .unwrap()
                    .map(|report| report.rule)
                    .as_deref(),
                Some("fresh")
            );
            assert_eq!(refusals::count(&mut home.db().read().await.unwrap()).await.unwrap(), kept);
        }
        for (old, kept) in [("AAAA-0000", false), ("AAAA-1000", false), ("AAAA-1001", true), ("AAAA-9999", true)] {
            assert_eq!(
                home.instance.refusals.read(&may(&home.instance, ReadAudit), old).await.unwrap().is_some(),
                kept,
                "{old}"
            );
        }
    });
}
