//! Stories told to the real server over HTTP.

mod bank;
mod command;
mod cors;
mod demo;
mod errors;
mod flinks;
mod headers;
mod institutions;
mod oauth;
mod oauth_redirect;
mod oauth_resume;
mod openapi;
mod pages;
mod providers;
mod sessions;
mod support;
