//! Stories, laws and goldens of the core: start, feed events, read effects.

mod accounts;
mod api;
mod chance;
mod connecting;
mod consent;
mod credentials;
mod docs;
mod ending;
mod expired;
mod heal;
mod host;
mod json;
mod launch;
mod laws;
mod oauth;
mod offline;
mod question;
mod reconnecting;
mod resume;
mod returning;
mod run;
mod search;
mod starting;
mod story;
mod warning;
mod world;
