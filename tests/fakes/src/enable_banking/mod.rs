//! A stand-in for Enable Banking's API, with banks named for what happens at them, and their own login pages.
//!
//! Nothing of it is served without a token that is signed with [`test_key`], as the real one demands.

mod answers;
mod banks;
mod data;
mod pages;
mod sessions;
mod state;
mod token;

pub use crate::serving::Answer;
pub use state::Fake;

use axum::Router;
use axum::routing::{get, post};

/// Where all of it is: the aggregator's `base_url` is the origin and this.
pub const ROOT: &str = "/enable-banking";

pub const APPLICATION: &str = "cf589be3-3755-465b-a8df-a90a16a31403";

/// The application's private key, PEM. It is for tests, and for nothing else.
pub fn test_key() -> &'static str {
    include_str!("../../keys/enable_banking.pem")
}

/// A key that belongs to no application here.
pub fn strange_key() -> &'static str {
    include_str!("../../keys/enable_banking_strange.pem")
}

pub fn router(fake: Fake) -> Router {
    let calls = Router::new()
        .route("/application", get(sessions::application))
        .route("/aspsps", get(banks::list))
        .route("/auth", post(sessions::authorize))
        .route("/sessions", post(sessions::create))
        .route(
            "/sessions/{id}",
            get(sessions::show).delete(sessions::delete),
        )
        .route("/accounts/{uid}/balances", get(data::balances))
        .route("/accounts/{uid}/details", get(data::details))
        .layer(axum::middleware::from_fn_with_state(
            fake.clone(),
            answers::pass,
        ));
    let pages = Router::new()
        .route("/", get(pages::overview).post(pages::end_consents))
        .route("/bank", get(pages::bank).post(pages::decide));
    Router::new().nest(ROOT, calls.merge(pages).with_state(fake))
}
