//! Stories, laws and goldens of the core: start, feed events, read effects.

mod api;
mod chance;
mod connecting;
mod credentials;
mod ending;
mod expired;
mod heal;
mod host;
mod launch;
mod laws;
mod oauth;
mod question;
mod reconnecting;
mod resume;
mod run;
mod search;
mod starting;
mod story;
mod world;
