//! The API server of the tests is a real one: it enforces RBAC, and keeps what it has over a restart.

use crate::kubernetes::cluster::Cluster;
use serde_json::{Value, json};

#[tokio::test]
async fn the_api_server_enforces_rbac() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("rbac").await;
    let secrets = format!("/api/v1/namespaces/{namespace}/secrets");
    admin.must("POST", &secrets, json!({ "metadata": { "name": "one" }, "stringData": { "a": "b" } })).await;
    let folder = tempfile::tempdir().expect("a folder");
    let reader = Cluster::by(&admin.limited(&namespace, &["get"], folder.path()).await).await;
    assert!(reader.ask("GET", &format!("{secrets}/one"), None).await.is_ok());
    assert_eq!(reader.ask("GET", &secrets, None).await.err(), Some(403), "a list is another verb");
    assert_eq!(reader.ask("DELETE", &format!("{secrets}/one"), None).await.err(), Some(403));
    let nobody = Cluster::by(&admin.with_token("nobody", folder.path())).await;
    assert_eq!(nobody.ask("GET", &format!("{secrets}/one"), None).await.err(), Some(401));
}

#[tokio::test]
async fn what_it_has_outlives_a_restart() {
    let mut cluster = Cluster::alone().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("restart").await;
    let secrets = format!("/api/v1/namespaces/{namespace}/secrets");
    admin.must("POST", &secrets, json!({ "metadata": { "name": "one" }, "stringData": { "a": "b" } })).await;
    cluster.stop();
    cluster.start().await;
    let found = cluster.admin().await.must("GET", &format!("{secrets}/one"), Value::Null).await;
    assert_eq!(found["data"]["a"], "Yg==");
}
