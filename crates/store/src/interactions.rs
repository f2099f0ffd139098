//! Authorization requests parked while a person signs in or consents. Each says which browser sent it.

use crate::{
    Conn, StoreError,
    row::json_text,
    sql::{
        INTERACTION_DELETE, INTERACTION_GET, INTERACTION_INSERT, INTERACTION_KEEP_NEWEST, INTERACTION_OF_BROWSER,
        INTERACTION_SET_CONSENTED,
    },
};
use doorstep_core::{id::InteractionId, model::Interaction, time::Timestamp};

/// Parks a request.
pub async fn insert(conn: &mut Conn, interaction: &Interaction) -> Result<(), StoreError> {
    let params = json_text("interactions", &interaction.params)?;
    let values = [
        (&interaction.id).into(),
        (&interaction.client).into(),
        (&interaction.browser_hash).into(),
        (&params).into(),
        interaction.created_at.into(),
        interaction.signed_in_at.into(),
        interaction.consented.into(),
        interaction.expires_at.into(),
    ];
    conn.execute(INTERACTION_INSERT, &values).await.map(|_| ())
}

/// The parked request, if it has not expired. Whether it is the asking browser's is for the caller to see.
pub async fn get(conn: &mut Conn, id: &InteractionId, now: Timestamp) -> Result<Option<Interaction>, StoreError> {
    let Some(mut row) = conn.row(INTERACTION_GET, &[id.into(), now.into()]).await? else {
        return Ok(None);
    };
    Ok(Some(Interaction {
        id: row.parsed(0, "an interaction id")?,
        client: row.parsed(1, "a client id")?,
        browser_hash: row.text(2)?,
        params: row.json(3)?,
        created_at: row.time(4)?,
        signed_in_at: row.opt_time(5)?,
        consented: row.bool(6)?,
        expires_at: row.time(7)?,
    }))
}

/// Notes that the person pressed «Allow»; false when the request is gone.
pub async fn set_consented(conn: &mut Conn, id: &InteractionId) -> Result<bool, StoreError> {
    Ok(conn.execute(INTERACTION_SET_CONSENTED, &[id.into()]).await? > 0)
}

/// Removes a parked request; false when it was gone already.
pub async fn delete(conn: &mut Conn, id: &InteractionId) -> Result<bool, StoreError> {
    Ok(conn.execute(INTERACTION_DELETE, &[id.into()]).await? > 0)
}

/// Removes all but the newest `keep` requests of a browser; says how many went.
pub async fn keep_newest_of_browser(conn: &mut Conn, browser_hash: &str, keep: i64) -> Result<i64, StoreError> {
    conn.execute(INTERACTION_KEEP_NEWEST, &[browser_hash.into(), keep.into()]).await
}

/// Whether anything is parked for a browser with this hash.
pub async fn has_browser(conn: &mut Conn, browser_hash: &str) -> Result<bool, StoreError> {
    Ok(conn.row(INTERACTION_OF_BROWSER, &[browser_hash.into()]).await?.is_some())
}
