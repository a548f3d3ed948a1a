//! The files in deploy/: each can be read, asks for no more rights than it needs, and names only what there is.

mod containers;
mod files;
mod observed;
mod unit;
