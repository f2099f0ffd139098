//! `/account/data`: a copy of what is kept of a person, and leaving for good.

use crate::{person, running};
use doorstep_app::accounts::{NewPerson, PeopleError};
use doorstep_core::time::Ttl;
use serde_json::json;
use std::collections::BTreeSet;

const PROVE: &str = "/login?next=/account/data&again=1";

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_has_what_is_kept_and_no_secret() {
    let running = running::empty().await;
    running.guard().await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut grace, _) = person::grace(&running).await;
    let kit = ada.post("/account/recovery-kit", &[]).await.body;
    let code = kit.split_once("<li>").unwrap().1.split('<').next().unwrap().to_owned();
    ada.post("/account/tokens", &[("label", "backup"), ("app", "wiki"), ("days", "30")]).await;

    let answer = ada.post("/account/data/copy", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let data = answer.json();
    assert_eq!((&data["account"]["user_name"], &data["account"]["email"]), (&json!("ada"), &json!("ada@example.org")));
    assert_eq!(data["account"]["groups"], json!(["admins"]));
    for (what, many) in [("passkeys", 1), ("sessions", 1), ("tokens", 1)] {
        assert_eq!(data[what].as_array().unwrap().len(), many, "{what}: {data}");
    }
    assert_eq!((&data["tokens"][0]["label"], &data["recovery_kit"]["codes_left"]), (&json!("backup"), &json!(10)));
    let kinds: Vec<_> =
        data["activity"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"recovery_kit_made") && kinds.contains(&"passkey_added"), "{kinds:?}");
    for secret in [code.as_str(), "ds_pat_", "ds_ses_", ada.session().unwrap(), "private"] {
        assert!(!answer.body.contains(secret), "{secret}");
    }
    assert!(!grace.post("/account/data/copy", &[]).await.body.contains("ada@example.org"));
    running.pass(Ttl::from_minutes(6));
    assert_eq!(ada.post("/account/data/copy", &[]).await.location(), PROVE, "security row 81");
    assert!(ada.get("/account/data").await.body.contains("Confirm that it is you"));
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_a_person_leaves_for_good_after_a_fresh_sign_in_and_a_word() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut grace, mut soft) = person::grace(&running).await;
    let alone = ada.post("/account/data/delete", &[("user_name", "ada")]).await;
    assert!(alone.status == 400 && alone.body.contains("Nobody else who can sign in is an administrator"), "{alone:?}");
    assert_eq!(ada.get("/account").await.status, 200, "she is as she was");

    let other = grace.post("/account/data/delete", &[("user_name", "ada")]).await;
    assert!(other.status == 400 && other.body.contains("This is not your user name."), "{other:?}");
    running.pass(Ttl::from_minutes(6));
    assert_eq!(grace.post("/account/data/delete", &[("user_name", "grace")]).await.location(), PROVE);
    assert_eq!(person::sign_in(&mut grace, &mut soft, &json!({})).await.status, 200);
    let mut window = grace.twin();
    let left = grace.post("/account/data/delete", &[("user_name", " Grace ")]).await;
    assert_eq!((left.status.as_u16(), left.heading().as_str()), (200, "Your account is deleted"));
    assert_eq!(grace.session(), None);
    assert!(window.get("/account").await.location().starts_with("/login"), "the other tab is out too");
    let refused = person::sign_in(&mut running.browser(), &mut soft, &json!({})).await;
    assert_eq!(refused.status, 403);
    let again = NewPerson { name: "grace".to_owned(), ..NewPerson::default() };
    let again = running.instance.accounts.add_person(&running.act(), again, BTreeSet::new()).await;
    assert!(matches!(again, Err(PeopleError::Former(_))), "her name is nobody else's without a word");
}
