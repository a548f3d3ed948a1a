//! The tables in docs/ say what the code does: neither less, nor anything else.

mod errors;
mod links;
mod messages;
mod page;
mod parameters;
mod said;
mod theming;
