//! What every answer shares: bodies, refusals, headers, logs, and the pages that are no route's own.

pub mod address;
pub mod below;
pub mod body;
pub mod connection;
pub mod cookie;
pub mod cors;
pub mod embedding;
pub mod form;
pub mod headers;
pub mod host;
pub mod isolation;
pub mod log;
pub mod looking;
pub mod packed;
pub mod page;
pub mod panics;
pub mod params;
pub mod placed;
pub mod problem;
pub mod route;
pub mod said;
pub mod sharing;
pub mod strict;
pub mod text;
pub mod trail;
pub mod widget;
