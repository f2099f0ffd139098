//! For whom a grant is: a person in a session, or a client by itself. Nothing between the two is kept.

use crate::{
    instance::{NOW, alive, furnished, grant, grant_of_client, hash, id, later, token},
    intruder::Intruder,
};
use doorstep_core::secret::TokenKind;
use doorstep_store::{
    grants::{self, GrantWithPrincipal},
    testing, tokens,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_of_a_client_by_itself_has_no_account_and_no_session() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let own = grant_of_client("g-client");
        grants::insert(&mut conn, &own).await.unwrap();
        assert_eq!(grants::by_id(&mut conn, &own.id).await.unwrap(), Some(own.clone()));

        let nobody = GrantWithPrincipal { grant: own.clone(), account: None, session_alive: false };
        let found = grants::grant_with_principal(&mut conn, &own.id, alive(NOW)).await.unwrap();
        assert_eq!(found, Some(nobody.clone()));
        let bearer = hash(TokenKind::Access, 1);
        tokens::insert_access(&mut conn, &bearer, &token("g-client", 600)).await.unwrap();
        let found = tokens::access(&mut conn, &bearer, alive(later(1))).await.unwrap();
        assert_eq!(found, Some((token("g-client", 600), nobody)));
        // It is nobody's: no person's list shows it, and no sign-out reaches it.
        let of_ada = grants::clients_of_user(&mut conn, &id("u-ada")).await.unwrap();
        assert_eq!(of_ada.len(), 1);
        assert_eq!(grants::revoke_others(&mut conn, &id("u-ada"), &id("s-other"), NOW).await.unwrap(), 1);
        assert!(grants::by_id(&mut conn, &own.id).await.unwrap().unwrap().revoked_at.is_none());
    }
}

/// The columns that tell the two apart, and what each engine says to a mixture.
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_wholly_a_persons_or_wholly_a_clients() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        grants::insert(&mut conn, &grant_of_client("g-client")).await.unwrap();
        grants::insert(&mut conn, &grant("g-person")).await.unwrap();
        drop(conn);
        let mut intruder = Intruder::new(&instance.at).await;
        for (row, change) in [
            ("g-client", "user_id = 'u-ada'"),
            ("g-client", "session_id = 's-ada'"),
            ("g-client", "nonce = 'n'"),
            ("g-client", "auth_time = 1"),
            ("g-client", "amr = 'password'"),
            ("g-client", "offline = TRUE"),
            ("g-client", "subject = 'person'"),
            ("g-client", "subject = 'controller'"),
            ("g-person", "user_id = NULL"),
            ("g-person", "session_id = NULL"),
            ("g-person", "auth_time = NULL"),
            ("g-person", "amr = NULL"),
            ("g-person", "subject = 'client'"),
        ] {
            let text = format!("UPDATE grants SET {change} WHERE id = '{row}'");
            let refusal = intruder.refusal(text).await.to_lowercase();
            assert!(refusal.contains("check constraint"), "{:?} {row} {change}: {refusal}", instance.engine);
        }
    }
}
