//! The one SQL text: every statement of the list must be understood by both engines, and find its rows by index.

use doorstep_store::{
    sql::{self, Statement},
    testing,
};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_prepared_on_both_engines() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        for statement in sql::all() {
            let prepared = conn.prepare(statement).await;
            assert!(prepared.is_ok(), "{:?} {}: {prepared:?}", instance.engine, statement.name());
        }
    }
}

#[test]
fn statements_have_names_of_their_own_and_use_all_parameters() {
    let names: BTreeSet<_> = sql::all().map(Statement::name).collect();
    assert_eq!(names.len(), sql::all().count());
    for statement in sql::all() {
        let used: BTreeSet<u32> = statement
            .text()
            .split('$')
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap())
            .collect();
        let wanted = (1..=u32::try_from(used.len()).unwrap()).collect();
        assert_eq!(used, wanted, "{}", statement.name());
    }
}

/// Small tables, or indexes of a few rows, that are read as a whole, on purpose.
const WHOLE: [&str; 22] = [
    "APP_BELOW_WILDCARD",
    "APP_SECRET_PIN_ALL",
    "BINDING_SEALED",
    "KEY_SERVER_ALL",
    "ROOT_KEY_OFFER",
    "SESSION_TOUCH_SOME",
    "CLIENT_WITHOUT_ISS",
    "DELIVERY_ALL",
    "JOB_BACKLOG",
    "GROUP_LIST",
    "INSTANCE_CLIENTS",
    "INSTANCE_PASSKEYS",
    "INSTANCE_PEOPLE",
    "KEY_ALL",
    "MEMBER_CONFIGURED",
    "PASSKEY_HOSTS",
    "PASSKEY_WITHOUT_PRESENT",
    "REFUSAL_COUNT",
    "REFUSAL_KEEP_NEWEST",
    "ROTATION_UNDER_WAY",
    "TOTP_SEALED",
    "USER_NAMES",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_lookup_and_no_sweep_reads_a_whole_table() {
    let instance = testing::migrated(testing::Engine::Sqlite).await;
    let file = rusqlite::Connection::open(instance.at.url.strip_prefix("sqlite:").unwrap()).unwrap();
    for statement in sql::all().filter(|statement| statement.text().contains("WHERE")) {
        let mut explain = file.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.text())).unwrap();
        let mut rows = explain.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get(3).unwrap();
            // `page` is what a subquery found, by index and up to a limit.
            let allowed = WHOLE.contains(&statement.name()) || !step.starts_with("SCAN") || step == "SCAN page";
            assert!(allowed, "{}: {step}", statement.name());
        }
    }
}
