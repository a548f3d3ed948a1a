//! Meld: the widget at the root, and the endpoint that prepares it.

use crate::support::{INDEX, TestServer, header, launch};
use serde_json::json;

#[tokio::test]
async fn the_root_speaks_meld_only_where_it_is_given_a_token() {
    let server = TestServer::start().await;
    let page = server.get("/?connectToken=t").await;
    assert_eq!(launch(page).await, json!({"system": "meld"}));
    for path in ["/", "/?lang=fr", "/?connectToken="] {
        let page = server.get(path).await;
        assert_eq!(header(&page, "cache-control"), "no-cache", "{path}");
        assert_eq!(page.text().await.expect("a page"), INDEX, "{path}");
    }
}
