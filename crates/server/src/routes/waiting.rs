//! A request that waits for news, with a token that may end meanwhile: by its time, or because it is taken back.

use super::user::User;
use crate::app::{App, Shared};
use crate::engine::news::Listener;
use crate::http::problem::Answer;
use crate::http::waiting::{Later, MayWait};
use crate::limits::Place;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How this request may wait, and whether it has done so before.
pub struct Manner {
    may_leave: bool,
    before: Option<Waiting>,
}

/// Goes with the request, until it is asked once more.
#[derive(Clone)]
struct Kept(Arc<Mutex<Option<Waiting>>>);

pub struct Waiting {
    /// What is waited for, and word that the token may have ended: heard from the beginning on.
    news: Listener,
    ends: Listener,
    deadline: Instant,
    /// When the token ends at the latest.
    expires: Instant,
    stopping: watch::Receiver<bool>,
    place: Option<Place>,
    may_leave: bool,
}

pub enum Rest {
    /// It may have come.
    Look(Waiting),
    /// The request is asked once more when it may.
    Leave(Response),
}

impl FromRequestParts<Shared> for Manner {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Manner, Infallible> {
        let kept = parts.extensions.remove::<Kept>();
        let taken = |kept: Kept| kept.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(Manner {
            may_leave: parts.extensions.get::<MayWait>().is_some(),
            before: kept.and_then(taken),
        })
    }
}

impl Waiting {
    /// Hears from now on what concerns the token, and what `listen` listens to.
    pub async fn begin(
        app: &App,
        user: &User,
        manner: Manner,
        listen: impl FnOnce() -> Listener,
    ) -> Answer<Waiting> {
        if let Some(waiting) = manner.before {
            return Ok(Waiting {
                may_leave: manner.may_leave,
                ..waiting
            });
        }
        let now = Instant::now();
        let left = user.grant.expires_at.duration_since(Timestamp::now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        let waiting = Waiting {
            news: listen(),
            ends: app.ends.watch(&user.grant),
            deadline: now + app.poll_timeout,
            expires: now + left,
            stopping: app.stopping.clone(),
            place: None,
            may_leave: manner.may_leave,
        };
        // What has happened before anybody listened is seen here.
        user.stands(app).await?;
        Ok(waiting)
    }

    /// Nothing has come in time.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.deadline.min(self.expires) || *self.stopping.borrow()
    }

    pub async fn rest(mut self, app: &App, user: &User) -> Answer<Rest> {
        if self.place.is_none() {
            self.place = Some(app.limits.may_wait(user.address, &user.owner())?);
        }
        tracing::debug!("waiting for news");
        if self.may_leave {
            return Ok(Rest::Leave(self.leave()));
        }
        self.wait().await;
        user.stands(app).await?;
        Ok(Rest::Look(self))
    }

    fn leave(mut self) -> Response {
        let later = Later::new(Box::pin(async move {
            self.wait().await;
            let mut carried = Extensions::new();
            carried.insert(Kept(Arc::new(Mutex::new(Some(self)))));
            carried
        }));
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.extensions_mut().insert(later);
        response
    }

    async fn wait(&mut self) {
        let until = self.deadline.min(self.expires);
        tokio::select! {
            () = self.news.news() => {}
            () = self.ends.news() => {}
            () = tokio::time::sleep_until(until) => {}
            _ = self.stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}
