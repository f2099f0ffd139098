//! Tokens for programs: kept under a hash, read with their owner, ended by themselves, with their owner, or with an app.

use crate::instance::{NOW, ada, app, furnished, group_set, hash, id, later, user, wiki};
use doorstep_core::{
    id::ProgramTokenId,
    model::ProgramToken,
    page::After,
    secret::TokenKind,
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, StoreError, apps, program_tokens, sweep, testing, users};

fn token(name: &str, of: &[&str], expires_at: Timestamp) -> ProgramToken {
    ProgramToken {
        id: id(name),
        user: ada(),
        label: format!("{name} «nightly»"),
        apps: of.iter().map(|app| id(app)).collect(),
        read_only: name.ends_with('r'),
        created_at: NOW,
        expires_at,
        last_used_at: None,
    }
}

async fn keep(conn: &mut Conn, seed: u64, token: &ProgramToken) -> Result<(), StoreError> {
    program_tokens::insert(conn, &hash(TokenKind::Program, seed), token).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_comes_back_with_its_apps_and_its_owner() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        apps::put(&mut tx, &app("photos"), NOW).await.unwrap();
        let (one, two) = (token("t-1", &["wiki", "photos"], later(60)), token("t-r", &["wiki"], later(90)));
        keep(&mut tx, 1, &one).await.unwrap();
        keep(&mut tx, 2, &two).await.unwrap();
        let found = program_tokens::with_principal(&mut tx, &hash(TokenKind::Program, 1)).await.unwrap();
        assert_eq!(found, Some((one.clone(), user("ada"), group_set(&["admins", "family"]).into())));
        let other_kind = hash(TokenKind::App, 1);
        assert_eq!(program_tokens::with_principal(&mut tx, &other_kind).await.unwrap(), None);
        let by_id = program_tokens::by_id(&mut tx, &two.id).await.unwrap();
        assert_eq!(by_id, Some((two.clone(), hash(TokenKind::Program, 2))));
        assert_eq!(program_tokens::of_user(&mut tx, &ada()).await.unwrap(), [one.clone(), two.clone()]);
        for (at, many) in [(NOW, 2), (later(60), 1), (later(90), 0)] {
            assert_eq!(program_tokens::count_of_user(&mut tx, &ada(), at).await.unwrap(), many);
        }
        for (from, until, names) in
            [(0, 59, &[][..]), (0, 60, &["t-1"]), (0, 90, &["t-1", "t-r"]), (60, 90, &["t-r"]), (90, 99, &[])]
        {
            let ending = program_tokens::ending(&mut tx, (later(from), later(until))).await.unwrap();
            let ending: Vec<_> = ending.iter().map(|(token, owner)| (token.id.as_str(), owner.as_str())).collect();
            assert_eq!(ending, names.iter().map(|name| (*name, "ada")).collect::<Vec<_>>(), "{from} {until}");
        }
        let page = program_tokens::page(&mut tx, &After::start().limit(1)).await.unwrap();
        assert_eq!((page.items, page.next), (vec![(one.clone(), "ada".parse().unwrap())], Some(one.id)));
        let page = program_tokens::page(&mut tx, &After::key(id("t-1"))).await.unwrap();
        assert_eq!((page.items, page.next), (vec![(two, "ada".parse().unwrap())], None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_moves_forwards_alone() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        let one = token("t-1", &["wiki"], later(60));
        keep(&mut tx, 1, &one).await.unwrap();
        for (at, kept) in [(5, 5), (4, 5), (9, 9)] {
            program_tokens::touch(&mut tx, &one.id, later(at)).await.unwrap();
            let (found, _) = program_tokens::by_id(&mut tx, &one.id).await.unwrap().unwrap();
            assert_eq!(found.last_used_at, Some(later(kept)));
        }
        assert!(program_tokens::delete(&mut tx, &one.id).await.unwrap());
        assert!(!program_tokens::delete(&mut tx, &one.id).await.unwrap());
        program_tokens::touch(&mut tx, &one.id, later(10)).await.unwrap();
        assert_eq!(program_tokens::by_id(&mut tx, &one.id).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_for_apps_that_are_there_and_goes_with_its_owner() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        let nowhere = keep(&mut tx, 1, &token("t-1", &["nowhere"], later(60))).await;
        assert!(matches!(nowhere, Err(StoreError::MissingParent { .. })), "{nowhere:?}");
        drop(tx);
        let mut tx = instance.db.begin().await.unwrap();
        apps::put(&mut tx, &app("photos"), NOW).await.unwrap();
        let one = token("t-1", &["photos", "wiki"], later(60));
        keep(&mut tx, 1, &one).await.unwrap();
        tx.commit().await.unwrap();

        let left = async |conn: &mut Conn| {
            let found = program_tokens::by_id(conn, &id::<ProgramTokenId>("t-1")).await.unwrap();
            found.map(|(token, _)| token.apps.into_iter().map(String::from).collect::<Vec<_>>())
        };
        let mut tx = instance.db.begin().await.unwrap();
        apps::delete(&mut tx, &wiki()).await.unwrap();
        assert_eq!(left(&mut tx).await.unwrap(), ["photos"]);
        // An app that is declared anew is another one.
        apps::put(&mut tx, &app("wiki"), NOW).await.unwrap();
        assert_eq!(left(&mut tx).await.unwrap(), ["photos"]);
        apps::delete(&mut tx, &id("photos")).await.unwrap();
        assert!(left(&mut tx).await.unwrap().is_empty());
        users::delete(&mut tx, &ada()).await.unwrap();
        assert_eq!(left(&mut tx).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_token_is_kept_for_thirty_days() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        keep(&mut tx, 1, &token("t-1", &["wiki"], later(60))).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = instance.db.write().await.unwrap();
        let gone = later(60) + Ttl::from_days(30);
        for (at, is_gone) in [(gone - Ttl::from_millis(1), false), (gone, true)] {
            let report = sweep::expired(&mut conn, at, None).await.unwrap();
            assert_eq!(report.removed.contains(&("program_tokens", 1)), is_gone, "{report:?}");
        }
    }
}
