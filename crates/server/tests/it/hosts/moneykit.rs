//! MoneyKit: the pages of Connect, and what its server endpoints answer.

use crate::support::{TestServer, launch};
use serde_json::json;

#[tokio::test]
async fn its_pages_name_the_system_and_do_not_repeat_the_token() {
    let server = TestServer::start().await;
    for path in ["/start", "/relink", "/continue"] {
        let query = "linkSessionToken=t&origin=http%3A%2F%2Flocalhost%3A3000&device";
        let page = server.get(&format!("{path}?{query}")).await;
        assert_eq!(launch(page).await, json!({"system": "moneykit"}), "{path}");
    }
}
