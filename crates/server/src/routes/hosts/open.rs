//! Sessions without a token: a client may allow that a system's pages open for whoever reaches them from its own pages.

use crate::app::App;
use crate::clients::OpenSystem;
use crate::origin::Origin;
use crate::problem::Answer;
use crate::routes::tokens::{Wish, grant};
use crate::store::tokens::Maker;
use axum::http::{HeaderMap, header};
use connect_core::Secret;
use connect_core::api::LaunchOptions;

/// Where the request was begun, as its browser says. Without a browser anybody can say anything.
pub fn referring(headers: &HeaderMap) -> Option<Origin> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    Origin::of(referer)
}

/// A token for a session that can be embedded by this origin alone; `None`: no client allows it there.
pub async fn session(
    app: &App,
    system: OpenSystem,
    origin: &Origin,
    user_id: String,
    options: LaunchOptions,
) -> Answer<Option<Secret>> {
    let Some(client) = app.clients.opening(system, origin) else {
        return Ok(None);
    };
    let options = LaunchOptions {
        origin: Some(origin.to_string()),
        ..options
    };
    let wish = Wish {
        maker: Maker::Page,
        ..Wish::new(app, user_id, options)
    };
    let granted = grant(app, &client, wish).await?;
    Ok(Some(granted.token))
}
