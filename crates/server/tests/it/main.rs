//! Stories told to the real server over HTTP.

mod accounts;
mod bank;
mod command;
mod cors;
mod demo;
mod errors;
mod fields;
mod flinks;
mod headers;
mod institutions;
mod launch_options;
mod locked;
mod maintenance;
mod mfa;
mod oauth;
mod oauth_redirect;
mod oauth_resume;
mod openapi;
mod pages;
mod providers;
mod reconnect;
mod retry;
mod sessions;
mod slow;
mod support;
