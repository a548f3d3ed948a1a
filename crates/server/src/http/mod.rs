//! What every answer shares: bodies, refusals, headers, logs, and the pages that are no route's own.

pub mod address;
pub mod body;
pub mod connection;
pub mod cookie;
pub mod cors;
pub mod embedding;
pub mod headers;
pub mod log;
pub mod page;
pub mod panics;
pub mod params;
pub mod problem;
pub mod strict;
pub mod text;
pub mod widget;
