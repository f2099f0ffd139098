//! Requests for access: one for each person and app, refused for a while, gone with either.

use crate::instance::{NOW, ada, app, furnished, group_set, id, later, user, wiki};
use doorstep_core::{
    id::AppName,
    model::AccessRequest,
    time::{Timestamp, Ttl},
};
use doorstep_store::{Conn, StoreError, access_requests, apps, sweep, testing, users};

fn request(app: &AppName, at: Timestamp) -> AccessRequest {
    AccessRequest::new(ada(), app.clone(), "for «work»".to_owned(), at)
}

async fn open(conn: &mut Conn, now: Timestamp) -> Vec<AccessRequest> {
    access_requests::open(conn, now).await.unwrap().into_iter().map(|(request, ..)| request).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_once_refused_once_and_again_when_the_no_is_over() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        let first = request(&wiki(), NOW);
        assert!(access_requests::put(&mut tx, &first).await.unwrap());
        assert!(!access_requests::put(&mut tx, &request(&wiki(), later(5))).await.unwrap(), "it waits");
        let listed = access_requests::open(&mut tx, NOW).await.unwrap();
        assert_eq!(listed, [(first.clone(), user("ada"), group_set(&["admins", "family"]).into())]);
        assert_eq!(access_requests::get(&mut tx, &ada(), &wiki()).await.unwrap(), Some(first.clone()));
        for (at, many) in [(NOW, 1), (first.expires_at, 0)] {
            assert_eq!(access_requests::count_of_user(&mut tx, &ada(), at).await.unwrap(), many);
        }
        assert_eq!(open(&mut tx, first.expires_at).await, [], "nobody looks at it for ever");

        let about = (&ada(), &wiki());
        assert!(access_requests::refuse(&mut tx, about, (later(9), later(100))).await.unwrap());
        assert!(!access_requests::refuse(&mut tx, about, (later(10), later(200))).await.unwrap(), "twice");
        assert_eq!(open(&mut tx, later(10)).await, []);
        assert!(!access_requests::put(&mut tx, &request(&wiki(), later(99))).await.unwrap(), "the no stands");
        let again = request(&wiki(), later(100));
        assert!(access_requests::put(&mut tx, &again).await.unwrap());
        assert_eq!(open(&mut tx, later(100)).await, [again]);
        assert!(access_requests::delete(&mut tx, &ada(), &wiki()).await.unwrap());
        assert!(!access_requests::delete(&mut tx, &ada(), &wiki()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_with_the_app_the_person_and_its_time_and_is_for_nobody_whose_account_is_off() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        apps::put(&mut tx, &app("photos"), NOW).await.unwrap();
        for (app, at) in [(id("photos"), NOW), (wiki(), later(60))] {
            assert!(access_requests::put(&mut tx, &request(&app, at)).await.unwrap());
        }
        let oldest: Vec<_> = open(&mut tx, later(60)).await.into_iter().map(|request| request.app).collect();
        assert_eq!(oldest, [id("photos"), wiki()]);
        users::set_disabled(&mut tx, &ada(), Some(NOW), NOW).await.unwrap();
        assert_eq!(open(&mut tx, later(60)).await, []);
        users::set_disabled(&mut tx, &ada(), None, NOW).await.unwrap();

        let end = NOW + AccessRequest::LIFE;
        sweep::expired(&mut tx, end - Ttl::from_seconds(1), None).await.unwrap();
        assert_eq!(access_requests::count_of_user(&mut tx, &ada(), NOW).await.unwrap(), 2);
        sweep::expired(&mut tx, end, None).await.unwrap();
        assert_eq!(access_requests::get(&mut tx, &ada(), &id("photos")).await.unwrap(), None);
        assert!(access_requests::put(&mut tx, &request(&id("photos"), NOW)).await.unwrap());
        apps::delete(&mut tx, &id("photos")).await.unwrap();
        assert_eq!(access_requests::get(&mut tx, &ada(), &id("photos")).await.unwrap(), None);
        tx.commit().await.unwrap();

        let mut tx = instance.db.begin().await.unwrap();
        let nowhere = access_requests::put(&mut tx, &request(&id("nowhere"), NOW)).await;
        assert!(matches!(nowhere, Err(StoreError::MissingParent { .. })), "{nowhere:?}");
    }
}
