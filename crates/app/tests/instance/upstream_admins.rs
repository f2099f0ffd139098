//! What a provider of somebody else's may not do to an instance: take its last administrator away, or be their only way in.

use crate::{
    fixture::{Home, Person, groups, myself, on_both},
    upstream::{enters, links, set_up_with},
};
use doorstep_app::accounts::AccountError;
use doorstep_core::model::LinkPurpose;
use doorstep_store::passkeys;
use serde_json::json;

async fn removes_the_passkey(home: &Home, person: &Person) -> Result<(), AccountError> {
    let who = home.who(&person.session).await;
    let of_hers = passkeys::of_user(&mut home.db().read().await.unwrap(), &person.user.id).await.unwrap();
    home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &of_hers[0].id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_makes_administrators_and_never_takes_the_last_one_away() {
    on_both!(|home| {
        let idp = set_up_with(&home, &[("bosses", "admins")]);
        let ada = home.person("ada", &[]).await;
        links(&home, &idp, &home.who(&ada.session).await, "them-1").await.unwrap();
        let says = async |said: &[&str]| {
            let entered = enters(&home, &idp, "them-1", &json!({ "groups": said })).await.unwrap();
            entered.principal.groups
        };
        assert_eq!(says(&["bosses"]).await, groups(&["admins"]));
        assert_eq!(says(&[]).await, groups(&["admins"]), "nobody else administers");
        home.person("root", &["admins"]).await;
        assert_eq!(says(&[]).await, groups(&[]));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_keeps_a_way_in_that_is_their_own() {
    on_both!(|home| {
        let idp = set_up_with(&home, &[]);
        let (ada, bob) = (home.person("ada", &["admins"]).await, home.person("bob", &[]).await);
        for (person, subject) in [(&ada, "them-1"), (&bob, "them-2")] {
            links(&home, &idp, &home.who(&person.session).await, subject).await.unwrap();
        }
        let refused = removes_the_passkey(&home, &ada).await.unwrap_err();
        assert!(matches!(refused, AccountError::LastMethod), "{refused:?}");
        removes_the_passkey(&home, &bob).await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_that_removes_what_was_before_takes_the_groups_of_an_upstream_along() {
    on_both!(|home| {
        let idp = set_up_with(&home, &[("kin", "family")]);
        let ada = home.person("ada", &["users"]).await;
        links(&home, &idp, &home.who(&ada.session).await, "them-1").await.unwrap();
        let entered = enters(&home, &idp, "them-1", &json!({ "groups": ["kin"] })).await.unwrap();
        assert_eq!(entered.principal.groups, groups(&["family", "users"]));
        let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        let session = crate::fixture::recover(&home.instance, &link).await;
        assert_eq!(home.who(&session).await.principal.groups, groups(&["users"]));
        assert!(enters(&home, &idp, "them-1", &json!({})).await.is_err());
    });
}
